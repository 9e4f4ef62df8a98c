//! Many who book at once: nobody is booked twice, on any store.

use std::sync::Arc;

use aftercare::adapters::SqliteStore;
use aftercare::code;
use aftercare::kernel::{Actor, Requests};
use aftercare::record::Share;
use aftercare::service::PlanVisit;
use aftercare::store::{Blocking, MemoryStore};
use chrono::TimeDelta;

use super::contest::nobody_is_booked_twice;
use super::world::{World, at, book, monthly, spec};
use crate::support::Directory;

/// Eight writers, and one who judges.
const HANDLES: usize = 9;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_booked_twice_in_memory() {
    let store = Arc::new(MemoryStore::new());
    let handles = (0..HANDLES).map(|_| Blocking(Arc::clone(&store)));
    nobody_is_booked_twice(handles.collect()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_booked_twice_in_sqlite() {
    let folder = Directory::new();
    let open = |_| Blocking(SqliteStore::open(folder.file()).unwrap());
    nobody_is_booked_twice((0..HANDLES).map(open).collect()).await;
}

#[test]
fn workers_who_wake_at_once_plan_and_say_everything_once() {
    let store = Arc::new(MemoryStore::new());
    let terms = monthly().first_at_start().with_horizon(20).remind(7);
    let spec = spec().with_plan(code!("care"), terms);
    let world = World::on_store(Arc::clone(&store), spec, "2026-01-15");
    for _ in 0..20 {
        world.start();
    }
    for day in 0..120_u32 {
        world.set_now(at("2026-01-15T08:00:00Z") + TimeDelta::days(day.into()));
        let now = world.now();
        std::thread::scope(|scope| {
            for worker in 0..3_u128 {
                let (store, rulebook) = (&store, world.desk.rulebook().clone());
                scope.spawn(move || {
                    let desk = aftercare::desk::Desk::new(store, rulebook);
                    let mut requests =
                        Requests::of(Actor::System, 1_000 + worker * 1_000 + u128::from(day));
                    desk.wake(&requests.at(now), Share::ALL, 1_000).unwrap();
                });
            }
        });
    }
    world.wake();
    // 15 January to 15 May, and each has one reminder and one overdue notice at most.
    let services = world.services();
    assert_eq!(services.len(), 20 * 5);
    let mut seen = std::collections::BTreeSet::new();
    assert!(
        services
            .iter()
            .all(|one| seen.insert((one.plan, one.scheduled_on)))
    );
    let told = world.told();
    let count = |purpose: &str| told.iter().filter(|line| line.starts_with(purpose)).count();
    assert_eq!(
        (count("service.reminder"), count("service.overdue")),
        (20 * 5, 20 * 4)
    );
}

#[test]
fn a_day_with_a_clock_change_has_its_own_hours() {
    let world = World::with(monthly(), "2026-01-15");
    let deniz = world.technician(7);
    let visit = world.run(PlanVisit::new(world.customer, 60));
    // Monday after clocks went forward in Berlin: eight in the morning is six in UTC.
    assert_eq!(
        world.refused(book(visit, deniz, "2026-03-30T05:00:00Z")),
        "service.outside_hours"
    );
    world.run(book(visit, deniz, "2026-03-30T06:00:00Z"));
}
