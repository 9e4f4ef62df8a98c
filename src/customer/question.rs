use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::contact::ContactKind;
use super::state::Customer;
use crate::interaction::{Channel, Content};
use crate::kernel::{By, Code, ContentId, CustomerId, Personal};

/// Where a page of an answer ended; give it back to have the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Under which id of one person.
    pub(crate) holder: CustomerId,
    /// In which index, by its code.
    pub(crate) index: u8,
    /// Behind which one: rank, kind of record and id.
    pub(crate) after: Option<(i64, u8, Uuid)>,
}

/// Reads a customer; that of a merged one is the survivor. Answers with an [`Arc`] of the [`Customer`].
///
/// Takes `customer.read`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadCustomer {
    /// Who.
    pub customer: CustomerId,
}

/// Reads a customer's profile; that of a merged one is the survivor's. Answers with an [`Arc`] of the
/// [`Profile`](super::Profile), or `None` once it is erased.
///
/// Takes `customer.read_profile`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadProfile {
    /// Whose.
    pub customer: CustomerId,
}

/// By what customers are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindBy {
    /// By a contact point of their own, exactly; finds one customer at most. Postal addresses belong to
    /// nobody alone and are not found.
    Contact {
        /// What kind.
        kind: ContactKind,
        /// The value, in any form.
        value: Personal<String>,
    },
    /// By the whole name; case, spacing and punctuation do not count.
    Name(Personal<String>),
    /// By a tag, in the order in which the customers became known.
    Tag(Code),
}

/// Looks for customers; merged ones are found as their survivor. Answers with [`Found`], in which nothing is
/// personal.
///
/// Takes `customer.read`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindCustomers {
    /// By what.
    pub by: FindBy,
    /// Behind the end of the page before.
    pub after: Option<Place>,
    /// How many at most, 1 to 500.
    pub limit: u32,
}

impl FindCustomers {
    const fn by(by: FindBy) -> Self {
        Self {
            by,
            after: None,
            limit: 50,
        }
    }

    /// Whose this contact point is.
    #[must_use]
    pub fn by_contact(kind: ContactKind, value: impl Into<String>) -> Self {
        Self::by(FindBy::Contact {
            kind,
            value: Personal::new(value.into()),
        })
    }

    /// Whose this e-mail address is.
    #[must_use]
    pub fn by_email(address: impl Into<String>) -> Self {
        Self::by_contact(ContactKind::Email, address)
    }

    /// Whose this telephone number is.
    #[must_use]
    pub fn by_phone(number: impl Into<String>) -> Self {
        Self::by_contact(ContactKind::Phone, number)
    }

    /// Who has this name.
    #[must_use]
    pub fn by_name(name: impl Into<String>) -> Self {
        Self::by(FindBy::Name(Personal::new(name.into())))
    }

    /// Who has this tag.
    #[must_use]
    pub const fn by_tag(tag: Code) -> Self {
        Self::by(FindBy::Tag(tag))
    }
}

/// Customers that were found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Who, each once.
    pub customers: Vec<Arc<Customer>>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Place>,
}

/// Looks for other records about the same person. Answers with [`Candidates`](super::Candidates).
///
/// Takes `customer.match`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindDuplicates {
    /// Of whom.
    pub customer: CustomerId,
    /// How many at most for each thing that may be the same, 1 to 500.
    pub limit: u32,
}

/// Reads how a customer's consents came about, oldest first. Answers with a [`ConsentHistory`].
///
/// Takes `journal.read`; customers see where their consents stand in the [`Customer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadConsents {
    /// Whose.
    pub customer: CustomerId,
    /// Behind the end of the page before.
    pub after: Option<Place>,
    /// How many journal entries are looked through at most, 1 to 500.
    pub limit: u32,
}

/// What a customer once decided.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsentDecision {
    /// Whether consent was given; `false` when it was withdrawn.
    pub is_given: bool,
    /// For what.
    pub purpose: Code,
    /// Over which channel; any when `None`.
    pub channel: Option<Channel>,
    /// Where it was said.
    pub source: Code,
    /// The version of the wording that the customer saw.
    pub wording: Option<Code>,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// Who entered it.
    pub by: By,
    /// In which record: the customer's, or that of one merged into them.
    pub customer: CustomerId,
}

/// A page of what a customer decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsentHistory {
    /// The decisions; there may be none on a page that is not the last.
    pub decisions: Vec<ConsentDecision>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Place>,
}

/// Reads the notes about a customer, oldest first. Answers with [`Notes`].
///
/// Takes `customer.classify`, as making them does; customers cannot read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadNotes {
    /// About whom.
    pub customer: CustomerId,
    /// Behind the end of the page before.
    pub after: Option<Place>,
    /// How many journal entries are looked through at most, 1 to 500.
    pub limit: u32,
}

/// A note about a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// Which one.
    pub id: ContentId,
    /// When it was made, UTC.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: By,
    /// What it says.
    pub content: Arc<Content>,
}

/// A page of notes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// The notes; there may be none on a page that is not the last.
    pub notes: Vec<Note>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Place>,
}

/// Hands out everything that is held about one person, a page at a time: the records of the customer and of
/// those merged into them, profiles, contents, interactions, cases, messages and journal entries. Answers with
/// an [`Export`](crate::record::Export).
///
/// Takes `customer.export`. Customers may ask for their own and get all of it but internal notes and journal
/// entries: those speak of staff and sometimes of other people, so a member of staff has to look at them before
/// they are handed over. The answer says how many were kept back. A member of staff gets everything, because a
/// request for access (Türkiye: law 6698, article 11; European Union: GDPR, article 15) covers notes too.
///
/// Claims, which hold a keyed hash of a contact point and nothing else, are not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportCustomer {
    /// About whom.
    pub customer: CustomerId,
    /// Behind the end of the page before.
    pub after: Option<Place>,
    /// How many records at most, 1 to 500.
    pub limit: u32,
}
