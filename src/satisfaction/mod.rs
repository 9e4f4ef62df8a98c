//! What customers say: scales, scores, and what may be concluded from them.
//!
//! | to | use |
//! |---|---|
//! | say what was asked | [`Instrument`], [`Scale`] |
//! | count scores | [`Scores`], [`SegmentedScores`] |
//! | tell how sure a figure is | [`Scores::figure`], [`Proportion::wilson`], [`NetScore::interval`], [`Mean::interval`] |
//! | tell whether something changed | [`Scores::change_from`] with a [`Test`]; several at once with [`decide_together`] |
//! | look at durations | [`Spread`], [`Sketch`], [`censored_quantile`] |
//!
//! Every count merges: the figures of two lots together are those of all of it, in any order. Figures are `f64`, counts
//! are whole numbers.

mod change;
mod interval;
mod mean;
mod net;
mod proportion;
mod refusal;
mod scale;
mod scores;
mod sketch;
#[cfg(test)]
mod tests;

pub use change::{Change, FLOOR, Test, Verdict, decide_together, holm};
#[cfg(feature = "report")]
pub(crate) use interval::real;
pub use interval::{Confidence, Interval};
pub use mean::Mean;
pub use net::NetScore;
pub use proportion::{DifferenceMethod, Proportion};
pub use refusal::Refusal;
pub use scale::{EffortFigure, Instrument, Rating, Scale};
pub use scores::{Figure, Scores, SegmentedScores};
pub use sketch::{Sketch, Spread, censored_quantile, nearest_rank};
