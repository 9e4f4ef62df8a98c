//! The rules of recurrence, one test each.

use aftercare::calendar::{MonthEnd, Recurrence, Refusal, Rule, Until, Zone};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc, Weekday};

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn nine(date: &str) -> NaiveDateTime {
    on(date).and_hms_opt(9, 0, 0).unwrap()
}

fn anchored(rule: Rule, date: &str) -> Recurrence {
    Recurrence::new(rule, nine(date), Zone::utc()).unwrap()
}

fn dates(recurrence: &Recurrence, count: usize) -> Vec<String> {
    let dates = recurrence.iter().take(count);
    dates.map(|at| at.date_naive().to_string()).collect()
}

#[test]
fn it_is_computed_from_the_anchor_never_from_the_occurrence_before() {
    let monthly = anchored(Rule::every_months(1), "2026-01-31");
    assert_eq!(
        dates(&monthly, 4),
        ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    );
    assert_eq!(
        monthly.after(at("2126-02-01T00:00:00Z")),
        Some(at("2126-02-28T09:00:00Z"))
    );
}

#[test]
fn month_end_policies_are_those_of_rfc_7529() {
    let with = |policy| {
        dates(
            &anchored(Rule::every_months(1).with_month_end(policy), "2025-01-31"),
            3,
        )
    };
    assert_eq!(
        with(MonthEnd::Backward),
        ["2025-01-31", "2025-02-28", "2025-03-31"]
    );
    assert_eq!(
        with(MonthEnd::Forward),
        ["2025-01-31", "2025-03-01", "2025-03-31"]
    );
    assert_eq!(
        with(MonthEnd::Omit),
        ["2025-01-31", "2025-03-31", "2025-05-31"]
    );
}

#[test]
fn a_sticky_month_end_stays_at_the_end() {
    let quarterly = anchored(Rule::every_months(3).sticky(), "2018-11-30");
    assert_eq!(
        dates(&quarterly, 3),
        ["2018-11-30", "2019-02-28", "2019-05-31"]
    );
    let midway = anchored(Rule::every_months(3).sticky(), "2018-11-29");
    assert_eq!(
        dates(&midway, 3),
        ["2018-11-29", "2019-02-28", "2019-05-29"]
    );
}

#[test]
fn a_leap_day_comes_back_in_leap_years() {
    let yearly = anchored(Rule::every_years(1), "2024-02-29");
    assert_eq!(
        dates(&yearly, 5),
        [
            "2024-02-29",
            "2025-02-28",
            "2026-02-28",
            "2027-02-28",
            "2028-02-29"
        ]
    );
}

#[test]
fn a_service_at_nine_stays_at_nine_across_a_clock_change() {
    let zone: Zone = "Europe/Berlin".parse().unwrap();
    let weekly = Recurrence::new(Rule::every_weeks(1), nine("2026-03-24"), zone).unwrap();
    let hours: Vec<String> = weekly.iter().take(2).map(|at| at.to_rfc3339()).collect();
    assert_eq!(
        hours,
        ["2026-03-24T08:00:00+00:00", "2026-03-31T07:00:00+00:00"]
    );
}

#[test]
fn a_time_that_clocks_skip_is_the_first_instant_after_the_gap() {
    let zone: Zone = "Europe/Berlin".parse().unwrap();
    let half_past_two = on("2026-03-28").and_hms_opt(2, 30, 0).unwrap();
    let daily = Recurrence::new(Rule::every_days(1), half_past_two, zone.clone()).unwrap();
    assert_eq!(daily.iter().nth(1), Some(at("2026-03-29T01:00:00Z")));
    // What falls together there is one occurrence.
    let twice = Recurrence::new(
        Rule::every_days(1).at_hours(&[2, 3]),
        on("2026-03-29").and_hms_opt(2, 0, 0).unwrap(),
        zone,
    );
    let twice: Vec<_> = twice.unwrap().iter().take(2).collect();
    assert_eq!(
        twice,
        [at("2026-03-29T01:00:00Z"), at("2026-03-30T00:00:00Z")]
    );
}

#[test]
fn a_time_that_clocks_show_twice_is_the_first() {
    let zone: Zone = "Europe/Berlin".parse().unwrap();
    let half_past_two = on("2026-10-24").and_hms_opt(2, 30, 0).unwrap();
    let daily = Recurrence::new(Rule::every_days(1), half_past_two, zone).unwrap();
    let first = at("2026-10-25T00:30:00Z");
    assert_eq!(daily.iter().nth(1), Some(first));
    // Asked while clocks show half past two for the second time.
    let second = at("2026-10-25T01:15:00Z");
    assert_eq!(daily.before(second), Some(first));
    assert_eq!(daily.after(second), Some(at("2026-10-26T01:30:00Z")));
}

#[test]
fn the_nth_weekday_and_a_season() {
    let mondays = anchored(
        Rule::every_months(1)
            .on_nth(1, Weekday::Mon)
            .in_months(&[4, 10]),
        "2026-01-01",
    );
    assert_eq!(
        dates(&mondays, 3),
        ["2026-04-06", "2026-10-05", "2027-04-05"]
    );
    let last = anchored(Rule::every_years(1).on_nth(-1, Weekday::Fri), "2026-01-01");
    assert_eq!(dates(&last, 2), ["2026-12-25", "2027-12-31"]);
}

#[test]
fn an_interval_of_nothing_is_refused() {
    for rule in [
        Rule::every_days(0),
        Rule::every_weeks(0),
        Rule::every_months(0),
        Rule::every_years(0),
    ] {
        let refused = Recurrence::new(rule, nine("2026-01-01"), Zone::utc()).unwrap_err();
        assert_eq!(refused, Refusal::ZeroInterval);
    }
    assert_eq!(
        "FREQ=DAILY;INTERVAL=0".parse::<Rule>().unwrap_err().code(),
        "calendar.zero_interval"
    );
}

#[test]
fn a_rule_that_ends_before_it_begins_is_refused() {
    let rule = Rule::every_days(1).until(Until::Date(on("2025-12-31")));
    let refused = Recurrence::new(rule, nine("2026-01-01"), Zone::utc()).unwrap_err();
    assert_eq!(refused.code(), "calendar.end_before_start");
    let rule = Rule::every_days(1).until(Until::Date(on("2026-01-01")));
    assert_eq!(dates(&anchored(rule, "2026-01-01"), 9), ["2026-01-01"]);
}

#[test]
fn a_rule_is_read_in_small_letters_too() {
    let small: Rule = "rrule:freq=monthly;byday=-1fr;until=20271231t090000z"
        .parse()
        .unwrap();
    let shown = "FREQ=MONTHLY;UNTIL=20271231T090000Z;BYDAY=-1FR";
    assert_eq!(small.to_string(), shown);
    let refused = "interval=2".parse::<Rule>().unwrap_err().to_string();
    assert!(refused.contains("INTERVAL=2 without FREQ"), "{refused}");
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    for (text, part) in [
        ("FREQ=HOURLY", "FREQ=HOURLY"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO=20"),
        ("FREQ=YEARLY;BYYEARDAY=-1", "BYYEARDAY=-1"),
        ("FREQ=YEARLY;BYEASTER=0", "BYEASTER=0"),
        ("RSCALE=CHINESE;FREQ=YEARLY", "RSCALE=CHINESE"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=FORWARD",
            "BYMONTHDAY=-31 with SKIP",
        ),
    ] {
        let refused = text.parse::<Rule>().unwrap_err();
        assert_eq!(refused.code(), "calendar.unsupported_rule", "{text}");
        assert!(refused.to_string().contains(part), "{refused}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    for text in [
        "",
        "FREQ",
        "FREQ=SOMETIMES",
        "INTERVAL=2",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;COUNT=2;UNTIL=20260101",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYMONTH=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYDAY=XX",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYDAY=",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY;BYMINUTE=60",
        "FREQ=DAILY;BYSECOND=60",
        "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=DAILY;WKST=1",
        "FREQ=DAILY;SKIP=SIDEWAYS",
        "FREQ=DAILY;FOO=BAR",
        "FREQ=DAILY;",
        "ü",
        "FREQ=MONTHLY;BYDAY=ü",
    ] {
        let refused = text.parse::<Rule>().unwrap_err();
        assert_eq!(refused.code(), "calendar.invalid_rule", "{text}");
    }
}

#[test]
fn a_rule_that_means_no_date_never_occurs() {
    let rule: Rule = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31".parse().unwrap();
    let never = anchored(rule, "2026-01-01");
    assert_eq!(never.iter().next(), None);
    assert_eq!(never.iter().next_back(), None);
    assert_eq!(never.before(at("9000-01-01T00:00:00Z")), None);
}

#[test]
fn extremes_are_answered_and_not_fallen_over() {
    let daily = anchored(Rule::every_days(1), "2026-01-01");
    assert_eq!(
        daily.after(DateTime::<Utc>::MIN_UTC),
        Some(at("2026-01-01T09:00:00Z"))
    );
    assert_eq!(daily.after(DateTime::<Utc>::MAX_UTC), None);
    assert_eq!(daily.before(DateTime::<Utc>::MIN_UTC), None);
    assert_eq!(
        daily.before(DateTime::<Utc>::MAX_UTC),
        Some(at("9999-12-31T09:00:00Z"))
    );
    assert_eq!(
        daily
            .between(DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC)
            .count(),
        0
    );
    let rare = anchored(Rule::every_years(u32::MAX), "2026-01-01");
    assert_eq!(dates(&rare, 3), ["2026-01-01"]);
    let often = anchored(Rule::every_days(1).times(u32::MAX), "2026-01-01");
    assert_eq!(often.iter().next_back(), Some(at("9999-12-31T09:00:00Z")));
    for start in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
        let refused = Recurrence::new(Rule::every_days(1), start, Zone::utc()).unwrap_err();
        assert_eq!(refused.code(), "calendar.anchor_out_of_range");
    }
}
