//! A small company to test with.

use std::cell::Cell;
use std::convert::Infallible;
use std::sync::Arc;

use aftercare::case::{Case, OpenCase};
use aftercare::code;
use aftercare::customer::Customer;
use aftercare::desk::{Desk, Error};
use aftercare::interaction::{Attendant, Content, Interaction};
use aftercare::kernel::{
    Actor, CaseId, Context, CustomerId, Id, InteractionId, RequestId, SecretKey, StaffId,
};
use aftercare::record::{
    AllTerms, Batch, Commit, Entry, Index, Key, Put, Query, Record, Stored, Terms,
};
use aftercare::rulebook::Rulebook;
use aftercare::store::{MemoryStore, Store};
use aftercare::work::{Command, Question, Refusal};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Milliseconds after the beginning of the story, as an instant.
pub(crate) fn at(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_772_438_400_000 + millis).unwrap()
}

pub(crate) fn agent() -> Actor {
    Actor::staff(StaffId::from_u128(7), code!("agent"))
}

pub(crate) fn deniz() -> Attendant {
    Attendant::Staff(StaffId::from_u128(7))
}

pub(crate) fn bot() -> Actor {
    Actor::Bot(code!("helper"))
}

pub(crate) struct World {
    pub(crate) desk: Desk<MemoryStore>,
    requests: Cell<u128>,
}

impl World {
    pub(crate) fn new() -> Self {
        let rulebook = Rulebook::standard(SecretKey::new([7; 16]));
        Self {
            desk: Desk::new(MemoryStore::new(), rulebook),
            requests: Cell::new(1),
        }
    }

    /// The context of a new request.
    pub(crate) fn context(&self, millis: i64, actor: &Actor) -> Context {
        let request = self.requests.get();
        self.requests.set(request + 1);
        Context::new(at(millis), RequestId::from_u128(request), actor.clone())
    }

    pub(crate) fn run<C: Command>(
        &self,
        millis: i64,
        actor: &Actor,
        command: C,
    ) -> Result<C::Output, Error<Infallible>> {
        self.desk.run(&self.context(millis, actor), command)
    }

    /// Runs what must succeed.
    pub(crate) fn done<C: Command>(&self, millis: i64, actor: &Actor, command: C) -> C::Output {
        self.run(millis, actor, command).unwrap()
    }

    /// Runs what must be refused.
    pub(crate) fn refused<C: Command>(&self, actor: &Actor, command: C) -> Refusal
    where
        C::Output: std::fmt::Debug,
    {
        let error = self.run(0, actor, command).unwrap_err();
        error.refusal().unwrap().clone()
    }

    pub(crate) fn ask<Q: Question>(&self, actor: &Actor, question: &Q) -> Q::Output {
        self.desk.ask(actor, question).unwrap()
    }

    /// Puts a record as it is, for nouns that have no say here.
    fn put(&self, key: Key, record: Record) {
        let mut add = AllTerms::new();
        record.terms(key, self.desk.rulebook().secret(), &mut add);
        let batch = Batch {
            expect: Vec::new(),
            puts: vec![Put {
                key,
                version: 1,
                record: Some(record),
                add: Terms::from_slice(&add),
                remove: Terms::new(),
            }],
        };
        assert_eq!(self.desk.store().commit(batch).unwrap(), Commit::Done);
    }

    pub(crate) fn customer(&self, n: u128) -> CustomerId {
        self.merged_customer(n, None, &[])
    }

    pub(crate) fn merged_customer(
        &self,
        n: u128,
        into: Option<u128>,
        absorbed: &[u128],
    ) -> CustomerId {
        let id = CustomerId::from_u128;
        let absorbed: Vec<_> = absorbed.iter().map(|&n| id(n)).collect();
        let customer: Customer = serde_json::from_value(json!({
            "id": id(n), "created_at": at(0), "merged_into": into.map(id), "absorbed": absorbed,
        }))
        .unwrap();
        self.put(Key::of(id(n)), Record::Customer(Arc::new(customer)));
        id(n)
    }

    pub(crate) fn case(&self, customer: CustomerId, opened: i64) -> CaseId {
        self.done(opened, &agent(), OpenCase::bare(customer))
    }

    fn load<N: Stored>(&self, id: Id<N>) -> Option<Arc<N::State>> {
        let rows = self.desk.store().load(&[Key::of(id)]).unwrap();
        let record = rows[0].as_ref()?.record.as_ref()?;
        N::state(record).cloned()
    }

    pub(crate) fn contact(&self, id: InteractionId) -> Arc<Interaction> {
        self.load(id).unwrap()
    }

    pub(crate) fn case_of(&self, id: CaseId) -> Arc<Case> {
        self.load(id).unwrap()
    }

    pub(crate) fn words(&self, id: InteractionId) -> Option<Arc<Content>> {
        self.load(Content::id_of(id))
    }

    /// The whole journal.
    pub(crate) fn journal(&self) -> Vec<Arc<Entry>> {
        let query = Query::new(Index::Journal, uuid::Uuid::nil()).limit(10_000);
        let page = self.desk.store().find(&query).unwrap();
        let ids = page.found.iter();
        ids.map(|found| self.load(RequestId::from_uuid(found.key.id)).unwrap())
            .collect()
    }

    /// What is stored is what the journal tells.
    pub(crate) fn assert_told(&self) {
        crate::common::assert_told(self.desk.store());
    }
}
