//! Why something about satisfaction was refused.

use super::scale::{Instrument, Scale};

/// Why something about satisfaction was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The score is not on the scale.
    #[error("{score} is not on the scale {scale}")]
    OffScale {
        /// The score.
        score: u8,
        /// The scale.
        scale: Scale,
    },
    /// Scores of different scales, questions or wordings are never taken together.
    #[error("scores of {one} and of {other} cannot be compared")]
    Incomparable {
        /// What the one side asked.
        one: Box<Instrument>,
        /// What the other side asked.
        other: Box<Instrument>,
    },
    /// A level of confidence lies strictly between 0 and 1.
    #[error("a level of confidence lies strictly between 0 and 1")]
    NoConfidence,
    /// More successes than trials.
    #[error("{successes} of {of} is no proportion")]
    NoProportion {
        /// The successes.
        successes: u64,
        /// The trials.
        of: u64,
    },
    /// Two lists that belong together differ in length.
    #[error("{segments} segments do not fit {scores} scores")]
    Unequal {
        /// How many segments.
        segments: usize,
        /// How many scores.
        scores: usize,
    },
    /// A segment lies beyond the table.
    #[error("there is no segment {segment}; there are {segments}")]
    NoSegment {
        /// The segment.
        segment: u32,
        /// How many there are.
        segments: usize,
    },
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OffScale { .. } => "satisfaction.off_scale",
            Self::Incomparable { .. } => "satisfaction.incomparable",
            Self::NoConfidence => "satisfaction.no_confidence",
            Self::NoProportion { .. } => "satisfaction.no_proportion",
            Self::Unequal { .. } => "satisfaction.unequal",
            Self::NoSegment { .. } => "satisfaction.no_segment",
        }
    }
}
