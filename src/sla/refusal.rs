//! Why the clocks refuse.

use crate::calendar;
use crate::kernel::Code;

/// Why the clocks of a case could not be moved on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// There is no calendar of this name and revision.
    #[error("no calendar {name} of revision {}", .revision.map_or_else(|| "any".to_owned(), |r| r.to_string()))]
    CalendarMissing {
        /// The name a target gives.
        name: Code,
        /// The revision that was pinned; absent when any would have done.
        revision: Option<u32>,
    },
    /// The calendar could not answer.
    #[error(transparent)]
    Calendar(#[from] calendar::Refusal),
    /// An instant lies beyond the range of instants.
    #[error("an instant lies beyond what can be told")]
    OutOfRange,
    /// What changed cannot be worked out from what is remembered: give the facts of the case.
    #[error("the facts of the case are needed to apply target {target} from the origin")]
    HistoryNeeded {
        /// The first target that needs them.
        target: Code,
    },
}

impl Refusal {
    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CalendarMissing { .. } => "sla.calendar_missing",
            Self::Calendar(_) => "sla.calendar",
            Self::OutOfRange => "sla.out_of_range",
            Self::HistoryNeeded { .. } => "sla.history_needed",
        }
    }
}
