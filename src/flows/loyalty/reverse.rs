//! Taking points back because what they were earned for came back.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::earn::budget_id;
use super::{flag, keeper, parties, post, posted, requalify};
use crate::kernel::{AccountId, Code, Money, MovementId, Permission};
use crate::loyalty::{
    Account, AccountEvent, Movement, MovementKind, Part, Points, PointsPolicy, Posted, PostingKind,
    Programme, Refusal, Returned, ReverseEarning, Reversed, Tally, Window, reversed_share,
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
            spend,
            ..
        } = &movement.kind
        else {
            return Err(Refusal::NothingEarned.into());
        };
        let back = match &self.returned {
            Returned::Everything => Back {
                counted: eligible.saturating_sub(*returned),
                spent: spend.as_ref().map(|spend| spend.left()),
            },
            Returned::Value(money) => Back {
                counted: minor_of(*money, programme)?,
                spent: None,
            },
            // A movement that was stored before lines had names knows only how much it was in all.
            Returned::Lines(basket) if lines.len() != products.len() => {
                let (account, _) = parties(work, movement.account)?;
                let tier = account.tier_name();
                let base = programme.eligible(basket, tier, movement.at)?;
                Back {
                    counted: base.total().minor(),
                    spent: None,
                }
            }
            Returned::Lines(basket) => {
                let base = basket.base(programme.currency(), programme.spec().base)?;
                let came = basket.lines.iter().map(|line| &line.product);
                let came = by_product(came.zip(&base.lines));
                let bought = by_product(products.iter().zip(lines));
                let sent = |total: i64, lines: &[i64]| {
                    let lines = lines.iter();
                    let sending = lines.fold(total, |rest, it| rest.saturating_sub(*it));
                    base.shipping.min(sending.max(0))
                };
                let goods = counted(&came, &bought)?;
                Back {
                    counted: goods.saturating_add(sent(*eligible, lines)),
                    spent: spend.as_ref().map(|spend| {
                        let all = by_product(products.iter().zip(&spend.lines));
                        let goods = spent(&came, &bought, &all);
                        goods.saturating_add(sent(spend.total, &spend.lines))
                    }),
                }
            }
        };
        let reversal = plan(work, self.movement, &movement, back)??;
        drop(movement);
        enter(work, reversal)
    }

    fn output(&self, entry: &Entry) -> Reversed {
        let mut reversed = Reversed {
            points: Vec::new(),
            forgone: Vec::new(),
            charge: None,
        };
        for posted in posted(entry) {
            let posting = &posted.posting;
            if posting.kind != PostingKind::Reversed {
                continue;
            }
            let taken = posting.change().negated();
            add(&mut reversed.points, &posted.points, taken);
            if posting.forfeited.is_positive() {
                add(&mut reversed.forgone, &posted.points, posting.forfeited);
            }
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

/// Adds points to those of the same currency.
fn add(sums: &mut Vec<(Code, Points)>, points: &Code, more: Points) {
    let mut known = sums.iter_mut();
    match known.find(|(name, _)| name == points) {
        Some((_, sum)) => *sum = sum.plus(more),
        None => sums.push((points.clone(), more)),
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

/// What lines that came back count for, by what was kept of those that were bought: nothing where these counted for nothing.
/// Refuses products that were not bought, and more than was bought of one.
fn counted(came: &BTreeMap<&Code, i64>, bought: &BTreeMap<&Code, i64>) -> Result<i64, Refusal> {
    let mut sum = 0_i64;
    for (product, asked) in came {
        let left = *bought.get(product).ok_or_else(|| Refusal::NotBought {
            product: (*product).clone(),
        })?;
        if left == 0 {
            continue;
        }
        if *asked > left {
            return Err(Refusal::MoreThanLeft {
                asked: *asked,
                left,
            });
        }
        sum = sum.saturating_add(*asked);
    }
    Ok(sum)
}

/// What lines that came back had counted for towards tiers: of what counted towards points as well in proportion, as a part of it
/// may have been paid with points.
fn spent(
    came: &BTreeMap<&Code, i64>,
    bought: &BTreeMap<&Code, i64>,
    all: &BTreeMap<&Code, i64>,
) -> i64 {
    let parts = came.iter().map(|(product, asked)| {
        let of = |sums: &BTreeMap<&Code, i64>| sums.get(product).copied().unwrap_or(0);
        let (counted, all) = (of(bought), of(all));
        if counted <= 0 {
            return (*asked).min(all);
        }
        let part = i128::from(all) * i128::from(*asked) / i128::from(counted);
        i64::try_from(part).unwrap_or(all)
    });
    parts.fold(0_i64, i64::saturating_add)
}

/// What of a purchase came back, in minor units.
#[derive(Clone, Copy)]
pub(super) struct Back {
    /// As far as it counted towards points.
    pub(super) counted: i64,
    /// As far as it counted towards tiers, where that is another amount; in proportion when nobody says.
    pub(super) spent: Option<i64>,
}

/// What is taken back of an earning: worked out, and not entered yet.
pub(super) struct Reversal<'a> {
    programme: &'a Programme,
    movement: (MovementId, Movement),
    member: AccountId,
    head: AccountId,
    posted: Vec<(AccountId, Posted)>,
    /// What goes back into budgets.
    unused: Vec<(Code, Points)>,
    /// How much less counts towards tiers, and under which day.
    less: (NaiveDate, i64),
}

/// Works out what is taken back of an earning of which so much came back.
pub(super) fn plan<'a>(
    work: &mut Work<'a>,
    id: MovementId,
    movement: &Movement,
    back: Back,
) -> Result<Result<Reversal<'a>, Refusal>, Halt> {
    let (account, head) = parties(work, movement.account)?;
    // What a member earned in a pool stays there when they leave it.
    let keeper = keeper(work, &account, head.id, id)?;
    let holders = (&*head, keeper.as_deref());
    let planned = planned(work, id, movement, back, account.id, holders);
    Ok(planned)
}

fn planned<'a>(
    work: &Work<'a>,
    id: MovementId,
    movement: &Movement,
    back: Back,
    member: AccountId,
    (head, keeper): (&Account, Option<&Account>),
) -> Result<Reversal<'a>, Refusal> {
    let programme = work.rulebook().programme(&movement.programme)?;
    let mut after = movement.clone();
    let MovementKind::Earning {
        parts,
        eligible,
        returned,
        progress,
        counted_on,
        spend,
        ..
    } = &mut after.kind
    else {
        return Err(Refusal::NothingEarned);
    };
    let (more, left) = (back.counted, eligible.saturating_sub(*returned));
    let is_over = left == 0 && spend.as_ref().is_none_or(|spend| spend.left() == 0);
    if more > left || is_over {
        return Err(Refusal::MoreThanLeft { asked: more, left });
    }
    let share = |of: Points| reversed_share(of, *eligible, *returned, more);
    let less = match spend {
        Some(spend) => {
            let in_proportion = || share(Points::new(spend.total)).get();
            let came = back.spent.unwrap_or_else(in_proportion).min(spend.left());
            let progress = Points::new(*progress);
            let less = reversed_share(progress, spend.total, spend.returned, came);
            spend.returned = spend.returned.saturating_add(came);
            less
        }
        None => share(Points::new(*progress)),
    };
    let is_first = parts.iter().all(|part| part.reversed.is_zero());
    let (mut posted, mut unused) = (Vec::with_capacity(parts.len()), Vec::new());
    for part in parts {
        let points = share(part.earned);
        if !points.is_positive() {
            continue;
        }
        // First what is left in a pool that the member has left; for the rest it is as if they had never been in it.
        let there = keeper.map_or(Points::ZERO, |it| it.purse(&part.points).left_of(id));
        let elsewhere = there.min(points);
        let rest = points.minus(elsewhere);
        for (account, points) in [(keeper, elsewhere), (Some(head), rest)] {
            let Some(account) = account.filter(|_| points.is_positive()) else {
                continue;
            };
            let counted_before = !(is_first && posted.is_empty());
            let taken = take_back(work, programme, account, id, part, points)?;
            let taken = Posted {
                counted_before,
                ..taken
            };
            // What is forgone or charged was given out for good.
            unused.push((part.points.clone(), taken.posting.change().negated()));
            posted.push((account.id, taken));
        }
        part.reversed = part.reversed.plus(points);
    }
    *returned = returned.saturating_add(more);
    Ok(Reversal {
        programme,
        less: (*counted_on, less.get()),
        movement: (id, after),
        member,
        head: head.id,
        posted,
        unused,
    })
}

/// Enters what is taken back.
pub(super) fn enter(work: &mut Work<'_>, reversal: Reversal<'_>) -> Result<(), Halt> {
    let (programme, member) = (reversal.programme, reversal.member);
    for (account, posted) in reversal.posted {
        post(work, account, posted)?;
    }
    for (points, unused) in reversal.unused {
        let policy = programme.spec().points.get(&points);
        if policy.is_some_and(|policy| policy.budget.is_some()) {
            let id = budget_id(programme.name(), &points);
            let used = work.document(id)?.map_or(0, |tally| tally.used);
            let used = used.saturating_sub(unused.get()).max(0);
            work.put(id, Tally { used })?;
        }
    }
    let (id, movement) = reversal.movement;
    work.put(id, movement)?;
    let (on, less) = reversal.less;
    if let Some(scheme) = &programme.spec().tiers
        && less != 0
    {
        let account = work.need(member)?;
        let today = programme.day_of(work.now());
        let before = programme.progress(&account, work.now());
        // After a merger what was done in another year of membership may count under another day.
        let is_there = account.progress.days().iter().any(|(day, _)| *day == on);
        let on = match scheme.window == Window::MembershipYear && !is_there {
            true => scheme.counts_on(today, account.joined_on),
            false => on,
        };
        let progressed = AccountEvent::Progressed {
            on,
            amount: less.saturating_neg(),
            keep_from: scheme.keeps_from(today, account.joined_on),
        };
        drop(account);
        work.emit(member, progressed)?;
        requalify(work, member, programme, before)?;
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
    account: &Account,
    id: MovementId,
    part: &mut Part,
    points: Points,
) -> Result<Posted, Refusal> {
    let gone = PointsPolicy::default();
    // Points that the programme no longer has do not keep the others from being taken back.
    let policy = programme.spec().points.get(&part.points).unwrap_or(&gone);
    let now = work.now();
    let has_expired = part.expires_at.is_some_and(|expires| expires <= now);
    let purse = account.purse(&part.points);
    let posting = purse.reversing(id, points, now, has_expired, policy.after_spending)?;
    if has_expired {
        let missing = points.minus(purse.there_of(id)).max(Points::ZERO);
        part.forfeited = part.forfeited.plus(missing);
    }
    // What buys nothing is worth nothing. Parts of a point's worth are charged once they make a whole unit.
    let worth = match posting.charged.is_positive() && policy.redemption.is_some() {
        true => {
            let before = programme.worth(&part.points, part.charged)?;
            part.charged = part.charged.plus(posting.charged);
            let all = programme.worth(&part.points, part.charged)?;
            Some(all.checked_sub(before)?)
        }
        false => None,
    };
    Ok(Posted {
        worth,
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
