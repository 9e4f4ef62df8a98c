//! Whether something may come back: named checks in order, each with a reason.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::state::Acceptance;
use crate::kernel::Code;

/// A check of a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Check {
    /// It was not sold for good.
    FinalSale,
    /// The window of the return policy is open.
    Window,
    /// No more pieces than the policy takes back with one return.
    Quantity,
    /// The state in which it came back.
    Condition,
    /// The statutory period is open. Of a customer of whom nothing says whose right they have somebody decides.
    Withdrawal,
    /// The statutory right holds for such a thing: the fact names the exception ([`WithdrawalException`](super::WithdrawalException)).
    /// Where it goes by a seal it is passed, and decided when the piece is inspected.
    Exception,
}

impl Check {
    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FinalSale => "final_sale",
            Self::Window => "window",
            Self::Quantity => "quantity",
            Self::Condition => "condition",
            Self::Withdrawal => "withdrawal",
            Self::Exception => "exception",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What comes of a check that is not passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// It does not come back.
    #[default]
    Reject,
    /// Somebody decides.
    Manual,
}

/// A check, and what comes of it when it is not passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRule {
    /// Which check.
    pub check: Check,
    /// What comes of it.
    #[serde(default)]
    pub on_failure: OnFailure,
}

/// What a check came to, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which check.
    pub check: Check,
    /// For which line.
    pub line: u32,
    /// Whether it was passed.
    pub passed: bool,
    /// What comes of it when it was not.
    pub on_failure: OnFailure,
    /// The fact that decided, such as the last day of the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<Code>,
}

/// What the findings come to: rejected when a check that rejects was not passed, to be decided when another was
/// not, accepted otherwise.
#[must_use]
pub fn accept(findings: &[Finding]) -> Acceptance {
    let mut failed = findings.iter().filter(|finding| !finding.passed);
    if failed.clone().any(|f| f.on_failure == OnFailure::Reject) {
        return Acceptance::Rejected;
    }
    match failed.next() {
        Some(_) => Acceptance::Manual,
        None => Acceptance::Accepted,
    }
}
