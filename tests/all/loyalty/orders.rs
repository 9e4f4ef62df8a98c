//! Points that orders bring by themselves.

use aftercare::code;
use aftercare::kernel::{BasisPoints, CustomerId, OrderId};
use aftercare::loyalty::*;
use aftercare::order::*;

use super::club::*;
use crate::product::world::World;

/// Two packs of tea for 120 lira, 20 of them tax, prepared to go out.
fn ordered(world: &World, customer: CustomerId) -> OrderId {
    let mut tea = Item::new(code!("tea"), 2, tl(60_00));
    tea.tax_rate = BasisPoints::from_percent(20);
    let order = world.run(PlaceOrder::new(customer, vec![tea]));
    world.run(ConfirmOrder { order });
    world.run(PrepareShipment::of_all(order));
    order
}

#[test]
fn an_order_brings_its_points_once_when_the_last_of_it_is_delivered() {
    let world = world(programme().earning_on_delivery());
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse);
    let method = code!("points");
    world.run(RecordPayment::new(order, code!("p-1"), method, tl(20_00)));
    world.run(TrackShipment::new(order, 1, Milestone::HandedOver));
    assert!(lines(&world, ayse).is_empty());
    world.wait(days(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    assert_eq!(balance(&world, ayse), 80);
    drop(world.try_run(TrackShipment::new(order, 1, Milestone::Delivered)));
    assert_eq!(balance(&world, ayse), 80);
    let movement = Source::of_order(order).earning(&club());
    let returned = Returned::Everything;
    world.run(ReverseEarning { movement, returned });
    assert_eq!(balance(&world, ayse), 0);
    folds(&world, ayse);
}

#[test]
fn an_order_is_delivered_whether_or_not_it_can_bring_points() {
    let mut spec = programme().earning_on_delivery();
    spec.to = Some("2026-03-01".parse().unwrap());
    let world = world(spec);
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse);
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    assert!(lines(&world, ayse).is_empty());
    assert!(world.get(order).delivered_at().is_some());
}
