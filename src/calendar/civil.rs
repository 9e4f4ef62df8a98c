//! Dates on the wall: steps by day and month, and where a civil day begins and ends.
//!
//! Tomorrow is the next date, resolved in the zone. It is not 24 hours from now.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};

use super::period::Period;
use super::zone::{Resolve, Zone};

/// The date `months` later (earlier when negative), at the month's last day where the month is too short.
///
/// `None` only beyond the years that a [`NaiveDate`] can hold.
///
/// ```
/// use aftercare::calendar::civil::add_months;
/// use chrono::NaiveDate;
///
/// let bought_on = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
/// assert_eq!(add_months(bought_on, 24), NaiveDate::from_ymd_opt(2026, 2, 28));
/// ```
#[must_use]
pub fn add_months(date: NaiveDate, months: i32) -> Option<NaiveDate> {
    let by = Months::new(months.unsigned_abs());
    if months < 0 {
        date.checked_sub_months(by)
    } else {
        date.checked_add_months(by)
    }
}

/// The date `years` later (earlier when negative); 29 February becomes 28 February in a common year.
///
/// `None` only beyond the years that a [`NaiveDate`] can hold.
#[must_use]
pub fn add_years(date: NaiveDate, years: i32) -> Option<NaiveDate> {
    add_months(date, years.checked_mul(12)?)
}

/// The date `days` later (earlier when negative).
///
/// `None` only beyond the years that a [`NaiveDate`] can hold.
#[must_use]
pub fn add_days(date: NaiveDate, days: i64) -> Option<NaiveDate> {
    let by = Days::new(days.unsigned_abs());
    if days < 0 {
        date.checked_sub_days(by)
    } else {
        date.checked_add_days(by)
    }
}

/// How many whole months lie between two dates, counted as [`add_months`] steps; negative when `to` is earlier.
///
/// ```
/// use aftercare::calendar::civil::months_between;
/// use chrono::NaiveDate;
///
/// let on = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
/// assert_eq!(months_between(on(2024, 1, 31), on(2024, 2, 29)), 1);
/// assert_eq!(months_between(on(2024, 1, 31), on(2024, 3, 30)), 1);
/// ```
#[must_use]
pub fn months_between(from: NaiveDate, to: NaiveDate) -> i32 {
    if to < from {
        return -months_between(to, from);
    }
    let month = |date: NaiveDate| date.year() * 12 + i32::try_from(date.month0()).unwrap_or(0);
    let months = month(to) - month(from);
    match add_months(from, months) {
        Some(reached) if reached > to => months - 1,
        _ => months,
    }
}

/// The last date of the month in which `date` lies.
#[must_use]
pub fn end_of_month(date: NaiveDate) -> NaiveDate {
    let days = u32::from(date.num_days_in_month());
    date.with_day(days).unwrap_or(date)
}

/// The date that calendars on the wall of `zone` show at `at`.
#[must_use]
pub fn date_in(zone: &Zone, at: DateTime<Utc>) -> NaiveDate {
    zone.local(at).date()
}

/// The first instant of `date` in `zone`: midnight, or the first instant after a gap that swallows midnight.
#[must_use]
pub fn start_of_day(zone: &Zone, date: NaiveDate) -> DateTime<Utc> {
    zone.resolve(date.and_time(NaiveTime::MIN), Resolve::Earliest)
}

/// The first instant after `date` in `zone`, that is, where the next date starts.
#[must_use]
pub fn end_of_day(zone: &Zone, date: NaiveDate) -> DateTime<Utc> {
    date.succ_opt()
        .map_or(DateTime::<Utc>::MAX_UTC, |next| start_of_day(zone, next))
}

/// The whole of `date` in `zone`; 23 or 25 hours long where clocks change.
#[must_use]
pub fn day(zone: &Zone, date: NaiveDate) -> Period {
    Period {
        start: start_of_day(zone, date),
        end: end_of_day(zone, date),
    }
}

/// The same clock time on the date `days` later (earlier when negative).
///
/// A clock time shown twice means the first; one that is skipped means the first instant after the gap.
/// `None` only beyond the years that a [`NaiveDate`] can hold.
#[must_use]
pub fn same_time_in_days(zone: &Zone, at: DateTime<Utc>, days: i64) -> Option<DateTime<Utc>> {
    if zone.keeps_clock(at, days) {
        // The zone's date and the one in UTC then move alike.
        let utc = at.naive_utc();
        return Some(add_days(utc.date(), days)?.and_time(utc.time()).and_utc());
    }
    let local = zone.local(at);
    let date = add_days(local.date(), days)?;
    Some(zone.resolve(date.and_time(local.time()), Resolve::Earliest))
}

/// The same clock time on the date `months` later, as [`add_months`] finds it.
///
/// A clock time shown twice means the first; one that is skipped means the first instant after the gap.
/// `None` only beyond the years that a [`NaiveDate`] can hold.
#[must_use]
pub fn same_time_in_months(zone: &Zone, at: DateTime<Utc>, months: i32) -> Option<DateTime<Utc>> {
    let local = zone.local(at);
    if months == 0 {
        return Some(at);
    }
    let date = add_months(local.date(), months)?;
    Some(zone.resolve(date.and_time(local.time()), Resolve::Earliest))
}
