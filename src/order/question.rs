//! What can be asked about orders.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::kernel::{Code, CustomerId, OrderId};

/// Where an order is, what comes next, when, and whom to ask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackOrder {
    /// Which order.
    pub order: OrderId,
    /// At which instant, UTC: how promises stand depends on it.
    pub at: DateTime<Utc>,
}

impl TrackOrder {
    /// At this instant.
    #[must_use]
    pub const fn new(order: OrderId, at: DateTime<Utc>) -> Self {
        Self { order, at }
    }
}

/// Finds an order by the business's number. A customer finds their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindOrder {
    /// The number.
    pub reference: Code,
}

/// Finds shipments by what the carrier calls them: the orders, and the numbers of the shipments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindShipments {
    /// What the carrier calls it.
    pub tracking: Code,
}

/// The orders of a customer, and of those merged with them, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrdersOf {
    /// Whose.
    pub customer: CustomerId,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, OrderId)>,
    /// How many at most.
    pub limit: u32,
}

impl OrdersOf {
    /// The newest 50.
    #[must_use]
    pub const fn new(customer: CustomerId) -> Self {
        Self {
            customer,
            after: None,
            limit: 50,
        }
    }
}

/// Orders that are overdue, the longest first: what was promised ran out, and nothing says when they come. For those who look
/// after orders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverdueOrders {
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, OrderId)>,
    /// How many at most.
    pub limit: u32,
}

impl OverdueOrders {
    /// The first 50.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            after: None,
            limit: 50,
        }
    }
}

impl Default for OverdueOrders {
    fn default() -> Self {
        Self::new()
    }
}
