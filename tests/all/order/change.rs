//! Changing an order: what is not named stays.

use aftercare::kernel::BasisPoints;
use aftercare::order::*;

use super::{folds, item, money, ordered};
use crate::product::world::World;

#[test]
fn a_change_of_the_items_keeps_the_discount_and_the_shipping() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let ten = Discount::Rate(BasisPoints::from_percent(10));
    let place = PlaceOrder::new(ayse, [item("cup", 1, "100.00 TRY")])
        .with_discount(ten)
        .with_shipping(Shipping::new(money("30.00 TRY")).less(money("10.00 TRY")));
    let order = world.run(place);
    let total = |change: ChangeOrder| {
        world.run(change);
        folds(&world, order).total.to_string()
    };
    let two = || ChangeOrder::new(order, [item("cup", 2, "100.00 TRY")]);
    assert_eq!(total(two()), "200.00 TRY");
    assert_eq!(total(two()), "200.00 TRY", "changed to the same");
    assert_eq!(total(two().without_shipping()), "180.00 TRY");
    assert_eq!(total(two()), "180.00 TRY", "it is gone for good");
    let five = Discount::Amount(money("5.00 TRY"));
    assert_eq!(total(two().with_discount(five)), "195.00 TRY");
    let sent = Shipping::new(money("7.00 TRY"));
    assert_eq!(total(two().with_shipping(sent)), "202.00 TRY");
    // A discount that stays and is more than all of it costs now is not cut silently.
    let cheap = ChangeOrder::new(order, [item("cup", 1, "4.00 TRY")]);
    assert_eq!(
        world.refuse(cheap.clone()).code(),
        "order.discount_too_high"
    );
    assert_eq!(total(cheap.without_discount()), "11.00 TRY");
}

#[test]
fn a_change_says_anew_when_to_look_whether_promises_are_kept() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let by = Promise::by_day("2026-03-06".parse().unwrap());
    let place = PlaceOrder::new(ayse, [item("cup", 1, "5.00 TRY")]).promising_line(1, by);
    let order = world.run(place);
    assert!(world.get(order).look_at.is_some());
    world.run(ChangeOrder::new(order, [item("cup", 2, "5.00 TRY")]));
    // Promises for single lines end with a change.
    assert_eq!(folds(&world, order).look_at, None);
}

#[test]
fn what_was_lost_is_not_changed_as_it_may_turn_up() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("kettle", 1, "900.00 TRY")]);
    let shipment = world.run(PrepareShipment::of_all(order));
    world.run(TrackShipment::new(order, shipment, Milestone::Lost));
    // The kettle would count as the cup.
    let change = ChangeOrder::new(order, [item("cup", 1, "45.00 TRY")]);
    assert_eq!(world.refuse(change).code(), "order.already_prepared");
    world.run(TrackShipment::new(order, shipment, Milestone::Delivered));
    let order = folds(&world, order);
    assert_eq!(order.status(), OrderStatus::Delivered);
    assert_eq!(order.total, money("900.00 TRY"));
}
