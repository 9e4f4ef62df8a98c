//! Times in repair: what they add to a warranty, and how long a repair may take.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::remedy::Remedy;
use crate::calendar::{BusinessHours, civil};
use crate::kernel::{Code, Problem};

/// A time that a unit was, or is, in repair: from the date of the notice, or of the filing where only the customer names an
/// earlier notice, to the date it was back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spell {
    /// Since when.
    pub from: NaiveDate,
    /// When the unit was back with its owner; absent while it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// Which component was repaired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<Code>,
    /// When it was said that the repair will not be done; absent while it is to be, or was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_up_on: Option<NaiveDate>,
}

impl Spell {
    /// One between these dates.
    #[must_use]
    pub const fn new(from: NaiveDate, to: Option<NaiveDate>) -> Self {
        Self {
            from,
            to,
            component: None,
            given_up_on: None,
        }
    }

    /// When it was no longer in repair: it was back, or the repair was given up.
    fn stopped_on(&self) -> Option<NaiveDate> {
        self.to.into_iter().chain(self.given_up_on).min()
    }
}

/// What repairs do to the end of a term. Each regime says for itself; nothing of it shortens a term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Extends {
    /// The calendar days in repair are added, days of overlapping repairs once.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub days_in_repair: bool,
    /// The day on which the unit comes back counts as a day in repair.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub return_day_counts: bool,
    /// The first repair adds so many calendar months, unless it is given up; later ones add none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months_once: Option<u32>,
    /// The term does not end while a repair is open: until the unit is back, even if the repair was given up.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub while_open: bool,
    /// The component that was repaired stays covered for so many days after it was back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recheck_days: Option<u32>,
}

/// What repairs did to the end of a term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Days in repair that were added.
    pub days: u32,
    /// Months that were added.
    pub months: u32,
    /// Whether a repair that counts is still open.
    pub is_open: bool,
}

impl Extends {
    /// The end of a term as it stands on a date, and what repairs added to it.
    ///
    /// Only repairs count that began on that date or before, and while the term, with what earlier repairs had
    /// added, was running. An open one counts up to the date. Months are added to the term before days: the other way round a
    /// month's end would count for less or more by the order of repairs.
    #[must_use]
    pub fn end(self, base: NaiveDate, spells: &[Spell], on: NaiveDate) -> (NaiveDate, Extension) {
        let mut extension = Extension::default();
        let mut end = base;
        let mut sorted: Vec<_> = spells.iter().filter(|spell| spell.from <= on).collect();
        sorted.sort_unstable_by_key(|spell| (spell.from, spell.to.is_none(), spell.to));
        // The term with its months, and the day up to which an open repair holds it.
        let (mut with_months, mut held) = (base, base);
        // The first day that no earlier repair has counted.
        let mut counted = NaiveDate::MIN;
        for spell in sorted {
            if spell.from > end && spell.from >= counted {
                continue;
            }
            let stop = match self.while_open {
                true => spell.to,
                false => spell.stopped_on(),
            };
            let is_open = stop.is_none_or(|to| to > on);
            extension.is_open |= is_open;
            let to = spell.stopped_on().unwrap_or(on).min(on);
            let counts = spell.given_up_on.is_none();
            if self.days_in_repair {
                let stop = match self.return_day_counts {
                    true => to.succ_opt().unwrap_or(to),
                    false => to,
                };
                let days = days_between(spell.from.max(counted), stop);
                counted = counted.max(stop);
                extension.days = extension.days.saturating_add(days);
            }
            if let Some(months) = self.months_once.filter(|_| counts && extension.months == 0) {
                extension.months = months;
                let months = i32::try_from(months).unwrap_or(i32::MAX);
                with_months = civil::add_months(base, months).unwrap_or(NaiveDate::MAX);
            }
            if self.while_open && is_open {
                held = on;
            }
            end = after(with_months, extension.days).max(held);
        }
        (end, extension)
    }

    /// Up to when the last repair of a component keeps it covered, whatever the term says.
    #[must_use]
    pub fn recheck_until(self, component: Option<&Code>, spells: &[Spell]) -> Option<NaiveDate> {
        let days = self.recheck_days?;
        let same = |spell: &&Spell| component.is_none() || spell.component.as_ref() == component;
        let done = spells.iter().filter(|spell| spell.given_up_on.is_none());
        let backs = done.filter(same).filter_map(|spell| spell.to);
        Some(after(backs.max()?, days))
    }
}

fn after(date: NaiveDate, days: u32) -> NaiveDate {
    let later = date.checked_add_days(Days::new(days.into()));
    later.unwrap_or(NaiveDate::MAX)
}

fn days_between(from: NaiveDate, to: NaiveDate) -> u32 {
    u32::try_from(to.signed_duration_since(from).num_days()).unwrap_or(0)
}

/// Which days a limit counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// The working days of the regime, which are not those of the desk.
    #[default]
    Working,
    /// Calendar days.
    Calendar,
}

/// From when the time for a repair counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountsFrom {
    /// From the date on which the customer gave notice of the fault ([`Filing::counts_from`](super::Filing::counts_from)).
    #[default]
    Notice,
    /// From the date on which the unit was handed in.
    HandIn,
}

/// How long a repair may take under a regime.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairTime {
    /// The most days it may take; no fixed number when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_days: Option<u32>,
    /// The most days for products of some categories.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub most_days_by_category: BTreeMap<Code, u32>,
    /// After so many days without a repair the customer is lent a similar item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loaner_after_days: Option<u32>,
    /// Which days count.
    #[serde(default)]
    pub counted: Counted,
    /// The calendar of the rulebook whose days with hours are the regime's working days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Code>,
    /// From when the days count while the warranty runs.
    #[serde(default)]
    pub in_warranty: CountsFrom,
    /// From when they count afterwards.
    #[serde(default)]
    pub out_of_warranty: CountsFrom,
    /// Whether the first day, that of the notice or hand-in, is day 1; otherwise day 1 is the next one that counts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first_day_counts: bool,
    /// Whether a day of which a holiday takes a part is a working day.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub half_days_count: bool,
    /// For which reasons the time may be extended; for none when empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub extendable_for: BTreeSet<Code>,
}

/// By when something that was granted has to be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenWithin {
    /// Which remedies.
    pub remedies: BTreeSet<Remedy>,
    /// So many days.
    pub days: u32,
    /// Which days count; working days are those of the calendar for repairs.
    #[serde(default)]
    pub counted: Counted,
    /// Whether they count from the notice of the fault; otherwise from the day on which it was granted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_notice: bool,
    /// Whether that day is day 1.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first_day_counts: bool,
}

/// By when a repair must be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairDue {
    /// From when the days count.
    pub from: NaiveDate,
    /// The last date on which the repair is in time; absent where the regime has no fixed number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_by: Option<NaiveDate>,
    /// The last date without a loaner; absent where none is owed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loaner_by: Option<NaiveDate>,
}

impl RepairTime {
    /// The most days for a category.
    #[must_use]
    pub fn most_days(&self, category: Option<&Code>) -> Option<u32> {
        let own = category.and_then(|category| self.most_days_by_category.get(category));
        own.copied().or(self.most_days)
    }

    /// From when the days count; `None` while that has not happened.
    #[must_use]
    pub fn counts_from(
        &self,
        noticed: NaiveDate,
        handed_in: Option<NaiveDate>,
        in_warranty: bool,
    ) -> Option<NaiveDate> {
        let from = match in_warranty {
            true => self.in_warranty,
            false => self.out_of_warranty,
        };
        match from {
            CountsFrom::Notice => Some(noticed),
            CountsFrom::HandIn => handed_in,
        }
    }

    /// By when a repair must be done that counts from this date. `calendar` is the one the regime names.
    ///
    /// # Errors
    /// [`Refusal::NoCalendar`] when working days count and there is no calendar; [`Refusal::Calendar`] when it has
    /// too few working days.
    pub fn due(
        &self,
        from: NaiveDate,
        category: Option<&Code>,
        calendar: Option<&BusinessHours>,
    ) -> Result<RepairDue, Refusal> {
        let last = |days: Option<u32>| match days {
            Some(days) => self.last_day(from, days, calendar).map(Some),
            None => Ok(None),
        };
        Ok(RepairDue {
            from,
            done_by: last(self.most_days(category))?,
            loaner_by: last(self.loaner_after_days)?,
        })
    }

    fn last_day(
        &self,
        from: NaiveDate,
        days: u32,
        calendar: Option<&BusinessHours>,
    ) -> Result<NaiveDate, Refusal> {
        let after_first = days.saturating_sub(u32::from(self.first_day_counts));
        if self.counted == Counted::Calendar {
            return Ok(after(from, after_first));
        }
        let calendar = calendar.ok_or_else(|| Refusal::NoCalendar {
            calendar: self.calendar.clone(),
        })?;
        let half_days: Vec<NaiveDate> = match self.half_days_count {
            true => Vec::new(),
            false => half_days(calendar),
        };
        let eve = match self.first_day_counts {
            true => from.pred_opt().unwrap_or(from),
            false => from,
        };
        let mut dates = calendar
            .business_dates_after(eve)?
            .filter(|date| !half_days.contains(date));
        let place = usize::try_from(days).unwrap_or(usize::MAX);
        match place.checked_sub(1) {
            Some(place) => dates.nth(place).ok_or(Refusal::NoWorkingDay { from }),
            None => Ok(from),
        }
    }

    /// What is wrong with it, each with its path from here.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let has_limit = self.most_days.is_some()
            || self.loaner_after_days.is_some()
            || !self.most_days_by_category.is_empty();
        let mut found = Vec::new();
        if has_limit && self.counted == Counted::Working && self.calendar.is_none() {
            let facts = "working days need a calendar";
            found.push(Problem::new("calendar", "warranty.no_calendar", facts));
        }
        let mut all = self
            .most_days
            .iter()
            .chain(self.most_days_by_category.values());
        if all.any(|days| *days == 0) || self.loaner_after_days == Some(0) {
            found.push(Problem::new("most_days", "warranty.no_days", 0));
        }
        found
    }
}

/// Dates of which a holiday takes a part.
fn half_days(calendar: &BusinessHours) -> Vec<NaiveDate> {
    let holidays = calendar.spec().holidays.iter();
    let half = holidays.filter(|day| day.opens_at.is_some() || day.closes_at.is_some());
    half.filter_map(|day| day.on.parse().ok()).collect()
}

/// The last date of a right to reject goods that the waiting for a repair stopped: what was left of it when the
/// repair was asked for, or at least `least_days`, from the date the goods were back, whichever is later
/// (United Kingdom, Consumer Rights Act 2015, s. 22(6) to (8)).
///
/// `None` when the right had ended before the repair was asked for.
#[must_use]
pub fn reject_until(
    last_day: NaiveDate,
    asked_on: NaiveDate,
    back_on: NaiveDate,
    least_days: u32,
) -> Option<NaiveDate> {
    let left: TimeDelta = last_day.signed_duration_since(asked_on);
    let left = u32::try_from(left.num_days()).ok()?;
    Some(after(back_on, left.max(least_days)))
}
