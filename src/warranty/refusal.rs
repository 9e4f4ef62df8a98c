//! Why something about a warranty was refused.

use chrono::NaiveDate;

use super::remedy::Remedy;
use super::status::ClaimStatus;
use crate::calendar;
use crate::kernel::{BasisPoints, Code, Money, MoneyRefusal, UnitId, WarrantyClaimId};

/// Why something about a warranty was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The rulebook has no such term.
    #[error("there is no term {term}")]
    UnknownTerm {
        /// Which.
        term: Code,
    },
    /// The rulebook has no such regime for that date of sale.
    #[error("there is no regime {regime} for a sale on {sold_on}")]
    UnknownRegime {
        /// Which.
        regime: Code,
        /// The date of sale.
        sold_on: NaiveDate,
    },
    /// The unit has this term already.
    #[error("the unit has the term {term} already")]
    SameTerm {
        /// Which.
        term: Code,
    },
    /// The date of sale is not known.
    #[error("the date of sale is not known")]
    NotSold,
    /// There is no working day before the calendar ends.
    #[error("the calendar has too few working days after {from}")]
    NoWorkingDay {
        /// From when they were counted.
        from: NaiveDate,
    },
    /// The regime counts working days and there is no calendar for it.
    #[error("there is no calendar {calendar:?} of working days")]
    NoCalendar {
        /// Which was named.
        calendar: Option<Code>,
    },
    /// The claim is at another point of its life.
    #[error("a claim that is {status:?} cannot be {doing}")]
    NotNow {
        /// Where it is.
        status: ClaimStatus,
        /// What should have been done.
        doing: &'static str,
    },
    /// This remedy is not open.
    #[error("the remedy {remedy:?} is not open for this claim")]
    RemedyNotOpen {
        /// Which.
        remedy: Remedy,
    },
    /// The customer may insist on another remedy, and does.
    #[error("the customer insists on the remedy {remedy:?}")]
    CustomerInsists {
        /// On which.
        remedy: Remedy,
    },
    /// The business may not refuse this remedy.
    #[error("the remedy {remedy:?} cannot be refused for this claim")]
    NotRefusable {
        /// Which.
        remedy: Remedy,
    },
    /// The remedy does not cost out of proportion.
    #[error("{cost} is not out of proportion beside {beside}")]
    InProportion {
        /// What it costs.
        cost: Money,
        /// What it is compared with.
        beside: Money,
    },
    /// Nothing may be taken off what is paid back.
    #[error("the whole of {price} is owed")]
    NothingOff {
        /// What is owed.
        price: Money,
    },
    /// The regime does not let the time for a repair be extended for this reason.
    #[error("the time for a repair cannot be extended for {reason}")]
    NotExtendable {
        /// Which.
        reason: Code,
    },
    /// The remedy costs more than the actor may approve.
    #[error("the actor may approve up to {most:?}")]
    AboveLimit {
        /// The most that the actor may approve.
        most: Option<Money>,
    },
    /// More than the price would be paid back.
    #[error("{amount} is more than the price of {price}")]
    AbovePrice {
        /// What should have been paid back.
        amount: Money,
        /// What the unit cost, less what other claims took off it.
        price: Money,
    },
    /// Nothing is left of the price to be paid back: earlier claims took it all off.
    #[error("nothing is left of the price of {price}")]
    NothingLeft {
        /// What the unit cost.
        price: Money,
    },
    /// The unit was replaced, or its price paid back, in another claim, so that nothing more is owed for it.
    #[error("the unit was given up in the claim {claim}")]
    GivenUp {
        /// In which claim.
        claim: WarrantyClaimId,
    },
    /// No amount above nothing was named where one is needed.
    #[error("an amount above nothing is needed")]
    AmountNeeded,
    /// An amount is negative.
    #[error("{amount} is negative")]
    NegativeAmount {
        /// Which.
        amount: Money,
    },
    /// An amount and a share were named, and only one can hold.
    #[error("an amount and a share were named")]
    AmountTwice,
    /// An amount or a share was named, and this remedy has none.
    #[error("the remedy {remedy:?} has no such amount")]
    NoAmount {
        /// Which.
        remedy: Remedy,
    },
    /// A share is none, or more than all.
    #[error("{share:?} is no share of something")]
    BadShare {
        /// Which.
        share: BasisPoints,
    },
    /// The business would bear more under goodwill than the actor may give.
    #[error("the actor may give up to {most:?} of the costs")]
    AboveShare {
        /// The largest share that the actor may give.
        most: Option<BasisPoints>,
    },
    /// This remedy was not granted for the claim.
    #[error("the remedy {remedy:?} was not granted for this claim")]
    NotGranted {
        /// Which.
        remedy: Remedy,
    },
    /// A repair that was asked for is still in its time, so that no other remedy can be chosen.
    #[error("the repair that was asked for is in time until {until:?}")]
    RepairInTime {
        /// The last date on which it is; absent where it has none.
        until: Option<NaiveDate>,
    },
    /// The term is a supplier's, and covers no unit of a customer.
    #[error("the term {term} is a supplier's and covers no unit")]
    NotForUnits {
        /// Which.
        term: Code,
    },
    /// The unit has no such contract.
    #[error("the unit has no contract {term}")]
    NotPinned {
        /// Which.
        term: Code,
    },
    /// The policy names no term for the work of a repair.
    #[error("the policy has no term for the work of a repair")]
    NoWorkTerm,
    /// The unit was never put under warranty.
    #[error("the unit was never put under warranty")]
    NoWarranty,
    /// The claim is for a unit on record already.
    #[error("the claim is for the unit {unit} already")]
    HasUnit {
        /// Which.
        unit: UnitId,
    },
    /// The date lies before one that must come first.
    #[error("{on} lies before {not_before}")]
    TooEarly {
        /// The date given.
        on: NaiveDate,
        /// The earliest it can be.
        not_before: NaiveDate,
    },
    /// The date lies in the future.
    #[error("{on} lies in the future")]
    InFuture {
        /// The date given.
        on: NaiveDate,
    },
    /// The time to appeal is over.
    #[error("an appeal was possible until {until}")]
    AppealOver {
        /// Until when.
        until: NaiveDate,
    },
    /// The claim is not flagged in this way.
    #[error("the claim has no open flag of this kind")]
    NotFlagged,
    /// A replacement is a unit, and none was named.
    #[error("the unit that replaces the other is not named")]
    ReplacementNeeded,
    /// The unit is the same one, is somebody else's, or is under a warranty of its own.
    #[error("this unit cannot replace the other")]
    NotAReplacement,
    /// The supplier's own terms do not cover it any more.
    #[error("the supplier had to be told by {until}")]
    RecoveryOver {
        /// Until when.
        until: NaiveDate,
    },
    /// The rulebook has no such supplier.
    #[error("there is no supplier {supplier}")]
    UnknownSupplier {
        /// Which.
        supplier: Code,
    },
    /// A supplier paid more than they were asked for.
    #[error("{paid} is more than the {asked} that was asked for")]
    AboveAsked {
        /// What was paid.
        paid: Money,
        /// What was asked for.
        asked: Money,
    },
    /// The price of the unit is not on record, or only that of a later sale, so that nobody can say what is owed.
    #[error("the price of the unit is not on record")]
    PriceUnknown,
    /// The unit is under warranty already, at another price, under another regime, or as another sale.
    #[error("the unit is under warranty already, on other terms")]
    HasBegun,
    /// The contract is the law's own, which nobody can cancel.
    #[error("the term {term} is the law's and cannot be cancelled")]
    ByLaw {
        /// Which.
        term: Code,
    },
    /// Nothing was named where the customer is told what: no reason, no evidence.
    #[error("nothing was named that the customer can be told")]
    NothingNamed,
    /// Amounts do not go together.
    #[error(transparent)]
    Money(#[from] MoneyRefusal),
    /// The regime's calendar cannot answer.
    #[error(transparent)]
    Calendar(#[from] calendar::Refusal),
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownTerm { .. } => "warranty.unknown_term",
            Self::UnknownRegime { .. } => "warranty.unknown_regime",
            Self::SameTerm { .. } => "warranty.same_term",
            Self::NotSold => "warranty.not_sold",
            Self::NoWorkingDay { .. } => "warranty.no_working_day",
            Self::NoCalendar { .. } => "warranty.no_calendar",
            Self::NotNow { .. } => "warranty.not_now",
            Self::RemedyNotOpen { .. } => "warranty.remedy_not_open",
            Self::CustomerInsists { .. } => "warranty.customer_insists",
            Self::NotRefusable { .. } => "warranty.not_refusable",
            Self::InProportion { .. } => "warranty.in_proportion",
            Self::NothingOff { .. } => "warranty.nothing_off",
            Self::NotExtendable { .. } => "warranty.not_extendable",
            Self::AboveLimit { .. } => "warranty.above_limit",
            Self::AbovePrice { .. } => "warranty.above_price",
            Self::NothingLeft { .. } => "warranty.nothing_left",
            Self::GivenUp { .. } => "warranty.given_up",
            Self::AmountNeeded => "warranty.amount_needed",
            Self::NegativeAmount { .. } => "warranty.negative_amount",
            Self::AmountTwice => "warranty.amount_twice",
            Self::NoAmount { .. } => "warranty.no_amount",
            Self::BadShare { .. } => "warranty.bad_share",
            Self::AboveShare { .. } => "warranty.above_share",
            Self::NotGranted { .. } => "warranty.not_granted",
            Self::RepairInTime { .. } => "warranty.repair_in_time",
            Self::NotForUnits { .. } => "warranty.not_for_units",
            Self::NotPinned { .. } => "warranty.not_pinned",
            Self::NoWorkTerm => "warranty.no_work_term",
            Self::NoWarranty => "warranty.no_warranty",
            Self::HasUnit { .. } => "warranty.has_unit",
            Self::TooEarly { .. } => "warranty.too_early",
            Self::InFuture { .. } => "warranty.in_future",
            Self::AppealOver { .. } => "warranty.appeal_over",
            Self::NotFlagged => "warranty.not_flagged",
            Self::ReplacementNeeded => "warranty.replacement_needed",
            Self::NotAReplacement => "warranty.not_a_replacement",
            Self::RecoveryOver { .. } => "warranty.recovery_over",
            Self::UnknownSupplier { .. } => "warranty.unknown_supplier",
            Self::AboveAsked { .. } => "warranty.above_asked",
            Self::PriceUnknown => "warranty.price_unknown",
            Self::HasBegun => "warranty.has_begun",
            Self::ByLaw { .. } => "warranty.by_law",
            Self::NothingNamed => "warranty.nothing_named",
            Self::Money(refusal) => refusal.code(),
            Self::Calendar(refusal) => refusal.code(),
        }
    }
}
