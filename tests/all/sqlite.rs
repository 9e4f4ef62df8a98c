//! The store in one SQLite file: threads, processes, sudden ends, erasure.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Program, Stdio};
use std::time::Duration;

use aftercare::adapters::{Durability, SqliteError, SqliteOptions, SqliteStore};
use aftercare::desk::Desk;
use aftercare::record::{Batch, Commit, Expect, Index, Key, Kind, Put, Query, Terms};
use aftercare::store::Store;
use uuid::Uuid;

use crate::support::{Count, Directory, batch, context, due, message, message_key, rulebook};

pub fn put(n: u128, expect: Expect, version: i64, text: Option<&str>) -> Batch {
    let record = text.map(|text| message(n, text));
    batch(message_key(n), expect, version, record)
}

/// Runs one test of this program again, in a process of its own, as a worker on `file`.
fn spawn(test: &str, file: &Path, worker: u32) -> Child {
    Program::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--include-ignored"])
        .env("AFTERCARE_TEST_FILE", file)
        .env("AFTERCARE_TEST_WORKER", worker.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// In a process that [`spawn`] started: the file and the number of the worker.
fn spawned() -> Option<(PathBuf, u32)> {
    let file = std::env::var_os("AFTERCARE_TEST_FILE")?;
    let worker = std::env::var("AFTERCARE_TEST_WORKER").unwrap();
    Some((file.into(), worker.parse().unwrap()))
}

fn count_up(file: &Path, worker: u32, times: u32) {
    let desk = Desk::new(SqliteStore::open(file).unwrap(), rulebook());
    for n in 0..times {
        let request = u128::from(worker) << 32 | u128::from(n);
        // Whoever lost 64 races in a row asks again, as a caller would.
        while let Err(error) = desk.run(&context(request), Count { counter: 1 }) {
            assert_eq!(error.code(), "desk.contention", "{error:?}");
        }
    }
}

#[test]
fn threads_lose_no_update() {
    let directory = Directory::new();
    let file = directory.file();
    std::thread::scope(|scope| {
        for worker in 1..=4 {
            let file = &file;
            scope.spawn(move || count_up(file, worker, 50));
        }
    });
    assert_eq!(Count::reached(&SqliteStore::open(&file).unwrap(), 1), 200);
}

#[test]
fn threads_on_one_store_lose_no_update() {
    let directory = Directory::new();
    let desk = Desk::new(SqliteStore::open(directory.file()).unwrap(), rulebook());
    std::thread::scope(|scope| {
        for worker in 0..4_u128 {
            let desk = &desk;
            scope.spawn(move || {
                for n in 0..50 {
                    let context = context(worker << 32 | n);
                    while desk.run(&context, Count { counter: 1 }).is_err() {}
                }
            });
        }
    });
    assert_eq!(Count::reached(desk.store(), 1), 200);
}

#[test]
fn processes_lose_no_update() {
    if let Some((file, worker)) = spawned() {
        return count_up(&file, worker, 40);
    }
    let directory = Directory::new();
    let workers: Vec<_> = (1..=4)
        .map(|worker| {
            spawn(
                "sqlite::processes_lose_no_update",
                &directory.file(),
                worker,
            )
        })
        .collect();
    for mut worker in workers {
        assert!(worker.wait().unwrap().success());
    }
    let store = SqliteStore::open(directory.file()).unwrap();
    assert_eq!(Count::reached(&store, 1), 160);
}

/// Writes batches of twenty rows with twenty terms, for ever.
fn write_batches(file: &Path) {
    let store = SqliteStore::open(file).unwrap();
    let mut n = 0_u128;
    loop {
        let puts = (0..BATCH).map(|i| {
            let (key, term) = due(n * BATCH + i + 1, i64::try_from(n).unwrap());
            Put {
                key,
                version: 1,
                record: Some(message(n, &"x".repeat(300))),
                add: Terms::from_slice(&[term]),
                remove: Terms::new(),
            }
        });
        let puts: Vec<_> = puts.collect();
        let expect = puts.iter().map(|put| (put.key, Expect::Absent)).collect();
        // Rows of an earlier worker are passed over.
        let _ = store.commit(Batch { expect, puts }).unwrap();
        n += 1;
    }
}
const BATCH: u128 = 20;

#[test]
fn a_killed_process_leaves_whole_batches() {
    if let Some((file, _)) = spawned() {
        return write_batches(&file);
    }
    let directory = Directory::new();
    drop(SqliteStore::open(directory.file()).unwrap());
    let mut before = 0;
    for round in 0..6_u32 {
        let mut writer = spawn(
            "sqlite::a_killed_process_leaves_whole_batches",
            &directory.file(),
            round,
        );
        std::thread::sleep(Duration::from_millis(u64::from(60 + round * 37)));
        writer.kill().unwrap();
        writer.wait().unwrap();

        let store = SqliteStore::open(directory.file()).unwrap();
        let (_, term) = due(0, 0);
        let page = store
            .find(&Query::new(Index::Due, term.scope).limit(u32::MAX))
            .unwrap();
        let found = page.found.len();
        assert_eq!(found % 20, 0, "every batch is whole");
        assert!(found >= before, "nothing that was committed is lost");
        before = found;
        let keys: Vec<_> = (1..=found as u128 + 2 * BATCH).map(message_key).collect();
        let rows = store.load(&keys).unwrap();
        let there = rows.iter().filter(|row| row.is_some()).count();
        assert_eq!(there, found, "rows and terms came together");
    }
    assert!(before > 0, "no writer ever got to write");
}

#[test]
fn no_file_holds_what_was_erased() {
    let directory = Directory::new();
    let store = SqliteStore::open(directory.file()).unwrap();
    let marker = "Aslıhan-9f3c2b";
    // Short and long bodies, between others, so that pages split and overflow pages are used.
    let text = |n: u128| {
        format!(
            "{} {marker}-{n} {}",
            "a".repeat(30),
            "b".repeat(n as usize * 7 % 9_000)
        )
    };
    let numbers = || (0..600_u128).map(|n| (n * 7_919) % 600 + 1);
    for n in numbers() {
        let done = store
            .commit(put(n, Expect::Absent, 1, Some(&text(n))))
            .unwrap();
        assert_eq!(done, Commit::Done);
    }
    // Some are replaced by longer ones, so that their neighbours have to move.
    for n in numbers().filter(|n| n % 5 == 0) {
        let longer = text(n).repeat(2);
        let done = store
            .commit(put(n, Expect::At(1), 2, Some(&longer)))
            .unwrap();
        assert_eq!(done, Commit::Done);
    }
    assert!(directory.holds(marker));
    // Most are erased and their neighbours stay, so that no page is cleared as a whole.
    for n in numbers().filter(|n| n % 3 != 0) {
        let version = if n % 5 == 0 { 2 } else { 1 };
        let done = store.commit(put(n, Expect::At(version), 3, None)).unwrap();
        assert_eq!(done, Commit::Done);
    }
    let stay: BTreeSet<u128> = numbers().filter(|n| n % 3 == 0).collect();
    assert_eq!(directory.numbers_behind(&format!("{marker}-")), stay);
    let row = store.load(&[message_key(7)]).unwrap().remove(0).unwrap();
    assert_eq!((row.version, row.record), (3, None));
}

#[test]
fn a_reader_in_the_way_delays_the_truncation_until_the_next_commit() {
    let directory = Directory::new();
    let store = SqliteOptions::new()
        .busy_timeout(Duration::from_millis(20))
        .open(directory.file())
        .unwrap();
    let marker = "Mehmet-71d0aa";
    let _ = store
        .commit(put(1, Expect::Absent, 1, Some(marker)))
        .unwrap();

    let mut other = rusqlite::Connection::open(directory.file()).unwrap();
    let reading = other.transaction().unwrap();
    let _: i64 = reading
        .query_row("SELECT count(*) FROM record", [], |row| row.get(0))
        .unwrap();
    let done = store.commit(put(1, Expect::At(1), 2, None)).unwrap();
    assert_eq!(done, Commit::Done);
    assert!(!store.truncate_log().unwrap());
    assert!(directory.holds(marker));

    drop(reading);
    let _ = store.commit(put(2, Expect::Absent, 1, Some("-"))).unwrap();
    assert!(!directory.holds(marker));
}

#[test]
fn a_replaced_body_is_gone_once_the_log_is_truncated() {
    let directory = Directory::new();
    let store = SqliteStore::open(directory.file()).unwrap();
    let _ = store
        .commit(put(1, Expect::Absent, 1, Some("Fatma-51e")))
        .unwrap();
    let _ = store.commit(put(1, Expect::At(1), 2, Some("-"))).unwrap();
    assert!(store.truncate_log().unwrap());
    assert!(!directory.holds("Fatma-51e"));
}

#[test]
fn readers_do_not_wait_for_a_writer() {
    let directory = Directory::new();
    let store = SqliteOptions::new()
        .busy_timeout(Duration::from_millis(50))
        .open(directory.file())
        .unwrap();
    let _ = store.commit(put(1, Expect::Absent, 1, Some("-"))).unwrap();
    let other = rusqlite::Connection::open(directory.file()).unwrap();
    other
        .execute_batch("BEGIN IMMEDIATE; UPDATE record SET version = 9")
        .unwrap();

    let row = store.load(&[message_key(1)]).unwrap().remove(0).unwrap();
    assert_eq!(row.version, 1);
    let blocked = store.commit(put(1, Expect::At(1), 2, None)).unwrap_err();
    assert!(matches!(blocked, SqliteError::Busy), "{blocked:?}");

    other.execute_batch("ROLLBACK").unwrap();
    let done = store.commit(put(1, Expect::At(1), 2, None)).unwrap();
    assert_eq!(done, Commit::Done);
}

#[test]
fn files_of_others_and_of_later_releases_are_refused() {
    let directory = Directory::new();
    let file = directory.file();
    drop(SqliteStore::open(&file).unwrap());
    let change = rusqlite::Connection::open(&file).unwrap();
    change.pragma_update(None, "user_version", 99).unwrap();
    let refused = SqliteStore::open(&file).unwrap_err();
    assert!(
        matches!(
            refused,
            SqliteError::NewerSchema {
                found: 99,
                known: 1
            }
        ),
        "{refused:?}"
    );
    change.pragma_update(None, "application_id", 5).unwrap();
    let refused = SqliteStore::open(&file).unwrap_err();
    assert!(matches!(refused, SqliteError::NotOurs), "{refused:?}");

    let text = directory.file().with_extension("txt");
    std::fs::write(
        &text,
        "no database, but long enough to be read as one".repeat(40),
    )
    .unwrap();
    let refused = SqliteStore::open(&text).unwrap_err();
    assert!(matches!(refused, SqliteError::NotOurs), "{refused:?}");
}

#[test]
fn an_unreadable_body_is_an_error_that_does_not_quote_it() {
    let directory = Directory::new();
    let store = SqliteStore::open(directory.file()).unwrap();
    let _ = store.commit(put(1, Expect::Absent, 1, Some("-"))).unwrap();
    let other = rusqlite::Connection::open(directory.file()).unwrap();
    other
        .execute("UPDATE record SET body = '{\"message\":\"Ayşe\"}'", [])
        .unwrap();
    let error = store.load(&[message_key(1)]).unwrap_err();
    assert!(matches!(error, SqliteError::Unreadable { key } if key == message_key(1)));
    assert!(!format!("{error} {error:?}").contains("Ayşe"));
}

#[test]
fn bodies_are_json_text() {
    let directory = Directory::new();
    let store = SqliteOptions::new()
        .durability(Durability::Power)
        .open(directory.file())
        .unwrap();
    let _ = store.commit(put(1, Expect::Absent, 1, Some("ğü"))).unwrap();
    let other = rusqlite::Connection::open(directory.file()).unwrap();
    let (kind, text): (String, String) = other
        .query_row(
            "SELECT typeof(body), body -> '$.message.draft.facts.text' FROM record",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!((kind.as_str(), text.as_str()), ("text", "\"ğü\""));
}

#[test]
fn every_store_in_memory_is_its_own() {
    let (a, b) = (
        SqliteStore::in_memory().unwrap(),
        SqliteStore::in_memory().unwrap(),
    );
    let _ = a.commit(put(1, Expect::Absent, 1, Some("-"))).unwrap();
    let key = Key::new(Kind::Message, Uuid::from_u128(1));
    assert!(a.load(&[key]).unwrap()[0].is_some());
    assert!(b.load(&[key]).unwrap()[0].is_none());
}
