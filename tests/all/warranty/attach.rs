//! Claims that come in for a serial number only.

use aftercare::code;
use aftercare::kernel::{Actor, UnitId, WarrantyClaimId};
use aftercare::prelude::{RecordReading, RegisterCustomer};
use aftercare::warranty::{
    AttachUnit, ClaimsOf, ClearFlag, DenyClaim, FileClaim, ListClaims, Verdict,
};

use super::{Shop, on};

/// A claim by Ayşe with a serial number that was read off wrongly.
fn misread(shop: &Shop, file: impl FnOnce(FileClaim) -> FileClaim) -> WarrantyClaimId {
    let claim =
        FileClaim::by_serial(shop.ayse, code!("NF-7")).with_fault(code!("door"), code!("hangs"));
    shop.world.run(file(claim))
}

fn open_flags(shop: &Shop, claim: WarrantyClaimId) -> Vec<&'static str> {
    let claim = shop.claim(claim);
    let open = claim.flags.iter().filter(|it| it.is_open());
    open.map(|it| it.flag.code()).collect()
}

#[test]
fn a_claim_by_serial_number_is_judged_and_timed_once_somebody_says_for_which_unit_it_is() {
    let shop = Shop::new();
    let claim = misread(&shop, |file| file.with_reading(code!("h"), 70));
    let before = shop.claim(claim);
    assert_eq!(
        before.filing.readings,
        [(code!("h"), 70)],
        "nothing is lost"
    );
    assert_eq!((before.filing.verdict, before.due), (Verdict::Not, None));
    let unit = shop.unit;
    shop.world.run(AttachUnit { claim, unit });
    let after = shop.claim(claim);
    assert_eq!(open_flags(&shop, claim), [""; 0]);
    assert_eq!(after.flags[0].finding, Some(code!("attached")));
    let filing = &after.filing;
    assert_eq!(
        (filing.verdict, filing.by_law),
        (Verdict::Covered, Verdict::Covered)
    );
    assert_eq!(filing.product, Some(code!("NF-500")));
    assert_eq!((filing.unit, &filing.serial), (Some(unit), &None));
    assert_eq!(filing.usage, [(code!("h"), 70)]);
    let plain = shop.file(code!("door"), code!("hangs"));
    assert_eq!(
        after.due,
        shop.claim(plain).due,
        "as if it had been filed for it"
    );
    let list = ListClaims::of(ClaimsOf::Unit(unit));
    assert_eq!(shop.world.ask(&list).claims.len(), 2);
    assert_eq!(shop.claim(plain).filing.history.same_fault_in_year, 2);
}

#[test]
fn what_looks_odd_of_the_unit_is_flagged_when_it_is_attached() {
    let shop = Shop::new();
    let first = shop.file(code!("lamp"), code!("dark"));
    shop.world
        .run(RecordReading::new(shop.unit, code!("h"), 500));
    let claim = misread(&shop, |file| file.with_reading(code!("h"), 400));
    let unit = shop.unit;
    shop.world.run(AttachUnit { claim, unit });
    assert_eq!(open_flags(&shop, claim), ["meter_went_back", "open_claim"]);
    assert_eq!(shop.claim(claim).filing.usage, [(code!("h"), 500)]);
    assert_eq!(shop.claim(claim).filing.readings, [(code!("h"), 400)]);
    assert!(shop.claim(first).flags.is_empty());
}

#[test]
fn a_strangers_unit_is_attached_but_neither_judged_nor_changed_until_a_person_cleared_it() {
    let shop = Shop::new();
    let mehmet = shop.world.run(RegisterCustomer::named("Mehmet Kaya"));
    let file = FileClaim::by_serial(mehmet, code!("NF-7")).with_reading(code!("h"), 5);
    let claim = shop.world.run_as(Actor::Customer(mehmet), file).unwrap();
    let (unit, before) = (shop.unit, shop.warranty());
    shop.world.run(AttachUnit { claim, unit });
    assert_eq!(open_flags(&shop, claim), ["other_owner"]);
    assert_eq!(shop.warranty(), before);
    assert_eq!(shop.claim(claim).filing.verdict, Verdict::Not);
    let (flag, finding) = (code!("other_owner"), code!("friend"));
    shop.world.run(ClearFlag {
        claim,
        flag,
        finding,
    });
    let filing = shop.claim(claim).filing.clone();
    assert_eq!(filing.verdict, Verdict::Covered);
    assert_eq!(
        filing.usage,
        [(code!("h"), 5)],
        "what was read counts from then on"
    );
    assert_eq!(shop.warranty().faults.len(), 1);
}

#[test]
fn a_unit_is_attached_once_and_not_to_a_claim_that_is_decided_against_or_over() {
    let shop = Shop::new();
    let unit = shop.unit;
    let code = |claim, unit| {
        shop.world
            .refuse(AttachUnit { claim, unit })
            .code()
            .to_owned()
    };
    let filed = shop.file(code!("door"), code!("hangs"));
    assert_eq!(code(filed, unit), "warranty.has_unit");
    let denied = misread(&shop, |file| file);
    assert_eq!(code(denied, UnitId::from_u128(0xbad)), "record.not_found");
    shop.world.run(DenyClaim::because(denied, code!("unknown")));
    assert_eq!(code(denied, unit), "warranty.not_now");
    assert_eq!(shop.claim(denied).filing.noticed_on, on("2026-03-02"));
}
