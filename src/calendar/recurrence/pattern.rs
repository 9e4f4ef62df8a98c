//! A rule that is anchored: which local times it means, worked out from the number of the period, never from the
//! occurrence before.
//!
//! Everything counts from 1970-01-01 on the wall: dates in days, times in seconds. A *period* is a day, a week, a month or a
//! year by its number, so that the nth period after the anchor is found by a multiplication.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use super::dates::Dates;
use super::rule::{Frequency, MonthEnd, Rule};
use crate::calendar::Refusal;

pub(super) const DAY: i64 = 86_400;

/// 0001-01-01 and 9999-12-31, the years that RFC 5545 can write.
const FIRST_DATE: i64 = -719_162;
const LAST_DATE: i64 = 2_932_896;

const ALL_WEEK: u64 = 0x7f;
const ALL_MONTHS: u32 = 0x1ffe;
/// A bit for each seventh date: a weekday, over six weeks.
const WEEKLY: u64 = 0x0008_1020_4081 | 1 << 42;

/// What a period's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Period {
    Day,
    Week,
    Month,
    Year,
}

/// What is meant within one period.
#[derive(Clone, Debug)]
pub(super) struct Span {
    period: i64,
    dates: Dates,
    /// Local times, where positions pick single times of a date.
    picks: Option<Vec<i64>>,
}

#[derive(Clone, Debug)]
pub(super) struct Pattern {
    period: Period,
    interval: i64,
    /// The numbers of the anchor's period, and of the last that there is.
    origin: i64,
    last: i64,
    /// Bits 1 to 12.
    months: u32,
    /// Bit 0 is the 1st; none when any day of the month will do.
    month_days: Option<u64>,
    /// The same from the month's end: bit 0 is the last.
    last_days: u32,
    /// Bit 0 is Monday.
    weekdays: u64,
    /// The nth of a weekday, by its bit; they add to `weekdays` and make it a limit even if it is empty.
    nths: Vec<(i64, i64)>,
    /// Whether the nth counts within the year.
    by_year: bool,
    positions: Vec<i32>,
    /// Seconds of the day, in order.
    times: Vec<i64>,
    month_end: MonthEnd,
    /// Monday is 0.
    week_start: i64,
    /// The first and the last local time that can occur.
    start: i64,
    end: i64,
}

pub(super) fn seconds(local: NaiveDateTime) -> i64 {
    local.and_utc().timestamp()
}

pub(super) fn local(seconds: i64) -> Option<NaiveDateTime> {
    chrono::DateTime::from_timestamp(seconds, 0).map(|at| at.naive_utc())
}

fn date(day: i64) -> NaiveDate {
    let day = i32::try_from(day).ok();
    day.and_then(NaiveDate::from_epoch_days).unwrap_or_default()
}

/// The 1st of a month, by the month's number (years times twelve and months).
fn first_of(month: i64) -> NaiveDate {
    let year = i32::try_from(month.div_euclid(12)).unwrap_or(0);
    let number = u32::try_from(month.rem_euclid(12)).unwrap_or(0) + 1;
    NaiveDate::from_ymd_opt(year, number, 1).unwrap_or_default()
}

fn day_of(date: NaiveDate) -> i64 {
    date.to_epoch_days().into()
}

fn month_of(date: NaiveDate) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month0())
}

/// Monday is 0; 1970-01-05 was one.
fn weekday_of(day: i64) -> i64 {
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

    fn has_month(&self, month: i64) -> bool {
        self.months >> (month.rem_euclid(12) + 1) & 1 == 1
    }

    /// The first date of a day or week by its number.
    const fn first_day(&self, period: i64) -> i64 {
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

    fn make(&self, period: i64) -> Span {
        let dates = match self.period {
            Period::Day => Dates::of(period, u64::from(self.has_day(period))),
            Period::Week => self.week(period),
            Period::Month => {
                if self.has_month(period) {
                    let (first, bits) = self.month(period, !self.by_year);
                    Dates::of(first, bits)
                } else {
                    Dates::empty(0)
                }
            }
            Period::Year => self.year(period),
        };
        if self.positions.is_empty() {
            return Span {
                period,
                dates,
                picks: None,
            };
        }
        self.picked(period, &dates)
    }

    /// The dates of a month that positions leave, as bits from its 1st.
    fn month(&self, month: i64, with_weekdays: bool) -> (i64, u64) {
        let first = first_of(month);
        let length = u32::from(first.num_days_in_month());
        let whole = (1_u64 << length) - 1;
        let mut bits = match self.month_days {
            None => whole,
            Some(days) => {
                let from_end = self.last_days.reverse_bits() >> (32 - length);
                let mut bits = days & whole | u64::from(from_end);
                if days & !whole != 0 {
                    bits |= match self.month_end {
                        MonthEnd::Omit => 0,
                        MonthEnd::Backward => 1 << (length - 1),
                        MonthEnd::Forward => 1 << length,
                    };
                }
                bits
            }
        };
        let first = day_of(first);
        if with_weekdays && (self.weekdays != ALL_WEEK || !self.nths.is_empty()) {
            let begins = weekday_of(first);
            let mut allowed = weeks(self.weekdays, begins);
            for (nth, weekday) in &self.nths {
                let place = nth_bit(*nth, *weekday, begins, length.into());
                allowed |= place.map_or(0, |place| 1_u64 << place);
            }
            if bits >> length != 0 && self.is_nth_first(month + 1) {
                allowed |= 1 << length;
            }
            bits &= allowed;
        }
        (first, bits)
    }

    /// Whether the 1st of a month is the nth of its weekday that the rule means.
    fn is_nth_first(&self, month: i64) -> bool {
        let first = first_of(month);
        let (weekday, length) = (weekday_of(day_of(first)), first.num_days_in_month().into());
        let mut nths = self.nths.iter();
        nths.any(|(nth, meant)| {
            *meant == weekday && nth_bit(*nth, weekday, weekday, length) == Some(0)
        })
    }

    fn year(&self, year: i64) -> Dates {
        let first = first_of(year * 12);
        let mut dates = Dates::empty(day_of(first));
        for month in (year * 12..)
            .take(12)
            .filter(|month| self.has_month(*month))
        {
            let (from, bits) = self.month(month, !self.by_year);
            dates.add(from, bits);
        }
        if self.by_year && (self.weekdays != ALL_WEEK || !self.nths.is_empty()) {
            let first = day_of(first);
            let length = day_of(first_of((year + 1) * 12)) - first;
            let begins = weekday_of(first);
            let mut allowed = Dates::empty(first);
            let weeks = weeks(self.weekdays, begins) & ((1 << 42) - 1);
            for start in (0..378).step_by(42) {
                allowed.add(first + start, weeks);
            }
            for (nth, weekday) in &self.nths {
                if let Some(place) = nth_bit(*nth, *weekday, begins, length) {
                    allowed.add(first + place, 1);
                }
            }
            dates.keep(&allowed);
        }
        dates
    }

    fn week(&self, week: i64) -> Dates {
        let first = self.first_day(week);
        let mut bits = weeks(self.weekdays, weekday_of(first)) & ALL_WEEK;
        if self.months != ALL_MONTHS || self.month_days.is_some() {
            for place in 0..7 {
                if bits >> place & 1 == 1 && !self.has_day(first + place) {
                    bits &= !(1 << place);
                }
            }
        }
        Dates::of(first, bits)
    }

    /// Whether a day passes the limits of a daily or weekly rule.
    fn has_day(&self, day: i64) -> bool {
        if self.weekdays >> weekday_of(day) & 1 == 0 {
            return false;
        }
        if self.months == ALL_MONTHS && self.month_days.is_none() {
            return true;
        }
        let date = date(day);
        let Some(days) = self.month_days else {
            return self.has_month(month_of(date));
        };
        let from_end = u32::from(date.num_days_in_month()) - date.day();
        let is_meant = days >> date.day0() & 1 == 1 || self.last_days >> from_end & 1 == 1;
        is_meant && self.has_month(month_of(date))
    }

    /// What positions leave of a period's dates and times.
    fn picked(&self, period: i64, dates: &Dates) -> Span {
        let times = self.times.len();
        let count = usize::try_from(dates.count()).unwrap_or(0);
        let picked = pick(&self.positions, count * times);
        if times == 1 {
            let mut left = dates.none();
            for day in picked.filter_map(|place| dates.nth(place)) {
                left.add(day, 1);
            }
            return Span {
                period,
                dates: left,
                picks: None,
            };
        }
        let days: Vec<i64> = dates.iter().collect();
        let local = |place: usize| {
            let day = days.get(place.checked_div(times)?)?;
            let time = self.times.get(place.checked_rem(times)?)?;
            Some(day * DAY + time)
        };
        Span {
            period,
            dates: dates.none(),
            picks: Some(sorted(picked.filter_map(local).collect())),
        }
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

/// The bits of weekdays over six weeks that begin on the weekday `begins`.
const fn weeks(weekdays: u64, begins: i64) -> u64 {
    let turned = (weekdays >> begins | weekdays << (7 - begins)) & ALL_WEEK;
    turned.wrapping_mul(WEEKLY)
}

/// The place of the nth of a weekday among `length` dates of which the first falls on `begins`.
const fn nth_bit(nth: i64, weekday: i64, begins: i64, length: i64) -> Option<i64> {
    let first = (weekday - begins).rem_euclid(7);
    let place = if nth > 0 {
        first + (nth - 1) * 7
    } else {
        let last = first + (length - 1 - first).div_euclid(7) * 7;
        last + (nth + 1) * 7
    };
    if 0 <= place && place < length {
        Some(place)
    } else {
        None
    }
}

/// The places that positions name among `count`.
fn pick(positions: &[i32], count: usize) -> impl Iterator<Item = usize> {
    positions.iter().filter_map(move |position| {
        let place = usize::try_from(position.unsigned_abs()).ok()?;
        if *position > 0 {
            place.checked_sub(1).filter(|place| *place < count)
        } else {
            count.checked_sub(place)
        }
    })
}

fn sorted(mut list: Vec<i64>) -> Vec<i64> {
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
