//! Who said what, as a case has to hear it.

use chrono::{DateTime, Utc};

use super::{Attendant, Direction, Interaction};
use crate::kernel::By;
use crate::sla::Speaker;

/// Something was said that a case has to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// When, UTC.
    pub(crate) at: DateTime<Utc>,
    /// Who said it.
    pub(crate) by: Speaker,
    /// Whether the customer knows of it.
    pub(crate) is_public: bool,
    /// Whether the customer waits for an answer.
    pub(crate) asks: bool,
}

/// Who begins a contact in this direction that is recorded by this actor: what comes in is the customer's
/// word, whoever writes it down.
pub(crate) const fn speaker(direction: Direction, by: &By) -> Speaker {
    match (direction, by) {
        (Direction::Inbound, _) | (_, By::Customer(_)) => Speaker::Customer,
        (Direction::Outbound | Direction::Internal, By::Staff(_)) => Speaker::Human,
        (Direction::Outbound | Direction::Internal, By::Bot(_)) => Speaker::Bot,
        (Direction::Outbound | Direction::Internal, By::System) => Speaker::System,
    }
}

/// The actor as the one who attends; `None` for the system and for customers.
pub(crate) fn attendant(by: &By) -> Option<Attendant> {
    match by {
        By::Staff(id) => Some(Attendant::Staff(*id)),
        By::Bot(name) => Some(Attendant::Bot(name.clone())),
        By::System | By::Customer(_) => None,
    }
}

/// What was said when the contact began. A call to the customer says nothing before it is answered.
pub(crate) fn said_at_start(contact: &Interaction) -> Option<Said> {
    let is_heard = !contact.is_live || contact.direction == Direction::Inbound;
    let is_customer = contact.speaker == Speaker::Customer;
    (is_heard && contact.mark.is_none()).then_some(Said {
        at: contact.started_at,
        by: contact.speaker,
        // The customer knows what they said, whoever may read the record of it.
        is_public: contact.is_public() || is_customer,
        asks: contact.asks && is_customer,
    })
}

/// What is said by answering: a person who attends to the customer replies to them.
pub(crate) fn said_by_answering(
    contact: &Interaction,
    by: &Attendant,
    at: DateTime<Utc>,
) -> Option<Said> {
    let by = match by {
        Attendant::Staff(_) => Speaker::Human,
        Attendant::Bot(_) => Speaker::Bot,
    };
    // A clock that is behind does not answer before the question.
    answer(contact, at.max(contact.times.since), by)
}

/// What was said by answering so far, for a case that the contact joins later.
pub(crate) fn said_since(contact: &Interaction) -> Option<Said> {
    match (contact.human_at, contact.answered_at) {
        (Some(at), _) => answer(contact, at, Speaker::Human),
        (None, Some(at)) => answer(contact, at, Speaker::Bot),
        (None, None) => None,
    }
}

fn answer(contact: &Interaction, at: DateTime<Utc>, by: Speaker) -> Option<Said> {
    contact.mark.is_none().then_some(Said {
        at,
        by,
        is_public: contact.is_public(),
        asks: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code;
    use crate::interaction::{InteractionEvent, Mark, Opening, Phase, Visibility};
    use crate::kernel::{CustomerId, InteractionId, RequestId, StaffId, Stamp};

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn stamp() -> Stamp {
        Stamp {
            at: NOW,
            request: RequestId::from_u128(1),
            by: By::System,
        }
    }

    fn opening(direction: Direction, by: &By) -> Opening {
        Opening {
            customer: CustomerId::from_u128(1),
            case: None,
            channel: None,
            direction,
            phase: Phase::AfterSale,
            visibility: match direction {
                Direction::Inbound | Direction::Outbound => Visibility::Public,
                Direction::Internal => Visibility::Internal,
            },
            speaker: speaker(direction, by),
            asks: true,
            team: None,
            attendant: attendant(by),
            about: Default::default(),
            content: None,
            mark: None,
        }
    }

    fn contact(event: InteractionEvent) -> Interaction {
        Interaction::begin(InteractionId::from_u128(1), &event, &stamp()).unwrap()
    }

    fn message(opening: Opening) -> Interaction {
        contact(InteractionEvent::Recorded(Box::new(opening)))
    }

    fn live(opening: Opening) -> Interaction {
        contact(InteractionEvent::Started(Box::new(opening)))
    }

    const STAFF: By = By::Staff(StaffId::from_u128(7));
    const DENIZ: Attendant = Attendant::Staff(StaffId::from_u128(7));

    fn said_by(by: Speaker, is_public: bool, asks: bool) -> Said {
        Said {
            at: NOW,
            by,
            is_public,
            asks,
        }
    }

    #[test]
    fn a_customers_message_asks_and_ours_never_does() {
        let inbound = message(opening(Direction::Inbound, &STAFF));
        let asking = said_by(Speaker::Customer, true, true);
        assert_eq!(said_at_start(&inbound), Some(asking));
        let reply = message(opening(Direction::Outbound, &STAFF));
        let replied = said_by(Speaker::Human, true, false);
        assert_eq!(said_at_start(&reply), Some(replied));
        let note = message(opening(Direction::Internal, &STAFF));
        let noted = said_by(Speaker::Human, false, false);
        assert_eq!(said_at_start(&note), Some(noted));
        let automatic = message(opening(Direction::Outbound, &By::System));
        let sent = said_by(Speaker::System, true, false);
        assert_eq!(said_at_start(&automatic), Some(sent));
    }

    #[test]
    fn the_customer_knows_what_they_said_even_where_the_record_is_internal() {
        let opening = Opening {
            visibility: Visibility::Internal,
            ..opening(Direction::Inbound, &STAFF)
        };
        let contact = message(opening);
        assert!(said_at_start(&contact).unwrap().is_public);
        assert!(!said_by_answering(&contact, &DENIZ, NOW).unwrap().is_public);
    }

    #[test]
    fn a_caller_speaks_at_once_and_a_call_to_the_customer_once_they_pick_up() {
        let inbound = live(opening(Direction::Inbound, &By::System));
        assert_eq!(said_at_start(&inbound).unwrap().by, Speaker::Customer);
        let outbound = live(opening(Direction::Outbound, &STAFF));
        assert_eq!(said_at_start(&outbound), None);
        let reply = said_by(Speaker::Human, true, false);
        assert_eq!(said_by_answering(&outbound, &DENIZ, NOW), Some(reply));
    }

    #[test]
    fn a_bot_that_answers_is_no_human_reply() {
        let chat = live(opening(Direction::Inbound, &By::System));
        let helper = Attendant::Bot(code!("helper"));
        let said = said_by_answering(&chat, &helper, NOW).unwrap();
        assert_eq!(said.by, Speaker::Bot);
    }

    #[test]
    fn a_contact_that_joins_later_tells_the_best_answer_so_far() {
        let mut chat = live(opening(Direction::Inbound, &By::System));
        assert_eq!(said_since(&chat), None);
        let answered = |by| InteractionEvent::Answered { by, team: None };
        chat.apply(&answered(Attendant::Bot(code!("helper"))), &stamp());
        assert_eq!(said_since(&chat).unwrap().by, Speaker::Bot);
        chat.apply(&answered(DENIZ), &stamp());
        assert_eq!(said_since(&chat).unwrap().by, Speaker::Human);
    }

    #[test]
    fn no_case_hears_of_spam() {
        let spam = live(Opening {
            mark: Some(Mark::Spam),
            ..opening(Direction::Inbound, &By::System)
        });
        assert_eq!(said_by_answering(&spam, &DENIZ, NOW), None);
        assert_eq!(said_at_start(&spam), None);
    }
}
