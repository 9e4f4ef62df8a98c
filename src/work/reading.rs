//! Reading: the same asking and answering, without a change.

use std::sync::Arc;

use super::operation::{Answer, Ask, Asked, Step};
use super::refusal::{Halt, Refusal};
use super::sheet::Sheet;
use super::work::Work;
use crate::kernel::{Actor, Context, CustomerId, Id, Permission, RequestId};
use crate::record::{Cursor, Page, Query, Record, Stored};
use crate::rulebook::Rulebook;

/// A question about what is stored: a plain value that names its permission.
///
/// The library's own questions are all of this kind, and so are a caller's. A customer is answered from
/// their own records only.
pub trait Question {
    /// What it is answered with.
    type Output;

    /// The leave it takes.
    const PERMISSION: Permission;

    /// The leave that this one takes, where it depends on what is asked.
    fn permission(&self) -> Permission {
        Self::PERMISSION
    }

    /// Works out the answer; runs again from the start whenever something had to be read first.
    ///
    /// # Errors
    /// [`Halt`], passed on with `?`: something has still to be read, or the rules refuse.
    fn ask(&self, reader: &mut Reader<'_>) -> Result<Self::Output, Halt>;
}

/// Records, and where the next page of them begins.
pub(crate) type Listed<N> = (Vec<Arc<<N as Stored>::State>>, Option<(i64, Id<N>)>);

/// What a [`Question`] reads with.
#[derive(Debug)]
pub struct Reader<'a>(Work<'a>);

impl<'a> Reader<'a> {
    /// Who asks.
    #[must_use]
    pub const fn actor(&self) -> &'a Actor {
        self.0.actor()
    }

    /// What the business configured.
    #[must_use]
    pub const fn rulebook(&self) -> &'a Rulebook {
        self.0.rulebook()
    }

    /// The record that `id` names; `None` when there is none, it was erased, or it is not the asking
    /// customer's own.
    ///
    /// # Errors
    /// [`Halt`] while it has not been read.
    pub fn get<N: Stored>(&mut self, id: Id<N>) -> Result<Option<Arc<N::State>>, Halt> {
        self.0.peek(id)
    }

    /// Like [`get`](Self::get) for a record that must be there.
    ///
    /// # Errors
    /// [`Halt`] while it has not been read, and with [`Refusal::NotFound`] when there is none.
    pub fn need<N: Stored>(&mut self, id: Id<N>) -> Result<Arc<N::State>, Halt> {
        self.get(id)?
            .ok_or_else(|| Refusal::not_found(crate::record::Key::of(id)).into())
    }

    /// A journal entry, of which whoever asks is told only what is theirs.
    pub(crate) fn entry(
        &mut self,
        id: RequestId,
    ) -> Result<Option<Arc<crate::record::Entry>>, Halt> {
        self.0.document(id)
    }

    /// A record that the answer needs, whether or not the actor may see it.
    pub(crate) fn document<N: Stored>(&mut self, id: Id<N>) -> Result<Option<Arc<N::State>>, Halt> {
        self.0.document(id)
    }

    /// The records of these keys, in one round trip; those the actor may not see are left out.
    ///
    /// # Errors
    /// [`Halt`] while they have not been read.
    pub fn all(&mut self, page: &Page) -> Result<Vec<Record>, Halt> {
        self.0.all(page.found.iter().map(|found| found.key))
    }

    /// The records of a page, and where the next one begins. Whoever may not see the last one is not told of it: where a page ends would
    /// tell of what is not theirs.
    pub(crate) fn listed<N: Stored>(&mut self, page: &Page) -> Result<Listed<N>, Halt> {
        let records = self.all(page)?.into_iter().filter_map(N::into_state);
        let records = records.collect();
        let is_customer = matches!(self.0.actor(), Actor::Customer(_));
        let next = match page.next {
            Some(last) if is_customer && self.0.visible(last.key, false)?.is_none() => None,
            next => next.map(Cursor::place),
        };
        Ok((records, next))
    }

    /// Has these records read together with the next one that is asked for.
    pub fn want<N: Stored>(&mut self, ids: impl IntoIterator<Item = Id<N>>) {
        self.0.want(ids);
    }

    /// Whether the actor may see what belongs to `owner`: staff always, a customer only what is their
    /// own or came to them by a merger.
    ///
    /// # Errors
    /// [`Halt`] while it has not been read.
    pub fn sees(&mut self, owner: CustomerId) -> Result<bool, Halt> {
        let Actor::Customer(me) = self.0.actor() else {
            return Ok(true);
        };
        self.0.is_own(*me, Some(owner))
    }

    /// The page without the records that the actor may not see.
    ///
    /// # Errors
    /// [`Halt`] while they have not been read.
    pub fn visible(&mut self, mut page: Page) -> Result<Page, Halt> {
        if !matches!(self.0.actor(), Actor::Customer(_)) {
            return Ok(page);
        }
        self.0.want_keys(page.found.iter().map(|found| found.key));
        let mut seen = Vec::with_capacity(page.found.len());
        for found in &page.found {
            if self.0.visible(found.key, false)?.is_some() {
                seen.push(*found);
            }
        }
        page.found = seen;
        Ok(page)
    }

    /// Who holds something that only one record may hold.
    pub(crate) fn holder(
        &mut self,
        claim: crate::kernel::ClaimId,
    ) -> Result<Option<crate::record::Key>, Halt> {
        self.0.holder(claim)
    }

    /// The keys that a query finds.
    ///
    /// # Errors
    /// [`Halt`] while it has not been looked up.
    pub fn find(&mut self, query: &Query) -> Result<Page, Halt> {
        self.0.find(query)
    }
}

/// One question on its way: like [`Operation`](super::Operation), without a commit.
#[derive(Debug)]
pub struct Inquiry<'a, Q: Question> {
    question: &'a Q,
    context: Context,
    rulebook: &'a Rulebook,
    sheet: Sheet,
    asked: Asked,
}

impl<'a, Q: Question> Inquiry<'a, Q> {
    /// The question, about to be asked by `actor`.
    #[must_use]
    pub fn new(question: &'a Q, actor: &Actor, rulebook: &'a Rulebook) -> Self {
        Self {
            question,
            // Questions know no present moment but the one they carry, and make no ids.
            context: Context::new(
                chrono::DateTime::UNIX_EPOCH,
                RequestId::from_u128(0),
                actor.clone(),
            ),
            rulebook,
            sheet: Sheet::default(),
            asked: Asked::Nothing,
        }
    }

    /// Goes on as far as it can.
    ///
    /// # Errors
    /// The [`Refusal`] of the question.
    pub fn step(&mut self) -> Result<Step<Q::Output>, Refusal> {
        let permission = self.question.permission();
        if !self
            .rulebook
            .access()
            .allows(&self.context.actor, permission)
        {
            return Err(Refusal::Denied { permission });
        }
        let work = Work::new(&self.context, self.rulebook, permission, &mut self.sheet);
        match self.question.ask(&mut Reader(work)) {
            Ok(output) => Ok(Step::Done(output)),
            Err(halt) => match halt.refusal() {
                Some(refusal) => Err(refusal),
                None => {
                    let ask: Ask = self.asked.of(&mut self.sheet);
                    Ok(Step::Ask(ask))
                }
            },
        }
    }

    /// Gives the answer to what [`step`](Self::step) asked for.
    ///
    /// # Errors
    /// [`Refusal::WrongAnswer`] when the answer does not fit, or nothing was asked.
    pub fn answer(&mut self, answer: Answer) -> Result<(), Refusal> {
        self.asked.answered(&mut self.sheet, answer)
    }
}
