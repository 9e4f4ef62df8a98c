//! Plans of service: what is due is planned, said and entered.

mod handle;
mod look;
mod notices;
mod plan;
mod visit;

use std::sync::Arc;

use chrono::NaiveDate;

use crate::calendar::BusinessHours;
use crate::calendar::civil::{add_days, date_in, start_of_day};
use crate::kernel::{Code, CustomerId, OccurrenceId, PlanId, UnitId};
use crate::record::{Index, Query};
use crate::rulebook::Rulebook;
use crate::service::{
    Basis, Completion, Dates, NextDue, Occurrence, OccurrenceEvent, OccurrenceStatus, Placement,
    Plan, PlanEvent, PlanStatus, Planning, Refusal, Step, UsageAt, dates_of, next_due, place,
};
use crate::work::{Halt, Work};

pub(super) use self::notices::wake_occurrence;
use self::notices::{draft, say, withdraw};

/// How many services one look plans at most; the rest is planned by the next one, at once.
const BATCH: usize = 64;
/// How many open services of a plan are gone through at most.
const OPEN: u32 = 500;

/// The newest revision of a calendar.
fn calendar<'a>(rulebook: &'a Rulebook, name: &Code) -> Result<&'a BusinessHours, Refusal> {
    let revisions = rulebook.calendars().get(name);
    let newest = revisions.and_then(|revisions| revisions.last_key_value());
    newest
        .map(|(_, hours)| hours)
        .ok_or_else(|| Refusal::UnknownCalendar {
            calendar: name.clone(),
        })
}

/// Today, where the plan is.
fn today(work: &Work<'_>, plan: &Plan) -> NaiveDate {
    date_in(&plan.terms.zone, work.now())
}

/// Plans what is due up to the horizon, and says when to look again. Looking twice plans nothing twice.
pub(super) fn look(work: &mut Work<'_>, id: PlanId) -> Result<(), Halt> {
    for _ in 0..BATCH {
        let plan = work.need(id)?;
        if plan.status != PlanStatus::Active {
            return Ok(());
        }
        let today = today(work, &plan);
        if plan.ends_on.is_some_and(|end| end < today) {
            return end(work, &plan, Code::known("term_over"));
        }
        let over_on = plan.ends_on.and_then(|end| end.succ_opt());
        let Some(next) = plan.next_due() else {
            return looked(work, &plan, over_on);
        };
        let horizon = i64::from(plan.terms.horizon_days);
        let from = add_days(next.on, -horizon).unwrap_or(next.on);
        if today < from {
            return looked(
                work,
                &plan,
                Some(over_on.map_or(from, |over| over.min(from))),
            );
        }
        schedule(work, &plan, &next)?;
    }
    let next_at = Some(work.now());
    work.emit(id, PlanEvent::Looked { next_at })
}

fn looked(work: &mut Work<'_>, plan: &Plan, on: Option<NaiveDate>) -> Result<(), Halt> {
    let next_at = on.map(|on| start_of_day(&plan.terms.zone, on));
    if next_at == plan.next_at {
        return Ok(());
    }
    work.emit(plan.id, PlanEvent::Looked { next_at })
}

/// Plans one service, where it can lie.
fn schedule(work: &mut Work<'_>, plan: &Plan, next: &NextDue) -> Result<(), Halt> {
    let is_dated = matches!(next.basis, Basis::Calendar {});
    let date = is_dated.then_some(next.on);
    let (due_on, moved, stuck) = match placed(work, plan, next.on, date)? {
        Placement::AsDue => (next.on, None, false),
        Placement::Moved { to, why } => (to, Some(why), false),
        Placement::Stuck { why } => (next.on, Some(why), true),
        Placement::LeftOut { why } => match date {
            Some(date) => return work.emit(plan.id, PlanEvent::LeftOut { date, why }),
            // Use does not go away because of a holiday.
            None => (next.on, Some(why), true),
        },
    };
    let id = id_of(plan, date);
    let quiet = work.rulebook().service().quiet_hours.as_ref();
    let dates = dates_of(&plan.terms, quiet, due_on, work.now());
    match work.get(id)? {
        None => {
            let planning = planning(plan, next.on, dates, next.basis.clone());
            let planning = Planning {
                moved,
                stuck,
                ..planning
            };
            work.emit(id, OccurrenceEvent::Planned(Box::new(planning)))?;
        }
        Some(known) if known.rests => work.emit(id, OccurrenceEvent::Replanned { dates })?,
        // It was planned before the plan rested, and booked or done.
        Some(_) => {}
    }
    let occurrence = id;
    work.emit(
        plan.id,
        PlanEvent::Planned {
            occurrence,
            date,
            due_on,
        },
    )
}

/// The service of a date of the rule, or the next of a plan of which only one can be open.
fn id_of(plan: &Plan, date: Option<NaiveDate>) -> OccurrenceId {
    let date = date.filter(|_| plan.terms.plans_ahead());
    let date = date.map(|date| (plan.position.anchor_on, date));
    Occurrence::id_of(plan.id, date, plan.planned)
}

/// Plans one service on its own date, whatever stands against it: it is being done.
fn schedule_as_due(work: &mut Work<'_>, plan: &Plan, next: &NextDue) -> Result<OccurrenceId, Halt> {
    let date = matches!(next.basis, Basis::Calendar {}).then_some(next.on);
    let occurrence = id_of(plan, date);
    let quiet = work.rulebook().service().quiet_hours.as_ref();
    let dates = dates_of(&plan.terms, quiet, next.on, work.now());
    let planning = planning(plan, next.on, dates, next.basis.clone());
    work.get(occurrence)?;
    work.emit(occurrence, OccurrenceEvent::Planned(Box::new(planning)))?;
    let due_on = next.on;
    work.emit(
        plan.id,
        PlanEvent::Planned {
            occurrence,
            date,
            due_on,
        },
    )?;
    Ok(occurrence)
}

fn planning(plan: &Plan, scheduled_on: NaiveDate, dates: Dates, basis: Basis) -> Planning {
    Planning {
        plan: plan.id,
        customer: plan.customer,
        unit: plan.unit,
        name: plan.name.clone(),
        scheduled_on,
        dates,
        basis,
        moved: None,
        stuck: false,
    }
}

/// Where a service comes to lie, between the one before it and the one that follows.
fn placed(
    work: &Work<'_>,
    plan: &Plan,
    on: NaiveDate,
    date: Option<NaiveDate>,
) -> Result<Placement, Halt> {
    let hours = match &plan.terms.working_days {
        Some((name, _)) => Some(calendar(work.rulebook(), name)?),
        None => None,
    };
    let before = plan.starts_on.pred_opt();
    let after = plan.last_due_on.max(plan.position.after).max(before);
    let following = match (date, plan.terms.trigger.rule()) {
        (Some(date), Some(rule)) => {
            let mut position = plan.position.clone();
            position.after = Some(date);
            position.next_date(rule)
        }
        _ => None,
    };
    let is_working = |date| hours.is_none_or(|hours| hours.is_business_day(date));
    Ok(place(&plan.terms, on, (after, following), is_working))
}

/// The services of a plan that are still to be done, in order.
fn open_of(work: &mut Work<'_>, plan: PlanId) -> Result<Vec<Arc<Occurrence>>, Halt> {
    let query = Query::new(Index::OpenOccurrences, plan.uuid()).limit(OPEN);
    let found = work.find(&query)?.found;
    let ids = found
        .iter()
        .map(|found| OccurrenceId::from_uuid(found.key.id));
    work.want(ids.clone());
    let mut open = Vec::new();
    for id in ids {
        // The index may lag behind what this command did before.
        open.extend(
            work.get(id)?
                .filter(|occurrence| occurrence.status.is_open()),
        );
    }
    Ok(open)
}

/// Leaves out what is planned and neither booked nor overdue.
fn leave_out(work: &mut Work<'_>, plan: &Plan, reason: &Code) -> Result<(), Halt> {
    for occurrence in open_of(work, plan.id)? {
        if occurrence.is_waiting() {
            drop_one(work, &occurrence, reason.clone())?;
        }
    }
    Ok(())
}

/// The plan rests: what is planned and neither booked nor overdue rests with it.
fn rest(work: &mut Work<'_>, plan: &Plan, reason: &Code) -> Result<(), Halt> {
    for occurrence in open_of(work, plan.id)? {
        if !occurrence.is_waiting() {
            continue;
        }
        withdraw(work, occurrence.message)?;
        let (reason, rests) = (reason.clone(), true);
        work.emit(occurrence.id, OccurrenceEvent::Dropped { reason, rests })?;
        let occurrence = occurrence.id;
        work.emit(plan.id, PlanEvent::Rested { occurrence })?;
    }
    Ok(())
}

fn drop_one(work: &mut Work<'_>, occurrence: &Occurrence, reason: Code) -> Result<(), Halt> {
    occurrence.check(Step::Drop)?;
    withdraw(work, occurrence.message)?;
    let rests = false;
    work.emit(occurrence.id, OccurrenceEvent::Dropped { reason, rests })?;
    let (plan, occurrence) = (occurrence.plan, occurrence.id);
    work.emit(plan, PlanEvent::Passed { occurrence })
}

fn end(work: &mut Work<'_>, plan: &Plan, reason: Code) -> Result<(), Halt> {
    leave_out(work, plan, &reason)?;
    work.emit(plan.id, PlanEvent::Ended { reason })
}

/// Enters that a service was done, and looks at what follows from it.
fn complete(work: &mut Work<'_>, occurrence: &Occurrence, done: Completion) -> Result<(), Halt> {
    occurrence.check(Step::Complete)?;
    let plan = work.need(occurrence.plan)?;
    if done.on > today(work, &plan) {
        return Err(Refusal::InFuture { on: done.on }.into());
    }
    if let Some(usage) = done.usage
        && usage < plan.position.base
    {
        let known = plan.position.base;
        return Err(Refusal::UsageWentBack { usage, known }.into());
    }
    withdraw(work, occurrence.message)?;
    let (on, usage) = (done.on, done.usage);
    work.emit(occurrence.id, OccurrenceEvent::Done(done))?;
    work.emit(
        plan.id,
        PlanEvent::Served {
            occurrence: occurrence.id,
            date: occurrence.scheduled_on,
            on,
            usage,
        },
    )?;
    look(work, plan.id)
}

pub(super) fn wake_plan(work: &mut Work<'_>, id: PlanId) -> Result<(), Halt> {
    let plan = work.need(id)?;
    if plan.next_at.is_none_or(|at| work.now() < at) {
        return Ok(());
    }
    // Nobody is left to serve.
    if super::customer::survivor(work, plan.customer)?.is_erased() {
        return end(work, &plan, Code::known("customer_erased"));
    }
    look(work, id)
}

/// The plans of a unit that go by a meter, or all of them.
fn plans_of(work: &mut Work<'_>, unit: UnitId) -> Result<Vec<Arc<Plan>>, Halt> {
    let query = Query::new(Index::PlansByUnit, unit.uuid()).limit(100);
    let found = work.find(&query)?.found;
    let ids = found.iter().map(|found| PlanId::from_uuid(found.key.id));
    work.want(ids.clone());
    let mut plans = Vec::new();
    for id in ids {
        plans.extend(
            work.get(id)?
                .filter(|plan| plan.status != PlanStatus::Ended),
        );
    }
    Ok(plans)
}

/// A meter of a unit was read, or a reading put right.
pub(super) fn read(
    work: &mut Work<'_>,
    unit: UnitId,
    meter: &Code,
    reading: UsageAt,
) -> Result<(), Halt> {
    for plan in plans_of(work, unit)? {
        if plan.terms.trigger.meter() != Some(meter) {
            continue;
        }
        if plan.readings.iter().any(|known| known.at == reading.at) {
            let mut readings = plan.readings.clone();
            for known in readings.iter_mut().filter(|known| known.at == reading.at) {
                *known = reading;
            }
            work.emit(plan.id, PlanEvent::Reread { readings })?;
        } else {
            work.emit(plan.id, PlanEvent::Read(reading))?;
        }
        foresee(work, plan.id)?;
        look(work, plan.id)?;
    }
    Ok(())
}

/// The date of an open service that goes by use, as it is foreseen with what is known now.
fn foresee(work: &mut Work<'_>, id: PlanId) -> Result<(), Halt> {
    let plan = work.need(id)?;
    let Some(open) = plan.open else { return Ok(()) };
    let occurrence = work.need(open)?;
    let is_foreseen = matches!(
        occurrence.basis,
        Basis::Projected { .. } | Basis::Calendar {}
    );
    if !occurrence.is_waiting() || !is_foreseen || occurrence.is_touched {
        return Ok(());
    }
    // The date of the rule that it was planned for is not used up as long as the service is open.
    let mut position = plan.position.clone();
    position.after = position
        .after
        .filter(|after| *after < occurrence.scheduled_on);
    let Some(next) = next_due(&plan.terms, &position, &plan.readings) else {
        return Ok(());
    };
    if next.basis == occurrence.basis {
        return Ok(());
    }
    let due_on = match placed(work, &plan, next.on, None)? {
        Placement::Moved { to, .. } => to,
        Placement::AsDue | Placement::Stuck { .. } | Placement::LeftOut { .. } => next.on,
    };
    let quiet = work.rulebook().service().quiet_hours.as_ref();
    let mut dates = dates_of(&plan.terms, quiet, due_on, work.now());
    let said = usize::try_from(occurrence.reminders).unwrap_or(usize::MAX);
    // Whoever was reminded once is not reminded of the same again.
    let offsets = plan.terms.remind_days_before.len();
    let left = offsets.saturating_sub(said);
    let over = dates.remind_at.len().saturating_sub(left);
    dates.remind_at.drain(..over);
    let basis = next.basis;
    work.emit(open, OccurrenceEvent::Foreseen { dates, basis })
}

/// A unit has another owner: its plans go with it.
pub(super) fn pass_on(work: &mut Work<'_>, unit: UnitId, to: CustomerId) -> Result<(), Halt> {
    for plan in plans_of(work, unit)? {
        hand_over(work, &plan, to)?;
    }
    Ok(())
}

fn hand_over(work: &mut Work<'_>, plan: &Plan, to: CustomerId) -> Result<(), Halt> {
    work.emit(plan.id, PlanEvent::Transferred { to })?;
    for occurrence in open_of(work, plan.id)? {
        work.emit(occurrence.id, OccurrenceEvent::Transferred { to })?;
        if let (OccurrenceStatus::Booked, Some(visit)) = (occurrence.status, occurrence.visit) {
            visit::hand_over(work, visit, to)?;
        }
    }
    Ok(())
}

/// A unit is out of use, or nobody's any more: nothing is due of it.
pub(super) fn out_of_use(work: &mut Work<'_>, unit: UnitId, reason: &Code) -> Result<(), Halt> {
    for plan in plans_of(work, unit)? {
        end(work, &plan, reason.clone())?;
    }
    Ok(())
}
