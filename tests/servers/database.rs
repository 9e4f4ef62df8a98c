//! A schema of one's own, which goes when the test is over.

use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use aftercare::adapters::{PostgresOptions, PostgresStore};
use tokio_postgres::{Client, NoTls};

/// The value of an environment variable that names a server; without it a word on the terminal that something
/// was not tested, past the capture of test output.
pub fn server(variable: &str) -> Option<String> {
    let value = std::env::var(variable).ok();
    if value.is_none() {
        let name = std::thread::current().name().unwrap_or("?").to_owned();
        let required = std::env::var("AFTERCARE_SERVERS").is_ok_and(|word| word == "required");
        assert!(!required, "{variable} is not set");
        let line = format!("\nSKIPPED {name}: {variable} is not set\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
    value
}

/// A name that no other test, and no other run, has.
pub fn fresh_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let run = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_micros();
    format!("aftercare_test_{run}_{}_{n}", std::process::id())
}

/// The database under test.
pub struct Database {
    pub url: String,
    pub schema: String,
    pub prepares: bool,
}

impl Database {
    pub fn find() -> Option<Self> {
        let url = server("AFTERCARE_POSTGRES_URL")?;
        let schema = fresh_name();
        Some(Self {
            url,
            schema,
            prepares: true,
        })
    }

    pub fn options(&self) -> PostgresOptions {
        let options = PostgresOptions::new(&self.schema).patience(Duration::from_secs(20));
        if self.prepares {
            options
        } else {
            options.without_prepared_statements()
        }
    }

    pub async fn store(&self) -> PostgresStore {
        self.options().open(&self.url).await.unwrap()
    }

    /// A connection past the store.
    pub async fn client(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let sql = format!(
            "SET LOCAL lock_timeout = '5s'; DROP SCHEMA IF EXISTS \"{}\" CASCADE",
            self.schema
        );
        let url = self.url.clone();
        let clear = async move {
            if let Ok((client, connection)) = tokio_postgres::connect(&url, NoTls).await {
                tokio::spawn(connection);
                let _ = client.batch_execute(&sql).await;
            }
        };
        // Of its own, because the test's runtime may be the one that drops it.
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.unwrap().block_on(clear);
        });
        let _ = thread.join();
    }
}
