//! The rules of statistics, named after them.
#![allow(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "statistics"
)]

use proptest::prelude::*;

use super::*;
use crate::code;
use crate::kernel::BasisPoints;

const CSAT: Scale = Scale::CsatFive;

fn instrument(scale: Scale) -> Instrument {
    Instrument::new(code!("after_case"), scale)
}

fn scores(scale: Scale, given: &[u8]) -> Scores {
    let mut scores = Scores::new(instrument(scale));
    for score in given {
        scores.add(*score).unwrap();
    }
    scores
}

fn percent(p: u16) -> BasisPoints {
    BasisPoints::from_percent(p)
}

#[test]
fn each_scale_has_its_own_good_neutral_and_bad() {
    let of = |scale: Scale, rating| scale.scores(rating).collect::<Vec<_>>();
    assert_eq!(of(CSAT, Rating::Good), [4, 5]);
    assert_eq!(of(CSAT, Rating::Neutral), [3]);
    assert_eq!(of(Scale::CsatThree, Rating::Good), [3]);
    assert_eq!(of(Scale::CsatYesNo, Rating::Good), [2]);
    assert!(of(Scale::CsatYesNo, Rating::Neutral).is_empty());
    assert_eq!(of(Scale::CsatYesNo, Rating::Bad), [1]);
    assert_eq!(of(Scale::Nps, Rating::Bad), [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(of(Scale::Nps, Rating::Neutral), [7, 8]);
    let net = Scale::Ces(EffortFigure::Top2LessBottom3);
    assert_eq!(of(net, Rating::Good), [6, 7]);
    assert_eq!(of(net, Rating::Bad), [1, 2, 3]);
    assert_eq!(of(Scale::Ces(EffortFigure::Top3), Rating::Good), [5, 6, 7]);
}

#[test]
fn a_score_off_the_scale_is_refused_and_nothing_counted() {
    let mut scores = scores(CSAT, &[5]);
    for off in [0, 6, 255] {
        let refusal = scores.add(off).unwrap_err();
        assert_eq!(refusal.code(), "satisfaction.off_scale");
        assert_eq!(scores.add_all(&[4, off]), Err(refusal));
    }
    assert_eq!(scores.n(), 1);
}

#[test]
fn scores_of_another_scale_variant_or_wording_are_never_merged() {
    let other = [
        instrument(Scale::CsatThree),
        instrument(CSAT).with_wording(2),
        Instrument::new(code!("after_visit"), CSAT),
    ];
    let mut scores = scores(CSAT, &[5]);
    for other in other {
        let other = Scores::new(other);
        assert_eq!(
            scores.merge(&other).unwrap_err().code(),
            "satisfaction.incomparable"
        );
        assert!(scores.change_from(&other, &Test::default()).is_err());
    }
    let effort = |figure| Scores::new(instrument(Scale::Ces(figure)));
    let mut mean = effort(EffortFigure::Mean);
    assert!(mean.merge(&effort(EffortFigure::Top3)).is_err());
    assert_eq!(scores.n(), 1);
}

#[test]
fn nothing_has_no_share_no_score_and_no_interval() {
    for scale in [CSAT, Scale::Nps, Scale::Ces(EffortFigure::Mean)] {
        let figure = scores(scale, &[]).figure(Confidence::P95);
        assert_eq!((figure.value, figure.interval), (None, None));
    }
    assert_eq!(Spread::default().quantile(percent(50)), None);
    assert_eq!(Spread::default().mean(), None);
}

#[test]
fn an_effort_score_is_read_in_the_way_its_type_says() {
    let given = [1, 2, 3, 4, 5, 6, 7, 7];
    let value = |figure| {
        let figure = scores(Scale::Ces(figure), &given).figure(Confidence::P95);
        figure.value.unwrap()
    };
    assert_eq!(value(EffortFigure::Mean), 35.0 / 8.0);
    assert_eq!(value(EffortFigure::Top2LessBottom3), 0.0);
    assert_eq!(value(EffortFigure::Top3), 0.5);
}

#[test]
fn a_small_change_is_not_called_one_and_the_smallest_detectable_is_said() {
    let proportion = |x, n| Proportion::try_new(x, n).unwrap();
    let test = Test::default();
    let same = proportion(52, 100).change_from(&proportion(50, 100), &test);
    let Verdict::NoDetectableChange {
        smallest_detectable,
    } = same.verdict
    else {
        panic!("{same:?}")
    };
    // (1.96 + 0.84) * sqrt(2 * 0.25 / 100), nearly: one success and failure are added to each side.
    assert!(
        (smallest_detectable - 0.196).abs() < 0.003,
        "{smallest_detectable}"
    );
    let rose = proportion(80, 100).change_from(&proportion(50, 100), &test);
    assert_eq!(rose.verdict, Verdict::Rose);
    let fell = proportion(50, 100).change_from(&proportion(80, 100), &test);
    assert_eq!(fell.verdict, Verdict::Fell);
    let picky = Test {
        minimum_effect: 0.4,
        ..test
    };
    // One that is there, and does not matter, is no change that chance may explain.
    let small = proportion(80, 100).change_from(&proportion(50, 100), &picky);
    assert_eq!(small.verdict, Verdict::TooSmall);
    let none = proportion(52, 100).change_from(&proportion(50, 100), &picky);
    assert!(matches!(none.verdict, Verdict::NoDetectableChange { .. }));
    let few = proportion(29, 29).change_from(&proportion(0, 100), &test);
    assert_eq!(few.verdict, Verdict::TooFew);
}

#[test]
fn of_several_comparisons_those_that_only_chance_explains_are_taken_back() {
    let then = Proportion::try_new(500, 1_000).unwrap();
    let change = |now| {
        Proportion::try_new(now, 1_000)
            .unwrap()
            .change_from(&then, &Test::default())
    };
    // 545 of 1,000 is a change by itself (p about 0.044), not as one of three.
    assert_eq!(change(545).verdict, Verdict::Rose);
    let mut changes = [change(545), change(600), change(501)];
    decide_together(&mut changes, &Test::default());
    assert!(matches!(
        changes[0].verdict,
        Verdict::NoDetectableChange { .. }
    ));
    assert_eq!(changes[1].verdict, Verdict::Rose);
}

#[test]
fn open_items_count_as_censored() {
    // Freireich et al., Blood 21 (1963): weeks of remission under 6-mercaptopurine; the median is 23 weeks.
    let ended: Spread = [6, 6, 6, 7, 10, 13, 16, 22, 23].into_iter().collect();
    let open: Spread = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
        .into_iter()
        .collect();
    assert_eq!(censored_quantile(&ended, &open, percent(50)), Some(23));
    assert_eq!(censored_quantile(&ended, &open, percent(25)), Some(13));
    assert_eq!(censored_quantile(&ended, &open, percent(90)), None);
    // Leaving the open ones out would show 10.
    assert_eq!(ended.quantile(percent(50)), Some(10));
}

#[test]
fn segments_that_do_not_fit_are_refused() {
    let mut table = SegmentedScores::new(instrument(CSAT), 2);
    let refused = |result: Result<(), Refusal>| result.unwrap_err().code();
    assert_eq!(
        refused(table.add_all(&[0], &[1, 2])),
        "satisfaction.unequal"
    );
    assert_eq!(
        refused(table.add_all(&[0, 2], &[1, 2])),
        "satisfaction.no_segment"
    );
    assert_eq!(
        refused(table.add_all(&[0, 1], &[1, 9])),
        "satisfaction.off_scale"
    );
    assert!(table.iter().all(|scores| scores.n() == 0));
}

#[test]
fn a_level_of_confidence_lies_between_0_and_1() {
    for level in [0.0, 1.0, -1.0, f64::NAN] {
        assert!(Confidence::try_new(level).is_err());
    }
    assert!((Confidence::P95.z() - 1.959_963_984_540_054).abs() < 1e-12);
    assert!(serde_json::from_str::<Confidence>("1.5").is_err());
}

/// The value of a rank, found by sorting.
fn by_sorting(values: &[u64], at: BasisPoints) -> u64 {
    let mut values = values.to_vec();
    values.sort_unstable();
    let share = f64::from(at.get()) / 10_000.0;
    let is_enough = |n: &usize| *n as f64 + 1e-9 >= share * values.len() as f64;
    values[(1..=values.len()).find(is_enough).unwrap() - 1]
}

/// Numbers of every size.
fn any_number() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0_u32..64).prop_map(|(value, shift)| value >> shift)
}

proptest! {
    #[test]
    fn counting_many_at_once_is_counting_one_by_one(given in prop::collection::vec(0_u8..=10, 0..700)) {
        let mut at_once = Scores::new(instrument(Scale::Nps));
        at_once.add_all(&given).unwrap();
        prop_assert_eq!(&at_once, &scores(Scale::Nps, &given));
        let json = serde_json::to_string(&at_once).unwrap();
        prop_assert_eq!(serde_json::from_str::<Scores>(&json).unwrap(), at_once);
    }

    #[test]
    fn segments_are_counted_as_if_each_were_alone(
        given in prop::collection::vec((0_u32..5, 1_u8..=5), 0..300),
    ) {
        let (segments, given_scores): (Vec<_>, Vec<_>) = given.iter().copied().unzip();
        let mut table = SegmentedScores::new(instrument(CSAT), 5);
        table.add_all(&segments, &given_scores).unwrap();
        for segment in 0..5 {
            let own: Vec<u8> = given.iter().filter(|(of, _)| *of == segment).map(|(_, s)| *s).collect();
            prop_assert_eq!(table.segment(segment).unwrap(), scores(CSAT, &own));
        }
    }

    #[test]
    fn scores_merge_in_any_order(one in prop::collection::vec(1_u8..=5, 0..60), two in prop::collection::vec(1_u8..=5, 0..60)) {
        let both: Vec<u8> = one.iter().chain(&two).copied().collect();
        let mut forth = scores(CSAT, &one);
        forth.merge(&scores(CSAT, &two)).unwrap();
        let mut back = scores(CSAT, &two);
        back.merge(&scores(CSAT, &one)).unwrap();
        prop_assert_eq!(&forth, &back);
        prop_assert_eq!(forth, scores(CSAT, &both));
    }

    #[test]
    fn an_interval_holds_its_share_and_stays_in_bounds(x in 0_u64..500, more in 0_u64..500) {
        prop_assume!(x + more > 0);
        let share = Proportion::split(x, more);
        for interval in [share.wilson(Confidence::P95), share.agresti_coull(Confidence::P95)] {
            let interval = interval.unwrap();
            prop_assert!(interval.contains(share.value().unwrap()));
            prop_assert!(interval.lower >= 0.0 && interval.upper <= 1.0);
        }
        let wilson = share.wilson(Confidence::P95).unwrap();
        prop_assert_eq!(wilson.lower == 0.0, x == 0);
        prop_assert_eq!(wilson.upper == 1.0, more == 0);
        let wide = share.wilson(Confidence::P99).unwrap();
        prop_assert!(wide.lower <= wilson.lower && wilson.upper <= wide.upper);
    }

    #[test]
    fn a_change_back_is_the_change_with_its_sign_turned(
        [a, b, c, d] in prop::array::uniform4(0_u64..200),
    ) {
        prop_assume!(a + b > 0 && c + d > 0);
        let (one, two) = (Proportion::split(a, b), Proportion::split(c, d));
        let test = Test::default();
        let (forth, back) = (two.change_from(&one, &test), one.change_from(&two, &test));
        let (forth_at, back_at) = (forth.interval.unwrap(), back.interval.unwrap());
        prop_assert!((forth_at.lower + back_at.upper).abs() < 1e-12);
        prop_assert!((forth.difference.unwrap() + back.difference.unwrap()).abs() < 1e-12);
        // The p-value says the same as the interval.
        let excludes = !forth_at.contains(0.0);
        let p = forth.p_value.unwrap();
        prop_assert!((p - 0.05).abs() < 1e-9 || excludes == (p < 0.05));
    }

    #[test]
    fn a_sketch_is_at_most_1_percent_off_and_merges_exactly(
        one in prop::collection::vec(any_number(), 1..200),
        two in prop::collection::vec(any_number(), 0..200),
        p in 0_u16..=100,
    ) {
        let sketch = |values: &[u64]| {
            let mut sketch = Sketch::default();
            values.iter().for_each(|value| sketch.add(*value));
            sketch
        };
        let both: Vec<u64> = one.iter().chain(&two).copied().collect();
        let mut merged = sketch(&one);
        merged.merge(&sketch(&two));
        prop_assert_eq!(&merged, &sketch(&both));
        let (got, exact) = (merged.quantile(percent(p)).unwrap(), by_sorting(&both, percent(p)));
        prop_assert!(u128::from(got.abs_diff(exact)) * 128 <= u128::from(exact), "{} for {}", got, exact);
        let json = serde_json::to_string(&merged).unwrap();
        prop_assert_eq!(serde_json::from_str::<Sketch>(&json).unwrap(), merged);
    }

    #[test]
    fn a_spread_is_the_same_however_it_was_put_together(
        sizes in prop::collection::vec(0_usize..3_000, 1..5),
        seed in any::<u64>(),
    ) {
        let mut next = seed;
        let mut number = || {
            next = next.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            next >> 30
        };
        let lots: Vec<Vec<u64>> = sizes.iter().map(|n| (0..*n).map(|_| number()).collect()).collect();
        let whole: Spread = lots.iter().flatten().copied().collect();
        let parts: Vec<Spread> = lots.iter().map(|lot| lot.iter().copied().collect()).collect();
        let mut forth = Spread::default();
        parts.iter().for_each(|part| forth.merge(part));
        let mut back = Spread::default();
        parts.iter().rev().for_each(|part| back.merge(part));
        prop_assert_eq!(&forth, &whole);
        prop_assert_eq!(&back, &whole);
        let all: Vec<u64> = lots.concat();
        prop_assert_eq!(whole.is_exact(), all.len() <= Spread::EXACT);
        if whole.is_exact() && !all.is_empty() {
            prop_assert_eq!(whole.quantile(percent(90)).unwrap(), by_sorting(&all, percent(90)));
        }
        let json = serde_json::to_string(&whole).unwrap();
        prop_assert_eq!(serde_json::from_str::<Spread>(&json).unwrap(), whole);
    }

    #[test]
    fn without_open_items_the_censored_quantile_is_the_nearest_rank(
        values in prop::collection::vec(0_u64..50, 1..40), p in 1_u16..=100,
    ) {
        let ended: Spread = values.iter().copied().collect();
        prop_assert_eq!(
            censored_quantile(&ended, &Spread::default(), percent(p)),
            Some(by_sorting(&values, percent(p)))
        );
        // One that is open beyond all others can only put a quantile later.
        let open: Spread = [100].into_iter().collect();
        let with = censored_quantile(&ended, &open, percent(p));
        prop_assert!(with.is_none_or(|with| with >= by_sorting(&values, percent(p))));
    }
}
