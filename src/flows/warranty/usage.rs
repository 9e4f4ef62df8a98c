//! How much a unit was used, as it was on a date.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::kernel::{Code, ReadingId};
use crate::product::{Meter, Reading, Unit, readings_scope};
use crate::record::{Index, Page, Query, rank_of};
use crate::warranty::Flag;
use crate::work::{Halt, Reader, Work};

/// The last reading of a meter before an instant.
fn last_before(unit: &Unit, meter: &Code, until: DateTime<Utc>) -> Query {
    let query = Query::new(Index::ReadingsByMeter, readings_scope(unit.id, meter));
    let query = query.up_to(rank_of(until).saturating_sub(1));
    query.descending().limit(1)
}

fn first_of(page: &Page) -> Option<ReadingId> {
    page.found.first().map(|it| ReadingId::from_uuid(it.key.id))
}

/// Whether a meter was not read since an instant, so that what is newest of it is what it was then.
fn is_unread_since(meter: &Meter, until: DateTime<Utc>) -> bool {
    meter.newest.is_some_and(|newest| newest.at < until)
}

/// The use by every meter before an instant. One lookup for each meter that was read since, however often.
pub(super) fn usage_before(
    reader: &mut Reader<'_>,
    unit: &Unit,
    until: DateTime<Utc>,
) -> Result<Vec<(Code, u64)>, Halt> {
    let mut usage = Vec::new();
    for (name, meter) in &unit.meters {
        let used = if is_unread_since(meter, until) {
            meter.usage()
        } else {
            let found = reader.find(&last_before(unit, name, until))?;
            let last = match first_of(&found) {
                Some(reading) => reader.document(reading)?,
                None => None,
            };
            meter.usage_before(until, last.as_deref())
        };
        usage.extend(used.map(|used| (name.clone(), used)));
    }
    Ok(usage)
}

/// What is known of a meter before an instant.
struct Known {
    used: Option<u64>,
    /// What its dial showed last.
    shows: Option<u64>,
}

fn known(
    work: &mut Work<'_>,
    unit: &Unit,
    name: &Code,
    meter: &Meter,
    until: DateTime<Utc>,
) -> Result<Known, Halt> {
    if is_unread_since(meter, until) {
        return Ok(Known {
            used: meter.usage(),
            shows: meter.newest.map(|newest| newest.shows),
        });
    }
    let found = work.find(&last_before(unit, name, until))?;
    let last: Option<Arc<Reading>> = match first_of(&found) {
        Some(reading) => work.document(reading)?,
        None => None,
    };
    let place = |at| meter.segment_at(at).map(|(place, _)| place);
    let here = place(before(until));
    let own = last.as_ref().filter(|it| place(it.dial.at) == here);
    Ok(Known {
        used: meter.usage_before(until, last.as_deref()),
        shows: own.map(|reading| reading.dial.shows),
    })
}

fn before(until: DateTime<Utc>) -> DateTime<Utc> {
    let moment = TimeDelta::microseconds(1);
    until.checked_sub_signed(moment).unwrap_or(until)
}

/// The use by every meter before an instant, with what the claim says of it. A reading that does not go with one on record
/// is flagged, and counts for nothing.
pub(super) fn usage(
    work: &mut Work<'_>,
    unit: &Unit,
    until: DateTime<Utc>,
    told: &[(Code, u64)],
    flags: &mut Vec<Flag>,
) -> Result<Vec<(Code, u64)>, Halt> {
    let mut usage: Vec<(Code, u64)> = Vec::new();
    for (name, meter) in &unit.meters {
        let known = known(work, unit, name, meter, until)?;
        usage.extend(known.used.map(|used| (name.clone(), used)));
    }
    let fresh = Meter::default();
    for (name, shows) in told {
        let meter = unit.meters.get(name).unwrap_or(&fresh);
        let known = known(work, unit, name, meter, until)?;
        let segment = meter.segment_at(before(until));
        let last = known.shows.or(segment.map(|(_, segment)| segment.first));
        let place = segment.map(|(place, _)| place);
        let later = meter.newest.filter(|newest| newest.at >= until);
        let later = later.filter(|it| meter.segment_at(it.at).map(|(at, _)| at) == place);
        let pairs = [
            last.map(|last| (last, *shows)),
            later.map(|later| (*shows, later.shows)),
        ];
        let mut pairs = pairs.into_iter().flatten();
        if let Some((earlier, later)) = pairs.find(|(earlier, later)| later < earlier) {
            flags.push(Flag::MeterWentBack {
                meter: name.clone(),
                before: earlier,
                now: later,
            });
            continue;
        }
        let used = segment.map_or(*shows, |(_, segment)| segment.usage(*shows));
        usage.retain(|(known, _)| known != name);
        usage.push((name.clone(), used));
    }
    Ok(usage)
}
