//! What can be done with products and units.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::event::Acquired;
use super::spec::{Component, MeterSpec, ProductSpec, Serials};
use super::state::{Origin, Site};
use crate::kernel::{Code, ContactPointId, CustomerId, ReadingId, StaffId, UnitId};

/// Says what a model is like: for the first time, or anew as a whole. Answers with its id. Nothing happens when
/// it is known to be just like that.
///
/// # Errors
/// [`BadProduct`](super::Refusal::BadProduct) for a meter that rolls over at 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DefineProduct {
    /// The model, as the business calls it.
    pub model: Code,
    /// What it is like.
    #[serde(default)]
    pub spec: ProductSpec,
}

impl DefineProduct {
    /// A model of which nothing else is known.
    #[must_use]
    pub fn new(model: Code) -> Self {
        Self {
            model,
            spec: ProductSpec::default(),
        }
    }

    /// Of this kind.
    #[must_use]
    pub fn in_category(mut self, category: Code) -> Self {
        self.spec.category = Some(category);
        self
    }

    /// Made by this maker, among whose units serial numbers are unique.
    #[must_use]
    pub fn made_by(mut self, maker: Code) -> Self {
        self.spec.maker = Some(maker);
        self
    }

    /// With this known of its serial numbers.
    #[must_use]
    pub const fn with_serials(mut self, serials: Serials) -> Self {
        self.spec.serials = serials;
        self
    }

    /// With a part.
    #[must_use]
    pub fn with_component(mut self, name: Code, component: Component) -> Self {
        self.spec.components.insert(name, component);
        self
    }

    /// With a meter.
    #[must_use]
    pub fn with_meter(mut self, name: Code, meter: MeterSpec) -> Self {
        self.spec.meters.insert(name, meter);
        self
    }

    /// With spare parts kept up to this date, itself included.
    #[must_use]
    pub const fn with_parts_until(mut self, date: NaiveDate) -> Self {
        self.spec.parts_until = Some(date);
        self
    }
}

/// Puts a unit on record: in stock, or sold already. Answers with its id.
///
/// # Errors
/// [`UnknownProduct`](super::Refusal::UnknownProduct), [`SerialNeeded`](super::Refusal::SerialNeeded),
/// [`NotASerial`](super::Refusal::NotASerial), [`SerialOnRecord`](super::Refusal::SerialOnRecord),
/// [`BoughtInFuture`](super::Refusal::BoughtInFuture).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordUnit {
    /// The model.
    pub product: Code,
    /// The serial number.
    #[serde(default)]
    pub serial: Option<Code>,
    /// Whose it is; the business's when absent.
    #[serde(default)]
    pub owner: Option<CustomerId>,
    /// The order with which it was sold.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// The date on which it was bought.
    #[serde(default)]
    pub bought_on: Option<NaiveDate>,
}

impl RecordUnit {
    /// A unit in stock.
    #[must_use]
    pub const fn new(product: Code) -> Self {
        Self {
            product,
            serial: None,
            owner: None,
            origin: None,
            bought_on: None,
        }
    }

    /// With this serial number.
    #[must_use]
    pub fn with_serial(mut self, serial: Code) -> Self {
        self.serial = Some(serial);
        self
    }

    /// Bought by this customer on this date.
    #[must_use]
    pub const fn bought_by(mut self, customer: CustomerId, on: NaiveDate) -> Self {
        self.owner = Some(customer);
        self.bought_on = Some(on);
        self
    }
}

/// Registers a unit with its owner: one that is on record, or a new one. Answers with its id.
///
/// # Errors
/// [`UnknownProduct`](super::Refusal::UnknownProduct), [`SerialNeeded`](super::Refusal::SerialNeeded),
/// [`NotASerial`](super::Refusal::NotASerial); [`UnknownSerial`](super::Refusal::UnknownSerial) where all serial
/// numbers are on record; [`SerialReused`](super::Refusal::SerialReused) when the unit is another customer's;
/// [`SerialOfOtherProduct`](super::Refusal::SerialOfOtherProduct),
/// [`AlreadyRegistered`](super::Refusal::AlreadyRegistered), [`Retired`](super::Refusal::Retired),
/// [`BoughtInFuture`](super::Refusal::BoughtInFuture).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegisterUnit {
    /// Whose it is.
    pub customer: CustomerId,
    /// The model.
    pub product: Code,
    /// The serial number.
    #[serde(default)]
    pub serial: Option<Code>,
    /// The date on which it was bought.
    #[serde(default)]
    pub bought_on: Option<NaiveDate>,
}

impl RegisterUnit {
    /// A unit of this model.
    #[must_use]
    pub const fn new(customer: CustomerId, product: Code) -> Self {
        Self {
            customer,
            product,
            serial: None,
            bought_on: None,
        }
    }

    /// With this serial number.
    #[must_use]
    pub fn with_serial(mut self, serial: Code) -> Self {
        self.serial = Some(serial);
        self
    }

    /// Bought on this date.
    #[must_use]
    pub const fn bought_on(mut self, date: NaiveDate) -> Self {
        self.bought_on = Some(date);
        self
    }
}

/// Passes a unit on to another customer.
///
/// # Errors
/// [`NoOwner`](super::Refusal::NoOwner), [`SameOwner`](super::Refusal::SameOwner),
/// [`Retired`](super::Refusal::Retired), [`InFuture`](super::Refusal::InFuture),
/// [`TooEarly`](super::Refusal::TooEarly) when the owner got it later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TransferUnit {
    /// Which unit.
    pub unit: UnitId,
    /// To whom.
    pub to: CustomerId,
    /// How it comes to them.
    pub how: Acquired,
    /// Since when, UTC; now when absent.
    #[serde(default)]
    pub at: Option<DateTime<Utc>>,
}

impl TransferUnit {
    /// Sold on to this customer.
    #[must_use]
    pub const fn sold(unit: UnitId, to: CustomerId) -> Self {
        Self {
            unit,
            to,
            how: Acquired::Resold,
            at: None,
        }
    }

    /// Given to this customer.
    #[must_use]
    pub const fn given(unit: UnitId, to: CustomerId) -> Self {
        Self {
            unit,
            to,
            how: Acquired::Given,
            at: None,
        }
    }

    /// Since this instant.
    #[must_use]
    pub const fn at(mut self, at: DateTime<Utc>) -> Self {
        self.at = Some(at);
        self
    }
}

/// Takes a unit back into stock: nobody owns it any more, and it counts as not delivered.
///
/// # Errors
/// [`NoOwner`](super::Refusal::NoOwner), [`Retired`](super::Refusal::Retired).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakeBackUnit {
    /// Which unit.
    pub unit: UnitId,
    /// Why.
    pub reason: Code,
}

/// Puts a unit out of use for good. Its owner stays its owner.
///
/// # Errors
/// [`Retired`](super::Refusal::Retired).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RetireUnit {
    /// Which unit.
    pub unit: UnitId,
    /// Why, such as `scrapped`, `stolen`.
    pub reason: Code,
}

/// Records that a unit was installed.
///
/// # Errors
/// [`NoOwner`](super::Refusal::NoOwner), [`Retired`](super::Refusal::Retired),
/// [`InFuture`](super::Refusal::InFuture), [`NotAnAddress`](super::Refusal::NotAnAddress);
/// [`TooEarly`](super::Refusal::TooEarly) when it was delivered later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstallUnit {
    /// Which unit.
    pub unit: UnitId,
    /// When, UTC; now when absent.
    #[serde(default)]
    pub at: Option<DateTime<Utc>>,
    /// The member of staff who did it.
    #[serde(default)]
    pub by: Option<StaffId>,
    /// The workshop or partner that did it.
    #[serde(default)]
    pub installer: Option<Code>,
    /// Where; the place that is known stays when absent.
    #[serde(default)]
    pub site: Option<Site>,
}

impl InstallUnit {
    /// Installed now.
    #[must_use]
    pub const fn new(unit: UnitId) -> Self {
        Self {
            unit,
            at: None,
            by: None,
            installer: None,
            site: None,
        }
    }

    /// By this member of staff.
    #[must_use]
    pub const fn by(mut self, staff: StaffId) -> Self {
        self.by = Some(staff);
        self
    }

    /// At this instant.
    #[must_use]
    pub const fn at(mut self, at: DateTime<Utc>) -> Self {
        self.at = Some(at);
        self
    }

    /// At this address of the owner.
    #[must_use]
    pub fn at_address(mut self, address: ContactPointId) -> Self {
        self.site.get_or_insert_default().address = Some(address);
        self
    }
}

/// Says where a unit stands.
///
/// # Errors
/// [`NoOwner`](super::Refusal::NoOwner), [`NotAnAddress`](super::Refusal::NotAnAddress),
/// [`Retired`](super::Refusal::Retired).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceUnit {
    /// Which unit.
    pub unit: UnitId,
    /// Where.
    pub site: Site,
}

/// Records what a meter shows. Answers with the reading's id; the same reading told twice is one, and the second
/// time the answer is `None`. A reading may be told late: it then has to lie between those before and after it.
///
/// # Errors
/// [`UnknownMeter`](super::Refusal::UnknownMeter), [`Retired`](super::Refusal::Retired),
/// [`InFuture`](super::Refusal::InFuture), [`BeyondDial`](super::Refusal::BeyondDial),
/// [`MeterWentBack`](super::Refusal::MeterWentBack), [`NoRollOver`](super::Refusal::NoRollOver),
/// [`ReadBefore`](super::Refusal::ReadBefore).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordReading {
    /// Of which unit.
    pub unit: UnitId,
    /// Of which meter.
    pub meter: Code,
    /// What the dial shows.
    pub shows: u64,
    /// When it showed that, UTC; now when absent.
    #[serde(default)]
    pub at: Option<DateTime<Utc>>,
    /// Whether the dial began at 0 again since the last reading.
    #[serde(default)]
    pub rolled_over: bool,
}

impl RecordReading {
    /// What it shows now.
    #[must_use]
    pub const fn new(unit: UnitId, meter: Code, shows: u64) -> Self {
        Self {
            unit,
            meter,
            shows,
            at: None,
            rolled_over: false,
        }
    }

    /// What it showed at this instant.
    #[must_use]
    pub const fn at(mut self, at: DateTime<Utc>) -> Self {
        self.at = Some(at);
        self
    }

    /// After the dial began at 0 again.
    #[must_use]
    pub const fn rolled_over(mut self) -> Self {
        self.rolled_over = true;
        self
    }
}

/// Puts a reading right. It has to lie between those before and after it.
///
/// # Errors
/// [`BeyondDial`](super::Refusal::BeyondDial), [`MeterWentBack`](super::Refusal::MeterWentBack).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrectReading {
    /// Which reading.
    pub reading: ReadingId,
    /// What the dial showed in truth.
    pub shows: u64,
    /// Why it was wrong.
    pub reason: Code,
}

/// Records that a meter was replaced; the use goes on from what the old one showed at last.
///
/// # Errors
/// [`UnknownMeter`](super::Refusal::UnknownMeter), [`Retired`](super::Refusal::Retired),
/// [`InFuture`](super::Refusal::InFuture), [`BeyondDial`](super::Refusal::BeyondDial);
/// [`TooEarly`](super::Refusal::TooEarly) when it was read later;
/// [`MeterWentBack`](super::Refusal::MeterWentBack) when it had shown more before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplaceMeter {
    /// Of which unit.
    pub unit: UnitId,
    /// Which meter.
    pub meter: Code,
    /// What the old one showed at last.
    pub last: u64,
    /// What the new one showed at first.
    #[serde(default)]
    pub first: u64,
    /// When, UTC; now when absent.
    #[serde(default)]
    pub at: Option<DateTime<Utc>>,
}

impl ReplaceMeter {
    /// By one that began at 0, now.
    #[must_use]
    pub const fn new(unit: UnitId, meter: Code, last: u64) -> Self {
        Self {
            unit,
            meter,
            last,
            first: 0,
            at: None,
        }
    }

    /// By one that showed this at first.
    #[must_use]
    pub const fn beginning_at(mut self, first: u64) -> Self {
        self.first = first;
        self
    }

    /// At this instant.
    #[must_use]
    pub const fn at(mut self, at: DateTime<Utc>) -> Self {
        self.at = Some(at);
        self
    }
}
