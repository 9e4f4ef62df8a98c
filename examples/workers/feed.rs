//! The other side of the broker: reads the stream and folds measures from the journal.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aftercare::adapters::Parcel;
use aftercare::measures::{Figures, Lens, Measures, Place};
use aftercare::record::{Entry, Event, Key};
use aftercare::rulebook::Rulebook;
use async_nats::jetstream::{self, consumer};
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::StreamExt;
use serde::Serialize;

use crate::setup::{Setup, rulebook};
use crate::{Result, rules};

/// Measures by period and place.
pub type Cells = BTreeMap<(NaiveDate, Place), Figures>;

/// How they are taken: in the business hours of the help desk.
pub fn lens(rulebook: &Rulebook) -> Result<Lens> {
    let revisions = rulebook.calendars().get(&rules::calendar());
    let hours = revisions.and_then(|revisions| revisions.get(&1));
    Ok(Lens::default().with_hours(hours.ok_or("the rulebook has no calendar")?.clone()))
}

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
    /// Of the measures folded from the entries: what was opened, solved and transferred, and how many promises of how many were kept.
    pub opened: u64,
    pub solved: u64,
    pub transferred: u128,
    pub kept: (u64, u64),
    /// All of them.
    #[serde(skip)]
    pub measures: Cells,
}

/// Reads the stream from its beginning to where it ends now, and measures as of an instant.
pub async fn read(setup: &Setup, at: DateTime<Utc>) -> Result<Feed> {
    let jetstream = jetstream::new(async_nats::connect(&setup.nats).await?);
    let mut stream = jetstream.get_stream(&setup.name).await?;
    let count = stream.info().await?.state.messages;
    let mut feed = Feed::default();
    let mut measures = Measures::new(lens(&rulebook()?)?);
    // An entry is to be measured once, and may come again.
    let mut seen: BTreeSet<String> = BTreeSet::new();
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
            if !seen.insert(entry.request().to_string()) {
                feed.entries_again += 1;
                continue;
            }
            measures.take(&entry);
            feed.count(&entry, &mut ranks);
        } else {
            let parcel: Parcel = serde_json::from_slice(&letter.payload)?;
            if seen.insert(parcel.message.id.to_string()) {
                feed.messages += 1;
            } else {
                feed.messages_again += 1;
            }
        }
    }
    feed.conclude(measures.figures(at)?);
    Ok(feed)
}

impl Feed {
    fn count(&mut self, entry: &Entry, ranks: &mut BTreeMap<Key, i64>) {
        self.entries += 1;
        let mut subjects: Vec<Key> = entry.events.iter().map(Event::subject).collect();
        subjects.dedup();
        for subject in subjects {
            let before = ranks.insert(subject, entry.rank);
            self.out_of_order += u64::from(before.is_some_and(|before| before > entry.rank));
        }
    }

    fn conclude(&mut self, measures: Cells) {
        let mut all = Figures::default();
        measures.values().for_each(|figures| all.merge(figures));
        (self.opened, self.solved) = (all.opened, all.solved);
        self.transferred = all.transfers.sum();
        for promises in all.sla.values() {
            self.kept.0 += promises.successes();
            self.kept.1 += promises.of();
        }
        self.measures = measures;
    }
}

/// Takes the stream away.
pub async fn clear(setup: &Setup) -> Result<()> {
    let jetstream = jetstream::new(async_nats::connect(&setup.nats).await?);
    jetstream.delete_stream(&setup.name).await?;
    Ok(())
}
