//! What a customer's timeline tells of their orders and of what came after.

use aftercare::calendar::Rule;
use aftercare::code;
use aftercare::interaction::Channel;
use aftercare::kernel::{Actor, Currency, CustomerId, StaffId};
use aftercare::loyalty::{EarnRule, PointsPolicy, ProgrammeSpec, Worth};
use aftercare::order::*;
use aftercare::prelude::{
    DefineProduct, FileClaim, PlanTerms, Reaction, RecordMessage, RulebookSpec, Trigger,
};
use aftercare::questions::{Timeline, TimelineItem};
use aftercare::record::{Index, Query};
use aftercare::store::Store;
use aftercare::warranty::{Length, Offer, Term, TermKind};
use chrono::TimeDelta;

use super::{item, ordered};
use crate::product::world::World;

/// What stands on a page, in words.
fn words(items: &[TimelineItem]) -> Vec<String> {
    let word = |item: &TimelineItem| match item {
        TimelineItem::Contact(_) => "contact".to_owned(),
        TimelineItem::Case { .. } => "case".to_owned(),
        TimelineItem::Order { moments, .. } => format!("{moments:?}"),
        TimelineItem::Return(_) => "return".to_owned(),
        TimelineItem::Claim(_) => "claim".to_owned(),
        TimelineItem::Plan(_) => "plan".to_owned(),
        TimelineItem::Visit(_) => "visit".to_owned(),
        TimelineItem::Points(_) => "points".to_owned(),
        other => panic!("{other:?}"),
    };
    items.iter().map(word).collect()
}

/// A customer asks, orders, gets two parcels, claims a warranty and sends one thing back.
fn life() -> (World, CustomerId) {
    let on = Trigger::OrderDelivered;
    let zone = "UTC".parse().unwrap();
    let club = ProgrammeSpec::new(code!("club"), "UTC", Currency::TRY)
        .with_points(code!("points"), PointsPolicy::worth(Worth::minor(10)))
        .with_rule(EarnRule::per_amount(code!("lira"), code!("points"), 1, 100));
    let mut spec = RulebookSpec::new()
        .with_plan(
            code!("care"),
            PlanTerms::by_calendar(zone, Rule::every_months(6)),
        )
        .with_programme(club)
        .with_reaction(Reaction::start_warranty(code!("warranty")))
        .with_reaction(Reaction::start_plan(code!("care"), code!("care")))
        .with_reaction(Reaction::earn_points(code!("points"), on, code!("club")));
    spec.warranty.terms = vec![Term::new(
        code!("maker"),
        TermKind::Manufacturer,
        Length::Years(2),
    )];
    spec.warranty.offers = vec![Offer::always(code!("maker"))];
    let may = ["customer.read", "interaction.read"].map(str::to_owned);
    spec.access.0.insert(code!("greeter"), may.into());
    let world = World::with(spec);
    let ayse = world.register("Ayşe");
    let hour = || world.wait(TimeDelta::hours(1));
    world.run(RecordMessage::from_customer(
        ayse,
        Channel::Chat,
        "Sığar mı?",
    ));
    hour();
    world.run(DefineProduct::new(code!("KB-24")));
    let items = [item("KB-24", 1, "900.00 TRY"), item("cup", 1, "10.00 TRY")];
    let order = ordered(&world, ayse, items);
    let first = Pack::new(1, 1).with_serial(code!("B-1"));
    world.run(PrepareShipment::of(order, [first]));
    world.run(PrepareShipment::of_all(order));
    for (shipment, milestone) in [
        (1, Milestone::HandedOver),
        (2, Milestone::HandedOver),
        (1, Milestone::Delivered),
        (2, Milestone::Delivered),
    ] {
        hour();
        world.run(TrackShipment::new(order, shipment, milestone));
    }
    hour();
    let unit = world.get(order).shipments[0].units[0].1;
    world.run(FileClaim::new(ayse, unit).with_fault(code!("pump"), code!("noise")));
    hour();
    world.run(RequestReturn::new(order, code!("unwanted")).with(2, 1));
    (world, ayse)
}

const ALL: [&str; 10] = [
    "return",
    "claim",
    "points",
    "[Delivered(2)]",
    "plan",
    "[Delivered(1)]",
    "[SentOut(2)]",
    "[SentOut(1)]",
    "[Placed]",
    "contact",
];

#[test]
fn a_timeline_tells_the_whole_life_of_a_purchase_page_by_page() {
    let (world, ayse) = life();
    let mut all = words(&world.ask(&Timeline::of(ayse)).items);
    // What happens at one instant stands side by side.
    let mut expected = ALL.map(str::to_owned).to_vec();
    let mut pages = Vec::new();
    let mut after = None;
    loop {
        let limit = 3;
        let page = world.ask(&Timeline {
            after,
            limit,
            ..Timeline::of(ayse)
        });
        assert!(page.items.len() <= 3);
        assert!(page.items.iter().all(|item| item.at().is_some()));
        let ats: Vec<_> = page.items.iter().map(TimelineItem::at).collect();
        assert!(ats.is_sorted_by(|a, b| a >= b), "the newest first");
        pages.extend(words(&page.items));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(pages, all);
    all.sort();
    expected.sort();
    assert_eq!(all, expected);
    world.assert_told();
}

#[test]
fn a_customer_sees_their_own_life_and_staff_what_they_may_read() {
    let (world, ayse) = life();
    let all = words(&world.ask(&Timeline::of(ayse)).items);
    let own = world.desk.ask(&Actor::Customer(ayse), &Timeline::of(ayse));
    // A claim shows what seemed odd about it, and is not for the customer.
    let public: Vec<_> = all.into_iter().filter(|it| it != "claim").collect();
    assert_eq!(words(&own.unwrap().items), public);
    let can = world.register("Can");
    assert!(
        world
            .desk
            .ask(&Actor::Customer(can), &Timeline::of(ayse))
            .is_err()
    );
    let greeter = Actor::staff(StaffId::from_u128(7), code!("greeter"));
    let seen = world.desk.ask(&greeter, &Timeline::of(ayse)).unwrap();
    assert_eq!(words(&seen.items), ["contact"]);
}

#[test]
fn what_is_corrected_moves_on_the_timeline() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("cup", 1, "10.00 TRY")]);
    world.run(PrepareShipment::of_all(order));
    world.wait(TimeDelta::hours(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    let told = || words(&world.ask(&Timeline::of(ayse)).items);
    assert_eq!(told(), ["[Delivered(1)]", "[Placed]"]);
    world.run(TrackShipment::new(order, 1, Milestone::NotDelivered));
    assert_eq!(told(), ["[Placed]"]);
    // Nothing is left behind in the index.
    let query = Query::new(Index::Timeline, ayse.uuid());
    assert_eq!(world.desk.store().find(&query).unwrap().found.len(), 1);
}
