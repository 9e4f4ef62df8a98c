//! Levels of confidence, and intervals.
#![expect(clippy::float_arithmetic, reason = "statistics")]

use std::f64::consts::SQRT_2;

use serde::{Deserialize, Serialize};
use statrs::function::erf::{erfc, erfc_inv};

use super::refusal::Refusal;

/// How sure an interval is: the share of such intervals that hold the true value.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Confidence(f64);

impl Confidence {
    /// 90 %.
    pub const P90: Self = Self(0.90);
    /// 95 %.
    pub const P95: Self = Self(0.95);
    /// 99 %.
    pub const P99: Self = Self(0.99);

    /// A level of confidence.
    ///
    /// # Errors
    /// [`Refusal::NoConfidence`] unless it lies strictly between 0 and 1.
    pub fn try_new(level: f64) -> Result<Self, Refusal> {
        if level > 0.0 && level < 1.0 {
            Ok(Self(level))
        } else {
            Err(Refusal::NoConfidence)
        }
    }

    /// The level, between 0 and 1.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }

    /// How many standard errors an interval of this level reaches to either side.
    #[must_use]
    pub fn z(self) -> f64 {
        SQRT_2 * erfc_inv(1.0 - self.0)
    }
}

impl Default for Confidence {
    fn default() -> Self {
        Self::P95
    }
}

impl TryFrom<f64> for Confidence {
    type Error = Refusal;
    fn try_from(level: f64) -> Result<Self, Refusal> {
        Self::try_new(level)
    }
}

impl From<Confidence> for f64 {
    fn from(confidence: Confidence) -> Self {
        confidence.0
    }
}

/// The chance that a standard normal quantity lies at least as far from 0 as `z`.
pub(super) fn two_sided(z: f64) -> f64 {
    erfc(z.abs() / SQRT_2)
}

/// Between which bounds the true value lies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower bound.
    pub lower: f64,
    /// The upper bound.
    pub upper: f64,
}

impl Interval {
    pub(super) fn around(centre: f64, reach: f64) -> Self {
        Self {
            lower: centre - reach,
            upper: centre + reach,
        }
    }

    /// Cut to what is possible.
    #[must_use]
    pub const fn clamped(self, lowest: f64, highest: f64) -> Self {
        Self {
            lower: self.lower.clamp(lowest, highest),
            upper: self.upper.clamp(lowest, highest),
        }
    }

    /// Whether `value` lies between the bounds, or is one.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        (self.lower..=self.upper).contains(&value)
    }
}

/// A count as a number to calculate with; exact up to 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "statistics are not exact beyond 2^53 answers"
)]
pub(crate) const fn real(count: u64) -> f64 {
    count as f64
}
