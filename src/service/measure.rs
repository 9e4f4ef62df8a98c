use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use super::occurrence::Occurrence;
use super::status::OccurrenceStatus;
use super::visit::{Visit, VisitStatus};

/// Why something was left out of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Excluded {
    /// It is not over yet.
    Open,
    /// It was called off, or left out for a reason.
    CalledOff,
    /// It goes on from an earlier visit, which counts.
    FollowUp,
    /// The time that it takes was not recorded.
    NotRecorded,
}

/// So many of so many, and what was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// How many were as they should be.
    pub numerator: u64,
    /// Of how many.
    pub denominator: u64,
    /// How many were left out, and why.
    pub excluded: BTreeMap<Excluded, u64>,
}

impl Rate {
    /// In ten-thousandths, rounded to the nearest; `None` of nothing.
    #[must_use]
    pub fn basis_points(&self) -> Option<u64> {
        let doubled = self.numerator.checked_mul(20_000)?;
        (doubled.checked_add(self.denominator)?).checked_div(self.denominator.checked_mul(2)?)
    }

    fn count(&mut self, is_good: bool) {
        self.numerator += u64::from(is_good);
        self.denominator += 1;
    }

    fn leave_out(&mut self, why: Excluded) {
        *self.excluded.entry(why).or_default() += 1;
    }
}

/// First-time-fix rate: of the matters for which somebody came, those that the first visit settled.
///
/// A matter is a visit that follows no other. It is settled by the first visit when that was done with the matter fixed and none of
/// `visits` follows it. Give all visits of the time in question, follow-ups too.
#[must_use]
pub fn first_time_fix<'a>(visits: impl IntoIterator<Item = &'a Visit> + Clone) -> Rate {
    let mut followed: Vec<_> = visits
        .clone()
        .into_iter()
        .filter_map(|visit| visit.plan.follows)
        .collect();
    followed.sort_unstable();
    let mut share = Rate::default();
    for visit in visits {
        match (&visit.findings, visit.status) {
            (_, VisitStatus::Cancelled) => share.leave_out(Excluded::CalledOff),
            (_, _) if visit.plan.follows.is_some() => share.leave_out(Excluded::FollowUp),
            (Some(findings), VisitStatus::Done) => {
                share.count(findings.is_fixed && followed.binary_search(&visit.id).is_err());
            }
            (None | Some(_), _) => share.leave_out(Excluded::Open),
        }
    }
    share
}

/// Punctuality: of the visits that took place, those where the technician came no later than the beginning of the window and the tolerance.
/// That is strict. [`Upkeep::punctual`](crate::measures::Upkeep::punctual) asks what the customer was told: whether somebody came before
/// the window was over.
#[must_use]
pub fn punctuality<'a>(visits: impl IntoIterator<Item = &'a Visit>, tolerance: TimeDelta) -> Rate {
    let mut share = Rate::default();
    for visit in visits {
        match (visit.status, visit.appointment, visit.arrived_at) {
            (VisitStatus::Cancelled, ..) => share.leave_out(Excluded::CalledOff),
            (VisitStatus::Underway | VisitStatus::Done, Some(appointment), Some(arrived)) => {
                share.count(arrived - appointment.from <= tolerance);
            }
            (VisitStatus::Done, ..) => share.leave_out(Excluded::NotRecorded),
            (VisitStatus::Planned | VisitStatus::Booked | VisitStatus::Underway, ..) => {
                share.leave_out(Excluded::Open);
            }
        }
    }
    share
}

/// How long something took, of those that are over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turnaround {
    /// The times, the shortest first.
    pub times: Vec<TimeDelta>,
    /// How many were left out, and why.
    pub excluded: BTreeMap<Excluded, u64>,
}

impl Turnaround {
    /// The shortest time within which at least so many percent were over (nearest rank); `None` of nothing.
    #[must_use]
    pub fn percentile(&self, percent: usize) -> Option<TimeDelta> {
        let rank = (self.times.len() * percent.min(100)).div_ceil(100).max(1);
        self.times.get(rank - 1).copied()
    }
}

/// Turnaround time of visits: from when it was planned until it was done, in calendar time.
#[must_use]
pub fn turnaround<'a>(visits: impl IntoIterator<Item = &'a Visit>) -> Turnaround {
    let mut turnaround = Turnaround::default();
    for visit in visits {
        let why = match (visit.status, visit.done_at) {
            (VisitStatus::Done, Some(done)) => {
                turnaround.times.push(done - visit.planned_at);
                continue;
            }
            (VisitStatus::Cancelled, _) => Excluded::CalledOff,
            (VisitStatus::Done, None) => Excluded::NotRecorded,
            (VisitStatus::Planned | VisitStatus::Booked | VisitStatus::Underway, _) => {
                Excluded::Open
            }
        };
        *turnaround.excluded.entry(why).or_default() += 1;
    }
    turnaround.times.sort_unstable();
    turnaround
}

/// Plan compliance: of the services whose last date on time is over, those that were done by it. What was skipped for a reason is left out.
#[must_use]
pub fn plan_compliance<'a>(
    occurrences: impl IntoIterator<Item = &'a Occurrence>,
    today: NaiveDate,
) -> Rate {
    let mut share = Rate::default();
    for occurrence in occurrences {
        match occurrence.was_kept(today) {
            None => share.leave_out(Excluded::Open),
            Some(_) if occurrence.status == OccurrenceStatus::Skipped => {
                share.leave_out(Excluded::CalledOff);
            }
            Some(kept) => share.count(kept),
        }
    }
    share
}
