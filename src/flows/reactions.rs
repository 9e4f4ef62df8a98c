//! What follows from what happens: configured in the rulebook, in the same commit, each explained in the journal.
//!
//! A reaction never refuses what it follows from: what cannot be done is skipped, and the journal says why.

mod matters;
mod units;

use std::sync::Arc;

use chrono::TimeDelta;
use uuid::Uuid;

pub(crate) use self::matters::{of_case, of_claim, of_survey, of_visit};
pub(crate) use self::units::of_delivery;
use super::case::{Task, open_by_business};
use super::customer::{Told, survivor, tell};
use crate::customer::Customer;
use crate::kernel::{Code, CustomerId, Effect, Id, OrderId};
use crate::message::{Draft, Recipient};
use crate::order::{Order, OrderEvent};
use crate::rulebook::{Conditions, Reaction, Response, Trigger};
use crate::survey::Subject;
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

impl Conditions {
    fn fits_tier(&self, customer: &Customer) -> bool {
        let tier = customer.tier.as_ref();
        self.tiers.is_empty() || tier.is_some_and(|tier| self.tiers.contains(tier))
    }
}

/// Which condition an order does not meet.
fn unmet(only: &Conditions, order: &Order, customer: &Customer) -> Option<&'static str> {
    let mut products = order.lines.iter().map(|line| &line.item.product);
    if !only.products.is_empty() && !products.any(|product| only.products.contains(product)) {
        return Some("other_products");
    }
    if !only.fits_tier(customer) {
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
            let number = order.reference.as_ref().map(ToString::to_string);
            let number = number.unwrap_or_else(|| order.id.to_string());
            let fact = (Code::known("order"), number);
            say(work, customer, purpose, template.as_ref(), *after_ms, fact)
        }
        Response::OpenCase {
            topic,
            team,
            priority,
        } => {
            let priority = priority.as_ref();
            open_case(
                work,
                customer,
                topic,
                team.as_ref(),
                priority,
                Some(order.id),
            )
        }
        Response::EarnPoints { programme } => {
            super::loyalty::for_order(work, programme, order, customer.id)
        }
        Response::Survey {
            programme,
            after_ms,
        } => {
            let about = Subject::Order(order.id);
            super::survey::react(work, programme, *after_ms, about, customer.id)
        }
        Response::TurnBackPoints { programme } => {
            super::loyalty::for_return(work, programme, order)
        }
        // These are done with units, one by one.
        Response::StartWarranty | Response::StartPlan { .. } => Ok(Effect::skipped("no_unit")),
    }
}

/// The customer is told something, now or later.
fn say(
    work: &mut Work<'_>,
    customer: &Customer,
    purpose: &Code,
    template: Option<&Code>,
    after_ms: u64,
    (fact, value): (Code, String),
) -> Result<Effect, Halt> {
    let after = TimeDelta::try_milliseconds(i64::try_from(after_ms).unwrap_or(i64::MAX));
    let mut draft = Draft::new(Recipient::Customer(customer.id), purpose.clone());
    draft = draft.with_fact(fact, value);
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

fn open_case(
    work: &mut Work<'_>,
    customer: &Customer,
    topic: &Code,
    team: Option<&Code>,
    priority: Option<&Code>,
    about: Option<OrderId>,
) -> Result<Effect, Halt> {
    let case = work.new_id();
    let task = Task {
        topic: topic.clone(),
        team: team.cloned(),
        priority,
        about,
        survey: None,
    };
    open_by_business(work, case, customer.id, task)?;
    Ok(Effect::done("case_opened"))
}

/// Something that a customer did, apart from ordering.
#[derive(Debug)]
pub(crate) struct Deed<'a> {
    trigger: Trigger,
    pub(crate) customer: CustomerId,
    /// The number of what was done it to: points are given for it once.
    number: Uuid,
    product: Option<&'a Code>,
    programme: Option<&'a Code>,
}

impl<'a> Deed<'a> {
    /// Done by this customer, and to what.
    pub(crate) fn new<N>(trigger: Trigger, customer: CustomerId, to: Id<N>) -> Self {
        Self {
            trigger,
            customer,
            number: to.uuid(),
            product: None,
            programme: None,
        }
    }

    /// About this model.
    pub(crate) const fn about(mut self, product: &'a Code) -> Self {
        self.product = Some(product);
        self
    }

    /// In this loyalty programme, and no other.
    pub(crate) const fn of(mut self, programme: &'a Code) -> Self {
        self.programme = Some(programme);
        self
    }

    /// Which condition it does not meet.
    fn unmet(&self, reaction: &Reaction, customer: &Customer) -> Option<&'static str> {
        let only = &reaction.only;
        let is_meant = |known: &Code| only.products.contains(known);
        if customer.is_erased() {
            return Some("customer.erased");
        }
        if !only.products.is_empty() && !self.product.is_some_and(is_meant) {
            return Some("other_products");
        }
        if !only.fits_tier(customer) {
            return Some("other_tier");
        }
        if let (Some(own), Response::EarnPoints { programme }) = (self.programme, &reaction.then)
            && own != programme
        {
            return Some("other_programme");
        }
        only.total_from.map(|_| "no_total")
    }
}

/// A customer did something: does everything that follows, and notes it with `note`.
pub(crate) fn of_deed(
    work: &mut Work<'_>,
    deed: &Deed<'_>,
    note: impl Fn(&mut Work<'_>, Code, Effect) -> Result<(), Halt>,
) -> Result<(), Halt> {
    let reactions = work.rulebook().reactions().iter();
    let mut reactions = reactions.filter(|r| r.on == deed.trigger).peekable();
    if reactions.peek().is_none() {
        return Ok(());
    }
    let customer = survivor(work, deed.customer)?;
    for reaction in reactions {
        let effect = match deed.unmet(reaction, &customer) {
            Some(why) => Effect::skipped(why),
            None => respond_to_deed(work, &reaction.then, deed, &customer)?,
        };
        note(work, reaction.name.clone(), effect)?;
    }
    Ok(())
}

fn respond_to_deed(
    work: &mut Work<'_>,
    response: &Response,
    deed: &Deed<'_>,
    customer: &Customer,
) -> Result<Effect, Halt> {
    let Some(action) = deed.trigger.action() else {
        return Ok(Effect::skipped("not_a_deed"));
    };
    let number = deed.number.to_string();
    match response {
        Response::Tell {
            purpose,
            template,
            after_ms,
        } => {
            let fact = (action, number);
            say(work, customer, purpose, template.as_ref(), *after_ms, fact)
        }
        Response::OpenCase {
            topic,
            team,
            priority,
        } => open_case(
            work,
            customer,
            topic,
            team.as_ref(),
            priority.as_ref(),
            None,
        ),
        Response::EarnPoints { programme } => {
            super::loyalty::for_action(work, programme, &action, &number, customer.id)
        }
        Response::TurnBackPoints { .. } => Ok(Effect::skipped("not_an_order")),
        Response::StartWarranty | Response::StartPlan { .. } => Ok(Effect::skipped("no_unit")),
        Response::Survey {
            programme,
            after_ms,
        } => {
            let about = Subject::Relationship;
            super::survey::react(work, programme, *after_ms, about, customer.id)
        }
    }
}
