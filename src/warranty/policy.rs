//! How the business deals with warranties.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::regime::Regimes;
use super::remedy::Remedy;
use super::term::Term;
use crate::kernel::{Code, Money, Problem};

/// Which units come with a term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The term.
    pub term: Code,
    /// Products of these categories; of all when empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub categories: BTreeSet<Code>,
    /// These models; all when empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub products: BTreeSet<Code>,
}

impl Offer {
    /// Whether units of this model come with it.
    #[must_use]
    pub fn fits(&self, product: &Code, category: Option<&Code>) -> bool {
        let fits = |words: &BTreeSet<Code>, word: Option<&Code>| {
            words.is_empty() || word.is_some_and(|word| words.contains(word))
        };
        fits(&self.products, Some(product)) && fits(&self.categories, category)
    }
}

/// How the business deals with warranties.
///
/// What is written here covers no unit by itself: [`StartWarranty`](super::StartWarranty) puts one under warranty, and
/// deliveries do where the rulebook's `reactions` have
/// [`Reaction::start_warranty`](crate::rulebook::Reaction::start_warranty).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WarrantyPolicy {
    /// The regimes of the places where it sells, of every time.
    pub regimes: Regimes,
    /// The regime under which it sells when a sale names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regime: Option<Code>,
    /// The terms there are.
    pub terms: Vec<Term>,
    /// Which units come with which term.
    pub offers: Vec<Offer>,
    /// The causes of faults there are; any when empty.
    pub causes: BTreeSet<Code>,
    /// How many days before its end the owner is told that a term ends; never when absent.
    pub ends_soon_days: Option<u32>,
    /// For how many days a denial can be appealed against.
    pub appeal_days: u32,
    /// After how many days a claim closes by itself that was fulfilled.
    pub close_after_days: u32,
    /// Remedies that are approved at once for claims that are covered in full and have no flag.
    pub approved_by_rule: BTreeSet<Remedy>,
    /// The most that somebody with a role may approve to be paid back; roles that are not listed may approve
    /// remedies without a payment only. The system may approve anything.
    pub approval_limits: BTreeMap<Code, Money>,
    /// The term that a repair comes with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_term: Option<Code>,
    /// More claims for one unit within a year than this are flagged.
    pub most_claims_in_year: u32,
    /// The team that is told what is due.
    pub team: Code,
}

impl Default for WarrantyPolicy {
    /// No regime and no term yet; told 30 days before the end; 30 days to appeal; fulfilled claims close after 14
    /// days; nothing is approved by rule; more than three claims a year are looked at; the team `warranty`.
    fn default() -> Self {
        Self {
            regimes: Regimes::default(),
            regime: None,
            terms: Vec::new(),
            offers: Vec::new(),
            causes: BTreeSet::new(),
            ends_soon_days: Some(30),
            appeal_days: 30,
            close_after_days: 14,
            approved_by_rule: BTreeSet::new(),
            approval_limits: BTreeMap::new(),
            work_term: None,
            most_claims_in_year: 3,
            team: Code::known("warranty"),
        }
    }
}

impl WarrantyPolicy {
    /// The newest revision of a term.
    #[must_use]
    pub fn term(&self, name: &Code) -> Option<&Term> {
        let named = self.terms.iter().filter(|term| term.name == *name);
        named.max_by_key(|term| term.revision)
    }

    /// The terms that units of this model come with.
    pub fn offered<'a>(
        &'a self,
        product: &'a Code,
        category: Option<&'a Code>,
    ) -> impl Iterator<Item = &'a Term> {
        let fits = move |offer: &&Offer| offer.fits(product, category);
        self.offers
            .iter()
            .filter(fits)
            .filter_map(|offer| self.term(&offer.term))
    }

    /// What is wrong with it, each with its path from here. `calendars` are those of the rulebook.
    #[must_use]
    pub fn problems(&self, has_calendar: impl Fn(&Code) -> bool) -> Vec<Problem> {
        let mut found = Vec::new();
        let regimes = self.regimes.problems().into_iter();
        found.extend(regimes.map(|problem| problem.within("regimes")));
        for (n, regime) in self.regimes.0.iter().enumerate() {
            let calendar = regime.repair.as_ref().and_then(|it| it.calendar.as_ref());
            if let Some(calendar) = calendar.filter(|calendar| !has_calendar(calendar)) {
                let path = format!("regimes[{n}].repair.calendar");
                found.push(Problem::new(path, "warranty.no_calendar", calendar));
            }
        }
        for (n, term) in self.terms.iter().enumerate() {
            let own = term.problems().into_iter();
            found.extend(own.map(|problem| problem.within(&format!("terms[{n}]"))));
            let same = |it: &&Term| (&it.name, it.revision) == (&term.name, term.revision);
            if self.terms.iter().take(n).any(|it| same(&it)) {
                let path = format!("terms[{n}].revision");
                found.push(Problem::new(path, "warranty.revision_twice", &term.name));
            }
        }
        for (n, offer) in self.offers.iter().enumerate() {
            if self.term(&offer.term).is_none() {
                let path = format!("offers[{n}].term");
                found.push(Problem::new(path, "warranty.unknown_term", &offer.term));
            }
        }
        if let Some(work) = self.work_term.as_ref().filter(|it| self.term(it).is_none()) {
            found.push(Problem::new("work_term", "warranty.unknown_term", work));
        }
        let is_known = |name: &Code| self.regimes.0.iter().any(|it| it.name == *name);
        if let Some(regime) = self.regime.as_ref().filter(|name| !is_known(name)) {
            found.push(Problem::new("regime", "warranty.unknown_regime", regime));
        }
        found
    }
}
