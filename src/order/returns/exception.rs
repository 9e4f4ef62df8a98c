//! What the law gives no right to withdraw from.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Why the law gives no right to withdraw from something. It keeps nothing else from coming back: neither by the policy of the
/// business nor because it has a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WithdrawalException {
    /// It was made or changed for the customer (Directive 2011/83/EU art. 16(c)).
    MadeToOrder,
    /// It goes off or expires soon (art. 16(d)).
    Perishable,
    /// It is sealed for health or hygiene, and no longer when its seal was broken (art. 16(e)).
    SealedForHygiene,
    /// It cannot be parted from what it was mixed with after delivery (art. 16(f)).
    Mixed,
    /// It is a recording or software under a seal, and no longer when that was broken (art. 16(i)).
    SealedRecording,
    /// It is a newspaper or a magazine (art. 16(j)).
    Periodical,
    /// It is digital content, supply of which began as the customer wished and knowing that the right ends with it (art. 16(m)).
    DigitalBegun,
}

impl WithdrawalException {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::MadeToOrder,
        Self::Perishable,
        Self::SealedForHygiene,
        Self::Mixed,
        Self::SealedRecording,
        Self::Periodical,
        Self::DigitalBegun,
    ];

    /// Its name, as serde writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MadeToOrder => "made_to_order",
            Self::Perishable => "perishable",
            Self::SealedForHygiene => "sealed_for_hygiene",
            Self::Mixed => "mixed",
            Self::SealedRecording => "sealed_recording",
            Self::Periodical => "periodical",
            Self::DigitalBegun => "digital_begun",
        }
    }

    /// Whether it holds only once a seal was broken: what is still sealed may go back.
    #[must_use]
    pub const fn is_of_seal(self) -> bool {
        matches!(self, Self::SealedForHygiene | Self::SealedRecording)
    }

    /// The set of all of them.
    pub(super) fn all() -> BTreeSet<Self> {
        Self::ALL.iter().copied().collect()
    }
}

impl fmt::Display for WithdrawalException {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
