//! Looking at surveys.

use crate::flows::customer::survivor_read;
use crate::flows::timeline::newest;
use crate::kernel::{Actor, Id, Permission};
use crate::record::{Cursor, Index, Query};
use crate::survey::{OpenFollowUps, ReadSurveyForm, Refusal, SurveyForm, SurveyPage, SurveysOf};
use crate::work::{Halt, Question, Reader};

/// The most that a page holds.
const MOST: u32 = 200;

impl Question for ReadSurveyForm {
    type Output = SurveyForm;
    const PERMISSION: Permission = Permission::SURVEY_ANSWER;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<SurveyForm, Halt> {
        let digest = self.token.digest(reader.rulebook().secret());
        let survey = reader.get(self.token.survey())?;
        let survey = survey.filter(|survey| survey.token == Some(digest));
        let survey = survey.ok_or(Refusal::UnknownToken)?;
        survey.can_answer(self.at)?;
        let until = match &survey.answer {
            Some(answer) => survey.changeable_until(answer),
            None => survey.expires_at.unwrap_or(self.at),
        };
        Ok(SurveyForm {
            programme: survey.plan.programme.clone(),
            instrument: survey.plan.instrument.clone(),
            questions: survey.plan.questions.clone(),
            answer: survey.answer.clone(),
            until,
        })
    }
}

impl Question for SurveysOf {
    type Output = SurveyPage;
    const PERMISSION: Permission = Permission::SURVEY_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<SurveyPage, Halt> {
        let customer = survivor_read(reader, self.customer)?;
        let scopes = customer.family().map(Id::uuid);
        let limit = self.limit.clamp(1, MOST);
        let after = self.after.map(Cursor::of);
        let page = newest(reader, Index::SurveysByCustomer, scopes, after, limit)?;
        let (surveys, next) = reader.listed(&page)?;
        Ok(SurveyPage { surveys, next })
    }
}

impl Question for OpenFollowUps {
    type Output = SurveyPage;
    const PERMISSION: Permission = Permission::SURVEY_FOLLOW_UP;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<SurveyPage, Halt> {
        if matches!(reader.actor(), Actor::Customer(_)) {
            // Where a page ends would tell of follow-ups that are not theirs.
            return Ok(SurveyPage::default());
        }
        let query = Query::new(Index::FollowUpsByTeam, self.team.scope());
        let query = query.limit(self.limit.clamp(1, MOST));
        let page = reader.find(&query.after(self.after.map(Cursor::of)))?;
        let (surveys, next) = reader.listed(&page)?;
        Ok(SurveyPage { surveys, next })
    }
}
