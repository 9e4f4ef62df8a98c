//! Visits: booked, missed, done.

use aftercare::calendar::{BusinessHours, BusinessHoursSpec, Period, Rule};
use aftercare::code;
use aftercare::kernel::{Actor, Requests, StaffId};
use aftercare::prelude::{MergeCustomers, OpenCase};
use aftercare::service::{
    Absent, BeginVisit, BookVisit, CancelVisit, CompleteVisit, Excluded, MissVisit,
    OccurrenceStatus, PlanVisit, ProposeSlots, ReadAgenda, RetireTechnician, SetTechnician, Slot,
    StartPlan, TechnicianSpec, TransferPlan, VisitStatus, first_time_fix, plan_compliance,
    punctuality, turnaround,
};
use aftercare::service::{MeterInterval, PlanTerms};
use chrono::{TimeDelta, Weekday};

use super::world::{BERLIN, World, at, book, monthly, on, reason, spec};
use crate::common::assert_told;

#[test]
fn a_visit_is_booked_into_a_window_and_the_customer_is_told_of_changes() {
    let world = World::with(monthly().with_horizon(40), "2026-01-15");
    world.start();
    let (deniz, service, visit) = world.visit_for_service();
    world.run(book(visit, deniz, "2026-02-13T09:00:00Z"));
    assert_eq!(world.get(service).status, OccurrenceStatus::Booked);
    world.set_now(at("2026-01-16T08:00:00Z"));
    world.run(book(visit, deniz, "2026-02-16T09:00:00Z"));
    world.set_now(at("2026-01-17T08:00:00Z"));
    world.run(CancelVisit {
        visit,
        reason: reason(),
    });
    assert_eq!(world.get(service).status, OccurrenceStatus::Planned);
    let told: Vec<String> = world
        .told()
        .iter()
        .map(|line| line[..line.len() - 17].to_owned())
        .collect();
    let expected = [
        "service.visit.booked",
        "service.visit.changed",
        "service.visit.cancelled",
    ];
    assert_eq!(told, expected);
    for day in ["2026-02-13", "2026-02-16"] {
        let agenda = world
            .ask(&ReadAgenda {
                technician: deniz,
                on: on(day),
            })
            .unwrap();
        assert!(agenda.bookings.is_empty());
    }
}

#[test]
fn a_window_that_cannot_be_is_refused_by_name() {
    let world = World::with(monthly(), "2026-01-15");
    let deniz = world.technician(7);
    let visit = world.run(PlanVisit::new(world.customer, 60).needing_skill(code!("gas")));
    let electric = world.run(PlanVisit::new(world.customer, 60).needing_skill(code!("electric")));
    let refused = |from: &str| world.refused(book(visit, deniz, from));
    assert_eq!(
        refused("2026-02-14T09:00:00Z"),
        "service.outside_hours",
        "a Saturday"
    );
    assert_eq!(
        refused("2026-05-01T09:00:00Z"),
        "service.outside_hours",
        "a holiday"
    );
    assert_eq!(
        refused("2026-02-13T15:30:00Z"),
        "service.outside_hours",
        "until half past five"
    );
    assert_eq!(refused("2026-01-14T09:00:00Z"), "service.window_past");
    assert_eq!(
        world.refused(book(electric, deniz, "2026-02-13T09:00:00Z")),
        "service.skill_missing"
    );
    let short = BookVisit {
        to: at("2026-02-13T09:30:00Z"),
        ..book(visit, deniz, "2026-02-13T09:00:00Z")
    };
    assert_eq!(world.refused(short.clone()), "service.window_too_short");
    let backwards = BookVisit {
        to: at("2026-02-13T08:30:00Z"),
        ..short
    };
    assert_eq!(world.refused(backwards), "service.window_too_short");
    assert_eq!(
        world.refused(PlanVisit::new(world.customer, 0)),
        "service.no_duration"
    );
    world.run(book(visit, deniz, "2026-02-13T09:00:00Z"));
    let other = world.run(PlanVisit::new(world.customer, 60));
    let refused = |from: &str| world.refused(book(other, deniz, from));
    assert_eq!(refused("2026-02-13T09:59:00Z"), "service.double_booked");
    assert_eq!(refused("2026-02-13T08:01:00Z"), "service.double_booked");
    world.run(book(other, deniz, "2026-02-13T10:00:00Z"));
    world.run(RetireTechnician { staff: deniz });
    assert_eq!(refused("2026-02-17T09:00:00Z"), "service.not_active");
}

#[test]
fn a_technician_takes_only_so_many_visits_a_day_and_only_in_their_areas() {
    let world = World::with(monthly(), "2026-01-15");
    let deniz = world.technician(7);
    let spec = TechnicianSpec::new(code!("field"))
        .with_daily_capacity(1)
        .in_area(code!("north"));
    world.run(SetTechnician { staff: deniz, spec });
    let north = || world.run(PlanVisit::new(world.customer, 60).in_area(code!("north")));
    let south = world.run(PlanVisit::new(world.customer, 60).in_area(code!("south")));
    assert_eq!(
        world.refused(book(south, deniz, "2026-02-13T09:00:00Z")),
        "service.other_area"
    );
    world.run(book(north(), deniz, "2026-02-13T09:00:00Z"));
    let refused = world.refused(book(north(), deniz, "2026-02-13T13:00:00Z"));
    assert_eq!(refused, "service.day_full");
    let unknown = TechnicianSpec::new(code!("moon"));
    assert_eq!(
        world.refused(SetTechnician {
            staff: deniz,
            spec: unknown
        }),
        "service.unknown_calendar"
    );
}

#[test]
fn a_visit_that_is_missed_is_to_be_booked_again() {
    let world = World::with(monthly().with_horizon(40), "2026-01-15");
    world.start();
    let (deniz, service, visit) = world.visit_for_service();
    assert_eq!(
        world.refused(BeginVisit { visit }),
        "service.visit_not_possible"
    );
    world.run(book(visit, deniz, "2026-02-13T09:00:00Z"));
    world.set_now(at("2026-02-13T10:00:00Z"));
    world.run(MissVisit {
        visit,
        absent: Absent::Customer,
    });
    let missed = world.get(visit);
    assert_eq!(
        (missed.status, missed.customer_no_shows),
        (VisitStatus::Planned, 1)
    );
    assert_eq!(world.get(service).status, OccurrenceStatus::Planned);
    world.run(book(visit, deniz, "2026-02-16T09:00:00Z"));
    assert_eq!(world.get(service).status, OccurrenceStatus::Booked);
}

#[test]
fn a_visit_that_is_done_enters_readings_and_settles_its_service() {
    let oil = MeterInterval::every(10_000, code!("km"));
    let terms = PlanTerms::first_of(BERLIN.parse().unwrap(), Rule::every_months(3), oil);
    let terms = terms.with_horizon(100);
    let world = World::with(terms, "2026-01-15");
    let unit = world.unit();
    let plan = world.run(StartPlan::new(world.customer, code!("care")).with_unit(unit));
    let (deniz, service, visit) = world.visit_for_service();
    world.run(book(visit, deniz, "2026-02-13T09:00:00Z"));
    world.set_now(at("2026-02-13T09:10:00Z"));
    world.run(BeginVisit { visit });
    world.set_now(at("2026-02-13T10:00:00Z"));
    let done = CompleteVisit::fixed(visit)
        .finding(code!("worn_belt"))
        .with_part(code!("belt"))
        .reading(code!("km"), 4_000)
        .signed(code!("scan-17"));
    assert_eq!(world.run(done), None);
    let done = world.get(service).done.clone().unwrap();
    assert_eq!(
        (done.on, done.usage, done.visit),
        (on("2026-02-13"), Some(4_000), Some(visit))
    );
    assert_eq!(world.get(unit).usage(&code!("km")), Some(4_000));
    let plan = world.get(plan);
    assert_eq!(plan.position.base, 4_000);
    assert_eq!(world.calendar().last().unwrap(), "2026-05-13 planned");
}

#[test]
fn a_matter_that_is_not_settled_has_a_follow_up() {
    let world = World::with(monthly().with_horizon(40), "2026-01-15");
    world.start();
    let (deniz, service, visit) = world.visit_for_service();
    world.run(book(visit, deniz, "2026-02-13T09:00:00Z"));
    world.set_now(at("2026-02-13T10:00:00Z"));
    let follow_up = world.run(CompleteVisit::unfixed(visit, 90)).unwrap();
    let next = world.get(follow_up);
    assert_eq!((next.plan.follows, next.plan.minutes), (Some(visit), 90));
    assert_eq!(world.get(service).status, OccurrenceStatus::Planned);
    world.run(BookVisit {
        to: at("2026-02-16T11:00:00Z"),
        ..book(follow_up, deniz, "2026-02-16T09:00:00Z")
    });
    world.set_now(at("2026-02-16T10:00:00Z"));
    world.run(CompleteVisit::fixed(follow_up));
    assert_eq!(world.get(service).status, OccurrenceStatus::Done);
    let visits = [world.get(visit), world.get(follow_up)];
    let visits = visits.iter().map(AsRef::as_ref);
    let share = first_time_fix(visits.clone());
    assert_eq!((share.numerator, share.denominator), (0, 1));
    assert_eq!(share.excluded[&Excluded::FollowUp], 1);
    assert_eq!(share.basis_points(), Some(0));
    assert_eq!(
        punctuality(visits.clone(), TimeDelta::minutes(15)).excluded[&Excluded::NotRecorded],
        2
    );
    let turnaround = turnaround(visits);
    assert_eq!(turnaround.times.len(), 2);
    assert_eq!(turnaround.percentile(50), Some(TimeDelta::days(3)));
    assert_eq!(
        turnaround.percentile(100),
        Some(at("2026-02-13T10:00:00Z") - at("2026-01-15T08:00:00Z"))
    );
    assert_eq!(first_time_fix([]).basis_points(), None);
}

#[test]
fn a_customer_books_and_calls_off_their_own_visit_and_nobody_elses() {
    let world = World::with(monthly(), "2026-01-15");
    let deniz = world.technician(7);
    let visit = world.run(PlanVisit::new(world.customer, 60));
    let booking = book(visit, deniz, "2026-02-13T09:00:00Z");
    let mut ayse = Requests::of(Actor::Customer(world.customer), 3);
    world
        .desk
        .run(&ayse.at(world.now()), booking.clone())
        .unwrap();
    let theirs = world.run(aftercare::prelude::RegisterCustomer::named("Can"));
    let mut can = Requests::of(Actor::Customer(theirs), 4);
    let own = world.run(PlanVisit::new(theirs, 60));
    // They cannot see who is booked when, but cannot book over it either.
    let over = BookVisit {
        visit: own,
        ..booking
    };
    let refused = world.desk.run(&can.at(world.now()), over).unwrap_err();
    assert_eq!(refused.code(), "service.double_booked");
    let foreign = CancelVisit {
        visit,
        reason: reason(),
    };
    let refused = world
        .desk
        .run(&can.at(world.now()), foreign.clone())
        .unwrap_err();
    assert_eq!(refused.code(), "record.not_found");
    world.desk.run(&ayse.at(world.now()), foreign).unwrap();
}

#[test]
fn a_visit_over_midnight_stands_on_both_days() {
    let nights =
        BusinessHoursSpec::new(BERLIN).open(&[Weekday::Thu, Weekday::Fri], "22:00", "06:00");
    let spec = spec().with_calendar(code!("nights"), nights);
    let world = World::of(spec.with_plan(code!("care"), monthly()), "2026-01-15");
    let deniz = world.technician(7);
    let hours = TechnicianSpec::new(code!("nights"));
    world.run(SetTechnician {
        staff: deniz,
        spec: hours.with_daily_capacity(1),
    });
    let plan = |minutes| world.run(PlanVisit::new(world.customer, minutes));
    let window = |visit, from: &str, to: &str| BookVisit {
        to: at(to),
        ..book(visit, deniz, from)
    };
    // Half past eleven to half past one, in Berlin.
    let night = plan(120);
    world.run(window(
        night,
        "2026-02-12T22:30:00Z",
        "2026-02-13T00:30:00Z",
    ));
    let agenda = |day: &str| {
        let technician = deniz;
        let agenda = world.ask(&ReadAgenda {
            technician,
            on: on(day),
        });
        agenda.map_or(0, |agenda| agenda.bookings.len())
    };
    let booked = || (agenda("2026-02-12"), agenda("2026-02-13"));
    assert_eq!(booked(), (1, 1));
    let late = plan(60);
    let over = window(late, "2026-02-13T00:00:00Z", "2026-02-13T01:00:00Z");
    assert_eq!(world.refused(over), "service.double_booked");
    // It counts on the day on which it began: the next one has room for its own.
    world.run(window(late, "2026-02-13T00:30:00Z", "2026-02-13T01:30:00Z"));
    assert_eq!(booked(), (1, 2));
    let third = plan(60);
    let full = window(third, "2026-02-12T21:00:00Z", "2026-02-12T22:00:00Z");
    assert_eq!(world.refused(full), "service.day_full");
    let reason = reason();
    world.run(CancelVisit {
        visit: night,
        reason,
    });
    assert_eq!(booked(), (0, 1));
    let week = window(third, "2026-02-12T21:00:00Z", "2026-02-19T21:00:00Z");
    assert_eq!(world.refused(week), "service.window_too_long");
}

#[test]
fn a_visit_that_is_over_early_gives_back_the_rest_of_its_window() {
    let world = World::with(monthly(), "2026-01-15");
    let deniz = world.technician(7);
    let plan = || world.run(PlanVisit::new(world.customer, 60));
    let (early, short) = (plan(), plan());
    world.run(book(early, deniz, "2026-02-13T09:00:00Z"));
    world.run(book(short, deniz, "2026-02-13T10:00:00Z"));
    // The technician came by the day before: the whole window is free again.
    world.set_now(at("2026-02-12T12:00:00Z"));
    world.run(CompleteVisit::fixed(early));
    assert_eq!(world.get(early).status, VisitStatus::Done);
    world.run(book(plan(), deniz, "2026-02-13T09:00:00Z"));
    world.set_now(at("2026-02-13T10:20:00Z"));
    world.run(CompleteVisit::fixed(short));
    let refused = world.refused(book(plan(), deniz, "2026-02-13T10:19:00Z"));
    assert_eq!(refused, "service.window_past");
    world.run(book(plan(), deniz, "2026-02-13T10:20:00Z"));
    let agenda = world.ask(&ReadAgenda {
        technician: deniz,
        on: on("2026-02-13"),
    });
    let bookings = agenda.unwrap().bookings.clone();
    assert!(bookings.windows(2).all(|two| two[0].to <= two[1].from));
    assert_eq!(bookings.len(), 3);
    assert_told(world.desk.store());
}

#[test]
fn a_visit_is_for_what_is_the_customers_own() {
    let world = World::with(monthly().with_horizon(40), "2026-01-15");
    world.start();
    let service = world.service(0);
    let case = world.run(OpenCase::bare(world.customer));
    let can = world.reachable("Can");
    let of_can = || PlanVisit::new(can, 60);
    let refused = "service.other_customer";
    assert_eq!(world.refused(of_can().for_service(service)), refused);
    assert_eq!(world.refused(of_can().for_case(case)), refused);
    let plan = PlanVisit::new(world.customer, 60);
    world.run(plan.clone().for_service(service).for_case(case));
    // Whom a merger made one have everything in common.
    world.run(MergeCustomers {
        survivor: can,
        merged: world.customer,
    });
    world.run(of_can().for_service(service).for_case(case));
    world.run(plan.for_service(service));
}

#[test]
fn a_service_that_is_booked_has_no_second_visit() {
    let world = World::with(monthly().with_horizon(40), "2026-01-15");
    world.start();
    let deniz = world.technician(7);
    let service = world.service(0);
    let plan = PlanVisit::new(world.customer, 60).for_service(service);
    let visit = world.run(plan.clone());
    world.run(book(visit, deniz, "2026-02-13T09:00:00Z"));
    assert_eq!(world.refused(plan.clone()), "service.has_visit");
    let reason = reason();
    world.run(CancelVisit { visit, reason });
    world.run(plan);
}

#[test]
fn what_is_booked_goes_to_the_next_owner_and_both_are_told() {
    let world = World::with(monthly().with_horizon(70), "2026-01-15");
    let plan = world.start();
    let deniz = world.technician(7);
    let visit = |n| {
        let service = world.service(n);
        world.run(PlanVisit::new(world.customer, 60).for_service(service))
    };
    let (booked, waiting) = (visit(0), visit(1));
    world.run(book(booked, deniz, "2026-02-13T09:00:00Z"));
    let can = world.reachable("Can");
    let before = world.told().len();
    world.run(TransferPlan { plan, to: can });
    assert_eq!(world.get(booked).plan.customer, can);
    assert_eq!(world.told().len(), before + 1, "whose it was");
    let told = world.told_to(can);
    assert!(told.len() == 1 && told[0].starts_with("service.visit.booked"));
    // What was not booked yet is for whoever has the plan when it is.
    assert_eq!(world.get(waiting).plan.customer, world.customer);
    world.run(book(waiting, deniz, "2026-03-13T09:00:00Z"));
    assert_eq!(world.get(waiting).plan.customer, can);
    let mut theirs = Requests::of(Actor::Customer(can), 3);
    let cancel = CancelVisit {
        visit: booked,
        reason: reason(),
    };
    world.desk.run(&theirs.at(world.now()), cancel).unwrap();
    assert_told(world.desk.store());
}

#[test]
fn compliance_counts_what_was_to_be_done() {
    let world = World::with(monthly().with_horizon(10).with_grace(5, 0), "2026-01-15");
    let plan = world.start();
    world.until("2026-02-10");
    world.run(aftercare::service::RecordService::new(plan));
    world.until("2026-05-10");
    let services = world.services();
    let share = plan_compliance(services.iter().map(AsRef::as_ref), on("2026-05-10"));
    assert_eq!((share.numerator, share.denominator), (1, 3));
    assert_eq!(share.excluded[&Excluded::Open], 1);
    assert_eq!(share.basis_points(), Some(3_333));
}

#[test]
fn a_technician_whose_zone_changes_is_still_booked_once() {
    let evening = BusinessHours::weekdays("America/New_York", "08:00", "23:00").unwrap();
    let mut spec = spec().with_plan(code!("care"), monthly());
    spec = spec.with_calendar(code!("evening"), evening.spec().clone());
    spec = spec.with_calendar(code!("always"), BusinessHours::always().spec().clone());
    let world = World::of(spec, "2026-03-02");
    let staff = StaffId::from_u128(7);
    let works = |hours, visits| {
        let spec = TechnicianSpec::new(hours).with_daily_capacity(visits);
        world.run(SetTechnician { staff, spec });
    };
    works(code!("evening"), 9);
    let plan = || world.run(PlanVisit::new(world.customer, 60));
    let (first, second) = (plan(), plan());
    // In the evening of 2 March there.
    world.run(BookVisit {
        to: at("2026-03-03T03:00:00Z"),
        ..book(first, staff, "2026-03-03T01:00:00Z")
    });
    works(code!("always"), 9);
    let again = |from| world.refused(book(second, staff, from));
    assert_eq!(again("2026-03-03T01:00:00Z"), "service.double_booked");
    let wish = Period {
        start: at("2026-03-03T00:00:00Z"),
        end: at("2026-03-03T04:00:00Z"),
    };
    let proposal = world.ask(&ProposeSlots::new(second, world.now(), vec![wish]));
    let met = |slot: &&Slot| {
        slot.from < at("2026-03-03T03:00:00Z") && at("2026-03-03T01:00:00Z") < slot.to
    };
    assert_eq!(proposal.slots.iter().find(met), None);
    assert!(!proposal.slots.is_empty());
    // What goes over midnight is one visit of the day.
    works(code!("always"), 2);
    let night = plan();
    world.run(book(night, staff, "2026-03-04T23:30:00Z"));
    world.run(book(second, staff, "2026-03-04T10:00:00Z"));
    let third = book(plan(), staff, "2026-03-04T12:00:00Z");
    assert_eq!(world.refused(third), "service.day_full");
}
