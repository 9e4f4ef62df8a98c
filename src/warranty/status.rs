//! The life of a claim.

use serde::{Deserialize, Serialize};

/// Where a claim is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClaimStatus {
    /// It came in.
    Submitted,
    /// Somebody looks at it.
    Triage,
    /// The customer was asked for something: a photograph, an invoice, a meter reading.
    AwaitingInformation,
    /// The item is on its way in.
    AwaitingItem,
    /// It is owed, or granted.
    Approved,
    /// It is not; the customer may appeal.
    Denied,
    /// What was granted is being done.
    InRemedy,
    /// It was done.
    Fulfilled,
    /// It is over.
    Closed,
    /// The customer took it back.
    Withdrawn,
}

/// What moves a claim on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Somebody begins to look at it.
    Triage,
    /// The customer is asked for something.
    AskInformation,
    /// The customer answered.
    Supply,
    /// The item is asked for.
    AskItem,
    /// The item arrived.
    Receive,
    /// It is approved.
    Approve,
    /// It is denied.
    Deny,
    /// The customer does not accept the denial.
    Appeal,
    /// The remedy begins.
    Begin,
    /// The remedy is done.
    Fulfil,
    /// What was approved cannot be done, or not in time: it is decided again.
    Redecide,
    /// It is over.
    Close,
    /// The customer takes it back.
    Withdraw,
}

impl ClaimStatus {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Submitted,
        Self::Triage,
        Self::AwaitingInformation,
        Self::AwaitingItem,
        Self::Approved,
        Self::Denied,
        Self::InRemedy,
        Self::Fulfilled,
        Self::Closed,
        Self::Withdrawn,
    ];

    /// Where a claim is after a step; `None` when the step cannot be taken from here.
    #[must_use]
    pub const fn after(self, step: Step) -> Option<Self> {
        use ClaimStatus as At;
        let to = match (self, step) {
            (At::Submitted, Step::Triage)
            | (At::Submitted | At::Triage | At::AwaitingInformation, Step::Supply)
            | (At::Submitted | At::Triage | At::AwaitingItem, Step::Receive)
            | (At::Denied, Step::Appeal)
            | (At::Approved | At::InRemedy, Step::Redecide) => At::Triage,
            (At::AwaitingItem, Step::Supply) => At::AwaitingItem,
            (At::AwaitingInformation, Step::Receive) => At::AwaitingInformation,
            (
                At::Submitted | At::Triage | At::AwaitingInformation | At::AwaitingItem,
                Step::AskInformation,
            ) => At::AwaitingInformation,
            (
                At::Submitted | At::Triage | At::AwaitingInformation | At::AwaitingItem,
                Step::AskItem,
            ) => At::AwaitingItem,
            (
                At::Submitted | At::Triage | At::AwaitingInformation | At::AwaitingItem,
                Step::Approve,
            )
            // An approved item may still have to travel.
            | (At::Approved, Step::AskItem | Step::Receive | Step::Supply) => At::Approved,
            (
                At::Submitted | At::Triage | At::AwaitingInformation | At::AwaitingItem,
                Step::Deny,
            ) => At::Denied,
            (At::Approved, Step::Begin)
            | (At::InRemedy, Step::AskItem | Step::Receive | Step::Supply) => At::InRemedy,
            (At::Approved | At::InRemedy, Step::Fulfil) => At::Fulfilled,
            (At::Fulfilled | At::Denied, Step::Close) => At::Closed,
            (
                At::Submitted
                | At::Triage
                | At::AwaitingInformation
                | At::AwaitingItem
                | At::Approved
                | At::Denied,
                Step::Withdraw,
            ) => At::Withdrawn,
            _ => return None,
        };
        Some(to)
    }

    /// Whether nothing more can happen.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Withdrawn)
    }

    /// Whether nothing was decided yet.
    #[must_use]
    pub const fn is_undecided(self) -> bool {
        matches!(
            self,
            Self::Submitted | Self::Triage | Self::AwaitingInformation | Self::AwaitingItem
        )
    }
}
