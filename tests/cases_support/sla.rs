//! Business time.

use std::collections::BTreeMap;

use aftercare::calendar::{
    Boundary, BusinessHours, BusinessHoursSpec, DayEnd, Holiday, Period, Refusal, Resolve, Zone,
};
use aftercare::kernel::Problems;
use aftercare::sla::{consumed, due, due_in_business_days};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use serde::Deserialize;
use serde_json::Value;

use super::case::{Case, Outcome};

/// A schedule as the cases write it.
#[derive(Deserialize)]
struct Schedule {
    tz: String,
    weekly: BTreeMap<String, Vec<(String, String)>>,
    overrides: BTreeMap<String, Vec<(String, String)>>,
    breaks: BTreeMap<String, Vec<(String, String)>>,
    holidays: Vec<String>,
}

fn spec(schedule: &Value) -> BusinessHoursSpec {
    let schedule: Schedule = serde_json::from_value(schedule.clone()).unwrap();
    BusinessHoursSpec {
        zone: schedule.tz,
        weekly: schedule.weekly,
        weekly_breaks: BTreeMap::new(),
        overrides: schedule.overrides,
        breaks: schedule.breaks,
        holidays: schedule.holidays.into_iter().map(Holiday::on).collect(),
    }
}

fn hours(case: &Case) -> Result<BusinessHours, Problems> {
    BusinessHours::try_from(spec(case.get("schedule")))
}

fn boundary(case: &Case) -> Boundary {
    match case.get("boundary").as_str() {
        Some("next_open") => Boundary::NextOpen,
        _ => Boundary::Close,
    }
}

pub(crate) fn run(case: &Case) -> Outcome {
    match case.kind() {
        "local_to_utc" => return local_to_utc(case),
        "policy_choice" => return never_open(case),
        _ => {}
    }
    let hours = match hours(case) {
        Ok(hours) => hours,
        Err(problems) => {
            return Outcome::Failed {
                got: problems.to_string(),
                expected: "a calendar".to_owned(),
            };
        }
    };
    match case.kind() {
        "deadline" => deadline(case, &hours),
        "elapsed" => elapsed(case, &hours),
        "backward" => {
            let got = hours.subtract(case.instant("start"), seconds(case, "duration_s"));
            Outcome::answer(got, case.instant("expected"))
        }
        "add_business_days" => add_business_days(case, &hours),
        "is_open" => flag(case, hours.is_open(case.instant("at"))),
        "on_break" => flag(case, hours.on_break(case.instant("at"))),
        "on_holiday" => flag(case, hours.is_holiday(case.instant("at"))),
        "next_open" => Outcome::answer(
            hours.next_open(case.instant("at")),
            case.instant("expected"),
        ),
        "prev_open" => Outcome::answer(
            hours.previous_open(case.instant("at")),
            case.instant("expected"),
        ),
        "periods_after" => periods(case, hours.periods_from(case.instant("origin"))),
        "periods_before" => periods(case, hours.periods_before(case.instant("origin"))),
        "intersection_periods" => intersection(case),
        "business_dates_after" => business_dates(case, &hours),
        "elapsed_with_pauses" | "deadline_with_pauses" | "business_days_with_pauses" => {
            with_pauses(case, &hours)
        }
        other => Outcome::missing(other),
    }
}

fn with_pauses(case: &Case, hours: &BusinessHours) -> Outcome {
    let (start, pauses) = (case.instant("start"), case.periods("pauses"));
    match case.kind() {
        "elapsed_with_pauses" => {
            let got = consumed(hours, start, case.instant("end"), &pauses);
            Outcome::answer(got, seconds(case, "expected_s"))
        }
        "deadline_with_pauses" => {
            let allowed = seconds(case, "duration_s");
            let got = due(hours, start, allowed, &pauses, boundary(case));
            Outcome::answer(got, case.instant("expected"))
        }
        _ => {
            let days = u32::try_from(case.integer("days")).unwrap();
            let got = due_in_business_days(hours, start, days, &pauses, boundary(case));
            Outcome::answer(got, case.instant("expected"))
        }
    }
}

fn seconds(case: &Case, field: &str) -> TimeDelta {
    TimeDelta::seconds(case.integer(field))
}

fn flag(case: &Case, got: bool) -> Outcome {
    Outcome::compare(got, case.get("expected").as_bool().unwrap())
}

fn deadline(case: &Case, hours: &BusinessHours) -> Outcome {
    let got = hours.add(
        case.instant("start"),
        seconds(case, "duration_s"),
        boundary(case),
    );
    Outcome::answer(got, case.instant("expected"))
}

/// Sources differ on a reversed interval: some count it negative, some as nothing, some refuse it.
fn elapsed(case: &Case, hours: &BusinessHours) -> Outcome {
    let (start, end) = (case.instant("start"), case.instant("end"));
    let expected = case.get("expected_s").as_i64().map(TimeDelta::seconds);
    match case.get("reversed").as_str() {
        None => Outcome::answer(hours.elapsed(start, end).map(Some), expected),
        Some("negative") => Outcome::answer(hours.elapsed_signed(start, end).map(Some), expected),
        Some("absolute") => Outcome::answer(hours.elapsed(end, start).map(Some), expected),
        Some("zero") => {
            let signed = hours.elapsed_signed(start, end);
            Outcome::answer(
                signed.map(|time| Some(time.max(TimeDelta::zero()))),
                expected,
            )
        }
        Some(_) => match hours.elapsed(start, end) {
            Err(Refusal::ReversedInterval { .. }) => Outcome::Passed,
            other => Outcome::answer(other.map(Some), expected),
        },
    }
}

fn add_business_days(case: &Case, hours: &BusinessHours) -> Outcome {
    let end = match case.get("end_of_working_day").as_bool() {
        Some(true) => DayEnd::EndOfDay,
        _ => DayEnd::SameTime,
    };
    let got = hours.add_business_days(case.instant("start"), case.integer("days"), end);
    Outcome::answer(got, case.instant("expected"))
}

fn periods(case: &Case, got: Result<impl Iterator<Item = Period>, Refusal>) -> Outcome {
    let expected = case.periods("expected");
    let got = got.map(|periods| {
        let pairs = periods.map(|period| (period.start, period.end));
        pairs.take(expected.len()).collect()
    });
    Outcome::answer(got, expected)
}

/// The source intersects hours on the wall, not in time.
fn intersection(case: &Case) -> Outcome {
    let shared = spec(case.get("schedule")).shared_on_the_wall(&spec(case.get("schedule_b")));
    match shared.and_then(BusinessHours::try_from) {
        Ok(hours) => periods(case, hours.periods_from(case.instant("origin"))),
        Err(problems) => Outcome::answer(Err(problems), case.periods("expected")),
    }
}

fn business_dates(case: &Case, hours: &BusinessHours) -> Outcome {
    let start: NaiveDate = case.text("start").parse().unwrap();
    let expected: Vec<NaiveDate> = serde_json::from_value(case.get("expected").clone()).unwrap();
    let got = hours.business_dates_after(start);
    Outcome::answer(
        got.map(|dates| dates.take(expected.len()).collect()),
        expected,
    )
}

/// A clock change opens at the earliest instant of an ambiguous time, unless the case says which one it means.
fn local_to_utc(case: &Case) -> Outcome {
    let zone: Zone = case.text("tz").parse().unwrap();
    let date: NaiveDate = case.text("date").parse().unwrap();
    let local = match case.text("time") {
        "24:00" | "24:00:00" => date.succ_opt().unwrap().and_time(NaiveTime::MIN),
        time => date.and_time(time.parse().unwrap()),
    };
    let which = match case.get("resolve").as_str() {
        Some("latest") => Resolve::Latest,
        _ => Resolve::Earliest,
    };
    Outcome::compare(zone.resolve(local, which), case.instant("expected"))
}

/// A calendar without hours: the source goes on by the wall clock. Here it is refused when it is built, and who wants
/// the wall clock says so with a calendar that is always open.
fn never_open(case: &Case) -> Outcome {
    match hours(case) {
        Ok(hours) => deadline(case, &hours),
        Err(problems)
            if problems
                .iter()
                .all(|problem| problem.code == "calendar.never_opens") =>
        {
            deadline(case, &BusinessHours::always())
        }
        Err(problems) => Outcome::Failed {
            got: problems.to_string(),
            expected: "calendar.never_opens".to_owned(),
        },
    }
}
