//! Messages, what was said in them, and the cases they belong to.

use aftercare::code;
use aftercare::interaction::{
    About, Channel, ClassifyInteraction, Content, CorrectContent, Direction, EndContact, JoinCase,
    Mark, MarkInteraction, Phase, RecordMessage, RedactContent, Refusal as Message, StartContact,
    Status, Visibility,
};
use aftercare::kernel::{Actor, CustomerId, Personal};
use aftercare::record::{Index, Query};
use aftercare::sla::Speaker;
use aftercare::store::Store;
use aftercare::work::{Answer, Ask, Operation, Refusal, Step};

use super::world::{World, agent, at, bot, deniz};

#[test]
fn an_inquiry_before_a_sale_needs_no_case() {
    let world = World::new();
    let customer = world.customer(1);
    let inquiry = RecordMessage::from_customer(customer, Channel::Email, "Does it fit?")
        .with_phase(Phase::PreSale)
        .with_subject("60 cm")
        .with_about(About::purpose(code!("advice")).with_product(code!("dishwasher")));
    let id = world.done(0, &Actor::Customer(customer), inquiry);
    let inquiry = world.contact(id);
    assert_eq!((inquiry.case, inquiry.phase), (None, Phase::PreSale));
    assert_eq!(inquiry.about.purpose, Some(code!("advice")));
    assert_eq!((inquiry.status, inquiry.is_live), (Status::Ended, false));
    assert_eq!(inquiry.ended_at, Some(at(0)));
    assert!(inquiry.asks);
    let words = world.words(id).unwrap();
    assert_eq!(words.body.expose(), "Does it fit?");
    assert_eq!(words.subject.as_ref().unwrap().expose(), "60 cm");
}

#[test]
fn what_comes_in_is_the_customers_word_whoever_writes_it_down() {
    let world = World::new();
    let customer = world.customer(1);
    let speakers = |message: &RecordMessage| {
        [agent(), bot(), Actor::System].map(|actor| {
            let id = world.done(0, &actor, message.clone());
            world.contact(id).speaker
        })
    };
    let inbound = RecordMessage::from_customer(customer, Channel::Sms, "?");
    assert_eq!(speakers(&inbound), [Speaker::Customer; 3]);
    let ours = [Speaker::Human, Speaker::Bot, Speaker::System];
    assert_eq!(
        speakers(&RecordMessage::reply(customer, Channel::Sms, "!")),
        ours
    );
    assert_eq!(speakers(&RecordMessage::note(customer, "hm")), ours);
}

#[test]
fn a_customer_records_only_their_own_inbound_public_messages() {
    let world = World::new();
    let (me, other) = (world.customer(1), world.customer(2));
    let actor = Actor::Customer(me);
    let mine = RecordMessage::from_customer(me, Channel::Chat, "Hello");
    let denied = [
        RecordMessage::reply(me, Channel::Chat, "Hello"),
        RecordMessage::note(me, "Hello"),
        RecordMessage {
            visibility: Visibility::Internal,
            ..mine.clone()
        },
        RecordMessage {
            mark: Some(Mark::Spam),
            ..mine.clone()
        },
    ];
    for message in denied {
        assert_eq!(world.refused(&actor, message).code(), "access.denied");
    }
    let theirs = RecordMessage::from_customer(other, Channel::Chat, "Hello");
    assert_eq!(world.refused(&actor, theirs).code(), "record.not_found");
    let case = world.case(other, 0);
    let refusal = world.refused(&actor, mine.clone().with_case(case));
    assert_eq!(refusal.code(), "record.not_found");
    world.done(0, &actor, mine);
}

#[test]
fn a_message_is_recorded_of_known_customers_only() {
    let world = World::new();
    let nobody = CustomerId::from_u128(9);
    let message = RecordMessage::from_customer(nobody, Channel::Email, "?");
    assert_eq!(world.refused(&agent(), message).code(), "record.not_found");
}

#[test]
fn what_is_said_internally_is_not_public_and_everything_else_has_a_channel() {
    let world = World::new();
    let customer = world.customer(1);
    let public = RecordMessage {
        visibility: Visibility::Public,
        ..RecordMessage::note(customer, "hm")
    };
    let refusal = world.refused(&agent(), public);
    assert_eq!(refusal, Refusal::Interaction(Message::NoteIsInternal));
    let nowhere = RecordMessage {
        direction: Direction::Outbound,
        ..RecordMessage::note(customer, "hm")
    };
    let refusal = world.refused(&agent(), nowhere);
    assert_eq!(refusal, Refusal::Interaction(Message::NoChannel));
}

#[test]
fn nothing_is_kept_of_an_empty_text_and_too_long_a_one_is_refused() {
    let world = World::new();
    let customer = world.customer(1);
    let empty = RecordMessage::from_customer(customer, Channel::Sms, "");
    let id = world.done(0, &agent(), empty);
    assert_eq!((world.contact(id).content, world.words(id)), (None, None));
    let long = "x".repeat(Content::LONGEST + 1);
    let long = RecordMessage::from_customer(customer, Channel::Email, long);
    assert_eq!(world.refused(&agent(), long).code(), "interaction.too_long");
}

#[test]
fn an_interaction_joins_one_case_of_its_customer() {
    let world = World::new();
    let (me, other) = (world.customer(1), world.customer(2));
    let message = RecordMessage::from_customer(me, Channel::Email, "It leaks");
    let interaction = world.done(0, &agent(), message);
    let theirs = world.case(other, 0);
    let join = |case| JoinCase { interaction, case };
    let refusal = world.refused(&agent(), join(theirs));
    assert_eq!(
        refusal,
        Refusal::Interaction(Message::CaseOfAnother { case: theirs })
    );
    let (mine, second) = (world.case(me, 0), world.case(me, 0));
    world.done(1_000, &agent(), join(mine));
    world.done(2_000, &agent(), join(mine));
    assert_eq!(world.contact(interaction).case, Some(mine));
    let refusal = world.refused(&agent(), join(second));
    assert_eq!(
        refusal,
        Refusal::Interaction(Message::HasCase { case: mine })
    );
}

#[test]
fn a_case_opened_before_a_merger_is_still_the_customers() {
    let world = World::new();
    let absorbed = world.customer(2);
    let case = world.case(absorbed, 0);
    let survivor = world.merged_customer(1, None, &[2]);
    world.merged_customer(2, Some(1), &[]);
    for customer in [survivor, absorbed] {
        let message = RecordMessage::from_customer(customer, Channel::Email, "It leaks");
        let id = world.done(0, &agent(), message.with_case(case));
        assert_eq!(world.contact(id).customer, survivor);
    }
}

#[test]
fn corrected_words_replace_the_old_ones_and_redacted_ones_are_gone() {
    let world = World::new();
    let customer = world.customer(1);
    let message = RecordMessage::from_customer(customer, Channel::Chat, "Card 4111 1111");
    let id = world.done(0, &agent(), message);
    world.done(1_000, &agent(), CorrectContent::new(id, "Card ****"));
    assert_eq!(world.words(id).unwrap().body.expose(), "Card ****");
    assert_eq!(world.contact(id).revised_at, Some(at(1_000)));
    let redact = RedactContent {
        interaction: id,
        reason: Some(code!("card_number")),
    };
    world.done(2_000, &agent(), redact.clone());
    assert_eq!((world.contact(id).content, world.words(id)), (None, None));
    let last = world.journal().pop().unwrap();
    assert_eq!(last.reason, Some(code!("card_number")));
    let refusal = world.refused(&agent(), redact);
    assert_eq!(refusal, Refusal::Interaction(Message::NoContent));
}

#[test]
fn a_call_gets_its_words_at_the_end() {
    let world = World::new();
    let customer = world.customer(1);
    let call = StartContact::from_customer(customer, Channel::Phone).answered_by(deniz());
    let call = world.done(0, &agent(), call);
    let end = EndContact::new(call).with_text("Filter explained.");
    world.done(60_000, &agent(), end);
    assert_eq!(
        world.words(call).unwrap().body.expose(),
        "Filter explained."
    );
    assert_eq!(world.contact(call).revised_at, None, "nothing was revised");
}

#[test]
fn words_are_found_by_whom_they_are_about_and_no_longer_once_redacted() {
    let world = World::new();
    let customer = world.customer(1);
    let note = world.done(0, &agent(), RecordMessage::note(customer, "Call after six"));
    let personal = Query::new(Index::Personal, customer.uuid());
    let found = || world.desk.store().find(&personal).unwrap().found;
    assert_eq!(found()[0].key.id, note.uuid());
    let redact = RedactContent {
        interaction: note,
        reason: None,
    };
    world.done(1_000, &agent(), redact);
    assert_eq!(found(), []);
}

#[test]
fn a_contact_is_classified_and_marked_at_any_time() {
    let world = World::new();
    let customer = world.customer(1);
    let message = RecordMessage::from_customer(customer, Channel::Forum, "Buy pills");
    let interaction = world.done(0, &agent(), message);
    let classify = ClassifyInteraction {
        interaction,
        phase: Some(Phase::Sale),
        about: About::purpose(code!("order_help")),
    };
    world.done(1_000, &agent(), classify);
    let mark = Some(Mark::Spam);
    world.done(1_000, &agent(), MarkInteraction { interaction, mark });
    let contact = world.contact(interaction);
    assert_eq!((contact.phase, contact.mark), (Phase::Sale, mark));
    let mark = None;
    world.done(1_000, &agent(), MarkInteraction { interaction, mark });
    assert_eq!(world.contact(interaction).mark, None);
}

#[test]
fn nothing_personal_stands_in_the_journal_or_in_any_debug_output() {
    let world = World::new();
    let customer = world.customer(1);
    let message = RecordMessage::from_customer(customer, Channel::Email, "Gülşen sings");
    let message = message.with_subject("Gülşen's song");
    let mut shown = format!("{message:?}");
    let id = world.done(0, &agent(), message);
    let correct = CorrectContent::new(id, "Gülşen hums");
    shown += &format!("{correct:?}");
    world.done(0, &agent(), correct);
    let long = Personal::new("Gülşen ".repeat(Content::LONGEST));
    let long = CorrectContent {
        interaction: id,
        subject: None,
        text: long,
    };
    let refusal = world.refused(&agent(), long);
    shown += &format!("{refusal:?} {refusal}");
    for entry in world.journal() {
        shown += &format!("{entry:?}");
        shown += &serde_json::to_string(&*entry).unwrap();
    }
    shown += &format!("{:?} {:?}", world.contact(id), world.words(id));
    assert!(shown.contains("Personal(..)"));
    assert!(!shown.contains("Gülşen"), "{shown}");
}

#[test]
fn a_message_costs_one_read_and_one_write() {
    let world = World::new();
    let customer = world.customer(1);
    let case = world.case(customer, 0);
    let message = RecordMessage::from_customer(customer, Channel::Chat, "?").with_case(case);
    let context = world.context(0, &Actor::Customer(customer));
    let mut operation = Operation::new(&message, &context, world.desk.rulebook());
    let (store, mut asks) = (world.desk.store(), 0);
    while let Step::Ask(ask) = operation.step().unwrap() {
        asks += 1;
        let answer = match ask {
            Ask::Load(keys) => Answer::Rows(store.load(&keys).unwrap()),
            Ask::Find(query) => Answer::Page(store.find(&query).unwrap()),
            Ask::Commit(batch) => Answer::Commit(store.commit(batch).unwrap()),
        };
        operation.answer(answer).unwrap();
    }
    assert_eq!(asks, 2);
}
