//! What points can buy.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::points::Points;
use super::programme::{Programme, Redemption, Reward};
use super::refusal::Refusal;
use crate::kernel::{Code, Money};

/// What can be paid with points, and why not more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Which points.
    pub points: Code,
    /// How many can be spent.
    pub spend: Points,
    /// What they are worth.
    pub worth: Money,
    /// What is left to pay.
    pub left_to_pay: Money,
    /// What keeps it from being more.
    pub limit: Limit,
}

/// What keeps more points from being spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Limit {
    /// There are no more.
    Available,
    /// There is no more to pay that whole points, or whole multiples, could.
    Due,
    /// There are fewer than the programme asks for.
    Minimum,
}

impl Redemption {
    /// What points are worth, in minor units, rounded down.
    fn minor_of(&self, points: Points) -> i64 {
        let exact = i128::from(points.get()) * i128::from(self.worth.minor);
        let minor = exact / i128::from(self.worth.points.max(1));
        i64::try_from(minor).unwrap_or(i64::MAX)
    }

    /// The fewest points that can be spent at a time: as the programme says, and what is worth nothing buys nothing.
    fn fewest(&self) -> Points {
        let minor = i64::from(self.worth.minor).max(1);
        let points = i64::from(self.worth.points);
        let least_worth = points.saturating_add(minor).saturating_sub(1);
        Points::new(least_worth.div_euclid(minor)).max(Points::new(self.least.into()))
    }

    /// The most points that are worth no more than so many minor units, in whole multiples.
    fn most_for(&self, minor: i64) -> Points {
        let exact = i128::from(minor.max(0)) * i128::from(self.worth.points);
        let most = exact / i128::from(self.worth.minor.max(1));
        let most = i64::try_from(most).map_or(Points::MOST, Points::new);
        self.whole(most.min(Points::MOST))
    }

    /// The highest multiple up to so many.
    fn whole(&self, points: Points) -> Points {
        let multiple = i64::from(self.multiple.max(1));
        Points::new(
            points
                .get()
                .saturating_sub(points.get().rem_euclid(multiple)),
        )
    }
}

impl Programme {
    /// How many points of this name can be spent on what is to be paid, by who has so many available.
    ///
    /// # Errors
    /// [`Refusal::UnknownPoints`], [`Refusal::NotRedeemable`], [`Refusal::WrongCurrency`],
    /// [`Refusal::NegativeAmount`].
    pub fn quote(&self, points: &Code, available: Points, due: Money) -> Result<Quote, Refusal> {
        let rule = self.redemption(points)?;
        self.check_due(due)?;
        let affordable = rule.whole(available);
        let most = rule.most_for(due.minor());
        let (mut spend, mut limit) = if most < affordable {
            (most, Limit::Due)
        } else {
            (affordable, Limit::Available)
        };
        if available < Points::new(rule.least_available.into()) || spend < rule.fewest() {
            (spend, limit) = (Points::ZERO, Limit::Minimum);
        }
        let worth = Money::new(rule.minor_of(spend), self.currency());
        Ok(Quote {
            points: points.clone(),
            spend,
            worth,
            left_to_pay: due.checked_sub(worth)?,
            limit,
        })
    }

    /// What `asked` points are worth, if they can be spent by who has so many available; on what is to be paid,
    /// if that is known.
    ///
    /// # Errors
    /// Those of [`quote`](Self::quote), and [`Refusal::NotPositive`], [`Refusal::TooMany`],
    /// [`Refusal::Insufficient`], [`Refusal::NotAMultiple`], [`Refusal::BelowMinimum`], [`Refusal::MoreThanDue`].
    pub fn redeemable(
        &self,
        points: &Code,
        asked: Points,
        available: Points,
        due: Option<Money>,
    ) -> Result<Money, Refusal> {
        self.spendable(points, asked)?;
        let rule = self.redemption(points)?;
        if asked > available {
            return Err(Refusal::Insufficient { asked, available });
        }
        let least = Points::new(rule.least_available.into());
        if available < least {
            let points = available;
            return Err(Refusal::BelowMinimum { points, least });
        }
        if let Some(due) = due {
            self.check_due(due)?;
            let most = rule.most_for(due.minor());
            if asked > most {
                return Err(Refusal::MoreThanDue { asked, most });
            }
        }
        Ok(Money::new(rule.minor_of(asked), self.currency()))
    }

    /// Whether so many points can be spent at a time, whoever has them.
    ///
    /// # Errors
    /// [`Refusal::UnknownPoints`], [`Refusal::NotRedeemable`], [`Refusal::NotPositive`], [`Refusal::TooMany`],
    /// [`Refusal::NotAMultiple`], [`Refusal::BelowMinimum`].
    pub fn spendable(&self, points: &Code, asked: Points) -> Result<(), Refusal> {
        let rule = self.redemption(points)?;
        super::ledger::movable(asked)?;
        let multiple = Points::new(rule.multiple.into());
        if rule.whole(asked) != asked {
            return Err(Refusal::NotAMultiple { asked, multiple });
        }
        let least = rule.fewest();
        match asked < least {
            true => Err(Refusal::BelowMinimum {
                points: asked,
                least,
            }),
            false => Ok(()),
        }
    }

    /// What points are worth in money.
    ///
    /// # Errors
    /// [`Refusal::UnknownPoints`], [`Refusal::NotRedeemable`].
    pub fn worth(&self, points: &Code, of: Points) -> Result<Money, Refusal> {
        let rule = self.redemption(points)?;
        Ok(Money::new(rule.minor_of(of), self.currency()))
    }

    fn check_due(&self, due: Money) -> Result<(), Refusal> {
        if due.currency() != self.currency() {
            return Err(Refusal::WrongCurrency {
                expected: self.currency(),
                got: due.currency(),
            });
        }
        if due.is_negative() {
            return Err(Refusal::NegativeAmount { what: "due" });
        }
        Ok(())
    }

    /// A reward, if a member of this tier, who has had it so often, may have it on the day of `at`.
    ///
    /// # Errors
    /// [`Refusal::UnknownReward`], [`Refusal::RewardNotOffered`], [`Refusal::RewardNotForTier`],
    /// [`Refusal::RewardLimitReached`].
    pub fn reward(
        &self,
        name: &Code,
        tier: Option<&Code>,
        had: u32,
        at: DateTime<Utc>,
    ) -> Result<&Reward, Refusal> {
        let reward = self.spec().rewards.get(name);
        let reward = reward.ok_or_else(|| Refusal::UnknownReward {
            programme: self.name().clone(),
            reward: name.clone(),
        })?;
        let on = self.day_of(at);
        let named = || name.clone();
        if reward.from.is_some_and(|from| on < from) || reward.to.is_some_and(|to| to < on) {
            return Err(Refusal::RewardNotOffered {
                reward: named(),
                on,
            });
        }
        let is_for_tier = tier.is_some_and(|tier| reward.tiers.contains(tier));
        if !reward.tiers.is_empty() && !is_for_tier {
            return Err(Refusal::RewardNotForTier { reward: named() });
        }
        match reward.per_member {
            Some(most) if had >= most => Err(Refusal::RewardLimitReached {
                reward: named(),
                most,
            }),
            _ => Ok(reward),
        }
    }
}
