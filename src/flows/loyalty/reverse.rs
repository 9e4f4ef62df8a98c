//! Taking points back because what they were earned for came back.

use std::sync::Arc;

use super::{flag, parties, post, posted, requalify};
use crate::kernel::{Money, MovementId, Permission};
use crate::loyalty::{
    Account, AccountEvent, Movement, MovementKind, Part, Points, Posted, PostingKind, Programme,
    Refusal, Returned, ReverseEarning, Reversed, reversed_share,
};
use crate::record::{Entry, Key};
use crate::work::{Command, Halt, Work};

impl Command for ReverseEarning {
    type Output = Reversed;
    const NAME: &'static str = "loyalty.reverse";
    const PERMISSION: Permission = Permission::LOYALTY_EARN;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let movement = work.get(self.movement)?.ok_or(Refusal::NothingEarned)?;
        reverse(work, self.movement, &movement, &self.returned)
    }

    fn output(&self, entry: &Entry) -> Reversed {
        let mut reversed = Reversed {
            points: Vec::new(),
            forgone: Points::ZERO,
            charge: None,
        };
        for posted in posted(entry) {
            let posting = &posted.posting;
            if posting.kind != PostingKind::Reversed {
                continue;
            }
            let taken = posting.change().negated();
            reversed.points.push((posted.points.clone(), taken));
            reversed.forgone = reversed.forgone.plus(posting.forfeited);
            if let Some(more) = posted.worth {
                let before = reversed.charge.unwrap_or(Money::zero(more.currency()));
                // One programme counts in one currency.
                reversed.charge = before.checked_add(more).ok();
            }
        }
        reversed
    }

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.movement));
    }
}

/// Takes an earning back in part or whole.
pub(super) fn reverse(
    work: &mut Work<'_>,
    id: MovementId,
    movement: &Arc<Movement>,
    returned: &Returned,
) -> Result<(), Halt> {
    let programme = work.rulebook().programme(&movement.programme)?;
    let MovementKind::Earning {
        parts,
        eligible,
        returned: before,
        progress,
        counted_on,
    } = &movement.kind
    else {
        return Err(Refusal::NothingEarned.into());
    };
    let (account, head) = parties(work, movement.account)?;
    let left = eligible.saturating_sub(*before);
    let more = match returned {
        Returned::Everything => left,
        Returned::Value(money) => minor_of(*money, programme)?,
        Returned::Lines(basket) => {
            let tier = account.tier_name();
            programme.eligible(basket, tier, movement.at)?.minor()
        }
    };
    if more > left || left == 0 {
        return Err(Refusal::MoreThanLeft { asked: more, left }.into());
    }
    let share = |of: Points| reversed_share(of, *eligible, *before, more);
    let (id_of_member, id_of_head) = (account.id, head.id);
    drop(account);
    let mut now_parts = Vec::with_capacity(parts.len());
    for part in parts {
        let points = share(part.earned);
        now_parts.push(Part {
            reversed: part.reversed.plus(points),
            ..part.clone()
        });
        if points.is_positive() {
            let posted = take_back(work, programme, &head, id, part, points)?;
            post(work, id_of_head, posted)?;
        }
    }
    drop(head);
    let less = share(Points::new(*progress)).get();
    work.put(
        id,
        Movement {
            kind: MovementKind::Earning {
                parts: now_parts,
                eligible: *eligible,
                returned: before.saturating_add(more),
                progress: *progress,
                counted_on: *counted_on,
            },
            ..Movement::clone(movement)
        },
    )?;
    if let Some(scheme) = &programme.spec().tiers
        && less != 0
    {
        let account = work.need(id_of_member)?;
        let today = programme.day_of(work.now());
        let progressed = AccountEvent::Progressed {
            on: *counted_on,
            amount: less.saturating_neg(),
            keep_from: scheme.keeps_from(today, account.joined_on),
        };
        drop(account);
        work.emit(id_of_member, progressed)?;
        requalify(work, id_of_member, programme)?;
    }
    let head = work.need(id_of_head)?;
    guard(work, programme, &head)
}

fn minor_of(money: Money, programme: &Programme) -> Result<i64, Refusal> {
    if money.currency() != programme.currency() {
        return Err(Refusal::WrongCurrency {
            expected: programme.currency(),
            got: money.currency(),
        });
    }
    if money.is_negative() {
        return Err(Refusal::NegativeAmount { what: "returned" });
    }
    Ok(money.minor())
}

fn take_back(
    work: &Work<'_>,
    programme: &Programme,
    head: &Account,
    id: MovementId,
    part: &Part,
    points: Points,
) -> Result<Posted, Refusal> {
    let policy = programme.points(&part.points)?;
    let now = work.now();
    let has_expired = part.expires_at.is_some_and(|expires| expires <= now);
    let purse = head.purse(&part.points);
    let posting = purse.reversing(id, points, now, has_expired, policy.after_spending)?;
    // What buys nothing is worth nothing.
    let charge = match posting.charged.is_positive() && policy.redemption.is_some() {
        true => Some(programme.worth(&part.points, posting.charged)?),
        false => None,
    };
    Ok(Posted {
        worth: charge,
        ..Posted::new(part.points.clone(), posting)
    })
}

fn guard(work: &mut Work<'_>, programme: &Programme, account: &Account) -> Result<(), Halt> {
    let Some(pattern) = programme.spec().guards.reversals else {
        return Ok(());
    };
    match pattern.found(account.reversals, account.earnings) {
        Some(finding) => flag(work, account.id, finding, false),
        None => Ok(()),
    }
}
