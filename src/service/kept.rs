use std::sync::Arc;

use chrono::NaiveDate;

use super::occurrence::Occurrence;
use super::plan::Plan;
use super::status::OccurrenceStatus;
use crate::calendar::BusinessHours;
use crate::kernel::OccurrenceId;

/// What a plan has to show for a stretch of time: whether service was done on time, with the services as evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Whether it is shown that every service that was to be done in the time was done on time. Those left out for a reason do not count
    /// against it, given up ones do. What was not looked at is not shown.
    pub is_kept: bool,
    /// Each service that was to be done in the time, in order of its date. Empty when nothing was: nothing speaks against it then.
    pub evidence: Vec<Evidence>,
    /// Whether there were too many to look at all of them; `is_kept` is false then. Ask about a shorter time.
    pub is_partial: bool,
}

/// One service as evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Which one.
    pub occurrence: OccurrenceId,
    /// The date that the plan says.
    pub scheduled_on: NaiveDate,
    /// The last date on which it was on time.
    pub kept_until: NaiveDate,
    /// Where it stands.
    pub status: OccurrenceStatus,
    /// When it was done.
    pub done_on: Option<NaiveDate>,
    /// How much the unit had been used then.
    pub usage: Option<u64>,
    /// Whether it was done on time; `None` while it can still be.
    pub was_kept: Option<bool>,
}

/// Whether services scheduled from one date to another, both included, were done on time, as of a date. Those of later dates are left
/// out unless they are done.
///
/// It looks at the services that are planned; whether a plan had others due that nobody planned yet,
/// [`WasKept`](super::WasKept) works out.
#[must_use]
pub fn was_kept<'a>(
    occurrences: impl IntoIterator<Item = &'a Occurrence>,
    (from, to): (NaiveDate, NaiveDate),
    today: NaiveDate,
) -> Kept {
    let mut evidence: Vec<Evidence> = occurrences
        .into_iter()
        .filter(|occurrence| from <= occurrence.scheduled_on && occurrence.scheduled_on <= to)
        .filter(|occurrence| occurrence.scheduled_on <= today || occurrence.done.is_some())
        .map(|occurrence| Evidence {
            occurrence: occurrence.id,
            scheduled_on: occurrence.scheduled_on,
            kept_until: occurrence.kept_until,
            status: status_on(occurrence, today),
            done_on: occurrence.done.as_ref().map(|done| done.on),
            usage: occurrence.done.as_ref().and_then(|done| done.usage),
            was_kept: occurrence.was_kept(today),
        })
        .collect();
    evidence.sort_by_key(|line| (line.scheduled_on, line.occurrence));
    Kept::of(evidence, false)
}

/// Where it stands on a date, whoever has looked.
fn status_on(occurrence: &Occurrence, today: NaiveDate) -> OccurrenceStatus {
    let is_over = occurrence.dates.until < today;
    let is_late = occurrence.status == OccurrenceStatus::Overdue;
    if occurrence.is_waiting() && is_over {
        OccurrenceStatus::Overdue
    } else if is_late && !is_over {
        OccurrenceStatus::Planned
    } else {
        occurrence.status
    }
}

impl Kept {
    pub(crate) fn of(evidence: Vec<Evidence>, is_partial: bool) -> Self {
        let against = |line: &Evidence| {
            line.status != OccurrenceStatus::Skipped && line.was_kept == Some(false)
        };
        Self {
            is_kept: !is_partial && !evidence.iter().any(against),
            evidence,
            is_partial,
        }
    }
}

/// What was due of a plan up to a date and is not planned yet because nobody woke it, as it stands today: no more than `most`, and
/// whether there are more.
pub(crate) fn not_planned_yet(
    plan: &Plan,
    hours: Option<&BusinessHours>,
    open: &[Arc<Occurrence>],
    until: NaiveDate,
    today: NaiveDate,
    most: usize,
) -> (Vec<Evidence>, bool) {
    let mut plan = Plan::clone(plan);
    let untouched = open.iter().filter(|one| one.is_waiting());
    let untouched = untouched.filter(|one| !one.is_touched && !one.has_expired);
    let mut waiting: Vec<_> = untouched
        .map(|one| plan.terms.overdue_from(one.dates.due_on))
        .collect();
    let mut found = Vec::new();
    for _ in 0..most {
        let next = plan.next_due().filter(|next| next.on <= until);
        let Some(next) = next else {
            return (found, false);
        };
        if plan.terms.plans_ahead() && plan.is_stale(&waiting, plan.plans_from(&next)) {
            return (found, false);
        }
        let turn = match plan.turn(&next, hours) {
            Ok(turn) => turn,
            Err((date, _)) => {
                plan.use_up(Some(date));
                continue;
            }
        };
        let overdue_from = plan.terms.overdue_from(turn.due_on);
        let is_over = overdue_from <= today;
        waiting.push(overdue_from);
        plan.plan(turn.id, turn.date, turn.due_on);
        found.push(Evidence {
            occurrence: turn.id,
            scheduled_on: next.on,
            kept_until: overdue_from.pred_opt().unwrap_or(overdue_from),
            status: if is_over {
                OccurrenceStatus::Overdue
            } else {
                OccurrenceStatus::Planned
            },
            done_on: None,
            usage: None,
            was_kept: is_over.then_some(false),
        });
    }
    (found, true)
}
