//! What follows from an order's course, a case that is over, a visit that is done, a claim that is closed, and an answer to a survey.

use super::{Matter, follow};
use crate::case::CaseEvent;
use crate::kernel::{CaseId, Code, OrderId, SurveyId, UnitId, VisitId, WarrantyClaimId};
use crate::order::OrderEvent;
use crate::record::Key;
use crate::rulebook::Trigger;
use crate::service::VisitEvent;
use crate::survey::{Subject, SurveyEvent};
use crate::warranty::WarrantyClaimEvent;
use crate::work::{Halt, Refusal, Work};

/// Something happened to an order.
pub(crate) fn of_order(work: &mut Work<'_>, trigger: Trigger, id: OrderId) -> Result<(), Halt> {
    let matter = |work: &mut Work<'_>| {
        let order = work.need(id)?;
        // Of one that was called off and came all the same only what undoes something follows.
        let is_void = order.cancelled.is_some() && !trigger.is_undoing();
        Ok(Matter {
            is_void,
            ..Matter::of_order(order)
        })
    };
    follow(work, trigger, matter, |work, reaction, effect| {
        work.emit(id, OrderEvent::Reacted { reaction, effect })
    })
}

/// A case is over.
pub(crate) fn of_case(work: &mut Work<'_>, id: CaseId) -> Result<(), Halt> {
    let matter = |work: &mut Work<'_>| {
        let case = work.need(id)?;
        Ok(Matter {
            product: case.product.clone(),
            is_void: case.called_off.is_some(),
            ..Matter::new(case.customer, Subject::Case(id), Code::known("case"), id)
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
            ..Matter::new(
                visit.plan.customer,
                Subject::Visit(id),
                Code::known("visit"),
                id,
            )
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
            ..Matter::new(
                claim.filing.customer,
                Subject::Claim(id),
                Code::known("claim"),
                id,
            )
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
            ..Matter::new(plan.customer, plan.about, Code::known("survey"), id)
        })
    };
    follow(
        work,
        Trigger::SurveyAnswered,
        matter,
        |work, reaction, effect| work.emit(id, SurveyEvent::Reacted { reaction, effect }),
    )
}

/// The model of a unit.
fn product(work: &mut Work<'_>, unit: Option<UnitId>) -> Result<Option<Code>, Halt> {
    Ok(match unit {
        Some(unit) => work.document(unit)?.map(|unit| unit.product.clone()),
        None => None,
    })
}
