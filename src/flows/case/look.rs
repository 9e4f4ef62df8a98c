//! Looking at cases.

use std::sync::Arc;

use crate::case::{Case, CasePage, CaseView, FindCase, OpenCases, Queue, ViewCase};
use crate::kernel::{Actor, CaseId, DossierId, Permission};
use crate::record::{Cursor, Index, Query, Record};
use crate::work::{Halt, Question, Reader};

impl Question for ViewCase {
    type Output = CaseView;
    const PERMISSION: Permission = Permission::CASE_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<CaseView, Halt> {
        let file = DossierId::from_uuid(self.case.uuid());
        reader.want([file]);
        let case = reader.need(self.case)?;
        let dossier = reader.get(file)?;
        let rulebook = reader.rulebook();
        let reads_orders = rulebook
            .access()
            .allows(reader.actor(), Permission::ORDER_READ);
        let order = match case.about.filter(|_| reads_orders) {
            Some(order) => reader.get(order)?,
            None => None,
        };
        let clocks = case.clocks(self.at, rulebook.calendars())?;
        let customer = crate::flows::customer::survivor_read(reader, case.customer)?;
        let subject = case.subject(customer.tier.clone());
        // What is promised to whom else is not for customers.
        let policies = if matches!(reader.actor(), Actor::Customer(_)) {
            Vec::new()
        } else {
            rulebook.sla().choose(&subject).considered
        };
        Ok(CaseView {
            case,
            dossier,
            order,
            clocks,
            policies,
        })
    }
}

impl Question for OpenCases {
    type Output = CasePage;
    const PERMISSION: Permission = Permission::CASE_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<CasePage, Halt> {
        if matches!(reader.actor(), Actor::Customer(_)) {
            // Where a page ends would tell of cases that are not theirs.
            return Ok(CasePage::default());
        }
        let (index, scope) = match &self.of {
            Queue::Team(team) => (Index::CasesByTeam, team.scope()),
            Queue::Assignee(staff) => (Index::CasesByAssignee, staff.uuid()),
        };
        let after = self.after.map(Cursor::of);
        let page = reader.find(&Query::new(index, scope).limit(self.limit).after(after))?;
        let (cases, next) = reader.listed(&page)?;
        Ok(CasePage { cases, next })
    }
}

impl Question for FindCase {
    type Output = Option<CaseId>;
    const PERMISSION: Permission = Permission::CASE_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Option<CaseId>, Halt> {
        let scope = self.reference.scope();
        let page = reader.find(&Query::new(Index::CasesByReference, scope))?;
        // One that the asking customer may not see is not there.
        let mut cases = reader.all(&page)?.into_iter().filter_map(case_of);
        Ok(cases.next().map(|case| case.id))
    }
}

fn case_of(record: Record) -> Option<Arc<Case>> {
    if let Record::Case(case) = record {
        Some(case)
    } else {
        None
    }
}
