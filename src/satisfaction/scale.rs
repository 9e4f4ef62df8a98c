//! On which scale customers are asked, and what a score on it says.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::kernel::Code;

/// How a customer effort score is read; the literature has three ways, and their figures do not mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffortFigure {
    /// The mean of the scores, 1 to 7.
    Mean,
    /// The share of 6 and 7 less the share of 1 to 3, -1 to 1.
    Top2LessBottom3,
    /// The share of 5 to 7 ("at least somewhat agree"), 0 to 1.
    Top3,
}

/// The scale of a survey's main question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Scale {
    /// Customer satisfaction, 1 to 5.
    CsatFive,
    /// Customer satisfaction, 1 to 3.
    CsatThree,
    /// Customer satisfaction, no (1) or yes (2).
    CsatYesNo,
    /// "How likely are you to recommend us?", 0 to 10 (Reichheld, Harvard Business Review, December 2003).
    Nps,
    /// Customer effort score 2.0: "the company made it easy for me", 1 (strongly disagree) to 7 (strongly agree).
    Ces(EffortFigure),
}

/// What a score says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    /// Unhappy; of NPS, a detractor.
    Bad,
    /// Neither; of NPS, a passive.
    Neutral,
    /// Happy; of NPS, a promoter.
    Good,
}

impl Scale {
    /// The lowest and the highest score.
    #[must_use]
    pub const fn bounds(self) -> (u8, u8) {
        match self {
            Self::CsatFive => (1, 5),
            Self::CsatThree => (1, 3),
            Self::CsatYesNo => (1, 2),
            Self::Nps => (0, 10),
            Self::Ces(_) => (1, 7),
        }
    }

    /// The scores from which on one is neutral, and good. A scale without a middle has both at one score.
    const fn thresholds(self) -> (u8, u8) {
        match self {
            Self::CsatFive => (3, 4),
            Self::CsatThree => (2, 3),
            Self::CsatYesNo => (2, 2),
            Self::Nps => (7, 9),
            Self::Ces(EffortFigure::Mean | EffortFigure::Top3) => (4, 5),
            Self::Ces(EffortFigure::Top2LessBottom3) => (4, 6),
        }
    }

    /// What a score says.
    ///
    /// ```
    /// use aftercare::satisfaction::{Rating, Scale};
    /// assert_eq!(Scale::Nps.rate(6)?, Rating::Bad);
    /// assert_eq!(Scale::CsatFive.rate(4)?, Rating::Good);
    /// assert!(Scale::CsatFive.rate(6).is_err());
    /// # Ok::<(), aftercare::satisfaction::Refusal>(())
    /// ```
    ///
    /// # Errors
    /// [`Refusal::OffScale`].
    pub const fn rate(self, score: u8) -> Result<Rating, Refusal> {
        let (lowest, highest) = self.bounds();
        if score < lowest || score > highest {
            return Err(Refusal::OffScale { score, scale: self });
        }
        let (neutral, good) = self.thresholds();
        Ok(if score >= good {
            Rating::Good
        } else if score >= neutral {
            Rating::Neutral
        } else {
            Rating::Bad
        })
    }

    /// All scores of one rating, the lowest first.
    pub fn scores(self, rating: Rating) -> impl Iterator<Item = u8> {
        let (lowest, highest) = self.bounds();
        (lowest..=highest).filter(move |score| self.rate(*score) == Ok(rating))
    }

    /// Its name, such as `csat 1-5`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CsatFive => "csat 1-5",
            Self::CsatThree => "csat 1-3",
            Self::CsatYesNo => "csat yes/no",
            Self::Nps => "nps 0-10",
            Self::Ces(EffortFigure::Mean) => "ces 1-7, mean",
            Self::Ces(EffortFigure::Top2LessBottom3) => "ces 1-7, top 2 less bottom 3",
            Self::Ces(EffortFigure::Top3) => "ces 1-7, top 3",
        }
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What was asked: only scores of one instrument are taken together. Another wording is another instrument.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Instrument {
    /// The question, such as `after_case`.
    pub question: Code,
    /// The scale.
    pub scale: Scale,
    /// The version of the wording.
    pub wording: u32,
}

impl Instrument {
    /// A question in its first wording.
    #[must_use]
    pub const fn new(question: Code, scale: Scale) -> Self {
        Self {
            question,
            scale,
            wording: 1,
        }
    }

    /// The same question in another wording.
    #[must_use]
    pub const fn with_wording(mut self, wording: u32) -> Self {
        self.wording = wording;
        self
    }
}

impl fmt::Display for Instrument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            question,
            scale,
            wording,
        } = self;
        write!(f, "{question} ({scale}, wording {wording})")
    }
}
