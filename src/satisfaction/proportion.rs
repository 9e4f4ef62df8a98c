//! So many of so many.
#![expect(clippy::float_arithmetic, reason = "statistics")]

use serde::{Deserialize, Serialize};

use super::change::{Change, Test, between};
use super::interval::{Confidence, Interval, real};
use super::refusal::Refusal;

/// So many of so many: a share, and how sure it is.
///
/// ```
/// use aftercare::satisfaction::{Confidence, Proportion};
/// let kept = Proportion::try_new(81, 263)?;
/// let interval = kept.wilson(Confidence::P95).unwrap();
/// assert_eq!(format!("{:.4} to {:.4}", interval.lower, interval.upper), "0.2553 to 0.3662");
/// assert_eq!(Proportion::default().value(), None);
/// # Ok::<(), aftercare::satisfaction::Refusal>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proportion {
    successes: u64,
    of: u64,
}

/// How an interval of the difference of two proportions is worked out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DifferenceMethod {
    /// From the two Wilson intervals (Newcombe, Statistics in Medicine 17, 1998, 873-890, method 10).
    #[default]
    Newcombe,
    /// With one success and one failure added to each side (Agresti and Caffo, The American Statistician 54, 2000, 280-288).
    AgrestiCaffo,
    /// From the plain standard error; too narrow for small counts, and here for comparison.
    Wald,
}

impl Proportion {
    /// So many of so many.
    ///
    /// # Errors
    /// [`Refusal::NoProportion`] when there are more successes than trials.
    pub const fn try_new(successes: u64, of: u64) -> Result<Self, Refusal> {
        if successes > of {
            return Err(Refusal::NoProportion { successes, of });
        }
        Ok(Self { successes, of })
    }

    /// So many that are, and so many that are not.
    #[must_use]
    pub const fn split(are: u64, are_not: u64) -> Self {
        Self {
            successes: are,
            of: are.saturating_add(are_not),
        }
    }

    /// One more, which is or is not.
    pub const fn count(&mut self, is: bool) {
        self.of = self.of.saturating_add(1);
        if is {
            self.successes = self.successes.saturating_add(1);
        }
    }

    /// Both together.
    pub const fn merge(&mut self, other: &Self) {
        self.successes = self.successes.saturating_add(other.successes);
        self.of = self.of.saturating_add(other.of);
    }

    /// The numerator.
    #[must_use]
    pub const fn successes(&self) -> u64 {
        self.successes
    }

    /// The denominator.
    #[must_use]
    pub const fn of(&self) -> u64 {
        self.of
    }

    /// The share, 0 to 1; `None` of nothing.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        (self.of > 0).then(|| real(self.successes) / real(self.of))
    }

    /// The interval by Wilson (Journal of the American Statistical Association 22, 1927, 209-212), within 0 and 1; `None` of nothing.
    #[must_use]
    pub fn wilson(&self, confidence: Confidence) -> Option<Interval> {
        let share = self.value()?;
        let (n, z) = (real(self.of), confidence.z());
        let spread = z * z / n;
        let centre = (share + spread / 2.0) / (1.0 + spread);
        let reach = z / (1.0 + spread) * (share * (1.0 - share) / n + spread / (4.0 * n)).sqrt();
        let mut interval = Interval::around(centre, reach).clamped(0.0, 1.0);
        // Exact at the ends, where the terms cancel only up to rounding.
        if self.successes == 0 {
            interval.lower = 0.0;
        }
        if self.successes == self.of {
            interval.upper = 1.0;
        }
        Some(interval)
    }

    /// The interval by Agresti and Coull (The American Statistician 52, 1998, 119-126): adjusted Wald, within 0 and 1; `None` of nothing.
    #[must_use]
    pub fn agresti_coull(&self, confidence: Confidence) -> Option<Interval> {
        if self.of == 0 {
            return None;
        }
        let z = confidence.z();
        let n = real(self.of) + z * z;
        let share = (real(self.successes) + z * z / 2.0) / n;
        let reach = z * (share * (1.0 - share) / n).sqrt();
        Some(Interval::around(share, reach).clamped(0.0, 1.0))
    }

    /// The interval of this share less `other`, within -1 and 1; `None` when either is of nothing.
    #[must_use]
    pub fn less(
        &self,
        other: &Self,
        method: DifferenceMethod,
        confidence: Confidence,
    ) -> Option<Interval> {
        let difference = self.value()? - other.value()?;
        let interval = match method {
            DifferenceMethod::Newcombe => {
                let (one, two) = (self.wilson(confidence)?, other.wilson(confidence)?);
                let (p, q) = (self.value()?, other.value()?);
                Interval {
                    lower: difference - (p - one.lower).hypot(two.upper - q),
                    upper: difference + (one.upper - p).hypot(q - two.lower),
                }
            }
            DifferenceMethod::AgrestiCaffo => {
                let (one, two) = (self.padded(), other.padded());
                let error = one.squared_error()? + two.squared_error()?;
                Interval::around(one.value()? - two.value()?, confidence.z() * error.sqrt())
            }
            DifferenceMethod::Wald => {
                let error = self.squared_error()? + other.squared_error()?;
                Interval::around(difference, confidence.z() * error.sqrt())
            }
        };
        Some(interval.clamped(-1.0, 1.0))
    }

    /// How the share changed from an earlier one.
    #[must_use]
    pub fn change_from(&self, before: &Self, test: &Test) -> Change {
        let (Some(now), Some(then)) = (self.value(), before.value()) else {
            return Change::NONE;
        };
        let interval = |confidence| self.less(before, DifferenceMethod::Newcombe, confidence);
        let (one, two) = (self.padded(), before.padded());
        let error = one.squared_error().unwrap_or(0.0) + two.squared_error().unwrap_or(0.0);
        let n = self.of.min(before.of);
        between(now - then, n, error.sqrt(), test, interval)
    }

    /// With one success and one failure more.
    const fn padded(&self) -> Self {
        Self {
            successes: self.successes.saturating_add(1),
            of: self.of.saturating_add(2),
        }
    }

    fn squared_error(&self) -> Option<f64> {
        let share = self.value()?;
        Some(share * (1.0 - share) / real(self.of))
    }
}
