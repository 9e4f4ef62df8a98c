//! Why something about an order was refused.

use chrono::{DateTime, Utc};

use super::returns::{Finding, Reception, RefundKind};
use crate::kernel::{BasisPoints, Code, Money, MoneyRefusal, OrderId, UnitId};

/// Why something about an order was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Nothing is ordered, named to come back, or left to be shipped or called off.
    #[error("nothing is ordered, named to come back, or left to be shipped or called off")]
    NoLines,
    /// The order is too long.
    #[error("an order has at most {most} lines")]
    TooManyLines {
        /// How many there can be.
        most: usize,
    },
    /// Too many pieces for one return.
    #[error("a return has at most {most} pieces")]
    TooManyPieces {
        /// How many there can be.
        most: u32,
    },
    /// None of something is ordered, shipped, called off or returned.
    #[error("line {line} has no quantity")]
    NoQuantity {
        /// Which line.
        line: u32,
    },
    /// A price, discount or payment is below nothing.
    #[error("an amount has to be above nothing, and {amount} is not")]
    NegativeAmount {
        /// The amount.
        amount: Money,
    },
    /// A discount is higher than the price.
    #[error("a discount of {amount} is more than the price of {price}")]
    DiscountTooHigh {
        /// The discount.
        amount: Money,
        /// The price.
        price: Money,
    },
    /// A rate of discount is above the whole.
    #[error("a discount of {rate} is more than the whole price")]
    DiscountAboveWhole {
        /// The rate.
        rate: BasisPoints,
    },
    /// Amounts cannot be combined.
    #[error(transparent)]
    Money(#[from] MoneyRefusal),
    /// Another order has the number.
    #[error("order {order} has this number")]
    ReferenceTaken {
        /// Which.
        order: OrderId,
    },
    /// The address is none of the customer's.
    #[error("the contact point is no address of the customer's")]
    NotAnAddress,
    /// A promise that is over before it is made, or ends before it begins.
    #[error("a promise up to {deadline} is over at {now}, when it is made or its window begins")]
    PromiseInPast {
        /// When it would have been due, UTC.
        deadline: DateTime<Utc>,
        /// Now, or when its window begins, UTC.
        now: DateTime<Utc>,
    },
    /// There is no such line.
    #[error("the order has no line {line}; lines are counted from 1")]
    UnknownLine {
        /// Which.
        line: u32,
    },
    /// Two promises are made for one line.
    #[error("line {line} is promised twice")]
    PromisedTwice {
        /// Which.
        line: u32,
    },
    /// There is no such shipment.
    #[error("the order has no shipment {shipment}; shipments are counted from 1")]
    UnknownShipment {
        /// Which.
        shipment: u32,
    },
    /// The order was called off.
    #[error("the order was cancelled")]
    Cancelled,
    /// The order is confirmed already.
    #[error("the order is confirmed")]
    AlreadyConfirmed,
    /// The order is not confirmed yet.
    #[error("the order is not confirmed")]
    NotConfirmed,
    /// Some of the order is prepared or on its way. What is not can be called off
    /// ([`CancelPieces`](super::CancelPieces)).
    #[error("some of the order is prepared or on its way")]
    AlreadyPrepared,
    /// All of the order was delivered.
    #[error("the order was delivered")]
    AlreadyDelivered,
    /// More is to be shipped or called off than is left: neither prepared nor on its way, delivered or called off.
    #[error("of line {line}, {quantity} are to be shipped or called off and {left} are left")]
    MoreThanLeft {
        /// Which line.
        line: u32,
        /// How many were to be.
        quantity: u32,
        /// How many are left.
        left: u32,
    },
    /// A line is named twice.
    #[error("line {line} is named twice")]
    LineTwice {
        /// Which.
        line: u32,
    },
    /// All of the line was called off.
    #[error("line {line} was called off")]
    LineCancelled {
        /// Which.
        line: u32,
    },
    /// All of the order is to be called off, and nothing of it is on its way: it is cancelled as a whole
    /// ([`CancelOrder`](super::CancelOrder)).
    #[error("that would be all of the order, which has to be cancelled as a whole instead")]
    WholeOrder,
    /// There are more serial numbers than pieces.
    #[error("line {line} has {serials} serial numbers for {quantity} pieces")]
    TooManySerials {
        /// Which line.
        line: u32,
        /// How many numbers there are.
        serials: usize,
        /// How many pieces.
        quantity: u32,
    },
    /// A serial number is given to two pieces.
    #[error("two pieces have one serial number, one of them of line {line}")]
    SerialTwice {
        /// Which line.
        line: u32,
    },
    /// The unit with the serial number is another customer's.
    #[error("a unit of line {line} belongs to a customer already")]
    UnitSold {
        /// Which line.
        line: u32,
    },
    /// The shipment cannot have been there before it was prepared.
    #[error("the shipment was prepared at {prepared_at}; nothing can have happened to it at {at}")]
    BeforeShipment {
        /// The instant, UTC.
        at: DateTime<Utc>,
        /// When it was prepared, UTC.
        prepared_at: DateTime<Utc>,
    },
    /// Something is said to have happened in the future.
    #[error("{at} is in the future")]
    InFuture {
        /// The instant, UTC.
        at: DateTime<Utc>,
    },
    /// Something is said to have been paid before it was ordered.
    #[error("the order was placed at {placed_at}; nothing can have been paid for it at {at}")]
    PaidBeforePlaced {
        /// The instant, UTC.
        at: DateTime<Utc>,
        /// When it was placed, UTC.
        placed_at: DateTime<Utc>,
    },
    /// Nothing was paid beyond what is owed.
    #[error("nothing was paid beyond what is owed: {balance} is to be paid")]
    NoCredit {
        /// What is still to be paid.
        balance: Money,
    },
    /// A payment of this reference is known, with another amount.
    #[error("a payment of this reference is known, of {known}")]
    PaymentKnown {
        /// What is known of it.
        known: Money,
    },
    /// The unit is to come back with a return already, or came back.
    #[error("unit {unit} is to come back already, or came back")]
    UnitReturned {
        /// Which one.
        unit: UnitId,
    },
    /// More is to come back than was delivered and has not come back or been announced.
    #[error("of line {line}, {quantity} are to come back and {left} can")]
    MoreThanReturnable {
        /// Which line.
        line: u32,
        /// How many were to come back.
        quantity: u32,
        /// How many can.
        left: u32,
    },
    /// The shipment was there: pieces of it are to come back, or came back.
    #[error("pieces of line {line} are to come back, or came back: the shipment was delivered")]
    ComesBack {
        /// Of which line.
        line: u32,
    },
    /// The unit did not come with the order, or not for that line.
    #[error("unit {unit} was not delivered with the order, or is of another line")]
    UnitNotSent {
        /// Which.
        unit: UnitId,
    },
    /// A unit is named twice.
    #[error("unit {unit} is named twice")]
    UnitTwice {
        /// Which.
        unit: UnitId,
    },
    /// Each piece of the line has a record of its own: which one came has to be said.
    #[error("piece {piece} has a record of its own: say which unit came")]
    UnitNeeded {
        /// Which piece.
        piece: u32,
    },
    /// The piece is another unit.
    #[error("piece {piece} is unit {unit}")]
    OtherUnit {
        /// Which piece.
        piece: u32,
        /// Which unit it is.
        unit: UnitId,
    },
    /// A check was not passed.
    #[error("line {line} may not come back{}", because(finding.as_deref()))]
    NotEligible {
        /// Which line.
        line: u32,
        /// Which check, and why.
        finding: Option<Box<Finding>>,
    },
    /// No statutory right of that place holds for the order.
    #[error("no right of withdrawal of {jurisdiction} holds for the order")]
    NoSuchRight {
        /// Which place.
        jurisdiction: Code,
    },
    /// The business does not refund in this way.
    #[error("a refund as {kind} is not offered")]
    NotOffered {
        /// In which way.
        kind: RefundKind,
    },
    /// The return has no such piece.
    #[error("the return has no piece {piece}; pieces are counted from 1")]
    UnknownPiece {
        /// Which.
        piece: u32,
    },
    /// The piece cannot be there next.
    #[error("piece {piece} cannot go from {from} to {to}; from there it may go to: {}", listed(from.next()))]
    IllegalReception {
        /// Which piece.
        piece: u32,
        /// Where it is.
        from: Reception,
        /// Where it should have gone.
        to: Reception,
    },
    /// The piece was not received.
    #[error("piece {piece} was not received")]
    NotReceived {
        /// Which.
        piece: u32,
    },
    /// The piece was made good already.
    #[error("piece {piece} was made good already")]
    AlreadySettled {
        /// Which.
        piece: u32,
    },
    /// There is nothing to do about the return now. To be called off there is nothing where all has set out or is made good; to
    /// be inspected, where nothing is here that was not made good; to be decided, where all was decided so; to be made good,
    /// where no piece can be ([`RefundReturn`](super::RefundReturn) says which can).
    #[error("there is nothing to do about the return now")]
    NothingToDo,
}

/// Which check was not passed, and by which fact.
fn because(finding: Option<&Finding>) -> String {
    match finding {
        None => String::new(),
        Some(Finding {
            check, fact: None, ..
        }) => format!(": the check `{check}` is not passed"),
        Some(Finding {
            check,
            fact: Some(fact),
            ..
        }) => {
            format!(": the check `{check}` is not passed, which goes by {fact}")
        }
    }
}

/// Places one after the other, or `nowhere`.
fn listed(places: &[Reception]) -> String {
    match places {
        [] => "nowhere".to_owned(),
        places => {
            let names: Vec<&str> = places.iter().map(|place| place.name()).collect();
            names.join(", ")
        }
    }
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoLines => "order.no_lines",
            Self::TooManyLines { .. } => "order.too_many_lines",
            Self::NoQuantity { .. } => "order.no_quantity",
            Self::TooManyPieces { .. } => "return.too_many_pieces",
            Self::NegativeAmount { .. } => "order.negative_amount",
            Self::DiscountTooHigh { .. } => "order.discount_too_high",
            Self::DiscountAboveWhole { .. } => "order.discount_above_whole",
            Self::Money(refusal) => refusal.code(),
            Self::ReferenceTaken { .. } => "order.reference_taken",
            Self::NotAnAddress => "order.not_an_address",
            Self::PromiseInPast { .. } => "order.promise_in_past",
            Self::UnknownLine { .. } => "order.unknown_line",
            Self::PromisedTwice { .. } => "order.promised_twice",
            Self::UnknownShipment { .. } => "order.unknown_shipment",
            Self::Cancelled => "order.cancelled",
            Self::AlreadyConfirmed => "order.already_confirmed",
            Self::NotConfirmed => "order.not_confirmed",
            Self::AlreadyPrepared => "order.already_prepared",
            Self::AlreadyDelivered => "order.already_delivered",
            Self::MoreThanLeft { .. } => "order.more_than_left",
            Self::LineTwice { .. } => "order.line_twice",
            Self::LineCancelled { .. } => "order.line_cancelled",
            Self::WholeOrder => "order.whole_order",
            Self::TooManySerials { .. } => "order.too_many_serials",
            Self::SerialTwice { .. } => "order.serial_twice",
            Self::UnitSold { .. } => "order.unit_sold",
            Self::BeforeShipment { .. } => "order.before_shipment",
            Self::InFuture { .. } => "order.in_future",
            Self::PaidBeforePlaced { .. } => "order.paid_before_placed",
            Self::NoCredit { .. } => "order.no_credit",
            Self::PaymentKnown { .. } => "order.payment_known",
            Self::MoreThanReturnable { .. } => "return.more_than_returnable",
            Self::ComesBack { .. } => "order.comes_back",
            Self::UnitNotSent { .. } => "return.unit_not_sent",
            Self::UnitNeeded { .. } => "return.unit_needed",
            Self::OtherUnit { .. } => "return.other_unit",
            Self::UnitTwice { .. } => "return.unit_twice",
            Self::UnitReturned { .. } => "return.unit_returned",
            Self::NotEligible { .. } => "return.not_eligible",
            Self::NoSuchRight { .. } => "return.no_such_right",
            Self::NotOffered { .. } => "return.not_offered",
            Self::UnknownPiece { .. } => "return.unknown_piece",
            Self::IllegalReception { .. } => "return.illegal_reception",
            Self::NotReceived { .. } => "return.not_received",
            Self::AlreadySettled { .. } => "return.already_settled",
            Self::NothingToDo => "return.nothing_to_do",
        }
    }
}
