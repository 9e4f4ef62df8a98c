//! Announcing returns: what may come back, and why not.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use crate::calendar::civil;
use crate::kernel::{Actor, Code, OrderId, Permission, ReturnId, UnitId};
use crate::order::{
    Acceptance, Check, CheckReturn, CheckRule, Finding, OnFailure, Order, OrderEvent, OrderPolicy,
    RefundKind, Refusal, RequestReturn, ReturnEvent, ReturnRequest, Right, WithdrawalRule, accept,
};
use crate::record::{Entry, Key};
use crate::work::{Command, Halt, Question, Reader, Work};

/// How many pieces a return can have: each has a state of its own.
const MOST_PIECES: u32 = 10_000;

/// The pieces one by one: those that were named by their line, and units by their record.
pub(super) fn pieces(
    order: &Order,
    bare: &[(u32, u32)],
    units: &[UnitId],
) -> Result<Vec<(u32, Option<UnitId>)>, Refusal> {
    let mut pieces = Vec::new();
    let mut by_line: BTreeMap<u32, u32> = BTreeMap::new();
    for (line, quantity) in bare {
        if *quantity == 0 {
            return Err(Refusal::NoQuantity { line: *line });
        }
        let sum = by_line.entry(*line).or_default();
        *sum = sum.saturating_add(*quantity);
    }
    let mut named: BTreeMap<u32, Vec<UnitId>> = BTreeMap::new();
    let mut line_of: BTreeMap<UnitId, u32> = BTreeMap::new();
    for (line, units) in order.delivered_units() {
        line_of.extend(units.into_iter().map(|unit| (unit, line)));
    }
    for unit in units {
        let line = line_of.get(unit);
        let line = line.ok_or(Refusal::UnitNotSent { unit: *unit })?;
        let units = named.entry(*line).or_default();
        if units.contains(unit) {
            return Err(Refusal::UnitTwice { unit: *unit });
        }
        if order.returned_units.contains(unit) {
            return Err(Refusal::UnitReturned { unit: *unit });
        }
        units.push(*unit);
        let sum = by_line.entry(*line).or_default();
        *sum = sum.saturating_add(1);
    }
    let sum = by_line
        .values()
        .fold(0_u32, |sum, n| sum.saturating_add(*n));
    if sum > MOST_PIECES {
        return Err(Refusal::TooManyPieces { most: MOST_PIECES });
    }
    let (delivered, mut all_units) = (order.all_delivered(), super::all_units(order));
    for (line, quantity) in by_line {
        let bought = order.line(line)?;
        let gone = bought
            .returns
            .settled_pieces
            .saturating_add(bought.returns.announced);
        let came = delivered.get(&line).copied().unwrap_or(0);
        let left = came.saturating_sub(gone);
        if quantity > left {
            return Err(Refusal::MoreThanReturnable {
                line,
                quantity,
                left,
            });
        }
        let mut units = named.remove(&line).unwrap_or_default();
        let bare = usize::try_from(quantity).unwrap_or(usize::MAX);
        let mut bare = bare.saturating_sub(units.len());
        let mut others = all_units.remove(&line).unwrap_or_default();
        others.retain(|it| !units.contains(it) && !order.returned_units.contains(it));
        if others.len() == bare {
            // All that is left of the line: there is no doubt which ones.
            units.extend(others);
            bare = 0;
        }
        pieces.extend(units.into_iter().map(|unit| (line, Some(unit))));
        pieces.extend(std::iter::repeat_n((line, None), bare));
    }
    match pieces.is_empty() {
        true => Err(Refusal::NoLines),
        false => Ok(pieces),
    }
}

/// The right of withdrawal that holds for the order.
pub(in crate::flows::order) fn right_of<'a>(
    order: &Order,
    policy: &'a OrderPolicy,
    jurisdiction: &Code,
) -> Result<&'a WithdrawalRule, Refusal> {
    let contract = civil::date_in(&order.zone, order.placed_at);
    let mut rules = policy.returns.withdrawal.iter();
    rules
        .find(|rule| rule.jurisdiction == *jurisdiction && rule.holds_on(contract))
        .ok_or_else(|| Refusal::NoSuchRight {
            jurisdiction: jurisdiction.clone(),
        })
}

/// Whether it is known that the order is under this right: a customer has the one of their own place, and none where the sale
/// was not at a distance. What is not known is for a person; staff know it.
fn is_known(
    order: &Order,
    policy: &OrderPolicy,
    right: &Right,
    actor: &Actor,
) -> Result<bool, Refusal> {
    let Right::Withdrawal(jurisdiction) = right else {
        return Ok(true);
    };
    match actor {
        Actor::Customer(_) | Actor::Bot(_) => {}
        Actor::System | Actor::Staff { .. } => return Ok(true),
    }
    let mut channel = order.channel.iter();
    let is_near = channel.any(|channel| policy.returns.not_at_distance.contains(channel));
    let own = policy.returns.withdrawal_in(&order.zone);
    if is_near || own.is_some_and(|own| own != jurisdiction) {
        let jurisdiction = jurisdiction.clone();
        return Err(Refusal::NoSuchRight { jurisdiction });
    }
    Ok(own.is_some())
}

/// Whether pieces of the order can be made good in this way: nothing is exchanged of what was called off.
pub(super) fn can_be(order: &Order, kind: RefundKind, lines: &BTreeSet<u32>) -> bool {
    let is_unasked = || {
        let kept = order.kept_all_the_same();
        order.cancelled.is_some() || kept.keys().any(|line| lines.contains(line))
    };
    kind != RefundKind::Exchange || !is_unasked()
}

/// Whether the customer may choose that.
pub(super) fn offers(
    order: &Order,
    policy: &OrderPolicy,
    right: &Right,
    kind: RefundKind,
    lines: &BTreeSet<u32>,
) -> bool {
    can_be(order, kind, lines) && policy.returns.offers(kind, right)
}

/// The lines of which no more are to come back than came though they were called off and are still there.
fn unasked(order: &Order, pieces: &[(u32, Option<UnitId>)]) -> BTreeSet<u32> {
    let kept = order.kept_all_the_same();
    if kept.is_empty() {
        return BTreeSet::new();
    }
    let counts = super::by_line(pieces.iter().map(|(line, _)| *line)).into_iter();
    let fits = counts.filter(|(number, quantity)| {
        let announced = order.line(*number).map_or(0, |line| line.returns.announced);
        let kept = kept.get(number).copied().unwrap_or(0);
        *quantity <= kept.saturating_sub(announced)
    });
    fits.map(|(number, _)| number).collect()
}

/// What every check comes to, line by line and in the order of the policy. What came though it was called off may go back
/// whatever the policy says, and nothing is kept of it.
fn findings(
    order: &Order,
    policy: &OrderPolicy,
    right: &Right,
    pieces: &[(u32, Option<UnitId>)],
    (actor, now): (&Actor, DateTime<Utc>),
) -> Result<Vec<Finding>, Refusal> {
    let is_known = is_known(order, policy, right, actor)?;
    if order.cancelled.is_some() {
        return Ok(Vec::new());
    }
    let unasked = unasked(order, pieces);
    let mut lines: Vec<u32> = pieces.iter().map(|(line, _)| *line).collect();
    lines.dedup();
    lines.retain(|line| !unasked.contains(line));
    let complete_at = order.lines_delivered_at();
    let today = civil::date_in(&order.zone, now);
    if let (Right::Policy, Some(cost)) = (right, policy.returns.return_shipping) {
        // What is kept of a refund is in its currency.
        cost.compare(&order.total)?;
    }
    let mut findings = Vec::new();
    for line in lines {
        let find = |rule: &CheckRule, passed, fact: Option<String>| Finding {
            check: rule.check,
            line,
            passed,
            on_failure: rule.on_failure,
            fact: fact.and_then(|fact| Code::try_new(&fact).ok()),
        };
        if let Right::Withdrawal(jurisdiction) = right {
            let law = right_of(order, policy, jurisdiction)?;
            let exception = order.line(line)?.item.exception;
            if let Some(why) = exception.filter(|why| law.exceptions.contains(why)) {
                let rule = CheckRule {
                    check: Check::Exception,
                    on_failure: OnFailure::Reject,
                };
                findings.push(find(&rule, why.is_of_seal(), Some(why.to_string())));
            }
            let contract = civil::date_in(&order.zone, order.placed_at);
            // Of several deliveries of one order the last one counts (Directive 2011/83/EU, art. 9(2)(b)(i)).
            let last = order
                .delivered_at()
                .and_then(|at| law.last_day(contract, civil::date_in(&order.zone, at)));
            let is_open = last.is_none_or(|last| today <= last);
            let rule = CheckRule {
                check: Check::Withdrawal,
                on_failure: match is_open {
                    true if !is_known => OnFailure::Manual,
                    true | false => OnFailure::Reject,
                },
            };
            let last = last.map(|last| last.to_string());
            findings.push(find(&rule, is_open && is_known, last));
            continue;
        }
        for rule in &policy.returns.checks {
            let (passed, fact) = match rule.check {
                Check::FinalSale => (!order.line(line)?.item.final_sale, None),
                Check::Window => {
                    // From when all of it was there, or else the last that came.
                    let with = order.shipments.iter().filter(|s| s.quantity(line) > 0);
                    let last = || with.filter_map(crate::order::Shipment::delivered_at).max();
                    let place = usize::try_from(line).ok().and_then(|n| n.checked_sub(1));
                    let complete = place.and_then(|place| complete_at.get(place).copied());
                    let came = complete.flatten().or_else(last);
                    let last = came.and_then(|at| {
                        let day = civil::date_in(&order.zone, at);
                        policy.returns.last_day(day)
                    });
                    let is_open = last.is_some_and(|last| today <= last);
                    (is_open, last.map(|last| last.to_string()))
                }
                Check::Quantity => {
                    let most = policy.returns.most_pieces;
                    let fits = most.is_none_or(|most| {
                        usize::try_from(most).is_ok_and(|most| pieces.len() <= most)
                    });
                    (fits, most.map(|most| most.to_string()))
                }
                // That of what has come back is found out later, and that of the law was.
                Check::Condition | Check::Withdrawal | Check::Exception => continue,
            };
            findings.push(find(rule, passed, fact));
        }
    }
    Ok(findings)
}

impl Command for RequestReturn {
    type Output = ReturnId;
    const NAME: &'static str = "return.request";
    const PERMISSION: Permission = Permission::ORDER_OWN;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.order));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        if self.override_reason.is_some() {
            super::check_override(work)?;
        }
        let id = work.new_id();
        let order = work.need(self.order)?;
        if order.all_delivered().is_empty() {
            order.check_open()?;
        }
        let policy = work.rulebook().orders();
        let pieces = pieces(&order, &self.pieces, &self.units)?;
        let lines = pieces.iter().map(|(line, _)| *line).collect();
        if let Some(kind) = self.preference
            && !offers(&order, policy, &self.right, kind, &lines)
        {
            return Err(Refusal::NotOffered { kind }.into());
        }
        let by = (work.actor(), work.now());
        let findings = findings(&order, policy, &self.right, &pieces, by)?;
        let unasked = unasked(&order, &pieces);
        let is_inspected = policy
            .returns
            .checks
            .iter()
            .any(|rule| rule.check == Check::Condition);
        let mut units = Vec::with_capacity(pieces.len());
        for (line, unit) in &pieces {
            let of_line = findings.iter().filter(|finding| finding.line == *line);
            let of_line: Vec<Finding> = of_line.cloned().collect();
            let acceptance = match (accept(&of_line), &self.override_reason) {
                (Acceptance::Rejected, None) => {
                    let failed = of_line
                        .into_iter()
                        .find(|finding| !finding.passed && finding.on_failure == OnFailure::Reject);
                    return Err(Refusal::NotEligible {
                        line: *line,
                        finding: failed.map(Box::new),
                    }
                    .into());
                }
                (Acceptance::Manual, None) => Acceptance::Manual,
                // What came though it was called off goes back as it is.
                _ if order.cancelled.is_some() || unasked.contains(line) => Acceptance::Accepted,
                // Whether a seal was broken is seen when it is here.
                _ if of_line
                    .iter()
                    .any(|it| it.check == Check::Exception && it.passed) =>
                {
                    Acceptance::Pending
                }
                _ if is_inspected && self.right == Right::Policy => Acceptance::Pending,
                _ => Acceptance::Accepted,
            };
            units.push((*line, *unit, acceptance));
        }
        let days = TimeDelta::days(policy.returns.expires_after_days.into());
        let request = ReturnRequest {
            order: order.id,
            customer: order.customer,
            right: self.right.clone(),
            reason: self.reason.clone(),
            preference: self.preference,
            pieces: units,
            findings,
            expires_at: work.now().checked_add_signed(days),
        };
        work.because(
            self.override_reason
                .clone()
                .unwrap_or_else(|| self.reason.clone()),
        );
        work.emit(id, ReturnEvent::Announced(Box::new(request)))?;
        let lines = super::by_line(pieces.iter().map(|(line, _)| *line));
        let units = pieces.iter().filter_map(|(_, unit)| *unit).collect();
        work.emit(
            order.id,
            OrderEvent::ReturnAnnounced {
                of: id,
                lines,
                units,
            },
        )
    }

    fn output(&self, entry: &Entry) -> ReturnId {
        entry.made(0)
    }
}

impl Question for CheckReturn {
    /// The findings, and what they come to.
    type Output = (Vec<Finding>, Acceptance);
    const PERMISSION: Permission = Permission::ORDER_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Self::Output, Halt> {
        let order: OrderId = self.request.order;
        let order = reader.need(order)?;
        let pieces = pieces(&order, &self.request.pieces, &self.request.units)?;
        let policy = reader.rulebook().orders();
        let by = (reader.actor(), self.at);
        let findings = findings(&order, policy, &self.request.right, &pieces, by)?;
        let acceptance = accept(&findings);
        Ok((findings, acceptance))
    }
}
