//! Use of a unit as its meters are read, and what is due of that.

use super::{hours_of, look, plans_of, withdraw};
use crate::kernel::{Code, PlanId, UnitId};
use crate::service::{
    Basis, OccurrenceEvent, OccurrenceStatus, Placement, Plan, PlanEvent, Remind, UsageAt,
    dates_of, next_due,
};
use crate::work::{Halt, Work};

/// A meter of a unit was read, or a reading put right.
pub(in crate::flows) fn read(
    work: &mut Work<'_>,
    unit: UnitId,
    meter: &Code,
    reading: UsageAt,
) -> Result<(), Halt> {
    for plan in plans_of(work, unit)? {
        if plan.terms.trigger.meter() != Some(meter) {
            continue;
        }
        let is_known = plan.readings.iter().any(|known| known.at == reading.at);
        let counts_from_it = plan.position.base_at == Some(reading.at);
        if is_known || counts_from_it {
            let mut readings = plan.readings.clone();
            for known in readings.iter_mut().filter(|known| known.at == reading.at) {
                *known = reading;
            }
            let base = counts_from_it.then_some(reading.usage);
            work.emit(plan.id, PlanEvent::Reread { readings, base })?;
        } else {
            work.emit(plan.id, PlanEvent::Read(reading))?;
        }
        foresee(work, plan.id, reading)?;
        look(work, plan.id)?;
    }
    Ok(())
}

/// The date of an open service that goes by use, as it is foreseen with what is known now. What had fallen overdue by a date that
/// was only foreseen, or by a reading that was put right, is to be done on the date that is right.
fn foresee(work: &mut Work<'_>, id: PlanId, told: UsageAt) -> Result<(), Halt> {
    let plan = work.need(id)?;
    let Some(open) = plan.open else { return Ok(()) };
    let occurrence = work.need(open)?;
    let is_open_question = match &occurrence.basis {
        Basis::Projected { .. } | Basis::Calendar {} => true,
        Basis::Usage { target, reading } => {
            (reading.at == told.at && *reading != told) || plan.use_target() != Some(*target)
        }
        Basis::Condition { reading } => reading.at == told.at && *reading != told,
        Basis::Request {} => false,
    };
    let was_overdue = occurrence.status == OccurrenceStatus::Overdue;
    let is_free = (occurrence.is_waiting() || was_overdue) && !occurrence.is_touched;
    if !is_free || !is_open_question {
        return Ok(());
    }
    // The date of the rule that it was planned for is not used up as long as the service is open.
    let mut before = Plan::clone(&plan);
    before.give_back();
    before.last_due_on = None;
    let Some(next) = next_due(&before.terms, &before.position, &before.readings) else {
        if matches!(occurrence.basis, Basis::Projected { .. }) {
            return Ok(());
        }
        withdraw(work, occurrence.message)?;
        if was_overdue {
            work.emit(id, PlanEvent::Excused {})?;
        }
        work.emit(open, OccurrenceEvent::Retracted {})?;
        return work.emit(id, PlanEvent::Retracted { occurrence: open });
    };
    if next.basis == occurrence.basis {
        return Ok(());
    }
    let due_on = match before.placed(next.on, None, hours_of(work.rulebook(), &plan)?) {
        Placement::Moved { to, .. } => to,
        Placement::AsDue | Placement::Stuck { .. } | Placement::LeftOut { .. } => next.on,
    };
    let quiet = work.rulebook().service().quiet_hours.as_ref();
    // Whoever was reminded once is not reminded of the same again.
    let remind = Remind::Left(occurrence.reminded);
    let dates = dates_of(&plan.terms, quiet, due_on, work.now(), remind);
    if was_overdue {
        if dates.overdue_at <= work.now() {
            return Ok(());
        }
        withdraw(work, occurrence.message)?;
        work.emit(id, PlanEvent::Excused {})?;
    }
    let (scheduled_on, basis) = (Some(next.on), next.basis);
    let event = OccurrenceEvent::Foreseen {
        scheduled_on,
        dates,
        basis,
    };
    work.emit(open, event)
}
