//! Which policies apply, and what is wrong with those that cannot.

use super::*;

fn subject(priority: &str) -> Subject {
    Subject {
        priority: Some(Code::try_new(priority).unwrap()),
        ..Subject::default()
    }
}

#[test]
fn the_first_match_by_rank_then_name_applies_and_the_others_say_why_not() {
    let policies = Policies::try_new(vec![
        policy("all", []).with_rank(9),
        policy("b", []).with_rank(1),
        policy("a", []).with_rank(1),
        policy("urgent", []).when(Aspect::Priority, [code!("urgent")]),
    ])
    .unwrap();
    let choice = policies.choose(&subject("low"));
    assert_eq!(choice.chosen.len(), 1);
    assert_eq!(choice.chosen[0].name, *"a");
    let verdicts: Vec<_> = choice
        .considered
        .iter()
        .map(|c| (c.policy.as_str(), c.verdict.clone()))
        .collect();
    let mismatch = Mismatch {
        aspect: Aspect::Priority,
        wanted: vec![code!("urgent")],
        got: Some(code!("low")),
    };
    assert_eq!(
        verdicts,
        [
            ("urgent", Verdict::DoesNotMatch(vec![mismatch])),
            ("a", Verdict::Chosen),
            ("b", Verdict::ComesAfter(code!("a"))),
            ("all", Verdict::ComesAfter(code!("a"))),
        ]
    );
    assert_eq!(
        policies.choose(&subject("urgent")).chosen[0].name,
        *"urgent"
    );
}

#[test]
fn one_policy_of_each_group_applies() {
    let policies = Policies::try_new(vec![
        policy("customer", [target(Metric::Resolution, 8)]),
        policy("house", [target(Metric::Resolution, 4).from_assignment()])
            .in_group(code!("internal")),
        policy("house-2", []).in_group(code!("internal")),
    ])
    .unwrap();
    let choice = policies.choose(&Subject::default());
    let names: Vec<_> = choice.chosen.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["customer", "house"]);
    let mut desk = Desk::open_with("01-05T09:00", BY_CUSTOMER, &choice.chosen);
    desk.tell("01-05T11:00", Fact::Assigned);
    let due: Vec<_> = desk.clocks.iter().map(|c| c.due_at().unwrap()).collect();
    assert_eq!(due, [at("01-05T17:00"), at("01-05T15:00")]);
}

#[test]
fn every_condition_must_hold_and_an_unknown_value_does_not() {
    let policy = policy("p", [])
        .when(Aspect::Channel, [code!("email"), code!("chat")])
        .when(Aspect::CustomerTier, [code!("gold")])
        .when(Aspect::Product, []);
    let mut subject = Subject {
        channel: Some(code!("chat")),
        ..Subject::default()
    };
    let mismatches = policy.mismatches(&subject);
    assert_eq!(mismatches.len(), 1);
    assert_eq!(mismatches[0].aspect, Aspect::CustomerTier);
    assert_eq!(mismatches[0].got, None);
    subject.customer_tier = Some(code!("gold"));
    assert!(policy.mismatches(&subject).is_empty());
}

#[test]
fn every_problem_is_reported_with_its_path() {
    let act = [Action::RaisePriority];
    let bad = target(Metric::NextResponse, 0)
        .with_reopen(ReopenMode::Continue)
        .pausing_in([StatusCategory::OnHold, StatusCategory::Solved])
        .with_step(code!("s"), hours(1), act.clone())
        .with_step(code!("s"), TimeDelta::days(100_000), []);
    let good = target(Metric::NextResponse, 1);
    let many = (0..33).fold(target(Metric::Resolution, 1), |target, n| {
        let name = Code::try_new(&format!("s{n}")).unwrap();
        target.with_step(name, hours(1), act.clone())
    });
    let problems =
        Policies::try_new(vec![policy("p", [bad, good, many]), policy("p", [])]).unwrap_err();
    let found: Vec<_> = problems
        .iter()
        .map(|p| format!("{} {}", p.path, p.code))
        .collect();
    assert_eq!(
        found,
        [
            "[0].targets[0].duration_ms sla.bad_duration",
            "[0].targets[0].pause_in[1] sla.pause_when_done",
            "[0].targets[0].reopen sla.reopen_does_not_apply",
            "[0].targets[0].steps[1].name sla.step_repeated",
            "[0].targets[0].steps[1].offset_ms sla.bad_offset",
            "[0].targets[0].steps[1].actions sla.step_does_nothing",
            "[0].targets[1].name sla.target_repeated",
            "[0].targets[1].metric sla.metric_repeated",
            "[0].targets[2].steps sla.too_many_steps",
            "[0].targets[2].name sla.target_repeated",
            "[1].name sla.policy_repeated",
        ]
    );
}

#[test]
fn a_policy_is_short_in_data() {
    let data = r#"[{
        "name": "gold", "revision": 3,
        "conditions": [{"aspect": "customer_tier", "any_of": ["gold"]}],
        "targets": [{
            "name": "reply", "metric": "first_response", "duration_ms": 3600000,
            "time": {"business": "support"},
            "steps": [{"name": "soon", "offset_ms": -600000, "actions": [
                {"notify": {"to": {"team": "leads"}, "template": "soon"}}, "raise_priority"
            ]}]
        }]
    }]"#;
    let policies: Policies = serde_json::from_str(data).unwrap();
    let again = serde_json::to_string(&policies).unwrap();
    assert_eq!(serde_json::from_str::<Policies>(&again).unwrap(), policies);
    assert!(serde_json::from_str::<Policies>(&data.replace("3600000", "0")).is_err());
}
