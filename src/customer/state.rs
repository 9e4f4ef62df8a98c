use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::consent::{Consent, Consents};
use super::contact::{Contact, ContactKind};
use super::event::{Absorbed, CustomerEvent};
use super::purpose::{covers, narrowness};
use crate::interaction::Channel;
use crate::kernel::{Code, ContactPointId, CustomerId, Stamp};

/// A customer, without anything personal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    /// Who.
    pub id: CustomerId,
    /// When the customer became known, UTC.
    pub created_at: DateTime<Utc>,
    /// Under what the customer is reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// Over what the customer wants to be told, by [purpose](super#purposes), the dearest channel first.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub preferences: BTreeMap<Code, Vec<Channel>>,
    /// To what the customer consented, and what they withdrew.
    #[serde(default, skip_serializing_if = "Consents::is_empty")]
    pub consents: Consents,
    /// Words that staff put on.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<Code>,
    /// Groups into which the business sorts its customers.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub segments: BTreeSet<Code>,
    /// How dear the customer is to the business, such as `vip`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Code>,
    /// How many notes were made.
    #[serde(default)]
    pub notes: u32,
    /// Who referred them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referred_by: Option<CustomerId>,
    /// The customer this one was merged into: the survivor itself, never one that was merged again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CustomerId>,
    /// The customers that were merged into this one, directly or through another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absorbed: Vec<CustomerId>,
    /// Since when everything personal is on its way out, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasing_since: Option<DateTime<Utc>>,
    /// Since when nothing personal is left, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<DateTime<Utc>>,
}

impl Customer {
    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: CustomerId, event: &CustomerEvent, stamp: &Stamp) -> Option<Self> {
        let CustomerEvent::Registered {} = event else {
            return None;
        };
        Some(Self {
            id,
            created_at: stamp.at,
            contacts: Vec::new(),
            preferences: BTreeMap::new(),
            consents: Consents::default(),
            tags: BTreeSet::new(),
            segments: BTreeSet::new(),
            tier: None,
            notes: 0,
            referred_by: None,
            merged_into: None,
            absorbed: Vec::new(),
            erasing_since: None,
            erased_at: None,
        })
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &CustomerEvent, stamp: &Stamp) {
        match event {
            CustomerEvent::Registered {}
            | CustomerEvent::ProfileUpdated { .. }
            | CustomerEvent::Reacted { .. } => {}
            CustomerEvent::Referred { by } => self.referred_by = Some(*by),
            CustomerEvent::ContactAdded { contact, kind } => self.contacts.push(Contact {
                id: *contact,
                kind: kind.clone(),
                added_at: stamp.at,
                verified_at: None,
            }),
            CustomerEvent::ContactVerified { contact } => {
                for known in self
                    .contacts
                    .iter_mut()
                    .filter(|known| known.id == *contact)
                {
                    known.verified_at = Some(stamp.at);
                }
            }
            CustomerEvent::ContactRemoved { contact } => {
                self.contacts.retain(|known| known.id != *contact);
            }
            CustomerEvent::ChannelPreferred { purpose, order } => {
                if order.is_empty() {
                    self.preferences.remove(purpose);
                } else {
                    self.preferences.insert(purpose.clone(), order.clone());
                }
            }
            CustomerEvent::ConsentGiven { .. } | CustomerEvent::ConsentWithdrawn { .. } => {
                if let Some(decision) = event.consent(stamp) {
                    self.consents.decide(decision);
                }
            }
            CustomerEvent::Tagged { tag } => {
                self.tags.insert(tag.clone());
            }
            CustomerEvent::Untagged { tag } => {
                self.tags.remove(tag);
            }
            CustomerEvent::SegmentsSet { segments } => self.segments.clone_from(segments),
            CustomerEvent::TierSet { tier } => self.tier.clone_from(tier),
            CustomerEvent::NoteAdded { .. } => self.notes = self.notes.saturating_add(1),
            CustomerEvent::MergedInto { survivor } => {
                self.merged_into = Some(*survivor);
                self.contacts.clear();
            }
            CustomerEvent::Absorbed(absorbed) => self.absorb(absorbed),
            CustomerEvent::ErasureBegun {} => self.erasing_since = Some(stamp.at),
            CustomerEvent::Erased {} => {
                self.erased_at = Some(stamp.at);
                self.contacts.clear();
                self.preferences.clear();
                self.consents = Consents::default();
                self.tags.clear();
                self.segments.clear();
                self.tier = None;
                self.referred_by = None;
            }
        }
    }

    fn absorb(&mut self, absorbed: &Absorbed) {
        self.absorbed.push(absorbed.customer);
        self.absorbed.extend(&absorbed.earlier);
        self.contacts.extend_from_slice(&absorbed.contacts);
        for (purpose, order) in &absorbed.preferences {
            self.preferences.insert(purpose.clone(), order.clone());
        }
        self.consents.clone_from(&absorbed.consents);
        self.referred_by = self.referred_by.or(absorbed.referred_by);
        self.tags.extend(absorbed.tags.iter().cloned());
        self.segments.extend(absorbed.segments.iter().cloned());
        if absorbed.tier.is_some() {
            self.tier.clone_from(&absorbed.tier);
        }
    }

    /// Whether the customer was erased or is being erased, so that nothing more can be done for them.
    #[must_use]
    pub const fn is_erased(&self) -> bool {
        self.erasing_since.is_some() || self.erased_at.is_some()
    }

    /// The contact point with this id.
    #[must_use]
    pub fn contact(&self, id: ContactPointId) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.id == id)
    }

    /// Whether a contact point of this kind was proven to be the customer's.
    #[must_use]
    pub fn has_verified(&self, kind: &ContactKind) -> bool {
        self.contacts
            .iter()
            .any(|contact| contact.kind == *kind && contact.verified_at.is_some())
    }

    /// Over what the customer wants to be told for a purpose, the dearest channel first: what they said about
    /// the narrowest [purpose](super#purposes) that covers it; empty when they never said.
    #[must_use]
    pub fn preferred(&self, purpose: &Code) -> &[Channel] {
        self.preferences
            .iter()
            .filter(|(wide, _)| covers(wide, purpose))
            .max_by_key(|(wide, _)| narrowness(wide))
            .map_or(&[], |(_, order)| order)
    }

    /// This customer and those merged into it: every id under which something about them may stand.
    pub fn family(&self) -> impl Iterator<Item = CustomerId> + Clone {
        std::iter::once(self.id).chain(self.absorbed.iter().copied())
    }
}

impl CustomerEvent {
    /// The decision about being told something that this event is, if it is one.
    #[must_use]
    pub fn consent(&self, stamp: &Stamp) -> Option<Consent> {
        let (Self::ConsentGiven {
            purpose,
            channel,
            source,
            wording,
        }
        | Self::ConsentWithdrawn {
            purpose,
            channel,
            source,
            wording,
        }) = self
        else {
            return None;
        };
        let is_given = matches!(self, Self::ConsentGiven { .. });
        Some(Consent {
            purpose: purpose.clone(),
            channel: *channel,
            is_given,
            decided_at: stamp.at,
            source: source.clone(),
            wording: wording.clone(),
        })
    }
}
