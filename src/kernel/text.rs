//! Text of people and places: casing by language, keys to find and to identify, contact points.
//!
//! Two keys serve two questions, and must not be exchanged:
//!
//! | | [`search_key`] | [`match_key`] |
//! |---|---|---|
//! | asks | could this be what they are looking for? | is this the same name? |
//! | `IADE`, `İADE`, `iade`, `ıade` | alike | alike |
//! | `Işık` and `Isik` | alike | different |
//! | `iade'nin` | `iade` | `iade nin` |
//! | a wrong hit costs | a glance | one customer mistaken for another |

mod casing;
mod contact;
mod key;
mod language;

pub use casing::{lower, upper};
pub use contact::{CallingCode, EmailRefusal, PhoneRefusal, normalise_email, normalise_phone};
pub use key::{match_key, search_key};
pub use language::{Language, LanguageRefusal};

pub(super) use key::DOT_ABOVE;
