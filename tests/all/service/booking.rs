//! Many who book at once: nobody is booked twice, on any store.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Barrier;

use aftercare::adapters::SqliteStore;
use aftercare::code;
use aftercare::desk::Error;
use aftercare::kernel::{Actor, Requests, StaffId, VisitId};
use aftercare::record::Share;
use aftercare::service::{BookVisit, PlanVisit, ReadAgenda, VisitStatus};
use aftercare::store::{MemoryStore, Store};
use chrono::{DateTime, TimeDelta, Utc};

use super::world::{World, at, book, monthly, on, spec};
use crate::support::Directory;

const WRITERS: usize = 8;
const VISITS: usize = 48;

/// Has many writers book the same technicians into the same few windows, and checks that every window went to one.
///
/// For any store that several threads can use; `open` gives each writer its own handle on it.
pub fn nobody_is_booked_twice<S, T>(store: S, open: impl Fn() -> T + Sync)
where
    S: Store<Error: Debug>,
    T: Store<Error: Debug>,
{
    let world = World::on_store(
        store,
        spec().with_plan(code!("care"), monthly()),
        "2026-01-15",
    );
    let technicians = [world.technician(1), world.technician(2)];
    let plan = || world.run(PlanVisit::new(world.customer, 60));
    let visits: Vec<VisitId> = (0..VISITS).map(|_| plan()).collect();
    let nine = at("2026-02-13T08:00:00Z");
    let barrier = Barrier::new(WRITERS);
    let booked = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (visits, open, barrier, rulebook) =
                    (&visits, &open, &barrier, world.desk.rulebook().clone());
                let now = world.now();
                scope.spawn(move || {
                    let desk = aftercare::desk::Desk::new(open(), rulebook);
                    let mut requests = Requests::of(Actor::System, 100 + writer as u128);
                    barrier.wait();
                    let mut booked = 0;
                    for (n, visit) in visits.iter().enumerate().skip(writer).step_by(WRITERS) {
                        booked += usize::from(first_free(
                            &desk,
                            &mut requests,
                            now,
                            *visit,
                            technicians,
                            nine,
                            n,
                        ));
                    }
                    booked
                })
            })
            .collect();
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .sum::<usize>()
    });
    let mut windows: BTreeMap<(StaffId, DateTime<Utc>), VisitId> = BTreeMap::new();
    for visit in &visits {
        let visit = world.get(*visit);
        let Some(appointment) = visit.appointment else {
            continue;
        };
        assert_eq!(visit.status, VisitStatus::Booked);
        let technician = StaffId::from_uuid(appointment.technician.uuid());
        let window = (technician, appointment.from);
        assert_eq!(windows.insert(window, visit.id), None, "booked twice");
    }
    // Two technicians, nine hours each: all of them are taken.
    assert_eq!((booked, windows.len()), (18, 18));
    for technician in technicians {
        let agenda = world
            .ask(&ReadAgenda {
                technician,
                on: on("2026-02-13"),
            })
            .unwrap();
        assert_eq!(agenda.bookings.len(), 9);
        assert!(
            agenda
                .bookings
                .windows(2)
                .all(|pair| pair[0].to <= pair[1].from)
        );
        for booking in &agenda.bookings {
            assert_eq!(windows[&(technician, booking.from)], booking.visit);
        }
    }
}

/// Tries one window after the other until one is had.
fn first_free<S: Store<Error: Debug>>(
    desk: &aftercare::desk::Desk<S>,
    requests: &mut Requests,
    now: DateTime<Utc>,
    visit: VisitId,
    technicians: [StaffId; 2],
    nine: DateTime<Utc>,
    n: usize,
) -> bool {
    for hour in 0..9 {
        for technician in [technicians[n % 2], technicians[(n + 1) % 2]] {
            let from = nine + TimeDelta::hours(hour) - TimeDelta::hours(1);
            let to = from + TimeDelta::hours(1);
            let command = BookVisit {
                visit,
                technician,
                from,
                to,
            };
            match desk.run(&requests.at(now), command) {
                Ok(()) => return true,
                Err(Error::Refused(refusal)) => assert_eq!(refusal.code(), "service.double_booked"),
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    false
}

#[test]
fn nobody_is_booked_twice_in_memory() {
    let store = std::sync::Arc::new(MemoryStore::new());
    nobody_is_booked_twice(std::sync::Arc::clone(&store), || {
        std::sync::Arc::clone(&store)
    });
}

#[test]
fn nobody_is_booked_twice_in_sqlite() {
    let folder = Directory::new();
    let store = SqliteStore::open(folder.file()).unwrap();
    nobody_is_booked_twice(store, || SqliteStore::open(folder.file()).unwrap());
}

#[test]
fn workers_who_wake_at_once_plan_and_say_everything_once() {
    let store = std::sync::Arc::new(MemoryStore::new());
    let terms = monthly().first_at_start().with_horizon(20).remind(7);
    let spec = spec().with_plan(code!("care"), terms);
    let world = World::on_store(std::sync::Arc::clone(&store), spec, "2026-01-15");
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
