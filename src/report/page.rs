//! The page.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::NaiveDate;

use super::csv::csv;
use super::terms;
use super::text::{Tongue, Unit, escaped};
use super::voice::unit_of;
use super::words::Word;
use crate::kernel::{Code, Language};
use crate::measures::{Dimension, Report};
use crate::satisfaction::{Confidence, Instrument, Interval};

/// A cell of a table, before it is written.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    None,
    Text(String),
    Count(u64),
    Day(NaiveDate),
    Figure(f64, Unit),
    Difference(f64, Unit),
    Bounds(Interval, Unit),
    /// Milliseconds.
    Span(f64),
    /// Not told, because there are too few answers.
    Withheld,
}

/// A table, before it is written.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// For files: tables of one name are one file.
    pub(super) name: String,
    /// What customers were asked, when it is about what they say.
    pub(super) about: Option<Instrument>,
    pub(super) caption: String,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A heading with what belongs to it.
pub(super) struct Section {
    pub(super) heading: String,
    pub(super) note: Option<String>,
    pub(super) charts: Vec<(String, String)>,
    pub(super) tables: Vec<Table>,
}

/// A page about a report: one file, without scripts and without anything from elsewhere, readable by screen readers and on
/// a telephone; in Turkish when the language is, whatever its script and region, and in English otherwise.
///
/// Words of the library (channels, reasons for not asking) are written in that language; words of the business as they are, or as [labelled](Self::with_label).
#[derive(Clone, Debug)]
pub struct Page<'a> {
    pub(super) report: &'a Report,
    pub(super) tongue: Tongue,
    title: Option<String>,
    labels: BTreeMap<Code, String>,
}

impl<'a> Page<'a> {
    /// The page of a report.
    #[must_use]
    pub fn new(report: &'a Report, language: Language) -> Self {
        let tongue = match language.primary() {
            "tr" => Tongue::Turkish,
            _ => Tongue::English,
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

    pub(super) fn say(&self, word: Word) -> String {
        word.text(self.tongue).to_owned()
    }

    /// A word of the business.
    pub(super) fn label(&self, word: &Code) -> String {
        let label = self.labels.get(word).cloned();
        label.unwrap_or_else(|| word.to_string())
    }

    /// The word of a place.
    pub(super) fn place(&self, dimension: Dimension, word: Option<&Code>) -> String {
        match (dimension, word) {
            (_, None) => self.say(Word::Unknown),
            (Dimension::Channel, Some(word)) => self.own(word, terms::channel),
            (Dimension::Topic | Dimension::Product | Dimension::Team, Some(word)) => {
                self.label(word)
            }
        }
    }

    /// Why something was left out, or somebody was not asked.
    pub(super) fn reason(&self, word: &Code) -> String {
        self.own(word, terms::reason)
    }

    /// A word that may be the library's own; a label of the business goes first.
    fn own(&self, word: &Code, term: fn(&str, Tongue) -> Option<&'static str>) -> String {
        match term(word.as_str(), self.tongue) {
            Some(term) if !self.labels.contains_key(word) => term.to_owned(),
            Some(_) | None => self.label(word),
        }
    }

    /// The tables as CSV files: name without ending, and text. Numbers are plain, shares from 0 to 1, durations in milliseconds.
    ///
    /// Each name comes once. What customers say to all questions is in one file of each kind, whose first three columns are the question, its
    /// scale and the version of its wording.
    #[must_use]
    pub fn csv(&self) -> Vec<(String, String)> {
        let sections = self.sections();
        let mut files: Vec<(&str, Vec<&Table>)> = Vec::new();
        for table in sections.iter().flat_map(|section| &section.tables) {
            match files.iter_mut().find(|(name, _)| *name == table.name) {
                Some((_, tables)) => tables.push(table),
                None => files.push((&table.name, vec![table])),
            }
        }
        let files = files.into_iter();
        files
            .map(|(name, tables)| (name.to_owned(), csv(&tables, self.tongue)))
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
             <style>{STYLE}</style></head><body><main>\n<h1>{title}</h1><p class=\"period\">{}: {} \u{2013} {}",
            self.say(Word::Period),
            self.tongue.day(days.from),
            self.tongue.day(last)
        );
        for dimension in Dimension::ALL {
            if let Some(word) = self.report.slice.get(*dimension) {
                let name = Word::of_dimension(*dimension, self.tongue);
                let _ = write!(
                    html,
                    " \u{b7} {name}: {}",
                    escaped(&self.place(*dimension, Some(word)))
                );
            }
        }
        html.push_str("</p>\n");
        self.cards(&mut html);
        let sections = self.sections();
        if sections.is_empty() {
            let _ = writeln!(html, "<p>{}</p>", self.say(Word::NoData));
        }
        for section in &sections {
            self.section(&mut html, section);
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
        // On a telephone the rows of a wide table become lists, which would no longer be read as a table without roles.
        let wide = if table.columns.len() > 4 { " wide" } else { "" };
        // It can be reached by keyboard where it is wider than the page.
        let _ = write!(
            html,
            "<div class=\"scroll{wide}\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table role=\"table\"><caption>{caption}</caption>\
             <thead role=\"rowgroup\"><tr role=\"row\">"
        );
        for column in &table.columns {
            let column = escaped(column);
            let _ = write!(
                html,
                "<th scope=\"col\" role=\"columnheader\">{column}</th>"
            );
        }
        html.push_str("</tr></thead><tbody role=\"rowgroup\">");
        for row in &table.rows {
            html.push_str("<tr role=\"row\">");
            for (n, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
                let text = escaped(&self.written(cell));
                if n == 0 {
                    let _ = write!(html, "<th scope=\"row\" role=\"rowheader\">{text}</th>");
                    continue;
                }
                let column = escaped(column);
                let class = match matches!(cell, Cell::Text(_) | Cell::Withheld) {
                    true => " class=\"text\"",
                    false => "",
                };
                let _ = write!(
                    html,
                    "<td role=\"cell\" data-column=\"{column}\"{class}>{text}</td>"
                );
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
            Cell::Day(day) => self.tongue.day(*day),
            Cell::Figure(value, unit) => self.tongue.figure(*value, *unit),
            Cell::Difference(value, unit) => self.tongue.signed(*value, *unit),
            Cell::Bounds(at, unit) => self.tongue.interval(*at, *unit),
            Cell::Span(ms) => self.tongue.duration(*ms),
            Cell::Withheld => self.say(Word::Withheld),
        }
    }

    pub(super) fn columns(&self, words: &[Word]) -> Vec<String> {
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
        sections.extend(self.service_level());
        sections.extend(self.handling());
        sections.extend(self.per_units());
        sections.extend(self.points());
        sections.extend(self.excluded());
        sections
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
.scroll{overflow-x:auto;margin:1rem 0}.scroll:focus-visible{outline:2px solid var(--main)}table{border-collapse:collapse;min-width:min(100%,28rem);font-size:.92rem}\
caption{text-align:left;color:var(--soft);padding:.3rem 0;position:sticky;left:0;max-width:min(46rem,calc(100vw - 2rem))}th,td{padding:.4rem .7rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}\
thead th{color:var(--soft);font-weight:600;white-space:normal;vertical-align:bottom}th:first-child,td.text{text-align:left}tbody th{font-weight:500}\
@media(max-width:40rem){.wide table,.wide caption,.wide tbody,.wide tr,.wide th,.wide td{display:block}\
.wide thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}\
.wide tr{background:var(--card);border-radius:.6rem;padding:.5rem .8rem;margin:.6rem 0}.wide tbody th{font-weight:650;white-space:normal;padding-left:0}\
.wide td,.wide td.text{display:flex;justify-content:space-between;gap:1rem;padding:.2rem 0;border:0;text-align:right}\
.wide td::before{content:attr(data-column);color:var(--soft);white-space:normal;text-align:left}}\
@media(max-width:32rem){th,td{padding:.35rem .45rem}table{font-size:.85rem}.cards{grid-template-columns:repeat(auto-fit,minmax(9rem,1fr))}}\
@media print{.scroll{overflow:visible}figure{break-inside:avoid}}";
