//! Which currency, and how many decimals it has.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::MoneyRefusal;

/// A currency of ISO 4217 in which an amount can be counted in whole minor units.
///
/// Stored and shown as its alphabetic code. Codes that ISO has withdrawn stay valid, because old
/// purchases keep the currency they were paid in. Codes without a minor unit (gold, special drawing
/// rights, "no currency") are refused: nothing can be counted in them.
///
/// ```
/// use aftercare::kernel::Currency;
/// let lira: Currency = "TRY".parse()?;
/// assert_eq!((lira, lira.exponent(), lira.numeric()), (Currency::TRY, 2, 949));
/// # Ok::<(), aftercare::kernel::MoneyRefusal>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// Turkish lira.
    pub const TRY: Self = Self(iso_currency::Currency::TRY);
    /// Euro.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);
    /// United States dollar.
    pub const USD: Self = Self(iso_currency::Currency::USD);
    /// Pound sterling.
    pub const GBP: Self = Self(iso_currency::Currency::GBP);

    /// The currency with this alphabetic code: three capital letters, such as `TRY`.
    ///
    /// # Errors
    /// [`MoneyRefusal::UnknownCurrency`] when ISO 4217 has no such code;
    /// [`MoneyRefusal::NoMinorUnit`] when it has one, but no minor unit to count in.
    pub fn try_new(code: &str) -> Result<Self, MoneyRefusal> {
        let currency =
            iso_currency::Currency::from_code(code).ok_or(MoneyRefusal::UnknownCurrency)?;
        match currency.exponent() {
            Some(_) => Ok(Self(currency)),
            None => Err(MoneyRefusal::NoMinorUnit {
                code: currency.code(),
            }),
        }
    }

    /// The alphabetic code, such as `TRY`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// The numeric code, such as 949 (written with three digits: `008` is 8 here).
    #[must_use]
    pub fn numeric(self) -> u16 {
        self.0.numeric()
    }

    /// How many decimals an amount has: 2 for the lira, 0 for the yen, 3 for the Kuwaiti dinar.
    #[must_use]
    pub fn exponent(self) -> u16 {
        self.0.exponent().unwrap_or(0)
    }

    /// How many minor units make one major unit: 100 kuruş make a lira.
    #[must_use]
    pub fn minor_per_major(self) -> u64 {
        10_u64.saturating_pow(u32::from(self.exponent()))
    }
}

/// By alphabetic code.
impl Ord for Currency {
    fn cmp(&self, other: &Self) -> Ordering {
        self.code().cmp(other.code())
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = MoneyRefusal;

    fn from_str(code: &str) -> Result<Self, MoneyRefusal> {
        Self::try_new(code)
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyRefusal;

    fn try_from(code: String) -> Result<Self, MoneyRefusal> {
        Self::try_new(&code)
    }
}

impl From<Currency> for &'static str {
    fn from(currency: Currency) -> Self {
        currency.code()
    }
}
