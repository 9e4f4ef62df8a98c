//! Promising delivery, and seeing in time that a promise will be broken.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::place::check_promise;
use super::{open, tell};
use crate::calendar::civil;
use crate::kernel::{Code, OrderId, Permission};
use crate::order::{
    Due, Notice, Order, OrderEvent, Promise, PromiseOrder, Promises, Refusal, expected_at, look_at,
};
use crate::record::{Entry, Key};
use crate::work::{Command, Halt, Work};

/// Promises something for the order or a line, and tells the customer when it takes the place of another.
fn promise(
    work: &mut Work<'_>,
    order: &Order,
    line: Option<u32>,
    promise: Promise,
    reason: Code,
) -> Result<(), Halt> {
    let before = match line {
        Some(line) => order.line(line)?.promises.as_ref(),
        None => order.promises.as_ref(),
    };
    let before = before.map(Promises::latest);
    if before == Some(promise) {
        return Ok(());
    }
    let event = |look_at| OrderEvent::Promised {
        line,
        promise,
        reason: before.is_some().then(|| reason.clone()),
        look_at,
    };
    let mut after = order.clone();
    after.apply(&event(None), work.stamp());
    let look_at = look_at(&after, work.rulebook().orders(), work.now());
    work.emit(order.id, event(look_at))?;
    let Some(before) = before else {
        return Ok(());
    };
    tell(work, order, Notice::Rescheduled, |draft| {
        let draft = draft
            .with_fact(Code::known("by"), promise.by.text())
            .with_fact(Code::known("before"), before.by.text())
            .with_fact(Code::known("reason"), &reason);
        match line {
            Some(line) => draft.with_fact(Code::known("line"), line),
            None => draft,
        }
    })
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
                order.line(line)?;
                order.line_delivered_at(line)
            }
            None => order.delivered_at(),
        };
        if came.is_some() {
            return Err(Refusal::AlreadyDelivered.into());
        }
        check_promise(work, &self.promise, &order.zone)?;
        work.because(self.reason.clone());
        promise(work, &order, self.line, self.promise, self.reason.clone())
    }

    fn output(&self, _: &Entry) {}
}

/// How often a promise is put off without anybody's doing: then somebody has to look.
const MOST: usize = 5;

/// Puts off what cannot be kept by what is known now, and tells the customer. Says whether there was any.
pub(super) fn review(work: &mut Work<'_>, id: OrderId) -> Result<bool, Halt> {
    let mut any = false;
    loop {
        let order = work.need(id)?;
        let Some((line, late)) = first_broken(work, &order) else {
            return Ok(any);
        };
        any = true;
        let reason = reason(&order, line);
        promise(work, &order, line, late, reason)?;
    }
}

/// The first promise that will not be kept, and what to promise instead.
fn first_broken(work: &Work<'_>, order: &Order) -> Option<(Option<u32>, Promise)> {
    if order.cancelled.is_some() {
        return None;
    }
    let policy = work.rulebook().orders();
    let mut open = order.open_promises();
    open.find_map(|(line, latest)| {
        let deadline = latest.by.deadline(&order.zone, policy.promise_day);
        let expected = expected_at(order, line, policy, work.now())?;
        let promises = match line {
            Some(line) => order.line(line).ok()?.promises.as_ref(),
            None => order.promises.as_ref(),
        };
        if expected <= deadline || promises?.revisions.len() >= MOST {
            return None;
        }
        let instead = Promise {
            from: None,
            by: put_off(order, latest.by, deadline, expected),
        };
        Some((line, instead))
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
    let concerns = |quantity: u32| quantity > 0;
    let is_unshipped = match line {
        Some(line) => order
            .line(line)
            .is_ok_and(|of| order.shipped(line) < of.item.quantity),
        None => order.has_unshipped(),
    };
    if is_unshipped {
        return Code::known("not_shipped");
    }
    let mut shipments = order.shipments.iter();
    let is_estimated = shipments.any(|shipment| {
        shipment.estimate.is_some() && line.is_none_or(|line| concerns(shipment.quantity(line)))
    });
    Code::known(if is_estimated {
        "carrier"
    } else {
        "in_transit"
    })
}

/// What is due about an order: it is looked whether its promises can be kept.
pub(crate) fn wake(work: &mut Work<'_>, id: OrderId) -> Result<(), Halt> {
    let order: Arc<Order> = work.need(id)?;
    if order.look_at.is_none_or(|at| at > work.now()) {
        return Ok(());
    }
    review(work, id)?;
    look_again(work, id)
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
