//! Elapsed time and deadlines with pauses, against published examples.

use super::*;
use crate::calendar::{Boundary, BusinessHoursSpec};
use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn pauses(list: &[(&str, &str)]) -> Vec<Pause> {
    list.iter().map(|(a, b)| (utc(a), utc(b))).collect()
}

/// Weekdays 08:30 to 19:00, on Mondays from 10:30.
fn late_mondays() -> BusinessHours {
    BusinessHoursSpec::new("UTC")
        .open(&[Mon], "10:30", "19:00")
        .open(&[Tue, Wed, Thu, Fri], "08:30", "19:00")
        .build()
        .unwrap()
}

#[test]
fn elapsed_time_leaves_pauses_out() {
    let hours = BusinessHoursSpec::new("UTC")
        .open(&[Mon, Tue, Wed, Thu, Fri, Sat, Sun], "07:00", "16:00")
        .build()
        .unwrap();
    let (from, to) = (utc("2013-06-04T09:00:00Z"), utc("2013-06-04T12:00:00Z"));
    let all = pauses(&[("2013-06-04T09:00:00Z", "2013-06-04T12:00:00Z")]);
    assert_eq!(consumed(&hours, from, to, &all), Ok(TimeDelta::zero()));
    let two = pauses(&[
        ("2013-06-04T11:00:00Z", "2013-06-04T11:30:00Z"),
        ("2013-06-04T09:00:00Z", "2013-06-04T10:00:00Z"),
        ("2013-06-04T09:30:00Z", "2013-06-04T10:30:00Z"),
        ("2013-06-04T20:00:00Z", "2013-06-04T21:00:00Z"),
    ]);
    assert_eq!(consumed(&hours, from, to, &two), Ok(TimeDelta::hours(1)));
    assert_eq!(consumed(&hours, to, from, &two), Ok(TimeDelta::zero()));
}

/// GLPI, `SLMTest::laProvider`.
#[test]
fn a_deadline_is_put_off_by_a_pause() {
    let pause = pauses(&[("2034-06-09T09:15:27Z", "2034-06-09T11:23:49Z")]);
    let from = utc("2034-06-09T08:46:12Z");
    let due = due(
        &late_mondays(),
        from,
        TimeDelta::hours(4),
        &pause,
        Boundary::Close,
    );
    assert_eq!(due, Ok(utc("2034-06-09T14:54:34Z")));
}

/// GLPI, `SLMTest::laProvider`: the days first, then the working time of the pauses.
#[test]
fn business_days_are_put_off_by_the_open_time_of_pauses() {
    let pauses = pauses(&[
        ("2034-06-07T11:00:00Z", "2034-06-13T11:00:00Z"),
        ("2034-06-14T07:00:00Z", "2034-06-14T18:00:00Z"),
        ("2034-07-01T07:00:00Z", "2034-07-10T18:00:00Z"),
    ]);
    let from = utc("2034-06-07T10:00:00Z");
    let due = due_in_business_days(&late_mondays(), from, 5, &pauses, Boundary::Close);
    assert_eq!(due, Ok(utc("2034-06-21T09:00:00Z")));
}

#[test]
fn used_up_where_a_pause_begins_is_due_after_it() {
    let hours = BusinessHours::weekdays("UTC", "09:00", "17:00").unwrap();
    let pause = pauses(&[("2026-01-05T11:00:00Z", "2026-01-05T12:00:00Z")]);
    let due = due(
        &hours,
        at("01-05T09:00"),
        TimeDelta::hours(2),
        &pause,
        Boundary::Close,
    );
    assert_eq!(due, Ok(at("01-05T12:00")));
}
