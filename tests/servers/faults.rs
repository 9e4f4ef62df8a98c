//! Faults for real: workers killed, servers restarted, connections cut, a clock that is wrong.
//!
//! `AFTERCARE_SEEDS` says how many orders of chances are tried; 2 when absent.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use aftercare::adapters::{PostgresOptions, PostgresStore};
use aftercare::desk::Desk;
use aftercare::record::Record;
use aftercare::store::AsyncStore;
use serde_json::Value;
use tokio_postgres::config::Host;

use crate::broker::{OwnNats, free_port, is_root, program};
use crate::database::{Database, server};
use crate::support::{Count, Directory, context, rulebook};

/// The example; `cargo test` builds it, unless told to build only this.
fn example() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.push("examples");
    path.push(format!("workers{}", std::env::consts::EXE_SUFFIX));
    let mut build = Command::new(env!("CARGO"));
    build.args([
        "build",
        "--quiet",
        "--example",
        "workers",
        "--features",
        "nats,postgres",
    ]);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    build.current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(build.status().unwrap().success());
    path
}

/// The workers, on the first part of the log.
fn workers(log: &Log, arguments: &[&str]) -> Command {
    let mut workers = Command::new(example());
    workers.arg(log.0.file()).args(arguments).arg("--json");
    workers
}

struct Log(Directory);

impl Log {
    fn of(rows: usize) -> Self {
        let sample =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/incident_events.csv.gz");
        let mut text = String::new();
        let packed = std::fs::File::open(sample).unwrap();
        flate2::read::MultiGzDecoder::new(packed)
            .read_to_string(&mut text)
            .unwrap();
        let lines: Vec<&str> = text.lines().take(rows + 1).collect();
        let directory = Directory::new();
        std::fs::write(directory.file(), lines.join("\n")).unwrap();
        Self(directory)
    }
}

/// The totals of a run that ended well: what came out is what a single process gives.
fn totals(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{errors}{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let totals: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(totals["as_single"], true, "{totals}\n{errors}");
    totals
}

fn has_servers() -> bool {
    server("AFTERCARE_POSTGRES_URL").is_some() && server("AFTERCARE_NATS_URL").is_some()
}

fn seeds() -> u64 {
    let seeds = std::env::var("AFTERCARE_SEEDS").ok();
    seeds.and_then(|seeds| seeds.parse().ok()).unwrap_or(2)
}

#[test]
fn workers_that_are_killed_end_like_one_that_was_not() {
    if !has_servers() {
        return;
    }
    let log = Log::of(1_500);
    let (mut kills, mut late) = (0, 0);
    for seed in 1..=seeds() {
        let seed = seed.to_string();
        let run = workers(&log, &["--workers", "3", "--kill", "--seed", &seed])
            .output()
            .unwrap();
        let totals = totals(&run);
        kills += totals["kills"].as_u64().unwrap();
        late += totals["late_kills"].as_u64().unwrap();
    }
    println!("{kills} killed, {late} of them after the import");
    assert!(kills >= seeds(), "hardly anybody was killed: {kills}");
    assert!(
        late > 0,
        "nobody was killed who woke, handed over or published"
    );
}

#[test]
fn while_all_is_well_no_message_is_handed_over_twice() {
    if !has_servers() {
        return;
    }
    let run = workers(&Log::of(1_500), &["--workers", "3"])
        .output()
        .unwrap();
    let totals = totals(&run);
    assert_eq!(totals["handed"], totals["feed"]["messages"], "{totals}");
    assert_eq!(totals["failures"], 0, "{totals}");
    assert!(totals["woken"].as_u64().unwrap() > 0, "{totals}");
}

#[test]
fn a_clock_five_minutes_off_changes_nothing() {
    if !has_servers() {
        return;
    }
    for skew in ["300000", "-300000"] {
        let arguments = ["--workers", "2", "--skew", skew];
        totals(&workers(&Log::of(1_000), &arguments).output().unwrap());
    }
}

/// A PostgreSQL server that belongs to one test.
struct OwnPostgres {
    directory: PathBuf,
    bin: PathBuf,
    port: u16,
}

impl OwnPostgres {
    /// `None`, loudly, when the server's programs are not on this machine.
    fn start() -> Option<Self> {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok();
        let bins = versions
            .into_iter()
            .flatten()
            .flatten()
            .map(|version| version.path().join("bin"));
        let found = bins.filter(|bin| bin.join("initdb").exists()).max();
        let Some(bin) = found.or_else(|| program("initdb")?.parent().map(PathBuf::from)) else {
            server("PATH_WITH_INITDB");
            return None;
        };
        let directory = std::env::temp_dir().join(crate::database::fresh_name());
        std::fs::create_dir_all(&directory).unwrap();
        let own = Self {
            directory,
            bin,
            port: free_port(),
        };
        own.as_server(&format!("chmod 700 {0} || true", own.directory.display()));
        own.as_server(&format!(
            "{}/initdb -D {}/data -A trust -U postgres",
            own.bin.display(),
            own.directory.display()
        ));
        own.up();
        Some(own)
    }

    /// The server refuses to run as root; then it is run as its own user.
    fn as_server(&self, line: &str) {
        let mut command = if is_root() {
            let directory = &self.directory;
            assert!(
                Command::new("chown")
                    .arg("postgres")
                    .arg(directory)
                    .status()
                    .unwrap()
                    .success()
            );
            let mut command = Command::new("su");
            command.args(["postgres", "-s", "/bin/sh", "-c", line]);
            command
        } else {
            let mut command = Command::new("sh");
            command.args(["-c", line]);
            command
        };
        let status = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/")
            .status();
        assert!(status.unwrap().success(), "{line}");
    }

    fn up(&self) {
        let (bin, directory, port) = (self.bin.display(), self.directory.display(), self.port);
        self.as_server(&format!(
            "{bin}/pg_ctl -w -t 60 -D {directory}/data -l {directory}/log -o '-k {directory} -p {port} -c listen_addresses=127.0.0.1' start"
        ));
    }

    /// Ends it as a power failure of the process would.
    fn down(&self) {
        let (bin, directory) = (self.bin.display(), self.directory.display());
        self.as_server(&format!(
            "{bin}/pg_ctl -m immediate -D {directory}/data stop"
        ));
    }

    fn url(&self) -> String {
        format!(
            "postgresql://postgres@127.0.0.1:{}/postgres?connect_timeout=5",
            self.port
        )
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        let (bin, directory) = (self.bin.display(), self.directory.display());
        let stop = format!("{bin}/pg_ctl -m immediate -D {directory}/data stop || true");
        self.as_server(&stop);
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

fn is_running(child: &mut Child) -> bool {
    child.try_wait().unwrap().is_none()
}

/// Both servers are ended without warning, several times, while workers import, wake and relay.
#[test]
fn servers_that_are_restarted_under_load_lose_and_double_nothing() {
    if !has_servers() {
        return;
    }
    let Some(postgres) = OwnPostgres::start() else {
        return;
    };
    let mut nats = OwnNats::start();
    let log = Log::of(3_000);
    let mut run = workers(&log, &["--workers", "3"])
        .env("AFTERCARE_POSTGRES_URL", postgres.url())
        .env("AFTERCARE_NATS_URL", nats.url())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut restarts = 0;
    for round in 0..6 {
        std::thread::sleep(Duration::from_millis(1_500));
        if !is_running(&mut run) {
            break;
        }
        if round % 2 == 0 {
            postgres.down();
            std::thread::sleep(Duration::from_millis(300));
            postgres.up();
        } else {
            nats.kill();
            std::thread::sleep(Duration::from_millis(300));
            nats.restart();
        }
        restarts += u32::from(is_running(&mut run));
    }
    let output = run.wait_with_output().unwrap();
    let totals = totals(&output);
    println!(
        "{restarts} restarts, {} failures got over",
        totals["failures"]
    );
    assert!(restarts >= 2, "it was over too soon: {restarts}");
}

/// Stands between the store and the database, and now and then swallows an answer and cuts the connection.
struct Cutter {
    port: u16,
    cuts: Arc<AtomicU64>,
    is_over: Arc<AtomicBool>,
}

impl Cutter {
    fn before(url: &str) -> (Self, String) {
        let config: tokio_postgres::Config = url.parse().unwrap();
        let host = config.get_hosts()[0].clone();
        let to = config.get_ports().first().copied().unwrap_or(5432);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (cuts, is_over) = (
            Arc::new(AtomicU64::new(0)),
            Arc::new(AtomicBool::new(false)),
        );
        let cutter = Self {
            port,
            cuts: Arc::clone(&cuts),
            is_over: Arc::clone(&is_over),
        };
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                let server = reach(&host, to);
                let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                std::thread::spawn(move || {
                    let _ = std::io::copy(&mut from, &mut to);
                    let _ = to.shutdown(std::net::Shutdown::Both);
                });
                let cuts = Arc::clone(&cuts);
                std::thread::spawn(move || cut(server, client, &cuts));
            }
        });
        let name = config.get_dbname().unwrap_or("postgres");
        let user = config.get_user().unwrap_or("postgres");
        let url = format!("postgresql://{user}@127.0.0.1:{}/{name}", cutter.port);
        (cutter, url)
    }
}

impl Drop for Cutter {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// A connection to the database, of whichever kind.
fn reach(host: &Host, port: u16) -> UnixStream {
    match host {
        Host::Tcp(host) => {
            let stream = TcpStream::connect((host.as_str(), port)).unwrap();
            UnixStream::from(OwnedFd::from(stream))
        }
        Host::Unix(path) => UnixStream::connect(path.join(format!(".s.PGSQL.{port}"))).unwrap(),
    }
}

/// Hands answers on; of those after the first few about each twentieth is swallowed.
fn cut(mut server: UnixStream, mut client: TcpStream, cuts: &AtomicU64) {
    let mut bytes = [0; 65_536];
    for n in 0_u64.. {
        let Ok(count @ 1..) = server.read(&mut bytes) else {
            break;
        };
        let chance = cuts
            .load(Ordering::Relaxed)
            .wrapping_add(n)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            >> 40;
        if n > 8 && chance % 20 == 0 {
            cuts.fetch_add(1, Ordering::Relaxed);
            break;
        }
        if client.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = client.shutdown(std::net::Shutdown::Both);
    let _ = server.shutdown(std::net::Shutdown::Both);
}

/// The database has done it, the answer is lost: the same request again neither does it twice nor not at all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_cut_between_commit_and_answer_neither_loses_nor_doubles() {
    let Some(database) = Database::find() else {
        return;
    };
    drop(database.store().await);
    let (cutter, url) = Cutter::before(&database.url);
    let options = PostgresOptions::new(&database.schema)
        .connections(3)
        .patience(Duration::from_secs(5));
    let store = loop {
        if let Ok(store) = options.clone().open(&url).await {
            break store;
        }
    };
    let workers = (0..3_u128).map(|worker| {
        let desk: Desk<PostgresStore> = Desk::new(store.clone(), rulebook());
        tokio::spawn(async move {
            let mut failures = 0;
            for n in 0..100 {
                let context = context(worker << 32 | n);
                // The same request, until it is answered.
                while let Err(error) = desk.run_async(&context, Count { counter: 1 }).await {
                    assert!(
                        ["desk.store", "desk.contention"].contains(&error.code()),
                        "{error:?}"
                    );
                    failures += 1;
                    assert!(failures < 2_000, "{error:?}");
                }
            }
            failures
        })
    });
    let mut failures = 0;
    for worker in workers.collect::<Vec<_>>() {
        failures += worker.await.unwrap();
    }
    let cuts = cutter.cuts.load(Ordering::Relaxed);
    let row = database
        .store()
        .await
        .load(&[Count::key(1)])
        .await
        .unwrap()
        .remove(0);
    let Some(Record::Message(counter)) = row.unwrap().record else {
        panic!("no counter")
    };
    println!("{cuts} connections cut, {failures} requests asked again");
    assert!(
        cuts > 10 && failures > 10,
        "{cuts} cuts, {failures} failures"
    );
    assert_eq!(counter.failures, 300);
}
