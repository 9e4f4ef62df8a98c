//! What turns out otherwise: readings that were wrong, services that had been done, plans that stay where they are.

use aftercare::calendar::{Rule, Zone};
use aftercare::code;
use aftercare::kernel::{PlanId, ReadingId, UnitId};
use aftercare::prelude::{CorrectReading, RecordReading, RegisterCustomer};
use aftercare::service::{
    Condition, MeterInterval, OccurrenceStatus, PlanStatus, PlanTerms, RecordService, StartPlan,
    TransferPlan, WasKept, plan_compliance,
};
use chrono::TimeDelta;

use super::world::{BERLIN, World, at, monthly, on};
use crate::common::assert_told;

fn zone() -> Zone {
    BERLIN.parse().unwrap()
}

fn km() -> aftercare::kernel::Code {
    code!("km")
}

fn oil() -> MeterInterval {
    MeterInterval::every(10_000, km())
}

fn read(world: &World, unit: UnitId, shows: u64) -> ReadingId {
    world.run(RecordReading::new(unit, km(), shows)).unwrap()
}

fn correct(world: &World, reading: ReadingId, shows: u64) {
    let reason = code!("typo");
    world.run(CorrectReading {
        reading,
        shows,
        reason,
    });
}

fn start(world: &World, unit: UnitId) -> PlanId {
    world.run(StartPlan::new(world.customer, code!("care")).with_unit(unit))
}

#[test]
fn an_overdue_that_rested_on_a_wrong_reading_does_not_count_as_neglected() {
    let worn = Condition::at_least(20_000, km());
    let terms = PlanTerms::on_condition(zone(), worn).stale_after(2);
    let world = World::with(terms, "2026-01-10");
    let unit = world.unit();
    let plan = start(&world, unit);
    let typo = read(&world, unit, 20_500);
    world.until("2026-01-15");
    assert_eq!(world.calendar(), ["2026-01-10 overdue"]);
    assert_eq!(world.get(plan).neglected, 1);
    correct(&world, typo, 2_050);
    assert_eq!(world.get(plan).neglected, 0);
    // The next one that is neglected is the first.
    read(&world, unit, 20_000);
    world.until("2026-01-20");
    let shown = world.get(plan);
    assert_eq!((shown.neglected, shown.status), (1, PlanStatus::Active));
    let services = world.services();
    let rate = plan_compliance(services.iter().map(AsRef::as_ref), on("2026-01-20"));
    assert_eq!((rate.numerator, rate.denominator), (0, 1));
    assert_told(world.desk.store());
}

#[test]
fn a_plan_that_a_wrong_reading_switched_off_goes_on() {
    let terms = PlanTerms::by_meter(zone(), oil()).stale_after(1);
    let world = World::with(terms, "2026-01-10");
    let unit = world.unit();
    read(&world, unit, 1_000);
    let plan = start(&world, unit);
    world.until("2026-01-20");
    let typo = read(&world, unit, 11_500);
    world.until("2026-01-25");
    assert_eq!(world.get(plan).status, PlanStatus::SwitchedOff);
    correct(&world, typo, 1_150);
    let shown = world.get(plan);
    assert_eq!((shown.status, shown.neglected), (PlanStatus::Active, 0));
    let service = world.services()[0].clone();
    assert_eq!(service.status, OccurrenceStatus::Planned);
    assert!(service.dates.due_on > on("2026-12-31"));
    let kept = world.ask(&WasKept {
        plan,
        from: on("2026-01-01"),
        to: on("2026-06-30"),
        today: on("2026-06-30"),
    });
    assert!(kept.is_kept && kept.evidence.is_empty());
    assert_told(world.desk.store());
}

#[test]
fn a_service_that_had_been_done_in_time_was_not_neglected_whenever_that_is_told() {
    let terms = monthly().with_grace(3, 5).stale_after(2);
    let world = World::with(terms, "2026-01-10");
    let plan = world.start();
    world.until("2026-03-20");
    assert_eq!(world.get(plan).status, PlanStatus::SwitchedOff);
    let last = world.services()[1].id;
    let told = RecordService::new(plan).of(last).on(on("2026-03-12"));
    world.run(told);
    let shown = world.get(plan);
    assert_eq!((shown.status, shown.neglected), (PlanStatus::Active, 0));
    world.until("2026-04-01");
    let expected = [
        "2026-02-10 overdue",
        "2026-03-10 done",
        "2026-04-10 planned",
    ];
    assert_eq!(world.calendar(), expected);
    let services = world.services();
    let rate = plan_compliance(services.iter().map(AsRef::as_ref), on("2026-04-01"));
    assert_eq!((rate.numerator, rate.denominator), (1, 2));
    let kept = |from: &str, to: &str| {
        let kept = world.ask(&WasKept {
            plan,
            from: on(from),
            to: on(to),
            today: on("2026-04-01"),
        });
        kept.is_kept
    };
    assert!(kept("2026-03-01", "2026-03-31") && !kept("2026-02-01", "2026-02-28"));
    // What was done too late was neglected all the same.
    let terms = monthly().with_grace(3, 5).stale_after(2);
    let world = World::with(terms, "2026-01-10");
    let plan = world.start();
    world.until("2026-03-20");
    let last = world.services()[1].id;
    world.run(RecordService::new(plan).of(last).on(on("2026-03-16")));
    assert_eq!(world.get(plan).status, PlanStatus::SwitchedOff);
    assert_told(world.desk.store());
}

#[test]
fn a_plan_that_began_at_a_wrong_reading_counts_from_the_right_one() {
    let world = World::with(PlanTerms::by_meter(zone(), oil()), "2026-01-10");
    let unit = world.unit();
    let typo = read(&world, unit, 20_000);
    let plan = start(&world, unit);
    assert_eq!(world.get(plan).position.base, 20_000);
    correct(&world, typo, 2_000);
    assert_eq!(world.get(plan).position.base, 2_000);
    world.until("2026-02-10");
    read(&world, unit, 12_000);
    assert_eq!(world.calendar(), ["2026-02-10 planned"]);
    assert_told(world.desk.store());
}

#[test]
fn a_wrong_reading_is_put_right_however_many_came_after_it() {
    let world = World::with(PlanTerms::by_meter(zone(), oil()), "2026-01-10");
    let unit = world.unit();
    let typo = read(&world, unit, 2_500);
    let plan = start(&world, unit);
    for n in 1..=20 {
        world.set_now(at("2026-01-10T08:00:00Z") + TimeDelta::days(n));
        read(&world, unit, 2_500 + n.unsigned_abs());
    }
    correct(&world, typo, 2_000);
    assert_eq!(world.get(plan).position.base, 2_000);
    assert_eq!(world.get(plan).readings.len(), 12);
    assert_told(world.desk.store());
}

#[test]
fn a_service_done_at_a_wrong_reading_is_put_right_with_what_is_due_of_it() {
    let world = World::with(
        PlanTerms::first_of(zone(), Rule::every_years(1), oil()),
        "2026-01-10",
    );
    let unit = world.unit();
    read(&world, unit, 1_000);
    let plan = start(&world, unit);
    world.until("2026-02-10");
    let typo = read(&world, unit, 11_000);
    assert_eq!(world.calendar(), ["2026-02-10 planned"]);
    world.run(RecordService::new(plan));
    assert_eq!(world.get(plan).position.base, 11_000);
    world.until("2026-02-20");
    read(&world, unit, 21_000);
    assert_eq!(world.calendar(), ["2026-02-10 done", "2026-02-20 planned"]);
    correct(&world, typo, 12_000);
    // So it is due at 22,000, which is not reached.
    assert_eq!(world.get(plan).position.base, 12_000);
    assert!(world.services()[1].dates.due_on > on("2026-02-20"));
    assert_told(world.desk.store());
}

#[test]
fn a_use_that_was_told_is_not_put_right_by_a_reading() {
    let world = World::with(PlanTerms::by_meter(zone(), oil()), "2026-01-10");
    let unit = world.unit();
    let typo = read(&world, unit, 1_000);
    let plan = start(&world, unit);
    world.until("2026-01-20");
    world.run(RecordService::new(plan).at_usage(1_500));
    correct(&world, typo, 900);
    assert_eq!(world.get(plan).position.base, 1_500);
}

#[test]
fn a_service_that_is_told_late_counts_from_what_was_read_by_then() {
    let world = World::with(PlanTerms::by_meter(zone(), oil()), "2026-01-10");
    let unit = world.unit();
    read(&world, unit, 1_000);
    let plan = start(&world, unit);
    world.until("2026-01-20");
    read(&world, unit, 2_000);
    world.until("2026-01-25");
    let service = world.run(RecordService::new(plan).on(on("2026-01-15")));
    assert_eq!(world.get(plan).position.base, 1_000);
    let done = world.get(service).done.clone().unwrap();
    assert_eq!((done.on, done.usage), (on("2026-01-15"), Some(1_000)));
}

#[test]
fn a_plan_is_not_handed_over_to_whoever_has_it() {
    let world = World::with(monthly(), "2026-01-10");
    let plan = world.start();
    let to = world.customer;
    assert_eq!(
        world.refused(TransferPlan { plan, to }),
        "service.same_owner"
    );
    let other = world.run(RegisterCustomer::named("Can"));
    world.run(TransferPlan { plan, to: other });
    assert_eq!(world.get(plan).customer, other);
}
