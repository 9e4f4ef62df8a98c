//! What happened to a case, as its clocks see it.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::EndReason;

/// The fixed meaning behind a business's own status words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusCategory {
    /// Nobody has taken it up yet.
    New,
    /// Being worked on.
    Open,
    /// The next step is the customer's.
    WaitingOnCustomer,
    /// The next step is a third party's, or a date's.
    OnHold,
    /// Resolved; the customer may still disagree.
    Solved,
    /// Resolved for good.
    Closed,
}

impl StatusCategory {
    /// Solved or closed.
    #[must_use]
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Solved | Self::Closed)
    }
}

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The customer, or somebody on their side.
    Customer,
    /// A member of staff.
    Human,
    /// A program that talks to customers.
    Bot,
    /// The system: automatic acknowledgements, notices of a change.
    System,
}

impl Speaker {
    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Human => "human",
            Self::Bot => "bot",
            Self::System => "system",
        }
    }
}

impl fmt::Display for Speaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One thing that happened to a case and that a clock may care about.
///
/// An opening message belongs to [`Fact::Opened`] and is not told again as [`Fact::Spoke`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fact {
    /// The case was opened.
    Opened {
        /// By whom.
        by: Speaker,
        /// With a message that the customer can read or wrote.
        public: bool,
        /// In this category.
        category: StatusCategory,
    },
    /// Somebody said something.
    Spoke {
        /// Who.
        by: Speaker,
        /// The customer can read it; a note is not public. What a customer says always is.
        public: bool,
        /// The message wants an answer. Only a customer's messages are asked for this; a "thank you"
        /// is not asking.
        asking: bool,
    },
    /// The case moved to another category. Leaving solved or closed is a reopening.
    Moved {
        /// The new category.
        to: StatusCategory,
    },
    /// A person or a team took it. Only the first time counts.
    Assigned,
    /// The receipt of a complaint was acknowledged to the customer.
    Acknowledged,
    /// The customer was brought up to date other than by a message, such as by telephone.
    Updated,
    /// It was merged into another case.
    Merged,
    /// It was called off: opened by mistake, spam, withdrawn.
    Cancelled,
}

impl Fact {
    /// A message that a person on our side wrote and the customer can read.
    #[must_use]
    pub const fn is_public_reply(&self) -> bool {
        matches!(
            self,
            Self::Spoke {
                by: Speaker::Human,
                public: true,
                ..
            }
        )
    }
}

/// A fact with its instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// When it happened, UTC.
    pub at: DateTime<Utc>,
    /// What happened.
    pub fact: Fact,
}

/// What the clocks remember of the facts so far; its size does not depend on how many there were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The category the case is in.
    pub category: StatusCategory,
    /// When the case was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<DateTime<Utc>>,
    /// The latest instant seen; an earlier one counts as this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_at: Option<DateTime<Utc>>,
    /// When it was first assigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_at: Option<DateTime<Utc>>,
    /// The first public reply of a human.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_response_at: Option<DateTime<Utc>>,
    /// The oldest unanswered message of the customer since the first response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<DateTime<Utc>>,
    /// The last time the customer heard from a human.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime<Utc>>,
    /// When receipt was acknowledged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// It was solved or closed at least once.
    #[serde(default)]
    pub solved_once: bool,
    /// Nothing counts any more, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<EndReason>,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            category: StatusCategory::New,
            opened_at: None,
            last_at: None,
            assigned_at: None,
            first_response_at: None,
            asked_at: None,
            updated_at: None,
            acknowledged_at: None,
            solved_once: false,
            over: None,
        }
    }
}

impl Standing {
    /// Takes a fact in.
    pub(super) fn note(&mut self, noted: &Noted) {
        let at = noted.at;
        self.saw(at);
        match noted.fact {
            Fact::Opened {
                by,
                public,
                category,
            } => {
                self.opened_at.get_or_insert(at);
                if by == Speaker::Human && public {
                    self.updated_at = Some(at);
                }
                self.enter(category);
            }
            Fact::Spoke {
                by: Speaker::Human,
                public: true,
                ..
            } => {
                self.first_response_at.get_or_insert(at);
                self.asked_at = None;
                self.updated_at = Some(at);
            }
            Fact::Spoke {
                by: Speaker::Customer,
                asking: true,
                ..
            } => {
                if self.first_response_at.is_some() {
                    self.asked_at.get_or_insert(at);
                }
            }
            Fact::Spoke { .. } => {}
            Fact::Moved { to } => self.enter(to),
            Fact::Assigned => {
                self.assigned_at.get_or_insert(at);
            }
            Fact::Acknowledged => {
                self.acknowledged_at.get_or_insert(at);
            }
            Fact::Updated => self.updated_at = Some(at),
            Fact::Merged => self.end(EndReason::Merged),
            Fact::Cancelled => self.end(EndReason::Cancelled),
        }
    }

    /// Raises the latest instant seen.
    pub(super) fn saw(&mut self, at: DateTime<Utc>) {
        self.last_at = Some(self.last_at.map_or(at, |last| last.max(at)));
    }

    fn enter(&mut self, category: StatusCategory) {
        self.category = category;
        if category.is_done() {
            self.solved_once = true;
            self.asked_at = None;
        }
    }

    fn end(&mut self, reason: EndReason) {
        self.over.get_or_insert(reason);
    }
}
