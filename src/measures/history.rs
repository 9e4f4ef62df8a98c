//! What is remembered of a record while it is under way.

use serde::{Deserialize, Serialize};

use super::track::Rank;
use crate::kernel::{Id, Stamp};
use crate::record::Evolving;

/// What is remembered of a record while it is under way: its events, from which the record itself is made again, wherever in the journal
/// they were found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct History<E> {
    events: Vec<(Rank, Stamp, E)>,
}

impl<E> Default for History<E> {
    fn default() -> Self {
        Self { events: Vec::new() }
    }
}

impl<E: Clone> History<E> {
    pub(super) fn take(&mut self, rank: Rank, stamp: &Stamp, event: &E) {
        self.events.push((rank, stamp.clone(), event.clone()));
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.events.extend(other.events);
    }

    /// The record as its events make it up; `None` when its beginning was not seen.
    pub(super) fn state<N: Evolving<Event = E>>(&self, id: Id<N>) -> Option<N::State> {
        let mut events: Vec<_> = self.events.iter().collect();
        events.sort_unstable_by_key(|(rank, ..)| *rank);
        let mut events = events.into_iter();
        let (_, stamp, first) = events.next()?;
        let mut state = N::begin(id, first, stamp)?;
        for (_, stamp, event) in events {
            N::apply(&mut state, event, stamp);
        }
        Some(state)
    }

    /// Whether nothing happened to it since `horizon`.
    pub(super) fn is_old(&self, horizon: i64) -> bool {
        let last = self.events.iter().map(|(_, stamp, _)| stamp.at).max();
        last.is_some_and(|last| last.timestamp_millis() < horizon)
    }
}
