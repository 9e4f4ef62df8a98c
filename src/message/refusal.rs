/// Why something about a message was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It no longer waits to be handed over.
    #[error("the message no longer waits")]
    NotWaiting,
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
            Self::NotDead => "message.not_dead",
        }
    }
}
