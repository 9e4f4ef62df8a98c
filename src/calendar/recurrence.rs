//! What recurs: every so often from an anchor, in civil time.

mod dates;
mod occurrences;
mod pattern;
mod rule;
mod span;
mod text;

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Timelike, Utc};
use serde::{Deserialize, Serialize};

use super::Refusal;
use super::zone::{Resolve, Zone};
pub use occurrences::Occurrences;
use pattern::{DAY, Pattern, local, seconds};
pub use rule::{Frequency, MonthEnd, Rule, Until};

/// A [`Rule`] with an anchor and a zone: the instants at which something is to happen.
///
/// Every occurrence is worked out from the anchor, so nothing drifts: from 31 January, monthly, it is 28 February and then
/// 31 March. Finding one costs the same however far away it lies. The anchor is itself an occurrence if the rule means it.
///
/// Steps are civil: what is at 09:00 stays at 09:00 across a clock change. A clock time that is shown twice means the
/// first; one that is skipped means the first instant after the gap, and two that fall together there are one occurrence.
/// Occurrences lie on whole seconds, from the anchor to the year 9999; finer parts of the anchor are dropped.
///
/// ```
/// use aftercare::calendar::{Recurrence, Rule, Zone};
/// use chrono::{DateTime, NaiveDate, Utc};
///
/// let zone: Zone = "+03:00".parse()?;
/// let nine = NaiveDate::from_ymd_opt(2026, 1, 31).unwrap().and_hms_opt(9, 0, 0).unwrap();
/// let monthly = Recurrence::new(Rule::every_months(1), nine, zone)?;
///
/// let from: DateTime<Utc> = "2026-02-01T00:00:00Z".parse()?;
/// let to: DateTime<Utc> = "2026-05-01T00:00:00Z".parse()?;
/// let dates: Vec<String> = monthly.between(from, to).map(|at| at.date_naive().to_string()).collect();
/// assert_eq!(dates, ["2026-02-28", "2026-03-31", "2026-04-30"]);
/// assert_eq!(monthly.after(to).unwrap().to_rfc3339(), "2026-05-31T06:00:00+00:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Spec", into = "Spec")]
pub struct Recurrence {
    rule: Rule,
    anchor: NaiveDateTime,
    zone: Zone,
    pattern: Arc<Pattern>,
}

/// A recurrence as it is written down.
#[derive(Serialize, Deserialize)]
struct Spec {
    rule: Rule,
    anchor: NaiveDateTime,
    zone: Zone,
}

impl Recurrence {
    /// The rule from this local time on, on clocks of this zone.
    ///
    /// # Errors
    /// [`Refusal::ZeroInterval`]; [`Refusal::EndBeforeStart`] when the rule ends before the anchor;
    /// [`Refusal::InvalidRule`] and [`Refusal::UnsupportedRule`] with the part that is wrong;
    /// [`Refusal::AnchorOutOfRange`] outside the years 1 to 9999.
    pub fn new(rule: Rule, anchor: NaiveDateTime, zone: Zone) -> Result<Self, Refusal> {
        let anchor = anchor.with_nanosecond(0).unwrap_or(anchor);
        let mut pattern = Pattern::new(&rule, anchor)?;
        let end = match rule.until {
            None => i64::MAX,
            Some(Until::Date(date)) => seconds(date.and_time(chrono::NaiveTime::MIN)) + DAY - 1,
            Some(Until::Local(local)) => seconds(local),
            Some(Until::Instant(at)) => at
                .checked_add_signed(TimeDelta::seconds(1))
                .map_or(i64::MAX, |after| first_local(&zone, after) - 1),
        };
        if end < seconds(anchor) {
            return Err(Refusal::EndBeforeStart { anchor });
        }
        pattern.limit(end);
        // A rule that means nothing at all is found out once.
        if pattern.from(seconds(anchor), &mut None).is_none() {
            pattern.limit(seconds(anchor) - 1);
        }
        Ok(Self {
            rule,
            anchor,
            zone,
            pattern: Arc::new(pattern),
        })
    }

    /// The rule.
    pub const fn rule(&self) -> &Rule {
        &self.rule
    }

    /// The local time from which it counts.
    #[must_use]
    pub const fn anchor(&self) -> NaiveDateTime {
        self.anchor
    }

    /// The zone whose clocks it goes by.
    #[must_use]
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The first occurrence later than `at`.
    #[must_use]
    pub fn after(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let next = at.checked_add_signed(TimeDelta::milliseconds(1))?;
        self.instant(
            self.pattern
                .from(first_local(&self.zone, next), &mut None)?,
        )
    }

    /// The last occurrence earlier than `at`.
    #[must_use]
    pub fn before(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.instant(
            self.pattern
                .before(first_local(&self.zone, at), &mut None)?,
        )
    }

    /// The first occurrence later than a local time, as clocks show it; clock changes do not touch it.
    #[must_use]
    pub fn after_local(&self, at: NaiveDateTime) -> Option<NaiveDateTime> {
        local(self.pattern.from(seconds(at) + 1, &mut None)?)
    }

    /// The last occurrence earlier than a local time, as clocks show it; clock changes do not touch it.
    #[must_use]
    pub fn before_local(&self, at: NaiveDateTime) -> Option<NaiveDateTime> {
        let bound = seconds(at) + i64::from(at.nanosecond() > 0);
        local(self.pattern.before(bound, &mut None)?)
    }

    /// All occurrences, from either end. From the back, a rule without an end begins in the year 9999.
    pub fn iter(&self) -> Occurrences<'_> {
        Occurrences::new(self, i64::MIN, i64::MAX)
    }

    /// The occurrences at or after `from` and before `to`, from either end; none when `to` is not later.
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Occurrences<'_> {
        let bound = |at| first_local(&self.zone, at);
        Occurrences::new(self, bound(from), bound(to))
    }

    #[inline]
    fn instant(&self, local: i64) -> Option<DateTime<Utc>> {
        let local = local.checked_mul(1_000)?;
        let instant = self.zone.offsets().resolve(local, Resolve::Earliest);
        DateTime::from_timestamp_millis(instant)
    }
}

/// The first local second that means `at` or a later instant.
#[inline]
fn first_local(zone: &Zone, at: DateTime<Utc>) -> i64 {
    let offsets = zone.offsets();
    let instant = at.timestamp_millis();
    let means = |local: i64| offsets.resolve(local * 1_000, Resolve::Earliest);
    let shown = instant + offsets.at(instant);
    let local = shown.div_euclid(1_000) + i64::from(shown.rem_euclid(1_000) > 0);
    if means(local - 1) < instant && instant <= means(local) {
        return local;
    }
    // Beside a clock change. Later local times never mean earlier instants, so halving finds it.
    let (mut early, mut late) = (local - 2 * DAY, local + 2 * DAY);
    while late - early > 1 {
        let middle = early.midpoint(late);
        if means(middle) < instant {
            early = middle;
        } else {
            late = middle;
        }
    }
    late
}

impl<'a> IntoIterator for &'a Recurrence {
    type Item = DateTime<Utc>;
    type IntoIter = Occurrences<'a>;

    fn into_iter(self) -> Occurrences<'a> {
        self.iter()
    }
}

impl TryFrom<Spec> for Recurrence {
    type Error = Refusal;

    fn try_from(spec: Spec) -> Result<Self, Refusal> {
        Self::new(spec.rule, spec.anchor, spec.zone)
    }
}

impl From<Recurrence> for Spec {
    fn from(recurrence: Recurrence) -> Self {
        Self {
            rule: recurrence.rule,
            anchor: recurrence.anchor,
            zone: recurrence.zone,
        }
    }
}

impl PartialEq for Recurrence {
    fn eq(&self, other: &Self) -> bool {
        self.rule == other.rule && self.anchor == other.anchor && self.zone == other.zone
    }
}

impl Eq for Recurrence {}

impl fmt::Debug for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Recurrence({} from {} in {})",
            self.rule, self.anchor, self.zone
        )
    }
}
