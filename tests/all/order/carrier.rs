//! What carriers get wrong: lost parcels, parcels that go back, deliveries that never were.

use aftercare::calendar::Rule;
use aftercare::code;
use aftercare::kernel::{CustomerId, OrderId};
use aftercare::order::*;
use aftercare::prelude::{DefineProduct, PlanTerms, Reaction, RulebookSpec, TakeBackUnit, Trigger};
use aftercare::service::{PlanStatus, PlansOf};
use aftercare::warranty::{Length, Offer, Term, TermKind, Warranty};
use chrono::{NaiveDate, TimeDelta};

use super::life::{reachable, templates};
use super::{confirmed, folds, item, ordered};
use crate::product::world::World;

fn on(date: &str) -> NaiveDate {
    date.parse().unwrap()
}

/// An order of one boiler, of which a parcel is on its way.
fn on_its_way(world: &World, customer: CustomerId) -> OrderId {
    world.run(DefineProduct::new(code!("KB-24")));
    let place = PlaceOrder::new(customer, [item("KB-24", 1, "9000.00 TRY")]);
    let order = confirmed(world, place.promising(Promise::by_day(on("2026-03-04"))));
    let pack = Pack::new(1, 1).with_serial(code!("B-1"));
    world.run(PrepareShipment::of(order, [pack]));
    world.wait(TimeDelta::hours(2));
    world.run(TrackShipment::new(order, 1, Milestone::HandedOver));
    world.wait(TimeDelta::days(1));
    order
}

#[test]
fn who_waits_for_a_lost_parcel_is_told_and_told_the_new_date() {
    let world = World::new();
    let ayse = reachable(&world);
    let order = on_its_way(&world, ayse);
    for _ in 0..2 {
        world.run(TrackShipment::new(order, 1, Milestone::Lost).at(world.now()));
    }
    let said = templates(&world, ayse);
    assert_eq!(said[said.len() - 2..], ["order.lost", "order.rescheduled"]);
    assert_eq!(said.iter().filter(|it| *it == "order.lost").count(), 1);
    // Prepared anew and sent, from today: a day and two more.
    let stored = folds(&world, order);
    let latest = stored.promises.as_ref().unwrap().latest();
    assert_eq!(latest.by, Due::On(on("2026-03-06")));
    // It is found, and goes back: that is news, and the last of it.
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, 1, Milestone::ReturnedToSender));
    assert_eq!(
        templates(&world, ayse).last().unwrap(),
        "order.returned_to_sender"
    );
}

#[test]
fn what_does_not_come_is_the_businesses_and_what_turns_up_the_customers() {
    let world = World::new();
    let ayse = reachable(&world);
    let order = on_its_way(&world, ayse);
    let unit = world.get(order).shipments[0].units[0].1;
    assert_eq!(world.get(unit).owned_by(), Some(ayse));
    world.run(TrackShipment::new(order, 1, Milestone::ReturnedToSender));
    assert_eq!(world.get(unit).owner, None);
    assert_eq!(world.get(unit).origin, None);
    // It goes out once more, to her.
    let pack = Pack::new(1, 1).with_serial(code!("B-1"));
    world.run(PrepareShipment::of(order, [pack]));
    assert_eq!(world.get(unit).owned_by(), Some(ayse));
    world.run(TrackShipment::new(order, 2, Milestone::Lost));
    assert_eq!(world.get(unit).owner, None);
    world.wait(TimeDelta::days(1));
    world.run(TrackShipment::new(order, 2, Milestone::Delivered));
    let stored = world.get(unit);
    assert_eq!(stored.owned_by(), Some(ayse));
    assert_eq!(stored.origin.unwrap().order, order);
    assert_eq!(stored.delivered_at, Some(world.now()));
    folds(&world, order);
}

#[test]
fn a_unit_that_went_to_another_customer_stays_theirs() {
    let world = World::new();
    let ayse = reachable(&world);
    let order = on_its_way(&world, ayse);
    let unit = world.get(order).shipments[0].units[0].1;
    world.run(TrackShipment::new(order, 1, Milestone::ReturnedToSender));
    let can = world.register("Can");
    let other = ordered(&world, can, [item("KB-24", 1, "9000.00 TRY")]);
    let pack = Pack::new(1, 1).with_serial(code!("B-1"));
    world.run(PrepareShipment::of(other, [pack]));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    let stored = world.get(unit);
    assert_eq!((stored.owned_by(), stored.delivered_at), (Some(can), None));
    folds(&world, order);
}

/// A shop in which a delivery starts a warranty, a plan and a survey.
fn following() -> RulebookSpec {
    let zone = || "UTC".parse().unwrap();
    let mut spec = RulebookSpec::new()
        .with_plan(
            code!("care"),
            PlanTerms::by_calendar(zone(), Rule::every_months(6)),
        )
        .with_reaction(Reaction::start_warranty(code!("warranty")))
        .with_reaction(Reaction::start_plan(code!("care"), code!("care")))
        .with_reaction(Reaction::tell(
            code!("survey"),
            Trigger::OrderDelivered,
            code!("survey"),
        ));
    spec.warranty.terms = vec![Term::new(
        code!("maker"),
        TermKind::Manufacturer,
        Length::Years(2),
    )];
    spec.warranty.offers = vec![Offer::always(code!("maker"))];
    spec
}

#[test]
fn a_delivery_that_never_was_is_taken_back_with_what_it_started() {
    let world = World::with(following());
    let ayse = reachable(&world);
    let order = on_its_way(&world, ayse);
    let unit = world.get(order).shipments[0].units[0].1;
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    assert_eq!(world.get(order).status(), OrderStatus::Delivered);
    let starts = || world.get(Warranty::id_of(unit)).contracts[0].starts_on;
    assert_eq!(starts(), Some(on("2026-03-03")));
    let plans = || world.ask(&PlansOf::new(ayse)).plans;
    let plan = plans()[0].id;

    world.wait(TimeDelta::days(2));
    let wrong = TrackShipment::new(order, 1, Milestone::NotDelivered);
    for _ in 0..2 {
        world.run(wrong.clone().at(world.now()));
    }
    let stored = folds(&world, order);
    assert_eq!(
        (stored.status(), stored.delivered_at()),
        (OrderStatus::Shipped, None)
    );
    assert_eq!(world.get(unit).delivered_at, None);
    assert_eq!(world.get(unit).owned_by(), Some(ayse));
    // As far as is known, it counts from the purchase.
    assert_eq!(starts(), Some(on("2026-03-02")));
    assert_eq!(world.get(plan).status, PlanStatus::Ended);
    let said = templates(&world, ayse);
    assert_eq!(
        said[said.len() - 2..],
        ["order.not_delivered", "order.rescheduled"]
    );
    assert!(stored.look_at.is_some(), "the order waits again");
    let tracked = world.ask(&TrackOrder::new(order, world.now()));
    assert_eq!(tracked.next, NextStep::Deliver);

    world.wait(TimeDelta::days(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    assert_eq!(starts(), Some(on("2026-03-06")));
    let open = plans()
        .into_iter()
        .filter(|it| it.status == PlanStatus::Active);
    let begun: Vec<_> = open.map(|it| it.starts_on).collect();
    assert_eq!(begun, [on("2026-03-06")]);
    let followed = super::reactions::on_units(&world, order).into_iter();
    assert_eq!(
        followed.map(|(_, _, what)| what).collect::<Vec<_>>(),
        [
            "warranty_started",
            "plan_started",
            "told",
            "warranty_has_begun",
            "plan_started",
        ]
    );
    let stored = folds(&world, order);
    assert_eq!(stored.delivered_at(), Some(world.now()));
    let judged = stored.promises.as_ref().unwrap();
    assert!(!judged.revisions.is_empty());
}

#[test]
fn the_earlier_of_two_reports_is_right_until_it_is_taken_back() {
    let world = World::with(following());
    let ayse = reachable(&world);
    let order = on_its_way(&world, ayse);
    let unit = world.get(order).shipments[0].units[0].1;
    let noon = world.now();
    world.wait(TimeDelta::days(3));
    let told = |milestone, days| {
        let at = noon + TimeDelta::days(days);
        world.run(TrackShipment::new(order, 1, milestone).at(at));
        let starts = world.get(Warranty::id_of(unit)).contracts[0].starts_on;
        (world.get(unit).delivered_at, starts)
    };
    let day = |days| Some(noon + TimeDelta::days(days));
    assert_eq!(
        told(Milestone::Delivered, 2),
        (day(2), Some(on("2026-03-05")))
    );
    // The warranty follows the date, whichever way it moves.
    assert_eq!(
        told(Milestone::Delivered, 0),
        (day(0), Some(on("2026-03-03")))
    );
    assert_eq!(
        told(Milestone::NotDelivered, 1),
        (day(2), Some(on("2026-03-05")))
    );
    assert_eq!(
        told(Milestone::NotDelivered, 0),
        (day(2), Some(on("2026-03-05")))
    );
    folds(&world, order);
}

#[test]
fn what_is_to_come_back_was_delivered() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = on_its_way(&world, ayse);
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    let rma = world.run(RequestReturn::new(order, code!("unwanted")).with(1, 1));
    let wrong = TrackShipment::new(order, 1, Milestone::NotDelivered);
    assert_eq!(world.refuse(wrong.clone()).code(), "order.comes_back");
    world.run(CancelReturn { rma });
    world.run(wrong);
    assert_eq!(folds(&world, order).delivered_at(), None);
}

#[test]
fn a_unit_that_came_back_and_is_sold_anew_is_under_warranty_anew() {
    let world = World::with(following());
    let ayse = reachable(&world);
    let order = on_its_way(&world, ayse);
    let unit = world.get(order).shipments[0].units[0].1;
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    world.run(TakeBackUnit {
        unit,
        reason: code!("returned"),
    });
    assert!(world.get(Warranty::id_of(unit)).contracts.is_empty());
    world.wait(TimeDelta::days(10));
    let can = world.register("Can");
    let other = ordered(&world, can, [item("KB-24", 1, "8000.00 TRY")]);
    let pack = Pack::new(1, 1).with_serial(code!("B-1"));
    world.run(PrepareShipment::of(other, [pack]));
    world.run(TrackShipment::new(other, 1, Milestone::Delivered));
    let anew = world.get(Warranty::id_of(unit));
    assert_eq!(anew.sold_to, Some(can));
    assert_eq!(anew.price, Some(super::money("8000.00 TRY")));
    assert_eq!(anew.dates.purchased_on, Some(on("2026-03-13")));
    assert_eq!(anew.contracts[0].starts_on, Some(on("2026-03-13")));
    folds(&world, other);
}

#[test]
fn what_follows_once_from_a_shipment_follows_once_whatever_comes_first() {
    let on = Trigger::ShipmentDelivered;
    let thanks = Reaction::tell(code!("thanks"), on, code!("order.update"));
    let world = World::with(RulebookSpec::new().with_reaction(thanks));
    let ayse = reachable(&world);
    let order = on_its_way(&world, ayse);
    let told = || super::reactions::on_units(&world, order).len();
    // What was not said cannot be taken back, and what is said later stands.
    world.run(TrackShipment::new(order, 1, Milestone::NotDelivered));
    assert_eq!(told(), 0);
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    assert_eq!(told(), 1);
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, 1, Milestone::NotDelivered));
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    assert_eq!(told(), 1);
    folds(&world, order);
}
