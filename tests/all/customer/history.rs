//! Whatever happens to customers: the journal is their state, and a contact point has one owner.

use std::collections::BTreeSet;

use super::world::World;
use aftercare::code;
use aftercare::customer::{
    AddContactPoint, AddNote, EraseCustomer, FindCustomers, GiveConsent, MergeCustomers,
    PreferChannel, ReadProfile, RemoveContactPoint, SetSegments, SetTier, Tag, Untag,
    UpdateProfile, VerifyContactPoint, WithdrawConsent,
};
use aftercare::interaction::Channel;
use aftercare::kernel::CustomerId;
use proptest::prelude::*;

/// Does the `what`th thing to one of the customers; whether it is refused does not matter.
fn act(world: &World, customers: &[CustomerId], what: u8, one: usize, two: usize, n: u8) {
    let (customer, other) = (customers[one], customers[two]);
    let (tag, source, purpose) = (code!("press"), code!("call"), code!("marketing"));
    let channel = n.is_multiple_of(2).then_some(Channel::Sms);
    let wording = None;
    let contact = world
        .stored(customer)
        .contacts
        .get(usize::from(n))
        .map(|contact| contact.id);
    let _ = match (what, contact) {
        (0, _) => world.try_run(UpdateProfile::new(customer).with_name(format!("Name {n}"))),
        (1..=3, _) => {
            let add = AddContactPoint::email(customer, format!("{n}@example.com"));
            world.try_run(add).map(|_| ())
        }
        (4, Some(contact)) => world.try_run(VerifyContactPoint { customer, contact }),
        (5, Some(contact)) => world.try_run(RemoveContactPoint { customer, contact }),
        (6, _) => {
            let order = vec![Channel::Sms; usize::from(n % 3)];
            world.try_run(PreferChannel {
                customer,
                purpose,
                order,
            })
        }
        (7, _) => world.try_run(GiveConsent {
            customer,
            purpose,
            channel,
            source,
            wording,
        }),
        (8, _) => world.try_run(WithdrawConsent {
            customer,
            purpose,
            channel,
            source,
            wording,
        }),
        (9, _) => world.try_run(Tag { customer, tag }),
        (10, _) => world.try_run(Untag { customer, tag }),
        (11, _) => world.try_run(SetSegments {
            customer,
            segments: BTreeSet::from([tag]),
        }),
        (12, _) => world.try_run(SetTier {
            customer,
            tier: Some(code!("vip")),
        }),
        (13, _) => world.try_run(AddNote::new(customer, "a note")).map(|_| ()),
        (14 | 15, _) => world.try_run(MergeCustomers {
            survivor: customer,
            merged: other,
        }),
        (16, _) => world.try_run(EraseCustomer {
            customer,
            reason: source,
        }),
        _ => Ok(()),
    };
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_events_of_a_customer_fold_to_its_state(
        acts in prop::collection::vec((0..17_u8, 0..4_usize, 0..4_usize, 0..5_u8), 0..40)
    ) {
        let world = World::new();
        let customers: Vec<_> = (0..4).map(|n| world.register(&format!("Customer {n}"))).collect();
        for (what, one, two, n) in acts {
            act(&world, &customers, what, one, two, n);
        }
        world.assert_told();
        let mut seen = BTreeSet::new();
        for &customer in &customers {
            let state = world.stored(customer);
            prop_assert!(state.merged_into.is_none() || state.contacts.is_empty());
            if let Some(survivor) = state.merged_into {
                let survivor = world.stored(survivor);
                prop_assert_eq!(survivor.merged_into, None);
                prop_assert!(survivor.absorbed.contains(&customer));
                continue;
            }
            let Some(profile) = world.ask(&ReadProfile { customer }) else {
                prop_assert!(state.is_erased());
                continue;
            };
            let listed: Vec<_> = state.contacts.iter().map(|contact| contact.id).collect();
            let valued: Vec<_> = profile.contacts.iter().map(|contact| contact.id).collect();
            prop_assert_eq!(listed, valued);
            for contact in &profile.contacts {
                prop_assert!(seen.insert(contact.value.expose().clone()), "two owners");
                let found = world.ask(&FindCustomers::by_email(contact.value.expose().clone()));
                prop_assert_eq!(found.customers[0].id, customer);
            }
        }
    }
}
