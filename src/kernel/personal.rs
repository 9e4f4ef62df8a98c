//! Personal data that no log line can show.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// A value about a person: a name, an address, the words of a message.
///
/// Formatting it shows nothing of the value, however deep it is nested, so it cannot reach a log or
/// an error text by accident. Reading it is a visible act: [`expose`](Self::expose). Stores need the
/// value, so serialising writes it as if the wrapper were not there; a value that cannot be read
/// back is reported without quoting it.
///
/// ```
/// use aftercare::kernel::Personal;
/// let name = Personal::new("Ayşe Yılmaz");
/// assert_eq!(format!("{name:?}"), "Personal(..)");
/// assert_eq!(name.expose().len(), 13);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    /// Marks a value as personal.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the one who needs it: a store, a courier, a person entitled to see it.
    #[must_use]
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value, no longer marked as personal.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }

    /// Something made from the value, personal as well.
    #[must_use]
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Personal<U> {
        Personal(f(self.0))
    }
}

impl<T> From<T> for Personal<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

/// Shows that there is a value, and nothing of it.
impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(..)")
    }
}

/// Shows that there is a value, and nothing of it.
impl<T> fmt::Display for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(..)")
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Personal<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The inner error may quote what it found, so it is not passed on.
        T::deserialize(deserializer).map(Self).map_err(|_| {
            serde::de::Error::custom("personal data that does not have the expected shape")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Card {
        number: u32,
        name: Personal<String>,
        phones: Personal<Vec<String>>,
        note: Option<Personal<String>>,
    }

    fn card() -> Card {
        Card {
            number: 7,
            name: Personal::new("Ümit Gül".to_owned()),
            phones: Personal::new(vec!["+905321234567".to_owned()]),
            note: Some(Personal::new("Gül asks for mornings".to_owned())),
        }
    }

    #[test]
    fn formatting_a_nested_value_shows_nothing_of_it() {
        let card = card();
        for shown in [
            format!("{card:?}"),
            format!("{card:#?}"),
            format!("{:?}", Some(vec![card.clone()])),
            format!("{} {:>40}", card.name, card.name),
        ] {
            assert!(shown.contains("Personal(..)"), "{shown}");
            assert!(
                !shown.contains("Gül") && !shown.contains("90532"),
                "{shown}"
            );
        }
    }

    #[test]
    fn a_store_sees_the_bare_value() {
        let json = serde_json::to_value(card()).unwrap();
        assert_eq!(json["name"], "Ümit Gül");
        assert_eq!(serde_json::from_value::<Card>(json).unwrap(), card());
    }

    #[test]
    fn a_value_of_the_wrong_shape_is_not_quoted() {
        let refused = serde_json::from_str::<Personal<u32>>("\"Ümit Gül\"").unwrap_err();
        assert!(!refused.to_string().contains("Gül"), "{refused}");
    }

    #[test]
    fn what_is_made_from_personal_data_is_personal() {
        let length = Personal::new("Ayşe").map(str::len);
        assert_eq!(format!("{length}"), "Personal(..)");
        assert_eq!(length.into_inner(), 5);
    }
}
