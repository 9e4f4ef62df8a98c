//! What is handed out about one person.

use serde::{Deserialize, Serialize};

use super::record::Record;
use crate::customer::Place;

/// A page of everything that is held about one person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Export {
    /// The records.
    pub records: Vec<Record>,
    /// How many records of this page were kept back because the one who asks may not see them.
    pub withheld: usize,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Place>,
}
