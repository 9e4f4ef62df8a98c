//! Tiers through the years.

use aftercare::code;
use aftercare::kernel::Actor;
use aftercare::loyalty::*;
use aftercare::record::{Index, Query};

use super::club::*;

fn scheme(spec: &mut ProgrammeSpec) -> &mut TierScheme {
    spec.tiers.as_mut().unwrap()
}

#[test]
fn a_member_comes_up_at_once_and_is_told() {
    let world = world(programme());
    let ayse = reachable(&world);
    world.run(purchase(ayse, 1, 999_99));
    assert_eq!(tier(&world, ayse), None);
    world.run(purchase(ayse, 2, 1));
    assert_eq!(tier(&world, ayse).as_deref(), Some("silver"));
    let view = view(&world, ayse).tier.unwrap();
    assert_eq!(view.next, Some((code!("gold"), 4_000_00)));
    assert_eq!(view.until, Some("2026-12-31T21:00:00Z".parse().unwrap()));
    let query = Query::new(Index::MessagesByCustomer, ayse.uuid());
    assert_eq!(
        world.desk.find(&Actor::System, &query).unwrap().found.len(),
        1
    );
    world.assert_told();
}

#[test]
fn a_member_comes_down_at_the_end_of_the_year_and_not_before() {
    for (downgrade, expected) in [
        (Downgrade::ToQualifying, None),
        (Downgrade::OneDown, Some("silver")),
    ] {
        let mut spec = programme();
        scheme(&mut spec).downgrade = downgrade;
        let world = world(spec);
        let ayse = world.register("Ayşe");
        let earned = world.run(purchase(ayse, 1, 5_000_00)).movement.unwrap();
        world.run(reverse(earned, 5_000_00));
        assert_eq!(
            tier(&world, ayse).as_deref(),
            Some("gold"),
            "a return takes no tier away"
        );
        wake_at(&world, "2026-12-31T20:59:59Z");
        assert_eq!(tier(&world, ayse).as_deref(), Some("gold"));
        world.wait(chrono::TimeDelta::seconds(1));
        assert_eq!(
            tier(&world, ayse).as_deref(),
            expected,
            "whoever looks sees it"
        );
        wake(&world);
        assert_eq!(
            account(&world, ayse).standing.tier,
            expected.map(|t| t.parse().unwrap())
        );
        world.assert_told();
    }
}

#[test]
fn a_member_who_reaches_the_tier_again_keeps_it_for_another_year() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 1_000_00));
    wake_at(&world, "2027-06-01T00:00:00Z");
    assert_eq!(
        tier(&world, ayse).as_deref(),
        Some("silver"),
        "what 2026 brought lasts through 2027"
    );
    wake_at(&world, "2028-01-01T00:00:00Z");
    assert_eq!(tier(&world, ayse), None);
}

#[test]
fn what_is_paid_with_points_never_counts_and_what_comes_back_counts_no_longer() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    let earned = world.run(purchase(ayse, 1, 900_00)).movement.unwrap();
    let spent = world.run(redeem(ayse, 500).on(order(2)));
    let with_points = basket(300_00).paid_with_points(spent.worth.unwrap());
    let earn = EarnPoints::for_purchase(ayse, club(), with_points, order(2));
    assert_eq!(world.run(earn).points, [(points(), p(250))]);
    assert_eq!(view(&world, ayse).tier.unwrap().progress, 1_150_00);
    world.run(reverse(earned, 450_00));
    assert_eq!(view(&world, ayse).tier.unwrap().progress, 700_00);
    world.assert_told();
}

#[test]
fn the_purchase_that_crosses_a_threshold_earns_at_the_tier_that_the_programme_says() {
    for (crossing, first, second) in [
        (Crossing::OldTier, 1_000, 200),
        (Crossing::NewTier, 2_000, 200),
    ] {
        let silver = Conditions {
            tiers: [code!("silver")].into(),
            ..Conditions::default()
        };
        let double = Multiplier::percent(code!("silver_double"), 200, silver);
        let mut spec = programme().with_multiplier(double);
        scheme(&mut spec).crossing = crossing;
        let world = world(spec);
        let ayse = world.register("Ayşe");
        assert_eq!(
            world.run(purchase(ayse, 1, 1_000_00)).points,
            [(points(), p(first))]
        );
        assert_eq!(
            world.run(purchase(ayse, 2, 100_00)).points,
            [(points(), p(second))]
        );
    }
}

#[test]
fn a_real_time_tier_follows_what_counts_in_the_last_months_day_by_day() {
    let mut spec = programme();
    scheme(&mut spec).window = Window::RollingMonths(3);
    scheme(&mut spec).downgrade = Downgrade::RealTime;
    let world = world(spec);
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 600_00)); // 2 March
    world.wait(days(30));
    world.run(purchase(ayse, 2, 600_00)); // 1 April
    assert_eq!(tier(&world, ayse).as_deref(), Some("silver"));
    wake_at(&world, "2026-06-01T20:59:00Z");
    assert_eq!(tier(&world, ayse).as_deref(), Some("silver"));
    // 2 March is three months and a day ago when it is 2 June in Istanbul.
    wake_at(&world, "2026-06-01T21:00:00Z");
    assert_eq!(tier(&world, ayse), None);
    assert_eq!(account(&world, ayse).standing.tier, None);
    world.assert_told();
}

#[test]
fn qualifying_points_make_tiers_and_buy_nothing() {
    let status = || code!("status");
    let mut spec = programme()
        .with_points(status(), PointsPolicy::qualifying())
        .with_rule(EarnRule::new(
            code!("visit"),
            status(),
            Trigger::Purchase,
            Grant::Fixed(1),
        ));
    *scheme(&mut spec) = TierScheme::new(
        QualifyBy::Points(status()),
        Window::Lifetime,
        [(code!("regular"), 3)],
    );
    let world = world(spec);
    let ayse = world.register("Ayşe");
    for n in 1..=3 {
        assert_eq!(tier(&world, ayse), None);
        let earned = world.run(purchase(ayse, n, 10_00)).points;
        assert_eq!(earned, [(points(), p(10)), (status(), p(1))]);
    }
    assert_eq!(tier(&world, ayse).as_deref(), Some("regular"));
    let spend = RedeemPoints::new(ayse, club(), status(), p(1));
    assert_eq!(world.refuse(spend).code(), "loyalty.not_redeemable");
}

#[test]
fn a_tier_by_hand_has_an_end_and_a_reason() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 100_00));
    let set = |tier, days| SetMemberTier {
        customer: ayse,
        programme: club(),
        tier: Some(tier),
        until: world.now() + chrono::TimeDelta::days(days),
        reason: code!("match"),
    };
    assert_eq!(
        world.refuse(set(code!("titan"), 1)).code(),
        "loyalty.unknown_tier"
    );
    assert_eq!(
        world.refuse(set(code!("gold"), 0)).code(),
        "loyalty.not_in_future"
    );
    world.run(set(code!("gold"), 30));
    world.wait(days(29));
    world.run(purchase(ayse, 2, 1_000_00));
    assert_eq!(tier(&world, ayse).as_deref(), Some("gold"));
    world.wait(days(1));
    wake(&world);
    assert_eq!(tier(&world, ayse).as_deref(), Some("silver"));
    world.assert_told();
}

#[test]
fn days_of_grace_put_the_end_of_a_tier_off() {
    let mut spec = programme();
    scheme(&mut spec).grace_days = 31;
    let world = world(spec);
    let ayse = world.register("Ayşe");
    let earned = world.run(purchase(ayse, 1, 1_000_00)).movement.unwrap();
    world.run(reverse(earned, 1_000_00));
    wake_at(&world, "2027-01-31T20:59:00Z");
    // What is bought in the days of grace counts for the new year.
    assert_eq!(tier(&world, ayse).as_deref(), Some("silver"));
    wake_at(&world, "2027-01-31T21:00:00Z");
    assert_eq!(tier(&world, ayse), None);
}
