//! What comes up later: a pool that was left, a lot that is gone, a hold that lasts, an account that became another.

use aftercare::code;
use aftercare::customer::{EraseCustomer, MergeCustomers};
use aftercare::kernel::{Actor, Code, CustomerId, MovementId, RequestId};
use aftercare::loyalty::*;

use super::club::*;
use crate::product::world::World;

fn policy(spec: &mut ProgrammeSpec) -> &mut PointsPolicy {
    spec.points.get_mut("points").unwrap()
}

fn join(world: &World, member: CustomerId, head: CustomerId) {
    let programme = club();
    world.run(JoinPool {
        member,
        head,
        programme,
    });
}

fn leave(world: &World, member: CustomerId) {
    let programme = club();
    world.run(LeavePool { member, programme });
}

fn member(world: &World) -> CustomerId {
    let customer = world.register("Ayşe");
    let programme = club();
    world.run(JoinProgramme {
        customer,
        programme,
    });
    customer
}

fn earned(world: &World, customer: CustomerId, n: u32, minor: i64) -> MovementId {
    world.run(purchase(customer, n, minor)).movement.unwrap()
}

fn all_of(movement: MovementId) -> ReverseEarning {
    let returned = Returned::Everything;
    ReverseEarning { movement, returned }
}

fn give_back(world: &World, spent: &Spent) -> GivenBack {
    let (movement, amount) = (spent.movement, None);
    world.run(GiveBackPoints { movement, amount })
}

fn expired_in(world: &World, customer: CustomerId) -> RequestId {
    let lines = lines(world, customer);
    let mut expired = lines
        .iter()
        .filter(|line| line.posted.posting.kind == PostingKind::Expired);
    expired.next().unwrap().request
}

fn reinstate(customer: CustomerId, expired_in: RequestId) -> ReinstatePoints {
    ReinstatePoints {
        customer,
        programme: club(),
        points: points(),
        expired_in,
        reason: code!("apology"),
    }
}

fn of(purse: &Balance) -> (i64, i64) {
    (purse.balance.get(), purse.debt.get())
}

fn now(world: &World, customer: CustomerId) -> (i64, i64) {
    of(view(world, customer).of(&points()).unwrap())
}

#[test]
fn what_a_member_earned_in_a_pool_is_taken_back_from_the_pool_after_they_left_it() {
    for policy_then in [
        AfterSpending::Block,
        AfterSpending::Debt,
        AfterSpending::NegativeBalance,
        AfterSpending::OnlyIfSufficient,
        AfterSpending::ChargeMoney,
    ] {
        let mut spec = programme();
        policy(&mut spec).after_spending = policy_then;
        let world = world(spec);
        let [head, ayse, other] = [(); 3].map(|()| member(&world));
        world.run(adjust(head, 20));
        world.run(adjust(other, 1_000));
        join(&world, ayse, head);
        let movement = earned(&world, ayse, 1, 900_00);
        leave(&world, ayse);
        join(&world, ayse, other);
        let reversed = world.run(all_of(movement));
        assert_eq!(reversed.points, [(points(), p(900))], "{policy_then:?}");
        assert_eq!((reversed.forgone, reversed.charge), (Vec::new(), None));
        assert_eq!(now(&world, head), (20, 0));
        assert_eq!(now(&world, other), (1_000, 0));
        leave(&world, ayse);
        assert_eq!(now(&world, ayse), (0, 0));
        world.assert_told();
    }
}

#[test]
fn what_the_pool_has_spent_by_then_is_asked_of_the_member_who_returns_it() {
    let world = world(programme());
    let [head, ayse] = [(); 2].map(|()| member(&world));
    join(&world, ayse, head);
    let movement = earned(&world, ayse, 1, 100_00);
    leave(&world, ayse);
    world.run(redeem(head, 30));
    assert_eq!(world.run(all_of(movement)).points, [(points(), p(100))]);
    assert_eq!((now(&world, head), now(&world, ayse)), ((0, 0), (-30, 30)));
    // Who comes back to the pool meets one account again.
    world.run(adjust(ayse, 30));
    join(&world, ayse, head);
    let again = earned(&world, ayse, 2, 50_00);
    assert_eq!(world.run(all_of(again)).points, [(points(), p(50))]);
    assert_eq!(now(&world, head), (0, 0));
    world.assert_told();
}

#[test]
fn pending_points_are_released_where_they_are() {
    let mut spec = programme();
    policy(&mut spec).vesting = Vesting::OnRelease;
    let world = world(spec);
    let [head, ayse] = [(); 2].map(|()| member(&world));
    join(&world, ayse, head);
    let movement = earned(&world, ayse, 1, 100_00);
    leave(&world, ayse);
    let from = None;
    let release = ReleasePoints { movement, from };
    assert_eq!(world.run(release.clone()), p(100));
    assert_eq!(available(&world, head), 100);
    assert_eq!(world.refuse(release).code(), "loyalty.nothing_pending");
    world.assert_told();
}

#[test]
fn a_cap_and_a_limit_for_a_member_hold_for_the_pool_they_join() {
    let mut spec = programme();
    spec.rules[1].caps.per_member = Some(p(25));
    let mut cup = Reward::new(RewardKind::Product(code!("cup")), points(), p(10));
    cup.per_member = Some(1);
    let world = world(spec.with_reward(code!("cup"), cup));
    let [head, ayse] = [(); 2].map(|()| member(&world));
    world.run(adjust(head, 100));
    world.run(adjust(ayse, 100));
    let review = |n| EarnPoints::for_action(ayse, club(), code!("review"), order(n));
    let claim = ClaimReward::new(ayse, club(), code!("cup"));
    world.run(review(1));
    world.run(claim.clone());
    join(&world, ayse, head);
    assert_eq!(world.run(review(2)).points, []);
    let refused = world.refuse(claim.clone());
    assert_eq!(refused.code(), "loyalty.reward_limit_reached");
    // Coming and going neither frees nor fills it.
    for n in 3..5 {
        leave(&world, ayse);
        join(&world, ayse, head);
        assert_eq!(world.run(review(n)).points, []);
    }
    assert_eq!(account(&world, head).rewards[&code!("cup")], 1);
    world.assert_told();
}

#[test]
fn what_expired_comes_back_once_whoever_goes_on_for_the_account() {
    let world = world(programme());
    let [ayse, deniz] = [(); 2].map(|()| member(&world));
    world.run(adjust(ayse, 100));
    wake_at(&world, "2027-04-02T00:00:00Z");
    let gone = expired_in(&world, ayse);
    assert_eq!(world.run(reinstate(ayse, gone)), p(100));
    let (survivor, merged) = (deniz, ayse);
    world.run(MergeCustomers { survivor, merged });
    let again = world.refuse(reinstate(deniz, gone));
    assert_eq!(again.code(), "loyalty.already_reinstated");
    assert_eq!(now(&world, deniz), (100, 0));
    world.assert_told();
}

#[test]
fn what_two_accounts_lost_in_one_request_comes_back_for_each_of_them() {
    let world = world(programme());
    let [ayse, deniz] = [(); 2].map(|()| member(&world));
    world.run(adjust(ayse, 100));
    world.run(adjust(deniz, 40));
    let until: chrono::DateTime<chrono::Utc> = "2027-04-02T00:00:00Z".parse().unwrap();
    world.wait(until - world.now());
    // Nobody has looked: both are caught up by what is done with both.
    world.run(adjust(ayse, 1));
    wake(&world);
    world.run(adjust(deniz, 1));
    let gone = expired_in(&world, ayse);
    assert_eq!(world.run(reinstate(ayse, gone)), p(100));
    let (survivor, merged) = (deniz, ayse);
    world.run(MergeCustomers { survivor, merged });
    let own = lines(&world, deniz);
    let own = own
        .iter()
        .filter(|line| line.posted.posting.kind == PostingKind::Expired);
    let requests: Vec<_> = own
        .map(|line| line.request)
        .filter(|it| *it != gone)
        .collect();
    assert_eq!(world.run(reinstate(deniz, requests[0])), p(40));
    assert_eq!(now(&world, deniz), (142, 0));
    world.assert_told();
}

#[test]
fn points_that_last_longer_are_points_that_were_spent_and_not_points_that_are_gone() {
    let world = world(programme());
    let ayse = member(&world);
    let movement = earned(&world, ayse, 1, 100_00);
    world.run(ExtendPoints {
        customer: ayse,
        programme: club(),
        points: points(),
        until: "2027-12-31T21:00:00Z".parse().unwrap(),
        reason: code!("late_parcel"),
    });
    wake_at(&world, "2027-05-01T00:00:00Z");
    let spent = world.run(redeem(ayse, 100));
    let reversed = world.run(all_of(movement));
    assert_eq!(
        (&reversed.points[..], &reversed.forgone[..]),
        (&[(points(), p(100))][..], &[][..])
    );
    assert_eq!(now(&world, ayse), (-100, 100));
    assert_eq!(give_back(&world, &spent).points, p(100));
    assert_eq!(now(&world, ayse), (0, 0));
    world.assert_told();
}

#[test]
fn a_part_of_a_lot_comes_back_to_what_is_left_of_it_however_long_that_lasts() {
    let mut spec = programme();
    policy(&mut spec).reinstatement = None;
    let world = world(spec);
    let ayse = member(&world);
    earned(&world, ayse, 1, 100_00);
    let first = world.run(redeem(ayse, 50));
    let until = "2027-12-31T21:00:00Z".parse().unwrap();
    world.run(ExtendPoints {
        customer: ayse,
        programme: club(),
        points: points(),
        until,
        reason: code!("late_parcel"),
    });
    wake_at(&world, "2027-05-01T00:00:00Z");
    assert_eq!(give_back(&world, &first).points, p(50));
    let lots = account(&world, ayse).purse(&points()).lots().to_vec();
    assert_eq!(
        lots.iter()
            .map(|lot| (lot.points, lot.expires_at))
            .collect::<Vec<_>>(),
        [(p(100), Some(until))]
    );
    // Also when nothing of it is left.
    let all = world.run(redeem(ayse, 100));
    assert_eq!(give_back(&world, &all).points, p(100));
    world.assert_told();
}

#[test]
fn what_was_taken_back_of_points_that_are_gone_does_not_come_back_by_another_way() {
    let world = world(programme());
    let ayse = member(&world);
    let movement = earned(&world, ayse, 1, 100_00);
    let spent = world.run(redeem(ayse, 60).on(order(2)));
    wake_at(&world, "2027-04-02T00:00:00Z");
    // Forty expired; nothing is asked for of an earning that is gone.
    let gone = expired_in(&world, ayse);
    let reversed = world.run(reverse(movement, 70_00));
    assert_eq!(reversed.forgone, [(points(), p(70))]);
    let back = give_back(&world, &spent);
    assert_eq!((back.points, back.forfeited), (p(0), p(60)));
    assert_eq!(world.run(reinstate(ayse, gone)), p(30));
    assert_eq!(now(&world, ayse), (30, 0));
    world.assert_told();

    let whole = earned(&world, ayse, 3, 80_00);
    wake_at(&world, "2028-05-02T00:00:00Z");
    let gone = expired_in(&world, ayse);
    world.run(all_of(whole));
    assert_eq!(
        world.refuse(reinstate(ayse, gone)).code(),
        "loyalty.nothing_expired"
    );
    world.assert_told();
}

#[test]
fn expired_points_without_a_window_do_not_come_back() {
    let mut spec = programme();
    policy(&mut spec).reinstatement = None;
    let world = world(spec);
    let ayse = member(&world);
    world.run(adjust(ayse, 100));
    wake_at(&world, "2027-04-02T00:00:00Z");
    let refused = world.refuse(reinstate(ayse, expired_in(&world, ayse)));
    assert_eq!(refused.code(), "loyalty.no_reinstatement");
}

#[test]
fn a_hold_keeps_points_from_expiring_no_longer_than_the_programme_lets_it() {
    let mut spec = programme();
    let world_of = |spec| {
        let world = world(spec);
        let ayse = member(&world);
        world.run(adjust(ayse, 100));
        (world, ayse)
    };
    let (world, ayse) = world_of(spec.clone());
    let hold = |world: &World, ayse, span| {
        let until = world.now() + span;
        HoldPoints::new(ayse, club(), points(), p(10), until)
    };
    let too_long = days(30) + chrono::TimeDelta::milliseconds(1);
    let me = Actor::Customer(ayse);
    let refused = world.run_as(me.clone(), hold(&world, ayse, too_long));
    assert_eq!(refused.unwrap_err().code(), "loyalty.hold_too_long");
    let refused = world.refuse(hold(&world, ayse, days(20_000)));
    assert_eq!(refused.code(), "loyalty.hold_too_long");
    world.run_as(me, hold(&world, ayse, days(30))).unwrap();
    policy(&mut spec).longest_hold_days = Some(2);
    let (world, ayse) = world_of(spec);
    let refused = world.refuse(hold(&world, ayse, days(3)));
    assert_eq!(refused.code(), "loyalty.hold_too_long");
    world.run(hold(&world, ayse, days(2)));
    world.assert_told();
}

#[test]
fn points_that_are_kept_aside_are_enough_for_a_return_and_settle_it_when_they_come_back() {
    let mut spec = programme();
    policy(&mut spec).after_spending = AfterSpending::OnlyIfSufficient;
    let world = world(spec);
    let ayse = member(&world);
    let movement = earned(&world, ayse, 1, 100_00);
    let hold = world.run(HoldPoints::new(
        ayse,
        club(),
        points(),
        p(100),
        world.now() + days(2),
    ));
    let reversed = world.run(all_of(movement));
    assert_eq!(
        (&reversed.points[..], &reversed.forgone[..]),
        (&[(points(), p(100))][..], &[][..])
    );
    world.run(LetGoHold {
        customer: ayse,
        programme: club(),
        hold,
    });
    assert_eq!(now(&world, ayse), (0, 0));
    assert_eq!(available(&world, ayse), 0);
    world.assert_told();
}

#[test]
fn who_is_forgotten_is_the_head_of_no_pool_and_staff_sends_on_what_is_theirs() {
    let world = world(programme());
    let [head, ayse] = [(); 2].map(|()| member(&world));
    join(&world, ayse, head);
    let movement = earned(&world, ayse, 1, 120_00);
    world.run(EraseCustomer {
        customer: head,
        reason: code!("asked"),
    });
    wake(&world);
    assert!(world.get(head).erased_at.is_some());
    assert_eq!(account(&world, ayse).pool, None);
    assert!(account(&world, head).pooled.is_empty());
    earned(&world, ayse, 2, 10_00);
    assert_eq!(now(&world, ayse), (10, 0));
    world.run(TransferPoints {
        from: head,
        to: ayse,
        programme: club(),
        points: points(),
        amount: p(100),
    });
    assert_eq!(now(&world, ayse), (110, 0));
    // What nobody claims is written off; nothing is given to who was forgotten.
    assert_eq!(world.refuse(adjust(head, 1)).code(), "customer.erased");
    world.run(adjust(head, -5));
    let owed = world.ask(&ReadLiability::of(club(), world.now())).liability;
    assert_eq!(owed.points(&points()), p(125));
    // What comes back is taken from both.
    world.run(all_of(movement));
    let owed = world.ask(&ReadLiability::of(club(), world.now())).liability;
    assert_eq!(owed.points(&points()), p(10));
    assert_eq!(now(&world, ayse), (5, 5));
    world.assert_told();
}

#[test]
fn history_adds_up_to_the_balance_also_after_a_merger_into_a_pool() {
    let world = world(programme());
    let [head, ayse, deniz] = [(); 3].map(|()| member(&world));
    join(&world, ayse, head);
    earned(&world, ayse, 1, 100_00);
    earned(&world, deniz, 2, 300_00);
    world.run(HoldPoints::new(
        deniz,
        club(),
        points(),
        p(40),
        world.now() + days(2),
    ));
    let (survivor, merged) = (ayse, deniz);
    world.run(MergeCustomers { survivor, merged });
    let sum = |customer| {
        let lines = lines(&world, customer);
        lines
            .iter()
            .map(|line| line.posted.posting.change())
            .sum::<Points>()
    };
    assert_eq!((now(&world, head), sum(head)), ((400, 0), p(400)));
    leave(&world, ayse);
    assert_eq!((now(&world, ayse), sum(ayse)), ((0, 0), p(0)));
    world.assert_told();
}

#[test]
fn history_says_when_points_were_gone_however_late_that_was_noticed() {
    let world = world(programme());
    let ayse = member(&world);
    world.run(adjust(ayse, 100));
    wake_at(&world, "2027-06-15T00:00:00Z");
    let line = lines(&world, ayse).remove(0);
    assert_eq!(line.posted.posting.kind, PostingKind::Expired);
    assert_eq!(
        line.at,
        "2027-03-31T21:00:00Z"
            .parse::<chrono::DateTime<chrono::Utc>>()
            .unwrap()
    );
}

#[test]
fn what_is_simulated_is_what_can_be_done() {
    let mut spec = programme();
    spec.guards.earning = Some(Velocity {
        most: 3,
        within_ms: 3_600_000,
        refuse: true,
    });
    let mut cup = Reward::new(RewardKind::Product(code!("cup")), points(), p(10));
    cup.stock = Some(1);
    let world = world(spec.with_reward(code!("cup"), cup));
    let [head, ayse] = [(); 2].map(|()| member(&world));
    let simulate = |customer| SimulateBasket {
        customer,
        programme: club(),
        basket: basket(10_00),
        at: world.now(),
    };
    let mut number = 0;
    let mut buy = |customer| {
        number += 1;
        world.try_run(purchase(customer, number, 50_00))
    };
    buy(head).unwrap();
    buy(ayse).unwrap();
    assert_eq!(world.ask(&simulate(ayse)).rewards, [code!("cup")]);
    world.run(ClaimReward::new(head, club(), code!("cup")));
    assert_eq!(world.ask(&simulate(ayse)).rewards, [] as [Code; 0]);
    // In a pool the head spends, and staff; a member sees what they would earn.
    join(&world, ayse, head);
    let me = Actor::Customer(ayse);
    let seen = world.desk.ask(&me, &simulate(ayse)).unwrap();
    assert_eq!((seen.quotes.len(), seen.earnings.yields.len()), (0, 1));
    assert_eq!(world.ask(&simulate(ayse)).quotes.len(), 1);
    leave(&world, ayse);
    buy(ayse).unwrap();
    buy(ayse).unwrap();
    assert!(buy(ayse).is_err());
    let refused = world.desk.ask(&Actor::System, &simulate(ayse)).unwrap_err();
    assert_eq!(refused.code(), "loyalty.guarded");
    world.run(EraseCustomer {
        customer: ayse,
        reason: code!("asked"),
    });
    let refused = world.desk.ask(&Actor::System, &simulate(ayse)).unwrap_err();
    assert_eq!(refused.code(), "customer.erased");
}

#[test]
fn points_that_would_be_gone_are_not_earned() {
    let mut spec = programme();
    policy(&mut spec).expiry = Expiry::On("2026-03-01".parse().unwrap());
    let world = world(spec);
    let ayse = member(&world);
    let simulated = world.ask(&SimulateBasket {
        customer: ayse,
        programme: club(),
        basket: basket(10_00),
        at: world.now(),
    });
    let why = (code!("each_lira"), Skipped::GoneAlready);
    assert_eq!(simulated.earnings.skipped, [why]);
    assert_eq!(world.run(purchase(ayse, 1, 10_00)).points, []);
    assert_eq!(now(&world, ayse), (0, 0));
}

#[test]
fn a_programme_in_which_nothing_was_spent_yet_owes_all_of_its_points() {
    let world = world(programme());
    let ayse = member(&world);
    world.run(adjust(ayse, 100));
    wake_at(&world, "2027-04-02T00:00:00Z");
    world.run(adjust(ayse, 500));
    let owed = world.ask(&ReadLiability::of(club(), world.now())).liability;
    let value = |breakage| {
        let rulebook = world.desk.rulebook();
        let programme = rulebook.programme(&club()).unwrap();
        owed.value(programme, &points(), breakage).unwrap()
    };
    assert_eq!(value(None), tl(50_00));
    let tenth = aftercare::kernel::BasisPoints::from_percent(10);
    assert_eq!(value(Some(tenth)), tl(45_00));
}

#[test]
fn a_cap_for_the_day_holds_when_clocks_differ_about_the_day() {
    let mut spec = programme();
    spec.rules[0].caps.per_day = Some(p(50));
    let world = world(spec);
    let ayse = member(&world);
    // Midnight in Istanbul.
    let until: chrono::DateTime<chrono::Utc> = "2026-04-30T21:00:00Z".parse().unwrap();
    world.wait(until - chrono::TimeDelta::seconds(1) - world.now());
    let mut sum = 0;
    for n in 1..=6 {
        let earned = world.run(purchase(ayse, n, 50_00));
        sum += earned
            .points
            .iter()
            .map(|(_, points)| points.get())
            .sum::<i64>();
        let step = if n % 2 == 1 { 2 } else { -2 };
        world.wait(chrono::TimeDelta::seconds(step));
    }
    assert_eq!(sum, 100, "fifty on each of two days");
}

#[test]
fn what_comes_back_can_be_earned_by_others_out_of_the_budget() {
    let mut spec = programme();
    policy(&mut spec).budget = Some(p(100));
    let world = world(spec);
    let [ayse, deniz] = [(); 2].map(|()| member(&world));
    let movement = earned(&world, ayse, 1, 100_00);
    assert_eq!(world.run(purchase(deniz, 2, 10_00)).points, []);
    world.run(reverse(movement, 40_00));
    assert_eq!(
        world.run(purchase(deniz, 3, 60_00)).points,
        [(points(), p(40))]
    );
    world.assert_told();
}

#[test]
fn small_parts_are_charged_once_they_make_a_whole_unit() {
    let mut spec = programme();
    policy(&mut spec).after_spending = AfterSpending::ChargeMoney;
    policy(&mut spec).redemption = Some(Redemption::at(Worth {
        points: 3,
        minor: 1,
    }));
    let world = world(spec);
    let ayse = member(&world);
    let movement = earned(&world, ayse, 1, 100_00);
    world.run(redeem(ayse, 100));
    let charges = (0..50).filter_map(|_| world.run(reverse(movement, 2_00)).charge);
    let sum: i64 = charges.map(|charge| charge.minor()).sum();
    assert_eq!(sum, 33);
}

#[test]
fn points_that_the_programme_no_longer_has_do_not_keep_others_from_being_taken_back() {
    let status = || code!("status");
    let with_status = programme()
        .with_points(status(), PointsPolicy::qualifying())
        .with_rule(EarnRule::per_amount(status(), status(), 1, 100));
    let store = std::sync::Arc::new(aftercare::store::MemoryStore::new());
    let desk = |spec: ProgrammeSpec| {
        let rulebook = aftercare::rulebook::RulebookSpec::new().with_programme(spec);
        let secret = aftercare::kernel::SecretKey::new([7; 16]);
        aftercare::desk::Desk::new(store.clone(), rulebook.build(secret).unwrap())
    };
    let mut number = 0;
    let mut context = || {
        number += 1;
        let now = "2026-03-02T09:00:00Z".parse().unwrap();
        aftercare::kernel::Context::new(now, RequestId::from_u128(number), Actor::System)
    };
    let old = desk(with_status);
    let customer = old
        .run(&context(), aftercare::customer::RegisterCustomer::default())
        .unwrap();
    let earned = old.run(&context(), purchase(customer, 1, 100_00)).unwrap();
    assert_eq!(earned.points.len(), 2);
    let reversed = desk(programme())
        .run(&context(), all_of(earned.movement.unwrap()))
        .unwrap();
    assert_eq!(reversed.points, [(points(), p(100)), (status(), p(100))]);
}

#[test]
fn a_piece_that_is_reinstated_does_not_make_the_rest_of_its_lot_owed() {
    let world = world(programme());
    let ayse = member(&world);
    let movement = earned(&world, ayse, 1, 100_00);
    let spent = world.run(redeem(ayse, 50));
    wake_at(&world, "2027-04-02T00:00:00Z");
    assert_eq!(give_back(&world, &spent).points, p(50));
    world.wait(days(8));
    let reversed = world.run(all_of(movement));
    assert_eq!(
        (&reversed.points[..], &reversed.forgone[..]),
        (&[(points(), p(50))][..], &[(points(), p(50))][..])
    );
    assert_eq!(now(&world, ayse), (0, 0));
    world.assert_told();
}

#[test]
fn a_budget_gets_back_what_came_back_and_not_what_is_forgone() {
    let mut spec = programme();
    policy(&mut spec).budget = Some(p(100));
    policy(&mut spec).after_spending = AfterSpending::OnlyIfSufficient;
    let world = world(spec);
    let ayse = member(&world);
    let movement = earned(&world, ayse, 1, 100_00);
    world.run(redeem(ayse, 100));
    assert_eq!(world.run(all_of(movement)).forgone, [(points(), p(100))]);
    assert_eq!(world.run(purchase(ayse, 2, 10_00)).points, []);
    world.assert_told();
}
