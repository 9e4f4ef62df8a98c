//! A request that is carried out once, in as few round trips as it takes.

use aftercare::code;
use aftercare::kernel::{Context, CustomerId, MessageId, Permission};
use aftercare::message::{Draft, Recipient};
use aftercare::record::Entry;
use aftercare::store::{MemoryStore, Store};
use aftercare::work::{Answer, Ask, Command, Halt, Operation, Refusal, Step, Work};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use crate::support::{Count, context, noon, rulebook};

/// Tells a customer something, up to an instant. It reads nothing.
#[derive(Serialize)]
struct TellUntil(DateTime<Utc>);

impl Command for TellUntil {
    type Output = MessageId;
    const NAME: &'static str = "test.tell_until";
    const PERMISSION: Permission = Permission::new("test.tell");

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        if self.0 < work.now() {
            return Err(Refusal::custom("test.too_late", "it is too late").into());
        }
        let to = Recipient::Customer(CustomerId::from_u128(1));
        work.send(Draft::new(to, code!("test.note")))?;
        Ok(())
    }

    fn output(&self, entry: &Entry) -> MessageId {
        entry.made(0)
    }
}

/// Carries out a command; also says what it asked of the store.
fn run<C: Command>(
    store: &MemoryStore,
    context: &Context,
    command: &C,
) -> (Result<C::Output, Refusal>, Vec<&'static str>) {
    let rulebook = rulebook();
    let mut operation = Operation::new(command, context, &rulebook);
    let mut asks = Vec::new();
    loop {
        let ask = match operation.step() {
            Ok(Step::Done(output)) => return (Ok(output), asks),
            Ok(Step::Ask(ask)) => ask,
            Err(refusal) => return (Err(refusal), asks),
        };
        let answer = match ask {
            Ask::Load(keys) => {
                asks.push("load");
                Answer::Rows(store.load(&keys).unwrap())
            }
            Ask::Find(query) => {
                asks.push("find");
                Answer::Page(store.find(&query).unwrap())
            }
            Ask::Commit(batch) => {
                asks.push("commit");
                Answer::Commit(store.commit(batch).unwrap())
            }
        };
        operation.answer(answer).unwrap();
    }
}

#[test]
fn a_request_that_has_nothing_to_read_is_one_round_trip() {
    let store = MemoryStore::new();
    let (told, asks) = run(&store, &context(1), &TellUntil(noon()));
    assert!(told.is_ok());
    assert_eq!(asks, ["commit"]);
    let (_, asks) = run(&store, &context(2), &Count { counter: 7 });
    assert_eq!(asks, ["load", "commit"]);
}

#[test]
fn a_repeated_request_has_its_first_answer_and_changes_nothing() {
    let store = MemoryStore::new();
    let (first, _) = run(&store, &context(1), &TellUntil(noon()));
    let rows = store.len();
    let (again, asks) = run(&store, &context(1), &TellUntil(noon()));
    assert_eq!(again, first);
    assert_eq!(asks, ["commit", "load"]);
    assert_eq!(store.len(), rows);
}

#[test]
fn a_request_id_serves_for_one_thing() {
    let store = MemoryStore::new();
    run(&store, &context(1), &TellUntil(noon())).0.unwrap();
    let other = TellUntil(noon() + TimeDelta::hours(1));
    let (refused, _) = run(&store, &context(1), &other);
    assert_eq!(refused.unwrap_err().code(), "request.reused");
    let (refused, _) = run(&store, &context(1), &Count { counter: 7 });
    assert_eq!(refused.unwrap_err().code(), "request.reused");
}

#[test]
fn what_was_carried_out_is_not_refused_later() {
    let store = MemoryStore::new();
    let (first, _) = run(&store, &context(1), &TellUntil(noon()));
    let mut late = context(1);
    late.now += TimeDelta::minutes(5);
    let (again, asks) = run(&store, &late, &TellUntil(noon()));
    assert_eq!(again, first);
    assert_eq!(asks, ["load"]);
    late.request = context(2).request;
    let (refused, asks) = run(&store, &late, &TellUntil(noon()));
    assert_eq!(refused.unwrap_err().code(), "test.too_late");
    assert_eq!(asks, ["load"], "asked before it was refused");
}
