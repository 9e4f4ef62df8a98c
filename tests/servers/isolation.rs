//! Whether the preconditions hold under READ COMMITTED: many transactions at once, then a judge who looks at
//! what was committed.
//!
//! Every transaction reads some keys, absent ones among them, and writes some. As each says which
//! version it read and each version is written once, what was committed can be put in order afterwards:
//! whoever wrote a version comes before those who read it, and these before whoever wrote the next. If
//! that has no circle, there is an order one behind the other that gives the same: then there was no lost update,
//! no write skew and no phantom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use aftercare::adapters::PostgresStore;
use aftercare::record::{Batch, Commit, Expect, Key, Put, Row, Terms};
use aftercare::store::AsyncStore;

use crate::database::Database;
use crate::support::{batch, message, message_key};

/// What one transaction read and wrote.
#[derive(Clone, Debug)]
struct Done {
    read: BTreeMap<Key, Expect>,
    wrote: BTreeMap<Key, i64>,
}

/// What is wrong with a history, if anything.
fn judge(history: &[Done]) -> Result<(), String> {
    let mut writers = BTreeMap::new();
    let mut followers = BTreeMap::new();
    for (n, done) in history.iter().enumerate() {
        for (key, version) in &done.wrote {
            writers.insert((*key, *version), n);
            if let Some(before) = done.read.get(key)
                && let Some(other) = followers.insert((*key, as_number(*before)), n)
            {
                return Err(format!(
                    "{other} and {n} both wrote over {before:?} of {key}"
                ));
            }
        }
    }
    let mut after: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); history.len()];
    for (n, done) in history.iter().enumerate() {
        for (key, expect) in &done.read {
            let seen = (*key, as_number(*expect));
            if let Some(writer) = writers.get(&seen) {
                after[*writer].insert(n);
            }
            if let Some(follower) = followers.get(&seen).filter(|follower| **follower != n) {
                after[n].insert(*follower);
            }
        }
    }
    // Takes away whoever has nobody before him, until nobody is left.
    let mut before = vec![0; history.len()];
    for next in after.iter().flatten() {
        before[*next] += 1;
    }
    let mut free: Vec<usize> = (0..history.len()).filter(|n| before[*n] == 0).collect();
    let mut ordered = 0;
    while let Some(n) = free.pop() {
        ordered += 1;
        for next in &after[n] {
            before[*next] -= 1;
            if before[*next] == 0 {
                free.push(*next);
            }
        }
    }
    if ordered == history.len() {
        Ok(())
    } else {
        Err(format!(
            "{} transactions stand in a circle",
            history.len() - ordered
        ))
    }
}

/// Absent is a version below all that the tests write.
fn as_number(expect: Expect) -> i64 {
    match expect {
        Expect::Absent => -1,
        Expect::At(version) => version,
    }
}

/// Numbers that look drawn, from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// What a flawed store would forget to check.
#[derive(Clone, Copy, PartialEq)]
enum Flaw {
    None,
    /// Keys that were only read.
    OnlyRead,
    /// Keys that were only read and absent.
    OnlyReadAbsent,
    /// Everything.
    All,
}

impl Flaw {
    fn spoil(self, batch: &mut Batch) {
        let written: Vec<Key> = batch.puts.iter().map(|put| put.key).collect();
        batch.expect.retain(|(key, expect)| match self {
            Self::None => true,
            Self::OnlyRead => written.contains(key),
            Self::OnlyReadAbsent => written.contains(key) || *expect != Expect::Absent,
            Self::All => false,
        });
    }
}

const WORKERS: u64 = 8;

/// One worker's transactions over `keys`; answers with those that were committed.
async fn work(
    store: PostgresStore,
    mut dice: Dice,
    counter: Arc<AtomicI64>,
    keys: Vec<Key>,
    flaw: Flaw,
) -> Vec<Done> {
    let mut history = Vec::new();
    for _ in 0..120 {
        let mut chosen: Vec<Key> = Vec::new();
        for _ in 0..2 + dice.roll(2) {
            let key = keys[dice.roll(keys.len() as u64) as usize];
            if !chosen.contains(&key) {
                chosen.push(key);
            }
        }
        let rows = store.load(&chosen).await.unwrap();
        let mut batch = Batch::default();
        let mut done = Done {
            read: BTreeMap::new(),
            wrote: BTreeMap::new(),
        };
        for (key, row) in chosen.iter().zip(rows) {
            let expect = row
                .as_ref()
                .map_or(Expect::Absent, |Row { version, .. }| Expect::At(*version));
            batch.expect.push((*key, expect));
            done.read.insert(*key, expect);
        }
        // Writes the first, and perhaps the second: so others are only read.
        let count = 1 + dice.roll(2) as usize;
        for key in chosen.iter().take(count.min(chosen.len())) {
            let version = counter.fetch_add(1, Ordering::Relaxed);
            let record = (dice.roll(4) > 0).then(|| message(key.id.as_u128(), "-"));
            batch.puts.push(Put {
                key: *key,
                version,
                record,
                add: Terms::new(),
                remove: Terms::new(),
            });
            done.wrote.insert(*key, version);
        }
        flaw.spoil(&mut batch);
        if store.commit(batch).await.unwrap() == Commit::Done {
            history.push(done);
        }
    }
    history
}

/// Everything that is committed when workers write over `keys` at once.
async fn history(database: &Database, seed: u64, keys: &[Key], flaw: Flaw) -> Vec<Done> {
    let store = database.options().connections(WORKERS as usize);
    let store = store.open(&database.url).await.unwrap();
    let counter = Arc::new(AtomicI64::new(0));
    let workers = (0..WORKERS).map(|worker| {
        let dice = Dice(seed << 8 | worker);
        tokio::spawn(work(
            store.clone(),
            dice,
            counter.clone(),
            keys.to_vec(),
            flaw,
        ))
    });
    let mut history = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        history.extend(worker.await.unwrap());
    }
    history
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_committed_at_once_could_have_been_committed_one_by_one() {
    if Database::find().is_none() {
        return;
    }
    for seed in 0..2 {
        let database = Database::find().unwrap();
        // Few keys, all there after a moment.
        let keys: Vec<Key> = (1..=4).map(message_key).collect();
        let few = history(&database, seed, &keys, Flaw::None).await;
        judge(&few).unwrap();
        assert!(
            few.len() > 50,
            "hardly anything was committed: {}",
            few.len()
        );
        // New keys all the time: absent ones are read and come into being.
        for round in 0..6_u128 {
            let keys: Vec<Key> = (1..=8)
                .map(|n| message_key((round + 1) << 16 | n))
                .collect();
            judge(&history(&database, seed, &keys, Flaw::None).await).unwrap();
        }
    }
}

/// The judge finds what a store without these checks would let through.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_judge_finds_skew_and_lost_updates() {
    if Database::find().is_none() {
        return;
    }
    for flaw in [Flaw::OnlyRead, Flaw::OnlyReadAbsent, Flaw::All] {
        let database = Database::find().unwrap();
        let mut found = false;
        for round in 0..60_u128 {
            let keys: Vec<Key> = (1..=4).map(|n| message_key(round << 16 | n)).collect();
            found |= judge(&history(&database, round as u64, &keys, flaw).await).is_err();
            if found {
                break;
            }
        }
        assert!(found, "the judge finds nothing");
    }
}

/// Two that each make what the other expects to be absent: one at most.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_that_exclude_each_other_one_comes_into_being() {
    let Some(database) = Database::find() else {
        return;
    };
    let store = database.store().await;
    let mut decided = 0;
    for n in 0..200_u128 {
        let (a, b) = (message_key(2 * n + 1), message_key(2 * n + 2));
        let claim = |mine: Key, other: Key| {
            let mut claim = batch(mine, Expect::Absent, 1, Some(message(1, "-")));
            claim.expect.push((other, Expect::Absent));
            let store = store.clone();
            tokio::spawn(async move { store.commit(claim).await.unwrap() })
        };
        let (one, two) = (claim(a, b), claim(b, a));
        let done = [one.await.unwrap(), two.await.unwrap()];
        let done = done
            .iter()
            .filter(|commit| **commit == Commit::Done)
            .count();
        let rows = store.load(&[a, b]).await.unwrap();
        let there = rows.iter().flatten().count();
        assert_eq!(
            there, done,
            "what stood in for an absent row is still there"
        );
        assert_eq!(done, 1);
        decided += done;
    }
    assert_eq!(decided, 200);
}

/// A rule over a set keeps when everyone who adds to the set writes its guard.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_guard_record_keeps_a_set_to_its_limit() {
    let Some(database) = Database::find() else {
        return;
    };
    let store = database.store().await;
    let guard = message_key(1_000);
    let adders = (1..=16_u128).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut patience = 200;
            loop {
                let row = store.load(&[guard]).await.unwrap().remove(0);
                let count = row.as_ref().map_or(0, |row| row.version);
                if count == 3 {
                    return false;
                }
                let expect = row.map_or(Expect::Absent, |row| Expect::At(row.version));
                let mut add = batch(guard, expect, count + 1, None);
                let member = batch(message_key(n), Expect::Absent, 1, None);
                add.expect.extend(member.expect);
                add.puts.extend(member.puts);
                if store.commit(add).await.unwrap() == Commit::Done {
                    return true;
                }
                patience -= 1;
                assert!(patience > 0, "it never came to an end");
            }
        })
    });
    let mut added = 0;
    for adder in adders.collect::<Vec<_>>() {
        added += u32::from(adder.await.unwrap());
    }
    let keys: Vec<Key> = (1..=16).map(message_key).collect();
    let there = store.load(&keys).await.unwrap().iter().flatten().count();
    assert_eq!((added, there), (3, 3));
}

/// Given up at any point, a batch is there as a whole or not at all, and the store goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_is_given_up_is_whole_or_was_never_made() {
    let Some(database) = Database::find() else {
        return;
    };
    let store = database
        .options()
        .connections(3)
        .open(&database.url)
        .await
        .unwrap();
    let (mut landed, mut lost) = (0, 0);
    for n in 0..300_u128 {
        let keys: Vec<Key> = (1..=5).map(|i| message_key(n * 10 + i)).collect();
        let mut whole = Batch::default();
        for key in &keys {
            let one = batch(*key, Expect::Absent, 1, Some(message(1, "-")));
            whole.expect.extend(one.expect);
            whole.puts.extend(one.puts);
        }
        // Every other one has a key that is only expected to be absent: several statements.
        if n % 2 == 0 {
            whole.expect.push((message_key(n * 10 + 9), Expect::Absent));
        }
        let wait = Duration::from_micros((n as u64 * 37) % 3_000);
        let given_up = tokio::time::timeout(wait, store.commit(whole.clone()))
            .await
            .is_err();
        // The same again meets what may still be landing, and waits for it.
        let again = store.commit(whole).await.unwrap();
        let rows = store.load(&keys).await.unwrap();
        assert_eq!(rows.iter().flatten().count(), 5, "of batch {n}");
        if given_up {
            *if again == Commit::Done {
                &mut lost
            } else {
                &mut landed
            } += 1;
        } else {
            assert_eq!(again, Commit::Conflict);
        }
        assert!(store.load(&[message_key(n * 10 + 9)]).await.unwrap()[0].is_none());
    }
    println!("given up: {landed} landed, {lost} did not");
    assert!(landed > 0 && lost > 0, "{landed} landed, {lost} did not");
}
