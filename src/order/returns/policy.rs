//! What the business takes back, and on which terms.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::check::{Check, CheckRule, OnFailure};
use super::refund::RefundKind;
use super::state::Right;
use super::withdrawal::WithdrawalRule;
use crate::calendar::{Zone, civil};
use crate::kernel::{BasisPoints, Code, Money, Problem};

/// Which day is the first of the return window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstDay {
    /// The day after the delivery: 14 days from the 2nd end with the 16th.
    #[default]
    DayAfterDelivery,
    /// The day of the delivery: 14 days from the 2nd end with the 15th.
    DayOfDelivery,
}

/// When the customer gets back what they paid for shipping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShippingRefund {
    /// Never under the return policy.
    #[default]
    Never,
    /// With the last piece of the order.
    FullReturn,
}

/// What the business takes back, and on which terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReturnPolicy {
    /// The checks, in the order in which they are made.
    pub checks: Vec<CheckRule>,
    /// How many days the window is open; it ends with the civil day in the customer's zone.
    pub window_days: u32,
    /// Which day is its first.
    pub first_day: FirstDay,
    /// How many pieces come back with one return at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most_pieces: Option<u32>,
    /// The states in which things are taken back.
    pub conditions: BTreeSet<Code>,
    /// The states in which a seal is unbroken: in another one there is no withdrawing from what is excepted once it was
    /// [opened](super::WithdrawalException::is_of_seal).
    pub sealed: BTreeSet<Code>,
    /// How many days what was announced is waited for.
    pub expires_after_days: u32,
    /// Whether it is paid back before it is received: unseen, so that its condition is not checked. What needs a decision
    /// waits for it nevertheless, and what was received first for its inspection.
    pub before_reception: bool,
    /// Whether what was lost on its way back is paid back by itself, as if it had come: the customer gave it to the carrier
    /// that they were told to. Otherwise somebody [decides](super::DecideReturn). Of who withdraws it always is: it is
    /// enough that they sent it (Directive 2011/83/EU art. 13(3)).
    pub refunds_lost: bool,
    /// How customers may choose to be paid back.
    pub offered: BTreeSet<RefundKind>,
    /// For how many days since it was sent out the original payment is paid back; after that it is store credit,
    /// unless the customer chose otherwise. Always when absent, and for who withdraws: the law knows no such limit
    /// (Directive 2011/83/EU art. 13(1)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_for_days: Option<u32>,
    /// What is kept of the refund for putting things back into stock, rounded down.
    pub restocking_fee: BasisPoints,
    /// What is kept for the way back: once for each return, of the first refund of it and up to what that comes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_shipping: Option<Money>,
    /// When shipping is paid back.
    pub shipping: ShippingRefund,
    /// Whose right of withdrawal customers have: by the name of their zone, as it is pinned into the order. A zone stands for
    /// its country, such as `Europe/Berlin` for Germany.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub withdrawal_by_zone: BTreeMap<String, Code>,
    /// Whose right customers of other zones have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawal_elsewhere: Option<Code>,
    /// Channels that are no sale at a distance, such as `shop`: customers do not withdraw from what they ordered there.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub not_at_distance: BTreeSet<Code>,
    /// Rights of withdrawal; they hold whatever the policy says.
    pub withdrawal: Vec<WithdrawalRule>,
}

impl Default for ReturnPolicy {
    /// Fourteen days from the day after delivery, unopened or as new, refunded in any way once received or lost, without fees;
    /// the rights of withdrawal that the library knows.
    fn default() -> Self {
        let rule = |check, on_failure| CheckRule { check, on_failure };
        Self {
            checks: vec![
                rule(Check::FinalSale, OnFailure::Reject),
                rule(Check::Window, OnFailure::Reject),
                rule(Check::Quantity, OnFailure::Manual),
                rule(Check::Condition, OnFailure::Manual),
            ],
            window_days: 14,
            first_day: FirstDay::DayAfterDelivery,
            most_pieces: None,
            conditions: BTreeSet::from([Code::known("unopened"), Code::known("as_new")]),
            sealed: BTreeSet::from([Code::known("unopened")]),
            expires_after_days: 30,
            before_reception: false,
            refunds_lost: true,
            offered: BTreeSet::from([
                RefundKind::Exchange,
                RefundKind::Original,
                RefundKind::StoreCredit,
            ]),
            original_for_days: None,
            restocking_fee: BasisPoints::ZERO,
            return_shipping: None,
            shipping: ShippingRefund::Never,
            withdrawal_by_zone: BTreeMap::new(),
            withdrawal_elsewhere: None,
            not_at_distance: BTreeSet::new(),
            withdrawal: WithdrawalRule::known(),
        }
    }
}

impl ReturnPolicy {
    /// The last date of the window for something delivered on this date; `None` when the window has no day, or would
    /// end beyond all dates.
    #[must_use]
    pub fn last_day(&self, delivered: NaiveDate) -> Option<NaiveDate> {
        let days = match self.first_day {
            FirstDay::DayAfterDelivery => i64::from(self.window_days),
            FirstDay::DayOfDelivery => i64::from(self.window_days.checked_sub(1)?),
        };
        civil::add_days(delivered, days)
    }

    /// Whether the customer may choose to be paid back in this way by this right: who withdraws may always have back what
    /// they paid in the way they paid it.
    #[must_use]
    pub fn offers(&self, kind: RefundKind, right: &Right) -> bool {
        let is_due = kind == RefundKind::Original && *right != Right::Policy;
        is_due || self.offered.contains(&kind)
    }

    /// Whose right of withdrawal a customer in this zone has: as the policy says, or else of the only place whose rights it
    /// knows. Nothing where neither says so.
    #[must_use]
    pub fn withdrawal_in(&self, zone: &Zone) -> Option<&Code> {
        let said = self.withdrawal_by_zone.get(zone.name());
        let said = said.or(self.withdrawal_elsewhere.as_ref());
        said.or_else(|| {
            let first = &self.withdrawal.first()?.jurisdiction;
            let mut all = self.withdrawal.iter();
            all.all(|rule| rule.jurisdiction == *first).then_some(first)
        })
    }

    /// What is wrong with whose right of withdrawal customers have.
    fn withdrawal_problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let by_zone = self.withdrawal_by_zone.iter();
        let by_zone = by_zone.map(|(zone, place)| (format!("withdrawal_by_zone.{zone}"), place));
        let elsewhere = self.withdrawal_elsewhere.iter();
        let elsewhere = elsewhere.map(|place| ("withdrawal_elsewhere".to_owned(), place));
        for (path, place) in by_zone.chain(elsewhere) {
            let mut rules = self.withdrawal.iter();
            if !rules.any(|rule| rule.jurisdiction == *place) {
                problems.push(Problem::new(path, "return.unknown_right", place));
            }
        }
        for zone in self.withdrawal_by_zone.keys() {
            if zone.parse::<Zone>().is_err() {
                let path = format!("withdrawal_by_zone.{zone}");
                problems.push(Problem::new(path, "return.unknown_zone", zone));
            }
        }
        problems
    }

    /// What is wrong with it.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut seen = BTreeSet::new();
        for (n, rule) in self.checks.iter().enumerate() {
            let path = format!("checks[{n}]");
            if matches!(rule.check, Check::Withdrawal | Check::Exception) {
                // It is the law's, and made whatever the policy says.
                problems.push(Problem::new(path, "return.check_not_configured", n));
            } else if !seen.insert(rule.check) {
                problems.push(Problem::new(path, "return.check_twice", n));
            }
        }
        if self.restocking_fee > BasisPoints::WHOLE {
            let fee = self.restocking_fee;
            let path = "restocking_fee";
            problems.push(Problem::new(path, "return.fee_above_whole", fee));
        }
        if let Some(cost) = self.return_shipping.filter(Money::is_negative) {
            let path = "return_shipping";
            problems.push(Problem::new(path, "return.negative_cost", cost));
        }
        for (n, rule) in self.withdrawal.iter().enumerate() {
            if rule.until.is_some_and(|until| until < rule.from) {
                let path = format!("withdrawal[{n}].until");
                problems.push(Problem::new(path, "return.ends_before_start", rule.from));
            }
        }
        problems.extend(self.withdrawal_problems());
        problems
    }
}
