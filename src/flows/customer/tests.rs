//! What other flows use: telling customers something, and going on with an erasure.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::tell::Told;
use super::{tell, wake};
use crate::code;
use crate::customer::{
    AddContactPoint, AddNote, Customer, CustomerPolicy, EraseCustomer, MergeCustomers,
    ReadCustomer, RegisterCustomer, VerifyContactPoint,
};
use crate::desk::Desk;
use crate::interaction::Channel;
use crate::kernel::{Actor, Context, CustomerId, MessageId, Permission, RequestId, SecretKey};
use crate::message::{Draft, MessageState, Recipient};
use crate::record::{BUCKETS, Entry, Event, Index, Key, Query, Record, Share, rank_of};
use crate::rulebook::{Rulebook, RulebookSpec};
use crate::store::{MemoryStore, Store};
use crate::work::{Command, Halt, Work};

#[derive(Serialize)]
struct Wake(CustomerId);

impl Command for Wake {
    type Output = ();
    const NAME: &'static str = "test.wake";
    const PERMISSION: Permission = Permission::SYSTEM_WORK;
    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        wake(work, self.0)
    }
    fn output(&self, _: &Entry) {}
}

#[derive(Serialize)]
struct Tell(CustomerId, Draft);

impl Command for Tell {
    type Output = Option<MessageId>;
    const NAME: &'static str = "test.tell";
    const PERMISSION: Permission = Permission::SYSTEM_WORK;
    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let told = tell(work, self.0, self.1.clone())?;
        if let Told::Not(untold) = told {
            work.because(crate::kernel::Code::known(untold.code()));
        }
        Ok(())
    }
    fn output(&self, entry: &Entry) -> Option<MessageId> {
        entry.events.iter().find_map(|event| {
            let Event::Message(id, _) = event else {
                return None;
            };
            Some(*id)
        })
    }
}

struct World {
    desk: Desk<MemoryStore>,
    requests: u32,
}

impl World {
    fn new(erasure_page: u32) -> Self {
        let customer = CustomerPolicy {
            erasure_page,
            ..CustomerPolicy::default()
        };
        let spec = RulebookSpec {
            customer,
            ..RulebookSpec::default()
        };
        let rulebook = Rulebook::try_new(spec, SecretKey::new([3; 16])).unwrap();
        Self {
            desk: Desk::new(MemoryStore::new(), rulebook),
            requests: 0,
        }
    }

    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::seconds(self.requests.into())
    }

    fn run<C: Command>(&mut self, command: C) -> C::Output {
        self.requests += 1;
        let request = RequestId::from_u128(self.requests.into());
        let context = Context::new(self.now(), request, Actor::System);
        self.desk.run(&context, command).unwrap()
    }

    fn customer(&self, customer: CustomerId) -> Customer {
        let question = ReadCustomer { customer };
        Customer::clone(&self.desk.ask(&Actor::System, &question).unwrap())
    }

    fn reachable(&mut self) -> CustomerId {
        let customer = self.run(RegisterCustomer::named("Ali"));
        let contact = self.run(AddContactPoint::email(customer, "ali@example.com"));
        self.run(VerifyContactPoint { customer, contact });
        customer
    }

    fn message(&self, id: MessageId) -> crate::message::Message {
        match self
            .desk
            .store()
            .load(&[Key::of(id)])
            .unwrap()
            .remove(0)
            .unwrap()
            .record
        {
            Some(Record::Message(message)) => crate::message::Message::clone(&message),
            other => panic!("no message: {other:?}"),
        }
    }

    fn found(&self, index: Index, id: CustomerId) -> usize {
        let page = self
            .desk
            .store()
            .find(&Query::new(index, id.uuid()))
            .unwrap();
        page.found.len()
    }

    /// The customers with something to do.
    fn due(&self) -> Vec<CustomerId> {
        let buckets = Share::ALL.buckets();
        assert_eq!(buckets.count(), usize::from(BUCKETS));
        let of = |bucket| Query::new(Index::Due, bucket).up_to(rank_of(self.now()));
        Share::ALL
            .buckets()
            .flat_map(|bucket| self.desk.store().find(&of(bucket)).unwrap().found)
            .map(|found| CustomerId::from_uuid(found.key.id))
            .collect()
    }
}

fn draft(purpose: crate::kernel::Code) -> Draft {
    Draft::new(Recipient::Customer(CustomerId::from_u128(0)), purpose)
}

#[test]
fn a_customer_is_told_over_the_channel_that_reaches_them() {
    let mut world = World::new(100);
    let customer = world.reachable();
    let id = world
        .run(Tell(customer, draft(code!("case.update"))))
        .unwrap();
    let message = world.message(id);
    assert_eq!(message.draft.to, Recipient::Customer(customer));
    assert_eq!(message.draft.channel, Some(Channel::Email));
    assert_eq!(world.run(Tell(customer, draft(code!("marketing")))), None);
    let sms = draft(code!("case.update")).with_channel(Some(Channel::Sms));
    assert_eq!(world.run(Tell(customer, sms)), None);
}

#[test]
fn who_was_merged_is_told_as_the_survivor() {
    let mut world = World::new(100);
    let merged = world.reachable();
    let survivor = world.run(RegisterCustomer::named("Ali"));
    world.run(MergeCustomers { survivor, merged });
    let id = world
        .run(Tell(merged, draft(code!("case.update"))))
        .unwrap();
    assert_eq!(world.message(id).draft.to, Recipient::Customer(survivor));
}

#[test]
fn an_erasure_goes_on_page_by_page_until_nothing_is_left() {
    let mut world = World::new(3);
    let merged = world.reachable();
    let survivor = world.reachable_again();
    for n in 0..5 {
        world.run(AddNote::new(merged, format!("note {n}")));
        world.run(AddNote::new(survivor, format!("note {n}")));
    }
    let message = world
        .run(Tell(survivor, draft(code!("case.update"))))
        .unwrap();
    world.run(MergeCustomers { survivor, merged });
    let personal = |world: &World| {
        world.found(Index::Personal, survivor) + world.found(Index::Personal, merged)
    };
    assert_eq!(personal(&world), 12);

    let reason = code!("request");
    world.run(EraseCustomer {
        customer: survivor,
        reason,
    });
    assert_eq!(
        personal(&world),
        10,
        "a message and two records make the first page"
    );
    assert!(matches!(
        world.message(message).state,
        MessageState::Withdrawn { .. }
    ));
    let mut wakings = 0;
    while let Some(&due) = world.due().first() {
        assert_eq!(due, survivor);
        assert_eq!(world.customer(survivor).erased_at, None);
        world.run(Wake(due));
        wakings += 1;
    }
    assert_eq!(wakings, 5, "four pages, and one look that finds nothing");
    assert_eq!(personal(&world), 0);
    assert_eq!(world.found(Index::OutboxByRecipient, survivor), 0);
    let erased = world.customer(survivor);
    assert_eq!(erased.erased_at, Some(world.now()));
    assert!(erased.contacts.is_empty());
    world.run(Wake(survivor));
    assert_eq!(world.customer(survivor), erased);
    assert_eq!(world.run(Tell(merged, draft(code!("case.update")))), None);
}

#[test]
fn waking_a_customer_who_is_not_erased_does_nothing() {
    let mut world = World::new(100);
    let customer = world.reachable();
    let before = world.customer(customer);
    world.run(Wake(customer));
    assert_eq!(world.customer(customer), before);
    assert_eq!(world.due(), []);
}

impl World {
    fn reachable_again(&mut self) -> CustomerId {
        let customer = self.run(RegisterCustomer::named("Ali"));
        let contact = self.run(AddContactPoint::phone(customer, "0532 123 45 67"));
        self.run(VerifyContactPoint { customer, contact });
        customer
    }
}
