//! What came out, in whichever store it is.

use aftercare::desk::{Desk, Journal};
use aftercare::kernel::{Actor, Requests};
use aftercare::measures::Measures;
use aftercare::record::{Event, Share};
use aftercare::store::MemoryStore;
use chrono::{DateTime, Utc};

use crate::feed::{Cells, lens};
use crate::log::Log;
use crate::place::Place;
use crate::setup::{Setup, rulebook};
use crate::summary::{Summary, summarise};
use crate::{HelpDesk, Result, replay, worker};

/// What a desk has in the end.
pub struct Outcome {
    /// The figures of the help desk, from its cases.
    pub figures: serde_json::Value,
    /// The measures, from its journal.
    pub measures: Cells,
    pub entries: u64,
    pub messages: u64,
}

/// What has to come out, and of how many rows.
pub fn single(setup: &Setup, at: DateTime<Utc>) -> Result<(Outcome, u64)> {
    let desk = Desk::new(Place::Memory(MemoryStore::new()), rulebook()?);
    let replayed = replay::replay(&desk, &mut Log::open(&setup.file)?, false, worker::stays)?;
    let mut requests = Requests::of(Actor::System, 1);
    while desk
        .wake(&requests.at(setup.now()), Share::ALL, 1_000)?
        .more
    {}
    Ok((Outcome::of(&desk, at)?, replayed.rows))
}

impl Outcome {
    /// Figures and measures as of an instant, and how much of everything there is.
    pub fn of(desk: &HelpDesk, at: DateTime<Utc>) -> Result<Self> {
        let summary: Summary = summarise(desk)?;
        let mut measures = Measures::new(lens(desk.rulebook())?);
        let (mut entries, mut messages) = (0, 0);
        let mut journal = Journal::all().limit(500);
        loop {
            let page = desk.ask(&Actor::System, &journal)?;
            for entry in &page.entries {
                measures.take(entry);
                // Handing over is no part of what a single process did.
                let is_outcome = entry.command == "message.settle";
                entries += u64::from(!is_outcome && !entry.events.is_empty());
                for event in &entry.events {
                    use aftercare::message::MessageEvent::Queued;
                    messages += u64::from(matches!(event, Event::Message(_, Queued(_))));
                }
            }
            if page.next.is_none() {
                break;
            }
            journal = journal.after(page.next);
        }
        Ok(Self {
            figures: serde_json::to_value(&summary)?,
            measures: measures.figures(at)?,
            entries,
            messages,
        })
    }
}
