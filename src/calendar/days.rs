//! Business days: dates that have hours.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Refusal;
use super::business::{BusinessHours, instant, millis};
use super::civil;
use super::offsets::{DAY, Offsets, RANGE_END, RANGE_START};
use super::sheet::{Sheet, weekday};
use super::span::{Span, carve, merge};
use super::zone::Resolve;

/// At what time of its last date a target of business days falls due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayEnd {
    /// At the clock time at which it began, or at the next opening if it is closed then.
    #[default]
    SameTime,
    /// When the date's last hours end.
    EndOfDay,
}

/// How many dates have hours, up to any date. Dates are days since 1970-01-01.
#[derive(Debug)]
pub(super) struct DayCount {
    /// Weekdays with hours before each weekday, and in the whole week at the end.
    week: [i64; 8],
    /// Dates that differ from their weekday, and by how much the count differs from then on.
    flips: Vec<(i64, i64)>,
}

impl DayCount {
    pub(super) fn new(sheet: &Sheet, offsets: &Offsets) -> Self {
        let mut week = [0; 8];
        let mut count = 0;
        // 1970-01-05 was a Monday; dates without entries of their own stand for their weekday.
        for (before, weekday) in week.iter_mut().zip(0..) {
            *before = count;
            count += i64::from(weekday < 7 && sheet.has_weekly_hours(weekday));
        }
        let mut flips: Vec<(i64, i64)> = Vec::new();
        let mut days: Vec<i64> = sheet
            .special_days()
            .flat_map(|day| [day - 1, day, day + 1])
            .chain(swallowed(sheet, offsets))
            .collect();
        days.sort_unstable();
        days.dedup();
        let mut differs = 0;
        for day in days {
            let has = sheet.has_hours(day) && !is_swallowed(sheet, offsets, day);
            let had = sheet.has_weekly_hours(weekday(day));
            if has != had {
                differs += i64::from(has) - i64::from(had);
                flips.push((day, differs));
            }
        }
        Self { week, flips }
    }

    /// Dates with hours before `day`, counted from a date that is the same for all answers of this calendar.
    fn before(&self, day: i64) -> i64 {
        let weeks = (day + 3).div_euclid(7);
        let [.., per_week] = self.week;
        let ordinary = weeks * per_week + self.week.get(weekday(day)).copied().unwrap_or(0);
        let passed = self.flips.partition_point(|(flipped, _)| *flipped < day);
        let last = passed
            .checked_sub(1)
            .and_then(|place| self.flips.get(place));
        ordinary + last.map_or(0, |(_, differs)| *differs)
    }

    fn has(&self, day: i64) -> bool {
        self.before(day) < self.before(day + 1)
    }

    /// The date with hours before which so many others lie.
    fn nth(&self, count: i64) -> Option<i64> {
        let (mut low, mut high) = (RANGE_START / DAY, RANGE_END / DAY);
        if count < self.before(low) || self.before(high) <= count {
            return None;
        }
        while low + 1 < high {
            let middle = low.midpoint(high);
            if self.before(middle) <= count {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(low)
    }

    /// The `n`th date with hours after `day`, or before it when `n` is negative.
    fn step(&self, day: i64, n: i64) -> Option<i64> {
        let from = match n {
            0 => return Some(day),
            1.. => self.before(day + 1) - 1,
            _ => self.before(day),
        };
        self.nth(from.checked_add(n)?)
    }
}

/// Dates of which clocks skip all hours; as a rule, none.
fn swallowed<'a>(sheet: &'a Sheet, offsets: &'a Offsets) -> impl Iterator<Item = i64> + 'a {
    offsets
        .changes()
        .flat_map(|change| change.from.div_euclid(DAY)..=change.to.div_euclid(DAY))
        .filter(|day| is_swallowed(sheet, offsets, *day))
}

fn is_swallowed(sheet: &Sheet, offsets: &Offsets, day: i64) -> bool {
    let mut hours = sheet.hours_on(day).peekable();
    hours.peek().is_some()
        && hours.all(|span| {
            let start = offsets.resolve(day * DAY + span.start, Resolve::Earliest);
            start >= offsets.resolve(day * DAY + span.end, Resolve::Latest)
        })
}

impl BusinessHours {
    /// Whether any hours start on `date`, in the calendar's zone. False outside the years 1900 to 2099.
    #[must_use]
    pub fn is_business_day(&self, date: NaiveDate) -> bool {
        day_of(date).is_ok_and(|day| self.days().has(day))
    }

    /// The instant `days` business days after `from`, or before it when `days` is negative.
    ///
    /// It steps to the nth date that has hours, the date of `from` not counted, and stays at the clock time of `from`
    /// there ([`DayEnd::SameTime`]). If business is closed at that time, it goes on to the next opening, or, counting
    /// backwards, back to the last closing. With [`DayEnd::EndOfDay`] it is the end of that date's last hours instead.
    /// Zero days stay on the date of `from`, if it has hours, or else move to the next that has.
    ///
    /// ```
    /// use aftercare::calendar::{BusinessHours, DayEnd};
    /// use chrono::{DateTime, Utc};
    ///
    /// let hours = BusinessHours::weekdays("UTC", "09:00", "17:00")?;
    /// let friday: DateTime<Utc> = "2026-01-02T10:00:00Z".parse()?;
    /// let due = hours.add_business_days(friday, 2, DayEnd::SameTime)?;
    /// assert_eq!(due.to_rfc3339(), "2026-01-06T10:00:00+00:00");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Refusal::OutOfRange`]; [`Refusal::NoBusinessDay`]; [`Refusal::NoOpening`].
    pub fn add_business_days(
        &self,
        from: DateTime<Utc>,
        days: i64,
        end: DayEnd,
    ) -> Result<DateTime<Utc>, Refusal> {
        millis(from)?;
        let local = self.zone().local(from);
        let refusal = Refusal::NoBusinessDay { from: local.date() };
        let today = day_of(local.date())?;
        let day = match (end, days) {
            (DayEnd::EndOfDay, 0) if !self.days().has(today) => self.days().step(today, 1),
            _ => self.days().step(today, days),
        };
        let day = day.ok_or(refusal.clone())?;
        match end {
            DayEnd::EndOfDay => instant(self.last_end(day).ok_or(refusal)?, from),
            DayEnd::SameTime if days == 0 => self.next_open(from),
            DayEnd::SameTime => {
                let date = date_of(day).ok_or(refusal)?;
                let at = self
                    .zone()
                    .resolve(date.and_time(local.time()), Resolve::Earliest);
                if days < 0 {
                    self.previous_open(at)
                } else {
                    self.next_open(at)
                }
            }
        }
    }

    /// When the last hours that belong to a date end.
    fn last_end(&self, day: i64) -> Option<i64> {
        let offsets = self.zone().offsets();
        let instants = |day: i64, span: Span| Span {
            start: offsets.resolve(day * DAY + span.start, Resolve::Earliest),
            end: offsets.resolve(day * DAY + span.end, Resolve::Latest),
        };
        let sheet = self.sheet();
        let mut hours: Vec<_> = sheet
            .hours_on(day)
            .map(|span| instants(day, span))
            .collect();
        let mut breaks: Vec<_> = (day - 2..=day + 2)
            .flat_map(|day| sheet.breaks_on(day).map(move |span| instants(day, span)))
            .collect();
        for spans in [&mut hours, &mut breaks] {
            spans.retain(|span| span.start < span.end);
            merge(spans);
        }
        let all = Span {
            start: i64::MIN,
            end: i64::MAX,
        };
        carve(&hours, &breaks, all).last().map(|span| span.end)
    }

    /// The dates after `date` that have hours, in order, up to the year 2099.
    ///
    /// # Errors
    /// [`Refusal::DateOutOfRange`].
    pub fn business_dates_after(&self, date: NaiveDate) -> Result<BusinessDates, Refusal> {
        let next = self.days().before(day_of(date)? + 1);
        Ok(BusinessDates {
            hours: self.clone(),
            next,
            step: 1,
        })
    }

    /// The dates before `date` that have hours, latest first, down to the year 1900.
    ///
    /// # Errors
    /// [`Refusal::DateOutOfRange`].
    pub fn business_dates_before(&self, date: NaiveDate) -> Result<BusinessDates, Refusal> {
        let next = self.days().before(day_of(date)?) - 1;
        Ok(BusinessDates {
            hours: self.clone(),
            next,
            step: -1,
        })
    }

    /// How many dates from `from` up to, not including, `to` have hours; negative when `to` is earlier.
    ///
    /// # Errors
    /// [`Refusal::DateOutOfRange`].
    pub fn business_days_between(&self, from: NaiveDate, to: NaiveDate) -> Result<i64, Refusal> {
        Ok(self.days().before(day_of(to)?) - self.days().before(day_of(from)?))
    }
}

/// Dates that have hours, one after the other; made by [`BusinessHours::business_dates_after`] and its counterpart.
#[derive(Clone, Debug)]
pub struct BusinessDates {
    hours: BusinessHours,
    next: i64,
    step: i64,
}

impl Iterator for BusinessDates {
    type Item = NaiveDate;

    fn next(&mut self) -> Option<NaiveDate> {
        let day = self.hours.days().nth(self.next)?;
        self.next += self.step;
        date_of(day)
    }
}

fn day_of(date: NaiveDate) -> Result<i64, Refusal> {
    let day = i64::from(date.to_epoch_days());
    if (RANGE_START..RANGE_END).contains(&(day * DAY)) {
        Ok(day)
    } else {
        Err(Refusal::DateOutOfRange { on: date })
    }
}

fn date_of(day: i64) -> Option<NaiveDate> {
    civil::add_days(NaiveDate::default(), day)
}
