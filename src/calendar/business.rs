//! Business time: the questions a calendar answers.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::kernel::{Problem, Problems};

use super::Refusal;
use super::days::DayCount;
use super::engine::Engine;
use super::hours::BusinessHoursSpec;
use super::offsets::{DAY, RANGE_END, RANGE_START};
use super::sheet::Sheet;
use super::zone::{Resolve, Zone};

/// Where a target falls due that is used up exactly when business closes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Boundary {
    /// At the closing.
    #[default]
    Close,
    /// At the next opening.
    NextOpen,
}

/// When a business is open, made from a [`BusinessHoursSpec`], which it serialises as.
///
/// Instants go in and come out in UTC; dates and clock times in between are those of the calendar's zone. Open time is
/// physical: a day open from 00:00 to 24:00 on which clocks fall back counts 25 hours. Answers are exact to the
/// millisecond (finer parts of what goes in are dropped, towards the past) and cost the same for a minute as for five years.
/// The years 2000 to 2049 are answered fastest. A calendar takes about 30 KB.
///
/// Calendars answer for the years 1900 to 2099; beyond, zone rules are not known, and they refuse.
/// Clones share one table and are cheap.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "BusinessHoursSpec", into = "BusinessHoursSpec")]
pub struct BusinessHours {
    parts: Arc<Parts>,
}

struct Parts {
    engine: Engine,
    days: DayCount,
    zone: Zone,
    sheet: Sheet,
    spec: BusinessHoursSpec,
}

impl BusinessHours {
    pub(super) fn compile(spec: BusinessHoursSpec, zone: Zone, sheet: Sheet) -> Self {
        let engine = Engine::new(&sheet, zone.offsets());
        let days = DayCount::new(&sheet, zone.offsets());
        Self {
            parts: Arc::new(Parts {
                engine,
                days,
                zone,
                sheet,
                spec,
            }),
        }
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.parts.engine
    }

    pub(super) fn days(&self) -> &DayCount {
        &self.parts.days
    }

    pub(super) fn sheet(&self) -> &Sheet {
        &self.parts.sheet
    }

    /// The zone whose dates and clock times the calendar speaks of.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.parts.zone
    }

    /// The sheet the calendar was made from.
    #[must_use]
    pub fn spec(&self) -> &BusinessHoursSpec {
        &self.parts.spec
    }

    /// Whether business is open at `at`. At the instant of closing it is not. False outside the years 1900 to 2099.
    #[must_use]
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        millis(at).is_ok_and(|instant| self.engine().is_open(instant))
    }

    /// Whether `at` lies on a holiday: anywhere on a whole day off, in the closed part of a half day.
    ///
    /// It goes by the date of `at` in the calendar's zone, so a night shift that began before the holiday may be open on it.
    #[must_use]
    pub fn is_holiday(&self, at: DateTime<Utc>) -> bool {
        let (day, time) = self.on_the_wall(at);
        let kept = self.sheet().kept_on(day);
        kept.is_some_and(|kept| !(kept.start..kept.end).contains(&time))
    }

    /// Whether `at` lies in a break, be there hours around it or not.
    #[must_use]
    pub fn on_break(&self, at: DateTime<Utc>) -> bool {
        let (day, _) = self.on_the_wall(at);
        let instant = at.timestamp_millis();
        let offsets = self.zone().offsets();
        (day - 2..=day + 1).any(|day| {
            self.sheet().breaks_on(day).any(|span| {
                offsets.resolve(day * DAY + span.start, Resolve::Earliest) <= instant
                    && instant < offsets.resolve(day * DAY + span.end, Resolve::Latest)
            })
        })
    }

    /// Date and time of day in the calendar's zone, as days since 1970-01-01 and milliseconds since midnight.
    fn on_the_wall(&self, at: DateTime<Utc>) -> (i64, i64) {
        let instant = at.timestamp_millis();
        let local = instant.saturating_add(self.zone().offsets().at(instant));
        (local.div_euclid(DAY), local.rem_euclid(DAY))
    }

    /// `at` itself when business is open then, otherwise the next opening.
    ///
    /// # Errors
    /// [`Refusal::OutOfRange`]; [`Refusal::NoOpening`] when it never opens again.
    pub fn next_open(&self, at: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
        let instant = millis(at)?;
        let open = self.nth_from(instant, 0, at)?;
        if open == instant {
            return Ok(at);
        }
        self::instant(open, at)
    }

    /// The first closing after `at`: of the period in which `at` lies, or of the next one. Midnight is no closing where
    /// the next date opens at 00:00.
    ///
    /// # Errors
    /// [`Refusal::OutOfRange`]; [`Refusal::NoOpening`] when it never opens again; [`Refusal::NoClosing`] when it never closes.
    pub fn next_close(&self, at: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
        let open = self.next_open(at)?;
        let close = self
            .engine()
            .closed_from(open.timestamp_millis(), RANGE_END);
        if close >= RANGE_END {
            return Err(Refusal::NoClosing { from: at });
        }
        instant(close, at)
    }

    /// `at` itself when business is open then, otherwise the last closing: the point up to which it was open.
    ///
    /// # Errors
    /// [`Refusal::OutOfRange`]; [`Refusal::NoOpening`] when it never was open.
    pub fn previous_open(&self, at: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
        if self.engine().is_open(millis(at)?) {
            return Ok(at);
        }
        self.last_closing(at, at)
    }

    /// The last closing at or before `at`. When business is open, that is the one before it opened.
    ///
    /// # Errors
    /// [`Refusal::OutOfRange`]; [`Refusal::NoClosing`] when it never closed.
    pub fn previous_close(&self, at: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
        let opened = match millis(at)? {
            open if self.engine().is_open(open) => {
                self.engine().closed_until(open + 1, RANGE_START)
            }
            closed => closed,
        };
        let found = self.last_closing(instant(opened, at)?, at);
        found.map_err(|_| Refusal::NoClosing { from: at })
    }

    /// The last closing at or before an instant at which it is closed, or opens.
    fn last_closing(
        &self,
        closed: DateTime<Utc>,
        asked: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, Refusal> {
        instant(self.nth_from(millis(closed)?, -1, asked)? + 1, asked)
    }

    /// Open time from `from` to `to`.
    ///
    /// ```
    /// use aftercare::calendar::BusinessHours;
    /// use chrono::TimeDelta;
    ///
    /// let hours = BusinessHours::weekdays("UTC", "09:00", "17:00")?;
    /// let friday = "2026-01-02T16:00:00Z".parse()?;
    /// let monday = "2026-01-05T10:00:00Z".parse()?;
    /// assert_eq!(hours.elapsed(friday, monday)?, TimeDelta::hours(2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Refusal::ReversedInterval`] when `to` is before `from`; [`Refusal::OutOfRange`].
    #[inline]
    pub fn elapsed(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<TimeDelta, Refusal> {
        if to < from {
            return Err(Refusal::ReversedInterval { from, to });
        }
        self.elapsed_signed(from, to)
    }

    /// Open time from `from` to `to`, negative when `to` is before `from`.
    ///
    /// # Errors
    /// [`Refusal::OutOfRange`].
    #[inline]
    pub fn elapsed_signed(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<TimeDelta, Refusal> {
        let (from, to) = (millis(from)?, millis(to)?);
        Ok(TimeDelta::milliseconds(self.engine().between(from, to)))
    }

    /// The instant at which `duration` of open time after `from` is used up.
    ///
    /// Used up exactly at a closing: `boundary` decides. A duration of zero is `from` itself when business is open then,
    /// otherwise the next opening.
    ///
    /// ```
    /// use aftercare::calendar::{Boundary, BusinessHours};
    /// use chrono::{DateTime, TimeDelta, Utc};
    ///
    /// let hours = BusinessHours::weekdays("UTC", "09:00", "17:00")?;
    /// let friday: DateTime<Utc> = "2026-01-02T16:00:00Z".parse()?;
    /// let hour = TimeDelta::hours(1);
    /// assert_eq!(hours.add(friday, hour, Boundary::Close)?.to_rfc3339(), "2026-01-02T17:00:00+00:00");
    /// assert_eq!(hours.add(friday, hour, Boundary::NextOpen)?.to_rfc3339(), "2026-01-05T09:00:00+00:00");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Refusal::NegativeDuration`]; [`Refusal::OutOfRange`]; [`Refusal::NoOpening`] when so much open time never comes.
    #[inline]
    pub fn add(
        &self,
        from: DateTime<Utc>,
        duration: TimeDelta,
        boundary: Boundary,
    ) -> Result<DateTime<Utc>, Refusal> {
        let length = length(duration)?;
        if length == 0 {
            return self.next_open(from);
        }
        let begun = millis(from)?;
        let due = match boundary {
            Boundary::NextOpen => self.nth_from(begun, length, from)?,
            Boundary::Close => self.nth_from(begun, length - 1, from)? + 1,
        };
        DateTime::from_timestamp_millis(due).ok_or(Refusal::NoOpening { from })
    }

    /// The instant from which `duration` of open time passes until `to`.
    ///
    /// Used up exactly at an opening: that opening. A duration of zero is `to` itself when business is open then,
    /// otherwise the last closing.
    ///
    /// # Errors
    /// [`Refusal::NegativeDuration`]; [`Refusal::OutOfRange`]; [`Refusal::NoOpening`] when so much open time never was.
    pub fn subtract(
        &self,
        to: DateTime<Utc>,
        duration: TimeDelta,
    ) -> Result<DateTime<Utc>, Refusal> {
        let length = length(duration)?;
        if length == 0 {
            return self.previous_open(to);
        }
        let begun = self.nth_from(millis(to)?, -length, to)?;
        instant(begun, to)
    }

    /// The open millisecond before which `length` more open time lies than before `from`.
    #[inline]
    fn nth_from(&self, from: i64, length: i64, asked: DateTime<Utc>) -> Result<i64, Refusal> {
        let found = self.engine().nth_from(from, length);
        let found = found.filter(|found| (RANGE_START..RANGE_END).contains(found));
        found.ok_or(Refusal::NoOpening { from: asked })
    }
}

/// Milliseconds of an instant for which calendars answer.
#[inline]
pub(super) fn millis(at: DateTime<Utc>) -> Result<i64, Refusal> {
    let instant = at.timestamp_millis();
    if (RANGE_START..RANGE_END).contains(&instant) {
        Ok(instant)
    } else {
        Err(Refusal::OutOfRange { at })
    }
}

/// The instant at so many milliseconds, if calendars answer for it.
#[inline]
pub(super) fn instant(millis: i64, asked: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    if !(RANGE_START..RANGE_END).contains(&millis) {
        return Err(Refusal::OutOfRange { at: asked });
    }
    DateTime::from_timestamp_millis(millis).ok_or(Refusal::OutOfRange { at: asked })
}

#[inline]
fn length(duration: TimeDelta) -> Result<i64, Refusal> {
    if duration < TimeDelta::zero() {
        return Err(Refusal::NegativeDuration { duration });
    }
    Ok(duration.num_milliseconds())
}

impl TryFrom<BusinessHoursSpec> for BusinessHours {
    type Error = Problems;

    fn try_from(spec: BusinessHoursSpec) -> Result<Self, Problems> {
        let (zone, sheet) = Sheet::check(&spec)?;
        let hours = Self::compile(spec, zone, sheet);
        if hours.engine().until(RANGE_START) == hours.engine().until(RANGE_END) {
            let facts = "there is no open time between 1900 and 2099";
            return Err(Problem::new("weekly", "calendar.never_opens", facts).into());
        }
        Ok(hours)
    }
}

impl From<BusinessHours> for BusinessHoursSpec {
    fn from(hours: BusinessHours) -> Self {
        hours.parts.spec.clone()
    }
}

impl PartialEq for BusinessHours {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.parts, &other.parts) || self.spec() == other.spec()
    }
}

impl Eq for BusinessHours {}

impl fmt::Debug for BusinessHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BusinessHours").field(self.spec()).finish()
    }
}
