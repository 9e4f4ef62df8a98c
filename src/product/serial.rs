//! Serial numbers, and when two of them are one.

use crate::kernel::{ClaimId, Code, Language, SecretKey, upper};

/// A serial number as it is compared: letters and digits only, capital. People read `l` for `I` or `O` for
/// `0` as well, but that may be another unit, so it is not guessed.
///
/// ```
/// use aftercare::{code, product::serial_key};
/// assert_eq!(serial_key(&code!("tr-4711/0001")), "TR47110001");
/// ```
#[must_use]
pub fn serial_key(serial: &Code) -> String {
    let letters = serial.as_str().chars().filter(|c| c.is_alphanumeric());
    // Whoever types an `i` on a Turkish keyboard means the letter that is stamped on the plate.
    upper(&letters.collect::<String>(), &Language::ENGLISH).replace('İ', "I")
}

/// What the unit with this serial number holds; `None` when the number has no letter or digit.
pub(crate) fn serial_claim(
    secret: &SecretKey,
    maker: Option<&Code>,
    serial: &Code,
) -> Option<ClaimId> {
    let key = serial_key(serial);
    if key.is_empty() {
        return None;
    }
    let digest = secret.digest().with_str("unit.serial").with(&maker);
    Some(ClaimId::from_u128(digest.with_str(&key).finish()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code;

    #[test]
    fn a_serial_number_is_the_same_however_it_is_typed() {
        let keys = ["TR-4711 I9", "tr4711i9", "Tr 4711-ı9", "TR.4711/İ9"]
            .map(|text| serial_key(&text.parse().unwrap()));
        assert_eq!(keys, ["TR4711I9"; 4].map(str::to_owned));
        assert_ne!(serial_key(&code!("TR-4711")), serial_key(&code!("TR-4712")));
    }

    #[test]
    fn the_same_number_of_another_maker_is_another_claim() {
        let secret = SecretKey::new([7; 16]);
        let claim = |maker: Option<Code>, text: &str| {
            serial_claim(&secret, maker.as_ref(), &text.parse().unwrap())
        };
        assert_eq!(claim(None, "a-1"), claim(None, "A1"));
        assert_ne!(claim(None, "A1"), claim(Some(code!("demir")), "A1"));
        assert_eq!(claim(None, "--"), None);
    }
}
