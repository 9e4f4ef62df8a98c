use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::trigger::{Condition, DueWhen, MeterInterval};
use crate::calendar::civil::{add_days, add_months};
use crate::calendar::{Recurrence, Rule, Zone};
use crate::kernel::{Code, Problem};

/// From what the dates of a plan are counted. Whatever goes by use counts from the last service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// From the start of the plan: a late service does not move the next one.
    #[default]
    Start,
    /// From the last service that was asked for out of turn, or from the start.
    LastRequest,
    /// From the last service that was done: nothing is due while one is open.
    LastCompletion,
}

/// What happens to a service that is due on a holiday or a date without hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolidayShift {
    /// It is due on the last working day before.
    Before,
    /// It is due on the first working day after.
    After,
    /// It is left out.
    Skip,
}

/// By how many days a service may lie off its date and still count as done on time.
///
/// `before` is judged where dates count from the start or the last request: a service done far too early there leaves a gap until the next.
/// Whatever counts from the last service may be done as early as one likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Grace {
    /// Days before.
    pub before: u32,
    /// Days after; it is overdue when they are over.
    pub after: u32,
}

/// Dates on which nothing is planned, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blackout {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
}

/// The part of each year in which something is planned: months and days, both included; it may go over the new year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Season {
    /// The first month and day, as `[4, 15]`.
    pub from: (u32, u32),
    /// The last.
    pub to: (u32, u32),
}

impl Season {
    /// Whether a date lies in it.
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        let day = (date.month(), date.day());
        if self.from <= self.to {
            self.from <= day && day <= self.to
        } else {
            day >= self.from || day <= self.to
        }
    }
}

/// Hours of the day in which customers are not written to; from the evening to the morning when `to` is not later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// From this time.
    pub from: NaiveTime,
    /// Up to, not including, this time.
    pub to: NaiveTime,
}

/// What a plan of service is like: what the business configures, and what is pinned into each plan.
///
/// Everything civil (dates, times of the day) is in `zone`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanTerms {
    /// Which edition of the terms; a plan keeps the one it began with.
    #[serde(default = "first")]
    pub revision: u32,
    /// The zone of its dates.
    pub zone: Zone,
    /// What makes a service due.
    pub trigger: DueWhen,
    /// From what its dates are counted.
    #[serde(default)]
    pub anchor: Anchor,
    /// Whether the first service is due on the day the plan starts, and not one interval later.
    #[serde(default)]
    pub first_at_start: bool,
    /// How long a plan lasts, in months; until it is ended when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term_months: Option<u32>,
    /// How many days ahead services are planned; no more than 3,660, and no fewer than the longest reminder.
    #[serde(default = "month")]
    pub horizon_days: u32,
    /// How far off its date a service may lie.
    #[serde(default)]
    pub grace: Grace,
    /// Whose working days count, as a calendar of the rulebook, and what happens to a service on another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_days: Option<(Code, HolidayShift)>,
    /// Dates on which nothing is planned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blackouts: Vec<Blackout>,
    /// The part of the year in which something is planned; see [`in_season`](Self::in_season).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season: Option<Season>,
    /// How many days before it is due the customer is reminded.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub remind_days_before: BTreeSet<u32>,
    /// At what time of the day the customer is written to.
    #[serde(default = "nine")]
    pub remind_at: NaiveTime,
    /// How many services in a row may fall overdue without anybody touching one, before the plan is switched off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale_after: Option<u32>,
    /// The team that is told when a service is overdue or a plan was switched off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Code>,
}

/// So many days ahead, and so far off its date, a service lies at most: ten years.
pub(super) const MOST_DAYS: u32 = 3_660;

const fn first() -> u32 {
    1
}

const fn month() -> u32 {
    30
}

fn nine() -> NaiveTime {
    NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default()
}

impl PlanTerms {
    /// Terms with this trigger in this zone: counted from the start, planned thirty days ahead, without grace or reminders.
    #[must_use]
    pub fn new(zone: Zone, trigger: DueWhen) -> Self {
        Self {
            revision: first(),
            zone,
            trigger,
            anchor: Anchor::Start,
            first_at_start: false,
            term_months: None,
            horizon_days: month(),
            grace: Grace::default(),
            working_days: None,
            blackouts: Vec::new(),
            season: None,
            remind_days_before: BTreeSet::new(),
            remind_at: nine(),
            stale_after: None,
            team: None,
        }
    }

    /// Due by use.
    #[must_use]
    pub fn by_meter(zone: Zone, every: MeterInterval) -> Self {
        Self::new(zone, DueWhen::Meter(every))
    }

    /// Due by dates. Times of the day that the rule names are not looked at: a service is due on a date. A rule that is counted
    /// ([`times`](Rule::times)) counts the first day of the plan, too, though that is a service only with
    /// [`first_at_start`](Self::first_at_start). Where dates count from the last service, a rulebook with such a rule is refused
    /// (`service.count_begins_anew`): the count would begin anew with each; say [`lasting`](Self::lasting) or an end instead.
    #[must_use]
    pub fn by_calendar(zone: Zone, rule: Rule) -> Self {
        Self::new(zone, DueWhen::Calendar(rule))
    }

    /// Due by dates or by use, whichever comes first. One service resets both.
    ///
    /// ```
    /// use aftercare::calendar::{Rule, Zone};
    /// use aftercare::{code, service::{MeterInterval, PlanTerms}};
    ///
    /// let oil = MeterInterval::every(10_000, code!("km"));
    /// let van = PlanTerms::first_of(Zone::utc(), Rule::every_months(12), oil);
    /// assert_eq!(van.trigger.meter(), Some(&code!("km")));
    /// ```
    #[must_use]
    pub fn first_of(zone: Zone, rule: Rule, every: MeterInterval) -> Self {
        Self::new(zone, DueWhen::FirstOf(rule, every))
    }

    /// Due when both the date and the use have come. One service resets both.
    #[must_use]
    pub fn all_of(zone: Zone, rule: Rule, every: MeterInterval) -> Self {
        Self::new(zone, DueWhen::AllOf(rule, every))
    }

    /// Due by what a reading shows.
    ///
    /// ```
    /// use aftercare::calendar::Zone;
    /// use aftercare::{code, service::{Condition, PlanTerms}};
    ///
    /// let brakes = PlanTerms::on_condition(Zone::utc(), Condition::at_most(3, code!("pad_mm")));
    /// assert!(brakes.trigger.rule().is_none());
    /// ```
    #[must_use]
    pub fn on_condition(zone: Zone, condition: Condition) -> Self {
        Self::new(zone, DueWhen::Condition(condition))
    }

    /// Counted from something else.
    #[must_use]
    pub const fn anchored(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    /// With the first service on the day the plan starts.
    #[must_use]
    pub const fn first_at_start(mut self) -> Self {
        self.first_at_start = true;
        self
    }

    /// Lasting so many months.
    #[must_use]
    pub const fn lasting(mut self, months: u32) -> Self {
        self.term_months = Some(months);
        self
    }

    /// Planned so many days ahead.
    #[must_use]
    pub const fn with_horizon(mut self, days: u32) -> Self {
        self.horizon_days = days;
        self
    }

    /// On time from so many days before to so many days after.
    #[must_use]
    pub const fn with_grace(mut self, before: u32, after: u32) -> Self {
        self.grace = Grace { before, after };
        self
    }

    /// On the working days of a calendar of the rulebook.
    #[must_use]
    pub fn on_working_days(mut self, calendar: Code, shift: HolidayShift) -> Self {
        self.working_days = Some((calendar, shift));
        self
    }

    /// With nothing planned on these dates, both included: a service that would lie there moves to the nearest date outside, as far as the
    /// grace goes. Where that is not far enough it stays on its date and says so ([`stuck`](super::Occurrence::stuck)), because
    /// a service that is left out in silence is worse than one on a bad date; whoever plans visits puts it off or leaves it out.
    #[must_use]
    pub fn without(mut self, from: NaiveDate, to: NaiveDate) -> Self {
        self.blackouts.push(Blackout { from, to });
        self
    }

    /// In a part of the year: months and days, both included. A service out of season moves into it as far as the grace goes. Where that is
    /// not far enough it stays on its date and says so ([`stuck`](super::Occurrence::stuck)), as with [`without`](Self::without): the terms
    /// need a grace that spans the time without service, or a rule that names the months (`FREQ=MONTHLY;BYMONTH=4,5,6`).
    #[must_use]
    pub const fn in_season(mut self, from: (u32, u32), to: (u32, u32)) -> Self {
        self.season = Some(Season { from, to });
        self
    }

    /// With a reminder so many days before. One whose time is past when the service is planned is given at once, the last of several
    /// only; not for a service that somebody asked for or put off.
    #[must_use]
    pub fn remind(mut self, days_before: u32) -> Self {
        self.remind_days_before.insert(days_before);
        self
    }

    /// Switched off after so many in a row that nobody touched.
    #[must_use]
    pub const fn stale_after(mut self, count: u32) -> Self {
        self.stale_after = Some(count);
        self
    }

    /// Whether several services can be open at a time: only of dates that do not depend on when the last one was done.
    #[must_use]
    pub const fn plans_ahead(&self) -> bool {
        matches!(self.trigger, DueWhen::Calendar(_))
            && !matches!(self.anchor, Anchor::LastCompletion)
    }

    /// Whether its dates count from the last service that was done, whatever the anchor says.
    pub(crate) const fn counts_from_last(&self) -> bool {
        matches!(self.trigger, DueWhen::FirstOf(..) | DueWhen::AllOf(..))
            || matches!(self.anchor, Anchor::LastCompletion)
    }

    /// The last day of a plan that starts on this date: the day before the anniversary. `None` without an end.
    ///
    /// ```
    /// use aftercare::calendar::{Rule, Zone};
    /// use aftercare::service::PlanTerms;
    /// use chrono::NaiveDate;
    ///
    /// let on = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    /// let year = PlanTerms::by_calendar(Zone::utc(), Rule::every_years(1)).lasting(12);
    /// assert_eq!(year.last_day(on(2022, 4, 11)), Some(on(2023, 4, 10)));
    /// ```
    #[must_use]
    pub fn last_day(&self, starts_on: NaiveDate) -> Option<NaiveDate> {
        let months = i32::try_from(self.term_months?).ok()?;
        add_days(add_months(starts_on, months)?, -1)
    }

    /// Everything that is wrong with the terms.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut wrong = |path: &str, code: &'static str, facts: String| {
            found.push(Problem::new(path, code, facts));
        };
        if let Some(rule) = self.trigger.rule() {
            let anchor = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default();
            let checked = Recurrence::new(rule.clone(), anchor.into(), Zone::utc());
            match checked {
                Err(refusal) if refusal.code() != "calendar.end_before_start" => {
                    wrong("trigger", refusal.code(), refusal.to_string());
                }
                Ok(_) | Err(_) => {}
            }
        }
        let never = self.trigger.rule().is_some_and(|rule| {
            // An end or a count depends on the start: a plan that has none left is refused when it starts.
            let anchor = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default();
            let rule = Recurrence::new(rule.clone().endless(), anchor.into(), Zone::utc());
            rule.is_ok_and(|rule| rule.iter().next().is_none())
        });
        if never {
            wrong("trigger", "service.never_due", String::new());
        }
        // With each service the count would begin anew: such a plan would never be over.
        if let Some(count) = self.trigger.rule().and_then(Rule::count)
            && self.counts_from_last()
        {
            wrong("trigger", "service.count_begins_anew", count.to_string());
        }
        for (path, days) in [
            ("horizon_days", self.horizon_days),
            ("grace.before", self.grace.before),
            ("grace.after", self.grace.after),
        ] {
            if days > MOST_DAYS {
                wrong(path, "service.too_many_days", days.to_string());
            }
        }
        // A service that is not planned yet cannot be reminded of.
        if let Some(days) = self.remind_days_before.last()
            && *days > self.horizon_days
        {
            wrong(
                "remind_days_before",
                "service.reminder_beyond_horizon",
                days.to_string(),
            );
        }
        let every = match &self.trigger {
            DueWhen::Meter(every) | DueWhen::FirstOf(_, every) | DueWhen::AllOf(_, every) => {
                Some(every)
            }
            DueWhen::Calendar(_) | DueWhen::Condition(_) => None,
        };
        if let Some(every) = every {
            if every.every == 0 {
                wrong(
                    "trigger.every",
                    "service.zero_interval",
                    every.meter.to_string(),
                );
            } else if every.lead >= every.every {
                wrong(
                    "trigger.lead",
                    "service.lead_too_long",
                    every.lead.to_string(),
                );
            }
        }
        if let DueWhen::Condition(condition) = &self.trigger
            && condition.threshold.is_always_met()
        {
            let meter = condition.meter.to_string();
            wrong("trigger.threshold", "service.always_due", meter);
        }
        if self.term_months == Some(0) {
            wrong("term_months", "service.end_before_start", 0.to_string());
        }
        if self.stale_after == Some(0) {
            wrong("stale_after", "service.zero_interval", 0.to_string());
        }
        for (n, blackout) in self.blackouts.iter().enumerate() {
            if blackout.to < blackout.from {
                let facts = format!("{} to {}", blackout.from, blackout.to);
                wrong(
                    &format!("blackouts[{n}]"),
                    "service.end_before_start",
                    facts,
                );
            }
        }
        if let Some(season) = self.season {
            for (month, day) in [season.from, season.to] {
                if NaiveDate::from_ymd_opt(2000, month, day).is_none() {
                    wrong("season", "service.no_such_day", format!("{month}-{day}"));
                }
            }
        }
        found
    }
}
