//! What the business configures about cases.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::handover::Slot;
use crate::kernel::{Code, Problem};
use crate::sla::StatusCategory;

/// One of the business's own status words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// What it means.
    pub category: StatusCategory,
    /// To which statuses a case may be moved from here. Itself among them means that giving a case the
    /// status it has is a move that the journal tells; otherwise it changes nothing.
    pub next: Vec<Code>,
}

/// The business's status words and how a case moves between them.
///
/// The default has `new`, `open`, `waiting_on_customer`, `on_hold`, `solved` and `closed`, each of the
/// category of that name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StatusTable {
    /// The statuses by name.
    pub statuses: BTreeMap<Code, Status>,
    /// The status of a new case.
    pub initial: Code,
    /// The status into which a customer's answer puts a case that waited for the customer.
    pub answered: Code,
    /// The status into which a case is reopened.
    pub reopened: Code,
    /// The status of a case that is over: closed by time, merged, called off.
    pub closed: Code,
}

impl Default for StatusTable {
    fn default() -> Self {
        use StatusCategory::{Closed, New, OnHold, Open, Solved, WaitingOnCustomer};
        let words: [(&'static str, StatusCategory, &[&'static str]); 6] = [
            (
                "new",
                New,
                &["open", "waiting_on_customer", "on_hold", "solved", "closed"],
            ),
            (
                "open",
                Open,
                &["waiting_on_customer", "on_hold", "solved", "closed"],
            ),
            (
                "waiting_on_customer",
                WaitingOnCustomer,
                &["open", "on_hold", "solved", "closed"],
            ),
            (
                "on_hold",
                OnHold,
                &["open", "waiting_on_customer", "solved", "closed"],
            ),
            ("solved", Solved, &["open", "closed"]),
            ("closed", Closed, &[]),
        ];
        let statuses = words.into_iter().map(|(name, category, next)| {
            let next = next.iter().map(|name| Code::known(name)).collect();
            (Code::known(name), Status { category, next })
        });
        Self {
            statuses: statuses.collect(),
            initial: Code::known("new"),
            answered: Code::known("open"),
            reopened: Code::known("open"),
            closed: Code::known("closed"),
        }
    }
}

impl StatusTable {
    /// What a status means.
    #[must_use]
    pub fn category(&self, status: &Code) -> Option<StatusCategory> {
        Some(self.statuses.get(status)?.category)
    }

    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (name, status) in &self.statuses {
            for (n, next) in status.next.iter().enumerate() {
                if !self.statuses.contains_key(next) {
                    let path = format!("statuses.{name}.next[{n}]");
                    problems.push(Problem::new(path, "case.unknown_status", next));
                }
            }
        }
        let roles = [
            ("initial", &self.initial, false),
            ("answered", &self.answered, false),
            ("reopened", &self.reopened, false),
            ("closed", &self.closed, true),
        ];
        for (path, name, closed) in roles {
            match self.category(name) {
                None => problems.push(Problem::new(path, "case.unknown_status", name)),
                Some(category) if closed && category == StatusCategory::Closed => {}
                // An answer into the status that waits for an answer would change nothing.
                Some(StatusCategory::WaitingOnCustomer) if path == "answered" => {
                    problems.push(Problem::new(path, "case.status_of_wrong_category", name));
                }
                Some(category) if !closed && !category.is_done() => {}
                Some(_) => {
                    problems.push(Problem::new(path, "case.status_of_wrong_category", name));
                }
            }
        }
        problems
    }
}

/// What a team asks of those who hand it a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TeamPolicy {
    /// The parts of a hand-over packet without which a transfer to the team is refused.
    pub required: Vec<Slot>,
}

/// What the business configures about cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CasePolicy {
    /// The status words.
    pub statuses: StatusTable,
    /// The priorities, lowest first.
    pub priorities: Vec<Code>,
    /// The priority of a case that is opened without one.
    pub default_priority: Code,
    /// How long after it was solved a customer's answer reopens a case, in milliseconds. Later, or once
    /// it is closed, it opens a follow-up.
    pub reopen_within_ms: u64,
    /// How long after it was solved a case is closed by itself, in milliseconds; never when absent.
    pub close_after_ms: Option<u64>,
    /// After how many transfers the owner is pinned and further ones are refused; never when absent. An
    /// owner who was unpinned is pinned again by the next transfer.
    pub pin_after_transfers: Option<u32>,
    /// What teams ask of those who hand them a case.
    pub teams: BTreeMap<Code, TeamPolicy>,
}

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

impl Default for CasePolicy {
    /// The default statuses; priorities `low`, `normal`, `high`, `urgent`; reopening within 14 days,
    /// closing after as many; the owner pinned after 3 transfers.
    fn default() -> Self {
        Self {
            statuses: StatusTable::default(),
            priorities: ["low", "normal", "high", "urgent"]
                .map(Code::known)
                .to_vec(),
            default_priority: Code::known("normal"),
            reopen_within_ms: 14 * DAY_MS,
            close_after_ms: Some(14 * DAY_MS),
            pin_after_transfers: Some(3),
            teams: BTreeMap::new(),
        }
    }
}

impl CasePolicy {
    /// Everything that is wrong with it, each with its path: `case.unknown_status`,
    /// `case.status_of_wrong_category`, `case.no_priorities`, `case.priority_repeated`,
    /// `case.unknown_priority`, `case.period_too_long`.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self
            .statuses
            .problems()
            .into_iter()
            .map(|problem| problem.within("statuses"))
            .collect();
        if self.priorities.is_empty() {
            problems.push(Problem::new("priorities", "case.no_priorities", "none"));
        }
        let mut seen = BTreeSet::new();
        for (n, priority) in self.priorities.iter().enumerate() {
            if !seen.insert(priority) {
                let path = format!("priorities[{n}]");
                problems.push(Problem::new(path, "case.priority_repeated", priority));
            }
        }
        if !self.priorities.contains(&self.default_priority) {
            problems.push(Problem::new(
                "default_priority",
                "case.unknown_priority",
                &self.default_priority,
            ));
        }
        let periods = [
            ("reopen_within_ms", Some(self.reopen_within_ms)),
            ("close_after_ms", self.close_after_ms),
        ];
        for (path, period) in periods {
            // A hundred years are enough, and can be added to any instant.
            if let Some(period) = period.filter(|period| *period > 36_525 * DAY_MS) {
                problems.push(Problem::new(path, "case.period_too_long", period));
            }
        }
        problems
    }

    /// Whether one priority is higher than another; every one is higher than one that is not listed.
    #[must_use]
    pub fn is_higher(&self, priority: &Code, than: &Code) -> bool {
        let place = |code: &Code| self.priorities.iter().position(|other| other == code);
        place(priority) > place(than)
    }

    /// The next higher priority; `None` at the top and for one that is not listed.
    #[must_use]
    pub fn above(&self, priority: &Code) -> Option<&Code> {
        let place = self.priorities.iter().position(|other| other == priority)?;
        self.priorities.get(place.checked_add(1)?)
    }
}
