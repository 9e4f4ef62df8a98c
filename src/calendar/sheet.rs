//! A checked sheet of hours, and what it says about one date.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::kernel::{Problem, Problems};

use super::holiday::{Holiday, Kept};
use super::hours::{BusinessHoursSpec, Hours};
use super::offsets::{DAY, HOUR, MINUTE, RANGE_END, RANGE_START, SECOND};
use super::span::{Span, carve, merge};
use super::zone::Zone;

/// The keys of a week, Monday first.
pub(super) const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Dates are counted in days since 1970-01-01; spans in milliseconds since their date's midnight on the wall.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    weekly: [Vec<Span>; 7],
    weekly_breaks: [Vec<Span>; 7],
    overrides: BTreeMap<i64, Vec<Span>>,
    breaks: BTreeMap<i64, Vec<Span>>,
    holidays: BTreeMap<i64, Kept>,
}

impl Sheet {
    /// The zone and the sheet, or everything that is wrong with them.
    pub(super) fn check(spec: &BusinessHoursSpec) -> Result<(Zone, Self), Problems> {
        let mut problems = Vec::new();
        let zone = spec.zone.parse::<Zone>();
        if let Err(refusal) = &zone {
            problems.push(Problem::new("zone", refusal.code(), refusal));
        }
        let sheet = Self {
            weekly: week(&spec.weekly, "weekly", &mut problems),
            weekly_breaks: week(&spec.weekly_breaks, "weekly_breaks", &mut problems),
            overrides: dated(&spec.overrides, "overrides", &mut problems),
            breaks: dated(&spec.breaks, "breaks", &mut problems),
            holidays: days_off(&spec.holidays, &mut problems),
        };
        Problems::check(problems)?;
        let zone = zone.map_err(|refusal| Problem::new("zone", refusal.code(), &refusal))?;
        Ok((zone, sheet))
    }

    pub(super) fn always() -> Self {
        let mut sheet = Self::default();
        sheet.weekly.fill(vec![Span { start: 0, end: DAY }]);
        sheet
    }

    /// Hours that belong to a date: they start on it, and no break has cut them yet.
    pub(super) fn hours_on(&self, day: i64) -> impl Iterator<Item = Span> + '_ {
        let kept = self.holidays.get(&day).copied();
        let hours = self
            .overrides
            .get(&day)
            .or_else(|| self.weekly.get(weekday(day)));
        hours
            .into_iter()
            .flatten()
            .filter_map(move |span| kept.map_or(Some(*span), |kept| kept.clip(*span)))
    }

    /// Breaks that belong to a date.
    pub(super) fn breaks_on(&self, day: i64) -> impl Iterator<Item = Span> + '_ {
        let weekly = self.weekly_breaks.get(weekday(day));
        weekly
            .into_iter()
            .chain(self.breaks.get(&day))
            .flatten()
            .copied()
    }

    /// What the date's holidays leave of it, if it has any.
    pub(super) fn kept_on(&self, day: i64) -> Option<Kept> {
        self.holidays.get(&day).copied()
    }

    /// Whether any hours that belong to the date are left after breaks.
    pub(super) fn has_hours(&self, day: i64) -> bool {
        let mut hours: Vec<_> = self.hours_on(day).collect();
        let mut breaks: Vec<_> = (-1..=1)
            .flat_map(|by| {
                self.breaks_on(day + by)
                    .map(move |span| span.shifted(by * DAY))
            })
            .collect();
        merge(&mut hours);
        merge(&mut breaks);
        let all = Span {
            start: 0,
            end: 3 * DAY,
        };
        !carve(&hours, &breaks, all).is_empty()
    }

    /// Whether any hours that belong to an ordinary date of this weekday are left after breaks.
    pub(super) fn has_weekly_hours(&self, weekday: usize) -> bool {
        let all = Span {
            start: 0,
            end: 3 * DAY,
        };
        let mut hours: Vec<_> = self
            .weekly
            .get(weekday)
            .into_iter()
            .flatten()
            .copied()
            .collect();
        let mut breaks = Vec::new();
        for (by, shift) in [(6, -DAY), (0, 0), (1, DAY)] {
            let cuts = self.weekly_breaks.get((weekday + by) % 7);
            breaks.extend(cuts.into_iter().flatten().map(|span| span.shifted(shift)));
        }
        merge(&mut hours);
        merge(&mut breaks);
        !carve(&hours, &breaks, all).is_empty()
    }

    /// Dates about which the sheet says something that the week does not.
    pub(super) fn special_days(&self) -> impl Iterator<Item = i64> + '_ {
        let dated = self.overrides.keys().chain(self.breaks.keys());
        dated.chain(self.holidays.keys()).copied()
    }

    /// A weekday's hours with those that last from the evening before, uncut; `weekday` counts from Monday.
    pub(super) fn weekly_hours(&self, weekday: usize) -> Vec<Span> {
        with_eve(&self.weekly, weekday)
    }

    /// When an ordinary date of this weekday is open, cut at midnight at both ends.
    pub(super) fn ordinary(&self, weekday: usize) -> Vec<Span> {
        let mut hours = self.weekly_hours(weekday);
        let mut breaks = with_eve(&self.weekly_breaks, weekday);
        merge(&mut hours);
        merge(&mut breaks);
        carve(&hours, &breaks, Span { start: 0, end: DAY })
    }
}

/// A weekday's spans, and those of the evening before as seen from it.
fn with_eve(week: &[Vec<Span>; 7], weekday: usize) -> Vec<Span> {
    let today = week.get(weekday).into_iter().flatten().copied();
    let eve = week.get((weekday + 6) % 7).into_iter().flatten();
    today.chain(eve.map(|span| span.shifted(-DAY))).collect()
}

/// The weekday of a date, counted from Monday.
pub(super) fn weekday(day: i64) -> usize {
    // 1970-01-01 was a Thursday.
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0)
}

fn week(
    table: &BTreeMap<String, Vec<Hours>>,
    path: &str,
    problems: &mut Vec<Problem>,
) -> [Vec<Span>; 7] {
    for name in table
        .keys()
        .filter(|name| !WEEKDAYS.contains(&name.as_str()))
    {
        let facts = format!("{name:?} is not one of {}", WEEKDAYS.join(", "));
        problems.push(Problem::new(
            format!("{path}.{name}"),
            "calendar.unknown_weekday",
            facts,
        ));
    }
    WEEKDAYS.map(|name| match table.get(name) {
        Some(hours) => spans(hours, &format!("{path}.{name}"), problems),
        None => Vec::new(),
    })
}

fn dated(
    table: &BTreeMap<String, Vec<Hours>>,
    path: &str,
    problems: &mut Vec<Problem>,
) -> BTreeMap<i64, Vec<Span>> {
    let mut days = BTreeMap::new();
    for (date, hours) in table {
        let path = format!("{path}.{date}");
        let day = day_of(date, &path, problems);
        let spans = spans(hours, &path, problems);
        if let Some(day) = day {
            days.insert(day, spans);
        }
    }
    days
}

fn days_off(holidays: &[Holiday], problems: &mut Vec<Problem>) -> BTreeMap<i64, Kept> {
    let mut days: BTreeMap<i64, Kept> = BTreeMap::new();
    for (n, holiday) in holidays.iter().enumerate() {
        let path = format!("holidays[{n}]");
        let day = day_of(&holiday.on, &format!("{path}.on"), problems);
        let mut time = |text: &Option<String>, name: &str| {
            let text = text.as_deref()?;
            let time = time_of(text);
            if time.is_none() {
                problems.push(bad_time(&format!("{path}.{name}"), text));
            }
            time
        };
        let opens = time(&holiday.opens_at, "opens_at");
        let closes = time(&holiday.closes_at, "closes_at");
        if opens
            .zip(closes)
            .is_some_and(|(opens, closes)| closes <= opens)
        {
            let facts = "a half day closes after it opens; leave both out for a whole day off";
            problems.push(Problem::new(&path, "calendar.holiday_reversed", facts));
        }
        if let Some(day) = day {
            let kept = Kept::of(opens, closes);
            days.entry(day)
                .and_modify(|k| *k = k.and(kept))
                .or_insert(kept);
        }
    }
    days
}

/// The spans of a list of intervals, merged.
fn spans(hours: &[Hours], path: &str, problems: &mut Vec<Problem>) -> Vec<Span> {
    let mut spans = Vec::with_capacity(hours.len());
    for (n, (from, to)) in hours.iter().enumerate() {
        let path = || format!("{path}[{n}]");
        let start = time_of(from).filter(|start| *start < DAY);
        let end = time_of(to);
        for (text, time) in [(from, start), (to, end)] {
            if time.is_none() {
                problems.push(bad_time(&path(), text));
            }
        }
        if let (Some(start), Some(end)) = (start, end) {
            let end = if end <= start { end + DAY } else { end };
            spans.push(Span { start, end });
        }
    }
    spans.sort_unstable();
    spans
}

fn bad_time(path: &str, text: &str) -> Problem {
    let facts = format!("{text:?} is not a time from 00:00 to 24:00, or is 24:00 as a start");
    Problem::new(path, "calendar.bad_time", facts)
}

fn day_of(text: &str, path: &str, problems: &mut Vec<Problem>) -> Option<i64> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    // One way to write a date, so that no two keys mean the same one.
    let Some(date) = date.filter(|date| date.to_string() == text) else {
        let facts = format!("{text:?} is not a date such as 2026-01-31");
        problems.push(Problem::new(path, "calendar.bad_date", facts));
        return None;
    };
    let day = i64::from(date.to_epoch_days());
    if !(RANGE_START..RANGE_END).contains(&(day * DAY)) {
        let facts = format!("{date} is outside the years 1900 to 2099");
        problems.push(Problem::new(path, "calendar.date_out_of_range", facts));
        return None;
    }
    Some(day)
}

/// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.mmm` in milliseconds, up to and including `24:00`.
fn time_of(text: &str) -> Option<i64> {
    let (clock, millis) = match text.split_once('.') {
        Some((clock, millis)) => (clock, digits(millis, 3)?),
        None => (text, 0),
    };
    let mut parts = clock.split(':').map(|part| digits(part, 2));
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = match parts.next() {
        Some(seconds) => seconds?,
        None if clock.len() < text.len() => return None,
        None => 0,
    };
    if parts.next().is_some() || minutes > 59 || seconds > 59 {
        return None;
    }
    let time = hours * HOUR + minutes * MINUTE + seconds * SECOND + millis;
    (time <= DAY).then_some(time)
}

fn digits(text: &str, len: usize) -> Option<i64> {
    if text.len() != len || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// A time of day as [`time_of`] reads it.
pub(super) fn clock(time: i64) -> String {
    let (hours, minutes) = (time / HOUR, time % HOUR / MINUTE);
    let (seconds, millis) = (time % MINUTE / SECOND, time % SECOND);
    if millis > 0 {
        format!("{hours:02}:{minutes:02}:{seconds:02}.{millis:03}")
    } else if seconds > 0 {
        format!("{hours:02}:{minutes:02}:{seconds:02}")
    } else {
        format!("{hours:02}:{minutes:02}")
    }
}
