use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::kernel::{
    CaseId, Code, CustomerId, Effect, OccurrenceId, StaffId, Stamp, UnitId, VisitId,
};

/// Where a visit takes place.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Place {
    /// Where the customer is.
    #[default]
    Customer,
    /// In a workshop.
    Workshop,
    /// At a service desk.
    ServiceDesk,
    /// By telephone or over a line.
    Remote,
}

/// Where a visit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum VisitStatus {
    /// It waits to be booked.
    Planned,
    /// A technician is booked for it.
    Booked,
    /// The technician is there.
    Underway,
    /// It is over.
    Done,
    /// It will not take place.
    Cancelled,
}

/// Something that happens to a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Act {
    /// It is booked, or booked anew.
    Book,
    /// The technician arrives.
    Arrive,
    /// Nobody was there, or nobody came.
    NoShow,
    /// It is over.
    Complete,
    /// It is called off.
    Cancel,
}

impl VisitStatus {
    /// The status after an act; `None` when that cannot be done.
    #[must_use]
    pub const fn after(self, act: Act) -> Option<Self> {
        use VisitStatus::{Booked, Cancelled, Done, Planned, Underway};
        match (self, act) {
            (Planned | Booked, Act::Book) => Some(Booked),
            (Booked, Act::Arrive) => Some(Underway),
            (Booked | Underway, Act::NoShow) => Some(Planned),
            (Booked | Underway, Act::Complete) => Some(Done),
            (Planned | Booked, Act::Cancel) => Some(Cancelled),
            (Planned, Act::Arrive | Act::NoShow | Act::Complete)
            | (Underway, Act::Book | Act::Arrive | Act::Cancel)
            | (Done | Cancelled, _) => None,
        }
    }

    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Booked => "booked",
            Self::Underway => "underway",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for VisitStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Who did not keep an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absent {
    /// Nobody was there.
    Customer,
    /// Nobody came.
    Technician,
}

/// What a visit is for and what it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitPlan {
    /// For whom.
    pub customer: CustomerId,
    /// For which service of a plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<OccurrenceId>,
    /// For which case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// For which unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The visit that was not enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<VisitId>,
    /// Where.
    #[serde(default)]
    pub place: Place,
    /// In which part of the world, as a word of the business: a district, a depot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Code>,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// What whoever comes must be able to do.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub skills: BTreeSet<Code>,
    /// What whoever comes must bring.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub parts: BTreeSet<Code>,
}

/// The window in which a technician is booked: also what the customer was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Who comes.
    pub technician: StaffId,
    /// From when on, UTC.
    pub from: DateTime<Utc>,
    /// Until when, UTC.
    pub to: DateTime<Utc>,
}

/// What came of a visit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Findings {
    /// Whether the matter is settled.
    pub is_fixed: bool,
    /// What was found, in words of the business.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<Code>,
    /// What the dials of the unit's meters showed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub readings: BTreeMap<Code, u64>,
    /// What was built in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Code>,
    /// Where the business keeps the customer's signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<Code>,
    /// When the visit was over, UTC, where that was reported later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over_at: Option<DateTime<Utc>>,
}

/// What can happen to a visit; nothing in it is personal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum VisitEvent {
    /// It is to take place.
    Planned(Box<VisitPlan>),
    /// It was booked, or booked anew.
    Booked {
        /// With whom and when.
        appointment: Appointment,
        /// When it is noticed that nobody reported on it, UTC.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        report_by: Option<DateTime<Utc>>,
    },
    /// Its window is over, and nobody said what came of it; that was noticed.
    Unreported {},
    /// The technician is there.
    Arrived {},
    /// Nobody was there, or nobody came.
    NoShow {
        /// Who was not.
        absent: Absent,
    },
    /// It is over.
    Done(Box<Findings>),
    /// It will not take place.
    Cancelled {
        /// Why.
        reason: Code,
    },
    /// Something follows from it, as the rulebook says.
    Reacted {
        /// Which reaction.
        reaction: Code,
        /// What came of it.
        effect: Effect,
    },
    /// It is another customer's from now on: the plan or the unit that it is for has changed hands.
    Transferred {
        /// Whose.
        to: CustomerId,
    },
}

/// A visit: planned, booked into a window, done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    /// Which one.
    pub id: VisitId,
    /// What it is for and what it takes.
    pub plan: VisitPlan,
    /// Where it stands.
    pub status: VisitStatus,
    /// Since when it is to take place, UTC.
    pub planned_at: DateTime<Utc>,
    /// With whom and when it is booked, or took place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment: Option<Appointment>,
    /// How often it was booked anew.
    #[serde(default)]
    pub rebooked: u32,
    /// How often nobody was there.
    #[serde(default)]
    pub customer_no_shows: u32,
    /// How often nobody came.
    #[serde(default)]
    pub technician_no_shows: u32,
    /// When the technician came, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrived_at: Option<DateTime<Utc>>,
    /// When it was over, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<DateTime<Utc>>,
    /// When it is noticed that nobody reported on it, UTC; absent once that is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_by: Option<DateTime<Utc>>,
    /// When it was noticed that nobody had reported on it, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreported_at: Option<DateTime<Utc>>,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub findings: Option<Findings>,
    /// Why it was called off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Code>,
}

impl Visit {
    /// Where it stands on the customer's timeline, UTC: when the technician came, and before that when it was planned.
    #[must_use]
    pub fn on_timeline_at(&self) -> DateTime<Utc> {
        self.arrived_at.or(self.done_at).unwrap_or(self.planned_at)
    }

    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: VisitId, event: &VisitEvent, stamp: &Stamp) -> Option<Self> {
        let VisitEvent::Planned(plan) = event else {
            return None;
        };
        Some(Self {
            id,
            plan: VisitPlan::clone(plan),
            status: VisitStatus::Planned,
            planned_at: stamp.at,
            appointment: None,
            rebooked: 0,
            customer_no_shows: 0,
            technician_no_shows: 0,
            arrived_at: None,
            done_at: None,
            report_by: None,
            unreported_at: None,
            findings: None,
            reason: None,
        })
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &VisitEvent, stamp: &Stamp) {
        match event {
            VisitEvent::Planned(_) | VisitEvent::Reacted { .. } => {}
            VisitEvent::Booked {
                appointment,
                report_by,
            } => {
                self.pass(Act::Book);
                self.report_by = *report_by;
                self.unreported_at = None;
                if self.appointment.replace(*appointment).is_some() {
                    self.rebooked = self.rebooked.saturating_add(1);
                }
            }
            VisitEvent::Arrived {} => {
                self.pass(Act::Arrive);
                self.arrived_at = Some(stamp.at);
            }
            VisitEvent::Unreported {} => {
                self.report_by = None;
                self.unreported_at = Some(stamp.at);
            }
            VisitEvent::NoShow { absent } => {
                self.pass(Act::NoShow);
                self.report_by = None;
                self.appointment = None;
                self.arrived_at = None;
                let count = match absent {
                    Absent::Customer => &mut self.customer_no_shows,
                    Absent::Technician => &mut self.technician_no_shows,
                };
                *count = count.saturating_add(1);
            }
            VisitEvent::Done(findings) => {
                self.pass(Act::Complete);
                self.report_by = None;
                self.done_at = Some(findings.over_at.unwrap_or(stamp.at));
                self.findings = Some(Findings::clone(findings));
            }
            VisitEvent::Cancelled { reason } => {
                self.pass(Act::Cancel);
                self.report_by = None;
                self.appointment = None;
                self.reason = Some(reason.clone());
            }
            VisitEvent::Transferred { to } => self.plan.customer = *to,
        }
    }

    fn pass(&mut self, act: Act) {
        if let Some(next) = self.status.after(act) {
            self.status = next;
        }
    }

    /// Whether it is booked or under way at an instant at which its window is over: somebody has to say what came of it.
    #[must_use]
    pub fn is_unreported(&self, at: DateTime<Utc>) -> bool {
        let is_open = matches!(self.status, VisitStatus::Booked | VisitStatus::Underway);
        is_open && self.appointment.is_some_and(|booked| booked.to <= at)
    }

    /// Whether something can be done with it.
    ///
    /// # Errors
    /// [`Refusal::VisitNotPossible`].
    pub const fn check(&self, act: Act) -> Result<(), Refusal> {
        match self.status.after(act) {
            Some(_) => Ok(()),
            None => Err(Refusal::VisitNotPossible {
                status: self.status,
            }),
        }
    }
}
