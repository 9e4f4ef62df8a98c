//! The rules of warranties, each in words.

mod laws;
mod regimes;
mod terms;

use chrono::NaiveDate;

use super::*;
use crate::calendar::{BusinessHours, BusinessHoursSpec, Holiday};

fn on(date: &str) -> NaiveDate {
    date.parse().unwrap()
}

/// Sold, and delivered, on these dates.
fn dates(purchased: &str, delivered: &[&str]) -> Dates {
    Dates {
        purchased_on: Some(on(purchased)),
        delivered_on: delivered.iter().map(|date| on(date)).collect(),
        ..Dates::default()
    }
}

fn spell(from: &str, to: &str) -> Spell {
    Spell::new(on(from), Some(on(to)))
}

/// The regimes that the crate ships as examples.
fn regimes() -> Regimes {
    let text = include_str!("../../../examples/data/warranty_regimes.json");
    let regimes: Regimes = serde_json::from_str(text).unwrap();
    assert_eq!(regimes.problems(), []);
    regimes
}

/// Working days in Türkiye: Monday to Saturday, without these holidays.
fn working_days(holidays: impl IntoIterator<Item = Holiday>) -> BusinessHours {
    use chrono::Weekday::*;
    let mut spec =
        BusinessHoursSpec::new("UTC").open(&[Mon, Tue, Wed, Thu, Fri, Sat], "00:00", "24:00");
    for holiday in holidays {
        spec = spec.holiday(holiday);
    }
    spec.build().unwrap()
}
