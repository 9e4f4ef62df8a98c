//! How much a unit was used on the date that counts.

use aftercare::code;
use aftercare::kernel::WarrantyClaimId;
use aftercare::prelude::{PinTerm, RecordReading, ReplaceMeter};
use aftercare::warranty::{
    CheckCoverage, FileClaim, Length, Reason, Term, TermKind, Verdict, WarrantyPolicy,
};

use super::{Shop, on, policy};

/// A shop with a warranty of 1,000 hours, and this read in the course of 2026.
fn shop(read: &[(&str, u64)]) -> Shop {
    let mut rules = WarrantyPolicy {
        regime: None,
        offers: Vec::new(),
        ..policy()
    };
    let term = Term::new(code!("hours"), TermKind::Manufacturer, Length::Years(9));
    rules.terms.push(term.up_to_usage(code!("h"), 1_000));
    let shop = Shop::with(rules);
    shop.world.run(PinTerm::new(shop.unit, code!("hours")));
    for (date, shows) in read {
        shop.go_to(date);
        shop.world
            .run(RecordReading::new(shop.unit, code!("h"), *shows));
    }
    shop
}

fn reasons(shop: &Shop, date: &str) -> (Verdict, Vec<Reason>) {
    let mut coverage = shop.world.ask(&CheckCoverage::new(shop.unit, on(date)));
    (coverage.verdict, coverage.judged.remove(0).reasons)
}

#[test]
fn coverage_on_an_earlier_date_goes_by_the_reading_of_that_date_or_the_last_before() {
    let shop = shop(&[
        ("2026-03-10", 400),
        ("2026-04-10", 990),
        ("2026-05-10", 1_500),
    ]);
    let used = |used| Reason::WithinUsage {
        meter: code!("h"),
        most: 1_000,
        used,
    };
    let within = |date, hours| {
        let (verdict, reasons) = reasons(&shop, date);
        assert!(reasons.contains(&used(hours)), "{date}: {reasons:?}");
        assert_eq!(verdict, Verdict::Covered);
    };
    within("2026-03-10", 400);
    within("2026-04-09", 400);
    within("2026-04-10", 990);
    within("2026-05-09", 990);
    assert_eq!(reasons(&shop, "2026-05-10").0, Verdict::Not);
    assert_eq!(reasons(&shop, "2026-07-01").0, Verdict::Not);
    let (verdict, before) = reasons(&shop, "2026-03-09");
    assert_eq!(
        verdict,
        Verdict::Covered,
        "nobody knows, and only time counts"
    );
    assert!(before.contains(&Reason::UsageUnknown { meter: code!("h") }));
}

#[test]
fn a_meter_that_was_replaced_since_the_last_reading_counts_with_what_the_old_one_showed() {
    let shop = shop(&[("2026-03-10", 400)]);
    shop.go_to("2026-04-10");
    shop.world
        .run(ReplaceMeter::new(shop.unit, code!("h"), 1_200));
    shop.go_to("2026-05-10");
    shop.world
        .run(RecordReading::new(shop.unit, code!("h"), 10));
    assert_eq!(reasons(&shop, "2026-04-09").0, Verdict::Covered);
    let (verdict, reasons) = reasons(&shop, "2026-04-20");
    assert_eq!(verdict, Verdict::Not);
    let exceeded = Reason::UsageExceeded {
        meter: code!("h"),
        most: 1_000,
        used: 1_200,
    };
    assert!(reasons.contains(&exceeded));
}

fn flags(shop: &Shop, claim: WarrantyClaimId) -> Vec<&'static str> {
    let claim = shop.claim(claim);
    claim.flags.iter().map(|it| it.flag.code()).collect()
}

#[test]
fn a_claim_for_a_fault_of_an_earlier_date_goes_by_the_use_of_that_date() {
    let shop = shop(&[("2026-03-10", 400), ("2026-05-10", 1_500)]);
    let file = |date| FileClaim::new(shop.ayse, shop.unit).noticed_on(on(date));
    let claim = shop.world.run(file("2026-04-10"));
    assert_eq!(shop.claim(claim).filing.usage, [(code!("h"), 400)]);
    assert_eq!(shop.claim(claim).filing.verdict, Verdict::Covered);
    let claim = shop.world.run(file("2026-05-10"));
    assert_eq!(shop.claim(claim).filing.verdict, Verdict::Not);
}

#[test]
fn a_reading_that_runs_backwards_is_flagged_and_kept_and_the_claim_filed_all_the_same() {
    let shop = shop(&[("2026-03-10", 400), ("2026-05-10", 700)]);
    let file = |date, shows| {
        let claim = FileClaim::new(shop.ayse, shop.unit).noticed_on(on(date));
        shop.world.run(claim.with_reading(code!("h"), shows))
    };
    let low = file("2026-04-10", 390);
    assert!(
        flags(&shop, low).contains(&"meter_went_back"),
        "less than before"
    );
    let high = file("2026-04-10", 710);
    assert!(
        flags(&shop, high).contains(&"meter_went_back"),
        "more than later"
    );
    for (claim, shows) in [(low, 390), (high, 710)] {
        let filing = shop.claim(claim).filing.clone();
        assert_eq!(filing.readings, [(code!("h"), shows)]);
        assert_eq!(
            filing.usage,
            [(code!("h"), 400)],
            "what is on record counts"
        );
        assert_eq!(filing.verdict, Verdict::Covered);
    }
    let good = file("2026-04-10", 600);
    assert!(!flags(&shop, good).contains(&"meter_went_back"));
    assert_eq!(shop.claim(good).filing.usage, [(code!("h"), 600)]);
}
