//! How measures are taken: in which periods, by what, in which hours.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::calendar::{BusinessHours, Zone, civil};
use crate::interaction::Channel;
use crate::kernel::Code;
use crate::order::PromiseDay;

/// How long the periods are that figures are kept for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// Civil days.
    Day,
    /// Weeks from Monday (ISO 8601).
    Week,
    /// Civil months.
    #[default]
    Month,
}

impl Slot {
    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The first day of the period that `day` lies in.
    #[must_use]
    pub fn starting(self, day: NaiveDate) -> NaiveDate {
        let back = match self {
            Self::Day => 0,
            Self::Week => day.weekday().num_days_from_monday(),
            Self::Month => day.day0(),
        };
        day.checked_sub_days(Days::new(back.into())).unwrap_or(day)
    }
}

/// By what figures are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// What a case is about.
    Topic,
    /// The product it is about.
    Product,
    /// The team that has it, or had it last.
    Team,
    /// Over what it came in.
    Channel,
}

impl Dimension {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Topic, Self::Product, Self::Team, Self::Channel];

    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Product => "product",
            Self::Team => "team",
            Self::Channel => "channel",
        }
    }
}

/// Which cell of the figures: absent where it is not known, or not kept apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<Code>,
    /// The product it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<Code>,
    /// The team that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<Code>,
    /// Over what it came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Code>,
}

impl Place {
    /// About this.
    #[must_use]
    pub fn with_topic(mut self, topic: Code) -> Self {
        self.topic = Some(topic);
        self
    }

    /// About this product.
    #[must_use]
    pub fn with_product(mut self, product: Code) -> Self {
        self.product = Some(product);
        self
    }

    /// Of this team.
    #[must_use]
    pub fn with_team(mut self, team: Code) -> Self {
        self.team = Some(team);
        self
    }

    /// What came in over this.
    #[must_use]
    pub fn with_channel(mut self, channel: Channel) -> Self {
        self.channel = Some(Code::checked(channel.name()));
        self
    }

    /// The word that it has for a dimension.
    #[must_use]
    pub const fn get(&self, dimension: Dimension) -> Option<&Code> {
        match dimension {
            Dimension::Topic => self.topic.as_ref(),
            Dimension::Product => self.product.as_ref(),
            Dimension::Team => self.team.as_ref(),
            Dimension::Channel => self.channel.as_ref(),
        }
    }

    /// Whether it lies in `slice`: has every word that `slice` names.
    #[must_use]
    pub fn is_in(&self, slice: &Self) -> bool {
        Dimension::ALL.iter().all(|dimension| {
            let wanted = slice.get(*dimension);
            wanted.is_none() || wanted == self.get(*dimension)
        })
    }
}

/// How measures are taken. Only measures of one lens can be put together.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Lens {
    /// The zone in which days are read.
    pub zone: Zone,
    /// How long the periods are that figures are kept for.
    pub slot: Slot,
    /// By what figures are kept apart.
    pub by: Vec<Dimension>,
    /// Business hours and since when they have been in force, UTC, the earliest first; before the first, that one holds. Without any, there are no figures in business time.
    pub hours: Vec<(DateTime<Utc>, BusinessHours)>,
    /// How long after the first solution the customer must not come back with the same issue for it to count as resolved at first
    /// contact, in milliseconds.
    pub first_contact_window_ms: u64,
    /// How soon after an earlier case of the same customer a case counts as repeated contact, in milliseconds.
    pub repeat_window_ms: u64,
    /// Within what a live contact is to be answered, in milliseconds.
    pub answer_within_ms: u64,
    /// Until when on its day a promised delivery is in time.
    pub promise_day: PromiseDay,
    /// Up to what an abandoned live contact is short, in milliseconds.
    pub short_ms: u64,
}

const DAY: u64 = 86_400_000;

impl Default for Lens {
    /// Months in UTC, by everything; windows of 7 days; 20 seconds to answer, 5 for short ones.
    fn default() -> Self {
        Self {
            zone: Zone::utc(),
            slot: Slot::Month,
            by: Dimension::ALL.to_vec(),
            hours: Vec::new(),
            first_contact_window_ms: 7 * DAY,
            repeat_window_ms: 7 * DAY,
            answer_within_ms: 20_000,
            promise_day: PromiseDay::default(),
            short_ms: 5_000,
        }
    }
}

impl PartialEq for Lens {
    fn eq(&self, other: &Self) -> bool {
        let hours = |lens: &Self| -> Vec<_> {
            let spec =
                |(since, hours): &(DateTime<Utc>, BusinessHours)| (*since, hours.spec().clone());
            lens.hours.iter().map(spec).collect()
        };
        self.zone.name() == other.zone.name()
            && (self.slot, &self.by) == (other.slot, &other.by)
            && (self.first_contact_window_ms, self.repeat_window_ms)
                == (other.first_contact_window_ms, other.repeat_window_ms)
            && (self.answer_within_ms, self.short_ms) == (other.answer_within_ms, other.short_ms)
            && self.promise_day == other.promise_day
            && hours(self) == hours(other)
    }
}

impl Lens {
    /// With business hours that have been in force always.
    #[must_use]
    pub fn with_hours(mut self, hours: BusinessHours) -> Self {
        self.hours = vec![(DateTime::UNIX_EPOCH, hours)];
        self
    }

    /// With business hours that took the place of the earlier ones.
    #[must_use]
    pub fn with_hours_since(mut self, since: DateTime<Utc>, hours: BusinessHours) -> Self {
        self.hours.push((since, hours));
        self.hours.sort_by_key(|(since, _)| *since);
        self
    }

    /// The first day of the period that an instant lies in.
    pub(super) fn slot_of(&self, at: i64) -> NaiveDate {
        self.slot.starting(civil::date_in(&self.zone, instant(at)))
    }

    /// The first day of the period after the one that begins on `day`, and its first instant; `None` at the end of time.
    pub(super) fn after(&self, day: NaiveDate) -> Option<(NaiveDate, i64)> {
        let next = match self.slot {
            Slot::Day => day.checked_add_days(Days::new(1)),
            Slot::Week => day.checked_add_days(Days::new(7)),
            Slot::Month => day.checked_add_months(Months::new(1)),
        }?;
        let start = civil::start_of_day(&self.zone, next);
        Some((next, start.timestamp_millis()))
    }

    /// What is kept of a place.
    pub(super) fn seen(&self, place: Place) -> Place {
        let keep = |dimension: Dimension, word: Option<Code>| {
            word.filter(|_| self.by.contains(&dimension))
        };
        Place {
            topic: keep(Dimension::Topic, place.topic),
            product: keep(Dimension::Product, place.product),
            team: keep(Dimension::Team, place.team),
            channel: keep(Dimension::Channel, place.channel),
        }
    }

    /// The longest time for which the past of a customer matters, in milliseconds.
    pub(super) fn memory(&self) -> i64 {
        millis(self.first_contact_window_ms.max(self.repeat_window_ms))
    }

    /// Business time between two instants, each part of it by the hours in force then; `None` without hours.
    ///
    /// # Errors
    /// [`Refusal::Calendar`].
    pub(super) fn business(&self, from: i64, to: i64) -> Result<Option<u64>, Refusal> {
        let Some((first, rest)) = self.hours.split_first() else {
            return Ok(None);
        };
        let (mut at, end) = (instant(from), instant(to.max(from)));
        let mut total = TimeDelta::zero();
        let mut hours = &first.1;
        for (since, next) in rest {
            let until = (*since).clamp(at, end);
            total += hours.elapsed(at, until)?;
            at = until;
            hours = next;
        }
        total += hours.elapsed(at, end)?;
        Ok(Some(u64::try_from(total.num_milliseconds()).unwrap_or(0)))
    }
}

/// The instant so many milliseconds after 1970.
pub(super) fn instant(at: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at).unwrap_or_default()
}

pub(super) fn millis(span: u64) -> i64 {
    i64::try_from(span).unwrap_or(i64::MAX)
}
