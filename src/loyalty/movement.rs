//! Movements that can be turned back: what was earned for something, what was spent on something.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::basket::Minors;
use super::ledger::Lot;
use super::points::Points;
use crate::kernel::{
    AccountId, Code, CustomerId, Digest, Few, MessageId, Money, MovementId, OrderId, PlanId, UnitId,
};

/// What points were earned for, or spent on: an order, a delivery, a review, by the number it has elsewhere.
///
/// What is earned for one source is earned once in a programme, whoever asks how often.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Source {
    /// What it is, such as `order`.
    pub kind: Code,
    /// Which one; never personal.
    pub number: Code,
}

impl Source {
    /// An order, by its number.
    #[must_use]
    pub const fn order(number: Code) -> Self {
        Self {
            kind: Code::known("order"),
            number,
        }
    }

    /// An order that is on record here.
    #[must_use]
    pub fn of_order(order: OrderId) -> Self {
        // The text of an id is short and clean.
        let number = Code::try_new(&order.to_string());
        Self::order(number.unwrap_or(Code::known("order")))
    }

    /// The referral of a customer; whoever refers themselves earns nothing for it.
    #[must_use]
    pub fn referral(referred: CustomerId) -> Self {
        let number = Code::try_new(&referred.to_string());
        Self::new(Self::REFERRAL, number.unwrap_or(Self::REFERRAL))
    }

    /// Who was referred, if it is a referral.
    #[must_use]
    pub fn referred(&self) -> Option<CustomerId> {
        let is_referral = self.kind == Self::REFERRAL;
        is_referral.then(|| self.number.as_str().parse().ok())?
    }

    const REFERRAL: Code = Code::known("referral");

    /// Something else, by its number.
    #[must_use]
    pub const fn new(kind: Code, number: Code) -> Self {
        Self { kind, number }
    }

    /// The movement by which points are earned for it in a programme.
    #[must_use]
    pub fn earning(&self, programme: &Code) -> MovementId {
        let digest = Digest::public()
            .with_str("loyalty.earning")
            .with_str(programme.as_str())
            .with_str(self.kind.as_str())
            .with_str(self.number.as_str());
        MovementId::from_u128(digest.finish())
    }
}

/// What an earning brought in one point currency, and what of it was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which points.
    pub points: Code,
    /// How many were earned.
    pub earned: Points,
    /// How many of them were taken back, found or not.
    #[serde(default, skip_serializing_if = "Points::is_zero")]
    pub reversed: Points,
    /// How many of those taken back had expired: what comes back of them later is taken back already.
    #[serde(default, skip_serializing_if = "Points::is_zero")]
    pub forfeited: Points,
    /// How many of those taken back were charged in money.
    #[serde(default, skip_serializing_if = "Points::is_zero")]
    pub charged: Points,
    /// When what is left of them is gone, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// What a reward brought in another part of the business; it ends when all the points are given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Brought {
    /// A plan of service.
    Plan(PlanId),
    /// A contract on the warranty of a unit.
    Contract {
        /// Which unit.
        unit: UnitId,
        /// The name of its term.
        term: Code,
    },
    /// A seat at an event.
    Seat(Code),
}

/// What of a purchase counts towards tiers, where that is not what counts towards points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spend {
    /// All of it, in minor units.
    pub total: i64,
    /// What of it falls to each line of the purchase, in minor units; the rest is what sending counts for.
    #[serde(default, skip_serializing_if = "Minors::is_empty")]
    pub lines: Minors,
    /// What of all that came back.
    #[serde(default)]
    pub returned: i64,
}

impl Spend {
    /// What of it has not come back.
    #[must_use]
    pub const fn left(&self) -> i64 {
        self.total.saturating_sub(self.returned)
    }
}

/// What can be turned back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MovementKind {
    /// Points were earned.
    Earning {
        /// By point currency.
        parts: Few<Part>,
        /// What of the purchase counted, in minor units; 1 for what was no purchase.
        eligible: i64,
        /// What of it falls to each line of the purchase, in minor units; the rest is what sending counts for.
        #[serde(default, skip_serializing_if = "Minors::is_empty")]
        lines: Minors,
        /// Which product each of these lines is.
        #[serde(default, skip_serializing_if = "Few::is_empty")]
        products: Few<Code>,
        /// What of all that came back.
        #[serde(default)]
        returned: i64,
        /// How much it brought the member towards the next tier.
        #[serde(default)]
        progress: i64,
        /// The day under which that counts.
        counted_on: NaiveDate,
        /// What of the purchase counts towards tiers, where that is not what counts towards points.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        spend: Option<Box<Spend>>,
    },
    /// Points were spent.
    Spending {
        /// Which points.
        points: Code,
        /// From which lots.
        taken: Arc<[Lot]>,
        /// How many were given back, forfeited ones included.
        #[serde(default, skip_serializing_if = "Points::is_zero")]
        given_back: Points,
        /// What they were worth; absent for a reward.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worth: Option<Money>,
        /// Which reward they were spent on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reward: Option<Code>,
        /// What that brought elsewhere.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        brought: Option<Brought>,
        /// The message that took a ticket to the member.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<MessageId>,
    },
    /// Points that had expired came back.
    Reinstatement,
}

/// A movement that can be turned back. Everything that happens to it is told by the events of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// Whose points.
    pub account: AccountId,
    /// The customer whose account it is.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// By which revision of it.
    pub revision: u32,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// For what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What it was.
    pub kind: MovementKind,
}

/// How much of something limited was given out: the budget of a programme, the stock of a reward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// So much.
    pub used: i64,
}
