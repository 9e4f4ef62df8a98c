//! What holds whatever is done, in whatever order.

use aftercare::case::CaseEvent;
use aftercare::case::{
    AssignCase, CallOffCase, Case, ClassifyCase, LinkCases, LinkKind, MakeComplaint, MergeCases,
    OpenCase, PrioritiseCase, RouteCase, Severity, SplitCase, TransferCase,
};
use aftercare::code;
use aftercare::kernel::{CaseId, Code, StaffId};
use aftercare::rulebook::RulebookSpec;
use aftercare::sla::{
    Action, Aspect, Basis, Breach, Clocks, ClocksEvent, Ledger, Metric, StatusCategory, Target,
    TimeBase,
};
use chrono::TimeDelta;
use proptest::prelude::*;

use super::status::to;
use super::world::{World, calendar, hours, monday, policy, promising, within};
use crate::common::assert_told;

pub fn company() -> RulebookSpec {
    let support = || TimeBase::Business(code!("support"));
    let reply = Target::new(code!("reply"), Metric::FirstResponse, hours(4), support());
    let next = within(code!("next"), Metric::NextResponse, hours(3));
    let slow = Target::new(code!("solve"), Metric::Resolution, hours(16), support()).with_step(
        code!("warn"),
        -hours(2),
        [Action::RaisePriority],
    );
    let fast = within(code!("solve"), Metric::Resolution, hours(12)).with_step(
        code!("late"),
        hours(1),
        [Action::Reassign {
            team: code!("experts"),
        }],
    );
    let own = within(code!("own"), Metric::Resolution, hours(8)).from_assignment();
    let urgent = [code!("high"), code!("urgent")];
    RulebookSpec {
        calendars: calendar(&[(1, "09:00", "17:00")]),
        ..promising([
            policy(code!("a_urgent"), [reply.clone(), fast]).when(Aspect::Priority, urgent),
            policy(code!("b_usual"), [reply, next, slow]),
            policy(code!("ola"), [own]).in_group(code!("ola")),
        ])
    }
}

/// Does one of many things to one of the customer's cases; what is refused changes nothing.
pub fn act(world: &World, (what, which, time): (u8, prop::sample::Index, u16)) {
    world.pass(TimeDelta::minutes(time.into()));
    let cases: Vec<CaseId> = world.cases().iter().map(|case| case.id).collect();
    let case = *which.get(&cases);
    let other = cases[usize::from(time) % cases.len()];
    let status = ["open", "waiting_on_customer", "on_hold", "solved", "closed"];
    let team = || Code::try_new(["a", "b", "c"][usize::from(time) % 3]).unwrap();
    let level =
        || Code::try_new(["low", "normal", "high", "urgent"][usize::from(time) % 4]).unwrap();
    match what {
        0..=2 => drop(world.asks(case)),
        3 | 4 => drop(world.replies(case)),
        5 => drop(world.thanks(case)),
        6 => drop(world.notes(case)),
        7..=9 => drop(world.try_run(to(case, status[usize::from(time) % status.len()]))),
        10 => drop(world.try_run(AssignCase {
            case,
            to: Some(StaffId::from_u128(7)),
        })),
        11 => drop(world.try_run(RouteCase { case, to: team() })),
        12 => drop(world.try_run(TransferCase {
            case,
            to: team(),
            packet: Default::default(),
        })),
        13 => {
            let basis = if time % 2 == 0 {
                Basis::Origin
            } else {
                Basis::Change
            };
            drop(world.try_run(PrioritiseCase {
                case,
                to: level(),
                basis,
            }));
        }
        14 => drop(world.try_run(MergeCases {
            survivor: case,
            merged: other,
        })),
        15 => drop(world.try_run(SplitCase {
            case,
            subject: None,
            topic: None,
            team: None,
        })),
        16 => {
            let kind = LinkKind::FollowedUpBy;
            drop(world.try_run(LinkCases {
                case,
                kind,
                to: other,
            }));
        }
        17 => {
            let severity = Severity::Major;
            drop(world.try_run(MakeComplaint { case, severity }));
        }
        18 => {
            let topic = Some(team());
            let (product, contract, basis) = (None, None, Basis::Origin);
            drop(world.try_run(ClassifyCase {
                case,
                topic,
                product,
                contract,
                basis,
            }));
        }
        19 => drop(world.try_run(CallOffCase {
            case,
            reason: code!("spam"),
        })),
        20 => drop(world.run(OpenCase::bare(world.customer))),
        _ => drop(world.wake()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// With every command replayed on the way, which answers alike and changes nothing.
    #[test]
    fn the_events_of_a_case_make_up_its_state(
        acts in prop::collection::vec((0_u8..24, any::<prop::sample::Index>(), 0_u16..3_000), 1..40),
    ) {
        let world = World::new(company());
        world.open();
        for step in acts {
            act(&world, step);
        }
        assert_told(world.desk.store());
        for case in world.cases() {
            let ends = case.category == StatusCategory::Closed;
            prop_assert_eq!(case.closed_at.is_some(), ends);
            let json = serde_json::to_string(&*case).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Case>(&json).unwrap(), &*case);
        }
    }

    /// Nobody may look at all, or somebody between any two things that are done.
    #[test]
    fn looking_late_changes_nothing(
        acts in prop::collection::vec((0_u8..21, any::<prop::sample::Index>(), 1_u16..3_000), 1..30),
    ) {
        let [late, early] = [false, true].map(|wakes| {
            let world = World::new(company());
            world.open();
            for step in acts.clone() {
                if wakes {
                    for _ in 0..step.2 / 60 {
                        world.pass(hours(1));
                        world.wake();
                    }
                    world.pass(-hours((step.2 / 60).into()));
                }
                act(&world, step);
            }
            world.wake();
            let mut cases: Vec<Case> = world.cases().iter().map(|case| Case::clone(case)).collect();
            for case in &mut cases {
                let mut lines: Vec<Breach> = case.breaches.iter().cloned().collect();
                lines.iter_mut().for_each(|line| line.noticed_at = monday());
                lines.sort_by_key(|line| (line.due_at, line.target.clone(), line.cycle));
                let mut ledger = Ledger::default();
                for line in &lines {
                    ledger.enter(line);
                }
                case.breaches = ledger.into();
            }
            cases
        });
        prop_assert_eq!(late, early);
    }

    /// Where no policy changed, the clocks are what the facts make of them.
    #[test]
    fn the_clocks_of_a_case_are_a_fold_over_its_facts(
        acts in prop::collection::vec((0_u8..11, any::<prop::sample::Index>(), 0_u16..900), 1..40),
        wakes in any::<bool>(),
    ) {
        let mut spec = company();
        spec.sla.retain(|policy| policy.name != code!("a_urgent"));
        let world = World::new(spec);
        world.open();
        for step in acts {
            act(&world, step);
            if wakes {
                world.wake();
            }
        }
        let rulebook = world.desk.rulebook();
        for case in world.cases() {
            let story = world.story(case.id);
            let facts = story.iter().filter_map(|(_, event)| match event {
                CaseEvent::Clocks(event) => match &**event {
                    ClocksEvent::Noted(noted) => Some(noted),
                    _ => None,
                },
                _ => None,
            });
            let chosen = rulebook.sla().choose(&case.subject(None)).chosen;
            let (mut expected, mut ledger) =
                Clocks::fold(&chosen, facts, rulebook.calendars()).unwrap();
            let mut clocks = Clocks::clone(&case.clocks);
            let mut breaches = Ledger::clone(&case.breaches);
            for (clocks, ledger) in [(&mut expected, &mut ledger), (&mut clocks, &mut breaches)] {
                for event in clocks.settle(world.now(), rulebook.calendars()).unwrap() {
                    clocks.apply(&event);
                    if let Some(breach) = event.breach() {
                        ledger.enter(breach);
                    }
                }
            }
            let views = |clocks: &Clocks| clocks.view(world.now(), rulebook.calendars()).unwrap();
            prop_assert_eq!(views(&clocks), views(&expected));
            prop_assert_eq!(breaches.len(), ledger.len());
            for line in &breaches {
                prop_assert!(ledger.iter().any(|other| other.is_same(line)), "{:?}", line);
            }
        }
    }
}

#[test]
fn a_case_does_not_grow_with_what_is_said_about_it() {
    let world = World::new(company());
    let case = world.open();
    let size = || serde_json::to_string(&*world.case(case)).unwrap().len();
    let mut sizes = Vec::new();
    for n in 1..=500 {
        world.asks(case);
        world.replies(case);
        if n == 5 || n == 500 {
            sizes.push(size());
        }
    }
    assert!(
        sizes[1] - sizes[0] < 16,
        "only the digits of counters: {sizes:?}"
    );
}
