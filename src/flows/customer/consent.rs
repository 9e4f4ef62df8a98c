//! How and for what a customer wants to be reached.

use super::{active, at_most};
use crate::customer::{CustomerEvent, GiveConsent, Many, PreferChannel, WithdrawConsent};
use crate::kernel::{CustomerId, Permission};
use crate::record::{Entry, Key};
use crate::work::{Command, Halt, Work};

/// How many preferences, and how many decisions about consent, one customer may have.
const MOST: usize = 256;

impl Command for PreferChannel {
    type Output = ();
    const NAME: &'static str = "customer.prefer_channel";
    const PERMISSION: Permission = Permission::CUSTOMER_UPDATE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let customer = active(work, self.customer)?;
        let mut order = Vec::with_capacity(self.order.len());
        for channel in &self.order {
            if !order.contains(channel) {
                order.push(*channel);
            }
        }
        let before = customer.preferences.get(&self.purpose);
        if before.map_or(&[][..], Vec::as_slice) == order.as_slice() {
            return Ok(());
        }
        if before.is_none() {
            let count = customer.preferences.len().saturating_add(1);
            at_most(count, Many::Preferences, MOST)?;
        }
        let purpose = self.purpose.clone();
        work.emit(
            customer.id,
            CustomerEvent::ChannelPreferred { purpose, order },
        )
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.customer));
    }
}

impl Command for GiveConsent {
    type Output = ();
    const NAME: &'static str = "customer.give_consent";
    const PERMISSION: Permission = Permission::CUSTOMER_UPDATE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let given = CustomerEvent::ConsentGiven {
            purpose: self.purpose.clone(),
            channel: self.channel,
            source: self.source.clone(),
            wording: self.wording.clone(),
        };
        decided(work, self.customer, given)
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.customer));
    }
}

impl Command for WithdrawConsent {
    type Output = ();
    const NAME: &'static str = "customer.withdraw_consent";
    const PERMISSION: Permission = Permission::CUSTOMER_UPDATE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let withdrawn = CustomerEvent::ConsentWithdrawn {
            purpose: self.purpose.clone(),
            channel: self.channel,
            source: self.source.clone(),
            wording: self.wording.clone(),
        };
        decided(work, self.customer, withdrawn)
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.customer));
    }
}

/// Enters a decision, even one that changes nothing: that it was said again, and where, is worth keeping.
fn decided(work: &mut Work<'_>, id: CustomerId, event: CustomerEvent) -> Result<(), Halt> {
    let customer = active(work, id)?;
    if let Some(decision) = event.consent(work.stamp()) {
        let mut after = customer.consents.clone();
        after.decide(decision);
        if after.len() > customer.consents.len() {
            at_most(after.len(), Many::Consents, MOST)?;
        }
    }
    work.emit(customer.id, event)
}
