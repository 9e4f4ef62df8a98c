//! What the meters of a unit show.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::{happened, in_use, not_before, product_of};
use crate::kernel::{Code, Permission, ReadingId};
use crate::product::{
    CorrectReading, Dial, Fit, Meter, MeterSpec, Product, Reading, RecordReading, Refusal,
    ReplaceMeter, Unit, UnitEvent, check_dial, readings_scope,
};
use crate::record::{Entry, Event, Index, Key, Query, rank_of};
use crate::service::UsageAt;
use crate::work::{Command, Halt, Work};

/// What a unit's meter is like.
fn meter_of(product: &Product, unit: &Unit, meter: &Code) -> Result<MeterSpec, Refusal> {
    let spec = product.spec.meters.get(meter).cloned();
    spec.ok_or_else(|| Refusal::UnknownMeter {
        model: unit.product.clone(),
        meter: meter.clone(),
    })
}

/// The least and the most that a dial can have shown at an instant.
struct Bounds {
    lowest: u64,
    highest: Option<u64>,
}

impl Bounds {
    fn check(&self, shows: u64) -> Result<(), Refusal> {
        let (lowest, highest) = (self.lowest, self.highest);
        if shows < lowest || highest.is_some_and(|highest| shows > highest) {
            return Err(Refusal::MeterWentBack {
                shows,
                lowest,
                highest,
            });
        }
        Ok(())
    }
}

/// The reading next to an instant on one side, without those of the instant itself.
fn neighbour(
    work: &mut Work<'_>,
    unit: &Unit,
    meter: &Code,
    at: DateTime<Utc>,
    is_later: bool,
) -> Result<Option<Arc<Reading>>, Halt> {
    let query = Query::new(Index::ReadingsByMeter, readings_scope(unit.id, meter)).limit(1);
    let rank = rank_of(at);
    let query = if is_later {
        query.starting(rank.saturating_add(1))
    } else {
        query.up_to(rank.saturating_sub(1)).descending()
    };
    match work.find(&query)?.found.first() {
        Some(found) => work.document(ReadingId::from_uuid(found.key.id)),
        None => Ok(None),
    }
}

/// Between what a dial can have shown at an instant in this segment: its neighbours there, or the ends of the
/// segment.
fn bounds(
    work: &mut Work<'_>,
    unit: &Unit,
    name: &Code,
    at: DateTime<Utc>,
    place: usize,
) -> Result<Bounds, Halt> {
    let before = neighbour(work, unit, name, at, false)?;
    let after = neighbour(work, unit, name, at, true)?;
    let meter = unit.meters.get(name);
    let here = |reading: Option<Arc<Reading>>| {
        let reading = reading?;
        let (segment, _) = meter?.segment_at(reading.dial.at)?;
        (segment == place).then_some(reading.dial.shows)
    };
    let segment = meter.and_then(|meter| meter.segments.get(place));
    let first = segment.map_or(0, |segment| segment.first);
    Ok(Bounds {
        lowest: here(before).unwrap_or(first),
        highest: here(after).or(segment.and_then(|segment| segment.last)),
    })
}

/// The reading of this very instant.
fn same_instant(
    work: &mut Work<'_>,
    unit: &Unit,
    meter: &Code,
    at: DateTime<Utc>,
) -> Result<Option<Arc<Reading>>, Halt> {
    let just_after = at
        .checked_add_signed(TimeDelta::microseconds(1))
        .unwrap_or(at);
    let found = neighbour(work, unit, meter, just_after, false)?;
    Ok(found.filter(|reading| rank_of(reading.dial.at) == rank_of(at)))
}

impl Command for RecordReading {
    /// `None` when the same reading was told before.
    type Output = Option<ReadingId>;
    const NAME: &'static str = "unit.record_reading";
    const PERMISSION: Permission = Permission::UNIT_OWN;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.unit));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let id = work.new_id();
        let unit = in_use(work, self.unit)?;
        let product = product_of(work, &unit.product)?;
        let spec = meter_of(&product, &unit, &self.meter)?;
        check_dial(&spec, self.shows)?;
        let dial = Dial {
            at: happened(work, self.at)?,
            shows: self.shows,
        };
        let fresh = Meter::default();
        let meter = unit.meters.get(&self.meter).unwrap_or(&fresh);
        let (usage, rolled_over_at, late) = match meter.fit(dial.at) {
            Fit::Newest if self.rolled_over => {
                let most = spec.rolls_over_at.ok_or(Refusal::NoRollOver)?;
                let newest = meter.newest.ok_or(Refusal::NoRollOver)?;
                if dial.shows > newest.shows {
                    return Err(Refusal::NoRollOver.into());
                }
                let segment = meter.segments.last().ok_or(Refusal::NoRollOver)?;
                let usage = segment.usage(most).saturating_add(dial.shows);
                (usage, Some(most), false)
            }
            Fit::Newest => {
                let bounds = Bounds {
                    lowest: meter.newest.map_or(0, |newest| newest.shows),
                    highest: None,
                };
                bounds.check(dial.shows)?;
                let segment = meter.segments.last();
                let usage = segment.map_or(dial.shows, |segment| segment.usage(dial.shows));
                (usage, None, false)
            }
            Fit::Late(_) if self.rolled_over => return Err(Refusal::NoRollOver.into()),
            Fit::Late(place) => {
                if let Some(there) = same_instant(work, &unit, &self.meter, dial.at)? {
                    // Told twice, it is one reading.
                    return match there.dial.shows == dial.shows {
                        true => Ok(()),
                        false => Err(Refusal::ReadBefore { at: dial.at }.into()),
                    };
                }
                let bounds = bounds(work, &unit, &self.meter, dial.at, place)?;
                bounds.check(dial.shows)?;
                let segment = meter.segments.get(place);
                let usage = segment.map_or(dial.shows, |segment| segment.usage(dial.shows));
                (usage, None, true)
            }
        };
        let reading = Reading {
            id,
            unit: unit.id,
            meter: self.meter.clone(),
            owner: unit.owned_by(),
            dial,
            usage,
            corrections: 0,
        };
        work.put(id, reading)?;
        work.emit(
            unit.id,
            UnitEvent::Read {
                meter: self.meter.clone(),
                reading: id,
                dial,
                usage,
                rolled_over_at,
                late,
            },
        )?;
        let usage = UsageAt { at: dial.at, usage };
        crate::flows::service::read(work, unit.id, &self.meter, usage)
    }

    fn output(&self, entry: &Entry) -> Option<ReadingId> {
        entry.events.iter().find_map(|event| {
            let Event::Unit(_, UnitEvent::Read { reading, .. }) = event else {
                return None;
            };
            Some(*reading)
        })
    }
}

impl Command for CorrectReading {
    type Output = ();
    const NAME: &'static str = "unit.correct_reading";
    const PERMISSION: Permission = Permission::UNIT_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.reading));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let reading = work.need(self.reading)?;
        if reading.dial.shows == self.shows {
            return Ok(());
        }
        let unit = work.need(reading.unit)?;
        let product = product_of(work, &unit.product)?;
        let spec = meter_of(&product, &unit, &reading.meter)?;
        check_dial(&spec, self.shows)?;
        let segment = unit
            .meters
            .get(&reading.meter)
            .and_then(|meter| meter.segment_at(reading.dial.at));
        let place = segment.map_or(0, |(place, _)| place);
        bounds(work, &unit, &reading.meter, reading.dial.at, place)?.check(self.shows)?;
        let usage = segment.map_or(self.shows, |(_, segment)| segment.usage(self.shows));
        let (meter, before) = (reading.meter.clone(), reading.dial.shows);
        let corrected = Reading {
            usage,
            dial: Dial {
                shows: self.shows,
                ..reading.dial
            },
            corrections: reading.corrections.saturating_add(1),
            ..Reading::clone(&reading)
        };
        work.because(self.reason.clone());
        work.put(self.reading, corrected)?;
        work.emit(
            unit.id,
            UnitEvent::ReadingCorrected {
                meter: meter.clone(),
                reading: self.reading,
                shows: self.shows,
                before,
            },
        )?;
        let at = reading.dial.at;
        crate::flows::service::read(work, unit.id, &meter, UsageAt { at, usage })
    }

    fn output(&self, _: &Entry) {}
}

impl Command for ReplaceMeter {
    type Output = ();
    const NAME: &'static str = "unit.replace_meter";
    const PERMISSION: Permission = Permission::UNIT_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.unit));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let unit = in_use(work, self.unit)?;
        let product = product_of(work, &unit.product)?;
        let spec = meter_of(&product, &unit, &self.meter)?;
        check_dial(&spec, self.first)?;
        check_dial(&spec, self.last)?;
        let at = happened(work, self.at)?;
        if let Some(newest) = unit.meters.get(&self.meter).and_then(|meter| meter.newest) {
            not_before(at, newest.at)?;
            let bounds = Bounds {
                lowest: newest.shows,
                highest: None,
            };
            bounds.check(self.last)?;
        }
        work.emit(
            unit.id,
            UnitEvent::MeterReplaced {
                meter: self.meter.clone(),
                at,
                last: self.last,
                first: self.first,
            },
        )
    }

    fn output(&self, _: &Entry) {}
}
