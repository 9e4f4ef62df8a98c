//! Under what a customer is reached.

use super::{active, at_most, known, profile_id, reads, said};
use crate::customer::{
    AddContactPoint, ContactKind, ContactPoint, CustomerEvent, Many, Profile, Refusal,
    RemoveContactPoint, VerifyContactPoint, claim_of,
};
use crate::kernel::{Actor, ContactPointId, CustomerId, Id, Permission, Personal};
use crate::record::{Entry, Key, Kind};
use crate::work::{Claimed, Command, Halt, Work};

/// How many contact points one customer may have.
pub(super) const MOST_CONTACTS: usize = 100;

/// Adds a contact point to a profile that is about to be written, and claims it.
pub(super) fn add(
    work: &mut Work<'_>,
    profile: &mut Profile,
    kind: &ContactKind,
    value: &Personal<String>,
) -> Result<ContactPointId, Halt> {
    let rulebook = work.rulebook();
    let value = kind.normalise(value.expose(), rulebook.customer().calling_code)?;
    let same = |known: &&ContactPoint| known.kind == *kind && *known.value.expose() == value;
    if let Some(known) = profile.contacts.iter().find(same) {
        return Err(Refusal::ContactExists {
            kind: kind.clone(),
            contact: known.id,
        }
        .into());
    }
    at_most(
        profile.contacts.len().saturating_add(1),
        Many::Contacts,
        MOST_CONTACTS,
    )?;
    if let Some(claim) = claim_of(rulebook.secret(), kind, &value)
        && let Claimed::ByAnother(holder) = work.claim(claim, Key::of(profile.customer))?
    {
        let is_known = holder.kind == Kind::Customer && !matches!(work.actor(), Actor::Customer(_));
        return Err(Refusal::ContactTaken {
            kind: kind.clone(),
            holder: is_known.then(|| CustomerId::from_uuid(holder.id)),
        }
        .into());
    }
    let id = work.new_id();
    profile.contacts.push(ContactPoint {
        id,
        kind: kind.clone(),
        value: Personal::new(value),
    });
    let added = CustomerEvent::ContactAdded {
        contact: id,
        kind: kind.clone(),
    };
    work.emit(profile.customer, added)?;
    Ok(id)
}

impl Command for AddContactPoint {
    type Output = ContactPointId;
    const NAME: &'static str = "customer.add_contact_point";
    const PERMISSION: Permission = Permission::CUSTOMER_UPDATE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let (customer, mut profile) = known(work, self.customer)?;
        add(work, &mut profile, &self.kind, &self.value)?;
        work.put(profile_id(customer.id), profile)
    }

    fn output(&self, entry: &Entry) -> ContactPointId {
        let added = said(entry, |event| {
            let CustomerEvent::ContactAdded { contact, .. } = event else {
                return None;
            };
            Some(*contact)
        });
        added.unwrap_or_else(|| Id::derived(entry.request(), entry.stamp.at, 0))
    }

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.customer);
    }
}

impl Command for VerifyContactPoint {
    type Output = ();
    const NAME: &'static str = "customer.verify_contact_point";
    const PERMISSION: Permission = Permission::CUSTOMER_VERIFY;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let customer = active(work, self.customer)?;
        let contact = self.contact;
        match customer.contact(contact) {
            None => Err(Refusal::NoSuchContact { contact }.into()),
            Some(known) if known.verified_at.is_some() => Ok(()),
            Some(_) => work.emit(customer.id, CustomerEvent::ContactVerified { contact }),
        }
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.customer));
    }
}

impl Command for RemoveContactPoint {
    type Output = ();
    const NAME: &'static str = "customer.remove_contact_point";
    const PERMISSION: Permission = Permission::CUSTOMER_UPDATE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let (customer, mut profile) = known(work, self.customer)?;
        let contact = self.contact;
        let Some(at) = profile.contacts.iter().position(|c| c.id == contact) else {
            return Err(Refusal::NoSuchContact { contact }.into());
        };
        let removed = profile.contacts.remove(at);
        if let Some(claim) = removed.claim(work.rulebook().secret()) {
            work.release(claim, Key::of(customer.id))?;
        }
        work.emit(customer.id, CustomerEvent::ContactRemoved { contact })?;
        work.put(profile_id(customer.id), profile)
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.customer);
    }
}
