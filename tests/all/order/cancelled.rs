//! Orders that were called off and come all the same: what is told, shown, owed and paid back.

use aftercare::code;
use aftercare::kernel::{BasisPoints, Currency, CustomerId, Money, OrderId};
use aftercare::order::*;
use aftercare::prelude::{DefineProduct, Reaction, RulebookSpec, Trigger};
use chrono::TimeDelta;
use proptest::prelude::*;

use super::life::{reachable, told};
use super::refund::{comes_back, lenient};
use super::{confirmed, folds, happened, item, money};
use crate::product::world::World;

/// An order of two boilers and a filter, paid and with shipping, of which a parcel with a boiler and the filter was lost, and
/// which then was called off.
fn called_off(world: &World, customer: CustomerId) -> OrderId {
    world.run(DefineProduct::new(code!("KB-24")));
    let items = [
        item("KB-24", 2, "500.01 TRY"),
        item("filter", 1, "20.00 TRY"),
    ];
    let place = PlaceOrder::new(customer, items)
        .with_shipping(Shipping::new(money("30.00 TRY")))
        .promising(Promise::by_day("2026-03-20".parse().unwrap()));
    let order = confirmed(world, place);
    let total = world.get(order).total;
    world.run(RecordPayment::new(
        order,
        code!("p-1"),
        code!("card"),
        total,
    ));
    world.run(PersonaliseOrder::thanking(order));
    let parcel = [Pack::new(1, 1).with_serial(code!("B-1")), Pack::new(2, 1)];
    world.run(PrepareShipment::of(order, parcel));
    world.wait(TimeDelta::days(1));
    world.run(TrackShipment::new(order, 1, Milestone::Lost));
    world.run(CancelOrder::for_customer(order, code!("lost")));
    world.wait(TimeDelta::days(1));
    order
}

fn comes(world: &World, order: OrderId) {
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
}

fn goes_back(world: &World, order: OrderId, lines: &[u32]) -> Option<Money> {
    let mut back = RequestReturn::new(order, code!("called_off"));
    for line in lines {
        back = back.with(*line, 1);
    }
    let rma = world.run(back);
    comes_back(world, rma)
}

#[test]
fn what_is_called_off_is_never_on_track() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = called_off(&world, ayse);
    let track = || world.ask(&TrackOrder::new(order, world.now()));
    let shown = |seen: &Tracking| (seen.status, seen.next, seen.when, seen.promise);
    let over = (
        OrderStatus::Cancelled,
        NextStep::Nothing,
        None,
        PromiseState::Cancelled,
    );
    assert_eq!(shown(&track()), over);
    comes(&world, order);
    assert_eq!(shown(&track()), over);
    assert_eq!(track().balance, money("520.01 TRY"));
}

#[test]
fn what_comes_though_it_was_called_off_is_to_be_paid_or_to_go_back() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = called_off(&world, ayse);
    let back = RequestReturn::new(order, code!("called_off")).with(2, 1);
    assert_eq!(world.refuse(back).code(), "order.cancelled");
    assert!(world.get(order).balance().is_zero());
    let unit = world.get(order).shipments[0].units[0].1;
    assert_eq!(world.get(unit).owner, None);

    comes(&world, order);
    assert_eq!(world.get(unit).owned_by(), Some(ayse));
    // A boiler and the filter; what was paid had gone back.
    assert_eq!(folds(&world, order).balance(), money("520.01 TRY"));
    // She keeps the filter and pays for it; nothing was paid for the boiler, and nothing goes back for it.
    assert_eq!(goes_back(&world, order, &[1]), Some(money("0.00 TRY")));
    assert_eq!(world.get(unit).owner, None);
    assert_eq!(folds(&world, order).balance(), money("20.00 TRY"));
    let paid = RecordPayment::new(order, code!("p-2"), code!("card"), money("20.00 TRY"));
    world.run(paid);
    assert!(folds(&world, order).balance().is_zero());
    // And sends it back after all: all of it is paid back.
    assert_eq!(goes_back(&world, order, &[2]), Some(money("20.00 TRY")));
    let stored = folds(&world, order);
    assert!(stored.paid().is_zero() && stored.balance().is_zero());
}

#[test]
fn what_comes_though_it_was_called_off_goes_back_in_whatever_condition() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = called_off(&world, ayse);
    comes(&world, order);
    let back = RequestReturn::new(order, code!("called_off")).with(1, 1);
    let rma = world.run(back);
    world.run(MoveReturn::all(rma, Reception::Received));
    world.run(InspectReturn::all(rma, code!("worn")));
    assert_eq!(world.get(rma).units[0].acceptance, Acceptance::Accepted);
    world.run(RefundReturn::new(rma));
    assert_eq!(folds(&world, order).balance(), money("20.00 TRY"));
}

#[test]
fn a_delivery_of_what_was_called_off_that_never_was_is_owed_no_longer() {
    let world = World::new();
    let ayse = reachable(&world);
    let order = called_off(&world, ayse);
    comes(&world, order);
    let paid = RecordPayment::new(order, code!("p-2"), code!("card"), money("520.01 TRY"));
    world.run(paid);
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, 1, Milestone::NotDelivered));
    assert_eq!(world.run(PayOut { order }), Some(money("520.01 TRY")));
    let stored = folds(&world, order);
    assert!(stored.balance().is_zero());
    assert_eq!((stored.look_at, stored.overdue_since), (None, None));
}

#[test]
fn the_fee_for_calling_off_is_kept_and_not_added_to_the_price() {
    let mut spec = RulebookSpec::new();
    spec.orders.cancel.free_until = FreeUntil::Confirmed;
    spec.orders.cancel.fee = BasisPoints::from_percent(10);
    // Nothing of what the policy keeps, or says, holds for what was called off.
    spec.orders.returns.restocking_fee = BasisPoints::from_percent(50);
    spec.orders.returns.return_shipping = Some(money("9.00 TRY"));
    spec.orders.returns.window_days = 0;
    let world = World::with(spec);
    let ayse = world.register("Ayşe");
    let order = called_off(&world, ayse);
    assert_eq!(world.get(order).paid(), money("105.00 TRY"));
    comes(&world, order);
    assert_eq!(world.get(order).balance(), money("415.01 TRY"));
    let paid = RecordPayment::new(order, code!("p-2"), code!("card"), money("415.01 TRY"));
    world.run(paid);
    assert_eq!(goes_back(&world, order, &[1, 2]), Some(money("415.01 TRY")));
    let stored = folds(&world, order);
    assert_eq!(stored.paid(), money("105.00 TRY"));
    assert!(stored.balance().is_zero());
}

#[test]
fn nothing_is_exchanged_of_what_was_called_off() {
    let world = World::with(lenient());
    let ayse = world.register("Ayşe");
    let order = called_off(&world, ayse);
    comes(&world, order);
    let back = RequestReturn::new(order, code!("called_off")).with(2, 1);
    let exchange = back.clone().preferring(RefundKind::Exchange);
    assert_eq!(world.refuse(exchange).code(), "return.not_offered");
    let rma = world.run(back);
    let kind = Some(RefundKind::Exchange);
    assert_eq!(
        world.refuse(RefundReturn { rma, kind }).code(),
        "return.not_offered"
    );
}

#[test]
fn who_called_off_is_told_what_came_and_neither_thanked_nor_asked() {
    let on = Trigger::ShipmentDelivered;
    let tips = Reaction::tell(code!("tips"), on, code!("order.update"));
    let world = World::with(RulebookSpec::new().with_reaction(tips));
    let ayse = reachable(&world);
    let order = called_off(&world, ayse);
    let before = told(&world, ayse).len();
    comes(&world, order);
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, 1, Milestone::NotDelivered));
    // That it is lost once more is no news.
    world.run(TrackShipment::new(order, 1, Milestone::ReturnedToSender));
    let said = &told(&world, ayse)[before..];
    let templates: Vec<_> = said.iter().map(|(template, _)| template.as_str()).collect();
    assert_eq!(
        templates,
        ["order.came_after_cancelling", "order.not_delivered"]
    );
    assert_eq!(said[0].1["balance"], "520.01 TRY");
    assert!(!said[0].1.contains_key("thank_you"));
    let effects = happened(&world, order, |event| match event {
        OrderEvent::Reacted { effect, .. } => Some(effect.clone()),
        _ => None,
    });
    assert_eq!(
        effects,
        [aftercare::kernel::Effect::Skipped {
            why: code!("called_off")
        }]
    );
}

#[test]
fn shipping_that_went_back_with_the_order_does_not_go_back_with_the_goods() {
    // Shipping is paid back with a full return, as far as it was paid.
    let world = World::with(lenient());
    let ayse = world.register("Ayşe");
    let place = PlaceOrder::new(ayse, [item("cup", 1, "10.00 TRY")]);
    let place = place.with_shipping(Shipping::new(money("30.00 TRY")));
    let order = confirmed(&world, place);
    let pay = |reference: &str, amount| {
        let reference = reference.parse().unwrap();
        world.run(RecordPayment::new(
            order,
            reference,
            code!("card"),
            money(amount),
        ));
    };
    pay("p-1", "40.00 TRY");
    world.run(PrepareShipment::of_all(order));
    world.run(TrackShipment::new(order, 1, Milestone::Lost));
    world.run(CancelOrder::for_business(order, code!("lost")));
    comes(&world, order);
    pay("p-2", "10.00 TRY");
    assert_eq!(goes_back(&world, order, &[1]), Some(money("10.00 TRY")));
    let stored = folds(&world, order);
    assert!(stored.paid().is_zero() && stored.balance().is_zero());
    assert!(!stored.shipping_refunded);
    let settled = happened(&world, order, |event| match event {
        OrderEvent::Settled(settled) => Some((settled.shipping.amount, settled.kept)),
        _ => None,
    });
    assert_eq!(settled, [(money("0.00 TRY"), money("0.00 TRY"))]);
}

/// Something that happens to the money of an order that was called off.
#[derive(Clone, Copy, Debug)]
enum Move {
    Pays(i64),
    Comes(prop::sample::Index),
    Returns(prop::sample::Index, u32),
    PaysOut,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let any = any::<prop::sample::Index>;
    let one = prop_oneof![
        2 => (1_i64..20_000).prop_map(Move::Pays),
        2 => any().prop_map(Move::Comes),
        3 => (any(), 1_u32..4).prop_map(|(line, n)| Move::Returns(line, n)),
        1 => Just(Move::PaysOut),
    ];
    prop::collection::vec(one, 0..16)
}

fn orders() -> impl Strategy<Value = (Vec<Item>, Discount)> {
    let item = (1_u32..6, 0_i64..10_000, 0_u32..2_500).prop_map(|(quantity, price, tax)| {
        let price = Money::new(price, Currency::TRY);
        Item::new(code!("x"), quantity, price).taxed(BasisPoints::new(tax))
    });
    let off = (0_u32..=10_000).prop_map(|rate| Discount::Rate(BasisPoints::new(rate)));
    (prop::collection::vec(item, 1..4), off)
}

/// What of an order is with the customer, line by line.
fn there(order: &Order) -> Vec<u32> {
    let lines = (1..).zip(&order.lines);
    let kept = lines.map(|(n, line)| order.delivered(n) - line.returns.settled_pieces);
    kept.collect()
}

fn gives_back(world: &World, order: OrderId, pieces: &[(u32, u32)]) -> i64 {
    let mut request = RequestReturn::new(order, code!("called_off"));
    request.pieces = pieces.to_vec();
    let rma = world.run(request);
    world.run(RefundReturn::new(rma)).unwrap().minor()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever comes of what was called off, and is paid and returned in whatever parts and order: nothing goes out while
    /// something is owed, and in the end, when all of it is back, the business has the fee and nothing else.
    #[test]
    fn what_was_called_off_costs_the_fee_and_no_more(
        ((items, off), moves) in (orders(), moves()),
        fee in 0_u32..=3_000,
        paid in 0_i64..=100,
    ) {
        let mut spec = lenient();
        spec.orders.cancel.free_until = FreeUntil::Confirmed;
        spec.orders.cancel.fee = BasisPoints::new(fee);
        spec.orders.returns.restocking_fee = BasisPoints::from_percent(20);
        let world = World::with(spec);
        let ayse = world.register("Ayşe");
        let place = PlaceOrder::new(ayse, items.clone())
            .with_discount(off)
            .with_shipping(Shipping::new(money("7.00 TRY")));
        let order = confirmed(&world, place);
        let first = world.get(order).total.minor() * paid / 100;
        let (mut came, mut went) = (0, 0);
        let pays = |n: usize, minor: i64| {
            let reference = format!("p-{n}").parse().unwrap();
            let amount = Money::new(minor, Currency::TRY);
            world.run(RecordPayment::new(order, reference, code!("card"), amount));
            minor
        };
        if first > 0 {
            came += pays(0, first);
        }
        // Each line goes out in two parcels, and all are lost.
        for (line, item) in (1..).zip(&items) {
            for part in [item.quantity / 2, item.quantity - item.quantity / 2] {
                if part > 0 {
                    let parcel = world.run(PrepareShipment::of(order, [Pack::new(line, part)]));
                    world.run(TrackShipment::new(order, parcel, Milestone::Lost));
                }
            }
        }
        let parcels: Vec<u32> = world.get(order).shipments.iter().map(|it| it.number).collect();
        world.wait(TimeDelta::hours(1));
        world.run(CancelOrder::for_customer(order, code!("lost")));
        went += came - world.get(order).paid().minor();
        let fee = world.get(order).cancelled.as_ref().unwrap().fee.minor();
        for (n, step) in (1..).zip(moves) {
            let before = world.get(order).balance().minor();
            match step {
                Move::Pays(minor) => came += pays(n, minor),
                Move::Comes(which) => {
                    let parcel = *which.get(&parcels);
                    world.run(TrackShipment::new(order, parcel, Milestone::Delivered));
                }
                Move::Returns(which, most) => {
                    let left = there(&world.get(order));
                    let line = which.index(left.len());
                    let quantity = most.min(left[line]);
                    if quantity > 0 {
                        let line = u32::try_from(line).unwrap() + 1;
                        let refund = gives_back(&world, order, &[(line, quantity)]);
                        went += refund;
                        let after = world.get(order).balance().minor();
                        prop_assert!(refund == 0 || after <= 0, "{} went out, {} is owed", refund, after);
                    }
                }
                Move::PaysOut => match world.try_run(PayOut { order }) {
                    Ok(amount) => {
                        prop_assert_eq!(amount.unwrap().minor(), -before);
                        went -= before;
                    }
                    Err(_) => prop_assert!(before >= 0),
                },
            }
            let stored = folds(&world, order);
            prop_assert_eq!(stored.paid().minor(), came - went);
            prop_assert!(stored.owed().minor() >= fee);
            // The price of what is there, or the fee: never both.
            prop_assert!(stored.owed().minor() <= stored.total.minor().max(fee));
        }
        let left = (1..).zip(there(&world.get(order))).filter(|(_, left)| *left > 0);
        let left: Vec<(u32, u32)> = left.collect();
        if !left.is_empty() {
            went += gives_back(&world, order, &left);
        }
        if world.get(order).balance().is_negative() {
            went += world.run(PayOut { order }).unwrap().minor();
        }
        let stored = folds(&world, order);
        prop_assert!(!stored.balance().is_negative());
        prop_assert_eq!(came - went + stored.balance().minor(), fee);
    }
}
