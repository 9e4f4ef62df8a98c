//! Means, and how sure they are.
#![expect(clippy::float_arithmetic, reason = "statistics")]

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::change::{Change, Test, between};
use super::interval::{Confidence, Interval, real};

/// The mean of whole numbers, from their number, sum and sum of squares; exact, so that it merges exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mean {
    /// How many.
    pub n: u64,
    /// Their sum.
    pub sum: u64,
    /// The sum of their squares.
    pub squares: u64,
}

impl Mean {
    /// The mean; `None` of nothing.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        (self.n > 0).then(|| real(self.sum) / real(self.n))
    }

    /// The standard error of the mean, from the sample's variance; `None` of fewer than two.
    #[must_use]
    pub fn standard_error(&self) -> Option<f64> {
        let n = real(self.n);
        let mean = self.value()?;
        let deviations = (real(self.squares) - n * mean * mean).max(0.0);
        (self.n > 1).then(|| (deviations / (n - 1.0) / n).sqrt())
    }

    /// Student's interval; `None` of fewer than two.
    #[must_use]
    pub fn interval(&self, confidence: Confidence) -> Option<Interval> {
        let error = self.standard_error()?;
        let t = StudentsT::new(0.0, 1.0, real(self.n) - 1.0).ok()?;
        let reach = t.inverse_cdf(f64::midpoint(1.0, confidence.get())) * error;
        Some(Interval::around(self.value()?, reach))
    }

    /// How the mean changed from an earlier one (normal approximation of the difference).
    #[must_use]
    pub fn change_from(&self, before: &Self, test: &Test) -> Change {
        let (Some(now), Some(then)) = (self.value(), before.value()) else {
            return Change::NONE;
        };
        let error = self.standard_error().unwrap_or(0.0);
        let error = error.hypot(before.standard_error().unwrap_or(0.0));
        let difference = now - then;
        let interval =
            |confidence: Confidence| Some(Interval::around(difference, confidence.z() * error));
        between(difference, self.n.min(before.n), error, test, interval)
    }
}
