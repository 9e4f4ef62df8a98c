//! What customers and teams hear about services.

use crate::calendar::Resolve;
use crate::flows::customer::{Told, tell};
pub(super) use crate::flows::message::withdraw;
use crate::kernel::{Code, CustomerId, OccurrenceId, VisitId};
use crate::message::{Draft, Recipient};
use crate::service::{
    Occurrence, OccurrenceEvent, Plan, PlanEvent, PlanStatus, VisitEvent, after_quiet,
};
use crate::work::{Halt, Work};

/// Tells the customer something about a service, outside quiet hours.
pub(super) fn say(
    work: &mut Work<'_>,
    plan: &Plan,
    customer: CustomerId,
    draft: Draft,
) -> Result<Told, Halt> {
    let quiet = work.rulebook().service().quiet_hours.as_ref();
    let from = draft.not_before.unwrap_or(work.now()).max(work.now());
    let at = after_quiet(quiet, &plan.terms.zone, from);
    let draft = Draft {
        not_before: (at > work.now()).then_some(at),
        ..draft
    };
    tell(work, customer, draft)
}

pub(super) fn draft(occurrence: &Occurrence, purpose: &'static str) -> Draft {
    Draft::new(
        Recipient::Customer(occurrence.customer),
        Code::known(purpose),
    )
    .with_fact(Code::known("plan"), &occurrence.name)
    .with_fact(Code::known("due_on"), occurrence.dates.due_on)
    .with_fact(Code::known("service"), occurrence.id)
}

/// What is due of a service: a reminder, or that its time is over.
pub(in crate::flows) fn wake_occurrence(work: &mut Work<'_>, id: OccurrenceId) -> Result<(), Halt> {
    let occurrence = work.need(id)?;
    let now = work.now();
    if occurrence.next_at().is_none_or(|at| now < at) {
        return Ok(());
    }
    let plan = work.need(occurrence.plan)?;
    if !occurrence.is_overdue(now) {
        let draft = draft(&occurrence, "service.reminder");
        let event = match say(work, &plan, occurrence.customer, draft)? {
            Told::Queued(message) => OccurrenceEvent::Reminded { message },
            Told::Not(why) => OccurrenceEvent::NotReminded {
                why: Code::known(why.code()),
            },
        };
        return work.emit(id, event);
    }
    withdraw(work, occurrence.message)?;
    say_overdue(work, &plan, &occurrence)?;
    if let Some(team) = &plan.terms.team {
        let notice = draft(&occurrence, "service.overdue");
        let to = Recipient::Team(team.clone());
        work.send(Draft { to, ..notice })?;
    }
    if occurrence.is_touched || plan.status != PlanStatus::Active {
        return Ok(());
    }
    neglect(work, &plan)
}

/// The time of a service is over: its customer hears of it.
pub(super) fn say_overdue(
    work: &mut Work<'_>,
    plan: &Plan,
    occurrence: &Occurrence,
) -> Result<(), Halt> {
    let local = plan.terms.zone.local(occurrence.dates.overdue_at).date();
    let at = local.and_time(plan.terms.remind_at);
    let at = plan.terms.zone.resolve(at, Resolve::Earliest);
    let notice = Draft {
        not_before: Some(at),
        ..draft(occurrence, "service.overdue")
    };
    let message = match say(work, plan, occurrence.customer, notice)? {
        Told::Queued(message) => Some(message),
        Told::Not(_) => None,
    };
    work.emit(occurrence.id, OccurrenceEvent::Expired { message })
}

/// Nobody said what came of a visit: those who can ask hear of it, once.
pub(in crate::flows) fn wake_visit(work: &mut Work<'_>, id: VisitId) -> Result<(), Halt> {
    let visit = work.need(id)?;
    if visit.report_by.is_none_or(|at| work.now() < at) {
        return Ok(());
    }
    work.emit(id, VisitEvent::Unreported {})?;
    let of_plan = match visit.plan.occurrence {
        Some(service) => {
            let plan = work.need(service)?.plan;
            work.need(plan)?.terms.team.clone()
        }
        None => None,
    };
    let Some(team) = of_plan.or(work.rulebook().service().team.clone()) else {
        return Ok(());
    };
    let purpose = Code::known("service.visit.unreported");
    let notice = Draft::new(Recipient::Team(team), purpose);
    work.send(notice.with_fact(Code::known("visit"), id))?;
    Ok(())
}

/// So many in a row that nobody touched: the plan is switched off.
fn neglect(work: &mut Work<'_>, plan: &Plan) -> Result<(), Halt> {
    work.emit(plan.id, PlanEvent::Neglected {})?;
    let neglected = plan.neglected.saturating_add(1);
    if plan.terms.stale_after.is_none_or(|most| neglected < most) {
        return Ok(());
    }
    work.emit(plan.id, PlanEvent::SwitchedOff {})?;
    if let Some(team) = &plan.terms.team {
        let purpose = Code::known("service.switched_off");
        let notice = Draft::new(Recipient::Team(team.clone()), purpose);
        let notice = notice.with_fact(Code::known("plan"), plan.id);
        work.send(notice)?;
    }
    Ok(())
}
