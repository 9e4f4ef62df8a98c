//! The tables, and how an older file is brought up to date.

use rusqlite::Connection;

use super::error::SqliteError;

/// Marks a file as one of ours: "aftc".
const APPLICATION: i64 = 0x6166_7463;

/// One step for each schema version, the first one creating version 1. A step is never changed once it
/// was released; a new one is appended.
const STEPS: &[&str] = &["
    -- The body is JSON; NULL once the record was erased. Rows are appended, so that a body stays where
    -- it was written; ids that come in random order touch only the narrow index of the keys.
    CREATE TABLE record (
        place   INTEGER PRIMARY KEY,
        kind    INTEGER NOT NULL,
        id      BLOB    NOT NULL,
        version INTEGER NOT NULL,
        body    TEXT,
        UNIQUE (kind, id)
    ) STRICT;
    -- The order of the columns is the order of a query, so the key of the table covers it.
    CREATE TABLE term (
        idx   INTEGER NOT NULL,
        scope BLOB    NOT NULL,
        rank  INTEGER NOT NULL,
        kind  INTEGER NOT NULL,
        id    BLOB    NOT NULL,
        PRIMARY KEY (idx, scope, rank, kind, id)
    ) STRICT, WITHOUT ROWID;
"];

/// Creates the tables or brings them up to date; several processes may try at the same time.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), SqliteError> {
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    // Most of the time there is nothing to do, and then nobody is kept waiting.
    if version(connection)? == known && application(connection)? == APPLICATION {
        return Ok(());
    }
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    let tables: i64 =
        transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let ours = application(&transaction)? == APPLICATION;
    if !ours && (tables > 0 || found != 0) {
        return Err(SqliteError::NotOurs);
    }
    if found > known {
        return Err(SqliteError::NewerSchema { found, known });
    }
    let done = usize::try_from(found).unwrap_or(0);
    for step in STEPS.iter().skip(done) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

fn version(connection: &Connection) -> Result<i64, SqliteError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

fn application(connection: &Connection) -> Result<i64, SqliteError> {
    Ok(connection.pragma_query_value(None, "application_id", |row| row.get(0))?)
}
