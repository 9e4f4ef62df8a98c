//! Customers.

use std::collections::{BTreeMap, BTreeSet};

use aftercare::code;
use aftercare::customer::{
    Absorbed, Consent, Consents, Contact, ContactKind, ContactPoint, Customer, CustomerEvent,
    Profile, ProfilePart,
};
use aftercare::interaction::Channel;
use aftercare::kernel::{ContactPointId, ContentId, CustomerId, Effect, Language};

use super::golden_enum;
use super::values::{AYSE, POINT, at, stamp, words};

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
            referred_by: Some(CustomerId::from_u128(0xa5)),
        })),
        CustomerEvent::Referred {
            by: CustomerId::from_u128(0xa5),
        },
        CustomerEvent::Reacted {
            reaction: code!("welcome"),
            effect: Effect::Done {
                what: code!("points_earned"),
            },
        },
        CustomerEvent::ErasureBegun {},
        CustomerEvent::Erased {},
    ]
}

#[test]
fn customer_events_stay() {
    golden_enum("customer_event", &customer_events());
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

pub fn customers() -> Vec<Customer> {
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

pub fn profiles() -> Vec<Profile> {
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
