//! What happens to customers.

mod classify;
mod consent;
mod contact;
mod erase;
mod export;
mod find;
mod merge;
mod profile;
mod refer;
mod tell;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub(crate) use self::erase::wake;
pub(crate) use self::tell::{Told, tell};

use crate::customer::{ContactKind, Customer, CustomerEvent, Many, Profile, Refusal};
use crate::kernel::{ContactPointId, CustomerId, ProfileId};
use crate::record::{Entry, Event, Key};
use crate::work::{Halt, Reader, Work};

/// The customer, or the one that took their place.
pub(crate) fn survivor(work: &mut Work<'_>, id: CustomerId) -> Result<Arc<Customer>, Halt> {
    let customer = work.need(id)?;
    match customer.merged_into {
        // A merger points every record of the family at the last survivor.
        Some(survivor) => work.need(survivor),
        None => Ok(customer),
    }
}

/// [`survivor`] of a record that the commit does not depend on.
pub(crate) fn peek_survivor(
    work: &mut Work<'_>,
    id: CustomerId,
) -> Result<Option<Arc<Customer>>, Halt> {
    let customer = work.peek(id)?;
    match customer.as_ref().and_then(|customer| customer.merged_into) {
        Some(survivor) => work.peek(survivor),
        None => Ok(customer),
    }
}

/// [`survivor`], who must not have been erased.
pub(crate) fn active(work: &mut Work<'_>, id: CustomerId) -> Result<Arc<Customer>, Halt> {
    let customer = survivor(work, id)?;
    if customer.is_erased() {
        return Err(Refusal::Erased.into());
    }
    Ok(customer)
}

/// [`survivor`] for questions.
pub(crate) fn survivor_read(
    reader: &mut Reader<'_>,
    id: CustomerId,
) -> Result<Arc<Customer>, Halt> {
    let customer = reader.need(id)?;
    match customer.merged_into {
        Some(survivor) => reader.need(survivor),
        None => Ok(customer),
    }
}

/// Whether this is a postal address of the customer's.
pub(crate) fn has_address(customer: &Customer, address: ContactPointId) -> bool {
    let mut contacts = customer.contacts.iter();
    contacts.any(|contact| contact.id == address && contact.kind == ContactKind::Address)
}

/// The record of a customer's profile: it has the customer's own number.
pub(crate) const fn profile_id(customer: CustomerId) -> ProfileId {
    ProfileId::from_uuid(customer.uuid())
}

/// The customer with this id, to be changed, with their profile.
fn known(work: &mut Work<'_>, id: CustomerId) -> Result<(Arc<Customer>, Profile), Halt> {
    work.want([profile_id(id)]);
    let customer = active(work, id)?;
    let profile = profile_of(work, customer.id)?;
    Ok((customer, profile))
}

fn profile_of(work: &mut Work<'_>, id: CustomerId) -> Result<Profile, Halt> {
    let profile = work.get(profile_id(id))?;
    Ok(profile.map_or_else(|| Profile::new(id), Arc::unwrap_or_clone))
}

/// The records that a command about a customer surely reads.
fn reads(keys: &mut Vec<Key>, customer: CustomerId) {
    keys.extend([Key::of(customer), Key::of(profile_id(customer))]);
}

fn at_most(count: usize, what: Many, most: usize) -> Result<(), Refusal> {
    if count > most {
        Err(Refusal::TooMany { what, most })
    } else {
        Ok(())
    }
}

/// What the first event that `pick` knows says.
fn said<T>(entry: &Entry, pick: impl Fn(&CustomerEvent) -> Option<T>) -> Option<T> {
    entry.events.iter().find_map(|event| {
        let Event::Customer(_, event) = event else {
            return None;
        };
        pick(event)
    })
}
