//! What follows from what happens: configured, in the same commit, explained in the journal.

use aftercare::code;
use aftercare::customer::SetTier;
use aftercare::kernel::{Effect, OrderId, SecretKey};
use aftercare::order::*;
use aftercare::prelude::{Reaction, RulebookSpec, Trigger};
use aftercare::record::{Event, Index, Query};
use aftercare::rulebook::Response;
use aftercare::store::Store;
use chrono::TimeDelta;

use super::life::{reachable, told};
use super::{folds, happened, item, ordered};
use crate::product::world::World;

fn effects(world: &World, order: OrderId) -> Vec<(String, Effect)> {
    happened(world, order, |event| match event {
        OrderEvent::Reacted { reaction, effect } => Some((reaction.to_string(), effect.clone())),
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
        {"name": "points", "on": "order_delivered", "then": {"earn_points": {"programme": "klub"}}}
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
        ]
    );
}
