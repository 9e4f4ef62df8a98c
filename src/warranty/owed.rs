//! What is open for a claim, what the customer is owed, and when something is due by itself.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::claim::WarrantyClaim;
use super::facts::{Grant, Loaner, Recoverable};
use super::judgement::{Payment, Verdict};
use super::regime::Regime;
use super::remedy::{Open, Party, Remedy, open_remedies};
use super::status::ClaimStatus;
use crate::kernel::{BasisPoints, Code, Money, Rounding, WarrantyClaimId};

/// The last date that is in time, and the instant at which it is over, UTC.
type Deadline = (NaiveDate, DateTime<Utc>);

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
    /// The claims, in the order of the list that was asked for.
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
        self.grant().is_some() && !self.grants_repair()
    }

    /// Whether a repair was granted, as owed or as goodwill.
    pub(crate) const fn grants_repair(&self) -> bool {
        match self.grant() {
            Some(grant) => grant.is_repair(),
            None => false,
        }
    }

    /// What was lent and is not back; `None` when nothing is out.
    #[must_use]
    pub fn loaner_out(&self) -> Option<&Loaner> {
        self.loaner.as_ref().filter(|it| it.back_on.is_none())
    }

    /// Whether staff has something to do about it, or to wait for: it is not decided or not done, or the customer's item or
    /// the business's loaner is not where it belongs. The last two can be so of a claim that is closed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let is_done = self.status.is_over()
            || matches!(self.status, ClaimStatus::Denied | ClaimStatus::Fulfilled);
        !is_done || self.keeps_item() || self.loaner_out().is_some()
    }

    /// The first instant at which something of it is overdue, UTC: what the customer is owed, or what was lent to them. It
    /// stays where it is when it has passed. `None` when nothing has a date.
    #[must_use]
    pub fn due_at(&self) -> Option<DateTime<Utc>> {
        let owed = self.owed().into_iter().filter_map(|(_, due)| due);
        let lent = self.loaner_out().and_then(|it| it.back_by);
        owed.chain(lent).map(|(_, at)| at).min()
    }

    /// Who bears how much of what a repair under goodwill costs so far; `None` where there is no such repair, or its costs
    /// are not known. A part of a minor unit falls to the business.
    #[must_use]
    pub fn goodwill_payment(&self) -> Option<Payment> {
        let grant = self.grant().filter(|it| it.remedy == Remedy::Goodwill)?;
        let grant = grant.is_repair().then_some(grant)?;
        let total = self.repair.as_ref()?.costs?.total().ok()?;
        let share = grant.share.unwrap_or(BasisPoints::WHOLE);
        let paid = share.of(total, Rounding::Up).ok()?;
        let customer = total.checked_sub(paid).ok()?;
        Some(Payment { paid, customer })
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
        let remedy = self.remedy_due().filter(|_| !self.remedy_overdue);
        let instants = [loaner, repair, remedy].map(|it| it.map(|(_, at)| at));
        let lent = self.loaner_out().filter(|it| !it.late);
        let lent = lent.and_then(|it| it.back_by).map(|(_, at)| at);
        let recovery = self.unasked().filter(|it| !it.told).map(|it| it.remind_at);
        let own = instants.into_iter().flatten();
        own.chain(self.closes_at).chain(recovery).chain(lent).min()
    }

    /// By when what was granted, other than a repair, must be given; `None` when nothing is.
    pub(crate) fn remedy_due(&self) -> Option<Deadline> {
        let is_owed = matches!(self.status, ClaimStatus::Approved | ClaimStatus::InRemedy)
            && self.grants_other_than_repair();
        self.due.filter(|_| is_owed)?.remedy
    }

    /// What can be asked for from a supplier and was not.
    pub(crate) fn unasked(&self) -> Option<&Recoverable> {
        self.recoverable
            .as_ref()
            .filter(|_| self.recovery.is_none())
    }

    /// Whether the unit can be handed back at once at this instant.
    pub(super) fn can_reject(&self, now: DateTime<Utc>) -> bool {
        let in_time = self.filing.reject_until.is_none_or(|(_, end)| now < end);
        self.filing.history.reject_in_time && (self.rejects || in_time)
    }

    /// The remedies that are open at an instant, each with the rules that open it: those of the law where the law covers
    /// the fault, and otherwise, where a term does, repair, replacement or refund as the business chooses (`term`). Repair
    /// under goodwill is always open for the business to offer and never for the customer to insist on.
    ///
    /// What a denial closes an appeal opens again: a claim that is denied keeps its list. Repair under goodwill is no right,
    /// so that nobody need refuse it with [`RefuseRemedy`](super::RefuseRemedy): it is not approved.
    ///
    /// `regime` is that of the sale.
    #[must_use]
    pub fn available_remedies(&self, regime: Option<&Regime>, now: DateTime<Utc>) -> Vec<Open> {
        if self.status.is_over() || self.status == ClaimStatus::Fulfilled {
            return Vec::new();
        }
        let filing = &self.filing;
        let law = regime.filter(|_| filing.by_law != Verdict::Not);
        let mut open = match (law, filing.verdict) {
            (Some(law), _) => {
                let mut history = filing.history.clone();
                history.reject_in_time = self.can_reject(now);
                open_remedies(&law.remedies, &history)
            }
            (None, Verdict::Partly | Verdict::Covered) => {
                [Remedy::Repair, Remedy::Replacement, Remedy::Refund]
                    .map(|remedy| offered(remedy, Code::known("term")))
                    .into()
            }
            (None, Verdict::Not) => Vec::new(),
        };
        open.push(offered(Remedy::Goodwill, Code::known("goodwill")));
        open
    }

    /// The remedy that the customer chose and may insist on at an instant; `None` when they chose none, or one that is not
    /// theirs to insist on.
    #[must_use]
    pub fn insisted_on(&self, regime: Option<&Regime>, now: DateTime<Utc>) -> Option<Remedy> {
        let wants = self.filing.wants?;
        let mut open = self.available_remedies(regime, now).into_iter();
        let insists = open.any(|it| it.remedy == wants && it.insists);
        insists.then_some(wants)
    }

    /// Everything that the customer is owed, and by when.
    #[must_use]
    pub fn obligations(&self, now: DateTime<Utc>) -> Vec<Obligation> {
        let owed = self.owed().into_iter();
        owed.map(|(what, due)| Obligation {
            what,
            by: due.map(|(by, _)| by),
            overdue: due.is_some_and(|(_, at)| at <= now),
        })
        .collect()
    }

    /// Everything that the customer is owed, and the date with the instant at which it is over.
    fn owed(&self) -> Vec<(Owed, Option<Deadline>)> {
        let mut owed = Vec::new();
        let mut owe = |what: Owed, due: Option<Deadline>| owed.push((what, due));
        if self.status.is_undecided() {
            owe(Owed::Decision, self.due.and_then(|due| due.repair));
        }
        let is_done = self.fulfilled_on.is_some() || self.status.is_over();
        if let Some(grant) = self.grant().filter(|_| !is_done) {
            let repair = self.due.and_then(|due| due.repair);
            let due = match grant.is_repair() {
                true => repair,
                false => self.remedy_due(),
            };
            owe(
                Owed::Remedy {
                    remedy: grant.remedy,
                    amount: grant.amount,
                },
                due,
            );
        }
        let has_loaner = self.loaner_out().is_some();
        let loaner = self.due.and_then(|due| due.loaner);
        if let Some(loaner) = loaner.filter(|_| self.is_awaited() && !has_loaner) {
            owe(Owed::Loaner, Some(loaner));
        }
        if self.keeps_item() {
            owe(Owed::ItemBack, None);
        }
        owed
    }

    /// Whether the business has the customer's item and no reason to keep it: the claim was denied or withdrawn.
    #[must_use]
    pub const fn keeps_item(&self) -> bool {
        let is_dropped = matches!(
            self.status,
            ClaimStatus::Denied | ClaimStatus::Closed | ClaimStatus::Withdrawn
        );
        is_dropped
            && self.fulfilled_on.is_none()
            && self.travel.received_on.is_some()
            && self.travel.returned_on.is_none()
    }
}

impl Grant {
    /// Whether it is a repair: one that is owed, or goodwill that is not paid in money.
    #[must_use]
    pub const fn is_repair(&self) -> bool {
        match self.remedy {
            Remedy::Repair => true,
            Remedy::Goodwill => self.amount.is_none(),
            Remedy::Replacement | Remedy::Refund | Remedy::PriceCut => false,
        }
    }
}

/// A remedy that the business may offer.
fn offered(remedy: Remedy, by: Code) -> Open {
    Open {
        remedy,
        insists: false,
        refusable: true,
        by: vec![by],
        owed_by: BTreeSet::from([Party::Seller]),
    }
}
