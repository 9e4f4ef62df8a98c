//! What can be done with surveys, and asked about them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::follow_up::FollowUpStage;
use super::state::{Answer, Subject, Survey};
use super::token::SurveyToken;
use crate::kernel::{Code, CustomerId, Personal, SurveyId};
use crate::satisfaction::Instrument;

/// Plans a survey by hand, or begins a relationship programme. Answers with its id.
///
/// It is checked like any other: whoever is not to be asked is skipped, with the reason.
///
/// # Errors
/// [`UnknownProgramme`](super::Refusal::UnknownProgramme); [`AlreadyAsked`](super::Refusal::AlreadyAsked);
/// [`OtherSubject`](super::Refusal::OtherSubject); [`OtherCustomer`](super::Refusal::OtherCustomer);
/// [`AboutFollowUp`](super::Refusal::AboutFollowUp).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanSurvey {
    /// In which programme.
    pub programme: Code,
    /// Who is asked.
    pub customer: CustomerId,
    /// About what: something of theirs, in a relationship programme only the relationship.
    pub about: Subject,
}

impl PlanSurvey {
    /// About the relationship with a customer.
    #[must_use]
    pub const fn with(customer: CustomerId, programme: Code) -> Self {
        Self {
            programme,
            customer,
            about: Subject::Relationship,
        }
    }

    /// About something that happened to a customer.
    #[must_use]
    pub const fn about(customer: CustomerId, programme: Code, about: Subject) -> Self {
        Self {
            programme,
            customer,
            about,
        }
    }
}

/// Calls a survey off that was not answered: nobody is asked, and a link that went out no longer leads anywhere.
///
/// Of a relationship programme this is one time of asking: the next is planned at its distance. A customer whom the programme is to leave alone for
/// longer is given one of its [`not_tags`](super::Eligibility::not_tags), and is asked again at the next time after the tag was taken off.
///
/// # Errors
/// [`NotOpen`](super::Refusal::NotOpen).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallOffSurvey {
    /// Which one.
    pub survey: SurveyId,
    /// Why, as a word of the business.
    pub reason: Code,
}

/// Takes in that a link of an invitation was followed. That is no answer: it only says which score the page shows as chosen.
///
/// Run it for a GET request, by the system, a bot or the customer; and [`AnswerSurvey`] when the customer confirmed. Following a link
/// twice changes nothing.
///
/// # Errors
/// [`UnknownToken`](super::Refusal::UnknownToken), [`Expired`](super::Refusal::Expired), [`NotOpen`](super::Refusal::NotOpen),
/// [`NoLongerChangeable`](super::Refusal::NoLongerChangeable), [`OffScale`](crate::satisfaction::Refusal::OffScale).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowSurveyLink {
    /// What the link carries.
    pub token: SurveyToken,
    /// The score that the link stands for, if it does.
    pub score: Option<u8>,
}

/// Takes in what a customer answered and confirmed, or a changed answer as a whole. Answers with the survey's id.
///
/// The same answer again changes nothing. The first answer brings what the rulebook's reactions say; a bad one opens its follow-up in
/// the same commit.
///
/// # Errors
/// [`AnsweredByStaff`](super::Refusal::AnsweredByStaff); [`UnknownToken`](super::Refusal::UnknownToken);
/// [`Expired`](super::Refusal::Expired), [`NotOpen`](super::Refusal::NotOpen),
/// [`NoLongerChangeable`](super::Refusal::NoLongerChangeable); [`OffScale`](crate::satisfaction::Refusal::OffScale);
/// [`UnknownQuestion`](super::Refusal::UnknownQuestion), [`TooLong`](super::Refusal::TooLong).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnswerSurvey {
    /// What the link carries.
    pub token: SurveyToken,
    /// The score.
    pub score: u8,
    /// Answers in words, by question.
    #[serde(default)]
    pub texts: BTreeMap<Code, Personal<String>>,
}

impl AnswerSurvey {
    /// With a score and no words.
    #[must_use]
    pub const fn new(token: SurveyToken, score: u8) -> Self {
        Self {
            token,
            score,
            texts: BTreeMap::new(),
        }
    }

    /// With an answer in words to a question.
    #[must_use]
    pub fn saying(mut self, question: Code, text: impl Into<String>) -> Self {
        self.texts.insert(question, Personal::new(text.into()));
        self
    }
}

/// Brings the follow-up of a bad answer on: forward only, and it ends only after the customer was told. Its case is closed with it.
///
/// # Errors
/// [`NoFollowUp`](super::Refusal::NoFollowUp), [`CustomerNotTold`](super::Refusal::CustomerNotTold),
/// [`FollowUpStep`](super::Refusal::FollowUpStep).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvanceFollowUp {
    /// Of which survey.
    pub survey: SurveyId,
    /// To where.
    pub to: FollowUpStage,
}

/// What the page behind a link shows. A token that opens nothing is refused as [`FollowSurveyLink`] refuses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadSurveyForm {
    /// What the link carries.
    pub token: SurveyToken,
    /// When, UTC.
    pub at: DateTime<Utc>,
}

/// What the page behind a link shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyForm {
    /// In which programme.
    pub programme: Code,
    /// What is answered with a score, on which scale.
    pub instrument: Instrument,
    /// What can be answered in words.
    pub questions: BTreeSet<Code>,
    /// What was answered already; it can still be changed.
    pub answer: Option<Answer>,
    /// Until when it can be answered or changed, UTC.
    pub until: DateTime<Utc>,
}

/// The surveys of a customer, and of those merged with them, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveysOf {
    /// Whose.
    pub customer: CustomerId,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, SurveyId)>,
    /// How many at most, 1 to 200.
    pub limit: u32,
}

impl SurveysOf {
    /// The newest 50.
    #[must_use]
    pub const fn new(customer: CustomerId) -> Self {
        Self {
            customer,
            after: None,
            limit: 50,
        }
    }
}

/// One page of surveys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SurveyPage {
    /// The surveys.
    pub surveys: Vec<Arc<Survey>>,
    /// Where the next page begins; `None` when there is nothing more.
    pub next: Option<(i64, SurveyId)>,
}

/// The follow-ups that a team has to do, the one that is due first before the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenFollowUps {
    /// Which team.
    pub team: Code,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, SurveyId)>,
    /// How many at most, 1 to 200.
    pub limit: u32,
}

impl OpenFollowUps {
    /// The first 50 of a team.
    #[must_use]
    pub const fn of(team: Code) -> Self {
        Self {
            team,
            after: None,
            limit: 50,
        }
    }
}
