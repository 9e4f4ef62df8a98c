use rusqlite::{CachedStatement, Connection, params};
use uuid::Uuid;

use super::error::SqliteError;
use crate::record::{Cursor, Key, Kind, Order, Page, Query, Row};

const LOAD: &str = "SELECT version, body FROM record WHERE kind = ?1 AND id = ?2";

pub(super) const ASCENDING: &str = "SELECT rank, kind, id FROM term
    WHERE idx = ?1 AND scope = ?2 AND (rank, kind, id) > (?3, ?4, ?5) AND rank <= ?6
    ORDER BY rank, kind, id LIMIT ?7";

pub(super) const DESCENDING: &str = "SELECT rank, kind, id FROM term
    WHERE idx = ?1 AND scope = ?2 AND (rank, kind, id) < (?3, ?4, ?5) AND rank >= ?6
    ORDER BY rank DESC, kind DESC, id DESC LIMIT ?7";

pub(super) fn load(connection: &Connection, keys: &[Key]) -> Result<Vec<Option<Row>>, SqliteError> {
    let mut rows = Vec::with_capacity(keys.len());
    // One transaction for several keys, so that they are read as of one moment.
    let transaction = match keys {
        [_] => None,
        _ => Some(connection.unchecked_transaction()?),
    };
    let mut statement = connection.prepare_cached(LOAD)?;
    for key in keys {
        rows.push(one(&mut statement, *key)?);
    }
    drop(statement);
    if let Some(transaction) = transaction {
        transaction.commit()?;
    }
    Ok(rows)
}

fn one(statement: &mut CachedStatement<'_>, key: Key) -> Result<Option<Row>, SqliteError> {
    let mut found = statement.query(params![key.kind.code(), key.id.as_bytes()])?;
    let Some(row) = found.next()? else {
        return Ok(None);
    };
    let unreadable = |_| SqliteError::Unreadable { key };
    let body = row
        .get_ref(1)?
        .as_str_or_null()
        .map_err(|_| SqliteError::Unreadable { key })?;
    Ok(Some(Row {
        version: row.get(0)?,
        // What serde_json says about a body it cannot read may quote it.
        record: body
            .map(serde_json::from_str)
            .transpose()
            .map_err(unreadable)?,
    }))
}

pub(super) fn find(connection: &Connection, query: &Query) -> Result<Page, SqliteError> {
    // Kinds are numbered from 1 to 255, so 0 stands before and 256 behind all keys of a rank.
    let (sql, kind, start, end) = match query.order {
        Order::Ascending => (ASCENDING, 0, query.from, query.to),
        Order::Descending => (DESCENDING, 256, query.to, query.from),
    };
    let behind = query.after.filter(|after| match query.order {
        Order::Ascending => after.rank >= query.from,
        Order::Descending => after.rank <= query.to,
    });
    let (rank, kind, id) = match behind {
        Some(after) => (after.rank, i64::from(after.key.kind.code()), after.key.id),
        None => (start, kind, Uuid::nil()),
    };
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![
        query.index.code(),
        query.scope.as_bytes(),
        rank,
        kind,
        id.as_bytes(),
        end,
        query.limit,
    ])?;
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let mut found = Vec::with_capacity(limit.min(1024));
    while let Some(row) = rows.next()? {
        let kind: i64 = row.get(1)?;
        let id = row.get_ref(2)?.as_blob().ok();
        let id = id.and_then(|bytes| Uuid::from_slice(bytes).ok());
        let known = u8::try_from(kind).ok().and_then(Kind::from_code);
        match (known, id) {
            (Some(kind), Some(id)) => found.push(Cursor {
                rank: row.get(0)?,
                key: Key::new(kind, id),
            }),
            _ => return Err(SqliteError::UnknownKind { kind }),
        }
    }
    Ok(Page::of(found, query.limit))
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, params_from_iter, types::Value};

    use super::super::{schema, write};
    use super::*;

    fn plan(sql: &str) -> String {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection).unwrap();
        let mut statement = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap();
        let nothing = vec![Value::Null; statement.parameter_count()];
        let steps = statement.query_map(params_from_iter(nothing), |row| row.get::<_, String>(3));
        steps
            .unwrap()
            .collect::<Result<Vec<_>, _>>()
            .unwrap()
            .join("; ")
    }

    #[test]
    fn a_query_is_one_walk_along_the_key_of_the_terms() {
        assert_eq!(
            plan(ASCENDING),
            "SEARCH term USING PRIMARY KEY (idx=? AND scope=? AND (rank,kind,id)>(?,?,?) AND rank<?)"
        );
        assert_eq!(
            plan(DESCENDING),
            "SEARCH term USING PRIMARY KEY (idx=? AND scope=? AND rank>? AND (rank,kind,id)<(?,?,?))"
        );
    }

    #[test]
    fn no_statement_scans_or_sorts() {
        for sql in [LOAD, ASCENDING, DESCENDING]
            .iter()
            .chain(write::STATEMENTS)
        {
            let plan = plan(sql);
            assert!(
                !plan.contains("SCAN") && !plan.contains("TEMP"),
                "{sql}: {plan}"
            );
        }
    }
}
