//! Everything that can happen.

use serde::{Deserialize, Serialize};

use super::kind::Key;
use crate::case::CaseEvent;
use crate::customer::CustomerEvent;
use crate::interaction::InteractionEvent;
use crate::kernel::{
    AccountId, AgendaId, CaseId, CustomerId, InteractionId, MessageId, OccurrenceId, OrderId,
    PlanId, ProductId, ReturnId, SurveyId, TechnicianId, UnitId, VisitId, WarrantyClaimId,
    WarrantyId,
};
use crate::loyalty::AccountEvent;
use crate::message::MessageEvent;
use crate::order::{OrderEvent, ReturnEvent};
use crate::product::{ProductEvent, UnitEvent};
use crate::service::{AgendaEvent, OccurrenceEvent, PlanEvent, TechnicianEvent, VisitEvent};
use crate::survey::SurveyEvent;
use crate::warranty::{WarrantyClaimEvent, WarrantyEvent};

/// Something that happened, and to what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// To a customer.
    Customer(CustomerId, CustomerEvent),
    /// To an interaction.
    Interaction(InteractionId, InteractionEvent),
    /// To a case.
    Case(CaseId, CaseEvent),
    /// To a message.
    Message(MessageId, MessageEvent),
    /// To a model.
    Product(ProductId, ProductEvent),
    /// To a unit.
    Unit(UnitId, UnitEvent),
    /// To an order.
    Order(OrderId, OrderEvent),
    /// To a loyalty account.
    Account(AccountId, AccountEvent),
    /// To a return.
    Return(ReturnId, ReturnEvent),
    /// To a plan of service.
    Plan(PlanId, PlanEvent),
    /// To a service of a plan.
    Occurrence(OccurrenceId, OccurrenceEvent),
    /// To a visit.
    Visit(VisitId, VisitEvent),
    /// To a technician.
    Technician(TechnicianId, TechnicianEvent),
    /// To a technician's day.
    Agenda(AgendaId, AgendaEvent),
    /// To the warranty of a unit.
    Warranty(WarrantyId, WarrantyEvent),
    /// To a claim under a warranty.
    WarrantyClaim(WarrantyClaimId, WarrantyClaimEvent),
    /// To a survey.
    Survey(SurveyId, SurveyEvent),
}

impl Event {
    /// The record that it happened to.
    #[must_use]
    pub fn subject(&self) -> Key {
        match self {
            Self::Customer(id, _) => Key::of(*id),
            Self::Interaction(id, _) => Key::of(*id),
            Self::Case(id, _) => Key::of(*id),
            Self::Message(id, _) => Key::of(*id),
            Self::Product(id, _) => Key::of(*id),
            Self::Unit(id, _) => Key::of(*id),
            Self::Order(id, _) => Key::of(*id),
            Self::Account(id, _) => Key::of(*id),
            Self::Return(id, _) => Key::of(*id),
            Self::Plan(id, _) => Key::of(*id),
            Self::Occurrence(id, _) => Key::of(*id),
            Self::Visit(id, _) => Key::of(*id),
            Self::Technician(id, _) => Key::of(*id),
            Self::Agenda(id, _) => Key::of(*id),
            Self::Warranty(id, _) => Key::of(*id),
            Self::WarrantyClaim(id, _) => Key::of(*id),
            Self::Survey(id, _) => Key::of(*id),
        }
    }
}
