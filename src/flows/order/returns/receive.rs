//! Receiving what comes back, and deciding whether it is taken.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::request::pieces;
use super::settle::restock;
use super::{all_units, by_line, left_to_return};
use crate::kernel::{Permission, ReturnId, UnitId};
use crate::order::{
    Acceptance, CancelReturn, Check, DecideReturn, Finding, InspectReturn, MoveReturn, OrderEvent,
    ReceiveSurplus, Reception, Refusal, Return, ReturnEvent, ReturnUnit, Right, accept,
};
use crate::record::{Entry, Event, Key};
use crate::work::{Command, Halt, Work};

/// Emits an event about pieces, and lets the order know which of them the customer keeps after all, or does not.
fn change(
    work: &mut Work<'_>,
    before: &Return,
    pieces: &[u32],
    event: ReturnEvent,
) -> Result<(), Halt> {
    work.emit(before.id, event)?;
    let after = work.need(before.id)?;
    let lines = |was_off: bool| {
        let pairs = before.units.iter().zip(&after.units);
        let changed = pairs.filter(|(unit, now)| {
            pieces.contains(&unit.number) && unit.is_off() == was_off && now.is_off() != was_off
        });
        let changed: Vec<_> = changed.map(|(unit, _)| unit).collect();
        let units: Vec<UnitId> = changed.iter().filter_map(|unit| unit.unit).collect();
        (by_line(changed.iter().map(|unit| unit.line)), units)
    };
    let (released, again) = (lines(false), lines(true));
    let of = before.id;
    let (lines, units) = released;
    if !lines.is_empty() {
        work.emit(
            before.order,
            OrderEvent::ReturnReleased { of, lines, units },
        )?;
    }
    let (lines, units) = again;
    if !lines.is_empty() {
        let order = work.need(before.order)?;
        if let Some(unit) = units
            .iter()
            .find(|unit| order.returned_units.contains(unit))
        {
            return Err(Refusal::UnitReturned { unit: *unit }.into());
        }
        for (line, quantity) in &lines {
            let left = left_to_return(&order, *line)?;
            if *quantity > left {
                return Err(Refusal::MoreThanReturnable {
                    line: *line,
                    quantity: *quantity,
                    left,
                }
                .into());
            }
        }
        work.emit(
            before.order,
            OrderEvent::ReturnAnnounced { of, lines, units },
        )?;
    }
    Ok(())
}

/// Pieces of a return that were announced by number are these units.
fn identify(work: &mut Work<'_>, rma: ReturnId, named: &[(u32, UnitId)]) -> Result<(), Halt> {
    let rma = work.need(rma)?;
    let order = work.need(rma.order)?;
    let came = order.delivered_units();
    let known = rma.units.iter().map(|it| (it.number, it));
    let known: BTreeMap<u32, &ReturnUnit> = known.collect();
    let mut taken: BTreeSet<UnitId> = rma.units.iter().filter_map(|it| it.unit).collect();
    let mut pieces: BTreeMap<u32, UnitId> = BTreeMap::new();
    for (piece, unit) in named {
        let (piece, unit) = (*piece, *unit);
        let known = known.get(&piece).ok_or(Refusal::UnknownPiece { piece })?;
        match known.unit.or(pieces.get(&piece).copied()) {
            Some(before) if before == unit => continue,
            Some(unit) => return Err(Refusal::OtherUnit { piece, unit }.into()),
            None => {}
        }
        if !taken.insert(unit) {
            return Err(Refusal::UnitTwice { unit }.into());
        }
        let is_sent = came
            .get(&known.line)
            .is_some_and(|came| came.contains(&unit));
        if !is_sent {
            return Err(Refusal::UnitNotSent { unit }.into());
        }
        if order.returned_units.contains(&unit) {
            return Err(Refusal::UnitReturned { unit }.into());
        }
        pieces.insert(piece, unit);
    }
    if pieces.is_empty() {
        return Ok(());
    }
    let units: Vec<UnitId> = pieces.values().copied().collect();
    // Of what was paid back before it came, it only now shows which ones are the business's again.
    let settled = pieces
        .iter()
        .filter(|(piece, _)| known.get(piece).is_some_and(|it| it.settled));
    let settled: Vec<UnitId> = settled.map(|(_, unit)| *unit).collect();
    let pieces = pieces.into_iter().collect();
    work.emit(rma.id, ReturnEvent::Identified { pieces })?;
    let (of, lines) = (rma.id, Vec::new());
    work.emit(order.id, OrderEvent::ReturnAnnounced { of, lines, units })?;
    for unit in settled {
        restock(work, Some(unit), &rma.reason)?;
    }
    Ok(())
}

/// Where every piece of a line has a record of its own, what is received is named.
fn check_named(work: &mut Work<'_>, rma: &Return, pieces: &[u32]) -> Result<(), Halt> {
    let order = work.need(rma.order)?;
    let all_units = all_units(&order);
    let pieces: BTreeSet<u32> = pieces.iter().copied().collect();
    let here = rma.units.iter().filter(|it| pieces.contains(&it.number));
    let mut nameless = here.filter(|it| it.unit.is_none() && all_units.contains_key(&it.line));
    match nameless.next() {
        Some(piece) => {
            let piece = piece.number;
            Err(Refusal::UnitNeeded { piece }.into())
        }
        None => Ok(()),
    }
}

impl Command for MoveReturn {
    type Output = ();
    const NAME: &'static str = "return.move";
    const PERMISSION: Permission = Permission::RETURN_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.rma));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        identify(work, self.rma, &self.units)?;
        let rma = work.need(self.rma)?;
        let mut units = Vec::new();
        for unit in rma.named(&self.pieces)? {
            if unit.reception == self.to {
                continue;
            }
            if !unit.reception.next().contains(&self.to) {
                return Err(Refusal::IllegalReception {
                    piece: unit.number,
                    from: unit.reception,
                    to: self.to,
                }
                .into());
            }
            // What was paid back is waited for until it comes, whatever comes in its place.
            if unit.settled && self.to.is_off() {
                return Err(Refusal::AlreadySettled { piece: unit.number }.into());
            }
            units.push(unit.number);
        }
        if units.is_empty() {
            return Ok(());
        }
        if self.to == Reception::Received {
            check_named(work, &rma, &units)?;
        }
        let (pieces, to) = (units.clone(), self.to);
        change(work, &rma, &pieces, ReturnEvent::Moved { units, to })
    }

    fn output(&self, _: &Entry) {}
}

impl Command for ReceiveSurplus {
    type Output = Vec<u32>;
    const NAME: &'static str = "return.receive_surplus";
    const PERMISSION: Permission = Permission::RETURN_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.rma));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let rma = work.need(self.rma)?;
        let order = work.need(rma.order)?;
        let known = rma.units.iter().map(|piece| piece.number).max();
        let first = known.unwrap_or(0).saturating_add(1);
        let came = (first..).zip(pieces(&order, &self.pieces, &self.units)?);
        let came = came.map(|(number, (line, unit))| ReturnUnit {
            number,
            line,
            unit,
            reception: Reception::Received,
            // Nobody authorised it before it came.
            acceptance: Acceptance::Manual,
            condition: None,
            decided: false,
            settled: false,
        });
        let came: Vec<ReturnUnit> = came.collect();
        let lines = by_line(came.iter().map(|piece| piece.line));
        let units = came.iter().filter_map(|piece| piece.unit).collect();
        let numbers: Vec<u32> = came.iter().map(|piece| piece.number).collect();
        let of = rma.id;
        work.emit(of, ReturnEvent::CameInSurplus { pieces: came })?;
        let after = work.need(of)?;
        check_named(work, &after, &numbers)?;
        work.emit(order.id, OrderEvent::ReturnAnnounced { of, lines, units })
    }

    fn output(&self, entry: &Entry) -> Vec<u32> {
        let came = entry.events.iter().find_map(|event| {
            let Event::Return(_, ReturnEvent::CameInSurplus { pieces }) = event else {
                return None;
            };
            Some(pieces.iter().map(|piece| piece.number).collect())
        });
        came.unwrap_or_default()
    }
}

/// Moves on what is still waited for; says whether there was any.
fn move_awaited(work: &mut Work<'_>, rma: &Return, to: Reception) -> Result<bool, Halt> {
    let awaited = rma
        .units
        .iter()
        .filter(|unit| unit.reception == Reception::Awaiting && !unit.settled);
    let units: Vec<u32> = awaited.map(|unit| unit.number).collect();
    if units.is_empty() {
        return Ok(false);
    }
    let pieces = units.clone();
    change(work, rma, &pieces, ReturnEvent::Moved { units, to })?;
    Ok(true)
}

impl Command for CancelReturn {
    type Output = ();
    const NAME: &'static str = "return.cancel";
    const PERMISSION: Permission = Permission::ORDER_OWN;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.rma));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let rma = work.need(self.rma)?;
        match move_awaited(work, &rma, Reception::Cancelled)? {
            true => Ok(()),
            false => Err(Refusal::NothingToDo.into()),
        }
    }

    fn output(&self, _: &Entry) {}
}

/// What is due about a return: what did not set out in time expires.
pub(crate) fn wake(work: &mut Work<'_>, id: ReturnId) -> Result<(), Halt> {
    let rma: Arc<Return> = work.need(id)?;
    if rma.expires_at.is_some_and(|at| at <= work.now()) {
        move_awaited(work, &rma, Reception::Expired)?;
    }
    Ok(())
}

/// Whether there is no withdrawing from a piece of this line once its seal was broken.
fn goes_by_seal(rma: &Return, line: u32) -> bool {
    let mut findings = rma.findings.iter();
    rma.right != Right::Policy
        && findings.any(|it| it.line == line && it.check == Check::Exception && it.passed)
}

impl Command for InspectReturn {
    type Output = ();
    const NAME: &'static str = "return.inspect";
    const PERMISSION: Permission = Permission::RETURN_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.rma));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let rma = work.need(self.rma)?;
        let policy = &work.rulebook().orders().returns;
        let passed = policy.conditions.contains(&self.condition);
        let mut rules = policy.checks.iter();
        let rule = rules.find(|rule| rule.check == Check::Condition);
        let is_here = |unit: &&ReturnUnit| unit.reception == Reception::Received && !unit.settled;
        let mut found: BTreeMap<Acceptance, Vec<u32>> = BTreeMap::new();
        for unit in rma.named(&self.pieces)? {
            if !is_here(&unit) {
                if self.pieces.is_empty() {
                    continue;
                }
                return Err(match unit.settled {
                    true => Refusal::AlreadySettled { piece: unit.number },
                    false => Refusal::NotReceived { piece: unit.number },
                }
                .into());
            }
            let finding = rule.map(|rule| Finding {
                check: rule.check,
                line: unit.line,
                passed,
                on_failure: rule.on_failure,
                fact: Some(self.condition.clone()),
            });
            let by_condition = match goes_by_seal(&rma, unit.line) {
                true if policy.sealed.contains(&self.condition) => Acceptance::Accepted,
                true => Acceptance::Rejected,
                false => accept(finding.as_slice()),
            };
            let acceptance = match unit.acceptance {
                Acceptance::Pending => by_condition,
                // Something else has to be decided about it, but this may decide it.
                Acceptance::Manual => by_condition.max(Acceptance::Manual),
                decided @ (Acceptance::Accepted | Acceptance::Rejected) => decided,
            };
            found.entry(acceptance).or_default().push(unit.number);
        }
        if found.is_empty() {
            return Err(Refusal::NothingToDo.into());
        }
        for (acceptance, units) in found {
            let rma = work.need(self.rma)?;
            let (pieces, condition) = (units.clone(), self.condition.clone());
            let event = ReturnEvent::Inspected {
                units,
                condition,
                acceptance,
            };
            change(work, &rma, &pieces, event)?;
        }
        Ok(())
    }

    fn output(&self, _: &Entry) {}
}

impl Command for DecideReturn {
    type Output = ();
    const NAME: &'static str = "return.decide";
    const PERMISSION: Permission = Permission::RETURN_OVERRIDE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.rma));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let rma = work.need(self.rma)?;
        let acceptance = match self.accept {
            true => Acceptance::Accepted,
            false => Acceptance::Rejected,
        };
        let mut units = Vec::new();
        for unit in rma.named(&self.pieces)? {
            if unit.settled && !self.pieces.is_empty() {
                return Err(Refusal::AlreadySettled { piece: unit.number }.into());
            }
            if !unit.settled && (unit.acceptance != acceptance || !unit.decided) {
                units.push(unit.number);
            }
        }
        if units.is_empty() {
            return Err(Refusal::NothingToDo.into());
        }
        work.because(self.reason.clone());
        let (pieces, reason) = (units.clone(), self.reason.clone());
        let event = ReturnEvent::Decided {
            units,
            acceptance,
            reason,
        };
        change(work, &rma, &pieces, event)
    }

    fn output(&self, _: &Entry) {}
}
