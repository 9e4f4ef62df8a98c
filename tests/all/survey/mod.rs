//! Surveys: whom they reach, what counts as an answer, and what follows.

mod answer;
mod ask;
mod follow_up;
mod laws;
mod programme;
mod relationship;

use std::cell::RefCell;
use std::convert::Infallible;
use std::sync::Arc;

use aftercare::code;
use aftercare::courier::{Courier, Envelope, Receipt, SendError};
use aftercare::customer::{AddContactPoint, VerifyContactPoint};
use aftercare::interaction::Channel;
use aftercare::kernel::{Actor, CaseId, Code, Context, CustomerId, RequestId, StaffId, SurveyId};
use aftercare::prelude::{MoveCase, OpenCase, Reaction, RecordMessage, RulebookSpec, Trigger};
use aftercare::record::{Event, Index, Query, Record, Share};
use aftercare::satisfaction::{Instrument, Scale};
use aftercare::store::Store;
use aftercare::survey::*;
use chrono::TimeDelta;

pub use crate::product::world::World;

pub fn days(n: i64) -> TimeDelta {
    TimeDelta::days(n)
}

pub fn agent() -> Actor {
    Actor::staff(StaffId::from_u128(7), code!("agent"))
}

/// CSAT after a case, an hour after it was solved.
pub fn after_case() -> SurveyProgramme {
    let instrument = Instrument::new(code!("after_case"), Scale::CsatFive);
    SurveyProgramme::new(code!("after_case"), instrument)
        .asking(code!("why"))
        .after(TimeDelta::hours(1))
        .reminding_after(days(3))
        .closing_the_loop(ClosedLoop::new(2, code!("care"), days(2)))
}

/// Asks after every case.
pub fn asking(programme: SurveyProgramme) -> RulebookSpec {
    let name = programme.name.clone();
    let ask = Reaction::survey(code!("ask"), Trigger::CaseSolved, name);
    RulebookSpec::new()
        .with_survey(programme)
        .with_reaction(ask)
}

pub fn world() -> World {
    World::with(asking(after_case()))
}

/// A customer who can be written to.
pub fn reachable(world: &World, email: &str) -> CustomerId {
    let customer = world.register("Ayşe");
    let contact = world.run(AddContactPoint::email(customer, email));
    world.run(VerifyContactPoint { customer, contact });
    customer
}

pub fn ayse(world: &World) -> CustomerId {
    reachable(world, "ayse@example.com")
}

/// A case in which the customer asked and a person answered.
pub fn answered(world: &World, customer: CustomerId) -> CaseId {
    let open = OpenCase::new(customer, Channel::Email, "It leaks");
    let case = world.run(open.with_topic(code!("leak")));
    let reply = RecordMessage::reply(customer, Channel::Email, "We come").with_case(case);
    world.run_as(agent(), reply).unwrap();
    case
}

pub fn solve(world: &World, case: CaseId) {
    let to = code!("solved");
    world.run_as(agent(), MoveCase { case, to }).unwrap();
}

pub fn solved(world: &World, customer: CustomerId) -> CaseId {
    let case = answered(world, customer);
    solve(world, case);
    case
}

pub fn wake(world: &World) {
    let context = Context::new(world.now(), RequestId::from_u128(0), Actor::System);
    let woken = world.desk.wake(&context, Share::ALL, 10_000).unwrap();
    assert!(woken.left.is_empty(), "{:?}", woken.left);
}

/// Time passes, and what is due is done.
pub fn pass(world: &World, span: TimeDelta) {
    world.wait(span);
    wake(world);
}

/// The surveys of a customer, the earliest first.
pub fn surveys(world: &World, customer: CustomerId) -> Vec<Arc<Survey>> {
    let mut page = world.ask(&SurveysOf::new(customer)).surveys;
    page.reverse();
    page
}

/// Keeps the envelopes that it is handed.
#[derive(Default)]
pub struct Box(pub RefCell<Vec<Envelope>>);

impl Courier for Box {
    type Error = Infallible;
    fn send(&self, envelope: &Envelope) -> Result<Receipt, SendError<Infallible>> {
        self.0.borrow_mut().push(envelope.clone());
        Ok(Receipt::default())
    }
}

/// What leaves now.
pub fn relay(world: &World) -> Vec<Envelope> {
    let courier = Box::default();
    let context = world.context(Actor::System);
    world
        .desk
        .relay(&context, &courier, Share::ALL, 1_000)
        .unwrap();
    courier.0.into_inner()
}

/// A customer who was invited, the survey, and the token of the invitation.
pub fn invited(world: &World) -> (CustomerId, SurveyId, SurveyToken) {
    let customer = ayse(world);
    solved(world, customer);
    let token = next_token(world);
    (customer, token.survey(), token)
}

/// The token of the invitation that leaves within the next hour.
pub fn next_token(world: &World) -> SurveyToken {
    pass(world, TimeDelta::hours(1));
    let envelopes = relay(world);
    let tokens: Vec<_> = envelopes.iter().filter_map(|it| it.survey).collect();
    let [token] = tokens[..] else {
        panic!("not one invitation: {envelopes:?}")
    };
    token
}

/// Everything that happened to a survey, the earliest first.
pub fn story(world: &World, survey: SurveyId) -> Vec<SurveyEvent> {
    let entries = world.entries(survey);
    let events = entries.iter().flat_map(|entry| &entry.events);
    let own = events.filter_map(|event| match event {
        Event::Survey(id, event) if *id == survey => Some(event.clone()),
        _ => None,
    });
    own.collect()
}

/// Where the only survey of a customer stands, and why.
pub fn standing(world: &World, customer: CustomerId) -> (SurveyStatus, Option<String>) {
    let surveys = surveys(world, customer);
    let [survey] = &surveys[..] else {
        panic!("not one survey: {surveys:?}")
    };
    (survey.status, survey.why.as_ref().map(Code::to_string))
}

/// Everything that is stored, as texts.
pub fn stored(world: &World) -> Vec<String> {
    let mut texts = Vec::new();
    let query = Query::new(Index::Journal, uuid::Uuid::nil()).limit(100_000);
    let found = world.desk.store().find(&query).unwrap().found;
    let keys: Vec<_> = found.iter().map(|found| found.key).collect();
    let mut subjects = keys.clone();
    for row in world
        .desk
        .store()
        .load(&keys)
        .unwrap()
        .into_iter()
        .flatten()
    {
        if let Some(Record::Entry(entry)) = row.record {
            subjects.extend(entry.events.iter().map(Event::subject));
        }
    }
    for row in world
        .desk
        .store()
        .load(&subjects)
        .unwrap()
        .into_iter()
        .flatten()
    {
        texts.push(serde_json::to_string(&row.record).unwrap());
    }
    texts
}
