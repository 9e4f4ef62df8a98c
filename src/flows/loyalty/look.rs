//! Looking at points.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::claim::stock_id;
use super::earn::{budget_id, budgets, counts, yields};
use super::{account_at, newcomer};
use crate::customer;
use crate::flows::customer::survivor_read;
use crate::kernel::{AccountId, Actor, CustomerId, Id, Permission, RequestId};
use crate::loyalty::{
    Account, AccountEvent, Balance, ExpiringPoints, Finding, History, HistoryLine, Liability,
    LiabilityPage, Lot, Occasion, Points, PointsHistory, PointsView, Posted, Posting, PostingKind,
    Programme, Purse, ReadLiability, ReadPoints, Refusal, SimulateBasket, Simulation, TierView,
};
use crate::record::{Cursor, Event, Index, Query, Record};
use crate::work::{Halt, Question, Reader};

/// The account of a customer, if there is one.
fn account(
    reader: &mut Reader<'_>,
    customer: CustomerId,
    programme: &Programme,
) -> Result<(CustomerId, Option<Arc<Account>>), Halt> {
    let customer = survivor_read(reader, customer)?.id;
    let account = reader.get(Account::id_of(customer, programme.name()))?;
    Ok((customer, account))
}

/// The account in which a member's points are. Who sees a member of a pool is told what is in the pool.
fn holder(reader: &mut Reader<'_>, account: &Arc<Account>) -> Result<Arc<Account>, Halt> {
    let Some(head) = account.pool else {
        return Ok(Arc::clone(account));
    };
    let mut head = reader.document(head)?;
    while let Some(into) = head.as_ref().and_then(|head| head.merged_into) {
        head = reader.document(into)?;
    }
    Ok(head.unwrap_or_else(|| Arc::clone(account)))
}

fn balance(points: &crate::kernel::Code, purse: &Purse, at: DateTime<Utc>) -> Balance {
    Balance {
        points: points.clone(),
        balance: purse.balance(at),
        available: purse.available(at),
        pending: purse.pending(at),
        held: purse.held(),
        debt: purse.debt(),
    }
}

impl Question for ReadPoints {
    type Output = PointsView;
    const PERMISSION: Permission = Permission::LOYALTY_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<PointsView, Halt> {
        let programme = reader.rulebook().programme(&self.programme)?;
        let (customer, account) = account(reader, self.customer, programme)?;
        let account = match account {
            Some(account) => account,
            None => match newcomer(customer, programme, self.at) {
                Some(account) => Arc::new(account),
                None => return Err(no_account(programme)),
            },
        };
        let head = account_at(programme, holder(reader, &account)?, self.at);
        let account = account_at(programme, account, self.at);
        let names = programme.spec().points.keys();
        let balances = names.map(|name| balance(name, head.purse(name), self.at));
        let standing = &account.standing;
        let tier = programme.spec().tiers.as_ref().map(|scheme| {
            let progress = programme.progress(&account, self.at);
            let next = scheme.next(standing.tier.as_ref(), progress);
            TierView {
                progress,
                next: next.map(|(tier, missing)| (tier.clone(), missing)),
                until: standing.until,
                tier: standing.tier.clone(),
            }
        });
        Ok(PointsView {
            balances: balances.collect(),
            tier,
        })
    }
}

fn no_account(programme: &Programme) -> Halt {
    let programme = programme.name().clone();
    crate::loyalty::Refusal::NoAccount { programme }.into()
}

impl Question for ExpiringPoints {
    type Output = Vec<Lot>;
    const PERMISSION: Permission = Permission::LOYALTY_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Vec<Lot>, Halt> {
        let programme = reader.rulebook().programme(&self.programme)?;
        programme.points(&self.points)?;
        let (_, Some(account)) = account(reader, self.customer, programme)? else {
            return Ok(Vec::new());
        };
        let head = account_at(programme, holder(reader, &account)?, self.at);
        let purse = head.purse(&self.points);
        Ok(purse.expiring(self.at, self.until).copied().collect())
    }
}

impl Question for PointsHistory {
    type Output = History;
    const PERMISSION: Permission = Permission::LOYALTY_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<History, Halt> {
        let programme = reader.rulebook().programme(&self.programme)?;
        let is_customer = matches!(reader.actor(), Actor::Customer(_));
        let members: Vec<_> = survivor_read(reader, self.customer)?.family().collect();
        let (_, Some(account)) = account(reader, self.customer, programme)? else {
            return Ok(History {
                lines: Vec::new(),
                next: None,
            });
        };
        let head = holder(reader, &account)?;
        let mut family = vec![account.id];
        family.extend(&account.absorbed);
        if head.id != account.id {
            family.push(head.id);
            family.extend(&head.absorbed);
        }
        let limit = self.limit.clamp(1, 200);
        let after = self.after.map(Cursor::of);
        // One more than asked for says whether there is a next page.
        let mut found = Vec::new();
        for id in &family {
            let query = Query::new(Index::JournalBySubject, id.uuid()).descending();
            let query = query.limit(limit.saturating_add(1)).after(after);
            found.extend(reader.find(&query)?.found);
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.dedup();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().filter(|_| has_more);
        let next = last.map(|last| (last.rank, RequestId::from_uuid(last.key.id)));
        let mut lines = Vec::new();
        for cursor in &found {
            reader.want([RequestId::from_uuid(cursor.key.id)]);
        }
        for cursor in &found {
            let Some(entry) = reader.entry(RequestId::from_uuid(cursor.key.id))? else {
                continue;
            };
            // What others of a pool bought and spent is not for a customer.
            if is_customer && !entry.customers.iter().any(|one| members.contains(one)) {
                continue;
            }
            // Of one request, what came last stands first.
            for event in entry.events.iter().rev() {
                for posted in moved(event, &family) {
                    lines.push(HistoryLine {
                        at: gone_at(&posted.posting).unwrap_or(entry.stamp.at),
                        request: entry.stamp.request,
                        by: entry.stamp.by.clone(),
                        reason: entry.reason.clone(),
                        posted,
                    });
                }
            }
        }
        Ok(History { lines, next })
    }
}

/// What moved in accounts of a family.
fn moved(event: &Event, family: &[AccountId]) -> Vec<Posted> {
    let Event::Account(id, event) = event else {
        return Vec::new();
    };
    if let AccountEvent::Posted(posted) = event {
        return family
            .contains(id)
            .then(|| (**posted).clone())
            .into_iter()
            .collect();
    }
    // What goes into a pool with a merger goes as it is; told like points that are sent and received.
    let AccountEvent::PocketsCame { from, pockets } = event else {
        return Vec::new();
    };
    let came = (id, PostingKind::Received { from: *from });
    let went = (from, PostingKind::Sent { to: *id });
    let mut moved = Vec::new();
    for pocket in pockets {
        for (account, kind) in [came, went] {
            if family.contains(account) {
                moved.push(Posted::new(pocket.points.clone(), pocket.purse.told(kind)));
            }
        }
    }
    moved
}

/// When points that expired were gone.
fn gone_at(posting: &Posting) -> Option<DateTime<Utc>> {
    if posting.kind != PostingKind::Expired {
        return None;
    }
    posting.taken.iter().filter_map(|lot| lot.expires_at).max()
}

impl Question for SimulateBasket {
    type Output = Simulation;
    const PERMISSION: Permission = Permission::LOYALTY_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Simulation, Halt> {
        let programme = reader.rulebook().programme(&self.programme)?;
        let (customer, account) = account(reader, self.customer, programme)?;
        if reader.need(customer)?.is_erased() {
            return Err(customer::Refusal::Erased.into());
        }
        let joined = || newcomer(customer, programme, self.at).map(Arc::new);
        let account = account.or_else(joined);
        let account = account.ok_or_else(|| no_account(programme))?;
        let head = account_at(programme, holder(reader, &account)?, self.at);
        let account = account_at(programme, account, self.at);
        let occasion = Occasion::Purchase(&self.basket);
        let on = (self.at, programme.running(self.at)?);
        let mut earnings = yields(programme, &account, &head.counts, occasion, on)?;
        if let Some(guard) = programme.spec().guards.earning.filter(|guard| guard.refuse)
            && !earnings.yields.is_empty()
            && let Some((count, since)) = head.earned_lately.beyond(guard, self.at)
        {
            let finding = Finding::EarningVelocity { count, since };
            return Err(Refusal::Guarded { finding }.into());
        }
        for (points, left) in budgets(programme, &earnings) {
            let used = reader.document(budget_id(programme.name(), &points))?;
            let used = used.map_or(0, |tally| tally.used);
            earnings.within(&points, left.minus(Points::new(used)));
        }
        let present = account.tier_name();
        let scheme = programme.spec().tiers.as_ref();
        let reached = scheme.and_then(|scheme| {
            let total = programme.progress(&account, self.at);
            let total = total.saturating_add(counts(scheme, &earnings));
            let reached = scheme.reached(total);
            scheme.is_higher(reached, present).then_some(reached)?
        });
        let earned_as = match scheme.map(|scheme| scheme.crossing) {
            Some(crate::loyalty::Crossing::NewTier) => reached.or(present),
            Some(crate::loyalty::Crossing::OldTier) | None => present,
        };
        let due = self.basket.due(programme.currency())?;
        let mut quotes = Vec::new();
        let mut rewards = Vec::new();
        // What is in a pool is spent by its head, and by staff.
        let may_spend = account.pool.is_none() || !matches!(reader.actor(), Actor::Customer(_));
        for (name, policy) in &programme.spec().points {
            if policy.redemption.is_some() && may_spend {
                let available = head.purse(name).available(self.at);
                quotes.push(programme.quote(name, available, due)?);
            }
        }
        for (name, reward) in &programme.spec().rewards {
            let had = head.rewards.get(name).copied().unwrap_or(0);
            let available = head.purse(&reward.points).available(self.at);
            let offered = programme.reward(name, present, had, self.at).is_ok();
            if !(offered && may_spend && reward.cost <= available) {
                continue;
            }
            if let Some(stock) = reward.stock {
                let used = reader.document(stock_id(programme.name(), name))?;
                if used.is_some_and(|tally| tally.used >= i64::from(stock)) {
                    continue;
                }
            }
            rewards.push(name.clone());
        }
        Ok(Simulation {
            earned_as: earned_as.cloned(),
            tier_after: reached.or(present).cloned(),
            earnings,
            quotes,
            rewards,
        })
    }
}

impl Question for ReadLiability {
    type Output = LiabilityPage;
    const PERMISSION: Permission = Permission::LOYALTY_REPORT;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<LiabilityPage, Halt> {
        let programme = reader.rulebook().programme(&self.programme)?;
        let after = self.after.map(Cursor::of);
        let query = Query::new(Index::AccountsByProgramme, self.programme.scope());
        let page = reader.find(&query.limit(self.limit.clamp(1, 1_000)).after(after))?;
        let mut liability = Liability::default();
        for record in reader.all(&page)? {
            if let Record::Account(account) = record {
                let account = account_at(programme, account, self.at);
                liability.add(&account, programme, self.at);
            }
        }
        let next = page.next.map(|next| {
            let id: AccountId = Id::from_uuid(next.key.id);
            (next.rank, id)
        });
        Ok(LiabilityPage { liability, next })
    }
}
