//! Generators for property tests (proptest), of all that passes between the library and a store.
//!
//! Values come from small pools where they should meet (keys, scopes, ranks), so that random batches
//! replace, erase and conflict with each other.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use uuid::Uuid;

use crate::code;
use crate::kernel::{
    Actor, Code, Context, Currency, CustomerId, MessageId, Money, RequestId, StaffId,
};
use crate::message::{Draft, Message, MessageState, Recipient};
use crate::record::{
    Batch, Claim, Cursor, Expect, Index, Key, Kind, Order, Put, Query, Record, Term,
};

/// A code: a short word, sometimes not in ASCII.
pub fn code() -> impl Strategy<Value = Code> {
    let word = prop_oneof![3 => "[a-z][a-z_.]{0,11}[a-z0-9]", 1 => "[a-zçğıöşüİ]{1,12}"];
    word.prop_filter_map("not a code", |word| Code::try_new(&word).ok())
}

/// An instant to the millisecond, from 2000 to 2050.
pub fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (946_684_800_000_i64..2_524_608_000_000)
        .prop_map(|millis| DateTime::UNIX_EPOCH + TimeDelta::milliseconds(millis))
}

/// A request's id.
pub fn request() -> impl Strategy<Value = RequestId> {
    any::<u128>().prop_map(RequestId::from_u128)
}

/// Who asks: the system, staff with up to three roles, one of eight customers, a bot.
pub fn actor() -> impl Strategy<Value = Actor> {
    let staff = (any::<u128>(), vec(code(), 0..=3)).prop_map(|(id, roles)| Actor::Staff {
        id: StaffId::from_u128(id),
        roles,
    });
    let customer = (1..=8_u128).prop_map(|id| Actor::Customer(CustomerId::from_u128(id)));
    prop_oneof![
        Just(Actor::System),
        staff,
        customer,
        code().prop_map(Actor::Bot)
    ]
}

/// When, for which request and by whom.
pub fn context() -> impl Strategy<Value = Context> {
    (instant(), request(), actor())
        .prop_map(|(now, request, actor)| Context::new(now, request, actor))
}

/// A currency with none, two or three decimals.
pub fn currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(vec!["TRY", "EUR", "USD", "JPY", "KWD"])
        .prop_filter_map("not a currency", |code| Currency::try_new(code).ok())
}

/// An amount up to a hundred million minor units, of either sign.
pub fn money() -> impl Strategy<Value = Money> {
    (-100_000_000..=100_000_000_i64, currency())
        .prop_map(|(minor, currency)| Money::new(minor, currency))
}

/// One of twenty-four keys.
pub fn key() -> impl Strategy<Value = Key> {
    let kind = prop::sample::select(vec![Kind::Message, Kind::Claim]);
    let id = (1..=12_u128).prop_map(|n| n | n << 124);
    (kind, id).prop_map(|(kind, id)| Key::new(kind, Uuid::from_u128(id)))
}

/// A rank: mostly one of a few, so that many are equal; sometimes the first or last there is.
pub fn rank() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => -3..=3_i64,
        1 => Just(i64::MIN),
        1 => Just(i64::MAX),
        2 => any::<i64>(),
    ]
}

fn place() -> impl Strategy<Value = (Index, Uuid)> {
    let index = prop::sample::select(vec![Index::Due, Index::Journal]);
    let scope = prop::sample::select(vec![Uuid::nil(), Uuid::from_u128(1), Uuid::max()]);
    (index, scope)
}

/// A term in one of six scopes.
pub fn term() -> impl Strategy<Value = Term> {
    (place(), rank()).prop_map(|((index, scope), rank)| Term::new(index, scope, rank))
}

/// A query in one of six scopes: any range, order, cursor and limit.
pub fn query() -> impl Strategy<Value = Query> {
    let cursor = (rank(), key()).prop_map(|(rank, key)| Cursor { rank, key });
    let range = prop_oneof![Just((i64::MIN, i64::MAX)), (rank(), rank())];
    let order = prop::sample::select(vec![Order::Ascending, Order::Descending]);
    let limit = prop_oneof![0..=5_u32, Just(100), Just(u32::MAX)];
    (place(), range, order, prop::option::of(cursor), limit).prop_map(
        |((index, scope), (from, to), order, after, limit)| Query {
            order,
            ..Query::new(index, scope)
                .starting(from)
                .up_to(to)
                .after(after)
                .limit(limit)
        },
    )
}

/// A record of this kind: a message with any text, or else a claim.
fn record(kind: Kind) -> impl Strategy<Value = Record> {
    (key(), any::<String>(), instant(), any::<u32>()).prop_map(
        move |(holder, text, at, failures)| {
            if kind != Kind::Message {
                return Record::Claim(Arc::new(Claim { holder }));
            }
            let to = Recipient::Customer(CustomerId::from_u128(1));
            Record::Message(Arc::new(Message {
                id: MessageId::from_u128(1),
                draft: Draft::new(to, code!("generated")).with_fact(code!("text"), text),
                queued_at: at,
                failures,
                attempts: 0,
                state: MessageState::Waiting {
                    next_at: at,
                    reason: None,
                },
            }))
        },
    )
}

/// A line for this key: a record and what changes of its terms, or its erasure.
fn put(key: Key, version: i64) -> impl Strategy<Value = Put> {
    let written = prop_oneof![
        4 => record(key.kind).prop_map(Some),
        1 => Just(None),
    ];
    (written, vec(term(), 0..4), vec(term(), 0..4)).prop_map(
        move |(record, mut add, mut remove)| {
            for terms in [&mut add, &mut remove] {
                terms.sort();
                terms.dedup();
            }
            if record.is_none() {
                remove.append(&mut add);
                remove.sort();
                remove.dedup();
            }
            remove.retain(|term| !add.contains(term));
            Put {
                key,
                version,
                record,
                add: add.into(),
                remove: remove.into(),
            }
        },
    )
}

/// What may be expected of a key: mostly something that could hold.
fn expect() -> impl Strategy<Value = Expect> {
    prop_oneof![2 => Just(Expect::Absent), 3 => (1..=4_i64).prop_map(Expect::At)]
}

/// A batch for a few of the keys: each expected at most once and put at most once, with versions from 1 to 4.
pub fn batch() -> impl Strategy<Value = Batch> {
    let expect = btree_map(key(), expect(), 0..3);
    let puts = btree_map(key(), 1..=4_i64, 0..4).prop_flat_map(|puts| {
        puts.into_iter()
            .map(|(key, version)| put(key, version))
            .collect::<Vec<_>>()
    });
    (expect, puts).prop_map(|(expect, puts)| Batch {
        expect: expect.into_iter().collect(),
        puts,
    })
}
