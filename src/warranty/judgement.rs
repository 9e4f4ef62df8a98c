//! What a decision about coverage says: the verdict, the shares, every reason, and who pays how much.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::repair::Extension;
use super::term::{Item, StartBasis, TermKind};
use crate::kernel::{BasisPoints, Code, Money, MoneyRefusal, Rounding};

/// Whether a fault is covered.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing is paid.
    #[default]
    Not,
    /// Something is paid.
    Partly,
    /// Parts, labour and travel are paid in full.
    Covered,
}

/// One reason in a decision about coverage, with its facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// None of the dates from which it would count is known.
    NotBegun {
        /// From what it would count.
        starts: Vec<StartBasis>,
    },
    /// It begins later.
    BeginsOn {
        /// When.
        on: NaiveDate,
    },
    /// It was running on the date.
    Running {
        /// Its last date; absent when it has none.
        last_day: Option<NaiveDate>,
    },
    /// It was over.
    Ended {
        /// Its last date.
        last_day: NaiveDate,
    },
    /// Repairs moved its end.
    Extended(Extension),
    /// It is over, but the component was repaired so short a time ago that it is looked at again.
    Recheck {
        /// The last date for that.
        until: NaiveDate,
    },
    /// The unit was used no more than is covered.
    WithinUsage {
        /// By which meter.
        meter: Code,
        /// The most that is covered.
        most: u64,
        /// What it showed.
        used: u64,
    },
    /// The unit was used more than is covered.
    UsageExceeded {
        /// By which meter.
        meter: Code,
        /// The most that is covered.
        most: u64,
        /// What it showed.
        used: u64,
    },
    /// The unit has no such meter, or it was never read: only time counts.
    UsageUnknown {
        /// Which meter.
        meter: Code,
    },
    /// It is for the first owner only.
    NotTransferable,
    /// The unit was not registered in time.
    NotRegistered {
        /// The last date for it.
        by: NaiveDate,
    },
    /// The unit was registered in time, or still can be.
    Registration {
        /// The last date for it.
        by: NaiveDate,
    },
    /// The purchase is not proven.
    NotProven,
    /// It was cancelled.
    Cancelled {
        /// Since when.
        on: NaiveDate,
    },
    /// An exclusion names the fault.
    Excluded {
        /// Which.
        exclusion: Code,
    },
    /// An exclusion names the fault, and leaves this unpaid.
    ItemExcluded {
        /// Which.
        exclusion: Code,
        /// What is not paid.
        item: Item,
    },
    /// The fault counts as there at delivery, unless something else is shown.
    Presumed {
        /// The last date on which a fault that appears does.
        until: NaiveDate,
    },
    /// It is for the customer to show that the fault was there at delivery.
    ToBeShown {
        /// The last date on which it would have been presumed.
        presumed_until: NaiveDate,
    },
    /// It was shown that the fault was there at delivery.
    ShownAtDelivery,
    /// It was shown that the fault came after delivery.
    CameLater,
    /// A clause covers the fault.
    Covers {
        /// Which.
        clause: Code,
    },
    /// A clause covers the fault, but not this item any more.
    ItemEnded {
        /// Which clause.
        clause: Code,
        /// What is no longer paid.
        item: Item,
        /// The last date on which it was.
        last_day: NaiveDate,
    },
    /// No clause names the fault.
    NotListed,
    /// It pays less because of its age.
    ProRata {
        /// The share that it pays.
        share: BasisPoints,
    },
    /// The customer pays this much of the claim.
    Deductible(Money),
}

/// The shares that are paid of each item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    /// Of spare parts.
    pub parts: BasisPoints,
    /// Of labour.
    pub labour: BasisPoints,
    /// Of travel, shipping and other expenses.
    pub travel: BasisPoints,
}

impl Shares {
    /// The share of one item.
    #[must_use]
    pub const fn of(&self, item: Item) -> BasisPoints {
        match item {
            Item::Parts => self.parts,
            Item::Labour => self.labour,
            Item::Travel => self.travel,
        }
    }

    pub(super) fn raise(&mut self, item: Item, share: BasisPoints) {
        let slot = match item {
            Item::Parts => &mut self.parts,
            Item::Labour => &mut self.labour,
            Item::Travel => &mut self.travel,
        };
        *slot = share.max(*slot);
    }

    pub(super) const fn leave_out(&mut self, item: Item) {
        let none = BasisPoints::new(0);
        match item {
            Item::Parts => self.parts = none,
            Item::Labour => self.labour = none,
            Item::Travel => self.travel = none,
        }
    }

    pub(super) fn scaled(self, by: BasisPoints) -> Self {
        let scale = |share: BasisPoints| {
            let product = u64::from(share.get()) * u64::from(by.get());
            let whole = u64::from(BasisPoints::WHOLE.get());
            BasisPoints::new(u32::try_from(product / whole).unwrap_or(u32::MAX))
        };
        Self {
            parts: scale(self.parts),
            labour: scale(self.labour),
            travel: scale(self.travel),
        }
    }

    pub(super) fn verdict(&self, is_free: bool) -> Verdict {
        let shares = Item::ALL.map(|item| self.of(item));
        let none = BasisPoints::default();
        if shares.iter().all(|share| *share == none) {
            Verdict::Not
        } else if is_free && shares.iter().all(|share| *share >= BasisPoints::WHOLE) {
            Verdict::Covered
        } else {
            Verdict::Partly
        }
    }
}

/// What is left of a contract.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remaining {
    /// The last date; absent when it has none, or has not begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<NaiveDate>,
    /// Days up to the last date, both included; 0 when it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// Use, by each meter that limits it and was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usage: Vec<(Code, u64)>,
}

/// What one contract says about a fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// Its term.
    pub term: Code,
    /// Which revision of it.
    pub revision: u32,
    /// Who stands behind it.
    pub kind: TermKind,
    /// Whether it covers the fault.
    pub verdict: Verdict,
    /// How much of each item it pays.
    pub shares: Shares,
    /// What the customer pays of the claim first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deductible: Option<Money>,
    /// Every reason, in the order in which they were looked at.
    pub reasons: Vec<Reason>,
    /// What is left of it.
    pub remaining: Remaining,
}

/// Whether a fault is covered, with what every contract says about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// What the best contract says; contracts are not added up.
    pub verdict: Verdict,
    /// How much of each item the best contract pays.
    pub shares: Shares,
    /// The contract that pays most, as its place in `judged`; absent when none pays. Of equals that with the
    /// smaller deductible, then the earlier kind: the law first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<usize>,
    /// What each contract says, in the order in which they were given.
    pub judged: Vec<Judgement>,
}

/// What a repair costs, one currency for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Costs {
    /// Spare parts.
    pub parts: Money,
    /// Labour.
    pub labour: Money,
    /// Travel, shipping and other expenses.
    pub travel: Money,
}

impl Costs {
    /// All of it.
    ///
    /// # Errors
    /// [`MoneyRefusal`] when the currencies differ.
    pub fn total(&self) -> Result<Money, MoneyRefusal> {
        self.parts
            .checked_add(self.labour)?
            .checked_add(self.travel)
    }

    /// Both together.
    ///
    /// # Errors
    /// [`MoneyRefusal`] when the currencies differ.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyRefusal> {
        Ok(Self {
            parts: self.parts.checked_add(other.parts)?,
            labour: self.labour.checked_add(other.labour)?,
            travel: self.travel.checked_add(other.travel)?,
        })
    }

    const fn of(&self, item: Item) -> Money {
        match item {
            Item::Parts => self.parts,
            Item::Labour => self.labour,
            Item::Travel => self.travel,
        }
    }
}

/// Who pays how much of a repair; both together are its costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// What the contract pays.
    pub paid: Money,
    /// What the customer pays.
    pub customer: Money,
}

impl Judgement {
    /// Whether it covers the fault only if the customer shows that it was there at delivery.
    #[must_use]
    pub fn awaits_proof(&self) -> bool {
        let mut reasons = self.reasons.iter();
        reasons.any(|reason| matches!(reason, Reason::ToBeShown { .. }))
    }

    /// The share of the unit's price that it pays back at its age: all of it without a pro-rata schedule.
    #[must_use]
    pub fn value_share(&self) -> BasisPoints {
        for reason in &self.reasons {
            if let Reason::ProRata { share } = reason {
                return *share;
            }
        }
        BasisPoints::WHOLE
    }

    /// Who pays how much under this contract. A part of a minor unit falls to the contract.
    ///
    /// # Errors
    /// [`MoneyRefusal`] when the currencies differ.
    pub fn pays(&self, costs: &Costs) -> Result<Payment, MoneyRefusal> {
        let total = costs.total()?;
        let mut paid = Money::zero(total.currency());
        for item in Item::ALL {
            let share = self.shares.of(item).of(costs.of(item), Rounding::Up)?;
            paid = paid.checked_add(share)?;
        }
        if let Some(deductible) = self.deductible {
            paid = paid.checked_sub(deductible)?;
            if paid.is_negative() {
                paid = Money::zero(total.currency());
            }
        }
        Ok(Payment {
            paid,
            customer: total.checked_sub(paid)?,
        })
    }
}

impl Coverage {
    /// What the law alone says: the best of its contracts.
    #[must_use]
    pub fn by_law(&self) -> Verdict {
        let judged = self.judged.iter();
        let law = judged.filter(|it| it.kind == TermKind::Statutory);
        law.map(|it| it.verdict).max().unwrap_or_default()
    }

    /// The contract that pays most.
    #[must_use]
    pub fn best(&self) -> Option<&Judgement> {
        self.judged.get(self.best?)
    }

    /// Who pays how much of a repair: under the contract that pays most of these costs.
    ///
    /// # Errors
    /// [`MoneyRefusal`] when the currencies differ.
    pub fn pays(&self, costs: &Costs) -> Result<Payment, MoneyRefusal> {
        let total = costs.total()?;
        let mut best = Payment {
            paid: Money::zero(total.currency()),
            customer: total,
        };
        for judgement in &self.judged {
            let payment = judgement.pays(costs)?;
            if payment.paid.minor() > best.paid.minor() {
                best = payment;
            }
        }
        Ok(best)
    }
}
