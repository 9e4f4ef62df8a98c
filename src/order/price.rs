//! What is charged: exact to the minor unit, and fixed when an order is placed or changed.

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::returns::WithdrawalException;
use crate::kernel::{BasisPoints, Code, Currency, Money, Rounding};

/// Whether prices hold the tax, or it comes on top.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxBasis {
    /// Prices hold the tax, as consumers see them.
    #[default]
    Included,
    /// The tax comes on top of the prices.
    Added,
}

/// A discount on a line, an order or its shipping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discount {
    /// An amount, on the same tax basis as the prices.
    Amount(Money),
    /// A rate; the amount is rounded to the nearest minor unit, a half up.
    Rate(BasisPoints),
}

impl Discount {
    /// The amount that it takes off `price`.
    fn of(self, price: Money) -> Result<Money, Refusal> {
        let amount = match self {
            Self::Amount(amount) => amount,
            // On tiny prices rounding would hide it.
            Self::Rate(rate) if rate > BasisPoints::WHOLE => {
                return Err(Refusal::DiscountAboveWhole { rate });
            }
            Self::Rate(rate) => rate.of(price, Rounding::HalfUp)?,
        };
        if amount.is_negative() {
            return Err(Refusal::NegativeAmount { amount });
        }
        if amount.compare(&price)?.is_gt() {
            return Err(Refusal::DiscountTooHigh { amount, price });
        }
        Ok(amount)
    }
}

/// What somebody orders of one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The product.
    pub product: Code,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub unit_price: Money,
    /// A discount on all of them together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Discount>,
    /// The rate of tax.
    #[serde(default)]
    pub tax_rate: BasisPoints,
    /// Whether it cannot be returned under the return policy.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub final_sale: bool,
    /// Why the law gives no right to withdraw from it, where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<WithdrawalException>,
}

impl Item {
    /// So many of a product at a price each.
    #[must_use]
    pub const fn new(product: Code, quantity: u32, unit_price: Money) -> Self {
        Self {
            product,
            quantity,
            unit_price,
            discount: None,
            tax_rate: BasisPoints::ZERO,
            final_sale: false,
            exception: None,
        }
    }

    /// Less this amount for all of them together.
    #[must_use]
    pub const fn less(mut self, amount: Money) -> Self {
        self.discount = Some(Discount::Amount(amount));
        self
    }

    /// Less this rate.
    #[must_use]
    pub const fn less_rate(mut self, rate: BasisPoints) -> Self {
        self.discount = Some(Discount::Rate(rate));
        self
    }

    /// Taxed at this rate.
    #[must_use]
    pub const fn taxed(mut self, rate: BasisPoints) -> Self {
        self.tax_rate = rate;
        self
    }

    /// Not to be returned under the return policy.
    #[must_use]
    pub const fn as_final_sale(mut self) -> Self {
        self.final_sale = true;
        self
    }

    /// Without a statutory right to withdraw from it, for this reason.
    #[must_use]
    pub const fn excepted(mut self, why: WithdrawalException) -> Self {
        self.exception = Some(why);
        self
    }
}

/// What shipping costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipping {
    /// The price.
    pub price: Money,
    /// A discount on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Discount>,
    /// The rate of tax.
    #[serde(default)]
    pub tax_rate: BasisPoints,
}

impl Shipping {
    /// At this price.
    #[must_use]
    pub const fn new(price: Money) -> Self {
        Self {
            price,
            discount: None,
            tax_rate: BasisPoints::ZERO,
        }
    }

    /// Less this amount.
    #[must_use]
    pub const fn less(mut self, amount: Money) -> Self {
        self.discount = Some(Discount::Amount(amount));
        self
    }

    /// Less this rate.
    #[must_use]
    pub const fn less_rate(mut self, rate: BasisPoints) -> Self {
        self.discount = Some(Discount::Rate(rate));
        self
    }

    /// Taxed at this rate.
    #[must_use]
    pub const fn taxed(mut self, rate: BasisPoints) -> Self {
        self.tax_rate = rate;
        self
    }
}

/// What the customer pays for something, and the tax in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// All that the customer pays, with the tax.
    pub amount: Money,
    /// The tax in it.
    pub tax: Money,
}

impl Charge {
    /// Nothing.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self {
            amount: Money::zero(currency),
            tax: Money::zero(currency),
        }
    }

    /// What a price comes to with its tax, which is rounded to the nearest minor unit, a half up.
    fn of(price: Money, rate: BasisPoints, basis: TaxBasis) -> Result<Self, Refusal> {
        match basis {
            TaxBasis::Included => {
                let rate = i64::from(rate.get());
                let whole = i64::from(BasisPoints::WHOLE.get()).saturating_add(rate);
                let tax = price.share(rate, whole, Rounding::HalfUp)?;
                Ok(Self { amount: price, tax })
            }
            TaxBasis::Added => {
                let tax = rate.of(price, Rounding::HalfUp)?;
                let amount = price.checked_add(tax)?;
                Ok(Self { amount, tax })
            }
        }
    }
}

/// What an order comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pricing {
    /// Whether prices hold the tax.
    pub basis: TaxBasis,
    /// What was ordered, and what is charged for each line after the discounts on it and on the order.
    pub lines: Vec<(Item, Charge)>,
    /// What is charged for shipping.
    pub shipping: Charge,
    /// What the customer pays in all.
    pub total: Money,
    /// From which discount on all lines together that follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Discount>,
    /// From which price of shipping that follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_price: Option<Shipping>,
}

/// The most lines that an order has.
const MOST_LINES: usize = 10_000;

impl Pricing {
    /// What these items come to.
    ///
    /// Each line is its price times the quantity, less its own discount. A discount on the order is spread over
    /// the lines in proportion to that, to the last minor unit ([`Money::allocate`]). Tax is then worked out line
    /// by line, on the same basis as the prices. So all that is charged is fixed for each line, and the lines and
    /// the shipping sum to the total.
    ///
    /// # Errors
    /// [`NoLines`](Refusal::NoLines), [`TooManyLines`](Refusal::TooManyLines),
    /// [`NoQuantity`](Refusal::NoQuantity), [`NegativeAmount`](Refusal::NegativeAmount),
    /// [`DiscountTooHigh`](Refusal::DiscountTooHigh), [`DiscountAboveWhole`](Refusal::DiscountAboveWhole),
    /// [`Money`](Refusal::Money) for mixed currencies.
    pub fn of(
        items: &[Item],
        discount: Option<Discount>,
        shipping: Option<&Shipping>,
        basis: TaxBasis,
    ) -> Result<Self, Refusal> {
        let first = items.first().ok_or(Refusal::NoLines)?;
        if items.len() > MOST_LINES {
            return Err(Refusal::TooManyLines { most: MOST_LINES });
        }
        let currency = first.unit_price.currency();
        let mut nets = Vec::with_capacity(items.len());
        for (line, item) in (1..).zip(items) {
            if item.quantity == 0 {
                return Err(Refusal::NoQuantity { line });
            }
            nets.push(net_of(
                item.unit_price.checked_mul(item.quantity.into())?,
                item.discount,
            )?);
        }
        let sum = Money::sum(currency, nets.iter().copied())?;
        let mut off = vec![Money::zero(currency); nets.len()];
        if let Some(discount) = discount {
            let amount = discount.of(sum)?;
            if !amount.is_zero() {
                let shares: Vec<u64> = nets
                    .iter()
                    .map(|net| u64::try_from(net.minor()).unwrap_or(0))
                    .collect();
                off = amount.allocate(&shares)?;
            }
        }
        let mut lines = Vec::with_capacity(items.len());
        for ((item, net), off) in items.iter().zip(nets).zip(off) {
            let charge = Charge::of(net.checked_sub(off)?, item.tax_rate, basis)?;
            lines.push((item.clone(), charge));
        }
        let shipping_price = shipping.cloned();
        let shipping = match shipping {
            Some(shipping) => Charge::of(
                net_of(shipping.price, shipping.discount)?,
                shipping.tax_rate,
                basis,
            )?,
            None => Charge::zero(currency),
        };
        let charged = lines.iter().map(|(_, charge)| charge.amount);
        let total = Money::sum(currency, charged.chain([shipping.amount]))?;
        Ok(Self {
            basis,
            lines,
            shipping,
            total,
            discount,
            shipping_price,
        })
    }
}

fn net_of(price: Money, discount: Option<Discount>) -> Result<Money, Refusal> {
    if price.is_negative() {
        return Err(Refusal::NegativeAmount { amount: price });
    }
    match discount {
        Some(discount) => Ok(price.checked_sub(discount.of(price)?)?),
        None => Ok(price),
    }
}
