use super::world::{World, refused};
use aftercare::calendar::Zone;
use aftercare::code;
use aftercare::customer::{
    AddNote, CustomerPolicy, FindCustomers, ProfilePart, ReadCustomer, ReadNotes, ReadProfile,
    RegisterCustomer, SetSegments, SetTier, Tag, Untag, UpdateProfile,
};
use aftercare::kernel::{Actor, CustomerId, Language, SecretKey};
use aftercare::rulebook::{Rulebook, RulebookSpec};
use std::collections::BTreeSet;

#[test]
fn a_name_is_kept_as_the_customer_writes_it_and_a_salutation_only_when_stated() {
    let world = World::new();
    let ayse = world.register("  ayşe NUR Öztürk-Şahin ");
    let profile = world.ask(&ReadProfile { customer: ayse }).unwrap();
    assert_eq!(
        profile.name.as_ref().unwrap().expose(),
        "ayşe NUR Öztürk-Şahin"
    );
    assert_eq!(profile.salutation, None);
    assert_eq!(profile.language, None);
}

#[test]
fn a_customer_is_registered_under_a_given_id_once() {
    let world = World::new();
    let id = CustomerId::from_u128(77);
    assert_eq!(world.run(RegisterCustomer::named("Ali").with_id(id)), id);
    let refusal = refused(world.try_run(RegisterCustomer::new().with_id(id)));
    assert_eq!(refusal.code(), "customer.already_registered");
}

#[test]
fn only_the_given_parts_of_a_profile_change() {
    let world = World::new();
    let id = world.register("Ali Veli");
    let zone: Zone = "+01:00".parse().unwrap();
    let update = UpdateProfile::new(id)
        .with_salutation("Ali Bey")
        .with_language(Language::ENGLISH)
        .with_zone(zone.clone());
    world.run(update);
    world.run(UpdateProfile::new(id).without(ProfilePart::Salutation));
    let profile = world.ask(&ReadProfile { customer: id }).unwrap();
    assert_eq!(profile.name.as_ref().unwrap().expose(), "Ali Veli");
    assert_eq!(profile.salutation, None);
    assert_eq!(profile.language, Some(Language::ENGLISH));
    assert_eq!(profile.zone, Some(zone));
}

#[test]
fn an_update_that_changes_nothing_is_no_event() {
    let world = World::new();
    let id = world.register("Ali Veli");
    world.run(UpdateProfile::new(id).with_name("Ali Veli"));
    assert!(world.entries().iter().any(|entry| entry.events.is_empty()));
    let refusal = refused(world.try_run(UpdateProfile::new(id).with_name("  ")));
    assert_eq!(refusal.code(), "customer.empty");
    let refusal = refused(world.try_run(UpdateProfile::new(id).with_name("a".repeat(401))));
    assert_eq!(refusal.code(), "customer.too_long");
}

#[test]
fn customers_are_found_by_tag_in_the_order_they_came_page_by_page() {
    let world = World::new();
    let ids: Vec<_> = (0..5)
        .map(|n| world.register(&format!("Customer {n}")))
        .collect();
    for id in ids.iter().rev() {
        world.run(Tag {
            customer: *id,
            tag: code!("press"),
        });
        world.run(Tag {
            customer: *id,
            tag: code!("press"),
        });
    }
    world.run(Untag {
        customer: ids[1],
        tag: code!("press"),
    });
    let mut found = Vec::new();
    let mut question = FindCustomers {
        limit: 2,
        ..FindCustomers::by_tag(code!("press"))
    };
    loop {
        let page = world.ask(&question);
        found.extend(page.customers.iter().map(|customer| customer.id));
        match page.next {
            Some(next) => question.after = Some(next),
            None => break,
        }
    }
    assert_eq!(found, [ids[0], ids[2], ids[3], ids[4]]);
}

#[test]
fn customers_are_found_by_name_whatever_its_case_and_spacing() {
    let world = World::new();
    let ayse = world.register("Ayşe  IŞIK");
    let _other = world.register("Ayse Isik");
    let found = world.ask(&FindCustomers::by_name("ayşe ışık"));
    assert_eq!(found.customers.len(), 1);
    assert_eq!(found.customers[0].id, ayse);
    world.run(UpdateProfile::new(ayse).with_name("Ayşe Demir"));
    assert!(
        world
            .ask(&FindCustomers::by_name("ayşe ışık"))
            .customers
            .is_empty()
    );
    assert!(
        world
            .ask(&FindCustomers::by_name("..."))
            .customers
            .is_empty()
    );
}

#[test]
fn a_tier_is_one_that_the_rulebook_names_when_it_names_any() {
    let tiers = BTreeSet::from([code!("vip"), code!("gold")]);
    let customer = CustomerPolicy {
        tiers,
        ..CustomerPolicy::default()
    };
    let world = World::with(RulebookSpec {
        customer,
        ..RulebookSpec::default()
    });
    let id = world.register("Ali");
    world.run(SetTier {
        customer: id,
        tier: Some(code!("vip")),
    });
    assert_eq!(
        world.ask(&ReadCustomer { customer: id }).tier,
        Some(code!("vip"))
    );
    let silver = SetTier {
        customer: id,
        tier: Some(code!("silver")),
    };
    assert_eq!(
        refused(world.try_run(silver)).code(),
        "customer.unknown_tier"
    );
    world.run(SetTier {
        customer: id,
        tier: None,
    });
    assert_eq!(world.ask(&ReadCustomer { customer: id }).tier, None);
}

#[test]
fn segments_are_set_as_a_whole() {
    let world = World::new();
    let id = world.register("Ali");
    let set = |segments| SetSegments {
        customer: id,
        segments,
    };
    world.run(set(BTreeSet::from([code!("new"), code!("urban")])));
    world.run(set(BTreeSet::from([code!("loyal")])));
    assert_eq!(world.stored(id).segments, BTreeSet::from([code!("loyal")]));
}

#[test]
fn notes_are_read_by_staff_in_the_order_they_were_made_and_never_by_the_customer() {
    let world = World::permissive();
    let id = world.register("Ali");
    let first = world.run(AddNote::new(id, "Prefers mornings"));
    let second = world.run(AddNote::new(id, "Has a dog"));
    let question = ReadNotes {
        customer: id,
        after: None,
        limit: 100,
    };
    let notes = world.ask(&question).notes;
    assert_eq!(
        notes.iter().map(|note| note.id).collect::<Vec<_>>(),
        [first, second]
    );
    assert_eq!(notes[0].content.body.expose(), "Prefers mornings");
    assert_eq!(world.stored(id).notes, 2);
    let own = world.desk.ask(&Actor::Customer(id), &question).unwrap();
    assert_eq!(own.notes, []);
}

#[test]
fn a_policy_that_cannot_be_followed_is_refused_with_every_path() {
    let customer = CustomerPolicy {
        zone: "Europe/Nowhere".to_owned(),
        erasure_page: 0,
        ..CustomerPolicy::default()
    };
    let spec = RulebookSpec {
        customer,
        ..RulebookSpec::default()
    };
    let problems = Rulebook::try_new(spec, SecretKey::new([0; 16])).unwrap_err();
    let paths: Vec<_> = problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    assert_eq!(paths, ["customer.zone", "customer.erasure_page"]);
}
