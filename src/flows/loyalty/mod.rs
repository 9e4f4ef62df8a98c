//! What happens to loyalty points.

mod by_hand;
mod claim;
mod earn;
mod give_back;
mod look;
mod merge;
mod react;
mod reverse;
mod share;
mod spend;

use std::sync::Arc;

use chrono::{DateTime, Utc};

pub(crate) use self::merge::merge_customers;
pub(crate) use self::react::{for_action, for_order, for_return};
use super::customer::{Told, peek_survivor};
use crate::code;
use crate::customer::{self, Customer};
use crate::kernel::{
    AccountId, Actor, By, Code, CustomerId, MessageId, MovementId, RequestId, Stamp,
};
use crate::loyalty::{
    Account, AccountEvent, Finding, Posted, Programme, Refusal, Standing, TierReason,
};
use crate::message::{Draft, Recipient};
use crate::record::{Entry, Event, Index, Key, Kind, Query};
use crate::work::{Halt, Work};

/// The customer, or the one that took their place, for whom something can still be done.
fn member(work: &mut Work<'_>, id: CustomerId) -> Result<Arc<Customer>, Halt> {
    let customer = peek_survivor(work, id)?;
    let customer = customer.ok_or_else(|| crate::work::Refusal::not_found(Key::of(id)))?;
    if customer.is_erased() {
        return Err(customer::Refusal::Erased.into());
    }
    Ok(customer)
}

/// The account of a customer, caught up, if there is one.
fn find(
    work: &mut Work<'_>,
    customer: CustomerId,
    programme: &Programme,
) -> Result<Option<Arc<Account>>, Halt> {
    let name = programme.name();
    let known =
        work.id_of(|account: &Account| account.customer == customer && account.programme == *name);
    let account = work.get(known.unwrap_or_else(|| Account::id_of(customer, name)))?;
    account.map(|account| caught_up(work, account)).transpose()
}

/// The account of a customer, caught up, that must be there.
fn account(
    work: &mut Work<'_>,
    customer: CustomerId,
    programme: &Programme,
) -> Result<Arc<Account>, Halt> {
    let customer = member(work, customer)?.id;
    known_account(work, customer, programme)
}

/// Like [`account`], also of somebody who was erased, whose points are moved by staff.
fn any_account(
    work: &mut Work<'_>,
    id: CustomerId,
    programme: &Programme,
) -> Result<Arc<Account>, Halt> {
    let customer = peek_survivor(work, id)?;
    let customer = customer.ok_or_else(|| crate::work::Refusal::not_found(Key::of(id)))?;
    known_account(work, customer.id, programme)
}

fn known_account(
    work: &mut Work<'_>,
    customer: CustomerId,
    programme: &Programme,
) -> Result<Arc<Account>, Halt> {
    let account = find(work, customer, programme)?;
    let account = account.ok_or_else(|| Refusal::NoAccount {
        programme: programme.name().clone(),
    })?;
    account.check_open()?;
    Ok(account)
}

/// Ends the pools of a customer who is forgotten: nobody goes on earning into their account, and what is in it can be sent on.
pub(crate) fn leave_pools(work: &mut Work<'_>, customer: &Customer) -> Result<(), Halt> {
    for id in customer.family() {
        let page = work.find(&Query::new(Index::AccountsByCustomer, id.uuid()).limit(1_000))?;
        let accounts = page.found.iter().map(|found| found.key);
        for key in accounts.filter(|key| key.kind == Kind::Account) {
            let id = AccountId::from_uuid(key.id);
            let account = work.need(id)?;
            if let Some(head) = account.pool {
                let head = survivor(work, head)?.id;
                work.emit(id, AccountEvent::LeftPool { head })?;
                work.emit(head, AccountEvent::PoolShrank { member: id })?;
            }
            for member in &account.pooled {
                work.emit(*member, AccountEvent::LeftPool { head: id })?;
                work.emit(id, AccountEvent::PoolShrank { member: *member })?;
            }
        }
    }
    Ok(())
}

/// The account of a customer, caught up; opened if there is none.
fn account_or_open(
    work: &mut Work<'_>,
    customer: CustomerId,
    programme: &Programme,
) -> Result<Arc<Account>, Halt> {
    let customer = member(work, customer)?.id;
    if let Some(account) = find(work, customer, programme)? {
        account.check_open()?;
        return Ok(account);
    }
    // One that is merged meanwhile must not begin an account that nobody finds.
    work.need(customer)?;
    let id = Account::id_of(customer, programme.name());
    let opened = AccountEvent::Opened {
        customer,
        programme: programme.name().clone(),
        on: programme.running(work.now())?,
    };
    work.emit(id, opened)?;
    work.need(id)
}

/// The account that goes on for this one, caught up.
fn survivor(work: &mut Work<'_>, id: AccountId) -> Result<Arc<Account>, Halt> {
    let mut account = work.need(id)?;
    // Every merger points at an account that is its own; a chain is as long as mergers followed each other.
    while let Some(into) = account.merged_into {
        account = work.need(into)?;
    }
    caught_up(work, account)
}

/// The account in which a member's points are, caught up: their own, or the head of their pool.
fn holder(work: &mut Work<'_>, account: &Arc<Account>) -> Result<Arc<Account>, Halt> {
    let head = head_of_pool(work, account)?;
    Ok(head.unwrap_or_else(|| Arc::clone(account)))
}

/// The head of the pool in which a member's points are, caught up, if they are in one.
fn head_of_pool(work: &mut Work<'_>, account: &Account) -> Result<Option<Arc<Account>>, Halt> {
    let Some(head) = account.pool else {
        return Ok(None);
    };
    // What a member does counts for all of them.
    reach(work, head)?;
    survivor(work, head).map(Some)
}

/// [`head_of_pool`], for who spends what is in it: that is the head, or staff for a member.
fn head_to_spend(work: &mut Work<'_>, account: &Account) -> Result<Option<Arc<Account>>, Halt> {
    if account.pool.is_some() && matches!(work.actor(), Actor::Customer(_)) {
        return Err(Refusal::NotHead.into());
    }
    head_of_pool(work, account)
}

/// Lets a customer's command reach an account that is not theirs, and those that it was merged into.
fn reach(work: &mut Work<'_>, id: AccountId) -> Result<(), Halt> {
    let mut next = Some(id);
    while let Some(id) = next {
        work.entrust(id);
        next = work.get(id)?.and_then(|account| account.merged_into);
    }
    Ok(())
}

/// A programme, and the account with the points that a member has in it, caught up.
fn wallet<'a>(
    work: &mut Work<'a>,
    customer: CustomerId,
    programme: &Code,
) -> Result<(&'a Programme, Arc<Account>), Halt> {
    let programme = work.rulebook().programme(programme)?;
    let account = account(work, customer, programme)?;
    let head = head_to_spend(work, &account)?;
    Ok((programme, head.unwrap_or(account)))
}

/// The account in which points of an earning are left that are no longer with who holds the member's points: that of a pool
/// which the member has left.
fn keeper(
    work: &mut Work<'_>,
    account: &Account,
    holder: AccountId,
    source: MovementId,
) -> Result<Option<Arc<Account>>, Halt> {
    for head in &account.left_pools {
        reach(work, *head)?;
        let head = survivor(work, *head)?;
        if head.id != holder && head.there_of(source).is_positive() {
            return Ok(Some(head));
        }
    }
    Ok(None)
}

/// What was spent or earned by whom, as the account of it is today: that of the member, and that with the points.
fn parties(work: &mut Work<'_>, id: AccountId) -> Result<(Arc<Account>, Arc<Account>), Halt> {
    let account = survivor(work, id)?;
    let holder = holder(work, &account)?;
    Ok((account, holder))
}

/// An account that was opened at `at`, for a customer who has none.
fn newcomer(customer: CustomerId, programme: &Programme, at: DateTime<Utc>) -> Option<Account> {
    let id = Account::id_of(customer, programme.name());
    let opened = AccountEvent::Opened {
        customer,
        programme: programme.name().clone(),
        on: programme.day_of(at),
    };
    let request = RequestId::from_u128(0);
    let by = By::System;
    Account::begin(id, &opened, &Stamp { at, request, by })
}

fn post(work: &mut Work<'_>, id: AccountId, posted: Posted) -> Result<(), Halt> {
    work.emit(id, AccountEvent::Posted(Box::new(posted)))
}

/// The account as it is by now. What fell due until then and nobody looked at is done first, each at its own instant
/// and in that order.
fn catch_up(work: &mut Work<'_>, id: AccountId) -> Result<Arc<Account>, Halt> {
    let account = work.need(id)?;
    caught_up(work, account)
}

/// Like [`catch_up`], for an account that was read just now.
fn caught_up(work: &mut Work<'_>, mut account: Arc<Account>) -> Result<Arc<Account>, Halt> {
    let (id, now) = (account.id, work.now());
    while let Some(due) = account.next_change_at().filter(|due| *due <= now) {
        match falls_due(&account, due) {
            Some(posted) => {
                // Two owners would make every change a copy.
                drop(account);
                post(work, id, posted)?;
            }
            None => tier_over(work, &account, due)?,
        }
        account = work.need(id)?;
    }
    Ok(account)
}

/// What of an account's points moves by itself at `at`, if any does.
fn falls_due(account: &Account, at: DateTime<Utc>) -> Option<Posted> {
    account.purses().find_map(|(points, purse)| {
        let posting = purse.lapse(at).or_else(|| purse.expiry(at))?;
        Some(Posted::new(points.clone(), posting))
    })
}

/// The time of a tier is over.
fn tier_over(work: &mut Work<'_>, account: &Account, due: DateTime<Utc>) -> Result<(), Halt> {
    let (standing, why) = match work.rulebook().programme(&account.programme) {
        Ok(programme) => programme.standing_after(account, due),
        // Without the programme nothing says what would have to be reached.
        Err(_) => {
            let standing = Standing {
                until: None,
                ..account.standing.clone()
            };
            (standing, TierReason::PeriodOver)
        }
    };
    enter_tier(work, account, standing, why)
}

/// After something counted, or no longer does: `before` counted until then.
fn requalify(
    work: &mut Work<'_>,
    id: AccountId,
    programme: &Programme,
    before: i64,
) -> Result<(), Halt> {
    let account = work.need(id)?;
    match programme.standing_now(&account, before, work.now()) {
        Some((standing, why)) => enter_tier(work, &account, standing, why),
        None => Ok(()),
    }
}

/// Puts a member into a tier, and tells them when it is another one.
fn enter_tier(
    work: &mut Work<'_>,
    account: &Account,
    standing: Standing,
    why: TierReason,
) -> Result<(), Halt> {
    let from = account.standing.tier.clone();
    let to = standing.tier.clone();
    let set = AccountEvent::TierSet {
        from: from.clone(),
        to: to.clone(),
        since: standing.since,
        until: standing.until,
        why,
    };
    work.emit(account.id, set)?;
    if from == to {
        return Ok(());
    }
    let mut draft = Draft::new(Recipient::Customer(account.customer), code!("loyalty.tier"))
        .with_fact(code!("programme"), &account.programme);
    for (name, tier) in [(code!("from"), from), (code!("to"), to)] {
        if let Some(tier) = tier {
            draft = draft.with_fact(name, tier);
        }
    }
    tell(work, account, draft)
}

/// Tells the customer of an account something. One who cannot be told is noted.
fn tell(work: &mut Work<'_>, account: &Account, draft: Draft) -> Result<(), Halt> {
    tell_customer(work, account.id, account.customer, draft).map(drop)
}

/// Tells a customer something about an account, and answers by which message. One who cannot be told is noted on it.
fn tell_customer(
    work: &mut Work<'_>,
    id: AccountId,
    customer: CustomerId,
    draft: Draft,
) -> Result<Option<MessageId>, Halt> {
    let purpose = draft.purpose.clone();
    match super::customer::tell(work, customer, draft)? {
        Told::Queued(message) => Ok(Some(message)),
        Told::Not(why) => {
            let why = Code::known(why.code());
            work.emit(id, AccountEvent::NotTold { purpose, why })?;
            Ok(None)
        }
    }
}

/// What is due of an account: holds lapse, points expire, tiers end, and customers are told in time.
pub(crate) fn wake(work: &mut Work<'_>, id: AccountId) -> Result<(), Halt> {
    let account = catch_up(work, id)?;
    for (points, count, first, until) in account.to_tell(work.now()) {
        let told = AccountEvent::Told {
            points: points.clone(),
            count,
            until,
        };
        work.emit(id, told)?;
        let to = Recipient::Customer(account.customer);
        let draft = Draft::new(to, code!("loyalty.expiring"))
            .with_fact(code!("programme"), &account.programme)
            .with_fact(code!("points"), points)
            .with_fact(code!("count"), count)
            .with_fact(code!("expires_at"), first.to_rfc3339());
        tell(work, &account, draft)?;
    }
    Ok(())
}

/// A guard found something: it is noted, or stops what is done.
fn flag(work: &mut Work<'_>, id: AccountId, finding: Finding, refuse: bool) -> Result<(), Halt> {
    if refuse {
        return Err(Refusal::Guarded { finding }.into());
    }
    work.emit(id, AccountEvent::Flagged(finding))
}

/// An account as it will be at an instant, at which nobody has looked yet: what [`catch_up`] would make of it.
fn account_at(programme: &Programme, account: Arc<Account>, at: DateTime<Utc>) -> Arc<Account> {
    let falls = |account: &Account| account.next_change_at().filter(|due| *due <= at);
    let mut next = falls(&account);
    if next.is_none() {
        return account;
    }
    let mut account = Arc::unwrap_or_clone(account);
    while let Some(due) = next {
        match falls_due(&account, due) {
            Some(posted) => {
                let request = RequestId::from_u128(0);
                let by = By::System;
                let stamp = Stamp {
                    at: due,
                    request,
                    by,
                };
                account.apply(&AccountEvent::Posted(Box::new(posted)), &stamp);
            }
            None => (account.standing, _) = programme.standing_after(&account, due),
        }
        next = falls(&account);
    }
    Arc::new(account)
}

/// What moved in an entry of the journal.
fn posted(entry: &Entry) -> impl Iterator<Item = &Posted> + Clone {
    entry.events.iter().filter_map(|event| {
        let Event::Account(_, AccountEvent::Posted(posted)) = event else {
            return None;
        };
        Some(&**posted)
    })
}
