//! An account as it stands.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::earn::{RuleCount, RuleShare};
use super::event::{AccountEvent, Posted};
use super::guard::{Finding, Tempo};
use super::ledger::{PostingKind, Purse, total};
use super::liability::Totals;
use super::points::Points;
use super::refusal::Refusal;
use super::tier::Progress;
use crate::kernel::{AccountId, Code, CustomerId, Digest, Few, MovementId, Stamp};

/// Why a member is in a tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TierReason {
    /// They reached it.
    Reached,
    /// Its time was over, and this is where they are now: the same, or another.
    PeriodOver,
    /// It follows what counts at every moment.
    RealTime,
    /// Somebody put them there, for this reason.
    ByHand(Code),
    /// Two accounts were merged, and this is the higher of their tiers.
    Merged,
}

/// The tier of a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Which; none below the lowest threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Code>,
    /// Since when, UTC.
    pub since: DateTime<Utc>,
    /// When it is looked at again, UTC; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// Whether somebody put them there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_hand: bool,
}

/// A tier that somebody gave a member for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// Which.
    pub tier: Code,
    /// Until when, UTC.
    pub until: DateTime<Utc>,
    /// Why.
    pub reason: Code,
}

/// One point currency of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pocket {
    /// Which points.
    pub points: Code,
    /// What there is of them.
    pub purse: Purse,
    /// What became of all there ever were.
    #[serde(default)]
    pub totals: Totals,
    /// How many days before points are gone the customer is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tell_days: Option<u32>,
    /// The customer was told of all points that are gone by then, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_until: Option<DateTime<Utc>>,
}

impl Pocket {
    fn new(points: Code) -> Self {
        Self {
            points,
            purse: Purse::default(),
            totals: Totals::default(),
            tell_days: None,
            told_until: None,
        }
    }

    /// When the customer is told next that points will be gone, UTC.
    fn tell_at(&self) -> Option<DateTime<Utc>> {
        let before = TimeDelta::try_days(self.tell_days?.into())?;
        let lots = self.purse.lots();
        let told = lots.partition_point(|lot| {
            let expires = lot.expires_at;
            expires.is_some() && self.told_until.is_some_and(|told| expires <= Some(told))
        });
        let next = lots.get(told)?.expires_at?;
        next.checked_sub_signed(before)
    }
}

/// What a merged account brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absorbed {
    /// Which account.
    pub account: AccountId,
    /// Those that were merged into it before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<AccountId>,
    /// Its points.
    pub pockets: Vec<Pocket>,
    /// What it had done towards tiers.
    pub progress: Progress,
    /// What rules with caps had brought.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<RuleCount>,
    /// Which limited rewards it had had, and how often.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rewards: BTreeMap<Code, u32>,
    /// How many earnings it had.
    pub earnings: u32,
    /// How many of them were taken back.
    pub reversals: u32,
    /// The accounts whose points it held.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pooled: Vec<AccountId>,
    /// The accounts that had held its points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_pools: Vec<AccountId>,
    /// When it had earned points lately, as far as a guard cares.
    #[serde(default, skip_serializing_if = "Tempo::is_empty")]
    pub earned_lately: Tempo,
    /// When it had spent points lately, as far as a guard cares.
    #[serde(default, skip_serializing_if = "Tempo::is_empty")]
    pub spent_lately: Tempo,
    /// What guards had found last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flagged: Option<Finding>,
    /// The tier that somebody gave its member, where it is the better one to go on with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<Granted>,
}

/// The points of one customer in one programme. Its size follows what is open, not what happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Which one.
    pub id: AccountId,
    /// Whose.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// Since which day, in the programme's zone.
    pub joined_on: NaiveDate,
    /// By point currency, in the order in which they came.
    #[serde(default)]
    pub(crate) pockets: Few<Pocket>,
    /// What was done towards tiers.
    #[serde(default)]
    pub progress: Progress,
    /// The tier.
    pub standing: Standing,
    /// The tier that somebody gave the member, while they may be in a higher one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<Granted>,
    /// What rules with caps brought.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<RuleCount>,
    /// How often rewards were had.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rewards: BTreeMap<Code, u32>,
    /// When points were earned lately, as far as a guard cares.
    #[serde(default, skip_serializing_if = "Tempo::is_empty")]
    pub earned_lately: Tempo,
    /// When points were spent lately, as far as a guard cares.
    #[serde(default, skip_serializing_if = "Tempo::is_empty")]
    pub spent_lately: Tempo,
    /// How many earnings there were, each once, whatever points it brought.
    #[serde(default)]
    pub earnings: u32,
    /// How many of them were taken back, in part or whole.
    #[serde(default)]
    pub reversals: u32,
    /// What guards found last; how often is told by the journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flagged: Option<Finding>,
    /// The account that goes on for this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<AccountId>,
    /// The accounts that it goes on for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absorbed: Vec<AccountId>,
    /// The account that holds its points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<AccountId>,
    /// The accounts whose points it holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pooled: Vec<AccountId>,
    /// The accounts that held its points before, in which some of them may be left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_pools: Vec<AccountId>,
}

impl Account {
    /// The number of a customer's account in a programme.
    #[must_use]
    pub fn id_of(customer: CustomerId, programme: &Code) -> AccountId {
        let digest = Digest::public()
            .with_str("loyalty.account")
            .with_u128(customer.as_u128())
            .with_str(programme.as_str());
        AccountId::from_u128(digest.finish())
    }

    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: AccountId, event: &AccountEvent, stamp: &Stamp) -> Option<Self> {
        let AccountEvent::Opened {
            customer,
            programme,
            on,
        } = event
        else {
            return None;
        };
        Some(Self {
            id,
            customer: *customer,
            programme: programme.clone(),
            joined_on: *on,
            pockets: Few::new(),
            progress: Progress::default(),
            standing: Standing {
                tier: None,
                since: stamp.at,
                until: None,
                by_hand: false,
            },
            granted: None,
            counts: Vec::new(),
            rewards: BTreeMap::new(),
            earned_lately: Tempo::default(),
            spent_lately: Tempo::default(),
            earnings: 0,
            reversals: 0,
            flagged: None,
            merged_into: None,
            absorbed: Vec::new(),
            pool: None,
            pooled: Vec::new(),
            left_pools: Vec::new(),
        })
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &AccountEvent, stamp: &Stamp) {
        match event {
            AccountEvent::Opened { .. }
            | AccountEvent::NotTold { .. }
            | AccountEvent::Reacted { .. } => {}
            AccountEvent::Posted(posted) => self.post(posted, stamp.at),
            AccountEvent::Progressed {
                on,
                amount,
                keep_from,
            } => self.progress.add(*on, *amount, *keep_from),
            AccountEvent::TierSet {
                to,
                since,
                until,
                why,
                ..
            } => {
                self.granted = match (why, to, until) {
                    (TierReason::ByHand(reason), Some(tier), Some(until)) => Some(Granted {
                        tier: tier.clone(),
                        until: *until,
                        reason: reason.clone(),
                    }),
                    (TierReason::ByHand(_), ..) => None,
                    _ => self.granted.take().filter(|granted| granted.until > *since),
                };
                self.standing = Standing {
                    tier: to.clone(),
                    since: *since,
                    until: *until,
                    by_hand: matches!(why, TierReason::ByHand(_)),
                };
            }
            AccountEvent::Told { points, until, .. } => {
                self.pocket(points).told_until = Some(*until);
            }
            AccountEvent::Flagged(finding) => self.flagged = Some(finding.clone()),
            AccountEvent::MergedInto { account } => {
                self.merged_into = Some(*account);
                self.pockets.clear();
                self.progress = Progress::default();
                self.standing.tier = None;
                self.standing.until = None;
                self.granted = None;
                self.pool = None;
                self.pooled.clear();
            }
            AccountEvent::Absorbed(absorbed) => self.absorb(absorbed),
            AccountEvent::JoinedPool { head } => self.pool = Some(*head),
            AccountEvent::LeftPool { head } => {
                self.pool = None;
                self.note_left(&[*head]);
            }
            AccountEvent::PoolGrew {
                member,
                counts,
                rewards,
            } => {
                self.pooled.push(*member);
                self.count_in(counts, rewards);
            }
            AccountEvent::PoolShrank { member } => self.pooled.retain(|known| known != member),
            AccountEvent::PocketsWent { .. } => self.pockets.clear(),
            AccountEvent::PocketsCame { pockets, .. } => self.take_in(pockets),
        }
    }

    fn pocket(&mut self, points: &Code) -> &mut Pocket {
        let place = self
            .pockets
            .iter()
            .position(|known| known.points == *points);
        let place = place.unwrap_or(self.pockets.len());
        if place == self.pockets.len() {
            self.pockets.push(Pocket::new(points.clone()));
        }
        // There is one at this place by now.
        let last = self.pockets.len().saturating_sub(1);
        #[expect(clippy::indexing_slicing, reason = "it was pushed if it was not there")]
        &mut self.pockets[place.min(last)]
    }

    fn post(&mut self, posted: &Posted, at: DateTime<Utc>) {
        let posting = &posted.posting;
        let pocket = self.pocket(&posted.points);
        pocket.purse.apply(posting);
        pocket.tell_days = posted.tell_days.or(pocket.tell_days);
        let (change, totals) = (posting.change(), &mut pocket.totals);
        match posting.kind {
            PostingKind::Earned | PostingKind::Reversed | PostingKind::Adjusted => {
                totals.earned = totals.earned.plus(change);
            }
            PostingKind::Redeemed | PostingKind::Captured { .. } | PostingKind::GivenBack => {
                totals.redeemed = totals.redeemed.minus(change).minus(posting.forfeited);
                totals.expired = totals.expired.plus(posting.forfeited);
            }
            PostingKind::Expired | PostingKind::Reinstated => {
                totals.expired = totals.expired.minus(change);
            }
            PostingKind::Released
            | PostingKind::Held { .. }
            | PostingKind::LetGo { .. }
            | PostingKind::Extended
            | PostingKind::Sent { .. }
            | PostingKind::Received { .. } => {}
        }
        self.count(posted, at);
    }

    /// Everything but the points themselves.
    fn count(&mut self, posted: &Posted, at: DateTime<Utc>) {
        for share in &posted.shares {
            self.count_share(share);
        }
        let is_first = !posted.counted_before;
        match posted.posting.kind {
            PostingKind::Earned if is_first => {
                self.earnings = self.earnings.saturating_add(1);
                if posted.watched {
                    self.earned_lately.beat(at);
                }
            }
            PostingKind::Redeemed | PostingKind::Captured { .. } => {
                if let Some(reward) = &posted.reward {
                    let had = self.rewards.entry(reward.clone()).or_default();
                    *had = had.saturating_add(1);
                }
                if posted.watched {
                    self.spent_lately.beat(at);
                }
            }
            // Who keeps points aside spends them, as far as a guard cares.
            PostingKind::Held { .. } if posted.watched => self.spent_lately.beat(at),
            PostingKind::GivenBack => {
                if let Some(had) = posted.reward.as_ref().and_then(|r| self.rewards.get_mut(r)) {
                    *had = had.saturating_sub(1);
                }
            }
            PostingKind::Reversed if is_first => {
                self.reversals = self.reversals.saturating_add(1);
            }
            PostingKind::Earned
            | PostingKind::Reversed
            | PostingKind::Held { .. }
            | PostingKind::Adjusted
            | PostingKind::Expired
            | PostingKind::Reinstated
            | PostingKind::Released
            | PostingKind::LetGo { .. }
            | PostingKind::Extended
            | PostingKind::Sent { .. }
            | PostingKind::Received { .. } => {}
        }
    }

    fn count_share(&mut self, share: &RuleShare) {
        let Some(on) = share.counted_on else { return };
        let mut counts = self.counts.iter_mut();
        match counts.find(|count| count.rule == share.rule) {
            Some(count) => {
                // What comes late, from a clock that is behind, counts for the later day: else two days by turns had no cap.
                let before = if count.on >= on {
                    count.that_day
                } else {
                    Points::ZERO
                };
                count.on = count.on.max(on);
                count.that_day = before.plus(share.points);
                count.ever = count.ever.plus(share.points);
            }
            None => self.counts.push(RuleCount {
                rule: share.rule.clone(),
                on,
                that_day: share.points,
                ever: share.points,
            }),
        }
    }

    /// Takes over what another account had.
    fn take_in(&mut self, pockets: &[Pocket]) {
        for other in pockets {
            let pocket = self.pocket(&other.points);
            pocket.purse.absorb(&other.purse);
            pocket.totals = pocket.totals.plus(other.totals);
            pocket.tell_days = pocket.tell_days.or(other.tell_days);
            // Whoever was not told of all of them is told again.
            pocket.told_until = pocket.told_until.min(other.told_until);
        }
    }

    fn absorb(&mut self, absorbed: &Absorbed) {
        self.absorbed.push(absorbed.account);
        self.absorbed.extend(&absorbed.earlier);
        self.take_in(&absorbed.pockets);
        self.progress.absorb(&absorbed.progress);
        self.count_in(&absorbed.counts, &absorbed.rewards);
        self.pooled.extend(&absorbed.pooled);
        self.note_left(&absorbed.left_pools);
        self.earned_lately.absorb(&absorbed.earned_lately);
        self.spent_lately.absorb(&absorbed.spent_lately);
        self.flagged = self.flagged.take().or_else(|| absorbed.flagged.clone());
        self.granted = absorbed.granted.clone().or_else(|| self.granted.take());
        self.earnings = self.earnings.saturating_add(absorbed.earnings);
        self.reversals = self.reversals.saturating_add(absorbed.reversals);
    }

    /// Counts what rules with caps brought another account, and the rewards it had, as well.
    fn count_in(&mut self, counts: &[RuleCount], rewards: &BTreeMap<Code, u32>) {
        for other in counts {
            let mut counts = self.counts.iter_mut();
            match counts.find(|count| count.rule == other.rule) {
                Some(count) => count.absorb(other),
                None => self.counts.push(other.clone()),
            }
        }
        for (reward, had) in rewards {
            let sum = self.rewards.entry(reward.clone()).or_default();
            *sum = sum.saturating_add(*had);
        }
    }

    fn note_left(&mut self, heads: &[AccountId]) {
        for head in heads {
            if *head != self.id && !self.left_pools.contains(head) {
                self.left_pools.push(*head);
            }
        }
    }

    /// How many points of an earning are left in it or kept aside.
    pub(crate) fn there_of(&self, source: MovementId) -> Points {
        let purses = self.pockets.iter().map(|pocket| &pocket.purse);
        purses.map(|purse| purse.there_of(source)).sum()
    }

    /// Its point currencies and what there is of each.
    pub fn purses(&self) -> impl Iterator<Item = (&Code, &Purse)> {
        let pockets = self.pockets.iter();
        pockets.map(|pocket| (&pocket.points, &pocket.purse))
    }

    /// What there is of points of this name; nothing of those that never came.
    #[must_use]
    pub fn purse(&self, points: &Code) -> &Purse {
        let mut pockets = self.pockets.iter();
        let pocket = pockets.find(|pocket| pocket.points == *points);
        pocket.map_or(Purse::empty(), |pocket| &pocket.purse)
    }

    /// What became of all points of this name.
    #[must_use]
    pub fn totals(&self, points: &Code) -> Totals {
        let mut pockets = self.pockets.iter();
        let pocket = pockets.find(|pocket| pocket.points == *points);
        pocket.map_or_else(Totals::default, |pocket| pocket.totals)
    }

    /// The tier.
    #[must_use]
    pub const fn tier_name(&self) -> Option<&Code> {
        self.standing.tier.as_ref()
    }

    /// Whether it still is one of its own.
    ///
    /// # Errors
    /// [`Refusal::Closed`] with the account that goes on for it.
    pub fn check_open(&self) -> Result<(), Refusal> {
        match self.merged_into {
            Some(into) => Err(Refusal::Closed { into: Some(into) }),
            None => Ok(()),
        }
    }

    /// The next instant at which points are gone, a hold ends, or the tier is looked at, UTC.
    #[must_use]
    pub fn next_change_at(&self) -> Option<DateTime<Utc>> {
        let purses = self.pockets.iter().filter_map(|p| p.purse.next_at());
        purses.chain(self.standing.until).min()
    }

    /// The next instant at which something happens to it by itself, UTC.
    #[must_use]
    pub fn next_at(&self) -> Option<DateTime<Utc>> {
        let told = self.pockets.iter().filter_map(Pocket::tell_at);
        told.chain(self.next_change_at()).min()
    }

    /// What the customer is to be told at `at`: which points will be gone, how many, and when at first and at last.
    pub(crate) fn to_tell(
        &self,
        at: DateTime<Utc>,
    ) -> Vec<(Code, Points, DateTime<Utc>, DateTime<Utc>)> {
        let mut found = Vec::new();
        for pocket in &self.pockets {
            let due = pocket.tell_at().filter(|due| *due <= at);
            let days = pocket
                .tell_days
                .and_then(|days| TimeDelta::try_days(days.into()));
            let (Some(_), Some(days)) = (due, days) else {
                continue;
            };
            let until = at.checked_add_signed(days).unwrap_or(at);
            let soon = pocket
                .purse
                .expiring(pocket.told_until.map_or(at, |told| told.max(at)), until);
            let soon: Vec<_> = soon.copied().collect();
            if let Some(first) = soon.first().and_then(|lot| lot.expires_at) {
                found.push((pocket.points.clone(), total(&soon), first, until));
            }
        }
        found
    }
}

impl RuleCount {
    fn absorb(&mut self, other: &Self) {
        self.ever = self.ever.plus(other.ever);
        if other.on == self.on {
            self.that_day = self.that_day.plus(other.that_day);
        } else if other.on > self.on {
            self.on = other.on;
            self.that_day = other.that_day;
        }
    }
}
