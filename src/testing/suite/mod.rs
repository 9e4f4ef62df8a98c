//! One check for each of the ten rules of the [contract](crate::docs::store), for anyone's store.
//!
//! Tell it how to make a fresh, empty store; it reports which rules are kept, and what it saw where one
//! is broken. It never panics by itself. A [`Builder`] that can also open a store again, or search the
//! bytes of what it stores, has more checked.

mod commit;
mod find;
mod probe;
mod report;
mod rows;
mod sample;
mod subject;
mod terms;

pub use report::{Finding, Report, Rule};

use probe::Probe;
use subject::{InThreads, OneTask, Subject, ready};

use crate::store::{AsyncStore, Store};

/// How the suite comes by stores. Every closure that makes a fresh store is one.
pub trait Builder {
    /// The kind of store.
    type Store: Store + Sync;

    /// A fresh, empty store that shares nothing with those made before.
    fn fresh(&mut self) -> Self::Store;

    /// The same store after it was closed and opened again, as by another process. `None`, as it is by
    /// default, when nothing lasts; it is then not checked whether commits do.
    fn reopen(&mut self, store: Self::Store) -> Option<Self::Store> {
        drop(store);
        None
    }

    /// Whether the bytes that the store keeps, logs and free pages included, hold this text. `None`, as
    /// it is by default, when that cannot be found out.
    fn holds(&mut self, store: &Self::Store, text: &str) -> Option<bool> {
        let _ = (store, text);
        None
    }
}

impl<S: Store + Sync, F: FnMut() -> S> Builder for F {
    type Store = S;
    fn fresh(&mut self) -> S {
        self()
    }
}

/// [`Builder`] for an [`AsyncStore`]. Every closure whose future makes a fresh store is one.
pub trait AsyncBuilder {
    /// The kind of store.
    type Store: AsyncStore;

    /// See [`Builder::fresh`].
    fn fresh(&mut self) -> impl Future<Output = Self::Store>;

    /// See [`Builder::reopen`].
    fn reopen(&mut self, store: Self::Store) -> impl Future<Output = Option<Self::Store>> {
        drop(store);
        async { None }
    }

    /// See [`Builder::holds`].
    fn holds(&mut self, store: &Self::Store, text: &str) -> impl Future<Output = Option<bool>> {
        let _ = (store, text);
        async { None }
    }
}

impl<S: AsyncStore, Made: Future<Output = S>, F: FnMut() -> Made> AsyncBuilder for F {
    type Store = S;
    fn fresh(&mut self) -> impl Future<Output = S> {
        self()
    }
}

/// Checks a [`Store`]. Commits that race do so in threads.
///
/// ```
/// # use aftercare::{store::MemoryStore, testing::suite};
/// suite::run(MemoryStore::new).into_result().unwrap();
/// ```
#[must_use]
pub fn run(builder: impl Builder) -> Report {
    // Every future of a blocking store is ready at once.
    ready(check(InThreads(builder))).unwrap_or_else(|| Report::new(Vec::new()))
}

/// Checks an [`AsyncStore`]. Commits that race do so in the task that runs the suite; let it run on the
/// runtime that the store needs.
#[must_use]
pub async fn run_async(builder: impl AsyncBuilder) -> Report {
    check(OneTask(builder)).await
}

async fn check(subject: impl Subject) -> Report {
    let mut probe = Probe::new(subject);
    let mut findings = Vec::with_capacity(Rule::ALL.len());
    for rule in Rule::ALL {
        let seen = match rule {
            Rule::Atomic => commit::atomic(&mut probe).await,
            Rule::Expectations => commit::expectations(&mut probe).await,
            Rule::Conflict => commit::conflict(&mut probe).await,
            Rule::Repeated => commit::repeated(&mut probe).await,
            Rule::Versions => rows::versions(&mut probe).await,
            Rule::Terms => terms::terms(&mut probe).await,
            Rule::Find => find::find(&mut probe).await,
            Rule::Dropped => commit::dropped(&mut probe).await,
            Rule::Encoding => rows::encoding(&mut probe).await,
            Rule::Erasure => rows::erasure(&mut probe).await,
        };
        findings.push(Finding::new(rule, seen.err(), probe.take_unchecked()));
    }
    Report::new(findings)
}
