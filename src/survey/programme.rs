//! What the business configures about surveys.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::interaction::Channel;
use crate::kernel::{Code, Problem};
use crate::satisfaction::Instrument;
use crate::service::QuietHours;
use crate::sla::TimeBase;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// Whom a programme asks; what is not said holds for all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Eligibility {
    /// About a case only when a person touched it: answered, had it, or solved it. Default: yes.
    pub needs_person: bool,
    /// About a case only when the customer said something in it. Default: yes.
    pub needs_customer_message: bool,
    /// Not about cases on these topics.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub not_topics: BTreeSet<Code>,
    /// Not customers with one of these tags.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub not_tags: BTreeSet<Code>,
}

impl Default for Eligibility {
    fn default() -> Self {
        Self {
            needs_person: true,
            needs_customer_message: true,
            not_topics: BTreeSet::new(),
            not_tags: BTreeSet::new(),
        }
    }
}

impl Eligibility {
    /// Also about cases that no person touched.
    #[must_use]
    pub const fn without_person(mut self) -> Self {
        self.needs_person = false;
        self
    }

    /// Also about cases in which the customer said nothing.
    #[must_use]
    pub const fn without_customer_message(mut self) -> Self {
        self.needs_customer_message = false;
        self
    }

    /// Not about cases on this topic.
    #[must_use]
    pub fn except_topic(mut self, topic: Code) -> Self {
        self.not_topics.insert(topic);
        self
    }

    /// Not customers with this tag.
    #[must_use]
    pub fn except_tag(mut self, tag: Code) -> Self {
        self.not_tags.insert(tag);
        self
    }
}

/// What becomes of a bad answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedLoop {
    /// The highest score that is bad enough.
    pub up_to: u8,
    /// The team that answers for the follow-up.
    pub team: Code,
    /// The topic of the case in which it is worked on.
    pub topic: Code,
    /// The priority of the case; the rulebook's default when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Code>,
    /// How long the follow-up may take, in milliseconds.
    pub within_ms: u64,
    /// In which time that is counted.
    #[serde(default = "calendar_time")]
    pub time: TimeBase,
}

const fn calendar_time() -> TimeBase {
    TimeBase::Calendar
}

impl ClosedLoop {
    /// For scores up to this one, by this team, within this span of calendar time (a span below zero is none).
    #[must_use]
    pub fn new(up_to: u8, team: Code, within: TimeDelta) -> Self {
        Self {
            up_to,
            team,
            topic: Code::known("survey_follow_up"),
            priority: None,
            within_ms: millis(within),
            time: TimeBase::Calendar,
        }
    }

    /// Counted in the open hours of this calendar.
    #[must_use]
    pub fn in_hours_of(mut self, calendar: Code) -> Self {
        self.time = TimeBase::Business(calendar);
        self
    }

    /// With this priority.
    #[must_use]
    pub fn with_priority(mut self, priority: Code) -> Self {
        self.priority = Some(priority);
        self
    }
}

/// A programme of surveys: what is asked, whom, when, over what, and what becomes of it.
///
/// What a customer was promised (until when they may answer and change their answer, what they were asked) is pinned into each
/// survey; the rest is as the rulebook says when it is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveyProgramme {
    /// Its name.
    pub name: Code,
    /// The question that is answered with a score, its scale, and the version of the wording.
    pub instrument: Instrument,
    /// Questions that are answered in words, none of which has to be.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub questions: BTreeSet<Code>,
    /// What the invitation is for; the customer's preferences and consents go by it.
    #[serde(default = "purpose")]
    pub purpose: Code,
    /// Which template; the one of the purpose when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Code>,
    /// How long after it happened the customer is asked, in milliseconds.
    #[serde(default)]
    pub delay_ms: u64,
    /// Over what, the first that reaches the customer; as the customer prefers when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    /// Whom.
    #[serde(default)]
    pub only: Eligibility,
    /// How long an invitation can be answered, in milliseconds.
    #[serde(default = "fortnight")]
    pub valid_ms: u64,
    /// How long after it was given an answer can be changed, in milliseconds.
    #[serde(default = "day")]
    pub edit_ms: u64,
    /// How long after the invitation the customer is reminded, once, in milliseconds; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind_after_ms: Option<u64>,
    /// Of a relationship programme, how long after one time of asking the next comes, in milliseconds: it is about the customer
    /// and not about something that happened, and goes on by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat_ms: Option<u64>,
    /// What becomes of a bad answer; nothing when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_loop: Option<ClosedLoop>,
}

const fn purpose() -> Code {
    Code::known("survey")
}

const fn day() -> u64 {
    DAY_MS
}

const fn fortnight() -> u64 {
    14 * DAY_MS
}

fn millis(span: TimeDelta) -> u64 {
    u64::try_from(span.num_milliseconds()).unwrap_or(0)
}

impl SurveyProgramme {
    /// At once, over what the customer prefers; to be answered within 14 days and changed within one; no reminder and no
    /// follow-up.
    #[must_use]
    pub fn new(name: Code, instrument: Instrument) -> Self {
        Self {
            name,
            instrument,
            questions: BTreeSet::new(),
            purpose: purpose(),
            template: None,
            delay_ms: 0,
            channels: Vec::new(),
            only: Eligibility::default(),
            valid_ms: fortnight(),
            edit_ms: day(),
            remind_after_ms: None,
            repeat_ms: None,
            closed_loop: None,
        }
    }

    /// With one more question that is answered in words.
    #[must_use]
    pub fn asking(mut self, question: Code) -> Self {
        self.questions.insert(question);
        self
    }

    /// So long after it happened. Here and below a span below zero is none.
    #[must_use]
    pub fn after(mut self, delay: TimeDelta) -> Self {
        self.delay_ms = millis(delay);
        self
    }

    /// Over this channel, when none named before reaches the customer.
    #[must_use]
    pub fn over(mut self, channel: Channel) -> Self {
        self.channels.push(channel);
        self
    }

    /// Asking only these.
    #[must_use]
    pub fn only(mut self, eligibility: Eligibility) -> Self {
        self.only = eligibility;
        self
    }

    /// To be answered within this span of the invitation.
    #[must_use]
    pub fn valid_for(mut self, span: TimeDelta) -> Self {
        self.valid_ms = millis(span);
        self
    }

    /// To be changed within this span of the answer.
    #[must_use]
    pub fn changeable_for(mut self, span: TimeDelta) -> Self {
        self.edit_ms = millis(span);
        self
    }

    /// Reminding once, so long after the invitation.
    #[must_use]
    pub fn reminding_after(mut self, span: TimeDelta) -> Self {
        self.remind_after_ms = Some(millis(span));
        self
    }

    /// About the relationship, again and again at this distance, which is longer than an invitation can be answered.
    #[must_use]
    pub fn repeating_every(mut self, span: TimeDelta) -> Self {
        self.repeat_ms = Some(millis(span));
        self
    }

    /// With this for bad answers.
    #[must_use]
    pub fn closing_the_loop(mut self, closed_loop: ClosedLoop) -> Self {
        self.closed_loop = Some(closed_loop);
        self
    }

    /// The template of the invitation, or of the reminder. A template whose name is as long as a name may be has no reminder of its
    /// own, and is used for both.
    #[must_use]
    pub fn template_for(&self, is_reminder: bool) -> Code {
        let template = self.template.as_ref().unwrap_or(&self.purpose);
        if !is_reminder {
            return template.clone();
        }
        Code::try_new(&format!("{template}.reminder")).unwrap_or_else(|_| template.clone())
    }

    fn problems(
        &self,
        has_priority: impl Fn(&Code) -> bool,
        has_calendar: impl Fn(&Code) -> bool,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut say = |path: &str, code: &'static str, facts: String| {
            problems.push(Problem::new(path, code, facts));
        };
        if self.valid_ms == 0 {
            say("valid_ms", "survey.never_valid", "0".to_owned());
        }
        if let Some(after) = self.remind_after_ms
            && after >= self.valid_ms
        {
            let facts = format!("{after} of {}", self.valid_ms);
            say("remind_after_ms", "survey.reminder_too_late", facts);
        }
        // The next time of asking comes when the one before can no longer be answered.
        if let Some(every) = self.repeat_ms
            && every <= self.valid_ms
        {
            let facts = format!("{every} of {}", self.valid_ms);
            say("repeat_ms", "survey.repeats_too_soon", facts);
        }
        let spans = [
            ("delay_ms", Some(self.delay_ms)),
            ("valid_ms", Some(self.valid_ms)),
            ("edit_ms", Some(self.edit_ms)),
            ("remind_after_ms", self.remind_after_ms),
            ("repeat_ms", self.repeat_ms),
            (
                "closed_loop.within_ms",
                self.closed_loop.as_ref().map(|closed| closed.within_ms),
            ),
        ];
        for (path, span) in spans {
            if let Some(span) = span.filter(|span| SurveyPolicy::is_too_long(*span)) {
                say(path, "survey.period_too_long", span.to_string());
            }
        }
        let mut seen = BTreeSet::new();
        for (n, channel) in self.channels.iter().enumerate() {
            if !seen.insert(channel) {
                let path = format!("channels[{n}]");
                say(&path, "survey.channel_twice", channel.to_string());
            }
        }
        if let Some(closed) = &self.closed_loop {
            let scale = self.instrument.scale;
            let (_, highest) = scale.bounds();
            if scale.rate(closed.up_to).is_err() || closed.up_to == highest {
                let facts = format!("{} on {scale}", closed.up_to);
                say("closed_loop.up_to", "survey.threshold", facts);
            }
            if let Some(priority) = &closed.priority
                && !has_priority(priority)
            {
                let facts = priority.to_string();
                say("closed_loop.priority", "case.unknown_priority", facts);
            }
            if let TimeBase::Business(calendar) = &closed.time
                && !has_calendar(calendar)
            {
                let facts = calendar.to_string();
                say("closed_loop.time", "survey.unknown_calendar", facts);
            }
        }
        problems
    }
}

/// What the business configures about surveys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SurveyPolicy {
    /// The programmes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub programmes: Vec<SurveyProgramme>,
    /// How long a person is left alone after an invitation, whatever the programme and channel, in milliseconds: up to and with
    /// its last instant an invitation is dropped, not put off. No limit when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttle_ms: Option<u64>,
    /// When customers are not written to about surveys, in their own zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<QuietHours>,
}

impl SurveyPolicy {
    /// The programme of this name.
    ///
    /// # Errors
    /// [`Refusal::UnknownProgramme`].
    pub fn programme(&self, name: &Code) -> Result<&SurveyProgramme, Refusal> {
        let mut known = self.programmes.iter();
        let found = known.find(|programme| programme.name == *name);
        found.ok_or_else(|| Refusal::UnknownProgramme {
            programme: name.clone(),
        })
    }

    /// A hundred years are enough, and can be added to any instant.
    pub(crate) const fn is_too_long(span_ms: u64) -> bool {
        span_ms > 36_525 * DAY_MS
    }

    /// Everything that is wrong with it, each with its path: `survey.name_twice`, `survey.never_valid`, `survey.reminder_too_late`,
    /// `survey.repeats_too_soon`, `survey.period_too_long`, `survey.channel_twice`, `survey.threshold`, `case.unknown_priority`,
    /// `survey.unknown_calendar`.
    pub(crate) fn problems(
        &self,
        has_priority: impl Fn(&Code) -> bool,
        has_calendar: impl Fn(&Code) -> bool,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut names = BTreeSet::new();
        for (n, programme) in self.programmes.iter().enumerate() {
            let path = format!("programmes[{n}]");
            if !names.insert(&programme.name) {
                let twice = Problem::new("name", "survey.name_twice", &programme.name);
                problems.push(twice.within(&path));
            }
            let found = programme.problems(&has_priority, &has_calendar).into_iter();
            problems.extend(found.map(|problem| problem.within(&path)));
        }
        if let Some(span) = self.throttle_ms.filter(|span| Self::is_too_long(*span)) {
            problems.push(Problem::new("throttle_ms", "survey.period_too_long", span));
        }
        problems
    }
}
