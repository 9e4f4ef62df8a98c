//! What is sent, and what carriers say of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::kernel::{Code, OrderId};
use crate::order::Milestone;

/// Some of a line that goes into a shipment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    /// Which line, counted from 1.
    pub line: u32,
    /// How many.
    pub quantity: u32,
    /// The serial numbers of those that have one: they become units of the customer.
    #[serde(default)]
    pub serials: Vec<Code>,
}

impl Pack {
    /// So many of a line.
    #[must_use]
    pub const fn new(line: u32, quantity: u32) -> Self {
        Self {
            line,
            quantity,
            serials: Vec::new(),
        }
    }

    /// One of which has this serial number.
    #[must_use]
    pub fn with_serial(mut self, serial: Code) -> Self {
        self.serials.push(serial);
        self
    }
}

/// Prepares some or all of a confirmed order to go out. Answers with the number of the shipment.
///
/// # Errors
/// [`NotConfirmed`](crate::order::Refusal::NotConfirmed), [`Cancelled`](crate::order::Refusal::Cancelled),
/// [`UnknownLine`](crate::order::Refusal::UnknownLine), [`NoQuantity`](crate::order::Refusal::NoQuantity),
/// [`NoLines`](crate::order::Refusal::NoLines), [`MoreThanLeft`](crate::order::Refusal::MoreThanLeft),
/// [`TooManySerials`](crate::order::Refusal::TooManySerials), [`SerialTwice`](crate::order::Refusal::SerialTwice),
/// [`SerialNeeded`](crate::product::Refusal::SerialNeeded) where pieces of a model that has serial numbers come without, [`UnitSold`](crate::order::Refusal::UnitSold), and what
/// [`RecordUnit`](crate::product::RecordUnit) is refused with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrepareShipment {
    /// Of which order.
    pub order: OrderId,
    /// What goes into it; all that is left when empty.
    #[serde(default)]
    pub items: Vec<Pack>,
    /// Who carries it.
    #[serde(default)]
    pub carrier: Option<Code>,
    /// What the carrier calls it.
    #[serde(default)]
    pub tracking: Option<Code>,
}

impl PrepareShipment {
    /// All that is left.
    #[must_use]
    pub const fn of_all(order: OrderId) -> Self {
        Self {
            order,
            items: Vec::new(),
            carrier: None,
            tracking: None,
        }
    }

    /// These pieces.
    pub fn of(order: OrderId, packs: impl IntoIterator<Item = Pack>) -> Self {
        Self {
            items: packs.into_iter().collect(),
            ..Self::of_all(order)
        }
    }

    /// Carried by this carrier, under this number.
    #[must_use]
    pub fn carried_by(mut self, carrier: Code, tracking: Code) -> Self {
        self.carrier = Some(carrier);
        self.tracking = Some(tracking);
        self
    }
}

/// Takes in what is told of a shipment's way. It may come late, twice or out of order, and comes to the same. A report
/// is never refused for what another one says: a hand-over that is told as later than the delivery leaves it delivered.
///
/// # Errors
/// [`UnknownShipment`](crate::order::Refusal::UnknownShipment), [`InFuture`](crate::order::Refusal::InFuture) and
/// [`BeforeShipment`](crate::order::Refusal::BeforeShipment) (some minutes are let pass, as clocks differ);
/// [`ComesBack`](crate::order::Refusal::ComesBack) where it is said not to be delivered and pieces of it are to come back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackShipment {
    /// Of which order.
    pub order: OrderId,
    /// Which shipment.
    pub shipment: u32,
    /// Where it was.
    pub milestone: Milestone,
    /// When, UTC; now when absent.
    #[serde(default)]
    pub at: Option<DateTime<Utc>>,
    /// When the carrier then expected to deliver it, UTC. Where that is later than promised, the customer is told.
    #[serde(default)]
    pub expected_at: Option<DateTime<Utc>>,
}

impl TrackShipment {
    /// It is there now.
    #[must_use]
    pub const fn new(order: OrderId, shipment: u32, milestone: Milestone) -> Self {
        Self {
            order,
            shipment,
            milestone,
            at: None,
            expected_at: None,
        }
    }

    /// It was there at this instant.
    #[must_use]
    pub const fn at(mut self, at: DateTime<Utc>) -> Self {
        self.at = Some(at);
        self
    }

    /// Expected to be delivered at this instant.
    #[must_use]
    pub const fn expecting(mut self, at: DateTime<Utc>) -> Self {
        self.expected_at = Some(at);
        self
    }
}
