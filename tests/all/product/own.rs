//! What is sold, and whose a unit is.

use aftercare::code;
use aftercare::customer::{AddContactPoint, ContactKind, MergeCustomers};
use aftercare::kernel::{Actor, CustomerId, StaffId};
use aftercare::product::*;
use chrono::{NaiveDate, TimeDelta};

use super::world::{World, refused};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn boiler(world: &World, serials: Serials) {
    let boiler = DefineProduct::new(code!("KB-24"))
        .in_category(code!("boiler"))
        .made_by(code!("demir"))
        .with_serials(serials);
    world.run(boiler);
}

fn register(customer: CustomerId, serial: &str) -> RegisterUnit {
    RegisterUnit::new(customer, code!("KB-24")).with_serial(serial.parse().unwrap())
}

#[test]
fn a_model_is_known_by_its_name_and_can_be_defined_anew() {
    let world = World::new();
    let id = world.run(DefineProduct::new(code!("KB-24")));
    assert_eq!(id, Product::id_of(&code!("KB-24")));
    let pump = Component {
        serviceable: true,
        parts_until: Some(date("2040-12-31")),
    };
    let define = DefineProduct::new(code!("KB-24"))
        .in_category(code!("boiler"))
        .with_component(code!("pump"), pump)
        .with_component(code!("casing"), Component::default())
        .with_parts_until(date("2036-12-31"));
    world.run(define.clone());
    let product = world.get(id);
    assert!(product.is_serviceable(&code!("pump")));
    assert!(!product.is_serviceable(&code!("casing")));
    assert!(!product.is_serviceable(&code!("wheel")));
    let until = |part: &str| product.parts_until(Some(&part.parse().unwrap()));
    assert_eq!(until("pump"), Some(date("2040-12-31")));
    assert_eq!(until("casing"), Some(date("2036-12-31")));
    assert_eq!(until("wheel"), None);
    assert_eq!(product.parts_until(None), Some(date("2036-12-31")));

    world.wait(TimeDelta::days(1));
    world.run(define);
    assert_eq!(world.get(id), product, "said again, nothing changes");
    let found = world.ask(&FindProducts::new(code!("boiler")));
    assert_eq!(found.products, [product]);
    world.assert_told();
}

#[test]
fn every_customer_may_read_what_is_sold() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let id = world.run(DefineProduct::new(code!("KB-24")));
    let seen = world.desk.get(&Actor::Customer(ayse), id).unwrap();
    assert_eq!(seen.unwrap().model, code!("KB-24"));
}

#[test]
fn a_unit_of_no_known_model_is_refused() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let refusal = world.refuse(RegisterUnit::new(ayse, code!("XX")));
    assert_eq!(refusal.code(), "product.unknown");
}

#[test]
fn one_serial_number_is_one_unit_however_it_is_typed() {
    let world = World::new();
    boiler(&world, Serials::Required);
    let (ayse, can) = (world.register("Ayşe"), world.register("Can"));
    let unit = world.run(register(ayse, "TR-4711/01"));
    let found = world.ask(&FindUnit::new(code!("tr471101")).made_by(code!("demir")));
    assert_eq!(found.unwrap().id, unit);
    let other_maker = world.ask(&FindUnit::new(code!("tr471101")));
    assert_eq!(other_maker, None);
    assert_eq!(
        world.refuse(register(can, "tr 4711 01")).code(),
        "unit.serial_reused"
    );
    assert_eq!(
        world.refuse(register(ayse, "tr471101")).code(),
        "unit.already_registered"
    );
    assert_eq!(
        world.refuse(register(ayse, "--")).code(),
        "unit.not_a_serial"
    );
    let bare = RegisterUnit::new(ayse, code!("KB-24"));
    assert_eq!(world.refuse(bare).code(), "unit.serial_needed");
    world.run(DefineProduct::new(code!("KB-30")).made_by(code!("demir")));
    let other = RegisterUnit::new(ayse, code!("KB-30")).with_serial(code!("TR471101"));
    assert_eq!(world.refuse(other).code(), "unit.serial_of_other_product");
    let again = RecordUnit::new(code!("KB-24")).with_serial(code!("TR471101"));
    assert_eq!(world.refuse(again).code(), "unit.serial_on_record");
    world.assert_told();
}

#[test]
fn an_unknown_serial_number_is_told_from_one_that_is_used_again() {
    let world = World::new();
    boiler(&world, Serials::Listed);
    let (ayse, can) = (world.register("Ayşe"), world.register("Can"));
    let stock = RecordUnit::new(code!("KB-24")).with_serial(code!("S-1"));
    let unit = world.run(stock);
    assert_eq!(world.get(unit).owner, None);
    let me = Actor::Customer(ayse);
    let taken = world.run_as(me, register(ayse, "s1").bought_on(date("2026-03-01")));
    assert_eq!(taken.unwrap(), unit);
    let stored = world.get(unit);
    assert_eq!(stored.owned_by(), Some(ayse));
    assert_eq!(stored.bought_on, Some(date("2026-03-01")));
    assert_eq!(stored.registered_at, Some(world.now()));
    assert_eq!(
        world.refuse(register(can, "S-2")).code(),
        "unit.unknown_serial"
    );
    assert_eq!(
        world.refuse(register(can, "S-1")).code(),
        "unit.serial_reused"
    );
    world.assert_told();
}

#[test]
fn a_customer_registers_for_nobody_else_and_sees_no_other_units() {
    let world = World::new();
    boiler(&world, Serials::Required);
    let (ayse, can) = (world.register("Ayşe"), world.register("Can"));
    let refusal = refused(world.run_as(Actor::Customer(can), register(ayse, "S-1")));
    assert_eq!(refusal.code(), "record.not_found");
    let unit = world.run(register(ayse, "S-1"));
    let can = Actor::Customer(can);
    assert_eq!(world.desk.get(&can, unit).unwrap(), None);
    let find = FindUnit::new(code!("S-1")).made_by(code!("demir"));
    assert_eq!(world.desk.ask(&can, &find).unwrap(), None);
    assert!(world.desk.ask(&can, &UnitsOf::new(ayse)).is_err());
    assert_eq!(
        world
            .desk
            .get(&Actor::Customer(ayse), unit)
            .unwrap()
            .unwrap()
            .id,
        unit
    );
}

#[test]
fn ownership_is_kept_over_time() {
    let world = World::new();
    boiler(&world, Serials::Required);
    let (ayse, can, ece) = (
        world.register("Ayşe"),
        world.register("Can"),
        world.register("Ece"),
    );
    let since = world.now();
    let unit = world.run(register(ayse, "S-1"));
    let same = TransferUnit::given(unit, ayse);
    assert_eq!(world.refuse(same).code(), "unit.same_owner");
    world.wait(TimeDelta::days(100));
    let sold_at = world.now() - TimeDelta::days(10);
    world.run(TransferUnit::sold(unit, can).at(sold_at));
    let stored = world.get(unit);
    assert_eq!(
        stored.registered_at, None,
        "the new owner has still to register"
    );
    assert_eq!(
        stored.former,
        [Ownership {
            customer: ayse,
            how: Acquired::Registered,
            since,
            until: Some(sold_at),
        }]
    );
    let early = TransferUnit::given(unit, ece).at(sold_at - TimeDelta::days(1));
    assert_eq!(world.refuse(early).code(), "unit.too_early");
    let future = TransferUnit::given(unit, ece).at(world.now() + TimeDelta::days(1));
    assert_eq!(world.refuse(future).code(), "unit.in_future");
    world.run(register(can, "S-1"));
    assert!(world.ask(&UnitsOf::new(ayse)).units.is_empty());
    assert_eq!(world.ask(&UnitsOf::new(can)).units, [world.get(unit)]);

    let reason = code!("returned");
    world.run(TakeBackUnit { unit, reason });
    let stored = world.get(unit);
    assert_eq!((stored.owner.clone(), stored.bought_on), (None, None));
    assert_eq!(stored.former.len(), 2);
    assert_eq!(
        world.refuse(TransferUnit::sold(unit, ece)).code(),
        "unit.no_owner"
    );
    world.assert_told();
}

#[test]
fn a_unit_was_not_bought_in_the_future() {
    let world = World::new();
    boiler(&world, Serials::Optional);
    let ayse = world.register("Ayşe");
    // On 2 March in UTC, somewhere it is the 3rd at most.
    let bought = |day| register(ayse, "S-1").bought_on(date(day));
    assert_eq!(
        world.refuse(bought("2026-03-03")).code(),
        "unit.bought_in_future"
    );
    world.run(bought("2026-03-02"));
}

#[test]
fn a_retired_unit_is_left_alone() {
    let world = World::new();
    boiler(&world, Serials::Required);
    let ayse = world.register("Ayşe");
    let unit = world.run(register(ayse, "S-1"));
    let reason = code!("scrapped");
    world.run(RetireUnit { unit, reason });
    assert_eq!(world.get(unit).owned_by(), Some(ayse));
    for code in [
        world.refuse(InstallUnit::new(unit)).code(),
        world.refuse(register(ayse, "S-1")).code(),
        world
            .refuse(RetireUnit {
                unit,
                reason: code!("again"),
            })
            .code(),
    ] {
        assert_eq!(code, "unit.retired");
    }
    world.assert_told();
}

#[test]
fn a_unit_stands_at_an_address_of_its_owner() {
    let world = World::new();
    boiler(&world, Serials::Required);
    let ayse = world.register("Ayşe");
    let address = AddContactPoint::new(ayse, ContactKind::Address, "Bağdat Cad. 1, Kadıköy");
    let address = world.run(address);
    let mail = world.run(AddContactPoint::email(ayse, "ayse@example.com"));
    let unit = world.run(register(ayse, "S-1"));
    let place = |address| PlaceUnit {
        unit,
        site: Site {
            address: Some(address),
            spot: Some(code!("kitchen")),
        },
    };
    assert_eq!(world.refuse(place(mail)).code(), "unit.not_an_address");
    world.run(place(address));
    let fitter = StaffId::from_u128(5);
    world.wait(TimeDelta::hours(2));
    world.run(InstallUnit::new(unit).by(fitter));
    let stored = world.get(unit);
    assert_eq!(stored.site.address, Some(address), "it stays where it is");
    assert_eq!(stored.installed.clone().unwrap().by, Some(fitter));
    let can = world.register("Can");
    world.run(TransferUnit::sold(unit, can));
    assert_eq!(
        world.get(unit).site,
        Site::default(),
        "the address was the other's"
    );
    world.assert_told();
}

#[test]
fn the_units_of_merged_customers_are_found_together_a_page_at_a_time() {
    let world = World::new();
    boiler(&world, Serials::Optional);
    let (survivor, merged) = (world.register("Ayşe"), world.register("Ayşe Y."));
    let mut all = Vec::new();
    for n in 0..7 {
        world.wait(TimeDelta::minutes(1));
        let owner = if n % 2 == 0 { survivor } else { merged };
        all.push(world.run(RegisterUnit::new(owner, code!("KB-24"))));
    }
    world.run(MergeCustomers { survivor, merged });
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = world.ask(&UnitsOf {
            customer: survivor,
            after,
            limit: 3,
        });
        seen.extend(page.units.iter().map(|unit| unit.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, all);
    let serial = register(merged, "S-9");
    let unit = world.run(serial);
    assert_eq!(world.get(unit).owned_by(), Some(survivor));
}
