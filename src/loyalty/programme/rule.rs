//! What brings points.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::kernel::{BasisPoints, Code, Rounding};
use crate::loyalty::earn::Occasion;
use crate::loyalty::points::Points;

/// What has to happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Something is bought.
    Purchase,
    /// The customer does something else, such as `registration`, `referral`, `review`, `birthday`.
    Action(Code),
}

impl Trigger {
    /// Whether that is what happened.
    pub(crate) fn is(&self, occasion: &Occasion<'_>) -> bool {
        match (self, occasion) {
            (Self::Purchase, Occasion::Purchase(_)) => true,
            (Self::Action(action), Occasion::Action(done)) => action == *done,
            (Self::Purchase, Occasion::Action(_)) | (Self::Action(_), Occasion::Purchase(_)) => {
                false
            }
        }
    }
}

/// How many points it brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// So many for each so many minor units of what counts.
    PerAmount {
        /// So many points
        points: u32,
        /// for so many minor units.
        minor: u64,
    },
    /// So many for each unit bought.
    PerUnit(u32),
    /// So many for each purchase or action.
    Fixed(u32),
}

/// When a rule or a multiplier applies. Everything that is named has to be so; what is empty always is. Products and
/// categories are about lines of a purchase: a rule for an action cannot name any, and the reaction that reports the action can.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// Only lines of these products.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub products: BTreeSet<Code>,
    /// Only lines of these categories.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub categories: BTreeSet<Code>,
    /// Only what is bought over these channels.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub channels: BTreeSet<Code>,
    /// Only members of these tiers.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub tiers: BTreeSet<Code>,
    /// From this day on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Up to this day, itself included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

impl Conditions {
    /// Whether only some lines are meant.
    pub(crate) fn is_about_lines(&self) -> bool {
        !self.products.is_empty() || !self.categories.is_empty()
    }

    pub(crate) fn fits_line(&self, product: &Code, category: Option<&Code>) -> bool {
        let fits = |any: &BTreeSet<Code>, code: Option<&Code>| {
            any.is_empty() || code.is_some_and(|code| any.contains(code))
        };
        fits(&self.products, Some(product)) && fits(&self.categories, category)
    }

    pub(crate) fn fits_member(
        &self,
        channel: Option<&Code>,
        tier: Option<&Code>,
        on: NaiveDate,
    ) -> bool {
        let fits = |any: &BTreeSet<Code>, code: Option<&Code>| {
            any.is_empty() || code.is_some_and(|code| any.contains(code))
        };
        fits(&self.channels, channel)
            && fits(&self.tiers, tier)
            && self.from.is_none_or(|from| from <= on)
            && self.to.is_none_or(|to| on <= to)
    }
}

/// How much a rule brings at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Caps {
    /// For one purchase or action.
    pub per_order: Option<Points>,
    /// On one day, for one member.
    pub per_day: Option<Points>,
    /// Ever, for one member.
    pub per_member: Option<Points>,
}

impl Caps {
    /// Whether a member's account has to keep count.
    #[must_use]
    pub const fn is_counted(&self) -> bool {
        self.per_day.is_some() || self.per_member.is_some()
    }
}

/// A rule that brings points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarnRule {
    /// Its name.
    pub name: Code,
    /// Which points.
    pub points: Code,
    /// What has to happen.
    pub on: Trigger,
    /// How many points it brings.
    pub grant: Grant,
    /// When it applies.
    #[serde(default)]
    pub when: Conditions,
    /// What happens to parts of a point, once, after all multipliers.
    #[serde(default = "down")]
    pub rounding: Rounding,
    /// How much it brings at most.
    #[serde(default)]
    pub caps: Caps,
}

const fn down() -> Rounding {
    Rounding::Down
}

impl EarnRule {
    /// So many points for each so many minor units bought.
    #[must_use]
    pub fn per_amount(name: Code, points: Code, each: u32, minor: u64) -> Self {
        let grant = Grant::PerAmount {
            points: each,
            minor,
        };
        Self::new(name, points, Trigger::Purchase, grant)
    }

    /// So many points for something that the customer does.
    #[must_use]
    pub fn for_action(name: Code, points: Code, action: Code, each: u32) -> Self {
        Self::new(name, points, Trigger::Action(action), Grant::Fixed(each))
    }

    /// Always, rounded down, without caps.
    #[must_use]
    pub fn new(name: Code, points: Code, on: Trigger, grant: Grant) -> Self {
        Self {
            name,
            points,
            on,
            grant,
            when: Conditions::default(),
            rounding: Rounding::Down,
            caps: Caps::default(),
        }
    }

    /// Only then.
    #[must_use]
    pub fn when(mut self, when: Conditions) -> Self {
        self.when = when;
        self
    }

    /// At most so much.
    #[must_use]
    pub const fn capped(mut self, caps: Caps) -> Self {
        self.caps = caps;
        self
    }
}

/// What brings more points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Multiplier {
    /// Its name.
    pub name: Code,
    /// How many times as many: 20 000 basis points are twice as many.
    pub factor: BasisPoints,
    /// Of which points; of all when absent.
    #[serde(default)]
    pub points: Option<Code>,
    /// When it applies.
    #[serde(default)]
    pub when: Conditions,
}

impl Multiplier {
    /// So many percent of what it would be: 200 for twice as many.
    #[must_use]
    pub fn percent(name: Code, percent: u16, when: Conditions) -> Self {
        Self {
            name,
            factor: BasisPoints::from_percent(percent),
            points: None,
            when,
        }
    }
}

/// How several multipliers work together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stacking {
    /// The highest alone: twice and three times are three times.
    #[default]
    Best,
    /// What each adds is added: twice and three times are four times.
    Add,
    /// They are multiplied: twice and three times are six times.
    Multiply,
}
