//! The dates on which a calendar is not as in its ordinary week, worked out to the instant.

use super::offsets::{Change, DAY, Offsets};
use super::sheet::{Sheet, weekday};
use super::span::{Span, carve, merge};
use super::week::Week;
use super::zone::Resolve;

/// One civil date, from its first instant to the next date's.
#[derive(Debug)]
pub(super) struct Day {
    /// In instants.
    pub(super) span: Span,
    /// When it is open, in instants, merged.
    pub(super) open: Vec<Span>,
}

/// All dates whose open instants cannot be told from the week and the offset of the moment, in order.
pub(super) fn exceptional(sheet: &Sheet, week: &Week, offsets: &Offsets) -> Vec<Day> {
    let changes: Vec<Change> = offsets.changes().collect();
    let mut days: Vec<i64> = Vec::new();
    for day in sheet.special_days() {
        // Hours and breaks that start on a date may last into the next.
        days.extend([day, day + 1]);
    }
    for change in &changes {
        let (first, last) = (change.from.div_euclid(DAY), change.to.div_euclid(DAY));
        if !harmless(change, first, last, week) {
            days.extend(first..=last);
        }
    }
    days.sort_unstable();
    days.dedup();
    let mut found = Vec::with_capacity(days.len());
    for day in days {
        if changes_clocks(&changes, day) || !is_ordinary(sheet, week, day) {
            found.push(resolved(sheet, offsets, day));
        }
    }
    found
}

/// Whether a clock change lies within one date whose ordinary hours stay clear of it, so that the offset of the
/// moment tells everything.
fn harmless(change: &Change, first: i64, last: i64, week: &Week) -> bool {
    let (from, to) = (change.from - first * DAY, change.to - first * DAY);
    first == last
        && week
            .of_weekday(weekday(first))
            .all(|span| span.end < from || to < span.start)
}

fn changes_clocks(changes: &[Change], day: i64) -> bool {
    let first = changes.partition_point(|change| change.to.div_euclid(DAY) < day);
    changes
        .get(first)
        .is_some_and(|change| change.from.div_euclid(DAY) <= day)
}

/// Whether a date without a clock change is open as its weekday ordinarily is.
fn is_ordinary(sheet: &Sheet, week: &Week, day: i64) -> bool {
    let mut hours = Vec::new();
    let mut breaks = Vec::new();
    for by in -1..=0 {
        hours.extend(sheet.hours_on(day + by).map(|span| span.shifted(by * DAY)));
        breaks.extend(sheet.breaks_on(day + by).map(|span| span.shifted(by * DAY)));
    }
    merge(&mut hours);
    merge(&mut breaks);
    let open = carve(&hours, &breaks, Span { start: 0, end: DAY });
    open.into_iter().eq(week.of_weekday(weekday(day)))
}

/// A date resolved in its zone: hours and breaks run from the first instant that shows their start to the last that
/// shows their end.
fn resolved(sheet: &Sheet, offsets: &Offsets, day: i64) -> Day {
    let midnight = |day: i64| offsets.resolve(day * DAY, Resolve::Earliest);
    let instants = |day: i64, span: Span| Span {
        start: offsets.resolve(day * DAY + span.start, Resolve::Earliest),
        end: offsets.resolve(day * DAY + span.end, Resolve::Latest),
    };
    let mut hours = Vec::new();
    let mut breaks = Vec::new();
    // Two dates back: where clocks fall back across midnight, the evening before last may still be shown.
    for from in day - 2..=day {
        hours.extend(sheet.hours_on(from).map(|span| instants(from, span)));
        breaks.extend(sheet.breaks_on(from).map(|span| instants(from, span)));
    }
    for spans in [&mut hours, &mut breaks] {
        // What lies wholly in a gap never happens.
        spans.retain(|span| span.start < span.end);
        merge(spans);
    }
    let span = Span {
        start: midnight(day),
        end: midnight(day + 1),
    };
    Day {
        span,
        open: carve(&hours, &breaks, span),
    }
}
