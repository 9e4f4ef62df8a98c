//! Why something about a survey was refused.

use chrono::{DateTime, Utc};

use super::follow_up::FollowUpStage;
use super::state::SurveyStatus;
use crate::kernel::{Code, SurveyId};

/// Why something about a survey was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The rulebook has no such programme.
    #[error("there is no survey programme {programme}")]
    UnknownProgramme {
        /// Which.
        programme: Code,
    },
    /// The customer was asked, or is to be asked, about this in this programme.
    #[error("survey {survey} asks about it already")]
    AlreadyAsked {
        /// By which survey.
        survey: SurveyId,
    },
    /// A relationship programme asks about the relationship and about nothing that happened.
    #[error("the programme {programme} asks about the relationship only")]
    OtherSubject {
        /// Which.
        programme: Code,
    },
    /// What it is about is another customer's.
    #[error("what the survey is about is another customer's")]
    OtherCustomer,
    /// Nobody is asked about a case in which an answer to a survey is followed up.
    #[error("it is the follow-up of an answer")]
    AboutFollowUp,
    /// No invitation has this token.
    #[error("no survey has this token")]
    UnknownToken,
    /// The time to answer is over.
    #[error("the survey could be answered until {expires_at}")]
    Expired {
        /// Since when, UTC.
        expires_at: DateTime<Utc>,
    },
    /// The answer was given, and the time to change it is over.
    #[error("the answer could be changed until {until}")]
    NoLongerChangeable {
        /// Since when, UTC.
        until: DateTime<Utc>,
    },
    /// It cannot be answered, or called off, where it stands.
    #[error("a survey that is {status}")]
    NotOpen {
        /// Where it stands.
        status: SurveyStatus,
    },
    /// Staff do not answer for customers.
    #[error("a member of staff cannot answer for a customer")]
    AnsweredByStaff,
    /// The score is not on the scale.
    #[error(transparent)]
    Score(#[from] crate::satisfaction::Refusal),
    /// The programme does not ask this.
    #[error("the survey does not ask {question}")]
    UnknownQuestion {
        /// What was answered.
        question: Code,
    },
    /// A text is too long.
    #[error("a text of {bytes} bytes, of {most} at most")]
    TooLong {
        /// How long it is, in bytes of UTF-8.
        bytes: usize,
        /// How long it may be.
        most: usize,
    },
    /// The answer set nothing in motion.
    #[error("the survey has no follow-up")]
    NoFollowUp,
    /// A follow-up does not go back.
    #[error("a follow-up does not go from {from} to {to}")]
    FollowUpStep {
        /// Where it stands.
        from: FollowUpStage,
        /// Where it was to go.
        to: FollowUpStage,
    },
    /// A follow-up ends only after the customer was told.
    #[error("the customer was not told yet: the follow-up is {stage}")]
    CustomerNotTold {
        /// Where it stands.
        stage: FollowUpStage,
    },
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownProgramme { .. } => "survey.unknown_programme",
            Self::AlreadyAsked { .. } => "survey.already_asked",
            Self::OtherSubject { .. } => "survey.other_subject",
            Self::OtherCustomer => "survey.other_customer",
            Self::AboutFollowUp => "survey.about_follow_up",
            Self::UnknownToken => "survey.unknown_token",
            Self::Expired { .. } => "survey.expired",
            Self::NoLongerChangeable { .. } => "survey.no_longer_changeable",
            Self::NotOpen { .. } => "survey.not_open",
            Self::AnsweredByStaff => "survey.answered_by_staff",
            Self::Score(refusal) => refusal.code(),
            Self::UnknownQuestion { .. } => "survey.unknown_question",
            Self::TooLong { .. } => "survey.too_long",
            Self::NoFollowUp => "survey.no_follow_up",
            Self::FollowUpStep { .. } => "survey.follow_up_step",
            Self::CustomerNotTold { .. } => "survey.customer_not_told",
        }
    }
}
