//! The store in one SQLite file when there is no room left.

use std::path::PathBuf;
use std::process::{Command as Program, Stdio};

use aftercare::adapters::{SqliteError, SqliteOptions, SqliteStore};
use aftercare::record::{Commit, Expect};
use aftercare::store::Store;

use crate::sqlite::put;
use crate::support::{Directory, message_key};

#[test]
fn a_full_database_fails_the_commit_and_changes_nothing() {
    let directory = Directory::new();
    let store = SqliteOptions::new()
        .max_pages(40)
        .open(directory.file())
        .unwrap();
    let mut written = 0_u128;
    let error = loop {
        let text = "y".repeat(3_000);
        let mut batch = put(written * 2 + 1, Expect::Absent, 1, Some(&text));
        let second = put(written * 2 + 2, Expect::Absent, 1, Some(&text));
        batch.expect.extend(second.expect);
        batch.puts.extend(second.puts);
        match store.commit(batch) {
            Ok(done) => assert_eq!(done, Commit::Done),
            Err(error) => break error,
        }
        written += 1;
        assert!(written < 100, "it was never full");
    };
    assert!(matches!(error, SqliteError::Full), "{error:?}");
    assert_eq!(error.code(), "sqlite.full");
    let keys: Vec<_> = (1..=written * 2 + 2).map(message_key).collect();
    let rows = store.load(&keys).unwrap();
    let there = rows.iter().filter(|row| row.is_some()).count();
    assert_eq!(there as u128, written * 2);
    // Erasing needs no more pages, and the store goes on working.
    let done = store.commit(put(1, Expect::At(1), 2, None)).unwrap();
    assert_eq!(done, Commit::Done);
}

/// A file system of one megabyte, which goes when the test is over.
struct SmallDisk(Directory);

impl SmallDisk {
    /// `None`, and says so, where none can be mounted.
    fn mount() -> Option<Self> {
        let disk = Self(Directory::new());
        let path = disk.path();
        let mount = Program::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(&path)
            .stderr(Stdio::null())
            .status();
        if mount.is_ok_and(|status| status.success()) {
            return Some(disk);
        }
        eprintln!("SKIPPED: no small disk can be mounted");
        None
    }

    fn path(&self) -> PathBuf {
        self.0.file().parent().unwrap().to_owned()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let umount = Program::new("umount")
            .arg(self.path())
            .stderr(Stdio::null())
            .status();
        let _ = umount;
    }
}

/// Not the file's own limit but the file system's: everything that is written needs room, an erasure and the log too.
#[test]
fn a_disk_without_room_loses_nothing_and_is_written_again_once_there_is_some() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let ballast = disk.path().join("ballast");
    std::fs::write(&ballast, vec![1; 300_000]).unwrap();
    let store = SqliteStore::open(disk.0.file()).unwrap();
    let text = "y".repeat(3_000);
    let (mut written, mut refused) = (0_u128, 0);
    // Full, and full again: nothing changes by trying.
    while refused < 20 {
        let mut both = put(written * 2 + 1, Expect::Absent, 1, Some(&text));
        let second = put(written * 2 + 2, Expect::Absent, 1, Some(&text));
        both.expect.extend(second.expect);
        both.puts.extend(second.puts);
        match store.commit(both) {
            Ok(done) => {
                assert_eq!(done, Commit::Done);
                written += 1;
            }
            Err(error) => {
                assert!(matches!(error, SqliteError::Full), "{error:?}");
                refused += 1;
            }
        }
        assert!(written < 1_000, "it was never full");
    }
    let there = |store: &SqliteStore| {
        let keys: Vec<_> = (1..=written * 2 + 2).map(message_key).collect();
        let rows = store.load(&keys).unwrap();
        rows.iter().filter(|row| row.is_some()).count() as u128
    };
    assert!(written > 10, "{written}");
    assert_eq!(there(&store), written * 2);
    // An erasure is made or is not; it is never half made.
    let erased = match store.commit(put(1, Expect::At(1), 2, None)) {
        Ok(done) => {
            assert_eq!(done, Commit::Done);
            true
        }
        Err(error) => {
            assert!(matches!(error, SqliteError::Full), "{error:?}");
            false
        }
    };
    println!(
        "{} written, then full; an erasure then: {erased}",
        written * 2
    );
    let row = store.load(&[message_key(1)]).unwrap().remove(0).unwrap();
    assert_eq!(row.record.is_none(), erased);
    std::fs::remove_file(&ballast).unwrap();
    let expect = Expect::At(if erased { 2 } else { 1 });
    let done = store.commit(put(1, expect, 3, None)).unwrap();
    assert_eq!(done, Commit::Done);
    let more = put(written * 2 + 1, Expect::Absent, 1, Some(&text));
    assert_eq!(store.commit(more).unwrap(), Commit::Done);
    drop(store);
    let store = SqliteStore::open(disk.0.file()).unwrap();
    assert_eq!(there(&store), written * 2 + 1);
}
