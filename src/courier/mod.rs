//! What a caller implements for messaging: one method that hands a message over.
//!
//! Implement [`Courier`] or [`AsyncCourier`], not both; [`Blocking`] lets the one
//! serve as the other. [`Desk::relay`](crate::desk::Desk::relay) finds what is due in the outbox and calls
//! it. A message is handed over *at least once*: [`Envelope::id`] is the same every time, so that the
//! receiving side can drop a repetition.

mod errand;
mod lease;
mod outcome;
mod reading;
mod relay;

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

pub(crate) use errand::{Errand, Move, see_through, see_through_async};
pub(crate) use lease::Lock;
pub(crate) use relay::Relay;
pub use relay::Relayed;

use crate::customer::Profile;
use crate::interaction::Content;
use crate::kernel::{Code, MessageId};
use crate::message::{Draft, Message};
use crate::store::Blocking;
use crate::survey::SurveyToken;

/// One message, with what it takes to deliver it.
///
/// The courier chooses the words: from the template and the facts of the [`draft`](Self::draft), in the
/// language of the [`profile`](Self::profile), or from the [`content`](Self::content).
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Envelope {
    /// The message.
    pub message: Arc<Message>,
    /// Which attempt this is, counted from 1 over the whole life of the message. An attempt of which no
    /// outcome could be written down is repeated under the same number.
    pub attempt: u32,
    /// What is personal about the recipient; `None` when it is no customer, or one without a profile,
    /// such as one that was erased. After a merger, the profile of the customer that remained.
    pub profile: Option<Arc<Profile>>,
    /// What the link of an invitation to a survey, or of a reminder, carries; `None` for all other messages. Whoever has it can
    /// answer, so it goes into the link and nowhere else.
    pub survey: Option<SurveyToken>,
    /// The text written for the recipient; `None` when there is none, or it was erased.
    pub content: Option<Arc<Content>>,
}

impl Envelope {
    /// Which message: the key by which a receiver knows a repetition.
    #[must_use]
    pub fn id(&self) -> MessageId {
        self.message.id
    }

    /// What is said to whom.
    #[must_use]
    pub fn draft(&self) -> &Draft {
        &self.message.draft
    }
}

impl fmt::Debug for Envelope {
    // Nothing personal, whatever the profile and the text show of themselves.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("id", &self.message.id)
            .field("template", &self.message.draft.template)
            .field("attempt", &self.attempt)
            .field("has_profile", &self.profile.is_some())
            .field("has_survey", &self.survey.is_some())
            .field("has_content", &self.content.is_some())
            .finish_non_exhaustive()
    }
}

/// What the courier says of a message that it took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// What the courier calls it, to find it again; never personal.
    pub reference: Option<Code>,
}

impl Receipt {
    /// Taken, under this name.
    #[must_use]
    pub const fn of(reference: Code) -> Self {
        Self {
            reference: Some(reference),
        }
    }
}

/// Why the courier did not take a message. A courier's own error becomes [`Failed`](Self::Failed) with `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendError<E> {
    /// It can never be delivered, such as to an address that does not exist: it is dead at once.
    Refused {
        /// Why; never personal.
        reason: Code,
    },
    /// Not now.
    Again {
        /// Why; never personal.
        reason: Code,
        /// Not before this instant, UTC, where the courier knows one; otherwise by the back-off of the
        /// [`RelayPolicy`](crate::rulebook::RelayPolicy).
        not_before: Option<DateTime<Utc>>,
    },
    /// The courier itself failed. Like `Again` with the reason `courier.failed`; the error is handed to
    /// the caller of `relay`.
    Failed(E),
}

impl<E> From<E> for SendError<E> {
    fn from(error: E) -> Self {
        Self::Failed(error)
    }
}

/// Hands messages over, for callers without async.
///
/// # What correctness needs
/// `Ok` means that somebody else is answerable for the message now and will not lose it. Whoever receives
/// it knows a repetition by [`Envelope::id`]. A call should end by itself in a time that fits many times
/// into `lease_ms` of the [`RelayPolicy`](crate::rulebook::RelayPolicy).
pub trait Courier {
    /// What can go wrong in the courier itself.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Hands one message over.
    ///
    /// # Errors
    /// [`SendError`]: refused for good, not now, or the courier's own.
    fn send(&self, envelope: &Envelope) -> Result<Receipt, SendError<Self::Error>>;
}

/// Hands messages over, for callers with async; like [`Courier`] in everything else.
pub trait AsyncCourier: Sync {
    /// What can go wrong in the courier itself.
    type Error: std::error::Error + Send + Sync + 'static;

    /// See [`Courier::send`].
    fn send(
        &self,
        envelope: &Envelope,
    ) -> impl Future<Output = Result<Receipt, SendError<Self::Error>>> + Send;
}

macro_rules! through_pointers {
    ($($pointer:ty),*) => {
        $(impl<C: Courier + ?Sized> Courier for $pointer {
            type Error = C::Error;
            fn send(&self, envelope: &Envelope) -> Result<Receipt, SendError<C::Error>> {
                (**self).send(envelope)
            }
        })*
    };
}
through_pointers!(&C, Box<C>, Arc<C>);

macro_rules! through_pointers_async {
    ($($pointer:ty),*) => {
        $(impl<C: AsyncCourier + Send + ?Sized> AsyncCourier for $pointer {
            type Error = C::Error;
            async fn send(&self, envelope: &Envelope) -> Result<Receipt, SendError<C::Error>> {
                (**self).send(envelope).await
            }
        })*
    };
}
through_pointers_async!(&C, Box<C>, Arc<C>);

impl<C: Courier + Sync> AsyncCourier for Blocking<C> {
    type Error = C::Error;
    async fn send(&self, envelope: &Envelope) -> Result<Receipt, SendError<C::Error>> {
        self.0.send(envelope)
    }
}
