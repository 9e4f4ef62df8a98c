//! Warranty: what is covered, what the law adds, and what is done about a fault.

mod claim;
mod command;
mod contract;
mod coverage;
mod event;
mod policy;
mod refusal;
mod regime;
mod remedy;
mod repair;
mod state;
mod status;
mod term;
#[cfg(test)]
mod tests;

pub use claim::{
    ClaimPage, ClaimView, Decision, Diagnosis, Due, Evidence, Filing, Flag, Flagged, Grant, Loaner,
    Obligation, Owed, Recovery, RepairReport, Travel, WarrantyClaim,
};
pub use command::{
    AppealDenial, ApproveClaim, AskForEvidence, AuthoriseReturn, CancelContract, CheckCoverage,
    ClaimsOf, ClearFlag, CloseClaim, DateWarranty, DenyClaim, DiagnoseClaim, FileClaim,
    FulfilClaim, GiveEvidence, GiveUpRemedy, LendItem, ListClaims, PinTerm, ReceiveItem,
    RecordRepair, RecoverFromSupplier, SettleRecovery, StartWarranty, TakeLoanerBack, TriageClaim,
    ViewClaim, WithdrawClaim,
};
pub use contract::{Contract, End, RegimeRef};
pub use coverage::{
    Costs, Coverage, Judgement, Payment, Reason, Remaining, Shares, Situation, Verdict, coverage,
    ends_within,
};
pub use event::{WarrantyClaimEvent, WarrantyEvent};
pub use policy::{Offer, WarrantyPolicy};
pub use refusal::Refusal;
pub use regime::{Regime, Regimes, RejectRule, ReplacementTerm};
pub use remedy::{
    Condition, History, Open, Remedy, RemedyRule, UseDeduction, is_disproportionate, open_remedies,
};
pub use repair::{
    Counted, CountsFrom, Extends, Extension, RepairDue, RepairTime, Spell, reject_until,
};
pub use state::{Fault, InRepair, Warranty};
pub use status::{ClaimStatus, Step};
pub use term::{
    Benefit, Clause, Dates, Exclusion, Item, Length, ProRata, Scope, StartBasis, Term, TermKind,
    UsageLimit,
};
