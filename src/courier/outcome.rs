//! What becomes of a message after it was, or was not, handed over.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Receipt, SendError};
use crate::flows::message::SettleMessage;
use crate::kernel::{Code, Context, Digest, RequestId};
use crate::message::{Message, MessageEvent};
use crate::record::rank_of;
use crate::rulebook::RelayPolicy;

/// What the courier's word means for the message, and the courier's own error, if there was one.
pub(super) fn outcome<E>(
    message: &Message,
    reply: Result<Receipt, SendError<E>>,
    now: DateTime<Utc>,
    policy: &RelayPolicy,
) -> (MessageEvent, Option<E>) {
    let (reason, not_before, error) = match reply {
        Ok(Receipt { reference }) => return (MessageEvent::Sent { receipt: reference }, None),
        Err(SendError::Refused { reason }) => return (MessageEvent::Died { reason }, None),
        Err(SendError::Again { reason, not_before }) => (reason, not_before, None),
        Err(SendError::Failed(error)) => (Code::known("courier.failed"), None, Some(error)),
    };
    let failures = message.failures.saturating_add(1);
    if failures >= policy.attempts {
        return (MessageEvent::Died { reason }, error);
    }
    let until = now
        .checked_add_signed(policy.wait_of(message.id, failures))
        .unwrap_or(DateTime::<Utc>::MAX_UTC);
    let until = not_before.map_or(until, |at| at.max(until));
    (MessageEvent::Postponed { until, reason }, error)
}

/// A message waits for an earlier one to the same recipient.
pub(super) fn held_back(until: DateTime<Utc>, now: DateTime<Utc>) -> MessageEvent {
    MessageEvent::HeldBack {
        until: until.max(now + TimeDelta::milliseconds(1)),
    }
}

/// The command that writes `outcome` down, under a request id that follows from the message and the
/// attempt: whoever hands the same attempt over again, only one outcome of it is kept.
pub(super) fn settling(
    message: &Message,
    outcome: MessageEvent,
    context: &Context,
) -> (Context, SettleMessage) {
    let digest = Digest::public()
        .with_str("message.settle")
        .with_u128(message.id.as_u128())
        .with_u128(message.attempts.into());
    // Waiting longer is no outcome of the attempt, and may happen again and again.
    let digest = if let MessageEvent::HeldBack { until } = &outcome {
        digest.with(&rank_of(*until))
    } else {
        digest
    };
    let request = RequestId::derived(
        RequestId::from_u128(digest.finish()),
        message.queued_at,
        message.attempts,
    );
    (
        Context::new(context.now, request, context.actor.clone()),
        SettleMessage {
            message: message.id,
            attempts: message.attempts,
            outcome,
        },
    )
}
