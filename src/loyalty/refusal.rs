//! Why something about loyalty points was refused.

use chrono::{DateTime, NaiveDate, Utc};

use super::guard::Finding;
use super::points::Points;
use crate::kernel::{AccountId, Code, Currency, HoldId, MoneyRefusal};

/// Why something about loyalty points was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// None or fewer were to be moved.
    #[error("{points} points cannot be moved; it takes at least one")]
    NotPositive {
        /// How many.
        points: Points,
    },
    /// More were to be moved than one movement can.
    #[error("{points} points are more than one movement can be of")]
    TooMany {
        /// How many.
        points: Points,
    },
    /// There are not as many to be spent.
    #[error("{asked} points were asked for, and {available} can be spent")]
    Insufficient {
        /// How many were asked for.
        asked: Points,
        /// How many can be spent.
        available: Points,
    },
    /// A hold would end when it begins, or before.
    #[error("a hold cannot end at {until}, which is not in the future")]
    HoldEndsAtOnce {
        /// When it would end, UTC.
        until: DateTime<Utc>,
    },
    /// A hold would last longer than the programme lets it.
    #[error("a hold cannot last beyond {longest}")]
    HoldTooLong {
        /// When it may end at the latest, UTC.
        longest: DateTime<Utc>,
    },
    /// There is no such hold; it may have lapsed.
    #[error("there is no hold {hold}; it may be over")]
    NoSuchHold {
        /// Which one.
        hold: HoldId,
    },
    /// Nothing of this earning is pending.
    #[error("nothing of this earning is pending")]
    NothingPending,
    /// No points would be gone before then.
    #[error("no points would be gone before then")]
    NothingToExtend,
    /// Points of the earning are spent, and the programme does not let it be taken back before they are given back.
    #[error(
        "of {points} points to take back, {left} are left; what they were spent on has to be given back first"
    )]
    PointsSpent {
        /// How many were to be taken back.
        points: Points,
        /// How many of them are left.
        left: Points,
    },
    /// There is no programme of this name.
    #[error("there is no programme {programme}")]
    UnknownProgramme {
        /// Which.
        programme: Code,
    },
    /// The programme does not run on this day.
    #[error("programme {programme} does not run on {on}")]
    NotRunning {
        /// Which.
        programme: Code,
        /// The day, in the programme's zone.
        on: NaiveDate,
    },
    /// The programme has no points of this name.
    #[error("programme {programme} has no points {points}")]
    UnknownPoints {
        /// Which programme.
        programme: Code,
        /// Which points.
        points: Code,
    },
    /// These points say something about a member, and buy nothing.
    #[error("points {points} cannot be spent")]
    NotRedeemable {
        /// Which points.
        points: Code,
    },
    /// The amount is in another currency than the programme counts in.
    #[error("the programme counts in {expected}, not in {got}")]
    WrongCurrency {
        /// The programme's.
        expected: Currency,
        /// That of the amount.
        got: Currency,
    },
    /// An amount that has to be at least nothing is below it.
    #[error("the amount of {what} is below nothing")]
    NegativeAmount {
        /// Of what.
        what: &'static str,
    },
    /// Points can be spent in multiples only.
    #[error("{asked} points are no multiple of {multiple}")]
    NotAMultiple {
        /// How many were asked for.
        asked: Points,
        /// Of which they would have to be a multiple.
        multiple: Points,
    },
    /// The balance, or what is to be spent, is below what the programme asks for.
    #[error("it takes {least} points; there are {points}")]
    BelowMinimum {
        /// How many there are.
        points: Points,
        /// How many it takes.
        least: Points,
    },
    /// More than what is to be paid would be paid with points.
    #[error("{asked} points are worth more than what is to be paid; {most} can be used")]
    MoreThanDue {
        /// How many were asked for.
        asked: Points,
        /// How many can be used at most.
        most: Points,
    },
    /// The programme has no reward of this name.
    #[error("programme {programme} has no reward {reward}")]
    UnknownReward {
        /// Which programme.
        programme: Code,
        /// Which reward.
        reward: Code,
    },
    /// The reward cannot be had on this day.
    #[error("reward {reward} cannot be had on {on}")]
    RewardNotOffered {
        /// Which.
        reward: Code,
        /// The day, in the programme's zone.
        on: NaiveDate,
    },
    /// The reward is for members of other tiers.
    #[error("reward {reward} is not for this tier")]
    RewardNotForTier {
        /// Which.
        reward: Code,
    },
    /// The reward has been given out.
    #[error("reward {reward} is out of stock")]
    RewardOutOfStock {
        /// Which.
        reward: Code,
    },
    /// The member has had the reward as often as they may.
    #[error("reward {reward} can be had {most} times")]
    RewardLimitReached {
        /// Which.
        reward: Code,
        /// How often at most.
        most: u32,
    },
    /// The reward is for a unit, and none was named.
    #[error("reward {reward} is for a unit, and none was named")]
    NeedsUnit {
        /// Which reward.
        reward: Code,
    },
    /// The unit is not the member's.
    #[error("the unit is not the member's")]
    NotTheOwner,
    /// The unit has no warranty that runs and ends.
    #[error("the unit has no warranty that could be prolonged")]
    NothingToProlong,
    /// Points were given for this before.
    #[error("points were given for this before")]
    AlreadyEarned,
    /// No points were given for this.
    #[error("no points were given for this")]
    NothingEarned,
    /// A line came back of a product that was not bought then.
    #[error("{product} was not bought then")]
    NotBought {
        /// Which product.
        product: Code,
    },
    /// More would be taken back, or given back, than there was.
    #[error("{asked} were to be turned back, and {left} are left of it")]
    MoreThanLeft {
        /// How much was to be turned back: minor units that counted for an earning, points of a spending.
        asked: i64,
        /// How much is left, in the same.
        left: i64,
    },
    /// The customer has no account in the programme.
    #[error("the customer has no account in programme {programme}")]
    NoAccount {
        /// Which programme.
        programme: Code,
    },
    /// The customer has an account in the programme already.
    #[error("the customer has an account in programme {programme} already")]
    AlreadyMember {
        /// Which programme.
        programme: Code,
    },
    /// The account is closed, or was merged into another one.
    #[error("the account is closed")]
    Closed {
        /// Which goes on for it, if any.
        into: Option<AccountId>,
    },
    /// An account cannot be merged with itself, nor send itself points, nor pool with itself.
    #[error("both are the same account")]
    SameAccount,
    /// The account is in a pool, or is the head of one, and the pool has to be left first.
    #[error("the account is in a pool")]
    InPool,
    /// The account is in no pool.
    #[error("the account is in no pool")]
    NotInPool,
    /// A customer spends what is in a pool of which they are not the head; the head does, or staff for a member.
    #[error("the points are in a pool, and the customer is not its head")]
    NotHead,
    /// The programme has no tier of this name.
    #[error("programme {programme} has no tier {tier}")]
    UnknownTier {
        /// Which programme.
        programme: Code,
        /// Which tier.
        tier: Code,
    },
    /// An instant that has to lie in the future does not.
    #[error("{at} is not in the future")]
    NotInFuture {
        /// Which instant, UTC.
        at: DateTime<Utc>,
    },
    /// Nothing expired in that entry of the journal that could come back.
    #[error("nothing expired there that could come back")]
    NothingExpired,
    /// What expired came back before.
    #[error("what expired there came back before")]
    AlreadyReinstated,
    /// The programme does not let expired points of this name come back.
    #[error("points {points} do not come back once they have expired")]
    NoReinstatement {
        /// Which points.
        points: Code,
    },
    /// They expired too long ago.
    #[error("they expired more than {days} days ago")]
    ReinstatementOver {
        /// How many days the window is.
        days: u32,
    },
    /// Points are on hold, or owed; that has to end first.
    #[error("points are on hold, or owed")]
    Unsettled,
    /// The programme does not let points go to others.
    #[error("points {points} cannot go to others")]
    NotTransferable {
        /// Which points.
        points: Code,
    },
    /// A guard against fraud stopped it.
    #[error("stopped by guard {}", finding.guard())]
    Guarded {
        /// What it found.
        finding: Finding,
    },
    /// The amounts cannot be combined, or are out of range.
    #[error(transparent)]
    Money(#[from] MoneyRefusal),
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotPositive { .. } => "loyalty.not_positive",
            Self::TooMany { .. } => "loyalty.too_many",
            Self::Insufficient { .. } => "loyalty.insufficient",
            Self::HoldEndsAtOnce { .. } => "loyalty.hold_ends_at_once",
            Self::HoldTooLong { .. } => "loyalty.hold_too_long",
            Self::NoSuchHold { .. } => "loyalty.no_such_hold",
            Self::NothingPending => "loyalty.nothing_pending",
            Self::NothingToExtend => "loyalty.nothing_to_extend",
            Self::PointsSpent { .. } => "loyalty.points_spent",
            Self::UnknownProgramme { .. } => "loyalty.unknown_programme",
            Self::NotRunning { .. } => "loyalty.not_running",
            Self::UnknownPoints { .. } => "loyalty.unknown_points",
            Self::NotRedeemable { .. } => "loyalty.not_redeemable",
            Self::WrongCurrency { .. } => "loyalty.wrong_currency",
            Self::NegativeAmount { .. } => "loyalty.negative_amount",
            Self::NotAMultiple { .. } => "loyalty.not_a_multiple",
            Self::BelowMinimum { .. } => "loyalty.below_minimum",
            Self::MoreThanDue { .. } => "loyalty.more_than_due",
            Self::UnknownReward { .. } => "loyalty.unknown_reward",
            Self::RewardNotOffered { .. } => "loyalty.reward_not_offered",
            Self::RewardNotForTier { .. } => "loyalty.reward_not_for_tier",
            Self::RewardOutOfStock { .. } => "loyalty.reward_out_of_stock",
            Self::RewardLimitReached { .. } => "loyalty.reward_limit_reached",
            Self::NeedsUnit { .. } => "loyalty.needs_unit",
            Self::NotTheOwner => "loyalty.not_the_owner",
            Self::NothingToProlong => "loyalty.nothing_to_prolong",
            Self::AlreadyEarned => "loyalty.already_earned",
            Self::NothingEarned => "loyalty.nothing_earned",
            Self::NotBought { .. } => "loyalty.not_bought",
            Self::MoreThanLeft { .. } => "loyalty.more_than_left",
            Self::NoAccount { .. } => "loyalty.no_account",
            Self::AlreadyMember { .. } => "loyalty.already_member",
            Self::Closed { .. } => "loyalty.closed",
            Self::SameAccount => "loyalty.same_account",
            Self::InPool => "loyalty.in_pool",
            Self::NotInPool => "loyalty.not_in_pool",
            Self::NotHead => "loyalty.not_head",
            Self::UnknownTier { .. } => "loyalty.unknown_tier",
            Self::NotInFuture { .. } => "loyalty.not_in_future",
            Self::NothingExpired => "loyalty.nothing_expired",
            Self::AlreadyReinstated => "loyalty.already_reinstated",
            Self::NoReinstatement { .. } => "loyalty.no_reinstatement",
            Self::ReinstatementOver { .. } => "loyalty.reinstatement_over",
            Self::Unsettled => "loyalty.unsettled",
            Self::NotTransferable { .. } => "loyalty.not_transferable",
            Self::Guarded { .. } => "loyalty.guarded",
            Self::Money(refusal) => refusal.code(),
        }
    }
}
