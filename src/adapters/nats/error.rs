use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use std::error::Error as _;

use crate::courier::SendError;
use crate::kernel::Code;

/// What can go wrong in a [`NatsCourier`](super::NatsCourier). Never holds what a message or an entry says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NatsError {
    /// The server cannot be reached, or did not acknowledge in time. Whether what was sent is kept is
    /// unknown; sending it again is safe.
    #[error("the NATS server cannot be reached or did not acknowledge in time")]
    Unreachable,
    /// No stream takes this subject: there is none, or JetStream is off.
    #[error("no stream takes the subject")]
    NoStream,
    /// The server will never take it: it is larger than the server or the stream admits.
    #[error("it is larger than the server or the stream admits")]
    TooLarge,
    /// It cannot be written as JSON.
    #[error("it cannot be written as JSON")]
    Unwritable,
    /// The server refused for now, such as for lack of room.
    #[error("the server refused with JetStream error {code}")]
    Refused {
        /// The server's `err_code`.
        code: u64,
    },
    /// A prefix is one or more words of letters, digits, `-` and `_`, with dots between them.
    #[error("a prefix is words of letters, digits, - and _, with dots between them")]
    Prefix,
    /// The name of a stream has no spaces, dots, wildcards or slashes.
    #[error("a stream's name has no spaces, dots, wildcards or slashes")]
    StreamName,
    /// There is a stream of this name, which does not take what is published below the prefix.
    #[error("the stream is there and takes other subjects")]
    OtherSubjects,
    /// The URL cannot be read, or the server there cannot be used.
    #[error("no connection could be made: {reason}")]
    Connect {
        /// What is wrong.
        reason: String,
    },
}

impl NatsError {
    /// The stable code, such as `nats.unreachable`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable => "nats.unreachable",
            Self::NoStream => "nats.no_stream",
            Self::TooLarge => "nats.too_large",
            Self::Unwritable => "nats.unwritable",
            Self::Refused { .. } => "nats.refused",
            Self::Prefix => "nats.prefix",
            Self::StreamName => "nats.stream_name",
            Self::OtherSubjects => "nats.other_subjects",
            Self::Connect { .. } => "nats.connect",
        }
    }

    /// What it means for a message: what can never be sent is refused for good, everything else is tried
    /// again.
    pub(super) fn of_message(self) -> SendError<Self> {
        match self {
            Self::TooLarge | Self::Unwritable => SendError::Refused {
                reason: Code::known(self.code()),
            },
            Self::Unreachable
            | Self::NoStream
            | Self::Refused { .. }
            | Self::Prefix
            | Self::StreamName
            | Self::OtherSubjects
            | Self::Connect { .. } => SendError::Failed(self),
        }
    }
}

/// `err_code` of the server for a message over the stream's `max_msg_size`.
const MESSAGE_EXCEEDS_STREAM: u64 = 10_054;

impl From<PublishError> for NatsError {
    fn from(error: PublishError) -> Self {
        match error.kind() {
            PublishErrorKind::StreamNotFound => Self::NoStream,
            PublishErrorKind::MaxPayloadExceeded => Self::TooLarge,
            PublishErrorKind::TimedOut
            | PublishErrorKind::BrokenPipe
            | PublishErrorKind::MaxAckPending => Self::Unreachable,
            PublishErrorKind::Other
            | PublishErrorKind::WrongLastMessageId
            | PublishErrorKind::WrongLastSequence => {
                let refusal = error
                    .source()
                    .and_then(|source| source.downcast_ref::<async_nats::jetstream::Error>());
                match refusal.map(|refusal| refusal.error_code().0) {
                    Some(MESSAGE_EXCEEDS_STREAM) => Self::TooLarge,
                    Some(code) => Self::Refused { code },
                    None => Self::Unreachable,
                }
            }
        }
    }
}
