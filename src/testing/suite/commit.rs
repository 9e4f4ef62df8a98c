//! Rules 1 to 4 and 8: what a commit owes.

use super::probe::{Draft, Fresh, Probe, Seen, ensure};
use super::sample::{erase, key, message, put, query, term};
use super::subject::{Subject, ready};
use crate::record::{Batch, Commit, Expect};
use crate::store::AsyncStore;

/// Rule 1.
pub(super) async fn atomic<S: Subject>(probe: &mut Probe<S>) -> Seen {
    let store = probe.fresh().await;
    store.done(&Batch::default(), "an empty batch").await?;
    let batch = many(0, 1_500);
    store.done(&batch, "a batch of 1500 new rows").await?;
    all_there(&store, 1_500).await?;
    let what = "whether a commit lasts (the builder does not reopen)";
    if let Some(store) = probe.reopen(store, what).await {
        let lost = |seen| format!("after the store was opened again: {seen}");
        all_there(&store, 1_500).await.map_err(lost)?;
    }
    Ok(())
}

/// New rows with a term each.
fn many(from: u64, to: u64) -> Batch {
    let mut draft = Draft::default();
    for n in from..to {
        let rank = i64::try_from(n).unwrap_or(0);
        draft = draft
            .expect(key(n), Expect::Absent)
            .put(put(key(n), 1, "one of many").adding(&[term(rank)]));
    }
    draft.batch()
}

async fn all_there<S: AsyncStore>(store: &Fresh<S>, count: u64) -> Seen {
    let keys: Vec<_> = (0..count).map(key).collect();
    let mut missing = 0;
    // A few at a time: how many keys a load may have is rule 5.
    for some in keys.chunks(100) {
        let rows = store.load(some).await?;
        missing += rows.iter().filter(|row| row.is_none()).count();
    }
    ensure!(
        missing == 0,
        "of a batch of {count} rows {missing} are missing"
    );
    let found = store.all(&query().limit(10_000)).await?.len();
    ensure!(
        found == keys.len(),
        "of a batch of {count} terms {found} are found"
    );
    Ok(())
}

/// Rule 2.
pub(super) async fn expectations<S: Subject>(probe: &mut Probe<S>) -> Seen {
    let store = probe.fresh().await;
    let (there, gone, never) = (key(1), key(2), key(3));
    let first = Draft::default()
        .expect(there, Expect::Absent)
        .expect(gone, Expect::Absent)
        .put(put(there, 5, "there"))
        .put(put(gone, 5, "soon gone"));
    store.done(&first.batch(), "a batch for new keys").await?;
    let erasing = Draft::default()
        .expect(gone, Expect::At(5))
        .put(erase(gone, 6));
    store
        .done(&erasing.batch(), "an erasure at the right version")
        .await?;

    let right = [
        (there, Expect::At(5), "the version that the row has"),
        (gone, Expect::At(6), "the version of an erased row"),
        (
            never,
            Expect::Absent,
            "a key that was never put to be absent",
        ),
    ];
    let wrong = [
        (there, Expect::Absent, "a stored row to be absent"),
        (there, Expect::At(4), "an older version"),
        (there, Expect::At(6), "a later version"),
        (gone, Expect::Absent, "an erased row to be absent"),
        (gone, Expect::At(5), "the version before the erasure"),
        (
            never,
            Expect::At(0),
            "version 0 of a key that was never put",
        ),
        (
            never,
            Expect::At(1),
            "version 1 of a key that was never put",
        ),
    ];
    for (n, (key_, expect, what)) in (10..).zip(wrong) {
        // Expected of a key that the batch writes, and of one that it only read.
        let what = format!("a batch that expected {what}");
        let own = Draft::default()
            .expect(key_, expect)
            .put(put(key_, 9, "wrong"));
        store.conflicts(&own.batch(), &what).await?;
        let mut read_only = Draft::default();
        for (right, expect, _) in right {
            if right != key_ {
                read_only = read_only.expect(right, expect);
            }
        }
        let read_only = read_only
            .expect(key(n), Expect::Absent)
            .put(put(key(n), 1, "wrong"))
            .expect(key_, expect);
        store.conflicts(&read_only.batch(), &what).await?;
    }
    for (n, (key_, expect, what)) in (20..).zip(right) {
        let what = format!("a batch that expected {what}");
        let batch = Draft::default()
            .expect(key_, expect)
            .put(put(key(n), 1, "right"));
        store.done(&batch.batch(), &what).await?;
    }
    races(probe).await
}

/// Commits at the same time with the same expectation: one of them is carried out.
async fn races<S: Subject>(probe: &mut Probe<S>) -> Seen {
    let store = probe.fresh().await;
    let first = Draft::default()
        .put(put(key(1), 0, "start"))
        .put(put(key(2), 0, "start"));
    store
        .done(&first.batch(), "a batch without expectations")
        .await?;
    for version in 0..40 {
        let rivals: Vec<Batch> = (0..4)
            .map(|n| {
                // Each reads both rows; two write the one and two the other.
                Draft::default()
                    .expect(key(1), Expect::At(version))
                    .expect(key(2), Expect::At(version))
                    .put(put(key(1 + n % 2), version + 1, &format!("rival {n}")))
                    .batch()
            })
            .collect();
        let mut done = 0;
        for ended in probe.race(&store, &rivals).await {
            match ended {
                Ok(Commit::Done) => done += 1,
                Ok(Commit::Conflict) => {}
                Err(error) => return Err(format!("a commit that raced failed: {error}")),
            }
        }
        ensure!(
            done == 1,
            "of four commits at the same time with the same expectations {done} were carried out"
        );
        // Both rows go on to the next round.
        let level = Draft::default()
            .put(put(key(1), version + 1, "next"))
            .put(put(key(2), version + 1, "next"));
        store
            .done(&level.batch(), "a batch without expectations")
            .await?;
    }
    Ok(())
}

/// Rule 3.
pub(super) async fn conflict<S: Subject>(probe: &mut Probe<S>) -> Seen {
    let store = probe.fresh().await;
    let (old, new) = (key(1), key(2));
    let first = Draft::default().put(put(old, 5, "before").adding(&[term(1), term(2)]));
    store.done(&first.batch(), "a batch for a new key").await?;
    // The expectation that fails stands first, in the middle, and last.
    for place in 0..3 {
        let mut expects = vec![(old, Expect::At(5)), (new, Expect::Absent)];
        expects.insert(place, (key(3), Expect::At(1)));
        let mut draft = Draft::default()
            .put(put(new, 6, "new").adding(&[term(3)]))
            .put(put(old, 6, "after").adding(&[term(4)]).removing(&[term(1)]));
        for (key, expect) in expects {
            draft = draft.expect(key, expect);
        }
        let batch = draft.batch();
        store
            .conflicts(&batch, "a batch that expected a row where none is")
            .await?;
        let after = |seen| format!("after a conflict {seen}");
        store
            .has(old, 5, Some(&message("before")))
            .await
            .map_err(after)?;
        store.has_no(new).await.map_err(after)?;
        let ranks = ranks(&store).await?;
        ensure!(
            ranks == [1, 2],
            "after a conflict the terms with ranks 1 and 2 have become {ranks:?}"
        );
    }
    Ok(())
}

async fn ranks<S: AsyncStore>(store: &Fresh<S>) -> Seen<Vec<i64>> {
    let found = store.all(&query()).await?;
    Ok(found.iter().map(|cursor| cursor.rank).collect())
}

/// Rule 4.
pub(super) async fn repeated<S: Subject>(probe: &mut Probe<S>) -> Seen {
    let store = probe.fresh().await;
    let (receipt, row) = (key(1), key(2));
    let batches = [
        Draft::default()
            .expect(receipt, Expect::Absent)
            .put(put(receipt, 1, "receipt"))
            .put(put(row, 1, "one").adding(&[term(1)]))
            .batch(),
        Draft::default()
            .expect(row, Expect::At(1))
            .put(put(row, 2, "two").adding(&[term(2)]).removing(&[term(1)]))
            .batch(),
    ];
    for batch in &batches {
        store
            .done(batch, "a batch that comes for the first time")
            .await?;
        for what in ["repeated at once", "repeated once more"] {
            store
                .conflicts(batch, &format!("a batch that landed, {what},"))
                .await?;
        }
    }
    store.has(row, 2, Some(&message("two"))).await?;
    let ranks = ranks(&store).await?;
    ensure!(
        ranks == [2],
        "after repeated batches the ranks found are {ranks:?}, not [2]"
    );
    Ok(())
}

/// Rule 8.
pub(super) async fn dropped<S: Subject>(probe: &mut Probe<S>) -> Seen {
    let store = probe.fresh().await;
    let mut waited = false;
    for n in 0..20 {
        let (from, to) = (n * 10, n * 10 + 10);
        let batch = many(from, to);
        waited |= ready(store.0.commit(batch.clone())).is_none();
        // What was dropped may land a little later, so nothing is concluded from its absence yet: the
        // same batch again is either the first to land or meets itself.
        let again = store.commit(&batch).await?;
        let keys: Vec<_> = (from..to).map(key).collect();
        let rows = store.load(&keys).await?;
        let there = rows.iter().filter(|row| row.is_some()).count();
        ensure!(
            there == 10,
            "a batch of 10 rows was dropped on its way, then answered with {again:?}: {there} of its rows are there"
        );
        let ranks = i64::try_from(from).unwrap_or(0)..i64::try_from(to).unwrap_or(0);
        let range = query()
            .starting(ranks.start)
            .up_to(ranks.end.saturating_sub(1));
        let found = store.all(&range).await?.len();
        ensure!(
            found == 10,
            "a batch of 10 terms was dropped on its way, then answered with {again:?}: {found} of its terms are found"
        );
    }
    if !waited {
        probe.note("a commit dropped half-way (every future was ready at once)");
    }
    Ok(())
}
