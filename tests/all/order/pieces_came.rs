//! Pieces that were called off and come all the same, and promises that were called off in part.

use aftercare::code;
use aftercare::kernel::{BasisPoints, Currency, CustomerId, Money, OrderId};
use aftercare::order::*;
use aftercare::prelude::DefineProduct;
use chrono::TimeDelta;
use proptest::prelude::*;

use super::life::{reachable, told};
use super::pieces::{brings, rest, sends};
use super::refund::{lenient, returned};
use super::{confirmed, folds, item, money};
use crate::product::world::World;

/// A kettle that came and two boilers, of which one parcel was lost and called off, all of it paid.
fn lost(world: &World, customer: CustomerId) -> OrderId {
    world.run(DefineProduct::new(code!("KB-24")));
    let items = [
        item("kettle", 1, "50.00 TRY"),
        item("KB-24", 2, "500.01 TRY"),
    ];
    let order = confirmed(world, PlaceOrder::new(customer, items));
    let (reference, total) = (code!("p-1"), world.get(order).total);
    let paid = RecordPayment::new(order, reference, code!("card"), total);
    world.run(paid);
    brings(world, order, 1, 1);
    let one = Pack::new(2, 1).with_serial(code!("B-1"));
    let parcel = world.run(PrepareShipment::of(order, [one]));
    world.wait(TimeDelta::days(3));
    world.run(TrackShipment::new(order, parcel, Milestone::Lost));
    order
}

fn turns_up(world: &World, order: OrderId) {
    world.wait(TimeDelta::days(1));
    world.run(TrackShipment::new(order, 2, Milestone::Delivered));
}

#[test]
fn pieces_that_were_lost_are_called_off() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = lost(&world, ayse);
    assert_eq!(world.run(rest(order)), Some(money("1000.02 TRY")));
    let stored = folds(&world, order);
    assert_eq!(stored.status(), OrderStatus::Delivered);
    assert!(stored.balance().is_zero());
}

#[test]
fn what_comes_though_it_was_called_off_is_to_be_paid_and_told_once() {
    let world = World::new();
    let ayse = reachable(&world);
    let order = lost(&world, ayse);
    world.run(rest(order));
    let before = told(&world, ayse).len();
    turns_up(&world, order);
    let stored = folds(&world, order);
    assert_eq!(stored.came_all_the_same(), [(2, 1)].into());
    assert_eq!(stored.balance(), money("500.01 TRY"));
    let unit = stored.shipments[1].units[0].1;
    assert_eq!(world.get(unit).owned_by(), Some(ayse));
    let said = &told(&world, ayse)[before..];
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(said[0].0, "order.came_after_cancelling");
    assert_eq!(said[0].1["balance"], "500.01 TRY");
    // That it did not come after all is told too, and then nothing is owed.
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, 2, Milestone::NotDelivered));
    world.run(TrackShipment::new(order, 2, Milestone::ReturnedToSender));
    let said = &told(&world, ayse)[before + 1..];
    let templates: Vec<_> = said.iter().map(|(template, _)| template.as_str()).collect();
    assert_eq!(templates, ["order.not_delivered"]);
    assert!(folds(&world, order).balance().is_zero());
}

#[test]
fn what_came_though_it_was_called_off_goes_back_whatever_the_policy_says() {
    let mut spec = lenient();
    spec.orders.returns.checks = ReturnPolicy::default().checks;
    spec.orders.returns.window_days = 0;
    spec.orders.returns.restocking_fee = BasisPoints::from_percent(50);
    spec.orders.returns.return_shipping = Some(money("9.00 TRY"));
    let world = World::with(spec);
    let ayse = world.register("Ayşe");
    let order = lost(&world, ayse);
    world.run(rest(order));
    turns_up(&world, order);
    world.wait(TimeDelta::days(2));
    let kettle = RequestReturn::new(order, code!("unwanted")).with(1, 1);
    assert_eq!(world.refuse(kettle).code(), "return.not_eligible");
    // Nothing was paid for it, so nothing goes back, and nothing is owed any more.
    assert_eq!(returned(&world, order, 2, 1).1, money("0.00 TRY"));
    let stored = folds(&world, order);
    assert!(stored.balance().is_zero());
    assert_eq!(stored.owed(), money("50.00 TRY"));
    assert_eq!(stored.lines[1].cancelled.came_back, 1);
    let again = RequestReturn::new(order, code!("unwanted")).with(2, 1);
    assert_eq!(world.refuse(again).code(), "return.more_than_returnable");
}

#[test]
fn what_turns_up_fulfils_what_is_still_ordered_first() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = lost(&world, ayse);
    // One boiler is still to come, and the parcel that was lost brings it.
    world.run(rest(order).with(2, 1));
    turns_up(&world, order);
    let stored = folds(&world, order);
    assert!(stored.came_all_the_same().is_empty());
    assert_eq!(stored.status(), OrderStatus::Delivered);
    assert!(stored.balance().is_zero());
    let more = PrepareShipment::of_all(order);
    assert_eq!(world.refuse(more).code(), "order.no_lines");
}

#[test]
fn the_fee_for_calling_off_is_not_owed_for_what_came_all_the_same() {
    let mut spec = lenient();
    spec.orders.cancel.free_until = FreeUntil::Confirmed;
    spec.orders.cancel.fee = BasisPoints::from_percent(10);
    let world = World::with(spec);
    let ayse = world.register("Ayşe");
    let order = lost(&world, ayse);
    let total = world.get(order).total;
    // 100.002 is rounded down.
    assert_eq!(world.run(rest(order)), Some(money("900.02 TRY")));
    assert_eq!(folds(&world, order).owed(), money("150.00 TRY"));
    turns_up(&world, order);
    // A boiler and half of the fee.
    assert_eq!(folds(&world, order).owed(), money("600.01 TRY"));
    returned(&world, order, 2, 1);
    assert_eq!(folds(&world, order).owed(), money("100.00 TRY"));
    assert!(folds(&world, order).owed().minor() < total.minor());
}

#[test]
fn what_is_left_is_called_off_even_when_all_that_came_was_called_off() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let items = [item("cup", 1, "10.00 TRY"), item("pot", 1, "20.00 TRY")];
    let order = confirmed(&world, PlaceOrder::new(ayse, items));
    let parcel = sends(&world, order, 1, 1);
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, parcel, Milestone::Lost));
    world.run(rest(order).with(1, 1));
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, parcel, Milestone::Delivered));
    assert_eq!(folds(&world, order).status(), OrderStatus::PartlyDelivered);
    let whole = CancelOrder::for_customer(order, code!("mind"));
    assert_eq!(world.refuse(whole).code(), "order.already_prepared");
    world.run(rest(order));
    let stored = folds(&world, order);
    assert_eq!(stored.status(), OrderStatus::Delivered);
    assert_eq!(stored.owed(), money("10.00 TRY"));
    let seen = world.ask(&TrackOrder::new(order, world.now()));
    assert_eq!(seen.next, NextStep::Nothing);
}

#[test]
fn what_comes_of_an_order_that_was_called_off_first_in_part_and_then_as_a_whole_costs_what_it_did()
{
    let mut spec = lenient();
    spec.orders.cancel.free_until = FreeUntil::Confirmed;
    spec.orders.cancel.fee = BasisPoints::from_percent(10);
    let world = World::with(spec);
    let ayse = world.register("Ayşe");
    let order = confirmed(&world, PlaceOrder::new(ayse, [item("cup", 3, "10.00 TRY")]));
    let (reference, total) = (code!("p-1"), world.get(order).total);
    let paid = RecordPayment::new(order, reference, code!("card"), total);
    world.run(paid);
    let parcel = sends(&world, order, 1, 3);
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, parcel, Milestone::Lost));
    assert_eq!(world.run(rest(order).with(1, 2)), Some(money("18.00 TRY")));
    world.run(CancelOrder::for_customer(order, code!("lost")));
    let stored = folds(&world, order);
    assert_eq!(stored.owed(), money("3.00 TRY"), "the fee for all three");
    assert!(stored.balance().is_zero());
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, parcel, Milestone::Delivered));
    assert_eq!(folds(&world, order).owed(), money("30.00 TRY"));
    assert_eq!(returned(&world, order, 1, 3).1, money("0.00 TRY"));
    let stored = folds(&world, order);
    assert_eq!(stored.owed(), money("3.00 TRY"));
    assert!(stored.balance().is_zero());
}

#[test]
fn a_parcel_with_what_is_wanted_and_what_was_called_off_is_told_once() {
    let world = World::new();
    let ayse = reachable(&world);
    let items = [item("cup", 1, "10.00 TRY"), item("pot", 1, "20.00 TRY")];
    let order = confirmed(&world, PlaceOrder::new(ayse, items));
    world.run(PrepareShipment::of_all(order));
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, 1, Milestone::Lost));
    world.run(rest(order).with(2, 1));
    let before = told(&world, ayse).len();
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    let said = &told(&world, ayse)[before..];
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(said[0].0, "order.came_after_cancelling");
    assert_eq!(said[0].1["balance"], "30.00 TRY");
    let stored = folds(&world, order);
    assert_eq!(stored.status(), OrderStatus::Delivered);
    assert_eq!(stored.came_all_the_same(), [(2, 1)].into());
}

/// How an order of a kettle and two cups, promised for two days from now, is judged as a whole and by its lines, when the cups were
/// called off so many days from now, and the kettle came so many days from now.
fn judged(call_off_after: i64, came_after: i64) -> (Kept, Kept) {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let items = [item("kettle", 1, "50.00 TRY"), item("cup", 2, "10.00 TRY")];
    let start = world.now();
    let due = Promise::by(start + TimeDelta::days(2));
    let order = confirmed(&world, PlaceOrder::new(ayse, items).promising(due));
    sends(&world, order, 1, 1);
    let mut steps = [(came_after, true), (call_off_after, false)];
    steps.sort_unstable();
    for (day, comes) in steps {
        world.wait(start + TimeDelta::days(day) - world.now());
        if comes {
            world.run(TrackShipment::new(order, 1, Milestone::Delivered));
        } else {
            let ours = CancelPieces::for_business(order, code!("out_of_stock"));
            world.run(ours);
        }
    }
    let stored = folds(&world, order);
    assert_eq!(stored.status(), OrderStatus::Delivered);
    let mut report = Punctuality::default();
    report.count(&stored, PromiseDay::EndOfDay, world.now());
    (report.orders, report.lines)
}

#[test]
fn what_was_called_off_in_time_is_not_judged_and_the_rest_is_by_when_it_came() {
    let (order, lines) = judged(1, 1);
    assert_eq!((order.kept, order.late), (1, 0));
    assert_eq!((lines.kept, lines.late, lines.judged()), (1, 0, 1));
    let (order, lines) = judged(1, 3);
    assert_eq!((order.kept, order.late, order.overdue), (0, 1, 0));
    assert_eq!((lines.kept, lines.late, lines.judged()), (0, 1, 1));
}

#[test]
fn calling_off_what_is_late_does_not_make_a_broken_promise_good() {
    let day = TimeDelta::days(1).num_milliseconds();
    let (order, lines) = judged(5, 1);
    assert_eq!((order.kept, order.late, order.late_ms), (0, 1, 3 * day));
    // The kettle came in time, the cups did not.
    assert_eq!((lines.kept, lines.late, lines.late_ms), (1, 1, 3 * day));
    let (order, _) = judged(4, 6);
    assert_eq!((order.late, order.late_ms), (1, 4 * day));
}

#[test]
fn the_customer_is_told_that_what_was_called_off_late_was_late() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let items = [item("kettle", 1, "50.00 TRY"), item("cup", 2, "10.00 TRY")];
    let due = Promise::by(world.now() + TimeDelta::days(2));
    let order = confirmed(&world, PlaceOrder::new(ayse, items).promising(due));
    brings(&world, order, 1, 1);
    world.wait(TimeDelta::days(5));
    world.run(CancelPieces::for_business(order, code!("out_of_stock")));
    let seen = world.ask(&TrackOrder::new(order, world.now()));
    let late = matches!(
        seen.promise,
        PromiseState::Came(Judgement::Late { by_ms }) if by_ms > 3 * 86_400_000
    );
    assert!(late, "{:?}", seen.promise);
    // As the report of the business says.
    let mut report = Punctuality::default();
    report.count(&seen.order, PromiseDay::EndOfDay, world.now());
    assert_eq!(
        (report.orders_latest.kept, report.orders_latest.late),
        (0, 1)
    );
}

#[test]
fn no_fee_is_kept_of_what_came_though_it_was_called_off_whatever_goes_back_with_it() {
    let mut spec = lenient();
    spec.orders.returns.restocking_fee = BasisPoints::from_percent(10);
    let world = World::with(spec);
    let ayse = world.register("Ayşe");
    let came = || {
        let cups = [item("cup", 3, "100.00 TRY")];
        let order = confirmed(&world, PlaceOrder::new(ayse, cups));
        let (reference, total) = (code!("p-1"), money("300.00 TRY"));
        world.run(RecordPayment::new(order, reference, code!("card"), total));
        brings(&world, order, 1, 2);
        let parcel = sends(&world, order, 1, 1);
        world.wait(TimeDelta::days(1));
        world.run(TrackShipment::new(order, parcel, Milestone::Lost));
        world.run(CancelPieces::for_business(order, code!("lost")));
        world.wait(TimeDelta::days(1));
        world.run(TrackShipment::new(order, parcel, Milestone::Delivered));
        assert_eq!(folds(&world, order).balance(), money("100.00 TRY"));
        order
    };
    let (at_once, in_parts) = (came(), came());
    assert_eq!(returned(&world, at_once, 1, 3).1, money("180.00 TRY"));
    assert_eq!(returned(&world, in_parts, 1, 1).1, money("0.00 TRY"));
    assert_eq!(returned(&world, in_parts, 1, 2).1, money("180.00 TRY"));
    for order in [at_once, in_parts] {
        assert!(folds(&world, order).balance().is_zero());
    }
}

#[test]
fn nothing_is_exchanged_of_what_came_though_it_was_called_off() {
    let world = World::with(lenient());
    let ayse = world.register("Ayşe");
    let order = lost(&world, ayse);
    world.run(rest(order));
    turns_up(&world, order);
    let one = RequestReturn::new(order, code!("broken")).with(2, 1);
    let other = one.clone().preferring(RefundKind::Exchange);
    assert_eq!(world.refuse(other).code(), "return.not_offered");
    let rma = world.run(one);
    let other = RefundReturn::new(rma).made_good_by(RefundKind::Exchange);
    assert_eq!(world.refuse(other).code(), "return.not_offered");
    // Of the other lines it is.
    let kettle = RequestReturn::new(order, code!("broken")).with(1, 1);
    world.run(kettle.preferring(RefundKind::Exchange));
}

#[test]
fn staff_say_how_it_is_made_good_what_can_no_longer_be_exchanged() {
    let world = World::with(lenient());
    let ayse = world.register("Ayşe");
    let cups = [item("cup", 2, "100.00 TRY")];
    let order = confirmed(&world, PlaceOrder::new(ayse, cups));
    let (reference, total) = (code!("p-1"), money("200.00 TRY"));
    world.run(RecordPayment::new(order, reference, code!("card"), total));
    brings(&world, order, 1, 1);
    let parcel = sends(&world, order, 1, 1);
    world.wait(TimeDelta::days(1));
    world.run(TrackShipment::new(order, parcel, Milestone::Lost));
    world.run(rest(order));
    let one = RequestReturn::new(order, code!("broken")).with(1, 1);
    let rma = world.run(one.preferring(RefundKind::Exchange));
    world.wait(TimeDelta::days(1));
    world.run(TrackShipment::new(order, parcel, Milestone::Delivered));
    let refund = RefundReturn::new(rma);
    assert_eq!(world.refuse(refund.clone()).code(), "return.not_offered");
    let other = refund.clone().made_good_by(RefundKind::Exchange);
    assert_eq!(world.refuse(other).code(), "return.not_offered");
    world.run(refund.made_good_by(RefundKind::Original));
    let stored = folds(&world, order);
    assert_eq!(stored.lines[0].returns.exchanged_pieces, 0);
    assert!(stored.balance().is_zero());
    assert!(world.get(rma).exchanged_for.is_empty());
}

#[test]
fn shipping_goes_back_to_who_withdraws_whether_the_rest_is_called_off_before_or_after() {
    let mut spec = lenient();
    spec.orders.returns.shipping = ShippingRefund::Never;
    let world = World::with(spec);
    let ayse = world.register("Ayşe");
    let bought = || {
        let items = [item("kettle", 1, "50.00 TRY"), item("cup", 2, "10.00 TRY")];
        let sending = Shipping::new(money("7.00 TRY"));
        let place = PlaceOrder::new(ayse, items).with_shipping(sending);
        let order = confirmed(&world, place);
        let (reference, total) = (code!("p-1"), money("77.00 TRY"));
        world.run(RecordPayment::new(order, reference, code!("card"), total));
        brings(&world, order, 1, 1);
        order
    };
    let withdraws = |order| {
        let kettle = RequestReturn::new(order, code!("unwanted")).with(1, 1);
        let rma = world.run(kettle.withdrawing(code!("EU")));
        world.run(RefundReturn::new(rma));
    };
    let ours = |order| CancelPieces::for_business(order, code!("out_of_stock"));
    let before = bought();
    world.run(ours(before));
    withdraws(before);
    let after = bought();
    withdraws(after);
    world.run(ours(after));
    for order in [before, after] {
        let stored = folds(&world, order);
        assert!(stored.paid().is_zero() && stored.owed().is_zero());
    }
    // Without a right that says so the policy does, in either order.
    let (before, after) = (bought(), bought());
    world.run(ours(before));
    returned(&world, before, 1, 1);
    returned(&world, after, 1, 1);
    world.run(ours(after));
    for order in [before, after] {
        assert_eq!(folds(&world, order).paid(), money("7.00 TRY"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// What came though it was called off and went back again, in whatever parts, leaves nothing to be paid.
    #[test]
    fn what_turns_up_and_goes_back_leaves_what_was_owed_before(
        price in 1_i64..3_000,
        wanted in 1_u32..4,
        off in 1_u32..6,
        less in 0_i64..100,
        came in 1_u32..6,
        parts in prop::collection::vec(1_u32..4, 1..6),
    ) {
        let came = came.min(off);
        let world = World::with(lenient());
        let ayse = world.register("Ayşe");
        let currency = Currency::TRY;
        let quantity = wanted + off;
        let less = less.min(price - 1);
        let cups = Item::new(code!("cup"), quantity, Money::new(price, currency))
            .less(Money::new(less, currency));
        let order = confirmed(&world, PlaceOrder::new(ayse, [cups]));
        let (reference, total) = (code!("p-1"), world.get(order).total);
        world.run(RecordPayment::new(order, reference, code!("card"), total));
        brings(&world, order, 1, wanted);
        let parcel = sends(&world, order, 1, came);
        world.wait(TimeDelta::days(1));
        world.run(TrackShipment::new(order, parcel, Milestone::Lost));
        world.run(rest(order));
        let before = world.get(order).owed();
        world.wait(TimeDelta::days(1));
        world.run(TrackShipment::new(order, parcel, Milestone::Delivered));
        let mut left = came;
        for part in parts.iter().copied().chain([came]) {
            let part = part.min(left);
            if part > 0 {
                returned(&world, order, 1, part);
                left -= part;
            }
        }
        let stored = folds(&world, order);
        prop_assert_eq!(stored.owed(), before);
        prop_assert!(stored.balance().is_zero(), "{}", stored.balance());
        // And the rest of it goes back to the last minor unit.
        returned(&world, order, 1, wanted);
        prop_assert!(folds(&world, order).paid().is_zero());
    }
}
