//! What was sold, and how promises to deliver were kept.

use aftercare::case::OpenCase;
use aftercare::code;
use aftercare::interaction::Channel;
use aftercare::measures::{Figures, Lens, Measures, Place};
use aftercare::order::{
    CancelOrder, CancelPieces, Milestone, Pack, PlaceOrder, PrepareShipment, Promise, TrackShipment,
};
use aftercare::product::DefineProduct;
use aftercare::warranty::FileClaim;
use chrono::TimeDelta;

use crate::order::{confirmed, item};
use crate::product::world::World;

fn figures(measures: &Measures, world: &World) -> Figures {
    let mut whole = Figures::default();
    let cells = measures.figures(world.now()).unwrap();
    cells.values().for_each(|figures| whole.merge(figures));
    whole
}

#[test]
fn deliveries_are_judged_against_promises_and_what_was_called_off_was_not_sold() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let due = world.now() + TimeDelta::days(2);
    let place =
        || PlaceOrder::new(ayse, [item("kettle", 2, "10.00 TRY")]).promising(Promise::by(due));
    let [kept, late, open, cancelled] = [(); 4].map(|()| confirmed(&world, place()));
    world.run(CancelOrder::for_customer(cancelled, code!("mind")));
    for order in [kept, late] {
        world.run(PrepareShipment::of_all(order));
    }
    world.wait(TimeDelta::days(1));
    world.run(TrackShipment::new(kept, 1, Milestone::Delivered));
    world.wait(TimeDelta::days(2));
    world.run(TrackShipment::new(late, 1, Milestone::Delivered));

    let mut measures = Measures::new(Lens::default());
    let mut entries: Vec<_> = [kept, late, open, cancelled]
        .into_iter()
        .flat_map(|order| world.entries(order))
        .collect();
    entries.sort_by_key(|entry| (entry.rank, entry.request()));
    entries.dedup_by_key(|entry| entry.request());
    // Two halves, the later one first.
    let (first, second) = entries.split_at(entries.len() / 2);
    second.iter().for_each(|entry| measures.take(entry));
    let mut earlier = Measures::new(Lens::default());
    first.iter().for_each(|entry| earlier.take(entry));
    measures.merge(earlier).unwrap();

    let measured = figures(&measures, &world);
    let orders = &measured.punctuality.orders;
    assert_eq!((orders.kept, orders.late, orders.overdue), (1, 1, 1));
    assert_eq!(measured.punctuality.excluded, 1);
    assert_eq!(measured.sold, 6, "what was called off was not sold");

    let mut settled = measures.clone();
    settled.settle(world.now() + TimeDelta::days(30)).unwrap();
    assert_eq!(figures(&settled, &world), measured);
    let json = serde_json::to_string(&measures).unwrap();
    assert_eq!(serde_json::from_str::<Measures>(&json).unwrap(), measures);
}

#[test]
fn pieces_that_were_called_off_were_not_sold_and_the_order_is_over_when_the_rest_came() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let due = Promise::by(world.now() + TimeDelta::days(2));
    let items = [item("kettle", 1, "50.00 TRY"), item("cup", 6, "10.00 TRY")];
    let order = confirmed(&world, PlaceOrder::new(ayse, items).promising(due));
    world.run(PrepareShipment::of(
        order,
        [Pack::new(1, 1), Pack::new(2, 2)],
    ));
    world.wait(TimeDelta::days(1));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    world.run(CancelPieces::for_customer(order, code!("mind")));

    let entries = world.entries(order);
    // In two pieces, the later one first: as a feed may bring them.
    let (first, second) = entries.split_at(entries.len() - 1);
    let mut measures = Measures::new(Lens::default());
    second.iter().for_each(|entry| measures.take(entry));
    let mut earlier = Measures::new(Lens::default());
    first.iter().for_each(|entry| earlier.take(entry));
    measures.merge(earlier).unwrap();
    let measured = figures(&measures, &world);
    assert_eq!(measured.sold, 3);
    let orders = &measured.punctuality.orders;
    assert_eq!((orders.kept, orders.judged(), orders.open), (1, 1, 0));
    // It is over: what is known of it is settled, and says the same.
    let mut settled = measures.clone();
    settled.settle(world.now() + TimeDelta::days(30)).unwrap();
    assert_eq!(figures(&settled, &world), measured);
    let cups = Place::default().with_product(code!("cup"));
    let cells = measures.figures(world.now()).unwrap();
    let of = cells.iter().filter(|((_, place), _)| place.is_in(&cups));
    assert_eq!(of.map(|(_, figures)| figures.sold).sum::<u64>(), 2);
}

#[test]
fn contacts_count_for_units_sold_and_claims_by_how_long_a_unit_was_in_service() {
    let world = World::new();
    world.run(DefineProduct::new(code!("KB-24")));
    let ayse = world.register("Ayşe");
    let mut orders = Vec::new();
    for _ in 0..2 {
        let order = confirmed(
            &world,
            PlaceOrder::new(ayse, [item("KB-24", 2, "9000.00 TRY")]),
        );
        let mut shipment = PrepareShipment::of_all(order);
        let serials = ["S", "T"].map(|n| format!("{n}-{}", order.as_u128()).parse().unwrap());
        shipment.items = vec![serials.into_iter().fold(Pack::new(1, 2), Pack::with_serial)];
        world.run(shipment);
        world.run(TrackShipment::new(order, 1, Milestone::Delivered));
        orders.push(order);
        let unit = world.get(order).shipments[0].units[0].1;
        // A claim in the first month, and one in the third.
        for wait in [10, 60] {
            world.wait(TimeDelta::days(wait));
            world.run(FileClaim::new(ayse, unit));
        }
    }
    // Whose unit it is not learns nothing of it, and it counts for none.
    let unit = world.get(orders[0]).shipments[0].units[0].1;
    let mert = world.register("Mert");
    world.run(FileClaim::new(mert, unit));
    world.run(OpenCase::new(ayse, Channel::Phone, "?").with_product(code!("KB-24")));

    let mut measures = Measures::new(Lens::default());
    for entry in super::nouns::journal(&world) {
        measures.take(&entry);
    }

    let measured = figures(&measures, &world);
    assert_eq!(measured.claims.filed, 5);
    let rate = measured.contact_rate();
    assert_eq!((rate.count, rate.units), (1, 4));
    assert_eq!(rate.per_hundred(), Some(25.0));
    let at = world.now().date_naive() + TimeDelta::days(200);
    let rates = measured.claim_rates(at);
    let of_first: Vec<_> = rates[..4].iter().map(|it| (it.count, it.units)).collect();
    assert_eq!(of_first, [(2, 4), (0, 4), (2, 4), (0, 4)]);
    let cells = measures.figures(world.now()).unwrap();
    let boiler = Place::default().with_product(code!("KB-24"));
    let own = cells.iter().filter(|((_, place), _)| place.is_in(&boiler));
    let filed = own.map(|(_, figures)| figures.claims.filed).sum::<u64>();
    assert_eq!(filed, 4);
}
