//! What happens to warranties and claims.

mod amount;
mod attach;
mod choose;
mod decide;
mod intake;
mod loan;
mod look;
mod odd;
mod pin;
mod recover;
mod remedy;
mod soon;
mod usage;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

pub(crate) use self::pin::{delivery_changed, for_delivery, taken_back};
pub(crate) use self::soon::wake;
use crate::calendar::{BusinessHours, Zone, civil};
use crate::code;
use crate::flows::customer::{Told, profile_id, tell as tell_customer};
use crate::kernel::{Actor, Code, CustomerId, Permission, UnitId, WarrantyClaimId};
use crate::message::{Draft, Recipient};
use crate::product::Unit;
use crate::record::Key;
use crate::rulebook::Rulebook;
use crate::warranty::{
    ClaimStatus, Refusal, Regime, Step, Warranty, WarrantyClaim, WarrantyClaimEvent, WarrantyEvent,
};
use crate::work::{Halt, Refusal as Refused, Work};

/// The zone in which dates are those of a customer.
fn zone(work: &mut Work<'_>, customer: Option<CustomerId>) -> Result<Zone, Halt> {
    let own = match customer {
        Some(customer) => work.document(profile_id(customer))?,
        None => None,
    };
    zone_or(
        own.and_then(|profile| profile.zone.clone()),
        work.rulebook(),
    )
}

/// A profile's zone, or else the policy's.
fn zone_or(own: Option<Zone>, rulebook: &Rulebook) -> Result<Zone, Halt> {
    match own {
        Some(zone) => Ok(zone),
        None => {
            let zone = rulebook.customer().zone.parse::<Zone>();
            Ok(zone.map_err(Refusal::from)?)
        }
    }
}

/// Whose zone says on which date a unit was registered: its owner's, or that of whom it was sold to where an owner before
/// registered it.
fn registrar(unit: &Unit, warranty: &Warranty) -> Option<CustomerId> {
    match unit.registered_before_at {
        Some(_) => warranty.sold_to,
        None => unit.owned_by().or(warranty.sold_to),
    }
}

/// The date on which a unit was registered.
fn registered_on(
    work: &mut Work<'_>,
    unit: Option<&Unit>,
    warranty: &Warranty,
) -> Result<Option<NaiveDate>, Halt> {
    let Some((unit, at)) = unit.and_then(|unit| Some((unit, unit.first_registered_at()?))) else {
        return Ok(None);
    };
    let zone = zone(work, registrar(unit, warranty))?;
    Ok(Some(civil::date_in(&zone, at)))
}

/// The date that the customer's calendar shows now.
fn today(work: &mut Work<'_>, customer: Option<CustomerId>) -> Result<NaiveDate, Halt> {
    let zone = zone(work, customer)?;
    Ok(civil::date_in(&zone, work.now()))
}

/// A date that was told, which cannot lie in the future, nor before another.
fn happened(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    on: NaiveDate,
    not_before: Option<NaiveDate>,
) -> Result<(), Halt> {
    if on > today(work, Some(claim.filing.customer))? {
        return Err(Refusal::InFuture { on }.into());
    }
    let not_before = not_before.unwrap_or(claim.filing.noticed_on);
    if on < not_before {
        return Err(Refusal::TooEarly { on, not_before }.into());
    }
    Ok(())
}

/// The end of a date in the customer's zone.
fn end_of(
    work: &mut Work<'_>,
    customer: CustomerId,
    date: NaiveDate,
) -> Result<DateTime<Utc>, Halt> {
    let zone = zone(work, Some(customer))?;
    Ok(civil::end_of_day(&zone, date))
}

/// What covers a unit; whoever may see the unit may know.
fn warranty_of(work: &mut Work<'_>, unit: UnitId) -> Result<Option<Arc<Warranty>>, Halt> {
    work.document(Warranty::id_of(unit))
}

/// The warranty of the unit that a claim is for.
fn warranty_for(work: &mut Work<'_>, claim: &WarrantyClaim) -> Result<Option<Arc<Warranty>>, Halt> {
    match claim.filing.unit {
        Some(unit) => warranty_of(work, unit),
        None => Ok(None),
    }
}

/// Something happened to the warranty of the unit that a claim is for, if there is one.
fn emit_warranty(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    event: WarrantyEvent,
) -> Result<(), Halt> {
    match warranty_for(work, claim)? {
        Some(warranty) => work.emit(warranty.id, event),
        None => Ok(()),
    }
}

/// The regime under which a claim is dealt with.
fn regime_of<'a>(work: &Work<'a>, claim: &WarrantyClaim) -> Option<&'a Regime> {
    let reference = claim.filing.regime.as_ref()?;
    work.rulebook().warranty().regimes.find(reference)
}

/// A claim as it is by now, with what fell due before; a customer reaches only their own.
fn claim_now(work: &mut Work<'_>, id: WarrantyClaimId) -> Result<Arc<WarrantyClaim>, Halt> {
    let claim = work.document(id)?;
    let claim = claim.ok_or_else(|| Refused::not_found(Key::of(id)))?;
    if let Actor::Customer(me) = work.actor() {
        let owner = Some(claim.filing.customer);
        if !work.is_own(*me, owner)? {
            return Err(Refused::not_found(Key::of(id)).into());
        }
    }
    drop(claim);
    catch_up(work, id)
}

/// [`claim_now`] with which this step can be taken.
fn claim_to(
    work: &mut Work<'_>,
    id: WarrantyClaimId,
    step: Step,
    doing: &'static str,
) -> Result<Arc<WarrantyClaim>, Halt> {
    let claim = claim_now(work, id)?;
    if claim.status.after(step).is_none() {
        let status = claim.status;
        return Err(Refusal::NotNow { status, doing }.into());
    }
    Ok(claim)
}

/// [`claim_now`] that is not over.
fn open_claim(
    work: &mut Work<'_>,
    id: WarrantyClaimId,
    doing: &'static str,
) -> Result<Arc<WarrantyClaim>, Halt> {
    let claim = claim_now(work, id)?;
    if claim.status.is_over() {
        let status = claim.status;
        return Err(Refusal::NotNow { status, doing }.into());
    }
    Ok(claim)
}

/// Does what is due of a claim, each at its own time and in that order.
fn catch_up(work: &mut Work<'_>, id: WarrantyClaimId) -> Result<Arc<WarrantyClaim>, Halt> {
    loop {
        let claim = work.document(id)?;
        let claim = claim.ok_or_else(|| Refused::not_found(Key::of(id)))?;
        let Some(at) = claim.next_at().filter(|at| *at <= work.now()) else {
            return Ok(claim);
        };
        if claim.closes_at == Some(at) {
            work.emit(id, WarrantyClaimEvent::Closed)?;
            crate::flows::reactions::of_claim(work, id)?;
        } else if claim.remedy_due().is_some_and(|(_, due)| due == at) && !claim.remedy_overdue {
            remedy_overdue(work, &claim)?;
        } else if claim
            .unasked()
            .is_some_and(|it| !it.told && it.remind_at == at)
        {
            recover::remind(work, &claim)?;
        } else if claim
            .due
            .and_then(|due| due.repair)
            .is_some_and(|(_, due)| due == at)
            && !claim.filing.history.overdue
        {
            overdue(work, &claim)?;
        } else if claim
            .loaner_out()
            .is_some_and(|it| !it.late && it.back_by.is_some_and(|(_, by)| by == at))
        {
            loan::late(work, &claim)?;
        } else {
            loan::owed(work, &claim)?;
        }
    }
}

/// What is due of a claim.
pub(crate) fn wake_claim(work: &mut Work<'_>, id: WarrantyClaimId) -> Result<(), Halt> {
    catch_up(work, id)?;
    Ok(())
}

/// The time for the repair is over: the customer is told what is open to them now.
fn overdue(work: &mut Work<'_>, claim: &WarrantyClaim) -> Result<(), Halt> {
    work.emit(claim.id, WarrantyClaimEvent::RepairOverdue)?;
    if let Some((last, _)) = claim.due.and_then(|due| due.repair) {
        decide::reject_again(work, claim, last)?;
    }
    let claim = intake::known(work, claim.id)?;
    let regime = regime_of(work, &claim);
    let open = claim.available_remedies(regime, work.now()).into_iter();
    let names = open.filter(|it| it.insists).map(|it| it.remedy.name());
    let names = names.collect::<Vec<_>>().join(" ");
    let by = claim.due.and_then(|due| due.repair).map(|(by, _)| by);
    let draft = |draft: Draft| match by {
        Some(by) => draft.with_fact(code!("due_on"), by),
        None => draft,
    };
    let told = draft(to_customer(&claim, code!("warranty.repair_overdue")));
    tell(work, &claim, told.with_fact(code!("remedies"), names))?;
    let staff = draft(to_team(work, &claim, code!("warranty.repair_overdue")));
    work.send(staff)?;
    Ok(())
}

/// What was granted should have been given by now.
fn remedy_overdue(work: &mut Work<'_>, claim: &WarrantyClaim) -> Result<(), Halt> {
    work.emit(claim.id, WarrantyClaimEvent::RemedyOverdue)?;
    let due_on = claim.remedy_due().map(|(by, _)| by);
    let remedy = claim.grant().map_or("", |grant| grant.remedy.name());
    let purpose = code!("warranty.remedy_overdue");
    let drafts = [
        to_customer(claim, purpose.clone()),
        to_team(work, claim, purpose),
    ];
    let [customer, team] = drafts.map(|draft| {
        let draft = draft.with_fact(code!("remedy"), remedy);
        match due_on {
            Some(by) => draft.with_fact(code!("due_on"), by),
            None => draft,
        }
    });
    tell(work, claim, customer)?;
    work.send(team)?;
    Ok(())
}

/// The newest revision of the calendar that a regime names for repairs.
fn calendar_of<'a>(work: &Work<'a>, regime: &Regime) -> Option<&'a BusinessHours> {
    let name = regime.repair.as_ref()?.calendar.as_ref()?;
    let revisions = work.rulebook().calendars().get(name)?;
    revisions.values().next_back()
}

fn to_customer(claim: &WarrantyClaim, purpose: Code) -> Draft {
    Draft::new(Recipient::Customer(claim.filing.customer), purpose)
        .with_fact(code!("claim"), claim.id)
}

fn to_team(work: &Work<'_>, claim: &WarrantyClaim, purpose: Code) -> Draft {
    let team = work.rulebook().warranty().team.clone();
    Draft::new(Recipient::Team(team), purpose).with_fact(code!("claim"), claim.id)
}

/// Tells the customer; one who cannot be told is noted, so that somebody finds another way.
fn tell(work: &mut Work<'_>, claim: &WarrantyClaim, draft: Draft) -> Result<(), Halt> {
    let purpose = draft.purpose.clone();
    match tell_customer(work, claim.filing.customer, draft)? {
        Told::Queued(_) => Ok(()),
        Told::Not(why) => {
            let why = Code::known(why.code());
            work.emit(
                claim.id,
                WarrantyClaimEvent::CustomerNotTold { purpose, why },
            )
        }
    }
}

/// Some things take a leave of their own.
fn may(work: &Work<'_>, permission: Permission) -> Result<(), Halt> {
    match work.rulebook().access().allows(work.actor(), permission) {
        true => Ok(()),
        false => Err(Refused::Denied { permission }.into()),
    }
}

/// A claim is not at the point at which this can be done.
fn not_now<T>(status: ClaimStatus, doing: &'static str) -> Result<T, Halt> {
    Err(Refusal::NotNow { status, doing }.into())
}
