//! How the business deals with warranties.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::regime::Regimes;
use super::remedy::Remedy;
use super::term::Term;
use crate::calendar::Zone;
use crate::kernel::{BasisPoints, Code, Currency, Money};

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
    /// The first date of sale with which it came, such as that from which a claim was advertised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sold_from: Option<NaiveDate>,
    /// The last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sold_until: Option<NaiveDate>,
}

impl Offer {
    /// With every unit, whenever it is sold.
    #[must_use]
    pub const fn always(term: Code) -> Self {
        Self {
            term,
            categories: BTreeSet::new(),
            products: BTreeSet::new(),
            sold_from: None,
            sold_until: None,
        }
    }

    /// With units of this category only, beside others that were named.
    #[must_use]
    pub fn in_category(mut self, category: Code) -> Self {
        self.categories.insert(category);
        self
    }

    /// With sales between these dates only, both included.
    #[must_use]
    pub const fn sold_between(mut self, from: NaiveDate, until: NaiveDate) -> Self {
        self.sold_from = Some(from);
        self.sold_until = Some(until);
        self
    }

    /// Whether units of this model that are sold on this date come with it.
    #[must_use]
    pub fn fits(&self, product: &Code, category: Option<&Code>, sold_on: NaiveDate) -> bool {
        let is_early = self.sold_from.is_some_and(|from| sold_on < from);
        let is_late = self.sold_until.is_some_and(|until| sold_on > until);
        if is_early || is_late {
            return false;
        }
        let fits = |words: &BTreeSet<Code>, word: Option<&Code>| {
            words.is_empty() || word.is_some_and(|word| words.contains(word))
        };
        fits(&self.products, Some(product)) && fits(&self.categories, category)
    }
}

/// What a supplier owes the business for faults of what they supplied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplierTerm {
    /// Which supplier.
    pub supplier: Code,
    /// Their term, and for which units. It is judged as those of customers are, from the dates of the unit.
    #[serde(flatten)]
    pub offer: Offer,
    /// The last day to ask for it: so many calendar days after the repair was done.
    pub ask_within_days: u32,
}

/// The most that a role may give under goodwill.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GoodwillLimit {
    /// The share of what a repair costs.
    pub share: BasisPoints,
    /// What is paid, in each currency.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amounts: Vec<Money>,
}

/// The amount in a currency; the highest where it is listed twice.
pub(crate) fn in_currency<'a>(
    amounts: impl IntoIterator<Item = &'a Money>,
    currency: Currency,
) -> Option<Money> {
    let own = amounts.into_iter().filter(|it| it.currency() == currency);
    own.max_by_key(|it| it.minor()).copied()
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
    /// The regime under which it sells when a sale names none, and its zone none either.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regime: Option<Code>,
    /// The regime under which it sells where a sale names none: by the name of the customer's zone, as it is pinned into the
    /// order, or else of the owner's profile. A zone stands for its country, such as `Europe/Berlin` for Germany.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub regime_by_zone: BTreeMap<String, Code>,
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
    /// Remedies that are approved at once, when the claim comes in, for claims that name the remedy they want, are covered in
    /// full and have no flag. Of what is listed here only repair and replacement are; money is for a person.
    pub approved_by_rule: BTreeSet<Remedy>,
    /// The most that somebody with a role may approve to be paid back, in each currency; roles that are not listed, and
    /// currencies that are not, are for remedies without a payment only. The system may approve anything.
    pub approval_limits: BTreeMap<Code, Vec<Money>>,
    /// The most that somebody with a role may give under goodwill. Where no role is listed, whoever may review may have a
    /// repair done at the business's cost, and nobody but the system may pay.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub goodwill_limits: BTreeMap<Code, GoodwillLimit>,
    /// So many days after the customer has what they waited for, what was lent to them is to be back.
    pub loaner_back_days: u32,
    /// The term that a repair comes with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work_term: Option<Code>,
    /// More claims for one unit within a year than this are flagged.
    pub most_claims_in_year: u32,
    /// More claims of one customer within a year than this, for whatever units, are flagged. They are counted no
    /// further than one more.
    pub most_claims_of_customer_in_year: u32,
    /// A remedy costs out of proportion when it costs more than this share of what it is compared with. The law gives no
    /// number; while absent nothing is out of proportion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_proportion: Option<BasisPoints>,
    /// What suppliers owe the business.
    pub suppliers: Vec<SupplierTerm>,
    /// So many days before a supplier's time ends the team is told, if nothing was asked for.
    pub recovery_reminder_days: u32,
    /// The team that is told what is due.
    pub team: Code,
}

impl Default for WarrantyPolicy {
    /// No regime and no term yet; told 30 days before the end; 30 days to appeal; fulfilled claims close after 14
    /// days; nothing is approved by rule; more than three claims a year for one unit, or six of one customer, are looked
    /// at; what was lent is back within 7 days; a supplier is remembered 14 days before their time ends; the team `warranty`.
    fn default() -> Self {
        Self {
            regimes: Regimes::default(),
            regime: None,
            regime_by_zone: BTreeMap::new(),
            terms: Vec::new(),
            offers: Vec::new(),
            causes: BTreeSet::new(),
            ends_soon_days: Some(30),
            appeal_days: 30,
            close_after_days: 14,
            approved_by_rule: BTreeSet::new(),
            approval_limits: BTreeMap::new(),
            goodwill_limits: BTreeMap::new(),
            loaner_back_days: 7,
            work_term: None,
            most_claims_in_year: 3,
            most_claims_of_customer_in_year: 6,
            out_of_proportion: None,
            suppliers: Vec::new(),
            recovery_reminder_days: 14,
            team: Code::known("warranty"),
        }
    }
}

impl WarrantyPolicy {
    /// The name of the regime for a sale that names none, to a customer in this zone.
    #[must_use]
    pub fn regime_in(&self, zone: &Zone) -> Option<&Code> {
        let own = self.regime_by_zone.get(zone.name());
        own.or(self.regime.as_ref())
    }

    /// The newest revision of a term.
    #[must_use]
    pub fn term(&self, name: &Code) -> Option<&Term> {
        let named = self.terms.iter().filter(|term| term.name == *name);
        named.max_by_key(|term| term.revision)
    }

    /// The terms that units of this model come with that are sold on this date.
    pub fn offered<'a>(
        &'a self,
        product: &'a Code,
        category: Option<&'a Code>,
        sold_on: NaiveDate,
    ) -> impl Iterator<Item = &'a Term> {
        let fits = move |offer: &&Offer| offer.fits(product, category, sold_on);
        self.offers
            .iter()
            .filter(fits)
            .filter_map(|offer| self.term(&offer.term))
    }
}
