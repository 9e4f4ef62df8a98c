//! Occurrences one after the other, from either end.

use std::iter::FusedIterator;

use chrono::{DateTime, Utc};

use super::Recurrence;
use super::pattern::Span;

/// Occurrences in order; made by [`Recurrence::iter`] and [`Recurrence::between`].
///
/// Can be read from both ends. One after the other costs less than asking for each.
#[derive(Clone, Debug)]
#[must_use]
pub struct Occurrences<'a> {
    recurrence: &'a Recurrence,
    /// The local times that are left: from, and up to but not including.
    from: i64,
    to: i64,
    front: Side,
    back: Side,
}

/// What one end remembers.
#[derive(Clone, Debug, Default)]
struct Side {
    span: Option<Span>,
    /// What was answered last.
    last: Option<DateTime<Utc>>,
}

impl<'a> Occurrences<'a> {
    pub(super) fn new(recurrence: &'a Recurrence, from: i64, to: i64) -> Self {
        Self {
            recurrence,
            from,
            to,
            front: Side::default(),
            back: Side::default(),
        }
    }

    /// Whether an occurrence was answered already, or falls together with one that was.
    fn is_told(&self, at: DateTime<Utc>) -> bool {
        self.front.last.is_some_and(|last| at <= last)
            || self.back.last.is_some_and(|last| at >= last)
    }
}

impl Iterator for Occurrences<'_> {
    type Item = DateTime<Utc>;

    #[inline]
    fn next(&mut self) -> Option<DateTime<Utc>> {
        loop {
            let pattern = &self.recurrence.pattern;
            let local = pattern.from(self.from, &mut self.front.span)?;
            if local >= self.to {
                return None;
            }
            self.from = local + 1;
            let at = self.recurrence.instant(local)?;
            if !self.is_told(at) {
                self.front.last = Some(at);
                return Some(at);
            }
        }
    }
}

impl DoubleEndedIterator for Occurrences<'_> {
    fn next_back(&mut self) -> Option<DateTime<Utc>> {
        loop {
            let pattern = &self.recurrence.pattern;
            let local = pattern.before(self.to, &mut self.back.span)?;
            if local < self.from {
                return None;
            }
            self.to = local;
            let at = self.recurrence.instant(local)?;
            if !self.is_told(at) {
                self.back.last = Some(at);
                return Some(at);
            }
        }
    }
}

impl FusedIterator for Occurrences<'_> {}
