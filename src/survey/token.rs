use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::kernel::{RequestId, SecretKey, SurveyId};
use crate::message::Draft;

/// What a link to a survey carries: which survey, and 128 bits that nobody can guess.
///
/// They are a keyed hash (SipHash-1-3 with a 128-bit result) under the rulebook's secret of the survey and of the request that
/// invited, so that they need not be stored: the survey keeps only a second keyed hash of them. As a text they are 64
/// hexadecimal digits, fit for an address; nothing else formats them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SurveyToken {
    survey: SurveyId,
    proof: u128,
}

/// A text that is no token of a survey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no token of a survey")]
pub struct NotAToken;

impl SurveyToken {
    /// The token of the invitation that a request made.
    pub(crate) fn of(secret: &SecretKey, survey: SurveyId, invited_by: RequestId) -> Self {
        let proof = secret
            .digest()
            .with_str("survey.token")
            .with_u128(survey.as_u128())
            .with_u128(invited_by.as_u128())
            .finish();
        Self { survey, proof }
    }

    /// The token of the invitation, or of the reminder, that a message is; `None` for any other.
    #[must_use]
    pub fn of_invitation(draft: &Draft, secret: &SecretKey) -> Option<Self> {
        let survey = draft.facts.get("survey")?.parse().ok()?;
        let invited_by = draft.facts.get("invitation")?.parse().ok()?;
        Some(Self::of(secret, survey, invited_by))
    }

    /// Which survey it claims to open.
    #[must_use]
    pub const fn survey(&self) -> SurveyId {
        self.survey
    }

    /// What is stored of it. Whoever compares two of these compares keyed hashes, so that the time it takes tells nothing
    /// of the token.
    pub(crate) fn digest(&self, secret: &SecretKey) -> Uuid {
        let digest = secret.digest().with_str("survey.token.digest");
        let digest = digest.with_u128(self.survey.as_u128());
        Uuid::from_u128(digest.with_u128(self.proof).finish())
    }

    /// The text for an address.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{:032x}{:032x}", self.survey.as_u128(), self.proof)
    }
}

impl FromStr for SurveyToken {
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Self, NotAToken> {
        let is_hex = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let (survey, proof) = text
            .split_at_checked(32)
            .filter(|_| is_hex)
            .ok_or(NotAToken)?;
        let number = |text| u128::from_str_radix(text, 16).map_err(|_| NotAToken);
        Ok(Self {
            survey: SurveyId::from_u128(number(survey)?),
            proof: number(proof)?,
        })
    }
}

/// Shows which survey, and nothing of the rest.
impl fmt::Debug for SurveyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SurveyToken({}, ..)", self.survey)
    }
}

impl Serialize for SurveyToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

impl<'de> Deserialize<'de> for SurveyToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(survey: u128, request: u128) -> SurveyToken {
        let secret = SecretKey::new([7; 16]);
        SurveyToken::of(
            &secret,
            SurveyId::from_u128(survey),
            RequestId::from_u128(request),
        )
    }

    #[test]
    fn a_token_survives_its_text_and_shows_nothing_of_itself() {
        let one = token(1, 2);
        let text = one.to_text();
        assert_eq!(text.parse::<SurveyToken>().unwrap(), one);
        let json = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<SurveyToken>(&json).unwrap(), one);
        let (_, proof) = text.split_at(32);
        let (first, rest) = text.split_at(1);
        assert!(!format!("{one:?}").contains(proof));
        for wrong in ["", "12", rest, &text.replace(first, "+")] {
            assert_eq!(wrong.parse::<SurveyToken>(), Err(NotAToken));
        }
    }

    #[test]
    fn each_survey_and_each_invitation_has_a_token_of_its_own_under_each_secret() {
        assert_ne!(token(1, 2).proof, token(2, 2).proof);
        assert_ne!(token(1, 2).proof, token(1, 3).proof);
        let other = SurveyToken::of(
            &SecretKey::new([8; 16]),
            SurveyId::from_u128(1),
            RequestId::from_u128(2),
        );
        assert_ne!(token(1, 2).proof, other.proof);
        let secret = SecretKey::new([7; 16]);
        assert_ne!(token(1, 2).digest(&secret).as_u128(), token(1, 2).proof);
    }
}
