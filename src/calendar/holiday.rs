//! Dates on which a business is closed, wholly or for a part of the day.

use serde::{Deserialize, Serialize};

use super::offsets::DAY;
use super::span::Span;

/// A public or company holiday, as it stands in a list of holidays.
///
/// Flat, so that a row of a table (`on,name,opens_at,closes_at`) deserialises into it. With neither `opens_at` nor
/// `closes_at` the whole day is off; with them it is a half day. Several holidays on one date add up: the business is
/// open only when none of them closes it.
///
/// ```
/// use aftercare::calendar::Holiday;
///
/// let republic_day = Holiday::on("2026-10-29").named("Republic Day");
/// let eve = Holiday::on("2026-10-28").closing_at("13:00");
/// assert_eq!(serde_json::from_str::<Holiday>(r#"{"on":"2026-10-28","closes_at":"13:00"}"#)?, eve);
/// # assert_eq!(republic_day.name.as_deref(), Some("Republic Day"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// The date in the calendar's zone, as `2026-10-28`.
    #[serde(alias = "date")]
    pub on: String,
    /// On a half day: hours start no earlier than this, as `13:00`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<String>,
    /// On a half day: hours end no later than this, as `13:00`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<String>,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Holiday {
    /// The whole of a date, given as `2026-10-29`.
    pub fn on(date: impl Into<String>) -> Self {
        Self {
            on: date.into(),
            ..Self::default()
        }
    }

    /// The same with a name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// A half day whose hours end at `time`, given as `13:00`.
    #[must_use]
    pub fn closing_at(mut self, time: impl Into<String>) -> Self {
        self.closes_at = Some(time.into());
        self
    }

    /// A half day whose hours start at `time`, given as `13:00`.
    #[must_use]
    pub fn opening_at(mut self, time: impl Into<String>) -> Self {
        self.opens_at = Some(time.into());
        self
    }
}

/// What a date's holidays leave of its hours; nothing when `start` is not before `end`.
///
/// An overnight interval belongs to the date it starts on, so on a late opening it may last into the next date.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Kept {
    /// Longer than any interval that starts on the date can last.
    const ALL: i64 = 2 * DAY;

    /// What one holiday leaves, by the times it opens and closes.
    pub(super) fn of(opens: Option<i64>, closes: Option<i64>) -> Self {
        match (opens, closes) {
            (None, None) => Self { start: 0, end: 0 },
            (opens, closes) => Self {
                start: opens.unwrap_or(0),
                end: closes.unwrap_or(Self::ALL),
            },
        }
    }

    /// What this holiday and another one on the same date leave together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            start: self.start.max(other.start),
            end: self.end.min(other.end),
        }
    }

    /// What is left of one interval.
    pub(super) fn clip(self, span: Span) -> Option<Span> {
        let start = span.start.max(self.start);
        let end = span.end.min(self.end);
        (start < end).then_some(Span { start, end })
    }
}
