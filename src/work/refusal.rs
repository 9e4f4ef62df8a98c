//! Why a request was refused.

use std::borrow::Cow;

use crate::kernel::{Permission, RequestId};
use crate::record::{Key, Kind};
use crate::{
    case, customer, interaction, loyalty, message, order, product, service, survey, warranty,
};

/// Why a request was refused. Nothing was changed. Never holds personal data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The actor has no leave for this, or the record is not the customer's own.
    #[error("no leave: {permission}")]
    Denied {
        /// The leave that it takes.
        permission: Permission,
    },
    /// There is no such record, or it is not the customer's own.
    #[error("there is no {kind} with this id")]
    NotFound {
        /// What kind of record.
        kind: Kind,
        /// Which one.
        key: Key,
    },
    /// The request's id was used before, for another command or by another actor.
    #[error("request {request} was used before for something else")]
    RequestReused {
        /// The id.
        request: RequestId,
    },
    /// An answer was given that does not belong to what was asked.
    #[error("the answer does not fit what was asked: {expected} expected")]
    WrongAnswer {
        /// What was asked for.
        expected: &'static str,
    },
    /// About a customer.
    #[error(transparent)]
    Customer(#[from] customer::Refusal),
    /// About an interaction.
    #[error(transparent)]
    Interaction(#[from] interaction::Refusal),
    /// About a case.
    #[error(transparent)]
    Case(#[from] case::Refusal),
    /// About loyalty points.
    #[error(transparent)]
    Loyalty(#[from] loyalty::Refusal),
    /// About a message.
    #[error(transparent)]
    Message(#[from] message::Refusal),
    /// About an order.
    #[error(transparent)]
    Order(#[from] order::Refusal),
    /// About a plan of service or a visit.
    #[error(transparent)]
    Service(#[from] service::Refusal),
    /// About a product or a unit.
    #[error(transparent)]
    Product(#[from] product::Refusal),
    /// About a warranty or a claim under one.
    #[error(transparent)]
    Warranty(#[from] warranty::Refusal),
    /// About a survey.
    #[error(transparent)]
    Survey(#[from] survey::Refusal),
    /// The record has nothing to do now.
    #[error("nothing is due of {key}")]
    NothingDue {
        /// Which one.
        key: Key,
    },
    /// A caller's own refusal.
    #[error("{facts}")]
    Custom {
        /// Its stable code.
        code: &'static str,
        /// The facts, in words; never personal data.
        facts: Cow<'static, str>,
    },
}

impl Refusal {
    /// A refusal of a caller's own command.
    pub fn custom(code: &'static str, facts: impl Into<Cow<'static, str>>) -> Self {
        Self::Custom {
            code,
            facts: facts.into(),
        }
    }

    /// There is no such record.
    #[must_use]
    pub const fn not_found(key: Key) -> Self {
        Self::NotFound {
            kind: key.kind,
            key,
        }
    }

    /// The stable code, such as `case.already_closed`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Denied { .. } => "access.denied",
            Self::NotFound { .. } => "record.not_found",
            Self::RequestReused { .. } => "request.reused",
            Self::WrongAnswer { .. } => "operation.wrong_answer",
            Self::Customer(refusal) => refusal.code(),
            Self::Interaction(refusal) => refusal.code(),
            Self::Case(refusal) => refusal.code(),
            Self::Loyalty(refusal) => refusal.code(),
            Self::Message(refusal) => refusal.code(),
            Self::Order(refusal) => refusal.code(),
            Self::Product(refusal) => refusal.code(),
            Self::Service(refusal) => refusal.code(),
            Self::Warranty(refusal) => refusal.code(),
            Self::Survey(refusal) => refusal.code(),
            Self::NothingDue { .. } => "work.nothing_due",
            Self::Custom { code, .. } => code,
        }
    }
}

/// Why a command's rules stopped: something has still to be read, or the request is refused.
///
/// Commands pass it on with `?` and never look inside.
#[derive(Debug)]
pub struct Halt(Why);

#[derive(Debug)]
enum Why {
    Ask,
    Refused(Box<Refusal>),
}

impl Halt {
    pub(super) const ASK: Self = Self(Why::Ask);

    /// The refusal, unless something has still to be read.
    pub(super) fn refusal(self) -> Option<Refusal> {
        match self.0 {
            Why::Ask => None,
            Why::Refused(refusal) => Some(*refusal),
        }
    }

    /// The refusal, for who goes on without what was refused; what has still to be read is passed on.
    pub(crate) fn refused(self) -> Result<Refusal, Self> {
        match self.0 {
            Why::Ask => Err(self),
            Why::Refused(refusal) => Ok(*refusal),
        }
    }
}

impl From<crate::sla::Refusal> for Refusal {
    fn from(refusal: crate::sla::Refusal) -> Self {
        Self::Case(refusal.into())
    }
}

impl<R> From<R> for Halt
where
    Refusal: From<R>,
{
    fn from(refusal: R) -> Self {
        Self(Why::Refused(Box::new(refusal.into())))
    }
}
