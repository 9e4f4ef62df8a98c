//! Who a customer is.

use std::collections::BTreeSet;

use super::contact::add;
use super::{known, profile_id, reads};
use crate::customer::{
    CustomerEvent, Field, Profile, ProfilePart, Refusal, RegisterCustomer, UpdateProfile, stated,
};
use crate::flows::reactions::{Matter, follow};
use crate::kernel::{CustomerId, Permission};
use crate::record::{Entry, Event, Key};
use crate::rulebook::Trigger;
use crate::work::{Command, Halt, Work};

impl Command for RegisterCustomer {
    type Output = CustomerId;
    const NAME: &'static str = "customer.register";
    const PERMISSION: Permission = Permission::CUSTOMER_REGISTER;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let made = work.new_id();
        let id = self.id.unwrap_or(made);
        if self.id.is_some() && work.get(id)?.is_some() {
            return Err(Refusal::AlreadyRegistered { customer: id }.into());
        }
        let mut profile = Profile::new(id);
        let update = UpdateProfile {
            customer: id,
            name: self.name.clone(),
            salutation: self.salutation.clone(),
            language: self.language.clone(),
            zone: self.zone.clone(),
            clear: BTreeSet::new(),
        };
        let parts = change(&mut profile, &update)?;
        work.emit(id, CustomerEvent::Registered {})?;
        if !parts.is_empty() {
            work.emit(id, CustomerEvent::ProfileUpdated { parts })?;
        }
        for contact in &self.contacts {
            add(work, &mut profile, &contact.kind, &contact.value)?;
        }
        work.put(profile_id(id), profile)?;
        let trigger = Trigger::CustomerRegistered;
        follow(
            work,
            trigger,
            |_| Ok(Matter::deed(trigger, id, id)),
            |work, reaction, effect| work.emit(id, CustomerEvent::Reacted { reaction, effect }),
        )
    }

    fn output(&self, entry: &Entry) -> CustomerId {
        let registered = entry.events.iter().find_map(|event| {
            let Event::Customer(id, CustomerEvent::Registered {}) = event else {
                return None;
            };
            Some(*id)
        });
        registered.unwrap_or_else(|| entry.made(0))
    }

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.extend(self.id.map(Key::of));
    }
}

impl Command for UpdateProfile {
    type Output = ();
    const NAME: &'static str = "customer.update_profile";
    const PERMISSION: Permission = Permission::CUSTOMER_UPDATE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let (customer, mut profile) = known(work, self.customer)?;
        let parts = change(&mut profile, self)?;
        if parts.is_empty() {
            return Ok(());
        }
        work.emit(customer.id, CustomerEvent::ProfileUpdated { parts })?;
        work.put(profile_id(customer.id), profile)
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.customer);
    }
}

/// Enters what is new, and says which parts are.
fn change(profile: &mut Profile, update: &UpdateProfile) -> Result<BTreeSet<ProfilePart>, Refusal> {
    let before = profile.clone();
    for part in &update.clear {
        match part {
            ProfilePart::Name => profile.name = None,
            ProfilePart::Salutation => profile.salutation = None,
            ProfilePart::Language => profile.language = None,
            ProfilePart::Zone => profile.zone = None,
        }
    }
    if let Some(name) = &update.name {
        profile.name = Some(stated(name, Field::Name)?);
    }
    if let Some(salutation) = &update.salutation {
        profile.salutation = Some(stated(salutation, Field::Salutation)?);
    }
    if update.language.is_some() {
        profile.language.clone_from(&update.language);
    }
    if update.zone.is_some() {
        profile.zone.clone_from(&update.zone);
    }
    Ok(changed(&before, profile))
}

/// The parts in which two profiles differ.
pub(super) fn changed(before: &Profile, after: &Profile) -> BTreeSet<ProfilePart> {
    let parts = [
        (ProfilePart::Name, before.name != after.name),
        (
            ProfilePart::Salutation,
            before.salutation != after.salutation,
        ),
        (ProfilePart::Language, before.language != after.language),
        (ProfilePart::Zone, before.zone != after.zone),
    ];
    let changed = parts.into_iter().filter(|(_, is_changed)| *is_changed);
    changed.map(|(part, _)| part).collect()
}
