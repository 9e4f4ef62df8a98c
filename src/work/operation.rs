//! The operation: a state machine that asks and is answered.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;
use uuid::Uuid;

use super::refusal::{Halt, Refusal};
use super::sheet::{Places, Sheet};
use super::work::Work;
use crate::kernel::{Context, Permission, SecretKey};
use crate::record::{Batch, Commit, Entry, Key, Page, Query, Record, Row, rank_of};
use crate::rulebook::Rulebook;

/// Something that can be done: a plain value that names its permission and holds its rules.
///
/// The library's own commands are all of this kind, and so are a caller's.
pub trait Command: Serialize {
    /// What the command answers with.
    type Output;

    /// Its name in the journal, such as `case.open`.
    const NAME: &'static str;

    /// The leave it takes.
    const PERMISSION: Permission;

    /// Decides: reads records, and says what happens. It must not have any effect of its own, because it
    /// runs again from the start whenever a record had to be read first.
    ///
    /// # Errors
    /// [`Halt`], passed on with `?`: something has still to be read, or the rules refuse.
    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt>;

    /// The answer, taken from the journal entry, so that a repeated request is answered alike.
    fn output(&self, entry: &Entry) -> Self::Output;

    /// The records it will surely read: they are then read in one round trip. Leaving it out costs
    /// time, never correctness.
    fn reads(&self, keys: &mut Vec<Key>) {
        let _ = keys;
    }
}

/// Any [`Command`], for lists of different ones.
pub trait AnyCommand {
    /// Its name in the journal.
    fn name(&self) -> &'static str;
    /// The leave it takes.
    fn permission(&self) -> Permission;
    /// A keyed hash of all it says.
    fn fingerprint(&self, secret: &SecretKey) -> u128;
    /// See [`Command::decide`].
    ///
    /// # Errors
    /// [`Halt`]: something has still to be read, or the rules refuse.
    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt>;
    /// See [`Command::reads`].
    fn reads(&self, keys: &mut Vec<Key>);
}

impl<C: Command> AnyCommand for C {
    fn name(&self) -> &'static str {
        C::NAME
    }
    fn permission(&self) -> Permission {
        C::PERMISSION
    }
    fn fingerprint(&self, secret: &SecretKey) -> u128 {
        secret.digest().with_str(C::NAME).with(self).finish()
    }
    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        Command::decide(self, work)
    }
    fn reads(&self, keys: &mut Vec<Key>) {
        Command::reads(self, keys);
    }
}

/// What an operation asks of the store.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Ask {
    /// The rows of these keys; answered with as many, in the same order.
    Load(Vec<Key>),
    /// One page of a query.
    Find(Query),
    /// To carry out this batch.
    Commit(Batch),
}

/// What the store answered to an [`Ask`].
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To [`Ask::Load`].
    Rows(Vec<Option<Row>>),
    /// To [`Ask::Find`].
    Page(Page),
    /// To [`Ask::Commit`].
    Commit(Commit),
}

/// Where an operation stands.
#[derive(Debug)]
#[must_use]
pub enum Step<T> {
    /// It asks; give the answer to `answer`, then call `step` again.
    Ask(Ask),
    /// It is done.
    Done(T),
}

/// Commands that are committed together: all of them or none.
///
/// [`Operation`] is this for one command. Use it by itself to drive several from your own loop.
#[derive(Debug)]
pub struct Transaction<'r> {
    rulebook: &'r Rulebook,
    sheet: Sheet,
    asked: Asked,
    has_news: bool,
    /// Whether a request is taken to be new as long as nothing else has to be read: the commit then finds out.
    is_trusting: bool,
}

/// What was asked for last.
#[derive(Debug)]
pub(super) enum Asked {
    Nothing,
    /// What is read into these slots of the sheet.
    Load(Places),
    Find(Query),
}

impl Asked {
    /// What `sheet` has to know next.
    pub(super) fn of(&mut self, sheet: &mut Sheet) -> Ask {
        if let Some(query) = sheet.take_sought() {
            *self = Self::Find(query.clone());
            return Ask::Find(query);
        }
        let (keys, places) = sheet.take_wanted();
        *self = Self::Load(places);
        Ask::Load(keys)
    }

    /// Enters the answer into `sheet`.
    pub(super) fn answered(&mut self, sheet: &mut Sheet, answer: Answer) -> Result<(), Refusal> {
        match (std::mem::replace(self, Self::Nothing), answer) {
            (Self::Load(places), Answer::Rows(rows)) if places.len() == rows.len() => {
                sheet.loaded(places, rows);
                Ok(())
            }
            (Self::Find(query), Answer::Page(page)) => {
                sheet.found(query, page);
                Ok(())
            }
            (asked, _) => {
                let expected = match &asked {
                    Self::Nothing => "nothing was",
                    Self::Load(_) => "one row for each key",
                    Self::Find(_) => "a page",
                };
                *self = asked;
                Err(Refusal::WrongAnswer { expected })
            }
        }
    }
}

impl<'r> Transaction<'r> {
    /// Nothing read and nothing written yet.
    #[must_use]
    pub fn new(rulebook: &'r Rulebook) -> Self {
        Self {
            rulebook,
            sheet: Sheet::default(),
            asked: Asked::Nothing,
            has_news: false,
            is_trusting: false,
        }
    }

    /// Like [`new`](Self::new), but without a question whether a request is new, where that would be the only one. A commit
    /// that then fails must be followed by one that asks.
    const fn trusting(mut self) -> Self {
        self.is_trusting = true;
        self
    }

    /// Runs a command on top of those before it, as far as what was read allows. Ends with its journal
    /// entry: a new one, or that of the first time when the request was carried out before.
    ///
    /// # Errors
    /// [`Refusal::Denied`], [`Refusal::RequestReused`], and what the command's own rules refuse.
    pub fn advance<C: AnyCommand + ?Sized>(
        &mut self,
        command: &C,
        context: &Context,
    ) -> Result<Step<Arc<Entry>>, Refusal> {
        let permission = command.permission();
        if !self.rulebook.access().allows(&context.actor, permission) {
            return Err(Refusal::Denied { permission });
        }
        let fingerprint = || Uuid::from_u128(command.fingerprint(self.rulebook.secret()));
        let receipt = Key::of(context.request);
        let before = self.sheet.known(receipt);
        if let Some(Some(Record::Entry(entry))) = before {
            let same = entry.fingerprint == fingerprint() && entry.stamp.by == context.actor.by();
            return if same {
                Ok(Step::Done(Arc::clone(entry)))
            } else {
                Err(Refusal::RequestReused {
                    request: context.request,
                })
            };
        }
        let is_new = before.is_some();
        if !is_new {
            self.sheet.want_all(|keys| command.reads(keys));
            if !self.is_trusting || self.sheet.wants_any() {
                return Ok(self.ask_with(receipt));
            }
        }
        self.sheet.unstage();
        let mut work = Work::new(context, self.rulebook, permission, &mut self.sheet);
        match command.decide(&mut work) {
            Ok(()) => {}
            Err(halt) => {
                return match halt.refusal() {
                    // Only a request that is new can be refused: one that was carried out has its answer.
                    Some(refusal) if is_new => Err(refusal),
                    Some(_) | None => Ok(self.ask_with(receipt)),
                };
            }
        }
        let (customers, version) = work.written();
        let rank = rank_of(context.now).max(version.saturating_add(1));
        let unread = self.rulebook.feed() && work.has_events();
        let entry = Arc::new(Entry {
            rank,
            command: Cow::Borrowed(command.name()),
            fingerprint: fingerprint(),
            customers,
            stamp: work.stamp,
            events: work.events,
            reason: work.reason,
            unread,
        });
        self.sheet
            .stage(receipt, Some(Record::Entry(Arc::clone(&entry))));
        self.sheet.settle(rank);
        self.has_news = true;
        Ok(Step::Done(entry))
    }

    /// Asks for what is wanted, and whether the request is new if that is not known.
    fn ask_with<T>(&mut self, receipt: Key) -> Step<T> {
        self.sheet.want(receipt);
        Step::Ask(self.asked.of(&mut self.sheet))
    }

    /// Gives the answer to what [`advance`](Self::advance) asked for.
    ///
    /// # Errors
    /// [`Refusal::WrongAnswer`] when the answer does not fit, or nothing was asked.
    pub fn answer(&mut self, answer: Answer) -> Result<(), Refusal> {
        self.asked.answered(&mut self.sheet, answer)
    }

    /// What is to be committed; `None` when every command had been carried out before.
    #[must_use]
    pub fn batch(&self) -> Option<Batch> {
        self.has_news
            .then(|| self.sheet.clone().take_batch(self.rulebook.secret()))
    }

    /// Like [`batch`](Self::batch); nothing is left to be committed.
    fn take_batch(&mut self) -> Option<Batch> {
        self.has_news
            .then(|| self.sheet.take_batch(self.rulebook.secret()))
    }
}

/// What a run keeps of its commands' journal entries: a list, or the only one.
pub(crate) trait Kept: Default {
    fn keep(&mut self, entry: Arc<Entry>);
}

impl Kept for Vec<Arc<Entry>> {
    fn keep(&mut self, entry: Arc<Entry>) {
        self.push(entry);
    }
}

impl Kept for Option<Arc<Entry>> {
    fn keep(&mut self, entry: Arc<Entry>) {
        *self = Some(entry);
    }
}

/// Commands on their way to one commit.
#[derive(Debug)]
pub(crate) struct Run<'r, K> {
    transaction: Transaction<'r>,
    entries: K,
    count: usize,
    committing: Committing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Committing {
    NotYet,
    Asked,
    Answered(Commit),
}

impl<'r, K: Kept> Run<'r, K> {
    pub(crate) fn new(rulebook: &'r Rulebook) -> Self {
        Self {
            transaction: Transaction::new(rulebook).trusting(),
            entries: K::default(),
            count: 0,
            committing: Committing::NotYet,
        }
    }

    /// Goes on with the `n`th command that `request` gives, until it gives none.
    pub(crate) fn step<'c, C: AnyCommand + ?Sized + 'c>(
        &mut self,
        request: impl Fn(usize) -> Option<(&'c C, &'c Context)>,
    ) -> Result<Step<K>, Refusal> {
        match self.committing {
            Committing::Answered(Commit::Done) => {
                return Ok(Step::Done(std::mem::take(&mut self.entries)));
            }
            Committing::Answered(Commit::Conflict) => {
                let rulebook = self.transaction.rulebook;
                *self = Self::new(rulebook);
                self.transaction = Transaction::new(rulebook);
            }
            Committing::NotYet | Committing::Asked => {}
        }
        while let Some((command, context)) = request(self.count) {
            match self.transaction.advance(command, context)? {
                Step::Ask(ask) => return Ok(Step::Ask(ask)),
                Step::Done(entry) => {
                    self.entries.keep(entry);
                    self.count = self.count.saturating_add(1);
                }
            }
        }
        match self.transaction.take_batch() {
            None => Ok(Step::Done(std::mem::take(&mut self.entries))),
            Some(batch) => {
                self.committing = Committing::Asked;
                Ok(Step::Ask(Ask::Commit(batch)))
            }
        }
    }

    pub(crate) fn answer(&mut self, answer: Answer) -> Result<(), Refusal> {
        match (self.committing, answer) {
            (Committing::NotYet, answer) => self.transaction.answer(answer),
            (Committing::Asked, Answer::Commit(commit)) => {
                self.committing = Committing::Answered(commit);
                Ok(())
            }
            (Committing::Asked | Committing::Answered(_), _) => Err(Refusal::WrongAnswer {
                expected: "the outcome of the commit",
            }),
        }
    }
}

/// One command on its way: it asks, is answered, and ends with the command's answer.
///
/// It owns no store and never waits, so it can be driven from any loop: sync, async, an actor, a
/// transaction of the caller's own. [`Desk`](crate::desk::Desk) has the two usual loops.
///
/// Call [`step`](Self::step); on [`Step::Ask`] find the answer and give it to [`answer`](Self::answer);
/// repeat until [`Step::Done`]. When a commit is answered with [`Commit::Conflict`] the operation begins
/// again by itself. When the store fails, drop the operation and run the same request again.
#[derive(Debug)]
pub struct Operation<'a, C: Command> {
    command: &'a C,
    context: &'a Context,
    run: Run<'a, Option<Arc<Entry>>>,
}

impl<'a, C: Command> Operation<'a, C> {
    /// The command, about to begin.
    #[must_use]
    pub fn new(command: &'a C, context: &'a Context, rulebook: &'a Rulebook) -> Self {
        Self {
            command,
            context,
            run: Run::new(rulebook),
        }
    }

    /// Goes on as far as it can.
    ///
    /// # Errors
    /// The [`Refusal`] of the request; nothing was changed.
    pub fn step(&mut self) -> Result<Step<C::Output>, Refusal> {
        let (command, context) = (self.command, self.context);
        let step = self.run.step(|n| (n == 0).then_some((command, context)))?;
        Ok(match step {
            Step::Ask(ask) => Step::Ask(ask),
            Step::Done(entry) => match entry {
                Some(entry) => Step::Done(command.output(&entry)),
                // Stepped on after its end.
                None => {
                    return Err(Refusal::WrongAnswer {
                        expected: "no further step",
                    });
                }
            },
        })
    }

    /// Gives the answer to what [`step`](Self::step) asked for.
    ///
    /// # Errors
    /// [`Refusal::WrongAnswer`] when the answer does not fit, or nothing was asked.
    pub fn answer(&mut self, answer: Answer) -> Result<(), Refusal> {
        self.run.answer(answer)
    }
}
