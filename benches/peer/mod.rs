//! The peer of benches that measure whole operations: `cqrs-es` with a store in memory.
//!
//! Its own memory store prints a line for whatever it does, which would cost more than what is measured. This one does
//! the same and says nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::pin;
use std::sync::RwLock;
use std::task::{Context, Poll, Waker};

use cqrs_es::event_sink::EventSink;
use cqrs_es::mem_store::MemStoreAggregateContext;
use cqrs_es::{Aggregate, AggregateError, CqrsFramework, DomainEvent, EventEnvelope, EventStore};

/// The peer with nothing in it.
pub(crate) type Peer = CqrsFramework<Assignment, Memory>;

pub(crate) fn peer() -> Peer {
    CqrsFramework::new(Memory::default(), vec![], ())
}

#[expect(clippy::disallowed_types, reason = "the shape the peer asks for")]
type Metadata = std::collections::HashMap<String, String>;

type Envelopes = Vec<EventEnvelope<Assignment>>;

/// Every event of every aggregate; they are copied on their way out, and with every commit.
#[derive(Default)]
pub(crate) struct Memory(RwLock<BTreeMap<String, Envelopes>>);

impl Memory {
    fn of(&self, id: &str) -> Envelopes {
        let known = self.0.read().unwrap();
        known.get(id).cloned().unwrap_or_default()
    }
}

impl EventStore<Assignment> for Memory {
    type AC = MemStoreAggregateContext<Assignment>;

    async fn load_events(&self, id: &str) -> Result<Envelopes, AggregateError<Never>> {
        Ok(self.of(id))
    }

    async fn load_aggregate(&self, id: &str) -> Result<Self::AC, AggregateError<Never>> {
        let mut found = MemStoreAggregateContext {
            aggregate_id: id.to_owned(),
            aggregate: Assignment::default(),
            current_sequence: 0,
        };
        for envelope in self.of(id) {
            found.current_sequence = envelope.sequence;
            found.aggregate.apply(envelope.payload);
        }
        Ok(found)
    }

    async fn commit(
        &self,
        events: Vec<Assigned>,
        context: Self::AC,
        metadata: Metadata,
    ) -> Result<Envelopes, AggregateError<Never>> {
        let first = context.current_sequence + 1;
        let new = (first..)
            .zip(events)
            .map(|(sequence, payload)| EventEnvelope {
                aggregate_id: context.aggregate_id.clone(),
                sequence,
                payload,
                metadata: metadata.clone(),
            });
        let new: Envelopes = new.collect();
        let mut all = self.of(&context.aggregate_id);
        all.extend(new.iter().cloned());
        self.0.write().unwrap().insert(context.aggregate_id, all);
        Ok(new)
    }
}

/// The peer's case: who has it.
#[derive(Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Assignment(Option<u128>);

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Assigned(u128);

impl DomainEvent for Assigned {
    fn event_type(&self) -> String {
        "assigned".into()
    }
    fn event_version(&self) -> String {
        "1".into()
    }
}

#[derive(Debug)]
pub(crate) struct Never;
impl fmt::Display for Never {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("never")
    }
}
impl std::error::Error for Never {}

impl Aggregate for Assignment {
    const TYPE: &'static str = "assignment";
    type Command = u128;
    type Event = Assigned;
    type Error = Never;
    type Services = ();

    async fn handle(&mut self, to: u128, (): &(), sink: &EventSink<Self>) -> Result<(), Never> {
        if self.0 != Some(to) {
            sink.write(Assigned(to), self).await;
        }
        Ok(())
    }

    fn apply(&mut self, Assigned(to): Assigned) {
        self.0 = Some(to);
    }
}

/// Carries a command out; a memory store does not wait.
pub(crate) fn carry_out(peer: &Peer, name: &str, to: u128) {
    let mut running = pin!(peer.execute(name, to));
    let mut context = Context::from_waker(Waker::noop());
    match running.as_mut().poll(&mut context) {
        Poll::Ready(result) => result.unwrap(),
        Poll::Pending => panic!("a memory store does not wait"),
    }
}
