//! Behind PgBouncer in transaction mode: each transaction may run on another of the few connections that the server sees, and
//! no session is one's own.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::broker::{free_port, is_root, program};
use crate::contract::{Schemas, keeps_the_contract};
use crate::database::{Database, server};
use crate::support::Directory;
use crate::{booking, spending};

/// How many connections the server sees, however many there are before it.
const BEHIND: usize = 3;

/// A pooler that belongs to one test.
pub struct Pooler {
    process: Child,
    port: u16,
    _directory: Directory,
}

impl Pooler {
    /// `None`, loudly, without a database or when the program is not on this machine.
    fn start() -> Option<Self> {
        let url = server("AFTERCARE_POSTGRES_URL")?;
        let Some(bouncer) = program("pgbouncer") else {
            server("PATH_WITH_PGBOUNCER");
            return None;
        };
        let config: tokio_postgres::Config = url.parse().unwrap();
        let host = match &config.get_hosts()[0] {
            tokio_postgres::config::Host::Tcp(host) => host.clone(),
            tokio_postgres::config::Host::Unix(path) => path.display().to_string(),
        };
        let to = config.get_ports().first().copied().unwrap_or(5432);
        let user = config.get_user().unwrap_or("postgres");
        let (directory, port) = (Directory::new(), free_port());
        let settings = format!(
            "[databases]\n* = host={host} port={to} user={user}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = {BEHIND}\nmax_client_conn = 500\n"
        );
        std::fs::write(directory.file(), settings).unwrap();
        let mut command = Command::new(bouncer);
        if is_root() {
            command.args(["-u", "nobody"]);
        }
        let process = command
            .arg(directory.file())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let pooler = Self {
            process,
            port,
            _directory: directory,
        };
        pooler.wait();
        Some(pooler)
    }

    fn wait(&self) {
        for _ in 0..200 {
            if std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the pooler did not come up");
    }

    /// A schema of one's own, by way of the pooler.
    pub fn database(&self) -> Database {
        let mut database = Database::find().unwrap();
        let config: tokio_postgres::Config = database.url.parse().unwrap();
        let name = config.get_dbname().unwrap_or("postgres");
        database.url = format!("postgresql://any@127.0.0.1:{}/{name}", self.port);
        database.prepares = false;
        database
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_pooler_in_transaction_mode_the_store_keeps_the_contract() {
    let Some(pooler) = Pooler::start() else {
        return;
    };
    keeps_the_contract(Schemas::behind(pooler)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_pooler_nobody_is_booked_twice_and_no_balance_overdrawn() {
    let Some(pooler) = Pooler::start() else {
        return;
    };
    booking::race(pooler.database()).await;
    spending::race(pooler.database()).await;
}
