//! What a caller implements for storage: three methods, one atomic batch.
//!
//! Implement [`Store`] or [`AsyncStore`], not both. The [contract](crate::docs::store) is numbered; the
//! feature `testing` has one test for each of its rules.

mod memory;
mod run;
mod scope;

use std::sync::Arc;

pub use memory::MemoryStore;
pub(crate) use run::{Asking, Failure, carry, carry_async, consult, consult_async};

use crate::record::{Batch, Commit, Key, Page, Query, Row};

/// Where records are kept, for callers without async.
///
/// # What correctness needs
/// A store keeps rows by key and index terms that lead to keys; it never needs to know what a row means.
/// The ten rules of the [contract](crate::docs::store) say what each method owes.
pub trait Store {
    /// What can go wrong in the store itself. A commit that ends with an error may or may not have
    /// landed; running the same request again is safe.
    type Error: std::error::Error + Send + Sync + 'static;

    /// The rows of `keys`: as many, in the same order; `None` for a key that was never put.
    ///
    /// # Errors
    /// The store's own.
    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, Self::Error>;

    /// One page of the keys in one scope of an index, by rank and then by key.
    ///
    /// # Errors
    /// The store's own.
    fn find(&self, query: &Query) -> Result<Page, Self::Error>;

    /// Checks every expectation and writes every put, in one transaction, lasting before it answers
    /// [`Commit::Done`]; or changes nothing and answers [`Commit::Conflict`].
    ///
    /// # Errors
    /// The store's own; whether the batch landed is then unknown.
    fn commit(&self, batch: Batch) -> Result<Commit, Self::Error>;
}

/// Where records are kept, for callers with async; like [`Store`] in everything else.
pub trait AsyncStore: Sync {
    /// What can go wrong in the store itself.
    type Error: std::error::Error + Send + Sync + 'static;

    /// See [`Store::load`].
    fn load(
        &self,
        keys: &[Key],
    ) -> impl Future<Output = Result<Vec<Option<Row>>, Self::Error>> + Send;

    /// See [`Store::find`].
    fn find(&self, query: &Query) -> impl Future<Output = Result<Page, Self::Error>> + Send;

    /// See [`Store::commit`]. A future that is dropped before it is ready leaves the outcome unknown,
    /// like an error.
    fn commit(&self, batch: Batch) -> impl Future<Output = Result<Commit, Self::Error>> + Send;
}

macro_rules! through_pointers {
    ($($pointer:ty),*) => {
        $(impl<S: Store + ?Sized> Store for $pointer {
            type Error = S::Error;
            fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, Self::Error> {
                (**self).load(keys)
            }
            fn find(&self, query: &Query) -> Result<Page, Self::Error> {
                (**self).find(query)
            }
            fn commit(&self, batch: Batch) -> Result<Commit, Self::Error> {
                (**self).commit(batch)
            }
        })*
    };
}
through_pointers!(&S, Box<S>, Arc<S>);

macro_rules! through_pointers_async {
    ($($pointer:ty),*) => {
        $(impl<S: AsyncStore + Send + ?Sized> AsyncStore for $pointer {
            type Error = S::Error;
            async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, Self::Error> {
                (**self).load(keys).await
            }
            async fn find(&self, query: &Query) -> Result<Page, Self::Error> {
                (**self).find(query).await
            }
            async fn commit(&self, batch: Batch) -> Result<Commit, Self::Error> {
                (**self).commit(batch).await
            }
        })*
    };
}
through_pointers_async!(&S, Box<S>, Arc<S>);

/// Lets a [`Store`] serve where an [`AsyncStore`] is asked for. Its futures are ready at once and block
/// while the store works: right for stores in memory or on a local disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blocking<S>(pub S);

impl<S: Store + Sync> AsyncStore for Blocking<S> {
    type Error = S::Error;
    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, Self::Error> {
        self.0.load(keys)
    }
    async fn find(&self, query: &Query) -> Result<Page, Self::Error> {
        self.0.find(query)
    }
    async fn commit(&self, batch: Batch) -> Result<Commit, Self::Error> {
        self.0.commit(batch)
    }
}
