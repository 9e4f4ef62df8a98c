//! How weeks can look: the few lists of open stretches that a calendar's weeks have between them.
//!
//! A shape is kept in whole cache lines, seven stretches each. A stretch is told by the closed time of the week before
//! it and the open time up to its end. Put that way, no search is needed: at any point of the week, open time is the
//! greatest `min(point - closed, after)` of all stretches, and the point at which an amount of open time is reached is
//! that amount and the greatest `closed` of all stretches before which no more open time lies. A line is read from
//! end to end without a branch to guess.

use std::collections::BTreeMap;

use super::span::Span;

/// An open stretch of a week, in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// Closed time of the week before it.
    closed: i32,
    /// Open time of the week up to its end.
    after: i32,
}

/// As many stretches as fit in a cache line; what is left over is filled with stretches that never come.
#[derive(Debug)]
#[repr(align(64))]
struct Line {
    /// How many lines of the same shape follow.
    more: u32,
    /// Open time of the week before the first stretch.
    before: i32,
    steps: [Step; STEPS],
}

const STEPS: usize = 7;

/// Shapes of more lines than this are searched by halving.
const CROWDED: usize = 4;

impl Line {
    /// Where its first stretch starts.
    fn start(&self) -> i32 {
        let [first, ..] = self.steps;
        first.closed.saturating_add(self.before)
    }

    /// Its stretches as points of the week.
    fn stretches(&self) -> impl Iterator<Item = (i32, i32)> + '_ {
        let befores = [self.before].into_iter();
        let befores = befores.chain(self.steps.iter().map(|step| step.after));
        let steps = self.steps.iter().filter(|step| step.closed < NEVER);
        steps
            .zip(befores)
            .map(|(step, before)| (step.closed + before, step.closed + step.after))
    }
}

/// Closed time of a whole week and more.
const NEVER: i32 = i32::MAX;

/// Shapes of weeks, each known by the place of its first line.
#[derive(Debug)]
pub(super) struct Shapes {
    lines: Box<[Line]>,
}

impl Shapes {
    #[inline]
    fn lines_of(&self, shape: usize) -> &[Line] {
        let lines = self.lines.get(shape..).unwrap_or(&[]);
        let more = lines.first().map_or(0, |line| line.more as usize);
        lines.get(..=more).unwrap_or(&[])
    }

    /// The one line that decides, where there are so many that it pays to look for it.
    #[inline]
    fn narrowed(lines: &[Line], passed: impl Fn(&Line) -> bool) -> &[Line] {
        if lines.len() <= CROWDED {
            return lines;
        }
        let last = lines.partition_point(passed).saturating_sub(1);
        lines.get(last..=last).unwrap_or(&[])
    }

    /// Open time of the week up to `point`.
    #[inline]
    pub(super) fn until(&self, shape: usize, point: i32) -> i64 {
        let lines = Self::narrowed(self.lines_of(shape), |line| line.start() <= point);
        let mut open = 0;
        for line in lines {
            for step in &line.steps {
                open = open.max((point - step.closed).min(step.after));
            }
        }
        i64::from(open)
    }

    /// The point of the week at which `amount` of open time is reached and more follows; the week must hold more.
    #[inline]
    pub(super) fn nth(&self, shape: usize, amount: i32) -> i64 {
        let lines = Self::narrowed(self.lines_of(shape), |line| line.before <= amount);
        let mut closed = 0;
        for line in lines {
            let mut before = line.before;
            for step in &line.steps {
                // Later stretches have more closed time before them.
                closed = if before <= amount {
                    step.closed
                } else {
                    closed
                };
                before = step.after;
            }
        }
        i64::from(amount) + i64::from(closed)
    }

    /// Open time of the whole week.
    pub(super) fn amount(&self, shape: usize) -> i64 {
        let last = self.lines_of(shape).last();
        last.map_or(
            0,
            |Line {
                 steps: [.., step], ..
             }| i64::from(step.after),
        )
    }

    /// The last stretch that starts at or before `point`.
    pub(super) fn stretch(&self, shape: usize, point: i32) -> Option<Span> {
        let lines = Self::narrowed(self.lines_of(shape), |line| line.start() <= point);
        let stretches = lines.iter().flat_map(Line::stretches);
        let (start, end) = stretches.take_while(|(start, _)| *start <= point).last()?;
        Some(Span {
            start: i64::from(start),
            end: i64::from(end),
        })
    }
}

/// Shapes in the making, none of them twice.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    lines: Vec<Line>,
    known: BTreeMap<Vec<Span>, u32>,
}

impl Drafts {
    /// The shape of a week that is open at these points, which must be in order and inside the week.
    pub(super) fn shape(&mut self, open: Vec<Span>) -> u32 {
        if let Some(known) = self.known.get(&open) {
            return *known;
        }
        let shape = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        let lines = open.len().div_ceil(STEPS).max(1);
        let mut rest = open.iter();
        let mut after = 0;
        for more in (0..lines).rev() {
            let before = after;
            let steps = [(); STEPS].map(|()| match rest.next() {
                Some(span) => {
                    let closed = small(span.start) - after;
                    after += small(span.end - span.start);
                    Step { closed, after }
                }
                None => Step {
                    closed: NEVER,
                    after,
                },
            });
            self.lines.push(Line {
                more: u32::try_from(more).unwrap_or(0),
                before,
                steps,
            });
        }
        self.known.insert(open, shape);
        shape
    }

    pub(super) fn finish(self) -> Shapes {
        Shapes {
            lines: self.lines.into_boxed_slice(),
        }
    }
}

/// A length within a week, which fits.
fn small(length: i64) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}
