//! What happened with a customer, in one call.

use aftercare::case::{MergeCases, OpenCase};
use aftercare::code;
use aftercare::interaction::{Channel, Phase, RecordMessage, StartContact};
use aftercare::kernel::{Actor, CaseId, CustomerId, InteractionId, StaffId};
use aftercare::questions::{Conversation, Listing, Timeline, TimelineItem};
use aftercare::record::Cursor;
use aftercare::store::Store;
use aftercare::work::{Answer, Ask, Inquiry, Step};
use proptest::prelude::*;

use super::world::{World, agent};

/// What is on a page, in words.
fn told(page: &Listing<TimelineItem>) -> Vec<String> {
    let item = |item: &TimelineItem| {
        if let TimelineItem::Contact(contact) = item {
            let words = contact.content.as_ref();
            words.map_or("(nothing)".into(), |words| words.body.expose().clone())
        } else if let TimelineItem::Case { dossier, .. } = item {
            let subject = dossier.as_ref().and_then(|file| file.subject.as_ref());
            subject.map_or("(case)".into(), |subject| subject.expose().clone())
        } else {
            "(other)".to_owned()
        }
    };
    page.items.iter().map(item).collect()
}

fn story(world: &World) -> (CustomerId, CaseId) {
    let customer = world.customer(1);
    let ask = RecordMessage::from_customer(customer, Channel::Email, "Does it fit?");
    world.done(1_000, &agent(), ask.with_phase(Phase::PreSale));
    let order = RecordMessage::from_customer(customer, Channel::Chat, "Where is it?");
    world.done(2_000, &agent(), order.with_phase(Phase::Sale));
    let open = OpenCase::new(customer, Channel::Email, "Leaking dishwasher");
    let case = world.done(3_000, &agent(), open);
    let leak = RecordMessage::from_customer(customer, Channel::Email, "It leaks");
    world.done(4_000, &agent(), leak.with_case(case));
    let note = RecordMessage::note(customer, "Sounds like the seal");
    world.done(5_000, &agent(), note.with_case(case));
    world.done(
        6_000,
        &agent(),
        StartContact::from_customer(customer, Channel::Phone),
    );
    (customer, case)
}

#[test]
fn an_agent_sees_all_phases_newest_first_in_one_call() {
    let world = World::new();
    let (customer, _) = story(&world);
    let page = world.ask(&agent(), &Timeline::of(customer));
    let all = [
        "(nothing)",
        "Sounds like the seal",
        "It leaks",
        "Leaking dishwasher",
        "Where is it?",
        "Does it fit?",
    ];
    assert_eq!(told(&page), all);
    assert_eq!(page.next, None);
    assert!(
        page.items
            .is_sorted_by_key(|item| std::cmp::Reverse(item.at()))
    );
}

#[test]
fn a_customer_sees_the_public_part_of_their_own() {
    let world = World::new();
    let (customer, _) = story(&world);
    let other = world.customer(2);
    let timeline = Timeline::of(customer);
    let page = world.ask(&Actor::Customer(customer), &timeline);
    let public = [
        "(nothing)",
        "It leaks",
        "(case)",
        "Where is it?",
        "Does it fit?",
    ];
    assert_eq!(told(&page), public);
    let outside = Timeline {
        internal: false,
        ..timeline.clone()
    };
    let page = world.ask(&agent(), &outside);
    assert!(!told(&page).contains(&"Sounds like the seal".to_owned()));
    let refused = world.desk.ask(&Actor::Customer(other), &timeline);
    assert_eq!(refused.unwrap_err().code(), "record.not_found");
}

#[test]
fn a_conversation_is_what_was_said_about_one_case() {
    let world = World::new();
    let (customer, case) = story(&world);
    let told = |actor: &Actor| -> Vec<String> {
        let page = world.ask(actor, &Conversation::of(case));
        let words = page.items.iter().filter_map(|item| item.content.as_ref());
        words.map(|words| words.body.expose().clone()).collect()
    };
    assert_eq!(told(&agent()), ["Sounds like the seal", "It leaks"]);
    assert_eq!(told(&Actor::Customer(customer)), ["It leaks"]);
    let other = Actor::Customer(world.customer(2));
    let refused = world.desk.ask(&other, &Conversation::of(case));
    assert_eq!(refused.unwrap_err().code(), "record.not_found");
}

#[test]
fn the_conversation_of_merged_cases_is_one() {
    let world = World::new();
    let customer = world.customer(1);
    let cases = [1, 2, 3].map(|n| world.case(customer, n));
    for (n, case) in (10..).zip(cases) {
        let message = RecordMessage::from_customer(customer, Channel::Sms, format!("{n}"));
        world.done(n, &agent(), message.with_case(case));
    }
    let [first, second, third] = cases;
    let supervisor = Actor::staff(StaffId::from_u128(8), code!("supervisor"));
    for (merged, survivor) in [(first, second), (second, third)] {
        world.done(20, &supervisor, MergeCases { merged, survivor });
    }
    for case in cases {
        let page = world.ask(&Actor::Customer(customer), &Conversation::of(case));
        let words = page.items.iter().filter_map(|item| item.content.as_ref());
        let words: Vec<_> = words.map(|words| words.body.expose().as_str()).collect();
        assert_eq!(words, ["12", "11", "10"]);
    }
}

#[test]
fn a_run_of_notes_neither_shortens_a_customers_page_nor_shows_in_its_cursor() {
    let world = World::new();
    let customer = world.customer(1);
    for n in 0..3 {
        let mine = RecordMessage::from_customer(customer, Channel::Chat, format!("{n}"));
        world.done(n * 1_000, &agent(), mine);
        for _ in 0..4 {
            let note = RecordMessage::note(customer, "hm");
            world.done(n * 1_000 + 500, &agent(), note);
        }
    }
    let mut timeline = Timeline::of(customer);
    timeline.limit = 2;
    let page = world.ask(&Actor::Customer(customer), &timeline);
    assert_eq!(told(&page), ["2", "1"]);
    let Some(TimelineItem::Contact(last)) = page.items.last() else {
        panic!("a contact");
    };
    let next = page.next.unwrap();
    assert_eq!(next.key.id, last.interaction.id.uuid());
    timeline.after = Some(next);
    let page = world.ask(&Actor::Customer(customer), &timeline);
    assert_eq!((told(&page), page.next), (vec!["0".to_owned()], None));
}

#[test]
fn a_page_of_the_timeline_is_read_in_three_round_trips() {
    let world = World::new();
    let (customer, _) = story(&world);
    let (timeline, actor) = (Timeline::of(customer), agent());
    let mut inquiry = Inquiry::new(&timeline, &actor, world.desk.rulebook());
    let (store, mut asks) = (world.desk.store(), 0);
    while let Step::Ask(ask) = inquiry.step().unwrap() {
        asks += 1;
        let answer = match ask {
            Ask::Load(keys) => Answer::Rows(store.load(&keys).unwrap()),
            Ask::Find(query) => Answer::Page(store.find(&query).unwrap()),
            Ask::Commit(_) => panic!("a question changes nothing"),
        };
        inquiry.answer(answer).unwrap();
    }
    assert_eq!(asks, 3, "the customer, the index, the records");
}

/// One thing that happened: with which of the merged customers, when, and whether internally.
fn happenings() -> impl Strategy<Value = Vec<(u128, i64, bool)>> {
    prop::collection::vec((1..=3u128, 0..4i64, any::<bool>()), 0..30)
}

fn ids(page: &Listing<TimelineItem>) -> Vec<InteractionId> {
    let id = |item: &TimelineItem| {
        let TimelineItem::Contact(contact) = item else {
            return None;
        };
        Some(contact.interaction.id)
    };
    page.items.iter().filter_map(id).collect()
}

fn pages(world: &World, actor: &Actor, mut timeline: Timeline) -> Vec<InteractionId> {
    let mut all = Vec::new();
    loop {
        let page = world.ask(actor, &timeline);
        let full = usize::try_from(timeline.limit).unwrap();
        assert!(page.next.is_none() || page.items.len() == full);
        all.extend(ids(&page));
        let Some(next): Option<Cursor> = page.next else {
            return all;
        };
        timeline.after = Some(next);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn pages_over_merged_customers_have_no_gap_and_no_repeat(
        happenings in happenings(), limit in 1..8u32, asked in 1..=3u128,
    ) {
        let world = World::new();
        for n in 1..=3 {
            world.customer(n);
        }
        let mut expected = Vec::new();
        for &(n, instant, internal) in &happenings {
            let customer = CustomerId::from_u128(n);
            let message = if internal {
                RecordMessage::note(customer, "n")
            } else {
                RecordMessage::from_customer(customer, Channel::Sms, "m")
            };
            let id = world.done(instant, &agent(), message);
            expected.push((instant, id, internal));
        }
        world.merged_customer(1, None, &[2, 3]);
        world.merged_customer(2, Some(1), &[]);
        world.merged_customer(3, Some(1), &[]);
        expected.sort_unstable_by(|a, b| b.cmp(a));
        let all: Vec<_> = expected.iter().map(|(_, id, _)| *id).collect();
        let public = expected.iter().filter(|(_, _, internal)| !internal);
        let public: Vec<_> = public.map(|(_, id, _)| *id).collect();

        let customer = CustomerId::from_u128(asked);
        let timeline = Timeline { limit, ..Timeline::of(customer) };
        prop_assert_eq!(pages(&world, &agent(), timeline.clone()), all);
        prop_assert_eq!(pages(&world, &Actor::Customer(customer), timeline), public);
    }
}
