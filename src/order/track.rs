//! Where an order is, what comes next, when, and whom to ask.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::outlook::{Outlook, promise_state};
use super::policy::OrderPolicy;
use super::promise::{Due, Judgement, Promise};
use super::shipment::{Milestone, Shipment};
use super::state::{Order, OrderStatus};
use crate::kernel::{Code, Money, OrderId};

/// What happens next to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NextStep {
    /// The business accepts it.
    Confirm,
    /// It is prepared and handed to the carrier.
    Ship,
    /// It is delivered.
    Deliver,
    /// The customer collects it.
    Collect,
    /// Nothing: it is over.
    Nothing,
}

/// How the latest promise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PromiseState {
    /// Nothing was promised.
    None,
    /// It can be kept, as far as is known.
    OnTrack,
    /// Nothing was heard for so long of what is on its way that nobody can say.
    Silent,
    /// What is known says that it will be broken.
    InDanger,
    /// It is broken, and the order is still to come.
    Overdue,
    /// The order came, or what had not was called off; that is late when it was called off after the time.
    Came(Judgement),
    /// The order was called off, and the promise with it.
    Cancelled,
}

/// Whom to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ask {
    /// This team of the business.
    Team(Code),
    /// The carrier, about the shipment that it calls so.
    Carrier {
        /// Which carrier.
        carrier: Code,
        /// What it calls the shipment.
        tracking: Code,
    },
}

/// A shipment as the customer is shown it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShipmentView {
    /// The shipment.
    pub shipment: Shipment,
    /// Where it is, and since when, UTC; `None` while it is prepared.
    pub position: Option<(Milestone, DateTime<Utc>)>,
}

/// Where an order is, what comes next, when, and whom to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracking {
    /// The order.
    pub order: Arc<Order>,
    /// Where it stands.
    pub status: OrderStatus,
    /// What is still to be paid; below nothing when too much was.
    pub balance: Money,
    /// Pieces of it that were called off: lines, and how many of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub called_off: Vec<(u32, u32)>,
    /// What comes next.
    pub next: NextStep,
    /// When that was promised last, for the whole or else for the last of the lines that are still to come; or when it is
    /// expected, if anything says so.
    pub when: Option<Due>,
    /// How the latest promises stand, the worst of them: what the customer was told last. Whether the business kept its word
    /// is judged by the first ones, by [`Punctuality`](super::Punctuality).
    pub promise: PromiseState,
    /// What was promised at first in place of `when`, where it was revised since.
    pub first_promise: Option<Promise>,
    /// Its shipments.
    pub shipments: Vec<ShipmentView>,
    /// Whom to ask.
    pub ask: Vec<Ask>,
}

/// A moment of an order that stands on the customer's timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Moment {
    /// It was placed.
    Placed,
    /// This shipment of it set out.
    SentOut(u32),
    /// This shipment of it was delivered.
    Delivered(u32),
    /// It was called off.
    Cancelled,
    /// Pieces of it were called off.
    PiecesCancelled,
}

impl Order {
    /// What happened to it that stands on the customer's timeline, and when, UTC: placed, each shipment sent out and
    /// delivered, pieces called off, all of it called off. No more than two for each shipment, and one each time that
    /// pieces were called off.
    pub fn moments(&self) -> impl Iterator<Item = (DateTime<Utc>, Moment)> {
        let ways = self.shipments.iter().flat_map(|shipment| {
            let number = shipment.number;
            let out = shipment.marks.get(&Milestone::HandedOver).copied();
            let came = shipment.delivered_at();
            // A hand-over that was told as later than the delivery was not.
            let out = out.map(|out| came.map_or(out, |came| came.min(out)));
            let out = out.map(|at| (at, Moment::SentOut(number)));
            out.into_iter()
                .chain(came.map(|at| (at, Moment::Delivered(number))))
        });
        let off = self.cancelled.as_ref();
        let off = off.map(|off| (off.at, Moment::Cancelled));
        let pieces = self.pieces_cancelled_at.iter();
        let pieces = pieces.map(|at| (*at, Moment::PiecesCancelled));
        [(self.placed_at, Moment::Placed)]
            .into_iter()
            .chain(ways)
            .chain(pieces)
            .chain(off)
    }
}

/// What comes next to an order that stands there, with these shipments.
fn next_step(status: OrderStatus, shipments: &[ShipmentView]) -> NextStep {
    let waits = shipments
        .iter()
        .any(|view| matches!(view.position, Some((Milestone::ReadyForPickup, _))));
    let is_out = shipments
        .iter()
        .any(|view| view.position.is_some() && view.shipment.is_under_way());
    match status {
        OrderStatus::Placed => NextStep::Confirm,
        OrderStatus::Delivered | OrderStatus::Cancelled => NextStep::Nothing,
        _ if waits => NextStep::Collect,
        _ if is_out => NextStep::Deliver,
        OrderStatus::Confirmed
        | OrderStatus::PartlyShipped
        | OrderStatus::Shipped
        | OrderStatus::PartlyDelivered => NextStep::Ship,
    }
}

/// How many pieces of which lines were called off.
fn called_off(order: &Order) -> Vec<(u32, u32)> {
    let lines = (1..).zip(&order.lines);
    let off = lines.map(|(number, line)| (number, line.cancelled.pieces));
    off.filter(|(_, pieces)| *pieces > 0).collect()
}

impl Tracking {
    /// What the order's customer is told at `now`.
    #[must_use]
    pub fn of(order: Arc<Order>, policy: &OrderPolicy, now: DateTime<Utc>) -> Self {
        let status = order.status();
        let positions = order.shipments.iter().map(|shipment| ShipmentView {
            shipment: shipment.clone(),
            position: shipment.position(),
        });
        let shipments: Vec<_> = positions.collect();
        let next = next_step(status, &shipments);
        let promises = order.day_of(policy.promise_day);
        let outlook = Outlook::of(&order);
        let when = match promises {
            _ if next == NextStep::Nothing => None,
            Some(promises) => Some(promises.latest().by),
            None => outlook.expected(None, policy, None, now).at.map(Due::At),
        };
        let first_promise = promises
            .filter(|promises| !promises.revisions.is_empty())
            .map(|promises| promises.first);
        let with_carrier = shipments
            .iter()
            .filter(|view| view.position.is_some() && view.shipment.delivered_at().is_none());
        let carriers = with_carrier.filter_map(|view| {
            Some(Ask::Carrier {
                carrier: view.shipment.carrier.clone()?,
                tracking: view.shipment.tracking.clone()?,
            })
        });
        let promise = promise_state(&order, &outlook, policy, now);
        // Nobody looks for a parcel of which everything came in another.
        let is_there = order.delivered_at().is_some();
        let carriers = carriers.filter(|_| !is_there);
        let ask = [Ask::Team(policy.ask.clone())].into_iter().chain(carriers);
        Self {
            status,
            balance: order.balance(),
            called_off: called_off(&order),
            next,
            when,
            promise,
            first_promise,
            ask: ask.collect(),
            shipments,
            order,
        }
    }
}

/// Orders, a page of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OrderPage {
    /// The orders, the newest first.
    pub orders: Vec<Arc<Order>>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<(i64, OrderId)>,
}
