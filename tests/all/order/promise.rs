//! What was promised, whether it was kept, and delays that are told before they happen.

use aftercare::code;
use aftercare::kernel::{Actor, CustomerId, OrderId};
use aftercare::order::*;
use aftercare::record::Share;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::life::{reachable, told};
use super::{confirmed, folds, item};
use crate::product::world::World;

pub(super) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn place(customer: CustomerId) -> PlaceOrder {
    PlaceOrder::new(customer, [item("cup", 1, "5.00 TRY")])
        .in_zone("+03:00".parse().unwrap())
        .promising(Promise::by_day(date("2026-03-06")))
}

/// Reschedulings that the customer was told: the new date and why.
pub(super) fn delays(world: &World, customer: CustomerId) -> Vec<(String, String)> {
    let told = told(world, customer).into_iter();
    let late = told.filter(|(template, _)| template == "order.rescheduled");
    late.map(|(_, facts)| (facts["by"].clone(), facts["reason"].clone()))
        .collect()
}

pub(super) fn wake(world: &World) -> usize {
    let context = world.context(Actor::System);
    let woken = world.desk.wake(&context, Share::ALL, 100).unwrap();
    assert!(woken.left.is_empty(), "{:?}", woken.left);
    woken.woken.try_into().unwrap()
}

/// Lets the days up to this instant pass, with a waking every hour.
pub(super) fn live_until(world: &World, at: &str) {
    let end: chrono::DateTime<chrono::Utc> = at.parse().unwrap();
    while world.now() < end {
        world.wait(TimeDelta::hours(1));
        wake(world);
    }
}

fn latest(world: &World, order: OrderId) -> Promise {
    world.get(order).promises.as_ref().unwrap().latest()
}

#[test]
fn a_promised_date_holds_to_the_end_of_the_day_in_the_customers_zone() {
    let zone = "+03:00".parse().unwrap();
    let promise = Promise::by_day(date("2026-03-06"));
    let judge = |at: &str, day| promise.judge(at.parse().unwrap(), &zone, day);
    let end = PromiseDay::EndOfDay;
    assert_eq!(judge("2026-03-06T20:59:59.999Z", end), Judgement::Kept);
    assert_eq!(judge("2026-03-06T20:59:59.999999Z", end), Judgement::Kept);
    assert_eq!(
        judge("2026-03-06T21:00:00Z", end),
        Judgement::Late { by_ms: 1 }
    );
    let instant = PromiseDay::Instant;
    assert_eq!(judge("2026-03-05T21:00:00Z", instant), Judgement::Kept);
    assert_eq!(
        judge("2026-03-05T21:00:01Z", instant),
        Judgement::Late { by_ms: 1_000 }
    );
}

#[test]
fn early_counts_only_when_there_is_a_window() {
    let zone = aftercare::calendar::Zone::utc();
    let at = |text: &str| text.parse().unwrap();
    let window = Promise::between(at("2026-03-06T10:00:00Z"), at("2026-03-06T12:00:00Z"));
    let judge = |promise: Promise, text| promise.judge(at(text), &zone, PromiseDay::EndOfDay);
    assert_eq!(
        judge(window, "2026-03-06T09:59:00Z"),
        Judgement::Early { by_ms: 60_000 }
    );
    assert_eq!(judge(window, "2026-03-06T10:00:00Z"), Judgement::Kept);
    assert_eq!(judge(window, "2026-03-06T12:00:00Z"), Judgement::Kept);
    let by = Promise::by(at("2026-03-06T12:00:00Z"));
    assert_eq!(judge(by, "2026-03-01T00:00:00Z"), Judgement::Kept);
}

#[test]
fn a_promise_in_the_past_is_refused() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let past = place(ayse).promising(Promise::by_day(date("2026-03-01")));
    assert_eq!(world.refuse(past).code(), "order.promise_in_past");
    let today = place(ayse).promising(Promise::by_day(date("2026-03-02")));
    world.run(today);
    let backwards = Promise::between(
        world.now() + TimeDelta::days(2),
        world.now() + TimeDelta::days(1),
    );
    let backwards = place(ayse).promising(backwards);
    assert_eq!(world.refuse(backwards).code(), "order.promise_in_past");
    let nowhere = place(ayse).promising_line(2, Promise::by_day(date("2026-03-09")));
    assert_eq!(world.refuse(nowhere).code(), "order.unknown_line");
}

#[test]
fn the_first_promise_and_its_revisions_are_kept_apart() {
    let world = World::new();
    let ayse = reachable(&world);
    let order = confirmed(&world, place(ayse));
    let later = |day: &str| {
        let promise = Promise::by_day(date(day));
        PromiseOrder::new(order, promise, code!("supplier"))
    };
    world.run(later("2026-03-10"));
    world.run(later("2026-03-10"));
    world.run(later("2026-03-12"));
    assert_eq!(
        delays(&world, ayse),
        [
            ("2026-03-10".to_owned(), "supplier".to_owned()),
            ("2026-03-12".to_owned(), "supplier".to_owned()),
        ],
        "once for each change"
    );
    world.wait(TimeDelta::days(1));
    world.run(PrepareShipment::of_all(order));
    world.wait(TimeDelta::days(8));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    let again = later("2026-03-20");
    assert_eq!(world.refuse(again).code(), "order.already_delivered");
    let stored = folds(&world, order);
    assert_eq!(stored.promises.as_ref().unwrap().revisions.len(), 2);
    let mut report = Punctuality::default();
    report.count(&stored, PromiseDay::EndOfDay, world.now());
    assert_eq!((report.orders.kept, report.orders.late), (0, 1));
    assert_eq!(
        (report.orders_latest.kept, report.orders_latest.late),
        (1, 0)
    );
    let seen = world.ask(&TrackOrder::new(order, world.now()));
    assert_eq!(
        seen.first_promise,
        Some(Promise::by_day(date("2026-03-06")))
    );
}

#[test]
fn a_delay_is_noticed_and_told_before_the_promised_day() {
    let world = World::new();
    let ayse = reachable(&world);
    let order = confirmed(&world, place(ayse));
    // Nothing is sent: at noon of the day before 6 March it is seen that it cannot come.
    live_until(&world, "2026-03-05T10:00:00Z");
    assert_eq!(
        delays(&world, ayse),
        [("2026-03-08".to_owned(), "not_shipped".to_owned())]
    );
    let begins = "2026-03-06T00:00:00+03:00".parse::<DateTime<Utc>>();
    assert!(world.now() < begins.unwrap(), "in the customer's zone");
    assert_eq!(wake(&world), 0, "nothing is left to do");
    folds(&world, order);
}

#[test]
fn the_carriers_new_date_is_told_at_once_and_once() {
    let world = World::new();
    let ayse = reachable(&world);
    let order = confirmed(&world, place(ayse));
    world.run(PrepareShipment::of_all(order));
    world.wait(TimeDelta::days(1));
    let report = TrackShipment::new(order, 1, Milestone::InTransit).at(world.now());
    let expected = "2026-03-08T10:00:00Z".parse().unwrap();
    world.run(report.clone().expecting(expected));
    world.run(report.clone().expecting(expected));
    // Within the day that is promised now.
    world.wait(TimeDelta::hours(1));
    let slip = TrackShipment::new(order, 1, Milestone::InTransit);
    world.run(slip.expecting(expected + TimeDelta::hours(2)));
    assert_eq!(
        delays(&world, ayse),
        [("2026-03-08".to_owned(), "carrier".to_owned())]
    );
    // An older word of the carrier's changes nothing.
    let old = report.at(world.now() - TimeDelta::hours(2));
    world.run(old.expecting(expected + TimeDelta::days(9)));
    assert_eq!(latest(&world, order), Promise::by_day(date("2026-03-08")));
    folds(&world, order);
}

#[test]
fn what_is_put_off_to_the_last_of_all_dates_is_put_off_once() {
    let world = World::new();
    let ayse = reachable(&world);
    let line = Promise::by(world.now() + TimeDelta::days(5));
    let order = confirmed(&world, place(ayse).promising_line(1, line));
    world.run(PrepareShipment::of_all(order));
    for never in [
        DateTime::<Utc>::MAX_UTC,
        DateTime::<Utc>::MAX_UTC - TimeDelta::hours(1),
    ] {
        world.wait(TimeDelta::hours(1));
        let report = TrackShipment::new(order, 1, Milestone::InTransit);
        world.run(report.expecting(never));
    }
    assert_eq!(latest(&world, order), Promise::by_day(NaiveDate::MAX));
    assert_eq!(delays(&world, ayse).len(), 1);
    folds(&world, order);
}

#[test]
fn an_order_in_time_is_left_alone_and_one_that_never_comes_is_not_told_for_ever() {
    let world = World::new();
    let ayse = reachable(&world);
    let fine = confirmed(&world, place(ayse));
    world.run(PrepareShipment::of_all(fine));
    world.wait(TimeDelta::days(1));
    world.run(TrackShipment::new(fine, 1, Milestone::HandedOver));
    world.run(TrackShipment::new(fine, 1, Milestone::OutForDelivery));
    live_until(&world, "2026-03-06T10:00:00Z");
    world.run(TrackShipment::new(fine, 1, Milestone::Delivered));
    assert_eq!(delays(&world, ayse), []);
    assert_eq!(world.get(fine).look_at, None);

    let later = Promise::by_day(date("2026-03-09"));
    let never = confirmed(&world, place(ayse).promising(later));
    live_until(&world, "2026-04-20T10:00:00Z");
    assert_eq!(delays(&world, ayse).len(), 5);
    let seen = world.ask(&TrackOrder::new(never, world.now()));
    assert_eq!(seen.promise, PromiseState::Overdue);
    assert_eq!(world.get(never).look_at, None);
    folds(&world, never);
}

#[test]
fn on_time_in_full_is_judged_by_line_and_by_order() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let items = [item("cup", 2, "5.00 TRY"), item("pot", 1, "5.00 TRY")];
    let place = PlaceOrder::new(ayse, items)
        .in_zone("+03:00".parse().unwrap())
        .promising(Promise::by_day(date("2026-03-06")))
        .promising_line(2, Promise::by_day(date("2026-03-09")));
    let order = confirmed(&world, place);
    for line in [1, 1, 2] {
        world.run(PrepareShipment::of(order, [Pack::new(line, 1)]));
    }
    let mut report = Punctuality::default();
    report.count(&world.get(order), PromiseDay::EndOfDay, world.now());
    assert_eq!((report.orders.open, report.lines.open), (1, 2));
    for (shipment, days) in [(1, 1), (2, 4), (3, 1)] {
        world.wait(TimeDelta::days(days));
        world.run(TrackShipment::new(order, shipment, Milestone::Delivered));
    }
    // The first cup came on the 3rd, the second on the 7th, the pot on the 8th.
    let mut report = Punctuality::default();
    let stored = folds(&world, order);
    report.count(&stored, PromiseDay::EndOfDay, world.now());
    assert_eq!((report.lines.kept, report.lines.late), (1, 1));
    assert_eq!((report.orders.kept, report.orders.late), (0, 1));
    assert_eq!(report.orders.judged(), 1);
}

#[test]
fn one_change_of_the_order_and_its_lines_is_told_once() {
    let world = World::new();
    let ayse = reachable(&world);
    let items = [item("cup", 1, "5.00 TRY"), item("pot", 1, "5.00 TRY")];
    let by = |day| Promise::by_day(date(day));
    let place = |whole: Option<Promise>| {
        let mut place = PlaceOrder::new(ayse, items.clone())
            .promising_line(1, by("2026-03-05"))
            .promising_line(2, by("2026-03-06"));
        place.promise = whole;
        let order = confirmed(&world, place);
        world.run(PrepareShipment::of_all(order));
        order
    };
    let late = |order| {
        world.wait(TimeDelta::minutes(1));
        let before = told(&world, ayse).len();
        let report = TrackShipment::new(order, 1, Milestone::HandedOver);
        world.run(report.expecting("2026-03-09T10:00:00Z".parse().unwrap()));
        let said = told(&world, ayse).split_off(before);
        let late = said.into_iter().filter(|it| it.0 == "order.rescheduled");
        late.map(|(_, facts)| facts).collect::<Vec<_>>()
    };
    let said = late(place(Some(by("2026-03-06"))));
    assert_eq!(said.len(), 1);
    assert_eq!((&*said[0]["by"], &*said[0]["lines"]), ("2026-03-09", "1,2"));
    // Without a promise for the whole, the day is the last one's.
    let said = late(place(None));
    assert_eq!(said.len(), 1);
    assert_eq!(
        (&*said[0]["before"], &*said[0]["lines"]),
        ("2026-03-06", "1,2")
    );
    world.assert_told();
}

#[test]
fn two_promises_for_one_line_are_refused() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let by = |day| Promise::by_day(date(day));
    let twice = place(ayse)
        .promising_line(1, by("2026-03-05"))
        .promising_line(1, by("2026-03-07"));
    assert_eq!(world.refuse(twice).code(), "order.promised_twice");
}

#[test]
fn an_order_of_which_only_lines_are_promised_has_the_last_of_their_days() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let items = [
        item("cup", 1, "5.00 TRY"),
        item("pot", 1, "5.00 TRY"),
        item("lid", 1, "5.00 TRY"),
    ];
    let by = |day| Promise::by_day(date(day));
    let place = PlaceOrder::new(ayse, items)
        .promising_line(1, by("2026-03-06"))
        .promising_line(2, by("2026-03-12"))
        .promising_line(
            3,
            Promise::between_days(date("2026-03-08"), date("2026-03-09")),
        );
    let order = confirmed(&world, place);
    let track = || world.ask(&TrackOrder::new(order, world.now()));
    let on = |day| Some(Due::On(date(day)));
    let seen = track();
    assert_eq!((seen.next, seen.when), (NextStep::Ship, on("2026-03-12")));
    assert_eq!(
        (seen.promise, seen.first_promise),
        (PromiseState::OnTrack, None)
    );
    let later = PromiseOrder::new(order, by("2026-03-14"), code!("supplier"));
    world.run(later.for_line(2));
    let seen = track();
    assert_eq!(seen.when, on("2026-03-14"));
    assert_eq!(seen.first_promise, Some(by("2026-03-12")));
    for line in [2, 3, 1] {
        world.run(PrepareShipment::of(order, [Pack::new(line, 1)]));
    }
    let comes = |shipment| {
        world.run(TrackShipment::new(order, shipment, Milestone::Delivered));
        let seen = track();
        (seen.next, seen.when, seen.promise)
    };
    world.wait(TimeDelta::days(2));
    assert_eq!(
        comes(1),
        (NextStep::Ship, on("2026-03-09"), PromiseState::OnTrack),
        "what is left of it did not set out"
    );
    world.wait(TimeDelta::days(4));
    assert_eq!(
        comes(2),
        (NextStep::Ship, on("2026-03-06"), PromiseState::Overdue)
    );
    world.run(TrackShipment::new(order, 3, Milestone::HandedOver));
    assert_eq!(track().next, NextStep::Deliver);
    // One line of three came late.
    let (next, when, promise) = comes(3);
    assert_eq!((next, when), (NextStep::Nothing, None));
    assert!(
        matches!(promise, PromiseState::Came(Judgement::Late { .. })),
        "{promise:?}"
    );
    folds(&world, order);
}

#[test]
fn the_first_date_is_told_with_the_confirmation_or_when_it_is_promised() {
    let world = World::new();
    let ayse = reachable(&world);
    let order = confirmed(
        &world,
        PlaceOrder::new(
            ayse,
            [item("cup", 1, "5.00 TRY"), item("pot", 1, "9.00 TRY")],
        ),
    );
    let facts = |name: &str| -> Vec<_> {
        let told = told(&world, ayse).into_iter();
        let told = told.filter(|(template, _)| template == name);
        let fact = |facts: &std::collections::BTreeMap<String, String>, name| {
            facts.get(name).cloned().unwrap_or_default()
        };
        told.map(|(_, facts)| ["from", "by", "lines"].map(|name| fact(&facts, name)))
            .collect()
    };
    assert_eq!(facts("order.confirmed"), [["", "", ""]]);
    let (from, by) = ("2026-03-06T09:00:00Z", "2026-03-06T12:00:00Z");
    let window = Promise::between(from.parse().unwrap(), by.parse().unwrap());
    world.run(PromiseOrder::new(order, window, code!("stock")));
    let line = Promise::by_day(date("2026-03-07"));
    world.run(PromiseOrder::new(order, line, code!("stock")).for_line(2));
    let (from, by) = ("2026-03-06T09:00:00+00:00", "2026-03-06T12:00:00+00:00");
    assert_eq!(facts("order.promised"), [[from, by, ""]]);
    assert_eq!(facts("order.rescheduled"), [["", "2026-03-07", "2"]]);
    folds(&world, order);

    // What was promised when it was placed is told with the confirmation, and not again.
    let early = confirmed(&world, place(ayse));
    let confirmed = facts("order.confirmed");
    assert!(confirmed.contains(&["", "2026-03-06", ""].map(str::to_owned)));
    assert_eq!(facts("order.promised").len(), 1);
    folds(&world, early);
}

#[test]
fn a_promise_for_a_line_takes_the_place_of_the_wholes_and_is_judged_against_it() {
    let world = World::new();
    let ayse = reachable(&world);
    let order = confirmed(&world, place(ayse));
    world.wait(TimeDelta::days(2));
    let later = |day: &str| {
        let promise = Promise::by_day(date(day));
        PromiseOrder::new(order, promise, code!("supplier")).for_line(1)
    };
    world.run(later("2026-03-06"));
    assert_eq!(
        world.get(order).lines[0].promises,
        None,
        "the whole's holds for it"
    );
    world.run(later("2026-03-20"));
    assert_eq!(
        delays(&world, ayse),
        [("2026-03-20".to_owned(), "supplier".to_owned())]
    );
    let before = told(&world, ayse).into_iter();
    let before = before.filter_map(|(_, facts)| facts.get("before").cloned());
    assert_eq!(before.collect::<Vec<_>>(), ["2026-03-06"]);
    world.run(PrepareShipment::of_all(order));
    world.wait(TimeDelta::days(15));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    let stored = folds(&world, order);
    let mut report = Punctuality::default();
    report.count(&stored, PromiseDay::EndOfDay, world.now());
    assert_eq!((report.lines.kept, report.lines.late), (0, 1));
    assert_eq!((report.lines_latest.kept, report.lines_latest.late), (1, 0));
}

#[test]
fn a_promise_for_the_whole_takes_the_place_of_the_last_of_all_lines() {
    let world = World::new();
    let ayse = reachable(&world);
    let by = |day| Promise::by_day(date(day));
    let items = || [item("cup", 1, "5.00 TRY"), item("pot", 1, "5.00 TRY")];
    let whole = |order, day| world.run(PromiseOrder::new(order, by(day), code!("supplier")));
    let first = |order: OrderId| {
        let order = folds(&world, order);
        let promises = order.promises.as_ref().unwrap();
        (promises.first, promises.latest())
    };
    let place = PlaceOrder::new(ayse, items()).promising_line(1, by("2026-03-05"));
    let all = confirmed(&world, place.clone().promising_line(2, by("2026-03-06")));
    whole(all, "2026-03-06");
    assert_eq!(first(all), (by("2026-03-06"), by("2026-03-06")));
    assert_eq!(delays(&world, ayse), [], "which was known");
    let all = confirmed(&world, place.clone().promising_line(2, by("2026-03-06")));
    whole(all, "2026-03-20");
    assert_eq!(first(all), (by("2026-03-06"), by("2026-03-20")));
    assert_eq!(delays(&world, ayse).len(), 1);
    // Of an order of which a line had no promise, nothing was said before.
    let some = confirmed(&world, place);
    whole(some, "2026-03-20");
    assert_eq!(first(some), (by("2026-03-20"), by("2026-03-20")));
    assert_eq!(delays(&world, ayse).len(), 1);
}
