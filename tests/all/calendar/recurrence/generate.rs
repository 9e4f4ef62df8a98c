//! Random rules.

use std::fmt::Write;

use chrono::{Days, NaiveDate, NaiveDateTime, Weekday};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freq {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Skip {
    Omit,
    Backward,
    Forward,
}

/// A rule in parts.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) freq: Freq,
    pub(super) interval: u32,
    pub(super) count: Option<usize>,
    pub(super) months: Vec<u32>,
    pub(super) month_days: Vec<i32>,
    pub(super) days: Vec<(Option<i16>, Weekday)>,
    pub(super) hours: Vec<u32>,
    pub(super) minutes: Vec<u32>,
    pub(super) positions: Vec<i32>,
    pub(super) week_start: Weekday,
    pub(super) skip: Skip,
    pub(super) sticky: bool,
}

pub(super) const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

fn name(weekday: Weekday) -> &'static str {
    WEEKDAYS
        .iter()
        .find(|(_, known)| *known == weekday)
        .unwrap()
        .0
}

impl Plan {
    /// As RFC 5545 writes it.
    pub(super) fn text(&self) -> String {
        let mut text = format!("FREQ={}", format!("{:?}", self.freq).to_uppercase());
        write!(text, ";INTERVAL={}", self.interval).unwrap();
        if let Some(count) = self.count {
            write!(text, ";COUNT={count}").unwrap();
        }
        let mut list = |name: &str, items: Vec<String>| {
            if !items.is_empty() {
                write!(text, ";{name}={}", items.join(",")).unwrap();
            }
        };
        let texts = |items: &[u32]| items.iter().map(ToString::to_string).collect();
        list("BYMONTH", texts(&self.months));
        list(
            "BYMONTHDAY",
            self.month_days.iter().map(ToString::to_string).collect(),
        );
        let day = |(nth, day): &(Option<i16>, Weekday)| match nth {
            None => name(*day).to_owned(),
            Some(nth) => format!("{nth:+}{}", name(*day)),
        };
        list("BYDAY", self.days.iter().map(day).collect());
        list("BYHOUR", texts(&self.hours));
        list("BYMINUTE", texts(&self.minutes));
        list(
            "BYSETPOS",
            self.positions.iter().map(ToString::to_string).collect(),
        );
        list("WKST", vec![name(self.week_start).to_owned()]);
        match self.skip {
            Skip::Omit => {}
            Skip::Backward => text.push_str(";SKIP=BACKWARD"),
            Skip::Forward => text.push_str(";SKIP=FORWARD"),
        }
        if self.sticky {
            text.push_str(";X-MONTH-END=STICKY");
        }
        text
    }
}

/// Often nothing, else up to three of these.
fn some<T: Clone + std::fmt::Debug + 'static>(of: Vec<T>) -> impl Strategy<Value = Vec<T>> {
    weighted(0.4, subsequence(of, 1..4)).prop_map(Option::unwrap_or_default)
}

pub(super) fn plan() -> impl Strategy<Value = Plan> {
    let freq = select(vec![Freq::Daily, Freq::Weekly, Freq::Monthly, Freq::Yearly]);
    let nth = weighted(0.4, prop_oneof![-5_i16..0, 1_i16..6]);
    let day = (nth, select(&WEEKDAYS[..])).prop_map(|(nth, (_, day))| (nth, day));
    let days = weighted(0.4, prop::collection::vec(day, 1..4)).prop_map(Option::unwrap_or_default);
    let month_days = some((-28..=31).filter(|day| *day != 0).collect());
    let hours = some((0..24).collect());
    let minutes = some((0..60).collect());
    let positions = weighted(
        0.25,
        subsequence((-6..=6).filter(|n| *n != 0).collect::<Vec<i32>>(), 1..3),
    );
    let skip = select(vec![Skip::Omit, Skip::Backward, Skip::Forward]);
    let week_start = select(&WEEKDAYS[..]).prop_map(|(_, day)| day);
    (
        (
            freq,
            1_u32..14,
            weighted(0.3, 1_usize..40),
            some((1..=12).collect()),
        ),
        (month_days, days, hours, minutes),
        (positions, week_start, skip, any::<bool>()),
    )
        .prop_map(
            |(
                (freq, interval, count, months),
                (month_days, days, hours, minutes),
                (positions, week_start, skip, sticky),
            )| {
                let is_bare = months.is_empty()
                    && month_days.is_empty()
                    && days.is_empty()
                    && hours.is_empty()
                    && minutes.is_empty();
                let positions = if is_bare {
                    Vec::new()
                } else {
                    positions.unwrap_or_default()
                };
                Plan {
                    freq,
                    interval,
                    count,
                    months,
                    month_days,
                    days,
                    hours,
                    minutes,
                    positions,
                    week_start,
                    skip,
                    sticky,
                }
            },
        )
}

/// A local time between 1996 and 2032, often at the end of a month.
pub(super) fn start() -> impl Strategy<Value = NaiveDateTime> {
    let day = prop_oneof![
        0_u64..13_000,
        select(vec![59_u64, 30, 151, 424, 789, 1_520, 10_224, 333]),
    ];
    (day, 0_u32..24, 0_u32..60, 0_u32..60).prop_map(|(day, hour, minute, second)| {
        let date = NaiveDate::from_ymd_opt(1996, 1, 1).unwrap() + Days::new(day);
        date.and_hms_opt(hour, minute, second).unwrap()
    })
}
