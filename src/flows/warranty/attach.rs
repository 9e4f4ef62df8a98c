//! For which unit a claim is, and what that makes of it.

use std::sync::Arc;

use super::intake::{fault_of, judge, known, reject_until, time};
use super::odd::{odd_fault, odd_unit};
use super::usage::usage;
use super::{end_of, not_now, open_claim, registered_on, warranty_of};
use crate::code;
use crate::flows::customer::survivor;
use crate::kernel::{CustomerId, Permission, WarrantyClaimId, WarrantyId};
use crate::product::Unit;
use crate::record::{Entry, Key};
use crate::warranty::{
    AttachUnit, ClaimStatus, Coverage, Filing, Flag, History, Judgement, Refusal, WarrantyClaim,
    WarrantyClaimEvent, WarrantyEvent,
};
use crate::work::{Command, Halt, Refusal as Refused, Work};

/// Whether a unit is somebody's who is not of this family.
pub(super) fn is_strangers(unit: &Unit, family: &[CustomerId]) -> bool {
    unit.owned_by()
        .is_some_and(|owner| !family.contains(&owner))
}

/// What taking in the unit of a claim showed.
pub(super) struct Taken {
    /// What looks odd.
    pub flags: Vec<Flag>,
    /// The warranty that is to know of the fault: none of a stranger's unit, nor of one that was never sold.
    pub own: Option<WarrantyId>,
}

/// Whether a fault is covered by one that is not by another, or has less to be shown for it.
fn is_more(one: &Coverage, other: &Coverage) -> bool {
    let awaits_proof = |it: &Coverage| it.best().is_some_and(Judgement::awaits_proof);
    one.verdict > other.verdict
        || one.by_law() > other.by_law()
        || (awaits_proof(other) && !awaits_proof(one))
}

/// Takes in for which unit a claim is, and judges it by what covers that. Nothing of a unit is told to, or changed by,
/// somebody whose it is not.
pub(super) fn take_unit(
    work: &mut Work<'_>,
    id: WarrantyClaimId,
    filing: &mut Filing,
    unit: &Arc<Unit>,
    is_strangers: bool,
    at_delivery: Option<bool>,
) -> Result<Taken, Halt> {
    let warranty = warranty_of(work, unit.id)?;
    let noticed_on = filing.noticed_on;
    let mut flags = odd_unit(unit, warranty.as_deref(), is_strangers, noticed_on);
    filing.unit = Some(unit.id);
    filing.regime = warranty.as_ref().and_then(|it| it.regime.clone());
    if is_strangers {
        return Ok(Taken { flags, own: None });
    }
    filing.serial = None;
    filing.product = Some(unit.product.clone());
    filing.delivered_at = unit.delivered_at;
    let until = end_of(work, filing.customer, noticed_on)?;
    filing.usage = usage(work, unit, until, &filing.readings, &mut flags)?;
    let Some(warranty) = warranty else {
        return Ok(Taken { flags, own: None });
    };
    let registered_on = registered_on(work, Some(unit), &warranty)?;
    let coverage = judge(&warranty, Some(unit), filing, at_delivery, registered_on);
    (filing.verdict, filing.by_law) = (coverage.verdict, coverage.by_law());
    let fault = fault_of(id, filing);
    let before = warranty.history(&fault);
    filing.history = History {
        repairs: before.repairs,
        faults_in_year: before.faults_in_year,
        faults_in_term: before.faults_in_term,
        same_fault_in_year: before.same_fault_in_year,
        ..filing.history.clone()
    };
    let most = work.rulebook().warranty().most_claims_in_year;
    flags.extend(odd_fault(&warranty, &fault, &filing.history, most));
    let regime = warranty.regime.as_ref();
    let until = reject_until(work, filing.customer, &warranty, regime, noticed_on)?;
    if let Some(filed_on) = filing.filed_on {
        let mut as_filed = filing.clone();
        as_filed.noticed_on = filed_on;
        let end = end_of(work, filing.customer, filed_on)?;
        as_filed.usage = usage(work, unit, end, &filing.readings, &mut Vec::new())?;
        let as_filed = judge(&warranty, Some(unit), &as_filed, at_delivery, registered_on);
        let could_reject = until.is_some_and(|(last, _)| (noticed_on..filed_on).contains(&last));
        if could_reject || is_more(&coverage, &as_filed) {
            flags.push(Flag::NoticedEarlier { filed_on });
        }
    }
    filing.reject_until = until.filter(|(last, _)| noticed_on <= *last);
    filing.history.reject_in_time = filing.reject_until.is_some();
    let own = Some(warranty.id);
    Ok(Taken { flags, own })
}

/// From now on a claim is for this unit, as if it had been filed for it.
fn attach(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    unit: &Arc<Unit>,
    is_strangers: bool,
) -> Result<(), Halt> {
    let mut filing = claim.filing.clone();
    let shown = claim.at_delivery;
    let taken = take_unit(work, claim.id, &mut filing, unit, is_strangers, shown)?;
    let fault = fault_of(claim.id, &filing);
    let event = WarrantyClaimEvent::Attached(Box::new(filing));
    work.emit(claim.id, event)?;
    let is_known = |flag: &Flag| claim.flags.iter().any(|it| it.flag == *flag);
    for flag in taken.flags.into_iter().filter(|flag| !is_known(flag)) {
        work.emit(claim.id, WarrantyClaimEvent::Flagged(flag))?;
    }
    let is_done = matches!(claim.status, ClaimStatus::Denied | ClaimStatus::Fulfilled);
    if let Some(warranty) = taken.own.filter(|_| !is_done) {
        work.emit(warranty, WarrantyEvent::Faulty(fault))?;
    }
    time(work, claim.id)
}

/// A person found that a customer may claim for a unit that was somebody else's: from now on it is a claim like others.
pub(super) fn let_in(work: &mut Work<'_>, id: WarrantyClaimId) -> Result<(), Halt> {
    let claim = known(work, id)?;
    let unit = match claim.filing.unit {
        Some(unit) => work.document(unit)?,
        None => None,
    };
    match unit {
        Some(unit) => attach(work, &claim, &unit, false),
        None => Ok(()),
    }
}

impl Command for AttachUnit {
    type Output = ();
    const NAME: &'static str = "warranty.attach_unit";
    const PERMISSION: Permission = Permission::WARRANTY_REVIEW;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.extend([Key::of(self.claim), Key::of(self.unit)]);
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = open_claim(work, self.claim, "attached to a unit")?;
        if let Some(unit) = claim.filing.unit {
            return Err(Refusal::HasUnit { unit }.into());
        }
        if matches!(claim.status, ClaimStatus::Denied | ClaimStatus::Fulfilled) {
            return not_now(claim.status, "attached to a unit");
        }
        let unit = work.document(self.unit)?;
        let unit = unit.ok_or_else(|| Refused::not_found(Key::of(self.unit)))?;
        let customer = survivor(work, claim.filing.customer)?;
        let family: Vec<_> = customer.family().collect();
        attach(work, &claim, &unit, is_strangers(&unit, &family))?;
        let (flag, finding) = (code!("unknown_serial"), code!("attached"));
        work.emit(claim.id, WarrantyClaimEvent::Cleared { flag, finding })
    }

    fn output(&self, _: &Entry) {}
}
