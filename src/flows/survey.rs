//! What happens to surveys: planned, sent when their time comes, and what falls due of them.

mod answer;
mod follow_up;
mod look;
mod matter;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use self::matter::matter;
use super::customer::{Told, profile_id, survivor, tell};
use super::message::withdraw;
use crate::customer::{Customer, Untold, channel_for};
use crate::interaction::Channel;
use crate::kernel::{By, Code, CustomerId, Effect, MessageId, Permission, StaffId, SurveyId};
use crate::message::{Draft, Message, MessageEvent, MessageState, Recipient};
use crate::record::{Entry, Event, Key};
use crate::service::after_quiet;
use crate::survey::{
    CallOffSurvey, Invitation, PlanSurvey, Planning, Refusal, Respondent, Subject, Survey,
    SurveyEvent, SurveyProgramme, SurveyStatus, SurveyToken,
};
use crate::work::{Command, Halt, Work};

/// What came of planning.
enum Planned {
    /// It is planned, and sent or skipped if its time has come.
    New,
    /// There is one about this already.
    Known(SurveyId),
    /// It is a case in which an answer is followed up, and nobody is asked about asking.
    FollowUp,
}

/// Plans a survey about something, for whoever it belongs to. `doer` did what a case is asked about, and gets the credit
/// where nobody had the case.
fn plan(
    work: &mut Work<'_>,
    programme: &SurveyProgramme,
    after_ms: u64,
    about: Subject,
    customer: CustomerId,
    doer: Option<StaffId>,
) -> Result<Planned, Halt> {
    let about = match programme.repeat_ms {
        Some(_) => Subject::Relationship,
        None => about,
    };
    let mut matter = matter(work, about)?;
    if let Subject::Case(_) = about {
        matter.credit.agent = matter.credit.agent.or(doer);
    }
    let customer = survivor(work, matter.customer.unwrap_or(customer))?.id;
    let id = Survey::id_of(&programme.name, about, customer, matter.episode);
    if work.document(id)?.is_some() {
        return Ok(Planned::Known(id));
    }
    if matter.is_follow_up {
        return Ok(Planned::FollowUp);
    }
    let delay_ms = programme.delay_ms.saturating_add(after_ms);
    let planning = Planning {
        customer,
        programme: programme.name.clone(),
        instrument: programme.instrument.clone(),
        questions: programme.questions.clone(),
        about,
        episode: matter.episode,
        credit: matter.credit.clone(),
        send_at: later(work.now(), delay_ms),
        edit_ms: programme.edit_ms,
    };
    work.emit(id, SurveyEvent::Planned(Box::new(planning)))?;
    if let Some(why) = matter.objection(&programme.only, &matter.credit, matter.episode) {
        work.emit(id, SurveyEvent::Skipped { why })?;
    } else if delay_ms == 0 {
        send(work, id)?;
    }
    Ok(Planned::New)
}

/// A reaction of the rulebook asks for a survey.
pub(crate) fn react(
    work: &mut Work<'_>,
    programme: &Code,
    after_ms: u64,
    about: Subject,
    customer: CustomerId,
) -> Result<Effect, Halt> {
    let programme = match work.rulebook().surveys().programme(programme) {
        Ok(programme) => programme,
        Err(refusal) => return Ok(Effect::skipped(refusal.code())),
    };
    // Who solves a case is who brings the reaction about.
    let doer = match work.stamp().by {
        By::Staff(id) => Some(id),
        By::System | By::Customer(_) | By::Bot(_) => None,
    };
    Ok(
        match plan(work, programme, after_ms, about, customer, doer)? {
            Planned::New => Effect::done("survey_planned"),
            Planned::Known(_) => Effect::skipped("survey.already_asked"),
            Planned::FollowUp => Effect::skipped("survey.about_follow_up"),
        },
    )
}

impl Command for PlanSurvey {
    type Output = Option<SurveyId>;
    const NAME: &'static str = "survey.plan";
    const PERMISSION: Permission = Permission::SURVEY_PLAN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let programme = work.rulebook().surveys().programme(&self.programme)?;
        if programme.repeat_ms.is_some() && self.about != Subject::Relationship {
            let programme = programme.name.clone();
            return Err(Refusal::OtherSubject { programme }.into());
        }
        if let Some(owner) = matter(work, self.about)?.customer
            && survivor(work, owner)?.id != survivor(work, self.customer)?.id
        {
            return Err(Refusal::OtherCustomer.into());
        }
        // Who plans a survey by hand did not do what it is about.
        match plan(work, programme, 0, self.about, self.customer, None)? {
            Planned::New => Ok(()),
            Planned::Known(survey) => Err(Refusal::AlreadyAsked { survey }.into()),
            Planned::FollowUp => Err(Refusal::AboutFollowUp.into()),
        }
    }

    fn output(&self, entry: &Entry) -> Option<SurveyId> {
        entry.events.iter().find_map(|event| {
            let Event::Survey(id, SurveyEvent::Planned(_)) = event else {
                return None;
            };
            Some(*id)
        })
    }
}

impl Command for CallOffSurvey {
    type Output = ();
    const NAME: &'static str = "survey.call_off";
    const PERMISSION: Permission = Permission::SURVEY_PLAN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let survey = work.need(self.survey)?;
        let status = survey.status;
        if !matches!(status, SurveyStatus::Planned | SurveyStatus::Invited) {
            return Err(Refusal::NotOpen { status }.into());
        }
        withdraw(work, survey.message)?;
        withdraw(work, survey.reminder)?;
        let reason = self.reason.clone();
        work.emit(survey.id, SurveyEvent::CalledOff { reason })?;
        // One time of asking is called off, and not the programme.
        let policy = work.rulebook().surveys();
        let programme = policy.programme(&survey.plan.programme).ok();
        match programme.and_then(|programme| Some((programme, programme.repeat_ms?))) {
            Some((programme, every)) => again(work, programme, &survey, every),
            None => Ok(()),
        }
    }

    fn output(&self, _: &Entry) {}
}

/// So many milliseconds later; the end of time when there is no such instant.
fn later(at: DateTime<Utc>, ms: u64) -> DateTime<Utc> {
    let span = i64::try_from(ms).ok().and_then(TimeDelta::try_milliseconds);
    let later = span.and_then(|span| at.checked_add_signed(span));
    later.unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// When the customer may be written to.
fn quiet_until(work: &mut Work<'_>, customer: CustomerId) -> Result<Option<DateTime<Utc>>, Halt> {
    let quiet = work.rulebook().surveys().quiet_hours.as_ref();
    if quiet.is_none() {
        return Ok(None);
    }
    let profile = work.document(profile_id(customer))?;
    let zone = profile.and_then(|profile| profile.zone.clone());
    let zone = zone.unwrap_or_else(|| work.rulebook().customer().home_zone());
    let until = after_quiet(quiet, &zone, work.now());
    Ok((until > work.now()).then_some(until))
}

/// Over what the customer is asked, or why not.
fn reach(
    work: &Work<'_>,
    customer: &Customer,
    programme: &SurveyProgramme,
) -> Result<Channel, Untold> {
    let policy = work.rulebook().customer();
    let over = |only| channel_for(customer, &programme.purpose, only, policy);
    if programme.channels.is_empty() {
        return over(None);
    }
    let mut objects = None;
    for channel in &programme.channels {
        match over(Some(*channel)) {
            Ok(channel) => return Ok(channel),
            // An objection says more than that there is no address.
            Err(Untold::NoContact) => {}
            Err(why) => objects = Some(why),
        }
    }
    Err(objects.unwrap_or(Untold::NoContact))
}

/// Why the customer is not asked, or reminded, now; `Ok` with the channel when they are. Everything is looked at as it is now.
fn check(
    work: &mut Work<'_>,
    programme: &SurveyProgramme,
    survey: &Survey,
    customer: &Customer,
    throttled: bool,
) -> Result<Result<Channel, Code>, Halt> {
    let plan = &survey.plan;
    let matter = matter(work, plan.about)?;
    if let Some(why) = matter.objection(&programme.only, &plan.credit, plan.episode) {
        return Ok(Err(why));
    }
    let is_excluded = |tag: &Code| programme.only.not_tags.contains(tag);
    if customer.tags.iter().any(is_excluded) {
        return Ok(Err(Code::known("customer_excluded")));
    }
    if throttled && is_throttled(work, customer)? {
        return Ok(Err(Code::known("throttled")));
    }
    Ok(reach(work, customer, programme).map_err(|why| Code::known(why.code())))
}

/// Whether the person was asked too short a time ago, under whichever of their records. The last instant of the time counts.
fn is_throttled(work: &mut Work<'_>, customer: &Customer) -> Result<bool, Halt> {
    let Some(throttle) = work.rulebook().surveys().throttle_ms else {
        return Ok(false);
    };
    work.want(customer.family().map(Respondent::id_of));
    let mut last = None;
    for id in customer.family() {
        let respondent = work.document(Respondent::id_of(id))?;
        last = last.max(respondent.map(|it| it.invited_at));
    }
    Ok(last.is_some_and(|last| work.now() <= later(last, throttle)))
}

/// The time of a survey has come: the customer is invited, or not, and a relationship is asked about again in time.
fn send(work: &mut Work<'_>, id: SurveyId) -> Result<(), Halt> {
    let survey = work.need(id)?;
    let customer = survivor(work, survey.plan.customer)?;
    let policy = work.rulebook().surveys();
    let Ok(programme) = policy.programme(&survey.plan.programme) else {
        let why = Code::known("survey.unknown_programme");
        return work.emit(id, SurveyEvent::Skipped { why });
    };
    if let Some(until) = quiet_until(work, customer.id)? {
        return work.emit(id, SurveyEvent::Postponed { until });
    }
    match check(work, programme, &survey, &customer, true)? {
        Ok(channel) => invite(work, programme, &survey, &customer, channel)?,
        Err(why) => work.emit(id, SurveyEvent::Skipped { why })?,
    }
    match programme.repeat_ms {
        Some(every) if !customer.is_erased() => again(work, programme, &survey, every),
        _ => Ok(()),
    }
}

/// The next time that a customer is asked about the relationship.
fn again(
    work: &mut Work<'_>,
    programme: &SurveyProgramme,
    survey: &Survey,
    every: u64,
) -> Result<(), Halt> {
    let plan = &survey.plan;
    let episode = plan.episode.saturating_add(1);
    let next = Survey::id_of(&programme.name, plan.about, plan.customer, episode);
    if work.document(next)?.is_some() {
        return Ok(());
    }
    let next_at = later(plan.send_at, every);
    // What was missed while nobody looked is not made up for.
    let send_at = match next_at > work.now() {
        true => next_at,
        false => later(work.now(), every),
    };
    let planning = Planning {
        instrument: programme.instrument.clone(),
        questions: programme.questions.clone(),
        edit_ms: programme.edit_ms,
        episode,
        send_at,
        ..plan.clone()
    };
    work.emit(next, SurveyEvent::Planned(Box::new(planning)))
}

fn draft(
    programme: &SurveyProgramme,
    customer: &Customer,
    channel: Channel,
    is_reminder: bool,
) -> Draft {
    Draft::new(Recipient::Customer(customer.id), programme.purpose.clone())
        .with_template(programme.template_for(is_reminder))
        .with_channel(Some(channel))
        .with_fact(Code::known("programme"), &programme.name)
}

fn invite(
    work: &mut Work<'_>,
    programme: &SurveyProgramme,
    survey: &Survey,
    customer: &Customer,
    channel: Channel,
) -> Result<(), Halt> {
    let (now, request) = (work.now(), work.stamp().request);
    let expires_at = later(now, programme.valid_ms);
    let draft = draft(programme, customer, channel, false)
        .with_fact(Code::known("survey"), survey.id)
        .with_fact(Code::known("invitation"), request)
        .with_fact(Code::known("expires_at"), expires_at.to_rfc3339());
    let message = match tell(work, customer.id, draft)? {
        Told::Queued(message) => message,
        Told::Not(why) => {
            let why = Code::known(why.code());
            return work.emit(survey.id, SurveyEvent::Skipped { why });
        }
    };
    let secret = work.rulebook().secret();
    let invitation = Invitation {
        channel,
        message,
        token: SurveyToken::of(secret, survey.id, request).digest(secret),
        expires_at,
        remind_at: programme.remind_after_ms.map(|after| later(now, after)),
    };
    work.emit(survey.id, SurveyEvent::Invited(Box::new(invitation)))?;
    let id = Respondent::id_of(customer.id);
    work.document(id)?;
    let respondent = Respondent {
        customer: customer.id,
        invited_at: now,
    };
    work.put(id, respondent)
}

/// What is due of a survey: an invitation, a reminder, its end, or a follow-up that is late.
pub(crate) fn wake(work: &mut Work<'_>, id: SurveyId) -> Result<(), Halt> {
    let survey = work.need(id)?;
    let now = work.now();
    if survey.next_at().is_none_or(|at| now < at) {
        return Ok(());
    }
    match survey.status {
        SurveyStatus::Planned => send(work, id),
        SurveyStatus::Invited if survey.expires_at.is_some_and(|at| now > at) => {
            withdraw(work, survey.message)?;
            withdraw(work, survey.reminder)?;
            work.emit(id, SurveyEvent::Expired {})
        }
        SurveyStatus::Invited => remind(work, &survey),
        SurveyStatus::Answered => follow_up::late(work, &survey),
        SurveyStatus::Skipped | SurveyStatus::Expired | SurveyStatus::CalledOff => Ok(()),
    }
}

/// The customer is reminded, once, with the link of the invitation.
fn remind(work: &mut Work<'_>, survey: &Arc<Survey>) -> Result<(), Halt> {
    let id = survey.id;
    let customer = survivor(work, survey.plan.customer)?;
    let policy = work.rulebook().surveys();
    let not = |why| SurveyEvent::NotReminded { why };
    let Ok(programme) = policy.programme(&survey.plan.programme) else {
        return work.emit(id, not(Code::known("survey.unknown_programme")));
    };
    if let Some(until) = quiet_until(work, customer.id)? {
        return match survey.expires_at.is_some_and(|expires| until >= expires) {
            true => work.emit(id, not(Code::known("too_late"))),
            false => work.emit(id, SurveyEvent::Postponed { until }),
        };
    }
    let channel = match check(work, programme, survey, &customer, false)? {
        Ok(channel) => channel,
        Err(why) => return work.emit(id, not(why)),
    };
    let invitation = match survey.message {
        Some(message) => work.get(message)?,
        None => None,
    };
    let mut reminder = draft(programme, &customer, channel, true);
    // The link is the invitation's.
    if let Some(invitation) = invitation {
        reminder.facts.clone_from(&invitation.draft.facts);
    }
    match tell(work, customer.id, reminder)? {
        Told::Queued(message) => work.emit(id, SurveyEvent::Reminded { message }),
        Told::Not(why) => work.emit(id, not(Code::known(why.code()))),
    }
}

/// A message was handed over, came back, or never will be handed over: an invitation's survey learns of it.
pub(crate) fn handed_over(
    work: &mut Work<'_>,
    message: &Message,
    outcome: &MessageEvent,
) -> Result<(), Halt> {
    let told = message.draft.facts.get("survey");
    let Some(id) = told.and_then(|id| id.parse::<SurveyId>().ok()) else {
        return Ok(());
    };
    let Some(survey) = work.document(id)? else {
        return Ok(());
    };
    let is_invitation = survey.message == Some(message.id);
    if !is_invitation && survey.reminder != Some(message.id) {
        return Ok(());
    }
    let other = match is_invitation {
        true => survey.reminder,
        false => survey.message,
    };
    match outcome {
        MessageEvent::Sent { .. } if survey.delivered_at.is_none() => {
            work.emit(id, SurveyEvent::Delivered {})
        }
        MessageEvent::Died { reason } | MessageEvent::Bounced { reason } => {
            // The customer has the link as long as either of the two arrived.
            let is_news = is_invitation || survey.delivered_at.is_some();
            if !is_news || is_sent(work, other)? {
                return Ok(());
            }
            let reason = reason.clone();
            work.emit(id, SurveyEvent::Undelivered { reason })
        }
        MessageEvent::Sent { .. }
        | MessageEvent::Queued(_)
        | MessageEvent::Postponed { .. }
        | MessageEvent::HeldBack { .. }
        | MessageEvent::Withdrawn { .. }
        | MessageEvent::Revived => Ok(()),
    }
}

/// Whether a message was handed over, and did not come back.
fn is_sent(work: &mut Work<'_>, message: Option<MessageId>) -> Result<bool, Halt> {
    let message = match message {
        Some(id) => work.get(id)?,
        None => None,
    };
    Ok(message.is_some_and(|it| matches!(it.state, MessageState::Sent { .. })))
}

/// The key under which a survey is read.
fn key_of(token: &SurveyToken) -> Key {
    Key::of(token.survey())
}
