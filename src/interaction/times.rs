//! How long a contact waited, was talked about, and was held.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Status;

/// How long a live contact has been in each status. Every millisecond between its start and its end is
/// counted once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// Since when it has been in its present status, UTC. Time since then is not counted yet.
    pub since: DateTime<Utc>,
    /// How long nobody attended to it, in milliseconds: all waits, those after transfers included.
    pub waited_ms: u64,
    /// How long somebody attended to it, holds not included, in milliseconds.
    pub talked_ms: u64,
    /// How long the customer was on hold, in milliseconds.
    pub held_ms: u64,
    /// How often the customer was put on hold.
    pub holds: u32,
}

impl Times {
    pub(super) const fn starting(at: DateTime<Utc>) -> Self {
        Self {
            since: at,
            waited_ms: 0,
            talked_ms: 0,
            held_ms: 0,
            holds: 0,
        }
    }

    /// Counts the time up to `at` as spent in `status`. An instant before the last one, from a clock that
    /// is behind, counts as the last one.
    pub(super) fn pass(&mut self, status: Status, at: DateTime<Utc>) {
        let at = at.max(self.since);
        let spent = (at - self.since).num_milliseconds();
        let spent = u64::try_from(spent).unwrap_or(0);
        let total = match status {
            Status::Waiting => Some(&mut self.waited_ms),
            Status::Active => Some(&mut self.talked_ms),
            Status::Held => Some(&mut self.held_ms),
            Status::Ended | Status::Abandoned => None,
        };
        if let Some(total) = total {
            *total = total.saturating_add(spent);
        }
        self.since = at;
    }

    /// How long it took to handle, in milliseconds: talking and holds.
    #[must_use]
    pub const fn handled_ms(&self) -> u64 {
        self.talked_ms.saturating_add(self.held_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(millis).unwrap()
    }

    #[test]
    fn each_status_has_its_own_time() {
        let mut times = Times::starting(at(1_000));
        times.pass(Status::Waiting, at(1_300));
        times.pass(Status::Active, at(1_350));
        times.pass(Status::Held, at(1_357));
        times.pass(Status::Active, at(1_360));
        times.pass(Status::Ended, at(9_999));
        assert_eq!(
            (times.waited_ms, times.talked_ms, times.held_ms),
            (300, 53, 7)
        );
        assert_eq!(times.handled_ms(), 60);
    }

    #[test]
    fn a_clock_that_is_behind_takes_no_time_away() {
        let mut times = Times::starting(at(1_000));
        times.pass(Status::Waiting, at(400));
        assert_eq!((times.waited_ms, times.since), (0, at(1_000)));
        times.pass(Status::Active, at(1_200));
        assert_eq!(times.talked_ms, 200);
    }
}
