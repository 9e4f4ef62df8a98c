//! What can happen to a case.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::handover::Slot;
use super::state::Complaint;
use crate::interaction::Channel;
use crate::kernel::{CaseId, Code, CustomerId, Effect, InteractionId, OrderId, StaffId, SurveyId};
use crate::sla::{ClocksEvent, Speaker, StatusCategory};

/// What a case is like when it is opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// For whom.
    pub customer: CustomerId,
    /// Who began it.
    pub by: Speaker,
    /// Over what it came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// The first status, and what it means.
    pub status: Code,
    /// What the status means.
    pub category: StatusCategory,
    /// The priority.
    pub priority: Code,
    /// What the matter is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Code>,
    /// The product it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Code>,
    /// The contract it falls under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<Code>,
    /// The team that has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Code>,
    /// Another system's number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Code>,
    /// The interaction it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interaction: Option<InteractionId>,
    /// How bad it is, when it is a complaint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint: Option<Severity>,
    /// The case this one goes on from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<(LinkKind, CaseId)>,
    /// The survey whose bad answer is followed up in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey: Option<SurveyId>,
}

/// How bad a complaint is (after ISO 10002:2018, 7.3: severity, safety, complexity, impact).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A nuisance.
    Minor,
    /// Something went wrong that matters to the customer.
    Major,
    /// Safety, health or the law are touched.
    Critical,
}

impl Severity {
    /// All of them, the least first.
    pub const ALL: &'static [Self] = &[Self::Minor, Self::Major, Self::Critical];

    /// Its name, as serde writes it and as SLA policies know it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
        }
    }
}

/// How two cases belong together, seen from the one that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LinkKind {
    /// They have to do with each other.
    Related,
    /// The other one has the same cause.
    SameCause,
    /// This one is the cause of the other.
    CauseOf,
    /// The other one is the cause of this.
    CausedBy,
    /// This one goes on from the other, which was over.
    FollowUpOf,
    /// The other one goes on from this.
    FollowedUpBy,
    /// This one was cut from the other.
    SplitFrom,
    /// The other one was cut from this.
    SplitInto,
}

impl LinkKind {
    /// The same link, seen from the other case.
    #[must_use]
    pub const fn inverse(self) -> Self {
        match self {
            Self::Related => Self::Related,
            Self::SameCause => Self::SameCause,
            Self::CauseOf => Self::CausedBy,
            Self::CausedBy => Self::CauseOf,
            Self::FollowUpOf => Self::FollowedUpBy,
            Self::FollowedUpBy => Self::FollowUpOf,
            Self::SplitFrom => Self::SplitInto,
            Self::SplitInto => Self::SplitFrom,
        }
    }
}

/// Why a case is open again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReopenedBy {
    /// The customer answered.
    Answer(InteractionId),
    /// Somebody asked for it, for this reason.
    Request(Code),
}

/// What can happen to a case; nothing in it is personal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CaseEvent {
    /// It was opened.
    Opened(Box<Opening>),
    /// Something was said about it.
    Spoke {
        /// In which interaction.
        interaction: InteractionId,
        /// By whom.
        by: Speaker,
        /// Whether the customer can see it.
        public: bool,
        /// Whether the customer waits for an answer to it.
        asks: bool,
    },
    /// It went to another status.
    Moved {
        /// From which.
        from: Code,
        /// To which.
        to: Code,
        /// What that means.
        category: StatusCategory,
        /// When it closes by itself, UTC.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        closes_at: Option<DateTime<Utc>>,
    },
    /// It was over and is open again; a move follows.
    Reopened(ReopenedBy),
    /// It was called off; a move follows.
    CalledOff {
        /// Why, such as `spam`, `mistake`, `withdrawn`.
        reason: Code,
    },
    /// A person has it, or nobody has.
    Assigned {
        /// Who.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<StaffId>,
    },
    /// A team has it that had not been given it by another.
    Routed {
        /// Which.
        to: Code,
    },
    /// One team handed it to another.
    Transferred {
        /// From which.
        from: Code,
        /// To which.
        to: Code,
        /// Whether it went straight back to the team it came from.
        bounce: bool,
        /// What went along.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        packet: Vec<Slot>,
    },
    /// The team has it for good: further transfers are refused.
    OwnerPinned,
    /// It may be transferred again.
    OwnerUnpinned,
    /// Its priority changed.
    Prioritised {
        /// From which.
        from: Code,
        /// To which.
        to: Code,
    },
    /// What it is about changed.
    Classified {
        /// The topic.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<Code>,
        /// The product.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        product: Option<Code>,
        /// The contract.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contract: Option<Code>,
    },
    /// It is about this order, or about none.
    Referred {
        /// Which.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<OrderId>,
    },
    /// The customer was asked for a fact.
    FactAsked {
        /// Which.
        fact: Code,
        /// Whether it was on file already.
        repeat: bool,
    },
    /// A fact was put on file.
    FactRecorded {
        /// Which.
        fact: Code,
        /// Where it comes from.
        source: Code,
    },
    /// The customer should have been told something and could not be.
    CustomerNotTold {
        /// What it was for.
        purpose: Code,
        /// Why, such as `customer.no_contact`.
        why: Code,
    },
    /// It has to do with another case.
    Linked {
        /// Which.
        to: CaseId,
        /// How.
        kind: LinkKind,
    },
    /// It no longer has to do with another case.
    Unlinked {
        /// Which.
        from: CaseId,
        /// How it did.
        kind: LinkKind,
    },
    /// It was merged into another one, which goes on for both; a move follows.
    MergedInto {
        /// Which.
        case: CaseId,
    },
    /// Another one was merged into it.
    Absorbed {
        /// Which.
        case: CaseId,
    },
    /// It is a complaint, or a worse or lesser one than was thought.
    BecameComplaint {
        /// How bad it is.
        severity: Severity,
    },
    /// The customer was told that the complaint was received.
    ComplaintAcknowledged,
    /// The complaint was decided.
    ComplaintDecided {
        /// How, such as `upheld`, `partly_upheld`, `rejected`.
        decision: Code,
        /// What is done about it, such as `apology`, `refund`, `replacement`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remedy: Option<Code>,
    },
    /// The customer does not accept the decision.
    ComplaintAppealed {
        /// Why, as a word of the business.
        reason: Code,
    },
    /// The complaint of a case that was merged into it goes on in it.
    ComplaintTaken(
        /// As far as it had come.
        Box<Complaint>,
    ),
    /// Something follows from its being solved, as the rulebook says.
    Reacted {
        /// Which reaction.
        reaction: Code,
        /// What came of it.
        effect: Effect,
    },
    /// Something about its clocks.
    Clocks(Box<ClocksEvent>),
}
