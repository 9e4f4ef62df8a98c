//! Following the journal.

use std::sync::Arc;

use uuid::Uuid;

use super::{Desk, Error};
use crate::courier::{Errand, Lock, Move, see_through, see_through_async};
use crate::kernel::{Context, LeaseId, Permission};
use crate::record::{Batch, Commit, Entry, Index, Key, Query, Record, Row};
use crate::rulebook::Rulebook;
use crate::store::{AsyncStore, Store};
use crate::work::{Answer, Ask, Refusal, rewrite};

/// How many entries are told between two acknowledgements.
const PAGE: u32 = 64;
/// The lease of the feed; those of the outbox have the numbers of the buckets.
const FEED: LeaseId = LeaseId::from_u128(1 << 16);

/// What one call of `follow` did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Followed<E> {
    /// How many entries were told.
    pub told: u32,
    /// The follower's own error, with which it stopped; that entry is told again.
    pub stopped: Option<E>,
    /// Whether another follower is at it, so that nothing was told.
    pub is_busy: bool,
    /// Whether it ended at the limit, so that there may be more to tell.
    pub more: bool,
}

impl<S: Store> Desk<S> {
    /// Tells `tell` the journal entries that no follower has had yet, at most `limit`. Entries are
    /// marked for followers when the rulebook says [`feed`](crate::rulebook::RulebookSpec::feed); those
    /// in which nothing happened are not.
    ///
    /// - *Nothing is missed.* An entry is marked in the commit that writes it, and the mark goes only
    ///   after `tell` answered `Ok`; no position is kept that a late commit could fall behind.
    /// - *At least once.* A crash between the two has the entry told again; know it by its request id.
    /// - *In order for each subject.* Whoever is told an entry was told, or had acknowledged by another,
    ///   every earlier entry about the same record. Entries about different records come in the order
    ///   of their ranks as far as they are there; one that was committed late comes later.
    /// - *One follower at a time*, by a lease: another call meanwhile answers `is_busy`. When a lease
    ///   runs out under a slow follower, a second one begins; each is then told in order, and
    ///   [`Entry::rank`], which grows with every entry about one record, tells which word is the newer.
    ///
    /// The lease lasts `lease_ms` of the [`RelayPolicy`](crate::rulebook::RelayPolicy) from
    /// `context.now`, and must exceed the time of one call. Draw a new request id for each call.
    ///
    /// # Errors
    /// [`Error::Refused`] when the actor has not [`Permission::JOURNAL_FOLLOW`]; [`Error::Store`]. The
    /// follower's own error is in the result.
    // Why it is in order. Of two entries about one record, the later one was decided on the version that the
    // earlier one wrote, and its commit expected that version: so it was committed after, and its
    // rank is higher. No entry of an earlier rank about the same record can be committed later, for its
    // expectation would not hold. All marks are in one scope, and a page of it is one snapshot, cut off
    // at a rank: if it has the later entry, then the earlier one was committed, has the lower rank,
    // and is in the same page before it, or was acknowledged already. Marks never come back. So with one
    // follower, which always reads the first page and acknowledges it before the next, the order
    // holds. With two, of which each does so, each one's own sequence is in order by the same reasoning,
    // though either may be spared what the other had acknowledged.
    pub fn follow<E>(
        &self,
        context: &Context,
        limit: u32,
        mut tell: impl FnMut(&Entry) -> Result<(), E>,
    ) -> Result<Followed<E>, Error<S::Error>> {
        self.permit(&context.actor, Permission::JOURNAL_FOLLOW)?;
        let follow = Follow::new(context, self.rulebook(), limit);
        Ok(see_through(follow, &self.store, |entry: Arc<Entry>| {
            tell(&entry)
        })?)
    }
}

impl<S: AsyncStore> Desk<S> {
    /// [`follow`](Self::follow) for an [`AsyncStore`]. Dropping the future is like a crash.
    ///
    /// # Errors
    /// [`Error::Refused`] when the actor has not [`Permission::JOURNAL_FOLLOW`]; [`Error::Store`].
    pub async fn follow_async<E, F>(
        &self,
        context: &Context,
        limit: u32,
        tell: impl FnMut(Arc<Entry>) -> F,
    ) -> Result<Followed<E>, Error<S::Error>>
    where
        F: Future<Output = Result<(), E>>,
    {
        self.permit(&context.actor, Permission::JOURNAL_FOLLOW)?;
        let follow = Follow::new(context, self.rulebook(), limit);
        Ok(see_through_async(follow, &self.store, tell).await?)
    }
}

/// One call of `follow` on its way.
struct Follow<'a, E> {
    rulebook: &'a Rulebook,
    lock: Lock<'a>,
    stage: Stage,
    page: Vec<(Key, Row)>,
    /// How many of the page are dealt with.
    past: usize,
    page_is_last: bool,
    left: u32,
    done: Followed<E>,
}

enum Stage {
    Seek,
    Look,
    Take(Ask),
    Find,
    Load(Vec<Key>),
    Tell,
    Acknowledge(Batch),
    Reload(Vec<Key>),
    GiveBack(Ask),
    End,
}

impl<'a, E> Follow<'a, E> {
    fn new(context: &'a Context, rulebook: &'a Rulebook, limit: u32) -> Self {
        Self {
            rulebook,
            lock: Lock::new(FEED, context, rulebook.secret()),
            stage: if limit == 0 { Stage::End } else { Stage::Seek },
            page: Vec::new(),
            past: 0,
            page_is_last: false,
            left: limit,
            done: Followed {
                told: 0,
                stopped: None,
                is_busy: false,
                more: limit == 0,
            },
        }
    }

    fn is_over(&self) -> bool {
        self.done.stopped.is_some() || self.left == 0
    }

    /// The next entry of the page that nobody had yet.
    fn next(&mut self) -> Option<Arc<Entry>> {
        if self.is_over() {
            return None;
        }
        while let Some((_, row)) = self.page.get(self.past) {
            if let Some(entry) = unread(row) {
                return Some(Arc::clone(entry));
            }
            self.past = self.past.saturating_add(1);
        }
        None
    }

    /// Takes the marks off what was told of the page.
    fn acknowledge(&self) -> Batch {
        let mut batch = Batch::default();
        for (key, row) in self.page.iter().take(self.past) {
            let Some(entry) = unread(row) else { continue };
            let mut read = Entry::clone(entry);
            read.unread = false;
            let (expect, put) = rewrite(
                *key,
                Some(row),
                entry.rank,
                Record::Entry(Arc::new(read)),
                self.rulebook.secret(),
            );
            batch.expect.push(expect);
            batch.puts.push(put);
        }
        batch
    }

    fn after_page(&mut self) -> Stage {
        if self.is_over() || self.page_is_last {
            self.done.more = self.left == 0 && self.done.stopped.is_none();
            Stage::GiveBack(self.lock.give_back())
        } else {
            Stage::Find
        }
    }
}

fn unread(row: &Row) -> Option<&Arc<Entry>> {
    match &row.record {
        Some(Record::Entry(entry)) if entry.unread => Some(entry),
        _ => None,
    }
}

fn paired(keys: &[Key], rows: Vec<Option<Row>>) -> Vec<(Key, Row)> {
    let pairs = keys.iter().copied().zip(rows);
    pairs
        .filter_map(|(key, row)| row.map(|row| (key, row)))
        .collect()
}

impl<E> Errand for Follow<'_, E> {
    type Parcel = Arc<Entry>;
    type Reply = Result<(), E>;
    type Output = Followed<E>;

    fn step(&mut self) -> Result<Move<Arc<Entry>, Followed<E>>, Refusal> {
        let feed = Query::new(Index::Feed, Uuid::nil());
        Ok(Move::Ask(match &self.stage {
            Stage::Seek => Ask::Find(feed.limit(1)),
            Stage::Look => self.lock.look(),
            Stage::Take(ask) | Stage::GiveBack(ask) => ask.clone(),
            Stage::Find => Ask::Find(feed.limit(PAGE.min(self.left))),
            Stage::Load(keys) | Stage::Reload(keys) => Ask::Load(keys.clone()),
            Stage::Tell => match self.next() {
                Some(entry) => return Ok(Move::Hand(entry)),
                None => {
                    let batch = self.acknowledge();
                    self.stage = if batch.puts.is_empty() {
                        // Nothing of it was unread, or the follower stopped at once: not once more.
                        self.page_is_last = true;
                        self.after_page()
                    } else {
                        Stage::Acknowledge(batch)
                    };
                    return self.step();
                }
            },
            Stage::Acknowledge(batch) => Ask::Commit(batch.clone()),
            Stage::End => {
                let empty = Followed {
                    told: 0,
                    stopped: None,
                    is_busy: false,
                    more: false,
                };
                return Ok(Move::Done(std::mem::replace(&mut self.done, empty)));
            }
        }))
    }

    fn answer(&mut self, answer: Answer) -> Result<(), Refusal> {
        let stage = std::mem::replace(&mut self.stage, Stage::End);
        self.stage = match (stage, answer) {
            (Stage::Seek, Answer::Page(page)) if page.found.is_empty() => Stage::End,
            (Stage::Seek, Answer::Page(_)) => Stage::Look,
            (Stage::Look, Answer::Rows(rows)) => {
                let row = rows.into_iter().next().flatten();
                match self.lock.take(row, self.rulebook.relay().lease_ms) {
                    Some(ask) => Stage::Take(ask),
                    None => {
                        self.done.is_busy = true;
                        Stage::End
                    }
                }
            }
            (Stage::Take(_), Answer::Commit(Commit::Done)) => Stage::Find,
            (Stage::Take(_), Answer::Commit(Commit::Conflict)) => {
                self.done.is_busy = true;
                Stage::End
            }
            (Stage::Find, Answer::Page(page)) => {
                self.page_is_last = page.next.is_none();
                Stage::Load(page.found.iter().map(|found| found.key).collect())
            }
            (Stage::Load(keys), Answer::Rows(rows)) => {
                self.page = paired(&keys, rows);
                self.past = 0;
                Stage::Tell
            }
            (Stage::Acknowledge(_), Answer::Commit(Commit::Done)) => self.after_page(),
            // Another follower acknowledged some of it: a lease ran out.
            (Stage::Acknowledge(batch), Answer::Commit(Commit::Conflict)) => {
                Stage::Reload(batch.puts.iter().map(|put| put.key).collect())
            }
            (Stage::Reload(keys), Answer::Rows(rows)) => {
                self.page = paired(&keys, rows);
                self.past = self.page.len();
                let batch = self.acknowledge();
                if batch.puts.is_empty() {
                    self.after_page()
                } else {
                    Stage::Acknowledge(batch)
                }
            }
            (Stage::GiveBack(_), Answer::Commit(_)) => Stage::End,
            (stage, _) => {
                self.stage = stage;
                return Err(Refusal::WrongAnswer {
                    expected: "what was asked for",
                });
            }
        };
        Ok(())
    }

    fn reply(&mut self, reply: Result<(), E>) {
        match reply {
            Ok(()) => {
                self.past = self.past.saturating_add(1);
                self.left = self.left.saturating_sub(1);
                self.done.told = self.done.told.saturating_add(1);
            }
            Err(error) => self.done.stopped = Some(error),
        }
    }
}
