//! Statutory rights of withdrawal, as dated data.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::exception::WithdrawalException;
use crate::calendar::civil;
use crate::kernel::Code;

/// From when the days of a withdrawal period count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedFrom {
    /// The delivery of the goods.
    #[default]
    Delivery,
    /// The conclusion of the contract.
    Contract,
}

/// A right to withdraw from a purchase at a distance, as the law of a place grants it for contracts of a time.
/// The day from which it counts is not one of the days; the last one is one to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalRule {
    /// Where it holds, such as `EU`, `TR`.
    pub jurisdiction: Code,
    /// The first date of contracts for which it holds.
    pub from: NaiveDate,
    /// The last one; absent while it is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// How many calendar days.
    pub days: u32,
    /// From when they count.
    #[serde(default)]
    pub counted_from: CountedFrom,
    /// Whether a last day that is a Saturday, a Sunday or one of the holidays moves to the next working day.
    #[serde(default)]
    pub ends_on_working_day: bool,
    /// Public holidays.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub holidays: BTreeSet<NaiveDate>,
    /// Whether what the customer paid for shipping is paid back when everything is withdrawn from.
    #[serde(default)]
    pub refunds_shipping: bool,
    /// What it does not hold for, of what is marked so on an [`Item`](crate::order::Item); all that the library knows of when absent.
    #[serde(default = "WithdrawalException::all", skip_serializing_if = "is_all")]
    pub exceptions: BTreeSet<WithdrawalException>,
    /// Where it is written.
    pub source: String,
}

fn is_all(exceptions: &BTreeSet<WithdrawalException>) -> bool {
    *exceptions == WithdrawalException::all()
}

impl WithdrawalRule {
    /// The rules that the library knows of; a business adds holidays, and whatever else holds for it.
    ///
    /// - `EU`: Directive 2011/83/EU, articles 9(2)(b), 13(1) and 28(2), with article 3(4) of Regulation (EEC, Euratom)
    ///   No 1182/71 for the last day. What it does not hold for: article 16.
    /// - `TR`: Law No. 6502, article 48(4), and the Regulation on Distance Contracts (27 November 2014), articles 9 and 12.
    ///   What it does not hold for: article 15 of the Regulation.
    /// - `GB`: Consumer Contracts (Information, Cancellation and Additional Charges) Regulations 2013, regulations 30
    ///   and 34; what it does not hold for: regulation 28.
    #[must_use]
    pub fn known() -> Vec<Self> {
        let rule = |place, from: (i32, u32, u32), ends_on_working_day, source: &str| {
            let from = NaiveDate::from_ymd_opt(from.0, from.1, from.2);
            Self {
                jurisdiction: Code::known(place),
                from: from.unwrap_or(NaiveDate::MAX),
                until: None,
                days: 14,
                counted_from: CountedFrom::Delivery,
                ends_on_working_day,
                holidays: BTreeSet::new(),
                refunds_shipping: true,
                exceptions: WithdrawalException::all(),
                source: source.to_owned(),
            }
        };
        vec![
            rule("EU", (2014, 6, 14), true, "Directive 2011/83/EU art. 9"),
            rule("GB", (2014, 6, 13), false, "SI 2013/3134 reg. 30"),
            rule("TR", (2015, 2, 27), false, "Law 6502 art. 48"),
        ]
    }

    /// Whether it holds for a contract of this date.
    #[must_use]
    pub fn holds_on(&self, contract: NaiveDate) -> bool {
        self.from <= contract && self.until.is_none_or(|until| contract <= until)
    }

    /// The last date on which the customer may withdraw; `None` when it would lie beyond all dates.
    ///
    /// ```
    /// use aftercare::order::WithdrawalRule;
    /// let eu = &WithdrawalRule::known()[0];
    /// let delivered = "2026-03-02".parse()?;
    /// assert_eq!(eu.last_day(delivered, delivered), Some("2026-03-16".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn last_day(&self, contract: NaiveDate, delivered: NaiveDate) -> Option<NaiveDate> {
        let begins = match self.counted_from {
            CountedFrom::Delivery => delivered,
            CountedFrom::Contract => contract,
        };
        let mut last = civil::add_days(begins, self.days.into())?;
        while self.ends_on_working_day && !self.is_working_day(last) {
            last = last.succ_opt()?;
        }
        Some(last)
    }

    fn is_working_day(&self, date: NaiveDate) -> bool {
        let is_weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        !is_weekend && !self.holidays.contains(&date)
    }
}
