use super::world::{World, refused};
use aftercare::case::{OpenCase, RecordFact, SplitCase};
use aftercare::code;
use aftercare::customer::{
    AddContactPoint, AddNote, ContactKind, EraseCustomer, FindCustomers, GiveConsent,
    MergeCustomers, PreferChannel, ReadProfile, RegisterCustomer, RemoveContactPoint, SetSegments,
    SetTier, Tag, Untag, UpdateProfile, VerifyContactPoint, WithdrawConsent,
};
use aftercare::interaction::{Channel, RecordMessage};
use aftercare::kernel::{Actor, CaseId, ContactPointId, CustomerId, Personal};
use aftercare::record::Record;

/// What stands for everything personal in these tests.
const MARKER: &str = "zuelfikar";

/// A person of whom everything personal bears the marker, in two records that were merged.
fn marked(world: &World) -> [CustomerId; 2] {
    let text = |what: &str| format!("{MARKER} {what}");
    let both = ["one", "two"].map(|n| {
        let contacts = RegisterCustomer::named(text(n))
            .with_email(format!("{MARKER}.{n}@example.com"))
            .with_contact(ContactKind::Social(code!("x")), format!("@{MARKER}{n}"))
            .with_contact(ContactKind::Address, text("street"));
        let id = world.run(contacts);
        world.run(UpdateProfile::new(id).with_salutation(text("hanım")));
        world.run(AddNote::new(id, text("note")));
        world.run(RecordMessage::from_customer(
            id,
            Channel::Email,
            text("question"),
        ));
        let case = world.run(OpenCase::new(id, Channel::Email, text("matter")));
        world.run(fact(case));
        let own = RecordMessage::from_customer(id, Channel::Chat, text("answer"));
        world.run_as(Actor::Customer(id), own).unwrap();
        id
    });
    let [survivor, merged] = both;
    world.run(MergeCustomers { survivor, merged });
    both
}

fn fact(case: CaseId) -> RecordFact {
    RecordFact {
        case,
        fact: code!("account"),
        value: Personal::new(format!("{MARKER} 123")),
        source: code!("customer"),
    }
}

fn erase(customer: CustomerId) -> EraseCustomer {
    let reason = code!("customer_request");
    EraseCustomer { customer, reason }
}

#[test]
fn an_erasure_leaves_nothing_personal_anywhere() {
    let world = World::new();
    let [survivor, merged] = marked(&world);
    let other = world.run(RegisterCustomer::named("Ali").with_phone("0532 123 45 67"));
    assert!(world.dump().to_lowercase().contains(MARKER));
    let counted = |world: &World| {
        let rows = world.rows();
        let of = |what: fn(&Record) -> bool| {
            let records = rows.iter().filter_map(|(_, row)| row.record.as_ref());
            records.filter(|record| what(record)).count()
        };
        [
            of(|record| matches!(record, Record::Interaction(_))),
            of(|record| matches!(record, Record::Case(_))),
            of(|record| matches!(record, Record::Customer(_))),
        ]
    };
    let (before, entries) = (counted(&world), world.entries());

    world.run(erase(merged));

    let dump = world.dump().to_lowercase();
    assert!(!dump.contains(MARKER), "{dump}");
    assert_eq!(counted(&world), before, "aggregates stay right");
    for entry in entries {
        assert!(world.entries().contains(&entry), "the journal stays");
    }
    assert!(world.stored(survivor).is_erased());
    assert_eq!(world.ask(&ReadProfile { customer: survivor }), None);
    let name = format!("{MARKER} one");
    assert!(
        world
            .ask(&FindCustomers::by_name(name))
            .customers
            .is_empty()
    );
    assert!(world.ask(&ReadProfile { customer: other }).is_some());
    world.assert_told();
}

#[test]
fn the_contact_points_of_an_erased_customer_are_free() {
    let world = World::new();
    marked(&world);
    let found = |world: &World| {
        let question = FindCustomers::by_email(format!("{MARKER}.two@example.com"));
        world.ask(&question).customers.len()
    };
    let [survivor, _] = [world
        .ask(&FindCustomers::by_name(format!("{MARKER} one")))
        .customers[0]
        .id; 2];
    assert_eq!(found(&world), 1);
    world.run(erase(survivor));
    assert_eq!(found(&world), 0);
    let again = world.register("Ali");
    for n in ["one", "two"] {
        world.run(AddContactPoint::email(
            again,
            format!("{MARKER}.{n}@example.com"),
        ));
    }
    assert_eq!(found(&world), 1);
}

#[test]
fn every_command_about_an_erased_customer_is_refused() {
    let world = World::new();
    let customer = world.run(RegisterCustomer::named("Ali").with_email("ali@example.com"));
    world.run(erase(customer));
    let contact = ContactPointId::from_u128(1);
    let (tag, source, purpose) = (code!("a"), code!("call"), code!("marketing"));
    let codes = [
        refused(world.try_run(UpdateProfile::new(customer).with_name("Veli"))),
        refused(world.try_run(AddContactPoint::email(customer, "veli@example.com"))),
        refused(world.try_run(VerifyContactPoint { customer, contact })),
        refused(world.try_run(RemoveContactPoint { customer, contact })),
        refused(world.try_run(PreferChannel {
            customer,
            purpose: purpose.clone(),
            order: vec![],
        })),
        refused(world.try_run(GiveConsent::new(customer, purpose.clone(), source.clone()))),
        refused(world.try_run(WithdrawConsent::new(customer, purpose, source))),
        refused(world.try_run(Tag {
            customer,
            tag: tag.clone(),
        })),
        refused(world.try_run(Untag { customer, tag })),
        refused(world.try_run(SetSegments {
            customer,
            segments: [].into(),
        })),
        refused(world.try_run(SetTier {
            customer,
            tier: None,
        })),
        refused(world.try_run(AddNote::new(customer, "note"))),
        refused(world.try_run(erase(customer))),
        refused(world.try_run(RecordMessage::from_customer(
            customer,
            Channel::Email,
            "hello",
        ))),
    ]
    .map(|refusal| refusal.code());
    assert_eq!(codes, ["customer.erased"; 14]);
    let id = refused(world.try_run(RegisterCustomer::new().with_id(customer)));
    assert_eq!(id.code(), "customer.already_registered");
}

#[test]
fn nothing_is_put_on_file_about_an_erased_customer() {
    let world = World::new();
    let customer = world.register("Ali");
    let case = world.run(OpenCase::new(customer, Channel::Email, "a matter"));
    world.run(erase(customer));
    let split = SplitCase {
        case,
        subject: None,
        topic: None,
        team: None,
    };
    let codes = [
        refused(world.try_run(fact(case))),
        refused(world.try_run(split)),
        refused(world.try_run(OpenCase::new(customer, Channel::Email, "another"))),
    ]
    .map(|refusal| refusal.code());
    assert_eq!(codes, ["customer.erased"; 3]);
    assert!(!world.dump().contains(MARKER));
}

#[test]
fn the_reason_of_an_erasure_stays_in_the_journal() {
    let world = World::new();
    let customer = world.register("Ali");
    world.run(erase(customer));
    let entries = world.entries();
    let entry = entries
        .iter()
        .find(|entry| entry.command == "customer.erase")
        .unwrap();
    assert_eq!(entry.reason, Some(code!("customer_request")));
}

#[test]
fn no_journal_entry_and_no_refusal_shows_anything_personal() {
    let world = World::new();
    let [survivor, _] = marked(&world);
    let other = world.register("Ali");
    let email = || format!("{MARKER}.one@example.com");
    let refusals = [
        refused(world.try_run(AddContactPoint::email(other, email()))),
        refused(world.try_run(AddContactPoint::email(survivor, email()))),
        refused(world.try_run(AddContactPoint::email(other, format!("{MARKER}@@")))),
        refused(world.try_run(AddContactPoint::phone(other, MARKER))),
        refused(world.try_run(UpdateProfile::new(other).with_name(MARKER.repeat(100)))),
        refused(world.try_run(AddNote::new(other, MARKER.repeat(10_000)))),
    ];
    let mut shown: Vec<String> = refusals.iter().map(|it| format!("{it} {it:?}")).collect();
    for entry in world.entries() {
        shown.push(format!("{entry:?}"));
        shown.push(serde_json::to_string(&entry).unwrap());
    }
    shown.push(format!(
        "{:?}",
        RegisterCustomer::named(MARKER).with_email(email())
    ));
    shown.push(format!("{:?}", AddNote::new(other, MARKER)));
    shown.push(format!("{:?}", FindCustomers::by_name(MARKER)));
    shown.push(format!(
        "{:?}",
        world.ask(&ReadProfile { customer: survivor })
    ));
    shown.push(format!("{:?}", world.stored(survivor)));
    for text in shown {
        assert!(!text.to_lowercase().contains(MARKER), "{text}");
    }
}
