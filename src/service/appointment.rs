use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::proposal::Slot;
use super::technician::TechnicianSpec;
use super::visit::{Absent, Findings, Place, VisitPlan};
use crate::calendar::Period;
use crate::kernel::{CaseId, Code, CustomerId, OccurrenceId, StaffId, UnitId, VisitId};

/// Says what a member of staff can do on visits, and when and where.
///
/// # Errors
/// [`UnknownCalendar`](super::Refusal::UnknownCalendar).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetTechnician {
    /// Who.
    pub staff: StaffId,
    /// What they can do.
    pub spec: TechnicianSpec,
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

/// Plans a visit: what it is for and what it takes. Answers with the visit. A service may have several visits planned, as offers; only one of
/// them can be booked. A visit for a service is for whoever has the service when it is booked.
///
/// # Errors
/// [`NoDuration`](super::Refusal::NoDuration), [`OtherCustomer`](super::Refusal::OtherCustomer) when the service, the case or the unit is
/// somebody else's, [`NotPossible`](super::Refusal::NotPossible) when the service that it is for is over,
/// [`HasVisit`](super::Refusal::HasVisit) when one is booked for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanVisit(pub VisitPlan);

impl PlanVisit {
    /// A visit at the customer's that takes so many minutes.
    #[must_use]
    pub const fn new(customer: CustomerId, minutes: u32) -> Self {
        Self(VisitPlan {
            customer,
            occurrence: None,
            case: None,
            unit: None,
            follows: None,
            place: Place::Customer,
            area: None,
            minutes,
            skills: BTreeSet::new(),
            parts: BTreeSet::new(),
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
    pub const fn for_case(mut self, case: CaseId) -> Self {
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
    pub const fn at(mut self, place: Place) -> Self {
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
/// Booked just so already, nothing happens.
///
/// Of any number who book a technician at once, only one has the window: whoever comes later is refused.
///
/// # Errors
/// [`VisitNotPossible`](super::Refusal::VisitNotPossible), [`NotActive`](super::Refusal::NotActive),
/// [`NotPossible`](super::Refusal::NotPossible) when the service that it is for is over,
/// [`WindowPast`](super::Refusal::WindowPast), [`WindowTooLong`](super::Refusal::WindowTooLong), and those of
/// [`check_booking`](super::check_booking).
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
    pub const fn slot(visit: VisitId, slot: &Slot) -> Self {
        Self {
            visit,
            technician: slot.technician,
            from: slot.from,
            to: slot.to,
        }
    }
}

/// Records that the technician is there, no more than a day before the window.
///
/// # Errors
/// [`WindowAhead`](super::Refusal::WindowAhead),
/// [`VisitNotPossible`](super::Refusal::VisitNotPossible).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeginVisit {
    /// Which visit.
    pub visit: VisitId,
}

/// Records that nobody was there, or that nobody came, once the window has begun. The visit waits to be booked again.
///
/// # Errors
/// [`WindowAhead`](super::Refusal::WindowAhead),
/// [`VisitNotPossible`](super::Refusal::VisitNotPossible).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MissVisit {
    /// Which visit.
    pub visit: VisitId,
    /// Who was not there.
    pub absent: Absent,
}

/// Records that a visit is over and what came of it. What is left of its window can be booked. Readings are entered for the unit, and with the matter fixed the service that it
/// was for is done. Answers with the follow-up, if there is one.
///
/// # Errors
/// [`WindowAhead`](super::Refusal::WindowAhead) more than a day before the window, [`InFuture`](super::Refusal::InFuture),
/// [`OverTooEarly`](super::Refusal::OverTooEarly),
/// [`VisitNotPossible`](super::Refusal::VisitNotPossible), [`NeedsUnit`](super::Refusal::NeedsUnit) for readings without a unit,
/// [`NoDuration`](super::Refusal::NoDuration), and those of [`RecordReading`](crate::product::RecordReading).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompleteVisit {
    /// Which visit.
    pub visit: VisitId,
    /// What came of it.
    pub findings: Findings,
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
            findings: Findings {
                is_fixed: true,
                ..Findings::default()
            },
            follow_up_minutes: None,
        }
    }

    /// With the matter not settled, and another visit of so many minutes to follow.
    #[must_use]
    pub fn unfixed(visit: VisitId, follow_up_minutes: u32) -> Self {
        Self {
            visit,
            findings: Findings::default(),
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

    /// It was over at this instant, though that is reported only now: the service counts as done on that date, and readings as taken then.
    #[must_use]
    pub const fn over_at(mut self, at: DateTime<Utc>) -> Self {
        self.findings.over_at = Some(at);
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

/// Slots for a visit within the customer's wishes, no more than `limit`, the best first, as [`propose`](super::propose) finds them among the technicians who
/// can be booked; of these no more than 200 are looked at, and the answer says when there are more. Of a wish counts what lies after `from`.
///
/// # Errors
/// [`NoWishes`](super::Refusal::NoWishes); [`TooManyWishes`](super::Refusal::TooManyWishes);
/// [`WindowTooShort`](super::Refusal::WindowTooShort) when one ends before it begins; [`WindowPast`](super::Refusal::WindowPast) when
/// all are over by `from`; [`WishesTooLong`](super::Refusal::WishesTooLong);
/// [`VisitNotPossible`](super::Refusal::VisitNotPossible) when the visit cannot be booked any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposeSlots {
    /// For which visit.
    pub visit: VisitId,
    /// From when on, UTC: now, or so much later that whoever comes can be there.
    pub from: DateTime<Utc>,
    /// When it would suit the customer, the dearest first: 1 to 20 stretches of time, of no more than 62 days together.
    pub wishes: Vec<Period>,
    /// How long the way is for whom, in minutes, where that is known.
    #[serde(default)]
    pub travel_minutes: BTreeMap<StaffId, u32>,
    /// How many slots at most, 1 to 200.
    pub limit: u32,
}

impl ProposeSlots {
    /// Five slots within these wishes, none before `from`.
    #[must_use]
    pub const fn new(visit: VisitId, from: DateTime<Utc>, wishes: Vec<Period>) -> Self {
        Self {
            visit,
            from,
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

/// What a technician has booked on a date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadAgenda {
    /// Whose.
    pub technician: StaffId,
    /// On which date, in the zone of their hours.
    pub on: NaiveDate,
}
