//! Text in Turkish, promises about answers, and statistics; the rest belongs to parts that are not there.

use aftercare::calendar::{Boundary, BusinessHours};
use aftercare::code;
use aftercare::kernel::{Language, TurkishCase, lower, search_key, turkish_suffix};
use aftercare::sla::{
    ClockState, Clocks, Fact, Metric, Noted, Policy, Speaker, StatusCategory, Target, TimeBase,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::case::{Case, Outcome};

pub(crate) fn run(case: &Case) -> Outcome {
    let input = |name: &str| case.get("inputs")[name].as_str().unwrap().to_owned();
    let expected = |name: &str| case.get("expected")[name].as_str().unwrap().to_owned();
    match case.kind() {
        "turkish_lower" => {
            Outcome::compare(lower(&input("text"), &Language::TURKISH), expected("lower"))
        }
        "turkish_search_key" => Outcome::compare(search_key(&input("text")), expected("key")),
        "turkish_suffix" => match grammatical_case(&input("case")) {
            Some(wanted) => {
                Outcome::compare(turkish_suffix(&input("name"), wanted), expected("text"))
            }
            None => Outcome::missing(format!("grammatical case {}", input("case"))),
        },
        "sla_due" => due(case),
        "frt" => first_response(case),
        _ => super::statistics::run(case)
            .unwrap_or_else(|| Outcome::missing("quality, workforce, foresight and outreach")),
    }
}

fn grammatical_case(short: &str) -> Option<TurkishCase> {
    Some(match short {
        "nom" => TurkishCase::Nominative,
        "acc" => TurkishCase::Accusative,
        "dat" => TurkishCase::Dative,
        "loc" => TurkishCase::Locative,
        "abl" => TurkishCase::Ablative,
        "gen" => TurkishCase::Genitive,
        "ins" => TurkishCase::Instrumental,
        _ => return None,
    })
}

/// An instant such as `Wed 07:00`, in a week without anything special.
fn instant(text: &str) -> DateTime<Utc> {
    let (day, time) = text.split_once(' ').unwrap();
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let day = days.iter().position(|name| *name == day).unwrap();
    let date = 5 + day; // 5 January 2026 was a Monday
    format!("2026-01-{date:02}T{time}:00Z").parse().unwrap()
}

/// Hours such as `Mon-Fri 09:00-17:00`.
fn due(case: &Case) -> Outcome {
    let inputs = case.get("inputs");
    let Some(hours) = inputs["business_hours"]
        .as_str()
        .unwrap()
        .strip_prefix("Mon-Fri ")
    else {
        return Outcome::missing("days other than Monday to Friday");
    };
    let (from, to) = hours.split_once('-').unwrap();
    let hours = BusinessHours::weekdays("UTC", from, to).unwrap();
    let target = TimeDelta::minutes(inputs["threshold_min"].as_i64().unwrap());
    let created = instant(inputs["created"].as_str().unwrap());
    let expected = instant(case.get("expected")["due"].as_str().unwrap());
    Outcome::answer(hours.add(created, target, Boundary::Close), expected)
}

fn first_response(case: &Case) -> Outcome {
    let policy = Policy::new(code!("any"), 1).promising(Target::new(
        code!("first"),
        Metric::FirstResponse,
        TimeDelta::days(30),
        TimeBase::Calendar,
    ));
    let events: Option<Vec<Noted>> = case.get("inputs")["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(Value::as_str)
        .map(|event| noted(event.unwrap()))
        .collect();
    let Some(events) = events else {
        return Outcome::missing("an event of another kind");
    };
    let (clocks, _) = Clocks::fold(&[&policy], &events, &()).unwrap();
    let got = clocks.iter().find_map(|clock| match clock.state {
        ClockState::Met { consumed_ms, .. } => Some(consumed_ms / 1_000),
        _ => None,
    });
    Outcome::compare(got, case.get("expected")["first_human_response_s"].as_i64())
}

/// An event such as `Fri 14:10 human public reply`.
fn noted(event: &str) -> Option<Noted> {
    let (at, what) = event.split_at_checked("Mon 00:00".len())?;
    let customer = Speaker::Customer;
    let fact = match what.trim() {
        "created" => Fact::Opened {
            by: customer,
            public: true,
            category: StatusCategory::New,
        },
        "bot resolves" => Fact::Moved {
            to: StatusCategory::Solved,
        },
        "customer reopens" => Fact::Moved {
            to: StatusCategory::Open,
        },
        "human public reply" => Fact::Spoke {
            by: Speaker::Human,
            public: true,
            asking: false,
        },
        "bot reply" => Fact::Spoke {
            by: Speaker::Bot,
            public: true,
            asking: false,
        },
        "note" | "human note" | "human private note" => Fact::Spoke {
            by: Speaker::Human,
            public: false,
            asking: false,
        },
        _ => return None,
    };
    let at = instant(at);
    Some(Noted { at, fact })
}
