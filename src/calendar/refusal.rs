//! Why a calendar does not answer.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use thiserror::Error;

/// Why a question about time has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No zone has this name; without the feature `tz` only `UTC` and fixed offsets are known.
    #[error("there is no time zone {name:?}")]
    #[non_exhaustive]
    UnknownZone {
        /// The name as it was given.
        name: String,
    },
    /// The interval ends before it begins.
    #[error("the interval from {from} to {to} is reversed")]
    #[non_exhaustive]
    ReversedInterval {
        /// The beginning that was given.
        from: DateTime<Utc>,
        /// The end that was given, which is earlier.
        to: DateTime<Utc>,
    },
    /// A duration to add or subtract is less than nothing.
    #[error("a duration of {duration} is negative")]
    #[non_exhaustive]
    NegativeDuration {
        /// The duration as it was given.
        duration: TimeDelta,
    },
    /// The instant lies before 1900 or after 2099, where zone rules are not known.
    #[error("{at} is outside the years 1900 to 2099")]
    #[non_exhaustive]
    OutOfRange {
        /// The instant that was given.
        at: DateTime<Utc>,
    },
    /// The date lies before 1900 or after 2099.
    #[error("{on} is outside the years 1900 to 2099")]
    #[non_exhaustive]
    DateOutOfRange {
        /// The date that was given.
        on: NaiveDate,
    },
    /// A recurrence that begins outside the years 1 to 9999.
    #[error("{on} is outside the years 1 to 9999")]
    #[non_exhaustive]
    AnchorOutOfRange {
        /// The date on which it would begin.
        on: NaiveDate,
    },
    /// A recurrence that would end before it begins.
    #[error("the rule ends before {anchor}")]
    #[non_exhaustive]
    EndBeforeStart {
        /// The local time from which it counts.
        anchor: NaiveDateTime,
    },
    /// A recurrence with nothing between one occurrence and the next.
    #[error("an interval of nothing")]
    ZeroInterval,
    /// A part of a recurrence rule that makes no sense, or that no rule has.
    #[error("{part:?} is no part of a recurrence rule")]
    #[non_exhaustive]
    InvalidRule {
        /// The part as it was given.
        part: String,
    },
    /// A part of a recurrence rule that RFC 5545 knows and this crate does not.
    #[error("{part:?} is not supported in a recurrence rule")]
    #[non_exhaustive]
    UnsupportedRule {
        /// The part as it was given.
        part: String,
    },
    /// The calendar has no such opening, or not so many open hours, between 1900 and 2099.
    #[error("no opening is found from {from}")]
    #[non_exhaustive]
    NoOpening {
        /// Where the search began.
        from: DateTime<Utc>,
    },
    /// The calendar does not close in the direction asked for.
    #[error("no closing is found from {from}")]
    #[non_exhaustive]
    NoClosing {
        /// Where the search began.
        from: DateTime<Utc>,
    },
    /// The calendar has not so many dates with hours between 1900 and 2099.
    #[error("not so many business days are found from {from}")]
    #[non_exhaustive]
    NoBusinessDay {
        /// The date from which they were counted.
        from: NaiveDate,
    },
}

impl Refusal {
    /// The stable code, such as `calendar.no_opening`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownZone { .. } => "calendar.unknown_zone",
            Self::ReversedInterval { .. } => "calendar.reversed_interval",
            Self::NegativeDuration { .. } => "calendar.negative_duration",
            Self::OutOfRange { .. } => "calendar.out_of_range",
            Self::DateOutOfRange { .. } => "calendar.date_out_of_range",
            Self::AnchorOutOfRange { .. } => "calendar.anchor_out_of_range",
            Self::EndBeforeStart { .. } => "calendar.end_before_start",
            Self::ZeroInterval => "calendar.zero_interval",
            Self::InvalidRule { .. } => "calendar.invalid_rule",
            Self::UnsupportedRule { .. } => "calendar.unsupported_rule",
            Self::NoOpening { .. } => "calendar.no_opening",
            Self::NoClosing { .. } => "calendar.no_closing",
            Self::NoBusinessDay { .. } => "calendar.no_business_day",
        }
    }
}
