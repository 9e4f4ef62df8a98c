//! What a person should look at.

use aftercare::code;
use aftercare::kernel::{Actor, WarrantyClaimId};
use aftercare::prelude::{RecordUnit, RegisterCustomer, TransferUnit};
use aftercare::record::{Index, Query};
use aftercare::store::Store;
use aftercare::warranty::{
    ApproveClaim, ChooseRemedy, ClaimStatus, ClaimsOf, ClearFlag, FileClaim, Flag, FulfilClaim,
    ListClaims, Remedy, StartWarranty, Verdict, ViewClaim, WarrantyClaim,
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
    shop.world.run(FulfilClaim::given(claim, on("2026-03-02")));
    let again = shop.file(code!("lamp"), code!("dark"));
    assert_eq!(flags(&shop, again), ["never_sold", "given_up"]);
    assert_eq!(shop.claim(again).flags[1].flag, Flag::GivenUp { claim });
}

#[test]
fn nothing_of_a_unit_is_shown_to_or_changed_by_somebody_whose_it_is_not() {
    let mut rules = policy();
    rules.approved_by_rule = [Remedy::Repair].into();
    let shop = Shop::with(rules);
    let world = &shop.world;
    let mehmet = world.run(RegisterCustomer::named("Mehmet Kaya"));
    let me = Actor::Customer(mehmet);
    let before = shop.warranty();
    let file = FileClaim::by_serial(mehmet, code!("NF-1")).with_reading(code!("h"), 5);
    let claim = world.run_as(me.clone(), file).unwrap();
    assert_eq!(flags(&shop, claim), ["other_owner"]);
    assert_eq!(shop.warranty(), before, "the unit knows nothing of it");
    let view = |who: &Actor| {
        let at = world.now();
        world.desk.ask(who, &ViewClaim { claim, at }).unwrap()
    };
    let seen = view(&me);
    let filing = &seen.claim.filing;
    assert_eq!((filing.unit, &filing.regime), (None, &None));
    assert_eq!((seen.coverage, filing.verdict), (None, Verdict::Not));
    let of = ClaimsOf::Customer(mehmet);
    let list = ListClaims {
        of,
        after: None,
        limit: 10,
    };
    let listed = world.desk.ask(&me, &list).unwrap().claims;
    assert_eq!(listed[0].filing.unit, None);
    let unknown = FileClaim::by_serial(mehmet, code!("NF-99"));
    let unknown = world.run_as(me.clone(), unknown).unwrap();
    let known = shop.claim(unknown).filing.serial.is_some();
    assert_eq!(filing.serial.is_some(), known, "as if nobody had it");
    let remedy = Remedy::Refund;
    let choose = ChooseRemedy { claim, remedy };
    let refused = crate::product::world::refused(world.run_as(me.clone(), choose));
    assert_eq!(refused.code(), "warranty.remedy_not_open");
    assert_eq!(
        view(&Actor::System).claim.filing.unit,
        Some(shop.unit),
        "the staff see whose it is"
    );
    // The owner's own claim is a plain one.
    let own = FileClaim::new(shop.ayse, shop.unit).wanting(Remedy::Repair);
    let own = world.run(own);
    assert_eq!(flags(&shop, own), [""; 0]);
    assert_eq!(shop.claim(own).status, ClaimStatus::Approved);
    assert_eq!(shop.claim(own).filing.history.faults_in_year, 1);
}

#[test]
fn a_strangers_claim_is_one_like_others_when_a_person_cleared_it() {
    let shop = Shop::new();
    let world = &shop.world;
    let mehmet = world.run(RegisterCustomer::named("Mehmet Kaya"));
    let me = Actor::Customer(mehmet);
    let file =
        FileClaim::by_serial(mehmet, code!("NF-1")).with_fault(code!("door"), code!("hangs"));
    let claim = world.run_as(me.clone(), file).unwrap();
    world.run(TransferUnit::sold(shop.unit, mehmet));
    let (flag, finding) = (code!("other_owner"), code!("bought_it"));
    world.run(ClearFlag {
        claim,
        flag,
        finding,
    });
    let after = shop.claim(claim);
    assert_eq!(after.filing.verdict, Verdict::Covered);
    assert_eq!(after.filing.history.faults_in_year, 1);
    assert!(after.due.is_some());
    assert_eq!(shop.warranty().faults.len(), 1);
    let at = world.now();
    let seen = world.desk.ask(&me, &ViewClaim { claim, at }).unwrap();
    assert_eq!(seen.claim.filing.unit, Some(shop.unit));
    assert!(seen.coverage.is_some());
    let remedy = Remedy::Refund;
    world.run_as(me, ChooseRemedy { claim, remedy }).unwrap();
}

#[test]
fn an_earlier_notice_that_only_the_customer_names_is_looked_at_where_it_opens_more() {
    let shop = |delivered| {
        let mut rules = policy();
        rules.approved_by_rule = [Remedy::Replacement].into();
        Shop::delivered(rules, delivered)
    };
    let file = |shop: &Shop, who: &Actor, date| {
        let claim = FileClaim::new(shop.ayse, shop.unit).wanting(Remedy::Replacement);
        shop.world
            .run_as(who.clone(), claim.noticed_on(on(date)))
            .unwrap()
    };
    // The law's two years were over on 10 February.
    let late = shop("2024-02-10");
    let claim = file(&late, &Actor::Customer(late.ayse), "2026-01-02");
    assert_eq!(flags(&late, claim), ["noticed_earlier"]);
    let filed_on = on("2026-03-02");
    let filed = late.claim(claim);
    assert_eq!(filed.flags[0].flag, Flag::NoticedEarlier { filed_on });
    assert_eq!(filed.filing.verdict, Verdict::Covered);
    assert_eq!(filed.status, ClaimStatus::Submitted);
    // Whom the business wrote it down for has it as the business says.
    let late = shop("2024-02-10");
    let claim = file(&late, &Actor::System, "2026-01-02");
    assert_eq!(flags(&late, claim), [""; 0]);
    assert_eq!(late.claim(claim).status, ClaimStatus::Approved);
    // Nothing is looked at where it makes no difference.
    let covered = shop("2025-03-03");
    let claim = file(&covered, &Actor::Customer(covered.ayse), "2026-01-02");
    assert_eq!(flags(&covered, claim), [""; 0]);
    assert_eq!(covered.claim(claim).status, ClaimStatus::Approved);
}

#[test]
fn times_count_from_the_filing_where_only_the_customer_names_an_earlier_notice() {
    let filed = |is_customer: bool| {
        let shop = Shop::new();
        let who = match is_customer {
            true => Actor::Customer(shop.ayse),
            false => Actor::System,
        };
        let claim = FileClaim::new(shop.ayse, shop.unit).noticed_on(on("2026-01-02"));
        let claim = shop.world.run_as(who, claim).unwrap();
        shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
        shop.wake();
        let from = shop.claim(claim).due.unwrap().from;
        let is_late = shop.claim(claim).filing.history.overdue;
        (from, shop.warranty().spells()[0].from, is_late)
    };
    let (today, noticed) = (on("2026-03-02"), on("2026-01-02"));
    assert_eq!(filed(true), (today, today, false));
    assert_eq!(filed(false), (noticed, noticed, true));
}
