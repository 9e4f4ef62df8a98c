//! Bringing cases on.

use super::clocks::fact;
use super::{dossier, enter, file_of, give_to_team, open_to, reopen, reopens, taken, voice};
use crate::case::{
    AskForFact, AssignCase, CallOffCase, CaseEvent, Doing, HandOver, KnownFact, MoveCase, Packet,
    RecordFact, Refusal, ReopenCase, ReopenedBy, RouteCase, TransferCase, UnpinOwner, check_fact,
};
use crate::kernel::{Code, Permission};
use crate::record::{Entry, Event, Key};
use crate::sla::{Fact, Speaker};
use crate::work::{Command, Halt, Work};

impl Command for MoveCase {
    type Output = ();
    const NAME: &'static str = "case.move";
    const PERMISSION: Permission = Permission::CASE_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.case));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = open_to(work, self.case, Doing::Move)?;
        let statuses = &work.rulebook().cases().statuses;
        let category = match statuses.check_move(&case.status, &self.to) {
            // It is there already, and the table does not let the status follow itself.
            Err(_) if case.status == self.to => return Ok(()),
            category => category?,
        };
        if case.is_done() && !category.is_done() {
            let by = ReopenedBy::Request(Code::known("moved"));
            work.emit(case.id, CaseEvent::Reopened(by))?;
        }
        enter(work, &case, self.to.clone(), category)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for AssignCase {
    type Output = ();
    const NAME: &'static str = "case.assign";
    const PERMISSION: Permission = Permission::CASE_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.case));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = open_to(work, self.case, Doing::Assign)?;
        if case.assignee == self.to {
            return Ok(());
        }
        work.emit(case.id, CaseEvent::Assigned { to: self.to })?;
        match self.to {
            Some(_) => taken(work, &case, work.now()),
            None => Ok(()),
        }
    }

    fn output(&self, _: &Entry) {}
}

impl Command for RouteCase {
    type Output = ();
    const NAME: &'static str = "case.route";
    const PERMISSION: Permission = Permission::CASE_TRANSFER;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.case));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = open_to(work, self.case, Doing::Transfer)?;
        if let Some(team) = case.route.team.clone() {
            return Err(Refusal::HasTeam { team }.into());
        }
        give_to_team(work, case.id, work.now(), &self.to, Vec::new())
    }

    fn output(&self, _: &Entry) {}
}

impl Command for TransferCase {
    type Output = ();
    const NAME: &'static str = "case.transfer";
    const PERMISSION: Permission = Permission::CASE_TRANSFER;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.case));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = open_to(work, self.case, Doing::Transfer)?;
        let policy = work.rulebook().cases();
        let route = &case.route;
        match &route.team {
            None => return Err(Refusal::NoTeam.into()),
            Some(team) if *team == self.to => {
                let team = self.to.clone();
                return Err(Refusal::SameTeam { team }.into());
            }
            Some(_) if route.pinned => {
                let transfers = route.transfers;
                return Err(Refusal::OwnerPinned { transfers }.into());
            }
            Some(_) => {}
        }
        let has_packet = self.packet != Packet::default();
        let required = policy
            .teams
            .get(&self.to)
            .map(|team| team.required.as_slice());
        if has_packet || required.is_some_and(|required| !required.is_empty()) {
            let (number, mut file) = file_of(work, &case)?;
            let missing = self
                .packet
                .missing(required.unwrap_or_default(), &file.facts);
            if !missing.is_empty() {
                let team = self.to.clone();
                return Err(Refusal::HandOverIncomplete { team, missing }.into());
            }
            self.packet.check()?;
            crate::flows::customer::active(work, case.customer)?;
            for (name, (value, source)) in &self.packet.facts {
                let known = KnownFact {
                    value: value.clone(),
                    source: source.clone(),
                    at: work.now(),
                };
                file.facts.insert(name.clone(), known);
            }
            file.hand_overs.push(HandOver {
                at: work.now(),
                by: work.stamp().by.clone(),
                to: self.to.clone(),
                packet: self.packet.clone(),
            });
            file.check()?;
            work.put(number, file)?;
        }
        give_to_team(work, case.id, work.now(), &self.to, self.packet.slots())
    }

    fn output(&self, _: &Entry) {}
}

impl Command for UnpinOwner {
    type Output = ();
    const NAME: &'static str = "case.unpin";
    const PERMISSION: Permission = Permission::CASE_UNPIN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = open_to(work, self.case, Doing::Transfer)?;
        work.because(self.reason.clone());
        if case.route.pinned {
            work.emit(case.id, CaseEvent::OwnerUnpinned)?;
        }
        Ok(())
    }

    fn output(&self, _: &Entry) {}
}

impl Command for AskForFact {
    /// Whether the fact was on file already.
    type Output = bool;
    const NAME: &'static str = "case.ask_for_fact";
    const PERMISSION: Permission = Permission::CASE_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = open_to(work, self.case, Doing::Ask)?;
        let (_, file) = file_of(work, &case)?;
        let fact = self.fact.clone();
        let repeat = file.facts.contains_key(&fact);
        work.emit(case.id, CaseEvent::FactAsked { fact, repeat })
    }

    fn output(&self, entry: &Entry) -> bool {
        entry.events.iter().any(|event| {
            matches!(
                event,
                Event::Case(_, CaseEvent::FactAsked { repeat: true, .. })
            )
        })
    }
}

impl Command for RecordFact {
    type Output = ();
    const NAME: &'static str = "case.record_fact";
    const PERMISSION: Permission = Permission::CASE_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = open_to(work, self.case, Doing::Record)?;
        check_fact(&self.fact, &self.value)?;
        let (number, mut file) = dossier(work, &case)?;
        let known = KnownFact {
            value: self.value.clone(),
            source: self.source.clone(),
            at: work.now(),
        };
        file.facts.insert(self.fact.clone(), known);
        file.check()?;
        work.put(number, file)?;
        work.emit(
            case.id,
            CaseEvent::FactRecorded {
                fact: self.fact.clone(),
                source: self.source.clone(),
            },
        )
    }

    fn output(&self, _: &Entry) {}
}

impl Command for ReopenCase {
    type Output = ();
    const NAME: &'static str = "case.reopen";
    const PERMISSION: Permission = Permission::CASE_OWN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = open_to(work, self.case, Doing::Reopen)?;
        // The window is the customer's; staff may see a reason of their own.
        if voice(work.actor()) == Speaker::Customer && !reopens(work, &case, work.now()) {
            return Err(Refusal::AlreadyClosed.into());
        }
        work.because(self.reason.clone());
        reopen(work, &case, ReopenedBy::Request(self.reason.clone()))
    }

    fn output(&self, _: &Entry) {}
}

impl Command for CallOffCase {
    type Output = ();
    const NAME: &'static str = "case.call_off";
    const PERMISSION: Permission = Permission::CASE_OWN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let case = open_to(work, self.case, Doing::CallOff)?;
        let reason = self.reason.clone();
        work.because(reason.clone());
        work.emit(case.id, CaseEvent::CalledOff { reason })?;
        fact(work, case.id, Fact::Cancelled)?;
        let case = work.need(case.id)?;
        super::close(work, &case, work.now())
    }

    fn output(&self, _: &Entry) {}
}
