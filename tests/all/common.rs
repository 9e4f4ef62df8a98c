//! What the tests of this binary share.

use std::collections::BTreeMap;

use aftercare::code;
use aftercare::kernel::{Actor, Context, CustomerId, Permission, RequestId, SecretKey};
use aftercare::message::{Draft, Recipient};
use aftercare::record::{Entry, Index, Key, Query, Record};
use aftercare::rulebook::{RelayPolicy, Rulebook, RulebookSpec};
use aftercare::store::Store;
use aftercare::work::{Command, Halt, Work};
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

/// An instant so many seconds after the beginning of the story.
pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_750_000_000 + seconds, 0).unwrap()
}

/// The system asks, at this second.
pub fn system(seconds: i64, request: u128) -> Context {
    let request = RequestId::from_u128(0xffff_0000 + request);
    Context::new(at(seconds), request, Actor::System)
}

pub fn rulebook(feed: bool) -> Rulebook {
    let spec = RulebookSpec {
        relay: RelayPolicy {
            attempts: 3,
            first_wait_ms: 10_000,
            longest_wait_ms: 15_000,
            lease_ms: 60_000,
        },
        feed,
        ..RulebookSpec::default()
    };
    Rulebook::try_new(spec, SecretKey::new([7; 16])).unwrap()
}

pub fn draft(customer: u128) -> Draft {
    let to = Recipient::Customer(CustomerId::from_u128(customer));
    Draft::new(to, code!("case.update"))
}

/// Every record of which the journal tells, as its events make it up.
pub fn told(store: &impl Store) -> BTreeMap<Key, Record> {
    let mut records = BTreeMap::new();
    let mut query = Query::new(Index::Journal, Uuid::nil()).limit(500);
    loop {
        let page = store.find(&query).unwrap();
        let keys: Vec<_> = page.found.iter().map(|found| found.key).collect();
        for row in store.load(&keys).unwrap() {
            let Some(Record::Entry(entry)) = row.unwrap().record else {
                panic!("not a journal entry")
            };
            for event in &entry.events {
                let before = records.remove(&event.subject());
                if let Some(after) = Record::after(before, event, &entry.stamp) {
                    records.insert(event.subject(), after);
                }
            }
        }
        query.after = page.next;
        if query.after.is_none() {
            return records;
        }
    }
}

/// What is stored is what its events make up, for everything of which the journal tells.
pub fn assert_told(store: &impl Store) {
    for (key, record) in told(store) {
        let row = store.load(&[key]).unwrap().remove(0).unwrap();
        assert_eq!(row.record, Some(record));
    }
}

/// Puts messages into the outbox.
#[derive(Clone, Debug, Serialize)]
pub struct Post(pub Vec<Draft>);

impl Command for Post {
    type Output = Vec<aftercare::kernel::MessageId>;
    const NAME: &'static str = "custom.post";
    const PERMISSION: Permission = Permission::new("custom.post");

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        for draft in &self.0 {
            work.send(draft.clone())?;
        }
        Ok(())
    }

    fn output(&self, entry: &Entry) -> Self::Output {
        let count = u32::try_from(entry.events.len()).unwrap();
        (0..count)
            .map(|n| entry.made::<aftercare::kernel::names::Message>(n))
            .collect()
    }
}
