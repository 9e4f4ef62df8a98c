//! Which dates and times recur, before they are anchored anywhere.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc, Weekday};
use serde::{Deserialize, Serialize};

/// How long a period of a [`Rule`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// A day.
    Daily,
    /// A week, from its first day ([`Rule::with_week_start`]).
    Weekly,
    /// A month of the Gregorian calendar.
    Monthly,
    /// A year of the Gregorian calendar.
    Yearly,
}

/// What becomes of a date that a month does not have, such as 31 April. The names are those of RFC 7529, 4.1 (`SKIP`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthEnd {
    /// The last date before it: 30 April. The default of rules that are built.
    #[default]
    Backward,
    /// The first date after it: 1 May.
    Forward,
    /// It is left out. The default of RFC 5545, and so of rules that are read from text without `SKIP`.
    Omit,
}

/// The last moment at which a rule may occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Until {
    /// The whole of this date, where the rule is anchored.
    Date(NaiveDate),
    /// This local time, where the rule is anchored.
    Local(NaiveDateTime),
    /// This instant.
    Instant(DateTime<Utc>),
}

/// A weekday, or the nth of a month or year: counted from the end when negative, any when `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Day {
    pub(super) nth: Option<i16>,
    pub(super) weekday: Weekday,
}

/// Which dates and times recur: a period, how many of them lie between one and the next, and what is meant within it.
///
/// A rule is made by naming an interval and narrowing it, or read from the text of an RFC 5545 recurrence rule, as which
/// it is also serialised. It says nothing until a [`Recurrence`](super::Recurrence) anchors it, which also checks it.
///
/// | RFC 5545 part | Supported |
/// |---|---|
/// | `FREQ` | `DAILY`, `WEEKLY`, `MONTHLY`, `YEARLY`; not `HOURLY`, `MINUTELY`, `SECONDLY` |
/// | `INTERVAL`, `COUNT`, `UNTIL`, `WKST`, `BYSETPOS` | yes |
/// | `BYMONTH`, `BYMONTHDAY` | yes; in weekly and daily rules they limit |
/// | `BYDAY` | yes; ordinals count within the month, or within the year of a yearly rule without `BYMONTH`, and mean nothing in weekly and daily rules |
/// | `BYHOUR`, `BYMINUTE`, `BYSECOND` | yes, as times of a day |
/// | `BYYEARDAY`, `BYWEEKNO`, `BYEASTER` | no |
/// | `SKIP` (RFC 7529) | yes, with or without `RSCALE=GREGORIAN`; days counted from the end of a month only down to -28 |
/// | `X-MONTH-END=STICKY` | our own, see [`sticky`](Self::sticky) |
///
/// What is not supported is refused with [`Refusal::UnsupportedRule`](crate::calendar::Refusal::UnsupportedRule), which names the part.
///
/// ```
/// use aftercare::calendar::Rule;
/// use chrono::Weekday;
///
/// let twice_a_year = Rule::every_months(6);
/// let first_mondays = Rule::every_months(1).on_nth(1, Weekday::Mon);
/// assert_eq!("FREQ=MONTHLY;BYDAY=+1MO;SKIP=BACKWARD".parse::<Rule>()?, first_mondays);
/// assert_eq!(twice_a_year.to_string(), "FREQ=MONTHLY;INTERVAL=6;SKIP=BACKWARD");
/// # Ok::<(), aftercare::calendar::Refusal>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[must_use]
pub struct Rule {
    pub(super) frequency: Frequency,
    pub(super) interval: u32,
    pub(super) count: Option<u32>,
    pub(super) until: Option<Until>,
    pub(super) months: Vec<u32>,
    pub(super) month_days: Vec<i32>,
    pub(super) days: Vec<Day>,
    pub(super) hours: Vec<u32>,
    pub(super) minutes: Vec<u32>,
    pub(super) seconds: Vec<u32>,
    pub(super) positions: Vec<i32>,
    pub(super) week_start: Weekday,
    pub(super) month_end: MonthEnd,
    pub(super) is_sticky: bool,
}

impl Rule {
    pub(super) const fn new(frequency: Frequency, interval: u32, month_end: MonthEnd) -> Self {
        Self {
            frequency,
            interval,
            count: None,
            until: None,
            months: Vec::new(),
            month_days: Vec::new(),
            days: Vec::new(),
            hours: Vec::new(),
            minutes: Vec::new(),
            seconds: Vec::new(),
            positions: Vec::new(),
            week_start: Weekday::Mon,
            month_end,
            is_sticky: false,
        }
    }

    /// Every so many days.
    pub const fn every_days(interval: u32) -> Self {
        Self::new(Frequency::Daily, interval, MonthEnd::Backward)
    }

    /// Every so many weeks, on the weekday of the anchor unless told otherwise.
    pub const fn every_weeks(interval: u32) -> Self {
        Self::new(Frequency::Weekly, interval, MonthEnd::Backward)
    }

    /// Every so many months, on the day of the anchor unless told otherwise.
    pub const fn every_months(interval: u32) -> Self {
        Self::new(Frequency::Monthly, interval, MonthEnd::Backward)
    }

    /// Every so many years, on the date of the anchor unless told otherwise.
    pub const fn every_years(interval: u32) -> Self {
        Self::new(Frequency::Yearly, interval, MonthEnd::Backward)
    }

    /// On these weekdays (`BYDAY`).
    pub fn on(mut self, weekdays: &[Weekday]) -> Self {
        let days = weekdays.iter().map(|weekday| Day {
            nth: None,
            weekday: *weekday,
        });
        self.days.extend(days);
        self
    }

    /// On the nth of a weekday in the month (in the year, of a yearly rule without months); -1 is the last (`BYDAY`).
    pub fn on_nth(mut self, nth: i16, weekday: Weekday) -> Self {
        self.days.push(Day {
            nth: Some(nth),
            weekday,
        });
        self
    }

    /// On these days of the month; -1 is the last (`BYMONTHDAY`).
    pub fn on_month_days(mut self, days: &[i32]) -> Self {
        self.month_days.extend_from_slice(days);
        self
    }

    /// In these months only, 1 to 12 (`BYMONTH`): a season, or several times a year.
    pub fn in_months(mut self, months: &[u32]) -> Self {
        self.months.extend_from_slice(months);
        self
    }

    /// At these hours of the day, at the anchor's minute (`BYHOUR`).
    pub fn at_hours(mut self, hours: &[u32]) -> Self {
        self.hours.extend_from_slice(hours);
        self
    }

    /// Of all that a period would have, only these, counted from 1, or from the end when negative (`BYSETPOS`).
    pub fn positions(mut self, positions: &[i32]) -> Self {
        self.positions.extend_from_slice(positions);
        self
    }

    /// With the weeks beginning on this day; Monday unless told (`WKST`). Only weekly rules of more than one week look at it.
    pub const fn with_week_start(mut self, weekday: Weekday) -> Self {
        self.week_start = weekday;
        self
    }

    /// With another policy for dates that a month does not have.
    pub const fn with_month_end(mut self, policy: MonthEnd) -> Self {
        self.month_end = policy;
        self
    }

    /// Anchored on the last day of a month, it stays on the last day: 30 November, then 28 February, then 31 May.
    pub const fn sticky(mut self) -> Self {
        self.is_sticky = true;
        self
    }

    /// The same without an end.
    pub(crate) const fn endless(mut self) -> Self {
        self.count = None;
        self.until = None;
        self
    }

    /// Whether it says on which dates it occurs, and not only how far apart they lie.
    pub(crate) const fn names_dates(&self) -> bool {
        !(self.months.is_empty() && self.month_days.is_empty() && self.days.is_empty())
    }

    /// How many times it occurs at most, when it is counted.
    pub(crate) const fn count(&self) -> Option<u32> {
        self.count
    }

    /// No more than so many times (`COUNT`).
    pub const fn times(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// Not after this (`UNTIL`).
    pub const fn until(mut self, until: Until) -> Self {
        self.until = Some(until);
        self
    }

    /// How long its period is.
    #[must_use]
    pub const fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// Of how many periods one is meant.
    #[must_use]
    pub const fn interval(&self) -> u32 {
        self.interval
    }
}
