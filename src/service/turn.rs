use chrono::NaiveDate;

use super::due::{Basis, NextDue, UsageAt};
use super::occurrence::Occurrence;
use super::placement::{Moved, Placement, place};
use super::plan::Plan;
use super::terms::PlanTerms;
use crate::calendar::BusinessHours;
use crate::calendar::civil::add_days;
use crate::kernel::OccurrenceId;

/// The next service of a plan, where it comes to lie.
pub(crate) struct Turn {
    /// Its id, whoever plans it.
    pub(crate) id: OccurrenceId,
    /// The date of the rule, when it comes from one.
    pub(crate) date: Option<NaiveDate>,
    /// On which date it is to be done.
    pub(crate) due_on: NaiveDate,
    /// What stood against the date that the plan says.
    pub(crate) moved: Option<Moved>,
    /// Whether it stays on a date on which it should not be.
    pub(crate) stuck: bool,
}

impl PlanTerms {
    /// From which date on a service due on this one is overdue.
    pub(crate) fn overdue_from(&self, due_on: NaiveDate) -> NaiveDate {
        add_days(due_on, i64::from(self.grace.after) + 1).unwrap_or(due_on)
    }
}

impl Plan {
    /// From which date on a service can be planned.
    pub(crate) fn plans_from(&self, next: &NextDue) -> NaiveDate {
        add_days(next.on, -i64::from(self.terms.horizon_days)).unwrap_or(next.on)
    }

    /// Whether so many services in a row were neglected by a date that the plan is switched off then; of those that wait, from when
    /// on they are overdue.
    pub(crate) fn is_stale(&self, waiting: &[NaiveDate], on: NaiveDate) -> bool {
        let over = waiting.iter().filter(|from| **from <= on).count();
        let neglected = usize::try_from(self.neglected).unwrap_or(usize::MAX);
        let most = self.terms.stale_after.map(usize::try_from);
        most.is_some_and(|most| most.is_ok_and(|most| most <= neglected.saturating_add(over)))
    }

    /// The id of the service of a date of the rule, or of the next one where only one can be open.
    pub(crate) fn id_of_next(&self, date: Option<NaiveDate>) -> OccurrenceId {
        let date = date.filter(|_| self.terms.plans_ahead());
        let date = date.map(|date| (self.position.anchor_on, date));
        Occurrence::id_of(self.id, date, self.planned)
    }

    /// Where a service comes to lie, between the one before it and the one that follows.
    pub(crate) fn placed(
        &self,
        on: NaiveDate,
        date: Option<NaiveDate>,
        hours: Option<&BusinessHours>,
    ) -> Placement {
        let before = self.starts_on.pred_opt();
        let after = self.last_due_on.max(self.position.after).max(before);
        let following = match (date, self.terms.trigger.rule()) {
            (Some(date), Some(rule)) => {
                let mut position = self.position.clone();
                position.after = Some(date);
                position.next_date(rule)
            }
            _ => None,
        };
        let is_working = |date| hours.is_none_or(|hours| hours.is_business_day(date));
        place(&self.terms, on, (after, following), is_working)
    }

    /// The next service, where it comes to lie; the date of the rule and what stands against it when it is left out.
    pub(crate) fn turn(
        &self,
        next: &NextDue,
        hours: Option<&BusinessHours>,
    ) -> Result<Turn, (NaiveDate, Moved)> {
        let is_dated = matches!(next.basis, Basis::Calendar {});
        let date = is_dated.then_some(next.on);
        let (due_on, moved, stuck) = match self.placed(next.on, date, hours) {
            Placement::AsDue => (next.on, None, false),
            Placement::Moved { to, why } => (to, Some(why), false),
            Placement::Stuck { why } => (next.on, Some(why), true),
            Placement::LeftOut { why } => match date {
                Some(date) => return Err((date, why)),
                // Use does not go away because of a holiday.
                None => (next.on, Some(why), true),
            },
        };
        Ok(Turn {
            id: self.id_of_next(date),
            date,
            due_on,
            moved,
            stuck,
        })
    }

    /// Whether it counts use.
    pub(crate) fn goes_by_use(&self) -> bool {
        self.use_target().is_some()
    }

    /// The use as it was read, where the plan goes by use.
    pub(crate) fn known_use(&self) -> impl Iterator<Item = &UsageAt> {
        let goes_by_use = self.goes_by_use();
        self.readings.iter().filter(move |_| goes_by_use)
    }
}
