//! What is promised: targets and their escalation steps.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::fact::StatusCategory;
use crate::calendar::Boundary;
use crate::kernel::{Code, Problem};

/// What a clock measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Metric {
    /// To the first public reply of a human.
    FirstResponse,
    /// From the oldest unanswered message of the customer to the next public reply of a human; each
    /// question is a cycle of its own. Does not run before the first response.
    NextResponse,
    /// From one public message of a human to the next while the case is not solved; each a cycle of its
    /// own.
    PeriodicUpdate,
    /// To the first time the case is solved.
    FirstResolution,
    /// To the last time the case is solved.
    Resolution,
    /// To the acknowledgement of receipt, as complaints need it.
    Acknowledgement,
}

impl Metric {
    pub(super) const fn is_resolution(self) -> bool {
        matches!(self, Self::FirstResolution | Self::Resolution)
    }

    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FirstResponse => "first_response",
            Self::NextResponse => "next_response",
            Self::PeriodicUpdate => "periodic_update",
            Self::FirstResolution => "first_resolution",
            Self::Resolution => "resolution",
            Self::Acknowledgement => "acknowledgement",
        }
    }

    const fn is_cyclic(self) -> bool {
        matches!(self, Self::NextResponse | Self::PeriodicUpdate)
    }
}

/// In which time a target counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeBase {
    /// Every hour of every day.
    Calendar,
    /// The open hours of the calendar of this name.
    Business(Code),
}

/// What becomes of a clock when a solved case is opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReopenMode {
    /// It goes on from what it had consumed; the time in between is not charged.
    Continue,
    /// It begins anew.
    Restart,
    /// It was for the first time only.
    FirstOnly,
}

/// From where a target counts.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// From the creation of the case, as a promise to the customer (SLA) does.
    #[default]
    Creation,
    /// From the first assignment, as a promise within the house (OLA) does.
    Assignment,
}

/// Who is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Recipient {
    /// Whoever the case is assigned to.
    Assignee,
    /// Everybody in this team.
    Team(Code),
    /// Everybody with this role.
    Role(Code),
    /// The customer.
    Customer,
}

/// What an escalation step asks for; the case carries it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Tell somebody.
    Notify {
        /// Whom.
        to: Recipient,
        /// With the template of this name.
        template: Code,
    },
    /// Raise the priority by one.
    RaisePriority,
    /// Set this priority.
    SetPriority(Code),
    /// Give the case to this team.
    Reassign {
        /// The team.
        team: Code,
    },
}

/// Something to do at an offset from the due instant, once in each cycle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its name, unique within the target.
    pub name: Code,
    /// Milliseconds after the due instant, or before it when negative, in the clock's own time. One that
    /// lies before the beginning is due at the beginning.
    pub offset_ms: i64,
    /// What to do.
    pub actions: Vec<Action>,
}

/// One promise: what is to be done, within which time.
///
/// ```
/// use aftercare::code;
/// use aftercare::sla::{Metric, Target, TimeBase};
/// use chrono::TimeDelta;
///
/// let target = Target::new(
///     code!("first-reply"),
///     Metric::FirstResponse,
///     TimeDelta::hours(4),
///     TimeBase::Business(code!("support")),
/// );
/// assert_eq!(target.duration_ms, 4 * 60 * 60 * 1000);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its name, unique within the policy.
    pub name: Code,
    /// What is measured.
    pub metric: Metric,
    /// The time allowed, in milliseconds of the clock's own time; at least one.
    pub duration_ms: i64,
    /// The clock's own time.
    pub time: TimeBase,
    /// When a target used up exactly at a closing falls due.
    #[serde(default)]
    pub boundary: Boundary,
    /// From where it counts.
    #[serde(default)]
    pub origin: Origin,
    /// The categories in which it does not count; absent: waiting on the customer for resolutions, none
    /// for the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause_in: Option<Vec<StatusCategory>>,
    /// What a reopening does; absent: see [`Target::reopen_mode`]. Not for next response and periodic
    /// update, whose cycles end when the case is solved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopen: Option<ReopenMode>,
    /// Escalation steps, at most 32.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

/// As many as there are bits to remember which have fired.
const MOST_STEPS: usize = 32;
/// A hundred years.
const LONGEST_MS: i64 = 100 * 366 * 24 * 60 * 60 * 1000;

impl Target {
    /// A target with the defaults of its metric, no steps, counting from creation.
    #[must_use]
    pub const fn new(name: Code, metric: Metric, within: TimeDelta, time: TimeBase) -> Self {
        Self {
            name,
            metric,
            duration_ms: within.num_milliseconds(),
            time,
            boundary: Boundary::Close,
            origin: Origin::Creation,
            pause_in: None,
            reopen: None,
            steps: Vec::new(),
        }
    }

    /// A target of this metric, named like it, in calendar time.
    #[must_use]
    pub const fn of(metric: Metric, within: TimeDelta) -> Self {
        Self::new(
            Code::known(metric.name()),
            metric,
            within,
            TimeBase::Calendar,
        )
    }

    /// A first response within so much calendar time.
    ///
    /// ```
    /// use aftercare::{code, sla::Target};
    /// use chrono::TimeDelta;
    ///
    /// let reply = Target::first_response(TimeDelta::hours(4)).in_hours_of(code!("support"));
    /// assert_eq!(reply.name, code!("first_response"));
    /// ```
    #[must_use]
    pub const fn first_response(within: TimeDelta) -> Self {
        Self::of(Metric::FirstResponse, within)
    }

    /// An answer to each further question within so much calendar time.
    #[must_use]
    pub const fn next_response(within: TimeDelta) -> Self {
        Self::of(Metric::NextResponse, within)
    }

    /// A solution within so much calendar time.
    #[must_use]
    pub const fn resolution(within: TimeDelta) -> Self {
        Self::of(Metric::Resolution, within)
    }

    /// Under another name.
    #[must_use]
    pub fn named(mut self, name: Code) -> Self {
        self.name = name;
        self
    }

    /// Counts the open hours of the calendar of this name.
    #[must_use]
    pub fn in_hours_of(mut self, calendar: Code) -> Self {
        self.time = TimeBase::Business(calendar);
        self
    }

    /// Falls due as `boundary` says when used up at a closing.
    #[must_use]
    pub const fn with_boundary(mut self, boundary: Boundary) -> Self {
        self.boundary = boundary;
        self
    }

    /// Counts from the first assignment.
    #[must_use]
    pub const fn from_assignment(mut self) -> Self {
        self.origin = Origin::Assignment;
        self
    }

    /// Does not count in these categories, and in no others.
    #[must_use]
    pub fn pausing_in(mut self, categories: impl Into<Vec<StatusCategory>>) -> Self {
        self.pause_in = Some(categories.into());
        self
    }

    /// With this reopening mode.
    #[must_use]
    pub const fn with_reopen(mut self, mode: ReopenMode) -> Self {
        self.reopen = Some(mode);
        self
    }

    /// With one more escalation step, `offset` after the due instant or before it.
    #[must_use]
    pub fn with_step(
        mut self,
        name: Code,
        offset: TimeDelta,
        actions: impl Into<Vec<Action>>,
    ) -> Self {
        self.steps.push(Step {
            name,
            offset_ms: offset.num_milliseconds(),
            actions: actions.into(),
        });
        self
    }

    /// It does not count in this category.
    #[must_use]
    pub fn pauses_in(&self, category: StatusCategory) -> bool {
        self.pause_in.as_ref().map_or_else(
            || self.metric.is_resolution() && category == StatusCategory::WaitingOnCustomer,
            |categories| categories.contains(&category),
        )
    }

    /// What a reopening does. By default a resolution and an acknowledgement continue, a first response
    /// that was never given begins anew with the reopening, and a first resolution is for the first time only.
    #[must_use]
    pub fn reopen_mode(&self) -> ReopenMode {
        match self.metric {
            Metric::FirstResolution => ReopenMode::FirstOnly,
            Metric::NextResponse | Metric::PeriodicUpdate => ReopenMode::Restart,
            Metric::FirstResponse => self.reopen.unwrap_or(ReopenMode::Restart),
            Metric::Resolution | Metric::Acknowledgement => {
                self.reopen.unwrap_or(ReopenMode::Continue)
            }
        }
    }

    /// Milliseconds consumed at which a step is due.
    pub(super) fn threshold(&self, step: &Step) -> i64 {
        self.duration_ms.saturating_add(step.offset_ms).max(0)
    }

    /// Everything that is wrong with it, with paths from the target.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        if !(1..=LONGEST_MS).contains(&self.duration_ms) {
            let facts = format!("{} ms is not between 1 ms and 100 years", self.duration_ms);
            found.push(Problem::new("duration_ms", "sla.bad_duration", facts));
        }
        for (n, category) in self.pause_in.iter().flatten().enumerate() {
            if category.is_done() {
                let facts = format!("{category:?} is not a pause but the end");
                let path = format!("pause_in[{n}]");
                found.push(Problem::new(path, "sla.pause_when_done", facts));
            }
        }
        let fixed = self.metric.is_cyclic()
            || (self.metric == Metric::FirstResolution
                && self.reopen != Some(ReopenMode::FirstOnly));
        if fixed && let Some(mode) = self.reopen {
            let facts = format!("{mode:?} has no meaning for {:?}", self.metric);
            found.push(Problem::new("reopen", "sla.reopen_does_not_apply", facts));
        }
        if self.steps.len() > MOST_STEPS {
            let facts = format!("{} of at most {MOST_STEPS}", self.steps.len());
            found.push(Problem::new("steps", "sla.too_many_steps", facts));
        }
        for (n, step) in self.steps.iter().enumerate() {
            if self.steps.iter().take(n).any(|s| s.name == step.name) {
                let path = format!("steps[{n}].name");
                found.push(Problem::new(path, "sla.step_repeated", &step.name));
            }
            if !(-LONGEST_MS..=LONGEST_MS).contains(&step.offset_ms) {
                let path = format!("steps[{n}].offset_ms");
                let facts = format!("{} ms is more than 100 years", step.offset_ms);
                found.push(Problem::new(path, "sla.bad_offset", facts));
            }
            if step.actions.is_empty() {
                let path = format!("steps[{n}].actions");
                found.push(Problem::new(path, "sla.step_does_nothing", &step.name));
            }
        }
        found
    }
}
