//! Looking at warranties and claims.

use chrono::NaiveDate;
use uuid::Uuid;

use super::intake::judge;
use super::usage::usage_before;
use super::{registrar, zone_or};
use crate::calendar::{Zone, civil};
use crate::flows::customer::{profile_id, survivor_read};
use crate::flows::timeline::newest;
use crate::kernel::{Actor, CustomerId, Permission, WarrantyClaimId};
use crate::product::Unit;
use crate::record::{Cursor, Index, Key, Page, Query, rank_of};
use crate::warranty::{
    CheckCoverage, ClaimPage, ClaimView, ClaimsOf, Coverage, ListClaims, OpenClaims, Situation,
    ViewClaim, Warranty, WarrantyClaim, coverage,
};
use crate::work::{Halt, Question, Reader, Refusal as Refused};

/// The most that a page holds.
const MOST: u32 = 200;

/// The date on which a unit was registered.
fn registered_on(
    reader: &mut Reader<'_>,
    unit: Option<&Unit>,
    warranty: &Warranty,
) -> Result<Option<NaiveDate>, Halt> {
    let Some((unit, at)) = unit.and_then(|unit| Some((unit, unit.first_registered_at()?))) else {
        return Ok(None);
    };
    let zone = zone_of(reader, registrar(unit, warranty))?;
    Ok(Some(civil::date_in(&zone, at)))
}

/// The zone in which dates are those of a customer.
fn zone_of(reader: &mut Reader<'_>, customer: Option<CustomerId>) -> Result<Zone, Halt> {
    let profile = match customer {
        Some(customer) => reader.document(profile_id(customer))?,
        None => None,
    };
    let own = profile.and_then(|profile| profile.zone.clone());
    zone_or(own, reader.rulebook())
}

impl Question for CheckCoverage {
    type Output = Coverage;
    const PERMISSION: Permission = Permission::WARRANTY_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Coverage, Halt> {
        let unit = reader.need(self.unit)?;
        let Some(warranty) = reader.document(Warranty::id_of(unit.id))? else {
            return Ok(coverage(&[], &Situation::on(self.on)));
        };
        let zone = zone_of(reader, unit.owned_by().or(warranty.sold_to))?;
        let usage = usage_before(reader, &unit, civil::end_of_day(&zone, self.on))?;
        let spells = warranty.spells();
        let situation = Situation {
            component: self.component.as_ref(),
            cause: self.cause.as_ref(),
            usage: &usage,
            spells: &spells,
            first_owner: unit.owned_by() == warranty.sold_to,
            registered_on: registered_on(reader, Some(&unit), &warranty)?,
            ..Situation::on(self.on)
        };
        Ok(coverage(&warranty.contracts, &situation))
    }
}

/// Whether the unit of a claim is not for the eyes of the customer who asks: it is somebody else's now, or was when they
/// claimed for it and nobody cleared that.
fn is_hidden(
    reader: &mut Reader<'_>,
    unit: Option<&Unit>,
    claim: &WarrantyClaim,
) -> Result<bool, Halt> {
    if !matches!(reader.actor(), Actor::Customer(_)) {
        return Ok(false);
    }
    let is_others = match unit.and_then(Unit::owned_by) {
        Some(owner) => !reader.sees(owner)?,
        None => false,
    };
    Ok(is_others || claim.is_strangers())
}

/// What a customer may see of a claim: not what seemed odd, nor what suppliers owe, nor the unit where it is hidden.
fn shown(reader: &Reader<'_>, claim: &WarrantyClaim, is_hidden: bool) -> WarrantyClaim {
    let mut claim = claim.clone();
    if is_hidden {
        claim.filing.unit = None;
        claim.filing.regime = None;
        claim.filing.usage.clear();
        claim.replacement = None;
    }
    if matches!(reader.actor(), Actor::Customer(_)) {
        claim.flags.clear();
        claim.filing.flags.clear();
        claim.recoverable = None;
        claim.recovery = None;
        claim.decided_by = None;
    }
    claim
}

impl Question for ViewClaim {
    type Output = ClaimView;
    const PERMISSION: Permission = Permission::WARRANTY_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<ClaimView, Halt> {
        let missing = || Refused::not_found(Key::of(self.claim));
        let claim = reader.document(self.claim)?.ok_or_else(missing)?;
        if !reader.sees(claim.filing.customer)? {
            return Err(missing().into());
        }
        let warranty = match claim.filing.unit {
            Some(unit) => reader.document(Warranty::id_of(unit))?,
            None => None,
        };
        let unit: Option<std::sync::Arc<Unit>> = match claim.filing.unit {
            Some(unit) => reader.document(unit)?,
            None => None,
        };
        let is_hidden = is_hidden(reader, unit.as_deref(), &claim)?;
        let coverage = match &warranty {
            Some(warranty) if !is_hidden => {
                let registered_on = registered_on(reader, unit.as_deref(), warranty)?;
                let filing = &claim.filing;
                let shown = claim.at_delivery;
                Some(judge(
                    warranty,
                    unit.as_deref(),
                    filing,
                    shown,
                    registered_on,
                ))
            }
            Some(_) | None => None,
        };
        let regimes = &reader.rulebook().warranty().regimes;
        let regime = claim.filing.regime.as_ref().and_then(|it| regimes.find(it));
        Ok(ClaimView {
            coverage,
            remedies: claim.available_remedies(regime, self.at),
            obligations: claim.obligations(self.at),
            claim: shown(reader, &claim, is_hidden),
        })
    }
}

impl Question for ListClaims {
    type Output = ClaimPage;
    const PERMISSION: Permission = Permission::WARRANTY_READ;

    fn permission(&self) -> Permission {
        match self.of {
            ClaimsOf::ToReview => Permission::WARRANTY_REVIEW,
            ClaimsOf::Unit(_) | ClaimsOf::Customer(_) => Permission::WARRANTY_READ,
        }
    }

    fn ask(&self, reader: &mut Reader<'_>) -> Result<ClaimPage, Halt> {
        let (index, scopes) = match self.of {
            ClaimsOf::Unit(unit) => (Index::ClaimsByUnit, vec![reader.need(unit)?.id.uuid()]),
            ClaimsOf::Customer(customer) => {
                let customer = survivor_read(reader, customer)?;
                let family = customer.family().map(|id| id.uuid());
                (Index::ClaimsByCustomer, family.collect())
            }
            ClaimsOf::ToReview => (Index::ClaimsToReview, vec![Uuid::nil()]),
        };
        let (after, limit) = (self.after.map(Cursor::of), self.limit.clamp(1, MOST));
        let page = newest(reader, index, scopes.into_iter(), after, limit)?;
        page_of(reader, &page)
    }
}

impl Question for OpenClaims {
    type Output = ClaimPage;
    const PERMISSION: Permission = Permission::WARRANTY_HANDLE;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<ClaimPage, Halt> {
        if matches!(reader.actor(), Actor::Customer(_)) {
            // Where a page ends would tell of claims that are not theirs.
            return Ok(ClaimPage::default());
        }
        let limit = self.limit.clamp(1, MOST);
        let query = Query::new(Index::OpenClaims, Uuid::nil()).after(self.after.map(Cursor::of));
        let query = match self.overdue_at {
            Some(at) => query.up_to(rank_of(at)),
            None => query,
        };
        let page = reader.find(&query.limit(limit))?;
        page_of(reader, &page)
    }
}

/// The claims of a page, as the asker may see them.
fn page_of(reader: &mut Reader<'_>, page: &Page) -> Result<ClaimPage, Halt> {
    let ids = page.found.iter();
    let ids = ids.map(|it| WarrantyClaimId::from_uuid(it.key.id));
    reader.want(ids.clone());
    let mut claims = Vec::with_capacity(page.found.len());
    for id in ids {
        let Some(claim) = reader.document(id)? else {
            continue;
        };
        if reader.sees(claim.filing.customer)? {
            let unit = match claim.filing.unit {
                Some(unit) => reader.document(unit)?,
                None => None,
            };
            let is_hidden = is_hidden(reader, unit.as_deref(), &claim)?;
            claims.push(shown(reader, &claim, is_hidden));
        }
    }
    let next = page.next.map(Cursor::place);
    Ok(ClaimPage { claims, next })
}
