//! What can happen to an order.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::called_off::PiecesCancelled;
use super::policy::Notice;
use super::price::Pricing;
use super::promise::Promise;
use super::returns::Settlement;
use super::shipment::{Estimate, Milestone, Shipment};
use super::state::{Payment, Touches};
use crate::calendar::Zone;
use crate::kernel::{Code, ContactPointId, CustomerId, Effect, MessageId, Money, ReturnId, UnitId};

/// What is ordered, by whom, and what is promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// By whom.
    pub customer: CustomerId,
    /// The business's number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Code>,
    /// Over what it was ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Code>,
    /// What it comes to.
    pub pricing: Pricing,
    /// The zone in which promised dates are read.
    pub zone: Zone,
    /// The customer's contact point to which it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<ContactPointId>,
    /// When it is to be delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise: Option<Promise>,
    /// When single lines are to be delivered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub line_promises: Vec<(u32, Promise)>,
    /// When to look whether promises can be kept, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look_at: Option<DateTime<Utc>>,
}

/// Who called an order off, or pieces of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelledBy {
    /// The customer did.
    Customer,
    /// The business did.
    Business,
}

/// What can happen to an order; nothing in it is personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OrderEvent {
    /// It was placed.
    Placed(Box<Placement>),
    /// The business accepted it.
    Confirmed,
    /// Something else is ordered.
    Changed(Box<Pricing>),
    /// Something was paid.
    Paid(Payment),
    /// It comes with personal touches.
    Personalised(Touches),
    /// A date or a window was promised, for the whole or for one line: at first, or instead of the one before.
    Promised {
        /// For which line; for the whole order when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
        /// What.
        promise: Promise,
        /// Why, when it takes the place of another.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Code>,
        /// When to look whether it can be kept, UTC.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        look_at: Option<DateTime<Utc>>,
    },
    /// It was looked whether promises can be kept, and they can.
    LookedAt {
        /// When to look next, UTC.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        look_at: Option<DateTime<Utc>>,
    },
    /// It is overdue, since another instant, or no longer.
    Overdue {
        /// When the first promise that is broken ran out, UTC; nothing when none is any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<DateTime<Utc>>,
    },
    /// Some of it is prepared to go out.
    Prepared(Box<Shipment>),
    /// Something was told of a shipment's way.
    Tracked {
        /// Which shipment.
        shipment: u32,
        /// Where it was.
        milestone: Milestone,
        /// When, UTC.
        at: DateTime<Utc>,
    },
    /// The carrier said when it expects to deliver.
    Estimated {
        /// Which shipment.
        shipment: u32,
        /// When.
        estimate: Estimate,
    },
    /// The last of it was delivered; or what had not come was called off, and what is left of it had come.
    Delivered {
        /// When, UTC.
        at: DateTime<Utc>,
    },
    /// It was called off.
    Cancelled {
        /// By whom.
        by: CancelledBy,
        /// Why.
        reason: Code,
        /// What it costs the customer.
        fee: Money,
        /// What is paid back, by the number of the payment.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        refunds: Vec<(u32, Money)>,
    },
    /// Pieces of it were called off; the rest of it is still to come, or came.
    PiecesCancelled(Box<PiecesCancelled>),
    /// Pieces of it are to come back.
    ReturnAnnounced {
        /// With which return.
        of: ReturnId,
        /// Lines, and how many of each; none when it only became known which units they are.
        lines: Vec<(u32, u32)>,
        /// Which units they are, of those that have a record of their own.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        units: Vec<UnitId>,
    },
    /// Pieces that were to come back stay with the customer.
    ReturnReleased {
        /// Of which return.
        of: ReturnId,
        /// Lines, and how many of each.
        lines: Vec<(u32, u32)>,
        /// Which units they are, of those that have a record of their own.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        units: Vec<UnitId>,
    },
    /// Pieces that came back were made good.
    Settled(Box<Settlement>),
    /// What had been paid beyond what is owed was paid back.
    PaidOut {
        /// How much.
        amount: Money,
        /// To which payment how much of it, by the number of the payment.
        refunds: Vec<(u32, Money)>,
    },
    /// Something followed from what happened to it.
    Reacted {
        /// Which reaction of the rulebook.
        reaction: Code,
        /// What it came to.
        effect: Effect,
    },
    /// The customer is told something.
    CustomerTold {
        /// What.
        notice: Notice,
        /// With which message.
        message: MessageId,
    },
    /// The customer should have been told something and could not be.
    CustomerNotTold {
        /// What.
        notice: Notice,
        /// Why, such as `customer.no_contact`.
        why: Code,
    },
}
