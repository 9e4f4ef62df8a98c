//! Tiers: which level a member has reached, and until when.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::dates::Span;
use crate::calendar::{Zone, civil};
use crate::kernel::Code;

/// What brings a member up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QualifyBy {
    /// What was spent, in minor units of the programme's currency: all that the [base](super::EarnBase) of the programme takes in,
    /// whether or not a rule gives points for it. What is paid with points never counts.
    Spend,
    /// Points of this name that were earned.
    Points(Code),
}

/// Over which time it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// From January to December.
    CalendarYear,
    /// The last so many months, to the day.
    RollingMonths(u32),
    /// From one anniversary of joining to the next.
    MembershipYear,
    /// Ever.
    Lifetime,
}

/// What happens at the end of a period to a member who has not reached their tier again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Downgrade {
    /// They come to the tier that they reached.
    #[default]
    ToQualifying,
    /// They come one tier down, or to the one they reached if that is higher.
    OneDown,
    /// They are never in another tier than the one they have reached at that moment: the only way in which a return takes a
    /// tier away at once.
    RealTime,
}

/// At which tier a purchase earns that takes a member over a threshold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crossing {
    /// At the one they had.
    #[default]
    OldTier,
    /// At the one they come to.
    NewTier,
}

/// One tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Its name.
    pub name: Code,
    /// From how much on, itself included: minor units or points.
    pub from: i64,
}

/// The tiers of a programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierScheme {
    /// What brings a member up.
    pub by: QualifyBy,
    /// Over which time it counts.
    pub window: Window,
    /// The tiers, lowest first. Below the lowest threshold there is no tier.
    pub tiers: Vec<Tier>,
    /// What happens at the end of a period.
    #[serde(default)]
    pub downgrade: Downgrade,
    /// At which tier a purchase earns that crosses a threshold.
    #[serde(default)]
    pub crossing: Crossing,
    /// How many further periods a tier lasts behind the one in which it was reached, whatever is done in them: 1 with calendar years
    /// keeps it until the end of the next year. With 0 the period in which it was reached is looked at when it ends; as a rule that is
    /// reached again there and then, and the tier lasts for one period more, unless too much of it came back. For tiers that
    /// are reached only; what is kept at the end of a period is kept for one period.
    #[serde(default)]
    pub keeps_periods: u32,
    /// How many days more a tier lasts at the end of its time; none with [`RealTime`](Downgrade::RealTime). What is done in them
    /// counts for the new period, and keeps the tier if it reaches it there.
    #[serde(default)]
    pub grace_days: u32,
}

impl TierScheme {
    /// Tiers by name and threshold, lowest first.
    #[must_use]
    pub fn new(
        by: QualifyBy,
        window: Window,
        tiers: impl IntoIterator<Item = (Code, i64)>,
    ) -> Self {
        Self {
            by,
            window,
            tiers: tiers
                .into_iter()
                .map(|(name, from)| Tier { name, from })
                .collect(),
            downgrade: Downgrade::default(),
            crossing: Crossing::default(),
            keeps_periods: 0,
            grace_days: 0,
        }
    }

    /// The place of a tier; `None` for none.
    fn place(&self, tier: Option<&Code>) -> Option<usize> {
        self.tiers
            .iter()
            .position(|known| Some(&known.name) == tier)
    }

    /// The tier that so much reaches: thresholds are reached by what equals them.
    ///
    /// ```
    /// use aftercare::code;
    /// use aftercare::loyalty::{QualifyBy, TierScheme, Window};
    /// let tiers = [(code!("silver"), 10_000), (code!("gold"), 20_000)];
    /// let scheme = TierScheme::new(QualifyBy::Spend, Window::CalendarYear, tiers);
    /// assert_eq!(scheme.reached(9_999), None);
    /// assert_eq!(scheme.reached(10_000), Some(&code!("silver")));
    /// ```
    #[must_use]
    pub fn reached(&self, total: i64) -> Option<&Code> {
        let mut reached = self.tiers.iter().filter(|tier| tier.from <= total);
        Some(&reached.next_back()?.name)
    }

    /// Whether one tier is higher than another; every one is higher than none.
    #[must_use]
    pub fn is_higher(&self, tier: Option<&Code>, than: Option<&Code>) -> bool {
        self.place(tier) > self.place(than)
    }

    /// The tier of a member in `tier` who has reached `total` when its time is over.
    #[must_use]
    pub fn after_period(&self, tier: Option<&Code>, total: i64) -> Option<&Code> {
        let reached = self.reached(total);
        let (reached_place, place) = (self.place(reached), self.place(tier));
        match self.downgrade {
            Downgrade::OneDown if place > reached_place => {
                let down = place
                    .and_then(|place| place.checked_sub(1))
                    .max(reached_place);
                Some(&self.tiers.get(down?)?.name)
            }
            Downgrade::OneDown | Downgrade::ToQualifying | Downgrade::RealTime => reached,
        }
    }

    /// The next tier up, and how much is missing.
    #[must_use]
    pub fn next(&self, tier: Option<&Code>, total: i64) -> Option<(&Code, i64)> {
        let above = self.place(tier).map_or(0, |place| place.saturating_add(1));
        let mut higher = self.tiers.iter().skip(above);
        let next = higher.find(|next| next.from > total)?;
        Some((&next.name, next.from.saturating_sub(total)))
    }

    /// The first day that counts on `date`, for a member who joined on `joined`.
    #[must_use]
    pub fn window_start(&self, date: NaiveDate, joined: NaiveDate) -> NaiveDate {
        match self.window {
            Window::CalendarYear => {
                NaiveDate::from_ymd_opt(date.year(), 1, 1).unwrap_or(NaiveDate::MIN)
            }
            Window::RollingMonths(months) => rolling_start(months, date),
            Window::MembershipYear => anniversary(joined, date),
            Window::Lifetime => NaiveDate::MIN,
        }
    }

    /// Under which day something counts that was done on `date`: the day itself where days leave the window one by
    /// one, else the first of the period.
    #[must_use]
    pub fn counts_on(&self, date: NaiveDate, joined: NaiveDate) -> NaiveDate {
        match self.window {
            Window::RollingMonths(_) => date,
            Window::CalendarYear | Window::MembershipYear => self.window_start(date, joined),
            Window::Lifetime => joined,
        }
    }

    /// What counts on `date` and before, as far back as the end of a tier may look.
    #[must_use]
    pub fn keeps_from(&self, date: NaiveDate, joined: NaiveDate) -> NaiveDate {
        let date = Span::Days(self.grace_days).before(date);
        let before = |start: NaiveDate| match start.pred_opt() {
            Some(day) => self.window_start(day, joined),
            None => start,
        };
        before(before(self.window_start(date, joined)))
    }

    /// What counts in the window of `date`.
    #[must_use]
    pub fn total(&self, progress: &Progress, date: NaiveDate, joined: NaiveDate) -> i64 {
        progress.between(self.window_start(date, joined), date)
    }

    /// The last day of the period in which `date` lies; for ever when `None`.
    fn period_end(&self, date: NaiveDate, joined: NaiveDate) -> Option<NaiveDate> {
        let first_of_next = match self.window {
            Window::CalendarYear => NaiveDate::from_ymd_opt(date.year().checked_add(1)?, 1, 1),
            Window::RollingMonths(months) => Some(leaves(months, date)),
            Window::MembershipYear => {
                let begun = anniversary(joined, date);
                let years = begun.year().saturating_sub(joined.year()).saturating_add(1);
                civil::add_years(joined, years)
            }
            Window::Lifetime => None,
        };
        first_of_next?.pred_opt()
    }

    /// When a tier that is had at `at` is looked at again, so many periods after the present one, UTC; never when
    /// `None`.
    #[must_use]
    pub fn lasts_until(
        &self,
        zone: &Zone,
        at: DateTime<Utc>,
        joined: NaiveDate,
        periods: u32,
    ) -> Option<DateTime<Utc>> {
        let mut last = self.period_end(civil::date_in(zone, at), joined)?;
        for _ in 0..periods.min(100) {
            last = self.period_end(last.succ_opt()?, joined)?;
        }
        let last = Span::Days(self.grace_days).after(last);
        Some(civil::end_of_day(zone, last))
    }

    /// The day whose window is looked at when a tier ends at `ends_at`, without the days of grace: the last of a period; or,
    /// where days leave the window one by one, the first on which what had brought the member there no longer counts.
    #[must_use]
    pub fn judged_on(&self, zone: &Zone, ends_at: DateTime<Utc>) -> NaiveDate {
        let ends_on = civil::date_in(zone, ends_at);
        let days = match self.window {
            Window::RollingMonths(_) => self.grace_days,
            Window::CalendarYear | Window::MembershipYear | Window::Lifetime => {
                self.grace_days.saturating_add(1)
            }
        };
        Span::Days(days).before(ends_on)
    }
}

/// The first day that counts on `date`, where the last so many months do.
fn rolling_start(months: u32, date: NaiveDate) -> NaiveDate {
    let before = Span::Months(months).before(date);
    before.succ_opt().unwrap_or(before)
}

/// The first day on which `date` no longer counts, where the last so many months do. What was done on the last days of a long
/// month counts until the end of a short one.
pub(super) fn leaves(months: u32, date: NaiveDate) -> NaiveDate {
    let mut day = Span::Months(months).after(date);
    while rolling_start(months, day) <= date
        && let Some(next) = day.succ_opt()
    {
        day = next;
    }
    day
}

/// The last anniversary of `joined` up to `date`.
fn anniversary(joined: NaiveDate, date: NaiveDate) -> NaiveDate {
    let years = date.year().saturating_sub(joined.year());
    let this_year = civil::add_years(joined, years).unwrap_or(date);
    if this_year <= date {
        return this_year;
    }
    civil::add_years(joined, years.saturating_sub(1)).unwrap_or(this_year)
}

/// What a member has done towards tiers, by day: as many days as the window has at most, and one for each
/// period where the window is a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Progress(Vec<(NaiveDate, i64)>);

impl Progress {
    /// Adds to a day, and forgets what lies before `keep_from`.
    pub(crate) fn add(&mut self, on: NaiveDate, amount: i64, keep_from: NaiveDate) {
        if keep_from > NaiveDate::MIN {
            self.0.retain(|(day, _)| *day >= keep_from);
        }
        if on < keep_from {
            return;
        }
        let place = self.0.partition_point(|(day, _)| *day < on);
        match self.0.get_mut(place) {
            Some((day, sum)) if *day == on => *sum = sum.saturating_add(amount),
            _ => self.0.insert(place, (on, amount)),
        }
    }

    /// What was done from one day to another, both included.
    #[must_use]
    pub fn between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        let days = self.0.iter().filter(|(day, _)| (from..=to).contains(day));
        days.fold(0, |sum, (_, amount)| sum.saturating_add(*amount))
    }

    /// By day.
    #[must_use]
    pub fn days(&self) -> &[(NaiveDate, i64)] {
        &self.0
    }

    /// The same under other days.
    pub(crate) fn moved(&self, to: impl Fn(NaiveDate) -> NaiveDate) -> Self {
        let mut moved = Self::default();
        for (day, amount) in &self.0 {
            moved.add(to(*day), *amount, NaiveDate::MIN);
        }
        moved
    }

    pub(crate) fn absorb(&mut self, other: &Self) {
        for (day, amount) in &other.0 {
            self.add(*day, *amount, NaiveDate::MIN);
        }
    }
}
