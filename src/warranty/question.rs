//! What can be asked about warranties: plain values.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::kernel::{Code, CustomerId, UnitId, WarrantyClaimId};

/// Whether a fault of a unit would be covered on a date, clause by clause, and what remains.
///
/// Of each meter the reading of that date counts, or else the last one before it; where there is none the use is not known
/// ([`Reason::UsageUnknown`](super::Reason::UsageUnknown)).
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

    /// Of this component.
    #[must_use]
    pub fn of_component(mut self, component: Code) -> Self {
        self.component = Some(component);
        self
    }

    /// With this cause.
    #[must_use]
    pub fn caused_by(mut self, cause: Code) -> Self {
        self.cause = Some(cause);
        self
    }
}

/// A claim, what is open for it, and what the customer is owed at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewClaim {
    /// Which one.
    pub claim: WarrantyClaimId,
    /// At which instant, UTC.
    pub at: DateTime<Utc>,
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

impl ListClaims {
    /// The first 50.
    #[must_use]
    pub const fn of(of: ClaimsOf) -> Self {
        Self {
            of,
            after: None,
            limit: 50,
        }
    }
}

/// The claims about which staff has something to do or to wait for, the one that is due first before the others; those with
/// no date last, the oldest first. A claim that is closed stands here as long as a loaner or the customer's item is not back.
///
/// A customer is told of none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenClaims {
    /// Only those of which something is overdue at this instant, UTC; all when absent.
    #[serde(default)]
    pub overdue_at: Option<DateTime<Utc>>,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, WarrantyClaimId)>,
    /// How many at most; below 1 it counts as 1, above 200 as 200.
    pub limit: u32,
}

impl OpenClaims {
    /// The first 50 of all.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            overdue_at: None,
            after: None,
            limit: 50,
        }
    }

    /// The first 50 of which something is overdue at this instant, UTC.
    #[must_use]
    pub const fn overdue(at: DateTime<Utc>) -> Self {
        Self {
            overdue_at: Some(at),
            ..Self::all()
        }
    }
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
