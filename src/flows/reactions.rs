//! What follows from what happens: configured in the rulebook, in the same commit, each explained in the journal.
//!
//! A reaction never refuses what it follows from: what cannot be done is skipped, and the journal says why.

mod units;

use std::sync::Arc;

use chrono::TimeDelta;

pub(crate) use self::units::of_delivery;
use super::case::open_by_business;
use super::customer::{Told, survivor, tell};
use crate::customer::Customer;
use crate::kernel::{Code, Effect, OrderId};
use crate::message::{Draft, Recipient};
use crate::order::{Order, OrderEvent};
use crate::rulebook::{Conditions, Response, Trigger};
use crate::work::{Halt, Work};

/// Something happened to an order: does everything that follows.
pub(crate) fn of_order(work: &mut Work<'_>, trigger: Trigger, id: OrderId) -> Result<(), Halt> {
    let rulebook = work.rulebook();
    let mut reactions = rulebook
        .reactions()
        .iter()
        .filter(|r| r.on == trigger && !r.then.is_of_units())
        .peekable();
    if reactions.peek().is_none() {
        return Ok(());
    }
    let order = work.need(id)?;
    let customer = survivor(work, order.customer)?;
    for reaction in reactions {
        let effect = match unmet(&reaction.only, &order, &customer) {
            Some(why) => Effect::skipped(why),
            None => respond(work, &reaction.then, &order, &customer)?,
        };
        let reaction = reaction.name.clone();
        work.emit(id, OrderEvent::Reacted { reaction, effect })?;
    }
    Ok(())
}

/// Which condition an order does not meet.
fn unmet(only: &Conditions, order: &Order, customer: &Customer) -> Option<&'static str> {
    let mut products = order.lines.iter().map(|line| &line.item.product);
    if !only.products.is_empty() && !products.any(|product| only.products.contains(product)) {
        return Some("other_products");
    }
    let tier = customer.tier.as_ref();
    if !only.tiers.is_empty() && !tier.is_some_and(|tier| only.tiers.contains(tier)) {
        return Some("other_tier");
    }
    let from = only.total_from?;
    match order.total.compare(&from) {
        Ok(order) if order.is_lt() => Some("total_too_low"),
        Ok(_) => None,
        Err(_) => Some("other_currency"),
    }
}

fn respond(
    work: &mut Work<'_>,
    response: &Response,
    order: &Arc<Order>,
    customer: &Customer,
) -> Result<Effect, Halt> {
    if customer.is_erased() {
        return Ok(Effect::skipped("customer.erased"));
    }
    match response {
        Response::Tell {
            purpose,
            template,
            after_ms,
        } => {
            let after = TimeDelta::try_milliseconds(i64::try_from(*after_ms).unwrap_or(i64::MAX));
            let number = order.reference.as_ref().map(ToString::to_string);
            let number = number.unwrap_or_else(|| order.id.to_string());
            let to = Recipient::Customer(customer.id);
            let mut draft = Draft::new(to, purpose.clone());
            draft = draft.with_fact(Code::known("order"), number);
            if let Some(template) = template {
                draft = draft.with_template(template.clone());
            }
            draft.not_before = after
                .filter(|after| *after > TimeDelta::zero())
                .and_then(|after| work.now().checked_add_signed(after));
            Ok(match tell(work, customer.id, draft)? {
                Told::Queued(_) => Effect::done("told"),
                Told::Not(why) => Effect::skipped(why.code()),
            })
        }
        Response::OpenCase {
            topic,
            team,
            priority,
        } => {
            let case = work.new_id();
            open_by_business(
                work,
                case,
                customer.id,
                topic.clone(),
                team.clone(),
                priority.as_ref(),
                Some(order.id),
            )?;
            Ok(Effect::done("case_opened"))
        }
        Response::EarnPoints { programme } => {
            super::loyalty::for_order(work, programme, order, customer.id)
        }
        // These are done with units, one by one.
        Response::StartWarranty | Response::StartPlan { .. } => Ok(Effect::skipped("no_unit")),
    }
}
