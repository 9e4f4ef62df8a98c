//! What to fix first, and whether fixing it helped.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::drivers::Driver;
use super::figures::Figures;
use super::lens::{Dimension, Place, Slot};
use super::refusal::Refusal;
use super::report::{Days, Report};
use crate::satisfaction::{Change, Instrument, Scores, Test, decide_together};

/// A part of the business that surely costs a score, with what says so. A serde value: keep it with what is done about it, and ask later
/// what [changed](Self::since).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProblemArea {
    /// What customers were asked.
    pub instrument: Instrument,
    /// Of which slice of the business.
    pub slice: Place,
    /// By what the area is told apart from the rest.
    pub dimension: Dimension,
    /// In which period it was seen.
    pub seen: Days,
    /// What says so: its figure, the rest's, what it costs and between which bounds.
    pub evidence: Driver,
}

/// What changed after something was done about a problem area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aftermath {
    /// The [period before](Days::before).
    pub before: Days,
    /// The days since.
    pub after: Days,
    /// How the area's figure changed.
    pub area: Change,
    /// How the figure of the rest changed in the same time: what would have changed anyway.
    pub rest: Change,
}

impl Report {
    /// What surely costs each score, for each dimension in the order of the [driver table](super::drivers()): the surest cost first. An
    /// area that is not known by a word cannot be worked on, and is left out.
    #[must_use]
    pub fn problem_areas(&self) -> Vec<ProblemArea> {
        let mut areas = Vec::new();
        for voice in &self.voices {
            for (dimension, drivers) in &voice.drivers {
                let problems = drivers.iter().filter(|driver| driver.is_problem());
                let known = problems.filter(|driver| driver.word.is_some());
                areas.extend(known.map(|driver| ProblemArea {
                    instrument: voice.instrument.clone(),
                    slice: self.slice.clone(),
                    dimension: *dimension,
                    seen: self.days,
                    evidence: driver.clone(),
                }));
            }
        }
        areas
    }
}

impl ProblemArea {
    /// What changed from the day on which something was done to the day before `until`, against the [period before](Days::before). Both comparisons
    /// are decided [together](decide_together). `slot` is that of the lens under which the figures were taken.
    ///
    /// # Errors
    /// [`Refusal::ReversedPeriod`] when `until` is not later; [`Refusal::PartOfSlot`] when one of the days is not that on which a slot begins.
    pub fn since(
        &self,
        cells: &BTreeMap<(NaiveDate, Place), Figures>,
        slot: Slot,
        acted_on: NaiveDate,
        until: NaiveDate,
        test: &Test,
    ) -> Result<Aftermath, Refusal> {
        let after = Days::of_slots(acted_on, until, slot)?;
        let before = after.before();
        let (area_then, rest_then) = self.split(cells, before)?;
        let (area_now, rest_now) = self.split(cells, after)?;
        let mut changes = [
            area_now.change_from(&area_then, test)?,
            rest_now.change_from(&rest_then, test)?,
        ];
        decide_together(&mut changes, test);
        let [area, rest] = changes;
        Ok(Aftermath {
            before,
            after,
            area,
            rest,
        })
    }

    /// The scores of the area, and of the rest of its slice.
    fn split(
        &self,
        cells: &BTreeMap<(NaiveDate, Place), Figures>,
        days: Days,
    ) -> Result<(Scores, Scores), Refusal> {
        let none = || Scores::new(self.instrument.clone());
        let (mut area, mut rest) = (none(), none());
        for ((day, place), figures) in cells {
            let is_within = (days.from..days.to).contains(day) && place.is_in(&self.slice);
            if let Some(scores) = figures.scores.get(&self.instrument).filter(|_| is_within) {
                let is_own = place.get(self.dimension) == self.evidence.word.as_ref();
                let to = if is_own { &mut area } else { &mut rest };
                to.merge(scores)?;
            }
        }
        Ok((area, rest))
    }
}
