use tokio_postgres::types::Type;
use uuid::Uuid;

use super::body::Stored;
use super::error::PostgresError;
use super::line::Line;
use crate::record::{Cursor, Key, Kind, Order, Page, Query, Row};

/// One walk down the key for each row asked for, whatever the planner believes about the table's size. That the
/// arrays come out of a subquery hides how long they are, so that a plan made once serves all.
pub(super) const LOAD: &str = "SELECT asked.place, found.version, found.body
    FROM unnest((SELECT $1::smallint[]), (SELECT $2::uuid[])) WITH ORDINALITY AS asked (kind, id, place)
    CROSS JOIN LATERAL (SELECT version, body FROM {schema}.record
        WHERE kind = asked.kind AND id = asked.id OFFSET 0) AS found";

pub(super) const ASCENDING: &str = "SELECT rank, kind, id FROM {schema}.term
    WHERE idx = $1 AND scope = $2 AND (rank, kind, id) > ($3, $4, $5) AND rank <= $6
    ORDER BY rank, kind, id LIMIT $7";

pub(super) const DESCENDING: &str = "SELECT rank, kind, id FROM {schema}.term
    WHERE idx = $1 AND scope = $2 AND (rank, kind, id) < ($3, $4, $5) AND rank >= $6
    ORDER BY rank DESC, kind DESC, id DESC LIMIT $7";

pub(super) async fn load(
    line: &Line,
    sql: &str,
    keys: &[Key],
) -> Result<Vec<Option<Row>>, PostgresError> {
    let kinds: Vec<i16> = keys.iter().map(|key| key.kind.code().into()).collect();
    let ids: Vec<Uuid> = keys.iter().map(|key| key.id).collect();
    let asked = line
        .ask(sql, &[(&kinds, Type::INT2_ARRAY), (&ids, Type::UUID_ARRAY)])
        .await?;
    let mut rows = vec![None; keys.len()];
    for found in &asked {
        let place: i64 = found.try_get(0)?;
        let place = usize::try_from(place).unwrap_or(0).saturating_sub(1);
        let (Some(slot), Some(key)) = (rows.get_mut(place), keys.get(place)) else {
            continue;
        };
        let body: Option<Stored<'_>> = found.try_get(2)?;
        *slot = Some(Row {
            version: found.try_get(1)?,
            record: body.map(|body| body.record(*key)).transpose()?,
        });
    }
    Ok(rows)
}

pub(super) async fn find(
    line: &Line,
    [ascending, descending]: [&str; 2],
    query: &Query,
) -> Result<Page, PostgresError> {
    // Kinds are numbered from 1 to 255, so 0 stands before and 256 behind all keys of a rank.
    let (sql, kind, start, end) = match query.order {
        Order::Ascending => (ascending, 0_i16, query.from, query.to),
        Order::Descending => (descending, 256, query.to, query.from),
    };
    let behind = query.after.filter(|after| match query.order {
        Order::Ascending => after.rank >= query.from,
        Order::Descending => after.rank <= query.to,
    });
    let (rank, kind, id) = match behind {
        Some(after) => (after.rank, after.key.kind.code().into(), after.key.id),
        None => (start, kind, Uuid::nil()),
    };
    let index: i16 = query.index.code().into();
    let rows = line
        .ask(
            sql,
            &[
                (&index, Type::INT2),
                (&query.scope, Type::UUID),
                (&rank, Type::INT8),
                (&kind, Type::INT2),
                (&id, Type::UUID),
                (&end, Type::INT8),
                (&i64::from(query.limit), Type::INT8),
            ],
        )
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let kind: i16 = row.try_get(1)?;
        let known = u8::try_from(kind).ok().and_then(Kind::from_code);
        found.push(Cursor {
            rank: row.try_get(0)?,
            key: Key::new(
                known.ok_or(PostgresError::UnknownKind { kind })?,
                row.try_get(2)?,
            ),
        });
    }
    Ok(Page::of(found, query.limit))
}
