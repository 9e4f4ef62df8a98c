//! A loyalty programme, as data.

mod check;
mod reward;
mod rule;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use self::reward::{Reward, RewardKind};
pub use self::rule::{Caps, Conditions, EarnRule, Grant, Multiplier, Stacking, Trigger};
use super::basket::EarnBase;
use super::dates::{Expiry, Vesting};
use super::guard::Guards;
use super::ledger::{AfterSpending, Lot};
use super::points::Points;
use super::refusal::Refusal;
use super::tier::TierScheme;
use crate::calendar::{Zone, civil};
use crate::kernel::{Code, Currency, MovementId, Problem, Problems};

/// What points are worth when they are spent: so many minor units for so many points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worth {
    /// So many points
    pub points: u32,
    /// are worth so many minor units.
    pub minor: u32,
}

impl Worth {
    /// One point is worth so many minor units.
    #[must_use]
    pub const fn minor(minor: u32) -> Self {
        Self { points: 1, minor }
    }
}

/// How points are spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redemption {
    /// What they are worth.
    pub worth: Worth,
    /// They are spent in multiples of this many.
    #[serde(default = "one")]
    pub multiple: u32,
    /// At least so many at a time.
    #[serde(default)]
    pub least: u32,
    /// Only by who can spend at least so many.
    #[serde(default)]
    pub least_available: u32,
}

const fn one() -> u32 {
    1
}

impl Redemption {
    /// One by one, at this worth.
    #[must_use]
    pub const fn at(worth: Worth) -> Self {
        Self {
            worth,
            multiple: 1,
            least: 0,
            least_available: 0,
        }
    }

    /// At least so many at a time.
    #[must_use]
    pub const fn at_least(mut self, least: u32) -> Self {
        self.least = least;
        self
    }

    /// In multiples of so many.
    #[must_use]
    pub const fn in_multiples_of(mut self, multiple: u32) -> Self {
        self.multiple = multiple;
        self
    }
}

/// What happens to points that are given back when their lot is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reinstatement {
    /// They come back if they expired at most so many days ago,
    pub within_days: u32,
    /// and can then be spent for so many days.
    pub for_days: u32,
}

/// One point currency of a programme.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PointsPolicy {
    /// When they are gone.
    pub expiry: Expiry,
    /// From when on they can be spent.
    pub vesting: Vesting,
    /// How they are spent; points that only qualify for tiers buy nothing.
    pub redemption: Option<Redemption>,
    /// What happens when a purchase is returned whose points are spent.
    pub after_spending: AfterSpending,
    /// Whether points come back that expired; without it, lots that are gone swallow what is given back to them.
    pub reinstatement: Option<Reinstatement>,
    /// How many days before they are gone the customer is told.
    pub tell_days: Option<u32>,
    /// For how many days a hold may keep them at most, and so keep them from expiring; 30 when absent.
    pub longest_hold_days: Option<u32>,
    /// Whether they may go to other members.
    pub transferable: bool,
    /// Whether a correction by hand may put the balance below zero.
    pub may_owe: bool,
    /// How many may be earned by all members together.
    pub budget: Option<Points>,
}

impl PointsPolicy {
    /// Points that can be spent at this worth, and never expire.
    #[must_use]
    pub fn worth(worth: Worth) -> Self {
        Self {
            redemption: Some(Redemption::at(worth)),
            ..Self::default()
        }
    }

    /// Points that count towards tiers and buy nothing.
    #[must_use]
    pub fn qualifying() -> Self {
        Self::default()
    }

    /// Gone then.
    #[must_use]
    pub const fn expiring(mut self, expiry: Expiry) -> Self {
        self.expiry = expiry;
        self
    }

    /// To be spent from then on.
    #[must_use]
    pub const fn vesting(mut self, vesting: Vesting) -> Self {
        self.vesting = vesting;
        self
    }

    /// With this policy for returns after the points were spent.
    #[must_use]
    pub const fn after_spending(mut self, policy: AfterSpending) -> Self {
        self.after_spending = policy;
        self
    }

    /// The last instant at which a hold may end that begins at `at`, UTC.
    #[must_use]
    pub fn longest_hold(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let days = self.longest_hold_days.unwrap_or(30);
        let end = at.checked_add_signed(TimeDelta::days(days.into()));
        end.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// The customer is told so many days before.
    #[must_use]
    pub const fn telling(mut self, days: u32) -> Self {
        self.tell_days = Some(days);
        self
    }
}

/// A loyalty programme as the business writes it down. [`Programme`] is the same, checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeSpec {
    /// Its name.
    pub name: Code,
    /// Its revision; every movement notes it.
    pub revision: u32,
    /// The one zone in which its days begin and end: `UTC`, an offset, or an IANA name.
    pub zone: String,
    /// The currency in which amounts count.
    pub currency: Currency,
    /// The first day on which points can be earned.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// The last day on which points can be earned, itself included.
    #[serde(default)]
    pub to: Option<NaiveDate>,
    /// Its point currencies.
    pub points: BTreeMap<Code, PointsPolicy>,
    /// What of a purchase counts.
    #[serde(default)]
    pub base: EarnBase,
    /// What brings points.
    #[serde(default)]
    pub rules: Vec<EarnRule>,
    /// What brings more of them.
    #[serde(default)]
    pub multipliers: Vec<Multiplier>,
    /// How several multipliers work together.
    #[serde(default)]
    pub stacking: Stacking,
    /// Its tiers.
    #[serde(default)]
    pub tiers: Option<TierScheme>,
    /// What points are spent on, beside what is bought.
    #[serde(default)]
    pub rewards: BTreeMap<Code, Reward>,
    /// What looks like fraud.
    #[serde(default)]
    pub guards: Guards,
}

impl ProgrammeSpec {
    /// The first revision of a programme without points and rules yet.
    pub fn new(name: Code, zone: impl Into<String>, currency: Currency) -> Self {
        Self {
            name,
            revision: 1,
            zone: zone.into(),
            currency,
            from: None,
            to: None,
            points: BTreeMap::new(),
            base: EarnBase::default(),
            rules: Vec::new(),
            multipliers: Vec::new(),
            stacking: Stacking::default(),
            tiers: None,
            rewards: BTreeMap::new(),
            guards: Guards::default(),
        }
    }

    /// With one more point currency.
    #[must_use]
    pub fn with_points(mut self, name: Code, policy: PointsPolicy) -> Self {
        self.points.insert(name, policy);
        self
    }

    /// With one more rule.
    #[must_use]
    pub fn with_rule(mut self, rule: EarnRule) -> Self {
        self.rules.push(rule);
        self
    }

    /// With one more multiplier.
    #[must_use]
    pub fn with_multiplier(mut self, multiplier: Multiplier) -> Self {
        self.multipliers.push(multiplier);
        self
    }

    /// With these tiers.
    #[must_use]
    pub fn with_tiers(mut self, tiers: TierScheme) -> Self {
        self.tiers = Some(tiers);
        self
    }

    /// With one more reward.
    #[must_use]
    pub fn with_reward(mut self, name: Code, reward: Reward) -> Self {
        self.rewards.insert(name, reward);
        self
    }
}

/// A loyalty programme that was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Programme {
    spec: ProgrammeSpec,
    zone: Zone,
}

impl Programme {
    /// The programme of this data.
    ///
    /// # Errors
    /// [`Problems`] with everything that is wrong, each with its path.
    pub fn try_new(spec: ProgrammeSpec) -> Result<Self, Problems> {
        let mut problems = spec.problems();
        let zone = match spec.zone.parse() {
            Ok(zone) => zone,
            Err(_) => {
                problems.push(Problem::new("zone", "calendar.unknown_zone", &spec.zone));
                Zone::utc()
            }
        };
        Problems::check(problems)?;
        Ok(Self { spec, zone })
    }

    /// The data it was made from.
    #[must_use]
    pub const fn spec(&self) -> &ProgrammeSpec {
        &self.spec
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &Code {
        &self.spec.name
    }

    /// The zone in which its days begin and end.
    #[must_use]
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Its currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.spec.currency
    }

    /// The day of an instant, in the programme's zone.
    #[must_use]
    pub fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        civil::date_in(&self.zone, at)
    }

    /// One of its point currencies.
    ///
    /// # Errors
    /// [`Refusal::UnknownPoints`].
    pub fn points(&self, name: &Code) -> Result<&PointsPolicy, Refusal> {
        let known = self.spec.points.get(name);
        known.ok_or_else(|| Refusal::UnknownPoints {
            programme: self.spec.name.clone(),
            points: name.clone(),
        })
    }

    /// Whether it matters of which category something is that is bought.
    pub(crate) fn sorts_by_category(&self) -> bool {
        let rules = self.spec.rules.iter().map(|rule| &rule.when);
        let multipliers = self.spec.multipliers.iter().map(|more| &more.when);
        let mut conditions = rules.chain(multipliers);
        conditions.any(|when| !when.categories.is_empty())
    }

    /// How points of this name are spent.
    ///
    /// # Errors
    /// [`Refusal::UnknownPoints`], [`Refusal::NotRedeemable`].
    pub fn redemption(&self, name: &Code) -> Result<&Redemption, Refusal> {
        let redemption = self.points(name)?.redemption.as_ref();
        redemption.ok_or_else(|| Refusal::NotRedeemable {
            points: name.clone(),
        })
    }

    /// The day of an instant, if points can be earned on it.
    ///
    /// # Errors
    /// [`Refusal::NotRunning`].
    pub fn running(&self, at: DateTime<Utc>) -> Result<NaiveDate, Refusal> {
        let on = self.day_of(at);
        let is_early = self.spec.from.is_some_and(|from| on < from);
        let is_late = self.spec.to.is_some_and(|to| to < on);
        if is_early || is_late {
            return Err(Refusal::NotRunning {
                programme: self.spec.name.clone(),
                on,
            });
        }
        Ok(on)
    }

    /// A lot of points of this policy that are earned at `at`.
    #[must_use]
    pub fn lot(
        &self,
        policy: &PointsPolicy,
        source: MovementId,
        points: Points,
        at: DateTime<Utc>,
    ) -> Lot {
        Lot::new(source, points, at)
            .available(policy.vesting.of(&self.zone, at))
            .expiring(policy.expiry.of(&self.zone, at))
    }
}
