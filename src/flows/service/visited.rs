//! How visits went.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::complete;
use super::roster::{free, on_agendas, today_of};
use super::visit::{inform, unbind};
use crate::calendar::civil::date_in;
use crate::kernel::{Permission, VisitId};
use crate::product::RecordReading;
use crate::record::{Entry, Event, Key};
use crate::service::{
    Absent, Act, AgendaEvent, Appointment, BeginVisit, CompleteVisit, Completion, Findings,
    MissVisit, Refusal, Visit, VisitEvent, VisitPlan,
};
use crate::work::{Command, Halt, Work};

fn need(work: &mut Work<'_>, id: VisitId, act: Act) -> Result<Arc<Visit>, Halt> {
    let visit = work.need(id)?;
    visit.check(act)?;
    Ok(visit)
}

/// Whoever comes by early comes no more than a day early: else it is another visit that is meant.
const EARLIEST: TimeDelta = TimeDelta::days(1);

/// What happens to an appointment happens no earlier than so long before its window.
fn not_before(at: DateTime<Utc>, visit: &Visit, early: TimeDelta) -> Result<(), Refusal> {
    match visit.appointment {
        Some(Appointment { from, .. }) if at < from - early => Err(Refusal::WindowAhead { from }),
        _ => Ok(()),
    }
}

/// When a visit was over: now, or when whoever reports late says.
fn over_at(work: &Work<'_>, visit: &Visit, findings: &Findings) -> Result<DateTime<Utc>, Refusal> {
    let at = findings.over_at.unwrap_or(work.now());
    if at > work.now() {
        let on = at.date_naive();
        return Err(Refusal::InFuture { on });
    }
    not_before(at, visit, EARLIEST)?;
    let since = visit.arrived_at.unwrap_or(visit.planned_at);
    if at < since {
        return Err(Refusal::OverTooEarly { since });
    }
    Ok(at)
}

impl Command for BeginVisit {
    type Output = ();
    const NAME: &'static str = "service.begin_visit";
    const PERMISSION: Permission = Permission::SERVICE_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let visit = need(work, self.visit, Act::Arrive)?;
        not_before(work.now(), &visit, EARLIEST)?;
        work.emit(visit.id, VisitEvent::Arrived {})
    }

    fn output(&self, _: &Entry) {}
}

impl Command for MissVisit {
    type Output = ();
    const NAME: &'static str = "service.miss_visit";
    const PERMISSION: Permission = Permission::SERVICE_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let visit = need(work, self.visit, Act::NoShow)?;
        not_before(work.now(), &visit, TimeDelta::zero())?;
        free(work, &visit)?;
        unbind(work, &visit)?;
        let absent = self.absent;
        work.emit(visit.id, VisitEvent::NoShow { absent })?;
        match absent {
            Absent::Customer => inform(work, &visit, "service.visit.missed", visit.appointment),
            Absent::Technician => inform(work, &visit, "service.visit.failed", visit.appointment),
        }
    }

    fn output(&self, _: &Entry) {}
}

impl Command for CompleteVisit {
    /// The follow-up, if there is one.
    type Output = Option<VisitId>;
    const NAME: &'static str = "service.complete_visit";
    const PERMISSION: Permission = Permission::SERVICE_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.visit));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let visit = need(work, self.visit, Act::Complete)?;
        let at = over_at(work, &visit, &self.findings)?;
        if self.follow_up_minutes == Some(0) {
            return Err(Refusal::NoDuration.into());
        }
        for (meter, shows) in &self.findings.readings {
            let unit = visit.plan.unit.ok_or(Refusal::NeedsUnit)?;
            let mut reading = RecordReading::new(unit, meter.clone(), *shows);
            reading.at = self.findings.over_at;
            reading.decide(work)?;
        }
        let visit_id = visit.id;
        if visit.appointment.is_some_and(|booked| at < booked.to) {
            let over_on = today_of(work, &visit, at)?;
            on_agendas(work, &visit, |on| {
                match over_on.is_some_and(|over| over < on) {
                    // It did not come to that day.
                    true => AgendaEvent::Freed { visit: visit_id },
                    false => AgendaEvent::Ended {
                        visit: visit_id,
                        at,
                    },
                }
            })?;
        }
        let findings = Box::new(self.findings.clone());
        work.emit(visit.id, VisitEvent::Done(findings))?;
        if self.findings.is_fixed {
            settle(work, &visit, at)?;
        } else {
            unbind(work, &visit)?;
        }
        crate::flows::reactions::of_visit(work, visit.id)?;
        let Some(minutes) = self.follow_up_minutes else {
            return Ok(());
        };
        let follow_up = VisitPlan {
            follows: Some(visit.id),
            occurrence: visit.plan.occurrence.filter(|_| !self.findings.is_fixed),
            minutes,
            parts: BTreeSet::new(),
            ..visit.plan.clone()
        };
        let id: VisitId = work.new_id();
        work.emit(id, VisitEvent::Planned(Box::new(follow_up)))
    }

    fn output(&self, entry: &Entry) -> Option<VisitId> {
        entry.events.iter().find_map(|event| {
            let Event::Visit(id, VisitEvent::Planned(_)) = event else {
                return None;
            };
            Some(*id)
        })
    }
}

/// The service that the visit was for is done with it.
fn settle(work: &mut Work<'_>, visit: &Visit, at: DateTime<Utc>) -> Result<(), Halt> {
    let Some(id) = visit.plan.occurrence else {
        return Ok(());
    };
    let occurrence = work.need(id)?;
    if !occurrence.status.is_open() {
        return Ok(());
    }
    let plan = work.need(occurrence.plan)?;
    let done = Completion {
        on: date_in(&plan.terms.zone, at),
        usage: None,
        visit: Some(visit.id),
    };
    complete(work, &occurrence, done)
}
