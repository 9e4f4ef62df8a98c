//! What is meant within one period: sets of dates, worked out with bits.

use chrono::Datelike;

use super::dates::Dates;
use super::pattern::{
    ALL_MONTHS, ALL_WEEK, DAY, Pattern, Period, Span, date, day_of, first_of, month_of, sorted,
    weekday_of,
};
use super::rule::MonthEnd;

/// A bit for each seventh date: a weekday, over six weeks.
const WEEKLY: u64 = 0x0008_1020_4081 | 1 << 42;

impl Pattern {
    pub(super) fn make(&self, period: i64) -> Span {
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
pub(super) fn pick(positions: &[i32], count: usize) -> impl Iterator<Item = usize> {
    positions.iter().filter_map(move |position| {
        let place = usize::try_from(position.unsigned_abs()).ok()?;
        if *position > 0 {
            place.checked_sub(1).filter(|place| *place < count)
        } else {
            count.checked_sub(place)
        }
    })
}
