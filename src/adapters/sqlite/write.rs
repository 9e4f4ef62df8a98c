use std::ops::Range;

use rusqlite::{Connection, OptionalExtension, params};

use super::error::SqliteError;
use crate::record::{Batch, Commit, Expect, Key, Put, Term};

const VERSION: &str = "SELECT version FROM record WHERE kind = ?1 AND id = ?2";
/// For a key that must be new.
const INSERT: &str = "INSERT INTO record (kind, id, version, body) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (kind, id) DO NOTHING";
/// For a key that must have a certain version.
const UPDATE: &str = "UPDATE record SET version = ?3, body = ?4
    WHERE kind = ?1 AND id = ?2 AND version = ?5";
/// For a key of which the batch expects nothing.
const UPSERT: &str = "INSERT INTO record (kind, id, version, body) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, body = excluded.body";
const ADD: &str = "INSERT INTO term (idx, scope, rank, kind, id) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT DO NOTHING";
const REMOVE: &str = "DELETE FROM term
    WHERE idx = ?1 AND scope = ?2 AND rank = ?3 AND kind = ?4 AND id = ?5";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[VERSION, INSERT, UPDATE, UPSERT, ADD, REMOVE];

/// The bodies of a batch, one behind the other, written before the file is locked.
pub(super) struct Bodies {
    text: String,
    places: Vec<Option<Range<usize>>>,
}

impl Bodies {
    pub(super) fn of(batch: &Batch) -> Result<Self, SqliteError> {
        let mut bytes = Vec::with_capacity(batch.puts.len().saturating_mul(512));
        let mut places = Vec::with_capacity(batch.puts.len());
        for put in &batch.puts {
            let start = bytes.len();
            places.push(match &put.record {
                None => None,
                Some(record) => {
                    serde_json::to_writer(&mut bytes, record)
                        .map_err(|_| SqliteError::Unwritable { key: put.key })?;
                    Some(start..bytes.len())
                }
            });
        }
        // JSON as serde_json writes it is UTF-8.
        let text = String::from_utf8(bytes).unwrap_or_default();
        Ok(Self { text, places })
    }

    fn each(&self) -> impl Iterator<Item = Option<&str>> {
        self.places
            .iter()
            .map(|place| place.clone().and_then(|place| self.text.get(place)))
    }
}

/// Rolls back unless it was committed.
struct Writing<'c>(&'c Connection);

impl<'c> Writing<'c> {
    /// Takes the write lock before anything is read, so that no one can write in between.
    fn begin(connection: &'c Connection) -> Result<Self, SqliteError> {
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        Ok(Self(connection))
    }

    fn commit(self) -> Result<(), SqliteError> {
        self.0.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        if !self.0.is_autocommit() {
            // Fails only when SQLite has rolled back by itself.
            let _ = self.0.execute_batch("ROLLBACK");
        }
    }
}

pub(super) fn commit(
    connection: &Connection,
    batch: &Batch,
    bodies: &Bodies,
) -> Result<Commit, SqliteError> {
    let plan = Plan::of(batch);
    let writing = Writing::begin(connection)?;
    for (key, expect) in &plan.checks {
        if !holds(connection, key, *expect)? {
            return Ok(Commit::Conflict);
        }
    }
    for ((put, expect), body) in batch.puts.iter().zip(&plan.expects).zip(bodies.each()) {
        if !write(connection, put, *expect, body)? {
            return Ok(Commit::Conflict);
        }
    }
    writing.commit()?;
    Ok(Commit::Done)
}

/// Which expectations the writing itself checks, and which are checked beforehand.
struct Plan {
    checks: Vec<(Key, Expect)>,
    /// One for each put.
    expects: Vec<Option<Expect>>,
}

impl Plan {
    fn of(batch: &Batch) -> Self {
        let mut puts: Vec<(Key, usize)> = batch
            .puts
            .iter()
            .enumerate()
            .map(|(n, put)| (put.key, n))
            .collect();
        puts.sort_unstable();
        let mut checks = Vec::new();
        let mut expects = vec![None; batch.puts.len()];
        for (key, expect) in &batch.expect {
            let n = puts
                .binary_search_by_key(key, |(key, _)| *key)
                .ok()
                .and_then(|place| puts.get(place));
            match n.and_then(|(_, n)| expects.get_mut(*n)) {
                Some(slot @ None) => *slot = Some(*expect),
                _ => checks.push((*key, *expect)),
            }
        }
        Self { checks, expects }
    }
}

fn holds(connection: &Connection, key: &Key, expect: Expect) -> Result<bool, SqliteError> {
    let version: Option<i64> = connection
        .prepare_cached(VERSION)?
        .query_row(params![key.kind.code(), key.id.as_bytes()], |row| {
            row.get(0)
        })
        .optional()?;
    Ok(match expect {
        Expect::Absent => version.is_none(),
        Expect::At(expected) => version == Some(expected),
    })
}

/// Writes one row and its terms; `false` when the key is not as expected.
fn write(
    connection: &Connection,
    put: &Put,
    expect: Option<Expect>,
    body: Option<&str>,
) -> Result<bool, SqliteError> {
    let (kind, id) = (put.key.kind.code(), put.key.id.as_bytes());
    let written = match expect {
        None => connection
            .prepare_cached(UPSERT)?
            .execute(params![kind, id, put.version, body])?,
        Some(Expect::Absent) => {
            connection
                .prepare_cached(INSERT)?
                .execute(params![kind, id, put.version, body])?
        }
        Some(Expect::At(version)) => connection.prepare_cached(UPDATE)?.execute(params![
            kind,
            id,
            put.version,
            body,
            version
        ])?,
    };
    if written == 0 {
        return Ok(false);
    }
    terms(connection, REMOVE, &put.key, &put.remove)?;
    terms(connection, ADD, &put.key, &put.add)?;
    Ok(true)
}

fn terms(connection: &Connection, sql: &str, key: &Key, terms: &[Term]) -> Result<(), SqliteError> {
    if terms.is_empty() {
        return Ok(());
    }
    let mut statement = connection.prepare_cached(sql)?;
    for term in terms {
        statement.execute(params![
            term.index.code(),
            term.scope.as_bytes(),
            term.rank,
            key.kind.code(),
            key.id.as_bytes(),
        ])?;
    }
    Ok(())
}

/// Writes the log back and cuts it; whether nobody stood in the way.
pub(super) fn truncate_log(connection: &Connection) -> Result<bool, SqliteError> {
    let mut statement = connection.prepare_cached("PRAGMA wal_checkpoint(TRUNCATE)")?;
    let blocked: i64 = statement.query_row([], |row| row.get(0))?;
    Ok(blocked == 0)
}
