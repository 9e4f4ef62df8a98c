//! What is done about faults, and by when.

use aftercare::code;
use aftercare::kernel::WarrantyClaimId;
use aftercare::prelude::RecordUnit;
use aftercare::warranty::{
    ApproveClaim, CheckCoverage, ClaimStatus, Costs, FulfilClaim, GiveUpRemedy, LendItem, Owed,
    ReceiveItem, RecordRepair, RecoverFromSupplier, Remedy, SettleRecovery, TakeLoanerBack,
    Verdict, Warranty,
};

use super::{Shop, lira, on};

fn open(shop: &Shop, claim: WarrantyClaimId) -> Vec<Remedy> {
    let remedies = shop.view(claim).remedies;
    let insisted = remedies.iter().filter(|it| it.insists);
    insisted.map(|it| it.remedy).collect()
}

fn repair(shop: &Shop, claim: WarrantyClaimId, back: &str) {
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    shop.go_to(back);
    shop.world.run(RecordRepair {
        claim,
        done_on: on(back),
        parts: vec![code!("seal")],
        costs: None,
    });
    shop.world.run(FulfilClaim {
        claim,
        on: on(back),
        replacement: None,
    });
}

#[test]
fn a_second_fault_after_a_free_repair_opens_the_other_rights() {
    let shop = Shop::new();
    let first = shop.file(code!("compressor"), code!("no_cold"));
    assert_eq!(
        open(&shop, first).len(),
        4,
        "the first claim chooses freely"
    );
    repair(&shop, first, "2026-03-12");
    shop.go_to("2026-04-20");
    let second = shop.file(code!("compressor"), code!("no_cold"));
    let claim = shop.claim(second);
    assert_eq!(claim.flags[0].flag.code(), "repeated_fault");
    assert_eq!(claim.filing.history.same_fault_in_year, 2);
    let all = [
        Remedy::Repair,
        Remedy::Replacement,
        Remedy::Refund,
        Remedy::PriceCut,
    ];
    assert_eq!(open(&shop, second), all);
    let refund = shop
        .view(second)
        .remedies
        .into_iter()
        .find(|it| it.remedy == Remedy::Refund);
    assert_eq!(refund.unwrap().by, [code!("failed_again")]);
    shop.world.run(ApproveClaim::new(second, Remedy::Refund));
    assert_eq!(
        shop.claim(second).grant().unwrap().amount,
        Some(lira(30_000)),
        "the price"
    );
}

#[test]
fn days_in_repair_are_added_and_the_work_has_a_warranty_of_its_own() {
    let shop = Shop::new();
    shop.go_to("2027-02-20");
    let claim = shop.file(code!("door"), code!("hangs"));
    repair(&shop, claim, "2027-03-02");
    let ask = |date, component| CheckCoverage {
        component: Some(component),
        ..CheckCoverage::new(shop.unit, on(date))
    };
    let verdict = |date, component| shop.world.ask(&ask(date, component)).verdict;
    assert_eq!(
        verdict("2027-03-13", code!("lamp")),
        Verdict::Covered,
        "ten days later"
    );
    assert_eq!(verdict("2027-03-14", code!("lamp")), Verdict::Not);
    assert_eq!(
        verdict("2027-06-02", code!("door")),
        Verdict::Covered,
        "three months on the work"
    );
    assert_eq!(verdict("2027-06-03", code!("door")), Verdict::Not);
    assert_eq!(shop.claim(claim).turnaround_days(), Some(10));
}

#[test]
fn a_late_repair_is_told_to_the_customer_and_the_team_and_opens_rights() {
    let shop = Shop::new();
    shop.go_to("2026-04-20");
    let claim = shop.file(code!("compressor"), code!("no_cold"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    assert_eq!(open(&shop, claim), [Remedy::Repair], "the choice binds");
    shop.go_to("2026-05-04");
    assert!(
        !shop.claim(claim).loaner_due,
        "the tenth working day is in time"
    );
    shop.go_to("2026-05-05");
    assert!(shop.claim(claim).loaner_due);
    let loaner = |shop: &Shop| {
        let owed = shop.view(claim).obligations;
        owed.into_iter().find(|it| it.what == Owed::Loaner)
    };
    let owed = loaner(&shop).unwrap();
    assert_eq!((owed.by, owed.overdue), (Some(on("2026-05-04")), true));
    shop.world.run(LendItem {
        claim,
        item: code!("L-1"),
        on: on("2026-05-05"),
    });
    assert!(loaner(&shop).is_none());
    shop.go_to("2026-05-15");
    assert!(
        !shop.claim(claim).filing.history.overdue,
        "the last day is in time"
    );
    shop.go_to("2026-05-16");
    assert!(shop.claim(claim).filing.history.overdue);
    assert_eq!(open(&shop, claim).len(), 4);
    let (customer, team) = shop.told();
    let due = [
        code!("warranty.loaner_due"),
        code!("warranty.repair_overdue"),
    ];
    assert_eq!(customer[2..], due);
    assert_eq!(team, due);
    let told = shop.said().into_iter().rev();
    let told = told
        .filter(|it| it.purpose == code!("warranty.repair_overdue"))
        .last();
    let told = told.unwrap();
    assert_eq!(told.facts[&code!("due_on")], "2026-05-15");
    shop.wake();
    assert_eq!(shop.told().1.len(), 2, "once");
    shop.world.run(TakeLoanerBack {
        claim,
        on: on("2026-05-16"),
    });
}

#[test]
fn what_was_late_is_late_even_if_nobody_looked() {
    let shop = Shop::new();
    shop.go_to("2026-04-20");
    let claim = shop.file(code!("compressor"), code!("no_cold"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    let noon = "2026-06-01T09:00:00Z"
        .parse::<chrono::DateTime<chrono::Utc>>()
        .unwrap();
    shop.world.wait(noon - shop.world.now());
    shop.world.run(RecordRepair {
        claim,
        done_on: on("2026-05-30"),
        parts: vec![],
        costs: None,
    });
    assert!(shop.claim(claim).filing.history.overdue);
}

#[test]
fn a_repair_that_cannot_be_done_is_decided_again() {
    let shop = Shop::new();
    let claim = shop.file(code!("compressor"), code!("no_cold"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    shop.world.run(GiveUpRemedy {
        claim,
        reason: code!("no_parts"),
        irreparable: true,
    });
    assert_eq!(shop.claim(claim).status, ClaimStatus::Triage);
    assert!(open(&shop, claim).contains(&Remedy::Replacement));
    shop.world
        .run(ApproveClaim::new(claim, Remedy::Replacement));
}

#[test]
fn a_replacement_has_what_was_left_of_the_warranty() {
    let shop = Shop::new();
    let claim = shop.file(code!("compressor"), code!("no_cold"));
    shop.world
        .run(ApproveClaim::new(claim, Remedy::Replacement));
    shop.go_to("2026-03-20");
    let new = shop.world.run(RecordUnit {
        owner: Some(shop.ayse),
        ..RecordUnit::new(code!("NF-500")).with_serial(code!("NF-7"))
    });
    let fulfil = |unit| FulfilClaim {
        claim,
        on: on("2026-03-20"),
        replacement: Some(unit),
    };
    let itself = shop.world.refuse(fulfil(shop.unit));
    assert_eq!(itself.code(), "warranty.not_a_replacement");
    shop.world.run(fulfil(new));
    let warranty = shop.world.get(Warranty::id_of(new));
    let ends: Vec<_> = warranty
        .contracts
        .iter()
        .map(|it| it.end(&[], on("2026-03-20")).unwrap().last_day)
        .collect();
    assert_eq!(ends, [Some(on("2027-03-03")), Some(on("2029-03-03"))]);
}

#[test]
fn a_repair_is_not_done_before_the_item_came_nor_tomorrow() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    shop.go_to("2026-03-10");
    shop.world.run(ReceiveItem {
        claim,
        on: on("2026-03-09"),
    });
    let done = |date| RecordRepair {
        claim,
        done_on: on(date),
        parts: vec![],
        costs: None,
    };
    assert_eq!(
        shop.world.refuse(done("2026-03-08")).code(),
        "warranty.too_early"
    );
    assert_eq!(
        shop.world.refuse(done("2026-03-11")).code(),
        "warranty.in_future"
    );
    shop.world.run(done("2026-03-10"));
    assert_eq!(shop.claim(claim).status, ClaimStatus::InRemedy);
}

#[test]
fn a_fulfilled_claim_closes_by_itself() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    repair(&shop, claim, "2026-03-05");
    shop.go_to("2026-03-19");
    assert_eq!(shop.claim(claim).status, ClaimStatus::Fulfilled);
    shop.go_to("2026-03-20");
    assert_eq!(shop.claim(claim).status, ClaimStatus::Closed);
    assert!(shop.view(claim).obligations.is_empty());
}

#[test]
fn what_a_repair_cost_is_recovered_from_the_supplier_in_its_time() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    shop.world.run(RecordRepair {
        claim,
        done_on: on("2026-03-02"),
        parts: vec![code!("hinge")],
        costs: Some(Costs {
            parts: lira(300),
            labour: lira(200),
            travel: lira(0),
        }),
    });
    let recover = |until| RecoverFromSupplier {
        claim,
        supplier: code!("demir"),
        amount: Some(lira(500)),
        until: Some(on(until)),
    };
    assert_eq!(
        shop.world.refuse(recover("2026-03-01")).code(),
        "warranty.recovery_over"
    );
    shop.world.run(recover("2026-03-02"));
    shop.world.run(SettleRecovery {
        claim,
        paid: lira(450),
    });
    let recovery = shop.claim(claim).recovery.clone().unwrap();
    assert_eq!(
        (recovery.amount, recovery.paid),
        (lira(500), Some(lira(450)))
    );
}
