//! What the customer wants, and what the business need not give.

use super::{claim_now, not_now, regime_of, tell, to_customer, warranty_for};
use crate::code;
use crate::kernel::{BasisPoints, Money, Permission};
use crate::record::Entry;
use crate::warranty::{
    ChooseRemedy, Due, ExtendRepair, Ground, Open, Refusal, RefuseRemedy, Remedy, Step,
    WarrantyClaim, WarrantyClaimEvent, is_disproportionate,
};
use crate::work::{Command, Halt, Work};

/// A remedy that is open for a claim now.
fn open(work: &Work<'_>, claim: &WarrantyClaim, remedy: Remedy) -> Option<Open> {
    let regime = regime_of(work, claim);
    let open = claim.available_remedies(regime, work.now()).into_iter();
    let mut open = open.filter(|it| it.remedy != Remedy::Goodwill);
    open.find(|it| it.remedy == remedy)
}

impl Command for ChooseRemedy {
    type Output = ();
    const NAME: &'static str = "warranty.choose";
    const PERMISSION: Permission = Permission::WARRANTY_OWN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_now(work, self.claim)?;
        let remedy = self.remedy;
        let can_redecide = claim.status.after(Step::Redecide).is_some();
        let is_said = claim.filing.wants == Some(remedy) && claim.is_granted(remedy);
        if is_said || !(claim.status.is_undecided() || can_redecide) {
            return not_now(claim.status, "chosen a remedy for");
        }
        // A repair that was asked for is given its time.
        if claim.filing.history.waiting {
            let until = claim.due.and_then(|due| due.repair).map(|(by, _)| by);
            return Err(Refusal::RepairInTime { until }.into());
        }
        if open(work, &claim, remedy).is_none() {
            return Err(Refusal::RemedyNotOpen { remedy }.into());
        }
        work.emit(claim.id, WarrantyClaimEvent::Chosen { remedy })?;
        if !claim.grants_repair() || claim.is_granted(remedy) {
            return Ok(());
        }
        let today = super::today(work, Some(claim.filing.customer))?;
        super::decide::give_up_repair(work, &claim, today)
    }

    fn output(&self, _: &Entry) {}
}

/// Refused where it is not so that one costs out of proportion beside the other.
fn out_of_proportion(
    share: Option<BasisPoints>,
    cost: Money,
    beside: Money,
    is_inconvenient: bool,
) -> Result<(), Refusal> {
    cost.compare(&beside)?;
    let is_so = |share| is_disproportionate(cost, beside, share, is_inconvenient);
    match share.is_some_and(is_so) {
        true => Ok(()),
        false => Err(Refusal::InProportion { cost, beside }),
    }
}

impl Command for RefuseRemedy {
    type Output = ();
    const NAME: &'static str = "warranty.refuse_remedy";
    const PERMISSION: Permission = Permission::WARRANTY_DECIDE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_now(work, self.claim)?;
        let remedy = self.remedy;
        if !claim.status.is_undecided() {
            return not_now(claim.status, "refused a remedy");
        }
        let is_refusable = |it: &Open| it.refusable && it.insists;
        if !open(work, &claim, remedy).is_some_and(|it| is_refusable(&it)) {
            return Err(Refusal::NotRefusable { remedy }.into());
        }
        let share = work.rulebook().warranty().out_of_proportion;
        match self.ground {
            Ground::Impossible => {}
            Ground::Costly {
                cost,
                other,
                other_cost,
                other_is_inconvenient,
            } => {
                if other == remedy || open(work, &claim, other).is_none() {
                    return Err(Refusal::RemedyNotOpen { remedy: other }.into());
                }
                out_of_proportion(share, cost, other_cost, other_is_inconvenient)?;
            }
            Ground::AboveValue { cost } => {
                let price = warranty_for(work, &claim)?.and_then(|it| it.price);
                let price = price.ok_or(Refusal::PriceUnknown)?;
                out_of_proportion(share, cost, price, false)?;
            }
        }
        let ground = self.ground;
        work.emit(
            claim.id,
            WarrantyClaimEvent::RemedyRefused { remedy, ground },
        )?;
        let draft = to_customer(&claim, code!("warranty.remedy_refused"))
            .with_fact(code!("remedy"), remedy.name())
            .with_fact(code!("ground"), ground.code());
        tell(work, &claim, draft)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for ExtendRepair {
    type Output = ();
    const NAME: &'static str = "warranty.extend_repair";
    const PERMISSION: Permission = Permission::WARRANTY_DECIDE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = super::open_claim(work, self.claim, "given more time")?;
        let rule = regime_of(work, &claim).and_then(|regime| regime.repair.as_ref());
        if !rule.is_some_and(|rule| rule.extendable_for.contains(&self.reason)) {
            let reason = self.reason.clone();
            return Err(Refusal::NotExtendable { reason }.into());
        }
        let Some(due) = claim.due.filter(|_| !claim.filing.history.overdue) else {
            return not_now(claim.status, "given more time");
        };
        if let Some((not_before, _)) = due.repair.filter(|(by, _)| self.until <= *by) {
            let on = self.until;
            return Err(Refusal::TooEarly { on, not_before }.into());
        }
        work.because(self.reason.clone());
        let until = super::end_of(work, claim.filing.customer, self.until)?;
        let due = Due {
            repair: Some((self.until, until)),
            extended: true,
            ..due
        };
        work.emit(claim.id, WarrantyClaimEvent::Timed(due))?;
        let draft = to_customer(&claim, code!("warranty.repair_extended"));
        tell(work, &claim, draft.with_fact(code!("due_on"), self.until))
    }

    fn output(&self, _: &Entry) {}
}
