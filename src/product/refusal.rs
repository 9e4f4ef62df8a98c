//! Why something about a product or a unit was refused.

use chrono::{DateTime, NaiveDate, Utc};

use crate::kernel::{Code, UnitId};

/// Why something about a product or a unit was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// There is no such model.
    #[error("there is no product {model}")]
    UnknownProduct {
        /// Which.
        model: Code,
    },
    /// What the model is said to be like cannot be.
    #[error("the product cannot be like that: {what}")]
    BadProduct {
        /// What is wrong.
        what: &'static str,
    },
    /// Units of the model have a serial number, and none was given.
    #[error("a unit of {model} has a serial number")]
    SerialNeeded {
        /// The model.
        model: Code,
    },
    /// The serial number has no letter and no digit.
    #[error("the serial number has no letter and no digit")]
    NotASerial,
    /// All serial numbers of the model are on record, and this is none of them.
    #[error("no unit of {model} has this serial number")]
    UnknownSerial {
        /// The model.
        model: Code,
    },
    /// Another unit has the serial number, which is of another model.
    #[error("the serial number is that of a unit of {model}")]
    SerialOfOtherProduct {
        /// The model that has it.
        model: Code,
    },
    /// The unit with this serial number is on record.
    #[error("the serial number is that of unit {unit}")]
    SerialOnRecord {
        /// Which unit.
        unit: UnitId,
    },
    /// The unit with this serial number belongs to another customer.
    #[error("the unit with this serial number belongs to another customer")]
    SerialReused,
    /// The customer registered the unit before.
    #[error("the customer registered the unit before")]
    AlreadyRegistered,
    /// The unit belongs to this customer already.
    #[error("the unit belongs to the customer already")]
    SameOwner,
    /// Nobody owns the unit.
    #[error("nobody owns the unit")]
    NoOwner,
    /// The unit is out of use.
    #[error("the unit is out of use")]
    Retired,
    /// The place is not an address of the owner.
    #[error("the place is not an address of the owner")]
    NotAnAddress,
    /// Something is said to have happened in the future.
    #[error("{at} is in the future")]
    InFuture {
        /// The instant, UTC.
        at: DateTime<Utc>,
    },
    /// The unit is said to have been bought in the future.
    #[error("the unit cannot have been bought on {on}, which is in the future")]
    BoughtInFuture {
        /// The date.
        on: NaiveDate,
    },
    /// Something is said to have happened before what it follows.
    #[error("it cannot have happened at {at}, before {not_before}")]
    TooEarly {
        /// The instant, UTC.
        at: DateTime<Utc>,
        /// The earliest that can be, UTC.
        not_before: DateTime<Utc>,
    },
    /// The model has no such meter.
    #[error("a unit of {model} has no meter {meter}")]
    UnknownMeter {
        /// The model.
        model: Code,
        /// Which meter.
        meter: Code,
    },
    /// The reading does not lie between those before and after it.
    #[error("the meter showed {lowest} before{}; it cannot have shown {shows}", after(*highest))]
    MeterWentBack {
        /// What was read.
        shows: u64,
        /// The least it can have shown.
        lowest: u64,
        /// The most it can have shown; `None` when nothing newer is known.
        highest: Option<u64>,
    },
    /// The dial cannot show this.
    #[error("the dial shows less than {most}; it cannot have shown {shows}")]
    BeyondDial {
        /// What was read.
        shows: u64,
        /// The first count it cannot show.
        most: u64,
    },
    /// The meter does not roll over, or it was read again since.
    #[error("the meter did not roll over")]
    NoRollOver,
    /// The meter was read at this very instant; that reading can be corrected.
    #[error("the meter was read at {at}")]
    ReadBefore {
        /// The instant, UTC.
        at: DateTime<Utc>,
    },
}

/// What the meter showed later, if that is known.
fn after(highest: Option<u64>) -> String {
    highest.map_or_else(String::new, |highest| format!(" and {highest} after"))
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownProduct { .. } => "product.unknown",
            Self::BadProduct { .. } => "product.bad",
            Self::SerialNeeded { .. } => "unit.serial_needed",
            Self::NotASerial => "unit.not_a_serial",
            Self::UnknownSerial { .. } => "unit.unknown_serial",
            Self::SerialOfOtherProduct { .. } => "unit.serial_of_other_product",
            Self::SerialOnRecord { .. } => "unit.serial_on_record",
            Self::SerialReused => "unit.serial_reused",
            Self::AlreadyRegistered => "unit.already_registered",
            Self::SameOwner => "unit.same_owner",
            Self::NoOwner => "unit.no_owner",
            Self::Retired => "unit.retired",
            Self::NotAnAddress => "unit.not_an_address",
            Self::InFuture { .. } => "unit.in_future",
            Self::BoughtInFuture { .. } => "unit.bought_in_future",
            Self::TooEarly { .. } => "unit.too_early",
            Self::UnknownMeter { .. } => "unit.unknown_meter",
            Self::MeterWentBack { .. } => "unit.meter_went_back",
            Self::BeyondDial { .. } => "unit.beyond_dial",
            Self::NoRollOver => "unit.no_roll_over",
            Self::ReadBefore { .. } => "unit.read_before",
        }
    }
}
