//! Messages.

use aftercare::code;
use aftercare::interaction::Channel;
use aftercare::kernel::ContentId;
use aftercare::message::{Draft, Message, MessageEvent, MessageState, Recipient};

use super::golden_enum;
use super::values::{AYSE, CASE, DENIZ, MESSAGE, at, stamp};

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
        MessageEvent::Bounced { reason: reason() },
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

pub fn messages() -> Vec<Message> {
    let queued = MessageEvent::Queued(Box::new(draft()));
    let mut message = Message::begin(MESSAGE, &queued, &stamp(9, 0)).unwrap();
    let fresh = message.clone();
    for event in message_events().into_iter().skip(4).take(3) {
        message.apply(&event, &stamp(9, 1));
    }
    vec![fresh, message]
}
