//! Recurrence, and plans of service.

use aftercare::calendar::civil::{add_days, add_months};
use aftercare::calendar::{Recurrence, Refusal, Rule, Zone};
use chrono::{NaiveDate, NaiveDateTime};
use serde_json::Value;

use super::case::{Case, Outcome};

pub(crate) fn run(case: &Case) -> Outcome {
    match case.kind() {
        "rrule" | "rrule_skip" => rrule(case),
        "add_period" => add_period(case),
        "monthly_clamped" | "monthly_chained_drift_WRONG" | "monthly_end_of_month_sticky" => {
            monthly(case)
        }
        _ => super::plans::run(case),
    }
}

fn local(value: &Value) -> NaiveDateTime {
    value.as_str().unwrap().parse().unwrap()
}

fn on(value: &Value) -> NaiveDate {
    value.as_str().unwrap().parse().unwrap()
}

fn dates(value: &Value) -> Vec<NaiveDate> {
    value.as_array().unwrap().iter().map(on).collect()
}

fn rrule(case: &Case) -> Outcome {
    let input = case.get("input");
    let expected: Vec<NaiveDateTime> = case.get("expected")["occurrences"]
        .as_array()
        .unwrap()
        .iter()
        .map(local)
        .collect();
    let rule = match input["rrule"].as_str().unwrap().parse::<Rule>() {
        Err(Refusal::UnsupportedRule { part, .. }) if case.text("tier") == "extended" => {
            return Outcome::missing(format!("the rule part {part}"));
        }
        rule => rule,
    };
    let recurrence =
        rule.and_then(|rule| Recurrence::new(rule, local(&input["dtstart"]), Zone::utc()));
    let found = recurrence.map(|recurrence| {
        let all = recurrence.iter().map(|at| at.naive_utc());
        all.take(expected.len() + 1).collect::<Vec<_>>()
    });
    Outcome::answer(found, expected)
}

fn add_period(case: &Case) -> Outcome {
    let input = case.get("input");
    let number = |name: &str| input[name].as_i64().unwrap_or(0);
    let months = i32::try_from(number("years") * 12 + number("months")).unwrap();
    let got = add_months(on(&input["base"]), months)
        .and_then(|date| add_days(date, number("weeks") * 7 + number("days")));
    Outcome::compare(got, Some(on(&case.get("expected")["result"])))
}

/// Months from an anchor, at the month's end where the month is too short.
fn monthly(case: &Case) -> Outcome {
    let input = case.get("input");
    let every = u32::try_from(input["interval_months"].as_u64().unwrap()).unwrap();
    let rule = match input["policy"].as_str().unwrap() {
        "sticky_last_day_if_start_is_last_day" => Rule::every_months(every).sticky(),
        _ => Rule::every_months(every),
    };
    let anchor = on(&input["start"]).into();
    let recurrence = Recurrence::new(rule, anchor, Zone::utc()).unwrap();
    let count = usize::try_from(input["count"].as_u64().unwrap()).unwrap();
    let got: Vec<NaiveDate> = recurrence
        .iter()
        .take(count)
        .map(|at| at.date_naive())
        .collect();
    let expected = dates(&case.get("expected")["dates"]);
    if case.kind() == "monthly_chained_drift_WRONG" {
        // The dates of the case are what must not happen; from the anchor it is the 31st or the month's last day.
        let is_right = got != expected
            && got.iter().all(|date| {
                let next = date.succ_opt().unwrap();
                next == first_of(next) || date.format("%d").to_string() == "31"
            });
        return Outcome::compare(is_right, true);
    }
    Outcome::compare(got, expected)
}

/// The 1st of the month of a date.
fn first_of(date: NaiveDate) -> NaiveDate {
    use chrono::Datelike;
    date.with_day(1).unwrap()
}
