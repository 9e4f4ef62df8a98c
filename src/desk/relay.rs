//! Handing over what is in the outbox.

use super::{Desk, Error};
use crate::courier::{
    AsyncCourier, Courier, Envelope, Relay, Relayed, see_through, see_through_async,
};
use crate::kernel::{Context, Permission};
use crate::record::Share;
use crate::store::{AsyncStore, Store};

impl<S: Store> Desk<S> {
    /// Hands over to `courier` what is due in this share of the outbox, at most `limit` messages.
    ///
    /// - *At least once.* A message stays in the outbox until its outcome is written down. A crash
    ///   at any point loses nothing; it repeats the one hand-over whose outcome was not yet written.
    ///   [`Envelope::id`] stays the same. Every outcome is a commit and a journal entry of its own.
    /// - *In order.* Messages to one recipient go in the order in which they were put into the outbox, or
    ///   may go when that is later. While one waits for its next try, those behind it wait with it. Two requests
    ///   of the very same instant have no order: an import counts its instants up.
    /// - *Not for ever.* A failed message is tried again after a wait that doubles up to a bound; after the
    ///   last attempt, or when refused for good, it is dead, with the reason, and no longer in the way.
    /// - *With consent.* A message to a customer over a channel, for a purpose against which they decided
    ///   since it was queued, is withdrawn for the reason `customer.no_consent`, and not handed over.
    /// - *One worker at a time.* A worker takes a lease on a bucket of recipients for as long as it works
    ///   on it; a bucket that another holds is skipped. The lease of a worker that died runs out after
    ///   `lease_ms` of the [`RelayPolicy`](crate::rulebook::RelayPolicy).
    ///
    /// Time is `context.now` from the beginning to the end of the call, however long the courier takes. So
    /// `lease_ms` must exceed the time of one call, and what the workers' clocks differ by: a worker
    /// whose lease ran out still sends, and another may send the same. Keep `limit` small enough.
    ///
    /// Draw a new request id for each call: it is the name under which the worker holds its leases.
    ///
    /// # Errors
    /// [`Error::Refused`] when the actor has not [`Permission::SYSTEM_WORK`]; [`Error::Store`]. The
    /// courier's own errors are in the result.
    pub fn relay<C: Courier>(
        &self,
        context: &Context,
        courier: &C,
        share: Share,
        limit: u32,
    ) -> Result<Relayed<C::Error>, Error<S::Error>> {
        self.permit(&context.actor, Permission::SYSTEM_WORK)?;
        let relay = Relay::new(context, self.rulebook(), share, limit);
        Ok(see_through(relay, &self.store, |envelope: Envelope| {
            courier.send(&envelope)
        })?)
    }
}

impl<S: AsyncStore> Desk<S> {
    /// [`relay`](Self::relay) for an [`AsyncStore`] and an [`AsyncCourier`]. Dropping the future is like a
    /// crash.
    ///
    /// # Errors
    /// [`Error::Refused`] when the actor has not [`Permission::SYSTEM_WORK`]; [`Error::Store`].
    pub async fn relay_async<C: AsyncCourier>(
        &self,
        context: &Context,
        courier: &C,
        share: Share,
        limit: u32,
    ) -> Result<Relayed<C::Error>, Error<S::Error>> {
        self.permit(&context.actor, Permission::SYSTEM_WORK)?;
        let relay = Relay::new(context, self.rulebook(), share, limit);
        let send = |envelope: Envelope| async move { courier.send(&envelope).await };
        Ok(see_through_async(relay, &self.store, send).await?)
    }
}
