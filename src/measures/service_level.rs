//! The service level of a queue: how many calls were answered within the threshold, of how many.

use serde::{Deserialize, Serialize};

use crate::satisfaction::{Proportion, Refusal};

/// How abandoned calls count; "service level" alone means five different figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceLevelFormula {
    /// Those abandoned within the threshold are kept: (answered within + abandoned within) / (answered + abandoned).
    AbandonedWithinKept,
    /// Abandoned calls do not count at all: answered within / answered.
    AnsweredOnly,
    /// Every abandoned call is missed: answered within / (answered + abandoned).
    AbandonedMissed,
    /// Those abandoned within the threshold do not count: answered within / (answered + abandoned after).
    AbandonedWithinLeftOut,
    /// Those abandoned at once are kept: (answered within + abandoned short) / (answered + abandoned).
    ShortAbandonedKept,
}

impl ServiceLevelFormula {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::AbandonedWithinKept,
        Self::AnsweredOnly,
        Self::AbandonedMissed,
        Self::AbandonedWithinLeftOut,
        Self::ShortAbandonedKept,
    ];
}

/// The calls of a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceLevel {
    /// Answered by a person.
    pub answered: u64,
    /// Of these, within the threshold.
    pub answered_within: u64,
    /// Abandoned by the caller.
    pub abandoned: u64,
    /// Of these, within the threshold.
    pub abandoned_within: u64,
    /// Of these, at once: within the bound for short calls.
    pub abandoned_short: u64,
}

impl ServiceLevel {
    /// The service level by this formula.
    ///
    /// ```
    /// use aftercare::measures::{ServiceLevel, ServiceLevelFormula};
    /// let calls = ServiceLevel { answered: 95, answered_within: 80, abandoned: 5, ..Default::default() };
    /// let level = calls.by(ServiceLevelFormula::AbandonedMissed)?;
    /// assert_eq!(level.value(), Some(0.8));
    /// # Ok::<(), aftercare::satisfaction::Refusal>(())
    /// ```
    ///
    /// # Errors
    /// [`Refusal::NoProportion`] when the counts contradict each other.
    pub const fn by(&self, formula: ServiceLevelFormula) -> Result<Proportion, Refusal> {
        let all = self.answered.saturating_add(self.abandoned);
        let within = self.answered_within;
        let (good, of) = match formula {
            ServiceLevelFormula::AbandonedWithinKept => {
                (within.saturating_add(self.abandoned_within), all)
            }
            ServiceLevelFormula::AnsweredOnly => (within, self.answered),
            ServiceLevelFormula::AbandonedMissed => (within, all),
            ServiceLevelFormula::AbandonedWithinLeftOut => {
                (within, all.saturating_sub(self.abandoned_within))
            }
            ServiceLevelFormula::ShortAbandonedKept => {
                (within.saturating_add(self.abandoned_short), all)
            }
        };
        Proportion::try_new(good, of)
    }

    /// Both together.
    pub const fn merge(&mut self, other: &Self) {
        self.answered = self.answered.saturating_add(other.answered);
        self.answered_within = self.answered_within.saturating_add(other.answered_within);
        self.abandoned = self.abandoned.saturating_add(other.abandoned);
        self.abandoned_within = self.abandoned_within.saturating_add(other.abandoned_within);
        self.abandoned_short = self.abandoned_short.saturating_add(other.abandoned_short);
    }
}
