//! Taking points back because what they were earned for came back.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{flag, parties, post, posted, requalify};
use crate::kernel::{AccountId, Code, Money, MovementId, Permission};
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
        let programme = work.rulebook().programme(&movement.programme)?;
        let MovementKind::Earning {
            eligible,
            lines,
            products,
            returned,
            ..
        } = &movement.kind
        else {
            return Err(Refusal::NothingEarned.into());
        };
        let more = match &self.returned {
            Returned::Everything => eligible.saturating_sub(*returned),
            Returned::Value(money) => minor_of(*money, programme)?,
            Returned::Lines(basket) => {
                let (account, _) = parties(work, movement.account)?;
                let tier = account.tier_name();
                let base = programme.eligible(basket, tier, movement.at)?;
                let came = basket.lines.iter().map(|line| &line.product);
                // A movement that was stored before lines had names knows only how much it was in all.
                if lines.len() == products.len() {
                    bought(came.zip(&base.lines), products.iter().zip(lines))?;
                }
                base.total().minor()
            }
        };
        let reversal = plan(work, self.movement, &movement, more)??;
        drop(movement);
        enter(work, reversal)
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

/// What lines count for, product by product, in minor units.
fn by_product<'a>(lines: impl Iterator<Item = (&'a Code, &'a i64)>) -> BTreeMap<&'a Code, i64> {
    let mut sums = BTreeMap::new();
    for (product, minor) in lines {
        let sum = sums.entry(product).or_insert(0_i64);
        *sum = sum.saturating_add(*minor);
    }
    sums
}

/// Refuses lines of products that were not bought, or that count for more than was bought of the product.
fn bought<'a>(
    came: impl Iterator<Item = (&'a Code, &'a i64)>,
    bought: impl Iterator<Item = (&'a Code, &'a i64)>,
) -> Result<(), Refusal> {
    let known = by_product(bought);
    for (product, asked) in by_product(came) {
        let left = *known.get(product).ok_or_else(|| Refusal::NotBought {
            product: product.clone(),
        })?;
        if asked > left {
            return Err(Refusal::MoreThanLeft { asked, left });
        }
    }
    Ok(())
}

/// What is taken back of an earning: worked out, and not entered yet.
pub(super) struct Reversal<'a> {
    programme: &'a Programme,
    movement: (MovementId, Movement),
    member: AccountId,
    head: AccountId,
    posted: Vec<Posted>,
    /// How much less counts towards tiers, and under which day.
    less: (NaiveDate, i64),
}

/// Works out what `more` of an earning that came back takes back.
pub(super) fn plan<'a>(
    work: &mut Work<'a>,
    id: MovementId,
    movement: &Movement,
    more: i64,
) -> Result<Result<Reversal<'a>, Refusal>, Halt> {
    let (account, head) = parties(work, movement.account)?;
    let planned = planned(work, id, movement, more, (account.id, &head));
    Ok(planned)
}

fn planned<'a>(
    work: &Work<'a>,
    id: MovementId,
    movement: &Movement,
    more: i64,
    (member, head): (AccountId, &Account),
) -> Result<Reversal<'a>, Refusal> {
    let programme = work.rulebook().programme(&movement.programme)?;
    let mut after = movement.clone();
    let MovementKind::Earning {
        parts,
        eligible,
        returned,
        progress,
        counted_on,
        ..
    } = &mut after.kind
    else {
        return Err(Refusal::NothingEarned);
    };
    let left = eligible.saturating_sub(*returned);
    if more > left || left == 0 {
        return Err(Refusal::MoreThanLeft { asked: more, left });
    }
    let share = |of: Points| reversed_share(of, *eligible, *returned, more);
    let is_first = parts.iter().all(|part| part.reversed.is_zero());
    let mut posted = Vec::with_capacity(parts.len());
    for part in parts {
        let points = share(part.earned);
        if points.is_positive() {
            posted.push(Posted {
                counted_before: !(is_first && posted.is_empty()),
                ..take_back(work, programme, head, id, part, points)?
            });
            part.reversed = part.reversed.plus(points);
        }
    }
    let less = (*counted_on, share(Points::new(*progress)).get());
    *returned = returned.saturating_add(more);
    Ok(Reversal {
        programme,
        movement: (id, after),
        member,
        head: head.id,
        posted,
        less,
    })
}

/// Enters what is taken back.
pub(super) fn enter(work: &mut Work<'_>, reversal: Reversal<'_>) -> Result<(), Halt> {
    let (programme, member) = (reversal.programme, reversal.member);
    for posted in reversal.posted {
        post(work, reversal.head, posted)?;
    }
    let (id, movement) = reversal.movement;
    work.put(id, movement)?;
    let (on, less) = reversal.less;
    if let Some(scheme) = &programme.spec().tiers
        && less != 0
    {
        let account = work.need(member)?;
        let today = programme.day_of(work.now());
        let progressed = AccountEvent::Progressed {
            on,
            amount: less.saturating_neg(),
            keep_from: scheme.keeps_from(today, account.joined_on),
        };
        drop(account);
        work.emit(member, progressed)?;
        requalify(work, member, programme)?;
    }
    let head = work.need(reversal.head)?;
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
