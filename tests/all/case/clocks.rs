use aftercare::case::{
    AssignCase, CaseEvent, ClassifyCase, OpenCase, PrioritiseCase, ReapplyPolicies, RouteCase,
};
use aftercare::code;
use aftercare::desk::Request;
use aftercare::interaction::{Channel, RecordMessage};
use aftercare::kernel::{Actor, CaseId, Code, StaffId};
use aftercare::message::Recipient;
use aftercare::rulebook::{Rulebook, RulebookSpec};
use aftercare::sla::Recipient as To;
use aftercare::sla::{
    Action, Aspect, Basis, Breach, Metric, Phase, Policy, Reason, Speaker, Target, TimeBase,
    Verdict,
};
use chrono::TimeDelta;

use super::status::to;
use super::world::{World, agent, calendar, days, hours, monday, policy, promising, within};

const HOUR: i64 = 3_600_000;

fn by_priority(priority: Code, span: TimeDelta) -> Policy {
    let solve = within(code!("solve"), Metric::Resolution, span);
    let name = Code::try_new(&format!("for_{priority}")).unwrap();
    policy(name, [solve]).when(Aspect::Priority, [priority])
}

fn prioritise(case: CaseId, to: Code) -> PrioritiseCase {
    let basis = Basis::Origin;
    PrioritiseCase { case, to, basis }
}

/// Breaches without who noticed them when.
fn broken(world: &World, case: CaseId) -> Vec<Breach> {
    let noticed_at = monday();
    let mut lines: Vec<_> = world.case(case).breaches.iter().cloned().collect();
    lines
        .iter_mut()
        .for_each(|line| line.noticed_at = noticed_at);
    lines.sort_by_key(|line| (line.due_at, line.target.clone()));
    lines
}

#[test]
fn several_clocks_run_side_by_side() {
    let reply = within(code!("reply"), Metric::FirstResponse, hours(4));
    let next = within(code!("next"), Metric::NextResponse, hours(2));
    let solve = within(code!("solve"), Metric::Resolution, hours(8));
    let own = within(code!("own"), Metric::Resolution, hours(6)).from_assignment();
    let world = World::new(promising([
        policy(code!("sla"), [reply, next, solve]),
        policy(code!("ola"), [own]).in_group(code!("ola")),
    ]));
    let case = world.open();
    let phase = |metric, group| world.clock(case, metric, group).phase;
    assert_eq!(phase(Metric::Resolution, Some("ola")), Phase::Idle);
    world.pass(hours(1));
    let to_me = Some(StaffId::from_u128(7));
    world.run(AssignCase { case, to: to_me });
    world.run(AssignCase { case, to: None });
    world.pass(hours(1));
    world.run(AssignCase { case, to: to_me });
    let ola = world.clock(case, Metric::Resolution, Some("ola"));
    assert_eq!(
        ola.due_at,
        Some(monday() + hours(7)),
        "the first assignment counts"
    );
    world.notes(case);
    let message = RecordMessage::reply(world.customer, Channel::Email, "We got it.");
    world
        .try_as(Actor::System, message.clone().with_case(case))
        .unwrap();
    let bot = Actor::Bot(code!("helper"));
    world.try_as(bot, message.with_case(case)).unwrap();
    assert_eq!(phase(Metric::FirstResponse, None), Phase::Running);
    world.asks(case);
    assert_eq!(
        phase(Metric::NextResponse, None),
        Phase::Idle,
        "first things first"
    );
    world.replies(case);
    assert_eq!(phase(Metric::FirstResponse, None), Phase::Met);
    world.asks(case);
    world.pass(hours(1));
    world.asks(case);
    let next = world.clock(case, Metric::NextResponse, None);
    assert_eq!(
        (next.phase, next.consumed_ms),
        (Phase::Running, HOUR),
        "not restarted"
    );
    world.run(to(case, "waiting_on_customer"));
    assert_eq!(phase(Metric::Resolution, None), Phase::Paused);
    assert_eq!(world.clock(case, Metric::Resolution, None).due_at, None);
    world.pass(days(3));
    world.asks(case);
    let solve = world.clock(case, Metric::Resolution, None);
    assert_eq!((solve.phase, solve.consumed_ms), (Phase::Running, 3 * HOUR));
    world.run(to(case, "solved"));
    world.pass(days(3));
    world.asks(case);
    let solve = world.clock(case, Metric::Resolution, None);
    assert_eq!(solve.consumed_ms, 3 * HOUR, "the gap is not charged");
}

#[test]
fn a_case_that_staff_opened_with_a_message_waits_for_the_next_one() {
    let reply = within(code!("reply"), Metric::FirstResponse, hours(4));
    let world = World::new(promising([policy(code!("sla"), [reply])]));
    let open = |with_message| OpenCase {
        begun_by: Speaker::Human,
        with_message,
        ..OpenCase::bare(world.customer)
    };
    for case in [world.run(open(true)), world.run(open(false))] {
        assert_eq!(
            world.clock(case, Metric::FirstResponse, None).phase,
            Phase::Running
        );
        world.replies(case);
        assert_eq!(
            world.clock(case, Metric::FirstResponse, None).phase,
            Phase::Met
        );
    }
}

#[test]
fn channel_tier_product_topic_and_contract_choose_the_policy_and_the_view_says_why() {
    let solve = || within(code!("solve"), Metric::Resolution, hours(1));
    let all = policy(code!("special"), [solve()])
        .when(Aspect::Channel, [code!("phone")])
        .when(Aspect::CustomerTier, [code!("gold")])
        .when(Aspect::Product, [code!("boiler")])
        .when(Aspect::Category, [code!("leak")])
        .when(Aspect::Contract, [code!("care_plus")]);
    let rest = policy(code!("usual"), [solve()]).with_rank(9);
    let world = World::new(promising([all, rest]));
    let open = OpenCase {
        product: Some(code!("boiler")),
        topic: Some(code!("leak")),
        contract: Some(code!("care_plus")),
        ..OpenCase::new(world.customer, Channel::Phone, "It leaks")
    };
    let case = world.run(open.clone());
    let view = world.view(case);
    assert_eq!(view.clocks[0].policy.name, code!("usual"));
    let Verdict::DoesNotMatch(why) = &view.policies[0].verdict else {
        panic!("{:?}", view.policies)
    };
    assert_eq!((why.len(), why[0].aspect), (1, Aspect::CustomerTier));
    world.tier(code!("gold"));
    let case = world.run(open);
    let view = world.view(case);
    assert_eq!(view.clocks[0].policy.name, code!("special"));
    assert_eq!(
        view.policies[1].verdict,
        Verdict::ComesAfter(code!("special"))
    );
    assert_eq!(view.clocks[0].reasons, [Reason::CountsFrom(monday())]);
    assert_eq!(view.clocks[0].remaining_ms, HOUR);
    world.run(ClassifyCase {
        case,
        topic: Some(code!("bill")),
        product: None,
        contract: None,
        basis: Basis::Origin,
    });
    assert_eq!(world.view(case).clocks[0].policy.name, code!("usual"));
}

#[test]
fn a_change_of_priority_counts_from_the_origin_or_from_the_change_and_erases_no_breach() {
    let world = World::new(promising([
        by_priority(code!("normal"), hours(2)),
        by_priority(code!("high"), hours(6)),
        by_priority(code!("urgent"), hours(1)),
    ]));
    let case = world.open();
    world.pass(hours(3));
    world.run(prioritise(case, code!("high")));
    assert_eq!(broken(&world, case).len(), 1, "nobody had looked, and yet");
    let clock = world.clock(case, Metric::Resolution, None);
    assert_eq!(
        (clock.due_at, clock.breached_at),
        (Some(monday() + hours(6)), None)
    );
    world.run(PrioritiseCase {
        case,
        to: code!("urgent"),
        basis: Basis::Change,
    });
    let clock = world.clock(case, Metric::Resolution, None);
    assert_eq!(clock.due_at, Some(monday() + hours(4)));
    assert_eq!(broken(&world, case).len(), 1);
    assert_eq!(
        world.refused(prioritise(case, code!("asap"))),
        "case.unknown_priority"
    );
}

fn business(name: Code, span: TimeDelta) -> Target {
    let time = TimeBase::Business(code!("support"));
    Target::new(name, Metric::Resolution, span, time)
}

/// `normal` counts around the clock, `high` in business hours: a change needs the history.
fn two_calendars() -> RulebookSpec {
    let high = policy(code!("for_high"), [business(code!("solve"), hours(8))]);
    RulebookSpec {
        calendars: calendar(&[(1, "09:00", "17:00")]),
        ..promising([
            by_priority(code!("normal"), hours(100)),
            high.when(Aspect::Priority, [code!("high")]),
        ])
    }
}

#[test]
fn another_calendar_is_counted_from_the_history_however_long_it_is() {
    let world = World::new(two_calendars());
    let case = world.open();
    world.run(to(case, "waiting_on_customer"));
    for _ in 0..6 {
        let note = RecordMessage::note(world.customer, "still nothing").with_case(case);
        let notes: Vec<_> = (0..200)
            .map(|_| Request::new(world.context(agent()), note.clone()))
            .collect();
        world.desk.run_all(&notes).unwrap();
    }
    world.pass(days(1));
    world.run(to(case, "open"));
    world.pass(hours(10));
    assert!(world.story(case).len() > 1_000);
    world.run(prioritise(case, code!("high")));
    let clock = world.clock(case, Metric::Resolution, None);
    assert_eq!(clock.consumed_ms, 8 * HOUR, "Tuesday from nine to five");
    let closing = monday() + hours(32);
    assert_eq!(clock.breached_at, Some(closing), "used up at closing time");
}

#[test]
fn another_calendar_is_counted_from_what_happened_in_the_same_batch() {
    let world = World::new(two_calendars());
    let case = world.open();
    world.pass(hours(2));
    let wait = Request::new(world.context(agent()), to(case, "waiting_on_customer"));
    world.pass(hours(3));
    let open = Request::new(world.context(agent()), to(case, "open"));
    world.pass(hours(1));
    let high = prioritise(case, code!("high"));
    let high = Request::new(world.context(agent()), high);
    world.desk.run_all(&[wait, open, high]).unwrap();
    let clock = world.clock(case, Metric::Resolution, None);
    assert_eq!(clock.consumed_ms, 3 * HOUR);
}

#[test]
fn a_new_rulebook_moves_no_running_clock_until_it_is_applied() {
    let spec = |revision, span, hours: &[_]| RulebookSpec {
        calendars: calendar(hours),
        ..promising([Policy::new(code!("sla"), revision).promising(business(code!("solve"), span))])
    };
    let one = (1, "09:00", "17:00");
    let two = (2, "08:00", "20:00");
    let mut world = World::new(spec(1, hours(12), &[one]));
    let case = world.open();
    let due = world.clock(case, Metric::Resolution, None).due_at;
    assert_eq!(due, Some(monday() + hours(28)));
    world.rule(spec(2, hours(10), &[one, two]));
    world.replies(case);
    world.run(to(case, "waiting_on_customer"));
    world.run(to(case, "open"));
    let clock = world.clock(case, Metric::Resolution, None);
    assert_eq!((clock.due_at, clock.policy.revision), (due, 1));
    world.run(ReapplyPolicies {
        case,
        basis: Basis::Origin,
    });
    let clock = world.clock(case, Metric::Resolution, None);
    assert_eq!(
        (clock.due_at, clock.policy.revision),
        (Some(monday() + hours(10)), 2)
    );
}

/// A target with a step an hour before it is due.
fn escalating(actions: impl Into<Vec<Action>>) -> RulebookSpec {
    let solve = within(code!("solve"), Metric::Resolution, hours(6));
    let solve = solve.with_step(code!("warn"), -hours(1), actions);
    promising([
        policy(code!("for_normal"), [solve]).when(Aspect::Priority, [code!("normal")]),
        by_priority(code!("high"), hours(7)),
        by_priority(code!("urgent"), hours(3)),
    ])
}

#[test]
fn an_escalation_step_fires_once_and_puts_a_message_into_the_outbox() {
    let notify = |to| Action::Notify {
        to,
        template: code!("hurry"),
    };
    let mut spec = escalating([
        notify(To::Assignee),
        notify(To::Role(code!("lead"))),
        notify(To::Customer),
    ]);
    spec.customer.unverified_channels.insert(Channel::Email);
    let world = World::new(spec);
    let case = world.open();
    world.run(RouteCase {
        case,
        to: code!("parcels"),
    });
    let before = world.outbox().len();
    world.pass(hours(5) - TimeDelta::milliseconds(1));
    assert_eq!(world.wake().woken, 0);
    world.pass(TimeDelta::milliseconds(1));
    assert_eq!(world.wake().woken, 1);
    assert_eq!(world.wake().woken, 0);
    world.notes(case);
    let sent: Vec<_> = world
        .outbox()
        .into_iter()
        .map(|message| message.draft.to.clone())
        .collect();
    assert_eq!(sent.len(), before + 3);
    assert!(sent.contains(&Recipient::Team(code!("parcels"))));
    assert!(sent.contains(&Recipient::Role(code!("lead"))));
    assert!(sent.contains(&Recipient::Customer(world.customer)));
    assert!(broken(&world, case).is_empty());
}

#[test]
fn all_steps_of_one_instant_are_carried_out_even_when_the_first_changes_the_target() {
    let solve = within(code!("solve"), Metric::Resolution, hours(6))
        .with_step(code!("up"), -hours(1), [Action::RaisePriority])
        .with_step(
            code!("move"),
            -hours(1),
            [Action::Reassign {
                team: code!("experts"),
            }],
        );
    let world = World::new(promising([
        policy(code!("for_normal"), [solve]).when(Aspect::Priority, [code!("normal")]),
        by_priority(code!("high"), hours(7)),
    ]));
    let case = world.open();
    world.pass(hours(5));
    world.wake();
    let woken = world.case(case);
    assert_eq!(woken.priority, code!("high"));
    assert_eq!(woken.route.team, Some(code!("experts")));
}

#[test]
fn whether_anybody_looks_in_time_changes_no_promise_and_no_breach() {
    for action in [
        Action::RaisePriority,
        Action::SetPriority(code!("urgent")),
        Action::Reassign {
            team: code!("experts"),
        },
    ] {
        let ways = [30, 1, 600].map(|minutes| {
            let world = World::new(escalating([action.clone()]));
            let case = world.open();
            for _ in 0..600 / minutes {
                world.pass(TimeDelta::minutes(minutes));
                world.wake();
            }
            world.run(to(case, "solved"));
            let case = world.case(case);
            let end = (
                case.priority.clone(),
                case.route.clone(),
                case.clocks.clone(),
            );
            (broken(&world, case.id), end)
        });
        assert!(ways[0].0.len() == 1, "{action:?}: {:?}", ways[0].0);
        assert_eq!(ways[0], ways[1], "{action:?}");
        assert_eq!(ways[0], ways[2], "{action:?}");
    }
}

#[test]
fn an_escalation_comes_before_what_is_done_later() {
    let action = Action::Reassign {
        team: code!("experts"),
    };
    let world = World::new(escalating([action]));
    let case = world.open();
    world.run(RouteCase {
        case,
        to: code!("a"),
    });
    world.pass(hours(6));
    let packet = aftercare::case::Packet::default();
    let to = code!("b");
    world.run(aftercare::case::TransferCase { case, to, packet });
    let route = world.case(case).route.clone();
    assert_eq!(route.teams, [code!("a"), code!("experts"), code!("b")]);
    assert_eq!(route.team, Some(code!("b")));
}

#[test]
fn two_policies_cannot_play_a_case_back_and_forth() {
    let set = |to| [Action::SetPriority(to)];
    let all = TimeDelta::hours(-6);
    let solve = || within(code!("solve"), Metric::Resolution, hours(6));
    let low = solve().with_step(code!("down"), all, set(code!("low")));
    let high = solve().with_step(code!("up"), all, set(code!("high")));
    let world = World::new(promising([
        policy(code!("for_high"), [low]).when(Aspect::Priority, [code!("high")]),
        policy(code!("for_low"), [high]).when(Aspect::Priority, [code!("low"), code!("normal")]),
    ]));
    let case = world.open();
    world.pass(hours(1));
    world.wake();
    assert_eq!(world.case(case).priority, code!("high"), "only ever up");
    assert_eq!(world.wake().woken, 0);
}

#[test]
fn an_escalation_or_condition_with_an_unknown_priority_is_reported() {
    let spec = escalating([Action::SetPriority(code!("asap"))]);
    let mut sla = spec.sla.clone();
    sla.push(by_priority(code!("never"), hours(1)));
    let secret = aftercare::kernel::SecretKey::new([7; 16]);
    let problems = Rulebook::try_new(promising(sla), secret).unwrap_err();
    let found: Vec<_> = problems
        .into_iter()
        .map(|p| (p.path, p.code.into_owned()))
        .collect();
    let unknown = "case.unknown_priority".to_owned();
    let expected = [
        (
            "sla[0].targets[0].steps[0].actions[0]".to_owned(),
            unknown.clone(),
        ),
        ("sla[3].conditions[0].any_of[0]".to_owned(), unknown.clone()),
    ];
    assert_eq!(found, expected);
}

#[test]
fn every_change_of_the_clocks_is_in_the_story_of_the_case() {
    let world = World::new(escalating([Action::RaisePriority]));
    let case = world.open();
    world.pass(days(1));
    world.wake();
    let story = world.story(case);
    let breach = story
        .iter()
        .filter(|(_, event)| matches!(event, CaseEvent::Clocks(event) if event.breach().is_some()));
    assert_eq!(breach.count(), world.case(case).breaches.len());
}

#[test]
fn a_customer_who_cannot_be_told_is_noted_with_the_reason() {
    let template = code!("hurry");
    let to = To::Customer;
    let world = World::new(escalating([Action::Notify { to, template }]));
    let case = world.open();
    world.pass(days(1));
    world.wake();
    let noted = world.story(case).into_iter().any(|(_, event)| {
        event
            == CaseEvent::CustomerNotTold {
                purpose: code!("case.escalation"),
                why: code!("customer.no_contact"),
            }
    });
    assert!(noted);
    assert!(world.outbox().is_empty());
}
