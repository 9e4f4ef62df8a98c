//! What a person should look at.

use aftercare::code;
use aftercare::kernel::WarrantyClaimId;
use aftercare::prelude::{RecordUnit, RegisterCustomer};
use aftercare::record::{Index, Query};
use aftercare::store::Store;
use aftercare::warranty::{
    ApproveClaim, FileClaim, Flag, FulfilClaim, Remedy, StartWarranty, WarrantyClaim,
};

use super::{Shop, on, policy};

fn flags(shop: &Shop, claim: WarrantyClaimId) -> Vec<&'static str> {
    let claim: &WarrantyClaim = &shop.claim(claim);
    claim.flags.iter().map(|it| it.flag.code()).collect()
}

#[test]
fn a_customer_who_claims_for_many_units_is_looked_at_and_no_more_is_counted_than_it_takes() {
    let mut rules = policy();
    rules.most_claims_of_customer_in_year = 2;
    let shop = Shop::with(rules);
    let claim = || {
        let unit = shop.world.run(RecordUnit {
            owner: Some(shop.ayse),
            ..RecordUnit::new(code!("NF-500"))
        });
        shop.world
            .run(StartWarranty::of(unit).sold_on(on("2025-05-01")));
        shop.world.run(FileClaim::new(shop.ayse, unit))
    };
    let (first, second) = (claim(), claim());
    assert_eq!(
        (flags(&shop, first).len(), flags(&shop, second).len()),
        (0, 0)
    );
    for _ in 0..3 {
        let many = shop.claim(claim());
        assert_eq!(many.flags[0].flag, Flag::ManyByCustomer { in_year: 3 });
    }
    let mehmet = shop.world.run(RegisterCustomer::named("Mehmet Kaya"));
    let other = shop.world.run(FileClaim::new(mehmet, shop.unit));
    assert_eq!(flags(&shop, other), ["other_owner"], "somebody else");
    shop.go_to("2027-03-05");
    assert_eq!(flags(&shop, claim()), [""; 0], "a year later");
}

#[test]
fn a_serial_number_that_nobody_knows_is_flagged_when_it_is_claimed_again_by_whomever() {
    let shop = Shop::new();
    let first = shop
        .world
        .run(FileClaim::by_serial(shop.ayse, code!("Z-Z9")));
    assert_eq!(flags(&shop, first), ["unknown_serial"]);
    let mehmet = shop.world.run(RegisterCustomer::named("Mehmet Kaya"));
    let again = shop.world.run(FileClaim::by_serial(mehmet, code!("zz-9")));
    assert_eq!(flags(&shop, again), ["unknown_serial", "serial_claimed"]);
    assert_eq!(
        shop.claim(again).flags[1].flag,
        Flag::SerialClaimed { claim: first }
    );
    let other = shop.world.run(FileClaim::by_serial(mehmet, code!("ZZ-8")));
    assert_eq!(flags(&shop, other), ["unknown_serial"]);
    let unread = shop.world.run(FileClaim::by_serial(mehmet, code!("---")));
    assert_eq!(
        flags(&shop, unread),
        ["unknown_serial"],
        "no letter or digit"
    );
    // The index holds no serial number, only a hash of it.
    let store = shop.world.desk.store();
    let scope = uuid::Uuid::from_u128(0);
    let query = Query::new(Index::ClaimsBySerial, scope).limit(10);
    assert!(store.find(&query).unwrap().found.is_empty());
}

#[test]
fn a_unit_that_was_paid_back_or_replaced_is_looked_at_when_it_is_claimed_for_again() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Refund));
    shop.world.run(FulfilClaim {
        claim,
        on: on("2026-03-02"),
        replacement: None,
    });
    let again = shop.file(code!("lamp"), code!("dark"));
    assert_eq!(flags(&shop, again), ["given_up"]);
    assert_eq!(shop.claim(again).flags[0].flag, Flag::GivenUp { claim });
}
