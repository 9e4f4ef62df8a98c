//! The contract of a store, on PostgreSQL.

use aftercare::adapters::{PostgresError, PostgresStore};
use aftercare::record::{Commit, Expect, Index, Kind, Query};
use aftercare::store::{AsyncStore, MemoryStore, Store};
use aftercare::testing::generators;
use aftercare::testing::suite::{self, AsyncBuilder};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use uuid::Uuid;

use crate::database::Database;
use crate::pooler::Pooler;
use crate::support::{batch, message, message_key};

/// Stores in schemas of their own.
pub struct Schemas {
    made: Vec<Database>,
    way: Way,
}

enum Way {
    Direct {
        prepares: bool,
    },
    Behind(Pooler),
    /// Both tables cut into parts by the columns by which they would be spread over machines.
    InParts,
}

impl Schemas {
    pub const fn behind(pooler: Pooler) -> Self {
        let way = Way::Behind(pooler);
        Self {
            made: Vec::new(),
            way,
        }
    }

    async fn open(&self) -> PostgresStore {
        let database = self.made.last().unwrap();
        let options = database.options().connections(4);
        options.open(&database.url).await.unwrap()
    }
}

impl AsyncBuilder for Schemas {
    type Store = PostgresStore;

    async fn fresh(&mut self) -> PostgresStore {
        let mut database = match &self.way {
            Way::Direct { .. } | Way::InParts => Database::find().unwrap(),
            Way::Behind(pooler) => pooler.database(),
        };
        if let Way::Direct { prepares } = self.way {
            database.prepares = prepares;
        }
        if matches!(self.way, Way::InParts) {
            cut_into_parts(&database).await;
        }
        self.made.push(database);
        self.open().await
    }

    async fn reopen(&mut self, store: PostgresStore) -> Option<PostgresStore> {
        drop(store);
        Some(self.open().await)
    }
}

pub async fn keeps_the_contract(schemas: Schemas) {
    let report = suite::run_async(schemas).await;
    println!("{report}");
    let report = report.into_result().unwrap();
    let unchecked: Vec<_> = report
        .findings()
        .iter()
        .flat_map(|f| f.unchecked())
        .collect();
    assert_eq!(
        unchecked.len(),
        1,
        "only free pages and logs are beyond it: {report}"
    );
}

async fn directly(prepares: bool) {
    if Database::find().is_none() {
        return;
    }
    let (made, way) = (Vec::new(), Way::Direct { prepares });
    keeps_the_contract(Schemas { made, way }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_keeps_the_contract() {
    directly(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_keeps_the_contract_without_prepared_statements() {
    directly(false).await;
}

/// Puts tables in parts in the place of those that the store made.
async fn cut_into_parts(database: &Database) {
    drop(database.store().await);
    let client = database.client().await;
    for (table, column) in [("record", "id"), ("term", "scope")] {
        let mut sql = format!(
            "SET search_path = \"{}\";
            ALTER TABLE {table} RENAME TO whole;
            CREATE TABLE {table} (LIKE whole INCLUDING ALL) PARTITION BY HASH ({column});",
            database.schema
        );
        for part in 0..4 {
            sql += &format!(
                "CREATE TABLE {table}_{part} PARTITION OF {table} FOR VALUES WITH (MODULUS 4, REMAINDER {part});"
            );
        }
        sql += "DROP TABLE whole;";
        client.batch_execute(&sql).await.unwrap();
    }
}

/// What a database that spreads its tables asks first: that each key has the column by which it does.
#[tokio::test(flavor = "multi_thread")]
async fn the_store_keeps_the_contract_on_tables_in_parts() {
    if Database::find().is_none() {
        return;
    }
    let (made, way) = (Vec::new(), Way::InParts);
    keeps_the_contract(Schemas { made, way }).await;
}

/// Whatever is asked of them, the store in PostgreSQL and the store in memory answer the same.
#[tokio::test(flavor = "multi_thread")]
async fn postgres_answers_like_memory() {
    if Database::find().is_none() {
        return;
    }
    let mut runner = TestRunner::default();
    let batches = proptest::collection::vec(generators::batch(), 1..20);
    let queries = proptest::collection::vec(generators::query(), 20);
    let keys = proptest::collection::vec(generators::key(), 0..30);
    let story = (batches, queries, keys);
    for _ in 0..40 {
        let (batches, queries, keys) = story.new_tree(&mut runner).unwrap().current();
        let database = Database::find().unwrap();
        let (memory, postgres) = (MemoryStore::new(), database.store().await);
        for batch in &batches {
            let expected = memory.commit(batch.clone()).unwrap();
            assert_eq!(
                postgres.commit(batch.clone()).await.unwrap(),
                expected,
                "{batch:?}"
            );
        }
        assert_eq!(
            postgres.load(&keys).await.unwrap(),
            memory.load(&keys).unwrap()
        );
        for query in &queries {
            let expected = memory.find(query).unwrap();
            assert_eq!(postgres.find(query).await.unwrap(), expected, "{query:?}");
        }
    }
}

#[tokio::test]
async fn any_text_comes_back() {
    let Some(database) = Database::find() else {
        return;
    };
    let store = database.store().await;
    for (n, text) in (1..).zip([
        "\0",
        "a\0b\u{10FFFF}0\u{10FFFF}1\\u0000\\",
        "\u{FFFF}\u{7F}\u{1}",
        "ğ😀",
    ]) {
        let put = batch(message_key(n), Expect::Absent, 1, Some(message(n, text)));
        assert_eq!(store.commit(put).await.unwrap(), Commit::Done);
        let row = store
            .load(&[message_key(n)])
            .await
            .unwrap()
            .remove(0)
            .unwrap();
        assert_eq!(row.record, Some(message(n, text)), "{text:?}");
    }
}

#[tokio::test]
async fn the_columns_say_whose_a_record_is() {
    let Some(database) = Database::find() else {
        return;
    };
    let store = database.store().await;
    let key = message_key(7);
    let put = batch(key, Expect::Absent, 1, Some(message(7, "-")));
    assert_eq!(store.commit(put).await.unwrap(), Commit::Done);
    let sql = format!(
        "SELECT kind, id, version, customer, body #>> '{{message,draft,facts,text}}' FROM {}.record",
        database.schema
    );
    let client = database.client().await;
    let row = client.query_one(&sql, &[]).await.unwrap();
    assert_eq!(row.get::<_, i16>(0), i16::from(Kind::Message.code()));
    assert_eq!(row.get::<_, Uuid>(1), key.id);
    assert_eq!(row.get::<_, i64>(2), 1);
    assert_eq!(row.get::<_, Option<Uuid>>(3), Some(Uuid::from_u128(1)));
    assert_eq!(row.get::<_, &str>(4), "-");
    // Once erased it is nobody's.
    assert_eq!(
        store
            .commit(batch(key, Expect::At(1), 2, None))
            .await
            .unwrap(),
        Commit::Done
    );
    let row = client.query_one(&sql, &[]).await.unwrap();
    assert_eq!(row.get::<_, Option<Uuid>>(3), None);
    assert_eq!(row.get::<_, Option<&str>>(4), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_open_one_schema_at_the_same_time() {
    let Some(database) = Database::find() else {
        return;
    };
    let opened = (0..8).map(|_| {
        let (options, url) = (database.options(), database.url.clone());
        tokio::spawn(async move { options.open(&url).await.unwrap() })
    });
    let mut stores = Vec::new();
    for opening in opened.collect::<Vec<_>>() {
        stores.push(opening.await.unwrap());
    }
    let put = batch(message_key(1), Expect::Absent, 1, None);
    assert_eq!(stores[0].commit(put).await.unwrap(), Commit::Done);
    assert!(stores[7].load(&[message_key(1)]).await.unwrap()[0].is_some());
}

/// Connections that have looked for the schema in vain remember that there is none.
#[tokio::test(flavor = "multi_thread")]
async fn several_open_one_schema_at_the_same_time_on_connections_that_were_used() {
    let Some(first) = Database::find() else {
        return;
    };
    let pools: Vec<_> = (0..4)
        .map(|_| {
            let config: tokio_postgres::Config = first.url.parse().unwrap();
            let manager = deadpool_postgres::Manager::new(config, tokio_postgres::NoTls);
            let pool = deadpool_postgres::Pool::builder(manager).max_size(1);
            pool.runtime(deadpool_postgres::Runtime::Tokio1)
                .build()
                .unwrap()
        })
        .collect();
    for _ in 0..20 {
        let database = Database::find().unwrap();
        let opened = pools.iter().map(|pool| {
            let (options, pool) = (database.options(), pool.clone());
            tokio::spawn(async move { options.open_on(pool).await })
        });
        for opening in opened.collect::<Vec<_>>() {
            opening.await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn tenants_on_one_pool_do_not_see_each_other() {
    let (Some(one), Some(other)) = (Database::find(), Database::find()) else {
        return;
    };
    let config: tokio_postgres::Config = one.url.parse().unwrap();
    let manager = deadpool_postgres::Manager::new(config, tokio_postgres::NoTls);
    let pool = deadpool_postgres::Pool::builder(manager)
        .runtime(deadpool_postgres::Runtime::Tokio1)
        .build()
        .unwrap();
    // A name that SQL would read as something else.
    let odd = format!("{}\"; DROP", other.schema);
    let a = one.options().open_on(pool.clone()).await.unwrap();
    let b = aftercare::adapters::PostgresOptions::new(&odd)
        .open_on(pool)
        .await
        .unwrap();
    let put = batch(message_key(1), Expect::Absent, 1, None);
    assert_eq!(a.commit(put).await.unwrap(), Commit::Done);
    assert!(b.load(&[message_key(1)]).await.unwrap()[0].is_none());
    let drop = format!("DROP SCHEMA \"{}\" CASCADE", odd.replace('"', "\"\""));
    other.client().await.batch_execute(&drop).await.unwrap();
}

#[tokio::test]
async fn schemas_of_later_releases_and_impossible_names_are_refused() {
    let Some(database) = Database::find() else {
        return;
    };
    drop(database.store().await);
    let sql = format!("INSERT INTO {}.migration VALUES (99)", database.schema);
    database.client().await.batch_execute(&sql).await.unwrap();
    let refused = database.options().open(&database.url).await.unwrap_err();
    assert!(
        matches!(
            refused,
            PostgresError::NewerSchema {
                found: 99,
                known: 1
            }
        ),
        "{refused:?}"
    );
    let reserved = ["information_schema", "pg_mine"].map(str::to_owned);
    for name in [String::new(), "x".repeat(64), "a\0b".to_owned()]
        .into_iter()
        .chain(reserved)
    {
        let refused = PostgresStore::open(&database.url, &name).await.unwrap_err();
        assert_eq!(refused.code(), "postgres.schema_name");
    }
    let refused = PostgresStore::open("postgresql://host:port/", "x")
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "postgres.url");
}

#[tokio::test]
async fn an_error_quotes_no_record() {
    let Some(database) = Database::find() else {
        return;
    };
    let store = database.store().await;
    let put = batch(
        message_key(1),
        Expect::Absent,
        1,
        Some(message(1, "Ayşe-1")),
    );
    assert_eq!(store.commit(put).await.unwrap(), Commit::Done);
    let client = database.client().await;
    // A check of somebody else's, whose failure quotes the row in what the database says.
    let sql = format!(
        "ALTER TABLE {0}.record ADD CHECK (version < 5);
        UPDATE {0}.record SET body = '{{\"message\": \"Ayşe\"}}'",
        database.schema
    );
    client.batch_execute(&sql).await.unwrap();
    let unreadable = store.load(&[message_key(1)]).await.unwrap_err();
    assert!(matches!(unreadable, PostgresError::Unreadable { key } if key == message_key(1)));
    let put = batch(
        message_key(2),
        Expect::Absent,
        9,
        Some(message(2, "Ayşe-2")),
    );
    let refused = store.commit(put).await.unwrap_err();
    assert!(
        matches!(&refused, PostgresError::Refused { state, .. } if state == "23514"),
        "{refused:?}"
    );
    for error in [unreadable, refused] {
        assert!(!format!("{error} {error:?}").contains("Ayşe"), "{error:?}");
    }
}

#[tokio::test]
async fn a_term_of_an_unknown_kind_is_an_error() {
    let Some(database) = Database::find() else {
        return;
    };
    let store = database.store().await;
    let sql = format!(
        "INSERT INTO {}.term (idx, scope, rank, kind, id) VALUES ({}, '{}', 1, 250, '{}')",
        database.schema,
        Index::Due.code(),
        Uuid::nil(),
        Uuid::nil(),
    );
    database.client().await.batch_execute(&sql).await.unwrap();
    let error = store
        .find(&Query::new(Index::Due, Uuid::nil()))
        .await
        .unwrap_err();
    assert!(
        matches!(error, PostgresError::UnknownKind { kind: 250 }),
        "{error:?}"
    );
    let page = store
        .find(&Query::new(Index::Due, Uuid::nil()).up_to(0))
        .await
        .unwrap();
    assert_eq!(page.found, []);
}
