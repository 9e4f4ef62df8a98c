//! Asking customers how it was: programmes, invitations, answers, and what a bad answer sets in motion.
//!
//! A [programme](SurveyProgramme) in the rulebook says what is asked on which scale, whom, when, over what, and what becomes of a bad
//! answer. Something that happened begins a survey by a [reaction](crate::rulebook::Response::Survey); a relationship programme
//! repeats by itself once it was [planned](PlanSurvey).
//!
//! ```text
//!   planned -- its time comes, all is checked again --> invited -- confirmed --> answered
//!      |  \                                              |  ^ |                   (changed within its window)
//!      |   +-- not eligible --> skipped, with why        |  +-+ reminded, once
//!      +------ called off <------------------------------+----> expired
//! ```
//!
//! | to | use |
//! |---|---|
//! | ask by hand, or begin a relationship programme | [`PlanSurvey`] |
//! | no longer ask | [`CallOffSurvey`] |
//! | make the link of an invitation | [`Envelope::survey`](crate::courier::Envelope::survey), a [`SurveyToken`] |
//! | show the page behind the link | [`ReadSurveyForm`] |
//! | take in that a link was followed: no answer yet | [`FollowSurveyLink`] |
//! | take in an answer | [`AnswerSurvey`] |
//! | bring the follow-up of a bad answer on | [`AdvanceFollowUp`], [`OpenFollowUps`] |
//! | look at a customer's surveys | [`SurveysOf`] |
//! | take scores together | [`Measures`](crate::measures::Measures), [`Scores`](crate::satisfaction::Scores) |
//!
//! Invitations, reminders and expiry come with [`Desk::wake`](crate::desk::Desk::wake). Customers are told under the programme's purpose,
//! `survey` by default, with the facts `survey`, `programme` and `expires_at`; a reminder has the template of the invitation with
//! `.reminder` behind it. A follow-up that is late is told to its team as `survey.follow_up_late`.

mod command;
mod event;
mod follow_up;
mod programme;
mod refusal;
mod state;
mod token;

pub use command::{
    AdvanceFollowUp, AnswerSurvey, CallOffSurvey, FollowSurveyLink, OpenFollowUps, PlanSurvey,
    ReadSurveyForm, SurveyForm, SurveyPage, SurveysOf,
};
pub use event::{Invitation, Planning, SurveyEvent};
pub use follow_up::{FollowUp, FollowUpStage};
pub use programme::{ClosedLoop, Eligibility, SurveyPolicy, SurveyProgramme};
pub use refusal::Refusal;
pub use state::{Answer, Credit, Respondent, Subject, Survey, SurveyStatus};
pub use token::{NotAToken, SurveyToken};
