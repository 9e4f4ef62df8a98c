//! Clocks, policies and schedules.

use std::collections::BTreeMap;

use aftercare::calendar::{Boundary, BusinessHours};
use aftercare::code;
use aftercare::kernel::Code;
use aftercare::sla::{
    self, Action, Aspect, Breach, ClockEvent, ClockKey, ClockState, Clocks, ClocksEvent, EndReason,
    Fact, Metric, Noted, Origin, Policy, ReopenMode, Schedule, Speaker, StatusCategory, Step,
    Target, TimeBase,
};
use chrono::TimeDelta;

use super::values::at;
use super::{golden, golden_enum};

/// A target with everything that can be said about one.
pub fn target() -> Target {
    let time = TimeBase::Business(code!("support"));
    let warn = [
        Action::Notify {
            to: sla::Recipient::Assignee,
            template: code!("due_soon"),
        },
        Action::RaisePriority,
    ];
    Target::new(
        code!("solve"),
        Metric::Resolution,
        TimeDelta::hours(16),
        time,
    )
    .with_boundary(Boundary::NextOpen)
    .pausing_in([StatusCategory::WaitingOnCustomer, StatusCategory::OnHold])
    .with_reopen(ReopenMode::Restart)
    .with_step(code!("warn"), TimeDelta::hours(-2), warn)
}

pub fn policy() -> Policy {
    Policy::new(code!("gold"), 3)
        .with_rank(10)
        .in_group(code!("customer"))
        .when(Aspect::CustomerTier, [code!("vip"), code!("gold")])
        .promising(target())
        .promising(Target::first_response(TimeDelta::hours(2)))
}

fn calendars() -> BTreeMap<Code, BTreeMap<u32, BusinessHours>> {
    let hours = BusinessHours::weekdays("UTC", "09:00", "17:00").unwrap();
    BTreeMap::from([(code!("support"), BTreeMap::from([(1, hours)]))])
}

/// The clocks of a case that was opened, answered late and paused, and every event that led there.
pub fn clocks() -> (Clocks, Vec<ClocksEvent>) {
    let (policy, calendars) = (policy(), calendars());
    let opened = Fact::Opened {
        by: Speaker::Customer,
        public: true,
        category: StatusCategory::New,
    };
    let mut clocks = Clocks::default();
    let mut events = Clocks::open(at(9, 0), opened, &[&policy], &calendars).unwrap();
    events.iter().for_each(|event| clocks.apply(event));
    let replied = Fact::Spoke {
        by: Speaker::Human,
        public: true,
        asking: false,
    };
    let waits = Fact::Moved {
        to: StatusCategory::WaitingOnCustomer,
    };
    for (at, fact) in [(at(12, 0), replied), (at(12, 30), waits)] {
        let more = clocks.advance(at, fact, &calendars).unwrap();
        more.iter().for_each(|event| clocks.apply(event));
        events.extend(more);
    }
    (clocks, events)
}

pub fn clock_key() -> ClockKey {
    ClockKey {
        group: Some(code!("customer")),
        metric: Metric::Resolution,
        origin: Origin::Creation,
    }
}

pub fn breach() -> Breach {
    Breach {
        policy: code!("gold"),
        revision: 3,
        group: Some(code!("customer")),
        target: code!("solve"),
        metric: Metric::Resolution,
        origin: Origin::Creation,
        cycle: 1,
        due_at: at(16, 0),
        noticed_at: at(16, 30),
    }
}

fn schedule() -> Schedule {
    Schedule {
        due_at: at(16, 0),
        next_at: Some(at(14, 0)),
    }
}

fn clock_events() -> Vec<ClockEvent> {
    let consumed_ms = 5_400_000;
    vec![
        ClockEvent::Started {
            cycle: 1,
            schedule: Some(schedule()),
        },
        ClockEvent::Started {
            cycle: 2,
            schedule: None,
        },
        ClockEvent::Paused { consumed_ms },
        ClockEvent::Resumed {
            consumed_ms,
            schedule: Schedule {
                next_at: None,
                ..schedule()
            },
        },
        ClockEvent::Met {
            consumed_ms,
            breached: false,
        },
        ClockEvent::Lapsed { consumed_ms },
        ClockEvent::Breached {
            breach: breach(),
            next_at: Some(at(17, 0)),
        },
        ClockEvent::Breached {
            breach: Breach {
                group: None,
                ..breach()
            },
            next_at: None,
        },
        ClockEvent::StepFired {
            step: code!("warn"),
            next_at: Some(at(17, 0)),
        },
        ClockEvent::StepFired {
            step: code!("warn"),
            next_at: None,
        },
        ClockEvent::Ended {
            reason: EndReason::Merged,
            consumed_ms,
        },
    ]
}

#[test]
fn clock_events_stay() {
    golden_enum("clock_event", &clock_events());
}

fn clocks_events() -> Vec<ClocksEvent> {
    let mut events = clocks().1;
    events.extend(clock_events().into_iter().map(|event| ClocksEvent::Clock {
        clock: clock_key(),
        at: at(12, 0),
        event,
    }));
    events
}

#[test]
fn clocks_events_stay() {
    golden_enum("clocks_event", &clocks_events());
}

#[test]
fn clock_states_stay() {
    let (since, consumed_ms) = (at(9, 0), 60_000);
    let states = [
        ClockState::Idle,
        ClockState::Running {
            since,
            consumed_ms,
            schedule: schedule(),
        },
        ClockState::Paused { since, consumed_ms },
        ClockState::Met {
            at: since,
            consumed_ms,
        },
        ClockState::Ended {
            at: since,
            reason: EndReason::Superseded,
            consumed_ms,
        },
    ];
    golden_enum("clock_state", &states);
}

#[test]
fn facts_stay() {
    let facts = [
        Fact::Opened {
            by: Speaker::Customer,
            public: true,
            category: StatusCategory::New,
        },
        Fact::Spoke {
            by: Speaker::Human,
            public: true,
            asking: false,
        },
        Fact::Moved {
            to: StatusCategory::Solved,
        },
        Fact::Assigned,
        Fact::Acknowledged,
        Fact::Updated,
        Fact::Merged,
        Fact::Cancelled,
    ];
    golden_enum("fact", &facts);
    let fact = Fact::Assigned;
    golden("noted", &[Noted { at: at(9, 0), fact }]);
}

#[test]
fn escalations_stay() {
    let to = |to| Action::Notify {
        to,
        template: code!("late"),
    };
    let actions = [
        to(sla::Recipient::Assignee),
        Action::RaisePriority,
        Action::SetPriority(code!("urgent")),
        Action::Reassign {
            team: code!("second_line"),
        },
    ];
    golden_enum("action", &actions);
    let recipients = [
        sla::Recipient::Assignee,
        sla::Recipient::Team(code!("support")),
        sla::Recipient::Role(code!("supervisor")),
        sla::Recipient::Customer,
    ];
    golden_enum("escalation_recipient", &recipients);
    let step = Step {
        name: code!("late"),
        offset_ms: 3_600_000,
        actions: recipients.map(to).to_vec(),
    };
    golden("step", &[step]);
}
