//! Calling orders off, and pieces of them.

use chrono::TimeDelta;

use super::promise::{look_again, still_overdue};
use super::returns::right_of;
use super::ship::complete;
use super::{open, tell, unprepared};
use crate::flows::reactions::of_order;
use crate::kernel::{Actor, Code, Money, Permission, Rounding};
use crate::order::{
    CancelOrder, CancelPieces, CancelledBy, Charge, FreeUntil, Notice, Order, OrderEvent,
    PiecesCancelled, RefundQuote, Refusal, Right, ShippingRefund,
};
use crate::record::{Entry, Event, Index, Key, Query, Record};
use crate::rulebook::Trigger;
use crate::work::{Command, Halt, Work};

/// By whom something is called off: by the customer when they do it themselves, whatever is said.
const fn by(work: &Work<'_>, said: CancelledBy) -> CancelledBy {
    match work.actor() {
        Actor::Customer(_) => CancelledBy::Customer,
        Actor::System | Actor::Staff { .. } | Actor::Bot(_) => said,
    }
}

/// What it costs to call off now what is worth so much.
fn fee(work: &Work<'_>, order: &Order, by: CancelledBy, worth: Money) -> Result<Money, Refusal> {
    let orders = work.rulebook().orders();
    let policy = &orders.cancel;
    let since = (work.now() - order.placed_at).max(TimeDelta::zero());
    let is_soon = u64::try_from(since.num_milliseconds()).is_ok_and(|ms| ms <= policy.free_for_ms);
    let is_free = match (by, policy.free_until) {
        (CancelledBy::Business, _) | (CancelledBy::Customer, FreeUntil::Prepared) => true,
        (CancelledBy::Customer, FreeUntil::Confirmed) => is_soon || order.confirmed_at.is_none(),
    };
    if is_free || order.is_late(orders.promise_day, work.now()) {
        return Ok(Money::zero(order.currency()));
    }
    Ok(policy.fee.of(worth, Rounding::Down)?)
}

impl Command for CancelOrder {
    type Output = ();
    const NAME: &'static str = "order.cancel";
    const PERMISSION: Permission = Permission::ORDER_OWN;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.order));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let order = unprepared(work, self.order)?;
        let by = by(work, self.by);
        // What pieces cost that were called off before is owed whatever becomes of the rest.
        let before = order.cancel_fees.unwrap_or(Money::zero(order.currency()));
        let worth = order.owed().checked_sub(before).map_err(Refusal::Money)?;
        let now = fee(work, &order, by, worth)?;
        let fee = now.checked_add(before).map_err(Refusal::Money)?;
        let back = order.paid().checked_sub(fee).map_err(Refusal::Money)?;
        let refunds = order.split_refund(back);
        let amounts = refunds.iter().map(|(_, amount)| *amount);
        let amount = Money::sum(order.currency(), amounts).map_err(Refusal::Money)?;
        let reason = self.reason.clone();
        work.because(reason.clone());
        work.emit(
            order.id,
            OrderEvent::Cancelled {
                by,
                reason,
                fee,
                refunds,
            },
        )?;
        tell(work, &order, Notice::Cancelled, |draft| {
            draft
                .with_fact(Code::known("reason"), &self.reason)
                .with_fact(Code::known("fee"), now)
                .with_fact(Code::known("amount"), amount)
        })?;
        of_order(work, Trigger::OrderCancelled, order.id)
    }

    fn output(&self, _: &Entry) {}
}

/// Whether shipping is paid back when these pieces are called off: they have to be the last of the order, and all else
/// called off or made good; by the policy, or because what came was withdrawn from and the law says so.
fn with_shipping(work: &mut Work<'_>, order: &Order, pieces: &[(u32, u32)]) -> Result<bool, Halt> {
    if !order.is_all_gone_with(pieces) {
        return Ok(false);
    }
    let policy = work.rulebook().orders();
    if policy.returns.shipping == ShippingRefund::FullReturn {
        return Ok(true);
    }
    // What is called off goes the way of what was withdrawn, whichever came first.
    let returns = Query::new(Index::ReturnsByOrder, order.id.uuid());
    let returns = work.find(&returns)?.found;
    for record in work.all(returns.iter().map(|found| found.key))? {
        if let Record::Return(rma) = record
            && let Right::Withdrawal(place) = &rma.right
            && rma.units.iter().any(|unit| unit.settled)
            && right_of(order, policy, place)?.refunds_shipping
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What follows for the money: what is no longer charged, what that costs, and what is paid back.
fn settled(
    work: &Work<'_>,
    order: &Order,
    by: CancelledBy,
    reason: Code,
    quote: &RefundQuote,
) -> Result<PiecesCancelled, Refusal> {
    let amounts = quote.lines.iter().map(|line| line.amount);
    let goods = Money::sum(order.currency(), amounts)?;
    let fee = fee(work, order, by, goods)?;
    // Who still owes something owes less; what was never paid is not paid back.
    let back = order.refundable(quote.total.checked_sub(fee)?)?;
    let lines = quote.lines.iter().map(|line| {
        let (amount, tax) = (line.amount, line.tax);
        (line.line, line.quantity, Charge { amount, tax })
    });
    Ok(PiecesCancelled {
        by,
        reason,
        lines: lines.collect(),
        shipping: quote.shipping,
        fee,
        refunds: order.split_refund(back),
    })
}

impl Command for CancelPieces {
    type Output = Option<Money>;
    const NAME: &'static str = "order.cancel_pieces";
    const PERMISSION: Permission = Permission::ORDER_OWN;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.order));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let order = open(work, self.order)?;
        let pieces = order.to_call_off(&self.pieces)?;
        let shipping = with_shipping(work, &order, &pieces)?;
        let quote = order.refund_quote(&pieces, shipping)?;
        let by = by(work, self.by);
        let off = settled(work, &order, by, self.reason.clone(), &quote)?;
        let event = OrderEvent::PiecesCancelled(Box::new(off.clone()));
        work.because(self.reason.clone());
        work.emit(order.id, event)?;
        tell_of(work, &order, &off)?;
        of_order(work, Trigger::PiecesCancelled, order.id)?;
        complete(work, &order)?;
        still_overdue(work, order.id)?;
        look_again(work, order.id)
    }

    fn output(&self, entry: &Entry) -> Option<Money> {
        entry.events.iter().find_map(|event| {
            let Event::Order(_, OrderEvent::PiecesCancelled(off)) = event else {
                return None;
            };
            Some(off.refunded())
        })
    }
}

fn tell_of(work: &mut Work<'_>, order: &Order, off: &PiecesCancelled) -> Result<(), Halt> {
    let lines = off.lines.iter().map(|(line, ..)| line.to_string());
    let lines: Vec<String> = lines.collect();
    let pieces = off
        .lines
        .iter()
        .map(|(_, quantity, _)| u64::from(*quantity));
    let pieces = pieces.fold(0, u64::saturating_add);
    tell(work, order, Notice::PiecesCancelled, |draft| {
        draft
            .with_fact(Code::known("reason"), &off.reason)
            .with_fact(Code::known("fee"), off.fee)
            .with_fact(Code::known("lines"), lines.join(","))
            .with_fact(Code::known("pieces"), pieces)
            .with_fact(Code::known("amount"), off.refunded())
    })
}
