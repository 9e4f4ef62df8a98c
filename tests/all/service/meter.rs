//! What goes by use.

use aftercare::calendar::{Rule, Zone};
use aftercare::code;
use aftercare::kernel::UnitId;
use aftercare::prelude::{RegisterCustomer, RetireUnit, TransferUnit};
use aftercare::product::CorrectReading;
use aftercare::service::{
    Basis, Condition, MeterInterval, PlanStatus, PlanTerms, Projection, RecordService, StartPlan,
    Threshold, UsageAt,
};
use chrono::TimeDelta;
use proptest::prelude::*;

use super::world::{BERLIN, World, at, on};

fn zone() -> Zone {
    BERLIN.parse().unwrap()
}

fn oil() -> MeterInterval {
    MeterInterval::every(10_000, code!("km"))
}

fn started(terms: PlanTerms, today: &str) -> (World, UnitId, aftercare::kernel::PlanId) {
    let world = World::with(terms, today);
    let unit = world.unit();
    world.read(unit, 20_000);
    let plan = StartPlan::new(world.customer, code!("care")).with_unit(unit);
    let plan = world.run(plan);
    (world, unit, plan)
}

#[test]
fn a_service_is_due_when_the_use_reaches_the_interval_less_the_lead() {
    let (world, unit, _) = started(
        PlanTerms::by_meter(zone(), oil().with_lead(500)),
        "2026-01-10",
    );
    world.until("2026-01-11");
    // One reading foretells nothing; with a second one the date is foreseen, too far off to be planned.
    world.read(unit, 20_010);
    assert!(world.calendar().is_empty());
    world.until("2026-03-01");
    world.read(unit, 29_501);
    assert_eq!(world.calendar(), ["2026-03-01 planned"]);
    assert!(matches!(
        world.services()[0].basis,
        Basis::Usage { target: 30_000, .. }
    ));
}

#[test]
fn the_date_is_foreseen_from_the_rate_and_says_from_which_readings() {
    let (world, unit, _) = started(PlanTerms::by_meter(zone(), oil()), "2026-01-10");
    world.until("2026-03-11");
    // 6,000 in 60 days: the other 4,000 take 40.
    world.read(unit, 26_000);
    assert!(world.calendar().is_empty());
    world.until("2026-03-21");
    assert_eq!(world.calendar(), ["2026-04-20 planned"]);
    let Basis::Projected { target, projection } = world.services()[0].basis.clone() else {
        panic!("not projected")
    };
    assert_eq!(
        (target, projection.from.usage, projection.to.usage),
        (30_000, 20_000, 26_000)
    );
    // It does not slide while no reading comes, and moves when one does.
    world.until("2026-04-10");
    assert_eq!(world.services()[0].dates.due_on, on("2026-04-20"));
    world.read(unit, 26_100);
    assert!(world.services()[0].dates.due_on > on("2026-05-01"));
}

#[test]
fn whichever_comes_first_fires_once_and_resets_both() {
    let (world, unit, plan) = started(
        PlanTerms::first_of(zone(), Rule::every_months(3), oil()),
        "2026-01-10",
    );
    world.until("2026-02-20");
    world.read(unit, 30_000);
    assert_eq!(world.calendar(), ["2026-02-20 planned"]);
    world.run(RecordService::new(plan).at_usage(30_050));
    let plan = world.get(plan);
    assert_eq!(
        (plan.position.base, plan.position.anchor_on),
        (30_050, on("2026-02-20"))
    );
    // 10,000 in 41 days, and so again: earlier than three months.
    assert_eq!(plan.next_due().unwrap().on, on("2026-04-02"));
    world.until("2026-04-15");
    assert_eq!(world.calendar(), ["2026-02-20 done", "2026-04-02 overdue"]);
}

#[test]
fn use_before_the_plan_starts_makes_nothing_due_before_it_does() {
    let world = World::with(
        PlanTerms::by_meter(zone(), oil()).with_horizon(60),
        "2026-01-10",
    );
    let unit = world.unit();
    let start = StartPlan::new(world.customer, code!("care"));
    world.run(start.with_unit(unit).starting(on("2026-03-01")));
    world.read(unit, 9_000);
    world.until("2026-01-20");
    world.read(unit, 10_500);
    assert_eq!(world.calendar(), ["2026-03-01 planned"]);
}

#[test]
fn of_both_the_later_counts() {
    let (world, unit, _) = started(
        PlanTerms::all_of(zone(), Rule::every_months(1), oil()),
        "2026-01-10",
    );
    world.until("2026-04-01");
    assert!(world.calendar().is_empty(), "the date alone is not enough");
    world.read(unit, 31_000);
    assert_eq!(world.calendar(), ["2026-04-01 planned"]);
}

#[test]
fn a_condition_is_met_at_its_limit_and_not_again_by_the_same_reading() {
    let worn = Condition::at_least(20_080, code!("km"));
    let (world, unit, plan) = started(PlanTerms::on_condition(zone(), worn), "2026-01-10");
    world.until("2026-01-20");
    world.read(unit, 20_079);
    assert!(world.calendar().is_empty());
    world.until("2026-01-21");
    world.read(unit, 20_080);
    assert_eq!(world.calendar(), ["2026-01-21 planned"]);
    world.run(RecordService::new(plan));
    world.wake();
    assert_eq!(world.calendar(), ["2026-01-21 done"]);
    assert!(Threshold::AtMost(5).is_met(5) && !Threshold::AtMost(5).is_met(6));
}

#[test]
fn a_reading_that_is_put_right_is_foreseen_with() {
    let (world, unit, _) = started(PlanTerms::by_meter(zone(), oil()), "2026-01-10");
    world.until("2026-02-01");
    let reading = aftercare::product::RecordReading::new(unit, code!("km"), 29_000);
    let reading = world.run(reading).unwrap();
    let planned = |world: &World| world.services()[0].dates.due_on;
    let before = planned(&world);
    let correction = CorrectReading {
        reading,
        shows: 21_000,
        reason: code!("typo"),
    };
    world.run(correction);
    assert!(planned(&world) > before);
}

#[test]
fn use_that_runs_backwards_is_refused() {
    let (world, unit, plan) = started(PlanTerms::by_meter(zone(), oil()), "2026-01-10");
    world.until("2026-01-11");
    let back = aftercare::product::RecordReading::new(unit, code!("km"), 19_999);
    assert_eq!(world.refused(back), "unit.meter_went_back");
    let done = RecordService::new(plan).at_usage(19_999);
    assert_eq!(world.refused(done), "service.usage_went_back");
}

#[test]
fn a_plan_that_goes_by_use_needs_a_unit_of_the_customer() {
    let world = World::with(PlanTerms::by_meter(zone(), oil()), "2026-01-10");
    let unit = world.unit();
    let start = StartPlan::new(world.customer, code!("care"));
    assert_eq!(world.refused(start), "service.needs_unit");
    let other = world.run(RegisterCustomer::named("Deniz"));
    let start = StartPlan::new(other, code!("care")).with_unit(unit);
    assert_eq!(world.refused(start.clone()), "service.not_the_owner");
}

#[test]
fn a_plan_goes_with_its_unit_and_ends_with_it() {
    let (world, unit, plan) = started(
        PlanTerms::first_of(zone(), Rule::every_months(3), oil()),
        "2026-01-10",
    );
    let to = world.run(RegisterCustomer::named("Deniz"));
    world.until("2026-01-11");
    world.run(TransferUnit::sold(unit, to));
    assert_eq!(world.get(plan).customer, to);
    world.run(RetireUnit {
        unit,
        reason: code!("scrapped"),
    });
    assert_eq!(world.get(plan).status, PlanStatus::Ended);
}

proptest! {
    #[test]
    fn a_projection_rests_on_its_readings_alone(
        first in 0_u64..1_000_000, used in 1_u64..100_000, days in 1_i64..360, left in 0_u64..100_000,
    ) {
        let from = UsageAt { at: at("2026-01-01T00:00:00Z"), usage: first };
        let to = UsageAt { at: from.at + TimeDelta::days(days), usage: first + used };
        let projection = Projection::of(&[from, to]).unwrap();
        let reached = projection.reaches(to.usage + left).unwrap();
        prop_assert!(reached >= to.at);
        // So much use at that rate: within a millisecond of it.
        let span = i128::from((reached - to.at).num_milliseconds());
        let whole = i128::from((to.at - from.at).num_milliseconds());
        prop_assert!((span * i128::from(used) - i128::from(left) * whole).abs() <= i128::from(used));
        prop_assert_eq!(projection.reaches(to.usage), Some(to.at));
    }

    #[test]
    fn readings_without_use_or_time_between_them_foretell_nothing(usage in 0_u64..1_000, days in 0_i64..2) {
        let from = UsageAt { at: at("2026-01-01T00:00:00Z"), usage };
        let to = UsageAt { at: from.at + TimeDelta::days(days), usage };
        prop_assert_eq!(Projection::of(&[from, to]), None);
        prop_assert_eq!(Projection::of(&[from]), None);
        prop_assert_eq!(Projection::of(&[]), None);
    }
}
