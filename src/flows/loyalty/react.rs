//! Points that follow from what happens elsewhere.

use super::earn::{earn, self_referral, yields};
use super::give_back::give_back;
use super::reverse::{Back, enter, plan};
use super::{find, flag, holder, newcomer, reach};
use crate::kernel::{Code, CustomerId, Effect, Money, MovementId, OrderId};
use crate::loyalty::{
    AccountEvent, Basket, Finding, MovementKind, Occasion, Points, PostingKind, Programme, Refusal,
    Source, total,
};
use crate::order::{Line, Order, OrderEvent, RefundKind};
use crate::product::Product;
use crate::record::Event;
use crate::work::{Halt, Work};

/// An order brings its points in this programme. What would be refused is not done: the order goes on whether or not it
/// brings points. What of it came back before is taken back again.
pub(crate) fn for_order(
    work: &mut Work<'_>,
    programme: &Code,
    order: &Order,
    customer: CustomerId,
) -> Result<Effect, Halt> {
    let programme = match work.rulebook().programme(programme) {
        Ok(programme) => programme,
        Err(refusal) => return Ok(Effect::skipped(refusal.code())),
    };
    let basket = basket_of(work, programme, order)?;
    let source = Source::of_order(order.id);
    let occasion = Occasion::Purchase(&basket);
    if let Some(refusal) = hindrance(work, programme, customer, occasion, &source)? {
        return Ok(Effect::skipped(refusal.code()));
    }
    earn(work, programme, customer, occasion, Some(&source))?;
    drop(take_back(work, programme, order)?);
    Ok(Effect::done("points_earned"))
}

/// Something that a customer did brings its points in this programme, once for each number.
pub(crate) fn for_action(
    work: &mut Work<'_>,
    programme: &Code,
    action: &Code,
    number: &str,
    customer: CustomerId,
) -> Result<Effect, Halt> {
    let programme = match work.rulebook().programme(programme) {
        Ok(programme) => programme,
        Err(refusal) => return Ok(Effect::skipped(refusal.code())),
    };
    let Ok(number) = Code::try_new(number) else {
        return Ok(Effect::skipped("not_a_number"));
    };
    let source = Source::new(action.clone(), number);
    let occasion = Occasion::Action(action);
    if let Some(refusal) = hindrance(work, programme, customer, occasion, &source)? {
        return Ok(Effect::skipped(refusal.code()));
    }
    earn(work, programme, customer, occasion, Some(&source))?;
    Ok(Effect::done("points_earned"))
}

/// What was ordered, with the categories of the products where they matter.
fn basket_of(work: &mut Work<'_>, programme: &Programme, order: &Order) -> Result<Basket, Halt> {
    let mut basket = Basket::from(order);
    if programme.sorts_by_category() {
        let products = basket
            .lines
            .iter()
            .map(|line| Product::id_of(&line.product));
        work.want(products);
        for line in &mut basket.lines {
            let product = work.peek(Product::id_of(&line.product))?;
            line.category = product.and_then(|product| product.spec.category.clone());
        }
    }
    Ok(basket)
}

/// With what [`earn`] would be refused.
fn hindrance(
    work: &mut Work<'_>,
    programme: &Programme,
    customer: CustomerId,
    occasion: Occasion<'_>,
    source: &Source,
) -> Result<Option<Refusal>, Halt> {
    let now = work.now();
    let on = match programme.running(now) {
        Ok(today) => (now, today),
        Err(refusal) => return Ok(Some(refusal)),
    };
    if work.get(source.earning(programme.name()))?.is_some() {
        return Ok(Some(Refusal::AlreadyEarned));
    }
    let referral = self_referral(work, customer, Some(source))?;
    let Some(account) = find(work, customer, programme)? else {
        if let Some(finding) = referral {
            return Ok(Some(Refusal::Guarded { finding }));
        }
        let account = newcomer(customer, programme, now);
        let brings = account.map(|account| yields(programme, &account, &[], occasion, on));
        return Ok(brings.and_then(Result::err));
    };
    if let Err(refusal) = account.check_open() {
        return Ok(Some(refusal));
    }
    if let Some(finding) = referral {
        flag(work, account.id, finding.clone(), false)?;
        return Ok(Some(Refusal::Guarded { finding }));
    }
    let head = holder(work, &account)?;
    if let Err(refusal) = yields(programme, &account, &head.counts, occasion, on) {
        return Ok(Some(refusal));
    }
    let guard = programme.spec().guards.earning;
    let beyond = guard
        .filter(|guard| guard.refuse)
        .and_then(|guard| head.earned_lately.beyond(guard, now));
    Ok(beyond.map(|(count, since)| {
        let finding = Finding::EarningVelocity { count, since };
        Refusal::Guarded { finding }
    }))
}

/// Pieces of an order came back or were called off, or it was called off as a whole: first the points with which it was
/// paid are given back, then those that it brought are taken back. What would be refused is not done.
pub(crate) fn for_return(
    work: &mut Work<'_>,
    programme: &Code,
    order: &Order,
) -> Result<Effect, Halt> {
    let programme = match work.rulebook().programme(programme) {
        Ok(programme) => programme,
        Err(refusal) => return Ok(Effect::skipped(refusal.code())),
    };
    let mut given = false;
    // Another reaction of the same programme may have done it already.
    let before = given_back(work);
    for (number, amount) in paid_back(work, order.id) {
        given |= pay_back(work, programme, order, (number, amount), &before)?;
    }
    Ok(match take_back(work, programme, order)? {
        Ok(true) => Effect::done("points_turned_back"),
        Ok(false) | Err(Refusal::NothingEarned) if given => Effect::done("points_given_back"),
        Ok(false) => Effect::skipped("nothing_came_back"),
        Err(refusal) => Effect::skipped(refusal.code()),
    })
}

/// What of an earning has come back by now, cumulative: in proportion to the pieces of each line that came back or were
/// called off, all of it when nothing is left of the order.
fn came_back(order: &Order, eligible: i64, lines: &[i64]) -> i64 {
    // What was called off is gone for good: what of it comes all the same brings no points, and takes none when it goes.
    let gone = |line: &Line| {
        let (back, off) = (line.returns.settled_pieces, &line.cancelled);
        let back = back.saturating_sub(off.came_back);
        (off.pieces.saturating_add(back), line.item.quantity)
    };
    let pieces: Vec<(u32, u32)> = order.lines.iter().map(gone).collect();
    let sending = lines
        .iter()
        .fold(eligible, |rest, line| rest.saturating_sub(*line));
    let is_sent_for_nothing = order.shipping.amount.is_zero() || order.shipping_refunded;
    let is_all = pieces.iter().all(|(gone, of)| gone >= of);
    if order.cancelled.is_some() || (is_all && (is_sent_for_nothing || lines.is_empty())) {
        return eligible;
    }
    let parts = pieces.iter().zip(lines).map(|((gone, of), counted)| {
        let (gone, of) = (i128::from(*gone), i128::from(*of));
        let part = i128::from(*counted) * gone.min(of) / of.max(1);
        i64::try_from(part).unwrap_or(*counted)
    });
    let sum = parts.fold(0_i64, i64::saturating_add);
    let sending = if order.shipping_refunded { sending } else { 0 };
    sum.saturating_add(sending).min(eligible)
}

/// Takes back what an order brought, as far as it has come back and was not taken back yet; says whether there was
/// anything.
fn take_back(
    work: &mut Work<'_>,
    programme: &Programme,
    order: &Order,
) -> Result<Result<bool, Refusal>, Halt> {
    let id = Source::of_order(order.id).earning(programme.name());
    let Some(movement) = work.get(id)? else {
        return Ok(Err(Refusal::NothingEarned));
    };
    let MovementKind::Earning {
        eligible,
        lines,
        returned,
        spend,
        ..
    } = &movement.kind
    else {
        return Ok(Err(Refusal::NothingEarned));
    };
    let more = |total, lines, returned| came_back(order, total, lines).saturating_sub(returned);
    let spent = spend.as_ref();
    let back = Back {
        counted: more(*eligible, lines, *returned).max(0),
        spent: spent.map(|spend| more(spend.total, &spend.lines, spend.returned).max(0)),
    };
    if back.counted == 0 && back.spent.unwrap_or(0) == 0 {
        return Ok(Ok(false));
    }
    reach(work, movement.account)?;
    match plan(work, id, &movement, back)? {
        Ok(reversal) => {
            drop(movement);
            enter(work, reversal)?;
            Ok(Ok(true))
        }
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// What this command paid back to which payment of the order, in the way it was paid.
fn paid_back(work: &Work<'_>, order: OrderId) -> Vec<(u32, Money)> {
    let mut events = work.so_far().iter().rev();
    let found = events.find_map(|event| {
        let Event::Order(id, event) = event else {
            return None;
        };
        if *id != order {
            return None;
        }
        if let OrderEvent::Settled(settlement) = event {
            let is_original = settlement.kind == RefundKind::Original;
            return Some(if is_original {
                &settlement.payments[..]
            } else {
                &[]
            });
        }
        if let OrderEvent::PiecesCancelled(off) = event {
            return Some(&off.refunds);
        }
        if let OrderEvent::Cancelled { refunds, .. } = event {
            return Some(refunds);
        }
        None
    });
    found.unwrap_or_default().to_vec()
}

/// The spendings of which this command has given back points so far.
fn given_back(work: &Work<'_>) -> Vec<MovementId> {
    let posted = work.so_far().iter().filter_map(|event| {
        let Event::Account(_, AccountEvent::Posted(posted)) = event else {
            return None;
        };
        Some(&posted.posting)
    });
    let given = posted.filter(|posting| posting.kind == PostingKind::GivenBack);
    given.filter_map(|posting| posting.movement).collect()
}

/// Gives back the points of a payment that was paid back, in proportion; all of them with the last of it. Says whether
/// it was one with points.
fn pay_back(
    work: &mut Work<'_>,
    programme: &Programme,
    order: &Order,
    (number, amount): (u32, Money),
    before: &[MovementId],
) -> Result<bool, Halt> {
    let place = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
    let Some(payment) = order.payments.get(place) else {
        return Ok(false);
    };
    let Ok(id) = payment.reference.as_str().parse::<MovementId>() else {
        return Ok(false);
    };
    if before.contains(&id) {
        return Ok(true);
    }
    // Whoever calls an order off has what it was paid with given back: to the head of their pool too.
    work.entrust(id);
    let Some(movement) = work.get(id)? else {
        return Ok(false);
    };
    let MovementKind::Spending {
        points,
        taken,
        given_back,
        worth,
        ..
    } = &movement.kind
    else {
        return Ok(false);
    };
    // A part of the payment may have gone on to the order with the pieces of an exchange.
    let worth = worth.unwrap_or(payment.amount).minor().max(1);
    let known = programme.points(points).is_ok() && movement.programme == *programme.name();
    if !known {
        return Ok(false);
    }
    reach(work, movement.account)?;
    let spent = total(taken);
    let until = |minor: i64| {
        let exact = i128::from(spent.get()) * i128::from(minor.max(0));
        let part = exact / i128::from(worth);
        i64::try_from(part).map_or(spent, Points::new).min(spent)
    };
    let now = payment.refunded.minor();
    let part = until(now).minus(until(now.saturating_sub(amount.minor())));
    let part = part.min(spent.minus(*given_back));
    if !part.is_positive() {
        return Ok(false);
    }
    give_back(work, id, &movement, part)?;
    Ok(true)
}
