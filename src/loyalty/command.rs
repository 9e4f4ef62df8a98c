//! What can be done with points.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::basket::Basket;
use super::movement::Source;
use super::points::Points;
use crate::kernel::{Code, CustomerId, HoldId, Money, MovementId, RequestId, UnitId};

/// Opens a customer's account in a programme. Earning does so by itself. Answers with the account's id. Takes `loyalty.earn`, which
/// customers do not have unless the rulebook says so.
///
/// # Errors
/// [`UnknownProgramme`](super::Refusal::UnknownProgramme), [`NotRunning`](super::Refusal::NotRunning),
/// [`AlreadyMember`](super::Refusal::AlreadyMember).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinProgramme {
    /// Who.
    pub customer: CustomerId,
    /// Which programme.
    pub programme: Code,
}

/// What is done that may bring points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occurrence {
    /// Something is bought.
    Purchase(Basket),
    /// Something else is done, such as `registration`, `referral`, `review`, `birthday`.
    Action(Code),
}

/// Gives a customer what the rules of a programme bring them for a purchase or an action, and opens the account if
/// there is none. Answers with what was earned, which may be nothing.
///
/// # Errors
/// [`AlreadyEarned`](super::Refusal::AlreadyEarned) for the same source; those of
/// [`Programme::earnings`](super::Programme::earnings); [`Guarded`](super::Refusal::Guarded).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarnPoints {
    /// Who.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// For doing what.
    pub occurrence: Occurrence,
    /// What it was, by its number; points are given for it once. Without it nobody notices a second time. What brought
    /// nothing, not even towards a tier, can be asked for again with the same number, once it is put right; what only a
    /// cap or the budget kept from bringing points was given its share, and cannot.
    #[serde(default)]
    pub source: Option<Source>,
}

impl EarnPoints {
    /// For a purchase.
    #[must_use]
    pub const fn for_purchase(
        customer: CustomerId,
        programme: Code,
        basket: Basket,
        source: Source,
    ) -> Self {
        Self {
            customer,
            programme,
            occurrence: Occurrence::Purchase(basket),
            source: Some(source),
        }
    }

    /// For something else, done once for each source.
    #[must_use]
    pub const fn for_action(
        customer: CustomerId,
        programme: Code,
        action: Code,
        source: Source,
    ) -> Self {
        Self {
            customer,
            programme,
            occurrence: Occurrence::Action(action),
            source: Some(source),
        }
    }
}

/// What was earned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earned {
    /// By which movement: what [`ReverseEarning`] and [`ReleasePoints`] ask for. `None` when nothing was earned and
    /// nothing counted towards tiers; a purchase beyond a cap may count without bringing points.
    pub movement: Option<MovementId>,
    /// How many points of which currency, what settled a debt included.
    pub points: Vec<(Code, Points)>,
}

/// Lets pending points of an earning be spent: as a rule, when the goods have arrived.
///
/// # Errors
/// [`NothingEarned`](super::Refusal::NothingEarned), [`NothingPending`](super::Refusal::NothingPending).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasePoints {
    /// Which earning.
    pub movement: MovementId,
    /// From when on, UTC; at once when absent.
    #[serde(default)]
    pub from: Option<DateTime<Utc>>,
}

/// What of a purchase came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Returned {
    /// All that had not come back before.
    Everything,
    /// So much of what counted towards points.
    Value(Money),
    /// These lines, of products that were bought then, at what they had cost. They count as far as the lines did that were
    /// bought, whatever rules and tiers are today. At a time they cannot count for more than was bought of their product, and over
    /// all returns together not for more than was bought in all.
    Lines(Basket),
}

/// Takes points back because what they were earned for came back, in proportion to what counted; over all
/// returns together never more than was earned, and after the last exactly that.
///
/// # Errors
/// [`NothingEarned`](super::Refusal::NothingEarned), [`MoreThanLeft`](super::Refusal::MoreThanLeft),
/// [`NotBought`](super::Refusal::NotBought), [`PointsSpent`](super::Refusal::PointsSpent) where the programme blocks it,
/// [`WrongCurrency`](super::Refusal::WrongCurrency), [`NegativeAmount`](super::Refusal::NegativeAmount).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReverseEarning {
    /// Which earning.
    pub movement: MovementId,
    /// What came back.
    pub returned: Returned,
}

/// What was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reversed {
    /// How many points of which currency were taken, those that are owed now included.
    pub points: Vec<(Code, Points)>,
    /// How many of which currency could not be taken, and are not asked for again.
    pub forgone: Vec<(Code, Points)>,
    /// What is charged in money instead.
    pub charge: Option<Money>,
}

/// Keeps points aside, so that they can be spent later and not otherwise. Answers with the hold's id.
///
/// # Errors
/// Those of [`RedeemPoints`], [`HoldEndsAtOnce`](super::Refusal::HoldEndsAtOnce), and
/// [`HoldTooLong`](super::Refusal::HoldTooLong) beyond what the policy of the points lets a hold last. A guard counts a hold as
/// a spending, whatever becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldPoints {
    /// Whose.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// Which points.
    pub points: Code,
    /// How many.
    pub amount: Points,
    /// When the hold ends by itself, UTC.
    pub until: DateTime<Utc>,
    /// What there is to pay, which they may not exceed.
    #[serde(default)]
    pub due: Option<Money>,
}

impl HoldPoints {
    /// So many until then, for something of any price.
    #[must_use]
    pub const fn new(
        customer: CustomerId,
        programme: Code,
        points: Code,
        amount: Points,
        until: DateTime<Utc>,
    ) -> Self {
        Self {
            customer,
            programme,
            points,
            amount,
            until,
            due: None,
        }
    }

    /// For what costs so much, and no more than that.
    #[must_use]
    pub const fn towards(mut self, due: Money) -> Self {
        self.due = Some(due);
        self
    }
}

/// Spends what a hold keeps, or the first part of it; the rest goes back.
///
/// # Errors
/// [`NoAccount`](super::Refusal::NoAccount), [`NoSuchHold`](super::Refusal::NoSuchHold) (also once it lapsed),
/// [`Insufficient`](super::Refusal::Insufficient) for more than it keeps; for a part of it, those of
/// [`Programme::spendable`](super::Programme::spendable). No guard stops it: it counted when it was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptureHold {
    /// Whose.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// Which hold.
    pub hold: HoldId,
    /// How many of the points; all when absent.
    #[serde(default)]
    pub amount: Option<Points>,
    /// On what they are spent.
    #[serde(default)]
    pub source: Option<Source>,
}

impl CaptureHold {
    /// All that it keeps.
    #[must_use]
    pub const fn all(customer: CustomerId, programme: Code, hold: HoldId) -> Self {
        Self {
            customer,
            programme,
            hold,
            amount: None,
            source: None,
        }
    }
}

/// Ends a hold; what it kept settles what is owed first and goes back to where it came from, unless it expired meanwhile.
///
/// # Errors
/// [`NoAccount`](super::Refusal::NoAccount), [`NoSuchHold`](super::Refusal::NoSuchHold).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetGoHold {
    /// Whose.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// Which hold.
    pub hold: HoldId,
}

/// Spends points: first those that expire soonest, then the oldest.
///
/// # Errors
/// [`NoAccount`](super::Refusal::NoAccount), those of [`Programme::redeemable`](super::Programme::redeemable),
/// [`Guarded`](super::Refusal::Guarded).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedeemPoints {
    /// Whose.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// Which points.
    pub points: Code,
    /// How many.
    pub amount: Points,
    /// What there is to pay, which they may not exceed.
    #[serde(default)]
    pub due: Option<Money>,
    /// On what they are spent.
    #[serde(default)]
    pub source: Option<Source>,
}

impl RedeemPoints {
    /// So many, on something of any price.
    #[must_use]
    pub const fn new(customer: CustomerId, programme: Code, points: Code, amount: Points) -> Self {
        Self {
            customer,
            programme,
            points,
            amount,
            due: None,
            source: None,
        }
    }

    /// On what costs so much, and no more than that.
    #[must_use]
    pub const fn towards(mut self, due: Money) -> Self {
        self.due = Some(due);
        self
    }

    /// On this.
    #[must_use]
    pub fn on(mut self, source: Source) -> Self {
        self.source = Some(source);
        self
    }
}

/// Spends points on a reward of the programme. What the reward [brings elsewhere](super::Brought), a plan of service or a
/// longer warranty, comes in the same commit, or nothing happens.
///
/// # Errors
/// [`NoAccount`](super::Refusal::NoAccount), those of [`Programme::reward`](super::Programme::reward),
/// [`RewardOutOfStock`](super::Refusal::RewardOutOfStock), [`Insufficient`](super::Refusal::Insufficient),
/// [`Guarded`](super::Refusal::Guarded), [`NeedsUnit`](super::Refusal::NeedsUnit),
/// [`NotTheOwner`](super::Refusal::NotTheOwner), [`NothingToProlong`](super::Refusal::NothingToProlong); those of
/// [`StartPlan`](crate::service::StartPlan) and [`PinTerm`](crate::warranty::PinTerm).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimReward {
    /// Who.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// Which reward.
    pub reward: Code,
    /// For which of their units, where it is for one.
    #[serde(default)]
    pub unit: Option<UnitId>,
}

impl ClaimReward {
    /// This reward, for no unit.
    #[must_use]
    pub const fn new(customer: CustomerId, programme: Code, reward: Code) -> Self {
        Self {
            customer,
            programme,
            reward,
            unit: None,
        }
    }

    /// For this unit.
    #[must_use]
    pub const fn for_unit(mut self, unit: UnitId) -> Self {
        self.unit = Some(unit);
        self
    }
}

/// What was spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// By which movement: what [`GiveBackPoints`] asks for.
    pub movement: MovementId,
    /// How many points.
    pub points: Points,
    /// What they were worth; `None` for a reward.
    pub worth: Option<Money>,
}

/// Gives back what was spent, because what it was spent on came back: to the lots that it came from. Lots
/// that are gone swallow their share, unless the programme reinstates it.
///
/// # Errors
/// [`NotFound`](crate::work::Refusal::NotFound) when nothing was spent by that movement,
/// [`MoreThanLeft`](super::Refusal::MoreThanLeft) for more than was not given back before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveBackPoints {
    /// What was spent.
    pub movement: MovementId,
    /// How many of the points; all that were not given back before when absent.
    #[serde(default)]
    pub amount: Option<Points>,
}

/// What was given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenBack {
    /// How many points came back, what settled a debt included.
    pub points: Points,
    /// How many came to nothing, because their lots are gone.
    pub forfeited: Points,
}

/// Corrects a balance by hand, for a reason. What is added expires like points that are earned now, and can be spent at
/// once.
///
/// # Errors
/// [`NotPositive`](super::Refusal::NotPositive) for nothing, [`TooMany`](super::Refusal::TooMany),
/// [`UnknownPoints`](super::Refusal::UnknownPoints), and [`Insufficient`](super::Refusal::Insufficient) for more than can
/// be spent, unless the programme lets it be owed; to take some, [`NoAccount`](super::Refusal::NoAccount), and that of somebody who was
/// erased is adjusted as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustPoints {
    /// Whose.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// Which points.
    pub points: Code,
    /// By how many, up or down.
    pub by: Points,
    /// Why.
    pub reason: Code,
}

/// Lets everything that would be gone before an instant be spent until then. What a hold keeps is not extended.
///
/// # Errors
/// [`NoAccount`](super::Refusal::NoAccount), [`NotInFuture`](super::Refusal::NotInFuture),
/// [`NothingToExtend`](super::Refusal::NothingToExtend).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtendPoints {
    /// Whose.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// Which points.
    pub points: Code,
    /// The first instant at which they are gone, UTC.
    pub until: DateTime<Utc>,
    /// Why.
    pub reason: Code,
}

/// Brings expired points back, within the window that the programme gives.
///
/// # Errors
/// [`NoAccount`](super::Refusal::NoAccount), [`NoReinstatement`](super::Refusal::NoReinstatement) without such a window,
/// [`NothingExpired`](super::Refusal::NothingExpired) (also when the purchase that brought the points came back),
/// [`AlreadyReinstated`](super::Refusal::AlreadyReinstated), [`ReinstatementOver`](super::Refusal::ReinstatementOver).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReinstatePoints {
    /// Whose.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// Which points.
    pub points: Code,
    /// The journal entry in which they expired, as [`PointsHistory`](super::PointsHistory) tells it.
    pub expired_in: RequestId,
    /// Why.
    pub reason: Code,
}

/// Sends points from one member to another; lots keep their dates.
///
/// # Errors
/// [`NoAccount`](super::Refusal::NoAccount) of the sender (what somebody who was erased has left is sent as well),
/// [`NotRunning`](super::Refusal::NotRunning) to somebody who has no account yet, [`SameAccount`](super::Refusal::SameAccount),
/// [`NotTransferable`](super::Refusal::NotTransferable), [`Insufficient`](super::Refusal::Insufficient),
/// [`NotPositive`](super::Refusal::NotPositive).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferPoints {
    /// From whom.
    pub from: CustomerId,
    /// To whom; an account is opened if there is none.
    pub to: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// Which points.
    pub points: Code,
    /// How many.
    pub amount: Points,
}

/// Puts a member's points into another member's account, now and whenever they earn: a household, a company. What
/// counts towards tiers stays each member's own.
///
/// # Errors
/// [`NoAccount`](super::Refusal::NoAccount), [`SameAccount`](super::Refusal::SameAccount),
/// [`InPool`](super::Refusal::InPool), [`Unsettled`](super::Refusal::Unsettled) while points are on hold or owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinPool {
    /// Who joins.
    pub member: CustomerId,
    /// Whose account holds the points.
    pub head: CustomerId,
    /// In which programme.
    pub programme: Code,
}

/// Takes a member out of a pool. What is in the pool stays there. When something comes back later that the member
/// had earned points with, those of them that are left in the pool are taken from there, and what is missing is the member's
/// own affair.
///
/// # Errors
/// [`NoAccount`](super::Refusal::NoAccount), [`NotInPool`](super::Refusal::NotInPool).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeavePool {
    /// Who leaves.
    pub member: CustomerId,
    /// In which programme.
    pub programme: Code,
}

/// Puts a member into a tier by hand, until an instant and for a reason. Then the programme decides again. A higher tier that
/// they reach meanwhile takes its place; when that is over, they are in this one again until the instant has come.
///
/// # Errors
/// [`NoAccount`](super::Refusal::NoAccount), [`UnknownTier`](super::Refusal::UnknownTier),
/// [`NotInFuture`](super::Refusal::NotInFuture).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetMemberTier {
    /// Who.
    pub customer: CustomerId,
    /// In which programme.
    pub programme: Code,
    /// Which tier; none when absent.
    pub tier: Option<Code>,
    /// Until when, UTC.
    pub until: DateTime<Utc>,
    /// Why.
    pub reason: Code,
}
