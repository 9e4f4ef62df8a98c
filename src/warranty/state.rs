//! The warranty of a unit as it stands: its contracts, repairs and faults.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::contract::{Contract, RegimeRef};
use super::event::WarrantyEvent;
use super::remedy::{History, Remedy};
use super::repair::Spell;
use super::term::{Dates, Term};
use crate::calendar::civil;
use crate::kernel::{Code, CustomerId, Money, Stamp, UnitId, WarrantyClaimId, WarrantyId};

/// A fault that was claimed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// In which claim.
    pub claim: WarrantyClaimId,
    /// When the customer gave notice of it.
    pub on: NaiveDate,
    /// Which component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<Code>,
    /// What it was, as a word of the business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// What was done about it, when something was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Remedy>,
    /// Whether the claim is over without a remedy: it was denied, or withdrawn.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dropped: bool,
    /// Whether it was one of the unit that this one replaces, with which its history came along.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_replaced: bool,
    /// Whether it was one of a sale before the present one: the unit was taken back since, and sold again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_past_sale: bool,
}

impl Fault {
    /// Whether the unit was replaced for it, or its price paid back.
    pub(crate) const fn gave_up(&self) -> bool {
        !self.of_replaced && matches!(self.done, Some(Remedy::Replacement | Remedy::Refund))
    }
}

/// A time in repair, and for which claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InRepair {
    /// For which claim.
    pub claim: WarrantyClaimId,
    /// The time.
    pub spell: Spell,
    /// Whether that claim is one of a sale before the present one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_past_sale: bool,
}

/// What a unit is covered by. Its size grows with its contracts and claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warranty {
    /// Which one: it has the unit's own number.
    pub id: WarrantyId,
    /// Of which unit.
    pub unit: UnitId,
    /// To whom it was sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sold_to: Option<CustomerId>,
    /// What was paid for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// The regime of the sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regime: Option<RegimeRef>,
    /// The dates from which contracts count.
    pub dates: Dates,
    /// Its contracts, in the order in which they were pinned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contracts: Vec<Contract>,
    /// Its repairs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repairs: Vec<InRepair>,
    /// Its faults.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// The terms of whose end the owner was told.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub told: BTreeSet<Code>,
    /// When somebody has to look whether a term ends soon, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looks_at: Option<DateTime<Utc>>,
}

impl Warranty {
    /// The id of a unit's warranty: the unit's own number.
    #[must_use]
    pub const fn id_of(unit: UnitId) -> WarrantyId {
        WarrantyId::from_uuid(unit.uuid())
    }

    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: WarrantyId, event: &WarrantyEvent, _: &Stamp) -> Option<Self> {
        let WarrantyEvent::Began {
            sold_to,
            price,
            regime,
            dates,
        } = event
        else {
            return None;
        };
        Some(Self {
            id,
            unit: UnitId::from_uuid(id.uuid()),
            sold_to: *sold_to,
            price: *price,
            regime: regime.clone(),
            dates: dates.clone(),
            contracts: Vec::new(),
            repairs: Vec::new(),
            faults: Vec::new(),
            told: BTreeSet::new(),
            looks_at: None,
        })
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &WarrantyEvent, _: &Stamp) {
        match event {
            // It was sold anew, or more is known of the sale.
            WarrantyEvent::Began {
                sold_to,
                price,
                regime,
                dates,
            } => {
                if self.is_taken_back() {
                    self.end_sale();
                }
                self.sold_to = *sold_to;
                self.price = *price;
                self.regime = regime.clone();
                self.dates = dates.clone();
            }
            WarrantyEvent::Pinned(contract) => {
                self.told.remove(&contract.term.name);
                self.contracts.push(Contract::clone(contract));
            }
            WarrantyEvent::Dated(dates) => {
                self.dates = dates.clone();
                let contracts = self.contracts.iter_mut();
                for contract in contracts.filter(|it| !it.dated_apart) {
                    contract.starts_on = contract.term.start(dates);
                }
            }
            WarrantyEvent::Cancelled { term, on } => {
                let mut newest = self.contracts.iter_mut().rev();
                if let Some(contract) = newest.find(|it| it.term.name == *term) {
                    contract.cancelled_on = Some(*on);
                }
            }
            WarrantyEvent::Faulty(fault) => {
                match self.fault_mut(fault.claim) {
                    Some(known) => {
                        *known = Fault {
                            of_past_sale: known.of_past_sale,
                            ..fault.clone()
                        };
                    }
                    None => self.faults.push(fault.clone()),
                }
                // A repair is of the component that was found, even if it was found after the repair began.
                let mut repairs = self.repairs.iter_mut();
                let open = repairs.find(|it| it.claim == fault.claim && it.spell.to.is_none());
                if let Some(open) = open.filter(|_| fault.component.is_some()) {
                    open.spell.component.clone_from(&fault.component);
                }
            }
            WarrantyEvent::Settled { claim, done } => {
                if let Some(fault) = self.fault_mut(*claim) {
                    fault.done = *done;
                    fault.dropped = done.is_none();
                }
            }
            WarrantyEvent::RepairBegan { claim, spell } => {
                self.repairs
                    .retain(|it| it.claim != *claim || it.spell.to.is_some());
                self.repairs.push(InRepair {
                    claim: *claim,
                    spell: spell.clone(),
                    of_past_sale: self.is_past(*claim),
                });
            }
            WarrantyEvent::RepairGivenUp { claim, on } => {
                let mut repairs = self.repairs.iter_mut();
                if let Some(open) = repairs.find(|it| it.claim == *claim && it.spell.to.is_none()) {
                    open.spell.given_up_on = Some(*on);
                }
            }
            WarrantyEvent::RepairEnded { claim, on } => {
                let mut repairs = self.repairs.iter_mut();
                if let Some(open) = repairs.find(|it| it.claim == *claim && it.spell.to.is_none()) {
                    open.spell.to = Some(*on);
                }
            }
            WarrantyEvent::EndsSoon { term, .. } => {
                self.told.insert(term.clone());
            }
            WarrantyEvent::LooksAt { at } => self.looks_at = *at,
            WarrantyEvent::TakenBack => {
                self.contracts.clear();
                self.sold_to = None;
                self.dates = Dates::default();
                self.looks_at = None;
            }
        }
    }

    fn fault_mut(&mut self, claim: WarrantyClaimId) -> Option<&mut Fault> {
        self.faults.iter_mut().find(|fault| fault.claim == claim)
    }

    /// What was known up to now is of a sale that is over.
    fn end_sale(&mut self) {
        for fault in &mut self.faults {
            fault.of_past_sale = true;
        }
        for repair in &mut self.repairs {
            repair.of_past_sale = true;
        }
    }

    /// The date of the sale; that of the delivery where only that is known.
    #[must_use]
    pub fn sold_on(&self) -> Option<NaiveDate> {
        let dates = &self.dates;
        dates.purchased_on.or(dates.delivered_on.last().copied())
    }

    /// Whether the sale is over: the unit was taken back, and not sold again.
    #[must_use]
    pub fn is_taken_back(&self) -> bool {
        self.contracts.is_empty() && self.sold_on().is_none()
    }

    /// The times in repair since the present sale.
    #[must_use]
    pub fn spells(&self) -> Vec<Spell> {
        let repairs = self.repairs.iter().filter(|it| !it.of_past_sale);
        repairs.map(|it| it.spell.clone()).collect()
    }

    /// Whether a claim is one of a sale before the present one.
    #[must_use]
    pub fn is_past(&self, claim: WarrantyClaimId) -> bool {
        let mut faults = self.faults.iter();
        faults.any(|fault| fault.claim == claim && fault.of_past_sale)
    }

    /// The other claim, of the same sale as this one, in which the unit was replaced or its price paid back.
    #[must_use]
    pub fn given_up_in(&self, claim: WarrantyClaimId) -> Option<WarrantyClaimId> {
        let is_past = self.is_past(claim);
        let others = self.faults.iter();
        let mut of_sale = others.filter(|it| it.claim != claim && it.of_past_sale == is_past);
        of_sale.rfind(|it| it.gave_up()).map(|it| it.claim)
    }

    /// The contract with this term; the newest, when one was cancelled before.
    #[must_use]
    pub fn contract(&self, term: &Code) -> Option<&Contract> {
        self.contracts.iter().rev().find(|it| it.term.name == *term)
    }

    /// The last day on which anything covers it, as it stands on a date; `None` when nothing does on that date any more,
    /// or something does for ever.
    #[must_use]
    pub fn last_day(&self, on: NaiveDate) -> Option<NaiveDate> {
        let spells = self.spells();
        let running = self.contracts.iter().filter(|it| it.cancelled_on.is_none());
        let ends = running.filter_map(|contract| contract.end(&spells, on));
        let mut last = None;
        for end in ends {
            last = last.max(Some(end.last_day?));
        }
        last.filter(|last| on <= *last)
    }

    /// Faults of the same sale before this one, and this one, as far as remedies depend on them.
    #[must_use]
    pub fn history(&self, fault: &Fault) -> History {
        let year_ago = civil::add_years(fault.on, -1).unwrap_or(NaiveDate::MIN);
        let is_past = self.is_past(fault.claim);
        let of_sale = self.faults.iter().filter(|it| it.of_past_sale == is_past);
        let counts = |it: &&Fault| it.claim != fault.claim && it.on <= fault.on && !it.dropped;
        let before: Vec<_> = of_sale.filter(counts).collect();
        let in_year = before.iter().filter(|it| it.on > year_ago);
        let is_same = |it: &&&Fault| {
            it.code.is_some() && (&it.component, &it.code) == (&fault.component, &fault.code)
        };
        let is_done = |it: &&&Fault| matches!(it.done, Some(Remedy::Repair | Remedy::Replacement));
        History {
            repairs: counted(before.iter().filter(is_done).count()),
            faults_in_year: counted(in_year.clone().count()).saturating_add(1),
            faults_in_term: counted(before.len()).saturating_add(1),
            same_fault_in_year: counted(in_year.filter(is_same).count()).saturating_add(1),
            ..History::default()
        }
    }

    /// Whether a term of this name is pinned already, and was not cancelled.
    #[must_use]
    pub fn has(&self, term: &Term) -> bool {
        let newest = self.contract(&term.name);
        newest.is_some_and(|it| it.cancelled_on.is_none())
    }

    /// Whether a repair for a claim began and neither ended nor was given up.
    pub(crate) fn repairs_for(&self, claim: WarrantyClaimId) -> bool {
        let mut repairs = self.repairs.iter().filter(|it| it.claim == claim);
        repairs.any(|it| it.spell.to.is_none() && it.spell.given_up_on.is_none())
    }
}

fn counted(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
