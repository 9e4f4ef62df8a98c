//! Approving and denying claims.

use super::{
    claim_now, claim_to, emit_warranty, end_of, may, name_of, not_now, open_claim, regime_of, soon,
    tell, to_customer, to_team, today, warranty_for,
};
use crate::calendar::civil;
use crate::code;
use crate::kernel::{Actor, Code, Money, Permission};
use crate::record::Entry;
use crate::warranty::{
    AppealDenial, ApproveClaim, ClearFlag, CloseClaim, Decision, DenyClaim, Fault, GiveUpRemedy,
    Grant, Refusal, Remedy, Spell, Step, WarrantyClaim, WarrantyClaimEvent, WarrantyEvent,
    WithdrawClaim,
};
use crate::work::{Command, Halt, Work};

/// The rules that open a remedy for a claim now; `None` when it is not open.
pub(super) fn is_open(work: &Work<'_>, claim: &WarrantyClaim, remedy: Remedy) -> Option<Vec<Code>> {
    let rules = regime_of(work, claim).map_or(&[][..], |regime| &regime.remedies);
    let mut open = claim.available_remedies(rules).into_iter();
    let by = open.find(|it| it.remedy == remedy).map(|it| it.by);
    // Without a law the terms themselves say that a covered fault is repaired or the unit replaced.
    let by_term = claim.filing.regime.is_none()
        && claim.filing.verdict != crate::warranty::Verdict::Not
        && matches!(remedy, Remedy::Repair | Remedy::Replacement);
    by.or_else(|| by_term.then(|| vec![code!("term")]))
}

/// The most that the actor may approve to be paid back; `None` for nothing.
fn limit(work: &Work<'_>) -> Option<Money> {
    let Actor::Staff { roles, .. } = work.actor() else {
        return None;
    };
    let limits = &work.rulebook().warranty().approval_limits;
    let own = roles.iter().filter_map(|role| limits.get(role));
    own.max_by_key(|amount| amount.minor()).copied()
}

/// What is paid back with a remedy, checked against the price.
fn amount(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    command: &ApproveClaim,
) -> Result<Option<Money>, Halt> {
    if !matches!(command.remedy, Remedy::Refund | Remedy::PriceCut) {
        return match command.amount {
            Some(_) => Err(Refusal::AmountNeeded.into()),
            None => Ok(None),
        };
    }
    let price = warranty_for(work, claim)?.and_then(|it| it.price);
    let whole = price.filter(|_| command.remedy == Remedy::Refund);
    let amount = command.amount.or(whole).ok_or(Refusal::AmountNeeded)?;
    if amount.is_negative() || amount.is_zero() {
        return Err(Refusal::AmountNeeded.into());
    }
    if let Some(price) = price
        && amount.compare(&price).map_err(Refusal::from)?.is_gt()
    {
        return Err(Refusal::AbovePrice { amount, price }.into());
    }
    if !matches!(work.actor(), Actor::System) {
        let most = limit(work);
        let fits = match most {
            Some(most) => amount.compare(&most).map_err(Refusal::from)?.is_le(),
            None => false,
        };
        if !fits {
            return Err(Refusal::AboveLimit { most }.into());
        }
    }
    Ok(Some(amount))
}

impl Command for ApproveClaim {
    type Output = ();
    const NAME: &'static str = "warranty.approve";
    const PERMISSION: Permission = Permission::WARRANTY_DECIDE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_to(work, self.claim, Step::Approve, "approved")?;
        let remedy = self.remedy;
        if remedy == Remedy::Goodwill {
            may(work, Permission::WARRANTY_REVIEW)?;
        }
        let Some(by) = is_open(work, &claim, remedy) else {
            return Err(Refusal::RemedyNotOpen { remedy }.into());
        };
        let amount = amount(work, &claim, self)?;
        approve(work, &claim, remedy, amount, by, false)
    }

    fn output(&self, _: &Entry) {}
}

/// Approves a claim. A repair under warranty counts from the notice, or from when its days count.
pub(super) fn approve(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    remedy: Remedy,
    amount: Option<Money>,
    by: Vec<Code>,
    by_rule: bool,
) -> Result<(), Halt> {
    let grant = Grant {
        remedy,
        amount,
        by,
        by_rule,
    };
    work.emit(claim.id, WarrantyClaimEvent::Approved(Box::new(grant)))?;
    if remedy == Remedy::Repair {
        let mut spell = Spell::new(claim.filing.noticed_on, None);
        spell.component.clone_from(&claim.filing.component);
        let claim_id = claim.id;
        let event = WarrantyEvent::RepairBegan {
            claim: claim_id,
            spell,
        };
        emit_warranty(work, claim, event)?;
    }
    let mut draft = to_customer(claim, code!("warranty.claim_approved"))
        .with_fact(code!("remedy"), name_of(remedy));
    if let Some(amount) = amount {
        draft = draft.with_fact(code!("amount"), amount);
    }
    if let Some((by, _)) = claim.due.and_then(|due| due.repair) {
        draft = draft.with_fact(code!("due_on"), by);
    }
    tell(work, claim, draft)
}

/// The claim is over without a remedy.
fn drop_fault(work: &mut Work<'_>, claim: &WarrantyClaim) -> Result<(), Halt> {
    let today = today(work, Some(claim.filing.customer))?;
    let Some(warranty) = warranty_for(work, claim)? else {
        return Ok(());
    };
    let mut repairs = warranty.repairs.iter();
    if repairs.any(|it| it.claim == claim.id && it.spell.to.is_none()) {
        let (claim, on) = (claim.id, today);
        work.emit(warranty.id, WarrantyEvent::RepairEnded { claim, on })?;
        soon::look(work, warranty.id)?;
    }
    let (claim, done) = (claim.id, None);
    work.emit(warranty.id, WarrantyEvent::Settled { claim, done })
}

impl Command for DenyClaim {
    type Output = ();
    const NAME: &'static str = "warranty.deny";
    const PERMISSION: Permission = Permission::WARRANTY_DECIDE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_to(work, self.claim, Step::Deny, "denied")?;
        let customer = claim.filing.customer;
        let today = today(work, Some(customer))?;
        let days = i64::from(work.rulebook().warranty().appeal_days);
        let appeal_until = civil::add_days(today, days).unwrap_or(today);
        let closes_at = end_of(work, customer, appeal_until)?;
        let event = WarrantyClaimEvent::Denied {
            reasons: self.reasons.clone(),
            appeal_until,
            closes_at,
        };
        work.emit(claim.id, event)?;
        drop_fault(work, &claim)?;
        let reasons: Vec<_> = self.reasons.iter().map(Code::as_str).collect();
        let draft = to_customer(&claim, code!("warranty.claim_denied"))
            .with_fact(code!("reasons"), reasons.join(" "))
            .with_fact(code!("appeal_until"), appeal_until);
        tell(work, &claim, draft)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for AppealDenial {
    type Output = ();
    const NAME: &'static str = "warranty.appeal";
    const PERMISSION: Permission = Permission::WARRANTY_OWN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_now(work, self.claim)?;
        let Some(Decision::Denied { appeal_until, .. }) = claim.decision else {
            return not_now(claim.status, "appealed against");
        };
        let until = appeal_until;
        if claim.status.after(Step::Appeal).is_none() {
            return Err(Refusal::AppealOver { until }.into());
        }
        let reason = self.reason.clone();
        work.emit(claim.id, WarrantyClaimEvent::Appealed { reason })?;
        let fault = Fault {
            claim: claim.id,
            on: claim.filing.noticed_on,
            component: claim.filing.component.clone(),
            code: claim.filing.fault.clone(),
            done: None,
            dropped: false,
        };
        emit_warranty(work, &claim, WarrantyEvent::Faulty(fault))?;
        let draft = to_team(work, &claim, code!("warranty.appeal"));
        work.send(draft.with_fact(code!("reason"), &self.reason))?;
        Ok(())
    }

    fn output(&self, _: &Entry) {}
}

impl Command for GiveUpRemedy {
    type Output = ();
    const NAME: &'static str = "warranty.give_up";
    const PERMISSION: Permission = Permission::WARRANTY_DECIDE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_to(work, self.claim, Step::Redecide, "given up")?;
        let event = WarrantyClaimEvent::Failed {
            reason: self.reason.clone(),
            irreparable: self.irreparable,
        };
        work.emit(claim.id, event)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for CloseClaim {
    type Output = ();
    const NAME: &'static str = "warranty.close";
    const PERMISSION: Permission = Permission::WARRANTY_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_to(work, self.claim, Step::Close, "closed")?;
        work.emit(claim.id, WarrantyClaimEvent::Closed)?;
        crate::flows::reactions::of_claim(work, claim.id)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for WithdrawClaim {
    type Output = ();
    const NAME: &'static str = "warranty.withdraw";
    const PERMISSION: Permission = Permission::WARRANTY_OWN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_to(work, self.claim, Step::Withdraw, "withdrawn")?;
        let reason = self.reason.clone();
        work.emit(claim.id, WarrantyClaimEvent::Withdrawn { reason })?;
        drop_fault(work, &claim)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for ClearFlag {
    type Output = ();
    const NAME: &'static str = "warranty.clear_flag";
    const PERMISSION: Permission = Permission::WARRANTY_REVIEW;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = open_claim(work, self.claim, "reviewed")?;
        let mut flags = claim.flags.iter().filter(|it| it.is_open());
        if !flags.any(|it| it.flag.code() == self.flag.as_str()) {
            return Err(Refusal::NotFlagged.into());
        }
        let (flag, finding) = (self.flag.clone(), self.finding.clone());
        work.emit(claim.id, WarrantyClaimEvent::Cleared { flag, finding })
    }

    fn output(&self, _: &Entry) {}
}
