use std::collections::BTreeSet;

use super::world::{World, refused};
use aftercare::code;
use aftercare::customer::{
    AddContactPoint, AddNote, Consents, ContactKind, Customer, EraseCustomer, FindCustomers,
    GiveConsent, MergeCustomers, PreferChannel, ReadCustomer, ReadNotes, ReadProfile, Refusal,
    RegisterCustomer, SetSegments, SetTier, Tag, UpdateProfile, VerifyContactPoint,
    WithdrawConsent,
};
use aftercare::interaction::Channel;
use aftercare::kernel::{Actor, Code, CustomerId};
use aftercare::work;
use proptest::prelude::*;

fn merge(survivor: CustomerId, merged: CustomerId) -> MergeCustomers {
    MergeCustomers { survivor, merged }
}

#[test]
fn later_commands_and_readings_follow_the_survivor() {
    let world = World::new();
    let (a, b, c) = (
        world.register("A"),
        world.register("B"),
        world.register("C"),
    );
    world.run(merge(b, c));
    world.run(merge(a, b));
    for merged in [b, c] {
        assert_eq!(
            world.stored(merged).merged_into,
            Some(a),
            "no chain to follow"
        );
        assert_eq!(world.ask(&ReadCustomer { customer: merged }).id, a);
        assert_eq!(
            world
                .ask(&ReadProfile { customer: merged })
                .unwrap()
                .customer,
            a
        );
    }
    world.run(Tag {
        customer: c,
        tag: code!("press"),
    });
    assert!(world.stored(a).tags.contains("press"));
    world.run(AddContactPoint::email(b, "ali@example.com"));
    let found = world.ask(&FindCustomers::by_email("ali@example.com"));
    assert_eq!(found.customers[0].id, a);
    let found = world.ask(&FindCustomers::by_name("C"));
    assert_eq!(found.customers[0].id, a);
    world.assert_told();
}

#[test]
fn a_customer_is_not_merged_with_themselves_nor_twice_nor_in_a_circle() {
    let world = World::new();
    let (a, b, c) = (
        world.register("A"),
        world.register("B"),
        world.register("C"),
    );
    assert_eq!(
        refused(world.try_run(merge(a, a))).code(),
        "customer.self_merge"
    );
    world.run(merge(a, b));
    let expected = work::Refusal::Customer(Refusal::AlreadyMerged {
        customer: b,
        survivor: a,
    });
    for again in [merge(a, b), merge(b, a), merge(c, b), merge(b, c)] {
        assert_eq!(refused(world.try_run(again)), expected);
    }
    world.run(EraseCustomer {
        customer: c,
        reason: code!("request"),
    });
    for erased in [merge(a, c), merge(c, a)] {
        assert_eq!(refused(world.try_run(erased)).code(), "customer.erased");
    }
}

#[test]
fn the_survivor_takes_what_it_lacks_and_keeps_its_own() {
    let world = World::new();
    let (a, b) = (world.register("Ali"), world.register("Ali Veli"));
    world.run(UpdateProfile::new(b).with_salutation("Ali Bey"));
    world.run(SetTier {
        customer: b,
        tier: Some(code!("vip")),
    });
    world.run(merge(a, b));
    let profile = world.ask(&ReadProfile { customer: b }).unwrap();
    assert_eq!(profile.name.as_ref().unwrap().expose(), "Ali");
    assert_eq!(profile.salutation.as_ref().unwrap().expose(), "Ali Bey");
    assert_eq!(world.stored(a).tier, Some(code!("vip")));
}

#[test]
fn both_histories_stay_and_are_read_together() {
    let world = World::new();
    let (a, b) = (world.register("A"), world.register("B"));
    world.run(AddNote::new(b, "from b"));
    world.run(AddNote::new(a, "from a"));
    world.run(merge(a, b));
    world.run(AddNote::new(b, "after"));
    let notes = world
        .ask(&ReadNotes {
            customer: b,
            after: None,
            limit: 100,
        })
        .notes;
    let texts: BTreeSet<_> = notes
        .iter()
        .map(|note| note.content.body.expose().as_str())
        .collect();
    assert_eq!(texts, BTreeSet::from(["from a", "from b", "after"]));
}

#[test]
fn a_merged_customer_still_reaches_all_that_is_theirs() {
    let world = World::new();
    let (a, b) = (world.register("A"), world.register("B"));
    world.run(merge(a, b));
    for me in [a, b] {
        let update = UpdateProfile::new(me).with_salutation(format!("{me}"));
        world.run_as(Actor::Customer(me), update).unwrap();
        assert!(
            world
                .desk
                .ask(&Actor::Customer(me), &ReadProfile { customer: a })
                .is_ok()
        );
    }
}

/// What somebody may have been given before a merger.
#[derive(Clone, Debug)]
enum Fact {
    Email(u8, bool),
    Address(u8),
    Tagged(Code),
    Segment(Code),
    Consented(Code, Option<Channel>, bool),
    Prefers(Code, Channel),
}

fn facts() -> impl Strategy<Value = Vec<Fact>> {
    let purposes =
        || prop::sample::select(vec![code!("*"), code!("marketing"), code!("marketing.sms")]);
    let words = || prop::sample::select(vec![code!("a"), code!("b"), code!("c")]);
    let channels = || prop::sample::select(vec![Channel::Sms, Channel::Email]);
    let fact = prop_oneof![
        (0..4_u8, any::<bool>()).prop_map(|(n, verified)| Fact::Email(n, verified)),
        (0..2_u8).prop_map(Fact::Address),
        words().prop_map(Fact::Tagged),
        words().prop_map(Fact::Segment),
        (purposes(), prop::option::of(channels()), any::<bool>())
            .prop_map(|(purpose, channel, given)| Fact::Consented(purpose, channel, given)),
        (purposes(), channels()).prop_map(|(purpose, channel)| Fact::Prefers(purpose, channel)),
    ];
    prop::collection::vec(fact, 0..10)
}

fn person(world: &World, name: &str, facts: &[Fact]) -> CustomerId {
    let customer = world.run(RegisterCustomer::named(name));
    for fact in facts {
        // Some are refused, such as an address that is there already.
        match fact.clone() {
            Fact::Email(n, verified) => {
                let add = AddContactPoint::email(customer, format!("{name}{n}@example.com"));
                if let (Ok(contact), true) = (world.try_run(add), verified) {
                    world.run(VerifyContactPoint { customer, contact });
                }
            }
            Fact::Address(n) => {
                let text = format!("{n} Street");
                let _ = world.try_run(AddContactPoint::new(customer, ContactKind::Address, text));
            }
            Fact::Tagged(tag) => world.run(Tag { customer, tag }),
            Fact::Segment(segment) => {
                let segments = BTreeSet::from([segment]);
                world.run(SetSegments { customer, segments });
            }
            Fact::Consented(purpose, channel, given) => {
                let source = code!("test");
                if given {
                    let wording = None;
                    world.run(GiveConsent {
                        customer,
                        purpose,
                        channel,
                        source,
                        wording,
                    });
                } else {
                    let wording = None;
                    world.run(WithdrawConsent {
                        customer,
                        purpose,
                        channel,
                        source,
                        wording,
                    });
                }
            }
            Fact::Prefers(purpose, channel) => {
                let order = vec![channel];
                world.run(PreferChannel {
                    customer,
                    purpose,
                    order,
                });
            }
        }
    }
    customer
}

fn forbids(consents: &Consents, purpose: &Code, channel: Channel) -> bool {
    consents.decided(purpose, Some(channel)) == Some(false)
}

fn assert_nothing_lost(before: [&Customer; 2], after: &Customer) {
    for one in before {
        assert!(
            one.contacts
                .iter()
                .all(|contact| after.contacts.contains(contact))
        );
        assert!(one.tags.is_subset(&after.tags));
        assert!(one.segments.is_subset(&after.segments));
        assert!(
            one.preferences
                .keys()
                .all(|purpose| after.preferences.contains_key(purpose))
        );
        for consent in one.consents.iter() {
            let decided = after.consents.decided(&consent.purpose, consent.channel);
            assert!(decided.is_some(), "a decision was lost");
            for channel in [Channel::Sms, Channel::Email] {
                let purpose = &consent.purpose;
                if forbids(&one.consents, purpose, channel) {
                    assert!(
                        forbids(&after.consents, purpose, channel),
                        "a withdrawal was lost"
                    );
                }
            }
        }
    }
    let contacts = before.iter().map(|one| one.contacts.len()).sum::<usize>();
    assert_eq!(after.contacts.len(), contacts);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_merger_loses_nothing(first in facts(), second in facts(), third in facts()) {
        let world = World::new();
        let a = person(&world, "a", &first);
        let b = person(&world, "b", &second);
        let c = person(&world, "c", &third);
        for (survivor, merged) in [(b, c), (a, b)] {
            let before = [world.stored(survivor), world.stored(merged)];
            let points: Vec<_> = [survivor, merged]
                .into_iter()
                .flat_map(|customer| world.ask(&ReadProfile { customer }).unwrap().contacts.clone())
                .collect();
            world.run(merge(survivor, merged));
            assert_nothing_lost([&before[0], &before[1]], &world.stored(survivor));
            let profile = world.ask(&ReadProfile { customer: merged }).unwrap();
            prop_assert_eq!(&profile.contacts, &points);
            for point in points.iter().filter(|point| point.kind.has_one_owner()) {
                let found = world.ask(&FindCustomers::by_email(point.value.expose().clone()));
                prop_assert_eq!(found.customers[0].id, survivor);
            }
        }
        world.assert_told();
    }
}
