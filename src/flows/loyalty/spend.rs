//! Spending: at once, and in two steps.

use std::sync::Arc;

use super::earn::reads;
use super::{flag, post, posted, wallet};
use crate::kernel::{Code, HoldId, MessageId, Money, MovementId, Permission};
use crate::loyalty::{
    Account, Brought, CaptureHold, Finding, HoldPoints, LetGoHold, Movement, MovementKind,
    Overdraw, Points, Posted, Posting, PostingKind, Programme, RedeemPoints, Refusal, Source,
    Spent, total,
};
use crate::record::{Entry, Key};
use crate::work::{Command, Halt, Work};

/// What is spent, on what, and what that is worth.
pub(super) struct Spending<'a> {
    pub(super) points: &'a Code,
    pub(super) posting: Posting,
    pub(super) source: Option<&'a Source>,
    pub(super) reward: Option<&'a Code>,
    pub(super) brought: Option<Brought>,
    pub(super) ticket: Option<MessageId>,
    pub(super) worth: Option<Money>,
}

/// Enters what is spent by one who has it in the account `head`.
pub(super) fn spend(
    work: &mut Work<'_>,
    programme: &Programme,
    head: &Account,
    movement: MovementId,
    spending: Spending<'_>,
) -> Result<(), Halt> {
    // What a hold kept was counted when it was kept.
    let is_capture = matches!(spending.posting.kind, PostingKind::Captured { .. });
    let watched = !is_capture && guard(work, programme, head)?;
    work.put(
        movement,
        Movement {
            account: head.id,
            customer: head.customer,
            programme: programme.name().clone(),
            revision: programme.spec().revision,
            at: work.now(),
            source: spending.source.cloned(),
            kind: MovementKind::Spending {
                points: spending.points.clone(),
                taken: Arc::clone(&spending.posting.taken),
                given_back: Points::ZERO,
                worth: spending.worth,
                reward: spending.reward.cloned(),
                brought: spending.brought,
                ticket: spending.ticket,
            },
        },
    )?;
    let posted = Posted {
        source: spending.source.cloned(),
        reward: spending.reward.cloned(),
        worth: spending.worth,
        watched,
        ..Posted::new(spending.points.clone(), spending.posting)
    };
    post(work, head.id, posted)
}

/// Notes or refuses what is spent too often; says whether it is counted.
fn guard(work: &mut Work<'_>, programme: &Programme, head: &Account) -> Result<bool, Halt> {
    let Some(velocity) = programme.spec().guards.spending else {
        return Ok(false);
    };
    if let Some((count, since)) = head.spent_lately.beyond(velocity, work.now()) {
        let finding = Finding::SpendingVelocity { count, since };
        flag(work, head.id, finding, velocity.refuse)?;
    }
    Ok(true)
}

/// What was spent, from the entry that says so.
pub(super) fn spent(entry: &Entry) -> Spent {
    let made = || MovementId::derived(entry.stamp.request, entry.stamp.at, 0);
    let of = |posted: &Posted| {
        let (PostingKind::Redeemed | PostingKind::Captured { .. }) = posted.posting.kind else {
            return None;
        };
        Some(Spent {
            movement: posted.posting.movement.unwrap_or_else(made),
            points: total(&posted.posting.taken),
            worth: posted.worth,
        })
    };
    posted(entry).find_map(of).unwrap_or_else(|| Spent {
        movement: made(),
        points: Points::ZERO,
        worth: None,
    })
}

impl Command for RedeemPoints {
    type Output = Spent;
    const NAME: &'static str = "loyalty.redeem";
    const PERMISSION: Permission = Permission::LOYALTY_REDEEM;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let movement = work.new_id();
        let (programme, head) = wallet(work, self.customer, &self.programme)?;
        let (purse, now) = (head.purse(&self.points), work.now());
        let available = purse.available(now);
        let worth = programme.redeemable(&self.points, self.amount, available, self.due)?;
        let posting = purse.spending(movement, self.amount, now, Overdraw::Refuse)?;
        let spending = Spending {
            points: &self.points,
            posting,
            source: self.source.as_ref(),
            reward: None,
            brought: None,
            ticket: None,
            worth: Some(worth),
        };
        spend(work, programme, &head, movement, spending)
    }

    fn output(&self, entry: &Entry) -> Spent {
        spent(entry)
    }

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.customer, &self.programme);
    }
}

impl Command for HoldPoints {
    type Output = HoldId;
    const NAME: &'static str = "loyalty.hold";
    const PERMISSION: Permission = Permission::LOYALTY_REDEEM;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let hold = work.new_id();
        let (programme, head) = wallet(work, self.customer, &self.programme)?;
        let (purse, now) = (head.purse(&self.points), work.now());
        programme.redeemable(&self.points, self.amount, purse.available(now), self.due)?;
        let longest = programme.points(&self.points)?.longest_hold(now);
        if self.until > longest {
            return Err(Refusal::HoldTooLong { longest }.into());
        }
        let posting = purse.holding(hold, self.amount, now, self.until)?;
        let watched = guard(work, programme, &head)?;
        let id = head.id;
        drop(head);
        let posted = Posted {
            watched,
            ..Posted::new(self.points.clone(), posting)
        };
        post(work, id, posted)
    }

    fn output(&self, entry: &Entry) -> HoldId {
        HoldId::derived(entry.stamp.request, entry.stamp.at, 0)
    }

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.customer, &self.programme);
    }
}

/// The points of which a hold keeps some.
fn held(account: &Account, hold: HoldId) -> Result<Code, Refusal> {
    let mut purses = account.purses();
    let found = purses.find(|(_, purse)| purse.hold(hold).is_ok());
    let (points, _) = found.ok_or(Refusal::NoSuchHold { hold })?;
    Ok(points.clone())
}

impl Command for CaptureHold {
    type Output = Spent;
    const NAME: &'static str = "loyalty.capture_hold";
    const PERMISSION: Permission = Permission::LOYALTY_REDEEM;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let movement = work.new_id();
        let (programme, head) = wallet(work, self.customer, &self.programme)?;
        let points = held(&head, self.hold)?;
        let posting = head
            .purse(&points)
            .capturing(movement, self.hold, self.amount)?;
        if !posting.put.is_empty() {
            // All of it could be spent when it was kept.
            programme.spendable(&points, total(&posting.taken))?;
        }
        let worth = programme.worth(&points, total(&posting.taken))?;
        let spending = Spending {
            points: &points,
            posting,
            source: self.source.as_ref(),
            reward: None,
            brought: None,
            ticket: None,
            worth: Some(worth),
        };
        spend(work, programme, &head, movement, spending)
    }

    fn output(&self, entry: &Entry) -> Spent {
        spent(entry)
    }

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.customer, &self.programme);
    }
}

impl Command for LetGoHold {
    type Output = ();
    const NAME: &'static str = "loyalty.let_go_hold";
    const PERMISSION: Permission = Permission::LOYALTY_REDEEM;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let (_, head) = wallet(work, self.customer, &self.programme)?;
        let points = held(&head, self.hold)?;
        let posting = head.purse(&points).letting_go(self.hold, false)?;
        let id = head.id;
        drop(head);
        post(work, id, Posted::new(points, posting))?;
        // What expired while it was kept is gone now.
        super::catch_up(work, id)?;
        Ok(())
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.customer, &self.programme);
    }
}
