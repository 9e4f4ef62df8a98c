//! What the regimes that ship as examples say, each rule in words.

use std::collections::BTreeSet;

use super::*;
use crate::code;
use crate::kernel::{BasisPoints, Code, Currency, Money};

fn regime(name: Code, sold: &str) -> Regime {
    regimes().at(&name, on(sold)).unwrap().clone()
}

fn turkiye() -> Regime {
    regime(code!("tr.consumer"), "2024-03-10")
}

fn last_day(regime: &Regime, delivered: &str, spells: &[Spell], today: &str) -> NaiveDate {
    let contract = regime.contract(&dates(delivered, &[delivered]));
    contract.end(spells, on(today)).unwrap().last_day.unwrap()
}

fn open(regime: &Regime, history: &History) -> BTreeSet<Remedy> {
    let open = open_remedies(&regime.remedies, history);
    open.into_iter().map(|it| it.remedy).collect()
}

const RIGHTS: [Remedy; 3] = [Remedy::Replacement, Remedy::Refund, Remedy::PriceCut];

#[test]
fn a_sale_is_judged_by_the_law_of_its_date() {
    let revision = |name: Code, sold| {
        let regimes = regimes();
        regimes.at(&name, on(sold)).map(|it| it.revision)
    };
    let tr = code!("tr.consumer");
    assert_eq!(revision(tr.clone(), "2011-04-23"), None);
    assert_eq!(revision(tr.clone(), "2011-04-24"), Some(1));
    assert_eq!(revision(tr.clone(), "2014-06-12"), Some(1));
    assert_eq!(revision(tr, "2014-06-13"), Some(2));
    assert_eq!(revision(code!("eu.consumer"), "2026-07-30"), Some(1));
    assert_eq!(revision(code!("eu.consumer"), "2026-07-31"), Some(2));
}

#[test]
fn every_figure_of_a_regime_has_a_source() {
    for regime in regimes().0 {
        assert!(regime.sources.contains_key("term.lasts"), "{}", regime.name);
        assert!(regime.sources.values().all(|source| source.len() > 20));
    }
}

#[test]
fn in_turkiye_days_in_repair_are_added_each_time_and_overlapping_ones_once() {
    let law = turkiye();
    let two = [
        spell("2025-01-10", "2025-01-25"),
        spell("2025-06-01", "2025-06-11"),
    ];
    assert_eq!(
        last_day(&law, "2024-03-15", &[], "2026-03-01"),
        on("2026-03-15")
    );
    assert_eq!(
        last_day(&law, "2024-03-15", &two, "2026-03-01"),
        on("2026-04-09")
    );
    let overlapping = [
        spell("2025-01-10", "2025-01-25"),
        spell("2025-01-20", "2025-01-30"),
    ];
    assert_eq!(
        last_day(&law, "2024-03-15", &overlapping, "2026-03-01"),
        on("2026-04-04")
    );
}

#[test]
fn in_turkiye_an_open_repair_adds_a_day_every_day() {
    let law = turkiye();
    let spells = [Spell::new(on("2026-03-10"), None)];
    assert_eq!(
        last_day(&law, "2024-03-15", &spells, "2026-03-10"),
        on("2026-03-15")
    );
    assert_eq!(
        last_day(&law, "2024-03-15", &spells, "2026-03-20"),
        on("2026-03-25")
    );
    assert_eq!(
        last_day(&law, "2024-03-15", &spells, "2026-06-10"),
        on("2026-06-15")
    );
}

#[test]
fn a_repair_after_the_end_adds_nothing_and_one_within_added_days_does() {
    let law = turkiye();
    let late = [spell("2026-03-16", "2026-03-26")];
    assert_eq!(
        last_day(&law, "2024-03-15", &late, "2026-04-30"),
        on("2026-03-15")
    );
    let chained = [
        spell("2026-03-10", "2026-03-20"),
        spell("2026-03-25", "2026-03-28"),
    ];
    assert_eq!(
        last_day(&law, "2024-03-15", &chained, "2026-04-30"),
        on("2026-03-28")
    );
}

#[test]
fn in_turkiye_a_repair_takes_20_working_days_and_saturday_is_one() {
    let repair = turkiye().repair.unwrap();
    let calendar = working_days([Holiday::on("2026-04-23"), Holiday::on("2026-05-01")]);
    let due = |category: Option<&Code>| {
        repair
            .due(on("2026-04-20"), category, Some(&calendar))
            .unwrap()
    };
    let fridge = due(Some(&code!("refrigerator")));
    assert_eq!(fridge.done_by, Some(on("2026-05-15")));
    assert_eq!(
        fridge.loaner_by,
        Some(on("2026-05-04")),
        "10 working days, then a loaner"
    );
    let car = due(Some(&code!("passenger_car")));
    assert_eq!(car.done_by, Some(on("2026-05-27")));
}

#[test]
fn in_turkiye_before_2014_a_repair_took_30_working_days_and_a_loaner_15() {
    let law = regime(code!("tr.consumer"), "2012-01-01");
    let repair = law.repair.unwrap();
    let due = repair
        .due(on("2012-03-05"), None, Some(&working_days([])))
        .unwrap();
    assert_eq!(
        (due.done_by, due.loaner_by),
        (Some(on("2012-04-09")), Some(on("2012-03-22")))
    );
}

#[test]
fn whether_the_first_day_and_a_half_day_count_is_the_regimes_setting() {
    let eve = Holiday::on("2026-10-28").closing_at("13:00");
    let calendar = working_days([eve, Holiday::on("2026-10-29")]);
    let mut repair = turkiye().repair.unwrap();
    repair.most_days = Some(2);
    let done_by = |repair: &RepairTime| {
        let due = repair.due(on("2026-10-27"), None, Some(&calendar)).unwrap();
        due.done_by.unwrap()
    };
    assert_eq!(done_by(&repair), on("2026-10-31"), "Friday and Saturday");
    repair.half_days_count = true;
    assert_eq!(done_by(&repair), on("2026-10-30"), "the eve and Friday");
    repair.first_day_counts = true;
    assert_eq!(done_by(&repair), on("2026-10-28"), "the notice and the eve");
}

#[test]
fn the_time_counts_from_the_notice_within_the_warranty_and_from_the_hand_in_afterwards() {
    let repair = turkiye().repair.unwrap();
    let (noticed, handed_in) = (on("2026-02-02"), Some(on("2026-02-05")));
    assert_eq!(repair.counts_from(noticed, handed_in, true), Some(noticed));
    assert_eq!(repair.counts_from(noticed, handed_in, false), handed_in);
    assert_eq!(repair.counts_from(noticed, None, false), None);
}

#[test]
fn in_turkiye_the_first_claim_has_a_free_choice_of_four_rights() {
    let first = History {
        faults_in_year: 1,
        faults_in_term: 1,
        ..History::default()
    };
    let open = open_remedies(&turkiye().remedies, &first);
    assert!(open.len() == 4 && open.iter().all(|it| it.insists && !it.refusable));
}

#[test]
fn in_turkiye_after_a_free_repair_the_next_fault_opens_the_other_rights() {
    let law = turkiye();
    let chosen = History {
        chosen: Some(Remedy::Repair),
        waiting: true,
        ..History::default()
    };
    assert_eq!(
        open(&law, &chosen),
        [Remedy::Repair].into(),
        "the choice binds"
    );
    let again = History {
        repairs: 1,
        ..History::default()
    };
    let overdue = History {
        overdue: true,
        ..chosen.clone()
    };
    let irreparable = History {
        irreparable: true,
        ..chosen
    };
    for history in [again, overdue, irreparable] {
        assert!(
            open(&law, &history).is_superset(&RIGHTS.into()),
            "{history:?}"
        );
    }
}

#[test]
fn in_turkiye_before_2014_it_took_four_faults_in_a_year_or_six_in_the_term() {
    let law = regime(code!("tr.consumer"), "2012-01-01");
    let after = |faults_in_year, faults_in_term| {
        let history = History {
            repairs: faults_in_term - 1,
            faults_in_year,
            faults_in_term,
            ..History::default()
        };
        open(&law, &history).is_superset(&RIGHTS.into())
    };
    assert!(!after(3, 3) && !after(3, 5));
    assert!(after(4, 4) && after(2, 6));
}

#[test]
fn in_turkiye_a_fault_is_presumed_for_six_months() {
    let law = turkiye();
    assert!(law.is_presumed(on("2026-01-10"), on("2026-07-10")));
    assert!(!law.is_presumed(on("2026-01-10"), on("2026-07-11")));
}

#[test]
fn in_the_union_the_first_repair_adds_twelve_months_once_for_contracts_from_31_july_2026() {
    let new = regime(code!("eu.consumer"), "2026-09-01");
    let old = regime(code!("eu.consumer"), "2026-07-30");
    let repairs = [
        spell("2027-01-01", "2027-01-10"),
        spell("2028-02-01", "2028-02-05"),
    ];
    for count in 1..=2 {
        let end = |law| last_day(law, "2026-09-01", &repairs[..count], "2028-03-01");
        assert_eq!(end(&new), on("2029-09-01"));
        assert_eq!(end(&old), on("2028-09-01"));
    }
}

#[test]
fn in_the_union_repair_or_replacement_come_first_and_ending_the_contract_is_not_for_trifles() {
    let law = regime(code!("eu.consumer"), "2025-01-01");
    let first = open_remedies(&law.remedies, &History::default());
    assert_eq!(
        open(&law, &History::default()),
        [Remedy::Repair, Remedy::Replacement].into()
    );
    assert!(first.iter().all(|it| it.insists && it.refusable));
    let all = BTreeSet::from([
        Remedy::Repair,
        Remedy::Replacement,
        Remedy::Refund,
        Remedy::PriceCut,
    ]);
    let with = |set: fn(&mut History)| {
        let mut history = History::default();
        set(&mut history);
        history
    };
    for set in [
        (|it| it.refused = true) as fn(&mut History),
        |it| it.repairs = 1,
        |it| it.serious = true,
        |it| it.overdue = true,
        |it| it.irreparable = true,
    ] {
        let mut history = with(set);
        assert_eq!(open(&law, &history), all);
        history.minor = true;
        assert!(!open(&law, &history).contains(&Remedy::Refund));
        assert!(open(&law, &history).contains(&Remedy::PriceCut));
    }
}

#[test]
fn in_the_union_the_seller_may_refuse_what_is_out_of_proportion() {
    let money = |minor: i64| Money::new(minor * 100, Currency::EUR);
    let twice = BasisPoints::new(20_000);
    assert!(is_disproportionate(money(400), money(20), twice, false));
    assert!(!is_disproportionate(money(40), money(20), twice, false));
    assert!(!is_disproportionate(money(400), money(20), twice, true));
}

#[test]
fn in_the_union_used_goods_have_a_year_at_least_and_digital_supply_its_own_time() {
    let law = regime(code!("eu.consumer"), "2025-01-01");
    let start = on("2025-01-01");
    let used = |agreed| law.used_goods_length(agreed, start);
    assert_eq!(used(Some(Length::Months(6))), Length::Years(1));
    assert_eq!(used(Some(Length::Months(18))), Length::Months(18));
    assert_eq!(used(None), Length::Years(2));
    let sold = dates("2025-01-01", &["2025-01-01"]);
    let verdict = |sale: &Sale, component: Code, date| {
        let contracts = law.contracts(&sold, sale);
        let situation = Situation::on(on(date)).in_component(&component);
        coverage(&contracts, &situation).verdict
    };
    let supplied = |years| Sale {
        supplied: Some(Length::Years(years)),
        ..Sale::default()
    };
    let (software, pump) = (code!("software"), code!("pump"));
    assert_eq!(
        verdict(&supplied(3), software.clone(), "2028-01-01"),
        Verdict::Covered
    );
    assert_eq!(
        verdict(&supplied(3), software.clone(), "2028-01-02"),
        Verdict::Not
    );
    assert_eq!(
        verdict(&supplied(1), software.clone(), "2027-01-01"),
        Verdict::Covered,
        "no less than the goods"
    );
    assert_eq!(
        verdict(&supplied(3), pump.clone(), "2027-01-02"),
        Verdict::Not
    );
    let half = Sale {
        used_agreed: Some(Length::Months(6)),
        ..Sale::default()
    };
    assert_eq!(verdict(&half, pump.clone(), "2026-01-01"), Verdict::Covered);
    assert_eq!(verdict(&half, pump, "2026-01-02"), Verdict::Not);
}

#[test]
fn in_the_united_kingdom_nothing_less_can_be_agreed_for_used_goods_and_in_turkiye_a_year() {
    let sale = Sale {
        used_agreed: Some(Length::Months(6)),
        ..Sale::default()
    };
    let last = |law: &Regime| {
        let contracts = law.contracts(&dates("2025-01-01", &["2025-01-01"]), &sale);
        contracts[0].end(&[], on("2025-01-01")).unwrap().last_day
    };
    let britain = regime(code!("gb.consumer"), "2025-01-01");
    assert_eq!(last(&britain), Some(on("2031-01-01")));
    assert_eq!(last(&turkiye()), Some(on("2026-01-01")));
}

#[test]
fn in_the_union_a_fault_is_presumed_for_a_year_and_then_for_the_customer_to_show() {
    let law = regime(code!("eu.consumer"), "2025-01-01");
    let contract = law.contract(&dates("2025-01-01", &["2025-01-01"]));
    let judged = |date, at_delivery| {
        let situation = Situation {
            at_delivery,
            ..Situation::on(on(date))
        };
        let contracts = std::slice::from_ref(&contract);
        coverage(contracts, &situation).judged.remove(0)
    };
    let until = on("2026-01-01");
    let early = judged("2026-01-01", None);
    assert!(early.reasons.contains(&Reason::Presumed { until }) && !early.awaits_proof());
    let late = judged("2026-01-02", None);
    assert!(late.awaits_proof());
    assert_eq!(
        late.verdict,
        Verdict::Covered,
        "the decision says what is missing"
    );
    assert!(!judged("2026-01-02", Some(true)).awaits_proof());
    for date in ["2025-06-01", "2026-06-01"] {
        let refuted = judged(date, Some(false));
        assert_eq!(refuted.verdict, Verdict::Not);
        assert!(refuted.reasons.contains(&Reason::CameLater));
    }
    // The Turkish certificate covers what fails in its term.
    let turkish = turkiye().contract(&dates("2024-03-15", &["2024-03-15"]));
    let came_later = Situation {
        at_delivery: Some(false),
        ..Situation::on(on("2025-06-01"))
    };
    assert_eq!(coverage(&[turkish], &came_later).verdict, Verdict::Covered);
}

#[test]
fn in_turkiye_before_2014_labour_of_a_mandatory_service_was_free_and_parts_were_not() {
    let law = regime(code!("tr.consumer"), "2012-01-01");
    let contract = law.contract(&dates("2012-01-01", &["2012-01-01"]));
    let service = code!("periodic_service");
    let at = Situation::on(on("2012-09-01")).caused_by(&service);
    let shares = coverage(&[contract], &at).shares;
    assert_eq!(shares.labour, BasisPoints::WHOLE);
    assert_eq!(shares.parts, BasisPoints::default());
}

#[test]
fn in_turkiye_producer_and_importer_owe_what_the_seller_owes_after_a_failed_repair() {
    let again = History {
        repairs: 1,
        ..History::default()
    };
    let open = open_remedies(&turkiye().remedies, &again);
    let all = BTreeSet::from([Party::Seller, Party::Producer, Party::Importer]);
    assert!(open.iter().all(|it| it.owed_by == all && !it.refusable));
    let first = open_remedies(&turkiye().remedies, &History::default());
    let owed_by = |remedy| {
        let mut first = first.iter();
        first
            .find(|it| it.remedy == remedy)
            .unwrap()
            .owed_by
            .clone()
    };
    assert_eq!(owed_by(Remedy::Refund), [Party::Seller].into());
    assert_eq!(owed_by(Remedy::Replacement), all);
}

#[test]
fn in_the_united_kingdom_waiting_stops_the_thirty_days() {
    let law = regime(code!("gb.consumer"), "2026-02-01");
    let until = |spells: &[Spell], today| {
        let delivered = on("2026-03-01");
        law.reject_until(delivered, None, spells, on(today))
            .unwrap()
    };
    let last = until(&[], "2026-03-02");
    assert_eq!(last, on("2026-03-31"));
    let two = [
        spell("2026-03-11", "2026-03-21"),
        spell("2026-03-31", "2026-04-05"),
    ];
    // Twenty days are left on the 11th, so up to 10 April; ten of them on the 31st, so up to 15 April.
    assert_eq!(until(&two[..1], "2026-03-25"), on("2026-04-10"));
    assert_eq!(until(&two, "2026-04-06"), on("2026-04-15"));
    let open = [Spell::new(on("2026-03-30"), None)];
    assert_eq!(
        until(&open, "2026-06-01"),
        on("2026-06-08"),
        "waiting stops the days"
    );
    let overlapping = [
        spell("2026-03-11", "2026-03-21"),
        spell("2026-03-15", "2026-03-25"),
    ];
    assert_eq!(until(&overlapping, "2026-03-26"), on("2026-04-14"));
    let late = [spell("2026-04-01", "2026-04-10")];
    assert_eq!(until(&late, "2026-04-11"), last, "it was over before");
    let mut perishing = law.clone();
    let reject = perishing.reject.as_mut().unwrap();
    reject.days_by_category.insert(code!("flowers"), 5);
    let flowers = code!("flowers");
    let of = |category| perishing.reject_until(on("2026-03-01"), category, &[], on("2026-03-02"));
    assert_eq!(of(Some(&flowers)), Some(on("2026-03-06")));
    assert_eq!(of(None), Some(last));
    let after = |asked, back| reject_until(last, on(asked), on(back), 7);
    assert_eq!(after("2026-03-30", "2026-04-10"), Some(on("2026-04-17")));
    assert_eq!(after("2026-03-06", "2026-04-10"), Some(on("2026-05-05")));
    assert_eq!(after("2026-04-01", "2026-04-10"), None);
}

#[test]
fn in_the_united_kingdom_one_repair_opens_price_cut_or_rejection() {
    let law = regime(code!("gb.consumer"), "2026-02-01");
    let early = History {
        reject_in_time: true,
        ..History::default()
    };
    assert!(open(&law, &early).contains(&Remedy::Refund));
    let waiting = History {
        waiting: true,
        ..early
    };
    assert!(!open(&law, &waiting).contains(&Remedy::Refund));
    let once = History {
        repairs: 1,
        ..History::default()
    };
    assert!(open(&law, &once).is_superset(&[Remedy::Refund, Remedy::PriceCut].into()));
}

#[test]
fn in_the_united_kingdom_nothing_is_taken_off_for_use_within_six_months_but_for_cars() {
    let rule = regime(code!("gb.consumer"), "2026-02-01")
        .use_deduction
        .unwrap();
    let car = code!("motor_vehicle");
    let allowed = |category, date| rule.is_allowed(category, on("2026-01-15"), on(date));
    assert!(!allowed(None, "2026-07-15") && allowed(None, "2026-07-16"));
    assert!(allowed(Some(&car), "2026-02-01"));
    let law = regime(code!("gb.consumer"), "2026-02-01");
    let off = |by: &[Code]| law.may_take_off(by, Some(&car), on("2026-01-15"), on("2026-02-01"));
    assert!(off(&[code!("after_one_repair")]));
    assert!(!off(&[
        code!("short_term_reject"),
        code!("after_one_repair")
    ]));
    let may = |name: Code, sold| {
        let law = regime(name, sold);
        law.may_take_off(&[], None, on("2026-01-15"), on("2027-12-01"))
    };
    assert!(!may(code!("tr.consumer"), "2026-01-15") && !may(code!("eu.consumer"), "2026-01-15"));
    assert!(may(code!("us_ca.consumer"), "2026-01-15"));
}

#[test]
fn in_california_no_warranty_ends_in_repair_and_a_fault_still_there_has_60_days() {
    let law = regime(code!("us_ca.consumer"), "2025-03-01");
    let contract = law.contract(&dates("2025-03-01", &["2025-03-01"]));
    let pump = code!("pump");
    let covered = |spells: &[Spell], date| {
        let situation = Situation::on(on(date)).after_repairs(spells);
        coverage(
            std::slice::from_ref(&contract),
            &situation.in_component(&pump),
        )
        .verdict
    };
    let mut repair = Spell::new(on("2026-02-20"), None);
    repair.component = Some(pump.clone());
    assert_eq!(covered(&[repair.clone()], "2026-06-01"), Verdict::Covered);
    repair.to = Some(on("2026-04-20"));
    // 59 days in repair move the end from 1 March to 29 April; the pump is looked at again until 19 June.
    assert_eq!(covered(&[repair.clone()], "2026-06-19"), Verdict::Covered);
    assert_eq!(covered(&[repair], "2026-06-20"), Verdict::Not);
}
