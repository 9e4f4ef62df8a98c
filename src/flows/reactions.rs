//! What follows from what happens: configured in the rulebook, in the same commit, each explained in the journal.
//!
//! A reaction never refuses what it follows from: what cannot be done is skipped, and the journal says why.

use std::sync::Arc;

use chrono::TimeDelta;

use super::case::open_by_business;
use super::customer::{Told, survivor, tell};
use crate::case::CaseEvent;
use crate::customer::Customer;
use crate::kernel::{
    CaseId, Code, CustomerId, Effect, Money, OrderId, SurveyId, UnitId, VisitId, WarrantyClaimId,
};
use crate::message::{Draft, Recipient};
use crate::order::{Order, OrderEvent};
use crate::record::Key;
use crate::rulebook::{Conditions, Response, Trigger};
use crate::service::VisitEvent;
use crate::survey::{Subject, SurveyEvent};
use crate::warranty::WarrantyClaimEvent;
use crate::work::{Halt, Refusal, Work};

/// Something happened to an order: does everything that follows.
pub(crate) fn of_order(work: &mut Work<'_>, trigger: Trigger, id: OrderId) -> Result<(), Halt> {
    follow(work, trigger, Cause::Order(id))
}

/// A case is over.
pub(crate) fn of_case(work: &mut Work<'_>, id: CaseId) -> Result<(), Halt> {
    follow(work, Trigger::CaseSolved, Cause::Case(id))
}

/// A visit is done.
pub(crate) fn of_visit(work: &mut Work<'_>, id: VisitId) -> Result<(), Halt> {
    follow(work, Trigger::VisitDone, Cause::Visit(id))
}

/// A claim under a warranty is closed.
pub(crate) fn of_claim(work: &mut Work<'_>, id: WarrantyClaimId) -> Result<(), Halt> {
    follow(work, Trigger::ClaimClosed, Cause::Claim(id))
}

/// A survey was answered.
pub(crate) fn of_survey(work: &mut Work<'_>, id: SurveyId) -> Result<(), Halt> {
    follow(work, Trigger::SurveyAnswered, Cause::Survey(id))
}

/// To what something happened.
#[derive(Clone, Copy)]
enum Cause {
    Order(OrderId),
    Case(CaseId),
    Visit(VisitId),
    Claim(WarrantyClaimId),
    Survey(SurveyId),
}

/// What reactions go by.
struct Happened {
    customer: CustomerId,
    /// The order, where it happened to one.
    order: Option<Arc<Order>>,
    products: Vec<Code>,
    /// What a survey would be about.
    about: Subject,
    /// What a message names: what it is, and its number.
    named: (&'static str, String),
    /// Called off: only that it is not asked about is worth a line.
    is_void: bool,
}

fn follow(work: &mut Work<'_>, trigger: Trigger, cause: Cause) -> Result<(), Halt> {
    let rulebook = work.rulebook();
    let mut reactions = rulebook
        .reactions()
        .iter()
        .filter(|r| r.on == trigger)
        .peekable();
    if reactions.peek().is_none() {
        return Ok(());
    }
    let happened = happened(work, cause)?;
    let customer = survivor(work, happened.customer)?;
    for reaction in reactions {
        let effect = match unmet(&reaction.only, &happened, &customer) {
            Some(why) => Effect::skipped(why),
            None => respond(work, &reaction.then, &happened, &customer)?,
        };
        told(work, cause, reaction.name.clone(), effect)?;
    }
    Ok(())
}

/// The journal tells what came of a reaction.
fn told(work: &mut Work<'_>, cause: Cause, reaction: Code, effect: Effect) -> Result<(), Halt> {
    match cause {
        Cause::Order(id) => work.emit(id, OrderEvent::Reacted { reaction, effect }),
        Cause::Case(id) => work.emit(id, CaseEvent::Reacted { reaction, effect }),
        Cause::Visit(id) => work.emit(id, VisitEvent::Reacted { reaction, effect }),
        Cause::Claim(id) => work.emit(id, WarrantyClaimEvent::Reacted { reaction, effect }),
        Cause::Survey(id) => work.emit(id, SurveyEvent::Reacted { reaction, effect }),
    }
}

fn happened(work: &mut Work<'_>, cause: Cause) -> Result<Happened, Halt> {
    let bare = |customer, about, named| Happened {
        customer,
        order: None,
        products: Vec::new(),
        about,
        named,
        is_void: false,
    };
    Ok(match cause {
        Cause::Order(id) => {
            let order = work.need(id)?;
            let number = order.reference.as_ref().map(ToString::to_string);
            let number = number.unwrap_or_else(|| id.to_string());
            let products = order.lines.iter().map(|line| line.item.product.clone());
            Happened {
                products: products.collect(),
                ..bare(order.customer, Subject::Order(id), ("order", number))
            }
            .with(order)
        }
        Cause::Case(id) => {
            let case = work.need(id)?;
            Happened {
                products: case.product.iter().cloned().collect(),
                is_void: case.called_off.is_some(),
                ..bare(case.customer, Subject::Case(id), ("case", id.to_string()))
            }
        }
        Cause::Visit(id) => {
            let visit = work.need(id)?;
            let named = ("visit", id.to_string());
            Happened {
                products: products(work, visit.plan.unit)?,
                ..bare(visit.plan.customer, Subject::Visit(id), named)
            }
        }
        Cause::Claim(id) => {
            let claim = work.document(id)?;
            let claim = claim.ok_or_else(|| Refusal::not_found(Key::of(id)))?;
            let named = ("claim", id.to_string());
            Happened {
                products: products(work, claim.filing.unit)?,
                ..bare(claim.filing.customer, Subject::Claim(id), named)
            }
        }
        Cause::Survey(id) => {
            let survey = work.need(id)?;
            let plan = &survey.plan;
            Happened {
                products: plan.credit.product.iter().cloned().collect(),
                ..bare(plan.customer, plan.about, ("survey", id.to_string()))
            }
        }
    })
}

impl Happened {
    fn with(self, order: Arc<Order>) -> Self {
        Self {
            order: Some(order),
            ..self
        }
    }

    fn total(&self) -> Option<&Money> {
        self.order.as_ref().map(|order| &order.total)
    }
}

/// The model of a unit.
fn products(work: &mut Work<'_>, unit: Option<UnitId>) -> Result<Vec<Code>, Halt> {
    Ok(match unit {
        Some(unit) => {
            let unit = work.document(unit)?;
            unit.iter().map(|unit| unit.product.clone()).collect()
        }
        None => Vec::new(),
    })
}

/// Which condition is not met.
fn unmet(only: &Conditions, happened: &Happened, customer: &Customer) -> Option<&'static str> {
    let mut products = happened.products.iter();
    if !only.products.is_empty() && !products.any(|product| only.products.contains(product)) {
        return Some("other_products");
    }
    let tier = customer.tier.as_ref();
    if !only.tiers.is_empty() && !tier.is_some_and(|tier| only.tiers.contains(tier)) {
        return Some("other_tier");
    }
    let from = only.total_from?;
    match happened.total().map(|total| total.compare(&from)) {
        None => Some("no_total"),
        Some(Ok(order)) if order.is_lt() => Some("total_too_low"),
        Some(Ok(_)) => None,
        Some(Err(_)) => Some("other_currency"),
    }
}

fn respond(
    work: &mut Work<'_>,
    response: &Response,
    happened: &Happened,
    customer: &Customer,
) -> Result<Effect, Halt> {
    // Whoever is not asked is counted with the reason, also here.
    let is_survey = matches!(response, Response::Survey { .. });
    if happened.is_void && !is_survey {
        return Ok(Effect::skipped("called_off"));
    }
    if customer.is_erased() && !is_survey {
        return Ok(Effect::skipped("customer.erased"));
    }
    match response {
        Response::Tell {
            purpose,
            template,
            after_ms,
        } => {
            let after = TimeDelta::try_milliseconds(i64::try_from(*after_ms).unwrap_or(i64::MAX));
            let to = Recipient::Customer(customer.id);
            let (name, number) = &happened.named;
            let mut draft = Draft::new(to, purpose.clone());
            draft = draft.with_fact(Code::known(name), number);
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
            )?;
            Ok(Effect::done("case_opened"))
        }
        Response::EarnPoints { programme } => match &happened.order {
            Some(order) => super::loyalty::for_order(work, programme, order, customer.id),
            None => Ok(Effect::skipped("no_order")),
        },
        Response::Survey { programme } => {
            super::survey::react(work, programme, happened.about, customer.id)
        }
    }
}
