//! A number of points.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whole points of one currency. A sum or a difference may be below zero; what is earned, spent or moved
/// is not. Stored as the bare number.
///
/// Sums stop at the largest number there is instead of leaving it: a movement is of [`Points::MOST`] at most, so
/// nobody gets there.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Points(i64);

impl Points {
    /// None.
    pub const ZERO: Self = Self(0);
    /// The most that one movement can be of: a thousand billion.
    pub const MOST: Self = Self(1_000_000_000_000);

    /// So many.
    #[must_use]
    pub const fn new(points: i64) -> Self {
        Self(points)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_zero(&self) -> bool {
        self.0 == 0
    }

    /// Whether there are any.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The other sign.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::iter::Sum for Points {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        points.fold(Self::ZERO, Self::plus)
    }
}
