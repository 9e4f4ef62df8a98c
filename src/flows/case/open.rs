//! Opening cases.

use super::{clocks, file_of, taken, voice};
use crate::case::{
    Case, CaseEvent, Doing, Dossier, KnownFact, LinkKind, OpenCase, Opening, ReferCase, Severity,
    SplitCase, check_text,
};
use crate::flows::customer::survivor;
use crate::kernel::{CaseId, Code, CustomerId, DossierId, OrderId, Permission, Personal, SurveyId};
use crate::record::{Entry, Key};
use crate::sla::{Fact, Speaker, StatusCategory};
use crate::work::{Command, Halt, Refusal, Work};

/// An opening like that of `case`, at this moment, begun by the customer.
pub(super) fn like(work: &Work<'_>, case: &Case) -> Opening {
    Opening {
        topic: case.topic.clone(),
        product: case.product.clone(),
        contract: case.contract.clone(),
        channel: case.channel,
        priority: case.priority.clone(),
        team: case.route.team.clone(),
        ..bare(work, case.customer)
    }
}

fn bare(work: &Work<'_>, customer: CustomerId) -> Opening {
    let policy = work.rulebook().cases();
    let status = policy.statuses.initial.clone();
    Opening {
        customer,
        by: Speaker::Customer,
        channel: None,
        category: policy
            .statuses
            .category(&status)
            .unwrap_or(StatusCategory::New),
        status,
        priority: policy.default_priority.clone(),
        topic: None,
        product: None,
        contract: None,
        team: None,
        reference: None,
        interaction: None,
        complaint: None,
        from: None,
        survey: None,
    }
}

/// Opens the case and starts the clocks of what is promised for it.
pub(super) fn begin(
    work: &mut Work<'_>,
    id: CaseId,
    opening: Opening,
    public: bool,
) -> Result<(), Halt> {
    let (by, category) = (opening.by, opening.category);
    let has_team = opening.team.is_some();
    work.emit(id, CaseEvent::Opened(Box::new(opening)))?;
    let opened = Fact::Opened {
        by,
        public,
        category,
    };
    clocks::start(work, id, opened)?;
    if !has_team {
        return Ok(());
    }
    let case = work.need(id)?;
    taken(work, &case, work.now())
}

/// Some parts of an opening take a leave of their own.
fn may_set(work: &Work<'_>, is_set: bool, permission: Permission) -> Result<(), Halt> {
    if is_set && !work.rulebook().access().allows(work.actor(), permission) {
        return Err(Refusal::Denied { permission }.into());
    }
    Ok(())
}

/// What a case is for that nobody asked for.
pub(crate) struct Task<'a> {
    pub(crate) topic: Code,
    pub(crate) team: Option<Code>,
    pub(crate) priority: Option<&'a Code>,
    /// The order it is about.
    pub(crate) about: Option<OrderId>,
    /// The survey whose answer is followed up in it.
    pub(crate) survey: Option<SurveyId>,
}

/// Opens a case on the business's own account.
pub(crate) fn open_by_business(
    work: &mut Work<'_>,
    id: CaseId,
    customer: CustomerId,
    task: Task<'_>,
) -> Result<(), Halt> {
    let about = task.about;
    let opening = Opening {
        by: Speaker::System,
        priority: work.rulebook().cases().priority(task.priority)?,
        topic: Some(task.topic),
        team: task.team,
        survey: task.survey,
        ..bare(work, customer)
    };
    begin(work, id, opening, false)?;
    if about.is_none() {
        return Ok(());
    }
    let mut file = Dossier::new(customer);
    refer(work, id, &mut file, about)?;
    work.put(DossierId::from_uuid(id.uuid()), file)
}

/// The fact under which the number of the order is on file that a case is about.
const ORDER: Code = Code::known("order");

/// A case is about an order of its customer, or about none; the file tells the order's number.
pub(super) fn refer(
    work: &mut Work<'_>,
    id: CaseId,
    file: &mut Dossier,
    about: Option<OrderId>,
) -> Result<(), Halt> {
    let Some(order) = about else {
        file.facts.remove(&ORDER);
        return work.emit(id, CaseEvent::Referred { about });
    };
    let order = work.need(order)?;
    let case = work.need(id)?;
    let customer = survivor(work, case.customer)?;
    if survivor(work, order.customer)?.id != customer.id {
        return Err(crate::case::Refusal::OrderOfAnother.into());
    }
    let number = order.reference.as_ref().map(ToString::to_string);
    let known = KnownFact {
        value: Personal::new(number.unwrap_or_else(|| order.id.to_string())),
        source: ORDER,
        at: work.now(),
    };
    file.facts.insert(ORDER, known);
    file.check()?;
    work.emit(id, CaseEvent::Referred { about })
}

/// A case that goes on from another is about the same order, if that is about one.
pub(super) fn refer_like(work: &mut Work<'_>, id: CaseId, old: &Case) -> Result<(), Halt> {
    match old.about {
        Some(_) => work.emit(id, CaseEvent::Referred { about: old.about }),
        None => Ok(()),
    }
}

impl Command for ReferCase {
    type Output = ();
    const NAME: &'static str = "case.refer";
    const PERMISSION: Permission = Permission::CASE_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = super::open_to(work, self.case, Doing::Classify)?;
        if case.about == self.about {
            return Ok(());
        }
        let (number, mut file) = super::dossier(work, &case)?;
        refer(work, case.id, &mut file, self.about)?;
        work.put(number, file)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for OpenCase {
    type Output = CaseId;
    const NAME: &'static str = "case.open";
    const PERMISSION: Permission = Permission::CASE_OPEN;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.customer));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let is_triaged =
            self.priority.is_some() || self.contract.is_some() || self.reference.is_some();
        may_set(work, is_triaged, Permission::CASE_TRIAGE)?;
        may_set(work, self.team.is_some(), Permission::CASE_TRANSFER)?;
        let is_grave = self.complaint > Some(Severity::Minor);
        may_set(work, is_grave, Permission::CASE_HANDLE)?;
        let id = work.new_id();
        let customer = crate::flows::customer::active(work, self.customer)?;
        let policy = work.rulebook().cases();
        let by = match voice(work.actor()) {
            Speaker::Customer => Speaker::Customer,
            Speaker::Human | Speaker::Bot | Speaker::System => self.begun_by,
        };
        let opening = Opening {
            by,
            channel: self.channel,
            priority: policy.priority(self.priority.as_ref())?,
            topic: self.topic.clone(),
            product: self.product.clone(),
            contract: self.contract.clone(),
            team: self.team.clone(),
            reference: self.reference.clone(),
            interaction: self.interaction,
            complaint: self.complaint,
            ..bare(work, customer.id)
        };
        let is_public = by == Speaker::Customer || self.with_message;
        begin(work, id, opening, is_public)?;
        let mut file = Dossier::new(customer.id);
        if let Some(subject) = &self.subject {
            check_text(subject)?;
            file.subject = Some(subject.clone());
        }
        if let Some(order) = self.about {
            refer(work, id, &mut file, Some(order))?;
        }
        if self.subject.is_some() || self.about.is_some() {
            work.put(DossierId::from_uuid(id.uuid()), file)?;
        }
        if let Some(interaction) = self.interaction {
            crate::flows::interaction::join(work, interaction, id)?;
        }
        Ok(())
    }

    fn output(&self, entry: &Entry) -> CaseId {
        entry.made(0)
    }
}

impl Command for SplitCase {
    type Output = CaseId;
    const NAME: &'static str = "case.split";
    const PERMISSION: Permission = Permission::CASE_COMBINE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        self.subject.iter().try_for_each(check_text)?;
        let id = work.new_id();
        let old = super::open_to(work, self.case, Doing::Split)?;
        crate::flows::customer::active(work, old.customer)?;
        let mut opening = like(work, &old);
        opening.from = Some((LinkKind::SplitFrom, old.id));
        opening.topic = self.topic.clone().or(opening.topic);
        opening.team = self.team.clone().or(opening.team);
        begin(work, id, opening, true)?;
        refer_like(work, id, &old)?;
        let (_, file) = file_of(work, &old)?;
        let own = Dossier {
            facts: file.facts,
            subject: self.subject.clone(),
            ..Dossier::new(old.customer)
        };
        work.put(DossierId::from_uuid(id.uuid()), own)?;
        let kind = LinkKind::SplitInto;
        work.emit(old.id, CaseEvent::Linked { to: id, kind })
    }

    fn output(&self, entry: &Entry) -> CaseId {
        entry.made(0)
    }
}
