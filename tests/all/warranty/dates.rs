//! What is owed, and by when.

use aftercare::code;
use aftercare::kernel::Code;
use aftercare::warranty::{
    ApproveClaim, ChooseRemedy, DenyClaim, DiagnoseClaim, Diagnosis, ExtendRepair, FileClaim,
    FulfilClaim, GiveUpRemedy, HandBackItem, LendItem, Owed, ReceiveItem, RecordRepair, Remedy,
    TakeLoanerBack, WithdrawClaim,
};

use super::rights::{has, sold};
use super::{Shop, lira, on};

#[test]
fn a_date_that_was_agreed_for_a_repair_counts_where_the_law_has_none() {
    let shop = sold(code!("eu.consumer"), "2026-02-20");
    let claim = shop.file(code!("door"), code!("hangs"));
    let approve = |date| ApproveClaim::new(claim, Remedy::Repair).done_by(on(date));
    assert_eq!(
        shop.world.refuse(approve("2026-03-01")).code(),
        "warranty.too_early"
    );
    shop.world.run(approve("2026-03-12"));
    let owed = shop.view(claim).obligations.remove(0);
    assert_eq!(owed.by, Some(on("2026-03-12")));
    shop.go_to("2026-03-13");
    let claim_now = shop.claim(claim);
    assert!(claim_now.filing.history.overdue);
    assert!(has(&shop, claim, Remedy::PriceCut), "not in time");
    assert_eq!(shop.told().1, [code!("warranty.repair_overdue")]);

    let shop = Shop::new();
    shop.go_to("2026-04-20");
    let claim = shop.file(code!("door"), code!("hangs"));
    let late = ApproveClaim::new(claim, Remedy::Repair).done_by(on("2026-06-01"));
    shop.world.run(late);
    let due = shop.claim(claim).due.unwrap().repair.unwrap().0;
    assert_eq!(due, on("2026-05-15"), "the law's date stays");
}

#[test]
fn the_time_for_a_repair_is_extended_only_for_what_the_law_lets_count() {
    let shop = sold(code!("us_ca.consumer"), "2026-02-20");
    let claim = shop.file(code!("door"), code!("hangs"));
    let extend = |reason, date| ExtendRepair {
        claim,
        until: on(date),
        reason,
    };
    let code = |command: ExtendRepair| shop.world.refuse(command).code();
    let beyond = || code!("conditions_beyond_control");
    assert_eq!(
        code(extend(code!("no_parts"), "2026-04-20")),
        "warranty.not_extendable"
    );
    assert_eq!(code(extend(beyond(), "2026-04-01")), "warranty.too_early");
    shop.world.run(extend(beyond(), "2026-04-20"));
    shop.go_to("2026-04-20");
    assert!(!shop.claim(claim).filing.history.overdue);
    shop.go_to("2026-04-21");
    assert!(shop.claim(claim).filing.history.overdue);
    assert_eq!(code(extend(beyond(), "2026-05-20")), "warranty.not_now");
}

#[test]
fn an_item_that_is_not_repaired_is_owed_until_it_is_handed_back() {
    for is_withdrawn in [false, true] {
        let shop = Shop::new();
        let claim = shop.file(code!("door"), code!("hangs"));
        let item_back = || {
            let owed = shop.view(claim).obligations.into_iter();
            owed.filter(|it| it.what == Owed::ItemBack).count()
        };
        let back = HandBackItem {
            claim,
            on: on("2026-03-10"),
        };
        shop.go_to("2026-03-09");
        shop.world.run(ReceiveItem {
            claim,
            on: on("2026-03-09"),
        });
        shop.go_to("2026-03-10");
        assert_eq!(shop.world.refuse(back).code(), "warranty.not_now");
        if is_withdrawn {
            let reason = code!("mistake");
            shop.world.run(WithdrawClaim { claim, reason });
        } else {
            let reasons = vec![code!("misuse")];
            shop.world.run(DenyClaim { claim, reasons });
        }
        assert_eq!(item_back(), 1);
        let early = HandBackItem {
            claim,
            on: on("2026-03-08"),
        };
        assert_eq!(shop.world.refuse(early).code(), "warranty.too_early");
        shop.world.run(back);
        assert_eq!(item_back(), 0);
    }
}

#[test]
fn a_loaner_that_came_back_too_soon_is_owed_again() {
    let shop = Shop::new();
    shop.go_to("2026-04-20");
    let claim = shop.file(code!("compressor"), code!("no_cold"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    let owes = || {
        let mut owed = shop.view(claim).obligations.into_iter();
        owed.any(|it| it.what == Owed::Loaner)
    };
    shop.go_to("2026-05-05");
    shop.world.run(LendItem {
        claim,
        item: code!("L-1"),
        on: on("2026-05-05"),
    });
    assert!(!owes());
    shop.go_to("2026-05-06");
    shop.world.run(TakeLoanerBack {
        claim,
        on: on("2026-05-06"),
    });
    assert!(owes(), "until the repair is done");
}

#[test]
fn several_visits_are_one_repair_and_their_costs_add_up() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    let visit = |part: Code, amount| RecordRepair {
        claim,
        done_on: on("2026-03-02"),
        parts: vec![part],
        costs: Some(aftercare::warranty::Costs {
            parts: lira(amount),
            labour: lira(100),
            travel: lira(10),
        }),
    };
    shop.world.run(visit(code!("hinge"), 50));
    shop.world.run(visit(code!("screw"), 5));
    let report = shop.claim(claim).repair.clone().unwrap();
    assert_eq!(report.parts, [code!("hinge"), code!("screw")]);
    assert_eq!(report.costs.unwrap().total().unwrap(), lira(275));
    shop.world.run(FulfilClaim::given(claim, on("2026-03-02")));
    let again = shop.file(code!("door"), code!("hangs"));
    assert_eq!(shop.claim(again).filing.history.repairs, 1);
}

#[test]
fn what_was_granted_is_owed_by_the_date_that_the_law_gives_and_told_when_it_is_late() {
    let shop = sold(code!("gb.consumer"), "2026-02-20");
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Refund));
    let owed = |shop: &Shop, claim| shop.view(claim).obligations.remove(0);
    let by = on("2026-03-15");
    assert_eq!(
        owed(&shop, claim).by,
        Some(by),
        "day 1 is that of the grant"
    );
    shop.go_to("2026-03-15");
    assert!(!owed(&shop, claim).overdue && shop.told().1.is_empty());
    shop.go_to("2026-03-16");
    shop.go_to("2026-03-17");
    assert!(owed(&shop, claim).overdue);
    assert_eq!(shop.told().1, [code!("warranty.remedy_overdue")], "once");
    let told = shop.said().pop().unwrap();
    assert_eq!(told.facts[&code!("due_on")], "2026-03-15");

    let shop = Shop::new();
    shop.go_to("2026-04-20");
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.go_to("2026-04-25");
    let replace = ApproveClaim::new(claim, Remedy::Replacement);
    shop.world.run(replace);
    let owed = owed(&shop, claim);
    assert_eq!(
        owed.by,
        Some(on("2026-05-27")),
        "30 working days from the notice"
    );
}

#[test]
fn what_was_extended_or_agreed_stands_when_the_item_arrives() {
    let shop = sold(code!("us_ca.consumer"), "2026-02-20");
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world.run(ExtendRepair {
        claim,
        until: on("2026-04-20"),
        reason: code!("conditions_beyond_control"),
    });
    shop.world.run(ReceiveItem {
        claim,
        on: on("2026-03-02"),
    });
    let due = shop.claim(claim).due.unwrap().repair.unwrap().0;
    assert_eq!(due, on("2026-04-20"));

    // Out of warranty the law's days count from the hand-in; what was agreed may be sooner.
    let shop = Shop::new();
    shop.go_to("2028-03-06");
    let claim = shop.file(code!("door"), code!("hangs"));
    assert_eq!(shop.claim(claim).due, None);
    let goodwill = ApproveClaim::new(claim, Remedy::Goodwill);
    shop.world.run(goodwill.done_by(on("2028-03-10")));
    shop.world.run(ReceiveItem {
        claim,
        on: on("2028-03-06"),
    });
    let due = shop.claim(claim).due.unwrap();
    assert_eq!(due.repair.unwrap().0, on("2028-03-10"));
    assert_eq!(due.loaner, None, "what is lent is lent under warranty");
}

fn found(claim: aftercare::kernel::WarrantyClaimId, cause: Code) -> DiagnoseClaim {
    DiagnoseClaim {
        claim,
        diagnosis: Diagnosis {
            cause: Some(cause),
            ..Diagnosis::default()
        },
    }
}

#[test]
fn a_diagnosis_that_makes_a_claim_covered_gives_it_its_dates_and_they_open_rights() {
    let shop = Shop::new();
    shop.go_to("2026-04-20");
    let misused = FileClaim::new(shop.ayse, shop.unit).caused_by(code!("misuse"));
    let claim = shop.world.run(misused.wanting(Remedy::Repair));
    assert_eq!(shop.claim(claim).due, None, "nobody owes a repair of it");
    shop.world.run(found(claim, code!("material")));
    let due = shop.claim(claim).due.unwrap();
    assert_eq!(due.repair.unwrap().0, on("2026-05-15"));
    assert_eq!(due.loaner.unwrap().0, on("2026-05-04"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    shop.go_to("2026-05-05");
    shop.go_to("2026-05-16");
    let due = [
        code!("warranty.loaner_due"),
        code!("warranty.repair_overdue"),
    ];
    assert_eq!(shop.told().1, due);
    assert!(has(&shop, claim, Remedy::Refund));
}

#[test]
fn a_claim_that_is_not_covered_promises_no_date_and_no_loaner() {
    let shop = Shop::new();
    shop.go_to("2026-04-20");
    let claim = shop.file(code!("door"), code!("hangs"));
    assert!(shop.claim(claim).due.unwrap().repair.is_some());
    shop.world.run(found(claim, code!("misuse")));
    let due = shop.claim(claim).due.unwrap();
    // The law's own exclusion leaves nothing; the maker's covers only compressors.
    assert_eq!((due.repair, due.loaner), (None, None));
    let on = on("2026-04-20");
    shop.world.run(ReceiveItem { claim, on });
    shop.go_to("2026-06-20");
    assert!(shop.told().1.is_empty());
    let owed = shop.view(claim).obligations;
    assert!(owed.iter().all(|it| it.by.is_none()), "{owed:?}");
}

#[test]
fn a_replacement_that_is_not_given_in_time_opens_the_sellers_other_rights() {
    let shop = Shop::new();
    let wants = FileClaim::new(shop.ayse, shop.unit).wanting(Remedy::Replacement);
    let claim = shop.world.run(wants);
    shop.world
        .run(ApproveClaim::new(claim, Remedy::Replacement));
    let (last, _) = shop.claim(claim).due.unwrap().remedy.unwrap();
    shop.go_to(&last.to_string());
    let remedy = Remedy::Refund;
    let choose = ChooseRemedy { claim, remedy };
    assert_eq!(shop.world.refuse(choose).code(), "warranty.remedy_not_open");
    shop.go_to(&last.succ_opt().unwrap().to_string());
    assert_eq!(shop.told().1, [code!("warranty.remedy_overdue")]);
    shop.world.run(choose);
    let open = shop.view(claim).remedies.into_iter();
    let by = open.filter(|it| it.remedy == remedy).map(|it| it.by);
    assert_eq!(by.collect::<Vec<_>>(), [[code!("replacement_overdue")]]);
    shop.world.run(ApproveClaim::new(claim, remedy));
}

#[test]
fn a_date_that_was_agreed_for_a_replacement_counts_where_the_law_has_none() {
    let shop = sold(code!("eu.consumer"), "2026-02-20");
    let wants = FileClaim::new(shop.ayse, shop.unit).wanting(Remedy::Replacement);
    let claim = shop.world.run(wants);
    let by = |date| ApproveClaim::new(claim, Remedy::Replacement).done_by(on(date));
    let past = shop.world.refuse(by("2026-03-01"));
    assert_eq!(past.code(), "warranty.too_early");
    shop.world.run(by("2026-03-20"));
    let told = shop.said().pop().unwrap();
    assert_eq!(told.facts[&code!("due_on")], "2026-03-20");
    let owed = |shop: &Shop| shop.view(claim).obligations.remove(0);
    assert_eq!(owed(&shop).by, Some(on("2026-03-20")));
    shop.go_to("2026-03-20");
    assert!(!owed(&shop).overdue);
    shop.go_to("2026-03-21");
    assert!(owed(&shop).overdue);
    assert_eq!(shop.told().1, [code!("warranty.remedy_overdue")]);
    // What the one was due by does not count for the other.
    shop.world
        .run(GiveUpRemedy::because(claim, code!("no_stock")).irreparable());
    let remedy = Remedy::Refund;
    shop.world.run(ChooseRemedy { claim, remedy });
    shop.world.run(ApproveClaim::new(claim, remedy));
    assert_eq!(owed(&shop).by, None);
    assert!(!owed(&shop).overdue);
}

#[test]
fn a_date_that_was_agreed_does_not_move_back_what_the_law_gives() {
    let shop = Shop::new();
    let wants = FileClaim::new(shop.ayse, shop.unit).wanting(Remedy::Replacement);
    let claim = shop.world.run(wants);
    let approve = ApproveClaim::new(claim, Remedy::Replacement);
    shop.world.run(approve.done_by(on("2026-12-31")));
    let (last, _) = shop.claim(claim).due.unwrap().remedy.unwrap();
    assert!(last < on("2026-05-01"), "30 working days");
}
