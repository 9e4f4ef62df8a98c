//! Technicians, and the days on which they are booked.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::calendar;
use crate::calendar::civil::date_in;
use crate::kernel::{Permission, StaffId};
use crate::record::{Entry, Key};
use crate::service::{
    Agenda, AgendaEvent, Refusal, RetireTechnician, SetTechnician, Technician, TechnicianEvent,
    Visit,
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

/// A technician, whoever asks.
pub(super) fn known(work: &mut Work<'_>, staff: StaffId) -> Result<Arc<Technician>, Halt> {
    let id = Technician::id_of(staff);
    let technician = work.document(id)?;
    technician.ok_or_else(|| crate::work::Refusal::not_found(Key::of(id)).into())
}

/// The dates on whose agendas what lies on a date can stand: the technician may have had other hours when it was booked, in another
/// zone, where it lay a day before or after.
pub(super) fn around(on: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    [on.pred_opt(), Some(on), on.succ_opt()]
        .into_iter()
        .flatten()
}

/// Gives back the window of a visit, if it has one.
pub(super) fn free(work: &mut Work<'_>, visit: &Visit) -> Result<(), Halt> {
    let visit_id = visit.id;
    on_agendas(work, visit, |_| AgendaEvent::Freed { visit: visit_id })
}

/// On which date an instant lies where the technician of a visit works.
pub(super) fn today_of(
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
pub(super) fn on_agendas(
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
