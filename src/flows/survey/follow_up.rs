//! What a bad answer sets in motion.

use chrono::{DateTime, TimeDelta, Utc};

use super::later;
use crate::calendar::Boundary;
use crate::case::{CaseEvent, LinkKind};
use crate::flows::case::{Task, close_by_business, open_by_business};
use crate::kernel::{CaseId, Code, Permission, SurveyId};
use crate::message::{Draft, Recipient};
use crate::record::Entry;
use crate::sla::TimeBase;
use crate::survey::{
    AdvanceFollowUp, ClosedLoop, FollowUpStage, Refusal, Subject, Survey, SurveyEvent,
};
use crate::work::{Command, Halt, Work};

/// An answer that is bad enough opens its follow-up: a case, with a team and a time by which it is to be over. An answer that is changed
/// opens none where there is one.
pub(super) fn open_if_bad(work: &mut Work<'_>, id: SurveyId, score: u8) -> Result<(), Halt> {
    let survey = work.need(id)?;
    let surveys = work.rulebook().surveys();
    let programme = surveys.programme(&survey.plan.programme).ok();
    let closed = programme.and_then(|programme| programme.closed_loop.as_ref());
    let Some(closed) = closed.filter(|closed| score <= closed.up_to) else {
        return Ok(());
    };
    if survey.follow_up.is_some() {
        return Ok(());
    }
    let customer = crate::flows::customer::survivor(work, survey.plan.customer)?;
    let case: CaseId = work.new_id();
    let team = closed.team.clone();
    let task = Task {
        topic: closed.topic.clone(),
        team: Some(team.clone()),
        priority: closed.priority.as_ref(),
        about: survey.plan.about.order(),
        survey: Some(id),
    };
    open_by_business(work, case, customer.id, task)?;
    if let Subject::Case(about) = survey.plan.about {
        let kind = LinkKind::FollowUpOf;
        work.emit(case, CaseEvent::Linked { to: about, kind })?;
        let (to, kind) = (case, kind.inverse());
        work.emit(about, CaseEvent::Linked { to, kind })?;
    }
    let due_at = due_at(work, closed);
    work.emit(id, SurveyEvent::FollowUpOpened { case, team, due_at })
}

/// By when it is to be over. Where the calendar ends before, calendar time counts: an answer is never lost for it.
fn due_at(work: &Work<'_>, closed: &ClosedLoop) -> DateTime<Utc> {
    let now = work.now();
    let hours = match &closed.time {
        TimeBase::Calendar => None,
        TimeBase::Business(name) => work.rulebook().calendars().get(name),
    };
    let hours = hours.and_then(|revisions| revisions.last_key_value());
    let span = i64::try_from(closed.within_ms).ok();
    let due = hours
        .zip(span.and_then(TimeDelta::try_milliseconds))
        .and_then(|((_, hours), span)| hours.add(now, span, Boundary::Close).ok());
    due.unwrap_or_else(|| later(now, closed.within_ms))
}

impl Command for AdvanceFollowUp {
    type Output = ();
    const NAME: &'static str = "survey.advance_follow_up";
    const PERMISSION: Permission = Permission::SURVEY_FOLLOW_UP;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let survey = work.need(self.survey)?;
        let follow_up = survey.follow_up.as_ref().ok_or(Refusal::NoFollowUp)?;
        follow_up.check(self.to)?;
        let to = self.to;
        work.emit(survey.id, SurveyEvent::FollowUpAdvanced { to })?;
        match to {
            FollowUpStage::Closed => close_by_business(work, follow_up.case),
            FollowUpStage::Open
            | FollowUpStage::Contacted
            | FollowUpStage::Resolved
            | FollowUpStage::CustomerTold => Ok(()),
        }
    }

    fn output(&self, _: &Entry) {}
}

/// The follow-up is not over in time: its team is told, once.
pub(super) fn late(work: &mut Work<'_>, survey: &Survey) -> Result<(), Halt> {
    let Some(follow_up) = &survey.follow_up else {
        return Ok(());
    };
    work.emit(survey.id, SurveyEvent::FollowUpLate {})?;
    let to = Recipient::Team(follow_up.team.clone());
    let draft = Draft::new(to, Code::known("survey.follow_up_late"))
        .with_fact(Code::known("case"), follow_up.case)
        .with_fact(Code::known("due_at"), follow_up.due_at.to_rfc3339());
    work.send(draft)?;
    Ok(())
}
