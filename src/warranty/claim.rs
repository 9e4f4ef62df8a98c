//! A claim: somebody says that a unit is faulty, and what becomes of it.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::event::WarrantyClaimEvent;
use super::facts::{
    Decision, Diagnosis, Due, Filing, Flag, Flagged, Grant, Loaner, Recoverable, Recovery,
    RepairReport, Travel,
};
use super::remedy::Remedy;
use super::status::ClaimStatus;
use crate::kernel::{By, Code, Stamp, UnitId, WarrantyClaimId};

/// A claim under the warranties of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarrantyClaim {
    /// Which one.
    pub id: WarrantyClaimId,
    /// Where it is in its life.
    pub status: ClaimStatus,
    /// What was claimed, with what was found out since.
    pub filing: Filing,
    /// When it came in, UTC.
    pub filed_at: DateTime<Utc>,
    /// What looked odd.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flagged>,
    /// What the customer was asked for and has not given.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub asked: BTreeSet<Code>,
    /// When the fault was looked into, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diagnosed_at: Option<DateTime<Utc>>,
    /// By when it must be dealt with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    /// The day passed after which a loaner is owed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub loaner_due: bool,
    /// The day passed by which what was granted, other than a repair, had to be given.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub remedy_overdue: bool,
    /// The item, on its way in and back.
    #[serde(default)]
    pub travel: Travel,
    /// What was lent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loaner: Option<Loaner>,
    /// How it was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// Who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<By>,
    /// How often a denial was appealed against.
    #[serde(default)]
    pub appeals: u32,
    /// What the repair consisted of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<RepairReport>,
    /// When the customer had the remedy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fulfilled_on: Option<NaiveDate>,
    /// The unit that replaces the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<UnitId>,
    /// Whether the customer handed the unit back at once while they could.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rejects: bool,
    /// Whether the fault was, or was not, there at delivery; absent while neither was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_delivery: Option<bool>,
    /// What can be asked for from a supplier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recoverable: Option<Recoverable>,
    /// What the supplier owes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<Recovery>,
    /// When it closes by itself, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<DateTime<Utc>>,
    /// Since when it is over, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_at: Option<DateTime<Utc>>,
}

impl WarrantyClaim {
    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: WarrantyClaimId, event: &WarrantyClaimEvent, stamp: &Stamp) -> Option<Self> {
        let WarrantyClaimEvent::Filed(filing) = event else {
            return None;
        };
        let flagged = |flag: &Flag| Flagged {
            flag: flag.clone(),
            finding: None,
        };
        Some(Self {
            id,
            status: ClaimStatus::Submitted,
            flags: filing.flags.iter().map(flagged).collect(),
            filing: Filing::clone(filing),
            filed_at: stamp.at,
            asked: BTreeSet::new(),
            diagnosed_at: None,
            due: None,
            loaner_due: false,
            remedy_overdue: false,
            travel: Travel::default(),
            loaner: None,
            decision: None,
            decided_by: None,
            appeals: 0,
            repair: None,
            fulfilled_on: None,
            replacement: None,
            rejects: rejects(filing),
            at_delivery: None,
            recoverable: None,
            recovery: None,
            closes_at: None,
            over_at: None,
        })
    }

    /// Whether an event moves the claim on: what is given while more is awaited does not, nor does choosing what is
    /// granted.
    fn moves(&self, event: &WarrantyClaimEvent) -> bool {
        if let WarrantyClaimEvent::Chosen { remedy } = event {
            return !self.is_granted(*remedy);
        }
        let is_awaited = self.status == ClaimStatus::AwaitingInformation;
        if let WarrantyClaimEvent::Supplied(evidence) = event
            && is_awaited
        {
            return self.asked.iter().all(|kind| *kind == evidence.kind);
        }
        true
    }

    /// Whether this remedy is granted.
    #[must_use]
    pub fn is_granted(&self, remedy: Remedy) -> bool {
        self.grant().is_some_and(|grant| grant.remedy == remedy)
    }

    /// Whether the unit was somebody else's when it was claimed for, and no person cleared that yet.
    #[must_use]
    pub fn is_strangers(&self) -> bool {
        let mut open = self.flags.iter().filter(|it| it.is_open());
        open.any(|it| it.flag == Flag::OtherOwner)
    }

    /// The customer agrees to a remedy; a repair is then given its time.
    fn agree(&mut self, remedy: Remedy) {
        let history = &mut self.filing.history;
        history.chosen = Some(remedy);
        history.waiting = remedy == Remedy::Repair && !history.overdue;
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &WarrantyClaimEvent, stamp: &Stamp) {
        let step = event.step().filter(|_| self.moves(event));
        if let Some(to) = step.and_then(|step| self.status.after(step)) {
            self.status = to;
        }
        match event {
            WarrantyClaimEvent::Flagged(flag) => self.flags.push(Flagged {
                flag: flag.clone(),
                finding: None,
            }),
            WarrantyClaimEvent::Cleared { flag, finding } => {
                let mut open = self.flags.iter_mut();
                if let Some(open) = open.find(|it| it.is_open() && it.flag.code() == flag.as_str())
                {
                    open.finding = Some(finding.clone());
                }
            }
            WarrantyClaimEvent::Asked { what } => self.asked.extend(what.iter().cloned()),
            WarrantyClaimEvent::Supplied(evidence) => {
                self.asked.remove(&evidence.kind);
                self.filing.evidence.push(evidence.clone());
            }
            WarrantyClaimEvent::Diagnosed(diagnosis) => self.diagnosed(diagnosis, stamp.at),
            WarrantyClaimEvent::Timed(due) => self.due = Some(*due),
            WarrantyClaimEvent::ReturnAuthorised { number } => {
                self.travel.authorisation = Some(number.clone());
            }
            WarrantyClaimEvent::Received { on } => self.travel.received_on = Some(*on),
            WarrantyClaimEvent::Lent { item, on } => {
                self.loaner = Some(Loaner {
                    item: item.clone(),
                    lent_on: *on,
                    back_on: None,
                    back_by: None,
                    late: false,
                });
            }
            WarrantyClaimEvent::LoanerBack { on } => {
                if let Some(loaner) = &mut self.loaner {
                    loaner.back_on = Some(*on);
                }
            }
            WarrantyClaimEvent::LoanerAwaited { by } => self.await_loaner(Some(*by)),
            WarrantyClaimEvent::LoanerLate => {
                if let Some(loaner) = &mut self.loaner {
                    loaner.late = true;
                }
            }
            WarrantyClaimEvent::Attached(filing) => {
                self.filing = Filing::clone(filing);
                self.rejects |= rejects(filing);
            }
            WarrantyClaimEvent::Approved(grant) => {
                self.decision = Some(Decision::Approved(Grant::clone(grant)));
                self.decided_by = Some(stamp.by.clone());
                // What the business decides takes nothing from the customer's own choice.
                if self.filing.wants == Some(grant.remedy) {
                    self.agree(grant.remedy);
                }
                self.remedy_overdue = false;
                self.closes_at = None;
            }
            WarrantyClaimEvent::Denied {
                reasons,
                appeal_until,
                closes_at,
            } => {
                self.decision = Some(Decision::Denied {
                    reasons: reasons.clone(),
                    appeal_until: *appeal_until,
                });
                self.decided_by = Some(stamp.by.clone());
                self.closes_at = Some(*closes_at);
            }
            WarrantyClaimEvent::Appealed { .. } => {
                self.appeals = self.appeals.saturating_add(1);
                self.decision = None;
                self.closes_at = None;
                // Who appeals waits for their own again.
                self.await_loaner(None);
            }
            WarrantyClaimEvent::Failed { irreparable, .. } => {
                self.filing.history.irreparable |= *irreparable;
                self.filing.history.refused |= !*irreparable;
                self.filing.history.waiting = false;
                self.decision = None;
            }
            // Who lets a repair begin has agreed to it.
            WarrantyClaimEvent::Begun => {
                if self.is_granted(Remedy::Repair) {
                    self.agree(Remedy::Repair);
                }
            }
            WarrantyClaimEvent::Repaired(report) => self.repaired(report),
            WarrantyClaimEvent::Fulfilled {
                on,
                replacement,
                closes_at,
            } => {
                self.fulfilled_on = Some(*on);
                self.replacement = *replacement;
                self.filing.history.waiting = false;
                self.closes_at = Some(*closes_at);
            }
            WarrantyClaimEvent::LoanerDue => self.loaner_due = true,
            WarrantyClaimEvent::RemedyOverdue => {
                self.remedy_overdue = true;
                self.filing.history.replacement_overdue |= self.is_granted(Remedy::Replacement);
            }
            WarrantyClaimEvent::RepairOverdue => {
                self.filing.history.overdue = true;
                self.filing.history.waiting = false;
            }
            WarrantyClaimEvent::Closed | WarrantyClaimEvent::Withdrawn { .. } => {
                self.closes_at = None;
                self.over_at = Some(stamp.at);
            }
            WarrantyClaimEvent::RecoveryBegan {
                supplier,
                amount,
                until,
            } => {
                self.recovery = Some(Recovery {
                    supplier: supplier.clone(),
                    amount: *amount,
                    until: *until,
                    paid: None,
                });
            }
            WarrantyClaimEvent::RecoverySettled { paid } => {
                if let Some(recovery) = &mut self.recovery {
                    recovery.paid = Some(*paid);
                }
            }
            WarrantyClaimEvent::Judged { verdict, by_law } => {
                self.filing.verdict = *verdict;
                self.filing.by_law = *by_law;
            }
            WarrantyClaimEvent::Chosen { remedy } => {
                self.rejects |= *remedy == Remedy::Refund && self.can_reject(stamp.at);
                self.filing.wants = Some(*remedy);
                if self.is_granted(*remedy) {
                    self.agree(*remedy);
                } else {
                    self.decision = None;
                }
            }
            WarrantyClaimEvent::RemedyRefused { remedy, .. } => {
                let history = &mut self.filing.history;
                history.refused_remedies.insert(*remedy);
                let both = [Remedy::Repair, Remedy::Replacement];
                history.refused |= both.iter().all(|it| history.refused_remedies.contains(it));
            }
            WarrantyClaimEvent::RejectMoved { until } => {
                self.filing.reject_until = Some(*until);
                self.filing.history.reject_in_time = true;
            }
            WarrantyClaimEvent::ItemBack { on } => self.travel.returned_on = Some(*on),
            WarrantyClaimEvent::Recoverable(recoverable) => {
                self.recoverable = Some(Recoverable::clone(recoverable));
            }
            WarrantyClaimEvent::RecoveryEndsSoon => {
                if let Some(recoverable) = &mut self.recoverable {
                    recoverable.told = true;
                }
            }
            WarrantyClaimEvent::Filed(_)
            | WarrantyClaimEvent::Triaged
            | WarrantyClaimEvent::CustomerNotTold { .. }
            | WarrantyClaimEvent::Reacted { .. } => {}
        }
    }

    fn await_loaner(&mut self, by: Option<(NaiveDate, DateTime<Utc>)>) {
        if let Some(loaner) = &mut self.loaner {
            loaner.back_by = by;
            loaner.late = false;
        }
    }

    /// Another visit adds to what was done before.
    fn repaired(&mut self, report: &RepairReport) {
        let Some(known) = &mut self.repair else {
            self.repair = Some(report.clone());
            return;
        };
        known.done_on = known.done_on.max(report.done_on);
        known.parts.extend(report.parts.iter().cloned());
        known.costs = match (known.costs, report.costs) {
            (Some(before), Some(now)) => before.checked_add(now).ok().or(Some(before)),
            (before, now) => before.or(now),
        };
    }

    fn diagnosed(&mut self, diagnosis: &Diagnosis, at: DateTime<Utc>) {
        let filing = &mut self.filing;
        let known = |new: &Option<Code>, old: &mut Option<Code>| {
            if new.is_some() {
                old.clone_from(new);
            }
        };
        known(&diagnosis.component, &mut filing.component);
        known(&diagnosis.fault, &mut filing.fault);
        known(&diagnosis.cause, &mut filing.cause);
        filing.history.irreparable |= diagnosis.irreparable;
        filing.history.serious = diagnosis.serious;
        filing.history.minor = diagnosis.minor;
        if let Some(times) = diagnosis.same_fault_in_year {
            filing.history.same_fault_in_year = times;
        }
        filing.proven = diagnosis.proven.unwrap_or(filing.proven);
        self.at_delivery = diagnosis.at_delivery.or(self.at_delivery);
        self.diagnosed_at = Some(at);
    }

    /// What was granted; `None` while nothing is.
    #[must_use]
    pub const fn grant(&self) -> Option<&Grant> {
        match &self.decision {
            Some(Decision::Approved(grant)) => Some(grant),
            Some(Decision::Denied { .. }) | None => None,
        }
    }

    /// Whether something that looked odd was not looked at.
    #[must_use]
    pub fn has_open_flags(&self) -> bool {
        self.flags.iter().any(Flagged::is_open)
    }

    /// The time from the notice to the remedy, in calendar days; `None` while there is none.
    #[must_use]
    pub fn turnaround_days(&self) -> Option<i64> {
        let on = self.fulfilled_on?;
        Some(on.signed_duration_since(self.filing.noticed_on).num_days())
    }
}

/// Whether a customer who files this hands the unit back at once while they can.
fn rejects(filing: &Filing) -> bool {
    filing.wants == Some(Remedy::Refund) && filing.history.reject_in_time
}
