//! What points are spent on.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::kernel::{Code, Money};
use crate::loyalty::points::Points;

/// What a reward is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RewardKind {
    /// So much off a purchase.
    Discount(Money),
    /// A product.
    Product(Code),
    /// A voucher of this value.
    Voucher(Money),
    /// A service, such as a free maintenance: this plan of the [`ServicePolicy`](crate::service::ServicePolicy) starts for
    /// the member, and for the unit that they name.
    Service(Code),
    /// So many months more warranty for a unit that they name: behind the last day of the contract that ends last.
    WarrantyExtension {
        /// How many.
        months: u32,
        /// On which [terms](crate::warranty::WarrantyPolicy::terms); it has to be said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        term: Option<Code>,
    },
    /// A seat at an event: the member is told, with the number of the movement as their ticket. How many seats there are is
    /// the [`stock`](Reward::stock).
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
}
