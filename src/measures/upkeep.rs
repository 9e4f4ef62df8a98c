//! What visits, services and warranty claims come to.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::fold::Cells;
use super::lens::{Lens, Place, instant};
use super::rate::{merge_counts, month_of, whole_months};
use crate::kernel::{Code, VisitId};
use crate::satisfaction::{Proportion, Spread};
use crate::service::{Occurrence, OccurrenceStatus, Visit, VisitStatus};
use crate::warranty::{Decision, Flag, Remedy, WarrantyClaim};

/// Visits and services, in the period in which they were planned.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Upkeep {
    /// Matters that the first visit settled, of those for which somebody came.
    pub first_time_fix: Proportion,
    /// Visits to which the technician came before the window that was told was over, of those with a time of arrival.
    /// [`service::punctuality`](crate::service::punctuality) counts from the beginning of the window.
    pub punctual: Proportion,
    /// From when a visit was planned until it was done, in milliseconds of calendar time.
    pub turnaround: Spread,
    /// Services of plans that were done by their last date, of those whose last date is over and that were not left out for a reason.
    pub kept: Proportion,
}

impl Upkeep {
    pub(super) fn merge(&mut self, other: &Self) {
        self.first_time_fix.merge(&other.first_time_fix);
        self.punctual.merge(&other.punctual);
        self.turnaround.merge(&other.turnaround);
        self.kept.merge(&other.kept);
    }
}

/// Warranty claims, in the period in which they came in, under the fault as the topic and the product.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Claims {
    /// Claims that came in.
    pub filed: u64,
    /// Claims that were approved, of those that were decided.
    pub approved: Proportion,
    /// Claims that are denied, by each of the reasons given.
    pub denied: BTreeMap<Code, u64>,
    /// Claims for the same fault after a repair, of those that came in.
    pub repeated: Proportion,
    /// From the date on which a claim came in until the date of the repair, in milliseconds of whole days.
    pub repair_turnaround: Spread,
    /// Claims that are open.
    pub open: u64,
    /// Claims by the civil month in which their unit was delivered and by how many whole months it had been in service when the customer gave
    /// notice; those of units that were not delivered with an order are left out. See [`Figures::claim_rates`](super::Figures::claim_rates).
    #[serde(with = "super::map::listed")]
    pub by_age: BTreeMap<(NaiveDate, u32), u64>,
}

impl Claims {
    pub(super) fn merge(&mut self, other: &Self) {
        self.filed = self.filed.saturating_add(other.filed);
        self.open = self.open.saturating_add(other.open);
        self.approved.merge(&other.approved);
        self.repeated.merge(&other.repeated);
        self.repair_turnaround.merge(&other.repair_turnaround);
        merge_counts(&mut self.denied, &other.denied);
        merge_counts(&mut self.by_age, &other.by_age);
    }
}

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// Adds what a visit comes to. `followed` are the visits that were not enough.
pub(super) fn count_visit(
    lens: &Lens,
    visit: &Visit,
    followed: &BTreeSet<VisitId>,
    cells: &mut Cells,
) {
    let slot = lens.slot_of(visit.planned_at.timestamp_millis());
    let upkeep = &mut cells.entry((slot, Place::default())).or_default().upkeep;
    let is_first = visit.plan.follows.is_none();
    if let (VisitStatus::Done, Some(findings), true) = (visit.status, &visit.findings, is_first) {
        let is_settled = findings.is_fixed && !followed.contains(&visit.id);
        upkeep.first_time_fix.count(is_settled);
    }
    if visit.status == VisitStatus::Done {
        if let (Some(appointment), Some(arrived)) = (visit.appointment, visit.arrived_at) {
            upkeep.punctual.count(arrived <= appointment.to);
        }
        if let Some(done) = visit.done_at {
            let span = done.signed_duration_since(visit.planned_at);
            let span = u64::try_from(span.num_milliseconds()).unwrap_or(0);
            upkeep.turnaround.add(span);
        }
    }
}

/// Whether a visit is over.
pub(super) const fn is_visit_over(visit: &Visit) -> bool {
    matches!(visit.status, VisitStatus::Done | VisitStatus::Cancelled)
}

/// Adds what a service comes to at `until`.
pub(super) fn count_service(lens: &Lens, service: &Occurrence, until: i64, cells: &mut Cells) {
    if service.status == OccurrenceStatus::Skipped {
        return;
    }
    let slot = lens.slot_of(service.planned_at.timestamp_millis());
    let today = lens.zone.local(instant(until)).date();
    let upkeep = &mut cells.entry((slot, Place::default())).or_default().upkeep;
    if let Some(is_kept) = service.was_kept(today) {
        upkeep.kept.count(is_kept);
    }
}

fn days_between(from: NaiveDate, to: NaiveDate) -> u64 {
    let days = to.signed_duration_since(from).num_days();
    u64::try_from(days).unwrap_or(0).saturating_mul(DAY_MS)
}

/// Adds what a claim comes to.
pub(super) fn count_claim(lens: &Lens, claim: &WarrantyClaim, cells: &mut Cells) {
    let slot = lens.slot_of(claim.filed_at.timestamp_millis());
    let place = lens.seen(Place {
        topic: claim.filing.fault.clone(),
        product: claim.filing.product.clone(),
        ..Place::default()
    });
    let claims = &mut cells.entry((slot, place)).or_default().claims;
    claims.filed = claims.filed.saturating_add(1);
    if let Some(delivered_at) = claim.filing.delivered_at {
        let delivered_on = lens.zone.local(delivered_at).date();
        let age = whole_months(delivered_on, claim.filing.noticed_on);
        let count = claims.by_age.entry((month_of(delivered_on), age));
        let count = count.or_default();
        *count = count.saturating_add(1);
    }
    claims.open = claims
        .open
        .saturating_add(u64::from(!claim.status.is_over()));
    let mut flags = claim.flags.iter();
    let is_repeated = flags.any(|it| matches!(it.flag, Flag::RepeatedFault { .. }));
    claims.repeated.count(is_repeated);
    match &claim.decision {
        None => {}
        Some(Decision::Approved(grant)) => {
            claims.approved.count(true);
            if let (Remedy::Repair, Some(repair)) = (grant.remedy, &claim.repair) {
                let filed_on = lens.zone.local(claim.filed_at).date();
                let span = days_between(filed_on, repair.done_on);
                claims.repair_turnaround.add(span);
            }
        }
        Some(Decision::Denied { reasons, .. }) => {
            claims.approved.count(false);
            for reason in reasons {
                let count = claims.denied.entry(reason.clone()).or_default();
                *count = count.saturating_add(1);
            }
        }
    }
}
