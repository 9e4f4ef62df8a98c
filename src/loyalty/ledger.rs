//! The ledger of one point currency of one member: lots, holds, and the movements between them.

mod posting;
mod rules;
#[cfg(test)]
mod tests;

use std::sync::{Arc, LazyLock};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::posting::{Posting, PostingKind};
pub(crate) use self::rules::movable;
pub use self::rules::{AfterSpending, Overdraw};
use super::points::Points;
use super::refusal::Refusal;
use crate::kernel::{Few, HoldId, MovementId};

/// Points that were earned together and share their dates; in an allocation, the part of a lot that was
/// taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// The movement that brought them: the name of the lot.
    pub source: MovementId,
    /// How many; in a purse, those that are left.
    pub points: Points,
    /// When they were earned, UTC.
    pub earned_at: DateTime<Utc>,
    /// From when on they can be spent, UTC; absent until they are released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_from: Option<DateTime<Utc>>,
    /// The first instant at which they are gone, UTC; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// The order in which lots are spent: soonest expiry first, then oldest; never-expiring last.
type Turn = (
    bool,
    Option<DateTime<Utc>>,
    DateTime<Utc>,
    MovementId,
    Option<DateTime<Utc>>,
);

impl Lot {
    /// Points that can be spent at once and never expire.
    #[must_use]
    pub const fn new(source: MovementId, points: Points, earned_at: DateTime<Utc>) -> Self {
        Self {
            source,
            points,
            earned_at,
            available_from: Some(earned_at),
            expires_at: None,
        }
    }

    /// Gone from this instant on.
    #[must_use]
    pub const fn expiring(mut self, at: Option<DateTime<Utc>>) -> Self {
        self.expires_at = at;
        self
    }

    /// To be spent from this instant on; not before they are released when absent.
    #[must_use]
    pub const fn available(mut self, from: Option<DateTime<Utc>>) -> Self {
        self.available_from = from;
        self
    }

    /// Another number of points of the same kind.
    #[must_use]
    pub const fn of(mut self, points: Points) -> Self {
        self.points = points;
        self
    }

    /// Whether they are gone at `at`.
    #[must_use]
    pub fn is_expired(&self, at: DateTime<Utc>) -> bool {
        self.expires_at.is_some_and(|expires| expires <= at)
    }

    /// Whether they have vested at `at`.
    #[must_use]
    pub fn is_vested(&self, at: DateTime<Utc>) -> bool {
        self.available_from.is_some_and(|from| from <= at)
    }

    /// Whether they can be spent at `at`.
    #[must_use]
    pub fn is_spendable(&self, at: DateTime<Utc>) -> bool {
        self.is_vested(at) && !self.is_expired(at)
    }

    fn turn(&self) -> Turn {
        let never = self.expires_at.is_none();
        (
            never,
            self.expires_at,
            self.earned_at,
            self.source,
            self.available_from,
        )
    }

    /// What is left of it without some of its points, if anything is.
    fn less(&self, points: Points) -> Option<Self> {
        let left = self.points.minus(points);
        left.is_positive().then(|| self.of(left))
    }

    /// Whether it is what is left of the lot that `part` was taken from, whose dates may have changed since.
    fn is_rest_of(&self, part: &Self) -> bool {
        self.source == part.source && self.earned_at == part.earned_at
    }

    /// Whether both are parts of one lot.
    fn is_same(&self, other: &Self) -> bool {
        self.of(other.points) == *other
    }
}

/// Points kept aside: still the member's, no longer to be spent otherwise, and safe from expiry until the hold
/// ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Which one.
    pub id: HoldId,
    /// From which lots.
    pub taken: Vec<Lot>,
    /// When it ends by itself, UTC.
    pub until: DateTime<Utc>,
}

impl Hold {
    /// How many points it keeps.
    #[must_use]
    pub fn points(&self) -> Points {
        total(&self.taken)
    }
}

/// These lots in a list of their own; the list of none is the same for all.
fn shared(lots: &[Lot]) -> Arc<[Lot]> {
    if lots.is_empty() {
        Arc::default()
    } else {
        lots.into()
    }
}

/// The points of all these.
#[must_use]
pub fn total(lots: &[Lot]) -> Points {
    lots.iter().map(|lot| lot.points).sum()
}

/// What a member has of one point currency. Its size follows the open lots, not what happened.
///
/// ```
/// use aftercare::kernel::MovementId;
/// use aftercare::loyalty::{Lot, Overdraw, Points, Posting, Purse};
/// let on = |day: &str| format!("{day}T00:00:00Z").parse::<chrono::DateTime<chrono::Utc>>();
/// let (bought, now) = (on("2026-01-10")?, on("2026-02-01")?);
/// let lot = |n, points| Lot::new(MovementId::from_u128(n), Points::new(points), bought);
///
/// let mut purse = Purse::default();
/// purse.apply(&purse.earning(lot(1, 50)));
/// purse.apply(&purse.earning(lot(2, 80).expiring(Some(on("2026-06-01")?))));
/// // What expires is spent first.
/// let spending = purse.spending(MovementId::from_u128(3), Points::new(100), now, Overdraw::Refuse)?;
/// assert_eq!(spending.taken.iter().map(|lot| lot.points.get()).collect::<Vec<_>>(), [80, 20]);
/// purse.apply(&spending);
/// assert_eq!(purse.available(now), Points::new(30));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Purse {
    /// In the order in which they are spent. They never change: purses before and after a movement share what they can.
    lots: Arc<[Lot]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    holds: Vec<Hold>,
    /// What is owed, to be settled by what comes next.
    #[serde(skip_serializing_if = "Points::is_zero")]
    debt: Points,
}

/// What there is of points that never came.
static EMPTY: LazyLock<Purse> = LazyLock::new(Purse::default);

impl Purse {
    /// One with nothing in it.
    pub(crate) fn empty() -> &'static Self {
        &EMPTY
    }

    /// The open lots, in the order in which they are spent.
    #[must_use]
    pub fn lots(&self) -> &[Lot] {
        &self.lots
    }

    /// What is kept aside.
    #[must_use]
    pub fn holds(&self) -> &[Hold] {
        &self.holds
    }

    /// The hold with this id.
    ///
    /// # Errors
    /// [`Refusal::NoSuchHold`].
    pub fn hold(&self, id: HoldId) -> Result<&Hold, Refusal> {
        let mut holds = self.holds.iter();
        holds
            .find(|hold| hold.id == id)
            .ok_or(Refusal::NoSuchHold { hold: id })
    }

    /// What is owed.
    #[must_use]
    pub const fn debt(&self) -> Points {
        self.debt
    }

    /// Whether points are on hold or owed.
    #[must_use]
    pub fn is_unsettled(&self) -> bool {
        !self.holds.is_empty() || self.debt.is_positive()
    }

    /// Whether nothing is left of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lots.is_empty() && self.holds.is_empty() && self.debt.is_zero()
    }

    /// All points that are the member's and not expired at `at`: to be spent, pending and on hold, less what is
    /// owed.
    #[must_use]
    pub fn balance(&self, at: DateTime<Utc>) -> Points {
        let open = self.lots.iter().filter(|lot| !lot.is_expired(at));
        let open: Points = open.map(|lot| lot.points).sum();
        open.plus(self.held()).minus(self.debt)
    }

    /// What can be spent at `at`.
    #[must_use]
    pub fn available(&self, at: DateTime<Utc>) -> Points {
        let lots = self.not_gone(at).iter();
        lots.filter(|lot| lot.is_vested(at))
            .map(|lot| lot.points)
            .sum()
    }

    /// The lots that are not gone at `at`, in the order in which they are spent.
    fn not_gone(&self, at: DateTime<Utc>) -> &[Lot] {
        self.lots.get(self.gone(at)..).unwrap_or_default()
    }

    /// How many lots are gone at `at`: as a rule none or the first, as what is gone is taken out.
    fn gone(&self, at: DateTime<Utc>) -> usize {
        // What expires stands first, the soonest at the very front.
        let lots = self.lots.iter();
        lots.take_while(|lot| lot.is_expired(at)).count()
    }

    /// What is earned but cannot be spent yet at `at`.
    #[must_use]
    pub fn pending(&self, at: DateTime<Utc>) -> Points {
        let lots = self.lots.iter();
        lots.filter(|lot| !lot.is_vested(at) && !lot.is_expired(at))
            .map(|lot| lot.points)
            .sum()
    }

    /// What is kept aside.
    #[must_use]
    pub fn held(&self) -> Points {
        self.holds.iter().map(Hold::points).sum()
    }

    /// How many points of such lots are kept aside.
    fn held_of(&self, is: impl Fn(&Lot) -> bool) -> Points {
        let lots = self.holds.iter().flat_map(|hold| &hold.taken);
        lots.filter(|lot| is(lot)).map(|lot| lot.points).sum()
    }

    /// How many points of an earning are left.
    pub(crate) fn left_of(&self, source: MovementId) -> Points {
        let lots = self.lots.iter().filter(|lot| lot.source == source);
        lots.map(|lot| lot.points).sum()
    }

    /// How many points of an earning are left or kept aside.
    pub(crate) fn there_of(&self, source: MovementId) -> Points {
        self.left_of(source)
            .plus(self.held_of(|lot| lot.source == source))
    }

    /// The lots that are there at `at` and gone at `until`, the soonest first.
    pub fn expiring(
        &self,
        at: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> impl Iterator<Item = &Lot> + Clone {
        let soon = self
            .lots
            .iter()
            .take_while(move |lot| lot.is_expired(until));
        soon.filter(move |lot| !lot.is_expired(at))
    }

    /// The next instant at which a lot is gone or a hold ends, UTC.
    #[must_use]
    pub fn next_at(&self) -> Option<DateTime<Utc>> {
        let lot = self.lots.first().and_then(|lot| lot.expires_at);
        let hold = self.holds.iter().map(|hold| hold.until).min();
        lot.into_iter().chain(hold).min()
    }

    /// From which lots `points` are taken at `at`, as far as they go, and what is missing.
    fn allocate(&self, points: Points, at: DateTime<Utc>) -> (Arc<[Lot]>, Points) {
        let lots = self.not_gone(at);
        let mut rest = points;
        // As a rule whole lots go from the front, and a part of the next one.
        let whole = lots.iter().take_while(|lot| {
            let goes = lot.points < rest && lot.is_vested(at);
            if goes {
                rest = rest.minus(lot.points);
            }
            goes
        });
        let (whole, others) = lots.split_at(whole.count());
        if let Some(next) = others.first().filter(|lot| lot.is_vested(at))
            && next.points >= rest
            && let Some(lots) = lots.get(..=whole.len())
        {
            if lots.len() == self.lots.len() && next.points == rest {
                // All there is.
                return (Arc::clone(&self.lots), Points::ZERO);
            }
            let mut taken: Arc<[Lot]> = lots.into();
            let mut last = Arc::get_mut(&mut taken).and_then(<[Lot]>::last_mut);
            last.iter_mut().for_each(|lot| lot.points = rest);
            return (taken, Points::ZERO);
        }
        let mut taken = Vec::with_capacity(lots.len());
        taken.extend_from_slice(whole);
        for lot in others.iter().filter(|lot| lot.is_vested(at)) {
            if !rest.is_positive() {
                break;
            }
            let part = lot.points.min(rest);
            rest = rest.minus(part);
            taken.push(lot.of(part));
        }
        (taken.into(), rest)
    }

    /// What comes in after it settled what is owed: the lots that remain of these, and what was settled.
    fn settle(&self, lots: impl IntoIterator<Item = Lot>) -> (Few<Lot>, Points) {
        let mut debt = self.debt;
        let lots = lots.into_iter().filter_map(|lot| {
            let part = lot.points.min(debt);
            debt = debt.minus(part);
            lot.less(part)
        });
        let lots = lots.collect();
        (lots, self.debt.minus(debt))
    }

    /// The purse after a movement.
    pub fn apply(&mut self, posting: &Posting) {
        if let PostingKind::Captured { hold } | PostingKind::LetGo { hold, .. } = posting.kind {
            self.holds.retain(|known| known.id != hold);
        } else {
            self.take(&posting.taken);
        }
        if let PostingKind::Held { hold: id, until } = posting.kind {
            let taken = posting.taken.to_vec();
            self.holds.push(Hold { id, taken, until });
        }
        self.put(&posting.put);
        self.debt = self.debt.plus(posting.owed).minus(posting.settled);
    }

    /// All that is in it, as a movement would tell it that brought or took it.
    pub(crate) fn told(&self, kind: PostingKind) -> Posting {
        let held = self.holds.iter().flat_map(|hold| &hold.taken);
        let all = self.lots.iter().chain(held).copied();
        let posting = Posting::new(kind);
        if let PostingKind::Received { .. } = kind {
            let put = all.collect();
            return Posting {
                put,
                owed: self.debt,
                ..posting
            };
        }
        let taken = all.collect();
        Posting {
            taken,
            settled: self.debt,
            ..posting
        }
    }

    /// Takes over everything that is in another purse: lots keep their dates; what one owes is settled by what the
    /// other has, as far as it is there.
    pub(crate) fn absorb(&mut self, other: &Self) {
        let (coming, settled) = self.settle(other.lots.iter().copied());
        self.debt = self.debt.minus(settled);
        let mut debt = other.debt;
        let left = self.lots.iter().filter_map(|lot| {
            let part = lot.points.min(debt);
            debt = debt.minus(part);
            lot.less(part)
        });
        self.lots = left.collect();
        self.put(&coming);
        self.debt = self.debt.plus(debt);
        self.holds.extend(other.holds.iter().cloned());
    }

    /// Takes parts of lots that are in the order of the lots.
    fn take(&mut self, taken: &[Lot]) {
        if taken.is_empty() {
            return;
        }
        if std::ptr::eq(taken, &*self.lots) {
            self.lots = Arc::default();
            return;
        }
        // As a rule whole lots go from the front, and a part of the next one: so many different lots in their order, the
        // last of them in that place, are these.
        if let Some((last, whole)) = taken.split_last()
            && let Some((before, others)) = self.lots.split_at_checked(whole.len())
            && let Some((lot, behind)) = others.split_first()
            && last.is_same(lot)
            && total(before) == total(whole)
        {
            self.lots = match lot.less(last.points) {
                None => shared(behind),
                Some(left) => [left].iter().chain(behind).copied().collect(),
            };
            return;
        }
        let mut parts = taken.iter();
        let mut next = parts.next();
        let left = self.lots.iter().filter_map(|lot| match next {
            Some(part) if part.is_same(lot) => {
                next = parts.next();
                lot.less(part.points)
            }
            _ => Some(*lot),
        });
        self.lots = left.collect();
    }

    /// Puts points back into their lots, or into lots of their own.
    fn put(&mut self, put: &[Lot]) {
        match put {
            [] => {}
            [lot] => {
                let place = place_of(&self.lots, lot);
                let (Ok(at) | Err(at)) = place;
                let (before, behind) = self.lots.split_at_checked(at).unwrap_or_default();
                let (lot, behind) = match (place, behind.split_first()) {
                    (Ok(_), Some((known, behind))) => {
                        (known.of(known.points.plus(lot.points)), behind)
                    }
                    _ => (*lot, behind),
                };
                let lots = before.iter().chain([&lot]).chain(behind);
                self.lots = lots.copied().collect();
            }
            _ => {
                let mut lots = Vec::with_capacity(self.lots.len().saturating_add(put.len()));
                lots.extend_from_slice(&self.lots);
                for lot in put {
                    match place_of(&lots, lot) {
                        Ok(place) => {
                            let known = lots.get_mut(place);
                            known
                                .into_iter()
                                .for_each(|known| known.points = known.points.plus(lot.points));
                        }
                        Err(place) => lots.insert(place, *lot),
                    }
                }
                self.lots = lots.into();
            }
        }
    }
}

/// Where a lot stands among others, or would.
fn place_of(lots: &[Lot], lot: &Lot) -> Result<usize, usize> {
    let turn = lot.turn();
    // As a rule what comes last is gone last.
    if lots.last().is_none_or(|last| last.turn() < turn) {
        return Err(lots.len());
    }
    lots.binary_search_by_key(&turn, Lot::turn)
}
