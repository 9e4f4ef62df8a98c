//! What a clock shows, and why.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::event::{ClockKey, EndReason};
use super::fact::{Standing, StatusCategory};
use super::meter::{Calendars, Meter};
use super::refusal::Refusal;
use super::rules::{Hand, consumed_ms, next_step};
use super::state::{CalendarPin, Clock, ClockState, Clocks, PolicyPin};
use super::target::{Metric, Origin};
use crate::kernel::Code;

/// What a clock shows at an instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockView {
    /// Which clock of the case.
    pub key: ClockKey,
    /// The name of the target.
    pub target: Code,
    /// The policy it comes from.
    pub policy: PolicyPin,
    /// Which instance of the target, from 1; 0 before the first.
    pub cycle: u32,
    /// Where it stands.
    pub phase: Phase,
    /// Consumed, in milliseconds of the clock's own time.
    pub consumed_ms: i64,
    /// What is left of the target, in milliseconds of the clock's own time; negative when it is overdrawn.
    pub remaining_ms: i64,
    /// When it is due, or was; UTC. Absent unless it is running: a paused clock has no due instant.
    pub due_at: Option<DateTime<Utc>>,
    /// The due instant that this cycle missed; UTC.
    pub breached_at: Option<DateTime<Utc>>,
    /// The next escalation, if nothing changes.
    pub next_step: Option<NextStep>,
    /// What led to this, the earliest first.
    pub reasons: Vec<Reason>,
}

/// An escalation step ahead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStep {
    /// Its name.
    pub name: Code,
    /// When; UTC.
    pub at: DateTime<Utc>,
}

/// Where a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Not counting yet, or not at present.
    Idle,
    /// Counting.
    Running,
    /// Not counting for a while.
    Paused,
    /// What was promised was done.
    Met,
    /// Over for good.
    Ended,
}

impl Phase {
    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Met => "met",
            Self::Ended => "ended",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl ClockView {
    /// Whether this cycle missed its due instant.
    #[must_use]
    pub const fn is_late(&self) -> bool {
        self.breached_at.is_some()
    }

    /// Consumed, in the clock's own time.
    #[must_use]
    pub const fn consumed(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.consumed_ms)
    }

    /// What is left of the target, in the clock's own time; negative when it is overdrawn.
    #[must_use]
    pub const fn remaining(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.remaining_ms)
    }
}

/// Why a clock shows what it shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// It counts from the assignment, and nobody has taken the case.
    WaitsForAssignment,
    /// It does not run before the first response.
    WaitsForFirstResponse,
    /// The customer has asked nothing that is unanswered.
    WaitsForQuestion,
    /// The customer has not heard from a human yet.
    WaitsForFirstMessage,
    /// The case is solved, so nothing is to be done.
    CaseIsDone(StatusCategory),
    /// This cycle counts from here.
    CountsFrom(DateTime<Utc>),
    /// It counts the open hours of this calendar.
    CountsHoursOf(CalendarPin),
    /// So many milliseconds were consumed before it last began to run.
    ConsumedBefore(i64),
    /// It is paused in this category.
    PausedIn {
        /// The category.
        category: StatusCategory,
        /// Since when; UTC.
        since: DateTime<Utc>,
    },
    /// Business is closed at present.
    ClosedUntil(DateTime<Utc>),
    /// It was not done by this instant.
    MissedDue(DateTime<Utc>),
    /// It was done.
    MetAt(DateTime<Utc>),
    /// It ended.
    EndedAt {
        /// When; UTC.
        at: DateTime<Utc>,
        /// Why.
        reason: EndReason,
    },
}

impl Clocks {
    /// What the clocks show at an instant, whether or not anybody settled them before.
    ///
    /// # Errors
    /// [`Refusal::CalendarMissing`], [`Refusal::Calendar`], [`Refusal::OutOfRange`].
    pub fn view(
        &self,
        now: DateTime<Utc>,
        calendars: &impl Calendars,
    ) -> Result<Vec<ClockView>, Refusal> {
        let view = |clock| view(clock, &self.standing, now, calendars);
        self.clocks.iter().map(view).collect()
    }
}

fn view(
    clock: &Clock,
    standing: &Standing,
    now: DateTime<Utc>,
    calendars: &impl Calendars,
) -> Result<ClockView, Refusal> {
    let mut unseen = Vec::new();
    let mut hand = Hand::new(clock, calendars, &mut unseen);
    hand.settle(now)?;
    let clock = hand.clock();
    let meter = Meter::find(clock.calendar.as_ref(), calendars)?;
    let consumed_ms = consumed_ms(&clock, now, calendars)?;
    let next_step = match clock.state {
        ClockState::Running {
            since, consumed_ms, ..
        } => next_step(&clock, meter, since, consumed_ms)?,
        ClockState::Idle
        | ClockState::Paused { .. }
        | ClockState::Met { .. }
        | ClockState::Ended { .. } => None,
    };
    let next_step = next_step.and_then(|(n, at)| {
        let name = clock.target.steps.get(n)?.name.clone();
        Some(NextStep { name, at })
    });
    Ok(ClockView {
        key: clock.key(),
        target: clock.target.name.clone(),
        policy: clock.policy.clone(),
        cycle: clock.cycle,
        phase: phase(&clock.state),
        consumed_ms,
        remaining_ms: clock.target.duration_ms.saturating_sub(consumed_ms),
        due_at: clock.due_at(),
        breached_at: clock.breached_at,
        next_step,
        reasons: reasons(&clock, standing, now, meter)?,
    })
}

const fn phase(state: &ClockState) -> Phase {
    match state {
        ClockState::Idle => Phase::Idle,
        ClockState::Running { .. } => Phase::Running,
        ClockState::Paused { .. } => Phase::Paused,
        ClockState::Met { .. } => Phase::Met,
        ClockState::Ended { .. } => Phase::Ended,
    }
}

fn reasons(
    clock: &Clock,
    standing: &Standing,
    now: DateTime<Utc>,
    meter: Meter<'_>,
) -> Result<Vec<Reason>, Refusal> {
    let mut reasons = Vec::new();
    if clock.state != ClockState::Idle {
        reasons.extend(clock.started_at.map(Reason::CountsFrom));
        reasons.extend(clock.calendar.clone().map(Reason::CountsHoursOf));
        reasons.extend(clock.breached_at.map(Reason::MissedDue));
    }
    match clock.state {
        ClockState::Idle => reasons.extend(why_idle(clock, standing)),
        ClockState::Running { consumed_ms, .. } => {
            if consumed_ms > 0 {
                reasons.push(Reason::ConsumedBefore(consumed_ms));
            }
            if let Meter::Business(hours) = meter
                && !hours.is_open(now)
            {
                reasons.push(Reason::ClosedUntil(hours.next_open(now)?));
            }
        }
        ClockState::Paused { since, .. } => reasons.push(Reason::PausedIn {
            category: standing.category,
            since,
        }),
        ClockState::Met { at, .. } => reasons.push(Reason::MetAt(at)),
        ClockState::Ended { at, reason, .. } => reasons.push(Reason::EndedAt { at, reason }),
    }
    Ok(reasons)
}

fn why_idle(clock: &Clock, standing: &Standing) -> Option<Reason> {
    if standing.category.is_done() {
        return Some(Reason::CaseIsDone(standing.category));
    }
    if clock.target.origin == Origin::Assignment && standing.assigned_at.is_none() {
        return Some(Reason::WaitsForAssignment);
    }
    match clock.target.metric {
        Metric::NextResponse if standing.first_response_at.is_none() => {
            Some(Reason::WaitsForFirstResponse)
        }
        Metric::NextResponse => Some(Reason::WaitsForQuestion),
        Metric::PeriodicUpdate => Some(Reason::WaitsForFirstMessage),
        Metric::FirstResponse
        | Metric::FirstResolution
        | Metric::Resolution
        | Metric::Acknowledgement => None,
    }
}
