use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::MessageEvent;
use crate::interaction::Channel;
use crate::kernel::{Code, ContentId, CustomerId, Digest, MessageId, StaffId, Stamp};

/// To whom a message goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Recipient {
    /// A customer; the courier finds the address in the profile.
    Customer(CustomerId),
    /// A member of staff.
    Staff(StaffId),
    /// A team.
    Team(Code),
    /// Everybody with this role.
    Role(Code),
}

impl Recipient {
    /// A number for this recipient, by which the messages to one recipient are kept in order.
    #[must_use]
    pub fn number(&self) -> u128 {
        match self {
            Self::Customer(id) => id.as_u128(),
            Self::Staff(id) => id.as_u128(),
            Self::Team(_) | Self::Role(_) => Digest::public().with(self).finish(),
        }
    }
}

/// What is to be said to whom: which template, with which facts.
///
/// The words are made by the courier, in the recipient's language, from the template and the facts.
/// Facts are never personal; text written for one customer is a [`Content`](crate::interaction::Content).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// To whom.
    pub to: Recipient,
    /// What it is for, such as `case.update`; the recipient's preferences go by it.
    pub purpose: Code,
    /// Which template.
    pub template: Code,
    /// What the template needs to know; never personal.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<Code, String>,
    /// Text written for this recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<ContentId>,
    /// Over which channel, when that is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Not before this instant, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<DateTime<Utc>>,
}

impl Draft {
    /// A message for a purpose, told with the template of the same name.
    #[must_use]
    pub fn new(to: Recipient, purpose: Code) -> Self {
        Self {
            to,
            template: purpose.clone(),
            purpose,
            facts: BTreeMap::new(),
            content: None,
            channel: None,
            not_before: None,
        }
    }

    /// With another template.
    #[must_use]
    pub fn with_template(mut self, template: Code) -> Self {
        self.template = template;
        self
    }

    /// With one more fact; never a personal one.
    #[must_use]
    pub fn with_fact(mut self, name: Code, value: impl ToString) -> Self {
        self.facts.insert(name, value.to_string());
        self
    }

    /// Over this channel.
    #[must_use]
    pub fn with_channel(mut self, channel: Option<Channel>) -> Self {
        self.channel = channel;
        self
    }

    /// With text written for the recipient.
    #[must_use]
    pub fn with_content(mut self, content: ContentId) -> Self {
        self.content = Some(content);
        self
    }
}

/// Where a message stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MessageState {
    /// It waits to be handed over.
    Waiting {
        /// When it is tried next, UTC.
        next_at: DateTime<Utc>,
        /// Why it was not taken the last time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Code>,
    },
    /// The courier took it.
    Sent {
        /// When, UTC.
        at: DateTime<Utc>,
        /// What the courier calls it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receipt: Option<Code>,
    },
    /// It did not reach its recipient, and will not be tried again.
    Dead {
        /// Since when, UTC.
        at: DateTime<Utc>,
        /// Why.
        reason: Code,
    },
    /// It no longer has to be sent.
    Withdrawn {
        /// Since when, UTC.
        at: DateTime<Utc>,
        /// Why.
        reason: Code,
    },
}

/// A message in the outbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Which one: also the key by which a receiver knows a repeated message.
    pub id: MessageId,
    /// What is said to whom.
    pub draft: Draft,
    /// Since when it is in the outbox, UTC.
    pub queued_at: DateTime<Utc>,
    /// How often handing over was tried in vain, since it was queued or revived.
    pub failures: u32,
    /// How often handing over came to an outcome, ever: reviving does not turn it back.
    #[serde(default)]
    pub attempts: u32,
    /// Where it stands.
    pub state: MessageState,
}

impl Message {
    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: MessageId, event: &MessageEvent, stamp: &Stamp) -> Option<Self> {
        let MessageEvent::Queued(draft) = event else {
            return None;
        };
        Some(Self {
            id,
            queued_at: stamp.at,
            failures: 0,
            attempts: 0,
            state: MessageState::Waiting {
                next_at: draft.not_before.unwrap_or(stamp.at).max(stamp.at),
                reason: None,
            },
            draft: Draft::clone(draft),
        })
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &MessageEvent, stamp: &Stamp) {
        match event {
            MessageEvent::Queued(_) => {}
            MessageEvent::Sent { receipt } => {
                self.attempts = self.attempts.saturating_add(1);
                self.state = MessageState::Sent {
                    at: stamp.at,
                    receipt: receipt.clone(),
                };
            }
            MessageEvent::Postponed { until, reason } => {
                self.failures = self.failures.saturating_add(1);
                self.attempts = self.attempts.saturating_add(1);
                self.state = MessageState::Waiting {
                    next_at: *until,
                    reason: Some(reason.clone()),
                };
            }
            MessageEvent::HeldBack { until } => {
                if let MessageState::Waiting { next_at, .. } = &mut self.state {
                    *next_at = *until;
                }
            }
            MessageEvent::Died { reason } => {
                self.failures = self.failures.saturating_add(1);
                self.attempts = self.attempts.saturating_add(1);
                self.state = MessageState::Dead {
                    at: stamp.at,
                    reason: reason.clone(),
                };
            }
            MessageEvent::Bounced { reason } => {
                self.state = MessageState::Dead {
                    at: stamp.at,
                    reason: reason.clone(),
                };
            }
            MessageEvent::Withdrawn { reason } => {
                self.state = MessageState::Withdrawn {
                    at: stamp.at,
                    reason: reason.clone(),
                };
            }
            MessageEvent::Revived => {
                self.failures = 0;
                self.state = MessageState::Waiting {
                    next_at: stamp.at,
                    reason: None,
                };
            }
        }
    }

    /// From when on it may go, UTC: its place among the messages to the same recipient.
    #[must_use]
    pub fn ready_at(&self) -> DateTime<Utc> {
        self.draft
            .not_before
            .map_or(self.queued_at, |at| at.max(self.queued_at))
    }

    /// When it is tried next, UTC; `None` once it is sent, dead or withdrawn.
    #[must_use]
    pub const fn next_at(&self) -> Option<DateTime<Utc>> {
        match &self.state {
            MessageState::Waiting { next_at, .. } => Some(*next_at),
            MessageState::Sent { .. }
            | MessageState::Dead { .. }
            | MessageState::Withdrawn { .. } => None,
        }
    }
}
