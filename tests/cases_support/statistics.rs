//! Intervals, scores and changes.
#![allow(clippy::float_arithmetic, reason = "statistics")]

use aftercare::code;
use aftercare::measures::{ServiceLevel, ServiceLevelFormula};
use aftercare::satisfaction::{
    Confidence, DifferenceMethod, EffortFigure, Instrument, Interval, NetScore, Proportion, Rating,
    Scale, Scores,
};
use serde_json::Value;

use super::case::{Case, Outcome};

pub(crate) fn run(case: &Case) -> Option<Outcome> {
    Some(match case.kind() {
        "wilson" => bounds(case, proportion(case).wilson(confidence(case)), None),
        "agresti_coull" => bounds(case, proportion(case).agresti_coull(confidence(case)), None),
        "two_proportions_diff" => difference(case),
        "nps" => nps(case),
        "nps_ci" => nps_interval(case),
        "nps_change" => nps_change(case),
        "ces" => effort(case),
        "csat_mapping" => mapping(case),
        "service_level" => service_level(case),
        _ => return None,
    })
}

fn count(case: &Case, name: &str) -> u64 {
    let value = &case.get("inputs")[name];
    value.as_u64().unwrap_or_else(|| panic!("no {name}"))
}

fn proportion(case: &Case) -> Proportion {
    Proportion::try_new(count(case, "successes"), count(case, "n")).unwrap()
}

fn confidence(case: &Case) -> Confidence {
    let level = case.get("inputs")["confidence"].as_f64().unwrap();
    Confidence::try_new(level).unwrap()
}

/// Compares every expected number with ours, within the case's tolerance.
fn compare(case: &Case, got: &[(&str, f64)]) -> Outcome {
    let expected = case.get("expected").as_object().unwrap();
    for (name, value) in expected {
        let Some((_, got)) = got.iter().find(|(known, _)| known == name) else {
            return Outcome::missing(format!("figure {name}"));
        };
        let tolerance = match case.get("tol") {
            Value::Object(by_name) => by_name.get(name).and_then(Value::as_f64).unwrap_or(1e-9),
            tolerance => tolerance.as_f64().unwrap(),
        };
        let value = value.as_f64().unwrap();
        // A hair for the representation of the tolerance itself.
        if (got - value).abs() > tolerance + 1e-12 {
            return Outcome::Failed {
                got: format!("{name} {got}"),
                expected: value.to_string(),
            };
        }
    }
    Outcome::Passed
}

fn bounds(case: &Case, interval: Option<Interval>, difference: Option<f64>) -> Outcome {
    let interval = interval.unwrap();
    let mut got = vec![("lower", interval.lower), ("upper", interval.upper)];
    got.extend(difference.map(|value| ("diff", value)));
    compare(case, &got)
}

fn difference(case: &Case) -> Outcome {
    let of = |x, n| Proportion::try_new(count(case, x), count(case, n)).unwrap();
    let (one, two) = (of("x1", "n1"), of("x2", "n2"));
    let method = match case.get("inputs")["method"].as_str().unwrap() {
        "newcombe" | "newcomb" => DifferenceMethod::Newcombe,
        "agresti-caffo" | "agresti_caffo" => DifferenceMethod::AgrestiCaffo,
        "wald" => DifferenceMethod::Wald,
        other => return Outcome::missing(format!("method {other}")),
    };
    let difference = one.value().unwrap() - two.value().unwrap();
    bounds(
        case,
        one.less(&two, method, confidence(case)),
        Some(difference),
    )
}

fn nps(case: &Case) -> Outcome {
    let inputs = case.get("inputs");
    let net = if let Some(given) = inputs["scores"].as_array() {
        let instrument = Instrument::new(code!("recommend"), Scale::Nps);
        let mut scores = Scores::new(instrument);
        for score in given {
            scores
                .add(u8::try_from(score.as_u64().unwrap()).unwrap())
                .unwrap();
        }
        scores.net()
    } else if inputs["promoters"].is_u64() {
        let [above, between, below] =
            ["promoters", "passives", "detractors"].map(|name| count(case, name));
        NetScore::new(above, between, below)
    } else {
        // Shares of n answers, which are whole numbers.
        let n = inputs["n"].as_f64().unwrap();
        let of = |name: &str| {
            let answers = (inputs[name].as_f64().unwrap() * n).round().to_string();
            answers.parse::<u64>().unwrap()
        };
        NetScore::new(
            of("promoter_share"),
            of("passive_share"),
            of("detractor_share"),
        )
    };
    let got = [
        ("nps", net.value()),
        ("variance", net.variance()),
        ("standard_error", net.standard_error()),
    ];
    let got: Vec<_> = got
        .into_iter()
        .filter_map(|(name, got)| Some((name, got?)))
        .collect();
    compare(case, &got)
}

fn nps_interval(case: &Case) -> Outcome {
    let method = &case.get("inputs")["method"];
    if method.as_str() != Some("adjusted_wald") {
        return Outcome::missing(format!("method {method}"));
    }
    let [above, between, below] =
        ["promoters", "passives", "detractors"].map(|name| count(case, name));
    let net = NetScore::new(above, between, below);
    let (adjusted, error) = net.adjusted();
    // The case has the bounds as they come; ours end where scores do.
    let reach = confidence(case).z() * error;
    let interval = net.interval(confidence(case)).unwrap();
    assert_eq!(interval.lower, (adjusted - reach).max(-1.0));
    assert_eq!(interval.upper, (adjusted + reach).min(1.0));
    let got = [
        ("nps", net.value().unwrap()),
        ("adjusted_nps", adjusted),
        ("se", error),
        ("lower", adjusted - reach),
        ("upper", adjusted + reach),
    ];
    compare(case, &got)
}

fn nps_change(case: &Case) -> Outcome {
    let inputs = case.get("inputs");
    if inputs["method"].as_str() != Some("adjusted_wald") {
        return Outcome::missing(format!("method {}", inputs["method"]));
    }
    let of = |name: &str| {
        let counts: [u64; 3] = serde_json::from_value(inputs[name].clone()).unwrap();
        let [above, between, below] = counts;
        NetScore::new(above, between, below)
    };
    let (one, two) = (of("a"), of("b"));
    let (difference, error, z) = one.less(&two);
    let got = [
        ("diff", difference),
        ("se", error),
        ("z", z),
        ("p_value", one.p_value(&two)),
    ];
    compare(case, &got)
}

fn effort(case: &Case) -> Outcome {
    let inputs = case.get("inputs");
    let method = inputs["method"].as_str().unwrap();
    let figure = match (method, method.contains("bottom")) {
        ("mean", _) => EffortFigure::Mean,
        (_, true) => EffortFigure::Top2LessBottom3,
        _ if method.contains('3') => EffortFigure::Top3,
        _ => return Outcome::missing(format!("method {method}")),
    };
    let mut scores = Scores::new(Instrument::new(code!("effort"), Scale::Ces(figure)));
    for (score, times) in inputs["counts"].as_object().unwrap() {
        let given = vec![score.parse().unwrap(); usize::try_from(times.as_u64().unwrap()).unwrap()];
        scores.add_all(&given).unwrap();
    }
    let value = scores.figure(Confidence::P95).value.unwrap();
    let expected = case.get("expected").as_object().unwrap();
    // The figure goes by many names, and as a share or a percentage.
    let got: Vec<_> = expected
        .iter()
        .map(|(name, expected)| {
            let is_percent = figure != EffortFigure::Mean && expected.as_f64().unwrap().abs() > 1.0;
            (
                name.as_str(),
                if is_percent { value * 100.0 } else { value },
            )
        })
        .collect();
    compare(case, &got)
}

fn mapping(case: &Case) -> Outcome {
    let scale = case.get("inputs")["scale"].as_str().unwrap();
    let scale = match scale {
        "1-5" => Scale::CsatFive,
        "1-3" => Scale::CsatThree,
        "1-2" | "yes/no" => Scale::CsatYesNo,
        "0-10" => Scale::Nps,
        other => return Outcome::missing(format!("scale {other}")),
    };
    let of = |rating| serde_json::json!(scale.scores(rating).collect::<Vec<_>>());
    for (name, expected) in case.get("expected").as_object().unwrap() {
        let got = match name.as_str() {
            "good" => of(Rating::Good),
            "neutral" => of(Rating::Neutral),
            "bad" => of(Rating::Bad),
            other => return Outcome::missing(format!("rating {other}")),
        };
        if got != *expected {
            return Outcome::compare(got, expected.clone());
        }
    }
    Outcome::Passed
}

fn service_level(case: &Case) -> Outcome {
    let calls = ServiceLevel {
        answered: count(case, "answered"),
        answered_within: count(case, "answered_within"),
        abandoned: count(case, "abandoned"),
        abandoned_within: count(case, "abandoned_within_threshold"),
        abandoned_short: count(case, "short_abandoned_5s"),
    };
    let formula = match count(case, "formula") {
        1 => ServiceLevelFormula::AbandonedWithinKept,
        2 => ServiceLevelFormula::AnsweredOnly,
        3 => ServiceLevelFormula::AbandonedMissed,
        4 => ServiceLevelFormula::AbandonedWithinLeftOut,
        5 => ServiceLevelFormula::ShortAbandonedKept,
        other => return Outcome::missing(format!("formula {other}")),
    };
    let level = calls.by(formula).unwrap().value().unwrap();
    compare(case, &[("percent", level * 100.0)])
}
