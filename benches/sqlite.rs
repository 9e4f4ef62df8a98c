//! What the library costs on top of SQLite.
//!
//! Each group has the library beside hand-written SQL that leaves the very same rows: the same tables,
//! the same JSON. Read the two times of a group together; one alone says more about the disk.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    clippy::print_stdout
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use aftercare::adapters::{Durability, SqliteOptions, SqliteStore};
use aftercare::code;
use aftercare::desk::{Desk, Request};
use aftercare::kernel::{Actor, Context, CustomerId, MessageId, Permission, RequestId, SecretKey};
use aftercare::message::{Draft, Recipient};
use aftercare::record::{Batch, Entry, Index, Key, Kind, Put, Query, Term, Terms};
use aftercare::rulebook::Rulebook;
use aftercare::store::{MemoryStore, Store};
use aftercare::work::{Command, Halt, Work};
use chrono::DateTime;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use rusqlite::{Connection, params};
use serde::Serialize;
use uuid::Uuid;

/// The command that is measured: it tells one of a thousand customers something.
#[derive(Clone, Serialize)]
struct Tell {
    customer: u128,
}

impl Command for Tell {
    type Output = MessageId;
    const NAME: &'static str = "bench.tell";
    const PERMISSION: Permission = Permission::new("bench.tell");
    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let to = Recipient::Customer(CustomerId::from_u128(self.customer));
        let draft = Draft::new(to, code!("case.update"))
            .with_fact(code!("case"), "AC-2025-000123")
            .with_fact(code!("status"), "waiting_for_part");
        work.send(draft)?;
        Ok(())
    }
    fn output(&self, entry: &Entry) -> MessageId {
        entry.made(0)
    }
}

/// Requests that never repeat, each a little later than the one before.
#[derive(Default)]
struct Requests(u64);

impl Requests {
    fn next(&mut self) -> (Context, Tell) {
        self.0 += 1;
        let now = DateTime::from_timestamp_millis(1_750_000_000_000 + self.0 as i64).unwrap();
        let spread = u128::from(self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let bytes = spread.to_be_bytes();
        let id = RequestId::v7(now, bytes[6..16].try_into().unwrap());
        let customer = u128::from(self.0 % 1_000 + 1);
        (Context::new(now, id, Actor::System), Tell { customer })
    }
}

fn rulebook() -> Rulebook {
    Rulebook::standard(SecretKey::new([7; 16]))
}

/// The statements that a program without the library would write for the same rows.
struct ByHand(Connection);

impl ByHand {
    fn open(file: &Path, durability: Durability) -> Self {
        drop(options(durability).open(file).unwrap());
        let connection = Connection::open(file).unwrap();
        connection.set_prepared_statement_cache_capacity(32);
        let level = if durability == Durability::Power {
            "FULL"
        } else {
            "NORMAL"
        };
        connection
            .pragma_update(None, "synchronous", level)
            .unwrap();
        connection
            .execute_batch("PRAGMA secure_delete = ON")
            .unwrap();
        Self(connection)
    }

    /// Makes sure that the request is new, then writes its rows and terms.
    fn write(&self, lines: &[Line]) {
        let transaction = self.0.unchecked_transaction().unwrap();
        {
            let sql = "INSERT INTO record (kind, id, version, body) VALUES (?1, ?2, ?3, ?4)";
            let mut row = self.0.prepare_cached(sql).unwrap();
            let sql = "INSERT INTO term (idx, scope, rank, kind, id) VALUES (?1, ?2, ?3, ?4, ?5)";
            let mut term = self.0.prepare_cached(sql).unwrap();
            for line in lines {
                let (kind, id) = (line.put.key.kind.code(), line.put.key.id.as_bytes());
                let body = serde_json::to_string(&line.put.record).unwrap();
                row.execute(params![kind, id, line.put.version, body])
                    .unwrap();
                for Term { index, scope, rank } in &line.put.add {
                    let place = params![index.code(), scope.as_bytes(), rank, kind, id];
                    term.execute(place).unwrap();
                }
            }
        }
        transaction.commit().unwrap();
    }

    fn is_new(&self, request: RequestId) -> bool {
        let sql = "SELECT 1 FROM record WHERE kind = ?1 AND id = ?2";
        let mut statement = self.0.prepare_cached(sql).unwrap();
        let id = request.uuid();
        let key = params![Kind::Entry.code(), id.as_bytes()];
        !statement.exists(key).unwrap()
    }
}

/// What the library would write for a request, worked out beforehand.
struct Line {
    put: Put,
}

/// The rows of these requests, as the library writes them.
fn lines(requests: Vec<Request>) -> Vec<Line> {
    let desk = Desk::new(Recording::default(), rulebook());
    let _ = desk.run_all(&requests).unwrap();
    let batch = desk.store().0.lock().unwrap().take().unwrap();
    batch.puts.into_iter().map(|put| Line { put }).collect()
}

/// A store that is always empty and keeps the last batch.
#[derive(Default)]
struct Recording(std::sync::Mutex<Option<Batch>>);

impl Store for Recording {
    type Error = std::convert::Infallible;
    fn load(&self, keys: &[Key]) -> Result<Vec<Option<aftercare::record::Row>>, Self::Error> {
        Ok(vec![None; keys.len()])
    }
    fn find(&self, _: &Query) -> Result<aftercare::record::Page, Self::Error> {
        Ok(aftercare::record::Page::default())
    }
    fn commit(&self, batch: Batch) -> Result<aftercare::record::Commit, Self::Error> {
        *self.0.lock().unwrap() = Some(batch);
        Ok(aftercare::record::Commit::Done)
    }
}

fn options(durability: Durability) -> SqliteOptions {
    SqliteOptions::new().durability(durability)
}

/// A directory that goes when the measurement is over.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let name = format!("aftercare-bench-{}-{name}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// How many times as long the library takes: runs of both in turn, so that whatever else the machine
/// does befalls both, and the medians compared.
fn ratios(_: &mut Criterion) {
    for (durability, name) in [(Durability::Process, "normal"), (Durability::Power, "full")] {
        for (size, runs) in [(1, 4_000), (100, 150)] {
            let directory = Directory::new(&format!("ratio-{name}-{size}"));
            let store = options(durability)
                .open(directory.0.join("library.db"))
                .unwrap();
            let desk = Desk::new(store, rulebook());
            let by_hand = ByHand::open(&directory.0.join("by_hand.db"), durability);
            let mut requests = Requests::default();
            let (mut library, mut hand) = (Vec::new(), Vec::new());
            for _ in 0..runs {
                let many: Vec<_> = (0..size).map(|_| requests.next()).collect();
                let ids: Vec<_> = many.iter().map(|(context, _)| context.request).collect();
                let request = |(context, tell)| Request::new(context, tell);
                let lines = lines(many.iter().cloned().map(request).collect());
                let single = many.first().cloned().unwrap();
                let many: Vec<_> = many.into_iter().map(request).collect();

                let start = Instant::now();
                if size == 1 {
                    black_box(desk.run(&single.0, single.1).unwrap());
                } else {
                    black_box(desk.run_all(&many).unwrap());
                }
                library.push(start.elapsed());

                let start = Instant::now();
                assert!(ids.into_iter().all(|id| by_hand.is_new(id)));
                by_hand.write(&lines);
                hand.push(start.elapsed());
            }
            let title = format!("{size} a transaction, {name}");
            report(&title, &mut library, &mut hand);
            same_rows(&by_hand.0, &directory.0.join("library.db"));
        }
    }
}

/// Makes sure that both have left the very same rows.
fn same_rows(by_hand: &Connection, library: &Path) {
    let file = library.to_str().unwrap();
    by_hand.execute("ATTACH ?1 AS library", [file]).unwrap();
    for (table, columns) in [
        ("record", "kind, id, version, body"),
        ("term", "idx, scope, rank, kind, id"),
    ] {
        let sql = format!(
            "SELECT (SELECT count(*) FROM main.{table}), (SELECT count(*) FROM library.{table}),
            (SELECT count(*) FROM (SELECT {columns} FROM main.{table}
            INTERSECT SELECT {columns} FROM library.{table}))"
        );
        let counts = by_hand.query_row(&sql, [], |row| {
            Ok([row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?])
        });
        let [hand, library, both] = counts.unwrap();
        assert!(hand > 0 && hand == library && hand == both, "{table}");
    }
}

/// Prints the medians of both and how many times as long the library takes.
fn report(title: &str, library: &mut [Duration], hand: &mut [Duration]) {
    library.sort();
    hand.sort();
    let (library, hand) = (library[library.len() / 2], hand[hand.len() / 2]);
    let ratio = library.as_secs_f64() / hand.as_secs_f64();
    println!("{title}: library {library:?}, by hand {hand:?}, ratio {ratio:.2}");
}

fn commands(criterion: &mut Criterion) {
    for (durability, name) in [(Durability::Process, "normal"), (Durability::Power, "full")] {
        for size in [1_u64, 100] {
            let title = format!("{size} a transaction, synchronous {name}");
            let mut group = criterion.benchmark_group(title);
            group.throughput(Throughput::Elements(size));
            let directory = Directory::new(&format!("{name}-{size}"));

            let store = options(durability)
                .open(directory.0.join("library.db"))
                .unwrap();
            let desk = Desk::new(store, rulebook());
            let mut requests = Requests::default();
            group.bench_function("library", |bencher| {
                if size == 1 {
                    let next = || requests.next();
                    let run = |(context, tell)| desk.run(&context, tell).unwrap();
                    bencher.iter_batched(next, run, BatchSize::PerIteration);
                } else {
                    let next = || {
                        let many = (0..size).map(|_| requests.next());
                        many.map(|(context, tell)| Request::new(context, tell))
                            .collect()
                    };
                    let run = |many: Vec<Request>| desk.run_all(&many).unwrap();
                    bencher.iter_batched(next, run, BatchSize::PerIteration);
                }
            });

            let by_hand = ByHand::open(&directory.0.join("by_hand.db"), durability);
            let mut requests = Requests::default();
            group.bench_function("by hand", |bencher| {
                let next = || {
                    let contexts: Vec<_> = (0..size).map(|_| requests.next()).collect();
                    let ids: Vec<_> = contexts
                        .iter()
                        .map(|(context, _)| context.request)
                        .collect();
                    let many = contexts.into_iter();
                    let many = many.map(|(context, tell)| Request::new(context, tell));
                    (ids, lines(many.collect()))
                };
                let run = |(ids, lines): (Vec<RequestId>, Vec<Line>)| {
                    assert!(ids.into_iter().all(|id| by_hand.is_new(id)));
                    by_hand.write(&lines);
                    lines
                };
                bencher.iter_batched(next, run, BatchSize::PerIteration);
            });
        }
    }
}

const MILLION: i64 = 1_000_000;

/// A million things that are due, one a second, in batches of ten thousand.
fn due(store: &impl Store) {
    for from in (0..MILLION).step_by(10_000) {
        let puts = (from..from + 10_000).map(|n| {
            let id = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            Put {
                key: Key::new(Kind::Case, Uuid::from_u64_pair(id, n as u64)),
                version: 1,
                record: None,
                // Each instant once, in no order.
                add: Terms::from_slice(&[Term::new(
                    Index::Due,
                    Uuid::nil(),
                    n * 611_953 % MILLION * 1_000_000,
                )]),
                remove: Terms::new(),
            }
        });
        let batch = Batch {
            expect: Vec::new(),
            puts: puts.collect(),
        };
        let _ = store.commit(batch).unwrap();
    }
}

fn first_due(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("first 1000 due of a million");
    group.throughput(Throughput::Elements(1_000));
    let query = Query::new(Index::Due, Uuid::nil())
        .up_to(MILLION * 1_000_000 / 2)
        .limit(1_000);

    let memory = MemoryStore::new();
    due(&memory);
    group.bench_function("memory", |bencher| {
        bencher.iter(|| memory.find(black_box(&query)).unwrap());
    });
    drop(memory);

    let directory = Directory::new("due");
    let file = directory.0.join("library.db");
    let store = SqliteStore::open(&file).unwrap();
    due(&store);
    assert_eq!(store.find(&query).unwrap().found.len(), 1_000);
    let connection = Connection::open(&file).unwrap();
    let (mut library, mut hand) = (Vec::new(), Vec::new());
    for _ in 0..2_000 {
        let start = Instant::now();
        black_box(store.find(black_box(&query)).unwrap());
        library.push(start.elapsed());
        let start = Instant::now();
        black_box(bare_query(&connection, black_box(&query)));
        hand.push(start.elapsed());
    }
    report("first 1000 due of a million", &mut library, &mut hand);

    group.bench_function("sqlite, library", |bencher| {
        bencher.iter(|| store.find(black_box(&query)).unwrap());
    });
    group.bench_function("sqlite, by hand", |bencher| {
        bencher.iter(|| bare_query(&connection, black_box(&query)));
    });
}

fn bare_query(connection: &Connection, query: &Query) -> Vec<(i64, u8, [u8; 16])> {
    let sql = "SELECT rank, kind, id FROM term WHERE idx = ?1 AND scope = ?2 AND rank <= ?3
        ORDER BY rank, kind, id LIMIT 1000";
    let mut statement = connection.prepare_cached(sql).unwrap();
    let place = params![query.index.code(), query.scope.as_bytes(), query.to];
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let found = statement.query_map(place, read).unwrap();
    found.collect::<Result<_, _>>().unwrap()
}

criterion_group!(benches, ratios, commands, first_due);
criterion_main!(benches);
