//! What has been read and written so far.

use std::sync::Arc;

use smallvec::SmallVec;

use super::refusal::Halt;
use super::slots::Slots;
use crate::kernel::SecretKey;
use crate::record::{
    AllTerms, Batch, Entry, Expect, Key, Page, Put, Query, Record, Row, Term, Terms,
};

/// One record as the commands of a batch see it.
#[derive(Clone, Debug, Default)]
pub(super) struct Slot {
    /// As the store gave it; `None` while it was not asked for, as with records that are new.
    read: Option<Option<Row>>,
    /// Whether the batch depends on it.
    expect: bool,
    /// As earlier commands of the batch left it, and the version they gave it.
    settled: Option<(i64, Option<Record>)>,
    /// As the command that runs now left it.
    staged: Option<Option<Record>>,
    /// Whether it stands in the sheet's list of what this command wrote.
    is_listed: bool,
    /// Whether it stands in the sheet's list of what is to be read.
    is_wanted: bool,
}

impl Slot {
    fn is_known(&self) -> bool {
        self.read.is_some() || self.settled.is_some() || self.staged.is_some()
    }

    pub(super) fn record(&self) -> Option<&Record> {
        match (&self.staged, &self.settled) {
            (Some(record), _) | (None, Some((_, record))) => record.as_ref(),
            (None, None) => self.stored().and_then(|row| row.record.as_ref()),
        }
    }

    fn stored(&self) -> Option<&Row> {
        self.read.as_ref().and_then(Option::as_ref)
    }

    fn version(&self) -> i64 {
        match &self.settled {
            Some((version, _)) => *version,
            None => self.stored().map_or(0, |row| row.version),
        }
    }
}

/// What is to be read next: the keys, and in which slots.
#[derive(Clone, Debug, Default)]
struct Wanted {
    keys: Vec<Key>,
    places: Places,
}

/// Places of slots; most commands have to do with a few.
pub(super) type Places = SmallVec<[usize; USUAL_KEYS]>;

/// Everything read and written for one batch.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    slots: Slots,
    /// Where the records stand that the command that runs now wrote.
    written: Places,
    finds: Vec<(Query, Page)>,
    wanted: Wanted,
    sought: Option<Query>,
    /// The keys asked for by the run of a command, in order: a second run must begin the same.
    #[cfg(debug_assertions)]
    trace: (Vec<Key>, Vec<Key>),
}

impl Sheet {
    /// The record under `key`, once it is known.
    pub(super) fn read(&mut self, key: Key, expect: bool) -> Result<Option<&Record>, Halt> {
        #[cfg(debug_assertions)]
        self.trace.1.push(key);
        if let Some(place) = self.slots.place(key)
            && let Some(slot) = self.slots.at_mut(place).filter(|slot| slot.is_known())
        {
            slot.expect |= expect;
            return Ok(self.slots.at(place).and_then(|(_, slot)| slot.record()));
        }
        self.want(key);
        Err(Halt::ASK)
    }

    /// The key of a record that is known and of which `is` is true, if there are few to look through.
    pub(super) fn key_of(&self, is: impl Fn(&Record) -> bool) -> Option<Key> {
        let mut few = self.slots.few()?.iter();
        let found = few.find(|(_, slot)| slot.record().is_some_and(&is))?;
        Some(found.0)
    }

    /// The journal entries of the commands before, in their order.
    pub(super) fn settled_entries(&self) -> Vec<Arc<Entry>> {
        let mut entries: Vec<_> = self
            .slots
            .iter()
            .filter_map(|(_, slot)| match &slot.settled {
                Some((_, Some(Record::Entry(entry)))) => Some(Arc::clone(entry)),
                _ => None,
            })
            .collect();
        entries.sort_by_key(|entry| entry.rank);
        entries
    }

    /// The record under `key`, if there is one, once that is known: a look that is no question of the command's.
    pub(super) fn known(&self, key: Key) -> Option<Option<&Record>> {
        let slot = self.slots.get(key).filter(|slot| slot.is_known())?;
        Some(slot.record())
    }

    /// Has `key` read with the next load.
    pub(super) fn want(&mut self, key: Key) {
        if self.mark(key) {
            super::push(&mut self.wanted.keys, key, USUAL_KEYS);
        }
    }

    /// Whether anything is to be read with the next load.
    pub(super) const fn wants_any(&self) -> bool {
        !self.wanted.keys.is_empty()
    }

    /// Has the keys that `name` adds to the list read with the next load.
    pub(super) fn want_all(&mut self, name: impl FnOnce(&mut Vec<Key>)) {
        let mut keys = std::mem::take(&mut self.wanted.keys);
        super::make_room(&mut keys, USUAL_KEYS);
        let mut before = keys.len();
        name(&mut keys);
        keys.retain(|key| match before.checked_sub(1) {
            Some(rest) => {
                before = rest;
                true
            }
            None => self.mark(*key),
        });
        self.wanted.keys = keys;
    }

    /// Whether `key` has to be read, and was not marked so before.
    fn mark(&mut self, key: Key) -> bool {
        let place = self.slots.enter(key);
        let Some(slot) = self.slots.at_mut(place) else {
            return false;
        };
        if slot.is_wanted || slot.is_known() {
            return false;
        }
        slot.is_wanted = true;
        self.wanted.places.push(place);
        true
    }

    pub(super) fn find(&mut self, query: &Query) -> Result<Page, Halt> {
        if let Some((_, page)) = self.finds.iter().find(|(known, _)| known == query) {
            return Ok(page.clone());
        }
        self.sought = Some(query.clone());
        Err(Halt::ASK)
    }

    pub(super) fn stage(&mut self, key: Key, record: Option<Record>) {
        let place = self.slots.enter(key);
        let Some(slot) = self.slots.at_mut(place) else {
            return;
        };
        slot.staged = Some(record);
        slot.expect = true;
        if !slot.is_listed {
            slot.is_listed = true;
            self.written.push(place);
        }
    }

    /// Takes a record out to change it in place, as it was staged or else a copy of it; `None` while it
    /// is not known.
    pub(super) fn take(&mut self, key: Key) -> Option<Option<Record>> {
        let slot = self.slots.get_mut(key).filter(|slot| slot.is_known())?;
        slot.expect = true;
        Some(match slot.staged.take() {
            Some(record) => record,
            None => slot.record().cloned(),
        })
    }

    /// What is to be read, and the slots that [`loaded`](Self::loaded) fills with it.
    pub(super) fn take_wanted(&mut self) -> (Vec<Key>, Places) {
        let Wanted { keys, places } = std::mem::take(&mut self.wanted);
        for place in &places {
            if let Some(slot) = self.slots.at_mut(*place) {
                slot.is_wanted = false;
            }
        }
        (keys, places)
    }

    pub(super) fn take_sought(&mut self) -> Option<Query> {
        self.sought.take()
    }

    /// Enters what was read for these slots.
    pub(super) fn loaded(&mut self, places: Places, rows: Vec<Option<Row>>) {
        for (place, row) in places.into_iter().zip(rows) {
            if let Some(slot) = self.slots.at_mut(place) {
                slot.read = Some(row);
            }
        }
    }

    pub(super) fn found(&mut self, query: Query, page: Page) {
        self.finds.push((query, page));
    }

    /// Forgets what the command that runs now wrote.
    pub(super) fn unstage(&mut self) {
        self.each_written(|slot| slot.staged = None);
        #[cfg(debug_assertions)]
        {
            let (before, now) = &mut self.trace;
            debug_assert!(
                now.starts_with(before),
                "a command must ask the same first questions when it runs again"
            );
            *before = std::mem::take(now);
        }
    }

    /// The records the command that runs now wrote.
    pub(super) fn staged(&self) -> impl Iterator<Item = (Key, i64, Option<&Record>)> {
        let written = self.written.iter();
        written.filter_map(|place| {
            let (key, slot) = self.slots.at(*place)?;
            let staged = slot.staged.as_ref()?;
            Some((
                key,
                slot.version(),
                staged.as_ref().or_else(|| slot.stored()?.record.as_ref()),
            ))
        })
    }

    /// Makes what the command wrote the ground on which the next one stands.
    pub(super) fn settle(&mut self, version: i64) {
        self.each_written(|slot| {
            if let Some(record) = slot.staged.take() {
                slot.settled = Some((version, record));
            }
        });
        self.finds.clear();
        #[cfg(debug_assertions)]
        {
            self.trace = Default::default();
        }
    }

    /// Ends the list of what the command that runs now wrote, with something done to each.
    fn each_written(&mut self, change: impl Fn(&mut Slot)) {
        for place in self.written.drain(..) {
            if let Some(slot) = self.slots.at_mut(place) {
                slot.is_listed = false;
                change(slot);
            }
        }
    }

    /// Everything to check and to write; what is to be written is no longer here then.
    pub(super) fn take_batch(&mut self, secret: &SecretKey) -> Batch {
        let slots = self.slots.iter();
        let (mut expected, mut written) = (0, 0);
        for (_, slot) in slots {
            expected += usize::from(slot.expect);
            written += usize::from(slot.settled.is_some());
        }
        let mut batch = Batch {
            expect: Vec::with_capacity(expected),
            puts: Vec::with_capacity(written),
        };
        let mut scratch = AllTerms::new();
        for (key, slot) in self.slots.iter_mut() {
            if slot.expect {
                let expect = slot
                    .stored()
                    .map_or(Expect::Absent, |row| Expect::At(row.version));
                batch.expect.push((key, expect));
            }
            if let Some((version, record)) = slot.settled.take() {
                let old = slot.stored().and_then(|row| row.record.as_ref());
                batch
                    .puts
                    .push(put(key, version, record, old, secret, &mut scratch));
            }
        }
        batch
    }
}

/// The line that replaces a row, if there was one, outside any command: for what is no part of the
/// journal.
pub(crate) fn rewrite(
    key: Key,
    old: Option<&Row>,
    version: i64,
    record: Record,
    secret: &SecretKey,
) -> ((Key, Expect), Put) {
    let expect = old.map_or(Expect::Absent, |row| Expect::At(row.version));
    let version = old.map_or(version, |row| version.max(row.version.saturating_add(1)));
    let before = old.and_then(|row| row.record.as_ref());
    let line = put(
        key,
        version,
        Some(record),
        before,
        secret,
        &mut AllTerms::new(),
    );
    ((key, expect), line)
}

/// How many keys most commands read at most.
const USUAL_KEYS: usize = 4;

/// The line that replaces `old` by `record`: terms that lead to both are left alone. The scratch list saves one of its own
/// for each line.
fn put(
    key: Key,
    version: i64,
    record: Option<Record>,
    old: Option<&Record>,
    secret: &SecretKey,
    scratch: &mut AllTerms,
) -> Put {
    scratch.clear();
    if let Some(record) = &record {
        record.terms(key, secret, scratch);
    }
    let new = scratch.len();
    if let Some(old) = old {
        old.terms(key, secret, scratch);
    }
    let (add, remove) = apart(scratch, new);
    Put {
        key,
        version,
        record,
        add,
        remove,
    }
}

fn only_these(terms: &[Term]) -> Terms {
    // As a rule there are none.
    if terms.is_empty() {
        Terms::new()
    } else {
        Terms::from_slice(terms)
    }
}

/// Of a list that holds `new` terms and then old ones: those that are only new, and those that are only old.
fn apart(terms: &[Term], new: usize) -> (Terms, Terms) {
    let (news, olds) = terms.split_at_checked(new).unwrap_or((terms, &[]));
    // As a rule both begin alike, and little or nothing is left behind that.
    let pairs = news.iter().zip(olds);
    let alike = pairs.take_while(|(new, old)| new == old).count();
    let (news, olds) = (news.get(alike..), olds.get(alike..));
    let (news, olds) = (news.unwrap_or_default(), olds.unwrap_or_default());
    if olds.is_empty() || news.is_empty() {
        return (only_these(news), only_these(olds));
    }
    let only = |these: &[Term], others: &[Term]| {
        let these = these.iter().filter(|term| !others.contains(term));
        these.copied().collect()
    };
    (only(news, olds), only(olds, news))
}
