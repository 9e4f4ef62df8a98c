//! What a bad answer sets in motion.

use aftercare::calendar::BusinessHours;
use aftercare::case::LinkKind;
use aftercare::code;
use aftercare::kernel::{Actor, StaffId};
use aftercare::message::Recipient;
use aftercare::record::Event;
use aftercare::survey::*;
use chrono::{DateTime, TimeDelta, Utc};

use super::*;

fn bad(world: &World) -> (SurveyId, FollowUp) {
    let (_, survey, token) = invited(world);
    world.run(AnswerSurvey::new(token, 2));
    let follow_up = world.get(survey).follow_up.clone().unwrap();
    (survey, follow_up)
}

fn advance(world: &World, survey: SurveyId, to: FollowUpStage) {
    world
        .run_as(agent(), AdvanceFollowUp { survey, to })
        .unwrap();
}

#[test]
fn a_bad_answer_opens_a_case_with_an_owner_and_a_time_in_the_same_commit() {
    let world = world();
    let (survey, follow_up) = bad(&world);
    assert_eq!(follow_up.stage, FollowUpStage::Open);
    assert_eq!(follow_up.team, code!("care"));
    assert_eq!(follow_up.due_at, world.now() + days(2));
    let case = world.get(follow_up.case);
    assert_eq!(case.route.team, Some(code!("care")));
    assert_eq!(case.topic, Some(code!("survey_follow_up")));
    let entries = world.entries(survey);
    let entry = entries
        .iter()
        .find(|entry| entry.command == "survey.answer");
    let opens = |event: &Event| event.subject().id == follow_up.case.uuid();
    assert!(entry.unwrap().events.iter().any(opens), "in the same entry");
    // It belongs to the case that was asked about.
    let Subject::Case(about) = world.get(survey).plan.about else {
        panic!()
    };
    assert!(case.links.contains(&(LinkKind::FollowUpOf, about)));
    let back = (LinkKind::FollowedUpBy, follow_up.case);
    assert!(world.get(about).links.contains(&back));
    world.assert_told();
}

#[test]
fn a_follow_up_leads_to_its_survey_and_nobody_is_asked_about_it() {
    let mut programme = after_case();
    programme.only.needs_customer_message = false;
    let world = World::with(asking(programme));
    let (survey, follow_up) = bad(&world);
    let case = follow_up.case;
    assert_eq!(world.get(case).survey, Some(survey));
    advance(&world, survey, FollowUpStage::CustomerTold);
    solve(&world, case);
    let customer = world.get(survey).plan.customer;
    pass(&world, days(1));
    assert_eq!(surveys(&world, customer).len(), 1, "the first");
    let effects = world.entries(case).into_iter();
    let effects = effects.flat_map(|entry| entry.events.clone());
    let told = effects.filter(|event| {
        let text = serde_json::to_string(event).unwrap();
        text.contains("survey.about_follow_up")
    });
    assert_eq!(told.count(), 1, "and the journal says why");
    let plan = PlanSurvey::about(customer, code!("after_case"), Subject::Case(case));
    assert_eq!(world.refuse(plan).code(), "survey.about_follow_up");
    world.assert_told();
}

#[test]
fn a_good_answer_opens_none_and_one_that_turns_bad_opens_one() {
    let world = world();
    let (_, survey, token) = invited(&world);
    world.run(AnswerSurvey::new(token, 3));
    assert_eq!(world.get(survey).follow_up, None);
    world.run(AnswerSurvey::new(token, 2));
    let follow_up = world.get(survey).follow_up.clone();
    assert!(follow_up.is_some());
    world.run(AnswerSurvey::new(token, 1));
    world.run(AnswerSurvey::new(token, 5));
    assert_eq!(world.get(survey).follow_up, follow_up, "and one only");
    world.assert_told();
}

#[test]
fn a_follow_up_ends_only_after_the_customer_was_told_and_its_case_with_it() {
    let world = world();
    let (survey, follow_up) = bad(&world);
    let code = |to| world.refuse(AdvanceFollowUp { survey, to }).code();
    assert_eq!(code(FollowUpStage::Closed), "survey.customer_not_told");
    advance(&world, survey, FollowUpStage::Contacted);
    advance(&world, survey, FollowUpStage::Resolved);
    assert_eq!(code(FollowUpStage::Closed), "survey.customer_not_told");
    assert_eq!(code(FollowUpStage::Contacted), "survey.follow_up_step");
    advance(&world, survey, FollowUpStage::CustomerTold);
    assert!(!world.get(follow_up.case).is_done());
    advance(&world, survey, FollowUpStage::Closed);
    assert!(world.get(follow_up.case).is_done());
    let stands = world.get(survey).follow_up.clone().unwrap();
    assert_eq!(stands.closed_at, Some(world.now()));
    assert_eq!(stands.is_kept(world.now()), Some(true));
    assert_eq!(code(FollowUpStage::Closed), "survey.follow_up_step");
    world.assert_told();
}

#[test]
fn a_team_finds_what_it_has_to_do_the_most_urgent_first_and_hears_once_that_it_is_late() {
    let world = world();
    let (survey, follow_up) = bad(&world);
    let open = OpenFollowUps::of(code!("care"));
    let found = |world: &World| -> Vec<_> {
        let page = world.desk.ask(&agent(), &open).unwrap();
        page.surveys.iter().map(|survey| survey.id).collect()
    };
    assert_eq!(found(&world), [survey]);
    let late = |world: &World| {
        let told = relay(world).into_iter();
        let told = told.filter(|it| it.draft().purpose == "survey.follow_up_late");
        told.map(|it| it.draft().to.clone()).collect::<Vec<_>>()
    };
    world.wait(follow_up.due_at - world.now());
    wake(&world);
    assert_eq!(late(&world), [], "the last instant is in time");
    pass(&world, TimeDelta::milliseconds(1));
    assert_eq!(late(&world), [Recipient::Team(code!("care"))]);
    pass(&world, days(9));
    assert_eq!(late(&world), [], "once");
    advance(&world, survey, FollowUpStage::CustomerTold);
    advance(&world, survey, FollowUpStage::Closed);
    let stands = world.get(survey).follow_up.clone().unwrap();
    assert_eq!(stands.is_kept(world.now()), Some(false));
    assert_eq!(found(&world), []);
    world.assert_told();
}

#[test]
fn the_time_can_be_counted_in_the_hours_of_a_calendar() {
    let hours = BusinessHours::weekdays("UTC", "09:00", "17:00").unwrap();
    let mut programme = after_case();
    let closed = ClosedLoop::new(2, code!("care"), TimeDelta::hours(8));
    programme.closed_loop = Some(closed.in_hours_of(code!("care")));
    let spec = asking(programme).with_calendar(code!("care"), hours);
    let world = World::with(spec);
    // Friday, 09:00 UTC when it is answered at noon.
    world.wait(days(4));
    let (_, survey, token) = invited(&world);
    world.wait(TimeDelta::hours(3));
    world.run(AnswerSurvey::new(token, 1));
    let due_at = world.get(survey).follow_up.clone().unwrap().due_at;
    assert_eq!(
        due_at,
        "2026-03-09T12:00:00Z".parse::<DateTime<Utc>>().unwrap()
    );
}

#[test]
fn one_without_a_follow_up_has_none_to_bring_on_and_technicians_have_no_leave() {
    let world = world();
    let (_, survey, token) = invited(&world);
    world.run(AnswerSurvey::new(token, 5));
    let to = FollowUpStage::Contacted;
    let code = world.refuse(AdvanceFollowUp { survey, to }).code();
    assert_eq!(code, "survey.no_follow_up");
    let technician = Actor::staff(StaffId::from_u128(3), code!("technician"));
    let denied = world.run_as(technician, AdvanceFollowUp { survey, to });
    let denied = crate::product::world::refused(denied);
    assert_eq!(denied.code(), "access.denied");
}
