//! What can happen to products and units.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::meter::Dial;
use super::spec::ProductSpec;
use super::state::{Installation, Origin, Site};
use crate::kernel::{Code, CustomerId, Effect, ReadingId};

/// A model, when it is first defined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// The model.
    pub model: Code,
    /// What it is like.
    pub spec: ProductSpec,
}

/// What can happen to a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProductEvent {
    /// It is known.
    Defined(Box<Definition>),
    /// It is defined anew.
    Redefined(Box<ProductSpec>),
}

/// How a unit came to its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Acquired {
    /// It was bought new.
    Bought,
    /// The owner before sold it.
    Resold,
    /// The owner before gave it away.
    Given,
    /// It was inherited.
    Inherited,
    /// The owner registered it; how it came to them is not known.
    Registered,
}

/// What is known of a unit when it is put on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// The model.
    pub product: Code,
    /// The serial number, as it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<Code>,
    /// Who makes it, when it was put on record: with the serial number, what makes it unique.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<Code>,
    /// The owner, and how it came to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<(CustomerId, Acquired)>,
    /// The order it was sold with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The date on which it was bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bought_on: Option<NaiveDate>,
}

/// What can happen to a unit; nothing in it is personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UnitEvent {
    /// It is on record.
    Recorded(Box<Recording>),
    /// It was sold new to a customer, with an order.
    Sold {
        /// To whom.
        to: CustomerId,
        /// With which order.
        origin: Origin,
        /// On which date.
        on: NaiveDate,
    },
    /// It was delivered to its owner.
    Delivered {
        /// When, UTC.
        at: DateTime<Utc>,
    },
    /// Its owner registered it.
    Registered {
        /// The date on which it was bought, as the owner says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bought_on: Option<NaiveDate>,
    },
    /// Something followed from its registration.
    Reacted {
        /// Which reaction of the rulebook.
        reaction: Code,
        /// What it came to.
        effect: Effect,
    },
    /// It has another owner.
    Passed {
        /// Who.
        to: CustomerId,
        /// How it came to them.
        how: Acquired,
        /// Since when, UTC.
        at: DateTime<Utc>,
    },
    /// It went back to the business: nobody owns it, and it counts as not delivered.
    TakenBack {
        /// Why.
        reason: Code,
    },
    /// It is out of use for good.
    Retired {
        /// Why.
        reason: Code,
    },
    /// It was installed.
    Installed(Installation),
    /// It stands elsewhere, or is placed anew.
    Placed(Site),
    /// A meter was read.
    Read {
        /// Which meter.
        meter: Code,
        /// The reading.
        reading: ReadingId,
        /// What the dial showed.
        dial: Dial,
        /// The use since the unit was new.
        usage: u64,
        /// The count at which the dial began at 0 again since the last reading.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rolled_over_at: Option<u64>,
        /// Whether a newer one had come in before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
    },
    /// A reading was wrong.
    ReadingCorrected {
        /// Of which meter.
        meter: Code,
        /// Which one.
        reading: ReadingId,
        /// What the dial showed in truth.
        shows: u64,
        /// What was on record.
        before: u64,
    },
    /// A meter was replaced.
    MeterReplaced {
        /// Which.
        meter: Code,
        /// When, UTC.
        at: DateTime<Utc>,
        /// What the old one showed at last.
        last: u64,
        /// What the new one showed at first.
        first: u64,
    },
}
