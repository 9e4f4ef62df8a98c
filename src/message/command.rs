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

/// Takes in that a message came back after it was handed over: the mailbox is full, the number is not in use. It is dead then,
/// and can be revived when its recipient can be reached again; it goes with the same id then, which whoever drops repeated
/// messages must have forgotten. The invitation to a survey no longer counts as delivered,
/// unless its reminder arrived.
///
/// A courier that learns at once that a message cannot be delivered says so when it is handed over
/// ([`SendError::Refused`](crate::courier::SendError::Refused)); this is for what a provider reports later.
///
/// Refused with [`NotSent`](super::Refusal::NotSent) in any other state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BounceMessage {
    /// Which one.
    pub message: MessageId,
    /// Why, as the provider says.
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
