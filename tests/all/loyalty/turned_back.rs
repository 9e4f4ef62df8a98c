//! Orders that come back: the points that they brought go with them, and those with which they were paid come back.

use aftercare::code;
use aftercare::kernel::{Code, Currency, CustomerId, Effect, MovementId, OrderId, ReturnId};
use aftercare::loyalty::*;
use aftercare::order::*;
use aftercare::prelude::{Reaction, RulebookSpec, Trigger};
use proptest::prelude::*;

use super::club::*;
use super::orders::effects;
use crate::product::world::World;

/// Orders bring points when they are delivered, and returns take them back.
fn turning(spec: ProgrammeSpec) -> World {
    let mut rulebook =
        RulebookSpec::new()
            .with_programme(spec)
            .with_reaction(Reaction::earn_points(
                code!("points"),
                Trigger::OrderDelivered,
                club(),
            ));
    for (name, on) in [
        (code!("back"), Trigger::ReturnSettled),
        (code!("off"), Trigger::OrderCancelled),
        (code!("pieces"), Trigger::PiecesCancelled),
    ] {
        rulebook = rulebook.with_reaction(Reaction::turn_back_points(name, on, club()));
    }
    rulebook.orders.returns.shipping = ShippingRefund::FullReturn;
    World::with(rulebook)
}

/// Orders bring points when they are placed, and give them back when they are called off.
pub(super) fn placed_and_called_off() -> World {
    let spec = RulebookSpec::new().with_programme(programme());
    let placed = Reaction::earn_points(code!("points"), Trigger::OrderPlaced, club());
    let off = Reaction::turn_back_points(code!("off"), Trigger::OrderCancelled, club());
    World::with(spec.with_reaction(placed).with_reaction(off))
}

pub(super) fn item(name: &str, pieces: u32, minor: i64) -> Item {
    Item::new(Code::try_new(name).unwrap(), pieces, tl(minor))
}

/// Places an order that is paid with these points and in money, and delivers it.
fn delivered(world: &World, place: PlaceOrder, spent: Option<&Spent>) -> OrderId {
    let order = world.run(place);
    world.run(ConfirmOrder { order });
    let mut due = world.get(order).total;
    if let Some(spent) = spent {
        let paid = spent.worth.unwrap();
        let reference = Code::try_new(&spent.movement.to_string()).unwrap();
        world.run(RecordPayment::new(order, reference, code!("points"), paid));
        due = due.checked_sub(paid).unwrap();
    }
    if !due.is_zero() {
        world.run(RecordPayment::new(
            order,
            code!("card-1"),
            code!("card"),
            due,
        ));
    }
    let parcel = world.run(PrepareShipment::of_all(order));
    world.run(TrackShipment::new(order, parcel, Milestone::Delivered));
    order
}

fn announced(world: &World, order: OrderId, pieces: &[(u32, u32)]) -> ReturnId {
    let request = RequestReturn::new(order, code!("unwanted"));
    let request = pieces
        .iter()
        .fold(request, |request, (line, n)| request.with(*line, *n));
    let rma = world.run(request);
    world.run(MoveReturn::all(rma, Reception::Received));
    world.run(InspectReturn::all(rma, code!("as_new")));
    rma
}

fn bring_back(world: &World, order: OrderId, pieces: &[(u32, u32)]) {
    let rma = announced(world, order, pieces);
    world.run(RefundReturn::new(rma));
}

pub(super) fn last_effect(world: &World, order: OrderId) -> Effect {
    effects(world, order).pop().unwrap()
}

pub(super) fn done(what: Code) -> Effect {
    Effect::Done { what }
}

fn earned_for(order: OrderId) -> MovementId {
    Source::of_order(order).earning(&club())
}

#[test]
fn a_return_takes_points_back_for_each_piece_and_the_last_takes_the_rest() {
    let world = turning(programme());
    let ayse = world.register("Ayşe");
    // Three cups for 100.99 lira bring 100 points.
    let place = PlaceOrder::new(ayse, [item("cup", 3, 33_67).less(tl(2))]);
    let order = delivered(&world, place, None);
    assert_eq!(balance(&world, ayse), 100);
    let mut left = Vec::new();
    for _ in 0..3 {
        bring_back(&world, order, &[(1, 1)]);
        assert_eq!(
            last_effect(&world, order),
            done(code!("points_turned_back"))
        );
        left.push(balance(&world, ayse));
    }
    assert_eq!(left, [67, 34, 0]);
    assert_eq!(view(&world, ayse).tier.unwrap().progress, 0);
    world.assert_told();
}

#[test]
fn what_did_not_count_takes_nothing_back_when_it_returns() {
    let mut spec = programme();
    spec.rules[0].when.products = [code!("tea")].into();
    let world = turning(spec);
    let ayse = world.register("Ayşe");
    let place = PlaceOrder::new(ayse, [item("tea", 2, 30_00), item("cup", 1, 40_00)]);
    let order = delivered(&world, place, None);
    assert_eq!(balance(&world, ayse), 60);
    bring_back(&world, order, &[(2, 1)]);
    assert_eq!(balance(&world, ayse), 60);
    bring_back(&world, order, &[(1, 1)]);
    assert_eq!(balance(&world, ayse), 30);
}

#[test]
fn an_order_that_counted_for_nothing_but_brought_points_loses_them_with_its_last_piece() {
    let mut spec = programme();
    spec.rules[0].grant = Grant::PerUnit(10);
    let world = turning(spec);
    let ayse = world.register("Ayşe");
    let order = delivered(&world, PlaceOrder::new(ayse, [item("gift", 2, 0)]), None);
    assert_eq!(balance(&world, ayse), 20);
    bring_back(&world, order, &[(1, 2)]);
    assert_eq!(balance(&world, ayse), 0);
}

#[test]
fn points_of_what_is_exchanged_go_with_it_and_come_with_the_other_piece() {
    let world = turning(programme());
    let ayse = world.register("Ayşe");
    let order = delivered(&world, PlaceOrder::new(ayse, [item("cup", 2, 50_00)]), None);
    let request = RequestReturn::new(order, code!("broken")).with(1, 1);
    let rma = world.run(request.preferring(RefundKind::Exchange));
    world.run(MoveReturn::all(rma, Reception::Received));
    world.run(InspectReturn::all(rma, code!("as_new")));
    world.run(RefundReturn::new(rma));
    assert_eq!(balance(&world, ayse), 50);
    let other = world.get(rma).exchanged_for[0];
    world.run(PrepareShipment::of_all(other));
    world.run(TrackShipment::new(other, 1, Milestone::Delivered));
    assert_eq!(balance(&world, ayse), 100);
    // Whichever comes back takes its own.
    bring_back(&world, other, &[(1, 1)]);
    assert_eq!(balance(&world, ayse), 50);
    bring_back(&world, order, &[(1, 1)]);
    assert_eq!(balance(&world, ayse), 0);
    world.assert_told();
}

#[test]
fn what_came_back_before_the_last_delivery_brings_nothing() {
    let world = turning(programme());
    let ayse = world.register("Ayşe");
    let order = world.run(PlaceOrder::new(ayse, [item("cup", 4, 25_00)]));
    world.run(ConfirmOrder { order });
    world.run(RecordPayment::new(
        order,
        code!("c"),
        code!("card"),
        tl(100_00),
    ));
    let first = world.run(PrepareShipment::of(order, [Pack::new(1, 3)]));
    world.run(TrackShipment::new(order, first, Milestone::Delivered));
    bring_back(&world, order, &[(1, 1)]);
    let why = code!("loyalty.nothing_earned");
    assert_eq!(last_effect(&world, order), Effect::Skipped { why });
    let last = world.run(PrepareShipment::of_all(order));
    world.run(TrackShipment::new(order, last, Milestone::Delivered));
    assert_eq!(balance(&world, ayse), 75);
    world.assert_told();
}

/// Pays an order with a card and delivers so many pieces of its only line.
fn in_part(world: &World, order: OrderId, pieces: u32) {
    world.run(ConfirmOrder { order });
    let total = world.get(order).balance();
    let (reference, method) = (code!("c"), code!("card"));
    world.run(RecordPayment::new(order, reference, method, total));
    let parcel = world.run(PrepareShipment::of(order, [Pack::new(1, pieces)]));
    world.run(TrackShipment::new(order, parcel, Milestone::Delivered));
}

fn off(order: OrderId, pieces: u32) -> CancelPieces {
    CancelPieces::for_business(order, code!("out_of_stock")).with(1, pieces)
}

#[test]
fn pieces_that_are_called_off_take_their_points_back_as_if_they_had_come_back() {
    let mut rulebook = RulebookSpec::new().with_programme(programme());
    for (name, on) in [
        (code!("back"), Trigger::ReturnSettled),
        (code!("pieces"), Trigger::PiecesCancelled),
    ] {
        rulebook = rulebook.with_reaction(Reaction::turn_back_points(name, on, club()));
    }
    let placed = Reaction::earn_points(code!("points"), Trigger::OrderPlaced, club());
    let world = World::with(rulebook.with_reaction(placed));
    let ayse = world.register("Ayşe");
    // Three cups for 100.99 lira bring 100 points.
    let place = PlaceOrder::new(ayse, [item("cup", 3, 33_67).less(tl(2))]);
    let order = world.run(place);
    in_part(&world, order, 1);
    assert_eq!(balance(&world, ayse), 100);
    // The customer may do it themselves.
    let me = aftercare::kernel::Actor::Customer(ayse);
    world.run_as(me, off(order, 1)).unwrap();
    assert_eq!(balance(&world, ayse), 67);
    assert_eq!(
        last_effect(&world, order),
        done(code!("points_turned_back"))
    );
    bring_back(&world, order, &[(1, 1)]);
    assert_eq!(balance(&world, ayse), 34);
    world.run(off(order, 1));
    assert_eq!(balance(&world, ayse), 0);
    world.assert_told();
}

#[test]
fn what_comes_though_it_was_called_off_brings_no_points_whenever_anything_goes_back() {
    let returns = |surplus_first: bool| {
        let placed = Reaction::earn_points(code!("points"), Trigger::OrderPlaced, club());
        let mut rulebook = RulebookSpec::new()
            .with_programme(programme())
            .with_reaction(placed);
        for (name, on) in [
            (code!("back"), Trigger::ReturnSettled),
            (code!("pieces"), Trigger::PiecesCancelled),
        ] {
            rulebook = rulebook.with_reaction(Reaction::turn_back_points(name, on, club()));
        }
        let world = World::with(rulebook);
        let ayse = world.register("Ayşe");
        let items = [item("cup", 4, 25_00), item("kettle", 1, 60_00)];
        let order = world.run(PlaceOrder::new(ayse, items));
        in_part(&world, order, 1);
        let kettle = world.run(PrepareShipment::of(order, [Pack::new(2, 1)]));
        world.run(TrackShipment::new(order, kettle, Milestone::Delivered));
        let parcel = world.run(PrepareShipment::of(order, [Pack::new(1, 2)]));
        world.run(TrackShipment::new(order, parcel, Milestone::Lost));
        assert_eq!(balance(&world, ayse), 160);
        world.run(off(order, 3));
        assert_eq!(balance(&world, ayse), 85);
        if surplus_first {
            world.run(TrackShipment::new(order, parcel, Milestone::Delivered));
            bring_back(&world, order, &[(2, 1)]);
            bring_back(&world, order, &[(1, 1)]);
        } else {
            bring_back(&world, order, &[(2, 1)]);
            world.run(TrackShipment::new(order, parcel, Milestone::Delivered));
        }
        balance(&world, ayse)
    };
    assert_eq!((returns(true), returns(false)), (25, 25));
}

#[test]
fn what_was_called_off_before_the_last_delivery_brings_nothing_and_the_rest_once() {
    let world = turning(programme());
    let ayse = world.register("Ayşe");
    let order = world.run(PlaceOrder::new(ayse, [item("cup", 4, 25_00)]));
    in_part(&world, order, 2);
    assert_eq!(balance(&world, ayse), 0);
    world.run(off(order, 1));
    assert_eq!(balance(&world, ayse), 0);
    // With the last of the rest called off it has come.
    world.run(off(order, 1));
    assert_eq!(balance(&world, ayse), 50);
    bring_back(&world, order, &[(1, 2)]);
    assert_eq!(balance(&world, ayse), 0);
    world.assert_told();
}

#[test]
fn points_with_which_pieces_were_paid_that_are_called_off_come_back() {
    let world = turning(programme());
    let ayse = world.register("Ayşe");
    world.run(adjust(ayse, 500));
    let spent = world.run(redeem(ayse, 400));
    let order = world.run(PlaceOrder::new(ayse, [item("cup", 4, 10_00)]));
    let reference = Code::try_new(&spent.movement.to_string()).unwrap();
    let worth = spent.worth.unwrap();
    world.run(RecordPayment::new(order, reference, code!("points"), worth));
    world.run(ConfirmOrder { order });
    let parcel = world.run(PrepareShipment::of(order, [Pack::new(1, 3)]));
    world.run(TrackShipment::new(order, parcel, Milestone::HandedOver));
    assert_eq!(balance(&world, ayse), 100);
    world.run(off(order, 1));
    assert_eq!(balance(&world, ayse), 200);
    assert_eq!(last_effect(&world, order), done(code!("points_given_back")));
    world.assert_told();
}

#[test]
fn points_with_which_it_was_paid_come_back_with_the_money_and_never_twice() {
    let world = turning(programme());
    let ayse = world.register("Ayşe");
    world.run(adjust(ayse, 500));
    let spent = world.run(redeem(ayse, 333));
    // 33.30 of 100 lira are paid with points: 66 are brought.
    let place = PlaceOrder::new(ayse, [item("cup", 4, 25_00)]);
    let order = delivered(&world, place, Some(&spent));
    assert_eq!(balance(&world, ayse), 500 - 333 + 66);
    for _ in 0..4 {
        bring_back(&world, order, &[(1, 1)]);
    }
    assert_eq!(balance(&world, ayse), 500);
    assert_eq!(world.get(order).paid(), tl(0));
    let again = GiveBackPoints {
        movement: spent.movement,
        amount: None,
    };
    assert_eq!(world.refuse(again).code(), "loyalty.more_than_left");
    world.assert_told();
}

#[test]
fn what_was_given_back_by_hand_is_not_given_back_again() {
    let world = turning(programme());
    let ayse = world.register("Ayşe");
    world.run(adjust(ayse, 500));
    let spent = world.run(redeem(ayse, 400));
    let place = PlaceOrder::new(ayse, [item("cup", 2, 20_00)]);
    let order = delivered(&world, place, Some(&spent));
    let amount = Some(p(300));
    world.run(GiveBackPoints {
        movement: spent.movement,
        amount,
    });
    bring_back(&world, order, &[(1, 2)]);
    assert_eq!(balance(&world, ayse), 500);
}

#[test]
fn with_credit_for_the_next_purchase_no_points_are_given_back_beside_it() {
    let world = turning(programme());
    let ayse = world.register("Ayşe");
    world.run(adjust(ayse, 500));
    let spent = world.run(redeem(ayse, 400));
    let place = PlaceOrder::new(ayse, [item("cup", 1, 100_00)]);
    let order = delivered(&world, place, Some(&spent));
    let rma = announced(&world, order, &[(1, 1)]);
    let kind = Some(RefundKind::StoreCredit);
    world.run(RefundReturn {
        kind,
        ..RefundReturn::new(rma)
    });
    assert_eq!(
        balance(&world, ayse),
        100,
        "60 brought and taken, 400 in the credit"
    );
}

#[test]
fn a_programme_that_blocks_is_skipped_with_its_reason_and_the_next_return_makes_up_for_it() {
    let mut spec = programme();
    spec.points.get_mut("points").unwrap().after_spending = AfterSpending::Block;
    let world = turning(spec);
    let ayse = world.register("Ayşe");
    let order = delivered(&world, PlaceOrder::new(ayse, [item("cup", 2, 50_00)]), None);
    let spent = world.run(redeem(ayse, 80)).movement;
    bring_back(&world, order, &[(1, 1)]);
    let why = code!("loyalty.points_spent");
    assert_eq!(last_effect(&world, order), Effect::Skipped { why });
    assert_eq!(balance(&world, ayse), 20);
    world.run(GiveBackPoints {
        movement: spent,
        amount: None,
    });
    bring_back(&world, order, &[(1, 1)]);
    assert_eq!(
        last_effect(&world, order),
        done(code!("points_turned_back"))
    );
    assert_eq!(balance(&world, ayse), 0);
    world.assert_told();
}

#[test]
fn an_order_that_is_called_off_gives_everything_back() {
    let world = placed_and_called_off();
    let ayse = world.register("Ayşe");
    world.run(adjust(ayse, 100));
    let spent = world.run(redeem(ayse, 100));
    let order = world.run(PlaceOrder::new(ayse, [item("cup", 1, 50_00)]));
    assert_eq!(balance(&world, ayse), 50);
    let reference = Code::try_new(&spent.movement.to_string()).unwrap();
    let paid = RecordPayment::new(order, reference, code!("points"), spent.worth.unwrap());
    world.run(paid);
    // The customer may do it themselves.
    let me = aftercare::kernel::Actor::Customer(ayse);
    world
        .run_as(me, CancelOrder::for_customer(order, code!("changed_mind")))
        .unwrap();
    assert_eq!(balance(&world, ayse), 100);
    assert_eq!(
        last_effect(&world, order),
        done(code!("points_turned_back"))
    );
    world.assert_told();
}

#[test]
fn a_reaction_that_turns_back_belongs_to_what_goes_back() {
    let wrong = [
        Reaction::turn_back_points(code!("a"), Trigger::OrderDelivered, club()),
        Reaction::earn_points(code!("b"), Trigger::ReturnSettled, club()),
    ];
    for reaction in wrong {
        let spec = RulebookSpec::new()
            .with_programme(programme())
            .with_reaction(reaction);
        let problems = spec
            .build(aftercare::kernel::SecretKey::new([7; 16]))
            .unwrap_err();
        assert!(
            problems.to_string().contains("reaction.other_trigger"),
            "{problems}"
        );
    }
}

/// What has come in by earning and reversal, over all of the history.
fn brought(world: &World, customer: CustomerId) -> (i64, i64) {
    let (mut earned, mut reversed) = (0, 0);
    for line in lines(world, customer) {
        let change = line.posted.posting.change().get();
        match line.posted.posting.kind {
            PostingKind::Earned => earned += change,
            PostingKind::Reversed => reversed -= change,
            _ => {}
        }
    }
    (earned, reversed)
}

/// An order of up to four lines: pieces, price, whether it counts.
fn orders() -> impl Strategy<Value = Vec<(u32, i64, bool)>> {
    prop::collection::vec((1_u32..6, 1_i64..40_000, any::<bool>()), 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn what_is_reversed_never_exceeds_what_was_earned_and_a_full_return_reverses_it_all(
        lines_of in orders(),
        shuffle in prop::collection::vec(any::<u16>(), 24),
        shipping in 0_i64..3_000,
        counts_shipping in any::<bool>(),
        paid_with_points in 0_i64..300,
        stop in 0_usize..24,
    ) {
        let mut spec = programme();
        spec.base.shipping = counts_shipping;
        spec.rules[0].when.products = [code!("counts")].into();
        let all = EarnRule::per_amount(code!("all"), points(), 1, 700);
        let world = turning(spec.with_rule(all));
        let ayse = world.register("Ayşe");
        world.run(adjust(ayse, 1_000));
        let items = lines_of.iter().map(|(pieces, minor, counts)| {
            item(if *counts { "counts" } else { "other" }, *pieces, *minor)
        });
        let price = Shipping::new(tl(shipping));
        let place = PlaceOrder::new(ayse, items).with_shipping(price);
        let goods: i64 = lines_of.iter().map(|(pieces, minor, _)| i64::from(*pieces) * minor).sum();
        let most = (goods / 20).min(paid_with_points);
        let spent = (most > 0).then(|| world.run(redeem(ayse, most)));
        let order = delivered(&world, place, spent.as_ref());
        let (earned, _) = brought(&world, ayse);

        // Every piece by itself, in random order.
        let mut pieces: Vec<u32> = (1..)
            .zip(&lines_of)
            .flat_map(|(line, (pieces, ..))| std::iter::repeat_n(line, *pieces as usize))
            .collect();
        for (n, swap) in shuffle.iter().enumerate().take(pieces.len()) {
            let other = usize::from(*swap) % pieces.len();
            pieces.swap(n, other);
        }
        let count = pieces.len();
        let mut before = 0;
        for line in pieces.into_iter().take(stop) {
            bring_back(&world, order, &[(line, 1)]);
            let (_, reversed) = brought(&world, ayse);
            prop_assert!((before..=earned).contains(&reversed));
            before = reversed;
        }
        // What counts of the whole, and what of it is back, by hand.
        let MovementKind::Earning { parts, eligible, returned, .. } =
            world.desk.get(&aftercare::kernel::Actor::System, earned_for(order)).unwrap().unwrap().kind.clone()
        else {
            panic!("an earning")
        };
        prop_assert!(returned <= eligible);
        let exact: i64 = parts.iter().map(|part| {
            i64::try_from(i128::from(part.earned.get()) * i128::from(returned) / i128::from(eligible)).unwrap()
        }).sum();
        prop_assert_eq!(before, exact);
        if stop >= count {
            prop_assert_eq!(before, earned);
            prop_assert_eq!(balance(&world, ayse), 1_000);
            prop_assert_eq!(view(&world, ayse).tier.unwrap().progress, 0);
        }
        prop_assert_eq!(Currency::TRY, world.get(order).total.currency());
        world.assert_told();
    }
}

#[test]
fn two_reactions_of_one_programme_give_back_what_was_paid_once() {
    let mut rulebook = RulebookSpec::new().with_programme(programme());
    for product in ["cup", "tea"] {
        let product = Code::try_new(product).unwrap();
        let name = Code::try_new(&format!("back_{product}")).unwrap();
        let back = Reaction::turn_back_points(name, Trigger::PiecesCancelled, club());
        rulebook = rulebook.with_reaction(back.for_product(product));
    }
    let world = World::with(rulebook);
    let ayse = world.register("Ayşe");
    world.run(adjust(ayse, 100));
    let spent = world.run(redeem(ayse, 100));
    let items = [item("cup", 2, 2_50), item("tea", 1, 5_00)];
    let order = world.run(PlaceOrder::new(ayse, items));
    let reference = Code::try_new(&spent.movement.to_string()).unwrap();
    let paid = spent.worth.unwrap();
    world.run(RecordPayment::new(order, reference, code!("points"), paid));
    world.run(CancelPieces::for_business(order, code!("out_of_stock")).with(2, 1));
    assert_eq!(balance(&world, ayse), 50);
    world.run(CancelPieces::for_business(order, code!("out_of_stock")).with(1, 1));
    assert_eq!(balance(&world, ayse), 75);
    world.assert_told();
}

#[test]
fn what_comes_back_of_somebody_who_is_forgotten_is_turned_back_as_well() {
    let world = turning(programme());
    let ayse = world.register("Ayşe");
    let order = delivered(&world, PlaceOrder::new(ayse, [item("cup", 2, 50_00)]), None);
    assert_eq!(balance(&world, ayse), 100);
    let rma = announced(&world, order, &[(1, 1)]);
    world.run(aftercare::customer::EraseCustomer {
        customer: ayse,
        reason: code!("asked"),
    });
    wake(&world);
    world.run(RefundReturn::new(rma));
    assert_eq!(balance(&world, ayse), 50);
    world.assert_told();
}

#[test]
fn a_customer_who_calls_off_gets_back_what_others_had_earned_and_sent_them() {
    let world = placed_and_called_off();
    let (ayse, can) = (world.register("Ayşe"), world.register("Can"));
    world.run(purchase(ayse, 1, 100_00));
    world.run(TransferPoints {
        from: ayse,
        to: can,
        programme: club(),
        points: points(),
        amount: p(100),
    });
    let spent = world.run(redeem(can, 100));
    wake_at(&world, "2027-04-02T00:00:00Z");
    let order = world.run(PlaceOrder::new(can, [item("cup", 1, 10_00)]));
    let reference = Code::try_new(&spent.movement.to_string()).unwrap();
    let paid = RecordPayment::new(order, reference, code!("points"), spent.worth.unwrap());
    world.run(paid);
    let off = CancelOrder::for_customer(order, code!("changed_mind"));
    world
        .run_as(aftercare::kernel::Actor::Customer(can), off)
        .unwrap();
    assert_eq!(balance(&world, can), 100);
    world.assert_told();
}
