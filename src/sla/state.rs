//! The clocks of a case, and how events change them.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::event::{Basis, Breach, ClockEvent, ClockKey, ClocksEvent, EndReason, Schedule};
use super::fact::{Noted, Standing};
use super::target::{ReopenMode, Step, Target};
use crate::kernel::Code;

/// The policy a clock was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyPin {
    /// Its name.
    pub name: Code,
    /// Its revision.
    pub revision: u32,
    /// Its group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Code>,
}

/// The calendar a clock counts in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarPin {
    /// Its name.
    pub name: Code,
    /// Its revision when the target was applied.
    pub revision: u32,
}

/// Where a clock stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClockState {
    /// Not counting yet, or not at present.
    Idle,
    /// Counting.
    Running {
        /// Since when, without a pause; UTC.
        since: DateTime<Utc>,
        /// Consumed up to then, in milliseconds of the clock's own time.
        consumed_ms: i64,
        /// What it looks forward to.
        schedule: Schedule,
    },
    /// Not counting for a while.
    Paused {
        /// Since when; UTC.
        since: DateTime<Utc>,
        /// Consumed so far, in milliseconds of the clock's own time.
        consumed_ms: i64,
    },
    /// What was promised was done. Another cycle may follow.
    Met {
        /// When; UTC.
        at: DateTime<Utc>,
        /// Consumed in the end, in milliseconds of the clock's own time.
        consumed_ms: i64,
    },
    /// Over for good.
    Ended {
        /// When; UTC.
        at: DateTime<Utc>,
        /// Why.
        reason: EndReason,
        /// Consumed in the end, in milliseconds of the clock's own time.
        consumed_ms: i64,
    },
}

/// A target that is applied to a case. Its size does not depend on what happened to the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// The target, as it was when it was applied.
    pub target: Arc<Target>,
    /// The policy it comes from.
    pub policy: PolicyPin,
    /// The calendar it counts in; absent for calendar time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<CalendarPin>,
    /// Which instance of the target this is, from 1; 0 before the first.
    #[serde(default)]
    pub cycle: u32,
    /// Where it stands.
    pub state: ClockState,
    /// When this cycle began; UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<DateTime<Utc>>,
    /// The due instant that this cycle missed; UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breached_at: Option<DateTime<Utc>>,
    /// From where this cycle counts: its own beginning, or a later change of the target.
    #[serde(default)]
    pub basis: Basis,
    /// Which steps of the target have fired in this cycle, one bit each.
    #[serde(default)]
    pub(super) fired: u32,
}

impl Clock {
    pub(super) const fn idle(
        target: Arc<Target>,
        policy: PolicyPin,
        calendar: Option<CalendarPin>,
    ) -> Self {
        Self {
            target,
            policy,
            calendar,
            cycle: 0,
            state: ClockState::Idle,
            started_at: None,
            breached_at: None,
            basis: Basis::Origin,
            fired: 0,
        }
    }

    /// Which clock of the case it is.
    #[must_use]
    pub fn key(&self) -> ClockKey {
        ClockKey {
            group: self.policy.group.clone(),
            metric: self.target.metric,
            origin: self.target.origin,
        }
    }

    pub(super) fn is(&self, key: &ClockKey) -> bool {
        self.target.metric == key.metric
            && self.target.origin == key.origin
            && self.policy.group == key.group
    }

    /// Counting or paused: a cycle has begun and is not over.
    #[must_use]
    pub const fn is_begun(&self) -> bool {
        matches!(
            self.state,
            ClockState::Running { .. } | ClockState::Paused { .. }
        )
    }

    /// The instant at which the target is used up, UTC; absent unless it is running. While it is paused nobody knows.
    #[must_use]
    pub const fn due_at(&self) -> Option<DateTime<Utc>> {
        match self.state {
            ClockState::Running { schedule, .. } => Some(schedule.due_at),
            ClockState::Idle
            | ClockState::Paused { .. }
            | ClockState::Met { .. }
            | ClockState::Ended { .. } => None,
        }
    }

    /// The next instant at which it has something to tell, UTC.
    #[must_use]
    pub const fn next_at(&self) -> Option<DateTime<Utc>> {
        match self.state {
            ClockState::Running { schedule, .. } => schedule.next_at,
            ClockState::Idle
            | ClockState::Paused { .. }
            | ClockState::Met { .. }
            | ClockState::Ended { .. } => None,
        }
    }

    /// The escalation steps that have not fired in this cycle, in the order the target lists them.
    pub fn steps_left(&self) -> impl Iterator<Item = &Step> {
        let left = |n: &usize| self.fired >> n & 1 == 0;
        let steps = self.target.steps.iter().take(32).enumerate();
        steps.filter(move |(n, _)| left(n)).map(|(_, step)| step)
    }

    /// Takes on what an event says.
    pub fn apply(&mut self, at: DateTime<Utc>, event: &ClockEvent) {
        match event {
            ClockEvent::Started { cycle, schedule } => {
                self.cycle = *cycle;
                self.started_at = Some(at);
                self.breached_at = None;
                if self.target.reopen_mode() != ReopenMode::Continue {
                    self.basis = Basis::Origin;
                }
                self.fired = 0;
                self.state = running_or_paused(at, 0, *schedule);
            }
            ClockEvent::Paused { consumed_ms } => {
                self.state = running_or_paused(at, *consumed_ms, None);
            }
            ClockEvent::Resumed {
                consumed_ms,
                schedule,
            } => self.state = running_or_paused(at, *consumed_ms, Some(*schedule)),
            ClockEvent::Met { consumed_ms, .. } => {
                let consumed_ms = *consumed_ms;
                self.state = ClockState::Met { at, consumed_ms };
            }
            ClockEvent::Lapsed { .. } => self.state = ClockState::Idle,
            ClockEvent::Breached { breach, next_at } => {
                self.breached_at = Some(breach.due_at);
                self.look_forward(Some(breach.due_at), *next_at);
            }
            ClockEvent::StepFired { step, next_at } => {
                self.fired |= self.bit(step);
                self.look_forward(None, *next_at);
            }
            ClockEvent::Ended {
                reason,
                consumed_ms,
            } => {
                self.state = ClockState::Ended {
                    at,
                    reason: *reason,
                    consumed_ms: *consumed_ms,
                }
            }
        }
    }

    /// The bit that says whether the step of this name has fired.
    pub(super) fn bit(&self, name: &Code) -> u32 {
        let position = self.target.steps.iter().position(|s| s.name == *name);
        position
            .and_then(|n| u32::try_from(n).ok())
            .and_then(|n| 1_u32.checked_shl(n))
            .unwrap_or(0)
    }

    fn look_forward(&mut self, due_at: Option<DateTime<Utc>>, next_at: Option<DateTime<Utc>>) {
        if let ClockState::Running { schedule, .. } = &mut self.state {
            schedule.due_at = due_at.unwrap_or(schedule.due_at);
            schedule.next_at = next_at;
        }
    }

    /// The line for the ledger, should this cycle have missed `due_at`.
    pub(super) fn breach(&self, due_at: DateTime<Utc>, noticed_at: DateTime<Utc>) -> Breach {
        Breach {
            policy: self.policy.name.clone(),
            revision: self.policy.revision,
            group: self.policy.group.clone(),
            target: self.target.name.clone(),
            metric: self.target.metric,
            origin: self.target.origin,
            cycle: self.cycle,
            due_at,
            noticed_at,
        }
    }
}

const fn running_or_paused(
    since: DateTime<Utc>,
    consumed_ms: i64,
    schedule: Option<Schedule>,
) -> ClockState {
    match schedule {
        Some(schedule) => ClockState::Running {
            since,
            consumed_ms,
            schedule,
        },
        None => ClockState::Paused { since, consumed_ms },
    }
}

/// The clocks of one case, and what they remember of it.
///
/// A fold over [`ClocksEvent`]s, which [`Clocks::open`], [`advance`](Clocks::advance),
/// [`settle`](Clocks::settle) and [`retarget`](Clocks::retarget) produce and [`apply`](Clocks::apply)
/// takes in. Its size depends on how many targets apply, not on what happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocks {
    pub(super) standing: Standing,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) clocks: Vec<Clock>,
}

impl Clocks {
    /// What is remembered of the facts.
    #[must_use]
    pub const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The clocks, in the order their targets were applied.
    pub fn iter(&self) -> std::slice::Iter<'_, Clock> {
        self.clocks.iter()
    }

    /// One clock.
    #[must_use]
    pub fn get(&self, key: &ClockKey) -> Option<&Clock> {
        self.clocks.iter().find(|clock| clock.is(key))
    }

    /// An escalation step of a clock: what a [`ClockEvent::StepFired`] asks for.
    #[must_use]
    pub fn step(&self, key: &ClockKey, name: &Code) -> Option<&Step> {
        let steps = &self.get(key)?.target.steps;
        steps.iter().find(|step| step.name == *name)
    }

    /// The next instant at which [`settle`](Clocks::settle) has something to tell, UTC: when to wake.
    #[must_use]
    pub fn next_at(&self) -> Option<DateTime<Utc>> {
        self.clocks.iter().filter_map(Clock::next_at).min()
    }

    /// Takes on what an event says.
    pub fn apply(&mut self, event: &ClocksEvent) {
        match event {
            ClocksEvent::Noted(noted) => self.standing.note(noted),
            ClocksEvent::Targeted { at, clock, .. } => {
                self.standing.saw(*at);
                let key = clock.key();
                match self.clocks.iter_mut().find(|old| old.is(&key)) {
                    Some(old) => old.clone_from(clock),
                    None => self.clocks.push(Clock::clone(clock)),
                }
            }
            ClocksEvent::Clock { clock, at, event } => {
                self.standing.saw(*at);
                if let Some(clock) = self.clocks.iter_mut().find(|old| old.is(clock)) {
                    clock.apply(*at, event);
                }
            }
        }
    }

    /// A fact as it will be taken in: to the millisecond, and not before the latest instant seen.
    pub(super) fn noted(&self, noted: Noted) -> Noted {
        let at = self.no_earlier(noted.at);
        Noted { at, ..noted }
    }

    pub(super) fn no_earlier(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let at = whole_millis(at);
        self.standing.last_at.map_or(at, |last| last.max(at))
    }
}

/// Cut to the millisecond, towards the past.
pub(super) fn whole_millis(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at)
}

/// A millisecond later: the first instant after this one.
pub(super) fn just_after(at: DateTime<Utc>) -> DateTime<Utc> {
    at.checked_add_signed(TimeDelta::milliseconds(1))
        .unwrap_or(at)
}
