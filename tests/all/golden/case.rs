//! Cases and what is known about a customer.

use std::collections::BTreeMap;

use aftercare::case::{
    Case, CaseEvent, Complaint, Dossier, HandOver, KnownFact, LinkKind, Opening, Packet,
    ReopenedBy, Severity, Slot,
};
use aftercare::code;
use aftercare::interaction::Channel;
use aftercare::kernel::{By, CaseId, Effect, OrderId, SurveyId};
use aftercare::sla::{ClockEvent, ClocksEvent, Fact, Noted, Speaker, StatusCategory};

use super::golden_enum;
use super::sla::{breach, clock_key, clocks};
use super::values::{AYSE, CASE, CHAT, DENIZ, at, stamp, words};

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
        survey: Some(SurveyId::from_u128(0x5e)),
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
        survey: None,
    }
}

pub fn slots() -> Vec<Slot> {
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
        CaseEvent::Referred { about: None },
        CaseEvent::Referred {
            about: Some(OrderId::from_u128(0x0d)),
        },
        CaseEvent::ComplaintTaken(Box::new(Complaint {
            severity: Severity::Major,
            acknowledged_at: Some(at(13, 0)),
            decision: Some(code!("rejected")),
            remedy: Some(code!("apology")),
            decided_at: Some(at(13, 0)),
            appealed_at: None,
            appeals: 0,
        })),
        CaseEvent::BecameComplaint {
            severity: Severity::Critical,
        },
        CaseEvent::ComplaintAcknowledged,
        CaseEvent::ComplaintDecided {
            decision: code!("upheld"),
            remedy: Some(code!("replacement")),
        },
        CaseEvent::ComplaintAppealed { reason: reason() },
        CaseEvent::Reacted {
            reaction: code!("survey"),
            effect: Effect::Done {
                what: code!("survey_planned"),
            },
        },
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

pub fn cases() -> Vec<Case> {
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

pub fn dossiers() -> Vec<Dossier> {
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
