//! The peer of benches that measure whole operations: `cqrs-es` with its memory store.

use std::fmt;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use cqrs_es::event_sink::EventSink;
use cqrs_es::mem_store::MemStore;
use cqrs_es::{Aggregate, CqrsFramework, DomainEvent};

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
pub(crate) fn carry_out(
    framework: &CqrsFramework<Assignment, MemStore<Assignment>>,
    name: &str,
    to: u128,
) {
    let mut running = pin!(framework.execute(name, to));
    let mut context = Context::from_waker(Waker::noop());
    match running.as_mut().poll(&mut context) {
        Poll::Ready(result) => result.unwrap(),
        Poll::Pending => panic!("a memory store does not wait"),
    }
}
