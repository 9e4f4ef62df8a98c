//! The two loops for work that hands something to the caller on its way.

use crate::store::{AsyncStore, Failure, Store, consult, consult_async};
use crate::work::{Answer, Ask, Refusal};

/// Where an errand stands.
pub(crate) enum Move<P, T> {
    /// It asks the store.
    Ask(Ask),
    /// It hands something over.
    Hand(P),
    /// It is done.
    Done(T),
}

/// Something that asks the store and hands things to the caller, one step at a time.
pub(crate) trait Errand {
    type Parcel;
    type Reply;
    type Output;
    fn step(&mut self) -> Result<Move<Self::Parcel, Self::Output>, Refusal>;
    fn answer(&mut self, answer: Answer) -> Result<(), Refusal>;
    fn reply(&mut self, reply: Self::Reply);
}

pub(crate) fn see_through<E: Errand, S: Store + ?Sized>(
    mut errand: E,
    store: &S,
    mut hand: impl FnMut(E::Parcel) -> E::Reply,
) -> Result<E::Output, Failure<S::Error>> {
    loop {
        match errand.step()? {
            Move::Ask(ask) => errand.answer(consult(store, ask).map_err(Failure::Store)?)?,
            Move::Hand(parcel) => errand.reply(hand(parcel)),
            Move::Done(output) => return Ok(output),
        }
    }
}

pub(crate) async fn see_through_async<E: Errand, S: AsyncStore + ?Sized, F>(
    mut errand: E,
    store: &S,
    mut hand: impl FnMut(E::Parcel) -> F,
) -> Result<E::Output, Failure<S::Error>>
where
    F: Future<Output = E::Reply>,
{
    loop {
        match errand.step()? {
            Move::Ask(ask) => {
                let answer = consult_async(store, ask).await;
                errand.answer(answer.map_err(Failure::Store)?)?;
            }
            Move::Hand(parcel) => {
                let reply = hand(parcel).await;
                errand.reply(reply);
            }
            Move::Done(output) => return Ok(output),
        }
    }
}
