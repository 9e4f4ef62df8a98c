//! What happens at the edges of rules: several point currencies at once, caps, budgets, parts, and nobody looking.

use aftercare::code;
use aftercare::kernel::{Currency, CustomerId, Money, MovementId};
use aftercare::loyalty::*;

use super::club::*;
use crate::product::world::World;

/// Every purchase brings status points as well.
fn two_currencies() -> ProgrammeSpec {
    let status = code!("status");
    programme()
        .with_points(status.clone(), PointsPolicy::qualifying())
        .with_rule(EarnRule::per_amount(code!("status"), status, 1, 100))
}

fn hold(world: &World, customer: CustomerId, of: i64) -> HoldPoints {
    HoldPoints::new(customer, club(), points(), p(of), world.now() + days(2))
}

fn capture(customer: CustomerId, hold: aftercare::kernel::HoldId, of: Option<i64>) -> CaptureHold {
    CaptureHold {
        amount: of.map(p),
        ..CaptureHold::all(customer, club(), hold)
    }
}

fn velocity(most: u32) -> Option<Velocity> {
    Some(Velocity {
        most,
        within_ms: 3_600_000,
        refuse: true,
    })
}

fn liability(world: &World) -> Liability {
    world.ask(&ReadLiability::of(club(), world.now())).liability
}

#[test]
fn a_guard_counts_a_purchase_once_whatever_points_it_brings() {
    let mut spec = two_currencies();
    spec.guards.earning = velocity(3);
    let world = world(spec);
    let ayse = world.register("Ayşe");
    for n in 1..=3 {
        world.run(purchase(ayse, n, 10_00));
    }
    assert_eq!(account(&world, ayse).earnings, 3);
    let refusal = world.refuse(purchase(ayse, 4, 10_00));
    let aftercare::work::Refusal::Loyalty(Refusal::Guarded { finding }) = refusal else {
        panic!("{refusal:?}");
    };
    let Finding::EarningVelocity { count, .. } = finding else {
        panic!("{finding:?}");
    };
    assert_eq!(count, 4);
    world.assert_told();
}

#[test]
fn an_earning_that_is_taken_back_in_parts_is_one_reversal() {
    let mut spec = two_currencies();
    spec.guards.reversals = Some(ReversalPattern {
        at_least: 2,
        percent: 0,
    });
    let world = world(spec);
    let ayse = world.register("Ayşe");
    for n in 1..=2 {
        world.run(purchase(ayse, n, 30_00));
    }
    for _ in 0..3 {
        world.run(reverse(order(1).earning(&club()), 10_00));
    }
    assert_eq!(account(&world, ayse).reversals, 1);
    assert_eq!(account(&world, ayse).flagged, None);
    world.run(reverse(order(2).earning(&club()), 10_00));
    let finding = Finding::ReversalPattern {
        reversals: 2,
        earnings: 2,
    };
    assert_eq!(account(&world, ayse).flagged, Some(finding));
    world.assert_told();
}

#[test]
fn what_a_programme_owes_does_not_depend_on_who_looked() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 1_500_00));
    // A hold keeps its points beyond their day, and the tier ends with the year after.
    world.wait(days(300));
    world.run(hold(&world, ayse, 100));
    for wait in [1, 3, 200, 400] {
        world.wait(days(wait));
        let before = liability(&world);
        let unseen = account(&world, ayse);
        wake(&world);
        assert_eq!(before, liability(&world), "after {wait} more days");
        let is_changed = unseen.purse(&points()) != account(&world, ayse).purse(&points());
        assert!(is_changed || wait != 3, "the hold lapses on waking");
    }
    let owed = liability(&world);
    assert_eq!(owed.points(&points()), p(0));
    assert_eq!(owed.totals[&points()].expired, p(1_500));
    assert_eq!(tier(&world, ayse), None);
    world.assert_told();
}

#[test]
fn what_a_cap_keeps_from_bringing_points_counts_towards_tiers_and_can_be_taken_back() {
    let mut spec = programme();
    spec.rules[0].caps.per_member = Some(p(100));
    let world = world(spec);
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 100_00));
    let beyond = world.run(purchase(ayse, 2, 900_00));
    assert_eq!(beyond.points, []);
    let movement = beyond.movement.expect("it counts towards tiers");
    assert_eq!(tier(&world, ayse).as_deref(), Some("silver"));
    world.run(reverse(movement, 900_00));
    assert_eq!(view(&world, ayse).tier.unwrap().progress, 100_00);
    assert_eq!(balance(&world, ayse), 100);
    // Without a number of its own it is the same.
    let mut unnamed = purchase(ayse, 3, 50_00);
    unnamed.source = None;
    let movement: MovementId = world.run(unnamed).movement.unwrap();
    world.run(reverse(movement, 50_00));
    assert_eq!(view(&world, ayse).tier.unwrap().progress, 100_00);
    world.assert_told();
}

#[test]
fn what_brought_nothing_can_be_put_right_under_the_same_number_unless_a_cap_took_it() {
    let mut spec = programme();
    spec.tiers = None;
    spec.rules[0].caps.per_day = Some(p(100));
    let world = world(spec);
    let ayse = world.register("Ayşe");
    let nothing = world.run(purchase(ayse, 1, 0));
    assert_eq!((nothing.movement, nothing.points), (None, vec![]));
    let right = world.run(purchase(ayse, 1, 100_00));
    assert_eq!(right.points, [(points(), p(100))]);
    assert_eq!(
        world.refuse(purchase(ayse, 1, 100_00)).code(),
        "loyalty.already_earned"
    );
    assert_eq!(world.run(purchase(ayse, 2, 100_00)).points, []);
    world.wait(days(1));
    let later = world.refuse(purchase(ayse, 2, 100_00));
    assert_eq!(
        later.code(),
        "loyalty.already_earned",
        "the cap was for that day"
    );
    world.assert_told();
}

#[test]
fn only_what_was_bought_comes_back() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    let line = |name, minor| BasketLine::new(name, tl(minor));
    let bought = [
        line(code!("tea"), 60_00),
        line(code!("cup"), 40_00),
        line(code!("tea"), 20_00),
    ];
    let earn = EarnPoints::for_purchase(ayse, club(), Basket::of(bought), order(1));
    let movement = world.run(earn).movement.unwrap();
    let back = |lines: Vec<BasketLine>| ReverseEarning {
        movement,
        returned: Returned::Lines(Basket::of(lines)),
    };
    let before = account(&world, ayse);
    let never = world.refuse(back(vec![line(code!("salt"), 10_00)]));
    assert_eq!(never.code(), "loyalty.not_bought");
    let more = world.refuse(back(vec![line(code!("cup"), 41_00)]));
    assert_eq!(more.code(), "loyalty.more_than_left");
    assert_eq!(account(&world, ayse), before);
    world.run(back(vec![line(code!("tea"), 80_00)]));
    assert_eq!(balance(&world, ayse), 40);
    world.assert_told();
}

#[test]
fn a_reward_is_worth_more_than_nothing_in_the_currency_of_the_programme() {
    let problems = |kind: RewardKind| {
        let reward = Reward::new(kind, points(), p(100));
        let spec = programme().with_reward(code!("cup"), reward);
        let found = Programme::try_new(spec).err();
        found.map(|problems| problems.to_string())
    };
    let off = |most| RewardKind::Off {
        rate: aftercare::kernel::BasisPoints::from_percent(10),
        at_most: Some(most),
        of: Conditions::default(),
        cheapest: false,
    };
    for kind in [RewardKind::Discount, RewardKind::Voucher, off] {
        assert_eq!(problems(kind(tl(1))), None);
        for minor in [0, -5_00] {
            let found = problems(kind(tl(minor))).unwrap();
            assert!(found.contains("loyalty.worth_nothing"), "{found}");
        }
        let euros = kind(Money::new(5_00, Currency::EUR));
        let found = problems(euros.clone()).unwrap();
        assert!(found.contains("loyalty.wrong_currency"), "{found}");
        let reward = Reward::new(euros, points(), p(100));
        let refusal = reward
            .takes_off(&basket(100_00), Currency::TRY)
            .unwrap_err();
        assert_eq!(refusal.code(), "loyalty.wrong_currency");
    }
}

#[test]
fn a_part_of_a_hold_is_spent_in_multiples_and_not_below_the_least() {
    let mut spec = programme();
    let rule = spec.points.get_mut("points").unwrap();
    let worth = Redemption::at(Worth::minor(10));
    rule.redemption = Some(worth.in_multiples_of(50).at_least(100));
    let world = world(spec);
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 1_000_00));
    let kept = world.run(hold(&world, ayse, 300));
    let before = account(&world, ayse);
    for (of, code) in [
        (125, "loyalty.not_a_multiple"),
        (50, "loyalty.below_minimum"),
        (0, "loyalty.not_positive"),
        (350, "loyalty.insufficient"),
    ] {
        assert_eq!(world.refuse(capture(ayse, kept, Some(of))).code(), code);
    }
    assert_eq!(account(&world, ayse), before);
    assert_eq!(world.run(capture(ayse, kept, Some(150))).points, p(150));
    let whole = world.run(hold(&world, ayse, 300));
    assert_eq!(world.run(capture(ayse, whole, None)).points, p(300));
    world.assert_told();
}

#[test]
fn a_guard_stops_the_hold_and_never_its_capture() {
    let mut spec = programme();
    spec.guards.spending = velocity(2);
    let world = world(spec);
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 1_000_00));
    let first = world.run(hold(&world, ayse, 10));
    let second = world.run(hold(&world, ayse, 10));
    for refusal in [
        world.refuse(hold(&world, ayse, 10)),
        world.refuse(redeem(ayse, 10)),
    ] {
        assert_eq!(refusal.code(), "loyalty.guarded");
    }
    world.run(capture(ayse, first, None));
    world.run(capture(ayse, second, None));
    assert_eq!(available(&world, ayse), 980);
    world.wait(days(1));
    world.run(redeem(ayse, 10));
    world.assert_told();
}

#[test]
fn a_basket_is_simulated_within_the_budget_as_it_would_be_earned() {
    let mut spec = programme();
    spec.points.get_mut("points").unwrap().budget = Some(p(150));
    let world = world(spec);
    let ayse = world.register("Ayşe");
    let ask = || {
        let simulate = SimulateBasket {
            customer: ayse,
            programme: club(),
            basket: basket(100_00),
            at: world.now(),
        };
        world.ask(&simulate).earnings
    };
    let each = code!("each_lira");
    for (n, left) in [(1, 100), (2, 50)] {
        assert_eq!(ask().of(&points()), p(left));
        let earned = world.run(purchase(ayse, n, 100_00));
        assert_eq!(earned.points, [(points(), p(left))]);
    }
    let simulated = ask();
    assert_eq!(simulated.yields, []);
    assert_eq!(simulated.skipped, [(each, Skipped::BudgetSpent)]);
    assert_eq!(world.run(purchase(ayse, 3, 100_00)).points, []);
    let again = world.refuse(purchase(ayse, 3, 100_00));
    assert_eq!(again.code(), "loyalty.already_earned");
    world.assert_told();
}

#[test]
fn points_without_worth_cannot_be_charged_in_money() {
    let status = PointsPolicy::qualifying().after_spending(AfterSpending::ChargeMoney);
    let spec = programme().with_points(code!("status"), status);
    let found = Programme::try_new(spec).unwrap_err().to_string();
    assert!(found.contains("points.status.after_spending"), "{found}");
    assert!(found.contains("loyalty.charges_without_worth"), "{found}");
}
