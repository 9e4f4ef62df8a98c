//! What can be done with orders.

mod shipping;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::shipping::{Pack, PrepareShipment, TrackShipment};
use super::price::{Discount, Item, Shipping, TaxBasis};
use super::promise::Promise;
use crate::calendar::Zone;
use crate::kernel::{Code, ContactPointId, CustomerId, Money, OrderId, Personal};

/// Records that a customer ordered something. Answers with the order's id.
///
/// # Errors
/// As [`Pricing::of`](super::Pricing::of); [`ReferenceTaken`](super::Refusal::ReferenceTaken),
/// [`NotAnAddress`](super::Refusal::NotAnAddress), [`UnknownLine`](super::Refusal::UnknownLine),
/// [`PromisedTwice`](super::Refusal::PromisedTwice), [`PromiseInPast`](super::Refusal::PromiseInPast).
///
/// ```
/// # use aftercare::{code, kernel::{BasisPoints, CustomerId}, order::{Item, PlaceOrder, Promise}};
/// # let customer = CustomerId::from_u128(1);
/// let kettle = Item::new(code!("kettle"), 1, "1299.90 TRY".parse()?).taxed(BasisPoints::from_percent(20));
/// let order = PlaceOrder::new(customer, [kettle])
///     .with_reference(code!("W-1001"))
///     .promising(Promise::by_day("2026-03-05".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceOrder {
    /// By whom.
    pub customer: CustomerId,
    /// What is ordered.
    pub items: Vec<Item>,
    /// The business's number for it; no two orders have the same.
    #[serde(default)]
    pub reference: Option<Code>,
    /// Over what it was ordered, as a word of the business: `web`, `shop`.
    #[serde(default)]
    pub channel: Option<Code>,
    /// A discount on all lines together.
    #[serde(default)]
    pub discount: Option<Discount>,
    /// What shipping costs; nothing when absent.
    #[serde(default)]
    pub shipping: Option<Shipping>,
    /// Whether prices hold the tax.
    #[serde(default)]
    pub basis: TaxBasis,
    /// The zone in which promised dates are read; the customer's, or the rulebook's, when absent.
    #[serde(default)]
    pub zone: Option<Zone>,
    /// The customer's contact point to which it goes.
    #[serde(default)]
    pub address: Option<ContactPointId>,
    /// When it is to be delivered.
    #[serde(default)]
    pub promise: Option<Promise>,
    /// When single lines are to be delivered, by their numbers, counted from 1.
    #[serde(default)]
    pub line_promises: Vec<(u32, Promise)>,
}

impl PlaceOrder {
    /// These items, with the tax in their prices.
    pub fn new(customer: CustomerId, items: impl IntoIterator<Item = Item>) -> Self {
        Self {
            customer,
            items: items.into_iter().collect(),
            reference: None,
            channel: None,
            discount: None,
            shipping: None,
            basis: TaxBasis::Included,
            zone: None,
            address: None,
            promise: None,
            line_promises: Vec::new(),
        }
    }

    /// Under this number.
    #[must_use]
    pub fn with_reference(mut self, reference: Code) -> Self {
        self.reference = Some(reference);
        self
    }

    /// Ordered over this channel.
    #[must_use]
    pub fn over(mut self, channel: Code) -> Self {
        self.channel = Some(channel);
        self
    }

    /// With the tax on top of the prices.
    #[must_use]
    pub const fn plus_tax(mut self) -> Self {
        self.basis = TaxBasis::Added;
        self
    }

    /// With a discount on all lines together.
    #[must_use]
    pub const fn with_discount(mut self, discount: Discount) -> Self {
        self.discount = Some(discount);
        self
    }

    /// With shipping at this price.
    #[must_use]
    pub const fn with_shipping(mut self, shipping: Shipping) -> Self {
        self.shipping = Some(shipping);
        self
    }

    /// To be delivered then.
    #[must_use]
    pub const fn promising(mut self, promise: Promise) -> Self {
        self.promise = Some(promise);
        self
    }

    /// With this line to be delivered then.
    #[must_use]
    pub fn promising_line(mut self, line: u32, promise: Promise) -> Self {
        self.line_promises.push((line, promise));
        self
    }

    /// With promised dates read in this zone.
    #[must_use]
    pub fn in_zone(mut self, zone: Zone) -> Self {
        self.zone = Some(zone);
        self
    }

    /// To this address of the customer.
    #[must_use]
    pub const fn to_address(mut self, address: ContactPointId) -> Self {
        self.address = Some(address);
        self
    }
}

/// Accepts an order.
///
/// # Errors
/// [`AlreadyConfirmed`](super::Refusal::AlreadyConfirmed), [`Cancelled`](super::Refusal::Cancelled).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConfirmOrder {
    /// Which order.
    pub order: OrderId,
}

/// What becomes of something that an order has, when it is changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change<T> {
    /// It stays.
    #[default]
    Keep,
    /// There is none any more.
    Drop,
    /// There is this instead.
    To(T),
}

impl<T: Clone> Change<T> {
    /// What there is then, when there was `before`.
    pub(crate) fn of(&self, before: Option<&T>) -> Option<T> {
        match self {
            Self::Keep => before.cloned(),
            Self::Drop => None,
            Self::To(new) => Some(new.clone()),
        }
    }
}

/// Changes what is ordered, as a whole, before any of it was prepared. The discount on all lines together and the price of
/// shipping stay unless another is named; promises for single lines end with it, and so does what was called off of
/// them, but for its fee. Of what was lost or went back nothing is changed
/// either, as it may turn up: it is called off and ordered anew.
///
/// # Errors
/// As [`Pricing::of`](super::Pricing::of), also where a discount that stays is more than what is ordered now costs;
/// [`Cancelled`](super::Refusal::Cancelled), [`AlreadyPrepared`](super::Refusal::AlreadyPrepared).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeOrder {
    /// Which order.
    pub order: OrderId,
    /// What is ordered now.
    pub items: Vec<Item>,
    /// The discount on all lines together.
    #[serde(default)]
    pub discount: Change<Discount>,
    /// What shipping costs.
    #[serde(default)]
    pub shipping: Change<Shipping>,
}

impl ChangeOrder {
    /// To these items.
    pub fn new(order: OrderId, items: impl IntoIterator<Item = Item>) -> Self {
        Self {
            order,
            items: items.into_iter().collect(),
            discount: Change::Keep,
            shipping: Change::Keep,
        }
    }

    /// With this discount on all lines together.
    #[must_use]
    pub const fn with_discount(mut self, discount: Discount) -> Self {
        self.discount = Change::To(discount);
        self
    }

    /// Without a discount on all lines together.
    #[must_use]
    pub const fn without_discount(mut self) -> Self {
        self.discount = Change::Drop;
        self
    }

    /// With shipping at this price.
    #[must_use]
    pub const fn with_shipping(mut self, shipping: Shipping) -> Self {
        self.shipping = Change::To(shipping);
        self
    }

    /// Without a charge for shipping.
    #[must_use]
    pub const fn without_shipping(mut self) -> Self {
        self.shipping = Change::Drop;
        self
    }
}

/// Calls an order off before any of it is prepared; what is left of one later, or a part, [`CancelPieces`] does. What was paid is to be paid back, less the fee where the
/// policy names one; the journal says to which payment how much.
///
/// # Errors
/// [`Cancelled`](super::Refusal::Cancelled), [`AlreadyPrepared`](super::Refusal::AlreadyPrepared).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CancelOrder {
    /// Which order.
    pub order: OrderId,
    /// Whether the customer wants it, or the business; it is the customer when they do it themselves.
    pub by: super::CancelledBy,
    /// Why.
    pub reason: Code,
}

impl CancelOrder {
    /// As the customer wants.
    #[must_use]
    pub const fn for_customer(order: OrderId, reason: Code) -> Self {
        Self {
            order,
            by: super::CancelledBy::Customer,
            reason,
        }
    }

    /// As the business has to: free of charge.
    #[must_use]
    pub const fn for_business(order: OrderId, reason: Code) -> Self {
        Self {
            order,
            by: super::CancelledBy::Business,
            reason,
        }
    }
}

/// Calls off pieces of an order that are neither prepared nor on their way nor delivered: so many of the lines that are named, or
/// all that is left. What was lost or went back counts as not prepared. Each piece's share of its line is no longer charged, less
/// the fee where the policy names one; what of that was paid and is not needed for what is still to be paid is to be paid back:
/// the journal says to which payment how much. Shipping goes back as with a full return where nothing is left of the order.
///
/// An order of which all else has come is delivered with it. Answers with what is paid back, nothing included; only read
/// from a journal entry of another command it is `None`.
///
/// # Errors
/// [`Cancelled`](super::Refusal::Cancelled), [`AlreadyDelivered`](super::Refusal::AlreadyDelivered);
/// [`UnknownLine`](super::Refusal::UnknownLine), [`NoQuantity`](super::Refusal::NoQuantity),
/// [`LineTwice`](super::Refusal::LineTwice), [`MoreThanLeft`](super::Refusal::MoreThanLeft);
/// [`NoLines`](super::Refusal::NoLines) when nothing is left; [`WholeOrder`](super::Refusal::WholeOrder) when it is all of the
/// order and nothing of it is on its way or came, which [`CancelOrder`] calls off.
///
/// ```
/// use aftercare::{code, kernel::OrderId, order::CancelPieces};
/// # let order = OrderId::from_u128(1);
/// // Two of the cups on line 2 never come.
/// let two = CancelPieces::for_business(order, code!("out_of_stock")).with(2, 2);
/// // The customer no longer wants what has not set out yet.
/// let rest = CancelPieces::for_customer(order, code!("too_late"));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CancelPieces {
    /// Of which order.
    pub order: OrderId,
    /// Lines, counted from 1, and how many pieces of each; all that is left when empty.
    #[serde(default)]
    pub pieces: Vec<(u32, u32)>,
    /// Whether the customer wants it, or the business; it is the customer when they do it themselves.
    pub by: super::CancelledBy,
    /// Why.
    pub reason: Code,
}

impl CancelPieces {
    /// All that is left, as the customer wants.
    #[must_use]
    pub const fn for_customer(order: OrderId, reason: Code) -> Self {
        Self {
            order,
            pieces: Vec::new(),
            by: super::CancelledBy::Customer,
            reason,
        }
    }

    /// All that is left, as the business has to: free of charge.
    #[must_use]
    pub const fn for_business(order: OrderId, reason: Code) -> Self {
        Self {
            order,
            pieces: Vec::new(),
            by: super::CancelledBy::Business,
            reason,
        }
    }

    /// Only so many pieces of this line, counted from 1, and of others that are named so.
    #[must_use]
    pub fn with(mut self, line: u32, quantity: u32) -> Self {
        self.pieces.push((line, quantity));
        self
    }
}

/// Records a payment. The same one told twice is one.
///
/// # Errors
/// [`NegativeAmount`](super::Refusal::NegativeAmount) (nothing is no payment either),
/// [`PaymentKnown`](super::Refusal::PaymentKnown); [`InFuture`](super::Refusal::InFuture) and
/// [`PaidBeforePlaced`](super::Refusal::PaidBeforePlaced) (some minutes are let pass, as clocks differ);
/// [`Money`](super::Refusal::Money) for another currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordPayment {
    /// For which order.
    pub order: OrderId,
    /// What the payment provider calls it.
    pub reference: Code,
    /// How it was paid, such as `card`, `gift_card`.
    pub method: Code,
    /// How much.
    pub amount: Money,
    /// When, UTC; now when absent.
    #[serde(default)]
    pub at: Option<DateTime<Utc>>,
}

impl RecordPayment {
    /// Paid now, in this way.
    #[must_use]
    pub const fn new(order: OrderId, reference: Code, method: Code, amount: Money) -> Self {
        Self {
            order,
            reference,
            method,
            amount,
            at: None,
        }
    }

    /// Paid at this instant.
    #[must_use]
    pub const fn at(mut self, at: DateTime<Utc>) -> Self {
        self.at = Some(at);
        self
    }
}

/// Pays back what was paid beyond what is owed: an overpayment, a payment that came in for an order that was called off,
/// or one that came in after a return had made up for it. The library moves no money: the journal says to which payment
/// how much goes back, the newest first. Answers with the amount; only read from a journal entry of another command it is
/// `None`.
///
/// # Errors
/// [`NoCredit`](super::Refusal::NoCredit) when nothing is to be paid back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PayOut {
    /// Of which order.
    pub order: OrderId,
}

/// Says what makes a delivery personal, as a whole, before any of it is prepared.
///
/// # Errors
/// [`Cancelled`](super::Refusal::Cancelled), [`AlreadyPrepared`](super::Refusal::AlreadyPrepared).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonaliseOrder {
    /// Which order.
    pub order: OrderId,
    /// How it is packed, such as `gift_wrap`.
    #[serde(default)]
    pub packaging: Option<Code>,
    /// A note that goes with it.
    #[serde(default)]
    pub note: Option<Personal<String>>,
    /// Whether the customer is thanked with the message that it was delivered.
    #[serde(default)]
    pub thank_you: bool,
}

impl PersonaliseOrder {
    /// With thanks.
    #[must_use]
    pub const fn thanking(order: OrderId) -> Self {
        Self {
            order,
            packaging: None,
            note: None,
            thank_you: true,
        }
    }

    /// Packed like this.
    #[must_use]
    pub fn packed(mut self, packaging: Code) -> Self {
        self.packaging = Some(packaging);
        self
    }

    /// With a note.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(Personal::new(note.into()));
        self
    }
}

/// Promises another date or window, for the whole or for one line. The customer is told, once for each change;
/// promising again what is promised does nothing. What is promised for a line after the whole takes the place of the
/// whole's promise for that line, and what is promised for the whole after every line that of the last of the lines: it is
/// judged against what was promised first.
///
/// # Errors
/// [`PromiseInPast`](super::Refusal::PromiseInPast), [`UnknownLine`](super::Refusal::UnknownLine),
/// [`Cancelled`](super::Refusal::Cancelled), [`LineCancelled`](super::Refusal::LineCancelled),
/// [`AlreadyDelivered`](super::Refusal::AlreadyDelivered).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PromiseOrder {
    /// Which order.
    pub order: OrderId,
    /// Which line; the whole order when absent.
    #[serde(default)]
    pub line: Option<u32>,
    /// What.
    pub promise: Promise,
    /// Why.
    pub reason: Code,
}

impl PromiseOrder {
    /// For the whole order.
    #[must_use]
    pub const fn new(order: OrderId, promise: Promise, reason: Code) -> Self {
        Self {
            order,
            line: None,
            promise,
            reason,
        }
    }

    /// For this line alone, counted from 1.
    #[must_use]
    pub const fn for_line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }
}
