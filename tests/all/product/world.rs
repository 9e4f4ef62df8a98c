//! A shop with a clock of its own.

use std::cell::Cell;
use std::convert::Infallible;
use std::fmt::Debug;
use std::sync::Arc;

use aftercare::desk::{Desk, Error};
use aftercare::kernel::{Actor, Context, CustomerId, Id, RequestId, SecretKey};
use aftercare::prelude::{RegisterCustomer, Rulebook, RulebookSpec};
use aftercare::record::{Entry, Evolving, Index, Key, Query, Record};
use aftercare::store::{MemoryStore, Store};
use aftercare::work::{Command, Question, Refusal};
use chrono::{DateTime, TimeDelta, Utc};

pub struct World {
    pub desk: Desk<MemoryStore>,
    now: Cell<DateTime<Utc>>,
    requests: Cell<u32>,
}

/// The refusal of a request that must be refused.
pub fn refused<T: Debug>(result: Result<T, Error<Infallible>>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

impl World {
    pub fn new() -> Self {
        Self::with(RulebookSpec::new())
    }

    pub fn with(spec: RulebookSpec) -> Self {
        let rulebook: Rulebook = spec.build(SecretKey::new([9; 16])).unwrap();
        Self {
            desk: Desk::new(MemoryStore::new(), rulebook),
            now: Cell::new("2026-03-02T08:00:00Z".parse().unwrap()),
            requests: Cell::new(0),
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.now.get()
    }

    /// Lets time pass.
    pub fn wait(&self, span: TimeDelta) {
        self.now.set(self.now.get() + span);
    }

    pub fn context(&self, actor: Actor) -> Context {
        self.requests.set(self.requests.get() + 1);
        let request = 0x0dd0_0000 + u128::from(self.requests.get());
        Context::new(self.now(), RequestId::from_u128(request), actor)
    }

    /// Carries out a command, and then the same request again, which must answer alike and write nothing.
    pub fn run_as<C: Command + Clone>(
        &self,
        actor: Actor,
        command: C,
    ) -> Result<C::Output, Error<Infallible>>
    where
        C::Output: PartialEq + Debug,
    {
        let context = self.context(actor);
        let rows = self.desk.store().len();
        let output = match self.desk.run(&context, command.clone()) {
            Ok(output) => output,
            Err(error) => {
                assert_eq!(rows, self.desk.store().len(), "a refusal changes nothing");
                return Err(error);
            }
        };
        let rows = self.desk.store().len();
        let again = self.desk.run(&context, command).unwrap();
        assert_eq!(output, again, "a repeated request answers alike");
        assert_eq!(
            rows,
            self.desk.store().len(),
            "a repeated request changes nothing"
        );
        Ok(output)
    }

    pub fn try_run<C: Command + Clone>(&self, command: C) -> Result<C::Output, Error<Infallible>>
    where
        C::Output: PartialEq + Debug,
    {
        self.run_as(Actor::System, command)
    }

    pub fn run<C: Command + Clone>(&self, command: C) -> C::Output
    where
        C::Output: PartialEq + Debug,
    {
        self.try_run(command).unwrap()
    }

    pub fn refuse<C: Command + Clone>(&self, command: C) -> Refusal
    where
        C::Output: PartialEq + Debug,
    {
        refused(self.try_run(command))
    }

    pub fn ask<Q: Question>(&self, question: &Q) -> Q::Output {
        self.desk.ask(&Actor::System, question).unwrap()
    }

    pub fn register(&self, name: &str) -> CustomerId {
        self.run(RegisterCustomer::named(name))
    }

    pub fn get<N: Evolving>(&self, id: Id<N>) -> Arc<N::State> {
        self.desk.get(&Actor::System, id).unwrap().unwrap()
    }

    /// The journal entries about a record, the earliest first.
    pub fn entries<N: Evolving>(&self, id: Id<N>) -> Vec<Arc<Entry>> {
        let query = Query::new(Index::JournalBySubject, id.uuid()).limit(100_000);
        let found = self.desk.store().find(&query).unwrap().found;
        let keys: Vec<Key> = found.iter().map(|found| found.key).collect();
        let rows = self.desk.store().load(&keys).unwrap().into_iter().flatten();
        rows.map(|row| match row.record {
            Some(Record::Entry(entry)) => entry,
            other => panic!("no entry: {other:?}"),
        })
        .collect()
    }

    /// What is stored is what the journal tells.
    pub fn assert_told(&self) {
        crate::common::assert_told(self.desk.store());
    }
}
