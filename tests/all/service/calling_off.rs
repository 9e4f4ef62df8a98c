//! Visits whose matter ends or moves, and what may be told of a visit when.

use std::collections::BTreeSet;

use aftercare::calendar::{BusinessHoursSpec, Period};
use aftercare::code;
use aftercare::kernel::{Actor, OccurrenceId, PlanId, StaffId, VisitId};
use aftercare::service::{
    Absent, BeginVisit, BookVisit, CompleteVisit, DropService, EndPlan, MissVisit,
    OccurrenceStatus, PlanVisit, PostponeService, ProposeSlots, ReadAgenda, RecordService,
    SetTechnician, TechnicianSpec, VisitStatus, VisitsOf, VisitsOfTechnician,
};
use chrono::Weekday;

use super::world::{World, at, book, monthly, on, reason, spec};
use crate::common::assert_told;

struct Booked {
    world: World,
    plan: PlanId,
    service: OccurrenceId,
    visit: VisitId,
    deniz: StaffId,
}

fn booked() -> Booked {
    let world = World::with(monthly().with_horizon(40), "2026-01-15");
    let plan = world.start();
    let (deniz, service, visit) = world.visit_for_service();
    world.run(book(visit, deniz, "2026-02-13T09:00:00Z"));
    Booked {
        world,
        plan,
        service,
        visit,
        deniz,
    }
}

impl Booked {
    fn is_off(&self) {
        let Self { world, deniz, .. } = self;
        assert_eq!(world.get(self.visit).status, VisitStatus::Cancelled);
        let agenda = world.ask(&ReadAgenda {
            technician: *deniz,
            on: on("2026-02-13"),
        });
        assert!(agenda.unwrap().bookings.is_empty());
        let told = world.told();
        let off = told
            .iter()
            .filter(|line| line.starts_with("service.visit.cancelled"));
        assert_eq!(off.count(), 1);
        assert_told(world.desk.store());
    }
}

#[test]
fn a_visit_is_off_when_its_service_was_done_otherwise() {
    let it = booked();
    it.world.run(RecordService::new(it.plan));
    let service = it.world.get(it.service);
    assert_eq!(
        (service.status, service.visit),
        (OccurrenceStatus::Done, None)
    );
    it.is_off();
}

#[test]
fn a_visit_is_off_when_its_service_is_left_out() {
    let it = booked();
    it.world.run(DropService {
        occurrence: it.service,
        reason: reason(),
    });
    assert_eq!(it.world.get(it.service).status, OccurrenceStatus::Skipped);
    it.is_off();
}

#[test]
fn a_visit_is_off_when_its_plan_is_ended() {
    let it = booked();
    it.world.run(EndPlan {
        plan: it.plan,
        reason: reason(),
    });
    assert_eq!(it.world.get(it.service).status, OccurrenceStatus::Skipped);
    it.is_off();
}

#[test]
fn a_visit_is_off_when_its_service_is_put_off() {
    let it = booked();
    it.world.run(PostponeService {
        occurrence: it.service,
        to: on("2026-02-25"),
        reason: reason(),
    });
    assert_eq!(it.world.get(it.service).status, OccurrenceStatus::Planned);
    it.is_off();
}

#[test]
fn where_the_technician_is_there_the_visit_goes_on() {
    let it = booked();
    it.world.set_now(at("2026-02-13T09:05:00Z"));
    it.world.run(BeginVisit { visit: it.visit });
    it.world.run(EndPlan {
        plan: it.plan,
        reason: reason(),
    });
    assert_eq!(it.world.get(it.visit).status, VisitStatus::Underway);
    it.world.run(CompleteVisit::fixed(it.visit));
    assert_eq!(it.world.get(it.service).status, OccurrenceStatus::Done);
}

#[test]
fn nobody_is_missed_before_the_window_and_nobody_comes_days_before_it() {
    let it = booked();
    let (world, visit) = (&it.world, it.visit);
    let missed = MissVisit {
        visit,
        absent: Absent::Customer,
    };
    assert_eq!(world.refused(missed.clone()), "service.window_ahead");
    assert_eq!(world.refused(BeginVisit { visit }), "service.window_ahead");
    let done = CompleteVisit::fixed(visit);
    assert_eq!(world.refused(done), "service.window_ahead");
    world.set_now(at("2026-02-13T08:50:00Z"));
    assert_eq!(world.refused(missed.clone()), "service.window_ahead");
    world.run(BeginVisit { visit });
    world.set_now(at("2026-02-13T09:00:00Z"));
    world.run(missed);
}

#[test]
fn booking_a_visit_just_so_again_says_nothing() {
    let it = booked();
    let before = it.world.told();
    it.world
        .run(book(it.visit, it.deniz, "2026-02-13T09:00:00Z"));
    assert_eq!(it.world.told(), before);
    assert_eq!(it.world.get(it.visit).rebooked, 0);
}

#[test]
fn no_slot_lies_in_the_past() {
    let world = World::with(monthly(), "2026-01-15");
    world.technician(7);
    let visit = world.run(PlanVisit::new(world.customer, 60));
    let wish = Period {
        start: at("2026-02-13T08:00:00Z"),
        end: at("2026-02-13T12:00:00Z"),
    };
    let from = at("2026-02-13T10:30:00Z");
    let slots = world.ask(&ProposeSlots::new(visit, from, vec![wish])).slots;
    assert_eq!(slots.first().map(|slot| slot.from), Some(from));
    let late = ProposeSlots::new(visit, at("2026-02-14T00:00:00Z"), vec![wish]);
    let refused = world.desk.ask(&Actor::System, &late).unwrap_err();
    assert_eq!(refused.code(), "service.window_past");
}

#[test]
fn a_visit_that_ended_before_midnight_leaves_the_next_day_free() {
    let nights = BusinessHoursSpec::new("Europe/Berlin").open(
        &[Weekday::Thu, Weekday::Fri],
        "22:00",
        "06:00",
    );
    let spec = spec().with_calendar(code!("nights"), nights);
    let world = World::of(spec.with_plan(code!("care"), monthly()), "2026-01-15");
    let staff = StaffId::from_u128(7);
    world.run(SetTechnician {
        staff,
        spec: TechnicianSpec::new(code!("nights")),
    });
    let visit = world.run(PlanVisit::new(world.customer, 120));
    // Half past ten at night to half past twelve, in Berlin.
    world.run(BookVisit {
        to: at("2026-02-12T23:30:00Z"),
        ..book(visit, staff, "2026-02-12T21:30:00Z")
    });
    world.set_now(at("2026-02-12T22:10:00Z"));
    world.run(CompleteVisit::fixed(visit));
    let bookings = |day: &str| {
        let agenda = world.ask(&ReadAgenda {
            technician: staff,
            on: on(day),
        });
        agenda.map_or(0, |agenda| agenda.bookings.len())
    };
    assert_eq!((bookings("2026-02-12"), bookings("2026-02-13")), (1, 0));
}

#[test]
fn visits_are_found_by_customer_and_by_technician() {
    let it = booked();
    let other = it.world.run(PlanVisit::new(it.world.customer, 30));
    let found = it.world.ask(&VisitsOf::new(it.world.customer)).visits;
    let ids: BTreeSet<_> = found.iter().map(|visit| visit.id).collect();
    assert_eq!(ids, BTreeSet::from([it.visit, other]));
    let (from, to) = (at("2026-02-13T00:00:00Z"), at("2026-02-14T00:00:00Z"));
    let found = it
        .world
        .ask(&VisitsOfTechnician::within(it.deniz, from, to));
    let ids: Vec<_> = found.visits.iter().map(|visit| visit.id).collect();
    assert_eq!(ids, [it.visit]);
}
