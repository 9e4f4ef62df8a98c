//! One share less another: NPS, and one way to read CES.
#![expect(clippy::float_arithmetic, reason = "statistics")]

use serde::{Deserialize, Serialize};

use super::change::{Change, Test, between};
use super::interval::{Confidence, Interval, real};

/// The share of those above less the share of those below: the Net Promoter Score, as -1 to 1 (the customary
/// figure is a hundred times that), and the customer effort score as top 2 less bottom 3.
///
/// ```
/// use aftercare::satisfaction::{Confidence, NetScore};
/// let nps = NetScore::new(60, 25, 15);
/// assert_eq!(nps.value(), Some(0.45));
/// let interval = nps.interval(Confidence::P95).unwrap();
/// assert_eq!(format!("{:.3} to {:.3}", interval.lower, interval.upper), "0.293 to 0.580");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetScore {
    /// Promoters.
    pub above: u64,
    /// Passives.
    pub between: u64,
    /// Detractors.
    pub below: u64,
}

impl NetScore {
    /// So many promoters, passives and detractors.
    #[must_use]
    pub const fn new(above: u64, between: u64, below: u64) -> Self {
        Self {
            above,
            between,
            below,
        }
    }

    /// How many there are.
    #[must_use]
    pub const fn n(&self) -> u64 {
        self.above
            .saturating_add(self.between)
            .saturating_add(self.below)
    }

    /// The score, -1 to 1; `None` of nothing.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        let n = self.n();
        (n > 0).then(|| (real(self.above) - real(self.below)) / real(n))
    }

    /// The variance of one answer: p + d - (p - d)^2, with p and d the shares of promoters and detractors.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        let (n, value) = (real(self.n()), self.value()?);
        Some((real(self.above) + real(self.below)) / n - value * value)
    }

    /// The standard error of the score.
    #[must_use]
    pub fn standard_error(&self) -> Option<f64> {
        Some((self.variance()? / real(self.n())).sqrt())
    }

    /// Score and standard error with 3/4 promoters and detractors and 3/2 passives added (adjusted Wald; Rocks,
    /// The American Statistician 70, 2016, 365-372).
    #[must_use]
    pub fn adjusted(&self) -> (f64, f64) {
        let n = real(self.n()) + 3.0;
        let (above, below) = ((real(self.above) + 0.75) / n, (real(self.below) + 0.75) / n);
        let value = above - below;
        (value, ((above + below - value * value) / n).sqrt())
    }

    /// The adjusted Wald interval, within -1 and 1; `None` of nothing.
    #[must_use]
    pub fn interval(&self, confidence: Confidence) -> Option<Interval> {
        self.value()?;
        let (value, error) = self.adjusted();
        Some(Interval::around(value, confidence.z() * error).clamped(-1.0, 1.0))
    }

    /// The adjusted difference to `other`, its standard error, and how many of these it is.
    #[must_use]
    pub fn less(&self, other: &Self) -> (f64, f64, f64) {
        let ((one, e), (two, f)) = (self.adjusted(), other.adjusted());
        let error = e.hypot(f);
        (one - two, error, (one - two) / error)
    }

    /// The two-sided p-value of the difference to `other`.
    #[must_use]
    pub fn p_value(&self, other: &Self) -> f64 {
        super::interval::two_sided(self.less(other).2)
    }

    /// How the score changed from an earlier one.
    #[must_use]
    pub fn change_from(&self, before: &Self, test: &Test) -> Change {
        let (Some(now), Some(then)) = (self.value(), before.value()) else {
            return Change::NONE;
        };
        let (difference, error, _) = self.less(before);
        let interval = |confidence: Confidence| {
            let interval = Interval::around(difference, confidence.z() * error);
            Some(interval.clamped(-2.0, 2.0))
        };
        between(now - then, self.n().min(before.n()), error, test, interval)
    }
}
