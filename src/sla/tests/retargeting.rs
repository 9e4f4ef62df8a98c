//! What a change of policy does to clocks.

use super::*;

#[test]
fn from_the_origin_the_new_target_is_as_if_it_had_always_applied() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 16));
    desk.tell("01-05T10:00", WAITING).tell("01-05T11:00", OPEN);
    desk.retarget("01-05T12:00", target(Metric::Resolution, 4), Basis::Origin);
    assert_eq!(desk.clock().due_at(), Some(at("01-05T14:00")));
    assert_eq!(desk.clock().policy.name, *"q");
}

#[test]
fn from_the_change_nothing_before_it_is_charged() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 16));
    desk.retarget("01-05T12:00", target(Metric::Resolution, 4), Basis::Change);
    assert_eq!(desk.clock().due_at(), Some(at("01-05T16:00")));
    desk.tell("01-05T14:00", SOLVED);
    assert_eq!(desk.met(), [(2, false)]);
}

#[test]
fn from_the_change_a_paused_clock_stays_paused() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 16));
    desk.tell("01-05T10:00", WAITING);
    desk.retarget("01-05T12:00", target(Metric::Resolution, 4), Basis::Change);
    assert_eq!(desk.view("01-05T13:00").remaining_ms, 4 * HOUR);
    desk.tell("01-05T13:00", OPEN);
    assert_eq!(desk.clock().due_at(), Some(at("01-05T17:00")));
}

#[test]
fn a_target_used_up_in_the_past_is_breached_at_that_instant() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 16));
    desk.tell("01-05T12:00", WAITING);
    desk.retarget("01-05T14:00", target(Metric::Resolution, 2), Basis::Origin);
    assert_eq!(desk.missed(), [at("01-05T11:00")]);
    let breach = desk.ledger.iter().next().unwrap();
    assert_eq!(breach.noticed_at, at("01-05T14:00"));
    assert_eq!(breach.policy, *"q");
}

#[test]
fn a_later_target_erases_no_breach() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 2));
    desk.retarget("01-05T14:00", target(Metric::Resolution, 16), Basis::Origin);
    assert_eq!(desk.missed(), [at("01-05T11:00")]);
    assert_eq!(desk.clock().breached_at, None);
    assert_eq!(desk.clock().due_at(), Some(at("01-06T17:00")));
}

#[test]
fn going_back_and_forth_does_not_enter_the_same_breach_twice() {
    let quick = target(Metric::Resolution, 2);
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 16));
    desk.retarget("01-05T14:00", quick.clone(), Basis::Origin)
        .retarget("01-05T15:00", target(Metric::Resolution, 16), Basis::Origin)
        .retarget("01-05T16:00", quick, Basis::Origin);
    assert_eq!(desk.missed(), [at("01-05T11:00")]);
}

#[test]
fn another_calendar_needs_the_facts_and_the_same_does_not() {
    let long = TimeBase::Business(code!("long"));
    let mut desk = Desk::open("01-05T07:00", target(Metric::Resolution, 16));
    desk.tell("01-05T10:00", WAITING).tell("01-05T11:00", OPEN);
    let same = policy("q", [target(Metric::Resolution, 8)]);
    let events = desk.clocks.retarget(
        at("01-05T12:00"),
        &[&same],
        Basis::Origin,
        None,
        &desk.calendars,
    );
    assert!(events.is_ok());
    let other = Target::new(code!("o"), Metric::Resolution, hours(8), long);
    let refusal = desk
        .clocks
        .retarget(
            at("01-05T12:00"),
            &[&policy("q", [other.clone()])],
            Basis::Origin,
            None,
            &desk.calendars,
        )
        .unwrap_err();
    assert_eq!(refusal, Refusal::HistoryNeeded { target: code!("o") });
    desk.retarget("01-05T12:00", other, Basis::Origin);
    // Two hours from eight to ten, one paused, six from eleven.
    assert_eq!(desk.clock().due_at(), Some(at("01-05T17:00")));
}

#[test]
fn a_clock_that_nothing_promises_any_more_ends_as_superseded_and_may_come_back() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 8));
    desk.retarget(
        "01-05T10:00",
        target(Metric::FirstResponse, 8),
        Basis::Change,
    );
    let states: Vec<_> = desk.clocks.iter().map(|c| c.state.clone()).collect();
    assert!(matches!(
        states[0],
        ClockState::Ended {
            reason: EndReason::Superseded,
            consumed_ms: HOUR,
            ..
        }
    ));
    assert!(matches!(states[1], ClockState::Running { .. }));
    desk.retarget("01-05T11:00", target(Metric::Resolution, 8), Basis::Origin);
    assert_eq!(desk.clock().due_at(), Some(at("01-05T17:00")));
}

#[test]
fn what_was_met_stays_met() {
    for basis in [Basis::Origin, Basis::Change] {
        let mut desk = Desk::open("01-05T09:00", target(Metric::FirstResponse, 8));
        desk.tell("01-05T12:00", REPLY);
        desk.retarget("01-05T13:00", target(Metric::FirstResponse, 1), basis)
            .look("01-09T13:00");
        assert!(matches!(desk.clock().state, ClockState::Met { .. }));
        assert!(desk.ledger.is_empty());
    }
}

#[test]
fn steps_that_fired_do_not_fire_again_from_the_origin() {
    let act = [Action::RaisePriority];
    let with = |n| target(Metric::Resolution, n).with_step(code!("soon"), hours(-1), act.clone());
    let mut desk = Desk::open("01-05T09:00", with(4));
    desk.look("01-05T12:30")
        .retarget("01-05T12:30", with(8), Basis::Origin)
        .look("01-05T16:30");
    assert_eq!(desk.fired().len(), 1);
    desk.retarget("01-05T16:30", with(4), Basis::Change)
        .look("01-09T16:30");
    assert_eq!(desk.fired().len(), 2);
}

#[test]
fn the_same_promise_is_left_alone() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 8));
    let same = policy("p", [target(Metric::Resolution, 8)]);
    for basis in [Basis::Origin, Basis::Change] {
        let events = desk
            .clocks
            .retarget(at("01-05T10:00"), &[&same], basis, None, &desk.calendars)
            .unwrap();
        assert!(events.is_empty());
    }
    desk.tell("01-05T11:00", Fact::Merged);
    let other = policy("o", [target(Metric::Resolution, 1)]);
    let events = desk.clocks.retarget(
        at("01-06T10:00"),
        &[&other],
        Basis::Origin,
        None,
        &desk.calendars,
    );
    assert!(events.unwrap().is_empty());
}

#[test]
fn a_target_used_up_before_a_pause_after_closing_is_breached_from_the_origin() {
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 16));
    desk.tell("01-05T18:00", WAITING);
    // Eight hours are used up at closing, an hour before the pause.
    desk.retarget("01-05T19:00", target(Metric::Resolution, 8), Basis::Origin);
    assert_eq!(desk.missed(), [at("01-05T17:00")]);
}

#[test]
fn what_counts_from_a_change_is_recounted_when_the_origin_is_asked_for() {
    let ack = |n| target(Metric::Acknowledgement, n);
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 8));
    desk.tell("01-05T11:00", SOLVED);
    desk.retarget("01-05T12:00", ack(8), Basis::Change)
        .tell("01-06T09:00", OPEN);
    let due = |desk: &Desk| desk.clocks.iter().find_map(Clock::due_at);
    assert_eq!(due(&desk), Some(at("01-06T17:00")));
    // Two hours on the first day are charged now.
    desk.retarget("01-06T10:00", ack(7), Basis::Origin);
    assert_eq!(due(&desk), Some(at("01-06T14:00")));
}

#[test]
fn a_policy_added_later_from_the_origin_counts_from_the_beginning() {
    let mut desk = Desk::open_with("01-05T09:00", BY_CUSTOMER, &[]);
    desk.tell("01-05T10:00", REPLY).tell("01-05T11:00", WAITING);
    desk.tell("01-05T12:00", OPEN);
    desk.retarget("01-05T13:00", target(Metric::Resolution, 8), Basis::Origin);
    assert_eq!(desk.clock().due_at(), Some(at("01-06T10:00")));
    assert_eq!(desk.clock().started_at, Some(at("01-05T09:00")));
}

#[test]
fn the_same_promise_is_recounted_when_the_origin_is_asked_for_after_a_change() {
    let quick = target(Metric::Resolution, 8);
    let mut desk = Desk::open("01-05T09:00", target(Metric::Resolution, 16));
    desk.retarget("01-05T12:00", quick.clone(), Basis::Change);
    assert_eq!(desk.clock().due_at(), Some(at("01-06T12:00")));
    desk.retarget("01-05T13:00", quick, Basis::Origin);
    assert_eq!(desk.clock().due_at(), Some(at("01-05T17:00")));
}
