//! Giving back what was spent.

use std::collections::BTreeSet;

use super::claim::{end, stock_id};
use super::{parties, post, posted};
use crate::calendar::civil;
use crate::kernel::{Code, MovementId, Permission};
use crate::loyalty::{
    GiveBackPoints, GivenBack, Lot, Movement, MovementKind, Part, Points, Posted, PostingKind,
    Programme, Refusal, Reinstatement, Span, Tally, movable, total,
};
use crate::record::{Entry, Key};
use crate::work::{Command, Halt, Work};
use chrono::{DateTime, TimeDelta, Utc};

impl Command for GiveBackPoints {
    type Output = GivenBack;
    const NAME: &'static str = "loyalty.give_back";
    const PERMISSION: Permission = Permission::LOYALTY_GIVE_BACK;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let movement = work.need(self.movement)?;
        let MovementKind::Spending {
            taken, given_back, ..
        } = &movement.kind
        else {
            return Err(crate::work::Refusal::not_found(Key::of(self.movement)).into());
        };
        let left = total(taken).minus(*given_back);
        let amount = match self.amount {
            Some(amount) => movable(amount)?,
            None => left,
        };
        if amount > left || left.is_zero() {
            let (asked, left) = (amount.get(), left.get());
            return Err(Refusal::MoreThanLeft { asked, left }.into());
        }
        give_back(work, self.movement, &movement, amount)
    }

    fn output(&self, entry: &Entry) -> GivenBack {
        let mut back = posted(entry).filter(|p| p.posting.kind == PostingKind::GivenBack);
        back.next().map_or(
            GivenBack {
                points: Points::ZERO,
                forfeited: Points::ZERO,
            },
            |posted| GivenBack {
                points: posted.posting.change(),
                forfeited: posted.posting.forfeited,
            },
        )
    }

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.movement));
    }
}

/// Gives back so many points of a spending, of which as many are left.
pub(super) fn give_back(
    work: &mut Work<'_>,
    id: MovementId,
    movement: &Movement,
    amount: Points,
) -> Result<(), Halt> {
    let mut after = movement.clone();
    let MovementKind::Spending {
        points,
        taken,
        given_back,
        reward,
        brought,
        ..
    } = &mut after.kind
    else {
        return Err(crate::work::Refusal::not_found(Key::of(id)).into());
    };
    let programme = work.rulebook().programme(&movement.programme)?;
    let policy = programme.points(points)?;
    let (_, head) = parties(work, movement.account)?;
    let now = work.now();
    let gone = taken.iter().filter(|lot| lot.is_expired(now));
    let mut earnings = Earnings::of(work, points, gone)?;
    let purse = head.purse(points);
    let posting = purse.giving_back(id, taken, *given_back, amount, now, |lot| {
        earnings.come_back(programme, policy.reinstatement, lot, now)
    });
    let head = head.id;
    earnings.enter(work)?;
    *given_back = given_back.plus(amount);
    // A reward is had again when all of it was given back.
    let is_whole = *given_back == total(taken);
    let reward_back = reward.as_ref().filter(|_| is_whole);
    if let Some(name) = reward_back
        && let Some(reward) = programme.spec().rewards.get(name)
        && reward.stock.is_some()
    {
        let id = stock_id(programme.name(), name);
        let used = work.document(id)?.map_or(0, |tally| tally.used);
        let used = used.saturating_sub(1).max(0);
        work.put(id, Tally { used })?;
    }
    if let Some(brought) = brought.as_ref().filter(|_| is_whole) {
        end(work, programme, brought, (id, movement))?;
    }
    let back = Posted {
        reward: reward_back.cloned(),
        ..Posted::new(points.clone(), posting)
    };
    post(work, head, back)?;
    work.put(id, after)
}

/// The earnings that lots are of, as far as they are on record.
pub(super) struct Earnings<'a> {
    points: &'a Code,
    known: Vec<(MovementId, Movement, bool)>,
}

impl<'a> Earnings<'a> {
    /// Those of these lots of one point currency.
    pub(super) fn of<'l>(
        work: &mut Work<'_>,
        points: &'a Code,
        lots: impl Iterator<Item = &'l Lot> + Clone,
    ) -> Result<Self, Halt> {
        let sources: BTreeSet<MovementId> = lots.map(|lot| lot.source).collect();
        work.want(sources.iter().copied());
        let mut known = Vec::new();
        for source in sources {
            if let Some(movement) = work.document(source)? {
                known.push((source, Movement::clone(&movement), false));
            }
        }
        Ok(Self { points, known })
    }

    /// What is on record of the lot's earning, and a mark for that it changed.
    fn part(&mut self, lot: &Lot) -> Option<(&mut Part, &mut bool)> {
        let mut known = self.known.iter_mut();
        let (_, movement, has_changed) = known.find(|(id, ..)| *id == lot.source)?;
        let MovementKind::Earning { parts, .. } = &mut movement.kind else {
            return None;
        };
        let part = parts.iter_mut().find(|part| part.points == *self.points)?;
        Some((part, has_changed))
    }

    /// What comes back of a lot that is gone at `at`, and until when: what lasts longer by now, or is reinstated, less what was
    /// taken back of it when it was gone.
    pub(super) fn come_back(
        &mut self,
        programme: &Programme,
        window: Option<Reinstatement>,
        lot: &Lot,
        at: DateTime<Utc>,
    ) -> Option<Lot> {
        let mut part = self.part(lot);
        let last = part.as_ref().and_then(|(part, _)| part.expires_at);
        let lot = lot.expiring(lot.expires_at.max(last));
        let until = match lot.is_expired(at) {
            false => lot.expires_at,
            true => Some(reinstated(programme, window?, &lot, at)?),
        };
        let mut come = lot.expiring(until);
        if let Some((part, has_changed)) = &mut part {
            let taken = come.points.min(part.forfeited);
            part.forfeited = part.forfeited.minus(taken);
            **has_changed |= taken.is_positive();
            come = come.of(come.points.minus(taken));
        }
        come.points.is_positive().then_some(come)
    }

    /// What is left of these lots lasts until then.
    pub(super) fn extend(&mut self, lots: &[Lot]) {
        for lot in lots {
            if let Some((part, has_changed)) = self.part(lot) {
                part.expires_at = part
                    .expires_at
                    .map(|known| lot.expires_at.map_or(known, |it| it.max(known)));
                *has_changed = true;
            }
        }
    }

    /// Puts down what changed.
    pub(super) fn enter(self, work: &mut Work<'_>) -> Result<(), Halt> {
        let changed = self.known.into_iter().filter(|(.., changed)| *changed);
        for (id, movement, _) in changed {
            // Points may have come from somebody else's earning.
            work.entrust(id);
            work.put(id, movement)?;
        }
        Ok(())
    }
}

/// Until when points of a lot that is gone can be spent, when they come back at `at`; `None` when they expired too
/// long ago.
pub(super) fn reinstated(
    programme: &Programme,
    window: Reinstatement,
    lot: &Lot,
    at: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let last = lot
        .expires_at?
        .checked_sub_signed(TimeDelta::milliseconds(1))?;
    let (today, last) = (programme.day_of(at), programme.day_of(last));
    let is_late = Span::Days(window.within_days).after(last) < today;
    let until = Span::Days(window.for_days).after(today);
    (!is_late).then(|| civil::end_of_day(programme.zone(), until))
}
