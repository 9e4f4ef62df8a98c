use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::consent::Consents;
use super::contact::{Contact, ContactKind};
use super::profile::ProfilePart;
use crate::interaction::Channel;
use crate::kernel::{Code, ContactPointId, ContentId, CustomerId, Effect};

/// What can happen to a customer's record; nothing in it is personal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CustomerEvent {
    /// The customer became known.
    Registered {},
    /// Something personal was changed.
    ProfileUpdated {
        /// What.
        parts: BTreeSet<ProfilePart>,
    },
    /// The customer can be reached under one more contact point.
    ContactAdded {
        /// Which one.
        contact: ContactPointId,
        /// What kind.
        kind: ContactKind,
    },
    /// A contact point was proven to be the customer's.
    ContactVerified {
        /// Which one.
        contact: ContactPointId,
    },
    /// The customer is no longer reached under a contact point.
    ContactRemoved {
        /// Which one.
        contact: ContactPointId,
    },
    /// The customer said over what they want to be told.
    ChannelPreferred {
        /// For what.
        purpose: Code,
        /// Over what, the dearest first; empty when they no longer mind.
        order: Vec<Channel>,
    },
    /// The customer consented.
    ConsentGiven {
        /// To what.
        purpose: Code,
        /// Over which channel; any when `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<Channel>,
        /// Where it was said.
        source: Code,
        /// The version of the wording that the customer saw.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wording: Option<Code>,
    },
    /// The customer withdrew consent, or objected to what needs none.
    ConsentWithdrawn {
        /// To what.
        purpose: Code,
        /// Over which channel; any when `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<Channel>,
        /// Where it was said.
        source: Code,
        /// The version of the wording that the customer saw.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wording: Option<Code>,
    },
    /// A tag was put on.
    Tagged {
        /// Which one.
        tag: Code,
    },
    /// A tag was taken off.
    Untagged {
        /// Which one.
        tag: Code,
    },
    /// The customer was sorted anew.
    SegmentsSet {
        /// Into these, and no other.
        segments: BTreeSet<Code>,
    },
    /// The customer's tier was changed.
    TierSet {
        /// To this; none when `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tier: Option<Code>,
    },
    /// A note was made.
    NoteAdded {
        /// Where its words are.
        content: ContentId,
    },
    /// The customer came because another one referred them.
    Referred {
        /// Who did.
        by: CustomerId,
    },
    /// Something followed from what happened to the customer's record.
    Reacted {
        /// Which reaction of the rulebook.
        reaction: Code,
        /// What it came to.
        effect: Effect,
    },
    /// Another record about the same person took this one's place.
    MergedInto {
        /// Which one.
        survivor: CustomerId,
    },
    /// This record took another one's place.
    Absorbed(Box<Absorbed>),
    /// Everything personal is on its way out.
    ErasureBegun {},
    /// Nothing personal is left.
    Erased {},
}

/// What a record took over from another one about the same person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Absorbed {
    /// The other record.
    pub customer: CustomerId,
    /// Those that had been merged into the other before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<CustomerId>,
    /// Contact points that came along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// Preferences for purposes for which this record had none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub preferences: BTreeMap<Code, Vec<Channel>>,
    /// What the customer decided, as it holds from now on.
    #[serde(default, skip_serializing_if = "Consents::is_empty")]
    pub consents: Consents,
    /// Tags that came along.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<Code>,
    /// Segments that came along.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub segments: BTreeSet<Code>,
    /// The tier, when this record had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Code>,
    /// Who had referred the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referred_by: Option<CustomerId>,
}
