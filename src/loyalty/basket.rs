//! What is bought, as far as points care.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::refusal::Refusal;
use crate::kernel::{Code, Currency, Money};
use crate::order::Order;

/// One line of a purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasketLine {
    /// What is bought.
    pub product: Code,
    /// Of which category it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Code>,
    /// How many.
    pub units: u32,
    /// The price of all of them, before discounts and without the tax below.
    pub amount: Money,
    /// What discounts take off it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Money>,
    /// The tax on it, where it is not in the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Money>,
}

impl BasketLine {
    /// One of a product, at this price.
    #[must_use]
    pub const fn new(product: Code, amount: Money) -> Self {
        Self {
            product,
            category: None,
            units: 1,
            amount,
            discount: None,
            tax: None,
        }
    }

    /// Of this category.
    #[must_use]
    pub fn of_category(mut self, category: Code) -> Self {
        self.category = Some(category);
        self
    }

    /// So many, for the whole amount.
    #[must_use]
    pub const fn of_units(mut self, units: u32) -> Self {
        self.units = units;
        self
    }

    /// Less this discount.
    #[must_use]
    pub const fn with_discount(mut self, discount: Money) -> Self {
        self.discount = Some(discount);
        self
    }

    /// Plus this tax.
    #[must_use]
    pub const fn with_tax(mut self, tax: Money) -> Self {
        self.tax = Some(tax);
        self
    }
}

/// A purchase as points see it: what earning and [simulating](super::SimulateBasket) begin with. All amounts are in
/// one currency. What is paid with gift cards or stored value is not mentioned: it is payment like any other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basket {
    /// Over what it is bought, such as `web` or `shop`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Code>,
    /// What is bought.
    pub lines: Vec<BasketLine>,
    /// What sending it costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Money>,
    /// What a discount on the whole takes off; it counts against the lines in proportion to what they cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Money>,
    /// The part that is paid with points; it counts against the lines in proportion to what they cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_with_points: Option<Money>,
}

impl Basket {
    /// A purchase of these.
    #[must_use]
    pub fn of(lines: impl IntoIterator<Item = BasketLine>) -> Self {
        Self {
            lines: lines.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Over this channel.
    #[must_use]
    pub fn over(mut self, channel: Code) -> Self {
        self.channel = Some(channel);
        self
    }

    /// Sent for so much.
    #[must_use]
    pub const fn with_shipping(mut self, shipping: Money) -> Self {
        self.shipping = Some(shipping);
        self
    }

    /// Less a discount on the whole.
    #[must_use]
    pub const fn with_discount(mut self, discount: Money) -> Self {
        self.discount = Some(discount);
        self
    }

    /// Paid with points in part.
    #[must_use]
    pub const fn paid_with_points(mut self, part: Money) -> Self {
        self.paid_with_points = Some(part);
        self
    }

    /// What is to be paid: lines, tax and shipping, less discounts and what is paid with points.
    ///
    /// # Errors
    /// Those of [`base`](Self::base).
    pub fn due(&self, currency: Currency) -> Result<Money, Refusal> {
        let all = EarnBase {
            tax: true,
            shipping: true,
            points_part: false,
        };
        Ok(self.base(currency, all)?.total())
    }

    /// What each line counts for, in minor units.
    ///
    /// # Errors
    /// [`Refusal::WrongCurrency`], [`Refusal::NegativeAmount`] (also for discounts above the price), and
    /// [`Refusal::Money`] out of range.
    pub fn base(&self, currency: Currency, base: EarnBase) -> Result<Base, Refusal> {
        let amount = |what, money: Option<Money>| -> Result<i64, Refusal> {
            let Some(money) = money else { return Ok(0) };
            if money.currency() != currency {
                return Err(Refusal::WrongCurrency {
                    expected: currency,
                    got: money.currency(),
                });
            }
            if money.is_negative() {
                return Err(Refusal::NegativeAmount { what });
            }
            Ok(money.minor())
        };
        let mut parts = Minors::with_capacity(self.lines.len().saturating_add(1));
        for line in &self.lines {
            let price = amount("line", Some(line.amount))?;
            let net = price.saturating_sub(amount("discount", line.discount)?);
            if net < 0 {
                return Err(Refusal::NegativeAmount { what: "line" });
            }
            let tax = amount("tax", line.tax)?;
            let tax = if base.tax { tax } else { 0 };
            let gross = Money::new(net, currency).checked_add(Money::new(tax, currency))?;
            parts.push(gross.minor());
        }
        let shipping = amount("shipping", self.shipping)?;
        parts.push(if base.shipping { shipping } else { 0 });
        let mut off = amount("discount", self.discount)?;
        let points_part = amount("paid with points", self.paid_with_points)?;
        if !base.points_part {
            off = off.saturating_add(points_part);
        }
        take_off(&mut parts, off, currency)?;
        let shipping = parts.pop().unwrap_or(0);
        Ok(Base {
            lines: parts,
            shipping,
            currency,
        })
    }
}

/// What was ordered, as it was charged: lines after all discounts, tax apart. What was paid by the method `points`
/// is the part that is paid with points. Of which categories the lines are is not known to the order: the
/// [product](crate::product::Product) says so.
impl From<&Order> for Basket {
    fn from(order: &Order) -> Self {
        let net = |amount: Money, tax: Money| amount.checked_sub(tax).unwrap_or(amount);
        let lines = order.lines.iter().map(|line| {
            let charge = &line.charge;
            BasketLine::new(line.item.product.clone(), net(charge.amount, charge.tax))
                .of_units(line.item.quantity)
                .with_tax(charge.tax)
        });
        let with_points = order.payments.iter().filter(|paid| paid.method == "points");
        let with_points = with_points.map(|paid| paid.left());
        let with_points = Money::sum(order.total.currency(), with_points).ok();
        Self {
            channel: order.channel.clone(),
            shipping: Some(order.shipping.amount),
            paid_with_points: with_points.filter(|part| !part.is_zero()),
            ..Self::of(lines)
        }
    }
}

/// Takes an amount off all parts in proportion, and no part below nothing.
fn take_off(parts: &mut [i64], off: i64, currency: Currency) -> Result<(), Refusal> {
    if off == 0 {
        return Ok(());
    }
    let shares: Vec<u64> = parts.iter().map(|part| part.unsigned_abs()).collect();
    let whole: u128 = shares.iter().copied().map(u128::from).sum();
    if u128::from(off.unsigned_abs()) >= whole {
        parts.fill(0);
        return Ok(());
    }
    let each = Money::new(off, currency).allocate(&shares)?;
    for (part, off) in parts.iter_mut().zip(each) {
        *part = part.saturating_sub(off.minor()).max(0);
    }
    Ok(())
}

/// What counts towards points. Discounts never do, and payment with gift cards or stored value always does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EarnBase {
    /// Tax that is stated apart from the price.
    pub tax: bool,
    /// What sending costs.
    pub shipping: bool,
    /// The part that is paid with points.
    pub points_part: bool,
}

/// Amounts in minor units, of the lines of a purchase: of short ones in place.
pub type Minors = SmallVec<[i64; 4]>;

/// What a purchase counts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// Each line, in minor units.
    pub lines: Minors,
    /// What sending it counts for, in minor units.
    pub shipping: i64,
    /// In which currency.
    pub currency: Currency,
}

impl Base {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> Money {
        let lines = self.lines.iter().copied();
        let minor = lines.fold(self.shipping, i64::saturating_add);
        Money::new(minor, self.currency)
    }
}
