use serde::{Deserialize, Serialize};

use super::{About, Attendant, Channel, Direction, Mark, Phase, Visibility};
use crate::kernel::{CaseId, Code, ContentId, CustomerId};
use crate::sla::Speaker;

/// What is known of a contact when it begins; nothing in it is personal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// With or about whom.
    pub customer: CustomerId,
    /// The case it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// Over what; a note has no channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// From whom to whom.
    pub direction: Direction,
    /// How far along the customer is.
    pub phase: Phase,
    /// Who may read it.
    pub visibility: Visibility,
    /// Who began it.
    pub speaker: Speaker,
    /// Whether the customer waits for an answer.
    pub asks: bool,
    /// The team it is for, or that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Code>,
    /// Who wrote or called, when it was not the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attendant: Option<Attendant>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "About::is_empty")]
    pub about: About,
    /// Where its words are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<ContentId>,
    /// Why measures leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
}

/// What can happen to an interaction; nothing in it is personal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InteractionEvent {
    /// A message was sent or received; it is over at once.
    Recorded(Box<Opening>),
    /// A live contact began, and waits.
    Started(Box<Opening>),
    /// Somebody attends to it.
    Answered {
        /// Who.
        by: Attendant,
        /// Of which team, when it is another than the one it waited for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<Code>,
    },
    /// The customer was asked to hold.
    Held,
    /// The hold is over.
    Resumed,
    /// It waits for a team.
    Transferred {
        /// Which one.
        to: Code,
    },
    /// It is over.
    Ended {
        /// With which result.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<Code>,
    },
    /// The customer left, or was not reached.
    Abandoned {
        /// Why, if it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Code>,
    },
    /// It belongs to a case from now on.
    Joined {
        /// Which one.
        case: CaseId,
    },
    /// What it is about was set.
    Classified {
        /// How far along the customer is.
        phase: Phase,
        /// What it is about.
        about: About,
    },
    /// Measures leave it out, or count it again.
    Marked {
        /// Why they leave it out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mark: Option<Mark>,
    },
    /// Its words were written down, or written anew.
    Worded {
        /// Where they are.
        content: ContentId,
    },
    /// Its words were erased.
    Redacted,
}
