//! The other side of the broker: reads the stream and folds measures from the journal.

use std::collections::BTreeMap;
use std::time::Duration;

use aftercare::adapters::Parcel;
use aftercare::case::CaseEvent;
use aftercare::record::{Entry, Event, Key};
use async_nats::jetstream::{self, consumer};
use futures_util::StreamExt;
use serde::Serialize;

use crate::Result;
use crate::setup::Setup;

/// What is in the stream.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Feed {
    /// Journal entries, and those that came again.
    pub entries: u64,
    pub entries_again: u64,
    /// Entries about one record that came behind a later one.
    pub out_of_order: u64,
    /// Messages, and those that came again.
    pub messages: u64,
    pub messages_again: u64,
    /// Measures folded from the entries.
    pub opened: u64,
    pub transferred: u64,
}

/// Reads the stream from its beginning to where it ends now.
pub async fn read(setup: &Setup) -> Result<Feed> {
    let jetstream = jetstream::new(async_nats::connect(&setup.nats).await?);
    let mut stream = jetstream.get_stream(&setup.name).await?;
    let count = stream.info().await?.state.messages;
    let mut feed = Feed::default();
    let mut seen: BTreeMap<String, ()> = BTreeMap::new();
    let mut ranks: BTreeMap<Key, i64> = BTreeMap::new();
    let mut letters = {
        let config = consumer::pull::OrderedConfig::default();
        stream.create_consumer(config).await?.messages().await?
    };
    for _ in 0..count {
        let next = tokio::time::timeout(Duration::from_secs(30), letters.next()).await?;
        let letter = next.ok_or("the stream ended early")??;
        let is_entry = letter.subject.contains(".journal.");
        if is_entry {
            let entry: Entry = serde_json::from_slice(&letter.payload)?;
            if seen.insert(entry.request().to_string(), ()).is_some() {
                feed.entries_again += 1;
                continue;
            }
            feed.fold(&entry, &mut ranks);
        } else {
            let parcel: Parcel = serde_json::from_slice(&letter.payload)?;
            if seen.insert(parcel.message.id.to_string(), ()).is_some() {
                feed.messages_again += 1;
            } else {
                feed.messages += 1;
            }
        }
    }
    Ok(feed)
}

impl Feed {
    fn fold(&mut self, entry: &Entry, ranks: &mut BTreeMap<Key, i64>) {
        self.entries += 1;
        let mut subjects: Vec<Key> = entry.events.iter().map(Event::subject).collect();
        subjects.dedup();
        for subject in subjects {
            let before = ranks.insert(subject, entry.rank);
            self.out_of_order += u64::from(before.is_some_and(|before| before > entry.rank));
        }
        for event in &entry.events {
            match event {
                Event::Case(_, CaseEvent::Opened(_)) => self.opened += 1,
                Event::Case(_, CaseEvent::Transferred { .. }) => self.transferred += 1,
                _ => {}
            }
        }
    }
}

/// Takes the stream away.
pub async fn clear(setup: &Setup) -> Result<()> {
    let jetstream = jetstream::new(async_nats::connect(&setup.nats).await?);
    jetstream.delete_stream(&setup.name).await?;
    Ok(())
}
