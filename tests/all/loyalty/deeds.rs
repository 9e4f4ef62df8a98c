//! Points for what customers do apart from buying: registering, joining, referring.

use aftercare::code;
use aftercare::customer::{CustomerEvent, EraseCustomer, MergeCustomers, ReferCustomer};
use aftercare::kernel::{Actor, Code, CustomerId, Effect};
use aftercare::loyalty::*;
use aftercare::prelude::{Reaction, RulebookSpec, Trigger};
use aftercare::product::{DefineProduct, RegisterUnit, TransferUnit, UnitEvent};
use aftercare::record::Event;

use super::club::*;
use crate::product::world::World;

/// A programme with a rule for each deed, and a reaction to each.
fn spec() -> RulebookSpec {
    let mut club_spec = programme();
    let mut reactions = Vec::new();
    for (trigger, each) in [
        (Trigger::CustomerRegistered, 5),
        (Trigger::ProgrammeJoined, 10),
        (Trigger::UnitRegistered, 200),
        (Trigger::CustomerReferred, 100),
    ] {
        let action = trigger.action().unwrap();
        let rule = EarnRule::for_action(action.clone(), points(), action.clone(), each);
        club_spec = club_spec.with_rule(rule);
        reactions.push(Reaction::earn_points(action, trigger, club()));
    }
    let mut spec = RulebookSpec::new().with_programme(club_spec);
    spec.reactions = reactions;
    spec
}

fn refer(referred: CustomerId, by: CustomerId) -> ReferCustomer {
    ReferCustomer { referred, by }
}

fn skipped(why: Code) -> Effect {
    Effect::Skipped { why }
}

/// What reactions on a customer's record came to.
fn effects(world: &World, customer: CustomerId) -> Vec<Effect> {
    let entries = world.entries(customer);
    let events = entries.iter().flat_map(|entry| &entry.events);
    let effects = events.filter_map(|event| match event {
        Event::Customer(id, CustomerEvent::Reacted { effect, .. }) if *id == customer => {
            Some(effect.clone())
        }
        _ => None,
    });
    effects.collect()
}

#[test]
fn who_registers_joins_and_registers_a_unit_has_points_for_each_of_it_once() {
    let world = World::with(spec());
    let ayse = world.register("Ayşe");
    assert_eq!(balance(&world, ayse), 5);
    world.run(DefineProduct::new(code!("KB-24")));
    let register = RegisterUnit::new(ayse, code!("KB-24")).with_serial(code!("S-1"));
    // By the customer themselves.
    let me = Actor::Customer(ayse);
    let unit = world.run_as(me, register.clone()).unwrap();
    assert_eq!(balance(&world, ayse), 205);
    assert!(world.try_run(register).is_err());
    let entries = world.entries(unit);
    let reacted = entries.iter().flat_map(|entry| &entry.events).any(|event| {
        matches!(
            event,
            Event::Unit(
                _,
                UnitEvent::Reacted {
                    effect: Effect::Done { .. },
                    ..
                }
            )
        )
    });
    assert!(reacted);
    // Whoever owns it next registers it, and brings nothing more: a unit is registered once.
    let deniz = world.register("Deniz");
    world.run(TransferUnit::sold(unit, deniz));
    drop(world.try_run(RegisterUnit::new(deniz, code!("KB-24")).with_serial(code!("S-1"))));
    assert_eq!(balance(&world, deniz), 5);
    world.assert_told();
}

#[test]
fn joining_brings_points_in_the_programme_that_is_joined_and_no_other() {
    let mut rulebook = spec();
    rulebook
        .reactions
        .retain(|it| it.on == Trigger::ProgrammeJoined);
    let mut other = programme();
    other.name = code!("other");
    let action = code!("joining");
    other.rules = vec![EarnRule::for_action(action.clone(), points(), action, 7)];
    let reaction = Reaction::earn_points(code!("other"), Trigger::ProgrammeJoined, code!("other"));
    let world = World::with(rulebook.with_programme(other).with_reaction(reaction));
    let ayse = world.register("Ayşe");
    world.run(JoinProgramme {
        customer: ayse,
        programme: club(),
    });
    assert_eq!(balance(&world, ayse), 10);
    let at = world.now();
    let view = world.ask(&ReadPoints {
        customer: ayse,
        programme: code!("other"),
        at,
    });
    assert_eq!(view.balances[0].balance, p(0));
    // Whoever joins by buying has not joined by themselves.
    let deniz = world.register("Deniz");
    world.run(purchase(deniz, 1, 30_00));
    assert_eq!(balance(&world, deniz), 30);
    world.assert_told();
}

#[test]
fn a_referral_brings_the_referrer_points_once_for_each_customer() {
    let world = World::with(spec());
    let (ayse, deniz) = (world.register("Ayşe"), world.register("Deniz"));
    world.run(refer(deniz, ayse));
    assert_eq!((balance(&world, ayse), balance(&world, deniz)), (105, 5));
    assert_eq!(
        world.refuse(refer(deniz, ayse)).code(),
        "customer.already_referred"
    );
    let can = world.register("Can");
    world.run(refer(can, ayse));
    assert_eq!(balance(&world, ayse), 205);
    assert_eq!(world.get(deniz).referred_by, Some(ayse));
    let referral = Source::referral(deniz);
    assert_eq!(referral.referred(), Some(deniz));
    let again = EarnPoints::for_action(ayse, club(), code!("referral"), referral);
    assert_eq!(world.refuse(again).code(), "loyalty.already_earned");
    world.run(EraseCustomer {
        customer: deniz,
        reason: code!("asked"),
    });
    wake(&world);
    assert_eq!(world.get(deniz).referred_by, None);
    world.assert_told();
}

#[test]
fn who_refers_themselves_earns_nothing_and_is_flagged_with_the_evidence() {
    let world = World::with(spec());
    let ayse = world.register("Ayşe");
    world.run(refer(ayse, ayse));
    assert_eq!(balance(&world, ayse), 5);
    let finding = Finding::SelfReferral { referred: ayse };
    assert_eq!(account(&world, ayse).flagged, Some(finding.clone()));
    assert_eq!(
        effects(&world, ayse).last(),
        Some(&skipped(code!("loyalty.guarded")))
    );
    // By hand it is refused, with the same evidence.
    let by_hand = EarnPoints::for_action(ayse, club(), code!("referral"), Source::referral(ayse));
    let refusal = world.refuse(by_hand);
    let aftercare::work::Refusal::Loyalty(Refusal::Guarded { finding: found }) = refusal else {
        panic!("{refusal:?}");
    };
    assert_eq!(found, finding);
    assert_eq!(found.guard(), "self_referral");
    world.assert_told();
}

#[test]
fn two_who_turn_out_to_be_one_referred_themselves() {
    for survivor_was_referred in [true, false] {
        let world = World::with(spec());
        let (ayse, deniz) = (world.register("Ayşe"), world.register("Deniz"));
        world.run(refer(deniz, ayse));
        let (survivor, merged) = match survivor_was_referred {
            true => (deniz, ayse),
            false => (ayse, deniz),
        };
        world.run(MergeCustomers { survivor, merged });
        let finding = Finding::SelfReferral { referred: deniz };
        assert_eq!(account(&world, survivor).flagged, Some(finding));
        // One person is not referred twice, under whichever of their names.
        let can = world.register("Can");
        assert_eq!(
            world.refuse(refer(ayse, can)).code(),
            "customer.already_referred"
        );
        world.assert_told();
    }
}

#[test]
fn two_who_are_one_and_referred_a_third_are_not_flagged() {
    let world = World::with(spec());
    let (ayse, deniz) = (world.register("Ayşe"), world.register("Deniz"));
    let can = world.register("Can");
    world.run(refer(can, ayse));
    world.run(MergeCustomers {
        survivor: ayse,
        merged: deniz,
    });
    assert_eq!(account(&world, ayse).flagged, None);
}

#[test]
fn a_deed_is_done_whether_or_not_it_can_bring_points() {
    let mut rulebook = spec();
    rulebook.loyalty[0].to = Some("2026-03-01".parse().unwrap());
    let only = &mut rulebook.reactions[2].only;
    only.products.insert(code!("other"));
    let world = World::with(rulebook);
    let ayse = world.register("Ayşe");
    assert_eq!(
        effects(&world, ayse),
        [skipped(code!("loyalty.not_running"))]
    );
    world.run(DefineProduct::new(code!("KB-24")));
    let unit = world.run(RegisterUnit::new(ayse, code!("KB-24")));
    let entries = world.entries(unit);
    let why = entries
        .iter()
        .flat_map(|entry| &entry.events)
        .find_map(|event| match event {
            Event::Unit(_, UnitEvent::Reacted { effect, .. }) => Some(effect.clone()),
            _ => None,
        });
    assert_eq!(why, Some(skipped(code!("other_products"))));
    world.assert_told();
}

#[test]
fn what_a_customer_in_anothers_pool_registers_brings_the_pool_points() {
    let world = World::with(spec());
    let (ayse, deniz) = (world.register("Ayşe"), world.register("Deniz"));
    world.run(JoinPool {
        member: deniz,
        head: ayse,
        programme: club(),
    });
    world.run(DefineProduct::new(code!("KB-24")));
    let register = RegisterUnit::new(deniz, code!("KB-24"));
    world.run_as(Actor::Customer(deniz), register).unwrap();
    assert_eq!(balance(&world, ayse), 210);
    world.assert_told();
}
