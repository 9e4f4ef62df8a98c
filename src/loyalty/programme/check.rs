//! What is wrong with a programme.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{Conditions, Grant, PointsPolicy, ProgrammeSpec, Reward, RewardKind, Trigger};
use crate::calendar::{Zone, civil};
use crate::kernel::{BasisPoints, Code, Problem};
use crate::loyalty::dates::{Expiry, Vesting};
use crate::loyalty::guard::Velocity;
use crate::loyalty::ledger::AfterSpending;
use crate::loyalty::points::Points;
use crate::loyalty::tier::{Downgrade, QualifyBy, TierScheme, Window};

/// The longest number of days that may be named: a hundred years.
const MOST_DAYS: u32 = 36_525;

impl ProgrammeSpec {
    /// Everything that is wrong with it, each with its path; the zone is checked when it is
    /// [made](super::Programme::try_new).
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        if self.points.is_empty() {
            found.push(Problem::new("points", "loyalty.no_points", "none"));
        }
        if let (Some(from), Some(to)) = (self.from, self.to)
            && to < from
        {
            found.push(Problem::new("to", "loyalty.ends_before_it_begins", to));
        }
        for (name, policy) in &self.points {
            within(&mut found, &format!("points.{name}"), policy.problems());
        }
        self.check_rules(&mut found);
        self.check_multipliers(&mut found);
        if let Some(tiers) = &self.tiers {
            within(&mut found, "tiers", tiers.problems());
            if tiers.downgrade == Downgrade::RealTime && tiers.grace_days > 0 {
                let (path, code) = ("tiers.grace_days", "loyalty.grace_in_real_time");
                found.push(Problem::new(path, code, tiers.grace_days));
            }
            if let QualifyBy::Points(points) = &tiers.by {
                self.knows(points, "tiers.by", &mut found);
            }
        }
        for (name, reward) in &self.rewards {
            let path = format!("rewards.{name}");
            within(&mut found, &path, self.reward_problems(reward));
        }
        let guards = &self.guards;
        for (name, velocity) in [("earning", &guards.earning), ("spending", &guards.spending)] {
            if let Some(velocity) = velocity
                && !velocity.is_sane()
            {
                let facts = format!(
                    "more than {} within {} ms",
                    velocity.most, velocity.within_ms
                );
                found.push(Problem::new(
                    format!("guards.{name}"),
                    "loyalty.guard_out_of_range",
                    facts,
                ));
            }
        }
        found
    }

    fn knows(&self, points: &Code, path: &str, found: &mut Vec<Problem>) {
        if !self.points.contains_key(points) {
            found.push(Problem::new(path, "loyalty.unknown_points", points));
        }
    }

    fn check_rules(&self, found: &mut Vec<Problem>) {
        let mut names = BTreeSet::new();
        for (n, rule) in self.rules.iter().enumerate() {
            let path = format!("rules[{n}]");
            if !names.insert(&rule.name) {
                found.push(Problem::new(&path, "loyalty.rule_repeated", &rule.name));
            }
            self.knows(&rule.points, &format!("{path}.points"), found);
            let (points, minor) = match rule.grant {
                Grant::PerAmount { points, minor } => (points, minor),
                Grant::PerUnit(points) | Grant::Fixed(points) => (points, 1),
            };
            if points == 0 || minor == 0 {
                found.push(Problem::new(
                    format!("{path}.grant"),
                    "loyalty.grants_nothing",
                    &rule.name,
                ));
            }
            for cap in [rule.caps.per_order, rule.caps.per_day, rule.caps.per_member] {
                if cap.is_some_and(|cap| !is_movable(cap)) {
                    found.push(Problem::new(
                        format!("{path}.caps"),
                        "loyalty.cap_out_of_range",
                        &rule.name,
                    ));
                }
            }
            let path = format!("{path}.when");
            if matches!(rule.on, Trigger::Action(_)) && rule.when.is_about_lines() {
                let name = &rule.name;
                found.push(Problem::new(&path, "loyalty.action_without_lines", name));
            }
            within(found, &path, self.condition_problems(&rule.when));
        }
    }

    fn check_multipliers(&self, found: &mut Vec<Problem>) {
        let mut names = BTreeSet::new();
        for (n, multiplier) in self.multipliers.iter().enumerate() {
            let path = format!("multipliers[{n}]");
            if !names.insert(&multiplier.name) {
                let name = &multiplier.name;
                found.push(Problem::new(&path, "loyalty.multiplier_repeated", name));
            }
            if let Some(points) = &multiplier.points {
                self.knows(points, &format!("{path}.points"), found);
            }
            let path = format!("{path}.when");
            within(found, &path, self.condition_problems(&multiplier.when));
        }
    }

    fn condition_problems(&self, when: &Conditions) -> Vec<Problem> {
        let mut found = Vec::new();
        let schemes = self.tiers.iter();
        let known: BTreeSet<&Code> = schemes
            .flat_map(|scheme| scheme.tiers.iter().map(|tier| &tier.name))
            .collect();
        for tier in when.tiers.iter().filter(|tier| !known.contains(tier)) {
            found.push(Problem::new("tiers", "loyalty.unknown_tier", tier));
        }
        if let (Some(from), Some(to)) = (when.from, when.to)
            && to < from
        {
            found.push(Problem::new("to", "loyalty.ends_before_it_begins", to));
        }
        found
    }

    fn reward_problems(&self, reward: &Reward) -> Vec<Problem> {
        let mut found = Vec::new();
        self.knows(&reward.points, "points", &mut found);
        let policy = self.points.get(&reward.points);
        if policy.is_some_and(|policy| policy.redemption.is_none()) {
            let points = &reward.points;
            found.push(Problem::new("points", "loyalty.not_redeemable", points));
        }
        if !is_movable(reward.cost) {
            found.push(Problem::new(
                "cost",
                "loyalty.cost_out_of_range",
                reward.cost,
            ));
        }
        if let RewardKind::Discount(money)
        | RewardKind::Voucher(money)
        | RewardKind::Off {
            at_most: Some(money),
            ..
        } = &reward.kind
        {
            let currency = money.currency();
            if currency != self.currency {
                found.push(Problem::new("kind", "loyalty.wrong_currency", currency));
            }
            if money.minor() <= 0 {
                found.push(Problem::new("kind", "loyalty.worth_nothing", money));
            }
        }
        if let RewardKind::Off { rate, of, .. } = &reward.kind {
            if *rate > BasisPoints::WHOLE || rate.get() == 0 {
                found.push(Problem::new(
                    "kind",
                    "loyalty.rate_out_of_range",
                    rate.get(),
                ));
            }
            found.extend(self.condition_problems(of));
        }
        let when = Conditions {
            tiers: reward.tiers.clone(),
            from: reward.from,
            to: reward.to,
            ..Conditions::default()
        };
        found.extend(self.condition_problems(&when));
        found
    }
}

fn within(found: &mut Vec<Problem>, path: &str, problems: Vec<Problem>) {
    found.extend(problems.into_iter().map(|problem| problem.within(path)));
}

fn is_movable(points: Points) -> bool {
    points.is_positive() && points <= Points::MOST
}

impl PointsPolicy {
    fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        if let Expiry::After { span, .. } = self.expiry
            && !span.is_sane()
        {
            found.push(Problem::new(
                "expiry",
                "loyalty.period_too_long",
                format!("{span:?}"),
            ));
        }
        if let Vesting::After(span) = self.vesting
            && !span.is_sane()
        {
            found.push(Problem::new(
                "vesting",
                "loyalty.period_too_long",
                format!("{span:?}"),
            ));
        }
        if let Some(day) = self.never_usable() {
            let facts = format!("earned on {}", day.format("%m-%d"));
            found.push(Problem::new(
                "vesting",
                "loyalty.gone_before_it_vests",
                facts,
            ));
        }
        if let Some(redemption) = &self.redemption {
            let worth = redemption.worth;
            if worth.points == 0 || worth.minor == 0 {
                found.push(Problem::new("redemption.worth", "loyalty.worth_nothing", 0));
            }
            if redemption.multiple == 0 {
                found.push(Problem::new(
                    "redemption.multiple",
                    "loyalty.no_multiple",
                    0,
                ));
            }
        }
        if self.after_spending == AfterSpending::ChargeMoney && self.redemption.is_none() {
            found.push(Problem::new(
                "after_spending",
                "loyalty.charges_without_worth",
                "points that buy nothing",
            ));
        }
        let days = [
            ("tell_days", self.tell_days),
            (
                "reinstatement",
                self.reinstatement.map(|r| r.within_days.max(r.for_days)),
            ),
        ];
        for (path, days) in days {
            if let Some(days) = days.filter(|days| *days > MOST_DAYS) {
                found.push(Problem::new(path, "loyalty.period_too_long", days));
            }
        }
        if self.budget.is_some_and(|budget| !budget.is_positive()) {
            found.push(Problem::new("budget", "loyalty.no_budget", 0));
        }
        found
    }

    /// A day of the year on which points are earned that are gone before they can be spent, if there is one: months are not
    /// all as long as some number of days.
    fn never_usable(&self) -> Option<DateTime<Utc>> {
        let (Vesting::After(vesting), Expiry::After { span, .. }) = (self.vesting, self.expiry)
        else {
            return None;
        };
        if !(vesting.is_sane() && span.is_sane()) {
            return None;
        }
        let zone = Zone::utc();
        let noon = civil::start_of_day(&zone, LEAP_YEAR) + TimeDelta::hours(12);
        let mut days = (0..366).map(|n| noon + TimeDelta::days(n));
        days.find(|day| {
            let gone = self.expiry.of(&zone, *day);
            let usable = self.vesting.of(&zone, *day);
            gone.is_some() && gone <= usable
        })
    }
}

/// The first day of a year that has every day there is.
const LEAP_YEAR: NaiveDate = match NaiveDate::from_ymd_opt(2024, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

impl TierScheme {
    fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        if self.tiers.is_empty() {
            found.push(Problem::new("tiers", "loyalty.no_tiers", "none"));
        }
        let mut names = BTreeSet::new();
        for (n, tier) in self.tiers.iter().enumerate() {
            if !names.insert(&tier.name) {
                let path = format!("tiers[{n}].name");
                found.push(Problem::new(path, "loyalty.tier_repeated", &tier.name));
            }
        }
        for (n, (low, high)) in self.tiers.iter().zip(self.tiers.iter().skip(1)).enumerate() {
            if high.from <= low.from {
                let path = format!("tiers[{}].from", n.saturating_add(1));
                found.push(Problem::new(path, "loyalty.tiers_out_of_order", high.from));
            }
        }
        if let Window::RollingMonths(months) = self.window
            && !(1..=120).contains(&months)
        {
            found.push(Problem::new(
                "window",
                "loyalty.period_out_of_range",
                months,
            ));
        }
        if self.grace_days > 366 {
            found.push(Problem::new(
                "grace_days",
                "loyalty.period_too_long",
                self.grace_days,
            ));
        }
        if self.keeps_periods > 100 {
            let periods = self.keeps_periods;
            found.push(Problem::new(
                "keeps_periods",
                "loyalty.period_too_long",
                periods,
            ));
        }
        found
    }
}

impl Velocity {
    fn is_sane(self) -> bool {
        (1..=Self::MOST).contains(&self.most)
            && (1..=u64::from(MOST_DAYS) * 86_400_000).contains(&self.within_ms)
    }
}
