use std::collections::BTreeSet;

use super::world::{World, refused};
use aftercare::code;
use aftercare::customer::{
    AddContactPoint, AddNote, EraseCustomer, ExportCustomer, FindCustomers, FindDuplicates,
    GiveConsent, MergeCustomers, PreferChannel, ReadConsents, ReadCustomer, ReadNotes, ReadProfile,
    RegisterCustomer, RemoveContactPoint, SetSegments, SetTier, Tag, Untag, UpdateProfile,
    VerifyContactPoint, WithdrawConsent,
};
use aftercare::interaction::Channel;
use aftercare::kernel::{Actor, ContactPointId, CustomerId};
use aftercare::record::Record;

/// Every command about `customer`, as asked by another customer.
fn codes_of_commands(world: &World, me: CustomerId, customer: CustomerId) -> Vec<&'static str> {
    let contact = world.stored(customer).contacts[0].id;
    let (source, purpose) = (code!("call"), code!("marketing"));
    macro_rules! refusals {
        ($($command:expr,)*) => {
            vec![$(refused(world.run_as(Actor::Customer(me), $command)).code(),)*]
        };
    }
    refusals![
        RegisterCustomer::named("New").with_id(CustomerId::from_u128(99)),
        UpdateProfile::new(customer).with_name("Mine"),
        AddContactPoint::phone(customer, "0532 765 43 21"),
        VerifyContactPoint { customer, contact },
        RemoveContactPoint { customer, contact },
        PreferChannel {
            customer,
            purpose: purpose.clone(),
            order: vec![Channel::Sms]
        },
        GiveConsent::new(customer, purpose.clone(), source.clone()),
        WithdrawConsent::new(customer, purpose, source),
        Tag {
            customer,
            tag: code!("mine")
        },
        Untag {
            customer,
            tag: code!("press")
        },
        SetSegments {
            customer,
            segments: BTreeSet::from([code!("mine")])
        },
        SetTier {
            customer,
            tier: Some(code!("vip"))
        },
        AddNote::new(customer, "mine"),
        MergeCustomers {
            survivor: me,
            merged: customer
        },
        MergeCustomers {
            survivor: customer,
            merged: me
        },
        EraseCustomer {
            customer,
            reason: code!("mine")
        },
    ]
}

fn two(world: &World) -> (CustomerId, CustomerId) {
    let me = world.run(RegisterCustomer::named("Ali Veli").with_phone("0532 123 45 67"));
    let other = world.run(RegisterCustomer::named("Ali Veli").with_email("ali@example.com"));
    world.run(Tag {
        customer: other,
        tag: code!("press"),
    });
    (me, other)
}

#[test]
fn no_command_reaches_another_customer_whatever_the_rulebook_grants() {
    for world in [World::new(), World::permissive()] {
        let (me, other) = two(&world);
        let before = world.rows().len();
        for code in codes_of_commands(&world, me, other) {
            assert!(
                matches!(code, "access.denied" | "record.not_found"),
                "{code}"
            );
        }
        assert_eq!(world.rows().len(), before);
    }
}

#[test]
fn no_question_reaches_another_customer_whatever_the_rulebook_grants() {
    let world = World::permissive();
    let (me, customer) = two(&world);
    let actor = Actor::Customer(me);
    macro_rules! refusals {
        ($($question:expr,)*) => {
            [$(refused(world.desk.ask(&actor, &$question).map(|_| ())).code(),)*]
        };
    }
    let codes = refusals![
        ReadCustomer { customer },
        ReadProfile { customer },
        FindDuplicates {
            customer,
            limit: 10
        },
        ReadConsents {
            customer,
            after: None,
            limit: 10
        },
        ReadNotes {
            customer,
            after: None,
            limit: 10
        },
        ExportCustomer {
            customer,
            after: None,
            limit: 10
        },
    ];
    assert_eq!(codes, ["record.not_found"; 6]);
    let ask = |question: FindCustomers| world.desk.ask(&actor, &question).unwrap().customers;
    assert!(ask(FindCustomers::by_email("ali@example.com")).is_empty());
    assert!(ask(FindCustomers::by_tag(code!("press"))).is_empty());
    let named: Vec<_> = ask(FindCustomers::by_name("Ali Veli"))
        .iter()
        .map(|c| c.id)
        .collect();
    assert_eq!(named, [me]);
    let duplicates = FindDuplicates {
        customer: me,
        limit: 10,
    };
    assert!(
        world
            .desk
            .ask(&actor, &duplicates)
            .unwrap()
            .candidates
            .is_empty()
    );
}

#[test]
fn a_customer_changes_what_is_their_own() {
    let world = World::new();
    let (me, _) = two(&world);
    let actor = || Actor::Customer(me);
    world
        .run_as(actor(), UpdateProfile::new(me).with_salutation("Ali Bey"))
        .unwrap();
    world
        .run_as(actor(), AddContactPoint::email(me, "veli@example.com"))
        .unwrap();
    let given = GiveConsent::new(me, code!("marketing"), code!("portal"));
    world.run_as(actor(), given).unwrap();
    let contact = world.stored(me).contacts[0].id;
    world
        .run_as(
            actor(),
            RemoveContactPoint {
                customer: me,
                contact,
            },
        )
        .unwrap();
    let unknown = RemoveContactPoint {
        customer: me,
        contact: ContactPointId::from_u128(1),
    };
    assert_eq!(
        refused(world.run_as(actor(), unknown)).code(),
        "customer.no_such_contact"
    );
    world.assert_told();
}

/// All pages of an export.
fn export(world: &World, actor: &Actor, customer: CustomerId, limit: u32) -> (Vec<Record>, usize) {
    let mut question = ExportCustomer {
        customer,
        after: None,
        limit,
    };
    let (mut records, mut withheld) = (Vec::new(), 0);
    loop {
        let page = world.desk.ask(actor, &question).unwrap();
        records.extend(page.records);
        withheld += page.withheld;
        match page.next {
            Some(next) => question.after = Some(next),
            None => return (records, withheld),
        }
    }
}

#[test]
fn an_export_has_everything_once_page_by_page_and_staff_get_notes_too() {
    use aftercare::interaction::RecordMessage;
    let world = World::new();
    let (me, other) = two(&world);
    let (_, stranger) = (world.register("X"), world.register("Stranger"));
    world.run(AddNote::new(stranger, "not theirs"));
    for customer in [me, other] {
        world.run(AddNote::new(customer, "a note"));
        world.run(RecordMessage::from_customer(
            customer,
            Channel::Email,
            "a question",
        ));
    }
    world.run(MergeCustomers {
        survivor: me,
        merged: other,
    });

    let (all, withheld) = export(&world, &Actor::System, other, 500);
    assert_eq!(withheld, 0);
    for limit in 1..8 {
        assert_eq!(export(&world, &Actor::System, me, limit).0, all);
    }
    let count = |of: fn(&Record) -> bool| all.iter().filter(|record| of(record)).count();
    assert_eq!(count(|record| matches!(record, Record::Customer(_))), 2);
    assert_eq!(count(|record| matches!(record, Record::Profile(_))), 2);
    assert_eq!(count(|record| matches!(record, Record::Content(_))), 4);
    assert_eq!(count(|record| matches!(record, Record::Interaction(_))), 2);
    // Two registrations, a tag, two notes, two messages and a merger, each once.
    assert_eq!(count(|record| matches!(record, Record::Entry(_))), 8);
    assert_eq!(all.len(), 18);

    let (own, withheld) = export(&world, &Actor::Customer(me), me, 500);
    let is_kept_back = |record: &Record| match record {
        Record::Entry(_) => true,
        Record::Content(content) => content.body.expose() == "a note",
        _ => false,
    };
    let expected: Vec<_> = all
        .iter()
        .filter(|record| !is_kept_back(record))
        .cloned()
        .collect();
    assert_eq!(own, expected);
    assert!(withheld >= 2);
}
