//! Making good what came back.

use super::by_line;
use super::request::{can_be, offers, right_of};
use crate::calendar::civil;
use crate::flows::order::tell;
use crate::flows::product::take_back;
use crate::flows::reactions::of_order;
use crate::kernel::{Code, Money, OrderId, Permission, Rounding, UnitId};
use crate::order::{
    Acceptance, Charge, Discount, Item, Milestone, Notice, Order, OrderEvent, OrderPolicy, Payment,
    Placement, Pricing, Reception, RefundKind, RefundQuote, RefundReturn, Refusal, Return,
    ReturnEvent, ReturnUnit, Right, Settlement, ShippingRefund, TaxBasis, choose_kind,
};
use crate::record::{Entry, Event, Key};
use crate::rulebook::Trigger;
use crate::work::{Command, Halt, Work};

/// Whether it was sent out too long ago for the original payment.
fn is_too_late(order: &Order, policy: &OrderPolicy, today: chrono::NaiveDate) -> bool {
    let Some(limit) = policy.returns.original_for_days else {
        return false;
    };
    let sent = order.shipments.iter().map(|shipment| {
        let out = shipment.marks.get(&Milestone::HandedOver);
        *out.unwrap_or(&shipment.prepared_at)
    });
    let sent = sent.max().map(|at| civil::date_in(&order.zone, at));
    sent.is_some_and(|sent| (today - sent).num_days() > i64::from(limit))
}

/// Whether shipping is paid back with these pieces: they have to be the last of the order.
fn with_shipping(
    order: &Order,
    policy: &OrderPolicy,
    right: &Right,
    pieces: &[(u32, u32)],
) -> Result<bool, Refusal> {
    if order.cancelled.is_some() {
        // It was paid back when the order was called off, and is not owed since.
        return Ok(false);
    }
    if !order.is_all_gone_with(pieces) {
        return Ok(false);
    }
    match right {
        Right::Policy => Ok(policy.returns.shipping == ShippingRefund::FullReturn),
        Right::Withdrawal(place) => Ok(right_of(order, policy, place)?.refunds_shipping),
    }
}

/// What is kept of what came though it was called off: as much as is owed for calling it off.
fn kept_of_cancelled(
    work: &Work<'_>,
    order: &Order,
    settlement: &Settlement,
    total: Money,
) -> Result<Money, Refusal> {
    let mut after = order.clone();
    let settled = OrderEvent::Settled(Box::new(settlement.clone()));
    after.apply(&settled, work.stamp());
    let less = order.owed().checked_sub(after.owed())?;
    let kept = total.checked_sub(less)?;
    Ok(match kept.is_negative() {
        true => Money::zero(total.currency()),
        false => kept,
    })
}

/// What the business keeps: nothing where the law lets the customer withdraw, nothing of what came though it was called off,
/// and the way back once for each return.
fn kept(
    order: &Order,
    policy: &OrderPolicy,
    rma: &Return,
    quote: &RefundQuote,
) -> Result<Money, Refusal> {
    let currency = quote.total.currency();
    if rma.right != Right::Policy {
        return Ok(Money::zero(currency));
    }
    let unasked = order.kept_all_the_same();
    let (mut is_asked, mut goods, mut most) = (false, Money::zero(currency), quote.total);
    for refund in &quote.lines {
        let unasked = unasked.get(&refund.line).copied().unwrap_or(0);
        let back = unasked.min(refund.quantity);
        is_asked |= back < refund.quantity;
        // The first of a line to go back are those.
        let worth = least(
            order.line(refund.line)?.worth_back(back, unasked),
            refund.amount,
        );
        goods = goods.checked_add(refund.amount.checked_sub(worth)?)?;
        most = most.checked_sub(worth)?;
    }
    if !is_asked {
        return Ok(Money::zero(currency));
    }
    let mut kept = policy.returns.restocking_fee.of(goods, Rounding::Down)?;
    let is_first = rma.units.iter().all(|unit| !unit.settled);
    if let Some(cost) = policy.returns.return_shipping.filter(|_| is_first) {
        kept = kept.checked_add(cost)?;
    }
    Ok(least(kept, most))
}

fn least(a: Money, b: Money) -> Money {
    if a.minor() <= b.minor() { a } else { b }
}

/// What is charged for the other pieces: what was charged for those that came back, to the last minor unit, and for sending
/// them where they were all of the order.
fn price_of_others(order: &Order, quote: &RefundQuote) -> Result<Pricing, Refusal> {
    let mut lines = Vec::with_capacity(quote.lines.len());
    for refund in &quote.lines {
        let (amount, tax) = (refund.amount, refund.tax);
        let net = match order.basis {
            TaxBasis::Included => amount,
            TaxBasis::Added => amount.checked_sub(tax)?,
        };
        let item = &order.line(refund.line)?.item;
        let quantity = i64::from(refund.quantity);
        // The last pieces of a line may hold more than their price, by what rounding left.
        let share = net.share(1, quantity, Rounding::Up)?;
        let unit_price = match share.compare(&item.unit_price)?.is_gt() {
            true => share,
            false => item.unit_price,
        };
        let off = unit_price.checked_mul(quantity)?.checked_sub(net)?;
        let item = Item {
            quantity: refund.quantity,
            unit_price,
            discount: (!off.is_zero()).then_some(Discount::Amount(off)),
            ..item.clone()
        };
        lines.push((item, Charge { amount, tax }));
    }
    Ok(Pricing {
        basis: order.basis,
        lines,
        shipping: quote.shipping,
        total: quote.total,
        discount: None,
        shipping_price: order
            .shipping_price
            .clone()
            .filter(|_| !quote.shipping.amount.is_zero()),
    })
}

/// The order with the other pieces. It costs what those that came back did, and what was paid for them is paid for it,
/// so that whatever happens to it goes by the same rules as for any other.
fn exchange(
    work: &mut Work<'_>,
    id: OrderId,
    order: &Order,
    quote: &RefundQuote,
    moved: &[(u32, Money)],
) -> Result<(), Halt> {
    let placement = Placement {
        customer: order.customer,
        reference: None,
        channel: order.channel.clone(),
        pricing: price_of_others(order, quote)?,
        zone: order.zone.clone(),
        address: order.address,
        promise: None,
        line_promises: Vec::new(),
        look_at: None,
    };
    work.emit(id, OrderEvent::Placed(Box::new(placement)))?;
    for (number, payment) in (1..).zip(&order.payments) {
        for (_, amount) in moved.iter().filter(|(of, _)| *of == number) {
            let (amount, refunded) = (*amount, Money::zero(order.currency()));
            let payment = payment.clone();
            let payment = Payment {
                amount,
                refunded,
                ..payment
            };
            work.emit(id, OrderEvent::Paid(payment))?;
        }
    }
    work.emit(id, OrderEvent::Confirmed)?;
    let other = work.need(id)?;
    tell(work, &other, Notice::Confirmed, |draft| {
        draft.with_fact(Code::known("why"), RefundKind::Exchange)
    })?;
    of_order(work, Trigger::OrderPlaced, id)?;
    of_order(work, Trigger::OrderConfirmed, id)
}

/// The pieces of a return that are to be made good.
fn ready(rma: &Return, policy: &OrderPolicy) -> Vec<(u32, u32)> {
    let is_ready = |unit: &ReturnUnit| match unit.reception {
        Reception::Received => true,
        Reception::Awaiting | Reception::InTransit => policy.returns.before_reception,
        Reception::Lost => {
            policy.returns.refunds_lost || rma.right != Right::Policy || unit.decided
        }
        Reception::WrongItem | Reception::Short | Reception::Expired | Reception::Cancelled => {
            false
        }
    };
    // What is paid back before it comes, or never comes, is paid back unseen.
    let is_taken = |unit: &ReturnUnit| match unit.acceptance {
        Acceptance::Accepted => true,
        Acceptance::Pending => unit.reception != Reception::Received,
        Acceptance::Manual | Acceptance::Rejected => false,
    };
    let units = rma.units.iter();
    let units = units.filter(|unit| !unit.settled && is_taken(unit) && is_ready(unit));
    units.map(|unit| (unit.number, unit.line)).collect()
}

impl Command for RefundReturn {
    type Output = Option<Money>;
    const NAME: &'static str = "return.refund";
    const PERMISSION: Permission = Permission::RETURN_REFUND;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.rma));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        if self.kind.is_some() {
            super::check_override(work)?;
        }
        let other: OrderId = work.new_id();
        let rma = work.need(self.rma)?;
        let order = work.need(rma.order)?;
        let policy = work.rulebook().orders();
        let ready = ready(&rma, policy);
        if ready.is_empty() {
            return Err(Refusal::NothingToDo.into());
        }
        let pieces = by_line(ready.iter().map(|(_, line)| *line));
        let today = civil::date_in(&order.zone, work.now());
        let lines = pieces.iter().map(|(line, _)| *line).collect();
        let offers = |kind| offers(&order, policy, &rma.right, kind, &lines);
        // Where nothing can be exchanged any more, staff say how it is made good instead.
        let is_exchange = rma.preference == Some(RefundKind::Exchange)
            && can_be(&order, RefundKind::Exchange, &lines);
        let choice = choose_kind(
            is_exchange,
            self.kind,
            rma.preference,
            offers,
            rma.right == Right::Policy && is_too_late(&order, policy, today),
        )?;
        let kind = choice.kind;
        if !can_be(&order, kind, &lines) {
            return Err(Refusal::NotOffered { kind }.into());
        }
        let is_exchange = kind == RefundKind::Exchange;
        let shipping = match is_exchange {
            // What is paid for sending all of the order goes on with all of it.
            true => order.is_all_gone_with(&pieces),
            false => with_shipping(&order, policy, &rma.right, &pieces)?,
        };
        let quote = order.refund_quote(&pieces, shipping)?;
        let none = Money::zero(order.currency());
        let lines = quote.lines.iter().map(|line| {
            let (amount, tax) = (line.amount, line.tax);
            (line.line, line.quantity, Charge { amount, tax })
        });
        let mut settlement = Settlement {
            of: rma.id,
            kind: choice.kind,
            lines: lines.collect(),
            shipping: quote.shipping,
            kept: none,
            refunded: none,
            payments: Vec::new(),
        };
        settlement.kept = match (is_exchange, &order.cancelled) {
            (true, _) => none,
            (false, Some(_)) => kept_of_cancelled(work, &order, &settlement, quote.total)?,
            (false, None) => kept(&order, policy, &rma, &quote)?,
        };
        let credit = quote.total.checked_sub(settlement.kept);
        let credit = credit.map_err(Refusal::Money)?;
        // Who still owes something owes less; what was never paid is not paid back.
        let leaves = order.refundable(credit)?;
        let set_off = credit.checked_sub(leaves).map_err(Refusal::Money)?;
        let refunded = if is_exchange { none } else { leaves };
        let payments = order.split_refund(leaves);
        settlement.refunded = refunded;
        settlement.payments.clone_from(&payments);
        work.emit(order.id, OrderEvent::Settled(Box::new(settlement)))?;
        let (kind, why) = (choice.kind, choice.why.clone());
        let units: Vec<u32> = ready.iter().map(|(number, _)| *number).collect();
        for unit in rma.named(&units)? {
            restock(work, unit.unit, &rma.reason)?;
        }
        if is_exchange {
            exchange(work, other, &order, &quote, &payments)?;
        }
        let exchange = is_exchange.then_some(other);
        let settled = ReturnEvent::Settled {
            units,
            choice,
            refunded,
            exchange,
        };
        work.emit(rma.id, settled)?;
        if !refunded.is_zero() {
            tell(work, &order, Notice::Refunded, |draft| {
                let draft = draft.with_fact(Code::known("amount"), refunded);
                let draft = draft.with_fact(Code::known("kind"), kind);
                let draft = draft.with_fact(Code::known("why"), why);
                match set_off.is_zero() {
                    true => draft,
                    false => draft.with_fact(Code::known("set_off"), set_off),
                }
            })?;
        }
        of_order(work, Trigger::ReturnSettled, order.id)
    }

    fn output(&self, entry: &Entry) -> Option<Money> {
        entry.events.iter().find_map(|event| {
            let Event::Return(_, ReturnEvent::Settled { refunded, .. }) = event else {
                return None;
            };
            Some(*refunded)
        })
    }
}

/// A unit that came back is the business's again.
pub(super) fn restock(
    work: &mut Work<'_>,
    unit: Option<UnitId>,
    reason: &Code,
) -> Result<(), Halt> {
    let Some(id) = unit else {
        return Ok(());
    };
    let unit = work.need(id)?;
    if unit.owner.is_none() || unit.retired.is_some() {
        return Ok(());
    }
    take_back(work, id, reason.clone())
}
