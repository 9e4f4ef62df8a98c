//! Records in one SQLite file.

mod error;
mod options;
mod read;
mod schema;
mod write;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags};

pub use error::SqliteError;
pub use options::{Durability, SqliteOptions};

use crate::record::{Batch, Commit, Key, Page, Query, Row};
use crate::store::Store;

/// How many idle connections for reading are kept.
const IDLE_READERS: usize = 16;

/// How many keys are read without leaving the writer's connection to writers.
const FEW_KEYS: usize = 32;

/// A [`Store`] in one SQLite file, for one machine: shared by any number of threads and processes.
///
/// One writer at a time, and readers that never wait for it (write-ahead log). A writer that finds the
/// file locked waits, up to the [busy timeout](SqliteOptions::busy_timeout), and then answers with
/// [`SqliteError::Busy`]. Do not put the file on a network drive.
///
/// # Layout
/// Two tables: `record(kind, id, version, body)` with the body as JSON text, and
/// `term(idx, scope, rank, kind, id)`, whose key answers every query. `kind` and `idx` are the numbers
/// of [`Kind::code`](crate::record::Kind::code) and [`Index::code`](crate::record::Index::code).
/// The file belongs to the library: one of another program is refused, and so is one that a later
/// release wrote. Older files are brought up to date when they are opened.
///
/// # How long a commit lasts
/// A commit that answered `Done` survives the end of the process, however it ends. Whether it also
/// survives a power failure is a matter of [`Durability`]. The file is never left half written.
///
/// # How far erasure goes
/// What is erased or replaced is overwritten with zeros in the database file (`PRAGMA secure_delete`).
/// After a batch that erases, the write-ahead log is also written back and cut to nothing before the
/// commit answers, so that no file of the database still holds the erased body. When another reader
/// holds the log open for longer than the busy timeout, this is made up for by the next commit or when
/// the file is opened next; [`truncate_log`](Self::truncate_log) does it on demand and says whether it
/// could. A body that was *replaced* may stay in the log until it is next truncated or reused.
/// Out of reach are the copies that the file system, the disk's own wear levelling and your backups keep.
///
/// ```
/// use aftercare::adapters::SqliteStore;
/// use aftercare::store::Store;
/// let store = SqliteStore::in_memory()?;
/// assert_eq!(store.load(&[])?, []);
/// # Ok::<(), aftercare::adapters::SqliteError>(())
/// ```
#[derive(Debug)]
pub struct SqliteStore {
    writer: Mutex<Connection>,
    /// Where readers connect to; `None` in memory, where the writer's connection is the only one.
    file: Option<PathBuf>,
    readers: Mutex<Vec<Connection>>,
    options: SqliteOptions,
    /// Whether the log may still hold what was erased.
    log_holds_erased: AtomicBool,
}

impl SqliteStore {
    /// Opens the file, or creates it, with the default [options](SqliteOptions).
    ///
    /// # Errors
    /// [`SqliteError::NotOurs`], [`SqliteError::NewerSchema`], [`SqliteError::Busy`], and whatever
    /// SQLite reports about the file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, SqliteError> {
        SqliteOptions::new().open(path)
    }

    /// A store in memory that lasts as long as the value. Its readers wait for its writers.
    ///
    /// # Errors
    /// Whatever SQLite reports.
    pub fn in_memory() -> Result<Self, SqliteError> {
        let options = SqliteOptions::new();
        let mut connection = Connection::open_in_memory()?;
        options.prepare_writer(&connection)?;
        schema::migrate(&mut connection)?;
        Ok(Self::new(connection, None, options))
    }

    fn open_with(path: &Path, options: SqliteOptions) -> Result<Self, SqliteError> {
        // Readers connect later, when the working directory may be another.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut connection = Connection::open(&path)?;
        options.prepare_writer(&connection)?;
        options.keep_a_log(&connection)?;
        schema::migrate(&mut connection)?;
        let store = Self::new(connection, Some(path), options);
        // A process that ended between a commit and the truncation of the log left this to do.
        write::truncate_log(&store.writer())?;
        Ok(store)
    }

    fn new(connection: Connection, file: Option<PathBuf>, options: SqliteOptions) -> Self {
        Self {
            writer: Mutex::new(connection),
            file,
            readers: Mutex::new(Vec::new()),
            options,
            log_holds_erased: AtomicBool::new(false),
        }
    }

    /// Writes the log back into the file and cuts it to nothing: whether it could. It cannot while
    /// another reader holds it for longer than the busy timeout.
    ///
    /// # Errors
    /// Whatever SQLite reports.
    pub fn truncate_log(&self) -> Result<bool, SqliteError> {
        let done = write::truncate_log(&self.writer())?;
        if done {
            self.log_holds_erased.store(false, Ordering::Relaxed);
        }
        Ok(done)
    }

    // A transaction that a panic interrupted is rolled back by its guard, so a poisoned lock is sound.
    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn readers(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a few rows: on the writer's connection when nobody writes, because that has the latest
    /// pages at hand, and else without waiting for it.
    fn read_briefly<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, SqliteError>,
    ) -> Result<T, SqliteError> {
        match self.writer.try_lock() {
            Ok(connection) => read(&connection),
            Err(_) => self.read(read),
        }
    }

    /// Reads on a connection that no writer holds.
    fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, SqliteError>,
    ) -> Result<T, SqliteError> {
        let Some(file) = &self.file else {
            return read(&self.writer());
        };
        let idle = self.readers().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = Connection::open_with_flags(file, flags)?;
                self.options.prepare_reader(&connection)?;
                connection
            }
        };
        let answer = read(&connection);
        // After a failure the connection is not trusted with another read.
        if answer.is_ok() {
            let mut readers = self.readers();
            if readers.len() < IDLE_READERS {
                readers.push(connection);
            }
        }
        answer
    }
}

impl Store for SqliteStore {
    type Error = SqliteError;

    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, SqliteError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let read = |connection: &Connection| read::load(connection, keys);
        if keys.len() <= FEW_KEYS {
            self.read_briefly(read)
        } else {
            self.read(read)
        }
    }

    fn find(&self, query: &Query) -> Result<Page, SqliteError> {
        if query.limit == 0 {
            return Ok(Page::default());
        }
        self.read(|connection| read::find(connection, query))
    }

    fn commit(&self, batch: Batch) -> Result<Commit, SqliteError> {
        let bodies = write::Bodies::of(&batch)?;
        let writer = self.writer();
        let commit = write::commit(&writer, &batch, &bodies)?;
        if commit == Commit::Done && batch.puts.iter().any(|put| put.record.is_none()) {
            self.log_holds_erased.store(true, Ordering::Relaxed);
        }
        // The batch has landed, whatever becomes of the log; another commit will try again.
        if self.log_holds_erased.load(Ordering::Relaxed)
            && write::truncate_log(&writer).unwrap_or(false)
        {
            self.log_holds_erased.store(false, Ordering::Relaxed);
        }
        Ok(commit)
    }
}
