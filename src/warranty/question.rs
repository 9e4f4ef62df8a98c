//! What can be asked about warranties: plain values.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::kernel::{Code, CustomerId, UnitId, WarrantyClaimId};

/// Whether a fault of a unit would be covered on a date, clause by clause, and what remains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckCoverage {
    /// Of which unit.
    pub unit: UnitId,
    /// On which date, in the owner's zone.
    pub on: NaiveDate,
    /// The component.
    #[serde(default)]
    pub component: Option<Code>,
    /// The cause.
    #[serde(default)]
    pub cause: Option<Code>,
}

impl CheckCoverage {
    /// A fault of any kind.
    #[must_use]
    pub const fn new(unit: UnitId, on: NaiveDate) -> Self {
        Self {
            unit,
            on,
            component: None,
            cause: None,
        }
    }
}

/// A claim, what is open for it, and what the customer is owed at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewClaim {
    /// Which one.
    pub claim: WarrantyClaimId,
    /// At which instant, UTC.
    pub at: chrono::DateTime<chrono::Utc>,
}

/// Claims, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListClaims {
    /// Whose.
    pub of: ClaimsOf,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, WarrantyClaimId)>,
    /// How many at most; below 1 it counts as 1, above 200 as 200.
    pub limit: u32,
}

/// A list of claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClaimsOf {
    /// For a unit.
    Unit(UnitId),
    /// Of a customer.
    Customer(CustomerId),
    /// Those with something that a person should look at. A customer is told of none.
    ToReview,
}
