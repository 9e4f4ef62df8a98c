//! How orders are looked after.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::promise::PromiseDay;
use super::returns::ReturnPolicy;
use crate::kernel::{BasisPoints, Code, Problem};

/// Something about an order that its customer is told.
///
/// The facts of the messages: `order` with all (its reference, else its number).
///
/// | Template | Facts |
/// |---|---|
/// | `order.confirmed` | `by`, `from`; `why` is `exchange` for the order with what is given instead |
/// | `order.promised` | `by`, `from`, `lines` |
/// | `order.rescheduled` | `by`, `from`, `before` (what was promised), `reason` (`not_shipped`, `carrier`, or a word of the business), `lines` |
/// | `order.late` | `before` |
/// | `order.shipped`, `order.delivered`, `order.not_delivered`, `order.lost`, `order.returned_to_sender`, `order.came_after_cancelling` | `shipment`, `carrier`, `tracking`; with a delivery `thank_you` where that is wished; with what came after it was cancelled, or with pieces that were, `balance` (what is to be paid) |
/// | `order.cancelled` | `reason`, `fee` |
/// | `order.pieces_cancelled` | `reason`, `fee`, `lines`, `pieces` (how many), `amount` (what is paid back) |
/// | `order.refunded` | `amount`, `kind` (`original`, `store_credit`), `why` (the rule that decided, or `credit`), `set_off` (what was owed and is not paid out) |
///
/// `by` and `from` are a date, or an instant in UTC; `from` only where the promise has a window; `lines` the numbers of lines, with
/// commas between them, where it is about lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Notice {
    /// It is confirmed.
    Confirmed,
    /// When it comes was promised for the first time after it was confirmed: for the whole, or for a line.
    Promised,
    /// Some of it is on its way.
    Shipped,
    /// It comes at another time than promised.
    Rescheduled,
    /// What was promised ran out, and when it comes is not known.
    Late,
    /// Some of it was delivered.
    Delivered,
    /// Some of it came though it was called off: what is kept is to be paid, what is not can be returned.
    CameAfterCancelling,
    /// What was said of a delivery was wrong: it is still to come.
    NotDelivered,
    /// Some of it was lost on its way.
    Lost,
    /// Some of it went back to the sender.
    ReturnedToSender,
    /// It was cancelled.
    Cancelled,
    /// Pieces of it were cancelled.
    PiecesCancelled,
    /// Something was refunded.
    Refunded,
}

impl Notice {
    /// The template that tells it.
    #[must_use]
    pub const fn template(self) -> Code {
        Code::known(match self {
            Self::Confirmed => "order.confirmed",
            Self::Promised => "order.promised",
            Self::Shipped => "order.shipped",
            Self::Rescheduled => "order.rescheduled",
            Self::Late => "order.late",
            Self::Delivered => "order.delivered",
            Self::CameAfterCancelling => "order.came_after_cancelling",
            Self::NotDelivered => "order.not_delivered",
            Self::Lost => "order.lost",
            Self::ReturnedToSender => "order.returned_to_sender",
            Self::Cancelled => "order.cancelled",
            Self::PiecesCancelled => "order.pieces_cancelled",
            Self::Refunded => "order.refunded",
        })
    }
}

/// Up to when a customer may cancel without a fee. Nobody cancels what is on its way: that is a return.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FreeUntil {
    /// Until it is confirmed.
    Confirmed,
    /// Until it is prepared for shipping: of an order before any of it is, of pieces before they are. So it is always free.
    #[default]
    Prepared,
}

/// How customers may cancel. Whoever waits for something beyond the time that was promised for it first cancels for
/// nothing, whatever the policy (compare Directive 2011/83/EU, article 18).
///
/// A consumer who may withdraw may do so before delivery too (articles 9 and 12), which is calling off here and may then cost
/// nothing: keep a fee for where there is no such right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CancelPolicy {
    /// Up to when it is free.
    pub free_until: FreeUntil,
    /// For how long after placing it is free in any case, in milliseconds.
    pub free_for_ms: u64,
    /// What it costs afterwards: a part of what is called off (of an order with its shipping, of pieces without), rounded down.
    pub fee: BasisPoints,
}

/// How orders are looked after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderPolicy {
    /// How a promised date is read.
    pub promise_day: PromiseDay,
    /// How long before a promise runs out it is looked at whether it can still be kept, in milliseconds. A promised day runs out at its
    /// end: less than a day and a delay is told on the day itself.
    pub look_before_ms: u64,
    /// How many days it usually takes to prepare an order.
    pub handling_days: u32,
    /// How many days a shipment is usually on its way.
    pub transit_days: u32,
    /// For how long what was said of a shipment says when it comes, in milliseconds. A carrier's estimate that is older
    /// says nothing any more, nor does a shipment that should have been there and of which nothing was heard for so long:
    /// its order is not put off to today, and again to tomorrow, but is overdue.
    pub silence_ms: u64,
    /// What customers are told.
    pub notices: BTreeSet<Notice>,
    /// How customers may cancel.
    pub cancel: CancelPolicy,
    /// The team to ask about an order.
    pub ask: Code,
    /// What is taken back, and on which terms.
    pub returns: ReturnPolicy,
}

impl Default for OrderPolicy {
    /// Dates hold to the end of the day; looked at a day and a half before, of a promised day at noon of the day before; one day to prepare and two on the way; a carrier is
    /// silent after three days; customers are told everything; they cancel free of charge until something is prepared.
    fn default() -> Self {
        Self {
            promise_day: PromiseDay::EndOfDay,
            look_before_ms: 129_600_000,
            handling_days: 1,
            transit_days: 2,
            silence_ms: 259_200_000,
            notices: BTreeSet::from([
                Notice::Confirmed,
                Notice::Promised,
                Notice::Shipped,
                Notice::Rescheduled,
                Notice::Late,
                Notice::Delivered,
                Notice::CameAfterCancelling,
                Notice::NotDelivered,
                Notice::Lost,
                Notice::ReturnedToSender,
                Notice::Cancelled,
                Notice::PiecesCancelled,
                Notice::Refunded,
            ]),
            cancel: CancelPolicy::default(),
            ask: Code::known("orders"),
            returns: ReturnPolicy::default(),
        }
    }
}

impl OrderPolicy {
    /// What is wrong with it.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.cancel.fee > BasisPoints::WHOLE {
            let fee = self.cancel.fee;
            problems.push(Problem::new("cancel.fee", "order.fee_above_whole", fee));
        }
        if self.handling_days.saturating_add(self.transit_days) > 3_650 {
            let days = self.handling_days.saturating_add(self.transit_days);
            problems.push(Problem::new("transit_days", "order.too_many_days", days));
        }
        let returns = self.returns.problems().into_iter();
        problems.extend(returns.map(|problem| problem.within("returns")));
        problems
    }
}
