//! The face of the library: a store, a rulebook, and what can be done with them.

mod follow;
mod journal;
mod reading;
mod relay;
mod wake;

use std::fmt;
use std::sync::Arc;

pub use follow::Followed;
pub use journal::{Journal, JournalPage};
pub use wake::{Left, Woken};

pub use crate::courier::Relayed;

use crate::kernel::{Actor, Context, Permission};
use crate::record::Entry;
use crate::rulebook::Rulebook;
use crate::store::{Asking, AsyncStore, Failure, Store, carry, carry_async};
use crate::work::{Answer, AnyCommand, Command, Inquiry, Operation, Question, Refusal, Run, Step};

/// How often a request begins again when others were faster, before it gives up.
const CONFLICTS: u32 = 64;

/// Why a request did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error<E> {
    /// The request was refused; nothing was changed.
    #[error(transparent)]
    Refused(Refusal),
    /// Others changed the same records too often meanwhile; nothing was changed. Try again.
    #[error("others changed the same records at the same time, again and again")]
    Contention,
    /// The store failed. Whether a change landed is unknown: run the same request again.
    #[error("the store failed")]
    Store(#[source] E),
}

impl<E> Error<E> {
    /// The stable code: that of the refusal, `desk.contention` or `desk.store`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Contention => "desk.contention",
            Self::Store(_) => "desk.store",
        }
    }

    /// The refusal, if it was one.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Contention | Self::Store(_) => None,
        }
    }
}

impl<E> From<Failure<E>> for Error<E> {
    fn from(failure: Failure<E>) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Contention => Self::Contention,
            Failure::Store(error) => Self::Store(error),
        }
    }
}

/// One of many commands for [`Desk::run_all`].
pub struct Request {
    context: Context,
    command: Box<dyn AnyCommand + Send + Sync>,
}

impl Request {
    /// A command with its context.
    pub fn new(context: Context, command: impl Command + Send + Sync + 'static) -> Self {
        Self {
            context,
            command: Box::new(command),
        }
    }
}

impl fmt::Debug for Request {
    // The command may hold personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("context", &self.context)
            .field("command", &self.command.name())
            .finish()
    }
}

/// Many requests on their way to one commit.
struct Many<'a> {
    requests: &'a [Request],
    run: Run<'a, Vec<Arc<Entry>>>,
}

impl<'a> Many<'a> {
    fn new(requests: &'a [Request], rulebook: &'a Rulebook) -> Self {
        Self {
            requests,
            run: Run::new(rulebook),
        }
    }
}

impl Asking for Many<'_> {
    type Output = Vec<Arc<Entry>>;
    fn step(&mut self) -> Result<Step<Self::Output>, Refusal> {
        let requests = self.requests;
        self.run.step(|n| {
            let request = requests.get(n)?;
            Some((&*request.command, &request.context))
        })
    }
    fn answer(&mut self, answer: Answer) -> Result<(), Refusal> {
        self.run.answer(answer)
    }
}

/// A store and a rulebook, and what can be done with them.
///
/// The desk holds no state of its own: any number of desks, in any number of processes, can share one
/// store.
#[derive(Clone, Debug)]
pub struct Desk<S> {
    store: S,
    rulebook: Arc<Rulebook>,
}

impl<S> Desk<S> {
    /// A desk on this store, with these rules.
    pub fn new(store: S, rulebook: impl Into<Arc<Rulebook>>) -> Self {
        Self {
            store,
            rulebook: rulebook.into(),
        }
    }

    /// The store.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// What the business configured.
    pub fn rulebook(&self) -> &Rulebook {
        &self.rulebook
    }

    /// Refuses what `actor` has no leave for.
    fn permit<E>(&self, actor: &Actor, permission: Permission) -> Result<(), Error<E>> {
        if self.rulebook.access().allows(actor, permission) {
            Ok(())
        } else {
            Err(Error::Refused(Refusal::Denied { permission }))
        }
    }
}

impl<S: Store> Desk<S> {
    /// Carries out a command.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Contention`], [`Error::Store`].
    pub fn run<C: Command>(
        &self,
        context: &Context,
        command: C,
    ) -> Result<C::Output, Error<S::Error>> {
        let operation = Operation::new(&command, context, &self.rulebook);
        Ok(carry(operation, &self.store, CONFLICTS)?)
    }

    /// Carries out many commands in one atomic batch, in order, each on top of those before it: for
    /// imports. Answers with one journal entry for each; a command's `output` reads its answer from it.
    ///
    /// # Errors
    /// [`Error::Refused`] with what the first refused command says; then none was carried out.
    pub fn run_all(&self, requests: &[Request]) -> Result<Vec<Arc<Entry>>, Error<S::Error>> {
        let many = Many::new(requests, &self.rulebook);
        Ok(carry(many, &self.store, CONFLICTS)?)
    }

    /// Answers a question.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Store`].
    pub fn ask<Q: Question>(
        &self,
        actor: &Actor,
        question: &Q,
    ) -> Result<Q::Output, Error<S::Error>> {
        let inquiry = Inquiry::new(question, actor, &self.rulebook);
        Ok(carry(inquiry, &self.store, CONFLICTS)?)
    }
}

impl<S: AsyncStore> Desk<S> {
    /// [`run`](Self::run) for an [`AsyncStore`].
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Contention`], [`Error::Store`].
    pub async fn run_async<C: Command>(
        &self,
        context: &Context,
        command: C,
    ) -> Result<C::Output, Error<S::Error>> {
        let operation = Operation::new(&command, context, &self.rulebook);
        Ok(carry_async(operation, &self.store, CONFLICTS).await?)
    }

    /// [`run_all`](Self::run_all) for an [`AsyncStore`].
    ///
    /// # Errors
    /// [`Error::Refused`] with what the first refused command says; then none was carried out.
    pub async fn run_all_async(
        &self,
        requests: &[Request],
    ) -> Result<Vec<Arc<Entry>>, Error<S::Error>> {
        let many = Many::new(requests, &self.rulebook);
        Ok(carry_async(many, &self.store, CONFLICTS).await?)
    }

    /// [`ask`](Self::ask) for an [`AsyncStore`].
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Store`].
    pub async fn ask_async<Q: Question>(
        &self,
        actor: &Actor,
        question: &Q,
    ) -> Result<Q::Output, Error<S::Error>> {
        let inquiry = Inquiry::new(question, actor, &self.rulebook);
        Ok(carry_async(inquiry, &self.store, CONFLICTS).await?)
    }
}

impl<C: Command> Asking for Operation<'_, C> {
    type Output = C::Output;
    fn step(&mut self) -> Result<Step<C::Output>, Refusal> {
        Operation::step(self)
    }
    fn answer(&mut self, answer: Answer) -> Result<(), Refusal> {
        Operation::answer(self, answer)
    }
}

impl<Q: Question> Asking for Inquiry<'_, Q> {
    type Output = Q::Output;
    fn step(&mut self) -> Result<Step<Q::Output>, Refusal> {
        Inquiry::step(self)
    }
    fn answer(&mut self, answer: Answer) -> Result<(), Refusal> {
        Inquiry::answer(self, answer)
    }
}
