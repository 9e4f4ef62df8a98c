//! What the law gives, through a desk: used goods, digital supply, proof, choice, rejection, what is paid back.

use aftercare::code;
use aftercare::kernel::{BasisPoints, Code, WarrantyClaimId};
use aftercare::prelude::{RecordUnit, RegisterCustomer};
use aftercare::warranty::{
    ApproveClaim, CheckCoverage, ChooseRemedy, ClaimStatus, DiagnoseClaim, Diagnosis, FileClaim,
    FulfilClaim, GiveUpRemedy, Ground, Length, Offer, PinTerm, Reason, RefuseRemedy, Remedy,
    StartWarranty, Term, TermKind, Verdict, Warranty, WarrantyPolicy, WithdrawClaim,
};

use super::{Shop, lira, on, policy, regimes};

/// A shop under another law; the unit was delivered on 3 March 2025, or on the date given.
fn under(regime: Code) -> WarrantyPolicy {
    WarrantyPolicy {
        regime: Some(regime),
        offers: vec![],
        out_of_proportion: Some(BasisPoints::new(20_000)),
        ..policy()
    }
}

pub fn sold(regime: Code, delivered: &str) -> Shop {
    Shop::delivered(under(regime), delivered)
}

fn insisted(shop: &Shop, claim: WarrantyClaimId) -> Vec<Remedy> {
    let remedies = shop.view(claim).remedies.into_iter();
    remedies
        .filter(|it| it.insists)
        .map(|it| it.remedy)
        .collect()
}

pub fn has(shop: &Shop, claim: WarrantyClaimId, remedy: Remedy) -> bool {
    insisted(shop, claim).contains(&remedy)
}

#[test]
fn used_goods_have_what_was_agreed_but_no_less_than_the_law_and_digital_content_its_own_time() {
    let shop = Shop::with(under(code!("eu.consumer")));
    let start = |start: fn(StartWarranty) -> StartWarranty| {
        let unit = shop.world.run(RecordUnit {
            owner: Some(shop.ayse),
            ..RecordUnit::new(code!("NF-500"))
        });
        let sale = StartWarranty::of(unit).sold_on(on("2025-03-03"));
        shop.world.run(start(sale));
        unit
    };
    let verdict = |unit, date, component: Code| {
        let ask = CheckCoverage {
            component: Some(component),
            ..CheckCoverage::new(unit, on(date))
        };
        shop.world.ask(&ask).verdict
    };
    let used = start(|it| it.used(Length::Months(6)));
    assert_eq!(verdict(used, "2026-03-03", code!("door")), Verdict::Covered);
    assert_eq!(verdict(used, "2026-03-04", code!("door")), Verdict::Not);
    let supplied = start(|it| it.supplied_for(Length::Years(3)));
    let firmware = || code!("firmware");
    assert_eq!(
        verdict(supplied, "2028-03-03", firmware()),
        Verdict::Covered
    );
    assert_eq!(verdict(supplied, "2028-03-04", firmware()), Verdict::Not);
    assert_eq!(verdict(supplied, "2027-03-04", code!("door")), Verdict::Not);
}

#[test]
fn what_the_customer_has_to_show_is_not_approved_by_rule_and_a_proof_decides() {
    let mut rules = under(code!("eu.consumer"));
    rules.approved_by_rule = [Remedy::Repair].into();
    let shop = Shop::delivered(rules, "2025-03-03");
    let file = || {
        let claim = FileClaim::new(shop.ayse, shop.unit).wanting(Remedy::Repair);
        shop.world.run(claim)
    };
    let early = file();
    assert_eq!(shop.claim(early).status, ClaimStatus::Approved);
    shop.world.run(WithdrawClaim {
        claim: early,
        reason: code!("mistake"),
    });
    shop.go_to("2026-03-04");
    let late = file();
    assert_eq!(shop.claim(late).status, ClaimStatus::Submitted);
    let reasons = shop.view(late).coverage.unwrap().judged.remove(0).reasons;
    let presumed_until = on("2026-03-03");
    assert!(reasons.contains(&Reason::ToBeShown { presumed_until }));
    let found = |at_delivery| DiagnoseClaim {
        claim: late,
        diagnosis: Diagnosis {
            at_delivery: Some(at_delivery),
            ..Diagnosis::default()
        },
    };
    shop.world.run(found(false));
    assert_eq!(shop.claim(late).filing.verdict, Verdict::Not);
    assert_eq!(insisted(&shop, late), []);
    shop.world.run(found(true));
    assert_eq!(shop.claim(late).filing.verdict, Verdict::Covered);
    let reasons = shop.view(late).coverage.unwrap().judged.remove(0).reasons;
    assert!(reasons.contains(&Reason::ShownAtDelivery));
}

#[test]
fn after_the_laws_term_the_makers_warranty_gives_what_it_says_and_no_rights_of_the_law() {
    let shop = Shop::new();
    shop.go_to("2028-03-06");
    let claim = shop.file(code!("compressor"), code!("no_cold"));
    let filing = shop.claim(claim).filing.clone();
    assert_eq!(
        (filing.verdict, filing.by_law),
        (Verdict::Covered, Verdict::Not)
    );
    assert_eq!(insisted(&shop, claim), []);
    let open: Vec<_> = shop
        .view(claim)
        .remedies
        .iter()
        .map(|it| it.remedy)
        .collect();
    assert_eq!(
        open,
        [
            Remedy::Repair,
            Remedy::Replacement,
            Remedy::Refund,
            Remedy::Goodwill
        ]
    );
    let cut = ApproveClaim::new(claim, Remedy::PriceCut).paying(lira(10));
    assert_eq!(shop.world.refuse(cut).code(), "warranty.remedy_not_open");
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    assert_eq!(shop.claim(claim).grant().unwrap().by, [code!("term")]);
}

#[test]
fn a_refund_under_a_term_is_the_share_of_the_price_that_it_pays_at_that_age() {
    let mut rules = policy();
    rules.regime = None;
    let mut battery = Term::new(code!("battery"), TermKind::Manufacturer, Length::Years(4));
    let step = |after_months, percent| aftercare::warranty::ProRata {
        after_months,
        share: BasisPoints::from_percent(percent),
    };
    battery.pro_rata = vec![step(6, 75), step(24, 25)];
    rules.terms.push(battery);
    rules.offers = vec![Offer::always(code!("battery"))];
    let shop = Shop::delivered(rules, "2025-03-03");
    let claim = shop.file(code!("battery"), code!("flat"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Refund));
    let grant = shop.claim(claim).grant().cloned().unwrap();
    assert_eq!(grant.amount, Some(lira(22_500)), "three quarters of 30,000");
}

#[test]
fn what_the_customer_may_insist_on_binds_the_business() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    let remedy = Remedy::Replacement;
    shop.world.run(ChooseRemedy { claim, remedy });
    let repair = ApproveClaim::new(claim, Remedy::Repair);
    let refusal = shop.world.refuse(repair.clone());
    assert_eq!(refusal.code(), "warranty.customer_insists");
    let goodwill = ApproveClaim::new(claim, Remedy::Goodwill);
    assert_eq!(
        shop.world.refuse(goodwill).code(),
        "warranty.customer_insists"
    );
    let impossible = RefuseRemedy {
        claim,
        remedy,
        ground: Ground::Impossible,
    };
    let refusal = shop.world.refuse(impossible);
    assert_eq!(
        refusal.code(),
        "warranty.not_refusable",
        "not for the seller to refuse"
    );
    let remedy = Remedy::Repair;
    shop.world.run(ChooseRemedy { claim, remedy });
    shop.world.run(repair);
    // The repair has its time; then the choice is free again.
    let remedy = Remedy::Refund;
    let choose = ChooseRemedy { claim, remedy };
    assert_eq!(shop.world.refuse(choose).code(), "warranty.repair_in_time");
    shop.go_to("2026-05-04");
    shop.world.run(choose);
    assert_eq!(shop.claim(claim).status, ClaimStatus::Triage);
    shop.world.run(ApproveClaim::new(claim, Remedy::Refund));
    assert_eq!(
        shop.world.refuse(choose).code(),
        "warranty.not_now",
        "it is granted"
    );
}

#[test]
fn a_remedy_out_of_proportion_may_be_refused_and_two_refused_open_price_cut_and_refund() {
    let shop = sold(code!("eu.consumer"), "2026-02-20");
    let claim = FileClaim::new(shop.ayse, shop.unit).wanting(Remedy::Replacement);
    let claim = shop.world.run(claim);
    let repair = ApproveClaim::new(claim, Remedy::Repair);
    let refusal = shop.world.refuse(repair.clone());
    assert_eq!(refusal.code(), "warranty.customer_insists");
    let costly = |cost, other_is_inconvenient| RefuseRemedy {
        claim,
        remedy: Remedy::Replacement,
        ground: Ground::Costly {
            cost: lira(cost),
            other: Remedy::Repair,
            other_cost: lira(1_000),
            other_is_inconvenient,
        },
    };
    let code = |command: RefuseRemedy| shop.world.refuse(command).code();
    assert_eq!(code(costly(2_000, false)), "warranty.in_proportion");
    assert_eq!(code(costly(28_000, true)), "warranty.in_proportion");
    let mut itself = costly(28_000, false);
    itself.remedy = Remedy::Repair;
    assert_eq!(code(itself), "warranty.remedy_not_open");
    assert!(!has(&shop, claim, Remedy::PriceCut));
    shop.world.run(costly(28_000, false));
    assert_eq!(insisted(&shop, claim), [Remedy::Repair]);
    let last = shop.said().pop().unwrap();
    assert_eq!(last.purpose, code!("warranty.remedy_refused"));
    assert_eq!(last.facts[&code!("ground")], "costly");
    let above = |cost| RefuseRemedy {
        claim,
        remedy: Remedy::Repair,
        ground: Ground::AboveValue { cost: lira(cost) },
    };
    assert_eq!(code(above(60_000)), "warranty.in_proportion");
    shop.world.run(above(60_001));
    assert_eq!(insisted(&shop, claim), [Remedy::Refund, Remedy::PriceCut]);
    assert_eq!(
        shop.world.refuse(repair).code(),
        "warranty.remedy_not_open",
        "what was refused is not given"
    );
}

#[test]
fn without_a_share_of_its_own_the_business_finds_nothing_out_of_proportion() {
    let mut rules = under(code!("eu.consumer"));
    rules.out_of_proportion = None;
    let shop = Shop::delivered(rules, "2026-02-20");
    let claim = shop.file(code!("door"), code!("hangs"));
    let refuse = RefuseRemedy {
        claim,
        remedy: Remedy::Repair,
        ground: Ground::AboveValue {
            cost: lira(900_000),
        },
    };
    assert_eq!(shop.world.refuse(refuse).code(), "warranty.in_proportion");
}

#[test]
fn all_of_the_price_is_paid_back_unless_the_law_lets_the_use_be_taken_off() {
    let refund = |shop: &Shop, claim, amount| {
        let refund = ApproveClaim::new(claim, Remedy::Refund).paying(lira(amount));
        shop.world.try_run(refund)
    };
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    let code = |result| crate::product::world::refused(result).code();
    assert_eq!(
        code(refund(&shop, claim, 29_999)),
        "warranty.nothing_off",
        "Türkiye: the whole price"
    );
    refund(&shop, claim, 30_000).unwrap();

    // In the United Kingdom nothing within six months, and something afterwards.
    for (delivered, is_allowed) in [("2025-09-02", false), ("2025-09-01", true)] {
        let shop = sold(code!("gb.consumer"), delivered);
        let claim = shop.file(code!("door"), code!("hangs"));
        shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
        let given_up = GiveUpRemedy::because(claim, code!("no_parts")).irreparable();
        shop.world.run(given_up);
        match is_allowed {
            true => refund(&shop, claim, 20_000).unwrap(),
            false => assert_eq!(code(refund(&shop, claim, 20_000)), "warranty.nothing_off"),
        }
    }
}

#[test]
fn in_the_united_kingdom_the_unit_can_be_handed_back_for_thirty_days_and_no_longer() {
    let shop = sold(code!("gb.consumer"), "2026-02-20");
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.go_to("2026-03-22");
    assert!(has(&shop, claim, Remedy::Refund), "the thirtieth day");
    shop.go_to("2026-03-23");
    assert!(!has(&shop, claim, Remedy::Refund), "waiting closes it");
    let remedy = Remedy::Refund;
    let choose = ChooseRemedy { claim, remedy };
    assert_eq!(shop.world.refuse(choose).code(), "warranty.remedy_not_open");

    // Whoever said so in time keeps the right, however long the business takes.
    let shop = sold(code!("gb.consumer"), "2026-02-20");
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.go_to("2026-03-22");
    shop.world.run(ChooseRemedy { claim, remedy });
    shop.go_to("2026-05-01");
    assert!(has(&shop, claim, Remedy::Refund));
    let less = ApproveClaim::new(claim, remedy).paying(lira(29_000));
    assert_eq!(shop.world.refuse(less).code(), "warranty.nothing_off");
    shop.world.run(ApproveClaim::new(claim, remedy));
}

#[test]
fn in_the_united_kingdom_waiting_for_a_repair_stops_the_days_and_seven_are_left_at_least() {
    let shop = sold(code!("gb.consumer"), "2026-02-20");
    shop.go_to("2026-03-20");
    let first = shop.file(code!("door"), code!("hangs"));
    assert_eq!(
        shop.claim(first).filing.reject_until.unwrap().0,
        on("2026-03-22")
    );
    shop.world.run(ApproveClaim::new(first, Remedy::Repair));
    assert!(has(&shop, first, Remedy::Refund), "nobody agreed to it yet");
    let agree = |claim| ChooseRemedy {
        claim,
        remedy: Remedy::Repair,
    };
    shop.world.run(agree(first));
    assert!(
        !has(&shop, first, Remedy::Refund),
        "the repair has its time"
    );
    shop.go_to("2026-04-10");
    shop.world.run(FulfilClaim::given(first, on("2026-04-10")));
    let second = shop.file(code!("lamp"), code!("dark"));
    let filing = shop.claim(second).filing.clone();
    assert_eq!(filing.reject_until.unwrap().0, on("2026-04-17"));
    let by = |shop: &Shop, claim| {
        let remedies = shop.view(claim).remedies.into_iter();
        let mut refund = remedies.filter(|it| it.remedy == Remedy::Refund);
        refund.next().unwrap().by
    };
    assert!(by(&shop, second).contains(&code!("short_term_reject")));
    shop.go_to("2026-04-18");
    assert_eq!(by(&shop, second), [code!("after_one_repair")]);

    // A repair that was waited for in vain leaves the days that were left.
    let shop = sold(code!("gb.consumer"), "2026-02-20");
    shop.go_to("2026-03-02");
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    shop.world.run(agree(claim));
    shop.go_to("2026-04-20");
    shop.world
        .run(GiveUpRemedy::because(claim, code!("no_parts")).irreparable());
    let until = shop.claim(claim).filing.reject_until.unwrap().0;
    assert_eq!(until, on("2026-05-10"), "twenty of the thirty days");
    assert!(by(&shop, claim).contains(&code!("short_term_reject")));
}

#[test]
fn in_the_united_kingdom_a_repair_that_is_late_leaves_the_days_that_were_left() {
    for wakes in [true, false] {
        let shop = sold(code!("gb.consumer"), "2026-02-20");
        shop.go_to("2026-03-02");
        let claim = shop.file(code!("door"), code!("hangs"));
        let repair = ApproveClaim::new(claim, Remedy::Repair);
        shop.world.run(repair.done_by(on("2026-04-01")));
        let remedy = Remedy::Repair;
        shop.world.run(ChooseRemedy { claim, remedy });
        if wakes {
            shop.go_to("2026-04-02");
        }
        shop.go_to("2026-04-21");
        let remedies = shop.view(claim).remedies.into_iter();
        let mut refund = remedies.filter(|it| it.remedy == Remedy::Refund);
        assert!(
            refund.any(|it| it.by.contains(&code!("short_term_reject"))),
            "twenty of the thirty days"
        );
        let until = shop.claim(claim).filing.reject_until.unwrap().0;
        assert_eq!(until, on("2026-04-21"), "whenever somebody looks");
    }
}

#[test]
fn what_was_advertised_counts_for_sales_of_its_time_and_the_best_is_owed() {
    let mut rules = policy();
    let advert = Term::new(code!("advert"), TermKind::Advertised, Length::Years(5));
    rules.terms.push(advert);
    let campaign = Offer::always(code!("advert"));
    rules
        .offers
        .push(campaign.sold_between(on("2025-02-01"), on("2025-02-28")));
    let shop = Shop::with(rules);
    let sell = |date| {
        let unit = shop.world.run(RecordUnit {
            owner: Some(shop.ayse),
            ..RecordUnit::new(code!("NF-500"))
        });
        shop.world.run(StartWarranty::of(unit).sold_on(on(date)));
        let ask = CheckCoverage::new(unit, on("2029-06-01"));
        shop.world.ask(&ask).verdict
    };
    assert_eq!(sell("2025-02-28"), Verdict::Covered);
    assert_eq!(sell("2025-03-01"), Verdict::Not);
    let supplier = Term::new(code!("demir"), TermKind::Supplier, Length::Years(1));
    let mut wrong = policy();
    wrong.terms.push(supplier);
    wrong.offers = vec![Offer::always(code!("demir"))];
    let found = wrong.problems(|_| true);
    assert_eq!(
        found[0].path, "offers[0].term",
        "no customer is covered by it"
    );
    assert_eq!(found[0].code, "warranty.wrong_kind");
    let pin = PinTerm::new(shop.unit, code!("demir"));
    assert_eq!(shop.world.refuse(pin).code(), "warranty.unknown_term");
}

#[test]
fn a_unit_is_registered_on_the_date_that_its_owners_calendar_shows() {
    let mut rules = policy();
    let term = Term::new(code!("club"), TermKind::Retailer, Length::Years(5));
    rules.terms.push(term.registered_within(1));
    rules.offers = vec![Offer::always(code!("club"))];
    rules.regimes = regimes();
    let shop = Shop::with(rules);
    // 22:30 UTC on 2 March is half past one on 3 March in Türkiye, where Ayşe lives.
    let late = "2026-03-02T22:30:00Z"
        .parse::<chrono::DateTime<chrono::Utc>>()
        .unwrap();
    shop.world.wait(late - shop.world.now());
    let verdict = |zone: Option<&str>, bought: &str| {
        let mut owner = RegisterCustomer::named("Deniz Ak");
        owner.zone = zone.map(|zone| zone.parse().unwrap());
        let owner = shop.world.run(owner);
        let unit = aftercare::prelude::RegisterUnit::new(owner, code!("NF-500"));
        let unit = shop.world.run(unit);
        shop.world.run(StartWarranty::of(unit).sold_on(on(bought)));
        let coverage = shop.world.ask(&CheckCoverage::new(unit, on("2026-06-01")));
        let judged = coverage.judged.into_iter();
        let mut club = judged.filter(|it| it.term == code!("club"));
        assert!(shop.world.get(Warranty::id_of(unit)).contracts.len() > 1);
        club.next().unwrap().verdict
    };
    assert_eq!(verdict(None, "2026-03-02"), Verdict::Covered);
    assert_eq!(
        verdict(None, "2026-03-01"),
        Verdict::Not,
        "two days later in Türkiye"
    );
    assert_eq!(
        verdict(Some("+00:00"), "2026-03-01"),
        Verdict::Covered,
        "one day later in London"
    );
}

#[test]
fn a_component_that_was_found_after_the_repair_was_approved_stays_covered_after_it() {
    let shop = sold(code!("us_ca.consumer"), "2025-03-10");
    let claim = shop.world.run(FileClaim::new(shop.ayse, shop.unit));
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    shop.go_to("2026-03-05");
    shop.world.run(DiagnoseClaim {
        claim,
        diagnosis: Diagnosis {
            component: Some(code!("pump")),
            ..Diagnosis::default()
        },
    });
    shop.go_to("2026-03-25");
    shop.world.run(FulfilClaim::given(claim, on("2026-03-25")));
    shop.go_to("2026-05-10");
    let judged = |component| {
        let claim = FileClaim::new(shop.ayse, shop.unit).with_fault(component, code!("leaks"));
        let claim = shop.world.run(claim);
        let judged = shop.view(claim).coverage.unwrap().judged.remove(0);
        (judged.verdict, judged.reasons[0].clone())
    };
    let until = on("2026-05-24");
    let pump = judged(code!("pump"));
    assert_eq!(pump, (Verdict::Covered, Reason::Recheck { until }));
    assert_eq!(judged(code!("door")).0, Verdict::Not);
}
