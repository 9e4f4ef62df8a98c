//! Time zones, and the one way from local time to an instant.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Refusal;
use super::offsets::{DAY, Offsets, SECOND};

/// Which instant is meant when a zone's clock shows a local time twice.
///
/// A local time that the clock skips means the first instant after the gap, whichever is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolve {
    /// The first of the two: for an opening, and for the start of a day.
    Earliest,
    /// The second of the two: for a closing.
    Latest,
}

/// A time zone: `UTC`, a fixed offset such as `+03:00`, or, with the feature `tz`, an IANA name such as `Europe/Istanbul`.
///
/// Serialised as that text. Clones are cheap, and zones of the same name share their table of clock changes. The table
/// holds the changes from 1900 to 2099; before and after, the nearest known offset is used.
///
/// ```
/// use aftercare::calendar::{Resolve, Zone};
/// use chrono::NaiveDate;
///
/// let zone: Zone = "+03:00".parse()?;
/// let noon = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap().and_hms_opt(12, 0, 0).unwrap();
/// assert_eq!(zone.resolve(noon, Resolve::Earliest).to_rfc3339(), "2026-03-01T09:00:00+00:00");
/// # Ok::<(), aftercare::calendar::Refusal>(())
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    name: Arc<str>,
    offsets: Arc<Offsets>,
}

impl Zone {
    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Self {
        Self::fixed("UTC", 0)
    }

    /// The name the zone was made from.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The instant at which clocks in this zone show `local`.
    ///
    /// Shown twice: `which` decides. Never shown: the first instant after the gap.
    #[must_use]
    pub fn resolve(&self, local: NaiveDateTime, which: Resolve) -> DateTime<Utc> {
        let utc = local.and_utc();
        let shown = utc.timestamp_millis();
        let shift = self.offsets.resolve(shown, which) - shown;
        moved(local, shift)
            .map(|moved| moved.and_utc())
            .or_else(|| utc.checked_add_signed(TimeDelta::milliseconds(shift)))
            .unwrap_or(utc)
    }

    /// What clocks in this zone show at `at`.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        let offset = self.offsets.at(at.timestamp_millis());
        let utc = at.naive_utc();
        moved(utc, offset).unwrap_or(utc)
    }

    /// Whether clocks show the same time so many days later (earlier when negative), beyond doubt.
    pub(super) fn keeps_clock(&self, at: DateTime<Utc>, days: i64) -> bool {
        let now = at.timestamp_millis();
        let then = days.checked_mul(DAY).and_then(|by| now.checked_add(by));
        then.is_some_and(|then| days == 0 || self.offsets.is_alike(now, then))
    }

    pub(super) fn offsets(&self) -> &Arc<Offsets> {
        &self.offsets
    }

    fn fixed(name: &str, offset: i64) -> Self {
        Self {
            name: name.into(),
            offsets: Arc::new(Offsets::fixed(offset)),
        }
    }
}

/// So many milliseconds later, if they are whole seconds of less than a day, as offsets are: chrono adds these quicker than
/// any duration.
fn moved(time: NaiveDateTime, by: i64) -> Option<NaiveDateTime> {
    if by % SECOND != 0 {
        return None;
    }
    let seconds = i32::try_from(by / SECOND).ok()?;
    time.checked_add_offset(FixedOffset::east_opt(seconds)?)
}

impl FromStr for Zone {
    type Err = Refusal;

    fn from_str(name: &str) -> Result<Self, Refusal> {
        if name == "UTC" {
            return Ok(Self::utc());
        }
        if let Some(offset) = fixed_offset(name) {
            return Ok(Self::fixed(name, offset));
        }
        named(name).ok_or_else(|| Refusal::UnknownZone {
            name: name.to_owned(),
        })
    }
}

/// `+03:00`, up to eighteen hours either way.
fn fixed_offset(text: &str) -> Option<i64> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let number = |digits: &str| {
        (digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()))
            .then(|| digits.parse::<i64>().ok())
            .flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let seconds = (hours * 60 + minutes) * 60;
    (minutes < 60 && seconds <= 18 * 3600).then_some(sign * seconds * SECOND)
}

#[cfg(feature = "tz")]
fn named(name: &str) -> Option<Zone> {
    use std::collections::BTreeMap;
    use std::sync::{Mutex, PoisonError};

    use chrono::{Offset, TimeZone};

    /// Tables already made. They are facts about the world, so sharing them can change no answer.
    static KNOWN: Mutex<BTreeMap<&'static str, Zone>> = Mutex::new(BTreeMap::new());

    let tz: chrono_tz::Tz = name.parse().ok()?;
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let zone = known.entry(tz.name()).or_insert_with(|| Zone {
        name: tz.name().into(),
        offsets: Arc::new(Offsets::probe(|instant| {
            DateTime::from_timestamp_millis(instant).map_or(0, |at| {
                let offset = tz.offset_from_utc_datetime(&at.naive_utc()).fix();
                i64::from(offset.local_minus_utc()) * SECOND
            })
        })),
    });
    Some(zone.clone())
}

#[cfg(not(feature = "tz"))]
fn named(_: &str) -> Option<Zone> {
    None
}

impl TryFrom<String> for Zone {
    type Error = Refusal;

    fn try_from(name: String) -> Result<Self, Refusal> {
        name.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Zone").field(&self.name).finish()
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
