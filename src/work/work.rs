//! What a command works with.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::refusal::{Halt, Refusal};
use super::sheet::Sheet;
use crate::kernel::{
    Actor, ClaimId, Context, CustomerId, Few, Id, MessageId, Permission, Stamp, names,
};
use crate::message::{Draft, MessageEvent};
use crate::record::{Claim, Event, Evolving, Index, Key, Page, Query, Record, Stored};
use crate::rulebook::Rulebook;

/// Something stored that holds personal data or is otherwise changed as a whole, without events of its own.
pub trait Document: Stored {}
impl Document for names::Profile {}
impl Document for names::Content {}
impl Document for names::Lease {}
impl Document for names::Dossier {}
impl Document for names::Reading {}
impl Document for names::Movement {}
impl Document for names::Tally {}
impl Document for names::Respondent {}

/// Whether something that only one may hold was free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Claimed {
    /// It is held now, or was already, by the record that asked.
    Held,
    /// Another record holds it.
    ByAnother(Key),
}

/// What a command works with: the records it reads and what it changes.
///
/// Reading may stop the command with a [`Halt`], which it passes on with `?`; it then runs again from the
/// start when the record is there. Nothing is written before the command has ended without one.
#[derive(Debug)]
pub struct Work<'a> {
    context: &'a Context,
    rulebook: &'a Rulebook,
    permission: Permission,
    sheet: &'a mut Sheet,
    pub(super) stamp: Stamp,
    pub(super) events: Few<Event>,
    pub(super) reason: Option<crate::kernel::Code>,
    ids: u32,
    /// What the asking customer's command reaches though it is not theirs.
    entrusted: Few<Key>,
}

impl<'a> Work<'a> {
    pub(super) fn new(
        context: &'a Context,
        rulebook: &'a Rulebook,
        permission: Permission,
        sheet: &'a mut Sheet,
    ) -> Self {
        Self {
            context,
            rulebook,
            permission,
            sheet,
            stamp: Stamp {
                at: context.now,
                request: context.request,
                by: context.actor.by(),
            },
            events: Few::new(),
            reason: None,
            ids: 0,
            entrusted: Few::new(),
        }
    }

    /// The present moment, UTC.
    #[must_use]
    pub const fn now(&self) -> DateTime<Utc> {
        self.context.now
    }

    /// Who asks.
    #[must_use]
    pub const fn actor(&self) -> &'a Actor {
        &self.context.actor
    }

    /// When, for which request and by whom the events of this command happen.
    #[must_use]
    pub const fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    /// What the business configured.
    #[must_use]
    pub const fn rulebook(&self) -> &'a Rulebook {
        self.rulebook
    }

    /// The next id that this request makes; the same again when the command runs again.
    pub fn new_id<N>(&mut self) -> Id<N> {
        let id = Id::derived(self.context.request, self.context.now, self.ids);
        self.ids = self.ids.saturating_add(1);
        id
    }

    /// Keeps a reason in the journal entry.
    pub fn because(&mut self, reason: crate::kernel::Code) {
        self.reason = Some(reason);
    }

    /// The record that `id` names; `None` when there is none, it was erased, or it is not the asking
    /// customer's own. The commit will depend on it.
    ///
    /// # Errors
    /// [`Halt`] while it has not been read.
    pub fn get<N: Stored>(&mut self, id: Id<N>) -> Result<Option<Arc<N::State>>, Halt> {
        self.read(id, true)
    }

    /// Like [`get`](Self::get), but the commit does not depend on it: for records that many read and
    /// that change slowly.
    ///
    /// # Errors
    /// [`Halt`] while it has not been read.
    pub fn peek<N: Stored>(&mut self, id: Id<N>) -> Result<Option<Arc<N::State>>, Halt> {
        self.read(id, false)
    }

    /// Like [`get`](Self::get) for a record that must be there.
    ///
    /// # Errors
    /// [`Halt`] while it has not been read, and with [`Refusal::NotFound`] when there is none.
    pub fn need<N: Stored>(&mut self, id: Id<N>) -> Result<Arc<N::State>, Halt> {
        self.get(id)?
            .ok_or_else(|| Refusal::not_found(Key::of(id)).into())
    }

    /// The id of a record of which `is` is true, if it is among a few that were read: quicker than to derive it once more.
    pub(crate) fn id_of<N: Stored>(&self, is: impl Fn(&N::State) -> bool) -> Option<Id<N>> {
        let is = |record: &Record| N::state(record).is_some_and(|state| is(state));
        self.sheet.key_of(is).map(|key| Id::from_uuid(key.id))
    }

    /// Has these records read together with the next one that is asked for, so that they cost one
    /// round trip.
    pub fn want<N: Stored>(&mut self, ids: impl IntoIterator<Item = Id<N>>) {
        for id in ids {
            self.sheet.want(Key::of(id));
        }
    }

    pub(super) fn want_keys(&mut self, keys: impl Iterator<Item = Key>) {
        for key in keys {
            self.sheet.want(key);
        }
    }

    /// What has happened so far by this command, the earliest first.
    pub(crate) fn so_far(&self) -> &[Event] {
        &self.events
    }

    /// Whether anything has happened so far.
    pub(super) fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// Whether anything was written or erased so far.
    pub(crate) fn has_changes(&self) -> bool {
        self.sheet.staged().next().is_some()
    }

    /// Has a record written as it stands, unless it is written anyway: it then has a new version, and of
    /// two commands that touch it only one is committed.
    ///
    /// # Errors
    /// [`Halt`] while it has not been read.
    pub(crate) fn touch(&mut self, key: Key) -> Result<(), Halt> {
        if self.sheet.staged().any(|(staged, ..)| staged == key) {
            return Ok(());
        }
        if let Some(record) = self.sheet.read(key, true)?.cloned() {
            self.sheet.stage(key, Some(record));
        }
        Ok(())
    }

    /// The records of these keys, read in one round trip; those that are gone, or that the asking
    /// customer may not see, are left out. The commit does not depend on them.
    ///
    /// # Errors
    /// [`Halt`] while they have not been read.
    pub fn all(&mut self, keys: impl Iterator<Item = Key> + Clone) -> Result<Vec<Record>, Halt> {
        for key in keys.clone() {
            self.sheet.want(key);
        }
        let mut records = Vec::new();
        for key in keys {
            records.extend(self.visible(key, false)?.cloned());
        }
        Ok(records)
    }

    fn read<N: Stored>(&mut self, id: Id<N>, expect: bool) -> Result<Option<Arc<N::State>>, Halt> {
        let record = self.visible(Key::of(id), expect)?;
        Ok(record.and_then(N::state).cloned())
    }

    /// The record under `key`, if there is one and the actor may see it.
    pub(super) fn visible(&mut self, key: Key, expect: bool) -> Result<Option<&Record>, Halt> {
        if let Actor::Customer(me) = self.context.actor
            && let Some(record) = self.sheet.read(key, expect)?
            && !record.is_common()
            && !self.entrusted.contains(&key)
        {
            let (is_public, owner) = (record.is_public(), record.owner());
            if !(is_public && self.is_own(me, owner)?) {
                return Ok(None);
            }
        }
        self.sheet.read(key, expect)
    }

    /// Lets a customer's command reach a record that is not theirs: the rules say that what they do touches it.
    pub(crate) fn entrust<N: Stored>(&mut self, id: Id<N>) {
        if matches!(self.context.actor, Actor::Customer(_)) {
            self.entrusted.push(Key::of(id));
        }
    }

    /// Whether `owner` is the asking customer, or one that was merged with them.
    pub(crate) fn is_own(
        &mut self,
        me: CustomerId,
        owner: Option<CustomerId>,
    ) -> Result<bool, Halt> {
        let Some(owner) = owner else {
            return Ok(false);
        };
        if owner == me {
            return Ok(true);
        }
        let mut survivor = me;
        // A chain of mergers is short: each one points at the last survivor.
        for _ in 0..16 {
            let Some(Record::Customer(customer)) = self.sheet.read(Key::of(survivor), false)?
            else {
                return Ok(false);
            };
            match customer.merged_into {
                Some(next) => survivor = next,
                None => return Ok(customer.id == owner || customer.absorbed.contains(&owner)),
            }
        }
        Ok(false)
    }

    /// Everything that happened to a record, the earliest first: from the journal, then what was done
    /// before in this batch. The only reading whose cost grows with what happened.
    pub(crate) fn history(&mut self, subject: Key) -> Result<Vec<Event>, Halt> {
        let mut entries = Vec::new();
        let mut after = None;
        loop {
            let query = Query::new(Index::JournalBySubject, subject.id)
                .limit(1_000)
                .after(after);
            let page = self.sheet.find(&query)?;
            for found in &page.found {
                self.sheet.want(found.key);
            }
            for found in &page.found {
                if let Some(Record::Entry(entry)) = self.sheet.read(found.key, false)? {
                    entries.push(Arc::clone(entry));
                }
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let before = self.sheet.settled_entries();
        let events = entries
            .iter()
            .chain(&before)
            .flat_map(|entry| &entry.events);
        Ok(events
            .chain(&self.events)
            .filter(|event| event.subject() == subject)
            .cloned()
            .collect())
    }

    /// The keys that a query finds in the store as it stands: a snapshot on which the commit does not
    /// depend, and which does not see what this batch writes.
    ///
    /// # Errors
    /// [`Halt`] while it has not been looked up.
    pub fn find(&mut self, query: &Query) -> Result<Page, Halt> {
        self.sheet.find(query)
    }

    /// Something happened to a record: the only way in which its state changes.
    ///
    /// # Errors
    /// [`Halt`] while the record has not been read, with [`Refusal::NotFound`] when there is none and the
    /// event does not begin one, and with [`Refusal::Denied`] when it is not the asking customer's own.
    pub fn emit<N: Evolving>(&mut self, id: Id<N>, event: N::Event) -> Result<(), Halt> {
        let key = Key::of(id);
        let record = self.sheet.take(key);
        let is_known = record.is_some();
        let state = match record.flatten().and_then(N::into_state) {
            Some(mut state) => {
                N::apply(Arc::make_mut(&mut state), &event, &self.stamp);
                state
            }
            None => match N::begin(id, &event, &self.stamp) {
                Some(state) => Arc::new(state),
                None if is_known => return Err(Refusal::not_found(key).into()),
                None => {
                    self.sheet.want(key);
                    return Err(Halt::ASK);
                }
            },
        };
        self.write(key, N::record(state))?;
        self.events.push(N::event(id, event));
        Ok(())
    }

    /// Writes a whole document: personal data, which no event may hold.
    ///
    /// # Errors
    /// [`Halt`] with [`Refusal::Denied`] when it is not the asking customer's own.
    pub fn put<N: Document>(&mut self, id: Id<N>, state: N::State) -> Result<(), Halt> {
        self.write(Key::of(id), N::record(Arc::new(state)))
    }

    /// Erases a document; nothing is left of it but its key.
    ///
    /// # Errors
    /// [`Halt`] while it has not been read.
    pub fn erase<N: Document>(&mut self, id: Id<N>) -> Result<(), Halt> {
        let key = Key::of(id);
        if self.sheet.read(key, true)?.is_some() {
            self.sheet.stage(key, None);
        }
        Ok(())
    }

    /// Takes something that only one record may hold.
    ///
    /// # Errors
    /// [`Halt`] while it has not been read.
    pub fn claim(&mut self, claim: ClaimId, holder: Key) -> Result<Claimed, Halt> {
        let key = Key::of(claim);
        match self.sheet.read(key, true)? {
            Some(Record::Claim(held)) if held.holder == holder => Ok(Claimed::Held),
            Some(Record::Claim(held)) => Ok(Claimed::ByAnother(held.holder)),
            _ => {
                self.sheet
                    .stage(key, Some(Record::Claim(Arc::new(Claim { holder }))));
                Ok(Claimed::Held)
            }
        }
    }

    /// A record that rules need, whether or not the actor may see it.
    pub(crate) fn document<N: Stored>(&mut self, id: Id<N>) -> Result<Option<Arc<N::State>>, Halt> {
        Ok(self
            .sheet
            .read(Key::of(id), true)?
            .and_then(N::state)
            .cloned())
    }

    /// Gives back what `holder` holds; nothing happens when it does not.
    ///
    /// # Errors
    /// [`Halt`] while it has not been read.
    pub fn release(&mut self, claim: ClaimId, holder: Key) -> Result<(), Halt> {
        let key = Key::of(claim);
        match self.sheet.read(key, true)? {
            Some(Record::Claim(held)) if held.holder == holder => {
                self.sheet.stage(key, None);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Who holds something that only one record may hold.
    ///
    /// # Errors
    /// [`Halt`] while it has not been read.
    pub fn holder(&mut self, claim: ClaimId) -> Result<Option<Key>, Halt> {
        Ok(match self.sheet.read(Key::of(claim), true)? {
            Some(Record::Claim(held)) => Some(held.holder),
            _ => None,
        })
    }

    /// Puts a message into the outbox; it leaves after the batch was committed. One to a customer that names a channel does
    /// not leave when they decided against its purpose there.
    ///
    /// # Errors
    /// Never refuses by itself; passes on a [`Halt`].
    pub fn send(&mut self, draft: Draft) -> Result<MessageId, Halt> {
        let id = self.new_id();
        self.emit(id, MessageEvent::Queued(Box::new(draft)))?;
        Ok(id)
    }

    fn write(&mut self, key: Key, record: Record) -> Result<(), Halt> {
        if let Actor::Customer(me) = self.context.actor {
            // A message may go to anybody, a tally is nobody's, a technician has a day of their own, and a unit's
            // warranty learns of claims: these are consequences of what the customer did, not their word.
            let is_effect = matches!(
                record,
                Record::Message(_) | Record::Tally(_) | Record::Agenda(_) | Record::Warranty(_)
            );
            let is_reached = is_effect || self.entrusted.contains(&key);
            if !is_reached && !self.is_own(me, record.owner())? {
                return Err(Refusal::Denied {
                    permission: self.permission,
                }
                .into());
            }
        }
        self.sheet.stage(key, Some(record));
        Ok(())
    }

    /// The customers whose records were written, and the highest version of these records before.
    pub(super) fn written(&self) -> (Few<CustomerId>, i64) {
        let (mut customers, mut highest) = (Few::new(), None);
        for (_, version, record) in self.sheet.staged() {
            highest = highest.max(Some(version));
            if let Some(owner) = record.and_then(Record::owner)
                && !customers.contains(&owner)
            {
                customers.push(owner);
            }
        }
        (customers, highest.unwrap_or(0))
    }
}
