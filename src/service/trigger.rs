//! What makes a service due.

use serde::{Deserialize, Serialize};

use crate::calendar::Rule;
use crate::kernel::Code;

/// So much use of a unit between one service and the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterInterval {
    /// By which meter of the unit.
    pub meter: Code,
    /// How much use, in the meter's counts.
    pub every: u64,
    /// It is due when less than this is left.
    #[serde(default)]
    pub lead: u64,
}

impl MeterInterval {
    /// Every so many counts of a meter, without a lead.
    #[must_use]
    pub const fn every(every: u64, meter: Code) -> Self {
        Self {
            meter,
            every,
            lead: 0,
        }
    }

    /// Due when less than this is left.
    #[must_use]
    pub const fn with_lead(mut self, lead: u64) -> Self {
        self.lead = lead;
        self
    }

    /// Whether a service due at `target` is due when the use is this: at the target, or when less than the lead is left.
    ///
    /// ```
    /// use aftercare::{code, service::MeterInterval};
    /// let oil = MeterInterval::every(10_000, code!("km")).with_lead(500);
    /// assert!(!oil.is_reached(9_500, 10_000));
    /// assert!(oil.is_reached(9_501, 10_000));
    /// ```
    #[must_use]
    pub const fn is_reached(&self, usage: u64, target: u64) -> bool {
        usage >= self.due_from(target)
    }

    /// The least use at which a service due at `target` is due.
    #[must_use]
    pub const fn due_from(&self, target: u64) -> u64 {
        match self.lead.checked_sub(1) {
            Some(within) => target.saturating_sub(within),
            None => target,
        }
    }
}

/// What use a reading has to show for a service to be due.
///
/// It looks at the use since the unit was new, as meters count it: replaced and rolled-over dials included. What goes up and down (a
/// temperature, the thickness of a pad) is no such meter, and its readings are refused when they go back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Of which meter.
    pub meter: Code,
    /// How much.
    pub threshold: Threshold,
}

impl Condition {
    /// Due as soon as the use by a meter is this or more.
    #[must_use]
    pub const fn at_least(limit: u64, meter: Code) -> Self {
        let threshold = Threshold::AtLeast(limit);
        Self { meter, threshold }
    }

    /// Due as soon as a reading shows a use of this or less: one that was used too little.
    #[must_use]
    pub const fn at_most(limit: u64, meter: Code) -> Self {
        let threshold = Threshold::AtMost(limit);
        Self { meter, threshold }
    }
}

/// A limit of what a meter shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Threshold {
    /// This or more.
    AtLeast(u64),
    /// This or less.
    AtMost(u64),
}

impl Threshold {
    /// Whether a reading is beyond it; at the limit it is.
    #[must_use]
    pub const fn is_met(self, shows: u64) -> bool {
        match self {
            Self::AtLeast(limit) => shows >= limit,
            Self::AtMost(limit) => shows <= limit,
        }
    }

    /// Whether every reading is beyond it, so that it says nothing.
    pub(super) const fn is_always_met(self) -> bool {
        matches!(self, Self::AtLeast(0) | Self::AtMost(u64::MAX))
    }
}

/// What makes a service due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueWhen {
    /// Dates.
    Calendar(Rule),
    /// Use.
    Meter(MeterInterval),
    /// Dates or use, whichever comes first. One service resets both.
    FirstOf(Rule, MeterInterval),
    /// Dates and use, when both have come. One service resets both.
    AllOf(Rule, MeterInterval),
    /// What a reading shows.
    Condition(Condition),
}

impl DueWhen {
    /// The dates it goes by.
    #[must_use]
    pub const fn rule(&self) -> Option<&Rule> {
        match self {
            Self::Calendar(rule) | Self::FirstOf(rule, _) | Self::AllOf(rule, _) => Some(rule),
            Self::Meter(_) | Self::Condition(_) => None,
        }
    }

    /// The meter it goes by.
    #[must_use]
    pub const fn meter(&self) -> Option<&Code> {
        match self {
            Self::Meter(every) | Self::FirstOf(_, every) | Self::AllOf(_, every) => {
                Some(&every.meter)
            }
            Self::Condition(condition) => Some(&condition.meter),
            Self::Calendar(_) => None,
        }
    }
}
