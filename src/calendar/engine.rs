//! Open time counted at a cost that does not grow with the span.
//!
//! The weeks of the two centuries, cut in UTC, are numbered. Each week has a [shape](Shapes) and an amount of open time
//! before it, so open time up to an instant is that amount and a look at the shape; offsets, holidays and clock changes
//! are all worked out when the calendar is built. Weeks of one shape on end make a *run*, and the runs tell everything.
//! They are found by halving, though, so for the years 2000 to 2049 there is also one word for each week, found by its
//! number. There a count reads three places in memory, one after the other: the head of the engine, the week's word,
//! and the shape's line or two. Other years answer the same, somewhat slower.
//!
//! The other way, from open time to the instant, guesses the week from the length of an ordinary one, and corrects the
//! guess by what it finds there. Where that leads nowhere soon, it goes by the runs.
//!
//! A calendar takes about 30 KB: 21 KB of words, 2 to 8 KB of runs (16 bytes each: two for a date that differs, about
//! four a year where clocks change), and 64 bytes for every seven stretches of a shape, 1 to 2 KB as a rule. Weeks that
//! all differ from one another take a shape each.

use super::offsets::{Offsets, RANGE_END, RANGE_START, WEEK};
use super::plan::plan;
use super::shapes::{Drafts, Shapes};
use super::sheet::Sheet;
use super::week::Week;
use super::windows::exceptional;

/// Weeks are counted from the first instant of the range, which is a Monday.
const WEEKS: u32 = 10_436;
const _: () = assert!(WEEKS as i64 * WEEK >= RANGE_END - RANGE_START);
const _: () = assert!((WEEKS as i64 - 1) * WEEK < RANGE_END - RANGE_START);

/// 2000-01-03T00:00Z, from where on each week has its word.
const DENSE_FROM: u32 = 5_218;
/// Fifty years.
const DENSE: u32 = 2_609;

/// How often a guess is corrected before it is given up.
const GUESSES: usize = 4;

const LENGTH: u64 = WEEK.unsigned_abs();

/// Weeks on end that have one shape.
#[derive(Debug)]
struct Run {
    /// The number of the first.
    week: u32,
    shape: u32,
    /// Open time before the first.
    before: i64,
}

/// Open time before a week and the week's shape.
#[derive(Clone, Copy, Debug)]
struct Start {
    before: i64,
    shape: usize,
}

const NOTHING: Start = Start {
    before: 0,
    shape: 0,
};

impl Run {
    /// For a week of the run, or the one after it.
    fn start_of(&self, week: u32, shapes: &Shapes) -> Start {
        let shape = self.shape as usize;
        let weeks = i64::from(week.saturating_sub(self.week));
        Start {
            before: self.before + weeks * shapes.amount(shape),
            shape,
        }
    }
}

/// A [`Start`] in one word: 43 bits hold the milliseconds of two centuries, 21 bits more shapes than there are.
#[derive(Clone, Copy, Debug)]
struct Word(u64);

impl Word {
    const SHAPE: u32 = 21;

    fn new(before: i64, shape: u32) -> Option<Self> {
        let before = u64::try_from(before).ok()?;
        let fits = shape >> Self::SHAPE == 0 && before >> (u64::BITS - Self::SHAPE) == 0;
        fits.then_some(Self(before << Self::SHAPE | u64::from(shape)))
    }

    #[inline]
    fn start(self) -> Start {
        Start {
            before: (self.0 >> Self::SHAPE).cast_signed(),
            shape: usize::try_from(self.0 & ((1 << Self::SHAPE) - 1)).unwrap_or(usize::MAX),
        }
    }
}

/// One cache line, from which all else is found.
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct Engine {
    words: Box<[Word]>,
    shapes: Shapes,
    /// Open time of an ordinary week, at least a millisecond.
    ordinary: i64,
    /// In order.
    runs: Box<[Run]>,
}

impl Engine {
    pub(super) fn new(sheet: &Sheet, offsets: &Offsets) -> Self {
        let week = Week::new(sheet);
        let days = exceptional(sheet, &week, offsets);
        let mut drafts = Drafts::default();
        let planned = plan((RANGE_START, WEEKS), &week, &days, offsets, &mut drafts);
        let shapes = drafts.finish();
        let mut runs: Vec<Run> = Vec::with_capacity(planned.len());
        let mut before = 0;
        for (week, shape) in planned {
            if let Some(last) = runs.last() {
                before = last.start_of(week, &shapes).before;
            }
            runs.push(Run {
                week,
                shape,
                before,
            });
        }
        Self {
            words: words(&runs, &shapes),
            shapes,
            ordinary: week.amount().max(1),
            runs: runs.into_boxed_slice(),
        }
    }

    /// The number of the week in which an instant lies, and the point of the week.
    #[inline]
    fn place(instant: i64) -> (u32, i32) {
        let since = u64::try_from(instant - RANGE_START).unwrap_or(0);
        let (week, point) = (since / LENGTH, since % LENGTH);
        (
            u32::try_from(week).unwrap_or(u32::MAX),
            i32::try_from(point).unwrap_or(i32::MAX),
        )
    }

    #[inline]
    fn start_of(&self, week: u32) -> Start {
        let word = self.words.get(week.wrapping_sub(DENSE_FROM) as usize);
        word.map_or_else(|| self.start_by_runs(week), |word| word.start())
    }

    #[cold]
    #[inline(never)]
    fn start_by_runs(&self, week: u32) -> Start {
        let passed = self.runs.partition_point(|run| run.week <= week);
        let run = self.runs.get(passed.saturating_sub(1));
        run.map_or(NOTHING, |run| run.start_of(week, &self.shapes))
    }

    /// Open time before `instant`, counted from the beginning of the range.
    #[inline]
    pub(super) fn until(&self, instant: i64) -> i64 {
        let (week, point) = Self::place(instant);
        let start = self.start_of(week);
        start.before + self.shapes.until(start.shape, point)
    }

    /// Open time from one instant to another. Both weeks are asked for before either is looked at.
    #[inline]
    pub(super) fn between(&self, from: i64, to: i64) -> i64 {
        let (from, to) = (Self::place(from), Self::place(to));
        let (first, last) = (self.start_of(from.0), self.start_of(to.0));
        last.before - first.before + self.shapes.until(last.shape, to.1)
            - self.shapes.until(first.shape, from.1)
    }

    /// The open millisecond before which as much open time lies as before `from` and `length` more (or less);
    /// `None` when there is none.
    #[inline]
    pub(super) fn nth_from(&self, from: i64, length: i64) -> Option<i64> {
        if length.unsigned_abs() > RANGE_END.abs_diff(RANGE_START) {
            return None;
        }
        let (week, point) = Self::place(from);
        let start = self.start_of(week);
        let guess = i64::from(week) + length.div_euclid(self.ordinary);
        let within = self.shapes.until(start.shape, point);
        let amount = start.before + within + length;
        let (week, start) = self
            .guessed(guess, amount)
            .or_else(|| self.by_runs(amount))?;
        let rest = i32::try_from(amount - start.before).ok()?;
        Some(RANGE_START + week * WEEK + self.shapes.nth(start.shape, rest))
    }

    /// The week in which `amount` of open time is reached, if a guess leads there.
    #[inline]
    fn guessed(&self, guess: i64, amount: i64) -> Option<(i64, Start)> {
        let word = |week: i64| {
            let place = usize::try_from(week - i64::from(DENSE_FROM)).ok()?;
            self.words.get(place).map(|word| word.start())
        };
        // The length alone tells the week or the one before it, as a rule, without waiting for what lies before `from`.
        let mut week = guess + i64::from(word(guess + 1)?.before <= amount);
        for _ in 0..GUESSES {
            let (here, next) = (word(week)?, word(week + 1)?);
            if here.before <= amount && amount < next.before {
                return Some((week, here));
            }
            let off = (amount - here.before).div_euclid(self.ordinary);
            week += if off == 0 { 1 } else { off };
        }
        None
    }

    #[cold]
    #[inline(never)]
    fn by_runs(&self, amount: i64) -> Option<(i64, Start)> {
        let passed = self.runs.partition_point(|run| run.before <= amount);
        let run = self.runs.get(passed.checked_sub(1)?)?;
        let weekly = self.shapes.amount(run.shape as usize);
        let week = i64::from(run.week) + (amount - run.before).checked_div(weekly)?;
        let number = u32::try_from(week).ok().filter(|week| *week < WEEKS)?;
        Some((week, run.start_of(number, &self.shapes)))
    }

    /// Up to where it stays open after `instant`, looking no further than the week's end; `None` when it is closed.
    fn piece_after(&self, instant: i64) -> Option<i64> {
        let (week, point) = Self::place(instant);
        let shape = self.start_of(week).shape;
        let stretch = self.shapes.stretch(shape, point)?;
        if stretch.end - stretch.start == WEEK {
            // Nor do weeks that never close end one by one.
            let passed = self.runs.partition_point(|run| run.week <= week);
            let next = self.runs.get(passed).map_or(WEEKS, |run| run.week);
            return Some(RANGE_START + i64::from(next) * WEEK);
        }
        let open = i64::from(point) < stretch.end;
        open.then(|| instant - i64::from(point) + stretch.end)
    }

    /// Since when it has been open before `instant`, looking no further than the week's start; `None` when it was closed.
    fn piece_before(&self, instant: i64) -> Option<i64> {
        let (week, point) = Self::place(instant - 1);
        let shape = self.start_of(week).shape;
        let stretch = self.shapes.stretch(shape, point)?;
        if stretch.end - stretch.start == WEEK {
            let passed = self.runs.partition_point(|run| run.week <= week);
            let run = self.runs.get(passed.saturating_sub(1))?;
            return Some(RANGE_START + i64::from(run.week) * WEEK);
        }
        let open = i64::from(point) < stretch.end;
        open.then(|| instant - 1 - i64::from(point) + stretch.start)
    }

    pub(super) fn is_open(&self, instant: i64) -> bool {
        self.piece_after(instant).is_some()
    }

    /// The first closed instant at or after `instant`, or `limit` if that comes first.
    pub(super) fn closed_from(&self, mut instant: i64, limit: i64) -> i64 {
        while instant < limit {
            match self.piece_after(instant) {
                Some(end) => instant = end,
                None => return instant,
            }
        }
        limit
    }

    /// The last instant up to which it was closed, at or before `instant`, or `limit` if that comes last.
    pub(super) fn closed_until(&self, mut instant: i64, limit: i64) -> i64 {
        while limit < instant {
            match self.piece_before(instant) {
                Some(start) => instant = start,
                None => return instant,
            }
        }
        limit
    }
}

/// The words of as many weeks as fit into words: all, unless a calendar has more shapes than a word can tell.
/// The runs know the others.
fn words(runs: &[Run], shapes: &Shapes) -> Box<[Word]> {
    let mut words = Vec::with_capacity(DENSE as usize);
    let ends = runs.iter().skip(1).map(|run| run.week).chain([WEEKS]);
    for (run, end) in runs.iter().zip(ends) {
        let weekly = shapes.amount(run.shape as usize);
        for week in run.week.max(DENSE_FROM)..end.min(DENSE_FROM + DENSE) {
            let before = run.before + i64::from(week - run.week) * weekly;
            match Word::new(before, run.shape) {
                Some(word) => words.push(word),
                None => return words.into_boxed_slice(),
            }
        }
    }
    words.into_boxed_slice()
}

#[cfg(test)]
mod tests {
    use super::{DENSE, DENSE_FROM, Engine, RANGE_END, RANGE_START, WEEK};
    use crate::calendar::{BusinessHours, BusinessHoursSpec, Holiday};

    fn calendars() -> Vec<BusinessHours> {
        let mut spec: BusinessHoursSpec =
            BusinessHours::weekdays("Europe/Berlin", "09:00", "17:00")
                .unwrap()
                .into();
        for year in [1999, 2000, 2001, 2024, 2049, 2050] {
            for day in ["01-01", "01-02", "01-03", "01-10", "12-31"] {
                spec = spec.holiday(Holiday::on(format!("{year}-{day}")));
            }
        }
        let mut rare = BusinessHoursSpec::new("UTC");
        for year in (1950..2090).step_by(3) {
            let night = ("22:00".to_owned(), "06:00".to_owned());
            rare.overrides.insert(format!("{year}-07-01"), vec![night]);
        }
        let always = BusinessHours::always_in(&"Australia/Lord_Howe".parse().unwrap());
        vec![spec.build().unwrap(), rare.build().unwrap(), always]
    }

    #[test]
    fn words_and_runs_tell_the_same() {
        for calendar in calendars() {
            let engine = calendar.engine();
            assert_eq!(engine.words.len(), DENSE as usize);
            for week in DENSE_FROM - 3..DENSE_FROM + DENSE + 3 {
                let (one, other) = (engine.start_of(week), engine.start_by_runs(week));
                assert_eq!((one.before, one.shape), (other.before, other.shape));
            }
        }
    }

    #[test]
    fn an_amount_leads_back_to_its_instant_from_near_and_far() {
        for calendar in calendars() {
            let engine = calendar.engine();
            for from in
                (RANGE_START..RANGE_END).step_by(usize::try_from(7 * WEEK + 12_345).unwrap())
            {
                let before = engine.until(from);
                for far in [
                    0,
                    1,
                    3_600_000,
                    40 * 3_600_000,
                    1_000 * 3_600_000,
                    20_000 * 3_600_000,
                ] {
                    for length in [far, -far] {
                        let Some(found) = engine.nth_from(from, length) else {
                            let total = engine.until(RANGE_END + WEEK / 2);
                            assert!(before + length < 0 || total <= before + length);
                            continue;
                        };
                        assert!(engine.is_open(found));
                        assert_eq!(engine.until(found), before + length);
                        assert_eq!(engine.between(from, found), length);
                    }
                }
            }
        }
    }

    #[test]
    fn the_engine_is_one_cache_line() {
        assert_eq!(size_of::<Engine>(), 64);
    }
}
