//! What a manager reads, and what a machine reads.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde::Serialize;

use crate::Result;
use crate::figures::Spread;
use crate::replay::Replayed;
use crate::rules;
use crate::summary::{Group, Of, Summary};

/// A group with fewer incidents says little about itself.
const ENOUGH: usize = 10;
/// How many groups are shown.
const SLOWEST: usize = 5;

/// The summary as one JSON object.
pub fn json(summary: &Summary, replayed: &Replayed, seconds: f64) -> Result<String> {
    #[derive(Serialize)]
    struct Everything<'a> {
        #[serde(flatten)]
        summary: &'a Summary,
        seconds: f64,
        skipped: u64,
    }
    Ok(serde_json::to_string_pretty(&Everything {
        summary,
        seconds: (seconds * 1e3).round() / 1e3,
        skipped: replayed.skipped,
    })?)
}

/// The summary for people.
pub fn text(summary: &Summary, replayed: &Replayed, seconds: f64) -> String {
    let mut page = Page::default();
    volume(&mut page, summary);
    promises(&mut page, summary);
    durations(&mut page, summary);
    changes(&mut page, summary);
    groups(&mut page, &summary.desk.groups);
    rows(&mut page, replayed, seconds);
    sources(&mut page);
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, line: impl fmt::Display) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{}", line.to_string().trim_end());
    }

    fn title(&mut self, title: &str) {
        self.line("");
        self.line(title);
        self.line("─".repeat(title.chars().count()));
    }

    /// A figure, and where it comes from.
    fn figure(&mut self, name: &str, value: impl fmt::Display, source: &str) {
        let value = value.to_string();
        self.line(format!("  {name:<24}{value:>12}{:11}   {source}", ""));
    }

    fn count(&mut self, name: &str, count: u64, source: &str) {
        self.figure(name, grouped(count), source);
    }

    /// So many of all, and where that comes from.
    fn part(&mut self, name: &str, count: u64, all: u64, source: &str) {
        let (count, percent) = (grouped(count), percent(count, all));
        self.line(format!(
            "  {name:<24}{count:>12}{percent:>9.1} %   {source}"
        ));
    }
}

fn volume(page: &mut Page, summary: &Summary) {
    page.title("Volume");
    page.count("incidents", summary.incidents, "journal");
    page.count("events", summary.events, "journal");
    page.count("callers", summary.callers, "journal");
    page.count("called again in 7 days", summary.repeat_7d, "desk");
    if let (Some(first), Some(last)) = (summary.desk.first_opened, summary.desk.last_opened) {
        page.figure("first opened", first.format("%Y-%m-%d"), "desk");
        page.figure("last opened", last.format("%Y-%m-%d"), "desk");
    }
    page.title("How they came in");
    for (name, count) in most_first(summary.channels.iter()) {
        page.part(name, count, summary.incidents, "desk");
    }
    page.title("Events by state");
    for (name, count) in most_first(summary.states.iter()) {
        page.part(name, count, summary.events, "journal");
    }
}

fn promises(page: &mut Page, summary: &Summary) {
    page.title("Promises kept, by priority");
    page.line(format!(
        "  {:<10}{:>10}{:>18}{:>18}{:>20}{:>14}",
        "priority", "incidents", "kept: log", "kept: desk", "desk agrees", "promised",
    ));
    for (priority, &(made, all)) in &summary.by_priority {
        let promised = rules::TARGETS.iter().find(|(name, _)| name == priority);
        let count = |figures: &BTreeMap<String, u64>| figures.get(priority).copied().unwrap_or(0);
        let (kept, agree, promised) = match promised {
            Some((_, minutes)) => (
                share(count(&summary.desk.kept), all),
                of((count(&summary.desk.agree), all)),
                format!("{} min", grouped(minutes.unsigned_abs())),
            ),
            None => ("-".into(), "-".into(), "nothing".into()),
        };
        let (all, made) = (grouped(all), share(made, all));
        page.line(format!(
            "  {priority:<10}{all:>10}{made:>18}{kept:>18}{agree:>20}{promised:>14}"
        ));
    }
    let all = share(summary.made_sla_true, summary.incidents);
    let incidents = grouped(summary.incidents);
    page.line(format!("  {:<10}{incidents:>10}{all:>18}", "all"));
    page.line(format!(
        "  from opened to closed; the clock counts {}",
        rules::OPEN
    ));
}

fn durations(page: &mut Page, summary: &Summary) {
    page.title("Time to resolve and to close, in hours");
    page.line(format!(
        "  {:<22}{:>8}{:>10}{:>10}{:>10}{:>10}   {}",
        "", "n", "mean", "p50", "p90", "longest", "desk says the same",
    ));
    let desk = &summary.desk;
    let lines = [
        (
            "opened to resolved",
            &summary.opened_to_resolved_h,
            desk.resolved_alike,
        ),
        (
            "opened to closed",
            &summary.opened_to_closed_h,
            desk.closed_alike,
        ),
    ];
    for (name, spread, alike) in lines {
        let n = spread.n as u64;
        page.line(format!(
            "  {name:<22}{:>8}{:>10}{:>10}{:>10}{:>10}   {}",
            grouped(n),
            tenths(spread.mean),
            tenths(spread.p50),
            tenths(spread.p90),
            tenths(spread.max),
            of((alike, n)),
        ));
    }
    page.count("without resolved_at", summary.missing_resolved, "log");
    page.count("still open", summary.incidents - desk.closed, "desk");
    let minutes = summary.business_minutes_opened_to_resolved.unsigned_abs();
    page.count("business min to resolved", minutes, "calendar over log");
    let minutes = summary.business_minutes_opened_to_closed.unsigned_abs();
    page.count("business min to closed", minutes, "calendar over log");
}

fn changes(page: &mut Page, summary: &Summary) {
    let desk = &summary.desk;
    page.title("Opened again, handed over");
    let counted = |n: u64| format!("log; the journal has {}", grouped(n));
    page.count(
        "incidents reopened",
        summary.reopened_cases,
        &counted(desk.reopened_cases),
    );
    page.count("reopenings", summary.reopens, &counted(desk.reopens));
    page.count(
        "reassignments",
        summary.reassignments,
        &counted(desk.transfers),
    );
    let alike = of((desk.transfers_alike, summary.incidents));
    let source = format!("log; desk and log count alike in {alike}");
    let (never, all) = (summary.never_reassigned, summary.incidents);
    page.part("never reassigned", never, all, &source);
}

fn groups(page: &mut Page, groups: &[Group]) {
    let mut slowest: Vec<&Group> = groups
        .iter()
        .filter(|group| group.to_close_h.n >= ENOUGH)
        .collect();
    slowest.sort_by(|a, b| {
        let mean = |group: &Group| group.to_close_h.mean.unwrap_or(0.0);
        mean(b).total_cmp(&mean(a))
    });
    page.title("Slowest groups, in hours to close");
    page.line(format!(
        "  {:<22}{:>8}{:>10}{:>10}{:>10}",
        "group", "n", "mean", "p50", "p90"
    ));
    for Group { name, to_close_h } in slowest.into_iter().take(SLOWEST) {
        let Spread {
            n, mean, p50, p90, ..
        } = to_close_h;
        page.line(format!(
            "  {name:<22}{n:>8}{:>10}{:>10}{:>10}",
            tenths(*mean),
            tenths(*p50),
            tenths(*p90),
        ));
    }
    page.line(format!(
        "  of those that closed {ENOUGH} or more; by the group that had it last"
    ));
}

fn rows(page: &mut Page, replayed: &Replayed, seconds: f64) {
    page.title("This run");
    page.count("rows", replayed.rows, "");
    page.count("replayed before", replayed.before, "");
    page.count("skipped", replayed.skipped, "");
    page.figure("seconds", format!("{seconds:.1}"), "");
    for bad in &replayed.bad {
        page.line(format!("  skipped {bad}"));
    }
    let more = replayed.skipped - replayed.bad.len() as u64;
    if more > 0 {
        page.line(format!("  and {} more", grouped(more)));
    }
}

fn sources(page: &mut Page) {
    page.title("Where the numbers come from");
    page.line(
        "  journal   counted in the desk's journal: each row of the log is one move of a case there.
  desk      from the desk's own records: cases, their clocks, and its indexes.
  log       what the log says of itself (made_sla, resolved_at, closed_at, its counters), read back
            from the file of each case. Beside it stands what the desk found on its own; the log's
            counters may count what its rows do not show.
  calendar  business time between two such instants, reckoned by the desk's calendar.",
    );
}

fn most_first<'a, K: AsRef<str> + 'a>(
    counts: impl Iterator<Item = (&'a K, &'a u64)>,
) -> Vec<(&'a str, u64)> {
    let mut counts: Vec<_> = counts
        .map(|(name, count)| (name.as_ref(), *count))
        .collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

/// `1,234  56.7 %`
fn share(count: u64, all: u64) -> String {
    format!("{} {:>6.1} %", grouped(count), percent(count, all))
}

fn percent(count: u64, all: u64) -> f64 {
    if all == 0 {
        0.0
    } else {
        count as f64 * 100.0 / all as f64
    }
}

fn of((count, all): Of) -> String {
    format!("{} of {}", grouped(count), grouped(all))
}

fn tenths(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.1}"))
}

/// With a comma between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
