//! Applying policies to a case: at its opening, and when they change.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::event::{Basis, ClockEvent, ClocksEvent, EndReason, Ledger};
use super::fact::{Fact, Noted, Standing};
use super::meter::{Calendars, Meter};
use super::policy::Policy;
use super::refusal::Refusal;
use super::rules::{Hand, is_wanted, schedule_of};
use super::state::{CalendarPin, Clock, ClockState, Clocks, PolicyPin};
use super::target::TimeBase;
use crate::kernel::Code;

impl Clocks {
    /// What follows from opening a case to which these policies apply.
    ///
    /// `opening` is a [`Fact::Opened`]; the calendars are pinned at their current revisions.
    ///
    /// # Errors
    /// [`Refusal::CalendarMissing`], [`Refusal::Calendar`], [`Refusal::OutOfRange`].
    pub fn open(
        at: DateTime<Utc>,
        opening: Fact,
        policies: &[&Policy],
        calendars: &impl Calendars,
    ) -> Result<Vec<ClocksEvent>, Refusal> {
        let clocks = Self::with(idle_clocks(policies, calendars)?);
        let at = clocks.no_earlier(at);
        let targeted = |clock: &Clock| ClocksEvent::Targeted {
            at,
            basis: Basis::Origin,
            clock: Arc::new(clock.clone()),
        };
        let mut events: Vec<ClocksEvent> = clocks.clocks.iter().map(targeted).collect();
        events.extend(clocks.advance(at, opening, calendars)?);
        Ok(events)
    }

    /// The clocks and breaches of a case to which these policies applied from the beginning, from its
    /// facts: what the clocks of a case *are*. Everything else here arrives at the same without reading the facts again.
    ///
    /// # Errors
    /// [`Refusal::CalendarMissing`], [`Refusal::Calendar`], [`Refusal::OutOfRange`].
    pub fn fold<'a>(
        policies: &[&Policy],
        facts: impl IntoIterator<Item = &'a Noted>,
        calendars: &impl Calendars,
    ) -> Result<(Self, Ledger), Refusal> {
        Self::with(idle_clocks(policies, calendars)?).folded(facts, calendars)
    }

    /// What follows when other policies apply from now on, or the same in another revision.
    ///
    /// Clocks keep their places by group, metric and origin. A clock whose policy, target and calendar stay as they
    /// were is not touched; one that no policy promises any more ends as superseded. With
    /// [`Basis::Origin`] a clock is as if its new target had always applied, and may turn out to be
    /// breached already; with [`Basis::Change`] it begins with nothing consumed. A clock that was met stays met
    /// either way, and steps that have fired under their name do not fire again from the origin. The ledger is
    /// never touched.
    ///
    /// From the origin the facts are only needed when the new clock counts in another calendar, pauses or
    /// reopens differently, is new, or was used up in the past. Call it with `None` first, and again with
    /// the facts (every [`ClocksEvent::Noted`] of the case, in order) if it asks for them.
    ///
    /// # Errors
    /// [`Refusal::HistoryNeeded`] when `facts` is `None` and they are needed; [`Refusal::CalendarMissing`],
    /// [`Refusal::Calendar`], [`Refusal::OutOfRange`].
    pub fn retarget(
        &self,
        at: DateTime<Utc>,
        policies: &[&Policy],
        basis: Basis,
        facts: Option<&[Noted]>,
        calendars: &impl Calendars,
    ) -> Result<Vec<ClocksEvent>, Refusal> {
        if self.standing.over.is_some() {
            return Ok(Vec::new());
        }
        let at = self.no_earlier(at);
        let mut events = self.settle(at, calendars)?;
        let mut settled = self.clone();
        for event in &events {
            settled.apply(event);
        }
        let wanted = idle_clocks(policies, calendars)?;
        for old in &settled.clocks {
            let key = old.key();
            if !is_over(old) && !wanted.iter().any(|fresh| fresh.is(&key)) {
                Hand::new(old, calendars, &mut events).end(at, EndReason::Superseded)?;
            }
        }
        for fresh in wanted {
            let old = settled.get(&fresh.key());
            let current = old.filter(|old| !is_superseded(old));
            if current.is_some_and(|old| stays(old, &fresh, basis)) {
                continue;
            }
            let (clock, missed) = match basis {
                Basis::Change => (from_change(old, fresh, &settled.standing, at), None),
                Basis::Origin => from_origin(current, fresh, facts, calendars)?,
            };
            events.push(ClocksEvent::Targeted {
                at,
                basis,
                clock: Arc::new(clock.clone()),
            });
            let mut hand = Hand::new(&clock, calendars, &mut events);
            if let Some(due_at) = missed {
                let breach = clock.breach(due_at, at);
                let next_at = next_once_breached(&clock, due_at, calendars)?;
                hand.emit(due_at, ClockEvent::Breached { breach, next_at });
            }
            hand.follow(&settled.standing, at)?;
            hand.settle(at)?;
        }
        Ok(events)
    }

    fn with(clocks: Vec<Clock>) -> Self {
        Self {
            clocks,
            ..Self::default()
        }
    }

    fn folded<'a>(
        mut self,
        facts: impl IntoIterator<Item = &'a Noted>,
        calendars: &impl Calendars,
    ) -> Result<(Self, Ledger), Refusal> {
        let mut ledger = Ledger::default();
        for noted in facts {
            for event in self.advance(noted.at, noted.fact, calendars)? {
                self.apply(&event);
                if let Some(breach) = event.breach() {
                    ledger.enter(breach);
                }
            }
        }
        Ok((self, ledger))
    }
}

/// One clock for every target, the first for each place.
fn idle_clocks(policies: &[&Policy], calendars: &impl Calendars) -> Result<Vec<Clock>, Refusal> {
    let mut clocks: Vec<Clock> = Vec::new();
    for policy in policies {
        for target in &policy.targets {
            let pin = PolicyPin {
                name: policy.name.clone(),
                revision: policy.revision,
                group: policy.group.clone(),
            };
            let calendar = match &target.time {
                TimeBase::Calendar => None,
                TimeBase::Business(name) => Some(pinned(name, calendars)?),
            };
            let clock = Clock::idle(Arc::clone(target), pin, calendar);
            let key = clock.key();
            if !clocks.iter().any(|taken| taken.is(&key)) {
                clocks.push(clock);
            }
        }
    }
    Ok(clocks)
}

fn pinned(name: &Code, calendars: &impl Calendars) -> Result<CalendarPin, Refusal> {
    let missing = || Refusal::CalendarMissing {
        name: name.clone(),
        revision: None,
    };
    let revision = calendars.current(name).ok_or_else(missing)?;
    let name = name.clone();
    Ok(CalendarPin { name, revision })
}

const fn is_over(clock: &Clock) -> bool {
    matches!(clock.state, ClockState::Ended { .. })
}

const fn is_superseded(clock: &Clock) -> bool {
    let ClockState::Ended { reason, .. } = clock.state else {
        return false;
    };
    matches!(reason, EndReason::Superseded)
}

/// Nothing about the promise changes.
fn stays(old: &Clock, fresh: &Clock, basis: Basis) -> bool {
    let recounted = basis == Basis::Origin && old.basis == Basis::Change;
    !recounted
        && old.policy == fresh.policy
        && old.calendar == fresh.calendar
        && old.target == fresh.target
}

/// The new clock with nothing consumed. One in the middle of a cycle is left paused: whether it runs is
/// for the rules to say.
fn from_change(old: Option<&Clock>, fresh: Clock, standing: &Standing, at: DateTime<Utc>) -> Clock {
    let fresh = Clock {
        basis: Basis::Change,
        cycle: old.map_or(0, |old| old.cycle),
        ..fresh
    };
    let consumed_ms = 0;
    let begun = ClockState::Paused {
        since: at,
        consumed_ms,
    };
    match old.map(|old| (old, &old.state)) {
        Some((_, ClockState::Running { .. } | ClockState::Paused { .. })) => Clock {
            state: begun,
            started_at: Some(at),
            ..fresh
        },
        Some((old, ClockState::Met { at, .. })) => Clock {
            state: ClockState::Met {
                at: *at,
                consumed_ms,
            },
            started_at: old.started_at,
            breached_at: old.breached_at,
            ..fresh
        },
        _ if is_wanted(&fresh.target, standing) => Clock {
            cycle: fresh.cycle.saturating_add(1),
            state: begun,
            started_at: Some(at),
            ..fresh
        },
        _ => fresh,
    }
}

/// The new clock as if it had always been, and the due instant it missed before it last began to run.
fn from_origin(
    old: Option<&Clock>,
    fresh: Clock,
    facts: Option<&[Noted]>,
    calendars: &impl Calendars,
) -> Result<(Clock, Option<DateTime<Utc>>), Refusal> {
    let mut clock = match (old, facts) {
        (Some(old), _) if carries_over(old, &fresh) => Clock {
            cycle: old.cycle,
            state: old.state.clone(),
            started_at: old.started_at,
            ..fresh
        },
        (_, Some(facts)) => {
            let target = fresh.target.name.clone();
            let (folded, _) = Clocks::with(vec![fresh]).folded(facts, calendars)?;
            let clock = folded.clocks.into_iter().next();
            clock.ok_or(Refusal::HistoryNeeded { target })?
        }
        (_, None) => {
            let target = fresh.target.name.clone();
            return Err(Refusal::HistoryNeeded { target });
        }
    };
    let missed = clock.breached_at.take().filter(|_| clock.is_begun());
    let outcome = old.filter(|_| !clock.is_begun());
    clock.breached_at = outcome.and_then(|old| old.breached_at);
    clock.fired = old.map_or(0, |old| fired_by_name(old, &clock));
    if let ClockState::Running {
        since, consumed_ms, ..
    } = clock.state
    {
        let meter = Meter::find(clock.calendar.as_ref(), calendars)?;
        let schedule = schedule_of(&clock, meter, since, consumed_ms)?;
        clock.state = ClockState::Running {
            since,
            consumed_ms,
            schedule,
        };
    }
    Ok((clock, missed))
}

/// What the old clock has accumulated is what the new one would have, and it was not used up before.
fn carries_over(old: &Clock, fresh: &Clock) -> bool {
    use super::fact::StatusCategory::{Closed, New, OnHold, Open, Solved, WaitingOnCustomer};
    let all = [New, Open, WaitingOnCustomer, OnHold, Solved, Closed];
    let alike = old.basis == Basis::Origin
        && old.calendar == fresh.calendar
        && old.target.reopen_mode() == fresh.target.reopen_mode()
        && all
            .iter()
            .all(|category| old.target.pauses_in(*category) == fresh.target.pauses_in(*category));
    let left = match old.state {
        ClockState::Running { consumed_ms, .. } | ClockState::Paused { consumed_ms, .. } => {
            consumed_ms == 0 || consumed_ms < fresh.target.duration_ms
        }
        ClockState::Idle | ClockState::Met { .. } | ClockState::Ended { .. } => true,
    };
    alike && left
}

/// The steps of the new target that have fired under the same name in the old one.
fn fired_by_name(old: &Clock, new: &Clock) -> u32 {
    let steps = old.target.steps.iter().map(|step| &step.name);
    let fired = steps.filter(|name| old.fired & old.bit(name) != 0);
    fired.fold(0, |bits, name| bits | new.bit(name))
}

fn next_once_breached(
    clock: &Clock,
    due_at: DateTime<Utc>,
    calendars: &impl Calendars,
) -> Result<Option<DateTime<Utc>>, Refusal> {
    let ClockState::Running {
        since, consumed_ms, ..
    } = clock.state
    else {
        return Ok(None);
    };
    let meter = Meter::find(clock.calendar.as_ref(), calendars)?;
    let mut then = clock.clone();
    then.breached_at = Some(due_at);
    Ok(schedule_of(&then, meter, since, consumed_ms)?.next_at)
}
