//! Calling off pieces of an order that have not set out.

use aftercare::code;
use aftercare::kernel::{Actor, BasisPoints, CustomerId, Effect, Money, OrderId};
use aftercare::order::*;
use aftercare::prelude::{DefineProduct, Reaction, RulebookSpec, Trigger};
use aftercare::product::UnitEvent;
use aftercare::questions::{Timeline, TimelineItem};
use aftercare::record::Event;
use aftercare::warranty::{Length, Offer, Term, TermKind};
use chrono::TimeDelta;

use super::life::{reachable, told};
use super::promise::wake;
use super::refund::{lenient, returned};
use super::{confirmed, folds, happened, item, money, ordered};
use crate::product::world::{World, refused};

/// A kettle and six cups with a discount on both, paid in two parts.
fn tea_set(world: &World, customer: CustomerId) -> OrderId {
    let items = [
        item("kettle", 1, "1299.90 TRY"),
        item("cup", 6, "45.00 TRY"),
    ];
    let off = Discount::Amount(money("100.00 TRY"));
    let place = PlaceOrder::new(customer, items).with_discount(off);
    let order = confirmed(world, place);
    for (reference, amount) in [("p-1", "1000.00 TRY"), ("p-2", "469.90 TRY")] {
        let reference = reference.parse().unwrap();
        let amount = money(amount);
        world.run(RecordPayment::new(order, reference, code!("card"), amount));
        world.wait(TimeDelta::minutes(1));
    }
    order
}

pub(super) fn sends(world: &World, order: OrderId, line: u32, quantity: u32) -> u32 {
    world.run(PrepareShipment::of(order, [Pack::new(line, quantity)]))
}

pub(super) fn brings(world: &World, order: OrderId, line: u32, quantity: u32) -> u32 {
    let parcel = sends(world, order, line, quantity);
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, parcel, Milestone::Delivered));
    parcel
}

pub(super) fn rest(order: OrderId) -> CancelPieces {
    CancelPieces::for_customer(order, code!("too_late"))
}

fn delivered(world: &World, order: OrderId) -> usize {
    let said = happened(world, order, |event| match event {
        OrderEvent::Delivered { at } => Some(*at),
        _ => None,
    });
    said.len()
}

#[test]
fn the_rest_of_an_order_that_came_in_part_is_called_off_and_the_order_has_come() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = tea_set(&world, ayse);
    brings(&world, order, 1, 1);
    let came = world.now();
    world.wait(TimeDelta::days(3));
    let cups = world.get(order).lines[1].charge.amount;
    assert_eq!(world.run(rest(order)), Some(cups));
    let stored = folds(&world, order);
    assert_eq!(stored.status(), OrderStatus::Delivered);
    assert_eq!(stored.delivered_at(), Some(came), "when the kettle came");
    assert_eq!(delivered(&world, order), 1);
    assert_eq!((stored.lines[1].quantity(), stored.pieces_off()), (0, 6));
    assert_eq!(stored.owed(), stored.lines[0].charge.amount);
    assert!(stored.balance().is_zero() && !stored.has_unshipped());
    // Of the newest payment first.
    assert_eq!(stored.payments[0].refunded, money("0.00 TRY"));
    assert_eq!(stored.payments[1].refunded, cups);
    let seen = world.ask(&TrackOrder::new(order, world.now()));
    assert_eq!((seen.next, seen.when), (NextStep::Nothing, None));
    assert_eq!(seen.called_off, [(2, 6)]);
    assert_eq!(seen.ask.len(), 1);
    let entry = world.entries(order).pop().unwrap();
    assert_eq!(entry.command, "order.cancel_pieces");
    assert_eq!(entry.reason, Some(code!("too_late")));
}

trait PiecesOff {
    fn pieces_off(&self) -> u32;
}

impl PiecesOff for Order {
    fn pieces_off(&self) -> u32 {
        self.lines.iter().map(|line| line.cancelled.pieces).sum()
    }
}

#[test]
fn some_pieces_are_called_off_and_the_others_are_still_to_come() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = tea_set(&world, ayse);
    sends(&world, order, 1, 1);
    sends(&world, order, 2, 1);
    world.run(rest(order).with(2, 3));
    let stored = folds(&world, order);
    assert_eq!(stored.lines[1].quantity(), 3);
    assert!(stored.has_unshipped());
    // Two cups are left to be sent, and no more.
    let three = PrepareShipment::of(order, [Pack::new(2, 3)]);
    assert_eq!(world.refuse(three).code(), "order.more_than_left");
    world.run(PrepareShipment::of_all(order));
    assert_eq!(world.get(order).shipments[2].items, [(2, 2)]);
    world.wait(TimeDelta::hours(1));
    for parcel in 1..=3 {
        world.run(TrackShipment::new(order, parcel, Milestone::HandedOver));
        let all = if parcel == 3 {
            OrderStatus::Shipped
        } else {
            OrderStatus::PartlyShipped
        };
        assert_eq!(world.get(order).status(), all);
    }
    world.wait(TimeDelta::hours(1));
    for parcel in 1..=3 {
        assert!(world.get(order).delivered_at().is_none());
        world.run(TrackShipment::new(order, parcel, Milestone::Delivered));
    }
    let stored = folds(&world, order);
    assert_eq!(stored.status(), OrderStatus::Delivered);
    assert_eq!(stored.line_delivered_at(2), stored.delivered_at());
    assert_eq!(stored.delivered(2), 3);
}

#[test]
fn an_order_is_on_its_way_as_a_whole_when_what_is_not_is_called_off() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = tea_set(&world, ayse);
    let parcel = sends(&world, order, 1, 1);
    world.run(TrackShipment::new(order, parcel, Milestone::HandedOver));
    assert_eq!(world.get(order).status(), OrderStatus::PartlyShipped);
    world.run(rest(order));
    let stored = folds(&world, order);
    assert_eq!(stored.status(), OrderStatus::Shipped);
    let seen = world.ask(&TrackOrder::new(order, world.now()));
    assert_eq!(seen.next, NextStep::Deliver);
    // Nothing is left to be prepared.
    let more = PrepareShipment::of_all(order);
    assert_eq!(world.refuse(more).code(), "order.no_lines");
}

#[test]
fn what_cannot_be_called_off_is_refused_and_nothing_changes() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = tea_set(&world, ayse);
    brings(&world, order, 1, 1);
    sends(&world, order, 2, 2);
    let before = world.get(order);
    let code = |cancel: CancelPieces| world.refuse(cancel).code();
    assert_eq!(code(rest(order).with(2, 0)), "order.no_quantity");
    assert_eq!(code(rest(order).with(3, 1)), "order.unknown_line");
    assert_eq!(code(rest(order).with(0, 1)), "order.unknown_line");
    assert_eq!(code(rest(order).with(2, 1).with(2, 1)), "order.line_twice");
    // What came and what is prepared is not left.
    assert_eq!(code(rest(order).with(1, 1)), "order.more_than_left");
    assert_eq!(code(rest(order).with(2, 5)), "order.more_than_left");
    assert_eq!(world.get(order), before);
    world.run(rest(order).with(2, 4));
    assert_eq!(code(rest(order).with(2, 1)), "order.more_than_left");
    assert_eq!(code(rest(order)), "order.no_lines");
    world.run(TrackShipment::new(order, 2, Milestone::Delivered));
    assert_eq!(code(rest(order)), "order.already_delivered");
    let off = ordered(&world, ayse, [item("cup", 2, "10.00 TRY")]);
    world.run(CancelOrder::for_customer(off, code!("mind")));
    assert_eq!(code(rest(off).with(1, 1)), "order.cancelled");
}

#[test]
fn all_of_an_order_is_cancelled_as_a_whole_and_in_no_other_way() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = tea_set(&world, ayse);
    assert_eq!(world.refuse(rest(order)).code(), "order.whole_order");
    let named = rest(order).with(2, 6).with(1, 1);
    assert_eq!(world.refuse(named).code(), "order.whole_order");
    // What was lost is not on its way.
    let parcel = sends(&world, order, 1, 1);
    world.run(TrackShipment::new(order, parcel, Milestone::Lost));
    world.run(rest(order).with(2, 6));
    assert_eq!(world.refuse(rest(order)).code(), "order.whole_order");
    world.run(CancelOrder::for_customer(order, code!("mind")));
    let stored = folds(&world, order);
    assert_eq!(stored.status(), OrderStatus::Cancelled);
    assert!(stored.paid().is_zero() && stored.balance().is_zero());
}

#[test]
fn a_customer_calls_off_pieces_of_their_own_order_only_and_it_is_their_doing() {
    let world = World::new();
    let (ayse, can) = (world.register("Ayşe"), world.register("Can"));
    let order = tea_set(&world, ayse);
    let cancel = CancelPieces::for_business(order, code!("mind")).with(2, 1);
    let refusal = refused(world.run_as(Actor::Customer(can), cancel.clone()));
    assert_eq!(refusal.code(), "record.not_found");
    world.run_as(Actor::Customer(ayse), cancel.clone()).unwrap();
    world.run(cancel);
    let by = happened(&world, order, |event| match event {
        OrderEvent::PiecesCancelled(off) => Some(off.by),
        _ => None,
    });
    assert_eq!(by, [CancelledBy::Customer, CancelledBy::Business]);
}

fn with_fee(percent: u16) -> RulebookSpec {
    let mut spec = lenient();
    spec.orders.cancel = CancelPolicy {
        free_until: FreeUntil::Confirmed,
        free_for_ms: 3_600_000,
        fee: BasisPoints::from_percent(percent),
    };
    spec
}

/// The fees for what was called off of an order.
fn fees(world: &World, order: OrderId) -> Vec<Money> {
    happened(world, order, |event| match event {
        OrderEvent::PiecesCancelled(off) => Some(off.fee),
        _ => None,
    })
}

#[test]
fn calling_off_pieces_costs_their_part_of_the_fee_and_the_business_pays_none() {
    let world = World::with(with_fee(10));
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("cup", 6, "45.05 TRY")]);
    let total = world.get(order).total;
    let (reference, method) = (code!("p-1"), code!("card"));
    world.run(RecordPayment::new(order, reference, method, total));
    // For an hour it is free.
    assert_eq!(world.run(rest(order).with(1, 1)), Some(money("45.05 TRY")));
    world.wait(TimeDelta::hours(2));
    // 4.505 is rounded down, in the customer's favour.
    assert_eq!(world.run(rest(order).with(1, 1)), Some(money("40.55 TRY")));
    let ours = CancelPieces::for_business(order, code!("out_of_stock")).with(1, 1);
    assert_eq!(world.run(ours), Some(money("45.05 TRY")));
    let said: Vec<_> = fees(&world, order).iter().map(Money::minor).collect();
    assert_eq!(said, [0, 4_50, 0]);
    let stored = folds(&world, order);
    assert_eq!(stored.owed(), money("139.65 TRY"), "three cups and the fee");
    assert!(stored.balance().is_zero());
    // The fee of the rest comes on top of what was owed for the part.
    world.run(CancelOrder::for_customer(order, code!("mind")));
    let stored = folds(&world, order);
    let fee = stored.cancelled.as_ref().unwrap().fee;
    assert_eq!((fee, stored.paid()), (money("18.01 TRY"), fee));
    assert!(stored.balance().is_zero());
}

#[test]
fn who_waits_beyond_what_was_promised_first_cancels_for_nothing() {
    let world = World::with(with_fee(10));
    let ayse = world.register("Ayşe");
    let fee_of = |waits: i64, is_put_off: bool| {
        let by = |days| Promise::by(world.now() + TimeDelta::days(days));
        let place = PlaceOrder::new(ayse, [item("cup", 2, "45.00 TRY")]).promising(by(3));
        let order = confirmed(&world, place);
        let (reference, method) = (code!("p-1"), code!("card"));
        let total = money("90.00 TRY");
        world.run(RecordPayment::new(order, reference, method, total));
        if is_put_off {
            world.run(PromiseOrder::new(order, by(9), code!("no_stock")));
        }
        world.wait(TimeDelta::days(waits));
        world.run(rest(order).with(1, 1));
        world.run(CancelOrder::for_customer(order, code!("too_late")));
        let whole = world.get(order).cancelled.as_ref().unwrap().fee;
        (fees(&world, order)[0], whole)
    };
    let fees = (money("4.50 TRY"), money("9.00 TRY"));
    let none = (money("0.00 TRY"), money("0.00 TRY"));
    assert_eq!(fee_of(2, false), fees);
    assert_eq!(fee_of(2, true), fees);
    assert_eq!(fee_of(4, false), none);
    assert_eq!(fee_of(4, true), none, "what was promised first counts");
}

#[test]
fn a_fee_is_never_more_than_what_would_go_back() {
    let world = World::with(with_fee(100));
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("cup", 3, "10.00 TRY")]);
    let (reference, method) = (code!("p-1"), code!("card"));
    let five = money("5.00 TRY");
    world.run(RecordPayment::new(order, reference, method, five));
    world.wait(TimeDelta::hours(2));
    assert_eq!(world.run(rest(order).with(1, 1)), Some(money("0.00 TRY")));
    let stored = folds(&world, order);
    assert_eq!(stored.owed(), money("30.00 TRY"), "no more than before");
    assert_eq!(stored.balance(), money("25.00 TRY"));
}

#[test]
fn what_nobody_paid_of_what_is_called_off_is_owed_no_longer_and_not_paid_back() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("cup", 3, "10.00 TRY")]);
    brings(&world, order, 1, 1);
    assert_eq!(world.run(rest(order).with(1, 1)), Some(money("0.00 TRY")));
    assert_eq!(folds(&world, order).balance(), money("20.00 TRY"));
    let (reference, method) = (code!("p-1"), code!("card"));
    let paid = money("14.00 TRY");
    world.run(RecordPayment::new(order, reference, method, paid));
    // Six are still to be paid: the last cup makes up for them, and four go back.
    assert_eq!(world.run(rest(order)), Some(money("4.00 TRY")));
    assert!(folds(&world, order).balance().is_zero());
}

#[test]
fn calling_off_and_returning_share_a_line_to_the_last_minor_unit() {
    let world = World::with(lenient());
    let ayse = world.register("Ayşe");
    let taxed = item("cup", 3, "33.34 TRY").less(money("0.02 TRY"));
    let order = ordered(&world, ayse, [taxed.taxed(BasisPoints::from_percent(20))]);
    let (reference, method) = (code!("p-1"), code!("card"));
    let total = world.get(order).total;
    world.run(RecordPayment::new(order, reference, method, total));
    brings(&world, order, 1, 2);
    assert_eq!(returned(&world, order, 1, 1).1, money("33.33 TRY"));
    assert_eq!(world.run(rest(order)), Some(money("33.33 TRY")));
    // The last of the line takes the rest.
    assert_eq!(returned(&world, order, 1, 1).1, money("33.34 TRY"));
    let stored = folds(&world, order);
    let line = &stored.lines[0];
    let tax = |tax: Option<Money>| tax.unwrap().minor();
    let taxes = tax(line.returns.settled_tax) + tax(line.cancelled.tax);
    assert_eq!(taxes, line.charge.tax.minor());
    assert!(stored.paid().is_zero() && stored.balance().is_zero());
}

#[test]
fn what_was_called_off_is_not_returned_and_what_came_back_is_not_called_off() {
    let world = World::with(lenient());
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("cup", 3, "10.00 TRY")]);
    brings(&world, order, 1, 1);
    world.run(rest(order).with(1, 1));
    let two = RequestReturn::new(order, code!("unwanted")).with(1, 2);
    assert_eq!(world.refuse(two).code(), "return.more_than_returnable");
    returned(&world, order, 1, 1);
    // One is left, though one came back.
    let two = rest(order).with(1, 2);
    assert_eq!(world.refuse(two).code(), "order.more_than_left");
    world.run(rest(order).with(1, 1));
    assert_eq!(folds(&world, order).status(), OrderStatus::Delivered);
}

#[test]
fn shipping_goes_back_with_the_last_piece_whichever_way_it_goes() {
    let order = |world: &World| {
        let ayse = world.register("Ayşe");
        let place = PlaceOrder::new(ayse, [item("cup", 2, "10.00 TRY")])
            .with_shipping(Shipping::new(money("7.00 TRY")));
        let order = confirmed(world, place);
        let (reference, method) = (code!("p-1"), code!("card"));
        let all = money("27.00 TRY");
        world.run(RecordPayment::new(order, reference, method, all));
        brings(world, order, 1, 1);
        order
    };
    let world = World::with(lenient());
    let one = order(&world);
    assert_eq!(world.run(rest(one)), Some(money("10.00 TRY")));
    assert_eq!(returned(&world, one, 1, 1).1, money("17.00 TRY"));
    let other = order(&world);
    assert_eq!(returned(&world, other, 1, 1).1, money("10.00 TRY"));
    assert_eq!(world.run(rest(other)), Some(money("17.00 TRY")));
    for order in [one, other] {
        let stored = folds(&world, order);
        assert!(stored.shipping_refunded && stored.paid().is_zero());
        assert!(stored.balance().is_zero() && stored.owed().is_zero());
    }
    let mut spec = lenient();
    spec.orders.returns.shipping = ShippingRefund::Never;
    let world = World::with(spec);
    let kept = order(&world);
    returned(&world, kept, 1, 1);
    assert_eq!(world.run(rest(kept)), Some(money("10.00 TRY")));
    assert_eq!(folds(&world, kept).owed(), money("7.00 TRY"));
    // Who withdraws from all that came gets the shipping back, as the law says.
    let law = order(&world);
    world.run(rest(law));
    let withdraw = RequestReturn::new(law, code!("unwanted")).with(1, 1);
    let rma = world.run(withdraw.withdrawing(code!("TR")));
    assert_eq!(world.run(RefundReturn::new(rma)), Some(money("17.00 TRY")));
}

#[test]
fn what_follows_from_the_last_delivery_follows_once_when_the_rest_is_called_off() {
    let on = Trigger::OrderDelivered;
    let mut spec = RulebookSpec::new()
        .with_reaction(Reaction::tell(code!("tips"), on, code!("order.update")))
        .with_reaction(Reaction {
            on,
            ..Reaction::start_warranty(code!("warranty"))
        })
        .with_reaction(Reaction::open_case(
            code!("sorry"),
            Trigger::PiecesCancelled,
            code!("apology"),
        ));
    spec.warranty.terms = vec![Term::new(
        code!("maker"),
        TermKind::Manufacturer,
        Length::Years(2),
    )];
    spec.warranty.offers = vec![Offer::always(code!("maker"))];
    let world = World::with(spec);
    let ayse = reachable(&world);
    world.run(DefineProduct::new(code!("KB-24")));
    let items = [item("KB-24", 1, "900.00 TRY"), item("cup", 1, "10.00 TRY")];
    let order = ordered(&world, ayse, items);
    let pack = Pack::new(1, 1).with_serial(code!("B-1"));
    world.run(PrepareShipment::of(order, [pack]));
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    let effects = || {
        happened(&world, order, |event| match event {
            OrderEvent::Reacted { reaction, effect } => {
                let done = matches!(effect, Effect::Done { .. });
                Some((reaction.to_string(), done))
            }
            _ => None,
        })
    };
    assert_eq!(effects(), []);
    world.wait(TimeDelta::hours(1));
    world.run(rest(order));
    let both = [("sorry".to_owned(), true), ("tips".to_owned(), true)];
    assert_eq!(effects(), both);
    let unit = world.get(order).shipments[0].units[0].1;
    let warranties = |world: &World| {
        let entries = world.entries(unit);
        let events = entries.iter().flat_map(|entry| &entry.events);
        let reacted = events.filter(|event| {
            matches!(event, Event::Unit(_, UnitEvent::Reacted { effect, .. })
                if matches!(effect, Effect::Done { .. }))
        });
        reacted.count()
    };
    assert_eq!(warranties(&world), 1);
    // Said to be wrong and then right, it has come as it had: nothing follows again.
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, 1, Milestone::NotDelivered));
    assert_eq!(folds(&world, order).status(), OrderStatus::Shipped);
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    assert_eq!(folds(&world, order).status(), OrderStatus::Delivered);
    assert_eq!(effects(), both);
}

#[test]
fn the_customer_is_told_once_what_was_called_off_what_it_costs_and_what_goes_back() {
    let world = World::with(with_fee(10));
    let ayse = reachable(&world);
    let order = tea_set(&world, ayse);
    brings(&world, order, 1, 1);
    world.wait(TimeDelta::hours(2));
    let before = told(&world, ayse).len();
    world.run(rest(order));
    let said = &told(&world, ayse)[before..];
    let [(template, facts)] = said else {
        panic!("{said:?}")
    };
    assert_eq!(template, "order.pieces_cancelled");
    let cups = world.get(order).lines[1].charge.amount;
    let fee = fees(&world, order)[0];
    assert_eq!(facts["reason"], "too_late");
    assert_eq!((&*facts["lines"], &*facts["pieces"]), ("2", "6"));
    assert_eq!(facts["fee"], fee.to_string());
    assert_eq!(facts["amount"], cups.checked_sub(fee).unwrap().to_string());
}

#[test]
fn what_was_called_off_is_late_no_longer() {
    let world = World::new();
    let ayse = reachable(&world);
    let items = [item("kettle", 1, "50.00 TRY"), item("cup", 2, "10.00 TRY")];
    let due = world.now() + TimeDelta::days(2);
    let place = PlaceOrder::new(ayse, items).promising_line(2, Promise::by(due));
    let order = confirmed(&world, place);
    brings(&world, order, 1, 1);
    for _ in 0..12 {
        world.wait(TimeDelta::days(5));
        wake(&world);
    }
    assert!(world.get(order).overdue_since.is_some());
    let listed = || world.ask(&OverdueOrders::new()).orders.len();
    assert_eq!(listed(), 1);
    // With one cup less it is as late as it was.
    world.run(rest(order).with(2, 1));
    assert_eq!(listed(), 1);
    world.run(rest(order));
    let stored = folds(&world, order);
    assert_eq!((stored.overdue_since, stored.look_at), (None, None));
    assert_eq!(listed(), 0);
    // Nothing is waited for any more, and what was promised was not kept.
    let seen = world.ask(&TrackOrder::new(order, world.now()));
    let is_late = matches!(seen.promise, PromiseState::Came(Judgement::Late { .. }));
    assert!(is_late, "{:?}", seen.promise);
    let before = told(&world, ayse).len();
    world.wait(TimeDelta::days(30));
    wake(&world);
    assert_eq!(told(&world, ayse).len(), before);
}

#[test]
fn a_promise_for_a_line_ends_when_all_of_it_is_called_off_and_the_others_go_on() {
    let world = World::new();
    let ayse = reachable(&world);
    let items = [item("kettle", 1, "50.00 TRY"), item("cup", 2, "10.00 TRY")];
    let day = |n| world.now() + TimeDelta::days(n);
    let place = PlaceOrder::new(ayse, items)
        .promising_line(1, Promise::by(day(9)))
        .promising_line(2, Promise::by(day(4)));
    let order = confirmed(&world, place);
    world.run(rest(order).with(2, 2));
    let stored = folds(&world, order);
    // The first look was for the cups.
    assert_eq!(stored.look_at, Some(day(9) - TimeDelta::hours(36)));
    let late = PromiseOrder::new(order, Promise::by(day(6)), code!("supplier"));
    assert_eq!(
        world.refuse(late.for_line(2)).code(),
        "order.line_cancelled"
    );
    let seen = world.ask(&TrackOrder::new(order, world.now()));
    assert_eq!(seen.when, Some(Due::At(day(9))));
    assert_eq!(seen.promise, PromiseState::OnTrack);
}

#[test]
fn what_is_ordered_instead_makes_calling_off_forgotten_but_for_its_fee() {
    let world = World::with(with_fee(10));
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("cup", 2, "10.00 TRY")]);
    let (reference, method) = (code!("p-1"), code!("card"));
    let paid = money("20.00 TRY");
    world.run(RecordPayment::new(order, reference, method, paid));
    world.wait(TimeDelta::hours(2));
    assert_eq!(world.run(rest(order).with(1, 1)), Some(money("9.00 TRY")));
    world.run(ChangeOrder::new(order, [item("cup", 3, "10.00 TRY")]));
    let stored = folds(&world, order);
    assert_eq!(stored.lines[0].quantity(), 3);
    assert_eq!(stored.owed(), money("31.00 TRY"));
    assert_eq!(stored.balance(), money("20.00 TRY"));
}

#[test]
fn calling_off_pieces_stands_on_the_timeline() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("cup", 3, "10.00 TRY")]);
    for _ in 0..2 {
        world.wait(TimeDelta::hours(1));
        world.run(rest(order).with(1, 1));
    }
    let before = world.now() - TimeDelta::hours(1);
    let items = world.ask(&Timeline::of(ayse)).items;
    let moments = items.iter().map(|item| match item {
        TimelineItem::Order { at, moments, .. } => (*at, moments.clone()),
        other => panic!("{other:?}"),
    });
    let moments: Vec<_> = moments.collect();
    let placed = world.get(order).placed_at;
    assert_eq!(
        moments,
        [
            (world.now(), vec![Moment::PiecesCancelled]),
            (before, vec![Moment::PiecesCancelled]),
            (placed, vec![Moment::Placed]),
        ]
    );
}
