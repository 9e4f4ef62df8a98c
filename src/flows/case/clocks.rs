//! The clocks of a case: what facts and the passing of time do to them, and what they do to the case.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{close, give_to_team, tell};
use crate::case::{Case, CaseEvent};
use crate::code;
use crate::kernel::{CaseId, Code, CustomerId};
use crate::message::{Draft, Recipient};
use crate::record::{Event, Key};
use crate::sla::{self, Action, Basis, Choice, Clocks, ClocksEvent, Fact, Noted, Step};
use crate::work::{Halt, Work};

/// The case as it is at `until`. What fell due until then and nobody looked at is done first, each at its own
/// instant and in that order, so that an escalation changes the promises it would have changed had somebody
/// looked in time.
pub(super) fn catch_up(
    work: &mut Work<'_>,
    id: CaseId,
    until: DateTime<Utc>,
) -> Result<Arc<Case>, Halt> {
    loop {
        let case = work.need(id)?;
        let Some(due) = case.next_at().filter(|due| *due <= until) else {
            return Ok(case);
        };
        if case.clocks.next_at() == Some(due) {
            let calendars = work.rulebook().calendars();
            let events = case.clocks.settle_until(due, work.now(), calendars)?;
            // Two owners would make every change a copy.
            drop(case);
            take_in(work, id, due, events)?;
        } else {
            close(work, &case, case.closes_at.unwrap_or(due))?;
        }
    }
}

/// Takes in a fact of this moment that clocks care about, and what follows from it.
pub(super) fn fact(work: &mut Work<'_>, id: CaseId, fact: Fact) -> Result<(), Halt> {
    fact_at(work, id, work.now(), fact)
}

pub(super) fn fact_at(
    work: &mut Work<'_>,
    id: CaseId,
    at: DateTime<Utc>,
    fact: Fact,
) -> Result<(), Halt> {
    let case = work.need(id)?;
    let events = case.clocks.advance(at, fact, work.rulebook().calendars())?;
    drop(case);
    take_in(work, id, at, events)
}

/// Starts the clocks of what is promised for a case that was just opened.
pub(super) fn start(work: &mut Work<'_>, id: CaseId, opened: Fact) -> Result<(), Halt> {
    let case = work.need(id)?;
    let choice = choice(work, &case)?;
    let calendars = work.rulebook().calendars();
    let events = Clocks::open(work.now(), opened, &choice.chosen, calendars)?;
    drop(case);
    take_in(work, id, work.now(), events)
}

/// Takes in what became of the clocks, and carries out the escalation steps that fired.
fn take_in(
    work: &mut Work<'_>,
    id: CaseId,
    at: DateTime<Utc>,
    events: Vec<ClocksEvent>,
) -> Result<(), Halt> {
    let mut fired = Vec::new();
    for event in events {
        let step = event.step().map(|(key, name)| (key.clone(), name.clone()));
        work.emit(id, CaseEvent::Clocks(Box::new(event)))?;
        if let Some((key, name)) = step {
            // As the target says now: the first step may bring another target.
            fired.extend(work.need(id)?.clocks.step(&key, &name).cloned());
        }
    }
    for step in fired {
        escalate(work, id, at, &step)?;
    }
    Ok(())
}

/// Carries out one escalation step. It may raise the priority and never lowers it, so that two policies
/// cannot play a case back and forth.
fn escalate(work: &mut Work<'_>, id: CaseId, at: DateTime<Utc>, step: &Step) -> Result<(), Halt> {
    let policy = work.rulebook().cases();
    for action in &step.actions {
        let case = work.need(id)?;
        match action {
            Action::Notify { to, template } => {
                if let Some(to) = recipient(&case, to) {
                    let draft = Draft::new(to, code!("case.escalation"))
                        .with_template(template.clone())
                        .with_fact(code!("case"), id)
                        .with_fact(code!("step"), &step.name);
                    tell(work, id, draft)?;
                }
            }
            Action::RaisePriority => {
                if let Some(above) = policy.above(&case.priority) {
                    prioritise(work, id, at, above, Basis::Origin)?;
                }
            }
            Action::SetPriority(priority) => {
                if policy.is_higher(priority, &case.priority) {
                    prioritise(work, id, at, priority, Basis::Origin)?;
                }
            }
            Action::Reassign { team } => give_to_team(work, id, at, team, Vec::new())?,
        }
    }
    Ok(())
}

/// Whom an escalation reaches: the team where nobody has the case.
fn recipient(case: &Case, to: &sla::Recipient) -> Option<Recipient> {
    match to {
        sla::Recipient::Assignee => case
            .assignee
            .map(Recipient::Staff)
            .or_else(|| case.route.team.clone().map(Recipient::Team)),
        sla::Recipient::Team(team) => Some(Recipient::Team(team.clone())),
        sla::Recipient::Role(role) => Some(Recipient::Role(role.clone())),
        sla::Recipient::Customer => Some(Recipient::Customer(case.customer)),
    }
}

/// Changes the priority, and with it what applies.
pub(super) fn prioritise(
    work: &mut Work<'_>,
    id: CaseId,
    at: DateTime<Utc>,
    to: &Code,
    basis: Basis,
) -> Result<(), Halt> {
    let case = work.need(id)?;
    if case.priority == *to {
        return Ok(());
    }
    let (from, to) = (case.priority.clone(), to.clone());
    work.emit(id, CaseEvent::Prioritised { from, to })?;
    retarget(work, id, at, basis)
}

/// Lets the policies that apply today take over the clocks.
pub(super) fn retarget(
    work: &mut Work<'_>,
    id: CaseId,
    at: DateTime<Utc>,
    basis: Basis,
) -> Result<(), Halt> {
    let case = work.need(id)?;
    let choice = choice(work, &case)?;
    let calendars = work.rulebook().calendars();
    let change = |facts: Option<&[Noted]>| {
        let policies = &choice.chosen;
        case.clocks.retarget(at, policies, basis, facts, calendars)
    };
    let events = match change(None) {
        Err(sla::Refusal::HistoryNeeded { .. }) => {
            let facts = facts(work, id)?;
            change(Some(&facts))?
        }
        events => events?,
    };
    drop(case);
    take_in(work, id, at, events)
}

/// The policies that today's rulebook has for the case.
fn choice<'a>(work: &mut Work<'a>, case: &Case) -> Result<Choice<'a>, Halt> {
    let tier = tier_of(work, case.customer)?;
    Ok(work.rulebook().sla().choose(&case.subject(tier)))
}

/// The tier by which SLA policies know the customer.
fn tier_of(work: &mut Work<'_>, customer: CustomerId) -> Result<Option<Code>, Halt> {
    let customer = crate::flows::customer::peek_survivor(work, customer)?;
    Ok(customer.and_then(|customer| customer.tier.clone()))
}

/// Every fact the clocks of a case were told, from the journal.
fn facts(work: &mut Work<'_>, id: CaseId) -> Result<Vec<Noted>, Halt> {
    let noted = |event| {
        if let Event::Case(_, CaseEvent::Clocks(event)) = event
            && let ClocksEvent::Noted(noted) = *event
        {
            Some(noted)
        } else {
            None
        }
    };
    let history = work.history(Key::of(id))?;
    Ok(history.into_iter().filter_map(noted).collect())
}
