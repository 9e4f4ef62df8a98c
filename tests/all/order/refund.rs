//! Refunds: exact, and never more than was paid, in whatever parts and order.

use aftercare::code;
use aftercare::kernel::{BasisPoints, Currency, CustomerId, Money, OrderId, ReturnId};
use aftercare::order::*;
use aftercare::prelude::RulebookSpec;
use chrono::TimeDelta;
use proptest::prelude::*;

use super::{folds, item, money, ordered};
use crate::product::world::World;

/// A shop that takes everything back at any time, unseen.
pub(super) fn lenient() -> RulebookSpec {
    let mut spec = RulebookSpec::new();
    spec.orders.returns = ReturnPolicy {
        checks: Vec::new(),
        before_reception: true,
        shipping: ShippingRefund::FullReturn,
        ..ReturnPolicy::default()
    };
    spec
}

/// An order that was paid in these parts, and delivered.
pub(super) fn delivered(world: &World, place: PlaceOrder, parts: &[Money]) -> OrderId {
    let order = super::confirmed(world, place);
    for (n, amount) in parts.iter().enumerate() {
        let reference = format!("p-{n}").parse().unwrap();
        world.run(RecordPayment::new(order, reference, code!("card"), *amount));
        world.wait(TimeDelta::minutes(1));
    }
    world.run(PrepareShipment::of_all(order));
    world.wait(TimeDelta::days(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    order
}

pub(super) fn returned(
    world: &World,
    order: OrderId,
    line: u32,
    quantity: u32,
) -> (ReturnId, Money) {
    let request = RequestReturn::new(order, code!("unwanted")).with(line, quantity);
    let rma = world.run(request);
    let refund = world.run(RefundReturn::new(rma)).unwrap();
    (rma, refund)
}

/// All of a return comes, unopened, and is made good.
pub(super) fn comes_back(world: &World, rma: ReturnId) -> Option<Money> {
    world.run(MoveReturn::all(rma, Reception::Received));
    world.run(InspectReturn::all(rma, code!("unopened")));
    world.run(RefundReturn::new(rma))
}

fn one(world: &World, item: Item, discount: Option<Discount>) -> OrderId {
    let ayse = world.register("Ayşe");
    let mut place = PlaceOrder::new(ayse, [item]);
    place.discount = discount;
    let total = Pricing::of(&place.items, discount, None, TaxBasis::Included).unwrap();
    delivered(world, place, &[total.total])
}

#[test]
fn a_partial_refund_is_the_share_after_discounts_rounded_down() {
    let world = World::with(lenient());
    let off = Discount::Amount(money("10.00 TRY"));
    let order = one(&world, item("cup", 3, "100.00 TRY"), Some(off));
    assert_eq!(returned(&world, order, 1, 1).1, money("96.66 TRY"));
    assert_eq!(returned(&world, order, 1, 1).1, money("96.66 TRY"));
    // The last takes the rest.
    assert_eq!(returned(&world, order, 1, 1).1, money("96.68 TRY"));
    let stored = folds(&world, order);
    assert!(stored.paid().is_zero() && stored.balance().is_zero());
}

#[test]
fn lines_are_added_up_before_the_sum_is_rounded() {
    let world = World::with(lenient());
    let ayse = world.register("Ayşe");
    let two = || item("cup", 2, "33.34 TRY").less(money("0.01 TRY"));
    let place = PlaceOrder::new(ayse, [two(), two()]);
    let order = delivered(&world, place, &[money("133.34 TRY")]);
    let request = RequestReturn::new(order, code!("unwanted"));
    let rma = world.run(request.with(1, 1).with(2, 1));
    // 33.335 and 33.335.
    let refund = world.run(RefundReturn::new(rma)).unwrap();
    assert_eq!(refund, money("66.67 TRY"));
    let stored = folds(&world, order);
    let of = |line: usize| stored.lines[line].returns.settled.unwrap().minor();
    assert_eq!((of(0), of(1)), (33_34, 33_33));
}

#[test]
fn tax_comes_back_on_the_basis_on_which_it_was_charged() {
    let world = World::with(lenient());
    let ayse = world.register("Ayşe");
    let taxed = item("cup", 2, "100.00 TRY")
        .less(money("20.00 TRY"))
        .taxed(BasisPoints::from_percent(10));
    let place = PlaceOrder::new(ayse, [taxed]).plus_tax();
    let order = delivered(&world, place, &[money("198.00 TRY")]);
    let quote = world.get(order).refund_quote(&[(1, 1)], false).unwrap();
    assert_eq!(quote.total, money("99.00 TRY"));
    assert_eq!(quote.lines[0].tax, money("9.00 TRY"));
}

#[test]
fn a_restocking_fee_and_the_way_back_are_kept_but_not_from_who_withdraws() {
    let mut spec = lenient();
    spec.orders.returns.restocking_fee = BasisPoints::from_percent(10);
    spec.orders.returns.return_shipping = Some(money("5.00 TRY"));
    let world = World::with(spec);
    let order = one(&world, item("cup", 2, "100.05 TRY"), None);
    // 10.005 is rounded down, in the customer's favour.
    assert_eq!(returned(&world, order, 1, 1).1, money("85.05 TRY"));
    let withdraw = RequestReturn::new(order, code!("unwanted")).with(1, 1);
    let rma = world.run(withdraw.withdrawing(code!("TR")));
    let refund = world.run(RefundReturn::new(rma)).unwrap();
    assert_eq!(refund, money("100.05 TRY"));
    let stored = folds(&world, order);
    // What was kept was paid for something: nothing is owed.
    assert!(stored.balance().is_zero(), "{}", stored.balance());
}

#[test]
fn shipping_comes_back_with_the_last_piece_and_only_when_policy_or_law_say_so() {
    let shipped = |world: &World| {
        let ayse = world.register("Ayşe");
        let place = PlaceOrder::new(ayse, [item("cup", 2, "10.00 TRY")])
            .with_shipping(Shipping::new(money("7.00 TRY")));
        delivered(world, place, &[money("27.00 TRY")])
    };
    let world = World::with(lenient());
    let order = shipped(&world);
    assert_eq!(returned(&world, order, 1, 1).1, money("10.00 TRY"));
    assert_eq!(returned(&world, order, 1, 1).1, money("17.00 TRY"));

    let mut spec = lenient();
    spec.orders.returns.shipping = ShippingRefund::Never;
    let world = World::with(spec);
    let order = shipped(&world);
    assert_eq!(returned(&world, order, 1, 2).1, money("20.00 TRY"));
    let order = shipped(&world);
    let withdraw = RequestReturn::new(order, code!("unwanted")).with(1, 2);
    let rma = world.run(withdraw.withdrawing(code!("EU")));
    let refund = world.run(RefundReturn::new(rma)).unwrap();
    assert_eq!(refund, money("27.00 TRY"));
}

/// Withdraws from one piece of the first line; answers with what is paid back.
fn withdrawn(world: &World, order: OrderId) -> Money {
    let withdraw = RequestReturn::new(order, code!("unwanted")).with(1, 1);
    let rma = world.run(withdraw.withdrawing(code!("EU")));
    world.run(RefundReturn::new(rma)).unwrap()
}

#[test]
fn shipping_stays_paid_while_the_customer_has_an_exchanged_piece() {
    let world = World::with(lenient());
    let ayse = world.register("Ayşe");
    let place = PlaceOrder::new(ayse, [item("cup", 2, "100.00 TRY")])
        .with_shipping(Shipping::new(money("5.00 TRY")));
    let order = delivered(&world, place, &[money("205.00 TRY")]);
    let other = exchanged(&world, order, 1, 1);
    assert_eq!(folds(&world, other).total, money("100.00 TRY"));
    assert_eq!(withdrawn(&world, order), money("100.00 TRY"));
    let stored = folds(&world, order);
    assert_eq!(stored.paid(), money("5.00 TRY"));
    assert!(stored.balance().is_zero());
}

#[test]
fn shipping_goes_on_with_an_exchange_of_all_and_back_with_what_came_instead() {
    let world = World::with(lenient());
    let ayse = world.register("Ayşe");
    let place = PlaceOrder::new(ayse, [item("cup", 1, "100.00 TRY")])
        .with_shipping(Shipping::new(money("5.00 TRY")));
    let order = delivered(&world, place, &[money("105.00 TRY")]);
    let other = exchanged(&world, order, 1, 1);
    let stored = folds(&world, order);
    assert!(stored.paid().is_zero() && stored.balance().is_zero());
    let stored = folds(&world, other);
    assert_eq!(stored.total, money("105.00 TRY"));
    assert!(stored.balance().is_zero());
    // And once more.
    arrives(&world, other);
    let third = exchanged(&world, other, 1, 1);
    arrives(&world, third);
    assert_eq!(withdrawn(&world, third), money("105.00 TRY"));
    for order in [order, other, third] {
        let stored = folds(&world, order);
        assert!(stored.paid().is_zero() && stored.owed().is_zero());
    }
}

#[test]
fn several_payments_are_refunded_newest_first_up_to_what_each_paid() {
    let world = World::with(lenient());
    let ayse = world.register("Ayşe");
    let place = PlaceOrder::new(ayse, [item("cup", 11, "10.00 TRY")]);
    let order = delivered(&world, place, &[money("60.00 TRY"), money("50.00 TRY")]);
    returned(&world, order, 1, 9);
    let back: Vec<_> = world
        .get(order)
        .payments
        .iter()
        .map(|p| p.refunded.minor())
        .collect();
    assert_eq!(back, [40_00, 50_00]);
}

#[test]
fn what_was_never_paid_is_not_paid_back() {
    let world = World::with(lenient());
    let ayse = world.register("Ayşe");
    let place = PlaceOrder::new(ayse, [item("cup", 2, "10.00 TRY")]);
    let order = delivered(&world, place, &[money("15.00 TRY")]);
    // The first makes up for the five that were still to be paid.
    assert_eq!(returned(&world, order, 1, 1).1, money("5.00 TRY"));
    assert!(world.get(order).balance().is_zero());
    assert_eq!(returned(&world, order, 1, 1).1, money("10.00 TRY"));
    assert!(folds(&world, order).balance().is_zero());
}

#[test]
fn the_kind_of_refund_has_a_precedence() {
    let any = |_| true;
    let kind = |exchange, staff, preference, late| {
        let choice = choose_kind(exchange, staff, preference, any, late).unwrap();
        (choice.kind, choice.why.to_string())
    };
    use RefundKind::{Exchange, Original, StoreCredit};
    let said = |kind, why: &str| (kind, why.to_owned());
    assert_eq!(
        kind(true, Some(Original), Some(StoreCredit), true),
        said(Exchange, "exchange")
    );
    assert_eq!(
        kind(false, Some(Original), Some(StoreCredit), true),
        said(Original, "override")
    );
    assert_eq!(
        kind(false, None, Some(StoreCredit), false),
        said(StoreCredit, "preference")
    );
    assert_eq!(
        kind(false, None, None, true),
        said(StoreCredit, "too_late_for_original")
    );
    assert_eq!(kind(false, None, None, false), said(Original, "original"));
    let refused = choose_kind(false, None, Some(StoreCredit), |_| false, false);
    assert_eq!(refused.unwrap_err().code(), "return.not_offered");
}

/// What somebody orders.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    items: Vec<Item>,
    off: u32,
    shipping: Option<Shipping>,
    basis: TaxBasis,
}

impl Wish {
    /// The order, and what it comes to.
    pub(super) fn of(&self, customer: CustomerId) -> (PlaceOrder, Money) {
        let discount = Some(Discount::Rate(BasisPoints::new(self.off)));
        let total = Pricing::of(&self.items, discount, self.shipping.as_ref(), self.basis);
        let mut place = PlaceOrder::new(customer, self.items.clone());
        (place.discount, place.basis) = (discount, self.basis);
        place.shipping.clone_from(&self.shipping);
        (place, total.unwrap().total)
    }
}

pub(super) fn wishes() -> impl Strategy<Value = Wish> {
    let item = (1_u32..9, 0_i64..20_000, 0_u32..=10_000, 0_u32..2_500).prop_map(
        |(quantity, price, off, tax)| {
            Item::new(code!("x"), quantity, Money::new(price, Currency::TRY))
                .less_rate(BasisPoints::new(off))
                .taxed(BasisPoints::new(tax))
        },
    );
    let shipping = prop::option::of((0_i64..3_000).prop_map(|price| {
        Shipping::new(Money::new(price, Currency::TRY)).taxed(BasisPoints::from_percent(20))
    }));
    let basis = prop::sample::select(vec![TaxBasis::Included, TaxBasis::Added]);
    let items = prop::collection::vec(item, 1..6);
    (items, 0_u32..=10_000, shipping, basis).prop_map(|(items, off, shipping, basis)| Wish {
        items,
        off,
        shipping,
        basis,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Random orders, returned in random parts and order: never more than was paid, and all of it at the end.
    #[test]
    fn partial_returns_in_any_order_come_to_what_was_paid(
        wish in wishes(),
        cuts in prop::collection::vec(1_i64..100, 0..4),
        picks in prop::collection::vec((any::<prop::sample::Index>(), 1_u32..4), 0..60),
    ) {
        let world = World::with(lenient());
        let ayse = world.register("Ayşe");
        let (place, total) = wish.of(ayse);
        // Paid in several parts.
        let mut parts = Vec::new();
        let mut left = total.minor();
        for cut in cuts {
            let part = left * cut / 100;
            if part > 0 {
                parts.push(Money::new(part, Currency::TRY));
                left -= part;
            }
        }
        if left > 0 {
            parts.push(Money::new(left, Currency::TRY));
        }
        let order = delivered(&world, place, &parts);
        let mut left: Vec<u32> = wish.items.iter().map(|item| item.quantity).collect();
        let mut refunded = 0;
        let mut give_back = |pieces: &[(u32, u32)]| {
            let mut request = RequestReturn::new(order, code!("unwanted"));
            request.pieces = pieces.to_vec();
            let before = world.get(order);
            let quote = before.refund_quote(pieces, false).unwrap();
            let rma = world.run(request);
            let refund = world.run(RefundReturn::new(rma)).unwrap().minor();
            // Rounded down once on the exact sum, except that the last of a line take its rest.
            if quote.lines.iter().all(|line| !line.takes_rest) {
                let scale: i128 = quote.lines.iter().map(|l| i128::from(l.share.denominator)).product();
                let exact: i128 = quote.lines.iter().map(|line| {
                    let share = i128::from(line.share.of.minor()) * i128::from(line.share.numerator);
                    share * scale / i128::from(line.share.denominator)
                }).sum();
                assert_eq!(i128::from(refund), exact / scale);
            }
            refunded += refund;
            let stored = world.get(order);
            for (number, payment) in stored.payments.iter().enumerate() {
                assert!(payment.refunded.minor() <= payment.amount.minor(), "payment {number}");
            }
            assert!(refunded <= total.minor());
            refunded
        };
        for pair in picks.chunks(2) {
            let mut pieces: Vec<(u32, u32)> = Vec::new();
            for (line, quantity) in pair {
                let line = line.index(left.len());
                let quantity = (*quantity).min(left[line]);
                if quantity > 0 {
                    left[line] -= quantity;
                    pieces.push((u32::try_from(line).unwrap() + 1, quantity));
                }
            }
            if !pieces.is_empty() {
                give_back(&pieces);
            }
        }
        let rest: Vec<(u32, u32)> =
            (1..).zip(&left).filter(|(_, left)| **left > 0).map(|(line, left)| (line, *left)).collect();
        let sum = if rest.is_empty() { refunded } else { give_back(&rest) };
        prop_assert_eq!(sum, total.minor());
        let stored = folds(&world, order);
        prop_assert!(stored.paid().is_zero());
        prop_assert!(stored.balance().is_zero());
        for line in &stored.lines {
            prop_assert_eq!(line.returns.settled.map_or(0, |m| m.minor()), line.charge.amount.minor());
            prop_assert_eq!(line.returns.settled_tax.map_or(0, |m| m.minor()), line.charge.tax.minor());
            prop_assert_eq!(line.returns.announced, 0);
        }
    }
}

/// Exchanges so many pieces of a line; answers with the order with the other pieces.
fn exchanged(world: &World, order: OrderId, line: u32, quantity: u32) -> OrderId {
    let request = RequestReturn::new(order, code!("broken")).with(line, quantity);
    let rma = world.run(request.preferring(RefundKind::Exchange));
    let refund = world.run(RefundReturn::new(rma)).unwrap();
    assert!(refund.is_zero());
    let made = &world.get(rma).exchanged_for;
    assert_eq!(made.len(), 1);
    made[0]
}

fn arrives(world: &World, order: OrderId) {
    world.run(PrepareShipment::of_all(order));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
}

#[test]
fn an_exchange_pays_nothing_back_and_the_other_piece_costs_and_is_paid_what_the_first_was() {
    let world = World::with(lenient());
    let order = one(&world, item("cup", 2, "10.01 TRY"), None);
    let other = exchanged(&world, order, 1, 1);
    let stored = folds(&world, other);
    assert_eq!(
        (stored.status(), stored.total),
        (OrderStatus::Confirmed, money("10.01 TRY"))
    );
    assert_eq!(stored.lines[0].item.quantity, 1);
    assert!(stored.balance().is_zero());
    let first = folds(&world, order);
    assert_eq!(
        (first.paid(), first.balance()),
        (money("10.01 TRY"), money("0.00 TRY"))
    );
    // It is paid for with the same payment, and goes back the same way.
    let payment = &stored.payments[0];
    assert_eq!(payment.reference, first.payments[0].reference);
    // The other piece of the first order takes its own share.
    assert_eq!(returned(&world, order, 1, 1).1, money("10.01 TRY"));
    assert!(folds(&world, order).paid().is_zero());
}

#[test]
fn who_withdraws_from_what_came_in_exchange_gets_back_what_the_first_cost() {
    let world = World::with(lenient());
    let order = one(&world, item("cup", 1, "100.00 TRY"), None);
    let other = exchanged(&world, order, 1, 1);
    arrives(&world, other);
    let withdraw = RequestReturn::new(other, code!("unwanted")).with(1, 1);
    let rma = world.run(withdraw.withdrawing(code!("TR")));
    assert_eq!(world.run(RefundReturn::new(rma)), Some(money("100.00 TRY")));
}

#[test]
fn an_exchange_that_the_business_cannot_send_is_paid_back() {
    let world = World::with(lenient());
    let order = one(&world, item("cup", 1, "100.00 TRY"), None);
    let other = exchanged(&world, order, 1, 1);
    world.run(CancelOrder::for_business(other, code!("out_of_stock")));
    let stored = folds(&world, other);
    assert!(stored.paid().is_zero() && stored.balance().is_zero());
    assert_eq!(stored.payments[0].refunded, money("100.00 TRY"));
}

#[test]
fn what_was_not_paid_of_an_exchanged_piece_is_still_to_be_paid() {
    let world = World::with(lenient());
    let ayse = world.register("Ayşe");
    let place = PlaceOrder::new(ayse, [item("cup", 1, "100.00 TRY")]);
    let order = delivered(&world, place, &[]);
    let other = exchanged(&world, order, 1, 1);
    assert!(folds(&world, order).balance().is_zero());
    assert_eq!(folds(&world, other).balance(), money("100.00 TRY"));
}

#[test]
fn a_refund_is_told_only_where_money_goes_back_and_an_exchange_as_another_order() {
    let world = World::with(lenient());
    let ayse = super::life::reachable(&world);
    let place = || PlaceOrder::new(ayse, [item("cup", 1, "100.00 TRY")]);
    let said = || super::life::templates(&world, ayse);
    let unpaid = delivered(&world, place(), &[]);
    world.wait(TimeDelta::minutes(1));
    let before = said().len();
    assert!(returned(&world, unpaid, 1, 1).1.is_zero());
    assert_eq!(said().len(), before);
    let paid = delivered(&world, place(), &[money("100.00 TRY")]);
    world.wait(TimeDelta::minutes(1));
    let before = said().len();
    let other = exchanged(&world, paid, 1, 1);
    assert_eq!(said()[before..], ["order.confirmed"]);
    arrives(&world, other);
    world.wait(TimeDelta::minutes(1));
    let before = said().len();
    returned(&world, other, 1, 1);
    assert_eq!(said()[before..], ["order.refunded"]);
}

#[test]
fn who_withdraws_is_never_given_store_credit_for_being_late() {
    let mut spec = lenient();
    spec.orders.returns.original_for_days = Some(7);
    spec.orders.returns.offered = [RefundKind::StoreCredit].into();
    let world = World::with(spec);
    let order = one(&world, item("cup", 2, "10.00 TRY"), None);
    world.wait(TimeDelta::days(9));
    let (late, _) = returned(&world, order, 1, 1);
    let kind = |rma| {
        let entries = world.entries(rma);
        let mut events = entries.iter().flat_map(|entry| entry.events.iter());
        events.find_map(|event| match event {
            aftercare::record::Event::Return(_, ReturnEvent::Settled { choice, .. }) => {
                Some(choice.kind)
            }
            _ => None,
        })
    };
    assert_eq!(kind(late), Some(RefundKind::StoreCredit));
    let withdraw = RequestReturn::new(order, code!("unwanted"))
        .with(1, 1)
        .withdrawing(code!("TR"));
    // What the law gives may be chosen as well as left to it.
    let rma = world.run(withdraw.preferring(RefundKind::Original));
    world.run(CancelReturn { rma });
    let withdraw = RequestReturn::new(order, code!("unwanted")).with(1, 1);
    let rma = world.run(withdraw.withdrawing(code!("TR")));
    world.run(RefundReturn::new(rma));
    assert_eq!(kind(rma), Some(RefundKind::Original));
}

#[test]
fn the_way_back_is_kept_once_for_each_return() {
    let mut spec = RulebookSpec::new();
    spec.orders.returns.return_shipping = Some(money("5.00 TRY"));
    let world = World::with(spec);
    let order = one(&world, item("cup", 2, "10.00 TRY"), None);
    let rma = world.run(RequestReturn::new(order, code!("unwanted")).with(1, 2));
    let mut back = Vec::new();
    for piece in [1, 2] {
        world.run(MoveReturn::of(rma, [piece], Reception::Received));
        world.run(InspectReturn::all(rma, code!("as_new")));
        back.push(world.run(RefundReturn::new(rma)).unwrap());
        world.wait(TimeDelta::days(1));
    }
    assert_eq!(back, [money("5.00 TRY"), money("10.00 TRY")]);
}

#[test]
fn what_is_paid_back_before_it_comes_is_paid_back_unseen_but_not_undecided() {
    let mut spec = RulebookSpec::new();
    spec.orders.returns.before_reception = true;
    spec.orders.returns.most_pieces = Some(1);
    let world = World::with(spec);
    let order = one(&world, item("cup", 3, "10.00 TRY"), None);
    assert_eq!(returned(&world, order, 1, 1).1, money("10.00 TRY"));
    let rma = world.run(RequestReturn::new(order, code!("unwanted")).with(1, 2));
    assert_eq!(
        world.refuse(RefundReturn::new(rma)).code(),
        "return.nothing_to_do"
    );
    // What came first is looked at first.
    let order = one(&world, item("cup", 1, "10.00 TRY"), None);
    let rma = world.run(RequestReturn::new(order, code!("unwanted")).with(1, 1));
    world.run(MoveReturn::all(rma, Reception::Received));
    assert_eq!(
        world.refuse(RefundReturn::new(rma)).code(),
        "return.nothing_to_do"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is exchanged, and whatever was paid: what the orders cost and what is paid for them is the same together,
    /// and all of it comes back when everything does.
    #[test]
    fn exchanges_neither_make_money_nor_lose_it(
        wish in wishes(),
        paid in 0_i64..=100,
        picks in prop::collection::vec((any::<prop::sample::Index>(), 1_u32..4), 1..6),
    ) {
        let world = World::with(lenient());
        let ayse = world.register("Ayşe");
        let (place, total) = wish.of(ayse);
        let paid = total.minor() * paid / 100;
        let parts = (paid > 0).then(|| Money::new(paid, Currency::TRY));
        let order = delivered(&world, place, parts.as_slice());
        let mut left: Vec<u32> = wish.items.iter().map(|item| item.quantity).collect();
        let mut others = Vec::new();
        for (line, quantity) in picks {
            let line = line.index(left.len());
            let quantity = quantity.min(left[line]);
            if quantity > 0 {
                left[line] -= quantity;
                others.push(exchanged(&world, order, u32::try_from(line).unwrap() + 1, quantity));
            }
        }
        let (mut sum, mut balance) = (0, world.get(order).balance().minor());
        for other in &others {
            let stored = folds(&world, *other);
            sum += stored.paid().minor();
            balance += stored.balance().minor();
            // What is charged is what its items say, but for the tax, which is not worked out anew.
            let line = &stored.lines[0];
            let net = match wish.basis {
                TaxBasis::Included => line.charge.amount.minor(),
                TaxBasis::Added => line.charge.amount.minor() - line.charge.tax.minor(),
            };
            let again = Item { tax_rate: BasisPoints::ZERO, ..line.item.clone() };
            let again = Pricing::of(&[again], None, None, TaxBasis::Included).unwrap();
            prop_assert_eq!(again.total.minor(), net);
        }
        prop_assert_eq!(sum + world.get(order).paid().minor(), paid);
        prop_assert_eq!(balance, total.minor() - paid);
        for other in &others {
            arrives(&world, *other);
            returned(&world, *other, 1, world.get(*other).lines[0].item.quantity);
        }
        for (line, quantity) in (1..).zip(left) {
            if quantity > 0 {
                returned(&world, order, line, quantity);
            }
        }
        let shipping = world.get(order);
        let kept = if shipping.shipping_refunded { 0 } else { shipping.shipping.amount.minor() };
        let mut owed = 0;
        for id in others.iter().chain([&order]) {
            let stored = folds(&world, *id);
            owed += stored.paid().minor() + stored.balance().minor();
        }
        prop_assert_eq!(owed, kept);
    }
}

#[test]
fn an_order_is_delivered_before_it_comes_back() {
    let world = World::with(lenient());
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("cup", 2, "10.00 TRY")]);
    let request = RequestReturn::new(order, code!("unwanted")).with(1, 1);
    assert_eq!(world.refuse(request).code(), "return.more_than_returnable");
}
