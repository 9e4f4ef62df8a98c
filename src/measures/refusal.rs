//! Why measures refuse.

use chrono::NaiveDate;

use super::lens::Slot;
use crate::{calendar, satisfaction};

/// Why something about measures was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Measures taken in different ways are never put together.
    #[error("the measures were taken in different ways")]
    OtherLens,
    /// A period ends after it begins.
    #[error("the period from {from} to {to} is reversed or empty")]
    ReversedPeriod {
        /// Its first day.
        from: NaiveDate,
        /// The day after its last.
        to: NaiveDate,
    },
    /// A report covers whole slots of the figures.
    #[error("no {} of the figures begins on {day}", slot.name())]
    PartOfSlot {
        /// Where it was to begin or end.
        day: NaiveDate,
        /// The slots in which the figures are kept.
        slot: Slot,
    },
    /// A calendar could not answer.
    #[error(transparent)]
    Calendar(#[from] calendar::Refusal),
    /// Scores do not go together.
    #[error(transparent)]
    Satisfaction(#[from] satisfaction::Refusal),
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherLens => "measures.other_lens",
            Self::ReversedPeriod { .. } => "measures.reversed_period",
            Self::PartOfSlot { .. } => "measures.part_of_slot",
            Self::Calendar(_) => "measures.calendar",
            Self::Satisfaction(refusal) => refusal.code(),
        }
    }
}
