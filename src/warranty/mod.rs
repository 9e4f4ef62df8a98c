//! Warranty: what covers a unit, what the law adds, and what is done about a fault.
//!
//! A [`Term`] is a warranty as the business wrote it; pinned on a unit at the sale it is a [`Contract`]. A [`Regime`]
//! is what the law of a place says for sales of a time, as data: its own term, what repairs add to it, how long a repair
//! may take in which working days, which remedies are open when. Nothing of it is legal advice, and none of it is in the
//! code: the business loads regimes and its lawyers check them. `examples/data/warranty_regimes.json` has Türkiye (2011
//! and 2014), the European Union (2019/771 and 2024/1799), the United Kingdom and California, each figure with its source.
//!
//! | to | use |
//! |---|---|
//! | put a unit under warranty | [`StartWarranty`], [`PinTerm`], [`PinWork`], [`DateWarranty`], [`CancelContract`]; a delivery does it where the rulebook has the reaction [`StartWarranty`](crate::rulebook::Response::StartWarranty) |
//! | know what is covered, and why | [`CheckCoverage`], or [`coverage`] of values |
//! | take in a claim | [`FileClaim`], [`AttachUnit`], [`AskForEvidence`], [`GiveEvidence`], [`AuthoriseReturn`], [`ReceiveItem`], [`HandBackItem`] |
//! | look into it | [`TriageClaim`], [`DiagnoseClaim`], [`ClearFlag`] |
//! | choose | [`ChooseRemedy`], [`RefuseRemedy`] |
//! | decide | [`ApproveClaim`], [`DenyClaim`], [`AppealDenial`], [`GiveUpRemedy`] |
//! | do it | [`LendItem`], [`TakeLoanerBack`], [`RecordRepair`], [`ExtendRepair`], [`FulfilClaim`], [`CloseClaim`], [`WithdrawClaim`] |
//! | recover from suppliers | [`RecoverFromSupplier`], [`SettleRecovery`] |
//! | look | [`ViewClaim`], [`ListClaims`], [`OpenClaims`] |
//!
//! ```
//! use aftercare::code;
//! use aftercare::warranty::*;
//!
//! let term = Term::new(code!("maker"), TermKind::Manufacturer, Length::Years(2))
//!     .excluding_cause(code!("misuse"));
//! let sold = Dates { delivered_on: ["2024-02-29".parse()?].into(), ..Dates::default() };
//! let contracts = [Contract::new(term, &sold)];
//!
//! let cause = code!("material");
//! let last_day = Situation::on("2026-02-28".parse()?).caused_by(&cause);
//! assert_eq!(coverage(&contracts, &last_day).verdict, Verdict::Covered);
//! # Ok::<(), chrono::ParseError>(())
//! ```
//!
//! # Dates
//!
//! Everything is counted in civil dates of the owner's zone: that of the profile, or the policy's. The last covered date is
//! covered to its end there. So is the date on which a unit was registered: a registration at one in the morning in
//! İstanbul is of that day, whatever the day in UTC.
//!
//! # What customers and staff are told
//!
//! | purpose | to | when |
//! |---|---|---|
//! | `warranty.claim_received` | customer | a claim came in; `due_on` is the last date for a repair |
//! | `warranty.evidence_needed`, `warranty.return_authorised` | customer | something, or the item, is asked for |
//! | `warranty.claim_approved`, `warranty.claim_denied` | customer | it was decided |
//! | `warranty.loaner_due` | customer, team | the regime's days without a loaner are over |
//! | `warranty.loaner_to_return` | customer | they have what they waited for, or the claim is denied or withdrawn; `item` is to be back by `due_on` |
//! | `warranty.loaner_late` | customer, team | `item` is not back |
//! | `warranty.repair_overdue` | customer, team | the regime's days for a repair are over; `remedies` are open now |
//! | `warranty.remedy_refused` | customer | a remedy is not given, on the `ground` that the law gives |
//! | `warranty.repair_extended` | customer | the time for the repair is longer now, up to `due_on` |
//! | `warranty.repair_done` | customer | the item can be fetched |
//! | `warranty.remedy_overdue` | customer, team | the regime's days to replace or pay back are over |
//! | `warranty.appeal` | team | a denial was appealed against |
//! | `warranty.recovery_ends_soon` | team | the time to ask a `supplier` for what a repair cost ends |
//! | `warranty.ends_soon` | owner | a term ends; `covers` names what is still free to claim |

mod check;
mod claim;
mod command;
mod contract;
mod coverage;
mod deciding;
mod event;
mod facts;
mod judgement;
mod owed;
mod policy;
mod question;
mod refusal;
mod regime;
mod remedy;
mod repair;
mod state;
mod status;
mod term;
#[cfg(test)]
mod tests;

pub use claim::WarrantyClaim;
pub use command::{
    AskForEvidence, AttachUnit, AuthoriseReturn, CancelContract, DateWarranty, DiagnoseClaim,
    FileClaim, GiveEvidence, PinTerm, PinWork, ReceiveItem, StartWarranty, TriageClaim,
};
pub use contract::{AtDelivery, Contract, End, RegimeRef};
pub use coverage::{Situation, coverage, ends_within};
pub use deciding::{
    AppealDenial, ApproveClaim, ChooseRemedy, ClearFlag, CloseClaim, DenyClaim, ExtendRepair,
    FulfilClaim, GiveUpRemedy, HandBackItem, LendItem, Part, RecordRepair, RecoverFromSupplier,
    RefuseRemedy, SettleRecovery, TakeLoanerBack, WithdrawClaim,
};
pub use event::{WarrantyClaimEvent, WarrantyEvent};
pub use facts::{
    Decision, Diagnosis, Due, Evidence, Filing, Flag, Flagged, Grant, Loaner, Recoverable,
    Recovery, RepairReport, Travel,
};
pub use judgement::{Costs, Coverage, Judgement, Payment, Reason, Remaining, Shares, Verdict};
pub use owed::{ClaimPage, ClaimView, Obligation, Owed};
pub(crate) use policy::in_currency;
pub use policy::{GoodwillLimit, Offer, SupplierTerm, WarrantyPolicy};
pub use question::{CheckCoverage, ClaimsOf, ListClaims, OpenClaims, ViewClaim};
pub use refusal::Refusal;
pub use regime::{Regime, Regimes, RejectRule, ReplacementTerm, Sale};
pub use remedy::{
    Condition, Ground, History, Open, Party, Remedy, RemedyRule, UseDeduction, is_disproportionate,
    open_remedies,
};
pub use repair::{
    Counted, CountsFrom, Extends, Extension, GivenWithin, RepairDue, RepairTime, Spell,
    reject_until,
};
pub use state::{Fault, InRepair, Warranty};
pub use status::{ClaimStatus, Step};
pub use term::{
    Benefit, Clause, Dates, Exclusion, Item, Length, ProRata, Scope, StartBasis, Term, TermKind,
    UsageLimit,
};
