//! Putting units under warranty, and taking claims in: plain values.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::facts::{Diagnosis, Evidence};
use super::regime::Sale;
use super::remedy::Remedy;
use super::term::{Dates, Length};
use crate::kernel::{Code, CustomerId, Money, UnitId, WarrantyClaimId};

/// Puts a unit under warranty: the law of the place and time of sale, and every term that the policy offers with it.
///
/// Dates that are left out are taken from the unit; none lies in the future. What is pinned does not change with the
/// rulebook.
///
/// Told again of a unit that is under warranty, it adds dates, and the price where none was known. Another price or
/// regime, or a sale of used goods or digital content, is refused as
/// [`Refusal::HasBegun`](super::Refusal::HasBegun).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartWarranty {
    /// Which unit.
    pub unit: UnitId,
    /// Dates beside those of the unit.
    #[serde(default)]
    pub dates: Dates,
    /// The regime; the policy's when absent.
    #[serde(default)]
    pub regime: Option<Code>,
    /// What was paid for it.
    #[serde(default)]
    pub price: Option<Money>,
    /// Whether it was sold used, or with digital content that is supplied for a time.
    #[serde(default)]
    pub sale: Sale,
}

impl StartWarranty {
    /// By what is known of the unit.
    #[must_use]
    pub fn of(unit: UnitId) -> Self {
        Self {
            unit,
            dates: Dates::default(),
            regime: None,
            price: None,
            sale: Sale {
                used_agreed: None,
                supplied: None,
            },
        }
    }

    /// Sold used, with a warranty that was agreed to last so long.
    #[must_use]
    pub const fn used(mut self, agreed: Length) -> Self {
        self.sale.used_agreed = Some(agreed);
        self
    }

    /// Sold with digital content that is supplied for so long.
    #[must_use]
    pub const fn supplied_for(mut self, length: Length) -> Self {
        self.sale.supplied = Some(length);
        self
    }

    /// Sold on this date.
    #[must_use]
    pub const fn sold_on(mut self, date: NaiveDate) -> Self {
        self.dates.purchased_on = Some(date);
        self
    }

    /// Delivered on this date, as a document says.
    #[must_use]
    pub fn delivered_on(mut self, date: NaiveDate) -> Self {
        self.dates.delivered_on.insert(date);
        self
    }

    /// Under this regime.
    #[must_use]
    pub fn under(mut self, regime: Code) -> Self {
        self.regime = Some(regime);
        self
    }

    /// At this price.
    #[must_use]
    pub const fn at_price(mut self, price: Money) -> Self {
        self.price = Some(price);
        self
    }
}

/// Pins one more term on a unit, such as an extended warranty that was bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinTerm {
    /// Which unit.
    pub unit: UnitId,
    /// Which term of the policy.
    pub term: Code,
    /// The date to which it is covered, where a document says so.
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// The number of the certificate.
    #[serde(default)]
    pub reference: Option<Code>,
}

impl PinTerm {
    /// As the policy has it.
    #[must_use]
    pub const fn new(unit: UnitId, term: Code) -> Self {
        Self {
            unit,
            term,
            until: None,
            reference: None,
        }
    }

    /// Covered to this date, as a document says.
    #[must_use]
    pub const fn until(mut self, date: NaiveDate) -> Self {
        self.until = Some(date);
        self
    }

    /// With this number of a certificate.
    #[must_use]
    pub fn with_reference(mut self, number: Code) -> Self {
        self.reference = Some(number);
        self
    }
}

/// Puts the work of a repair under warranty that the customer paid for, outside of any claim: for the component, from that
/// date on, under the policy's [`work_term`](super::WarrantyPolicy::work_term). It stands beside what covers the component
/// otherwise, so that the later of both ends counts. A repair for a claim has it without this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinWork {
    /// On which unit.
    pub unit: UnitId,
    /// Which component was repaired.
    pub component: Code,
    /// When it was done, not before the sale and not in the future.
    pub on: NaiveDate,
}

/// Says more of the dates from which contracts count, such as that of the installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateWarranty {
    /// Of which unit.
    pub unit: UnitId,
    /// The dates that are new, none in the future. Delivery dates are added to those known, of which the latest counts;
    /// others take the place of what was known. A unit that was taken back has none until it is sold again.
    pub dates: Dates,
    /// Whether the delivery dates, too, take the place of those known, because they were wrong.
    #[serde(default)]
    pub instead: bool,
}

impl DateWarranty {
    /// These dates beside those known.
    #[must_use]
    pub const fn new(unit: UnitId, dates: Dates) -> Self {
        Self {
            unit,
            dates,
            instead: false,
        }
    }

    /// In place of delivery dates that were wrong.
    #[must_use]
    pub const fn instead(mut self) -> Self {
        self.instead = true;
        self
    }
}

/// Cancels a contract from a date on, which does not lie before its start. What the law gives cannot be cancelled. The way
/// back is to [`PinTerm`] it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelContract {
    /// Of which unit.
    pub unit: UnitId,
    /// Its term.
    pub term: Code,
    /// From when on it does not count.
    pub on: NaiveDate,
    /// Why.
    pub reason: Code,
}

/// Files a claim. What looks odd is flagged, and what is missing is a reason in the decision; neither turns a claim away.
/// Only a customer or a unit id that nobody has, and a notice in the future, are refused.
///
/// For a unit that is somebody else's the claim comes in with [`Flag::OtherOwner`](super::Flag::OtherOwner): nothing of the
/// unit is judged, counted, timed or shown to the customer until a person cleared that with [`ClearFlag`](super::ClearFlag).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileClaim {
    /// Who.
    pub customer: CustomerId,
    /// For which unit.
    #[serde(default)]
    pub unit: Option<UnitId>,
    /// Its serial number, when the unit is not known by its id.
    #[serde(default)]
    pub serial: Option<Code>,
    /// Who makes it, with the serial number.
    #[serde(default)]
    pub maker: Option<Code>,
    /// When the customer gave notice; today when absent. Of an earlier date that a customer or bot names, times count from
    /// today all the same, and the claim is flagged where that date opens more to them.
    #[serde(default)]
    pub noticed_on: Option<NaiveDate>,
    /// The component.
    #[serde(default)]
    pub component: Option<Code>,
    /// The fault.
    #[serde(default)]
    pub fault: Option<Code>,
    /// Its cause.
    #[serde(default)]
    pub cause: Option<Code>,
    /// What the customer wants.
    #[serde(default)]
    pub wants: Option<Remedy>,
    /// Whether the purchase is not proven. That is a reason in the decision where a term asks for proof.
    #[serde(default)]
    pub unproven: bool,
    /// What the meters showed when the fault was noticed. What does not go with readings on record is flagged.
    #[serde(default)]
    pub readings: Vec<(Code, u64)>,
    /// Evidence.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
}

impl FileClaim {
    /// For a unit on record.
    #[must_use]
    pub fn new(customer: CustomerId, unit: UnitId) -> Self {
        Self {
            unit: Some(unit),
            ..Self::bare(customer)
        }
    }

    /// For a serial number.
    #[must_use]
    pub fn by_serial(customer: CustomerId, serial: Code) -> Self {
        Self {
            serial: Some(serial),
            ..Self::bare(customer)
        }
    }

    const fn bare(customer: CustomerId) -> Self {
        Self {
            customer,
            unit: None,
            serial: None,
            maker: None,
            noticed_on: None,
            component: None,
            fault: None,
            cause: None,
            wants: None,
            unproven: false,
            readings: Vec::new(),
            evidence: Vec::new(),
        }
    }

    /// This fault of this component.
    #[must_use]
    pub fn with_fault(mut self, component: Code, fault: Code) -> Self {
        self.component = Some(component);
        self.fault = Some(fault);
        self
    }

    /// With this cause.
    #[must_use]
    pub fn caused_by(mut self, cause: Code) -> Self {
        self.cause = Some(cause);
        self
    }

    /// Noticed on this date.
    #[must_use]
    pub const fn noticed_on(mut self, date: NaiveDate) -> Self {
        self.noticed_on = Some(date);
        self
    }

    /// The customer wants this.
    #[must_use]
    pub const fn wanting(mut self, remedy: Remedy) -> Self {
        self.wants = Some(remedy);
        self
    }

    /// A meter shows this.
    #[must_use]
    pub fn with_reading(mut self, meter: Code, shows: u64) -> Self {
        self.readings.push((meter, shows));
        self
    }

    /// Made by this maker, for a serial number.
    #[must_use]
    pub fn made_by(mut self, maker: Code) -> Self {
        self.maker = Some(maker);
        self
    }

    /// Without proof of the purchase.
    #[must_use]
    pub const fn unproven(mut self) -> Self {
        self.unproven = true;
        self
    }

    /// With this piece of evidence.
    #[must_use]
    pub fn with_evidence(mut self, kind: Code, reference: Code) -> Self {
        self.evidence.push(Evidence { kind, reference });
        self
    }
}

/// Says for which unit a claim is that came in for a serial number of which no unit was on record, or for nothing that is
/// known. From then on it is like one that was filed for the unit: what looks odd is flagged, it is judged and timed, and
/// the flag of the unknown serial number is settled with the finding `attached`.
///
/// It is refused as [`Refusal::HasUnit`](super::Refusal::HasUnit) where the claim has a unit, and where the claim is denied,
/// done or over. A claim that was denied is appealed against first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachUnit {
    /// To which claim.
    pub claim: WarrantyClaimId,
    /// Which unit.
    pub unit: UnitId,
}

/// Begins to look at a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriageClaim {
    /// Which one.
    pub claim: WarrantyClaimId,
}

/// Asks the customer for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskForEvidence {
    /// For which claim.
    pub claim: WarrantyClaimId,
    /// For what: kinds of evidence, one at least. The claim waits until all of them are there.
    pub what: BTreeSet<Code>,
}

/// Gives evidence. Whether it proves the purchase is for a person to say, with [`Diagnosis::proven`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveEvidence {
    /// For which claim.
    pub claim: WarrantyClaimId,
    /// The evidence.
    pub evidence: Evidence,
}

/// Says what looking into the fault showed. The claim is judged again, and what falls due is worked out anew: a claim that
/// is not covered has no date and no loaner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnoseClaim {
    /// Of which claim.
    pub claim: WarrantyClaimId,
    /// What it showed.
    pub diagnosis: Diagnosis,
}

/// Authorises the customer to send the item in (RMA).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthoriseReturn {
    /// For which claim.
    pub claim: WarrantyClaimId,
    /// The number of the authorisation.
    pub number: Code,
}

/// Says that the item arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiveItem {
    /// For which claim.
    pub claim: WarrantyClaimId,
    /// When.
    pub on: NaiveDate,
}
