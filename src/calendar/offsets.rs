//! What a zone's clocks showed and will show: its offsets from UTC, era by era.
//!
//! Everything here counts milliseconds: an *instant* since 1970-01-01T00:00Z, a *local* time since
//! 1970-01-01T00:00 on the zone's own clock.

use super::index::Index;
use super::zone::Resolve;

pub(super) const SECOND: i64 = 1_000;
pub(super) const MINUTE: i64 = 60 * SECOND;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;
pub(super) const WEEK: i64 = 7 * DAY;

/// 1900-01-01T00:00Z, the first instant that calendars answer for.
pub(super) const RANGE_START: i64 = -2_208_988_800 * SECOND;
/// 2100-01-01T00:00Z, the first instant that they do not: the zone rules at hand know no clock change from there on.
pub(super) const RANGE_END: i64 = 4_102_444_800 * SECOND;

/// A stretch of time with one offset; it ends where the next era starts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Era {
    pub(super) start: i64,
    pub(super) offset: i64,
}

/// A clock change: at `at`, local times from `from` to `to` happen twice or never.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    pub(super) from: i64,
    pub(super) to: i64,
}

/// All eras of a zone, never empty; the first one reaches back, the last one on, without end.
#[derive(Debug)]
pub(super) struct Offsets {
    eras: Box<[Era]>,
    index: Index,
}

impl Offsets {
    pub(super) fn fixed(offset: i64) -> Self {
        Self::new(vec![Era {
            start: RANGE_START - WEEK,
            offset,
        }])
    }

    /// Eras from a function of the instant, asked once a day (no zone changes its clocks twice within one).
    #[cfg(feature = "tz")]
    pub(super) fn probe(offset_at: impl Fn(i64) -> i64) -> Self {
        let mut start = RANGE_START - WEEK;
        let mut offset = offset_at(start);
        let mut eras = vec![Era { start, offset }];
        while start < RANGE_END + WEEK {
            let next = start + DAY;
            let then = offset_at(next);
            if then != offset {
                let (mut before, mut after) = (start / SECOND, next / SECOND);
                while after - before > 1 {
                    let middle = before.midpoint(after);
                    if offset_at(middle * SECOND) == offset {
                        before = middle;
                    } else {
                        after = middle;
                    }
                }
                offset = then;
                eras.push(Era {
                    start: after * SECOND,
                    offset,
                });
            }
            start = next;
        }
        Self::new(eras)
    }

    fn new(eras: Vec<Era>) -> Self {
        let index = Index::new(eras.iter().map(|era| era.start));
        Self {
            eras: eras.into_boxed_slice(),
            index,
        }
    }

    /// What to add to the instant to get local time.
    #[inline]
    pub(super) fn at(&self, instant: i64) -> i64 {
        let place = self.index.locate(&self.eras, instant, |era| era.start);
        self.eras.get(place).map_or(0, |era| era.offset)
    }

    /// Whether two instants have one offset, and the second of them lies well inside its era, where every local time is
    /// shown once.
    #[inline]
    pub(super) fn is_alike(&self, first: i64, second: i64) -> bool {
        let place = self.index.locate(&self.eras, second, |era| era.start);
        let offset = self.eras.get(place).map(|era| era.offset);
        let local = offset.and_then(|offset| second.checked_add(offset));
        local.is_some_and(|local| self.plain(place, local).is_some())
            && offset == Some(self.at(first))
    }

    /// Well inside an era there is no question.
    #[inline]
    fn plain(&self, place: usize, local: i64) -> Option<i64> {
        let era = self.eras.get(place)?;
        let starts = era.start + 2 * DAY;
        let ends = self
            .eras
            .get(place + 1)
            .map_or(i64::MAX, |next| next.start - 2 * DAY);
        (starts..ends).contains(&local).then(|| local - era.offset)
    }

    /// All eras, in order.
    pub(super) fn eras(&self) -> &[Era] {
        &self.eras
    }

    /// All clock changes, in order.
    pub(super) fn changes(&self) -> impl Iterator<Item = Change> + '_ {
        self.eras
            .iter()
            .zip(self.eras.iter().skip(1))
            .map(|(was, is)| Change {
                from: is.start + was.offset.min(is.offset),
                to: is.start + was.offset.max(is.offset),
            })
    }

    /// The instant at which the zone's clock shows `local`; one that it shows twice is settled by `which`,
    /// one that it skips is the first instant after the gap.
    #[inline]
    pub(super) fn resolve(&self, local: i64, which: Resolve) -> i64 {
        // An era can only show `local` if it lies within a day of it, and eras are longer than a day.
        let near = self.index.locate(&self.eras, local, |era| era.start);
        if let Some(instant) = self.plain(near, local) {
            return instant;
        }
        self.resolve_near(near, local, which)
    }

    fn resolve_near(&self, near: usize, local: i64, which: Resolve) -> i64 {
        let from = near.saturating_sub(2);
        let mut found = None;
        let mut past_gap = None;
        for place in from..=near + 2 {
            let Some(era) = self.eras.get(place) else {
                break;
            };
            let starts = if place == 0 { i64::MIN } else { era.start };
            let ends = self.eras.get(place + 1).map_or(i64::MAX, |next| next.start);
            let instant = local - era.offset;
            if (starts..ends).contains(&instant) {
                if which == Resolve::Earliest {
                    return instant;
                }
                found = Some(instant);
            } else if instant < starts && past_gap.is_none() {
                past_gap = Some(starts);
            }
        }
        found.or(past_gap).unwrap_or(local)
    }
}
