//! A store that fails on purpose.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::record::{Batch, Commit, Key, Page, Query, Row};
use crate::store::{AsyncStore, Store};

/// How often each thing goes wrong, in a thousand calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Faults {
    /// A load fails.
    pub load: u16,
    /// A find fails.
    pub find: u16,
    /// A commit is answered with a conflict, as if somebody had been faster.
    pub conflict: u16,
    /// A commit fails before anything was written.
    pub before_commit: u16,
    /// A commit is carried out, and reported as failed.
    pub after_commit: u16,
}

impl Faults {
    /// Nothing goes wrong.
    pub const NONE: Self = Self {
        load: 0,
        find: 0,
        conflict: 0,
        before_commit: 0,
        after_commit: 0,
    };

    /// Everything goes wrong once in ten times.
    pub const OFTEN: Self = Self {
        load: 100,
        find: 100,
        conflict: 100,
        before_commit: 100,
        after_commit: 100,
    };

    /// How often a load fails.
    #[must_use]
    pub const fn load(mut self, in_thousand: u16) -> Self {
        self.load = in_thousand;
        self
    }

    /// How often a find fails.
    #[must_use]
    pub const fn find(mut self, in_thousand: u16) -> Self {
        self.find = in_thousand;
        self
    }

    /// How often a commit is answered with a conflict.
    #[must_use]
    pub const fn conflict(mut self, in_thousand: u16) -> Self {
        self.conflict = in_thousand;
        self
    }

    /// How often a commit fails before anything was written.
    #[must_use]
    pub const fn before_commit(mut self, in_thousand: u16) -> Self {
        self.before_commit = in_thousand;
        self
    }

    /// How often a commit is carried out, and reported as failed.
    #[must_use]
    pub const fn after_commit(mut self, in_thousand: u16) -> Self {
        self.after_commit = in_thousand;
        self
    }
}

/// What a [`FaultyStore`] fails with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault<E> {
    /// It was made to fail.
    #[error("the store was made to fail in {0}")]
    Made(&'static str),
    /// The store below failed by itself.
    #[error(transparent)]
    Store(E),
}

/// A store, sync or async, that lays faults over another one: the same faults in the same order for the
/// same seed.
///
/// ```
/// use aftercare::store::{MemoryStore, Store};
/// use aftercare::testing::{Faults, FaultyStore};
/// let store = FaultyStore::new(MemoryStore::new(), 7, Faults::NONE.load(1_000));
/// assert!(store.load(&[]).is_err());
/// ```
#[derive(Debug)]
pub struct FaultyStore<S> {
    store: S,
    faults: Faults,
    seed: u64,
    calls: AtomicU64,
    made: AtomicU64,
}

/// What befalls a commit.
enum Fate {
    Conflict,
    Before,
    After,
    None,
}

impl<S> FaultyStore<S> {
    /// This store with these faults, drawn from `seed`.
    #[must_use]
    pub const fn new(store: S, seed: u64, faults: Faults) -> Self {
        Self {
            store,
            faults,
            seed,
            calls: AtomicU64::new(0),
            made: AtomicU64::new(0),
        }
    }

    /// The store below, which does not fail.
    #[must_use]
    pub const fn inner(&self) -> &S {
        &self.store
    }

    /// How many faults it has made so far.
    #[must_use]
    pub fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }

    /// The next number from 0 to 999.
    fn draw(&self) -> u16 {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let number = mix(self.seed ^ mix(call)) % 1_000;
        u16::try_from(number).unwrap_or(0)
    }

    fn made_one(&self) {
        self.made.fetch_add(1, Ordering::Relaxed);
    }

    fn may_fail<E>(&self, in_thousand: u16, place: &'static str) -> Result<(), Fault<E>> {
        if self.draw() < in_thousand {
            self.made_one();
            return Err(Fault::Made(place));
        }
        Ok(())
    }

    fn fate(&self) -> Fate {
        let drawn = self.draw();
        let conflict = self.faults.conflict;
        let before = conflict.saturating_add(self.faults.before_commit);
        let after = before.saturating_add(self.faults.after_commit);
        let fate = match drawn {
            n if n < conflict => Fate::Conflict,
            n if n < before => Fate::Before,
            n if n < after => Fate::After,
            _ => return Fate::None,
        };
        self.made_one();
        fate
    }
}

/// Spreads a number over all 64 bits (the output step of SplitMix64; Steele, Lea and Flood, 2014).
const fn mix(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

const BEFORE: &str = "a commit, before it was written";
const AFTER: &str = "a commit, after it was written";

impl<S: Store> Store for FaultyStore<S> {
    type Error = Fault<S::Error>;

    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, Self::Error> {
        self.may_fail(self.faults.load, "a load")?;
        self.store.load(keys).map_err(Fault::Store)
    }

    fn find(&self, query: &Query) -> Result<Page, Self::Error> {
        self.may_fail(self.faults.find, "a find")?;
        self.store.find(query).map_err(Fault::Store)
    }

    fn commit(&self, batch: Batch) -> Result<Commit, Self::Error> {
        match self.fate() {
            Fate::Conflict => Ok(Commit::Conflict),
            Fate::Before => Err(Fault::Made(BEFORE)),
            Fate::After => match self.store.commit(batch).map_err(Fault::Store)? {
                Commit::Done | Commit::Conflict => Err(Fault::Made(AFTER)),
            },
            Fate::None => self.store.commit(batch).map_err(Fault::Store),
        }
    }
}

impl<S: AsyncStore> AsyncStore for FaultyStore<S> {
    type Error = Fault<S::Error>;

    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, Self::Error> {
        self.may_fail(self.faults.load, "a load")?;
        self.store.load(keys).await.map_err(Fault::Store)
    }

    async fn find(&self, query: &Query) -> Result<Page, Self::Error> {
        self.may_fail(self.faults.find, "a find")?;
        self.store.find(query).await.map_err(Fault::Store)
    }

    async fn commit(&self, batch: Batch) -> Result<Commit, Self::Error> {
        match self.fate() {
            Fate::Conflict => Ok(Commit::Conflict),
            Fate::Before => Err(Fault::Made(BEFORE)),
            Fate::After => match self.store.commit(batch).await.map_err(Fault::Store)? {
                Commit::Done | Commit::Conflict => Err(Fault::Made(AFTER)),
            },
            Fate::None => self.store.commit(batch).await.map_err(Fault::Store),
        }
    }
}
