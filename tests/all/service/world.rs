//! A workshop with a clock of its own.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::fmt::Debug;
use std::sync::Arc;

use aftercare::calendar::{BusinessHours, Holiday, Rule};
use aftercare::code;
use aftercare::courier::{Courier, Envelope, Receipt, SendError};
use aftercare::desk::{Desk, Error};
use aftercare::kernel::{
    Actor, Code, CustomerId, Id, OccurrenceId, PlanId, Requests, SecretKey, StaffId, UnitId,
    VisitId,
};
use aftercare::message::{Message, MessageState, Recipient};
use aftercare::prelude::{RegisterCustomer, RulebookSpec, VerifyContactPoint};
use aftercare::product::{DefineProduct, MeterSpec, RecordReading, RecordUnit};
use aftercare::record::{Index, Query, Record, Share, Stored};
use aftercare::service::{
    BookVisit, Occurrence, PlanTerms, PlanVisit, ServicesOf, SetTechnician, StartPlan,
    TechnicianSpec,
};
use aftercare::store::{MemoryStore, Store};
use aftercare::work::{Command, Question};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

pub const BERLIN: &str = "Europe/Berlin";

pub fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn monthly() -> PlanTerms {
    every(Rule::every_months(1))
}

pub fn every(rule: Rule) -> PlanTerms {
    PlanTerms::by_calendar(BERLIN.parse().unwrap(), rule)
}

pub struct World<S = MemoryStore> {
    pub desk: Desk<S>,
    requests: RefCell<Requests>,
    now: Cell<DateTime<Utc>>,
    pub customer: CustomerId,
}

pub fn spec() -> RulebookSpec {
    let hours = BusinessHours::weekdays(BERLIN, "08:00", "17:00").unwrap();
    let mut spec = RulebookSpec::new().with_calendar(code!("field"), hours.spec().clone());
    let working = spec.calendars.get_mut(&code!("field")).unwrap();
    for hours in working.values_mut() {
        hours.holidays.push(Holiday::on("2026-05-01"));
    }
    spec
}

impl World<MemoryStore> {
    /// With this plan, called `care`, on this date at nine in the morning.
    pub fn with(terms: PlanTerms, today: &str) -> Self {
        Self::of(spec().with_plan(code!("care"), terms), today)
    }

    pub fn of(spec: RulebookSpec, today: &str) -> Self {
        World::on_store(MemoryStore::new(), spec, today)
    }
}

impl<S: Store<Error: Debug>> World<S> {
    pub fn on_store(store: S, spec: RulebookSpec, today: &str) -> Self {
        let rulebook = spec.build(SecretKey::new([9; 16])).unwrap();
        let mut world = Self {
            desk: Desk::new(store, rulebook),
            requests: RefCell::new(Requests::of(Actor::System, 5)),
            now: Cell::new(at(&format!("{today}T08:00:00Z"))),
            customer: CustomerId::from_u128(0),
        };
        world.customer = world.reachable("Ayşe");
        world
    }

    /// A customer who can be told something.
    pub fn reachable(&self, name: &str) -> CustomerId {
        let one = RegisterCustomer::named(name).with_email(format!("{name}@example.com"));
        let customer = self.run(one);
        let contact = self.get(customer).contacts[0].id;
        self.run(VerifyContactPoint { customer, contact });
        customer
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.now.get()
    }

    /// It is this date now, nine in the morning; whatever was due meanwhile was woken day by day.
    pub fn until(&self, date: &str) {
        let then = at(&format!("{date}T08:00:00Z"));
        while self.now() < then {
            self.now.set(self.now() + TimeDelta::days(1));
            self.wake();
        }
    }

    pub fn set_now(&self, now: DateTime<Utc>) {
        self.now.set(now);
    }

    pub fn wake(&self) {
        loop {
            let context = self.requests.borrow_mut().at(self.now());
            let woken = self.desk.wake(&context, Share::ALL, 500).unwrap();
            assert!(woken.left.is_empty(), "{:?}", woken.left);
            if woken.woken == 0 {
                break;
            }
        }
    }

    pub fn try_run<C: Command>(&self, command: C) -> Result<C::Output, Error<S::Error>> {
        let context = self.requests.borrow_mut().at(self.now());
        self.desk.run(&context, command)
    }

    pub fn run<C: Command>(&self, command: C) -> C::Output {
        self.try_run(command).unwrap()
    }

    /// The code with which a command is refused.
    pub fn refused<C: Command<Output: Debug>>(&self, command: C) -> String {
        self.try_run(command).unwrap_err().code().to_owned()
    }

    pub fn ask<Q: Question>(&self, question: &Q) -> Q::Output {
        self.desk.ask(&Actor::System, question).unwrap()
    }

    pub fn get<N: Stored>(&self, id: Id<N>) -> Arc<N::State> {
        self.desk.get(&Actor::System, id).unwrap().unwrap()
    }

    pub fn start(&self) -> PlanId {
        self.run(StartPlan::new(self.customer, code!("care")))
    }

    /// All services of the customer, in order of their dates.
    pub fn services(&self) -> Vec<Arc<Occurrence>> {
        let (from, to) = (on("2000-01-01"), on("2100-01-01"));
        let mut ask = ServicesOf::between(self.customer, from, to);
        let mut services = Vec::new();
        loop {
            let page = self.ask(&ask);
            services.extend(page.services);
            ask.after = page.next;
            if ask.after.is_none() {
                return services;
            }
        }
    }

    /// The services of the customer: when they are due, and where they stand.
    pub fn calendar(&self) -> Vec<String> {
        let line = |one: &Arc<Occurrence>| format!("{} {}", one.dates.due_on, one.status);
        self.services().iter().map(line).collect()
    }

    pub fn service(&self, n: usize) -> OccurrenceId {
        self.services()[n].id
    }

    /// What the customer was told, in order: for what purpose, when it may go, and whether it still may.
    pub fn told(&self) -> Vec<String> {
        self.told_to(self.customer)
    }

    pub fn told_to(&self, customer: CustomerId) -> Vec<String> {
        let query = Query::new(Index::MessagesByCustomer, customer.uuid()).limit(1_000);
        let found = self.desk.find(&Actor::System, &query).unwrap().found;
        let keys: Vec<_> = found.iter().map(|found| found.key).collect();
        let rows = self.desk.store().load(&keys).unwrap().into_iter().flatten();
        rows.map(|row| match row.record {
            Some(Record::Message(message)) => line(&message),
            other => panic!("no message: {other:?}"),
        })
        .collect()
    }

    /// A technician, the first service, and a visit of an hour for it.
    pub fn visit_for_service(&self) -> (StaffId, OccurrenceId, VisitId) {
        let (technician, service) = (self.technician(7), self.service(0));
        let visit = PlanVisit::new(self.customer, 60).for_service(service);
        (technician, service, self.run(visit))
    }

    /// What teams hear now, in order: which team, and for what purpose. What was handed over once does not come again.
    pub fn told_to_teams(&self) -> Vec<String> {
        let post = Post::default();
        let mut requests = Requests::of(Actor::System, 77);
        let context = requests.at(self.now());
        self.desk.relay(&context, &post, Share::ALL, 100).unwrap();
        post.0.into_inner()
    }

    pub fn unit(&self) -> UnitId {
        let meter = MeterSpec::counting(code!("km"));
        self.run(DefineProduct::new(code!("van")).with_meter(code!("km"), meter));
        let unit = RecordUnit::new(code!("van")).bought_by(self.customer, on("2026-01-01"));
        self.run(unit)
    }

    pub fn read(&self, unit: UnitId, shows: u64) {
        self.run(RecordReading::new(unit, code!("km"), shows));
    }

    pub fn technician(&self, n: u128) -> StaffId {
        let staff = StaffId::from_u128(n);
        let spec = TechnicianSpec::new(code!("field")).with_skill(code!("gas"));
        self.run(SetTechnician { staff, spec });
        staff
    }
}

/// Keeps what teams are told.
#[derive(Default)]
struct Post(RefCell<Vec<String>>);

impl Courier for Post {
    type Error = Infallible;

    fn send(&self, envelope: &Envelope) -> Result<Receipt, SendError<Infallible>> {
        let draft = &envelope.message.draft;
        if let Recipient::Team(team) = &draft.to {
            let line = format!("{team} {}", draft.purpose);
            self.0.borrow_mut().push(line);
        }
        Ok(Receipt::default())
    }
}

fn line(message: &Message) -> String {
    let purpose = message.draft.purpose.as_str();
    let day = message.ready_at().format("%Y-%m-%d %H:%M");
    match message.state {
        MessageState::Withdrawn { .. } => format!("{purpose} {day} withdrawn"),
        _ => format!("{purpose} {day}"),
    }
}

/// A visit of one hour.
pub fn book(visit: VisitId, technician: StaffId, from: &str) -> BookVisit {
    let from = at(from);
    BookVisit {
        visit,
        technician,
        from,
        to: from + TimeDelta::hours(1),
    }
}

pub fn reason() -> Code {
    code!("test")
}
