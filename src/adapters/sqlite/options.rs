use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::SqliteStore;
use super::error::SqliteError;

/// What a commit survives once it has answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// The end of the process. A power failure may undo the last commits, whole and in order, but never
    /// harms the file. (`PRAGMA synchronous = NORMAL`)
    #[default]
    Process,
    /// A power failure too: every commit waits for the disk. (`PRAGMA synchronous = FULL`)
    Power,
}

/// How a [`SqliteStore`] is opened.
///
/// ```
/// use std::time::Duration;
/// use aftercare::adapters::{Durability, SqliteOptions};
/// let options = SqliteOptions::new()
///     .durability(Durability::Power)
///     .busy_timeout(Duration::from_secs(10));
/// # let _ = options;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SqliteOptions {
    durability: Durability,
    busy_timeout: Duration,
    max_pages: Option<u32>,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl SqliteOptions {
    /// Commits that survive the process, and 5 seconds of patience with a locked file.
    pub const fn new() -> Self {
        Self {
            durability: Durability::Process,
            busy_timeout: Duration::from_secs(5),
            max_pages: None,
        }
    }

    /// What a commit survives.
    pub const fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// How long to wait for a file that others have locked, before [`SqliteError::Busy`]. To the
    /// millisecond; at most about 24 days.
    pub const fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// How many pages of 4096 bytes the file may have, after which a commit answers with
    /// [`SqliteError::Full`]. Without it the disk is the limit.
    pub const fn max_pages(mut self, pages: u32) -> Self {
        self.max_pages = Some(pages);
        self
    }

    /// Opens the file, or creates it.
    ///
    /// # Errors
    /// [`SqliteError::NotOurs`], [`SqliteError::NewerSchema`], [`SqliteError::Busy`], and whatever
    /// SQLite reports about the file.
    pub fn open(self, path: impl AsRef<Path>) -> Result<SqliteStore, SqliteError> {
        SqliteStore::open_with(path.as_ref(), self)
    }

    /// Settings that every connection makes for itself.
    fn prepare(&self, connection: &Connection) -> Result<(), SqliteError> {
        let longest = Duration::from_millis(i32::MAX.unsigned_abs().into());
        connection.busy_timeout(self.busy_timeout.min(longest))?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(())
    }

    pub(super) fn prepare_reader(&self, connection: &Connection) -> Result<(), SqliteError> {
        self.prepare(connection)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(())
    }

    pub(super) fn prepare_writer(&self, connection: &Connection) -> Result<(), SqliteError> {
        self.prepare(connection)?;
        let synchronous = match self.durability {
            Durability::Process => "NORMAL",
            Durability::Power => "FULL",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        // `pragma_update` refuses pragmas that answer with a row.
        let _: i64 = connection.query_row("PRAGMA secure_delete = ON", [], |row| row.get(0))?;
        if let Some(pages) = self.max_pages {
            let sql = format!("PRAGMA max_page_count = {pages}");
            let _: i64 = connection.query_row(&sql, [], |row| row.get(0))?;
        }
        Ok(())
    }

    /// Switches the file to a write-ahead log. SQLite does not wait for others while it switches, so
    /// this does: by taking its turn at a lock for which SQLite does wait.
    pub(super) fn keep_a_log(&self, connection: &Connection) -> Result<(), SqliteError> {
        let mut tries = 0_u32;
        loop {
            let switched = connection
                .pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
                .map_err(SqliteError::from);
            match switched {
                Err(SqliteError::Busy) if tries < 100 => tries += 1,
                other => return other,
            }
            connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK")?;
        }
    }
}
