//! Approving and denying claims.

use chrono::NaiveDate;

use super::amount::{amount, share};
use super::attach::let_in;
use super::intake::{known, reject_until, time};
use super::{
    calendar_of, claim_now, claim_to, emit_warranty, end_of, loan, may, not_now, open_claim,
    regime_of, soon, tell, to_customer, to_team, today, warranty_for,
};
use crate::calendar::civil;
use crate::code;
use crate::kernel::{Code, Permission};
use crate::record::Entry;
use crate::warranty::{
    AppealDenial, ApproveClaim, ClearFlag, CloseClaim, Decision, DenyClaim, Due, Fault,
    GiveUpRemedy, Grant, Refusal, Remedy, Spell, Step, Verdict, WarrantyClaim, WarrantyClaimEvent,
    WarrantyEvent, WithdrawClaim,
};
use crate::work::{Command, Halt, Work};

/// The rules that open a remedy for a claim now; `None` when it is not open.
pub(super) fn is_open(work: &Work<'_>, claim: &WarrantyClaim, remedy: Remedy) -> Option<Vec<Code>> {
    let regime = regime_of(work, claim);
    let mut open = claim.available_remedies(regime, work.now()).into_iter();
    open.find(|it| it.remedy == remedy).map(|it| it.by)
}

/// Refused where another claim replaced the unit, or paid its price back: only goodwill can follow.
pub(super) fn not_given_up(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    remedy: Remedy,
) -> Result<(), Halt> {
    let warranty = warranty_for(work, claim)?.filter(|_| remedy != Remedy::Goodwill);
    match warranty.and_then(|it| it.given_up_in(claim.id)) {
        Some(claim) => Err(Refusal::GivenUp { claim }.into()),
        None => Ok(()),
    }
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
        not_given_up(work, &claim, remedy)?;
        let Some(by) = is_open(work, &claim, remedy) else {
            return Err(Refusal::RemedyNotOpen { remedy }.into());
        };
        let insisted_on = claim.insisted_on(regime_of(work, &claim), work.now());
        if let Some(remedy) = insisted_on.filter(|wants| *wants != remedy) {
            return Err(Refusal::CustomerInsists { remedy }.into());
        }
        let grant = Grant {
            remedy,
            amount: amount(work, &claim, self, &by)?,
            share: share(work, self)?,
            by,
            by_rule: false,
        };
        agree(work, &claim, &grant, self.done_by)?;
        let claim = known(work, claim.id)?;
        approve(work, &claim, grant, self.done_by)
    }

    fn output(&self, _: &Entry) {}
}

/// Takes in by when a repair is to be done, as agreed: where the regime has a date, no later than that.
fn agree(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    grant: &Grant,
    agreed: Option<NaiveDate>,
) -> Result<(), Halt> {
    let Some(by) = agreed else {
        return Ok(());
    };
    let not_before = today(work, Some(claim.filing.customer))?;
    if by < not_before {
        return Err(Refusal::TooEarly { on: by, not_before }.into());
    }
    let law = claim.due.and_then(|due| due.repair);
    if !grant.is_repair() || law.is_some_and(|(last, _)| last <= by) {
        return Ok(());
    }
    let until = end_of(work, claim.filing.customer, by)?;
    let due = Due {
        repair: Some((by, until)),
        ..claim
            .due
            .unwrap_or(Due::nothing(claim.filing.counts_from()))
    };
    work.emit(claim.id, WarrantyClaimEvent::Timed(due))
}

/// Approves a claim. A repair under warranty counts from the notice, or from when its days count.
pub(super) fn approve(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    grant: Grant,
    agreed: Option<NaiveDate>,
) -> Result<(), Halt> {
    let event = WarrantyClaimEvent::Approved(Box::new(grant.clone()));
    work.emit(claim.id, event)?;
    if grant.remedy == Remedy::Repair {
        let mut spell = Spell::new(claim.filing.counts_from(), None);
        spell.component.clone_from(&claim.filing.component);
        let claim_id = claim.id;
        let event = WarrantyEvent::RepairBegan {
            claim: claim_id,
            spell,
        };
        emit_warranty(work, claim, event)?;
    }
    let given_by = give_by(work, claim, &grant, agreed)?;
    // The days of a repair that nobody owed count now that it was granted.
    time(work, claim.id)?;
    let claim = &*known(work, claim.id)?;
    let mut draft = to_customer(claim, code!("warranty.claim_approved"))
        .with_fact(code!("remedy"), grant.remedy.name());
    if let Some(amount) = grant.amount {
        draft = draft.with_fact(code!("amount"), amount);
    }
    if let Some(share) = grant.share {
        draft = draft.with_fact(code!("share"), share.get());
    }
    let repair = claim.due.and_then(|due| due.repair).map(|(by, _)| by);
    if let Some(by) = given_by.or(repair.filter(|_| grant.is_repair())) {
        draft = draft.with_fact(code!("due_on"), by);
    }
    tell(work, claim, draft)
}

/// By when what was granted is to be given: as the law wants it, or sooner, as agreed. What an earlier grant was due by does
/// not count for this one.
fn give_by(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    grant: &Grant,
    agreed: Option<NaiveDate>,
) -> Result<Option<NaiveDate>, Halt> {
    let law = regime_of(work, claim).filter(|_| claim.filing.by_law != Verdict::Not);
    let (noticed_on, customer) = (claim.filing.counts_from(), claim.filing.customer);
    let today = today(work, Some(customer))?;
    let calendar = law.and_then(|law| calendar_of(work, law));
    let law = law.and_then(|law| law.given_by(grant.remedy, noticed_on, today, calendar));
    let agreed = agreed.filter(|_| !grant.is_repair());
    let by = law.into_iter().chain(agreed).min();
    let remedy = match by {
        Some(by) => Some((by, end_of(work, customer, by)?)),
        None => None,
    };
    let before = claim.due.unwrap_or(Due::nothing(noticed_on));
    if remedy != before.remedy {
        let due = Due { remedy, ..before };
        work.emit(claim.id, WarrantyClaimEvent::Timed(due))?;
    }
    Ok(by)
}

/// The claim is over without a remedy.
fn drop_fault(work: &mut Work<'_>, claim: &WarrantyClaim) -> Result<(), Halt> {
    loan::to_return(work, claim.id)?;
    let today = today(work, Some(claim.filing.customer))?;
    give_up_repair(work, claim, today)?;
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
        if self.reasons.is_empty() {
            return Err(Refusal::NothingNamed.into());
        }
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
            of_replaced: false,
            of_past_sale: false,
        };
        if !claim.is_strangers() {
            emit_warranty(work, &claim, WarrantyEvent::Faulty(fault))?;
        }
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
        work.emit(claim.id, event)?;
        let today = today(work, Some(claim.filing.customer))?;
        reject_again(work, &claim, today)?;
        give_up_repair(work, &claim, today)
    }

    fn output(&self, _: &Entry) {}
}

/// What was begun of a repair adds nothing from now on: it will not be done.
pub(super) fn give_up_repair(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    on: NaiveDate,
) -> Result<(), Halt> {
    let warranty = warranty_for(work, claim)?;
    let Some(warranty) = warranty.filter(|it| it.repairs_for(claim.id)) else {
        return Ok(());
    };
    let claim = claim.id;
    work.emit(warranty.id, WarrantyEvent::RepairGivenUp { claim, on })?;
    soon::look(work, warranty.id)
}

/// While a repair was waited for, up to this date, the days did not run in which a unit can be handed back at once.
pub(super) fn reject_again(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    on: NaiveDate,
) -> Result<(), Halt> {
    if claim.filing.reject_until.is_none() || !claim.filing.history.waiting {
        return Ok(());
    }
    let Some(warranty) = warranty_for(work, claim)? else {
        return Ok(());
    };
    let regime = claim.filing.regime.clone();
    match reject_until(work, claim.filing.customer, &warranty, regime.as_ref(), on)? {
        Some(until) => work.emit(claim.id, WarrantyClaimEvent::RejectMoved { until }),
        None => Ok(()),
    }
}

impl Command for CloseClaim {
    type Output = ();
    const NAME: &'static str = "warranty.close";
    const PERMISSION: Permission = Permission::WARRANTY_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_to(work, self.claim, Step::Close, "closed")?;
        // A denial can be appealed against to the end of its time, whoever would like it over.
        if let Some(Decision::Denied { appeal_until, .. }) = &claim.decision {
            let on = today(work, Some(claim.filing.customer))?;
            let not_before = civil::add_days(*appeal_until, 1).unwrap_or(*appeal_until);
            return Err(Refusal::TooEarly { on, not_before }.into());
        }
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
        work.emit(claim.id, WarrantyClaimEvent::Cleared { flag, finding })?;
        match claim.is_strangers() && !known(work, claim.id)?.is_strangers() {
            true => let_in(work, claim.id),
            false => Ok(()),
        }
    }

    fn output(&self, _: &Entry) {}
}
