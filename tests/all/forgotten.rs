//! A person's whole life in a SQLite file, and what is left of it after they asked to be forgotten.

use aftercare::adapters::SqliteStore;
use aftercare::case::{OpenCase, Packet, RecordFact, RouteCase, TransferCase};
use aftercare::code;
use aftercare::customer::{
    AddNote, EraseCustomer, MergeCustomers, ReadProfile, RegisterCustomer, UpdateProfile,
    VerifyContactPoint,
};
use aftercare::desk::Desk;
use aftercare::interaction::{Channel, RecordMessage};
use aftercare::kernel::{Actor, Context, Personal, RequestId};
use aftercare::record::Share;
use aftercare::work::Command;
use chrono::TimeDelta;

use super::support::{Directory, noon, rulebook};

/// What stands for everything personal in this story.
const MARKER: &str = "Zülfikâr-7391";

struct Story {
    desk: Desk<SqliteStore>,
    told: u32,
}

impl Story {
    fn context(&mut self) -> Context {
        self.told += 1;
        let now = noon() + TimeDelta::minutes(i64::from(self.told));
        Context::new(now, RequestId::from_u128(self.told.into()), Actor::System)
    }

    fn run<C: Command>(&mut self, command: C) -> C::Output {
        let context = self.context();
        self.desk.run(&context, command).unwrap()
    }
}

#[test]
fn no_file_of_the_store_holds_anything_of_a_person_who_was_erased() {
    let folder = Directory::new();
    let store = SqliteStore::open(folder.file()).unwrap();
    let desk = Desk::new(store, rulebook());
    let mut story = Story { desk, told: 0 };
    let text = |what: &str| format!("{MARKER} {what}");

    let customer =
        story.run(RegisterCustomer::named(text("name")).with_email("one@zulfikar.example"));
    let twin = story.run(RegisterCustomer::named(text("twin")).with_phone("0532 739 17 39"));
    let other = story.run(RegisterCustomer::named("Ayşe Öztürk").with_email("ayse@example.com"));
    story.run(UpdateProfile::new(customer).with_name(text("corrected")));
    story.run(AddNote::new(customer, text("note")));
    let profile = story
        .desk
        .ask(&Actor::System, &ReadProfile { customer })
        .unwrap()
        .unwrap();
    for contact in &profile.contacts {
        let contact = contact.id;
        story.run(VerifyContactPoint { customer, contact });
    }
    let case = story.run(OpenCase::new(customer, Channel::Email, text("subject")));
    story.run(RecordFact {
        case,
        fact: code!("iban"),
        value: Personal::new(text("iban")),
        source: code!("customer"),
    });
    let to = code!("desk");
    story.run(RouteCase { case, to });
    let to = code!("workshop");
    let packet = Packet::new(text("goal"), text("question"))
        .with_fact(code!("serial"), text("serial"), code!("customer"))
        .with_step(text("restarted"), text("no change"))
        .with_promise(text("a call on Monday"));
    story.run(TransferCase { case, to, packet });
    for n in 0..600 {
        let message = RecordMessage::from_customer(twin, Channel::Chat, text(&format!("chat {n}")));
        story.run(message);
    }
    let (survivor, merged) = (customer, twin);
    story.run(MergeCustomers { survivor, merged });
    for marker in [MARKER, "one@zulfikar.example", "+905327391739"] {
        assert!(
            folder.holds(marker),
            "{marker} is in the files to begin with"
        );
    }

    let reason = code!("customer_request");
    story.run(EraseCustomer { customer, reason });
    loop {
        let context = story.context();
        let woken = story.desk.wake(&context, Share::ALL, 100).unwrap();
        assert!(woken.left.is_empty(), "{woken:?}");
        if !woken.more {
            break;
        }
    }

    for marker in [MARKER, "7391", "zulfikar.example", "5327391739"] {
        assert!(!folder.holds(marker), "{marker} is still in a file");
    }
    assert!(folder.holds("ayse@example.com"), "others are left alone");
    let survivors = [customer, twin, other].map(|customer| {
        let question = ReadProfile { customer };
        story.desk.ask(&Actor::System, &question).unwrap().is_some()
    });
    assert_eq!(survivors, [false, false, true]);
    assert!(
        story.desk.get(&Actor::System, case).unwrap().is_some(),
        "the case stays, so that what is counted stays right"
    );
}
