//! Who is asked, when, and why not.

use aftercare::code;
use aftercare::customer::{EraseCustomer, GiveConsent, MergeCustomers, Tag, WithdrawConsent};
use aftercare::interaction::Channel;
use aftercare::kernel::{Code, CustomerId};
use aftercare::message::BounceMessage;
use aftercare::order::{Milestone, PrepareShipment, TrackShipment};
use aftercare::prelude::{
    BookVisit, CallOffCase, CompleteVisit, DenyClaim, FileClaim, MoveCase, OpenCase, PlanVisit,
    Reaction, RecordMessage, ReopenCase, RulebookSpec, SetTechnician, TechnicianSpec, Trigger,
};
use aftercare::record::Event;
use aftercare::satisfaction::{Instrument, Scale};
use aftercare::service::QuietHours;
use aftercare::survey::*;
use chrono::TimeDelta;

use super::*;
use crate::order::{item, ordered};

fn hour() -> TimeDelta {
    TimeDelta::hours(1)
}

#[test]
fn who_had_a_case_solved_is_asked_after_the_delay_and_not_before() {
    let world = world();
    let customer = ayse(&world);
    let case = solved(&world, customer);
    pass(&world, hour() - TimeDelta::milliseconds(1));
    assert_eq!(standing(&world, customer).0, SurveyStatus::Planned);
    pass(&world, TimeDelta::milliseconds(1));
    assert_eq!(standing(&world, customer).0, SurveyStatus::Invited);
    let survey = &surveys(&world, customer)[0];
    assert_eq!(survey.plan.about, Subject::Case(case));
    assert_eq!(survey.channel, Some(Channel::Email));
    assert_eq!(survey.expires_at, Some(world.now() + days(14)));
    // What follows is explained on the case.
    let events: Vec<_> = world
        .entries(case)
        .iter()
        .flat_map(|entry| entry.events.clone())
        .filter(|event| {
            let text = serde_json::to_string(event).unwrap();
            matches!(event, Event::Case(..)) && text.contains("reacted")
        })
        .collect();
    assert_eq!(events.len(), 1);
    world.assert_told();
}

#[test]
fn reopening_cancels_and_solving_again_asks_once_for_each_resolution() {
    let world = world();
    let customer = ayse(&world);
    let case = solved(&world, customer);
    world.wait(TimeDelta::minutes(30));
    let reason = code!("again");
    world.run(ReopenCase { case, reason });
    pass(&world, hour());
    let why = Some("reopened".to_owned());
    assert_eq!(standing(&world, customer), (SurveyStatus::Skipped, why));

    solve(&world, case);
    // Closing what is solved is no second solution.
    let to = code!("closed");
    world.run(MoveCase { case, to });
    pass(&world, hour());
    let all = surveys(&world, customer);
    let statuses: Vec<_> = all.iter().map(|survey| survey.status).collect();
    assert_eq!(statuses, [SurveyStatus::Skipped, SurveyStatus::Invited]);
    let episodes: Vec<_> = all.iter().map(|survey| survey.plan.episode).collect();
    assert_eq!(episodes, [0, 1]);
    world.assert_told();
}

#[test]
fn one_that_was_solved_anew_in_between_is_asked_about_its_last_solution_only() {
    let world = world();
    let customer = ayse(&world);
    let case = solved(&world, customer);
    world.wait(TimeDelta::minutes(10));
    let reason = code!("again");
    world.run(ReopenCase { case, reason });
    world.wait(TimeDelta::minutes(10));
    solve(&world, case);
    pass(&world, TimeDelta::minutes(40));
    let statuses: Vec<_> = surveys(&world, customer)
        .iter()
        .map(|it| it.status)
        .collect();
    assert_eq!(statuses, [SurveyStatus::Skipped, SurveyStatus::Planned]);
    pass(&world, TimeDelta::minutes(20));
    assert_eq!(surveys(&world, customer)[1].status, SurveyStatus::Invited);
}

#[test]
fn a_reaction_that_waits_asks_so_much_later_and_after_the_delay_of_the_programme() {
    let mut spec = asking(after_case());
    spec.reactions[0] = spec.reactions[0].clone().after(days(3));
    let json = serde_json::to_string(&spec).unwrap();
    assert_eq!(serde_json::from_str::<RulebookSpec>(&json).unwrap(), spec);
    let world = World::with(spec);
    let customer = ayse(&world);
    solved(&world, customer);
    pass(&world, days(3) + hour() - TimeDelta::milliseconds(1));
    assert_eq!(standing(&world, customer).0, SurveyStatus::Planned);
    pass(&world, TimeDelta::milliseconds(1));
    assert_eq!(standing(&world, customer).0, SurveyStatus::Invited);
    world.assert_told();
}

/// What keeps a customer from being asked about a case that `make` made.
fn skipped(make: impl Fn(&World, CustomerId)) -> String {
    let mut programme = after_case();
    programme.only.not_topics.insert(code!("billing"));
    programme.only.not_tags.insert(code!("own_staff"));
    let world = World::with(asking(programme));
    let customer = ayse(&world);
    make(&world, customer);
    pass(&world, hour());
    world.assert_told();
    assert!(relay(&world).iter().all(|it| it.survey.is_none()));
    let (status, why) = standing(&world, customer);
    assert_eq!(status, SurveyStatus::Skipped);
    // Whatever it is, it is counted.
    let survey = surveys(&world, customer)[0].id;
    let counted = story(&world, survey);
    let told = |event: &&SurveyEvent| matches!(event, SurveyEvent::Skipped { .. });
    assert_eq!(counted.iter().filter(told).count(), 1);
    why.unwrap()
}

#[test]
fn who_is_not_asked_is_counted_with_the_reason() {
    assert_eq!(
        skipped(|world, customer| {
            let case = answered(world, customer);
            let reason = code!("spam");
            world.run(CallOffCase { case, reason });
        }),
        "spam"
    );
    assert_eq!(
        skipped(|world, customer| {
            // Nobody touched it: a program closed it.
            let case = world.run(OpenCase::new(customer, Channel::Email, "?"));
            let to = code!("solved");
            world.run(MoveCase { case, to });
        }),
        "no_human_touch"
    );
    assert_eq!(
        skipped(|world, customer| {
            let mut open = OpenCase::new(customer, Channel::Phone, "Courtesy call");
            open.begun_by = aftercare::sla::Speaker::Human;
            let case = world.run_as(agent(), open).unwrap();
            solve(world, case);
        }),
        "no_customer_message"
    );
    assert_eq!(
        skipped(|world, customer| {
            let open = OpenCase::new(customer, Channel::Email, "?").with_topic(code!("billing"));
            let case = world.run(open);
            solve(world, case);
        }),
        "topic_excluded"
    );
    assert_eq!(
        skipped(|world, customer| {
            let tag = code!("own_staff");
            world.run(Tag { customer, tag });
            solved(world, customer);
        }),
        "customer_excluded"
    );
    assert_eq!(
        skipped(|world, customer| {
            world.run(WithdrawConsent::new(
                customer,
                code!("survey"),
                code!("letter"),
            ));
            solved(world, customer);
        }),
        "customer.no_consent"
    );
}

#[test]
fn everything_is_looked_at_again_when_the_time_has_come() {
    assert_eq!(
        skipped(|world, customer| {
            solved(world, customer);
            world.run(WithdrawConsent::new(
                customer,
                code!("survey"),
                code!("letter"),
            ));
        }),
        "customer.no_consent"
    );
    assert_eq!(
        skipped(|world, customer| {
            solved(world, customer);
            let tag = code!("own_staff");
            world.run(Tag { customer, tag });
        }),
        "customer_excluded"
    );
    assert_eq!(
        skipped(|world, customer| {
            let case = solved(world, customer);
            let other = answered(world, customer);
            let (survivor, merged) = (other, case);
            world.run(aftercare::case::MergeCases { survivor, merged });
        }),
        "merged"
    );
    assert_eq!(
        skipped(|world, customer| {
            solved(world, customer);
            let reason = code!("wish");
            world.run(EraseCustomer { customer, reason });
        }),
        "customer.erased"
    );
}

#[test]
fn who_has_no_proven_address_is_not_asked() {
    let world = world();
    let customer = world.register("Can");
    solved(&world, customer);
    pass(&world, hour());
    let why = Some("customer.no_contact".to_owned());
    assert_eq!(standing(&world, customer), (SurveyStatus::Skipped, why));
}

fn throttled() -> World {
    let ces = Instrument::new(code!("effort"), Scale::CsatThree);
    let delivery = SurveyProgramme::new(code!("delivery"), ces);
    let ask = Reaction::survey(
        code!("ask_delivery"),
        Trigger::OrderDelivered,
        code!("delivery"),
    );
    World::with(
        asking(after_case())
            .with_survey(delivery)
            .with_survey_throttle(days(30))
            .with_reaction(ask),
    )
}

fn deliver(world: &World, customer: CustomerId) {
    let order = ordered(world, customer, [item("kettle", 1, "9.00 TRY")]);
    world.run(PrepareShipment::of_all(order));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
}

#[test]
fn a_person_is_left_alone_across_programmes_up_to_and_with_the_last_instant() {
    let world = throttled();
    let customer = ayse(&world);
    solved(&world, customer);
    pass(&world, hour());
    world.wait(days(30));
    deliver(&world, customer);
    let dropped = &surveys(&world, customer)[1];
    assert_eq!(dropped.why, Some(code!("throttled")));
    // It was dropped and not put off.
    world.wait(TimeDelta::milliseconds(1));
    wake(&world);
    assert_eq!(surveys(&world, customer)[1].status, SurveyStatus::Skipped);
    deliver(&world, customer);
    assert_eq!(surveys(&world, customer)[2].status, SurveyStatus::Invited);
    world.assert_told();
}

#[test]
fn what_is_counted_is_the_last_one_sent_not_the_last_one_dropped() {
    let world = throttled();
    let customer = ayse(&world);
    deliver(&world, customer);
    world.wait(days(20));
    deliver(&world, customer);
    world.wait(days(11));
    deliver(&world, customer);
    let statuses: Vec<_> = surveys(&world, customer)
        .iter()
        .map(|it| it.status)
        .collect();
    let (asked, not) = (SurveyStatus::Invited, SurveyStatus::Skipped);
    assert_eq!(statuses, [asked, not, asked]);
}

#[test]
fn two_records_of_one_person_are_one_person() {
    let world = throttled();
    let one = reachable(&world, "one@example.com");
    let two = reachable(&world, "two@example.com");
    deliver(&world, one);
    world.run(MergeCustomers {
        survivor: two,
        merged: one,
    });
    world.wait(days(1));
    deliver(&world, two);
    let last = surveys(&world, two).pop().unwrap();
    assert_eq!(last.why, Some(code!("throttled")));
    world.assert_told();
}

#[test]
fn in_quiet_hours_a_survey_waits_and_is_checked_when_they_are_over() {
    let mut spec = asking(after_case());
    let time = |text: &str| text.parse().unwrap();
    spec.surveys.quiet_hours = Some(QuietHours {
        from: time("21:00:00"),
        to: time("09:00:00"),
    });
    let world = World::with(spec);
    let customer = ayse(&world);
    // 08:00 UTC is 11:00 in İstanbul; solved at 20:30 there.
    world.wait(TimeDelta::minutes(9 * 60 + 30));
    let case = solved(&world, customer);
    pass(&world, hour());
    let survey = surveys(&world, customer).pop().unwrap();
    assert_eq!(survey.status, SurveyStatus::Planned);
    assert_eq!(
        survey.plan.send_at,
        "2026-03-03T06:00:00Z"
            .parse::<chrono::DateTime<chrono::Utc>>()
            .unwrap()
    );
    world.run(ReopenCase {
        case,
        reason: code!("again"),
    });
    pass(&world, TimeDelta::hours(12));
    assert_eq!(standing(&world, customer).1.unwrap(), "reopened");
}

#[test]
fn the_first_channel_of_the_programme_that_reaches_the_customer_is_taken() {
    let programme = after_case().over(Channel::Sms).over(Channel::Email);
    let world = World::with(asking(programme));
    let customer = ayse(&world);
    solved(&world, customer);
    pass(&world, hour());
    assert_eq!(surveys(&world, customer)[0].channel, Some(Channel::Email));

    let world = World::with(asking(after_case().over(Channel::Sms)));
    let customer = ayse(&world);
    solved(&world, customer);
    pass(&world, hour());
    assert_eq!(standing(&world, customer).1.unwrap(), "customer.no_contact");
}

/// NPS at once.
fn nps(name: Code) -> SurveyProgramme {
    let instrument = Instrument::new(name.clone(), Scale::Nps);
    SurveyProgramme::new(name, instrument)
}

/// Asks at once, in a programme of its own, when this happens.
fn on(trigger: Trigger) -> RulebookSpec {
    let ask = Reaction::survey(code!("ask"), trigger, code!("nps"));
    let programme = nps(code!("nps"));
    RulebookSpec::new()
        .with_survey(programme)
        .with_reaction(ask)
}

#[test]
fn a_delivery_is_asked_about_with_what_was_delivered() {
    let world = World::with(on(Trigger::OrderDelivered));
    let customer = ayse(&world);
    deliver(&world, customer);
    let survey = &surveys(&world, customer)[0];
    assert_eq!(survey.status, SurveyStatus::Invited);
    assert_eq!(survey.plan.credit.product, Some(code!("kettle")));
    world.assert_told();
}

#[test]
fn a_visit_is_asked_about_with_whoever_came_once_it_is_done() {
    let hours = aftercare::calendar::BusinessHours::weekdays("UTC", "08:00", "18:00").unwrap();
    let world = World::with(on(Trigger::VisitDone).with_calendar(code!("field"), hours));
    let customer = ayse(&world);
    let staff = aftercare::kernel::StaffId::from_u128(11);
    let spec = TechnicianSpec::new(code!("field"));
    world.run(SetTechnician { staff, spec });
    let visit = world.run(PlanVisit::new(customer, 60));
    let (from, to) = (world.now() + hour(), world.now() + hour() * 2);
    let technician = staff;
    world.run(BookVisit {
        visit,
        technician,
        from,
        to,
    });
    assert_eq!(surveys(&world, customer).len(), 0);
    pass(&world, hour());
    world.run(CompleteVisit::fixed(visit));
    let survey = &surveys(&world, customer)[0];
    assert_eq!(survey.plan.about, Subject::Visit(visit));
    assert_eq!(survey.plan.credit.agent, Some(staff));
    let told = world.entries(visit).pop().unwrap();
    let text = serde_json::to_string(&told.events).unwrap();
    assert!(text.contains("survey_planned"), "{text}");
    world.assert_told();
}

#[test]
fn a_claim_is_asked_about_when_it_is_closed() {
    let world = World::with(on(Trigger::ClaimClosed));
    let customer = ayse(&world);
    let claim = world.run(FileClaim::by_serial(customer, code!("A-1")));
    let reasons = vec![code!("no_such_unit")];
    world.run(DenyClaim { claim, reasons });
    assert_eq!(surveys(&world, customer).len(), 0);
    // It closes by itself when nobody can appeal any more.
    pass(&world, days(32));
    let survey = &surveys(&world, customer)[0];
    assert_eq!(survey.plan.about, Subject::Claim(claim));
    assert_eq!(survey.status, SurveyStatus::Invited);
    world.assert_told();
}

#[test]
fn one_that_was_called_off_leads_nowhere_any_more() {
    let world = world();
    let (_, survey, token) = invited(&world);
    let reason = code!("wrong_person");
    world.run(CallOffSurvey {
        survey,
        reason: reason.clone(),
    });
    let refused = world.refuse(AnswerSurvey::new(token, 5));
    assert_eq!(refused.code(), "survey.not_open");
    assert_eq!(
        world.refuse(CallOffSurvey { survey, reason }).code(),
        "survey.not_open"
    );
}

#[test]
fn a_reminder_comes_once_and_never_after_an_answer_or_a_reopening() {
    let world = world();
    let (_, survey, token) = invited(&world);
    pass(&world, days(3));
    let reminders = relay(&world);
    assert_eq!(reminders.len(), 1);
    assert_eq!(reminders[0].draft().template, code!("survey.reminder"));
    assert_eq!(reminders[0].survey, Some(token), "with the same link");
    pass(&world, days(5));
    assert_eq!(relay(&world).len(), 0, "once");
    assert_eq!(world.run(AnswerSurvey::new(token, 5)), survey);

    let other = super::world();
    let (_, _, token) = invited(&other);
    other.run(AnswerSurvey::new(token, 5));
    pass(&other, days(4));
    assert_eq!(relay(&other).len(), 0);

    let other = super::world();
    let customer = ayse(&other);
    let case = solved(&other, customer);
    next_token(&other);
    other.run(ReopenCase {
        case,
        reason: code!("again"),
    });
    pass(&other, days(3));
    assert_eq!(
        relay(&other)
            .iter()
            .filter(|it| it.survey.is_some())
            .count(),
        0
    );
    let last = story(&other, surveys(&other, customer)[0].id).pop();
    let why = code!("reopened");
    assert_eq!(last, Some(SurveyEvent::NotReminded { why }));
}

#[test]
fn a_reminder_that_waits_does_not_go_out_once_there_is_an_answer() {
    let world = world();
    let (_, _, token) = invited(&world);
    pass(&world, days(3));
    world.run(AnswerSurvey::new(token, 4));
    assert_eq!(relay(&world).len(), 0);
}

#[test]
fn an_invitation_counts_as_delivered_when_it_was_handed_over() {
    let world = world();
    let customer = ayse(&world);
    solved(&world, customer);
    pass(&world, hour());
    assert_eq!(surveys(&world, customer)[0].delivered_at, None);
    relay(&world);
    assert_eq!(surveys(&world, customer)[0].delivered_at, Some(world.now()));
    world.assert_told();
}

#[test]
fn an_invitation_that_comes_back_was_not_delivered() {
    let world = world();
    let (customer, survey, token) = invited(&world);
    let message = surveys(&world, customer)[0].message.unwrap();
    let reason = code!("mailbox_full");
    pass(&world, hour());
    world.run(BounceMessage { message, reason });
    assert_eq!(surveys(&world, customer)[0].delivered_at, None);
    let back = SurveyEvent::Undelivered {
        reason: code!("mailbox_full"),
    };
    assert!(story(&world, survey).contains(&back));
    // Whoever answers all the same was reached.
    world.run(AnswerSurvey::new(token, 4));
    world.assert_told();
}

#[test]
fn answers_can_bring_something_too() {
    let call = Reaction::open_case(code!("thank"), Trigger::SurveyAnswered, code!("thank_you"));
    let world = World::with(asking(after_case()).with_reaction(call));
    let (_, survey, token) = invited(&world);
    world.run(AnswerSurvey::new(token, 5));
    world.run(AnswerSurvey::new(token, 4));
    let reacted = |event: &&SurveyEvent| matches!(event, SurveyEvent::Reacted { .. });
    let story = story(&world, survey);
    assert_eq!(
        story.iter().filter(reacted).count(),
        1,
        "the first answer only"
    );
}

#[test]
fn what_a_customer_says_later_is_no_new_reason_to_ask() {
    let world = world();
    let (customer, ..) = invited(&world);
    let case = surveys(&world, customer)[0].plan.about;
    let Subject::Case(case) = case else { panic!() };
    let thanks = RecordMessage::from_customer(customer, Channel::Email, "Thanks");
    world.run(thanks.not_asking().with_case(case));
    pass(&world, hour());
    assert_eq!(surveys(&world, customer).len(), 1);
}

#[test]
fn an_answer_brings_its_points_once() {
    use crate::loyalty::club;
    let mut club = club::programme();
    club.rules.push(aftercare::loyalty::EarnRule::for_action(
        code!("answer"),
        club::points(),
        code!("survey"),
        15,
    ));
    let thanks = Reaction::earn_points(code!("thanks"), Trigger::SurveyAnswered, club::club());
    let spec = asking(after_case()).with_programme(club);
    let world = World::with(spec.with_reaction(thanks));
    let (customer, _, token) = invited(&world);
    world.run(AnswerSurvey::new(token, 5));
    world.run(AnswerSurvey::new(token, 4));
    let read = aftercare::loyalty::ReadPoints {
        customer,
        programme: club::club(),
        at: world.now(),
    };
    let balance = world.ask(&read).balances[0].balance;
    assert_eq!(balance, club::p(15));
    world.assert_told();
}

#[test]
fn an_invitation_is_delivered_as_long_as_it_or_its_reminder_arrived() {
    let reason = code!("mailbox_full");
    let both = || {
        let world = world();
        let (customer, survey, _) = invited(&world);
        pass(&world, days(3));
        assert_eq!(relay(&world).len(), 1);
        let stands = surveys(&world, customer)[0].clone();
        (
            world,
            survey,
            [stands.message.unwrap(), stands.reminder.unwrap()],
        )
    };
    for order in [[0, 1], [1, 0]] {
        let (world, survey, messages) = both();
        let bounce = |n: usize| BounceMessage {
            message: messages[n],
            reason: reason.clone(),
        };
        world.run(bounce(order[0]));
        assert!(
            world.get(survey).delivered_at.is_some(),
            "the other one arrived"
        );
        world.run(bounce(order[1]));
        assert_eq!(world.get(survey).delivered_at, None);
        world.assert_told();
    }

    // The reminder arrives where the invitation did not, and then comes back too.
    let world = world();
    let (customer, survey, _) = invited(&world);
    let message = surveys(&world, customer)[0].message.unwrap();
    let invitation = BounceMessage {
        message,
        reason: reason.clone(),
    };
    world.run(invitation);
    pass(&world, days(3));
    assert_eq!(relay(&world).len(), 1);
    assert!(world.get(survey).delivered_at.is_some());
    let message = world.get(survey).reminder.unwrap();
    world.run(BounceMessage { message, reason });
    assert_eq!(world.get(survey).delivered_at, None);
    world.assert_told();
}

#[test]
fn what_waits_for_its_time_is_not_sent_once_the_consent_is_gone() {
    let tell = |name, purpose| Reaction::tell(name, Trigger::CaseSolved, purpose).after(days(3));
    let spec = RulebookSpec::new()
        .with_reaction(tell(code!("offer"), code!("marketing")))
        .with_reaction(tell(code!("advice"), code!("case.update")));
    for is_withdrawn in [false, true] {
        let world = World::with(spec.clone());
        let customer = ayse(&world);
        let (purpose, source) = (code!("marketing"), code!("portal"));
        world.run(GiveConsent::new(customer, purpose.clone(), source.clone()));
        solved(&world, customer);
        world.wait(days(1));
        if is_withdrawn {
            world.run(WithdrawConsent::new(customer, purpose.clone(), source));
        }
        world.wait(days(2));
        let courier = super::Box::default();
        let context = world.context(Actor::System);
        let relayed = world
            .desk
            .relay(&context, &courier, Share::ALL, 100)
            .unwrap();
        let sent = courier.0.into_inner();
        let count = |wanted: &str| {
            let purposes = sent.iter().map(|it| it.draft().purpose.as_str());
            purposes.filter(|purpose| *purpose == wanted).count()
        };
        assert_eq!(count("marketing"), usize::from(!is_withdrawn));
        assert_eq!(
            count("case.update"),
            1,
            "what concerns the matter still goes"
        );
        assert_eq!(relayed.withdrawn, u32::from(is_withdrawn));
        assert!(relay(&world).is_empty());
        world.assert_told();
    }
}
