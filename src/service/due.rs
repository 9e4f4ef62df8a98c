use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::terms::PlanTerms;
use super::trigger::DueWhen;
use crate::calendar::civil::date_in;
use crate::calendar::{Recurrence, Rule, Zone};

/// How much a unit had been used at an instant, in its meter's counts since it was new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageAt {
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// How much.
    pub usage: u64,
}

/// From where a plan counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The date from which its rule counts.
    pub anchor_on: NaiveDate,
    /// Whether that date is itself an occurrence.
    #[serde(default)]
    pub at_anchor: bool,
    /// The last date of the rule that is used up: the next one is later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<NaiveDate>,
    /// The use from which its interval counts.
    #[serde(default)]
    pub base: u64,
    /// When the reading was taken that showed that use, UTC: put right, so is the use. Absent when it was told without a reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_at: Option<DateTime<Utc>>,
    /// Only readings later than this are looked at for a condition, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
    /// The date on which the plan last went on after a rest: whatever a meter says, nothing is due before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed_on: Option<NaiveDate>,
}

impl Position {
    /// At the start of a plan.
    #[must_use]
    pub const fn starting(on: NaiveDate, at_anchor: bool) -> Self {
        Self {
            anchor_on: on,
            at_anchor,
            after: None,
            base: 0,
            base_at: None,
            since: None,
            resumed_on: None,
        }
    }

    /// The next date of the rule, worked out from the anchor.
    #[must_use]
    pub fn next_date(&self, rule: &Rule) -> Option<NaiveDate> {
        let midnight = |date: NaiveDate| date.and_time(NaiveTime::MIN);
        let anchor = midnight(self.anchor_on);
        let recurrence = Recurrence::new(rule.clone(), anchor, Zone::utc()).ok()?;
        let from = if self.at_anchor {
            anchor.checked_sub_signed(TimeDelta::seconds(1))?
        } else {
            anchor
        };
        let from = self.after.map_or(from, |after| from.max(midnight(after)));
        // A rule may name times of the day; a service is due on a date.
        let mut next = recurrence.after_local(from)?;
        while self.after == Some(next.date()) || (!self.at_anchor && next.date() == self.anchor_on)
        {
            next = recurrence.after_local(next)?;
        }
        Some(next.date())
    }
}

/// A due date foreseen from use: on what readings it rests.
///
/// The use between the two readings is taken as the rate from then on. It is counted from the newer reading, so the date does not
/// move while no new reading comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Projection {
    /// The older reading.
    pub from: UsageAt,
    /// The newer reading.
    pub to: UsageAt,
}

/// Readings further apart than this say little about the use of today.
const WINDOW: TimeDelta = TimeDelta::days(366);

impl Projection {
    /// The projection from these readings, in order: the newest, and the oldest within a year before it. `None` without two
    /// readings at different instants, or without use between them.
    #[must_use]
    pub fn of(readings: &[UsageAt]) -> Option<Self> {
        let to = *readings.last()?;
        let mut within = readings
            .iter()
            .filter(|reading| to.at - reading.at <= WINDOW);
        let from = *within.next()?;
        (from.at < to.at && from.usage < to.usage).then_some(Self { from, to })
    }

    /// When the use reaches `target` if it goes on as it did, UTC; `None` beyond the years that instants hold.
    #[must_use]
    pub fn reaches(&self, target: u64) -> Option<DateTime<Utc>> {
        let left = i128::from(target.saturating_sub(self.to.usage));
        let used = i128::from(self.to.usage.saturating_sub(self.from.usage));
        let span = i128::from((self.to.at - self.from.at).num_milliseconds());
        let wait = i64::try_from((left * span).checked_div(used)?).ok()?;
        self.to
            .at
            .checked_add_signed(TimeDelta::try_milliseconds(wait)?)
    }
}

/// Why a service is due on its date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Basis {
    /// The plan's rule says so.
    Calendar {},
    /// The use reached what the interval allows.
    Usage {
        /// The use at which it is due.
        target: u64,
        /// The reading that showed it.
        reading: UsageAt,
    },
    /// The use will reach what the interval allows, if it goes on as it did.
    Projected {
        /// The use at which it is due.
        target: u64,
        /// From which readings that follows.
        projection: Projection,
    },
    /// A reading was beyond its limit.
    Condition {
        /// The reading.
        reading: UsageAt,
    },
    /// Somebody asked for it.
    Request {},
}

/// When a service is due next, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextDue {
    /// The date, in the zone of the terms.
    pub on: NaiveDate,
    /// Why.
    pub basis: Basis,
}

impl NextDue {
    /// Whether it is due at this use, and not only foreseen.
    #[must_use]
    pub const fn is_reached(&self) -> bool {
        matches!(self.basis, Basis::Usage { .. } | Basis::Condition { .. })
    }
}

/// When a service is due next, before holidays are looked at: by the terms, from where the plan counts, with the use as it was read.
///
/// `readings` are in order of their instants. `None` when that cannot be said: no date is left in the rule, no reading foretells
/// when the use will be reached.
///
/// ```
/// use aftercare::calendar::{Rule, Zone};
/// use aftercare::service::{PlanTerms, Position, next_due};
/// use chrono::NaiveDate;
///
/// let on = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
/// let terms = PlanTerms::by_calendar(Zone::utc(), Rule::every_months(1));
/// let mut position = Position::starting(on(2026, 1, 31), false);
/// assert_eq!(next_due(&terms, &position, &[]).unwrap().on, on(2026, 2, 28));
/// position.after = Some(on(2026, 2, 28));
/// assert_eq!(next_due(&terms, &position, &[]).unwrap().on, on(2026, 3, 31));
/// ```
#[must_use]
pub fn next_due(terms: &PlanTerms, position: &Position, readings: &[UsageAt]) -> Option<NextDue> {
    let by_date = |rule: &Rule| {
        let on = position.next_date(rule)?;
        let basis = Basis::Calendar {};
        Some(NextDue { on, basis })
    };
    // Whatever a meter says: not before the plan starts or goes on, nor before the service from which it counts.
    let earliest = position.anchor_on;
    let earliest = position.resumed_on.map_or(earliest, |on| on.max(earliest));
    let date_of = |at| date_in(&terms.zone, at).max(earliest);
    let by_use = |every: &super::MeterInterval| {
        let target = position.base.saturating_add(every.every);
        let reached = readings
            .iter()
            .find(|reading| every.is_reached(reading.usage, target));
        if let Some(reading) = reached {
            let basis = Basis::Usage {
                target,
                reading: *reading,
            };
            return Some(NextDue {
                on: date_of(reading.at),
                basis,
            });
        }
        let projection = Projection::of(readings)?;
        let on = date_of(projection.reaches(every.due_from(target))?);
        let basis = Basis::Projected { target, projection };
        Some(NextDue { on, basis })
    };
    match &terms.trigger {
        DueWhen::Calendar(rule) => by_date(rule),
        DueWhen::Meter(every) => by_use(every),
        DueWhen::FirstOf(rule, every) => match (by_date(rule), by_use(every)) {
            (Some(date), Some(usage)) if usage.on < date.on => Some(usage),
            (Some(date), _) => Some(date),
            (None, usage) => usage,
        },
        DueWhen::AllOf(rule, every) => {
            let (date, usage) = (by_date(rule)?, by_use(every)?);
            Some(if usage.on > date.on { usage } else { date })
        }
        DueWhen::Condition(condition) => {
            let mut later = readings
                .iter()
                .filter(|reading| position.since.is_none_or(|since| reading.at > since));
            let reading = *later.find(|reading| condition.threshold.is_met(reading.usage))?;
            let on = date_of(reading.at);
            let basis = Basis::Condition { reading };
            Some(NextDue { on, basis })
        }
    }
}
