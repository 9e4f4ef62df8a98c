//! What can happen to an account.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::earn::{RuleCount, RuleShare};
use super::guard::Finding;
use super::ledger::Posting;
use super::movement::Source;
use super::points::Points;
use super::state::{Absorbed, Pocket, TierReason};
use crate::kernel::{AccountId, Code, CustomerId, Effect, Few, Money};

/// Points moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// Which points.
    pub points: Code,
    /// How.
    pub posting: Posting,
    /// For what they were earned, or on what they were spent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// By which rules they were earned.
    #[serde(default, skip_serializing_if = "Few::is_empty")]
    pub shares: Few<RuleShare>,
    /// On which reward they were spent, or of which they were given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward: Option<Code>,
    /// What they were worth, or what is charged for those that could not be taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worth: Option<Money>,
    /// How many days before these points are gone the customer is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tell_days: Option<u32>,
    /// Whether a guard counts it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub watched: bool,
    /// Whether guards have counted its movement already: by another point currency of it, or when a first part of
    /// the same earning was taken back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub counted_before: bool,
}

impl Posted {
    /// Only what moved.
    #[must_use]
    pub fn new(points: Code, posting: Posting) -> Self {
        Self {
            points,
            posting,
            source: None,
            shares: Few::new(),
            reward: None,
            worth: None,
            tell_days: None,
            watched: false,
            counted_before: false,
        }
    }
}

/// What can happen to an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountEvent {
    /// The customer joined the programme.
    Opened {
        /// Who.
        customer: CustomerId,
        /// Which programme.
        programme: Code,
        /// On which day, in the programme's zone.
        on: NaiveDate,
    },
    /// Points moved.
    Posted(Box<Posted>),
    /// Something counted towards tiers, or no longer does.
    Progressed {
        /// Under which day.
        on: NaiveDate,
        /// How much; below nothing for what came back.
        amount: i64,
        /// Nothing before this day matters any more.
        keep_from: NaiveDate,
    },
    /// The member is in a tier, in another one, or in the same for longer.
    TierSet {
        /// The tier before.
        from: Option<Code>,
        /// The tier now.
        to: Option<Code>,
        /// Since when, UTC.
        since: DateTime<Utc>,
        /// When it is looked at again, UTC.
        until: Option<DateTime<Utc>>,
        /// Why.
        why: TierReason,
    },
    /// The customer was told that points will be gone.
    Told {
        /// Which points.
        points: Code,
        /// How many.
        count: Points,
        /// All that will be gone by this instant, UTC.
        until: DateTime<Utc>,
    },
    /// The customer could not be told something.
    NotTold {
        /// What.
        purpose: Code,
        /// Why, as a stable code such as `customer.no_contact`.
        why: Code,
    },
    /// Something looks like fraud.
    Flagged(Finding),
    /// Something followed from the member's joining.
    Reacted {
        /// Which reaction of the rulebook.
        reaction: Code,
        /// What it came to.
        effect: Effect,
    },
    /// It was merged into another account, which goes on for both.
    MergedInto {
        /// Which.
        account: AccountId,
    },
    /// Another account was merged into it.
    Absorbed(Box<Absorbed>),
    /// Its points are in a pool from now on.
    JoinedPool {
        /// The account that holds them.
        head: AccountId,
    },
    /// Its points are its own again.
    LeftPool {
        /// The account that held them.
        head: AccountId,
    },
    /// Another account's points are in this one from now on.
    PoolGrew {
        /// Whose.
        member: AccountId,
        /// What rules with caps had brought that account: a pool counts as one member.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        counts: Vec<RuleCount>,
        /// Which limited rewards it had had, and how often.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        rewards: BTreeMap<Code, u32>,
    },
    /// Another account's points no longer come here.
    PoolShrank {
        /// Whose.
        member: AccountId,
    },
    /// All it had went into the pool it is in, holds and debts included, because another customer's account was merged
    /// into it.
    PocketsWent {
        /// The account that holds its points.
        to: AccountId,
    },
    /// All that a member of its pool had came here, holds and debts included.
    PocketsCame {
        /// Whose.
        from: AccountId,
        /// What they had.
        pockets: Vec<Pocket>,
    },
}
