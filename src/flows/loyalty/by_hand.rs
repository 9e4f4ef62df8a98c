//! What somebody does by hand, for a reason.

use std::collections::BTreeMap;

use super::earn::reads;
use super::give_back::{Earnings, reinstated};
use super::{account, account_or_open, any_account, enter_tier, holder, post, posted};
use crate::kernel::{AccountId, Digest, MovementId, Permission};
use crate::loyalty::{
    Account, AccountEvent, AdjustPoints, ExtendPoints, Lot, Movement, MovementKind, Overdraw,
    Points, Posted, PostingKind, Refusal, ReinstatePoints, SetMemberTier, Standing, TierReason,
    movable, total,
};
use crate::record::{Entry, Event, Key};
use crate::work::{Command, Halt, Work};

impl Command for AdjustPoints {
    type Output = ();
    const NAME: &'static str = "loyalty.adjust";
    const PERMISSION: Permission = Permission::LOYALTY_ADJUST;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let movement = work.new_id();
        let programme = work.rulebook().programme(&self.programme)?;
        let policy = programme.points(&self.points)?;
        let is_more = self.by.is_positive();
        let amount = movable(if is_more { self.by } else { self.by.negated() })?;
        let account = if is_more {
            account_or_open(work, self.customer, programme)?
        } else {
            any_account(work, self.customer, programme)?
        };
        let head = holder(work, &account)?;
        let (purse, now) = (head.purse(&self.points), work.now());
        let posting = if is_more {
            // Whoever is given points by hand can spend them.
            let lot = programme.lot(policy, movement, amount, now);
            let lot = lot.available(Some(now));
            purse.inflow(PostingKind::Adjusted, movement, [lot])
        } else {
            let overdraw = match policy.may_owe {
                true => Overdraw::Owe,
                false => Overdraw::Refuse,
            };
            purse.outflow(PostingKind::Adjusted, movement, amount, now, overdraw)?
        };
        work.because(self.reason.clone());
        let id = head.id;
        drop((account, head));
        let posted = Posted {
            tell_days: policy.tell_days,
            ..Posted::new(self.points.clone(), posting)
        };
        post(work, id, posted)
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.customer, &self.programme);
    }
}

impl Command for ExtendPoints {
    type Output = Points;
    const NAME: &'static str = "loyalty.extend";
    const PERMISSION: Permission = Permission::LOYALTY_ADJUST;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let programme = work.rulebook().programme(&self.programme)?;
        programme.points(&self.points)?;
        let now = work.now();
        if self.until <= now {
            return Err(Refusal::NotInFuture { at: self.until }.into());
        }
        let account = account(work, self.customer, programme)?;
        let head = holder(work, &account)?;
        let posting = head.purse(&self.points).extending(self.until, now)?;
        work.because(self.reason.clone());
        let id = head.id;
        drop((account, head));
        let mut earnings = Earnings::of(work, &self.points, posting.put.iter())?;
        earnings.extend(&posting.put);
        earnings.enter(work)?;
        post(work, id, Posted::new(self.points.clone(), posting))
    }

    /// How many points last longer.
    fn output(&self, entry: &Entry) -> Points {
        moved(entry, PostingKind::Extended)
    }

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.customer, &self.programme);
    }
}

/// How many points went into lots by postings of a kind.
fn moved(entry: &Entry, kind: PostingKind) -> Points {
    let of_kind = posted(entry).filter(|posted| posted.posting.kind == kind);
    of_kind
        .map(|posted| total(&posted.posting.put).plus(posted.posting.settled))
        .sum()
}

impl Command for ReinstatePoints {
    type Output = Points;
    const NAME: &'static str = "loyalty.reinstate";
    const PERMISSION: Permission = Permission::LOYALTY_ADJUST;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let programme = work.rulebook().programme(&self.programme)?;
        let policy = programme.points(&self.points)?;
        let account = account(work, self.customer, programme)?;
        let head = holder(work, &account)?;
        drop(account);
        let Some(window) = policy.reinstatement else {
            let points = self.points.clone();
            return Err(Refusal::NoReinstatement { points }.into());
        };
        let entry = work.get(self.expired_in)?;
        let expired = entry.as_ref().map(|entry| self.expired(entry, &head));
        let expired = expired.unwrap_or_default();
        if expired.is_empty() {
            return Err(Refusal::NothingExpired.into());
        }
        // What an account was given back stays given back, whatever other account goes on for it.
        let (mut movements, mut lots) = (Vec::new(), Vec::new());
        for (account, gone) in expired {
            let movement = self.movement(account);
            if work.get(movement)?.is_none() {
                movements.push(movement);
                lots.extend(gone);
            }
        }
        let Some(movement) = movements.first().copied() else {
            return Err(Refusal::AlreadyReinstated.into());
        };
        let now = work.now();
        let mut earnings = Earnings::of(work, &self.points, lots.iter())?;
        let back = lots
            .iter()
            .filter_map(|lot| earnings.come_back(programme, Some(window), lot, now));
        let back: Vec<Lot> = back.collect();
        if back.is_empty() {
            let is_in_time = |lot: &Lot| reinstated(programme, window, lot, now).is_some();
            return Err(match lots.iter().any(is_in_time) {
                true => Refusal::NothingExpired,
                false => Refusal::ReinstatementOver {
                    days: window.within_days,
                },
            }
            .into());
        }
        earnings.enter(work)?;
        let purse = head.purse(&self.points);
        let posting = purse.inflow(PostingKind::Reinstated, movement, back);
        work.because(self.reason.clone());
        for movement in movements {
            work.put(
                movement,
                Movement {
                    account: head.id,
                    customer: head.customer,
                    programme: programme.name().clone(),
                    revision: programme.spec().revision,
                    at: now,
                    source: None,
                    kind: MovementKind::Reinstatement,
                },
            )?;
        }
        let id = head.id;
        drop(head);
        post(work, id, Posted::new(self.points.clone(), posting))
    }

    /// How many points came back.
    fn output(&self, entry: &Entry) -> Points {
        moved(entry, PostingKind::Reinstated)
    }

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.customer, &self.programme);
        keys.push(Key::of(self.expired_in));
    }
}

impl ReinstatePoints {
    /// What expired in an entry, of an account and of those it goes on for.
    fn expired(&self, entry: &Entry, account: &Account) -> BTreeMap<AccountId, Vec<Lot>> {
        let mut lots: BTreeMap<AccountId, Vec<Lot>> = BTreeMap::new();
        for event in &entry.events {
            if let Event::Account(id, AccountEvent::Posted(posted)) = event
                && (*id == account.id || account.absorbed.contains(id))
                && posted.points == self.points
                && posted.posting.kind == PostingKind::Expired
            {
                lots.entry(*id)
                    .or_default()
                    .extend_from_slice(&posted.posting.taken);
            }
        }
        lots
    }

    /// The movement that says that what expired of an account came back.
    fn movement(&self, account: AccountId) -> MovementId {
        let digest = Digest::public()
            .with_str("loyalty.reinstatement")
            .with_u128(account.as_u128())
            .with_u128(self.expired_in.as_u128())
            .with_str(self.points.as_str());
        MovementId::from_u128(digest.finish())
    }
}

impl Command for SetMemberTier {
    type Output = ();
    const NAME: &'static str = "loyalty.set_tier";
    const PERMISSION: Permission = Permission::LOYALTY_ADJUST;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let programme = work.rulebook().programme(&self.programme)?;
        let schemes = programme.spec().tiers.iter();
        let mut known = schemes.flat_map(|scheme| &scheme.tiers);
        if let Some(tier) = &self.tier
            && !known.any(|known| known.name == *tier)
        {
            let (programme, tier) = (programme.name().clone(), tier.clone());
            return Err(Refusal::UnknownTier { programme, tier }.into());
        }
        if self.until <= work.now() {
            return Err(Refusal::NotInFuture { at: self.until }.into());
        }
        let account = account(work, self.customer, programme)?;
        work.because(self.reason.clone());
        let standing = Standing {
            tier: self.tier.clone(),
            since: work.now(),
            until: Some(self.until),
            by_hand: true,
        };
        enter_tier(
            work,
            &account,
            standing,
            TierReason::ByHand(self.reason.clone()),
        )
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.customer, &self.programme);
    }
}
