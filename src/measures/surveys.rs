//! What surveys come to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fold::Cells;
use super::lens::{Lens, Place, instant};
use crate::kernel::Code;
use crate::satisfaction::Proportion;
use crate::survey::{Credit, Subject, Survey, SurveyStatus};

/// Who was to be asked, and what became of bad answers. A survey counts in the period in which it was planned, one about the relationship in the
/// one in which the customer is to be asked, once that has come: it is planned long before. An answer counts in the period in which it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asking {
    /// Surveys that were planned.
    pub planned: u64,
    /// Customers who were invited.
    pub invited: u64,
    /// Customers who were not, by reason.
    pub skipped: BTreeMap<Code, u64>,
    /// Reminders that went out.
    pub reminded: u64,
    /// Follow-ups of bad answers that were over in time, of those whose time is over or that were closed.
    pub followed_up: Proportion,
    /// Follow-ups that are open and in time.
    pub following_up: u64,
}

impl Asking {
    pub(super) fn merge(&mut self, other: &Self) {
        self.planned = self.planned.saturating_add(other.planned);
        self.invited = self.invited.saturating_add(other.invited);
        self.reminded = self.reminded.saturating_add(other.reminded);
        self.following_up = self.following_up.saturating_add(other.following_up);
        self.followed_up.merge(&other.followed_up);
        super::rate::merge_counts(&mut self.skipped, &other.skipped);
    }
}

fn place(lens: &Lens, credit: &Credit) -> Place {
    let channel = credit.channel.map(|channel| Code::checked(channel.name()));
    lens.seen(Place {
        topic: credit.topic.clone(),
        product: credit.product.clone(),
        team: credit.team.clone(),
        channel,
    })
}

/// Whether nothing that counts can happen to it any more after `horizon`.
pub(super) fn is_over(survey: &Survey, horizon: i64) -> bool {
    // One about the relationship does not count before its time.
    if survey.plan.send_at.timestamp_millis() >= horizon {
        return false;
    }
    match (survey.status, &survey.answer) {
        (SurveyStatus::Planned | SurveyStatus::Invited, _) => false,
        (SurveyStatus::Answered, Some(answer)) => {
            let is_fixed = survey.changeable_until(answer).timestamp_millis() < horizon;
            let follow_up = survey.follow_up.as_ref();
            is_fixed && follow_up.is_none_or(|it| it.closed_at.is_some())
        }
        (
            SurveyStatus::Answered
            | SurveyStatus::Skipped
            | SurveyStatus::Expired
            | SurveyStatus::CalledOff,
            _,
        ) => true,
    }
}

/// Adds what a survey comes to at `until`.
pub(super) fn count(lens: &Lens, survey: &Survey, until: i64, cells: &mut Cells) {
    let place = place(lens, &survey.plan.credit);
    let slot = match survey.plan.about {
        Subject::Relationship => {
            let asked = survey.plan.send_at.timestamp_millis();
            if asked > until {
                return;
            }
            lens.slot_of(asked)
        }
        Subject::Case(_) | Subject::Order(_) | Subject::Visit(_) | Subject::Claim(_) => {
            lens.slot_of(survey.planned_at.timestamp_millis())
        }
    };
    let figures = cells.entry((slot, place.clone())).or_default();
    let asking = &mut figures.asking;
    asking.planned = asking.planned.saturating_add(1);
    if survey.invited_at.is_some() {
        asking.invited = asking.invited.saturating_add(1);
    }
    if let (SurveyStatus::Skipped, Some(why)) = (survey.status, &survey.why) {
        let count = asking.skipped.entry(why.clone()).or_default();
        *count = count.saturating_add(1);
    }
    asking.reminded = asking
        .reminded
        .saturating_add(u64::from(survey.reminder.is_some()));
    let is_delivered = survey.delivered_at.is_some();
    let response = &mut figures.response;
    response.delivered = response.delivered.saturating_add(u64::from(is_delivered));
    if survey.is_followed && survey.answer.is_none() {
        response.unconfirmed = response.unconfirmed.saturating_add(1);
    }
    let Some(answer) = &survey.answer else {
        return;
    };
    // One that was answered reached its customer, whatever the courier said.
    if !is_delivered {
        response.delivered = response.delivered.saturating_add(1);
    }
    response.answered = response.answered.saturating_add(1);
    let slot = lens.slot_of(answer.given_at.timestamp_millis());
    let figures = cells.entry((slot, place)).or_default();
    // Nothing off the scale was ever taken in.
    let _ = figures.add_score(&survey.plan.instrument, answer.score);
    if let Some(follow_up) = &survey.follow_up {
        match follow_up.is_kept(instant(until)) {
            Some(is_kept) => figures.asking.followed_up.count(is_kept),
            None => {
                figures.asking.following_up = figures.asking.following_up.saturating_add(1);
            }
        }
    }
}
