use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::kernel::{CaseId, Code};

/// How far the follow-up of a bad answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FollowUpStage {
    /// Nobody has spoken with the customer yet.
    Open,
    /// Somebody spoke with the customer.
    Contacted,
    /// What was wrong is put right, or cannot be.
    Resolved,
    /// The customer was told what became of it.
    CustomerTold,
    /// It is over.
    Closed,
}

impl FollowUpStage {
    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Contacted => "contacted",
            Self::Resolved => "resolved",
            Self::CustomerTold => "customer_told",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for FollowUpStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a bad answer set in motion (closing the loop).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// The case in which it is worked on.
    pub case: CaseId,
    /// The team that answers for it.
    pub team: Code,
    /// By when it is to be over, UTC.
    pub due_at: DateTime<Utc>,
    /// How far it is.
    pub stage: FollowUpStage,
    /// Since when, UTC.
    pub since: DateTime<Utc>,
    /// When it was closed, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<DateTime<Utc>>,
    /// Whether its team was told that it is late.
    #[serde(default)]
    pub is_late_told: bool,
}

impl FollowUp {
    /// Whether it may go on to a stage: only forward, and it ends only after the customer was told.
    ///
    /// # Errors
    /// [`Refusal::CustomerNotTold`], [`Refusal::FollowUpStep`].
    pub fn check(&self, to: FollowUpStage) -> Result<(), Refusal> {
        let from = self.stage;
        if to == FollowUpStage::Closed && from < FollowUpStage::CustomerTold {
            return Err(Refusal::CustomerNotTold { stage: from });
        }
        if to <= from {
            return Err(Refusal::FollowUpStep { from, to });
        }
        Ok(())
    }

    /// Whether it was closed in time; `None` while that is open at `now`.
    #[must_use]
    pub fn is_kept(&self, now: DateTime<Utc>) -> Option<bool> {
        match self.closed_at {
            Some(at) => Some(at <= self.due_at),
            None => (now > self.due_at).then_some(false),
        }
    }
}
