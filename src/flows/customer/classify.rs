//! How staff sort customers, and what they note about them.

use super::{active, at_most, said};
use crate::customer::{
    AddNote, CustomerEvent, Field, Many, Refusal, SetSegments, SetTier, Tag, Untag, stated,
};
use crate::interaction::{Content, Visibility};
use crate::kernel::{ContentId, Id, Permission};
use crate::record::{Entry, Key};
use crate::work::{Command, Halt, Work};

/// How many tags, and how many segments, one customer may have.
const MOST: usize = 256;

impl Command for Tag {
    type Output = ();
    const NAME: &'static str = "customer.tag";
    const PERMISSION: Permission = Permission::CUSTOMER_CLASSIFY;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let customer = active(work, self.customer)?;
        if customer.tags.contains(&self.tag) {
            return Ok(());
        }
        at_most(customer.tags.len().saturating_add(1), Many::Tags, MOST)?;
        let tag = self.tag.clone();
        work.emit(customer.id, CustomerEvent::Tagged { tag })
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.customer));
    }
}

impl Command for Untag {
    type Output = ();
    const NAME: &'static str = "customer.untag";
    const PERMISSION: Permission = Permission::CUSTOMER_CLASSIFY;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let customer = active(work, self.customer)?;
        if !customer.tags.contains(&self.tag) {
            return Ok(());
        }
        let tag = self.tag.clone();
        work.emit(customer.id, CustomerEvent::Untagged { tag })
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.customer));
    }
}

impl Command for SetSegments {
    type Output = ();
    const NAME: &'static str = "customer.set_segments";
    const PERMISSION: Permission = Permission::CUSTOMER_CLASSIFY;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let customer = active(work, self.customer)?;
        if customer.segments == self.segments {
            return Ok(());
        }
        at_most(self.segments.len(), Many::Segments, MOST)?;
        let segments = self.segments.clone();
        work.emit(customer.id, CustomerEvent::SegmentsSet { segments })
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.customer));
    }
}

impl Command for SetTier {
    type Output = ();
    const NAME: &'static str = "customer.set_tier";
    const PERMISSION: Permission = Permission::CUSTOMER_CLASSIFY;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let customer = active(work, self.customer)?;
        if customer.tier == self.tier {
            return Ok(());
        }
        if let Some(tier) = &self.tier
            && !work.rulebook().customer().has_tier(tier)
        {
            return Err(Refusal::UnknownTier { tier: tier.clone() }.into());
        }
        let tier = self.tier.clone();
        work.emit(customer.id, CustomerEvent::TierSet { tier })
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.customer));
    }
}

impl Command for AddNote {
    type Output = ContentId;
    const NAME: &'static str = "customer.add_note";
    const PERMISSION: Permission = Permission::CUSTOMER_CLASSIFY;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let customer = active(work, self.customer)?;
        let content: ContentId = work.new_id();
        let note = Content {
            customer: customer.id,
            visibility: Visibility::Internal,
            subject: None,
            body: stated(&self.text, Field::Note)?,
        };
        work.put(content, note)?;
        work.emit(customer.id, CustomerEvent::NoteAdded { content })
    }

    fn output(&self, entry: &Entry) -> ContentId {
        let added = said(entry, |event| {
            let CustomerEvent::NoteAdded { content } = event else {
                return None;
            };
            Some(*content)
        });
        added.unwrap_or_else(|| Id::derived(entry.request(), entry.stamp.at, 0))
    }

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.customer));
    }
}
