//! What is owed for an order, and what goes back.

use super::refusal::Refusal;
use super::state::{Order, Payment};
use crate::kernel::Money;

impl Order {
    /// What was paid, less what was paid back.
    #[must_use]
    pub fn paid(&self) -> Money {
        let left = self.payments.iter().map(Payment::left);
        Money::sum(self.currency(), left).unwrap_or(Money::zero(self.currency()))
    }

    /// What is still to be paid; below nothing when too much was.
    #[must_use]
    pub fn balance(&self) -> Money {
        let owed = self.owed();
        owed.checked_sub(self.paid()).unwrap_or(owed)
    }

    /// What the customer owes in all, whether or not it was paid: the total, less what was made good and what was called off,
    /// and what calling that off costs. Of pieces that came all the same neither counts: they cost what they did. Of an order
    /// that was called off as a whole it is the fee; and where something came all the same and is still there, as much as would be paid back for
    /// that, if that is more. Shipping is not owed for it.
    #[must_use]
    pub fn owed(&self) -> Money {
        let Some(cancelled) = &self.cancelled else {
            let credited = self.credited.unwrap_or(Money::zero(self.currency()));
            let left = self.total.checked_sub(credited).unwrap_or(self.total);
            return left.checked_sub(self.off()).unwrap_or(left);
        };
        let worth = self.worth_of_kept();
        match worth.minor() > cancelled.fee.minor() {
            true => worth,
            false => cancelled.fee,
        }
    }

    /// What would be paid back for all that was delivered and was not made good.
    fn worth_of_kept(&self) -> Money {
        let kept = self.all_delivered().into_iter().filter_map(|(line, came)| {
            let gone = self.line(line).ok()?.returns.settled_pieces;
            Some((line, came.saturating_sub(gone))).filter(|(_, kept)| *kept > 0)
        });
        let kept: Vec<(u32, u32)> = kept.collect();
        let quote = self.refund_quote(&kept, false);
        quote.map_or(Money::zero(self.currency()), |quote| quote.total)
    }

    /// What of a credit of this amount is paid back: what is not needed for what is still to be paid. What had been paid
    /// beyond that before is [paid out](super::PayOut) by itself.
    ///
    /// # Errors
    /// [`Refusal::Money`] in another currency.
    pub fn refundable(&self, credit: Money) -> Result<Money, Refusal> {
        let beyond = credit.checked_sub(self.balance())?;
        let none = Money::zero(self.currency());
        let most = if credit.minor() < beyond.minor() {
            credit
        } else {
            beyond
        };
        Ok(if most.is_negative() { none } else { most })
    }

    /// What goes back to which payment, newest first, up to what is left of each; what no payment has left is
    /// not paid back.
    #[must_use]
    pub fn split_refund(&self, amount: Money) -> Vec<(u32, Money)> {
        let mut left = amount.minor();
        let numbered = (1..).zip(&self.payments);
        let mut newest: Vec<(u32, &Payment)> = numbered.collect();
        newest.sort_by_key(|(number, payment)| std::cmp::Reverse((payment.at, *number)));
        let mut refunds = Vec::new();
        for (number, payment) in newest {
            let part = payment.left().minor().min(left);
            if part > 0 {
                refunds.push((number, Money::new(part, self.currency())));
                left = left.saturating_sub(part);
            }
        }
        refunds
    }
}
