//! Turkish case suffixes after a proper name, for letters and messages: `Ayşe'nin siparişi`.
//!
//! Source of the rules: Türk Dil Kurumu, spelling guide ("Kesme İşareti", "Büyük Ünlü Uyumu"). The
//! lists of words at the end hold common cases and are not complete.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::text::{DOT_ABOVE, Language, lower};

/// A grammatical case of Turkish (not to be confused with a case of customer care).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurkishCase {
    /// Who: *Ayşe*.
    Nominative,
    /// Whom: *Ayşe'yi*.
    Accusative,
    /// To whom: *Ayşe'ye*.
    Dative,
    /// At whom: *Ayşe'de*.
    Locative,
    /// From whom: *Ayşe'den*.
    Ablative,
    /// Whose: *Ayşe'nin*.
    Genitive,
    /// With whom: *Ayşe'yle*.
    Instrumental,
}

/// The name with the suffix of a case, after an apostrophe.
///
/// The suffix follows the vowel of the last syllable and the last sound as they are read:
/// numbers by their name (`2026'da`), words without a vowel letter by letter (`TDK'nin`), a final
/// `y` after a consonant as `i` (`Henry'nin`). Names that end in a possessive, as places and
/// surnames do (`Ağrı Dağı'na`, `İmamoğlu'ndan`), take `n` before the suffix. The name itself
/// is never changed: TDK writes `Ahmet'e` although `d` is spoken.
///
/// What spelling does not show is a guess: `ABD` is read as a word here, and foreign names as if
/// they were Turkish. TDK puts no apostrophe after the names of companies and
/// institutions; this function is for people, places and things. A name without letters or digits is
/// returned as it is.
///
/// ```
/// use aftercare::kernel::{TurkishCase, turkish_suffix};
/// assert_eq!(turkish_suffix("Ayşe", TurkishCase::Genitive), "Ayşe'nin");
/// assert_eq!(turkish_suffix("Ahmet", TurkishCase::Ablative), "Ahmet'ten");
/// assert_eq!(turkish_suffix("İzmir", TurkishCase::Locative), "İzmir'de");
/// ```
#[must_use]
pub fn turkish_suffix(name: &str, case: TurkishCase) -> String {
    match Ending::of(name) {
        Some(ending) if case != TurkishCase::Nominative => {
            format!("{}'{}", name.trim_end(), ending.suffix(case))
        }
        _ => name.to_owned(),
    }
}

/// What the suffix depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ending {
    /// Vowel of the last syllable: one of `a ı o u e i ö ü`.
    vowel: char,
    last: Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    Vowel,
    /// The vowel of a possessive suffix: *dağ-ı*.
    Possessive,
    /// One of `f s t k ç ş h p`, which harden the suffix.
    Voiceless,
    Voiced,
}

impl Ending {
    fn of(name: &str) -> Option<Self> {
        let lowered: String = lower(name, &Language::TURKISH).nfc().collect();
        let lowered = lowered.trim_end_matches(|c: char| !c.is_alphanumeric());
        let start = lowered
            .char_indices()
            .rev()
            .find(|(_, c)| !c.is_alphanumeric() && *c != DOT_ABOVE)
            .map_or(0, |(at, c)| at.saturating_add(c.len_utf8()));
        let (before, word) = lowered.split_at_checked(start)?;
        let digits: String = word
            .chars()
            .rev()
            .take_while(char::is_ascii_digit)
            .collect();
        if !digits.is_empty() {
            return Some(Self::of_sounds(number_word(&digits)));
        }
        if word.is_empty() {
            return None;
        }
        let Self { vowel, last } = Self::of_sounds(word);
        Some(if is_possessive(before, word) {
            Self::new(vowel, Last::Possessive)
        } else if SOFT_L.contains(&word) {
            Self::new(fronted(vowel), last)
        } else {
            Self::new(vowel, last)
        })
    }

    /// The ending of one word in small letters.
    fn of_sounds(word: &str) -> Self {
        let mut from_end = word.chars().rev();
        let (last, before_last) = (from_end.next(), from_end.next());
        let Some(last_vowel) = word.chars().rev().find_map(vowel) else {
            // Read letter by letter, and the name of the last letter ends in `e`.
            return Self::new('e', Last::Vowel);
        };
        match last {
            Some('y') if before_last.is_some_and(|c| vowel(c).is_none()) => {
                Self::new('i', Last::Vowel)
            }
            Some('f' | 's' | 't' | 'k' | 'ç' | 'ş' | 'h' | 'p' | 'x' | 'q') => {
                Self::new(last_vowel, Last::Voiceless)
            }
            Some(c) if vowel(c).is_some() => Self::new(last_vowel, Last::Vowel),
            _ => Self::new(last_vowel, Last::Voiced),
        }
    }

    const fn new(vowel: char, last: Last) -> Self {
        Self { vowel, last }
    }

    fn suffix(self, case: TurkishCase) -> String {
        // The two harmonies: a or e; ı, i, u or ü.
        let (wide, close) = match self.vowel {
            'a' | 'ı' => ('a', 'ı'),
            'o' | 'u' => ('a', 'u'),
            'ö' | 'ü' => ('e', 'ü'),
            _ => ('e', 'i'),
        };
        // The consonants that keep two vowels apart.
        let (object, genitive, with) = match self.last {
            Last::Vowel => ("y", "n", "y"),
            Last::Possessive => ("n", "n", "y"),
            Last::Voiced | Last::Voiceless => ("", "", ""),
        };
        let at = match self.last {
            Last::Possessive => "nd",
            Last::Voiceless => "t",
            Last::Vowel | Last::Voiced => "d",
        };
        match case {
            TurkishCase::Nominative => String::new(),
            TurkishCase::Accusative => format!("{object}{close}"),
            TurkishCase::Dative => format!("{object}{wide}"),
            TurkishCase::Locative => format!("{at}{wide}"),
            TurkishCase::Ablative => format!("{at}{wide}n"),
            TurkishCase::Genitive => format!("{genitive}{close}n"),
            TurkishCase::Instrumental => format!("{with}l{wide}"),
        }
    }
}

/// The vowel as harmony hears it: `â` as `a`, `é` as `e`; `None` for a consonant.
fn vowel(c: char) -> Option<char> {
    match c {
        'a' | 'ı' | 'o' | 'u' | 'e' | 'i' | 'ö' | 'ü' => Some(c),
        _ => c
            .nfd()
            .next()
            .filter(|base| matches!(base, 'a' | 'o' | 'u' | 'e' | 'i')),
    }
}

fn fronted(vowel: char) -> char {
    match vowel {
        'a' | 'ı' => 'e',
        'o' | 'u' => 'ü',
        _ => vowel,
    }
}

/// The last word of a number as it is read, from its digits in reverse.
fn number_word(reversed: &str) -> &'static str {
    const ONES: [&str; 10] = [
        "sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz",
    ];
    const TENS: [&str; 10] = [
        "sıfır", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan",
    ];
    let zeros = reversed.bytes().take_while(|b| *b == b'0').count();
    let digit = reversed
        .chars()
        .nth(zeros)
        .and_then(|c| c.to_digit(10))
        .and_then(|digit| usize::try_from(digit).ok());
    let word = match (digit, zeros) {
        (None, _) => ONES.first(),
        (Some(digit), 0) => ONES.get(digit),
        (Some(digit), 1) => TENS.get(digit),
        (_, 2) => Some(&"yüz"),
        (_, 3..=5) => Some(&"bin"),
        (_, 6..=8) => Some(&"milyon"),
        _ => Some(&"milyar"),
    };
    word.copied().unwrap_or_default()
}

/// Whether the name ends in a possessive suffix: a known head noun after another word, or a known compound.
fn is_possessive(before: &str, word: &str) -> bool {
    let follows_a_word = before.chars().any(char::is_alphanumeric);
    COMPOUND_ENDS
        .iter()
        .any(|end| word.ends_with(end) && word != *end)
        || (follows_a_word && HEADS.contains(&word))
}

/// Personal names whose last `l` is soft and takes front vowels, against the harmony.
const SOFT_L: [&str; 15] = [
    "kemal", "cemal", "celal", "bilal", "hilal", "nihal", "iclal", "zülal", "ikbal", "zühal",
    "visal", "istiklal", "resul", "kemâl", "celâl",
];

/// Ends of single words that are possessive compounds: *İmamoğlu, Kuşadası, Eminönü*.
const COMPOUND_ENDS: [&str; 5] = ["oğlu", "adası", "hisarı", "önü", "yolu"];

/// Head nouns of place names and titles, with the possessive suffix: *Ağrı Dağı, Bağdat Caddesi*.
const HEADS: [&str; 53] = [
    "dağı",
    "gölü",
    "nehri",
    "ırmağı",
    "çayı",
    "denizi",
    "boğazı",
    "körfezi",
    "adası",
    "ovası",
    "yaylası",
    "ormanı",
    "caddesi",
    "sokağı",
    "bulvarı",
    "meydanı",
    "mahallesi",
    "köyü",
    "ilçesi",
    "ili",
    "köprüsü",
    "kulesi",
    "kalesi",
    "sarayı",
    "yalısı",
    "camisi",
    "camii",
    "kapısı",
    "çarşısı",
    "parkı",
    "bahçesi",
    "limanı",
    "havalimanı",
    "havaalanı",
    "istasyonu",
    "müzesi",
    "sitesi",
    "apartmanı",
    "plazası",
    "konağı",
    "savaşı",
    "devleti",
    "cumhuriyeti",
    "imparatorluğu",
    "dönemi",
    "çağı",
    "kanunu",
    "yönetmeliği",
    "bayramı",
    "üniversitesi",
    "hastanesi",
    "merkezi",
    "oteli",
];
