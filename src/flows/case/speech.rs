//! What is said about a case, and what that does to it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::clocks::{catch_up, fact_at};
use super::{dossier, enter, open, reopen, reopens};
use crate::case::{Case, CaseEvent, Dossier, LinkKind, ReopenedBy};
use crate::interaction::Channel;
use crate::kernel::{CaseId, DossierId, InteractionId};
use crate::sla::{Fact, Speaker, StatusCategory};
use crate::work::{Halt, Work};

/// Something was said about a case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spoken {
    /// In which interaction.
    pub(crate) interaction: InteractionId,
    /// Over what.
    pub(crate) channel: Option<Channel>,
    /// When, UTC.
    pub(crate) at: DateTime<Utc>,
    /// Until when the interaction went on, UTC: a call does after it was answered.
    pub(crate) until: DateTime<Utc>,
    /// By whom.
    pub(crate) by: Speaker,
    /// Whether the customer can see it.
    pub(crate) is_public: bool,
    /// Whether the customer waits for an answer to it.
    pub(crate) asks: bool,
}

impl Spoken {
    /// Whether it was said before `since`, and is told only now. What is told as it is said is never old,
    /// even where two clocks differ a little.
    fn is_older_than(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        self.at < now && self.at < since
    }

    /// What clocks make of it. A reply that was over before there was the case is none to it; one that was over before the
    /// question that waits has told the customer something, and does not answer that.
    fn fact(&self, case: &Case, now: DateTime<Utc>) -> Option<Fact> {
        let fact = Fact::Spoke {
            by: self.by,
            public: self.is_public,
            asking: self.asks,
        };
        let is_old = |since| fact.is_public_reply() && self.until < now && self.until < since;
        let asked_at = case.clocks.standing().asked_at;
        if is_old(case.opened_at) {
            None
        } else if asked_at.is_some_and(is_old) {
            Some(Fact::Updated)
        } else {
            Some(fact)
        }
    }
}

/// Tells a case that something was said about it, so that its clocks and status follow. Answers with the
/// case it was said about in the end: the one that goes on for a merged one, or a follow-up of one that
/// is over.
pub(crate) fn spoke(work: &mut Work<'_>, case: CaseId, spoken: Spoken) -> Result<CaseId, Halt> {
    let now = work.now();
    let mut case = survivor(work, case, spoken.at)?;
    let answers = spoken.by == Speaker::Customer && spoken.asks;
    let mut seen = BTreeSet::from([case.id]);
    while case.is_done() && answers && !spoken.is_older_than(over_since(&case), now) {
        if reopens(work, &case, spoken.at) {
            said(work, case.id, spoken)?;
            let case = work.need(case.id)?;
            reopen(work, &case, ReopenedBy::Answer(spoken.interaction))?;
            return Ok(case.id);
        }
        case = match followed_up_by(work, &case, spoken.at, &mut seen)? {
            Some(next) => next,
            None => return follow_up(work, &case, spoken),
        };
    }
    said(work, case.id, spoken)?;
    let waits = case.category == StatusCategory::WaitingOnCustomer;
    if answers && waits && !spoken.is_older_than(case.since(), now) {
        let statuses = &work.rulebook().cases().statuses;
        let to = statuses.answered.clone();
        let category = statuses.category(&to).unwrap_or(StatusCategory::Open);
        let case = work.need(case.id)?;
        enter(work, &case, to, category)?;
    }
    Ok(case.id)
}

/// Since when a case is over that is.
fn over_since(case: &Case) -> DateTime<Utc> {
    case.solved_at.unwrap_or(case.since())
}

/// The case that goes on for this one as it is at `at`: itself, unless it was merged.
fn survivor(work: &mut Work<'_>, id: CaseId, at: DateTime<Utc>) -> Result<Arc<Case>, Halt> {
    let mut case = work.need(id)?;
    while let Some(into) = case.merged_into {
        case = work.need(into)?;
    }
    catch_up(work, case.id, at)
}

fn said(work: &mut Work<'_>, id: CaseId, spoken: Spoken) -> Result<(), Halt> {
    let (by, public, asks) = (spoken.by, spoken.is_public, spoken.asks);
    let interaction = spoken.interaction;
    work.emit(
        id,
        CaseEvent::Spoke {
            interaction,
            by,
            public,
            asks,
        },
    )?;
    let case = work.need(id)?;
    match spoken.fact(&case, work.now()) {
        Some(fact) => fact_at(work, id, spoken.at, fact),
        None => Ok(()),
    }
}

/// The latest case of the same customer that goes on from this one, and in which nobody looked yet, so that following
/// the links comes to an end. It may be an older one, into which the follow-up was merged.
fn followed_up_by(
    work: &mut Work<'_>,
    case: &Case,
    at: DateTime<Utc>,
    seen: &mut BTreeSet<CaseId>,
) -> Result<Option<Arc<Case>>, Halt> {
    for (kind, id) in case.links.iter().rev() {
        if *kind == LinkKind::FollowedUpBy && work.get(*id)?.is_some() {
            let next = survivor(work, *id, at)?;
            if seen.insert(next.id) && is_same_customer(work, &next, case)? {
                return Ok(Some(next));
            }
        }
    }
    Ok(None)
}

/// Whether two cases are of one customer, under whichever of their records.
fn is_same_customer(work: &mut Work<'_>, one: &Case, other: &Case) -> Result<bool, Halt> {
    if one.customer == other.customer {
        return Ok(true);
    }
    let one = crate::flows::customer::survivor(work, one.customer)?.id;
    Ok(one == crate::flows::customer::survivor(work, other.customer)?.id)
}

/// Opens a case that goes on from one that is over.
fn follow_up(work: &mut Work<'_>, old: &Case, spoken: Spoken) -> Result<CaseId, Halt> {
    let mut opening = open::like(work, old);
    opening.channel = spoken.channel.or(opening.channel);
    opening.interaction = Some(spoken.interaction);
    opening.from = Some((LinkKind::FollowUpOf, old.id));
    let id = work.new_id();
    open::begin(work, id, opening, true)?;
    open::refer_like(work, id, old)?;
    let (_, file) = dossier(work, old)?;
    let own = Dossier {
        facts: file.facts,
        subject: file.subject,
        ..Dossier::new(old.customer)
    };
    work.put(DossierId::from_uuid(id.uuid()), own)?;
    let kind = LinkKind::FollowedUpBy;
    work.emit(old.id, CaseEvent::Linked { to: id, kind })?;
    Ok(id)
}
