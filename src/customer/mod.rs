//! Who is served: profile, contact points, preferences, consent.
//!
//! | to | use |
//! |---|---|
//! | make a customer known | [`RegisterCustomer`] |
//! | change what is known | [`UpdateProfile`], [`AddContactPoint`], [`VerifyContactPoint`], [`RemoveContactPoint`] |
//! | know how to reach them | [`PreferChannel`], [`GiveConsent`], [`WithdrawConsent`] |
//! | sort them | [`Tag`], [`Untag`], [`SetSegments`], [`SetTier`], [`AddNote`] |
//! | find them | [`FindCustomers`], [`ReadCustomer`], [`ReadProfile`], [`ReadConsents`], [`ReadNotes`] |
//! | keep one record for one person | [`FindDuplicates`], [`MergeCustomers`] |
//! | honour their rights | [`ExportCustomer`], [`EraseCustomer`] |
//!
//! What is personal stands in the [`Profile`] and in contents; the [`Customer`] and its events hold nothing
//! personal, and so can stay when the person is erased.
//!
//! # Purposes
//! Consents and preferences go by purpose, a word such as `marketing` or `case.update`. A purpose covers those
//! that begin with it and a dot (`case` covers `case.update`), and `*` covers all.

mod command;
mod consent;
mod contact;
mod duplicate;
mod event;
mod policy;
mod profile;
mod purpose;
mod question;
mod reach;
mod refusal;
mod state;

pub use command::{
    AddContactPoint, AddNote, EraseCustomer, GiveConsent, MergeCustomers, NewContactPoint,
    PreferChannel, ReferCustomer, RegisterCustomer, RemoveContactPoint, SetSegments, SetTier, Tag,
    Untag, UpdateProfile, VerifyContactPoint, WithdrawConsent,
};
pub use consent::{Consent, Consents};
pub use contact::{Contact, ContactKind, ContactPoint};
pub use duplicate::{Candidate, Candidates, Evidence, evidence};
pub use event::{Absorbed, CustomerEvent};
pub use policy::CustomerPolicy;
pub use profile::{Profile, ProfilePart};
pub use purpose::covers;
pub use question::{
    ConsentDecision, ConsentHistory, ExportCustomer, FindBy, FindCustomers, FindDuplicates, Found,
    Note, Notes, Place, ReadConsents, ReadCustomer, ReadNotes, ReadProfile,
};
pub use reach::{Untold, channel_for};
pub use refusal::{Field, Many, Refusal};
pub use state::Customer;

pub(crate) use contact::claim_of;
pub(crate) use profile::stated;
