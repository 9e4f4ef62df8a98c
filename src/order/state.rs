//! An order as it stands.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::called_off::LineCancelled;
use super::event::{CancelledBy, OrderEvent, Placement};
use super::price::{Charge, Discount, Item, Pricing, Shipping, TaxBasis};
use super::progress::place_of;
use super::promise::{Promise, PromiseDay, Promises, Revision};
use super::refusal::Refusal;
use super::returns::{LineReturns, RefundKind, Settlement};
use super::shipment::Shipment;
use crate::calendar::Zone;
use crate::kernel::{
    Code, ContactPointId, ContentId, Currency, CustomerId, Few, Money, OrderId, Stamp, UnitId,
};

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What was ordered.
    pub item: Item,
    /// What is charged for all of it.
    pub charge: Charge,
    /// What was promised for it alone; at first what was promised for the whole, where that came before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promises: Option<Promises>,
    /// What came back of it.
    #[serde(default, skip_serializing_if = "is_untouched")]
    pub returns: LineReturns,
    /// What was called off of it.
    #[serde(default, skip_serializing_if = "is_untouched")]
    pub cancelled: LineCancelled,
}

fn is_untouched<T: Default + PartialEq>(part: &T) -> bool {
    *part == T::default()
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// What the payment provider calls it.
    pub reference: Code,
    /// How it was paid, such as `card`, `gift_card`.
    pub method: Code,
    /// How much.
    pub amount: Money,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// How much of it was made good: paid back, given as store credit, or moved on to the order of an exchange. What goes back in money is what
    /// [`OrderEvent::Settled`](super::OrderEvent::Settled) says with its kind.
    pub refunded: Money,
}

impl Payment {
    /// What can still be paid back.
    #[must_use]
    pub fn left(&self) -> Money {
        self.amount
            .checked_sub(self.refunded)
            .unwrap_or(Money::zero(self.amount.currency()))
    }
}

/// What makes a delivery personal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Touches {
    /// How it is packed, such as `gift_wrap`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packaging: Option<Code>,
    /// A note that goes with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<ContentId>,
    /// Whether the customer is thanked with the message that it was delivered; that message carries no promotion.
    pub thank_you: bool,
}

/// That and why an order was called off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    /// By whom.
    pub by: CancelledBy,
    /// Why.
    pub reason: Code,
    /// What it costs the customer.
    pub fee: Money,
    /// When, UTC.
    pub at: DateTime<Utc>,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OrderStatus {
    /// It was placed.
    Placed,
    /// The business accepted it.
    Confirmed,
    /// Some of it is on its way.
    PartlyShipped,
    /// All of it is on its way.
    Shipped,
    /// Some of it was delivered.
    PartlyDelivered,
    /// All of it was delivered.
    Delivered,
    /// It was called off.
    Cancelled,
}

/// A purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Which one.
    pub id: OrderId,
    /// By whom.
    pub customer: CustomerId,
    /// The business's number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Code>,
    /// Over what it was ordered, as a word of the business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Code>,
    /// Whether its prices hold the tax.
    pub basis: TaxBasis,
    /// Its lines, counted from 1.
    pub lines: Vec<Line>,
    /// What is charged for shipping.
    pub shipping: Charge,
    /// The discount on all lines together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Discount>,
    /// From which price of shipping its charge follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_price: Option<Shipping>,
    /// What the customer pays in all.
    pub total: Money,
    /// What was paid, in the order it came in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<Payment>,
    /// The zone in which promised dates are read.
    pub zone: Zone,
    /// The customer's contact point to which it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<ContactPointId>,
    /// What was promised for the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promises: Option<Promises>,
    /// Units that are to come back, or came back.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub returned_units: BTreeSet<UnitId>,
    /// What is no longer to be paid, because it came back, and of the shipping because nothing is left of the order;
    /// nothing when absent. What is called off of a line stands with the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credited: Option<Money>,
    /// What calling off pieces costs the customer; nothing when absent. Of what came all the same its part is not owed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_fees: Option<Money>,
    /// Whether shipping was paid back, or moved on to the order of an exchange with all of the order.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shipping_refunded: bool,
    /// What makes its delivery personal.
    #[serde(default)]
    pub touches: Touches,
    /// What is or was on its way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shipments: Vec<Shipment>,
    /// When it was placed, UTC.
    pub placed_at: DateTime<Utc>,
    /// When the business accepted it, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<DateTime<Utc>>,
    /// That and why it was called off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<Cancellation>,
    /// When pieces of it were called off, UTC, each time.
    #[serde(default, skip_serializing_if = "Few::is_empty")]
    pub pieces_cancelled_at: Few<DateTime<Utc>>,
    /// When to look whether promises can be kept, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look_at: Option<DateTime<Utc>>,
    /// Since when it is overdue, UTC: a promise ran out then, and no other could be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue_since: Option<DateTime<Utc>>,
    /// Whether all of it was said to be delivered at some time, even if that turned out wrong: what follows once has
    /// followed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_come: bool,
    /// Shipments that were said to be delivered and turned out not to be: what follows once from their delivery has
    /// followed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub not_delivered: BTreeSet<u32>,
}

impl Order {
    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: OrderId, event: &OrderEvent, stamp: &Stamp) -> Option<Self> {
        let OrderEvent::Placed(placement) = event else {
            return None;
        };
        let Placement {
            customer,
            reference,
            channel,
            pricing,
            zone,
            address,
            promise,
            line_promises,
            look_at,
        } = Placement::clone(placement);
        let currency = pricing.total.currency();
        let mut order = Self {
            id,
            customer,
            reference,
            channel,
            basis: pricing.basis,
            lines: Vec::new(),
            shipping: Charge::zero(currency),
            discount: None,
            shipping_price: None,
            total: Money::zero(currency),
            payments: Vec::new(),
            zone,
            address,
            promises: promise.map(Promises::new),
            returned_units: BTreeSet::new(),
            credited: None,
            cancel_fees: None,
            shipping_refunded: false,
            touches: Touches::default(),
            shipments: Vec::new(),
            placed_at: stamp.at,
            confirmed_at: None,
            cancelled: None,
            pieces_cancelled_at: Few::new(),
            look_at,
            overdue_since: None,
            has_come: false,
            not_delivered: BTreeSet::new(),
        };
        order.price(pricing);
        for (line, promise) in line_promises {
            order.promise(Some(line), promise, None, stamp.at);
        }
        Some(order)
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &OrderEvent, stamp: &Stamp) {
        match event {
            OrderEvent::Confirmed => self.confirmed_at = Some(stamp.at),
            OrderEvent::Changed(pricing) => self.price(Pricing::clone(pricing)),
            OrderEvent::Paid(payment) => self.payments.push(payment.clone()),
            OrderEvent::Personalised(touches) => self.touches = touches.clone(),
            OrderEvent::Promised {
                line,
                promise,
                reason,
                look_at,
            } => {
                self.promise(*line, *promise, reason.clone(), stamp.at);
                self.look_at = *look_at;
            }
            OrderEvent::LookedAt { look_at } => self.look_at = *look_at,
            OrderEvent::Overdue { since } => self.overdue_since = *since,
            OrderEvent::Prepared(shipment) => self.shipments.push(Shipment::clone(shipment)),
            OrderEvent::Tracked {
                shipment,
                milestone,
                at,
            } => {
                if let Some(shipment) = self.shipment_mut(*shipment) {
                    let was = shipment.delivered_at();
                    shipment.mark(*milestone, *at);
                    if was.is_some() && shipment.delivered_at().is_none() {
                        let number = shipment.number;
                        self.not_delivered.insert(number);
                    }
                }
            }
            OrderEvent::Estimated { shipment, estimate } => {
                if let Some(shipment) = self.shipment_mut(*shipment) {
                    shipment.expect(*estimate);
                }
            }
            OrderEvent::Delivered { .. } => {
                (self.look_at, self.overdue_since) = (None, None);
                self.has_come = true;
            }
            OrderEvent::Cancelled {
                by,
                reason,
                fee,
                refunds,
            } => {
                self.cancelled = Some(Cancellation {
                    by: *by,
                    reason: reason.clone(),
                    fee: *fee,
                    at: stamp.at,
                });
                (self.look_at, self.overdue_since) = (None, None);
                self.pay_back(refunds);
            }
            OrderEvent::PiecesCancelled(off) => {
                self.call_off(off, stamp.at);
                // What happens at one instant is told once.
                if !self.pieces_cancelled_at.contains(&stamp.at) {
                    self.pieces_cancelled_at.push(stamp.at);
                }
                self.pay_back(&off.refunds);
            }
            OrderEvent::ReturnAnnounced { lines, units, .. } => {
                self.announce(lines, u32::saturating_add);
                self.returned_units.extend(units);
            }
            OrderEvent::ReturnReleased { lines, units, .. } => {
                self.announce(lines, u32::saturating_sub);
                self.returned_units.retain(|unit| !units.contains(unit));
            }
            OrderEvent::Settled(settlement) => self.settle(settlement),
            OrderEvent::PaidOut { refunds, .. } => self.pay_back(refunds),
            OrderEvent::Placed(_)
            | OrderEvent::Reacted { .. }
            | OrderEvent::CustomerTold { .. }
            | OrderEvent::CustomerNotTold { .. } => {}
        }
    }

    fn price(&mut self, pricing: Pricing) {
        self.basis = pricing.basis;
        self.shipping = pricing.shipping;
        self.discount = pricing.discount;
        self.shipping_price = pricing.shipping_price;
        self.total = pricing.total;
        let lines = pricing.lines.into_iter().map(|(item, charge)| Line {
            item,
            charge,
            promises: None,
            returns: LineReturns::default(),
            cancelled: LineCancelled::default(),
        });
        self.lines = lines.collect();
    }

    fn promise(
        &mut self,
        line: Option<u32>,
        promise: Promise,
        reason: Option<Code>,
        at: DateTime<Utc>,
    ) {
        // Of what takes the place of another promise the first one stays the first, whether it was for the whole or a line.
        let before = reason.as_ref().and_then(|_| self.promises_before(line));
        let before = before.cloned();
        let promises = match line {
            None => &mut self.promises,
            Some(line) => match self.line_mut(line) {
                Some(line) => &mut line.promises,
                None => return,
            },
        };
        match (promises.take().or(before), reason) {
            (Some(mut before), Some(reason)) => {
                if before.latest() != promise {
                    before.revisions.push(Revision {
                        promise,
                        at,
                        reason,
                    });
                }
                *promises = Some(before);
            }
            (_, _) => *promises = Some(Promises::new(promise)),
        }
    }

    /// What a first promise for itself of a line, or of the whole when absent, takes the place of: what was promised for the
    /// whole; or, where every line had a promise of its own, what was promised for the last of them.
    pub(crate) fn promises_before(&self, line: Option<u32>) -> Option<&Promises> {
        if line.is_some() {
            return self.promises.as_ref();
        }
        // A date counts to its end here, however it is judged: what was promised first does not change with the policy.
        let last = |promises: &&Promises| {
            let first = promises.first.by;
            first.deadline(&self.zone, PromiseDay::EndOfDay)
        };
        let lines = self.lines.iter().filter(|line| line.quantity() > 0);
        let lines: Option<Vec<_>> = lines.map(|line| line.promises.as_ref()).collect();
        lines?.into_iter().max_by_key(last)
    }

    fn announce(&mut self, lines: &[(u32, u32)], count: impl Fn(u32, u32) -> u32) {
        for (line, quantity) in lines {
            if let Some(line) = self.line_mut(*line) {
                line.returns.announced = count(line.returns.announced, *quantity);
            }
        }
    }

    fn settle(&mut self, settlement: &Settlement) {
        let none = Money::zero(self.currency());
        let add = |sum: Option<Money>, more: Money| {
            let sum = sum.unwrap_or(none);
            Some(sum.checked_add(more).unwrap_or(sum))
        };
        let mut credited = settlement.shipping.amount;
        let unasked = self.kept_all_the_same();
        for (line, quantity, charge) in &settlement.lines {
            credited = credited.checked_add(charge.amount).unwrap_or(credited);
            let unasked = unasked.get(line).copied().unwrap_or(0);
            if let Some(line) = self.line_mut(*line) {
                let back = unasked.min(*quantity);
                if back > 0 {
                    let worth = line.worth_back(back, unasked);
                    let off = &mut line.cancelled;
                    off.came_back = off.came_back.saturating_add(back);
                    off.came_back_amount = add(off.came_back_amount, worth);
                }
                let returns = &mut line.returns;
                returns.announced = returns.announced.saturating_sub(*quantity);
                returns.settled_pieces = returns.settled_pieces.saturating_add(*quantity);
                if settlement.kind == RefundKind::Exchange {
                    returns.exchanged_pieces = returns.exchanged_pieces.saturating_add(*quantity);
                }
                returns.settled = add(returns.settled, charge.amount);
                returns.settled_tax = add(returns.settled_tax, charge.tax);
            }
        }
        let less = credited.checked_sub(settlement.kept).unwrap_or(credited);
        self.credited = add(self.credited, less);
        self.shipping_refunded |= !settlement.shipping.amount.is_zero();
        self.pay_back(&settlement.payments);
    }

    fn pay_back(&mut self, refunds: &[(u32, Money)]) {
        for (number, amount) in refunds {
            let place = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
            if let Some(payment) = self.payments.get_mut(place) {
                let refunded = payment.refunded.checked_add(*amount);
                payment.refunded = refunded.unwrap_or(payment.amount);
            }
        }
    }

    /// The line of this number.
    ///
    /// # Errors
    /// [`Refusal::UnknownLine`].
    pub fn line(&self, line: u32) -> Result<&Line, Refusal> {
        place_of(line)
            .and_then(|place| self.lines.get(place))
            .ok_or(Refusal::UnknownLine { line })
    }

    pub(super) fn line_mut(&mut self, line: u32) -> Option<&mut Line> {
        self.lines.get_mut(place_of(line)?)
    }

    /// The shipment of this number.
    ///
    /// # Errors
    /// [`Refusal::UnknownShipment`].
    pub fn shipment(&self, shipment: u32) -> Result<&Shipment, Refusal> {
        let found = self.shipments.iter().find(|s| s.number == shipment);
        found.ok_or(Refusal::UnknownShipment { shipment })
    }

    fn shipment_mut(&mut self, shipment: u32) -> Option<&mut Shipment> {
        self.shipments.iter_mut().find(|s| s.number == shipment)
    }

    /// The currency of all its amounts.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.total.currency()
    }

    /// What is promised for a line: for itself, or for the whole.
    #[must_use]
    pub fn promises_of<'a>(&'a self, line: &'a Line) -> Option<&'a Promises> {
        line.promises.as_ref().or(self.promises.as_ref())
    }

    /// Refused when it was called off.
    pub(crate) fn check_open(&self) -> Result<(), Refusal> {
        match self.cancelled {
            Some(_) => Err(Refusal::Cancelled),
            None => Ok(()),
        }
    }
}
