//! Loyalty points: a ledger that cannot be spent twice, programmes as data, tiers, rewards and liability.
//!
//! A customer has an [`Account`] in each [programme](ProgrammeSpec) they take part in. An account has a [`Purse`] for
//! each of the programme's point currencies: those that buy something, and those that only count towards tiers. A purse
//! is made of [`Lot`]s, points that were earned together and are gone together. Its size follows the lots that are
//! open; what happened is in the journal.
//!
//! | to know | see |
//! |---|---|
//! | what moves points, and by how much | [`Purse`], [`Posting`] |
//! | what brings points, how many and why | [`Programme::earnings`] |
//! | when points can be spent, and when they are gone | [`Vesting`], [`Expiry`] |
//! | what points buy | [`Programme::quote`], [`Reward`] |
//! | who is in which tier | [`TierScheme`] |
//! | what happens when goods come back | [`reversed_share`], [`AfterSpending`], [`Reinstatement`] |
//! | what looks like fraud | [`Guards`] |
//! | what it costs | [`Liability`], [`Allocation`], [`recognised`] |
//!
//! The rules are functions of values and can be used without a desk. Through a desk, the commands below apply them:
//! a movement is one commit against the version of the account, so that points cannot be spent twice, by whomever
//! and from wherever; a request that is tried again moves nothing.
//!
//! Everything that depends on a day depends on it in the programme's one zone. The day on which points expire can still
//! be used. What is due by itself (expiry, the end of a hold or of a tier, telling a customer in time) is done by
//! [waking](crate::desk::Desk::wake), and by whatever is done with the account first; it makes no difference to any
//! balance which of them it is.

mod basket;
mod command;
mod dates;
mod earn;
mod event;
mod guard;
mod ledger;
mod liability;
mod movement;
mod points;
mod programme;
mod question;
mod ratio;
mod redeem;
mod refusal;
mod standing;
mod state;
#[cfg(test)]
mod tests;
mod tier;

pub use basket::{Base, Basket, BasketLine, EarnBase, Minors};
pub use command::{
    AdjustPoints, CaptureHold, ClaimReward, EarnPoints, Earned, ExtendPoints, GiveBackPoints,
    GivenBack, HoldPoints, JoinPool, JoinProgramme, LeavePool, LetGoHold, Occurrence, RedeemPoints,
    ReinstatePoints, ReleasePoints, Returned, ReverseEarning, Reversed, SetMemberTier, Spent,
    TransferPoints,
};
pub use dates::{Expiry, Round, Span, Unit, Vesting};
pub use earn::{Earnings, Member, Occasion, RuleCount, RuleShare, Skipped, Yield, reversed_share};
pub use event::{AccountEvent, Posted};
pub use guard::{Finding, Guards, ReversalPattern, Tempo, Velocity};
pub(crate) use ledger::movable;
pub use ledger::{AfterSpending, Hold, Lot, Overdraw, Posting, PostingKind, Purse, total};
pub use liability::{Allocation, Liability, LiabilityLine, Totals, recognised};
pub use movement::{Brought, Movement, MovementKind, Part, Source, Spend, Tally};
pub use points::Points;
pub use programme::{
    Caps, Conditions, EarnRule, Grant, Multiplier, PointsPolicy, Programme, ProgrammeSpec,
    Redemption, Reinstatement, Reward, RewardKind, Stacking, Trigger, Worth,
};
pub use question::{
    Balance, ExpiringPoints, History, HistoryLine, LiabilityPage, PointsHistory, PointsView,
    ReadLiability, ReadPoints, SimulateBasket, Simulation, TierView,
};
pub use redeem::{Limit, Quote};
pub use refusal::Refusal;
pub use state::{Absorbed, Account, Granted, Pocket, Standing, TierReason};
pub use tier::{Crossing, Downgrade, Progress, QualifyBy, Tier, TierScheme, Window};
