//! Points between members: sent once, or in a pool for good.

use super::earn::reads;
use super::{account, account_or_open, any_account, holder, post};
use crate::kernel::{AccountId, Code, MovementId, Permission};
use crate::loyalty::{
    AccountEvent, JoinPool, LeavePool, Lot, Overdraw, Posted, PostingKind, Refusal, TransferPoints,
};
use crate::record::{Entry, Key};
use crate::work::{Command, Halt, Work};

/// Enters on the receiving side what was taken on the sending one.
fn receive(
    work: &mut Work<'_>,
    (from, to): (AccountId, AccountId),
    points: &Code,
    movement: MovementId,
    lots: Vec<Lot>,
) -> Result<(), Halt> {
    let receiver = work.need(to)?;
    let kind = PostingKind::Received { from };
    let posting = receiver.purse(points).inflow(kind, movement, lots);
    drop(receiver);
    let policy = |work: &Work<'_>, programme: &Code| {
        let programme = work.rulebook().programme(programme).ok()?;
        programme.points(points).ok()?.tell_days
    };
    let programme = work.need(to)?.programme.clone();
    let posted = Posted {
        tell_days: policy(work, &programme),
        ..Posted::new(points.clone(), posting)
    };
    post(work, to, posted)
}

impl Command for TransferPoints {
    type Output = ();
    const NAME: &'static str = "loyalty.transfer";
    const PERMISSION: Permission = Permission::LOYALTY_TRANSFER;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let movement = work.new_id();
        let programme = work.rulebook().programme(&self.programme)?;
        if !programme.points(&self.points)?.transferable {
            let points = self.points.clone();
            return Err(Refusal::NotTransferable { points }.into());
        }
        let from = any_account(work, self.from, programme)?;
        let from = holder(work, &from)?;
        let to = account_or_open(work, self.to, programme)?;
        let to = holder(work, &to)?;
        if from.id == to.id {
            return Err(Refusal::SameAccount.into());
        }
        let parties = (from.id, to.id);
        let kind = PostingKind::Sent { to: to.id };
        let purse = from.purse(&self.points);
        let posting = purse.outflow(kind, movement, self.amount, work.now(), Overdraw::Refuse)?;
        let lots = posting.taken.to_vec();
        drop((from, to));
        post(work, parties.0, Posted::new(self.points.clone(), posting))?;
        receive(work, parties, &self.points, movement, lots)
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.from, &self.programme);
        reads(keys, self.to, &self.programme);
    }
}

impl Command for JoinPool {
    type Output = ();
    const NAME: &'static str = "loyalty.join_pool";
    const PERMISSION: Permission = Permission::LOYALTY_TRANSFER;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let movement = work.new_id();
        let programme = work.rulebook().programme(&self.programme)?;
        let member = account(work, self.member, programme)?;
        let head = account(work, self.head, programme)?;
        if member.id == head.id {
            return Err(Refusal::SameAccount.into());
        }
        // Pools do not nest, so that the way from a member to their points is one step.
        if member.pool.is_some() || head.pool.is_some() || !member.pooled.is_empty() {
            return Err(Refusal::InPool.into());
        }
        if member.purses().any(|(_, purse)| purse.is_unsettled()) {
            return Err(Refusal::Unsettled.into());
        }
        let parties = (member.id, head.id);
        // Whoever comes again was counted when they came first.
        let is_new = !member.left_pools.contains(&head.id);
        let counts = member.counts.iter().filter(|_| is_new).cloned().collect();
        let rewards = member.rewards.clone().into_iter().filter(|_| is_new);
        let rewards = rewards.collect();
        let kind = PostingKind::Sent { to: head.id };
        let all: Vec<Posted> = member
            .purses()
            .filter(|(_, purse)| !purse.lots().is_empty())
            .map(|(points, purse)| Posted::new(points.clone(), purse.emptying(kind, movement)))
            .collect();
        drop((member, head));
        for posted in all {
            let (points, lots) = (posted.points.clone(), posted.posting.taken.to_vec());
            post(work, parties.0, posted)?;
            receive(work, parties, &points, movement, lots)?;
        }
        let (member, head) = parties;
        work.emit(member, AccountEvent::JoinedPool { head })?;
        let grew = AccountEvent::PoolGrew {
            member,
            counts,
            rewards,
        };
        work.emit(head, grew)
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.member, &self.programme);
        reads(keys, self.head, &self.programme);
    }
}

impl Command for LeavePool {
    type Output = ();
    const NAME: &'static str = "loyalty.leave_pool";
    const PERMISSION: Permission = Permission::LOYALTY_TRANSFER;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let programme = work.rulebook().programme(&self.programme)?;
        let member = account(work, self.member, programme)?;
        if member.pool.is_none() {
            return Err(Refusal::NotInPool.into());
        }
        let head = holder(work, &member)?.id;
        let member = member.id;
        work.emit(member, AccountEvent::LeftPool { head })?;
        work.emit(head, AccountEvent::PoolShrank { member })
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.member, &self.programme);
    }
}
