use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::visit::VisitPlan;
use crate::calendar::civil::date_in;
use crate::calendar::{BusinessHours, Period};
use crate::kernel::{AgendaId, Code, Digest, StaffId, Stamp, TechnicianId, VisitId};

/// What a technician can do, and when and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TechnicianSpec {
    /// The hours, as a calendar of the rulebook; also the zone of the days.
    pub hours: Code,
    /// What they can do.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub skills: BTreeSet<Code>,
    /// Where they go, as words of the business; anywhere when empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub areas: BTreeSet<Code>,
    /// How many visits they take on one day; any number when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_capacity: Option<u32>,
}

impl TechnicianSpec {
    /// Somebody who works these hours, anywhere, with no special skill.
    #[must_use]
    pub const fn new(hours: Code) -> Self {
        Self {
            hours,
            skills: BTreeSet::new(),
            areas: BTreeSet::new(),
            daily_capacity: None,
        }
    }

    /// With one more skill.
    #[must_use]
    pub fn with_skill(mut self, skill: Code) -> Self {
        self.skills.insert(skill);
        self
    }

    /// With one more area; from the first on, only there.
    #[must_use]
    pub fn in_area(mut self, area: Code) -> Self {
        self.areas.insert(area);
        self
    }

    /// With no more than so many visits on a day.
    #[must_use]
    pub const fn with_daily_capacity(mut self, visits: u32) -> Self {
        self.daily_capacity = Some(visits);
        self
    }

    /// Whether the technician can do what a visit takes, where it takes place.
    ///
    /// # Errors
    /// [`Refusal::SkillMissing`]; [`Refusal::OtherArea`].
    pub fn check(&self, visit: &VisitPlan) -> Result<(), Refusal> {
        if let Some(skill) = visit.skills.difference(&self.skills).next() {
            let skill = skill.clone();
            return Err(Refusal::SkillMissing { skill });
        }
        match &visit.area {
            Some(area) if !self.areas.is_empty() && !self.areas.contains(area) => {
                Err(Refusal::OtherArea { area: area.clone() })
            }
            _ => Ok(()),
        }
    }
}

/// Somebody who makes visits: a member of staff. Commands, questions, appointments, agendas and slots name them by their
/// [`StaffId`]; only this record is kept under a key of its own ([`id_of`](Self::id_of)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Technician {
    /// The key of this record, with the number of the member of staff.
    pub id: TechnicianId,
    /// What they can do, and when and where.
    pub spec: TechnicianSpec,
    /// Whether they can be booked.
    pub is_active: bool,
    /// Since when they are on record, UTC.
    pub since: DateTime<Utc>,
}

/// What can happen to a technician.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TechnicianEvent {
    /// What they can do was set.
    Set(TechnicianSpec),
    /// They can no longer be booked.
    Retired {},
}

impl Technician {
    /// The key under which what a member of staff can do on visits is kept.
    #[must_use]
    pub const fn id_of(staff: StaffId) -> TechnicianId {
        TechnicianId::from_uuid(staff.uuid())
    }

    /// Which member of staff it is.
    #[must_use]
    pub const fn staff(&self) -> StaffId {
        StaffId::from_uuid(self.id.uuid())
    }

    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: TechnicianId, event: &TechnicianEvent, stamp: &Stamp) -> Option<Self> {
        match event {
            TechnicianEvent::Set(spec) => Some(Self {
                id,
                spec: spec.clone(),
                is_active: true,
                since: stamp.at,
            }),
            TechnicianEvent::Retired {} => None,
        }
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &TechnicianEvent, _: &Stamp) {
        match event {
            TechnicianEvent::Set(spec) => {
                self.spec = spec.clone();
                self.is_active = true;
            }
            TechnicianEvent::Retired {} => self.is_active = false,
        }
    }
}

/// One visit on a technician's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Which visit.
    pub visit: VisitId,
    /// From when on, UTC.
    pub from: DateTime<Utc>,
    /// Until when, UTC.
    pub to: DateTime<Utc>,
}

/// What can happen to a technician's day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AgendaEvent {
    /// A visit was booked.
    Booked {
        /// Of whom.
        technician: StaffId,
        /// On which date, in the zone of their hours.
        on: NaiveDate,
        /// The visit.
        booking: Booking,
    },
    /// A visit is off.
    Freed {
        /// Which one.
        visit: VisitId,
    },
    /// A visit was over before its window was: what is left of that can be booked.
    Ended {
        /// Which one.
        visit: VisitId,
        /// Since when, UTC.
        at: DateTime<Utc>,
    },
}

/// One technician's one day: whoever books reads and writes it, so that of two who book at once only one does. A visit that goes
/// over midnight stands on both days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agenda {
    /// Which one.
    pub id: AgendaId,
    /// Whose.
    pub technician: StaffId,
    /// The date, in the zone of their hours.
    pub on: NaiveDate,
    /// What is booked, in order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bookings: Vec<Booking>,
}

impl Agenda {
    /// The day of a technician.
    #[must_use]
    pub fn id_of(technician: StaffId, on: NaiveDate) -> AgendaId {
        let digest = Digest::public().with_str("service.agenda");
        AgendaId::from_u128(digest.with_u128(technician.as_u128()).with(&on).finish())
    }

    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: AgendaId, event: &AgendaEvent, _: &Stamp) -> Option<Self> {
        match event {
            AgendaEvent::Booked {
                technician,
                on,
                booking,
            } => Some(Self {
                id,
                technician: *technician,
                on: *on,
                bookings: vec![*booking],
            }),
            AgendaEvent::Freed { .. } | AgendaEvent::Ended { .. } => None,
        }
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &AgendaEvent, _: &Stamp) {
        match event {
            AgendaEvent::Booked { booking, .. } => {
                let place = self
                    .bookings
                    .partition_point(|known| known.from <= booking.from);
                self.bookings.insert(place, *booking);
            }
            AgendaEvent::Freed { visit } => self.bookings.retain(|known| known.visit != *visit),
            AgendaEvent::Ended { visit, at } => {
                for known in &mut self.bookings {
                    if known.visit == *visit {
                        known.to = known.to.min(*at);
                    }
                }
                self.bookings.retain(|known| known.from < known.to);
            }
        }
    }

    /// The dates that a window touches: on the agenda of each of them it is entered.
    ///
    /// # Errors
    /// [`Refusal::WindowTooShort`] when it ends before it begins; [`Refusal::WindowTooLong`].
    pub fn dates(hours: &BusinessHours, window: Period) -> Result<Vec<NaiveDate>, Refusal> {
        let (from, to) = (window.start, window.end);
        let Some(last) = to.checked_sub_signed(TimeDelta::nanoseconds(1)) else {
            return Err(Refusal::WindowTooShort { from, to });
        };
        if last < from {
            return Err(Refusal::WindowTooShort { from, to });
        }
        let zone = hours.zone();
        let (first, last) = (date_in(zone, from), date_in(zone, last));
        if (last - first).num_days() >= MOST_DAYS {
            return Err(Refusal::WindowTooLong { from, to });
        }
        Ok(first.iter_days().take_while(|date| *date <= last).collect())
    }
}

/// So many dates a visit touches at most.
const MOST_DAYS: i64 = 7;

/// Whether a technician can be booked for a visit in a window, when these are booked already on the days that it touches: each once, also
/// what stands on two days.
///
/// The window must be long enough for the visit, lie wholly in the technician's hours and meet no other booking; one that ends when the
/// other begins does not meet it. It counts towards the day on which it begins. Bookings of the visit itself do not count: it is booked
/// anew.
///
/// # Errors
/// [`Refusal::NoDuration`]; [`Refusal::WindowTooShort`]; [`Refusal::SkillMissing`]; [`Refusal::OtherArea`]; [`Refusal::OutsideHours`];
/// [`Refusal::DoubleBooked`]; [`Refusal::DayFull`].
pub fn check_booking(
    technician: &TechnicianSpec,
    hours: &BusinessHours,
    (visit, plan): (VisitId, &VisitPlan),
    window: Period,
    booked: &[Booking],
) -> Result<(), Refusal> {
    let Period {
        start: from,
        end: to,
    } = window;
    if plan.minutes == 0 {
        return Err(Refusal::NoDuration);
    }
    if to <= from || to - from < TimeDelta::minutes(plan.minutes.into()) {
        return Err(Refusal::WindowTooShort { from, to });
    }
    technician.check(plan)?;
    let open = hours.elapsed(from, to);
    if open.is_err() || open != Ok(to - from) {
        return Err(Refusal::OutsideHours { from, to });
    }
    let mut others = booked.iter().filter(|booking| booking.visit != visit);
    if let Some(other) = others
        .clone()
        .find(|other| other.from < to && from < other.to)
    {
        return Err(Refusal::DoubleBooked {
            by: other.visit,
            from: other.from,
            to: other.to,
        });
    }
    match technician.daily_capacity {
        Some(capacity) if load(hours, others.by_ref(), from) >= capacity as usize => {
            Err(Refusal::DayFull { capacity })
        }
        _ => Ok(()),
    }
}

/// How many of these begin on the date of an instant.
pub(super) fn load<'a>(
    hours: &BusinessHours,
    booked: impl Iterator<Item = &'a Booking>,
    at: DateTime<Utc>,
) -> usize {
    let on = date_in(hours.zone(), at);
    let begins_then = |booking: &&Booking| date_in(hours.zone(), booking.from) == on;
    booked.filter(begins_then).count()
}
