//! What was called off of an order piece by piece, what it is worth, and what came of it all the same.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::CancelledBy;
use super::price::Charge;
use super::refusal::Refusal;
use super::shipment::Shipment;
use super::state::{Line, Order};
use crate::kernel::{Code, Money, Rounding};

/// What was called off of a line of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LineCancelled {
    /// How many pieces.
    pub pieces: u32,
    /// What was no longer charged for them, with the tax, before any fee; nothing when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The tax in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax: Option<Money>,
    /// What of the fees for calling off falls to them; nothing when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee: Option<Money>,
    /// When pieces of the line were called off last, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
    /// How many of them came all the same, and were made good as a return.
    #[serde(skip_serializing_if = "is_none_of_them")]
    pub came_back: u32,
    /// What was made good for these; nothing when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub came_back_amount: Option<Money>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape serde asks for"
)]
const fn is_none_of_them(count: &u32) -> bool {
    *count == 0
}

/// That and why pieces of an order were called off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PiecesCancelled {
    /// By whom.
    pub by: CancelledBy,
    /// Why.
    pub reason: Code,
    /// Line by line: the line, how many pieces, and what is no longer charged for them.
    pub lines: Vec<(u32, u32, Charge)>,
    /// What is no longer charged of the shipping.
    pub shipping: Charge,
    /// What it costs the customer.
    pub fee: Money,
    /// What is paid back, by the number of the payment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<(u32, Money)>,
}

impl PiecesCancelled {
    /// What is paid back in all.
    #[must_use]
    pub fn refunded(&self) -> Money {
        let currency = self.fee.currency();
        let refunds = self.refunds.iter().map(|(_, amount)| *amount);
        Money::sum(currency, refunds).unwrap_or(Money::zero(currency))
    }

    /// What of the fee falls to each line, by what is no longer charged for them.
    fn fees(&self) -> Vec<Money> {
        let amounts = self.lines.iter().map(|(.., charge)| charge.amount.minor());
        let shares: Vec<u64> = amounts
            .map(|minor| u64::try_from(minor).unwrap_or(0))
            .collect();
        let none = || vec![Money::zero(self.fee.currency()); self.lines.len()];
        self.fee.allocate(&shares).unwrap_or_else(|_| none())
    }
}

/// What of a line is no longer charged: what was made good, and what was called off and did not come all the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gone {
    pub(crate) pieces: u32,
    pub(crate) charge: Charge,
}

impl Line {
    /// How many pieces are ordered: as many as were at first, less those that were called off.
    #[must_use]
    pub const fn quantity(&self) -> u32 {
        self.item.quantity.saturating_sub(self.cancelled.pieces)
    }

    /// What was made good of it.
    fn settled(&self) -> Charge {
        let none = Charge::zero(self.charge.amount.currency());
        Charge {
            amount: self.returns.settled.unwrap_or(none.amount),
            tax: self.returns.settled_tax.unwrap_or(none.tax),
        }
    }

    /// What of the fees for calling pieces off is not owed, when so many of them came all the same.
    fn fee_let_off(&self, came: u32) -> Money {
        let fee = self.cancelled.fee;
        let fee = fee.unwrap_or(Money::zero(self.charge.amount.currency()));
        let parts = (i64::from(came), i64::from(self.cancelled.pieces));
        let part = fee.share(parts.0, parts.1, Rounding::Up);
        part.unwrap_or(Money::zero(fee.currency()))
    }

    /// What is not charged of what was called off, when so many of these pieces are there all the same.
    fn worth_off(&self, kept: u32) -> Money {
        let off = &self.cancelled;
        let worth = off.amount;
        let worth = worth.unwrap_or(Money::zero(self.charge.amount.currency()));
        let still = off.pieces.saturating_sub(kept);
        let parts = (i64::from(still), i64::from(off.pieces.max(1)));
        let part = worth.share(parts.0, parts.1, Rounding::Down);
        part.unwrap_or(worth)
    }

    /// What is paid back when `pieces` go back of `kept` that came though they were called off: exactly what they are
    /// charged, in whatever parts they go.
    pub(crate) fn worth_back(&self, pieces: u32, kept: u32) -> Money {
        let (before, after) = (kept, kept.saturating_sub(pieces));
        let less = self.worth_off(after).checked_sub(self.worth_off(before));
        less.unwrap_or(Money::zero(self.charge.amount.currency()))
    }

    /// What of it is gone, when so many of the pieces that were called off came all the same. The amounts of all pieces
    /// together are what was charged, whatever was rounded on the way.
    pub(crate) fn gone(&self, came: u32) -> Gone {
        let (settled, off) = (self.settled(), &self.cancelled);
        let called_off = off.pieces.saturating_sub(came);
        let pieces = self.returns.settled_pieces.saturating_add(called_off);
        if off.pieces == 0 {
            let charge = settled;
            return Gone { pieces, charge };
        }
        if pieces >= self.item.quantity {
            let charge = self.charge;
            return Gone { pieces, charge };
        }
        let none = Money::zero(self.charge.amount.currency());
        // What came and went back leaves the amount as it was before it came.
        let back = off.came_back.min(came);
        let parts = (i64::from(back), i64::from(off.came_back.max(1)));
        let amount_back = off.came_back_amount.unwrap_or(none);
        let amount_back = amount_back.share(parts.0, parts.1, Rounding::Down);
        let amount_back = amount_back.unwrap_or(none);
        let settled = settled.amount.checked_sub(amount_back).unwrap_or(none);
        let worth = self.worth_off(came.saturating_sub(back));
        let all = self.charge.amount;
        let sum = settled.checked_add(worth).unwrap_or(all);
        let amount = if sum.minor() < all.minor() { sum } else { all };
        // The tax keeps step with the amount.
        let tax = self
            .charge
            .tax
            .share(amount.minor(), all.minor(), Rounding::Down);
        let tax = tax.unwrap_or(none);
        let charge = Charge { amount, tax };
        Gone { pieces, charge }
    }
}

impl Order {
    /// How many pieces of each line came though they were called off, by the numbers of the lines: what was lost may turn
    /// up. What comes fulfils what is still ordered first.
    #[must_use]
    pub fn came_all_the_same(&self) -> BTreeMap<u32, u32> {
        if self.lines.iter().all(|line| line.cancelled.pieces == 0) {
            return BTreeMap::new();
        }
        let came = self.all_delivered().into_iter();
        let beyond = came.filter_map(|(number, came)| {
            let line = self.line(number).ok()?;
            Some((number, came.saturating_sub(line.quantity())))
        });
        beyond.filter(|(_, beyond)| *beyond > 0).collect()
    }

    /// Of the pieces of each line that came though they were called off, how many were not made good.
    pub(crate) fn kept_all_the_same(&self) -> BTreeMap<u32, u32> {
        let mut kept = self.came_all_the_same();
        for (number, count) in &mut kept {
            let line = self.line(*number);
            let back = line.map_or(0, |line| line.cancelled.came_back);
            *count = count.saturating_sub(back);
        }
        kept
    }

    /// Whether with these pieces, which are made good or called off, nothing is left of the order. What was exchanged is
    /// left: the customer has another piece for it.
    pub(crate) fn is_all_gone_with(&self, pieces: &[(u32, u32)]) -> bool {
        let came = self.came_all_the_same();
        let lines = (1..).zip(&self.lines);
        let gone = lines.map(|(n, line)| {
            let gone = line.gone(came.get(&n).copied().unwrap_or(0)).pieces;
            gone.saturating_sub(line.returns.exchanged_pieces)
        });
        let now = pieces.iter().map(|(_, quantity)| *quantity);
        let all = gone.chain(now).map(u64::from);
        all.fold(0, u64::saturating_add) >= self.pieces()
    }

    /// What is no longer owed because it was called off, less what that costs; for what came all the same neither
    /// counts.
    pub(super) fn off(&self) -> Money {
        let mut off = Money::zero(self.currency());
        if let Some(fees) = self.cancel_fees {
            off = off.checked_sub(fees).unwrap_or(off);
        }
        if self.lines.iter().all(|line| line.cancelled.pieces == 0) {
            return off;
        }
        let came = self.came_all_the_same();
        for (number, line) in (1..).zip(&self.lines) {
            let came = came.get(&number).copied().unwrap_or(0);
            let worth = line.gone(came).charge.amount;
            let parts = [
                worth.checked_sub(line.settled().amount),
                Ok(line.fee_let_off(came)),
            ];
            for part in parts.into_iter().flatten() {
                off = off.checked_add(part).unwrap_or(off);
            }
        }
        off
    }

    /// Takes in that pieces were called off.
    pub(super) fn call_off(&mut self, off: &PiecesCancelled, at: DateTime<Utc>) {
        let add = |sum: Option<Money>, more: Money| match sum {
            Some(sum) => Some(sum.checked_add(more).unwrap_or(sum)),
            None => Some(more),
        };
        for ((number, quantity, charge), fee) in off.lines.iter().zip(off.fees()) {
            if let Some(line) = self.line_mut(*number) {
                let cancelled = &mut line.cancelled;
                cancelled.pieces = cancelled.pieces.saturating_add(*quantity);
                cancelled.amount = add(cancelled.amount, charge.amount);
                cancelled.tax = add(cancelled.tax, charge.tax);
                cancelled.at = Some(at);
                if !fee.is_zero() {
                    cancelled.fee = add(cancelled.fee, fee);
                }
            }
        }
        if !off.shipping.amount.is_zero() {
            self.credited = add(self.credited, off.shipping.amount);
            self.shipping_refunded = true;
        }
        if !off.fee.is_zero() {
            self.cancel_fees = add(self.cancel_fees, off.fee);
        }
    }

    /// What is called off when these pieces are to be, or, when none are named, all that is left: each line once, and no
    /// more than is neither prepared nor on its way nor delivered.
    ///
    /// # Errors
    /// [`Refusal::AlreadyDelivered`], [`Refusal::UnknownLine`], [`Refusal::NoQuantity`], [`Refusal::LineTwice`],
    /// [`Refusal::MoreThanLeft`], [`Refusal::NoLines`] when nothing is left; [`Refusal::WholeOrder`] when it is all of
    /// the order.
    pub(crate) fn to_call_off(&self, named: &[(u32, u32)]) -> Result<Vec<(u32, u32)>, Refusal> {
        if self.delivered_at().is_some() {
            return Err(Refusal::AlreadyDelivered);
        }
        let mut left = self.left();
        let mut pieces: BTreeMap<u32, u32> = BTreeMap::new();
        for (line, quantity) in named.iter().copied() {
            self.line(line)?;
            if quantity == 0 {
                return Err(Refusal::NoQuantity { line });
            }
            if pieces.insert(line, quantity).is_some() {
                return Err(Refusal::LineTwice { line });
            }
            let left = left.get(&line).copied().unwrap_or(0);
            if quantity > left {
                return Err(Refusal::MoreThanLeft {
                    line,
                    quantity,
                    left,
                });
            }
        }
        if named.is_empty() {
            left.retain(|_, quantity| *quantity > 0);
            pieces = left;
        }
        let off = pieces.values().copied().map(u64::from);
        let is_void = self.shipments.iter().all(Shipment::is_void);
        match off.fold(0, u64::saturating_add) {
            0 => Err(Refusal::NoLines),
            off if off >= self.wanted() && is_void => Err(Refusal::WholeOrder),
            _ => Ok(pieces.into_iter().collect()),
        }
    }
}
