//! Records, keys and lines to write.

use std::sync::Arc;

use chrono::DateTime;
use uuid::Uuid;

use crate::code;
use crate::kernel::{ContentId, CustomerId, MessageId, StaffId};
use crate::message::{Draft, Message, MessageState, Recipient};
use crate::record::{Claim, Index, Key, Kind, Put, Query, Record, Term, Terms};

/// The `n`th key: messages, whose ids begin with as many different bytes.
pub(super) fn key(n: u64) -> Key {
    let spread = u128::from(n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    Key::new(Kind::Message, Uuid::from_u128(spread << 64 | u128::from(n)))
}

/// A message that says `text`.
pub(super) fn message(text: &str) -> Record {
    record(Message {
        id: MessageId::from_u128(1),
        draft: Draft::new(
            Recipient::Customer(CustomerId::from_u128(2)),
            code!("suite.note"),
        )
        .with_fact(code!("text"), text),
        queued_at: DateTime::UNIX_EPOCH,
        failures: 0,
        attempts: 0,
        state: MessageState::Waiting {
            next_at: DateTime::UNIX_EPOCH,
            reason: None,
        },
    })
}

fn record(message: Message) -> Record {
    Record::Message(Arc::new(message))
}

/// Records whose optional parts are there or not, and one of another kind.
pub(super) fn shapes() -> Vec<Record> {
    let at = DateTime::from_timestamp_millis(1_750_000_000_123).unwrap_or_default();
    let to = Recipient::Staff(StaffId::from_u128(u128::MAX));
    let mut draft = Draft::new(to, code!("suite.shape"));
    let mut shapes = Vec::new();
    for (n, state) in [
        MessageState::Sent { at, receipt: None },
        MessageState::Sent {
            at,
            receipt: Some(code!("receipt")),
        },
        MessageState::Dead {
            at: DateTime::UNIX_EPOCH,
            reason: code!("refused"),
        },
    ]
    .into_iter()
    .enumerate()
    {
        if n == 1 {
            draft = draft.with_content(ContentId::from_u128(5));
            draft.not_before = Some(at);
        }
        shapes.push(record(Message {
            id: MessageId::from_u128(0),
            draft: draft.clone(),
            queued_at: at,
            failures: u32::MAX,
            attempts: 0,
            state,
        }));
    }
    shapes.push(claim());
    shapes
}

fn claim() -> Record {
    Record::Claim(Arc::new(Claim { holder: key(9) }))
}

/// Texts that an encoding may stumble over.
pub(super) fn texts() -> Vec<String> {
    vec![
        String::new(),
        "İğne, ÇAĞRI, ışık".to_owned(),
        "e\u{301} \u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} \u{202E}مرحبا 你好".to_owned(),
        "'; DROP TABLE record; -- \" \\ \\u0000 % _ {} []".to_owned(),
        "\u{0}\u{1}\t\r\n\u{7f}\u{85}\u{2028}\u{feff}\u{10FFFF}".to_owned(),
        "large ".repeat(50_000),
    ]
}

/// Where the checks keep their terms.
pub(super) const SCOPE: Uuid = Uuid::from_u128(0x00ff_8000_0000_0000_0000_0000_0000_007f);

pub(super) const fn term(rank: i64) -> Term {
    Term::new(Index::Due, SCOPE, rank)
}

pub(super) fn query() -> Query {
    Query::new(Index::Due, SCOPE)
}

/// A line that writes `text` under a key.
pub(super) fn put(key: Key, version: i64, text: &str) -> Put {
    Put {
        key,
        version,
        record: Some(message(text)),
        add: Terms::new(),
        remove: Terms::new(),
    }
}

/// A line that writes a record of the key's kind: a message, or else a claim.
pub(super) fn any(key: Key, version: i64) -> Put {
    let mut put = put(key, version, "any");
    if key.kind != Kind::Message {
        put.record = Some(claim());
    }
    put
}

/// A line that erases a key.
pub(super) fn erase(key: Key, version: i64) -> Put {
    Put {
        key,
        version,
        record: None,
        add: Terms::new(),
        remove: Terms::new(),
    }
}

impl Put {
    pub(super) fn adding(mut self, terms: &[Term]) -> Self {
        self.add.extend_from_slice(terms);
        self
    }

    pub(super) fn removing(mut self, terms: &[Term]) -> Self {
        self.remove.extend_from_slice(terms);
        self
    }
}
