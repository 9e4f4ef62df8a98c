//! Merging and linking cases.

use super::clocks::{fact, retarget};
use super::complaint::complain;
use super::{close, dossier, file_of, open_to};
use crate::case::{CaseEvent, Complaint, Doing, LinkCases, MergeCases, Refusal, UnlinkCases};
use crate::kernel::{CaseId, Permission};
use crate::record::{Entry, Key};
use crate::sla::{Basis, Fact};
use crate::work::{Command, Halt, Work};

impl Command for MergeCases {
    type Output = ();
    const NAME: &'static str = "case.merge";
    const PERMISSION: Permission = Permission::CASE_COMBINE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.extend([Key::of(self.survivor), Key::of(self.merged)]);
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        if self.survivor == self.merged {
            return Err(Refusal::Itself.into());
        }
        work.want([self.survivor, self.merged]);
        let merged = open_to(work, self.merged, Doing::Merge)?;
        let survivor = open_to(work, self.survivor, Doing::Absorb)?;
        let one = crate::flows::customer::survivor(work, merged.customer)?.id;
        if one != crate::flows::customer::survivor(work, survivor.customer)?.id {
            return Err(Refusal::OtherCustomer.into());
        }
        let (_, theirs) = file_of(work, &merged)?;
        if !theirs.facts.is_empty() {
            let (number, mut ours) = dossier(work, &survivor)?;
            for (name, known) in theirs.facts {
                ours.facts.entry(name).or_insert(known);
            }
            work.put(number, ours)?;
        }
        let case = survivor.id;
        work.emit(merged.id, CaseEvent::MergedInto { case })?;
        fact(work, merged.id, Fact::Merged)?;
        let merged = work.need(merged.id)?;
        close(work, &merged, work.now())?;
        let case = merged.id;
        work.emit(survivor.id, CaseEvent::Absorbed { case })?;
        if survivor.about.is_none() {
            super::open::refer_like(work, survivor.id, &merged)?;
        }
        // What the customer complains of is not forgotten by merging.
        match (&merged.complaint, &survivor.complaint) {
            (None, _) => Ok(()),
            (Some(theirs), None) => take(work, survivor.id, theirs.clone()),
            (Some(theirs), Some(ours)) if theirs.is_decided() || !ours.is_decided() => {
                let is_worse = !theirs.is_decided() && ours.severity < theirs.severity;
                match is_worse {
                    true => complain(work, survivor.id, theirs.severity),
                    false => Ok(()),
                }
            }
            // What was decided stands in the journal; what is to be decided goes on.
            (Some(theirs), Some(ours)) => {
                let appeals = ours.appeals.saturating_add(theirs.appeals);
                let open = theirs.clone();
                take(work, survivor.id, Complaint { appeals, ..open })
            }
        }
    }

    fn output(&self, _: &Entry) {}
}

/// Has a complaint go on in another case, as far as it has come.
fn take(work: &mut Work<'_>, id: CaseId, complaint: Complaint) -> Result<(), Halt> {
    let is_acknowledged = complaint.acknowledged_at.is_some();
    work.emit(id, CaseEvent::ComplaintTaken(Box::new(complaint)))?;
    let case = work.need(id)?;
    if is_acknowledged && case.clocks.standing().acknowledged_at.is_none() {
        fact(work, id, Fact::Acknowledged)?;
    }
    retarget(work, id, work.now(), Basis::Change)
}

impl Command for LinkCases {
    type Output = ();
    const NAME: &'static str = "case.link";
    const PERMISSION: Permission = Permission::CASE_COMBINE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        if self.case == self.to {
            return Err(Refusal::Itself.into());
        }
        work.want([self.case, self.to]);
        let case = open_to(work, self.case, Doing::Link)?;
        let other = open_to(work, self.to, Doing::Link)?;
        if case.links.contains(&(self.kind, other.id)) {
            return Err(Refusal::SameLink.into());
        }
        let (kind, to) = (self.kind, other.id);
        work.emit(case.id, CaseEvent::Linked { to, kind })?;
        let (kind, to) = (kind.inverse(), case.id);
        work.emit(other.id, CaseEvent::Linked { to, kind })
    }

    fn output(&self, _: &Entry) {}
}

impl Command for UnlinkCases {
    type Output = ();
    const NAME: &'static str = "case.unlink";
    const PERMISSION: Permission = Permission::CASE_COMBINE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        work.want([self.case, self.to]);
        let case = open_to(work, self.case, Doing::Link)?;
        let other = open_to(work, self.to, Doing::Link)?;
        if !case.links.contains(&(self.kind, other.id)) {
            return Err(Refusal::SameLink.into());
        }
        let (kind, from) = (self.kind, other.id);
        work.emit(case.id, CaseEvent::Unlinked { from, kind })?;
        let (kind, from) = (kind.inverse(), case.id);
        work.emit(other.id, CaseEvent::Unlinked { from, kind })
    }

    fn output(&self, _: &Entry) {}
}
