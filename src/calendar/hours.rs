//! Business hours as a business writes them down.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::kernel::Problems;

use super::business::BusinessHours;
use super::holiday::Holiday;
use super::sheet::{Sheet, WEEKDAYS, clock};
use super::span::{common, merge};
use super::zone::Zone;

/// One interval on the wall: from and to, as `("09:00", "17:00")`.
///
/// Times are `HH:MM`, `HH:MM:SS` or `HH:MM:SS.mmm`. An end at or before the start is on the next date; the end `24:00`
/// is midnight. The interval belongs to the date on which it starts.
pub type Hours = (String, String);

/// Business hours as plain data: what a configuration file holds, and what [`BusinessHours`] is made from.
///
/// All dates and times are on the wall of `zone`. On any date the hours are, in this order: the holiday's
/// ([`Holiday`]), else the override's, else the week's. A half day keeps those of the override or the week that lie
/// inside it. Breaks then cut whatever is left, on the date and at the time they name, even hours that started the
/// evening before. Overlapping intervals are merged, and intervals are open at their end.
///
/// ```
/// use aftercare::calendar::{BusinessHours, BusinessHoursSpec};
///
/// let spec: BusinessHoursSpec = serde_json::from_str(r#"{
///     "zone": "UTC",
///     "weekly": {"mon": [["09:00", "17:00"]], "fri": [["09:00", "12:00"], ["22:00", "06:00"]]},
///     "weekly_breaks": {"mon": [["12:00", "13:00"]]},
///     "overrides": {"2026-01-02": [["10:00", "12:00"]]},
///     "holidays": [{"on": "2026-01-01", "name": "New Year"}, {"on": "2026-12-24", "closes_at": "13:00"}]
/// }"#)?;
/// let hours = BusinessHours::try_from(spec)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessHoursSpec {
    /// The zone, as [`Zone`] reads it.
    pub zone: String,
    /// Hours by weekday: `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`. A weekday that is not named is closed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub weekly: BTreeMap<String, Vec<Hours>>,
    /// Breaks by weekday, keyed like `weekly`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub weekly_breaks: BTreeMap<String, Vec<Hours>>,
    /// Hours that replace the week's on one date, keyed as `2026-01-02`. An empty list closes the date.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub overrides: BTreeMap<String, Vec<Hours>>,
    /// Breaks on one date, in addition to those of its weekday.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub breaks: BTreeMap<String, Vec<Hours>>,
    /// Days off and half days, in any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Holiday>,
}

impl BusinessHoursSpec {
    /// A week without hours in this zone, to be filled in.
    pub fn new(zone: impl Into<String>) -> Self {
        Self {
            zone: zone.into(),
            ..Self::default()
        }
    }

    /// With one more interval on each of `days`.
    ///
    /// ```
    /// use aftercare::calendar::{BusinessHoursSpec, Holiday};
    /// use chrono::Weekday::{Mon, Tue};
    ///
    /// let hours = BusinessHoursSpec::new("UTC")
    ///     .open(&[Mon, Tue], "09:00", "17:00")
    ///     .pause(&[Mon, Tue], "12:00", "13:00")
    ///     .holiday(Holiday::on("2026-01-05"))
    ///     .build()?;
    /// # Ok::<(), aftercare::kernel::Problems>(())
    /// ```
    #[must_use]
    pub fn open(mut self, days: &[Weekday], from: &str, to: &str) -> Self {
        push(&mut self.weekly, days, from, to);
        self
    }

    /// With one more break on each of `days`.
    #[must_use]
    pub fn pause(mut self, days: &[Weekday], from: &str, to: &str) -> Self {
        push(&mut self.weekly_breaks, days, from, to);
        self
    }

    /// With these hours instead of the week's on `date`.
    #[must_use]
    pub fn instead(mut self, date: NaiveDate, hours: &[(&str, &str)]) -> Self {
        let hours = hours.iter().map(|(from, to)| hours_of(from, to)).collect();
        self.overrides.insert(date.to_string(), hours);
        self
    }

    /// With one more holiday.
    #[must_use]
    pub fn holiday(mut self, holiday: Holiday) -> Self {
        self.holidays.push(holiday);
        self
    }

    /// The calendar.
    ///
    /// # Errors
    /// Every problem at once, each with its path, such as `weekly.mon[1]`: `calendar.unknown_zone`,
    /// `calendar.unknown_weekday`, `calendar.bad_date`, `calendar.date_out_of_range`, `calendar.bad_time`,
    /// `calendar.holiday_reversed`, `calendar.never_opens`.
    pub fn build(self) -> Result<BusinessHours, Problems> {
        BusinessHours::try_from(self)
    }

    /// The hours that two sheets have in common *on the wall*, as a sheet in the zone of this one.
    ///
    /// Nine o'clock here and nine o'clock there count as the same time, whatever the zones. Weekly hours are
    /// intersected (cut at midnight), breaks and holidays of both apply, overrides of neither. For the time in which
    /// two businesses are really open at once, see [`BusinessHours::intersection`].
    ///
    /// # Errors
    /// The problems of either sheet, as [`BusinessHoursSpec::build`] reports them.
    pub fn shared_on_the_wall(&self, other: &Self) -> Result<Self, Problems> {
        let (_, mine) = Sheet::check(self)?;
        let (_, theirs) = Sheet::check(other)?;
        let mut shared = Self::new(self.zone.clone());
        for (day, name) in (0..).zip(WEEKDAYS) {
            let both = common(&mine.opening_hours(day), &theirs.opening_hours(day));
            let hours: Vec<_> = both
                .iter()
                .map(|span| (clock(span.start), clock(span.end)))
                .collect();
            if !hours.is_empty() {
                shared.weekly.insert(name.to_owned(), hours);
            }
        }
        for sheet in [self, other] {
            for (into, from) in [
                (&mut shared.weekly_breaks, &sheet.weekly_breaks),
                (&mut shared.breaks, &sheet.breaks),
            ] {
                for (key, breaks) in from {
                    into.entry(key.clone())
                        .or_default()
                        .extend_from_slice(breaks);
                }
            }
            shared.holidays.extend_from_slice(&sheet.holidays);
        }
        Ok(shared)
    }
}

impl Sheet {
    /// A weekday's hours before breaks, cut at midnight, with what the evening before leaves over.
    fn opening_hours(&self, weekday: usize) -> Vec<super::span::Span> {
        let mut hours = self.weekly_hours(weekday);
        merge(&mut hours);
        super::span::carve(
            &hours,
            &[],
            super::span::Span {
                start: 0,
                end: super::offsets::DAY,
            },
        )
    }
}

impl BusinessHours {
    /// Open Monday to Friday between two times, given as `09:00`.
    ///
    /// ```
    /// use aftercare::calendar::BusinessHours;
    /// let hours = BusinessHours::weekdays("UTC", "09:00", "17:00")?;
    /// # Ok::<(), aftercare::kernel::Problems>(())
    /// ```
    ///
    /// # Errors
    /// `calendar.unknown_zone` and `calendar.bad_time`.
    pub fn weekdays(zone: &str, from: &str, to: &str) -> Result<Self, Problems> {
        use Weekday::{Fri, Mon, Thu, Tue, Wed};
        BusinessHoursSpec::new(zone)
            .open(&[Mon, Tue, Wed, Thu, Fri], from, to)
            .build()
    }

    /// Open at every instant; its dates are those of UTC.
    #[must_use]
    pub fn always() -> Self {
        Self::always_in(&Zone::utc())
    }

    /// Open at every instant; its dates are those of `zone`.
    #[must_use]
    pub fn always_in(zone: &Zone) -> Self {
        let mut spec = BusinessHoursSpec::new(zone.name());
        for name in WEEKDAYS {
            spec.weekly
                .insert(name.to_owned(), vec![hours_of("00:00", "24:00")]);
        }
        Self::compile(spec, zone.clone(), Sheet::always())
    }
}

fn hours_of(from: &str, to: &str) -> Hours {
    (from.to_owned(), to.to_owned())
}

fn push(table: &mut BTreeMap<String, Vec<Hours>>, days: &[Weekday], from: &str, to: &str) {
    for day in days {
        let names = WEEKDAYS.iter().skip(day.num_days_from_monday() as usize);
        for name in names.take(1) {
            let hours = table.entry((*name).to_owned()).or_default();
            hours.push(hours_of(from, to));
        }
    }
}
