//! What counts as an answer.

use aftercare::code;
use aftercare::customer::{EraseCustomer, MergeCustomers};
use aftercare::kernel::{AccessSpec, Actor, Code, CustomerId, StaffId};
use aftercare::prelude::{AssignCase, ReopenCase, RouteCase};
use aftercare::record::Record;
use aftercare::satisfaction::Rating;
use aftercare::survey::*;
use chrono::TimeDelta;

use super::*;

#[test]
fn following_every_link_is_no_answer() {
    let world = world();
    let (_, survey, token) = invited(&world);
    // As a mail scanner does, twice.
    for _ in 0..2 {
        for score in [None, Some(1), Some(2), Some(3), Some(4), Some(5)] {
            world.run(FollowSurveyLink { token, score });
        }
    }
    let stands = world.get(survey);
    assert_eq!(stands.status, SurveyStatus::Invited);
    assert_eq!(stands.answer, None);
    assert!(stands.is_followed);
    assert_eq!(stands.followed.len(), 5);
    let followed = |event: &&SurveyEvent| matches!(event, SurveyEvent::Followed { .. });
    let story = story(&world, survey);
    assert_eq!(story.iter().filter(followed).count(), 6, "each once");
    world.assert_told();
}

#[test]
fn confirming_is_an_answer_and_the_same_answer_again_changes_nothing() {
    let world = world();
    let (customer, survey, token) = invited(&world);
    let answer = AnswerSurvey::new(token, 4).saying(code!("why"), "Quick help");
    assert_eq!(world.run(answer.clone()), survey);
    let stands = world.get(survey);
    let given = stands.answer.as_ref().unwrap();
    assert_eq!((given.score, given.rating), (4, Rating::Good));
    assert_eq!(given.texts, [code!("why")].into());
    let events = story(&world, survey).len();
    // Another request of the same customer, on another way, even when the time to change is over.
    pass(&world, days(30));
    world.run_as(Actor::Customer(customer), answer).unwrap();
    assert_eq!(story(&world, survey).len(), events);
    assert_eq!(world.get(survey), stands);
    world.assert_told();
}

#[test]
fn an_answer_can_be_changed_within_its_time_and_keeps_its_history() {
    let world = world();
    let (_, survey, token) = invited(&world);
    world.run(AnswerSurvey::new(token, 5).saying(code!("why"), "All good"));
    world.wait(days(1));
    world.run(AnswerSurvey::new(token, 3));
    let stands = world.get(survey);
    let answer = stands.answer.as_ref().unwrap();
    assert_eq!((answer.score, answer.changes), (3, 1));
    assert_eq!(answer.given_at, world.now() - days(1));
    let scores: Vec<_> = story(&world, survey)
        .into_iter()
        .filter_map(|event| match event {
            SurveyEvent::Answered { score, .. } => Some((None, score)),
            SurveyEvent::Changed { from, score, .. } => Some((Some(from), score)),
            _ => None,
        })
        .collect();
    assert_eq!(scores, [(None, 5), (Some(5), 3)]);
    let text = Survey::text_of(survey, &code!("why"));
    assert!(
        world.desk.get(&Actor::System, text).unwrap().is_none(),
        "taken back"
    );

    world.wait(TimeDelta::milliseconds(1));
    let refused = world.refuse(AnswerSurvey::new(token, 1));
    assert_eq!(refused.code(), "survey.no_longer_changeable");
    world.assert_told();
}

#[test]
fn what_is_no_answer_is_refused_and_changes_nothing() {
    let world = world();
    let (_, survey, token) = invited(&world);
    let before = world.get(survey);
    let code = |answer: AnswerSurvey| world.refuse(answer).code();
    assert_eq!(code(AnswerSurvey::new(token, 0)), "satisfaction.off_scale");
    assert_eq!(code(AnswerSurvey::new(token, 6)), "satisfaction.off_scale");
    let link = FollowSurveyLink {
        token,
        score: Some(9),
    };
    assert_eq!(world.refuse(link).code(), "satisfaction.off_scale");
    let asked = AnswerSurvey::new(token, 5).saying(code!("age"), "40");
    assert_eq!(code(asked), "survey.unknown_question");
    let long = "x".repeat(Survey::LONGEST + 1);
    let long = AnswerSurvey::new(token, 5).saying(code!("why"), long);
    assert_eq!(code(long), "survey.too_long");
    // One digit of the token is wrong, or it is of a survey that does not exist.
    for place in [0, 31, 32, 63] {
        let mut text = token.to_text().into_bytes();
        text[place] = if text[place] == b'0' { b'1' } else { b'0' };
        let wrong = String::from_utf8(text).unwrap().parse().unwrap();
        assert_eq!(code(AnswerSurvey::new(wrong, 5)), "survey.unknown_token");
    }
    assert_eq!(world.get(survey), before);
}

#[test]
fn the_last_instant_to_answer_counts_and_the_next_does_not_whoever_looked() {
    for has_looked in [false, true] {
        let world = world();
        let (_, survey, token) = invited(&world);
        let expires_at = world.get(survey).expires_at.unwrap();
        world.wait(expires_at - world.now());
        let form = world.ask(&ReadSurveyForm {
            token,
            at: world.now(),
        });
        assert_eq!((form.until, form.answer), (expires_at, None));
        world.wait(TimeDelta::milliseconds(1));
        if has_looked {
            wake(&world);
            assert_eq!(world.get(survey).status, SurveyStatus::Expired);
        }
        let refused = world.refuse(AnswerSurvey::new(token, 5));
        assert_eq!(refused.code(), "survey.expired");
        let link = FollowSurveyLink { token, score: None };
        assert_eq!(world.refuse(link).code(), "survey.expired");
        world.wait(TimeDelta::milliseconds(-1));
        if !has_looked {
            world.run(AnswerSurvey::new(token, 5));
        }
    }
}

#[test]
fn staff_never_answer_for_a_customer() {
    let mut spec = asking(after_case());
    let AccessSpec(roles) = &mut spec.access;
    let agent = roles.get_mut("agent").unwrap();
    agent.push("survey.answer".to_owned());
    let world = World::with(spec);
    let (_, survey, token) = invited(&world);
    let staff = |role: Code| Actor::staff(StaffId::from_u128(7), role);
    let try_as = |role| {
        let result = world.run_as(staff(role), AnswerSurvey::new(token, 5));
        crate::product::world::refused(result).code()
    };
    assert_eq!(try_as(code!("agent")), "survey.answered_by_staff");
    assert_eq!(try_as(code!("administrator")), "access.denied");
    assert_eq!(world.get(survey).answer, None);
}

#[test]
fn a_customer_cannot_answer_for_another_one() {
    let world = world();
    let (_, survey, token) = invited(&world);
    let other = Actor::Customer(world.register("Can"));
    let refused = world.run_as(other, AnswerSurvey::new(token, 1));
    let refused = crate::product::world::refused(refused);
    assert_eq!(refused.code(), "survey.unknown_token");
    assert_eq!(world.get(survey).answer, None);
}

#[test]
fn who_was_merged_meanwhile_still_answers() {
    let world = world();
    let (customer, survey, token) = invited(&world);
    let other = reachable(&world, "other@example.com");
    world.run(MergeCustomers {
        survivor: other,
        merged: customer,
    });
    let bad = AnswerSurvey::new(token, 1).saying(code!("why"), "Nobody came");
    world.run_as(Actor::Customer(other), bad).unwrap();
    let stands = world.get(survey);
    let case = stands.follow_up.as_ref().unwrap().case;
    assert_eq!(world.get(case).customer, other);
    world.assert_told();
}

#[test]
fn the_credit_is_that_of_the_moment_at_which_the_case_was_solved() {
    let world = world();
    let customer = ayse(&world);
    let case = answered(&world, customer);
    let (deniz, can) = (StaffId::from_u128(7), StaffId::from_u128(8));
    world.run(RouteCase {
        case,
        to: code!("kitchen"),
    });
    world.run(AssignCase {
        case,
        to: Some(deniz),
    });
    solve(&world, case);
    let token = next_token(&world);
    // Later it is somebody else's.
    world.run(ReopenCase {
        case,
        reason: code!("again"),
    });
    world.run(AssignCase {
        case,
        to: Some(can),
    });
    world.run(AnswerSurvey::new(token, 5));
    let credit = world.get(token.survey()).plan.credit.clone();
    assert_eq!(credit.agent, Some(deniz));
    assert_eq!(credit.team, Some(code!("kitchen")));
    assert_eq!(credit.topic, Some(code!("leak")));
    assert_eq!(credit.channel, Some(aftercare::interaction::Channel::Email));
}

#[test]
fn nothing_that_is_stored_lets_anybody_answer() {
    let world = world();
    let (_, survey, token) = invited(&world);
    world.run(FollowSurveyLink {
        token,
        score: Some(3),
    });
    world.run(AnswerSurvey::new(token, 3));
    pass(&world, days(3));
    let text = token.to_text();
    let proof = &text[32..];
    let number = u128::from_str_radix(proof, 16).unwrap().to_string();
    let dashed = uuid::Uuid::parse_str(proof).unwrap().to_string();
    let all = stored(&world);
    assert!(all.iter().any(|text| text.contains(&survey.to_string())));
    for text in all {
        assert!(!text.contains(proof) && !text.contains(&number) && !text.contains(&dashed));
    }
}

#[test]
fn words_are_personal_and_go_with_the_customer() {
    let world = world();
    let (customer, survey, token) = invited(&world);
    let marker = "Zülfikâr-7391";
    let answer = AnswerSurvey::new(token, 1).saying(code!("why"), marker);
    assert!(!format!("{answer:?}").contains(marker));
    world.run(answer);
    assert!(
        stored(&world).iter().all(|text| !text.contains(marker)),
        "not in the journal, nor in what it tells of"
    );
    let question = aftercare::customer::ExportCustomer {
        customer,
        after: None,
        limit: 500,
    };
    let records = world.ask(&question).records;
    let has_words = |record: &Record| serde_json::to_string(record).unwrap().contains(marker);
    assert!(records.iter().any(has_words), "the customer is handed them");
    let is_survey = |record: &Record| matches!(record, Record::Survey(_));
    assert!(records.iter().any(is_survey));
    world.run(EraseCustomer {
        customer,
        reason: code!("wish"),
    });
    pass(&world, days(1));
    let text = Survey::text_of(survey, &code!("why"));
    assert!(world.desk.get(&Actor::System, text).unwrap().is_none());
    assert_eq!(
        world.get(survey).answer.as_ref().unwrap().score,
        1,
        "what is counted stays"
    );
    let refused = world.refuse(AnswerSurvey::new(token, 2));
    assert_eq!(refused.code(), "customer.erased");
}

#[test]
fn a_customer_sees_their_own_surveys_only() {
    let world = world();
    let (customer, survey, _) = invited(&world);
    let of = |who: CustomerId| {
        let page = world
            .desk
            .ask(&Actor::Customer(who), &SurveysOf::new(customer));
        page.map(|page| page.surveys.len()).unwrap_or(0)
    };
    assert_eq!(of(customer), 1);
    let other = world.register("Can");
    assert_eq!(of(other), 0);
    assert!(
        world
            .desk
            .get(&Actor::Customer(other), survey)
            .unwrap()
            .is_none()
    );
}

#[test]
fn words_that_are_blanked_are_taken_back() {
    let world = world();
    let (_, survey, token) = invited(&world);
    world.run(AnswerSurvey::new(token, 2).saying(code!("why"), "Call me"));
    let text = Survey::text_of(survey, &code!("why"));
    for blank in ["", "  "] {
        world.run(AnswerSurvey::new(token, 2).saying(code!("why"), blank));
        assert!(world.desk.get(&Actor::System, text).unwrap().is_none());
        assert!(world.get(survey).answer.as_ref().unwrap().texts.is_empty());
    }
    world.assert_told();
}

#[test]
fn who_plans_a_survey_by_hand_gets_no_credit_for_the_case() {
    let mut programme = after_case();
    programme.only.needs_person = true;
    let world = World::with(RulebookSpec::new().with_survey(programme));
    let customer = ayse(&world);
    let case = world.run(OpenCase::new(customer, Channel::Email, "It leaks"));
    let to = code!("closed");
    world.run(MoveCase { case, to });
    let supervisor = Actor::staff(StaffId::from_u128(9), code!("supervisor"));
    let plan = PlanSurvey {
        programme: code!("after_case"),
        about: Subject::Case(case),
        customer,
    };
    world.run_as(supervisor, plan).unwrap();
    assert_eq!(surveys(&world, customer)[0].plan.credit.agent, None);
    let why = Some("no_human_touch".to_owned());
    assert_eq!(standing(&world, customer), (SurveyStatus::Skipped, why));
}
