//! The page.
#![expect(clippy::float_arithmetic, reason = "numbers for people")]

use std::collections::BTreeMap;
use std::fmt::Write;

use super::chart::{self, Bar, Point};
use super::csv::csv;
use super::text::{Tongue, Unit, escaped};
use super::words::Word;
use crate::kernel::{BasisPoints, Code, Language};
use crate::measures::{Dimension, Driver, Duration, Figures, Report, Voice};
use crate::satisfaction::{
    Confidence, EffortFigure, Interval, Proportion, Rating, Scale, Spread, Verdict,
};

/// A cell of a table, before it is written.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    None,
    Text(String),
    Count(u64),
    Figure(f64, Unit),
    Difference(f64, Unit),
    Bounds(Interval, Unit),
    /// Milliseconds.
    Span(f64),
}

/// A table, before it is written.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// For files.
    pub(super) name: String,
    pub(super) caption: String,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A heading with what belongs to it.
struct Section {
    heading: String,
    note: Option<String>,
    charts: Vec<(String, String)>,
    tables: Vec<Table>,
}

/// A page about a report: one file, without scripts and without anything from elsewhere, readable by screen readers and on
/// a telephone; in Turkish when the language is, in English otherwise.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    report: &'a Report,
    tongue: Tongue,
    title: Option<String>,
    labels: BTreeMap<Code, String>,
}

impl<'a> Page<'a> {
    /// The page of a report.
    #[must_use]
    pub fn new(report: &'a Report, language: Language) -> Self {
        let tongue = match language == Language::TURKISH {
            true => Tongue::Turkish,
            false => Tongue::English,
        };
        Self {
            report,
            tongue,
            title: None,
            labels: BTreeMap::new(),
        }
    }

    /// With a title of its own.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// With the text that people know a word of the business by.
    #[must_use]
    pub fn with_label(mut self, word: Code, label: impl Into<String>) -> Self {
        self.labels.insert(word, label.into());
        self
    }

    fn say(&self, word: Word) -> String {
        word.text(self.tongue).to_owned()
    }

    fn label(&self, word: Option<&Code>) -> String {
        match word {
            None => self.say(Word::Unknown),
            Some(word) => self
                .labels
                .get(word)
                .cloned()
                .unwrap_or_else(|| word.to_string()),
        }
    }

    /// The tables as CSV files: name without ending, and text. Numbers are plain, shares from 0 to 1, durations in milliseconds.
    #[must_use]
    pub fn csv(&self) -> Vec<(String, String)> {
        let sections = self.sections();
        let tables = sections.iter().flat_map(|section| &section.tables);
        tables
            .map(|table| (table.name.clone(), csv(table)))
            .collect()
    }

    /// The page as HTML.
    #[must_use]
    pub fn html(&self) -> String {
        let language = match self.tongue {
            Tongue::English => "en",
            Tongue::Turkish => "tr",
        };
        let title = escaped(&self.title.clone().unwrap_or_else(|| self.say(Word::Title)));
        let days = self.report.days;
        let last = days.to.pred_opt().unwrap_or(days.to);
        let mut html = format!(
            "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
             <style>{STYLE}</style></head><body><main>\n<h1>{title}</h1><p class=\"period\">{}: <time>{}</time> \
             \u{2013} <time>{last}</time>",
            self.say(Word::Period),
            days.from
        );
        for dimension in Dimension::ALL {
            if let Some(word) = self.report.slice.get(*dimension) {
                let name = Word::of_dimension(*dimension, self.tongue);
                let _ = write!(html, " \u{b7} {name}: {}", escaped(&self.label(Some(word))));
            }
        }
        html.push_str("</p>\n");
        self.cards(&mut html);
        for section in self.sections() {
            self.section(&mut html, &section);
        }
        html + "</main></body></html>\n"
    }

    /// The figures one looks at first.
    fn cards(&self, html: &mut String) {
        let (figures, before) = (&self.report.figures, &self.report.before);
        let _ = write!(
            html,
            "<section aria-label=\"{}\"><dl class=\"cards\">",
            self.say(Word::Overview)
        );
        let mut card = |name: &str, value: &str, note: &str| {
            let (name, note) = (escaped(name), escaped(note));
            let _ = write!(
                html,
                "<div><dt>{name}</dt><dd class=\"value\">{value}</dd><dd class=\"note\">{note}</dd></div>"
            );
        };
        let then = |count: u64| format!("{}: {}", self.say(Word::Before), self.tongue.count(count));
        for (word, now, earlier) in [
            (Word::CasesOpened, figures.opened, before.opened),
            (Word::CasesSolved, figures.solved, before.solved),
            (Word::Backlog, figures.backlog.n(), before.backlog.n()),
        ] {
            if now > 0 || earlier > 0 {
                card(&self.say(word), &self.tongue.count(now), &then(earlier));
            }
        }
        for voice in &self.report.voices {
            let figure = voice.scores.figure(Confidence::P95);
            let unit = unit_of(voice.scores.scale());
            if let (Some(value), Some(at)) = (figure.value, figure.interval) {
                let name = Word::of_scale(voice.scores.scale(), self.tongue);
                let bounds = self.tongue.interval(at, unit);
                let note = format!("n = {}, {bounds}", self.tongue.count(figure.n));
                card(name, &self.tongue.figure(value, unit), &note);
            }
        }
        html.push_str("</dl></section>\n");
    }

    fn section(&self, html: &mut String, section: &Section) {
        let _ = write!(html, "<section><h2>{}</h2>", escaped(&section.heading));
        if let Some(note) = &section.note {
            let _ = write!(html, "<p>{}</p>", escaped(note));
        }
        if !section.charts.is_empty() {
            html.push_str("<div class=\"charts\">");
            for (caption, svg) in &section.charts {
                let caption = escaped(caption);
                let _ = write!(
                    html,
                    "<figure>{svg}<figcaption>{caption}</figcaption></figure>"
                );
            }
            html.push_str("</div>");
        }
        for table in &section.tables {
            self.table(html, table);
        }
        html.push_str("</section>\n");
    }

    fn table(&self, html: &mut String, table: &Table) {
        let caption = escaped(&table.caption);
        // It can be reached by keyboard where it is wider than the page.
        let _ = write!(
            html,
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table><caption>{caption}</caption><thead><tr>"
        );
        for column in &table.columns {
            let _ = write!(html, "<th scope=\"col\">{}</th>", escaped(column));
        }
        html.push_str("</tr></thead><tbody>");
        for row in &table.rows {
            html.push_str("<tr>");
            for (n, cell) in row.iter().enumerate() {
                let text = escaped(&self.written(cell));
                let _ = match (n, cell) {
                    (0, _) => write!(html, "<th scope=\"row\">{text}</th>"),
                    (_, Cell::Text(_)) => write!(html, "<td class=\"text\">{text}</td>"),
                    _ => write!(html, "<td>{text}</td>"),
                };
            }
            html.push_str("</tr>");
        }
        html.push_str("</tbody></table></div>");
    }

    fn written(&self, cell: &Cell) -> String {
        match cell {
            Cell::None => "\u{2013}".to_owned(),
            Cell::Text(text) => text.clone(),
            Cell::Count(count) => self.tongue.count(*count),
            Cell::Figure(value, unit) => self.tongue.figure(*value, *unit),
            Cell::Difference(value, unit) => self.tongue.signed(*value, *unit),
            Cell::Bounds(at, unit) => self.tongue.interval(*at, *unit),
            Cell::Span(ms) => self.tongue.duration(*ms),
        }
    }

    fn columns(&self, words: &[Word]) -> Vec<String> {
        words.iter().map(|word| self.say(*word)).collect()
    }

    fn sections(&self) -> Vec<Section> {
        let mut sections = Vec::new();
        if !self.report.voices.is_empty() {
            sections.extend(self.report.voices.iter().map(|voice| self.voice(voice)));
        }
        sections.extend(self.times());
        sections.extend(self.rates());
        sections.extend(self.promises());
        sections.extend(self.excluded());
        sections
    }

    fn voice(&self, voice: &Voice) -> Section {
        let scale = voice.scores.scale();
        let unit = unit_of(scale);
        let name = Word::of_scale(scale, self.tongue);
        let question = self.label(Some(&voice.instrument.question));
        let mut section = Section {
            heading: format!("{}: {name}, {question}", self.say(Word::Voices)),
            note: Some(self.verdict(voice, unit)),
            charts: vec![self.histogram(voice)],
            tables: vec![self.distribution(voice)],
        };
        let points = self.trend(voice);
        if points.len() > 1 {
            let title = format!("{name}, {}", self.say(Word::Trend));
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
                .filter_map(|driver| self.driver_bar(driver, unit))
                .collect();
            if !bars.is_empty() {
                section
                    .charts
                    .push((title.clone(), chart::bars(&title, &bars)));
            }
            section
                .tables
                .push(self.driver_table(&title, *dimension, drivers, unit));
        }
        for (dimension, shifts) in &voice.shifts {
            let rows = shifts.iter().map(|shift| {
                vec![
                    Cell::Text(self.label(shift.word.as_ref())),
                    Cell::Difference(shift.mix, unit),
                    Cell::Difference(shift.rate, unit),
                ]
            });
            let by = Word::of_dimension(*dimension, self.tongue);
            section.tables.push(Table {
                name: format!("shifts_{}", dimension.name()),
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
            let _ = write!(text, " {}", self.tongue.figure(smallest_detectable, unit));
        }
        if let (Some(difference), Some(at)) = (change.difference, change.interval) {
            let (difference, at) = (
                self.tongue.signed(difference, unit),
                self.tongue.interval(at, unit),
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
        let mut rows: Vec<_> = rows.collect();
        if let Some(mean) = voice.scores.mean().value() {
            rows.push(vec![
                Cell::Text(self.say(Word::Mean)),
                Cell::Count(n),
                Cell::Figure(mean, Unit::Plain),
            ]);
        }
        Table {
            name: "answers".to_owned(),
            caption: self.say(Word::Distribution),
            columns: self.columns(&[Word::Score, Word::Answers, Word::Share]),
            rows,
        }
    }

    fn trend(&self, voice: &Voice) -> Vec<Point> {
        let points = self.report.trend.iter().filter_map(|(day, figures)| {
            let figure = figures
                .scores
                .get(&voice.instrument)?
                .figure(Confidence::P95);
            Some(Point {
                label: day.to_string(),
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
                Cell::Text(day.to_string()),
                Cell::Count(figure.n),
                Cell::Figure(figure.value?, unit),
                figure
                    .interval
                    .map_or(Cell::None, |at| Cell::Bounds(at, unit)),
            ])
        });
        Table {
            name: "trend".to_owned(),
            caption: self.say(Word::Trend),
            columns: self.columns(&[Word::Since, Word::Answers, Word::Value, Word::Bounds]),
            rows: rows.collect(),
        }
    }

    fn driver_bar(&self, driver: &Driver, unit: Unit) -> Option<Bar> {
        let value = driver.contribution?;
        Some(Bar {
            label: self.label(driver.word.as_ref()),
            value,
            text: self.tongue.signed(value, unit),
            bounds: driver.bounds.map(|at| (at.lower, at.upper)),
            is_bad: driver.is_problem(),
        })
    }

    fn driver_table(
        &self,
        title: &str,
        dimension: Dimension,
        drivers: &[Driver],
        unit: Unit,
    ) -> Table {
        let rows = drivers.iter().map(|driver| {
            let rank = driver.rank.map_or_else(
                || Cell::Text(self.say(Word::Withheld)),
                |rank| Cell::Count(rank.into()),
            );
            let or = |value: Option<f64>, cell: fn(f64, Unit) -> Cell| {
                value.map_or(Cell::None, |value| cell(value, unit))
            };
            vec![
                Cell::Text(self.label(driver.word.as_ref())),
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
                    .map_or(Cell::None, |at| Cell::Bounds(at, unit)),
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
            Word::Bounds,
        ];
        Table {
            name: format!("drivers_{}", dimension.name()),
            caption: format!("{title}. {}", self.say(Word::Ordered)),
            columns: [vec![by], self.columns(&words)].concat(),
            rows: rows.collect(),
        }
    }

    fn times(&self) -> Option<Section> {
        let figures = &self.report.figures;
        let named: [(Word, fn(&Figures) -> &Duration); 8] = [
            (Word::FirstResponse, |figures| &figures.first_response),
            (Word::NextResponse, |figures| &figures.next_response),
            (Word::FirstResolution, |figures| &figures.first_resolution),
            (Word::FullResolution, |figures| &figures.full_resolution),
            (Word::RequesterWait, |figures| &figures.requester_wait),
            (Word::AgentWait, |figures| &figures.agent_wait),
            (Word::OnHold, |figures| &figures.on_hold),
            (Word::Closing, |figures| &figures.closing),
        ];
        let mut rows = Vec::new();
        for (word, of) in named {
            let (now, then) = (of(figures), of(&self.report.before));
            if now.calendar.n() > 0 {
                let business = now.business.quantile(MEDIAN);
                let [p50, p90] = [MEDIAN, NINETY].map(|at| now.quantile(at));
                rows.push(vec![
                    Cell::Text(self.say(word)),
                    Cell::Count(now.calendar.n()),
                    now.calendar.mean().map_or(Cell::None, Cell::Span),
                    span(p50),
                    span(p90),
                    span(business),
                    span(then.quantile(MEDIAN)),
                ]);
            }
        }
        for (word, spread) in [
            (Word::HandleTime, &figures.handle_time),
            (Word::Age, &figures.backlog),
        ] {
            if spread.n() > 0 {
                rows.push(self.spread_row(word, spread));
            }
        }
        let words = [
            Word::Measure,
            Word::Number,
            Word::Mean,
            Word::Median,
            Word::NinetyPercent,
            Word::Business,
            Word::Before,
        ];
        (!rows.is_empty()).then(|| Section {
            heading: self.say(Word::Times),
            note: Some(self.say(Word::Exact)),
            charts: self.volume().into_iter().collect(),
            tables: vec![Table {
                name: "times".to_owned(),
                caption: self.say(Word::Times),
                columns: self.columns(&words),
                rows,
            }],
        })
    }

    fn spread_row(&self, word: Word, spread: &Spread) -> Vec<Cell> {
        vec![
            Cell::Text(self.say(word)),
            Cell::Count(spread.n()),
            spread.mean().map_or(Cell::None, Cell::Span),
            span(spread.quantile(MEDIAN)),
            span(spread.quantile(NINETY)),
            Cell::None,
            Cell::None,
        ]
    }

    fn volume(&self) -> Option<(String, String)> {
        let point = |(day, figures): &(chrono::NaiveDate, Figures)| Point {
            label: day.to_string(),
            value: crate::satisfaction::real(figures.opened),
            bounds: None,
        };
        let points: Vec<Point> = self.report.trend.iter().map(point).collect();
        let title = format!("{}, {}", self.say(Word::CasesOpened), self.say(Word::Trend));
        let write = |value: f64| {
            let text = format!("{value:.0}");
            text.parse().map_or(text, |count| self.tongue.count(count))
        };
        (points.len() > 1).then(|| (title.clone(), chart::line(&title, &points, write)))
    }

    fn rates(&self) -> Option<Section> {
        let named: [(Word, fn(&Figures) -> Proportion); 5] = [
            (Word::OneTouch, |figures| figures.one_touch),
            (Word::FirstContact, |figures| figures.first_contact),
            (Word::RepeatContact, |figures| figures.repeat_contact),
            (Word::Reopened, |figures| figures.reopened),
            (Word::ResponseRate, |figures| figures.response.rate()),
        ];
        let rows: Vec<_> = named
            .iter()
            .filter_map(|(word, of)| {
                self.rate_row(
                    self.say(*word),
                    &of(&self.report.figures),
                    &of(&self.report.before),
                )
            })
            .collect();
        self.rate_section(Word::Rates, "rates", rows)
    }

    fn promises(&self) -> Option<Section> {
        let (now, then) = (&self.report.figures.sla, &self.report.before.sla);
        let row = |(metric, kept): (&crate::sla::Metric, &Proportion)| {
            let then = then.get(metric).copied().unwrap_or_default();
            self.rate_row(
                Word::of_metric(*metric, self.tongue).to_owned(),
                kept,
                &then,
            )
        };
        let rows = now.iter().filter_map(row).collect();
        self.rate_section(Word::Promises, "promises", rows)
    }

    fn rate_row(&self, name: String, now: &Proportion, then: &Proportion) -> Option<Vec<Cell>> {
        let share = |value| Cell::Figure(value, Unit::Share);
        Some(vec![
            Cell::Text(name),
            Cell::Count(now.of()),
            Cell::Count(now.successes()),
            share(now.value()?),
            now.wilson(Confidence::P95)
                .map_or(Cell::None, |at| Cell::Bounds(at, Unit::Share)),
            then.value().map_or(Cell::None, share),
        ])
    }

    fn rate_section(&self, heading: Word, name: &str, rows: Vec<Vec<Cell>>) -> Option<Section> {
        let counted = match heading == Word::Promises {
            true => Word::Kept,
            false => Word::Counted,
        };
        let mut columns = self.columns(&[Word::Measure, Word::Number, counted, Word::Share]);
        columns.extend(self.columns(&[Word::Bounds, Word::Before]));
        (!rows.is_empty()).then(|| Section {
            heading: self.say(heading),
            note: None,
            charts: Vec::new(),
            tables: vec![Table {
                name: name.to_owned(),
                caption: self.say(heading),
                columns,
                rows,
            }],
        })
    }

    fn excluded(&self) -> Option<Section> {
        let figures = &self.report.figures;
        let rows: Vec<_> = figures
            .excluded
            .iter()
            .map(|(reason, count)| vec![Cell::Text(self.label(Some(reason))), Cell::Count(*count)])
            .collect();
        (!rows.is_empty()).then(|| Section {
            heading: self.say(Word::Excluded),
            note: None,
            charts: Vec::new(),
            tables: vec![Table {
                name: "excluded".to_owned(),
                caption: self.say(Word::Excluded),
                columns: self.columns(&[Word::Reason, Word::Number]),
                rows,
            }],
        })
    }
}

const MEDIAN: BasisPoints = BasisPoints::from_percent(50);
const NINETY: BasisPoints = BasisPoints::from_percent(90);

fn span(ms: Option<u64>) -> Cell {
    ms.map_or(Cell::None, |ms| Cell::Span(crate::satisfaction::real(ms)))
}

const fn unit_of(scale: Scale) -> Unit {
    match scale {
        Scale::CsatFive | Scale::CsatThree | Scale::CsatYesNo | Scale::Ces(EffortFigure::Top3) => {
            Unit::Share
        }
        Scale::Nps | Scale::Ces(EffortFigure::Top2LessBottom3) => Unit::Net,
        Scale::Ces(EffortFigure::Mean) => Unit::Plain,
    }
}

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b2430;--soft:#586274;--line:#d9dee6;--back:#fff;--card:#f5f7fa;--main:#1f6feb;--bad:#c2410c}\
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ef;--soft:#a3adbd;--line:#36404e;--back:#12161c;--card:#1b222b;--main:#6ea8fe;--bad:#fb923c}}\
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif}\
main{max-width:68rem;margin:0 auto;padding:1.5rem 1rem 4rem}h1{font-size:1.7rem;line-height:1.2;margin:.5rem 0}\
h2{font-size:1.2rem;margin:2.5rem 0 .5rem;padding-top:1rem;border-top:1px solid var(--line);overflow-wrap:anywhere}\
p{color:var(--soft);margin:.25rem 0 1rem;max-width:46rem}\
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,16rem));gap:.75rem;margin:1rem 0}\
.cards div{background:var(--card);border-radius:.6rem;padding:.8rem 1rem}dt{color:var(--soft);font-size:.9rem}dd{margin:0}\
.value{font-size:1.7rem;font-weight:650;font-variant-numeric:tabular-nums}.note{color:var(--soft);font-size:.85rem}\
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:1rem;align-items:start}\
figure{margin:0;background:var(--card);border-radius:.6rem;padding:.8rem;max-width:36rem}figcaption{color:var(--soft);font-size:.85rem;margin-top:.3rem}\
svg{display:block;width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:var(--ink)}\
.bar{fill:var(--main)}.bad{fill:var(--bad)}.line{fill:none;stroke:var(--main);stroke-width:2}.band{fill:var(--main);opacity:.18}circle{fill:var(--main)}\
.grid{stroke:var(--line)}.axis{stroke:var(--soft)}.whisker{stroke:var(--ink);stroke-width:1.2;fill:none}\
.scroll{overflow-x:auto;margin:1rem 0}.scroll:focus-visible{outline:2px solid var(--main)}table{border-collapse:collapse;width:100%;font-size:.92rem}\
caption{text-align:left;color:var(--soft);padding:.3rem 0}th,td{padding:.4rem .7rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}\
thead th{color:var(--soft);font-weight:600}th:first-child,td.text{text-align:left}tbody th{font-weight:500}\
@media print{.scroll{overflow:visible}figure{break-inside:avoid}}";
