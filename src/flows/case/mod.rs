//! What happens to cases.

mod clocks;
mod combine;
mod complaint;
mod handle;
mod look;
mod open;
mod speech;
mod triage;

pub(crate) use self::open::{Task, open_by_business};

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use self::clocks::{catch_up, fact_at};
pub(crate) use self::speech::{Spoken, spoke};
use crate::case::{Case, CaseEvent, Doing, Dossier, ReopenedBy, Slot};
use crate::flows::customer::Told;
use crate::kernel::{Actor, CaseId, Code, DossierId};
use crate::message::{Draft, Recipient};
use crate::sla::{Fact, Speaker, StatusCategory};
use crate::work::{Halt, Work};

/// The case as it is by now, if this may be done with it.
fn open_to(work: &mut Work<'_>, id: CaseId, doing: Doing) -> Result<Arc<Case>, Halt> {
    let case = catch_up(work, id, work.now())?;
    case.check(doing)?;
    Ok(case)
}

/// What is due about a case: breaches and escalations are entered, and a solved case closes.
pub(crate) fn wake(work: &mut Work<'_>, id: CaseId) -> Result<(), Halt> {
    catch_up(work, id, work.now())?;
    Ok(())
}

/// The file of a case.
fn file_of(work: &mut Work<'_>, case: &Case) -> Result<(DossierId, Dossier), Halt> {
    let id = DossierId::from_uuid(case.id.uuid());
    let file = work.document(id)?;
    let file = file.map_or_else(|| Dossier::new(case.customer), Arc::unwrap_or_clone);
    Ok((id, file))
}

/// The file of a case, to be written back: not for a customer who is erased, or is at the same time.
fn dossier(work: &mut Work<'_>, case: &Case) -> Result<(DossierId, Dossier), Halt> {
    super::customer::active(work, case.customer)?;
    file_of(work, case)
}

/// Sends a message about a case; to a customer, in the way the customer prefers. One who cannot be told is
/// noted, so that somebody finds another way.
fn tell(work: &mut Work<'_>, case: CaseId, draft: Draft) -> Result<(), Halt> {
    let Recipient::Customer(customer) = draft.to else {
        work.send(draft)?;
        return Ok(());
    };
    let purpose = draft.purpose.clone();
    match super::customer::tell(work, customer, draft)? {
        Told::Queued(_) => Ok(()),
        Told::Not(why) => {
            let why = Code::known(why.code());
            work.emit(case, CaseEvent::CustomerNotTold { purpose, why })
        }
    }
}

/// A person or a team has the case since `at`; only the first time counts.
fn taken(work: &mut Work<'_>, case: &Case, at: DateTime<Utc>) -> Result<(), Halt> {
    match case.clocks.standing().assigned_at {
        Some(_) => Ok(()),
        None => fact_at(work, case.id, at, Fact::Assigned),
    }
}

/// Gives the case to a team, from whichever had it.
fn give_to_team(
    work: &mut Work<'_>,
    id: CaseId,
    at: DateTime<Utc>,
    to: &Code,
    packet: Vec<Slot>,
) -> Result<(), Halt> {
    let case = work.need(id)?;
    let route = &case.route;
    let Some(from) = route.team.clone() else {
        work.emit(id, CaseEvent::Routed { to: to.clone() })?;
        return taken(work, &case, at);
    };
    if from == *to {
        return Ok(());
    }
    work.emit(
        id,
        CaseEvent::Transferred {
            from,
            to: to.clone(),
            bounce: route.before.as_ref() == Some(to),
            packet,
        },
    )?;
    let most = work.rulebook().cases().pin_after_transfers;
    let transfers = route.transfers.saturating_add(1);
    if !route.pinned && most.is_some_and(|most| transfers >= most) {
        work.emit(id, CaseEvent::OwnerPinned)?;
    }
    Ok(())
}

/// Moves the case to a status that is known to be right.
fn enter(work: &mut Work<'_>, case: &Case, to: Code, category: StatusCategory) -> Result<(), Halt> {
    enter_at(work, case, work.now(), to, category)
}

fn enter_at(
    work: &mut Work<'_>,
    case: &Case,
    at: DateTime<Utc>,
    to: Code,
    category: StatusCategory,
) -> Result<(), Halt> {
    let close_after = work.rulebook().cases().close_after_ms;
    let closes_at = close_after
        .filter(|_| category == StatusCategory::Solved)
        .and_then(|ms| case.solved_at.unwrap_or(at).checked_add_signed(span(ms)));
    work.emit(
        case.id,
        CaseEvent::Moved {
            from: case.status.clone(),
            to,
            category,
            closes_at,
        },
    )?;
    if category == case.category {
        return Ok(());
    }
    fact_at(work, case.id, at, Fact::Moved { to: category })?;
    // One that was merged goes on elsewhere.
    let is_over = category.is_done() && !case.is_done() && case.merged_into.is_none();
    match is_over {
        true => crate::flows::reactions::of_case(work, case.id),
        false => Ok(()),
    }
}

/// Ends the case in the status for cases that are over.
fn close(work: &mut Work<'_>, case: &Case, at: DateTime<Utc>) -> Result<(), Halt> {
    let closed = work.rulebook().cases().statuses.closed.clone();
    enter_at(work, case, at, closed, StatusCategory::Closed)
}

/// Ends a case on the business's own account, if it is not over.
pub(crate) fn close_by_business(work: &mut Work<'_>, id: CaseId) -> Result<(), Halt> {
    let case = catch_up(work, id, work.now())?;
    match case.is_done() {
        true => Ok(()),
        false => close(work, &case, work.now()),
    }
}

/// Opens the case again.
fn reopen(work: &mut Work<'_>, case: &Case, by: ReopenedBy) -> Result<(), Halt> {
    let statuses = &work.rulebook().cases().statuses;
    let to = statuses.reopened.clone();
    let category = statuses.category(&to).unwrap_or(StatusCategory::Open);
    work.emit(case.id, CaseEvent::Reopened(by))?;
    enter(work, case, to, category)
}

/// Whether an answer at `at` to a case that is over opens it again.
fn reopens(work: &Work<'_>, case: &Case, at: DateTime<Utc>) -> bool {
    let within = span(work.rulebook().cases().reopen_within_ms);
    let until = case
        .solved_at
        .and_then(|solved| solved.checked_add_signed(within));
    case.category == StatusCategory::Solved && until.is_some_and(|until| at <= until)
}

/// Milliseconds as a span of time.
fn span(ms: u64) -> TimeDelta {
    TimeDelta::try_milliseconds(i64::try_from(ms).unwrap_or(i64::MAX)).unwrap_or(TimeDelta::MAX)
}

/// Who speaks when this actor does.
const fn voice(actor: &Actor) -> Speaker {
    match actor {
        Actor::Customer(_) => Speaker::Customer,
        Actor::Staff { .. } => Speaker::Human,
        Actor::Bot(_) => Speaker::Bot,
        Actor::System => Speaker::System,
    }
}
