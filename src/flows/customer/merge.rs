//! One record of two about the same person.

use std::collections::{BTreeMap, BTreeSet};

use super::contact::MOST_CONTACTS;
use super::profile::changed;
use super::{at_most, profile_id, profile_of, reads};
use crate::customer::{
    Absorbed, ContactPoint, Customer, CustomerEvent, Many, MergeCustomers, Profile, Refusal,
};
use crate::kernel::{CustomerId, Permission};
use crate::record::{Entry, Key};
use crate::work::{Claimed, Command, Halt, Work};

/// How many customers may be merged into one.
const MOST_ABSORBED: usize = 64;

impl Command for MergeCustomers {
    type Output = ();
    const NAME: &'static str = "customer.merge";
    const PERMISSION: Permission = Permission::CUSTOMER_MERGE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        if self.survivor == self.merged {
            return Err(Refusal::SelfMerge.into());
        }
        work.want([self.survivor, self.merged]);
        work.want([self.survivor, self.merged].map(profile_id));
        let survivor = unmerged(work, self.survivor)?;
        let merged = unmerged(work, self.merged)?;
        let contacts = survivor
            .contacts
            .len()
            .saturating_add(merged.contacts.len());
        at_most(contacts, Many::Contacts, MOST_CONTACTS)?;
        let family = survivor
            .absorbed
            .len()
            .saturating_add(merged.family().count());
        at_most(family, Many::Absorbed, MOST_ABSORBED)?;

        let mut profile = profile_of(work, survivor.id)?;
        let mut emptied = profile_of(work, merged.id)?;
        hand_over(work, &emptied.contacts, &merged, &survivor)?;
        let before = profile.clone();
        take_over(&mut profile, &mut emptied);
        let parts = changed(&before, &profile);
        work.put(profile_id(survivor.id), profile)?;
        work.put(profile_id(merged.id), emptied)?;

        // Every record of the family points at the last survivor, so that nobody follows a chain.
        work.want(merged.absorbed.iter().copied());
        for id in merged.family() {
            let survivor = survivor.id;
            work.emit(id, CustomerEvent::MergedInto { survivor })?;
        }
        if !parts.is_empty() {
            work.emit(survivor.id, CustomerEvent::ProfileUpdated { parts })?;
        }
        let absorbed = Box::new(absorbed(&survivor, &merged));
        work.emit(survivor.id, CustomerEvent::Absorbed(absorbed))?;
        let referred = self_referred(&survivor, &merged);
        crate::flows::loyalty::merge_customers(work, survivor.id, merged.id, referred)
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.survivor);
        reads(keys, self.merged);
    }
}

/// Which of two who turn out to be one had been referred by the other.
fn self_referred(a: &Customer, b: &Customer) -> Option<CustomerId> {
    let is_by = |referred: &Customer, other: &Customer| {
        let by = referred.referred_by;
        by.is_some_and(|by| other.family().any(|id| id == by))
    };
    [(a, b), (b, a)]
        .into_iter()
        .find_map(|(one, other)| is_by(one, other).then_some(one.id))
}

fn unmerged(work: &mut Work<'_>, id: CustomerId) -> Result<std::sync::Arc<Customer>, Halt> {
    let customer = work.need(id)?;
    if let Some(survivor) = customer.merged_into {
        return Err(Refusal::AlreadyMerged {
            customer: id,
            survivor,
        }
        .into());
    }
    if customer.is_erased() {
        return Err(Refusal::Erased.into());
    }
    Ok(customer)
}

/// Hands the claims on contact points from one customer to the other.
fn hand_over(
    work: &mut Work<'_>,
    contacts: &[ContactPoint],
    from: &Customer,
    to: &Customer,
) -> Result<(), Halt> {
    let secret = work.rulebook().secret();
    let claims = contacts.iter().filter_map(|contact| contact.claim(secret));
    work.want(claims);
    for contact in contacts {
        let Some(claim) = contact.claim(secret) else {
            continue;
        };
        work.release(claim, Key::of(from.id))?;
        if let Claimed::ByAnother(holder) = work.claim(claim, Key::of(to.id))? {
            return Err(Refusal::ContactTaken {
                kind: contact.kind.clone(),
                holder: Some(CustomerId::from_uuid(holder.id)),
            }
            .into());
        }
    }
    Ok(())
}

/// Contact points move; of the rest the survivor takes what it lacks, and the merged one keeps its own.
fn take_over(survivor: &mut Profile, merged: &mut Profile) {
    survivor.contacts.append(&mut merged.contacts);
    if survivor.name.is_none() {
        survivor.name.clone_from(&merged.name);
    }
    if survivor.salutation.is_none() {
        survivor.salutation.clone_from(&merged.salutation);
    }
    if survivor.language.is_none() {
        survivor.language.clone_from(&merged.language);
    }
    if survivor.zone.is_none() {
        survivor.zone.clone_from(&merged.zone);
    }
}

/// What the survivor takes over.
fn absorbed(survivor: &Customer, merged: &Customer) -> Absorbed {
    let new = |of: &BTreeSet<_>, known: &BTreeSet<_>| of.difference(known).cloned().collect();
    let preferences: BTreeMap<_, _> = merged
        .preferences
        .iter()
        .filter(|(purpose, _)| !survivor.preferences.contains_key(*purpose))
        .map(|(purpose, order)| (purpose.clone(), order.clone()))
        .collect();
    Absorbed {
        customer: merged.id,
        earlier: merged.absorbed.clone(),
        contacts: merged.contacts.clone(),
        preferences,
        consents: survivor.consents.strictest(&merged.consents),
        tags: new(&merged.tags, &survivor.tags),
        segments: new(&merged.segments, &survivor.segments),
        tier: match survivor.tier {
            Some(_) => None,
            None => merged.tier.clone(),
        },
        referred_by: merged.referred_by,
    }
}
