//! Reading the journal in pages.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::kernel::{CustomerId, Permission};
use crate::record::{Cursor, Entry, Index, Key, Query, Record, rank_of};
use crate::work::{Halt, Question, Reader};

/// Journal entries, a page at a time: of all that happened, of one record, or of one customer.
///
/// A question for [`Desk::ask`](super::Desk::ask); it takes [`Permission::JOURNAL_READ`].
///
/// ```
/// use aftercare::desk::{Desk, Journal};
/// use aftercare::kernel::{Actor, CustomerId, SecretKey};
/// use aftercare::rulebook::Rulebook;
/// use aftercare::store::MemoryStore;
///
/// let desk = Desk::new(MemoryStore::new(), Rulebook::standard(SecretKey::new([7; 16])));
/// let latest = Journal::of_customer(CustomerId::from_u128(1)).latest_first().limit(10);
/// let page = desk.ask(&Actor::System, &latest)?;
/// assert!(page.entries.is_empty() && page.next.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Journal {
    query: Query,
    subject: Option<Key>,
}

/// One page of the journal.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct JournalPage {
    /// The entries, in the order asked for. There may be fewer than asked for before the end.
    pub entries: Vec<Arc<Entry>>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
}

impl Journal {
    const fn in_scope(index: Index, scope: Uuid, subject: Option<Key>) -> Self {
        Self {
            query: Query::new(index, scope),
            subject,
        }
    }

    /// Everything, by rank: the time of the request, or later where the same records had been changed
    /// under a faster clock.
    pub const fn all() -> Self {
        Self::in_scope(Index::Journal, Uuid::nil(), None)
    }

    /// What happened to one record.
    pub const fn of(subject: Key) -> Self {
        Self::in_scope(Index::JournalBySubject, subject.id, Some(subject))
    }

    /// What touched the records of one customer. Entries from before a merger stay with the customer they
    /// were about.
    pub const fn of_customer(customer: CustomerId) -> Self {
        Self::in_scope(Index::JournalByCustomer, customer.uuid(), None)
    }

    /// Only entries that stand at `from` or after, UTC.
    pub fn from(mut self, from: DateTime<Utc>) -> Self {
        self.query = self.query.starting(rank_of(from));
        self
    }

    /// Only entries that stand before `until`, UTC.
    pub fn until(mut self, until: DateTime<Utc>) -> Self {
        self.query = self.query.up_to(rank_of(until).saturating_sub(1));
        self
    }

    /// The latest first, instead of the earliest.
    pub const fn latest_first(mut self) -> Self {
        self.query = self.query.descending();
        self
    }

    /// At most so many; 100 unless told.
    pub const fn limit(mut self, limit: u32) -> Self {
        self.query = self.query.limit(limit);
        self
    }

    /// The page behind the one that ended with `next`.
    pub const fn after(mut self, next: Option<Cursor>) -> Self {
        self.query = self.query.after(next);
        self
    }
}

impl Question for Journal {
    type Output = JournalPage;
    const PERMISSION: Permission = Permission::JOURNAL_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<JournalPage, Halt> {
        let page = reader.find(&self.query)?;
        let entries = reader
            .all(&page)?
            .into_iter()
            .filter_map(|record| {
                let Record::Entry(entry) = record else {
                    return None;
                };
                Some(entry)
            })
            // Records of different kinds may have the same number.
            .filter(|entry| {
                self.subject.is_none_or(|subject| {
                    entry.events.iter().any(|event| event.subject() == subject)
                })
            })
            .collect();
        Ok(JournalPage {
            entries,
            next: page.next,
        })
    }
}
