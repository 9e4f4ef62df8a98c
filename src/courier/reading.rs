//! A message with all that it takes to deliver it.

use std::sync::Arc;

use super::Envelope;
use crate::customer::{Customer, Profile};
use crate::interaction::Content;
use crate::kernel::{CustomerId, MessageId, ProfileId};
use crate::message::Message;
use crate::record::{Key, Record, Row};

/// How far a chain of mergers is followed.
const MERGERS: u8 = 16;

/// A message on its way into an envelope.
#[derive(Debug)]
pub(super) struct Reading {
    /// What has to be read next.
    pub(super) keys: Vec<Key>,
    message: Option<Arc<Message>>,
    customer: Option<Arc<Customer>>,
    profile: Option<Arc<Profile>>,
    content: Option<Arc<Content>>,
    has_asked_content: bool,
    mergers: u8,
}

/// Where the reading stands.
pub(super) enum Entered {
    /// There is more to read.
    Asks,
    /// There is no such message any more.
    Gone,
    /// Everything is there, with the customer to whom it goes, if it goes to one.
    Complete(Envelope, Option<Arc<Customer>>),
}

impl Reading {
    /// `recipient` is read as a customer; where it is none, nothing is found.
    pub(super) fn new(id: MessageId, recipient: CustomerId) -> Self {
        let [customer, profile] = person(recipient);
        Self {
            keys: vec![Key::of(id), customer, profile],
            message: None,
            customer: None,
            profile: None,
            content: None,
            has_asked_content: false,
            mergers: 0,
        }
    }

    pub(super) fn enter(&mut self, rows: Vec<Option<Row>>) -> Entered {
        let mut merged_into = None;
        for record in rows.into_iter().flatten().filter_map(|row| row.record) {
            if let Record::Message(message) = record {
                self.message = Some(message);
            } else if let Record::Profile(profile) = record {
                self.profile = Some(profile);
            } else if let Record::Content(content) = record {
                self.content = Some(content);
            } else if let Record::Customer(customer) = record {
                merged_into = customer.merged_into;
                self.customer = Some(customer);
            }
        }
        let Some(message) = &self.message else {
            return Entered::Gone;
        };
        if let Some(next) = merged_into
            && self.mergers < MERGERS
        {
            self.mergers += 1;
            self.profile = None;
            self.keys = person(next).to_vec();
            return Entered::Asks;
        }
        if let Some(content) = message.draft.content
            && !self.has_asked_content
        {
            self.has_asked_content = true;
            self.keys = vec![Key::of(content)];
            return Entered::Asks;
        }
        let envelope = Envelope {
            attempt: message.attempts.saturating_add(1),
            message: Arc::clone(message),
            profile: self.profile.take(),
            survey: None,
            content: self.content.take(),
        };
        Entered::Complete(envelope, self.customer.take())
    }
}

fn person(id: CustomerId) -> [Key; 2] {
    let profile = ProfileId::from_uuid(id.uuid());
    [Key::of(id), Key::of(profile)]
}
