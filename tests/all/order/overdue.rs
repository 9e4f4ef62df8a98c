//! Carriers that are silent, and orders that are overdue.

use aftercare::code;
use aftercare::kernel::{Actor, CustomerId, OrderId};
use aftercare::order::*;
use aftercare::prelude::{Reaction, RulebookSpec, Trigger};
use chrono::TimeDelta;

use super::life::{reachable, templates};
use super::promise::{date, delays, live_until, place, wake};
use super::{confirmed, folds, happened, item};
use crate::product::world::World;

/// Orders that staff have to look after.
fn overdue(world: &World) -> Vec<OrderId> {
    let page = world.ask(&OverdueOrders::new());
    page.orders.iter().map(|order| order.id).collect()
}

/// An order that the carrier has, and which it last said to bring on the 5th.
fn handed_over(world: &World, customer: CustomerId) -> OrderId {
    let order = confirmed(world, place(customer));
    world.run(PrepareShipment::of_all(order));
    world.wait(TimeDelta::hours(2));
    let report = TrackShipment::new(order, 1, Milestone::HandedOver);
    world.run(report.expecting("2026-03-05T10:00:00Z".parse().unwrap()));
    order
}

#[test]
fn a_silent_carrier_is_not_said_to_come_today_and_the_order_is_overdue() {
    let on = Trigger::OrderOverdue;
    let call = Reaction::open_case(code!("call"), on, code!("call_the_carrier"));
    let world = World::with(RulebookSpec::new().with_reaction(call));
    let ayse = reachable(&world);
    let order = handed_over(&world, ayse);
    let track = || world.ask(&TrackOrder::new(order, world.now())).promise;
    live_until(&world, "2026-03-04T10:00:00Z");
    assert_eq!(track(), PromiseState::OnTrack);
    // Three days after the last word, on the day that is promised.
    live_until(&world, "2026-03-06T12:00:00Z");
    assert_eq!(track(), PromiseState::Silent);
    assert_eq!(overdue(&world), []);
    live_until(&world, "2026-03-20T12:00:00Z");
    assert_eq!(delays(&world, ayse), []);
    assert_eq!(track(), PromiseState::Overdue);
    assert_eq!(overdue(&world), [order]);
    let stored = folds(&world, order);
    let end = "2026-03-06T20:59:59.999Z".parse().unwrap();
    assert_eq!((stored.overdue_since, stored.look_at), (Some(end), None));
    let said = templates(&world, ayse);
    assert_eq!(said.iter().filter(|it| *it == "order.late").count(), 1);
    let cases = happened(&world, order, |event| match event {
        OrderEvent::Reacted { reaction, .. } => Some(reaction.clone()),
        _ => None,
    });
    assert_eq!(cases, [code!("call")], "somebody is to look, once");

    // The carrier speaks again: a new date, and nothing to look after.
    let found = TrackShipment::new(order, 1, Milestone::InTransit);
    world.run(found.expecting("2026-03-23T10:00:00Z".parse().unwrap()));
    assert_eq!(
        delays(&world, ayse),
        [("2026-03-23".to_owned(), "carrier".to_owned())]
    );
    assert_eq!(overdue(&world), []);
    assert_eq!(track(), PromiseState::OnTrack);
    // And is silent again: late again, and told again.
    live_until(&world, "2026-04-20T12:00:00Z");
    assert_eq!(overdue(&world), [order]);
    let said = templates(&world, ayse);
    assert_eq!(said.iter().filter(|it| *it == "order.late").count(), 2);
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    assert_eq!(overdue(&world), []);
    assert_eq!(folds(&world, order).overdue_since, None);
}

#[test]
fn one_word_of_a_carrier_puts_off_one_promise() {
    let world = World::new();
    let ayse = reachable(&world);
    let order = handed_over(&world, ayse);
    live_until(&world, "2026-03-06T12:00:00Z");
    world.run(TrackShipment::new(order, 1, Milestone::OutForDelivery));
    live_until(&world, "2026-03-07T12:00:00Z");
    // It was on its way to the door: it may come the next day, and is not said to come on the one after it.
    let next = [("2026-03-07".to_owned(), "carrier".to_owned())];
    assert_eq!(delays(&world, ayse), next);
    live_until(&world, "2026-03-20T12:00:00Z");
    assert_eq!(delays(&world, ayse), next);
    assert_eq!(overdue(&world), [order]);
    folds(&world, order);
}

#[test]
fn how_long_a_carrier_may_be_silent_is_policy() {
    for (hours, state) in [(24, PromiseState::Silent), (24 * 9, PromiseState::OnTrack)] {
        let mut spec = RulebookSpec::new();
        spec.orders.silence_ms = hours * 3_600_000;
        let world = World::with(spec);
        let ayse = reachable(&world);
        let order = handed_over(&world, ayse);
        live_until(&world, "2026-03-05T12:00:00Z");
        let seen = world.ask(&TrackOrder::new(order, world.now()));
        assert_eq!(seen.promise, state);
    }
}

#[test]
fn what_was_put_off_often_enough_is_overdue_and_cancelling_ends_it() {
    let world = World::new();
    let ayse = reachable(&world);
    let order = confirmed(&world, place(ayse));
    live_until(&world, "2026-04-20T10:00:00Z");
    assert_eq!(delays(&world, ayse).len(), 5);
    assert_eq!(overdue(&world), [order]);
    world.run(CancelOrder::for_business(order, code!("out_of_stock")));
    assert_eq!(overdue(&world), []);
    assert_eq!(folds(&world, order).overdue_since, None);
}

#[test]
fn what_somebody_promised_anew_is_put_off_and_told_again() {
    let world = World::new();
    let ayse = reachable(&world);
    let order = confirmed(&world, place(ayse));
    live_until(&world, "2026-04-01T10:00:00Z");
    let anew = PromiseOrder::new(order, by("2026-04-10"), code!("found"));
    world.run(anew);
    assert_eq!(delays(&world, ayse).len(), 6, "five times, and by somebody");
    world.run(PrepareShipment::of_all(order));
    let report = TrackShipment::new(order, 1, Milestone::InTransit);
    world.run(report.expecting("2026-04-12T10:00:00Z".parse().unwrap()));
    let told = delays(&world, ayse).pop();
    assert_eq!(told, Some(("2026-04-12".to_owned(), "carrier".to_owned())));
    folds(&world, order);
}

fn by(day: &str) -> Promise {
    Promise::by_day(date(day))
}

/// An order of two lines, each promised by itself and prepared by itself: one for the 5th, the other for this day.
fn in_two_parcels(world: &World, customer: CustomerId, other: &str) -> OrderId {
    let items = [item("cup", 1, "5.00 TRY"), item("pot", 1, "5.00 TRY")];
    let place = PlaceOrder::new(customer, items)
        .promising_line(1, by("2026-03-05"))
        .promising_line(2, by(other));
    let order = confirmed(world, place);
    for line in [1, 2] {
        world.run(PrepareShipment::of(order, [Pack::new(line, 1)]));
    }
    order
}

#[test]
fn a_new_promise_of_staff_ends_the_delay_and_a_promise_for_another_line_does_not() {
    let world = World::new();
    let ayse = reachable(&world);
    let order = in_two_parcels(&world, ayse, "2026-03-07");
    live_until(&world, "2026-03-20T12:00:00Z");
    assert_eq!(overdue(&world), [order]);
    let ends = |day| {
        let stored = world.get(order);
        let end = Due::On(date(day)).deadline(&stored.zone, PromiseDay::EndOfDay);
        assert_eq!(stored.overdue_since, Some(end));
    };
    ends("2026-03-05");
    let anew = |line| PromiseOrder::new(order, by("2026-03-25"), code!("found")).for_line(line);
    world.run(anew(1));
    assert_eq!(overdue(&world), [order], "the pot still is");
    ends("2026-03-07");
    world.run(TrackShipment::new(order, 2, Milestone::Delivered));
    assert_eq!(overdue(&world), []);
    folds(&world, order);
}

#[test]
fn overdue_orders_come_page_by_page_the_longest_first_and_to_staff_only() {
    let world = World::new();
    let ayse = reachable(&world);
    let orders: Vec<OrderId> = ["2026-03-09", "2026-03-07", "2026-03-08"]
        .into_iter()
        .map(|day| {
            let order = confirmed(&world, place(ayse).promising(Promise::by_day(date(day))));
            world.run(PrepareShipment::of_all(order));
            order
        })
        .collect();
    live_until(&world, "2026-03-20T12:00:00Z");
    let first = world.ask(&OverdueOrders {
        limit: 2,
        ..OverdueOrders::new()
    });
    let rest = world.ask(&OverdueOrders {
        after: first.next,
        ..OverdueOrders::new()
    });
    let ids = first.orders.iter().chain(&rest.orders).map(|it| it.id);
    let ids: Vec<_> = ids.collect();
    assert_eq!(ids, [orders[1], orders[2], orders[0]]);
    let hers = world
        .desk
        .ask(&Actor::Customer(ayse), &OverdueOrders::new());
    assert_eq!(hers.unwrap_err().code(), "access.denied");
}

#[test]
fn a_promise_for_one_line_does_not_hide_that_of_another_that_ran_out() {
    let world = World::new();
    let ayse = reachable(&world);
    let order = in_two_parcels(&world, ayse, "2026-03-09");
    // Nobody wakes the desk for a week, and staff promise something in between.
    world.wait(TimeDelta::days(6));
    let later = PromiseOrder::new(order, by("2026-03-20"), code!("supplier"));
    world.run(later.for_line(2));
    wake(&world);
    assert_eq!(overdue(&world), [order]);
    folds(&world, order);
}

#[test]
fn where_a_page_ends_tells_nobody_of_orders_that_are_not_theirs() {
    let mut spec = RulebookSpec::new();
    let may = ["order.handle".to_owned()];
    spec.access.0.insert(code!("customer"), may.into());
    let world = World::with(spec);
    let (ayse, can) = (reachable(&world), world.register("Can"));
    for customer in [ayse, ayse] {
        handed_over(&world, customer);
    }
    live_until(&world, "2026-03-20T12:00:00Z");
    let mut page = OverdueOrders::new();
    page.limit = 1;
    let seen = |actor| {
        let page = world.desk.ask(&actor, &page).unwrap();
        (page.orders.len(), page.next.is_some())
    };
    assert_eq!(seen(Actor::System), (1, true));
    assert_eq!(seen(Actor::Customer(ayse)), (1, true));
    assert_eq!(seen(Actor::Customer(can)), (0, false));
}
