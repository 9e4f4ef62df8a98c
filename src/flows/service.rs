//! Plans of service: what is due is planned, said and entered.

mod handle;
mod lists;
mod look;
mod notices;
mod plan;
mod roster;
mod usage;
mod visit;
mod visited;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::calendar::BusinessHours;
use crate::calendar::civil::{date_in, end_of_day, start_of_day};
use crate::kernel::{Code, CustomerId, OccurrenceId, PlanId, UnitId};
use crate::record::{Event, Index, Query};
use crate::rulebook::Rulebook;
use crate::service::{
    Basis, Completion, DueDates, NextDue, Occurrence, OccurrenceEvent, OccurrenceStatus, Plan,
    PlanEvent, PlanStatus, PlanTerms, Planning, Refusal, Remind, Step, UsageAt, dates_of,
};
use crate::work::{Halt, Work};

use self::notices::{draft, say, withdraw};
pub(super) use self::notices::{wake_occurrence, wake_visit};
pub(super) use self::plan::for_delivery;
pub(super) use self::usage::read;

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

/// From which dates on services are overdue that nobody touched.
fn overdue_from(open: &[Arc<Occurrence>]) -> Vec<NaiveDate> {
    let waiting = open.iter().filter(|one| one.is_waiting());
    let untouched = waiting.filter(|one| !one.is_touched && !one.has_expired);
    let from = untouched.map(|one| one.dates.until.succ_opt().unwrap_or(one.dates.until));
    from.collect()
}

/// Today, where the plan is.
fn today(work: &Work<'_>, plan: &Plan) -> NaiveDate {
    date_in(&plan.terms.zone, work.now())
}

/// Plans what is due up to the horizon, and says when to look again. Looking twice plans nothing twice.
pub(super) fn look(work: &mut Work<'_>, id: PlanId) -> Result<(), Halt> {
    look_at(work, id, BATCH)
}

/// Plans what would have been planned by now if somebody had woken the plan, so that what is done with it does not depend on that.
fn catch_up(work: &mut Work<'_>, id: PlanId) -> Result<(), Halt> {
    look_at(work, id, OPEN as usize)
}

fn look_at(work: &mut Work<'_>, id: PlanId, most: usize) -> Result<(), Halt> {
    let mut neglected = None;
    for _ in 0..most {
        let plan = work.need(id)?;
        if plan.status != PlanStatus::Active {
            return Ok(());
        }
        let today = today(work, &plan);
        let over_on = plan.ends_on.and_then(|end| end.succ_opt());
        let Some(next) = plan.next_due() else {
            if over_on.is_some_and(|over| over <= today) {
                return run_out(work, &plan);
            }
            return looked(work, &plan, over_on);
        };
        let from = plan.plans_from(&next);
        if today < from {
            let on = over_on.map_or(from, |over| over.min(from));
            return looked(work, &plan, Some(on));
        }
        if plan.terms.plans_ahead() && plan.terms.stale_after.is_some() {
            let untouched = match &mut neglected {
                Some(known) => known,
                none => none.insert(overdue_from(&open_of(work, id)?)),
            };
            // By then so many were neglected that the plan is switched off, whenever that is entered.
            if plan.is_stale(untouched, from) {
                return looked(work, &plan, over_on);
            }
            if let Some(due_on) = schedule(work, &plan, &next)? {
                untouched.push(plan.terms.overdue_from(due_on));
            }
        } else {
            schedule(work, &plan, &next)?;
        }
    }
    let next_at = Some(work.now());
    work.emit(id, PlanEvent::Looked { next_at })
}

/// Its term is over. What was due within it is still to be done.
fn run_out(work: &mut Work<'_>, plan: &Plan) -> Result<(), Halt> {
    let reason = Code::known("term_over");
    for occurrence in open_of(work, plan.id)? {
        let is_beyond = plan
            .ends_on
            .is_some_and(|end| end < occurrence.scheduled_on);
        if occurrence.is_waiting() && !occurrence.is_touched && is_beyond {
            drop_one(work, &occurrence, reason.clone())?;
        }
    }
    work.emit(plan.id, PlanEvent::Ended { reason })
}

fn looked(work: &mut Work<'_>, plan: &Plan, on: Option<NaiveDate>) -> Result<(), Halt> {
    let next_at = on.map(|on| start_of_day(&plan.terms.zone, on));
    if next_at == plan.next_at {
        return Ok(());
    }
    work.emit(plan.id, PlanEvent::Looked { next_at })
}

/// The hours that say which days of a plan are working days.
fn hours_of<'a>(rulebook: &'a Rulebook, plan: &Plan) -> Result<Option<&'a BusinessHours>, Refusal> {
    let name = plan.terms.working_days.as_ref().map(|(name, _)| name);
    name.map(|name| calendar(rulebook, name)).transpose()
}

/// Plans one service, where it can lie: on which date, or `None` when it is left out.
fn schedule(work: &mut Work<'_>, plan: &Plan, next: &NextDue) -> Result<Option<NaiveDate>, Halt> {
    let turn = match plan.turn(next, hours_of(work.rulebook(), plan)?) {
        Ok(turn) => turn,
        Err((date, why)) => {
            work.emit(plan.id, PlanEvent::LeftOut { date, why })?;
            return Ok(None);
        }
    };
    let (id, due_on, date) = (turn.id, turn.due_on, turn.date);
    let quiet = work.rulebook().service().quiet_hours;
    let dates = |now, reminded| {
        let remind = Remind::Left(reminded);
        dates_of(&plan.terms, quiet.as_ref(), due_on, now, remind)
    };
    let now = work.now();
    match work.get(id)? {
        None => {
            let planning = planning(plan, next.on, dates(now, None), next.basis.clone());
            let planning = Planning {
                moved: turn.moved,
                stuck: turn.stuck,
                ..planning
            };
            work.emit(id, OccurrenceEvent::Planned(Box::new(planning)))?;
        }
        Some(known) if known.rests => {
            let dates = dates(now, known.reminded);
            work.emit(id, OccurrenceEvent::Replanned { dates })?;
            follow(work, plan, id)?;
        }
        // It was planned before the plan rested, and booked or done.
        Some(_) => {}
    }
    let planned = PlanEvent::Planned {
        occurrence: id,
        date,
        due_on,
    };
    work.emit(plan.id, planned)?;
    Ok(Some(due_on))
}

/// Plans one service on its own date, whatever stands against it: it is being done.
fn schedule_as_due(work: &mut Work<'_>, plan: &Plan, next: &NextDue) -> Result<OccurrenceId, Halt> {
    let date = matches!(next.basis, Basis::Calendar {}).then_some(next.on);
    let occurrence = plan.id_of_next(date);
    let quiet = work.rulebook().service().quiet_hours.as_ref();
    let dates = dates_of(&plan.terms, quiet, next.on, work.now(), Remind::ToCome);
    let planning = planning(plan, next.on, dates, next.basis.clone());
    work.get(occurrence)?;
    work.emit(occurrence, OccurrenceEvent::Planned(Box::new(planning)))?;
    let planned = PlanEvent::Planned {
        occurrence,
        date,
        due_on: next.on,
    };
    work.emit(plan.id, planned)?;
    Ok(occurrence)
}

fn planning(plan: &Plan, scheduled_on: NaiveDate, dates: DueDates, basis: Basis) -> Planning {
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

/// The services of a plan that are still to be done, in order.
fn open_of(work: &mut Work<'_>, plan: PlanId) -> Result<Vec<Arc<Occurrence>>, Halt> {
    let query = Query::new(Index::OpenOccurrences, plan.uuid()).limit(OPEN);
    let found = work.find(&query)?.found;
    let mut ids: Vec<_> = found
        .iter()
        .map(|found| OccurrenceId::from_uuid(found.key.id))
        .collect();
    // The index lags behind what this command did before.
    let planned_now = work.so_far().iter().filter_map(|event| {
        let Event::Occurrence(id, OccurrenceEvent::Planned(it)) = event else {
            return None;
        };
        (it.plan == plan).then_some(*id)
    });
    ids.extend(planned_now);
    work.want(ids.clone());
    let mut open = Vec::new();
    for id in ids {
        open.extend(
            work.get(id)?
                .filter(|occurrence| occurrence.status.is_open()),
        );
    }
    open.sort_by_key(|one| (one.dates.due_on, one.id));
    open.dedup_by_key(|one| one.id);
    Ok(open)
}

/// Leaves out what is planned and neither booked nor overdue.
fn leave_out(work: &mut Work<'_>, plan: &Plan, reason: &Code) -> Result<(), Halt> {
    for occurrence in open_of(work, plan.id)? {
        if occurrence.is_waiting() && !occurrence.is_overdue(work.now()) {
            drop_one(work, &occurrence, reason.clone())?;
        }
    }
    Ok(())
}

/// The plan rests: what is planned and neither booked nor overdue rests with it.
fn rest(work: &mut Work<'_>, plan: &Plan, reason: &Code) -> Result<(), Halt> {
    for occurrence in open_of(work, plan.id)? {
        if !occurrence.is_waiting() || occurrence.is_overdue(work.now()) {
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

/// A plan goes on: what rested on a date that the plan does not say, because it was put off or asked for, is to be done then.
fn take_up(work: &mut Work<'_>, id: PlanId) -> Result<(), Halt> {
    let query = Query::new(Index::OccurrencesByPlan, id.uuid());
    let found = work.find(&query.descending().limit(OPEN))?.found;
    let ids = found
        .iter()
        .map(|found| OccurrenceId::from_uuid(found.key.id));
    work.want(ids.clone());
    for occurrence in ids {
        let Some(known) = work.get(occurrence)? else {
            continue;
        };
        let plan = work.need(id)?;
        let due_on = known.dates.due_on;
        if !known.rests || !known.is_apart() || due_on < today(work, &plan) || plan.open.is_some() {
            continue;
        }
        let dates = known.dates.clone();
        if known.is_put_off() {
            // Until when it counts as on time is what it was.
            let (since, until) = (known.kept_from, known.kept_until);
            let kept = DueDates {
                since,
                until,
                ..dates.clone()
            };
            work.emit(occurrence, OccurrenceEvent::Replanned { dates: kept })?;
            let reason = Code::known("resumed");
            work.emit(occurrence, OccurrenceEvent::Postponed { dates, reason })?;
        } else {
            work.emit(occurrence, OccurrenceEvent::Replanned { dates })?;
        }
        follow(work, &plan, occurrence)?;
        if !plan.terms.plans_ahead() {
            let is_dated = matches!(known.basis, Basis::Calendar {});
            let planned = PlanEvent::Planned {
                occurrence,
                date: is_dated.then_some(known.scheduled_on),
                due_on,
            };
            work.emit(id, planned)?;
        }
    }
    Ok(())
}

/// A service that rested is that of whoever has the plan by now.
fn follow(work: &mut Work<'_>, plan: &Plan, id: OccurrenceId) -> Result<(), Halt> {
    let known = work.need(id)?;
    if known.customer != plan.customer {
        pass_to(work, &plan.terms, &known, plan.customer)?;
    }
    Ok(())
}

fn drop_one(work: &mut Work<'_>, occurrence: &Occurrence, reason: Code) -> Result<(), Halt> {
    occurrence.check(Step::Drop)?;
    visit::call_off(work, occurrence, &reason)?;
    withdraw(work, occurrence.message)?;
    if occurrence.is_waiting() && occurrence.is_overdue(work.now()) {
        let message = None;
        work.emit(occurrence.id, OccurrenceEvent::Expired { message })?;
    }
    let rests = false;
    work.emit(occurrence.id, OccurrenceEvent::Dropped { reason, rests })?;
    let (plan, occurrence) = (occurrence.plan, occurrence.id);
    work.emit(plan, PlanEvent::Passed { occurrence })
}

/// Ends a plan. What is overdue stays; where a technician is there already, the visit goes on.
fn end(work: &mut Work<'_>, plan: &Plan, reason: Code) -> Result<(), Halt> {
    leave_out(work, plan, &reason)?;
    for occurrence in open_of(work, plan.id)? {
        let is_booked = occurrence.status == OccurrenceStatus::Booked;
        if is_booked && visit::can_call_off(work, &occurrence)? {
            drop_one(work, &occurrence, reason.clone())?;
        }
    }
    work.emit(plan.id, PlanEvent::Ended { reason })
}

/// Ends a plan with what follows from its end, after it caught up.
fn end_now(work: &mut Work<'_>, id: PlanId, reason: Code) -> Result<(), Halt> {
    catch_up(work, id)?;
    let plan = work.need(id)?;
    match plan.status {
        PlanStatus::Ended => Ok(()),
        PlanStatus::Active | PlanStatus::Paused | PlanStatus::SwitchedOff => {
            end(work, &plan, reason)
        }
    }
}

/// Enters that a service was done, and looks at what follows from it. Where nobody told the use, it is what was read by then.
fn complete(
    work: &mut Work<'_>,
    occurrence: &Occurrence,
    mut done: Completion,
) -> Result<(), Halt> {
    occurrence.check(Step::Complete)?;
    let plan = work.need(occurrence.plan)?;
    check_done(work, &plan, &done)?;
    if occurrence.visit != done.visit {
        visit::call_off(work, occurrence, &Code::known("service_done"))?;
    }
    withdraw(work, occurrence.message)?;
    let read = plan.read_by(done_at(work, &plan, done.on));
    let read = read.filter(|_| done.usage.is_none());
    done.usage = done.usage.or(read.map(|read| read.usage));
    let (on, usage, read_at) = (done.on, done.usage, read.map(|read| read.at));
    let was_neglected = occurrence.has_expired && !occurrence.is_touched;
    if was_neglected && plan.status == PlanStatus::SwitchedOff && on <= occurrence.kept_until {
        work.emit(plan.id, PlanEvent::Excused {})?;
    }
    work.emit(occurrence.id, OccurrenceEvent::Done(done))?;
    let is_asked_for = matches!(occurrence.basis, Basis::Request {});
    work.emit(
        plan.id,
        PlanEvent::Served {
            occurrence: occurrence.id,
            date: (!is_asked_for).then_some(occurrence.scheduled_on),
            on,
            usage,
            read_at,
        },
    )?;
    look(work, plan.id)
}

/// Whether a service can have been done then, at that use.
fn check_done(work: &Work<'_>, plan: &Plan, done: &Completion) -> Result<(), Refusal> {
    if done.on > today(work, plan) {
        return Err(Refusal::InFuture { on: done.on });
    }
    if done.on < plan.starts_on {
        let starts_on = plan.starts_on;
        return Err(Refusal::BeforeStart { starts_on });
    }
    // Where only one is open at a time, the next counts from the last: that cannot have been done later.
    if let Some(after) = plan.last_done_on
        && !plan.terms.plans_ahead()
        && done.on < after
    {
        return Err(Refusal::TooEarly { after });
    }
    let Some(usage) = done.usage else {
        return Ok(());
    };
    let at = done_at(work, plan, done.on);
    let (before, after): (Vec<&UsageAt>, Vec<&UsageAt>) =
        plan.known_use().partition(|known| known.at <= at);
    let known = before.iter().map(|known| known.usage).max();
    let known = known.unwrap_or(0).max(plan.position.base);
    if usage < known {
        return Err(Refusal::UsageWentBack { usage, known });
    }
    match after.iter().map(|known| known.usage).min() {
        Some(known) if known < usage => Err(Refusal::UsageAhead { usage, known }),
        _ => Ok(()),
    }
}

/// When a service was done on a date, as far as that is known: now, or by the end of that day.
fn done_at(work: &Work<'_>, plan: &Plan, on: NaiveDate) -> DateTime<Utc> {
    let over = end_of_day(&plan.terms.zone, on) - TimeDelta::seconds(1);
    over.min(work.now())
}

pub(super) fn wake_plan(work: &mut Work<'_>, id: PlanId) -> Result<(), Halt> {
    let plan = work.need(id)?;
    if plan.next_at.is_none_or(|at| work.now() < at) {
        return Ok(());
    }
    // Nobody is left to serve.
    if super::customer::survivor(work, plan.customer)?.is_erased() {
        return end_now(work, id, Code::known("customer_erased"));
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

/// A unit has another owner: its plans go with it.
pub(super) fn pass_on(work: &mut Work<'_>, unit: UnitId, to: CustomerId) -> Result<(), Halt> {
    for plan in plans_of(work, unit)? {
        if plan.customer != to {
            hand_over(work, &plan, to)?;
        }
    }
    Ok(())
}

fn hand_over(work: &mut Work<'_>, plan: &Plan, to: CustomerId) -> Result<(), Halt> {
    work.emit(plan.id, PlanEvent::Transferred { to })?;
    for occurrence in open_of(work, plan.id)? {
        let occurrence = pass_to(work, &plan.terms, &occurrence, to)?;
        if occurrence.status == OccurrenceStatus::Overdue {
            notices::say_overdue(work, plan, &occurrence)?;
        }
        if let (OccurrenceStatus::Booked, Some(visit)) = (occurrence.status, occurrence.visit) {
            visit::hand_over(work, visit, to)?;
        }
    }
    Ok(())
}

/// A service is another customer's: what the one before was to hear of it is taken back, and this one hears of it from the beginning.
fn pass_to(
    work: &mut Work<'_>,
    terms: &PlanTerms,
    occurrence: &Occurrence,
    to: CustomerId,
) -> Result<Arc<Occurrence>, Halt> {
    withdraw(work, occurrence.message)?;
    let quiet = work.rulebook().service().quiet_hours.as_ref();
    let (due_on, remind) = (occurrence.dates.due_on, Remind::Left(None));
    let dates = Some(dates_of(terms, quiet, due_on, work.now(), remind));
    work.emit(occurrence.id, OccurrenceEvent::Transferred { to, dates })?;
    work.need(occurrence.id)
}

/// A unit is out of use, or nobody's any more: nothing is due of it.
pub(super) fn out_of_use(work: &mut Work<'_>, unit: UnitId, reason: &Code) -> Result<(), Halt> {
    for plan in plans_of(work, unit)? {
        end_now(work, plan.id, reason.clone())?;
    }
    Ok(())
}
