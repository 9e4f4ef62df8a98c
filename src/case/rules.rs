//! What may be done with a case, by what its status means.

use super::policy::{CasePolicy, StatusTable};
use super::refusal::Refusal;
use super::state::Case;
use crate::kernel::Code;
use crate::sla::{StatusCategory, Subject};

/// Something that can be done with a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Doing {
    /// To say something about it.
    Speak,
    /// To give it another status; the status table has the last word.
    Move,
    /// To give it to a person.
    Assign,
    /// To give it to a team, or from one to another.
    Transfer,
    /// To change its priority.
    Prioritise,
    /// To change topic, product or contract, or apply the policies of today.
    Classify,
    /// To ask the customer for a fact.
    Ask,
    /// To put a fact on file.
    Record,
    /// To link it with another, or cut the link.
    Link,
    /// To let another one go on for it.
    Merge,
    /// To let it go on for another one too.
    Absorb,
    /// To cut a new case from it.
    Split,
    /// To open it again.
    Reopen,
    /// To call it off.
    CallOff,
    /// To make it a complaint, and to acknowledge and decide one.
    Complain,
    /// To appeal against the decision of a complaint.
    Appeal,
}

impl Doing {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Speak,
        Self::Move,
        Self::Assign,
        Self::Transfer,
        Self::Prioritise,
        Self::Classify,
        Self::Ask,
        Self::Record,
        Self::Link,
        Self::Merge,
        Self::Absorb,
        Self::Split,
        Self::Reopen,
        Self::CallOff,
        Self::Complain,
        Self::Appeal,
    ];

    /// Whether it may be done with a case whose status means this.
    #[must_use]
    pub const fn is_allowed(self, category: StatusCategory) -> bool {
        use StatusCategory::{Closed, New, OnHold, Open, Solved, WaitingOnCustomer};
        match (self, category) {
            // An answer to a case that is over reopens it or opens a follow-up.
            (Self::Speak | Self::Move | Self::Record | Self::Link | Self::Split, _) => true,
            (
                Self::Assign
                | Self::Transfer
                | Self::Prioritise
                | Self::Ask
                | Self::Absorb
                | Self::CallOff,
                New | Open | WaitingOnCustomer | OnHold,
            ) => true,
            (
                Self::Assign
                | Self::Transfer
                | Self::Prioritise
                | Self::Ask
                | Self::Absorb
                | Self::CallOff,
                Solved | Closed,
            ) => false,
            (
                Self::Classify | Self::Merge | Self::Complain,
                New | Open | WaitingOnCustomer | OnHold | Solved,
            ) => true,
            (Self::Classify | Self::Merge | Self::Complain, Closed) => false,
            (Self::Reopen, Solved) => true,
            (Self::Reopen, New | Open | WaitingOnCustomer | OnHold | Closed) => false,
            // A decision can be appealed against even when the case was closed with it.
            (Self::Appeal, _) => true,
        }
    }
}

impl Case {
    /// Whether something may be done with it.
    ///
    /// # Errors
    /// [`Refusal::Merged`], [`Refusal::AlreadyClosed`], [`Refusal::StillOpen`].
    pub fn check(&self, doing: Doing) -> Result<(), Refusal> {
        if let Some(into) = self.merged_into {
            return Err(Refusal::Merged { into });
        }
        // Its clocks have ended for good: it does not go on.
        let goes_on = matches!(doing, Doing::Move | Doing::Appeal);
        if goes_on && self.called_off.is_some() {
            return Err(Refusal::AlreadyClosed);
        }
        if doing.is_allowed(self.category) {
            Ok(())
        } else if self.is_done() {
            Err(Refusal::AlreadyClosed)
        } else {
            Err(Refusal::StillOpen)
        }
    }

    /// What SLA policies look at.
    #[must_use]
    pub fn subject(&self, customer_tier: Option<Code>) -> Subject {
        Subject {
            channel: self.channel.map(|channel| Code::known(channel.name())),
            priority: Some(self.priority.clone()),
            customer_tier,
            category: self.topic.clone(),
            product: self.product.clone(),
            contract: self.contract.clone(),
            complaint: self
                .complaint
                .as_ref()
                .map(|complaint| Code::known(complaint.severity.name())),
        }
    }
}

impl StatusTable {
    /// What moving from one status to another means. From a status that the table no longer knows, a
    /// case may go to any that it knows.
    ///
    /// # Errors
    /// [`Refusal::UnknownStatus`], [`Refusal::IllegalMove`] with the allowed ones.
    pub fn check_move(&self, from: &Code, to: &Code) -> Result<StatusCategory, Refusal> {
        let Some(category) = self.category(to) else {
            return Err(Refusal::UnknownStatus { status: to.clone() });
        };
        match self.statuses.get(from) {
            Some(status) if !status.next.contains(to) => Err(Refusal::IllegalMove {
                from: from.clone(),
                to: to.clone(),
                allowed: status.next.clone(),
            }),
            _ => Ok(category),
        }
    }
}

impl CasePolicy {
    /// The priority, checked; the default one when none is given.
    ///
    /// # Errors
    /// [`Refusal::UnknownPriority`].
    pub fn priority(&self, priority: Option<&Code>) -> Result<Code, Refusal> {
        let priority = priority.unwrap_or(&self.default_priority);
        if self.priorities.contains(priority) {
            Ok(priority.clone())
        } else {
            Err(Refusal::UnknownPriority {
                priority: priority.clone(),
            })
        }
    }
}
