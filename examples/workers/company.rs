//! Starts the workers, ends some of them, and compares what came out.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use aftercare::desk::Desk;
use serde::Serialize;
use tokio::runtime::Runtime;
use tokio_postgres::NoTls;

use crate::Result;
use crate::feed::{self, Feed};
use crate::outcome::{self, Outcome};
use crate::place::Place;
use crate::setup::{Setup, rulebook};

/// How long nothing may happen before the run is given up.
const STILL: Duration = Duration::from_secs(90);

/// What the run came to.
#[derive(Serialize)]
struct Totals {
    workers: u8,
    rows: u64,
    kills: u32,
    /// Of these, how many when everything was imported, while they woke, handed over and published.
    late_kills: u32,
    failures: u32,
    import_seconds: f64,
    seconds: f64,
    woken: u64,
    /// How often a message was handed over, before the stream dropped repetitions.
    handed: u64,
    feed: Feed,
    as_single: bool,
}

pub fn run(setup: &Setup) -> Result<()> {
    let runtime = Runtime::new()?;
    let store = runtime.block_on(setup.store())?;
    runtime.block_on(setup.courier())?;

    eprintln!("one process, in memory");
    let at = setup.now();
    let (single, rows) = outcome::single(setup, at)?;

    eprintln!(
        "{} processes on {} and {}",
        setup.workers,
        of(&setup.postgres),
        setup.nats
    );
    let mut company = Company::start(setup)?;
    let worked = company.work();
    company.dismiss();
    worked?;

    let place = Place::Database(runtime.handle().clone(), store);
    let many = Outcome::of(&Desk::new(place, rulebook()?), at)?;
    let feed = runtime.block_on(feed::read(setup, at))?;
    let totals = company.totals(rows, feed, &single, &many);
    runtime.block_on(clear(setup))?;
    totals.show(setup.json)?;
    if totals.as_single {
        Ok(())
    } else {
        Err("the outcome is not that of a single process".into())
    }
}

/// The host of a URL, without the password that may stand before it.
fn of(url: &str) -> &str {
    url.rsplit('@').next().unwrap_or_default()
}

async fn clear(setup: &Setup) -> Result<()> {
    feed::clear(setup).await?;
    let (client, connection) = tokio_postgres::connect(&setup.postgres, NoTls).await?;
    tokio::spawn(connection);
    let sql = format!("DROP SCHEMA \"{}\" CASCADE", setup.name);
    client.batch_execute(&sql).await?;
    Ok(())
}

/// A worker, and how far it is in this life.
struct Worker {
    process: Child,
    /// Which of the processes that had this number.
    life: u32,
    orders: Option<ChildStdin>,
    has_imported: bool,
    is_idle: bool,
}

struct Company<'a> {
    setup: &'a Setup,
    workers: Vec<Worker>,
    words: Receiver<(usize, u32, String)>,
    sender: Sender<(usize, u32, String)>,
    chance: u64,
    began: Instant,
    imported_after: Option<Duration>,
    kills: u32,
    late_kills: u32,
    failures: u32,
    woken: u64,
    handed: u64,
    published: u64,
}

impl<'a> Company<'a> {
    fn start(setup: &'a Setup) -> Result<Self> {
        let (sender, words) = channel();
        let mut company = Self {
            setup,
            workers: Vec::new(),
            words,
            sender,
            chance: setup.seed,
            began: Instant::now(),
            imported_after: None,
            kills: 0,
            late_kills: 0,
            failures: 0,
            woken: 0,
            handed: 0,
            published: 0,
        };
        for number in 0..usize::from(setup.workers) {
            let worker = company.hire(number, 0)?;
            company.workers.push(worker);
        }
        Ok(company)
    }

    /// Starts a process and listens to it.
    fn hire(&self, number: usize, life: u32) -> Result<Worker> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(self.setup.of_worker(u8::try_from(number)?))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let orders = process.stdin.take();
        let words = process.stdout.take().ok_or("no standard output")?;
        let sender = self.sender.clone();
        std::thread::spawn(move || {
            for word in BufReader::new(words).lines().map_while(Result::ok) {
                if sender.send((number, life, word)).is_err() {
                    return;
                }
            }
            // The end, expected or not.
            let _ = sender.send((number, life, "gone".to_owned()));
        });
        Ok(Worker {
            process,
            life,
            orders,
            has_imported: false,
            is_idle: false,
        })
    }

    /// Until everything is imported and nothing is left to do.
    fn work(&mut self) -> Result<()> {
        let mut heard = Instant::now();
        let mut told = Instant::now();
        let mut next_kill = self.wait();
        loop {
            match self.words.recv_timeout(Duration::from_millis(50)) {
                Ok((number, life, word)) => {
                    heard = Instant::now();
                    self.hear(number, life, &word)?;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err("nobody is there".into()),
            }
            if self.workers.iter().all(|worker| worker.has_imported)
                && self.imported_after.is_none()
            {
                self.imported_after = Some(self.began.elapsed());
            }
            if self.imported_after.is_some() && self.workers.iter().all(|worker| worker.is_idle) {
                return Ok(());
            }
            if self.setup.kill && self.may_kill() && next_kill < Instant::now() {
                self.kill()?;
                next_kill = self.wait();
            }
            if told.elapsed() > Duration::from_secs(2) {
                told = Instant::now();
                self.tell();
            }
            if heard.elapsed() > STILL {
                return Err("nothing has happened for too long".into());
            }
        }
    }

    fn hear(&mut self, number: usize, life: u32, word: &str) -> Result<()> {
        let wakes = self.imported_after.is_some();
        let Some(worker) = self
            .workers
            .get_mut(number)
            .filter(|worker| worker.life == life)
        else {
            return Ok(());
        };
        let (verb, rest) = word.split_once(' ').unwrap_or((word, ""));
        let count: u64 = rest.parse().unwrap_or(0);
        match verb {
            "imported" => worker.has_imported = true,
            "idle" => worker.is_idle = true,
            "again" => self.failures += 1,
            "woken" => self.woken += count,
            "handed" => self.handed += count,
            "published" => self.published += count,
            "gone" if self.failures > 1_000 => return Err("workers end again and again".into()),
            "gone" => {
                self.failures += 1;
                return self.replace(number);
            }
            _ => {}
        }
        if count > 0
            && let Some(worker) = self.workers.get_mut(number)
        {
            worker.is_idle = false;
        }
        if wakes
            && verb == "waiting"
            && let Some(orders) = self
                .workers
                .get_mut(number)
                .and_then(|worker| worker.orders.as_mut())
        {
            let _ = orders.write_all(b"wake\n");
        }
        Ok(())
    }

    /// Somebody could not go on: another takes the place.
    fn replace(&mut self, number: usize) -> Result<()> {
        let life = self.workers.get(number).map_or(0, |worker| worker.life);
        let mut next = self.hire(number, life + 1)?;
        if let Some(worker) = self.workers.get_mut(number) {
            std::mem::swap(worker, &mut next);
        }
        next.process.wait()?;
        Ok(())
    }

    /// Three for each worker while they import, and as many afterwards.
    fn may_kill(&self) -> bool {
        let most = 3 * u32::from(self.setup.workers);
        match self.imported_after {
            None => self.kills < most,
            Some(_) => self.late_kills < most,
        }
    }

    /// Ends somebody without a warning.
    fn kill(&mut self) -> Result<()> {
        let number = usize::try_from(self.roll(u64::from(self.setup.workers)))?;
        if let Some(worker) = self.workers.get_mut(number) {
            worker.process.kill()?;
            self.kills += 1;
            self.late_kills += u32::from(self.imported_after.is_some());
            return self.replace(number);
        }
        Ok(())
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.chance = self
            .chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.chance >> 33) % sides
    }

    fn wait(&mut self) -> Instant {
        Instant::now() + Duration::from_millis(100 + self.roll(700))
    }

    fn tell(&self) {
        let imported = self
            .workers
            .iter()
            .filter(|worker| worker.has_imported)
            .count();
        eprintln!(
            "{:5.1} s  {imported} of {} imported, {} woken, {} messages, {} entries, {} killed",
            self.began.elapsed().as_secs_f64(),
            self.setup.workers,
            self.woken,
            self.handed,
            self.published,
            self.kills
        );
    }

    /// Lets everybody go, by the end of their orders.
    fn dismiss(&mut self) {
        for worker in &mut self.workers {
            drop(worker.orders.take());
        }
        for worker in &mut self.workers {
            let until = Instant::now() + Duration::from_secs(10);
            while Instant::now() < until && matches!(worker.process.try_wait(), Ok(None)) {
                std::thread::sleep(Duration::from_millis(20));
            }
            let _ = worker.process.kill();
            let _ = worker.process.wait();
        }
    }

    fn totals(&self, rows: u64, feed: Feed, single: &Outcome, many: &Outcome) -> Totals {
        let is_once = feed.entries_again == 0 && feed.messages_again == 0 && feed.out_of_order == 0;
        let is_whole = feed.messages == single.messages;
        let measures = &single.measures;
        let is_measured = *measures == many.measures && *measures == feed.measures;
        if !is_measured {
            eprintln!("the measures differ");
        }
        let is_same = is_measured
            && single.figures == many.figures
            && (single.entries, single.messages) == (many.entries, many.messages);
        if !is_same {
            eprintln!(
                "single {} entries, {} messages: {}",
                single.entries, single.messages, single.figures
            );
            eprintln!(
                "many   {} entries, {} messages: {}",
                many.entries, many.messages, many.figures
            );
        }
        Totals {
            workers: self.setup.workers,
            rows,
            kills: self.kills,
            late_kills: self.late_kills,
            failures: self.failures,
            import_seconds: self.imported_after.unwrap_or_default().as_secs_f64(),
            seconds: self.began.elapsed().as_secs_f64(),
            woken: self.woken,
            handed: self.handed,
            feed,
            as_single: is_once && is_whole && is_same,
        }
    }
}

impl Totals {
    fn show(&self, json: bool) -> Result<()> {
        if json {
            println!("{}", serde_json::to_string_pretty(self)?);
            return Ok(());
        }
        let feed = &self.feed;
        println!(
            "{} rows of the log by {} workers in {:.1} s ({:.0} a second)",
            self.rows,
            self.workers,
            self.import_seconds,
            self.rows as f64 / self.import_seconds.max(0.001)
        );
        println!(
            "{} workers killed, {} of them after the import, {} failures got over",
            self.kills, self.late_kills, self.failures
        );
        println!(
            "{} messages through the broker, {} of them twice, after {} hand-overs",
            feed.messages, feed.messages_again, self.handed
        );
        println!(
            "{} journal entries published, {} twice, {} out of order",
            feed.entries, feed.entries_again, feed.out_of_order
        );
        println!(
            "folded from the feed: {} incidents opened, {} solved, {} transfers, {} of {} promises kept",
            feed.opened, feed.solved, feed.transferred, feed.kept.0, feed.kept.1
        );
        println!(
            "the outcome is {}that of a single process",
            if self.as_single { "" } else { "NOT " }
        );
        Ok(())
    }
}
