//! A company with a store that can be looked through.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use aftercare::code;
use aftercare::customer::{Customer, RegisterCustomer};
use aftercare::desk::{Desk, Error};
use aftercare::kernel::{
    Access, AccessSpec, Actor, Context, CustomerId, RequestId, SecretKey, StaffId,
};
use aftercare::record::{Batch, Commit, Entry, Key, Page, Query, Record, Row};
use aftercare::rulebook::{Rulebook, RulebookSpec};
use aftercare::store::{MemoryStore, Store};
use aftercare::work::{Command, Question, Refusal};
use chrono::{DateTime, TimeDelta, Utc};

/// A memory store that remembers which keys it was given.
#[derive(Default)]
pub(super) struct Spy {
    inner: MemoryStore,
    keys: Mutex<BTreeSet<Key>>,
}

impl Store for Spy {
    type Error = Infallible;

    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, Infallible> {
        self.inner.load(keys)
    }

    fn find(&self, query: &Query) -> Result<Page, Infallible> {
        self.inner.find(query)
    }

    fn commit(&self, batch: Batch) -> Result<Commit, Infallible> {
        self.keys
            .lock()
            .unwrap()
            .extend(batch.puts.iter().map(|put| put.key));
        self.inner.commit(batch)
    }
}

pub(super) struct World {
    pub(super) desk: Desk<Spy>,
    requests: Cell<u32>,
}

/// The refusal of a request that must be refused.
pub(super) fn refused<T: Debug>(result: Result<T, Error<Infallible>>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

impl World {
    pub(super) fn new() -> Self {
        Self::with(RulebookSpec::default())
    }

    pub(super) fn with(spec: RulebookSpec) -> Self {
        let rulebook = Rulebook::try_new(spec, SecretKey::new([9; 16])).unwrap();
        Self {
            desk: Desk::new(Spy::default(), rulebook),
            requests: Cell::new(0),
        }
    }

    /// A company where customers may do everything that staff may, as far as it is their own.
    pub(super) fn permissive() -> Self {
        let mut access = AccessSpec::default();
        access.0.insert(code!("customer"), vec!["*".to_owned()]);
        Access::try_new(access.clone()).unwrap();
        Self::with(RulebookSpec {
            access,
            ..RulebookSpec::default()
        })
    }

    pub(super) fn start() -> DateTime<Utc> {
        "2026-03-02T08:00:00Z".parse().unwrap()
    }

    pub(super) fn context(&self, actor: Actor) -> Context {
        let n = self.requests.get() + 1;
        self.requests.set(n);
        let now = Self::start() + TimeDelta::seconds(n.into());
        Context::new(
            now,
            RequestId::from_u128(0xabc0_0000 + u128::from(n)),
            actor,
        )
    }

    /// Carries out a command, and then the same request again, which must answer alike and change nothing.
    pub(super) fn run_as<C: Command + Clone>(
        &self,
        actor: Actor,
        command: C,
    ) -> Result<C::Output, Error<Infallible>>
    where
        C::Output: PartialEq + Debug,
    {
        let context = self.context(actor);
        let output = self.desk.run(&context, command.clone())?;
        let rows = self.rows();
        let again = self.desk.run(&context, command).unwrap();
        assert_eq!(output, again, "a repeated request answers alike");
        assert!(rows == self.rows(), "a repeated request changes nothing");
        Ok(output)
    }

    pub(super) fn try_run<C: Command + Clone>(
        &self,
        command: C,
    ) -> Result<C::Output, Error<Infallible>>
    where
        C::Output: PartialEq + Debug,
    {
        let administrator = Actor::staff(StaffId::from_u128(1), code!("administrator"));
        self.run_as(administrator, command)
    }

    pub(super) fn run<C: Command + Clone>(&self, command: C) -> C::Output
    where
        C::Output: PartialEq + Debug,
    {
        self.try_run(command).unwrap()
    }

    pub(super) fn ask<Q: Question>(&self, question: &Q) -> Q::Output {
        self.desk.ask(&Actor::System, question).unwrap()
    }

    pub(super) fn register(&self, name: &str) -> CustomerId {
        self.run(RegisterCustomer::named(name))
    }

    /// Every row there is.
    pub(super) fn rows(&self) -> Vec<(Key, Row)> {
        let keys: Vec<Key> = self
            .desk
            .store()
            .keys
            .lock()
            .unwrap()
            .iter()
            .copied()
            .collect();
        let rows = self.desk.store().load(&keys).unwrap();
        keys.into_iter().zip(rows.into_iter().flatten()).collect()
    }

    /// Everything in the store as text.
    pub(super) fn dump(&self) -> String {
        let rows = self.rows();
        assert_eq!(rows.len(), self.desk.store().inner.len());
        rows.iter()
            .map(|row| serde_json::to_string(row).unwrap() + "\n")
            .collect()
    }

    pub(super) fn entries(&self) -> Vec<Arc<Entry>> {
        let entries = self
            .rows()
            .into_iter()
            .filter_map(|(_, row)| match row.record {
                Some(Record::Entry(entry)) => Some(entry),
                _ => None,
            });
        entries.collect()
    }

    pub(super) fn stored(&self, id: CustomerId) -> Arc<Customer> {
        match self.desk.store().load(&[Key::of(id)]).unwrap().remove(0) {
            Some(Row {
                record: Some(Record::Customer(customer)),
                ..
            }) => customer,
            other => panic!("no customer: {other:?}"),
        }
    }

    /// What is stored is what the journal tells.
    pub(super) fn assert_told(&self) {
        crate::common::assert_told(self.desk.store());
    }
}
