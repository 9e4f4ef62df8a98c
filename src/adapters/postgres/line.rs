//! One connection, for as long as it takes to ask one thing.

use std::time::Duration;

use deadpool_postgres::{Object, Pool, Timeouts};
use futures_util::future::join4;
use tokio::time::timeout;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use super::error::PostgresError;

/// A value and the type as which it is sent.
pub(super) type Value<'a> = (&'a (dyn ToSql + Sync), Type);

/// A connection of the pool. It goes back only after everything that was asked was answered: one whose answer
/// was not waited for, because it took too long or the caller dropped the future, is closed.
pub(super) struct Line {
    connection: Option<Object>,
    patience: Duration,
    prepares: bool,
}

impl Line {
    pub(super) async fn open(
        pool: &Pool,
        patience: Duration,
        prepares: bool,
    ) -> Result<Self, PostgresError> {
        let timeouts = Timeouts {
            wait: Some(patience),
            create: Some(patience),
            recycle: Some(patience),
        };
        Ok(Self {
            connection: Some(pool.timeout_get(&timeouts).await?),
            patience,
            prepares,
        })
    }

    /// Ends it with this answer.
    pub(super) fn close<T>(mut self, answer: Result<T, PostgresError>) -> Result<T, PostgresError> {
        // A refusal is an answer too.
        let is_answered = !matches!(
            answer,
            Err(PostgresError::TimedOut | PostgresError::Unreachable(_))
        );
        if is_answered {
            drop(self.connection.take());
        }
        answer
    }

    pub(super) fn connection(&mut self) -> Result<&mut Object, PostgresError> {
        self.connection.as_mut().ok_or(PostgresError::Busy)
    }

    /// Waits for an answer as long as the patience lasts.
    pub(super) async fn wait<T>(
        &self,
        answer: impl Future<Output = Result<T, PostgresError>>,
    ) -> Result<T, PostgresError> {
        timeout(self.patience, answer)
            .await
            .unwrap_or(Err(PostgresError::TimedOut))
    }

    /// Runs one statement, in one round trip once it is prepared.
    pub(super) async fn ask(
        &self,
        sql: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, PostgresError> {
        self.wait(async {
            let connection = self.connection.as_ref().ok_or(PostgresError::Busy)?;
            query(connection, sql, values, self.prepares).await
        })
        .await
    }

    /// Runs two statements in one transaction, in one round trip once they are prepared: everything is
    /// sent at once, and the second takes no values of the first.
    pub(super) async fn ask_both(
        &self,
        first: (&str, &[Value<'_>]),
        second: (&str, &[Value<'_>]),
    ) -> Result<Vec<Row>, PostgresError> {
        self.wait(async {
            let connection = self.connection.as_ref().ok_or(PostgresError::Busy)?;
            if self.prepares {
                for (sql, values) in [first, second] {
                    connection.prepare_typed_cached(sql, &types(values)).await?;
                }
            }
            let (begun, answer, second, committed) = join4(
                connection.batch_execute("BEGIN"),
                query(connection, first.0, first.1, self.prepares),
                query(connection, second.0, second.1, self.prepares),
                connection.batch_execute("COMMIT"),
            )
            .await;
            begun?;
            let answer = answer?;
            second?;
            committed?;
            Ok(answer)
        })
        .await
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(Object::take(connection));
        }
    }
}

async fn query(
    connection: &Object,
    sql: &str,
    values: &[Value<'_>],
    prepares: bool,
) -> Result<Vec<Row>, PostgresError> {
    if !prepares {
        return Ok(connection.query_typed(sql, values).await?);
    }
    let statement = connection.prepare_typed_cached(sql, &types(values)).await?;
    let values: Vec<_> = values.iter().map(|(value, _)| *value).collect();
    Ok(connection.query(&statement, &values).await?)
}

fn types(values: &[Value<'_>]) -> Vec<Type> {
    values.iter().map(|(_, kind)| kind.clone()).collect()
}
