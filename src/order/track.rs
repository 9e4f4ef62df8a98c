//! Where an order is, what comes next, when, and whom to ask.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::policy::OrderPolicy;
use super::promise::{Due, Judgement, Promise};
use super::shipment::{Milestone, Shipment};
use super::state::{Order, OrderStatus};
use crate::calendar::civil;
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
    /// What is known says that it will be broken.
    InDanger,
    /// It is broken, and the order is still to come.
    Overdue,
    /// The order came.
    Came(Judgement),
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
    /// What comes next.
    pub next: NextStep,
    /// When that was promised last, or else is expected.
    pub when: Option<Due>,
    /// How the latest promise stands: what the customer was told last. Whether the business kept its word is judged by
    /// the first one, by [`Punctuality`](super::Punctuality).
    pub promise: PromiseState,
    /// What was promised at first, where it was revised since.
    pub first_promise: Option<Promise>,
    /// Its shipments.
    pub shipments: Vec<ShipmentView>,
    /// Whom to ask.
    pub ask: Vec<Ask>,
}

/// When what is left of an order, or of one line, is expected by what is known at `now`, UTC: by the carrier's
/// estimates, and otherwise by how long things usually take. `None` when nothing is left.
#[must_use]
pub(crate) fn expected_at(
    order: &Order,
    line: Option<u32>,
    policy: &OrderPolicy,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let concerns = |shipment: &&Shipment| line.is_none_or(|line| shipment.quantity(line) > 0);
    let is_under_way =
        |shipment: &&Shipment| shipment.delivered_at().is_none() && !shipment.is_void();
    let shipments = order.shipments.iter().filter(concerns).filter(is_under_way);
    let in_days = |from: DateTime<Utc>, days: u32| {
        civil::same_time_in_days(&order.zone, from, days.into()).unwrap_or(from)
    };
    let arrivals = shipments.map(|shipment| match (shipment.estimate, shipment.position()) {
        (Some(estimate), _) => estimate.at.max(now),
        (None, Some((Milestone::OutForDelivery | Milestone::ReadyForPickup, _))) => now,
        (None, _) => {
            let out = shipment.marks.get(&Milestone::HandedOver);
            in_days(*out.unwrap_or(&shipment.prepared_at), policy.transit_days).max(now)
        }
    });
    let is_left = match line {
        Some(line) => order
            .line(line)
            .is_ok_and(|of| order.shipped(line) < of.item.quantity),
        None => order.has_unshipped(),
    };
    let days = policy.handling_days.saturating_add(policy.transit_days);
    let unshipped = is_left.then(|| in_days(now, days));
    arrivals.chain(unshipped).max()
}

/// How a promise stands at `now`.
#[must_use]
fn promise_state(
    order: &Order,
    line: Option<u32>,
    promise: &Promise,
    policy: &OrderPolicy,
    now: DateTime<Utc>,
) -> PromiseState {
    let came = match line {
        Some(line) => order.line_delivered_at(line),
        None => order.delivered_at(),
    };
    if let Some(at) = came {
        return PromiseState::Came(promise.judge(at, &order.zone, policy.promise_day));
    }
    let deadline = promise.by.deadline(&order.zone, policy.promise_day);
    if now > deadline {
        return PromiseState::Overdue;
    }
    match expected_at(order, line, policy, now) {
        Some(expected) if expected > deadline => PromiseState::InDanger,
        _ => PromiseState::OnTrack,
    }
}

/// When to look whether the order's promises can be kept, the first time after `now`, UTC: some time before each
/// runs out, and when it has.
#[must_use]
pub(crate) fn look_at(
    order: &Order,
    policy: &OrderPolicy,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    if order.cancelled.is_some() || order.delivered_at().is_some() {
        return None;
    }
    let before = i64::try_from(policy.look_before_ms).unwrap_or(i64::MAX);
    let before = TimeDelta::try_milliseconds(before).unwrap_or(TimeDelta::MAX);
    let open = order.open_promises();
    let looks = open.flat_map(|(_, promise)| {
        let deadline = promise.by.deadline(&order.zone, policy.promise_day);
        let after = deadline.checked_add_signed(TimeDelta::milliseconds(1));
        [deadline.checked_sub_signed(before), after]
    });
    looks.flatten().filter(|at| *at > now).min()
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
}

impl Order {
    /// What happened to it that stands on the customer's timeline, and when, UTC: placed, each shipment sent out and
    /// delivered, called off. No more than two for each shipment.
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
        [(self.placed_at, Moment::Placed)]
            .into_iter()
            .chain(ways)
            .chain(off)
    }

    /// What is promised now for what is still to come: for the whole, and for lines by themselves.
    pub(crate) fn open_promises(&self) -> impl Iterator<Item = (Option<u32>, Promise)> {
        let whole = self.promises.as_ref().map(|p| (None, p.latest()));
        let whole = whole.filter(|_| self.delivered_at().is_none());
        let lines = (1..).zip(&self.lines).filter_map(|(number, line)| {
            let promises = line.promises.as_ref()?;
            let is_open = self.line_delivered_at(number).is_none();
            is_open.then(|| (Some(number), promises.latest()))
        });
        whole.into_iter().chain(lines)
    }

    /// Whether something of it is neither prepared nor on its way nor delivered.
    #[must_use]
    pub fn has_unshipped(&self) -> bool {
        self.pieces_in(|shipment| !shipment.is_void()) < self.pieces()
    }

    /// How many pieces were ordered.
    pub(crate) fn pieces(&self) -> u64 {
        let quantities = self.lines.iter().map(|line| u64::from(line.item.quantity));
        quantities.fold(0, u64::saturating_add)
    }
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
        let waits = shipments
            .iter()
            .any(|view| matches!(view.position, Some((Milestone::ReadyForPickup, _))));
        let next = match status {
            OrderStatus::Placed => NextStep::Confirm,
            OrderStatus::Delivered | OrderStatus::Cancelled => NextStep::Nothing,
            _ if waits => NextStep::Collect,
            OrderStatus::Confirmed => NextStep::Ship,
            OrderStatus::PartlyShipped | OrderStatus::Shipped | OrderStatus::PartlyDelivered => {
                NextStep::Deliver
            }
        };
        let latest = order.promises.as_ref().map(super::Promises::latest);
        let when = (next != NextStep::Nothing).then(|| match latest {
            Some(promise) => Some(promise.by),
            None => expected_at(&order, None, policy, now).map(Due::At),
        });
        let promise = match &latest {
            Some(promise) => promise_state(&order, None, promise, policy, now),
            None => PromiseState::None,
        };
        let first_promise = order
            .promises
            .as_ref()
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
        let ask = [Ask::Team(policy.ask.clone())].into_iter().chain(carriers);
        Self {
            status,
            balance: order.balance(),
            next,
            when: when.flatten(),
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
