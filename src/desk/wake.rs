//! Having everything done that is due.

use std::collections::{BTreeSet, VecDeque};
use std::vec;

use uuid::Uuid;

use super::{Desk, Error};
use crate::flows::wake::Wake;
use crate::kernel::{Context, Digest, Permission, RequestId};
use crate::record::{Batch, Cursor, Index, Key, Query, Share, instant_of, rank_of};
use crate::rulebook::Rulebook;
use crate::store::{Asking, AsyncStore, Store, carry, carry_async};
use crate::work::{Answer, Ask, Command, Owned, Refusal, Step};

/// How many keys are read at a time.
const PAGE: u32 = 100;

/// Why a record that is due was left as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Left {
    /// Its rules refused. [`Refusal::NothingDue`] says that it stood in the index of what is due and had
    /// nothing to do: another worker was faster, or, if that comes back, its index term is wrong.
    #[error(transparent)]
    Refused(Refusal),
    /// Others changed it at the same time, again and again.
    #[error("others changed it at the same time, again and again")]
    Contention,
}

/// What one call of `wake` did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Woken {
    /// How many times a record did what was due of it.
    pub woken: u32,
    /// How many another worker had woken at the same time.
    pub by_others: u32,
    /// The records that were left as they are, and why. They do not count towards the limit, and the next
    /// call tries them again.
    pub left: Vec<(Key, Left)>,
    /// Whether it ended at the limit, so that there may be more to do.
    pub more: bool,
}

impl<S: Store> Desk<S> {
    /// Has every record of this share do what is due of it up to `context.now`, the longest due first
    /// within a bucket, with at most `limit` commits: one and a journal entry each time. A record with more
    /// to do than one commit holds, such as an erasure, goes on until it is done; what becomes due through what is done here is done
    /// in the same call.
    ///
    /// Beside the commits it asks the store once for each bucket, 64 when the share is everything, and once more for each bucket in
    /// which something was woken, or became due after it was read.
    ///
    /// Several workers may wake the same share: the request of each waking follows from the record and its
    /// version, which every waking changes, so that it happens once. A record that is refused, or has
    /// nothing to do, does not keep the others from being woken, and is not tried again in this call.
    ///
    /// # Errors
    /// [`Error::Refused`] when the actor has not [`Permission::SYSTEM_WORK`]; [`Error::Store`]. What
    /// single records refuse is in the result.
    pub fn wake(
        &self,
        context: &Context,
        share: Share,
        limit: u32,
    ) -> Result<Woken, Error<S::Error>> {
        self.permit(&context.actor, Permission::SYSTEM_WORK)?;
        let waking = Waking::new(context, self.rulebook(), share, limit, |key| Wake { key });
        Ok(carry(waking, &self.store, u32::MAX)?)
    }
}

impl<S: AsyncStore> Desk<S> {
    /// [`wake`](Self::wake) for an [`AsyncStore`].
    ///
    /// # Errors
    /// [`Error::Refused`] when the actor has not [`Permission::SYSTEM_WORK`]; [`Error::Store`].
    pub async fn wake_async(
        &self,
        context: &Context,
        share: Share,
        limit: u32,
    ) -> Result<Woken, Error<S::Error>> {
        self.permit(&context.actor, Permission::SYSTEM_WORK)?;
        let waking = Waking::new(context, self.rulebook(), share, limit, |key| Wake { key });
        Ok(carry_async(waking, &self.store, u32::MAX).await?)
    }
}

/// One call of `wake` on its way.
///
/// It reads each bucket from the front until a whole pass wakes nothing, as a record may have more to do than
/// one commit holds. What one record does may make others due: the buckets that its commit put them in are read once more, and
/// no others. One that was left as it is is not tried again, so only records that move on count, and the limit ends it in any case.
struct Waking<'a, F, C> {
    context: &'a Context,
    rulebook: &'a Rulebook,
    command: F,
    share: Share,
    buckets: vec::IntoIter<Uuid>,
    stage: Stage<'a, C>,
    bucket: Uuid,
    more: Option<Cursor>,
    due: VecDeque<(Key, i64)>,
    /// Whether anything moved on in this pass over the bucket.
    has_moved: bool,
    /// Buckets of this share in which commits made something due since they were read.
    touched: BTreeSet<Uuid>,
    left: BTreeSet<Key>,
    limit: u32,
    done: Woken,
}

enum Stage<'a, C> {
    NextBucket,
    Find(Option<Cursor>),
    Versions(Vec<Key>),
    Next,
    Run(Key, Box<Owned<'a, C>>),
}

impl<'a, C: Command, F: Fn(Key) -> C> Waking<'a, F, C> {
    fn new(
        context: &'a Context,
        rulebook: &'a Rulebook,
        share: Share,
        limit: u32,
        command: F,
    ) -> Self {
        Self {
            context,
            rulebook,
            command,
            share,
            buckets: share.buckets().collect::<Vec<_>>().into_iter(),
            stage: Stage::NextBucket,
            bucket: Uuid::nil(),
            more: None,
            due: VecDeque::new(),
            has_moved: false,
            touched: BTreeSet::new(),
            left: BTreeSet::new(),
            limit,
            done: Woken::default(),
        }
    }

    fn run(&self, key: Key, version: i64) -> Stage<'a, C> {
        let command = (self.command)(key);
        let digest = Digest::public()
            .with_str(C::NAME)
            .with(&key)
            .with(&version)
            .finish();
        let request = RequestId::derived(RequestId::from_u128(digest), instant_of(version), 0);
        let context = Context::new(self.context.now, request, self.context.actor.clone());
        Stage::Run(key, Box::new(Owned::new(context, command, self.rulebook)))
    }

    fn leave(&mut self, key: Key, left: Left) {
        self.done.left.push((key, left));
        self.left.insert(key);
        self.stage = Stage::Next;
    }
}

/// The buckets in which a batch makes something due by `now`.
fn made_due(batch: &Batch, now: i64) -> impl Iterator<Item = Uuid> {
    let terms = batch.puts.iter().flat_map(|put| &put.add);
    let due = terms.filter(move |term| term.index == Index::Due && term.rank <= now);
    due.map(|term| term.scope)
}

impl<C: Command, F: Fn(Key) -> C> Asking for Waking<'_, F, C> {
    type Output = Woken;

    fn step(&mut self) -> Result<Step<Woken>, Refusal> {
        loop {
            match &mut self.stage {
                Stage::NextBucket => match self.buckets.next() {
                    Some(bucket) if self.done.woken < self.limit => {
                        self.touched.remove(&bucket);
                        self.bucket = bucket;
                        self.stage = Stage::Find(None);
                    }
                    None if self.done.woken < self.limit && !self.touched.is_empty() => {
                        let again: Vec<_> = std::mem::take(&mut self.touched).into_iter().collect();
                        self.buckets = again.into_iter();
                    }
                    bucket => {
                        self.done.more |= bucket.is_some() || !self.touched.is_empty();
                        return Ok(Step::Done(std::mem::take(&mut self.done)));
                    }
                },
                Stage::Find(after) => {
                    let query = Query::new(Index::Due, self.bucket)
                        .up_to(rank_of(self.context.now))
                        .after(*after)
                        .limit(PAGE);
                    return Ok(Step::Ask(Ask::Find(query)));
                }
                Stage::Versions(keys) => return Ok(Step::Ask(Ask::Load(keys.clone()))),
                Stage::Next if self.done.woken >= self.limit => {
                    let has_moved = std::mem::take(&mut self.has_moved);
                    self.done.more |= has_moved || !self.due.is_empty() || self.more.is_some();
                    self.due.clear();
                    self.stage = Stage::NextBucket;
                }
                Stage::Next => {
                    self.stage = match (self.due.pop_front(), self.more) {
                        (Some((key, version)), _) => self.run(key, version),
                        (None, Some(after)) => Stage::Find(Some(after)),
                        (None, None) if std::mem::take(&mut self.has_moved) => Stage::Find(None),
                        (None, None) => {
                            self.touched.remove(&self.bucket);
                            Stage::NextBucket
                        }
                    };
                }
                Stage::Run(key, owned) => {
                    let key = *key;
                    match owned.step() {
                        Ok(Step::Ask(ask)) => {
                            if let Ask::Commit(batch) = &ask {
                                let made_due = made_due(batch, rank_of(self.context.now));
                                let mine =
                                    |bucket: &Uuid| self.share.buckets().any(|it| it == *bucket);
                                self.touched.extend(made_due.filter(mine));
                            }
                            return Ok(Step::Ask(ask));
                        }
                        Ok(Step::Done(_)) => {
                            let (done, is_new) = (&mut self.done, owned.is_new());
                            let counter = if is_new {
                                &mut done.woken
                            } else {
                                &mut done.by_others
                            };
                            *counter = counter.saturating_add(1);
                            self.has_moved |= is_new;
                            self.stage = Stage::Next;
                        }
                        Err(refusal) => self.leave(key, Left::Refused(refusal)),
                    }
                }
            }
        }
    }

    fn answer(&mut self, answer: Answer) -> Result<(), Refusal> {
        match (&mut self.stage, answer) {
            (Stage::Run(key, owned), answer) => {
                let key = *key;
                owned.answer(answer)?;
                if owned.is_hopeless() {
                    self.leave(key, Left::Contention);
                }
            }
            (Stage::Find(_), Answer::Page(page)) => {
                self.more = page.next;
                let keys = page.found.iter().map(|found| found.key);
                let keys: Vec<_> = keys.filter(|key| !self.left.contains(key)).collect();
                self.stage = if keys.is_empty() {
                    Stage::Next
                } else {
                    Stage::Versions(keys)
                };
            }
            (Stage::Versions(keys), Answer::Rows(rows)) => {
                let pairs = keys.iter().zip(rows);
                self.due = pairs
                    .filter_map(|(key, row)| Some((*key, row?.version)))
                    .collect();
                self.stage = Stage::Next;
            }
            _ => {
                return Err(Refusal::WrongAnswer {
                    expected: "what was asked for",
                });
            }
        }
        Ok(())
    }
}
