//! How many points a purchase or an action brings, and why.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::basket::{Base, Basket, EarnBase, Minors};
use super::dates::Expiry;
use super::points::Points;
use super::programme::{Conditions, EarnRule, Grant, Multiplier, Programme, Stacking, Trigger};
use super::ratio::Ratio;
use super::refusal::Refusal;
use crate::kernel::{BasisPoints, Code, Few, Money, MoneyRefusal};

/// What is done that may bring points.
#[derive(Clone, Copy, Debug)]
pub enum Occasion<'a> {
    /// Something is bought.
    Purchase(&'a Basket),
    /// Something else is done, such as `registration` or `review`.
    Action(&'a Code),
}

impl<'a> Occasion<'a> {
    const fn basket(&self) -> Option<&'a Basket> {
        match self {
            Self::Purchase(basket) => Some(basket),
            Self::Action(_) => None,
        }
    }

    const fn channel(&self) -> Option<&'a Code> {
        match self {
            Self::Purchase(basket) => basket.channel.as_ref(),
            Self::Action(_) => None,
        }
    }

    /// Which product each line is.
    pub(crate) fn products(&self) -> Few<Code> {
        let lines = self.basket().map_or(&[][..], |basket| &basket.lines);
        lines.iter().map(|line| line.product.clone()).collect()
    }
}

/// What a rule brought a member so far, kept for rules with a cap for the day or for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleCount {
    /// Which rule.
    pub rule: Code,
    /// The last day on which it brought points.
    pub on: NaiveDate,
    /// How many on that day.
    pub that_day: Points,
    /// How many ever.
    pub ever: Points,
}

/// What about a member matters for earning.
#[derive(Clone, Copy, Debug, Default)]
pub struct Member<'a> {
    /// Their tier.
    pub tier: Option<&'a Code>,
    /// What rules with caps brought so far.
    pub counts: &'a [RuleCount],
}

/// What one rule brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleShare {
    /// Which rule.
    pub rule: Code,
    /// How many points, after multipliers and caps.
    pub points: Points,
    /// The multipliers that made it more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub multipliers: Vec<Code>,
    /// How many points caps took off.
    #[serde(default, skip_serializing_if = "Points::is_zero")]
    pub capped: Points,
    /// The day on which it counts, for a rule with a cap for the day or for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_on: Option<NaiveDate>,
}

/// Why a rule brings nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Skipped {
    /// The channel, the tier or the day is not the right one.
    NotForThis,
    /// Nothing of what is bought counts for it.
    NothingEligible,
    /// Less than a point came out.
    LessThanAPoint,
    /// A cap is used up.
    CapReached,
    /// The budget of all members together is used up.
    BudgetSpent,
    /// The points would be gone already.
    GoneAlready,
}

/// What an occasion brings in one point currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Yield {
    /// Which points.
    pub points: Code,
    /// How many.
    pub total: Points,
    /// By which rules.
    pub shares: Few<RuleShare>,
}

/// What an occasion brings, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earnings {
    /// By point currency, those that bring something only.
    pub yields: Vec<Yield>,
    /// The rules for such an occasion that bring nothing, and why.
    pub skipped: Vec<(Code, Skipped)>,
    /// What of the purchase counts for any rule: what a return is measured against. Nothing for an action.
    pub eligible: Money,
    /// What of it falls to each line, in minor units; the rest is what sending counts for.
    #[serde(default, skip_serializing_if = "Minors::is_empty")]
    pub lines: Minors,
    /// What of the purchase brings a member towards the next tier: all of it, and never what is paid with points.
    pub spend: Money,
    /// What of that falls to each line, in minor units; the rest is what sending counts for.
    #[serde(default, skip_serializing_if = "Minors::is_empty")]
    pub spend_lines: Minors,
}

impl Programme {
    /// What an occasion at `at` brings a member.
    ///
    /// # Errors
    /// [`Refusal::NotRunning`], those of [`Basket::base`], and [`Refusal::Money`] out of range.
    pub fn earnings(
        &self,
        occasion: Occasion<'_>,
        member: Member<'_>,
        at: DateTime<Utc>,
    ) -> Result<Earnings, Refusal> {
        self.earnings_on(occasion, member, self.running(at)?)
    }

    /// Like [`earnings`](Self::earnings), on a day of the programme's zone on which it runs.
    pub(crate) fn earnings_on(
        &self,
        occasion: Occasion<'_>,
        member: Member<'_>,
        on: NaiveDate,
    ) -> Result<Earnings, Refusal> {
        let base = self.base(&occasion)?;
        let mut counted = Counted::of(&base);
        let spend = match occasion {
            Occasion::Purchase(basket) if self.spec().base.points_part => {
                let points_part = false;
                let without = EarnBase {
                    points_part,
                    ..self.spec().base
                };
                basket.base(self.currency(), without)?
            }
            Occasion::Purchase(_) | Occasion::Action(_) => base.clone(),
        };
        let mut found = Earnings {
            yields: Vec::new(),
            skipped: Vec::new(),
            eligible: Money::zero(base.currency),
            lines: Minors::new(),
            spend: spend.total(),
            spend_lines: spend.lines,
        };
        for rule in &self.spec().rules {
            if !rule.on.is(&occasion) {
                continue;
            }
            let share = if rule.when.fits_member(occasion.channel(), member.tier, on) {
                counted.enter(rule, &occasion);
                let policy = self.spec().points.get(&rule.points);
                match policy.map(|policy| policy.expiry) {
                    Some(Expiry::On(date)) if date < on => Err(Skipped::GoneAlready),
                    Some(_) | None => self.share(rule, &occasion, &base, member, on)?,
                }
            } else {
                Err(Skipped::NotForThis)
            };
            match share {
                Ok(share) => found.enter(&rule.points, share),
                Err(why) => found.skipped.push((rule.name.clone(), why)),
            }
        }
        let counted = counted.base;
        found.eligible = counted.total();
        found.lines = counted.lines;
        Ok(found)
    }

    fn base(&self, occasion: &Occasion<'_>) -> Result<Base, Refusal> {
        match occasion {
            Occasion::Purchase(basket) => basket.base(self.currency(), self.spec().base),
            Occasion::Action(_) => Ok(Base {
                lines: Minors::new(),
                shipping: 0,
                currency: self.currency(),
            }),
        }
    }

    /// What of a purchase counts for any rule, for whomever and whenever: what a return of these lines is
    /// measured by.
    ///
    /// # Errors
    /// Those of [`Basket::base`].
    pub fn eligible(
        &self,
        basket: &Basket,
        tier: Option<&Code>,
        at: DateTime<Utc>,
    ) -> Result<Base, Refusal> {
        let occasion = Occasion::Purchase(basket);
        let base = self.base(&occasion)?;
        let (channel, on) = (occasion.channel(), self.day_of(at));
        let mut counted = Counted::of(&base);
        for rule in &self.spec().rules {
            if rule.on == Trigger::Purchase && rule.when.fits_member(channel, tier, on) {
                counted.enter(rule, &occasion);
            }
        }
        Ok(counted.base)
    }

    /// What one rule brings.
    fn share(
        &self,
        rule: &EarnRule,
        occasion: &Occasion<'_>,
        base: &Base,
        member: Member<'_>,
        on: NaiveDate,
    ) -> Result<Result<RuleShare, Skipped>, Refusal> {
        let (channel, tier) = (occasion.channel(), member.tier);
        let all = self.spec().multipliers.iter();
        let multipliers = all.filter(|multiplier| {
            let points = multiplier.points.as_ref();
            points.is_none_or(|points| *points == rule.points)
                && multiplier.when.fits_member(channel, tier, on)
        });
        let multipliers: Vec<&Multiplier> = multipliers.collect();
        let mut used = Vec::new();
        let exact = match occasion.basket() {
            Some(basket) => self.of_lines(rule, basket, base, &multipliers, &mut used)?,
            None => Some(Ratio::whole(match rule.grant {
                Grant::Fixed(points) => points.into(),
                Grant::PerAmount { .. } | Grant::PerUnit(_) => 0,
            })),
        };
        let Some(mut exact) = exact else {
            return Ok(Err(Skipped::NothingEligible));
        };
        if matches!(rule.grant, Grant::Fixed(_)) {
            let is_general = |when: &Conditions| !when.is_about_lines();
            exact = self.multiplied(exact, &multipliers, is_general, &mut used)?;
        }
        let whole = exact.round(rule.rounding).map(Points::new);
        let whole = whole.filter(|points| *points <= Points::MOST);
        let whole = whole.ok_or(MoneyRefusal::Overflow)?;
        if !whole.is_positive() {
            return Ok(Err(Skipped::LessThanAPoint));
        }
        let points = whole.min(room(rule, member.counts, on));
        if !points.is_positive() {
            return Ok(Err(Skipped::CapReached));
        }
        Ok(Ok(RuleShare {
            rule: rule.name.clone(),
            points,
            multipliers: used,
            capped: whole.minus(points),
            counted_on: rule.caps.is_counted().then_some(on),
        }))
    }

    /// What the lines that count for a rule bring, exactly; `None` when none does.
    fn of_lines(
        &self,
        rule: &EarnRule,
        basket: &Basket,
        base: &Base,
        multipliers: &[&Multiplier],
        used: &mut Vec<Code>,
    ) -> Result<Option<Ratio>, Refusal> {
        let (each, per) = match rule.grant {
            Grant::PerAmount { points, minor } => (points, i128::from(minor)),
            Grant::PerUnit(points) | Grant::Fixed(points) => (points, 1),
        };
        let mut sum = None;
        for (line, minor) in basket.lines.iter().zip(&base.lines) {
            if !rule.when.fits_line(&line.product, line.category.as_ref()) {
                continue;
            }
            let count = match rule.grant {
                Grant::PerAmount { .. } => i128::from(*minor),
                Grant::PerUnit(_) => i128::from(line.units),
                Grant::Fixed(_) => {
                    sum = Some(Ratio::whole(each.into()));
                    break;
                }
            };
            let fits = |when: &Conditions| when.fits_line(&line.product, line.category.as_ref());
            let exact = Ratio::new(count * i128::from(each), per)?;
            let exact = self.multiplied(exact, multipliers, fits, used)?;
            sum = Some(sum.unwrap_or(Ratio::ZERO).plus(exact)?);
        }
        let sends = base.shipping > 0 && !rule.when.is_about_lines();
        if sends && matches!(rule.grant, Grant::PerAmount { .. }) {
            let is_general = |when: &Conditions| !when.is_about_lines();
            let exact = Ratio::new(i128::from(base.shipping) * i128::from(each), per)?;
            let exact = self.multiplied(exact, multipliers, is_general, used)?;
            sum = Some(sum.unwrap_or(Ratio::ZERO).plus(exact)?);
        }
        Ok(sum)
    }

    /// What it comes to with those of these multipliers whose conditions fit.
    fn multiplied(
        &self,
        exact: Ratio,
        multipliers: &[&Multiplier],
        fits: impl Fn(&Conditions) -> bool,
        used: &mut Vec<Code>,
    ) -> Result<Ratio, MoneyRefusal> {
        if multipliers.is_empty() {
            return Ok(exact);
        }
        let fitting = multipliers.iter().copied();
        exact.times(self.factor(fitting.filter(|it| fits(&it.when)), used)?)
    }

    /// How many times as many points these make.
    fn factor<'a>(
        &self,
        multipliers: impl Iterator<Item = &'a Multiplier>,
        used: &mut Vec<Code>,
    ) -> Result<Ratio, MoneyRefusal> {
        let whole = i128::from(BasisPoints::WHOLE.get());
        let mut factor = Ratio::ONE;
        let mut best: Option<&Multiplier> = None;
        for multiplier in multipliers {
            let own = Ratio::new(i128::from(multiplier.factor.get()), whole)?;
            match self.spec().stacking {
                Stacking::Best => {
                    if own.is_more_than(factor) {
                        factor = own;
                        best = Some(multiplier);
                    }
                    continue;
                }
                Stacking::Add => {
                    let more = i128::from(multiplier.factor.get()) - whole;
                    factor = factor.plus(Ratio::new(more, whole)?)?;
                }
                Stacking::Multiply => factor = factor.times(own)?,
            }
            note(used, &multiplier.name);
        }
        if let Some(best) = best {
            note(used, &best.name);
        }
        Ok(factor)
    }
}

/// What of a purchase counts for any of the rules that were entered.
struct Counted<'a> {
    all: &'a Base,
    base: Base,
}

impl<'a> Counted<'a> {
    /// For none yet.
    fn of(all: &'a Base) -> Self {
        let base = Base {
            lines: SmallVec::from_elem(0, all.lines.len()),
            shipping: 0,
            currency: all.currency,
        };
        Self { all, base }
    }

    fn enter(&mut self, rule: &EarnRule, occasion: &Occasion<'_>) {
        let Some(basket) = occasion.basket() else {
            return;
        };
        let lines = self.base.lines.iter_mut().zip(&self.all.lines);
        for (line, (counted, all)) in basket.lines.iter().zip(lines) {
            if rule.when.fits_line(&line.product, line.category.as_ref()) {
                *counted = *all;
            }
        }
        if !rule.when.is_about_lines() {
            self.base.shipping = self.all.shipping;
        }
    }
}

fn note(used: &mut Vec<Code>, name: &Code) {
    if !used.contains(name) {
        used.push(name.clone());
    }
}

/// How many points the caps of a rule leave.
fn room(rule: &EarnRule, counts: &[RuleCount], on: NaiveDate) -> Points {
    let count = counts.iter().find(|count| count.rule == rule.name);
    let ever = count.map_or(Points::ZERO, |count| count.ever);
    let that_day = count
        .filter(|count| count.on >= on)
        .map_or(Points::ZERO, |count| count.that_day);
    let caps = [
        rule.caps.per_order,
        rule.caps.per_day.map(|cap| cap.minus(that_day)),
        rule.caps.per_member.map(|cap| cap.minus(ever)),
    ];
    caps.into_iter().flatten().min().unwrap_or(Points::MOST)
}

impl Earnings {
    fn enter(&mut self, points: &Code, share: RuleShare) {
        let mut yields = self.yields.iter_mut();
        match yields.find(|known| known.points == *points) {
            Some(known) => {
                known.total = known.total.plus(share.points);
                known.shares.push(share);
            }
            None => self.yields.push(Yield {
                points: points.clone(),
                total: share.points,
                shares: Few::from_buf([share]),
            }),
        }
    }

    /// Cuts what it brings in one point currency down to what is left of its budget, from the last rule back. Answers
    /// with how many it brings then.
    pub(crate) fn within(&mut self, points: &Code, left: Points) -> Points {
        let Some(place) = self.yields.iter().position(|it| it.points == *points) else {
            return Points::ZERO;
        };
        let mut earned = self.yields.remove(place);
        let left = left.max(Points::ZERO);
        let mut over = earned.total.minus(left).max(Points::ZERO);
        earned.total = earned.total.min(left);
        for share in earned.shares.iter_mut().rev() {
            let part = share.points.min(over);
            share.points = share.points.minus(part);
            share.capped = share.capped.plus(part);
            over = over.minus(part);
        }
        earned.shares.retain(|share| {
            let is_spent = share.points.is_zero();
            if is_spent {
                let rule = share.rule.clone();
                self.skipped.push((rule, Skipped::BudgetSpent));
            }
            !is_spent
        });
        let total = earned.total;
        if total.is_positive() {
            self.yields.insert(place, earned);
        }
        total
    }

    /// Whether a cap or the budget kept a rule from bringing anything.
    pub(crate) fn is_capped(&self) -> bool {
        let mut skipped = self.skipped.iter();
        skipped.any(|(_, why)| matches!(why, Skipped::CapReached | Skipped::BudgetSpent))
    }

    /// How many points of this name it brings.
    #[must_use]
    pub fn of(&self, points: &Code) -> Points {
        let mut yields = self.yields.iter();
        let found = yields.find(|known| known.points == *points);
        found.map_or(Points::ZERO, |found| found.total)
    }
}

/// How many points of an earning are to be taken back, when `returned` of what counted came back before and
/// now `more` does: in proportion, rounded down, until everything came back; the last return takes the rest.
///
/// ```
/// use aftercare::loyalty::{Points, reversed_share};
/// let hundred = Points::new(100);
/// // Three equal parts of a purchase that brought 100 points.
/// let parts = [(0, 10), (10, 10), (20, 10)].map(|(returned, more)| reversed_share(hundred, 30, returned, more).get());
/// assert_eq!(parts, [33, 33, 34]);
/// ```
#[must_use]
pub fn reversed_share(earned: Points, eligible: i64, returned: i64, more: i64) -> Points {
    let until = |returned: i64| {
        if returned >= eligible {
            return earned;
        }
        let exact = i128::from(earned.get()) * i128::from(returned);
        let part = exact / i128::from(eligible.max(1));
        i64::try_from(part).map_or(earned, Points::new)
    };
    until(returned.saturating_add(more)).minus(until(returned))
}
