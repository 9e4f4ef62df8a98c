//! Visits on which nobody reported, and reports that come late.

use aftercare::code;
use aftercare::kernel::{SecretKey, VisitId};
use aftercare::rulebook::Rulebook;
use aftercare::service::{
    Absent, BeginVisit, CompleteVisit, MissVisit, OccurrenceStatus, OpenVisits, PlanVisit,
    VisitStatus,
};

use super::world::{World, at, book, monthly, on, spec};
use crate::common::assert_told;

/// A visit on 13 February from nine to ten, UTC.
fn booked() -> (World, VisitId) {
    let terms = monthly().with_horizon(40).with_grace(5, 0);
    let mut spec = spec().with_plan(code!("care"), terms);
    spec.service.team = Some(code!("dispatch"));
    spec.service.report_within_minutes = 120;
    let world = World::of(spec, "2026-01-15");
    world.start();
    let (deniz, _, visit) = world.visit_for_service();
    world.run(book(visit, deniz, "2026-02-13T09:00:00Z"));
    (world, visit)
}

fn wake_at(world: &World, now: &str) {
    world.set_now(at(now));
    world.wake();
}

#[test]
fn a_visit_on_which_nobody_reports_is_noticed_once() {
    let (world, visit) = booked();
    wake_at(&world, "2026-02-13T11:59:59Z");
    assert_eq!(world.get(visit).unreported_at, None);
    assert!(world.told_to_teams().is_empty());
    wake_at(&world, "2026-02-13T12:00:00Z");
    assert_eq!(world.get(visit).unreported_at, Some(world.now()));
    assert_eq!(world.told_to_teams(), ["dispatch service.visit.unreported"]);
    wake_at(&world, "2026-02-20T12:00:00Z");
    assert!(world.told_to_teams().is_empty());
    assert_told(world.desk.store());
}

#[test]
fn a_technician_who_came_and_said_no_more_is_asked_too() {
    let (world, visit) = booked();
    world.set_now(at("2026-02-13T09:10:00Z"));
    world.run(BeginVisit { visit });
    wake_at(&world, "2026-02-13T12:00:00Z");
    assert_eq!(world.told_to_teams(), ["dispatch service.visit.unreported"]);
    assert!(world.get(visit).is_unreported(world.now()));
}

#[test]
fn a_visit_that_is_reported_moved_or_missed_is_not_noticed() {
    let (world, visit) = booked();
    world.set_now(at("2026-02-13T10:30:00Z"));
    world.run(CompleteVisit::fixed(visit));
    wake_at(&world, "2026-02-14T12:00:00Z");
    assert!(world.told_to_teams().is_empty());
    let (world, visit) = booked();
    world.set_now(at("2026-02-13T10:30:00Z"));
    world.run(MissVisit {
        visit,
        absent: Absent::Customer,
    });
    wake_at(&world, "2026-02-14T12:00:00Z");
    assert!(world.told_to_teams().is_empty());
    // Moved, it is looked for after its new window; noticed before, once more.
    let (world, visit) = booked();
    wake_at(&world, "2026-02-13T12:00:00Z");
    let deniz = world.technician(7);
    world.run(book(visit, deniz, "2026-02-16T09:00:00Z"));
    assert_eq!(world.get(visit).unreported_at, None);
    wake_at(&world, "2026-02-16T11:00:00Z");
    assert_eq!(world.told_to_teams().len(), 1);
    wake_at(&world, "2026-02-16T12:00:00Z");
    assert_eq!(world.told_to_teams().len(), 1);
}

#[test]
fn unreported_visits_are_listed_from_the_end_of_their_window() {
    let (world, visit) = booked();
    let listed = |now: &str| {
        let page = world.ask(&OpenVisits::unreported(at(now)));
        page.visits.iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert!(listed("2026-02-13T09:59:59Z").is_empty());
    assert_eq!(listed("2026-02-13T10:00:00Z"), [visit]);
    let one = world.get(visit);
    assert!(!one.is_unreported(at("2026-02-13T09:59:59Z")));
    assert!(one.is_unreported(at("2026-02-13T10:00:00Z")));
    world.set_now(at("2026-02-13T10:30:00Z"));
    world.run(CompleteVisit::fixed(visit));
    assert!(listed("2026-02-20T10:00:00Z").is_empty());
    assert!(!world.get(visit).is_unreported(at("2026-02-20T10:00:00Z")));
}

#[test]
fn the_team_of_the_plan_hears_of_its_visits_and_nobody_where_none_is_named() {
    let mut terms = monthly().with_horizon(40);
    terms.team = Some(code!("boilers"));
    let mut spec = spec().with_plan(code!("care"), terms);
    spec.service.team = Some(code!("dispatch"));
    let world = World::of(spec, "2026-01-15");
    world.start();
    let deniz = world.technician(7);
    let service = world.service(0);
    let of_plan = world.run(PlanVisit::new(world.customer, 60).for_service(service));
    let other = world.run(PlanVisit::new(world.customer, 60));
    world.run(book(of_plan, deniz, "2026-02-13T09:00:00Z"));
    world.run(book(other, deniz, "2026-02-13T10:00:00Z"));
    // A day as a rule.
    wake_at(&world, "2026-02-14T10:59:59Z");
    assert_eq!(world.told_to_teams(), ["boilers service.visit.unreported"]);
    wake_at(&world, "2026-02-14T11:00:00Z");
    assert_eq!(world.told_to_teams(), ["dispatch service.visit.unreported"]);
    let world = World::with(monthly(), "2026-01-15");
    let deniz = world.technician(7);
    let visit = world.run(PlanVisit::new(world.customer, 60));
    world.run(book(visit, deniz, "2026-02-13T09:00:00Z"));
    wake_at(&world, "2026-02-16T10:00:00Z");
    assert!(world.told_to_teams().is_empty() && world.get(visit).unreported_at.is_some());
}

#[test]
fn a_report_that_waits_for_years_is_refused_with_its_path() {
    let mut spec = spec();
    spec.service.report_within_minutes = u32::MAX;
    let problems = Rulebook::try_new(spec, SecretKey::new([9; 16])).unwrap_err();
    let lines: Vec<_> = problems
        .iter()
        .map(|one| format!("{} {}", one.path, one.code))
        .collect();
    assert_eq!(
        lines,
        ["service.report_within_minutes service.too_many_days"]
    );
}

#[test]
fn a_visit_that_is_reported_late_counts_on_the_day_on_which_it_was() {
    let (world, visit) = booked();
    let service = world.service(0);
    wake_at(&world, "2026-03-20T12:00:00Z");
    let over_at = at("2026-02-13T09:50:00Z");
    let late = |over: &str| CompleteVisit::fixed(visit).over_at(at(over));
    assert_eq!(
        world.refused(late("2026-03-20T12:00:01Z")),
        "service.in_future"
    );
    assert_eq!(
        world.refused(late("2026-02-12T08:59:59Z")),
        "service.window_ahead"
    );
    let hasty = world.run(PlanVisit::new(world.customer, 60));
    world.run(book(hasty, world.technician(8), "2026-03-20T13:00:00Z"));
    let before = CompleteVisit::fixed(hasty).over_at(at("2026-03-20T11:59:59Z"));
    assert_eq!(world.refused(before), "service.over_too_early");
    world.run(late("2026-02-13T09:50:00Z"));
    let done = world.get(visit);
    assert_eq!(
        (done.status, done.done_at),
        (VisitStatus::Done, Some(over_at))
    );
    let service = world.get(service);
    assert_eq!(service.status, OccurrenceStatus::Done);
    assert_eq!(service.done.as_ref().unwrap().on, on("2026-02-13"));
    assert_eq!(service.was_kept(on("2026-03-20")), Some(true));
    assert_told(world.desk.store());
}

#[test]
fn readings_of_a_late_report_were_taken_then() {
    let world = World::with(monthly(), "2026-01-15");
    let unit = world.unit();
    let deniz = world.technician(7);
    let visit = world.run(PlanVisit::new(world.customer, 60).with_unit(unit));
    world.run(book(visit, deniz, "2026-02-13T09:00:00Z"));
    world.set_now(at("2026-02-13T09:20:00Z"));
    world.run(BeginVisit { visit });
    world.set_now(at("2026-02-15T12:00:00Z"));
    world.read(unit, 5_000);
    let early = CompleteVisit::fixed(visit).over_at(at("2026-02-13T09:19:59Z"));
    assert_eq!(world.refused(early), "service.over_too_early");
    let late = || CompleteVisit::fixed(visit).over_at(at("2026-02-13T10:00:00Z"));
    // It cannot have shown more then than it did later.
    let more = late().reading(code!("km"), 5_001);
    assert_eq!(world.refused(more), "unit.meter_went_back");
    world.run(late().reading(code!("km"), 4_000));
    assert_eq!(world.get(unit).usage(&code!("km")), Some(5_000));
}
