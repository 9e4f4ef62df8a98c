use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio_postgres::NoTls;

use super::PostgresStore;
use super::error::PostgresError;

/// How a [`PostgresStore`] is opened.
///
/// ```no_run
/// # async fn open() -> Result<(), aftercare::adapters::PostgresError> {
/// use aftercare::adapters::PostgresOptions;
/// let store = PostgresOptions::new("tenant_a")
///     .connections(8)
///     .open("postgresql://care@db.example/care")
///     .await?;
/// # let _ = store;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct PostgresOptions {
    pub(super) schema: String,
    connections: usize,
    pub(super) patience: Duration,
    pub(super) prepares: bool,
}

impl PostgresOptions {
    /// Everything in this schema, which is created if need be: one for each tenant. Up to 16 connections, 30
    /// seconds of patience, prepared statements.
    pub fn new(schema: impl Into<String>) -> Self {
        Self {
            schema: schema.into(),
            connections: 16,
            patience: Duration::from_secs(30),
            prepares: true,
        }
    }

    /// How many connections the store holds at most, when it makes its own; at least one.
    pub const fn connections(mut self, connections: usize) -> Self {
        self.connections = if connections == 0 { 1 } else { connections };
        self
    }

    /// How long to wait for a connection, and again for an answer, before
    /// [`PostgresError::Busy`] and [`PostgresError::TimedOut`].
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Has every statement parsed and planned each time. Needed behind a connection pooler in transaction
    /// mode that does not keep track of prepared statements (PgBouncer before 1.21, or with
    /// `max_prepared_statements = 0`; SQLSTATE 26000 or 42P05 says that it is needed); costs the server some time for each call.
    pub const fn without_prepared_statements(mut self) -> Self {
        self.prepares = false;
        self
    }

    /// Connects without TLS and creates the tables or brings them up to date. The URL may have all that
    /// libpq's has, such as several hosts; `connect_timeout` should be among it.
    ///
    /// # Errors
    /// [`PostgresError::Url`], [`PostgresError::SchemaName`], [`PostgresError::NewerSchema`], and whatever
    /// keeps the database from answering.
    pub async fn open(self, url: &str) -> Result<PostgresStore, PostgresError> {
        let config: tokio_postgres::Config = url.parse().map_err(PostgresError::Url)?;
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = Manager::from_config(config, NoTls, recycling);
        let pool = Pool::builder(manager)
            .max_size(self.connections)
            .runtime(Runtime::Tokio1)
            .build()
            // It cannot fail: the runtime is given.
            .map_err(|_| PostgresError::Busy)?;
        self.open_on(pool).await
    }

    /// The same on a pool of the caller's own, which may use TLS, serve several schemas, and be shared with
    /// other code. It must have been built with a runtime (`Pool::builder(..).runtime(Runtime::Tokio1)`), for it is waited for with a
    /// limit; [`connections`](Self::connections) is its own affair. The pool should not run statements of its own when a connection comes back
    /// (`RecyclingMethod::Fast`): each would be a round trip.
    ///
    /// # Errors
    /// [`PostgresError::SchemaName`], [`PostgresError::NewerSchema`], and whatever keeps the database from
    /// answering.
    pub async fn open_on(self, pool: Pool) -> Result<PostgresStore, PostgresError> {
        PostgresStore::open_on(pool, self).await
    }
}
