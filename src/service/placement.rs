use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::terms::{HolidayShift, PlanTerms};
use crate::calendar::civil::add_days;

/// Why a service is not on the date that its plan says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Moved {
    /// That date is no working day.
    Holiday,
    /// Nothing is planned on that date.
    Blackout,
    /// That date is out of season.
    Season,
}

/// Where a service came to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// On its own date.
    AsDue,
    /// On another one.
    Moved {
        /// Which one.
        to: NaiveDate,
        /// Why.
        why: Moved,
    },
    /// On its own date, though it should not: within the grace there is no other.
    Stuck {
        /// What stands against the date.
        why: Moved,
    },
    /// Nowhere: it is left out, or would meet the one before or after it.
    LeftOut {
        /// What stands against the date.
        why: Moved,
    },
}

/// How far a holiday moves a service at most, in days.
const FURTHEST: i64 = 62;

/// Where a service that is due on `on` comes to lie: on a working day, in season, outside blackouts, and between its neighbours.
///
/// `after` is the date of the service before it and `before` the date of the one that follows; a service never reaches either. Holidays
/// move it as the terms say; blackouts and seasons to the nearest date within the grace, the earlier of two.
#[must_use]
pub fn place(
    terms: &PlanTerms,
    on: NaiveDate,
    (after, before): (Option<NaiveDate>, Option<NaiveDate>),
    is_working: impl Fn(NaiveDate) -> bool,
) -> Placement {
    let is_black = |date: NaiveDate| {
        let mut blackouts = terms.blackouts.iter();
        blackouts.any(|blackout| blackout.from <= date && date <= blackout.to)
    };
    let against = |date: NaiveDate| {
        if terms.season.is_some_and(|season| !season.contains(date)) {
            Some(Moved::Season)
        } else if is_black(date) {
            Some(Moved::Blackout)
        } else if terms.working_days.is_some() && !is_working(date) {
            Some(Moved::Holiday)
        } else {
            None
        }
    };
    let is_between = |date: NaiveDate| {
        after.is_none_or(|after| after < date) && before.is_none_or(|before| date < before)
    };
    let Some(why) = against(on) else {
        return Placement::AsDue;
    };
    let shift = terms.working_days.as_ref().map(|(_, shift)| *shift);
    if why == Moved::Holiday {
        let step = match shift {
            Some(HolidayShift::Before) => -1,
            Some(HolidayShift::After) => 1,
            Some(HolidayShift::Skip) | None => return Placement::LeftOut { why },
        };
        let walk = (1..=FURTHEST).filter_map(|days| add_days(on, days * step));
        let found = walk
            .take_while(|date| is_between(*date))
            .find(|date| against(*date).is_none());
        return found.map_or(Placement::LeftOut { why }, |to| Placement::Moved {
            to,
            why,
        });
    }
    let (early, late) = (i64::from(terms.grace.before), i64::from(terms.grace.after));
    let nearest = (1..=early.max(late))
        .flat_map(|days| [(days <= early, -days), (days <= late, days)])
        .filter(|(is_within, _)| *is_within)
        .filter_map(|(_, days)| add_days(on, days))
        .find(|date| is_between(*date) && against(*date).is_none());
    nearest.map_or(Placement::Stuck { why }, |to| Placement::Moved { to, why })
}
