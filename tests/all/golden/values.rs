//! One of every shape that is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aftercare::calendar::{Boundary, BusinessHours, BusinessHoursSpec, Holiday};
use aftercare::case::{
    Case, CaseEvent, Dossier, HandOver, KnownFact, LinkKind, Opening, Packet, ReopenedBy, Severity,
    Slot, Status, TeamPolicy,
};
use aftercare::code;
use aftercare::customer::{
    Absorbed, Consent, Consents, Contact, ContactKind, ContactPoint, Customer, CustomerEvent,
    Profile, ProfilePart,
};
use aftercare::interaction::{
    self, About, Attendant, Channel, Content, Direction, Interaction, InteractionEvent, Mark,
    Phase, Visibility,
};
use aftercare::kernel::{
    BasisPoints, By, CaseId, Code, ContactPointId, ContentId, Currency, CustomerId, Effect,
    InteractionId, Language, MessageId, Money, OrderId, Personal, ReadingId, RequestId, ReturnId,
    SecretKey, StaffId, Stamp, UnitId,
};
use aftercare::message::{Draft, Message, MessageEvent, MessageState, Recipient};
use aftercare::order::{
    Acceptance, CancelledBy, Charge, Check, Discount, Due, Estimate, Finding, Item, Milestone,
    Notice, OnFailure, Order, OrderEvent, Payment, Placement, Pricing, Promise, Reception,
    RefundChoice, RefundKind, Return, ReturnEvent, ReturnRequest, Right, Settlement, Shipment,
    Shipping, TaxBasis, Touches,
};
use aftercare::product::{
    Acquired, Component, Definition, Dial, Installation, MeterSpec, Origin as UnitOrigin, Product,
    ProductEvent, ProductSpec, Reading, Recording, Serials, Site, Unit, UnitEvent,
};
use aftercare::record::{Claim, Entry, Event, Key, Lease, Record, Row};
use aftercare::rulebook::{Reaction, RelayPolicy, RulebookSpec, Trigger};
use aftercare::service::QuietHours;
use aftercare::sla::{
    self, Action, Aspect, Basis, Breach, CalendarPin, ClockEvent, ClockKey, ClockState, Clocks,
    ClocksEvent, EndReason, Fact, Metric, Noted, Origin, Policy, ReopenMode, Schedule, Speaker,
    StatusCategory, Step, Target, TimeBase,
};
use aftercare::warranty::{WarrantyClaimEvent, WarrantyEvent};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{golden, golden_enum, golden_exact, loyalty};

/// A moment of Monday, 2 March 2026.
pub fn at(hour: u32, minute: u32) -> DateTime<Utc> {
    let text = format!("2026-03-02T{hour:02}:{minute:02}:00.250Z");
    text.parse().unwrap()
}

const AYSE: CustomerId = CustomerId::from_u128(0xa1);
const CASE: CaseId = CaseId::from_u128(0xca5e);
const CHAT: InteractionId = InteractionId::from_u128(0xc4a7);
const MESSAGE: MessageId = MessageId::from_u128(0x3e55);
const DENIZ: StaffId = StaffId::from_u128(0xde);
const POINT: ContactPointId = ContactPointId::from_u128(0x90);

fn words(text: &str) -> Personal<String> {
    Personal::new(text.to_owned())
}

pub fn stamp(hour: u32, minute: u32) -> Stamp {
    Stamp {
        at: at(hour, minute),
        request: RequestId::from_u128(0x4e9),
        by: By::Staff(DENIZ),
    }
}

fn contact() -> Contact {
    Contact {
        id: POINT,
        kind: ContactKind::Email,
        added_at: at(9, 0),
        verified_at: Some(at(9, 5)),
    }
}

fn consents() -> Consents {
    let mut consents = Consents::default();
    consents.decide(Consent {
        purpose: code!("marketing"),
        channel: Some(Channel::Email),
        is_given: true,
        decided_at: at(9, 0),
        source: code!("checkout"),
        wording: Some(code!("2026-01")),
    });
    consents
}

fn customer_events() -> Vec<CustomerEvent> {
    let purpose = || code!("marketing");
    let (channel, source) = (Some(Channel::Sms), code!("call"));
    vec![
        CustomerEvent::Registered {},
        CustomerEvent::ProfileUpdated {
            parts: BTreeSet::from([
                ProfilePart::Name,
                ProfilePart::Salutation,
                ProfilePart::Language,
                ProfilePart::Zone,
            ]),
        },
        CustomerEvent::ContactAdded {
            contact: POINT,
            kind: ContactKind::Phone,
        },
        CustomerEvent::ContactVerified { contact: POINT },
        CustomerEvent::ContactRemoved {
            contact: ContactPointId::from_u128(0x91),
        },
        CustomerEvent::ChannelPreferred {
            purpose: code!("case.update"),
            order: vec![Channel::Chat, Channel::Email],
        },
        CustomerEvent::ConsentGiven {
            purpose: purpose(),
            channel,
            source: source.clone(),
            wording: Some(code!("2026-01")),
        },
        CustomerEvent::ConsentGiven {
            purpose: purpose(),
            channel: None,
            source: source.clone(),
            wording: None,
        },
        CustomerEvent::ConsentWithdrawn {
            purpose: purpose(),
            channel,
            source,
            wording: None,
        },
        CustomerEvent::Tagged {
            tag: code!("press"),
        },
        CustomerEvent::Untagged {
            tag: code!("press"),
        },
        CustomerEvent::SegmentsSet {
            segments: BTreeSet::from([code!("home"), code!("repeat")]),
        },
        CustomerEvent::TierSet {
            tier: Some(code!("vip")),
        },
        CustomerEvent::TierSet { tier: None },
        CustomerEvent::NoteAdded {
            content: ContentId::from_u128(0xc0),
        },
        CustomerEvent::MergedInto {
            survivor: CustomerId::from_u128(0xa2),
        },
        CustomerEvent::Absorbed(Box::new(Absorbed {
            customer: CustomerId::from_u128(0xa3),
            earlier: vec![CustomerId::from_u128(0xa4)],
            contacts: vec![contact()],
            preferences: BTreeMap::from([(code!("*"), vec![Channel::Phone])]),
            consents: consents(),
            tags: BTreeSet::from([code!("press")]),
            segments: BTreeSet::from([code!("home")]),
            tier: Some(code!("vip")),
        })),
        CustomerEvent::ErasureBegun {},
        CustomerEvent::Erased {},
    ]
}

#[test]
fn customer_events_stay() {
    golden_enum("customer_event", &customer_events());
}

fn contact_opening() -> interaction::Opening {
    interaction::Opening {
        customer: AYSE,
        case: Some(CASE),
        channel: Some(Channel::Chat),
        direction: Direction::Inbound,
        phase: Phase::PreSale,
        visibility: Visibility::Public,
        speaker: Speaker::Customer,
        asks: true,
        team: Some(code!("advice")),
        attendant: Some(Attendant::Staff(DENIZ)),
        about: About::purpose(code!("advice"))
            .with_topic(code!("size"))
            .with_product(code!("WM-60")),
        content: Some(Content::id_of(CHAT)),
        mark: Some(Mark::Test),
    }
}

fn bare_opening() -> interaction::Opening {
    interaction::Opening {
        customer: AYSE,
        case: None,
        channel: None,
        direction: Direction::Internal,
        phase: Phase::AfterSale,
        visibility: Visibility::Internal,
        speaker: Speaker::Human,
        asks: false,
        team: None,
        attendant: None,
        about: About::default(),
        content: None,
        mark: None,
    }
}

fn interaction_events() -> Vec<InteractionEvent> {
    let team = || code!("technicians");
    vec![
        InteractionEvent::Recorded(Box::new(contact_opening())),
        InteractionEvent::Recorded(Box::new(bare_opening())),
        InteractionEvent::Started(Box::new(contact_opening())),
        InteractionEvent::Answered {
            by: Attendant::Staff(DENIZ),
            team: Some(team()),
        },
        InteractionEvent::Answered {
            by: Attendant::Bot(code!("pera")),
            team: None,
        },
        InteractionEvent::Held,
        InteractionEvent::Resumed,
        InteractionEvent::Transferred { to: team() },
        InteractionEvent::Ended {
            outcome: Some(code!("advised")),
        },
        InteractionEvent::Ended { outcome: None },
        InteractionEvent::Abandoned {
            reason: Some(code!("no_answer")),
        },
        InteractionEvent::Abandoned { reason: None },
        InteractionEvent::Joined { case: CASE },
        InteractionEvent::Classified {
            phase: Phase::Sale,
            about: About::purpose(code!("order_help")),
        },
        InteractionEvent::Marked {
            mark: Some(Mark::Spam),
        },
        InteractionEvent::Marked { mark: None },
        InteractionEvent::Worded {
            content: Content::id_of(CHAT),
        },
        InteractionEvent::Redacted,
    ]
}

#[test]
fn interaction_events_stay() {
    golden_enum("interaction_event", &interaction_events());
}

fn draft() -> Draft {
    Draft {
        not_before: Some(at(10, 0)),
        ..Draft::new(Recipient::Customer(AYSE), code!("case.update"))
            .with_template(code!("answered"))
            .with_fact(code!("case"), CASE)
            .with_channel(Some(Channel::Email))
            .with_content(ContentId::from_u128(0xc0))
    }
}

fn message_events() -> Vec<MessageEvent> {
    let reason = || code!("smtp.451");
    let plain = Draft::new(Recipient::Role(code!("supervisor")), code!("case.breach"));
    vec![
        MessageEvent::Queued(Box::new(draft())),
        MessageEvent::Queued(Box::new(plain)),
        MessageEvent::Sent {
            receipt: Some(code!("smtp.4711")),
        },
        MessageEvent::Sent { receipt: None },
        MessageEvent::Postponed {
            until: at(9, 5),
            reason: reason(),
        },
        MessageEvent::HeldBack { until: at(9, 6) },
        MessageEvent::Died { reason: reason() },
        MessageEvent::Withdrawn {
            reason: code!("solved"),
        },
        MessageEvent::Revived,
    ]
}

#[test]
fn message_events_stay() {
    golden_enum("message_event", &message_events());
}

#[test]
fn message_states_stay() {
    let reason = || code!("smtp.550");
    let states = [
        MessageState::Waiting {
            next_at: at(9, 0),
            reason: Some(reason()),
        },
        MessageState::Waiting {
            next_at: at(9, 0),
            reason: None,
        },
        MessageState::Sent {
            at: at(9, 0),
            receipt: Some(code!("smtp.4711")),
        },
        MessageState::Dead {
            at: at(9, 0),
            reason: reason(),
        },
        MessageState::Withdrawn {
            at: at(9, 0),
            reason: code!("solved"),
        },
    ];
    golden_enum("message_state", &states);
}

#[test]
fn recipients_stay() {
    let recipients = [
        Recipient::Customer(AYSE),
        Recipient::Staff(DENIZ),
        Recipient::Team(code!("support")),
        Recipient::Role(code!("supervisor")),
    ];
    golden_enum("recipient", &recipients);
}

/// A target with everything that can be said about one.
fn target() -> Target {
    let time = TimeBase::Business(code!("support"));
    let warn = [
        Action::Notify {
            to: sla::Recipient::Assignee,
            template: code!("due_soon"),
        },
        Action::RaisePriority,
    ];
    Target::new(
        code!("solve"),
        Metric::Resolution,
        TimeDelta::hours(16),
        time,
    )
    .with_boundary(Boundary::NextOpen)
    .pausing_in([StatusCategory::WaitingOnCustomer, StatusCategory::OnHold])
    .with_reopen(ReopenMode::Restart)
    .with_step(code!("warn"), TimeDelta::hours(-2), warn)
}

fn policy() -> Policy {
    Policy::new(code!("gold"), 3)
        .with_rank(10)
        .in_group(code!("customer"))
        .when(Aspect::CustomerTier, [code!("vip"), code!("gold")])
        .promising(target())
        .promising(Target::first_response(TimeDelta::hours(2)))
}

fn calendars() -> BTreeMap<Code, BTreeMap<u32, BusinessHours>> {
    let hours = BusinessHours::weekdays("UTC", "09:00", "17:00").unwrap();
    BTreeMap::from([(code!("support"), BTreeMap::from([(1, hours)]))])
}

/// The clocks of a case that was opened, answered late and paused, and every event that led there.
fn clocks() -> (Clocks, Vec<ClocksEvent>) {
    let (policy, calendars) = (policy(), calendars());
    let opened = Fact::Opened {
        by: Speaker::Customer,
        public: true,
        category: StatusCategory::New,
    };
    let mut clocks = Clocks::default();
    let mut events = Clocks::open(at(9, 0), opened, &[&policy], &calendars).unwrap();
    events.iter().for_each(|event| clocks.apply(event));
    let replied = Fact::Spoke {
        by: Speaker::Human,
        public: true,
        asking: false,
    };
    let waits = Fact::Moved {
        to: StatusCategory::WaitingOnCustomer,
    };
    for (at, fact) in [(at(12, 0), replied), (at(12, 30), waits)] {
        let more = clocks.advance(at, fact, &calendars).unwrap();
        more.iter().for_each(|event| clocks.apply(event));
        events.extend(more);
    }
    (clocks, events)
}

fn clock_key() -> ClockKey {
    ClockKey {
        group: Some(code!("customer")),
        metric: Metric::Resolution,
        origin: Origin::Creation,
    }
}

fn breach() -> Breach {
    Breach {
        policy: code!("gold"),
        revision: 3,
        group: Some(code!("customer")),
        target: code!("solve"),
        metric: Metric::Resolution,
        origin: Origin::Creation,
        cycle: 1,
        due_at: at(16, 0),
        noticed_at: at(16, 30),
    }
}

fn schedule() -> Schedule {
    Schedule {
        due_at: at(16, 0),
        next_at: Some(at(14, 0)),
    }
}

fn clock_events() -> Vec<ClockEvent> {
    let consumed_ms = 5_400_000;
    vec![
        ClockEvent::Started {
            cycle: 1,
            schedule: Some(schedule()),
        },
        ClockEvent::Started {
            cycle: 2,
            schedule: None,
        },
        ClockEvent::Paused { consumed_ms },
        ClockEvent::Resumed {
            consumed_ms,
            schedule: Schedule {
                next_at: None,
                ..schedule()
            },
        },
        ClockEvent::Met {
            consumed_ms,
            breached: false,
        },
        ClockEvent::Lapsed { consumed_ms },
        ClockEvent::Breached {
            breach: breach(),
            next_at: Some(at(17, 0)),
        },
        ClockEvent::Breached {
            breach: Breach {
                group: None,
                ..breach()
            },
            next_at: None,
        },
        ClockEvent::StepFired {
            step: code!("warn"),
            next_at: Some(at(17, 0)),
        },
        ClockEvent::StepFired {
            step: code!("warn"),
            next_at: None,
        },
        ClockEvent::Ended {
            reason: EndReason::Merged,
            consumed_ms,
        },
    ]
}

#[test]
fn clock_events_stay() {
    golden_enum("clock_event", &clock_events());
}

fn clocks_events() -> Vec<ClocksEvent> {
    let mut events = clocks().1;
    events.extend(clock_events().into_iter().map(|event| ClocksEvent::Clock {
        clock: clock_key(),
        at: at(12, 0),
        event,
    }));
    events
}

#[test]
fn clocks_events_stay() {
    golden_enum("clocks_event", &clocks_events());
}

#[test]
fn clock_states_stay() {
    let (since, consumed_ms) = (at(9, 0), 60_000);
    let states = [
        ClockState::Idle,
        ClockState::Running {
            since,
            consumed_ms,
            schedule: schedule(),
        },
        ClockState::Paused { since, consumed_ms },
        ClockState::Met {
            at: since,
            consumed_ms,
        },
        ClockState::Ended {
            at: since,
            reason: EndReason::Superseded,
            consumed_ms,
        },
    ];
    golden_enum("clock_state", &states);
}

#[test]
fn facts_stay() {
    let facts = [
        Fact::Opened {
            by: Speaker::Customer,
            public: true,
            category: StatusCategory::New,
        },
        Fact::Spoke {
            by: Speaker::Human,
            public: true,
            asking: false,
        },
        Fact::Moved {
            to: StatusCategory::Solved,
        },
        Fact::Assigned,
        Fact::Acknowledged,
        Fact::Updated,
        Fact::Merged,
        Fact::Cancelled,
    ];
    golden_enum("fact", &facts);
    let fact = Fact::Assigned;
    golden("noted", &[Noted { at: at(9, 0), fact }]);
}

#[test]
fn escalations_stay() {
    let to = |to| Action::Notify {
        to,
        template: code!("late"),
    };
    let actions = [
        to(sla::Recipient::Assignee),
        Action::RaisePriority,
        Action::SetPriority(code!("urgent")),
        Action::Reassign {
            team: code!("second_line"),
        },
    ];
    golden_enum("action", &actions);
    let recipients = [
        sla::Recipient::Assignee,
        sla::Recipient::Team(code!("support")),
        sla::Recipient::Role(code!("supervisor")),
        sla::Recipient::Customer,
    ];
    golden_enum("escalation_recipient", &recipients);
    let step = Step {
        name: code!("late"),
        offset_ms: 3_600_000,
        actions: recipients.map(to).to_vec(),
    };
    golden("step", &[step]);
}

fn case_opening() -> Opening {
    Opening {
        customer: AYSE,
        by: Speaker::Customer,
        channel: Some(Channel::Email),
        status: code!("new"),
        category: StatusCategory::New,
        priority: code!("normal"),
        topic: Some(code!("no_water")),
        product: Some(code!("WM-60")),
        contract: Some(code!("care_plus")),
        team: Some(code!("support")),
        reference: Some(code!("ERP-4711")),
        interaction: Some(CHAT),
        complaint: Some(Severity::Major),
        from: Some((LinkKind::FollowUpOf, CaseId::from_u128(0xca50))),
    }
}

fn bare_case_opening() -> Opening {
    Opening {
        customer: AYSE,
        by: Speaker::System,
        channel: None,
        status: code!("new"),
        category: StatusCategory::New,
        priority: code!("normal"),
        topic: None,
        product: None,
        contract: None,
        team: None,
        reference: None,
        interaction: None,
        complaint: None,
        from: None,
    }
}

fn slots() -> Vec<Slot> {
    vec![
        Slot::Goal,
        Slot::Facts,
        Slot::Fact(code!("serial_number")),
        Slot::Steps,
        Slot::Promises,
        Slot::Question,
    ]
}

#[test]
fn slots_stay() {
    golden_enum("slot", &slots());
}

fn of_clocks(event: ClocksEvent) -> CaseEvent {
    CaseEvent::Clocks(event.into())
}

fn case_events() -> Vec<CaseEvent> {
    let other = CaseId::from_u128(0xca51);
    let reason = || code!("not_fixed");
    vec![
        CaseEvent::Opened(Box::new(case_opening())),
        CaseEvent::Opened(Box::new(bare_case_opening())),
        CaseEvent::Spoke {
            interaction: CHAT,
            by: Speaker::Customer,
            public: true,
            asks: true,
        },
        CaseEvent::Moved {
            from: code!("open"),
            to: code!("solved"),
            category: StatusCategory::Solved,
            closes_at: Some(at(17, 0)),
        },
        CaseEvent::Moved {
            from: code!("new"),
            to: code!("open"),
            category: StatusCategory::Open,
            closes_at: None,
        },
        CaseEvent::Reopened(ReopenedBy::Answer(CHAT)),
        CaseEvent::Reopened(ReopenedBy::Request(reason())),
        CaseEvent::CalledOff { reason: reason() },
        CaseEvent::Assigned { to: Some(DENIZ) },
        CaseEvent::Assigned { to: None },
        CaseEvent::Routed {
            to: code!("support"),
        },
        CaseEvent::Transferred {
            from: code!("support"),
            to: code!("technicians"),
            bounce: true,
            packet: slots(),
        },
        CaseEvent::OwnerPinned,
        CaseEvent::OwnerUnpinned,
        CaseEvent::Prioritised {
            from: code!("normal"),
            to: code!("high"),
        },
        CaseEvent::Classified {
            topic: Some(code!("leak")),
            product: Some(code!("WM-60")),
            contract: Some(code!("care_plus")),
        },
        CaseEvent::Classified {
            topic: None,
            product: None,
            contract: None,
        },
        CaseEvent::FactAsked {
            fact: code!("serial_number"),
            repeat: true,
        },
        CaseEvent::CustomerNotTold {
            purpose: code!("case.escalation"),
            why: code!("customer.no_contact"),
        },
        CaseEvent::FactRecorded {
            fact: code!("serial_number"),
            source: code!("customer"),
        },
        CaseEvent::Linked {
            to: other,
            kind: LinkKind::SameCause,
        },
        CaseEvent::Unlinked {
            from: other,
            kind: LinkKind::SameCause,
        },
        CaseEvent::MergedInto { case: other },
        CaseEvent::Absorbed { case: other },
        CaseEvent::BecameComplaint {
            severity: Severity::Critical,
        },
        CaseEvent::ComplaintAcknowledged,
        CaseEvent::ComplaintDecided {
            decision: code!("upheld"),
            remedy: Some(code!("replacement")),
        },
        CaseEvent::ComplaintAppealed { reason: reason() },
        of_clocks(ClocksEvent::Noted(Noted {
            at: at(9, 0),
            fact: Fact::Assigned,
        })),
    ]
}

#[test]
fn case_events_stay() {
    golden_enum("case_event", &case_events());
    golden_enum(
        "reopened_by",
        &[
            ReopenedBy::Answer(CHAT),
            ReopenedBy::Request(code!("not_fixed")),
        ],
    );
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

#[test]
fn contact_kinds_stay() {
    let kinds = [
        ContactKind::Email,
        ContactKind::Phone,
        ContactKind::Address,
        ContactKind::Social(code!("x")),
        ContactKind::Account(code!("app")),
    ];
    golden_enum("contact_kind", &kinds);
}

fn events() -> Vec<Event> {
    let mut events = super::service::events();
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

fn product_spec() -> ProductSpec {
    let pump = Component {
        serviceable: true,
        parts_until: Some(date("2040-12-31")),
    };
    let burner = MeterSpec::counting(code!("h")).rolling_over_at(100_000);
    ProductSpec {
        category: Some(code!("boiler")),
        maker: Some(code!("demir")),
        components: BTreeMap::from([
            (code!("pump"), pump),
            (code!("casing"), Component::default()),
        ]),
        parts_until: Some(date("2036-12-31")),
        meters: BTreeMap::from([(code!("burner"), burner)]),
        serials: Serials::Listed,
    }
}

fn date(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn product_events() -> Vec<ProductEvent> {
    vec![
        ProductEvent::Defined(Box::new(Definition {
            model: code!("KB-24"),
            spec: product_spec(),
        })),
        ProductEvent::Redefined(Box::default()),
    ]
}

const UNIT: UnitId = UnitId::from_u128(0x0417);
const READING: ReadingId = ReadingId::from_u128(0x4ead);
const ORIGIN: UnitOrigin = UnitOrigin {
    order: OrderId::from_u128(0x04de4),
    line: 1,
};

fn unit_events() -> Vec<UnitEvent> {
    let dial = Dial {
        at: at(11, 0),
        shows: 50,
    };
    let read = |rolled_over_at, late| UnitEvent::Read {
        meter: code!("burner"),
        reading: READING,
        dial,
        usage: 50,
        rolled_over_at,
        late,
    };
    vec![
        UnitEvent::Recorded(Box::new(Recording {
            product: code!("KB-24"),
            serial: Some(code!("TR-4711-0001")),
            maker: Some(code!("demir")),
            owner: Some((AYSE, Acquired::Bought)),
            origin: Some(ORIGIN),
            bought_on: Some(date("2026-03-01")),
        })),
        UnitEvent::Recorded(Box::new(Recording {
            product: code!("KB-24"),
            serial: None,
            maker: None,
            owner: None,
            origin: None,
            bought_on: None,
        })),
        UnitEvent::Sold {
            to: AYSE,
            origin: ORIGIN,
            on: date("2026-03-01"),
        },
        UnitEvent::Delivered { at: at(9, 0) },
        UnitEvent::Registered {
            bought_on: Some(date("2026-03-01")),
        },
        UnitEvent::Installed(Installation {
            at: at(10, 0),
            by: Some(DENIZ),
            installer: Some(code!("usta")),
        }),
        UnitEvent::Placed(Site {
            address: Some(POINT),
            spot: Some(code!("kitchen")),
        }),
        read(None, false),
        UnitEvent::ReadingCorrected {
            meter: code!("burner"),
            reading: READING,
            shows: 55,
            before: 50,
        },
        read(Some(100_000), false),
        read(None, true),
        UnitEvent::MeterReplaced {
            meter: code!("burner"),
            at: at(12, 0),
            last: 60,
            first: 5,
        },
        UnitEvent::Retired {
            reason: code!("scrapped"),
        },
        UnitEvent::Passed {
            to: CustomerId::from_u128(0xa2),
            how: Acquired::Resold,
            at: at(13, 0),
        },
        UnitEvent::TakenBack {
            reason: code!("returned"),
        },
    ]
}

#[test]
fn product_and_unit_events_stay() {
    golden_enum("product_event", &product_events());
    golden_enum("unit_event", &unit_events());
}

fn products() -> Vec<Product> {
    let events = product_events();
    let id = Product::id_of(&code!("KB-24"));
    let product = Product::begin(id, &events[0], &stamp(9, 0)).unwrap();
    let mut bare = product.clone();
    bare.apply(&events[1], &stamp(10, 0));
    vec![product, bare]
}

fn units() -> Vec<Unit> {
    let events = unit_events();
    let mut full = Unit::begin(UNIT, &events[0], &stamp(9, 0)).unwrap();
    let bare = Unit::begin(UNIT, &events[1], &stamp(9, 0)).unwrap();
    for event in &events[2..events.len() - 2] {
        full.apply(event, &stamp(13, 0));
    }
    let mut back = full.clone();
    for event in &events[events.len() - 2..] {
        back.apply(event, &stamp(14, 0));
    }
    vec![bare, full, back]
}

const ORDER: OrderId = OrderId::from_u128(0x04de4);

fn lira(minor: i64) -> Money {
    Money::new(minor, Currency::TRY)
}

fn pricing() -> Pricing {
    let twenty = BasisPoints::from_percent(20);
    let items = [
        Item::new(code!("KB-24"), 1, lira(9_000_00))
            .less_rate(BasisPoints::from_percent(10))
            .taxed(twenty),
        Item::new(code!("cup"), 2, lira(50_00))
            .less(lira(10_00))
            .as_final_sale(),
        Item::new(code!("bag"), 1, lira(1_00)),
    ];
    let shipping = Shipping {
        price: lira(60_00),
        discount: None,
        tax_rate: twenty,
    };
    let discount = Some(Discount::Amount(lira(100_00)));
    Pricing::of(&items, discount, Some(&shipping), TaxBasis::Added).unwrap()
}

fn shipment() -> Shipment {
    Shipment {
        number: 1,
        items: vec![(1, 1), (2, 2)],
        units: vec![(1, UNIT)],
        carrier: Some(code!("kargo")),
        tracking: Some(code!("K-1")),
        prepared_at: at(10, 0),
        marks: BTreeMap::new(),
        estimate: None,
    }
}

fn order_events() -> Vec<OrderEvent> {
    let reason = || code!("supplier");
    let tracked = |milestone| OrderEvent::Tracked {
        shipment: 1,
        milestone,
        at: at(11, 0),
    };
    let notice = Notice::Rescheduled;
    let bare = Shipment {
        number: 2,
        items: vec![(3, 1)],
        units: Vec::new(),
        carrier: None,
        tracking: None,
        ..shipment()
    };
    let mut events = vec![
        OrderEvent::Placed(Box::new(Placement {
            customer: AYSE,
            reference: Some(code!("W-1001")),
            pricing: pricing(),
            zone: "+03:00".parse().unwrap(),
            address: Some(POINT),
            promise: Some(Promise::by_day(date("2026-03-06"))),
            line_promises: vec![(1, Promise::between(at(12, 0), at(14, 0)))],
            look_at: Some(at(13, 0)),
        })),
        OrderEvent::Placed(Box::new(Placement {
            customer: AYSE,
            reference: None,
            pricing: pricing(),
            zone: "UTC".parse().unwrap(),
            address: None,
            promise: None,
            line_promises: Vec::new(),
            look_at: None,
        })),
        OrderEvent::Confirmed,
        OrderEvent::Paid(Payment {
            reference: code!("p-1"),
            method: code!("card"),
            amount: lira(8_000_00),
            at: at(9, 30),
            refunded: lira(0),
        }),
        OrderEvent::Personalised(Touches {
            packaging: Some(code!("gift_wrap")),
            note: Some(ContentId::from_u128(0xc1)),
            thank_you: true,
        }),
        OrderEvent::Promised {
            line: None,
            promise: Promise {
                from: Some(Due::On(date("2026-03-07"))),
                by: Due::On(date("2026-03-08")),
            },
            reason: Some(reason()),
            look_at: Some(at(14, 0)),
        },
        OrderEvent::Promised {
            line: Some(2),
            promise: Promise::by(at(15, 0)),
            reason: None,
            look_at: None,
        },
        OrderEvent::LookedAt {
            look_at: Some(at(15, 0)),
        },
        OrderEvent::LookedAt { look_at: None },
        OrderEvent::Prepared(Box::new(shipment())),
        OrderEvent::Prepared(Box::new(bare)),
        OrderEvent::Estimated {
            shipment: 1,
            estimate: Estimate {
                said_at: at(11, 0),
                at: at(16, 0),
            },
        },
        OrderEvent::Delivered { at: at(12, 0) },
        OrderEvent::CustomerTold {
            notice,
            message: MESSAGE,
        },
        OrderEvent::CustomerNotTold {
            notice,
            why: code!("customer.no_contact"),
        },
    ];
    let lines = || vec![(1, 1), (2, 1)];
    events.extend([
        OrderEvent::ReturnAnnounced {
            of: RETURN,
            lines: lines(),
            units: vec![UNIT],
        },
        OrderEvent::ReturnReleased {
            of: RETURN,
            lines: vec![(2, 1)],
            units: Vec::new(),
        },
        OrderEvent::Settled(Box::new(settlement())),
        OrderEvent::Reacted {
            reaction: code!("survey"),
            effect: Effect::Done {
                what: code!("told"),
            },
        },
        OrderEvent::Reacted {
            reaction: code!("survey"),
            effect: Effect::Skipped {
                why: code!("customer.no_contact"),
            },
        },
    ]);
    events.extend(Milestone::ALL.iter().copied().map(tracked));
    events.extend([
        OrderEvent::Cancelled {
            by: CancelledBy::Business,
            reason: reason(),
            fee: lira(100),
            refunds: vec![(1, lira(7_900_00))],
        },
        OrderEvent::Cancelled {
            by: CancelledBy::Customer,
            reason: reason(),
            fee: lira(0),
            refunds: Vec::new(),
        },
        OrderEvent::Changed(Box::new(pricing())),
    ]);
    events
}

#[test]
fn order_events_stay() {
    golden_enum("order_event", &order_events());
}

const RETURN: ReturnId = ReturnId::from_u128(0x4e7);

fn settlement() -> Settlement {
    Settlement {
        of: RETURN,
        kind: RefundKind::Original,
        lines: vec![(
            1,
            1,
            Charge {
                amount: lira(9_000_00),
                tax: lira(1_500_00),
            },
        )],
        shipping: Charge {
            amount: lira(60_00),
            tax: lira(10_00),
        },
        kept: lira(900_00),
        refunded: lira(8_160_00),
        payments: vec![(1, lira(8_000_00))],
    }
}

fn return_events() -> Vec<ReturnEvent> {
    let finding = |passed| Finding {
        check: Check::Window,
        line: 1,
        passed,
        on_failure: OnFailure::Manual,
        fact: Some(code!("2026-03-16")),
    };
    let settled = |kind, exchange| ReturnEvent::Settled {
        units: vec![1],
        choice: RefundChoice {
            kind,
            why: code!("preference"),
        },
        refunded: lira(8_160_00),
        exchange,
    };
    vec![
        ReturnEvent::Announced(Box::new(ReturnRequest {
            order: ORDER,
            customer: AYSE,
            right: Right::Policy,
            reason: code!("unwanted"),
            preference: Some(RefundKind::StoreCredit),
            pieces: vec![
                (1, Some(UNIT), Acceptance::Pending),
                (2, None, Acceptance::Manual),
            ],
            findings: vec![finding(true), finding(false)],
            expires_at: Some(at(18, 0)),
        })),
        ReturnEvent::Announced(Box::new(ReturnRequest {
            order: ORDER,
            customer: AYSE,
            right: Right::Withdrawal(code!("EU")),
            reason: code!("unwanted"),
            preference: None,
            pieces: vec![(1, None, Acceptance::Accepted)],
            findings: Vec::new(),
            expires_at: None,
        })),
        ReturnEvent::Moved {
            units: vec![1],
            to: Reception::Received,
        },
        ReturnEvent::Inspected {
            units: vec![1],
            condition: code!("as_new"),
            acceptance: Acceptance::Accepted,
        },
        ReturnEvent::Decided {
            units: vec![2],
            acceptance: Acceptance::Rejected,
            reason: code!("worn"),
        },
        settled(RefundKind::Exchange, Some(OrderId::from_u128(0x0e))),
        settled(RefundKind::Original, None),
    ]
}

#[test]
fn return_events_stay() {
    golden_enum("return_event", &return_events());
}

fn returns() -> Vec<Return> {
    let events = return_events();
    let bare = Return::begin(RETURN, &events[1], &stamp(9, 0)).unwrap();
    let mut full = Return::begin(RETURN, &events[0], &stamp(9, 0)).unwrap();
    for event in &events[2..] {
        full.apply(event, &stamp(10, 0));
    }
    vec![bare, full]
}

fn orders() -> Vec<Order> {
    let events = order_events();
    let bare = Order::begin(ORDER, &events[1], &stamp(9, 0)).unwrap();
    let mut full = Order::begin(ORDER, &events[0], &stamp(9, 0)).unwrap();
    for event in &events[2..events.len() - 2] {
        full.apply(event, &stamp(10, 0));
    }
    full.look_at = Some(at(17, 0));
    vec![bare, full]
}

fn readings() -> Vec<Reading> {
    let full = Reading {
        id: READING,
        unit: UNIT,
        meter: code!("burner"),
        owner: Some(AYSE),
        dial: Dial {
            at: at(11, 0),
            shows: 55,
        },
        usage: 55,
        corrections: 1,
    };
    let bare = Reading {
        owner: None,
        ..full.clone()
    };
    vec![bare, full]
}

fn customers() -> Vec<Customer> {
    let fresh = Customer::begin(AYSE, &CustomerEvent::Registered {}, &stamp(9, 0)).unwrap();
    let full = Customer {
        contacts: vec![contact()],
        preferences: BTreeMap::from([(code!("case"), vec![Channel::Sms])]),
        consents: consents(),
        tags: BTreeSet::from([code!("press")]),
        segments: BTreeSet::from([code!("home")]),
        tier: Some(code!("vip")),
        notes: 2,
        merged_into: Some(CustomerId::from_u128(0xa2)),
        absorbed: vec![CustomerId::from_u128(0xa3)],
        erasing_since: Some(at(10, 0)),
        erased_at: Some(at(10, 1)),
        ..fresh.clone()
    };
    vec![fresh, full]
}

fn profiles() -> Vec<Profile> {
    let full = Profile {
        customer: AYSE,
        name: Some(words("Ayşe Yılmaz")),
        salutation: Some(words("Ayşe Hanım")),
        language: Some(Language::TURKISH),
        zone: Some("+03:00".parse().unwrap()),
        contacts: vec![ContactPoint {
            id: POINT,
            kind: ContactKind::Email,
            value: words("ayse@example.com"),
        }],
    };
    vec![Profile::new(AYSE), full]
}

fn contents() -> Vec<Content> {
    let bare = Content {
        customer: AYSE,
        visibility: Visibility::Internal,
        subject: None,
        body: words("Wants to see it first."),
    };
    let full = Content {
        customer: AYSE,
        visibility: Visibility::Public,
        subject: Some(words("Kırmızı ışık")),
        body: words("Su almıyor."),
    };
    vec![bare, full]
}

fn interactions() -> Vec<Interaction> {
    let begin = |opening: interaction::Opening| {
        let event = InteractionEvent::Started(Box::new(opening));
        Interaction::begin(CHAT, &event, &stamp(9, 0)).unwrap()
    };
    let mut full = begin(contact_opening());
    let course = [
        InteractionEvent::Answered {
            by: Attendant::Staff(DENIZ),
            team: None,
        },
        InteractionEvent::Held,
        InteractionEvent::Resumed,
        InteractionEvent::Transferred {
            to: code!("technicians"),
        },
        InteractionEvent::Answered {
            by: Attendant::Staff(DENIZ),
            team: None,
        },
        InteractionEvent::Ended {
            outcome: Some(code!("advised")),
        },
        InteractionEvent::Redacted,
        InteractionEvent::Worded {
            content: Content::id_of(CHAT),
        },
    ];
    for (minute, event) in (1..).zip(course) {
        full.apply(&event, &stamp(9, minute));
    }
    vec![begin(bare_opening()), full]
}

fn cases() -> Vec<Case> {
    let begin = |opening: Opening| {
        let event = CaseEvent::Opened(Box::new(opening));
        Case::begin(CASE, &event, &stamp(9, 0)).unwrap()
    };
    let mut full = begin(case_opening());
    let clocks = clocks().1.into_iter().map(of_clocks);
    let late = of_clocks(ClocksEvent::Clock {
        clock: clock_key(),
        at: at(16, 0),
        event: ClockEvent::Breached {
            breach: breach(),
            next_at: None,
        },
    });
    for event in clocks
        .chain([late])
        .chain(case_events().into_iter().skip(2))
    {
        full.apply(&event, &stamp(13, 0));
    }
    full.assignee = Some(DENIZ);
    full.links = vec![(LinkKind::Related, CaseId::from_u128(0xca51))];
    full.closed_at = Some(at(17, 0));
    full.solved_at = Some(at(16, 0));
    full.closes_at = Some(at(17, 0));
    vec![begin(bare_case_opening()), full]
}

fn dossiers() -> Vec<Dossier> {
    let packet = Packet::new("Çamaşır yıkamak istiyorum", "Is the valve stuck?")
        .with_fact(code!("serial_number"), "TR-4711", code!("invoice"))
        .with_step("opened the tap", "still no water")
        .with_promise("a call on Friday");
    let full = Dossier {
        subject: Some(words("Su almıyor")),
        facts: BTreeMap::from([(
            code!("serial_number"),
            KnownFact {
                value: words("TR-4711"),
                source: code!("customer"),
                at: at(9, 30),
            },
        )]),
        hand_overs: vec![HandOver {
            at: at(11, 0),
            by: By::Staff(DENIZ),
            to: code!("technicians"),
            packet,
        }],
        ..Dossier::new(AYSE)
    };
    vec![Dossier::new(AYSE), full]
}

fn entries() -> Vec<Entry> {
    let full = Entry {
        stamp: stamp(9, 0),
        rank: 1_772_442_000_250_000,
        command: "case.reopen".into(),
        fingerprint: Uuid::from_u128(0xf1),
        events: events(),
        customers: vec![AYSE],
        reason: Some(code!("not_fixed")),
        unread: true,
    };
    let bare = Entry {
        events: Vec::new(),
        customers: Vec::new(),
        reason: None,
        unread: false,
        ..full.clone()
    };
    vec![bare, full]
}

fn messages() -> Vec<Message> {
    let queued = MessageEvent::Queued(Box::new(draft()));
    let mut message = Message::begin(MESSAGE, &queued, &stamp(9, 0)).unwrap();
    let fresh = message.clone();
    for event in message_events().into_iter().skip(4).take(3) {
        message.apply(&event, &stamp(9, 1));
    }
    vec![fresh, message]
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
    let mut terms = Vec::new();
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
    ];
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
