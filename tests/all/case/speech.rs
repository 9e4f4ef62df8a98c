use aftercare::case::{CaseEvent, LinkCases, LinkKind, MergeCases, MoveCase, OpenCase, ReopenedBy};
use aftercare::code;
use aftercare::customer::MergeCustomers;
use aftercare::interaction::{
    Attendant, Channel, JoinCase, Mark, MarkInteraction, RecordMessage, StartContact,
};
use aftercare::kernel::StaffId;
use aftercare::sla::StatusCategory::{Closed, New, Open, Solved, WaitingOnCustomer};
use aftercare::sla::{Metric, Phase, Speaker};
use chrono::TimeDelta;

use super::status::to;
use super::world::{World, days, hours, policy, promising, within};

#[test]
fn an_answer_reopens_a_solved_case_up_to_the_last_instant_of_the_window() {
    let world = World::standard();
    let case = world.open();
    world.run(to(case, "solved"));
    world.pass(days(14));
    world.wake();
    let answer = world.asks(case);
    assert_eq!(world.case(case).category, Open);
    assert_eq!(world.case(case).reopened, 1);
    let events: Vec<_> = world
        .story(case)
        .into_iter()
        .map(|(_, event)| event)
        .collect();
    assert!(events.contains(&CaseEvent::Reopened(ReopenedBy::Answer(answer))));
}

#[test]
fn an_answer_after_the_window_opens_a_follow_up_linked_both_ways() {
    let mut spec = aftercare::rulebook::RulebookSpec::default();
    spec.cases.close_after_ms = None;
    let world = World::new(spec);
    let case = world.run(OpenCase {
        topic: Some(code!("delivery")),
        priority: Some(code!("high")),
        team: Some(code!("parcels")),
        ..OpenCase::new(world.customer, Channel::Phone, "Where is it?")
    });
    world.run(to(case, "solved"));
    world.pass(days(14) + TimeDelta::milliseconds(1));
    let answer = world.asks(case);
    let old = world.case(case);
    assert_eq!((old.category, old.customer_messages), (Solved, 1));
    let [(LinkKind::FollowedUpBy, next)] = old.links[..] else {
        panic!("{:?}", old.links)
    };
    let next = world.case(next);
    assert_eq!(next.links, [(LinkKind::FollowUpOf, case)]);
    assert_eq!((next.category, next.customer_messages), (New, 1));
    assert_eq!(next.topic, Some(code!("delivery")));
    assert_eq!(next.priority, code!("high"));
    assert_eq!(next.route.team, Some(code!("parcels")));
    assert_eq!(
        next.channel,
        Some(Channel::Email),
        "over what the answer came"
    );
    assert_eq!(world.interaction(answer).case, Some(next.id));
    assert_eq!(
        world.dossier(next.id).unwrap().subject,
        world.dossier(case).unwrap().subject
    );
}

#[test]
fn an_answer_to_a_closed_case_opens_a_follow_up_and_the_next_answer_belongs_to_it() {
    let world = World::standard();
    let case = world.open();
    world.run(to(case, "closed"));
    world.pass(hours(1));
    let first = world.asks(case);
    let second = world.asks(case);
    let next = world.interaction(first).case.unwrap();
    assert_ne!(next, case);
    assert_eq!(world.interaction(second).case, Some(next));
    assert_eq!(world.case(next).customer_messages, 2);
    assert_eq!(world.cases().len(), 2);
}

#[test]
fn thanks_neither_reopen_nor_follow_up() {
    let world = World::standard();
    let case = world.open();
    world.run(to(case, "solved"));
    world.thanks(case);
    assert_eq!(world.case(case).category, Solved);
    world.run(to(case, "closed"));
    world.thanks(case);
    assert_eq!(world.case(case).category, Closed);
    assert_eq!(world.cases().len(), 1);
    assert_eq!(world.case(case).customer_messages, 3);
}

#[test]
fn an_answer_to_a_case_that_waits_for_the_customer_puts_it_into_the_answered_status() {
    let mut spec = aftercare::rulebook::RulebookSpec::default();
    spec.cases.statuses.answered = code!("on_hold");
    let world = World::new(spec);
    let case = world.open();
    world.run(to(case, "waiting_on_customer"));
    world.notes(case);
    world.replies(case);
    world.thanks(case);
    assert_eq!(world.case(case).category, WaitingOnCustomer);
    world.asks(case);
    assert_eq!(world.case(case).status, code!("on_hold"));
}

#[test]
fn a_note_changes_nothing_but_that_it_was_written() {
    let world = World::standard();
    let case = world.open();
    world.run(to(case, "solved"));
    let before = world.case(case);
    world.notes(case);
    let after = world.case(case);
    assert_eq!(
        (after.status.clone(), after.replies),
        (before.status.clone(), 0)
    );
}

#[test]
fn what_was_said_before_it_was_solved_does_not_reopen_a_case_when_it_joins_later() {
    let world = World::standard();
    let case = world.open();
    let mail = RecordMessage::from_customer(world.customer, Channel::Email, "Hello?");
    let before = world.run(mail.clone());
    world.pass(hours(1));
    world.run(to(case, "solved"));
    world.pass(hours(1));
    let after = world.run(mail);
    world.pass(hours(1));
    world.run(JoinCase {
        interaction: before,
        case,
    });
    assert_eq!(world.case(case).category, Solved);
    world.run(JoinCase {
        interaction: after,
        case,
    });
    assert_eq!(world.case(case).category, Open);
}

#[test]
fn the_answer_to_a_call_about_a_closed_case_is_a_reply_in_the_follow_up() {
    let reply = within(code!("reply"), Metric::FirstResponse, hours(1));
    let world = World::new(promising([policy(code!("standard"), [reply])]));
    let case = world.open();
    world.run(to(case, "closed"));
    let by = Attendant::Staff(StaffId::from_u128(7));
    let call = StartContact::from_customer(world.customer, Channel::Phone);
    let call = world.run(call.with_case(case).answered_by(by));
    let next = world.interaction(call).case.unwrap();
    assert_ne!(next, case);
    assert_eq!((world.case(next).replies, world.case(case).replies), (1, 0));
    let clock = world.clock(next, Metric::FirstResponse, None);
    assert_eq!(clock.phase, Phase::Met);
}

#[test]
fn the_message_a_case_was_opened_with_is_not_told_again() {
    let reply = within(code!("reply"), Metric::FirstResponse, hours(1));
    let world = World::new(promising([policy(code!("standard"), [reply])]));
    let mail = RecordMessage::from_customer(world.customer, Channel::Email, "Hello?");
    let mail = world.run(mail);
    let case = world.run(OpenCase {
        interaction: Some(mail),
        ..OpenCase::bare(world.customer)
    });
    assert_eq!(world.interaction(mail).case, Some(case));
    assert_eq!(world.case(case).customer_messages, 1);

    let letter = RecordMessage::reply(world.customer, Channel::Email, "We have news.");
    let letter = world.run(letter);
    let ours = world.run(OpenCase {
        interaction: Some(letter),
        begun_by: Speaker::Human,
        with_message: true,
        ..OpenCase::bare(world.customer)
    });
    let phase = |case| world.clock(case, Metric::FirstResponse, None).phase;
    assert_eq!(phase(ours), Phase::Running);
    world.replies(ours);
    assert_eq!(phase(ours), Phase::Met, "the second public message counts");
}

#[test]
fn an_interaction_of_another_customer_or_case_cannot_open_a_case() {
    let world = World::standard();
    let other = world.register("eve@example.org");
    let mail = RecordMessage::from_customer(other, Channel::Email, "Hello?");
    let open = OpenCase {
        interaction: Some(world.run(mail)),
        ..OpenCase::bare(world.customer)
    };
    assert_eq!(world.refused(open), "interaction.case_of_another");
    let case = world.open();
    let open = OpenCase {
        interaction: Some(world.asks(case)),
        ..OpenCase::bare(world.customer)
    };
    assert_eq!(world.refused(open), "interaction.has_case");
}

#[test]
fn a_reopened_case_is_closed_by_nobody() {
    let world = World::standard();
    let case = world.open();
    world.run(to(case, "solved"));
    world.asks(case);
    world.pass(days(100));
    world.wake();
    assert_eq!(world.case(case).category, Open);
    world.run(MoveCase {
        case,
        to: code!("solved"),
    });
    assert_eq!(world.case(case).closes_at, Some(world.now() + days(14)));
}

#[test]
fn a_case_hears_once_of_what_was_no_spam_after_all() {
    let world = World::standard();
    let case = world.open();
    world.run(to(case, "waiting_on_customer"));
    world.pass(hours(1));
    let spam = RecordMessage {
        mark: Some(Mark::Spam),
        ..RecordMessage::from_customer(world.customer, Channel::Email, "Here it is")
    };
    let interaction = world.run(spam.with_case(case));
    assert_eq!(world.case(case).category, WaitingOnCustomer);
    world.pass(hours(1));
    let mark = |mark| MarkInteraction { interaction, mark };
    world.run(mark(None));
    assert_eq!(world.case(case).category, Open);
    assert_eq!(world.case(case).customer_messages, 2);
    // Heard it has; another mark takes nothing back, and brings nothing again.
    world.run(mark(Some(Mark::Test)));
    world.run(mark(None));
    assert_eq!(world.case(case).customer_messages, 2);
}

#[test]
fn a_reply_older_than_the_case_fulfils_nothing() {
    let reply = within(code!("reply"), Metric::FirstResponse, hours(4));
    let world = World::new(promising([policy(code!("standard"), [reply])]));
    let mail = RecordMessage::reply(world.customer, Channel::Email, "Our news.");
    let interaction = world.run(mail);
    world.pass(hours(1));
    let case = world.open();
    world.pass(TimeDelta::minutes(30));
    world.run(JoinCase { interaction, case });
    assert_eq!(world.case(case).replies, 1, "it was said");
    let clock = world.clock(case, Metric::FirstResponse, None);
    assert_eq!(clock.phase, Phase::Running);
    world.replies(case);
    let clock = world.clock(case, Metric::FirstResponse, None);
    assert_eq!((clock.phase, clock.consumed_ms), (Phase::Met, 1_800_000));
}

#[test]
fn a_call_that_still_goes_on_is_no_older_than_the_case() {
    let reply = within(code!("reply"), Metric::FirstResponse, hours(4));
    let world = World::new(promising([policy(code!("standard"), [reply])]));
    let by = Attendant::Staff(StaffId::from_u128(7));
    let call = StartContact::from_customer(world.customer, Channel::Phone).answered_by(by);
    let interaction = world.run(call);
    world.pass(TimeDelta::minutes(5));
    let case = world.open();
    world.pass(TimeDelta::minutes(5));
    world.run(JoinCase { interaction, case });
    let clock = world.clock(case, Metric::FirstResponse, None);
    assert_eq!(clock.phase, Phase::Met);
}

#[test]
fn a_reply_older_than_the_question_does_not_answer_it() {
    let next = within(code!("next"), Metric::NextResponse, hours(4));
    let world = World::new(promising([policy(code!("standard"), [next])]));
    let case = world.open();
    world.replies(case);
    world.pass(hours(1));
    let mail = RecordMessage::reply(world.customer, Channel::Email, "One more thing.");
    let interaction = world.run(mail);
    world.pass(hours(1));
    world.asks(case);
    world.pass(hours(1));
    world.run(JoinCase { interaction, case });
    let clock = world.clock(case, Metric::NextResponse, None);
    assert_eq!(
        (clock.phase, clock.consumed_ms),
        (Phase::Running, 3_600_000)
    );
    world.replies(case);
    let clock = world.clock(case, Metric::NextResponse, None);
    assert_eq!((clock.phase, clock.consumed_ms), (Phase::Met, 3_600_000));
}

#[test]
fn a_message_reaches_the_older_case_into_which_its_follow_up_was_merged() {
    let world = World::standard();
    let older = world.open();
    world.pass(days(4));
    let case = world.open();
    world.run(to(case, "closed"));
    world.pass(days(20));
    let first = world.asks(case);
    let merged = world.interaction(first).case.unwrap();
    assert_ne!(merged, case);
    world.run(MergeCases {
        survivor: older,
        merged,
    });
    world.pass(days(2));
    let second = world.asks(case);
    assert_eq!(world.interaction(second).case, Some(older));
    assert_eq!(world.cases().len(), 3);
}

#[test]
fn a_message_reaches_the_case_that_is_open_under_the_other_record_of_the_customer() {
    let mut world = World::standard();
    let me = world.customer;
    let case = world.open();
    world.run(to(case, "closed"));
    world.customer = world.register("eve@example.org");
    world.pass(hours(1));
    let theirs = world.open();
    world.run(MergeCustomers {
        survivor: world.customer,
        merged: me,
    });
    world.run(LinkCases {
        case,
        kind: LinkKind::FollowedUpBy,
        to: theirs,
    });
    let said = world.asks(case);
    assert_eq!(world.interaction(said).case, Some(theirs));
}

#[test]
fn following_links_that_go_round_comes_to_an_end() {
    let world = World::standard();
    let (a, b) = (world.open(), world.open());
    for (case, other) in [(a, b), (b, a)] {
        world.run(LinkCases {
            case,
            kind: LinkKind::FollowedUpBy,
            to: other,
        });
    }
    world.run(to(a, "closed"));
    world.run(to(b, "closed"));
    world.pass(hours(1));
    let said = world.asks(a);
    let next = world.interaction(said).case.unwrap();
    assert!(next != a && next != b);
    let said = world.asks(a);
    assert_eq!(world.interaction(said).case, Some(next));
}
