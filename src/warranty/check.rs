//! What is wrong with terms and with the policy, each with its path.

use std::collections::BTreeSet;

use super::policy::{Offer, WarrantyPolicy};
use super::remedy::Remedy;
use super::term::{Length, ProRata, Scope, Term, TermKind};
use crate::calendar::Zone;
use crate::kernel::{BasisPoints, Code, Money, Problem};

impl Term {
    /// What is wrong with it, each with its path from here.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut say = |path: &str, code: &'static str| {
            found.push(Problem::new(path, code, &self.name));
        };
        if self.starts.is_empty() {
            say("starts", "warranty.no_start");
        }
        if self.covers.is_empty() {
            say("covers", "warranty.covers_nothing");
        }
        if self.lasts.is_nothing() {
            say("lasts", "warranty.lasts_no_time");
        }
        if self.deductible.is_some_and(|amount| amount.is_negative()) {
            say("deductible", "warranty.negative");
        }
        let steps = self.pro_rata.iter().zip(self.pro_rata.iter().skip(1));
        let falls = |(one, two): (&ProRata, &ProRata)| {
            one.after_months < two.after_months && one.share >= two.share
        };
        let fits = |step: &ProRata| step.share <= BasisPoints::WHOLE;
        if !steps.clone().all(falls) || !self.pro_rata.iter().all(fits) {
            say("pro_rata", "warranty.bad_pro_rata");
        }
        if self.extends.months_once == Some(0) || self.extends.recheck_days == Some(0) {
            say("extends", "warranty.extends_nothing");
        }
        for (n, limit) in self.usage.iter().enumerate() {
            if limit.most == 0 {
                let path = format!("usage[{n}].most");
                found.push(Problem::new(path, "warranty.no_use", &limit.meter));
            }
        }
        found.extend(self.clause_problems());
        found
    }

    fn clause_problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        for (n, clause) in self.covers.iter().enumerate() {
            let mut say = |code: &'static str| {
                found.push(Problem::new(
                    format!("covers[{n}].pays"),
                    code,
                    &clause.name,
                ));
            };
            let mut shares = clause.pays.values().map(|benefit| benefit.share);
            if clause.pays.is_empty() || shares.any(|share| share > BasisPoints::WHOLE) {
                say("warranty.bad_share");
            }
            let lengths = clause.pays.values().filter_map(|benefit| benefit.lasts);
            if lengths.clone().any(Length::is_nothing) {
                say("warranty.lasts_no_time");
            }
            // The term itself is over then, so that nothing of it would be paid.
            if lengths.clone().any(|lasts| lasts.outlasts(self.lasts)) {
                say("warranty.outlasts_term");
            }
        }
        for (n, exclusion) in self.excludes.iter().enumerate() {
            if exclusion.scope == Scope::default() && exclusion.items.is_empty() {
                let (path, code) = (format!("excludes[{n}]"), "warranty.excludes_everything");
                found.push(Problem::new(path, code, &exclusion.name));
            }
        }
        found
    }
}

impl WarrantyPolicy {
    /// What is wrong with it, each with its path from here. `has_calendar` knows those of the rulebook.
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
        found.extend(self.term_problems());
        found.extend(self.offer_problems());
        found.extend(self.work_problems());
        found.extend(self.regime_problems());
        found.extend(self.limit_problems());
        found
    }

    fn term_problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        for (n, term) in self.terms.iter().enumerate() {
            let own = term.problems().into_iter();
            found.extend(own.map(|problem| problem.within(&format!("terms[{n}]"))));
            let same = |it: &&Term| (&it.name, it.revision) == (&term.name, term.revision);
            if self.terms.iter().take(n).any(|it| same(&it)) {
                let path = format!("terms[{n}].revision");
                found.push(Problem::new(path, "warranty.revision_twice", &term.name));
            }
            // Others can be pinned by hand, such as a longer one that was bought.
            let is_used = match term.kind {
                TermKind::Supplier | TermKind::Advertised => self.names(&term.name),
                TermKind::Statutory
                | TermKind::Manufacturer
                | TermKind::Retailer
                | TermKind::Extended
                | TermKind::Work => true,
            };
            if !is_used {
                let path = format!("terms[{n}]");
                found.push(Problem::new(path, "warranty.nobody_offers", &term.name));
            }
        }
        found
    }

    /// Whether any offer, of the business or of a supplier, names this term.
    fn names(&self, term: &Code) -> bool {
        let owed = self.suppliers.iter().map(|it| &it.offer);
        let mut all = self.offers.iter().chain(owed);
        all.any(|offer| offer.term == *term)
    }

    fn offer_problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let offers = self.offers.iter().enumerate();
        let offers = offers.map(|(n, offer)| (format!("offers[{n}]"), offer, false));
        let owed = self.suppliers.iter().enumerate();
        let owed = owed.map(|(n, it)| (format!("suppliers[{n}]"), &it.offer, true));
        for (path, offer, by_supplier) in offers.chain(owed) {
            let at = format!("{path}.term");
            match self.term(&offer.term) {
                None => found.push(Problem::new(at, "warranty.unknown_term", &offer.term)),
                // That of a repair is for the component that was repaired, and of a sale nothing was.
                Some(term)
                    if (term.kind == TermKind::Supplier) != by_supplier
                        || term.kind == TermKind::Work =>
                {
                    found.push(Problem::new(at, "warranty.wrong_kind", &offer.term));
                }
                Some(_) => {}
            }
            if is_never(offer) {
                let at = format!("{path}.sold_until");
                found.push(Problem::new(at, "warranty.never_in_force", &offer.term));
            }
        }
        found
    }

    /// The term of a repair covers the component that was repaired, and so names none of its own.
    fn work_problems(&self) -> Vec<Problem> {
        let Some(name) = &self.work_term else {
            return Vec::new();
        };
        let say = |code| vec![Problem::new("work_term", code, name)];
        let Some(term) = self.term(name) else {
            return say("warranty.unknown_term");
        };
        let mut clauses = term.covers.iter();
        if term.kind != TermKind::Work {
            say("warranty.wrong_kind")
        } else if clauses.any(|clause| !clause.scope.components.is_empty()) {
            say("warranty.names_components")
        } else {
            Vec::new()
        }
    }

    fn regime_problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let is_known = |name: &Code| self.regimes.0.iter().any(|it| it.name == *name);
        if let Some(regime) = self.regime.as_ref().filter(|name| !is_known(name)) {
            found.push(Problem::new("regime", "warranty.unknown_regime", regime));
        }
        for (zone, regime) in &self.regime_by_zone {
            let path = format!("regime_by_zone.{zone}");
            if !is_known(regime) {
                found.push(Problem::new(
                    path.clone(),
                    "warranty.unknown_regime",
                    regime,
                ));
            }
            if zone.parse::<Zone>().is_err() {
                found.push(Problem::new(path, "warranty.unknown_zone", zone));
            }
        }
        found
    }

    fn limit_problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        for (role, amounts) in &self.approval_limits {
            let path = format!("approval_limits.{role}");
            found.extend(amount_problems(&path, amounts));
        }
        for (role, limit) in &self.goodwill_limits {
            let path = format!("goodwill_limits.{role}");
            if limit.share > BasisPoints::WHOLE {
                let at = format!("{path}.share");
                found.push(Problem::new(at, "warranty.bad_share", role));
            }
            found.extend(amount_problems(&format!("{path}.amounts"), &limit.amounts));
        }
        for remedy in &self.approved_by_rule {
            // Money is for a person.
            if !matches!(remedy, Remedy::Repair | Remedy::Replacement) {
                let code = "warranty.not_by_rule";
                found.push(Problem::new("approved_by_rule", code, remedy.name()));
            }
        }
        found
    }
}

/// Whether no sale lies between its dates.
fn is_never(offer: &Offer) -> bool {
    let dates = offer.sold_from.zip(offer.sold_until);
    dates.is_some_and(|(from, until)| until < from)
}

/// Amounts of which each is the most in its currency.
fn amount_problems(path: &str, amounts: &[Money]) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut currencies = BTreeSet::new();
    for (n, amount) in amounts.iter().enumerate() {
        let at = format!("{path}[{n}]");
        let currency = amount.currency().code();
        if amount.is_negative() {
            found.push(Problem::new(at.clone(), "warranty.negative", amount));
        }
        if !currencies.insert(currency) {
            found.push(Problem::new(at, "warranty.currency_twice", currency));
        }
    }
    found
}
