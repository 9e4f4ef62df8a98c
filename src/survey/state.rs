use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::{Planning, SurveyEvent};
use super::follow_up::{FollowUp, FollowUpStage};
use super::refusal::Refusal;
use crate::interaction::Channel;
use crate::kernel::{
    CaseId, Code, ContentId, CustomerId, Digest, MessageId, OrderId, RespondentId, StaffId, Stamp,
    SurveyId, VisitId, WarrantyClaimId,
};
use crate::satisfaction::Rating;

/// What a survey is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Subject {
    /// A case that was solved.
    Case(CaseId),
    /// An order.
    Order(OrderId),
    /// A visit.
    Visit(VisitId),
    /// A claim under a warranty.
    Claim(WarrantyClaimId),
    /// How the customer finds the business.
    Relationship,
}

impl Subject {
    /// The number of what it is about; of a relationship that of the customer.
    #[must_use]
    pub const fn number(self, customer: CustomerId) -> Uuid {
        match self {
            Self::Case(id) => id.uuid(),
            Self::Order(id) => id.uuid(),
            Self::Visit(id) => id.uuid(),
            Self::Claim(id) => id.uuid(),
            Self::Relationship => customer.uuid(),
        }
    }

    /// The order, if it is about one.
    #[must_use]
    pub const fn order(self) -> Option<OrderId> {
        match self {
            Self::Order(id) => Some(id),
            Self::Case(_) | Self::Visit(_) | Self::Claim(_) | Self::Relationship => None,
        }
    }
}

/// Who gets the credit of an answer, and for what: as it stood when what the survey is about was over. What becomes of the case
/// or its people later changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Credit {
    /// The member of staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<StaffId>,
    /// The team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<Code>,
    /// The topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<Code>,
    /// The product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<Code>,
    /// The channel over which the matter came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
}

/// Where a survey stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SurveyStatus {
    /// Its time has not come.
    Planned,
    /// The customer was not asked.
    Skipped,
    /// The customer was asked.
    Invited,
    /// The customer answered.
    Answered,
    /// Nobody answered in time.
    Expired,
    /// It was called off.
    CalledOff,
}

impl SurveyStatus {
    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Skipped => "skipped",
            Self::Invited => "invited",
            Self::Answered => "answered",
            Self::Expired => "expired",
            Self::CalledOff => "called_off",
        }
    }
}

impl fmt::Display for SurveyStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a customer answered. Earlier answers stand in the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The score.
    pub score: u8,
    /// What it says.
    pub rating: Rating,
    /// What was answered in words.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub texts: BTreeSet<Code>,
    /// When it was given for the first time, UTC.
    pub given_at: DateTime<Utc>,
    /// How often it was changed.
    #[serde(default)]
    pub changes: u32,
}

/// A survey: one customer, one question with a score, one answer at most.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// Which one; its number follows from programme, subject and episode, so that nobody is asked twice about one thing.
    pub id: SurveyId,
    /// What is asked of whom, about what.
    pub plan: Planning,
    /// Since when it is planned, UTC.
    pub planned_at: DateTime<Utc>,
    /// Where it stands.
    pub status: SurveyStatus,
    /// Why the customer was not asked, or no longer is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Code>,
    /// When the customer was asked, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited_at: Option<DateTime<Utc>>,
    /// Over what the customer was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// With which message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// A keyed hash of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Uuid>,
    /// The last instant at which it can be answered, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// When the customer is still to be reminded, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind_at: Option<DateTime<Utc>>,
    /// The reminder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminder: Option<MessageId>,
    /// When the invitation, or its reminder, was handed over, UTC; absent again when neither arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<DateTime<Utc>>,
    /// The scores whose links were followed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub followed: BTreeSet<u8>,
    /// Whether any link was followed.
    #[serde(default)]
    pub is_followed: bool,
    /// What the customer answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// What a bad answer set in motion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<FollowUp>,
}

impl Survey {
    /// The longest answer in words, in bytes of UTF-8.
    pub const LONGEST: usize = 64 * 1024;

    /// The number of the survey of a programme about something.
    #[must_use]
    pub fn id_of(programme: &Code, about: Subject, customer: CustomerId, episode: u32) -> SurveyId {
        let digest = Digest::public()
            .with_str("survey")
            .with(programme)
            .with(&about)
            .with_u128(about.number(customer).as_u128());
        SurveyId::from_u128(digest.with_u128(episode.into()).finish())
    }

    /// Where the answer in words to a question is stored.
    #[must_use]
    pub fn text_of(id: SurveyId, question: &Code) -> ContentId {
        let digest = Digest::public().with_str("survey.text");
        let digest = digest.with_u128(id.as_u128()).with(question);
        ContentId::from_u128(digest.finish())
    }

    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: SurveyId, event: &SurveyEvent, stamp: &Stamp) -> Option<Self> {
        let SurveyEvent::Planned(plan) = event else {
            return None;
        };
        Some(Self {
            id,
            plan: Planning::clone(plan),
            planned_at: stamp.at,
            status: SurveyStatus::Planned,
            why: None,
            invited_at: None,
            channel: None,
            message: None,
            token: None,
            expires_at: None,
            remind_at: None,
            reminder: None,
            delivered_at: None,
            followed: BTreeSet::new(),
            is_followed: false,
            answer: None,
            follow_up: None,
        })
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &SurveyEvent, stamp: &Stamp) {
        match event {
            SurveyEvent::Planned(_) | SurveyEvent::Reacted { .. } => {}
            SurveyEvent::Undelivered { .. } => self.delivered_at = None,
            SurveyEvent::Postponed { until } => match self.status {
                SurveyStatus::Planned => self.plan.send_at = *until,
                SurveyStatus::Skipped
                | SurveyStatus::Invited
                | SurveyStatus::Answered
                | SurveyStatus::Expired
                | SurveyStatus::CalledOff => self.remind_at = Some(*until),
            },
            SurveyEvent::Skipped { why } => self.end(SurveyStatus::Skipped, why),
            SurveyEvent::Invited(invitation) => {
                self.status = SurveyStatus::Invited;
                self.invited_at = Some(stamp.at);
                self.channel = Some(invitation.channel);
                self.message = Some(invitation.message);
                self.token = Some(invitation.token);
                self.expires_at = Some(invitation.expires_at);
                self.remind_at = invitation.remind_at;
            }
            SurveyEvent::Delivered {} => {
                self.delivered_at.get_or_insert(stamp.at);
            }
            SurveyEvent::Reminded { message } => {
                self.reminder = Some(*message);
                self.remind_at = None;
            }
            SurveyEvent::NotReminded { .. } => self.remind_at = None,
            SurveyEvent::Followed { score } => {
                self.is_followed = true;
                self.followed.extend(*score);
            }
            SurveyEvent::Answered {
                score,
                rating,
                texts,
            } => {
                self.status = SurveyStatus::Answered;
                self.remind_at = None;
                self.answer = Some(Answer {
                    score: *score,
                    rating: *rating,
                    texts: texts.clone(),
                    given_at: stamp.at,
                    changes: 0,
                });
            }
            SurveyEvent::Changed {
                score,
                rating,
                texts,
                ..
            } => {
                if let Some(answer) = &mut self.answer {
                    answer.score = *score;
                    answer.rating = *rating;
                    answer.texts.clone_from(texts);
                    answer.changes = answer.changes.saturating_add(1);
                }
            }
            SurveyEvent::Expired {} => {
                self.status = SurveyStatus::Expired;
                self.remind_at = None;
            }
            SurveyEvent::CalledOff { reason } => self.end(SurveyStatus::CalledOff, reason),
            SurveyEvent::FollowUpOpened { case, team, due_at } => {
                self.follow_up = Some(FollowUp {
                    case: *case,
                    team: team.clone(),
                    due_at: *due_at,
                    stage: FollowUpStage::Open,
                    since: stamp.at,
                    closed_at: None,
                    is_late_told: false,
                });
            }
            SurveyEvent::FollowUpAdvanced { to } => {
                if let Some(follow_up) = &mut self.follow_up {
                    follow_up.stage = *to;
                    follow_up.since = stamp.at;
                    if *to == FollowUpStage::Closed {
                        follow_up.closed_at = Some(stamp.at);
                    }
                }
            }
            SurveyEvent::FollowUpLate {} => {
                if let Some(follow_up) = &mut self.follow_up {
                    follow_up.is_late_told = true;
                }
            }
        }
    }

    fn end(&mut self, status: SurveyStatus, why: &Code) {
        self.status = status;
        self.why = Some(why.clone());
        self.remind_at = None;
    }

    /// The next instant at which something happens to it by itself, UTC.
    #[must_use]
    pub fn next_at(&self) -> Option<DateTime<Utc>> {
        match self.status {
            SurveyStatus::Planned => Some(self.plan.send_at),
            SurveyStatus::Invited => {
                let expires = self.expires_at.map(after);
                expires.into_iter().chain(self.remind_at).min()
            }
            SurveyStatus::Answered => {
                let late = self.follow_up.as_ref().filter(|it| !it.is_late_told);
                let late = late.filter(|it| it.closed_at.is_none());
                late.map(|it| after(it.due_at))
            }
            SurveyStatus::Skipped | SurveyStatus::Expired | SurveyStatus::CalledOff => None,
        }
    }

    /// Whether it can be answered at `now`; `Ok(false)` when its answer can only be changed. The last instant counts.
    ///
    /// # Errors
    /// [`Refusal::Expired`], [`Refusal::NoLongerChangeable`], [`Refusal::NotOpen`].
    pub fn can_answer(&self, now: DateTime<Utc>) -> Result<bool, Refusal> {
        let status = self.status;
        if let Some(answer) = &self.answer {
            let until = self.changeable_until(answer);
            return match now > until {
                true => Err(Refusal::NoLongerChangeable { until }),
                false => Ok(false),
            };
        }
        match (status, self.expires_at) {
            // However late somebody looks, what counts is when the time was over.
            (SurveyStatus::Invited | SurveyStatus::Expired, Some(expires_at))
                if now > expires_at || status == SurveyStatus::Expired =>
            {
                Err(Refusal::Expired { expires_at })
            }
            (SurveyStatus::Invited, Some(_)) => Ok(true),
            _ => Err(Refusal::NotOpen { status }),
        }
    }

    /// Until when an answer can be changed, UTC; that instant counts.
    #[must_use]
    pub fn changeable_until(&self, answer: &Answer) -> DateTime<Utc> {
        let edit = i64::try_from(self.plan.edit_ms).ok();
        let edit = edit.and_then(TimeDelta::try_milliseconds);
        let until = edit.and_then(|edit| answer.given_at.checked_add_signed(edit));
        until.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// The first instant after this one.
fn after(at: DateTime<Utc>) -> DateTime<Utc> {
    at.checked_add_signed(TimeDelta::milliseconds(1))
        .unwrap_or(at)
}

/// When a customer was asked last: what keeps two surveys from reaching one person at once. It has the customer's own number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Respondent {
    /// Who.
    pub customer: CustomerId,
    /// When they were invited last, UTC.
    pub invited_at: DateTime<Utc>,
}

impl Respondent {
    /// The number of a customer's record.
    #[must_use]
    pub const fn id_of(customer: CustomerId) -> RespondentId {
        RespondentId::from_uuid(customer.uuid())
    }
}
