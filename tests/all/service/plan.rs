//! What is due, and when.

use aftercare::calendar::Rule;
use aftercare::code;
use aftercare::prelude::{RegisterCustomer, Rulebook, RulebookSpec, SecretKey};
use aftercare::service::{
    Anchor, DropService, DueWhen, EndPlan, HolidayShift, MeterInterval, OccurrenceStatus,
    PausePlan, PlanStatus, PlanTerms, Position, PostponeService, RecordService, RequestService,
    ResumePlan, StartPlan, TransferPlan, WasKept, next_due,
};

use super::world::{World, every, monthly, on, reason};

#[test]
fn services_are_counted_from_the_anchor_never_from_the_service_before() {
    let world = World::with(monthly().with_horizon(120), "2026-01-31");
    world.start();
    let planned = [
        "2026-02-28 planned",
        "2026-03-31 planned",
        "2026-04-30 planned",
        "2026-05-31 planned",
    ];
    assert_eq!(world.calendar(), planned);
}

#[test]
fn planning_is_idempotent_however_often_and_by_whomever_it_is_done() {
    let world = World::with(monthly().first_at_start().with_horizon(59), "2026-01-15");
    world.start();
    let planned = [
        "2026-01-15 planned",
        "2026-02-15 planned",
        "2026-03-15 planned",
    ];
    assert_eq!(world.calendar(), planned);
    for _ in 0..3 {
        world.wake();
    }
    assert_eq!(world.calendar(), planned);
}

#[test]
fn dates_before_the_plan_is_put_on_record_are_not_made_up_for() {
    let world = World::with(monthly(), "2026-01-15");
    world.run(StartPlan::new(world.customer, code!("care")).starting(on("2025-06-14")));
    assert_eq!(world.calendar(), ["2026-02-14 planned"]);
}

#[test]
fn what_was_due_while_nobody_woke_is_not_lost() {
    let world = World::with(monthly().first_at_start(), "2026-01-15");
    world.start();
    world.set_now("2026-06-20T08:00:00Z".parse().unwrap());
    world.wake();
    let dates: Vec<_> = world
        .services()
        .iter()
        .map(|one| one.scheduled_on)
        .collect();
    let all = [
        "2026-01-15",
        "2026-02-15",
        "2026-03-15",
        "2026-04-15",
        "2026-05-15",
        "2026-06-15",
        "2026-07-15",
    ];
    assert_eq!(dates, all.map(on));
}

#[test]
fn completing_early_uses_up_the_turn() {
    let world = World::with(every(Rule::every_years(1)).with_horizon(30), "2020-10-01");
    let plan = world.start();
    world.until("2021-09-29");
    world.run(RecordService::new(plan));
    world.until("2021-10-20");
    assert_eq!(world.calendar(), ["2021-10-01 done"]);
    world.until("2022-09-15");
    assert_eq!(world.calendar(), ["2021-10-01 done", "2022-10-01 planned"]);
    // Also when it was not even planned yet.
    let world = World::with(every(Rule::every_years(1)).with_horizon(30), "2020-10-01");
    let plan = world.start();
    world.until("2021-06-01");
    world.run(RecordService::new(plan));
    world.until("2022-09-15");
    assert_eq!(world.calendar(), ["2021-10-01 done", "2022-10-01 planned"]);
}

/// On 1 May, counted from the last service.
fn each_may() -> PlanTerms {
    let rule = Rule::every_years(1).in_months(&[5]).on_month_days(&[1]);
    every(rule).anchored(Anchor::LastCompletion)
}

#[test]
fn done_early_a_service_uses_up_the_date_that_its_rule_names() {
    let done_in_april = |terms: PlanTerms| {
        let world = World::with(terms.with_horizon(30), "2026-01-02");
        let unit = world.unit();
        let plan = StartPlan::new(world.customer, code!("care"));
        let plan = world.run(plan.with_unit(unit));
        world.until("2026-04-20");
        assert_eq!(world.calendar(), ["2026-05-01 planned"]);
        world.run(RecordService::new(plan));
        world.until("2027-03-20");
        assert_eq!(world.calendar(), ["2026-05-01 done"]);
        world.until("2027-04-20");
        world.calendar()
    };
    let both = ["2026-05-01 done", "2027-05-01 planned"];
    assert_eq!(done_in_april(each_may()), both);
    let mut first_of = each_may();
    let every = MeterInterval::every(10_000, code!("km"));
    if let DueWhen::Calendar(rule) = first_of.trigger {
        first_of.trigger = DueWhen::FirstOf(rule, every);
    }
    assert_eq!(done_in_april(first_of.anchored(Anchor::Start)), both);
}

#[test]
fn a_service_that_was_asked_for_uses_up_no_date_of_the_rule() {
    let world = World::with(monthly().with_horizon(30), "2026-04-01");
    let plan = world.start();
    world.until("2026-05-01");
    let asked = RequestService {
        plan,
        on: Some(on("2026-08-15")),
    };
    let asked = world.run(asked);
    world.until("2026-05-20");
    world.run(RecordService::new(plan).of(asked));
    world.until("2026-08-05");
    let dates: Vec<_> = world
        .services()
        .iter()
        .map(|one| one.scheduled_on)
        .collect();
    let expected = [
        "2026-05-01",
        "2026-06-01",
        "2026-07-01",
        "2026-08-01",
        "2026-08-15",
        "2026-09-01",
    ];
    assert_eq!(dates, expected.map(on));
    // Nor where the next one counts from it.
    let world = World::with(each_may().with_horizon(5), "2025-06-01");
    let plan = world.start();
    world.until("2026-04-10");
    let asked = RequestService {
        plan,
        on: Some(on("2026-05-10")),
    };
    world.run(asked);
    world.run(RecordService::new(plan));
    assert_eq!(world.get(plan).next_due().unwrap().on, on("2026-05-01"));
}

#[test]
fn what_counts_from_the_last_service_was_not_done_before_it() {
    let terms = every(Rule::every_years(1)).anchored(Anchor::LastCompletion);
    let world = World::with(terms, "2025-01-10");
    let plan = world.start();
    world.until("2026-01-10");
    world.run(RecordService::new(plan));
    world.until("2026-01-12");
    let before = RecordService::new(plan).on(on("2025-12-01"));
    assert_eq!(world.refused(before), "service.too_early");
    assert_eq!(world.get(plan).next_due().unwrap().on, on("2027-01-10"));
}

#[test]
fn with_a_completion_anchor_nothing_is_due_while_one_is_open() {
    let terms = every(Rule::every_months(6))
        .anchored(Anchor::LastCompletion)
        .with_horizon(400);
    let world = World::with(terms, "2025-07-01");
    let plan = world.start();
    assert_eq!(world.calendar(), ["2026-01-01 planned"]);
    world.until("2026-02-15");
    assert_eq!(world.calendar(), ["2026-01-01 overdue"]);
    assert!(world.get(plan).next_due().is_none());
    world.run(RecordService::new(plan));
    assert_eq!(world.calendar(), ["2026-01-01 done", "2026-08-15 planned"]);
}

#[test]
fn with_a_fixed_anchor_a_late_service_does_not_move_the_next() {
    let world = World::with(every(Rule::every_months(6)).with_horizon(10), "2025-07-01");
    let plan = world.start();
    world.until("2026-02-15");
    world.run(RecordService::new(plan));
    world.until("2026-06-25");
    assert_eq!(world.calendar(), ["2026-01-01 done", "2026-07-01 planned"]);
}

#[test]
fn with_a_request_anchor_the_next_counts_from_the_request() {
    let terms = monthly().anchored(Anchor::LastRequest).with_horizon(31);
    let world = World::with(terms, "2026-01-15");
    let plan = world.start();
    assert_eq!(world.calendar(), ["2026-02-15 planned"]);
    world.until("2026-02-01");
    world.run(RequestService {
        plan,
        on: Some(on("2026-02-03")),
    });
    let expected = [
        "2026-02-03 planned",
        "2026-02-15 skipped",
        "2026-03-03 planned",
    ];
    assert_eq!(world.calendar(), expected);
}

#[test]
fn a_plan_ends_on_the_day_before_the_anniversary() {
    let world = World::with(monthly().lasting(12).with_horizon(400), "2026-01-15");
    let plan = world.start();
    assert_eq!(world.get(plan).ends_on, Some(on("2027-01-14")));
    assert_eq!(world.services().len(), 11);
    assert_eq!(
        world.services().last().unwrap().scheduled_on,
        on("2026-12-15")
    );
    world.until("2027-01-14");
    assert_eq!(world.get(plan).status, PlanStatus::Active);
    world.until("2027-01-15");
    assert_eq!(world.get(plan).status, PlanStatus::Ended);
    assert_eq!(
        world.refused(EndPlan {
            plan,
            reason: reason()
        }),
        "service.plan_ended"
    );
}

#[test]
fn a_plan_that_rests_plans_nothing_and_goes_on_where_it_would_be() {
    let world = World::with(monthly().with_horizon(40), "2026-01-15");
    let plan = world.start();
    world.until("2026-02-01");
    world.run(PausePlan {
        plan,
        reason: reason(),
    });
    assert_eq!(
        world.refused(PausePlan {
            plan,
            reason: reason()
        }),
        "service.paused"
    );
    assert_eq!(world.calendar(), ["2026-02-15 skipped"]);
    world.until("2026-04-20");
    assert_eq!(world.calendar(), ["2026-02-15 skipped"]);
    world.run(ResumePlan { plan });
    assert_eq!(world.refused(ResumePlan { plan }), "service.not_paused");
    assert_eq!(
        world.calendar(),
        ["2026-02-15 skipped", "2026-05-15 planned"]
    );
}

#[test]
fn a_short_rest_loses_nothing() {
    let world = World::with(monthly().with_horizon(70), "2026-01-15");
    let plan = world.start();
    assert_eq!(
        world.calendar(),
        ["2026-02-15 planned", "2026-03-15 planned"]
    );
    world.run(PausePlan {
        plan,
        reason: reason(),
    });
    world.until("2026-02-16");
    world.run(ResumePlan { plan });
    let expected = [
        "2026-02-15 skipped",
        "2026-03-15 planned",
        "2026-04-15 planned",
    ];
    assert_eq!(world.calendar(), expected);
}

#[test]
fn what_was_put_off_or_asked_for_is_to_be_done_when_the_plan_goes_on_before_its_date() {
    for anchor in [Anchor::Start, Anchor::LastCompletion] {
        let terms = every(Rule::every_years(1))
            .anchored(anchor)
            .with_grace(0, 5);
        let world = World::with(terms.remind(7), "2025-03-01");
        let plan = world.start();
        world.until("2026-03-01");
        let occurrence = world.service(0);
        world.run(PostponeService {
            occurrence,
            to: on("2026-04-15"),
            reason: reason(),
        });
        world.until("2026-03-10");
        let pause = || PausePlan {
            plan,
            reason: reason(),
        };
        world.run(pause());
        assert_eq!(world.calendar(), ["2026-04-15 skipped"]);
        world.until("2026-03-20");
        world.run(ResumePlan { plan });
        assert_eq!(world.calendar(), ["2026-04-15 planned"]);
        let service = world.get(occurrence);
        assert_eq!(service.kept_until, on("2026-03-06"), "as it was");
        assert_eq!(service.dates.remind_at.len(), 1);
        // One that was over before the plan went on is not made up for.
        world.run(pause());
        world.until("2026-04-16");
        world.run(ResumePlan { plan });
        world.until("2026-05-01");
        assert!(
            !world
                .calendar()
                .iter()
                .any(|line| line.starts_with("2026-04-15 pl"))
        );
        let asked = RequestService {
            plan,
            on: Some(on("2026-06-01")),
        };
        let asked = world.run(asked);
        world.run(pause());
        assert_eq!(world.get(asked).status, OccurrenceStatus::Skipped);
        world.run(ResumePlan { plan });
        assert_eq!(world.get(asked).status, OccurrenceStatus::Planned);
        let open = world.get(plan).open;
        assert_eq!(open, (anchor == Anchor::LastCompletion).then_some(asked));
    }
}

#[test]
fn a_plan_goes_with_its_new_customer() {
    let world = World::with(monthly().with_horizon(70), "2026-01-15");
    let plan = world.start();
    let to = world.run(RegisterCustomer::named("Deniz"));
    world.run(TransferPlan { plan, to });
    assert!(world.calendar().is_empty());
    assert_eq!(world.get(plan).customer, to);
    let open = world
        .ask(&aftercare::service::OpenServices::new(plan))
        .services;
    assert!(open.len() == 2 && open.iter().all(|one| one.customer == to));
}

#[test]
fn a_service_is_put_off_left_out_or_given_up_with_a_reason() {
    let world = World::with(monthly().with_horizon(100), "2026-01-15");
    world.start();
    let (first, second, third) = (world.service(0), world.service(1), world.service(2));
    let put_off = |to: &str| PostponeService {
        occurrence: first,
        to: on(to),
        reason: reason(),
    };
    assert_eq!(world.refused(put_off("2026-02-15")), "service.not_later");
    world.run(put_off("2026-02-20"));
    world.run(DropService {
        occurrence: second,
        reason: reason(),
    });
    world.until("2026-04-30");
    world.run(DropService {
        occurrence: third,
        reason: reason(),
    });
    let status = |id: aftercare::kernel::OccurrenceId| world.get(id).status;
    assert_eq!(status(first), OccurrenceStatus::Overdue);
    assert_eq!(status(second), OccurrenceStatus::Skipped);
    assert_eq!(status(third), OccurrenceStatus::Missed);
    let again = DropService {
        occurrence: third,
        reason: reason(),
    };
    assert_eq!(world.refused(again), "service.not_possible");
}

#[test]
fn overdue_stays_visible_until_it_is_done() {
    let world = World::with(monthly().with_horizon(10).with_grace(0, 5), "2026-01-15");
    let plan = world.start();
    world.until("2026-02-20");
    assert_eq!(world.calendar(), ["2026-02-15 planned"]);
    assert!(!world.services()[0].is_overdue(world.now()));
    world.until("2026-02-21");
    assert_eq!(world.calendar(), ["2026-02-15 overdue"]);
    world.until("2026-05-30");
    assert!(world.calendar().contains(&"2026-02-15 overdue".to_owned()));
    world.run(RecordService::new(plan));
    assert!(world.calendar().contains(&"2026-02-15 done".to_owned()));
}

#[test]
fn so_many_in_a_row_that_nobody_touched_switch_the_plan_off() {
    let world = World::with(monthly().with_horizon(10).stale_after(3), "2026-01-15");
    let plan = world.start();
    world.until("2026-04-15");
    assert_eq!(world.get(plan).status, PlanStatus::Active);
    world.until("2026-04-16");
    assert_eq!(world.get(plan).status, PlanStatus::SwitchedOff);
    world.until("2026-08-01");
    assert_eq!(world.services().len(), 3);
    world.run(ResumePlan { plan });
    world.until("2026-08-10");
    assert_eq!(world.services().len(), 4);
    // One that is touched begins the count anew.
    let world = World::with(monthly().with_horizon(10).stale_after(3), "2026-01-15");
    let plan = world.start();
    world.until("2026-04-10");
    world.run(RecordService::new(plan));
    world.until("2026-05-16");
    assert_eq!(world.get(plan).status, PlanStatus::Active);
}

#[test]
fn a_holiday_moves_a_service_before_after_or_leaves_it_out() {
    // 1 May 2026 is a Friday and a holiday.
    let dates = |shift| {
        let terms = monthly()
            .on_working_days(code!("field"), shift)
            .with_horizon(40);
        let world = World::with(terms, "2026-04-01");
        world.start();
        world.calendar()
    };
    assert_eq!(dates(HolidayShift::Before), ["2026-04-30 planned"]);
    assert_eq!(dates(HolidayShift::After), ["2026-05-04 planned"]);
    assert!(dates(HolidayShift::Skip).is_empty());
}

#[test]
fn a_service_that_is_moved_never_meets_its_neighbours() {
    let terms = every(Rule::every_days(1)).on_working_days(code!("field"), HolidayShift::After);
    let world = World::with(terms.with_horizon(14), "2026-04-27");
    world.start();
    let dates: Vec<_> = world
        .services()
        .iter()
        .map(|one| one.dates.due_on)
        .collect();
    assert!(dates.is_sorted_by(|a, b| a < b), "{dates:?}");
    assert!(!dates.contains(&on("2026-05-02")) && dates.contains(&on("2026-05-04")));
}

#[test]
fn a_blackout_moves_within_the_grace_or_is_reported() {
    let terms = monthly()
        .with_grace(3, 3)
        .without(on("2026-02-14"), on("2026-02-16"))
        .with_horizon(35);
    let world = World::with(terms.clone(), "2026-01-15");
    world.start();
    assert_eq!(world.calendar(), ["2026-02-13 planned"]);
    assert_eq!(
        world.services()[0].moved,
        Some(aftercare::service::Moved::Blackout)
    );
    let world = World::with(
        terms.without(on("2026-02-01"), on("2026-02-28")),
        "2026-01-15",
    );
    world.start();
    let service = &world.services()[0];
    assert!(service.stuck && service.dates.due_on == on("2026-02-15"));
}

#[test]
fn out_of_season_nothing_is_planned_but_what_the_grace_can_bring_in() {
    let terms = monthly()
        .in_season((4, 15), (10, 14))
        .with_grace(0, 1)
        .with_horizon(35);
    let world = World::with(terms, "2026-03-14");
    world.start();
    assert_eq!(world.calendar(), ["2026-04-15 planned"]);
}

#[test]
fn a_plan_may_have_to_wait_for_the_warranty_to_end() {
    let world = World::with(monthly(), "2026-06-30");
    let start =
        |until: &str| StartPlan::new(world.customer, code!("care")).after_warranty(on(until));
    assert_eq!(world.refused(start("2026-06-30")), "service.under_warranty");
    world.run(start("2026-06-29"));
}

#[test]
fn a_unit_has_a_plan_once_until_it_is_over() {
    let world = World::with(monthly(), "2026-01-15");
    let unit = world.unit();
    let start = StartPlan::new(world.customer, code!("care")).with_unit(unit);
    let plan = world.run(start.clone());
    assert_eq!(world.refused(start.clone()), "service.already_runs");
    let reason = super::world::reason();
    world.run(EndPlan { plan, reason });
    world.run(start);
}

#[test]
fn bad_input_is_refused_and_changes_nothing() {
    let world = World::with(monthly(), "2026-01-15");
    let start = StartPlan::new(world.customer, code!("care"));
    assert_eq!(
        world.refused(start.clone().ending(on("2026-01-14"))),
        "service.end_before_start"
    );
    assert_eq!(
        world.refused(StartPlan::new(world.customer, code!("other"))),
        "service.unknown_plan"
    );
    let rows = world.desk.store().len();
    let plan = world.run(start);
    assert!(world.desk.store().len() > rows);
    let tomorrow = RecordService::new(plan).on(on("2026-01-16"));
    assert_eq!(world.refused(tomorrow), "service.in_future");
}

#[test]
fn terms_that_cannot_be_are_named_with_their_path() {
    use aftercare::service::{DueWhen, MeterInterval};
    let zero = every(Rule::every_months(0));
    let meter = every(Rule::every_months(1));
    let meter = aftercare::service::PlanTerms {
        trigger: DueWhen::Meter(MeterInterval::every(0, code!("km"))),
        ..meter
    };
    let backwards = monthly().without(on("2026-02-02"), on("2026-02-01"));
    let nowhere = monthly().on_working_days(code!("moon"), HolidayShift::After);
    let spec = RulebookSpec::new()
        .with_plan(code!("a"), zero)
        .with_plan(code!("b"), meter)
        .with_plan(code!("c"), backwards)
        .with_plan(code!("d"), nowhere.lasting(0));
    let problems = Rulebook::try_new(spec, SecretKey::new([9; 16])).unwrap_err();
    let lines: Vec<_> = problems
        .iter()
        .map(|one| format!("{} {}", one.path, one.code))
        .collect();
    let expected = [
        "service.plans.a.trigger calendar.zero_interval",
        "service.plans.b.trigger.every service.zero_interval",
        "service.plans.c.blackouts[0] service.end_before_start",
        "service.plans.d.term_months service.end_before_start",
        "service.plans.d.working_days service.unknown_calendar",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn whether_service_was_kept_is_shown_with_evidence() {
    let world = World::with(monthly().with_horizon(10).with_grace(0, 7), "2026-01-15");
    let plan = world.start();
    let kept = |today: &str| {
        let (from, to) = (on("2026-01-01"), on("2026-12-31"));
        world.ask(&WasKept {
            plan,
            from,
            to,
            today: on(today),
        })
    };
    world.until("2026-02-22");
    world.run(RecordService::new(plan));
    let shown = kept("2026-02-22");
    assert!(shown.is_kept && shown.evidence.len() == 1);
    assert_eq!(shown.evidence[0].done_on, Some(on("2026-02-22")));
    world.until("2026-03-23");
    assert!(!kept("2026-03-23").is_kept);
    // Done late is not kept, and putting it off does not help.
    world.run(RecordService::new(plan));
    assert!(!kept("2026-03-23").is_kept);
    world.until("2026-04-10");
    let occurrence = world.services()[2].id;
    world.run(PostponeService {
        occurrence,
        to: on("2026-05-01"),
        reason: reason(),
    });
    world.until("2026-04-30");
    world.run(RecordService::new(plan));
    assert_eq!(kept("2026-04-30").evidence[2].was_kept, Some(false));
}

#[test]
fn a_leap_day_is_served_in_every_year() {
    let position = Position::starting(on("2024-02-29"), false);
    let next = next_due(&every(Rule::every_years(1)), &position, &[]);
    assert_eq!(next.unwrap().on, on("2025-02-28"));
}
