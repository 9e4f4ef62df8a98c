//! Rules as text: RFC 5545, 3.3.10, with `SKIP` of RFC 7529.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Weekday};

use super::rule::{Day, Frequency, MonthEnd, Rule, Until};
use crate::calendar::Refusal;

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

pub(super) fn invalid(part: impl Into<String>) -> Refusal {
    Refusal::InvalidRule { part: part.into() }
}

fn unsupported(part: impl Into<String>) -> Refusal {
    Refusal::UnsupportedRule { part: part.into() }
}

impl FromStr for Rule {
    type Err = Refusal;

    /// Reads `FREQ=MONTHLY;INTERVAL=6`, with or without `RRULE:` before it, in capitals or small letters.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let text = text.to_ascii_uppercase();
        let text = text.strip_prefix("RRULE:").unwrap_or(&text);
        let mut parts: Vec<(&str, &str)> = Vec::new();
        for part in text.split(';') {
            let (name, value) = part.split_once('=').ok_or_else(|| invalid(part))?;
            if parts.iter().any(|(known, _)| *known == name) {
                return Err(invalid(part));
            }
            parts.push((name, value));
        }
        let named = |name: &str| parts.iter().find(|(known, _)| *known == name);
        let frequency = match named("FREQ").map(|(_, value)| *value) {
            Some("DAILY") => Frequency::Daily,
            Some("WEEKLY") => Frequency::Weekly,
            Some("MONTHLY") => Frequency::Monthly,
            Some("YEARLY") => Frequency::Yearly,
            Some(other @ ("HOURLY" | "MINUTELY" | "SECONDLY")) => {
                return Err(unsupported(format!("FREQ={other}")));
            }
            Some(other) => return Err(invalid(format!("FREQ={other}"))),
            None => return Err(invalid(format!("{text} without FREQ"))),
        };
        let mut rule = Self::new(frequency, 1, MonthEnd::Omit);
        for (name, value) in &parts {
            rule.read(name, value)?;
        }
        rule.check()?;
        Ok(rule)
    }
}

impl Rule {
    fn read(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        let wrong = || invalid(format!("{name}={value}"));
        match name {
            "FREQ" => {}
            "INTERVAL" => self.interval = value.parse().map_err(|_| wrong())?,
            "COUNT" => self.count = Some(value.parse().map_err(|_| wrong())?),
            "UNTIL" => self.until = Some(until(value).ok_or_else(wrong)?),
            "BYMONTH" => self.months = numbers(value).ok_or_else(wrong)?,
            "BYMONTHDAY" => self.month_days = numbers(value).ok_or_else(wrong)?,
            "BYHOUR" => self.hours = numbers(value).ok_or_else(wrong)?,
            "BYMINUTE" => self.minutes = numbers(value).ok_or_else(wrong)?,
            "BYSECOND" => self.seconds = numbers(value).ok_or_else(wrong)?,
            "BYSETPOS" => self.positions = numbers(value).ok_or_else(wrong)?,
            "BYDAY" => {
                let days: Option<Vec<Day>> = value.split(',').map(day).collect();
                self.days = days.ok_or_else(wrong)?;
            }
            "WKST" => self.week_start = weekday(value).ok_or_else(wrong)?,
            "RSCALE" if value == "GREGORIAN" => {}
            "RSCALE" | "BYYEARDAY" | "BYWEEKNO" | "BYEASTER" => {
                return Err(unsupported(format!("{name}={value}")));
            }
            "SKIP" => {
                self.month_end = match value {
                    "OMIT" => MonthEnd::Omit,
                    "BACKWARD" => MonthEnd::Backward,
                    "FORWARD" => MonthEnd::Forward,
                    _ => return Err(wrong()),
                }
            }
            "X-MONTH-END" if value == "STICKY" => self.is_sticky = true,
            _ => return Err(wrong()),
        }
        Ok(())
    }

    /// What is wrong with the rule, wherever it is anchored.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        if self.interval == 0 {
            return Err(Refusal::ZeroInterval);
        }
        if self.count.is_some() && self.until.is_some() {
            return Err(invalid("COUNT and UNTIL"));
        }
        if self.count == Some(0) {
            return Err(invalid("COUNT=0"));
        }
        let within = |name: &str, list: &[u32], from: u32, to: u32| {
            let outside = list.iter().find(|n| !(from..=to).contains(*n));
            outside.map_or(Ok(()), |n| Err(invalid(format!("{name}={n}"))))
        };
        within("BYMONTH", &self.months, 1, 12)?;
        within("BYHOUR", &self.hours, 0, 23)?;
        within("BYMINUTE", &self.minutes, 0, 59)?;
        within("BYSECOND", &self.seconds, 0, 59)?;
        let signed = |name: &str, list: &[i32], most: u32| {
            let outside = list
                .iter()
                .find(|n| !(1..=most).contains(&n.unsigned_abs()));
            outside.map_or(Ok(()), |n| Err(invalid(format!("{name}={n}"))))
        };
        signed("BYMONTHDAY", &self.month_days, 31)?;
        signed("BYSETPOS", &self.positions, 366)?;
        for day in &self.days {
            if day.nth.is_some_and(|nth| nth == 0 || nth.abs() > 53) {
                return Err(invalid(format!("BYDAY={}", Shown(day))));
            }
        }
        // Which date would be skipped is not defined for days counted from the end.
        if self.month_end != MonthEnd::Omit
            && let Some(day) = self.month_days.iter().find(|day| **day < -28)
        {
            return Err(unsupported(format!("BYMONTHDAY={day} with SKIP")));
        }
        let narrows = [&self.months, &self.hours, &self.minutes, &self.seconds];
        let narrows = narrows.iter().any(|list| !list.is_empty())
            || !self.month_days.is_empty()
            || !self.days.is_empty();
        if !self.positions.is_empty() && !narrows {
            return Err(invalid("BYSETPOS alone"));
        }
        Ok(())
    }
}

fn numbers<N: FromStr>(value: &str) -> Option<Vec<N>> {
    let number = |text: &str| text.strip_prefix('+').unwrap_or(text).parse().ok();
    value.split(',').map(number).collect()
}

fn weekday(text: &str) -> Option<Weekday> {
    let mut known = WEEKDAYS.iter();
    known.find(|(name, _)| *name == text).map(|(_, day)| *day)
}

/// `MO`, `+1MO`, `-1FR`.
fn day(text: &str) -> Option<Day> {
    let (nth, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let weekday = weekday(name)?;
    let nth = match nth {
        "" => None,
        nth => Some(nth.strip_prefix('+').unwrap_or(nth).parse().ok()?),
    };
    Some(Day { nth, weekday })
}

fn until(text: &str) -> Option<Until> {
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y%m%d") {
        return Some(Until::Date(date));
    }
    let (local, is_utc) = match text.strip_suffix('Z') {
        Some(local) => (local, true),
        None => (text, false),
    };
    let (date, time) = local.split_once('T')?;
    let date = NaiveDate::parse_from_str(date, "%Y%m%d").ok()?;
    let time = NaiveTime::parse_from_str(time, "%H%M%S").ok()?;
    let local = NaiveDateTime::new(date, time);
    Some(if is_utc {
        Until::Instant(local.and_utc())
    } else {
        Until::Local(local)
    })
}

/// A day as RFC 5545 writes it.
struct Shown<'a>(&'a Day);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nth) = self.0.nth {
            write!(f, "{nth:+}")?;
        }
        let name = name_of(self.0.weekday);
        f.write_str(name)
    }
}

fn name_of(weekday: Weekday) -> &'static str {
    let mut known = WEEKDAYS.iter();
    known
        .find(|(_, day)| *day == weekday)
        .map_or("MO", |(name, _)| *name)
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.frequency {
            Frequency::Daily => "FREQ=DAILY",
            Frequency::Weekly => "FREQ=WEEKLY",
            Frequency::Monthly => "FREQ=MONTHLY",
            Frequency::Yearly => "FREQ=YEARLY",
        })?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        match self.until {
            None => {}
            Some(Until::Date(date)) => write!(f, ";UNTIL={}", date.format("%Y%m%d"))?,
            Some(Until::Local(local)) => write!(f, ";UNTIL={}", local.format("%Y%m%dT%H%M%S"))?,
            Some(Until::Instant(at)) => write!(f, ";UNTIL={}", at.format("%Y%m%dT%H%M%SZ"))?,
        }
        list(f, "BYMONTH", &self.months)?;
        list(f, "BYMONTHDAY", &self.month_days)?;
        list(f, "BYDAY", self.days.iter().map(Shown))?;
        list(f, "BYHOUR", &self.hours)?;
        list(f, "BYMINUTE", &self.minutes)?;
        list(f, "BYSECOND", &self.seconds)?;
        list(f, "BYSETPOS", &self.positions)?;
        if self.week_start != Weekday::Mon {
            write!(f, ";WKST={}", name_of(self.week_start))?;
        }
        match self.month_end {
            MonthEnd::Omit => {}
            MonthEnd::Backward => f.write_str(";SKIP=BACKWARD")?,
            MonthEnd::Forward => f.write_str(";SKIP=FORWARD")?,
        }
        if self.is_sticky {
            f.write_str(";X-MONTH-END=STICKY")?;
        }
        Ok(())
    }
}

fn list<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    items: impl IntoIterator<Item = T>,
) -> fmt::Result {
    for (n, item) in items.into_iter().enumerate() {
        if n == 0 {
            write!(f, ";{name}={item}")?;
        } else {
            write!(f, ",{item}")?;
        }
    }
    Ok(())
}

impl TryFrom<String> for Rule {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        text.parse()
    }
}

impl From<Rule> for String {
    fn from(rule: Rule) -> Self {
        rule.to_string()
    }
}
