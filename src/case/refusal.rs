//! Why something about a case was refused.

use super::handover::Slot;
use crate::kernel::{CaseId, Code};
use crate::sla;

/// Why something about a case was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The status table does not know the status.
    #[error("there is no status {status}")]
    UnknownStatus {
        /// Which.
        status: Code,
    },
    /// The case may not be moved there from where it is.
    #[error("a case cannot go from {from} to {to}; it can go to {allowed:?}")]
    IllegalMove {
        /// Where it is.
        from: Code,
        /// Where it should have gone.
        to: Code,
        /// Where it may go.
        allowed: Vec<Code>,
    },
    /// The case is closed.
    #[error("the case is closed")]
    AlreadyClosed,
    /// The case is not over.
    #[error("the case is not over")]
    StillOpen,
    /// The case was merged into another.
    #[error("the case was merged into {into}")]
    Merged {
        /// Which goes on for it.
        into: CaseId,
    },
    /// A case cannot be merged with or linked to itself.
    #[error("a case cannot be combined with itself")]
    Itself,
    /// The two cases belong to different customers.
    #[error("the cases belong to different customers")]
    OtherCustomer,
    /// The order is another customer's.
    #[error("the order belongs to another customer")]
    OrderOfAnother,
    /// The cases are linked in this way already, or are not.
    #[error("the link is there already, or is not there")]
    SameLink,
    /// The priority is not one of the business's.
    #[error("there is no priority {priority}")]
    UnknownPriority {
        /// Which.
        priority: Code,
    },
    /// The team has the case already.
    #[error("team {team} has the case already")]
    SameTeam {
        /// Which.
        team: Code,
    },
    /// No team has the case, so none can hand it over; it can be routed to one.
    #[error("no team has the case")]
    NoTeam,
    /// A team has the case; it can hand it over.
    #[error("team {team} has the case")]
    HasTeam {
        /// Which.
        team: Code,
    },
    /// The hand-over lacks what the team asks for.
    #[error("the hand-over to {team} lacks {missing:?}")]
    HandOverIncomplete {
        /// The team.
        team: Code,
        /// What is missing.
        missing: Vec<Slot>,
    },
    /// A text is longer than a file holds.
    #[error("the text has {bytes} bytes; a file holds {most}")]
    TooLong {
        /// Its length in bytes.
        bytes: usize,
        /// The longest, in bytes.
        most: usize,
    },
    /// A fact says nothing.
    #[error("the fact {fact} says nothing")]
    BlankFact {
        /// Which.
        fact: Code,
    },
    /// The file has no room for further facts or hand-overs.
    #[error("the file is full: it holds {most}")]
    FileFull {
        /// How many there can be.
        most: usize,
    },
    /// The case was handed around too often: its owner is pinned.
    #[error("the owner is pinned after {transfers} transfers")]
    OwnerPinned {
        /// How often it was handed over.
        transfers: u32,
    },
    /// The case is not a complaint.
    #[error("the case is not a complaint")]
    NotAComplaint,
    /// The complaint is not at this point.
    #[error("the complaint is not at this point: {needed}")]
    ComplaintStep {
        /// What would have to be so.
        needed: &'static str,
    },
    /// Its clocks could not be moved on.
    #[error(transparent)]
    Sla(#[from] sla::Refusal),
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownStatus { .. } => "case.unknown_status",
            Self::IllegalMove { .. } => "case.illegal_move",
            Self::AlreadyClosed => "case.already_closed",
            Self::StillOpen => "case.still_open",
            Self::Merged { .. } => "case.merged",
            Self::Itself => "case.itself",
            Self::OtherCustomer => "case.other_customer",
            Self::OrderOfAnother => "case.order_of_another",
            Self::SameLink => "case.same_link",
            Self::UnknownPriority { .. } => "case.unknown_priority",
            Self::SameTeam { .. } => "case.same_team",
            Self::NoTeam => "case.no_team",
            Self::HasTeam { .. } => "case.has_team",
            Self::HandOverIncomplete { .. } => "case.hand_over_incomplete",
            Self::TooLong { .. } => "case.too_long",
            Self::BlankFact { .. } => "case.blank_fact",
            Self::FileFull { .. } => "case.file_full",
            Self::OwnerPinned { .. } => "case.owner_pinned",
            Self::NotAComplaint => "case.not_a_complaint",
            Self::ComplaintStep { .. } => "case.complaint_step",
            Self::Sla(refusal) => refusal.code(),
        }
    }
}
