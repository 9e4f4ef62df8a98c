//! Placing and changing orders.

use std::collections::BTreeSet;

use super::promise::{look_again, still_overdue};
use crate::calendar::Zone;
use crate::flows::customer::{active, has_address, profile_id};
use crate::flows::reactions::of_order;
use crate::kernel::{ClaimId, Code, Id, OrderId, Permission, SecretKey};
use crate::order::{
    ChangeOrder, Order, OrderEvent, PlaceOrder, Placement, Pricing, Promise, Refusal, look_at,
};
use crate::record::{Entry, Key};
use crate::rulebook::Trigger;
use crate::work::{Claimed, Command, Halt, Work};

/// By which an order's number belongs to it alone.
pub(super) fn claim_of(secret: &SecretKey, reference: &Code) -> ClaimId {
    let digest = secret.digest().with_str("order.reference");
    ClaimId::from_u128(digest.with_str(reference.as_str()).finish())
}

/// A promise that can still be kept, and ends after it begins.
pub(super) fn check_promise(
    work: &Work<'_>,
    promise: &Promise,
    zone: &Zone,
) -> Result<(), Refusal> {
    let day = work.rulebook().orders().promise_day;
    let deadline = promise.by.deadline(zone, day);
    let start = promise.from.map(|from| from.start(zone));
    let now = start.map_or(work.now(), |start| start.max(work.now()));
    if deadline < now {
        return Err(Refusal::PromiseInPast { deadline, now });
    }
    Ok(())
}

impl Command for PlaceOrder {
    type Output = OrderId;
    const NAME: &'static str = "order.place";
    const PERMISSION: Permission = Permission::ORDER_PLACE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.extend([Key::of(self.customer), Key::of(profile_id(self.customer))]);
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let id = work.new_id();
        let pricing = Pricing::of(
            &self.items,
            self.discount,
            self.shipping.as_ref(),
            self.basis,
        )?;
        let customer = active(work, self.customer)?;
        if let Some(address) = self.address
            && !has_address(&customer, address)
        {
            return Err(Refusal::NotAnAddress.into());
        }
        let zone = match &self.zone {
            Some(zone) => zone.clone(),
            None => {
                let profile = work.document(profile_id(customer.id))?;
                let own = profile.and_then(|profile| profile.zone.clone());
                own.unwrap_or_else(|| work.rulebook().customer().home_zone())
            }
        };
        for promise in self.promise.iter() {
            check_promise(work, promise, &zone)?;
        }
        let mut lines = BTreeSet::new();
        for (line, promise) in &self.line_promises {
            if !lines.insert(*line) {
                return Err(Refusal::PromisedTwice { line: *line }.into());
            }
            if *line == 0 || usize::try_from(*line).is_ok_and(|line| line > self.items.len()) {
                return Err(Refusal::UnknownLine { line: *line }.into());
            }
            check_promise(work, promise, &zone)?;
        }
        if let Some(reference) = &self.reference {
            let claim = claim_of(work.rulebook().secret(), reference);
            if let Claimed::ByAnother(order) = work.claim(claim, Key::of(id))? {
                let order = Id::from_uuid(order.id);
                return Err(Refusal::ReferenceTaken { order }.into());
            }
        }
        let mut placement = Placement {
            customer: customer.id,
            reference: self.reference.clone(),
            channel: self.channel.clone(),
            pricing,
            zone,
            address: self.address,
            promise: self.promise,
            line_promises: self.line_promises.clone(),
            look_at: None,
        };
        let placed = OrderEvent::Placed(Box::new(placement.clone()));
        if let Some(order) = Order::begin(id, &placed, work.stamp()) {
            placement.look_at = look_at(&order, work.rulebook().orders(), work.now());
        }
        work.emit(id, OrderEvent::Placed(Box::new(placement)))?;
        of_order(work, Trigger::OrderPlaced, id)
    }

    fn output(&self, entry: &Entry) -> OrderId {
        entry.made(0)
    }
}

impl Command for ChangeOrder {
    type Output = ();
    const NAME: &'static str = "order.change";
    const PERMISSION: Permission = Permission::ORDER_PLACE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.order));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let order = super::open(work, self.order)?;
        // What was lost may turn up: its pieces are of the lines as they were.
        if !order.shipments.is_empty() {
            return Err(Refusal::AlreadyPrepared.into());
        }
        let discount = self.discount.of(order.discount.as_ref());
        let shipping = self.shipping.of(order.shipping_price.as_ref());
        let pricing = Pricing::of(&self.items, discount, shipping.as_ref(), order.basis)?;
        // Payments stand; they are in the currency of the order.
        order
            .total
            .compare(&pricing.total)
            .map_err(Refusal::Money)?;
        work.emit(order.id, OrderEvent::Changed(Box::new(pricing)))?;
        still_overdue(work, order.id)?;
        look_again(work, order.id)
    }

    fn output(&self, _: &Entry) {}
}
