use chrono::NaiveDate;

use super::occurrence::{Occurrence, OccurrenceStatus};
use crate::kernel::OccurrenceId;

/// What a plan has to show for a stretch of time: whether service was done on time, with the services as evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Whether every service that was to be done in the time was done on time. Those left out for a reason do not count against it, given
    /// up ones do.
    pub is_kept: bool,
    /// Each service that was to be done in the time, in order of its date.
    pub evidence: Vec<Evidence>,
    /// Whether there were too many to look at all of them; `is_kept` then speaks of those in `evidence`.
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

/// Whether services scheduled from one date to another, both included, were done on time, as of a date.
#[must_use]
pub fn was_kept<'a>(
    occurrences: impl IntoIterator<Item = &'a Occurrence>,
    (from, to): (NaiveDate, NaiveDate),
    today: NaiveDate,
) -> Kept {
    let mut evidence: Vec<Evidence> = occurrences
        .into_iter()
        .filter(|occurrence| from <= occurrence.scheduled_on && occurrence.scheduled_on <= to)
        .map(|occurrence| Evidence {
            occurrence: occurrence.id,
            scheduled_on: occurrence.scheduled_on,
            kept_until: occurrence.kept_until,
            status: occurrence.status,
            done_on: occurrence.done.as_ref().map(|done| done.on),
            usage: occurrence.done.as_ref().and_then(|done| done.usage),
            was_kept: occurrence.was_kept(today),
        })
        .collect();
    evidence.sort_by_key(|line| (line.scheduled_on, line.occurrence));
    let against =
        |line: &Evidence| line.status != OccurrenceStatus::Skipped && line.was_kept == Some(false);
    Kept {
        is_kept: !evidence.iter().any(against),
        evidence,
        is_partial: false,
    }
}
