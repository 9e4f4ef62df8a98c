//! Lending a similar item, and getting it back.

use super::intake::known;
use super::{claim_now, end_of, happened, not_now, open_claim, tell, to_customer, to_team, today};
use crate::calendar::civil;
use crate::code;
use crate::kernel::{Code, Permission, WarrantyClaimId};
use crate::message::Draft;
use crate::record::Entry;
use crate::warranty::{ClaimStatus, LendItem, TakeLoanerBack, WarrantyClaim, WarrantyClaimEvent};
use crate::work::{Command, Halt, Work};

impl Command for LendItem {
    type Output = ();
    const NAME: &'static str = "warranty.lend";
    const PERMISSION: Permission = Permission::WARRANTY_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = open_claim(work, self.claim, "lent something for")?;
        if claim.loaner_out().is_some() {
            return not_now(claim.status, "lent something for twice");
        }
        // Whoever has theirs, or is told that nothing is done about it, waits for nothing.
        if matches!(claim.status, ClaimStatus::Denied | ClaimStatus::Fulfilled) {
            return not_now(claim.status, "lent something for");
        }
        happened(work, &claim, self.on, None)?;
        let (item, on) = (self.item.clone(), self.on);
        work.emit(claim.id, WarrantyClaimEvent::Lent { item, on })
    }

    fn output(&self, _: &Entry) {}
}

impl Command for TakeLoanerBack {
    type Output = ();
    const NAME: &'static str = "warranty.take_loaner_back";
    const PERMISSION: Permission = Permission::WARRANTY_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        // A loaner may come back after the claim is closed.
        let claim = claim_now(work, self.claim)?;
        let Some(lent_on) = claim.loaner_out().map(|it| it.lent_on) else {
            return not_now(claim.status, "given a loaner back for");
        };
        happened(work, &claim, self.on, Some(lent_on))?;
        work.emit(claim.id, WarrantyClaimEvent::LoanerBack { on: self.on })
    }

    fn output(&self, _: &Entry) {}
}

/// A loaner is owed from now on.
pub(super) fn owed(work: &mut Work<'_>, claim: &WarrantyClaim) -> Result<(), Halt> {
    work.emit(claim.id, WarrantyClaimEvent::LoanerDue)?;
    tell_both(work, claim, &code!("warranty.loaner_due"), |draft| draft)
}

/// The customer waits for nothing any more: from today the days run in which what was lent is to come back.
pub(super) fn to_return(work: &mut Work<'_>, id: WarrantyClaimId) -> Result<(), Halt> {
    let claim = known(work, id)?;
    let Some(loaner) = claim.loaner_out() else {
        return Ok(());
    };
    let customer = claim.filing.customer;
    let today = today(work, Some(customer))?;
    let days = i64::from(work.rulebook().warranty().loaner_back_days);
    let last = civil::add_days(today, days).unwrap_or(today);
    let by = (last, end_of(work, customer, last)?);
    work.emit(id, WarrantyClaimEvent::LoanerAwaited { by })?;
    let draft = to_customer(&claim, code!("warranty.loaner_to_return"))
        .with_fact(code!("item"), &loaner.item)
        .with_fact(code!("due_on"), last);
    tell(work, &claim, draft)
}

/// What was lent should be back by now.
pub(super) fn late(work: &mut Work<'_>, claim: &WarrantyClaim) -> Result<(), Halt> {
    work.emit(claim.id, WarrantyClaimEvent::LoanerLate)?;
    let loaner = claim.loaner_out();
    let item = loaner.map(|it| it.item.clone());
    let by = loaner.and_then(|it| it.back_by).map(|(by, _)| by);
    tell_both(work, claim, &code!("warranty.loaner_late"), |mut draft| {
        if let Some(item) = &item {
            draft = draft.with_fact(code!("item"), item);
        }
        match by {
            Some(by) => draft.with_fact(code!("due_on"), by),
            None => draft,
        }
    })
}

fn tell_both(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    purpose: &Code,
    with: impl Fn(Draft) -> Draft,
) -> Result<(), Halt> {
    tell(work, claim, with(to_customer(claim, purpose.clone())))?;
    let staff = with(to_team(work, claim, purpose.clone()));
    work.send(staff)?;
    Ok(())
}
