use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::contact::ContactKind;
use super::profile::ProfilePart;
use crate::calendar::Zone;
use crate::interaction::Channel;
use crate::kernel::{Code, ContactPointId, CustomerId, Language, Personal};

/// A contact point that a customer brings along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewContactPoint {
    /// What kind.
    pub kind: ContactKind,
    /// The value, in any form.
    pub value: Personal<String>,
}

/// Makes a customer known. Answers with their id.
///
/// Takes `customer.register`. Refused with [`AlreadyRegistered`](super::Refusal::AlreadyRegistered) and as
/// [`UpdateProfile`] and [`AddContactPoint`] are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RegisterCustomer {
    /// The id, when the caller has one; a new one is made when `None`.
    pub id: Option<CustomerId>,
    /// The name as the customer writes it.
    pub name: Option<Personal<String>>,
    /// How the customer said they want to be addressed.
    pub salutation: Option<Personal<String>>,
    /// The customer's language.
    pub language: Option<Language>,
    /// The customer's time zone.
    pub zone: Option<Zone>,
    /// Under what the customer is reached.
    pub contacts: Vec<NewContactPoint>,
}

impl RegisterCustomer {
    /// A customer of whom nothing is known yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A customer with a name, as they write it.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: Some(Personal::new(name.into())),
            ..Self::default()
        }
    }

    /// With this id.
    #[must_use]
    pub const fn with_id(mut self, id: CustomerId) -> Self {
        self.id = Some(id);
        self
    }

    /// With one more contact point.
    #[must_use]
    pub fn with_contact(mut self, kind: ContactKind, value: impl Into<String>) -> Self {
        let value = Personal::new(value.into());
        self.contacts.push(NewContactPoint { kind, value });
        self
    }

    /// With an e-mail address.
    #[must_use]
    pub fn with_email(self, address: impl Into<String>) -> Self {
        self.with_contact(ContactKind::Email, address)
    }

    /// With a telephone number.
    #[must_use]
    pub fn with_phone(self, number: impl Into<String>) -> Self {
        self.with_contact(ContactKind::Phone, number)
    }
}

/// Changes parts of a profile; those that are not given stay.
///
/// Takes `customer.update`. Refused with [`Empty`](super::Refusal::Empty), [`TooLong`](super::Refusal::TooLong),
/// and, as every command about a customer, with [`Erased`](super::Refusal::Erased).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UpdateProfile {
    /// Whose.
    pub customer: CustomerId,
    /// The new name.
    pub name: Option<Personal<String>>,
    /// The new salutation.
    pub salutation: Option<Personal<String>>,
    /// The new language.
    pub language: Option<Language>,
    /// The new time zone.
    pub zone: Option<Zone>,
    /// Parts to forget; one that is given as well is not forgotten.
    #[serde(default)]
    pub clear: BTreeSet<ProfilePart>,
}

impl UpdateProfile {
    /// Nothing yet.
    #[must_use]
    pub const fn new(customer: CustomerId) -> Self {
        Self {
            customer,
            name: None,
            salutation: None,
            language: None,
            zone: None,
            clear: BTreeSet::new(),
        }
    }

    /// A new name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(Personal::new(name.into()));
        self
    }

    /// A new salutation.
    #[must_use]
    pub fn with_salutation(mut self, salutation: impl Into<String>) -> Self {
        self.salutation = Some(Personal::new(salutation.into()));
        self
    }

    /// A new language.
    #[must_use]
    pub fn with_language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }

    /// A new time zone.
    #[must_use]
    pub fn with_zone(mut self, zone: Zone) -> Self {
        self.zone = Some(zone);
        self
    }

    /// Without this part.
    #[must_use]
    pub fn without(mut self, part: ProfilePart) -> Self {
        self.clear.insert(part);
        self
    }
}

/// Adds a contact point, unproven at first. Answers with its id.
///
/// Takes `customer.update`. Refused with [`ContactTaken`](super::Refusal::ContactTaken),
/// [`ContactExists`](super::Refusal::ContactExists), [`TooMany`](super::Refusal::TooMany), and as
/// [`ContactKind::normalise`] does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddContactPoint {
    /// Whose.
    pub customer: CustomerId,
    /// What kind.
    pub kind: ContactKind,
    /// The value, in any form.
    pub value: Personal<String>,
}

impl AddContactPoint {
    /// A contact point of any kind.
    #[must_use]
    pub fn new(customer: CustomerId, kind: ContactKind, value: impl Into<String>) -> Self {
        Self {
            customer,
            kind,
            value: Personal::new(value.into()),
        }
    }

    /// An e-mail address.
    #[must_use]
    pub fn email(customer: CustomerId, address: impl Into<String>) -> Self {
        Self::new(customer, ContactKind::Email, address)
    }

    /// A telephone number.
    #[must_use]
    pub fn phone(customer: CustomerId, number: impl Into<String>) -> Self {
        Self::new(customer, ContactKind::Phone, number)
    }
}

/// States that a contact point was proven to be the customer's, such as by a code sent to it.
///
/// Takes `customer.verify`. Refused with [`NoSuchContact`](super::Refusal::NoSuchContact).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyContactPoint {
    /// Whose.
    pub customer: CustomerId,
    /// Which one.
    pub contact: ContactPointId,
}

/// Forgets a contact point; another customer may then have it.
///
/// Takes `customer.update`. Refused with [`NoSuchContact`](super::Refusal::NoSuchContact).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveContactPoint {
    /// Whose.
    pub customer: CustomerId,
    /// Which one.
    pub contact: ContactPointId,
}

/// Says over what the customer wants to be told something.
///
/// Takes `customer.update`. Refused with [`TooMany`](super::Refusal::TooMany).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreferChannel {
    /// Who.
    pub customer: CustomerId,
    /// For what: a [purpose](super#purposes), or `*`.
    pub purpose: Code,
    /// Over what, the dearest first; a channel that comes twice counts where it comes first. Empty when they no
    /// longer mind.
    pub order: Vec<Channel>,
}

/// Enters that the customer consented to being told something.
///
/// Takes `customer.update`. Refused with [`TooMany`](super::Refusal::TooMany).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveConsent {
    /// Who.
    pub customer: CustomerId,
    /// To what: a [purpose](super#purposes).
    pub purpose: Code,
    /// Over which channel; any when `None`.
    pub channel: Option<Channel>,
    /// Where it was said, such as `checkout` or `call`.
    pub source: Code,
    /// The version of the wording that the customer saw.
    pub wording: Option<Code>,
}

/// Enters that the customer withdrew consent, or objects to what needs none. What waits to be sent to them for that purpose is
/// withdrawn when its turn comes.
///
/// Takes `customer.update`. Refused with [`TooMany`](super::Refusal::TooMany).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawConsent {
    /// Who.
    pub customer: CustomerId,
    /// To what: a [purpose](super#purposes).
    pub purpose: Code,
    /// Over which channel; any when `None`.
    pub channel: Option<Channel>,
    /// Where it was said.
    pub source: Code,
    /// The version of the wording that the customer saw.
    pub wording: Option<Code>,
}

macro_rules! decisions {
    ($($name:ident)*) => {
        $(impl $name {
            /// For every channel, as said at `source`.
            #[must_use]
            pub const fn new(customer: CustomerId, purpose: Code, source: Code) -> Self {
                Self { customer, purpose, channel: None, source, wording: None }
            }

            /// For this channel only.
            #[must_use]
            pub const fn over(mut self, channel: Channel) -> Self {
                self.channel = Some(channel);
                self
            }

            /// With the version of the wording that the customer saw.
            #[must_use]
            pub fn with_wording(mut self, wording: Code) -> Self {
                self.wording = Some(wording);
                self
            }
        })*
    };
}
decisions!(GiveConsent WithdrawConsent);

/// Puts a tag on a customer; one that is there stays.
///
/// Takes `customer.classify`. Refused with [`TooMany`](super::Refusal::TooMany).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Who.
    pub customer: CustomerId,
    /// Which one; never something personal.
    pub tag: Code,
}

/// Takes a tag off; one that is not there is not missed.
///
/// Takes `customer.classify`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Untag {
    /// Who.
    pub customer: CustomerId,
    /// Which one.
    pub tag: Code,
}

/// Sorts a customer into segments, and out of all others.
///
/// Takes `customer.classify`. Refused with [`TooMany`](super::Refusal::TooMany).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetSegments {
    /// Who.
    pub customer: CustomerId,
    /// Into these.
    pub segments: BTreeSet<Code>,
}

/// Sets or ends a customer's tier.
///
/// Takes `customer.classify`. Refused with [`UnknownTier`](super::Refusal::UnknownTier).
///
/// Open cases keep what was promised for them until [`ReapplyPolicies`](crate::case::ReapplyPolicies).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetTier {
    /// Who.
    pub customer: CustomerId,
    /// The tier, such as `vip`; none when `None`.
    pub tier: Option<Code>,
}

/// Records that a customer came because another one referred them. What that brings is set by the
/// [reactions](crate::rulebook::Trigger::CustomerReferred) of the rulebook.
///
/// Takes `customer.register`. Refused with [`AlreadyReferred`](super::Refusal::AlreadyReferred). Who refers themselves is
/// on record with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferCustomer {
    /// Who came.
    pub referred: CustomerId,
    /// Who referred them.
    pub by: CustomerId,
}

/// Makes a note for staff. Answers with the id of its words.
///
/// Takes `customer.classify`. Refused with [`Empty`](super::Refusal::Empty) and
/// [`TooLong`](super::Refusal::TooLong).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddNote {
    /// About whom.
    pub customer: CustomerId,
    /// What it says.
    pub text: Personal<String>,
}

impl AddNote {
    /// A note.
    #[must_use]
    pub fn new(customer: CustomerId, text: impl Into<String>) -> Self {
        Self {
            customer,
            text: Personal::new(text.into()),
        }
    }
}

/// Makes one record of two about the same person. Both histories stay where they are; whoever asks for the
/// merged one is answered with the survivor.
///
/// The survivor takes over contact points, tags and segments; what it lacks of name, salutation, language, zone,
/// preferences and tier; and of the consents the strictest: a withdrawal in either record wins.
///
/// Takes `customer.merge`. Refused with [`SelfMerge`](super::Refusal::SelfMerge),
/// [`AlreadyMerged`](super::Refusal::AlreadyMerged), [`Erased`](super::Refusal::Erased) and
/// [`TooMany`](super::Refusal::TooMany).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeCustomers {
    /// The record that stays.
    pub survivor: CustomerId,
    /// The record whose place it takes.
    pub merged: CustomerId,
}

/// Erases everything personal about a customer and those merged into them: profiles, what was said and
/// written, notes, claims on contact points. Messages that wait for them are withdrawn. Journal entries,
/// interactions and cases stay; nothing in them is personal.
///
/// The first part goes at once, and from then on every command that would write anything personal about the
/// customer is refused; a case that is there can still be brought to its end. What is left goes with each waking, and the customer says when nothing was left:
/// [`erased_at`](super::Customer::erased_at).
///
/// Takes `customer.erase`. Refused with [`Erased`](super::Refusal::Erased).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseCustomer {
    /// Who.
    pub customer: CustomerId,
    /// Why, such as `customer_request`; stays in the journal.
    pub reason: Code,
}
