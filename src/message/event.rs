use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::state::Draft;
use crate::kernel::Code;

/// What can happen to a message; nothing in it is personal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MessageEvent {
    /// It was put into the outbox.
    Queued(Box<Draft>),
    /// It was handed over.
    Sent {
        /// What the courier calls it, if it says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receipt: Option<Code>,
    },
    /// Handing over failed for now.
    Postponed {
        /// When it is tried again, UTC.
        until: DateTime<Utc>,
        /// Why, as the courier says.
        reason: Code,
    },
    /// An earlier message to the same recipient has to go first.
    HeldBack {
        /// When it is looked at again, UTC.
        until: DateTime<Utc>,
    },
    /// It will not be tried again.
    Died {
        /// Why, as the courier says.
        reason: Code,
    },
    /// It was handed over and came back: it did not reach its recipient.
    Bounced {
        /// Why, as whoever brought it back says.
        reason: Code,
    },
    /// It no longer has to be sent.
    Withdrawn {
        /// Why.
        reason: Code,
    },
    /// A dead message is to be tried again, from the beginning.
    Revived,
}
