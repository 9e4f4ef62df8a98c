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

    /// The tier of a member at `at` after something counted: higher at once, lower at once only where tiers follow
    /// what counts at every moment. `None` when it stays as it is.
    #[must_use]
    pub fn standing_now(
        &self,
        account: &Account,
        at: DateTime<Utc>,
    ) -> Option<(Standing, TierReason)> {
        let scheme = self.spec().tiers.as_ref()?;
        let reached = scheme.reached(self.progress(account, at));
        let present = account.tier_name();
        let is_real_time = scheme.downgrade == Downgrade::RealTime;
        let why = if scheme.is_higher(reached, present) {
            TierReason::Reached
        } else if is_real_time && !account.standing.by_hand {
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

    /// The tier of a member when the time of the present one is over, at `at`.
    #[must_use]
    pub fn standing_after(&self, account: &Account, at: DateTime<Utc>) -> Standing {
        let Some(scheme) = &self.spec().tiers else {
            return Standing {
                until: None,
                ..account.standing.clone()
            };
        };
        let ends_by_period = scheme.downgrade != Downgrade::RealTime && !account.standing.by_hand;
        let tier = if ends_by_period {
            let day = scheme.judged_on(self.zone(), at);
            let total = scheme.total(&account.progress, day, account.joined_on);
            scheme.after_period(account.tier_name(), total)
        } else {
            scheme.reached(self.progress(account, at))
        };
        Standing {
            tier: tier.cloned(),
            since: if tier == account.tier_name() {
                account.standing.since
            } else {
                at
            },
            until: self.until(scheme, account, tier, at, 0),
            by_hand: false,
        }
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
