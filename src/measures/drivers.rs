//! What drives a score: where it is worse than elsewhere, and what a change is made of.
#![expect(clippy::float_arithmetic, reason = "statistics")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::kernel::Code;
use crate::satisfaction::{Confidence, FLOOR, Figure, Interval, Scores, Test, Verdict};

/// What one word of a dimension (a topic, a team, ...) does to a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Driver {
    /// The word; absent where none is known.
    pub word: Option<Code>,
    /// Its own figure.
    pub figure: Figure,
    /// The figure of all the rest.
    pub rest: Figure,
    /// Its share of all answers, 0 to 1.
    pub share: f64,
    /// How much worse it is than the rest: positive is worse. `None` when there is nothing to compare.
    pub gap: Option<f64>,
    /// What it costs the whole: share times gap.
    pub contribution: Option<f64>,
    /// Between which bounds the contribution lies.
    pub bounds: Option<Interval>,
    /// From 1, the surest cost first; withheld below the floor of answers on either side.
    pub rank: Option<u32>,
}

/// The driver table of scores by word, ordered by the lower bound of the contribution: what surely costs most comes first, and not
/// what happens to have the worst mean. Those below the floor come last, by word, without a rank.
///
/// # Errors
/// [`Refusal::Satisfaction`] when the scores are not of one instrument.
pub fn drivers(scores: &BTreeMap<Option<Code>, Scores>) -> Result<Vec<Driver>, Refusal> {
    let test = Test::default();
    let mut drivers = Vec::with_capacity(scores.len());
    for (word, own) in scores {
        let mut rest = Scores::new(own.instrument().clone());
        for (_, other) in scores.iter().filter(|(other, _)| *other != word) {
            rest.merge(other)?;
        }
        let total = own.n().saturating_add(rest.n());
        let share = crate::satisfaction::Proportion::split(own.n(), total - own.n());
        let share = share.value().unwrap_or(0.0);
        let change = own.change_from(&rest, &test)?;
        drivers.push(Driver {
            word: word.clone(),
            figure: own.figure(Confidence::P95),
            rest: rest.figure(Confidence::P95),
            share,
            gap: change.difference.map(|difference| -difference),
            contribution: change.difference.map(|difference| share * -difference),
            bounds: change.interval.map(|at| Interval {
                lower: share * -at.upper,
                upper: share * -at.lower,
            }),
            rank: (!matches!(change.verdict, Verdict::TooFew)).then_some(0),
        });
    }
    let lower = |driver: &Driver| driver.bounds.map_or(f64::NEG_INFINITY, |at| at.lower);
    drivers.sort_by(|a, b| {
        let ranked = b.rank.is_some().cmp(&a.rank.is_some());
        let surest = match a.rank.is_some() && b.rank.is_some() {
            true => lower(b).total_cmp(&lower(a)),
            false => std::cmp::Ordering::Equal,
        };
        ranked.then(surest).then_with(|| a.word.cmp(&b.word))
    });
    for (n, driver) in (1..).zip(&mut drivers) {
        driver.rank = driver.rank.map(|_| n);
    }
    Ok(drivers)
}

impl Driver {
    /// Whether it surely costs something, and enough answers say so.
    #[must_use]
    pub fn is_problem(&self) -> bool {
        self.rank.is_some()
            && self.figure.n >= FLOOR
            && self.bounds.is_some_and(|at| at.lower > 0.0)
    }
}

/// What one word adds to the change of a figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// The word; absent where none is known.
    pub word: Option<Code>,
    /// Because its share of the answers changed.
    pub mix: f64,
    /// Because its own figure changed.
    pub rate: f64,
}

/// What a change of a figure is made of: mix and rate effects, which sum up to the change (Kitagawa, Journal of the American
/// Statistical Association 50, 1955, 1168-1194). `None` when there is no answer in either period.
///
/// # Errors
/// [`Refusal::Satisfaction`] when the scores are not of one instrument.
pub fn shifts(
    before: &BTreeMap<Option<Code>, Scores>,
    after: &BTreeMap<Option<Code>, Scores>,
) -> Result<Option<Vec<Shift>>, Refusal> {
    let whole = |scores: &BTreeMap<Option<Code>, Scores>| -> Result<Option<Scores>, Refusal> {
        let mut scores = scores.values();
        let Some(mut whole) = scores.next().cloned() else {
            return Ok(None);
        };
        for other in scores {
            whole.merge(other)?;
        }
        Ok(Some(whole))
    };
    let (Some(then), Some(now)) = (whole(before)?, whole(after)?) else {
        return Ok(None);
    };
    // Only scores of one instrument are compared.
    now.change_from(&then, &Test::default())?;
    let value = |scores: &Scores| scores.figure(Confidence::P95).value;
    let (Some(value_then), Some(value_now)) = (value(&then), value(&now)) else {
        return Ok(None);
    };
    let middle = f64::midpoint(value_then, value_now);
    let words: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let part = |scores: Option<&Scores>, whole: &Scores| {
        let n = scores.map_or(0, Scores::n);
        let share = crate::satisfaction::Proportion::split(n, whole.n() - n);
        (share.value().unwrap_or(0.0), scores.and_then(value))
    };
    let shift = |word: &Option<Code>| {
        let (share_then, own_then) = part(before.get(word), &then);
        let (share_now, own_now) = part(after.get(word), &now);
        // What was not there before did not change its figure, only its share.
        let own_then = own_then.or(own_now).unwrap_or(middle);
        let own_now = own_now.unwrap_or(own_then);
        Shift {
            word: word.clone(),
            mix: (share_now - share_then) * (f64::midpoint(own_then, own_now) - middle),
            rate: f64::midpoint(share_then, share_now) * (own_now - own_then),
        }
    };
    Ok(Some(words.into_iter().map(shift).collect()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::code;
    use crate::satisfaction::{Instrument, Scale};

    fn scores(scale: Scale, given: &[u8]) -> Scores {
        let mut scores = Scores::new(Instrument::new(code!("after_case"), scale));
        scores.add_all(given).unwrap();
        scores
    }

    fn word(n: usize) -> Option<Code> {
        Code::try_new(["bill", "delivery", "noise", "water"][n]).ok()
    }

    #[test]
    fn what_surely_costs_most_comes_first_not_what_has_the_worst_mean() {
        let of = |good: usize, bad: usize| {
            scores(Scale::CsatFive, &[vec![5; good], vec![1; bad]].concat())
        };
        let by_topic = BTreeMap::from([
            (word(0), of(900, 100)),
            (word(1), of(300, 200)), // worse, and many
            (word(2), of(10, 30)),   // the worst mean, and few
            (word(3), of(0, 29)),    // below the floor
        ]);
        let table = drivers(&by_topic).unwrap();
        let order: Vec<_> = table
            .iter()
            .map(|row| (row.word.clone(), row.rank))
            .collect();
        assert_eq!(
            order,
            [
                (word(1), Some(1)),
                (word(2), Some(2)),
                (word(0), Some(3)),
                (word(3), None)
            ]
        );
        assert!(table[0].is_problem() && table[1].is_problem());
        assert!(!table[2].is_problem() && !table[3].is_problem());
        let first = &table[0];
        let rest = 910.0 / 1_069.0;
        assert!((first.gap.unwrap() - (rest - 0.6)).abs() < 1e-12);
        assert!((first.contribution.unwrap() - 500.0 / 1_569.0 * (rest - 0.6)).abs() < 1e-12);
    }

    #[test]
    fn scores_of_two_instruments_have_no_driver_table() {
        let by_topic = BTreeMap::from([
            (word(0), scores(Scale::CsatFive, &[5])),
            (word(1), scores(Scale::Nps, &[5])),
        ]);
        let refusal = drivers(&by_topic).unwrap_err();
        assert_eq!(refusal.code(), "satisfaction.incomparable");
        assert!(shifts(&by_topic, &by_topic).is_err());
    }

    type Given = Vec<(usize, u8)>;

    fn sorted_out(scale: Scale, given: &Given) -> BTreeMap<Option<Code>, Scores> {
        let mut sorted = BTreeMap::new();
        for (topic, score) in given {
            let own = sorted
                .entry(word(*topic))
                .or_insert_with(|| scores(scale, &[]));
            own.add(*score).unwrap();
        }
        sorted
    }

    proptest! {
        #[test]
        fn mix_and_rate_sum_up_to_the_change(
            before in prop::collection::vec((0_usize..4, 1_u8..=5), 1..60),
            after in prop::collection::vec((0_usize..4, 1_u8..=5), 1..60),
            scale in prop::sample::select(vec![
                Scale::CsatFive,
                Scale::Nps,
                Scale::Ces(crate::satisfaction::EffortFigure::Mean),
            ]),
        ) {
            let [then, now] = [&before, &after].map(|given| sorted_out(scale, given));
            let all = |given: &Given| {
                let given: Vec<u8> = given.iter().map(|(_, score)| *score).collect();
                scores(scale, &given).figure(Confidence::P95).value.unwrap()
            };
            let shifts = shifts(&then, &now).unwrap().unwrap();
            let sum: f64 = shifts.iter().map(|shift| shift.mix + shift.rate).sum();
            prop_assert!((sum - (all(&after) - all(&before))).abs() < 1e-9);
        }
    }
}
