use tokio_postgres::error::DbError;

use crate::record::Key;

/// What can go wrong in a [`PostgresStore`](super::PostgresStore). Never holds what a record says.
///
/// After an error of a commit it is unknown whether the batch landed, unless the variant says otherwise;
/// running the same request again is safe in any case.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PostgresError {
    /// No connection became free in time. Nothing was sent.
    #[error("no connection to the database became free in time")]
    Busy,
    /// The database gave no answer in time. The connection was given up; what it was asked may still be done.
    #[error("the database gave no answer in time")]
    TimedOut,
    /// The connection could not be made, or broke.
    #[error("the connection to the database could not be made or broke")]
    Unreachable(#[source] tokio_postgres::Error),
    /// The database refused. Every SQLSTATE but those of classes 08, 40 and 57 says that nothing was written.
    #[error("the database refused with SQLSTATE {state}: {reason}")]
    Refused {
        /// The five characters of the SQLSTATE.
        state: String,
        /// What the database says; withheld where it could quote a value.
        reason: String,
    },
    /// The URL of the database cannot be read.
    #[error("the URL of the database cannot be read")]
    Url(#[source] tokio_postgres::Error),
    /// A schema must have a name of 1 to 63 bytes without NUL, and none that PostgreSQL keeps for itself.
    #[error(
        "a schema must have a name of 1 to 63 bytes without NUL that PostgreSQL does not keep for itself"
    )]
    SchemaName,
    /// A later release of this library wrote the schema.
    #[error("the database has schema version {found}; this release knows versions up to {known}")]
    NewerSchema {
        /// The version of the stored schema.
        found: i64,
        /// The newest version that this release knows.
        known: i64,
    },
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
        kind: i16,
    },
    /// A record cannot be written as JSON. Nothing was written.
    #[error("the {key} cannot be written as JSON")]
    Unwritable {
        /// Which record.
        key: Key,
    },
}

/// The state of a key that was there.
const DUPLICATE: &str = "23505";

impl PostgresError {
    /// The stable code, such as `postgres.timed_out`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Busy => "postgres.busy",
            Self::TimedOut => "postgres.timed_out",
            Self::Unreachable(_) => "postgres.unreachable",
            Self::Refused { .. } => "postgres.refused",
            Self::Url(_) => "postgres.url",
            Self::SchemaName => "postgres.schema_name",
            Self::NewerSchema { .. } => "postgres.newer_schema",
            Self::Unreadable { .. } => "postgres.unreadable",
            Self::UnknownKind { .. } => "postgres.unknown_kind",
            Self::Unwritable { .. } => "postgres.unwritable",
        }
    }

    /// Whether the database took the whole transaction back because of what others wrote at the same time:
    /// a key that was expected to be absent came into being (23505), a stricter isolation level than the
    /// store needs found a conflict (40001), or locks were taken in a circle (40P01).
    pub(super) fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused { state, .. } if [DUPLICATE, "40001", "40P01"].contains(&state.as_str()))
    }

    /// Whether a schema or table came into being while one was made.
    pub(super) fn is_made_meanwhile(&self) -> bool {
        matches!(self, Self::Refused { state, .. } if [DUPLICATE, "42P06", "42P07"].contains(&state.as_str()))
    }

    /// Whether what was to be made was there, and it may have been a term.
    pub(super) fn is_duplicate_term(&self) -> bool {
        matches!(self, Self::Refused { state, reason } if state == DUPLICATE && !reason.starts_with("record"))
    }
}

impl From<tokio_postgres::Error> for PostgresError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(refusal) => Self::Refused {
                state: refusal.code().code().to_owned(),
                reason: reason(refusal),
            },
            None => Self::Unreachable(error),
        }
    }
}

impl From<deadpool_postgres::PoolError> for PostgresError {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(error) => error.into(),
            deadpool_postgres::PoolError::Timeout(_)
            | deadpool_postgres::PoolError::Closed
            | deadpool_postgres::PoolError::NoRuntimeSpecified
            | deadpool_postgres::PoolError::PostCreateHook(_) => Self::Busy,
        }
    }
}

/// What the database says, if it is about itself and not about values.
fn reason(refusal: &DbError) -> String {
    // Connections, privileges, names, prepared statements, transactions, resources, the server's own state: no values there.
    const SAFE: &[&str] = &[
        "08", "25", "26", "28", "3D", "3F", "40", "42", "53", "55", "57", "58",
    ];
    let state = refusal.code().code();
    if state == DUPLICATE {
        // Which key, by its name.
        return refusal.constraint().unwrap_or_default().to_owned();
    }
    if SAFE.iter().any(|class| state.starts_with(class)) {
        refusal.message().to_owned()
    } else {
        "what it says could quote a value and is withheld".to_owned()
    }
}
