//! Records in a PostgreSQL database.

mod body;
mod error;
mod line;
mod options;
mod read;
mod schema;
mod write;

use std::fmt;
use std::sync::Arc;

use deadpool_postgres::Pool;

pub use error::PostgresError;
pub use options::PostgresOptions;

use crate::record::{Batch, Commit, Key, Page, Query, Row};
use crate::store::AsyncStore;
use line::Line;
use schema::Schema;
use write::{Sheet, Statements};

/// An [`AsyncStore`] in one schema of a PostgreSQL database (13 or later), for any number of workers on any
/// number of machines. It needs a tokio runtime with I/O and time. Cloning gives another handle on the same
/// connections.
///
/// Each method is one round trip. A commit is one statement under READ COMMITTED, or one transaction whose
/// statements are sent together, and holds up only those that write, or depend on, the same rows.
///
/// # Layout
/// Two tables: `record(kind, id, version, customer, body)` with the body as `jsonb`, and
/// `term(idx, scope, rank, kind, id)`, whose key answers every query. `kind` and `idx` are the numbers of
/// [`Kind::code`](crate::record::Kind::code) and [`Index::code`](crate::record::Index::code). `customer` is
/// [`Record::owner`](crate::record::Record::owner), for reports and policies of your own; the library does not
/// read it. A third, `migration`, has the versions of the schema. What an older release wrote is brought up to
/// date when it is opened; what a later one wrote is refused. To spread the tables over several machines, see
/// [scale](crate::docs::scale).
///
/// # Errors and what they mean
/// After an error of `commit` it is unknown whether the batch landed: the connection may have broken after
/// the database had done it. Run the same request again. A connection whose answer was not waited for is
/// closed, never reused.
///
/// # How far erasure goes
/// An erased body is gone for every query at once. The old version of the row stays in the table's file
/// until `VACUUM` frees its place and something is written over it, or `VACUUM FULL` writes the table
/// anew; and in the write-ahead log, its archive, replicas and backups for as long as you keep these. If the
/// server logs statements, set `log_parameter_max_length = 0`: the values are the records.
#[derive(Clone)]
pub struct PostgresStore(Arc<Inner>);

struct Inner {
    pool: Pool,
    options: PostgresOptions,
    load: String,
    find: [String; 2],
    write: Statements,
}

impl fmt::Debug for PostgresStore {
    // The pool may know a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore")
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}

impl PostgresStore {
    /// Connects without TLS, with the default [options](PostgresOptions), and creates the tables or brings
    /// them up to date.
    ///
    /// # Errors
    /// [`PostgresError::Url`], [`PostgresError::SchemaName`], [`PostgresError::NewerSchema`], and whatever
    /// keeps the database from answering.
    pub async fn open(url: &str, schema: &str) -> Result<Self, PostgresError> {
        PostgresOptions::new(schema).open(url).await
    }

    async fn open_on(pool: Pool, options: PostgresOptions) -> Result<Self, PostgresError> {
        let schema = Schema::try_new(&options.schema)?;
        let mut line = Line::open(&pool, options.patience, options.prepares).await?;
        let migrated = schema::migrate(line.connection()?, &schema).await;
        line.close(migrated)?;
        Ok(Self(Arc::new(Inner {
            load: schema.within(read::LOAD),
            find: [read::ASCENDING, read::DESCENDING].map(|sql| schema.within(sql)),
            write: Statements::within(&schema),
            pool,
            options,
        })))
    }

    async fn line(&self) -> Result<Line, PostgresError> {
        let options = &self.0.options;
        Line::open(&self.0.pool, options.patience, options.prepares).await
    }
}

impl AsyncStore for PostgresStore {
    type Error = PostgresError;

    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, PostgresError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let line = self.line().await?;
        let rows = read::load(&line, &self.0.load, keys).await;
        line.close(rows)
    }

    async fn find(&self, query: &Query) -> Result<Page, PostgresError> {
        if query.limit == 0 {
            return Ok(Page::default());
        }
        let line = self.line().await?;
        let page = read::find(&line, self.0.find.each_ref().map(String::as_str), query).await;
        line.close(page)
    }

    async fn commit(&self, batch: Batch) -> Result<Commit, PostgresError> {
        if batch.expect.is_empty() && batch.puts.is_empty() {
            return Ok(Commit::Done);
        }
        let sheet = Sheet::of(&batch)?;
        let line = self.line().await?;
        let commit = sheet.commit(&line, &self.0.write).await;
        line.close(commit)
    }
}
