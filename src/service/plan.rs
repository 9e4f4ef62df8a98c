use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::due::{NextDue, Position, UsageAt, next_due};
use super::refusal::Refusal;
use super::terms::{Anchor, PlanTerms};
use crate::kernel::{Code, CustomerId, OccurrenceId, PlanId, Stamp, UnitId};

/// Where a plan stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PlanStatus {
    /// Services are planned.
    Active,
    /// Nothing is planned until it is resumed.
    Paused,
    /// So many services in a row went untouched that nothing more is planned until it is resumed.
    SwitchedOff,
    /// It is over.
    Ended,
}

/// What a plan begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Starting {
    /// For whom.
    pub customer: CustomerId,
    /// For which unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// What the business calls the plan.
    pub name: Code,
    /// Its terms, as they stood then.
    pub terms: Arc<PlanTerms>,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day, when it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
    /// From where it counts.
    pub position: Position,
}

/// What can happen to a plan; nothing in it is personal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PlanEvent {
    /// It began.
    Started(Box<Starting>),
    /// A service was planned: the date of the rule is used up.
    Planned {
        /// Which service.
        occurrence: OccurrenceId,
        /// The date of the rule, when it came from one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        date: Option<NaiveDate>,
        /// The date on which it came to lie.
        due_on: NaiveDate,
    },
    /// A date of the rule was left out.
    LeftOut {
        /// Which one.
        date: NaiveDate,
        /// What stood against it.
        why: super::Moved,
    },
    /// It was gone through; there is nothing to plan until then.
    Looked {
        /// When it has to be looked at next, UTC; absent when time alone changes nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_at: Option<DateTime<Utc>>,
    },
    /// The unit's meter was read.
    Read(UsageAt),
    /// What was known of the use turned out otherwise: it is known anew.
    Reread {
        /// The use as it is known now, in order.
        readings: Vec<UsageAt>,
        /// The use from which its interval counts, where that rested on what was put right.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base: Option<u64>,
    },
    /// A service was done; both counters begin anew from it.
    Served {
        /// Which one.
        occurrence: OccurrenceId,
        /// The date for which it was planned; absent for one that was asked for, which is no date of the rule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        date: Option<NaiveDate>,
        /// When, as a date.
        on: NaiveDate,
        /// How much the unit had been used.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        usage: Option<u64>,
        /// When the reading was taken that showed it, UTC; absent when it was told without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        read_at: Option<DateTime<Utc>>,
    },
    /// A service was left out or given up; its turn is over.
    Passed {
        /// Which one.
        occurrence: OccurrenceId,
    },
    /// The plan rests, and so does a service of it.
    Rested {
        /// Which one.
        occurrence: OccurrenceId,
    },
    /// A service turned out not to be due: a reading was put right. Its turn is still to come.
    Retracted {
        /// Which one.
        occurrence: OccurrenceId,
    },
    /// A service was asked for out of turn.
    Requested {
        /// Which one.
        occurrence: OccurrenceId,
        /// For which date.
        on: NaiveDate,
    },
    /// Somebody took care of a service.
    Attended {},
    /// A service fell overdue, and nobody had touched it.
    Neglected {},
    /// A service that had been counted as neglected was not: it was not due, or had been done in time. Was the plan switched off for that,
    /// it goes on.
    Excused {},
    /// So many were neglected that the plan was switched off.
    SwitchedOff {},
    /// It rests.
    Paused {
        /// Why.
        reason: Code,
    },
    /// It goes on; what would have been due before is not made up for.
    Resumed {
        /// From this date on.
        on: NaiveDate,
    },
    /// It is another customer's from now on.
    Transferred {
        /// Whose.
        to: CustomerId,
    },
    /// It is over.
    Ended {
        /// Why.
        reason: Code,
    },
}

/// A plan of service, for a unit or for a customer. Its size does not grow with the services done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Which one.
    pub id: PlanId,
    /// For whom.
    pub customer: CustomerId,
    /// For which unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// What the business calls it.
    pub name: Code,
    /// Its terms, as they stood when it began.
    pub terms: Arc<PlanTerms>,
    /// Where it stands.
    pub status: PlanStatus,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day, when it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
    /// From where it counts.
    pub position: Position,
    /// The use as it was last read, in order; no more than a dozen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<UsageAt>,
    /// How many services were planned.
    #[serde(default)]
    pub planned: u32,
    /// The date on which the last one planned came to lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_due_on: Option<NaiveDate>,
    /// The service that is open, where only one can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<OccurrenceId>,
    /// The date of the rule for which that one was planned, when it came from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<NaiveDate>,
    /// How many services in a row nobody touched.
    #[serde(default)]
    pub neglected: u32,
    /// The date of the last service done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_done_on: Option<NaiveDate>,
    /// Why it rests or ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Code>,
    /// Since when it is on record, UTC.
    pub started_at: DateTime<Utc>,
    /// When it has to be looked at next, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<DateTime<Utc>>,
}

impl Plan {
    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: PlanId, event: &PlanEvent, stamp: &Stamp) -> Option<Self> {
        let PlanEvent::Started(starting) = event else {
            return None;
        };
        let starting = Starting::clone(starting);
        Some(Self {
            id,
            customer: starting.customer,
            unit: starting.unit,
            name: starting.name,
            terms: starting.terms,
            status: PlanStatus::Active,
            starts_on: starting.starts_on,
            ends_on: starting.ends_on,
            position: starting.position,
            readings: Vec::new(),
            planned: 0,
            last_due_on: None,
            open: None,
            held: None,
            neglected: 0,
            last_done_on: None,
            reason: None,
            started_at: stamp.at,
            next_at: None,
        })
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &PlanEvent, stamp: &Stamp) {
        match event {
            PlanEvent::Started(_) => {}
            PlanEvent::Planned {
                occurrence,
                date,
                due_on,
            } => {
                self.plan(*occurrence, *date, *due_on);
            }
            PlanEvent::LeftOut { date, .. } => self.use_up(Some(*date)),
            PlanEvent::Looked { next_at } => self.next_at = *next_at,
            PlanEvent::Read(reading) => self.read(*reading),
            PlanEvent::Reread { readings, base } => {
                self.position.base = base.unwrap_or(self.position.base);
                self.readings.clear();
                for reading in readings {
                    self.read(*reading);
                }
            }
            PlanEvent::Served {
                occurrence,
                date,
                on,
                usage,
                read_at,
            } => {
                self.serve(*occurrence, *date, *on, stamp.at);
                if let Some(usage) = usage {
                    self.position.base = *usage;
                    self.position.base_at = *read_at;
                }
                self.close(*occurrence);
            }
            PlanEvent::Passed { occurrence } => {
                if self.open == Some(*occurrence) {
                    self.pass(stamp.at);
                }
                self.close(*occurrence);
            }
            PlanEvent::Rested { occurrence } => self.close(*occurrence),
            PlanEvent::Retracted { occurrence } => {
                if self.open == Some(*occurrence) {
                    self.give_back();
                }
                self.close(*occurrence);
            }
            PlanEvent::Requested { occurrence, on } => {
                self.planned = self.planned.saturating_add(1);
                if self.terms.anchor == Anchor::LastRequest {
                    self.anchor(*on);
                }
                if !self.terms.plans_ahead() {
                    self.open = Some(*occurrence);
                }
            }
            PlanEvent::Attended {} => self.neglected = 0,
            PlanEvent::Neglected {} => self.neglected = self.neglected.saturating_add(1),
            PlanEvent::Excused {} => {
                self.neglected = self.neglected.saturating_sub(1);
                if self.status == PlanStatus::SwitchedOff {
                    self.status = PlanStatus::Active;
                }
            }
            PlanEvent::SwitchedOff {} => {
                self.status = PlanStatus::SwitchedOff;
                self.next_at = None;
            }
            PlanEvent::Paused { reason } => {
                self.status = PlanStatus::Paused;
                self.reason = Some(reason.clone());
                self.next_at = None;
            }
            PlanEvent::Resumed { on } => {
                self.status = PlanStatus::Active;
                self.reason = None;
                self.neglected = 0;
                // What was planned ahead and rested is planned again.
                self.position.after = on.pred_opt();
                self.position.resumed_on = Some(*on);
                self.last_due_on = None;
            }
            PlanEvent::Transferred { to } => self.customer = *to,
            PlanEvent::Ended { reason } => {
                self.status = PlanStatus::Ended;
                self.reason = Some(reason.clone());
                self.next_at = None;
            }
        }
    }

    /// When a service is due next, before holidays are looked at; `None` while one is open of which there can be only one.
    #[must_use]
    pub fn next_due(&self) -> Option<NextDue> {
        if self.status != PlanStatus::Active || self.open.is_some() {
            return None;
        }
        let next = next_due(&self.terms, &self.position, &self.readings)?;
        (self.ends_on.is_none_or(|end| next.on <= end)).then_some(next)
    }

    /// Whether services are planned, or could be again.
    ///
    /// # Errors
    /// [`Refusal::PlanEnded`].
    pub const fn check_open(&self) -> Result<(), Refusal> {
        match self.status {
            PlanStatus::Active | PlanStatus::Paused | PlanStatus::SwitchedOff => Ok(()),
            PlanStatus::Ended => Err(Refusal::PlanEnded),
        }
    }
}
