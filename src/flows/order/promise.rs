//! Promising delivery, and seeing in time that a promise will be broken.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::place::check_promise;
use super::{open, tell};
use crate::calendar::civil;
use crate::flows::reactions::of_order;
use crate::kernel::{Code, OrderId, Permission};
use crate::message::Draft;
use crate::order::{
    Due, Notice, Order, OrderEvent, Outlook, Promise, PromiseOrder, Promises, Refusal, look_at,
};
use crate::record::{Entry, Key};
use crate::rulebook::Trigger;
use crate::work::{Command, Halt, Work};

/// A promise that is new, or took the place of another.
struct Change {
    line: Option<u32>,
    promise: Promise,
    before: Option<Promise>,
    reason: Code,
}

/// Promises something for the order or a line; answers with the change, if it is one.
fn promise(
    work: &mut Work<'_>,
    order: &Order,
    line: Option<u32>,
    promise: Promise,
    reason: Code,
) -> Result<Option<Change>, Halt> {
    let own = match line {
        Some(line) => order.line(line)?.promises.as_ref(),
        None => order.promises.as_ref(),
    };
    let before = own.or_else(|| order.promises_before(line));
    let before = before.map(Promises::latest);
    let is_known = before == Some(promise);
    // What holds for the whole holds for each line; what holds for the lines was not yet said of the whole.
    if is_known && (own.is_some() || line.is_some()) {
        return Ok(None);
    }
    let event = |look_at| OrderEvent::Promised {
        line,
        promise,
        reason: before.is_some().then(|| reason.clone()),
        look_at,
    };
    let mut after = order.clone();
    after.apply(&event(None), work.stamp());
    let now = work.now();
    // What is due is still to be looked at: another promise may have run out.
    let due = order.look_at.filter(|at| *at <= now);
    let look_at = due.or_else(|| look_at(&after, work.rulebook().orders(), now));
    work.emit(order.id, event(look_at))?;
    Ok((!is_known).then_some(Change {
        line,
        promise,
        before,
        reason,
    }))
}

/// Tells the customer once of all that changed at once: of the order's day, or else of the last of the lines'. A first promise
/// for what is not confirmed is told with the confirmation.
fn tell_changes(work: &mut Work<'_>, id: OrderId, changes: &[Change]) -> Result<(), Halt> {
    let order = work.need(id)?;
    let day = work.rulebook().orders().promise_day;
    let of_all = changes.iter().find(|change| change.line.is_none());
    let last = changes
        .iter()
        .max_by_key(|change| change.promise.by.deadline(&order.zone, day));
    let Some(told) = of_all.or(last) else {
        return Ok(());
    };
    if told.before.is_none() && order.confirmed_at.is_none() {
        return Ok(());
    }
    let notice = match told.before {
        Some(_) => Notice::Rescheduled,
        None => Notice::Promised,
    };
    let lines = changes.iter().filter_map(|change| change.line);
    let lines: Vec<String> = lines.map(|line| line.to_string()).collect();
    tell(work, &order, notice, |draft| {
        let mut draft = with_promise(draft, &told.promise);
        if let Some(before) = told.before {
            draft = draft
                .with_fact(Code::known("before"), before.by.text())
                .with_fact(Code::known("reason"), &told.reason);
        }
        match lines.is_empty() {
            true => draft,
            false => draft.with_fact(Code::known("lines"), lines.join(",")),
        }
    })
}

/// A message with when something comes: `by`, and `from` where it has a window.
pub(super) fn with_promise(draft: Draft, promise: &Promise) -> Draft {
    let draft = draft.with_fact(Code::known("by"), promise.by.text());
    match promise.from {
        Some(from) => draft.with_fact(Code::known("from"), from.text()),
        None => draft,
    }
}

impl Command for PromiseOrder {
    type Output = ();
    const NAME: &'static str = "order.promise";
    const PERMISSION: Permission = Permission::ORDER_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.order));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let order = open(work, self.order)?;
        let came = match self.line {
            Some(line) => {
                if order.line(line)?.quantity() == 0 {
                    return Err(Refusal::LineCancelled { line }.into());
                }
                order.line_delivered_at(line)
            }
            None => order.delivered_at(),
        };
        if came.is_some() {
            return Err(Refusal::AlreadyDelivered.into());
        }
        check_promise(work, &self.promise, &order.zone)?;
        work.because(self.reason.clone());
        let change = promise(work, &order, self.line, self.promise, self.reason.clone())?;
        tell_changes(work, order.id, change.as_slice())?;
        still_overdue(work, order.id)
    }

    fn output(&self, _: &Entry) {}
}

/// How often a promise is put off without anybody's doing: then somebody has to look.
const MOST: usize = 5;

const NOT_SHIPPED: &str = "not_shipped";
const CARRIER: &str = "carrier";
const IN_TRANSIT: &str = "in_transit";

/// How often a promise was put off since somebody promised, each time for a reason of [`reason`].
fn put_off_since(promises: &Promises) -> usize {
    let latest = promises.revisions.iter().rev();
    let by_itself = latest.take_while(|revision| {
        [NOT_SHIPPED, CARRIER, IN_TRANSIT].contains(&revision.reason.as_str())
    });
    by_itself.count()
}

/// Puts off what cannot be kept by what is known now, and tells the customer, once for all that is put off.
pub(super) fn review(work: &mut Work<'_>, id: OrderId) -> Result<(), Halt> {
    let mut changes = Vec::new();
    loop {
        let order = work.need(id)?;
        let Some((line, late)) = first_broken(work, &order) else {
            break;
        };
        let reason = reason(&order, line);
        changes.extend(promise(work, &order, line, late, reason)?);
    }
    tell_changes(work, id, &changes)?;
    still_overdue(work, id)
}

/// The first promise that will not be kept, and what to promise instead.
fn first_broken(work: &Work<'_>, order: &Order) -> Option<(Option<u32>, Promise)> {
    if order.cancelled.is_some() {
        return None;
    }
    let policy = work.rulebook().orders();
    let outlook = Outlook::of(order);
    order.open_promises().find_map(|(line, promises)| {
        let latest = promises.latest();
        let deadline = latest.by.deadline(&order.zone, policy.promise_day);
        // What was known when the promise was put off last does not put it off again.
        let since = promises.revisions.last().map(|revision| revision.at);
        let at = outlook.expected(line, policy, since, work.now()).at?;
        if at <= deadline || put_off_since(promises) >= MOST {
            return None;
        }
        let instead = Promise {
            from: None,
            by: put_off(order, latest.by, deadline, at),
        };
        // The last of all dates cannot be put off.
        (instead.by != latest.by).then_some((line, instead))
    })
}

/// The next date or instant that can be kept, of the same kind as the one before.
fn put_off(order: &Order, before: Due, deadline: DateTime<Utc>, expected: DateTime<Utc>) -> Due {
    match before {
        Due::At(_) => Due::At(expected),
        Due::On(date) => {
            let on = civil::date_in(&order.zone, expected);
            // Where dates hold to their first instant, the one of the expected day may be over.
            let next = date.succ_opt().unwrap_or(date);
            let starts = civil::start_of_day(&order.zone, on);
            let later = if starts <= deadline { next } else { on };
            Due::On(later.max(next))
        }
    }
}

/// Why an order will be late.
fn reason(order: &Order, line: Option<u32>) -> Code {
    if order.is_unshipped(line) {
        return Code::known(NOT_SHIPPED);
    }
    let mut shipments = order.shipments.iter().filter(|it| it.is_under_way());
    let is_estimated = shipments.any(|shipment| {
        shipment.estimate.is_some() && line.is_none_or(|line| shipment.quantity(line) > 0)
    });
    Code::known(if is_estimated { CARRIER } else { IN_TRANSIT })
}

/// What is due about an order: it is looked whether its promises can be kept, and noticed when one ran out that cannot be
/// put off.
pub(crate) fn wake(work: &mut Work<'_>, id: OrderId) -> Result<(), Halt> {
    let order: Arc<Order> = work.need(id)?;
    if order.look_at.is_none_or(|at| at > work.now()) {
        return Ok(());
    }
    review(work, id)?;
    fall_overdue(work, id)?;
    look_again(work, id)
}

/// An order of which a promise ran out is overdue: the customer is told, and what the rulebook says follows.
fn fall_overdue(work: &mut Work<'_>, id: OrderId) -> Result<(), Halt> {
    let order = work.need(id)?;
    if order.overdue_since.is_some() {
        return Ok(());
    }
    let since = order.overdue_at(work.rulebook().orders(), work.now());
    if since.is_none() {
        return Ok(());
    }
    work.emit(id, OrderEvent::Overdue { since })?;
    let day = order.day_of(work.rulebook().orders().promise_day);
    let before = day.map(|promises| promises.latest().by.text());
    tell(work, &order, Notice::Late, |draft| match before {
        Some(before) => draft.with_fact(Code::known("before"), before),
        None => draft,
    })?;
    of_order(work, Trigger::OrderOverdue, id)
}

/// Of an order that is overdue it is noted when another promise is the first that is broken, or none is any more. That is no
/// news to the customer, who hears of the new promise or of the delivery.
pub(super) fn still_overdue(work: &mut Work<'_>, id: OrderId) -> Result<(), Halt> {
    let order = work.need(id)?;
    if order.overdue_since.is_none() {
        return Ok(());
    }
    let since = order.overdue_at(work.rulebook().orders(), work.now());
    if order.overdue_since == since {
        return Ok(());
    }
    work.emit(id, OrderEvent::Overdue { since })
}

/// Says when to look next, if that has changed.
pub(super) fn look_again(work: &mut Work<'_>, id: OrderId) -> Result<(), Halt> {
    let order = work.need(id)?;
    let look_at = look_at(&order, work.rulebook().orders(), work.now());
    if order.look_at == look_at {
        return Ok(());
    }
    work.emit(id, OrderEvent::LookedAt { look_at })
}
