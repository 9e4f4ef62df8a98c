use serde::{Deserialize, Serialize};

use super::Visibility;
use crate::kernel::{ContentId, CustomerId, InteractionId, Personal};

/// What was said or written: personal data, kept apart so that it can be erased.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// With or about whom.
    pub customer: CustomerId,
    /// Who may read it.
    pub visibility: Visibility,
    /// The heading, such as the subject of an e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Personal<String>>,
    /// The text.
    pub body: Personal<String>,
}

impl Content {
    /// The longest text, in bytes of UTF-8.
    pub const LONGEST: usize = 1 << 20;

    /// The id of what was said in an interaction: it has the interaction's own number, so that both are
    /// read in one round trip.
    #[must_use]
    pub const fn id_of(interaction: InteractionId) -> ContentId {
        ContentId::from_uuid(interaction.uuid())
    }
}
