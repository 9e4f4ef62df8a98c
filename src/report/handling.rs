//! How often cases were handed on, calls were answered in time, and what came back of what was sold.

use super::page::{Cell, Page, Section};
use super::text::Unit;
use super::words::Word;
use crate::kernel::BasisPoints;
use crate::measures::{Rate, ServiceLevel, ServiceLevelFormula};
use crate::satisfaction::{Proportion, Spread};

impl Page<'_> {
    /// The service level by each formula: one figure alone would not say which of them it is.
    pub(super) fn service_level(&self) -> Option<Section> {
        let by = |level: &ServiceLevel, formula| level.by(formula).unwrap_or_default();
        let (now, then) = (
            &self.report.figures.service_level,
            &self.report.before.service_level,
        );
        let row = |formula: &ServiceLevelFormula| {
            let name = self.say(Word::of_formula(*formula));
            let [now, then]: [Proportion; 2] = [now, then].map(|level| by(level, *formula));
            self.rate_row(name, &now, &then)
        };
        let rows = ServiceLevelFormula::ALL.iter().filter_map(row).collect();
        self.rate_section(Word::ServiceLevel, "service_level", rows)
    }

    pub(super) fn handling(&self) -> Option<Section> {
        let figures = &self.report.figures;
        let spread = |word, spread: &Spread| {
            let [p50, p90] = [50, 90].map(|at| {
                let value = spread.quantile(BasisPoints::from_percent(at));
                value.map_or(Cell::None, Cell::Count)
            });
            let mean = spread.mean();
            vec![
                Cell::Text(self.say(word)),
                Cell::Count(spread.n()),
                Cell::Count(u64::try_from(spread.sum()).unwrap_or(u64::MAX)),
                mean.map_or(Cell::None, |mean| Cell::Figure(mean, Unit::Plain)),
                p50,
                p90,
            ]
        };
        let total = |word, count| {
            let cells = [Cell::Text(self.say(word)), Cell::Count(figures.opened)];
            let rest = [Cell::Count(count), Cell::None, Cell::None, Cell::None];
            cells.into_iter().chain(rest).collect()
        };
        let is_any = figures.transfers.sum() > 0 || figures.bounces > 0 || figures.repeat_asks > 0;
        let rows = match is_any {
            true => vec![
                spread(Word::Transfers, &figures.transfers),
                spread(Word::Teams, &figures.teams),
                total(Word::Bounces, figures.bounces),
                total(Word::RepeatAsks, figures.repeat_asks),
            ],
            false => Vec::new(),
        };
        let columns = [Word::Measure, Word::Cases, Word::Total, Word::Mean];
        let mut columns = self.columns(&columns);
        columns.extend(self.columns(&[Word::Median, Word::NinetyPercent]));
        self.counts(Word::Handling, "handling", columns, rows)
    }

    pub(super) fn per_units(&self) -> Option<Section> {
        let per_hundred = |rate: Rate| {
            let value = rate.per_hundred();
            value.map_or(Cell::None, |value| Cell::Figure(value, Unit::Plain))
        };
        let row = |name, rate: Rate, then| {
            let counts = [rate.count, rate.units].map(Cell::Count);
            let [count, units] = counts;
            vec![Cell::Text(name), count, units, per_hundred(rate), then]
        };
        let (now, then) = (&self.report.figures, &self.report.before);
        let mut rows = Vec::new();
        if now.sold > 0 {
            let name = self.say(Word::ContactRate);
            rows.push(row(
                name,
                now.contact_rate(),
                per_hundred(then.contact_rate()),
            ));
        }
        for (month, rate) in (1..).zip(&self.report.claim_rates) {
            let name = format!("{} {}", self.say(Word::ClaimRate), self.tongue.count(month));
            rows.push(row(name, *rate, Cell::None));
        }
        let columns = [Word::Measure, Word::Count, Word::Units, Word::PerHundred];
        let mut columns = self.columns(&columns);
        columns.extend(self.columns(&[Word::Before]));
        self.counts(Word::PerUnits, "per_units", columns, rows)
    }
}
