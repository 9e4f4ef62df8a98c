//! Everything that can happen.

use serde::{Deserialize, Serialize};

use super::kind::Key;
use crate::case::CaseEvent;
use crate::customer::CustomerEvent;
use crate::interaction::InteractionEvent;
use crate::kernel::{
    CaseId, CustomerId, InteractionId, MessageId, OrderId, ProductId, UnitId, WarrantyClaimId,
    WarrantyId,
};
use crate::message::MessageEvent;
use crate::order::OrderEvent;
use crate::product::{ProductEvent, UnitEvent};
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
    /// To the warranty of a unit.
    Warranty(WarrantyId, WarrantyEvent),
    /// To a claim under a warranty.
    WarrantyClaim(WarrantyClaimId, WarrantyClaimEvent),
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
            Self::Warranty(id, _) => Key::of(*id),
            Self::WarrantyClaim(id, _) => Key::of(*id),
        }
    }
}
