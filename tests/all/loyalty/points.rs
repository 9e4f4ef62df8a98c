//! Earning and spending.

use aftercare::code;
use aftercare::kernel::{Actor, Currency, CustomerId, Money};
use aftercare::loyalty::*;
use aftercare::record::Index;

use super::club::*;
use crate::product::world::refused;

#[test]
fn points_are_earned_once_for_a_source_and_spent_once() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    let earned = world.run(purchase(ayse, 1, 250_50));
    assert_eq!(earned.points, [(points(), p(250))]);
    assert_eq!(earned.movement, Some(order(1).earning(&club())));
    assert_eq!(
        world.refuse(purchase(ayse, 1, 250_50)).code(),
        "loyalty.already_earned"
    );

    let spent = world.run(redeem(ayse, 100).towards(tl(50_00)).on(order(2)));
    assert_eq!((spent.points, spent.worth), (p(100), Some(tl(10_00))));
    assert_eq!(available(&world, ayse), 150);
    assert_eq!(
        world.refuse(redeem(ayse, 151)).code(),
        "loyalty.insufficient"
    );
    world.assert_told();
}

#[test]
fn what_cannot_be_is_refused_by_name_and_changes_nothing() {
    let mut spec = programme().with_points(code!("status"), PointsPolicy::qualifying());
    spec.to = Some("2026-12-31".parse().unwrap());
    let world = world(spec);
    let ayse = world.register("Ayşe");
    let code = |command: RedeemPoints| world.refuse(command).code();
    assert_eq!(code(redeem(ayse, 1)), "loyalty.no_account");
    world.run(purchase(ayse, 1, 100_00));
    assert_eq!(code(redeem(ayse, 0)), "loyalty.not_positive");
    assert_eq!(code(redeem(ayse, -5)), "loyalty.not_positive");
    assert_eq!(
        code(redeem(ayse, 50).towards(tl(4_00))),
        "loyalty.more_than_due"
    );
    let dollars = Money::new(1_00, Currency::USD);
    assert_eq!(
        code(redeem(ayse, 5).towards(dollars)),
        "loyalty.wrong_currency"
    );
    let of = |points, programme| RedeemPoints::new(ayse, programme, points, p(5));
    assert_eq!(code(of(code!("miles"), club())), "loyalty.unknown_points");
    assert_eq!(code(of(code!("status"), club())), "loyalty.not_redeemable");
    assert_eq!(
        code(of(points(), code!("other"))),
        "loyalty.unknown_programme"
    );
    assert_eq!(world.refuse(adjust(ayse, 0)).code(), "loyalty.not_positive");
    assert_eq!(
        world.refuse(adjust(ayse, -101)).code(),
        "loyalty.insufficient"
    );
    let nobody = CustomerId::from_u128(404);
    assert_eq!(
        world.refuse(purchase(nobody, 2, 100)).code(),
        "record.not_found"
    );
    let again = JoinProgramme {
        customer: ayse,
        programme: club(),
    };
    assert_eq!(world.refuse(again).code(), "loyalty.already_member");
    wake_at(&world, "2027-01-01T00:00:00Z");
    assert_eq!(
        world.refuse(purchase(ayse, 3, 100)).code(),
        "loyalty.not_running"
    );
    let late = world.register("Late");
    assert_eq!(
        world.refuse(purchase(late, 4, 100)).code(),
        "loyalty.not_running"
    );
    assert!(lines(&world, late).is_empty());
    assert_eq!(balance(&world, ayse), 100);
    world.assert_told();
}

#[test]
fn a_hold_keeps_points_for_one_order_and_lapses_by_itself() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 100_00));
    let hold = |of, hours| HoldPoints {
        customer: ayse,
        programme: club(),
        points: points(),
        amount: p(of),
        until: world.now() + chrono::TimeDelta::hours(hours),
        due: None,
    };
    let first = world.run(hold(60, 2));
    let second = world.run(hold(40, 1));
    assert_eq!((available(&world, ayse), balance(&world, ayse)), (0, 100));
    assert_eq!(world.refuse(redeem(ayse, 1)).code(), "loyalty.insufficient");
    assert_eq!(world.refuse(hold(0, 1)).code(), "loyalty.not_positive");
    let capture = |hold, amount| CaptureHold {
        customer: ayse,
        programme: club(),
        hold,
        amount,
        source: None,
    };
    let spent = world.run(capture(first, Some(p(50))));
    assert_eq!((spent.points, spent.worth), (p(50), Some(tl(5_00))));
    assert_eq!(available(&world, ayse), 10);
    world.wait(chrono::TimeDelta::hours(1));
    assert_eq!(
        available(&world, ayse),
        50,
        "a look tells what a waking would do"
    );
    assert_eq!(
        world.refuse(capture(second, None)).code(),
        "loyalty.no_such_hold"
    );
    wake(&world);
    assert!(account(&world, ayse).purse(&points()).holds().is_empty());
    let third = world.run(hold(50, 1));
    world.run(LetGoHold {
        customer: ayse,
        programme: club(),
        hold: third,
    });
    assert_eq!(available(&world, ayse), 50);
    world.assert_told();
}

#[test]
fn pending_points_are_visible_and_not_spendable_until_they_are_released() {
    let mut spec = programme();
    spec.points.get_mut("points").unwrap().vesting = Vesting::OnRelease;
    let world = world(spec);
    let ayse = world.register("Ayşe");
    let movement = world.run(purchase(ayse, 1, 100_00)).movement.unwrap();
    let now = view(&world, ayse);
    let now = now.of(&points()).unwrap();
    assert_eq!(
        (now.pending, now.available, now.balance),
        (p(100), p(0), p(100))
    );
    let from = Some(world.now() + days(14));
    assert_eq!(world.run(ReleasePoints { movement, from }), p(100));
    assert_eq!(available(&world, ayse), 0);
    world.wait(days(14));
    assert_eq!(available(&world, ayse), 100);
    let again = ReleasePoints {
        movement,
        from: None,
    };
    assert_eq!(world.refuse(again).code(), "loyalty.nothing_pending");
    world.assert_told();
}

#[test]
fn points_expire_by_waking_and_the_customer_is_told_in_time() {
    let world = world(programme());
    let ayse = reachable(&world);
    world.run(purchase(ayse, 1, 100_00)); // 2 March 2026: gone on 1 April 2027 in Istanbul.
    let told = || {
        let query = aftercare::record::Query::new(Index::MessagesByCustomer, ayse.uuid());
        let page = world.desk.find(&Actor::System, &query).unwrap();
        page.found.len()
    };
    wake_at(&world, "2027-03-17T20:59:00Z");
    assert_eq!(told(), 0);
    wake_at(&world, "2027-03-17T21:00:00Z");
    assert_eq!(told(), 1);
    wake_at(&world, "2027-03-31T20:59:00Z");
    assert_eq!((told(), available(&world, ayse)), (1, 100));
    wake_at(&world, "2027-03-31T21:00:00Z");
    assert_eq!((told(), balance(&world, ayse)), (1, 0));
    assert!(account(&world, ayse).purse(&points()).is_empty());
    let last = lines(&world, ayse).remove(0).posted.posting;
    assert_eq!((last.kind, last.change()), (PostingKind::Expired, p(-100)));
    world.assert_told();
}

#[test]
fn it_makes_no_difference_whether_somebody_woke_the_account() {
    let run = |woken: bool| {
        let world = world(programme());
        let ayse = world.register("Ayşe");
        world.run(purchase(ayse, 1, 1_000_00));
        for month in 1..30 {
            world.wait(days(31));
            if woken {
                wake(&world);
            }
            if month % 7 == 0 {
                world.run(purchase(ayse, 1 + month, 200_00));
            }
        }
        let account = account(&world, ayse);
        let purse = account.purse(&points());
        (
            purse.clone(),
            account.standing.clone(),
            view(&world, ayse).balances,
        )
    };
    let (woken, idle) = (run(true), run(false));
    assert_eq!(woken.2, idle.2);
    assert_eq!(woken.1, idle.1);
    assert_eq!(woken.0, idle.0);
}

#[test]
fn points_are_extended_and_reinstated_within_the_window_and_for_a_reason() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 100_00));
    let extend = |until: &str| ExtendPoints {
        customer: ayse,
        programme: club(),
        points: points(),
        until: until.parse().unwrap(),
        reason: code!("apology"),
    };
    assert_eq!(
        world.refuse(extend("2026-01-01T00:00:00Z")).code(),
        "loyalty.not_in_future"
    );
    assert_eq!(
        world.refuse(extend("2026-06-01T00:00:00Z")).code(),
        "loyalty.nothing_to_extend"
    );
    assert_eq!(world.run(extend("2027-05-01T00:00:00Z")), p(100));
    wake_at(&world, "2027-05-01T00:00:00Z");
    let line = lines(&world, ayse).remove(0);
    assert_eq!(line.posted.posting.kind, PostingKind::Expired);

    let reinstate = ReinstatePoints {
        customer: ayse,
        programme: club(),
        points: points(),
        expired_in: line.request,
        reason: code!("apology"),
    };
    world.wait(days(10));
    assert_eq!(world.run(reinstate.clone()), p(100));
    assert_eq!(
        world.refuse(reinstate.clone()).code(),
        "loyalty.already_reinstated"
    );
    assert_eq!(available(&world, ayse), 100);
    assert_eq!(lines(&world, ayse)[0].reason, Some(code!("apology")));
    world.wait(days(31));
    wake(&world);
    assert_eq!(balance(&world, ayse), 0);
    let expired_in = lines(&world, ayse)[0].request;
    world.wait(days(11));
    let late = ReinstatePoints {
        expired_in,
        ..reinstate.clone()
    };
    assert_eq!(world.refuse(late).code(), "loyalty.reinstatement_over");
    let expired_in = lines(&world, ayse).last().unwrap().request;
    let never = ReinstatePoints {
        expired_in,
        ..reinstate
    };
    assert_eq!(world.refuse(never).code(), "loyalty.nothing_expired");
    world.assert_told();
}

#[test]
fn rewards_have_a_price_a_stock_a_limit_a_season_and_a_tier() {
    let cup = |spec: ProgrammeSpec, name, change: fn(&mut Reward)| {
        let mut cup = Reward::new(RewardKind::Product(code!("cup")), points(), p(10));
        change(&mut cup);
        spec.with_reward(name, cup)
    };
    let spec = cup(programme(), code!("limited"), |cup| {
        cup.per_member = Some(2)
    });
    let spec = cup(spec, code!("scarce"), |cup| cup.stock = Some(1));
    let spec = cup(spec, code!("past"), |cup| {
        cup.to = Some("2026-02-28".parse().unwrap())
    });
    let spec = cup(spec, code!("golden"), |cup| {
        cup.tiers = [code!("gold")].into()
    });
    let spec = cup(spec, code!("dear"), |cup| cup.cost = p(1_000));
    let world = world(spec);
    let (ayse, deniz) = (world.register("Ayşe"), world.register("Deniz"));
    world.run(purchase(ayse, 1, 100_00));
    world.run(purchase(deniz, 2, 100_00));
    let claim = |customer, reward| ClaimReward::new(customer, club(), reward);
    let limited = world.run(claim(ayse, code!("limited")));
    assert_eq!((limited.points, limited.worth), (p(10), None));
    world.run(claim(ayse, code!("limited")));
    let refuse = |customer, reward| world.refuse(claim(customer, reward)).code();
    assert_eq!(
        refuse(ayse, code!("limited")),
        "loyalty.reward_limit_reached"
    );
    let scarce = world
        .run_as(Actor::Customer(ayse), claim(ayse, code!("scarce")))
        .unwrap();
    assert_eq!(
        refuse(deniz, code!("scarce")),
        "loyalty.reward_out_of_stock"
    );
    assert_eq!(refuse(deniz, code!("past")), "loyalty.reward_not_offered");
    assert_eq!(
        refuse(deniz, code!("golden")),
        "loyalty.reward_not_for_tier"
    );
    assert_eq!(refuse(deniz, code!("dear")), "loyalty.insufficient");
    assert_eq!(refuse(deniz, code!("none")), "loyalty.unknown_reward");
    // What is given back can be had again.
    for movement in [limited.movement, scarce.movement] {
        let amount = None;
        world.run(GiveBackPoints { movement, amount });
    }
    world.run(claim(ayse, code!("limited")));
    world.run(claim(deniz, code!("scarce")));
    assert_eq!(balance(&world, ayse), 80);
    world.assert_told();
}

#[test]
fn a_budget_is_given_out_to_the_last_point_and_no_further() {
    let mut spec = programme();
    spec.points.get_mut("points").unwrap().budget = Some(p(150));
    let world = world(spec);
    let (ayse, deniz) = (world.register("Ayşe"), world.register("Deniz"));
    assert_eq!(
        world.run(purchase(ayse, 1, 100_00)).points,
        [(points(), p(100))]
    );
    assert_eq!(
        world.run(purchase(deniz, 2, 100_00)).points,
        [(points(), p(50))]
    );
    assert_eq!(world.run(purchase(ayse, 3, 100_00)).points, []);
}

#[test]
fn a_basket_is_simulated_with_reasons_and_nothing_changes() {
    let cup = Reward::new(RewardKind::Product(code!("cup")), points(), p(200));
    let world = world(programme().with_reward(code!("cup"), cup));
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 900_00));
    let rows = world.desk.store().len();
    let simulated = world.ask(&SimulateBasket {
        customer: ayse,
        programme: club(),
        basket: basket(120_50),
        at: world.now(),
    });
    assert_eq!(simulated.earnings.of(&points()), p(120));
    assert_eq!(
        simulated.earnings.yields[0].shares[0].rule,
        code!("each_lira")
    );
    assert_eq!(simulated.tier_after, Some(code!("silver")));
    assert_eq!(simulated.earned_as, None);
    let quote = &simulated.quotes[0];
    assert_eq!((quote.spend, quote.limit), (p(900), Limit::Available));
    assert_eq!(quote.left_to_pay, tl(30_50));
    assert_eq!(simulated.rewards, [code!("cup")]);
    assert_eq!(world.desk.store().len(), rows);
    assert_eq!(
        world.run(purchase(ayse, 2, 120_50)).points,
        [(points(), p(120))]
    );
    let stranger = world.register("New");
    let simulated = world.ask(&SimulateBasket {
        customer: stranger,
        programme: club(),
        basket: basket(120_50),
        at: world.now(),
    });
    assert_eq!(simulated.earnings.of(&points()), p(120));
    assert_eq!(simulated.quotes[0].spend, p(0));
}

#[test]
fn customers_see_and_spend_their_own_points_and_nobody_elses() {
    let world = world(programme());
    let (ayse, deniz) = (world.register("Ayşe"), world.register("Deniz"));
    world.run(purchase(ayse, 1, 100_00));
    world.run(purchase(deniz, 2, 100_00));
    let me = || Actor::Customer(ayse);
    world.run_as(me(), redeem(ayse, 40)).unwrap();
    let other = refused(world.run_as(me(), redeem(deniz, 40)));
    assert_eq!(other.code(), "record.not_found");
    let earn = refused(world.run_as(me(), purchase(ayse, 3, 100_00)));
    assert_eq!(earn.code(), "access.denied");
    let own = world
        .desk
        .ask(&me(), &PointsHistory::of(ayse, club()))
        .unwrap();
    assert_eq!(own.lines.len(), 2);
    assert!(
        world
            .desk
            .ask(&me(), &PointsHistory::of(deniz, club()))
            .is_err()
    );
    assert_eq!(balance(&world, deniz), 100);
}

#[test]
fn the_history_is_paged_newest_first() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    for n in 1..=25 {
        world.run(purchase(ayse, n, 100 * i64::from(n)));
        world.wait(days(1));
    }
    let mut after = None;
    let mut seen = Vec::new();
    loop {
        let page = PointsHistory {
            after,
            limit: 10,
            ..PointsHistory::of(ayse, club())
        };
        let page = world.ask(&page);
        seen.extend(
            page.lines
                .iter()
                .map(|line| line.posted.posting.change().get()),
        );
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, (1..=25).rev().collect::<Vec<i64>>());
}

#[test]
fn points_that_will_be_gone_are_listed_the_soonest_first() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    for n in 1..=3 {
        world.run(purchase(ayse, n, 10_000 * i64::from(n)));
        world.wait(days(40));
    }
    let lots = world.ask(&ExpiringPoints {
        customer: ayse,
        programme: club(),
        points: points(),
        at: world.now(),
        until: "2027-05-15T00:00:00Z".parse().unwrap(),
    });
    let of: Vec<_> = lots.iter().map(|lot| lot.points.get()).collect();
    assert_eq!(of, [100, 200]);
}

#[test]
fn points_that_come_and_go_too_often_are_flagged_or_stopped_with_evidence() {
    let velocity = |most, refuse| {
        Some(Velocity {
            most,
            within_ms: 3_600_000,
            refuse,
        })
    };
    let mut spec = programme();
    spec.guards.earning = velocity(2, false);
    spec.guards.spending = velocity(1, true);
    spec.guards.reversals = Some(ReversalPattern {
        at_least: 2,
        percent: 30,
    });
    let world = world(spec);
    let ayse = world.register("Ayşe");
    let since = world.now();
    for n in 1..=2 {
        world.run(purchase(ayse, n, 100_00));
    }
    assert_eq!(account(&world, ayse).flagged, None);
    world.run(purchase(ayse, 3, 100_00));
    let finding = Finding::EarningVelocity { count: 3, since };
    assert_eq!(account(&world, ayse).flagged, Some(finding));
    world.run(redeem(ayse, 10));
    let refusal = world.refuse(redeem(ayse, 10));
    assert_eq!(refusal.code(), "loyalty.guarded");
    world.wait(days(1));
    world.run(redeem(ayse, 10));
    for n in 2..=3 {
        world.run(reverse(order(n).earning(&club()), 100_00));
    }
    let finding = Finding::ReversalPattern {
        reversals: 2,
        earnings: 3,
    };
    assert_eq!(account(&world, ayse).flagged, Some(finding));
    world.assert_told();
}

#[test]
fn a_programme_knows_what_it_owes_by_tier_and_month_with_breakage_from_history() {
    let world = world(programme());
    let customers: Vec<CustomerId> = (0..5).map(|_| world.register("Ayşe")).collect();
    for (n, customer) in (1..).zip(&customers) {
        world.run(purchase(*customer, n, 400_00 * i64::from(n)));
        world.wait(days(10));
    }
    world.run(redeem(customers[4], 500));
    let read = |limit| {
        let mut after = None;
        let mut sum = Liability::default();
        loop {
            let page = world.ask(&ReadLiability {
                after,
                limit,
                ..ReadLiability::of(club(), world.now())
            });
            sum = sum.plus(page.liability);
            after = page.next;
            if after.is_none() {
                return sum;
            }
        }
    };
    let owed = read(1_000);
    assert_eq!(read(2), owed);
    assert_eq!((owed.accounts, owed.points(&points())), (5, p(5_500)));
    let line = |tier, month: &str| LiabilityLine {
        points: points(),
        tier,
        expires_in: Some(month.parse().unwrap()),
    };
    assert_eq!(owed.open[&line(None, "2027-03-01")], p(1_200));
    assert_eq!(
        owed.open[&line(Some(code!("silver")), "2027-04-01")],
        p(3_100)
    );
    let programme = Programme::try_new(programme()).unwrap();
    let value = |owed: &Liability| owed.value(&programme, &points(), None).unwrap();
    assert_eq!(value(&owed), tl(550_00));
    wake_at(&world, "2027-04-01T00:00:00Z");
    let owed = read(1_000);
    // 2 400 expired and 500 were spent: 82.75 % of what came to an end.
    assert_eq!(owed.totals[&points()].breakage().unwrap().get(), 8_275);
    assert_eq!(owed.points(&points()), p(3_100));
    assert_eq!(value(&owed), tl(53_48));
}
