//! Returns: who may send back what, until when, and where it is.

use aftercare::code;
use aftercare::kernel::{Actor, Code, OrderId, ReturnId, StaffId};
use aftercare::order::*;
use aftercare::prelude::RulebookSpec;
use aftercare::product::DefineProduct;
use aftercare::record::Share;
use chrono::TimeDelta;

use super::refund::{comes_back, delivered};
use super::{folds, item, money};
use crate::product::world::{World, refused};

fn order_of(world: &World, items: Vec<Item>) -> OrderId {
    let ayse = world.register("Ayşe");
    let total = Pricing::of(&items, None, None, TaxBasis::Included)
        .unwrap()
        .total;
    delivered(world, PlaceOrder::new(ayse, items), &[total])
}

fn request(order: OrderId, line: u32, quantity: u32) -> RequestReturn {
    RequestReturn::new(order, code!("unwanted")).with(line, quantity)
}

fn acceptances(world: &World, rma: ReturnId) -> Vec<Acceptance> {
    world
        .get(rma)
        .units
        .iter()
        .map(|unit| unit.acceptance)
        .collect()
}

fn agent() -> Actor {
    Actor::staff(StaffId::from_u128(7), code!("agent"))
}

fn supervisor() -> Actor {
    Actor::staff(StaffId::from_u128(8), code!("supervisor"))
}

#[test]
fn a_second_return_cannot_exceed_what_was_bought() {
    let world = World::new();
    let order = order_of(&world, vec![item("cup", 3, "10.00 TRY")]);
    let rma = world.run(request(order, 1, 2));
    let refusal = world.refuse(request(order, 1, 2));
    assert_eq!(refusal.code(), "return.more_than_returnable");
    assert_eq!(
        world.refuse(request(order, 1, 0)).code(),
        "order.no_quantity"
    );
    assert_eq!(
        world.refuse(request(order, 2, 1)).code(),
        "order.unknown_line"
    );
    world.run(request(order, 1, 1));
    world.run(CancelReturn { rma });
    world.run(request(order, 1, 2));
    assert_eq!(world.get(order).lines[0].returns.announced, 3);
    folds(&world, order);
    world.assert_told();
}

#[test]
fn the_window_ends_with_the_civil_day_and_every_check_says_why() {
    let world = World::new();
    let items = vec![
        item("cup", 1, "10.00 TRY"),
        item("sale", 1, "5.00 TRY").as_final_sale(),
    ];
    // Delivered on 3 March in İstanbul: the last day is the 17th, to 21:00 UTC.
    let order = order_of(&world, items);
    let check = |line, at: &str| {
        world.ask(&CheckReturn::new(
            request(order, line, 1),
            at.parse().unwrap(),
        ))
    };
    let (findings, accepted) = check(1, "2026-03-17T20:59:59Z");
    assert_eq!(accepted, Acceptance::Accepted);
    let said: Vec<_> = findings.iter().map(|f| (f.check, f.passed)).collect();
    assert_eq!(
        said,
        [
            (Check::FinalSale, true),
            (Check::Window, true),
            (Check::Quantity, true)
        ]
    );
    assert_eq!(
        findings[1].fact,
        Some("2026-03-17".parse::<Code>().unwrap())
    );
    let (_, late) = check(1, "2026-03-17T21:00:00Z");
    assert_eq!(late, Acceptance::Rejected);
    let (findings, sold) = check(2, "2026-03-04T12:00:00Z");
    assert_eq!(sold, Acceptance::Rejected);
    assert!(
        !findings[0].passed && findings[1].passed,
        "every check is made"
    );

    world.wait(TimeDelta::days(20));
    match world.refuse(request(order, 1, 1)) {
        aftercare::work::Refusal::Order(Refusal::NotEligible { line, finding }) => {
            assert_eq!(line, 1);
            assert_eq!(finding.unwrap().check, Check::Window);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn staff_may_override_a_check_and_the_journal_says_why() {
    let world = World::new();
    let order = order_of(&world, vec![item("cup", 1, "10.00 TRY")]);
    world.wait(TimeDelta::days(60));
    let over = request(order, 1, 1).overriding(code!("goodwill"));
    let refusal = refused(world.run_as(agent(), over.clone()));
    assert_eq!(refusal.code(), "access.denied");
    let rma = world.run_as(supervisor(), over).unwrap();
    let entry = world.entries(rma).pop().unwrap();
    assert_eq!(entry.reason, Some(code!("goodwill")));
    let stored = world.get(rma);
    assert!(stored.findings.iter().any(|finding| !finding.passed));
    assert_eq!(acceptances(&world, rma), [Acceptance::Pending]);
}

#[test]
fn a_right_of_withdrawal_holds_whatever_the_policy_says() {
    let mut spec = RulebookSpec::new();
    spec.orders.returns.window_days = 0;
    let world = World::with(spec);
    let order = order_of(&world, vec![item("cup", 1, "10.00 TRY").as_final_sale()]);
    world.wait(TimeDelta::days(14));
    assert_eq!(
        world.refuse(request(order, 1, 1)).code(),
        "return.not_eligible"
    );
    let nowhere = request(order, 1, 1).withdrawing(code!("XX"));
    assert_eq!(world.refuse(nowhere).code(), "return.no_such_right");
    let withdraw = request(order, 1, 1).withdrawing(code!("TR"));
    let early = world.now();
    world.wait(TimeDelta::days(1));
    assert_eq!(world.refuse(withdraw.clone()).code(), "return.not_eligible");
    let (findings, accepted) = world.ask(&CheckReturn::new(withdraw, early));
    assert_eq!(accepted, Acceptance::Accepted);
    assert_eq!(findings[0].check, Check::Withdrawal);
}

#[test]
fn withdrawal_periods_are_dated_data() {
    let known = WithdrawalRule::known();
    let date = |text: &str| text.parse().unwrap();
    let of = |place: &str| {
        let mut rules = known.iter();
        rules.find(|rule| rule.jurisdiction == *place).unwrap()
    };
    let last = |place, day: &str| of(place).last_day(date(day), date(day));
    assert_eq!(last("EU", "2026-03-02"), Some(date("2026-03-16")));
    // A Saturday moves to the Monday (Regulation 1182/71, art. 3(4)); not so in Great Britain.
    assert_eq!(last("EU", "2026-03-07"), Some(date("2026-03-23")));
    assert_eq!(last("GB", "2026-03-07"), Some(date("2026-03-21")));
    let mut eu = of("EU").clone();
    eu.holidays.insert(date("2026-03-16"));
    assert_eq!(
        eu.last_day(date("2026-03-02"), date("2026-03-02")),
        Some(date("2026-03-17"))
    );
    assert!(!of("EU").holds_on(date("2014-06-13")));
    assert!(of("EU").holds_on(date("2014-06-14")));
    eu.counted_from = CountedFrom::Contract;
    assert_eq!(
        eu.last_day(date("2026-03-03"), date("2026-03-20")),
        Some(date("2026-03-17"))
    );
}

#[test]
fn the_first_day_of_a_window_is_a_convention() {
    let policy = |first_day| ReturnPolicy {
        first_day,
        window_days: 14,
        ..ReturnPolicy::default()
    };
    let delivered = "2026-03-02".parse().unwrap();
    let last = |first_day| policy(first_day).last_day(delivered).unwrap().to_string();
    assert_eq!(last(FirstDay::DayAfterDelivery), "2026-03-16");
    assert_eq!(last(FirstDay::DayOfDelivery), "2026-03-15");
}

#[test]
fn each_piece_has_its_own_way_and_its_own_answer() {
    let mut spec = RulebookSpec::new();
    spec.orders.returns.refunds_lost = false;
    let world = World::with(spec);
    let order = order_of(&world, vec![item("cup", 4, "10.00 TRY")]);
    let rma = world.run(request(order, 1, 4));
    assert_eq!(
        world.refuse(RefundReturn::new(rma)).code(),
        "return.nothing_to_do"
    );
    let go = |piece, to| world.run(MoveReturn::of(rma, [piece], to));
    go(1, Reception::InTransit);
    go(1, Reception::Received);
    go(2, Reception::Received);
    go(3, Reception::WrongItem);
    go(4, Reception::Lost);
    let back = MoveReturn::of(rma, [1], Reception::Awaiting);
    assert_eq!(world.refuse(back).code(), "return.illegal_reception");
    let unknown = MoveReturn::of(rma, [5], Reception::Received);
    assert_eq!(world.refuse(unknown).code(), "return.unknown_piece");
    let inspect =
        |piece, condition: &str| InspectReturn::of(rma, [piece], condition.parse().unwrap());
    assert_eq!(
        world.refuse(inspect(3, "as_new")).code(),
        "return.not_received"
    );
    world.run(inspect(1, "as_new"));
    world.run(inspect(2, "worn"));
    use Acceptance::{Accepted, Manual, Pending, Rejected};
    assert_eq!(
        acceptances(&world, rma),
        [Accepted, Manual, Pending, Pending]
    );
    assert_eq!(world.run(RefundReturn::new(rma)), Some(money("10.00 TRY")));
    let accept = DecideReturn::accept(rma, [2], code!("loyal_customer"));
    refused(world.run_as(agent(), accept.clone()));
    let reject = DecideReturn::reject(rma, [2], code!("worn"));
    world.run_as(supervisor(), reject).unwrap();
    assert_eq!(acceptances(&world, rma)[1], Rejected);
    // The wrong item and the rejected one stay with the customer; the lost one is still announced.
    assert_eq!(world.get(order).lines[0].returns.announced, 1);
    world.run_as(supervisor(), accept).unwrap();
    assert_eq!(world.get(order).lines[0].returns.announced, 2);
    assert_eq!(world.run(RefundReturn::new(rma)), Some(money("10.00 TRY")));
    go(4, Reception::Received);
    world.run(InspectReturn::all(rma, code!("unopened")));
    assert_eq!(world.run(RefundReturn::new(rma)), Some(money("10.00 TRY")));
    assert_eq!(
        world.refuse(RefundReturn::new(rma)).code(),
        "return.nothing_to_do"
    );
    let again = DecideReturn::reject(rma, [1], code!("worn"));
    assert_eq!(world.refuse(again).code(), "return.already_settled");
    let stored = folds(&world, order);
    assert_eq!(stored.lines[0].returns.settled_pieces, 3);
    world.assert_told();
}

#[test]
fn what_never_set_out_expires_and_may_still_come() {
    let world = World::new();
    let order = order_of(&world, vec![item("cup", 1, "10.00 TRY")]);
    let rma = world.run(request(order, 1, 1));
    world.wait(TimeDelta::days(31));
    let context = world.context(Actor::System);
    world.desk.wake(&context, Share::ALL, 10).unwrap();
    assert_eq!(world.get(rma).units[0].reception, Reception::Expired);
    assert_eq!(world.get(order).lines[0].returns.announced, 0);
    world.run(MoveReturn::all(rma, Reception::Received));
    assert_eq!(world.get(order).lines[0].returns.announced, 1);
    folds(&world, order);
    world.assert_told();
}

#[test]
fn what_came_too_late_and_was_announced_anew_comes_back_once() {
    let world = World::new();
    let order = order_of(&world, vec![item("cup", 1, "10.00 TRY")]);
    let first = world.run(request(order, 1, 1));
    world.run(MoveReturn::all(first, Reception::Short));
    world.run(request(order, 1, 1));
    let late = MoveReturn::all(first, Reception::Received);
    assert_eq!(world.refuse(late).code(), "return.more_than_returnable");
}

#[test]
fn a_preference_that_is_not_offered_is_refused() {
    let mut spec = RulebookSpec::new();
    spec.orders.returns.offered.remove(&RefundKind::StoreCredit);
    let world = World::with(spec);
    let order = order_of(&world, vec![item("cup", 1, "10.00 TRY")]);
    let request = request(order, 1, 1).preferring(RefundKind::StoreCredit);
    assert_eq!(world.refuse(request).code(), "return.not_offered");
}

#[test]
fn a_unit_that_came_back_is_the_businesss_again() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    world.run(DefineProduct::new(code!("KB-24")));
    let items = [item("KB-24", 1, "9000.00 TRY")];
    let order = super::ordered(&world, ayse, items);
    let pack = Pack::new(1, 1).with_serial(code!("S-1"));
    world.run(PrepareShipment::of(order, [pack]));
    world.wait(TimeDelta::days(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    let unit = world.get(order).shipments[0].units[0].1;
    let back = RequestReturn::new(order, code!("unwanted")).with_unit(unit);
    let twice = back.clone().with_unit(unit);
    assert_eq!(world.refuse(twice).code(), "return.unit_twice");
    let rma = world.run(back);
    world.run(MoveReturn::all(rma, Reception::Received));
    world.run(InspectReturn::all(rma, code!("unopened")));
    assert_eq!(world.get(unit).owned_by(), Some(ayse));
    world.run(RefundReturn::new(rma));
    let stored = world.get(unit);
    assert_eq!((stored.owner.clone(), stored.delivered_at), (None, None));
}

#[test]
fn a_unit_comes_back_once_whatever_others_of_its_line_do() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    world.run(DefineProduct::new(code!("KB-24")));
    let order = super::ordered(&world, ayse, [item("KB-24", 2, "9000.00 TRY")]);
    let pack = Pack::new(1, 2).with_serial(code!("S-1"));
    let pack = pack.with_serial(code!("S-2"));
    world.run(PrepareShipment::of(order, [pack]));
    world.wait(TimeDelta::days(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    let [(_, one), (_, other)] = world.get(order).shipments[0].units[..] else {
        panic!("two units")
    };
    let back = |unit| RequestReturn::new(order, code!("unwanted")).with_unit(unit);
    let rma = world.run(back(one));
    assert_eq!(world.refuse(back(one)).code(), "return.unit_returned");
    // Called off, it may be announced anew.
    world.run(CancelReturn { rma });
    let rma = world.run(back(one));
    comes_back(&world, rma);
    assert_eq!(world.refuse(back(one)).code(), "return.unit_returned");
    world.run(back(other));
    world.assert_told();
}

#[test]
fn what_was_sent_again_and_came_twice_was_bought_once() {
    let world = World::new();
    let order = super::ordered(
        &world,
        world.register("Ayşe"),
        [item("cup", 1, "10.00 TRY")],
    );
    world.run(PrepareShipment::of_all(order));
    world.wait(TimeDelta::days(1));
    world.run(TrackShipment::new(order, 1, Milestone::Lost));
    world.run(PrepareShipment::of_all(order));
    world.wait(TimeDelta::days(1));
    for parcel in [1, 2] {
        world.run(TrackShipment::new(order, parcel, Milestone::Delivered));
    }
    assert_eq!(world.get(order).delivered(1), 1);
    assert_eq!(
        world.refuse(request(order, 1, 2)).code(),
        "return.more_than_returnable"
    );
    world.run(request(order, 1, 1));
}

#[test]
fn a_customer_returns_and_follows_their_own_orders_only() {
    let world = World::new();
    let order = order_of(&world, vec![item("cup", 2, "10.00 TRY")]);
    let owner = Actor::Customer(world.get(order).customer);
    let other = Actor::Customer(world.register("Can"));
    refused(world.run_as(other.clone(), request(order, 1, 1)));
    let rma = world.run_as(owner.clone(), request(order, 1, 1)).unwrap();
    refused(world.run_as(other, CancelReturn { rma }));
    let over = request(order, 1, 1).overriding(code!("please"));
    refused(world.run_as(owner.clone(), over));
    let returns = ReturnsOf::new(order);
    let seen = world.desk.ask(&owner, &returns).unwrap();
    assert_eq!(seen.returns, [world.get(rma)]);
    world.run_as(owner, CancelReturn { rma }).unwrap();
}

#[test]
fn a_return_policy_that_cannot_be_followed_is_a_problem_with_its_path() {
    let mut spec = RulebookSpec::new();
    let returns = &mut spec.orders.returns;
    let twice = returns.checks[0];
    returns.checks.push(twice);
    returns.checks.push(CheckRule {
        check: Check::Withdrawal,
        on_failure: OnFailure::Manual,
    });
    returns.restocking_fee = aftercare::kernel::BasisPoints::from_percent(101);
    returns.withdrawal[0].until = Some("2000-01-01".parse().unwrap());
    let secret = aftercare::kernel::SecretKey::new([7; 16]);
    let problems = spec.build(secret).unwrap_err();
    let paths: Vec<_> = problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "orders.returns.checks[4]",
            "orders.returns.checks[5]",
            "orders.returns.restocking_fee",
            "orders.returns.withdrawal[0].until",
        ]
    );
}

#[test]
fn refusals_say_in_words_what_is_wrong() {
    let world = World::new();
    let order = order_of(&world, vec![item("cup", 1, "10.00 TRY").as_final_sale()]);
    let says = |refusal: aftercare::work::Refusal| refusal.to_string();
    assert_eq!(
        says(world.refuse(request(order, 1, 1))),
        "line 1 may not come back: the check `final_sale` is not passed"
    );
    let order = order_of(&world, vec![item("cup", 1, "10.00 TRY")]);
    world.wait(TimeDelta::days(20));
    assert_eq!(
        says(world.refuse(request(order, 1, 1))),
        "line 1 may not come back: the check `window` is not passed, which goes by 2026-03-18"
    );
    let order = order_of(&world, vec![item("cup", 1, "10.00 TRY")]);
    let rma = world.run(request(order, 1, 1));
    world.run(MoveReturn::all(rma, Reception::InTransit));
    assert_eq!(
        says(world.refuse(MoveReturn::all(rma, Reception::Awaiting))),
        "piece 1 cannot go from in_transit to awaiting; from there it may go to: received, lost, wrong_item, short"
    );
    let mut spec = RulebookSpec::new();
    spec.orders.returns.offered.remove(&RefundKind::StoreCredit);
    let world = World::with(spec);
    let order = order_of(&world, vec![item("cup", 1, "10.00 TRY")]);
    let credit = request(order, 1, 1).preferring(RefundKind::StoreCredit);
    assert_eq!(
        says(world.refuse(credit)),
        "a refund as store_credit is not offered"
    );
    assert_eq!(
        says(world.refuse(ConfirmOrder {
            order: OrderId::from_u128(1)
        })),
        "there is no order with this id"
    );
}

#[test]
fn a_return_has_so_many_pieces_that_each_can_have_a_state_of_its_own() {
    let world = World::new();
    let order = order_of(&world, vec![item("screw", 20_000, "0.01 TRY")]);
    let refusal = world.refuse(request(order, 1, 10_001));
    assert_eq!(refusal.code(), "return.too_many_pieces");
    let rma = world.run(request(order, 1, 10_000));
    world.run(MoveReturn::all(rma, Reception::Received));
    world.run(InspectReturn::all(rma, code!("unopened")));
    assert_eq!(world.run(RefundReturn::new(rma)), Some(money("100.00 TRY")));
    folds(&world, order);
}

/// Withdraws from one piece of the first line, by the law of Türkiye.
fn withdraws(order: OrderId) -> RequestReturn {
    request(order, 1, 1).withdrawing(code!("TR"))
}

#[test]
fn there_is_no_withdrawing_from_what_the_law_excepts_and_the_refusal_names_why() {
    let world = World::new();
    for why in WithdrawalException::ALL.iter().copied() {
        let order = order_of(&world, vec![item("cup", 2, "10.00 TRY").excepted(why)]);
        if why.is_of_seal() {
            world.run(withdraws(order));
            continue;
        }
        let refusal = world.refuse(withdraws(order));
        assert_eq!(refusal.code(), "return.not_eligible");
        let said = format!("the check `exception` is not passed, which goes by {why}");
        assert!(refusal.to_string().contains(&said), "{refusal}");
        let asked = CheckReturn {
            request: withdraws(order),
            at: world.now(),
        };
        let (findings, acceptance) = world.ask(&asked);
        assert_eq!(acceptance, Acceptance::Rejected);
        assert_eq!(findings[0].check, Check::Exception);
        assert_eq!(findings[0].fact.as_ref().unwrap().as_str(), why.name());
        // By the policy of the business it may come back, and staff may take it back.
        world.run(request(order, 1, 1));
        world.run(withdraws(order).overriding(code!("goodwill")));
    }
}

#[test]
fn what_is_sealed_may_be_withdrawn_from_as_long_as_the_seal_is_not_broken() {
    let world = World::new();
    let sealed = WithdrawalException::SealedForHygiene;
    let order = order_of(&world, vec![item("comb", 2, "10.00 TRY").excepted(sealed)]);
    let back = |condition| {
        let rma = world.run(withdraws(order));
        world.run(MoveReturn::all(rma, Reception::Received));
        assert_eq!(
            world.refuse(RefundReturn::new(rma)).code(),
            "return.nothing_to_do"
        );
        world.run(InspectReturn::all(rma, condition));
        world.get(rma).units[0].acceptance
    };
    assert_eq!(back(code!("unopened")), Acceptance::Accepted);
    assert_eq!(back(code!("as_new")), Acceptance::Rejected);
    // The piece stays with the customer, who may still ask by the policy.
    world.run(request(order, 1, 1));
}

#[test]
fn an_exception_that_a_law_does_not_know_keeps_nobody_from_withdrawing() {
    let mut spec = RulebookSpec::new();
    for rule in &mut spec.orders.returns.withdrawal {
        rule.exceptions.remove(&WithdrawalException::Periodical);
    }
    let world = World::with(spec);
    let paper = item("paper", 1, "10.00 TRY").excepted(WithdrawalException::Periodical);
    let order = order_of(&world, vec![paper]);
    world.run(withdraws(order));
}

/// Sells to Germany under the law of the Union, and to the rest of the world under that of Türkiye; and in a shop.
fn in_two_places() -> RulebookSpec {
    let mut spec = RulebookSpec::new();
    let returns = &mut spec.orders.returns;
    returns.withdrawal_by_zone = [("Europe/Berlin".to_owned(), code!("EU"))].into();
    returns.withdrawal_elsewhere = Some(code!("TR"));
    returns.not_at_distance = [code!("shop")].into();
    spec
}

/// A cup that was delivered on 3 March, and its customer.
fn cup(world: &World, place: impl FnOnce(PlaceOrder) -> PlaceOrder) -> (OrderId, Actor) {
    let ayse = world.register("Ayşe");
    let items = [item("cup", 1, "10.00 TRY").as_final_sale()];
    let order = PlaceOrder::new(ayse, items).in_zone("Europe/Istanbul".parse().unwrap());
    let order = delivered(world, place(order), &[money("10.00 TRY")]);
    (order, Actor::Customer(ayse))
}

#[test]
fn a_customer_withdraws_by_the_law_of_their_place_and_staff_name_any() {
    let world = World::with(in_two_places());
    let (order, ayse) = cup(&world, |order| order);
    let eu = request(order, 1, 1).withdrawing(code!("EU"));
    let refusal = refused(world.run_as(ayse.clone(), eu.clone()));
    assert_eq!(refusal.code(), "return.no_such_right");
    let asked = CheckReturn::new(eu.clone(), world.now());
    assert!(world.desk.ask(&ayse, &asked).is_err());
    let rma = world.run_as(ayse.clone(), withdraws(order)).unwrap();
    assert_eq!(acceptances(&world, rma), [Acceptance::Accepted]);
    world.run_as(ayse, CancelReturn { rma }).unwrap();
    let rma = world.run_as(agent(), eu.clone()).unwrap();
    assert_eq!(acceptances(&world, rma), [Acceptance::Accepted]);

    let (order, ayse) = cup(&world, |order| {
        order.in_zone("Europe/Berlin".parse().unwrap())
    });
    let refusal = refused(world.run_as(ayse.clone(), withdraws(order)));
    assert_eq!(refusal.code(), "return.no_such_right");
    let eu = request(order, 1, 1).withdrawing(code!("EU"));
    world.run_as(ayse, eu).unwrap();
}

#[test]
fn where_nothing_says_which_law_holds_a_person_decides() {
    let world = World::new();
    let (order, ayse) = cup(&world, |order| order);
    let rma = world.run_as(ayse.clone(), withdraws(order)).unwrap();
    assert_eq!(acceptances(&world, rma), [Acceptance::Manual]);
    world.run(MoveReturn::all(rma, Reception::Received));
    let refund = RefundReturn::new(rma);
    assert_eq!(world.refuse(refund.clone()).code(), "return.nothing_to_do");
    let accept = DecideReturn::accept(rma, [1], code!("lives_there"));
    world.run_as(supervisor(), accept).unwrap();
    assert_eq!(world.run(refund), Some(money("10.00 TRY")));
    // What is too late by the law they name is too late whoever decides.
    let (order, ayse) = cup(&world, |order| order);
    world.wait(TimeDelta::days(15));
    let refusal = refused(world.run_as(ayse, withdraws(order)));
    assert_eq!(refusal.code(), "return.not_eligible");

    // A rulebook with the law of one place says which.
    let mut spec = RulebookSpec::new();
    let rules = &mut spec.orders.returns.withdrawal;
    rules.retain(|rule| rule.jurisdiction == *"TR");
    let world = World::with(spec);
    let (order, ayse) = cup(&world, |order| order);
    let rma = world.run_as(ayse, withdraws(order)).unwrap();
    assert_eq!(acceptances(&world, rma), [Acceptance::Accepted]);
}

#[test]
fn a_customer_does_not_withdraw_from_what_was_not_bought_at_a_distance() {
    let world = World::with(in_two_places());
    let (order, ayse) = cup(&world, |order| order.over(code!("shop")));
    let refusal = refused(world.run_as(ayse, withdraws(order)));
    assert_eq!(refusal.code(), "return.no_such_right");
    world.run_as(agent(), withdraws(order)).unwrap();
}

#[test]
fn whose_right_of_withdrawal_customers_have_is_one_that_there_is() {
    let mut spec = in_two_places();
    let returns = &mut spec.orders.returns;
    returns.withdrawal_elsewhere = Some(code!("XX"));
    let zones = &mut returns.withdrawal_by_zone;
    zones.insert("Nowhere/Land".to_owned(), code!("GB"));
    let secret = aftercare::kernel::SecretKey::new([7; 16]);
    let problems = spec.build(secret).unwrap_err();
    let found: Vec<_> = problems
        .iter()
        .map(|problem| (problem.path.as_str(), problem.code.as_ref()))
        .collect();
    assert_eq!(
        found,
        [
            (
                "orders.returns.withdrawal_elsewhere",
                "return.unknown_right"
            ),
            (
                "orders.returns.withdrawal_by_zone.Nowhere/Land",
                "return.unknown_zone"
            ),
        ]
    );
}
