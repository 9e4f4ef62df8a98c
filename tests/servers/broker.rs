//! A stream of one's own, and servers of one's own that can be killed.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use aftercare::adapters::NatsCourier;
use async_nats::jetstream::{self, consumer};
use futures_util::StreamExt;

use crate::database::{fresh_name, server};
use crate::support::Directory;

/// Something that the stream has.
pub struct Letter {
    pub subject: String,
    pub id: String,
    pub body: serde_json::Value,
}

/// A prefix and a stream that nobody else has.
pub struct Broker {
    pub url: String,
    pub prefix: String,
}

impl Broker {
    pub fn find() -> Option<Self> {
        Some(Self::at(server("AFTERCARE_NATS_URL")?))
    }

    pub fn at(url: String) -> Self {
        let prefix = fresh_name();
        Self { url, prefix }
    }

    /// A courier whose stream is there.
    pub async fn courier(&self) -> NatsCourier {
        let courier = NatsCourier::connect(&self.url, &self.prefix).await.unwrap();
        courier.ensure_stream(&self.prefix).await.unwrap();
        courier.with_patience(Duration::from_secs(2))
    }

    pub async fn jetstream(&self) -> jetstream::Context {
        jetstream::new(async_nats::connect(&self.url).await.unwrap())
    }

    /// All that the stream has, in its order.
    pub async fn letters(&self) -> Vec<Letter> {
        let jetstream = self.jetstream().await;
        let mut stream = jetstream.get_stream(&self.prefix).await.unwrap();
        let count = stream.info().await.unwrap().state.messages as usize;
        if count == 0 {
            return Vec::new();
        }
        let config = consumer::pull::OrderedConfig::default();
        let consumer = stream.create_consumer(config).await.unwrap();
        let messages = consumer.messages().await.unwrap().take(count);
        let letters = messages.map(|message| {
            let message = message.unwrap();
            let id = message
                .headers
                .as_ref()
                .unwrap()
                .get("Nats-Msg-Id")
                .unwrap();
            Letter {
                subject: message.subject.to_string(),
                id: id.to_string(),
                body: serde_json::from_slice(&message.payload).unwrap(),
            }
        });
        letters.collect().await
    }

    /// Takes the stream away.
    pub async fn clear(&self) {
        let _ = self.jetstream().await.delete_stream(&self.prefix).await;
    }
}

/// A NATS server that belongs to one test.
pub struct OwnNats {
    process: Child,
    pub port: u16,
    directory: Directory,
}

pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Where a program is, if it is on this machine.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default();
    let places = path.split(':').chain(["/usr/sbin", "/usr/local/sbin"]);
    let mut files = places.map(|place| Path::new(place).join(name));
    files.find(|file| file.exists())
}

/// Some servers refuse to run as root.
pub fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.starts_with(b"0\n")
}

fn launch(directory: &Path, port: u16) -> Child {
    Command::new(program("nats-server").expect("nats-server is installed"))
        .args(["-a", "127.0.0.1", "-js", "-p", &port.to_string(), "-sd"])
        .arg(directory)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

impl OwnNats {
    pub fn start() -> Self {
        let directory = Directory::new();
        let port = free_port();
        let process = launch(directory.file().parent().unwrap(), port);
        let own = Self {
            process,
            port,
            directory,
        };
        own.wait();
        own
    }

    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    fn wait(&self) {
        for _ in 0..200 {
            if std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the NATS server did not come up");
    }

    /// Ends it without a warning.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub fn restart(&mut self) {
        self.process = launch(self.directory.file().parent().unwrap(), self.port);
        self.wait();
    }
}

impl Drop for OwnNats {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
