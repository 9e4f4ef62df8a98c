//! What can be asked about products and units.

use serde::{Deserialize, Serialize};

use crate::kernel::{Code, CustomerId, ProductId, ReadingId, UnitId};

/// The models of one category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindProducts {
    /// Which category.
    pub category: Code,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<ProductId>,
    /// How many at most.
    pub limit: u32,
}

impl FindProducts {
    /// The first 50.
    #[must_use]
    pub const fn new(category: Code) -> Self {
        Self {
            category,
            after: None,
            limit: 50,
        }
    }
}

/// Finds a unit by its serial number, however that is typed. A customer finds their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindUnit {
    /// The serial number.
    pub serial: Code,
    /// Who makes it, where serial numbers are unique for each maker.
    #[serde(default)]
    pub maker: Option<Code>,
}

impl FindUnit {
    /// With this serial number, of a model of which no maker is known.
    #[must_use]
    pub const fn new(serial: Code) -> Self {
        Self {
            serial,
            maker: None,
        }
    }

    /// Made by this maker.
    #[must_use]
    pub fn made_by(mut self, maker: Code) -> Self {
        self.maker = Some(maker);
        self
    }
}

/// The units that a customer owns, and those merged with them, the first on record first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitsOf {
    /// Whose.
    pub customer: CustomerId,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, UnitId)>,
    /// How many at most.
    pub limit: u32,
}

impl UnitsOf {
    /// The first 50.
    #[must_use]
    pub const fn new(customer: CustomerId) -> Self {
        Self {
            customer,
            after: None,
            limit: 50,
        }
    }
}

/// The readings of one meter, the newest first. Whoever owns the unit sees those since it is theirs; who owned it before sees none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadReadings {
    /// Of which unit.
    pub unit: UnitId,
    /// Of which meter.
    pub meter: Code,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, ReadingId)>,
    /// How many at most.
    pub limit: u32,
}

impl ReadReadings {
    /// The newest 50.
    #[must_use]
    pub const fn new(unit: UnitId, meter: Code) -> Self {
        Self {
            unit,
            meter,
            after: None,
            limit: 50,
        }
    }
}
