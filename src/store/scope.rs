//! The places of one scope of an index, in order.

use std::ops::Bound;

use crate::record::{Cursor, Order};

/// How many places a run holds at most: few enough to shift, many enough to copy in one go.
const FULL: usize = 256;

/// The places of one scope, in order, cut into short sorted runs. Most scopes are a single run; those of
/// a journal grow at their end, and a long queue is changed anywhere at the cost of one run.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// The runs before the last one; none of them is empty.
    before: Vec<Vec<Cursor>>,
    /// The last run; empty only when the scope is.
    last: Vec<Cursor>,
}

impl Scope {
    pub(super) fn insert(&mut self, cursor: Cursor) {
        // As a rule it is the last; no search for a place then.
        if self.last.last().is_none_or(|last| *last < cursor) {
            if self.last.len() == FULL {
                self.before.push(std::mem::take(&mut self.last));
            }
            return self.last.push(cursor);
        }
        let n = self.run_of(&cursor);
        let run = self.before.get_mut(n).unwrap_or(&mut self.last);
        let Err(place) = run.binary_search(&cursor) else {
            return;
        };
        run.insert(place, cursor);
        if run.len() > FULL {
            let first = run.drain(..FULL / 2).collect();
            self.before.insert(n, first);
        }
    }

    pub(super) fn remove(&mut self, cursor: &Cursor) {
        let n = self.run_of(cursor);
        let run = self.before.get_mut(n).unwrap_or(&mut self.last);
        let Ok(place) = run.binary_search(cursor) else {
            return;
        };
        run.remove(place);
        if run.len() < FULL / 4 {
            self.join(n);
        }
    }

    /// Joins a short run with the one behind it, unless that makes a long one.
    fn join(&mut self, n: usize) {
        if self.last.is_empty() {
            self.last = self.before.pop().unwrap_or_default();
        }
        if n >= self.before.len() {
            return;
        }
        let (own, next) = (self.run(n).len(), self.run(n.saturating_add(1)).len());
        if own == 0 || own.saturating_add(next) <= FULL / 2 {
            let mut run = self.before.remove(n);
            let next = self.before.get_mut(n).unwrap_or(&mut self.last);
            run.append(next);
            *next = run;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.last.is_empty()
    }

    /// Which run a place belongs to.
    fn run_of(&self, cursor: &Cursor) -> usize {
        self.before
            .partition_point(|run| run.last().is_some_and(|last| last < cursor))
    }

    /// A run by its number.
    fn run(&self, n: usize) -> &[Cursor] {
        self.before.get(n).unwrap_or(&self.last)
    }

    /// The first `limit` places between two others, from one end or the other. `from` lies before `to`.
    pub(super) fn between(
        &self,
        from: Bound<Cursor>,
        to: Bound<Cursor>,
        order: Order,
        limit: usize,
    ) -> Vec<Cursor> {
        let is_early = |place: &Cursor| match from {
            Bound::Included(from) => *place < from,
            Bound::Excluded(from) => *place <= from,
            Bound::Unbounded => false,
        };
        let is_late = |place: &Cursor| match to {
            Bound::Included(to) => *place > to,
            Bound::Excluded(to) => *place >= to,
            Bound::Unbounded => false,
        };
        let before = &self.before;
        let first = before.partition_point(|run| run.last().is_some_and(is_early));
        let end = before.partition_point(|run| !run.first().is_some_and(is_late));
        let room = match end.saturating_sub(first) {
            0 => self.run(first).len(),
            more => more.saturating_add(1).saturating_mul(FULL),
        };
        let mut found = Vec::with_capacity(room.min(limit));
        let mut take = |n: usize| {
            let run = self.run(n);
            let early = run.partition_point(is_early);
            let late = run.partition_point(|place| !is_late(place));
            let places = run.get(early..late).unwrap_or_default();
            let count = places.len().min(limit.saturating_sub(found.len()));
            match order {
                Order::Ascending => found.extend(places.iter().take(count)),
                Order::Descending => found.extend(places.iter().rev().take(count)),
            }
            found.len() < limit
        };
        // The run at `end` lies behind them all, unless it is the last one.
        let mut runs = first..=end;
        match order {
            Order::Ascending => while runs.next().is_some_and(&mut take) {},
            Order::Descending => while runs.next_back().is_some_and(&mut take) {},
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::record::{Key, Kind};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn place(rank: i64) -> Cursor {
        Cursor {
            rank,
            key: Key::new(Kind::Case, Uuid::from_u128(rank.unsigned_abs().into())),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_scope_is_a_sorted_set(
            changes in proptest::collection::vec((any::<bool>(), 0_i64..2_000), 0..3_000),
            (from, to) in (0_i64..2_000, 0_i64..2_000),
            limit in 0_usize..1_000,
        ) {
            let mut scope = Scope::default();
            let mut model = BTreeSet::new();
            // A beginning of several runs.
            for rank in 300..1_500 {
                scope.insert(place(rank));
                model.insert(place(rank));
            }
            for (insert, rank) in changes {
                if insert {
                    scope.insert(place(rank));
                    model.insert(place(rank));
                } else {
                    scope.remove(&place(rank));
                    model.remove(&place(rank));
                }
                prop_assert_eq!(scope.is_empty(), model.is_empty());
                prop_assert!(scope.before.iter().all(|run| !run.is_empty()));
            }
            let (from, to) = (place(from.min(to)), place(from.max(to).saturating_add(1)));
            let bounds = (Bound::Included(from), Bound::Excluded(to));
            let up: Vec<_> = model.range(bounds).copied().take(limit).collect();
            let down: Vec<_> = model.range(bounds).rev().copied().take(limit).collect();
            prop_assert_eq!(scope.between(bounds.0, bounds.1, Order::Ascending, limit), up);
            prop_assert_eq!(scope.between(bounds.0, bounds.1, Order::Descending, limit), down);
        }

        #[test]
        fn a_scope_that_is_emptied_keeps_no_empty_run(ranks in Just((0_i64..1_500).collect::<Vec<_>>()).prop_shuffle()) {
            let mut scope = Scope::default();
            for rank in &ranks {
                scope.insert(place(*rank));
            }
            for (n, rank) in ranks.iter().enumerate() {
                prop_assert_eq!(scope.is_empty(), false);
                prop_assert!(scope.before.iter().all(|run| !run.is_empty()));
                scope.remove(&place(*rank));
                let all = scope.between(Bound::Unbounded, Bound::Unbounded, Order::Ascending, 2_000);
                prop_assert_eq!(all.len(), ranks.len() - n - 1);
            }
            prop_assert!(scope.is_empty());
        }
    }
}
