//! Complaints, after ISO 10002:2018: received, acknowledged, decided, appealed.

use super::clocks::{fact, retarget};
use super::{open_to, reopen, tell};
use crate::case::{
    AcknowledgeComplaint, AppealComplaint, CaseEvent, DecideComplaint, Doing, MakeComplaint,
    Refusal, ReopenedBy, Severity,
};
use crate::code;
use crate::kernel::{CaseId, Permission};
use crate::message::{Draft, Recipient};
use crate::record::Entry;
use crate::sla::{Basis, Fact};
use crate::work::{Command, Halt, Work};

/// Makes a case a complaint of this severity. What is promised for such complaints counts from now: the
/// case may be an old one.
pub(super) fn complain(work: &mut Work<'_>, id: CaseId, severity: Severity) -> Result<(), Halt> {
    work.emit(id, CaseEvent::BecameComplaint { severity })?;
    retarget(work, id, work.now(), Basis::Change)
}

impl Command for MakeComplaint {
    type Output = ();
    const NAME: &'static str = "case.make_complaint";
    const PERMISSION: Permission = Permission::CASE_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = open_to(work, self.case, Doing::Complain)?;
        let before = case.complaint.as_ref().map(|it| it.severity);
        if before == Some(self.severity) {
            return Ok(());
        }
        complain(work, case.id, self.severity)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for AcknowledgeComplaint {
    type Output = ();
    const NAME: &'static str = "case.acknowledge_complaint";
    const PERMISSION: Permission = Permission::CASE_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = open_to(work, self.case, Doing::Complain)?;
        let complaint = case.complaint.as_ref().ok_or(Refusal::NotAComplaint)?;
        if complaint.acknowledged_at.is_some() {
            return Ok(());
        }
        work.emit(case.id, CaseEvent::ComplaintAcknowledged)?;
        fact(work, case.id, Fact::Acknowledged)?;
        let to = Recipient::Customer(case.customer);
        let draft = Draft::new(to, code!("case.complaint_received"));
        tell(work, case.id, draft.with_fact(code!("case"), case.id))
    }

    fn output(&self, _: &Entry) {}
}

impl Command for DecideComplaint {
    type Output = ();
    const NAME: &'static str = "case.decide_complaint";
    const PERMISSION: Permission = Permission::CASE_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = open_to(work, self.case, Doing::Complain)?;
        let complaint = case.complaint.as_ref().ok_or(Refusal::NotAComplaint)?;
        if complaint.is_decided() {
            let needed = "undecided, or appealed against";
            return Err(Refusal::ComplaintStep { needed }.into());
        }
        if complaint.acknowledged_at.is_none() {
            work.emit(case.id, CaseEvent::ComplaintAcknowledged)?;
            fact(work, case.id, Fact::Acknowledged)?;
        }
        work.emit(
            case.id,
            CaseEvent::ComplaintDecided {
                decision: self.decision.clone(),
                remedy: self.remedy.clone(),
            },
        )?;
        let to = Recipient::Customer(case.customer);
        let draft = Draft::new(to, code!("case.complaint_decided"))
            .with_fact(code!("case"), case.id)
            .with_fact(code!("decision"), &self.decision);
        tell(work, case.id, draft)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for AppealComplaint {
    type Output = ();
    const NAME: &'static str = "case.appeal_complaint";
    const PERMISSION: Permission = Permission::CASE_OWN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = open_to(work, self.case, Doing::Appeal)?;
        let complaint = case.complaint.as_ref().ok_or(Refusal::NotAComplaint)?;
        if !complaint.is_decided() {
            let needed = "decided, and not appealed against already";
            return Err(Refusal::ComplaintStep { needed }.into());
        }
        let reason = self.reason.clone();
        work.because(reason.clone());
        work.emit(case.id, CaseEvent::ComplaintAppealed { reason })?;
        if case.is_done() {
            let case = work.need(case.id)?;
            reopen(work, &case, ReopenedBy::Request(code!("appeal")))?;
        }
        Ok(())
    }

    fn output(&self, _: &Entry) {}
}
