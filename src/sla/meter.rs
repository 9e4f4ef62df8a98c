//! The clock's own time: every hour, or the open hours of a calendar.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::refusal::Refusal;
use super::state::CalendarPin;
use crate::calendar::{Boundary, BusinessHours, DayEnd};
use crate::kernel::Code;

/// Where the clocks find the calendars that targets name.
///
/// A running clock keeps to the revision it began with, so old revisions must be there for as long as
/// clocks run on them.
pub trait Calendars {
    /// The revision that new clocks begin with.
    fn current(&self, name: &Code) -> Option<u32>;
    /// The calendar of this name and revision.
    fn hours(&self, name: &Code, revision: u32) -> Option<&BusinessHours>;
}

/// No calendars: enough for targets in calendar time.
impl Calendars for () {
    fn current(&self, _: &Code) -> Option<u32> {
        None
    }
    fn hours(&self, _: &Code, _: u32) -> Option<&BusinessHours> {
        None
    }
}

/// Calendars by name and revision; the highest revision is the current one.
impl Calendars for BTreeMap<Code, BTreeMap<u32, BusinessHours>> {
    fn current(&self, name: &Code) -> Option<u32> {
        let (revision, _) = self.get(name)?.last_key_value()?;
        Some(*revision)
    }
    fn hours(&self, name: &Code, revision: u32) -> Option<&BusinessHours> {
        self.get(name)?.get(&revision)
    }
}

/// Measures in a clock's own time.
#[derive(Clone, Copy)]
pub(super) enum Meter<'a> {
    Calendar,
    Business(&'a BusinessHours),
}

impl<'a> Meter<'a> {
    pub(super) fn find(
        pin: Option<&CalendarPin>,
        calendars: &'a impl Calendars,
    ) -> Result<Self, Refusal> {
        let Some(CalendarPin { name, revision }) = pin else {
            return Ok(Self::Calendar);
        };
        let missing = || Refusal::CalendarMissing {
            name: name.clone(),
            revision: Some(*revision),
        };
        let hours = calendars.hours(name, *revision).ok_or_else(missing)?;
        Ok(Self::Business(hours))
    }

    /// Milliseconds from one instant to another; nothing when they are reversed.
    pub(super) fn elapsed(self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<i64, Refusal> {
        if to <= from {
            return Ok(0);
        }
        let elapsed = match self {
            Self::Calendar => to - from,
            Self::Business(hours) => hours.elapsed(from, to)?,
        };
        Ok(elapsed.num_milliseconds().max(0))
    }

    /// The instant at which so many milliseconds have passed.
    pub(super) fn after(
        self,
        from: DateTime<Utc>,
        ms: i64,
        boundary: Boundary,
    ) -> Result<DateTime<Utc>, Refusal> {
        let duration = TimeDelta::try_milliseconds(ms.max(0)).ok_or(Refusal::OutOfRange)?;
        match self {
            Self::Calendar => from.checked_add_signed(duration).ok_or(Refusal::OutOfRange),
            Self::Business(hours) => Ok(hours.add(from, duration, boundary)?),
        }
    }
}

/// A stretch in which nothing counts: from an instant up to another, UTC.
pub type Pause = (DateTime<Utc>, DateTime<Utc>);

/// Open time from one instant to another that no pause covers.
///
/// Pauses may come in any order, overlap, or reach beyond the interval. One wholly outside hours costs
/// nothing. Zero when the interval is reversed.
///
/// ```
/// use aftercare::calendar::BusinessHours;
/// use aftercare::sla::consumed;
/// use chrono::{DateTime, TimeDelta, Utc};
///
/// let hours = BusinessHours::weekdays("UTC", "09:00", "17:00")?;
/// let at = |text: &str| text.parse::<DateTime<Utc>>();
/// let waiting = [(at("2026-01-05T10:00:00Z")?, at("2026-01-05T11:30:00Z")?)];
/// let consumed = consumed(&hours, at("2026-01-05T09:00:00Z")?, at("2026-01-05T12:00:00Z")?, &waiting)?;
/// assert_eq!(consumed, TimeDelta::minutes(90));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Refusal::Calendar`] when the calendar cannot answer.
pub fn consumed(
    hours: &BusinessHours,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    pauses: &[Pause],
) -> Result<TimeDelta, Refusal> {
    let meter = Meter::Business(hours);
    let mut total = 0_i64;
    let mut running = from;
    for (begin, end) in merged(pauses) {
        total = total.saturating_add(meter.elapsed(running, begin.min(to))?);
        running = running.max(end);
    }
    total = total.saturating_add(meter.elapsed(running, to)?);
    TimeDelta::try_milliseconds(total).ok_or(Refusal::OutOfRange)
}

/// The instant at which `target` of open time that no pause covers is used up.
///
/// A target used up at the very beginning of a pause is due after it: until then nothing has exceeded it.
///
/// # Errors
/// [`Refusal::Calendar`] when the calendar cannot answer or never has so many hours.
pub fn due(
    hours: &BusinessHours,
    from: DateTime<Utc>,
    target: TimeDelta,
    pauses: &[Pause],
    boundary: Boundary,
) -> Result<DateTime<Utc>, Refusal> {
    let meter = Meter::Business(hours);
    let mut left = target.num_milliseconds();
    let mut running = from;
    for (begin, end) in merged(pauses) {
        if end <= running {
            continue;
        }
        if running < begin {
            let due = meter.after(running, left, boundary)?;
            if due < begin {
                return Ok(due);
            }
            left -= meter.elapsed(running, begin)?;
        }
        running = end;
    }
    meter.after(running, left, boundary)
}

/// The instant `days` business days after another, put off by the open time of the pauses before it.
///
/// # Errors
/// [`Refusal::Calendar`] when the calendar cannot answer or never has so many days or hours.
pub fn due_in_business_days(
    hours: &BusinessHours,
    from: DateTime<Utc>,
    days: u32,
    pauses: &[Pause],
    boundary: Boundary,
) -> Result<DateTime<Utc>, Refusal> {
    let meter = Meter::Business(hours);
    let mut due = hours.add_business_days(from, i64::from(days), DayEnd::default())?;
    for (begin, end) in merged(pauses) {
        if begin < due {
            due = meter.after(due, meter.elapsed(begin.max(from), end)?, boundary)?;
        }
    }
    Ok(due)
}

/// The pauses in order, without overlaps and empty ones.
fn merged(pauses: &[Pause]) -> Vec<Pause> {
    let mut sorted: Vec<Pause> = pauses
        .iter()
        .copied()
        .filter(|(begin, end)| begin < end)
        .collect();
    sorted.sort_unstable();
    sorted.dedup_by(|next, kept| {
        let joins = next.0 <= kept.1;
        if joins {
            kept.1 = kept.1.max(next.1);
        }
        joins
    });
    sorted
}
