//! One incident, read back from the desk.

use std::sync::Arc;

use aftercare::case::{Case, CaseEvent};
use aftercare::code;
use aftercare::desk::Journal;
use aftercare::kernel::{Actor, CaseId, Code, DossierId};
use aftercare::record::{Cursor, Event, Index, Key, Query, rank_of};
use aftercare::sla::ClockState;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{HelpDesk, Result, rules};

/// What the log says about an incident as a whole, beside what happened to it: kept on the case's file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    pub made_sla: bool,
    pub resolved_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub reassignments: u32,
    pub reopens: u32,
}

impl Claims {
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The fact under which the claims are on file.
pub fn fact() -> Code {
    code!("log")
}

/// What the log said last about a case.
pub fn claims(desk: &HelpDesk, case: CaseId) -> Result<Option<Claims>> {
    let file = desk.get(&Actor::System, DossierId::from_uuid(case.uuid()))?;
    let known = file.as_ref().and_then(|file| file.facts.get(&fact()));
    known
        .map(|known| Ok(serde_json::from_str(known.value.expose())?))
        .transpose()
}

/// One incident: the case, the log's claims about it, and its way through the states.
pub struct Incident {
    pub case: Arc<Case>,
    pub claims: Claims,
    /// How many rows of the log were about it, by the state they named.
    pub states: Vec<Code>,
    /// How often it left resolved or closed for work.
    pub reopens: u32,
    /// When the last row named it resolved.
    pub resolved_at: Option<DateTime<Utc>>,
}

impl Incident {
    pub fn read(desk: &HelpDesk, id: CaseId) -> Result<Self> {
        let case = desk.get(&Actor::System, id)?.ok_or("a case is gone")?;
        let mut incident = Self {
            case,
            claims: claims(desk, id)?.unwrap_or_default(),
            states: Vec::new(),
            reopens: 0,
            resolved_at: None,
        };
        let mut journal = Journal::of(Key::of(id)).limit(500);
        loop {
            let page = desk.ask(&Actor::System, &journal)?;
            for entry in &page.entries {
                for event in &entry.events {
                    incident.note(event, entry.stamp.at);
                }
            }
            if page.next.is_none() {
                return Ok(incident);
            }
            journal = journal.after(page.next);
        }
    }

    fn note(&mut self, event: &Event, at: DateTime<Utc>) {
        let Event::Case(_, CaseEvent::Moved { from, to, .. }) = event else {
            return;
        };
        self.states.push(to.clone());
        self.reopens += u32::from(rules::is_settled(from) && !rules::is_settled(to));
        if to.as_str() == rules::RESOLVED {
            self.resolved_at = Some(at);
        }
    }

    /// Whether the desk's clock says that the promise of its priority was kept; `None` while it is not
    /// closed, and where nothing is promised.
    pub fn made_sla(&self) -> Option<bool> {
        let policy = rules::policy_of(self.case.priority.as_str());
        let mut clocks = self.case.clocks.iter();
        let clock = clocks.find(|clock| clock.policy.name.as_str() == policy)?;
        let is_met = matches!(clock.state, ClockState::Met { .. });
        is_met.then_some(clock.breached_at.is_none())
    }

    /// Whether the same customer had opened another case within a span of time before this one.
    pub fn is_repeat(&self, desk: &HelpDesk, within: TimeDelta) -> Result<bool> {
        let opened = self.case.opened_at;
        let this = Cursor {
            rank: rank_of(opened),
            key: Key::of(self.case.id),
        };
        let earlier = Query::new(Index::CasesByCustomer, self.case.customer.uuid())
            .descending()
            .after(Some(this))
            .starting(rank_of(opened - within))
            .limit(1);
        Ok(!desk.find(&Actor::System, &earlier)?.found.is_empty())
    }
}
