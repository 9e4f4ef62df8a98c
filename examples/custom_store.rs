//! A store of one's own, in a hundred lines: everything is kept in two sorted maps and written to one
//! JSON file. At the end the conformance suite says whether it keeps the contract.
//!
//! It writes the whole file at every commit, so it suits a tool with a few hundred records.

#![allow(clippy::expect_used, clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::{fs, io};

use aftercare::record::{Batch, Commit, Cursor, Expect, Index, Key, Order, Page, Query, Row};
use aftercare::store::Store;
use aftercare::testing::suite::{self, Builder};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where a term leads, in the order in which a query walks: index, scope, then rank and key.
type Place = (Index, Uuid, Cursor);

/// All that is kept. JSON has no maps with structured keys, so the rows are written as pairs.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(from = "OnDisk", into = "OnDisk")]
struct Tables {
    rows: BTreeMap<Key, Row>,
    terms: BTreeSet<Place>,
}

#[derive(Serialize, Deserialize)]
struct OnDisk(Vec<(Key, Row)>, Vec<Place>);

impl From<OnDisk> for Tables {
    fn from(OnDisk(rows, terms): OnDisk) -> Self {
        Self {
            rows: rows.into_iter().collect(),
            terms: terms.into_iter().collect(),
        }
    }
}

impl From<Tables> for OnDisk {
    fn from(tables: Tables) -> Self {
        Self(
            tables.rows.into_iter().collect(),
            tables.terms.into_iter().collect(),
        )
    }
}

/// One lock for everything makes every commit atomic for the threads of this process.
struct FileStore {
    path: PathBuf,
    tables: Mutex<Tables>,
}

impl FileStore {
    fn open(path: &Path) -> io::Result<Self> {
        let tables = match fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Tables::default(),
            Err(error) => return Err(error),
        };
        Ok(Self {
            path: path.to_owned(),
            tables: Mutex::new(tables),
        })
    }

    /// Writes beside the file and then renames: whoever opens it finds the old tables or the new.
    fn save(&self, tables: &Tables) -> io::Result<()> {
        let beside = self.path.with_extension("new");
        fs::write(&beside, serde_json::to_vec(tables)?)?;
        fs::File::open(&beside)?.sync_all()?;
        fs::rename(&beside, &self.path)
    }

    fn tables(&self) -> io::Result<std::sync::MutexGuard<'_, Tables>> {
        self.tables
            .lock()
            .map_err(|_| io::Error::other("a commit panicked"))
    }
}

impl Store for FileStore {
    type Error = io::Error;

    fn load(&self, keys: &[Key]) -> io::Result<Vec<Option<Row>>> {
        let tables = self.tables()?;
        Ok(keys
            .iter()
            .map(|key| tables.rows.get(key).cloned())
            .collect())
    }

    fn find(&self, query: &Query) -> io::Result<Page> {
        let tables = self.tables()?;
        // Plain filters are slow and hard to get wrong. A real store would seek to the first place.
        let fits = |cursor: &Cursor| {
            let behind = match (query.order, query.after) {
                (_, None) => true,
                (Order::Ascending, Some(after)) => *cursor > after,
                (Order::Descending, Some(after)) => *cursor < after,
            };
            behind && cursor.rank >= query.from && cursor.rank <= query.to
        };
        let scope = tables.terms.iter();
        let scope =
            scope.filter(|(index, scope, _)| (*index, *scope) == (query.index, query.scope));
        let mut found: Vec<Cursor> = scope.map(|(_, _, cursor)| *cursor).filter(fits).collect();
        if query.order == Order::Descending {
            found.reverse();
        }
        found.truncate(query.limit as usize);
        Ok(Page::of(found, query.limit))
    }

    fn commit(&self, batch: Batch) -> io::Result<Commit> {
        let mut tables = self.tables()?;
        for (key, expect) in &batch.expect {
            let version = tables.rows.get(key).map(|row| row.version);
            let holds = match expect {
                Expect::Absent => version.is_none(),
                Expect::At(expected) => version == Some(*expected),
            };
            if !holds {
                return Ok(Commit::Conflict);
            }
        }
        // All changes are made to a copy, which takes the place of the tables once it is on disk.
        let mut changed = tables.clone();
        for put in batch.puts {
            let place = |rank| Cursor { rank, key: put.key };
            for term in &put.remove {
                changed
                    .terms
                    .remove(&(term.index, term.scope, place(term.rank)));
            }
            for term in &put.add {
                changed
                    .terms
                    .insert((term.index, term.scope, place(term.rank)));
            }
            // An erased row stays, with its version and without its record.
            let (version, record) = (put.version, put.record);
            changed.rows.insert(put.key, Row { version, record });
        }
        self.save(&changed)?;
        *tables = changed;
        Ok(Commit::Done)
    }
}

/// Tells the suite how to come by fresh stores, how to open one again, and how to search its bytes.
struct Files {
    directory: PathBuf,
    made: u32,
}

impl Files {
    fn path(&self) -> PathBuf {
        self.directory.join(format!("{}.json", self.made))
    }
}

impl Builder for Files {
    type Store = FileStore;

    fn fresh(&mut self) -> FileStore {
        self.made += 1;
        FileStore::open(&self.path()).expect("a directory that can be written to")
    }

    fn reopen(&mut self, store: FileStore) -> Option<FileStore> {
        FileStore::open(&store.path).ok()
    }

    fn holds(&mut self, store: &FileStore, text: &str) -> Option<bool> {
        let bytes = fs::read_to_string(&store.path).ok()?;
        Some(bytes.contains(text))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = format!("aftercare-custom-store-{}", std::process::id());
    let directory = std::env::temp_dir().join(name);
    fs::create_dir_all(&directory)?;
    let made = 0;
    let report = suite::run(Files {
        directory: directory.clone(),
        made,
    });
    fs::remove_dir_all(&directory)?;
    println!("{report}");
    report.into_result()?;
    Ok(())
}
