//! What is open for a claim, what the customer is owed, and when something is due by itself.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::claim::WarrantyClaim;
use super::judgement::Verdict;
use super::remedy::{Open, Remedy, RemedyRule, open_remedies};
use super::status::ClaimStatus;
use crate::kernel::{Code, Money, WarrantyClaimId};

/// Something that a customer is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Owed {
    /// A decision.
    Decision,
    /// What was granted.
    Remedy {
        /// What.
        remedy: Remedy,
        /// How much is paid back.
        amount: Option<Money>,
    },
    /// A similar item until theirs is back.
    Loaner,
    /// The item, which is not repaired.
    ItemBack,
}

/// What a customer is owed, and by when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obligation {
    /// What.
    pub what: Owed,
    /// The last date on which it is in time; absent where the regime gives none.
    pub by: Option<NaiveDate>,
    /// Whether that date has passed.
    pub overdue: bool,
}

/// A claim, what is open for it, and what the customer is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimView {
    /// The claim; without flags and suppliers when a customer asks.
    pub claim: WarrantyClaim,
    /// What every contract says about the fault; absent when no unit is known.
    pub coverage: Option<super::judgement::Coverage>,
    /// The remedies that are open.
    pub remedies: Vec<Open>,
    /// What the customer is owed.
    pub obligations: Vec<Obligation>,
}

/// Claims, a page of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimPage {
    /// The claims, the newest first.
    pub claims: Vec<WarrantyClaim>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<(i64, WarrantyClaimId)>,
}
impl WarrantyClaim {
    /// Whether somebody waits for the customer's item or a repair, so that the regime's days count.
    const fn is_awaited(&self) -> bool {
        !matches!(
            self.status,
            ClaimStatus::Denied
                | ClaimStatus::Fulfilled
                | ClaimStatus::Closed
                | ClaimStatus::Withdrawn
        ) && !self.grants_other_than_repair()
    }

    const fn grants_other_than_repair(&self) -> bool {
        match self.grant() {
            Some(grant) => !matches!(grant.remedy, Remedy::Repair | Remedy::Goodwill),
            None => false,
        }
    }

    /// The next instant at which it has something to do by itself, UTC.
    #[must_use]
    pub fn next_at(&self) -> Option<DateTime<Utc>> {
        let due = self.due.filter(|_| self.is_awaited());
        let loaner = due
            .filter(|_| !self.loaner_due && self.loaner.is_none())
            .and_then(|due| due.loaner);
        let repair = due
            .filter(|_| !self.filing.history.overdue)
            .and_then(|due| due.repair);
        let instants = [loaner, repair].map(|it| it.map(|(_, at)| at));
        instants.into_iter().flatten().chain(self.closes_at).min()
    }

    /// The remedies that are open now, each with the rules that open it. Repair under goodwill is always open for the
    /// business to offer while nothing is granted, and never for the customer to insist on.
    #[must_use]
    pub fn available_remedies(&self, rules: &[RemedyRule]) -> Vec<Open> {
        if self.status.is_over() || self.status == ClaimStatus::Fulfilled {
            return Vec::new();
        }
        let mut open = match self.filing.verdict {
            Verdict::Not => Vec::new(),
            Verdict::Partly | Verdict::Covered => open_remedies(rules, &self.filing.history),
        };
        open.push(Open {
            remedy: Remedy::Goodwill,
            insists: false,
            refusable: true,
            by: vec![Code::known("goodwill")],
        });
        open
    }

    /// Everything that the customer is owed, and by when.
    #[must_use]
    pub fn obligations(&self, now: DateTime<Utc>) -> Vec<Obligation> {
        let mut owed = Vec::new();
        let mut owe = |what: Owed, due: Option<(NaiveDate, DateTime<Utc>)>| {
            owed.push(Obligation {
                what,
                by: due.map(|(by, _)| by),
                overdue: due.is_some_and(|(_, at)| at <= now),
            });
        };
        if self.status.is_over() {
            return owed;
        }
        if self.status.is_undecided() {
            owe(Owed::Decision, self.due.and_then(|due| due.repair));
        }
        let is_done = self.fulfilled_on.is_some();
        if let Some(grant) = self.grant().filter(|_| !is_done) {
            let repair = self.due.and_then(|due| due.repair);
            let due = matches!(grant.remedy, Remedy::Repair).then_some(repair);
            owe(
                Owed::Remedy {
                    remedy: grant.remedy,
                    amount: grant.amount,
                },
                due.flatten(),
            );
        }
        let loaner = self.due.and_then(|due| due.loaner);
        if let Some(loaner) = loaner.filter(|_| self.is_awaited() && self.loaner.is_none()) {
            owe(Owed::Loaner, Some(loaner));
        }
        if self.travel.received_on.is_some() && !is_done && self.status == ClaimStatus::Denied {
            owe(Owed::ItemBack, None);
        }
        owed
    }
}
