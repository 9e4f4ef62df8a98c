//! The tables, and how an older schema is brought up to date.

use deadpool_postgres::Object;

use super::error::PostgresError;
use crate::kernel::Digest;

/// One step for each version of the schema, the first one creating version 1. A step is never changed once
/// it was released; a new one is appended. `{schema}` stands for the schema's name.
const STEPS: &[&str] = &["
    CREATE TABLE {schema}.record (
        id       uuid     NOT NULL,
        version  bigint   NOT NULL,
        kind     smallint NOT NULL,
        customer uuid,
        body     jsonb,
        PRIMARY KEY (kind, id)
    );
    COMMENT ON TABLE {schema}.record IS 'Everything that aftercare stores: one row for each record.';
    COMMENT ON COLUMN {schema}.record.customer IS 'Whose record it is; NULL when it belongs to no single customer or was erased.';
    COMMENT ON COLUMN {schema}.record.body IS 'The record; NULL once it was erased. U+0000 in a text is written as U+10FFFF and 0.';
    CREATE TABLE {schema}.term (
        scope uuid     NOT NULL,
        rank  bigint   NOT NULL,
        id    uuid     NOT NULL,
        idx   smallint NOT NULL,
        kind  smallint NOT NULL,
        PRIMARY KEY (idx, scope, rank, kind, id)
    );
    COMMENT ON TABLE {schema}.term IS 'Where records are found; the order of the key is the order of a query.';
"];

/// The name of a schema as SQL writes it.
#[derive(Clone, Debug)]
pub(super) struct Schema(String);

impl Schema {
    pub(super) fn try_new(name: &str) -> Result<Self, PostgresError> {
        // The server keeps these for itself.
        let is_reserved = name == "information_schema" || name.starts_with("pg_");
        if name.is_empty() || name.len() > 63 || name.contains('\0') || is_reserved {
            return Err(PostgresError::SchemaName);
        }
        Ok(Self(format!("\"{}\"", name.replace('"', "\"\""))))
    }

    /// A number for this schema; two of the same number only wait for each other.
    fn lock(&self) -> i32 {
        let bytes = Digest::public().with_str(&self.0).finish().to_be_bytes();
        bytes.first_chunk().copied().map_or(0, i32::from_be_bytes)
    }

    /// A statement with the name in its places.
    pub(super) fn within(&self, sql: &str) -> String {
        sql.replace("{schema}", &self.0)
    }
}

/// Creates the tables or brings them up to date; several processes may try at the same time.
pub(super) async fn migrate(client: &mut Object, schema: &Schema) -> Result<(), PostgresError> {
    // A connection that has looked for the schema before may remember that there was none, and make one beside another's.
    for _ in 0..TRIES {
        match migrate_once(client, schema).await {
            Err(error) if error.is_made_meanwhile() => {}
            answer => return answer,
        }
    }
    migrate_once(client, schema).await
}

/// How often to begin again when another made the same schema at the same time.
const TRIES: u32 = 4;

async fn migrate_once(client: &mut Object, schema: &Schema) -> Result<(), PostgresError> {
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    // Most of the time there is nothing to do, and then nothing but reading has to be allowed.
    if version(client, schema).await? == Some(known) {
        return Ok(());
    }
    let transaction = client.transaction().await?;
    // One at a time for each schema; the lock goes with the transaction. The first number is "aftc".
    let lock = format!(
        "SELECT pg_advisory_xact_lock(1634104419, {})",
        schema.lock()
    );
    transaction.batch_execute(&lock).await?;
    let begin = "CREATE SCHEMA IF NOT EXISTS {schema};
        CREATE TABLE IF NOT EXISTS {schema}.migration (version bigint PRIMARY KEY);";
    transaction.batch_execute(&schema.within(begin)).await?;
    let latest = schema.within("SELECT coalesce(max(version), 0) FROM {schema}.migration");
    let found: i64 = transaction
        .query_typed(&latest, &[])
        .await?
        .first()
        .map_or(Ok(0), |row| row.try_get(0))?;
    if found > known {
        transaction.rollback().await?;
        return Err(PostgresError::NewerSchema { found, known });
    }
    let done = usize::try_from(found).unwrap_or(0);
    for (version, step) in (1_i64..).zip(STEPS).skip(done) {
        let note = format!("{step}; INSERT INTO {{schema}}.migration VALUES ({version})");
        transaction.batch_execute(&schema.within(&note)).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// The version of the schema that is there, if any.
async fn version(client: &Object, schema: &Schema) -> Result<Option<i64>, PostgresError> {
    let latest = schema.within("SELECT max(version) FROM {schema}.migration");
    match client.query_typed(&latest, &[]).await {
        Ok(rows) => Ok(rows.first().map_or(Ok(None), |row| row.try_get(0))?),
        // There is no such schema, or no such table in it.
        Err(error)
            if error
                .code()
                .is_some_and(|state| ["3F000", "42P01"].contains(&state.code())) =>
        {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
