//! Where the records are: the same replay runs on either.

use aftercare::adapters::{PostgresError, PostgresStore};
use aftercare::record::{Batch, Commit, Key, Page, Query, Row};
use aftercare::store::{AsyncStore, MemoryStore, Store};
use tokio::runtime::Handle;

/// Memory, or a database whose answers are waited for.
pub enum Place {
    Memory(MemoryStore),
    Database(Handle, PostgresStore),
}

impl Store for Place {
    type Error = PostgresError;

    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, PostgresError> {
        match self {
            Self::Memory(store) => {
                let Ok(rows) = store.load(keys);
                Ok(rows)
            }
            Self::Database(runtime, store) => runtime.block_on(store.load(keys)),
        }
    }

    fn find(&self, query: &Query) -> Result<Page, PostgresError> {
        match self {
            Self::Memory(store) => {
                let Ok(page) = store.find(query);
                Ok(page)
            }
            Self::Database(runtime, store) => runtime.block_on(store.find(query)),
        }
    }

    fn commit(&self, batch: Batch) -> Result<Commit, PostgresError> {
        match self {
            Self::Memory(store) => {
                let Ok(commit) = store.commit(batch);
                Ok(commit)
            }
            Self::Database(runtime, store) => runtime.block_on(store.commit(batch)),
        }
    }
}
