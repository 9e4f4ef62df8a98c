use super::{Move, Status};
use crate::kernel::CaseId;

/// Why something about an interaction was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// This cannot be done with a contact in this status.
    #[error(
        "to {attempted} is not possible while the contact is {status}; possible: {}",
        Listed(allowed)
    )]
    NotPossible {
        /// What was asked for.
        attempted: Move,
        /// Where the contact stands.
        status: Status,
        /// What is possible.
        allowed: &'static [Move],
    },
    /// A contact with the customer needs a channel; only what is internal has none.
    #[error("a contact with the customer needs a channel")]
    NoChannel,
    /// What is said between those who serve the customer cannot be public.
    #[error("what is said internally cannot be public")]
    NoteIsInternal,
    /// Somebody attends to a contact, and it was not said who.
    #[error("it was not said who attends to the contact")]
    NobodyNamed,
    /// The case is another customer's.
    #[error("case {case} is another customer's")]
    CaseOfAnother {
        /// The case.
        case: CaseId,
    },
    /// The interaction belongs to another case already.
    #[error("the interaction belongs to case {case}")]
    HasCase {
        /// The case it belongs to.
        case: CaseId,
    },
    /// There are no words, to erase or to write down.
    #[error("there are no words")]
    NoContent,
    /// The text is too long to be kept.
    #[error("the text has {bytes} bytes, and may have {most}")]
    TooLong {
        /// Its length, in bytes.
        bytes: usize,
        /// The longest, in bytes.
        most: usize,
    },
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotPossible { .. } => "interaction.not_possible",
            Self::NoChannel => "interaction.no_channel",
            Self::NoteIsInternal => "interaction.note_is_internal",
            Self::NobodyNamed => "interaction.nobody_named",
            Self::CaseOfAnother { .. } => "interaction.case_of_another",
            Self::HasCase { .. } => "interaction.has_case",
            Self::NoContent => "interaction.no_content",
            Self::TooLong { .. } => "interaction.too_long",
        }
    }
}

/// Moves in words.
struct Listed<'a>(&'a [Move]);

impl std::fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() {
            return f.write_str("nothing");
        }
        for (n, step) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str(", ")?;
            }
            f.write_str(step.name())?;
        }
        Ok(())
    }
}
