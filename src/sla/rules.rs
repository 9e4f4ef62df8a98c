//! How facts and the passing of time move clocks on.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::event::{ClockEvent, ClocksEvent, EndReason, Schedule};
use super::fact::{Fact, Noted, Standing};
use super::meter::{Calendars, Meter};
use super::refusal::Refusal;
use super::state::{Clock, ClockState, Clocks, just_after};
use super::target::{Metric, Origin, ReopenMode, Target};

impl Clocks {
    /// What follows from a fact: first what fell due before it, then what the fact does.
    ///
    /// An instant before the latest one seen counts as that one, so clocks never run backwards. The cost
    /// does not depend on what happened before; a clock that the fact does not touch asks no calendar.
    ///
    /// # Errors
    /// [`Refusal::CalendarMissing`], [`Refusal::Calendar`], [`Refusal::OutOfRange`].
    pub fn advance(
        &self,
        at: DateTime<Utc>,
        fact: Fact,
        calendars: &impl Calendars,
    ) -> Result<Vec<ClocksEvent>, Refusal> {
        let noted = self.noted(Noted { at, fact });
        let mut after = self.standing.clone();
        after.note(&noted);
        let mut events = Vec::new();
        let mut settled = Cow::Borrowed(self.clocks.as_slice());
        if self.next_at().is_some_and(|next| next <= noted.at) {
            for clock in settled.to_mut() {
                let mut hand = Hand::new(clock, calendars, &mut events);
                hand.settle(noted.at)?;
                *clock = hand.clock().into_owned();
            }
        }
        events.push(ClocksEvent::Noted(noted));
        for clock in &*settled {
            Hand::new(clock, calendars, &mut events).react(&self.standing, &after, noted)?;
        }
        Ok(events)
    }

    /// What fell due up to `now`: breaches and escalation steps, each once, each at its own instant.
    ///
    /// However often and however late this is asked, the same is told.
    ///
    /// # Errors
    /// [`Refusal::CalendarMissing`], [`Refusal::Calendar`], [`Refusal::OutOfRange`].
    pub fn settle(
        &self,
        now: DateTime<Utc>,
        calendars: &impl Calendars,
    ) -> Result<Vec<ClocksEvent>, Refusal> {
        let mut events = Vec::new();
        for clock in &self.clocks {
            Hand::new(clock, calendars, &mut events).settle(now)?;
        }
        Ok(events)
    }

    /// [`settle`](Clocks::settle) up to `until`, by somebody who looks at `now`: for those who act on what
    /// fell due at one instant before they go on to the next.
    ///
    /// # Errors
    /// [`Refusal::CalendarMissing`], [`Refusal::Calendar`], [`Refusal::OutOfRange`].
    pub fn settle_until(
        &self,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
        calendars: &impl Calendars,
    ) -> Result<Vec<ClocksEvent>, Refusal> {
        let mut events = Vec::new();
        for clock in &self.clocks {
            Hand::new(clock, calendars, &mut events).settle_until(until, now)?;
        }
        Ok(events)
    }
}

/// What a clock should be doing, whatever it does now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    Off,
    Pause,
    Run,
}

/// What a clock with this target should be doing.
fn want(target: &Target, standing: &Standing, begun: bool) -> Want {
    let from = match target.origin {
        Origin::Creation => standing.opened_at,
        Origin::Assignment => standing.assigned_at.and(standing.opened_at),
    };
    if from.is_none() || standing.over.is_some() {
        return Want::Off;
    }
    let mode = target.reopen_mode();
    let first_only = mode == ReopenMode::FirstOnly;
    let needed = !(first_only && standing.solved_once)
        && match target.metric {
            Metric::FirstResponse => standing.first_response_at.is_none(),
            Metric::NextResponse => standing.asked_at.is_some(),
            Metric::PeriodicUpdate => standing.updated_at.is_some(),
            Metric::Acknowledgement => standing.acknowledged_at.is_none(),
            Metric::FirstResolution | Metric::Resolution => true,
        };
    if !needed {
        return Want::Off;
    }
    if standing.category.is_done() {
        let waits = begun && mode == ReopenMode::Continue && !target.metric.is_resolution();
        return if waits { Want::Pause } else { Want::Off };
    }
    if target.pauses_in(standing.category) {
        Want::Pause
    } else {
        Want::Run
    }
}

/// A clock with this target that has not begun should begin.
pub(super) fn is_wanted(target: &Target, standing: &Standing) -> bool {
    want(target, standing, false) != Want::Off
}

/// The fact is what was promised.
fn fulfils(metric: Metric, fact: Fact, before: &Standing, after: &Standing) -> bool {
    match metric {
        Metric::FirstResponse | Metric::NextResponse => fact.is_public_reply(),
        Metric::PeriodicUpdate => fact.is_public_reply() || fact == Fact::Updated,
        Metric::Acknowledgement => fact == Fact::Acknowledged,
        Metric::FirstResolution | Metric::Resolution => {
            !before.category.is_done() && after.category.is_done()
        }
    }
}

/// Moves one clock on and writes down every event; what it writes and what it holds agree by construction.
pub(super) struct Hand<'c, 'a, C> {
    clock: Cow<'c, Clock>,
    calendars: &'a C,
    events: &'a mut Vec<ClocksEvent>,
}

impl<'c, 'a, C: Calendars> Hand<'c, 'a, C> {
    pub(super) const fn new(
        clock: &'c Clock,
        calendars: &'a C,
        events: &'a mut Vec<ClocksEvent>,
    ) -> Self {
        Self {
            clock: Cow::Borrowed(clock),
            calendars,
            events,
        }
    }

    /// The clock as it is now.
    pub(super) fn clock(self) -> Cow<'c, Clock> {
        self.clock
    }

    pub(super) fn emit(&mut self, at: DateTime<Utc>, event: ClockEvent) {
        let clock = self.clock.to_mut();
        clock.apply(at, &event);
        let clock = clock.key();
        self.events.push(ClocksEvent::Clock { clock, at, event });
    }

    /// Tells what fell due up to `now`, in order.
    pub(super) fn settle(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.settle_until(now, now)
    }

    fn settle_until(&mut self, until: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
        while let ClockState::Running {
            since,
            consumed_ms,
            schedule,
        } = self.clock.state
            && schedule.next_at.is_some_and(|next| next <= until)
        {
            let clock = &*self.clock;
            let meter = Meter::find(clock.calendar.as_ref(), self.calendars)?;
            let due_at = schedule.due_at;
            let step = next_step(clock, meter, since, consumed_ms)?;
            let breached = clock.breached_at.is_some();
            if let Some((n, at)) = step.filter(|(_, at)| breached || *at <= due_at)
                && let Some(step) = clock.target.steps.get(n).map(|step| step.name.clone())
            {
                let mut then = clock.clone();
                then.fired |= then.bit(&step);
                let next_at = schedule_of(&then, meter, since, consumed_ms)?.next_at;
                self.emit(at, ClockEvent::StepFired { step, next_at });
            } else {
                let mut then = clock.clone();
                then.breached_at = Some(due_at);
                let next_at = schedule_of(&then, meter, since, consumed_ms)?.next_at;
                let breach = clock.breach(due_at, now);
                self.emit(due_at, ClockEvent::Breached { breach, next_at });
            }
        }
        Ok(())
    }

    /// Does what the fact asks of this clock.
    fn react(
        &mut self,
        before: &Standing,
        after: &Standing,
        Noted { at, fact }: Noted,
    ) -> Result<(), Refusal> {
        if matches!(self.clock.state, ClockState::Ended { .. }) {
            return Ok(());
        }
        if let Some(reason) = after.over {
            return self.end(at, reason);
        }
        let metric = self.clock.target.metric;
        if self.clock.is_begun() && fulfils(metric, fact, before, after) {
            let consumed_ms = self.consumed(at)?;
            let breached = self.clock.breached_at.is_some();
            self.emit(
                at,
                ClockEvent::Met {
                    consumed_ms,
                    breached,
                },
            );
        }
        self.follow(after, at)
    }

    /// Brings the clock to what it should be doing.
    pub(super) fn follow(&mut self, standing: &Standing, at: DateTime<Utc>) -> Result<(), Refusal> {
        let target = &self.clock.target;
        let want = want(target, standing, self.clock.is_begun());
        let continues =
            target.metric == Metric::Resolution && target.reopen_mode() == ReopenMode::Continue;
        match (&self.clock.state, want) {
            (ClockState::Running { .. }, Want::Run)
            | (ClockState::Paused { .. }, Want::Pause)
            | (ClockState::Idle | ClockState::Met { .. }, Want::Off)
            | (ClockState::Ended { .. }, _) => Ok(()),
            (ClockState::Running { .. }, Want::Pause) => {
                let consumed_ms = self.consumed(at)?;
                self.emit(at, ClockEvent::Paused { consumed_ms });
                Ok(())
            }
            (ClockState::Paused { consumed_ms, .. }, Want::Run) => {
                let consumed_ms = *consumed_ms;
                self.resume(at, consumed_ms)
            }
            (ClockState::Running { .. } | ClockState::Paused { .. }, Want::Off) => {
                if target.reopen_mode() == ReopenMode::FirstOnly {
                    return self.end(at, EndReason::Solved);
                }
                let consumed_ms = self.consumed(at)?;
                self.emit(at, ClockEvent::Lapsed { consumed_ms });
                Ok(())
            }
            (ClockState::Met { consumed_ms, .. }, Want::Run) if continues => {
                let consumed_ms = *consumed_ms;
                self.resume(at, consumed_ms)
            }
            (ClockState::Met { consumed_ms, .. }, Want::Pause) if continues => {
                let consumed_ms = *consumed_ms;
                self.emit(at, ClockEvent::Paused { consumed_ms });
                Ok(())
            }
            (ClockState::Idle | ClockState::Met { .. }, Want::Run | Want::Pause) => {
                self.start(at, want)
            }
        }
    }

    fn start(&mut self, at: DateTime<Utc>, want: Want) -> Result<(), Refusal> {
        let mut fresh = self.clock.clone().into_owned();
        fresh.breached_at = None;
        fresh.fired = 0;
        let schedule = if want == Want::Run {
            let meter = Meter::find(fresh.calendar.as_ref(), self.calendars)?;
            Some(schedule_of(&fresh, meter, at, 0)?)
        } else {
            None
        };
        let cycle = fresh.cycle.saturating_add(1);
        self.emit(at, ClockEvent::Started { cycle, schedule });
        Ok(())
    }

    fn resume(&mut self, at: DateTime<Utc>, consumed_ms: i64) -> Result<(), Refusal> {
        let meter = Meter::find(self.clock.calendar.as_ref(), self.calendars)?;
        let schedule = schedule_of(&self.clock, meter, at, consumed_ms)?;
        self.emit(
            at,
            ClockEvent::Resumed {
                consumed_ms,
                schedule,
            },
        );
        Ok(())
    }

    pub(super) fn end(&mut self, at: DateTime<Utc>, reason: EndReason) -> Result<(), Refusal> {
        let consumed_ms = self.consumed(at)?;
        self.emit(
            at,
            ClockEvent::Ended {
                reason,
                consumed_ms,
            },
        );
        Ok(())
    }

    fn consumed(&self, at: DateTime<Utc>) -> Result<i64, Refusal> {
        consumed_ms(&self.clock, at, self.calendars)
    }
}

/// Milliseconds of its own time that a clock has consumed in this cycle by `at`.
pub(super) fn consumed_ms(
    clock: &Clock,
    at: DateTime<Utc>,
    calendars: &impl Calendars,
) -> Result<i64, Refusal> {
    match clock.state {
        ClockState::Running {
            since, consumed_ms, ..
        } => {
            let meter = Meter::find(clock.calendar.as_ref(), calendars)?;
            Ok(consumed_ms.saturating_add(meter.elapsed(since, at)?))
        }
        ClockState::Idle => Ok(0),
        ClockState::Paused { consumed_ms, .. }
        | ClockState::Met { consumed_ms, .. }
        | ClockState::Ended { consumed_ms, .. } => Ok(consumed_ms),
    }
}

/// What a clock looks forward to that runs from `since` with so much consumed.
pub(super) fn schedule_of(
    clock: &Clock,
    meter: Meter<'_>,
    since: DateTime<Utc>,
    consumed_ms: i64,
) -> Result<Schedule, Refusal> {
    let target = &clock.target;
    let due_at = match clock.breached_at {
        Some(missed) => missed,
        None => meter.after(since, target.duration_ms - consumed_ms, target.boundary)?,
    };
    let step = next_step(clock, meter, since, consumed_ms)?.map(|(_, at)| at);
    let late = clock.breached_at.is_none().then(|| just_after(due_at));
    let next_at = step.into_iter().chain(late).min();
    Ok(Schedule { due_at, next_at })
}

/// The step that is due next, by its place in the target, and when.
pub(super) fn next_step(
    clock: &Clock,
    meter: Meter<'_>,
    since: DateTime<Utc>,
    consumed_ms: i64,
) -> Result<Option<(usize, DateTime<Utc>)>, Refusal> {
    let target = &clock.target;
    let steps = target.steps.iter().take(32).enumerate();
    let left = steps.filter(|(n, _)| clock.fired >> n & 1 == 0);
    let next = left.map(|(n, step)| (target.threshold(step), n)).min();
    next.map(|(threshold, n)| {
        let at = meter.after(since, threshold - consumed_ms, target.boundary)?;
        Ok((n, at))
    })
    .transpose()
}
