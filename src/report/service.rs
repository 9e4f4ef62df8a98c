//! What the desk did.

use super::chart::{self, Point};
use super::page::{Cell, Page, Section, Table};
use super::text::Unit;
use super::words::Word;
use crate::kernel::BasisPoints;
use crate::measures::{Duration, Figures};
use crate::satisfaction::{Confidence, Proportion, Spread};

type DurationOf = fn(&Figures) -> &Duration;
type RateOf = fn(&Figures) -> Proportion;

const MEDIAN: BasisPoints = BasisPoints::from_percent(50);
const NINETY: BasisPoints = BasisPoints::from_percent(90);

fn span(ms: Option<u64>) -> Cell {
    ms.map_or(Cell::None, |ms| Cell::Span(crate::satisfaction::real(ms)))
}

impl Page<'_> {
    pub(super) fn times(&self) -> Option<Section> {
        let figures = &self.report.figures;
        let named: [(Word, DurationOf); 8] = [
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
            (Word::VisitTurnaround, &figures.upkeep.turnaround),
            (Word::RepairTurnaround, &figures.claims.repair_turnaround),
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
        let (histograms, durations) = self.durations();
        let mut tables = vec![Table {
            name: "times".to_owned(),
            about: None,
            caption: self.say(Word::Times),
            columns: self.columns(&words),
            rows,
        }];
        tables.extend(durations);
        let is_empty = tables.iter().all(|table| table.rows.is_empty());
        (!is_empty).then(|| Section {
            heading: self.say(Word::Times),
            note: Some(self.say(Word::Exact)),
            charts: self.volume().into_iter().chain(histograms).collect(),
            tables,
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
            label: self.tongue.day(*day),
            value: crate::satisfaction::real(figures.opened),
            bounds: None,
        };
        let points: Vec<Point> = self.report.trend.iter().map(point).collect();
        let title = format!(
            "{} \u{2013} {}",
            self.say(Word::CasesOpened),
            self.say(Word::Trend)
        );
        let write = |value: f64| {
            let text = format!("{value:.0}");
            text.parse().map_or(text, |count| self.tongue.count(count))
        };
        (points.len() > 1).then(|| (title.clone(), chart::line(&title, &points, write)))
    }

    pub(super) fn rates(&self) -> Option<Section> {
        let named: [(Word, RateOf); 12] = [
            (Word::OneTouch, |figures| figures.one_touch),
            (Word::FirstContact, |figures| figures.first_contact),
            (Word::RepeatContact, |figures| figures.repeat_contact),
            (Word::Reopened, |figures| figures.reopened),
            (Word::Deliveries, |figures| {
                let orders = &figures.punctuality.orders;
                let missed = orders.judged().saturating_sub(orders.kept);
                Proportion::split(orders.kept, missed)
            }),
            (Word::ResponseRate, |figures| figures.response.rate()),
            (Word::FollowedUp, |figures| figures.asking.followed_up),
            (Word::FirstTimeFix, |figures| figures.upkeep.first_time_fix),
            (Word::Punctual, |figures| figures.upkeep.punctual),
            (Word::ServiceKept, |figures| figures.upkeep.kept),
            (Word::ClaimsApproved, |figures| figures.claims.approved),
            (Word::RepeatRepair, |figures| figures.claims.repeated),
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

    pub(super) fn promises(&self) -> Option<Section> {
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

    pub(super) fn rate_row(
        &self,
        name: String,
        now: &Proportion,
        then: &Proportion,
    ) -> Option<Vec<Cell>> {
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

    pub(super) fn rate_section(
        &self,
        heading: Word,
        name: &str,
        rows: Vec<Vec<Cell>>,
    ) -> Option<Section> {
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
                about: None,
                caption: self.say(heading),
                columns,
                rows,
            }],
        })
    }

    pub(super) fn excluded(&self) -> Vec<Section> {
        let figures = &self.report.figures;
        let lists = [
            (Word::Excluded, "excluded", &figures.excluded),
            (Word::NotAsked, "not_asked", &figures.asking.skipped),
            (Word::Denied, "denied", &figures.claims.denied),
        ];
        let sections = lists.into_iter().filter_map(|(heading, name, counts)| {
            let rows = counts.iter().map(|(reason, count)| {
                // Why a claim is denied is a word of the business.
                let reason = match heading == Word::Denied {
                    true => self.label(reason),
                    false => self.reason(reason),
                };
                vec![Cell::Text(reason), Cell::Count(*count)]
            });
            let columns = self.columns(&[Word::Reason, Word::Number]);
            self.counts(heading, name, columns, rows.collect())
        });
        sections.collect()
    }

    pub(super) fn points(&self) -> Option<Section> {
        let (now, then) = (&self.report.figures.points, &self.report.before.points);
        // A member who was active in two steps is counted in both.
        let members = match self.report.trend.len() > 1 {
            true => Word::ActiveMembersEach,
            false => Word::ActiveMembers,
        };
        let rows = [
            (Word::PointsEarned, now.earned, then.earned),
            (Word::PointsReversed, now.reversed, then.reversed),
            (Word::PointsRedeemed, now.redeemed, then.redeemed),
            (Word::PointsGivenBack, now.given_back, then.given_back),
            (Word::PointsExpired, now.expired, then.expired),
            (members, now.active_members, then.active_members),
        ];
        let rows = rows
            .into_iter()
            .filter(|(_, now, then)| *now > 0 || *then > 0);
        let rows = rows.map(|(word, now, then)| {
            vec![
                Cell::Text(self.say(word)),
                Cell::Count(now),
                Cell::Count(then),
            ]
        });
        let columns = self.columns(&[Word::Measure, Word::Number, Word::Before]);
        self.counts(Word::Points, "points", columns, rows.collect())
    }

    /// A table of counts, if there are any.
    pub(super) fn counts(
        &self,
        heading: Word,
        name: &str,
        columns: Vec<String>,
        rows: Vec<Vec<Cell>>,
    ) -> Option<Section> {
        (!rows.is_empty()).then(|| Section {
            heading: self.say(heading),
            note: None,
            charts: Vec::new(),
            tables: vec![Table {
                name: name.to_owned(),
                about: None,
                caption: self.say(heading),
                columns,
                rows,
            }],
        })
    }
}
