use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::due::Basis;
use super::placement::Moved;
use super::refusal::Refusal;
use super::status::{OccurrenceStatus, Step};
use crate::kernel::{
    Code, CustomerId, Digest, MessageId, OccurrenceId, PlanId, Stamp, UnitId, VisitId,
};

/// When a service is to be done, and when the customer hears of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueDates {
    /// The date.
    pub due_on: NaiveDate,
    /// The first date on which it is on time; any when absent, as for whatever counts from the last service: done early, the next
    /// one comes earlier, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// The last date on which it is on time.
    pub until: NaiveDate,
    /// When the customer is to be reminded, UTC, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remind_at: Vec<DateTime<Utc>>,
    /// When it is overdue, UTC.
    pub overdue_at: DateTime<Utc>,
}

/// What a service begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Planning {
    /// Of which plan.
    pub plan: PlanId,
    /// For whom.
    pub customer: CustomerId,
    /// For which unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Which kind of service: the plan's name.
    pub name: Code,
    /// The date that the plan says.
    pub scheduled_on: NaiveDate,
    /// When it is to be done.
    pub dates: DueDates,
    /// Why it is due.
    pub basis: Basis,
    /// What stood against the date that the plan says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// Whether it stays on a date on which it should not be, because there is no other.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stuck: bool,
}

/// What can happen to a service; nothing in it is personal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OccurrenceEvent {
    /// It was planned.
    Planned(Box<Planning>),
    /// The customer was reminded.
    Reminded {
        /// With which message.
        message: MessageId,
    },
    /// It was time to remind the customer, who could not be told.
    NotReminded {
        /// Why, such as `customer.no_contact`.
        why: Code,
    },
    /// A visit was booked for it.
    Booked {
        /// Which one.
        visit: VisitId,
    },
    /// The visit is off.
    Unbooked {},
    /// Its date is foreseen otherwise.
    Foreseen {
        /// The date that the plan says now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scheduled_on: Option<NaiveDate>,
        /// When it is to be done.
        dates: DueDates,
        /// Why.
        basis: Basis,
    },
    /// It was put off.
    Postponed {
        /// To when.
        dates: DueDates,
        /// Why.
        reason: Code,
    },
    /// Its time is over.
    Expired {
        /// With which message the customer heard of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<MessageId>,
    },
    /// It was done.
    Done(Completion),
    /// It is left out, or given up.
    Dropped {
        /// Why.
        reason: Code,
        /// Whether only because the plan rests: it is planned again if its date is still to come when the plan goes on.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        rests: bool,
    },
    /// It turned out not to be due: a reading was put right.
    Retracted {},
    /// The plan goes on, and so it is to be done again.
    Replanned {
        /// When it is to be done.
        dates: DueDates,
    },
    /// It is another customer's from now on.
    Transferred {
        /// Whose.
        to: CustomerId,
        /// When it is to be done, and when they hear of it; what the customer before heard says nothing to them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dates: Option<DueDates>,
    },
}

/// When a customer was, or should have been, reminded of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminded {
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// On which date it was due then.
    pub due_on: NaiveDate,
}

/// How a service was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// On which date.
    pub on: NaiveDate,
    /// How much the unit had been used, as that was known when it was entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<u64>,
    /// With which visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<VisitId>,
}

/// One service of a plan: what was scheduled and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Occurrence {
    /// Which one.
    pub id: OccurrenceId,
    /// Of which plan.
    pub plan: PlanId,
    /// For whom.
    pub customer: CustomerId,
    /// For which unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Which kind of service: the plan's name.
    pub name: Code,
    /// Where it stands.
    pub status: OccurrenceStatus,
    /// The date that the plan says.
    pub scheduled_on: NaiveDate,
    /// The first date on which doing it counts as on time; any when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_from: Option<NaiveDate>,
    /// The last date on which doing it counts as on time; putting it off does not move that.
    pub kept_until: NaiveDate,
    /// When it is to be done.
    pub dates: DueDates,
    /// Why it is due.
    pub basis: Basis,
    /// What stood against the date that the plan says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// Whether it stays on a date on which it should not be, because there is no other.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stuck: bool,
    /// The visit that is booked for it, or with which it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<VisitId>,
    /// How many of the reminders are over.
    #[serde(default)]
    pub reminders: u32,
    /// The last reminder, told or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminded: Option<Reminded>,
    /// Why the customer could not be told when it was time the last time; somebody should call them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untold: Option<Code>,
    /// The last message about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// Whether somebody booked, moved or did it.
    #[serde(default)]
    pub is_touched: bool,
    /// Whether it was left out only because the plan rests.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rests: bool,
    /// Whether it fell overdue, and that was said.
    #[serde(default)]
    pub has_expired: bool,
    /// How it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Completion>,
    /// Why it was put off, left out or given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Code>,
    /// Since when it is planned, UTC.
    pub planned_at: DateTime<Utc>,
}

impl Occurrence {
    /// The id of a plan's service for a date of its rule, counted from an anchor, or for the nth that it planned: the same
    /// whoever plans it.
    #[must_use]
    pub fn id_of(plan: PlanId, date: Option<(NaiveDate, NaiveDate)>, nth: u32) -> OccurrenceId {
        let digest = Digest::public().with_str("service.occurrence");
        let digest = digest.with_u128(plan.as_u128());
        let digest = match date {
            Some((anchor, date)) => digest.with_str("date").with(&anchor).with(&date),
            None => digest.with_str("nth").with_u128(nth.into()),
        };
        OccurrenceId::from_u128(digest.finish())
    }

    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: OccurrenceId, event: &OccurrenceEvent, stamp: &Stamp) -> Option<Self> {
        let OccurrenceEvent::Planned(planning) = event else {
            return None;
        };
        let planning = Planning::clone(planning);
        Some(Self {
            id,
            plan: planning.plan,
            customer: planning.customer,
            unit: planning.unit,
            name: planning.name,
            status: OccurrenceStatus::Planned,
            scheduled_on: planning.scheduled_on,
            kept_from: planning.dates.since,
            kept_until: planning.dates.until,
            dates: planning.dates,
            basis: planning.basis,
            moved: planning.moved,
            stuck: planning.stuck,
            visit: None,
            reminders: 0,
            reminded: None,
            untold: None,
            message: None,
            is_touched: false,
            rests: false,
            has_expired: false,
            done: None,
            reason: None,
            planned_at: stamp.at,
        })
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &OccurrenceEvent, stamp: &Stamp) {
        match event {
            OccurrenceEvent::Planned(_) => {}
            OccurrenceEvent::Reminded { message } => {
                self.pass(Step::Remind);
                self.reminders = self.reminders.saturating_add(1);
                self.message = Some(*message);
                self.untold = None;
                self.remind(stamp);
            }
            OccurrenceEvent::NotReminded { why } => {
                self.untold = Some(why.clone());
                self.remind(stamp);
            }
            OccurrenceEvent::Booked { visit } => {
                self.pass(Step::Book);
                self.visit = Some(*visit);
                self.is_touched = true;
            }
            OccurrenceEvent::Unbooked {} => {
                self.pass(Step::Unbook);
                self.visit = None;
                // What would have been said meanwhile is not said afterwards, all at once.
                let passed = self.dates.remind_at.partition_point(|at| *at <= stamp.at);
                self.dates.remind_at.drain(..passed);
                if self.has_expired {
                    self.status = OccurrenceStatus::Overdue;
                }
            }
            OccurrenceEvent::Foreseen {
                scheduled_on,
                dates,
                basis,
            } => {
                self.pass(Step::Move);
                self.scheduled_on = scheduled_on.unwrap_or(self.scheduled_on);
                self.has_expired = false;
                self.keep(dates);
                self.dates = dates.clone();
                self.basis = basis.clone();
            }
            OccurrenceEvent::Postponed { dates, reason } => {
                self.pass(Step::Move);
                self.dates = dates.clone();
                self.reason = Some(reason.clone());
                self.is_touched = true;
                self.has_expired = false;
            }
            OccurrenceEvent::Expired { message } => {
                self.pass(Step::Expire);
                self.dates.remind_at.clear();
                self.has_expired = true;
                self.message = message.or(self.message);
            }
            OccurrenceEvent::Done(done) => {
                self.pass(Step::Complete);
                self.visit = done.visit.or(self.visit);
                self.done = Some(done.clone());
                self.is_touched = true;
            }
            OccurrenceEvent::Dropped { reason, rests } => {
                self.pass(Step::Drop);
                self.reason = Some(reason.clone());
                self.is_touched = true;
                self.rests = *rests;
            }
            OccurrenceEvent::Retracted {} => {
                self.status = OccurrenceStatus::Skipped;
                self.reason = Some(Code::known("not_due"));
            }
            OccurrenceEvent::Replanned { dates } => {
                self.status = OccurrenceStatus::Planned;
                self.keep(dates);
                self.dates = dates.clone();
                self.reason = None;
                self.is_touched = false;
                self.rests = false;
            }
            OccurrenceEvent::Transferred { to, dates } => {
                self.customer = *to;
                if let Some(dates) = dates {
                    self.hear_anew(dates);
                }
            }
        }
    }

    /// Whoever has it now has heard nothing of it.
    fn hear_anew(&mut self, dates: &DueDates) {
        if self.status == OccurrenceStatus::Reminded {
            self.status = OccurrenceStatus::Planned;
        }
        self.dates = dates.clone();
        self.reminders = 0;
        self.reminded = None;
        self.untold = None;
        self.message = None;
    }

    fn keep(&mut self, dates: &DueDates) {
        self.kept_from = dates.since;
        self.kept_until = dates.until;
    }

    /// It was time to remind the customer.
    fn remind(&mut self, stamp: &Stamp) {
        let passed = self.dates.remind_at.partition_point(|at| *at <= stamp.at);
        self.dates.remind_at.drain(..passed);
        self.reminded = Some(Reminded {
            at: stamp.at,
            due_on: self.dates.due_on,
        });
    }

    fn pass(&mut self, step: Step) {
        if let Some(next) = self.status.after(step) {
            self.status = next;
        }
    }

    /// Whether a step can be taken.
    ///
    /// # Errors
    /// [`Refusal::NotPossible`].
    pub const fn check(&self, step: Step) -> Result<(), Refusal> {
        match self.status.after(step) {
            Some(_) => Ok(()),
            None => Err(Refusal::NotPossible {
                status: self.status,
            }),
        }
    }

    /// When something has to be said or entered, UTC; `None` when it waits for people.
    #[must_use]
    pub fn next_at(&self) -> Option<DateTime<Utc>> {
        match self.status {
            OccurrenceStatus::Planned | OccurrenceStatus::Reminded => {
                let remind = self.dates.remind_at.first().copied();
                let overdue = (!self.has_expired).then_some(self.dates.overdue_at);
                remind.into_iter().chain(overdue).min()
            }
            OccurrenceStatus::Booked
            | OccurrenceStatus::Overdue
            | OccurrenceStatus::Done
            | OccurrenceStatus::Skipped
            | OccurrenceStatus::Missed => None,
        }
    }

    /// Whether it lies on a date that its plan does not say: it was put off or asked for.
    pub(crate) fn is_apart(&self) -> bool {
        self.is_put_off() || matches!(self.basis, Basis::Request {})
    }

    /// Whether it was put off: that does not move the date until which it counts as on time.
    pub(crate) fn is_put_off(&self) -> bool {
        self.dates.until != self.kept_until
    }

    /// Whether it is planned, and neither booked nor overdue.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        matches!(
            self.status,
            OccurrenceStatus::Planned | OccurrenceStatus::Reminded
        )
    }

    /// Whether it is late at an instant, whoever has looked: still open when its time is over, booked or not.
    #[must_use]
    pub fn is_overdue(&self, at: DateTime<Utc>) -> bool {
        self.status.is_open() && self.dates.overdue_at <= at
    }

    /// Whether it was done on a date on which that counts; `None` while it can still be.
    #[must_use]
    pub fn was_kept(&self, today: NaiveDate) -> Option<bool> {
        match &self.done {
            Some(done) => {
                let is_early = self.kept_from.is_some_and(|from| done.on < from);
                Some(!is_early && done.on <= self.kept_until)
            }
            None if self.status.is_open() && today <= self.kept_until => None,
            None => Some(false),
        }
    }
}
