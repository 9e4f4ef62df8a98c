use std::fmt;

use super::contact::ContactKind;
use crate::kernel::{Code, ContactPointId, CustomerId, EmailRefusal, PhoneRefusal};

/// Which text of a customer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Field {
    /// The name.
    Name,
    /// The salutation.
    Salutation,
    /// The value of a contact point.
    Contact,
    /// A note.
    Note,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Name => "name",
            Self::Salutation => "salutation",
            Self::Contact => "contact point",
            Self::Note => "note",
        })
    }
}

/// Of what there can be too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Many {
    /// Contact points of one customer.
    Contacts,
    /// Tags of one customer.
    Tags,
    /// Segments of one customer.
    Segments,
    /// Consents of one customer.
    Consents,
    /// Preferences of one customer.
    Preferences,
    /// Customers merged into one.
    Absorbed,
}

impl fmt::Display for Many {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Contacts => "contact points",
            Self::Tags => "tags",
            Self::Segments => "segments",
            Self::Consents => "consents",
            Self::Preferences => "preferences",
            Self::Absorbed => "merged customers",
        })
    }
}

/// Why something about a customer was refused. Never holds personal data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The customer was erased, or is being erased.
    #[error("the customer was erased")]
    Erased,
    /// There is a customer with this id already.
    #[error("customer {customer} is registered already")]
    AlreadyRegistered {
        /// The id.
        customer: CustomerId,
    },
    /// The contact point belongs to another customer.
    #[error("this {kind} belongs to another customer")]
    ContactTaken {
        /// What kind of contact point.
        kind: ContactKind,
        /// Whose it is; kept from customers, who may not know of each other.
        holder: Option<CustomerId>,
    },
    /// The customer has this contact point already.
    #[error("the customer has this {kind} already")]
    ContactExists {
        /// What kind of contact point.
        kind: ContactKind,
        /// Which one it is.
        contact: ContactPointId,
    },
    /// The customer has no contact point with this id.
    #[error("the customer has no contact point {contact}")]
    NoSuchContact {
        /// The id.
        contact: ContactPointId,
    },
    /// Not an e-mail address.
    #[error(transparent)]
    NotAnEmail(#[from] EmailRefusal),
    /// Not a telephone number.
    #[error(transparent)]
    NotAPhone(#[from] PhoneRefusal),
    /// A text without anything in it; to remove a part of a profile, clear it.
    #[error("the {field} is empty")]
    Empty {
        /// Which text.
        field: Field,
    },
    /// A text that is too long.
    #[error("the {field} has more than {most} bytes")]
    TooLong {
        /// Which text.
        field: Field,
        /// How many bytes of UTF-8 it may have.
        most: usize,
    },
    /// More than one record can bear.
    #[error("more than {most} {what}")]
    TooMany {
        /// Of what.
        what: Many,
        /// How many there may be.
        most: usize,
    },
    /// The rulebook has no such tier.
    #[error("there is no tier {tier}")]
    UnknownTier {
        /// The tier.
        tier: Code,
    },
    /// A customer cannot be merged with themselves.
    #[error("a customer cannot be merged with themselves")]
    SelfMerge,
    /// The customer was merged already; name the survivor instead.
    #[error("customer {customer} was merged into {survivor}")]
    AlreadyMerged {
        /// The customer that was merged.
        customer: CustomerId,
        /// Into whom.
        survivor: CustomerId,
    },
    /// It is on record who referred the customer.
    #[error("customer {by} referred them before")]
    AlreadyReferred {
        /// Who did.
        by: CustomerId,
    },
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Erased => "customer.erased",
            Self::AlreadyRegistered { .. } => "customer.already_registered",
            Self::ContactTaken { .. } => "customer.contact_taken",
            Self::ContactExists { .. } => "customer.contact_exists",
            Self::NoSuchContact { .. } => "customer.no_such_contact",
            Self::NotAnEmail(refusal) => refusal.code(),
            Self::NotAPhone(refusal) => refusal.code(),
            Self::Empty { .. } => "customer.empty",
            Self::TooLong { .. } => "customer.too_long",
            Self::TooMany { .. } => "customer.too_many",
            Self::UnknownTier { .. } => "customer.unknown_tier",
            Self::SelfMerge => "customer.self_merge",
            Self::AlreadyMerged { .. } => "customer.already_merged",
            Self::AlreadyReferred { .. } => "customer.already_referred",
        }
    }
}
