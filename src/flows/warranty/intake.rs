//! How claims come in: nothing stops one, and what looks odd is flagged.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::attach::{is_strangers, take_unit};
use super::decide::{approve, is_open};
use super::odd::{odd_cause, odd_customer, odd_serial};
use super::{
    calendar_of, claim_to, end_of, happened, open_claim, regime_of, registered_on, tell,
    to_customer, today, warranty_for,
};
use crate::calendar::civil;
use crate::code;
use crate::flows::customer::active;
use crate::kernel::{Actor, Code, CustomerId, Permission, UnitId, WarrantyClaimId};
use crate::product::{Unit, serial_claim};
use crate::record::{Entry, Key, Kind};
use crate::warranty::{
    AskForEvidence, AuthoriseReturn, Coverage, DiagnoseClaim, Due, Fault, FileClaim, Filing, Flag,
    GiveEvidence, Grant, History, Judgement, ReceiveItem, Refusal, RegimeRef, Remedy, Situation,
    Step, TriageClaim, Verdict, Warranty, WarrantyClaim, WarrantyClaimEvent, WarrantyEvent,
    coverage,
};
use crate::work::{Command, Halt, Refusal as Refused, Work};

/// The unit that is claimed for, whoever's it is.
fn unit_of(work: &mut Work<'_>, claim: &FileClaim) -> Result<Option<Arc<Unit>>, Halt> {
    if let Some(unit) = claim.unit {
        let known = work.document(unit)?;
        return match known {
            Some(unit) => Ok(Some(unit)),
            None => Err(Refused::not_found(Key::of(unit)).into()),
        };
    }
    let Some(serial) = &claim.serial else {
        return Ok(None);
    };
    let secret = work.rulebook().secret();
    let Some(held) = serial_claim(secret, claim.maker.as_ref(), serial) else {
        return Ok(None);
    };
    match work.holder(held)? {
        Some(key) if key.kind == Kind::Unit => work.document(UnitId::from_uuid(key.id)),
        _ => Ok(None),
    }
}

/// Judges a fault under what covers the unit.
pub(super) fn judge(
    warranty: &Warranty,
    unit: Option<&Unit>,
    filing: &Filing,
    at_delivery: Option<bool>,
    registered_on: Option<NaiveDate>,
) -> Coverage {
    let spells = warranty.spells();
    coverage(
        &warranty.contracts,
        &Situation {
            on: filing.noticed_on,
            component: filing.component.as_ref(),
            cause: filing.cause.as_ref(),
            usage: &filing.usage,
            spells: &spells,
            first_owner: unit.is_none_or(|unit| unit.owned_by() == warranty.sold_to),
            registered_on,
            proven: filing.proven,
            at_delivery,
        },
    )
}

impl Command for FileClaim {
    type Output = WarrantyClaimId;
    const NAME: &'static str = "warranty.claim";
    const PERMISSION: Permission = Permission::WARRANTY_CLAIM;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.customer));
        keys.extend(self.unit.map(Key::of));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let id = work.new_id();
        let customer = active(work, self.customer)?;
        let unit = unit_of(work, self)?;
        let today = today(work, Some(customer.id))?;
        let noticed_on = self.noticed_on.unwrap_or(today);
        if noticed_on > today {
            return Err(Refusal::InFuture { on: noticed_on }.into());
        }
        let family: Vec<_> = customer.family().collect();
        let mut flags: Vec<Flag> = odd_cause(work, self.cause.as_ref()).into_iter().collect();
        flags.extend(odd_customer(work, &family)?);
        let mut filing = self.filing(customer.id, noticed_on);
        let is_own_word = matches!(work.actor(), Actor::Customer(_) | Actor::Bot(_));
        filing.filed_on = (is_own_word && noticed_on < today).then_some(today);
        let mut own = None;
        match &unit {
            None => {
                flags.push(Flag::UnknownSerial);
                if let Some(serial) = &filing.serial {
                    flags.extend(odd_serial(work, serial)?);
                }
            }
            Some(unit) => {
                let is_strangers = is_strangers(unit, &family);
                let found = take_unit(work, id, &mut filing, unit, is_strangers, None)?;
                flags.extend(found.flags);
                own = found.own;
            }
        }
        filing.flags = flags;
        let fault = fault_of(id, &filing);
        work.emit(id, WarrantyClaimEvent::Filed(Box::new(filing)))?;
        if let Some(warranty) = own {
            work.emit(warranty, WarrantyEvent::Faulty(fault))?;
        }
        time(work, id)?;
        received(work, id)?;
        approved_by_rule(work, id)
    }

    fn output(&self, entry: &Entry) -> WarrantyClaimId {
        entry.made(0)
    }
}

impl FileClaim {
    /// What is claimed, before anything is known of a unit.
    fn filing(&self, customer: CustomerId, noticed_on: NaiveDate) -> Filing {
        Filing {
            customer,
            unit: None,
            serial: self.serial.clone(),
            product: None,
            delivered_at: None,
            noticed_on,
            filed_on: None,
            component: self.component.clone(),
            fault: self.fault.clone(),
            cause: self.cause.clone(),
            wants: self.wants,
            proven: !self.unproven,
            usage: Vec::new(),
            readings: self.readings.clone(),
            evidence: self.evidence.clone(),
            flags: Vec::new(),
            verdict: Verdict::Not,
            by_law: Verdict::Not,
            reject_until: None,
            regime: None,
            history: History::default(),
        }
    }
}

pub(super) fn fault_of(claim: WarrantyClaimId, filing: &Filing) -> Fault {
    Fault {
        claim,
        on: filing.noticed_on,
        component: filing.component.clone(),
        code: filing.fault.clone(),
        done: None,
        dropped: false,
        of_replaced: false,
        of_past_sale: false,
    }
}

/// The last date on which a unit can be handed back at once, as it stands on a date, and the instant at which it is over.
pub(super) fn reject_until(
    work: &mut Work<'_>,
    customer: CustomerId,
    warranty: &Warranty,
    regime: Option<&RegimeRef>,
    on: NaiveDate,
) -> Result<Option<(NaiveDate, DateTime<Utc>)>, Halt> {
    let regimes = &work.rulebook().warranty().regimes;
    let regime = regime.and_then(|it| regimes.find(it));
    let delivered = warranty.dates.delivered_on.last().copied();
    let Some((regime, delivered)) = regime.filter(|it| it.reject.is_some()).zip(delivered) else {
        return Ok(None);
    };
    let category = category_of(work, warranty.unit)?;
    let last = regime.reject_until(delivered, category.as_ref(), &warranty.spells(), on);
    match last {
        Some(last) => Ok(Some((last, end_of(work, customer, last)?))),
        None => Ok(None),
    }
}

/// A claim that this command has begun or read.
pub(super) fn known(work: &mut Work<'_>, id: WarrantyClaimId) -> Result<Arc<WarrantyClaim>, Halt> {
    let claim = work.document(id)?;
    Ok(claim.ok_or_else(|| Refused::not_found(Key::of(id)))?)
}

/// Tells the customer that the claim came in, and by when it must be dealt with.
fn received(work: &mut Work<'_>, id: WarrantyClaimId) -> Result<(), Halt> {
    let claim = known(work, id)?;
    let mut draft = to_customer(&claim, code!("warranty.claim_received"));
    if let Some((by, _)) = claim.due.and_then(|due| due.repair) {
        draft = draft.with_fact(code!("due_on"), by);
    }
    tell(work, &claim, draft)
}

/// Works out by when a claim must be dealt with. What a calendar cannot answer leaves it without a date: no claim is
/// turned away for that.
pub(super) fn time(work: &mut Work<'_>, id: WarrantyClaimId) -> Result<(), Halt> {
    let claim = known(work, id)?;
    let Some(regime) = regime_of(work, &claim) else {
        return Ok(());
    };
    let Some(rule) = &regime.repair else {
        return Ok(());
    };
    let filing = &claim.filing;
    let in_warranty = filing.verdict != Verdict::Not;
    if !in_warranty && !claim.grants_repair() {
        // Nobody owes a repair of it.
        let Some(before) = claim.due.filter(|it| it.repair.or(it.loaner).is_some()) else {
            return Ok(());
        };
        let due = Due {
            remedy: before.remedy,
            ..Due::nothing(before.from)
        };
        return work.emit(id, WarrantyClaimEvent::Timed(due));
    }
    let received = claim.travel.received_on;
    let Some(from) = rule.counts_from(filing.counts_from(), received, in_warranty) else {
        return Ok(());
    };
    let category = match filing.unit {
        Some(unit) => category_of(work, unit)?,
        None => None,
    };
    let calendar = calendar_of(work, regime);
    let Ok(due) = rule.due(from, category.as_ref(), calendar) else {
        return Ok(());
    };
    let zone = super::zone(work, Some(filing.customer))?;
    let until = |date: NaiveDate| (date, civil::end_of_day(&zone, date));
    let before = claim.due.unwrap_or(Due::nothing(from));
    // What was agreed may be sooner; what was extended stands.
    let law = due.done_by.map(until);
    let due = Due {
        from,
        repair: match before.extended {
            true => before.repair,
            false => law.into_iter().chain(before.repair).min(),
        },
        // What is lent is lent under warranty only.
        loaner: due.loaner_by.filter(|_| in_warranty).map(until),
        ..before
    };
    if claim.due == Some(due) {
        return Ok(());
    }
    work.emit(id, WarrantyClaimEvent::Timed(due))
}

pub(super) fn category_of(work: &mut Work<'_>, unit: UnitId) -> Result<Option<Code>, Halt> {
    let Some(unit) = work.document(unit)? else {
        return Ok(None);
    };
    let product = work.peek(crate::product::Product::id_of(&unit.product))?;
    Ok(product.and_then(|product| product.spec.category.clone()))
}

/// Whether what would pay for the fault asks the customer to show that it was there at delivery.
fn awaits_proof(work: &mut Work<'_>, claim: &WarrantyClaim) -> Result<bool, Halt> {
    let Some(warranty) = warranty_for(work, claim)? else {
        return Ok(false);
    };
    let unit = work.document(warranty.unit)?;
    let registered_on = registered_on(work, unit.as_deref(), &warranty)?;
    let shown = claim.at_delivery;
    let coverage = judge(
        &warranty,
        unit.as_deref(),
        &claim.filing,
        shown,
        registered_on,
    );
    Ok(coverage.best().is_some_and(Judgement::awaits_proof))
}

/// What the policy approves without a person: full cover, nothing odd, nothing to pay back.
fn approved_by_rule(work: &mut Work<'_>, id: WarrantyClaimId) -> Result<(), Halt> {
    let claim = known(work, id)?;
    let Some(remedy) = claim.filing.wants else {
        return Ok(());
    };
    let is_plain = matches!(remedy, Remedy::Repair | Remedy::Replacement);
    let by_rule = &work.rulebook().warranty().approved_by_rule;
    let is_clear = claim.filing.verdict == Verdict::Covered && !claim.has_open_flags();
    // Whether the customer has shown what they have to show is for a person to say.
    let is_clear = is_clear && !awaits_proof(work, &claim)?;
    if !(is_plain && is_clear && by_rule.contains(&remedy)) {
        return Ok(());
    }
    match is_open(work, &claim, remedy) {
        Some(by) => {
            let grant = Grant {
                remedy,
                amount: None,
                share: None,
                by,
                by_rule: true,
            };
            approve(work, &claim, grant, None)
        }
        None => Ok(()),
    }
}

impl Command for TriageClaim {
    type Output = ();
    const NAME: &'static str = "warranty.triage";
    const PERMISSION: Permission = Permission::WARRANTY_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_to(work, self.claim, Step::Triage, "triaged")?;
        work.emit(claim.id, WarrantyClaimEvent::Triaged)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for AskForEvidence {
    type Output = ();
    const NAME: &'static str = "warranty.ask";
    const PERMISSION: Permission = Permission::WARRANTY_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_to(work, self.claim, Step::AskInformation, "asked about")?;
        if self.what.is_empty() {
            return Err(Refusal::NothingNamed.into());
        }
        let what = self.what.clone();
        let names: Vec<_> = what.iter().map(|it| it.as_str().to_owned()).collect();
        work.emit(claim.id, WarrantyClaimEvent::Asked { what })?;
        let draft = to_customer(&claim, code!("warranty.evidence_needed"));
        tell(
            work,
            &claim,
            draft.with_fact(code!("evidence"), names.join(" ")),
        )
    }

    fn output(&self, _: &Entry) {}
}

impl Command for GiveEvidence {
    type Output = ();
    const NAME: &'static str = "warranty.evidence";
    const PERMISSION: Permission = Permission::WARRANTY_OWN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = open_claim(work, self.claim, "given evidence")?;
        if claim.filing.evidence.contains(&self.evidence) {
            return Ok(());
        }
        let evidence = self.evidence.clone();
        work.emit(claim.id, WarrantyClaimEvent::Supplied(evidence))
    }

    fn output(&self, _: &Entry) {}
}

impl Command for DiagnoseClaim {
    type Output = ();
    const NAME: &'static str = "warranty.diagnose";
    const PERMISSION: Permission = Permission::WARRANTY_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = open_claim(work, self.claim, "diagnosed")?;
        let is_known = |flag: &Flag| claim.flags.iter().any(|it| it.flag == *flag);
        let odd = odd_cause(work, self.diagnosis.cause.as_ref());
        if let Some(flag) = odd.filter(|flag| !is_known(flag)) {
            work.emit(claim.id, WarrantyClaimEvent::Flagged(flag))?;
        }
        let mut filing = claim.filing.clone();
        let told = &self.diagnosis;
        filing.component = told.component.clone().or(filing.component);
        filing.fault = told.fault.clone().or(filing.fault);
        let warranty = warranty_for(work, &claim)?.filter(|_| !claim.is_strangers());
        let mut diagnosis = told.clone();
        let fault = fault_of(claim.id, &filing);
        if let Some(warranty) = &warranty {
            diagnosis.same_fault_in_year = Some(warranty.history(&fault).same_fault_in_year);
        }
        let event = WarrantyClaimEvent::Diagnosed(Box::new(diagnosis));
        work.emit(claim.id, event)?;
        let Some(warranty) = warranty else {
            return Ok(());
        };
        let before = warranty.faults.iter().find(|it| it.claim == claim.id);
        if before.is_some_and(|it| it.done.is_none() && !it.dropped) {
            work.emit(warranty.id, WarrantyEvent::Faulty(fault))?;
        }
        judge_again(work, claim.id)
    }

    fn output(&self, _: &Entry) {}
}

/// Judges a claim by what is known of it now, and works out anew by when it must be dealt with.
fn judge_again(work: &mut Work<'_>, id: WarrantyClaimId) -> Result<(), Halt> {
    let claim = known(work, id)?;
    let Some(warranty) = warranty_for(work, &claim)? else {
        return Ok(());
    };
    let unit = work.document(warranty.unit)?;
    let registered_on = registered_on(work, unit.as_deref(), &warranty)?;
    // What covers the unit now says nothing of a sale before.
    if warranty.is_past(id) {
        return time(work, id);
    }
    let (filing, shown) = (&claim.filing, claim.at_delivery);
    let coverage = judge(&warranty, unit.as_deref(), filing, shown, registered_on);
    let (verdict, by_law) = (coverage.verdict, coverage.by_law());
    if (verdict, by_law) != (filing.verdict, filing.by_law) {
        work.emit(id, WarrantyClaimEvent::Judged { verdict, by_law })?;
    }
    time(work, id)
}

impl Command for AuthoriseReturn {
    type Output = ();
    const NAME: &'static str = "warranty.authorise_return";
    const PERMISSION: Permission = Permission::WARRANTY_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_to(
            work,
            self.claim,
            Step::AskItem,
            "authorised to send the item in",
        )?;
        let number = self.number.clone();
        work.emit(claim.id, WarrantyClaimEvent::ReturnAuthorised { number })?;
        let draft = to_customer(&claim, code!("warranty.return_authorised"));
        tell(work, &claim, draft.with_fact(code!("number"), &self.number))
    }

    fn output(&self, _: &Entry) {}
}

impl Command for ReceiveItem {
    type Output = ();
    const NAME: &'static str = "warranty.receive";
    const PERMISSION: Permission = Permission::WARRANTY_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let claim = claim_to(work, self.claim, Step::Receive, "received")?;
        happened(work, &claim, self.on, None)?;
        work.emit(claim.id, WarrantyClaimEvent::Received { on: self.on })?;
        time(work, claim.id)
    }

    fn output(&self, _: &Entry) {}
}
