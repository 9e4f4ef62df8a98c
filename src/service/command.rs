use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::Period;
use crate::kernel::{Code, CustomerId, OccurrenceId, PlanId, StaffId, UnitId, VisitId};

/// Starts a plan of the rulebook for a customer. What its horizon holds is planned at once.
///
/// Dates before the day on which it is put on record are not made up for.
///
/// # Errors
/// [`UnknownPlan`](super::Refusal::UnknownPlan), [`NeedsUnit`](super::Refusal::NeedsUnit),
/// [`UnitRetired`](super::Refusal::UnitRetired), [`NotTheOwner`](super::Refusal::NotTheOwner),
/// [`UnderWarranty`](super::Refusal::UnderWarranty), [`EndBeforeStart`](super::Refusal::EndBeforeStart).
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

/// Lets a plan rest: nothing is planned, and what was planned and neither booked nor overdue is left out.
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

/// Gives a plan to another customer, with what is open of it.
///
/// # Errors
/// [`PlanEnded`](super::Refusal::PlanEnded).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TransferPlan {
    /// Which plan.
    pub plan: PlanId,
    /// To whom.
    pub to: CustomerId,
}

/// Ends a plan. What was planned and neither booked nor overdue is left out.
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

/// Asks for a service out of turn. Answers with the service.
///
/// # Errors
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
/// one, whose turn is then used up. Answers with the service.
///
/// # Errors
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

/// Puts a service off. It keeps the date by which a warranty wants it done.
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

/// Leaves a service out, or gives up one that is overdue.
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

/// Says what a member of staff can do on visits, and when and where.
///
/// # Errors
/// [`UnknownCalendar`](super::Refusal::UnknownCalendar).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetTechnician {
    /// Who.
    pub staff: StaffId,
    /// What they can do.
    pub spec: super::TechnicianSpec,
}

/// Has a technician no longer booked. What is booked stays.
///
/// # Errors
/// [`NotActive`](super::Refusal::NotActive).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RetireTechnician {
    /// Who.
    pub staff: StaffId,
}

/// Plans a visit: what it is for and what it takes. Answers with the visit.
///
/// # Errors
/// [`NoDuration`](super::Refusal::NoDuration), [`NotPossible`](super::Refusal::NotPossible) when the service that it is for is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanVisit(pub super::VisitPlan);

impl PlanVisit {
    /// A visit at the customer's that takes so many minutes.
    #[must_use]
    pub const fn new(customer: CustomerId, minutes: u32) -> Self {
        Self(super::VisitPlan {
            customer,
            occurrence: None,
            case: None,
            unit: None,
            follows: None,
            place: super::Place::Customer,
            area: None,
            minutes,
            skills: std::collections::BTreeSet::new(),
            parts: std::collections::BTreeSet::new(),
        })
    }

    /// For this service of a plan.
    #[must_use]
    pub const fn for_service(mut self, occurrence: OccurrenceId) -> Self {
        self.0.occurrence = Some(occurrence);
        self
    }

    /// For this case.
    #[must_use]
    pub const fn for_case(mut self, case: crate::kernel::CaseId) -> Self {
        self.0.case = Some(case);
        self
    }

    /// For this unit.
    #[must_use]
    pub const fn with_unit(mut self, unit: UnitId) -> Self {
        self.0.unit = Some(unit);
        self
    }

    /// Somewhere else than at the customer's.
    #[must_use]
    pub const fn at(mut self, place: super::Place) -> Self {
        self.0.place = place;
        self
    }

    /// In this area.
    #[must_use]
    pub fn in_area(mut self, area: Code) -> Self {
        self.0.area = Some(area);
        self
    }

    /// By somebody who can do this.
    #[must_use]
    pub fn needing_skill(mut self, skill: Code) -> Self {
        self.0.skills.insert(skill);
        self
    }

    /// With this part.
    #[must_use]
    pub fn needing_part(mut self, part: Code) -> Self {
        self.0.parts.insert(part);
        self
    }
}

/// Books a technician for a visit into a window, or books it anew. The customer is told.
///
/// Of any number who book a technician at once, only one has the window: whoever comes later is refused.
///
/// # Errors
/// [`VisitNotPossible`](super::Refusal::VisitNotPossible), [`NotActive`](super::Refusal::NotActive),
/// [`WindowPast`](super::Refusal::WindowPast), and those of [`check_booking`](super::check_booking).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BookVisit {
    /// Which visit.
    pub visit: VisitId,
    /// Who comes.
    pub technician: StaffId,
    /// From when on, UTC.
    pub from: DateTime<Utc>,
    /// Until when, UTC.
    pub to: DateTime<Utc>,
}

impl BookVisit {
    /// Books a slot as it was proposed.
    #[must_use]
    pub const fn slot(visit: VisitId, slot: &super::Slot) -> Self {
        Self {
            visit,
            technician: StaffId::from_uuid(slot.technician.uuid()),
            from: slot.from,
            to: slot.to,
        }
    }
}

/// Records that the technician is there.
///
/// # Errors
/// [`VisitNotPossible`](super::Refusal::VisitNotPossible).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeginVisit {
    /// Which visit.
    pub visit: VisitId,
}

/// Records that nobody was there, or that nobody came. The visit waits to be booked again.
///
/// # Errors
/// [`VisitNotPossible`](super::Refusal::VisitNotPossible).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MissVisit {
    /// Which visit.
    pub visit: VisitId,
    /// Who was not there.
    pub absent: super::Absent,
}

/// Records that a visit is over and what came of it: readings are entered for the unit, and with the matter fixed the service that it
/// was for is done. Answers with the follow-up, if there is one.
///
/// # Errors
/// [`VisitNotPossible`](super::Refusal::VisitNotPossible), [`NeedsUnit`](super::Refusal::NeedsUnit) for readings without a unit,
/// [`NoDuration`](super::Refusal::NoDuration), and those of [`RecordReading`](crate::product::RecordReading).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompleteVisit {
    /// Which visit.
    pub visit: VisitId,
    /// What came of it.
    pub findings: super::Findings,
    /// How many minutes another visit takes, when one has to follow.
    #[serde(default)]
    pub follow_up_minutes: Option<u32>,
}

impl CompleteVisit {
    /// With the matter settled.
    #[must_use]
    pub fn fixed(visit: VisitId) -> Self {
        Self {
            visit,
            findings: super::Findings {
                is_fixed: true,
                ..super::Findings::default()
            },
            follow_up_minutes: None,
        }
    }

    /// With the matter not settled, and another visit of so many minutes to follow.
    #[must_use]
    pub fn unfixed(visit: VisitId, follow_up_minutes: u32) -> Self {
        Self {
            visit,
            findings: super::Findings::default(),
            follow_up_minutes: Some(follow_up_minutes),
        }
    }

    /// This was found.
    #[must_use]
    pub fn finding(mut self, what: Code) -> Self {
        self.findings.found.push(what);
        self
    }

    /// This was built in.
    #[must_use]
    pub fn with_part(mut self, part: Code) -> Self {
        self.findings.parts.push(part);
        self
    }

    /// The dial of a meter showed this.
    #[must_use]
    pub fn reading(mut self, meter: Code, shows: u64) -> Self {
        self.findings.readings.insert(meter, shows);
        self
    }

    /// The customer signed; this is where the business keeps it.
    #[must_use]
    pub fn signed(mut self, signature: Code) -> Self {
        self.findings.signature = Some(signature);
        self
    }
}

/// Calls a visit off. The customer is told.
///
/// # Errors
/// [`VisitNotPossible`](super::Refusal::VisitNotPossible).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CancelVisit {
    /// Which visit.
    pub visit: VisitId,
    /// Why.
    pub reason: Code,
}

/// Slots for a visit within the customer's wishes, the best first, as [`propose`](super::propose) finds them among the technicians who
/// can be booked; no more than the first 200 of them are looked at, and no more than 62 days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposeSlots {
    /// For which visit.
    pub visit: VisitId,
    /// When it would suit the customer, the dearest first.
    pub wishes: Vec<Period>,
    /// How long the way is for whom, in minutes, where that is known.
    #[serde(default)]
    pub travel_minutes: BTreeMap<StaffId, u32>,
    /// How many slots at most.
    pub limit: u32,
}

impl ProposeSlots {
    /// Five slots within these wishes.
    #[must_use]
    pub const fn new(visit: VisitId, wishes: Vec<Period>) -> Self {
        Self {
            visit,
            wishes,
            travel_minutes: BTreeMap::new(),
            limit: 5,
        }
    }

    /// This technician's way is so many minutes.
    #[must_use]
    pub fn with_travel(mut self, technician: StaffId, minutes: u32) -> Self {
        self.travel_minutes.insert(technician, minutes);
        self
    }
}

/// The plans of a customer, the first begun first; no more than 200.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlansOf {
    /// Whose.
    pub customer: CustomerId,
}

/// The services of a customer that are due from one date to another, both included, in order; no more than 1,000.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServicesOf {
    /// Whose.
    pub customer: CustomerId,
    /// From which date.
    pub from: NaiveDate,
    /// To which date.
    pub to: NaiveDate,
}

/// The services of a plan that are still to be done, in order; no more than 500.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenServices {
    /// Of which plan.
    pub plan: PlanId,
}

/// Whether the services of a plan scheduled from one date to another, both included, were done on time: what a warranty
/// that depends on service asks. Looks at no more than 1,000 services.
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

/// What a technician has booked on a date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadAgenda {
    /// Whose.
    pub technician: StaffId,
    /// On which date, in the zone of their hours.
    pub on: NaiveDate,
}
