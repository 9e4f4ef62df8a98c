//! What can happen to the warranty of a unit, and to a claim.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::contract::{Contract, RegimeRef};
use super::facts::{Diagnosis, Due, Evidence, Filing, Flag, Grant, Recoverable, RepairReport};
use super::judgement::Verdict;
use super::remedy::{Ground, Remedy};
use super::repair::Spell;
use super::state::Fault;
use super::status::Step;
use super::term::Dates;
use crate::kernel::{Code, CustomerId, Effect, Money, UnitId, WarrantyClaimId};

/// What can happen to the warranty of a unit; nothing in it is personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WarrantyEvent {
    /// The unit was sold.
    Began {
        /// To whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sold_to: Option<CustomerId>,
        /// For how much.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        price: Option<Money>,
        /// Under which regime.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        regime: Option<RegimeRef>,
        /// From which dates contracts count.
        dates: Dates,
    },
    /// A term was pinned.
    Pinned(Box<Contract>),
    /// More is known of its dates. Contracts that count from dates of their own stay as they are.
    Dated(Dates),
    /// A contract was cancelled.
    Cancelled {
        /// Which.
        term: Code,
        /// From when on it does not count.
        on: NaiveDate,
    },
    /// A fault was claimed, or more is known of it.
    Faulty(Fault),
    /// A fault was dealt with; without a remedy, its claim was denied or withdrawn.
    Settled {
        /// In which claim.
        claim: WarrantyClaimId,
        /// What was done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        done: Option<Remedy>,
    },
    /// A repair began.
    RepairBegan {
        /// For which claim.
        claim: WarrantyClaimId,
        /// The time in repair, which is open.
        spell: Spell,
    },
    /// A repair that began will not be done. The unit may not be back yet.
    RepairGivenUp {
        /// For which claim.
        claim: WarrantyClaimId,
        /// When that was said.
        on: NaiveDate,
    },
    /// The unit is back from repair.
    RepairEnded {
        /// For which claim.
        claim: WarrantyClaimId,
        /// When.
        on: NaiveDate,
    },
    /// The owner is told that a term ends soon.
    EndsSoon {
        /// Which.
        term: Code,
        /// Its last date.
        last_day: NaiveDate,
    },
    /// When somebody has to look whether a term ends soon.
    LooksAt {
        /// When, UTC; never when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<DateTime<Utc>>,
    },
    /// The unit went back to the business: it is covered anew when it is sold again.
    TakenBack,
}

/// What can happen to a claim; nothing in it is personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WarrantyClaimEvent {
    /// It came in.
    Filed(Box<Filing>),
    /// Somebody looks at it.
    Triaged,
    /// Something about it looks odd.
    Flagged(Flag),
    /// A person looked at what seemed odd.
    Cleared {
        /// What it was, by its code.
        flag: Code,
        /// What came of it.
        finding: Code,
    },
    /// The customer was asked for something.
    Asked {
        /// For what.
        what: BTreeSet<Code>,
    },
    /// Evidence came in.
    Supplied(Evidence),
    /// The fault was looked into.
    Diagnosed(Box<Diagnosis>),
    /// By when it must be dealt with.
    Timed(Due),
    /// The item may be sent in.
    ReturnAuthorised {
        /// The number of the authorisation.
        number: Code,
    },
    /// The item arrived.
    Received {
        /// When.
        on: NaiveDate,
    },
    /// A similar item was lent.
    Lent {
        /// The item, as the business calls it.
        item: Code,
        /// When.
        on: NaiveDate,
    },
    /// The item that was lent is back.
    LoanerBack {
        /// When.
        on: NaiveDate,
    },
    /// It was approved.
    Approved(Box<Grant>),
    /// It was denied.
    Denied {
        /// Why, as words of the business or of the decision.
        reasons: Vec<Code>,
        /// The last date on which it can be appealed against.
        appeal_until: NaiveDate,
        /// When it closes by itself, UTC.
        closes_at: DateTime<Utc>,
    },
    /// The customer does not accept the denial.
    Appealed {
        /// Why, as a word of the business.
        reason: Code,
    },
    /// What was approved is being done.
    Begun,
    /// What was approved will not be done.
    Failed {
        /// Why, such as `irreparable`, `refused`, `no_stock`.
        reason: Code,
        /// Whether a report says that it cannot be repaired.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        irreparable: bool,
    },
    /// The repair is done.
    Repaired(Box<RepairReport>),
    /// The remedy was given.
    Fulfilled {
        /// When.
        on: NaiveDate,
        /// The unit that replaces the other.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replacement: Option<UnitId>,
        /// When the claim closes by itself, UTC.
        closes_at: DateTime<Utc>,
    },
    /// The day came after which a loaner is owed.
    LoanerDue,
    /// The day passed by which it had to be repaired.
    RepairOverdue,
    /// The day passed by which what was granted had to be given.
    RemedyOverdue,
    /// It is over.
    Closed,
    /// The customer took it back.
    Withdrawn {
        /// Why.
        reason: Code,
    },
    /// The customer should have been told something and could not be.
    CustomerNotTold {
        /// What it was for.
        purpose: Code,
        /// Why.
        why: Code,
    },
    /// What the supplier owes is asked for.
    RecoveryBegan {
        /// Which supplier.
        supplier: Code,
        /// How much.
        amount: Money,
        /// The last date on which the supplier's own terms let it be asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
    },
    /// The supplier paid, or will not.
    RecoverySettled {
        /// How much was paid.
        paid: Money,
    },
    /// Something follows from its being over, as the rulebook says.
    Reacted {
        /// Which reaction.
        reaction: Code,
        /// What came of it.
        effect: Effect,
    },
    /// It was judged again.
    Judged {
        /// Whether it is covered.
        verdict: Verdict,
        /// Whether the law covers it.
        #[serde(default)]
        by_law: Verdict,
    },
    /// The customer says what they want.
    Chosen {
        /// Which remedy.
        remedy: Remedy,
    },
    /// The business does not give a remedy, on a ground that the law gives it.
    RemedyRefused {
        /// Which.
        remedy: Remedy,
        /// Why.
        ground: Ground,
    },
    /// The unit can be handed back at once up to another date, because a repair was waited for.
    RejectMoved {
        /// The last date, and the instant at which it is over, UTC.
        until: (NaiveDate, DateTime<Utc>),
    },
    /// The item went back as it was.
    ItemBack {
        /// When.
        on: NaiveDate,
    },
    /// What the repair cost can be asked for from a supplier.
    Recoverable(Box<Recoverable>),
    /// The team is told that the supplier's time ends soon.
    RecoveryEndsSoon,
    /// The unit that it is for is known now: what was claimed, as it stands with that.
    Attached(Box<Filing>),
    /// The customer has no more reason to keep what was lent.
    LoanerAwaited {
        /// The last date on which it comes back in time, and the instant at which that date is over, UTC.
        by: (NaiveDate, DateTime<Utc>),
    },
    /// The date passed by which what was lent had to be back.
    LoanerLate,
}

impl WarrantyClaimEvent {
    /// The step that it is in the life of a claim.
    pub(super) const fn step(&self) -> Option<Step> {
        Some(match self {
            Self::Triaged => Step::Triage,
            Self::Asked { .. } => Step::AskInformation,
            Self::Supplied(_) => Step::Supply,
            Self::ReturnAuthorised { .. } => Step::AskItem,
            Self::Received { .. } => Step::Receive,
            Self::Approved(_) => Step::Approve,
            Self::Denied { .. } => Step::Deny,
            Self::Appealed { .. } => Step::Appeal,
            Self::Begun => Step::Begin,
            // Where nothing is approved yet, neither changes where the claim is.
            Self::Failed { .. } | Self::Chosen { .. } => Step::Redecide,
            Self::Fulfilled { .. } => Step::Fulfil,
            Self::Closed => Step::Close,
            Self::Withdrawn { .. } => Step::Withdraw,
            Self::Filed(_)
            | Self::Attached(_)
            | Self::Flagged(_)
            | Self::Cleared { .. }
            | Self::Diagnosed(_)
            | Self::Timed(_)
            | Self::Lent { .. }
            | Self::LoanerBack { .. }
            | Self::LoanerAwaited { .. }
            | Self::LoanerLate
            | Self::Repaired(_)
            | Self::LoanerDue
            | Self::RepairOverdue
            | Self::RemedyOverdue
            | Self::CustomerNotTold { .. }
            | Self::RecoveryBegan { .. }
            | Self::RecoverySettled { .. }
            | Self::Reacted { .. }
            | Self::Judged { .. }
            | Self::RemedyRefused { .. }
            | Self::RejectMoved { .. }
            | Self::ItemBack { .. }
            | Self::Recoverable(_)
            | Self::RecoveryEndsSoon => return None,
        })
    }
}
