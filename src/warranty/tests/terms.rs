//! Terms and coverage.

use super::*;
use crate::code;
use crate::kernel::{BasisPoints, Code, Currency, Money};

fn lira(minor: i64) -> Money {
    Money::new(minor * 100, Currency::TRY)
}

fn maker() -> Term {
    Term::new(code!("maker"), TermKind::Manufacturer, Length::Years(2))
}

fn contract(term: Term) -> Contract {
    Contract::new(term, &dates("2024-03-10", &["2024-03-15"]))
}

fn judged(term: Term, situation: &Situation<'_>) -> Judgement {
    coverage(&[contract(term)], situation).judged.remove(0)
}

#[test]
fn years_end_on_the_same_day_and_a_leap_day_on_the_28th() {
    let ends = |start: &str, length: Length| length.last_day(on(start)).unwrap();
    assert_eq!(ends("2024-03-15", Length::Years(2)), on("2026-03-15"));
    assert_eq!(ends("2024-02-29", Length::Years(2)), on("2026-02-28"));
    assert_eq!(ends("2024-02-29", Length::Years(4)), on("2028-02-29"));
    assert_eq!(ends("2025-08-31", Length::Months(6)), on("2026-02-28"));
    assert_eq!(ends("2024-03-01", Length::Days(730)), on("2026-03-01"));
    assert_eq!(Length::Lifetime.last_day(on("2024-03-01")), None);
    assert_eq!(ends("2024-03-01", Length::Days(u32::MAX)), NaiveDate::MAX);
    assert_eq!(ends("2024-03-01", Length::Months(u32::MAX)), NaiveDate::MAX);
}

#[test]
fn the_last_covered_day_is_covered_and_the_next_is_not() {
    let verdict = |date| judged(maker(), &Situation::on(on(date))).verdict;
    assert_eq!(verdict("2026-03-15"), Verdict::Covered);
    assert_eq!(verdict("2026-03-16"), Verdict::Not);
    assert_eq!(verdict("2024-03-15"), Verdict::Covered);
    assert_eq!(verdict("2024-03-14"), Verdict::Not);
}

#[test]
fn of_documents_that_disagree_the_latest_delivery_counts() {
    let term = maker();
    let start = |purchased, delivered: &[&str]| term.start(&dates(purchased, delivered)).unwrap();
    assert_eq!(
        start("2024-03-10", &["2024-03-15", "2024-03-12"]),
        on("2024-03-15")
    );
    assert_eq!(start("2024-03-10", &[]), on("2024-03-10"));
    let installed = maker().starting(&[StartBasis::Installation]);
    assert_eq!(installed.start(&dates("2024-03-10", &["2024-03-15"])), None);
    let reasons = judged(installed, &Situation::on(on("2024-04-01"))).reasons;
    let starts = vec![StartBasis::Installation];
    assert_eq!(reasons, [Reason::NotBegun { starts }]);
}

#[test]
fn an_end_may_be_given_as_a_date_and_a_lifetime_has_none() {
    let given = Term::new(
        code!("given"),
        TermKind::Manufacturer,
        Length::Until(on("2026-02-01")),
    );
    let judgement = judged(given, &Situation::on(on("2026-02-02")));
    assert_eq!(judgement.verdict, Verdict::Not);
    let life = Term::new(code!("life"), TermKind::Manufacturer, Length::Lifetime);
    let judgement = judged(life, &Situation::on(on("2099-01-01")));
    assert_eq!(
        (judgement.verdict, judgement.remaining.last_day),
        (Verdict::Covered, None)
    );
}

#[test]
fn time_or_use_whichever_comes_first_ends_it() {
    let term = maker().up_to_usage(code!("km"), 100_000);
    let verdict = |date, used| {
        let usage = [(code!("km"), used)];
        judged(term.clone(), &Situation::on(on(date)).after_usage(&usage)).verdict
    };
    assert_eq!(verdict("2025-01-01", 100_000), Verdict::Covered);
    assert_eq!(verdict("2025-01-01", 100_001), Verdict::Not);
    assert_eq!(verdict("2026-04-01", 10), Verdict::Not);
    let usage = [(code!("km"), 40_000)];
    let left = judged(term, &Situation::on(on("2026-03-13")).after_usage(&usage)).remaining;
    assert_eq!(
        (left.days, left.usage),
        (Some(3), vec![(code!("km"), 60_000)])
    );
}

#[test]
fn without_a_meter_only_time_counts() {
    let term = maker().up_to_usage(code!("km"), 100_000);
    let judgement = judged(term, &Situation::on(on("2026-03-15")));
    assert_eq!(judgement.verdict, Verdict::Covered);
    let meter = code!("km");
    assert!(judgement.reasons.contains(&Reason::UsageUnknown { meter }));
}

/// Parts three years in full, labour two years by half, no travel.
fn split() -> Term {
    let benefit = |percent, years| Benefit {
        share: BasisPoints::from_percent(percent),
        lasts: Some(Length::Years(years)),
    };
    let clause = Clause {
        name: code!("split"),
        scope: Scope::default(),
        pays: [
            (Item::Parts, benefit(100, 3)),
            (Item::Labour, benefit(50, 2)),
        ]
        .into(),
    };
    Term::new(code!("split"), TermKind::Retailer, Length::Years(3)).covering([clause])
}

#[test]
fn each_item_has_its_own_share_and_end() {
    let costs = Costs {
        parts: lira(200),
        labour: lira(100),
        travel: lira(40),
    };
    let pays = |date| {
        let payment = judged(split(), &Situation::on(on(date)))
            .pays(&costs)
            .unwrap();
        (payment.paid, payment.customer)
    };
    assert_eq!(pays("2026-03-15"), (lira(250), lira(90)));
    assert_eq!(pays("2026-03-16"), (lira(200), lira(140)));
    assert_eq!(pays("2027-03-16"), (lira(0), lira(340)));
    let later = judged(split(), &Situation::on(on("2026-03-16")));
    assert_eq!(later.verdict, Verdict::Partly);
    let ended = Reason::ItemEnded {
        clause: code!("split"),
        item: Item::Labour,
        last_day: on("2026-03-15"),
    };
    assert!(later.reasons.contains(&ended));
}

#[test]
fn a_clause_covers_its_components_and_causes_only() {
    let clause = Clause::everything(code!("cold")).of_component(code!("compressor"));
    let term = maker().covering([clause.of_cause(code!("material"))]);
    let verdict = |component: Option<&Code>, cause: Option<&Code>| {
        let situation = Situation {
            component,
            cause,
            ..Situation::on(on("2025-01-01"))
        };
        judged(term.clone(), &situation).verdict
    };
    let (compressor, material, wear) = (code!("compressor"), code!("material"), code!("wear"));
    assert_eq!(
        verdict(Some(&compressor), Some(&material)),
        Verdict::Covered
    );
    assert_eq!(verdict(Some(&compressor), Some(&wear)), Verdict::Not);
    assert_eq!(verdict(Some(&code!("door")), Some(&material)), Verdict::Not);
    assert_eq!(verdict(None, Some(&material)), Verdict::Not);
}

#[test]
fn a_part_of_another_maker_excludes_nothing_unless_it_is_the_cause() {
    let term = maker().excluding_cause(code!("foreign_part"));
    let verdict = |cause: Code| {
        judged(
            term.clone(),
            &Situation::on(on("2025-01-01")).caused_by(&cause),
        )
        .verdict
    };
    assert_eq!(verdict(code!("material")), Verdict::Covered);
    assert_eq!(verdict(code!("foreign_part")), Verdict::Not);
}

#[test]
fn what_is_not_transferable_is_for_the_first_owner() {
    let second = Situation {
        first_owner: false,
        ..Situation::on(on("2025-01-01"))
    };
    assert_eq!(judged(maker(), &second).verdict, Verdict::Covered);
    let judgement = judged(maker().not_transferable(), &second);
    assert_eq!(judgement.verdict, Verdict::Not);
    assert!(judgement.reasons.contains(&Reason::NotTransferable));
}

#[test]
fn a_missing_registration_or_proof_is_a_reason() {
    let mut term = maker().registered_within(30);
    let at = |date| Situation::on(on(date));
    assert_eq!(
        judged(term.clone(), &at("2024-04-14")).verdict,
        Verdict::Covered
    );
    let late = judged(term.clone(), &at("2024-04-15"));
    let by = on("2024-04-14");
    assert!(late.reasons.contains(&Reason::NotRegistered { by }));
    assert_eq!(late.verdict, Verdict::Not);
    let registered = Situation {
        registered_on: Some(by),
        ..at("2025-01-01")
    };
    assert_eq!(judged(term.clone(), &registered).verdict, Verdict::Covered);
    term.proof_needed = true;
    let unproven = Situation {
        proven: false,
        ..registered
    };
    let reasons = judged(term, &unproven).reasons;
    assert!(reasons.contains(&Reason::NotProven));
}

#[test]
fn an_older_unit_is_paid_less_by_the_steps_and_less_the_deductible() {
    let mut term = maker().with_deductible(lira(30));
    let step = |after_months, percent| ProRata {
        after_months,
        share: BasisPoints::from_percent(percent),
    };
    term.pro_rata = vec![step(6, 50), step(12, 25)];
    assert_eq!(term.problems(), []);
    let costs = Costs {
        parts: lira(400),
        labour: lira(0),
        travel: lira(0),
    };
    let paid = |date| {
        judged(term.clone(), &Situation::on(on(date)))
            .pays(&costs)
            .unwrap()
    };
    assert_eq!(paid("2024-09-14").paid, lira(370));
    assert_eq!(paid("2024-09-15").paid, lira(170));
    assert_eq!(paid("2025-03-15").paid, lira(70));
    assert_eq!(paid("2025-03-15").customer, lira(330));
}

#[test]
fn of_several_contracts_each_is_judged_and_the_best_counts() {
    let law = Term::new(code!("law"), TermKind::Statutory, Length::Years(2));
    let advertised = Term::new(code!("advert"), TermKind::Advertised, Length::Years(5));
    let contracts = [contract(split()), contract(law), contract(advertised)];
    let best = |date| {
        let coverage = coverage(&contracts, &Situation::on(on(date)));
        assert_eq!(coverage.judged.len(), 3);
        coverage.best().map(|it| it.term.clone())
    };
    assert_eq!(best("2025-01-01"), Some(code!("law")), "of equals the law");
    assert_eq!(best("2028-01-01"), Some(code!("advert")));
    assert_eq!(best("2029-03-16"), None);
}

#[test]
fn work_is_under_warranty_for_its_component_up_to_the_later_end() {
    let work = Term::new(code!("work"), TermKind::Work, Length::Months(3))
        .covering([Clause::everything(code!("work")).of_component(code!("pump"))]);
    let main = Contract::new(
        Term::new(
            code!("main"),
            TermKind::Manufacturer,
            Length::Until(on("2026-03-01")),
        ),
        &dates("2024-03-10", &[]),
    );
    let contracts = [main, Contract::new(work, &dates("2026-01-20", &[]))];
    let verdict = |date, component: Code| {
        coverage(
            &contracts,
            &Situation::on(on(date)).in_component(&component),
        )
        .verdict
    };
    assert_eq!(verdict("2026-04-20", code!("pump")), Verdict::Covered);
    assert_eq!(verdict("2026-04-21", code!("pump")), Verdict::Not);
    assert_eq!(verdict("2026-03-02", code!("door")), Verdict::Not);
    assert_eq!(verdict("2026-03-01", code!("door")), Verdict::Covered);
}

#[test]
fn a_term_that_cannot_be_meant_is_a_problem_with_its_path() {
    let mut term = maker().covering([]).starting(&[]);
    term.lasts = Length::Months(0);
    term.excludes = vec![Exclusion {
        name: code!("all"),
        scope: Scope::default(),
        items: [].into(),
    }];
    let found: Vec<_> = term.problems().into_iter().map(|it| it.path).collect();
    assert_eq!(found, ["starts", "covers", "lasts", "excludes[0]"]);
}

#[test]
fn what_ends_soon_is_found_with_its_extensions() {
    let term = Term::new(code!("law"), TermKind::Statutory, Length::Years(2));
    let contracts = [contract(term).extended_by(Extends {
        days_in_repair: true,
        ..Extends::default()
    })];
    let spells = [spell("2025-01-10", "2025-01-20")];
    let soon = |date, spells: &[Spell]| ends_within(&contracts, spells, on(date), 30);
    assert!(!soon("2026-02-12", &[]) && soon("2026-02-13", &[]) && soon("2026-03-15", &[]));
    assert!(!soon("2026-03-16", &[]), "it is over");
    assert!(!soon("2026-02-22", &spells) && soon("2026-02-23", &spells));
}
