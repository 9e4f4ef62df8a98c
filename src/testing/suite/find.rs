//! Rule 7: what a query owes.

use std::ops::RangeInclusive;

use super::probe::{Draft, Fresh, Probe, Seen, ensure};
use super::sample::{SCOPE, any, erase, key, put, query, term};
use super::subject::Subject;
use super::terms::shown;
use crate::record::{Cursor, Index, Key, Kind, Order, Query, Term};
use crate::store::AsyncStore;

/// Rule 7.
pub(super) async fn find<S: Subject>(probe: &mut Probe<S>) -> Seen {
    let store = probe.fresh().await;
    let empty = store.all(&query()).await?;
    ensure!(empty.is_empty(), "an empty store finds {}", shown(&empty));

    let there = written(&store).await?;
    for order in [Order::Ascending, Order::Descending] {
        for limit in [1, 2, 3, 7, 1_000, u32::MAX] {
            for range in [
                i64::MIN..=i64::MAX,
                -5..=5,
                0..=0,
                1..=3,
                i64::MIN..=-5,
                5..=i64::MAX,
                i64::MAX..=i64::MAX,
                100..=200,
            ] {
                pages(&store, &there, order, limit, range).await?;
            }
        }
        edges(&store, &there, order).await?;
    }
    Ok(())
}

/// Sixty terms, many of equal rank, of two kinds of key; and others around them that must not be seen.
async fn written<S: AsyncStore>(store: &Fresh<S>) -> Seen<Vec<Cursor>> {
    let extremes = [i64::MIN, i64::MIN + 1, i64::MAX - 1, i64::MAX];
    let mut there = Vec::new();
    for n in 0..60_u64 {
        let rank = match extremes.get(usize::try_from(n).unwrap_or(0)) {
            Some(extreme) => *extreme,
            None => i64::try_from(n % 7).unwrap_or(0) - 3,
        };
        let kind = if n % 3 == 0 {
            Kind::Claim
        } else {
            Kind::Message
        };
        let key = Key::new(kind, key(n).id);
        let before = [
            Term::new(Index::Feed, SCOPE, rank),
            Term::new(Index::Outbox, SCOPE, rank),
        ];
        let line = any(key, 1).adding(&[term(rank)]).adding(&before);
        let around = [SCOPE.as_u128() - 1, SCOPE.as_u128() + 1]
            .map(|scope| Term::new(Index::Due, uuid::Uuid::from_u128(scope), rank));
        let line = line.adding(&around);
        store
            .done(
                &Draft::default().put(line).batch(),
                "a batch without expectations",
            )
            .await?;
        there.push(Cursor { rank, key });
    }
    there.sort();
    Ok(there)
}

/// One query, page by page, against what must be found.
async fn pages<S: AsyncStore>(
    store: &Fresh<S>,
    there: &[Cursor],
    order: Order,
    limit: u32,
    range: RangeInclusive<i64>,
) -> Seen {
    let asked = Query {
        order,
        ..query()
            .starting(*range.start())
            .up_to(*range.end())
            .limit(limit)
    };
    let found = store.all(&asked).await?;
    let mut expected: Vec<Cursor> = there
        .iter()
        .filter(|cursor| range.contains(&cursor.rank))
        .copied()
        .collect();
    if order == Order::Descending {
        expected.reverse();
    }
    ensure!(
        found == expected,
        "{order:?} from {} to {} in pages of {limit}: found {} instead of {}",
        range.start(),
        range.end(),
        shown(&found),
        shown(&expected)
    );
    Ok(())
}

/// No room, no range, and cursors that lie outside or lead to nothing.
async fn edges<S: AsyncStore>(store: &Fresh<S>, there: &[Cursor], order: Order) -> Seen {
    let asked = Query { order, ..query() };
    let none = store.page(&asked.clone().limit(0)).await?;
    ensure!(
        none.found.is_empty() && none.next.is_none(),
        "{order:?}, a limit of 0 finds {}",
        shown(&none.found)
    );
    let reversed = store.all(&asked.clone().starting(3).up_to(-3)).await?;
    ensure!(
        reversed.is_empty(),
        "{order:?}, a range that ends before it begins finds {}",
        shown(&reversed)
    );
    let inside = |range: RangeInclusive<i64>, behind: Option<Cursor>| {
        let mut expected: Vec<Cursor> = there
            .iter()
            .filter(|cursor| range.contains(&cursor.rank))
            .filter(|cursor| match (order, behind) {
                (Order::Ascending, Some(behind)) => **cursor > behind,
                (Order::Descending, Some(behind)) => **cursor < behind,
                (_, None) => true,
            })
            .copied()
            .collect();
        if order == Order::Descending {
            expected.reverse();
        }
        expected
    };
    for (rank, n) in [(-9, 0), (-2, 999), (0, 999), (2, 30), (9, 0)] {
        for range in [-2..=2, i64::MIN..=i64::MAX] {
            let behind = Cursor { rank, key: key(n) };
            let asked = asked
                .clone()
                .starting(*range.start())
                .up_to(*range.end())
                .after(Some(behind))
                .limit(5);
            let found = store.all(&asked).await?;
            let expected = inside(range.clone(), Some(behind));
            ensure!(
                found == expected,
                "{order:?} from {} to {} behind {} (which need not be there): found {} instead of {}",
                range.start(),
                range.end(),
                shown(&[behind]),
                shown(&found),
                shown(&expected)
            );
        }
    }
    changing(store, order).await
}

/// What a page ended with is taken away before the next page is asked for.
async fn changing<S: AsyncStore>(store: &Fresh<S>, order: Order) -> Seen {
    let first = match order {
        Order::Ascending => 700,
        Order::Descending => 800,
    };
    let scope = uuid::Uuid::from_u128(first.into());
    let term = Term::new(Index::Due, scope, 4);
    for n in first..first + 6 {
        let line = put(key(n), 10, "page").adding(&[term]);
        store
            .done(
                &Draft::default().put(line).batch(),
                "a batch without expectations",
            )
            .await?;
    }
    let asked = Query {
        order,
        ..Query::new(Index::Due, scope)
    }
    .limit(3);
    let first = store.page(&asked).await?;
    let Some(last) = first.found.last().copied() else {
        return Err("six terms were written and none is found at once".to_owned());
    };
    let line = erase(last.key, 11).removing(&[term]);
    store
        .done(
            &Draft::default().put(line).batch(),
            "a batch without expectations",
        )
        .await?;
    let rest = store.all(&asked.after(first.next)).await?;
    let total = first.found.len() + rest.len();
    ensure!(
        total == 6 && !rest.iter().any(|cursor| first.found.contains(cursor)),
        "{order:?}: the last one of a page was removed, and the next pages hold {} instead of the other three",
        shown(&rest)
    );
    Ok(())
}
