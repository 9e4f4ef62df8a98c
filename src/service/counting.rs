//! From where a plan counts: what each event does to that.

use chrono::{DateTime, NaiveDate, Utc};

use super::due::UsageAt;
use super::plan::Plan;
use super::trigger::DueWhen;
use crate::kernel::OccurrenceId;

/// How many readings a plan keeps to foresee use: a dozen, whatever happens.
const READINGS: usize = 12;

impl Plan {
    /// A service is planned, and the date of the rule used up.
    pub(crate) fn plan(&mut self, id: OccurrenceId, date: Option<NaiveDate>, due_on: NaiveDate) {
        self.last_due_on = Some(due_on);
        self.planned = self.planned.saturating_add(1);
        self.use_up(date);
        if !self.terms.plans_ahead() {
            self.open = Some(id);
            self.held = date;
        }
    }

    /// The date of the rule for which the open service was planned is still to come.
    pub(crate) fn give_back(&mut self) {
        if let Some(held) = self.held.take() {
            self.position.after = held.pred_opt();
        }
    }

    pub(crate) fn use_up(&mut self, date: Option<NaiveDate>) {
        if let Some(date) = date {
            self.position.after = Some(self.position.after.map_or(date, |after| after.max(date)));
        }
    }

    pub(super) fn anchor(&mut self, on: NaiveDate) {
        self.position.anchor_on = on;
        self.position.at_anchor = false;
        self.position.after = None;
    }

    pub(super) fn close(&mut self, occurrence: OccurrenceId) {
        if self.open == Some(occurrence) {
            self.open = None;
            self.held = None;
        }
    }

    pub(super) fn serve(
        &mut self,
        occurrence: OccurrenceId,
        date: Option<NaiveDate>,
        on: NaiveDate,
        at: DateTime<Utc>,
    ) {
        self.neglected = 0;
        self.last_done_on = Some(self.last_done_on.map_or(on, |last| last.max(on)));
        if self.terms.counts_from_last() {
            let turn = self.turn_of(occurrence, date);
            self.anchor(on);
            self.use_up(turn.filter(|turn| on < *turn));
        } else if !self.terms.plans_ahead() {
            self.use_up(date);
        }
        self.position.since = Some(at);
    }

    /// The date of the rule that a service uses up when it is done early, where the rule names its dates: counted from the service it
    /// would say the same date again.
    fn turn_of(&self, occurrence: OccurrenceId, date: Option<NaiveDate>) -> Option<NaiveDate> {
        let rule = self.terms.trigger.rule()?;
        let date = date.filter(|_| rule.names_dates())?;
        let held = self.held.filter(|_| self.open == Some(occurrence));
        let turn = held.or_else(|| self.position.next_date(rule));
        turn.filter(|turn| *turn <= date)
    }

    /// A service that only one can be open of is over without having been done: the next one counts from here.
    pub(super) fn pass(&mut self, at: DateTime<Utc>) {
        if let Some(last) = self.readings.last() {
            self.position.base = last.usage;
            self.position.base_at = Some(last.at);
        }
        self.position.since = Some(at);
    }

    pub(super) fn read(&mut self, reading: UsageAt) {
        let place = self
            .readings
            .partition_point(|known| known.at <= reading.at);
        self.readings.insert(place, reading);
        // The oldest is kept longest: what lies between says less about the rate.
        if self.readings.len() > READINGS {
            self.readings.remove(1);
        }
    }

    /// The last reading that was taken by an instant.
    pub(crate) fn read_by(&self, at: DateTime<Utc>) -> Option<UsageAt> {
        let by_then = self.readings.iter().rev();
        by_then.copied().find(|reading| reading.at <= at)
    }

    /// At which use a service is due of a plan that counts use.
    pub(crate) fn use_target(&self) -> Option<u64> {
        let every = match &self.terms.trigger {
            DueWhen::Meter(every) | DueWhen::FirstOf(_, every) | DueWhen::AllOf(_, every) => every,
            DueWhen::Calendar(_) | DueWhen::Condition(_) => return None,
        };
        Some(self.position.base.saturating_add(every.every))
    }
}
