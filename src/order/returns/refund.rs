//! What is paid back: exact, and never more than was paid.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::{Code, Money, Rounding};
use crate::order::called_off::Gone;
use crate::order::price::Charge;
use crate::order::refusal::Refusal;
use crate::order::state::{Line, Order};

/// How something is made good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundKind {
    /// Another piece, in an order of its own: what was paid for the one is paid for the other, and nothing is paid back.
    Exchange,
    /// What was paid goes back the way it came.
    Original,
    /// The customer may spend it here.
    StoreCredit,
}

impl RefundKind {
    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exchange => "exchange",
            Self::Original => "original",
            Self::StoreCredit => "store_credit",
        }
    }
}

impl fmt::Display for RefundKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Which kind of refund, and why that one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundChoice {
    /// Which.
    pub kind: RefundKind,
    /// The rule that decided: `exchange`, `override`, `preference`, `too_late_for_original`, `original`.
    pub why: Code,
}

/// Which kind of refund it is. An exchange comes first, then what staff says, then what the customer prefers, then
/// store credit where the time for original payments is over, and else the original payment.
///
/// # Errors
/// [`Refusal::NotOffered`] when the customer prefers what is not offered.
pub fn choose_kind(
    is_exchange: bool,
    by_staff: Option<RefundKind>,
    preference: Option<RefundKind>,
    is_offered: impl Fn(RefundKind) -> bool,
    is_too_late: bool,
) -> Result<RefundChoice, Refusal> {
    let choice = |kind, why| RefundChoice {
        kind,
        why: Code::known(why),
    };
    if is_exchange {
        return Ok(choice(RefundKind::Exchange, "exchange"));
    }
    match (by_staff, preference) {
        (Some(kind), _) => Ok(choice(kind, "override")),
        (None, Some(kind)) if is_offered(kind) => Ok(choice(kind, "preference")),
        (None, Some(kind)) => Err(Refusal::NotOffered { kind }),
        (None, None) if is_too_late => Ok(choice(RefundKind::StoreCredit, "too_late_for_original")),
        (None, None) => Ok(choice(RefundKind::Original, "original")),
    }
}

/// A part of an amount: `numerator / denominator` of it, exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundShare {
    /// Of what.
    pub of: Money,
    /// How many parts.
    pub numerator: u32,
    /// Of how many.
    pub denominator: u32,
}

/// What is paid back for pieces of one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineRefund {
    /// Which line.
    pub line: u32,
    /// How many pieces.
    pub quantity: u32,
    /// Their exact share of what was charged for the line, before any rounding.
    pub share: RefundShare,
    /// What is paid back for them, with the tax.
    pub amount: Money,
    /// The tax in it.
    pub tax: Money,
    /// Whether these are the last of the line, so that they take what is left of it.
    pub takes_rest: bool,
}

/// What is paid back for pieces of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundQuote {
    /// Line by line.
    pub lines: Vec<LineRefund>,
    /// What is paid back of the shipping.
    pub shipping: Charge,
    /// All of it together.
    pub total: Money,
}

/// A line in the sum: its whole amount, and the part of a minor unit that is left.
struct Part {
    line: u32,
    quantity: u32,
    share: RefundShare,
    whole: i64,
    remainder: u64,
    takes_rest: bool,
    gone: Charge,
    charge: Charge,
}

impl Part {
    /// Of the pieces that came though they were called off `kept` are still there, and go first.
    fn of(number: u32, quantity: u32, line: &Line, gone: Gone, kept: u32) -> Result<Self, Refusal> {
        let bought = line.item.quantity;
        let left = bought.saturating_sub(gone.pieces);
        if quantity == 0 {
            return Err(Refusal::NoQuantity { line: number });
        }
        if quantity > left {
            return Err(Refusal::MoreThanReturnable {
                line: number,
                quantity,
                left,
            });
        }
        let share = RefundShare {
            of: line.charge.amount,
            numerator: quantity,
            denominator: bought,
        };
        let rest = line.charge.amount.checked_sub(gone.charge.amount)?.minor();
        let takes_rest = quantity == left;
        let unasked = quantity.min(kept);
        // As a rule nothing came that was called off.
        let first = match unasked {
            0 => 0,
            pieces => line.worth_back(pieces, kept).minor(),
        };
        let others = quantity.saturating_sub(unasked);
        // The product of 63 and 32 bits.
        let exact = i128::from(share.of.minor()) * i128::from(others);
        let whole = i64::try_from(exact / i128::from(bought)).unwrap_or(rest);
        let whole = whole.saturating_add(first);
        let remainder = u64::try_from(exact % i128::from(bought)).unwrap_or(0);
        // Rounding over several refunds may have taken more than the share of those before.
        let (whole, remainder) = if takes_rest || whole >= rest {
            (rest, 0)
        } else {
            (whole, remainder)
        };
        Ok(Self {
            line: number,
            quantity,
            share,
            whole,
            remainder,
            takes_rest,
            gone: gone.charge,
            charge: line.charge,
        })
    }

    /// The refund, when so much falls to the line in all.
    fn refund(&self) -> Result<LineRefund, Refusal> {
        let currency = self.charge.amount.currency();
        let amount = Money::new(self.whole, currency);
        let after = self.gone.amount.checked_add(amount)?;
        // The tax keeps step with the amount, and is all of it at the end.
        let tax = match self.charge.amount.minor() {
            0 => self.charge.tax,
            all => self.charge.tax.share(after.minor(), all, Rounding::Down)?,
        };
        Ok(LineRefund {
            line: self.line,
            quantity: self.quantity,
            share: self.share,
            amount,
            tax: tax.checked_sub(self.gone.tax)?,
            takes_rest: self.takes_rest,
        })
    }
}

impl Order {
    /// What is paid back for these pieces: each line's share of what was charged for it, added up exactly and
    /// rounded down once. The last pieces of a line take what is left of it, so that all that comes back of a line and all
    /// that is called off of it together come to what was charged, in whatever parts and order. Minor units that only the
    /// sum holds fall to the lines with the largest remainders. Pieces that came though they were called off go first, for
    /// what is charged for them.
    ///
    /// With `shipping`, what was charged for it is paid back too, once.
    ///
    /// # Errors
    /// [`Refusal::UnknownLine`], [`Refusal::NoQuantity`], [`Refusal::MoreThanReturnable`].
    pub fn refund_quote(
        &self,
        pieces: &[(u32, u32)],
        shipping: bool,
    ) -> Result<RefundQuote, Refusal> {
        let mut by_line: BTreeMap<u32, u32> = BTreeMap::new();
        for (line, quantity) in pieces {
            let sum = by_line.entry(*line).or_default();
            *sum = sum.saturating_add(*quantity);
        }
        let (came, kept) = (self.came_all_the_same(), self.kept_all_the_same());
        let mut parts = Vec::with_capacity(by_line.len());
        for (number, quantity) in by_line {
            let line = self.line(number)?;
            let gone = line.gone(came.get(&number).copied().unwrap_or(0));
            let kept = kept.get(&number).copied().unwrap_or(0);
            parts.push(Part::of(number, quantity, line, gone, kept)?);
        }
        for place in fractions(&parts) {
            if let Some(part) = parts.get_mut(place) {
                part.whole = part.whole.saturating_add(1);
            }
        }
        let lines: Result<Vec<_>, _> = parts.iter().map(Part::refund).collect();
        let lines = lines?;
        let shipping = if shipping && !self.shipping_refunded {
            self.shipping
        } else {
            Charge::zero(self.currency())
        };
        let amounts = lines.iter().map(|line| line.amount);
        let total = Money::sum(self.currency(), amounts.chain([shipping.amount]))?;
        Ok(RefundQuote {
            lines,
            shipping,
            total,
        })
    }
}

/// The places of the parts to which a minor unit falls because their remainders together hold it.
fn fractions(parts: &[Part]) -> Vec<usize> {
    let with: Vec<(usize, &Part)> = parts
        .iter()
        .enumerate()
        .filter(|(_, part)| part.remainder > 0)
        .collect();
    let units = whole_units(with.iter().map(|(_, part)| *part));
    if units == 0 {
        return Vec::new();
    }
    let mut by_size = with;
    by_size.sort_by(|(a, left), (b, right)| {
        let left_size = u128::from(left.remainder) * u128::from(right.share.denominator);
        let right_size = u128::from(right.remainder) * u128::from(left.share.denominator);
        right_size.cmp(&left_size).then(a.cmp(b))
    });
    by_size.into_iter().take(units).map(|(n, _)| n).collect()
}

/// How many whole minor units remainders come to together: exact, whatever the denominators.
fn whole_units<'a>(parts: impl Iterator<Item = &'a Part>) -> usize {
    // Remainders over one denominator are added first; of these there are few.
    let mut sums: BTreeMap<u32, u128> = BTreeMap::new();
    for part in parts {
        *sums.entry(part.share.denominator).or_default() += u128::from(part.remainder);
    }
    let mut units: u128 = 0;
    let mut fraction: Vec<(u128, u128)> = Vec::new();
    for (denominator, sum) in sums {
        let denominator = u128::from(denominator);
        units += sum / denominator;
        if sum % denominator > 0 {
            fraction.push((sum % denominator, denominator));
        }
    }
    units += carried(&fraction);
    usize::try_from(units).unwrap_or(usize::MAX)
}

/// How many whole units proper fractions over different denominators come to together.
fn carried(fractions: &[(u128, u128)]) -> u128 {
    // In fixed point each is less than one step too low: as a rule that leaves no doubt.
    const BITS: u32 = 64;
    let steps = fractions
        .iter()
        .map(|(numerator, denominator)| (numerator << BITS).checked_div(*denominator).unwrap_or(0));
    let low: u128 = steps.sum();
    let high = low + u128::try_from(fractions.len()).unwrap_or(u128::MAX >> 1);
    if low >> BITS == high >> BITS {
        return low >> BITS;
    }
    // Where it does, the fractions are added over their common denominator.
    let mut sum = Natural::of(0);
    let mut common = Natural::of(1);
    for (numerator, denominator) in fractions {
        let (Ok(numerator), Ok(denominator)) =
            (u32::try_from(*numerator), u32::try_from(*denominator))
        else {
            // Denominators are quantities.
            continue;
        };
        sum = sum.times(denominator).plus(&common.times(numerator));
        common = common.times(denominator);
    }
    let mut units = 0;
    while let Some(less) = sum.minus(&common) {
        sum = less;
        units += 1;
    }
    units
}

/// A natural number of any size, least significant digit first, without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Natural(Vec<u32>);

impl Natural {
    fn of(value: u32) -> Self {
        Self(vec![value]).trimmed()
    }

    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    /// From sums of digits, each below 2^64.
    fn carrying(sums: impl Iterator<Item = u64>) -> Self {
        let mut digits = Vec::new();
        let mut carry = 0_u64;
        for sum in sums {
            let sum = sum + carry;
            digits.push(u32::try_from(sum & u64::from(u32::MAX)).unwrap_or(0));
            carry = sum >> 32;
        }
        digits.push(u32::try_from(carry).unwrap_or(0));
        Self(digits).trimmed()
    }

    fn times(&self, factor: u32) -> Self {
        let digits = self.0.iter();
        Self::carrying(digits.map(|digit| u64::from(*digit) * u64::from(factor)))
    }

    fn plus(&self, other: &Self) -> Self {
        let digit = |number: &Self, n: usize| u64::from(number.0.get(n).copied().unwrap_or(0));
        let longest = self.0.len().max(other.0.len());
        Self::carrying((0..longest).map(|n| digit(self, n) + digit(other, n)))
    }

    /// `None` when the other is more.
    fn minus(&self, other: &Self) -> Option<Self> {
        let mut digits = Vec::with_capacity(self.0.len());
        let mut borrowed = 0_u64;
        if other.0.len() > self.0.len() {
            return None;
        }
        for (n, digit) in self.0.iter().enumerate() {
            let take = u64::from(other.0.get(n).copied().unwrap_or(0)) + borrowed;
            borrowed = u64::from(u64::from(*digit) < take);
            let left = (u64::from(*digit) + (borrowed << 32)).checked_sub(take)?;
            digits.push(u32::try_from(left).ok()?);
        }
        (borrowed == 0).then(|| Self(digits).trimmed())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gcd(a: u128, b: u128) -> u128 {
        if b == 0 { a } else { gcd(b, a % b) }
    }

    proptest! {
        /// The quick way, the slow one and plain fractions come to the same.
        #[test]
        fn fractions_are_added_exactly(
            fractions in prop::collection::vec((0_u128..12, 1_u128..13), 0..12),
        ) {
            let fractions: Vec<_> =
                fractions.into_iter().map(|(n, d)| (n % d, d)).collect();
            let (mut sum, mut common) = (0_u128, 1_u128);
            for (n, d) in &fractions {
                sum = sum * d + n * common;
                common *= d;
                let shared = gcd(sum, common);
                (sum, common) = (sum / shared, common / shared);
            }
            prop_assert_eq!(carried(&fractions), sum / common);
        }
    }

    #[test]
    fn fractions_that_just_make_a_whole_or_just_do_not_are_told_apart() {
        assert_eq!(carried(&[(1, 2), (1, 3), (1, 6)]), 1);
        let nearly = [(1, 2), (1, 3), (4_294_967_290 / 6 - 1, 4_294_967_290)];
        assert_eq!(carried(&nearly), 0);
        let primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53];
        let halves: Vec<_> = primes.iter().map(|p| (p - 1, *p)).collect();
        // 16 less the sum of the reciprocals of the primes up to 53, which is 1.7.
        assert_eq!(carried(&halves), 14);
        assert_eq!(carried(&[]), 0);
    }
}
