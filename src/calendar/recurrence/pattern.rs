//! A rule that is anchored: which local times it means, worked out from the number of the period, never from the
//! occurrence before.
//!
//! Everything counts from 1970-01-01 on the wall: dates in days, times in seconds. A *period* is a day, a week, a month or a
//! year by its number, so that the nth period after the anchor is found by a multiplication.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use super::dates::Dates;
use super::rule::{Frequency, MonthEnd, Rule};
use super::span::pick;
use crate::calendar::Refusal;

pub(super) const DAY: i64 = 86_400;

/// 0001-01-01 and 9999-12-31, the years that RFC 5545 can write.
const FIRST_DATE: i64 = -719_162;
const LAST_DATE: i64 = 2_932_896;

pub(super) const ALL_WEEK: u64 = 0x7f;
pub(super) const ALL_MONTHS: u32 = 0x1ffe;
/// What a period's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    Day,
    Week,
    Month,
    Year,
}

/// What is meant within one period.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) period: i64,
    pub(super) dates: Dates,
    /// Local times, where positions pick single times of a date.
    pub(super) picks: Option<Vec<i64>>,
}

#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) period: Period,
    pub(super) interval: i64,
    /// The numbers of the anchor's period, and of the last that there is.
    pub(super) origin: i64,
    pub(super) last: i64,
    /// Bits 1 to 12.
    pub(super) months: u32,
    /// Bit 0 is the 1st; none when any day of the month will do.
    pub(super) month_days: Option<u64>,
    /// The same from the month's end: bit 0 is the last.
    pub(super) last_days: u32,
    /// Bit 0 is Monday.
    pub(super) weekdays: u64,
    /// The nth of a weekday, by its bit; they add to `weekdays` and make it a limit even if it is empty.
    pub(super) nths: Vec<(i64, i64)>,
    /// Whether the nth counts within the year.
    pub(super) by_year: bool,
    pub(super) positions: Vec<i32>,
    /// Seconds of the day, in order.
    pub(super) times: Vec<i64>,
    pub(super) month_end: MonthEnd,
    /// Monday is 0.
    pub(super) week_start: i64,
    /// The first and the last local time that can occur.
    pub(super) start: i64,
    pub(super) end: i64,
}

pub(super) fn seconds(local: NaiveDateTime) -> i64 {
    local.and_utc().timestamp()
}

pub(super) fn local(seconds: i64) -> Option<NaiveDateTime> {
    chrono::DateTime::from_timestamp(seconds, 0).map(|at| at.naive_utc())
}

pub(super) fn date(day: i64) -> NaiveDate {
    let day = i32::try_from(day).ok();
    day.and_then(NaiveDate::from_epoch_days).unwrap_or_default()
}

/// The 1st of a month, by the month's number (years times twelve and months).
pub(super) fn first_of(month: i64) -> NaiveDate {
    let year = i32::try_from(month.div_euclid(12)).unwrap_or(0);
    let number = u32::try_from(month.rem_euclid(12)).unwrap_or(0) + 1;
    NaiveDate::from_ymd_opt(year, number, 1).unwrap_or_default()
}

pub(super) fn day_of(date: NaiveDate) -> i64 {
    date.to_epoch_days().into()
}

pub(super) fn month_of(date: NaiveDate) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month0())
}

/// Monday is 0; 1970-01-05 was one.
pub(super) fn weekday_of(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

impl Pattern {
    pub(super) fn new(rule: &Rule, start: NaiveDateTime) -> Result<Self, Refusal> {
        rule.check()?;
        let first = start.date();
        if !(FIRST_DATE..=LAST_DATE).contains(&day_of(first)) {
            return Err(Refusal::AnchorOutOfRange { on: first });
        }
        let mut pattern = Self {
            period: match rule.frequency {
                Frequency::Daily => Period::Day,
                Frequency::Weekly => Period::Week,
                Frequency::Monthly => Period::Month,
                Frequency::Yearly => Period::Year,
            },
            interval: rule.interval.into(),
            origin: 0,
            last: 0,
            months: rule.months.iter().fold(0, |bits, month| bits | 1 << month),
            month_days: None,
            last_days: 0,
            weekdays: 0,
            nths: Vec::new(),
            by_year: rule.frequency == Frequency::Yearly && rule.months.is_empty(),
            positions: rule.positions.clone(),
            times: times(rule, start),
            month_end: rule.month_end,
            week_start: rule.week_start.num_days_from_monday().into(),
            start: seconds(start),
            end: (LAST_DATE + 1) * DAY - 1,
        };
        pattern.set_days(rule, first);
        pattern.simplify();
        pattern.origin = pattern.period_of(day_of(first));
        pattern.last = pattern.period_of(LAST_DATE);
        pattern.shorten_years();
        if let Some(count) = rule.count {
            pattern.limit(pattern.nth(count.into()));
        }
        Ok(pattern)
    }

    /// Which days of a month and week are meant; what the rule does not say is taken from the anchor.
    fn set_days(&mut self, rule: &Rule, first: NaiveDate) {
        let says_day = !rule.days.is_empty() || !rule.month_days.is_empty();
        for day in &rule.days {
            let weekday = i64::from(day.weekday.num_days_from_monday());
            match (rule.frequency, day.nth) {
                (Frequency::Monthly | Frequency::Yearly, Some(nth)) => {
                    self.nths.push((nth.into(), weekday));
                }
                (_, None) | (Frequency::Daily | Frequency::Weekly, Some(_)) => {
                    self.weekdays |= 1 << weekday;
                }
            }
        }
        if rule.days.is_empty() {
            let is_implied = rule.frequency == Frequency::Weekly && !says_day;
            let weekday = first.weekday().num_days_from_monday();
            self.weekdays = if is_implied { 1 << weekday } else { ALL_WEEK };
        }
        let mut month_days = 0_u64;
        for day in &rule.month_days {
            let place = day.unsigned_abs() - 1;
            if *day > 0 {
                month_days |= 1 << place;
            } else {
                self.last_days |= 1 << place;
            }
        }
        self.month_days = (!rule.month_days.is_empty()).then_some(month_days);
        let by_month = matches!(rule.frequency, Frequency::Monthly | Frequency::Yearly);
        if by_month && !says_day {
            if rule.is_sticky && first.day() == u32::from(first.num_days_in_month()) {
                self.month_days = Some(0);
                self.last_days = 1;
            } else {
                self.month_days = Some(1 << first.day0());
            }
            if self.months == 0 && rule.frequency == Frequency::Yearly {
                self.months = 1 << first.month();
            }
        }
        if self.months == 0 {
            self.months = ALL_MONTHS;
        }
    }

    /// Days and weeks without gaps are as good as months, which are quicker.
    fn simplify(&mut self) {
        if self.period == Period::Day && !self.positions.is_empty() {
            let picked = pick(&self.positions, self.times.len());
            let times = picked.filter_map(|place| self.times.get(place).copied());
            self.times = sorted(times.collect());
            self.positions.clear();
        }
        let is_dense = self.interval == 1 && self.positions.is_empty();
        if is_dense && matches!(self.period, Period::Day | Period::Week) {
            self.period = Period::Month;
            // A date that a month does not have is no date of a day or week.
            self.month_end = MonthEnd::Omit;
        }
    }

    /// A yearly rule of one month is a monthly one of twelve times the interval.
    fn shorten_years(&mut self) {
        let has_limits = self.weekdays != ALL_WEEK || !self.nths.is_empty();
        let within_year = !self.positions.is_empty() || self.by_year && has_limits;
        if self.period == Period::Year && self.months.count_ones() == 1 && !within_year {
            let month = i64::from(self.months.trailing_zeros()) - 1;
            self.period = Period::Month;
            self.origin = self.origin * 12 + month;
            self.last = self.period_of(LAST_DATE);
            self.interval *= 12;
        }
    }

    fn period_of(&self, day: i64) -> i64 {
        match self.period {
            Period::Day => day,
            Period::Week => (day + 3 - self.week_start).div_euclid(7),
            Period::Month => month_of(date(day)),
            Period::Year => date(day).year().into(),
        }
    }

    /// The last period of the rule that does not lie after this one.
    fn align(&self, period: i64) -> i64 {
        let steps = (period - self.origin).div_euclid(self.interval);
        self.origin + steps * self.interval
    }

    /// The first occurrence at or after a local time.
    ///
    /// `span` holds the span that was used last, and is empty at first; whoever keeps it asks for ever later times.
    pub(super) fn from(&self, local: i64, span: &mut Option<Span>) -> Option<i64> {
        let local = local.max(self.start);
        if local > self.end {
            return None;
        }
        let mut period = match span {
            Some(span) => span.period,
            None => {
                // The dates of a month can spill into the next one.
                let spill = i64::from(self.month_end == MonthEnd::Forward);
                let there = self.period_of(local.div_euclid(DAY)) - spill;
                self.align(there).max(self.origin)
            }
        };
        while period <= self.last {
            if let Some(found) = self
                .span(period, span)
                .and_then(|span| self.first_in(span, local))
            {
                return (found <= self.end).then_some(found);
            }
            period = self.next_period(period);
        }
        None
    }

    /// The last occurrence before a local time; `span` as in [`from`](Self::from), for ever earlier times.
    pub(super) fn before(&self, local: i64, span: &mut Option<Span>) -> Option<i64> {
        let local = local.min(self.end + 1);
        let mut period = match span {
            Some(span) => span.period,
            None => self.align(self.period_of((local - 1).div_euclid(DAY))),
        };
        while period >= self.origin && local > self.start {
            if let Some(found) = self
                .span(period, span)
                .and_then(|span| self.last_in(span, local))
            {
                return (found >= self.start).then_some(found);
            }
            period -= self.interval;
        }
        None
    }

    fn first_in(&self, span: &Span, local: i64) -> Option<i64> {
        if let Some(picks) = &span.picks {
            let place = picks.partition_point(|pick| *pick < local);
            return picks.get(place).copied();
        }
        let (day, time) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let found = span.dates.from(day)?;
        let place = if found == day {
            self.times.partition_point(|known| *known < time)
        } else {
            0
        };
        if let Some(time) = self.times.get(place) {
            return Some(found * DAY + time);
        }
        let found = span.dates.from(day + 1)?;
        self.times.first().map(|time| found * DAY + time)
    }

    fn last_in(&self, span: &Span, local: i64) -> Option<i64> {
        if let Some(picks) = &span.picks {
            let place = picks.partition_point(|pick| *pick < local);
            return picks.get(place.checked_sub(1)?).copied();
        }
        let (day, time) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let found = span.dates.until(day)?;
        let place = if found == day {
            self.times.partition_point(|known| *known < time)
        } else {
            self.times.len()
        };
        if let Some(time) = place.checked_sub(1).and_then(|place| self.times.get(place)) {
            return Some(found * DAY + time);
        }
        let found = span.dates.until(day - 1)?;
        self.times.last().map(|time| found * DAY + time)
    }

    /// The next period of the rule that could have dates: months that the rule leaves out are not walked through.
    fn next_period(&self, period: i64) -> i64 {
        let next = period + self.interval;
        if self.months == ALL_MONTHS || !matches!(self.period, Period::Day | Period::Week) {
            return next;
        }
        let length = if self.period == Period::Week { 7 } else { 1 };
        let day = self.first_day(next);
        let mut month = month_of(date(day + length - 1));
        if self.has_month(month) || self.has_month(month_of(date(day))) {
            return next;
        }
        while !self.has_month(month) {
            month += 1;
        }
        let aligned = self.align(self.period_of(day_of(first_of(month))));
        aligned.max(next)
    }

    pub(super) fn has_month(&self, month: i64) -> bool {
        self.months >> (month.rem_euclid(12) + 1) & 1 == 1
    }

    /// The first date of a day or week by its number.
    pub(super) const fn first_day(&self, period: i64) -> i64 {
        match self.period {
            Period::Week => period * 7 - 3 + self.week_start,
            Period::Day | Period::Month | Period::Year => period,
        }
    }

    fn span<'a>(&self, period: i64, kept: &'a mut Option<Span>) -> Option<&'a Span> {
        if kept.as_ref().is_none_or(|kept| kept.period != period) {
            *kept = Some(self.make(period));
        }
        kept.as_ref()
    }

    /// The nth occurrence, or the end of time when there are not so many: counted a period at a time.
    fn nth(&self, nth: u64) -> i64 {
        let mut counted = 0;
        let mut from = self.start;
        let mut period = self.origin;
        let times = u64::try_from(self.times.len()).unwrap_or(1);
        while period <= self.last {
            let span = self.make(period);
            let has = match &span.picks {
                Some(picks) => u64::try_from(picks.len()).unwrap_or(0),
                None => u64::from(span.dates.count()) * times,
            };
            // Whole periods are counted as such, but neither the first nor any that could repeat a date.
            let is_whole = period != self.origin && self.month_end != MonthEnd::Forward;
            if is_whole && counted + has < nth {
                counted += has;
            } else {
                while let Some(found) = self.first_in(&span, from) {
                    counted += 1;
                    if counted == nth {
                        return found;
                    }
                    from = found + 1;
                }
            }
            period = self.next_period(period);
        }
        i64::MAX
    }

    pub(super) const fn limit(&mut self, end: i64) {
        if end < self.end {
            self.end = end;
        }
    }
}

pub(super) fn sorted(mut list: Vec<i64>) -> Vec<i64> {
    list.sort_unstable();
    list.dedup();
    list
}

/// The times of a day; what the rule does not say is the anchor's.
fn times(rule: &Rule, start: NaiveDateTime) -> Vec<i64> {
    let or = |list: &[u32], given: u32| match list {
        [] => vec![given],
        list => list.to_vec(),
    };
    let (minutes, seconds) = (
        or(&rule.minutes, start.minute()),
        or(&rule.seconds, start.second()),
    );
    let mut times = Vec::new();
    for hour in or(&rule.hours, start.hour()) {
        for minute in &minutes {
            for second in &seconds {
                times.push(i64::from((hour * 60 + minute) * 60 + second));
            }
        }
    }
    sorted(times)
}
