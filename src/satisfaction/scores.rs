//! How often each score was given.

use serde::{Deserialize, Serialize};

use super::change::{Change, Test};
use super::interval::{Confidence, Interval};
use super::mean::Mean;
use super::net::NetScore;
use super::proportion::Proportion;
use super::refusal::Refusal;
use super::scale::{EffortFigure, Instrument, Rating, Scale};
use super::sketch::nearest_rank;
use crate::kernel::BasisPoints;

/// No scale has more scores than this.
const MOST: usize = 11;
/// So many scores are counted at a time: as many as a byte can count.
const CHUNK: usize = 255;

/// How often each score of an instrument was given. Merging is exact and in any order.
///
/// ```
/// use aftercare::code;
/// use aftercare::satisfaction::{Confidence, Instrument, Scale, Scores};
/// let mut scores = Scores::new(Instrument::new(code!("after_case"), Scale::CsatFive));
/// scores.add_all(&[5, 4, 1, 5])?;
/// let figure = scores.figure(Confidence::P95);
/// assert_eq!((figure.n, figure.value), (4, Some(0.75))); // the share of 4 and 5
/// assert!(scores.add(6).is_err());
/// # Ok::<(), aftercare::satisfaction::Refusal>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Scores {
    instrument: Instrument,
    /// From score 0 on.
    counts: [u64; MOST],
}

#[derive(Serialize, Deserialize)]
struct Stored {
    instrument: Instrument,
    /// Score and count, without those never given.
    counts: Vec<(u8, u64)>,
}

impl From<Scores> for Stored {
    fn from(scores: Scores) -> Self {
        let counts = scores.counts().filter(|(_, count)| *count > 0).collect();
        Self {
            instrument: scores.instrument,
            counts,
        }
    }
}

impl TryFrom<Stored> for Scores {
    type Error = Refusal;
    fn try_from(stored: Stored) -> Result<Self, Refusal> {
        let mut scores = Self::new(stored.instrument);
        for (score, count) in stored.counts {
            scores.add_times(score, count)?;
        }
        Ok(scores)
    }
}

/// The figure by which a scale is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// From how many answers.
    pub n: u64,
    /// CSAT: the share of good scores, 0 to 1. NPS: -1 to 1. CES: as its variant says. `None` of nothing.
    pub value: Option<f64>,
    /// Between which bounds the true value lies.
    pub interval: Option<Interval>,
}

impl Scores {
    /// No score yet.
    #[must_use]
    pub const fn new(instrument: Instrument) -> Self {
        Self {
            instrument,
            counts: [0; MOST],
        }
    }

    /// What was asked.
    #[must_use]
    pub const fn instrument(&self) -> &Instrument {
        &self.instrument
    }

    /// The scale.
    #[must_use]
    pub const fn scale(&self) -> Scale {
        self.instrument.scale
    }

    /// One more score.
    ///
    /// # Errors
    /// [`Refusal::OffScale`]; nothing is counted then.
    pub fn add(&mut self, score: u8) -> Result<(), Refusal> {
        self.add_times(score, 1)
    }

    fn add_times(&mut self, score: u8, times: u64) -> Result<(), Refusal> {
        self.scale().rate(score)?;
        if let Some(count) = self.counts.get_mut(usize::from(score)) {
            *count = count.saturating_add(times);
        }
        Ok(())
    }

    /// Many more scores, quickly.
    ///
    /// # Errors
    /// [`Refusal::OffScale`] with the first that is; nothing is counted then.
    pub fn add_all(&mut self, scores: &[u8]) -> Result<(), Refusal> {
        let (lowest, highest) = self.scale().bounds();
        let mut counts = [0_u64; MOST];
        for chunk in scores.chunks(CHUNK) {
            for (score, count) in (0..).zip(&mut counts) {
                if (lowest..=highest).contains(&score) {
                    // A byte holds the count of a chunk, so the machine counts many at a time.
                    let here = chunk.iter().fold(0_u8, |here, given| {
                        here.wrapping_add(u8::from(*given == score))
                    });
                    *count = count.saturating_add(u64::from(here));
                }
            }
        }
        let counted: u64 = counts.iter().sum();
        if counted != u64::try_from(scores.len()).unwrap_or(u64::MAX) {
            for score in scores {
                self.scale().rate(*score)?;
            }
        }
        for (count, more) in self.counts.iter_mut().zip(counts) {
            *count = count.saturating_add(more);
        }
        Ok(())
    }

    /// Both together.
    ///
    /// # Errors
    /// [`Refusal::Incomparable`] when the two are not of one instrument.
    pub fn merge(&mut self, other: &Self) -> Result<(), Refusal> {
        self.comparable(other)?;
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count = count.saturating_add(more);
        }
        Ok(())
    }

    fn comparable(&self, other: &Self) -> Result<(), Refusal> {
        if self.instrument == other.instrument {
            return Ok(());
        }
        Err(Refusal::Incomparable {
            one: Box::new(self.instrument.clone()),
            other: Box::new(other.instrument.clone()),
        })
    }

    /// Every score of the scale and how often it was given, the lowest first.
    pub fn counts(&self) -> impl Iterator<Item = (u8, u64)> {
        let (lowest, highest) = self.scale().bounds();
        (0..)
            .zip(self.counts)
            .filter(move |(score, _)| (lowest..=highest).contains(score))
    }

    /// The score of this rank (nearest rank); `None` of nothing.
    #[must_use]
    pub fn quantile(&self, at: BasisPoints) -> Option<u8> {
        let rank = nearest_rank(self.n(), at)?;
        let mut seen = 0_u64;
        self.counts().find_map(|(score, count)| {
            seen = seen.saturating_add(count);
            (seen >= rank).then_some(score)
        })
    }

    /// How many scores were given.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How many scores of one rating were given.
    #[must_use]
    pub fn rated(&self, rating: Rating) -> u64 {
        self.counts()
            .filter(|(score, _)| self.scale().rate(*score) == Ok(rating))
            .map(|(_, count)| count)
            .sum()
    }

    /// The share of good scores: of CSAT 1 to 5, the top-2 box.
    #[must_use]
    pub fn good(&self) -> Proportion {
        let good = self.rated(Rating::Good);
        Proportion::split(good, self.n().saturating_sub(good))
    }

    /// Good less bad: of the NPS scale, the NPS.
    #[must_use]
    pub fn net(&self) -> NetScore {
        let [good, neutral, bad] =
            [Rating::Good, Rating::Neutral, Rating::Bad].map(|rating| self.rated(rating));
        NetScore::new(good, neutral, bad)
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> Mean {
        let mut mean = Mean::default();
        for (score, count) in self.counts() {
            let score = u64::from(score);
            mean.n = mean.n.saturating_add(count);
            mean.sum = mean.sum.saturating_add(count.saturating_mul(score));
            let square = score.saturating_mul(score);
            mean.squares = mean.squares.saturating_add(count.saturating_mul(square));
        }
        mean
    }

    /// The figure by which the scale is known.
    #[must_use]
    pub fn figure(&self, confidence: Confidence) -> Figure {
        let (value, interval) = match self.scale() {
            Scale::CsatFive
            | Scale::CsatThree
            | Scale::CsatYesNo
            | Scale::Ces(EffortFigure::Top3) => {
                (self.good().value(), self.good().wilson(confidence))
            }
            Scale::Nps | Scale::Ces(EffortFigure::Top2LessBottom3) => {
                (self.net().value(), self.net().interval(confidence))
            }
            Scale::Ces(EffortFigure::Mean) => {
                let interval = self.mean().interval(confidence);
                (self.mean().value(), interval.map(|at| at.clamped(1.0, 7.0)))
            }
        };
        Figure {
            n: self.n(),
            value,
            interval,
        }
    }

    /// How the figure changed from an earlier one.
    ///
    /// # Errors
    /// [`Refusal::Incomparable`] when the two are not of one instrument.
    pub fn change_from(&self, before: &Self, test: &Test) -> Result<Change, Refusal> {
        self.comparable(before)?;
        Ok(match self.scale() {
            Scale::CsatFive
            | Scale::CsatThree
            | Scale::CsatYesNo
            | Scale::Ces(EffortFigure::Top3) => self.good().change_from(&before.good(), test),
            Scale::Nps | Scale::Ces(EffortFigure::Top2LessBottom3) => {
                self.net().change_from(&before.net(), test)
            }
            Scale::Ces(EffortFigure::Mean) => self.mean().change_from(&before.mean(), test),
        })
    }
}

/// Scores by dense segment: one table for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentedScores {
    instrument: Instrument,
    /// Two tables, taken in turn, so that equal neighbours do not wait for each other.
    even: Vec<[u64; 16]>,
    odd: Vec<[u64; 16]>,
}

impl SegmentedScores {
    /// No score yet, for segments 0 to `segments` - 1.
    #[must_use]
    pub fn new(instrument: Instrument, segments: usize) -> Self {
        Self {
            instrument,
            even: vec![[0; 16]; segments],
            odd: vec![[0; 16]; segments],
        }
    }

    /// Many more scores; `segments` says for each to which segment it belongs.
    ///
    /// # Errors
    /// [`Refusal::Unequal`], [`Refusal::NoSegment`], [`Refusal::OffScale`]; nothing is counted then.
    pub fn add_all(&mut self, segments: &[u32], scores: &[u8]) -> Result<(), Refusal> {
        if segments.len() != scores.len() {
            return Err(Refusal::Unequal {
                segments: segments.len(),
                scores: scores.len(),
            });
        }
        // Checked as a whole first: the machine compares many at a time.
        let (lowest, highest) = self.instrument.scale.bounds();
        let (least, most) = scores
            .iter()
            .fold((lowest, highest), |(least, most), score| {
                (least.min(*score), most.max(*score))
            });
        for score in [least, most] {
            self.instrument.scale.rate(score)?;
        }
        let last = segments.iter().copied().fold(0, u32::max);
        let known = self.even.len();
        if !segments.is_empty() && index(last) >= known {
            return Err(Refusal::NoSegment {
                segment: last,
                segments: known,
            });
        }
        let (pairs, rest) = segments.as_chunks::<2>();
        let (scores, rest_score) = scores.as_chunks::<2>();
        for ([first, second], [one, two]) in pairs.iter().zip(scores) {
            bump(&mut self.even, *first, *one);
            bump(&mut self.odd, *second, *two);
        }
        for (segment, score) in rest.iter().zip(rest_score) {
            bump(&mut self.even, *segment, *score);
        }
        Ok(())
    }

    /// The scores of one segment; `None` when there is no such segment.
    #[must_use]
    pub fn segment(&self, segment: u32) -> Option<Scores> {
        let (even, odd) = (
            self.even.get(index(segment))?,
            self.odd.get(index(segment))?,
        );
        let mut scores = Scores::new(self.instrument.clone());
        for ((count, one), two) in scores.counts.iter_mut().zip(even).zip(odd) {
            *count = one.saturating_add(*two);
        }
        Some(scores)
    }

    /// All segments, from 0 on.
    pub fn iter(&self) -> impl Iterator<Item = Scores> {
        (0..).map_while(|segment| self.segment(segment))
    }
}

fn index(segment: u32) -> usize {
    usize::try_from(segment).unwrap_or(usize::MAX)
}

fn bump(table: &mut [[u64; 16]], segment: u32, score: u8) {
    if let Some(row) = table.get_mut(index(segment))
        && let Some(count) = row.get_mut(usize::from(score & 15))
    {
        *count = count.wrapping_add(1);
    }
}
