//! The suite passes the library's own stores, and catches stores that break a rule.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Mutex;

use aftercare::adapters::SqliteStore;
use aftercare::record::{Batch, Commit, Expect, Key, Order, Page, Put, Query, Record, Row, Term};
use aftercare::store::{AsyncStore, Blocking, MemoryStore, Store};
use aftercare::testing::suite::{self, AsyncBuilder, Builder, Report, Rule};
use aftercare::testing::{Faults, FaultyStore, generators};
use proptest::prelude::*;

use crate::support::Directory;

#[test]
fn the_memory_store_keeps_the_contract() {
    let report = suite::run(MemoryStore::new).into_result().unwrap();
    let unchecked: Vec<_> = report
        .findings()
        .iter()
        .flat_map(|f| f.unchecked())
        .collect();
    assert_eq!(unchecked.len(), 6, "{report}");
}

/// Files, each in its own directory, that can be closed, opened and searched.
#[derive(Default)]
struct Files(Vec<Directory>);

impl Builder for Files {
    type Store = SqliteStore;
    fn fresh(&mut self) -> SqliteStore {
        self.0.push(Directory::new());
        SqliteStore::open(self.0.last().unwrap().file()).unwrap()
    }
    fn reopen(&mut self, store: SqliteStore) -> Option<SqliteStore> {
        drop(store);
        SqliteStore::open(self.0.last().unwrap().file()).ok()
    }
    fn holds(&mut self, _: &SqliteStore, text: &str) -> Option<bool> {
        Some(self.0.last().unwrap().holds(text))
    }
}

#[test]
fn the_sqlite_store_keeps_the_contract() {
    let report = suite::run(Files::default()).into_result().unwrap();
    let unchecked: Vec<_> = report
        .findings()
        .iter()
        .flat_map(|f| f.unchecked())
        .collect();
    assert_eq!(
        unchecked.len(),
        1,
        "only a dropped future is beyond it: {report}"
    );
    suite::run(|| SqliteStore::in_memory().unwrap())
        .into_result()
        .unwrap();
}

#[test]
fn a_faulty_store_without_faults_keeps_the_contract() {
    suite::run(|| FaultyStore::new(MemoryStore::new(), 1, Faults::NONE))
        .into_result()
        .unwrap();
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}

fn run_async(builder: impl AsyncBuilder) -> Report {
    block_on(suite::run_async(builder))
}

/// Waits a turn before and after each commit, as a store behind a network would.
#[derive(Default)]
struct Distant {
    store: MemoryStore,
    /// Whether it commits the first half of a batch, waits, and then commits the rest.
    in_halves: bool,
}

impl AsyncStore for Distant {
    type Error = Infallible;
    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, Infallible> {
        tokio::task::yield_now().await;
        self.store.load(keys)
    }
    async fn find(&self, query: &Query) -> Result<Page, Infallible> {
        self.store.find(query)
    }
    async fn commit(&self, batch: Batch) -> Result<Commit, Infallible> {
        if self.in_halves {
            let mut first = batch;
            let half = first.puts.len().div_ceil(2);
            let rest = first.puts.split_off(half);
            if self.store.commit(first)? == Commit::Conflict {
                return Ok(Commit::Conflict);
            }
            tokio::task::yield_now().await;
            let expect = Vec::new();
            return self.store.commit(Batch { expect, puts: rest });
        }
        tokio::task::yield_now().await;
        let commit = self.store.commit(batch);
        tokio::task::yield_now().await;
        commit
    }
}

#[test]
fn async_stores_keep_the_contract() {
    run_async(async || Blocking(MemoryStore::new()))
        .into_result()
        .unwrap();
    let report = run_async(async || Distant::default())
        .into_result()
        .unwrap();
    let dropped = &report.findings()[7];
    assert_eq!(dropped.rule(), Rule::Dropped);
    assert!(dropped.unchecked().is_empty(), "{report}");
}

#[test]
fn a_commit_in_two_halves_breaks_rule_8() {
    let report = run_async(async || Distant {
        in_halves: true,
        ..Distant::default()
    });
    assert_eq!(
        report.broken().collect::<Vec<_>>(),
        [Rule::Dropped],
        "{report}"
    );
}

/// What a store does wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Flaw {
    LosesTheEndOfLongBatches,
    ForgetsWhenReopened,
    ChecksBeforeItWrites,
    ChecksOnlyWhatItWrites,
    TakesErasedForAbsent,
    WritesBeforeItChecks,
    AnswersARepeatWithDone,
    ForgetsTheVersionOfErased,
    LeavesOutUnknownKeys,
    AnswersOnlyAThousandKeys,
    ReplacesAllTerms,
    KeepsRemovedTerms,
    PagesByRankAlone,
    IgnoresTheOrderOfKeys,
    LeavesOutTheLastRank,
    FindsOneMoreThanNothing,
    StopsAfterAFullPage,
    WritesOnlyAscii,
    LosesAbsentParts,
    KeepsWhatItErased,
}

struct Flawed {
    store: MemoryStore,
    flaw: Flaw,
    last: Mutex<Option<Batch>>,
    terms: Mutex<BTreeMap<Key, Vec<Term>>>,
    erased: Mutex<String>,
}

impl Flawed {
    fn new(flaw: Flaw) -> Self {
        Self {
            store: MemoryStore::new(),
            flaw,
            last: Mutex::default(),
            terms: Mutex::default(),
            erased: Mutex::default(),
        }
    }

    fn is(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    fn holds(&self, expect: &(Key, Expect)) -> bool {
        let row = self.store.load(&[expect.0]).unwrap().remove(0);
        match (row, expect.1) {
            (None, Expect::Absent) => true,
            (Some(row), Expect::At(version)) => row.version == version,
            _ => false,
        }
    }

    /// The batch as it must not be.
    fn spoil(&self, batch: &mut Batch) {
        match self.flaw {
            Flaw::LosesTheEndOfLongBatches => batch.puts.truncate(1_000),
            Flaw::ChecksOnlyWhatItWrites => {
                let puts = &batch.puts;
                batch
                    .expect
                    .retain(|(key, _)| puts.iter().any(|put| put.key == *key));
            }
            Flaw::KeepsRemovedTerms => batch.puts.iter_mut().for_each(|put| put.remove.clear()),
            _ => {}
        }
    }

    /// Removes every term that a put does not add.
    fn replace_terms(&self, put: &mut Put) {
        let mut terms = self.terms.lock().unwrap();
        let old = terms.insert(put.key, put.add.to_vec()).unwrap_or_default();
        put.remove.extend(old);
        put.remove.retain(|term| !put.add.contains(term));
    }
}

/// The record as a poor encoding gives it back.
fn rewritten(record: &Record, write: impl Fn(String) -> String) -> Record {
    let text = serde_json::to_string(record).unwrap();
    serde_json::from_str(&write(text)).unwrap()
}

impl Store for Flawed {
    type Error = Infallible;

    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, Infallible> {
        let mut rows = self.store.load(keys)?;
        for row in rows.iter_mut().flatten() {
            match (&mut row.record, self.flaw) {
                (None, Flaw::ForgetsTheVersionOfErased) => row.version = 0,
                (Some(record), Flaw::WritesOnlyAscii) => {
                    *record = rewritten(record, |text| text.replace(|c: char| !c.is_ascii(), "?"));
                }
                (Some(record), Flaw::LosesAbsentParts) => {
                    *record =
                        rewritten(record, |text| text.replace(",\"receipt\":\"receipt\"", ""));
                }
                _ => {}
            }
        }
        if self.is(Flaw::LeavesOutUnknownKeys) {
            rows.retain(Option::is_some);
        }
        if self.is(Flaw::AnswersOnlyAThousandKeys) {
            for row in rows.iter_mut().skip(1_000) {
                *row = None;
            }
        }
        Ok(rows)
    }

    fn find(&self, query: &Query) -> Result<Page, Infallible> {
        let mut query = query.clone();
        match (self.flaw, query.after, query.order) {
            (Flaw::PagesByRankAlone, Some(after), Order::Ascending) => {
                query.from = query.from.max(after.rank.saturating_add(1));
                query.after = None;
            }
            (Flaw::LeavesOutTheLastRank, ..) => query.to = query.to.saturating_sub(1),
            (Flaw::FindsOneMoreThanNothing, ..) => query.limit = query.limit.max(1),
            _ => {}
        }
        let mut page = self.store.find(&query)?;
        match self.flaw {
            Flaw::IgnoresTheOrderOfKeys => page.found.sort_by_key(|cursor| match query.order {
                Order::Ascending => (cursor.rank, u128::MAX - cursor.key.id.as_u128()),
                Order::Descending => (!cursor.rank, cursor.key.id.as_u128()),
            }),
            Flaw::StopsAfterAFullPage if query.after.is_some() => page.next = None,
            _ => {}
        }
        Ok(page)
    }

    fn commit(&self, mut batch: Batch) -> Result<Commit, Infallible> {
        if self.is(Flaw::AnswersARepeatWithDone) {
            let mut last = self.last.lock().unwrap();
            if last.as_ref() == Some(&batch) {
                return Ok(Commit::Done);
            }
            *last = Some(batch.clone());
        }
        self.spoil(&mut batch);
        match self.flaw {
            Flaw::ChecksBeforeItWrites => {
                if !batch.expect.iter().all(|expect| self.holds(expect)) {
                    return Ok(Commit::Conflict);
                }
                std::thread::sleep(std::time::Duration::from_millis(1));
                batch.expect.clear();
            }
            Flaw::TakesErasedForAbsent => {
                batch.expect.retain(|(key, expect)| {
                    let row = self.store.load(&[*key]).unwrap().remove(0);
                    let erased = row.is_some_and(|row| row.record.is_none());
                    !(erased && *expect == Expect::Absent)
                });
            }
            Flaw::WritesBeforeItChecks => {
                let holds = batch
                    .expect
                    .iter()
                    .take_while(|expect| self.holds(expect))
                    .count();
                if holds < batch.expect.len() {
                    let puts = batch.puts.into_iter().take(holds).collect();
                    let expect = Vec::new();
                    let _ = self.store.commit(Batch { expect, puts })?;
                    return Ok(Commit::Conflict);
                }
            }
            Flaw::ReplacesAllTerms => batch
                .puts
                .iter_mut()
                .for_each(|put| self.replace_terms(put)),
            Flaw::KeepsWhatItErased => {
                let mut erased = self.erased.lock().unwrap();
                for put in &batch.puts {
                    if let Some(Record::Message(message)) = &put.record {
                        erased.extend(message.draft.facts.values().map(String::as_str));
                    }
                }
            }
            _ => {}
        }
        self.store.commit(batch)
    }
}

struct Flaws(Flaw);

impl Builder for Flaws {
    type Store = Flawed;
    fn fresh(&mut self) -> Flawed {
        Flawed::new(self.0)
    }
    fn reopen(&mut self, store: Flawed) -> Option<Flawed> {
        if self.0 == Flaw::ForgetsWhenReopened {
            return Some(self.fresh());
        }
        Some(store)
    }
    fn holds(&mut self, store: &Flawed, text: &str) -> Option<bool> {
        match self.0 {
            Flaw::KeepsWhatItErased => Some(store.erased.lock().unwrap().contains(text)),
            _ => None,
        }
    }
}

#[test]
fn the_suite_names_the_rule_that_a_store_breaks() {
    // Some flaws break one rule and nothing else; others show in several, but always in their own.
    let alone = [
        (Flaw::LosesTheEndOfLongBatches, Rule::Atomic),
        (Flaw::ChecksBeforeItWrites, Rule::Expectations),
        (Flaw::TakesErasedForAbsent, Rule::Expectations),
        (Flaw::WritesBeforeItChecks, Rule::Conflict),
        (Flaw::AnswersARepeatWithDone, Rule::Repeated),
        (Flaw::ForgetsTheVersionOfErased, Rule::Versions),
        (Flaw::AnswersOnlyAThousandKeys, Rule::Versions),
        (Flaw::ReplacesAllTerms, Rule::Terms),
        (Flaw::PagesByRankAlone, Rule::Find),
        (Flaw::FindsOneMoreThanNothing, Rule::Find),
        (Flaw::StopsAfterAFullPage, Rule::Find),
        (Flaw::WritesOnlyAscii, Rule::Encoding),
        (Flaw::LosesAbsentParts, Rule::Encoding),
        (Flaw::KeepsWhatItErased, Rule::Erasure),
    ];
    for (flaw, rule) in alone {
        let report = suite::run(Flaws(flaw));
        assert_eq!(
            report.broken().collect::<Vec<_>>(),
            [rule],
            "{flaw:?}\n{report}"
        );
    }
    let among_others = [
        (Flaw::ChecksOnlyWhatItWrites, Rule::Expectations),
        (Flaw::ForgetsWhenReopened, Rule::Atomic),
        (Flaw::LeavesOutUnknownKeys, Rule::Versions),
        (Flaw::KeepsRemovedTerms, Rule::Terms),
        (Flaw::IgnoresTheOrderOfKeys, Rule::Find),
        (Flaw::LeavesOutTheLastRank, Rule::Find),
    ];
    for (flaw, rule) in among_others {
        let report = suite::run(Flaws(flaw));
        assert!(
            report.broken().any(|broken| broken == rule),
            "{flaw:?}\n{report}"
        );
    }
}

#[test]
fn a_report_says_in_words_what_was_seen() {
    let report = suite::run(Flaws(Flaw::FindsOneMoreThanNothing));
    let text = report.to_string();
    assert!(
        text.contains("BROKEN  7  a query finds everything"),
        "{text}"
    );
    assert!(text.contains("a limit of 0 finds"), "{text}");
    assert!(text.ends_with("The store breaks 1 rule."), "{text}");
    assert!(report.into_result().is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is asked of them, the store in SQLite and the store in memory answer the same.
    #[test]
    fn sqlite_answers_like_memory(
        batches in proptest::collection::vec(generators::batch(), 1..20),
        queries in proptest::collection::vec(generators::query(), 20),
        keys in proptest::collection::vec(generators::key(), 0..30),
    ) {
        let (memory, sqlite) = (MemoryStore::new(), SqliteStore::in_memory().unwrap());
        for batch in &batches {
            let committed = memory.commit(batch.clone()).unwrap();
            prop_assert_eq!(committed, sqlite.commit(batch.clone()).unwrap());
        }
        prop_assert_eq!(memory.load(&keys).unwrap(), sqlite.load(&keys).unwrap());
        for query in &queries {
            prop_assert_eq!(memory.find(query).unwrap(), sqlite.find(query).unwrap());
        }
    }
}
