//! What is known of a contact besides its course.

use serde::{Deserialize, Serialize};

use crate::kernel::{Code, StaffId};

/// From whom to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the customer, or somebody on their side.
    Inbound,
    /// To the customer.
    Outbound,
    /// Between those who serve the customer: a note, a question to a colleague.
    Internal,
}

/// How far along the customer is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nothing is ordered yet: questions, advice, an offer.
    PreSale,
    /// Something is being ordered, paid, delivered or installed.
    Sale,
    /// Something is owned and used.
    #[default]
    AfterSale,
}

/// Who may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// The customer and those who serve them.
    Public,
    /// Only those who serve the customer.
    Internal,
}

/// Why measures leave a contact out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Mark {
    /// Nobody who wanted to be served.
    Spam,
    /// The business trying its own channels.
    Test,
}

/// Who attends to a live contact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Attendant {
    /// A member of staff.
    Staff(StaffId),
    /// A program that talks to customers.
    Bot(Code),
}

/// What a contact is about, in the business's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// What for, such as `inquiry`, `advice`, `order_help` or `complaint`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Code>,
    /// Which topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<Code>,
    /// Which product or family of products.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<Code>,
}

impl About {
    /// For this purpose.
    #[must_use]
    pub fn purpose(purpose: Code) -> Self {
        Self {
            purpose: Some(purpose),
            ..Self::default()
        }
    }

    /// On this topic.
    #[must_use]
    pub fn with_topic(mut self, topic: Code) -> Self {
        self.topic = Some(topic);
        self
    }

    /// Concerning this product.
    #[must_use]
    pub fn with_product(mut self, product: Code) -> Self {
        self.product = Some(product);
        self
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.purpose.is_none() && self.topic.is_none() && self.product.is_none()
    }
}
