//! A slow and obvious model: it walks every minute, asks whether business is open, and counts.

use super::*;
use crate::calendar::Boundary;

/// What is done to a case at a minute.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    Tell(Fact),
    /// Another target, and from where it counts.
    Retarget(Target, Basis),
}

/// What a clock has told, in minutes from the opening.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// Policy number, cycle, due.
    pub(super) breaches: Vec<(u32, u32, i64)>,
    /// Cycle, consumed, late.
    pub(super) met: Vec<(u32, i64, bool)>,
    pub(super) fired: Vec<(String, i64)>,
}

/// One clock that knows its whole history.
#[derive(Clone)]
pub(super) struct Model {
    target: Target,
    policy: u32,
    open: Vec<bool>,
    facts: Vec<(i64, Fact)>,
    begun: bool,
    met: bool,
    ran: bool,
    over: bool,
    cycle: u32,
    pub(super) consumed: i64,
    late: Option<i64>,
    fired: Vec<String>,
    pub(super) told: Told,
}

const MINUTE: i64 = 60_000;

impl Model {
    pub(super) fn new(target: Target, open: Vec<bool>) -> Self {
        Self {
            target,
            policy: 1,
            open,
            facts: Vec::new(),
            begun: false,
            met: false,
            ran: false,
            over: false,
            cycle: 0,
            consumed: 0,
            late: None,
            fired: Vec::new(),
            told: Told::default(),
        }
    }

    /// Walks from minute 0 up to `end`; deeds are in order of time.
    pub(super) fn walk(
        &mut self,
        deeds: &[(i64, Deed)],
        hours: impl Fn(&Target) -> Vec<bool>,
        end: i64,
    ) {
        let mut deeds = deeds.iter().peekable();
        for minute in 0..=end {
            self.reach(minute, self.ran);
            while let Some((_, deed)) = deeds.next_if(|(at, _)| *at == minute) {
                match deed {
                    Deed::Tell(fact) => self.tell(minute, *fact),
                    Deed::Retarget(target, basis) => {
                        self.retarget(minute, target.clone(), hours(target), *basis);
                    }
                }
                self.reach(minute, false);
            }
            // A breach at this instant needs the instant to pass.
            self.pass(minute);
        }
    }

    fn is_open(&self, minute: i64) -> bool {
        self.open[usize::try_from(minute).unwrap()]
    }

    fn runs(&self) -> bool {
        self.begun && !self.over && !self.paused()
    }

    /// Steps whose time has come when a minute begins.
    fn reach(&mut self, minute: i64, ran: bool) {
        if !self.runs() {
            return;
        }
        let just_counted = ran && minute > 0 && self.is_open(minute - 1);
        let counts =
            self.is_open(minute) || (just_counted && self.target.boundary == Boundary::Close);
        if !counts {
            return;
        }
        let mut ready: Vec<_> = self
            .target
            .steps
            .iter()
            .map(|step| (self.threshold(step), step.name.to_string()))
            .filter(|(threshold, name)| {
                // At a closing only what was reached by the very last minute is told.
                let now = self.is_open(minute) || *threshold == self.consumed;
                *threshold <= self.consumed && now && !self.fired.contains(name)
            })
            .collect();
        ready.sort_by_key(|(threshold, _)| *threshold);
        for (_, name) in ready {
            self.told.fired.push((name.clone(), minute));
            self.fired.push(name);
        }
    }

    fn threshold(&self, step: &Step) -> i64 {
        (self.target.duration_ms + step.offset_ms).max(0) / MINUTE
    }

    /// The minute passes: breach when it runs past the due instant, and count.
    fn pass(&mut self, minute: i64) {
        let runs = self.runs();
        let allowed = self.target.duration_ms / MINUTE;
        if runs && self.late.is_none() && self.consumed >= allowed {
            let reached = self.ran
                && minute > 0
                && self.is_open(minute - 1)
                && self.target.boundary == Boundary::Close;
            if self.is_open(minute) || reached {
                self.miss(minute);
            }
        }
        if runs && self.is_open(minute) {
            self.consumed += 1;
        }
        self.ran = runs;
    }

    fn miss(&mut self, minute: i64) {
        self.late = Some(minute);
        let line = (self.policy, self.cycle, minute);
        if !self.told.breaches.contains(&line) {
            self.told.breaches.push(line);
        }
    }

    fn tell(&mut self, minute: i64, fact: Fact) {
        if self.over {
            return;
        }
        let was_done = self.category().is_done();
        self.facts.push((minute, fact));
        if matches!(fact, Fact::Merged | Fact::Cancelled) {
            self.over = true;
            return;
        }
        let human = fact == REPLY;
        let done_now = !was_done && self.category().is_done();
        let kept = match self.target.metric {
            Metric::FirstResponse | Metric::NextResponse => human,
            Metric::PeriodicUpdate => human || fact == Fact::Updated,
            Metric::Acknowledgement => fact == Fact::Acknowledged,
            Metric::Resolution | Metric::FirstResolution => done_now,
        };
        if self.begun && kept {
            let met = (self.cycle, self.consumed, self.late.is_some());
            self.told.met.push(met);
            self.begun = false;
            self.met = true;
        }
        self.lapse();
        if !self.begun && self.needed() && !self.category().is_done() {
            self.begin();
        }
        if !self.runs() {
            self.ran = false;
        }
    }

    fn lapse(&mut self) {
        if self.begun && !self.needed() {
            self.begun = false;
            self.met = false;
        }
    }

    fn begin(&mut self) {
        self.begun = true;
        self.ran = false;
        let again = self.target.metric == Metric::Resolution
            && self.target.reopen_mode() == ReopenMode::Continue
            && self.met;
        if !again {
            self.cycle += 1;
            self.consumed = 0;
            self.late = None;
            self.fired.clear();
        }
    }

    fn category(&self) -> StatusCategory {
        let category = |(_, fact): &(i64, Fact)| match fact {
            Fact::Opened { category, .. } => Some(*category),
            Fact::Moved { to } => Some(*to),
            _ => None,
        };
        let mut categories = self.facts.iter().rev().filter_map(category);
        categories.next().unwrap_or(StatusCategory::New)
    }

    fn position(&self, is: impl Fn(Fact) -> bool) -> Option<usize> {
        self.facts.iter().position(|(_, fact)| is(*fact))
    }

    /// The promise is still, or again, to be kept.
    fn needed(&self) -> bool {
        let done = |fact| match fact {
            Fact::Opened { category, .. } => category.is_done(),
            Fact::Moved { to } => to.is_done(),
            _ => false,
        };
        let solved = self.position(done).is_some();
        if self.target.origin == Origin::Assignment
            && self.position(|f| f == Fact::Assigned).is_none()
        {
            return false;
        }
        let mode = self.target.reopen_mode();
        if mode == ReopenMode::FirstOnly && solved {
            return false;
        }
        if self.category().is_done() && mode == ReopenMode::Restart {
            return false;
        }
        let by_us = |fact| {
            matches!(
                fact,
                Fact::Opened {
                    by: Speaker::Human,
                    public: true,
                    ..
                }
            )
        };
        match self.target.metric {
            Metric::FirstResponse => self.position(|f| f == REPLY).is_none(),
            Metric::NextResponse => {
                let first = self.position(|f| f == REPLY);
                let last = self
                    .facts
                    .iter()
                    .rposition(|(_, f)| *f == REPLY || done(*f));
                let asked = self.facts.iter().rposition(|(_, f)| *f == QUESTION);
                first.is_some() && asked > last
            }
            Metric::PeriodicUpdate => self
                .position(|f| f == REPLY || f == Fact::Updated || by_us(f))
                .is_some(),
            Metric::Acknowledgement => self.position(|f| f == Fact::Acknowledged).is_none(),
            Metric::Resolution | Metric::FirstResolution => !self.category().is_done(),
        }
    }

    fn paused(&self) -> bool {
        self.category().is_done() || self.target.pauses_in(self.category())
    }

    fn retarget(&mut self, minute: i64, target: Target, open: Vec<bool>, basis: Basis) {
        self.policy += 1;
        if self.over {
            return;
        }
        match basis {
            Basis::Change => self.recount_from_change(target, open),
            Basis::Origin => self.recount_from_origin(minute, target, open),
        }
    }

    fn recount_from_change(&mut self, target: Target, open: Vec<bool>) {
        self.target = target;
        self.open = open;
        self.ran = false;
        self.consumed = 0;
        self.fired.clear();
        if self.begun {
            self.late = None;
            self.lapse();
        } else if self.needed() && !self.category().is_done() {
            self.begin();
        }
    }

    fn recount_from_origin(&mut self, minute: i64, target: Target, open: Vec<bool>) {
        let deeds: Vec<_> = self
            .facts
            .iter()
            .map(|(at, fact)| (*at, Deed::Tell(*fact)))
            .collect();
        let mut again = Self::new(target, open);
        again.policy = self.policy;
        if minute > 0 {
            again.walk(
                &before(&deeds, minute),
                |_| panic!("only facts"),
                minute - 1,
            );
        }
        again.reach(minute, again.ran);
        for (at, fact) in self.facts.iter().filter(|(at, _)| *at == minute) {
            again.tell(*at, *fact);
        }
        let late = if again.begun { again.late } else { self.late };
        let names: Vec<_> = again
            .target
            .steps
            .iter()
            .map(|s| s.name.to_string())
            .collect();
        let mut fired = self.fired.clone();
        fired.retain(|name| names.contains(name));
        again.told = self.told.clone();
        again.fired = fired;
        again.late = None;
        if again.begun
            && let Some(due) = late
        {
            again.miss(due);
        }
        if !again.begun {
            again.late = late;
        }
        *self = again;
    }
}

fn before(deeds: &[(i64, Deed)], minute: i64) -> Vec<(i64, Deed)> {
    let early = deeds.iter().filter(|(at, _)| *at < minute);
    early.cloned().collect()
}
