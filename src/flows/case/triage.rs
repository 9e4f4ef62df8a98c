//! Saying what a case is, and with it which promises apply.

use super::clocks::{prioritise, retarget};
use super::open_to;
use crate::case::{CaseEvent, ClassifyCase, Doing, PrioritiseCase, ReapplyPolicies};
use crate::kernel::Permission;
use crate::record::{Entry, Key};
use crate::work::{Command, Halt, Work};

impl Command for PrioritiseCase {
    type Output = ();
    const NAME: &'static str = "case.prioritise";
    const PERMISSION: Permission = Permission::CASE_TRIAGE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.case));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = open_to(work, self.case, Doing::Prioritise)?;
        let to = work.rulebook().cases().priority(Some(&self.to))?;
        prioritise(work, case.id, work.now(), &to, self.basis)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for ClassifyCase {
    type Output = ();
    const NAME: &'static str = "case.classify";
    const PERMISSION: Permission = Permission::CASE_TRIAGE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.case));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = open_to(work, self.case, Doing::Classify)?;
        let now = (&self.topic, &self.product, &self.contract);
        if now == (&case.topic, &case.product, &case.contract) {
            return Ok(());
        }
        work.emit(
            case.id,
            CaseEvent::Classified {
                topic: self.topic.clone(),
                product: self.product.clone(),
                contract: self.contract.clone(),
            },
        )?;
        retarget(work, case.id, work.now(), self.basis)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for ReapplyPolicies {
    type Output = ();
    const NAME: &'static str = "case.reapply_policies";
    const PERMISSION: Permission = Permission::CASE_TRIAGE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = open_to(work, self.case, Doing::Classify)?;
        retarget(work, case.id, work.now(), self.basis)
    }

    fn output(&self, _: &Entry) {}
}
