//! Whether promises can be kept, by what is known now.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::policy::OrderPolicy;
use super::progress::place_of;
use super::promise::{Judgement, Promise, PromiseDay, Promises};
use super::punctuality::End;
use super::shipment::{Milestone, Shipment};
use super::state::Order;
use super::track::PromiseState;
use crate::calendar::civil;

/// When what is left of an order or a line is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    /// Not before this, by what is known, UTC; `None` when nothing says when.
    pub(crate) at: Option<DateTime<Utc>>,
    /// Something is on its way of which nothing says when it comes.
    pub(crate) is_silent: bool,
}

impl Order {
    /// What is promised now for what is still to come: for the whole, and for lines by themselves.
    pub(crate) fn open_promises(&self) -> impl Iterator<Item = (Option<u32>, &Promises)> {
        let whole = self.promises.as_ref().map(|promises| (None, promises));
        let whole = whole.filter(|_| self.delivered_at().is_none());
        let lines = (1..).zip(&self.lines).zip(self.lines_delivered_at());
        let lines = lines.filter_map(|((number, line), came_at)| {
            let promises = line.promises.as_ref()?;
            let is_open = came_at.is_none() && line.quantity() > 0;
            is_open.then_some((Some(number), promises))
        });
        whole.into_iter().chain(lines)
    }

    /// By which the day of the order goes: what was promised for the whole, or else the last of what was promised for lines
    /// that are still to come, or came.
    pub(crate) fn day_of(&self, day: PromiseDay) -> Option<&Promises> {
        if self.promises.is_some() {
            return self.promises.as_ref();
        }
        let last = |promises: &&Promises| promises.latest().by.deadline(&self.zone, day);
        if self.delivered_at().is_some() {
            let came = self.lines.iter().filter(|line| line.quantity() > 0);
            let all = came.filter_map(|line| line.promises.as_ref());
            return all.max_by_key(last);
        }
        let open = self.open_promises().map(|(_, promises)| promises);
        open.max_by_key(last)
    }

    /// Whether something is still to come though the time that was promised for it first has run out.
    pub(crate) fn is_late(&self, day: PromiseDay, now: DateTime<Utc>) -> bool {
        let mut open = self.open_promises();
        open.any(|(_, promises)| promises.first.by.deadline(&self.zone, day) < now)
    }

    /// When the first promise that is broken ran out, UTC; `None` while none is, and where the order is over.
    pub(crate) fn overdue_at(
        &self,
        policy: &OrderPolicy,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        if self.cancelled.is_some() {
            return None;
        }
        let open = self.open_promises();
        let deadlines = open.map(|(_, promises)| {
            promises
                .latest()
                .by
                .deadline(&self.zone, policy.promise_day)
        });
        deadlines.filter(|deadline| *deadline < now).min()
    }
}

/// When a shipment is expected by what is known at `now`, UTC: by the carrier's estimate, and otherwise by how long things
/// usually take. What should have been there and was heard of since `since`, and not too long ago, may come now.
fn arrival(
    order: &Order,
    shipment: &Shipment,
    policy: &OrderPolicy,
    since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let silence = span(policy.silence_ms);
    let is_fresh = |said_at: DateTime<Utc>| now.signed_duration_since(said_at) <= silence;
    let estimate = shipment.estimate.filter(|said| is_fresh(said.said_at));
    let at = match (estimate, shipment.position()) {
        (Some(estimate), _) => estimate.at,
        (None, Some((Milestone::OutForDelivery | Milestone::ReadyForPickup, at))) => at,
        (None, _) => {
            let out = shipment.marks.get(&Milestone::HandedOver);
            let out = *out.unwrap_or(&shipment.prepared_at);
            in_days(order, out, policy.transit_days)
        }
    };
    if at > now {
        return Some(at);
    }
    let heard = shipment.heard_at();
    (is_fresh(heard) && since.is_none_or(|since| heard > since)).then_some(now)
}

/// What is still to come of an order, looked up once for all of its lines.
pub(crate) struct Outlook<'a> {
    order: &'a Order,
    /// Shipments that are still to come.
    under_way: Vec<&'a Shipment>,
    /// The same for each line, in the order of the lines.
    of_lines: Vec<Vec<&'a Shipment>>,
    /// How many of each line are still to be prepared.
    left: BTreeMap<u32, u32>,
}

impl<'a> Outlook<'a> {
    pub(crate) fn of(order: &'a Order) -> Self {
        let shipments = order.shipments.iter();
        let under_way: Vec<_> = shipments.filter(|it| it.is_under_way()).collect();
        let mut of_lines: Vec<Vec<&Shipment>> = vec![Vec::new(); order.lines.len()];
        for shipment in &under_way {
            let items = shipment.items.iter().filter(|(_, quantity)| *quantity > 0);
            for place in items.filter_map(|(line, _)| place_of(*line)) {
                if let Some(line) = of_lines.get_mut(place) {
                    line.push(shipment);
                }
            }
        }
        Self {
            order,
            under_way,
            of_lines,
            left: order.left(),
        }
    }

    fn is_unshipped(&self, line: Option<u32>) -> bool {
        match line {
            Some(line) => self.left.get(&line).is_some_and(|left| *left > 0),
            None => self.left.values().any(|left| *left > 0),
        }
    }

    fn under_way(&self, line: Option<u32>) -> &[&'a Shipment] {
        match line {
            Some(line) => {
                let place = place_of(line);
                let line = place.and_then(|place| self.of_lines.get(place));
                line.map_or(&[], Vec::as_slice)
            }
            None => &self.under_way,
        }
    }

    /// When what is left of the order, or of one line, is expected by what is known at `now` and was not known at `since`.
    #[must_use]
    pub(crate) fn expected(
        &self,
        line: Option<u32>,
        policy: &OrderPolicy,
        since: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Expected {
        let mut is_silent = false;
        let mut last = None;
        for shipment in self.under_way(line) {
            let at = arrival(self.order, shipment, policy, since, now);
            is_silent |= at.is_none();
            last = last.max(at);
        }
        if self.is_unshipped(line) {
            let days = policy.handling_days.saturating_add(policy.transit_days);
            last = last.max(Some(in_days(self.order, now, days)));
        }
        Expected {
            at: last,
            is_silent,
        }
    }

    /// How a promise for what is still to come stands.
    fn state_of(
        &self,
        line: Option<u32>,
        promise: &Promise,
        policy: &OrderPolicy,
        now: DateTime<Utc>,
    ) -> PromiseState {
        let deadline = promise.by.deadline(&self.order.zone, policy.promise_day);
        if now > deadline {
            return PromiseState::Overdue;
        }
        match self.expected(line, policy, None, now) {
            Expected { at: Some(at), .. } if at > deadline => PromiseState::InDanger,
            Expected {
                is_silent: true, ..
            } => PromiseState::Silent,
            Expected { .. } => PromiseState::OnTrack,
        }
    }
}

fn in_days(order: &Order, from: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    civil::same_time_in_days(&order.zone, from, days.into()).unwrap_or(from)
}

fn span(ms: u64) -> TimeDelta {
    let ms = i64::try_from(ms).unwrap_or(i64::MAX);
    TimeDelta::try_milliseconds(ms).unwrap_or(TimeDelta::MAX)
}

/// How the promises stand at `now`, the worst of them.
#[must_use]
pub(super) fn promise_state(
    order: &Order,
    outlook: &Outlook<'_>,
    policy: &OrderPolicy,
    now: DateTime<Utc>,
) -> PromiseState {
    if order.cancelled.is_some() {
        return PromiseState::Cancelled;
    }
    let open = order
        .open_promises()
        .map(|(line, promises)| outlook.state_of(line, &promises.latest(), policy, now));
    let worst = open.max_by_key(|state| rank(*state));
    worst.unwrap_or_else(|| came(order, policy.promise_day))
}

/// From good to bad.
const fn rank(state: PromiseState) -> u8 {
    match state {
        PromiseState::None | PromiseState::Cancelled | PromiseState::Came(_) => 0,
        PromiseState::OnTrack => 1,
        PromiseState::Silent => 2,
        PromiseState::InDanger => 3,
        PromiseState::Overdue => 4,
    }
}

/// How the promises were kept when nothing that was promised is still to come: for the whole, or else for the line of which
/// it was kept worst.
fn came(order: &Order, day: PromiseDay) -> PromiseState {
    if order.delivered_at().is_none() {
        return PromiseState::None;
    }
    let judge = |promises: &Promises, end: End| {
        let promise = promises.latest();
        let at = end.of(&promise, &order.zone, day)??;
        Some(promise.judge(at, &order.zone, day))
    };
    if let Some(promises) = &order.promises {
        let judgement = judge(promises, End::of_order(order));
        return judgement.map_or(PromiseState::None, PromiseState::Came);
    }
    let lines = order.lines.iter().zip(order.lines_delivered_at());
    let lines = lines
        .filter_map(|(line, came_at)| judge(line.promises.as_ref()?, End::of_line(line, came_at)));
    let worst = lines.max_by_key(|judgement| match judgement {
        Judgement::Kept => (0, 0),
        Judgement::Early { by_ms } => (1, *by_ms),
        Judgement::Late { by_ms } => (2, *by_ms),
    });
    worst.map_or(PromiseState::None, PromiseState::Came)
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
    let before = span(policy.look_before_ms);
    let looks = order.open_promises().flat_map(|(_, promises)| {
        let latest = promises.latest();
        let deadline = latest.by.deadline(&order.zone, policy.promise_day);
        let after = deadline.checked_add_signed(TimeDelta::milliseconds(1));
        [deadline.checked_sub_signed(before), after]
    });
    looks.flatten().filter(|at| *at > now).min()
}
