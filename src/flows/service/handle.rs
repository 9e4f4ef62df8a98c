//! What is done with single services.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{
    catch_up, check_done, complete, dates_of, done_at, draft, drop_one, leave_out, look, open_of,
    planning, say, today, visit, withdraw,
};
use crate::kernel::{Code, OccurrenceId, Permission};
use crate::record::{Entry, Event, Key};
use crate::service::{
    Anchor, Basis, Completion, DropService, Occurrence, OccurrenceEvent, Plan, PlanEvent,
    PlanStatus, PostponeService, RecordService, Refusal, Remind, RequestService, Step, UsageAt,
};
use crate::work::{Command, Halt, Work};

impl Command for RecordService {
    type Output = OccurrenceId;
    const NAME: &'static str = "service.record";
    const PERMISSION: Permission = Permission::SERVICE_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.plan));
        keys.extend(self.occurrence.map(Key::of));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        catch_up(work, self.plan)?;
        let plan = work.need(self.plan)?;
        let on = self.on.unwrap_or(today(work, &plan));
        let occurrence = match self.occurrence {
            Some(id) => {
                let occurrence = work.need(id)?;
                if occurrence.plan != plan.id {
                    return Err(crate::work::Refusal::not_found(Key::of(id)).into());
                }
                occurrence
            }
            None => match open_of(work, plan.id)?.into_iter().next() {
                Some(open) => open,
                None => bring_forward(work, &plan, on)?,
            },
        };
        let done = Completion {
            on,
            usage: self.usage,
            visit: None,
        };
        check_done(work, &plan, &done)?;
        if let Some(usage) = self.usage
            && plan.goes_by_use()
        {
            let at = done_at(work, &plan, on);
            work.emit(plan.id, PlanEvent::Read(UsageAt { at, usage }))?;
        }
        complete(work, &occurrence, done)
    }

    fn output(&self, entry: &Entry) -> OccurrenceId {
        let done = entry.events.iter().find_map(|event| {
            let Event::Occurrence(id, OccurrenceEvent::Done(_)) = event else {
                return None;
            };
            Some(*id)
        });
        done.or(self.occurrence).unwrap_or(entry.made(0))
    }
}

/// Plans the next service although its time has not come, so that its turn is used up.
fn bring_forward(work: &mut Work<'_>, plan: &Plan, on: NaiveDate) -> Result<Arc<Occurrence>, Halt> {
    if let Some(after) = plan.last_due_on
        && plan.terms.plans_ahead()
        && on <= after
    {
        return Err(Refusal::TooEarly { after }.into());
    }
    let Some(next) = plan.next_due() else {
        return request(work, plan, today(work, plan));
    };
    let id = super::schedule_as_due(work, plan, &next)?;
    work.need(id)
}

/// Plans a service that somebody asks for.
fn request(work: &mut Work<'_>, plan: &Plan, on: NaiveDate) -> Result<Arc<Occurrence>, Halt> {
    plan.check_open()?;
    if plan.status != PlanStatus::Active {
        return Err(Refusal::Paused.into());
    }
    if plan.open.is_some() {
        return Err(Refusal::StillOpen.into());
    }
    if plan.terms.anchor == Anchor::LastRequest {
        leave_out(work, plan, &Code::known("superseded"))?;
    }
    let id = work.new_id();
    let quiet = work.rulebook().service().quiet_hours.as_ref();
    let dates = dates_of(&plan.terms, quiet, on, work.now(), Remind::ToCome);
    let planning = planning(plan, on, dates, Basis::Request {});
    work.emit(id, OccurrenceEvent::Planned(Box::new(planning)))?;
    let occurrence = id;
    work.emit(plan.id, PlanEvent::Requested { occurrence, on })?;
    work.need(id)
}

impl Command for RequestService {
    type Output = OccurrenceId;
    const NAME: &'static str = "service.request";
    const PERMISSION: Permission = Permission::SERVICE_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.plan));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        catch_up(work, self.plan)?;
        let plan = work.need(self.plan)?;
        let today = today(work, &plan);
        let on = self.on.unwrap_or(today);
        if on < today {
            return Err(Refusal::InPast { on }.into());
        }
        if on < plan.starts_on {
            let starts_on = plan.starts_on;
            return Err(Refusal::BeforeStart { starts_on }.into());
        }
        if let Some(ends_on) = plan.ends_on.filter(|end| *end < on) {
            return Err(Refusal::AfterEnd { ends_on }.into());
        }
        request(work, &plan, on)?;
        look(work, plan.id)
    }

    fn output(&self, entry: &Entry) -> OccurrenceId {
        entry.made(0)
    }
}

impl Command for PostponeService {
    type Output = ();
    const NAME: &'static str = "service.postpone";
    const PERMISSION: Permission = Permission::SERVICE_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.occurrence));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let occurrence = work.need(self.occurrence)?;
        occurrence.check(Step::Move)?;
        let plan = work.need(occurrence.plan)?;
        let is_within = plan.ends_on.is_none_or(|end| self.to <= end);
        if self.to <= occurrence.dates.due_on || self.to < today(work, &plan) || !is_within {
            return Err(Refusal::NotLater { to: self.to }.into());
        }
        visit::call_off(work, &occurrence, &self.reason)?;
        withdraw(work, occurrence.message)?;
        let quiet = work.rulebook().service().quiet_hours.as_ref();
        let dates = dates_of(&plan.terms, quiet, self.to, work.now(), Remind::ToCome);
        let reason = self.reason.clone();
        work.emit(occurrence.id, OccurrenceEvent::Postponed { dates, reason })?;
        work.emit(plan.id, PlanEvent::Attended {})?;
        let occurrence = work.need(occurrence.id)?;
        let draft = draft(&occurrence, "service.postponed");
        let _untold = say(work, &plan, occurrence.customer, draft)?;
        look(work, plan.id)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for DropService {
    type Output = ();
    const NAME: &'static str = "service.drop";
    const PERMISSION: Permission = Permission::SERVICE_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.occurrence));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let occurrence = work.need(self.occurrence)?;
        work.because(self.reason.clone());
        drop_one(work, &occurrence, self.reason.clone())?;
        work.emit(occurrence.plan, PlanEvent::Attended {})?;
        look(work, occurrence.plan)
    }

    fn output(&self, _: &Entry) {}
}
