//! Laws that hold for every calendar, target and history.

use std::sync::Arc;

use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
use proptest::prelude::*;
use proptest::sample::select;

use super::model::{Deed, Model, Told};
use super::*;
use crate::calendar::{Boundary, BusinessHoursSpec};

/// As many minutes as are walked: three days.
const END: i64 = 3 * 24 * 60;

fn minute(n: i64) -> DateTime<Utc> {
    at("01-05T00:00") + TimeDelta::minutes(n)
}

fn minutes_since(at: DateTime<Utc>) -> i64 {
    (at - minute(0)).num_minutes()
}

fn clock_time(n: u32) -> String {
    format!("{:02}:{:02}", n / 60, n % 60)
}

prop_compose! {
    fn a_calendar()(
        first in 0_u32..700, length in 1_u32..400, gap in 1_u32..200, second in 1_u32..140,
        weekend in any::<bool>(), midday in any::<bool>(),
    ) -> BusinessHours {
        let days = if midday { vec![Mon, Wed, Thu, Fri] } else { vec![Mon, Tue, Thu] };
        let (a, b) = (first, first + length);
        let (c, d) = (b + gap, b + gap + second);
        let spec = BusinessHoursSpec::new("UTC")
            .open(&days, &clock_time(a), &clock_time(b))
            .open(&[Tue, Wed], &clock_time(c), &clock_time(d));
        let spec = if weekend { spec.open(&[Sat, Sun], "10:00", "12:00") } else { spec };
        spec.build().unwrap()
    }
}

fn some_calendars() -> impl Strategy<Value = Calendar> {
    (a_calendar(), a_calendar()).prop_map(|(a, b)| {
        BTreeMap::from([
            (code!("support"), BTreeMap::from([(1, a)])),
            (code!("long"), BTreeMap::from([(7, b)])),
        ])
    })
}

const METRICS: [Metric; 6] = [
    Metric::FirstResponse,
    Metric::NextResponse,
    Metric::PeriodicUpdate,
    Metric::FirstResolution,
    Metric::Resolution,
    Metric::Acknowledgement,
];

fn a_target(metric: Metric, origin: Origin) -> impl Strategy<Value = Target> {
    let time = select(vec![
        TimeBase::Calendar,
        TimeBase::Business(code!("support")),
        TimeBase::Business(code!("support")),
        TimeBase::Business(code!("long")),
    ]);
    let boundary = select(vec![Boundary::Close, Boundary::NextOpen]);
    let pauses = select(vec![
        None,
        None,
        Some(vec![StatusCategory::OnHold]),
        Some(vec![StatusCategory::New, StatusCategory::WaitingOnCustomer]),
    ]);
    let modes = match metric {
        Metric::FirstResponse | Metric::Resolution | Metric::Acknowledgement => vec![
            None,
            None,
            Some(ReopenMode::Continue),
            Some(ReopenMode::Restart),
            Some(ReopenMode::FirstOnly),
        ],
        _ => vec![None],
    };
    let steps = proptest::collection::vec(prop_oneof![3 => -300_i64..300, 1 => Just(0)], 0..4);
    let within = prop_oneof![1_i64..200, 1_i64..1500];
    (time, boundary, pauses, select(modes), steps, within).prop_map(
        move |(time, boundary, pause_in, reopen, steps, within)| {
            let mut target = Target::new(code!("t"), metric, TimeDelta::minutes(within), time)
                .with_boundary(boundary);
            target.origin = origin;
            target.pause_in = pause_in;
            target.reopen = reopen;
            for (n, offset) in steps.into_iter().enumerate() {
                let name = Code::try_new(&format!("s{n}")).unwrap();
                let offset = TimeDelta::minutes(offset);
                target = target.with_step(name, offset, [Action::RaisePriority]);
            }
            assert_eq!(target.problems(), []);
            target
        },
    )
}

fn a_fact() -> impl Strategy<Value = Fact> {
    use StatusCategory::{Closed, New, OnHold, Open, Solved, WaitingOnCustomer};
    prop_oneof![
        6 => select(vec![QUESTION, QUESTION, REPLY, REPLY, THANKS, NOTE, said(Speaker::Bot)]),
        6 => select(vec![New, Open, Open, WaitingOnCustomer, OnHold, Solved, Solved, Closed]).prop_map(moved),
        3 => select(vec![Fact::Assigned, Fact::Acknowledged, Fact::Updated]),
        1 => prop_oneof![9 => Just(NOTE), 1 => select(vec![Fact::Merged, Fact::Cancelled])],
    ]
}

fn an_opening() -> impl Strategy<Value = Fact> {
    use StatusCategory::{New, Open, Solved, WaitingOnCustomer};
    let by = select(vec![Speaker::Customer, Speaker::Customer, Speaker::Human]);
    let category = select(vec![New, New, Open, WaitingOnCustomer, Solved]);
    (by, any::<bool>(), category).prop_map(|(by, public, category)| Fact::Opened {
        by,
        public,
        category,
    })
}

/// A case: its calendars, first target and what is done to it at which minute.
#[derive(Clone, Debug)]
struct Story {
    calendars: Calendar,
    target: Target,
    deeds: Vec<(i64, Deed)>,
}

fn a_story(bases: Vec<Basis>) -> impl Strategy<Value = Story> {
    let kind = (
        select(METRICS.to_vec()),
        select(vec![Origin::Creation, Origin::Creation, Origin::Assignment]),
    );
    kind.prop_flat_map(move |(metric, origin)| {
        let gap = prop_oneof![1 => Just(0_i64), 6 => 1_i64..90, 2 => 90_i64..900];
        let fact = a_fact().prop_map(Deed::Tell);
        let deed = if bases.is_empty() {
            fact.boxed()
        } else {
            let change = (a_target(metric, origin), select(bases.clone()));
            let change = change.prop_map(|(target, basis)| Deed::Retarget(target, basis));
            prop_oneof![5 => fact, 1 => change].boxed()
        };
        let deeds = proptest::collection::vec((gap, deed), 0..24);
        (
            some_calendars(),
            a_target(metric, origin),
            an_opening(),
            deeds,
        )
    })
    .prop_map(|(calendars, target, opening, gaps)| {
        let mut now = 0;
        let mut deeds = vec![(0, Deed::Tell(opening))];
        for (gap, deed) in gaps {
            now += gap;
            if now < END {
                deeds.push((now, deed));
            }
        }
        Story {
            calendars,
            target,
            deeds,
        }
    })
}

fn revision(n: u32, target: &Target) -> Policy {
    Policy::new(code!("p"), n).promising(target.clone())
}

impl Story {
    /// Lives through the story, looking at the given milliseconds too.
    fn live(&self, looks: &[i64]) -> Desk {
        let (_, Deed::Tell(opening)) = &self.deeds[0] else {
            panic!("a story begins with an opening");
        };
        let first = revision(1, &self.target);
        let mut desk = Desk {
            clocks: Clocks::default(),
            events: Vec::new(),
            ledger: Ledger::default(),
            calendars: self.calendars.clone(),
        };
        let events = Clocks::open(minute(0), *opening, &[&first], &self.calendars);
        desk.take(events.unwrap());
        let mut looks = looks.to_vec();
        looks.sort_unstable();
        let mut looks = looks.into_iter().peekable();
        let mut policies = 1;
        for (when, deed) in &self.deeds[1..] {
            while let Some(look) = looks.next_if(|look| *look <= when * 60_000) {
                let look = minute(0) + TimeDelta::milliseconds(look);
                desk.take(desk.clocks.settle(look, &self.calendars).unwrap());
            }
            let events = match deed {
                Deed::Tell(fact) => desk.clocks.advance(minute(*when), *fact, &self.calendars),
                Deed::Retarget(target, basis) => {
                    policies += 1;
                    let policy = revision(policies, target);
                    let facts = desk.facts();
                    let lazily = desk.clocks.retarget(
                        minute(*when),
                        &[&policy],
                        *basis,
                        None,
                        &self.calendars,
                    );
                    let eagerly = desk.clocks.retarget(
                        minute(*when),
                        &[&policy],
                        *basis,
                        Some(&facts),
                        &self.calendars,
                    );
                    if let Ok(events) = lazily {
                        assert_eq!(Ok(events), eagerly);
                    }
                    eagerly
                }
            };
            desk.take(events.unwrap());
        }
        let end = minute(END) + TimeDelta::milliseconds(1);
        desk.take(desk.clocks.settle(end, &self.calendars).unwrap());
        desk
    }

    fn open_minutes(&self, target: &Target) -> Vec<bool> {
        let is_open = |n| match &target.time {
            TimeBase::Calendar => true,
            TimeBase::Business(name) => {
                let (_, hours) = self.calendars[name].iter().next().unwrap();
                hours.is_open(minute(n))
            }
        };
        (0..=END).map(is_open).collect()
    }

    fn model(&self) -> Model {
        let mut model = Model::new(self.target.clone(), self.open_minutes(&self.target));
        model.walk(&self.deeds, |target| self.open_minutes(target), END);
        model
    }
}

fn told(desk: &Desk) -> Told {
    let mut told = Told::default();
    for breach in &desk.ledger {
        let due = minutes_since(breach.due_at);
        told.breaches.push((breach.revision, breach.cycle, due));
    }
    let mut cycle = 0;
    for event in &desk.events {
        match event {
            ClocksEvent::Targeted { clock, .. } => cycle = clock.cycle,
            ClocksEvent::Clock { event, at, .. } => match event {
                ClockEvent::Started { cycle: n, .. } => cycle = *n,
                ClockEvent::Met {
                    consumed_ms,
                    breached,
                } => told.met.push((cycle, consumed_ms / 60_000, *breached)),
                ClockEvent::StepFired { step, .. } => {
                    told.fired.push((step.to_string(), minutes_since(*at)));
                }
                _ => {}
            },
            ClocksEvent::Noted(_) => {}
        }
    }
    told.breaches.sort_unstable();
    told.fired.sort();
    told
}

fn sorted(mut told: Told) -> Told {
    told.breaches.sort_unstable();
    told.fired.sort();
    told
}

/// Without the numbers of cycles, which a change of targets may shift.
fn unnumbered(told: Told) -> Told {
    let mut told = Told {
        breaches: told
            .breaches
            .into_iter()
            .map(|(p, _, d)| (p, 0, d))
            .collect(),
        met: told.met.into_iter().map(|(_, c, l)| (0, c, l)).collect(),
        ..told
    };
    told.breaches.sort_unstable();
    told.breaches.dedup();
    told
}

/// As others would see it: without when somebody noticed.
fn unseen(ledger: &Ledger) -> Vec<Breach> {
    let noticed_at = minute(0);
    let line = |breach: &Breach| Breach {
        noticed_at,
        ..breach.clone()
    };
    ledger.iter().map(line).collect()
}

fn end() -> DateTime<Utc> {
    minute(END)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn clocks_say_what_walking_every_minute_says(story in a_story(vec![])) {
        let desk = story.live(&[]);
        let model = story.model();
        prop_assert_eq!(told(&desk), sorted(model.told.clone()));
    }

    #[test]
    fn targets_changed_from_the_change_say_what_walking_every_minute_says(
        story in a_story(vec![Basis::Change]),
    ) {
        let desk = story.live(&[]);
        let model = story.model();
        prop_assert_eq!(told(&desk), sorted(model.told.clone()));
    }

    #[test]
    fn targets_changed_from_the_origin_say_what_walking_every_minute_says(
        story in a_story(vec![Basis::Origin, Basis::Origin, Basis::Change]),
    ) {
        let mut desk = unnumbered(told(&story.live(&[])));
        let mut model = unnumbered(story.model().told);
        // A step that the new target puts into the past fires at once.
        desk.fired.clear();
        model.fired.clear();
        prop_assert_eq!(desk, model);
    }

    #[test]
    fn being_late_to_look_changes_nothing(
        story in a_story(vec![Basis::Origin, Basis::Change]),
        looks in proptest::collection::vec(0..END * 60_000, 0..20),
        on_the_minute in proptest::collection::vec(0..END, 0..20),
    ) {
        let looks: Vec<_> = looks.into_iter().chain(on_the_minute.iter().map(|n| n * 60_000)).collect();
        let (never, often) = (story.live(&[]), story.live(&looks));
        prop_assert_eq!(unseen(&never.ledger), unseen(&often.ledger));
        prop_assert_eq!(told(&never), told(&often));
        let clocks = |desk: &Desk| desk.clocks.iter().cloned().collect::<Vec<_>>();
        prop_assert_eq!(clocks(&never), clocks(&often));
    }

    #[test]
    fn waking_at_next_at_is_enough(story in a_story(vec![])) {
        let desk = story.live(&[]);
        let mut waker = desk.clocks.clone();
        let mut ledger = Ledger::default();
        let mut woken = 0;
        let far = end() + TimeDelta::days(60);
        while let Some(next) = waker.next_at().filter(|next| *next <= far) {
            let events = waker.settle(next, &story.calendars).unwrap();
            prop_assert!(!events.is_empty());
            for event in events {
                waker.apply(&event);
                event.breach().map(|breach| ledger.enter(breach));
            }
            woken += 1;
            prop_assert!(woken <= 5, "at most one breach and four steps");
        }
        let mut late = Ledger::default();
        for event in desk.clocks.settle(far, &story.calendars).unwrap() {
            event.breach().map(|breach| late.enter(breach));
        }
        prop_assert_eq!(unseen(&ledger), unseen(&late));
    }

    #[test]
    fn folding_the_events_gives_the_state(story in a_story(vec![Basis::Origin, Basis::Change])) {
        let desk = story.live(&[]);
        let stored = serde_json::to_string(&desk.events).unwrap();
        let events: Vec<ClocksEvent> = serde_json::from_str(&stored).unwrap();
        let mut clocks = Clocks::default();
        for event in &events {
            clocks.apply(event);
        }
        prop_assert_eq!(clocks, desk.clocks);
    }

    #[test]
    fn clocks_are_the_fold_of_the_facts(story in a_story(vec![])) {
        let desk = story.live(&[]);
        let policy = revision(1, &story.target);
        let (mut folded, mut ledger) =
            Clocks::fold(&[&policy], &desk.facts(), &story.calendars).unwrap();
        let last = end() + TimeDelta::milliseconds(1);
        for event in folded.settle(last, &story.calendars).unwrap() {
            folded.apply(&event);
            event.breach().map(|breach| ledger.enter(breach));
        }
        prop_assert_eq!(folded, desk.clocks);
        prop_assert_eq!(ledger, desk.ledger);
    }

    #[test]
    fn a_change_from_the_origin_is_the_fold_under_the_new_target(
        (mut story, target) in a_story(vec![Basis::Origin, Basis::Change])
            .prop_flat_map(|story| {
                let target = a_target(story.target.metric, story.target.origin);
                (Just(story), target)
            }),
    ) {
        story.deeds.push((END, Deed::Retarget(target.clone(), Basis::Origin)));
        let desk = story.live(&[]);
        let facts = desk.facts();
        let policy = revision(1, &target);
        let (folded, _) = Clocks::fold(&[&policy], &facts, &story.calendars).unwrap();
        let over = desk.clocks.standing().over.is_some();
        let seen = |clocks: &Clocks| {
            let view = clocks.view(end(), &story.calendars).unwrap().remove(0);
            let breached = view.breached_at.filter(|_| clocks.iter().all(Clock::is_begun));
            (view.phase, view.consumed_ms, view.remaining_ms, view.due_at, breached)
        };
        if !over {
            prop_assert_eq!(seen(&desk.clocks), seen(&folded));
        }
    }

    #[test]
    fn consumption_never_falls_and_skewed_instants_do_no_harm(
        story in a_story(vec![]),
        skews in proptest::collection::vec(-2000_i64..60, 30),
    ) {
        let policy = revision(1, &story.target);
        let mut clocks = Clocks::default();
        let mut before = (0, 0);
        let mut latest = minute(0);
        let (_, Deed::Tell(opening)) = &story.deeds[0] else { panic!() };
        for event in Clocks::open(minute(0), *opening, &[&policy], &story.calendars).unwrap() {
            clocks.apply(&event);
        }
        for ((when, deed), skew) in story.deeds[1..].iter().zip(skews) {
            let Deed::Tell(fact) = deed else { panic!() };
            let skewed = minute(when + skew);
            for event in clocks.advance(skewed, *fact, &story.calendars).unwrap() {
                clocks.apply(&event);
            }
            latest = latest.max(skewed);
            prop_assert_eq!(clocks.standing().last_at, Some(latest));
            let view = clocks.view(latest, &story.calendars).unwrap().remove(0);
            prop_assert!(view.consumed_ms >= 0);
            if view.cycle == before.0 && view.phase != Phase::Idle {
                prop_assert!(view.consumed_ms >= before.1);
            }
            before = (view.cycle, view.consumed_ms);
        }
    }

    #[test]
    fn due_with_pauses_is_the_first_instant_beyond_which_too_much_is_consumed(
        calendars in some_calendars(),
        from in 0..END,
        target in 1_i64..900,
        pauses in proptest::collection::vec((0..END, 1_i64..600), 0..5),
    ) {
        let hours = &calendars["support"][&1];
        let pauses: Vec<Pause> =
            pauses.into_iter().map(|(a, n)| (minute(a), minute(a + n))).collect();
        let target = TimeDelta::minutes(target);
        let due_at = due(hours, minute(from), target, &pauses, Boundary::NextOpen).unwrap();
        let until = |at| consumed(hours, minute(from), at, &pauses).unwrap();
        prop_assert_eq!(until(due_at), target);
        prop_assert!(until(due_at + TimeDelta::milliseconds(1)) > target);
        let close = due(hours, minute(from), target, &pauses, Boundary::Close).unwrap();
        prop_assert_eq!(until(close), target);
        prop_assert!(close <= due_at);
    }
}

#[test]
fn the_size_of_clocks_does_not_grow_with_history() {
    let policy = policy(
        "p",
        METRICS.map(|metric| {
            let mut target = target(metric, 4);
            target.name = Code::try_new(&format!("{metric:?}")).unwrap();
            target
        }),
    );
    let mut desk = Desk::open_with("01-05T09:00", BY_CUSTOMER, &[&policy]);
    let size = |desk: &Desk| serde_json::to_string(&desk.clocks).unwrap().len();
    let mut sizes = Vec::new();
    for n in 0..400 {
        let fact = [REPLY, QUESTION, WAITING, OPEN, SOLVED, OPEN][n % 6];
        let now = minute(600 + i64::try_from(n).unwrap() * 7);
        let events = desk.clocks.advance(now, fact, &desk.calendars).unwrap();
        desk.take(events);
        if n % 6 == 5 {
            sizes.push(size(&desk));
        }
    }
    let (first, last) = (sizes[2], *sizes.last().unwrap());
    assert!(last < first + 200, "{first} {last}");
    let shared = Arc::strong_count(&policy.targets[0]);
    assert!(shared >= 2, "targets are shared, not copied");
}
