//! Who is this?

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::export::clamped;
use super::{profile_id, survivor_read};
use crate::customer::{
    Candidate, Candidates, ContactPoint, Customer, Evidence, FindBy, FindCustomers, FindDuplicates,
    Found, Place, Profile, ReadCustomer, ReadProfile, claim_of, evidence,
};
use crate::kernel::{CustomerId, Permission};
use crate::record::{Cursor, Index, Key, Kind, Query, tag_scope};
use crate::work::{Halt, Question, Reader};

impl Question for ReadCustomer {
    type Output = Arc<Customer>;
    const PERMISSION: Permission = Permission::CUSTOMER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Arc<Customer>, Halt> {
        survivor_read(reader, self.customer)
    }
}

impl Question for ReadProfile {
    type Output = Option<Arc<Profile>>;
    const PERMISSION: Permission = Permission::CUSTOMER_READ_PROFILE;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Option<Arc<Profile>>, Halt> {
        reader.want([profile_id(self.customer)]);
        let customer = survivor_read(reader, self.customer)?;
        reader.get(profile_id(customer.id))
    }
}

impl Question for FindCustomers {
    type Output = Found;
    const PERMISSION: Permission = Permission::CUSTOMER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Found, Halt> {
        let rulebook = reader.rulebook();
        let (index, scope) = match &self.by {
            FindBy::Contact { kind, value } => {
                let value = kind.normalise(value.expose(), rulebook.customer().calling_code)?;
                return match claim_of(rulebook.secret(), kind, &value) {
                    Some(claim) => Ok(Found {
                        customers: match reader.get(claim)? {
                            Some(claim) => customers(reader, [claim.holder].into_iter())?,
                            None => Vec::new(),
                        },
                        next: None,
                    }),
                    None => Ok(Found::default()),
                };
            }
            FindBy::Name(name) => match Profile::scope_of_name(name.expose(), rulebook.secret()) {
                Some(scope) => (Index::Name, scope),
                None => return Ok(Found::default()),
            },
            FindBy::Tag(tag) => (Index::CustomersByTag, tag_scope(tag, rulebook.secret())),
        };
        let query = Query::new(index, scope).limit(clamped(self.limit));
        let after = self.after.and_then(Place::cursor);
        let page = reader.find(&query.after(after))?;
        Ok(Found {
            customers: customers(reader, page.found.iter().map(|found| found.key))?,
            next: page.next.map(|end| Place {
                // The scope is not one customer's.
                holder: CustomerId::from_u128(0),
                index: index.code(),
                after: Some((end.rank, end.key.kind.code(), end.key.id)),
            }),
        })
    }
}

/// The customers that these keys are of, each once and as their survivor; those whom the actor may not see,
/// or who were erased, are left out.
fn customers(
    reader: &mut Reader<'_>,
    keys: impl Iterator<Item = Key> + Clone,
) -> Result<Vec<Arc<Customer>>, Halt> {
    let ids = keys
        .filter(|key| matches!(key.kind, Kind::Customer | Kind::Profile))
        .map(|key| CustomerId::from_uuid(key.id));
    reader.want(ids.clone());
    let mut found: Vec<Arc<Customer>> = Vec::new();
    for id in ids {
        let Some(customer) = surviving(reader, id)? else {
            continue;
        };
        if !customer.is_erased() && !found.iter().any(|known| known.id == customer.id) {
            found.push(customer);
        }
    }
    Ok(found)
}

/// The customer, or the one that took their place, if the actor may see them.
fn surviving(reader: &mut Reader<'_>, id: CustomerId) -> Result<Option<Arc<Customer>>, Halt> {
    match reader.get(id)? {
        Some(customer) => match customer.merged_into {
            Some(survivor) => reader.get(survivor),
            None => Ok(Some(customer)),
        },
        None => Ok(None),
    }
}

impl Question for FindDuplicates {
    type Output = Candidates;
    const PERMISSION: Permission = Permission::CUSTOMER_MATCH;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Candidates, Halt> {
        reader.want([profile_id(self.customer)]);
        let own = survivor_read(reader, self.customer)?;
        let Some(profile) = reader.get(profile_id(own.id))? else {
            return Ok(Candidates::default());
        };
        let secret = reader.rulebook().secret();
        let loose = |contact: &ContactPoint| Some((Index::Contact, contact.loose_scope(secret)?));
        let mut scopes: BTreeSet<_> = profile.contacts.iter().filter_map(loose).collect();
        scopes.extend(profile.name_scope(secret).map(|name| (Index::Name, name)));

        let mut ids = BTreeSet::new();
        let mut has_more = false;
        for (index, scope) in scopes {
            // The customer's own profile is found as well.
            let limit = clamped(self.limit).saturating_add(1);
            let page = reader.find(&Query::new(index, scope).limit(limit))?;
            has_more |= page.next.is_some();
            ids.extend(
                page.found
                    .iter()
                    .map(|found| CustomerId::from_uuid(found.key.id)),
            );
        }
        ids.retain(|id| !own.family().any(|mine| mine == *id));

        reader.want(ids.iter().copied());
        reader.want(ids.iter().copied().map(profile_id));
        let mut by_survivor: BTreeMap<CustomerId, Vec<Evidence>> = BTreeMap::new();
        for id in ids {
            let Some(other) = surviving(reader, id)? else {
                continue;
            };
            let Some(theirs) = reader.get(profile_id(id))? else {
                continue;
            };
            if other.id == own.id || other.is_erased() {
                continue;
            }
            by_survivor
                .entry(other.id)
                .or_default()
                .extend(evidence(&profile, &theirs));
        }
        let mut candidates: Vec<Candidate> = by_survivor
            .into_iter()
            .filter(|(_, evidence)| !evidence.is_empty())
            .map(|(customer, mut evidence)| {
                evidence.sort_unstable();
                evidence.dedup();
                Candidate { customer, evidence }
            })
            .collect();
        candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.evidence.len()));
        Ok(Candidates {
            candidates,
            has_more,
        })
    }
}

impl Place {
    /// As a store knows it.
    pub(super) fn cursor(self) -> Option<Cursor> {
        let (rank, kind, id) = self.after?;
        let key = Key::new(Kind::from_code(kind)?, id);
        Some(Cursor { rank, key })
    }
}
