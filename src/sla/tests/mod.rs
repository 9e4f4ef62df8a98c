//! Each rule by name, a reference model, and laws.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test picks out what it is about"
)]

mod choice;
mod clocks;
mod laws;
mod model;
mod pauses;
mod retargeting;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::calendar::BusinessHours;
use crate::code;
use crate::kernel::Code;

pub(super) type Calendar = BTreeMap<Code, BTreeMap<u32, BusinessHours>>;

pub(super) fn at(text: &str) -> DateTime<Utc> {
    format!("2026-{text}:00Z").parse().unwrap()
}

pub(super) fn hours(n: i64) -> TimeDelta {
    TimeDelta::hours(n)
}

pub(super) const HOUR: i64 = 60 * 60 * 1000;

/// Monday to Friday, nine to five; 2026-01-05 is a Monday.
pub(super) fn calendars() -> Calendar {
    let nine_to_five = BusinessHours::weekdays("UTC", "09:00", "17:00").unwrap();
    let long = BusinessHours::weekdays("UTC", "08:00", "20:00").unwrap();
    BTreeMap::from([
        (code!("support"), BTreeMap::from([(1, nine_to_five)])),
        (code!("long"), BTreeMap::from([(1, long)])),
    ])
}

pub(super) fn business() -> TimeBase {
    TimeBase::Business(code!("support"))
}

pub(super) fn target(metric: Metric, within: i64) -> Target {
    Target::new(code!("t"), metric, hours(within), business())
}

/// A case with its clocks and everything they said.
pub(super) struct Desk {
    pub(super) clocks: Clocks,
    pub(super) events: Vec<ClocksEvent>,
    pub(super) ledger: Ledger,
    pub(super) calendars: Calendar,
}

pub(super) const BY_CUSTOMER: Fact = Fact::Opened {
    by: Speaker::Customer,
    public: true,
    category: StatusCategory::New,
};

pub(super) const fn said(by: Speaker) -> Fact {
    Fact::Spoke {
        by,
        public: true,
        asking: true,
    }
}

pub(super) const REPLY: Fact = said(Speaker::Human);
pub(super) const QUESTION: Fact = said(Speaker::Customer);
pub(super) const NOTE: Fact = Fact::Spoke {
    by: Speaker::Human,
    public: false,
    asking: false,
};
pub(super) const THANKS: Fact = Fact::Spoke {
    by: Speaker::Customer,
    public: true,
    asking: false,
};

pub(super) const fn moved(to: StatusCategory) -> Fact {
    Fact::Moved { to }
}
pub(super) const SOLVED: Fact = moved(StatusCategory::Solved);
pub(super) const OPEN: Fact = moved(StatusCategory::Open);
pub(super) const WAITING: Fact = moved(StatusCategory::WaitingOnCustomer);

pub(super) fn policy(name: &str, targets: impl IntoIterator<Item = Target>) -> Policy {
    let policy = Policy::new(Code::try_new(name).unwrap(), 1);
    targets.into_iter().fold(policy, Policy::promising)
}

impl Desk {
    pub(super) fn open(when: &str, target: Target) -> Self {
        Self::open_with(when, BY_CUSTOMER, &[&policy("p", [target])])
    }

    pub(super) fn open_with(when: &str, opening: Fact, policies: &[&Policy]) -> Self {
        let calendars = calendars();
        let events = Clocks::open(at(when), opening, policies, &calendars).unwrap();
        let mut desk = Self {
            clocks: Clocks::default(),
            events: Vec::new(),
            ledger: Ledger::default(),
            calendars,
        };
        desk.take(events);
        desk
    }

    pub(super) fn take(&mut self, events: Vec<ClocksEvent>) {
        for event in events {
            self.clocks.apply(&event);
            event.breach().map(|breach| self.ledger.enter(breach));
            self.events.push(event);
        }
    }

    pub(super) fn tell(&mut self, when: &str, fact: Fact) -> &mut Self {
        let events = self.clocks.advance(at(when), fact, &self.calendars);
        self.take(events.unwrap());
        self
    }

    pub(super) fn look(&mut self, when: &str) -> &mut Self {
        let events = self.clocks.settle(at(when), &self.calendars).unwrap();
        self.take(events);
        self
    }

    pub(super) fn facts(&self) -> Vec<Noted> {
        let noted = |event: &ClocksEvent| match event {
            ClocksEvent::Noted(noted) => Some(*noted),
            _ => None,
        };
        self.events.iter().filter_map(noted).collect()
    }

    pub(super) fn retarget(&mut self, when: &str, target: Target, basis: Basis) -> &mut Self {
        let facts = self.facts();
        let policy = policy("q", [target]);
        let events =
            self.clocks
                .retarget(at(when), &[&policy], basis, Some(&facts), &self.calendars);
        self.take(events.unwrap());
        self
    }

    pub(super) fn clock(&self) -> &Clock {
        self.clocks.iter().next().unwrap()
    }

    pub(super) fn view(&self, when: &str) -> ClockView {
        let views = self.clocks.view(at(when), &self.calendars).unwrap();
        views.into_iter().next().unwrap()
    }

    /// Consumed by every cycle that was met, in hours.
    pub(super) fn met(&self) -> Vec<(i64, bool)> {
        let met = |event: &ClocksEvent| match event {
            ClocksEvent::Clock {
                event:
                    ClockEvent::Met {
                        consumed_ms,
                        breached,
                    },
                ..
            } => Some((*consumed_ms / HOUR, *breached)),
            _ => None,
        };
        self.events.iter().filter_map(met).collect()
    }

    pub(super) fn missed(&self) -> Vec<DateTime<Utc>> {
        self.ledger.iter().map(|breach| breach.due_at).collect()
    }

    pub(super) fn fired(&self) -> Vec<(String, DateTime<Utc>)> {
        let fired = |event: &ClocksEvent| match event {
            ClocksEvent::Clock {
                event: ClockEvent::StepFired { step, .. },
                at,
                ..
            } => Some((step.to_string(), *at)),
            _ => None,
        };
        self.events.iter().filter_map(fired).collect()
    }
}
