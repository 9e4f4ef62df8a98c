//! What is done about faults, and by when.

use aftercare::calendar::Rule;
use aftercare::code;
use aftercare::kernel::WarrantyClaimId;
use aftercare::prelude::{RecordUnit, RegisterCustomer};
use aftercare::service::{PlanStatus, PlanTerms, StartPlan};
use aftercare::warranty::{
    ApproveClaim, CheckCoverage, ChooseRemedy, ClaimStatus, Costs, Extension, FileClaim,
    FulfilClaim, GiveUpRemedy, LendItem, Length, Offer, Owed, ReceiveItem, RecordRepair,
    RecoverFromSupplier, Remedy, SettleRecovery, StartWarranty, SupplierTerm, TakeLoanerBack, Term,
    TermKind, Verdict, Warranty,
};

use super::rights::sold;
use super::{Shop, lira, on, policy};

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
    shop.world.run(FulfilClaim::given(claim, on(back)));
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
    let remedy = Remedy::Repair;
    shop.world.run(ChooseRemedy { claim, remedy });
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
    shop.world.run(RecordRepair::done(claim, on("2026-05-30")));
    assert!(shop.claim(claim).filing.history.overdue);
}

#[test]
fn a_repair_that_cannot_be_done_is_decided_again() {
    let shop = Shop::new();
    let claim = shop.file(code!("compressor"), code!("no_cold"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    shop.world
        .run(GiveUpRemedy::because(claim, code!("no_parts")).irreparable());
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
fn a_replacement_is_a_unit_that_becomes_the_owners_and_the_other_the_businesss() {
    let mut rules = policy();
    rules.offers.push(Offer::always(code!("extra")));
    let shop = Shop::with(rules);
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world
        .run(ApproveClaim::new(claim, Remedy::Replacement));
    let fulfil = |replacement| FulfilClaim {
        claim,
        on: on("2026-03-02"),
        replacement,
    };
    let none = shop.world.refuse(fulfil(None));
    assert_eq!(none.code(), "warranty.replacement_needed");
    let mehmet = shop.world.run(RegisterCustomer::named("Mehmet Kaya"));
    let others = shop.world.run(RecordUnit {
        owner: Some(mehmet),
        ..RecordUnit::new(code!("NF-500"))
    });
    let others = shop.world.refuse(fulfil(Some(others)));
    assert_eq!(others.code(), "warranty.not_a_replacement");
    let new = shop.world.run(RecordUnit::new(code!("NF-500")));
    shop.world.run(fulfil(Some(new)));
    assert_eq!(shop.world.get(new).owned_by(), Some(shop.ayse));
    assert_eq!(shop.world.get(shop.unit).owned_by(), None);
    assert!(shop.warranty().contracts.is_empty());
    let ask = CheckCoverage::new(new, on("2029-12-01"));
    let verdict = shop.world.ask(&ask).verdict;
    assert_eq!(verdict, Verdict::Covered, "by the first owner's own term");
    shop.go_to("2027-02-10");
    let said = shop.said().into_iter();
    let mut ends = said.filter(|it| it.purpose == code!("warranty.ends_soon"));
    assert_eq!(ends.next().unwrap().facts[&code!("unit")], new.to_string());
    assert!(ends.next().is_none());
}

#[test]
fn the_owner_of_a_unit_that_was_paid_back_hears_nothing_of_it_any_more() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Refund));
    shop.world.run(FulfilClaim::given(claim, on("2026-03-02")));
    assert_eq!(shop.world.get(shop.unit).owned_by(), None);
    shop.go_to("2027-02-10");
    let ends = code!("warranty.ends_soon");
    assert!(shop.said().iter().all(|it| it.purpose != ends));
}

#[test]
fn what_was_tried_with_a_unit_counts_for_the_one_that_replaces_it() {
    let shop = sold(code!("eu.consumer"), "2026-02-20");
    let first = shop.file(code!("door"), code!("hangs"));
    shop.world
        .run(ApproveClaim::new(first, Remedy::Replacement));
    let new = shop.world.run(RecordUnit::new(code!("NF-500")));
    shop.world.run(FulfilClaim {
        claim: first,
        on: on("2026-03-02"),
        replacement: Some(new),
    });
    let again = FileClaim::new(shop.ayse, new).with_fault(code!("lamp"), code!("dark"));
    let again = shop.world.run(again);
    let claim = shop.claim(again);
    assert!(claim.flags.is_empty(), "{:?}", claim.flags);
    assert_eq!(claim.filing.history.repairs, 1);
    assert!(open(&shop, again).contains(&Remedy::Refund));
}

#[test]
fn a_repair_that_was_given_up_adds_no_months_and_is_not_open() {
    let mut rules = policy();
    rules.regime = Some(code!("eu.consumer"));
    let extension = |done: bool| {
        let shop = Shop::with(rules.clone());
        shop.go_to("2026-08-10");
        let unit = shop.world.run(RecordUnit {
            owner: Some(shop.ayse),
            ..RecordUnit::new(code!("NF-500"))
        });
        let sale = StartWarranty::of(unit).sold_on(on("2026-08-01"));
        shop.world.run(sale.at_price(lira(100)));
        let claim = shop.world.run(FileClaim::new(shop.ayse, unit));
        shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
        if done {
            shop.world.run(FulfilClaim::given(claim, on("2026-08-10")));
        } else {
            shop.world
                .run(GiveUpRemedy::because(claim, code!("no_parts")).irreparable());
            let cut = ApproveClaim::new(claim, Remedy::PriceCut);
            let before = shop.world.get(Warranty::id_of(unit));
            let end = before.contracts[0].end(&before.spells(), on("2026-08-10"));
            assert_eq!(end.unwrap().extension, Extension::default());
            shop.world.run(cut.paying(lira(10)));
            shop.world.run(FulfilClaim::given(claim, on("2026-08-10")));
        }
        let warranty = shop.world.get(Warranty::id_of(unit));
        let end = warranty.contracts[0].end(&warranty.spells(), on("2026-09-01"));
        end.unwrap().extension
    };
    assert_eq!(extension(false), Extension::default());
    assert_eq!(extension(true).months, 12);
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
    let done = |date| RecordRepair::done(claim, on(date));
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
fn no_part_of_a_repair_costs_less_than_nothing() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    for place in 0..3 {
        let mut amounts = [lira(2_000); 3];
        amounts[place] = lira(-1_000);
        let [parts, labour, travel] = amounts;
        let repair = RecordRepair {
            claim,
            done_on: on("2026-03-02"),
            parts: vec![],
            costs: Some(Costs {
                parts,
                labour,
                travel,
            }),
        };
        assert_eq!(shop.world.refuse(repair).code(), "warranty.negative_amount");
    }
    assert_eq!(shop.claim(claim).repair, None);
}

#[test]
fn what_the_business_approves_takes_nothing_from_the_customers_own_choice() {
    let choose = |claim, remedy| ChooseRemedy { claim, remedy };
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    assert_eq!(open(&shop, claim).len(), 4);
    shop.world.run(choose(claim, Remedy::Refund));
    assert_eq!(shop.claim(claim).status, ClaimStatus::Triage);
    shop.world.run(ApproveClaim::new(claim, Remedy::Refund));

    // Whoever agrees to the repair, or lets it begin, gives it its time.
    for agrees in [true, false] {
        let shop = Shop::new();
        let claim = shop.file(code!("door"), code!("hangs"));
        shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
        if agrees {
            shop.world.run(choose(claim, Remedy::Repair));
            assert_eq!(shop.claim(claim).status, ClaimStatus::Approved);
            let twice = shop.world.refuse(choose(claim, Remedy::Repair));
            assert_eq!(twice.code(), "warranty.not_now");
        } else {
            shop.world.run(RecordRepair::done(claim, on("2026-03-02")));
        }
        let late = shop.world.refuse(choose(claim, Remedy::Refund));
        assert_eq!(late.code(), "warranty.repair_in_time");
    }
}

#[test]
fn nothing_is_paid_back_for_a_unit_whose_price_nobody_knows() {
    let shop = Shop::new();
    let unit = shop.world.run(RecordUnit {
        owner: Some(shop.ayse),
        ..RecordUnit::new(code!("NF-500"))
    });
    shop.world
        .run(StartWarranty::of(unit).sold_on(on("2025-05-01")));
    let claim = shop.world.run(FileClaim::new(shop.ayse, unit));
    let refund = ApproveClaim::new(claim, Remedy::Refund).paying(lira(1));
    assert_eq!(
        shop.world.refuse(refund.clone()).code(),
        "warranty.price_unknown"
    );
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
    let mut rules = policy();
    let term = Term::new(code!("demir"), TermKind::Supplier, Length::Years(3));
    rules.terms.push(term);
    let mut offer = Offer::always(code!("demir"));
    offer.products = [code!("none")].into();
    rules.suppliers.push(SupplierTerm {
        supplier: code!("demir"),
        offer,
        ask_within_days: 30,
    });
    let shop = Shop::with(rules);
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

#[test]
fn the_plans_of_a_unit_that_was_replaced_end_with_that_reason() {
    let terms = PlanTerms::by_calendar("+03:00".parse().unwrap(), Rule::every_months(6));
    let with_plan = super::spec(policy()).with_plan(code!("care"), terms);
    let shop = Shop::of(with_plan, "2025-03-03");
    let start = StartPlan::new(shop.ayse, code!("care")).with_unit(shop.unit);
    let plan = shop.world.run(start);
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world
        .run(ApproveClaim::new(claim, Remedy::Replacement));
    let new = shop.world.run(RecordUnit::new(code!("NF-500")));
    let fulfil = FulfilClaim::given(claim, on("2026-03-02"));
    shop.world.run(fulfil.replaced_by(new));
    let plan = shop.world.get(plan);
    assert_eq!(plan.status, PlanStatus::Ended);
    assert_eq!(plan.reason, Some(code!("replacement")));
}

#[test]
fn the_work_on_a_unit_that_went_back_meanwhile_has_no_warranty() {
    let shop = Shop::new();
    let repaired = shop.file(code!("door"), code!("hangs"));
    let paid_back = shop.file(code!("lamp"), code!("dark"));
    shop.world.run(ApproveClaim::new(repaired, Remedy::Repair));
    shop.world.run(ApproveClaim::new(paid_back, Remedy::Refund));
    let today = on("2026-03-02");
    shop.world.run(FulfilClaim::given(paid_back, today));
    shop.world.run(FulfilClaim::given(repaired, today));
    assert_eq!(shop.warranty().contracts, []);
}
