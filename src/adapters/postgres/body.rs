//! Bodies as `jsonb`.
//!
//! JSON may hold U+0000 in a text, `jsonb` may not. So that any text comes back as it was, U+10FFFF, which
//! Unicode assigns to no character, stands before a letter: `0` for U+0000, `1` for itself.

use std::borrow::Cow;
use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::error::PostgresError;
use crate::record::{Key, Record};

const MARK: char = '\u{10FFFF}';
const NUL: &str = "\\u0000";
/// `jsonb` on the wire is a number for the format, always 1 so far, and the text.
const FORMAT: u8 = 1;

/// A body on its way in.
#[derive(Debug)]
pub(super) struct Body(String);

impl Body {
    pub(super) fn of(key: Key, record: &Record) -> Result<Self, PostgresError> {
        match serde_json::to_string(record) {
            Ok(json) => Ok(Self(shielded(json))),
            // What serde_json says may quote the record.
            Err(_) => Err(PostgresError::Unwritable { key }),
        }
    }

    /// A body that no record has: it marks a row that is to go in the same transaction.
    pub(super) fn passing() -> Self {
        Self("null".to_owned())
    }
}

impl ToSql for Body {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(&[FORMAT]);
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::JSONB
    }

    to_sql_checked!();
}

/// A body on its way out.
pub(super) struct Stored<'a>(&'a str);

impl Stored<'_> {
    pub(super) fn record(&self, key: Key) -> Result<Record, PostgresError> {
        // What serde_json says about a body it cannot read may quote it.
        serde_json::from_str(&unshielded(self.0)).map_err(|_| PostgresError::Unreadable { key })
    }
}

impl<'a> FromSql<'a> for Stored<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        match raw {
            [FORMAT, text @ ..] => Ok(Self(std::str::from_utf8(text)?)),
            _ => Err("an unknown format of jsonb".into()),
        }
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::JSONB
    }
}

/// `json` without U+0000.
fn shielded(json: String) -> String {
    if !json.contains(NUL) && !json.contains(MARK) {
        return json;
    }
    let mut safe = String::with_capacity(json.len().saturating_add(16));
    let mut rest = json.as_str();
    while let Some(place) = rest.find(['\\', MARK]) {
        let (before, from) = rest.split_at(place);
        safe.push_str(before);
        // After a backslash comes at least one character, which is not looked at by itself.
        let length = if from.starts_with(NUL) {
            safe.extend([MARK, '0']);
            NUL.len()
        } else if from.starts_with(MARK) {
            safe.extend([MARK, '1']);
            MARK.len_utf8()
        } else {
            safe.extend(from.chars().take(2));
            from.chars().take(2).map(char::len_utf8).sum()
        };
        rest = from.get(length..).unwrap_or_default();
    }
    safe.push_str(rest);
    safe
}

/// The JSON that [`shielded`] made this of.
fn unshielded(json: &str) -> Cow<'_, str> {
    if !json.contains(MARK) {
        return Cow::Borrowed(json);
    }
    let mut parts = json.split(MARK);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if let Some(rest) = part.strip_prefix('0') {
            whole.push_str(NUL);
            whole.push_str(rest);
        } else {
            whole.push(MARK);
            whole.push_str(part.strip_prefix('1').unwrap_or(part));
        }
    }
    Cow::Owned(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_comes_back_and_none_holds_a_nul(
            text in proptest::collection::vec(
                prop_oneof![Just('\0'), Just(MARK), Just('\\'), Just('u'), Just('0'), Just('1'), Just('"'), any::<char>()],
                0..40,
            ).prop_map(String::from_iter)
        ) {
            let json = serde_json::to_string(&text).unwrap();
            let safe = shielded(json.clone());
            let read: String = serde_json::from_str(&safe).unwrap();
            prop_assert!(!read.contains('\0'));
            // The database writes JSON in its own way, with the same meaning.
            let rewritten = serde_json::to_string(&read).unwrap();
            let back: String = serde_json::from_str(&unshielded(&rewritten)).unwrap();
            prop_assert_eq!(back, text);
        }
    }

    #[test]
    fn an_escaped_backslash_before_u0000_is_no_nul() {
        let json = serde_json::to_string("\\u0000").unwrap();
        assert_eq!(shielded(json.clone()), json);
    }
}
