//! Visits: planned, booked, called off.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;

use super::roster::{around, free, known};
use super::{calendar, withdraw};
use crate::calendar::Period;
use crate::flows::customer::{survivor, tell};
use crate::kernel::{Code, CustomerId, Permission, VisitId};
use crate::message::{Draft, Recipient};
use crate::record::{Entry, Key};
use crate::service::{
    Act, Agenda, AgendaEvent, Appointment, BookVisit, Booking, CancelVisit, Occurrence,
    OccurrenceEvent, OccurrenceStatus, PlanEvent, PlanVisit, Refusal, Step, Technician, Visit,
    VisitEvent, check_booking,
};
use crate::work::{Command, Halt, Work};

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
        let customer = survivor(work, plan.customer)?;
        if customer.is_erased() {
            return Err(crate::customer::Refusal::Erased.into());
        }
        let mut planned = plan.clone();
        planned.customer = customer.id;
        if let Some(occurrence) = plan.occurrence {
            let occurrence = work.need(occurrence)?;
            theirs(work, occurrence.customer, customer.id)?;
            occurrence.check(Step::Complete)?;
            if let (OccurrenceStatus::Booked, Some(visit)) = (occurrence.status, occurrence.visit) {
                return Err(Refusal::HasVisit { visit }.into());
            }
            planned.unit = planned.unit.or(occurrence.unit);
        }
        if let Some(case) = plan.case {
            let case = work.need(case)?;
            theirs(work, case.customer, customer.id)?;
        }
        if let Some(unit) = planned.unit {
            let owner = work.need(unit)?.owned_by();
            // That of a service goes with the service.
            if plan.unit.is_some()
                && let Some(owner) = owner
            {
                theirs(work, owner, customer.id)?;
            }
        }
        work.emit(id, VisitEvent::Planned(Box::new(planned)))
    }

    fn output(&self, entry: &Entry) -> VisitId {
        entry.made(0)
    }
}

/// Checks that what belongs to `owner` is this customer's, by a merger perhaps.
fn theirs(work: &mut Work<'_>, owner: CustomerId, customer: CustomerId) -> Result<(), Halt> {
    if owner == customer || survivor(work, owner)?.id == customer {
        return Ok(());
    }
    Err(Refusal::OtherCustomer.into())
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
        let days: BTreeSet<_> = dates.iter().flat_map(|on| around(*on)).collect();
        let ids = days.iter().map(|on| Agenda::id_of(self.technician, *on));
        work.want(ids.clone());
        let mut booked = BTreeMap::new();
        for id in ids {
            let agenda = work.document(id)?;
            let known = agenda.iter().flat_map(|agenda| &agenda.bookings);
            booked.extend(known.map(|one| (one.visit, *one)));
        }
        let booked: Vec<Booking> = booked.into_values().collect();
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
pub(super) fn unbind(work: &mut Work<'_>, visit: &Visit) -> Result<(), Halt> {
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
pub(super) fn inform(
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

impl Command for CancelVisit {
    type Output = ();
    const NAME: &'static str = "service.cancel_visit";
    const PERMISSION: Permission = Permission::SERVICE_BOOK;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let visit = work.need(self.visit)?;
        visit.check(Act::Cancel)?;
        cancel(work, &visit, self.reason.clone())
    }

    fn output(&self, _: &Entry) {}
}
