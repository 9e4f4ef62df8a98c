use chrono::{DateTime, NaiveDate, Utc};

use super::status::OccurrenceStatus;
use super::visit::VisitStatus;
use crate::kernel::{Code, PlanId, VisitId};

/// Why something about service was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The rulebook has no plan of this name.
    #[error("there is no plan {name}")]
    UnknownPlan {
        /// The name.
        name: Code,
    },
    /// The rulebook has no calendar of this name.
    #[error("there is no calendar {calendar}")]
    UnknownCalendar {
        /// The name.
        calendar: Code,
    },
    /// A plan that goes by use needs a unit.
    #[error("the plan goes by use and needs a unit")]
    NeedsUnit,
    /// The unit is out of use.
    #[error("the unit is out of use")]
    UnitRetired,
    /// The unit is not the customer's.
    #[error("the unit is not the customer's")]
    NotTheOwner,
    /// The service, or the case, that a visit is to be for is another customer's.
    #[error("what the visit is for is another customer's")]
    OtherCustomer,
    /// The plan is this customer's already.
    #[error("the plan is the customer's already")]
    SameOwner,
    /// The unit is still under warranty when the plan would start.
    #[error("the unit is under warranty until {until}")]
    UnderWarranty {
        /// The last day of the warranty.
        until: NaiveDate,
    },
    /// It would end before it starts.
    #[error("it would end on {ends_on}, before it starts on {starts_on}")]
    EndBeforeStart {
        /// The first day.
        starts_on: NaiveDate,
        /// The last day.
        ends_on: NaiveDate,
    },
    /// The unit has this plan, and it is not over.
    #[error("the unit has the plan already: {plan}")]
    AlreadyRuns {
        /// Which one that is.
        plan: PlanId,
    },
    /// The plan is over.
    #[error("the plan is over")]
    PlanEnded,
    /// The plan does not rest.
    #[error("the plan does not rest")]
    NotPaused,
    /// The plan rests already.
    #[error("the plan rests")]
    Paused,
    /// There is a service open, and of this plan there can be only one.
    #[error("a service of the plan is open")]
    StillOpen,
    /// The plan plans nothing more.
    #[error("nothing more is due of the plan")]
    NothingDue,
    /// That cannot be done with a service in this status.
    #[error("that cannot be done with a service that is {status}")]
    NotPossible {
        /// Its status.
        status: OccurrenceStatus,
    },
    /// That lies in the future.
    #[error("{on} lies in the future")]
    InFuture {
        /// The date.
        on: NaiveDate,
    },
    /// The plan begins later.
    #[error("the plan begins on {starts_on}")]
    BeforeStart {
        /// Its first day.
        starts_on: NaiveDate,
    },
    /// The plan is over by then.
    #[error("the plan is over on {ends_on}")]
    AfterEnd {
        /// Its last day.
        ends_on: NaiveDate,
    },
    /// That lies in the past.
    #[error("{on} lies in the past")]
    InPast {
        /// The date.
        on: NaiveDate,
    },
    /// Before the turn of one service is over, the next cannot be done in advance; where only one is open at a time, it cannot have been
    /// done before the last one was.
    #[error("the turn before is on {after}")]
    TooEarly {
        /// The date of the turn before.
        after: NaiveDate,
    },
    /// A service can be put off to a later date only, and not beyond the end of the plan.
    #[error("it cannot be put off to {to}")]
    NotLater {
        /// The date.
        to: NaiveDate,
    },
    /// The use is less than at the last service.
    #[error("the use of {usage} is less than {known} before")]
    UsageWentBack {
        /// As it was told.
        usage: u64,
        /// As it was known.
        known: u64,
    },
    /// The use is more than it was read later.
    #[error("the use of {usage} is more than {known} later")]
    UsageAhead {
        /// As it was told.
        usage: u64,
        /// As it was read.
        known: u64,
    },
    /// That cannot be done with a visit in this status.
    #[error("that cannot be done with a visit that is {status}")]
    VisitNotPossible {
        /// Its status.
        status: VisitStatus,
    },
    /// A visit is booked for the service.
    #[error("visit {visit} is booked for the service")]
    HasVisit {
        /// Which one.
        visit: VisitId,
    },
    /// A visit lasts some time.
    #[error("a visit lasts some time")]
    NoDuration,
    /// The window ends before it begins, or is shorter than the visit lasts.
    #[error("the window from {from} to {to} is too short")]
    WindowTooShort {
        /// Its beginning, UTC.
        from: DateTime<Utc>,
        /// Its end, UTC.
        to: DateTime<Utc>,
    },
    /// No visit lasts so many days.
    #[error("the window from {from} to {to} is too long")]
    WindowTooLong {
        /// Its beginning, UTC.
        from: DateTime<Utc>,
        /// Its end, UTC.
        to: DateTime<Utc>,
    },
    /// The customer has to name a time.
    #[error("there are no wishes")]
    NoWishes,
    /// So many wishes are not looked at.
    #[error("there are more than {most} wishes")]
    TooManyWishes {
        /// How many can be.
        most: usize,
    },
    /// So much time is not looked at.
    #[error("the wishes are longer than {most_days} days together")]
    WishesTooLong {
        /// How many days they can be.
        most_days: i64,
    },
    /// The window lies in the past, or has begun: nobody can be told of it any more.
    #[error("the window lies in the past or has begun")]
    WindowPast,
    /// The window of the visit has not begun.
    #[error("the window begins at {from} only")]
    WindowAhead {
        /// Its beginning, UTC.
        from: DateTime<Utc>,
    },
    /// A visit cannot have been over before it was planned, nor before the technician came.
    #[error("it cannot have been over before {since}")]
    OverTooEarly {
        /// Since when it can have been, UTC.
        since: DateTime<Utc>,
    },
    /// The window lies outside the technician's hours.
    #[error("the window from {from} to {to} is outside the technician's hours")]
    OutsideHours {
        /// Its beginning, UTC.
        from: DateTime<Utc>,
        /// Its end, UTC.
        to: DateTime<Utc>,
    },
    /// The technician has not every skill that the visit needs.
    #[error("the technician has no skill {skill}")]
    SkillMissing {
        /// The first that is missing.
        skill: Code,
    },
    /// The technician does not serve the place of the visit.
    #[error("the technician does not serve {area}")]
    OtherArea {
        /// Where the visit is.
        area: Code,
    },
    /// The technician is booked in this window.
    #[error("the technician is booked from {from} to {to}")]
    DoubleBooked {
        /// For which visit.
        by: VisitId,
        /// Since when, UTC.
        from: DateTime<Utc>,
        /// Until when, UTC.
        to: DateTime<Utc>,
    },
    /// The technician has as many visits on that day as they can take.
    #[error("the technician has {capacity} visits that day")]
    DayFull {
        /// How many that is.
        capacity: u32,
    },
    /// The technician does not work any more.
    #[error("the technician is not active")]
    NotActive,
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownPlan { .. } => "service.unknown_plan",
            Self::UnknownCalendar { .. } => "service.unknown_calendar",
            Self::NeedsUnit => "service.needs_unit",
            Self::UnitRetired => "service.unit_retired",
            Self::NotTheOwner => "service.not_the_owner",
            Self::OtherCustomer => "service.other_customer",
            Self::SameOwner => "service.same_owner",
            Self::UnderWarranty { .. } => "service.under_warranty",
            Self::EndBeforeStart { .. } => "service.end_before_start",
            Self::AlreadyRuns { .. } => "service.already_runs",
            Self::PlanEnded => "service.plan_ended",
            Self::NotPaused => "service.not_paused",
            Self::Paused => "service.paused",
            Self::StillOpen => "service.still_open",
            Self::NothingDue => "service.nothing_due",
            Self::NotPossible { .. } => "service.not_possible",
            Self::InFuture { .. } => "service.in_future",
            Self::BeforeStart { .. } => "service.before_start",
            Self::AfterEnd { .. } => "service.after_end",
            Self::InPast { .. } => "service.in_past",
            Self::TooEarly { .. } => "service.too_early",
            Self::UsageAhead { .. } => "service.usage_ahead",
            Self::WindowAhead { .. } => "service.window_ahead",
            Self::NotLater { .. } => "service.not_later",
            Self::UsageWentBack { .. } => "service.usage_went_back",
            Self::VisitNotPossible { .. } => "service.visit_not_possible",
            Self::HasVisit { .. } => "service.has_visit",
            Self::NoDuration => "service.no_duration",
            Self::WindowTooShort { .. } => "service.window_too_short",
            Self::WindowTooLong { .. } => "service.window_too_long",
            Self::NoWishes => "service.no_wishes",
            Self::TooManyWishes { .. } => "service.too_many_wishes",
            Self::WishesTooLong { .. } => "service.wishes_too_long",
            Self::WindowPast => "service.window_past",
            Self::OverTooEarly { .. } => "service.over_too_early",
            Self::OutsideHours { .. } => "service.outside_hours",
            Self::SkillMissing { .. } => "service.skill_missing",
            Self::OtherArea { .. } => "service.other_area",
            Self::DoubleBooked { .. } => "service.double_booked",
            Self::DayFull { .. } => "service.day_full",
            Self::NotActive => "service.not_active",
        }
    }
}
