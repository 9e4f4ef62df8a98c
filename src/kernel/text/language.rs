//! Which language a text is in.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is not a language tag.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LanguageRefusal {
    /// Not subtags of letters and digits joined by `-`, the first of two or three letters.
    #[error("not a language tag such as `tr` or `tr-TR`")]
    Malformed,
}

impl LanguageRefusal {
    /// The stable code of this refusal: `language.malformed`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "language.malformed",
        }
    }
}

/// A language tag in the form of BCP 47 (RFC 5646), such as `tr`, `en-GB` or `az-Latn-AZ`.
///
/// The form is checked, not whether the subtags are registered. Letters are brought to the usual
/// case (`TR-tr` is `tr-TR`), so equal tags are equal values. Stored as a string.
///
/// ```
/// use aftercare::kernel::Language;
/// let language: Language = "TR-tr".parse()?;
/// assert_eq!(language.as_str(), "tr-TR");
/// assert_eq!(language.primary(), "tr");
/// assert!(language.is_turkic());
/// # Ok::<(), aftercare::kernel::LanguageRefusal>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(Cow<'static, str>);

impl Language {
    /// Turkish, `tr`.
    pub const TURKISH: Self = Self(Cow::Borrowed("tr"));
    /// English, `en`.
    pub const ENGLISH: Self = Self(Cow::Borrowed("en"));

    /// Longest tag that is accepted (RFC 5646, section 4.4.1).
    const MAX_LEN: usize = 35;

    /// The language with this tag.
    ///
    /// # Errors
    /// [`LanguageRefusal::Malformed`].
    pub fn try_new(tag: &str) -> Result<Self, LanguageRefusal> {
        if tag.len() > Self::MAX_LEN {
            return Err(LanguageRefusal::Malformed);
        }
        let mut canonical = String::with_capacity(tag.len());
        for (n, subtag) in tag.split('-').enumerate() {
            let letters = subtag.bytes().all(|b| b.is_ascii_alphabetic());
            let fits = match n {
                0 => letters && (2..=3).contains(&subtag.len()),
                _ => {
                    (1..=8).contains(&subtag.len())
                        && subtag.bytes().all(|b| b.is_ascii_alphanumeric())
                }
            };
            if !fits {
                return Err(LanguageRefusal::Malformed);
            }
            if n > 0 {
                canonical.push('-');
            }
            // RFC 5646, section 2.1.1: regions are capitals, scripts have one, the rest is small.
            for (at, c) in subtag.chars().enumerate() {
                let capital = n > 0 && letters && matches!((subtag.len(), at), (2, _) | (4, 0));
                canonical.push(if capital {
                    c.to_ascii_uppercase()
                } else {
                    c.to_ascii_lowercase()
                });
            }
        }
        Ok(Self(Cow::Owned(canonical)))
    }

    /// The whole tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language alone, without script and region: `tr` of `tr-TR`.
    #[must_use]
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    /// Whether `i` and `ı` are two letters, each with its own capital: Turkish and Azerbaijani.
    #[must_use]
    pub fn is_turkic(&self) -> bool {
        matches!(self.primary(), "tr" | "az")
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Language {
    type Err = LanguageRefusal;

    fn from_str(tag: &str) -> Result<Self, LanguageRefusal> {
        Self::try_new(tag)
    }
}

impl TryFrom<String> for Language {
    type Error = LanguageRefusal;

    fn try_from(tag: String) -> Result<Self, LanguageRefusal> {
        Self::try_new(&tag)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_brought_to_its_usual_case() {
        for (given, tag) in [
            ("tr", "tr"),
            ("TR", "tr"),
            ("tr-tr", "tr-TR"),
            ("AZ-LATN-az", "az-Latn-AZ"),
            ("es-419", "es-419"),
            ("DE-1996", "de-1996"),
            ("ckb", "ckb"),
        ] {
            assert_eq!(given.parse::<Language>().unwrap().as_str(), tag);
        }
        assert_eq!("TR".parse(), Ok(Language::TURKISH));
    }

    #[test]
    fn what_is_not_a_tag_is_refused() {
        let long = format!("tr{}", "-abcdefgh".repeat(4));
        for text in [
            "", "t", "turkish", "tr_TR", "tr-", "-tr", "tr--TR", "t1", "tr TR", "tü", &long,
        ] {
            assert_eq!(
                Language::try_new(text),
                Err(LanguageRefusal::Malformed),
                "{text}"
            );
        }
    }

    #[test]
    fn turkish_and_azerbaijani_have_two_letters_i() {
        for (tag, turkic) in [
            ("tr", true),
            ("tr-CY", true),
            ("az-Latn", true),
            ("en-TR", false),
            ("trv", false),
        ] {
            assert_eq!(Language::try_new(tag).unwrap().is_turkic(), turkic, "{tag}");
        }
    }

    #[test]
    fn a_language_is_stored_as_its_tag() {
        assert_eq!(serde_json::to_string(&Language::TURKISH).unwrap(), "\"tr\"");
        let read: Language = serde_json::from_str("\"tr-TR\"").unwrap();
        assert_eq!(read.to_string(), "tr-TR");
        assert!(serde_json::from_str::<Language>("\"Türkçe\"").is_err());
    }
}
