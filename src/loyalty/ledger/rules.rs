//! How each movement is worked out. Nothing changes before it is applied.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Lot, Posting, PostingKind, Purse};
use crate::kernel::{HoldId, MovementId};
use crate::loyalty::points::Points;
use crate::loyalty::refusal::Refusal;

/// What happens when more is to be taken than there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overdraw {
    /// It is refused.
    Refuse,
    /// The rest is owed; whatever comes next settles it.
    Owe,
}

/// What happens when a purchase is returned whose points are already spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterSpending {
    /// The return is refused: first what they were spent on has to be given back.
    Block,
    /// What is missing is owed, and what is earned next settles it. Points earned otherwise stay to be spent.
    #[default]
    Debt,
    /// What is missing is taken from all other points, and what is missing then puts the balance below zero.
    NegativeBalance,
    /// Points are taken back if all of them are there, among those of other earnings if need be; else none are.
    OnlyIfSufficient,
    /// What is missing is charged in money, at what a point is worth.
    ChargeMoney,
}

/// Points that are to be moved: at least one, and at most [`Points::MOST`].
///
/// # Errors
/// [`Refusal::NotPositive`], [`Refusal::TooMany`].
pub(crate) fn movable(points: Points) -> Result<Points, Refusal> {
    if !points.is_positive() {
        return Err(Refusal::NotPositive { points });
    }
    if points > Points::MOST {
        return Err(Refusal::TooMany { points });
    }
    Ok(points)
}

/// Splits lots at `points`: what lies before, what lies behind, and what is missing.
fn split(lots: &[Lot], points: Points) -> (Vec<Lot>, Vec<Lot>, Points) {
    let mut rest = points;
    let (mut before, mut behind) = (Vec::with_capacity(lots.len()), Vec::new());
    for lot in lots {
        let part = lot.points.min(rest);
        rest = rest.minus(part);
        let left = lot.points.minus(part);
        before.extend(part.is_positive().then(|| lot.of(part)));
        behind.extend(left.is_positive().then(|| lot.of(left)));
    }
    (before, behind, rest)
}

impl Purse {
    /// Points come in; what is owed is settled first.
    #[must_use]
    pub fn earning(&self, lot: Lot) -> Posting {
        self.inflow(PostingKind::Earned, lot.source, [lot])
    }

    /// Lots come in for any reason; what is owed is settled first.
    #[must_use]
    pub fn inflow(
        &self,
        kind: PostingKind,
        movement: MovementId,
        lots: impl IntoIterator<Item = Lot>,
    ) -> Posting {
        let (put, settled) = self.settle(lots);
        Posting {
            movement: Some(movement),
            put,
            settled,
            ..Posting::new(kind)
        }
    }

    /// `points` are spent at `at`: first what expires soonest, then what is oldest.
    ///
    /// # Errors
    /// [`Refusal::NotPositive`], [`Refusal::TooMany`], and [`Refusal::Insufficient`] unless the rest may be owed.
    pub fn spending(
        &self,
        movement: MovementId,
        points: Points,
        at: DateTime<Utc>,
        overdraw: Overdraw,
    ) -> Result<Posting, Refusal> {
        self.outflow(PostingKind::Redeemed, movement, points, at, overdraw)
    }

    /// Like [`spending`](Self::spending), for another reason.
    ///
    /// # Errors
    /// Those of [`spending`](Self::spending).
    pub fn outflow(
        &self,
        kind: PostingKind,
        movement: MovementId,
        points: Points,
        at: DateTime<Utc>,
        overdraw: Overdraw,
    ) -> Result<Posting, Refusal> {
        let (taken, owed) = self.allocate(movable(points)?, at);
        if owed.is_positive() && overdraw == Overdraw::Refuse {
            return Err(Refusal::Insufficient {
                asked: points,
                available: points.minus(owed),
            });
        }
        Ok(Posting {
            movement: Some(movement),
            taken,
            owed,
            ..Posting::new(kind)
        })
    }

    /// Every lot goes, pending ones included.
    #[must_use]
    pub fn emptying(&self, kind: PostingKind, movement: MovementId) -> Posting {
        Posting {
            movement: Some(movement),
            taken: Arc::clone(&self.lots),
            ..Posting::new(kind)
        }
    }

    /// `points` are kept aside from `at` until they are spent, let go, or `until`.
    ///
    /// # Errors
    /// [`Refusal::NotPositive`], [`Refusal::TooMany`], [`Refusal::Insufficient`], and
    /// [`Refusal::HoldEndsAtOnce`] unless `until` is later than `at`.
    pub fn holding(
        &self,
        hold: HoldId,
        points: Points,
        at: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Posting, Refusal> {
        if until <= at {
            return Err(Refusal::HoldEndsAtOnce { until });
        }
        let kind = PostingKind::Held { hold, until };
        let movement = MovementId::from_uuid(hold.uuid());
        self.outflow(kind, movement, points, at, Overdraw::Refuse)
    }

    /// What a hold keeps is spent: all of it, or the first `points`, and the rest goes back, first to what is owed.
    ///
    /// # Errors
    /// [`Refusal::NoSuchHold`], [`Refusal::NotPositive`], [`Refusal::Insufficient`] for more than it keeps.
    pub fn capturing(
        &self,
        movement: MovementId,
        hold: HoldId,
        points: Option<Points>,
    ) -> Result<Posting, Refusal> {
        let held = self.hold(hold)?;
        let asked = movable(points.unwrap_or_else(|| held.points()))?;
        let (taken, put, missing) = split(&held.taken, asked);
        if missing.is_positive() {
            let available = held.points();
            return Err(Refusal::Insufficient { asked, available });
        }
        let (put, settled) = self.settle(put);
        Ok(Posting {
            movement: Some(movement),
            put,
            settled,
            taken: taken.into(),
            ..Posting::new(PostingKind::Captured { hold })
        })
    }

    /// A hold ends, and what it kept goes back, first to what is owed: else who holds points before a return would keep them, or
    /// owe them twice. What expired meanwhile and settled nothing is gone by the next [`expiry`](Self::expiry).
    ///
    /// # Errors
    /// [`Refusal::NoSuchHold`].
    pub fn letting_go(&self, hold: HoldId, lapsed: bool) -> Result<Posting, Refusal> {
        let taken = self.hold(hold)?.taken.iter().copied();
        let (put, settled) = self.settle(taken);
        Ok(Posting {
            put,
            settled,
            ..Posting::new(PostingKind::LetGo { hold, lapsed })
        })
    }

    /// The next hold whose time is up at `at` ends.
    #[must_use]
    pub fn lapse(&self, at: DateTime<Utc>) -> Option<Posting> {
        let over = self.holds.iter().filter(|hold| hold.until <= at);
        let first = over.min_by_key(|hold| (hold.until, hold.id))?;
        self.letting_go(first.id, true).ok()
    }

    /// What is gone at `at`; `None` when nothing is.
    #[must_use]
    pub fn expiry(&self, at: DateTime<Utc>) -> Option<Posting> {
        let taken = self.lots.get(..self.gone(at))?;
        (!taken.is_empty()).then(|| Posting {
            taken: taken.into(),
            ..Posting::new(PostingKind::Expired)
        })
    }

    /// The pending points of an earning can be spent from `from` on, unless they can sooner.
    ///
    /// # Errors
    /// [`Refusal::NothingPending`].
    pub fn releasing(
        &self,
        source: MovementId,
        from: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Result<Posting, Refusal> {
        let lots = self.lots.iter();
        // What can be spent sooner by itself is not put off.
        let is_later =
            |lot: &&Lot| !lot.is_vested(at) && lot.available_from.is_none_or(|own| own > from);
        let pending = lots.filter(|lot| lot.source == source).filter(is_later);
        let taken: Vec<Lot> = pending.copied().collect();
        if taken.is_empty() {
            return Err(Refusal::NothingPending);
        }
        Ok(Posting {
            movement: Some(source),
            put: taken.iter().map(|lot| lot.available(Some(from))).collect(),
            taken: taken.into(),
            ..Posting::new(PostingKind::Released)
        })
    }

    /// Everything that would be gone before `until` lasts until then; what a hold keeps stays as it is.
    ///
    /// # Errors
    /// [`Refusal::NothingToExtend`].
    pub fn extending(&self, until: DateTime<Utc>, at: DateTime<Utc>) -> Result<Posting, Refusal> {
        let sooner = self.expiring(at, until);
        let sooner = sooner.filter(|lot| lot.expires_at != Some(until));
        let taken: Vec<Lot> = sooner.copied().collect();
        if taken.is_empty() {
            return Err(Refusal::NothingToExtend);
        }
        Ok(Posting {
            put: taken.iter().map(|lot| lot.expiring(Some(until))).collect(),
            taken: taken.into(),
            ..Posting::new(PostingKind::Extended)
        })
    }

    /// `points` of what was spent from the lots `spent` are given back at `at`, each to the lot it came from,
    /// in the order in which they were taken; `before` were given back earlier. What goes to a lot that is gone comes to
    /// nothing, unless what is left of the lot lasts longer by now, or `reinstate` says until when and how many of the
    /// points can be spent.
    #[must_use]
    pub fn giving_back(
        &self,
        movement: MovementId,
        spent: &[Lot],
        before: Points,
        points: Points,
        at: DateTime<Utc>,
        mut reinstate: impl FnMut(&Lot) -> Option<Lot>,
    ) -> Posting {
        let (_, open, _) = split(spent, before);
        let (back, _, _) = split(&open, points);
        let mut forfeited = Points::ZERO;
        let lots = back.iter().filter_map(|lot| {
            if !lot.is_expired(at) {
                return Some(*lot);
            }
            let mut open = self.lots.iter();
            let rest = open.find(|open| open.is_rest_of(lot) && !open.is_expired(at));
            let come = match rest {
                Some(rest) => Some(rest.of(lot.points)),
                None => reinstate(lot).filter(|come| !come.is_expired(at)),
            };
            let points = come.map_or(Points::ZERO, |come| come.points.min(lot.points));
            forfeited = forfeited.plus(lot.points.minus(points));
            let come = come.filter(|_| points.is_positive())?;
            Some(come.of(points))
        });
        let (put, settled) = self.settle(lots);
        Posting {
            movement: Some(movement),
            put,
            settled,
            forfeited,
            ..Posting::new(PostingKind::GivenBack)
        }
    }

    /// `points` of an earning are taken back at `at`, first from what is left of it. What is not there any more is
    /// dealt with as the programme says; of an earning that has expired nothing is asked for that is not there, and on no
    /// hold.
    ///
    /// # Errors
    /// [`Refusal::PointsSpent`] when the programme blocks it.
    pub fn reversing(
        &self,
        source: MovementId,
        points: Points,
        at: DateTime<Utc>,
        has_expired: bool,
        policy: AfterSpending,
    ) -> Result<Posting, Refusal> {
        let (own, others): (Vec<Lot>, Vec<Lot>) =
            self.lots.iter().partition(|lot| lot.source == source);
        let (mut taken, _, mut missing) = split(&own, points);
        let mut posting = Posting {
            movement: Some(source),
            ..Posting::new(PostingKind::Reversed)
        };
        if has_expired {
            // Only a hold has kept any of it from expiring.
            let kept = self.held_of(|lot| lot.source == source).min(missing);
            posting.forfeited = missing.minus(kept);
            missing = kept;
        }
        match policy {
            _ if !missing.is_positive() => {}
            AfterSpending::Block => {
                let left = points.minus(missing);
                return Err(Refusal::PointsSpent { points, left });
            }
            AfterSpending::Debt => posting.owed = missing,
            AfterSpending::ChargeMoney => posting.charged = missing,
            AfterSpending::NegativeBalance | AfterSpending::OnlyIfSufficient => {
                let (mut others, pending): (Vec<Lot>, Vec<Lot>) =
                    others.into_iter().partition(|lot| lot.is_vested(at));
                others.extend(pending);
                let (more, _, missing) = split(&others, missing);
                // What a hold keeps is there, and settles what is owed when the hold ends.
                let is_enough = missing <= self.held_of(|_| true).minus(self.debt);
                if missing.is_positive() && policy == AfterSpending::OnlyIfSufficient && !is_enough
                {
                    posting.forfeited = points;
                    return Ok(posting);
                }
                posting.owed = missing;
                taken.extend(more);
                taken.sort_unstable_by_key(Lot::turn);
            }
        }
        posting.taken = taken.into();
        Ok(posting)
    }
}
