use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::occurrence::Occurrence;
use super::plan::Plan;
use super::visit::Visit;
use crate::kernel::{CustomerId, OccurrenceId, PlanId, StaffId, UnitId, VisitId};

/// The plans of a customer, those that are over included, the last begun first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlansOf {
    /// Whose.
    pub customer: CustomerId,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, PlanId)>,
    /// How many at most, 1 to 200.
    pub limit: u32,
}

impl PlansOf {
    /// The last 50.
    #[must_use]
    pub const fn new(customer: CustomerId) -> Self {
        Self {
            customer,
            after: None,
            limit: 50,
        }
    }
}

/// Plans, a page of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanPage {
    /// The plans.
    pub plans: Vec<Arc<Plan>>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<(i64, PlanId)>,
}

/// The plans of a unit that are not over, the first begun first. A customer finds those that are theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlansOfUnit {
    /// Of which unit.
    pub unit: UnitId,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, PlanId)>,
    /// How many at most, 1 to 200.
    pub limit: u32,
}

impl PlansOfUnit {
    /// The first 50.
    #[must_use]
    pub const fn new(unit: UnitId) -> Self {
        Self {
            unit,
            after: None,
            limit: 50,
        }
    }
}

/// The services of a customer that are due from one date to another, both included, the first due first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServicesOf {
    /// Whose.
    pub customer: CustomerId,
    /// From which date.
    pub from: NaiveDate,
    /// To which date.
    pub to: NaiveDate,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, OccurrenceId)>,
    /// How many at most, 1 to 200.
    pub limit: u32,
}

impl ServicesOf {
    /// The first 50 that are due between these dates.
    #[must_use]
    pub const fn between(customer: CustomerId, from: NaiveDate, to: NaiveDate) -> Self {
        Self {
            customer,
            from,
            to,
            after: None,
            limit: 50,
        }
    }
}

/// The services of a plan that are still to be done, the first due first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenServices {
    /// Of which plan.
    pub plan: PlanId,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, OccurrenceId)>,
    /// How many at most, 1 to 200.
    pub limit: u32,
}

impl OpenServices {
    /// The first 50.
    #[must_use]
    pub const fn new(plan: PlanId) -> Self {
        Self {
            plan,
            after: None,
            limit: 50,
        }
    }
}

/// The services of all customers that are planned, still to be done and overdue at an instant, booked or not, the longest overdue
/// first. With an instant to come it also shows what will be overdue by then if nobody does it.
///
/// The list does not depend on whether the services were woken; what a plan has due and did not plan yet is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverdueServices {
    /// At which instant, UTC.
    pub at: DateTime<Utc>,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, OccurrenceId)>,
    /// How many at most, 1 to 200.
    pub limit: u32,
}

impl OverdueServices {
    /// The 50 that are overdue for the longest time.
    #[must_use]
    pub const fn new(at: DateTime<Utc>) -> Self {
        Self {
            at,
            after: None,
            limit: 50,
        }
    }
}

/// Services, a page of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServicePage {
    /// The services.
    pub services: Vec<Arc<Occurrence>>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<(i64, OccurrenceId)>,
}

/// The visits of a customer, booked or not, the last planned first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitsOf {
    /// Whose.
    pub customer: CustomerId,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, VisitId)>,
    /// How many at most, 1 to 200.
    pub limit: u32,
}

impl VisitsOf {
    /// The last 50.
    #[must_use]
    pub const fn new(customer: CustomerId) -> Self {
        Self {
            customer,
            after: None,
            limit: 50,
        }
    }
}

/// The visits for a unit, booked or not, the last planned first. A customer finds those that are theirs, up to the first that belongs to
/// another owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitsOfUnit {
    /// For which unit.
    pub unit: UnitId,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, VisitId)>,
    /// How many at most, 1 to 200.
    pub limit: u32,
}

impl VisitsOfUnit {
    /// The last 50.
    #[must_use]
    pub const fn new(unit: UnitId) -> Self {
        Self {
            unit,
            after: None,
            limit: 50,
        }
    }
}

/// The visits of all customers that wait to be booked, the first planned first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitsToBook {
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, VisitId)>,
    /// How many at most, 1 to 200.
    pub limit: u32,
}

impl Default for VisitsToBook {
    /// The first 50.
    fn default() -> Self {
        Self {
            after: None,
            limit: 50,
        }
    }
}

/// The visits of all technicians that are booked or under way and whose windows end within a time, both ends included, the first to
/// end first: the open visits of a day, or those on which nobody reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenVisits {
    /// From when on, UTC; however long ago when absent.
    #[serde(default)]
    pub from: Option<DateTime<Utc>>,
    /// Until when, UTC.
    pub to: DateTime<Utc>,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, VisitId)>,
    /// How many at most, 1 to 200.
    pub limit: u32,
}

impl OpenVisits {
    /// The first 50 whose windows end within this time.
    #[must_use]
    pub const fn within(from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        Self {
            from: Some(from),
            to,
            after: None,
            limit: 50,
        }
    }

    /// Those on which nobody reported at an instant ([`is_unreported`](Visit::is_unreported)), whether or not they were woken.
    #[must_use]
    pub const fn unreported(at: DateTime<Utc>) -> Self {
        Self {
            from: None,
            to: at,
            after: None,
            limit: 50,
        }
    }
}

/// Visits, a page of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VisitPage {
    /// The visits.
    pub visits: Vec<Arc<Visit>>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<(i64, VisitId)>,
}

/// The visits of a technician whose windows begin within a time, the first to begin first, done ones included. For the open ones of
/// all technicians see [`OpenVisits`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitsOfTechnician {
    /// Whose.
    pub technician: StaffId,
    /// From when on, UTC.
    pub from: DateTime<Utc>,
    /// Until when, UTC, itself included.
    pub to: DateTime<Utc>,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, VisitId)>,
    /// How many at most, 1 to 200.
    pub limit: u32,
}

impl VisitsOfTechnician {
    /// The first 50 whose windows begin within this time.
    #[must_use]
    pub const fn within(technician: StaffId, from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        Self {
            technician,
            from,
            to,
            after: None,
            limit: 50,
        }
    }
}
