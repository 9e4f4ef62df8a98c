//! Facts of the real world: public holidays of Türkiye, and clock changes.

use aftercare::calendar::{BusinessHoursSpec, Holiday};
use chrono::Weekday::{Fri, Mon, Thu, Tue, Wed};
use chrono::{DateTime, TimeDelta, Utc};

/// Public holidays of Türkiye, 2016 to 2027, one a row: country, date, name, `public` or `half_day` (from 13:00).
const TURKIYE: &str = include_str!("../../data/holidays_tr.csv");

fn holiday(row: &str) -> Holiday {
    let (start, category) = row.rsplit_once(',').unwrap();
    let mut fields = start.splitn(3, ',').skip(1);
    let (date, name) = (fields.next().unwrap(), fields.next().unwrap());
    let holiday = Holiday::on(date).named(name.trim_matches('"'));
    match category {
        "half_day" => holiday.closing_at("13:00"),
        _ => holiday,
    }
}

#[test]
fn the_public_holidays_of_turkiye_load_with_their_half_days() {
    let mut spec = BusinessHoursSpec::new("Europe/Istanbul").open(
        &[Mon, Tue, Wed, Thu, Fri],
        "09:00",
        "18:00",
    );
    for row in TURKIYE.lines().skip(1) {
        spec = spec.holiday(holiday(row));
    }
    let calendar = spec.build().unwrap();
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    // The week of Eid al-Fitr 2024: Monday whole, Tuesday up to 13:00, then closed until Monday.
    let week = calendar.elapsed(at("2024-04-07T21:00:00Z"), at("2024-04-14T21:00:00Z"));
    assert_eq!(week, Ok(TimeDelta::hours(9 + 4)));
    assert_eq!(
        calendar.next_open(at("2024-04-09T10:00:00Z")),
        Ok(at("2024-04-15T06:00:00Z"))
    );
    assert!(calendar.is_holiday(at("2024-10-29T09:00:00Z")));
}

/// From tzdata: Istanbul stayed on summer time in 2016; Apia skipped 30 December 2011; Lord Howe shifts by half an hour.
#[test]
fn clock_changes_are_those_of_the_tz_database() {
    let offset = |zone: &str, at: &str| {
        let at: DateTime<Utc> = at.parse().unwrap();
        let zone: aftercare::calendar::Zone = zone.parse().unwrap();
        (zone.local(at) - at.naive_utc()).num_seconds()
    };
    let changes = [
        ("Europe/Istanbul", "2005-03-26T22:59:59.999Z", 7_200),
        ("Europe/Istanbul", "2005-03-26T23:00:00Z", 10_800),
        ("Europe/Istanbul", "2016-12-01T00:00:00Z", 10_800),
        ("Pacific/Apia", "2011-12-30T09:59:59Z", -36_000),
        ("Pacific/Apia", "2011-12-30T10:00:00Z", 50_400),
        ("Australia/Lord_Howe", "2024-04-06T14:59:59Z", 39_600),
        ("Australia/Lord_Howe", "2024-04-06T15:00:00Z", 37_800),
    ];
    for (zone, at, seconds) in changes {
        assert_eq!(offset(zone, at), seconds, "{zone} {at}");
    }
}
