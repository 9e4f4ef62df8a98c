//! The life of a contact as a table.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a contact stands. A message is ended as soon as it is recorded; a live contact begins waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody attends to it: the customer queues, or a call to the customer rings.
    Waiting,
    /// Somebody attends to it.
    Active,
    /// The customer was asked to hold the line.
    Held,
    /// It is over.
    Ended,
    /// The customer left, or was not reached, before anybody attended to it.
    Abandoned,
}

/// What can be done with a live contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// To attend to it.
    Answer,
    /// To ask the customer to hold.
    Hold,
    /// To go on after a hold.
    Resume,
    /// To pass it to a team, where it waits again.
    Transfer,
    /// To end it.
    End,
    /// To leave while nobody attends to it.
    Abandon,
}

impl Status {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Waiting,
        Self::Active,
        Self::Held,
        Self::Ended,
        Self::Abandoned,
    ];

    /// The status after a move; `None` when the move is not possible.
    #[must_use]
    pub const fn after(self, step: Move) -> Option<Self> {
        match (self, step) {
            (Self::Waiting, Move::Answer) => Some(Self::Active),
            (Self::Waiting, Move::Transfer) => Some(Self::Waiting),
            (Self::Waiting, Move::Abandon) => Some(Self::Abandoned),
            (Self::Waiting, Move::Hold | Move::Resume | Move::End) => None,

            (Self::Active, Move::Hold) => Some(Self::Held),
            (Self::Active, Move::Transfer) => Some(Self::Waiting),
            (Self::Active, Move::End) => Some(Self::Ended),
            (Self::Active, Move::Answer | Move::Resume | Move::Abandon) => None,

            (Self::Held, Move::Resume) => Some(Self::Active),
            (Self::Held, Move::Transfer) => Some(Self::Waiting),
            (Self::Held, Move::End) => Some(Self::Ended),
            (Self::Held, Move::Answer | Move::Hold | Move::Abandon) => None,

            (
                Self::Ended | Self::Abandoned,
                Move::Answer
                | Move::Hold
                | Move::Resume
                | Move::Transfer
                | Move::End
                | Move::Abandon,
            ) => None,
        }
    }

    /// The moves that are possible.
    #[must_use]
    pub const fn moves(self) -> &'static [Move] {
        match self {
            Self::Waiting => &[Move::Answer, Move::Transfer, Move::Abandon],
            Self::Active => &[Move::Hold, Move::Transfer, Move::End],
            Self::Held => &[Move::Resume, Move::Transfer, Move::End],
            Self::Ended | Self::Abandoned => &[],
        }
    }

    /// Whether nothing can follow any more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Ended | Self::Abandoned)
    }

    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Active => "active",
            Self::Held => "held",
            Self::Ended => "ended",
            Self::Abandoned => "abandoned",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Move {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Answer,
        Self::Hold,
        Self::Resume,
        Self::Transfer,
        Self::End,
        Self::Abandon,
    ];

    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Hold => "hold",
            Self::Resume => "resume",
            Self::Transfer => "transfer",
            Self::End => "end",
            Self::Abandon => "abandon",
        }
    }
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moves_of_a_status_are_those_that_the_table_allows() {
        for &status in Status::ALL {
            for &step in Move::ALL {
                assert_eq!(
                    status.after(step).is_some(),
                    status.moves().contains(&step),
                    "{status}, {step}"
                );
            }
        }
    }

    #[test]
    fn nothing_follows_the_end() {
        for &status in Status::ALL {
            assert_eq!(status.is_over(), status.moves().is_empty(), "{status}");
        }
    }

    #[test]
    fn only_a_waiting_contact_is_answered_or_abandoned() {
        for step in [Move::Answer, Move::Abandon] {
            for &status in Status::ALL {
                assert_eq!(status.after(step).is_some(), status == Status::Waiting);
            }
        }
    }

    #[test]
    fn a_transferred_contact_waits_again() {
        for status in [Status::Waiting, Status::Active, Status::Held] {
            assert_eq!(status.after(Move::Transfer), Some(Status::Waiting));
        }
    }

    #[test]
    fn names_are_what_serde_writes() {
        for status in Status::ALL {
            assert_eq!(
                serde_json::to_value(status).unwrap(),
                status.name(),
                "{status}"
            );
        }
        for step in Move::ALL {
            assert_eq!(serde_json::to_value(step).unwrap(), step.name(), "{step}");
        }
    }
}
