/// Why something about a message was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It no longer waits to be handed over.
    #[error("the message no longer waits")]
    NotWaiting,
    /// Only a message that was handed over can come back.
    #[error("the message was not handed over")]
    NotSent,
    /// Only a dead message can be revived.
    #[error("the message is not dead")]
    NotDead,
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotWaiting => "message.not_waiting",
            Self::NotSent => "message.not_sent",
            Self::NotDead => "message.not_dead",
        }
    }
}
