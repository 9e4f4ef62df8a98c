//! Deciding claims and doing what was decided: plain values.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::judgement::Costs;
use super::remedy::{Ground, Remedy};
use crate::kernel::{BasisPoints, Code, Money, UnitId, WarrantyClaimId};

/// Lends the customer a similar item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LendItem {
    /// For which claim.
    pub claim: WarrantyClaimId,
    /// The item, as the business calls it.
    pub item: Code,
    /// When.
    pub on: NaiveDate,
}

/// Takes back what was lent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeLoanerBack {
    /// For which claim.
    pub claim: WarrantyClaimId,
    /// When.
    pub on: NaiveDate,
}

/// Says what the customer wants. What they may insist on binds the business; a repair that is in its time binds the
/// customer, once they chose it, agreed to it by choosing what was approved, or let it begin. What the business approves
/// unasked binds only the business. Of what was approved and is not done, it is decided again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChooseRemedy {
    /// For which claim.
    pub claim: WarrantyClaimId,
    /// What they want.
    pub remedy: Remedy,
}

/// Says that the business does not give a remedy that is open, on a ground that the law gives it. When repair and
/// replacement are both refused, what the law opens then is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefuseRemedy {
    /// For which claim.
    pub claim: WarrantyClaimId,
    /// Which.
    pub remedy: Remedy,
    /// Why.
    pub ground: Ground,
}

/// Extends the time for a repair for a reason that the regime lets count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtendRepair {
    /// For which claim.
    pub claim: WarrantyClaimId,
    /// The last date on which the repair is in time.
    pub until: NaiveDate,
    /// Why.
    pub reason: Code,
}

/// Sends the item back as it is, because the claim was denied or withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandBackItem {
    /// Of which claim.
    pub claim: WarrantyClaimId,
    /// When.
    pub on: NaiveDate,
}

/// A share of something, more than none and no more than all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Of what a repair under goodwill costs.
    OfCosts(BasisPoints),
    /// Of the price of the unit, for a price cut or goodwill in money. A part of a minor unit falls to the customer.
    OfPrice(BasisPoints),
}

/// Approves a claim. A remedy must be open, unless it is goodwill.
///
/// How much an actor may approve is the policy's: [`approval_limits`](super::WarrantyPolicy::approval_limits) for what is owed,
/// [`goodwill_limits`](super::WarrantyPolicy::goodwill_limits) for goodwill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApproveClaim {
    /// Which one.
    pub claim: WarrantyClaimId,
    /// What is done.
    pub remedy: Remedy,
    /// How much is paid, for a refund, a price cut, or goodwill in money; the price for a refund when absent.
    #[serde(default)]
    pub amount: Option<Money>,
    /// How much as a share, in place of an amount.
    #[serde(default)]
    pub part: Option<Part>,
    /// The last date for it, as agreed with the customer: it counts where the regime gives none, or a later one. A law that
    /// wants it "within a reasonable time" leaves the date to them (Directive (EU) 2019/771, art. 14(1), for repair and
    /// replacement alike).
    #[serde(default)]
    pub done_by: Option<NaiveDate>,
}

impl ApproveClaim {
    /// With this remedy.
    #[must_use]
    pub const fn new(claim: WarrantyClaimId, remedy: Remedy) -> Self {
        Self {
            claim,
            remedy,
            amount: None,
            part: None,
            done_by: None,
        }
    }

    /// Under goodwill, bearing this share of what the repair costs; the customer bears the rest.
    #[must_use]
    pub const fn bearing(mut self, share: BasisPoints) -> Self {
        self.part = Some(Part::OfCosts(share));
        self
    }

    /// Paying this share of the price.
    #[must_use]
    pub const fn paying_of_price(mut self, share: BasisPoints) -> Self {
        self.part = Some(Part::OfPrice(share));
        self
    }

    /// To be done by this date.
    #[must_use]
    pub const fn done_by(mut self, date: NaiveDate) -> Self {
        self.done_by = Some(date);
        self
    }

    /// Paying this back.
    #[must_use]
    pub const fn paying(mut self, amount: Money) -> Self {
        self.amount = Some(amount);
        self
    }
}

/// Denies a claim, with one reason at least.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DenyClaim {
    /// Which one.
    pub claim: WarrantyClaimId,
    /// Why.
    pub reasons: Vec<Code>,
}

impl DenyClaim {
    /// For this reason.
    #[must_use]
    pub fn because(claim: WarrantyClaimId, reason: Code) -> Self {
        Self {
            claim,
            reasons: vec![reason],
        }
    }

    /// And for this one.
    #[must_use]
    pub fn and(mut self, reason: Code) -> Self {
        self.reasons.push(reason);
        self
    }
}

/// Appeals against a denial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppealDenial {
    /// Of which claim.
    pub claim: WarrantyClaimId,
    /// Why, as a word of the business.
    pub reason: Code,
}

/// Says that what was approved will not be done, so that it is decided again: the repair failed or is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveUpRemedy {
    /// Of which claim.
    pub claim: WarrantyClaimId,
    /// Why.
    pub reason: Code,
    /// Whether a report says that it cannot be repaired; otherwise it counts as refused.
    #[serde(default)]
    pub irreparable: bool,
}

impl GiveUpRemedy {
    /// The business will not do it, for this reason.
    #[must_use]
    pub const fn because(claim: WarrantyClaimId, reason: Code) -> Self {
        Self {
            claim,
            reason,
            irreparable: false,
        }
    }

    /// A report says that it cannot be repaired.
    #[must_use]
    pub const fn irreparable(mut self) -> Self {
        self.irreparable = true;
        self
    }
}

/// Says that the work of a repair is done. What took several visits is told with each; together they are one repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRepair {
    /// Of which claim.
    pub claim: WarrantyClaimId,
    /// When.
    pub done_on: NaiveDate,
    /// The parts that were used.
    #[serde(default)]
    pub parts: Vec<Code>,
    /// What it cost.
    #[serde(default)]
    pub costs: Option<Costs>,
}

impl RecordRepair {
    /// Done on this date.
    #[must_use]
    pub const fn done(claim: WarrantyClaimId, on: NaiveDate) -> Self {
        Self {
            claim,
            done_on: on,
            parts: Vec::new(),
            costs: None,
        }
    }

    /// With this part, beside others that were named.
    #[must_use]
    pub fn with_part(mut self, part: Code) -> Self {
        self.parts.push(part);
        self
    }

    /// At these costs.
    #[must_use]
    pub const fn costing(mut self, costs: Costs) -> Self {
        self.costs = Some(costs);
        self
    }
}

/// Says that the customer has the remedy: the unit is back, the replacement handed over, the money paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FulfilClaim {
    /// Which one.
    pub claim: WarrantyClaimId,
    /// When.
    pub on: NaiveDate,
    /// The unit that replaces the other, for a replacement; needed for one. It becomes that of the owner of the other, and
    /// what was replaced or paid back the business's.
    #[serde(default)]
    pub replacement: Option<UnitId>,
}

impl FulfilClaim {
    /// The customer has it since this date.
    #[must_use]
    pub const fn given(claim: WarrantyClaimId, on: NaiveDate) -> Self {
        Self {
            claim,
            on,
            replacement: None,
        }
    }

    /// This unit replaces the other.
    #[must_use]
    pub const fn replaced_by(mut self, unit: UnitId) -> Self {
        self.replacement = Some(unit);
        self
    }
}

/// Closes a claim that is fulfilled, or denied and past its time to appeal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseClaim {
    /// Which one.
    pub claim: WarrantyClaimId,
}

/// Takes a claim back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawClaim {
    /// Which one.
    pub claim: WarrantyClaimId,
    /// Why.
    pub reason: Code,
}

/// Says what came of looking at something odd.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClearFlag {
    /// Of which claim.
    pub claim: WarrantyClaimId,
    /// What it was, by its code.
    pub flag: Code,
    /// What came of it.
    pub finding: Code,
}

/// Asks a supplier of the policy for what a repair cost, under the supplier's own terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoverFromSupplier {
    /// For which claim.
    pub claim: WarrantyClaimId,
    /// Which supplier.
    pub supplier: Code,
    /// How much; what their terms say when absent.
    #[serde(default)]
    pub amount: Option<Money>,
    /// The last date on which the supplier's terms let it be asked for; that of their terms in the policy when absent.
    #[serde(default)]
    pub until: Option<NaiveDate>,
}

impl RecoverFromSupplier {
    /// As their terms in the policy say.
    #[must_use]
    pub const fn of(claim: WarrantyClaimId, supplier: Code) -> Self {
        Self {
            claim,
            supplier,
            amount: None,
            until: None,
        }
    }

    /// This much.
    #[must_use]
    pub const fn asking(mut self, amount: Money) -> Self {
        self.amount = Some(amount);
        self
    }

    /// To be asked for by this date.
    #[must_use]
    pub const fn until(mut self, date: NaiveDate) -> Self {
        self.until = Some(date);
        self
    }
}

/// Says what the supplier paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettleRecovery {
    /// For which claim.
    pub claim: WarrantyClaimId,
    /// How much, no more than was asked for; nothing when the supplier will not pay.
    pub paid: Money,
}
