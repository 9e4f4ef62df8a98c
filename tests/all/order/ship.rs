//! Shipments: parts, units, and events that come late, twice or out of order.

use aftercare::code;
use aftercare::kernel::Code;
use aftercare::order::*;
use aftercare::product::{DefineProduct, RecordUnit, Serials, UnitsOf};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::{confirmed, folds, happened, item, ordered};
use crate::product::world::World;

#[test]
fn an_order_is_shipped_in_parts_and_delivered_with_the_last() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let items = [item("cup", 3, "5.00 TRY"), item("pot", 1, "50.00 TRY")];
    let order = ordered(&world, ayse, items);
    let part = PrepareShipment::of_all(order);
    let refuse = |pack: Pack| world.refuse(PrepareShipment::of(order, [pack])).code();
    assert_eq!(refuse(Pack::new(1, 4)), "order.more_than_left");
    assert_eq!(refuse(Pack::new(3, 1)), "order.unknown_line");
    assert_eq!(refuse(Pack::new(0, 1)), "order.unknown_line");
    assert_eq!(refuse(Pack::new(1, 0)), "order.no_quantity");
    let first = world.run(PrepareShipment::of(order, [Pack::new(1, 2)]));
    assert_eq!(refuse(Pack::new(1, 2)), "order.more_than_left");
    let second = world.run(part.clone());
    assert_eq!((first, second), (1, 2));
    assert_eq!(world.refuse(part.clone()).code(), "order.no_lines");
    let mark = |shipment, milestone| {
        world.wait(TimeDelta::hours(1));
        world.run(TrackShipment::new(order, shipment, milestone));
        world.get(order).status()
    };
    assert_eq!(mark(1, Milestone::HandedOver), OrderStatus::PartlyShipped);
    assert_eq!(mark(2, Milestone::HandedOver), OrderStatus::Shipped);
    assert_eq!(mark(1, Milestone::Delivered), OrderStatus::PartlyDelivered);
    assert_eq!(
        world.get(order).line_delivered_at(1),
        None,
        "one cup is missing"
    );
    assert_eq!(mark(2, Milestone::Delivered), OrderStatus::Delivered);
    let stored = folds(&world, order);
    assert_eq!(stored.delivered_at(), Some(world.now()));
    let delivered = happened(&world, order, |event| {
        matches!(event, OrderEvent::Delivered { .. }).then_some(())
    });
    assert_eq!(delivered.len(), 1);
}

#[test]
fn what_is_lost_can_be_sent_again_and_what_turns_up_counts() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("cup", 1, "5.00 TRY")]);
    world.run(PrepareShipment::of_all(order));
    world.run(TrackShipment::new(order, 1, Milestone::Lost));
    assert_eq!(world.get(order).status(), OrderStatus::Confirmed);
    world.run(PrepareShipment::of_all(order));
    world.wait(TimeDelta::days(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    assert_eq!(folds(&world, order).status(), OrderStatus::Delivered);
}

#[test]
fn nothing_is_delivered_before_it_was_shipped() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("cup", 1, "5.00 TRY")]);
    let delivered = TrackShipment::new(order, 1, Milestone::Delivered);
    assert_eq!(
        world.refuse(delivered.clone()).code(),
        "order.unknown_shipment"
    );
    world.run(PrepareShipment::of_all(order));
    let early = delivered.clone().at(world.now() - TimeDelta::hours(1));
    assert_eq!(world.refuse(early).code(), "order.before_shipment");
    let future = delivered.clone().at(world.now() + TimeDelta::hours(1));
    assert_eq!(world.refuse(future).code(), "order.in_future");
    let prepared = world.now();
    world.wait(TimeDelta::days(2));
    world.run(TrackShipment::new(order, 1, Milestone::HandedOver));
    let between = delivered.clone().at(prepared + TimeDelta::days(1));
    // Which report was told first must not decide which is believed.
    world.run(between);
    assert_eq!(folds(&world, order).status(), OrderStatus::Delivered);
}

#[test]
fn a_hand_over_told_as_later_than_the_delivery_leaves_it_delivered_in_any_order() {
    let reports = [
        (Milestone::HandedOver, 240),
        (Milestone::Delivered, 180),
        (Milestone::HandedOver, 120),
    ];
    let one = told(&reports);
    assert_eq!(one.status, OrderStatus::Delivered);
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(one, told(&order.map(|n: usize| reports[n])));
    }
}

#[test]
fn pieces_that_came_already_change_nothing_when_they_come_again() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let by = Promise::by_day("2026-03-03".parse().unwrap());
    let items = [item("cup", 1, "5.00 TRY"), item("jug", 1, "9.00 TRY")];
    let order = confirmed(&world, PlaceOrder::new(ayse, items).promising(by));
    let cup = || PrepareShipment::of(order, [Pack::new(1, 1)]);
    world.run(cup());
    world.run(TrackShipment::new(order, 1, Milestone::Lost));
    world.run(cup());
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    world.run(TrackShipment::new(order, 2, Milestone::Delivered));
    // Two cups do not make up for the jug.
    let stored = folds(&world, order);
    assert_eq!(stored.delivered(1), 1);
    assert_eq!(stored.status(), OrderStatus::PartlyDelivered);
    assert!(stored.has_unshipped() && stored.delivered_at().is_none());
    let came = stored.line_delivered_at(1);
    world.run(PrepareShipment::of_all(order));
    world.run(TrackShipment::new(order, 3, Milestone::Delivered));
    let kept = folds(&world, order).delivered_at();
    assert_eq!(kept, Some(world.now()));
    // The first cup turns up to have come nine days later.
    world.wait(TimeDelta::days(9));
    world.run(TrackShipment::new(order, 2, Milestone::NotDelivered));
    world.run(
        TrackShipment::new(order, 2, Milestone::Delivered).at(world.now() + TimeDelta::minutes(1)),
    );
    let stored = folds(&world, order);
    assert_eq!(
        (stored.delivered_at(), stored.line_delivered_at(1)),
        (kept, came)
    );
    let mut report = Punctuality::default();
    report.count(&stored, PromiseDay::EndOfDay, world.now());
    assert_eq!((report.orders.kept, report.orders.late), (1, 0));
    // The window of the return counts from when it was there.
    let check = RequestReturn::new(order, code!("unwanted")).with(1, 1);
    world.wait(TimeDelta::days(6));
    assert_eq!(world.refuse(check).code(), "return.not_eligible");
}

#[test]
fn serial_numbers_become_units_of_the_customer() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    world.run(DefineProduct::new(code!("KB-24")).with_serials(Serials::Listed));
    let stock = world.run(RecordUnit::new(code!("KB-24")).with_serial(code!("S-1")));
    let order = ordered(&world, ayse, [item("KB-24", 2, "9000.00 TRY")]);
    let ship = |pack| PrepareShipment::of(order, [pack]);
    let pack = || Pack::new(1, 1).with_serial(code!("s1"));
    assert_eq!(
        world.refuse(ship(pack().with_serial(code!("S-2")))).code(),
        "order.too_many_serials"
    );
    assert_eq!(
        world
            .refuse(ship(Pack::new(1, 1).with_serial(code!("S-2"))))
            .code(),
        "unit.unknown_serial"
    );
    world.run(ship(pack()));
    assert_eq!(world.refuse(ship(pack())).code(), "order.unit_sold");
    let unit = world.get(stock);
    assert_eq!(unit.owned_by(), Some(ayse));
    assert_eq!(unit.origin.unwrap().order, order);
    assert_eq!(unit.delivered_at, None);
    world.wait(TimeDelta::days(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    assert_eq!(world.get(stock).delivered_at, Some(world.now()));
    assert_eq!(world.ask(&UnitsOf::new(ayse)).units, [world.get(stock)]);
}

#[test]
fn a_shipment_is_found_by_what_the_carrier_calls_it() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("cup", 2, "5.00 TRY")]);
    for tracking in [code!("K-1"), code!("K-2")] {
        let part = PrepareShipment::of(order, [Pack::new(1, 1)]);
        world.run(part.carried_by(code!("kargo"), tracking));
    }
    let find = |tracking| world.ask(&FindShipments { tracking });
    assert_eq!(find(code!("K-2")), [(order, 2)]);
    assert_eq!(find(code!("K-3")), []);
}

#[test]
fn tracking_says_where_it_is_what_comes_next_when_and_whom_to_ask() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let promise = Promise::by_day("2026-03-06".parse().unwrap());
    let place = PlaceOrder::new(ayse, [item("cup", 1, "5.00 TRY")]).promising(promise);
    let order = world.run(place);
    let track = || world.ask(&TrackOrder::new(order, world.now()));
    assert_eq!(track().next, NextStep::Confirm);
    world.run(ConfirmOrder { order });
    let seen = track();
    assert_eq!(
        (seen.status, seen.next),
        (OrderStatus::Confirmed, NextStep::Ship)
    );
    assert_eq!(seen.when, Some(promise.by));
    assert_eq!(seen.promise, PromiseState::OnTrack);
    assert_eq!(seen.ask, [Ask::Team(code!("orders"))]);
    world.run(PrepareShipment::of_all(order).carried_by(code!("kargo"), code!("K1")));
    world.run(TrackShipment::new(order, 1, Milestone::HandedOver));
    let seen = track();
    assert_eq!(seen.next, NextStep::Deliver);
    let carrier = Ask::Carrier {
        carrier: code!("kargo"),
        tracking: code!("K1"),
    };
    assert_eq!(seen.ask, [Ask::Team(code!("orders")), carrier]);
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, 1, Milestone::ReadyForPickup));
    assert_eq!(track().next, NextStep::Collect);
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    let seen = track();
    assert_eq!((seen.next, seen.when), (NextStep::Nothing, None));
    assert_eq!(seen.promise, PromiseState::Came(Judgement::Kept));
}

/// What can be told of one way, as a carrier would: hand-over first in time, delivery last.
fn reports() -> impl Strategy<Value = Vec<(Milestone, i64)>> {
    let between = prop::sample::select(vec![
        Milestone::InTransit,
        Milestone::OutForDelivery,
        Milestone::AttemptFailed,
        Milestone::ReadyForPickup,
        Milestone::ReturnedToSender,
        Milestone::Lost,
    ]);
    let between = prop::collection::vec((between, 1_i64..600), 0..8);
    let handed = prop::collection::vec(1_i64..600, 0..3);
    let delivered = prop::collection::vec(1_i64..600, 0..4);
    let wrong = prop::collection::vec(1_i64..600, 0..3);
    (between, handed, delivered, wrong).prop_map(|(mut all, handed, delivered, wrong)| {
        all.extend(wrong.into_iter().map(|at| (Milestone::NotDelivered, at)));
        all.extend(handed.into_iter().map(|at| (Milestone::HandedOver, at)));
        all.extend(delivered.into_iter().map(|at| (Milestone::Delivered, at)));
        all
    })
}

fn told(reports: &[(Milestone, i64)]) -> Told {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("cup", 1, "5.00 TRY")]);
    world.run(DefineProduct::new(code!("cup")));
    let pack = Pack::new(1, 1).with_serial(code!("S-1"));
    world.run(PrepareShipment::of(order, [pack]));
    let begun = world.now();
    world.wait(TimeDelta::minutes(1_000));
    for (milestone, minute) in reports {
        let at = begun + TimeDelta::minutes(*minute);
        world.run(TrackShipment::new(order, 1, *milestone).at(at));
    }
    let stored = folds(&world, order);
    let unit = world.get(stored.shipments[0].units[0].1);
    // Ids differ from world to world, and how often a unit changed hands is its own story.
    let mut shipments = stored.shipments.clone();
    for shipment in &mut shipments {
        shipment.units.clear();
    }
    Told {
        shipments,
        status: stored.status(),
        delivered_at: stored.delivered_at(),
        is_hers: unit.owned_by() == Some(ayse),
        unit_delivered_at: unit.delivered_at,
    }
}

/// What reports come to.
#[derive(Debug, PartialEq)]
struct Told {
    shipments: Vec<Shipment>,
    status: OrderStatus,
    delivered_at: Option<DateTime<Utc>>,
    is_hers: bool,
    unit_delivered_at: Option<DateTime<Utc>>,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn reports_that_come_late_twice_or_out_of_order_end_in_the_same_state(
        (reports, shuffled) in reports().prop_flat_map(|all| {
            let mut twice = all.clone();
            twice.extend(all.iter().copied());
            (Just(all), Just(twice).prop_shuffle())
        }),
    ) {
        let one = told(&reports);
        prop_assert_eq!(&one, &told(&shuffled));
        let shipment = &one.shipments[0];
        prop_assert_eq!(one.is_hers, !shipment.is_void());
        prop_assert_eq!(one.unit_delivered_at, shipment.delivered_at());
        // It was delivered at the earliest instant that was not taken back.
        let said = |what| reports.iter().filter(move |it| it.0 == what).map(|it| it.1);
        let wrong = said(Milestone::NotDelivered).max().unwrap_or(0);
        let begun: DateTime<Utc> = "2026-03-02T08:00:00Z".parse().unwrap();
        let came = said(Milestone::Delivered).filter(|at| *at > wrong).min();
        prop_assert_eq!(one.delivered_at, came.map(|at| begun + TimeDelta::minutes(at)));
    }
}

#[test]
fn every_piece_of_a_model_with_serial_numbers_goes_out_with_one() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    for (model, serials) in [("KB-24", Serials::Required), ("cup", Serials::Optional)] {
        let model = model.parse().unwrap();
        world.run(DefineProduct::new(model).with_serials(serials));
    }
    let items = [item("KB-24", 2, "9000.00 TRY"), item("cup", 1, "10.00 TRY")];
    let order = ordered(&world, ayse, items);
    let one = Pack::new(1, 2).with_serial(code!("S-1"));
    for short in [
        PrepareShipment::of_all(order),
        PrepareShipment::of(order, [one.clone()]),
    ] {
        assert_eq!(world.refuse(short).code(), "unit.serial_needed");
    }
    let both = one.with_serial(code!("S-2"));
    world.run(PrepareShipment::of(order, [both, Pack::new(2, 1)]));
    assert_eq!(world.get(order).shipments[0].units.len(), 2);
}

#[test]
fn two_pieces_with_one_serial_number_are_told_from_one_that_was_sold() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    for (model, maker) in [("KB-24", "demir"), ("KB-30", "demir"), ("P-1", "pak")] {
        let (model, maker): (Code, Code) = (model.parse().unwrap(), maker.parse().unwrap());
        world.run(DefineProduct::new(model).made_by(maker));
    }
    let items = ["KB-24", "KB-30", "P-1"].map(|model| item(model, 2, "9000.00 TRY"));
    let order = ordered(&world, ayse, items);
    let one = |line, serial| Pack::new(line, 1).with_serial(serial);
    let pair = Pack::new(1, 2).with_serial(code!("S-1"));
    for packs in [
        vec![pair.with_serial(code!("s/1"))],
        vec![one(1, code!("S-1")), one(1, code!("S-1"))],
        vec![one(1, code!("S-1")), one(2, code!("S-1"))],
    ] {
        let refusal = world.refuse(PrepareShipment::of(order, packs));
        assert_eq!(refusal.code(), "order.serial_twice");
    }
    // Another maker counts by itself.
    let packs = [one(1, code!("S-1")), one(3, code!("S-1"))];
    world.run(PrepareShipment::of(order, packs));
    let sold = PrepareShipment::of(order, [one(1, code!("S-1"))]);
    assert_eq!(world.refuse(sold).code(), "order.unit_sold");
    world.assert_told();
}

#[test]
fn nobody_is_sent_to_the_carrier_of_a_lost_parcel_when_all_came_in_another() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("cup", 1, "10.00 TRY")]);
    let carried = |n| PrepareShipment::of_all(order).carried_by(code!("k"), n);
    world.run(carried(code!("first")));
    world.run(TrackShipment::new(order, 1, Milestone::Lost));
    world.run(carried(code!("second")));
    let asked = || world.ask(&TrackOrder::new(order, world.now())).ask.len();
    assert_eq!(asked(), 2, "the team, and the carrier that lost it");
    world.run(TrackShipment::new(order, 2, Milestone::Delivered));
    assert_eq!(asked(), 1);
}

#[test]
fn a_carriers_clock_may_run_some_minutes_behind_the_warehouses() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("cup", 1, "5.00 TRY")]);
    let scanned = world.now();
    world.wait(TimeDelta::minutes(2));
    world.run(PrepareShipment::of_all(order));
    let report = TrackShipment::new(order, 1, Milestone::HandedOver);
    let early = report.clone().at(scanned - TimeDelta::minutes(14));
    assert_eq!(world.refuse(early).code(), "order.before_shipment");
    world.run(report.at(scanned));
    assert_eq!(folds(&world, order).status(), OrderStatus::Shipped);
}
