//! Points that orders bring by themselves.

use aftercare::code;
use aftercare::kernel::{BasisPoints, Currency, CustomerId, Effect, OrderId};
use aftercare::loyalty::*;
use aftercare::order::*;
use aftercare::prelude::{Reaction, RulebookSpec, Trigger};
use aftercare::product::DefineProduct;
use aftercare::record::Event;

use super::club::*;
use crate::product::world::World;

/// Two packs of tea for 120 lira, 20 of them tax, prepared to go out.
fn ordered(world: &World, customer: CustomerId) -> OrderId {
    let mut tea = Item::new(code!("tea"), 2, tl(60_00));
    tea.tax_rate = BasisPoints::from_percent(20);
    let order = world.run(PlaceOrder::new(customer, vec![tea]));
    world.run(ConfirmOrder { order });
    world.run(PrepareShipment::of_all(order));
    order
}

/// Orders bring points when they are delivered.
fn rewarding(spec: ProgrammeSpec) -> World {
    let points = Reaction::earn_points(code!("points"), Trigger::OrderDelivered, club());
    let spec = RulebookSpec::new().with_programme(spec);
    World::with(spec.with_reaction(points))
}

/// What reactions came to, the earliest first.
pub fn effects(world: &World, order: OrderId) -> Vec<Effect> {
    let entries = world.entries(order);
    let events = entries.iter().flat_map(|entry| &entry.events);
    let effects = events.filter_map(|event| match event {
        Event::Order(_, OrderEvent::Reacted { effect, .. }) => Some(effect.clone()),
        _ => None,
    });
    effects.collect()
}

/// What the first reaction came to.
fn effect(world: &World, order: OrderId) -> Effect {
    effects(world, order).remove(0)
}

#[test]
fn an_order_brings_its_points_once_when_the_last_of_it_is_delivered() {
    let world = rewarding(programme());
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse);
    let method = code!("points");
    world.run(RecordPayment::new(order, code!("p-1"), method, tl(20_00)));
    world.run(TrackShipment::new(order, 1, Milestone::HandedOver));
    assert!(lines(&world, ayse).is_empty());
    world.wait(days(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    assert_eq!(balance(&world, ayse), 80);
    drop(world.try_run(TrackShipment::new(order, 1, Milestone::Delivered)));
    assert_eq!(balance(&world, ayse), 80);
    let movement = Source::of_order(order).earning(&club());
    let returned = Returned::Everything;
    world.run(ReverseEarning { movement, returned });
    assert_eq!(balance(&world, ayse), 0);
    world.assert_told();
}

#[test]
fn an_order_is_delivered_whether_or_not_it_can_bring_points() {
    let mut over = programme();
    over.to = Some("2026-03-01".parse().unwrap());
    let mut abroad = programme();
    abroad.currency = Currency::EUR;
    abroad.tiers = None;
    for (spec, why) in [
        (over, "loyalty.not_running"),
        (abroad, "loyalty.wrong_currency"),
    ] {
        let world = rewarding(spec);
        let ayse = world.register("Ayşe");
        let order = ordered(&world, ayse);
        world.run(TrackShipment::new(order, 1, Milestone::Delivered));
        assert!(lines(&world, ayse).is_empty());
        assert!(world.get(order).delivered_at().is_some());
        assert_eq!(
            effect(&world, order),
            Effect::Skipped {
                why: why.parse().unwrap()
            }
        );
    }
}

#[test]
fn a_guard_keeps_an_order_from_bringing_points_only_when_it_would_refuse() {
    let mut spec = programme();
    spec.guards.earning = Some(Velocity {
        most: 1,
        within_ms: 86_400_000,
        refuse: true,
    });
    let world = rewarding(spec);
    let ayse = world.register("Ayşe");
    for (orders, brought) in [(1, 100), (2, 100)] {
        let order = ordered(&world, ayse);
        world.run(TrackShipment::new(order, 1, Milestone::Delivered));
        assert_eq!(balance(&world, ayse), brought, "after {orders}");
        let guarded = matches!(effect(&world, order), Effect::Skipped { .. });
        assert_eq!(guarded, orders > 1);
        assert!(world.get(order).delivered_at().is_some());
    }
}

#[test]
fn rules_for_categories_products_and_channels_see_what_was_really_ordered() {
    let rule = |name: &'static str, when: Conditions| {
        let name = name.parse().unwrap();
        EarnRule::per_amount(name, points(), 1, 100).when(when)
    };
    let conditions = Conditions::default;
    let mut spec = programme();
    spec.rules = vec![
        rule(
            "food",
            Conditions {
                categories: [code!("food")].into(),
                ..conditions()
            },
        ),
        rule(
            "cups",
            Conditions {
                products: [code!("cup")].into(),
                ..conditions()
            },
        ),
    ];
    let web = Conditions {
        channels: [code!("web")].into(),
        ..conditions()
    };
    spec.multipliers = vec![Multiplier::percent(code!("web"), 200, web)];
    let world = rewarding(spec);
    world.run(DefineProduct::new(code!("tea")).in_category(code!("food")));
    world.run(DefineProduct::new(code!("cup")).in_category(code!("house")));
    let items = || {
        [
            Item::new(code!("tea"), 2, tl(30_00)),
            Item::new(code!("cup"), 1, tl(40_00)),
            Item::new(code!("unknown"), 1, tl(500_00)),
        ]
    };
    for (channel, brought) in [(code!("shop"), 100), (code!("web"), 200)] {
        let ayse = world.register("Ayşe");
        let order = world.run(PlaceOrder::new(ayse, items()).over(channel.clone()));
        world.run(ConfirmOrder { order });
        let parcel = world.run(PrepareShipment::of_all(order));
        world.run(TrackShipment::new(order, parcel, Milestone::Delivered));
        assert_eq!(balance(&world, ayse), brought);
        assert_eq!(world.get(order).channel, Some(channel));
    }
    world.assert_told();
}
