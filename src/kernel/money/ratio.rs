//! Parts of an amount, and where the part of a minor unit goes.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Money, MoneyRefusal};

/// What happens to the part of a minor unit that a division leaves.
///
/// All four treat a debt like a claim: the result for `-x` is minus the result for `x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Towards zero.
    Down,
    /// To the nearest; an exact half away from zero, as on invoices.
    HalfUp,
    /// To the nearest; an exact half to the even neighbour, so that many roundings do not drift.
    HalfEven,
    /// Away from zero.
    Up,
}

impl Rounding {
    /// `numerator / denominator` as a whole number, for a denominator that is not zero.
    ///
    /// `None` for a zero denominator or a result outside `i128`.
    pub(crate) fn divide(self, numerator: i128, denominator: i128) -> Option<i128> {
        let quotient = numerator.checked_div(denominator)?;
        let rest = numerator.checked_rem(denominator)?.unsigned_abs();
        if rest == 0 {
            return Some(quotient);
        }
        let half = rest.cmp(&(denominator.unsigned_abs().saturating_sub(rest)));
        let away = match self {
            Self::Down => false,
            Self::Up => true,
            Self::HalfUp => half.is_ge(),
            Self::HalfEven => half.is_gt() || (half.is_eq() && quotient % 2 != 0),
        };
        let sign = if (numerator < 0) == (denominator < 0) {
            1
        } else {
            -1
        };
        if away {
            quotient.checked_add(sign)
        } else {
            Some(quotient)
        }
    }
}

/// A rate in ten-thousandths: 1 800 basis points are 18 %.
///
/// Stored as the bare number.
///
/// ```
/// use aftercare::kernel::{BasisPoints, Currency, Money, Rounding};
/// let restocking = BasisPoints::new(1_250);
/// let price = Money::new(99_99, Currency::TRY);
/// assert_eq!(restocking.to_string(), "12.5 %");
/// assert_eq!(restocking.of(price, Rounding::HalfUp)?.to_string(), "12.50 TRY");
/// # Ok::<(), aftercare::kernel::MoneyRefusal>(())
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct BasisPoints(u32);

impl BasisPoints {
    /// Nothing of it.
    pub const ZERO: Self = Self(0);
    /// All of it: 100 %.
    pub const WHOLE: Self = Self(10_000);

    /// So many ten-thousandths; more than [`Self::WHOLE`] is allowed.
    #[must_use]
    pub const fn new(ten_thousandths: u32) -> Self {
        Self(ten_thousandths)
    }

    /// So many percent.
    #[must_use]
    pub const fn from_percent(percent: u16) -> Self {
        Self(percent as u32 * 100)
    }

    /// The number of ten-thousandths.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// This part of `money`, rounded once.
    ///
    /// # Errors
    /// [`MoneyRefusal::Overflow`] when a rate above 100 % leads out of range.
    pub fn of(self, money: Money, rounding: Rounding) -> Result<Money, MoneyRefusal> {
        money.share(i64::from(self.0), i64::from(Self::WHOLE.0), rounding)
    }
}

/// As a percentage, with as many decimals as it needs: `18 %`, `12.5 %`, `0.05 %`.
impl fmt::Display for BasisPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (percent, rest) = (self.0 / 100, self.0 % 100);
        match (rest, rest % 10) {
            (0, _) => write!(f, "{percent} %"),
            (_, 0) => write!(f, "{percent}.{} %", rest / 10),
            (..) => write!(f, "{percent}.{rest:02} %"),
        }
    }
}
