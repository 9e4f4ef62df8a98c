//! What an order comes to.

use super::figures::Figures;
use super::lens::{Lens, Place, instant};
use super::rate::month_of;
use crate::order::{Kept, Order, Punctuality};

/// Whether it was delivered or called off.
pub(super) fn is_over(order: &Order) -> bool {
    order.cancelled.is_some() || order.delivered_at().is_some()
}

/// Adds what an order comes to at `until`, in the period in which it was placed: what was sold under each product, how promises were
/// kept under the product when it is the only one.
pub(super) fn count(lens: &Lens, order: &Order, until: i64, cells: &mut super::fold::Cells) {
    let slot = lens.slot_of(order.placed_at.timestamp_millis());
    let place = |product| {
        let place = Place {
            product,
            ..Place::default()
        };
        (slot, lens.seen(place))
    };
    let mut products: Vec<_> = order.lines.iter().map(|line| &line.item.product).collect();
    products.dedup();
    let only = match products.as_slice() {
        [only] => Some((*only).clone()),
        _ => None,
    };
    let mut punctuality = Punctuality::default();
    punctuality.count(order, lens.promise_day, instant(until));
    merge(
        &mut cells.entry(place(only)).or_default().punctuality,
        &punctuality,
    );
    for shipment in &order.shipments {
        let Some(delivered_at) = shipment.delivered_at() else {
            continue;
        };
        let month = month_of(lens.zone.local(delivered_at).date());
        for (line, quantity) in &shipment.items {
            if let Ok(line) = order.line(*line) {
                let product = line.item.product.clone();
                let figures: &mut Figures = cells.entry(place(Some(product))).or_default();
                let units = figures.delivered.entry(month).or_default();
                *units = units.saturating_add((*quantity).into());
            }
        }
    }
    if order.cancelled.is_some() {
        return;
    }
    for line in &order.lines {
        let figures: &mut Figures = cells
            .entry(place(Some(line.item.product.clone())))
            .or_default();
        figures.sold = figures.sold.saturating_add(line.quantity().into());
    }
}

/// Both together.
pub(super) fn merge(one: &mut Punctuality, other: &Punctuality) {
    let add = |one: &mut Kept, other: &Kept| {
        one.kept = one.kept.saturating_add(other.kept);
        one.early = one.early.saturating_add(other.early);
        one.late = one.late.saturating_add(other.late);
        one.overdue = one.overdue.saturating_add(other.overdue);
        one.open = one.open.saturating_add(other.open);
        one.late_ms = one.late_ms.saturating_add(other.late_ms);
    };
    add(&mut one.orders, &other.orders);
    add(&mut one.orders_latest, &other.orders_latest);
    add(&mut one.lines, &other.lines);
    add(&mut one.lines_latest, &other.lines_latest);
    one.excluded = one.excluded.saturating_add(other.excluded);
}
