//! What was promised about delivery, and whether it was kept.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::{Zone, civil};
use crate::kernel::Code;

/// How a promised date is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseDay {
    /// It holds to the end of that civil day in the customer's zone.
    #[default]
    EndOfDay,
    /// It holds to the first instant of that day.
    Instant,
}

/// A date or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// A civil date in the customer's zone.
    On(NaiveDate),
    /// An instant, UTC.
    At(DateTime<Utc>),
}

impl Due {
    /// The last instant at which it is kept, UTC.
    #[must_use]
    pub fn deadline(self, zone: &Zone, day: PromiseDay) -> DateTime<Utc> {
        match (self, day) {
            (Self::At(at), _) => at,
            (Self::On(date), PromiseDay::Instant) => civil::start_of_day(zone, date),
            (Self::On(date), PromiseDay::EndOfDay) => {
                let end = civil::end_of_day(zone, date);
                end.checked_sub_signed(TimeDelta::milliseconds(1))
                    .unwrap_or(end)
            }
        }
    }

    /// The first instant of it, UTC.
    #[must_use]
    pub fn start(self, zone: &Zone) -> DateTime<Utc> {
        match self {
            Self::At(at) => at,
            Self::On(date) => civil::start_of_day(zone, date),
        }
    }

    /// As it is written in a message: a date, or an instant in UTC.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::On(date) => date.to_string(),
            Self::At(at) => at.to_rfc3339(),
        }
    }
}

/// When something was promised to be delivered: up to a date or an instant, or within a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Promise {
    /// Not before this; any time before the end is fine when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Due>,
    /// Not after this.
    pub by: Due,
}

/// How a promise was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// It came before the window.
    Early {
        /// By so many milliseconds.
        by_ms: i64,
    },
    /// It was kept.
    Kept,
    /// It was broken.
    Late {
        /// By so many milliseconds.
        by_ms: i64,
    },
}

impl Promise {
    /// By this date, in the customer's zone.
    #[must_use]
    pub const fn by_day(date: NaiveDate) -> Self {
        Self {
            from: None,
            by: Due::On(date),
        }
    }

    /// By this instant.
    #[must_use]
    pub const fn by(at: DateTime<Utc>) -> Self {
        Self {
            from: None,
            by: Due::At(at),
        }
    }

    /// Between these instants.
    #[must_use]
    pub const fn between(from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        Self {
            from: Some(Due::At(from)),
            by: Due::At(to),
        }
    }

    /// Between these dates, both included, in the customer's zone.
    #[must_use]
    pub const fn between_days(from: NaiveDate, to: NaiveDate) -> Self {
        Self {
            from: Some(Due::On(from)),
            by: Due::On(to),
        }
    }

    /// How it was kept by a delivery at this instant. Early only counts when there is a window.
    ///
    /// ```
    /// use aftercare::order::{Judgement, Promise, PromiseDay};
    /// let promise = Promise::by_day("2026-03-02".parse()?);
    /// let evening = "2026-03-02T20:30:00Z".parse()?; // 23:30 in İstanbul
    /// let zone = "+03:00".parse()?;
    /// assert_eq!(promise.judge(evening, &zone, PromiseDay::EndOfDay), Judgement::Kept);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn judge(&self, delivered_at: DateTime<Utc>, zone: &Zone, day: PromiseDay) -> Judgement {
        let ms = |from: DateTime<Utc>, to: DateTime<Utc>| (to - from).num_milliseconds();
        let deadline = self.by.deadline(zone, day);
        // To the millisecond: what lies within the day's last one is not late.
        let by_ms = ms(deadline, delivered_at);
        if by_ms > 0 {
            return Judgement::Late { by_ms };
        }
        match self.from.map(|from| from.start(zone)) {
            Some(start) if delivered_at < start => Judgement::Early {
                by_ms: ms(delivered_at, start),
            },
            _ => Judgement::Kept,
        }
    }
}

/// A promise that took the place of the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// What was promised then.
    pub promise: Promise,
    /// Since when, UTC.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: Code,
}

/// What was promised first, and every revision since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promises {
    /// What was promised first: what keeping it is judged against.
    pub first: Promise,
    /// What was promised instead, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revisions: Vec<Revision>,
}

impl Promises {
    /// A promise that was not revised.
    #[must_use]
    pub const fn new(first: Promise) -> Self {
        Self {
            first,
            revisions: Vec::new(),
        }
    }

    /// What is promised now.
    #[must_use]
    pub fn latest(&self) -> Promise {
        self.revisions
            .last()
            .map_or(self.first, |revision| revision.promise)
    }
}
