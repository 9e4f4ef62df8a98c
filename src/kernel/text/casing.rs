//! Capitals and small letters, by language.
//!
//! Source: Unicode SpecialCasing.txt and the casing rules of CLDR for `tr` and `az`.

use unicode_normalization::char::canonical_combining_class;

use super::key::DOT_ABOVE;
use super::language::Language;

/// The text in small letters of its language.
///
/// In Turkish and Azerbaijani `I` becomes `ı` and `İ` becomes `i`, also when the dot is a character of
/// its own. In all other languages this is Unicode's mapping, where `İ` keeps its dot as a combining
/// character; to compare texts whatever their language, use [`search_key`](super::search_key) or
/// [`match_key`](super::match_key).
///
/// ```
/// use aftercare::kernel::{Language, lower};
/// assert_eq!(lower("DIYARBAKIR", &Language::TURKISH), "dıyarbakır");
/// assert_eq!(lower("İZMİR", &Language::TURKISH), "izmir");
/// assert_eq!(lower("IRON", &Language::ENGLISH), "iron");
/// ```
#[must_use]
pub fn lower(text: &str, language: &Language) -> String {
    if language.is_turkic() {
        turkic(text, ['ı', 'i', 'i']).to_lowercase()
    } else {
        text.to_lowercase()
    }
}

/// The text in capitals of its language.
///
/// In Turkish and Azerbaijani `i` becomes `İ` and `ı` becomes `I`; in all other languages this is
/// Unicode's mapping.
///
/// ```
/// use aftercare::kernel::{Language, upper};
/// assert_eq!(upper("ısparta ve izmir", &Language::TURKISH), "ISPARTA VE İZMİR");
/// assert_eq!(upper("iron", &Language::ENGLISH), "IRON");
/// ```
#[must_use]
pub fn upper(text: &str, language: &Language) -> String {
    if language.is_turkic() {
        turkic(text, ['I', 'İ', 'I']).to_uppercase()
    } else {
        text.to_uppercase()
    }
}

/// Writes every `I`, `ı`, `İ` and `i` as one of three letters (without dot, with dot, with
/// another mark in place of the dot, as in `î`), and leaves the rest alone.
///
/// A dot that follows as a combining character belongs to its letter: `I` + U+0307 is `İ`. Marks
/// below the letter may stand between the two.
fn turkic(text: &str, [dotless, dotted, marked]: [char; 3]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if !matches!(c, 'I' | 'ı' | 'İ' | 'i') {
            out.push(c);
            continue;
        }
        let mut has_dot = c == 'İ';
        let mut below = String::new();
        while let Some(mark) = chars.next_if(|&c| c == DOT_ABOVE || is_mark_beside(c)) {
            if mark == DOT_ABOVE {
                has_dot = true;
            } else {
                below.push(mark);
            }
        }
        let has_mark_above = chars.peek().is_some_and(|&c| is_mark_above(c));
        out.push(match c {
            _ if has_dot => dotted,
            'ı' => dotless,
            _ if has_mark_above => marked,
            'i' => dotted,
            _ => dotless,
        });
        out.push_str(&below);
    }
    out
}

fn is_mark_above(c: char) -> bool {
    canonical_combining_class(c) == 230
}

/// A mark that does not stand where the dot stands: below, or through the letter.
fn is_mark_beside(c: char) -> bool {
    canonical_combining_class(c) != 0 && !is_mark_above(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    const TR: Language = Language::TURKISH;
    const EN: Language = Language::ENGLISH;

    #[test]
    fn turkish_small_letters_keep_their_dots_apart() {
        for (text, small) in [
            ("DIYARBAKIR", "dıyarbakır"),
            ("ISPARTA", "ısparta"),
            ("İSTANBUL", "istanbul"),
            ("IĞDIR", "ığdır"),
            ("Işık", "ışık"),
            ("ŞIRNAK ÇİÇEĞİ", "şırnak çiçeği"),
            ("iade", "iade"),
        ] {
            assert_eq!(lower(text, &TR), small);
        }
    }

    #[test]
    fn turkish_capitals_keep_their_dots_apart() {
        for (text, capitals) in [
            ("diyarbakır", "DİYARBAKIR"),
            ("ısparta", "ISPARTA"),
            ("İzmir", "İZMİR"),
            ("Iğdır", "IĞDIR"),
        ] {
            assert_eq!(upper(text, &TR), capitals);
        }
    }

    #[test]
    fn a_dot_of_its_own_belongs_to_its_letter() {
        assert_eq!(lower("I\u{307}ZMI\u{307}R", &TR), "izmir");
        assert_eq!(lower("i\u{307}zmir", &TR), "izmir");
        assert_eq!(upper("i\u{307}zmir", &TR), "İZMİR");
        assert_eq!(upper("I\u{307}zmir", &TR), "İZMİR");
        // A mark below may stand before the dot.
        assert_eq!(lower("I\u{323}\u{307}", &TR), "i\u{323}");
    }

    #[test]
    fn a_circumflex_takes_the_place_of_the_dot() {
        assert_eq!(upper("millî", &TR), "MİLLÎ");
        assert_eq!(upper("i\u{302}", &TR), "I\u{302}");
        assert_eq!(lower("I\u{302}", &TR), "i\u{302}");
    }

    #[test]
    fn other_languages_follow_unicode() {
        assert_eq!(lower("INFO", &EN), "info");
        assert_eq!(upper("info", &EN), "INFO");
        assert_eq!(lower("İ", &EN), "i\u{307}");
        assert_eq!(upper("straße", &EN), "STRASSE");
        assert_eq!(lower("ΟΔΟΣ", &EN), "οδος");
    }

    #[test]
    fn azerbaijani_is_cased_like_turkish() {
        assert_eq!(
            lower("BAKI", &Language::try_new("az-Latn-AZ").unwrap()),
            "bakı"
        );
    }

    proptest! {
        #[test]
        fn casing_twice_is_casing_once(text in "[a-zA-ZıİşŞğĞçÇöÖüÜâÂîÎ\u{307}\u{323}\u{301} ]{0,12}") {
            for language in [TR, EN] {
                let (small, capitals) = (lower(&text, &language), upper(&text, &language));
                prop_assert_eq!(&lower(&small, &language), &small);
                prop_assert_eq!(&upper(&capitals, &language), &capitals);
            }
        }

        #[test]
        fn turkish_words_survive_both_ways(text in "[abcçdefgğhıijklmnoöprsştuüvyz ]{0,12}") {
            prop_assert_eq!(lower(&upper(&text, &TR), &TR), text);
        }

        #[test]
        fn composed_and_decomposed_text_get_the_same_case(text in "[a-zA-ZıİşŞğĞçÇöÖüÜâÂîÎ ]{0,12}") {
            let apart: String = text.nfd().collect();
            prop_assert!(lower(&text, &TR).nfd().eq(lower(&apart, &TR).nfd()));
            prop_assert!(upper(&text, &TR).nfd().eq(upper(&apart, &TR).nfd()));
        }

        #[test]
        fn any_text_is_accepted(text in ".*") {
            let _ = (lower(&text, &TR), upper(&text, &TR));
        }
    }
}
