//! How many of something for how many units.
#![expect(clippy::float_arithmetic, reason = "statistics")]

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::figures::Figures;

/// How often something happened, for how many units. Not a share: one unit can give rise to several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// How often it happened.
    pub count: u64,
    /// For how many units.
    pub units: u64,
}

impl Rate {
    /// How often for a hundred units; `None` for no units.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
    pub fn per_hundred(self) -> Option<f64> {
        (self.units > 0).then(|| self.count as f64 * 100.0 / self.units as f64)
    }
}

/// The first day of a civil month.
pub(super) fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// How many whole months lie between two dates; 0 when they are the other way round.
pub(super) fn whole_months(from: NaiveDate, to: NaiveDate) -> u32 {
    let count = |day: NaiveDate| day.year() * 12 + day.month0().cast_signed();
    let months = u32::try_from(count(to) - count(from)).unwrap_or(0);
    // 31 January to 28 February is a month, as the last day of a month stands for those that it has not.
    let is_whole = |months: u32| {
        let end = from.checked_add_months(Months::new(months));
        end.is_none_or(|end| end <= to)
    };
    match is_whole(months) {
        true => months,
        false => months.saturating_sub(1),
    }
}

impl Figures {
    /// Cases opened for a hundred units sold: the contact rate of the period, of what is in the slice.
    #[must_use]
    pub const fn contact_rate(&self) -> Rate {
        Rate {
            count: self.opened,
            units: self.sold,
        }
    }

    /// Warranty claims by months in service: for the first month (0) and each after it, the claims of units that were through
    /// with it by `until`, for how many units were. Months with no such unit are left out at the end.
    ///
    /// A unit counts with the civil month of its delivery; a month of service of a group is over when it is for the last unit of it. So a rate does not sink
    /// only because many units were delivered lately. It needs what was delivered then: put the figures of all periods together first.
    #[must_use]
    pub fn claim_rates(&self, until: NaiveDate) -> Vec<Rate> {
        let mut rates: Vec<Rate> = Vec::new();
        for (month, units) in &self.delivered {
            // The last unit of the month was delivered on its last day.
            let through = whole_months(*month, until).saturating_sub(1);
            for age in 0..through {
                let claims = self.claims.by_age.get(&(*month, age));
                let at = usize::try_from(age).unwrap_or(usize::MAX);
                if rates.len() <= at {
                    rates.resize(at.saturating_add(1), Rate::default());
                }
                if let Some(rate) = rates.get_mut(at) {
                    rate.units = rate.units.saturating_add(*units);
                    rate.count = rate.count.saturating_add(claims.copied().unwrap_or(0));
                }
            }
        }
        rates
    }
}

/// Counts put together.
pub(super) fn merge_counts<K: Ord + Clone>(one: &mut BTreeMap<K, u64>, other: &BTreeMap<K, u64>) {
    for (key, count) in other {
        let known = one.entry(key.clone()).or_default();
        *known = known.saturating_add(*count);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_is_over_on_the_same_day_of_the_next_or_on_its_last() {
        let months = |from, to| whole_months(day(from), day(to));
        assert_eq!(months("2026-01-15", "2026-02-14"), 0);
        assert_eq!(months("2026-01-15", "2026-02-15"), 1);
        assert_eq!(months("2026-01-31", "2026-02-27"), 0);
        assert_eq!(months("2026-01-31", "2026-02-28"), 1);
        assert_eq!(months("2024-02-29", "2026-02-28"), 24);
        assert_eq!(months("2026-03-01", "2026-02-01"), 0);
    }

    /// Units delivered in January, and twice as many in February, three claims.
    fn sold() -> Figures {
        let mut figures = Figures::default();
        let [january, february] = ["2026-01-01", "2026-02-01"].map(day);
        figures.delivered = [(january, 100), (february, 200)].into();
        let claims = [((january, 0), 2), ((january, 1), 1), ((february, 0), 5)];
        figures.claims.by_age = claims.into();
        figures
    }

    #[test]
    fn only_units_that_were_through_with_a_month_count_for_it() {
        let rates = |until| -> Vec<_> {
            let rates = sold().claim_rates(day(until)).into_iter();
            rates.map(|rate| (rate.count, rate.units)).collect()
        };
        // The last of January's was delivered on the 31st, and had its first month on 28 February.
        assert_eq!(rates("2026-02-28"), []);
        assert_eq!(rates("2026-03-01"), [(2, 100)]);
        assert_eq!(rates("2026-04-01"), [(7, 300), (1, 100)]);
        assert_eq!(rates("2026-05-01"), [(7, 300), (1, 300), (0, 100)]);
        let first = sold().claim_rates(day("2026-04-01")).first().copied();
        assert_eq!(first.unwrap().per_hundred(), Some(7.0 / 3.0));
        assert_eq!(Rate::default().per_hundred(), None);
    }
}
