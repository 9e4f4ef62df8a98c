//! The rules of programmes, each by its name.

#![expect(
    clippy::inconsistent_digit_grouping,
    reason = "lira and kuruş are told apart"
)]

use chrono::{DateTime, NaiveDate, Utc};

use super::*;
use crate::calendar::{Zone, civil};
use crate::code;
use crate::kernel::{BasisPoints, Code, Currency, Money, Rounding};

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00Z").parse().unwrap()
}

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const fn tl(minor: i64) -> Money {
    Money::new(minor, Currency::TRY)
}

fn spec() -> ProgrammeSpec {
    let rule = EarnRule::per_amount(code!("each_lira"), code!("points"), 1, 100);
    ProgrammeSpec::new(code!("club"), "+03:00", Currency::TRY)
        .with_points(code!("points"), PointsPolicy::worth(Worth::minor(10)))
        .with_rule(rule)
}

fn programme(spec: ProgrammeSpec) -> Programme {
    Programme::try_new(spec).unwrap()
}

fn line(product: Code, minor: i64) -> BasketLine {
    BasketLine::new(product, tl(minor))
}

fn earned(spec: ProgrammeSpec, basket: &Basket) -> i64 {
    let occasion = Occasion::Purchase(basket);
    let noon = at("2026-03-02T09:00");
    let found = programme(spec).earnings(occasion, Member::default(), noon);
    found.unwrap().of(&code!("points")).get()
}

#[test]
fn points_are_earned_for_whole_amounts_and_rounded_as_the_rule_says() {
    let basket = Basket::of([line(code!("a"), 106_50)]);
    for (rounding, points) in [
        (Rounding::Down, 106),
        (Rounding::HalfUp, 107),
        (Rounding::HalfEven, 106),
        (Rounding::Up, 107),
    ] {
        let mut spec = spec();
        spec.rules[0].rounding = rounding;
        assert_eq!(earned(spec, &basket), points, "{rounding:?}");
    }
}

#[test]
fn discounts_reduce_what_counts_and_the_part_paid_with_points_does_as_the_programme_says() {
    let line = line(code!("a"), 100_00)
        .with_discount(tl(10_00))
        .with_tax(tl(18_00));
    let basket = Basket::of([line])
        .with_shipping(tl(5_00))
        .with_discount(tl(20_00))
        .paid_with_points(tl(30_00));
    let base = |tax, shipping, points_part| {
        let mut spec = spec();
        spec.base = EarnBase {
            tax,
            shipping,
            points_part,
        };
        earned(spec, &basket)
    };
    assert_eq!(base(false, false, false), 40);
    assert_eq!(base(false, false, true), 70);
    assert_eq!(base(true, false, true), 88);
    assert_eq!(base(true, true, true), 93);
}

#[test]
fn a_discount_on_the_whole_counts_against_every_line_in_proportion() {
    let mut spec = spec();
    spec.rules[0].when.categories = [code!("food")].into();
    let food = line(code!("a"), 100_00).of_category(code!("food"));
    let basket = Basket::of([food, line(code!("b"), 300_00)]).with_discount(tl(40_00));
    assert_eq!(earned(spec, &basket), 90);
}

#[test]
fn a_basket_in_another_currency_or_below_nothing_is_refused() {
    let programme = programme(spec());
    let dollars = Money::new(100, Currency::USD);
    let refused = |basket: Basket| {
        let occasion = Occasion::Purchase(&basket);
        let earned = programme.earnings(occasion, Member::default(), at("2026-03-02T09:00"));
        earned.unwrap_err().code()
    };
    let foreign = Basket::of([BasketLine::new(code!("a"), dollars)]);
    assert_eq!(refused(foreign), "loyalty.wrong_currency");
    assert_eq!(
        refused(Basket::of([line(code!("a"), -1)])),
        "loyalty.negative_amount"
    );
    let too_cheap = line(code!("a"), 5).with_discount(tl(6));
    assert_eq!(refused(Basket::of([too_cheap])), "loyalty.negative_amount");
}

#[test]
fn multipliers_stack_as_the_programme_says_and_are_rounded_once() {
    let always = Conditions::default;
    let stacked = |stacking| {
        let mut spec = spec()
            .with_multiplier(Multiplier::percent(code!("double"), 200, always()))
            .with_multiplier(Multiplier::percent(code!("half_more"), 150, always()));
        spec.stacking = stacking;
        earned(spec, &Basket::of([line(code!("a"), 33_33)]))
    };
    assert_eq!(stacked(Stacking::Best), 66);
    assert_eq!(stacked(Stacking::Add), 83);
    assert_eq!(stacked(Stacking::Multiply), 99);
}

#[test]
fn a_multiplier_of_some_lines_leaves_the_others_alone() {
    let food = Conditions {
        categories: [code!("food")].into(),
        ..Conditions::default()
    };
    let spec = spec().with_multiplier(Multiplier::percent(code!("food_days"), 300, food));
    let food = line(code!("a"), 10_50).of_category(code!("food"));
    let basket = Basket::of([food, line(code!("b"), 10_50)]);
    assert_eq!(earned(spec, &basket), 42);
}

#[test]
fn rules_go_by_unit_order_and_action_and_by_channel_tier_and_day() {
    let shop = Conditions {
        channels: [code!("shop")].into(),
        tiers: [code!("gold")].into(),
        from: Some(on("2026-03-01")),
        to: Some(on("2026-03-31")),
        ..Conditions::default()
    };
    let points = || code!("points");
    let tiers = TierScheme::new(QualifyBy::Spend, Window::Lifetime, [(code!("gold"), 1)]);
    let mut spec = spec().with_tiers(tiers);
    spec.rules = vec![
        EarnRule::new(
            code!("unit"),
            points(),
            Trigger::Purchase,
            Grant::PerUnit(5),
        ),
        EarnRule::new(
            code!("order"),
            points(),
            Trigger::Purchase,
            Grant::Fixed(50),
        )
        .when(shop),
        EarnRule::for_action(code!("review"), points(), code!("review"), 20),
    ];
    let programme = programme(spec);
    let basket = Basket::of([line(code!("a"), 1).of_units(3)]).over(code!("shop"));
    let gold = code!("gold");
    let earn = |occasion, tier, when| {
        let member = Member { tier, counts: &[] };
        programme.earnings(occasion, member, at(when)).unwrap()
    };
    let of = |earnings: &Earnings| earnings.of(&code!("points")).get();
    let buy = Occasion::Purchase(&basket);
    assert_eq!(of(&earn(buy, Some(&gold), "2026-03-31T20:59")), 65);
    // It is 1 April by then where the programme is.
    let late = earn(buy, Some(&gold), "2026-03-31T21:00");
    assert_eq!(of(&late), 15);
    assert_eq!(late.skipped, [(code!("order"), Skipped::NotForThis)]);
    assert_eq!(of(&earn(buy, None, "2026-03-15T09:00")), 15);
    let review = code!("review");
    assert_eq!(
        of(&earn(Occasion::Action(&review), None, "2026-03-15T09:00")),
        20
    );
    let other = code!("like");
    assert_eq!(
        of(&earn(Occasion::Action(&other), None, "2026-03-15T09:00")),
        0
    );
}

#[test]
fn caps_hold_for_the_order_the_day_and_the_member() {
    let mut spec = spec();
    spec.rules[0].caps = Caps {
        per_order: Some(Points::new(50)),
        per_day: Some(Points::new(80)),
        per_member: Some(Points::new(100)),
    };
    let programme = programme(spec);
    let basket = Basket::of([line(code!("a"), 70_00)]);
    let earn = |counts: &[RuleCount]| {
        let member = Member { tier: None, counts };
        let occasion = Occasion::Purchase(&basket);
        let found = programme.earnings(occasion, member, at("2026-03-02T09:00"));
        found.unwrap().of(&code!("points")).get()
    };
    let count = |day, that_day, ever| RuleCount {
        rule: code!("each_lira"),
        on: on(day),
        that_day: Points::new(that_day),
        ever: Points::new(ever),
    };
    assert_eq!(earn(&[]), 50);
    assert_eq!(earn(&[count("2026-03-02", 50, 50)]), 30);
    assert_eq!(earn(&[count("2026-03-01", 80, 80)]), 20);
    assert_eq!(earn(&[count("2026-03-01", 20, 100)]), 0);
}

#[test]
fn nothing_is_earned_before_a_programme_begins_or_after_its_last_day() {
    let mut spec = spec();
    (spec.from, spec.to) = (Some(on("2026-03-01")), Some(on("2026-03-31")));
    let programme = programme(spec);
    let running = |text| programme.running(at(text)).is_ok();
    assert!(!running("2026-02-28T20:59"));
    assert!(running("2026-02-28T21:00"));
    assert!(running("2026-03-31T20:59"));
    assert!(!running("2026-03-31T21:00"));
}

#[test]
fn the_day_on_which_points_expire_can_still_be_used() {
    let zone: Zone = "+03:00".parse().unwrap();
    let gone = |expiry: Expiry| expiry.of(&zone, at("2020-07-06T10:00")).unwrap();
    assert_eq!(gone(Expiry::days(10)), at("2020-07-16T21:00"));
    assert_eq!(gone(Expiry::months(1)), at("2020-08-06T21:00"));
    let after = |round| Expiry::After {
        span: Span::Months(12),
        round,
    };
    assert_eq!(
        gone(after(Round::EndOf(Unit::Month))),
        at("2021-07-31T21:00")
    );
    assert_eq!(
        gone(after(Round::EndOf(Unit::Year))),
        at("2021-12-31T21:00")
    );
    assert_eq!(
        gone(after(Round::StartOf(Unit::Day))),
        at("2021-07-05T21:00")
    );
    assert_eq!(gone(after(Round::Exactly)), at("2021-07-06T10:00"));
    assert_eq!(gone(Expiry::On(on("2020-12-31"))), at("2020-12-31T21:00"));
    assert_eq!(Expiry::Never.of(&zone, at("2020-07-06T10:00")), None);
}

#[test]
fn the_last_return_takes_the_rounding_rest_and_all_returns_together_never_more_than_was_earned() {
    for eligible in 1..40_i64 {
        for earned in 0..40 {
            let earned = Points::new(earned);
            let mut sum = Points::ZERO;
            for returned in 0..eligible {
                let part = reversed_share(earned, eligible, returned, 1);
                assert!(part >= Points::ZERO);
                sum = sum.plus(part);
                assert!(sum <= earned);
            }
            assert_eq!(sum, earned);
        }
    }
}

#[test]
fn points_pay_in_multiples_and_only_what_there_is_to_pay() {
    let mut spec = spec();
    let redemption = Redemption::at(Worth::minor(150)).in_multiples_of(3);
    spec.points.get_mut("points").unwrap().redemption = Some(Redemption {
        least: 6,
        least_available: 8,
        ..redemption
    });
    let programme = programme(spec);
    let points = code!("points");
    let quote = |available, due| {
        let quote = programme.quote(&points, Points::new(available), tl(due));
        let quote = quote.unwrap();
        (quote.spend.get(), quote.left_to_pay.minor(), quote.limit)
    };
    assert_eq!(quote(10, 100_00), (9, 100_00 - 13_50, Limit::Available));
    assert_eq!(quote(100, 10_00), (6, 1_00, Limit::Due));
    assert_eq!(quote(7, 100_00), (0, 100_00, Limit::Minimum));
    let refused = |asked, available, due| {
        let (asked, available) = (Points::new(asked), Points::new(available));
        let found = programme.redeemable(&points, asked, available, Some(tl(due)));
        found.unwrap_err().code()
    };
    assert_eq!(refused(0, 100, 100_00), "loyalty.not_positive");
    assert_eq!(refused(-3, 100, 100_00), "loyalty.not_positive");
    assert_eq!(refused(7, 100, 100_00), "loyalty.not_a_multiple");
    assert_eq!(refused(3, 100, 100_00), "loyalty.below_minimum");
    assert_eq!(refused(12, 9, 100_00), "loyalty.insufficient");
    assert_eq!(refused(9, 100, 10_00), "loyalty.more_than_due");
    let foreign = programme.quote(&points, Points::new(9), Money::new(1, Currency::USD));
    assert_eq!(foreign.unwrap_err().code(), "loyalty.wrong_currency");
}

fn levels(window: Window) -> TierScheme {
    let tiers = [
        (code!("bronze"), 0),
        (code!("silver"), 100),
        (code!("gold"), 500),
        (code!("platinum"), 1000),
    ];
    TierScheme::new(QualifyBy::Spend, window, tiers)
}

#[test]
fn a_tier_is_reached_by_what_equals_its_threshold() {
    let scheme = levels(Window::Lifetime);
    for (total, tier) in [
        (-1, None),
        (0, Some("bronze")),
        (99, Some("bronze")),
        (100, Some("silver")),
    ] {
        assert_eq!(scheme.reached(total).map(Code::as_str), tier, "{total}");
    }
    assert_eq!(
        scheme.next(Some(&code!("silver")), 120),
        Some((&code!("gold"), 380))
    );
    assert_eq!(scheme.next(Some(&code!("platinum")), 2000), None);
}

#[test]
fn at_the_end_of_a_period_a_member_comes_one_down_or_to_what_they_reached() {
    let mut scheme = levels(Window::CalendarYear);
    let platinum = code!("platinum");
    let after = |scheme: &TierScheme, total| {
        let tier = scheme.after_period(Some(&platinum), total);
        tier.unwrap().as_str().to_owned()
    };
    assert_eq!(after(&scheme, 120), "silver");
    assert_eq!(after(&scheme, 1000), "platinum");
    scheme.downgrade = Downgrade::OneDown;
    assert_eq!(after(&scheme, 120), "gold");
    assert_eq!(after(&scheme, 600), "gold");
    assert_eq!(after(&scheme, 1000), "platinum");
}

#[test]
fn windows_are_years_months_memberships_or_a_lifetime() {
    let joined = on("2024-02-29");
    let start = |window, date| levels(window).window_start(on(date), joined);
    assert_eq!(start(Window::CalendarYear, "2026-07-01"), on("2026-01-01"));
    assert_eq!(
        start(Window::RollingMonths(12), "2026-07-01"),
        on("2025-07-02")
    );
    assert_eq!(
        start(Window::MembershipYear, "2026-02-27"),
        on("2025-02-28")
    );
    assert_eq!(
        start(Window::MembershipYear, "2026-02-28"),
        on("2026-02-28")
    );
    assert_eq!(
        start(Window::MembershipYear, "2028-02-28"),
        on("2027-02-28")
    );
    assert_eq!(
        start(Window::MembershipYear, "2028-02-29"),
        on("2028-02-29")
    );
    let zone = Zone::utc();
    let lasts = |scheme: &TierScheme| {
        scheme.lasts_until(&zone, at("2026-07-01T12:00"), joined, scheme.keeps_periods)
    };
    let mut scheme = levels(Window::CalendarYear);
    assert_eq!(lasts(&scheme), Some(at("2027-01-01T00:00")));
    scheme.keeps_periods = 1;
    scheme.grace_days = 30;
    assert_eq!(lasts(&scheme), Some(at("2028-01-31T00:00")));
    assert_eq!(
        scheme.judged_on(&zone, at("2028-01-31T00:00")),
        on("2027-12-31")
    );
    assert_eq!(
        lasts(&levels(Window::MembershipYear)),
        Some(at("2027-02-28T00:00"))
    );
    assert_eq!(lasts(&levels(Window::Lifetime)), None);
}

#[test]
fn what_was_reached_within_rolling_months_is_kept_for_these_and_not_a_day_longer() {
    let joined = on("2024-02-29");
    let zone = Zone::utc();
    for (months, reached, ends) in [
        (12, "2026-07-01T12:00", "2027-07-01T00:00"),
        (12, "2027-07-01T00:00", "2028-07-01T00:00"),
        (12, "2024-02-29T12:00", "2025-03-01T00:00"),
        // Until the end of February, and not until its last day begins.
        (6, "2026-08-31T12:00", "2027-03-01T00:00"),
        (6, "2026-08-28T12:00", "2027-02-28T00:00"),
        (1, "2026-01-30T12:00", "2026-03-01T00:00"),
    ] {
        let mut scheme = levels(Window::RollingMonths(months));
        let day = civil::date_in(&zone, at(reached));
        let lasts = scheme.lasts_until(&zone, at(reached), joined, 0);
        assert_eq!(lasts, Some(at(ends)), "{months} from {reached}");
        // What brought the member there counted to the very last day, and does not bring them there once more.
        let judged = scheme.judged_on(&zone, at(ends));
        assert!(scheme.window_start(judged, joined) > day, "{reached}");
        let last = judged.pred_opt().unwrap();
        assert!(scheme.window_start(last, joined) <= day, "{reached}");
        // Days of grace put off the end, and not the day that is looked at.
        scheme.grace_days = 30;
        let later = scheme.lasts_until(&zone, at(reached), joined, 0).unwrap();
        assert_eq!(later, at(ends) + chrono::TimeDelta::days(30));
        assert_eq!(scheme.judged_on(&zone, later), judged);
    }
}

proptest::proptest! {
    #[test]
    fn a_day_leaves_rolling_months_once(months in 1_u32..40, offset in 0_i64..3_000) {
        let day = civil::add_days(on("2024-01-01"), offset).unwrap();
        let scheme = levels(Window::RollingMonths(months));
        let left = tier::leaves(months, day);
        let counts = |on: NaiveDate| scheme.window_start(on, day) <= day;
        proptest::prop_assert!(!counts(left));
        proptest::prop_assert!(counts(left.pred_opt().unwrap()));
    }
}

#[test]
fn the_price_is_divided_by_stand_alone_prices_and_recognised_as_points_are_spent() {
    let usd = |minor| Money::new(minor, Currency::USD);
    let parts = Allocation::of(usd(200_000), usd(20_000), BasisPoints::from_percent(85)).unwrap();
    assert_eq!(parts.goods.checked_add(parts.points).unwrap(), usd(200_000));
    let step = |redeemed, expected, before| {
        let (redeemed, expected) = (Points::new(redeemed), Points::new(expected));
        recognised(usd(9_000), redeemed, expected, usd(before))
            .unwrap()
            .minor()
    };
    assert_eq!(step(4_500, 9_700, 0), 4_175);
    assert_eq!(step(8_500, 9_200, 4_175), 4_140);
    // More is spent than was ever expected: all of it, and no more.
    assert_eq!(step(9_900, 9_200, 8_315), 685);
    assert_eq!(step(4_500, 20_000, 4_175), 2_025 - 4_175);
}

#[test]
fn everything_that_is_wrong_with_a_programme_is_told_at_once_with_its_path() {
    let mut spec = spec();
    spec.zone = "Mars/Olympus".to_owned();
    (spec.from, spec.to) = (Some(on("2026-03-02")), Some(on("2026-03-01")));
    spec.rules.push(EarnRule::per_amount(
        code!("each_lira"),
        code!("stars"),
        0,
        100,
    ));
    spec.rules[0].when.tiers = [code!("gold")].into();
    let worth = Worth {
        points: 0,
        minor: 1,
    };
    spec.points
        .insert(code!("other"), PointsPolicy::worth(worth));
    spec.points
        .insert(code!("status"), PointsPolicy::qualifying());
    let tiers = [(code!("a"), 10), (code!("a"), 10)];
    spec.tiers = Some(TierScheme::new(
        QualifyBy::Spend,
        Window::RollingMonths(0),
        tiers,
    ));
    let free = Reward::new(
        RewardKind::Product(code!("cup")),
        code!("status"),
        Points::ZERO,
    );
    spec.rewards.insert(code!("cup"), free);
    spec.guards.spending = Some(Velocity {
        most: 0,
        within_ms: 1,
        refuse: false,
    });
    let problems = Programme::try_new(spec).unwrap_err();
    let found: Vec<_> = problems
        .iter()
        .map(|problem| format!("{} {}", problem.path, problem.code))
        .collect();
    assert_eq!(
        found,
        [
            "to loyalty.ends_before_it_begins",
            "points.other.redemption.worth loyalty.worth_nothing",
            "rules[0].when.tiers loyalty.unknown_tier",
            "rules[1] loyalty.rule_repeated",
            "rules[1].points loyalty.unknown_points",
            "rules[1].grant loyalty.grants_nothing",
            "tiers.tiers[1].name loyalty.tier_repeated",
            "tiers.tiers[1].from loyalty.tiers_out_of_order",
            "tiers.window loyalty.period_out_of_range",
            "rewards.cup.points loyalty.not_redeemable",
            "rewards.cup.cost loyalty.cost_out_of_range",
            "guards.spending loyalty.guard_out_of_range",
            "zone calendar.unknown_zone",
        ]
    );
}

#[test]
fn points_that_would_be_gone_before_they_can_be_spent_are_no_policy() {
    let problem = |vesting, expiry| {
        let policy = PointsPolicy::worth(Worth::minor(1))
            .vesting(Vesting::After(vesting))
            .expiring(expiry);
        let spec = spec().with_points(code!("points"), policy);
        let problems = Programme::try_new(spec).err()?;
        let problem = problems.iter().next()?;
        Some(format!(
            "{} {}: {}",
            problem.path, problem.code, problem.facts
        ))
    };
    let exactly = |span| Expiry::After {
        span,
        round: Round::Exactly,
    };
    assert_eq!(
        problem(Span::Days(30), exactly(Span::Days(30))).as_deref(),
        Some("points.points.vesting loyalty.gone_before_it_vests: earned on 01-01")
    );
    // A month is not always as long.
    assert_eq!(
        problem(Span::Days(30), exactly(Span::Months(1))).as_deref(),
        Some("points.points.vesting loyalty.gone_before_it_vests: earned on 01-30")
    );
    assert_eq!(problem(Span::Days(30), exactly(Span::Days(31))), None);
    assert_eq!(problem(Span::Days(30), Expiry::days(30)), None);
    assert_eq!(problem(Span::Days(30), exactly(Span::Months(2))), None);
    assert_eq!(problem(Span::Months(12), Expiry::Never), None);
}

#[test]
fn rules_that_could_never_be_met_are_told() {
    let mut spec = spec().with_tiers(levels(Window::CalendarYear));
    let mut deed = EarnRule::for_action(code!("drill"), code!("points"), code!("registration"), 5);
    deed.when.products = [code!("drill")].into();
    spec.rules.push(deed);
    let scheme = spec.tiers.as_mut().unwrap();
    (scheme.downgrade, scheme.grace_days) = (Downgrade::RealTime, 10);
    let problems = Programme::try_new(spec).unwrap_err();
    let found: Vec<_> = problems
        .iter()
        .map(|problem| format!("{} {}", problem.path, problem.code))
        .collect();
    assert_eq!(
        found,
        [
            "rules[1].when loyalty.action_without_lines",
            "tiers.grace_days loyalty.grace_in_real_time",
        ]
    );
}

#[test]
fn a_programme_survives_serde_and_refuses_what_it_does_not_know() {
    let spec = spec().with_tiers(levels(Window::RollingMonths(12)));
    let text = serde_json::to_string(&spec).unwrap();
    assert_eq!(serde_json::from_str::<ProgrammeSpec>(&text).unwrap(), spec);
    let wrong = text.replacen("\"stacking\"", "\"staking\"", 1);
    assert!(serde_json::from_str::<ProgrammeSpec>(&wrong).is_err());
}
