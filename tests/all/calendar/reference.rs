//! The rules again, written to be read: one date after the other, asking chrono-tz about every minute that matters.
//!
//! Nothing here is shared with the library but the sheet itself.

use std::str::FromStr;

use aftercare::calendar::{Boundary, BusinessHours, BusinessHoursSpec, Hours, Period};
use chrono::{
    DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta,
    TimeZone, Utc,
};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::generate::at_instants;

type Instants = Vec<(DateTime<Utc>, DateTime<Utc>)>;

/// The open periods of the dates around the given ones, in order and merged.
pub(crate) fn open(spec: &BusinessHoursSpec, from: NaiveDate, to: NaiveDate) -> Instants {
    let tz = Tz::from_str(&spec.zone).unwrap();
    let mut hours = Vec::new();
    let mut breaks = Vec::new();
    for date in from.iter_days().take_while(|date| *date <= to) {
        for (start, end) in hours_on(spec, date) {
            hours.push((earliest(tz, start), latest(tz, end)));
        }
        let named = spec.breaks.get(&date.to_string());
        let weekly = spec.weekly_breaks.get(weekday(date));
        for interval in named.into_iter().chain(weekly).flatten() {
            let (start, end) = on(date, interval);
            breaks.push((earliest(tz, start), latest(tz, end)));
        }
    }
    let mut edges: Vec<_> = hours
        .iter()
        .chain(&breaks)
        .flat_map(|(a, b)| [*a, *b])
        .collect();
    edges.sort();
    edges.dedup();
    let mut open: Instants = Vec::new();
    for pair in edges.windows(2) {
        let covers =
            |(start, end): &(DateTime<Utc>, DateTime<Utc>)| *start <= pair[0] && pair[1] <= *end;
        if hours.iter().any(covers) && !breaks.iter().any(covers) {
            match open.last_mut() {
                Some(last) if last.1 == pair[0] => last.1 = pair[1],
                _ => open.push((pair[0], pair[1])),
            }
        }
    }
    open
}

fn hours_on(spec: &BusinessHoursSpec, date: NaiveDate) -> Vec<(NaiveDateTime, NaiveDateTime)> {
    let instead = spec.overrides.get(&date.to_string());
    let hours = instead.or_else(|| spec.weekly.get(weekday(date)));
    let mut left = Vec::new();
    for interval in hours.into_iter().flatten() {
        let (mut start, mut end) = on(date, interval);
        for holiday in spec
            .holidays
            .iter()
            .filter(|holiday| holiday.on == date.to_string())
        {
            if holiday.opens_at.is_none() && holiday.closes_at.is_none() {
                end = start;
            }
            if let Some(opens) = &holiday.opens_at {
                start = start.max(at(date, opens));
            }
            if let Some(closes) = &holiday.closes_at {
                end = end.min(at(date, closes));
            }
        }
        if start < end {
            left.push((start, end));
        }
    }
    left
}

fn on(date: NaiveDate, (from, to): &Hours) -> (NaiveDateTime, NaiveDateTime) {
    let (start, end) = (at(date, from), at(date, to));
    if end <= start {
        (start, end + TimeDelta::days(1))
    } else {
        (start, end)
    }
}

fn at(date: NaiveDate, time: &str) -> NaiveDateTime {
    let minutes: i64 = time[..2].parse::<i64>().unwrap() * 60 + time[3..].parse::<i64>().unwrap();
    date.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes)
}

fn weekday(date: NaiveDate) -> &'static str {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        [date.weekday().num_days_from_monday() as usize]
}

fn earliest(tz: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match tz.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => after_gap(tz, local),
    }
}

fn latest(tz: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match tz.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(_, at) => at.to_utc(),
        LocalResult::None => after_gap(tz, local),
    }
}

/// The first local minute after the gap that exists; its first instant is the end of the gap.
fn after_gap(tz: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    let minutes = (0..).map(|n| local + TimeDelta::minutes(n));
    let mut exist = minutes.filter_map(|local| tz.from_local_datetime(&local).earliest());
    exist.next().unwrap().to_utc()
}

pub(crate) struct Walk {
    open: Instants,
}

impl Walk {
    pub(crate) fn around(hours: &BusinessHours, instants: &[DateTime<Utc>], days: u64) -> Self {
        let first = instants.iter().min().unwrap().date_naive() - Days::new(days);
        let last = instants.iter().max().unwrap().date_naive() + Days::new(days);
        Self {
            open: open(hours.spec(), first, last),
        }
    }

    fn is_open(&self, at: DateTime<Utc>) -> bool {
        self.open
            .iter()
            .any(|(start, end)| *start <= at && at < *end)
    }

    fn elapsed(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        let parts = self
            .open
            .iter()
            .map(|(start, end)| (*end).min(to) - (*start).max(from));
        parts.filter(|part| *part > TimeDelta::zero()).sum()
    }

    fn next_open(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let period = self.open.iter().find(|(_, end)| at < *end)?;
        Some(period.0.max(at))
    }

    fn next_close(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.open.iter().map(|(_, end)| *end).find(|end| at < *end)
    }

    fn previous_open(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut back = self.open.iter().rev();
        let period = back.find(|(start, end)| *end <= at || *start <= at)?;
        Some(period.1.min(at))
    }

    fn previous_close(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.open
            .iter()
            .rev()
            .map(|(_, end)| *end)
            .find(|end| *end <= at)
    }

    fn add(
        &self,
        from: DateTime<Utc>,
        mut left: TimeDelta,
        boundary: Boundary,
    ) -> Option<DateTime<Utc>> {
        if left == TimeDelta::zero() {
            return self.next_open(from);
        }
        for (start, end) in self.open.iter().filter(|(_, end)| from < *end) {
            let start = (*start).max(from);
            let lasts = *end - start;
            if left < lasts || left == lasts && boundary == Boundary::Close {
                return Some(start + left);
            }
            left -= lasts;
        }
        None
    }

    fn subtract(&self, to: DateTime<Utc>, mut left: TimeDelta) -> Option<DateTime<Utc>> {
        if left == TimeDelta::zero() {
            return self.previous_open(to);
        }
        for (start, end) in self.open.iter().rev().filter(|(start, _)| *start < to) {
            let end = (*end).min(to);
            if left <= end - *start {
                return Some(end - left);
            }
            left -= end - *start;
        }
        None
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// Where the walk finds nothing it has not looked far enough, and says nothing.
    #[test]
    fn the_calendar_answers_what_a_walk_over_its_dates_finds(
        (hours, [one, other]) in at_instants::<2>(),
        millis in prop_oneof![0_i64..200_000_000, (0_i64..200).prop_map(|quarter| quarter * 900_000)],
    ) {
        let (from, to) = (one.min(other), one.max(other));
        let walk = Walk::around(&hours, &[from, to], 30);
        let duration = TimeDelta::milliseconds(millis);
        prop_assert_eq!(hours.is_open(from), walk.is_open(from));
        prop_assert_eq!(hours.elapsed(from, to).unwrap(), walk.elapsed(from, to));
        prop_assert_eq!(hours.elapsed_signed(to, from).unwrap(), -walk.elapsed(from, to));
        let found = [
            (hours.next_open(from), walk.next_open(from), "next_open"),
            (hours.next_close(from), walk.next_close(from), "next_close"),
            (hours.previous_open(from), walk.previous_open(from), "previous_open"),
            (hours.previous_close(from), walk.previous_close(from), "previous_close"),
            (
                hours.add(from, duration, Boundary::Close),
                walk.add(from, duration, Boundary::Close),
                "add up to a closing",
            ),
            (
                hours.add(from, duration, Boundary::NextOpen),
                walk.add(from, duration, Boundary::NextOpen),
                "add up to an opening",
            ),
            (hours.subtract(to, duration), walk.subtract(to, duration), "subtract"),
        ];
        let (first, last) = match (walk.open.first(), walk.open.last()) {
            (Some(first), Some(last)) => (first.1, last.0),
            _ => return Ok(()),
        };
        for (got, walked, what) in found {
            // The walk's outermost periods may be cut.
            if let Some(walked) = walked.filter(|at| first < *at && *at < last) {
                prop_assert_eq!(got, Ok(walked), "{}", what);
            }
        }
        let periods: Vec<Period> = hours.periods(from, to).unwrap().collect();
        let walked: Vec<Period> = walk
            .open
            .iter()
            .filter(|(start, end)| from < to && *start < to && from < *end)
            .map(|(start, end)| Period::new((*start).max(from), (*end).min(to)))
            .collect();
        prop_assert_eq!(&periods, &walked);
        let before = hours.periods_before(to).unwrap();
        let before: Vec<Period> = before.take_while(|period| from < period.end).collect();
        let back: Vec<Period> = walked.iter().rev().copied().collect();
        prop_assert_eq!(before.len(), back.len());
        for (got, expected) in before.iter().zip(&back) {
            prop_assert_eq!(got.start.max(from), expected.start);
            prop_assert_eq!(got.end, expected.end);
        }
    }

    #[test]
    fn breaks_and_hours_never_meet((hours, [at]) in at_instants::<1>()) {
        prop_assert!(!(hours.is_open(at) && hours.on_break(at)));
    }

    #[test]
    fn an_intersection_is_where_both_are_open((one, [from, to]) in at_instants::<2>(), (other, _) in at_instants::<0>()) {
        let (from, to) = (from.min(to), from.max(to));
        let (a, b) = (Walk::around(&one, &[from, to], 3), Walk::around(&other, &[from, to], 3));
        let mut both = Vec::new();
        for (start, end) in &a.open {
            for (other_start, other_end) in &b.open {
                let (start, end) = (*start.max(other_start).max(&from), *end.min(other_end).min(&to));
                if start < end {
                    both.push(Period::new(start, end));
                }
            }
        }
        let got: Vec<Period> = one.intersection(&other, from, to).unwrap().collect();
        prop_assert_eq!(got, both);
    }
}
