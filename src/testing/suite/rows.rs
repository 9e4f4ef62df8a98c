//! Rules 5, 9 and 10: what a row owes.

use super::probe::{Draft, Fresh, Probe, Seen, ensure};
use super::sample::{erase, key, message, put, query, shapes, term, texts};
use super::subject::Subject;
use crate::record::{Expect, Key, Put, Record};
use crate::store::AsyncStore;

/// Rule 5.
pub(super) async fn versions<S: Subject>(probe: &mut Probe<S>) -> Seen {
    let store = probe.fresh().await;
    let one = key(1);
    let mut before = Expect::Absent;
    // Versions jump; a row is written, erased, and written again.
    let course = [
        (1, Some("first")),
        (2, Some("second")),
        (1_750_000_000_000_000, Some("by the clock")),
        (1_750_000_000_000_001, None),
        (1_750_000_000_000_002, Some("again")),
        (i64::MAX - 1, None),
        (i64::MAX, None),
    ];
    for (version, text) in course {
        let line = match text {
            Some(text) => put(one, version, text),
            None => erase(one, version),
        };
        let batch = Draft::default().expect(one, before).put(line).batch();
        store
            .done(&batch, &format!("a batch that expected {before:?} rightly"))
            .await?;
        store.has(one, version, text.map(message).as_ref()).await?;
        before = Expect::At(version);
    }
    let lowest = Draft::default()
        .put(put(key(2), i64::MIN, "lowest"))
        .batch();
    store
        .done(&lowest, "a batch with the lowest version there is")
        .await?;
    store
        .has(key(2), i64::MIN, Some(&message("lowest")))
        .await?;

    let what = "whether versions last (the builder does not reopen)";
    let store = match probe.reopen(store, what).await {
        Some(store) => {
            store.has(one, i64::MAX, None).await?;
            store
                .has(key(2), i64::MIN, Some(&message("lowest")))
                .await?;
            store
        }
        None => probe.fresh().await,
    };
    // A load answers every key in its place: known, unknown, twice the same, another kind, and many.
    let mut draft = Draft::default();
    for n in (100..1_400).step_by(2) {
        draft = draft.put(put(key(n), i64::try_from(n).unwrap_or(0), "even"));
    }
    store.done(&draft.batch(), "a batch of new rows").await?;
    let mut asked: Vec<u64> = (100..1_400).rev().collect();
    asked.extend([100, 100, 101]);
    let keys: Vec<Key> = asked.iter().copied().map(key).collect();
    let rows = store.load(&keys).await?;
    for (n, row) in asked.into_iter().zip(rows) {
        let expected = (n % 2 == 0).then_some(i64::try_from(n).unwrap_or(0));
        let version = row.map(|row| row.version);
        ensure!(
            version == expected,
            "a load of {} keys answers {} with version {version:?} instead of {expected:?}",
            keys.len(),
            key(n)
        );
    }
    let twin = Key::new(crate::record::Kind::Claim, key(100).id);
    store.has_no(twin).await
}

/// Rule 9.
pub(super) async fn encoding<S: Subject>(probe: &mut Probe<S>) -> Seen {
    let store = probe.fresh().await;
    let records: Vec<(Key, Record)> = texts()
        .iter()
        .map(|text| message(text))
        .chain(shapes())
        .zip(1..)
        .map(|(record, n)| (Key::new(record.kind(), key(n).id), record))
        .collect();
    for (key, record) in &records {
        let put = Put {
            record: Some(record.clone()),
            ..erase(*key, 1)
        };
        let batch = Draft::default().expect(*key, Expect::Absent).put(put);
        store.done(&batch.batch(), "a batch for a new key").await?;
    }
    let keys: Vec<Key> = records.iter().map(|(key, _)| *key).collect();
    let rows = store.load(&keys).await?;
    let same = |rows: Vec<Option<crate::record::Row>>| {
        for ((key, record), row) in records.iter().zip(rows) {
            let read = row.and_then(|row| row.record);
            ensure!(
                read.as_ref() == Some(record),
                "{key} does not read as it was written (text that is not ASCII, a large body, or a part that may be absent)"
            );
        }
        Ok(())
    };
    same(rows)?;
    let what = "reading in another process (the builder does not reopen)";
    if let Some(store) = probe.reopen(store, what).await {
        same(store.load(&keys).await?)?;
    }
    Ok(())
}

/// Rule 10.
pub(super) async fn erasure<S: Subject>(probe: &mut Probe<S>) -> Seen {
    let store = probe.fresh().await;
    let erased = "e3a9-to-be-erased-1f70";
    let terms = [term(1), term(2)];
    for n in 1..=20 {
        // Short ones and long ones, and one that was replaced before it is erased.
        let text = format!(
            "{erased} {}",
            "and more ".repeat(usize::try_from(n).unwrap_or(0) * 90)
        );
        let batch = Draft::default().put(put(key(n), 1, &text).adding(&terms));
        store.done(&batch.batch(), "a batch for a new key").await?;
    }
    let batch = Draft::default().put(put(key(20), 2, "replaced"));
    store
        .done(&batch.batch(), "a batch that replaces a row")
        .await?;
    let could_tell = probe.holds(&store, erased).await;
    for n in 1..=20 {
        let batch = Draft::default().put(erase(key(n), 3).removing(&terms));
        store
            .done(&batch.batch(), "a batch that erases a row")
            .await?;
        is_gone(&store, key(n)).await?;
    }
    let left = store.all(&query()).await?.len();
    ensure!(left == 0, "{left} terms still lead to erased rows");
    match could_tell {
        Some(true) => {
            let left = probe.holds(&store, erased).await;
            ensure!(
                left == Some(false),
                "what the store keeps still holds erased text"
            );
        }
        // A builder that does not find what is there would not find what is left either.
        Some(false) => return Err("the builder does not find text that is stored".to_owned()),
        None => probe.note("the bytes that are left (the builder does not search them)"),
    }
    if let Some(store) = probe
        .reopen(store, "whether erasure lasts (the builder does not reopen)")
        .await
    {
        is_gone(&store, key(1)).await?;
    }
    Ok(())
}

async fn is_gone<S: AsyncStore>(store: &Fresh<S>, key: Key) -> Seen {
    let row = store.row(key).await?;
    ensure!(
        row.is_none_or(|row| row.record.is_none()),
        "{key} was erased and still has a record"
    );
    Ok(())
}
