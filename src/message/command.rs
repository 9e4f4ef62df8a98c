use serde::{Deserialize, Serialize};

use crate::kernel::{Code, MessageId};

/// Takes a message out of the outbox before it is handed over; also a dead one, so that nobody looks at it
/// again.
///
/// Refused with [`NotWaiting`](super::Refusal::NotWaiting) once it is sent or withdrawn. A message that is
/// being handed over at this moment may still arrive; it then counts as sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawMessage {
    /// Which one.
    pub message: MessageId,
    /// Why.
    pub reason: Code,
}

/// Has a dead message tried again, from the beginning. It takes its old place before later messages to
/// the same recipient.
///
/// Refused with [`NotDead`](super::Refusal::NotDead) in any other state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviveMessage {
    /// Which one.
    pub message: MessageId,
}
