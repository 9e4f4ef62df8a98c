//! A small company: one desk on a store in memory, a time that passes when it is told to, and a customer.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use aftercare::calendar::BusinessHours;
use aftercare::case::{Case, CaseEvent, CaseView, OpenCase, ViewCase};
use aftercare::code;
use aftercare::customer::{RegisterCustomer, SetTier};
use aftercare::desk::{Desk, Error, Woken};
use aftercare::interaction::{Channel, Interaction, RecordMessage};
use aftercare::kernel::{
    Actor, CaseId, Code, Context, CustomerId, InteractionId, RequestId, SecretKey, StaffId,
};
use aftercare::message::Message;
use aftercare::record::{Entry, Event, Index, Key, Kind, Query, Record, Row, Share};
use aftercare::rulebook::{Rulebook, RulebookSpec};
use aftercare::sla::{ClockView, Metric, Policy, Target, TimeBase};
use aftercare::store::{MemoryStore, Store};
use aftercare::work::{Command, Refusal};
use chrono::{DateTime, TimeDelta, Utc};

/// A Monday, nine o'clock.
pub fn monday() -> DateTime<Utc> {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

pub fn hours(n: i64) -> TimeDelta {
    TimeDelta::hours(n)
}

pub fn days(n: i64) -> TimeDelta {
    TimeDelta::days(n)
}

pub fn agent() -> Actor {
    Actor::staff(StaffId::from_u128(7), code!("supervisor"))
}

/// A promise in calendar time.
pub fn within(name: Code, metric: Metric, span: TimeDelta) -> Target {
    Target::new(name, metric, span, TimeBase::Calendar)
}

pub fn policy(name: Code, targets: impl IntoIterator<Item = Target>) -> Policy {
    let policy = Policy::new(name, 1);
    targets.into_iter().fold(policy, Policy::promising)
}

pub fn promising(sla: impl Into<Vec<Policy>>) -> RulebookSpec {
    let sla = sla.into();
    RulebookSpec {
        sla,
        ..RulebookSpec::default()
    }
}

/// A calendar in these revisions, each with other hours.
pub fn calendar(
    revisions: &[(u32, &str, &str)],
) -> BTreeMap<Code, BTreeMap<u32, aftercare::calendar::BusinessHoursSpec>> {
    let hours = revisions.iter().map(|(revision, from, to)| {
        let hours = BusinessHours::weekdays("UTC", from, to).unwrap();
        (*revision, hours.into())
    });
    BTreeMap::from([(code!("support"), hours.collect())])
}

pub struct World {
    pub desk: Desk<Arc<MemoryStore>>,
    pub customer: CustomerId,
    now: Cell<DateTime<Utc>>,
    requests: Cell<u128>,
}

impl World {
    pub fn new(spec: RulebookSpec) -> Self {
        let rulebook = Rulebook::try_new(spec, SecretKey::new([7; 16])).unwrap();
        let mut world = Self {
            desk: Desk::new(Arc::new(MemoryStore::new()), rulebook),
            customer: CustomerId::from_u128(0),
            now: Cell::new(monday()),
            requests: Cell::new(1),
        };
        world.customer = world.register("ada@example.org");
        world
    }

    pub fn standard() -> Self {
        Self::new(RulebookSpec::default())
    }

    pub fn register(&self, email: &str) -> CustomerId {
        self.run(RegisterCustomer::named("Ada").with_email(email))
    }

    /// The same store under other rules.
    pub fn rule(&mut self, spec: RulebookSpec) {
        let rulebook = Rulebook::try_new(spec, SecretKey::new([7; 16])).unwrap();
        self.desk = Desk::new(Arc::clone(self.desk.store()), rulebook);
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.now.get()
    }

    pub fn pass(&self, span: TimeDelta) {
        self.now.set(self.now.get() + span);
    }

    pub fn context(&self, actor: Actor) -> Context {
        self.requests.set(self.requests.get() + 1);
        Context::new(self.now(), RequestId::from_u128(self.requests.get()), actor)
    }

    /// Carries out a command, and again under the same request: that answers alike and changes nothing.
    pub fn try_as<C>(&self, actor: Actor, command: C) -> Result<C::Output, Refusal>
    where
        C: Command + Clone,
        C::Output: PartialEq + Debug,
    {
        let context = self.context(actor);
        let answer = match self.desk.run(&context, command.clone()) {
            Ok(answer) => answer,
            Err(Error::Refused(refusal)) => return Err(refusal),
            Err(error) => panic!("{error:?}"),
        };
        let rows = self.desk.store().len();
        let again = self.desk.run(&context, command).unwrap();
        assert_eq!(answer, again, "a replay answers as the first time");
        assert_eq!(self.desk.store().len(), rows, "a replay changes nothing");
        Ok(answer)
    }

    pub fn try_run<C>(&self, command: C) -> Result<C::Output, Refusal>
    where
        C: Command + Clone,
        C::Output: PartialEq + Debug,
    {
        self.try_as(agent(), command)
    }

    pub fn run<C>(&self, command: C) -> C::Output
    where
        C: Command + Clone,
        C::Output: PartialEq + Debug,
    {
        self.try_run(command).unwrap()
    }

    /// The code with which a command is refused.
    pub fn refused<C>(&self, command: C) -> &'static str
    where
        C: Command + Clone,
        C::Output: PartialEq + Debug,
    {
        self.try_run(command).unwrap_err().code()
    }

    pub fn me(&self) -> Actor {
        Actor::Customer(self.customer)
    }

    pub fn open(&self) -> CaseId {
        self.run(OpenCase::bare(self.customer))
    }

    pub fn tier(&self, tier: Code) {
        self.run(SetTier {
            customer: self.customer,
            tier: Some(tier),
        });
    }

    fn message(&self) -> RecordMessage {
        RecordMessage::from_customer(self.customer, Channel::Email, "Hello?")
    }

    pub fn asks(&self, case: CaseId) -> InteractionId {
        self.run(self.message().with_case(case))
    }

    pub fn thanks(&self, case: CaseId) -> InteractionId {
        self.run(self.message().not_asking().with_case(case))
    }

    pub fn replies(&self, case: CaseId) -> InteractionId {
        self.run(RecordMessage::reply(self.customer, Channel::Email, "Yes.").with_case(case))
    }

    pub fn notes(&self, case: CaseId) -> InteractionId {
        self.run(RecordMessage::note(self.customer, "hm").with_case(case))
    }

    pub fn wake(&self) -> Woken {
        // Waking makes its own requests: it takes no number from those of others.
        let context = Context::new(self.now(), RequestId::from_u128(0), Actor::System);
        let woken = self.desk.wake(&context, Share::ALL, 10_000).unwrap();
        assert!(woken.left.is_empty(), "{:?}", woken.left);
        woken
    }

    pub fn row(&self, key: Key) -> Option<Row> {
        self.desk.store().load(&[key]).unwrap().remove(0)
    }

    pub fn case(&self, id: CaseId) -> Arc<Case> {
        match self.row(Key::of(id)).unwrap().record {
            Some(Record::Case(case)) => case,
            other => panic!("{other:?}"),
        }
    }

    pub fn interaction(&self, id: InteractionId) -> Arc<Interaction> {
        match self.row(Key::of(id)).unwrap().record {
            Some(Record::Interaction(interaction)) => interaction,
            other => panic!("{other:?}"),
        }
    }

    pub fn view(&self, case: CaseId) -> CaseView {
        let at = self.now();
        self.desk.ask(&agent(), &ViewCase { case, at }).unwrap()
    }

    /// The clock of this metric, in the group of this name.
    pub fn clock(&self, case: CaseId, metric: Metric, group: Option<&str>) -> ClockView {
        let mut clocks = self.view(case).clocks.into_iter();
        let is_it = |clock: &ClockView| {
            clock.key.metric == metric && clock.key.group.as_ref().map(Code::as_str) == group
        };
        clocks.find(is_it).unwrap()
    }

    fn all(&self, index: Index, scope: uuid::Uuid) -> Vec<Record> {
        let query = Query::new(index, scope).limit(100_000);
        let page = self.desk.store().find(&query).unwrap();
        let keys: Vec<Key> = page.found.iter().map(|found| found.key).collect();
        let rows = self.desk.store().load(&keys).unwrap().into_iter();
        rows.filter_map(|row| row?.record).collect()
    }

    /// The journal, the earliest entry first.
    pub fn journal(&self) -> Vec<Arc<Entry>> {
        let entry = |record| match record {
            Record::Entry(entry) => Some(entry),
            _ => None,
        };
        let records = self.all(Index::Journal, uuid::Uuid::nil());
        records.into_iter().filter_map(entry).collect()
    }

    /// What waits in the outbox.
    pub fn outbox(&self) -> Vec<Arc<Message>> {
        let buckets = Share::ALL.buckets();
        let records = buckets.flat_map(|bucket| self.all(Index::Outbox, bucket));
        let message = |record| match record {
            Record::Message(message) => Some(message),
            _ => None,
        };
        records.filter_map(message).collect()
    }

    /// What happened to a case, with the entries that say so.
    pub fn story(&self, case: CaseId) -> Vec<(Arc<Entry>, CaseEvent)> {
        let mut story = Vec::new();
        for record in self.all(Index::JournalBySubject, case.uuid()) {
            let Record::Entry(entry) = record else {
                continue;
            };
            for event in &entry.events {
                if let Event::Case(id, event) = event
                    && *id == case
                {
                    story.push((Arc::clone(&entry), event.clone()));
                }
            }
        }
        story
    }

    /// All cases of the customer, the earliest first.
    pub fn cases(&self) -> Vec<Arc<Case>> {
        let records = self.all(Index::CasesByCustomer, self.customer.uuid());
        let case = |record: Record| match record {
            Record::Case(case) => Some(case),
            _ => None,
        };
        records.into_iter().filter_map(case).collect()
    }

    pub fn dossier(&self, case: CaseId) -> Option<Arc<aftercare::case::Dossier>> {
        match self.row(Key::new(Kind::Dossier, case.uuid()))?.record? {
            Record::Dossier(dossier) => Some(dossier),
            other => panic!("{other:?}"),
        }
    }
}
