//! The ordinary week: what a calendar repeats on the wall.

use super::offsets::{DAY, WEEK};
use super::sheet::Sheet;
use super::span::Span;

/// 1970-01-05T00:00 on the wall, a Monday.
const MONDAY: i64 = 4 * DAY;

/// When an ordinary week is open.
#[derive(Debug)]
pub(super) struct Week {
    /// In order, cut at midnight, in milliseconds since Monday's.
    open: Vec<Span>,
}

impl Week {
    pub(super) fn new(sheet: &Sheet) -> Self {
        let days = (0..7).zip((0..).step_by(24 * 3_600_000));
        let open = days.flat_map(|(weekday, midnight)| {
            let spans = sheet.ordinary(weekday).into_iter();
            spans.map(move |span| span.shifted(midnight))
        });
        Self {
            open: open.collect(),
        }
    }

    /// Open time in one week.
    pub(super) fn amount(&self) -> i64 {
        self.open.iter().map(|span| span.end - span.start).sum()
    }

    /// When an ordinary date of this weekday is open, in milliseconds since its midnight.
    pub(super) fn of_weekday(&self, weekday: usize) -> impl Iterator<Item = Span> + '_ {
        let midnight = DAY * i64::try_from(weekday).unwrap_or(0);
        let from = self.open.partition_point(|span| span.end <= midnight);
        let rest = self.open.get(from..).unwrap_or(&[]).iter();
        rest.take_while(move |span| span.start < midnight + DAY)
            .map(move |span| span.shifted(-midnight))
    }

    /// When it is open between two local times no more than a week apart, were both dates ordinary.
    pub(super) fn within(&self, local: Span) -> impl Iterator<Item = Span> + '_ {
        let monday = local.start - (local.start - MONDAY).rem_euclid(WEEK);
        let weeks = [monday, monday + WEEK].into_iter();
        let spans = weeks.flat_map(|monday| self.open.iter().map(move |span| span.shifted(monday)));
        spans.filter_map(move |span| span.clipped(local))
    }
}
