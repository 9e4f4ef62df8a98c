//! Exact fractions, for sums that are rounded once, at the end.

use crate::kernel::{MoneyRefusal, Rounding};

/// A fraction in lowest terms, its denominator above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ratio {
    numerator: i128,
    denominator: i128,
}

const fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    if b == 1 {
        return 1;
    }
    while b != 0 {
        (a, b) = (b, a % b);
    }
    // Both were below 2^127 in size.
    a.cast_signed()
}

/// The greatest common divisor of small numbers.
const fn common(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl Ratio {
    pub(super) const ZERO: Self = Self::whole(0);
    pub(super) const ONE: Self = Self::whole(1);

    pub(super) const fn whole(number: i128) -> Self {
        Self {
            numerator: number,
            denominator: 1,
        }
    }

    pub(super) fn new(numerator: i128, denominator: i128) -> Result<Self, MoneyRefusal> {
        if denominator == 0 {
            return Err(MoneyRefusal::ZeroDenominator);
        }
        // As a rule both are small, and a processor divides such numbers many times quicker.
        if let (Ok(small), Ok(by)) = (i64::try_from(numerator), i64::try_from(denominator))
            && by > 0
            && let Ok(common) = i64::try_from(common(small.unsigned_abs(), by.unsigned_abs()))
        {
            return Ok(Self {
                numerator: (small / common).into(),
                denominator: (by / common).into(),
            });
        }
        let by = greatest_common_divisor(numerator, denominator);
        let by = if denominator < 0 { -by } else { by };
        Ok(Self {
            numerator: numerator / by,
            denominator: denominator / by,
        })
    }

    pub(super) fn times(self, other: Self) -> Result<Self, MoneyRefusal> {
        if other == Self::ONE {
            return Ok(self);
        }
        let numerator = self.numerator.checked_mul(other.numerator);
        let denominator = self.denominator.checked_mul(other.denominator);
        match (numerator, denominator) {
            (Some(numerator), Some(denominator)) => Self::new(numerator, denominator),
            _ => Err(MoneyRefusal::Overflow),
        }
    }

    pub(super) fn plus(self, other: Self) -> Result<Self, MoneyRefusal> {
        if self == Self::ZERO {
            return Ok(other);
        }
        let sum = || {
            let left = self.numerator.checked_mul(other.denominator)?;
            let right = other.numerator.checked_mul(self.denominator)?;
            let denominator = self.denominator.checked_mul(other.denominator)?;
            Some((left.checked_add(right)?, denominator))
        };
        let (numerator, denominator) = sum().ok_or(MoneyRefusal::Overflow)?;
        Self::new(numerator, denominator)
    }

    /// Rounded once; `None` out of range.
    pub(super) fn round(self, rounding: Rounding) -> Option<i64> {
        let whole = rounding.divide(self.numerator, self.denominator)?;
        i64::try_from(whole).ok()
    }

    /// Whether it is more than `other`; equal when the two cannot be compared in range.
    pub(super) fn is_more_than(self, other: Self) -> bool {
        let left = self.numerator.checked_mul(other.denominator);
        let right = other.numerator.checked_mul(self.denominator);
        matches!((left, right), (Some(left), Some(right)) if left > right)
    }
}
