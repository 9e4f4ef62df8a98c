//! The business's own words.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::digest::Digest;

/// A word of the business: a team, a category, a tag, a status, the name of a policy.
///
/// One to 64 bytes, no control characters, no white space around it. Compared exactly, byte by byte.
/// Never personal data. Cloning is cheap.
///
/// ```
/// use aftercare::code;
/// use aftercare::kernel::Code;
/// let team: Code = code!("billing");      // checked when the program is compiled
/// assert_eq!("billing".parse::<Code>().unwrap(), team);
/// assert!(" billing".parse::<Code>().is_err());
/// ```
#[derive(Clone)]
pub struct Code(Text);

#[derive(Clone)]
enum Text {
    Static(&'static str),
    Shared(Arc<str>),
}

/// The longest code, in bytes.
const LONGEST: usize = 64;

/// Not a [`Code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a code has 1 to 64 bytes, no control characters and no white space around it (this one has {length} bytes)"
)]
pub struct NotACode {
    /// Its length in bytes.
    pub length: usize,
}

impl NotACode {
    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "kernel.not_a_code"
    }
}

impl Code {
    /// A checked code.
    ///
    /// # Errors
    /// [`NotACode`] when it is empty, too long, has control characters, or white space around it.
    pub fn try_new(text: &str) -> Result<Self, NotACode> {
        let fine = !text.is_empty()
            && text.len() <= LONGEST
            && text.trim() == text
            && !text.chars().any(char::is_control);
        if fine {
            Ok(Self(Text::Shared(text.into())))
        } else {
            Err(NotACode { length: text.len() })
        }
    }

    /// For [`code!`](crate::code): checks printable ASCII while compiling.
    #[doc(hidden)]
    #[must_use]
    pub const fn checked(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        assert!(
            !bytes.is_empty() && bytes.len() <= LONGEST,
            "a code has 1 to 64 bytes"
        );
        let mut rest = bytes;
        while let [first, tail @ ..] = rest {
            assert!(
                first.is_ascii_graphic(),
                "a code written in the program is printable ASCII without spaces"
            );
            rest = tail;
        }
        Self(Text::Static(text))
    }

    /// A code written in this crate.
    pub(crate) const fn known(text: &'static str) -> Self {
        Self(Text::Static(text))
    }

    /// The scope of an index that goes by this word: the word itself where it is short, else a hash.
    pub(crate) fn scope(&self) -> Uuid {
        let text = self.as_str().as_bytes();
        let mut bytes = [0; 16];
        let [room @ .., last] = &mut bytes;
        match room.get_mut(..text.len()) {
            Some(room) => {
                room.copy_from_slice(text);
                *last = 1;
                Uuid::from_bytes(bytes)
            }
            None => Uuid::from_u128(Digest::public().with_str(self.as_str()).finish() & !0xff),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Text::Static(text) => text,
            Text::Shared(text) => text,
        }
    }
}

/// A [`Code`](crate::kernel::Code) checked while the program is compiled: printable ASCII, 1 to 64 bytes.
///
/// ```
/// let team = aftercare::code!("technicians.istanbul");
/// assert_eq!(team.as_str(), "technicians.istanbul");
/// ```
/// ```compile_fail
/// let team = aftercare::code!("no spaces");
/// ```
#[macro_export]
macro_rules! code {
    ($text:literal) => {{
        const CODE: $crate::kernel::Code = $crate::kernel::Code::checked($text);
        CODE.clone()
    }};
}

impl AsRef<str> for Code {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}
impl Borrow<str> for Code {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}
impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}
impl Eq for Code {}
impl PartialEq<str> for Code {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}
impl PartialEq<&str> for Code {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}
impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Code {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}
impl Hash for Code {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
impl FromStr for Code {
    type Err = NotACode;
    fn from_str(text: &str) -> Result<Self, NotACode> {
        Self::try_new(text)
    }
}
impl TryFrom<&str> for Code {
    type Error = NotACode;
    fn try_from(text: &str) -> Result<Self, NotACode> {
        Self::try_new(text)
    }
}
impl TryFrom<String> for Code {
    type Error = NotACode;
    fn try_from(text: String) -> Result<Self, NotACode> {
        Self::try_new(&text)
    }
}
impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Code;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a code of 1 to 64 bytes")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Code, E> {
                Code::try_new(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_short_clean_text() {
        for bad in ["", " a", "a ", "a\nb", &"x".repeat(65)] {
            assert!(Code::try_new(bad).is_err(), "{bad:?}");
        }
        for good in ["a", "müşteri hizmetleri", &"x".repeat(64)] {
            assert_eq!(Code::try_new(good).unwrap(), *good);
        }
    }

    #[test]
    fn a_code_from_data_is_checked_like_one_from_code() {
        assert!(serde_json::from_str::<Code>("\" a\"").is_err());
        assert_eq!(serde_json::from_str::<Code>("\"a\"").unwrap(), code!("a"));
    }
}
