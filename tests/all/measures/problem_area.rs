//! What to fix first, and whether fixing it helped.

use std::collections::BTreeMap;

use aftercare::code;
use aftercare::kernel::Code;
use aftercare::measures::{Days, Dimension, Figures, Place, ProblemArea, Report, Slot};
use aftercare::satisfaction::{Instrument, Scale, Test, Verdict};
use chrono::NaiveDate;

type Cells = BTreeMap<(NaiveDate, Place), Figures>;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// What customers said in a month about a topic: so many fives and ones.
fn said(cells: &mut Cells, month: &str, topic: Option<Code>, good: usize, bad: usize) {
    let place = Place {
        topic,
        ..Place::default()
    };
    let figures = cells.entry((day(month), place)).or_default();
    let instrument = Instrument::new(code!("after_case"), Scale::CsatFive);
    for score in [vec![5; good], vec![1; bad]].concat() {
        figures.add_score(&instrument, score).unwrap();
    }
}

/// Deliveries are bad in January, better in February; bills stay as they were, and so does what has no topic.
fn story() -> Cells {
    let mut cells = Cells::new();
    let (delivery, bill) = (Some(code!("delivery")), Some(code!("bill")));
    said(&mut cells, "2026-01-01", delivery.clone(), 60, 140);
    said(&mut cells, "2026-01-01", bill.clone(), 160, 40);
    said(&mut cells, "2026-01-01", None, 10, 40);
    said(&mut cells, "2026-01-01", Some(code!("rare")), 1, 5);
    said(&mut cells, "2026-02-01", delivery, 140, 60);
    said(&mut cells, "2026-02-01", bill, 158, 42);
    cells
}

fn areas(cells: &Cells) -> Vec<ProblemArea> {
    let january = Days::try_new(day("2026-01-01"), day("2026-02-01")).unwrap();
    let report = Report::of(cells, Slot::Month, january, &Place::default()).unwrap();
    report.problem_areas()
}

#[test]
fn a_problem_area_has_a_word_enough_answers_and_a_sure_cost() {
    let found = areas(&story());
    let [area] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(area.dimension, Dimension::Topic);
    assert_eq!(area.evidence.word, Some(code!("delivery")));
    assert_eq!(area.evidence.figure.n, 200);
    assert!(area.evidence.bounds.unwrap().lower > 0.0);
    let json = serde_json::to_string(area).unwrap();
    let back: ProblemArea = serde_json::from_str(&json).unwrap();
    assert_eq!(back.evidence.word, area.evidence.word);
}

#[test]
fn what_changed_after_is_set_beside_what_changed_anyway() {
    let cells = story();
    let area = areas(&cells).remove(0);
    let since = |cells: &Cells| {
        let (acted_on, until) = (day("2026-02-01"), day("2026-03-01"));
        area.since(cells, Slot::Month, acted_on, until, &Test::default())
    };
    let mut cells = cells;
    // What has no topic in January has none in February.
    said(&mut cells, "2026-02-01", None, 10, 40);
    said(&mut cells, "2026-02-01", Some(code!("rare")), 1, 5);
    let after = since(&cells).unwrap();
    assert_eq!(after.area.verdict, Verdict::Rose);
    assert!(matches!(
        after.rest.verdict,
        Verdict::NoDetectableChange { .. }
    ));
    let difference = after.area.difference.unwrap();
    assert!((difference - 0.4).abs() < 1e-12);
    assert_eq!(after.before.to, after.after.from);

    // Without answers since there is no verdict.
    let silent = area
        .since(
            &cells,
            Slot::Month,
            day("2026-03-01"),
            day("2026-04-01"),
            &Test::default(),
        )
        .unwrap();
    assert_eq!(silent.area.verdict, Verdict::TooFew);
}

#[test]
fn a_time_that_ends_before_it_begins_is_refused() {
    let cells = story();
    let area = areas(&cells).remove(0);
    let refused = area.since(
        &cells,
        Slot::Month,
        day("2026-02-01"),
        day("2026-02-01"),
        &Test::default(),
    );
    assert_eq!(refused.unwrap_err().code(), "measures.reversed_period");
}

#[test]
fn what_changed_after_is_told_of_whole_slots() {
    let cells = story();
    let area = areas(&cells).remove(0);
    let code = |slot, acted_on, until| {
        let since = area.since(&cells, slot, day(acted_on), day(until), &Test::default());
        since.map(|_| ()).map_err(|refusal| refusal.code())
    };
    let part = Err("measures.part_of_slot");
    assert_eq!(code(Slot::Month, "2026-02-01", "2026-03-01"), Ok(()));
    assert_eq!(code(Slot::Month, "2026-02-10", "2026-03-01"), part);
    assert_eq!(code(Slot::Month, "2026-02-01", "2026-02-28"), part);
}
