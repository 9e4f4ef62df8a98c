//! What the customer hears, and when.

use aftercare::calendar::Rule;
use aftercare::code;
use aftercare::customer::RegisterCustomer;
use aftercare::rulebook::RulebookSpec;
use aftercare::service::{
    DropService, OccurrenceStatus, OpenServices, PausePlan, PlanTerms, PlanVisit, PostponeService,
    QuietHours, RecordService, ResumePlan, StartPlan, TransferPlan,
};

use super::world::{World, at, book, every, monthly, on, reason, spec};

fn reminding() -> PlanTerms {
    monthly()
        .with_horizon(20)
        .remind(14)
        .remind(3)
        .with_grace(0, 5)
}

#[test]
fn each_reminder_and_the_overdue_notice_come_once() {
    // Nobody hands them over here, so that one that is outdated is taken back.
    let world = World::with(reminding(), "2026-01-15");
    world.start();
    world.until("2026-03-01");
    let expected = [
        "service.reminder 2026-02-01 08:00",
        "service.reminder 2026-02-12 08:00 withdrawn",
        "service.overdue 2026-02-21 08:00",
        "service.reminder 2026-03-01 08:00",
    ];
    assert_eq!(world.told(), expected);
}

#[test]
fn whoever_cannot_be_reminded_is_not_said_to_have_been() {
    let world = World::with(reminding(), "2026-01-15");
    let nobody = world.run(RegisterCustomer::named("Can"));
    let plan = world.run(StartPlan::new(nobody, code!("care")));
    world.until("2026-02-02");
    let services = world.ask(&OpenServices::new(plan)).services;
    let service = &services[0];
    assert_eq!(service.reminders, 0);
    assert_eq!(service.status, OccurrenceStatus::Planned);
    assert_eq!(service.untold, Some(code!("customer.no_contact")));
    assert!(service.reminded.is_some(), "it was time");
}

#[test]
fn nothing_is_said_after_it_is_booked_or_done() {
    let world = World::with(reminding(), "2026-01-15");
    world.start();
    let deniz = world.technician(7);
    world.until("2026-02-02");
    let visit = PlanVisit::new(world.customer, 60).for_service(world.service(0));
    let visit = world.run(visit);
    world.run(book(visit, deniz, "2026-02-13T09:00:00Z"));
    world.until("2026-02-28");
    let expected = [
        "service.reminder 2026-02-01 08:00 withdrawn",
        "service.visit.booked 2026-02-02 08:00",
    ];
    assert_eq!(world.told(), expected);
    let world = World::with(reminding(), "2026-01-15");
    let plan = world.start();
    world.until("2026-02-02");
    world.run(RecordService::new(plan));
    world.until("2026-02-28");
    assert_eq!(
        world.told(),
        ["service.reminder 2026-02-01 08:00 withdrawn"]
    );
}

#[test]
fn what_still_waits_when_it_is_done_is_taken_back() {
    let world = World::with(reminding(), "2026-01-15");
    let plan = world.start();
    world.until("2026-02-01");
    assert_eq!(world.told(), ["service.reminder 2026-02-01 08:00"]);
    world.run(RecordService::new(plan));
    assert_eq!(
        world.told(),
        ["service.reminder 2026-02-01 08:00 withdrawn"]
    );
}

#[test]
fn in_quiet_hours_nothing_is_said() {
    let time = |text: &str| text.parse().unwrap();
    let mut terms = reminding();
    terms.remind_at = time("22:00:00");
    let mut spec: RulebookSpec = spec().with_plan(code!("care"), terms);
    spec.service.quiet_hours = Some(QuietHours {
        from: time("20:00:00"),
        to: time("08:30:00"),
    });
    let world = World::of(spec, "2026-01-15");
    world.start();
    world.until("2026-02-22");
    let expected = [
        "service.reminder 2026-02-02 08:00",
        "service.reminder 2026-02-13 08:00 withdrawn",
        "service.overdue 2026-02-22 07:30",
    ];
    assert_eq!(world.told(), expected);
    // Woken at night, it waits for the morning.
    let mut terms = monthly().with_horizon(20).remind(14);
    terms.remind_at = time("19:59:00");
    let mut spec = super::world::spec().with_plan(code!("care"), terms);
    spec.service.quiet_hours = Some(QuietHours {
        from: time("20:00:00"),
        to: time("08:30:00"),
    });
    let world = World::of(spec, "2026-01-15");
    world.start();
    world.set_now(at("2026-02-01T22:00:00Z"));
    world.wake();
    assert_eq!(world.told(), ["service.reminder 2026-02-02 07:30"]);
}

#[test]
fn of_reminders_whose_time_is_over_only_the_last_is_given() {
    let world = World::with(reminding(), "2026-01-15");
    world.start();
    world.set_now(at("2026-02-13T08:00:00Z"));
    world.wake();
    assert_eq!(world.told(), ["service.reminder 2026-02-13 08:00"]);
    world.until("2026-02-15");
    assert_eq!(world.told().len(), 1);
}

#[test]
fn what_is_put_off_or_left_out_is_not_reminded_of() {
    let world = World::with(reminding(), "2026-01-15");
    let plan = world.start();
    world.until("2026-01-30");
    let occurrence = world.service(0);
    world.run(PostponeService {
        occurrence,
        to: on("2026-03-10"),
        reason: reason(),
    });
    world.until("2026-02-20");
    assert_eq!(world.told(), ["service.postponed 2026-01-30 08:00"]);
    world.run(DropService {
        occurrence,
        reason: reason(),
    });
    world.run(PausePlan {
        plan,
        reason: reason(),
    });
    world.until("2026-05-30");
    assert_eq!(world.told().len(), 1);
}

#[test]
fn a_team_is_told_when_the_plan_says_so() {
    let mut terms = every(Rule::every_weeks(1)).with_horizon(3).stale_after(2);
    terms.team = Some(code!("field"));
    let world = World::with(terms, "2026-01-15");
    world.start();
    world.until("2026-03-01");
    let expected = [
        "field service.overdue",
        "field service.overdue",
        "field service.switched_off",
    ];
    assert_eq!(world.told_to_teams(), expected);
}

#[test]
fn whoever_takes_a_plan_over_hears_of_its_services_and_whoever_had_it_no_more() {
    let terms = every(Rule::every_months(6)).remind(7);
    // Overdue: what was to be said to the customer before is said to the one after.
    let world = World::with(terms.clone(), "2025-12-01");
    let plan = world.start();
    let to = world.reachable("Deniz");
    world.until("2026-05-26");
    world.set_now(at("2026-06-01T22:00:00Z"));
    world.wake();
    assert_eq!(world.told()[1], "service.overdue 2026-06-02 07:00");
    world.set_now(at("2026-06-02T06:00:00Z"));
    world.run(TransferPlan { plan, to });
    world.wake();
    let overdue = "service.overdue 2026-06-02 07:00";
    assert_eq!(world.told()[1], format!("{overdue} withdrawn"));
    assert_eq!(world.told_to(to), [overdue]);
    // Reminded of already.
    let world = World::with(terms.clone(), "2025-12-01");
    let plan = world.start();
    let to = world.reachable("Deniz");
    world.until("2026-05-26");
    world.run(TransferPlan { plan, to });
    world.wake();
    world.until("2026-06-01");
    assert_eq!(
        world.told(),
        ["service.reminder 2026-05-25 08:00 withdrawn"]
    );
    assert_eq!(world.told_to(to), ["service.reminder 2026-05-26 08:00"]);
    assert_eq!(world.get(plan).customer, to);
    // Handed over while it rested.
    let world = World::with(terms, "2025-12-01");
    let plan = world.start();
    let to = world.reachable("Deniz");
    world.until("2026-05-20");
    world.run(PausePlan {
        plan,
        reason: reason(),
    });
    world.run(TransferPlan { plan, to });
    world.run(ResumePlan { plan });
    world.until("2026-06-01");
    assert!(world.told().is_empty());
    assert_eq!(world.told_to(to), ["service.reminder 2026-05-25 08:00"]);
}
