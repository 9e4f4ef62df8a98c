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

#[test]
fn what_is_done_in_the_days_of_grace_keeps_the_tier_if_it_reaches_it() {
    let mut spec = programme();
    scheme(&mut spec).grace_days = 31;
    let world = world(spec);
    let ayse = world.register("Ayşe");
    let earned = world.run(purchase(ayse, 1, 1_000_00)).movement.unwrap();
    world.run(reverse(earned, 1_000_00));
    wake_at(&world, "2027-01-10T09:00:00Z");
    world.run(purchase(ayse, 2, 2_000_00));
    wake_at(&world, "2027-01-31T21:00:00Z");
    assert_eq!(tier(&world, ayse).as_deref(), Some("silver"));
    let until = account(&world, ayse).standing.until;
    assert_eq!(until, Some("2028-01-31T21:00:00Z".parse().unwrap()));
    world.assert_told();
}

#[test]
fn days_of_grace_do_not_forget_what_they_have_to_judge() {
    let mut spec = programme();
    scheme(&mut spec).window = Window::RollingMonths(1);
    scheme(&mut spec).grace_days = 100;
    let world = world(spec);
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 1_000_00)); // 2 March
    let until = account(&world, ayse).standing.until.unwrap();
    // Bought again soon enough; what is done late in the days of grace must not drop it.
    world.wait(days(20));
    world.run(purchase(ayse, 2, 1_000_00));
    world.wait(until - world.now() - days(1));
    world.run(purchase(ayse, 3, 1_00));
    let before = account(&world, ayse);
    world.wait(days(1));
    wake(&world);
    let day = programme_of(&world).spec().tiers.clone().unwrap();
    let judged = day.judged_on(&"Europe/Istanbul".parse().unwrap(), until);
    let total = day.total(&before.progress, judged, before.joined_on);
    assert_eq!(total, 1_000_00, "on {judged}");
    assert_eq!(tier(&world, ayse).as_deref(), Some("silver"));
}

fn programme_of(world: &crate::product::world::World) -> Programme {
    world.desk.rulebook().programme(&club()).unwrap().clone()
}

fn set(
    world: &crate::product::world::World,
    customer: aftercare::kernel::CustomerId,
    tier: Option<&str>,
    for_days: i64,
) {
    world.run(SetMemberTier {
        customer,
        programme: club(),
        tier: tier.map(|tier| tier.parse().unwrap()),
        until: world.now() + days(for_days),
        reason: code!("match"),
    });
}

#[test]
fn a_tier_by_hand_goes_on_when_a_higher_one_is_over() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 1_00));
    set(&world, ayse, Some("silver"), 1_500);
    let granted = account(&world, ayse).standing.until;
    world.run(purchase(ayse, 2, 5_000_00));
    assert_eq!(tier(&world, ayse).as_deref(), Some("gold"));
    wake_at(&world, "2028-01-01T00:00:00Z");
    let standing = account(&world, ayse).standing.clone();
    assert_eq!(standing.tier, Some(code!("silver")));
    assert_eq!((standing.until, standing.by_hand), (granted, true));
    wake_at(&world, "2031-01-01T00:00:00Z");
    assert_eq!(tier(&world, ayse), None);
    world.assert_told();
}

#[test]
fn who_is_put_down_by_hand_stays_there_until_they_reach_more() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    let earned = world.run(purchase(ayse, 1, 4_000_00)).movement.unwrap();
    set(&world, ayse, None, 100);
    world.run(reverse(earned, 10_00));
    world.run(purchase(ayse, 2, 10_00));
    assert_eq!(tier(&world, ayse), None);
    world.run(purchase(ayse, 3, 1_000_00));
    assert_eq!(tier(&world, ayse).as_deref(), Some("gold"));
    set(&world, ayse, None, 10);
    world.wait(days(10));
    wake(&world);
    assert_eq!(
        tier(&world, ayse).as_deref(),
        Some("gold"),
        "the programme decides again"
    );
    world.assert_told();
}

#[test]
fn a_tier_by_hand_goes_over_with_a_merger_as_one_by_hand() {
    for downgrade in [Downgrade::ToQualifying, Downgrade::RealTime] {
        let mut spec = programme();
        scheme(&mut spec).downgrade = downgrade;
        let world = world(spec);
        let (ayse, deniz) = (world.register("Ayşe"), world.register("Deniz"));
        world.run(purchase(ayse, 1, 1_00));
        world.run(purchase(deniz, 2, 1_00));
        set(&world, ayse, Some("gold"), 1_000);
        let (survivor, merged) = (deniz, ayse);
        world.run(aftercare::customer::MergeCustomers { survivor, merged });
        assert_eq!(
            tier(&world, deniz).as_deref(),
            Some("gold"),
            "{downgrade:?}"
        );
        world.run(purchase(deniz, 3, 1_00));
        wake_at(&world, "2028-06-01T00:00:00Z");
        assert_eq!(
            tier(&world, deniz).as_deref(),
            Some("gold"),
            "{downgrade:?}"
        );
        wake_at(&world, "2028-12-01T00:00:00Z");
        assert_eq!(tier(&world, deniz), None);
        world.assert_told();
    }
}

#[test]
fn what_a_merged_member_did_in_their_year_counts_in_the_year_of_the_other() {
    let mut spec = programme();
    scheme(&mut spec).window = Window::MembershipYear;
    let world = world(spec);
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 1_00)); // joined on 2 March
    world.wait(days(90));
    let deniz = world.register("Deniz");
    world.run(purchase(deniz, 2, 1_00));
    world.wait(days(30));
    world.run(purchase(ayse, 3, 1_000_00));
    let (survivor, merged) = (deniz, ayse);
    world.run(aftercare::customer::MergeCustomers { survivor, merged });
    assert_eq!(view(&world, deniz).tier.unwrap().progress, 1_002_00);
    // The year of the one that goes on ends on 30 May, and the tier is looked at then.
    wake_at(&world, "2027-03-10T00:00:00Z");
    wake_at(&world, "2027-05-20T00:00:00Z");
    assert_eq!(view(&world, deniz).tier.unwrap().progress, 1_002_00);
    world.assert_told();
}

/// Points for tools alone; everything counts towards tiers.
fn tools_only() -> ProgrammeSpec {
    let mut spec = programme();
    spec.rules[0].when.products = [code!("drill")].into();
    spec
}

fn drill_and_gift() -> Basket {
    let drill = BasketLine::new(code!("drill"), tl(100_00));
    Basket::of([drill, BasketLine::new(code!("gift"), tl(900_00))])
}

#[test]
fn what_brings_no_points_counts_towards_tiers_until_it_comes_back_itself() {
    for (first, then) in [("gift", "drill"), ("drill", "gift")] {
        let world = world(tools_only());
        let ayse = world.register("Ayşe");
        let earned = world.run(EarnPoints::for_purchase(
            ayse,
            club(),
            drill_and_gift(),
            order(1),
        ));
        let movement = earned.movement.unwrap();
        assert_eq!(earned.points, [(points(), p(100))]);
        let progress = || view(&world, ayse).tier.unwrap().progress;
        assert_eq!(progress(), 1_000_00);
        let minor = |product: &str| if product == "drill" { 100_00 } else { 900_00 };
        let bring = |product: &str| {
            let line = BasketLine::new(product.parse().unwrap(), tl(minor(product)));
            let returned = Returned::Lines(Basket::of([line]));
            world.run(ReverseEarning { movement, returned })
        };
        bring(first);
        assert_eq!(progress(), minor(then));
        bring(then);
        assert_eq!((progress(), balance(&world, ayse)), (0, 0));
        world.assert_told();
    }
}

#[test]
fn a_purchase_without_points_that_comes_back_whole_counts_no_longer() {
    let world = world(tools_only());
    let ayse = world.register("Ayşe");
    let gift = Basket::of([BasketLine::new(code!("gift"), tl(900_00))]);
    let earned = world.run(EarnPoints::for_purchase(ayse, club(), gift, order(1)));
    let movement = earned.movement.unwrap();
    assert_eq!(view(&world, ayse).tier.unwrap().progress, 900_00);
    let returned = Returned::Everything;
    world.run(ReverseEarning { movement, returned });
    assert_eq!(view(&world, ayse).tier.unwrap().progress, 0);
    world.assert_told();
}

#[test]
fn what_is_paid_with_points_brings_points_where_the_base_says_so_and_no_tier() {
    let mut spec = programme();
    spec.base.points_part = true;
    let world = world(spec);
    let ayse = world.register("Ayşe");
    let bought = basket(1_000_00).paid_with_points(tl(400_00));
    let earned = world.run(EarnPoints::for_purchase(ayse, club(), bought, order(1)));
    assert_eq!(earned.points, [(points(), p(1_000))]);
    assert_eq!(view(&world, ayse).tier.unwrap().progress, 600_00);
    let movement = earned.movement.unwrap();
    // Half of it comes back, named by its lines, and the other half by its value.
    let returned = Returned::Lines(basket(500_00));
    world.run(ReverseEarning { movement, returned });
    assert_eq!(view(&world, ayse).tier.unwrap().progress, 300_00);
    world.run(reverse(movement, 500_00));
    assert_eq!(view(&world, ayse).tier.unwrap().progress, 0);
    world.assert_told();
}

#[test]
fn lines_that_come_back_count_as_they_did_when_they_were_bought() {
    let lux_for_gold = |mut spec: ProgrammeSpec| {
        spec.rules[0].when.products = [code!("cup")].into();
        let mut lux = EarnRule::per_amount(code!("lux"), points(), 1, 100);
        lux.when.products = [code!("lux")].into();
        lux.when.tiers = [code!("gold")].into();
        spec.rules.push(lux);
        spec
    };
    for gold_then in [true, false] {
        let world = world(lux_for_gold(programme()));
        let ayse = world.register("Ayşe");
        world.run(purchase(ayse, 9, 1_00));
        set(&world, ayse, gold_then.then_some("gold"), 10);
        let lines = [("cup", 20_00), ("lux", 900_00)];
        let line =
            |(product, minor): (&str, i64)| BasketLine::new(product.parse().unwrap(), tl(minor));
        let bought = Basket::of(lines.map(line));
        let earned = world.run(EarnPoints::for_purchase(ayse, club(), bought, order(1)));
        let of_lux = if gold_then { 900 } else { 0 };
        assert_eq!(earned.points, [(points(), p(20 + of_lux))]);
        // The tier is another one by the time that it comes back.
        world.wait(days(1));
        set(&world, ayse, (!gold_then).then_some("gold"), 10);
        let movement = earned.movement.unwrap();
        let returned = Returned::Lines(Basket::of([line(lines[1])]));
        world.run(ReverseEarning { movement, returned });
        assert_eq!(balance(&world, ayse), 20);
        assert_eq!(view(&world, ayse).tier.unwrap().progress, 21_00);
        world.assert_told();
    }
}

#[test]
fn a_tier_by_hand_that_was_reached_as_well_ends_when_it_was_given_until() {
    let mut spec = programme();
    let platinum = Tier {
        name: code!("platinum"),
        from: 10_000_00,
    };
    scheme(&mut spec).tiers.push(platinum);
    scheme(&mut spec).downgrade = Downgrade::RealTime;
    scheme(&mut spec).window = Window::Lifetime;
    let world = world(spec);
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 1_00));
    set(&world, ayse, Some("gold"), 100);
    let until = account(&world, ayse).standing.until;
    let earned = world.run(purchase(ayse, 2, 10_000_00)).movement.unwrap();
    assert_eq!(tier(&world, ayse).as_deref(), Some("platinum"));
    world.run(reverse(earned, 4_000_00));
    world.run(reverse(earned, 4_000_00));
    let standing = account(&world, ayse).standing.clone();
    assert_eq!(
        (standing.tier, standing.until),
        (Some(code!("gold")), until)
    );
    world.wait(days(100));
    wake(&world);
    assert_eq!(tier(&world, ayse).as_deref(), Some("silver"));
    world.assert_told();
}

#[test]
fn a_tier_by_hand_that_waits_behind_a_higher_one_goes_over_with_a_merger() {
    let world = world(programme());
    let (ayse, deniz) = (world.register("Ayşe"), world.register("Deniz"));
    world.run(purchase(ayse, 1, 1_00));
    world.run(purchase(deniz, 2, 1_00));
    set(&world, ayse, Some("silver"), 1_000);
    world.run(purchase(ayse, 3, 5_000_00));
    let (survivor, merged) = (deniz, ayse);
    world.run(aftercare::customer::MergeCustomers { survivor, merged });
    assert_eq!(tier(&world, deniz).as_deref(), Some("gold"));
    wake_at(&world, "2028-01-01T00:00:00Z");
    assert_eq!(tier(&world, deniz).as_deref(), Some("silver"));
    wake_at(&world, "2029-01-01T00:00:00Z");
    assert_eq!(tier(&world, deniz), None);
    world.assert_told();
}

#[test]
fn what_comes_back_after_a_merger_counts_no_longer_where_it_counts_now() {
    let mut spec = programme();
    scheme(&mut spec).window = Window::MembershipYear;
    let world = world(spec);
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 1_00));
    world.wait(days(90));
    let deniz = world.register("Deniz");
    world.run(purchase(deniz, 2, 1_00));
    let earned = world.run(purchase(ayse, 3, 1_000_00)).movement.unwrap();
    let (survivor, merged) = (deniz, ayse);
    world.run(aftercare::customer::MergeCustomers { survivor, merged });
    world.run(reverse(earned, 1_000_00));
    assert_eq!(view(&world, deniz).tier.unwrap().progress, 2_00);
    world.assert_told();
}
