//! What looks like fraud, and the evidence for it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::kernel::CustomerId;

/// More than so many movements within so long look wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Velocity {
    /// So many are fine; at most [`MOST`](Self::MOST).
    pub most: u32,
    /// Within so many milliseconds.
    pub within_ms: u64,
    /// Whether what is more is refused; else it is only flagged.
    #[serde(default)]
    pub refuse: bool,
}

impl Velocity {
    /// The highest limit: an account remembers so many instants.
    pub const MOST: u32 = 64;

    /// The first instant that still counts at `at`.
    fn since(self, at: DateTime<Utc>) -> DateTime<Utc> {
        let within = i64::try_from(self.within_ms).ok();
        within
            .and_then(TimeDelta::try_milliseconds)
            .and_then(|within| at.checked_sub_signed(within))
            .unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

/// Reversals beyond this part of all earnings look wrong. An earning that is taken back in several parts is one reversal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReversalPattern {
    /// From so many reversals on.
    pub at_least: u32,
    /// More than so many percent of the earnings.
    pub percent: u32,
}

/// What looks like fraud.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Guards {
    /// How often points may be earned; a purchase counts once, whatever point currencies it brings.
    pub earning: Option<Velocity>,
    /// How often points may be spent; a hold counts when it is made, whatever becomes of it.
    pub spending: Option<Velocity>,
    /// How many earnings may be taken back.
    pub reversals: Option<ReversalPattern>,
}

/// What a guard found, with the evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Finding {
    /// Points were earned too often.
    EarningVelocity {
        /// How often, this time included.
        count: u32,
        /// Since when, UTC.
        since: DateTime<Utc>,
    },
    /// Points were spent too often.
    SpendingVelocity {
        /// How often, this time included.
        count: u32,
        /// Since when, UTC.
        since: DateTime<Utc>,
    },
    /// Too many earnings were taken back.
    ReversalPattern {
        /// How many.
        reversals: u32,
        /// Of how many.
        earnings: u32,
    },
    /// A customer referred themselves.
    SelfReferral {
        /// Who was referred: the same customer, or one that was merged with them.
        referred: CustomerId,
    },
}

impl Finding {
    /// The name of the guard.
    #[must_use]
    pub const fn guard(&self) -> &'static str {
        match self {
            Self::EarningVelocity { .. } => "earning_velocity",
            Self::SpendingVelocity { .. } => "spending_velocity",
            Self::ReversalPattern { .. } => "reversal_pattern",
            Self::SelfReferral { .. } => "self_referral",
        }
    }
}

/// The last instants at which something was done: as many as a guard needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tempo(Vec<DateTime<Utc>>);

impl Tempo {
    pub(crate) fn beat(&mut self, at: DateTime<Utc>) {
        if self.0.len() >= usize::try_from(Velocity::MOST).unwrap_or(64) {
            self.0.remove(0);
        }
        self.0.push(at);
    }

    /// Takes in when another did it.
    pub(crate) fn absorb(&mut self, other: &Self) {
        self.0.extend(&other.0);
        self.0.sort_unstable();
        let most = usize::try_from(Velocity::MOST).unwrap_or(64);
        let over = self.0.len().saturating_sub(most);
        self.0.drain(..over);
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How often it was done within the guard's time, this time included, and since when, if that is too often.
    pub(crate) fn beyond(
        &self,
        velocity: Velocity,
        at: DateTime<Utc>,
    ) -> Option<(u32, DateTime<Utc>)> {
        let since = velocity.since(at);
        let mut before = self.0.iter().filter(|beat| **beat > since);
        let first = *before.clone().next()?;
        let count = u32::try_from(before.by_ref().count()).unwrap_or(u32::MAX);
        let count = count.saturating_add(1);
        (count > velocity.most).then_some((count, first))
    }
}

impl ReversalPattern {
    pub(crate) fn found(self, reversals: u32, earnings: u32) -> Option<Finding> {
        let is_much = u64::from(reversals) * 100 > u64::from(earnings) * u64::from(self.percent);
        (reversals >= self.at_least && is_much).then_some(Finding::ReversalPattern {
            reversals,
            earnings,
        })
    }
}
