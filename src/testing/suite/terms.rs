//! Rule 6: what a put owes its terms.

use uuid::Uuid;

use super::probe::{Draft, Probe, Seen, ensure};
use super::sample::{SCOPE, erase, key, put, query, term};
use super::subject::Subject;
use crate::record::{Cursor, Index, Put, Query, Term};

/// Rule 6.
pub(super) async fn terms<S: Subject>(probe: &mut Probe<S>) -> Seen {
    let store = probe.fresh().await;
    let other_index = Term::new(Index::Outbox, SCOPE, 2);
    let other_scope = Term::new(Index::Due, Uuid::nil(), 2);
    let (a, b) = (key(1), key(2));
    // Each step: what it is called, its lines, and what the scope, the other index and the other scope
    // hold afterwards.
    type Found<'a> = &'a [(i64, u64)];
    let steps: [(&str, Vec<Put>, Found<'_>, Found<'_>, Found<'_>); 7] = [
        (
            "terms were added",
            vec![
                put(a, 1, "a").adding(&[term(2), other_index, other_scope]),
                put(b, 1, "b").adding(&[term(2)]),
            ],
            &[(2, 1), (2, 2)],
            &[(2, 1)],
            &[(2, 1)],
        ),
        (
            "a put named no terms, so they stay",
            vec![put(a, 2, "a")],
            &[(2, 1), (2, 2)],
            &[(2, 1)],
            &[(2, 1)],
        ),
        (
            "a term moved to another rank",
            vec![put(a, 3, "a").removing(&[term(2)]).adding(&[term(7)])],
            &[(2, 2), (7, 1)],
            &[(2, 1)],
            &[(2, 1)],
        ),
        (
            "one batch removed a term of one key and added it to another",
            vec![
                put(b, 2, "b").removing(&[term(2)]).adding(&[term(7)]),
                put(a, 4, "a").removing(&[term(7)]).adding(&[term(2)]),
            ],
            &[(2, 1), (7, 2)],
            &[(2, 1)],
            &[(2, 1)],
        ),
        (
            "a term of another index was removed",
            vec![put(a, 5, "a").removing(&[other_index])],
            &[(2, 1), (7, 2)],
            &[],
            &[(2, 1)],
        ),
        (
            "a key was erased with its terms",
            vec![erase(a, 6).removing(&[term(2), other_scope])],
            &[(7, 2)],
            &[],
            &[],
        ),
        (
            "an erased key was written again",
            vec![put(a, 7, "a").adding(&[term(-1)])],
            &[(-1, 1), (7, 2)],
            &[],
            &[],
        ),
    ];
    for (what, puts, scope, index, nil) in steps {
        let batch = puts.into_iter().fold(Draft::default(), Draft::put).batch();
        store.done(&batch, "a batch without expectations").await?;
        for (query, expected) in [
            (query(), scope),
            (Query::new(Index::Outbox, SCOPE), index),
            (Query::new(Index::Due, Uuid::nil()), nil),
        ] {
            let mut expected: Vec<Cursor> = expected
                .iter()
                .map(|(rank, n)| Cursor {
                    rank: *rank,
                    key: key(*n),
                })
                .collect();
            expected.sort();
            let found = store.all(&query).await?;
            ensure!(
                found == expected,
                "{what}, but the scope {} of {} then holds {} instead of {}",
                query.scope,
                query.index,
                shown(&found),
                shown(&expected)
            );
        }
    }
    Ok(())
}

/// Ranks and keys in words.
pub(super) fn shown(found: &[Cursor]) -> String {
    if found.is_empty() {
        return "nothing".to_owned();
    }
    let mut text = String::new();
    for (n, Cursor { rank, key }) in found.iter().take(6).enumerate() {
        let comma = if n == 0 { "" } else { ", " };
        text.push_str(&format!("{comma}{key} at {rank}"));
    }
    if found.len() > 6 {
        text.push_str(&format!(" and {} more", found.len() - 6));
    }
    text
}
