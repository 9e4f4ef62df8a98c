//! Keys under which texts are found and names are compared.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// The dot of `İ` as a character of its own.
pub(in crate::kernel) const DOT_ABOVE: char = '\u{307}';

/// The form of a text under which a search finds it: generous, so that nothing is missed.
///
/// Small letters without diacritics, all four letters i alike, other forms of the same character
/// (ligatures, full width) alike; an apostrophe ends its word, so Turkish case suffixes do not
/// count; words of letters and digits are separated by one space, and everything else separates words.
///
/// Different names share a search key (`Işık` and `Isik`); to decide that two names are the same,
/// use [`match_key`].
///
/// ```
/// use aftercare::kernel::search_key;
/// assert_eq!(search_key("Işık"), "isik");
/// assert_eq!(search_key("İADE'nin  şartları?"), "iade sartlari");
/// ```
#[must_use]
pub fn search_key(text: &str) -> String {
    // The acute accent alone is typed as an apostrophe, and would decompose into a space.
    let text: String = visible(text)
        .map(|c| if c == '´' { '\'' } else { c })
        .collect();
    let stripped = text.nfkd().filter(|c| !is_diacritic(*c)).map(base_letter);
    let mut words = Words::default();
    let mut in_suffix = false;
    for c in fold_case(stripped) {
        if is_apostrophe(c) {
            in_suffix = words.in_word;
            if !in_suffix {
                words.separate();
            }
        } else if !is_of_a_word(c) {
            in_suffix = false;
            words.separate();
        } else if !in_suffix {
            words.push(c);
        }
    }
    words.text.nfc().collect()
}

/// The form of a name under which it is the same name: strict, so that nobody is mistaken.
///
/// Case does not count, and all four letters i are alike, since nobody can tell in which language a
/// capital `I` was typed; nor does the way characters are composed, nor spacing and punctuation.
/// Diacritics count: `Işık` and `Isik` are two names.
///
/// To find a name that may be spelt otherwise, use [`search_key`](crate::kernel::search_key).
///
/// ```
/// use aftercare::kernel::match_key;
/// assert_eq!(match_key("IŞIK, Ayşe-Nur"), match_key("işık ayşe  nur"));
/// assert_ne!(match_key("Işık"), match_key("Isik"));
/// ```
#[must_use]
pub fn match_key(text: &str) -> String {
    let text: String = visible(text).collect();
    let mut words = Words::default();
    for c in fold_case(text.nfd()) {
        if is_of_a_word(c) {
            words.push(c);
        } else {
            words.separate();
        }
    }
    words.text.nfc().collect()
}

/// Words separated by single spaces.
#[derive(Default)]
struct Words {
    text: String,
    in_word: bool,
}

impl Words {
    fn push(&mut self, c: char) {
        if !self.in_word && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.in_word = true;
        self.text.push(c);
    }

    fn separate(&mut self) {
        self.in_word = false;
    }
}

/// Decomposed text without case, and with one letter for `I`, `ı`, `İ` and `i`.
///
/// There and back (small, capital, small) makes one form of letters with two small ones, such as
/// `ß` and `ss`, or `ς` and `σ`.
fn fold_case(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut after_i = false;
    text.flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .filter_map(move |c| match c {
            'i' | 'ı' => {
                after_i = true;
                Some('i')
            }
            DOT_ABOVE if after_i => None,
            _ => {
                after_i &= canonical_combining_class(c) != 0;
                Some(c)
            }
        })
}

/// The text without characters that cannot be seen: soft hyphens, joiners, direction and order marks.
fn visible(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| {
        !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}')
    })
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '‛' | '′' | 'ʼ' | '`')
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Marks that change a letter of an alphabet; the vowel signs of other scripts are letters in their own right.
fn is_diacritic(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Letters whose stroke is part of them, and which Unicode therefore does not decompose.
fn base_letter(c: char) -> char {
    match c {
        'ø' | 'Ø' => 'o',
        'ł' | 'Ł' => 'l',
        'đ' | 'Đ' => 'd',
        'ħ' | 'Ħ' => 'h',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Language, lower, upper};
    use super::*;

    #[test]
    fn a_search_finds_the_word_without_its_suffix() {
        for (text, key) in [
            ("iade'nin", "iade"),
            ("iade’nin", "iade"),
            ("İADE'NİN", "iade"),
            ("iade´nin", "iade"),
            ("Ankara'dan İzmir'e", "ankara izmir"),
            ("'iade'", "iade"),
            ("‘iade’nin’ dedi", "iade dedi"),
            ("iade'", "iade"),
            ("'", ""),
        ] {
            assert_eq!(search_key(text), key, "{text}");
        }
    }

    #[test]
    fn a_search_ignores_diacritics_case_and_spacing() {
        for (text, key) in [
            ("Işık", "isik"),
            ("ÇİĞDEM ŞÖĞÜT", "cigdem sogut"),
            ("  Kâzım\tÖZ \u{a0}", "kazim oz"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("Müller—Łódź", "muller lodz"),
            ("ﬁyat", "fiyat"),
            ("Ａｂｃ１２", "abc12"),
            ("İade, değişim!", "iade degisim"),
            ("한국", "한국"),
            ("Ελλάς", "ελλασ"),
            ("", ""),
            ("?!", ""),
        ] {
            assert_eq!(search_key(text), key, "{text}");
        }
    }

    #[test]
    fn all_four_letters_i_are_alike_in_both_keys() {
        for text in ["IADE", "İADE", "iade", "ıade", "I\u{307}ade", "i\u{307}ade"] {
            assert_eq!(search_key(text), "iade", "{text}");
            assert_eq!(match_key(text), "iade", "{text}");
        }
    }

    #[test]
    fn names_that_differ_in_a_diacritic_stay_two_names() {
        for (a, b) in [
            ("Işık", "Isik"),
            ("Çağla", "Cagla"),
            ("Gül", "Gul"),
            ("Özgür", "Ozgur"),
            ("Kâzım", "Kazım"),
        ] {
            assert_ne!(match_key(a), match_key(b));
            assert_eq!(search_key(a), search_key(b));
        }
        assert_eq!(match_key("Işık"), "işik");
    }

    #[test]
    fn a_name_is_the_same_however_it_is_typed() {
        for (a, b) in [
            ("IŞIK", "Işık"),
            ("Is\u{327}ık", "Işık"),
            ("Ayşe-Nur  IŞIK", "ayşe nur ışık"),
            ("O'Brien", "O’BRIEN"),
            ("Yılmaz, Ali", " YILMAZ ALİ. "),
            ("A\u{200b}li\u{ad}", "ali"),
            ("s\u{200b}\u{327}", "ş"),
            ("GROẞ", "gross"),
        ] {
            assert_eq!(match_key(a), match_key(b), "{a} {b}");
        }
        assert_ne!(match_key("Ali Can"), match_key("Alican"));
    }

    #[test]
    fn a_dot_that_is_not_of_an_i_counts() {
        assert_ne!(match_key("ż"), match_key("z"));
        assert_eq!(match_key("z\u{307}"), match_key("Ż"));
    }

    const NAMES: &str = "[a-zA-ZıİşŞğĞçÇöÖüÜâÂîÎßéÉñŁłσςΣ0-9 .,'’\u{307}\u{327}\u{308}-]{0,16}";

    proptest! {
        #[test]
        fn the_key_of_a_key_is_the_key(text in ".*", name in NAMES) {
            for text in [text, name] {
                let key = search_key(&text);
                prop_assert_eq!(&search_key(&key), &key);
                let key = match_key(&text);
                prop_assert_eq!(&match_key(&key), &key);
            }
        }

        #[test]
        fn case_does_not_count_in_any_language(name in NAMES) {
            for language in [Language::TURKISH, Language::ENGLISH] {
                for other in [lower(&name, &language), upper(&name, &language)] {
                    prop_assert_eq!(search_key(&other), search_key(&name));
                    prop_assert_eq!(match_key(&other), match_key(&name));
                }
            }
        }

        #[test]
        fn composition_does_not_count(text in ".*", name in NAMES) {
            for text in [text, name] {
                let (together, apart) = (text.nfc().collect::<String>(), text.nfd().collect::<String>());
                prop_assert_eq!(search_key(&together), search_key(&apart));
                prop_assert_eq!(match_key(&together), match_key(&apart));
            }
        }

        #[test]
        fn what_matches_is_also_found(name in "[a-zA-ZıİşŞğĞçÇöÖüÜ ]{0,12}", language in prop::bool::ANY) {
            let language = if language { Language::TURKISH } else { Language::ENGLISH };
            let other = upper(&name, &language);
            prop_assert_eq!(match_key(&name), match_key(&other));
            prop_assert_eq!(search_key(&match_key(&name)), search_key(&name));
        }

        #[test]
        fn a_key_is_words_with_single_spaces(text in ".*") {
            for key in [search_key(&text), match_key(&text)] {
                prop_assert!(!key.contains("  ") && key.trim() == key, "{:?}", key);
            }
        }
    }
}
