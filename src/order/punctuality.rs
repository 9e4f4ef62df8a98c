//! How well delivery promises were kept.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::promise::{Judgement, Promise, PromiseDay, Promises};
use super::state::{Line, Order};
use crate::calendar::Zone;

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
        zone: &Zone,
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
/// What was called off while its promise still ran is not waited for: what is left is judged by when it came, and where
/// nothing is left of a line the line is not judged. What was called off later was late by then, whoever did it, and counts
/// as late: up to when it was called off, or to when what is left came, whichever is later.
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
    /// Orders that were called off as a whole, or for which nothing was promised that is judged.
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
            let end = End::of_order(order);
            let (first, latest) = (&mut self.orders, &mut self.orders_latest);
            is_judged |= judge([first, latest], promises, end, (zone, day, now));
        }
        let came = order.lines_delivered_at();
        for (line, came_at) in order.lines.iter().zip(came) {
            let Some(promises) = order.promises_of(line) else {
                continue;
            };
            let end = End::of_line(line, came_at);
            let (first, latest) = (&mut self.lines, &mut self.lines_latest);
            is_judged |= judge([first, latest], promises, end, (zone, day, now));
        }
        if !is_judged {
            self.excluded = self.excluded.saturating_add(1);
        }
    }
}

/// When what was promised came, and when pieces of it were called off last.
#[derive(Clone, Copy)]
pub(super) struct End {
    came_at: Option<DateTime<Utc>>,
    off_at: Option<DateTime<Utc>>,
    is_all_off: bool,
}

impl End {
    pub(super) fn of_order(order: &Order) -> Self {
        let offs = order.lines.iter().filter_map(|line| line.cancelled.at);
        Self {
            came_at: order.delivered_at(),
            off_at: offs.max(),
            is_all_off: false,
        }
    }

    pub(super) fn of_line(line: &Line, came_at: Option<DateTime<Utc>>) -> Self {
        Self {
            came_at,
            off_at: line.cancelled.at,
            is_all_off: line.quantity() == 0,
        }
    }

    /// When nothing more was to come that this promise was about; `None` where it is not judged at all.
    pub(super) fn of(
        self,
        promise: &Promise,
        zone: &Zone,
        day: PromiseDay,
    ) -> Option<Option<DateTime<Utc>>> {
        let deadline = promise.by.deadline(zone, day);
        let late = self.off_at.filter(|at| *at > deadline);
        match (self.is_all_off, late, self.came_at) {
            (true, late, _) => late.map(Some),
            (false, Some(late), Some(came)) => Some(Some(came.max(late))),
            (false, _, came) => Some(came),
        }
    }
}

/// Counts what was promised first, and what was promised last; says whether it is judged against what was first.
fn judge(
    counts: [&mut Kept; 2],
    promises: &Promises,
    end: End,
    (zone, day, now): (&Zone, PromiseDay, DateTime<Utc>),
) -> bool {
    let said = [promises.first, promises.latest()];
    let mut is_judged = false;
    for (count, promise) in counts.into_iter().zip(said) {
        if let Some(at) = end.of(&promise, zone, day) {
            is_judged = true;
            count.count(&promise, at, zone, day, now);
        }
    }
    is_judged
}
