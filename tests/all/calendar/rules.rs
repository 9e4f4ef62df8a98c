//! Each rule of business time, by name.

use aftercare::calendar::{
    Boundary, BusinessHours, BusinessHoursSpec, DayEnd, Holiday, Refusal, Resolve, Zone, civil,
};
use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn hours(n: i64) -> TimeDelta {
    TimeDelta::hours(n)
}

fn office() -> BusinessHoursSpec {
    BusinessHoursSpec::new("UTC").open(&[Mon, Tue, Wed, Thu, Fri], "09:00", "17:00")
}

#[test]
fn a_day_may_have_several_intervals() {
    let spec = BusinessHoursSpec::new("UTC").open(&[Mon], "09:00", "12:00");
    let calendar = spec.open(&[Mon], "13:00", "17:00").build().unwrap();
    assert!(calendar.is_open(at("2026-01-05T11:59:59.999Z")));
    assert!(!calendar.is_open(at("2026-01-05T12:00:00Z")));
    assert!(calendar.is_open(at("2026-01-05T13:00:00Z")));
    let elapsed = calendar.elapsed(at("2026-01-05T00:00:00Z"), at("2026-01-06T00:00:00Z"));
    assert_eq!(elapsed, Ok(hours(7)));
}

#[test]
fn intervals_are_open_at_their_end() {
    let calendar = office().build().unwrap();
    assert!(calendar.is_open(at("2026-01-05T09:00:00Z")));
    assert!(!calendar.is_open(at("2026-01-05T17:00:00Z")));
}

#[test]
fn an_end_at_or_before_the_start_runs_overnight() {
    let calendar = BusinessHoursSpec::new("UTC")
        .open(&[Fri], "22:00", "06:00")
        .build()
        .unwrap();
    assert!(calendar.is_open(at("2026-01-03T05:59:00Z")));
    assert!(!calendar.is_open(at("2026-01-03T06:00:00Z")));
    let around = BusinessHoursSpec::new("UTC")
        .open(&[Fri], "09:00", "09:00")
        .build()
        .unwrap();
    let week = around.elapsed(at("2026-01-01T00:00:00Z"), at("2026-01-08T00:00:00Z"));
    assert_eq!(week, Ok(hours(24)));
}

#[test]
fn twenty_four_is_midnight_and_joins_the_next_date() {
    let spec = BusinessHoursSpec::new("UTC").open(&[Mon], "20:00", "24:00");
    let calendar = spec.open(&[Tue], "00:00", "04:00").build().unwrap();
    assert_eq!(
        calendar.next_close(at("2026-01-05T21:00:00Z")),
        Ok(at("2026-01-06T04:00:00Z"))
    );
    assert_eq!(
        calendar
            .periods_from(at("2026-01-05T00:00:00Z"))
            .unwrap()
            .next()
            .unwrap()
            .duration(),
        hours(8)
    );
}

#[test]
fn overlapping_intervals_are_merged() {
    let calendar = office().open(&[Mon], "12:00", "20:00").build().unwrap();
    let elapsed = calendar.elapsed(at("2026-01-05T00:00:00Z"), at("2026-01-06T00:00:00Z"));
    assert_eq!(elapsed, Ok(hours(11)));
}

#[test]
fn an_override_replaces_the_weeks_hours() {
    let calendar = office()
        .instead(on("2026-01-05"), &[("18:00", "20:00")])
        .build()
        .unwrap();
    assert!(!calendar.is_open(at("2026-01-05T10:00:00Z")));
    assert!(calendar.is_open(at("2026-01-05T18:00:00Z")));
    let closed = office().instead(on("2026-01-05"), &[]).build().unwrap();
    assert_eq!(
        closed.next_open(at("2026-01-05T10:00:00Z")),
        Ok(at("2026-01-06T09:00:00Z"))
    );
}

#[test]
fn a_holiday_goes_before_an_override() {
    let spec = office().instead(on("2026-01-05"), &[("10:00", "20:00")]);
    let off = spec
        .clone()
        .holiday(Holiday::on("2026-01-05"))
        .build()
        .unwrap();
    assert!(!off.is_open(at("2026-01-05T11:00:00Z")));
    assert!(off.is_holiday(at("2026-01-05T11:00:00Z")));
    let half = spec
        .holiday(Holiday::on("2026-01-05").closing_at("13:00"))
        .build()
        .unwrap();
    let elapsed = half.elapsed(at("2026-01-05T00:00:00Z"), at("2026-01-06T00:00:00Z"));
    assert_eq!(elapsed, Ok(hours(3)));
}

#[test]
fn a_half_day_closes_early_or_opens_late() {
    let spec = office().holiday(Holiday::on("2026-01-05").closing_at("13:00"));
    let calendar = spec
        .holiday(Holiday::on("2026-01-06").opening_at("13:00"))
        .build()
        .unwrap();
    assert_eq!(
        calendar.next_close(at("2026-01-05T10:00:00Z")),
        Ok(at("2026-01-05T13:00:00Z"))
    );
    assert_eq!(
        calendar.next_open(at("2026-01-06T10:00:00Z")),
        Ok(at("2026-01-06T13:00:00Z"))
    );
    assert!(!calendar.is_holiday(at("2026-01-05T12:59:00Z")));
    assert!(calendar.is_holiday(at("2026-01-05T13:00:00Z")));
    assert!(calendar.is_holiday(at("2026-01-06T12:59:00Z")));
}

#[test]
fn holidays_on_one_date_add_up() {
    let spec = office().holiday(Holiday::on("2026-01-05").closing_at("13:00"));
    let calendar = spec.holiday(Holiday::on("2026-01-05")).build().unwrap();
    assert_eq!(
        calendar.next_open(at("2026-01-05T08:00:00Z")),
        Ok(at("2026-01-06T09:00:00Z"))
    );
}

#[test]
fn an_overnight_interval_belongs_to_the_date_it_starts_on() {
    let night = BusinessHoursSpec::new("UTC").open(&[Mon, Tue], "22:00", "06:00");
    let calendar = night.holiday(Holiday::on("2026-01-06")).build().unwrap();
    // Monday's night lasts into the holiday; the holiday's own night, up to Wednesday morning, is off.
    assert!(calendar.is_open(at("2026-01-06T05:00:00Z")));
    assert!(!calendar.is_open(at("2026-01-06T23:00:00Z")));
    assert!(!calendar.is_open(at("2026-01-07T05:00:00Z")));
}

#[test]
fn a_break_cuts_whatever_is_left() {
    let spec = office()
        .pause(&[Mon], "12:00", "13:00")
        .instead(on("2026-01-05"), &[("10:00", "14:00")]);
    let calendar = spec.build().unwrap();
    assert!(calendar.on_break(at("2026-01-05T12:30:00Z")));
    assert!(!calendar.is_open(at("2026-01-05T12:30:00Z")));
    let elapsed = calendar.elapsed(at("2026-01-05T00:00:00Z"), at("2026-01-06T00:00:00Z"));
    assert_eq!(elapsed, Ok(hours(3)));
}

#[test]
fn a_break_cuts_the_night_that_began_the_evening_before() {
    let night = BusinessHoursSpec::new("UTC").open(&[Mon], "22:00", "06:00");
    let calendar = night.pause(&[Tue], "02:00", "03:00").build().unwrap();
    let elapsed = calendar.elapsed(at("2026-01-05T00:00:00Z"), at("2026-01-07T00:00:00Z"));
    assert_eq!(elapsed, Ok(hours(7)));
}

#[test]
fn a_calendar_that_never_opens_is_refused() {
    let problems = BusinessHoursSpec::new("UTC").build().unwrap_err();
    assert_eq!(
        problems.to_string(),
        "weekly: calendar.never_opens (there is no open time between 1900 and 2099)"
    );
    let swallowed = BusinessHoursSpec::new("UTC")
        .open(&[Mon], "09:00", "10:00")
        .pause(&[Mon], "08:00", "11:00");
    assert!(swallowed.build().is_err());
}

#[test]
fn all_problems_are_reported_at_once_with_their_paths() {
    let mut spec = office()
        .open(&[Mon], "9:00", "25:00")
        .holiday(Holiday::on("2026-02-30").closing_at("later"));
    spec.zone = "Europe/Atlantis".to_owned();
    spec.weekly.insert("someday".to_owned(), Vec::new());
    spec.overrides.insert("2026-1-2".to_owned(), Vec::new());
    spec.breaks.insert(
        "2150-01-01".to_owned(),
        vec![("24:00".to_owned(), "01:00".to_owned())],
    );
    let twisted = Holiday::on("2026-01-05")
        .opening_at("13:00")
        .closing_at("12:00");
    let problems = spec.holiday(twisted).build().unwrap_err();
    let found: Vec<_> = problems
        .iter()
        .map(|problem| format!("{} {}", problem.path, problem.code))
        .collect();
    let expected = [
        "zone calendar.unknown_zone",
        "weekly.someday calendar.unknown_weekday",
        "weekly.mon[1] calendar.bad_time",
        "weekly.mon[1] calendar.bad_time",
        "overrides.2026-1-2 calendar.bad_date",
        "breaks.2150-01-01 calendar.date_out_of_range",
        "breaks.2150-01-01[0] calendar.bad_time",
        "holidays[0].on calendar.bad_date",
        "holidays[0].closes_at calendar.bad_time",
        "holidays[1] calendar.holiday_reversed",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_search_that_finds_no_opening_is_refused() {
    let once = BusinessHoursSpec::new("UTC")
        .instead(on("2026-01-05"), &[("09:00", "10:00")])
        .build()
        .unwrap();
    let after = at("2026-01-05T10:00:00Z");
    assert_eq!(
        once.next_open(after).unwrap_err().code(),
        "calendar.no_opening"
    );
    assert_eq!(
        once.add(after, hours(1), Boundary::Close)
            .unwrap_err()
            .code(),
        "calendar.no_opening"
    );
    assert_eq!(
        once.subtract(after, hours(2)).unwrap_err().code(),
        "calendar.no_opening"
    );
    assert_eq!(once.previous_open(after), Ok(after));
    let always = BusinessHours::always();
    assert_eq!(
        always.next_close(after).unwrap_err().code(),
        "calendar.no_closing"
    );
    assert_eq!(
        always.previous_close(after).unwrap_err().code(),
        "calendar.no_closing"
    );
    let ages = TimeDelta::days(40_000);
    assert_eq!(
        always.add(after, ages, Boundary::Close).unwrap_err().code(),
        "calendar.no_opening"
    );
    assert_eq!(
        always
            .add(after, TimeDelta::MAX, Boundary::Close)
            .unwrap_err()
            .code(),
        "calendar.no_opening"
    );
}

#[test]
fn beyond_the_known_zone_rules_is_refused() {
    let calendar = office().build().unwrap();
    for outside in ["2100-01-01T00:00:00Z", "1899-12-31T23:59:59Z"] {
        assert_eq!(
            calendar.next_open(at(outside)).unwrap_err().code(),
            "calendar.out_of_range"
        );
        assert!(!calendar.is_open(at(outside)));
    }
    assert_eq!(
        calendar
            .next_open(at("2099-12-31T18:00:00Z"))
            .unwrap_err()
            .code(),
        "calendar.no_opening"
    );
}

#[test]
fn a_reversed_interval_is_refused_and_the_signed_one_is_negative() {
    let calendar = office().build().unwrap();
    let (from, to) = (at("2026-01-05T10:00:00Z"), at("2026-01-05T12:00:00Z"));
    assert!(matches!(
        calendar.elapsed(to, from),
        Err(Refusal::ReversedInterval { .. })
    ));
    assert_eq!(calendar.elapsed_signed(to, from), Ok(hours(-2)));
    assert!(matches!(
        calendar.add(from, hours(-1), Boundary::Close),
        Err(Refusal::NegativeDuration { .. })
    ));
}

#[test]
fn a_target_used_up_at_closing_falls_due_at_closing_or_at_the_next_opening() {
    let calendar = office().build().unwrap();
    let friday = at("2026-01-02T16:00:00Z");
    assert_eq!(
        calendar.add(friday, hours(1), Boundary::default()),
        Ok(at("2026-01-02T17:00:00Z"))
    );
    assert_eq!(
        calendar.add(friday, hours(1), Boundary::NextOpen),
        Ok(at("2026-01-05T09:00:00Z"))
    );
}

#[test]
fn a_duration_of_zero_stays_inside_hours_and_rolls_outside_them() {
    let calendar = office().build().unwrap();
    let zero = TimeDelta::zero();
    let inside = at("2026-01-05T10:00:00.000123Z");
    assert_eq!(calendar.add(inside, zero, Boundary::Close), Ok(inside));
    assert_eq!(
        calendar.add(at("2026-01-05T17:00:00Z"), zero, Boundary::Close),
        Ok(at("2026-01-06T09:00:00Z"))
    );
    assert_eq!(
        calendar.subtract(at("2026-01-05T08:00:00Z"), zero),
        Ok(at("2026-01-02T17:00:00Z"))
    );
}

#[test]
fn time_is_physical_where_clocks_change() {
    let calendar = BusinessHours::always_in(&"Europe/Berlin".parse().unwrap());
    for (date, length) in [("2024-03-31", 23), ("2024-10-27", 25), ("2024-10-28", 24)] {
        let day = civil::day(calendar.zone(), on(date));
        assert_eq!(day.duration(), hours(length));
        assert_eq!(calendar.elapsed(day.start, day.end), Ok(hours(length)));
    }
}

#[test]
fn an_ambiguous_opening_is_the_earliest_and_an_ambiguous_closing_the_latest() {
    let spec = BusinessHoursSpec::new("Europe/Berlin");
    let opens = spec.clone().open(&[Sun], "02:30", "04:00").build().unwrap();
    assert_eq!(
        opens.next_open(at("2024-10-26T22:00:00Z")),
        Ok(at("2024-10-27T00:30:00Z"))
    );
    let closes = spec.open(&[Sun], "01:00", "02:30").build().unwrap();
    assert_eq!(
        closes.next_close(at("2024-10-26T22:00:00Z")),
        Ok(at("2024-10-27T01:30:00Z"))
    );
}

#[test]
fn a_time_in_a_gap_is_the_first_instant_after_it() {
    let calendar = BusinessHoursSpec::new("Europe/Berlin")
        .open(&[Sun], "02:30", "04:00")
        .build()
        .unwrap();
    assert_eq!(
        calendar.next_open(at("2024-03-30T22:00:00Z")),
        Ok(at("2024-03-31T01:00:00Z"))
    );
    let zone: Zone = "America/Sao_Paulo".parse().unwrap();
    let midnight = on("2018-11-04").and_hms_opt(0, 0, 0).unwrap();
    for which in [Resolve::Earliest, Resolve::Latest] {
        assert_eq!(zone.resolve(midnight, which), at("2018-11-04T03:00:00Z"));
    }
    assert_eq!(
        civil::start_of_day(&zone, on("2018-11-04")),
        at("2018-11-04T03:00:00Z")
    );
}

#[test]
fn precision_is_the_millisecond() {
    let calendar = office()
        .open(&[Sat], "09:00:00.250", "09:00:00.750")
        .build()
        .unwrap();
    let (from, to) = (at("2026-01-03T00:00:00Z"), at("2026-01-03T09:00:00.333Z"));
    assert_eq!(calendar.elapsed(from, to), Ok(TimeDelta::milliseconds(83)));
    let due = calendar.add(from, TimeDelta::milliseconds(501), Boundary::Close);
    assert_eq!(due, Ok(at("2026-01-05T09:00:00.001Z")));
}

#[test]
fn business_days_keep_the_clock_time_or_roll() {
    let calendar = office().holiday(Holiday::on("2026-01-06")).build().unwrap();
    let add = |from, days, end| calendar.add_business_days(at(from), days, end).unwrap();
    // Over a holiday; before opening; after closing; backwards.
    assert_eq!(
        add("2026-01-05T10:00:00Z", 1, DayEnd::SameTime),
        at("2026-01-07T10:00:00Z")
    );
    assert_eq!(
        add("2026-01-05T07:00:00Z", 1, DayEnd::SameTime),
        at("2026-01-07T09:00:00Z")
    );
    assert_eq!(
        add("2026-01-05T18:00:00Z", 1, DayEnd::SameTime),
        at("2026-01-08T09:00:00Z")
    );
    assert_eq!(
        add("2026-01-07T07:00:00Z", -1, DayEnd::SameTime),
        at("2026-01-02T17:00:00Z")
    );
    assert_eq!(
        add("2026-01-05T10:00:00Z", 1, DayEnd::EndOfDay),
        at("2026-01-07T17:00:00Z")
    );
    assert_eq!(
        add("2026-01-04T10:00:00Z", 0, DayEnd::EndOfDay),
        at("2026-01-05T17:00:00Z")
    );
    assert_eq!(
        calendar.business_days_between(on("2026-01-01"), on("2026-01-08")),
        Ok(4)
    );
}

#[test]
fn months_end_where_the_month_ends() {
    assert_eq!(
        civil::add_months(on("2024-02-29"), 24),
        Some(on("2026-02-28"))
    );
    assert_eq!(
        civil::add_months(on("2024-03-31"), -1),
        Some(on("2024-02-29"))
    );
    assert_eq!(civil::end_of_month(on("2024-02-03")), on("2024-02-29"));
}

#[test]
fn tomorrow_is_the_same_clock_time_and_not_24_hours_later() {
    let zone: Zone = "Europe/Berlin".parse().unwrap();
    let saturday = at("2024-03-30T08:00:00Z");
    assert_eq!(
        civil::same_time_in_days(&zone, saturday, 1),
        Some(at("2024-03-31T07:00:00Z"))
    );
}

#[test]
fn a_zone_is_utc_an_offset_or_an_iana_name() {
    for name in ["UTC", "+03:00", "-09:30", "Europe/Istanbul"] {
        let zone: Zone = serde_json::from_value(name.into()).unwrap();
        assert_eq!(serde_json::to_value(&zone).unwrap(), name);
    }
    for name in ["", "utc+3", "+3:00", "+19:00", "+03:60", "Mars/Olympus"] {
        assert!(name.parse::<Zone>().is_err(), "{name}");
    }
}

#[test]
fn saturday_is_a_working_day_where_the_calendar_says_so() {
    let repair = BusinessHoursSpec::new("Europe/Istanbul").open(
        &[Mon, Tue, Wed, Thu, Fri, Sat],
        "09:00",
        "18:00",
    );
    let repair = repair.build().unwrap();
    assert!(repair.is_business_day(on("2026-01-03")));
    assert!(!repair.is_business_day(on("2026-01-04")));
}

/// Clocks in St. John's fell back from 00:01 on Sunday to 23:01 on Saturday, so Saturday's last hour came again after
/// Sunday had begun, and with it the end of a day and night that began on Friday: hours or a break of two dates back.
#[test]
fn hours_of_two_dates_back_last_into_a_date_whose_clocks_fall_back_across_midnight() {
    let friday = BusinessHoursSpec::new("America/St_Johns").open(&[Fri], "23:30", "23:30");
    let calendar = friday.build().unwrap();
    let (opens, closes) = (at("2010-11-06T02:00:00Z"), at("2010-11-07T03:00:00Z"));
    let sunday = at("2010-11-07T02:30:00Z");
    assert_eq!(calendar.next_open(at("2010-11-05T12:00:00Z")), Ok(opens));
    assert!(calendar.is_open(sunday) && calendar.is_open(closes - TimeDelta::milliseconds(1)));
    assert_eq!(calendar.next_close(sunday), Ok(closes));
    assert_eq!(calendar.elapsed(opens, closes), Ok(hours(25)));
    assert_eq!(calendar.add(opens, hours(25), Boundary::Close), Ok(closes));

    let broken = BusinessHoursSpec::new("America/St_Johns")
        .open(&[Sat, Sun], "00:00", "24:00")
        .pause(&[Fri], "23:30", "23:30");
    let calendar = broken.build().unwrap();
    assert!(calendar.on_break(sunday) && !calendar.is_open(sunday));
    assert_eq!(calendar.next_open(sunday), Ok(closes));
}
