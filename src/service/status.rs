//! Where a service stands, and what can happen to it then.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a service stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OccurrenceStatus {
    /// It is to be done.
    Planned,
    /// The customer was reminded of it.
    Reminded,
    /// A visit is booked for it.
    Booked,
    /// Its time is over, and it is still to be done.
    Overdue,
    /// It was done.
    Done,
    /// It was left out, for a reason.
    Skipped,
    /// It was given up when its time was over, for a reason.
    Missed,
}

/// Something that happens to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Step {
    /// The customer is reminded.
    Remind,
    /// A visit is booked.
    Book,
    /// The visit is off.
    Unbook,
    /// It is put off, or its date is foreseen otherwise.
    Move,
    /// Its time is over.
    Expire,
    /// It is done.
    Complete,
    /// It is left out, or given up.
    Drop,
}

impl OccurrenceStatus {
    /// The status after a step; `None` when the step cannot be taken.
    ///
    /// ```text
    ///   planned -- remind --> reminded -- book --> booked -- complete --> done
    ///      |  \                  |   ^               |
    ///      |   +----- expire ----+-> overdue <- unbook, when its time is over
    ///      +--------- drop ------+-> skipped, missed when it is overdue
    /// ```
    #[must_use]
    pub const fn after(self, step: Step) -> Option<Self> {
        use OccurrenceStatus::{Booked, Done, Missed, Overdue, Planned, Reminded, Skipped};
        match (self, step) {
            (Planned | Reminded, Step::Remind) => Some(Reminded),
            (Planned | Reminded | Overdue, Step::Book) => Some(Booked),
            // Whoever was reminded of it before is not asked: it is to be done again.
            (Booked, Step::Unbook) => Some(Planned),
            (Planned | Reminded | Overdue, Step::Move) => Some(Planned),
            (Booked, Step::Move) => Some(Booked),
            (Planned | Reminded, Step::Expire) => Some(Overdue),
            (Planned | Reminded | Booked | Overdue, Step::Complete) => Some(Done),
            (Planned | Reminded | Booked, Step::Drop) => Some(Skipped),
            (Overdue, Step::Drop) => Some(Missed),
            (Booked | Overdue, Step::Remind)
            | (Booked, Step::Book | Step::Expire)
            | (Planned | Reminded | Overdue, Step::Unbook)
            | (Overdue, Step::Expire)
            | (
                Done | Skipped | Missed,
                Step::Remind
                | Step::Book
                | Step::Unbook
                | Step::Move
                | Step::Expire
                | Step::Complete
                | Step::Drop,
            ) => None,
        }
    }

    /// Whether it is still to be done.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(
            self,
            Self::Planned | Self::Reminded | Self::Booked | Self::Overdue
        )
    }

    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Reminded => "reminded",
            Self::Booked => "booked",
            Self::Overdue => "overdue",
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::Missed => "missed",
        }
    }
}

impl fmt::Display for OccurrenceStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
