//! Questions about plans, services, visits and free slots.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};

use super::{calendar, hours_of};
use crate::calendar::civil::{date_in, end_of_day};
use crate::calendar::{BusinessHours, Period};
use crate::flows::customer::survivor_read;
use crate::kernel::{CustomerId, Permission, StaffId};
use crate::record::{Index, Query, Record, rank_of, rank_of_date};
use crate::service::{
    Agenda, Candidate, Kept, Occurrence, OpenServices, Plan, PlansOf, Proposal, ProposeSlots,
    ReadAgenda, Refusal, ServicesOf, Technician, Visit, VisitsOf, VisitsOfTechnician, WasKept,
    not_planned_yet, propose, was_kept,
};
use crate::work::{Halt, Question, Reader};

/// How many technicians and wishes a proposal looks at, and how much time of the wishes together.
const TECHNICIANS: u32 = 200;
const WISHES: usize = 20;
const DAYS: TimeDelta = TimeDelta::days(62);

fn family(reader: &mut Reader<'_>, customer: CustomerId) -> Result<Vec<CustomerId>, Halt> {
    Ok(survivor_read(reader, customer)?.family().collect())
}

fn occurrences(
    reader: &mut Reader<'_>,
    query: &Query,
) -> Result<(Vec<Arc<Occurrence>>, bool), Halt> {
    let page = reader.find(query)?;
    let records = reader.all(&page)?.into_iter();
    let found = records.filter_map(|record| {
        let Record::Occurrence(occurrence) = record else {
            return None;
        };
        Some(occurrence)
    });
    Ok((found.collect(), page.next.is_some()))
}

impl Question for PlansOf {
    type Output = Vec<Arc<Plan>>;
    const PERMISSION: Permission = Permission::SERVICE_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Self::Output, Halt> {
        let mut plans = Vec::new();
        for customer in family(reader, self.customer)? {
            let query = Query::new(Index::PlansByCustomer, customer.uuid()).limit(200);
            let page = reader.find(&query)?;
            for record in reader.all(&page)? {
                if let Record::Plan(plan) = record {
                    plans.push(plan);
                }
            }
        }
        plans.sort_by_key(|plan| (plan.started_at, plan.id));
        plans.truncate(200);
        Ok(plans)
    }
}

impl Question for ServicesOf {
    type Output = Vec<Arc<Occurrence>>;
    const PERMISSION: Permission = Permission::SERVICE_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Self::Output, Halt> {
        let mut found = Vec::new();
        for customer in family(reader, self.customer)? {
            let query = Query::new(Index::OccurrencesByCustomer, customer.uuid())
                .starting(rank_of_date(self.from))
                .up_to(rank_of_date(self.to))
                .limit(1_000);
            found.extend(occurrences(reader, &query)?.0);
        }
        found.sort_by_key(|occurrence| (occurrence.dates.due_on, occurrence.id));
        found.truncate(1_000);
        Ok(found)
    }
}

fn visits(reader: &mut Reader<'_>, query: &Query) -> Result<Vec<Arc<Visit>>, Halt> {
    let page = reader.find(query)?;
    let records = reader.all(&page)?.into_iter();
    let visits = records.filter_map(|record| {
        let Record::Visit(visit) = record else {
            return None;
        };
        Some(visit)
    });
    Ok(visits.collect())
}

impl Question for VisitsOf {
    type Output = Vec<Arc<Visit>>;
    const PERMISSION: Permission = Permission::SERVICE_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Self::Output, Halt> {
        let mut found = Vec::new();
        for customer in family(reader, self.customer)? {
            let query = Query::new(Index::VisitsByCustomer, customer.uuid()).limit(1_000);
            found.extend(visits(reader, &query)?);
        }
        found.sort_by_key(|visit| (visit.planned_at, visit.id));
        found.truncate(1_000);
        Ok(found)
    }
}

impl Question for VisitsOfTechnician {
    type Output = Vec<Arc<Visit>>;
    const PERMISSION: Permission = Permission::SERVICE_ROSTER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Self::Output, Halt> {
        let technician = Technician::id_of(self.technician);
        let query = Query::new(Index::VisitsByTechnician, technician.uuid())
            .starting(rank_of(self.from))
            .up_to(rank_of(self.to))
            .limit(1_000);
        visits(reader, &query)
    }
}

impl Question for OpenServices {
    type Output = Vec<Arc<Occurrence>>;
    const PERMISSION: Permission = Permission::SERVICE_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Self::Output, Halt> {
        reader.need(self.plan)?;
        let query = Query::new(Index::OpenOccurrences, self.plan.uuid()).limit(500);
        Ok(occurrences(reader, &query)?.0)
    }
}

impl Question for WasKept {
    type Output = Kept;
    const PERMISSION: Permission = Permission::SERVICE_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Kept, Halt> {
        let plan = reader.need(self.plan)?;
        if self.to < self.from {
            let (starts_on, ends_on) = (self.from, self.to);
            return Err(Refusal::EndBeforeStart { starts_on, ends_on }.into());
        }
        let query = Query::new(Index::OccurrencesByPlan, self.plan.uuid())
            .starting(rank_of_date(self.from))
            .up_to(rank_of_date(self.to))
            .limit(1_000);
        let (found, is_partial) = occurrences(reader, &query)?;
        let query = Query::new(Index::OpenOccurrences, self.plan.uuid()).limit(500);
        let (open, _) = occurrences(reader, &query)?;
        let hours = hours_of(reader.rulebook(), &plan)?;
        let until = self.today.min(self.to);
        let (others, are_more) = not_planned_yet(&plan, hours, &open, until, self.today, 1_000);
        // What only rested is planned again under its id.
        let again: BTreeSet<_> = others.iter().map(|line| line.occurrence).collect();
        let is_settled = |one: &&Arc<Occurrence>| !one.rests || !again.contains(&one.id);
        let found: Vec<_> = found.iter().filter(is_settled).collect();
        let known: BTreeSet<_> = found.iter().map(|one| one.id).collect();
        let found = found.into_iter().map(AsRef::as_ref);
        let mut evidence = was_kept(found, (self.from, self.to), self.today).evidence;
        let others = others
            .into_iter()
            .filter(|line| self.from <= line.scheduled_on && !known.contains(&line.occurrence));
        evidence.extend(others);
        evidence.sort_by_key(|line| (line.scheduled_on, line.occurrence));
        Ok(Kept::of(evidence, is_partial || are_more))
    }
}

impl Question for ReadAgenda {
    type Output = Option<Arc<Agenda>>;
    const PERMISSION: Permission = Permission::SERVICE_ROSTER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Self::Output, Halt> {
        reader.get(Agenda::id_of(Technician::id_of(self.technician), self.on))
    }
}

impl Question for ProposeSlots {
    type Output = Proposal;
    const PERMISSION: Permission = Permission::SERVICE_ROSTER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Proposal, Halt> {
        let visit = reader.need(self.visit)?;
        let query = Query::new(Index::Technicians, uuid::Uuid::nil()).limit(TECHNICIANS);
        let page = reader.find(&query)?;
        let mut technicians: Vec<(Arc<Technician>, &BusinessHours)> = Vec::new();
        for record in reader.all(&page)? {
            if let Record::Technician(technician) = record {
                let hours = calendar(reader.rulebook(), &technician.spec.hours)?;
                technicians.push((technician, hours));
            }
        }
        // Those who cannot do it are named, but their days are not read.
        let able = |technician: &Technician| technician.spec.check(&visit.plan).is_ok();
        let days: Vec<(usize, NaiveDate)> = technicians
            .iter()
            .enumerate()
            .filter(|(_, (technician, _))| able(technician))
            .flat_map(|(n, (_, hours))| {
                let days = days(&self.wishes(), hours);
                days.into_iter().map(move |day| (n, day))
            })
            .collect();
        let agendas: Vec<_> = days
            .iter()
            .filter_map(|(n, day)| {
                let (technician, _) = technicians.get(*n)?;
                Some((*n, Agenda::id_of(technician.id, *day)))
            })
            .collect();
        reader.want(agendas.iter().map(|(_, id)| *id));
        let mut booked = BTreeMap::<usize, Vec<_>>::new();
        for (n, id) in agendas {
            if let Some(agenda) = reader.get(id)? {
                let others = agenda.bookings.iter().filter(|one| one.visit != visit.id);
                booked.entry(n).or_default().extend(others.copied());
            }
        }
        let candidates: Vec<Candidate<'_>> = technicians
            .iter()
            .enumerate()
            .map(|(n, (technician, hours))| Candidate {
                id: technician.id,
                spec: &technician.spec,
                hours,
                booked: booked.remove(&n).unwrap_or_default(),
                travel_minutes: {
                    let staff = StaffId::from_uuid(technician.id.uuid());
                    self.travel_minutes.get(&staff).copied()
                },
            })
            .collect();
        let wishes = self.wishes();
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        Ok(propose(&visit.plan, &wishes, &candidates, limit))
    }
}

impl ProposeSlots {
    /// The wishes, as far as a proposal looks.
    fn wishes(&self) -> Vec<Period> {
        let mut left = DAYS;
        let mut wishes = Vec::new();
        for wish in self.wishes.iter().take(WISHES) {
            let start = wish.start.max(self.from);
            let lasts = (wish.end - start).clamp(TimeDelta::zero(), left);
            left -= lasts;
            wishes.push(Period {
                start,
                end: start + lasts,
            });
        }
        wishes
    }
}

/// The dates that wishes touch, in the zone of these hours.
fn days(wishes: &[Period], hours: &BusinessHours) -> BTreeSet<NaiveDate> {
    let mut days = BTreeSet::new();
    for wish in wishes {
        let mut at = wish.start;
        while at < wish.end {
            let day = date_in(hours.zone(), at);
            days.insert(day);
            at = end_of_day(hours.zone(), day);
        }
    }
    days
}
