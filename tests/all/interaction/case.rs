//! What a case hears of contacts.

use aftercare::case::{MoveCase, OpenCase};
use aftercare::code;
use aftercare::interaction::{
    AnswerContact, Channel, JoinCase, Mark, RecordMessage, StartContact, TransferContact,
};
use aftercare::kernel::{Actor, CaseId, CustomerId};

use super::world::{World, agent, bot, deniz};

/// How often the customer and staff spoke about a case.
fn heard(world: &World, case: CaseId) -> (u32, u32) {
    let case = world.case_of(case);
    (case.customer_messages, case.replies)
}

fn begun() -> (World, CustomerId, CaseId, (u32, u32)) {
    let world = World::new();
    let customer = world.customer(1);
    let case = world.case(customer, 0);
    let heard = heard(&world, case);
    (world, customer, case, heard)
}

#[test]
fn a_case_hears_the_customer_and_the_reply_but_no_note_and_no_machine() {
    let (world, customer, case, (asked, replied)) = begun();
    let say = |actor: &Actor, message: RecordMessage| {
        world.done(1_000, actor, message.with_case(case));
        heard(&world, case)
    };
    let mail = Channel::Email;
    let question = RecordMessage::from_customer(customer, mail, "?");
    let reply = RecordMessage::reply(customer, mail, "!");
    assert_eq!(
        say(&Actor::Customer(customer), question),
        (asked + 1, replied)
    );
    assert_eq!(say(&Actor::System, reply.clone()).1, replied);
    assert_eq!(say(&bot(), reply.clone()).1, replied);
    assert_eq!(
        say(&agent(), RecordMessage::note(customer, "hm")).1,
        replied
    );
    assert_eq!(say(&agent(), reply), (asked + 1, replied + 1));
}

#[test]
fn a_case_hears_of_a_call_when_it_comes_and_when_a_person_answers() {
    let (world, customer, case, (asked, replied)) = begun();
    let call = StartContact::from_customer(customer, Channel::Phone).with_case(case);
    let call = world.done(1_000, &Actor::System, call);
    assert_eq!(heard(&world, case), (asked + 1, replied));
    world.done(2_000, &bot(), AnswerContact::new(call));
    assert_eq!(heard(&world, case), (asked + 1, replied));
    let transfer = TransferContact {
        interaction: call,
        to: code!("front"),
    };
    world.done(3_000, &bot(), transfer);
    world.done(4_000, &agent(), AnswerContact::new(call));
    assert_eq!(heard(&world, case), (asked + 1, replied + 1));
}

#[test]
fn a_call_to_the_customer_is_a_reply_once_they_pick_up() {
    let (world, customer, case, (asked, replied)) = begun();
    let call = StartContact::to_customer(customer, Channel::Phone).with_case(case);
    let call = world.done(1_000, &agent(), call);
    assert_eq!(heard(&world, case), (asked, replied));
    world.done(2_000, &Actor::System, AnswerContact::new(call));
    assert_eq!(heard(&world, case), (asked, replied + 1));
}

#[test]
fn a_case_that_is_joined_later_hears_what_was_said_once() {
    let (world, customer, case, (asked, replied)) = begun();
    let call = StartContact::from_customer(customer, Channel::Phone).answered_by(deniz());
    let interaction = world.done(1_000, &agent(), call);
    assert_eq!(heard(&world, case), (asked, replied));
    for _ in 0..2 {
        world.done(2_000, &agent(), JoinCase { interaction, case });
        assert_eq!(heard(&world, case), (asked + 1, replied + 1));
    }
}

#[test]
fn a_case_opened_in_a_call_knows_that_somebody_attends_to_the_customer() {
    let (world, customer, _, opened) = begun();
    let call = StartContact::from_customer(customer, Channel::Phone).answered_by(deniz());
    let call = world.done(1_000, &agent(), call);
    let open = OpenCase {
        interaction: Some(call),
        ..OpenCase::bare(customer)
    };
    let case = world.done(2_000, &agent(), open);
    assert_eq!(world.contact(call).case, Some(case));
    let (asked, replied) = opened;
    assert_eq!(heard(&world, case), (asked, replied + 1));
}

#[test]
fn no_case_hears_of_spam() {
    let (world, customer, case, before) = begun();
    let spam = RecordMessage {
        mark: Some(Mark::Spam),
        ..RecordMessage::from_customer(customer, Channel::Email, "Pills").with_case(case)
    };
    world.done(1_000, &agent(), spam);
    assert_eq!(heard(&world, case), before);
}

#[test]
fn a_question_about_a_case_that_is_over_goes_on_with_it_in_a_follow_up() {
    let (world, customer, case, _) = begun();
    for to in [code!("open"), code!("solved"), code!("closed")] {
        world.done(1_000, &agent(), MoveCase { case, to });
    }
    let question = RecordMessage::from_customer(customer, Channel::Email, "Again?");
    let id = world.done(2_000, &agent(), question.with_case(case));
    let follow_up = world.contact(id).case.unwrap();
    assert_ne!(follow_up, case);
    assert!(!world.case_of(follow_up).is_done());
    world.assert_told();
}
