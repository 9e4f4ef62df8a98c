//! What was paid beyond what is owed: never paid back while something is owed, and all of it in the end.

use aftercare::code;
use aftercare::kernel::{Actor, BasisPoints, Currency, Money, OrderId, StaffId};
use aftercare::order::*;
use proptest::prelude::*;

use super::refund::{delivered, lenient, returned};
use super::{confirmed, folds, item, money};
use crate::product::world::{World, refused};

fn pay(world: &World, order: OrderId, reference: &str, amount: Money) {
    let reference = reference.parse().unwrap();
    world.run(RecordPayment::new(order, reference, code!("card"), amount));
}

#[test]
fn a_return_makes_up_for_what_is_still_to_be_paid_first() {
    let world = World::with(lenient());
    let ayse = world.register("Ayşe");
    let place = PlaceOrder::new(ayse, [item("cup", 3, "100.00 TRY")]);
    let order = delivered(&world, place, &[money("100.00 TRY")]);
    assert_eq!(returned(&world, order, 1, 1).1, money("0.00 TRY"));
    let stored = world.get(order);
    assert_eq!(stored.balance(), money("100.00 TRY"));
    assert_eq!(stored.paid(), money("100.00 TRY"));
    // The first payer pays all of it nevertheless.
    pay(&world, order, "late", money("200.00 TRY"));
    assert_eq!(world.run(PayOut { order }), Some(money("100.00 TRY")));
    let back: Vec<_> = world
        .get(order)
        .payments
        .iter()
        .map(|it| it.refunded)
        .collect();
    assert_eq!(
        back,
        [money("0.00 TRY"), money("100.00 TRY")],
        "the newest first"
    );
    assert_eq!(world.refuse(PayOut { order }).code(), "order.no_credit");
    folds(&world, order);
}

#[test]
fn a_payment_that_comes_in_for_a_cancelled_order_is_paid_out_less_the_fee() {
    let mut spec = lenient();
    spec.orders.cancel.free_until = FreeUntil::Confirmed;
    spec.orders.cancel.fee = BasisPoints::from_percent(10);
    let world = World::with(spec);
    let ayse = world.register("Ayşe");
    let order = confirmed(
        &world,
        PlaceOrder::new(ayse, [item("cup", 1, "100.00 TRY")]),
    );
    world.wait(chrono::TimeDelta::hours(1));
    world.run(CancelOrder::for_customer(order, code!("changed_mind")));
    assert_eq!(world.get(order).balance(), money("10.00 TRY"));
    assert_eq!(world.refuse(PayOut { order }).code(), "order.no_credit");
    pay(&world, order, "crossed", money("100.00 TRY"));
    assert_eq!(world.run(PayOut { order }), Some(money("90.00 TRY")));
    assert!(folds(&world, order).balance().is_zero());
}

#[test]
fn only_who_may_refund_pays_out() {
    let world = World::with(lenient());
    let ayse = world.register("Ayşe");
    let order = confirmed(&world, PlaceOrder::new(ayse, [item("cup", 1, "10.00 TRY")]));
    pay(&world, order, "twice", money("20.00 TRY"));
    for actor in [
        Actor::Customer(ayse),
        Actor::staff(StaffId::from_u128(9), code!("auditor")),
    ] {
        let refusal = refused(world.run_as(actor, PayOut { order }));
        assert_eq!(refusal.code(), "access.denied");
    }
}

#[test]
fn a_fee_in_another_currency_is_refused_before_anything_comes_back() {
    let mut spec = lenient();
    spec.orders.returns.return_shipping = Some(money("5.00 TRY"));
    let world = World::with(spec);
    let ayse = world.register("Ayşe");
    let place = PlaceOrder::new(ayse, [item("cup", 1, "10.00 EUR")]);
    let order = delivered(&world, place, &[money("10.00 EUR")]);
    let request = RequestReturn::new(order, code!("unwanted")).with(1, 1);
    assert_eq!(
        world.refuse(request.clone()).code(),
        "money.currency_mismatch"
    );
    // The law keeps nothing.
    let rma = world.run(request.withdrawing(code!("EU")));
    assert_eq!(world.run(RefundReturn::new(rma)), Some(money("10.00 EUR")));
}

/// Something that happens to an order's money.
#[derive(Clone, Copy, Debug)]
enum Move {
    Pays(i64),
    Returns(prop::sample::Index, u32),
    PaysOut,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let any = prop_oneof![
        3 => (1_i64..20_000).prop_map(Move::Pays),
        3 => (any::<prop::sample::Index>(), 1_u32..4).prop_map(|(line, n)| Move::Returns(line, n)),
        1 => Just(Move::PaysOut),
    ];
    prop::collection::vec(any, 0..14)
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let item = (1_u32..6, 0_i64..10_000, 0_u32..=10_000, 0_u32..2_500);
    let item = item.prop_map(|(quantity, price, off, tax)| {
        Item::new(code!("x"), quantity, Money::new(price, Currency::TRY))
            .less_rate(BasisPoints::new(off))
            .taxed(BasisPoints::new(tax))
    });
    prop::collection::vec(item, 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever is paid, returned and paid out in whatever order: nothing goes out while something is owed, never more
    /// than came in, and what is left in the end is what was kept and not returned.
    #[test]
    fn money_goes_out_only_when_nothing_is_owed(
        (items, moves) in (items(), moves()),
        fee in 0_u32..=3_000,
    ) {
        let mut spec = lenient();
        spec.orders.returns.restocking_fee = BasisPoints::new(fee);
        let world = World::with(spec);
        let ayse = world.register("Ayşe");
        let order = delivered(&world, PlaceOrder::new(ayse, items.clone()), &[]);
        let total = world.get(order).total.minor();
        let mut left: Vec<u32> = items.iter().map(|item| item.quantity).collect();
        let (mut came, mut went, mut kept) = (0_i64, 0_i64, 0_i64);
        let check = |came: i64, went: i64| {
            let stored = folds(&world, order);
            assert!(went <= came);
            assert_eq!(stored.paid().minor(), came - went);
            for payment in &stored.payments {
                assert!(payment.refunded.minor() <= payment.amount.minor());
            }
            stored.balance().minor()
        };
        let mut give_back = |line: usize, quantity: u32, came: i64, went: i64| {
            let line = u32::try_from(line).unwrap() + 1;
            let before = world.get(order).balance().minor();
            let rma = world.run(RequestReturn::new(order, code!("unwanted")).with(line, quantity));
            let refund = world.run(RefundReturn::new(rma)).unwrap().minor();
            let entry = world.entries(order).pop().unwrap();
            let settled = entry.events.iter().filter_map(super::of_orders).find_map(|event| match event {
                OrderEvent::Settled(settled) => Some(settled.clone()),
                _ => None,
            });
            let settled = settled.unwrap();
            kept += settled.kept.minor();
            let sum: i64 = settled.payments.iter().map(|(_, part)| part.minor()).sum();
            assert_eq!(sum, refund, "all of it goes back to a payment");
            let balance = check(came, went + refund);
            assert!(refund == 0 || balance <= 0, "{refund} went out while {balance} is owed");
            // What was set off and what went out are the whole credit.
            let worth: i64 = settled.lines.iter().map(|(.., charge)| charge.amount.minor()).sum();
            assert_eq!(balance, before - (worth - settled.kept.minor()) + refund);
            refund
        };
        for (n, step) in moves.into_iter().enumerate() {
            match step {
                Move::Pays(amount) => {
                    pay(&world, order, &format!("p-{n}"), Money::new(amount, Currency::TRY));
                    came += amount;
                    check(came, went);
                }
                Move::Returns(line, quantity) => {
                    let line = line.index(left.len());
                    let quantity = quantity.min(left[line]);
                    if quantity > 0 {
                        left[line] -= quantity;
                        went += give_back(line, quantity, came, went);
                    }
                }
                Move::PaysOut => {
                    let before = world.get(order).balance().minor();
                    match world.try_run(PayOut { order }) {
                        Ok(out) => {
                            prop_assert_eq!(out.unwrap().minor(), -before);
                            went -= before;
                            prop_assert_eq!(check(came, went), 0);
                        }
                        Err(_) => prop_assert!(before >= 0),
                    }
                }
            }
        }
        for (line, quantity) in left.into_iter().enumerate() {
            if quantity > 0 {
                went += give_back(line, quantity, came, went);
            }
        }
        let balance = check(came, went);
        if balance < 0 {
            went += world.run(PayOut { order }).unwrap().minor();
        }
        // All came back: what the customer owes, or has paid and not got back, is what was kept of it.
        let owed = check(came, went);
        prop_assert_eq!(came - went + owed, kept);
        prop_assert!(kept <= total);
    }
}
