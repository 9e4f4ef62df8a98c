//! What follows for units that were delivered, each by itself.

use std::sync::Arc;

use super::{Matter, of_order};
use crate::flows::customer::survivor;
use crate::flows::{service, warranty};
use crate::kernel::{CustomerId, Effect, OrderId, UnitId};
use crate::order::{Order, OrderEvent, Shipment};
use crate::product::{Unit, UnitEvent};
use crate::rulebook::{Conditions, Response, Trigger};
use crate::work::{Halt, Work};

/// A shipment was delivered, or else the last of an order: does everything that follows. When it comes `again`, after a
/// delivery that turned out wrong, only what follows for units is done again.
pub(crate) fn of_delivery(
    work: &mut Work<'_>,
    id: OrderId,
    shipment: Option<u32>,
    again: bool,
) -> Result<(), Halt> {
    let trigger = match shipment {
        Some(_) => Trigger::ShipmentDelivered,
        None => Trigger::OrderDelivered,
    };
    of_units(work, trigger, id, shipment)?;
    match again {
        true => Ok(()),
        false => of_order(work, trigger, id),
    }
}

fn of_units(
    work: &mut Work<'_>,
    trigger: Trigger,
    id: OrderId,
    shipment: Option<u32>,
) -> Result<(), Halt> {
    let reactions = work.rulebook().reactions().iter();
    let mut reactions = reactions
        .filter(|it| it.on == trigger && it.then.is_of_units())
        .peekable();
    if reactions.peek().is_none() {
        return Ok(());
    }
    let order = work.need(id)?;
    let customer = survivor(work, order.customer)?;
    let matter = Matter::of_order(Arc::clone(&order));
    for reaction in reactions {
        let why = match matter.unmet(reaction, &customer) {
            None if customer.is_erased() => Some("customer.erased"),
            why => why,
        };
        let units = match why {
            Some(_) => Vec::new(),
            None => delivered(work, &reaction.only, &order, shipment)?,
        };
        if units.is_empty() {
            let effect = Effect::skipped(why.unwrap_or("no_unit"));
            let reaction = reaction.name.clone();
            work.emit(id, OrderEvent::Reacted { reaction, effect })?;
        }
        for unit in units {
            let effect = respond(work, &reaction.then, &order, customer.id, &unit)?;
            let reaction = reaction.name.clone();
            work.emit(unit.id, UnitEvent::Reacted { reaction, effect })?;
        }
    }
    Ok(())
}

/// The units of the shipment, or of all that were delivered, that a reaction is about and that are still the order's.
fn delivered(
    work: &mut Work<'_>,
    only: &Conditions,
    order: &Order,
    shipment: Option<u32>,
) -> Result<Vec<Arc<Unit>>, Halt> {
    let concerns = |it: &&Shipment| {
        it.delivered_at().is_some() && shipment.is_none_or(|number| number == it.number)
    };
    let sent = order.shipments.iter().filter(concerns);
    let ids: Vec<UnitId> = sent
        .flat_map(|it| it.units.iter().map(|(_, unit)| *unit))
        .collect();
    work.want(ids.iter().copied());
    let mut units = Vec::with_capacity(ids.len());
    for id in ids {
        let unit = work.need(id)?;
        let is_meant = only.products.is_empty() || only.products.contains(&unit.product);
        let is_ours = unit.origin.is_some_and(|origin| origin.order == order.id);
        if is_meant && is_ours && unit.retired.is_none() {
            units.push(unit);
        }
    }
    Ok(units)
}

fn respond(
    work: &mut Work<'_>,
    response: &Response,
    order: &Order,
    customer: CustomerId,
    unit: &Unit,
) -> Result<Effect, Halt> {
    // One or the other: nothing else is of units.
    if let Response::StartPlan { plan } = response {
        return service::for_delivery(work, plan, customer, unit);
    }
    warranty::for_delivery(work, unit, order)
}
