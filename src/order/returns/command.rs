//! What can be done with returns.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::refund::RefundKind;
use super::state::{Reception, Right};
use crate::kernel::{Code, OrderId, ReturnId, UnitId};

/// Announces that pieces of an order come back, and authorises it. Answers with the return's id.
///
/// The checks of the policy are made for each line, in their order; every one leaves its finding. With a statutory
/// right only that right is checked. Staff name any right; of a customer it has to be the one they
/// [have](super::ReturnPolicy::withdrawal_in), and where nothing says which, somebody decides.
///
/// # Errors
/// [`UnknownLine`](crate::order::Refusal::UnknownLine), [`NoQuantity`](crate::order::Refusal::NoQuantity),
/// [`MoreThanReturnable`](crate::order::Refusal::MoreThanReturnable) for more than was delivered and has not come
/// back; [`NotEligible`](crate::order::Refusal::NotEligible) with the check that was not passed, unless it is
/// overridden; [`NotOffered`](crate::order::Refusal::NotOffered) for the preference;
/// [`UnitNotSent`](crate::order::Refusal::UnitNotSent), [`UnitTwice`](crate::order::Refusal::UnitTwice);
/// [`NoSuchRight`](crate::order::Refusal::NoSuchRight), for a customer also where they have another, or the channel is
/// [no sale at a distance](super::ReturnPolicy::not_at_distance); [`NoLines`](crate::order::Refusal::NoLines) when no piece is
/// named; [`TooManyPieces`](crate::order::Refusal::TooManyPieces) above 10,000; [`Cancelled`](crate::order::Refusal::Cancelled) when the order was called off and nothing of it came; what came all
/// the same goes back unchecked. Overriding takes the leave `return.override`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestReturn {
    /// Of which order.
    pub order: OrderId,
    /// Lines, counted from 1, and how many pieces of each.
    #[serde(default)]
    pub pieces: Vec<(u32, u32)>,
    /// Pieces with a record of their own.
    #[serde(default)]
    pub units: Vec<UnitId>,
    /// Why, as a word of the business.
    pub reason: Code,
    /// By which right.
    #[serde(default)]
    pub right: Right,
    /// How the customer wants to be paid back.
    #[serde(default)]
    pub preference: Option<RefundKind>,
    /// Why it comes back although a check was not passed.
    #[serde(default)]
    pub override_reason: Option<Code>,
}

impl RequestReturn {
    /// Under the return policy.
    #[must_use]
    pub const fn new(order: OrderId, reason: Code) -> Self {
        Self {
            order,
            pieces: Vec::new(),
            units: Vec::new(),
            reason,
            right: Right::Policy,
            preference: None,
            override_reason: None,
        }
    }

    /// So many pieces of this line. Where they are all that is left of it, and have records of their own, it is these
    /// that come back; otherwise they are named when they come.
    #[must_use]
    pub fn with(mut self, line: u32, quantity: u32) -> Self {
        self.pieces.push((line, quantity));
        self
    }

    /// This unit.
    #[must_use]
    pub fn with_unit(mut self, unit: UnitId) -> Self {
        self.units.push(unit);
        self
    }

    /// By the statutory right of withdrawal of this place.
    #[must_use]
    pub fn withdrawing(mut self, jurisdiction: Code) -> Self {
        self.right = Right::Withdrawal(jurisdiction);
        self
    }

    /// To be made good in this way.
    #[must_use]
    pub const fn preferring(mut self, kind: RefundKind) -> Self {
        self.preference = Some(kind);
        self
    }

    /// Although a check was not passed, for this reason.
    #[must_use]
    pub fn overriding(mut self, reason: Code) -> Self {
        self.override_reason = Some(reason);
        self
    }
}

/// What the checks of a return would come to, at an instant. Answers with the findings, and whether it would be
/// accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckReturn {
    /// What would come back.
    pub request: RequestReturn,
    /// When, UTC.
    pub at: DateTime<Utc>,
}

impl CheckReturn {
    /// Of this request at this instant.
    #[must_use]
    pub const fn new(request: RequestReturn, at: DateTime<Utc>) -> Self {
        Self { request, at }
    }
}

/// Says where pieces of a return are, and which units they are. What is there already stays there: that is no error.
///
/// Of what was paid back before it came nothing else is noted than that it set out, was lost or came: whatever comes in its
/// place, it is waited for. What came beyond what was announced is [`ReceiveSurplus`].
///
/// Where every piece of a line has a record of its own, one that was announced by number has to be named when it is
/// received: by its serial number [`FindUnit`](crate::product::FindUnit) finds it.
///
/// # Errors
/// [`UnknownPiece`](crate::order::Refusal::UnknownPiece); [`IllegalReception`](crate::order::Refusal::IllegalReception)
/// with where they may go; [`AlreadySettled`](crate::order::Refusal::AlreadySettled) where the customer would keep what was
/// made good; [`MoreThanReturnable`](crate::order::Refusal::MoreThanReturnable) for what comes after all
/// and was announced anew since; [`UnitNeeded`](crate::order::Refusal::UnitNeeded) for a piece that has to be named;
/// [`UnitNotSent`](crate::order::Refusal::UnitNotSent), [`UnitTwice`](crate::order::Refusal::UnitTwice),
/// [`UnitReturned`](crate::order::Refusal::UnitReturned), [`OtherUnit`](crate::order::Refusal::OtherUnit) for a unit
/// that it cannot be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MoveReturn {
    /// Which return.
    pub rma: ReturnId,
    /// Which pieces, counted from 1; all when empty.
    #[serde(default)]
    pub pieces: Vec<u32>,
    /// Where.
    pub to: Reception,
    /// Which units pieces are, of those that were announced by number.
    #[serde(default)]
    pub units: Vec<(u32, UnitId)>,
}

impl MoveReturn {
    /// All pieces are there.
    #[must_use]
    pub const fn all(rma: ReturnId, to: Reception) -> Self {
        Self {
            rma,
            pieces: Vec::new(),
            to,
            units: Vec::new(),
        }
    }

    /// These pieces are there, counted from 1.
    pub fn of(rma: ReturnId, pieces: impl IntoIterator<Item = u32>, to: Reception) -> Self {
        Self {
            pieces: pieces.into_iter().collect(),
            ..Self::all(rma, to)
        }
    }

    /// This piece is this unit.
    #[must_use]
    pub fn with_unit(mut self, piece: u32, unit: UnitId) -> Self {
        self.units.push((piece, unit));
        self
    }
}

/// Takes in pieces that came with a return and were not announced. They are received, and somebody has to
/// [decide](DecideReturn) about them. Answers with their numbers in the return.
///
/// # Errors
/// As [`RequestReturn`] for what can come back of the order; [`UnitNeeded`](crate::order::Refusal::UnitNeeded) for a piece
/// that has to be named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiveSurplus {
    /// With which return.
    pub rma: ReturnId,
    /// Lines, counted from 1, and how many pieces of each.
    #[serde(default)]
    pub pieces: Vec<(u32, u32)>,
    /// Pieces with a record of their own.
    #[serde(default)]
    pub units: Vec<UnitId>,
}

impl ReceiveSurplus {
    /// With this return.
    #[must_use]
    pub const fn new(rma: ReturnId) -> Self {
        Self {
            rma,
            pieces: Vec::new(),
            units: Vec::new(),
        }
    }

    /// So many pieces of this line.
    #[must_use]
    pub fn with(mut self, line: u32, quantity: u32) -> Self {
        self.pieces.push((line, quantity));
        self
    }

    /// This unit.
    #[must_use]
    pub fn with_unit(mut self, unit: UnitId) -> Self {
        self.units.push(unit);
        self
    }
}

/// Calls off what of a return has not set out.
///
/// # Errors
/// [`NothingToDo`](crate::order::Refusal::NothingToDo) when everything has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CancelReturn {
    /// Which return.
    pub rma: ReturnId,
}

/// Records in which state pieces came back; whether they are taken back follows from the policy.
///
/// # Errors
/// [`UnknownPiece`](crate::order::Refusal::UnknownPiece), [`NotReceived`](crate::order::Refusal::NotReceived),
/// [`AlreadySettled`](crate::order::Refusal::AlreadySettled); [`NothingToDo`](crate::order::Refusal::NothingToDo) when no
/// piece is named and none is here that was not made good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InspectReturn {
    /// Which return.
    pub rma: ReturnId,
    /// Which pieces, counted from 1; all that were received when empty.
    #[serde(default)]
    pub pieces: Vec<u32>,
    /// In which state, such as `unopened`, `as_new`, `worn`, `broken`.
    pub condition: Code,
}

impl InspectReturn {
    /// All that was received.
    #[must_use]
    pub const fn all(rma: ReturnId, condition: Code) -> Self {
        Self {
            rma,
            pieces: Vec::new(),
            condition,
        }
    }

    /// These pieces, counted from 1.
    pub fn of(rma: ReturnId, pieces: impl IntoIterator<Item = u32>, condition: Code) -> Self {
        Self {
            pieces: pieces.into_iter().collect(),
            ..Self::all(rma, condition)
        }
    }
}

/// Decides whether pieces are taken back, whatever the checks said, or made good although they were lost. The reason is in
/// the journal.
///
/// # Errors
/// [`UnknownPiece`](crate::order::Refusal::UnknownPiece), [`AlreadySettled`](crate::order::Refusal::AlreadySettled);
/// [`MoreThanReturnable`](crate::order::Refusal::MoreThanReturnable) for what was rejected and announced anew since;
/// [`NothingToDo`](crate::order::Refusal::NothingToDo) when all of it was decided so already.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecideReturn {
    /// Which return.
    pub rma: ReturnId,
    /// Which pieces, counted from 1; all that are not settled when empty.
    #[serde(default)]
    pub pieces: Vec<u32>,
    /// Whether they are taken back.
    pub accept: bool,
    /// Why.
    pub reason: Code,
}

impl DecideReturn {
    /// All that was not made good is taken back.
    #[must_use]
    pub const fn accept_all(rma: ReturnId, reason: Code) -> Self {
        Self {
            rma,
            pieces: Vec::new(),
            accept: true,
            reason,
        }
    }

    /// Nothing that was not made good is taken back.
    #[must_use]
    pub const fn reject_all(rma: ReturnId, reason: Code) -> Self {
        Self {
            rma,
            pieces: Vec::new(),
            accept: false,
            reason,
        }
    }

    /// These pieces are taken back, counted from 1.
    pub fn accept(rma: ReturnId, pieces: impl IntoIterator<Item = u32>, reason: Code) -> Self {
        Self {
            pieces: pieces.into_iter().collect(),
            ..Self::accept_all(rma, reason)
        }
    }

    /// These pieces are not taken back, counted from 1.
    pub fn reject(rma: ReturnId, pieces: impl IntoIterator<Item = u32>, reason: Code) -> Self {
        Self {
            pieces: pieces.into_iter().collect(),
            ..Self::reject_all(rma, reason)
        }
    }
}

/// Makes good what was accepted and received. The library moves no money: the journal says to which payment how
/// much goes back. Answers with the amount: nothing for an exchange, of which [`Return`](super::Return::exchanged_for)
/// says which order has the other pieces. The customer is told of what is paid back; where nothing is, they are not.
///
/// # Errors
/// [`NothingToDo`](crate::order::Refusal::NothingToDo) when no piece can be made good now. A piece can when it was not made good
/// before, it is accepted, and it was received; or it was lost and the policy
/// [pays that back](super::ReturnPolicy::refunds_lost), the customer withdrew, or somebody decided so; or it is still to come
/// and the policy pays back [before reception](super::ReturnPolicy::before_reception). What was received waits for its inspection,
/// and what needs a decision for that.
/// [`NotOffered`](crate::order::Refusal::NotOffered) for an exchange of what was called off; naming another kind makes it good in
/// that way. Naming a kind takes the leave `return.override`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefundReturn {
    /// Which return.
    pub rma: ReturnId,
    /// In which way, whatever the customer prefers.
    #[serde(default)]
    pub kind: Option<RefundKind>,
}

impl RefundReturn {
    /// In the way that follows from the rules.
    #[must_use]
    pub const fn new(rma: ReturnId) -> Self {
        Self { rma, kind: None }
    }

    /// In this way, whatever the customer prefers.
    #[must_use]
    pub const fn made_good_by(mut self, kind: RefundKind) -> Self {
        self.kind = Some(kind);
        self
    }
}

/// The returns of an order, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReturnsOf {
    /// Of which order.
    pub order: OrderId,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, ReturnId)>,
    /// How many at most.
    pub limit: u32,
}

impl ReturnsOf {
    /// The newest 50.
    #[must_use]
    pub const fn new(order: OrderId) -> Self {
        Self {
            order,
            after: None,
            limit: 50,
        }
    }
}
