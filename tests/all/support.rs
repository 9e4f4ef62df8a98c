//! What several tests need: records, batches, a command, and a directory of one's own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aftercare::code;
use aftercare::kernel::{Actor, Context, CustomerId, MessageId, Permission, RequestId, SecretKey};
use aftercare::message::{Draft, Message, MessageEvent, MessageState, Recipient};
use aftercare::record::{Batch, Entry, Expect, Index, Key, Kind, Put, Record, Term, Terms};
use aftercare::rulebook::Rulebook;
use aftercare::store::Store;
use aftercare::work::{Command, Halt, Work};
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

pub fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_750_000_000, 0).unwrap()
}

pub fn rulebook() -> Rulebook {
    Rulebook::standard(SecretKey::new([7; 16]))
}

pub fn context(request: u128) -> Context {
    Context::new(noon(), RequestId::from_u128(request), Actor::System)
}

pub fn message_key(n: u128) -> Key {
    Key::new(Kind::Message, Uuid::from_u128(n))
}

/// A message that says `text`.
pub fn message(n: u128, text: &str) -> Record {
    Record::Message(Arc::new(Message {
        id: MessageId::from_u128(n),
        draft: Draft::new(
            Recipient::Customer(CustomerId::from_u128(1)),
            code!("test.note"),
        )
        .with_fact(code!("text"), text),
        queued_at: noon(),
        failures: 0,
        attempts: 0,
        state: MessageState::Waiting {
            next_at: noon(),
            reason: None,
        },
    }))
}

/// The only row of a batch that expects what is said.
pub fn batch(key: Key, expect: Expect, version: i64, record: Option<Record>) -> Batch {
    Batch {
        expect: vec![(key, expect)],
        puts: vec![Put {
            key,
            version,
            record,
            add: Terms::new(),
            remove: Terms::new(),
        }],
    }
}

pub fn due(n: u128, rank: i64) -> (Key, Term) {
    (
        message_key(n),
        Term::new(Index::Due, Uuid::from_u128(3), rank),
    )
}

/// Adds one to a counter, kept as the failures of a message.
#[derive(Serialize)]
pub struct Count {
    pub counter: u128,
}

impl Count {
    pub fn key(counter: u128) -> Key {
        Key::of(MessageId::from_u128(counter))
    }

    /// How far the counter has come.
    pub fn reached(store: &impl Store, counter: u128) -> u32 {
        match store.load(&[Self::key(counter)]).unwrap().remove(0) {
            None => 0,
            Some(row) => match row.record {
                Some(Record::Message(message)) => message.failures,
                other => panic!("{other:?}"),
            },
        }
    }
}

impl Command for Count {
    /// The message that tells how far it came.
    type Output = MessageId;
    const NAME: &'static str = "test.count";
    const PERMISSION: Permission = Permission::new("test.count");
    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let id = MessageId::from_u128(self.counter);
        let to = Recipient::Customer(CustomerId::from_u128(self.counter));
        let draft = Draft::new(to, code!("test.counted"));
        let before = match work.get(id)? {
            Some(counter) => counter.failures,
            None => {
                work.emit(id, MessageEvent::Queued(Box::new(draft.clone())))?;
                0
            }
        };
        let (until, reason) = (work.now(), code!("counted"));
        work.emit(id, MessageEvent::Postponed { until, reason })?;
        work.send(draft.with_fact(code!("reached"), before + 1))?;
        Ok(())
    }
    fn output(&self, entry: &Entry) -> MessageId {
        entry.made(0)
    }
}

/// A directory that goes when the test is over.
pub struct Directory(PathBuf);

impl Directory {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("aftercare-{}-{n}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn file(&self) -> PathBuf {
        self.0.join("care.db")
    }

    /// Whether any file in it holds these bytes.
    pub fn holds(&self, marker: &str) -> bool {
        !self.behind(marker).is_empty()
    }

    /// The numbers that stand behind `marker` in any of its files.
    pub fn numbers_behind(&self, marker: &str) -> BTreeSet<u128> {
        let texts = self.behind(marker);
        let digits = |text: &String| text.chars().take_while(char::is_ascii_digit).collect();
        let numbers = texts.iter().map(digits);
        numbers
            .map(|digits: String| digits.parse().unwrap())
            .collect()
    }

    /// What stands behind each `marker` in any of its files.
    fn behind(&self, marker: &str) -> Vec<String> {
        let mut found = Vec::new();
        for file in std::fs::read_dir(&self.0).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            for (n, window) in bytes.windows(marker.len()).enumerate() {
                if window == marker.as_bytes() {
                    let rest = &bytes[n + marker.len()..];
                    found.push(String::from_utf8_lossy(&rest[..rest.len().min(8)]).into_owned());
                }
            }
        }
        found
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
