//! What is known of a claim: the filing, its flags, evidence, and what was found, decided and done.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::contract::RegimeRef;
use super::judgement::{Costs, Verdict};
use super::remedy::{History, Remedy};
use crate::kernel::{BasisPoints, Code, CustomerId, Money, UnitId, WarrantyClaimId};

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
    /// The unit belongs to somebody else. Until a person cleared this, nothing of the unit is judged, counted or shown.
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
    /// A meter reading that came with the claim does not go with one on record: the earlier of the two is higher.
    MeterWentBack {
        /// Which meter.
        meter: Code,
        /// What the earlier one shows.
        before: u64,
        /// What the later one shows.
        now: u64,
    },
    /// The cause is not in the catalogue.
    UnknownCause {
        /// Which.
        cause: Code,
    },
    /// The customer claimed more often than the business expects, for whatever units.
    ManyByCustomer {
        /// How often within a year, this one included; counted no further than one more than is expected.
        in_year: u32,
    },
    /// This serial number, of which no unit is on record, was claimed for before, by whomever.
    SerialClaimed {
        /// The newest claim for it.
        claim: WarrantyClaimId,
    },
    /// The unit was replaced, or its price paid back, so that it should be with the business.
    GivenUp {
        /// In which claim.
        claim: WarrantyClaimId,
    },
    /// The customer names an earlier date of notice themselves, and by that date more is open to them than by that of the
    /// filing.
    NoticedEarlier {
        /// When the claim came in, in their zone.
        filed_on: NaiveDate,
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
            Self::ManyByCustomer { .. } => "many_by_customer",
            Self::SerialClaimed { .. } => "serial_claimed",
            Self::GivenUp { .. } => "given_up",
            Self::NoticedEarlier { .. } => "noticed_earlier",
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

impl Flagged {
    /// Whether nobody looked at it.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.finding.is_none()
    }
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
    /// The serial number that was given, when no unit is on record or the one on record is somebody else's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<Code>,
    /// The model of the unit, when it is the customer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Code>,
    /// When the unit was delivered new, when it is the customer's and was, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<DateTime<Utc>>,
    /// When the customer gave notice, in their zone.
    pub noticed_on: NaiveDate,
    /// When the claim came in, in their zone, where the customer themselves names an earlier date of notice; otherwise
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filed_on: Option<NaiveDate>,
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
    /// What the customer said that the meters show, as they said it; also what looks odd and counts for nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<(Code, u64)>,
    /// Evidence that came along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// What looks odd.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// Whether it is covered, as far as is known.
    pub verdict: Verdict,
    /// Whether the law covers it, as far as is known.
    #[serde(default)]
    pub by_law: Verdict,
    /// The last date on which the unit can be handed back at once, and the instant at which that date is over, UTC;
    /// absent where the law gives no such right or it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reject_until: Option<(NaiveDate, DateTime<Utc>)>,
    /// The regime of the sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regime: Option<RegimeRef>,
    /// What happened to the unit before.
    pub history: History,
}

impl Filing {
    /// From when times count that begin with the notice. An earlier one that only the customer names is no reason to be
    /// late before the business knew of it: they count from the filing then.
    #[must_use]
    pub fn counts_from(&self) -> NaiveDate {
        self.filed_on.unwrap_or(self.noticed_on)
    }
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
    /// Whether the fault was, or was not, there at delivery; absent while neither was shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_delivery: Option<bool>,
    /// Whether the purchase is proven, as the person found who looked at the evidence; absent while nobody says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proven: Option<bool>,
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
    /// The last date on which what was granted, other than a repair, is given in time, and the instant at which that
    /// date is over, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<(NaiveDate, DateTime<Utc>)>,
    /// Whether the time for the repair was extended.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub extended: bool,
}

impl Due {
    /// Nothing is due; days count from this date.
    #[must_use]
    pub const fn nothing(from: NaiveDate) -> Self {
        Self {
            from,
            repair: None,
            loaner: None,
            remedy: None,
            extended: false,
        }
    }
}

/// What was approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// What is done.
    pub remedy: Remedy,
    /// How much is paid, for a refund, a price cut, or goodwill in money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The share of what a repair under goodwill costs that the business bears; all of it when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<BasisPoints>,
    /// By which rules it was open, or `goodwill`.
    pub by: Vec<Code>,
    /// The policy approved it, nobody else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_rule: bool,
}

/// What a repair consisted of, over all its visits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairReport {
    /// When the work was done; the last time, when it took several.
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
    /// When it went back to the customer as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returned_on: Option<NaiveDate>,
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
    /// The last date on which it comes back in time, and the instant at which that date is over, UTC; absent while the
    /// customer waits for their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_by: Option<(NaiveDate, DateTime<Utc>)>,
    /// That date passed, and it was not back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
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

/// What a supplier owes for a repair under their own terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recoverable {
    /// Which supplier.
    pub supplier: Code,
    /// Under which term.
    pub term: Code,
    /// How much.
    pub amount: Money,
    /// The last date on which it can be asked for.
    pub until: NaiveDate,
    /// When the team is told that this date comes near, UTC.
    pub remind_at: DateTime<Utc>,
    /// Whether the team was told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told: bool,
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
