//! An async store of one's own, on tokio: a task owns the records, and the store sends it messages, as
//! it would to a database driver. The conformance suite checks it; then a command is run on it.

#![allow(clippy::print_stdout, clippy::wildcard_enum_match_arm)]

use std::convert::Infallible;

use aftercare::code;
use aftercare::desk::Desk;
use aftercare::kernel::{Actor, Context, CustomerId, MessageId, Permission, RequestId, SecretKey};
use aftercare::message::{Draft, Recipient};
use aftercare::record::{Batch, Commit, Entry, Key, Page, Query, Row};
use aftercare::rulebook::Rulebook;
use aftercare::store::{AsyncStore, MemoryStore, Store};
use aftercare::testing::suite;
use aftercare::work::{Answer, Ask, Command, Halt, Work};
use chrono::DateTime;
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

/// What the store says when the task that owns the records is gone.
#[derive(Debug)]
struct Gone;

impl std::fmt::Display for Gone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the task that keeps the records has ended")
    }
}

impl std::error::Error for Gone {}

/// A question and where its answer goes. The library's own `Ask` and `Answer` serve well as messages.
type Letter = (Ask, oneshot::Sender<Answer>);

/// The store is only an address; cloning it gives another one for the same records.
#[derive(Clone)]
struct TaskStore(mpsc::Sender<Letter>);

impl TaskStore {
    /// Starts the task that owns the records.
    fn start() -> Self {
        let (address, mut letters) = mpsc::channel::<Letter>(16);
        tokio::spawn(async move {
            let records = MemoryStore::new();
            while let Some((ask, reply)) = letters.recv().await {
                let Ok(answer) = answer(&records, ask);
                // Whoever asked may have gone; a batch stays whole all the same (rule 8).
                let _ = reply.send(answer);
            }
        });
        Self(address)
    }

    async fn ask(&self, ask: Ask) -> Result<Answer, Gone> {
        let (reply, answer) = oneshot::channel();
        self.0.send((ask, reply)).await.map_err(|_| Gone)?;
        answer.await.map_err(|_| Gone)
    }
}

fn answer(records: &MemoryStore, ask: Ask) -> Result<Answer, Infallible> {
    Ok(match ask {
        Ask::Load(keys) => Answer::Rows(records.load(&keys)?),
        Ask::Find(query) => Answer::Page(records.find(&query)?),
        Ask::Commit(batch) => Answer::Commit(records.commit(batch)?),
    })
}

impl AsyncStore for TaskStore {
    type Error = Gone;

    async fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, Gone> {
        match self.ask(Ask::Load(keys.to_vec())).await? {
            Answer::Rows(rows) => Ok(rows),
            _ => Err(Gone),
        }
    }

    async fn find(&self, query: &Query) -> Result<Page, Gone> {
        match self.ask(Ask::Find(query.clone())).await? {
            Answer::Page(page) => Ok(page),
            _ => Err(Gone),
        }
    }

    async fn commit(&self, batch: Batch) -> Result<Commit, Gone> {
        match self.ask(Ask::Commit(batch)).await? {
            Answer::Commit(commit) => Ok(commit),
            _ => Err(Gone),
        }
    }
}

/// A command of one's own: tells a customer that a parcel is on its way.
#[derive(Serialize)]
struct AnnounceParcel {
    customer: CustomerId,
    parcel: String,
}

impl Command for AnnounceParcel {
    type Output = MessageId;
    const NAME: &'static str = "parcel.announce";
    const PERMISSION: Permission = Permission::new("parcel.announce");

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let draft = Draft::new(
            Recipient::Customer(self.customer),
            code!("parcel.announced"),
        );
        work.send(draft.with_fact(code!("parcel"), &self.parcel))?;
        Ok(())
    }

    /// The request made one id: that of the message.
    fn output(&self, entry: &Entry) -> MessageId {
        entry.made(0)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let report = suite::run_async(async || TaskStore::start()).await;
    println!("{report}\n");
    report.into_result()?;

    // A program takes these from its configuration, its clock and its random source.
    let rulebook = Rulebook::standard(SecretKey::new(*b"only for example"));
    let now = DateTime::from_timestamp(1_750_000_000, 0).unwrap_or_default();
    let context = Context::new(now, RequestId::from_u128(1), Actor::System);

    let desk = Desk::new(TaskStore::start(), rulebook);
    let announce = || AnnounceParcel {
        customer: CustomerId::from_u128(7),
        parcel: "TR-4711".to_owned(),
    };
    let first = desk.run_async(&context, announce()).await?;
    let again = desk.run_async(&context, announce()).await?;
    println!("message {first} is in the outbox");
    println!(
        "the same request again answers {}",
        if first == again {
            "the same"
        } else {
            "differently"
        }
    );
    Ok(())
}
