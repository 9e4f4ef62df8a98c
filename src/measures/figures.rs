//! The figures of one cell, and of any number of cells together.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::points::PointsMoved;
use super::rate::merge_counts;
use super::service_level::ServiceLevel;
use super::surveys::Asking;
use super::upkeep::{Claims, Upkeep};
use crate::kernel::{BasisPoints, Code};
use crate::order::Punctuality;
use crate::satisfaction::{Instrument, Proportion, Refusal, Scores, Spread, censored_quantile};
use crate::sla::Metric;

/// A duration of many cases, in milliseconds: in calendar time, and in business time where the lens has hours.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Duration {
    /// In calendar time.
    pub calendar: Spread,
    /// In business time.
    pub business: Spread,
    /// Of those that are not over, so far: known only to last longer. Calendar time.
    pub open: Spread,
}

impl Duration {
    /// Both together.
    pub fn merge(&mut self, other: &Self) {
        self.calendar.merge(&other.calendar);
        self.business.merge(&other.business);
        self.open.merge(&other.open);
    }

    /// The quantile in calendar time, in milliseconds, with open ones as censored; `None` of nothing, and where too many are open to tell.
    #[must_use]
    pub fn quantile(&self, at: BasisPoints) -> Option<u64> {
        censored_quantile(&self.calendar, &self.open, at)
    }
}

/// Who was asked, and who answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Response {
    /// Invitations that were delivered.
    pub delivered: u64,
    /// Of these, those with a valid answer; each person of a survey once.
    pub answered: u64,
    /// Links that were followed without an answer being confirmed: mail scanners follow every link.
    pub unconfirmed: u64,
}

impl Response {
    /// The response rate: unique valid respondents of delivered invitations.
    #[must_use]
    pub fn rate(&self) -> Proportion {
        let answered = self.answered.min(self.delivered);
        Proportion::split(answered, self.delivered.saturating_sub(answered))
    }
}

macro_rules! merged {
    ($one:ident, $two:ident: add $($count:ident)*; merge $($part:ident)*) => {
        $($one.$count = $one.$count.saturating_add($two.$count);)*
        $($one.$part.merge(&$two.$part);)*
    };
}

/// The figures of service. Everything in it is counts, so two lots together are exactly the sum.
///
/// What a case does until it is answered, and that it came, counts in the period in which it was opened; how it was resolved counts in the
/// period in which it was first solved; the backlog is that at the end of each period.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// Cases opened, those that are left out not counted.
    pub opened: u64,
    /// Cases solved for the first time.
    pub solved: u64,
    /// Cases that are left out, by reason: `spam`, `merged` and whatever cases are called off for; `survey_follow_up` for the cases
    /// in which bad answers are followed up ([`Asking::followed_up`] has them); `incomplete` for those whose opening was not seen.
    pub excluded: BTreeMap<Code, u64>,
    /// From the opening (or the reopening, where nobody had answered before) to the first public reply of a person.
    pub first_response: Duration,
    /// From a customer's oldest unanswered message to the next public reply of a person; one for each pair.
    pub next_response: Duration,
    /// From the opening to the first solution.
    pub first_resolution: Duration,
    /// From the opening to the last solution.
    pub full_resolution: Duration,
    /// How long the customer waited for the business: new, open and on hold, until the last solution.
    pub requester_wait: Duration,
    /// How long the business waited for the customer, until the last solution.
    pub agent_wait: Duration,
    /// How long it was on hold, until the last solution.
    pub on_hold: Duration,
    /// From the opening until it was closed.
    pub closing: Duration,
    /// How long live contacts took a person: talking and holding.
    pub handle_time: Spread,
    /// First solved after a single public reply of a person, of those first solved after any.
    pub one_touch: Proportion,
    /// Solved with no more than one public reply, never reopened, and the customer did not come back with the same issue within the window;
    /// of those whose window is over.
    pub first_contact: Proportion,
    /// Those whose window is not over, left out of `first_contact`.
    pub first_contact_pending: u64,
    /// Opened within the window after an earlier case of the same customer, of those opened.
    pub repeat_contact: Proportion,
    /// Reopened after the first solution, of those first solved.
    pub reopened: Proportion,
    /// How often they were reopened in all.
    pub reopens: u64,
    /// How often a case was handed from team to team.
    pub transfers: Spread,
    /// How many distinct teams had a case.
    pub teams: Spread,
    /// How often one went straight back.
    pub bounces: u64,
    /// How often a customer was asked for a fact that was on file.
    pub repeat_asks: u64,
    /// The ages of the cases that were not solved at the end of the cell's period (of the period under way: now), in milliseconds.
    ///
    /// A case that is open for several periods is in the backlog of each, so the backlogs of different periods are not to be added up:
    /// [`Report`](super::Report) tells that of its last one.
    pub backlog: Spread,
    /// Promises about time that were kept, by metric.
    pub sla: BTreeMap<Metric, Proportion>,
    /// Live contacts: answered and abandoned.
    pub service_level: ServiceLevel,
    /// Units sold, in orders that were not called off.
    pub sold: u64,
    /// Units delivered, by the civil month of their delivery; in the period in which their order was placed.
    pub delivered: BTreeMap<NaiveDate, u64>,
    /// Deliveries against what was promised.
    pub punctuality: Punctuality,
    /// What customers said, by what they were asked.
    #[serde(with = "super::map::listed")]
    pub scores: BTreeMap<Instrument, Scores>,
    /// Who was asked, and who answered.
    pub response: Response,
    /// Who was to be asked, and what became of bad answers.
    pub asking: Asking,
    /// Visits, and services of plans.
    pub upkeep: Upkeep,
    /// Warranty claims.
    pub claims: Claims,
    /// Loyalty points.
    pub points: PointsMoved,
}

impl Figures {
    /// Both together.
    pub fn merge(&mut self, other: &Self) {
        merged!(self, other:
            add opened solved first_contact_pending reopens bounces repeat_asks sold;
            merge first_response next_response first_resolution full_resolution requester_wait agent_wait
                on_hold closing handle_time one_touch first_contact repeat_contact reopened transfers teams
                backlog service_level asking upkeep claims points
        );
        super::orders::merge(&mut self.punctuality, &other.punctuality);
        let (response, more) = (&mut self.response, &other.response);
        merged!(response, more: add delivered answered unconfirmed; merge);
        merge_counts(&mut self.excluded, &other.excluded);
        merge_counts(&mut self.delivered, &other.delivered);
        for (metric, kept) in &other.sla {
            self.sla.entry(*metric).or_default().merge(kept);
        }
        for scores in other.scores.values() {
            // Kept apart by instrument, so they go together.
            let _ = self.scored(scores);
        }
    }

    /// Scores are added to those of their instrument.
    ///
    /// # Errors
    /// None: scores are kept by instrument.
    fn scored(&mut self, scores: &Scores) -> Result<(), Refusal> {
        let instrument = scores.instrument();
        let known = self.scores.entry(instrument.clone());
        known
            .or_insert_with(|| Scores::new(instrument.clone()))
            .merge(scores)
    }

    /// One more score.
    ///
    /// # Errors
    /// [`Refusal::OffScale`].
    pub fn add_score(&mut self, instrument: &Instrument, score: u8) -> Result<(), Refusal> {
        let mut scores = Scores::new(instrument.clone());
        scores.add(score)?;
        self.scored(&scores)
    }
}
