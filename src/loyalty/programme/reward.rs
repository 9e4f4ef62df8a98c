//! What points are spent on.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::rule::Conditions;
use crate::kernel::{BasisPoints, Code, Currency, Money, Rounding};
use crate::loyalty::basket::{Basket, EarnBase};
use crate::loyalty::points::Points;
use crate::loyalty::refusal::Refusal;

/// What a reward is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RewardKind {
    /// So much off a purchase.
    Discount(Money),
    /// A part of what a purchase costs.
    Off {
        /// How large a part.
        rate: BasisPoints,
        /// At most so much.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_most: Option<Money>,
        /// Of which lines; of all when it says nothing of lines.
        #[serde(default)]
        of: Conditions,
        /// Whether it is off the cheapest of these alone.
        #[serde(default)]
        cheapest: bool,
    },
    /// A product.
    Product(Code),
    /// A voucher of this value.
    Voucher(Money),
    /// A service, such as a free maintenance: this plan of the [`ServicePolicy`](crate::service::ServicePolicy) starts for
    /// the member, and for the unit that they name.
    Service(Code),
    /// So many months more warranty for a unit that they name: behind the last day of the contract that ends last. A unit that
    /// has the term already is refused as [`SameTerm`](crate::warranty::Refusal::SameTerm): the same term does not stack.
    WarrantyExtension {
        /// How many.
        months: u32,
        /// On which [terms](crate::warranty::WarrantyPolicy::terms); it has to be said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        term: Option<Code>,
    },
    /// A seat at an event: the member is told (`loyalty.seat`), with the number of the movement as their ticket. How many
    /// seats there are is the [`stock`](Reward::stock). When it is given back the ticket is taken back if it still waits to
    /// be sent; whoever has it is told (`loyalty.seat_ended`).
    Event(Code),
}

/// Something that points are spent on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reward {
    /// What it is.
    pub kind: RewardKind,
    /// Which points.
    pub points: Code,
    /// How many of them.
    pub cost: Points,
    /// How many there are for all members.
    #[serde(default)]
    pub stock: Option<u32>,
    /// How often a member can have it.
    #[serde(default)]
    pub per_member: Option<u32>,
    /// The first day on which it can be had.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// The last day on which it can be had, itself included.
    #[serde(default)]
    pub to: Option<NaiveDate>,
    /// Only for members of these tiers; for all when empty.
    #[serde(default)]
    pub tiers: BTreeSet<Code>,
}

impl Reward {
    /// Always, for everybody, as often as they like.
    #[must_use]
    pub const fn new(kind: RewardKind, points: Code, cost: Points) -> Self {
        Self {
            kind,
            points,
            cost,
            stock: None,
            per_member: None,
            from: None,
            to: None,
            tiers: BTreeSet::new(),
        }
    }

    /// What it takes off a purchase, tax included, rounded to the nearest minor unit, a half up; `None` for what is no
    /// discount. Discounts on the purchase come off first: so of two rewards the second takes from what the first left.
    ///
    /// # Errors
    /// Those of [`Basket::base`], [`Refusal::WrongCurrency`] also when the reward is in another, and [`Refusal::Money`] out
    /// of range.
    pub fn takes_off(&self, basket: &Basket, currency: Currency) -> Result<Option<Money>, Refusal> {
        let all = EarnBase {
            tax: true,
            shipping: false,
            points_part: false,
        };
        let base = basket.base(currency, all)?;
        let least = |own: Money, off: Money| match own.currency() == off.currency() {
            true if own.minor() <= off.minor() => Ok(own),
            true => Ok(off),
            false => Err(Refusal::WrongCurrency {
                expected: off.currency(),
                got: own.currency(),
            }),
        };
        match &self.kind {
            RewardKind::Discount(money) | RewardKind::Voucher(money) => {
                least(*money, base.total()).map(Some)
            }
            RewardKind::Off {
                rate,
                at_most,
                of,
                cheapest,
            } => {
                let lines = basket.lines.iter().zip(&base.lines);
                let meant =
                    lines.filter(|(line, _)| of.fits_line(&line.product, line.category.as_ref()));
                let mut meant = meant.map(|(_, minor)| *minor);
                let minor = match cheapest {
                    true => meant.min().unwrap_or(0),
                    false => meant.by_ref().fold(0, i64::saturating_add),
                };
                let off = rate.of(Money::new(minor, currency), Rounding::HalfUp)?;
                at_most.map_or(Ok(off), |most| least(most, off)).map(Some)
            }
            RewardKind::Product(_)
            | RewardKind::Service(_)
            | RewardKind::WarrantyExtension { .. }
            | RewardKind::Event(_) => Ok(None),
        }
    }
}
