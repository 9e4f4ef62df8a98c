//! What is checked: stores of either kind, made the same to the suite.

use std::pin::{Pin, pin};
use std::sync::Barrier;
use std::task::{Context, Poll, Waker};

use super::{AsyncBuilder, Builder};
use crate::record::{Batch, Commit};
use crate::store::{AsyncStore, Blocking, Store};

/// How a commit of a race ended, or in words why it did not.
pub(super) type Ended = Result<Commit, String>;

pub(super) trait Subject {
    type Store: AsyncStore;
    async fn fresh(&mut self) -> Self::Store;
    async fn reopen(&mut self, store: Self::Store) -> Option<Self::Store>;
    async fn holds(&mut self, store: &Self::Store, text: &str) -> Option<bool>;
    /// Commits all batches at the same time.
    async fn race(&self, store: &Self::Store, batches: &[Batch]) -> Vec<Ended>;
}

/// A blocking store; races are run in threads.
pub(super) struct InThreads<B>(pub(super) B);

impl<B: Builder> Subject for InThreads<B> {
    type Store = Blocking<B::Store>;

    async fn fresh(&mut self) -> Self::Store {
        Blocking(self.0.fresh())
    }

    async fn reopen(&mut self, store: Self::Store) -> Option<Self::Store> {
        self.0.reopen(store.0).map(Blocking)
    }

    async fn holds(&mut self, store: &Self::Store, text: &str) -> Option<bool> {
        self.0.holds(&store.0, text)
    }

    async fn race(&self, store: &Self::Store, batches: &[Batch]) -> Vec<Ended> {
        let start = Barrier::new(batches.len());
        std::thread::scope(|scope| {
            let threads: Vec<_> = batches
                .iter()
                .map(|batch| {
                    scope.spawn(|| {
                        start.wait();
                        store
                            .0
                            .commit(batch.clone())
                            .map_err(|error| error.to_string())
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| match thread.join() {
                    Ok(ended) => ended,
                    Err(_) => Err("it panicked".to_owned()),
                })
                .collect()
        })
    }
}

/// An async store; races are run in one task, turn by turn.
pub(super) struct OneTask<B>(pub(super) B);

impl<B: AsyncBuilder> Subject for OneTask<B> {
    type Store = B::Store;

    async fn fresh(&mut self) -> Self::Store {
        self.0.fresh().await
    }

    async fn reopen(&mut self, store: Self::Store) -> Option<Self::Store> {
        self.0.reopen(store).await
    }

    async fn holds(&mut self, store: &Self::Store, text: &str) -> Option<bool> {
        self.0.holds(store, text).await
    }

    async fn race(&self, store: &Self::Store, batches: &[Batch]) -> Vec<Ended> {
        let commit = async |batch: &Batch| {
            store
                .commit(batch.clone())
                .await
                .map_err(|error| error.to_string())
        };
        together(batches.iter().map(commit)).await
    }
}

/// A future on its way, then what it came to.
enum Runner<'f, T> {
    Running(Pin<Box<dyn Future<Output = T> + 'f>>),
    Arrived(T),
}

/// Polls all of them in turn until the last is ready.
async fn together<'f, F: Future + 'f>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut runners: Vec<_> = futures
        .map(|future| Runner::Running(Box::pin(future)))
        .collect();
    std::future::poll_fn(|context| {
        let mut all = Poll::Ready(());
        for runner in &mut runners {
            if let Runner::Running(future) = runner {
                match future.as_mut().poll(context) {
                    Poll::Ready(output) => *runner = Runner::Arrived(output),
                    Poll::Pending => all = Poll::Pending,
                }
            }
        }
        all
    })
    .await;
    let arrived = runners.into_iter().filter_map(|runner| match runner {
        Runner::Arrived(output) => Some(output),
        Runner::Running(_) => None,
    });
    arrived.collect()
}

/// What a future comes to when it is polled once; `None` when it is not ready then.
pub(super) fn ready<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
