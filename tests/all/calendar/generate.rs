//! Random calendars and instants, crowded around clock changes and odd dates.

use std::collections::BTreeMap;

use aftercare::calendar::{BusinessHours, BusinessHoursSpec, Holiday, Hours};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;

/// Zones whose clocks change, and a date near one of their stranger changes.
pub(crate) const ZONES: &[(&str, &str)] = &[
    ("UTC", "2024-02-28"),
    ("Europe/Berlin", "2024-03-31"),
    ("Europe/Berlin", "2024-10-27"),
    ("America/New_York", "2024-11-03"),
    ("America/New_York", "2024-03-10"),
    ("Australia/Lord_Howe", "2024-04-07"),
    ("Australia/Lord_Howe", "2024-10-06"),
    ("Asia/Tehran", "2022-03-22"),
    ("Asia/Tehran", "2021-09-22"),
    ("Europe/Istanbul", "2016-03-27"),
    ("Europe/Istanbul", "2015-11-08"),
    // Midnight itself is skipped, or comes twice.
    ("America/Sao_Paulo", "2018-11-04"),
    ("America/Sao_Paulo", "2018-02-18"),
    // Clocks fall back from 00:01 to 23:01 of the date before.
    ("America/St_Johns", "2010-11-07"),
    // A whole date is skipped.
    ("Pacific/Apia", "2011-12-30"),
    ("Africa/Casablanca", "2024-03-10"),
    ("Africa/Casablanca", "2024-04-14"),
    // Where the table of single weeks begins and ends, and far outside it.
    ("Europe/Berlin", "2000-01-03"),
    ("Europe/Berlin", "2050-01-03"),
    ("America/New_York", "1950-04-30"),
    ("Europe/London", "2096-10-28"),
];

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn time() -> impl Strategy<Value = u32> {
    prop_oneof![
        4 => (0_u32..96).prop_map(|quarter| quarter * 15),
        1 => 0_u32..1440,
    ]
}

fn text(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn interval() -> impl Strategy<Value = Hours> {
    prop_oneof![
        6 => (time(), time()).prop_map(|(from, to)| (text(from), text(to))),
        1 => Just(("00:00".to_owned(), "24:00".to_owned())),
        1 => time().prop_map(|from| (text(from), "24:00".to_owned())),
        1 => time().prop_map(|to| ("00:00".to_owned(), text(to))),
    ]
}

fn pause() -> impl Strategy<Value = Hours> {
    (0_u32..1440, 5_u32..120).prop_map(|(from, lasts)| (text(from), text((from + lasts) % 1440)))
}

fn week(
    one: impl Strategy<Value = Hours>,
    most: usize,
    days: std::ops::Range<usize>,
) -> impl Strategy<Value = BTreeMap<String, Vec<Hours>>> {
    let day = prop::sample::select(&DAYS[..]).prop_map(str::to_owned);
    prop::collection::btree_map(day, prop::collection::vec(one, 1..=most), days)
}

fn every_hour() -> BTreeMap<String, Vec<Hours>> {
    DAYS.map(|day| {
        (
            day.to_owned(),
            vec![("00:00".to_owned(), "24:00".to_owned())],
        )
    })
    .into()
}

fn dated(
    near: NaiveDate,
    one: impl Strategy<Value = Hours>,
    least: usize,
) -> impl Strategy<Value = BTreeMap<String, Vec<Hours>>> {
    let date = (-6_i64..7).prop_map(move |by| (near + TimeDelta::days(by)).to_string());
    prop::collection::btree_map(date, prop::collection::vec(one, least..3), 0..4)
}

fn holiday(near: NaiveDate) -> impl Strategy<Value = Holiday> {
    let date = (-6_i64..7).prop_map(move |by| (near + TimeDelta::days(by)).to_string());
    (date, 0_u8..4, 0_u32..1439).prop_map(|(date, kind, minute)| {
        let holiday = Holiday::on(date);
        match kind {
            0 => holiday.closing_at(text(minute)),
            1 => holiday.opening_at(text(minute)),
            _ => holiday,
        }
    })
}

/// A calendar that opens, and a date near which something happens.
pub(crate) fn calendar() -> impl Strategy<Value = (BusinessHours, NaiveDate)> {
    prop::sample::select(ZONES).prop_flat_map(|(zone, near)| {
        let near: NaiveDate = near.parse().unwrap();
        let hours = prop_oneof![
            4 => week(interval(), 3, 1..8),
            1 => Just(every_hour()),
            1 => Just(BTreeMap::new()),
        ];
        (
            hours,
            week(pause(), 2, 0..4),
            dated(near, interval(), 0),
            dated(near, pause(), 1),
            prop::collection::vec(holiday(near), 0..4),
        )
            .prop_filter_map(
                "opens",
                move |(weekly, weekly_breaks, overrides, breaks, holidays)| {
                    let spec = BusinessHoursSpec {
                        zone: zone.to_owned(),
                        weekly,
                        weekly_breaks,
                        overrides,
                        breaks,
                        holidays,
                    };
                    Some((spec.build().ok()?, near))
                },
            )
    })
}

/// An instant within a few days of a date, on a whole minute or not.
pub(crate) fn instant(near: NaiveDate) -> impl Strategy<Value = DateTime<Utc>> {
    let midnight = near.and_time(chrono::NaiveTime::MIN).and_utc();
    prop_oneof![
        (-4 * 96_i64..5 * 96).prop_map(move |quarter| midnight + TimeDelta::minutes(15 * quarter)),
        (-4 * 86_400_000_i64..5 * 86_400_000)
            .prop_map(move |millis| midnight + TimeDelta::milliseconds(millis)),
    ]
}

/// A calendar and instants near the date at which something happens to it.
pub(crate) fn at_instants<const N: usize>()
-> impl Strategy<Value = (BusinessHours, [DateTime<Utc>; N])> {
    calendar().prop_flat_map(|(hours, near)| {
        let instants = std::array::from_fn(|_| instant(near));
        (Just(hours), instants)
    })
}
