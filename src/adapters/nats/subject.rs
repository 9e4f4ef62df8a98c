//! Names as parts of a subject.

use std::fmt::Write;

/// `prefix` if it can begin a subject: words of letters, digits, `-` and `_` with dots between them.
pub(super) fn prefix(prefix: &str) -> Option<String> {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(is_plain);
    prefix.split('.').all(is_word).then(|| prefix.to_owned())
}

/// Whether a stream can have this name.
pub(super) fn is_stream_name(name: &str) -> bool {
    let is_barred = |c: char| c.is_whitespace() || c.is_control() || ".*>/\\".contains(c);
    !name.is_empty() && !name.contains(is_barred)
}

/// Whether `subject`, of a stream, takes in all that is below the prefix.
pub(super) fn is_all_of(subject: &str, prefix: &str) -> bool {
    let below = format!("{prefix}.>");
    let mut words = below.split('.');
    for word in subject.split('.') {
        match (word, words.next()) {
            (">", Some(_)) => return true,
            ("*", Some(own)) if own != ">" => {}
            (word, Some(own)) if word == own => {}
            _ => return false,
        }
    }
    words.next().is_none()
}

/// The rest of a subject from a code such as `case.update`: its dots separate words. What a subject may not
/// have stands as `=` and two hexadecimal digits for each byte of UTF-8.
pub(super) fn words(code: &str) -> String {
    let mut words = String::with_capacity(code.len());
    let mut before = b'.';
    let mut rest = code.bytes().peekable();
    while let Some(byte) = rest.next() {
        // A dot only between two words: an empty one is no part of a subject.
        let is_between =
            byte == b'.' && before != b'.' && !matches!(rest.peek(), None | Some(b'.'));
        if is_plain(byte) || is_between {
            words.push(char::from(byte));
        } else {
            // Writing to a text does not fail.
            let _ = write!(words, "={byte:02x}");
        }
        before = if is_between { b'.' } else { b'x' };
    }
    words
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn usual_codes_stay_as_they_are() {
        for code in ["case.update", "survey", "a-b_c.d9"] {
            assert_eq!(words(code), code);
        }
        assert_eq!(words("a b>*"), "a=20b=3e=2a");
        assert_eq!(words("ş"), "=c5=9f");
        assert_eq!(words(".a..b."), "=2ea=2e.b=2e");
    }

    proptest! {
        #[test]
        fn every_code_makes_a_subject_of_its_own(
            codes in proptest::collection::vec("[ab.= >ş]{1,6}", 2..200)
        ) {
            let mut seen = BTreeMap::new();
            for code in codes {
                let subject = words(&code);
                prop_assert!(subject.split('.').all(|word| !word.is_empty()), "{subject}");
                prop_assert!(!subject.contains([' ', '>', '*']));
                let other = seen.insert(subject, code.clone());
                prop_assert!(other.is_none_or(|other| other == code));
            }
        }
    }

    #[test]
    fn a_stream_takes_a_prefix_when_its_subject_takes_all_below() {
        for subject in [">", "care.>", "care.tr.>", "*.tr.>", "care.*.>"] {
            assert!(is_all_of(subject, "care.tr"), "{subject}");
        }
        for subject in [
            "care",
            "care.tr",
            "care.tr.*",
            "care.tr.a.>",
            "other.>",
            "*",
        ] {
            assert!(!is_all_of(subject, "care.tr"), "{subject}");
        }
    }

    #[test]
    fn a_stream_has_a_name_without_parts() {
        assert!(is_stream_name("care-1"));
        for wrong in ["", "a b", "a.b", "a*", "a>", "a/b", "a\\b"] {
            assert!(!is_stream_name(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_prefix_is_made_of_words() {
        assert_eq!(prefix("care.tr").as_deref(), Some("care.tr"));
        for wrong in ["", ".", "a.", "a..b", "a b", "a.*", "a.>", "ş"] {
            assert_eq!(prefix(wrong), None, "{wrong}");
        }
    }
}
