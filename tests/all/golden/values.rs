//! One of every shape that is stored.

use std::collections::BTreeMap;
use std::sync::Arc;

use aftercare::calendar::{BusinessHoursSpec, Holiday};
use aftercare::case::{CaseEvent, Status, TeamPolicy};
use aftercare::code;
use aftercare::customer::CustomerEvent;
use aftercare::interaction::{Attendant, InteractionEvent};
use aftercare::kernel::{
    By, CaseId, ContactPointId, Currency, CustomerId, Few, InteractionId, MessageId, Money,
    OrderId, Personal, ReadingId, RequestId, ReturnId, SecretKey, StaffId, Stamp, UnitId,
};
use aftercare::message::MessageEvent;
use aftercare::order::OrderEvent;
use aftercare::product::{Origin as UnitOrigin, Product, UnitEvent};
use aftercare::record::{AllTerms, Claim, Entry, Event, Key, Lease, Record, Row};
use aftercare::rulebook::{Reaction, RelayPolicy, RulebookSpec, Trigger};
use aftercare::service::QuietHours;
use aftercare::sla::{Basis, CalendarPin, StatusCategory, TimeBase};
use aftercare::warranty::{WarrantyClaimEvent, WarrantyEvent};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::case::{cases, dossiers, slots};
use super::customer::{customers, profiles};
use super::interaction::{contents, interactions};
use super::message::messages;
use super::order::{orders, return_events, returns};
use super::product::{product_events, products, readings, units};
use super::sla::{policy, target};
use super::{golden, golden_enum, golden_exact, loyalty};

/// A moment of Monday, 2 March 2026.
pub fn at(hour: u32, minute: u32) -> DateTime<Utc> {
    let text = format!("2026-03-02T{hour:02}:{minute:02}:00.250Z");
    text.parse().unwrap()
}

pub const AYSE: CustomerId = CustomerId::from_u128(0xa1);
pub const CASE: CaseId = CaseId::from_u128(0xca5e);
pub const CHAT: InteractionId = InteractionId::from_u128(0xc4a7);
pub const MESSAGE: MessageId = MessageId::from_u128(0x3e55);
pub const DENIZ: StaffId = StaffId::from_u128(0xde);
pub const POINT: ContactPointId = ContactPointId::from_u128(0x90);
pub fn words(text: &str) -> Personal<String> {
    Personal::new(text.to_owned())
}

pub fn stamp(hour: u32, minute: u32) -> Stamp {
    Stamp {
        at: at(hour, minute),
        request: RequestId::from_u128(0x4e9),
        by: By::Staff(DENIZ),
    }
}

#[test]
fn actors_stay() {
    let all = [
        By::System,
        By::Staff(DENIZ),
        By::Customer(AYSE),
        By::Bot(code!("pera")),
    ];
    golden_enum("by", &all);
    let attendants = [Attendant::Staff(DENIZ), Attendant::Bot(code!("pera"))];
    golden_enum("attendant", &attendants);
}

pub fn events() -> Vec<Event> {
    let mut events = super::service::events();
    events.push(super::survey::event());
    events.extend([
        Event::Customer(AYSE, CustomerEvent::Registered {}),
        Event::Interaction(CHAT, InteractionEvent::Held),
        Event::Case(CASE, CaseEvent::OwnerPinned),
        Event::Message(MESSAGE, MessageEvent::Revived),
        Event::Product(Product::id_of(&code!("KB-24")), product_events().remove(0)),
        Event::Unit(UNIT, UnitEvent::Delivered { at: at(9, 0) }),
        Event::Order(ORDER, OrderEvent::Confirmed),
        Event::Account(loyalty::account_id(), loyalty::opened()),
        Event::Return(RETURN, return_events().remove(2)),
        Event::Warranty(super::warranty::WARRANTY, WarrantyEvent::TakenBack),
        Event::WarrantyClaim(super::warranty::CLAIM, WarrantyClaimEvent::Closed),
    ]);
    events
}

#[test]
fn events_stay() {
    golden_enum("event", &events());
}

pub fn date(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

pub const UNIT: UnitId = UnitId::from_u128(0x0417);
pub const READING: ReadingId = ReadingId::from_u128(0x4ead);
pub const ORIGIN: UnitOrigin = UnitOrigin {
    order: OrderId::from_u128(0x04de4),
    line: 1,
};
pub const ORDER: OrderId = OrderId::from_u128(0x04de4);
pub fn lira(minor: i64) -> Money {
    Money::new(minor, Currency::TRY)
}

pub const RETURN: ReturnId = ReturnId::from_u128(0x4e7);
fn entries() -> Vec<Entry> {
    let full = Entry {
        stamp: stamp(9, 0),
        rank: 1_772_442_000_250_000,
        command: "case.reopen".into(),
        fingerprint: Uuid::from_u128(0xf1),
        events: events().into(),
        customers: [AYSE].into(),
        reason: Some(code!("not_fixed")),
        unread: true,
    };
    let bare = Entry {
        events: Few::new(),
        customers: Few::new(),
        reason: None,
        unread: false,
        ..full.clone()
    };
    vec![bare, full]
}

fn records() -> Vec<Record> {
    fn all<T>(states: Vec<T>, record: fn(Arc<T>) -> Record) -> Vec<Record> {
        states.into_iter().map(Arc::new).map(record).collect()
    }
    let claim = Claim {
        holder: Key::of(AYSE),
    };
    let lease = Lease {
        until: at(9, 5),
        holder: RequestId::from_u128(0x4e9),
    };
    [
        all(customers(), Record::Customer),
        all(profiles(), Record::Profile),
        all(contents(), Record::Content),
        all(interactions(), Record::Interaction),
        all(cases(), Record::Case),
        all(entries(), Record::Entry),
        all(vec![claim], Record::Claim),
        all(messages(), Record::Message),
        all(vec![lease], Record::Lease),
        all(dossiers(), Record::Dossier),
        all(products(), Record::Product),
        all(units(), Record::Unit),
        all(readings(), Record::Reading),
        all(orders(), Record::Order),
        all(loyalty::accounts(), Record::Account),
        all(loyalty::movements(), Record::Movement),
        all(vec![loyalty::tally()], Record::Tally),
        all(returns(), Record::Return),
        super::service::records(),
        super::survey::records(),
        all(super::warranty::warranties(), Record::Warranty),
        all(super::warranty::claims(), Record::WarrantyClaim),
    ]
    .concat()
}

#[test]
fn records_stay() {
    golden_enum("record", &records());
}

#[test]
fn index_terms_stay() {
    // A term is worked out from the record again when it is taken away: it must be the one that was added.
    let secret = SecretKey::new([7; 16]);
    let mut terms = AllTerms::new();
    for record in records() {
        let key = Key::new(record.kind(), CASE.uuid());
        record.terms(key, &secret, &mut terms);
    }
    golden_exact("term", &terms);
}

#[test]
fn rows_stay() {
    let version = 1_772_442_000_250_000;
    let mut records = records().into_iter().map(Some);
    let record = records.next().unwrap();
    let erased = None;
    golden(
        "row",
        &[
            Row { version, record },
            Row {
                version,
                record: erased,
            },
        ],
    );
}

#[test]
fn rulebooks_stay() {
    let hours = BusinessHoursSpec {
        weekly: BTreeMap::from([("mon".to_owned(), vec![("09:00".into(), "18:00".into())])]),
        weekly_breaks: BTreeMap::from([("mon".to_owned(), vec![("12:30".into(), "13:30".into())])]),
        overrides: BTreeMap::from([("2026-12-31".to_owned(), Vec::new())]),
        breaks: BTreeMap::from([(
            "2026-12-28".to_owned(),
            vec![("16:00".into(), "17:00".into())],
        )]),
        holidays: vec![
            Holiday::on("2026-10-28").named("eve").closing_at("13:00"),
            Holiday::on("2027-01-01").opening_at("13:00"),
        ],
        ..BusinessHoursSpec::new("UTC")
    };
    let mut full = RulebookSpec {
        relay: RelayPolicy::default(),
        feed: true,
        ..RulebookSpec::new()
            .with_calendar(code!("support"), hours)
            .with_policy(policy())
            .with_programme(loyalty::programme())
    };
    full = full.with_plan(code!("care"), super::service::full_terms());
    full.service.quiet_hours = Some(QuietHours {
        from: "21:00:00".parse().unwrap(),
        to: "08:00:00".parse().unwrap(),
    });
    full.cases.statuses.statuses.insert(
        code!("parked"),
        Status {
            category: StatusCategory::OnHold,
            next: vec![code!("open")],
        },
    );
    full.cases
        .teams
        .insert(code!("technicians"), TeamPolicy { required: slots() });
    full.customer.tiers.extend([code!("gold"), code!("vip")]);
    full.orders.returns.most_pieces = Some(5);
    full.orders.returns.original_for_days = Some(90);
    full.orders.returns.return_shipping = Some(lira(25_00));
    let mut only = Reaction::tell(code!("survey"), Trigger::OrderDelivered, code!("survey"))
        .for_product(code!("KB-24"))
        .for_tier(code!("gold"));
    only.only.total_from = Some(lira(100_00));
    let call = code!("courtesy_call");
    full.reactions = vec![
        only.after(TimeDelta::days(3)),
        Reaction::open_case(code!("call"), Trigger::OrderCancelled, call),
        Reaction::earn_points(code!("points"), Trigger::OrderDelivered, code!("club")),
        Reaction::survey(code!("ask"), Trigger::CaseSolved, code!("after_case")),
        Reaction::turn_back_points(code!("back"), Trigger::ReturnSettled, code!("club")),
        Reaction::earn_points(code!("welcome"), Trigger::CustomerRegistered, code!("club")),
        Reaction::earn_points(code!("thanks"), Trigger::CustomerReferred, code!("club")),
        Reaction::earn_points(code!("unit"), Trigger::UnitRegistered, code!("club")),
        Reaction::earn_points(code!("join"), Trigger::ProgrammeJoined, code!("club")),
        Reaction::start_plan(code!("care"), code!("care")),
    ];
    full.surveys
        .programmes
        .push(super::survey::bare_programme());
    full.customer.zone = "UTC".to_owned();
    full.clone().build(SecretKey::new([7; 16])).unwrap();
    golden("rulebook", &[full]);
    let pin = CalendarPin {
        name: code!("support"),
        revision: 1,
    };
    golden("calendar_pin", &[pin]);
    golden("target", &[target().from_assignment()]);
    golden_enum(
        "time_base",
        &[TimeBase::Calendar, TimeBase::Business(code!("support"))],
    );
    let basis = Basis::Change;
    golden("basis", &[Basis::Origin, basis]);
}
