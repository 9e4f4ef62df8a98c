//! Remedies: what a customer may ask for, when, and what the business may answer.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::civil;
use crate::kernel::{BasisPoints, Code, Money, Rounding};

/// What is done about a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Remedy {
    /// It is repaired.
    Repair,
    /// It is replaced.
    Replacement,
    /// The contract is ended and the price paid back.
    Refund,
    /// A part of the price is paid back.
    PriceCut,
    /// It is repaired, or some of its price is paid, although nothing obliges the business, which may bear only a share.
    Goodwill,
}

impl Remedy {
    /// Its name, as it is stored and told.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Repair => "repair",
            Self::Replacement => "replacement",
            Self::Refund => "refund",
            Self::PriceCut => "price_cut",
            Self::Goodwill => "goodwill",
        }
    }
}

/// What must be so for a remedy to be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Condition {
    /// The unit was never repaired under this warranty, and nothing was chosen yet.
    NothingTried,
    /// So many repairs or replacements were done before, and there is a fault again.
    Repaired(u32),
    /// There were so many faults within the last year, this one included.
    FaultsInYear(u32),
    /// There were so many faults within the term, this one included.
    FaultsInTerm(u32),
    /// The same fault was there so often within the last year, this one included.
    SameFaultInYear(u32),
    /// A repair takes, or took, longer than it may.
    RepairOverdue,
    /// A replacement was not given by the date that the law gives for it.
    ReplacementOverdue,
    /// A report says that it cannot be repaired.
    Irreparable,
    /// The business refused the repair or replacement, or said that it would not do it.
    Refused,
    /// The fault is so serious that no repair need be awaited.
    Serious,
    /// The fault is not minor.
    NotMinor,
    /// No repair that was asked for is still in its time.
    NotWaiting,
    /// The time to reject the goods is not over.
    RejectInTime,
}

/// To whom a customer may turn for a remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Party {
    /// Who sold it.
    Seller,
    /// Who made it.
    Producer,
    /// Who brought it into the country.
    Importer,
}

/// One way in which remedies become open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemedyRule {
    /// Its name, by which decisions speak of it.
    pub name: Code,
    /// Which remedies it opens.
    pub opens: BTreeSet<Remedy>,
    /// What must be so; always when empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub when: BTreeSet<Condition>,
    /// Whether the customer may insist, so that the business cannot choose another.
    #[serde(default = "yes")]
    pub insists: bool,
    /// Whether the business may refuse a remedy that is impossible, or out of proportion beside another.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refusable: bool,
    /// Who owes it; the seller when nothing is said.
    #[serde(default = "seller")]
    pub owed_by: BTreeSet<Party>,
}

fn seller() -> BTreeSet<Party> {
    BTreeSet::from([Party::Seller])
}

const fn yes() -> bool {
    true
}

/// What happened to a unit and to a claim, as far as remedies depend on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own that a rule may name"
)]
pub struct History {
    /// Repairs and replacements that were done under the warranty before this fault.
    pub repairs: u32,
    /// Faults within the last year, this one included.
    pub faults_in_year: u32,
    /// Faults within the term, this one included.
    pub faults_in_term: u32,
    /// How often the same fault was there within the last year, this one included.
    pub same_fault_in_year: u32,
    /// What the customer chose for this claim, or let begin. What the business approves is no choice of theirs.
    pub chosen: Option<Remedy>,
    /// A repair is under way and in its time.
    pub waiting: bool,
    /// A repair takes, or took, longer than it may.
    pub overdue: bool,
    /// A replacement was not given by its date.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub replacement_overdue: bool,
    /// A report says that it cannot be repaired.
    pub irreparable: bool,
    /// The business refused the repair or replacement.
    pub refused: bool,
    /// Remedies that the business refused on a ground that the law gives it.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub refused_remedies: BTreeSet<Remedy>,
    /// The fault is serious.
    pub serious: bool,
    /// The fault is minor.
    pub minor: bool,
    /// The time to reject the goods is not over.
    pub reject_in_time: bool,
}

impl Condition {
    /// Whether it is so.
    #[must_use]
    pub const fn holds(self, history: &History) -> bool {
        match self {
            Self::NothingTried => history.repairs == 0 && history.chosen.is_none(),
            Self::Repaired(times) => history.repairs >= times,
            Self::FaultsInYear(times) => history.faults_in_year >= times,
            Self::FaultsInTerm(times) => history.faults_in_term >= times,
            Self::SameFaultInYear(times) => history.same_fault_in_year >= times,
            Self::RepairOverdue => history.overdue,
            Self::ReplacementOverdue => history.replacement_overdue,
            Self::Irreparable => history.irreparable,
            Self::Refused => history.refused,
            Self::Serious => history.serious,
            Self::NotMinor => !history.minor,
            Self::NotWaiting => !history.waiting,
            Self::RejectInTime => history.reject_in_time,
        }
    }
}

/// A remedy that is open, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Which.
    pub remedy: Remedy,
    /// Whether the customer may insist.
    pub insists: bool,
    /// Whether the business may refuse it when it is impossible or out of proportion.
    pub refusable: bool,
    /// The rules that open it, those first by which the customer may insist.
    pub by: Vec<Code>,
    /// Who owes it.
    pub owed_by: BTreeSet<Party>,
}

/// The remedies that rules open, each once. What was refused on a ground that the law gives is not open by a rule that
/// lets it be refused.
#[must_use]
pub fn open_remedies(rules: &[RemedyRule], history: &History) -> Vec<Open> {
    let mut open: Vec<Open> = Vec::new();
    let holds = |rule: &&RemedyRule| rule.when.iter().all(|it| it.holds(history));
    for rule in rules.iter().filter(holds) {
        let is_refused =
            |remedy: &&Remedy| rule.refusable && history.refused_remedies.contains(*remedy);
        for remedy in rule.opens.iter().filter(|remedy| !is_refused(remedy)) {
            let name = rule.name.clone();
            match open.iter_mut().find(|it| it.remedy == *remedy) {
                Some(known) => {
                    let place = if rule.insists { 0 } else { known.by.len() };
                    known.by.insert(place, name);
                    known.insists |= rule.insists;
                    known.refusable &= rule.refusable;
                    known.owed_by.extend(&rule.owed_by);
                }
                None => open.push(Open {
                    remedy: *remedy,
                    insists: rule.insists,
                    refusable: rule.refusable,
                    by: vec![name],
                    owed_by: rule.owed_by.clone(),
                }),
            }
        }
    }
    open.sort_unstable_by_key(|it| it.remedy);
    open
}

/// Why the business need not give a remedy that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ground {
    /// It cannot be done.
    Impossible,
    /// It costs out of proportion beside another that is open (Directive (EU) 2019/771, art. 13(2)).
    Costly {
        /// What it costs.
        cost: Money,
        /// The other remedy.
        other: Remedy,
        /// What that costs.
        other_cost: Money,
        /// The other is a significant inconvenience to the customer.
        #[serde(default)]
        other_is_inconvenient: bool,
    },
    /// It costs out of proportion beside what the unit would be worth without the fault, for which its price stands
    /// (the same, art. 13(3)).
    AboveValue {
        /// What it costs.
        cost: Money,
    },
}

impl Ground {
    /// Its stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Impossible => "impossible",
            Self::Costly { .. } => "costly",
            Self::AboveValue { .. } => "above_value",
        }
    }
}

/// Whether a remedy costs out of proportion beside another: more than this share of it, and the other is no great
/// inconvenience to the customer (Directive (EU) 2019/771, art. 13(2)). The law gives no number; the business sets it.
#[must_use]
pub fn is_disproportionate(
    chosen: Money,
    other: Money,
    most: BasisPoints,
    other_is_inconvenient: bool,
) -> bool {
    let Ok(limit) = most.of(other, Rounding::Up) else {
        return false;
    };
    !other_is_inconvenient && chosen.minor() > limit.minor()
}

/// What may be taken off a refund because the goods were used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseDeduction {
    /// Within so many months after delivery nothing may be taken off.
    pub not_within_months: u32,
    /// For these categories it may be taken off from the first day.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub at_once_for: BTreeSet<Code>,
}

impl UseDeduction {
    /// Whether something may be taken off.
    #[must_use]
    pub fn is_allowed(
        &self,
        category: Option<&Code>,
        delivered_on: NaiveDate,
        on: NaiveDate,
    ) -> bool {
        let at_once = category.is_some_and(|category| self.at_once_for.contains(category));
        let months = i32::try_from(self.not_within_months).unwrap_or(i32::MAX);
        let free_until = civil::add_months(delivered_on, months).unwrap_or(NaiveDate::MAX);
        at_once || on > free_until
    }
}
