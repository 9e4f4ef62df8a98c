//! What changed about the clocks of a case.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::fact::Noted;
use super::state::Clock;
use super::target::{Metric, Origin};
use crate::kernel::Code;

/// Which clock of a case: a case has at most one for each of these.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ClockKey {
    /// The group of the policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Code>,
    /// What is measured.
    pub metric: Metric,
    /// From where.
    pub origin: Origin,
}

/// Something changed about the clocks of a case.
///
/// Each carries everything that was computed, so that [`Clocks::apply`](super::Clocks::apply) needs no
/// calendar and cannot fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClocksEvent {
    /// A fact was taken in. The facts of a case, in this order, are its whole history as far as clocks
    /// go: give them to [`Clocks::retarget`](super::Clocks::retarget) when it asks for the history.
    Noted(Noted),
    /// A clock came into being, or took on another target.
    Targeted {
        /// When.
        at: DateTime<Utc>,
        /// Whether time before the change counts.
        basis: Basis,
        /// The clock as it is now.
        clock: Arc<Clock>,
    },
    /// One clock went on.
    Clock {
        /// Which.
        clock: ClockKey,
        /// When, UTC: the instant it became so, not the instant somebody looked.
        at: DateTime<Utc>,
        /// How.
        event: ClockEvent,
    },
}

impl ClocksEvent {
    /// The breach this event enters in the ledger, if it is one.
    #[must_use]
    pub const fn breach(&self) -> Option<&Breach> {
        match self {
            Self::Clock {
                event: ClockEvent::Breached { breach, .. },
                ..
            } => Some(breach),
            Self::Clock { .. } | Self::Noted(_) | Self::Targeted { .. } => None,
        }
    }

    /// The escalation step this event fires, and of which clock, if it is one. What to do about it is in
    /// [`Clocks::step`](super::Clocks::step).
    #[must_use]
    pub const fn step(&self) -> Option<(&ClockKey, &Code)> {
        match self {
            Self::Clock {
                clock,
                event: ClockEvent::StepFired { step, .. },
                ..
            } => Some((clock, step)),
            Self::Clock { .. } | Self::Noted(_) | Self::Targeted { .. } => None,
        }
    }
}

/// From where a changed target counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// As if the target had applied from the beginning.
    #[default]
    Origin,
    /// From the moment of the change; what was consumed before is not charged.
    Change,
}

/// The instants a running clock looks forward to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// When the target is used up, UTC; done at exactly this instant is done in time. For a clock that is
    /// already breached, the instant it was.
    pub due_at: DateTime<Utc>,
    /// The next instant at which the clock has something to tell, UTC; nothing left when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<DateTime<Utc>>,
}

/// One clock went on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClockEvent {
    /// A cycle began with nothing consumed.
    Started {
        /// Which, from 1.
        cycle: u32,
        /// Absent when it began in a category that pauses it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        schedule: Option<Schedule>,
    },
    /// It stopped counting for a while.
    Paused {
        /// Consumed so far, in milliseconds of the clock's own time.
        consumed_ms: i64,
    },
    /// It counts again after a pause, or after a reopening that continues.
    Resumed {
        /// Consumed so far, in milliseconds of the clock's own time.
        consumed_ms: i64,
        /// What it looks forward to.
        schedule: Schedule,
    },
    /// What was promised was done.
    Met {
        /// Consumed in the end, in milliseconds of the clock's own time.
        consumed_ms: i64,
        /// It was done late.
        breached: bool,
    },
    /// What was promised is no longer needed for now: the case was solved without it.
    Lapsed {
        /// Consumed in the end, in milliseconds of the clock's own time.
        consumed_ms: i64,
    },
    /// The target was used up.
    Breached {
        /// The entry for the ledger.
        breach: Breach,
        /// The next instant at which the clock has something to tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_at: Option<DateTime<Utc>>,
    },
    /// An escalation step came due.
    StepFired {
        /// Its name.
        step: Code,
        /// The next instant at which the clock has something to tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_at: Option<DateTime<Utc>>,
    },
    /// It counts no more, for good.
    Ended {
        /// Why.
        reason: EndReason,
        /// Consumed in the end, in milliseconds of the clock's own time.
        consumed_ms: i64,
    },
}

/// Why a clock ended without its promise being kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EndReason {
    /// The case was merged into another.
    Merged,
    /// The case was called off.
    Cancelled,
    /// The policy that applies now has no such target.
    Superseded,
    /// The case was solved, and the target is for the time before that only.
    Solved,
}

/// A promise that was broken: a line of the ledger, never changed and never erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// The policy that made the promise.
    pub policy: Code,
    /// The policy's revision.
    pub revision: u32,
    /// The group of the policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Code>,
    /// The target.
    pub target: Code,
    /// What was measured.
    pub metric: Metric,
    /// From where.
    pub origin: Origin,
    /// Which instance of the target, from 1.
    pub cycle: u32,
    /// The instant after which it was late, UTC.
    pub due_at: DateTime<Utc>,
    /// When it was noticed, UTC: says something about who looked, nothing about the breach.
    pub noticed_at: DateTime<Utc>,
}

impl Breach {
    /// The same broken promise, whenever it was noticed.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let noticed_at = self.noticed_at;
        *self
            == Self {
                noticed_at,
                ..other.clone()
            }
    }
}

/// The breaches of a case; lines are only ever added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ledger(Vec<Breach>);

impl Ledger {
    /// Adds a line; a broken promise that is there already is not entered twice, and `false` says so.
    pub fn enter(&mut self, breach: &Breach) -> bool {
        if self.0.iter().any(|line| line.is_same(breach)) {
            return false;
        }
        self.0.push(breach.clone());
        true
    }

    /// The lines in the order they were entered.
    pub fn iter(&self) -> std::slice::Iter<'_, Breach> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// No promise was broken.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Ledger {
    type Item = &'a Breach;
    type IntoIter = std::slice::Iter<'a, Breach>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
