//! Starting, resting, handing over and ending plans.

use std::sync::Arc;

use super::{catch_up, end_now, hand_over, look, plans_of, rest, take_up, today};
use crate::calendar::civil::date_in;
use crate::flows::customer::survivor;
use crate::flows::product::product_of;
use crate::kernel::{Code, CustomerId, Effect, Permission, PlanId};
use crate::product::Unit;
use crate::record::{Entry, Event, Key};
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
        let (starting, reading) = starting(work, self)?;
        start(work, id, starting, reading)
    }

    fn output(&self, entry: &Entry) -> PlanId {
        entry.made(0)
    }
}

/// A plan that can start, and what the unit's meter shows.
fn starting(work: &mut Work<'_>, command: &StartPlan) -> Result<(Starting, Option<UsageAt>), Halt> {
    let plans = &work.rulebook().service().plans;
    let Some(terms) = plans.get(&command.plan) else {
        let name = command.plan.clone();
        return Err(Refusal::UnknownPlan { name }.into());
    };
    let customer = survivor(work, command.customer)?;
    if customer.is_erased() {
        return Err(crate::customer::Refusal::Erased.into());
    }
    let today = date_in(&terms.zone, work.now());
    let starts_on = command.starts_on.unwrap_or(today);
    if let Some(until) = command.warranty_until.filter(|until| starts_on <= *until) {
        return Err(Refusal::UnderWarranty { until }.into());
    }
    let ends_on = command.ends_on.or_else(|| terms.last_day(starts_on));
    if let Some(ends_on) = ends_on.filter(|end| *end < starts_on) {
        return Err(Refusal::EndBeforeStart { starts_on, ends_on }.into());
    }
    if ends_on.is_some_and(|end| end < today) {
        return Err(Refusal::PlanEnded.into());
    }
    let mut position = Position::starting(starts_on, terms.first_at_start);
    if starts_on < today {
        position.after = today.pred_opt();
    }
    if let Some(rule) = terms.trigger.rule()
        && position.next_date(rule).is_none()
    {
        return Err(Refusal::NothingDue.into());
    }
    let mut reading = None;
    let meter = terms.trigger.meter();
    if let Some(unit) = command.unit {
        let unit = work.need(unit)?;
        if unit.retired.is_some() {
            return Err(Refusal::UnitRetired.into());
        }
        let owner = unit.owned_by();
        if !customer.family().any(|id| Some(id) == owner) {
            return Err(Refusal::NotTheOwner.into());
        }
        let known = plans_of(work, unit.id)?.into_iter();
        let known = known.map(|known| (known.id, known.name.clone()));
        let begun_now = work.so_far().iter().filter_map(|event| {
            let Event::Plan(id, PlanEvent::Started(it)) = event else {
                return None;
            };
            (it.unit == Some(unit.id)).then(|| (*id, it.name.clone()))
        });
        let mut runs = known.chain(begun_now);
        if let Some((plan, _)) = runs.find(|(_, name)| *name == command.plan) {
            return Err(Refusal::AlreadyRuns { plan }.into());
        }
        if let Some(meter) = meter {
            let product = product_of(work, &unit.product)?;
            if !product.spec.meters.contains_key(meter) {
                let (model, meter) = (unit.product.clone(), meter.clone());
                return Err(crate::product::Refusal::UnknownMeter { model, meter }.into());
            }
        }
        let newest = meter.and_then(|meter| unit.meters.get(meter));
        reading = newest.and_then(|meter| {
            let (at, usage) = (meter.newest?.at, meter.usage()?);
            Some(UsageAt { at, usage })
        });
        position.base = reading.map_or(0, |reading| reading.usage);
        position.base_at = reading.map(|reading| reading.at);
    } else if meter.is_some() {
        return Err(Refusal::NeedsUnit.into());
    }
    Ok((
        Starting {
            customer: customer.id,
            unit: command.unit,
            name: command.plan.clone(),
            terms: Arc::new(terms.clone()),
            starts_on,
            ends_on,
            position,
        },
        reading,
    ))
}

fn start(
    work: &mut Work<'_>,
    id: PlanId,
    starting: Starting,
    reading: Option<UsageAt>,
) -> Result<(), Halt> {
    let unit = starting.unit;
    work.emit(id, PlanEvent::Started(Box::new(starting)))?;
    if let Some(reading) = reading {
        work.emit(id, PlanEvent::Read(reading))?;
    }
    // Of a reading and a plan that begin at once, or of two plans, one has to see the other.
    if let Some(unit) = unit {
        work.touch(Key::of(unit))?;
    }
    look(work, id)
}

/// A unit was delivered: a plan starts for it, on the date of delivery where the plan is. What would be refused is not
/// done.
pub(crate) fn for_delivery(
    work: &mut Work<'_>,
    plan: &Code,
    customer: CustomerId,
    unit: &Unit,
) -> Result<Effect, Halt> {
    let terms = work.rulebook().service().plans.get(plan);
    let command = StartPlan {
        unit: Some(unit.id),
        starts_on: terms.and_then(|it| Some(date_in(&it.zone, unit.delivered_at?))),
        ..StartPlan::new(customer, plan.clone())
    };
    let (starting, reading) = match starting(work, &command) {
        Ok(found) => found,
        Err(halt) => return Ok(Effect::skipped(halt.refused()?.code())),
    };
    let id = work.new_id();
    start(work, id, starting, reading)?;
    Ok(Effect::done("plan_started"))
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
        catch_up(work, self.plan)?;
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
        take_up(work, plan.id)?;
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
        if to.family().any(|id| id == plan.customer) {
            return Err(Refusal::SameOwner.into());
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
        end_now(work, plan.id, self.reason.clone())
    }

    fn output(&self, _: &Entry) {}
}
