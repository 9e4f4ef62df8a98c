//! What customers say.

use std::fmt::Write;

use super::chart::{self, Bar, Point};
use super::page::{Cell, Page, Section, Table};
use super::text::Unit;
use super::words::Word;
use crate::kernel::BasisPoints;
use crate::measures::{Dimension, Driver, Voice};
use crate::satisfaction::{Confidence, EffortFigure, Proportion, Rating, Scale, Verdict};

impl Page<'_> {
    pub(super) fn voice(&self, voice: &Voice) -> Section {
        let scale = voice.scores.scale();
        let unit = unit_of(scale);
        let name = Word::of_scale(scale, self.tongue);
        let question = self.label(&voice.instrument.question);
        let mut section = Section {
            heading: format!("{}: {name}, {question}", self.say(Word::Voices)),
            note: Some(self.verdict(voice, unit)),
            charts: vec![self.histogram(voice)],
            tables: vec![self.scored(voice, unit), self.distribution(voice)],
        };
        let points = self.trend(voice);
        if points.len() > 1 {
            let title = format!("{name} \u{2013} {}", self.say(Word::Trend));
            let svg = chart::line(&title, &points, |value| self.tongue.figure(value, unit));
            section.charts.push((title, svg));
            section.tables.push(self.trend_table(voice, unit));
        }
        for (dimension, drivers) in &voice.drivers {
            let by = Word::of_dimension(*dimension, self.tongue);
            let title = format!("{} {by}", self.say(Word::Drivers));
            let bars: Vec<Bar> = drivers
                .iter()
                .filter(|driver| driver.rank.is_some())
                .take(8)
                .filter_map(|driver| self.driver_bar(*dimension, driver, unit))
                .collect();
            if !bars.is_empty() {
                section
                    .charts
                    .push((title.clone(), chart::bars(&title, &bars)));
            }
            section
                .tables
                .push(self.driver_table(voice, &title, (*dimension, drivers), unit));
        }
        for (dimension, shifts) in &voice.shifts {
            let rows = shifts.iter().map(|shift| {
                vec![
                    Cell::Text(self.place(*dimension, shift.word.as_ref())),
                    Cell::Difference(shift.mix, unit),
                    Cell::Difference(shift.rate, unit),
                ]
            });
            let by = Word::of_dimension(*dimension, self.tongue);
            section.tables.push(Table {
                name: format!("shifts_{}", dimension.name()),
                about: Some(voice.instrument.clone()),
                caption: format!("{} {by}", self.say(Word::Shifts)),
                columns: [vec![by.to_owned()], self.columns(&[Word::Mix, Word::Rate])].concat(),
                rows: rows.collect(),
            });
        }
        section
    }

    fn verdict(&self, voice: &Voice, unit: Unit) -> String {
        let change = &voice.change;
        let mut text = format!(
            "{}: {}",
            self.say(Word::Change),
            self.say(Word::of_verdict(&change.verdict))
        );
        if let Verdict::NoDetectableChange {
            smallest_detectable,
        } = change.verdict
        {
            let _ = write!(
                text,
                " {}",
                self.tongue
                    .figure(smallest_detectable, unit.of_difference())
            );
        }
        if let (Some(difference), Some(at)) = (change.difference, change.interval) {
            let (difference, at) = (
                self.tongue.signed(difference, unit),
                self.tongue.interval(at, unit.of_difference()),
            );
            let _ = write!(text, " ({difference}; {}: {at})", self.say(Word::Bounds));
        }
        text
    }

    fn histogram(&self, voice: &Voice) -> (String, String) {
        let scale = voice.scores.scale();
        let bars: Vec<Bar> = voice
            .scores
            .counts()
            .map(|(score, count)| Bar {
                label: score.to_string(),
                value: crate::satisfaction::real(count),
                text: self.tongue.count(count),
                bounds: None,
                is_bad: scale.rate(score) == Ok(Rating::Bad),
            })
            .collect();
        let title = self.say(Word::Distribution);
        (title.clone(), chart::columns(&title, &bars))
    }

    /// What the scores come to.
    fn scored(&self, voice: &Voice, unit: Unit) -> Table {
        let figure = voice.scores.figure(Confidence::P95);
        let bounds = |at| Cell::Bounds(at, unit);
        let name = Word::of_scale(voice.scores.scale(), self.tongue).to_owned();
        let mean = voice.scores.mean().value();
        let [p50, p90] = [50, 90].map(|at| {
            let score = voice.scores.quantile(BasisPoints::from_percent(at));
            score.map_or(Cell::None, |score| Cell::Count(score.into()))
        });
        let row = vec![
            Cell::Text(name.clone()),
            Cell::Count(figure.n),
            mean.map_or(Cell::None, |mean| Cell::Figure(mean, Unit::Plain)),
            p50,
            p90,
            figure
                .value
                .map_or(Cell::None, |value| Cell::Figure(value, unit)),
            figure.interval.map_or(Cell::None, bounds),
        ];
        let words = [
            Word::Measure,
            Word::Answers,
            Word::Mean,
            Word::Median,
            Word::NinetyPercent,
            Word::Value,
            Word::Bounds,
        ];
        Table {
            name: "scores".to_owned(),
            about: Some(voice.instrument.clone()),
            caption: name,
            columns: self.columns(&words),
            rows: vec![row],
        }
    }

    fn distribution(&self, voice: &Voice) -> Table {
        let n = voice.scores.n();
        let rows = voice.scores.counts().map(|(score, count)| {
            let share = Proportion::split(count, n.saturating_sub(count));
            vec![
                Cell::Text(score.to_string()),
                Cell::Count(count),
                share
                    .value()
                    .map_or(Cell::None, |value| Cell::Figure(value, Unit::Share)),
            ]
        });
        Table {
            name: "answers".to_owned(),
            about: Some(voice.instrument.clone()),
            caption: self.say(Word::Distribution),
            columns: self.columns(&[Word::Score, Word::Answers, Word::Share]),
            rows: rows.collect(),
        }
    }

    fn trend(&self, voice: &Voice) -> Vec<Point> {
        let points = self.report.trend.iter().filter_map(|(day, figures)| {
            let figure = figures
                .scores
                .get(&voice.instrument)?
                .figure(Confidence::P95);
            Some(Point {
                label: self.tongue.day(*day),
                value: figure.value?,
                bounds: figure.interval.map(|at| (at.lower, at.upper)),
            })
        });
        points.collect()
    }

    fn trend_table(&self, voice: &Voice, unit: Unit) -> Table {
        let rows = self.report.trend.iter().filter_map(|(day, figures)| {
            let figure = figures
                .scores
                .get(&voice.instrument)?
                .figure(Confidence::P95);
            Some(vec![
                Cell::Day(*day),
                Cell::Count(figure.n),
                Cell::Figure(figure.value?, unit),
                figure
                    .interval
                    .map_or(Cell::None, |at| Cell::Bounds(at, unit)),
            ])
        });
        Table {
            name: "trend".to_owned(),
            about: Some(voice.instrument.clone()),
            caption: self.say(Word::Trend),
            columns: self.columns(&[Word::Since, Word::Answers, Word::Value, Word::Bounds]),
            rows: rows.collect(),
        }
    }

    fn driver_bar(&self, dimension: Dimension, driver: &Driver, unit: Unit) -> Option<Bar> {
        let value = driver.contribution?;
        Some(Bar {
            label: self.place(dimension, driver.word.as_ref()),
            value,
            text: self.tongue.signed(value, unit),
            bounds: driver.bounds.map(|at| (at.lower, at.upper)),
            is_bad: driver.is_problem(),
        })
    }

    fn driver_table(
        &self,
        voice: &Voice,
        title: &str,
        (dimension, drivers): (Dimension, &[Driver]),
        unit: Unit,
    ) -> Table {
        let rows = drivers.iter().map(|driver| {
            let rank = driver
                .rank
                .map_or(Cell::Withheld, |rank| Cell::Count(rank.into()));
            let or = |value: Option<f64>, cell: fn(f64, Unit) -> Cell| {
                value.map_or(Cell::None, |value| cell(value, unit))
            };
            vec![
                Cell::Text(self.place(dimension, driver.word.as_ref())),
                rank,
                Cell::Count(driver.figure.n),
                or(driver.figure.value, Cell::Figure),
                driver
                    .figure
                    .interval
                    .map_or(Cell::None, |at| Cell::Bounds(at, unit)),
                Cell::Figure(driver.share, Unit::Share),
                or(driver.gap, Cell::Difference),
                or(driver.contribution, Cell::Difference),
                driver
                    .bounds
                    .map_or(Cell::None, |at| Cell::Bounds(at, unit.of_difference())),
            ]
        });
        let by = Word::of_dimension(dimension, self.tongue).to_owned();
        let words = [
            Word::Rank,
            Word::Answers,
            Word::Value,
            Word::Bounds,
            Word::Share,
            Word::Gap,
            Word::Contribution,
            Word::CostBounds,
        ];
        Table {
            name: format!("drivers_{}", dimension.name()),
            about: Some(voice.instrument.clone()),
            caption: format!("{title}. {}", self.say(Word::Ordered)),
            columns: [vec![by], self.columns(&words)].concat(),
            rows: rows.collect(),
        }
    }
}

/// How the figure of a scale is written.
pub(super) const fn unit_of(scale: Scale) -> Unit {
    match scale {
        Scale::CsatFive | Scale::CsatThree | Scale::CsatYesNo | Scale::Ces(EffortFigure::Top3) => {
            Unit::Share
        }
        Scale::Nps | Scale::Ces(EffortFigure::Top2LessBottom3) => Unit::Net,
        Scale::Ces(EffortFigure::Mean) => Unit::Plain,
    }
}
