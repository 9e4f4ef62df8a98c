//! Doing what was approved.

use chrono::NaiveDate;

use super::decide::{give_up_repair, not_given_up};
use super::pin::{handed_over, work_contract};
use super::{
    claim_to, emit_warranty, end_of, happened, loan, not_now, recover, regime_of, registered_on,
    soon, tell, to_customer, warranty_for, warranty_of,
};
use crate::calendar::civil;
use crate::code;
use crate::flows::product::{in_use, take_back};
use crate::kernel::{Code, Permission, UnitId};
use crate::product::{Acquired, UnitEvent};
use crate::record::Entry;
use crate::warranty::{
    Fault, FulfilClaim, Grant, HandBackItem, Length, RecordRepair, Refusal, Remedy, RepairReport,
    ReplacementTerm, Step, Warranty, WarrantyClaim, WarrantyClaimEvent, WarrantyEvent,
};
use crate::work::{Command, Halt, Work};

impl Command for HandBackItem {
    type Output = ();
    const NAME: &'static str = "warranty.hand_back";
    const PERMISSION: Permission = Permission::WARRANTY_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = super::claim_now(work, self.claim)?;
        if !claim.keeps_item() {
            return not_now(claim.status, "given its item back");
        }
        happened(work, &claim, self.on, claim.travel.received_on)?;
        work.emit(claim.id, WarrantyClaimEvent::ItemBack { on: self.on })
    }

    fn output(&self, _: &Entry) {}
}

impl Command for RecordRepair {
    type Output = ();
    const NAME: &'static str = "warranty.record_repair";
    const PERMISSION: Permission = Permission::WARRANTY_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_to(work, self.claim, Step::Fulfil, "repaired")?;
        if !claim.grants_repair() {
            let remedy = Remedy::Repair;
            return Err(Refusal::NotGranted { remedy }.into());
        }
        happened(work, &claim, self.done_on, claim.travel.received_on)?;
        if let Some(costs) = self.costs {
            let all = [costs.parts, costs.labour, costs.travel];
            if let Some(amount) = all.into_iter().find(|amount| amount.is_negative()) {
                return Err(Refusal::NegativeAmount { amount }.into());
            }
            let before = claim.repair.as_ref().and_then(|repair| repair.costs);
            let all = before.map_or(Ok(costs), |before| before.checked_add(costs));
            all.and_then(|all| all.total()).map_err(Refusal::from)?;
        }
        if claim.status.after(Step::Begin).is_some() {
            work.emit(claim.id, WarrantyClaimEvent::Begun)?;
        }
        let report = RepairReport {
            done_on: self.done_on,
            parts: self.parts.clone(),
            costs: self.costs,
        };
        work.emit(claim.id, WarrantyClaimEvent::Repaired(Box::new(report)))?;
        recover::recoverable(work, claim.id)?;
        tell(
            work,
            &claim,
            to_customer(&claim, code!("warranty.repair_done")),
        )
    }

    fn output(&self, _: &Entry) {}
}

impl Command for FulfilClaim {
    type Output = ();
    const NAME: &'static str = "warranty.fulfil";
    const PERMISSION: Permission = Permission::WARRANTY_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_to(work, self.claim, Step::Fulfil, "fulfilled")?;
        let Some(grant) = claim.grant().cloned() else {
            return not_now(claim.status, "fulfilled");
        };
        let done_on = claim.repair.as_ref().map(|it| it.done_on);
        happened(work, &claim, self.on, done_on.or(claim.travel.received_on))?;
        // What was agreed beside it is still done, but nobody has the unit replaced, or its price, twice.
        if matches!(grant.remedy, Remedy::Replacement | Remedy::Refund) {
            not_given_up(work, &claim, grant.remedy)?;
        }
        let is_replacement = grant.remedy == Remedy::Replacement;
        match (is_replacement, self.replacement) {
            (true, None) => return Err(Refusal::ReplacementNeeded.into()),
            (false, Some(_)) => {
                let remedy = Remedy::Replacement;
                return Err(Refusal::NotGranted { remedy }.into());
            }
            (true, Some(_)) | (false, None) => {}
        }
        let days = i64::from(work.rulebook().warranty().close_after_days);
        let closes_on = civil::add_days(self.on, days).unwrap_or(self.on);
        let event = WarrantyClaimEvent::Fulfilled {
            on: self.on,
            replacement: self.replacement,
            closes_at: end_of(work, claim.filing.customer, closes_on)?,
        };
        work.emit(claim.id, event)?;
        settle(work, &claim, &grant, self.on)?;
        loan::to_return(work, claim.id)?;
        if let Some(unit) = self.replacement {
            replace(work, &claim, unit, self.on)?;
        }
        hand_over(work, &claim, grant.remedy, self.replacement)
    }

    fn output(&self, _: &Entry) {}
}

/// What the warranty of the unit learns when a claim is fulfilled.
fn settle(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    grant: &Grant,
    on: NaiveDate,
) -> Result<(), Halt> {
    if !grant.is_repair() {
        give_up_repair(work, claim, on)?;
    }
    let Some(warranty) = warranty_for(work, claim)? else {
        return Ok(());
    };
    let mut repairs = warranty.repairs.iter();
    if repairs.any(|it| it.claim == claim.id && it.spell.to.is_none()) {
        let claim = claim.id;
        work.emit(warranty.id, WarrantyEvent::RepairEnded { claim, on })?;
    }
    let (id, done) = (claim.id, Some(grant.remedy));
    emit_warranty(work, claim, WarrantyEvent::Settled { claim: id, done })?;
    // Of a unit that went back meanwhile nothing is covered any more, even if somebody else bought it.
    if grant.is_repair()
        && warranty.sold_on().is_some()
        && !warranty.is_past(id)
        && let Some(component) = &claim.filing.component
        && let Some(contract) = work_contract(work, &warranty, component, on)
    {
        let event = WarrantyEvent::Pinned(Box::new(contract));
        work.emit(warranty.id, event)?;
    }
    soon::look(work, warranty.id)
}

/// A unit that was replaced or paid back is the business's again; the one that replaces it is its owner's.
fn hand_over(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    remedy: Remedy,
    new: Option<UnitId>,
) -> Result<(), Halt> {
    let is_given_up = matches!(remedy, Remedy::Replacement | Remedy::Refund);
    let (true, Some(old)) = (is_given_up, claim.filing.unit) else {
        return Ok(());
    };
    let Some(old) = work.document(old)? else {
        return Ok(());
    };
    // Who bought it since keeps it.
    let is_past = warranty_for(work, claim)?.is_some_and(|it| it.is_past(claim.id));
    let owner = old.owned_by().filter(|_| !is_past);
    let to = owner.unwrap_or(claim.filing.customer);
    if let Some(new) = new {
        let new = in_use(work, new)?;
        match new.owned_by() {
            None => {
                let (how, at) = (Acquired::Bought, work.now());
                work.emit(new.id, UnitEvent::Passed { to, how, at })?;
            }
            Some(owner) if owner == to || owner == claim.filing.customer => {}
            Some(_) => return Err(Refusal::NotAReplacement.into()),
        }
    }
    if owner.is_none() || old.retired.is_some() {
        return Ok(());
    }
    take_back(work, old.id, Code::known(remedy.name()))
}

/// Puts the unit that replaces another under warranty: for what was left of the other, or anew, as the regime says.
fn replace(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    unit: UnitId,
    on: NaiveDate,
) -> Result<(), Halt> {
    in_use(work, unit)?;
    let has_own = warranty_of(work, unit)?.is_some_and(|it| !it.contracts.is_empty());
    if claim.filing.unit == Some(unit) || has_own {
        return Err(Refusal::NotAReplacement.into());
    }
    let old = warranty_for(work, claim)?;
    let Some(old) = old.filter(|it| !it.is_past(claim.id)) else {
        return Ok(());
    };
    let regime = regime_of(work, claim);
    let anew = regime.filter(|regime| regime.replacement == ReplacementTerm::Anew);
    let id = Warranty::id_of(unit);
    let dates = match anew {
        Some(_) => handed_over(on),
        None => old.dates.clone(),
    };
    work.emit(
        id,
        WarrantyEvent::Began {
            sold_to: old.sold_to,
            price: old.price,
            regime: old.regime.clone(),
            dates,
        },
    )?;
    let spells = old.spells();
    let old_unit = work.document(old.unit)?;
    let registered_on = registered_on(work, old_unit.as_deref(), &old)?;
    for contract in &old.contracts {
        let mut contract = contract.clone();
        let law = anew.filter(|_| contract.regime.is_some());
        if law.is_some() {
            contract = contract.anew(&handed_over(on));
        } else if let Some(last) = contract.end(&spells, on).and_then(|end| end.last_day) {
            contract.term.lasts = Length::Until(last);
        }
        // Nobody registers twice to keep what is left.
        let by = contract.register_by().filter(|_| law.is_none());
        if by.zip(registered_on).is_some_and(|(by, on)| on <= by) {
            contract.term.register_within_days = None;
        }
        // What is not made anew still counts from the dates of the other.
        contract.dated_apart |= anew.is_some() && law.is_none();
        work.emit(id, WarrantyEvent::Pinned(Box::new(contract)))?;
    }
    // What was tried with the other counts on for this one, unless its warranty is a new one.
    let tried = old.faults.iter();
    let tried = tried.filter(|it| it.done.is_some() && !it.of_past_sale);
    for fault in tried.filter(|_| anew.is_none()) {
        let fault = Fault {
            of_replaced: true,
            ..fault.clone()
        };
        work.emit(id, WarrantyEvent::Faulty(fault))?;
    }
    soon::look(work, id)
}
