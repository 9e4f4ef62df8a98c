//! Warranty: what is covered, what the law adds, and what is done about a fault.

mod contract;
mod coverage;
mod refusal;
mod regime;
mod remedy;
mod repair;
mod status;
mod term;
#[cfg(test)]
mod tests;

pub use contract::{Contract, End, RegimeRef};
pub use coverage::{
    Costs, Coverage, Judgement, Payment, Reason, Remaining, Shares, Situation, Verdict, coverage,
    ends_within,
};
pub use refusal::Refusal;
pub use regime::{Regime, Regimes, RejectRule, ReplacementTerm};
pub use remedy::{
    Condition, History, Open, Remedy, RemedyRule, UseDeduction, is_disproportionate, open_remedies,
};
pub use repair::{
    Counted, CountsFrom, Extends, Extension, RepairDue, RepairTime, Spell, reject_until,
};
pub use status::{ClaimStatus, Step};
pub use term::{
    Benefit, Clause, Dates, Exclusion, Item, Length, ProRata, Scope, StartBasis, Term, TermKind,
    UsageLimit,
};
