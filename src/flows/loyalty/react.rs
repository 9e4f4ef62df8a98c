//! Points that follow from what happens elsewhere.

use super::earn::earn;
use crate::flows::customer::peek_survivor;
use crate::kernel::OrderId;
use crate::loyalty::{Basket, Occasion, Programme, Source};
use crate::work::{Halt, Work};

/// An order was delivered, all of it: it brings points in every programme that says so. What would be refused is left
/// out, because an order is delivered whether or not it brings points.
pub(crate) fn delivered(work: &mut Work<'_>, id: OrderId) -> Result<(), Halt> {
    let rulebook = work.rulebook();
    let mut programmes = rulebook.programmes().iter();
    if !programmes.any(|programme| programme.spec().on_delivery) {
        return Ok(());
    }
    let order = work.need(id)?;
    let customer = peek_survivor(work, order.customer)?;
    let Some(customer) = customer.filter(|customer| !customer.is_erased()) else {
        return Ok(());
    };
    let (basket, source) = (Basket::from(&*order), Source::of_order(id));
    for programme in rulebook.programmes() {
        if programme.spec().on_delivery && brings(work, programme, &basket, &source)? {
            let occasion = Occasion::Purchase(&basket);
            earn(work, programme, customer.id, occasion, Some(&source))?;
        }
    }
    Ok(())
}

/// Whether the purchase can bring points in the programme now.
fn brings(
    work: &mut Work<'_>,
    programme: &Programme,
    basket: &Basket,
    source: &Source,
) -> Result<bool, Halt> {
    let counts = basket
        .base(programme.currency(), programme.spec().base)
        .is_ok();
    let is_running = programme.running(work.now()).is_ok();
    let is_new = work.get(source.earning(programme.name()))?.is_none();
    let guard = programme.spec().guards.earning;
    let may_stop = guard.is_some_and(|guard| guard.refuse);
    Ok(counts && is_running && is_new && !may_stop)
}
