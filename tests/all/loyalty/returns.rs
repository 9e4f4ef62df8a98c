//! Goods that come back, and what was spent on them.

use aftercare::code;
use aftercare::kernel::MovementId;
use aftercare::loyalty::*;

use super::club::*;
use crate::product::world::World;

fn with_policy(policy: AfterSpending) -> World {
    let mut spec = programme();
    spec.points.get_mut("points").unwrap().after_spending = policy;
    world(spec)
}

fn back(movement: MovementId, amount: Option<i64>) -> GiveBackPoints {
    let amount = amount.map(Points::new);
    GiveBackPoints { movement, amount }
}

#[test]
fn points_are_taken_back_in_proportion_over_all_returns_and_the_last_takes_the_rest() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    let earned = world.run(purchase(ayse, 1, 100_99)).movement.unwrap();
    let taken = |minor| world.run(reverse(earned, minor)).points;
    assert_eq!(taken(33_66), [(points(), p(33))]);
    assert_eq!(taken(33_66), [(points(), p(33))]);
    assert_eq!(taken(33_67), [(points(), p(34))]);
    assert_eq!(balance(&world, ayse), 0);
    let more = world.refuse(reverse(earned, 1));
    assert_eq!(more.code(), "loyalty.more_than_left");
    world.assert_told();
}

#[test]
fn a_return_cannot_exceed_what_was_bought_and_needs_an_earning() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    let earned = world.run(purchase(ayse, 1, 100_00)).movement.unwrap();
    assert_eq!(
        world.refuse(reverse(earned, 100_01)).code(),
        "loyalty.more_than_left"
    );
    assert_eq!(
        world.refuse(reverse(earned, -1)).code(),
        "loyalty.negative_amount"
    );
    let other = order(7).earning(&club());
    assert_eq!(
        world.refuse(reverse(other, 1)).code(),
        "loyalty.nothing_earned"
    );
    let spent = world.run(redeem(ayse, 10)).movement;
    assert_eq!(
        world.refuse(reverse(spent, 1)).code(),
        "loyalty.nothing_earned"
    );
    assert_eq!(world.refuse(back(earned, None)).code(), "record.not_found");
    assert_eq!(balance(&world, ayse), 90);
}

#[test]
fn lines_that_did_not_count_take_nothing_back() {
    let mut spec = programme();
    spec.rules[0].when.categories = [code!("food")].into();
    let world = world(spec);
    let ayse = world.register("Ayşe");
    let food = BasketLine::new(code!("tea"), tl(60_00)).of_category(code!("food"));
    let cup = BasketLine::new(code!("cup"), tl(40_00)).of_category(code!("house"));
    let bought = Basket::of([food.clone(), cup.clone()]);
    let earned = world.run(EarnPoints::for_purchase(ayse, club(), bought, order(1)));
    let movement = earned.movement.unwrap();
    let bring = |line| {
        let returned = Returned::Lines(Basket::of([line]));
        world.run(ReverseEarning { movement, returned }).points
    };
    assert_eq!(bring(cup), []);
    assert_eq!(bring(food), [(points(), p(60))]);
}

#[test]
fn an_action_is_taken_back_whole_and_once() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    let review = Source::new(code!("review"), code!("r1"));
    let earn = EarnPoints::for_action(ayse, club(), code!("review"), review);
    let movement = world.run(earn).movement.unwrap();
    let returned = Returned::Everything;
    let all = ReverseEarning { movement, returned };
    assert_eq!(world.run(all.clone()).points, [(points(), p(25))]);
    assert_eq!(world.refuse(all).code(), "loyalty.more_than_left");
}

#[test]
fn a_return_after_spending_follows_the_programme() {
    let after = |policy| {
        let world = with_policy(policy);
        let ayse = world.register("Ayşe");
        world.run(adjust(ayse, 30));
        let earned = world.run(purchase(ayse, 1, 100_00)).movement.unwrap();
        world.wait(days(1));
        // The oldest of one expiry go first: all 30, and 60 of the 100.
        world.run(redeem(ayse, 90));
        world.run(adjust(ayse, 10));
        let result = world
            .try_run(reverse(earned, 100_00))
            .map_err(|error| error.to_string());
        let now = view(&world, ayse).of(&points()).unwrap().clone();
        world.assert_told();
        (world, ayse, result, now)
    };
    let (.., result, now) = after(AfterSpending::Block);
    assert!(result.is_err());
    assert_eq!(now.balance, p(50));

    let (world, ayse, result, now) = after(AfterSpending::Debt);
    assert_eq!(result.unwrap().points, [(points(), p(100))]);
    assert_eq!(
        (now.balance, now.debt, now.available),
        (p(-50), p(60), p(10))
    );
    world.run(purchase(ayse, 2, 75_00));
    let now = view(&world, ayse).of(&points()).unwrap().clone();
    assert_eq!((now.debt, now.available), (p(0), p(25)));

    let (.., now) = after(AfterSpending::NegativeBalance);
    assert_eq!((now.balance, now.available), (p(-50), p(0)));

    let (.., result, now) = after(AfterSpending::OnlyIfSufficient);
    assert_eq!(result.unwrap().forgone, [(points(), p(100))]);
    assert_eq!(now.balance, p(50));

    let (.., result, now) = after(AfterSpending::ChargeMoney);
    let result = result.unwrap();
    assert_eq!(
        (result.charge, result.points),
        (Some(tl(6_00)), vec![(points(), p(40))])
    );
    assert_eq!(now.balance, p(10));
}

#[test]
fn what_was_spent_is_given_back_once_to_where_it_came_from() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 60_00));
    world.wait(days(40));
    world.run(purchase(ayse, 2, 60_00));
    let before = account(&world, ayse).purse(&points()).clone();
    let spent = world.run(redeem(ayse, 100)).movement;
    let part = world.run(back(spent, Some(30)));
    assert_eq!((part.points, part.forfeited), (p(30), p(0)));
    assert_eq!(
        world.refuse(back(spent, Some(71))).code(),
        "loyalty.more_than_left"
    );
    assert_eq!(
        world.refuse(back(spent, Some(0))).code(),
        "loyalty.not_positive"
    );
    world.run(back(spent, None));
    assert_eq!(account(&world, ayse).purse(&points()), &before);
    assert_eq!(
        world.refuse(back(spent, None)).code(),
        "loyalty.more_than_left"
    );
    world.assert_told();
}

#[test]
fn lots_that_are_gone_swallow_their_share_unless_it_is_reinstated_within_the_window() {
    let given = |wait: i64| {
        let world = world(programme());
        let ayse = world.register("Ayşe");
        world.run(purchase(ayse, 1, 60_00));
        let spent = world.run(redeem(ayse, 60)).movement;
        wake_at(&world, "2027-04-01T12:00:00Z"); // its last day was 31 March.
        world.wait(days(wait));
        let back = world.run(back(spent, None));
        world.assert_told();
        (
            back.points.get(),
            back.forfeited.get(),
            available(&world, ayse),
        )
    };
    assert_eq!(given(9), (60, 0, 60));
    assert_eq!(given(10), (0, 60, 0));
}

#[test]
fn buying_and_returning_again_and_again_pays_nothing() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    world.run(adjust(ayse, 50));
    for n in 1..=5 {
        let spent = world.run(redeem(ayse, 50));
        let earned = world.run(purchase(ayse, n, 100_00)).movement.unwrap();
        let returned = Returned::Everything;
        world.run(ReverseEarning {
            movement: earned,
            returned,
        });
        world.run(back(spent.movement, None));
        assert_eq!((balance(&world, ayse), available(&world, ayse)), (50, 50));
    }
    assert_eq!(view(&world, ayse).tier.unwrap().progress, 0);
}
