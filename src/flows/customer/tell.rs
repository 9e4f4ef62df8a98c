//! Telling a customer something.

use super::survivor;
use crate::customer::{Untold, channel_for};
use crate::kernel::{CustomerId, MessageId};
use crate::message::{Draft, Recipient};
use crate::work::{Halt, Work};

/// Whether a customer is told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Told {
    /// They are, with this message.
    Queued(MessageId),
    /// They are not, and why.
    Not(Untold),
}

/// Sends a message to a customer, over the channel that they prefer for its purpose, that consent allows and
/// for which there is a contact point; over the draft's channel only, when it names one. The draft is
/// addressed to the customer, or to the one that took their place.
pub(crate) fn tell(
    work: &mut Work<'_>,
    customer: CustomerId,
    mut draft: Draft,
) -> Result<Told, Halt> {
    let customer = survivor(work, customer)?;
    let policy = work.rulebook().customer();
    match channel_for(&customer, &draft.purpose, draft.channel, policy) {
        Ok(channel) => {
            draft.to = Recipient::Customer(customer.id);
            draft.channel = Some(channel);
            Ok(Told::Queued(work.send(draft)?))
        }
        Err(untold) => Ok(Told::Not(untold)),
    }
}
