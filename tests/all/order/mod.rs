//! Orders: prices, life, shipments, promises.

mod about;
mod cancelled;
mod carrier;
mod change;
mod credit;
mod history;
mod life;
mod olist;
mod overdue;
mod pieces;
mod pieces_came;
mod pieces_law;
mod price;
mod promise;
mod reactions;
mod refund;
mod returns;
mod ship;
mod units;
mod way_back;

use aftercare::kernel::{Code, CustomerId, Money, OrderId};
use aftercare::order::{ConfirmOrder, Item, Order, OrderEvent, PlaceOrder};
use aftercare::record::Event;
use std::sync::Arc;

use crate::product::world::World;

pub fn money(text: &str) -> Money {
    text.parse().unwrap()
}

pub fn item(product: &str, quantity: u32, price: &str) -> Item {
    let product: Code = product.parse().unwrap();
    Item::new(product, quantity, money(price))
}

/// A confirmed order of these.
pub fn ordered(
    world: &World,
    customer: CustomerId,
    items: impl IntoIterator<Item = Item>,
) -> OrderId {
    confirmed(world, PlaceOrder::new(customer, items))
}

pub fn confirmed(world: &World, place: PlaceOrder) -> OrderId {
    let order = world.run(place);
    world.run(ConfirmOrder { order });
    order
}

pub fn of_orders(event: &Event) -> Option<&OrderEvent> {
    let Event::Order(_, event) = event else {
        return None;
    };
    Some(event)
}

pub fn folds(world: &World, order: OrderId) -> Arc<Order> {
    world.assert_told();
    world.get(order)
}

/// The events of an order that `pick` knows, the earliest first.
pub fn happened<T>(
    world: &World,
    order: OrderId,
    pick: impl Fn(&OrderEvent) -> Option<T>,
) -> Vec<T> {
    let entries = world.entries(order);
    let events = entries.iter().flat_map(|entry| &entry.events);
    events.filter_map(of_orders).filter_map(pick).collect()
}
