//! Points that follow from what happens elsewhere.

use super::earn::earn;
use super::{find, holder};
use crate::kernel::{Code, CustomerId, Effect};
use crate::loyalty::{Basket, Finding, Occasion, Programme, Refusal, Source};
use crate::order::Order;
use crate::work::{Halt, Work};

/// An order brings its points in this programme. What would be refused is not done: the order goes on whether or not it
/// brings points.
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
    let (basket, source) = (Basket::from(order), Source::of_order(order.id));
    if let Some(refusal) = hindrance(work, programme, customer, &basket, &source)? {
        return Ok(Effect::skipped(refusal.code()));
    }
    let occasion = Occasion::Purchase(&basket);
    earn(work, programme, customer, occasion, Some(&source))?;
    Ok(Effect::done("points_earned"))
}

/// With what [`earn`] would be refused.
fn hindrance(
    work: &mut Work<'_>,
    programme: &Programme,
    customer: CustomerId,
    basket: &Basket,
    source: &Source,
) -> Result<Option<Refusal>, Halt> {
    let base = basket.base(programme.currency(), programme.spec().base);
    if let Err(refusal) = programme.running(work.now()).and(base.map(drop)) {
        return Ok(Some(refusal));
    }
    if work.get(source.earning(programme.name()))?.is_some() {
        return Ok(Some(Refusal::AlreadyEarned));
    }
    let Some(account) = find(work, customer, programme)? else {
        return Ok(None);
    };
    if let Err(refusal) = account.check_open() {
        return Ok(Some(refusal));
    }
    let head = holder(work, &account)?;
    let guard = programme.spec().guards.earning;
    let beyond = guard
        .filter(|guard| guard.refuse)
        .and_then(|guard| head.earned_lately.beyond(guard, work.now()));
    Ok(beyond.map(|(count, since)| {
        let finding = Finding::EarningVelocity { count, since };
        Refusal::Guarded { finding }
    }))
}
