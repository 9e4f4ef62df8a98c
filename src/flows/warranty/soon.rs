//! Telling owners that a warranty ends soon.

use chrono::{DateTime, NaiveDate, Utc};

use super::zone;
use crate::calendar::{Zone, civil};
use crate::code;
use crate::flows::customer::tell;
use crate::kernel::{Code, UnitId, WarrantyId};
use crate::message::{Draft, Recipient};
use crate::warranty::{Contract, Warranty, WarrantyEvent};
use crate::work::{Halt, Work};

/// Contracts whose end the owner was not told, with the last date of each.
fn untold(warranty: &Warranty, on: NaiveDate) -> Vec<(&Contract, NaiveDate)> {
    let spells = warranty.spells();
    let contracts = warranty.contracts.iter();
    let untold = contracts.filter(|it| !warranty.told.contains(&it.term.name));
    let running = untold.filter(|it| it.cancelled_on.is_none_or(|cancelled| cancelled > on));
    let ends = running.filter_map(|it| Some((it, it.end(&spells, on)?.last_day?)));
    ends.filter(|(_, last)| *last >= on).collect()
}

/// The first instant of the date so many days before the last one.
fn begins(zone: &Zone, last: NaiveDate, days: u32) -> DateTime<Utc> {
    let date = civil::add_days(last, -i64::from(days)).unwrap_or(NaiveDate::MIN);
    civil::start_of_day(zone, date)
}

/// Says when somebody has to look at a warranty again.
pub(super) fn look(work: &mut Work<'_>, id: WarrantyId) -> Result<(), Halt> {
    let Some(days) = work.rulebook().warranty().ends_soon_days else {
        return Ok(());
    };
    let Some(warranty) = work.document(id)? else {
        return Ok(());
    };
    let zone = zone(work, warranty.sold_to)?;
    let today = civil::date_in(&zone, work.now());
    let untold = untold(&warranty, today).into_iter();
    let at = untold.map(|(_, last)| begins(&zone, last, days)).min();
    // One that ends soon already is told with the next waking.
    let at = at.map(|at| at.max(work.now()));
    if at == warranty.looks_at {
        return Ok(());
    }
    work.emit(id, WarrantyEvent::LooksAt { at })
}

/// Tells the owner of a unit what ends soon, each term once. Repairs may have moved the end since it was last worked
/// out; then it is looked at again later.
pub(crate) fn wake(work: &mut Work<'_>, id: WarrantyId) -> Result<(), Halt> {
    let Some(warranty) = work.document(id)? else {
        return Ok(());
    };
    if warranty.looks_at.is_none_or(|at| at > work.now()) {
        return Ok(());
    }
    let unit = work.document(UnitId::from_uuid(id.uuid()))?;
    let owner = unit.as_ref().filter(|unit| unit.retired.is_none());
    let owner = owner.and_then(|unit| unit.owned_by());
    let days = work.rulebook().warranty().ends_soon_days.unwrap_or(0);
    let zone = zone(work, warranty.sold_to)?;
    let today = civil::date_in(&zone, work.now());
    for (contract, last_day) in untold(&warranty, today) {
        let is_theirs = contract.term.transferable || owner == warranty.sold_to;
        if begins(&zone, last_day, days) > work.now() {
            continue;
        }
        let term = contract.term.name.clone();
        work.emit(id, WarrantyEvent::EndsSoon { term, last_day })?;
        if let Some(owner) = owner.filter(|_| is_theirs) {
            let clauses = contract.free_to_claim(&warranty.spells(), today);
            let clauses: Vec<_> = clauses.into_iter().map(Code::as_str).collect();
            let clauses = clauses.join(" ");
            let draft = Draft::new(Recipient::Customer(owner), code!("warranty.ends_soon"))
                .with_fact(code!("unit"), warranty.unit)
                .with_fact(code!("term"), &contract.term.name)
                .with_fact(code!("last_day"), last_day)
                .with_fact(code!("covers"), clauses);
            // Who cannot be told of an end is told of it when they ask.
            let _ = tell(work, owner, draft)?;
        }
    }
    look(work, id)
}
