//! The embedded default: everything in memory.

use std::collections::hash_map::Entry as Place;
use std::convert::Infallible;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::ops::Bound;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use uuid::Uuid;

use super::Store;
use super::scope::Scope;
use crate::record::{Batch, Commit, Cursor, Expect, Index, Key, Order, Page, Put, Query, Row};

#[expect(
    clippy::disallowed_types,
    reason = "only ever asked for one key; its order is never seen"
)]
type Table<K, V> = std::collections::HashMap<K, V, Spread>;

/// Spreads keys over the table: ids are 128 bits that are random or hashed already, so folding them once
/// under a number that nobody knows is enough.
#[derive(Clone, Debug)]
struct Spread(u64);

impl Default for Spread {
    fn default() -> Self {
        Self(RandomState::new().hash_one(0_u8) | 1)
    }
}

impl BuildHasher for Spread {
    type Hasher = Fold;
    fn build_hasher(&self) -> Fold {
        Fold(self.0)
    }
}

/// The hash of one key in the making.
#[derive(Debug)]
struct Fold(u64);

impl Fold {
    fn fold(&mut self, word: u64) {
        let [low, high] = {
            let product = u128::from(self.0 ^ word) * u128::from(0x9e37_79b9_7f4a_7c15_u64);
            [product, product >> 64]
                .map(|half| u64::try_from(half & u128::from(u64::MAX)).unwrap_or(0))
        };
        self.0 = low ^ high;
    }
}

impl Hasher for Fold {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.fold(u64::from_le_bytes(*word));
        }
        for byte in rest {
            self.fold(u64::from(*byte));
        }
    }
    fn write_u8(&mut self, value: u8) {
        self.fold(u64::from(value));
    }
    fn write_usize(&mut self, _: usize) {
        // The length of an id is no news.
    }
    fn write_isize(&mut self, value: isize) {
        self.fold(u64::try_from(value).unwrap_or(0));
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

/// A store in memory, for tests, evaluation and small programs. Nothing lasts beyond the process.
///
/// Safe from several threads; every commit is atomic. Share it by reference or in an
/// [`Arc`](std::sync::Arc).
#[derive(Debug, Default)]
pub struct MemoryStore(RwLock<Tables>);

#[derive(Debug, Default)]
struct Tables {
    rows: Table<Key, Row>,
    terms: Table<(Index, Uuid), Scope>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many rows it holds, erased ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read().rows.len()
    }

    /// Whether it holds no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    // A panic while the lock was held cannot leave a batch half written: `commit` checks first, and
    // writing does not panic.
    fn read(&self) -> RwLockReadGuard<'_, Tables> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Tables> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn meets(&self, key: &Key, expect: Expect) -> bool {
        match (self.rows.get(key), expect) {
            (None, Expect::Absent) => true,
            (Some(row), Expect::At(version)) => row.version == version,
            (None, Expect::At(_)) | (Some(_), Expect::Absent) => false,
        }
    }

    fn put(&mut self, put: Put) {
        for term in &put.remove {
            let cursor = Cursor {
                rank: term.rank,
                key: put.key,
            };
            if let Place::Occupied(mut scope) = self.terms.entry((term.index, term.scope)) {
                scope.get_mut().remove(&cursor);
                if scope.get().is_empty() {
                    scope.remove();
                }
            }
        }
        for term in &put.add {
            let cursor = Cursor {
                rank: term.rank,
                key: put.key,
            };
            self.terms
                .entry((term.index, term.scope))
                .or_default()
                .insert(cursor);
        }
        let row = Row {
            version: put.version,
            record: put.record,
        };
        self.rows.insert(put.key, row);
    }
}

impl Store for MemoryStore {
    type Error = Infallible;

    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, Infallible> {
        let tables = self.read();
        Ok(keys
            .iter()
            .map(|key| tables.rows.get(key).cloned())
            .collect())
    }

    fn find(&self, query: &Query) -> Result<Page, Infallible> {
        let tables = self.read();
        let Some(scope) = tables.terms.get(&(query.index, query.scope)) else {
            return Ok(Page::default());
        };
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        // The places from which and up to which; a range that is reversed or empty finds nothing.
        let mut from = Bound::Included(Cursor::first_of(query.from));
        let mut to = match query.to.checked_add(1) {
            Some(end) => Bound::Excluded(Cursor::first_of(end)),
            None => Bound::Unbounded,
        };
        let mut last = query.to;
        let mut first = query.from;
        match (query.order, query.after) {
            (Order::Ascending, Some(after)) if after.rank >= query.from => {
                (from, first) = (Bound::Excluded(after), after.rank);
            }
            (Order::Descending, Some(after)) if after.rank <= query.to => {
                (to, last) = (Bound::Excluded(after), after.rank);
            }
            _ => {}
        }
        if first > last {
            return Ok(Page::default());
        }
        let found = scope.between(from, to, query.order, limit);
        Ok(Page::of(found, query.limit))
    }

    fn commit(&self, batch: Batch) -> Result<Commit, Infallible> {
        let mut tables = self.write();
        if !batch
            .expect
            .iter()
            .all(|(key, expect)| tables.meets(key, *expect))
        {
            return Ok(Commit::Conflict);
        }
        for put in batch.puts {
            tables.put(put);
        }
        Ok(Commit::Done)
    }
}
