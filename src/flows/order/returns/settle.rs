//! Making good what came back.

use super::by_line;
use super::request::right_of;
use crate::calendar::civil;
use crate::flows::order::tell;
use crate::flows::product::take_back;
use crate::flows::reactions::of_order;
use crate::kernel::{Code, Money, OrderId, Permission, Rounding};
use crate::order::{
    Acceptance, Charge, Item, Milestone, Notice, Order, OrderEvent, OrderPolicy, Placement,
    Pricing, Reception, RefundKind, RefundQuote, RefundReturn, Refusal, Return, ReturnEvent, Right,
    Settlement, ShippingRefund, TaxBasis, choose_kind,
};
use crate::record::{Entry, Event, Key};
use crate::rulebook::Trigger;
use crate::work::{Command, Halt, Refusal as AnyRefusal, Work};

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
    let settled = order.lines.iter().map(|line| line.returns.settled_pieces);
    let now = pieces.iter().map(|(_, quantity)| *quantity);
    let gone = settled.chain(now).map(u64::from);
    if gone.fold(0, u64::saturating_add) < order.pieces() {
        return Ok(false);
    }
    match right {
        Right::Policy => Ok(policy.returns.shipping == ShippingRefund::FullReturn),
        Right::Withdrawal(place) => Ok(right_of(order, policy, place)?.refunds_shipping),
    }
}

/// What the business keeps: nothing where the law lets the customer withdraw.
fn kept(policy: &OrderPolicy, right: &Right, quote: &RefundQuote) -> Result<Money, Refusal> {
    let currency = quote.total.currency();
    if *right != Right::Policy {
        return Ok(Money::zero(currency));
    }
    let amounts = quote.lines.iter().map(|line| line.amount);
    let goods = Money::sum(currency, amounts)?;
    let mut kept = policy.returns.restocking_fee.of(goods, Rounding::Down)?;
    if let Some(cost) = policy.returns.return_shipping {
        kept = kept.checked_add(cost)?;
    }
    Ok(least(kept, quote.total))
}

fn least(a: Money, b: Money) -> Money {
    if a.minor() <= b.minor() { a } else { b }
}

/// The order with the other pieces, which costs nothing.
fn exchange(
    work: &mut Work<'_>,
    id: OrderId,
    order: &Order,
    pieces: &[(u32, u32)],
) -> Result<(), Halt> {
    let mut items = Vec::with_capacity(pieces.len());
    for (line, quantity) in pieces {
        let product = order.line(*line)?.item.product.clone();
        let free = Money::zero(order.currency());
        items.push(Item::new(product, *quantity, free));
    }
    let placement = Placement {
        customer: order.customer,
        reference: None,
        channel: order.channel.clone(),
        pricing: Pricing::of(&items, None, None, TaxBasis::Included)?,
        zone: order.zone.clone(),
        address: order.address,
        promise: None,
        line_promises: Vec::new(),
        look_at: None,
    };
    work.emit(id, OrderEvent::Placed(Box::new(placement)))?;
    work.emit(id, OrderEvent::Confirmed)
}

/// The pieces of a return that are to be made good.
fn ready(rma: &Return, policy: &OrderPolicy) -> Vec<(u32, u32)> {
    let is_ready = |reception: Reception| match reception {
        Reception::Received => true,
        Reception::Awaiting | Reception::InTransit => policy.returns.before_reception,
        Reception::Lost
        | Reception::WrongItem
        | Reception::Short
        | Reception::Expired
        | Reception::Cancelled => false,
    };
    let units = rma.units.iter().filter(|unit| {
        !unit.settled && unit.acceptance == Acceptance::Accepted && is_ready(unit.reception)
    });
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
        let permission = Permission::RETURN_OVERRIDE;
        let may_override = work.rulebook().access().allows(work.actor(), permission);
        if self.kind.is_some() && !may_override {
            return Err(AnyRefusal::Denied { permission }.into());
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
        let choice = choose_kind(
            rma.preference == Some(RefundKind::Exchange),
            self.kind,
            rma.preference,
            |kind| policy.returns.offered.contains(&kind),
            is_too_late(&order, policy, today),
        )?;
        let is_exchange = choice.kind == RefundKind::Exchange;
        let shipping = !is_exchange && with_shipping(&order, policy, &rma.right, &pieces)?;
        let quote = order.refund_quote(&pieces, shipping)?;
        let none = Money::zero(order.currency());
        let (kept, refunded) = match is_exchange {
            true => (none, none),
            false => {
                let kept = kept(policy, &rma.right, &quote)?;
                let back = quote.total.checked_sub(kept).map_err(Refusal::Money)?;
                // What was never paid is not paid back.
                (kept, least(back, order.paid()))
            }
        };
        let lines = quote.lines.iter().map(|line| {
            let (amount, tax) = (line.amount, line.tax);
            (line.line, line.quantity, Charge { amount, tax })
        });
        let settlement = Settlement {
            of: rma.id,
            kind: choice.kind,
            lines: lines.collect(),
            shipping: quote.shipping,
            kept,
            refunded,
            payments: order.split_refund(refunded),
        };
        work.emit(order.id, OrderEvent::Settled(Box::new(settlement)))?;
        let kind = choice.why.clone();
        let units: Vec<u32> = ready.iter().map(|(number, _)| *number).collect();
        for unit in rma.units.iter().filter(|u| units.contains(&u.number)) {
            restock(work, unit.unit, &rma.reason)?;
        }
        if is_exchange {
            exchange(work, other, &order, &pieces)?;
        }
        let exchange = is_exchange.then_some(other);
        let settled = ReturnEvent::Settled {
            units,
            choice,
            refunded,
            exchange,
        };
        work.emit(rma.id, settled)?;
        tell(work, &order, Notice::Refunded, |draft| {
            let draft = draft.with_fact(Code::known("amount"), refunded);
            draft.with_fact(Code::known("why"), kind)
        })?;
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
fn restock(
    work: &mut Work<'_>,
    unit: Option<crate::kernel::UnitId>,
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
