use rusqlite::ErrorCode;

use crate::record::Key;

/// What can go wrong in a [`SqliteStore`](super::SqliteStore). Never holds what a record says.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SqliteError {
    /// Others kept the file locked for longer than the busy timeout. Nothing was written.
    #[error("the database stayed locked by others for longer than the busy timeout")]
    Busy,
    /// The disk, or the database as far as it may grow, is full. Nothing was written.
    #[error("the disk or the database is full")]
    Full,
    /// A later release of this library wrote the file.
    #[error("the database has schema {found}; this release knows schemas up to {known}")]
    NewerSchema {
        /// The schema of the file.
        found: i64,
        /// The newest schema that this release knows.
        known: i64,
    },
    /// The file is the database of another program.
    #[error("the file is the database of another program")]
    NotOurs,
    /// A stored row cannot be read back: a later release wrote it, or something else did.
    #[error("the stored {key} cannot be read")]
    Unreadable {
        /// Which row.
        key: Key,
    },
    /// A stored index term names a kind of record that this release does not know.
    #[error("an index term leads to a record of the unknown kind {kind}")]
    UnknownKind {
        /// The number of the kind.
        kind: i64,
    },
    /// A record cannot be written as JSON. Nothing was written.
    #[error("the {key} cannot be written as JSON")]
    Unwritable {
        /// Which record.
        key: Key,
    },
    /// Anything else that SQLite reports.
    #[error("SQLite failed")]
    Sqlite(#[source] rusqlite::Error),
}

impl SqliteError {
    /// The stable code, such as `sqlite.busy`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Busy => "sqlite.busy",
            Self::Full => "sqlite.full",
            Self::NewerSchema { .. } => "sqlite.newer_schema",
            Self::NotOurs => "sqlite.not_ours",
            Self::Unreadable { .. } => "sqlite.unreadable",
            Self::UnknownKind { .. } => "sqlite.unknown_kind",
            Self::Unwritable { .. } => "sqlite.unwritable",
            Self::Sqlite(_) => "sqlite.failed",
        }
    }
}

impl From<rusqlite::Error> for SqliteError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::NotADatabase) => Self::NotOurs,
            _ => Self::Sqlite(error),
        }
    }
}
