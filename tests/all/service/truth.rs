//! What is said of a plan depends on what happened, not on who looked when.

use aftercare::calendar::{Rule, Until};
use aftercare::code;
use aftercare::kernel::{PlanId, UnitId};
use aftercare::product::{CorrectReading, RecordReading};
use aftercare::record::Share;
use aftercare::service::{
    Anchor, Basis, Condition, DropService, DueWhen, EndPlan, Kept, MeterInterval, OccurrenceStatus,
    PausePlan, PlanStatus, PlanTerms, PostponeService, RecordService, RequestService, ResumePlan,
    StartPlan, WasKept,
};

use super::world::{BERLIN, World, at, monthly, on, reason};

fn care() -> PlanTerms {
    monthly().with_grace(3, 5).remind(7).remind(1)
}

fn kept(world: &World, plan: PlanId, from: &str, to: &str, today: &str) -> Kept {
    world.ask(&WasKept {
        plan,
        from: on(from),
        to: on(to),
        today: on(today),
    })
}

fn year(world: &World, plan: PlanId, today: &str) -> Kept {
    kept(world, plan, "2026-01-01", "2026-12-31", today)
}

/// 1,000 km a month from 10 January on, of which 10,000 are allowed.
fn metered() -> (World, UnitId, PlanId) {
    let meter = MeterInterval::every(10_000, code!("km")).with_lead(500);
    let terms = PlanTerms::by_meter(BERLIN.parse().unwrap(), meter);
    let world = World::with(terms.with_grace(0, 10).remind(7), "2026-01-10");
    let unit = world.unit();
    world.read(unit, 1_000);
    let start = StartPlan::new(world.customer, code!("care"));
    let plan = world.run(start.with_unit(unit));
    world.until("2026-02-10");
    world.read(unit, 4_000);
    (world, unit, plan)
}

#[test]
fn whether_service_was_kept_does_not_depend_on_who_woke_the_plan() {
    let asleep = World::with(care(), "2026-01-10");
    let plan = asleep.start();
    let before = year(&asleep, plan, "2026-12-20");
    assert!(!before.is_kept && before.evidence.len() == 11);
    asleep.set_now(at("2026-12-20T08:00:00Z"));
    asleep.wake();
    assert_eq!(year(&asleep, plan, "2026-12-20"), before);
    let awake = World::with(care(), "2026-01-10");
    let same = awake.start();
    awake.until("2026-12-20");
    let lines = |kept: &Kept| -> Vec<_> {
        let lines = kept.evidence.iter();
        lines
            .map(|one| (one.scheduled_on, one.kept_until, one.was_kept))
            .collect()
    };
    let woken = year(&awake, same, "2026-12-20");
    assert_eq!(lines(&woken), lines(&before));
    // As of an earlier day it says what was true then.
    let spring = year(&awake, same, "2026-03-12");
    assert_eq!(lines(&spring), lines(&year(&asleep, plan, "2026-03-12")));
    assert_eq!(spring.evidence.last().unwrap().was_kept, None);
}

#[test]
fn what_was_due_before_a_rest_or_an_end_counts_though_nobody_woke_the_plan() {
    let world = World::with(care(), "2026-01-10");
    let plan = world.start();
    world.set_now(at("2026-04-20T08:00:00Z"));
    let reason = reason();
    world.run(PausePlan {
        plan,
        reason: reason.clone(),
    });
    world.set_now(at("2026-08-20T08:00:00Z"));
    world.run(ResumePlan { plan });
    world.set_now(at("2026-09-20T08:00:00Z"));
    world.run(EndPlan { plan, reason });
    let shown = year(&world, plan, "2026-12-20");
    let late: Vec<_> = shown
        .evidence
        .iter()
        .filter(|one| one.status != OccurrenceStatus::Skipped)
        .collect();
    let dates: Vec<_> = late.iter().map(|one| one.scheduled_on).collect();
    // Over what the plan rested nothing was due.
    let due = ["2026-02-10", "2026-03-10", "2026-04-10", "2026-09-10"];
    assert_eq!(dates, due.map(on));
    assert!(late.iter().all(|one| one.was_kept == Some(false)));
}

#[test]
fn a_plan_that_was_switched_off_has_nothing_due_later_whoever_looked() {
    let terms = || care().stale_after(3);
    let asleep = World::with(terms(), "2026-01-10");
    let plan = asleep.start();
    let before = year(&asleep, plan, "2026-12-20");
    let awake = World::with(terms(), "2026-01-10");
    let same = awake.start();
    awake.until("2026-12-20");
    assert_eq!(awake.get(same).status, PlanStatus::SwitchedOff);
    let after = year(&awake, same, "2026-12-20");
    assert_eq!(before.evidence.len(), after.evidence.len());
    asleep.set_now(at("2026-12-20T08:00:00Z"));
    asleep.wake();
    assert_eq!(asleep.get(plan).status, PlanStatus::SwitchedOff);
    assert_eq!(asleep.services().len(), awake.services().len());
}

#[test]
fn evidence_follows_a_date_that_is_foreseen_otherwise() {
    let (world, unit, plan) = metered();
    world.until("2026-04-20");
    let foreseen = world.services()[0].dates.due_on;
    world.read(unit, 4_100);
    let service = world.services()[0].clone();
    assert!(service.dates.due_on > foreseen);
    assert_eq!(service.scheduled_on, service.dates.due_on);
    let autumn = kept(&world, plan, "2026-10-01", "2026-12-31", "2027-01-01");
    assert_eq!(autumn.evidence.len(), 1);
    assert!(!autumn.is_kept);
    assert!(
        kept(&world, plan, "2026-04-01", "2026-04-30", "2027-01-01")
            .evidence
            .is_empty()
    );
    // And pulled to an earlier day it is on time from there on.
    let (world, unit, _) = metered();
    world.until("2026-04-10");
    world.read(unit, 10_501);
    let service = world.services()[0].clone();
    assert_eq!(service.scheduled_on, on("2026-04-10"));
    assert!(service.scheduled_on <= service.kept_until);
}

#[test]
fn whoever_was_reminded_of_a_date_is_reminded_of_the_one_that_takes_its_place() {
    let (world, unit, _) = metered();
    world.until("2026-04-20");
    let reminders = |world: &World| {
        let told = world.told().into_iter();
        told.filter(|line| line.starts_with("service.reminder"))
            .count()
    };
    assert_eq!(reminders(&world), 1);
    world.read(unit, 4_100);
    assert_eq!(world.services()[0].dates.remind_at.len(), 1);
    world.until("2026-12-20");
    assert_eq!(reminders(&world), 2);
    // A date that moves by little is not said again.
    let (world, unit, _) = metered();
    world.until("2026-04-17");
    let before = world.services()[0].dates.due_on;
    world.read(unit, 10_300);
    let after = world.services()[0].dates.clone();
    assert!(before != after.due_on && after.remind_at.is_empty());
}

#[test]
fn what_was_overdue_by_a_date_only_foreseen_is_to_be_done_when_readings_say() {
    let (world, unit, plan) = metered();
    world.until("2026-05-10");
    assert_eq!(world.services()[0].status, OccurrenceStatus::Overdue);
    world.read(unit, 4_100);
    let service = world.services()[0].clone();
    assert_eq!(service.status, OccurrenceStatus::Planned);
    assert!(service.dates.due_on > on("2026-08-01") && !service.has_expired);
    assert_eq!(world.get(plan).open, Some(service.id));
    // And falls overdue again, when its own time is over.
    world.until("2028-12-01");
    assert_eq!(world.services()[0].status, OccurrenceStatus::Overdue);
}

#[test]
fn a_reading_that_was_put_right_takes_back_what_rested_on_it() {
    let (world, unit, plan) = metered();
    world.until("2026-02-20");
    let typo = RecordReading::new(unit, code!("km"), 40_000);
    let reading = world.run(typo).unwrap();
    assert!(matches!(world.services()[0].basis, Basis::Usage { .. }));
    world.until("2026-02-21");
    world.run(CorrectReading {
        reading,
        shows: 4_500,
        reason: code!("typo"),
    });
    let service = world.services()[0].clone();
    assert!(matches!(service.basis, Basis::Projected { .. }));
    assert!(service.dates.due_on > on("2026-04-01"));
    world.until("2026-03-20");
    assert!(world.told().iter().all(|line| !line.contains("overdue")));
    assert_eq!(world.get(plan).position.base, 1_000);
}

#[test]
fn what_a_wrong_reading_alone_made_due_is_left_out_and_its_turn_is_still_to_come() {
    let worn = Condition::at_least(20_000, code!("km"));
    let terms = PlanTerms::on_condition(BERLIN.parse().unwrap(), worn);
    let world = World::with(terms, "2026-01-10");
    let unit = world.unit();
    world.read(unit, 1_000);
    let start = StartPlan::new(world.customer, code!("care"));
    let plan = world.run(start.with_unit(unit));
    world.until("2026-02-01");
    let typo = RecordReading::new(unit, code!("km"), 20_500);
    let reading = world.run(typo).unwrap();
    world.until("2026-02-05");
    assert_eq!(world.calendar(), ["2026-02-01 overdue"]);
    world.run(CorrectReading {
        reading,
        shows: 2_050,
        reason: code!("typo"),
    });
    assert_eq!(world.calendar(), ["2026-02-01 skipped"]);
    assert!(year(&world, plan, "2026-12-31").is_kept);
    world.read(unit, 20_000);
    assert_eq!(
        world.calendar(),
        ["2026-02-01 skipped", "2026-02-05 planned"]
    );
}

#[test]
fn one_waking_does_all_that_is_due() {
    let world = World::with(care(), "2026-01-10");
    world.start();
    world.set_now(at("2026-05-20T08:00:00Z"));
    let mut requests = aftercare::kernel::Requests::of(aftercare::kernel::Actor::System, 9);
    let woken = world
        .desk
        .wake(&requests.at(world.now()), Share::ALL, 500)
        .unwrap();
    assert!(!woken.more);
    let late = world.services().into_iter().filter(|one| one.is_waiting());
    assert!(late.into_iter().all(|one| !one.is_overdue(world.now())));
    let again = world
        .desk
        .wake(&requests.at(world.now()), Share::ALL, 500)
        .unwrap();
    assert_eq!(again.woken, 0);
}

#[test]
fn what_is_done_too_early_uses_up_its_turn_but_was_not_on_time() {
    let terms = super::world::every(Rule::every_months(6)).with_grace(7, 14);
    let world = World::with(terms, "2026-01-10");
    let plan = world.start();
    world.until("2026-03-01");
    let before = RecordService::new(plan).on(on("2025-06-01"));
    assert_eq!(world.refused(before), "service.before_start");
    world.run(RecordService::new(plan));
    let shown = year(&world, plan, "2026-12-31");
    assert_eq!(shown.evidence[0].was_kept, Some(false));
    // The turn after it begins when that one is over.
    assert_eq!(world.refused(RecordService::new(plan)), "service.too_early");
    world.until("2027-01-03");
    world.run(RecordService::new(plan));
    let shown = kept(&world, plan, "2027-01-01", "2027-12-31", "2027-01-03");
    assert_eq!(shown.evidence[0].was_kept, Some(true));
}

#[test]
fn whatever_counts_from_the_last_service_may_be_done_early() {
    let (world, _, plan) = metered();
    world.run(RecordService::new(plan));
    let shown = year(&world, plan, "2026-04-01");
    assert!(shown.is_kept && shown.evidence[0].was_kept == Some(true));
}

#[test]
fn the_use_at_a_service_fits_what_was_read() {
    let (world, _, plan) = metered();
    world.until("2026-02-20");
    let back = RecordService::new(plan).at_usage(3_999);
    assert_eq!(world.refused(back), "service.usage_went_back");
    let ahead = RecordService::new(plan).on(on("2026-02-01"));
    assert_eq!(world.refused(ahead.at_usage(4_001)), "service.usage_ahead");
    world.run(RecordService::new(plan).at_usage(4_600));
    // What was told counts for the forecast.
    let newest = *world.get(plan).readings.last().unwrap();
    assert_eq!((newest.usage, newest.at), (4_600, world.now()));
    assert_eq!(world.get(plan).position.base, 4_600);
}

#[test]
fn a_service_is_asked_for_within_the_plan_and_whoever_asks_is_not_reminded_at_once() {
    let world = World::with(care(), "2026-01-10");
    let start = StartPlan::new(world.customer, code!("care"));
    let plan = world.run(start.ending(on("2026-04-12")));
    let ask = |date: &str| RequestService {
        plan,
        on: Some(on(date)),
    };
    assert_eq!(world.refused(ask("2026-04-13")), "service.after_end");
    assert_eq!(world.refused(ask("2026-01-09")), "service.in_past");
    world.run(ask("2026-01-12"));
    world.wake();
    assert!(world.told().is_empty());
    world.until("2026-01-11");
    assert_eq!(world.told().len(), 1, "a day before");
}

#[test]
fn the_last_service_of_a_contract_is_to_be_done_though_its_term_is_over() {
    let world = World::with(care(), "2026-01-10");
    let start = StartPlan::new(world.customer, code!("care"));
    let plan = world.run(start.ending(on("2026-04-12")));
    world.until("2026-04-09");
    let last = world.services().last().unwrap().id;
    world.run(PostponeService {
        occurrence: last,
        to: on("2026-04-12"),
        reason: reason(),
    });
    world.until("2026-04-14");
    assert_eq!(world.get(plan).status, PlanStatus::Ended);
    assert!(world.get(last).is_waiting());
    world.until("2026-04-18");
    assert_eq!(world.get(last).status, OccurrenceStatus::Overdue);
    world.run(RecordService::new(plan).of(last));
    // Nobody woke it: what was due within its term is not lost either.
    let world = World::with(care(), "2026-01-10");
    let start = StartPlan::new(world.customer, code!("care"));
    world.run(start.ending(on("2026-04-12")));
    world.set_now(at("2026-09-01T08:00:00Z"));
    world.wake();
    assert_eq!(world.services().len(), 3);
}

#[test]
fn use_that_was_reached_while_a_plan_rested_is_due_when_it_goes_on() {
    let meter = MeterInterval::every(10_000, code!("km"));
    let terms = PlanTerms::by_meter(BERLIN.parse().unwrap(), meter);
    let world = World::with(terms.with_grace(0, 14), "2026-01-10");
    let unit = world.unit();
    let start = StartPlan::new(world.customer, code!("care"));
    let plan = world.run(start.with_unit(unit));
    world.until("2026-03-01");
    world.run(PausePlan {
        plan,
        reason: reason(),
    });
    world.until("2026-04-01");
    world.read(unit, 10_200);
    world.until("2026-06-01");
    world.run(ResumePlan { plan });
    world.wake();
    assert_eq!(world.calendar(), ["2026-06-01 planned"]);
    assert_eq!(world.services()[0].scheduled_on, on("2026-06-01"));
    assert!(world.told().is_empty());
    assert!(kept(&world, plan, "2026-03-01", "2026-06-01", "2026-06-01").is_kept);
    world.until("2026-06-16");
    assert_eq!(world.calendar(), ["2026-06-01 overdue"]);
}

#[test]
fn a_rest_does_not_say_again_what_was_said() {
    let world = World::with(care(), "2026-01-10");
    let plan = world.start();
    world.until("2026-02-04");
    let reminders = |world: &World| world.told().len();
    assert_eq!(reminders(&world), 1);
    for _ in 0..3 {
        world.run(PausePlan {
            plan,
            reason: reason(),
        });
        world.run(ResumePlan { plan });
        world.wake();
    }
    assert_eq!(reminders(&world), 1);
    assert_eq!(world.services()[0].dates.remind_at.len(), 1);
}

#[test]
fn what_is_late_is_given_up_and_not_left_out_whoever_looked() {
    let world = World::with(care().with_horizon(40), "2026-01-10");
    world.start();
    world.set_now(at("2026-02-20T08:00:00Z"));
    let occurrence = world.service(0);
    world.run(DropService {
        occurrence,
        reason: reason(),
    });
    assert_eq!(world.get(occurrence).status, OccurrenceStatus::Missed);
}

#[test]
fn a_plan_that_could_never_serve_does_not_start() {
    let meter = MeterInterval::every(10_000, code!("pages"));
    let terms = PlanTerms::by_meter(BERLIN.parse().unwrap(), meter);
    let spec = super::world::spec()
        .with_plan(code!("pages"), terms)
        .with_plan(code!("care"), care())
        .with_plan(
            code!("once"),
            super::world::every(Rule::every_months(1).until(Until::Date(on("2026-01-12")))),
        );
    let world = World::of(spec, "2026-01-10");
    let unit = world.unit();
    let start = |plan| StartPlan::new(world.customer, plan).with_unit(unit);
    assert_eq!(world.refused(start(code!("pages"))), "unit.unknown_meter");
    let past = start(code!("care")).starting(on("2024-01-01"));
    assert_eq!(
        world.refused(past.ending(on("2024-12-31"))),
        "service.plan_ended"
    );
    assert_eq!(world.refused(start(code!("once"))), "service.nothing_due");
}

#[test]
fn terms_that_mean_nothing_are_named_with_their_path() {
    let on_meter = |condition| PlanTerms::on_condition(BERLIN.parse().unwrap(), condition);
    let rule = || Rule::every_months(6).times(3);
    let thrice = || super::world::every(rule());
    let both = |trigger: fn(Rule, MeterInterval) -> DueWhen| {
        let every = MeterInterval::every(10_000, code!("km"));
        PlanTerms::new(BERLIN.parse().unwrap(), trigger(rule(), every))
    };
    let never = super::world::every("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30".parse().unwrap());
    let spec = super::world::spec()
        .with_plan(code!("a"), never)
        .with_plan(code!("b"), care().with_horizon(u32::MAX))
        .with_plan(code!("c"), care().with_grace(u32::MAX, u32::MAX))
        .with_plan(code!("d"), care().remind(90))
        .with_plan(code!("e"), on_meter(Condition::at_least(0, code!("km"))))
        .with_plan(
            code!("f"),
            on_meter(Condition::at_most(u64::MAX, code!("km"))),
        )
        .with_plan(code!("g"), thrice().anchored(Anchor::LastCompletion))
        .with_plan(code!("h"), both(DueWhen::FirstOf))
        .with_plan(code!("i"), both(DueWhen::AllOf))
        // Counted from one date on it comes to an end.
        .with_plan(code!("j"), thrice());
    let key = aftercare::kernel::SecretKey::new([9; 16]);
    let problems = aftercare::rulebook::Rulebook::try_new(spec, key).unwrap_err();
    let lines: Vec<_> = problems
        .iter()
        .map(|one| format!("{} {}", one.path, one.code))
        .collect();
    let expected = [
        "service.plans.a.trigger service.never_due",
        "service.plans.b.horizon_days service.too_many_days",
        "service.plans.c.grace.before service.too_many_days",
        "service.plans.c.grace.after service.too_many_days",
        "service.plans.d.remind_days_before service.reminder_beyond_horizon",
        "service.plans.e.trigger.threshold service.always_due",
        "service.plans.f.trigger.threshold service.always_due",
        "service.plans.g.trigger service.count_begins_anew",
        "service.plans.h.trigger service.count_begins_anew",
        "service.plans.i.trigger service.count_begins_anew",
    ];
    assert_eq!(lines, expected);
}
