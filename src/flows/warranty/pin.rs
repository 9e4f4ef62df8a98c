//! Putting units under warranty.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{soon, warranty_of, zone};
use crate::calendar::{Zone, civil};
use crate::flows::product::{in_use, product_of};
use crate::kernel::{Code, Money, Permission, Rounding, UnitId, WarrantyId};
use crate::order::Order;
use crate::product::Unit;
use crate::record::{Entry, Key};
use crate::warranty::{
    CancelContract, Contract, DateWarranty, Dates, Length, PinTerm, Refusal, Regime, Sale,
    StartWarranty, TermKind, Warranty, WarrantyEvent,
};
use crate::work::{Command, Halt, Work};

/// The dates of a unit, and those that were told beside them.
fn dates_of(unit: &Unit, zone: &Zone, told: &Dates) -> Dates {
    let date = |at| civil::date_in(zone, at);
    let known = Dates {
        purchased_on: unit.bought_on,
        delivered_on: unit.delivered_at.map(date).into_iter().collect(),
        installed_on: unit.installed.as_ref().map(|it| date(it.at)),
        ..Dates::default()
    };
    merged(&known, told)
}

/// What is known, put right by what is told; delivery dates add up.
fn merged(known: &Dates, told: &Dates) -> Dates {
    Dates {
        purchased_on: told.purchased_on.or(known.purchased_on),
        delivered_on: &known.delivered_on | &told.delivered_on,
        installed_on: told.installed_on.or(known.installed_on),
        first_used_on: told.first_used_on.or(known.first_used_on),
        made_on: told.made_on.or(known.made_on),
    }
}

/// The date that says which law holds.
fn sold_on(dates: &Dates) -> Result<NaiveDate, Refusal> {
    let delivered = dates.delivered_on.last().copied();
    dates.purchased_on.or(delivered).ok_or(Refusal::NotSold)
}

/// The law that holds for a sale on this date: under the regime that was named, or else the policy's.
fn regime<'a>(
    work: &Work<'a>,
    named: Option<&Code>,
    sold_on: NaiveDate,
) -> Result<Option<&'a Regime>, Refusal> {
    let policy = work.rulebook().warranty();
    let Some(name) = named.or(policy.regime.as_ref()) else {
        return Ok(None);
    };
    let regime = policy.regimes.at(name, sold_on);
    regime.map(Some).ok_or_else(|| Refusal::UnknownRegime {
        regime: name.clone(),
        sold_on,
    })
}

/// Pins what covers a unit that was sold: the law, and what the policy offers with it.
fn begin(
    work: &mut Work<'_>,
    unit: &Unit,
    dates: &Dates,
    regime: Option<&Regime>,
    price: Option<Money>,
    sale: &Sale,
) -> Result<(), Halt> {
    let product = product_of(work, &unit.product)?;
    let id = Warranty::id_of(unit.id);
    work.emit(
        id,
        WarrantyEvent::Began {
            sold_to: unit.owned_by(),
            price,
            regime: regime.map(Regime::reference),
            dates: dates.clone(),
        },
    )?;
    let law = regime.map(|regime| regime.contracts(dates, sale));
    let law = law.into_iter().flatten();
    let policy = work.rulebook().warranty();
    let category = product.spec.category.as_ref();
    let offered = policy.offered(&product.model, category, sold_on(dates)?);
    let offered = offered.map(|term| Contract::new(term.clone(), dates));
    for contract in law.chain(offered) {
        work.emit(id, WarrantyEvent::Pinned(Box::new(contract)))?;
    }
    soon::look(work, id)
}

/// A unit was delivered with an order: its warranty begins, or, if it has begun, one more delivery date is known. A
/// sale of a time for which there is no law on record is under the offered terms only: no delivery fails for that.
pub(crate) fn delivered(work: &mut Work<'_>, unit: UnitId, order: &Order) -> Result<(), Halt> {
    let policy = work.rulebook().warranty();
    if policy.regime.is_none() && policy.offers.is_empty() {
        return Ok(());
    }
    let unit = work.need(unit)?;
    let zone = zone(work, unit.owned_by())?;
    let dates = dates_of(&unit, &zone, &Dates::default());
    if let Some(known) = warranty_of(work, unit.id)?
        && !known.contracts.is_empty()
    {
        return date(work, &known, &dates);
    }
    let Ok(sold_on) = sold_on(&dates) else {
        return Ok(());
    };
    let regime = regime(work, None, sold_on).unwrap_or(None);
    let price = price_of(&unit, order);
    begin(work, &unit, &dates, regime, price, &Sale::default())
}

/// What one unit of its line was sold for.
fn price_of(unit: &Unit, order: &Order) -> Option<Money> {
    let place = usize::try_from(unit.origin?.line).ok()?.checked_sub(1)?;
    let line = order.lines.get(place)?;
    let quantity = i64::from(line.item.quantity);
    line.charge.amount.share(1, quantity, Rounding::Down).ok()
}

impl Command for StartWarranty {
    type Output = WarrantyId;
    const NAME: &'static str = "warranty.start";
    const PERMISSION: Permission = Permission::WARRANTY_PIN;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.extend([Key::of(self.unit), Key::of(Warranty::id_of(self.unit))]);
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let unit = in_use(work, self.unit)?;
        let zone = zone(work, unit.owned_by())?;
        let dates = dates_of(&unit, &zone, &self.dates);
        if let Some(known) = warranty_of(work, unit.id)?
            && !known.contracts.is_empty()
        {
            return date(work, &known, &dates);
        }
        let regime = regime(work, self.regime.as_ref(), sold_on(&dates)?)?;
        begin(work, &unit, &dates, regime, self.price, &self.sale)
    }

    fn output(&self, _: &Entry) -> WarrantyId {
        Warranty::id_of(self.unit)
    }
}

/// Takes in dates of a unit that is under warranty.
fn date(work: &mut Work<'_>, warranty: &Warranty, told: &Dates) -> Result<(), Halt> {
    let dates = merged(&warranty.dates, told);
    if dates == warranty.dates {
        return Ok(());
    }
    work.emit(warranty.id, WarrantyEvent::Dated(dates))?;
    soon::look(work, warranty.id)
}

/// The warranty of a unit, which must have been sold.
fn covered(work: &mut Work<'_>, unit: UnitId) -> Result<Arc<Warranty>, Halt> {
    in_use(work, unit)?;
    let warranty = warranty_of(work, unit)?;
    Ok(warranty.ok_or(Refusal::NotSold)?)
}

impl Command for PinTerm {
    type Output = ();
    const NAME: &'static str = "warranty.pin";
    const PERMISSION: Permission = Permission::WARRANTY_PIN;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.extend([Key::of(self.unit), Key::of(Warranty::id_of(self.unit))]);
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let warranty = covered(work, self.unit)?;
        let term = work.rulebook().warranty().term(&self.term);
        let term = term.filter(|term| term.kind != TermKind::Supplier);
        let mut term = term.cloned().ok_or_else(|| Refusal::UnknownTerm {
            term: self.term.clone(),
        })?;
        if warranty.has(&term) {
            let term = term.name;
            return Err(Refusal::SameTerm { term }.into());
        }
        if let Some(until) = self.until {
            term.lasts = Length::Until(until);
        }
        let mut contract = Contract::new(term, &warranty.dates);
        contract.reference.clone_from(&self.reference);
        work.emit(warranty.id, WarrantyEvent::Pinned(Box::new(contract)))?;
        soon::look(work, warranty.id)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for DateWarranty {
    type Output = ();
    const NAME: &'static str = "warranty.date";
    const PERMISSION: Permission = Permission::WARRANTY_PIN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let warranty = covered(work, self.unit)?;
        date(work, &warranty, &self.dates)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for CancelContract {
    type Output = ();
    const NAME: &'static str = "warranty.cancel";
    const PERMISSION: Permission = Permission::WARRANTY_PIN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let warranty = covered(work, self.unit)?;
        if warranty.contract(&self.term).is_none() {
            let term = self.term.clone();
            return Err(Refusal::UnknownTerm { term }.into());
        }
        work.because(self.reason.clone());
        let (term, on) = (self.term.clone(), self.on);
        work.emit(warranty.id, WarrantyEvent::Cancelled { term, on })?;
        soon::look(work, warranty.id)
    }

    fn output(&self, _: &Entry) {}
}

/// The unit went back to the business: nothing covers it until it is sold again.
pub(crate) fn taken_back(work: &mut Work<'_>, unit: UnitId) -> Result<(), Halt> {
    match warranty_of(work, unit)? {
        Some(warranty) if !warranty.contracts.is_empty() => {
            work.emit(warranty.id, WarrantyEvent::TakenBack)
        }
        _ => Ok(()),
    }
}
