//! What loyalty points come to.

use serde::{Deserialize, Serialize};

use crate::loyalty::{Points, Posted, PostingKind};

/// Points that moved, in the period in which they did, all point currencies together, and the members who moved them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PointsMoved {
    /// Earned.
    pub earned: u64,
    /// Earned and taken back.
    pub reversed: u64,
    /// Spent, also out of what was held.
    pub redeemed: u64,
    /// Spent and given back.
    pub given_back: u64,
    /// Gone because their time was up.
    pub expired: u64,
    /// Accounts that earned or spent in the period. Of several periods together it is their sum, in which an account counts once for each.
    pub active_members: u64,
}

impl PointsMoved {
    pub(super) fn merge(&mut self, other: &Self) {
        self.earned = self.earned.saturating_add(other.earned);
        self.reversed = self.reversed.saturating_add(other.reversed);
        self.redeemed = self.redeemed.saturating_add(other.redeemed);
        self.given_back = self.given_back.saturating_add(other.given_back);
        self.expired = self.expired.saturating_add(other.expired);
        self.active_members = self.active_members.saturating_add(other.active_members);
    }

    /// Takes a movement in, and says whether the member was active by it.
    pub(super) fn take(&mut self, posted: &Posted) -> bool {
        let change = posted.posting.change();
        let (counter, is_active) = match posted.posting.kind {
            PostingKind::Earned => (&mut self.earned, true),
            PostingKind::Redeemed | PostingKind::Captured { .. } => (&mut self.redeemed, true),
            PostingKind::Reversed => (&mut self.reversed, false),
            PostingKind::GivenBack => (&mut self.given_back, false),
            PostingKind::Expired => (&mut self.expired, false),
            PostingKind::Released
            | PostingKind::Held { .. }
            | PostingKind::LetGo { .. }
            | PostingKind::Adjusted
            | PostingKind::Extended
            | PostingKind::Reinstated
            | PostingKind::Sent { .. }
            | PostingKind::Received { .. } => return false,
        };
        *counter = counter.saturating_add(size(change));
        is_active
    }
}

fn size(points: Points) -> u64 {
    points.get().unsigned_abs()
}
