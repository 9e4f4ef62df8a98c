//! Whether something changed, or the figures only look as if.
#![expect(clippy::float_arithmetic, reason = "statistics")]

use serde::{Deserialize, Serialize};

use super::interval::{Confidence, Interval};

/// What it takes to say that something changed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Test {
    /// How sure one has to be.
    pub confidence: Confidence,
    /// The smallest difference that matters to the business, in the unit of the figure.
    pub minimum_effect: f64,
    /// The fewest answers on either side for a verdict.
    pub floor: u64,
}

impl Default for Test {
    /// 95 %, any difference, at least 30 answers on either side.
    fn default() -> Self {
        Self {
            confidence: Confidence::P95,
            minimum_effect: 0.0,
            floor: FLOOR,
        }
    }
}

/// Below so many answers counts are shown and nothing is ranked.
pub const FLOOR: u64 = 30;

/// Standard errors for a chance of 80 % to see a difference that is there.
const POWER_80: f64 = 0.841_621_233_572_914_2;

/// The change of a figure from one period to the next.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Later less earlier; `None` when either is of nothing.
    pub difference: Option<f64>,
    /// Between which bounds the true difference lies.
    pub interval: Option<Interval>,
    /// The chance of a difference at least as large when there is none.
    pub p_value: Option<f64>,
    /// What may be said about it.
    pub verdict: Verdict,
}

/// What may be said about a difference.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It rose.
    Rose,
    /// It fell.
    Fell,
    /// It changed, but by less than the [smallest difference that matters](Test::minimum_effect).
    TooSmall,
    /// Nothing that can be told from chance.
    NoDetectableChange {
        /// The smallest difference that so many answers would show in four of five cases.
        smallest_detectable: f64,
    },
    /// There are too few answers for a verdict.
    TooFew,
}

impl Change {
    pub(super) const NONE: Self = Self {
        difference: None,
        interval: None,
        p_value: None,
        verdict: Verdict::TooFew,
    };

    /// Decides again after the p-value was corrected for several comparisons.
    fn decide(&mut self, p_value: f64, test: &Test) {
        self.p_value = Some(p_value);
        let is_change = matches!(
            self.verdict,
            Verdict::Rose | Verdict::Fell | Verdict::TooSmall
        );
        if is_change && p_value >= 1.0 - test.confidence.get() {
            let z = test.confidence.z();
            let width = self.interval.map_or(0.0, |at| at.upper - at.lower);
            self.verdict = Verdict::NoDetectableChange {
                smallest_detectable: (z + POWER_80) * width / (2.0 * z),
            };
        }
    }
}

/// The change that a difference with this standard error and these intervals is.
pub(super) fn between(
    difference: f64,
    n: u64,
    error: f64,
    test: &Test,
    interval: impl Fn(Confidence) -> Option<Interval>,
) -> Change {
    let at = interval(test.confidence);
    let excludes_none = at.is_some_and(|at| !at.contains(0.0));
    let verdict = if n < test.floor {
        Verdict::TooFew
    } else if !excludes_none {
        Verdict::NoDetectableChange {
            smallest_detectable: (test.confidence.z() + POWER_80) * error,
        }
    } else if difference.abs() < test.minimum_effect {
        Verdict::TooSmall
    } else if difference > 0.0 {
        Verdict::Rose
    } else {
        Verdict::Fell
    };
    Change {
        difference: Some(difference),
        interval: at,
        p_value: Some(p_value(interval)),
        verdict,
    }
}

/// The p-value that belongs to a family of intervals: 1 less the highest confidence at which they exclude 0.
fn p_value(interval: impl Fn(Confidence) -> Option<Interval>) -> f64 {
    let excludes = |level: f64| {
        Confidence::try_new(level)
            .ok()
            .and_then(&interval)
            .is_some_and(|at| !at.contains(0.0))
    };
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..52 {
        let middle = f64::midpoint(low, high);
        if excludes(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    1.0 - low
}

/// P-values corrected for being several, in the order given (Holm, Scandinavian Journal of Statistics 6, 1979, 65-70).
///
/// ```
/// let corrected = aftercare::satisfaction::holm(&[0.01, 0.04, 0.03]);
/// assert_eq!(corrected, [0.03, 0.06, 0.06]);
/// ```
#[must_use]
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut corrected = p_values.to_vec();
    let mut ascending: Vec<&mut f64> = corrected.iter_mut().collect();
    ascending.sort_by(|a, b| a.total_cmp(b));
    let mut highest = 0.0_f64;
    let left = (1..=u32::try_from(p_values.len()).unwrap_or(u32::MAX)).rev();
    for (p, left) in ascending.into_iter().zip(left) {
        highest = highest.max((*p * f64::from(left)).min(1.0));
        *p = highest;
    }
    corrected
}

/// Decides several changes together, so that the chance of calling any of them a change by accident stays
/// that of one ([`holm`]). Those with too few answers are not compared.
pub fn decide_together(changes: &mut [Change], test: &Test) {
    let is_compared = |change: &&mut Change| !matches!(change.verdict, Verdict::TooFew);
    let mut compared: Vec<&mut Change> = changes.iter_mut().filter(is_compared).collect();
    let p_values: Vec<f64> = compared
        .iter()
        .map(|one| one.p_value.unwrap_or(1.0))
        .collect();
    for (change, p_value) in compared.iter_mut().zip(holm(&p_values)) {
        change.decide(p_value, test);
    }
}
