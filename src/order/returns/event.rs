//! What can happen to a return, and what it does to its order.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::check::Finding;
use super::refund::{RefundChoice, RefundKind};
use super::state::{Acceptance, Reception, ReturnUnit, Right};
use crate::kernel::{Code, CustomerId, Money, OrderId, ReturnId, UnitId};
use crate::order::price::Charge;

/// What is to come back, and on which terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnRequest {
    /// Of which order.
    pub order: OrderId,
    /// By whom.
    pub customer: CustomerId,
    /// By which right.
    pub right: Right,
    /// Why.
    pub reason: Code,
    /// How the customer wants to be paid back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preference: Option<RefundKind>,
    /// Piece by piece: the line, its own record, and whether it is decided already.
    pub pieces: Vec<(u32, Option<UnitId>, Acceptance)>,
    /// What the checks came to.
    pub findings: Vec<Finding>,
    /// When it expires, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// What can happen to a return; nothing in it is personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReturnEvent {
    /// It was announced and authorised.
    Announced(Box<ReturnRequest>),
    /// Pieces of it are elsewhere.
    Moved {
        /// Which pieces.
        units: Vec<u32>,
        /// Where.
        to: Reception,
    },
    /// It is known which units pieces of it are.
    Identified {
        /// Pieces, and the unit that each is.
        pieces: Vec<(u32, UnitId)>,
    },
    /// More came than was announced.
    CameInSurplus {
        /// The pieces, as they then stand.
        pieces: Vec<ReturnUnit>,
    },
    /// Pieces of it were looked at.
    Inspected {
        /// Which pieces.
        units: Vec<u32>,
        /// In which state they were.
        condition: Code,
        /// What that comes to.
        acceptance: Acceptance,
    },
    /// Somebody decided whether pieces are taken back.
    Decided {
        /// Which pieces.
        units: Vec<u32>,
        /// How.
        acceptance: Acceptance,
        /// Why.
        reason: Code,
    },
    /// Pieces of it were made good.
    Settled {
        /// Which pieces.
        units: Vec<u32>,
        /// In which way, and why that one.
        choice: RefundChoice,
        /// How much was paid back.
        refunded: Money,
        /// The order with the other pieces, when they were exchanged.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exchange: Option<OrderId>,
    },
}

/// What was made good for pieces of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// For which return.
    pub of: ReturnId,
    /// In which way.
    pub kind: RefundKind,
    /// Line by line: the line, how many pieces, and what they were worth.
    pub lines: Vec<(u32, u32, Charge)>,
    /// What was paid back of the shipping.
    pub shipping: Charge,
    /// What was kept for restocking and for the way back.
    pub kept: Money,
    /// What was paid back or credited in all.
    pub refunded: Money,
    /// To which payment how much of it, by the number of the payment: with store credit, what can no longer be paid
    /// back to it; with an exchange, what is now paid for the other order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<(u32, Money)>,
}
