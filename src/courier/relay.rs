//! Handing over what is due: bucket by bucket, recipient by recipient, message by message.
//!
//! A recipient's messages are all in one bucket, and a bucket is held by one worker at a time, so that
//! nobody hands over a message out of turn. Nothing is removed before its outcome is written down: a crash
//! between the two repeats the hand-over and nothing else.

use std::collections::VecDeque;
use std::vec;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::errand::{Errand, Move};
use super::lease::Lock;
use super::outcome::{held_back, outcome, settling};
use super::reading::{Entered, Reading};
use super::{Envelope, Receipt, SendError};
use crate::customer::{Customer, Untold};
use crate::flows::message::SettleMessage;
use crate::kernel::{Code, Context, CustomerId, LeaseId, MessageId};
use crate::message::{Draft, Message, MessageEvent, Recipient};
use crate::record::{Commit, Cursor, Index, Key, Page, Query, Record, Row, Share, rank_of};
use crate::rulebook::Rulebook;
use crate::survey::SurveyToken;
use crate::work::{Answer, Ask, Owned, Refusal, Step};

/// How many keys are read at a time.
const PAGE: u32 = 100;

/// What one call of `relay` did.
#[derive(Debug)]
#[non_exhaustive]
pub struct Relayed<E> {
    /// How many messages were handed over.
    pub sent: u32,
    /// How many were not taken, and are tried again later.
    pub postponed: u32,
    /// How many are dead now: refused for good, or tried too often.
    pub died: u32,
    /// How many wait for an earlier message to the same recipient.
    pub held_back: u32,
    /// How many were withdrawn: the customer withdrew the consent to them after they were queued.
    pub withdrawn: u32,
    /// How many were handed over while somebody else settled them, or changed them too often: their
    /// outcome was not written down.
    pub unsettled: u32,
    /// How many buckets another worker held.
    pub skipped: u32,
    /// The courier's own errors, each with the message it happened to.
    pub failures: Vec<(MessageId, E)>,
    /// Whether it ended at the limit, so that there may be more to do.
    pub more: bool,
}

impl<E> Default for Relayed<E> {
    fn default() -> Self {
        Self {
            sent: 0,
            postponed: 0,
            died: 0,
            held_back: 0,
            withdrawn: 0,
            unsettled: 0,
            skipped: 0,
            failures: Vec::new(),
            more: false,
        }
    }
}

impl<E> Relayed<E> {
    fn count(&mut self, outcome: &MessageEvent) {
        let counter = match outcome {
            MessageEvent::Sent { .. } => &mut self.sent,
            MessageEvent::Postponed { .. } => &mut self.postponed,
            MessageEvent::Died { .. } => &mut self.died,
            MessageEvent::HeldBack { .. } => &mut self.held_back,
            MessageEvent::Withdrawn { .. } => &mut self.withdrawn,
            MessageEvent::Queued(_) | MessageEvent::Bounced { .. } | MessageEvent::Revived => {
                return;
            }
        };
        *counter = counter.saturating_add(1);
    }
}

/// One call of `relay` on its way.
pub(crate) struct Relay<'a, E> {
    context: &'a Context,
    rulebook: &'a Rulebook,
    buckets: vec::IntoIter<Uuid>,
    bucket: Uuid,
    lock: Option<Lock<'a>>,
    stage: Stage<'a>,
    /// Recipients with something due, as far as they were read, and where the next page begins.
    recipients: VecDeque<Recipient>,
    more_due: Option<Cursor>,
    /// The messages to the present recipient, in order, and where the next page begins.
    recipient: Uuid,
    queue: VecDeque<MessageId>,
    more_queue: Option<Cursor>,
    /// Until when those behind have to wait.
    blocked: Option<DateTime<Utc>>,
    left: u32,
    relayed: Relayed<E>,
}

enum Stage<'a> {
    NextBucket,
    Seek,
    Look,
    Take(Ask),
    Due(Option<Cursor>),
    DueMessages(Vec<Key>),
    NextRecipient,
    Queue(Option<Cursor>),
    NextMessage,
    Read(Reading),
    Hand(Envelope),
    Settle(Box<Owned<'a, SettleMessage>>),
    GiveBack(Ask),
}

impl<'a, E> Relay<'a, E> {
    pub(crate) fn new(
        context: &'a Context,
        rulebook: &'a Rulebook,
        share: Share,
        limit: u32,
    ) -> Self {
        Self {
            context,
            rulebook,
            buckets: share.buckets().collect::<Vec<_>>().into_iter(),
            bucket: Uuid::nil(),
            lock: None,
            stage: Stage::NextBucket,
            recipients: VecDeque::new(),
            more_due: None,
            recipient: Uuid::nil(),
            queue: VecDeque::new(),
            more_queue: None,
            blocked: None,
            left: limit,
            relayed: Relayed::default(),
        }
    }

    fn due(&self, limit: u32, after: Option<Cursor>) -> Ask {
        let query = Query::new(Index::Outbox, self.bucket)
            .up_to(rank_of(self.context.now))
            .after(after)
            .limit(limit);
        Ask::Find(query)
    }

    fn waiting(&self, after: Option<Cursor>) -> Ask {
        let query = Query::new(Index::OutboxByRecipient, self.recipient)
            .up_to(rank_of(self.context.now))
            .after(after)
            .limit(PAGE);
        Ask::Find(query)
    }

    fn give_back(&mut self) -> Stage<'a> {
        self.recipients.clear();
        self.queue.clear();
        (self.more_due, self.more_queue) = (None, None);
        match &mut self.lock {
            Some(lock) => Stage::GiveBack(lock.give_back()),
            None => Stage::NextBucket,
        }
    }

    fn next_recipient(&mut self) -> Stage<'a> {
        if self.left == 0 {
            self.relayed.more = true;
            return self.give_back();
        }
        if let Some(recipient) = self.recipients.pop_front() {
            self.recipient = Uuid::from_u128(recipient.number());
            self.blocked = None;
            return Stage::Queue(None);
        }
        match self.more_due.take() {
            Some(after) => Stage::Due(Some(after)),
            None => self.give_back(),
        }
    }

    fn next_message(&mut self) -> Stage<'a> {
        if self.left == 0 {
            return Stage::NextRecipient;
        }
        if let Some(id) = self.queue.pop_front() {
            let recipient = CustomerId::from_uuid(self.recipient);
            return Stage::Read(Reading::new(id, recipient));
        }
        match self.more_queue.take() {
            Some(after) => Stage::Queue(Some(after)),
            None => Stage::NextRecipient,
        }
    }

    /// What to do with a message of the queue, now that it was read.
    fn consider(&mut self, envelope: Envelope, customer: Option<&Customer>) -> Stage<'a> {
        let now = self.context.now;
        let Some(next_at) = envelope.message.next_at() else {
            return Stage::NextMessage;
        };
        match self.blocked {
            Some(until) if next_at <= now => {
                let event = held_back(until, now);
                self.settle(&envelope.message, event)
            }
            Some(_) => Stage::NextMessage,
            None if next_at <= now && is_unwanted(envelope.draft(), customer) => {
                let reason = Code::known(Untold::NoConsent.code());
                self.settle(&envelope.message, MessageEvent::Withdrawn { reason })
            }
            None if next_at <= now => {
                let secret = self.rulebook.secret();
                let survey = SurveyToken::of_invitation(envelope.draft(), secret);
                Stage::Hand(Envelope { survey, ..envelope })
            }
            None => {
                self.blocked = Some(next_at);
                Stage::NextMessage
            }
        }
    }

    fn settle(&mut self, message: &Message, event: MessageEvent) -> Stage<'a> {
        self.left = self.left.saturating_sub(1);
        if let MessageEvent::Postponed { until, .. } = &event {
            self.blocked = Some(*until);
        }
        let (context, command) = settling(message, event, self.context);
        Stage::Settle(Box::new(Owned::new(context, command, self.rulebook)))
    }

    /// Whether anything is due in the bucket.
    fn sought(&mut self, page: &Page) -> Stage<'a> {
        if page.found.is_empty() {
            return Stage::NextBucket;
        }
        let id = LeaseId::from_uuid(self.bucket);
        self.lock = Some(Lock::new(id, self.context, self.rulebook.secret()));
        Stage::Look
    }

    /// How the lease stands.
    fn looked(&mut self, rows: Vec<Option<Row>>) -> Stage<'a> {
        let row = rows.into_iter().next().flatten();
        let lease_ms = self.rulebook.relay().lease_ms;
        match self.lock.as_mut().and_then(|lock| lock.take(row, lease_ms)) {
            Some(ask) => Stage::Take(ask),
            None => self.skip(),
        }
    }

    /// What is due in the bucket.
    fn found_due(&mut self, page: &Page) -> Stage<'a> {
        self.more_due = page.next;
        Stage::DueMessages(page.found.iter().map(|found| found.key).collect())
    }

    /// To whom it goes.
    fn enter_recipients(&mut self, rows: Vec<Option<Row>>) -> Stage<'a> {
        for row in rows.into_iter().flatten() {
            if let Some(Record::Message(message)) = row.record
                && !self.recipients.contains(&message.draft.to)
            {
                self.recipients.push_back(message.draft.to.clone());
            }
        }
        Stage::NextRecipient
    }

    /// What waits for the present recipient.
    fn found_queue(&mut self, page: &Page) -> Stage<'a> {
        self.more_queue = page.next;
        let ids = page.found.iter();
        self.queue = ids
            .map(|found| MessageId::from_uuid(found.key.id))
            .collect();
        Stage::NextMessage
    }

    fn skip(&mut self) -> Stage<'a> {
        self.lock = None;
        self.relayed.skipped = self.relayed.skipped.saturating_add(1);
        Stage::NextBucket
    }
}

/// Whether the customer decided, since the message was queued, not to hear of such things over its channel. One that names no
/// channel was not told in the way the customer prefers, but sent by a command that knew why.
fn is_unwanted(draft: &Draft, customer: Option<&Customer>) -> bool {
    let Some((customer, channel)) = customer.zip(draft.channel) else {
        return false;
    };
    customer.consents.decided(&draft.purpose, Some(channel)) == Some(false)
}

impl<E> Errand for Relay<'_, E> {
    type Parcel = Envelope;
    type Reply = Result<Receipt, SendError<E>>;
    type Output = Relayed<E>;

    fn step(&mut self) -> Result<Move<Envelope, Relayed<E>>, Refusal> {
        loop {
            let ask = match &mut self.stage {
                Stage::NextBucket => match self.buckets.next() {
                    Some(bucket) if self.left > 0 => {
                        self.bucket = bucket;
                        self.stage = Stage::Seek;
                        continue;
                    }
                    bucket => {
                        self.relayed.more |= bucket.is_some();
                        return Ok(Move::Done(std::mem::take(&mut self.relayed)));
                    }
                },
                Stage::NextRecipient => {
                    self.stage = self.next_recipient();
                    continue;
                }
                Stage::NextMessage => {
                    self.stage = self.next_message();
                    continue;
                }
                Stage::Seek => self.due(1, None),
                Stage::Look => match &self.lock {
                    Some(lock) => lock.look(),
                    None => {
                        self.stage = Stage::NextBucket;
                        continue;
                    }
                },
                Stage::Take(ask) | Stage::GiveBack(ask) => ask.clone(),
                Stage::Due(after) => {
                    let after = *after;
                    self.due(PAGE, after)
                }
                Stage::DueMessages(keys) => Ask::Load(keys.clone()),
                Stage::Queue(after) => {
                    let after = *after;
                    self.waiting(after)
                }
                Stage::Read(reading) => Ask::Load(reading.keys.clone()),
                Stage::Hand(envelope) => return Ok(Move::Hand(envelope.clone())),
                Stage::Settle(settling) => match settling.step() {
                    Ok(Step::Ask(ask)) => ask,
                    Ok(Step::Done(_)) => {
                        self.relayed.count(&settling.command().outcome);
                        self.stage = Stage::NextMessage;
                        continue;
                    }
                    // Somebody else wrote an outcome of this attempt down, or withdrew the message.
                    Err(_) => {
                        self.relayed.unsettled = self.relayed.unsettled.saturating_add(1);
                        self.stage = Stage::NextMessage;
                        continue;
                    }
                },
            };
            return Ok(Move::Ask(ask));
        }
    }

    fn answer(&mut self, answer: Answer) -> Result<(), Refusal> {
        let stage = std::mem::replace(&mut self.stage, Stage::NextBucket);
        self.stage = match (stage, answer) {
            (Stage::Settle(mut settling), answer) => {
                settling.answer(answer)?;
                if settling.is_hopeless() {
                    self.relayed.unsettled = self.relayed.unsettled.saturating_add(1);
                    Stage::NextMessage
                } else {
                    Stage::Settle(settling)
                }
            }
            (Stage::Seek, Answer::Page(page)) => self.sought(&page),
            (Stage::Due(_), Answer::Page(page)) => self.found_due(&page),
            (Stage::Queue(_), Answer::Page(page)) => self.found_queue(&page),
            (Stage::Look, Answer::Rows(rows)) => self.looked(rows),
            (Stage::DueMessages(_), Answer::Rows(rows)) => self.enter_recipients(rows),
            (Stage::Read(mut reading), Answer::Rows(rows)) => match reading.enter(rows) {
                Entered::Asks => Stage::Read(reading),
                Entered::Gone => Stage::NextMessage,
                Entered::Complete(envelope, customer) => {
                    self.consider(envelope, customer.as_deref())
                }
            },
            (Stage::Take(_), Answer::Commit(Commit::Done)) => Stage::Due(None),
            (Stage::Take(_), Answer::Commit(Commit::Conflict)) => self.skip(),
            (Stage::GiveBack(_), Answer::Commit(_)) => {
                self.lock = None;
                Stage::NextBucket
            }
            (stage, _) => {
                self.stage = stage;
                return Err(Refusal::WrongAnswer {
                    expected: "what was asked for",
                });
            }
        };
        Ok(())
    }

    fn reply(&mut self, reply: Self::Reply) {
        if let Stage::Hand(envelope) = std::mem::replace(&mut self.stage, Stage::NextMessage) {
            let message = &envelope.message;
            let (event, error) = outcome(message, reply, self.context.now, self.rulebook.relay());
            self.relayed
                .failures
                .extend(error.map(|error| (message.id, error)));
            self.stage = self.settle(message, event);
        }
    }
}
