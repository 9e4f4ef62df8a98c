//! Giving back what was spent.

use super::claim::{end, stock_id};
use super::{parties, post, posted};
use crate::calendar::civil;
use crate::kernel::{MovementId, Permission};
use crate::loyalty::{
    GiveBackPoints, GivenBack, Lot, Movement, MovementKind, Points, Posted, PostingKind, Programme,
    Refusal, Reinstatement, Span, Tally, movable, total,
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
    let reinstate = |lot: &Lot| reinstated(programme, policy.reinstatement?, lot, now);
    let purse = head.purse(points);
    let posting = purse.giving_back(id, taken, *given_back, amount, now, reinstate);
    let head = head.id;
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
