//! What follows from what happens: configured, in the same commit, explained in the journal.

use aftercare::calendar::Rule;
use aftercare::code;
use aftercare::customer::SetTier;
use aftercare::kernel::{Actor, CustomerId, Effect, OrderId, SecretKey, UnitId};
use aftercare::order::*;
use aftercare::prelude::{DefineProduct, PlanTerms, Reaction, RulebookSpec, TransferUnit, Trigger};
use aftercare::product::UnitEvent;
use aftercare::record::{Event, Index, Query};
use aftercare::rulebook::Response;
use aftercare::service::PlansOf;
use aftercare::store::Store;
use aftercare::warranty::{Length, Offer, StartWarranty, Term, TermKind, Warranty};
use chrono::TimeDelta;
use std::collections::BTreeSet;

use super::life::{reachable, told};
use super::{folds, happened, item, ordered};
use crate::product::world::World;

fn effects(world: &World, order: OrderId) -> Vec<(String, Effect)> {
    happened(world, order, |event| match event {
        OrderEvent::Reacted {
            reaction, effect, ..
        } => Some((reaction.to_string(), effect.clone())),
        _ => None,
    })
}

fn deliver(world: &World, order: OrderId) {
    world.run(PrepareShipment::of_all(order));
    world.wait(TimeDelta::days(1));
    for _ in 0..2 {
        world.run(TrackShipment::new(order, 1, Milestone::Delivered).at(world.now()));
    }
}

#[test]
fn a_delivery_brings_what_the_rulebook_says_once_and_in_the_same_commit() {
    let survey = Reaction::tell(code!("survey"), Trigger::OrderDelivered, code!("survey"))
        .after(TimeDelta::days(3));
    let call = Reaction::open_case(
        code!("welcome"),
        Trigger::OrderDelivered,
        code!("courtesy_call"),
    )
    .for_product(code!("KB-24"));
    let confirmed = Reaction::tell(code!("hint"), Trigger::OrderConfirmed, code!("hint"));
    let spec = RulebookSpec::new()
        .with_reaction(survey)
        .with_reaction(call)
        .with_reaction(confirmed);
    let world = World::with(spec);
    let ayse = reachable(&world);
    let order = ordered(&world, ayse, [item("KB-24", 1, "9000.00 TRY")]);
    deliver(&world, order);
    let done = |what| Effect::Done { what };
    assert_eq!(
        effects(&world, order),
        [
            ("hint".to_owned(), done(code!("told"))),
            ("survey".to_owned(), done(code!("told"))),
            ("welcome".to_owned(), done(code!("case_opened"))),
        ]
    );
    let entries = world.entries(order);
    let with = entries.iter().filter(|entry| {
        let mut events = entry.events.iter();
        events.any(|event| matches!(event, Event::Order(_, OrderEvent::Delivered { .. })))
    });
    let commands: Vec<_> = with.map(|entry| entry.command.as_ref()).collect();
    assert_eq!(commands, ["order.track_shipment"]);
    let query = Query::new(Index::CasesByCustomer, ayse.uuid());
    assert_eq!(world.desk.store().find(&query).unwrap().found.len(), 1);
    assert!(
        told(&world, ayse)
            .iter()
            .any(|(template, _)| template == "survey")
    );
    folds(&world, order);
}

#[test]
fn what_is_not_done_is_explained() {
    let mut spec = RulebookSpec::new();
    spec.customer.tiers.insert(code!("gold"));
    let on = Trigger::OrderDelivered;
    let spec = spec
        .with_reaction(Reaction::tell(code!("a"), on, code!("survey")).for_tier(code!("gold")))
        .with_reaction(Reaction::tell(code!("b"), on, code!("survey")).for_product(code!("pot")))
        .with_reaction(Reaction::tell(code!("c"), on, code!("marketing")))
        .with_reaction(Reaction::tell(code!("d"), on, code!("survey")));
    let mut dear = Reaction::tell(code!("e"), on, code!("survey"));
    dear.only.total_from = Some(super::money("100.00 TRY"));
    let spec = spec.with_reaction(dear);
    let world = World::with(spec);
    let skipped = |world: &World, customer| {
        let order = ordered(world, customer, [item("cup", 1, "9.00 TRY")]);
        deliver(world, order);
        let effects = effects(world, order).into_iter();
        let whys = effects.map(|(_, effect)| match effect {
            Effect::Skipped { why } => why.to_string(),
            other => format!("{other:?}"),
        });
        whys.collect::<Vec<_>>()
    };
    let can = world.register("Can");
    assert_eq!(
        skipped(&world, can),
        [
            "other_tier",
            "other_products",
            "customer.no_consent",
            "customer.no_contact",
            "total_too_low",
        ]
    );
    let ayse = reachable(&world);
    let tier = Some(code!("gold"));
    world.run(SetTier {
        customer: ayse,
        tier,
    });
    assert!(skipped(&world, ayse)[0].starts_with("Done"));
}

#[test]
fn reactions_are_plain_data_and_checked_with_the_rulebook() {
    let json = r#"{"reactions": [
        {"name": "survey", "on": "order_delivered",
         "then": {"tell": {"purpose": "survey", "after_ms": 259200000}}},
        {"name": "survey", "on": "order_placed", "only": {"products": ["KB-24"]},
         "then": {"open_case": {"topic": "installation", "priority": "sky_high"}}},
        {"name": "points", "on": "order_delivered", "then": {"earn_points": {"programme": "klub"}}},
        {"name": "care", "on": "shipment_delivered", "then": {"start_plan": {"plan": "care"}}},
        {"name": "warranty", "on": "order_placed", "then": "start_warranty"}
    ]}"#;
    let spec: RulebookSpec = serde_json::from_str(json).unwrap();
    assert!(matches!(
        spec.reactions[0].then,
        Response::Tell {
            after_ms: 259_200_000,
            ..
        }
    ));
    let problems = spec.build(SecretKey::new([7; 16])).unwrap_err();
    let said: Vec<_> = problems
        .iter()
        .map(|p| (p.path.as_str(), p.code.as_ref()))
        .collect();
    assert_eq!(
        said,
        [
            ("reactions[1].name", "reaction.name_twice"),
            ("reactions[1].then.priority", "reaction.unknown_priority"),
            ("reactions[2].then.programme", "reaction.unknown_programme"),
            ("reactions[3].then.plan", "reaction.unknown_plan"),
            ("reactions[4].then", "reaction.no_warranty"),
            ("reactions[4].on", "reaction.not_a_delivery"),
        ]
    );
}

/// A shop that sells boilers with a warranty and a plan of service, and kettles.
fn boilers() -> RulebookSpec {
    let maker = Term::new(code!("maker"), TermKind::Manufacturer, Length::Years(2));
    let offer = Offer::always(code!("maker")).in_category(code!("boiler"));
    let care = PlanTerms::by_calendar("+03:00".parse().unwrap(), Rule::every_months(6));
    let used = PlanTerms::by_calendar("+03:00".parse().unwrap(), Rule::every_months(12));
    let mut spec = RulebookSpec::new()
        .with_plan(code!("care"), care)
        .with_plan(code!("used"), used)
        .with_reaction(Reaction::start_warranty(code!("warranty")))
        .with_reaction(
            Reaction::start_plan(code!("care"), code!("care")).for_product(code!("KB-24")),
        )
        .with_reaction(
            Reaction::start_plan(code!("once"), code!("care")).for_product(code!("KB-24")),
        );
    spec.warranty.terms = vec![maker];
    spec.warranty.offers = vec![offer];
    spec
}

/// Two boilers and a kettle, each with a number on its plate.
fn two_boilers(world: &World, customer: CustomerId) -> OrderId {
    for (model, category) in [("KB-24", "boiler"), ("kettle", "kitchen")] {
        let define = DefineProduct::new(model.parse().unwrap());
        world.run(define.in_category(category.parse().unwrap()));
    }
    let items = [
        item("KB-24", 2, "9000.00 TRY"),
        item("kettle", 1, "900.00 TRY"),
    ];
    ordered(world, customer, items)
}

/// What followed for the order and its units, in the order's entries.
pub(super) fn on_units(world: &World, order: OrderId) -> Vec<(String, Option<UnitId>, String)> {
    let entries = world.entries(order);
    let events = entries.iter().flat_map(|entry| &entry.events);
    let reacted = events.filter_map(|event| match event {
        Event::Order(_, OrderEvent::Reacted { reaction, effect }) => Some((reaction, None, effect)),
        Event::Unit(id, UnitEvent::Reacted { reaction, effect }) => {
            Some((reaction, Some(*id), effect))
        }
        _ => None,
    });
    reacted
        .map(|(reaction, unit, effect)| {
            let (Effect::Done { what: it } | Effect::Skipped { why: it }) = effect else {
                panic!("{effect:?}")
            };
            (reaction.to_string(), unit, it.to_string())
        })
        .collect()
}

#[test]
fn each_shipment_starts_warranty_and_plan_of_the_units_in_it() {
    let world = World::with(boilers());
    let ayse = world.register("Ayşe");
    let order = two_boilers(&world, ayse);
    let first = Pack::new(1, 1).with_serial(code!("B-1"));
    world.run(PrepareShipment::of(order, [first]));
    let second = PrepareShipment::of(
        order,
        [
            Pack::new(1, 1).with_serial(code!("B-2")),
            Pack::new(2, 1).with_serial(code!("K-1")),
        ],
    );
    world.run(second);
    let said = |unit, what: [&str; 3]| {
        ["warranty", "care", "once"]
            .iter()
            .zip(what)
            .map(|(name, what)| ((*name).to_owned(), Some(unit), what.to_owned()))
            .collect::<Vec<_>>()
    };
    let of = |shipment: usize, n: usize| world.get(order).shipments[shipment].units[n].1;
    world.wait(TimeDelta::days(2));
    let on_time = world.now() - TimeDelta::days(1);
    world.run(TrackShipment::new(order, 1, Milestone::Delivered).at(on_time));
    let started = ["warranty_started", "plan_started", "service.already_runs"];
    assert_eq!(on_units(&world, order), said(of(0, 0), started));
    let warranty = world.get(Warranty::id_of(of(0, 0)));
    let starts: Vec<_> = warranty.contracts.iter().map(|it| it.starts_on).collect();
    assert_eq!(starts, ["2026-03-03".parse().ok()]);
    let plans = PlansOf::new(ayse);
    let plan = world.ask(&plans).plans.remove(0);
    let begun = (plan.unit, plan.starts_on);
    assert_eq!(begun, (Some(of(0, 0)), "2026-03-03".parse().unwrap()));

    world.run(TrackShipment::new(order, 2, Milestone::Delivered));
    let all = on_units(&world, order);
    let boiler: Vec<_> = all[3..]
        .iter()
        .filter(|it| it.1 == Some(of(1, 0)))
        .cloned()
        .collect();
    assert_eq!(boiler, said(of(1, 0), started));
    // No plan is meant for kettles, and no warranty is offered with them.
    let kettle: Vec<_> = all[3..]
        .iter()
        .filter(|it| it.1 == Some(of(1, 1)))
        .collect();
    assert_eq!(kettle.len(), 1);
    assert_eq!(kettle[0].2, "sale_noted");
    let commands: BTreeSet<_> = world
        .entries(order)
        .iter()
        .map(|e| e.command.to_string())
        .collect();
    assert!(!commands.contains("warranty.start") && !commands.contains("service.start_plan"));
    assert_eq!(world.ask(&plans).plans.len(), 2);
    folds(&world, order);
}

#[test]
fn without_the_reaction_a_delivery_starts_neither() {
    let mut spec = boilers();
    spec.reactions.clear();
    let world = World::with(spec);
    let ayse = world.register("Ayşe");
    let order = two_boilers(&world, ayse);
    let pack = Pack::new(1, 1).with_serial(code!("B-1"));
    world.run(PrepareShipment::of(order, [pack]));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    let unit = world.get(order).shipments[0].units[0].1;
    assert!(
        world
            .desk
            .get(&Actor::System, Warranty::id_of(unit))
            .unwrap()
            .is_none()
    );
    // Begun by hand, it counts from the delivery that is on record.
    world.run(StartWarranty::of(unit));
    let warranty = world.get(Warranty::id_of(unit));
    assert_eq!(warranty.contracts[0].starts_on, "2026-03-02".parse().ok());
}

#[test]
fn what_cannot_be_started_is_skipped_with_the_code_of_the_refusal() {
    let mut spec = boilers().with_reaction(Reaction::start_plan(code!("used"), code!("used")));
    spec.reactions
        .retain(|it| it.name == "used" || it.name == "warranty");
    let shop = crate::warranty::spec(crate::warranty::policy());
    (spec.calendars, spec.warranty) = (shop.calendars, shop.warranty);
    spec.warranty.offers.clear();
    // The only law on record ended in 2014.
    let law = include_str!("../../../examples/data/warranty_regimes.json");
    let mut law: Vec<serde_json::Value> = serde_json::from_str(law).unwrap();
    law.truncate(1);
    spec.warranty.regimes = serde_json::from_value(law.into()).unwrap();
    let world = World::with(spec);
    let ayse = world.register("Ayşe");
    let order = two_boilers(&world, ayse);
    world.run(PrepareShipment::of(order, [Pack::new(2, 1)]));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    let none = |name: &str| (name.to_owned(), None, "no_unit".to_owned());
    assert_eq!(on_units(&world, order), [none("warranty"), none("used")]);
    let pack = Pack::new(1, 1).with_serial(code!("B-1"));
    world.run(PrepareShipment::of(order, [pack]));
    let unit = world.get(order).shipments[1].units[0].1;
    // It was sold on before it came.
    let can = world.register("Can");
    world.run(TransferUnit::sold(unit, can));
    world.run(TrackShipment::new(order, 2, Milestone::Delivered));
    let whys: Vec<_> = on_units(&world, order)[2..]
        .iter()
        .map(|it| it.2.clone())
        .collect();
    assert_eq!(whys, ["warranty.unknown_regime", "service.not_the_owner"]);
    folds(&world, order);
}
