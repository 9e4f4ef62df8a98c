//! Rewards that bring something in other parts: a service, a longer warranty, a seat.

use std::collections::BTreeSet;
use std::sync::Arc;

use aftercare::calendar::Rule;
use aftercare::code;
use aftercare::kernel::{Actor, Code, CustomerId, SecretKey, UnitId};
use aftercare::loyalty::*;
use aftercare::message::Message;
use aftercare::prelude::RulebookSpec;
use aftercare::product::{DefineProduct, RegisterUnit};
use aftercare::record::{Index, Query, Record};
use aftercare::service::{PlanStatus, PlanTerms, PlansOf};
use aftercare::store::Store;
use aftercare::warranty::{
    CancelContract, CheckCoverage, Length, Offer, StartWarranty, Term, TermKind, Verdict, Warranty,
    WarrantyPolicy,
};

use super::club::*;
use crate::product::world::World;

fn reward(kind: RewardKind) -> Reward {
    let mut reward = Reward::new(kind, points(), p(100));
    reward.stock = Some(3);
    reward
}

fn longer() -> RewardKind {
    RewardKind::WarrantyExtension {
        months: 12,
        term: Some(code!("care")),
    }
}

/// Two years from the maker; a year more, a free check and a gala for points.
fn spec() -> RulebookSpec {
    let mut club_spec = programme();
    for (name, kind) in [
        (code!("check"), RewardKind::Service(code!("free_check"))),
        (code!("longer"), longer()),
        (code!("gala"), RewardKind::Event(code!("gala_2026"))),
    ] {
        club_spec = club_spec.with_reward(name, reward(kind));
    }
    let mut spec = RulebookSpec::new().with_programme(club_spec);
    spec.warranty = WarrantyPolicy {
        terms: vec![
            Term::new(code!("maker"), TermKind::Manufacturer, Length::Years(2)),
            Term::new(code!("care"), TermKind::Extended, Length::Years(1)),
        ],
        offers: vec![Offer::always(code!("maker"))],
        ..WarrantyPolicy::default()
    };
    let mut check = PlanTerms::by_calendar("+03:00".parse().unwrap(), Rule::every_months(12));
    check.first_at_start = true;
    check.term_months = Some(6);
    spec.service.plans.insert(code!("free_check"), check);
    spec
}

/// A member with 500 points, and their kettle, sold on 1 March 2025.
fn member(world: &World) -> (CustomerId, UnitId) {
    let ayse = world.register("Ayşe");
    world.run(adjust(ayse, 500));
    world.run(DefineProduct::new(code!("kettle")));
    let unit = world.run(RegisterUnit::new(ayse, code!("kettle")));
    world.run(StartWarranty::of(unit).sold_on("2025-03-01".parse().unwrap()));
    (ayse, unit)
}

fn claim(customer: CustomerId, reward: Code) -> ClaimReward {
    ClaimReward::new(customer, club(), reward)
}

fn refused_whole(world: &World, claim: ClaimReward, code: &str) {
    let before = account(world, claim.customer);
    assert_eq!(world.refuse(claim.clone()).code(), code);
    assert_eq!(account(world, claim.customer), before);
}

fn covered(world: &World, unit: UnitId, on: &str) -> bool {
    let coverage = world.ask(&CheckCoverage::new(unit, on.parse().unwrap()));
    coverage.verdict == Verdict::Covered
}

/// The messages to a customer for a purpose.
fn told(world: &World, customer: CustomerId, purpose: &str) -> Vec<Arc<Message>> {
    let query = Query::new(Index::MessagesByCustomer, customer.uuid()).limit(1_000);
    let found = world.desk.store().find(&query).unwrap().found;
    let keys: Vec<_> = found.iter().map(|found| found.key).collect();
    let rows = world.desk.store().load(&keys).unwrap();
    let messages = rows
        .into_iter()
        .flatten()
        .filter_map(|row| match row.record {
            Some(Record::Message(message)) => Some(message),
            _ => None,
        });
    messages.filter(|it| it.draft.purpose == purpose).collect()
}

#[test]
fn a_free_service_starts_its_plan_in_the_same_commit_and_ends_with_what_is_given_back() {
    let world = World::with(spec());
    let (ayse, unit) = member(&world);
    let mine = claim(ayse, code!("check")).for_unit(unit);
    let spent = world.run_as(Actor::Customer(ayse), mine).unwrap();
    assert_eq!((spent.points, balance(&world, ayse)), (p(100), 400));
    let plans = || world.ask(&PlansOf::new(ayse)).plans;
    assert_eq!((plans().len(), plans()[0].unit), (1, Some(unit)));
    assert_eq!(plans()[0].status, PlanStatus::Active);
    world.run(GiveBackPoints {
        movement: spent.movement,
        amount: Some(p(60)),
    });
    assert_eq!(
        plans()[0].status,
        PlanStatus::Active,
        "not all is given back"
    );
    world.run(GiveBackPoints {
        movement: spent.movement,
        amount: None,
    });
    assert_ne!(plans()[0].status, PlanStatus::Active);
    assert_eq!(balance(&world, ayse), 500);
    world.assert_told();
}

#[test]
fn a_longer_warranty_begins_behind_the_last_day_and_ends_with_what_is_given_back() {
    let world = World::with(spec());
    let (ayse, unit) = member(&world);
    assert!(covered(&world, unit, "2027-03-01") && !covered(&world, unit, "2027-03-02"));
    let mine = claim(ayse, code!("longer")).for_unit(unit);
    let spent = world.run_as(Actor::Customer(ayse), mine.clone()).unwrap();
    assert!(covered(&world, unit, "2028-03-01") && !covered(&world, unit, "2028-03-02"));
    let warranty = world.get(Warranty::id_of(unit));
    let reference = warranty.contract(&code!("care")).unwrap().reference.clone();
    assert_eq!(reference, Some(spent.movement.to_string().parse().unwrap()));
    refused_whole(&world, mine, "warranty.same_term");
    world.run(GiveBackPoints {
        movement: spent.movement,
        amount: None,
    });
    assert!(!covered(&world, unit, "2028-03-01"));
    assert_eq!(balance(&world, ayse), 500);
    world.assert_told();
}

#[test]
fn what_was_ended_already_does_not_keep_points_from_being_given_back() {
    let world = World::with(spec());
    let (ayse, unit) = member(&world);
    let spent = world.run(claim(ayse, code!("longer")).for_unit(unit));
    world.run(CancelContract {
        unit,
        term: code!("care"),
        on: "2026-03-02".parse().unwrap(),
        reason: code!("mistake"),
    });
    world.run(GiveBackPoints {
        movement: spent.movement,
        amount: None,
    });
    assert_eq!(balance(&world, ayse), 500);
}

#[test]
fn a_reward_that_cannot_bring_what_it_is_for_is_refused_whole() {
    let world = World::with(spec());
    let (ayse, unit) = member(&world);
    refused_whole(&world, claim(ayse, code!("longer")), "loyalty.needs_unit");
    let deniz = world.register("Deniz");
    world.run(adjust(deniz, 500));
    let theirs = claim(deniz, code!("longer")).for_unit(unit);
    refused_whole(&world, theirs.clone(), "loyalty.not_the_owner");
    let check = claim(deniz, code!("check")).for_unit(unit);
    refused_whole(&world, check, "loyalty.not_the_owner");
    let other = world.run_as(Actor::Customer(deniz), theirs).unwrap_err();
    assert_eq!(
        other.code(),
        "record.not_found",
        "who asks learns nothing of it"
    );
    let bare = world.run(RegisterUnit::new(ayse, code!("kettle")));
    let bare = claim(ayse, code!("longer")).for_unit(bare);
    refused_whole(&world, bare, "loyalty.nothing_to_prolong");
    wake_at(&world, "2027-03-02T12:00:00Z");
    world.run(adjust(ayse, 500));
    let late = claim(ayse, code!("longer")).for_unit(unit);
    refused_whole(&world, late, "loyalty.nothing_to_prolong");
    world.assert_told();
}

#[test]
fn a_seat_is_told_to_the_member_with_its_ticket_and_there_are_as_many_as_the_stock() {
    let world = World::with(spec());
    let ayse = reachable(&world);
    world.run(adjust(ayse, 500));
    let mut tickets = Vec::new();
    for _ in 0..3 {
        tickets.push(world.run(claim(ayse, code!("gala"))).movement);
    }
    refused_whole(
        &world,
        claim(ayse, code!("gala")),
        "loyalty.reward_out_of_stock",
    );
    let told = told(&world, ayse, "loyalty.seat");
    let facts = told
        .iter()
        .map(|it| it.draft.facts[&code!("ticket")].clone());
    let expected = tickets.iter().map(ToString::to_string);
    assert_eq!(facts.collect::<BTreeSet<_>>(), expected.collect());
    world.run(GiveBackPoints {
        movement: tickets[0],
        amount: None,
    });
    world.run(claim(ayse, code!("gala")));
    world.assert_told();
}

#[test]
fn a_ticket_that_is_given_back_is_not_sent_and_whoever_has_it_is_told() {
    let world = World::with(spec());
    let ayse = reachable(&world);
    world.run(adjust(ayse, 500));
    let give_back = |movement| GiveBackPoints {
        movement,
        amount: None,
    };
    let early = world.run(claim(ayse, code!("gala"))).movement;
    world.run(give_back(early));
    let sent = crate::survey::relay(&world);
    assert!(
        sent.iter()
            .all(|it| it.message.draft.purpose != "loyalty.seat")
    );
    assert_eq!(told(&world, ayse, "loyalty.seat_ended").len(), 0);
    let late = world.run(claim(ayse, code!("gala"))).movement;
    let sent = crate::survey::relay(&world);
    assert!(
        sent.iter()
            .any(|it| it.message.draft.purpose == "loyalty.seat")
    );
    world.run(give_back(late));
    let ended = told(&world, ayse, "loyalty.seat_ended");
    assert_eq!(ended.len(), 1);
    let facts = &ended[0].draft.facts;
    assert_eq!(facts[&code!("ticket")], late.to_string());
    assert_eq!(facts[&code!("event")], "gala_2026");
    world.assert_told();
}

#[test]
fn a_rulebook_whose_rewards_would_bring_nothing_is_refused() {
    let wrong = [
        (RewardKind::Service(code!("none")), "loyalty.unknown_plan"),
        (
            RewardKind::WarrantyExtension {
                months: 12,
                term: None,
            },
            "loyalty.unknown_term",
        ),
        (
            RewardKind::WarrantyExtension {
                months: 0,
                term: Some(code!("care")),
            },
            "loyalty.period_out_of_range",
        ),
    ];
    for (kind, code) in wrong {
        let mut spec = spec();
        spec.loyalty[0].rewards.insert(code!("wrong"), reward(kind));
        let problems = spec.build(SecretKey::new([7; 16])).unwrap_err().to_string();
        assert!(problems.contains(code), "{problems}");
        assert!(
            problems.contains("loyalty[0].rewards.wrong.kind"),
            "{problems}"
        );
    }
}

#[test]
fn a_reward_that_is_a_part_of_the_price_comes_off_what_is_left_of_its_lines_and_is_capped() {
    let off = |at_most: Option<i64>, cheapest| {
        let kind = RewardKind::Off {
            rate: aftercare::kernel::BasisPoints::from_percent(10),
            at_most: at_most.map(tl),
            of: Conditions {
                categories: [code!("food")].into(),
                ..Conditions::default()
            },
            cheapest,
        };
        reward(kind)
    };
    let line = |name: Code, minor| BasketLine::new(name, tl(minor)).of_category(code!("food"));
    let cup = BasketLine::new(code!("cup"), tl(500_00));
    let basket = Basket::of([line(code!("tea"), 100_00), line(code!("salt"), 20_00), cup]);
    let takes = |reward: &Reward, basket: &Basket| {
        let off = reward.takes_off(basket, aftercare::kernel::Currency::TRY);
        off.unwrap().unwrap().minor()
    };
    assert_eq!(takes(&off(None, false), &basket), 12_00);
    assert_eq!(takes(&off(Some(9_00), false), &basket), 9_00);
    assert_eq!(takes(&off(None, true), &basket), 2_00);
    // A tenth off the whole came off before.
    let less = basket.with_discount(tl(62_00));
    assert_eq!(takes(&off(None, false), &less), 10_80);
    let mut wrong = spec();
    let mut too_much = off(None, false);
    if let RewardKind::Off { rate, .. } = &mut too_much.kind {
        *rate = aftercare::kernel::BasisPoints::from_percent(101);
    }
    wrong.loyalty[0].rewards.insert(code!("wrong"), too_much);
    let problems = wrong
        .build(SecretKey::new([7; 16]))
        .unwrap_err()
        .to_string();
    assert!(problems.contains("loyalty.rate_out_of_range"), "{problems}");
}
