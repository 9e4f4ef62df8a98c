//! What was sold, and how promises to deliver were kept.

use aftercare::code;
use aftercare::measures::{Figures, Lens, Measures};
use aftercare::order::{
    CancelOrder, Milestone, PlaceOrder, PrepareShipment, Promise, TrackShipment,
};
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
