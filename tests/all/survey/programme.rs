//! Programmes are plain data, checked with the rulebook.

use aftercare::code;
use aftercare::kernel::SecretKey;
use aftercare::prelude::{Reaction, RulebookSpec, Trigger};
use aftercare::survey::SurveyProgramme;

use super::after_case;

#[test]
fn everything_that_is_wrong_is_said_with_its_path() {
    let json = r#"{
      "surveys": {
        "throttle_ms": 2592000000,
        "quiet_hours": {"from": "21:00:00", "to": "09:00:00"},
        "programmes": [
          {"name": "after_case", "instrument": {"question": "after_case", "scale": "csat_five", "wording": 1}},
          {"name": "after_case", "instrument": {"question": "q", "scale": "nps", "wording": 1},
           "valid_ms": 0, "remind_after_ms": 5, "repeat_ms": 0, "channels": ["email", "email"],
           "delay_ms": 9999999999999,
           "closed_loop": {"up_to": 10, "team": "care", "topic": "bad", "within_ms": 1,
                           "priority": "sky_high", "time": {"business": "care"}}}
        ]
      },
      "reactions": [{"name": "ask", "on": "visit_done", "then": {"survey": {"programme": "after_visit"}}}]
    }"#;
    let spec: RulebookSpec = serde_json::from_str(json).unwrap();
    let problems = spec.build(SecretKey::new([7; 16])).unwrap_err();
    let said: Vec<_> = problems
        .iter()
        .map(|p| (p.path.as_str(), p.code.as_ref()))
        .collect();
    assert_eq!(
        said,
        [
            ("reactions[0].then.programme", "reaction.unknown_survey"),
            ("surveys.programmes[1].name", "survey.name_twice"),
            ("surveys.programmes[1].valid_ms", "survey.never_valid"),
            (
                "surveys.programmes[1].remind_after_ms",
                "survey.reminder_too_late"
            ),
            ("surveys.programmes[1].repeat_ms", "survey.repeats_too_soon"),
            ("surveys.programmes[1].delay_ms", "survey.period_too_long"),
            ("surveys.programmes[1].channels[1]", "survey.channel_twice"),
            (
                "surveys.programmes[1].closed_loop.up_to",
                "survey.threshold"
            ),
            (
                "surveys.programmes[1].closed_loop.priority",
                "case.unknown_priority"
            ),
            (
                "surveys.programmes[1].closed_loop.time",
                "survey.unknown_calendar"
            ),
        ]
    );
}

#[test]
fn a_programme_survives_its_data() {
    let programme = after_case();
    let json = serde_json::to_string(&programme).unwrap();
    assert_eq!(
        serde_json::from_str::<SurveyProgramme>(&json).unwrap(),
        programme
    );
    let ask = Reaction::survey(code!("ask"), Trigger::CaseSolved, code!("after_case"));
    let spec = RulebookSpec::new()
        .with_survey(programme)
        .with_reaction(ask);
    assert!(spec.build(SecretKey::new([7; 16])).is_ok());
}
