//! What can be asked about points.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::basket::Basket;
use super::earn::Earnings;
use super::event::Posted;
use super::liability::Liability;
use super::points::Points;
use super::redeem::Quote;
use crate::kernel::{AccountId, By, Code, CustomerId, RequestId};

/// What a customer has in a programme at an instant that is now or later. What was in the past is told by
/// [`PointsHistory`]: of an instant before now the answer is about today's lots, pending where they were not there yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadPoints {
    /// Who.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// At which instant, UTC.
    pub at: DateTime<Utc>,
}

/// What there is of one point currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Which points.
    pub points: Code,
    /// All that are the member's, less what is owed.
    pub balance: Points,
    /// What can be spent.
    pub available: Points,
    /// What is earned and cannot be spent yet.
    pub pending: Points,
    /// What is kept aside.
    pub held: Points,
    /// What is owed.
    pub debt: Points,
}

/// Where a member stands between tiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierView {
    /// The tier; none below the lowest threshold.
    pub tier: Option<Code>,
    /// Until when at least, UTC; for good when absent.
    pub until: Option<DateTime<Utc>>,
    /// What counts in the present window: minor units or points.
    pub progress: i64,
    /// The next tier up, and how much is missing.
    pub next: Option<(Code, i64)>,
}

/// What a customer has in a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointsView {
    /// By point currency, in the order of the programme's names.
    pub balances: Vec<Balance>,
    /// The tier, in a programme that has tiers.
    pub tier: Option<TierView>,
}

impl PointsView {
    /// What there is of points of this name.
    #[must_use]
    pub fn of(&self, points: &Code) -> Option<&Balance> {
        self.balances.iter().find(|known| known.points == *points)
    }
}

/// The lots that a customer has at an instant and will have lost by another, the soonest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpiringPoints {
    /// Who.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// Which points.
    pub points: Code,
    /// From when on, UTC.
    pub at: DateTime<Utc>,
    /// By when, UTC.
    pub until: DateTime<Utc>,
}

/// What happened to a customer's points, newest first. In a pool that is what happened to all its points; a member who asks as
/// the customer is told what they did themselves, and a page may then hold less than was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsHistory {
    /// Who.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// Behind which place to begin: the `next` of the page before.
    pub after: Option<(i64, RequestId)>,
    /// How many requests at most, from 1 to 200.
    pub limit: u32,
}

impl PointsHistory {
    /// The newest 50.
    #[must_use]
    pub const fn of(customer: CustomerId, programme: Code) -> Self {
        Self {
            customer,
            programme,
            after: None,
            limit: 50,
        }
    }
}

/// One movement in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    /// When, UTC: of points that expired, when they were gone, however late that was put down.
    pub at: DateTime<Utc>,
    /// By which request.
    pub request: RequestId,
    /// By whom.
    pub by: By,
    /// Why, where a reason was given.
    pub reason: Option<Code>,
    /// What moved.
    pub posted: Posted,
}

/// A page of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The movements, newest first.
    pub lines: Vec<HistoryLine>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<(i64, RequestId)>,
}

/// What a basket would bring a customer, and what of it could be paid with points, with the reasons. Nothing
/// changes. A customer without an account is answered like one who has just joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulateBasket {
    /// Who.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// What is to be bought.
    pub basket: Basket,
    /// When, UTC.
    pub at: DateTime<Utc>,
}

/// What a basket would bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// What would be earned, by which rules, and which bring nothing and why.
    pub earnings: Earnings,
    /// At which tier it would be earned.
    pub earned_as: Option<Code>,
    /// The tier afterwards.
    pub tier_after: Option<Code>,
    /// What could be paid with points, for each currency that buys something.
    pub quotes: Vec<Quote>,
    /// The rewards that could be had instead.
    pub rewards: Vec<Code>,
}

/// What a programme owes its members: one page of accounts, whose sums can be added to those of the other pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadLiability {
    /// Which programme.
    pub programme: Code,
    /// At which instant, UTC: now or later.
    pub at: DateTime<Utc>,
    /// Behind which place to begin: the `next` of the page before.
    pub after: Option<(i64, AccountId)>,
    /// How many accounts at most, from 1 to 1 000.
    pub limit: u32,
}

impl ReadLiability {
    /// The first 1 000 accounts.
    #[must_use]
    pub const fn of(programme: Code, at: DateTime<Utc>) -> Self {
        Self {
            programme,
            at,
            after: None,
            limit: 1_000,
        }
    }
}

/// One page of what a programme owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiabilityPage {
    /// The sums over these accounts.
    pub liability: Liability,
    /// Where the next page begins; `None` at the end.
    pub next: Option<(i64, AccountId)>,
}
