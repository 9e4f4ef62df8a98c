//! One process of many. It can end at any moment and be started again.

use std::io::{BufRead, Write, stdin, stdout};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::Duration;

use aftercare::adapters::{NatsCourier, PostgresStore};
use aftercare::desk::{Desk, Left};
use aftercare::kernel::{Actor, Context, Digest, Requests};
use aftercare::record::Share;
use aftercare::work::Refusal;
use tokio::runtime::Runtime;

use crate::log::{Log, Row};
use crate::place::Place;
use crate::setup::{Setup, rulebook};
use crate::{Result, replay, rules};

/// How many times in a row everything may fail before the worker gives up.
const TRIES: u32 = 200;

/// Says something to the program that started this worker.
fn say(word: &str) {
    // Without anybody to hear it there is nothing to go on for.
    if writeln!(stdout(), "{word}").is_err() {
        std::process::exit(1);
    }
}

/// A number for the incident of a row, by which the incidents are shared out.
fn hash(row: &Row) -> u128 {
    Digest::public().with_str(row.number.as_str()).finish()
}

/// Whether a row is taken: every tenth incident is never closed, so that its clocks run on and there is something to wake.
pub fn stays(row: &Row) -> bool {
    row.state.as_str() != rules::CLOSED || !(hash(row) / 7).is_multiple_of(10)
}

/// Imports a share of the log, then wakes, relays and publishes until told to stop.
pub fn work(setup: &Setup, number: u8) -> Result<()> {
    let runtime = Runtime::new()?;
    let rulebook = rulebook()?;
    let (store, courier) = patiently(|| {
        let store = runtime.block_on(setup.store())?;
        Ok((store, runtime.block_on(setup.courier())?))
    })?;
    let place = Place::Database(runtime.handle().clone(), store.clone());
    let desk = Desk::new(place, rulebook.clone());
    let is_mine = |row: &Row| stays(row) && hash(row) % u128::from(setup.workers) == number.into();
    // Whatever fails is begun again: what was imported is passed over.
    patiently(|| replay::replay(&desk, &mut Log::open(&setup.file)?, false, is_mine))?;
    say("imported");

    let orders = orders();
    let share = Share::new(number, setup.workers).ok_or("there is no such share")?;
    let upkeep = Upkeep {
        setup,
        desk: Desk::new(store, rulebook),
        courier,
        share,
    };
    runtime.block_on(upkeep.go_on(&orders))
}

/// Tries again, for the servers may be away for a while.
fn patiently<T>(mut act: impl FnMut() -> Result<T>) -> Result<T> {
    let mut tries = 0;
    loop {
        match act() {
            Err(problem) if tries < TRIES => {
                tries += 1;
                say(&format!("again {problem}").replace('\n', " "));
                std::thread::sleep(Duration::from_millis(200));
            }
            ended => return ended,
        }
    }
}

/// What comes in on standard input, a line each: `wake` when everything is imported.
fn orders() -> Receiver<String> {
    let (sender, orders) = channel();
    std::thread::spawn(move || {
        for line in stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    orders
}

struct Upkeep<'a> {
    setup: &'a Setup,
    desk: Desk<PostgresStore>,
    courier: NatsCourier,
    share: Share,
}

impl Upkeep<'_> {
    /// Goes round until standard input ends.
    async fn go_on(&self, orders: &Receiver<String>) -> Result<()> {
        let seed = u128::from(std::process::id()) << 64
            | u128::from(self.setup.now().timestamp_micros().unsigned_abs());
        let mut requests = Requests::of(Actor::System, seed);
        let mut wakes = false;
        let mut failures = 0;
        loop {
            match orders.try_recv() {
                Ok(_) => wakes = true,
                Err(TryRecvError::Disconnected) => return Ok(()),
                Err(TryRecvError::Empty) => {}
            }
            match self.round(&mut requests, wakes).await {
                Ok(0) => {
                    say(if wakes { "idle" } else { "waiting" });
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Ok(_) => failures = 0,
                Err(problem) => {
                    failures += 1;
                    if failures > TRIES {
                        return Err(problem);
                    }
                    say(&format!("again {problem}"));
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        }
    }

    /// Does what is due, a bounded part of it: of its own share first, and where that has nothing, of everybody's, for
    /// somebody may be missing. Answers how much it was, or is still to be done by somebody.
    async fn round(&self, requests: &mut Requests, wakes: bool) -> Result<u32> {
        let mut done = 0;
        for share in [self.share, Share::ALL] {
            if wakes {
                done += self.wake(&requests.at(self.setup.now()), share).await?;
            }
            done += self.relay(&requests.at(self.setup.now()), share).await?;
            if done > 0 {
                break;
            }
        }
        let context = requests.at(self.setup.now());
        let tell = |entry| self.courier.tell(entry);
        let followed = self.desk.follow_async(&context, 1_000, tell).await?;
        say(&format!("published {}", followed.told));
        match followed.stopped {
            Some(problem) => Err(problem.into()),
            None => Ok(done + followed.told + u32::from(followed.is_busy)),
        }
    }

    async fn wake(&self, context: &Context, share: Share) -> Result<u32> {
        let woken = self.desk.wake_async(context, share, 200).await?;
        say(&format!("woken {}", woken.woken));
        match woken.left.first() {
            // Another was faster; it is looked at again.
            None | Some((_, Left::Refused(Refusal::NothingDue { .. }) | Left::Contention)) => {
                Ok(woken.woken + woken.by_others)
            }
            Some((key, left)) => Err(format!("{key} was left: {left}").into()),
        }
    }

    async fn relay(&self, context: &Context, share: Share) -> Result<u32> {
        let relayed = self
            .desk
            .relay_async(context, &self.courier, share, 50)
            .await?;
        let handed = relayed.sent + relayed.postponed + relayed.died + relayed.unsettled;
        say(&format!("handed {handed}"));
        match relayed.failures.into_iter().next() {
            Some((_, problem)) => Err(problem.into()),
            None => Ok(handed + relayed.held_back + relayed.skipped),
        }
    }
}
