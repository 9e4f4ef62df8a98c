//! Getting from suppliers what repairs cost.

use super::intake::{category_of, known};
use super::{claim_now, end_of, not_now, regime_of, to_team, today, warranty_for, zone};
use crate::calendar::civil;
use crate::code;
use crate::kernel::{Money, Permission, WarrantyClaimId};
use crate::record::Entry;
use crate::warranty::{
    Contract, Extends, RecoverFromSupplier, Recoverable, Refusal, SettleRecovery, Situation,
    SupplierTerm, Warranty, WarrantyClaim, WarrantyClaimEvent, coverage,
};
use crate::work::{Command, Halt, Work};

/// What a supplier pays of a repair under one of their terms. Their contract counts from the dates of the unit; where the
/// law says that what extends the seller's warranty extends theirs, it does.
fn owed(
    work: &Work<'_>,
    owed: &SupplierTerm,
    claim: &WarrantyClaim,
    warranty: &Warranty,
) -> Option<Money> {
    let term = work.rulebook().warranty().term(&owed.offer.term)?;
    let law = regime_of(work, claim).filter(|regime| regime.extends_suppliers);
    let own = term.extends;
    let extends = law.map_or(own, |regime| both(own, regime.extends));
    let contract = Contract::new(term.clone(), &warranty.dates).extended_by(extends);
    let spells = warranty.spells();
    let situation = Situation {
        component: claim.filing.component.as_ref(),
        cause: claim.filing.cause.as_ref(),
        usage: &claim.filing.usage,
        spells: &spells,
        at_delivery: claim.at_delivery,
        ..Situation::on(claim.filing.noticed_on)
    };
    let costs = claim.repair.as_ref()?.costs?;
    let paid = coverage(&[contract], &situation).pays(&costs).ok()?.paid;
    (!paid.is_zero()).then_some(paid)
}

/// What either adds.
fn both(one: Extends, two: Extends) -> Extends {
    Extends {
        days_in_repair: one.days_in_repair || two.days_in_repair,
        return_day_counts: one.return_day_counts || two.return_day_counts,
        months_once: one.months_once.max(two.months_once),
        while_open: one.while_open || two.while_open,
        recheck_days: one.recheck_days.max(two.recheck_days),
    }
}

/// Notes from which supplier the cost of a repair can be had, and until when: from the one that pays most.
pub(super) fn recoverable(work: &mut Work<'_>, id: WarrantyClaimId) -> Result<(), Halt> {
    let policy = work.rulebook().warranty();
    if policy.suppliers.is_empty() {
        return Ok(());
    }
    let claim = known(work, id)?;
    let (Some(warranty), None) = (warranty_for(work, &claim)?, &claim.recovery) else {
        return Ok(());
    };
    let Some(done_on) = claim.repair.as_ref().map(|it| it.done_on) else {
        return Ok(());
    };
    let Some(unit) = work.document(warranty.unit)? else {
        return Ok(());
    };
    let category = category_of(work, warranty.unit)?;
    let sold_on = warranty.sold_on().unwrap_or(done_on);
    let suppliers = policy.suppliers.iter();
    let fitting = suppliers.filter(|it| it.offer.fits(&unit.product, category.as_ref(), sold_on));
    let found = fitting.filter_map(|it| Some((it, owed(work, it, &claim, &warranty)?)));
    let Some((best, amount)) = found.max_by_key(|(_, amount)| amount.minor()) else {
        return Ok(());
    };
    let until = civil::add_days(done_on, i64::from(best.ask_within_days)).unwrap_or(done_on);
    let customer = claim.filing.customer;
    if end_of(work, customer, until)? <= work.now() {
        return Ok(());
    }
    let days = i64::from(policy.recovery_reminder_days);
    let remind_on = civil::add_days(until, -days).unwrap_or(until).max(done_on);
    let zone = zone(work, Some(customer))?;
    let recoverable = Recoverable {
        supplier: best.supplier.clone(),
        term: best.offer.term.clone(),
        amount,
        until,
        remind_at: civil::start_of_day(&zone, remind_on),
        told: false,
    };
    work.emit(id, WarrantyClaimEvent::Recoverable(Box::new(recoverable)))
}

/// Tells the team that the time to ask a supplier ends soon.
pub(super) fn remind(work: &mut Work<'_>, claim: &WarrantyClaim) -> Result<(), Halt> {
    let Some(owed) = claim.unasked() else {
        return Ok(());
    };
    work.emit(claim.id, WarrantyClaimEvent::RecoveryEndsSoon)?;
    let draft = to_team(work, claim, code!("warranty.recovery_ends_soon"))
        .with_fact(code!("supplier"), &owed.supplier)
        .with_fact(code!("amount"), owed.amount)
        .with_fact(code!("until"), owed.until);
    work.send(draft)?;
    Ok(())
}

impl Command for RecoverFromSupplier {
    type Output = ();
    const NAME: &'static str = "warranty.recover";
    const PERMISSION: Permission = Permission::WARRANTY_REVIEW;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_now(work, self.claim)?;
        if claim.recovery.is_some() {
            return not_now(claim.status, "recovered twice");
        }
        let mut suppliers = work.rulebook().warranty().suppliers.iter();
        if !suppliers.any(|it| it.supplier == self.supplier) {
            let supplier = self.supplier.clone();
            return Err(Refusal::UnknownSupplier { supplier }.into());
        }
        let known = claim.recoverable.as_ref();
        let known = known.filter(|it| it.supplier == self.supplier);
        let amount = self.amount.or(known.map(|it| it.amount));
        let amount = amount.filter(|it| !it.is_negative() && !it.is_zero());
        let amount = amount.ok_or(Refusal::AmountNeeded)?;
        let until = self.until.or(known.map(|it| it.until));
        let today = today(work, Some(claim.filing.customer))?;
        if let Some(until) = until.filter(|until| *until < today) {
            return Err(Refusal::RecoveryOver { until }.into());
        }
        let event = WarrantyClaimEvent::RecoveryBegan {
            supplier: self.supplier.clone(),
            amount,
            until,
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
            return Err(Refusal::NegativeAmount { amount: paid }.into());
        }
        let asked = recovery.amount;
        if paid.compare(&asked).map_err(Refusal::from)?.is_gt() {
            return Err(Refusal::AboveAsked { paid, asked }.into());
        }
        work.emit(claim.id, WarrantyClaimEvent::RecoverySettled { paid })
    }

    fn output(&self, _: &Entry) {}
}
