//! A batch as one statement.
//!
//! *Why it is right under READ COMMITTED.* The statement first locks every row of which the batch expects a
//! version, in the order of the keys, and counts those that have it. A row that another transaction is
//! writing is waited for and looked at again as it then is. Only if all have it does the rest do anything, and
//! then none of them can change before the end. New rows are plain inserts: the key admits one, whoever comes
//! second waits for the first and fails, and the whole statement with it. A key that is expected to be absent
//! and is *not* written gets a passing row, which is taken away in the same transaction: until that ends,
//! nobody else can make a row of this key. Locks are taken first, then new rows are made,
//! both in the order of the keys, and rows are replaced last, which waits for nobody: so nobody waits in a circle.

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::body::Body;
use super::error::PostgresError;
use super::line::{Line, Value};
use super::schema::Schema;
use crate::record::{Batch, Commit, Expect, Key, Put, Record, Term};

/// What a batch has; each combination has a statement of its own, with the same values.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shape {
    /// Expects versions.
    holds: bool,
    /// Writes over rows that are there.
    replaces: bool,
    adds: bool,
    removes: bool,
    /// May add terms that are there.
    minds: bool,
}

/// How many shapes there are.
const SHAPES: u8 = 32;

impl Shape {
    fn number(self) -> usize {
        let Self {
            holds,
            replaces,
            adds,
            removes,
            minds,
        } = self;
        [holds, replaces, adds, removes, minds]
            .iter()
            .fold(0, |number, bit| number << 1 | usize::from(*bit))
    }

    fn numbered(number: u8) -> Self {
        let bit = |place: u8| number >> place & 1 == 1;
        Self {
            holds: bit(4),
            replaces: bit(3),
            adds: bit(2),
            removes: bit(1),
            minds: bit(0),
        }
    }

    /// The statement; it answers whether all expected versions are there.
    pub(super) fn sql(self) -> String {
        let when = if self.holds {
            "(SELECT holds FROM checked)"
        } else {
            "true"
        };
        let mut parts = Vec::new();
        if self.holds {
            parts.push(HELD.to_owned());
            parts.push(CHECKED.to_owned());
        }
        parts.push(format!("made AS ({INSERT} {when} RETURNING 1)"));
        if self.replaces {
            parts.push(format!(
                "replaced AS ({INSERT} {when} {AFTER_MADE} {OR_REPLACE})"
            ));
        }
        if self.removes {
            parts.push(format!("removed AS ({REMOVE} {when})"));
        }
        if self.adds {
            let mind = if self.minds {
                "ON CONFLICT DO NOTHING"
            } else {
                ""
            };
            parts.push(format!("added AS ({ADD} {when} {AFTER_MADE} {mind})"));
        }
        numbered_values(&format!("WITH {} SELECT {when}", parts.join(",\n")))
    }
}

/// Gives each value its number, in the order of [`Sheet::values`].
fn numbered_values(sql: &str) -> String {
    let mut parts = sql.split('?');
    let mut numbered = parts.next().unwrap_or_default().to_owned();
    for (n, part) in (1..).zip(parts) {
        numbered.push_str(&format!("${n}{part}"));
    }
    numbered
}

const HELD: &str = "held AS (SELECT 1
    FROM unnest((SELECT ?::smallint[]), (SELECT ?::uuid[]), (SELECT ?::bigint[]))
        AS asked (kind, id, version)
    CROSS JOIN LATERAL (SELECT 1 FROM {schema}.record
        WHERE kind = asked.kind AND id = asked.id AND version = asked.version
        FOR UPDATE) AS found)";
/// What is held comes first of all values.
const CHECKED: &str = "checked AS (SELECT count(*) = cardinality($1) AS holds FROM held)";
const INSERT: &str = "INSERT INTO {schema}.record (kind, id, version, customer, body)
    SELECT * FROM unnest(?::smallint[], ?::uuid[], ?::bigint[], ?::uuid[], ?::jsonb[]) WHERE";
const OR_REPLACE: &str = "ON CONFLICT (kind, id) DO UPDATE
    SET version = excluded.version, customer = excluded.customer, body = excluded.body";
/// `= ANY (ARRAY[..])` is `=`, but cannot be hashed: the only plan left is one walk down the key for each term.
const REMOVE: &str = "DELETE FROM {schema}.term
    USING unnest((SELECT ?::smallint[]), (SELECT ?::uuid[]), (SELECT ?::bigint[]),
        (SELECT ?::smallint[]), (SELECT ?::uuid[]))
        AS gone (idx, scope, rank, kind, id)
    WHERE term.idx = ANY (ARRAY[gone.idx]) AND term.scope = ANY (ARRAY[gone.scope])
        AND term.rank = ANY (ARRAY[gone.rank]) AND term.kind = ANY (ARRAY[gone.kind])
        AND term.id = ANY (ARRAY[gone.id]) AND";
const ADD: &str = "INSERT INTO {schema}.term (idx, scope, rank, kind, id)
    SELECT * FROM unnest(?::smallint[], ?::uuid[], ?::bigint[], ?::smallint[], ?::uuid[]) WHERE";
/// After the new rows are there. Whoever is still waiting to make one then holds others only by locks, at which
/// nobody who makes the same waits; and two that make the same row meet there first.
const AFTER_MADE: &str = "AND (SELECT count(*) FROM made) >= 0";
/// Takes away what stood in for keys that have to be absent.
const CLEAR: &str = "DELETE FROM {schema}.record
    USING unnest($1::smallint[], $2::uuid[]) AS gone (kind, id)
    WHERE record.kind = ANY (ARRAY[gone.kind]) AND record.id = ANY (ARRAY[gone.id])
        AND record.body = 'null'::jsonb";

/// The statements that write.
#[derive(Debug)]
pub(super) struct Statements {
    shapes: Vec<String>,
    clear: String,
}

impl Statements {
    pub(super) fn within(schema: &Schema) -> Self {
        let shapes = (0..SHAPES).map(|number| schema.within(&Shape::numbered(number).sql()));
        Self {
            shapes: shapes.collect(),
            clear: schema.within(CLEAR),
        }
    }

    fn of(&self, shape: Shape) -> &str {
        self.shapes.get(shape.number()).map_or("", String::as_str)
    }
}

/// Keys in columns.
#[derive(Debug, Default)]
struct Keys {
    kinds: Vec<i16>,
    ids: Vec<Uuid>,
}

impl Keys {
    fn push(&mut self, key: Key) {
        self.kinds.push(key.kind.code().into());
        self.ids.push(key.id);
    }

    fn values(&self) -> [Value<'_>; 2] {
        [
            (&self.kinds, Type::INT2_ARRAY),
            (&self.ids, Type::UUID_ARRAY),
        ]
    }
}

/// Rows in columns.
#[derive(Debug, Default)]
struct Rows {
    keys: Keys,
    versions: Vec<i64>,
    customers: Vec<Option<Uuid>>,
    bodies: Vec<Option<Body>>,
}

impl Rows {
    fn push(&mut self, put: &Put) -> Result<(), PostgresError> {
        let record = put.record.as_ref();
        let body = record.map(|record| Body::of(put.key, record)).transpose()?;
        self.keys.push(put.key);
        self.versions.push(put.version);
        self.customers
            .push(record.and_then(Record::owner).map(|owner| owner.uuid()));
        self.bodies.push(body);
        Ok(())
    }

    /// A row that stands in for one that has to be absent.
    fn push_passing(&mut self, key: Key) {
        self.keys.push(key);
        self.versions.push(0);
        self.customers.push(None);
        self.bodies.push(Some(Body::passing()));
    }

    fn values(&self) -> [Value<'_>; 5] {
        let [kinds, ids] = self.keys.values();
        let versions: Value<'_> = (&self.versions, Type::INT8_ARRAY);
        let customers: Value<'_> = (&self.customers, Type::UUID_ARRAY);
        [
            kinds,
            ids,
            versions,
            customers,
            (&self.bodies, Type::JSONB_ARRAY),
        ]
    }
}

/// Terms in columns.
#[derive(Debug, Default)]
struct Terms {
    indexes: Vec<i16>,
    scopes: Vec<Uuid>,
    ranks: Vec<i64>,
    keys: Keys,
}

impl Terms {
    fn push(&mut self, key: Key, terms: &[Term]) {
        for term in terms {
            self.indexes.push(term.index.code().into());
            self.scopes.push(term.scope);
            self.ranks.push(term.rank);
            self.keys.push(key);
        }
    }

    fn values(&self) -> [Value<'_>; 5] {
        let indexes: Value<'_> = (&self.indexes, Type::INT2_ARRAY);
        let scopes: Value<'_> = (&self.scopes, Type::UUID_ARRAY);
        let [kinds, ids] = self.keys.values();
        [indexes, scopes, (&self.ranks, Type::INT8_ARRAY), kinds, ids]
    }
}

/// A batch in columns.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    held: Keys,
    versions: Vec<i64>,
    made: Rows,
    replaced: Rows,
    added: Terms,
    removed: Terms,
    /// Keys that have to be absent and are not written.
    absent: Keys,
}

impl Sheet {
    pub(super) fn of(batch: &Batch) -> Result<Self, PostgresError> {
        let mut sheet = Self::default();
        let mut expects = batch.expect.clone();
        expects.sort_unstable_by_key(|(key, _)| *key);
        let mut puts: Vec<&Put> = batch.puts.iter().collect();
        puts.sort_unstable_by_key(|put| put.key);

        for (key, expect) in &expects {
            if let Expect::At(version) = expect {
                sheet.held.push(*key);
                sheet.versions.push(*version);
            }
        }
        let mut absent = expects
            .iter()
            .filter(|(_, expect)| *expect == Expect::Absent)
            .map(|(key, _)| *key)
            .peekable();
        for put in puts {
            while let Some(key) = absent.next_if(|key| *key < put.key) {
                sheet.stand_in(key);
            }
            if absent.next_if(|key| *key == put.key).is_some() {
                sheet.made.push(put)?;
            } else {
                sheet.replaced.push(put)?;
            }
            sheet.added.push(put.key, &put.add);
            sheet.removed.push(put.key, &put.remove);
        }
        for key in absent {
            sheet.stand_in(key);
        }
        Ok(sheet)
    }

    fn stand_in(&mut self, key: Key) {
        self.absent.push(key);
        self.made.push_passing(key);
    }

    fn shape(&self) -> Shape {
        Shape {
            holds: !self.versions.is_empty(),
            replaces: !self.replaced.versions.is_empty(),
            adds: !self.added.ranks.is_empty(),
            removes: !self.removed.ranks.is_empty(),
            minds: false,
        }
    }

    /// The values of the statement of a shape.
    fn values(&self, shape: Shape) -> Vec<Value<'_>> {
        let mut values: Vec<Value<'_>> = Vec::with_capacity(23);
        if shape.holds {
            values.extend(self.held.values());
            values.push((&self.versions, Type::INT8_ARRAY));
        }
        values.extend(self.made.values());
        if shape.replaces {
            values.extend(self.replaced.values());
        }
        if shape.removes {
            values.extend(self.removed.values());
        }
        if shape.adds {
            values.extend(self.added.values());
        }
        values
    }

    /// Commits it, as if all terms that it adds were new. That is cheaper, and true of whoever knows what is there; only if it fails by
    /// that, it is asked again with an eye for each.
    pub(super) async fn commit(
        &self,
        line: &Line,
        statements: &Statements,
    ) -> Result<Commit, PostgresError> {
        let shape = self.shape();
        let mut answer = self.ask(line, statements, shape).await;
        if shape.adds && matches!(&answer, Err(error) if error.is_duplicate_term()) {
            let minds = true;
            answer = self.ask(line, statements, Shape { minds, ..shape }).await;
        }
        match answer {
            Ok(rows) => match rows.first().map(|row| row.try_get(0)) {
                Some(Ok(true)) => Ok(Commit::Done),
                Some(Ok(false)) => Ok(Commit::Conflict),
                Some(Err(error)) => Err(error.into()),
                None => Err(PostgresError::TimedOut),
            },
            Err(error) if error.is_conflict() => Ok(Commit::Conflict),
            Err(error) => Err(error),
        }
    }

    async fn ask(
        &self,
        line: &Line,
        statements: &Statements,
        shape: Shape,
    ) -> Result<Vec<Row>, PostgresError> {
        let (sql, values) = (statements.of(shape), self.values(shape));
        if self.absent.ids.is_empty() {
            return line.ask(sql, &values).await;
        }
        let clear = (statements.clear.as_str(), &self.absent.values()[..]);
        line.ask_both((sql, &values), clear).await
    }
}
