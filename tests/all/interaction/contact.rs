//! The course of a live contact.

use aftercare::code;
use aftercare::interaction::{
    AbandonContact, AnswerContact, Attendant, Channel, EndContact, HoldContact, Move,
    Refusal as Contact, ResumeContact, StartContact, Status, TransferContact,
};
use aftercare::kernel::{Actor, InteractionId};
use aftercare::store::Store;
use aftercare::work::{Answer, Ask, Operation, Refusal, Step};

use super::world::{World, agent, at, bot, deniz};

fn call(world: &World) -> InteractionId {
    let customer = world.customer(1);
    let start = StartContact::from_customer(customer, Channel::Phone).with_team(code!("front"));
    world.done(0, &Actor::System, start)
}

#[test]
fn waiting_talking_and_holding_add_up_to_the_whole_call() {
    let world = World::new();
    let call = call(&world);
    world.done(20_000, &agent(), AnswerContact::new(call));
    world.done(50_000, &agent(), HoldContact { interaction: call });
    world.done(65_000, &agent(), ResumeContact { interaction: call });
    world.done(70_000, &agent(), HoldContact { interaction: call });
    world.done(75_000, &agent(), ResumeContact { interaction: call });
    let end = EndContact::new(call).with_outcome(code!("solved"));
    world.done(100_000, &agent(), end);

    let call = world.contact(call);
    assert_eq!(call.status, Status::Ended);
    assert_eq!(call.times.waited_ms, 20_000);
    assert_eq!(call.times.talked_ms, 60_000);
    assert_eq!(call.times.held_ms, 20_000);
    assert_eq!(call.times.handled_ms(), 80_000);
    assert_eq!(call.times.holds, 2);
    assert_eq!(call.answer_time_ms(), Some(20_000));
    assert_eq!(call.ended_at, Some(at(100_000)));
    assert_eq!(call.outcome, Some(code!("solved")));
    assert_eq!(call.attendant, Some(deniz()));
}

#[test]
fn an_abandoned_call_waited_and_was_never_answered() {
    let world = World::new();
    let call = call(&world);
    let leave = AbandonContact {
        interaction: call,
        reason: None,
    };
    world.done(31_000, &Actor::System, leave);
    let call = world.contact(call);
    assert_eq!(call.status, Status::Abandoned);
    assert_eq!(call.times.waited_ms, 31_000);
    assert_eq!((call.answered_at, call.times.handled_ms()), (None, 0));
    assert_eq!(call.ended_at, Some(at(31_000)));
}

#[test]
fn transfers_count_distinct_teams_and_the_way_back() {
    let world = World::new();
    let call = call(&world);
    let mut now = 0;
    for to in [code!("billing"), code!("front"), code!("front")] {
        now += 10_000;
        world.done(now, &agent(), AnswerContact::new(call));
        now += 10_000;
        let transfer = TransferContact {
            interaction: call,
            to,
        };
        world.done(now, &agent(), transfer);
    }
    let call = world.contact(call);
    assert_eq!(call.status, Status::Waiting);
    assert_eq!(call.team, Some(code!("front")));
    assert_eq!(call.attendant, None, "nobody there has taken it yet");
    assert_eq!(call.route.transfers, 3);
    assert_eq!(call.route.bounces, 1, "only the way back is one");
    assert_eq!(call.route.teams, [code!("front"), code!("billing")]);
    assert_eq!(
        (call.times.waited_ms, call.times.talked_ms),
        (30_000, 30_000)
    );
    assert_eq!(
        call.answer_time_ms(),
        Some(10_000),
        "the first answer counts"
    );
}

#[test]
fn a_bot_answers_before_a_person_does() {
    let world = World::new();
    let customer = world.customer(1);
    let chat = StartContact::from_customer(customer, Channel::Chat);
    let chat = world.done(0, &Actor::Customer(customer), chat);
    world.done(1_000, &bot(), AnswerContact::new(chat));
    let after = world.contact(chat);
    assert_eq!(after.attendant, Some(Attendant::Bot(code!("helper"))));
    assert_eq!((after.answered_at, after.human_at), (Some(at(1_000)), None));

    let transfer = TransferContact {
        interaction: chat,
        to: code!("front"),
    };
    world.done(5_000, &bot(), transfer);
    world.done(9_000, &agent(), AnswerContact::new(chat));
    let after = world.contact(chat);
    assert_eq!(after.answered_at, Some(at(1_000)));
    assert_eq!(after.human_at, Some(at(9_000)));
}

#[test]
fn a_visit_at_the_desk_is_answered_from_the_first_moment() {
    let world = World::new();
    let customer = world.customer(1);
    let visit = StartContact::from_customer(customer, Channel::ServiceDesk).answered_by(deniz());
    let visit = world.contact(world.done(0, &agent(), visit));
    assert_eq!(visit.status, Status::Active);
    assert_eq!(visit.answer_time_ms(), Some(0));
}

#[test]
fn the_system_says_who_answered_unless_the_caller_is_known() {
    let world = World::new();
    let call = call(&world);
    let refusal = world.refused(&Actor::System, AnswerContact::new(call));
    assert_eq!(refusal, Refusal::Interaction(Contact::NobodyNamed));

    let customer = world.customer(2);
    let out = StartContact::to_customer(customer, Channel::Phone);
    let out = world.done(0, &agent(), out);
    world.done(4_000, &Actor::System, AnswerContact::new(out));
    assert_eq!(world.contact(out).attendant, Some(deniz()));
}

#[test]
fn an_impossible_move_is_refused_with_the_possible_ones() {
    let world = World::new();
    let call = call(&world);
    let refusal = world.refused(&agent(), EndContact::new(call));
    let allowed = &[Move::Answer, Move::Transfer, Move::Abandon];
    assert_eq!(
        refusal,
        Refusal::Interaction(Contact::NotPossible {
            attempted: Move::End,
            status: Status::Waiting,
            allowed,
        })
    );
    assert_eq!(refusal.code(), "interaction.not_possible");
    assert_eq!(
        refusal.to_string(),
        "to end is not possible while the contact is waiting; possible: answer, transfer, abandon"
    );
}

#[test]
fn a_clock_that_is_behind_takes_no_time_away() {
    let world = World::new();
    let call = call(&world);
    world.done(-5_000, &agent(), AnswerContact::new(call));
    world.done(3_000, &agent(), EndContact::new(call));
    let call = world.contact(call);
    assert_eq!(call.answered_at, Some(at(0)));
    assert_eq!((call.times.waited_ms, call.times.talked_ms), (0, 3_000));
}

#[test]
fn a_repeated_request_is_answered_as_the_first_time() {
    let world = World::new();
    let customer = world.customer(1);
    let start = StartContact::from_customer(customer, Channel::Phone);
    let context = world.context(0, &agent());
    let call = world.desk.run(&context, start.clone()).unwrap();
    let answered = world.context(1_000, &agent());
    world.desk.run(&answered, AnswerContact::new(call)).unwrap();
    world.done(2_000, &agent(), EndContact::new(call));

    let before = (world.contact(call), world.journal().len());
    assert_eq!(world.desk.run(&context, start).unwrap(), call);
    world.desk.run(&answered, AnswerContact::new(call)).unwrap();
    assert_eq!((world.contact(call), world.journal().len()), before);
}

#[test]
fn two_who_answer_at_once_do_not_both_get_the_contact() {
    let world = World::new();
    let call = call(&world);
    let command = AnswerContact::new(call);
    let slow = world.context(1_000, &bot());
    let mut operation = Operation::new(&command, &slow, world.desk.rulebook());
    let store = world.desk.store();
    let mut has_interfered = false;
    let refusal = loop {
        let ask = match operation.step() {
            Ok(Step::Ask(ask)) => ask,
            Ok(Step::Done(())) => panic!("both got it"),
            Err(refusal) => break refusal,
        };
        let answer = match ask {
            Ask::Load(keys) => Answer::Rows(store.load(&keys).unwrap()),
            Ask::Find(query) => Answer::Page(store.find(&query).unwrap()),
            Ask::Commit(batch) => {
                if !has_interfered {
                    has_interfered = true;
                    world.done(1_000, &agent(), command.clone());
                }
                Answer::Commit(store.commit(batch).unwrap())
            }
        };
        operation.answer(answer).unwrap();
    };
    assert_eq!(refusal.code(), "interaction.not_possible");
    assert_eq!(world.contact(call).attendant, Some(deniz()));
}

#[test]
fn a_customer_leaves_their_own_contact_and_does_nothing_else_with_it() {
    let world = World::new();
    let (me, other) = (world.customer(1), world.customer(2));
    let chat = StartContact::from_customer(me, Channel::Chat);
    let chat = world.done(0, &Actor::Customer(me), chat);
    let leave = AbandonContact {
        interaction: chat,
        reason: None,
    };
    let refusal = world.refused(&Actor::Customer(other), leave.clone());
    assert_eq!(refusal.code(), "record.not_found");
    let actor = Actor::Customer(me);
    let refusals = [
        world.refused(&actor, AnswerContact::new(chat)),
        world.refused(&actor, EndContact::new(chat)),
        world.refused(&actor, HoldContact { interaction: chat }),
    ];
    for refusal in refusals {
        assert_eq!(refusal.code(), "access.denied");
    }
    world.done(9_000, &actor, leave);
    assert_eq!(world.contact(chat).status, Status::Abandoned);
}

#[test]
fn a_customer_starts_only_inbound_public_contacts_of_their_own() {
    let world = World::new();
    let (me, other) = (world.customer(1), world.customer(2));
    let actor = Actor::Customer(me);
    let out = StartContact::to_customer(me, Channel::Phone);
    assert_eq!(world.refused(&actor, out).code(), "access.denied");
    let answered = StartContact::from_customer(me, Channel::Chat).answered_by(deniz());
    assert_eq!(world.refused(&actor, answered).code(), "access.denied");
    let theirs = StartContact::from_customer(other, Channel::Chat);
    assert_eq!(world.refused(&actor, theirs).code(), "record.not_found");
}
