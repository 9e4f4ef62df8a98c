//! The tools of the checks: every one ends with what was seen, in words, when it is not as it should be.

use super::subject::{Ended, Subject};
use crate::record::{Batch, Commit, Cursor, Expect, Key, Page, Query, Record, Row};
use crate::store::AsyncStore;

/// What was seen that breaks a rule.
pub(super) type Seen<T = ()> = Result<T, String>;

/// Ends the check with what was seen, unless it is as it should be.
macro_rules! ensure {
    ($fine:expr, $($seen:tt)+) => {
        if !$fine {
            return Err(format!($($seen)+));
        }
    };
}
pub(super) use ensure;

pub(super) struct Probe<S> {
    subject: S,
    unchecked: Vec<&'static str>,
}

impl<S: Subject> Probe<S> {
    pub(super) const fn new(subject: S) -> Self {
        Self {
            subject,
            unchecked: Vec::new(),
        }
    }

    pub(super) fn take_unchecked(&mut self) -> Vec<&'static str> {
        std::mem::take(&mut self.unchecked)
    }

    pub(super) async fn fresh(&mut self) -> Fresh<S::Store> {
        Fresh(self.subject.fresh().await)
    }

    /// The store opened again; `None`, and noted, when the builder cannot.
    pub(super) async fn reopen(
        &mut self,
        store: Fresh<S::Store>,
        what: &'static str,
    ) -> Option<Fresh<S::Store>> {
        let again = self.subject.reopen(store.0).await.map(Fresh);
        if again.is_none() {
            self.unchecked.push(what);
        }
        again
    }

    /// Whether the store's bytes hold this text; `None` when the builder cannot tell.
    pub(super) async fn holds(&mut self, store: &Fresh<S::Store>, text: &str) -> Option<bool> {
        self.subject.holds(&store.0, text).await
    }

    pub(super) fn note(&mut self, unchecked: &'static str) {
        self.unchecked.push(unchecked);
    }

    pub(super) async fn race(&self, store: &Fresh<S::Store>, batches: &[Batch]) -> Vec<Ended> {
        self.subject.race(&store.0, batches).await
    }
}

/// A store under test.
pub(super) struct Fresh<S>(pub(super) S);

impl<S: AsyncStore> Fresh<S> {
    pub(super) async fn load(&self, keys: &[Key]) -> Seen<Vec<Option<Row>>> {
        let rows = self.0.load(keys).await;
        let rows = rows.map_err(|error| format!("load failed: {error}"))?;
        ensure!(
            rows.len() == keys.len(),
            "load answered {} keys with {} rows",
            keys.len(),
            rows.len()
        );
        Ok(rows)
    }

    pub(super) async fn row(&self, key: Key) -> Seen<Option<Row>> {
        Ok(self.load(&[key]).await?.into_iter().next().flatten())
    }

    pub(super) async fn page(&self, query: &Query) -> Seen<Page> {
        let page = self.0.find(query).await;
        page.map_err(|error| format!("find failed: {error}"))
    }

    /// Everything that a query finds, page by page.
    pub(super) async fn all(&self, query: &Query) -> Seen<Vec<Cursor>> {
        let mut found = Vec::new();
        let mut query = query.clone();
        for _ in 0..10_000 {
            let page = self.page(&query).await?;
            ensure!(
                page.found.len() <= usize::try_from(query.limit).unwrap_or(usize::MAX),
                "a page of at most {} holds {}",
                query.limit,
                page.found.len()
            );
            found.extend(page.found);
            match page.next {
                Some(next) => query = query.after(Some(next)),
                None => return Ok(found),
            }
        }
        Err("the pages of a query come to no end".to_owned())
    }

    pub(super) async fn commit(&self, batch: &Batch) -> Seen<Commit> {
        let commit = self.0.commit(batch.clone()).await;
        commit.map_err(|error| format!("commit failed: {error}"))
    }

    /// Commits what must be carried out.
    pub(super) async fn done(&self, batch: &Batch, what: &str) -> Seen {
        match self.commit(batch).await? {
            Commit::Done => Ok(()),
            Commit::Conflict => Err(format!("{what} was answered with Conflict")),
        }
    }

    /// Commits what must not be carried out.
    pub(super) async fn conflicts(&self, batch: &Batch, what: &str) -> Seen {
        match self.commit(batch).await? {
            Commit::Conflict => Ok(()),
            Commit::Done => Err(format!("{what} was answered with Done")),
        }
    }

    /// Checks that `key` has this version and record.
    pub(super) async fn has(&self, key: Key, version: i64, record: Option<&Record>) -> Seen {
        let row = self.row(key).await?;
        let Some(row) = row else {
            return Err(format!("{key} was put and is not there"));
        };
        ensure!(
            row.version == version,
            "{key} was put with version {version} and has version {}",
            row.version
        );
        match (&row.record, record) {
            (read, written) if read.as_ref() == written => Ok(()),
            (None, Some(_)) => Err(format!("{key} was put with a record and reads as erased")),
            (Some(_), None) => Err(format!("{key} was erased and still has a record")),
            _ => Err(format!("{key} reads differently from what was written")),
        }
    }

    pub(super) async fn has_no(&self, key: Key) -> Seen {
        match self.row(key).await? {
            None => Ok(()),
            Some(_) => Err(format!("{key} is there and was never put")),
        }
    }
}

/// A batch under construction.
#[derive(Default)]
pub(super) struct Draft(Batch);

impl Draft {
    pub(super) fn expect(mut self, key: Key, expect: Expect) -> Self {
        self.0.expect.push((key, expect));
        self
    }

    pub(super) fn put(mut self, put: crate::record::Put) -> Self {
        self.0.puts.push(put);
        self
    }

    pub(super) fn batch(self) -> Batch {
        self.0
    }
}
