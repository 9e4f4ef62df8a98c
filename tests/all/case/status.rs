use aftercare::case::{
    AssignCase, CallOffCase, CasePolicy, Doing, MoveCase, Refusal, ReopenCase, Status, StatusTable,
};
use aftercare::code;
use aftercare::kernel::{CaseId, Code, StaffId};
use aftercare::rulebook::RulebookSpec;
use aftercare::sla::StatusCategory::{self, Closed, New, OnHold, Open, Solved, WaitingOnCustomer};
use aftercare::work;
use chrono::TimeDelta;

use super::world::{World, days, monday};

pub fn to(case: CaseId, to: &str) -> MoveCase {
    let to = Code::try_new(to).unwrap();
    MoveCase { case, to }
}

#[test]
fn an_illegal_move_is_refused_with_the_allowed_ones() {
    let world = World::standard();
    let case = world.open();
    world.run(to(case, "solved"));
    let refusal = world.try_run(to(case, "on_hold")).unwrap_err();
    let expected = Refusal::IllegalMove {
        from: code!("solved"),
        to: code!("on_hold"),
        allowed: vec![code!("open"), code!("closed")],
    };
    assert_eq!(refusal, work::Refusal::Case(expected));
}

#[test]
fn a_status_that_is_not_in_the_table_is_refused() {
    let world = World::standard();
    let case = world.open();
    assert_eq!(world.refused(to(case, "parked")), "case.unknown_status");
}

#[test]
fn a_move_to_the_same_status_changes_nothing() {
    let world = World::standard();
    let case = world.open();
    world.run(to(case, "open"));
    let (before, story) = (world.case(case), world.story(case).len());
    world.pass(days(1));
    world.run(to(case, "open"));
    assert_eq!((world.case(case), world.story(case).len()), (before, story));
}

#[test]
fn a_status_that_may_follow_itself_does() {
    let mut spec = RulebookSpec::default();
    let open = spec.cases.statuses.statuses.get_mut("open").unwrap();
    open.next.push(code!("open"));
    let world = World::new(spec);
    let case = world.open();
    world.run(to(case, "open"));
    world.pass(days(1));
    world.run(to(case, "open"));
    assert_eq!(world.case(case).since(), world.now());
}

#[test]
fn from_a_status_that_the_table_no_longer_knows_a_case_can_go_anywhere() {
    let mut world = World::standard();
    let case = world.open();
    world.run(to(case, "on_hold"));
    let mut spec = RulebookSpec::default();
    let statuses = &mut spec.cases.statuses.statuses;
    statuses.remove("on_hold");
    for status in statuses.values_mut() {
        status.next.retain(|next| next.as_str() != "on_hold");
    }
    world.rule(spec);
    world.run(to(case, "open"));
    assert_eq!(world.case(case).category, Open);
}

#[test]
fn the_default_table_has_one_status_for_each_category() {
    let table = StatusTable::default();
    let names = [
        ("new", New),
        ("open", Open),
        ("waiting_on_customer", WaitingOnCustomer),
        ("on_hold", OnHold),
        ("solved", Solved),
        ("closed", Closed),
    ];
    assert_eq!(table.statuses.len(), names.len());
    for (name, category) in names {
        assert_eq!(
            table.category(&Code::try_new(name).unwrap()),
            Some(category)
        );
    }
    assert!(CasePolicy::default().problems().is_empty());
}

#[test]
fn a_faulty_table_is_reported_whole_and_with_paths() {
    let mut policy = CasePolicy::default();
    let next = vec![code!("solved"), code!("lost")];
    let parked = Status {
        category: OnHold,
        next,
    };
    policy.statuses.statuses.insert(code!("parked"), parked);
    policy.statuses.initial = code!("closed");
    policy.statuses.answered = code!("waiting_on_customer");
    policy.statuses.closed = code!("gone");
    policy.priorities = vec![code!("low"), code!("low")];
    policy.close_after_ms = Some(u64::MAX);
    let problems = policy.problems();
    let found: Vec<_> = problems
        .iter()
        .map(|p| (p.path.as_str(), &*p.code))
        .collect();
    let expected = [
        ("statuses.statuses.parked.next[1]", "case.unknown_status"),
        ("statuses.initial", "case.status_of_wrong_category"),
        ("statuses.answered", "case.status_of_wrong_category"),
        ("statuses.closed", "case.unknown_status"),
        ("priorities[1]", "case.priority_repeated"),
        ("default_priority", "case.unknown_priority"),
        ("close_after_ms", "case.period_too_long"),
    ];
    assert_eq!(found, expected);
}

/// What may be done, by what the status means: new, open, waiting, on hold, solved, closed.
const TABLE: [(Doing, [u8; 6]); 16] = [
    (Doing::Speak, [1, 1, 1, 1, 1, 1]),
    (Doing::Move, [1, 1, 1, 1, 1, 1]),
    (Doing::Assign, [1, 1, 1, 1, 0, 0]),
    (Doing::Transfer, [1, 1, 1, 1, 0, 0]),
    (Doing::Prioritise, [1, 1, 1, 1, 0, 0]),
    (Doing::Classify, [1, 1, 1, 1, 1, 0]),
    (Doing::Ask, [1, 1, 1, 1, 0, 0]),
    (Doing::Record, [1, 1, 1, 1, 1, 1]),
    (Doing::Link, [1, 1, 1, 1, 1, 1]),
    (Doing::Merge, [1, 1, 1, 1, 1, 0]),
    (Doing::Absorb, [1, 1, 1, 1, 0, 0]),
    (Doing::Split, [1, 1, 1, 1, 1, 1]),
    (Doing::Reopen, [0, 0, 0, 0, 1, 0]),
    (Doing::CallOff, [1, 1, 1, 1, 0, 0]),
    (Doing::Complain, [1, 1, 1, 1, 1, 0]),
    (Doing::Appeal, [1, 1, 1, 1, 1, 1]),
];

#[test]
fn every_pair_of_a_doing_and_a_category_is_decided() {
    let categories: [StatusCategory; 6] = [New, Open, WaitingOnCustomer, OnHold, Solved, Closed];
    assert_eq!(TABLE.map(|(doing, _)| doing).as_slice(), Doing::ALL);
    for (doing, row) in TABLE {
        for (category, allowed) in categories.into_iter().zip(row) {
            let is_allowed = doing.is_allowed(category);
            assert_eq!(is_allowed, allowed == 1, "{doing:?} when {category:?}");
        }
    }
}

#[test]
fn a_solved_case_closes_by_itself_after_its_last_instant() {
    let world = World::standard();
    let case = world.open();
    world.run(to(case, "solved"));
    assert_eq!(world.case(case).closes_at, Some(monday() + days(14)));
    world.pass(days(14));
    assert_eq!(world.wake().woken, 0);
    world.pass(TimeDelta::milliseconds(1));
    assert_eq!(world.wake().woken, 1);
    let closed = world.case(case);
    assert_eq!(closed.category, Closed);
    assert_eq!(closed.solved_at, Some(monday()));
    assert_eq!(closed.closed_at, Some(monday() + days(14)));
    assert_eq!(closed.next_at(), None);
    assert_eq!(world.wake().woken, 0);
}

#[test]
fn a_case_that_closes_by_itself_does_so_when_it_was_to_whoever_looks() {
    let world = World::standard();
    let case = world.open();
    world.run(to(case, "solved"));
    world.pass(days(40));
    assert_eq!(world.refused(to(case, "open")), "case.illegal_move");
    world.wake();
    assert_eq!(world.case(case).closed_at, Some(monday() + days(14)));
}

#[test]
fn a_case_that_is_called_off_is_not_solved_and_does_not_go_on() {
    let mut spec = RulebookSpec::default();
    let closed = spec.cases.statuses.statuses.get_mut("closed").unwrap();
    closed.next.push(code!("open"));
    let world = World::new(spec);
    let case = world.open();
    let reason = code!("spam");
    world.run(CallOffCase { case, reason });
    let off = world.case(case);
    assert_eq!(
        (off.category, off.solved_at, off.first_solved_at),
        (Closed, None, None)
    );
    assert_eq!(off.called_off, Some(code!("spam")));
    assert_eq!(world.refused(to(case, "open")), "case.already_closed");
}

#[test]
fn a_case_that_is_open_cannot_be_reopened_and_one_that_is_over_is_not_assigned() {
    let world = World::standard();
    let case = world.open();
    let reason = code!("not_fixed");
    let reopen = ReopenCase { case, reason };
    assert_eq!(world.refused(reopen.clone()), "case.still_open");
    world.run(to(case, "solved"));
    let assign = AssignCase {
        case,
        to: Some(StaffId::from_u128(1)),
    };
    assert_eq!(world.refused(assign), "case.already_closed");
    world.run(reopen);
    assert_eq!(world.case(case).reopened, 1);
}
