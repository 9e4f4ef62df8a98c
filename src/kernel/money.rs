//! Amounts of money: whole minor units of one currency, and arithmetic that never loses any.

mod currency;
mod ratio;
#[cfg(test)]
mod tests;

use std::cmp::{Ordering, Reverse};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use currency::Currency;
pub use ratio::{BasisPoints, Rounding};

/// Why an amount could not be made or computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyRefusal {
    /// The text is not an alphabetic code of ISO 4217.
    #[error("not an alphabetic currency code of ISO 4217")]
    UnknownCurrency,
    /// The code is known, but nothing can be counted in it (gold, special drawing rights).
    #[error("{code} has no minor unit, so amounts cannot be counted in it")]
    NoMinorUnit {
        /// The alphabetic code.
        code: &'static str,
    },
    /// Two amounts in different currencies met; no rate is ever assumed.
    #[error("amounts in {left} and {right} cannot be combined")]
    CurrencyMismatch {
        /// Currency of the amount the operation was called on.
        left: Currency,
        /// Currency of the other amount.
        right: Currency,
    },
    /// The result does not fit 64 bits of minor units.
    #[error("the amount is out of range")]
    Overflow,
    /// A share of something with zero parts.
    #[error("a share needs a denominator other than zero")]
    ZeroDenominator,
    /// There is nobody to allocate to: no shares, or only zeros.
    #[error("an allocation needs at least one share above zero")]
    NoShares,
    /// The text is not an amount as it is written here: `12.34 TRY`, with all decimals of the currency.
    #[error("not an amount such as `12.34 TRY`, with exactly the decimals of its currency")]
    Malformed,
}

impl MoneyRefusal {
    /// The stable code of this refusal, such as `money.currency_mismatch`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownCurrency => "money.unknown_currency",
            Self::NoMinorUnit { .. } => "money.no_minor_unit",
            Self::CurrencyMismatch { .. } => "money.currency_mismatch",
            Self::Overflow => "money.overflow",
            Self::ZeroDenominator => "money.zero_denominator",
            Self::NoShares => "money.no_shares",
            Self::Malformed => "money.malformed",
        }
    }
}

/// An amount of money: whole minor units (kuruş, cents) of one [`Currency`]; a debt is negative.
///
/// Amounts have no `<`: whether one is more than another is a question within one currency, asked
/// with [`Money::compare`]. Stored as `{"minor":1234,"currency":"TRY"}`, written as `12.34 TRY`.
///
/// ```
/// use aftercare::kernel::{Currency, Money};
/// let paid: Money = "100.00 TRY".parse()?;
/// let parts = paid.allocate(&[1, 1, 1])?;
/// assert_eq!(parts.iter().map(Money::minor).collect::<Vec<_>>(), [3334, 3333, 3333]);
/// assert_eq!(Money::sum(Currency::TRY, parts)?, paid);
/// # Ok::<(), aftercare::kernel::MoneyRefusal>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// So many minor units of a currency: `Money::new(1234, Currency::TRY)` is 12.34 TRY.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The number of minor units.
    #[must_use]
    pub const fn minor(&self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Whether the amount is nothing.
    #[must_use]
    pub const fn is_zero(&self) -> bool {
        self.minor == 0
    }

    /// Whether the amount is below nothing: a debt, a refund.
    #[must_use]
    pub const fn is_negative(&self) -> bool {
        self.minor < 0
    }

    /// The sum of two amounts.
    ///
    /// # Errors
    /// [`MoneyRefusal::CurrencyMismatch`], [`MoneyRefusal::Overflow`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyRefusal> {
        self.same_currency(other)?;
        self.with_minor(self.minor.checked_add(other.minor))
    }

    /// This amount less the other.
    ///
    /// # Errors
    /// [`MoneyRefusal::CurrencyMismatch`], [`MoneyRefusal::Overflow`].
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyRefusal> {
        self.same_currency(other)?;
        self.with_minor(self.minor.checked_sub(other.minor))
    }

    /// The amount with the other sign.
    ///
    /// # Errors
    /// [`MoneyRefusal::Overflow`] for the lowest amount of all.
    pub fn checked_neg(self) -> Result<Self, MoneyRefusal> {
        self.with_minor(self.minor.checked_neg())
    }

    /// The amount so many times.
    ///
    /// # Errors
    /// [`MoneyRefusal::Overflow`].
    pub fn checked_mul(self, times: i64) -> Result<Self, MoneyRefusal> {
        self.with_minor(self.minor.checked_mul(times))
    }

    /// The sum of amounts that are all in `currency`; nothing when there are none.
    ///
    /// # Errors
    /// [`MoneyRefusal::CurrencyMismatch`], [`MoneyRefusal::Overflow`].
    pub fn sum(
        currency: Currency,
        amounts: impl IntoIterator<Item = Self>,
    ) -> Result<Self, MoneyRefusal> {
        amounts
            .into_iter()
            .try_fold(Self::zero(currency), Self::checked_add)
    }

    /// Which of two amounts in one currency is more.
    ///
    /// # Errors
    /// [`MoneyRefusal::CurrencyMismatch`].
    pub fn compare(&self, other: &Self) -> Result<Ordering, MoneyRefusal> {
        self.same_currency(*other)?;
        Ok(self.minor.cmp(&other.minor))
    }

    /// `numerator / denominator` of the amount: exact until it is rounded, once, at the end.
    ///
    /// ```
    /// use aftercare::kernel::{Currency, Money, Rounding};
    /// // 7 of 24 months of the warranty are left.
    /// let price = Money::new(999_90, Currency::TRY);
    /// assert_eq!(price.share(7, 24, Rounding::Down)?.to_string(), "291.63 TRY");
    /// # Ok::<(), aftercare::kernel::MoneyRefusal>(())
    /// ```
    ///
    /// # Errors
    /// [`MoneyRefusal::ZeroDenominator`], [`MoneyRefusal::Overflow`].
    pub fn share(
        self,
        numerator: i64,
        denominator: i64,
        rounding: Rounding,
    ) -> Result<Self, MoneyRefusal> {
        if denominator == 0 {
            return Err(MoneyRefusal::ZeroDenominator);
        }
        let exact = i128::from(self.minor).checked_mul(i128::from(numerator));
        let rounded = exact.and_then(|exact| rounding.divide(exact, i128::from(denominator)));
        self.with_minor(rounded.and_then(|minor| i64::try_from(minor).ok()))
    }

    /// Splits the amount in proportion to `shares`, to the last minor unit.
    ///
    /// The parts sum to the amount, and each is less than one minor unit away from its exact share
    /// (method of the largest remainder). What is left over goes to the largest remainders, the
    /// earlier share first among equals, so the same call always gives the same parts. A share of
    /// zero gets nothing; a negative amount is split like its opposite.
    ///
    /// # Errors
    /// [`MoneyRefusal::NoShares`] when there are no shares or all are zero.
    pub fn allocate(&self, shares: &[u64]) -> Result<Vec<Self>, MoneyRefusal> {
        let total: u128 = shares.iter().copied().map(u128::from).sum();
        if total == 0 {
            return Err(MoneyRefusal::NoShares);
        }
        let amount = u128::from(self.minor.unsigned_abs());
        // At most 2^63 times less than 2^64: the product fits.
        let exact = |share: u64| amount * u128::from(share);
        let mut parts: Vec<u128> = shares.iter().map(|&share| exact(share) / total).collect();

        let mut by_remainder: Vec<(Reverse<u128>, &mut u128)> = shares
            .iter()
            .map(|&share| Reverse(exact(share) % total))
            .zip(&mut parts)
            .collect();
        by_remainder.sort_by_key(|(remainder, _)| *remainder);
        let floors: u128 = by_remainder.iter().map(|(_, part)| **part).sum();
        let mut left_over = amount.saturating_sub(floors);
        for (_, part) in by_remainder {
            if left_over == 0 {
                break;
            }
            *part += 1;
            left_over -= 1;
        }

        parts
            .into_iter()
            .map(|part| self.with_sign_of(part))
            .collect()
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyRefusal> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyRefusal::CurrencyMismatch {
                left: self.currency,
                right: other.currency,
            })
        }
    }

    fn with_minor(self, minor: Option<i64>) -> Result<Self, MoneyRefusal> {
        minor
            .map(|minor| Self::new(minor, self.currency))
            .ok_or(MoneyRefusal::Overflow)
    }

    fn with_sign_of(self, magnitude: u128) -> Result<Self, MoneyRefusal> {
        let signed =
            i128::try_from(magnitude).map(|value| if self.is_negative() { -value } else { value });
        self.with_minor(signed.and_then(i64::try_from).ok())
    }
}

/// With all decimals of the currency and its code, and a point in every language: `-0.05 TRY`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative() { "-" } else { "" };
        let scale = self.currency.minor_per_major();
        let minor = self.minor.unsigned_abs();
        let (major, rest) = (minor / scale, minor % scale);
        match usize::from(self.currency.exponent()) {
            0 => write!(f, "{sign}{major} {}", self.currency),
            decimals => write!(f, "{sign}{major}.{rest:0decimals$} {}", self.currency),
        }
    }
}

/// Reads what [`Display`](fmt::Display) writes. `1.5 TRY` and `1.500 TRY` are refused: one may be a
/// slip, and the other is fifteen hundred to a Turkish reader.
impl FromStr for Money {
    type Err = MoneyRefusal;

    fn from_str(text: &str) -> Result<Self, MoneyRefusal> {
        let (number, code) = text.split_once(' ').ok_or(MoneyRefusal::Malformed)?;
        let currency = Currency::try_new(code)?;
        let unsigned = number.strip_prefix('-').unwrap_or(number);
        let (major, decimals) = match unsigned.split_once('.') {
            Some((major, decimals)) if !decimals.is_empty() => (major, decimals),
            Some(_) => return Err(MoneyRefusal::Malformed),
            None => (unsigned, ""),
        };
        if major.is_empty()
            || decimals.len() != usize::from(currency.exponent())
            || !major
                .bytes()
                .chain(decimals.bytes())
                .all(|b| b.is_ascii_digit())
        {
            return Err(MoneyRefusal::Malformed);
        }
        let sign = if number.len() == unsigned.len() {
            ""
        } else {
            "-"
        };
        format!("{sign}{major}{decimals}")
            .parse()
            .map(|minor| Self::new(minor, currency))
            .map_err(|_| MoneyRefusal::Overflow)
    }
}
