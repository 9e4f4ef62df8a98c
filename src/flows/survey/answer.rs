//! Following links, and answering.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{follow_up, key_of};
use crate::flows::customer::active;
use crate::flows::message::withdraw;
use crate::flows::reactions::of_survey;
use crate::interaction::{Content, Visibility};
use crate::kernel::{Actor, Code, ContentId, Permission, Personal, SurveyId};
use crate::record::{Entry, Key};
use crate::survey::{AnswerSurvey, FollowSurveyLink, Refusal, Survey, SurveyEvent, SurveyToken};
use crate::work::{Command, Halt, Work};

/// The survey that a token opens.
fn opened(work: &mut Work<'_>, token: &SurveyToken) -> Result<Arc<Survey>, Halt> {
    let survey = work.get(token.survey())?;
    let digest = token.digest(work.rulebook().secret());
    let survey = survey.filter(|survey| survey.token == Some(digest));
    survey.ok_or_else(|| Refusal::UnknownToken.into())
}

/// A customer answers for themselves, over whatever page or program.
fn by_customer(work: &Work<'_>) -> Result<(), Refusal> {
    match work.actor() {
        Actor::Staff { .. } => Err(Refusal::AnsweredByStaff),
        Actor::System | Actor::Customer(_) | Actor::Bot(_) => Ok(()),
    }
}

impl Command for FollowSurveyLink {
    type Output = ();
    const NAME: &'static str = "survey.follow_link";
    const PERMISSION: Permission = Permission::SURVEY_ANSWER;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(key_of(&self.token));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        by_customer(work)?;
        let survey = opened(work, &self.token)?;
        survey.can_answer(work.now())?;
        let score = self.score;
        if let Some(score) = score {
            survey
                .plan
                .instrument
                .scale
                .rate(score)
                .map_err(Refusal::from)?;
        }
        let is_known = score.is_none_or(|score| survey.followed.contains(&score));
        if survey.is_followed && is_known {
            return Ok(());
        }
        work.emit(survey.id, SurveyEvent::Followed { score })
    }

    fn output(&self, _: &Entry) {}
}

impl Command for AnswerSurvey {
    type Output = SurveyId;
    const NAME: &'static str = "survey.answer";
    const PERMISSION: Permission = Permission::SURVEY_ANSWER;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(key_of(&self.token));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        by_customer(work)?;
        let survey = opened(work, &self.token)?;
        let scale = survey.plan.instrument.scale;
        let rating = scale.rate(self.score).map_err(Refusal::from)?;
        let (id, score) = (survey.id, self.score);
        let texts = self.said(&survey)?;
        if is_same(work, &survey, score, &texts)? {
            return Ok(());
        }
        let is_first = survey.can_answer(work.now())?;
        let customer = active(work, survey.plan.customer)?.id;
        let before = survey.answer.as_ref().map(|answer| &answer.texts);
        for gone in before.into_iter().flatten() {
            // A question that is left blank is not answered: the words that were there are taken back.
            if !texts.iter().any(|(question, ..)| *question == gone) {
                work.erase(Survey::text_of(id, gone))?;
            }
        }
        let mut answered = BTreeSet::new();
        for (question, number, text) in texts {
            answered.insert(question.clone());
            // An answer that was given and erased before stands under the same number.
            work.document(number)?;
            let content = Content {
                customer,
                visibility: Visibility::Public,
                subject: None,
                body: text.clone(),
            };
            work.put(number, content)?;
        }
        let texts = answered;
        match survey.answer.as_ref().filter(|_| !is_first) {
            Some(answer) => {
                let from = answer.score;
                let changed = SurveyEvent::Changed {
                    from,
                    score,
                    rating,
                    texts,
                };
                work.emit(id, changed)?;
            }
            None => {
                withdraw(work, survey.reminder)?;
                let answered = SurveyEvent::Answered {
                    score,
                    rating,
                    texts,
                };
                work.emit(id, answered)?;
            }
        }
        follow_up::open_if_bad(work, id, score)?;
        match is_first {
            true => of_survey(work, id),
            false => Ok(()),
        }
    }

    fn output(&self, _: &Entry) -> SurveyId {
        self.token.survey()
    }
}

type Said<'a> = (&'a Code, ContentId, &'a Personal<String>);

impl AnswerSurvey {
    /// What is said in words, checked; what is blank is not said.
    fn said(&self, survey: &Survey) -> Result<Vec<Said<'_>>, Refusal> {
        let mut said = Vec::with_capacity(self.texts.len());
        for (question, text) in &self.texts {
            if !survey.plan.questions.contains(question) {
                let question = question.clone();
                return Err(Refusal::UnknownQuestion { question });
            }
            let (bytes, most) = (text.expose().len(), Survey::LONGEST);
            if bytes > most {
                return Err(Refusal::TooLong { bytes, most });
            }
            if !text.expose().trim().is_empty() {
                said.push((question, Survey::text_of(survey.id, question), text));
            }
        }
        Ok(said)
    }
}

/// Whether this is what was answered already.
fn is_same(
    work: &mut Work<'_>,
    survey: &Survey,
    score: u8,
    texts: &[Said<'_>],
) -> Result<bool, Halt> {
    let Some(answer) = &survey.answer else {
        return Ok(false);
    };
    let questions = texts.iter().map(|(question, ..)| *question);
    if answer.score != score || !answer.texts.iter().eq(questions) {
        return Ok(false);
    }
    for (_, number, text) in texts {
        let known = work.document(*number)?;
        if known.is_none_or(|known| known.body != **text) {
            return Ok(false);
        }
    }
    Ok(true)
}
