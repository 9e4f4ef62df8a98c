//! Units that come back: which ones they are, and whose they are then.

use aftercare::code;
use aftercare::kernel::{CustomerId, OrderId, ReturnId, UnitId};
use aftercare::order::*;
use aftercare::prelude::{Reaction, RulebookSpec};
use aftercare::product::DefineProduct;
use aftercare::warranty::{Length, Offer, Term, TermKind, Warranty};

use super::{folds, item, ordered};
use crate::product::world::World;

/// A shop in which deliveries begin a warranty.
fn shop() -> World {
    let mut spec = RulebookSpec::new().with_reaction(Reaction::start_warranty(code!("warranty")));
    spec.warranty.terms = vec![Term::new(
        code!("maker"),
        TermKind::Manufacturer,
        Length::Years(2),
    )];
    spec.warranty.offers = vec![Offer::always(code!("maker"))];
    World::with(spec)
}

/// So many boilers that came, and so many of them with a number.
fn boilers(world: &World, customer: CustomerId, pieces: u32, named: u32) -> (OrderId, Vec<UnitId>) {
    world.run(DefineProduct::new(code!("KB-24")));
    let order = ordered(world, customer, [item("KB-24", pieces, "9000.00 TRY")]);
    let mut pack = Pack::new(1, pieces);
    for n in 0..named {
        pack = pack.with_serial(format!("S-{}-{n}", order.as_u128()).parse().unwrap());
    }
    world.run(PrepareShipment::of(order, [pack]));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    let units = &world.get(order).shipments[0].units;
    (order, units.iter().map(|(_, unit)| *unit).collect())
}

fn request(order: OrderId, quantity: u32) -> RequestReturn {
    RequestReturn::new(order, code!("unwanted")).with(1, quantity)
}

fn settle(world: &World, rma: ReturnId) {
    world.run(InspectReturn::all(rma, code!("unopened")));
    world.run(RefundReturn::new(rma));
}

fn is_covered(world: &World, unit: UnitId) -> bool {
    !world.get(Warranty::id_of(unit)).contracts.is_empty()
}

#[test]
fn all_that_is_left_of_a_line_is_known_by_its_units() {
    let world = shop();
    let ayse = world.register("Ayşe");
    let (order, units) = boilers(&world, ayse, 2, 2);
    let rma = world.run(request(order, 2));
    let pieces = &world.get(rma).units;
    let mut named: Vec<_> = pieces.iter().filter_map(|piece| piece.unit).collect();
    named.sort_unstable();
    let mut all = units.clone();
    all.sort_unstable();
    assert_eq!(named, all);
    world.run(MoveReturn::all(rma, Reception::Received));
    settle(&world, rma);
    for unit in units {
        assert_eq!(world.get(unit).owner, None);
        assert!(!is_covered(&world, unit));
    }
    folds(&world, order);
}

#[test]
fn a_piece_that_was_announced_by_number_is_named_when_it_comes() {
    let world = shop();
    let ayse = world.register("Ayşe");
    let (order, units) = boilers(&world, ayse, 3, 3);
    let (_, others) = boilers(&world, ayse, 1, 1);
    let rma = world.run(request(order, 2));
    assert!(
        world
            .get(rma)
            .units
            .iter()
            .all(|piece| piece.unit.is_none())
    );
    let here = || MoveReturn::all(rma, Reception::Received);
    assert_eq!(world.refuse(here()).code(), "return.unit_needed");
    let one = here().with_unit(1, units[2]);
    for (asked, code) in [
        (one.clone(), "return.unit_needed"),
        (one.clone().with_unit(2, units[2]), "return.unit_twice"),
        (one.clone().with_unit(2, others[0]), "return.unit_not_sent"),
        (one.clone().with_unit(3, units[1]), "return.unknown_piece"),
        (one.clone().with_unit(1, units[1]), "return.other_unit"),
    ] {
        assert_eq!(world.refuse(asked).code(), code);
    }
    // On its way it need not be known.
    world.run(MoveReturn::all(rma, Reception::InTransit));
    world.run(one.with_unit(2, units[0]));
    let again = RequestReturn::new(order, code!("unwanted")).with_unit(units[0]);
    assert_eq!(world.refuse(again).code(), "return.unit_returned");
    settle(&world, rma);
    let owners: Vec<_> = units
        .iter()
        .map(|unit| world.get(*unit).owned_by())
        .collect();
    assert_eq!(owners, [None, Some(ayse), None]);
    let covered: Vec<_> = units.iter().map(|unit| is_covered(&world, *unit)).collect();
    assert_eq!(covered, [false, true, false]);
    // The last one is known without being named.
    let last = world.run(request(order, 1));
    assert_eq!(world.get(last).units[0].unit, Some(units[1]));
    folds(&world, order);
}

#[test]
fn what_was_paid_back_before_it_came_is_the_businesses_when_it_is_known() {
    let mut spec = super::refund::lenient();
    spec.orders.returns.before_reception = true;
    let world = World::with(spec);
    let ayse = world.register("Ayşe");
    let (order, units) = boilers(&world, ayse, 2, 2);
    let rma = world.run(request(order, 1));
    world.run(RefundReturn::new(rma));
    assert_eq!(world.get(units[0]).owned_by(), Some(ayse));
    let here = MoveReturn::all(rma, Reception::Received);
    assert_eq!(world.refuse(here.clone()).code(), "return.unit_needed");
    world.run(here.with_unit(1, units[1]));
    assert_eq!(world.get(units[1]).owner, None);
    assert_eq!(world.get(units[0]).owned_by(), Some(ayse));
    folds(&world, order);
}

#[test]
fn where_only_some_pieces_have_a_number_none_need_be_named() {
    let world = shop();
    let ayse = world.register("Ayşe");
    let (order, units) = boilers(&world, ayse, 3, 1);
    let rma = world.run(request(order, 3));
    world.run(MoveReturn::all(rma, Reception::InTransit));
    // One may be.
    let mut here = MoveReturn::all(rma, Reception::Received).with_unit(2, units[0]);
    here.pieces = vec![1, 2, 3];
    world.run(here);
    settle(&world, rma);
    assert_eq!(world.get(units[0]).owner, None);
    folds(&world, order);
}

#[test]
fn a_unit_that_has_not_come_cannot_come_back() {
    let world = shop();
    let ayse = world.register("Ayşe");
    world.run(DefineProduct::new(code!("KB-24")));
    let order = ordered(&world, ayse, [item("KB-24", 2, "9000.00 TRY")]);
    for serial in [code!("S-1"), code!("S-2")] {
        let pack = Pack::new(1, 1).with_serial(serial);
        world.run(PrepareShipment::of(order, [pack]));
    }
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    let under_way = world.get(order).shipments[1].units[0].1;
    let back = RequestReturn::new(order, code!("unwanted")).with_unit(under_way);
    assert_eq!(world.refuse(back).code(), "return.unit_not_sent");
}
