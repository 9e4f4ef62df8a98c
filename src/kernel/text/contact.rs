//! E-mail addresses and telephone numbers in the one form under which they are compared and stored.
//!
//! Refusals say what is wrong and never quote the address or number: it is personal data.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is not an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EmailRefusal {
    /// There is no `@`, or more than one.
    #[error("an e-mail address has exactly one @")]
    NotOneAt,
    /// Nothing before the `@`, nothing after it, or nothing between two dots of the domain.
    #[error("a part of the e-mail address is empty")]
    EmptyPart,
    /// A space or a control character inside.
    #[error("an e-mail address has no spaces and no control characters")]
    ForbiddenCharacter,
    /// More than 64 bytes before the `@`, or more than 254 in all (RFC 5321, section 4.5.3.1).
    #[error("the e-mail address is too long")]
    TooLong,
}

impl EmailRefusal {
    /// The stable code of this refusal, such as `email.empty_part`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOneAt => "email.not_one_at",
            Self::EmptyPart => "email.empty_part",
            Self::ForbiddenCharacter => "email.forbidden_character",
            Self::TooLong => "email.too_long",
        }
    }
}

/// An e-mail address (RFC 5321, RFC 5322) without surrounding spaces and with small ASCII letters.
///
/// Before the `@` letters are made small too: RFC 5321 lets a server tell them apart, but servers
/// in use do not, and a customer who types `Ali@` means `ali@`. Nothing depends on a language here:
/// `I` becomes `i`, never `ı`, and letters outside ASCII stay as they are. Quoted local parts with
/// spaces or a second `@` are refused; whether anybody reads mail there, only a message can tell.
///
/// ```
/// use aftercare::kernel::{EmailRefusal, normalise_email};
/// assert_eq!(normalise_email(" Info@Example.COM ")?, "info@example.com");
/// assert_eq!(normalise_email("info.example.com"), Err(EmailRefusal::NotOneAt));
/// # Ok::<(), EmailRefusal>(())
/// ```
///
/// # Errors
/// [`EmailRefusal::ForbiddenCharacter`], [`EmailRefusal::NotOneAt`], [`EmailRefusal::EmptyPart`],
/// [`EmailRefusal::TooLong`].
pub fn normalise_email(text: &str) -> Result<String, EmailRefusal> {
    let text = text.trim();
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(EmailRefusal::ForbiddenCharacter);
    }
    let (local, domain) = text.split_once('@').ok_or(EmailRefusal::NotOneAt)?;
    if domain.contains('@') {
        return Err(EmailRefusal::NotOneAt);
    }
    if local.is_empty() || domain.split('.').any(str::is_empty) {
        return Err(EmailRefusal::EmptyPart);
    }
    if local.len() > 64 || text.len() > 254 {
        return Err(EmailRefusal::TooLong);
    }
    Ok(text.to_ascii_lowercase())
}

/// Why a text is not a telephone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PhoneRefusal {
    /// A letter, an extension, or another character that is not part of a number.
    #[error("a telephone number has digits, and spaces or the signs + ( ) - . / between them")]
    ForbiddenCharacter,
    /// Fewer than 8 digits with the country calling code.
    #[error("the telephone number is too short")]
    TooShort,
    /// More than 15 digits with the country calling code (E.164).
    #[error("the telephone number is too long")]
    TooLong,
    /// An international number that begins with zero, or a calling code that is not 1 to 999.
    #[error("no country calling code of one to three digits that does not begin with zero")]
    NoCallingCode,
}

impl PhoneRefusal {
    /// The stable code of this refusal, such as `phone.too_short`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ForbiddenCharacter => "phone.forbidden_character",
            Self::TooShort => "phone.too_short",
            Self::TooLong => "phone.too_long",
            Self::NoCallingCode => "phone.no_calling_code",
        }
    }
}

/// A country calling code of E.164: one to three digits, such as `90` for Türkiye. Stored as a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CallingCode(u16);

impl CallingCode {
    /// Türkiye, +90.
    pub const TURKIYE: Self = Self(90);

    /// The calling code with these digits, without `+`.
    ///
    /// # Errors
    /// [`PhoneRefusal::NoCallingCode`] when it is not one to three digits, the first from 1 to 9.
    pub fn try_new(digits: &str) -> Result<Self, PhoneRefusal> {
        let well_formed = (1..=3).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|b| b.is_ascii_digit());
        match digits.parse() {
            Ok(code) if well_formed => Ok(Self(code)),
            _ => Err(PhoneRefusal::NoCallingCode),
        }
    }

    /// Whether a leading zero is part of a national number and is dialled from abroad too (Italy, San Marino).
    fn keeps_zero(self) -> bool {
        matches!(self.0, 39 | 378)
    }

    /// Türkiye: national numbers have ten digits, so twelve that begin with 90 lack only the plus sign.
    fn lacks_only_plus(self, digits: &str) -> bool {
        self == Self::TURKIYE && digits.len() == 12 && digits.starts_with("90")
    }
}

impl fmt::Display for CallingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for CallingCode {
    type Err = PhoneRefusal;

    fn from_str(digits: &str) -> Result<Self, PhoneRefusal> {
        Self::try_new(digits)
    }
}

impl TryFrom<String> for CallingCode {
    type Error = PhoneRefusal;

    fn try_from(digits: String) -> Result<Self, PhoneRefusal> {
        Self::try_new(&digits)
    }
}

impl From<CallingCode> for String {
    fn from(code: CallingCode) -> Self {
        code.to_string()
    }
}

/// A telephone number in the form of ITU-T E.164: `+`, country calling code, national number.
///
/// A number that begins with `+` or `00` is international; any other is a national number of
/// `default_code`, and loses one leading zero, the trunk prefix (not in Italy, where it is part of
/// the number). Spaces and `( ) - . /` between the digits do not count, nor does a `(0)`
/// after a calling code. Only the form is checked, not whether the number is in use; countries with
/// another trunk prefix than zero need their numbers in international form.
///
/// ```
/// use aftercare::kernel::{CallingCode, PhoneRefusal, normalise_phone};
/// assert_eq!(normalise_phone("0532 123 45 67", CallingCode::TURKIYE)?, "+905321234567");
/// assert_eq!(normalise_phone("+49 (0)30 1234-567", CallingCode::TURKIYE)?, "+49301234567");
/// # Ok::<(), PhoneRefusal>(())
/// ```
///
/// # Errors
/// [`PhoneRefusal::ForbiddenCharacter`], [`PhoneRefusal::NoCallingCode`],
/// [`PhoneRefusal::TooShort`], [`PhoneRefusal::TooLong`].
pub fn normalise_phone(text: &str, default_code: CallingCode) -> Result<String, PhoneRefusal> {
    let text: String = text.chars().filter(|c| !is_separator(*c)).collect();
    let compact: String = text.chars().filter(|c| !matches!(c, '(' | ')')).collect();
    let international = compact.starts_with('+') || compact.starts_with("00");
    let compact = if international {
        text.replacen("(0)", "", 1).replace(['(', ')'], "")
    } else {
        compact
    };
    let digits = match compact.strip_prefix('+') {
        Some(rest) => rest,
        None if international => compact.strip_prefix("00").unwrap_or(&compact),
        None => &compact,
    };
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(PhoneRefusal::ForbiddenCharacter);
    }
    let number = if international || default_code.lacks_only_plus(digits) {
        digits.to_owned()
    } else {
        let national = match digits.strip_prefix('0') {
            Some(rest) if !default_code.keeps_zero() => rest,
            _ => digits,
        };
        format!("{default_code}{national}")
    };
    match number.len() {
        _ if number.starts_with('0') => Err(PhoneRefusal::NoCallingCode),
        ..8 => Err(PhoneRefusal::TooShort),
        8..=15 => Ok(format!("+{number}")),
        _ => Err(PhoneRefusal::TooLong),
    }
}

/// Spaces, dashes, dots, strokes, and the invisible direction marks that address books put around numbers.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '.' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_the_same_in_capitals() {
        for (text, address) in [
            ("ali@example.com", "ali@example.com"),
            ("  Info@EXAMPLE.com\n", "info@example.com"),
            (
                "AYLIN.IPEK+iade@Example.com.tr",
                "aylin.ipek+iade@example.com.tr",
            ),
            ("İpek@example.com", "İpek@example.com"),
            ("a..b@localhost", "a..b@localhost"),
        ] {
            assert_eq!(normalise_email(text).unwrap(), address);
        }
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        let long = format!("{}@example.com", "a".repeat(65));
        let far = format!("a@{}com", "abcdefgh.".repeat(30));
        for (text, code) in [
            ("", "email.not_one_at"),
            ("ali", "email.not_one_at"),
            ("a@b@c.com", "email.not_one_at"),
            ("@example.com", "email.empty_part"),
            ("ali@", "email.empty_part"),
            ("ali@example..com", "email.empty_part"),
            ("ali@.com", "email.empty_part"),
            ("ali@example.com.", "email.empty_part"),
            ("ali veli@example.com", "email.forbidden_character"),
            ("ali@exam\u{7}ple.com", "email.forbidden_character"),
            ("ali@example.com\r\nBcc:x", "email.forbidden_character"),
            (&long, "email.too_long"),
            (&far, "email.too_long"),
        ] {
            assert_eq!(normalise_email(text).unwrap_err().code(), code, "{text}");
        }
    }

    #[test]
    fn a_turkish_number_has_one_form() {
        for text in [
            "0532 123 45 67",
            "532 123 45 67",
            "(0532) 123-45-67",
            "0 (532) 123 45 67",
            "+90 532 123 45 67",
            "+90 (0) 532 123 45 67",
            "0090 532 1234567",
            "905321234567",
            "0532.123.45.67",
            "0532/123 45 67",
            "\u{202a}+90 532\u{a0}123\u{2011}45\u{2011}67\u{202c}",
            "(+90) 532 123 45 67",
        ] {
            let number = normalise_phone(text, CallingCode::TURKIYE);
            assert_eq!(number.as_deref(), Ok("+905321234567"), "{text}");
        }
        let short = normalise_phone("444 0 123", CallingCode::TURKIYE);
        assert_eq!(short.as_deref(), Ok("+904440123"));
    }

    #[test]
    fn the_default_calling_code_is_for_national_numbers_only() {
        for (text, code, number) in [
            ("030 123456", "49", "+4930123456"),
            ("06 1234 5678", "39", "+390612345678"),
            ("(212) 555-0100", "1", "+12125550100"),
            ("+44 20 7946 0000", "90", "+442079460000"),
            ("90 5321 234 567", "49", "+49905321234567"),
        ] {
            let code = CallingCode::try_new(code).unwrap();
            assert_eq!(normalise_phone(text, code).as_deref(), Ok(number), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        for (text, code) in [
            ("", "phone.too_short"),
            ("112", "phone.too_short"),
            ("+90 1234", "phone.too_short"),
            ("+90 532 123 45 67 890 1", "phone.too_long"),
            ("+0 532 123 45 67", "phone.no_calling_code"),
            ("+", "phone.too_short"),
            ("0532 123 45 67 dahili 5", "phone.forbidden_character"),
            ("0532+1234567", "phone.forbidden_character"),
            ("++905321234567", "phone.forbidden_character"),
            ("٠٥٣٢١٢٣٤٥٦٧", "phone.forbidden_character"),
        ] {
            let refused = normalise_phone(text, CallingCode::TURKIYE).unwrap_err();
            assert_eq!(refused.code(), code, "{text}");
        }
        for digits in ["", "0", "090", "1234", "+90", "9a"] {
            assert_eq!(
                CallingCode::try_new(digits),
                Err(PhoneRefusal::NoCallingCode),
                "{digits}"
            );
        }
    }

    #[test]
    fn a_calling_code_is_stored_as_its_digits() {
        assert_eq!(
            serde_json::to_string(&CallingCode::TURKIYE).unwrap(),
            "\"90\""
        );
        let read: CallingCode = serde_json::from_str("\"994\"").unwrap();
        assert_eq!(read.to_string(), "994");
        assert!(serde_json::from_str::<CallingCode>("\"+90\"").is_err());
    }

    proptest! {
        #[test]
        fn the_normal_form_of_a_normal_form_is_itself(text in "[-+0-9 ()./]{0,20}", email in "\\PC{1,10}@\\PC{1,10}") {
            if let Ok(number) = normalise_phone(&text, CallingCode::TURKIYE) {
                prop_assert!(number.starts_with('+') && (9..=16).contains(&number.len()));
                let other_country = CallingCode::try_new("49").unwrap();
                prop_assert_eq!(normalise_phone(&number, other_country), Ok(number));
            }
            if let Ok(address) = normalise_email(&email) {
                prop_assert_eq!(normalise_email(&address), Ok(address));
            }
        }

        #[test]
        fn any_text_is_answered(text in ".*") {
            let _ = (normalise_email(&text), normalise_phone(&text, CallingCode::TURKIYE));
        }
    }
}
