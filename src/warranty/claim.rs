//! A claim: somebody says that a unit is faulty, and what becomes of it.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::contract::RegimeRef;
use super::coverage::{Costs, Verdict};
use super::event::WarrantyClaimEvent;
use super::remedy::{History, Open, Remedy, RemedyRule, open_remedies};
use super::status::{ClaimStatus, Step};
use crate::kernel::{By, Code, CustomerId, Money, Stamp, UnitId, WarrantyClaimId};

/// Something about a claim that a person should look at. It never stops a claim from coming in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Flag {
    /// No unit with this serial number is on record.
    UnknownSerial,
    /// The unit was never sold.
    NeverSold,
    /// The fault was noticed before the unit was sold or delivered.
    BeforeSale {
        /// When it was sold, or delivered.
        sold_on: NaiveDate,
    },
    /// The unit belongs to somebody else.
    OtherOwner,
    /// The unit is out of use.
    Retired,
    /// Another claim for the unit is open.
    OpenClaim {
        /// Which.
        claim: WarrantyClaimId,
    },
    /// The same fault came back after a repair.
    RepeatedFault {
        /// The claim in which it was repaired.
        claim: WarrantyClaimId,
    },
    /// The unit was claimed for more often than the business expects.
    ManyClaims {
        /// How often within a year, this one included.
        in_year: u32,
    },
    /// A meter reading that came with the claim is lower than one before it.
    MeterWentBack {
        /// Which meter.
        meter: Code,
        /// What was read before.
        before: u64,
        /// What the claim says.
        now: u64,
    },
    /// The cause is not in the catalogue.
    UnknownCause {
        /// Which.
        cause: Code,
    },
}

impl Flag {
    /// Its stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownSerial => "unknown_serial",
            Self::NeverSold => "never_sold",
            Self::BeforeSale { .. } => "before_sale",
            Self::OtherOwner => "other_owner",
            Self::Retired => "retired",
            Self::OpenClaim { .. } => "open_claim",
            Self::RepeatedFault { .. } => "repeated_fault",
            Self::ManyClaims { .. } => "many_claims",
            Self::MeterWentBack { .. } => "meter_went_back",
            Self::UnknownCause { .. } => "unknown_cause",
        }
    }
}

/// A flag, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flagged {
    /// What looked odd, with the facts.
    pub flag: Flag,
    /// What the person who looked found; absent while nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Code>,
}

/// A piece of evidence: a reference of the caller's to where it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it is: `invoice`, `photograph`, `report`.
    pub kind: Code,
    /// Where the caller keeps it.
    pub reference: Code,
}

/// What a customer claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filing {
    /// Who.
    pub customer: CustomerId,
    /// For which unit; absent when none is on record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The serial number that was given when no unit is on record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<Code>,
    /// When the customer gave notice, in their zone.
    pub noticed_on: NaiveDate,
    /// The component, as far as is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<Code>,
    /// The fault, as far as is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Code>,
    /// Its cause, as far as is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Code>,
    /// What the customer wants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wants: Option<Remedy>,
    /// Whether the purchase is proven.
    pub proven: bool,
    /// The use by the unit's meters on that date.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usage: Vec<(Code, u64)>,
    /// Evidence that came along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// What looks odd.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// Whether it is covered, as far as is known.
    pub verdict: Verdict,
    /// The regime of the sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regime: Option<RegimeRef>,
    /// What happened to the unit before.
    pub history: History,
}

/// What looking into a fault showed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Diagnosis {
    /// The component.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<Code>,
    /// The fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Code>,
    /// Its cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Code>,
    /// A report says that it cannot be repaired.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub irreparable: bool,
    /// It is so serious that no repair need be awaited.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub serious: bool,
    /// It is minor.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub minor: bool,
    /// How often the same fault was there within a year, this time included, now that it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_fault_in_year: Option<u32>,
}

/// By when a claim must be dealt with, under its regime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// From when the days count.
    pub from: NaiveDate,
    /// The last date on which a repair is in time, and the instant at which that date is over, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<(NaiveDate, DateTime<Utc>)>,
    /// The last date without a loaner, and the instant at which that date is over, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loaner: Option<(NaiveDate, DateTime<Utc>)>,
}

/// What was approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// What is done.
    pub remedy: Remedy,
    /// How much is paid back, for a refund or a price cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// By which rules it was open, or `goodwill`.
    pub by: Vec<Code>,
    /// The policy approved it, nobody else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_rule: bool,
}

/// What a repair consisted of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairReport {
    /// When the work was done.
    pub done_on: NaiveDate,
    /// The parts that were used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Code>,
    /// What it cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub costs: Option<Costs>,
}

/// An item on its way in and back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Travel {
    /// The number of the return merchandise authorisation (RMA).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorisation: Option<Code>,
    /// When it arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
}

/// An item that was lent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loaner {
    /// The item, as the business calls it.
    pub item: Code,
    /// Since when.
    pub lent_on: NaiveDate,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_on: Option<NaiveDate>,
}

/// How it was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Decision {
    /// It was approved.
    Approved(Grant),
    /// It was denied.
    Denied {
        /// Why.
        reasons: Vec<Code>,
        /// The last date on which it can be appealed against.
        appeal_until: NaiveDate,
    },
}

/// What a supplier owes for a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// Which supplier.
    pub supplier: Code,
    /// How much is asked for.
    pub amount: Money,
    /// The last date on which the supplier's own terms let it be asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// How much was paid; absent while nothing was settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Money>,
}

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
            travel: Travel::default(),
            loaner: None,
            decision: None,
            decided_by: None,
            appeals: 0,
            repair: None,
            fulfilled_on: None,
            replacement: None,
            recovery: None,
            closes_at: None,
            over_at: None,
        })
    }

    /// The step that an event is in the life of a claim.
    const fn step(event: &WarrantyClaimEvent) -> Option<Step> {
        use WarrantyClaimEvent as Event;
        Some(match event {
            Event::Triaged => Step::Triage,
            Event::Asked { .. } => Step::AskInformation,
            Event::Supplied(_) => Step::Supply,
            Event::ReturnAuthorised { .. } => Step::AskItem,
            Event::Received { .. } => Step::Receive,
            Event::Approved(_) => Step::Approve,
            Event::Denied { .. } => Step::Deny,
            Event::Appealed { .. } => Step::Appeal,
            Event::Begun => Step::Begin,
            Event::Failed { .. } => Step::Redecide,
            Event::Fulfilled { .. } => Step::Fulfil,
            Event::Closed => Step::Close,
            Event::Withdrawn { .. } => Step::Withdraw,
            Event::Filed(_)
            | Event::Flagged(_)
            | Event::Cleared { .. }
            | Event::Diagnosed(_)
            | Event::Timed(_)
            | Event::Lent { .. }
            | Event::LoanerBack { .. }
            | Event::Repaired(_)
            | Event::LoanerDue
            | Event::RepairOverdue
            | Event::CustomerNotTold { .. }
            | Event::RecoveryBegan { .. }
            | Event::RecoverySettled { .. }
            | Event::Reacted { .. }
            | Event::Judged { .. } => return None,
        })
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &WarrantyClaimEvent, stamp: &Stamp) {
        if let Some(to) = Self::step(event).and_then(|step| self.status.after(step)) {
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
                });
            }
            WarrantyClaimEvent::LoanerBack { on } => {
                if let Some(loaner) = &mut self.loaner {
                    loaner.back_on = Some(*on);
                }
            }
            WarrantyClaimEvent::Approved(grant) => {
                self.decision = Some(Decision::Approved(Grant::clone(grant)));
                self.decided_by = Some(stamp.by.clone());
                self.filing.history.chosen = Some(grant.remedy);
                self.filing.history.waiting = grant.remedy == Remedy::Repair;
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
            }
            WarrantyClaimEvent::Failed { irreparable, .. } => {
                self.filing.history.irreparable |= *irreparable;
                self.filing.history.refused |= !*irreparable;
                self.filing.history.waiting = false;
                self.decision = None;
            }
            WarrantyClaimEvent::Repaired(report) => self.repair = Some(RepairReport::clone(report)),
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
            WarrantyClaimEvent::Judged { verdict } => self.filing.verdict = *verdict,
            WarrantyClaimEvent::Filed(_)
            | WarrantyClaimEvent::Triaged
            | WarrantyClaimEvent::Begun
            | WarrantyClaimEvent::CustomerNotTold { .. }
            | WarrantyClaimEvent::Reacted { .. } => {}
        }
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

impl Flagged {
    /// Whether nobody looked at it.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.finding.is_none()
    }
}

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
    pub coverage: Option<super::coverage::Coverage>,
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
