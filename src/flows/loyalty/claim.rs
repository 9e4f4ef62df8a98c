//! Rewards: what they cost, and what they bring in other parts.

use std::sync::Arc;

use super::earn::reads;
use super::spend::{Spending, spend, spent};
use super::{account, head_to_spend, survivor, tell_customer};
use crate::code;
use crate::flows::customer::peek_survivor;
use crate::flows::message::withdraw;
use crate::flows::product::in_use;
use crate::kernel::{Code, CustomerId, Digest, MessageId, MovementId, Permission, TallyId, UnitId};
use crate::loyalty::{
    Account, Brought, ClaimReward, Movement, MovementKind, Overdraw, Programme, Refusal,
    RewardKind, Span, Spent, Tally,
};
use crate::message::{Draft, MessageState, Recipient};
use crate::record::{Entry, Event, Key};
use crate::service::{self, EndPlan, PlanEvent, StartPlan};
use crate::warranty::{CancelContract, PinTerm, Warranty};
use crate::work::{Command, Halt, Work};

/// The stock of a reward.
pub(super) fn stock_id(programme: &Code, reward: &Code) -> TallyId {
    let digest = Digest::public()
        .with_str("loyalty.stock")
        .with_str(programme.as_str())
        .with_str(reward.as_str());
    TallyId::from_u128(digest.finish())
}

impl Command for ClaimReward {
    type Output = Spent;
    const NAME: &'static str = "loyalty.claim_reward";
    const PERMISSION: Permission = Permission::LOYALTY_REDEEM;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let movement = work.new_id();
        let programme = work.rulebook().programme(&self.programme)?;
        let account = account(work, self.customer, programme)?;
        let head = head_to_spend(work, &account)?;
        let head = head.unwrap_or_else(|| Arc::clone(&account));
        let now = work.now();
        // A pool counts as one member here as well.
        let had = head.rewards.get(&self.reward).copied().unwrap_or(0);
        let reward = programme.reward(&self.reward, account.tier_name(), had, now)?;
        let member = account.customer;
        drop(account);
        let purse = head.purse(&reward.points);
        let posting = purse.spending(movement, reward.cost, now, Overdraw::Refuse)?;
        if let Some(stock) = reward.stock {
            let id = stock_id(programme.name(), &self.reward);
            let used = work.document(id)?.map_or(0, |tally| tally.used);
            if used >= i64::from(stock) {
                let reward = self.reward.clone();
                return Err(Refusal::RewardOutOfStock { reward }.into());
            }
            let used = used.saturating_add(1);
            work.put(id, Tally { used })?;
        }
        let brought = self.bring(work, member, &reward.kind, movement)?;
        let ticket = if let RewardKind::Event(event) = &reward.kind {
            self.ticket(work, member, event, movement)?
        } else {
            None
        };
        let spending = Spending {
            points: &reward.points,
            posting,
            source: None,
            reward: Some(&self.reward),
            brought,
            ticket,
            worth: None,
        };
        spend(work, programme, &head, movement, spending)
    }

    fn output(&self, entry: &Entry) -> Spent {
        spent(entry)
    }

    fn reads(&self, keys: &mut Vec<Key>) {
        reads(keys, self.customer, &self.programme);
        keys.extend(self.unit.map(Key::of));
    }
}

impl ClaimReward {
    /// Does what the reward brings in other parts.
    fn bring(
        &self,
        work: &mut Work<'_>,
        member: CustomerId,
        kind: &RewardKind,
        movement: MovementId,
    ) -> Result<Option<Brought>, Halt> {
        match kind {
            RewardKind::Discount(_)
            | RewardKind::Off { .. }
            | RewardKind::Product(_)
            | RewardKind::Voucher(_) => Ok(None),
            RewardKind::Service(plan) => self.serve(work, member, plan).map(Some),
            RewardKind::WarrantyExtension { months, term } => {
                let term = term.as_ref().ok_or(Refusal::NothingToProlong)?;
                self.prolong(work, member, *months, term, movement)
                    .map(Some)
            }
            RewardKind::Event(event) => Ok(Some(Brought::Seat(event.clone()))),
        }
    }

    /// The member is told of their seat.
    fn ticket(
        &self,
        work: &mut Work<'_>,
        member: CustomerId,
        event: &Code,
        movement: MovementId,
    ) -> Result<Option<MessageId>, Halt> {
        let to = Recipient::Customer(member);
        let draft = Draft::new(to, code!("loyalty.seat"));
        let draft = with_seat(draft, &self.programme, event, movement);
        tell_customer(work, Account::id_of(member, &self.programme), member, draft)
    }

    /// The unit for which it is claimed, which has to be the member's own.
    fn own_unit(&self, work: &mut Work<'_>, member: CustomerId) -> Result<Option<UnitId>, Halt> {
        let Some(id) = self.unit else {
            return Ok(None);
        };
        let unit = in_use(work, id)?;
        let owner = match unit.owned_by() {
            Some(owner) => peek_survivor(work, owner)?,
            None => None,
        };
        match owner.is_some_and(|owner| owner.id == member) {
            true => Ok(Some(id)),
            false => Err(Refusal::NotTheOwner.into()),
        }
    }

    /// A plan of service starts.
    fn serve(&self, work: &mut Work<'_>, member: CustomerId, plan: &Code) -> Result<Brought, Halt> {
        let start = StartPlan {
            unit: self.own_unit(work, member)?,
            ..StartPlan::new(member, plan.clone())
        };
        start.decide(work)?;
        let mut events = work.so_far().iter().rev();
        let started = events.find_map(|event| {
            let Event::Plan(id, PlanEvent::Started(_)) = event else {
                return None;
            };
            Some(*id)
        });
        let started =
            started.ok_or_else(|| service::Refusal::UnknownPlan { name: plan.clone() })?;
        Ok(Brought::Plan(started))
    }

    /// The warranty of a unit lasts longer.
    fn prolong(
        &self,
        work: &mut Work<'_>,
        member: CustomerId,
        months: u32,
        term: &Code,
        movement: MovementId,
    ) -> Result<Brought, Halt> {
        let unit = self.own_unit(work, member)?;
        let unit = unit.ok_or_else(|| Refusal::NeedsUnit {
            reward: self.reward.clone(),
        })?;
        let today = work
            .rulebook()
            .programme(&self.programme)?
            .day_of(work.now());
        let warranty = work.document(Warranty::id_of(unit))?;
        let last = warranty.and_then(|warranty| warranty.last_day(today));
        let last = last.ok_or(Refusal::NothingToProlong)?;
        let pin = PinTerm {
            until: Some(Span::Months(months).after(last)),
            reference: Code::try_new(&movement.to_string()).ok(),
            ..PinTerm::new(unit, term.clone())
        };
        pin.decide(work)?;
        let term = term.clone();
        Ok(Brought::Contract { unit, term })
    }
}

/// Ends what a reward brought, because all the points for it were given back; what has ended by itself stays as it is.
pub(super) fn end(
    work: &mut Work<'_>,
    programme: &Programme,
    brought: &Brought,
    (id, movement): (MovementId, &Movement),
) -> Result<(), Halt> {
    let reason = code!("loyalty.given_back");
    match brought {
        Brought::Plan(plan) => match work.get(*plan)? {
            Some(known) if known.check_open().is_ok() => {
                let plan = *plan;
                EndPlan { plan, reason }.decide(work)
            }
            _ => Ok(()),
        },
        Brought::Contract { unit, term } => {
            let warranty = work.document(Warranty::id_of(*unit))?;
            let contract = warranty
                .as_ref()
                .and_then(|warranty| warranty.contract(term));
            if contract.is_none_or(|contract| contract.cancelled_on.is_some()) {
                return Ok(());
            }
            if work.get(*unit)?.is_none_or(|unit| unit.retired.is_some()) {
                return Ok(());
            }
            let cancel = CancelContract {
                unit: *unit,
                term: term.clone(),
                on: programme.day_of(work.now()),
                reason,
            };
            cancel.decide(work)
        }
        Brought::Seat(event) => end_seat(work, programme, event, (id, movement)),
    }
}

fn with_seat(draft: Draft, programme: &Code, event: &Code, movement: MovementId) -> Draft {
    draft
        .with_fact(code!("programme"), programme)
        .with_fact(code!("event"), event)
        .with_fact(code!("ticket"), movement)
}

/// A ticket that is still on its way is taken back; whoever has it is told that it is worth nothing any more.
fn end_seat(
    work: &mut Work<'_>,
    programme: &Programme,
    event: &Code,
    (id, movement): (MovementId, &Movement),
) -> Result<(), Halt> {
    let MovementKind::Spending {
        ticket: Some(ticket),
        ..
    } = &movement.kind
    else {
        return Ok(());
    };
    let Some(message) = work.get(*ticket)? else {
        return Ok(());
    };
    withdraw(work, Some(*ticket))?;
    let (MessageState::Sent { .. }, Recipient::Customer(member)) =
        (&message.state, &message.draft.to)
    else {
        return Ok(());
    };
    let draft = Draft::new(message.draft.to.clone(), code!("loyalty.seat_ended"));
    let draft = with_seat(draft, programme.name(), event, id);
    let account = survivor(work, movement.account)?;
    tell_customer(work, account.id, *member, draft).map(drop)
}
