//! Interactions and what was said.

use aftercare::code;
use aftercare::interaction::{
    self, About, Attendant, Channel, Content, Direction, Interaction, InteractionEvent, Mark,
    Phase, Visibility,
};
use aftercare::sla::Speaker;

use super::golden_enum;
use super::values::{AYSE, CASE, CHAT, DENIZ, stamp, words};

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

pub fn contents() -> Vec<Content> {
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

pub fn interactions() -> Vec<Interaction> {
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
