//! Terms: what a warranty promises, for how long, and on what conditions.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::repair::Extends;
use crate::calendar::civil;
use crate::kernel::{BasisPoints, Code, Money};

/// Who stands behind a warranty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TermKind {
    /// The law.
    Statutory,
    /// The maker.
    Manufacturer,
    /// The shop.
    Retailer,
    /// What was advertised when the unit was sold, and is owed though no statement says it
    /// (Directive (EU) 2019/771, art. 17(1)).
    Advertised,
    /// A longer one that was bought.
    Extended,
    /// Whoever repaired it, for the repair.
    Work,
    /// A supplier, towards the business. It covers no customer and is never pinned on a unit.
    Supplier,
}

/// From when a term counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartBasis {
    /// The date of the contract of sale.
    Purchase,
    /// The date on which it was delivered.
    Delivery,
    /// The date on which it was installed.
    Installation,
    /// The date on which it was first used.
    FirstUse,
    /// The date on which it was made.
    Manufacture,
}

/// The dates of a unit, in the zone of its owner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dates {
    /// When it was sold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purchased_on: Option<NaiveDate>,
    /// When it was delivered, as each document says. Where they disagree the latest counts.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub delivered_on: BTreeSet<NaiveDate>,
    /// When it was installed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installed_on: Option<NaiveDate>,
    /// When it was first used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_used_on: Option<NaiveDate>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_on: Option<NaiveDate>,
}

impl Dates {
    /// The date of this basis; `None` while it is not known.
    #[must_use]
    pub fn of(&self, basis: StartBasis) -> Option<NaiveDate> {
        match basis {
            StartBasis::Purchase => self.purchased_on,
            StartBasis::Delivery => self.delivered_on.last().copied(),
            StartBasis::Installation => self.installed_on,
            StartBasis::FirstUse => self.first_used_on,
            StartBasis::Manufacture => self.made_on,
        }
    }
}

/// How long something lasts: always civil dates, never a number of hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// So many calendar days after the first.
    Days(u32),
    /// So many calendar months, at the month's last day where the month is too short.
    Months(u32),
    /// So many calendar years; from 29 February to 28 February in a common year.
    Years(u32),
    /// Up to this date, whenever it began.
    Until(NaiveDate),
    /// For ever.
    Lifetime,
}

impl Length {
    /// The last date that it covers; `None` when there is none.
    ///
    /// ```
    /// use aftercare::warranty::Length;
    /// let bought_on = "2024-02-29".parse().unwrap();
    /// assert_eq!(Length::Years(2).last_day(bought_on), "2026-02-28".parse().ok());
    /// ```
    #[must_use]
    pub fn last_day(self, start: NaiveDate) -> Option<NaiveDate> {
        let end = match self {
            Self::Days(days) => start.checked_add_days(Days::new(days.into())),
            Self::Months(months) => months_after(start, months),
            Self::Years(years) => months_after(start, years.saturating_mul(12)),
            Self::Until(date) => Some(date),
            Self::Lifetime => return None,
        };
        Some(end.unwrap_or(NaiveDate::MAX))
    }

    /// Whether it is no time at all.
    pub(super) const fn is_nothing(self) -> bool {
        matches!(self, Self::Days(0) | Self::Months(0) | Self::Years(0))
    }

    /// Whether it is longer than another wherever both begin. Days and months cannot be compared.
    pub(super) fn outlasts(self, other: Self) -> bool {
        let months = |length| match length {
            Self::Months(months) => Some(months),
            Self::Years(years) => Some(years.saturating_mul(12)),
            Self::Days(_) | Self::Until(_) | Self::Lifetime => None,
        };
        match (self, other) {
            (Self::Lifetime, Self::Lifetime) => false,
            (Self::Lifetime, _) => true,
            (Self::Days(one), Self::Days(two)) => one > two,
            (Self::Until(one), Self::Until(two)) => one > two,
            (one, two) => months(one)
                .zip(months(two))
                .is_some_and(|(one, two)| one > two),
        }
    }

    /// The longer of two that begin on one date.
    #[must_use]
    pub fn longer(self, other: Self, start: NaiveDate) -> Self {
        match (self.last_day(start), other.last_day(start)) {
            (Some(one), Some(two)) if two > one => other,
            (Some(_), None) => other,
            _ => self,
        }
    }
}

fn months_after(start: NaiveDate, months: u32) -> Option<NaiveDate> {
    civil::add_months(start, i32::try_from(months).ok()?)
}

/// How much use a term covers, by one meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageLimit {
    /// Which meter.
    pub meter: Code,
    /// The most use since it was new that is covered.
    pub most: u64,
}

/// What is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// Spare parts.
    Parts,
    /// Work.
    Labour,
    /// Travel, shipping and other expenses.
    Travel,
}

impl Item {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Parts, Self::Labour, Self::Travel];
}

/// How much of something is paid, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Benefit {
    /// The share that is paid.
    pub share: BasisPoints,
    /// How long, from the start of the term; as long as the term when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lasts: Option<Length>,
}

impl Benefit {
    /// All of it, as long as the term lasts.
    pub const FULL: Self = Self {
        share: BasisPoints::WHOLE,
        lasts: None,
    };
}

/// Components and causes: of each, these words, or all when there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scope {
    /// Components.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub components: BTreeSet<Code>,
    /// Causes of the fault.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub causes: BTreeSet<Code>,
}

impl Scope {
    /// Whether a fault lies in it. What is not known lies only in a scope that takes all.
    #[must_use]
    pub fn has(&self, component: Option<&Code>, cause: Option<&Code>) -> bool {
        let fits = |words: &BTreeSet<Code>, word: Option<&Code>| {
            words.is_empty() || word.is_some_and(|word| words.contains(word))
        };
        fits(&self.components, component) && fits(&self.causes, cause)
    }
}

/// Something that a term covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// Its name, by which decisions speak of it.
    pub name: Code,
    /// Of which faults it speaks.
    #[serde(flatten)]
    pub scope: Scope,
    /// What is paid, and how much of it.
    pub pays: BTreeMap<Item, Benefit>,
}

impl Clause {
    /// Every fault, and everything it costs.
    #[must_use]
    pub fn everything(name: Code) -> Self {
        Self {
            name,
            scope: Scope::default(),
            pays: Item::ALL.map(|item| (item, Benefit::FULL)).into(),
        }
    }

    /// Only faults of this component, beside others that were named.
    #[must_use]
    pub fn of_component(mut self, component: Code) -> Self {
        self.scope.components.insert(component);
        self
    }

    /// Only faults with this cause, beside others that were named.
    #[must_use]
    pub fn of_cause(mut self, cause: Code) -> Self {
        self.scope.causes.insert(cause);
        self
    }

    /// With this benefit.
    #[must_use]
    pub fn paying(mut self, item: Item, benefit: Benefit) -> Self {
        self.pays.insert(item, benefit);
        self
    }
}

/// Faults that a term does not cover, whatever its clauses say. It goes by what caused the fault: that another
/// maker's part was fitted excludes nothing unless that part is the cause (15 U.S.C. § 2302(c)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// Its name, by which decisions speak of it.
    pub name: Code,
    /// Of which faults it speaks.
    #[serde(flatten)]
    pub scope: Scope,
    /// What is not paid for them; nothing at all when empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub items: BTreeSet<Item>,
}

/// What is paid less as a unit grows older: from so many whole months after the start, this share of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProRata {
    /// Whole months after the start.
    pub after_months: u32,
    /// The share that is paid from then on.
    pub share: BasisPoints,
}

/// A warranty as the business wrote it. Pinned whole when a unit is sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Its name.
    pub name: Code,
    /// Which revision of it.
    #[serde(default = "first")]
    pub revision: u32,
    /// Who stands behind it.
    pub kind: TermKind,
    /// From when it counts: the first of these whose date is known.
    pub starts: Vec<StartBasis>,
    /// How long it lasts.
    pub lasts: Length,
    /// How much use it covers; whichever limit is reached first ends it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usage: Vec<UsageLimit>,
    /// What it covers. Of clauses that fit one fault, the best for each item counts.
    pub covers: Vec<Clause>,
    /// What it does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes: Vec<Exclusion>,
    /// Whether it goes along to the next owner.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub transferable: bool,
    /// Within how many days after the start the unit has to be registered, by whoever owned it then; not at all when absent.
    /// What replaces a unit that was registered in time need not be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register_within_days: Option<u32>,
    /// Whether the purchase has to be proven.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub proof_needed: bool,
    /// What the customer pays of every claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deductible: Option<Money>,
    /// What is paid less as it grows older, the earliest step first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pro_rata: Vec<ProRata>,
    /// What repairs do to its end; for a term of the law the regime says so.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub extends: Extends,
}

fn is_nothing(extends: &Extends) -> bool {
    *extends == Extends::default()
}

const fn first() -> u32 {
    1
}

const fn yes() -> bool {
    true
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape serde asks for"
)]
const fn is_yes(flag: &bool) -> bool {
    *flag
}

impl Term {
    /// One that covers everything from delivery, or from the sale where no delivery is known.
    #[must_use]
    pub fn new(name: Code, kind: TermKind, lasts: Length) -> Self {
        Self {
            covers: vec![Clause::everything(Code::known("everything"))],
            name,
            revision: 1,
            kind,
            starts: vec![StartBasis::Delivery, StartBasis::Purchase],
            lasts,
            usage: Vec::new(),
            excludes: Vec::new(),
            transferable: true,
            register_within_days: None,
            proof_needed: false,
            deductible: None,
            pro_rata: Vec::new(),
            extends: Extends::default(),
        }
    }

    /// Counting from the first of these dates that is known.
    #[must_use]
    pub fn starting(mut self, starts: &[StartBasis]) -> Self {
        self.starts = starts.to_vec();
        self
    }

    /// Covering no more than this use.
    #[must_use]
    pub fn up_to_usage(mut self, meter: Code, most: u64) -> Self {
        self.usage.push(UsageLimit { meter, most });
        self
    }

    /// Covering what these clauses say, and nothing else.
    #[must_use]
    pub fn covering(mut self, clauses: impl IntoIterator<Item = Clause>) -> Self {
        self.covers = clauses.into_iter().collect();
        self
    }

    /// Not covering faults with this cause.
    #[must_use]
    pub fn excluding_cause(mut self, cause: Code) -> Self {
        let scope = Scope {
            causes: [cause.clone()].into(),
            ..Scope::default()
        };
        self.excludes.push(Exclusion {
            name: cause,
            scope,
            items: BTreeSet::new(),
        });
        self
    }

    /// For the first owner only.
    #[must_use]
    pub const fn not_transferable(mut self) -> Self {
        self.transferable = false;
        self
    }

    /// Only for units that are registered so many days after the start.
    #[must_use]
    pub const fn registered_within(mut self, days: u32) -> Self {
        self.register_within_days = Some(days);
        self
    }

    /// With this part of every claim paid by the customer.
    #[must_use]
    pub const fn with_deductible(mut self, amount: Money) -> Self {
        self.deductible = Some(amount);
        self
    }

    /// When it counts from; `None` while none of its dates is known.
    #[must_use]
    pub fn start(&self, dates: &Dates) -> Option<NaiveDate> {
        self.starts.iter().find_map(|basis| dates.of(*basis))
    }

    /// The share that is paid at this age.
    #[must_use]
    pub fn pro_rata_share(&self, start: NaiveDate, on: NaiveDate) -> BasisPoints {
        if self.pro_rata.is_empty() {
            return BasisPoints::WHOLE;
        }
        let age = u32::try_from(civil::months_between(start, on)).unwrap_or(0);
        let reached = |step: &&ProRata| step.after_months <= age;
        let step = self.pro_rata.iter().rev().find(reached);
        step.map_or(BasisPoints::WHOLE, |step| step.share)
    }
}
