//! Movements of points.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Lot, total};
use crate::kernel::{AccountId, Few, HoldId, MovementId};
use crate::loyalty::points::Points;

/// Why points move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PostingKind {
    /// They were earned.
    Earned,
    /// Pending points can be spent from some instant on.
    Released,
    /// They are kept aside.
    Held {
        /// Under which hold.
        hold: HoldId,
        /// When it ends by itself, UTC.
        until: DateTime<Utc>,
    },
    /// What a hold kept aside is spent; the rest went back.
    Captured {
        /// Which hold.
        hold: HoldId,
    },
    /// A hold ended, and what it kept aside went back.
    LetGo {
        /// Which hold.
        hold: HoldId,
        /// Whether its time was up.
        lapsed: bool,
    },
    /// They were spent.
    Redeemed,
    /// What was spent is given back.
    GivenBack,
    /// Their time was up.
    Expired,
    /// An earning was taken back.
    Reversed,
    /// They were corrected by hand, up or down.
    Adjusted,
    /// They can be spent for longer than they could.
    Extended,
    /// Expired points came back.
    Reinstated,
    /// They went to another member.
    Sent {
        /// To which account.
        to: AccountId,
    },
    /// They came from another member.
    Received {
        /// From which account.
        from: AccountId,
    },
}

fn is_nothing(lots: &Arc<[Lot]>) -> bool {
    lots.is_empty()
}

/// One movement in a purse. What it changes in the balance is [`change`](Self::change).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// Why.
    pub kind: PostingKind,
    /// The movement it belongs to, when it can be turned back or turns one back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub movement: Option<MovementId>,
    /// What went into lots.
    #[serde(default, skip_serializing_if = "Few::is_empty")]
    pub put: Few<Lot>,
    /// What was taken from lots, in their order; of a hold that is captured, what it had taken.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub taken: Arc<[Lot]>,
    /// What came in and settled a debt.
    #[serde(default, skip_serializing_if = "Points::is_zero")]
    pub settled: Points,
    /// What was to be taken, was not there and is owed.
    #[serde(default, skip_serializing_if = "Points::is_zero")]
    pub owed: Points,
    /// What was to be moved and was not: given back into lots that are gone, or reversed from points that are.
    #[serde(default, skip_serializing_if = "Points::is_zero")]
    pub forfeited: Points,
    /// What was to be taken back, was not there and is charged in money.
    #[serde(default, skip_serializing_if = "Points::is_zero")]
    pub charged: Points,
}

impl Posting {
    pub(super) fn new(kind: PostingKind) -> Self {
        Self {
            kind,
            movement: None,
            put: Few::new(),
            taken: Arc::default(),
            settled: Points::ZERO,
            owed: Points::ZERO,
            forfeited: Points::ZERO,
            charged: Points::ZERO,
        }
    }

    /// What it adds to the balance: below zero when points went.
    #[must_use]
    pub fn change(&self) -> Points {
        if let PostingKind::Held { .. } | PostingKind::LetGo { .. } = self.kind {
            return Points::ZERO;
        }
        let went = total(&self.taken).plus(self.owed);
        if let PostingKind::Captured { .. } = self.kind {
            // What went back was part of the balance all the time.
            return went.negated();
        }
        total(&self.put).plus(self.settled).minus(went)
    }

    /// Whether nothing came of it.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.put.is_empty()
            && self.taken.is_empty()
            && self.settled.is_zero()
            && self.owed.is_zero()
            && self.charged.is_zero()
    }
}
