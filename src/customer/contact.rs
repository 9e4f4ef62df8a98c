use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::refusal::{Field, Refusal};
use crate::interaction::Channel;
use crate::kernel::{
    CallingCode, ClaimId, Code, ContactPointId, Personal, SecretKey, match_key, normalise_email,
    normalise_phone,
};

/// What kind of contact point.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ContactKind {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A postal address. Several customers may share one.
    Address,
    /// A name in a social network, which is named here.
    Social(Code),
    /// An account in an app, on a site or in another system, which is named here.
    Account(Code),
}

impl ContactKind {
    /// Whether a customer is reached over `channel` with a contact point of this kind.
    #[must_use]
    pub const fn reaches(&self, channel: Channel) -> bool {
        match self {
            Self::Email => matches!(channel, Channel::Email),
            Self::Phone => matches!(channel, Channel::Phone | Channel::Sms | Channel::Chat),
            Self::Address => matches!(channel, Channel::Post | Channel::TechnicianVisit),
            Self::Social(_) => matches!(channel, Channel::Social | Channel::Chat),
            Self::Account(_) => {
                matches!(channel, Channel::Chat | Channel::SelfService | Channel::Bot)
            }
        }
    }

    /// Whether one such contact point belongs to one customer only. Postal addresses are shared by
    /// households; everything else has one owner.
    #[must_use]
    pub const fn has_one_owner(&self) -> bool {
        !matches!(self, Self::Address)
    }

    /// The one form under which a value of this kind is stored and compared. `calling_code` is that of
    /// telephone numbers written without one.
    ///
    /// # Errors
    /// [`Refusal::NotAnEmail`], [`Refusal::NotAPhone`], [`Refusal::Empty`], [`Refusal::TooLong`].
    pub fn normalise(&self, value: &str, calling_code: CallingCode) -> Result<String, Refusal> {
        let text = match self {
            Self::Email => normalise_email(value)?,
            Self::Phone => normalise_phone(value, calling_code)?,
            Self::Address | Self::Account(_) => value.trim().to_owned(),
            // Networks do not tell capitals apart in a name, and people write it with and without the sign.
            Self::Social(_) => value.trim().trim_start_matches('@').to_ascii_lowercase(),
        };
        let most = if matches!(self, Self::Address) {
            1_000
        } else {
            254
        };
        if text.is_empty() {
            return Err(Refusal::Empty {
                field: Field::Contact,
            });
        }
        if text.len() > most {
            return Err(Refusal::TooLong {
                field: Field::Contact,
                most,
            });
        }
        Ok(text)
    }

    /// The form under which two values may well be the same person's: an e-mail address without what
    /// stands behind `+` and without dots before the `@`, the last ten digits of a telephone number, a
    /// postal address without case and punctuation. Names and accounts have none.
    #[must_use]
    pub fn loose(&self, value: &str) -> Option<String> {
        match self {
            Self::Email => {
                let (local, domain) = value.split_once('@')?;
                let local = local.split('+').next().unwrap_or(local).replace('.', "");
                (!local.is_empty()).then(|| format!("{local}@{domain}"))
            }
            Self::Phone => {
                let digits = value.chars().rev().filter(char::is_ascii_digit).take(10);
                Some(digits.collect())
            }
            Self::Address => Some(match_key(value)).filter(|key| !key.is_empty()),
            Self::Social(_) | Self::Account(_) => None,
        }
    }
}

impl fmt::Display for ContactKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email => f.write_str("e-mail address"),
            Self::Phone => f.write_str("telephone number"),
            Self::Address => f.write_str("postal address"),
            Self::Social(network) => write!(f, "name in {network}"),
            Self::Account(system) => write!(f, "account in {system}"),
        }
    }
}

/// A contact point, without what is personal in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// Which one.
    pub id: ContactPointId,
    /// What kind.
    pub kind: ContactKind,
    /// Since when it is known, UTC.
    pub added_at: DateTime<Utc>,
    /// When it was proven to be the customer's, UTC; `None` when it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<DateTime<Utc>>,
}

/// A contact point with the address, number or name itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactPoint {
    /// Which one.
    pub id: ContactPointId,
    /// What kind.
    pub kind: ContactKind,
    /// The value, in the form of [`ContactKind::normalise`].
    pub value: Personal<String>,
}

impl ContactPoint {
    /// The scope under which the loose form of the value is found.
    pub(crate) fn loose_scope(&self, secret: &SecretKey) -> Option<Uuid> {
        let loose = self.kind.loose(self.value.expose())?;
        let digest = secret.digest().with_str("customer.contact.loose");
        let hash = digest.with(&self.kind).with_str(&loose).finish();
        Some(Uuid::from_u128(hash))
    }

    /// The claim by which it belongs to one customer only; `None` when it may be shared.
    pub(crate) fn claim(&self, secret: &SecretKey) -> Option<ClaimId> {
        claim_of(secret, &self.kind, self.value.expose())
    }
}

/// The claim on a value in normal form; `None` when it may be shared.
pub(crate) fn claim_of(secret: &SecretKey, kind: &ContactKind, value: &str) -> Option<ClaimId> {
    kind.has_one_owner().then(|| {
        let digest = secret.digest().with_str("customer.contact");
        ClaimId::from_u128(digest.with(kind).with_str(value).finish())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code;

    #[test]
    fn one_mailbox_has_one_loose_form() {
        let loose = |value| ContactKind::Email.loose(value);
        assert_eq!(
            loose("ayse.nur+shop@example.com"),
            loose("aysenur@example.com")
        );
        assert_ne!(loose("aysenur@example.com"), loose("aysenur@example.org"));
        assert_eq!(loose("+tag@example.com"), None);
    }

    #[test]
    fn one_telephone_has_one_loose_form_whatever_its_calling_code() {
        let loose = |value| ContactKind::Phone.loose(value);
        assert_eq!(loose("+905321234567"), loose("+495321234567"));
        assert_ne!(loose("+905321234567"), loose("+905321234568"));
    }

    #[test]
    fn a_social_name_is_the_same_with_and_without_its_sign() {
        let kind = ContactKind::Social(code!("x"));
        let normal = |value| kind.normalise(value, CallingCode::TURKIYE).unwrap();
        assert_eq!(normal(" @AyseNur "), normal("aysenur"));
    }

    #[test]
    fn the_same_value_of_another_kind_is_another_claim() {
        let secret = SecretKey::new([7; 16]);
        let claim = |kind| claim_of(&secret, &kind, "ayse");
        assert_ne!(
            claim(ContactKind::Social(code!("x"))),
            claim(ContactKind::Account(code!("x")))
        );
        assert_eq!(claim(ContactKind::Address), None);
    }

    #[test]
    fn an_empty_or_endless_value_is_refused() {
        let kind = ContactKind::Address;
        let refused = |value: &str| kind.normalise(value, CallingCode::TURKIYE).unwrap_err();
        assert_eq!(refused("  ").code(), "customer.empty");
        assert_eq!(refused(&"a".repeat(1_001)).code(), "customer.too_long");
    }
}
