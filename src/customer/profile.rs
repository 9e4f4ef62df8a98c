use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::contact::{ContactKind, ContactPoint};
use super::refusal::{Field, Refusal};
use crate::calendar::Zone;
use crate::kernel::{ContactPointId, CustomerId, Language, Personal, SecretKey, match_key};

/// What is personal about a customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Whose.
    pub customer: CustomerId,
    /// The name as the customer writes it, in one piece: not every name has a first and a last part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal<String>>,
    /// How the customer said they want to be addressed, such as `Ayşe Hanım`; never guessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salutation: Option<Personal<String>>,
    /// The customer's language; the rulebook's when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The customer's time zone; the rulebook's when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// Under what the customer is reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<ContactPoint>,
}

/// A part of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProfilePart {
    /// [`Profile::name`].
    Name,
    /// [`Profile::salutation`].
    Salutation,
    /// [`Profile::language`].
    Language,
    /// [`Profile::zone`].
    Zone,
}

impl Profile {
    /// A profile in which nothing is known yet.
    #[must_use]
    pub const fn new(customer: CustomerId) -> Self {
        Self {
            customer,
            name: None,
            salutation: None,
            language: None,
            zone: None,
            contacts: Vec::new(),
        }
    }

    /// The contact point with this id.
    #[must_use]
    pub fn contact(&self, id: ContactPointId) -> Option<&ContactPoint> {
        self.contacts.iter().find(|contact| contact.id == id)
    }

    /// The first contact point of this kind, such as the address a courier sends an e-mail to.
    #[must_use]
    pub fn first(&self, kind: &ContactKind) -> Option<&ContactPoint> {
        self.contacts.iter().find(|contact| contact.kind == *kind)
    }

    /// The scope under which profiles of this name are found; `None` without a name.
    pub(crate) fn name_scope(&self, secret: &SecretKey) -> Option<Uuid> {
        Self::scope_of_name(self.name.as_ref()?.expose(), secret)
    }

    /// The scope under which profiles of a name are found; `None` when nothing in it is of a word.
    pub(crate) fn scope_of_name(name: &str, secret: &SecretKey) -> Option<Uuid> {
        let key = match_key(name);
        let digest = secret.digest().with_str("customer.name");
        (!key.is_empty()).then(|| Uuid::from_u128(digest.with_str(&key).finish()))
    }
}

/// The longest text of a field, in bytes of UTF-8.
const fn longest(field: Field) -> usize {
    match field {
        Field::Name => 400,
        Field::Salutation => 200,
        Field::Contact => 1_000,
        Field::Note => 65_536,
    }
}

/// A text as it was stated, without white space around it.
pub(crate) fn stated(text: &Personal<String>, field: Field) -> Result<Personal<String>, Refusal> {
    let text = text.expose().trim();
    let most = longest(field);
    if text.is_empty() {
        Err(Refusal::Empty { field })
    } else if text.len() > most {
        Err(Refusal::TooLong { field, most })
    } else {
        Ok(Personal::new(text.to_owned()))
    }
}
