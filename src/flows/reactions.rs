//! What follows from what happens: configured in the rulebook, in the same commit, each explained in the journal.
//!
//! A reaction never refuses what it follows from: what cannot be done is skipped, and the journal says why.

mod matters;
mod units;

use std::sync::Arc;

use chrono::TimeDelta;

pub(crate) use self::matters::{of_case, of_claim, of_order, of_survey, of_visit};
pub(crate) use self::units::of_delivery;
use super::case::{Task, open_by_business};
use super::customer::{Told, survivor, tell};
use crate::customer::Customer;
use crate::kernel::{Code, CustomerId, Effect, Id};
use crate::message::{Draft, Recipient};
use crate::order::Order;
use crate::rulebook::{Reaction, Response, Trigger};
use crate::survey::Subject;
use crate::work::{Halt, Work};

/// What something follows from, as far as reactions look at it.
#[derive(Debug)]
pub(crate) struct Matter {
    customer: CustomerId,
    /// The order, when it happened to one.
    order: Option<Arc<Order>>,
    /// The model that it is about; an order has its own.
    product: Option<Code>,
    /// The loyalty programme that it is about, and no other.
    programme: Option<Code>,
    /// What a survey would be about.
    about: Subject,
    /// What a message names: what it is, and its number. Points are given for a number once.
    fact: (Code, String),
    /// Called off: only that nobody is asked about it is worth a line.
    is_void: bool,
}

impl Matter {
    fn new(customer: CustomerId, about: Subject, what: Code, number: impl ToString) -> Self {
        Self {
            customer,
            order: None,
            product: None,
            programme: None,
            about,
            fact: (what, number.to_string()),
            is_void: false,
        }
    }

    /// Something that a customer did, apart from ordering, and to what. A message names it as earn rules do.
    pub(crate) fn deed<N>(trigger: Trigger, customer: CustomerId, to: Id<N>) -> Self {
        let what = trigger.action().unwrap_or(Code::known("deed"));
        Self::new(customer, Subject::Relationship, what, to)
    }

    /// About this model.
    pub(crate) fn with_product(mut self, product: &Code) -> Self {
        self.product = Some(product.clone());
        self
    }

    /// In this loyalty programme, and no other.
    pub(crate) fn in_programme(mut self, programme: &Code) -> Self {
        self.programme = Some(programme.clone());
        self
    }

    fn of_order(order: Arc<Order>) -> Self {
        let (customer, about) = (order.customer, Subject::Order(order.id));
        let number = order.reference.as_ref().map(ToString::to_string);
        let number = number.unwrap_or_else(|| order.id.to_string());
        Self {
            order: Some(order),
            ..Self::new(customer, about, Code::known("order"), number)
        }
    }

    fn is_about(&self, product: impl Fn(&Code) -> bool) -> bool {
        match &self.order {
            Some(order) => order.lines.iter().any(|line| product(&line.item.product)),
            None => self.product.as_ref().is_some_and(product),
        }
    }

    /// Which condition of a reaction it does not meet.
    fn unmet(&self, reaction: &Reaction, customer: &Customer) -> Option<&'static str> {
        let only = &reaction.only;
        if !only.products.is_empty() && !self.is_about(|product| only.products.contains(product)) {
            return Some("other_products");
        }
        let tier = customer.tier.as_ref();
        if !only.tiers.is_empty() && !tier.is_some_and(|tier| only.tiers.contains(tier)) {
            return Some("other_tier");
        }
        if let (Some(own), Response::EarnPoints { programme }) = (&self.programme, &reaction.then)
            && own != programme
        {
            return Some("other_programme");
        }
        let from = only.total_from?;
        match self.order.as_ref().map(|order| order.total.compare(&from)) {
            None => Some("no_total"),
            Some(Ok(order)) if order.is_lt() => Some("total_too_low"),
            Some(Ok(_)) => None,
            Some(Err(_)) => Some("other_currency"),
        }
    }
}

/// Does everything that follows from a matter but for what is done with units, and notes it with `note`. The matter is looked at
/// only if something does.
pub(crate) fn follow(
    work: &mut Work<'_>,
    trigger: Trigger,
    matter: impl FnOnce(&mut Work<'_>) -> Result<Matter, Halt>,
    note: impl Fn(&mut Work<'_>, Code, Effect) -> Result<(), Halt>,
) -> Result<(), Halt> {
    let reactions = work.rulebook().reactions().iter();
    let mut reactions = reactions
        .filter(|it| it.on == trigger && !it.then.is_of_units())
        .peekable();
    if reactions.peek().is_none() {
        return Ok(());
    }
    let matter = matter(work)?;
    let customer = survivor(work, matter.customer)?;
    for reaction in reactions {
        let effect = match matter.unmet(reaction, &customer) {
            Some(why) => Effect::skipped(why),
            None => respond(work, trigger, &reaction.then, &matter, &customer)?,
        };
        note(work, reaction.name.clone(), effect)?;
    }
    Ok(())
}

fn respond(
    work: &mut Work<'_>,
    trigger: Trigger,
    response: &Response,
    matter: &Matter,
    customer: &Customer,
) -> Result<Effect, Halt> {
    // Whoever is not asked is counted with the reason, also here.
    if let Response::Survey {
        programme,
        after_ms,
    } = response
    {
        return super::survey::react(work, programme, *after_ms, matter.about, customer.id);
    }
    if matter.is_void {
        return Ok(Effect::skipped("called_off"));
    }
    // Points that were given or paid for what came back are turned back all the same.
    if customer.is_erased() && !matches!(response, Response::TurnBackPoints { .. }) {
        return Ok(Effect::skipped("customer.erased"));
    }
    match response {
        Response::Tell {
            purpose,
            template,
            after_ms,
        } => {
            let fact = matter.fact.clone();
            say(work, customer, purpose, template.as_ref(), *after_ms, fact)
        }
        Response::OpenCase {
            topic,
            team,
            priority,
        } => {
            let case = work.new_id();
            let task = Task {
                topic: topic.clone(),
                team: team.clone(),
                priority: priority.as_ref(),
                about: matter.about.order(),
                survey: None,
            };
            open_by_business(work, case, customer.id, task)?;
            Ok(Effect::done("case_opened"))
        }
        Response::EarnPoints { programme } => match (&matter.order, trigger.action()) {
            (Some(order), _) => super::loyalty::for_order(work, programme, order, customer.id),
            (None, Some(action)) => {
                let (_, number) = &matter.fact;
                super::loyalty::for_action(work, programme, &action, number, customer.id)
            }
            (None, None) => Ok(Effect::skipped("not_a_deed")),
        },
        Response::TurnBackPoints { programme } => match &matter.order {
            Some(order) => super::loyalty::for_return(work, programme, order),
            None => Ok(Effect::skipped("not_an_order")),
        },
        Response::Survey { .. } | Response::StartWarranty | Response::StartPlan { .. } => {
            Ok(Effect::skipped("no_unit"))
        }
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
