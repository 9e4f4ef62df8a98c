//! Asking about the relationship, again and again.

use aftercare::code;
use aftercare::customer::{EraseCustomer, Tag, Untag};
use aftercare::prelude::RulebookSpec;
use aftercare::satisfaction::{Instrument, Scale};
use aftercare::survey::*;

use super::*;

#[test]
fn one_time_of_asking_is_called_off_and_a_tag_rests_the_programme_for_a_customer() {
    let nps = Instrument::new(code!("recommend"), Scale::Nps);
    let mut programme = SurveyProgramme::new(code!("relation"), nps).repeating_every(days(90));
    let tag = code!("resting");
    programme.only.not_tags.insert(tag.clone());
    let world = World::with(RulebookSpec::new().with_survey(programme));
    let customer = ayse(&world);
    world.run(PlanSurvey::with(customer, code!("relation")));
    let begun = world.now();
    let by_time = |world: &World| {
        let mut all = surveys(world, customer);
        all.sort_by_key(|survey| survey.plan.episode);
        all
    };
    let (survey, reason) = (by_time(&world)[1].id, code!("moving_house"));
    world.run(CallOffSurvey { survey, reason });
    pass(&world, days(90));
    let all = by_time(&world);
    let statuses: Vec<_> = all.iter().map(|survey| survey.status).collect();
    let [asked, called_off, planned] = [
        SurveyStatus::Expired,
        SurveyStatus::CalledOff,
        SurveyStatus::Planned,
    ];
    assert_eq!(statuses, [asked, called_off, planned]);
    assert_eq!(all[2].plan.send_at, begun + days(180));
    // Calling off an invitation leaves the one after it as it is.
    pass(&world, days(90));
    let (survey, reason) = (by_time(&world)[2].id, code!("moving_house"));
    world.run(CallOffSurvey { survey, reason });
    assert_eq!(by_time(&world).len(), 4);
    let resting = tag.clone();
    world.run(Tag {
        customer,
        tag: resting,
    });
    pass(&world, days(90));
    assert_eq!(by_time(&world)[3].why, Some(code!("customer_excluded")));
    world.run(Untag { customer, tag });
    pass(&world, days(90));
    assert_eq!(by_time(&world)[4].status, SurveyStatus::Invited);
    world.assert_told();
}

#[test]
fn a_relationship_is_asked_about_again_and_again_at_its_distance() {
    let nps = Instrument::new(code!("recommend"), Scale::Nps);
    let programme = SurveyProgramme::new(code!("relation"), nps).repeating_every(days(90));
    let world = World::with(RulebookSpec::new().with_survey(programme));
    let customer = ayse(&world);
    let plan = PlanSurvey::with(customer, code!("relation"));
    let first = world.run(plan.clone()).unwrap();
    assert_eq!(world.get(first).status, SurveyStatus::Invited);
    assert_eq!(world.refuse(plan).code(), "survey.already_asked");
    for n in 1..5 {
        pass(&world, days(90));
        let mut all = surveys(&world, customer);
        all.sort_by_key(|survey| survey.plan.episode);
        assert_eq!(all.len(), n + 2, "the next one is always planned");
        assert_eq!(all[n].status, SurveyStatus::Invited);
        assert_eq!(all[n].plan.send_at, world.now());
    }
    // What was missed is not made up for.
    pass(&world, days(300));
    assert_eq!(surveys(&world, customer).len(), 7);
    world.run(EraseCustomer {
        customer,
        reason: code!("wish"),
    });
    pass(&world, days(90));
    pass(&world, days(90));
    let all = surveys(&world, customer);
    let last = all.iter().max_by_key(|survey| survey.plan.episode);
    let why = last.unwrap().why.clone();
    assert_eq!(why, Some(code!("customer.erased")), "and it ends");
    assert_eq!(all.len(), 7);
    world.assert_told();
}

#[test]
fn a_survey_is_about_something_of_the_customers_and_a_relationship_about_nothing_else() {
    let nps = Instrument::new(code!("recommend"), Scale::Nps);
    let programme = SurveyProgramme::new(code!("relation"), nps).repeating_every(days(90));
    let world = World::with(asking(after_case()).with_survey(programme));
    let customer = ayse(&world);
    let case = solved(&world, customer);
    let about = |programme| PlanSurvey::about(customer, programme, Subject::Case(case));
    let relation = world.refuse(about(code!("relation")));
    assert_eq!(relation.code(), "survey.other_subject");
    let mert = world.register("Mert");
    let plan = PlanSurvey {
        customer: mert,
        ..about(code!("after_case"))
    };
    assert_eq!(world.refuse(plan).code(), "survey.other_customer");
}
