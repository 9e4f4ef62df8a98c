//! Points of customers who turn out to be one.

use super::{catch_up, flag};
use crate::kernel::{AccountId, CustomerId};
use crate::loyalty::{
    Absorbed, Account, AccountEvent, Finding, Granted, Progress, Refusal, Source, TierReason,
    Window,
};
use crate::record::{Index, Kind, Query};
use crate::work::{Halt, Work};

/// Merges the accounts of one customer into those of another, in every programme; `referred` is the one of them whom the
/// other had referred.
pub(crate) fn merge_customers(
    work: &mut Work<'_>,
    survivor: CustomerId,
    merged: CustomerId,
    referred: Option<CustomerId>,
) -> Result<(), Halt> {
    let page = work.find(&Query::new(Index::AccountsByCustomer, merged.uuid()).limit(1_000))?;
    let accounts = page.found.iter().map(|found| found.key);
    let accounts = accounts.filter(|key| key.kind == Kind::Account);
    for key in accounts {
        let id = AccountId::from_uuid(key.id);
        if work.need(id)?.merged_into.is_none() {
            merge(work, survivor, id)?;
        }
    }
    match referred {
        Some(referred) => flag_referral(work, referred),
        None => Ok(()),
    }
}

/// A customer turned out to have referred themselves: whoever had points for it is flagged.
fn flag_referral(work: &mut Work<'_>, referred: CustomerId) -> Result<(), Halt> {
    let source = Source::referral(referred);
    for programme in work.rulebook().programmes() {
        if let Some(movement) = work.get(source.earning(programme.name()))? {
            let account = super::survivor(work, movement.account)?;
            let finding = Finding::SelfReferral { referred };
            flag(work, account.id, finding, false)?;
        }
    }
    Ok(())
}

fn merge(work: &mut Work<'_>, survivor: CustomerId, merged: AccountId) -> Result<(), Halt> {
    let mut account = catch_up(work, merged)?;
    let id = Account::id_of(survivor, &account.programme);
    if work.get(id)?.is_none() {
        let opened = AccountEvent::Opened {
            customer: survivor,
            programme: account.programme.clone(),
            on: account.joined_on,
        };
        work.emit(id, opened)?;
    }
    let mut before = catch_up(work, id)?;
    let own = head_of(work, &before)?;
    let theirs = head_of(work, &account)?;
    if own == Some(merged) {
        // The head of a pool turns out to be one of its members.
        work.emit(id, AccountEvent::LeftPool { head: merged })?;
        work.emit(merged, AccountEvent::PoolShrank { member: id })?;
        before = work.need(id)?;
        account = work.need(merged)?;
    }
    if let Some(head) = theirs {
        work.emit(head, AccountEvent::PoolShrank { member: merged })?;
    }
    let own = own.filter(|head| *head != merged);
    let theirs = theirs.filter(|head| *head != id);
    let pool = own.or(theirs);
    let is_head = !account.pooled.is_empty() || before.pooled.iter().any(|it| *it != merged);
    // One customer is in one pool, and pools do not nest.
    if pool.is_some() && (is_head || theirs.is_some_and(|head| pool != Some(head))) {
        return Err(Refusal::InPool.into());
    }
    let absorbed = Absorbed {
        account: merged,
        earlier: account.absorbed.clone(),
        pockets: account.pockets.to_vec(),
        progress: progress_in(work, &account, &before),
        counts: account.counts.clone(),
        rewards: account.rewards.clone(),
        earnings: account.earnings,
        reversals: account.reversals,
        pooled: account.pooled.clone(),
        left_pools: account.left_pools.clone(),
        earned_lately: account.earned_lately.clone(),
        spent_lately: account.spent_lately.clone(),
        flagged: account.flagged.clone(),
        granted: better_granted(work, &account, &before),
    };
    work.emit(merged, AccountEvent::MergedInto { account: id })?;
    work.emit(id, AccountEvent::Absorbed(Box::new(absorbed)))?;
    if let Some(head) = pool {
        into_pool(work, &before, head, own.is_none())?;
    }
    keep_the_higher_tier(work, &before, &account)
}

/// The tier that was given to the one who is merged, if it is higher than that of the one who goes on, or lasts longer.
fn better_granted(work: &Work<'_>, merged: &Account, survivor: &Account) -> Option<Granted> {
    let theirs = merged.granted.clone()?;
    let programme = work.rulebook().programme(&merged.programme).ok()?;
    let scheme = programme.spec().tiers.as_ref()?;
    let is_better = survivor.granted.as_ref().is_none_or(|own| {
        let (theirs, own) = (Some(&theirs.tier), Some(&own.tier));
        scheme.is_higher(theirs, own)
    });
    let lasts = survivor
        .granted
        .as_ref()
        .is_some_and(|own| own.tier == theirs.tier && own.until < theirs.until);
    (is_better || lasts).then_some(theirs)
}

/// What a merged account had done towards tiers, under the days on which it counts for the one that goes on: years of membership
/// begin on other days there.
fn progress_in(work: &Work<'_>, merged: &Account, survivor: &Account) -> Progress {
    let programme = work.rulebook().programme(&merged.programme);
    let Ok(Some((programme, scheme))) =
        programme.map(|programme| Some((programme, programme.spec().tiers.as_ref()?)))
    else {
        return merged.progress.clone();
    };
    if scheme.window != Window::MembershipYear {
        return merged.progress.clone();
    }
    let today = programme.day_of(work.now());
    let present = scheme.window_start(today, merged.joined_on);
    merged.progress.moved(|day| {
        // Within a year nobody knows the day any more: what counts now goes on counting.
        let day = if day == present { today } else { day };
        scheme.counts_on(day, survivor.joined_on)
    })
}

/// The account that holds the points of this one, if it is another.
fn head_of(work: &mut Work<'_>, account: &Account) -> Result<Option<AccountId>, Halt> {
    match account.pool {
        Some(head) => Ok(Some(super::survivor(work, head)?.id)),
        None => Ok(None),
    }
}

/// What a survivor has now goes into the pool, holds and debts included, so that none of it is out of reach.
fn into_pool(
    work: &mut Work<'_>,
    before: &Account,
    head: AccountId,
    joins: bool,
) -> Result<(), Halt> {
    let member = before.id;
    if joins {
        work.emit(member, AccountEvent::JoinedPool { head })?;
        let grew = AccountEvent::PoolGrew {
            member,
            counts: before.counts.clone(),
            rewards: before.rewards.clone(),
        };
        work.emit(head, grew)?;
    }
    let pockets = work.need(member)?.pockets.to_vec();
    work.emit(member, AccountEvent::PocketsWent { to: head })?;
    let from = member;
    work.emit(head, AccountEvent::PocketsCame { from, pockets })
}

/// The survivor has the higher of both tiers, or the one that both together reach.
fn keep_the_higher_tier(
    work: &mut Work<'_>,
    before: &Account,
    merged: &Account,
) -> Result<(), Halt> {
    let (id, own) = (before.id, &before.standing);
    let rulebook = work.rulebook();
    let Ok(programme) = rulebook.programme(&merged.programme) else {
        return Ok(());
    };
    let Some(scheme) = &programme.spec().tiers else {
        return Ok(());
    };
    let theirs = &merged.standing;
    if scheme.is_higher(theirs.tier.as_ref(), own.tier.as_ref()) {
        let account = work.need(id)?;
        let why = match &merged.granted {
            Some(granted) if theirs.by_hand => TierReason::ByHand(granted.reason.clone()),
            Some(_) | None => TierReason::Merged,
        };
        super::enter_tier(work, &account, theirs.clone(), why)?;
    }
    let done = programme.progress(before, work.now());
    super::requalify(work, id, programme, done)
}
