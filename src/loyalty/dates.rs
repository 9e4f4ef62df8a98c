//! When points can be spent and when they are gone: counted on the calendar of the programme's one zone.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::{Zone, civil};

/// A length of time on the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// So many days.
    Days(u32),
    /// So many months; the last day of the month where it is too short.
    Months(u32),
}

impl Span {
    /// So many years.
    #[must_use]
    pub const fn years(years: u32) -> Self {
        Self::Months(years.saturating_mul(12))
    }

    /// The longest that a programme may name: a hundred years.
    pub(crate) const fn is_sane(self) -> bool {
        match self {
            Self::Days(days) => days <= 36_525,
            Self::Months(months) => months <= 1_200,
        }
    }

    /// The date so much later; the last there is beyond it.
    #[must_use]
    pub fn after(self, date: NaiveDate) -> NaiveDate {
        let later = match self {
            Self::Days(days) => civil::add_days(date, days.into()),
            Self::Months(months) => i32::try_from(months)
                .ok()
                .and_then(|months| civil::add_months(date, months)),
        };
        later.unwrap_or(NaiveDate::MAX)
    }

    /// The date so much earlier; the first there is beyond it.
    #[must_use]
    pub fn before(self, date: NaiveDate) -> NaiveDate {
        let earlier = match self {
            Self::Days(days) => civil::add_days(date, -i64::from(days)),
            Self::Months(months) => i32::try_from(months)
                .ok()
                .and_then(|months| civil::add_months(date, -months)),
        };
        earlier.unwrap_or(NaiveDate::MIN)
    }

    /// The same clock time so much later.
    #[must_use]
    pub fn later(self, zone: &Zone, at: DateTime<Utc>) -> DateTime<Utc> {
        let later = match self {
            Self::Days(days) => civil::same_time_in_days(zone, at, days.into()),
            Self::Months(months) => i32::try_from(months)
                .ok()
                .and_then(|months| civil::same_time_in_months(zone, at, months)),
        };
        later.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// A part of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A day.
    Day,
    /// A month.
    Month,
    /// A year.
    Year,
}

impl Unit {
    fn first(self, date: NaiveDate) -> NaiveDate {
        let first = match self {
            Self::Day => Some(date),
            Self::Month => date.with_day(1),
            Self::Year => NaiveDate::from_ymd_opt(date.year(), 1, 1),
        };
        first.unwrap_or(date)
    }

    fn last(self, date: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => date,
            Self::Month => civil::end_of_month(date),
            Self::Year => NaiveDate::from_ymd_opt(date.year(), 12, 31).unwrap_or(date),
        }
    }
}

/// To where the end of a duration is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Round {
    /// Nowhere: to the millisecond.
    Exactly,
    /// To the first instant of the day, month or year in which it ends, on which nothing can be spent any more.
    StartOf(Unit),
    /// To the end of the day, month or year in which it ends: all of that can still be used.
    EndOf(Unit),
}

/// When points are gone.
///
/// ```
/// use aftercare::calendar::Zone;
/// use aftercare::loyalty::{Expiry, Round, Span, Unit};
/// let expiry = Expiry::After { span: Span::Months(12), round: Round::EndOf(Unit::Month) };
/// let gone = expiry.of(&Zone::utc(), "2020-07-06T12:00:00Z".parse()?);
/// assert_eq!(gone, Some("2021-08-01T00:00:00Z".parse()?));
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expiry {
    /// Never.
    #[default]
    Never,
    /// So long after they were earned.
    After {
        /// How long.
        span: Span,
        /// To where its end is moved.
        round: Round,
    },
    /// After this date, whenever they were earned.
    On(NaiveDate),
}

impl Expiry {
    /// So many months, and the rest of the day.
    #[must_use]
    pub const fn months(months: u32) -> Self {
        Self::After {
            span: Span::Months(months),
            round: Round::EndOf(Unit::Day),
        }
    }

    /// So many days, and the rest of the last.
    #[must_use]
    pub const fn days(days: u32) -> Self {
        Self::After {
            span: Span::Days(days),
            round: Round::EndOf(Unit::Day),
        }
    }

    /// The first instant at which points are gone that were earned at `earned_at`; `None` for never.
    #[must_use]
    pub fn of(self, zone: &Zone, earned_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (span, round) = match self {
            Self::Never => return None,
            Self::On(date) => return Some(civil::end_of_day(zone, date)),
            Self::After { span, round } => (span, round),
        };
        let date = || span.after(civil::date_in(zone, earned_at));
        Some(match round {
            Round::Exactly => span.later(zone, earned_at),
            Round::StartOf(unit) => civil::start_of_day(zone, unit.first(date())),
            Round::EndOf(unit) => civil::end_of_day(zone, unit.last(date())),
        })
    }
}

/// From when on points can be spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vesting {
    /// When they are earned.
    #[default]
    AtOnce,
    /// So long after they are earned, at the same time of day: as a rule, when goods can no longer be returned.
    After(Span),
    /// When they are released: as a rule, on delivery.
    OnRelease,
}

impl Vesting {
    /// From when on points can be spent that were earned at `earned_at`; `None` while nobody knows.
    #[must_use]
    pub fn of(self, zone: &Zone, earned_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::AtOnce => Some(earned_at),
            Self::After(span) => Some(span.later(zone, earned_at)),
            Self::OnRelease => None,
        }
    }
}
