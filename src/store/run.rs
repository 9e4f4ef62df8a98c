//! The two loops: the only place where one piece of logic is written once for sync and once for async.

use super::{AsyncStore, Store};
use crate::work::{Answer, Ask, Refusal, Step};

/// Something that asks and is answered.
pub(crate) trait Asking {
    type Output;
    fn step(&mut self) -> Result<Step<Self::Output>, Refusal>;
    fn answer(&mut self, answer: Answer) -> Result<(), Refusal>;
}

/// Why it did not come to its end.
pub(crate) enum Failure<E> {
    Refused(Refusal),
    Contention,
    Store(E),
}

impl<E> From<Refusal> for Failure<E> {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Counts the conflicts; too many of them end the run.
struct Patience(u32);

impl Patience {
    fn bear<E>(&mut self, answer: &Answer) -> Result<(), Failure<E>> {
        if matches!(answer, Answer::Commit(crate::record::Commit::Conflict)) {
            self.0 = self.0.checked_sub(1).ok_or(Failure::Contention)?;
        }
        Ok(())
    }
}

/// What `store` answers.
pub(crate) fn consult<S: Store + ?Sized>(store: &S, ask: Ask) -> Result<Answer, S::Error> {
    match ask {
        Ask::Load(keys) => store.load(&keys).map(Answer::Rows),
        Ask::Find(query) => store.find(&query).map(Answer::Page),
        Ask::Commit(batch) => store.commit(batch).map(Answer::Commit),
    }
}

/// What an async `store` answers.
pub(crate) async fn consult_async<S: AsyncStore + ?Sized>(
    store: &S,
    ask: Ask,
) -> Result<Answer, S::Error> {
    match ask {
        Ask::Load(keys) => store.load(&keys).await.map(Answer::Rows),
        Ask::Find(query) => store.find(&query).await.map(Answer::Page),
        Ask::Commit(batch) => store.commit(batch).await.map(Answer::Commit),
    }
}

pub(crate) fn carry<A: Asking, S: Store + ?Sized>(
    mut asking: A,
    store: &S,
    conflicts: u32,
) -> Result<A::Output, Failure<S::Error>> {
    let mut patience = Patience(conflicts);
    loop {
        let ask = match asking.step()? {
            Step::Done(output) => return Ok(output),
            Step::Ask(ask) => ask,
        };
        let answer = consult(store, ask).map_err(Failure::Store)?;
        patience.bear(&answer)?;
        asking.answer(answer)?;
    }
}

pub(crate) async fn carry_async<A: Asking, S: AsyncStore + ?Sized>(
    mut asking: A,
    store: &S,
    conflicts: u32,
) -> Result<A::Output, Failure<S::Error>> {
    let mut patience = Patience(conflicts);
    loop {
        let ask = match asking.step()? {
            Step::Done(output) => return Ok(output),
            Step::Ask(ask) => ask,
        };
        let answer = consult_async(store, ask).await.map_err(Failure::Store)?;
        patience.bear(&answer)?;
        asking.answer(answer)?;
    }
}
