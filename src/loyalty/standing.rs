//! In which tier a member is, as things stand.

use chrono::{DateTime, Utc};

use super::programme::Programme;
use super::state::{Account, Standing, TierReason};
use super::tier::{Downgrade, Progress, TierScheme, Window, leaves};
use crate::calendar::civil;
use crate::kernel::Code;

impl Programme {
    /// What counts for a member towards tiers at `at`.
    #[must_use]
    pub fn progress(&self, account: &Account, at: DateTime<Utc>) -> i64 {
        self.spec().tiers.as_ref().map_or(0, |scheme| {
            scheme.total(&account.progress, self.day_of(at), account.joined_on)
        })
    }

    /// The tier of a member at `at` after something counted, who had done `before` towards tiers: higher at once, lower at once
    /// only where tiers follow what counts at every moment. Where somebody put them is left for a higher tier that they reach
    /// by it. `None` when it stays as it is.
    #[must_use]
    pub fn standing_now(
        &self,
        account: &Account,
        before: i64,
        at: DateTime<Utc>,
    ) -> Option<(Standing, TierReason)> {
        let scheme = self.spec().tiers.as_ref()?;
        let reached = scheme.reached(self.progress(account, at));
        let (present, by_hand) = (account.tier_name(), account.standing.by_hand);
        let is_news = !by_hand || scheme.is_higher(reached, scheme.reached(before));
        let is_real_time = scheme.downgrade == Downgrade::RealTime;
        let why = if scheme.is_higher(reached, present) && is_news {
            TierReason::Reached
        } else if is_real_time && !by_hand {
            if let Some(given) = given_above(scheme, account, reached, at) {
                // The same tier may have been reached, and now be what was given, with an end of its own.
                return Some(given);
            }
            TierReason::RealTime
        } else {
            return None;
        };
        let until = self.until(scheme, account, reached, at, scheme.keeps_periods);
        let standing = Standing {
            tier: reached.cloned(),
            since: at,
            until,
            by_hand: false,
        };
        let stays = reached == present && until == account.standing.until;
        (!stays).then_some((standing, why))
    }

    /// The tier of a member when the time of the present one is over, at `at`: what the period came to, or more if the days of
    /// grace have brought it already, or what somebody gave them for longer.
    #[must_use]
    pub fn standing_after(&self, account: &Account, at: DateTime<Utc>) -> (Standing, TierReason) {
        let Some(scheme) = &self.spec().tiers else {
            let standing = Standing {
                until: None,
                ..account.standing.clone()
            };
            return (standing, TierReason::PeriodOver);
        };
        let ends_by_period = scheme.downgrade != Downgrade::RealTime && !account.standing.by_hand;
        let reached = scheme.reached(self.progress(account, at));
        let tier = if ends_by_period {
            let day = scheme.judged_on(self.zone(), at);
            let total = scheme.total(&account.progress, day, account.joined_on);
            let kept = scheme.after_period(account.tier_name(), total);
            if scheme.is_higher(reached, kept) {
                reached
            } else {
                kept
            }
        } else {
            reached
        };
        if let Some(given) = given_above(scheme, account, tier, at) {
            return given;
        }
        let standing = Standing {
            tier: tier.cloned(),
            since: if tier == account.tier_name() {
                account.standing.since
            } else {
                at
            },
            until: self.until(scheme, account, tier, at, 0),
            by_hand: false,
        };
        (standing, TierReason::PeriodOver)
    }

    fn until(
        &self,
        scheme: &TierScheme,
        account: &Account,
        tier: Option<&Code>,
        at: DateTime<Utc>,
        periods: u32,
    ) -> Option<DateTime<Utc>> {
        if scheme.downgrade == Downgrade::RealTime {
            return self.next_loss(scheme, &account.progress, account, at);
        }
        // Below the lowest tier there is nothing to lose.
        tier?;
        scheme.lasts_until(self.zone(), at, account.joined_on, periods)
    }

    /// When something that counts leaves the window, UTC.
    fn next_loss(
        &self,
        scheme: &TierScheme,
        progress: &Progress,
        account: &Account,
        at: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let today = self.day_of(at);
        let Window::RollingMonths(months) = scheme.window else {
            return scheme.lasts_until(self.zone(), at, account.joined_on, 0);
        };
        let start = scheme.window_start(today, account.joined_on);
        let mut days = progress.days().iter().map(|(day, _)| *day);
        let oldest = days.find(|day| *day >= start)?;
        let leaves = leaves(months, oldest).max(today.succ_opt()?);
        Some(civil::start_of_day(self.zone(), leaves))
    }
}

/// The tier that somebody gave a member for longer than `at`, if it is higher than another.
fn given_above(
    scheme: &TierScheme,
    account: &Account,
    tier: Option<&Code>,
    at: DateTime<Utc>,
) -> Option<(Standing, TierReason)> {
    let granted = account.granted.as_ref()?;
    let lasts = granted.until > at && scheme.is_higher(Some(&granted.tier), tier);
    let standing = || Standing {
        tier: Some(granted.tier.clone()),
        since: at,
        until: Some(granted.until),
        by_hand: true,
    };
    lasts.then(|| (standing(), TierReason::ByHand(granted.reason.clone())))
}
