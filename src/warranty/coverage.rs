//! Whether a fault is covered, by which contract, and why.

use chrono::NaiveDate;

use super::contract::{Contract, End};
use super::judgement::{Coverage, Judgement, Reason, Remaining, Shares, Verdict};
use super::repair::{Extension, Spell};
use super::term::{Benefit, Item};
use crate::kernel::{BasisPoints, Code};

/// A fault, and what is known of the unit on the date that counts.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The date, in the zone of the owner.
    pub on: NaiveDate,
    /// The component at fault, if it is known.
    pub component: Option<&'a Code>,
    /// The cause of the fault, if it is known.
    pub cause: Option<&'a Code>,
    /// The use since the unit was new, by each meter that was read.
    pub usage: &'a [(Code, u64)],
    /// The repairs of the unit.
    pub spells: &'a [Spell],
    /// Whether the unit belongs to whom it was sold to.
    pub first_owner: bool,
    /// When it was registered.
    pub registered_on: Option<NaiveDate>,
    /// Whether the purchase is proven.
    pub proven: bool,
    /// Whether the fault was, or was not, there at delivery; absent while neither was shown.
    pub at_delivery: Option<bool>,
}

impl<'a> Situation<'a> {
    /// A fault of an unknown kind in a unit that its first owner has, with proof, never repaired.
    #[must_use]
    pub const fn on(on: NaiveDate) -> Self {
        Self {
            on,
            component: None,
            cause: None,
            usage: &[],
            spells: &[],
            first_owner: true,
            registered_on: None,
            proven: true,
            at_delivery: None,
        }
    }

    /// In this component.
    #[must_use]
    pub const fn in_component(mut self, component: &'a Code) -> Self {
        self.component = Some(component);
        self
    }

    /// With this cause.
    #[must_use]
    pub const fn caused_by(mut self, cause: &'a Code) -> Self {
        self.cause = Some(cause);
        self
    }

    /// After this use.
    #[must_use]
    pub const fn after_usage(mut self, usage: &'a [(Code, u64)]) -> Self {
        self.usage = usage;
        self
    }

    /// After these repairs.
    #[must_use]
    pub const fn after_repairs(mut self, spells: &'a [Spell]) -> Self {
        self.spells = spells;
        self
    }

    fn usage(&self, meter: &Code) -> Option<u64> {
        let mut usage = self.usage.iter();
        usage
            .find(|(known, _)| known == meter)
            .map(|(_, use_)| *use_)
    }
}
/// Judges a fault under every contract of a unit. The customer has the best of them.
#[must_use]
pub fn coverage(contracts: &[Contract], situation: &Situation<'_>) -> Coverage {
    let judged: Vec<Judgement> = contracts
        .iter()
        .map(|contract| judge(contract, situation))
        .collect();
    let best = (0..)
        .zip(&judged)
        .filter(|(_, it)| it.verdict > Verdict::Not);
    let best = best.max_by_key(|(place, it)| {
        let sum: u32 = Item::ALL.map(|item| it.shares.of(item).get()).iter().sum();
        let deductible = it.deductible.map_or(0, |amount| amount.minor());
        let order = std::cmp::Reverse((deductible, it.kind, *place));
        (it.verdict, sum, order)
    });
    Coverage {
        verdict: best.map_or(Verdict::Not, |(_, it)| it.verdict),
        shares: best.map_or(Shares::default(), |(_, it)| it.shares),
        best: best.map(|(place, _)| place),
        judged,
    }
}

/// What one contract says about a fault.
fn judge(contract: &Contract, at: &Situation<'_>) -> Judgement {
    let mut bench = Bench {
        contract,
        at,
        reasons: Vec::with_capacity(4),
        is_open: true,
        shares: Shares::default(),
        remaining: Remaining::default(),
    };
    if let Some(start) = bench.begun() {
        bench.time(start);
        bench.usage();
        bench.conditions();
        bench.delivery(start);
        bench.clauses(start);
        bench.age(start);
    }
    bench.ruling()
}

/// Where one contract is judged.
struct Bench<'a> {
    contract: &'a Contract,
    at: &'a Situation<'a>,
    reasons: Vec<Reason>,
    /// Whether nothing was found so far that rules it out.
    is_open: bool,
    shares: Shares,
    remaining: Remaining,
}

impl Bench<'_> {
    fn rule_out(&mut self, reason: Reason) {
        self.is_open = false;
        self.reasons.push(reason);
    }

    fn begun(&mut self) -> Option<NaiveDate> {
        let start = self.contract.starts_on;
        if start.is_none() {
            let starts = self.contract.term.starts.clone();
            self.rule_out(Reason::NotBegun { starts });
        }
        start
    }

    fn time(&mut self, start: NaiveDate) {
        let (contract, at) = (self.contract, self.at);
        let End {
            last_day,
            extension,
        } = contract.end_of(contract.term.lasts, start, at.spells, at.on);
        self.remaining.last_day = last_day;
        self.remaining.days = last_day.map(|last| days_left(at.on.max(start), last));
        if at.on < start {
            self.rule_out(Reason::BeginsOn { on: start });
        } else if let Some(last_day) = last_day.filter(|last| *last < at.on) {
            let recheck = contract.extends.recheck_until(at.component, at.spells);
            match recheck.filter(|until| *until >= at.on) {
                Some(until) => self.reasons.push(Reason::Recheck { until }),
                None => self.rule_out(Reason::Ended { last_day }),
            }
        } else {
            self.reasons.push(Reason::Running { last_day });
        }
        if extension != Extension::default() {
            self.reasons.push(Reason::Extended(extension));
        }
        if let Some(on) = contract.cancelled_on.filter(|on| *on <= at.on) {
            self.rule_out(Reason::Cancelled { on });
        }
    }

    fn usage(&mut self) {
        for limit in &self.contract.term.usage {
            let (meter, most) = (limit.meter.clone(), limit.most);
            match self.at.usage(&meter) {
                None => self.reasons.push(Reason::UsageUnknown { meter }),
                Some(used) if used > most => {
                    self.remaining.usage.push((meter.clone(), 0));
                    self.rule_out(Reason::UsageExceeded { meter, most, used });
                }
                Some(used) => {
                    self.remaining.usage.push((meter.clone(), most - used));
                    self.reasons.push(Reason::WithinUsage { meter, most, used });
                }
            }
        }
    }

    fn conditions(&mut self) {
        let (term, at) = (&self.contract.term, self.at);
        if !term.transferable && !at.first_owner {
            self.rule_out(Reason::NotTransferable);
        }
        if let Some(by) = self.contract.register_by() {
            // Who still can register is not turned away.
            if at.registered_on.unwrap_or(at.on) <= by {
                self.reasons.push(Reason::Registration { by });
            } else {
                self.rule_out(Reason::NotRegistered { by });
            }
        }
        if term.proof_needed && !at.proven {
            self.rule_out(Reason::NotProven);
        }
    }

    fn delivery(&mut self, start: NaiveDate) {
        let Some(rule) = self.contract.at_delivery else {
            return;
        };
        let until = rule.presumed_until(start);
        match self.at.at_delivery {
            Some(true) => self.reasons.push(Reason::ShownAtDelivery),
            Some(false) if rule.decides => self.rule_out(Reason::CameLater),
            Some(false) => {}
            None if self.at.on <= until => self.reasons.push(Reason::Presumed { until }),
            None if rule.decides => {
                let presumed_until = until;
                self.reasons.push(Reason::ToBeShown { presumed_until });
            }
            None => {}
        }
    }

    fn clauses(&mut self, start: NaiveDate) {
        let (contract, at) = (self.contract, self.at);
        for exclusion in &contract.term.excludes {
            if exclusion.items.is_empty() && exclusion.scope.has(at.component, at.cause) {
                let exclusion = exclusion.name.clone();
                self.rule_out(Reason::Excluded { exclusion });
            }
        }
        let mut is_listed = false;
        for clause in &contract.term.covers {
            if !clause.scope.has(at.component, at.cause) {
                continue;
            }
            is_listed = true;
            let name = &clause.name;
            self.reasons.push(Reason::Covers {
                clause: name.clone(),
            });
            for (item, benefit) in &clause.pays {
                self.benefit(start, name, *item, *benefit);
            }
        }
        if !is_listed {
            self.rule_out(Reason::NotListed);
        }
        for exclusion in &contract.term.excludes {
            if exclusion.items.is_empty() || !exclusion.scope.has(at.component, at.cause) {
                continue;
            }
            for item in &exclusion.items {
                self.shares.leave_out(*item);
                self.reasons.push(Reason::ItemExcluded {
                    exclusion: exclusion.name.clone(),
                    item: *item,
                });
            }
        }
    }

    fn benefit(&mut self, start: NaiveDate, clause: &Code, item: Item, benefit: Benefit) {
        let (contract, at) = (self.contract, self.at);
        let end = benefit
            .lasts
            .and_then(|lasts| contract.end_of(lasts, start, at.spells, at.on).last_day);
        match end.filter(|last_day| *last_day < at.on) {
            Some(last_day) => self.reasons.push(Reason::ItemEnded {
                clause: clause.clone(),
                item,
                last_day,
            }),
            None => self.shares.raise(item, benefit.share),
        }
    }

    fn age(&mut self, start: NaiveDate) {
        let term = &self.contract.term;
        let share = term.pro_rata_share(start, self.at.on);
        if share < BasisPoints::WHOLE {
            self.shares = self.shares.scaled(share);
            self.reasons.push(Reason::ProRata { share });
        }
        if let Some(amount) = term.deductible.filter(|amount| !amount.is_zero()) {
            self.reasons.push(Reason::Deductible(amount));
        }
    }

    fn ruling(self) -> Judgement {
        let term = &self.contract.term;
        let shares = match self.is_open {
            true => self.shares,
            false => Shares::default(),
        };
        let deductible = term.deductible.filter(|amount| !amount.is_zero());
        Judgement {
            term: term.name.clone(),
            revision: term.revision,
            kind: term.kind,
            verdict: shares.verdict(deductible.is_none()),
            shares,
            deductible,
            reasons: self.reasons,
            remaining: self.remaining,
        }
    }
}

fn days_left(from: NaiveDate, last: NaiveDate) -> u32 {
    let days = last.signed_duration_since(from).num_days();
    u32::try_from(days.saturating_add(1)).unwrap_or(0)
}

/// Whether any of these contracts ends within so many days after a date, extensions counted, and has not ended
/// before.
#[must_use]
pub fn ends_within(contracts: &[Contract], spells: &[Spell], on: NaiveDate, days: u32) -> bool {
    contracts.iter().any(|contract| {
        let end = contract.end(spells, on).and_then(|end| end.last_day);
        end.is_some_and(|last| (1..=days.saturating_add(1)).contains(&days_left(on, last)))
    })
}
