//! What looks odd about a claim. Nothing of it stops one.

use chrono::NaiveDate;

use crate::calendar::civil;
use crate::kernel::WarrantyClaimId;
use crate::kernel::{Code, CustomerId};
use crate::product::Unit;
use crate::record::{Index, Query, rank_of, serial_scope};
use crate::warranty::{Fault, Flag, History, Remedy, Warranty};
use crate::work::{Halt, Work};

/// What looks odd about the unit of a claim.
pub(super) fn odd_unit(
    unit: &Unit,
    warranty: Option<&Warranty>,
    is_strangers: bool,
    on: NaiveDate,
) -> Vec<Flag> {
    let mut flags = Vec::new();
    let sold = warranty.filter(|warranty| !warranty.contracts.is_empty());
    match sold {
        None => flags.push(Flag::NeverSold),
        Some(warranty) => {
            let dates = &warranty.dates;
            let begins = dates.purchased_on.or(dates.delivered_on.last().copied());
            if let Some(sold_on) = begins.filter(|begins| on < *begins) {
                flags.push(Flag::BeforeSale { sold_on });
            }
        }
    }
    if is_strangers {
        flags.push(Flag::OtherOwner);
    }
    if unit.retired.is_some() {
        flags.push(Flag::Retired);
    }
    flags
}

/// What looks odd about a fault, beside others of the unit.
pub(super) fn odd_fault(
    warranty: &Warranty,
    fault: &Fault,
    history: &History,
    most: u32,
) -> Vec<Flag> {
    let mut flags = Vec::new();
    let others = warranty.faults.iter();
    let others = others.filter(|it| it.claim != fault.claim && !it.of_past_sale);
    let mut open = others.clone().filter(|it| it.done.is_none() && !it.dropped);
    if let Some(open) = open.next() {
        flags.push(Flag::OpenClaim { claim: open.claim });
    }
    let same = |it: &&Fault| {
        it.code.is_some()
            && (&it.component, &it.code) == (&fault.component, &fault.code)
            && it.done == Some(Remedy::Repair)
    };
    if let Some(repaired) = others.rev().find(same) {
        let claim = repaired.claim;
        flags.push(Flag::RepeatedFault { claim });
    }
    if let Some(claim) = warranty.given_up_in(fault.claim) {
        flags.push(Flag::GivenUp { claim });
    }
    if history.faults_in_year > most {
        let in_year = history.faults_in_year;
        flags.push(Flag::ManyClaims { in_year });
    }
    flags
}

pub(super) fn odd_cause(work: &Work<'_>, cause: Option<&Code>) -> Option<Flag> {
    let causes = &work.rulebook().warranty().causes;
    let cause = cause.filter(|cause| !causes.is_empty() && !causes.contains(*cause))?;
    Some(Flag::UnknownCause {
        cause: cause.clone(),
    })
}

/// Whether the customer claims more often than the business expects, for whatever units. Of their claims no more are looked
/// up than it takes to know.
pub(super) fn odd_customer(
    work: &mut Work<'_>,
    family: &[CustomerId],
) -> Result<Option<Flag>, Halt> {
    let most = work.rulebook().warranty().most_claims_of_customer_in_year;
    let year_ago = civil::add_years(work.now().date_naive(), -1).unwrap_or(NaiveDate::MIN);
    let year_ago = rank_of(year_ago.and_time(chrono::NaiveTime::MIN).and_utc());
    let mut in_year: u32 = 1;
    for customer in family {
        let query = Query::new(Index::ClaimsByCustomer, customer.uuid()).descending();
        let found = work.find(&query.limit(most.saturating_add(1)))?.found;
        let recent = found.iter().filter(|it| it.rank > year_ago).count();
        in_year = in_year.saturating_add(u32::try_from(recent).unwrap_or(u32::MAX));
    }
    let in_year = in_year.min(most.saturating_add(1));
    Ok((in_year > most).then_some(Flag::ManyByCustomer { in_year }))
}

/// Whether a serial number of which no unit is on record was claimed for before.
pub(super) fn odd_serial(work: &mut Work<'_>, serial: &Code) -> Result<Option<Flag>, Halt> {
    let Some(scope) = serial_scope(serial, work.rulebook().secret()) else {
        return Ok(None);
    };
    let query = Query::new(Index::ClaimsBySerial, scope)
        .descending()
        .limit(1);
    let newest = work.find(&query)?.found.first().map(|it| it.key.id);
    Ok(newest.map(|id| Flag::SerialClaimed {
        claim: WarrantyClaimId::from_uuid(id),
    }))
}
