//! Whether service was kept, what a technician has booked, and which slots are free.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};

use super::lists::records;
use super::roster::around;
use super::{calendar, hours_of};
use crate::calendar::civil::{date_in, end_of_day};
use crate::calendar::{BusinessHours, Period};
use crate::kernel::{Permission, names};
use crate::record::{Index, Query, Record, rank_of_date};
use crate::service::{
    Act, Agenda, Candidate, Kept, Occurrence, Proposal, ProposeSlots, ReadAgenda, Refusal,
    Technician, WasKept, not_planned_yet, propose, was_kept,
};
use crate::work::{Halt, Question, Reader};

/// The most that a proposal holds.
const MOST: u32 = 200;
/// How many technicians and wishes a proposal looks at, and how much time of the wishes together.
const TECHNICIANS: u32 = 200;
const WISHES: usize = 20;
const DAYS: TimeDelta = TimeDelta::days(62);

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
        let (found, is_partial) = records::<names::Occurrence>(reader, &query)?;
        let query = Query::new(Index::OpenOccurrences, self.plan.uuid()).limit(500);
        let (open, are_more_open) = records::<names::Occurrence>(reader, &query)?;
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
        let is_partial = is_partial || are_more || are_more_open;
        Ok(Kept::of(evidence, is_partial))
    }
}

impl Question for ReadAgenda {
    type Output = Option<Arc<Agenda>>;
    const PERMISSION: Permission = Permission::SERVICE_ROSTER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Self::Output, Halt> {
        reader.get(Agenda::id_of(self.technician, self.on))
    }
}

impl Question for ProposeSlots {
    type Output = Proposal;
    const PERMISSION: Permission = Permission::SERVICE_ROSTER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Proposal, Halt> {
        let visit = reader.need(self.visit)?;
        visit.check(Act::Book)?;
        let wishes = self.wishes()?;
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
                let days = days(&wishes, hours);
                days.into_iter().map(move |day| (n, day))
            })
            .collect();
        let agendas: Vec<_> = days
            .iter()
            .filter_map(|(n, day)| {
                let (technician, _) = technicians.get(*n)?;
                Some((*n, Agenda::id_of(technician.staff(), *day)))
            })
            .collect();
        reader.want(agendas.iter().map(|(_, id)| *id));
        // What goes over midnight stands on two days, and is one booking.
        let mut booked = BTreeMap::<usize, BTreeMap<_, _>>::new();
        for (n, id) in agendas {
            if let Some(agenda) = reader.get(id)? {
                let others = agenda.bookings.iter().filter(|one| one.visit != visit.id);
                let others = others.map(|one| (one.visit, *one));
                booked.entry(n).or_default().extend(others);
            }
        }
        let candidates: Vec<Candidate<'_>> = technicians
            .iter()
            .enumerate()
            .map(|(n, (technician, hours))| Candidate {
                id: technician.staff(),
                spec: &technician.spec,
                hours,
                booked: booked
                    .remove(&n)
                    .unwrap_or_default()
                    .into_values()
                    .collect(),
                travel_minutes: self.travel_minutes.get(&technician.staff()).copied(),
            })
            .collect();
        let limit = usize::try_from(self.limit.clamp(1, MOST)).unwrap_or(usize::MAX);
        let proposal = propose(&visit.plan, &wishes, &candidates, limit);
        Ok(Proposal {
            is_partial: page.next.is_some(),
            ..proposal
        })
    }
}

impl ProposeSlots {
    /// What lies ahead of the wishes, in their order; nothing is left of one that is over.
    fn wishes(&self) -> Result<Vec<Period>, Refusal> {
        if self.wishes.is_empty() {
            return Err(Refusal::NoWishes);
        }
        if self.wishes.len() > WISHES {
            return Err(Refusal::TooManyWishes { most: WISHES });
        }
        let mut together = TimeDelta::zero();
        let mut wishes = Vec::with_capacity(self.wishes.len());
        for Period { start, end } in &self.wishes {
            let (from, to) = (*start, *end);
            if to <= from {
                return Err(Refusal::WindowTooShort { from, to });
            }
            let start = from.max(self.from).min(to);
            together += to - start;
            if together > DAYS {
                let most_days = DAYS.num_days();
                return Err(Refusal::WishesTooLong { most_days });
            }
            wishes.push(Period { start, end: to });
        }
        if together.is_zero() {
            return Err(Refusal::WindowPast);
        }
        Ok(wishes)
    }
}

/// The dates on whose agendas what meets the wishes can stand, in the zone of these hours.
fn days(wishes: &[Period], hours: &BusinessHours) -> BTreeSet<NaiveDate> {
    let mut days = BTreeSet::new();
    for wish in wishes {
        let mut at = wish.start;
        while at < wish.end {
            let day = date_in(hours.zone(), at);
            days.extend(around(day));
            at = end_of_day(hours.zone(), day);
        }
    }
    days
}
