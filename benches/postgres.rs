//! What the library costs on top of PostgreSQL, beside hand-written SQL that leaves the very same rows.
//!
//! ```sh
//! AFTERCARE_POSTGRES_URL=postgresql://postgres@127.0.0.1:5432/test cargo bench --features postgres --bench postgres
//! ```
//!
//! One command puts one message into the outbox: two rows, seven terms. It is done in four ways, in turn and over
//! the same number of connections, so that whatever else the machine does befalls all of them: by the
//! library; by the store alone, with a batch that was worked out beforehand; by a script of six
//! statements, one behind the other, in a transaction; and by one hand-written statement. Read the ratios;
//! the numbers say more about the disk.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    clippy::print_stdout,
    clippy::print_stderr
)]

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aftercare::adapters::{PostgresOptions, PostgresStore};
use aftercare::code;
use aftercare::desk::Desk;
use aftercare::kernel::{Actor, Context, CustomerId, MessageId, Permission, RequestId, SecretKey};
use aftercare::message::{Draft, Recipient};
use aftercare::record::{Batch, Commit, Entry, Index, Key, Kind, Page, Put, Query, Row, Term};
use aftercare::rulebook::Rulebook;
use aftercare::store::{AsyncStore, Store};
use aftercare::work::{Command, Halt, Work};
use chrono::DateTime;
use serde::Serialize;
use tokio::sync::Barrier;
use tokio_postgres::types::Json;
use tokio_postgres::{Client, NoTls, Statement};
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

/// A request that never repeats, a little later than the one before.
fn next() -> (Context, Tell) {
    static MADE: AtomicU64 = AtomicU64::new(1);
    let n = MADE.fetch_add(1, Ordering::Relaxed);
    let now = DateTime::from_timestamp_millis(1_750_000_000_000 + n as i64).unwrap();
    let bytes = u128::from(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_be_bytes();
    let id = RequestId::v7(now, bytes[6..16].try_into().unwrap());
    let customer = u128::from(n % 1_000 + 1);
    (Context::new(now, id, Actor::System), Tell { customer })
}

fn rulebook() -> Rulebook {
    Rulebook::standard(SecretKey::new([7; 16]))
}

/// A store that is always empty and keeps the last batch.
#[derive(Default)]
struct Recording(Mutex<Option<Batch>>);

impl Store for Recording {
    type Error = std::convert::Infallible;
    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, Self::Error> {
        Ok(vec![None; keys.len()])
    }
    fn find(&self, _: &Query) -> Result<Page, Self::Error> {
        Ok(Page::default())
    }
    fn commit(&self, batch: Batch) -> Result<Commit, Self::Error> {
        *self.0.lock().unwrap() = Some(batch);
        Ok(Commit::Done)
    }
}

/// What the library would write for a request, worked out beforehand.
fn batch(desk: &Desk<Recording>) -> (RequestId, Batch) {
    let (context, tell) = next();
    desk.run(&context, tell).unwrap();
    let batch = desk.store().0.lock().unwrap().take().unwrap();
    (context.request, batch)
}

/// Hand-written SQL on one connection.
struct ByHand {
    client: Client,
    receipt: Statement,
    row: Statement,
    terms: Statement,
    whole: Statement,
}

const TERMS: &str = "INSERT INTO SCHEMA.term (idx, scope, rank, kind, id)
    SELECT * FROM unnest(ARG1::smallint[], ARG2::uuid[], ARG3::bigint[], ARG4::smallint[], ARG5::uuid[])";

impl ByHand {
    async fn connect(url: &str, schema: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(connection);
        let within = |sql: &str, first: usize| {
            let mut sql = sql.replace("SCHEMA", schema);
            for n in 1..=5 {
                sql = sql.replace(&format!("ARG{n}"), &format!("${}", first + n - 1));
            }
            sql
        };
        let receipt = within(
            "SELECT version FROM SCHEMA.record WHERE kind = $1 AND id = $2",
            1,
        );
        let row = within(
            "INSERT INTO SCHEMA.record (kind, id, version, customer, body) VALUES ($1, $2, $3, $4, $5)",
            1,
        );
        let whole = within(
            &format!(
                "WITH first AS (INSERT INTO SCHEMA.record (kind, id, version, customer, body)
                VALUES ($6, $7, $8, $9, $10), ($11, $12, $13, $14, $15)) {TERMS}"
            ),
            1,
        );
        Self {
            receipt: client.prepare(&receipt).await.unwrap(),
            row: client.prepare(&row).await.unwrap(),
            terms: client.prepare(&within(TERMS, 1)).await.unwrap(),
            whole: client.prepare(&whole).await.unwrap(),
            client,
        }
    }

    /// BEGIN, is it there, a row, a row, the terms, COMMIT.
    async fn script(&self, request: RequestId, batch: &Batch) {
        self.client.batch_execute("BEGIN").await.unwrap();
        let kind = i16::from(Kind::Entry.code());
        let found = self
            .client
            .query(&self.receipt, &[&kind, &request.uuid()])
            .await
            .unwrap();
        assert!(found.is_empty());
        for put in &batch.puts {
            let (kind, id, version, customer, body) = columns(put);
            self.client
                .execute(&self.row, &[&kind, &id, &version, &customer, &Json(body)])
                .await
                .unwrap();
        }
        let (a, b, c, d, e) = terms(batch);
        self.client
            .execute(&self.terms, &[&a, &b, &c, &d, &e])
            .await
            .unwrap();
        self.client.batch_execute("COMMIT").await.unwrap();
    }

    /// Everything in one statement, which fails if the request was there before.
    async fn whole(&self, batch: &Batch) {
        let (a, b, c, d, e) = terms(batch);
        let [one, two] = [columns(&batch.puts[0]), columns(&batch.puts[1])];
        let (body_one, body_two) = (Json(one.4), Json(two.4));
        self.client
            .execute(
                &self.whole,
                &[
                    &a, &b, &c, &d, &e, &one.0, &one.1, &one.2, &one.3, &body_one, &two.0, &two.1,
                    &two.2, &two.3, &body_two,
                ],
            )
            .await
            .unwrap();
    }
}

type Columns<'a> = (i16, Uuid, i64, Option<Uuid>, &'a aftercare::record::Record);

fn columns(put: &Put) -> Columns<'_> {
    let record = put.record.as_ref().unwrap();
    let customer = record.owner().map(|owner| owner.uuid());
    (
        put.key.kind.code().into(),
        put.key.id,
        put.version,
        customer,
        record,
    )
}

type Terms = (Vec<i16>, Vec<Uuid>, Vec<i64>, Vec<i16>, Vec<Uuid>);

fn terms(batch: &Batch) -> Terms {
    let mut all = Terms::default();
    for put in &batch.puts {
        for Term { index, scope, rank } in &put.add {
            all.0.push(index.code().into());
            all.1.push(*scope);
            all.2.push(*rank);
            all.3.push(put.key.kind.code().into());
            all.4.push(put.key.id);
        }
    }
    all
}

/// The four ways.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Library,
    Store,
    Script,
    Whole,
}

const WAYS: [(Way, &str); 4] = [
    (Way::Library, "library"),
    (Way::Store, "store alone"),
    (Way::Script, "six statements"),
    (Way::Whole, "one statement"),
];

struct Bench {
    url: String,
    settings: String,
    schema: String,
}

impl Bench {
    /// The URL with settings for each connection.
    fn url(&self) -> String {
        let mark = if self.url.contains('?') { '&' } else { '?' };
        format!("{}{mark}options={}", self.url, self.settings)
    }

    async fn store(&self, connections: usize) -> PostgresStore {
        let options = PostgresOptions::new(&self.schema).connections(connections);
        options.open(&self.url()).await.unwrap()
    }

    /// Commands a second in one way, over so many connections. Whatever needs no database is worked out
    /// before the clock runs, but for what the library itself does for a command.
    async fn rate(&self, way: Way, connections: usize, time: Duration) -> f64 {
        let store = self.store(connections).await;
        let barrier = Arc::new(Barrier::new(connections + 1));
        let workers = (0..connections).map(|_| {
            let (store, barrier) = (store.clone(), Arc::clone(&barrier));
            let (url, schema) = (self.url(), self.schema.clone());
            tokio::spawn(async move {
                let by_hand = ByHand::connect(&url, &schema).await;
                let desk = Desk::new(store, rulebook());
                let jobs = jobs(way, MOST / connections);
                // Prepares its statements.
                for job in self::jobs(way, 1) {
                    job.carry_out(&desk, &by_hand).await;
                }
                barrier.wait().await;
                let (mut done, start) = (0_u32, Instant::now());
                for job in jobs {
                    if start.elapsed() > time {
                        break;
                    }
                    job.carry_out(&desk, &by_hand).await;
                    done += 1;
                }
                done
            })
        });
        let workers: Vec<_> = workers.collect();
        barrier.wait().await;
        let start = Instant::now();
        let mut done = 0;
        for worker in workers {
            done += worker.await.unwrap();
        }
        f64::from(done) / start.elapsed().as_secs_f64()
    }
}

/// The most commands of one measurement, over all connections.
const MOST: usize = 6_000;

/// A command that is ready to be carried out.
enum Job {
    Library(Context, Tell),
    Store(Batch),
    Script(RequestId, Batch),
    Whole(Batch),
}

fn jobs(way: Way, count: usize) -> Vec<Job> {
    let desk = Desk::new(Recording::default(), rulebook());
    let job = |_| match way {
        Way::Library => {
            let (context, tell) = next();
            Job::Library(context, tell)
        }
        Way::Store => Job::Store(batch(&desk).1),
        Way::Script => {
            let (request, batch) = batch(&desk);
            Job::Script(request, batch)
        }
        Way::Whole => Job::Whole(batch(&desk).1),
    };
    (0..count).map(job).collect()
}

impl Job {
    async fn carry_out(self, desk: &Desk<PostgresStore>, by_hand: &ByHand) {
        match self {
            Self::Library(context, tell) => {
                black_box(desk.run_async(&context, tell).await.unwrap());
            }
            Self::Store(batch) => {
                assert_eq!(desk.store().commit(batch).await.unwrap(), Commit::Done);
            }
            Self::Script(request, batch) => by_hand.script(request, &batch).await,
            Self::Whole(batch) => by_hand.whole(&batch).await,
        }
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

async fn throughput(bench: &Bench, title: &str, rounds: usize) {
    for connections in [1, 4, 16] {
        let mut rates = [const { Vec::new() }; 4];
        for _ in 0..rounds {
            for (n, (way, _)) in WAYS.into_iter().enumerate() {
                rates[n].push(
                    bench
                        .rate(way, connections, Duration::from_millis(600))
                        .await,
                );
            }
        }
        let rates = rates.map(median);
        print!("{title}, {connections:2} connections:");
        for ((_, name), rate) in WAYS.iter().zip(rates) {
            print!("  {name} {rate:.0}/s");
        }
        println!(
            "  -- library {:.2} x six, {:.2} x one; store {:.2} x six, {:.2} x one",
            rates[0] / rates[2],
            rates[0] / rates[3],
            rates[1] / rates[2],
            rates[1] / rates[3]
        );
    }
}

const MILLION: i64 = 1_000_000;

/// The first thousand of a million that are due.
async fn due(bench: &Bench) {
    let store = bench.store(1).await;
    let by_hand = ByHand::connect(&bench.url(), &bench.schema).await;
    let fill = format!(
        "INSERT INTO {}.term (idx, scope, rank, kind, id)
        SELECT {}, '{}', n::bigint * 1000000, {}, md5(n::text)::uuid FROM generate_series(1, {MILLION}) AS n ORDER BY md5(n::text)",
        bench.schema,
        Index::Due.code(),
        Uuid::from_u128(99),
        Kind::Case.code()
    );
    by_hand.client.batch_execute(&fill).await.unwrap();
    let tidy = format!("VACUUM ANALYZE {}.term", bench.schema);
    by_hand.client.batch_execute(&tidy).await.unwrap();
    let query = Query::new(Index::Due, Uuid::from_u128(99))
        .up_to(MILLION * MILLION / 2)
        .limit(1_000);
    let sql = format!(
        "SELECT rank, kind, id FROM {}.term WHERE idx = $1 AND scope = $2 AND rank <= $3
        ORDER BY rank, kind, id LIMIT 1000",
        bench.schema
    );
    let bare = by_hand.client.prepare(&sql).await.unwrap();
    let (mut library, mut hand) = (Vec::new(), Vec::new());
    for _ in 0..500 {
        let start = Instant::now();
        let page = store.find(black_box(&query)).await.unwrap();
        library.push(start.elapsed().as_secs_f64() * 1e6);
        assert_eq!(page.found.len(), 1_000);
        let start = Instant::now();
        let index = i16::from(query.index.code());
        let rows = by_hand
            .client
            .query(&bare, &[&index, &query.scope, &query.to])
            .await
            .unwrap();
        let found: Vec<(i64, i16, Uuid)> = rows
            .iter()
            .map(|row| (row.get(0), row.get(1), row.get(2)))
            .collect();
        hand.push(start.elapsed().as_secs_f64() * 1e6);
        assert_eq!(black_box(found).len(), 1_000);
    }
    let (library, hand) = (median(library), median(hand));
    println!(
        "first 1000 due of a million: library {library:.0} us, bare query {hand:.0} us, ratio {:.2}",
        library / hand
    );
}

/// How much more several workers do: processes of their own, each with four connections.
async fn scaling(bench: &Bench) {
    let mut first = None;
    for workers in [1, 2, 4] {
        let mut children: Vec<_> = (0..workers)
            .map(|_| {
                std::process::Command::new(std::env::current_exe().unwrap())
                    .env("AFTERCARE_BENCH_WORKER", &bench.schema)
                    .stdout(std::process::Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        let mut rate = 0.0;
        for child in children.drain(..) {
            let output = child.wait_with_output().unwrap();
            rate += String::from_utf8(output.stdout)
                .unwrap()
                .trim()
                .parse::<f64>()
                .unwrap();
        }
        let first = *first.get_or_insert(rate);
        println!("{workers} workers: {rate:.0}/s, {:.2} x one", rate / first);
    }
}

#[tokio::main]
async fn main() {
    // `cargo test --benches` only builds and starts it.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let Ok(url) = std::env::var("AFTERCARE_POSTGRES_URL") else {
        eprintln!("SKIPPED: AFTERCARE_POSTGRES_URL is not set");
        return;
    };
    let durable = "-c%20synchronous_commit=on".to_owned();
    if let Ok(schema) = std::env::var("AFTERCARE_BENCH_WORKER") {
        let settings = "-c%20synchronous_commit=off".to_owned();
        let bench = Bench {
            url,
            schema,
            settings,
        };
        println!(
            "{}",
            bench.rate(Way::Library, 4, Duration::from_secs(4)).await
        );
        return;
    }
    let schema = format!("aftercare_bench_{}", std::process::id());
    let mut bench = Bench {
        url,
        schema,
        settings: durable,
    };
    throughput(&bench, "every commit waits for the disk", 5).await;
    bench.settings = "-c%20synchronous_commit=off".to_owned();
    throughput(&bench, "commits do not wait for the disk", 5).await;
    scaling(&bench).await;
    due(&bench).await;
    let by_hand = ByHand::connect(&bench.url(), &bench.schema).await;
    let drop = format!("DROP SCHEMA {} CASCADE", bench.schema);
    by_hand.client.batch_execute(&drop).await.unwrap();
}
