//! How well delivery promises were kept.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::promise::{Judgement, Promise, PromiseDay};
use super::state::Order;

/// How many promises were kept, and how the others were not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Delivered within the promise.
    pub kept: u64,
    /// Delivered before the window.
    pub early: u64,
    /// Delivered after it.
    pub late: u64,
    /// Not delivered yet, and the promise has run out.
    pub overdue: u64,
    /// Not delivered yet, and the promise still runs: not judged.
    pub open: u64,
    /// How late the late ones were together, in milliseconds.
    pub late_ms: i64,
}

impl Kept {
    /// Counts a promise: when it was delivered, if it was, at this instant.
    pub fn count(
        &mut self,
        promise: &Promise,
        delivered_at: Option<DateTime<Utc>>,
        zone: &crate::calendar::Zone,
        day: PromiseDay,
        now: DateTime<Utc>,
    ) {
        let Some(at) = delivered_at else {
            let count = if now > promise.by.deadline(zone, day) {
                &mut self.overdue
            } else {
                &mut self.open
            };
            *count = count.saturating_add(1);
            return;
        };
        let count = match promise.judge(at, zone, day) {
            Judgement::Kept => &mut self.kept,
            Judgement::Early { .. } => &mut self.early,
            Judgement::Late { by_ms } => {
                self.late_ms = self.late_ms.saturating_add(by_ms);
                &mut self.late
            }
        };
        *count = count.saturating_add(1);
    }

    /// How many were judged: the denominator of the kept-rate, whose numerator is `kept`.
    #[must_use]
    pub const fn judged(&self) -> u64 {
        let came = self
            .kept
            .saturating_add(self.early)
            .saturating_add(self.late);
        came.saturating_add(self.overdue)
    }

    /// How late the late ones were on average, in whole milliseconds; `None` when none was.
    #[must_use]
    pub fn mean_late_ms(&self) -> Option<i64> {
        self.late_ms.checked_div(i64::try_from(self.late).ok()?)
    }
}

/// How well the promises of several orders were kept. An order counts as on time in full when *all* of it came in
/// time; that is no product of the averages of its lines.
///
/// ```
/// use aftercare::order::Punctuality;
/// # let orders: Vec<aftercare::order::Order> = Vec::new();
/// # let now = chrono::DateTime::UNIX_EPOCH;
/// let mut report = Punctuality::default();
/// for order in &orders {
///     report.count(order, Default::default(), now);
/// }
/// println!("{} of {} orders kept", report.orders.kept, report.orders.judged());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Punctuality {
    /// Orders against what was promised first: the kept-rate.
    pub orders: Kept,
    /// Orders against the latest revision, shown apart.
    pub orders_latest: Kept,
    /// Lines against what was promised first, for themselves or for the whole.
    pub lines: Kept,
    /// Lines against the latest revision.
    pub lines_latest: Kept,
    /// Orders that were called off, or for which nothing was promised.
    pub excluded: u64,
}

impl Punctuality {
    /// Counts an order as it stands at this instant.
    pub fn count(&mut self, order: &Order, day: PromiseDay, now: DateTime<Utc>) {
        let zone = &order.zone;
        if order.cancelled.is_some() {
            self.excluded = self.excluded.saturating_add(1);
            return;
        }
        let mut is_judged = false;
        if let Some(promises) = &order.promises {
            is_judged = true;
            let at = order.delivered_at();
            self.orders.count(&promises.first, at, zone, day, now);
            self.orders_latest
                .count(&promises.latest(), at, zone, day, now);
        }
        for (number, line) in (1..).zip(&order.lines) {
            let Some(promises) = order.promises_of(line) else {
                continue;
            };
            is_judged = true;
            let at = order.line_delivered_at(number);
            self.lines.count(&promises.first, at, zone, day, now);
            self.lines_latest
                .count(&promises.latest(), at, zone, day, now);
        }
        if !is_judged {
            self.excluded = self.excluded.saturating_add(1);
        }
    }
}
