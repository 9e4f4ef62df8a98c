//! Stores that are ready to use, each behind its feature. Nothing else in the crate depends on them.

#[cfg(feature = "sqlite")]
mod sqlite;

#[cfg(feature = "sqlite")]
pub use sqlite::{Durability, SqliteError, SqliteOptions, SqliteStore};
