//! Starting, resting, handing over and ending plans.

use std::sync::Arc;

use super::{end, hand_over, look, plans_of, rest, today};
use crate::calendar::civil::date_in;
use crate::flows::customer::survivor;
use crate::kernel::{Permission, PlanId};
use crate::record::{Entry, Key};
use crate::service::{
    EndPlan, PausePlan, Plan, PlanEvent, PlanStatus, Position, Refusal, ResumePlan, StartPlan,
    Starting, TransferPlan, UsageAt,
};
use crate::work::{Command, Halt, Work};

impl Command for StartPlan {
    type Output = PlanId;
    const NAME: &'static str = "service.start_plan";
    const PERMISSION: Permission = Permission::SERVICE_PLAN;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.customer));
        keys.extend(self.unit.map(Key::of));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let id = work.new_id();
        let plans = &work.rulebook().service().plans;
        let Some(terms) = plans.get(&self.plan) else {
            let name = self.plan.clone();
            return Err(Refusal::UnknownPlan { name }.into());
        };
        let customer = survivor(work, self.customer)?;
        if customer.is_erased() {
            return Err(crate::customer::Refusal::Erased.into());
        }
        let today = date_in(&terms.zone, work.now());
        let starts_on = self.starts_on.unwrap_or(today);
        if let Some(until) = self.warranty_until.filter(|until| starts_on <= *until) {
            return Err(Refusal::UnderWarranty { until }.into());
        }
        let ends_on = self.ends_on.or_else(|| terms.last_day(starts_on));
        if let Some(ends_on) = ends_on.filter(|end| *end < starts_on) {
            return Err(Refusal::EndBeforeStart { starts_on, ends_on }.into());
        }
        let mut position = Position::starting(starts_on, terms.first_at_start);
        if starts_on < today {
            position.after = today.pred_opt();
        }
        let mut reading = None;
        let meter = terms.trigger.meter();
        if let Some(unit) = self.unit {
            let unit = work.need(unit)?;
            if unit.retired.is_some() {
                return Err(Refusal::UnitRetired.into());
            }
            let owner = unit.owned_by();
            if !customer.family().any(|id| Some(id) == owner) {
                return Err(Refusal::NotTheOwner.into());
            }
            let known = plans_of(work, unit.id)?;
            if let Some(known) = known.iter().find(|known| known.name == self.plan) {
                return Err(Refusal::AlreadyRuns { plan: known.id }.into());
            }
            let newest = meter.and_then(|meter| unit.meters.get(meter));
            reading = newest.and_then(|meter| {
                let (at, usage) = (meter.newest?.at, meter.usage()?);
                Some(UsageAt { at, usage })
            });
            position.base = reading.map_or(0, |reading| reading.usage);
        } else if meter.is_some() {
            return Err(Refusal::NeedsUnit.into());
        }
        let starting = Starting {
            customer: customer.id,
            unit: self.unit,
            name: self.plan.clone(),
            terms: Arc::new(terms.clone()),
            starts_on,
            ends_on,
            position,
        };
        work.emit(id, PlanEvent::Started(Box::new(starting)))?;
        if let Some(reading) = reading {
            work.emit(id, PlanEvent::Read(reading))?;
        }
        // Of a reading and a plan that begin at once, or of two plans, one has to see the other.
        if let Some(unit) = self.unit {
            work.touch(Key::of(unit))?;
        }
        look(work, id)
    }

    fn output(&self, entry: &Entry) -> PlanId {
        entry.made(0)
    }
}

fn open(work: &mut Work<'_>, id: PlanId) -> Result<Arc<Plan>, Halt> {
    let plan = work.need(id)?;
    plan.check_open()?;
    Ok(plan)
}

impl Command for PausePlan {
    type Output = ();
    const NAME: &'static str = "service.pause_plan";
    const PERMISSION: Permission = Permission::SERVICE_PLAN;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.plan));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let plan = open(work, self.plan)?;
        if plan.status != PlanStatus::Active {
            return Err(Refusal::Paused.into());
        }
        rest(work, &plan, &self.reason)?;
        let reason = self.reason.clone();
        work.emit(plan.id, PlanEvent::Paused { reason })
    }

    fn output(&self, _: &Entry) {}
}

impl Command for ResumePlan {
    type Output = ();
    const NAME: &'static str = "service.resume_plan";
    const PERMISSION: Permission = Permission::SERVICE_PLAN;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.plan));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let plan = open(work, self.plan)?;
        if plan.status == PlanStatus::Active {
            return Err(Refusal::NotPaused.into());
        }
        let on = today(work, &plan);
        work.emit(plan.id, PlanEvent::Resumed { on })?;
        look(work, plan.id)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for TransferPlan {
    type Output = ();
    const NAME: &'static str = "service.transfer_plan";
    const PERMISSION: Permission = Permission::SERVICE_PLAN;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.extend([Key::of(self.plan), Key::of(self.to)]);
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let plan = open(work, self.plan)?;
        let to = survivor(work, self.to)?;
        if to.is_erased() {
            return Err(crate::customer::Refusal::Erased.into());
        }
        hand_over(work, &plan, to.id)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for EndPlan {
    type Output = ();
    const NAME: &'static str = "service.end_plan";
    const PERMISSION: Permission = Permission::SERVICE_PLAN;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.plan));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let plan = open(work, self.plan)?;
        end(work, &plan, self.reason.clone())
    }

    fn output(&self, _: &Entry) {}
}
