//! Half-open stretches of milliseconds, and what they do to each other.

/// From `start` up to, not including, `end`; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Span {
    pub(super) fn shifted(self, by: i64) -> Self {
        Self {
            start: self.start + by,
            end: self.end + by,
        }
    }

    /// The part of it that lies in `window`, if any does.
    pub(super) fn clipped(self, window: Self) -> Option<Self> {
        let (start, end) = (self.start.max(window.start), self.end.min(window.end));
        (start < end).then_some(Self { start, end })
    }
}

/// Puts spans in order and joins those that overlap or touch.
pub(super) fn merge(spans: &mut Vec<Span>) {
    spans.sort_unstable();
    spans.dedup_by(|next, last| {
        let joined = next.start <= last.end;
        if joined {
            last.end = last.end.max(next.end);
        }
        joined
    });
}

/// What is left of `hours` after `breaks`, inside `window`. Both lists must be merged.
pub(super) fn carve(hours: &[Span], breaks: &[Span], window: Span) -> Vec<Span> {
    let mut left = Vec::with_capacity(hours.len() + breaks.len());
    for span in hours {
        let mut start = span.start.max(window.start);
        let end = span.end.min(window.end);
        for cut in breaks {
            if cut.end <= start || end <= cut.start {
                continue;
            }
            if start < cut.start {
                left.push(Span {
                    start,
                    end: cut.start,
                });
            }
            start = cut.end;
        }
        if start < end {
            left.push(Span { start, end });
        }
    }
    left
}

/// What two merged lists have in common.
pub(super) fn common(a: &[Span], b: &[Span]) -> Vec<Span> {
    let mut both = Vec::new();
    for x in a {
        for y in b {
            let (start, end) = (x.start.max(y.start), x.end.min(y.end));
            if start < end {
                both.push(Span { start, end });
            }
        }
    }
    both
}
