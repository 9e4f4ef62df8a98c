//! Each rule of the clocks by name.

use super::*;

#[test]
fn first_response_is_the_first_public_reply_of_a_human() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::FirstResponse, 4));
    desk.tell("01-05T09:30", NOTE)
        .tell("01-05T09:31", said(Speaker::Bot))
        .tell("01-05T09:32", said(Speaker::System));
    assert!(desk.met().is_empty());
    desk.tell("01-05T12:00", REPLY).tell("01-05T13:00", REPLY);
    assert_eq!(desk.met(), [(3, false)]);
}

#[test]
fn a_public_opening_by_staff_is_not_the_first_response() {
    let opening = Fact::Opened {
        by: Speaker::Human,
        public: true,
        category: StatusCategory::Open,
    };
    let policy = policy("p", [target(Metric::FirstResponse, 4)]);
    let mut second = Desk::open_with("01-05T09:00", opening, &[&policy]);
    second.tell("01-05T11:00", REPLY);
    assert_eq!(second.met(), [(2, false)]);
    let mut answered = Desk::open_with("01-05T09:00", opening, &[&policy]);
    answered
        .tell("01-05T10:00", QUESTION)
        .tell("01-05T12:00", REPLY);
    assert_eq!(answered.met(), [(3, false)]);
}

#[test]
fn a_first_response_that_a_bot_made_needless_begins_anew_with_the_reopening() {
    let target = Target::new(
        code!("t"),
        Metric::FirstResponse,
        hours(8),
        TimeBase::Calendar,
    );
    let mut desk = Desk::open("01-05T09:00", target);
    desk.tell("01-05T09:05", SOLVED)
        .tell("01-09T14:00", OPEN)
        .tell("01-09T14:10", REPLY);
    let ClockState::Met { consumed_ms, .. } = desk.clock().state else {
        panic!("{:?}", desk.clock().state);
    };
    assert_eq!(consumed_ms, 600_000);
    assert_eq!(desk.clock().cycle, 2);
}

#[test]
fn a_reply_at_exactly_the_due_instant_is_in_time() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::FirstResponse, 4));
    desk.look("01-05T13:00").tell("01-05T13:00", REPLY);
    assert_eq!(desk.met(), [(4, false)]);
    assert!(desk.ledger.is_empty());
}

#[test]
fn a_millisecond_later_is_late() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::FirstResponse, 4));
    let late = at("01-05T13:00") + TimeDelta::milliseconds(1);
    assert_eq!(desk.clocks.next_at(), Some(late));
    let events = desk.clocks.advance(late, REPLY, &desk.calendars).unwrap();
    desk.take(events);
    assert_eq!(desk.met(), [(4, true)]);
    assert_eq!(desk.missed(), [at("01-05T13:00")]);
}

#[test]
fn a_case_resolved_late_is_breached_though_nobody_looked() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 4));
    desk.tell("01-09T12:00", SOLVED);
    assert_eq!(desk.missed(), [at("01-05T13:00")]);
    assert_eq!(desk.met(), [(4 * 8 + 3, true)]);
    assert_eq!(
        desk.ledger.iter().next().unwrap().noticed_at,
        at("01-09T12:00")
    );
}

#[test]
fn used_up_at_closing_is_due_at_closing_or_at_the_next_opening() {
    let mut close = Desk::open("01-05T09:00", target(Metric::FirstResponse, 8));
    close.tell("01-05T20:00", REPLY);
    assert_eq!(close.missed(), [at("01-05T17:00")]);
    let rolls = target(Metric::FirstResponse, 8).with_boundary(crate::calendar::Boundary::NextOpen);
    let mut open = Desk::open("01-05T09:00", rolls);
    assert_eq!(open.clock().due_at(), Some(at("01-06T09:00")));
    open.tell("01-05T20:00", REPLY);
    assert!(open.ledger.is_empty());
}

#[test]
fn opened_outside_hours_counts_from_the_opening_of_business() {
    let desk = Desk::open("01-07T07:00", target(Metric::FirstResponse, 2));
    assert_eq!(desk.clock().due_at(), Some(at("01-07T11:00")));
    let view = desk.view("01-07T08:00");
    assert_eq!(view.consumed_ms, 0);
    assert!(
        view.reasons
            .contains(&Reason::ClosedUntil(at("01-07T09:00")))
    );
}

#[test]
fn next_response_does_not_run_before_the_first_response() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::NextResponse, 2));
    desk.tell("01-05T09:30", QUESTION);
    assert_eq!(desk.clock().state, ClockState::Idle);
    assert_eq!(
        desk.view("01-05T10:00").reasons,
        [Reason::WaitsForFirstResponse]
    );
    desk.tell("01-05T11:00", REPLY);
    assert_eq!(desk.clock().state, ClockState::Idle);
    assert_eq!(desk.view("01-05T12:00").reasons, [Reason::WaitsForQuestion]);
}

#[test]
fn a_second_customer_message_does_not_restart_next_response() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::NextResponse, 2));
    desk.tell("01-05T09:00", REPLY)
        .tell("01-05T10:00", QUESTION)
        .tell("01-05T11:30", QUESTION);
    assert_eq!(desk.clock().due_at(), Some(at("01-05T12:00")));
    assert_eq!(desk.clock().started_at, Some(at("01-05T10:00")));
    desk.tell("01-05T13:00", REPLY);
    assert_eq!(desk.met(), [(3, true)]);
}

#[test]
fn each_question_is_a_cycle_of_its_own() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::NextResponse, 2));
    desk.tell("01-05T09:00", REPLY)
        .tell("01-05T10:00", QUESTION)
        .tell("01-05T13:00", REPLY)
        .tell("01-05T14:00", QUESTION)
        .tell("01-05T15:00", REPLY);
    assert_eq!(desk.met(), [(3, true), (1, false)]);
    assert_eq!(desk.clock().cycle, 2);
    assert_eq!(desk.clock().breached_at, None);
    assert_eq!(desk.ledger.len(), 1);
}

#[test]
fn thank_you_asks_for_nothing() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::NextResponse, 2));
    desk.tell("01-05T09:00", REPLY).tell("01-05T10:00", THANKS);
    assert_eq!(desk.clock().state, ClockState::Idle);
}

#[test]
fn a_question_left_when_the_case_is_solved_needs_no_answer() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::NextResponse, 2));
    desk.tell("01-05T09:00", REPLY)
        .tell("01-05T10:00", QUESTION)
        .tell("01-05T11:00", SOLVED)
        .look("01-07T12:00");
    assert!(desk.ledger.is_empty());
    desk.tell("01-08T10:00", QUESTION);
    assert_eq!(desk.clock().state, ClockState::Idle);
    desk.tell("01-08T10:00", OPEN);
    assert_eq!(desk.clock().due_at(), Some(at("01-08T12:00")));
}

#[test]
fn periodic_updates_count_from_the_last_public_message_while_not_solved() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::PeriodicUpdate, 4));
    assert_eq!(
        desk.view("01-05T09:00").reasons,
        [Reason::WaitsForFirstMessage]
    );
    desk.tell("01-05T10:00", REPLY);
    assert_eq!(desk.clock().due_at(), Some(at("01-05T14:00")));
    desk.tell("01-05T12:00", NOTE)
        .tell("01-05T13:00", Fact::Updated);
    assert_eq!(desk.clock().due_at(), Some(at("01-05T17:00")));
    desk.tell("01-06T10:00", REPLY);
    assert_eq!(desk.met(), [(3, false), (5, true)]);
    desk.tell("01-06T11:00", SOLVED).look("01-09T12:00");
    assert_eq!(desk.ledger.len(), 1);
    desk.tell("01-09T12:00", OPEN);
    assert_eq!(desk.clock().due_at(), Some(at("01-09T16:00")));
}

#[test]
fn resolution_pauses_while_waiting_for_the_customer_and_pauses_add_up() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 8));
    desk.tell("01-05T10:00", WAITING)
        .tell("01-05T12:00", OPEN)
        .tell("01-05T13:00", WAITING)
        .tell("01-05T14:00", OPEN);
    assert_eq!(desk.clock().due_at(), Some(at("01-06T12:00")));
    desk.tell("01-05T15:00", SOLVED);
    assert_eq!(desk.met(), [(3, false)]);
}

#[test]
fn on_hold_pauses_only_when_asked() {
    let hold = moved(StatusCategory::OnHold);
    let mut runs = Desk::open("01-05T09:00", target(Metric::Resolution, 8));
    runs.tell("01-05T10:00", hold).tell("01-05T16:00", SOLVED);
    assert_eq!(runs.met(), [(7, false)]);
    let pausing = target(Metric::Resolution, 8).pausing_in([StatusCategory::OnHold]);
    let mut paused = Desk::open("01-05T09:00", pausing);
    paused.tell("01-05T10:00", hold).tell("01-05T16:00", SOLVED);
    assert_eq!(paused.met(), [(1, false)]);
}

#[test]
fn a_pause_outside_hours_costs_nothing() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 12));
    let due = desk.clock().due_at();
    desk.tell("01-05T18:00", WAITING).tell("01-06T08:00", OPEN);
    assert_eq!(desk.clock().due_at(), due);
}

#[test]
fn a_pause_that_runs_into_the_resolution_counts() {
    let opening = Fact::Opened {
        by: Speaker::Customer,
        public: true,
        category: StatusCategory::WaitingOnCustomer,
    };
    let mut desk = Desk::open_with(
        "01-05T09:00",
        opening,
        &[&policy("p", [target(Metric::Resolution, 2)])],
    );
    desk.tell("01-05T16:00", SOLVED);
    assert_eq!(desk.met(), [(0, false)]);
}

#[test]
fn a_paused_clock_shows_what_remains_and_no_due_instant() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 8));
    desk.tell("01-05T12:00", WAITING);
    let view = desk.view("01-07T12:00");
    assert_eq!((view.phase, view.due_at), (Phase::Paused, None));
    assert_eq!((view.consumed_ms, view.remaining_ms), (3 * HOUR, 5 * HOUR));
    assert_eq!(
        view.reasons.last(),
        Some(&Reason::PausedIn {
            category: StatusCategory::WaitingOnCustomer,
            since: at("01-05T12:00"),
        })
    );
    assert_eq!(desk.clocks.next_at(), None);
}

#[test]
fn a_reopening_continues_without_the_closed_gap() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 8));
    desk.tell("01-05T12:00", SOLVED)
        .tell("01-07T09:00", OPEN)
        .tell("01-07T13:00", SOLVED)
        .tell("01-08T10:00", moved(StatusCategory::Closed));
    assert_eq!(desk.met(), [(3, false), (7, false)]);
    assert_eq!(desk.clock().cycle, 1);
}

#[test]
fn a_reopening_restarts_or_leaves_alone_when_asked() {
    let again = target(Metric::Resolution, 8).with_reopen(ReopenMode::Restart);
    let mut again = Desk::open("01-05T09:00", again);
    let once = target(Metric::Resolution, 8).with_reopen(ReopenMode::FirstOnly);
    let mut once = Desk::open("01-05T09:00", once);
    let mut first = Desk::open("01-05T09:00", target(Metric::FirstResolution, 8));
    for desk in [&mut again, &mut once, &mut first] {
        desk.tell("01-05T12:00", SOLVED)
            .tell("01-07T09:00", OPEN)
            .tell("01-07T13:00", SOLVED);
    }
    assert_eq!(again.met(), [(3, false), (4, false)]);
    assert_eq!(once.met(), [(3, false)]);
    assert_eq!(first.met(), [(3, false)]);
}

#[test]
fn acknowledgement_ends_with_the_acknowledgement_only() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Acknowledgement, 8));
    desk.tell("01-05T10:00", REPLY)
        .tell("01-05T12:00", Fact::Acknowledged);
    assert_eq!(desk.met(), [(3, false)]);
}

#[test]
fn a_target_within_the_house_counts_from_the_first_assignment() {
    let ola = target(Metric::Resolution, 8).from_assignment();
    let mut desk = Desk::open("01-05T09:00", ola);
    assert_eq!(
        desk.view("01-05T10:00").reasons,
        [Reason::WaitsForAssignment]
    );
    desk.tell("01-05T11:00", Fact::Assigned)
        .tell("01-05T13:00", Fact::Assigned)
        .tell("01-05T14:00", SOLVED);
    assert_eq!(desk.met(), [(3, false)]);
}

#[test]
fn assignment_does_not_touch_a_clock_of_the_customer() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 8));
    let before = desk.clock().clone();
    desk.tell("01-05T11:00", Fact::Assigned);
    assert_eq!(*desk.clock(), before);
}

#[test]
fn clocks_of_a_merged_or_cancelled_case_end() {
    for (fact, reason) in [
        (Fact::Merged, EndReason::Merged),
        (Fact::Cancelled, EndReason::Cancelled),
    ] {
        let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 8));
        desk.tell("01-05T11:00", fact);
        let at = at("01-05T11:00");
        let consumed_ms = 2 * HOUR;
        let ended = ClockState::Ended {
            at,
            reason,
            consumed_ms,
        };
        assert_eq!(desk.clock().state, ended);
        desk.tell("01-06T11:00", OPEN).look("01-20T10:00");
        assert_eq!(desk.clock().state, ended);
        assert!(desk.ledger.is_empty());
    }
}

#[test]
fn steps_fire_before_and_after_due_in_the_clocks_own_time_each_once() {
    let tell = Action::Notify {
        to: Recipient::Assignee,
        template: code!("late"),
    };
    let target = target(Metric::Resolution, 8)
        .with_step(code!("late"), hours(2), [Action::RaisePriority])
        .with_step(code!("due"), hours(0), [tell.clone()])
        .with_step(code!("soon"), hours(-2), [tell.clone()])
        .with_step(code!("at-once"), hours(-20), [tell]);
    let mut desk = Desk::open("01-05T11:00", target);
    desk.look("01-05T11:00")
        .look("01-05T17:00")
        .look("01-09T12:00")
        .look("01-09T12:00");
    let fired = [
        ("at-once".to_owned(), at("01-05T11:00")),
        ("soon".to_owned(), at("01-05T17:00")),
        ("due".to_owned(), at("01-06T11:00")),
        ("late".to_owned(), at("01-06T13:00")),
    ];
    assert_eq!(desk.fired(), fired);
    let (key, name) = desk
        .events
        .iter()
        .filter_map(ClocksEvent::step)
        .next_back()
        .unwrap();
    let step = desk.clocks.step(key, name).unwrap();
    assert_eq!(step.actions, [Action::RaisePriority]);
    assert_eq!(desk.clocks.next_at(), None);
}

#[test]
fn a_pause_puts_steps_off() {
    let target =
        target(Metric::Resolution, 8).with_step(code!("soon"), hours(-4), [Action::RaisePriority]);
    let mut desk = Desk::open("01-05T09:00", target);
    desk.tell("01-05T12:00", WAITING)
        .look("01-05T16:00")
        .tell("01-05T16:00", OPEN);
    assert!(desk.fired().is_empty());
    assert_eq!(desk.clocks.next_at(), Some(at("01-05T17:00")));
}

#[test]
fn an_instant_before_the_latest_one_counts_as_that_one() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 8));
    desk.tell("01-05T12:00", WAITING)
        .tell("01-05T10:00", OPEN)
        .tell("01-05T09:00", SOLVED);
    assert_eq!(desk.met(), [(3, false)]);
}

#[test]
fn a_view_tells_a_breach_that_nobody_has_settled() {
    let desk = Desk::open("01-05T09:00", target(Metric::Resolution, 4));
    let view = desk.view("01-05T15:00");
    assert_eq!(view.breached_at, Some(at("01-05T13:00")));
    assert_eq!((view.consumed_ms, view.remaining_ms), (6 * HOUR, -2 * HOUR));
}

#[test]
fn a_missing_calendar_is_refused_by_name() {
    let policy = policy("p", [target(Metric::Resolution, 8)]);
    let refusal = Clocks::open(at("01-05T09:00"), BY_CUSTOMER, &[&policy], &()).unwrap_err();
    assert_eq!(refusal.code(), "sla.calendar_missing");
}

#[test]
fn a_running_clock_keeps_to_the_revision_of_its_calendar() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 8));
    let longer = BusinessHours::weekdays("UTC", "00:00", "24:00").unwrap();
    let support = desk.calendars.get_mut("support").unwrap();
    support.insert(2, longer);
    desk.tell("01-05T12:00", WAITING)
        .tell("01-06T12:00", OPEN)
        .tell("01-06T20:00", SOLVED);
    assert_eq!(desk.met(), [(8, true)]);
    assert_eq!(desk.missed(), [at("01-06T17:00")]);
}

#[test]
fn clocks_survive_serde() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 4));
    desk.tell("01-05T15:00", WAITING);
    let json = serde_json::to_string(&desk.clocks).unwrap();
    assert_eq!(serde_json::from_str::<Clocks>(&json).unwrap(), desk.clocks);
    let json = serde_json::to_string(&desk.events).unwrap();
    let events: Vec<ClocksEvent> = serde_json::from_str(&json).unwrap();
    assert_eq!(events, desk.events);
}

#[test]
fn a_step_at_the_due_instant_fires_then_and_the_breach_comes_after_it() {
    let target =
        target(Metric::Resolution, 8).with_step(code!("due"), hours(0), [Action::RaisePriority]);
    let mut desk = Desk::open("01-05T09:00", target);
    desk.look("01-05T17:00");
    assert_eq!(desk.fired(), [("due".to_owned(), at("01-05T17:00"))]);
    assert!(desk.ledger.is_empty());
    desk.look("01-05T17:01");
    assert_eq!(desk.missed(), [at("01-05T17:00")]);
    assert_eq!(desk.fired().len(), 1);
}

#[test]
fn the_oldest_unanswered_question_is_remembered() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::NextResponse, 2));
    desk.tell("01-05T09:00", REPLY)
        .tell("01-05T10:00", QUESTION)
        .tell("01-05T11:00", QUESTION);
    assert_eq!(desk.clocks.standing().asked_at, Some(at("01-05T10:00")));
}

#[test]
fn a_clock_that_a_fact_does_not_touch_asks_no_calendar() {
    let desk = Desk::open("01-05T09:00", target(Metric::Resolution, 8));
    for fact in [NOTE, QUESTION, REPLY, OPEN, Fact::Assigned, Fact::Updated] {
        let events = desk.clocks.advance(at("01-05T12:00"), fact, &()).unwrap();
        assert_eq!(events.len(), 1);
    }
    assert!(desk.clocks.settle(at("01-05T12:00"), &()).is_ok());
    assert!(
        desk.clocks
            .advance(at("01-05T12:00"), WAITING, &())
            .is_err()
    );
}

#[test]
fn a_refused_fact_leaves_the_clocks_as_they_were() {
    let desk = Desk::open("01-05T09:00", target(Metric::Resolution, 8));
    let before = desk.clocks.clone();
    let refusal = desk
        .clocks
        .advance(at("01-05T12:00"), SOLVED, &())
        .unwrap_err();
    assert_eq!(refusal.to_string(), "no calendar support of revision 1");
    assert_eq!(desk.clocks, before);
}

#[test]
fn an_answer_during_a_pause_is_in_time() {
    let pausing = target(Metric::FirstResponse, 2).pausing_in([StatusCategory::OnHold]);
    let mut desk = Desk::open("01-05T09:00", pausing);
    desk.tell("01-05T11:00", moved(StatusCategory::OnHold))
        .tell("01-06T11:00", REPLY);
    assert_eq!(desk.met(), [(2, false)]);
    assert!(desk.ledger.is_empty());
}

#[test]
fn an_acknowledgement_that_is_owed_waits_while_the_case_is_solved() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Acknowledgement, 8));
    desk.tell("01-05T10:00", SOLVED).tell("01-05T15:00", OPEN);
    assert_eq!(desk.clock().due_at(), Some(at("01-06T14:00")));
}
