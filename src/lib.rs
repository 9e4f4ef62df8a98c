//! Customer care as pure logic: customers, what is said with them, matters to resolve, and the clocks of
//! what was promised, before, during and after a sale.
//!
//! You give it two things, a [`Store`](store::Store) and, if messages are to leave, a
//! [`Courier`](courier::Courier). It gives you a [`Desk`](desk::Desk) that carries out commands and answers questions.
//! What it promises:
//!
//! - **It decides, you do.** No I/O, no threads, no clock, no random numbers, no global state. Time, identity
//!   and randomness come in with each request, so that every run can be repeated.
//! - **All or nothing, exactly once.** A command is one atomic commit. A request that is tried again, after a
//!   crash or a lost answer, is answered as it was the first time and changes nothing.
//! - **Late is late, whoever looks.** A promise is broken at the instant it was due, to the millisecond, in
//!   business hours, across holidays and clock changes.
//! - **Nobody asks twice.** Whoever serves a customer next finds what was said, tried, promised and found out.
//! - **Personal data can go.** It lives in records of its own, never in events, index terms, ids, logs or error texts.
//! - **It says why.** Refusals are typed with stable codes; every clock and choice lists its reasons; every
//!   change is in the journal with who, when and what for.
//!
//! # In fifteen lines
//!
//! ```
//! use aftercare::prelude::*;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let desk = Desk::new(MemoryStore::new(), Rulebook::standard(SecretKey::new(*b"a secret of ours")));
//! let mut deniz = Requests::of(Actor::staff(StaffId::from_u128(7), code!("agent")), 1);
//! let now = "2026-03-02T10:15:00+03:00".parse()?;
//!
//! let ayse = RegisterCustomer::named("Ayşe Yılmaz").with_email("ayse@example.com");
//! let ayse = desk.run(&deniz.at(now), ayse)?;
//! let case = OpenCase::new(ayse, Channel::Phone, "Kırmızı ışık yanıyor, su almıyor");
//! let case = desk.run(&deniz.at(now), case.with_topic(code!("no_water")))?;
//! let answer = RecordMessage::reply(ayse, Channel::Email, "Musluk açık mı?");
//! desk.run(&deniz.at(now), answer.with_case(case))?;
//!
//! let view = desk.ask(deniz.actor(), &ViewCase::new(case, now))?;
//! assert_eq!((view.case.replies, view.case.status.as_str()), (1, "new"));
//! # Ok(())
//! # }
//! ```
//!
//! The [quickstart](https://docs.rs/crate/aftercare/latest/source/examples/quickstart.rs) goes on from there. The
//! [guide](docs::guide) has a recipe for each task.
//!
//! # The layers
//!
//! ```text
//!   yours        your store              your courier
//!                   ^ load, find, commit     ^ send
//!   ----------------|------------------------|---------------------------
//!   edge (thin)  store, desk              courier, desk      adapters, testing
//!   use cases    work      an operation asks, is answered, and ends
//!                measures  folds over the journal, and reports
//!                record    every stored record, event and index
//!                rulebook  what the business configured
//!   rules        service  customer  product  order  interaction  case  sla  message
//!                calendar  business time, zones
//!                kernel    ids, context, access, money, text, personal data
//! ```
//!
//! Rules are functions of values. Use cases say what they have to know and what happened; they never call anything.
//! Only the edge touches the outside, in two loops of ten lines, one for callers with async and one for those without.
//!
//! # Nouns
//!
//! | Noun | What it is | Begin with |
//! |---|---|---|
//! | [customer] | who is served: contact points, preferences, consents, merging, erasure | [`RegisterCustomer`](customer::RegisterCustomer) |
//! | [loyalty] | points that cannot be spent twice, programmes as data, tiers, rewards, liability | [`ProgrammeSpec`](loyalty::ProgrammeSpec), [`EarnPoints`](loyalty::EarnPoints) |
//! | [product] | what is sold, and the units that customers own: serial numbers, owners, places, meters | [`DefineProduct`](product::DefineProduct), [`RegisterUnit`](product::RegisterUnit) |
//! | [order] | what was bought and promised: prices, payments, shipments, tracking | [`PlaceOrder`](order::PlaceOrder), [`TrackOrder`](order::TrackOrder) |
//! | [interaction] | one contact, and what was said in it | [`RecordMessage`](interaction::RecordMessage), [`StartContact`](interaction::StartContact) |
//! | [case] | a matter to resolve: status, assignment, hand-over, complaint | [`OpenCase`](case::OpenCase) |
//! | [warranty] | terms and what the law adds, coverage clause by clause, claims, remedies, deadlines | [`StartWarranty`](warranty::StartWarranty), [`FileClaim`](warranty::FileClaim) |
//! | [sla] | promises about time and the clocks that watch them | [`Policy`](sla::Policy), [`Target`](sla::Target) |
//! | [service] | plans of service, visits, technicians, free slots | [`StartPlan`](service::StartPlan), [`BookVisit`](service::BookVisit) |
//! | [calendar] | business hours, holidays, zones | [`BusinessHoursSpec`](calendar::BusinessHoursSpec) |
//! | [message] | what is on its way out | [`Desk::relay`](desk::Desk::relay) |
//! | [rulebook] | what the business configured | [`RulebookSpec`](rulebook::RulebookSpec) |
//! | [survey] | how customers are asked: programmes, invitations, answers, follow-ups of bad ones | [`SurveyProgramme`](survey::SurveyProgramme), [`AnswerSurvey`](survey::AnswerSurvey) |
//! | [satisfaction] | what customers say: scales, scores, how sure a figure is, whether it changed | [`Scores`](satisfaction::Scores) |
//! | [measures] | what the desk did: mergeable folds over the journal, drivers, reports | [`Measures`](measures::Measures), [`Report`](measures::Report) |
//! | [journal](desk::Journal) | what happened, by whom, when and why | [`Journal::of_customer`](desk::Journal::of_customer) |
//!
//! # Who calls whom, and when
//!
//! Nothing happens unless you call. There are five things to call on a desk:
//!
//! | Call | When | What it calls |
//! |---|---|---|
//! | [`run`](desk::Desk::run), [`run_all`](desk::Desk::run_all) | somebody does something | `load` and `find` as often as needed, then one `commit` |
//! | [`ask`](desk::Desk::ask), [`get`](desk::Desk::get), [`find`](desk::Desk::find) | somebody wants to know something | `load` and `find` |
//! | [`wake`](desk::Desk::wake) | every few seconds | `find`, `load`, then one `commit` for each record that had something to do |
//! | [`relay`](desk::Desk::relay) | every few seconds, if messages leave | `find`, `load`, `Courier::send`, one `commit` for each outcome |
//! | [`follow`](desk::Desk::follow) | to feed a search index, a warehouse, a screen | `find`, `load`, your function, one `commit` for each page |
//!
//! Each has a twin that ends in `_async`, for an [`AsyncStore`](store::AsyncStore). Any number of desks in any number of
//! processes may share a store. To drive the same logic from a loop of your own (an actor, WebAssembly, a database
//! transaction you hold), use [`Operation`](work::Operation) directly.
//!
//! Within one command the order is always: leave to do it ([`Access`](kernel::Access)), then the receipt of an earlier
//! run of the same request, then what the command has to read, then its rules, then the commit; on a conflict with
//! somebody faster, from the beginning.
//!
//! # Features
//!
//! | Feature | Default | What it adds |
//! |---|---|---|
//! | `tz` | yes | IANA time zones; without it calendars know `UTC` and fixed offsets such as `+03:00` |
//! | `report` | no | a report for people: one HTML page, and its tables as CSV |
//! | `sqlite` | no | `SqliteStore`, an embedded store in one file |
//! | `nats` | no | `NatsCourier`, which publishes messages and the journal to NATS JetStream |
//! | `postgres` | no | `PostgresStore`, for any number of workers on one PostgreSQL database |
//! | `testing` | no | the conformance suite for your own store, a store that fails on purpose, generators |
//!
//! # What it is not
//!
//! Not a server, not a user interface, not a ticket importer, not an e-mail client: it opens no connection and renders
//! no text but its own report. It does not sign anybody in; you say who asks, as an [`Actor`](kernel::Actor). It does not guess: no
//! language models, no sentiment. It keeps no blobs: an attachment is a reference of yours.
//!
//! # Further reading
//!
//! [guide](docs::guide) · [why it is as it is](docs::design) · [the contract of a store](docs::store) ·
//! [many workers](docs::scale) · [what stays when you upgrade](docs::upgrading)

#[cfg(any(feature = "nats", feature = "postgres", feature = "sqlite"))]
pub mod adapters;
pub mod calendar;
pub mod case;
pub mod courier;
pub mod customer;
pub mod desk;
pub mod docs;
pub(crate) mod flows;
pub mod interaction;
pub mod kernel;
pub mod loyalty;
pub mod measures;
pub mod message;
pub mod order;
pub mod prelude;
pub mod product;
pub mod questions;
pub mod record;
#[cfg(feature = "report")]
pub mod report;
pub mod rulebook;
pub mod satisfaction;
pub mod service;
pub mod sla;
pub mod store;
pub mod survey;
#[cfg(feature = "testing")]
pub mod testing;
pub mod warranty;
pub mod work;

/// Compiles the example in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
