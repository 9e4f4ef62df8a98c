//! Getting from suppliers what repairs cost.

use super::{claim_now, not_now, today};
use crate::kernel::Permission;
use crate::record::Entry;
use crate::warranty::{RecoverFromSupplier, Refusal, SettleRecovery, WarrantyClaimEvent};
use crate::work::{Command, Halt, Work};

impl Command for RecoverFromSupplier {
    type Output = ();
    const NAME: &'static str = "warranty.recover";
    const PERMISSION: Permission = Permission::WARRANTY_REVIEW;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_now(work, self.claim)?;
        if claim.recovery.is_some() {
            return not_now(claim.status, "recovered twice");
        }
        if self.amount.is_negative() || self.amount.is_zero() {
            return Err(Refusal::AmountNeeded.into());
        }
        let today = today(work, Some(claim.filing.customer))?;
        if let Some(until) = self.until.filter(|until| *until < today) {
            return Err(Refusal::RecoveryOver { until }.into());
        }
        let event = WarrantyClaimEvent::RecoveryBegan {
            supplier: self.supplier.clone(),
            amount: self.amount,
            until: self.until,
        };
        work.emit(claim.id, event)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for SettleRecovery {
    type Output = ();
    const NAME: &'static str = "warranty.settle_recovery";
    const PERMISSION: Permission = Permission::WARRANTY_REVIEW;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_now(work, self.claim)?;
        let open = claim.recovery.as_ref().filter(|it| it.paid.is_none());
        let Some(recovery) = open else {
            return not_now(claim.status, "settled with a supplier");
        };
        let paid = self.paid;
        if paid.is_negative() {
            return Err(Refusal::AmountNeeded.into());
        }
        paid.compare(&recovery.amount).map_err(Refusal::from)?;
        work.emit(claim.id, WarrantyClaimEvent::RecoverySettled { paid })
    }

    fn output(&self, _: &Entry) {}
}
