//! What follows from a case that is over, a visit that is done, a claim that is closed, and an answer to a survey.

use super::{open_case, say};
use crate::case::CaseEvent;
use crate::customer::Customer;
use crate::flows::customer::survivor;
use crate::kernel::{CaseId, Code, CustomerId, Effect, SurveyId, UnitId, VisitId, WarrantyClaimId};
use crate::record::Key;
use crate::rulebook::{Conditions, Response, Trigger};
use crate::service::VisitEvent;
use crate::survey::{Subject, SurveyEvent};
use crate::warranty::WarrantyClaimEvent;
use crate::work::{Halt, Refusal, Work};

/// A matter that something can follow from.
struct Matter {
    customer: CustomerId,
    product: Option<Code>,
    /// What a survey would be about.
    about: Subject,
    /// What a message names: what it is, and its number.
    fact: (Code, String),
    /// Called off: only that nobody is asked about it is worth a line.
    is_void: bool,
}

impl Matter {
    fn new(
        customer: CustomerId,
        about: Subject,
        what: &'static str,
        number: impl ToString,
    ) -> Self {
        Self {
            customer,
            product: None,
            about,
            fact: (Code::known(what), number.to_string()),
            is_void: false,
        }
    }
}

/// A case is over.
pub(crate) fn of_case(work: &mut Work<'_>, id: CaseId) -> Result<(), Halt> {
    let matter = |work: &mut Work<'_>| {
        let case = work.need(id)?;
        Ok(Matter {
            product: case.product.clone(),
            is_void: case.called_off.is_some(),
            ..Matter::new(case.customer, Subject::Case(id), "case", id)
        })
    };
    follow(
        work,
        Trigger::CaseSolved,
        matter,
        |work, reaction, effect| work.emit(id, CaseEvent::Reacted { reaction, effect }),
    )
}

/// A visit is done.
pub(crate) fn of_visit(work: &mut Work<'_>, id: VisitId) -> Result<(), Halt> {
    let matter = |work: &mut Work<'_>| {
        let visit = work.need(id)?;
        Ok(Matter {
            product: product(work, visit.plan.unit)?,
            ..Matter::new(visit.plan.customer, Subject::Visit(id), "visit", id)
        })
    };
    follow(
        work,
        Trigger::VisitDone,
        matter,
        |work, reaction, effect| work.emit(id, VisitEvent::Reacted { reaction, effect }),
    )
}

/// A claim under a warranty is closed.
pub(crate) fn of_claim(work: &mut Work<'_>, id: WarrantyClaimId) -> Result<(), Halt> {
    let matter = |work: &mut Work<'_>| {
        // What is flagged on it is not for the customer, who may be the one who acts.
        let claim = work.document(id)?;
        let claim = claim.ok_or_else(|| Refusal::not_found(Key::of(id)))?;
        Ok(Matter {
            product: product(work, claim.filing.unit)?,
            ..Matter::new(claim.filing.customer, Subject::Claim(id), "claim", id)
        })
    };
    follow(
        work,
        Trigger::ClaimClosed,
        matter,
        |work, reaction, effect| work.emit(id, WarrantyClaimEvent::Reacted { reaction, effect }),
    )
}

/// A survey was answered.
pub(crate) fn of_survey(work: &mut Work<'_>, id: SurveyId) -> Result<(), Halt> {
    let matter = |work: &mut Work<'_>| {
        let survey = work.need(id)?;
        let plan = &survey.plan;
        Ok(Matter {
            product: plan.credit.product.clone(),
            ..Matter::new(plan.customer, plan.about, "survey", id)
        })
    };
    follow(
        work,
        Trigger::SurveyAnswered,
        matter,
        |work, reaction, effect| work.emit(id, SurveyEvent::Reacted { reaction, effect }),
    )
}

/// Does everything that follows, and notes it with `note`.
fn follow(
    work: &mut Work<'_>,
    trigger: Trigger,
    matter: impl Fn(&mut Work<'_>) -> Result<Matter, Halt>,
    note: impl Fn(&mut Work<'_>, Code, Effect) -> Result<(), Halt>,
) -> Result<(), Halt> {
    let reactions = work.rulebook().reactions().iter();
    let mut reactions = reactions.filter(|r| r.on == trigger).peekable();
    if reactions.peek().is_none() {
        return Ok(());
    }
    let matter = matter(work)?;
    let customer = survivor(work, matter.customer)?;
    for reaction in reactions {
        let effect = match unmet(&reaction.only, &matter, &customer) {
            Some(why) => Effect::skipped(why),
            None => respond(work, trigger, &reaction.then, &matter, &customer)?,
        };
        note(work, reaction.name.clone(), effect)?;
    }
    Ok(())
}

/// The model of a unit.
fn product(work: &mut Work<'_>, unit: Option<UnitId>) -> Result<Option<Code>, Halt> {
    Ok(match unit {
        Some(unit) => work.document(unit)?.map(|unit| unit.product.clone()),
        None => None,
    })
}

/// Which condition a matter does not meet.
fn unmet(only: &Conditions, matter: &Matter, customer: &Customer) -> Option<&'static str> {
    let is_meant = |product: &Code| only.products.contains(product);
    if !only.products.is_empty() && !matter.product.as_ref().is_some_and(is_meant) {
        return Some("other_products");
    }
    if !only.fits_tier(customer) {
        return Some("other_tier");
    }
    only.total_from.map(|_| "no_total")
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
        return crate::flows::survey::react(work, programme, *after_ms, matter.about, customer.id);
    }
    if matter.is_void {
        return Ok(Effect::skipped("called_off"));
    }
    if customer.is_erased() {
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
            let (priority, about) = (priority.as_ref(), matter.about.order());
            open_case(work, customer, topic, team.as_ref(), priority, about)
        }
        Response::EarnPoints { programme } => match trigger.action() {
            Some(action) => {
                let (_, number) = &matter.fact;
                crate::flows::loyalty::for_action(work, programme, &action, number, customer.id)
            }
            None => Ok(Effect::skipped("not_a_deed")),
        },
        Response::TurnBackPoints { .. } | Response::Survey { .. } => {
            Ok(Effect::skipped("not_an_order"))
        }
        Response::StartWarranty | Response::StartPlan { .. } => Ok(Effect::skipped("no_unit")),
    }
}
