//! Visits and the technicians who make them.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{calendar, complete, withdraw};
use crate::calendar::Period;
use crate::calendar::civil::date_in;
use crate::flows::customer::tell;
use crate::kernel::{Code, CustomerId, Permission, StaffId, VisitId};
use crate::message::{Draft, Recipient};
use crate::product::RecordReading;
use crate::record::{Entry, Event, Key};
use crate::service::{
    Absent, Act, Agenda, AgendaEvent, Appointment, BeginVisit, BookVisit, Booking, CancelVisit,
    CompleteVisit, Completion, Findings, MissVisit, Occurrence, OccurrenceEvent, OccurrenceStatus,
    PlanEvent, PlanVisit, Refusal, RetireTechnician, SetTechnician, Step, Technician,
    TechnicianEvent, Visit, VisitEvent, VisitPlan, check_booking,
};
use crate::work::{Command, Halt, Work};

impl Command for SetTechnician {
    type Output = ();
    const NAME: &'static str = "service.set_technician";
    const PERMISSION: Permission = Permission::SERVICE_ROSTER;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        calendar(work.rulebook(), &self.spec.hours)?;
        let id = Technician::id_of(self.staff);
        work.get(id)?;
        work.emit(id, TechnicianEvent::Set(self.spec.clone()))
    }

    fn output(&self, _: &Entry) {}
}

impl Command for RetireTechnician {
    type Output = ();
    const NAME: &'static str = "service.retire_technician";
    const PERMISSION: Permission = Permission::SERVICE_ROSTER;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let technician = work.need(Technician::id_of(self.staff))?;
        if !technician.is_active {
            return Err(Refusal::NotActive.into());
        }
        work.emit(technician.id, TechnicianEvent::Retired {})
    }

    fn output(&self, _: &Entry) {}
}

impl Command for PlanVisit {
    type Output = VisitId;
    const NAME: &'static str = "service.plan_visit";
    const PERMISSION: Permission = Permission::SERVICE_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let id: VisitId = work.new_id();
        let plan = &self.0;
        if plan.minutes == 0 {
            return Err(Refusal::NoDuration.into());
        }
        let customer = crate::flows::customer::survivor(work, plan.customer)?;
        if customer.is_erased() {
            return Err(crate::customer::Refusal::Erased.into());
        }
        let mut planned = plan.clone();
        planned.customer = customer.id;
        if let Some(occurrence) = plan.occurrence {
            let occurrence = work.need(occurrence)?;
            occurrence.check(Step::Complete)?;
            if let (OccurrenceStatus::Booked, Some(visit)) = (occurrence.status, occurrence.visit) {
                return Err(Refusal::HasVisit { visit }.into());
            }
            planned.unit = planned.unit.or(occurrence.unit);
        }
        if let Some(case) = plan.case {
            work.need(case)?;
        }
        if let Some(unit) = planned.unit {
            work.need(unit)?;
        }
        work.emit(id, VisitEvent::Planned(Box::new(planned)))
    }

    fn output(&self, entry: &Entry) -> VisitId {
        entry.made(0)
    }
}

impl Command for BookVisit {
    type Output = ();
    const NAME: &'static str = "service.book_visit";
    const PERMISSION: Permission = Permission::SERVICE_BOOK;

    fn reads(&self, keys: &mut Vec<Key>) {
        let technician = Technician::id_of(self.technician);
        keys.extend([Key::of(self.visit), Key::of(technician)]);
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let visit = work.need(self.visit)?;
        visit.check(Act::Book)?;
        let technician = known(work, self.technician)?;
        if !technician.is_active {
            return Err(Refusal::NotActive.into());
        }
        let (from, to) = (self.from, self.to);
        let appointment = Appointment {
            technician: self.technician,
            from,
            to,
        };
        // It is booked just so: nobody has to hear of that again.
        if visit.appointment == Some(appointment) {
            return Ok(());
        }
        if from < work.now() {
            return Err(Refusal::WindowPast.into());
        }
        let window = Period {
            start: from,
            end: to,
        };
        let hours = calendar(work.rulebook(), &technician.spec.hours)?;
        let dates = Agenda::dates(hours, window)?;
        let ids = dates.iter().map(|on| Agenda::id_of(self.technician, *on));
        work.want(ids.clone());
        let mut booked = Vec::new();
        for id in ids {
            let agenda = work.document(id)?;
            booked.extend(
                agenda
                    .iter()
                    .flat_map(|agenda| agenda.bookings.iter().copied()),
            );
        }
        let who = (visit.id, &visit.plan);
        check_booking(&technician.spec, hours, who, window, &booked)?;
        free(work, &visit)?;
        let booking = Booking {
            visit: visit.id,
            from,
            to,
        };
        let technician = self.technician;
        for on in dates {
            let event = AgendaEvent::Booked {
                technician,
                on,
                booking,
            };
            work.emit(Agenda::id_of(technician, on), event)?;
        }
        let wait = work.rulebook().service().report_within_minutes;
        let report_by = to.checked_add_signed(TimeDelta::minutes(wait.into()));
        let booked = VisitEvent::Booked {
            appointment,
            report_by,
        };
        work.emit(visit.id, booked)?;
        let visit = bind(work, visit)?;
        let purpose = match visit.appointment {
            Some(_) => "service.visit.changed",
            None => "service.visit.booked",
        };
        inform(work, &visit, purpose, Some(appointment))
    }

    fn output(&self, _: &Entry) {}
}

/// A technician, whoever asks.
fn known(work: &mut Work<'_>, staff: StaffId) -> Result<Arc<Technician>, Halt> {
    let id = Technician::id_of(staff);
    let technician = work.document(id)?;
    technician.ok_or_else(|| crate::work::Refusal::not_found(Key::of(id)).into())
}

/// Gives back the window of a visit, if it has one.
fn free(work: &mut Work<'_>, visit: &Visit) -> Result<(), Halt> {
    let visit_id = visit.id;
    on_agendas(work, visit, |_| AgendaEvent::Freed { visit: visit_id })
}

/// On which date an instant lies where the technician of a visit works.
fn today_of(
    work: &mut Work<'_>,
    visit: &Visit,
    at: DateTime<Utc>,
) -> Result<Option<NaiveDate>, Halt> {
    let Some(appointment) = visit.appointment else {
        return Ok(None);
    };
    let technician = known(work, appointment.technician)?;
    let hours = calendar(work.rulebook(), &technician.spec.hours)?;
    Ok(Some(date_in(hours.zone(), at)))
}

/// Enters something on the days on which a visit stands.
fn on_agendas(
    work: &mut Work<'_>,
    visit: &Visit,
    event: impl Fn(NaiveDate) -> AgendaEvent,
) -> Result<(), Halt> {
    let Some(appointment) = visit.appointment else {
        return Ok(());
    };
    let technician = known(work, appointment.technician)?;
    let hours = calendar(work.rulebook(), &technician.spec.hours)?;
    // The technician may have other hours by now, in another zone: the days may then be others, by one.
    let first = date_in(hours.zone(), appointment.from);
    let last = date_in(hours.zone(), appointment.to);
    let (first, last) = (
        first.pred_opt().unwrap_or(first),
        last.succ_opt().unwrap_or(last),
    );
    let dates = first.iter_days().take_while(|date| *date <= last);
    let agendas = dates.map(|on| (on, Agenda::id_of(technician.staff(), on)));
    work.want(agendas.clone().map(|(_, id)| id));
    for (on, id) in agendas {
        let agenda = work.document(id)?;
        let mut stands = agenda.iter().flat_map(|agenda| &agenda.bookings);
        if stands.any(|booking| booking.visit == visit.id) {
            work.emit(id, event(on))?;
        }
    }
    Ok(())
}

/// The service that a visit is for is booked with it, for whoever the service is for by now.
fn bind(work: &mut Work<'_>, visit: Arc<Visit>) -> Result<Arc<Visit>, Halt> {
    let Some(id) = visit.plan.occurrence else {
        return Ok(visit);
    };
    let occurrence = work.need(id)?;
    if occurrence.status == OccurrenceStatus::Booked && occurrence.visit == Some(visit.id) {
        return Ok(visit);
    }
    occurrence.check(Step::Book)?;
    withdraw(work, occurrence.message)?;
    work.emit(id, OccurrenceEvent::Booked { visit: visit.id })?;
    work.emit(occurrence.plan, PlanEvent::Attended {})?;
    super::look(work, occurrence.plan)?;
    let to = occurrence.customer;
    if visit.plan.customer == to {
        return Ok(visit);
    }
    work.emit(visit.id, VisitEvent::Transferred { to })?;
    let mut visit = Visit::clone(&visit);
    visit.plan.customer = to;
    Ok(Arc::new(visit))
}

/// What a visit is for has changed hands: so has the visit, and both customers are told.
pub(super) fn hand_over(work: &mut Work<'_>, id: VisitId, to: CustomerId) -> Result<(), Halt> {
    let before = work.need(id)?;
    if before.plan.customer == to {
        return Ok(());
    }
    work.emit(id, VisitEvent::Transferred { to })?;
    let after = work.need(id)?;
    inform(work, &before, "service.visit.cancelled", before.appointment)?;
    inform(work, &after, "service.visit.booked", after.appointment)
}

/// Whether the visit that is booked for a service can still be called off: not when the technician is there.
pub(super) fn can_call_off(work: &mut Work<'_>, occurrence: &Occurrence) -> Result<bool, Halt> {
    let (OccurrenceStatus::Booked, Some(id)) = (occurrence.status, occurrence.visit) else {
        return Ok(false);
    };
    Ok(work.need(id)?.check(Act::Cancel).is_ok())
}

/// The visit that is booked for a service has nothing left to be done, and the customer is told. Where the technician is there
/// already it goes on.
pub(super) fn call_off(
    work: &mut Work<'_>,
    occurrence: &Occurrence,
    reason: &Code,
) -> Result<(), Halt> {
    if !can_call_off(work, occurrence)? {
        return Ok(());
    }
    let Some(id) = occurrence.visit else {
        return Ok(());
    };
    let visit = work.need(id)?;
    cancel(work, &visit, reason.clone())
}

/// Calls a visit off.
fn cancel(work: &mut Work<'_>, visit: &Visit, reason: Code) -> Result<(), Halt> {
    free(work, visit)?;
    unbind(work, visit)?;
    work.emit(visit.id, VisitEvent::Cancelled { reason })?;
    match visit.appointment {
        None => Ok(()),
        was => inform(work, visit, "service.visit.cancelled", was),
    }
}

/// The service that a visit was for is to be done again.
fn unbind(work: &mut Work<'_>, visit: &Visit) -> Result<(), Halt> {
    let Some(id) = visit.plan.occurrence else {
        return Ok(());
    };
    let occurrence = work.need(id)?;
    let is_for_it = occurrence.visit == Some(visit.id);
    if occurrence.status == OccurrenceStatus::Booked && is_for_it {
        work.emit(id, OccurrenceEvent::Unbooked {})?;
    }
    Ok(())
}

/// Tells the customer what became of their appointment, at once: it may be today.
fn inform(
    work: &mut Work<'_>,
    visit: &Visit,
    purpose: &'static str,
    appointment: Option<Appointment>,
) -> Result<(), Halt> {
    let to = Recipient::Customer(visit.plan.customer);
    let mut draft = Draft::new(to, Code::known(purpose));
    draft = draft.with_fact(Code::known("visit"), visit.id);
    if let Some(appointment) = appointment {
        draft = draft
            .with_fact(Code::known("from"), appointment.from.to_rfc3339())
            .with_fact(Code::known("to"), appointment.to.to_rfc3339());
    }
    let _told = tell(work, visit.plan.customer, draft)?;
    Ok(())
}

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
    match visit.arrived_at {
        Some(arrived_at) if at < arrived_at => Err(Refusal::BeforeArrival { arrived_at }),
        Some(_) | None => Ok(at),
    }
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

impl Command for CancelVisit {
    type Output = ();
    const NAME: &'static str = "service.cancel_visit";
    const PERMISSION: Permission = Permission::SERVICE_BOOK;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let visit = need(work, self.visit, Act::Cancel)?;
        cancel(work, &visit, self.reason.clone())
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
