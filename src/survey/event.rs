use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::follow_up::FollowUpStage;
use super::state::{Credit, Subject};
use crate::interaction::Channel;
use crate::kernel::{CaseId, Code, CustomerId, Effect, MessageId};
use crate::satisfaction::{Instrument, Rating};

/// What a survey is like when it is planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planning {
    /// Who is to be asked.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// What is asked, on which scale, in which wording.
    pub instrument: Instrument,
    /// What is asked to be answered in words.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub questions: BTreeSet<Code>,
    /// About what.
    pub about: Subject,
    /// Which time, counted from 0: of a case that was reopened and solved again, of a relationship.
    #[serde(default)]
    pub episode: u32,
    /// Who gets the credit, and for what.
    #[serde(default)]
    pub credit: Credit,
    /// When the customer is to be asked, UTC.
    pub send_at: DateTime<Utc>,
    /// How long after it was given an answer can be changed, in milliseconds.
    pub edit_ms: u64,
}

/// An invitation that went out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Over what.
    pub channel: Channel,
    /// With which message.
    pub message: MessageId,
    /// A keyed hash of the token.
    pub token: Uuid,
    /// The last instant at which it can be answered, UTC.
    pub expires_at: DateTime<Utc>,
    /// When the customer is reminded, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind_at: Option<DateTime<Utc>>,
}

/// What can happen to a survey; nothing in it is personal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SurveyEvent {
    /// A customer is to be asked.
    Planned(Box<Planning>),
    /// It was quiet hours when the customer was to be asked, or reminded.
    Postponed {
        /// Until when, UTC.
        until: DateTime<Utc>,
    },
    /// The customer is not asked.
    Skipped {
        /// Why, such as `reopened`, `throttled`, `no_human_touch`, `customer.no_consent`.
        why: Code,
    },
    /// The customer was invited.
    Invited(Box<Invitation>),
    /// The invitation, or its reminder, was handed over.
    Delivered {},
    /// The invitation could not be handed over, or came back, and its reminder did not arrive either.
    Undelivered {
        /// Why, as the courier says.
        reason: Code,
    },
    /// The customer was reminded.
    Reminded {
        /// With which message.
        message: MessageId,
    },
    /// The customer could not be reminded.
    NotReminded {
        /// Why, such as `customer.no_consent`.
        why: Code,
    },
    /// A link of the invitation was followed: no answer yet, as mail scanners follow every link.
    Followed {
        /// The score that the link stands for, if it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        score: Option<u8>,
    },
    /// The customer answered.
    Answered {
        /// The score.
        score: u8,
        /// What it says.
        rating: Rating,
        /// What was answered in words; the words are personal and stand elsewhere.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        texts: BTreeSet<Code>,
    },
    /// The customer changed the answer.
    Changed {
        /// What the score was before.
        from: u8,
        /// The score.
        score: u8,
        /// What it says.
        rating: Rating,
        /// What is answered in words now.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        texts: BTreeSet<Code>,
    },
    /// Nobody answered in time.
    Expired {},
    /// The customer need not be asked, or need not answer, any more.
    CalledOff {
        /// Why, as a word of the business.
        reason: Code,
    },
    /// The answer was bad, and somebody has to do something about it.
    FollowUpOpened {
        /// In which case.
        case: CaseId,
        /// Who.
        team: Code,
        /// By when, UTC.
        due_at: DateTime<Utc>,
    },
    /// The follow-up went on.
    FollowUpAdvanced {
        /// To where.
        to: FollowUpStage,
    },
    /// The follow-up was not over in time, and its team was told.
    FollowUpLate {},
    /// Something follows from the answer, as the rulebook says.
    Reacted {
        /// Which reaction.
        reaction: Code,
        /// What came of it.
        effect: Effect,
    },
}
