//! What a survey is about, as it stands now.

use crate::kernel::{Code, CustomerId, StaffId, UnitId};
use crate::survey::{Credit, Eligibility, Subject};
use crate::work::{Halt, Work};

/// What a survey is about, as it stands now.
#[derive(Default)]
pub(super) struct Matter {
    /// Whose it is; `None` of a relationship.
    pub(super) customer: Option<CustomerId>,
    /// Which time it is over.
    pub(super) episode: u32,
    /// Who gets the credit.
    pub(super) credit: Credit,
    /// Why nobody is asked about it, whatever the programme says.
    void: Option<Code>,
    /// Whether it is a case in which an answer is followed up.
    pub(super) is_follow_up: bool,
    /// Of a case: how often staff spoke, and the customer.
    case: Option<(u32, u32)>,
}

impl Matter {
    /// Why a survey of an episode, with the credit that it has, is not sent.
    pub(super) fn objection(
        &self,
        only: &Eligibility,
        credit: &Credit,
        episode: u32,
    ) -> Option<Code> {
        if self.void.is_some() {
            return self.void.clone();
        }
        // One that was asked about something else in between: it was reopened, and is over anew.
        if self.episode != episode && self.case.is_some() {
            return Some(Code::known("reopened"));
        }
        let (replies, customer_messages) = self.case?;
        if only.needs_person && replies == 0 && credit.agent.is_none() {
            return Some(Code::known("no_human_touch"));
        }
        if only.needs_customer_message && customer_messages == 0 {
            return Some(Code::known("no_customer_message"));
        }
        let topic = self.credit.topic.as_ref();
        let is_excluded = topic.is_some_and(|topic| only.not_topics.contains(topic));
        is_excluded.then(|| Code::known("topic_excluded"))
    }
}

/// What is behind a subject; refused when it does not exist.
pub(super) fn matter(work: &mut Work<'_>, about: Subject) -> Result<Matter, Halt> {
    match about {
        Subject::Relationship => Ok(Matter::default()),
        Subject::Case(id) => {
            let case = work.need(id)?;
            let void = if case.merged_into.is_some() {
                Some(Code::known("merged"))
            } else if let Some(reason) = &case.called_off {
                Some(reason.clone())
            } else {
                (!case.is_done()).then(|| Code::known("reopened"))
            };
            Ok(Matter {
                customer: Some(case.customer),
                episode: case.reopened,
                credit: Credit {
                    agent: case.assignee,
                    team: case.route.team.clone(),
                    topic: case.topic.clone(),
                    product: case.product.clone(),
                    channel: case.channel,
                },
                void,
                is_follow_up: case.survey.is_some(),
                case: Some((case.replies, case.customer_messages)),
            })
        }
        Subject::Order(id) => {
            let order = work.need(id)?;
            let mut products: Vec<_> = order.lines.iter().map(|line| &line.item.product).collect();
            products.sort_unstable();
            products.dedup();
            let only = products.first().filter(|_| products.len() == 1);
            Ok(Matter {
                customer: Some(order.customer),
                credit: Credit {
                    product: only.map(|product| (*product).clone()),
                    ..Credit::default()
                },
                void: order
                    .cancelled
                    .as_ref()
                    .map(|_| Code::known("order_cancelled")),
                ..Matter::default()
            })
        }
        Subject::Visit(id) => {
            let visit = work.need(id)?;
            let technician = visit.appointment.map(|it| it.technician.uuid());
            Ok(Matter {
                customer: Some(visit.plan.customer),
                credit: Credit {
                    agent: technician.map(StaffId::from_uuid),
                    product: product(work, visit.plan.unit)?,
                    ..Credit::default()
                },
                ..Matter::default()
            })
        }
        Subject::Claim(id) => {
            let claim = work.document(id)?;
            let key = crate::record::Key::of(id);
            let claim = claim.ok_or_else(|| crate::work::Refusal::not_found(key))?;
            Ok(Matter {
                customer: Some(claim.filing.customer),
                credit: Credit {
                    topic: claim.filing.fault.clone(),
                    product: product(work, claim.filing.unit)?,
                    ..Credit::default()
                },
                ..Matter::default()
            })
        }
    }
}

/// The model of a unit.
fn product(work: &mut Work<'_>, unit: Option<UnitId>) -> Result<Option<Code>, Halt> {
    Ok(match unit {
        Some(unit) => work.document(unit)?.map(|unit| unit.product.clone()),
        None => None,
    })
}
