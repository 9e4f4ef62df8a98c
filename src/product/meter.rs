//! Meters: what a dial shows, and how much use that is since the unit was new.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::refusal::Refusal;
use super::spec::MeterSpec;
use crate::kernel::{Code, CustomerId, Digest, ReadingId, UnitId};

/// What a dial showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dial {
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// The count on it.
    pub shows: u64,
}

/// A time during which a dial only counted on: it ends when the meter is replaced, or rolls over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Since when, UTC; absent for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// What the dial showed at its beginning.
    pub first: u64,
    /// The most that it can have shown, when it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<u64>,
    /// The use at its beginning, since the unit was new.
    pub used_before: u64,
}

impl Segment {
    /// The use since the unit was new, when the dial shows this.
    #[must_use]
    pub const fn usage(&self, shows: u64) -> u64 {
        let here = shows.saturating_sub(self.first);
        self.used_before.saturating_add(here)
    }
}

/// One meter of a unit. Its size grows with how often it was replaced or rolled over, not with its readings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meter {
    /// The times of unbroken counting, the earliest first; never empty.
    pub segments: Vec<Segment>,
    /// The newest that is known of its dial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<Dial>,
    /// The reading that says so; absent when the meter was replaced since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<ReadingId>,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            segments: vec![Segment {
                from: None,
                first: 0,
                last: None,
                used_before: 0,
            }],
            newest: None,
            reading: None,
        }
    }
}

/// Whether the dial counted on to a new reading, or began anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It is the newest.
    Newest,
    /// It was taken before the newest, in this segment.
    Late(usize),
}

impl Meter {
    /// The use since the unit was new, by the newest reading; `None` before the first one.
    #[must_use]
    pub fn usage(&self) -> Option<u64> {
        Some(self.segments.last()?.usage(self.newest?.shows))
    }

    /// The use since the unit was new, as it was before an instant: by the last reading before it, or by the replacement of
    /// the meter, whichever says more; `None` where there was neither.
    #[must_use]
    pub fn usage_before(&self, until: DateTime<Utc>, last: Option<&Reading>) -> Option<u64> {
        let begun = self.segments.iter().rev();
        let mut begun = begun.filter(|segment| segment.from.is_some_and(|from| from < until));
        let replaced = begun.next().map(|segment| segment.used_before);
        let read = last.map(|reading| reading.usage);
        read.into_iter().chain(replaced).max()
    }

    /// The segment in which this instant lies, and its place.
    #[must_use]
    pub fn segment_at(&self, at: DateTime<Utc>) -> Option<(usize, &Segment)> {
        let segments = self.segments.iter().enumerate().rev();
        let mut begun = segments.filter(|(_, segment)| segment.from.is_none_or(|from| from <= at));
        begun.next()
    }

    /// Where a reading of this instant belongs.
    pub(crate) fn fit(&self, at: DateTime<Utc>) -> Fit {
        match (self.newest, self.segment_at(at)) {
            (Some(newest), Some((place, _))) if self.is_late(newest.at, at) => Fit::Late(place),
            _ => Fit::Newest,
        }
    }

    /// Whether an instant lies before what is newest; of the very instant of a replacement a reading may follow.
    fn is_late(&self, newest: DateTime<Utc>, at: DateTime<Utc>) -> bool {
        at < newest || (at == newest && self.reading.is_some())
    }

    pub(super) fn begin_segment(&mut self, at: DateTime<Utc>, last: u64, used: u64, first: u64) {
        if let Some(old) = self.segments.last_mut() {
            old.last = Some(last);
        }
        self.segments.push(Segment {
            from: Some(at),
            first,
            last: None,
            used_before: used,
        });
    }
}

/// Whether a dial of this make can show this.
pub(crate) const fn check_dial(spec: &MeterSpec, shows: u64) -> Result<(), Refusal> {
    match spec.rolls_over_at {
        Some(most) if shows >= most => Err(Refusal::BeyondDial { shows, most }),
        _ => Ok(()),
    }
}

/// One reading of a meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Which one.
    pub id: ReadingId,
    /// Of which unit.
    pub unit: UnitId,
    /// Of which meter.
    pub meter: Code,
    /// Who owned the unit then, as far as was known when the reading came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<CustomerId>,
    /// What the dial showed, and when.
    pub dial: Dial,
    /// The use since the unit was new.
    pub usage: u64,
    /// How often it was corrected.
    #[serde(default)]
    pub corrections: u32,
}

/// The scope of the readings of one meter.
pub(crate) fn readings_scope(unit: UnitId, meter: &Code) -> Uuid {
    let digest = Digest::public().with_str("readings");
    let digest = digest.with_u128(unit.as_u128()).with_str(meter.as_str());
    Uuid::from_u128(digest.finish())
}
