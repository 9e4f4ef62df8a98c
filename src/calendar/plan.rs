//! Every week of the two centuries and its shape, worked out while a calendar is built.

use super::offsets::{Era, Offsets, WEEK};
use super::shapes::Drafts;
use super::span::{Span, merge};
use super::week::Week;
use super::windows::Day;

/// What lies ahead of some instant: dates out of the ordinary, and eras from the present one on.
#[derive(Clone, Copy)]
struct Ahead<'a> {
    days: &'a [Day],
    eras: &'a [Era],
}

impl Ahead<'_> {
    fn pass(&mut self, instant: i64) {
        while let [day, rest @ ..] = self.days
            && day.span.end <= instant
        {
            self.days = rest;
        }
        while let [_, rest @ ..] = self.eras
            && rest.first().is_some_and(|next| next.start <= instant)
        {
            self.eras = rest;
        }
    }

    fn offset(&self) -> i64 {
        self.eras.first().map_or(0, |era| era.offset)
    }

    /// Up to where nothing happens but ordinary weeks by the present offset.
    fn calm_until(&self) -> i64 {
        let day = self.days.first().map_or(i64::MAX, |day| day.span.start);
        self.eras.get(1).map_or(day, |era| day.min(era.start))
    }
}

/// The shapes of so many weeks from `origin` on, each with the number of the first week that has it.
pub(super) fn plan(
    (origin, weeks): (i64, u32),
    week: &Week,
    days: &[Day],
    offsets: &Offsets,
    drafts: &mut Drafts,
) -> Vec<(u32, u32)> {
    let mut planned: Vec<(u32, u32)> = Vec::new();
    let mut calm: Vec<(i64, u32)> = Vec::new();
    let mut ahead = Ahead {
        days,
        eras: offsets.eras(),
    };
    let mut number = 0;
    while number < weeks {
        let start = origin + i64::from(number) * WEEK;
        ahead.pass(start);
        let lasts = ahead.calm_until().saturating_sub(start).div_euclid(WEEK);
        let known = calm.iter().find(|(offset, _)| *offset == ahead.offset());
        let shape = match known.filter(|_| lasts > 0) {
            Some((_, shape)) => *shape,
            None => drafts.shape(open_in(start, week, ahead)),
        };
        if lasts > 0 && known.is_none() {
            calm.push((ahead.offset(), shape));
        }
        if planned.last().is_none_or(|(_, last)| *last != shape) {
            planned.push((number, shape));
        }
        number = number.saturating_add(u32::try_from(lasts.max(1)).unwrap_or(u32::MAX));
    }
    planned
}

/// When the week from `start` on is open, as points of the week.
fn open_in(start: i64, week: &Week, mut ahead: Ahead<'_>) -> Vec<Span> {
    let whole = Span {
        start,
        end: start + WEEK,
    };
    let mut open = Vec::new();
    let mut at = start;
    while at < whole.end {
        ahead.pass(at);
        match ahead.days.first().filter(|day| day.span.start <= at) {
            Some(day) => {
                open.extend(day.open.iter().filter_map(|span| span.clipped(whole)));
                at = day.span.end;
            }
            None => {
                let offset = ahead.offset();
                let end = whole.end.min(ahead.calm_until());
                let local = Span { start: at, end }.shifted(offset);
                open.extend(week.within(local).map(|span| span.shifted(-offset)));
                at = end;
            }
        }
    }
    merge(&mut open);
    open.iter().map(|span| span.shifted(-start)).collect()
}
