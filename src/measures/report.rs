//! The figures of a period, beside those of the period before.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::drivers::{Driver, Shift, drivers, shifts};
use super::figures::Figures;
use super::lens::{Dimension, Place, Slot};
use super::rate::{Rate, merge_counts};
use super::refusal::Refusal;
use crate::kernel::Code;
use crate::satisfaction::{Change, Instrument, Scores, Spread, Test, decide_together};

/// Days from the first (included) to the last (not included).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
}

impl Days {
    /// # Errors
    /// [`Refusal::ReversedPeriod`] when it does not end after it begins.
    pub fn try_new(from: NaiveDate, to: NaiveDate) -> Result<Self, Refusal> {
        if to <= from {
            return Err(Refusal::ReversedPeriod { from, to });
        }
        Ok(Self { from, to })
    }

    /// The period of the same length before: of whole months as many months, of anything else as many days. So February is compared with
    /// January, and not with its last 28 days.
    #[must_use]
    pub fn before(self) -> Self {
        if let Some(from) = self.months_before() {
            return Self {
                from,
                to: self.from,
            };
        }
        let span = self.to.signed_duration_since(self.from);
        Self {
            from: self.from.checked_sub_signed(span).unwrap_or(self.from),
            to: self.from,
        }
    }

    /// The first day of as many months before, when these are whole months.
    fn months_before(self) -> Option<NaiveDate> {
        if self.from.day() != 1 || self.to.day() != 1 {
            return None;
        }
        let count = |day: NaiveDate| day.year() * 12 + day.month0().cast_signed();
        let months = u32::try_from(count(self.to) - count(self.from)).ok()?;
        self.from.checked_sub_months(Months::new(months))
    }

    /// # Errors
    /// [`Refusal::ReversedPeriod`]; [`Refusal::PartOfSlot`] when it does not begin and end where a slot does.
    pub(super) fn of_slots(from: NaiveDate, to: NaiveDate, slot: Slot) -> Result<Self, Refusal> {
        let days = Self::try_new(from, to)?;
        let part = [from, to]
            .into_iter()
            .find(|day| slot.starting(*day) != *day);
        match part {
            Some(day) => Err(Refusal::PartOfSlot { day, slot }),
            None => Ok(days),
        }
    }

    fn contains(self, day: NaiveDate) -> bool {
        (self.from..self.to).contains(&day)
    }
}

/// What is reported about one instrument.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Voice {
    /// What was asked.
    pub instrument: Instrument,
    /// The scores of the period.
    pub scores: Scores,
    /// How the figure changed from the period before.
    pub change: Change,
    /// What drives it, for each dimension that is kept apart.
    pub drivers: Vec<(Dimension, Vec<Driver>)>,
    /// What the change is made of, for each dimension that is kept apart.
    pub shifts: Vec<(Dimension, Vec<Shift>)>,
}

/// The figures of a period and slice, beside those of the period before.
///
/// Figures are kept by slots (days, weeks or months, as the lens has them), so a report covers whole ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The period.
    pub days: Days,
    /// What it is about: all cases where nothing is said.
    pub slice: Place,
    /// The figures of the period; the backlog is that at its end.
    pub figures: Figures,
    /// The figures of the period before; the backlog is that at its end.
    pub before: Figures,
    /// The figures of each cell's period, the earliest first.
    pub trend: Vec<(NaiveDate, Figures)>,
    /// What customers said.
    pub voices: Vec<Voice>,
    /// Warranty claims by months in service, of all that was delivered until the end of the period
    /// ([`Figures::claim_rates`]). Deliveries are known by product: of a slice by another dimension there are none.
    #[serde(default)]
    pub claim_rates: Vec<Rate>,
}

impl Report {
    /// The report of a period and slice, from [`Measures::figures`](super::Measures::figures).
    ///
    /// `slot` is that of the lens under which the figures were taken.
    ///
    /// # Errors
    /// [`Refusal::ReversedPeriod`]; [`Refusal::PartOfSlot`] when it does not begin and end where a slot does.
    pub fn of(
        cells: &BTreeMap<(NaiveDate, Place), Figures>,
        slot: Slot,
        days: Days,
        slice: &Place,
    ) -> Result<Self, Refusal> {
        let days = Days::of_slots(days.from, days.to, slot)?;
        let within = |days: Days| {
            let cells = cells
                .iter()
                .filter(move |((day, place), _)| days.contains(*day) && place.is_in(slice));
            cells.map(|((day, place), figures)| (*day, place, figures))
        };
        let whole = |days: Days| {
            let mut whole = Figures::default();
            let mut last = None;
            for (day, _, figures) in within(days) {
                // What is open at the end of one period is open at the beginning of the next.
                if last.replace(day).is_some_and(|last| last != day) {
                    whole.backlog = Spread::default();
                }
                whole.merge(figures);
            }
            whole
        };
        let mut trend = BTreeMap::<NaiveDate, Figures>::new();
        for (day, _, figures) in within(days) {
            trend.entry(day).or_default().merge(figures);
        }
        let (figures, before) = (whole(days), whole(days.before()));
        let mut voices = Vec::new();
        for (instrument, scores) in &figures.scores {
            let none = Scores::new(instrument.clone());
            let then = before.scores.get(instrument).unwrap_or(&none);
            let mut voice = Voice {
                instrument: instrument.clone(),
                scores: scores.clone(),
                change: scores.change_from(then, &Test::default())?,
                drivers: Vec::new(),
                shifts: Vec::new(),
            };
            for dimension in Dimension::ALL {
                let split = |days: Days| sorted(within(days), *dimension, instrument);
                let now = split(days)?;
                if now.len() > 1 {
                    voice.drivers.push((*dimension, drivers(&now)?));
                    let shifts = shifts(&split(days.before())?, &now)?;
                    voice
                        .shifts
                        .extend(shifts.map(|shifts| (*dimension, shifts)));
                }
            }
            voices.push(voice);
        }
        // Several figures are compared at once.
        let mut changes: Vec<Change> = voices.iter().map(|voice| voice.change).collect();
        decide_together(&mut changes, &Test::default());
        for (voice, change) in voices.iter_mut().zip(changes) {
            voice.change = change;
        }
        Ok(Self {
            days,
            slice: slice.clone(),
            figures,
            before,
            trend: trend.into_iter().collect(),
            voices,
            claim_rates: in_service(cells, days.to, slice),
        })
    }
}

/// Claims by months in service, of what was sold at any time before `until`.
fn in_service(
    cells: &BTreeMap<(NaiveDate, Place), Figures>,
    until: NaiveDate,
    slice: &Place,
) -> Vec<Rate> {
    let mut sold = Figures::default();
    for ((day, place), figures) in cells {
        if *day < until && place.is_in(slice) {
            merge_counts(&mut sold.delivered, &figures.delivered);
            merge_counts(&mut sold.claims.by_age, &figures.claims.by_age);
        }
    }
    sold.claim_rates(until)
}

/// The scores of an instrument by the words of a dimension.
fn sorted<'a>(
    cells: impl Iterator<Item = (NaiveDate, &'a Place, &'a Figures)>,
    dimension: Dimension,
    instrument: &Instrument,
) -> Result<BTreeMap<Option<Code>, Scores>, Refusal> {
    let mut sorted = BTreeMap::<Option<Code>, Scores>::new();
    for (_, place, figures) in cells {
        if let Some(scores) = figures.scores.get(instrument) {
            let own = sorted.entry(place.get(dimension).cloned());
            own.or_insert_with(|| Scores::new(instrument.clone()))
                .merge(scores)?;
        }
    }
    Ok(sorted)
}
