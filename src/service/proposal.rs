use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::refusal::Refusal;
use super::technician::{Booking, TechnicianSpec, check_booking, load};
use super::visit::VisitPlan;
use crate::calendar::civil::{date_in, end_of_day};
use crate::calendar::{BusinessHours, Period};
use crate::kernel::{StaffId, VisitId};

/// A technician as the search for slots sees them.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// Who.
    pub id: StaffId,
    /// What they can do.
    pub spec: &'a TechnicianSpec,
    /// Their hours.
    pub hours: &'a BusinessHours,
    /// What they have booked, in any order.
    pub booked: Vec<Booking>,
    /// How long the way is, in minutes; not known when absent.
    pub travel_minutes: Option<u32>,
}

/// Why a slot was proposed, or why one was preferred to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlotReason {
    /// It lies within the nth of the customer's wishes, counted from 1.
    WithinWish(usize),
    /// The technician has every skill that is needed.
    HasSkills,
    /// Nobody who can do it is free earlier within the wishes.
    Earliest,
    /// The way is so many minutes, and no longer than for others who are free then.
    Travel(u32),
    /// The technician has so many visits on that day, and no more than others who are free then.
    BookedThatDay(usize),
}

/// A slot that can be booked as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// With whom.
    pub technician: StaffId,
    /// From when on, UTC.
    pub from: DateTime<Utc>,
    /// Until when, UTC.
    pub to: DateTime<Utc>,
    /// Why this one.
    pub reasons: Vec<SlotReason>,
}

/// Why a technician has no slot among those proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PassedOver {
    /// They cannot do what the visit takes, whenever that is.
    CannotDoIt(Refusal),
    /// They cannot come within the nth of the customer's wishes, counted from 1: what stands against the first window within their
    /// hours, or else that none is.
    NotFree {
        /// Which wish.
        wish: usize,
        /// What stands against it.
        why: Refusal,
    },
    /// They are free, but as many slots as were asked for are better.
    Outdone {
        /// From when on they are free first, UTC.
        from: DateTime<Utc>,
    },
}

/// Slots, and why the others who were looked at have none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// The slots, the best first.
    pub slots: Vec<Slot>,
    /// Technicians without a slot, and why: one reason for each wish, or one for all of them. Empty when nobody was looked at.
    pub passed_over: BTreeMap<StaffId, Vec<PassedOver>>,
    /// Whether there are more technicians than were looked at.
    pub is_partial: bool,
}

/// Slots for a visit within the customer's wishes, as many as `limit`, the earliest of all first; of slots that begin at one time, that
/// with the shortest way (an unknown way counts as the longest), then that of whoever has fewer visits on the day.
///
/// A slot begins at an opening, at the end of another booking, at the beginning of the wish, or where the slot before it ends: slots of
/// one technician do not overlap.
#[must_use]
pub fn propose(
    visit: &VisitPlan,
    wishes: &[Period],
    candidates: &[Candidate<'_>],
    limit: usize,
) -> Proposal {
    let mut proposal = Proposal::default();
    let mut found = Vec::new();
    for candidate in candidates {
        if let Err(why) = candidate.spec.check(visit) {
            let why = vec![PassedOver::CannotDoIt(why)];
            proposal.passed_over.insert(candidate.id, why);
            continue;
        }
        let mut why_not = Vec::new();
        let mut first: Option<DateTime<Utc>> = None;
        for (n, wish) in wishes.iter().enumerate() {
            match slots(visit, wish, candidate, limit) {
                Ok(free) => {
                    let begins = free.iter().map(|(from, ..)| *from);
                    first = first.into_iter().chain(begins).min();
                    found.extend(
                        free.into_iter()
                            .map(|(from, to, load)| (candidate, n, from, to, load)),
                    );
                }
                Err(why) => why_not.push(PassedOver::NotFree { wish: n + 1, why }),
            }
        }
        if let Some(from) = first {
            why_not = vec![PassedOver::Outdone { from }];
        }
        proposal.passed_over.insert(candidate.id, why_not);
    }
    found.sort_by_key(|(candidate, n, from, _, load)| {
        let travel = candidate.travel_minutes.unwrap_or(u32::MAX);
        (*from, travel, *load, candidate.id, *n)
    });
    found.dedup_by_key(|(candidate, _, from, ..)| (candidate.id, *from));
    let first = found.first().map(|(_, _, from, ..)| *from);
    proposal.slots = found
        .into_iter()
        .take(limit)
        .map(|(candidate, n, from, to, load)| {
            let mut reasons = vec![SlotReason::WithinWish(n + 1)];
            if !visit.skills.is_empty() {
                reasons.push(SlotReason::HasSkills);
            }
            if first == Some(from) {
                reasons.push(SlotReason::Earliest);
            }
            reasons.extend(candidate.travel_minutes.map(SlotReason::Travel));
            reasons.push(SlotReason::BookedThatDay(load));
            Slot {
                technician: candidate.id,
                from,
                to,
                reasons,
            }
        })
        .collect();
    for slot in &proposal.slots {
        proposal.passed_over.remove(&slot.technician);
    }
    proposal
}

/// From when until when a technician could be booked, and how many visits they have on that day.
type Free = (DateTime<Utc>, DateTime<Utc>, usize);

/// When a technician could be booked within a wish, in order; never nothing.
fn slots(
    visit: &VisitPlan,
    wish: &Period,
    candidate: &Candidate<'_>,
    limit: usize,
) -> Result<Vec<Free>, Refusal> {
    let (from, to) = (wish.start, wish.end);
    let lasts = TimeDelta::minutes(visit.minutes.into());
    if to == from {
        // It is over.
        return Err(Refusal::WindowPast);
    }
    if to - from < lasts {
        return Err(Refusal::WindowTooShort { from, to });
    }
    let openings = candidate.hours.periods_from(from);
    let openings = openings.map_err(|_| Refusal::OutsideHours { from, to })?;
    let mut starts: BTreeSet<DateTime<Utc>> = openings
        .map(|open| open.start.max(from))
        .take_while(|start| *start < to)
        .take(64)
        .collect();
    starts.extend(candidate.booked.iter().map(|booking| booking.to));
    // With a day that is full the next one begins where hours go through the night, too.
    let zone = candidate.hours.zone();
    let midnights: Vec<_> = starts
        .iter()
        .map(|start| end_of_day(zone, date_in(zone, *start)))
        .collect();
    starts.extend(midnights);
    starts.insert(from);
    starts.retain(|start| from <= *start);
    let nobody = VisitId::from_u128(0);
    let mut free = Vec::new();
    let mut why = None;
    while let Some(start) = starts.pop_first() {
        let end = start.checked_add_signed(lasts).filter(|end| *end <= to);
        let Some(end) = end.filter(|_| free.len() < limit.max(1)) else {
            break;
        };
        let window = Period { start, end };
        let (hours, booked) = (candidate.hours, &candidate.booked);
        match check_booking(candidate.spec, hours, (nobody, visit), window, booked) {
            Ok(()) => {
                free.push((start, end, load(hours, booked.iter(), start)));
                starts.retain(|other| end <= *other);
                starts.insert(end);
            }
            Err(Refusal::OutsideHours { .. }) => {}
            Err(refusal) => why = why.or(Some(refusal)),
        }
    }
    if free.is_empty() {
        Err(why.unwrap_or(Refusal::OutsideHours { from, to }))
    } else {
        Ok(free)
    }
}
