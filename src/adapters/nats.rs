//! Messages and the journal through NATS JetStream.

mod error;
mod subject;

use std::fmt;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::context::CreateStreamErrorKind;
use async_nats::jetstream::{self, message::PublishMessage};
use serde::{Deserialize, Serialize};

pub use error::NatsError;

use crate::courier::{AsyncCourier, Envelope, Receipt, SendError};
use crate::customer::Profile;
use crate::interaction::Content;
use crate::kernel::Code;
use crate::message::Message;
use crate::record::Entry;
use crate::survey::SurveyToken;

/// For how long a stream made by [`NatsCourier::ensure_stream`] knows what it has already: longer than the waits
/// between the first tries.
const REMEMBERS: Duration = Duration::from_secs(600);

/// What [`NatsCourier`] publishes for a message, as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Parcel {
    /// The message. Nothing in it is personal.
    pub message: Message,
    /// Which attempt, counted from 1.
    pub attempt: u32,
    /// What is personal about the recipient, if personal data is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// What the link of an invitation to a survey carries: whoever has it can answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey: Option<SurveyToken>,
    /// The text written for the recipient, if personal data is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
}

/// An [`AsyncCourier`] that publishes to a NATS JetStream, and a follower that publishes the journal there.
///
/// # Subjects
/// | What | Subject | Body |
/// |---|---|---|
/// | a message | `PREFIX.message.CHANNEL.PURPOSE`, with `any` where no channel was chosen | [`Parcel`] |
/// | a journal entry | `PREFIX.journal.COMMAND` | [`Entry`] |
///
/// The dots of a purpose or command separate words of the subject, so `care.message.email.case.>` is all
/// that e-mail says about cases. A byte that a subject may not have stands as `=` and two hexadecimal digits.
///
/// # What is promised
/// - *Acknowledged.* A message counts as taken when the stream has stored it. Its receipt is the stream's name
///   and the sequence number.
/// - *At least once, known by its id.* The `Nats-Msg-Id` is `PREFIX.message.` and the message's id, or `PREFIX.entry.` and the
///   entry's request id: within the stream's `duplicate_window` the stream itself drops a repetition, after that the consumer has
///   to. Ids are unique within one store only: give each tenant a prefix, and they may share a stream.
/// - *In order.* One follower publishes entry by entry, each after the one before was stored; so the stream has
///   the entries about one record in their order.
/// - *Refused or unreachable.* What is too large is refused for good, with the reason `nats.too_large`. While the server
///   cannot be reached, nothing is queued in this process: the messages wait in the outbox, and go
///   once the connection, which mends itself, is back.
///
/// # Personal data
/// Without [`with_personal_data`](Self::with_personal_data) none is published: a consumer reads profile and content
/// from the desk when it delivers, and so respects an erasure that happened meanwhile. With it, what
/// the stream keeps has to be part of your deletion concept.
#[derive(Clone)]
pub struct NatsCourier {
    stream: jetstream::Context,
    prefix: String,
    is_personal: bool,
}

impl fmt::Debug for NatsCourier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsCourier")
            .field("prefix", &self.prefix)
            .field("is_personal", &self.is_personal)
            .finish_non_exhaustive()
    }
}

impl NatsCourier {
    /// Connects to a server, such as `nats://127.0.0.1:4222`; several may be named, with commas between them.
    ///
    /// # Errors
    /// [`NatsError::Prefix`], [`NatsError::Connect`].
    pub async fn connect(servers: &str, prefix: &str) -> Result<Self, NatsError> {
        let connect = |reason: String| NatsError::Connect { reason };
        let addresses = servers
            .split(',')
            .map(str::parse::<async_nats::ServerAddr>)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| connect(error.to_string()))?;
        let client = async_nats::connect(addresses)
            .await
            .map_err(|error| connect(error.kind().to_string()))?;
        Self::on(client, prefix)
    }

    /// On a connection of the caller's own, with whatever credentials it takes. Call it on a tokio runtime.
    ///
    /// # Errors
    /// [`NatsError::Prefix`].
    pub fn on(client: async_nats::Client, prefix: &str) -> Result<Self, NatsError> {
        Ok(Self {
            stream: jetstream::new(client),
            prefix: subject::prefix(prefix).ok_or(NatsError::Prefix)?,
            is_personal: false,
        })
    }

    /// Publishes profile and content with each message.
    #[must_use]
    pub fn with_personal_data(mut self) -> Self {
        self.is_personal = true;
        self
    }

    /// How long to wait for an acknowledgement: 5 seconds unless told. It should fit many times into the
    /// `lease_ms` of the [`RelayPolicy`](crate::rulebook::RelayPolicy).
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.stream.set_timeout(patience);
        self
    }

    /// Makes a stream of this name for everything below the prefix, kept on disk and with a memory of
    /// 10 minutes for repetitions, unless there is one already that takes it. Where streams are made by other means, with
    /// replicas and limits, this is not needed.
    ///
    /// # Errors
    /// [`NatsError::StreamName`], [`NatsError::OtherSubjects`], [`NatsError::Refused`], [`NatsError::Unreachable`].
    pub async fn ensure_stream(&self, name: &str) -> Result<(), NatsError> {
        if !subject::is_stream_name(name) {
            return Err(NatsError::StreamName);
        }
        let config = jetstream::stream::Config {
            name: name.to_owned(),
            subjects: vec![format!("{}.>", self.prefix)],
            duplicate_window: REMEMBERS,
            ..jetstream::stream::Config::default()
        };
        match self.stream.get_or_create_stream(config).await {
            Ok(stream) => {
                let mut subjects = stream.cached_info().config.subjects.iter();
                match subjects.any(|subject| subject::is_all_of(subject, &self.prefix)) {
                    true => Ok(()),
                    false => Err(NatsError::OtherSubjects),
                }
            }
            Err(error) => {
                if let CreateStreamErrorKind::JetStream(refusal) = error.kind() {
                    let code = refusal.error_code().0;
                    return Err(NatsError::Refused { code });
                }
                Err(NatsError::Unreachable)
            }
        }
    }

    /// Publishes one entry of the journal: what to hand to [`Desk::follow_async`](crate::desk::Desk::follow_async).
    ///
    /// ```no_run
    /// # use aftercare::{adapters::NatsCourier, desk::{Desk, Error}, kernel::Context, store::AsyncStore};
    /// # async fn f<S: AsyncStore>(desk: &Desk<S>, courier: &NatsCourier, context: &Context) -> Result<(), Error<S::Error>> {
    /// let followed = desk.follow_async(context, 1_000, |entry| courier.tell(entry)).await?;
    /// # let _ = followed; Ok(()) }
    /// ```
    ///
    /// An entry that is larger than the server's `max_payload` (1 MB unless configured; thousands of lines in one order come to that) will never
    /// be taken: following stops there with [`NatsError::TooLarge`] until the server takes it, or your closure answers `Ok` for it
    /// because the consumer can read it from the desk.
    ///
    /// # Errors
    /// [`NatsError`]; the entry is then told again.
    pub async fn tell(&self, entry: impl AsRef<Entry>) -> Result<(), NatsError> {
        let entry = entry.as_ref();
        let subject = format!("{}.journal.{}", self.prefix, subject::words(&entry.command));
        let id = format!("{}.entry.{}", self.prefix, entry.request());
        self.publish(subject, &id, entry).await?;
        Ok(())
    }

    /// Publishes and waits for the acknowledgement.
    async fn publish(
        &self,
        subject: String,
        id: &str,
        body: &impl Serialize,
    ) -> Result<jetstream::publish::PublishAck, NatsError> {
        // What is handed to a broken connection is kept and sent later, when nobody waits for it any more.
        if self.stream.client().connection_state() != State::Connected {
            return Err(NatsError::Unreachable);
        }
        let body = serde_json::to_vec(body).map_err(|_| NatsError::Unwritable)?;
        let message = PublishMessage::build().message_id(id).payload(body.into());
        Ok(self.stream.send_publish(subject, message).await?.await?)
    }
}

impl AsyncCourier for NatsCourier {
    type Error = NatsError;

    async fn send(&self, envelope: &Envelope) -> Result<Receipt, SendError<NatsError>> {
        let draft = envelope.draft();
        let channel = draft.channel.map_or("any", |channel| channel.name());
        let subject = format!(
            "{}.message.{channel}.{}",
            self.prefix,
            subject::words(draft.purpose.as_str())
        );
        let parcel = Parcel {
            message: Message::clone(&envelope.message),
            attempt: envelope.attempt,
            survey: envelope.survey,
            profile: envelope
                .profile
                .as_deref()
                .filter(|_| self.is_personal)
                .cloned(),
            content: envelope
                .content
                .as_deref()
                .filter(|_| self.is_personal)
                .cloned(),
        };
        let id = format!("{}.message.{}", self.prefix, envelope.id());
        let stored = self.publish(subject, &id, &parcel).await;
        let stored = stored.map_err(NatsError::of_message)?;
        let reference = format!("{}.{}", stored.stream, stored.sequence);
        Ok(Receipt {
            reference: Code::try_new(&reference).ok(),
        })
    }
}
