//! Earning.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    account_or_open, find, flag, head_of_pool, keeper, member, parties, post, posted, requalify,
};
use crate::customer::Customer;
use crate::flows::customer::peek_survivor;
use crate::flows::reactions::{Matter, follow};
use crate::kernel::{AccountId, Code, CustomerId, Digest, Few, MovementId, Permission, TallyId};
use crate::loyalty::{
    Account, AccountEvent, Crossing, EarnPoints, Earned, Earnings, Finding, JoinProgramme, Member,
    Movement, MovementKind, Occasion, Occurrence, Part, Points, Posted, PostingKind, Programme,
    QualifyBy, Refusal, ReleasePoints, RuleCount, Source, Spend, Tally, TierScheme, Yield, total,
};
use crate::record::{Entry, Event, Key};
use crate::rulebook::Trigger;
use crate::work::{Command, Halt, Work};

impl Command for JoinProgramme {
    type Output = AccountId;
    const NAME: &'static str = "loyalty.join";
    const PERMISSION: Permission = Permission::LOYALTY_EARN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let programme = work.rulebook().programme(&self.programme)?;
        let customer = member(work, self.customer)?.id;
        if find(work, customer, programme)?.is_some() {
            let programme = programme.name().clone();
            return Err(Refusal::AlreadyMember { programme }.into());
        }
        let account = account_or_open(work, customer, programme)?.id;
        let trigger = Trigger::ProgrammeJoined;
        follow(
            work,
            trigger,
            |_| Ok(Matter::deed(trigger, customer, account).in_programme(programme.name())),
            |work, reaction, effect| work.emit(account, AccountEvent::Reacted { reaction, effect }),
        )
    }

    fn output(&self, entry: &Entry) -> AccountId {
        let opened = entry.events.iter().find_map(|event| {
            let Event::Account(id, AccountEvent::Opened { .. }) = event else {
                return None;
            };
            Some(*id)
        });
        opened.unwrap_or_else(|| Account::id_of(self.customer, &self.programme))
    }

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.customer, &self.programme);
    }
}

/// The records that a command about a customer's points surely reads.
pub(super) fn reads(keys: &mut Vec<Key>, customer: CustomerId, programme: &Code) {
    keys.push(Key::of(customer));
    keys.push(Key::of(Account::id_of(customer, programme)));
}

impl Command for EarnPoints {
    type Output = Earned;
    const NAME: &'static str = "loyalty.earn";
    const PERMISSION: Permission = Permission::LOYALTY_EARN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let programme = work.rulebook().programme(&self.programme)?;
        let occasion = match &self.occurrence {
            Occurrence::Purchase(basket) => Occasion::Purchase(basket),
            Occurrence::Action(action) => Occasion::Action(action),
        };
        earn(
            work,
            programme,
            self.customer,
            occasion,
            self.source.as_ref(),
        )
    }

    fn output(&self, entry: &Entry) -> Earned {
        let earned = posted(entry).filter(|posted| posted.posting.kind == PostingKind::Earned);
        let movement = earned.clone().find_map(|posted| posted.posting.movement);
        let points = earned.map(|posted| (posted.points.clone(), posted.posting.change()));
        let points: Vec<_> = points.collect();
        // What brings no points may still count towards tiers, and is taken back like any other.
        let counts =
            |event: &Event| matches!(event, Event::Account(_, AccountEvent::Progressed { .. }));
        let made = || match &self.source {
            Some(source) => source.earning(&self.programme),
            None => MovementId::derived(entry.stamp.request, entry.stamp.at, 0),
        };
        let is_any = !points.is_empty() || entry.events.iter().any(counts);
        Earned {
            movement: movement.or_else(|| is_any.then(made)),
            points,
        }
    }

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.customer, &self.programme);
        if let Some(source) = &self.source {
            keys.push(Key::of(source.earning(&self.programme)));
        }
    }
}

/// Gives a customer what the rules bring them.
pub(super) fn earn(
    work: &mut Work<'_>,
    programme: &Programme,
    customer: CustomerId,
    occasion: Occasion<'_>,
    source: Option<&Source>,
) -> Result<(), Halt> {
    let movement = match source {
        Some(source) => source.earning(programme.name()),
        None => work.new_id(),
    };
    if source.is_some() && work.get(movement)?.is_some() {
        return Err(Refusal::AlreadyEarned.into());
    }
    if let Some(finding) = self_referral(work, customer, source)? {
        return Err(Refusal::Guarded { finding }.into());
    }
    let now = work.now();
    let today = programme.running(now)?;
    let account = account_or_open(work, customer, programme)?;
    let head = head_of_pool(work, &account)?;
    let (id, owner, joined_on) = (account.id, account.customer, account.joined_on);
    // Caps and guards take a pool for one member.
    let counts_so_far = &head.as_ref().unwrap_or(&account).counts;
    let mut earnings = yields(programme, &account, counts_so_far, occasion, (now, today))?;
    let head = head.unwrap_or(account);
    guard(work, programme, &head, &earnings)?;
    let purse_of = head.id;
    let mut head = Some(head);
    let mut parts = Few::new();
    for (points, left) in budgets(programme, &earnings) {
        let used = work.document(budget_id(programme.name(), &points))?;
        let used = used.map_or(0, |tally| tally.used);
        let brings = earnings.within(&points, left.minus(Points::new(used)));
        let used = used.saturating_add(brings.get());
        work.put(budget_id(programme.name(), &points), Tally { used })?;
    }
    let scheme = programme.spec().tiers.as_ref();
    let amount = scheme.map_or(0, |scheme| counts(scheme, &earnings));
    // What brought nothing is not done with, unless a cap or the budget was all that kept it from bringing more.
    let is_done = source.is_some() && earnings.is_capped();
    for earned in earnings.yields {
        // The guard may have noted something, and what was earned before is in the purse.
        let to = match head.take().filter(|_| !work.has_changes()) {
            Some(head) => head,
            None => work.need(purse_of)?,
        };
        let is_first = parts.is_empty();
        parts.push(enter(
            work,
            programme,
            (to, is_first),
            movement,
            earned,
            source,
        )?);
    }
    if parts.is_empty() && amount == 0 && !is_done {
        return Ok(());
    }
    let counted_on = scheme.map_or(today, |scheme| scheme.counts_on(today, joined_on));
    let by_spend = scheme.filter(|scheme| scheme.by == QualifyBy::Spend && amount != 0);
    let differs = earnings.spend != earnings.eligible || earnings.spend_lines != earnings.lines;
    let spend = by_spend.filter(|_| differs).map(|_| {
        Box::new(Spend {
            total: earnings.spend.minor(),
            lines: earnings.spend_lines,
            returned: 0,
        })
    });
    work.put(
        movement,
        Movement {
            account: id,
            customer: owner,
            programme: programme.name().clone(),
            revision: programme.spec().revision,
            at: now,
            source: source.cloned(),
            kind: MovementKind::Earning {
                parts,
                eligible: earnings.eligible.minor().max(1),
                lines: earnings.lines,
                products: occasion.products(),
                returned: 0,
                progress: amount,
                counted_on,
                spend,
            },
        },
    )?;
    if let Some(scheme) = scheme
        && amount != 0
    {
        let progressed = AccountEvent::Progressed {
            on: counted_on,
            amount,
            keep_from: scheme.keeps_from(today, joined_on),
        };
        let before = programme.progress(&*work.need(id)?, now);
        work.emit(id, progressed)?;
        requalify(work, id, programme, before)?;
    }
    Ok(())
}

/// Whether points would be given to a customer for having referred themselves.
pub(super) fn self_referral(
    work: &mut Work<'_>,
    customer: CustomerId,
    source: Option<&Source>,
) -> Result<Option<Finding>, Halt> {
    let Some(referred) = source.and_then(Source::referred) else {
        return Ok(None);
    };
    let of = |customer: Option<Arc<Customer>>| customer.map(|customer| customer.id);
    let own = of(peek_survivor(work, customer)?);
    let other = of(peek_survivor(work, referred)?);
    let is_self = own == other && own.is_some();
    Ok(is_self.then_some(Finding::SelfReferral { referred }))
}

/// What an occasion brings at an instant of a day on which the programme runs, at the tier that it says.
pub(super) fn yields(
    programme: &Programme,
    account: &Account,
    counts_so_far: &[RuleCount],
    occasion: Occasion<'_>,
    (at, on): (DateTime<Utc>, NaiveDate),
) -> Result<Earnings, Refusal> {
    let member = |tier| Member {
        tier,
        counts: counts_so_far,
    };
    let earnings = programme.earnings_on(occasion, member(account.tier_name()), on)?;
    let Some(scheme) = &programme.spec().tiers else {
        return Ok(earnings);
    };
    if scheme.crossing == Crossing::OldTier {
        return Ok(earnings);
    }
    let total = programme.progress(account, at);
    let reached = scheme.reached(total.saturating_add(counts(scheme, &earnings)));
    if !scheme.is_higher(reached, account.tier_name()) {
        return Ok(earnings);
    }
    programme.earnings_on(occasion, member(reached), on)
}

/// How much an occasion counts towards tiers.
pub(super) fn counts(scheme: &TierScheme, earnings: &Earnings) -> i64 {
    match &scheme.by {
        QualifyBy::Spend => earnings.spend.minor(),
        QualifyBy::Points(points) => earnings.of(points).get(),
    }
}

fn guard(
    work: &mut Work<'_>,
    programme: &Programme,
    account: &Account,
    earnings: &Earnings,
) -> Result<(), Halt> {
    let Some(velocity) = programme.spec().guards.earning else {
        return Ok(());
    };
    if earnings.yields.is_empty() {
        return Ok(());
    }
    match account.earned_lately.beyond(velocity, work.now()) {
        Some((count, since)) => {
            let finding = Finding::EarningVelocity { count, since };
            flag(work, account.id, finding, velocity.refuse)
        }
        None => Ok(()),
    }
}

/// The budget of points that all members may earn together.
pub(super) fn budget_id(programme: &Code, points: &Code) -> TallyId {
    let digest = Digest::public()
        .with_str("loyalty.budget")
        .with_str(programme.as_str())
        .with_str(points.as_str());
    TallyId::from_u128(digest.finish())
}

/// The budgets of what is earned.
pub(super) fn budgets(programme: &Programme, earnings: &Earnings) -> Vec<(Code, Points)> {
    let policies = &programme.spec().points;
    if policies.values().all(|policy| policy.budget.is_none()) {
        return Vec::new();
    }
    let yields = earnings.yields.iter();
    let budgets = yields.filter_map(|earned| {
        let policy = policies.get(&earned.points)?;
        Some((earned.points.clone(), policy.budget?))
    });
    budgets.collect()
}

/// Enters what was earned of one point currency, the first of its movement or another.
fn enter(
    work: &mut Work<'_>,
    programme: &Programme,
    (account, is_first): (Arc<Account>, bool),
    movement: MovementId,
    earned: Yield,
    source: Option<&Source>,
) -> Result<Part, Halt> {
    let policy = programme.points(&earned.points)?;
    let lot = programme.lot(policy, movement, earned.total, work.now());
    let id = account.id;
    let posting = account.purse(&earned.points).earning(lot);
    // Two owners would make every change a copy.
    drop(account);
    let posted = Posted {
        source: source.cloned(),
        shares: earned.shares,
        tell_days: policy.tell_days,
        watched: programme.spec().guards.earning.is_some(),
        counted_before: !is_first,
        ..Posted::new(earned.points.clone(), posting)
    };
    post(work, id, posted)?;
    Ok(Part {
        points: earned.points,
        earned: earned.total,
        reversed: Points::ZERO,
        forfeited: Points::ZERO,
        charged: Points::ZERO,
        expires_at: lot.expires_at,
    })
}

impl Command for ReleasePoints {
    type Output = Points;
    const NAME: &'static str = "loyalty.release";
    const PERMISSION: Permission = Permission::LOYALTY_EARN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let movement = work.get(self.movement)?.ok_or(Refusal::NothingEarned)?;
        let (account, head) = parties(work, movement.account)?;
        let account = match head.there_of(self.movement).is_positive() {
            true => head,
            // What a member earned in a pool stays there when they leave it.
            false => keeper(work, &account, head.id, self.movement)?.unwrap_or(head),
        };
        let (now, from) = (work.now(), self.from.unwrap_or(work.now()));
        let released: Vec<Posted> = account
            .purses()
            .filter_map(|(points, purse)| {
                let posting = purse.releasing(self.movement, from, now).ok()?;
                Some(Posted::new(points.clone(), posting))
            })
            .collect();
        let id = account.id;
        drop(account);
        if released.is_empty() {
            return Err(Refusal::NothingPending.into());
        }
        for posted in released {
            post(work, id, posted)?;
        }
        Ok(())
    }

    /// How many points can be spent from then on.
    fn output(&self, entry: &Entry) -> Points {
        posted(entry)
            .filter(|posted| posted.posting.kind == PostingKind::Released)
            .map(|posted| total(&posted.posting.put))
            .sum()
    }

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.movement));
    }
}
