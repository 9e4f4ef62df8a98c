//! The open periods of a calendar, one after the other.

use chrono::{DateTime, Utc};

use super::Refusal;
use super::business::{BusinessHours, millis};
use super::offsets::{RANGE_END, RANGE_START};
use super::period::Period;

impl BusinessHours {
    /// The open periods between two instants, in order, cut at both; worked out as they are asked for.
    ///
    /// Hours that touch are one period, so a calendar that never closes has a single one.
    ///
    /// # Errors
    /// [`Refusal::ReversedInterval`] when `to` is before `from`; [`Refusal::OutOfRange`].
    pub fn periods(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Periods, Refusal> {
        if to < from {
            return Err(Refusal::ReversedInterval { from, to });
        }
        Ok(self.periods_up_to(millis(from)?, millis(to)?))
    }

    /// The open periods from an instant on, cut at it, up to the year 2099.
    ///
    /// ```
    /// use aftercare::calendar::{BusinessHours, Period};
    ///
    /// let hours = BusinessHours::weekdays("UTC", "09:00", "17:00")?;
    /// let friday = "2026-01-02T16:00:00Z".parse()?;
    /// let next: Vec<Period> = hours.periods_from(friday)?.take(2).collect();
    /// assert_eq!(next[1].start.to_rfc3339(), "2026-01-05T09:00:00+00:00");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Refusal::OutOfRange`].
    pub fn periods_from(&self, from: DateTime<Utc>) -> Result<Periods, Refusal> {
        Ok(self.periods_up_to(millis(from)?, RANGE_END))
    }

    fn periods_up_to(&self, at: i64, end: i64) -> Periods {
        Periods {
            hours: self.clone(),
            at,
            end,
        }
    }

    /// The open periods before an instant, latest first, cut at it, down to the year 1900.
    ///
    /// # Errors
    /// [`Refusal::OutOfRange`].
    pub fn periods_before(&self, to: DateTime<Utc>) -> Result<PeriodsBefore, Refusal> {
        Ok(PeriodsBefore {
            hours: self.clone(),
            at: millis(to)?,
        })
    }

    /// The periods between two instants in which both calendars are open, whatever their zones.
    ///
    /// # Errors
    /// [`Refusal::ReversedInterval`] when `to` is before `from`; [`Refusal::OutOfRange`].
    pub fn intersection(
        &self,
        other: &Self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Intersection, Refusal> {
        Ok(Intersection {
            one: self.periods(from, to)?,
            other: other.periods(from, to)?,
        })
    }
}

/// Open periods in order; made by [`BusinessHours::periods`] and [`BusinessHours::periods_from`].
#[derive(Clone, Debug)]
pub struct Periods {
    hours: BusinessHours,
    at: i64,
    end: i64,
}

impl Periods {
    /// The next period, without moving on.
    fn peek(&self) -> Option<(i64, i64)> {
        let engine = self.hours.engine();
        if self.at >= self.end {
            return None;
        }
        let start = engine.nth_from(self.at, 0)?;
        // Never back: where it is open, the instant itself is the one found.
        let start = start.max(self.at);
        (start < self.end).then(|| (start, engine.closed_from(start, self.end)))
    }
}

impl Iterator for Periods {
    type Item = Period;

    fn next(&mut self) -> Option<Period> {
        let (start, end) = self.peek()?;
        self.at = end;
        period(start, end)
    }
}

/// Open periods, latest first; made by [`BusinessHours::periods_before`].
#[derive(Clone, Debug)]
pub struct PeriodsBefore {
    hours: BusinessHours,
    at: i64,
}

impl Iterator for PeriodsBefore {
    type Item = Period;

    fn next(&mut self) -> Option<Period> {
        let engine = self.hours.engine();
        let end = engine.nth_from(self.at, -1)? + 1;
        if end <= RANGE_START {
            return None;
        }
        let start = engine.closed_until(end, RANGE_START);
        self.at = start;
        period(start, end)
    }
}

/// Periods in which two calendars are open; made by [`BusinessHours::intersection`].
#[derive(Clone, Debug)]
pub struct Intersection {
    one: Periods,
    other: Periods,
}

impl Iterator for Intersection {
    type Item = Period;

    fn next(&mut self) -> Option<Period> {
        loop {
            let one = self.one.peek()?;
            let other = self.other.peek()?;
            let start = one.0.max(other.0);
            let end = one.1.min(other.1);
            // Both go on from the latest point that both have decided.
            let decided = end.max(start);
            self.one.at = decided;
            self.other.at = decided;
            if start < end {
                return period(start, end);
            }
        }
    }
}

fn period(start: i64, end: i64) -> Option<Period> {
    Some(Period {
        start: DateTime::from_timestamp_millis(start)?,
        end: DateTime::from_timestamp_millis(end)?,
    })
}
