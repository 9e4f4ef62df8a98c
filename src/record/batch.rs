//! What is read from and written to a store.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::index::Term;
use super::kind::Key;
use super::record::Record;

/// A record as a store holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The version it was put with; it grows with every put of the key.
    pub version: i64,
    /// The record; `None` once it was erased, when only the key and the version remain.
    pub record: Option<Record>,
}

/// What must be true of a key for a batch to be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// The store has no row of this key, not even an erased one.
    Absent,
    /// The row has exactly this version.
    At(i64),
}

/// Index terms. As a rule a row gains and loses no more than three, and these take no memory of their own.
pub type Terms = SmallVec<[Term; 3]>;

/// All terms of a record; most have fewer than take memory of their own, even before and after a change together.
pub type AllTerms = SmallVec<[Term; 12]>;

/// One row to write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Put {
    /// Which row.
    pub key: Key,
    /// The version to store it with: greater than any the key has had.
    pub version: i64,
    /// The record; `None` erases it, leaving the key and the version.
    pub record: Option<Record>,
    /// Index terms that lead to it from now on. No term stands in both lists.
    pub add: Terms,
    /// Index terms that no longer do.
    pub remove: Terms,
}

/// Everything that one commit checks and writes: all of it or nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// What must hold, one line for each key that was read or is written.
    pub expect: Vec<(Key, Expect)>,
    /// What to write, one line for each key.
    pub puts: Vec<Put>,
}

/// How a commit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[must_use]
pub enum Commit {
    /// Everything was written, and lasts.
    Done,
    /// An expectation did not hold; nothing was written.
    Conflict,
}
