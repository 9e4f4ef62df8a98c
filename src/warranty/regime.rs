//! Statutory regimes: what the law of a place says for sales of a time, as data.
//!
//! None of it is legal advice. The business loads the regimes that hold where it sells, its lawyers check them, and
//! every figure can say where it comes from.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::contract::{AtDelivery, Contract, RegimeRef};
use super::remedy::{Condition, Remedy, RemedyRule, UseDeduction};
use super::repair::{Counted, Extends, GivenWithin, RepairTime, Spell, reject_until};
use super::term::{Clause, Dates, Length, Term};
use crate::calendar::BusinessHours;
use crate::kernel::{Code, Problem};

/// How long the warranty of a replacement lasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplacementTerm {
    /// For what was left of that of the unit that was bought.
    #[default]
    Remaining,
    /// Anew, from the day it was handed over.
    Anew,
}

/// A right to hand goods back at once, without a repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectRule {
    /// Days after delivery.
    pub days: u32,
    /// Days after delivery for products of some categories, such as those that perish.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub days_by_category: BTreeMap<Code, u32>,
    /// The least that is left of it after a repair that was waited for.
    pub least_days_after_wait: u32,
}

/// What of a sale changes how long the law's warranty lasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sale {
    /// The unit was used, and its warranty was agreed to last so long. It has force only where the law lets less be
    /// agreed, and no further than that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_agreed: Option<Length>,
    /// Digital content or a digital service that belongs to the unit is supplied for so long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplied: Option<Length>,
}

/// What the law of one place says for sales of one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regime {
    /// The name of the law's place, such as `tr.consumer`.
    pub name: Code,
    /// The revision: a later law, or a correction of the data. Keep the old ones.
    pub revision: u32,
    /// The first date of sale for which it holds.
    pub sold_from: NaiveDate,
    /// The last one; absent while it is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sold_until: Option<NaiveDate>,
    /// Where each figure comes from, by its path in here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, String>,
    /// The warranty that the law gives.
    pub term: Term,
    /// The least that can be agreed for used goods; as for new goods when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_goods_least: Option<Length>,
    /// Components that are digital content or digital services, whose warranty lasts as long as they are supplied.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub digital: BTreeSet<Code>,
    /// What it asks about the day on which a fault was there first; nothing when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_delivery: Option<AtDelivery>,
    /// What repairs do to the end of the warranty.
    #[serde(default)]
    pub extends: Extends,
    /// Whether what repairs add also extends what suppliers owe the seller.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub extends_suppliers: bool,
    /// How long the warranty of a replacement lasts.
    #[serde(default)]
    pub replacement: ReplacementTerm,
    /// How long a repair may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<RepairTime>,
    /// Which remedies are open, and when.
    pub remedies: Vec<RemedyRule>,
    /// By when what was granted has to be given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given_within: Vec<GivenWithin>,
    /// The right to hand goods back at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reject: Option<RejectRule>,
    /// What may be taken off a refund because the goods were used; nothing when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_deduction: Option<UseDeduction>,
}

impl Regime {
    /// Its name and revision.
    #[must_use]
    pub fn reference(&self) -> RegimeRef {
        RegimeRef {
            name: self.name.clone(),
            revision: self.revision,
        }
    }

    /// Whether it holds for goods that were sold on this date.
    #[must_use]
    pub fn holds(&self, sold_on: NaiveDate) -> bool {
        self.sold_from <= sold_on && self.sold_until.is_none_or(|until| sold_on <= until)
    }

    /// The contract that it makes of a plain sale of new goods.
    #[must_use]
    pub fn contract(&self, dates: &Dates) -> Contract {
        let mut contract = Contract::new(self.term.clone(), dates).extended_by(self.extends);
        contract.regime = Some(self.reference());
        contract.at_delivery = self.at_delivery;
        contract
    }

    /// The contracts that it makes of a sale: that of the goods, and one for digital content that is supplied for a
    /// time. Of that, conformity is owed all the time, so when a fault was there first does not matter (Directive (EU)
    /// 2019/771, art. 10(2) and 11(3)).
    #[must_use]
    pub fn contracts(&self, dates: &Dates, sale: &Sale) -> Vec<Contract> {
        let mut goods = self.contract(dates);
        if let Some(start) = goods.starts_on {
            goods.term.lasts = self.used_goods_length(sale.used_agreed, start);
        }
        let supplied = sale.supplied.filter(|_| !self.digital.is_empty());
        let digital = supplied.zip(goods.starts_on).map(|(supplied, start)| {
            let mut digital = goods.clone();
            digital.at_delivery = None;
            digital.term.lasts = supplied.longer(goods.term.lasts, start);
            let name = Code::known("digital");
            let named = format!("{}.{name}", goods.term.name).parse();
            digital.term.name = named.unwrap_or_else(|_| name.clone());
            let mut clause = Clause::everything(name);
            clause.scope.components.clone_from(&self.digital);
            digital.term.covers = vec![clause];
            digital
        });
        [goods].into_iter().chain(digital).collect()
    }

    /// How long the warranty of used goods lasts when this was agreed, in which no less than the law's least counts;
    /// that of new goods when nothing was agreed or the law lets nothing be agreed.
    #[must_use]
    pub fn used_goods_length(&self, agreed: Option<Length>, start: NaiveDate) -> Length {
        match (self.used_goods_least, agreed) {
            (Some(least), Some(agreed)) => agreed.longer(least, start),
            _ => self.term.lasts,
        }
    }

    /// Whether a fault that appears on this date counts as there at delivery.
    #[must_use]
    pub fn is_presumed(&self, delivered_on: NaiveDate, appeared_on: NaiveDate) -> bool {
        let rule = self.at_delivery;
        rule.is_some_and(|rule| appeared_on <= rule.presumed_until(delivered_on))
    }

    /// The last date on which the goods can be handed back at once, as it stands on a date: waiting for a repair stops
    /// the days, and one that is still open is waited for up to that date. `None` where there is no such right.
    #[must_use]
    pub fn reject_until(
        &self,
        delivered_on: NaiveDate,
        category: Option<&Code>,
        spells: &[Spell],
        on: NaiveDate,
    ) -> Option<NaiveDate> {
        let rule = self.reject.as_ref()?;
        let own = category.and_then(|category| rule.days_by_category.get(category));
        let days = own.copied().unwrap_or(rule.days);
        let mut last = Length::Days(days).last_day(delivered_on)?;
        let mut sorted: Vec<_> = spells.iter().filter(|spell| spell.from <= on).collect();
        sorted.sort_unstable_by_key(|spell| (spell.from, spell.to.is_none(), spell.to));
        let mut waited_until = delivered_on;
        for spell in sorted {
            let (asked, back) = (spell.from.max(waited_until), spell.to.unwrap_or(on).min(on));
            if back >= asked
                && let Some(later) = reject_until(last, asked, back, rule.least_days_after_wait)
            {
                last = later;
                waited_until = back;
            }
        }
        Some(last)
    }

    /// Whether something may be taken off a refund that these rules opened because the unit was used. Never off one by
    /// which goods are handed back at once.
    #[must_use]
    pub fn may_take_off(
        &self,
        by: &[Code],
        category: Option<&Code>,
        delivered_on: NaiveDate,
        on: NaiveDate,
    ) -> bool {
        let mut rejects = self.remedies.iter().filter(|rule| {
            rule.opens.contains(&Remedy::Refund) && rule.when.contains(&Condition::RejectInTime)
        });
        let deduction = self.use_deduction.as_ref();
        deduction.is_some_and(|it| it.is_allowed(category, delivered_on, on))
            && !rejects.any(|rule| by.contains(&rule.name))
    }

    /// The last date on which a remedy is given in time; `None` where the law gives no date, or the calendar cannot
    /// answer. `calendar` is that for repairs.
    #[must_use]
    pub fn given_by(
        &self,
        remedy: Remedy,
        noticed_on: NaiveDate,
        granted_on: NaiveDate,
        calendar: Option<&BusinessHours>,
    ) -> Option<NaiveDate> {
        let mut rules = self.given_within.iter();
        let rule = rules.find(|rule| rule.remedies.contains(&remedy))?;
        let time = RepairTime {
            most_days: Some(rule.days),
            most_days_by_category: BTreeMap::new(),
            loaner_after_days: None,
            counted: rule.counted,
            first_day_counts: rule.first_day_counts,
            ..self.repair.clone().unwrap_or_default()
        };
        let from = if rule.from_notice {
            noticed_on
        } else {
            granted_on
        };
        time.due(from, None, calendar).ok()?.done_by
    }

    /// Whether it overlaps a lower revision in time, and begins or ends before that.
    fn overtakes(&self, other: &Self) -> bool {
        if self.name != other.name || self.revision <= other.revision {
            return false;
        }
        let last = |regime: &Self| regime.sold_until.unwrap_or(NaiveDate::MAX);
        let overlaps = self.sold_from <= last(other) && other.sold_from <= last(self);
        overlaps && (self.sold_from < other.sold_from || last(self) < last(other))
    }

    fn problems(&self) -> Vec<Problem> {
        let mut found: Vec<_> = self
            .term
            .problems()
            .into_iter()
            .map(|problem| problem.within("term"))
            .collect();
        if self.sold_until.is_some_and(|until| until < self.sold_from) {
            found.push(Problem::new(
                "sold_until",
                "warranty.never_in_force",
                &self.name,
            ));
        }
        if self.used_goods_least.is_some_and(Length::is_nothing) {
            let code = "warranty.lasts_no_time";
            found.push(Problem::new("used_goods_least", code, &self.name));
        }
        if self.extends.months_once == Some(0) || self.extends.recheck_days == Some(0) {
            let code = "warranty.extends_nothing";
            found.push(Problem::new("extends", code, &self.name));
        }
        if let Some(reject) = &self.reject
            && (reject.days == 0 || reject.days_by_category.values().any(|days| *days == 0))
        {
            found.push(Problem::new("reject.days", "warranty.no_days", 0));
        }
        if self.remedies.is_empty() {
            found.push(Problem::new("remedies", "warranty.no_remedy", &self.name));
        }
        for (n, rule) in self.remedies.iter().enumerate() {
            if rule.opens.is_empty() {
                let path = format!("remedies[{n}].opens");
                found.push(Problem::new(path, "warranty.opens_nothing", &rule.name));
            }
        }
        let has_calendar = self.repair.as_ref().is_some_and(|it| it.calendar.is_some());
        for (n, rule) in self.given_within.iter().enumerate() {
            let path = format!("given_within[{n}].days");
            if rule.days == 0 {
                found.push(Problem::new(path, "warranty.no_days", 0));
            } else if rule.counted == Counted::Working && !has_calendar {
                found.push(Problem::new(path, "warranty.no_calendar", &self.name));
            }
        }
        if let Some(repair) = &self.repair {
            let problems = repair.problems().into_iter();
            found.extend(problems.map(|problem| problem.within("repair")));
        }
        found
    }
}

/// The regimes of a business, of every place and time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Regimes(pub Vec<Regime>);

impl Regimes {
    /// The regime of this name for a sale on this date; of several, the highest revision.
    #[must_use]
    pub fn at(&self, name: &Code, sold_on: NaiveDate) -> Option<&Regime> {
        let named = self.0.iter().filter(|it| it.name == *name);
        named
            .filter(|it| it.holds(sold_on))
            .max_by_key(|it| it.revision)
    }

    /// This very revision.
    #[must_use]
    pub fn find(&self, reference: &RegimeRef) -> Option<&Regime> {
        let mut named = self.0.iter().filter(|it| it.name == reference.name);
        named.find(|it| it.revision == reference.revision)
    }

    /// What is wrong with them, each with its path from here. Revisions may overlap in time, and the highest holds: but none
    /// begins or ends before a lower one that it overlaps, or an older law would hold for later sales.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        for (n, regime) in self.0.iter().enumerate() {
            let mut earlier = self.0.iter().take(n);
            if earlier.any(|it| it.reference() == regime.reference()) {
                let path = format!("[{n}].revision");
                found.push(Problem::new(path, "warranty.revision_twice", &regime.name));
            }
            if self.0.iter().any(|it| regime.overtakes(it)) {
                let path = format!("[{n}].sold_from");
                found.push(Problem::new(path, "warranty.regimes_overlap", &regime.name));
            }
            let own = regime.problems().into_iter();
            found.extend(own.map(|problem| problem.within(&format!("[{n}]"))));
        }
        found
    }
}
