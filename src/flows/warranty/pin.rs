//! Putting units under warranty.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::{soon, warranty_of, zone};
use crate::calendar::{Zone, civil};
use crate::flows::product::{in_use, product_of};
use crate::kernel::{Code, Effect, Money, Permission, Rounding, UnitId, WarrantyId};
use crate::order::Order;
use crate::product::Unit;
use crate::record::{Entry, Key};
use crate::warranty::{
    CancelContract, Contract, DateWarranty, Dates, Length, PinTerm, PinWork, Refusal, Regime, Sale,
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

/// The law that holds for a sale on this date: under the regime that was named, or else the policy's for that zone.
fn regime<'a>(
    work: &Work<'a>,
    named: Option<&Code>,
    zone: &Zone,
    sold_on: NaiveDate,
) -> Result<Option<&'a Regime>, Refusal> {
    let policy = work.rulebook().warranty();
    let Some(name) = named.or(policy.regime_in(zone)) else {
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

/// A unit was delivered with an order: its warranty begins. A sale of a time for which there is no law on record is
/// under the offered terms only.
pub(crate) fn for_delivery(
    work: &mut Work<'_>,
    unit: &Unit,
    order: &Order,
) -> Result<Effect, Halt> {
    if let Some(known) = warranty_of(work, unit.id)?
        && !known.contracts.is_empty()
    {
        return Ok(Effect::skipped("warranty_has_begun"));
    }
    let zone = zone(work, unit.owned_by())?;
    let dates = dates_of(unit, &zone, &Dates::default());
    let regime = match sold_on(&dates).and_then(|sold_on| regime(work, None, &order.zone, sold_on))
    {
        Ok(regime) => regime,
        Err(refusal) if work.rulebook().warranty().offers.is_empty() => {
            return Ok(Effect::skipped(refusal.code()));
        }
        Err(_) => None,
    };
    begin(
        work,
        unit,
        &dates,
        regime,
        price_of(unit, order),
        &Sale::default(),
    )?;
    let begun = warranty_of(work, unit.id)?;
    Ok(match begun.is_some_and(|it| !it.contracts.is_empty()) {
        true => Effect::done("warranty_started"),
        // Nothing is offered with this model; the sale is on record for what is bought with it.
        false => Effect::done("sale_noted"),
    })
}

/// A unit was delivered at another time than was known, or not at all: a warranty that has begun counts from there.
pub(crate) fn delivery_changed(
    work: &mut Work<'_>,
    unit: &Unit,
    before: Option<DateTime<Utc>>,
    now: Option<DateTime<Utc>>,
) -> Result<(), Halt> {
    let Some(known) = warranty_of(work, unit.id)?.filter(|known| !known.contracts.is_empty())
    else {
        return Ok(());
    };
    let zone = zone(work, unit.owned_by())?;
    let mut dates = known.dates.clone();
    if let Some(before) = before {
        dates.delivered_on.remove(&civil::date_in(&zone, before));
    }
    dates
        .delivered_on
        .extend(now.map(|now| civil::date_in(&zone, now)));
    if dates == known.dates {
        return Ok(());
    }
    work.emit(known.id, WarrantyEvent::Dated(dates))?;
    soon::look(work, known.id)
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
        if let Some(amount) = self.price.filter(|price| price.is_negative()) {
            return Err(Refusal::NegativeAmount { amount }.into());
        }
        check_past(&self.dates, civil::date_in(&zone, work.now()))?;
        let dates = dates_of(&unit, &zone, &self.dates);
        if let Some(known) = warranty_of(work, unit.id)?
            && !known.contracts.is_empty()
        {
            return again(work, &known, self, &dates);
        }
        let regime = regime(work, self.regime.as_ref(), &zone, sold_on(&dates)?)?;
        begin(work, &unit, &dates, regime, self.price, &self.sale)
    }

    fn output(&self, _: &Entry) -> WarrantyId {
        Warranty::id_of(self.unit)
    }
}

/// Nothing that is told happened after today.
fn check_past(told: &Dates, today: NaiveDate) -> Result<(), Refusal> {
    let single = [
        told.purchased_on,
        told.installed_on,
        told.first_used_on,
        told.made_on,
    ];
    let all = single.into_iter().flatten();
    let mut all = all.chain(told.delivered_on.iter().copied());
    match all.find(|on| *on > today) {
        Some(on) => Err(Refusal::InFuture { on }),
        None => Ok(()),
    }
}

/// More is told of a sale whose warranty has begun: what differs from what is known is refused.
fn again(
    work: &mut Work<'_>,
    known: &Warranty,
    told: &StartWarranty,
    dates: &Dates,
) -> Result<(), Halt> {
    let law = known.regime.as_ref().map(|regime| &regime.name);
    let is_other_law = told.regime.is_some() && told.regime.as_ref() != law;
    let is_other_price = told.price.is_some() && known.price.is_some() && told.price != known.price;
    if is_other_law || is_other_price || told.sale != Sale::default() {
        return Err(Refusal::HasBegun.into());
    }
    if told.price.is_some() && known.price.is_none() {
        let event = WarrantyEvent::Began {
            sold_to: known.sold_to,
            price: told.price,
            regime: known.regime.clone(),
            dates: known.dates.clone(),
        };
        work.emit(known.id, event)?;
    }
    date(work, known, dates)
}

/// Takes in dates of a unit that is under warranty.
fn date(work: &mut Work<'_>, warranty: &Warranty, told: &Dates) -> Result<(), Halt> {
    dated(work, warranty, merged(&warranty.dates, told))
}

/// Has the contracts of a unit count from these dates.
fn dated(work: &mut Work<'_>, warranty: &Warranty, dates: Dates) -> Result<(), Halt> {
    if dates == warranty.dates {
        return Ok(());
    }
    work.emit(warranty.id, WarrantyEvent::Dated(dates))?;
    soon::look(work, warranty.id)
}

/// The warranty of a unit, which must have begun.
fn covered(work: &mut Work<'_>, unit: UnitId) -> Result<Arc<Warranty>, Halt> {
    in_use(work, unit)?;
    let warranty = warranty_of(work, unit)?;
    Ok(warranty.ok_or(Refusal::NoWarranty)?)
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
        let mut term = term.cloned().ok_or_else(|| Refusal::UnknownTerm {
            term: self.term.clone(),
        })?;
        if term.kind == TermKind::Supplier {
            let term = term.name;
            return Err(Refusal::NotForUnits { term }.into());
        }
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

/// The warranty of the work itself, for the component that was repaired; `None` where the policy gives none.
pub(super) fn work_contract(
    work: &Work<'_>,
    warranty: &Warranty,
    component: &Code,
    on: NaiveDate,
) -> Option<Contract> {
    let policy = work.rulebook().warranty();
    let mut term = policy.term(policy.work_term.as_ref()?)?.clone();
    let count = warranty.contracts.len();
    term.name = format!("{}.{count}", term.name)
        .parse()
        .unwrap_or(term.name);
    for clause in &mut term.covers {
        *clause = clause.clone().of_component(component.clone());
    }
    Some(Contract::new(term, &handed_over(on)).dated_apart())
}

/// The dates of something that was handed over on this day.
pub(super) fn handed_over(on: NaiveDate) -> Dates {
    Dates {
        purchased_on: Some(on),
        delivered_on: [on].into(),
        ..Dates::default()
    }
}

impl Command for PinWork {
    type Output = ();
    const NAME: &'static str = "warranty.pin_work";
    const PERMISSION: Permission = Permission::WARRANTY_PIN;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.extend([Key::of(self.unit), Key::of(Warranty::id_of(self.unit))]);
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let warranty = covered(work, self.unit)?;
        let not_before = warranty.sold_on().ok_or(Refusal::NotSold)?;
        let zone = zone(work, warranty.sold_to)?;
        let on = self.on;
        if on > civil::date_in(&zone, work.now()) {
            return Err(Refusal::InFuture { on }.into());
        }
        if on < not_before {
            return Err(Refusal::TooEarly { on, not_before }.into());
        }
        let contract = work_contract(work, &warranty, &self.component, on);
        let contract = contract.ok_or(Refusal::NoWorkTerm)?;
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
        if warranty.is_taken_back() {
            return Err(Refusal::NotSold.into());
        }
        let zone = zone(work, warranty.sold_to)?;
        check_past(&self.dates, civil::date_in(&zone, work.now()))?;
        let mut dates = merged(&warranty.dates, &self.dates);
        if self.instead && !self.dates.delivered_on.is_empty() {
            dates.delivered_on.clone_from(&self.dates.delivered_on);
        }
        dated(work, &warranty, dates)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for CancelContract {
    type Output = ();
    const NAME: &'static str = "warranty.cancel";
    const PERMISSION: Permission = Permission::WARRANTY_PIN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let warranty = covered(work, self.unit)?;
        let term = self.term.clone();
        let Some(contract) = warranty.contract(&term) else {
            return Err(Refusal::NotPinned { term }.into());
        };
        if contract.term.kind == TermKind::Statutory {
            return Err(Refusal::ByLaw { term }.into());
        }
        if let Some(not_before) = contract.starts_on.filter(|start| self.on < *start) {
            let on = self.on;
            return Err(Refusal::TooEarly { on, not_before }.into());
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
        Some(warranty) if !warranty.is_taken_back() => {
            work.emit(warranty.id, WarrantyEvent::TakenBack)
        }
        _ => Ok(()),
    }
}
