use super::world::{World, refused};
use aftercare::code;
use aftercare::customer::{
    AddContactPoint, ContactKind, FindCustomers, ReadProfile, Refusal, RegisterCustomer,
    RemoveContactPoint, VerifyContactPoint,
};
use aftercare::kernel::{Actor, ContactPointId, CustomerId};
use aftercare::work;

fn found(world: &World, question: FindCustomers) -> Vec<CustomerId> {
    let found = world.ask(&question);
    found.customers.iter().map(|customer| customer.id).collect()
}

#[test]
fn a_contact_point_is_stored_in_one_form_and_found_in_any() {
    let world = World::new();
    let id = world.run(RegisterCustomer::named("Ali").with_phone("0532 123 45 67"));
    let profile = world.ask(&ReadProfile { customer: id }).unwrap();
    let phone = profile.first(&ContactKind::Phone).unwrap();
    assert_eq!(phone.value.expose(), "+905321234567");
    assert_eq!(
        found(&world, FindCustomers::by_phone("+90 (532) 123-45-67")),
        [id]
    );
    assert_eq!(found(&world, FindCustomers::by_phone("0532 123 45 68")), []);
}

#[test]
fn a_contact_point_has_one_owner_whom_the_refusal_names_to_staff_only() {
    let world = World::new();
    let ali = world.run(RegisterCustomer::named("Ali").with_email("ali@example.com"));
    let veli = world.register("Veli");
    let taken = AddContactPoint::email(veli, "ALI@example.com");
    let kind = ContactKind::Email;
    let refusal = refused(world.try_run(taken.clone()));
    let holder = Some(ali);
    assert_eq!(
        refusal,
        work::Refusal::Customer(Refusal::ContactTaken {
            kind: kind.clone(),
            holder
        })
    );
    let refusal = refused(world.run_as(Actor::Customer(veli), taken));
    assert_eq!(
        refusal,
        work::Refusal::Customer(Refusal::ContactTaken { kind, holder: None })
    );
}

#[test]
fn a_removed_contact_point_is_free_for_another() {
    let world = World::new();
    let ali = world.register("Ali");
    let veli = world.register("Veli");
    let contact = world.run(AddContactPoint::email(ali, "shared@example.com"));
    world.run(RemoveContactPoint {
        customer: ali,
        contact,
    });
    world.run(AddContactPoint::email(veli, "shared@example.com"));
    assert_eq!(
        found(&world, FindCustomers::by_email("shared@example.com")),
        [veli]
    );
    let gone = refused(world.try_run(RemoveContactPoint {
        customer: ali,
        contact,
    }));
    assert_eq!(gone.code(), "customer.no_such_contact");
}

#[test]
fn a_household_shares_a_postal_address() {
    let world = World::new();
    for name in ["Ali", "Ayşe"] {
        let id = world.register(name);
        world.run(AddContactPoint::new(
            id,
            ContactKind::Address,
            "Çınar Sk. 5, Kadıköy",
        ));
    }
    let by_address = FindCustomers::by_contact(ContactKind::Address, "Çınar Sk. 5, Kadıköy");
    assert_eq!(found(&world, by_address), []);
}

#[test]
fn a_customer_has_a_contact_point_once() {
    let world = World::new();
    let ali = world.register("Ali");
    let contact = world.run(AddContactPoint::phone(ali, "0532 123 45 67"));
    let kind = ContactKind::Phone;
    let again = refused(world.try_run(AddContactPoint::phone(ali, "+905321234567")));
    assert_eq!(
        again,
        work::Refusal::Customer(Refusal::ContactExists { kind, contact })
    );
}

#[test]
fn what_is_no_address_and_no_number_is_refused() {
    let world = World::new();
    let ali = world.register("Ali");
    let refusal = refused(world.try_run(AddContactPoint::email(ali, "ali.example.com")));
    assert_eq!(refusal.code(), "email.not_one_at");
    let refusal = refused(world.try_run(AddContactPoint::phone(ali, "12")));
    assert_eq!(refusal.code(), "phone.too_short");
}

#[test]
fn only_staff_can_say_that_a_contact_point_was_verified() {
    let world = World::new();
    let ali = world.register("Ali");
    let contact = world.run(AddContactPoint::email(ali, "ali@example.com"));
    let verify = VerifyContactPoint {
        customer: ali,
        contact,
    };
    let refusal = refused(world.run_as(Actor::Customer(ali), verify));
    assert_eq!(refusal.code(), "access.denied");
    assert!(!world.stored(ali).has_verified(&ContactKind::Email));
    world.run(verify);
    world.run(verify);
    assert!(world.stored(ali).has_verified(&ContactKind::Email));
    let contact = ContactPointId::from_u128(5);
    let unknown = refused(world.try_run(VerifyContactPoint {
        customer: ali,
        contact,
    }));
    assert_eq!(unknown.code(), "customer.no_such_contact");
}

#[test]
fn there_is_an_end_to_contact_points() {
    let world = World::new();
    let ali = world.register("Ali");
    for n in 0..100 {
        world.run(AddContactPoint::new(
            ali,
            ContactKind::Account(code!("app")),
            format!("a{n}"),
        ));
    }
    let more = AddContactPoint::new(ali, ContactKind::Account(code!("app")), "one more");
    assert_eq!(refused(world.try_run(more)).code(), "customer.too_many");
}
