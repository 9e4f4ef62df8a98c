//! How long things took, in steps that people think in.

use super::chart::{self, Bar};
use super::page::{Cell, Page, Table};
use super::text::Tongue;
use super::words::Word;
use crate::satisfaction::{Spread, real};

const HOUR: u64 = 60 * 60 * 1_000;

/// Up to how long, in hours; the last step has no end.
const STEPS: [u64; 7] = [1, 4, 8, 24, 72, 168, 720];

impl Page<'_> {
    fn step(&self, n: usize) -> String {
        let (hours, days) = match self.tongue {
            Tongue::English => ("h", "d"),
            Tongue::Turkish => ("sa", "g"),
        };
        let (sign, step) = match STEPS.get(n) {
            Some(step) => ('\u{2264}', *step),
            None => ('>', STEPS.last().copied().unwrap_or_default()),
        };
        match step < 24 {
            true => format!("{sign} {step} {hours}"),
            false => format!("{sign} {} {days}", step / 24),
        }
    }

    /// A histogram of each duration that there is, and all of them in one table.
    pub(super) fn durations(&self) -> (Vec<(String, String)>, Option<Table>) {
        let figures = &self.report.figures;
        let named = [
            (Word::FirstResponse, &figures.first_response.calendar),
            (Word::FirstResolution, &figures.first_resolution.calendar),
        ];
        let named: Vec<(Word, Vec<u64>)> = named
            .into_iter()
            .filter(|(_, spread)| spread.n() > 0)
            .map(|(word, spread)| (word, steps(spread)))
            .collect();
        let charts = named.iter().map(|(word, counts)| {
            let title = format!("{} \u{2013} {}", self.say(*word), self.say(Word::HowLong));
            let bars = counts.iter().enumerate().map(|(n, count)| Bar {
                label: self.step(n),
                value: real(*count),
                text: self.tongue.count(*count),
                bounds: None,
                is_bad: false,
            });
            let bars: Vec<Bar> = bars.collect();
            (title.clone(), chart::columns(&title, &bars))
        });
        let charts = charts.collect();
        let mut columns = self.columns(&[Word::HowLong]);
        columns.extend(named.iter().map(|(word, _)| self.say(*word)));
        let rows = (0..=STEPS.len()).map(|n| {
            let counts = named.iter().map(|(_, counts)| counts.get(n));
            let counts = counts.map(|count| Cell::Count(count.copied().unwrap_or(0)));
            [Cell::Text(self.step(n))]
                .into_iter()
                .chain(counts)
                .collect()
        });
        let table = Table {
            name: "durations".to_owned(),
            about: None,
            caption: self.say(Word::HowLong),
            columns,
            rows: rows.collect(),
        };
        (charts, (!named.is_empty()).then_some(table))
    }
}

/// How many took up to each step, and longer than the last.
fn steps(spread: &Spread) -> Vec<u64> {
    let mut counts = vec![0_u64; STEPS.len().saturating_add(1)];
    for (value, count) in spread.points() {
        let step = STEPS.partition_point(|step| step.saturating_mul(HOUR) < value);
        if let Some(known) = counts.get_mut(step) {
            *known = known.saturating_add(count);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_holds_its_last_instant_and_nothing_is_lost() {
        let mut spread = Spread::default();
        for value in [
            0,
            HOUR,
            HOUR + 1,
            24 * HOUR,
            720 * HOUR,
            720 * HOUR + 1,
            u64::MAX,
        ] {
            spread.add(value);
        }
        assert_eq!(steps(&spread), [2, 1, 0, 1, 0, 0, 1, 2]);
    }
}
