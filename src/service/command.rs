use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::kernel::{Code, CustomerId, OccurrenceId, PlanId, UnitId};

/// Starts a plan of the rulebook for a customer. What its horizon holds is planned at once.
///
/// Dates before the day on which it is put on record are not made up for.
///
/// # Errors
/// [`UnknownPlan`](super::Refusal::UnknownPlan), [`NeedsUnit`](super::Refusal::NeedsUnit),
/// [`UnitRetired`](super::Refusal::UnitRetired), [`NotTheOwner`](super::Refusal::NotTheOwner),
/// [`UnderWarranty`](super::Refusal::UnderWarranty), [`EndBeforeStart`](super::Refusal::EndBeforeStart),
/// [`AlreadyRuns`](super::Refusal::AlreadyRuns); [`PlanEnded`](super::Refusal::PlanEnded) when its last day is past;
/// [`NothingDue`](super::Refusal::NothingDue) when its rule has no date left;
/// [`UnknownMeter`](crate::product::Refusal::UnknownMeter) when it goes by a meter that the unit's model has not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StartPlan {
    /// For whom.
    pub customer: CustomerId,
    /// For which unit.
    #[serde(default)]
    pub unit: Option<UnitId>,
    /// Which plan of the rulebook.
    pub plan: Code,
    /// The first day; today when absent.
    #[serde(default)]
    pub starts_on: Option<NaiveDate>,
    /// The last day, when it is another than the terms say.
    #[serde(default)]
    pub ends_on: Option<NaiveDate>,
    /// The last day of the unit's warranty, when a plan must not start under it.
    #[serde(default)]
    pub warranty_until: Option<NaiveDate>,
}

impl StartPlan {
    /// From today on.
    #[must_use]
    pub const fn new(customer: CustomerId, plan: Code) -> Self {
        Self {
            customer,
            unit: None,
            plan,
            starts_on: None,
            ends_on: None,
            warranty_until: None,
        }
    }

    /// For this unit.
    #[must_use]
    pub const fn with_unit(mut self, unit: UnitId) -> Self {
        self.unit = Some(unit);
        self
    }

    /// From this date on.
    #[must_use]
    pub const fn starting(mut self, on: NaiveDate) -> Self {
        self.starts_on = Some(on);
        self
    }

    /// Up to and including this date.
    #[must_use]
    pub const fn ending(mut self, on: NaiveDate) -> Self {
        self.ends_on = Some(on);
        self
    }

    /// Not before the warranty is over, of which this is the last day.
    #[must_use]
    pub const fn after_warranty(mut self, until: NaiveDate) -> Self {
        self.warranty_until = Some(until);
        self
    }
}

/// Lets a plan rest: nothing is planned, and what was planned and neither booked nor overdue is left out. What was due before
/// is due, though nobody woke the plan; over the time of the rest nothing is, and [`WasKept`] finds nothing there.
///
/// # Errors
/// [`PlanEnded`](super::Refusal::PlanEnded), [`Paused`](super::Refusal::Paused).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PausePlan {
    /// Which plan.
    pub plan: PlanId,
    /// Why.
    pub reason: Code,
}

/// Lets a plan go on that rests or was switched off. What would have been due meanwhile is not made up for.
///
/// # Errors
/// [`NotPaused`](super::Refusal::NotPaused).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResumePlan {
    /// Which plan.
    pub plan: PlanId,
}

/// Gives a plan to another customer, with what is open of it. Of a visit that is booked both customers are told.
///
/// # Errors
/// [`PlanEnded`](super::Refusal::PlanEnded); [`SameOwner`](super::Refusal::SameOwner).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TransferPlan {
    /// Which plan.
    pub plan: PlanId,
    /// To whom.
    pub to: CustomerId,
}

/// Ends a plan. What is overdue stays; everything else is left out, and a visit that is booked for it called off, unless the technician
/// is there. (A plan that ends because its term is over keeps what was due within it, booked or not, until it is done or overdue.)
///
/// # Errors
/// [`PlanEnded`](super::Refusal::PlanEnded).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndPlan {
    /// Which plan.
    pub plan: PlanId,
    /// Why.
    pub reason: Code,
}

/// Asks for a service out of turn, within the term of the plan. Answers with the service. Reminders whose time is past are not given: the
/// customer knows of it.
///
/// # Errors
/// [`InPast`](super::Refusal::InPast), [`BeforeStart`](super::Refusal::BeforeStart), [`AfterEnd`](super::Refusal::AfterEnd),
/// [`PlanEnded`](super::Refusal::PlanEnded), [`Paused`](super::Refusal::Paused), [`StillOpen`](super::Refusal::StillOpen).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestService {
    /// Of which plan.
    pub plan: PlanId,
    /// For which date; today when absent.
    #[serde(default)]
    pub on: Option<NaiveDate>,
}

/// Records that a service of a plan was done: the one that is named, or else the earliest that is open, or else the next
/// one, whose turn is then used up. Answers with the service. A visit that is booked for it is called off.
///
/// With dates that do not depend on the last service it was on time only from so many days before on as the grace says, and the next turn
/// cannot be used up before the turn before it is over. Where only one is open at a time, it was not done before the last one was. The
/// use that is told counts for the forecast of this plan; a reading of the unit is entered with
/// [`RecordReading`](crate::product::RecordReading). It lies between the readings before and after; without a
/// later one nothing says that it is too much.
///
/// # Errors
/// [`BeforeStart`](super::Refusal::BeforeStart), [`TooEarly`](super::Refusal::TooEarly), [`UsageAhead`](super::Refusal::UsageAhead),
/// [`NotPossible`](super::Refusal::NotPossible), [`InFuture`](super::Refusal::InFuture),
/// [`UsageWentBack`](super::Refusal::UsageWentBack), [`NothingDue`](super::Refusal::NothingDue).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordService {
    /// Of which plan.
    pub plan: PlanId,
    /// Which one.
    #[serde(default)]
    pub occurrence: Option<OccurrenceId>,
    /// On which date; today when absent.
    #[serde(default)]
    pub on: Option<NaiveDate>,
    /// How much the unit had been used; as it was last read when absent.
    #[serde(default)]
    pub usage: Option<u64>,
}

impl RecordService {
    /// The earliest open service, done today.
    #[must_use]
    pub const fn new(plan: PlanId) -> Self {
        Self {
            plan,
            occurrence: None,
            on: None,
            usage: None,
        }
    }

    /// This one.
    #[must_use]
    pub const fn of(mut self, occurrence: OccurrenceId) -> Self {
        self.occurrence = Some(occurrence);
        self
    }

    /// Done on this date.
    #[must_use]
    pub const fn on(mut self, date: NaiveDate) -> Self {
        self.on = Some(date);
        self
    }

    /// At this use.
    #[must_use]
    pub const fn at_usage(mut self, usage: u64) -> Self {
        self.usage = Some(usage);
        self
    }
}

/// Puts a service off. It keeps the date by which a warranty wants it done. A visit that is booked for it is called off.
///
/// # Errors
/// [`NotPossible`](super::Refusal::NotPossible), [`NotLater`](super::Refusal::NotLater).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PostponeService {
    /// Which one.
    pub occurrence: OccurrenceId,
    /// To which date.
    pub to: NaiveDate,
    /// Why.
    pub reason: Code,
}

/// Leaves a service out, or gives up one that is overdue. A visit that is booked for it is called off.
///
/// # Errors
/// [`NotPossible`](super::Refusal::NotPossible).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DropService {
    /// Which one.
    pub occurrence: OccurrenceId,
    /// Why.
    pub reason: Code,
}

/// Whether the services of a plan scheduled from one date to another, both included, were done on time: what a warranty
/// that depends on service asks. Looks at no more than 1,000 services.
///
/// The answer follows from the plan and from what was entered, not from when the plan was woken: what its rule had due up to `today`
/// is in it, planned or not. Empty evidence means that nothing was due in the time; whether that is enough (a plan that
/// began later, rested or ended) is for whoever asks to say.
///
/// # Errors
/// [`EndBeforeStart`](super::Refusal::EndBeforeStart).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WasKept {
    /// Of which plan.
    pub plan: PlanId,
    /// From which date.
    pub from: NaiveDate,
    /// To which date.
    pub to: NaiveDate,
    /// As of which date.
    pub today: NaiveDate,
}
