//! What points that are still to be spent are worth to the books: IFRS 15, paragraphs B39 to B43.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::points::Points;
use super::programme::Programme;
use super::refusal::Refusal;
use super::state::Account;
use crate::kernel::{BasisPoints, Code, Money, MoneyRefusal, Rounding};

/// How the price of a sale is divided between what was sold and the points that come with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    /// What was sold.
    pub goods: Money,
    /// The points: revenue that is recognised when they are spent.
    pub points: Money,
}

impl Allocation {
    /// Divides the price of a sale in proportion to stand-alone prices (IFRS 15.74, B42): that of the goods, and
    /// that of the points, which is what they buy times the part that is expected to be spent.
    ///
    /// ```
    /// use aftercare::kernel::{BasisPoints, Currency, Money};
    /// use aftercare::loyalty::Allocation;
    /// // 2 000.00 for goods, and 2 000 points worth 0.10 each, of which 85 % will be spent.
    /// let usd = |minor| Money::new(minor, Currency::USD);
    /// let parts = Allocation::of(usd(200_000), usd(20_000), BasisPoints::from_percent(85))?;
    /// assert_eq!((parts.goods, parts.points), (usd(184_332), usd(15_668)));
    /// # Ok::<(), aftercare::kernel::MoneyRefusal>(())
    /// ```
    ///
    /// # Errors
    /// [`MoneyRefusal`] when the currencies differ, or both are worth nothing.
    pub fn of(
        sale: Money,
        points_worth: Money,
        expected: BasisPoints,
    ) -> Result<Self, MoneyRefusal> {
        let alone = expected.of(points_worth, Rounding::HalfUp)?;
        let whole = sale.checked_add(alone)?;
        let points = sale.share(alone.minor(), whole.minor(), Rounding::HalfUp)?;
        Ok(Self {
            goods: sale.checked_sub(points)?,
            points,
        })
    }
}

/// The revenue to recognise now, from what was allocated to points: the part of them that was spent, of those
/// that are expected to be spent in all, less what was recognised before. It is below nothing when the estimate
/// went up by so much. A part is never more than all.
///
/// ```
/// use aftercare::kernel::{Currency, Money};
/// use aftercare::loyalty::{Points, recognised};
/// let usd = |minor| Money::new(minor, Currency::USD);
/// let revenue = recognised(usd(9_000), Points::new(8_500), Points::new(9_200), usd(4_175))?;
/// assert_eq!(revenue, usd(4_140));
/// # Ok::<(), aftercare::kernel::MoneyRefusal>(())
/// ```
///
/// # Errors
/// [`MoneyRefusal`] when the currencies differ.
pub fn recognised(
    allocated: Money,
    redeemed: Points,
    expected: Points,
    before: Money,
) -> Result<Money, MoneyRefusal> {
    let so_far = if redeemed >= expected {
        allocated
    } else {
        allocated.share(redeemed.get(), expected.get(), Rounding::HalfUp)?
    };
    so_far.checked_sub(before)
}

/// What became of points: all that ever happened to an account, or to many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Totals {
    /// How many were earned, less those that were taken back.
    pub earned: Points,
    /// How many were spent, less those that were given back.
    pub redeemed: Points,
    /// How many expired, less those that came back.
    pub expired: Points,
}

impl Totals {
    /// Those of both.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            earned: self.earned.plus(other.earned),
            redeemed: self.redeemed.plus(other.redeemed),
            expired: self.expired.plus(other.expired),
        }
    }

    /// Breakage as history shows it: of the points that came to an end, the part that expired. `None` while none
    /// was spent: what has only expired so far says nothing of what will be spent.
    #[must_use]
    pub fn breakage(&self) -> Option<BasisPoints> {
        let ended = self.redeemed.plus(self.expired);
        if !self.redeemed.is_positive() || !ended.is_positive() {
            return None;
        }
        let part = i128::from(self.expired.get().max(0)) * i128::from(BasisPoints::WHOLE.get());
        let part = part / i128::from(ended.get());
        u32::try_from(part).ok().map(BasisPoints::new)
    }
}

/// Where a part of the liability stands in the report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LiabilityLine {
    /// Which points.
    pub points: Code,
    /// The tier of the members.
    pub tier: Option<Code>,
    /// The first day of the month in which they are gone, in the programme's zone; absent for those that never are,
    /// and for points on hold.
    pub expires_in: Option<NaiveDate>,
}

/// What a programme owes its members in points: sums that can be added, page by page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Liability {
    /// How many points are open, by kind, tier and month of expiry; what is pending included.
    pub open: BTreeMap<LiabilityLine, Points>,
    /// How many points members owe.
    pub owed: BTreeMap<Code, Points>,
    /// What became of points so far: what breakage is estimated from.
    pub totals: BTreeMap<Code, Totals>,
    /// How many accounts were counted.
    pub accounts: u64,
}

impl Liability {
    /// Adds an account as it is at `at`.
    pub(crate) fn add(&mut self, account: &Account, programme: &Programme, at: DateTime<Utc>) {
        self.accounts = self.accounts.saturating_add(1);
        for (name, purse) in account.purses() {
            let totals = self.totals.entry(name.clone()).or_default();
            *totals = totals.plus(account.totals(name));
            let owed = self.owed.entry(name.clone()).or_default();
            *owed = owed.plus(purse.debt());
            let open = purse.lots().iter().filter(|lot| !lot.is_expired(at));
            let open = open.map(|lot| (lot.expires_at, lot.points));
            for (expires_at, points) in open.chain([(None, purse.held())]) {
                if points.is_zero() {
                    continue;
                }
                let last = |expires_at: DateTime<Utc>| {
                    // The last instant at which they can be spent.
                    let last = expires_at - chrono::TimeDelta::milliseconds(1);
                    programme.day_of(last).with_day(1)
                };
                let line = LiabilityLine {
                    points: name.clone(),
                    tier: account.tier_name().cloned(),
                    expires_in: expires_at.and_then(last),
                };
                let sum = self.open.entry(line).or_default();
                *sum = sum.plus(points);
            }
        }
    }

    /// The sums of both.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Self {
        for (line, points) in other.open {
            let sum = self.open.entry(line).or_default();
            *sum = sum.plus(points);
        }
        for (name, points) in other.owed {
            let sum = self.owed.entry(name).or_default();
            *sum = sum.plus(points);
        }
        for (name, totals) in other.totals {
            let sum = self.totals.entry(name).or_default();
            *sum = sum.plus(totals);
        }
        self.accounts = self.accounts.saturating_add(other.accounts);
        self
    }

    /// How many points of this name are open.
    #[must_use]
    pub fn points(&self, name: &Code) -> Points {
        let lines = self.open.iter().filter(|(line, _)| line.points == *name);
        lines.map(|(_, points)| *points).sum()
    }

    /// What the open points of this name will cost, after breakage: that which is given, or that which history
    /// shows, or none.
    ///
    /// # Errors
    /// [`Refusal::UnknownPoints`], [`Refusal::NotRedeemable`], [`Refusal::Money`] out of range.
    pub fn value(
        &self,
        programme: &Programme,
        name: &Code,
        breakage: Option<BasisPoints>,
    ) -> Result<Money, Refusal> {
        let worth = programme.worth(name, self.points(name))?;
        let shown = || self.totals.get(name).and_then(Totals::breakage);
        let breakage = breakage.or_else(shown).unwrap_or(BasisPoints::ZERO);
        let expected = BasisPoints::WHOLE.get().saturating_sub(breakage.get());
        Ok(BasisPoints::new(expected).of(worth, Rounding::HalfUp)?)
    }
}
