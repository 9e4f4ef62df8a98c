//! Everything that is held about one person, page by page.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::survivor_read;
use crate::customer::{
    ConsentDecision, ConsentHistory, Customer, CustomerEvent, ExportCustomer, Note, Notes, Place,
    ReadConsents, ReadNotes,
};
use crate::kernel::{CustomerId, Permission};
use crate::record::{Cursor, Entry, Event, Export, Index, Page, Query, Record};
use crate::work::{Halt, Question, Reader};

/// Where something about a customer is found. The timeline leads to cases and orders as well, which have their own index.
const HELD: &[Index] = &[
    Index::Personal,
    Index::Timeline,
    Index::CasesByCustomer,
    Index::UnitsByCustomer,
    Index::OrdersByCustomer,
    Index::AccountsByCustomer,
    Index::ReturnsByCustomer,
    Index::PlansByCustomer,
    Index::OccurrencesByCustomer,
    Index::VisitsByCustomer,
    Index::ClaimsByCustomer,
    Index::SurveysByCustomer,
    Index::MessagesByCustomer,
    Index::JournalByCustomer,
];

/// A limit as it is taken: 1 to 500.
pub(super) fn clamped(limit: u32) -> u32 {
    limit.clamp(1, 500)
}

impl Question for ExportCustomer {
    type Output = Export;
    const PERMISSION: Permission = Permission::CUSTOMER_EXPORT;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Export, Halt> {
        let customer = survivor_read(reader, self.customer)?;
        let mut export = Export::default();
        if self.after.is_none() {
            // They stand in no index; there are few of them.
            reader.want(customer.family());
            for id in customer.family() {
                export.records.extend(reader.get(id)?.map(Record::Customer));
            }
        }
        let walk = walk(reader, &customer, HELD, self.after, self.limit)?;
        export.next = walk.next;
        for (place, record) in walk.records {
            match record {
                // These have indexes of their own.
                Some(
                    Record::Case(_)
                    | Record::Order(_)
                    | Record::Return(_)
                    | Record::Plan(_)
                    | Record::Visit(_)
                    | Record::WarrantyClaim(_),
                ) if place.1 == Index::Timeline => {}
                None => export.withheld = export.withheld.saturating_add(1),
                // An entry about several records of the family is handed out with the first of them.
                Some(Record::Entry(entry)) if !is_first(&customer, place.0, &entry) => {}
                Some(record) => export.records.push(record),
            }
        }
        Ok(export)
    }
}

fn is_first(customer: &Customer, holder: CustomerId, entry: &Entry) -> bool {
    let mut family = customer.family();
    family.find(|id| entry.customers.contains(id)) == Some(holder)
}

/// One page of what indexes lead to, for every record of a family.
struct Walk {
    /// Under whose id and in which index it was found, and the record; `None` when the actor may not see it.
    records: Vec<((CustomerId, Index), Option<Record>)>,
    next: Option<Place>,
}

fn walk(
    reader: &mut Reader<'_>,
    customer: &Customer,
    indexes: &[Index],
    after: Option<Place>,
    limit: u32,
) -> Result<Walk, Halt> {
    let stops = customer
        .family()
        .flat_map(|holder| indexes.iter().map(move |index| (holder, *index)));
    // A place that is no longer there, because of a merger meanwhile, begins anew: twice is better than never.
    let is_begun = |&(holder, index): &(CustomerId, Index)| match after {
        Some(place) => holder == place.holder && index.code() == place.index,
        None => true,
    };
    let skipped = stops.clone().position(|stop| is_begun(&stop));
    let mut cursor = skipped.and(after).and_then(Place::cursor);
    let mut room = clamped(limit);
    let mut found: Vec<((CustomerId, Index), Cursor)> = Vec::new();
    let mut next = None;
    for stop @ (holder, index) in stops.skip(skipped.unwrap_or(0)) {
        let place = |after: Option<Cursor>| Place {
            holder,
            index: index.code(),
            after: after.map(|end| (end.rank, end.key.kind.code(), end.key.id)),
        };
        if room == 0 {
            next = Some(place(None));
            break;
        }
        let query = Query::new(index, holder.uuid())
            .after(cursor.take())
            .limit(room);
        let page = reader.find(&query)?;
        room = room.saturating_sub(u32::try_from(page.found.len()).unwrap_or(u32::MAX));
        found.extend(page.found.into_iter().map(|cursor| (stop, cursor)));
        if page.next.is_some() {
            next = Some(place(page.next));
            break;
        }
    }
    let keys = Page {
        found: found.iter().map(|(_, cursor)| *cursor).collect(),
        next: None,
    };
    let records = visible(reader, &keys)?;
    Ok(Walk {
        records: found
            .into_iter()
            .map(|(stop, cursor)| (stop, records.get(&cursor).cloned()))
            .collect(),
        next,
    })
}

/// The records of a page, read in one round trip, by their place; without those the actor may not see.
fn visible(reader: &mut Reader<'_>, keys: &Page) -> Result<BTreeMap<Cursor, Record>, Halt> {
    let mut records = BTreeMap::new();
    // Read together first, then one by one, because what is not visible leaves no gap in the answer.
    reader.all(keys)?;
    for cursor in &keys.found {
        let one = Page {
            found: vec![*cursor],
            next: None,
        };
        for record in reader.all(&one)? {
            records.insert(*cursor, record);
        }
    }
    Ok(records)
}

impl Question for ReadConsents {
    type Output = ConsentHistory;
    const PERMISSION: Permission = Permission::JOURNAL_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<ConsentHistory, Halt> {
        let customer = survivor_read(reader, self.customer)?;
        let events = happened(reader, &customer, self.after, self.limit)?;
        let decisions = events.of_holder(|entry, holder, event| {
            let consent = event.consent(&entry.stamp)?;
            Some(ConsentDecision {
                is_given: consent.is_given,
                purpose: consent.purpose,
                channel: consent.channel,
                source: consent.source,
                wording: consent.wording,
                at: entry.stamp.at,
                by: entry.stamp.by.clone(),
                customer: holder,
            })
        });
        Ok(ConsentHistory {
            decisions,
            next: events.next,
        })
    }
}

impl Question for ReadNotes {
    type Output = Notes;
    const PERMISSION: Permission = Permission::CUSTOMER_CLASSIFY;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Notes, Halt> {
        let customer = survivor_read(reader, self.customer)?;
        let events = happened(reader, &customer, self.after, self.limit)?;
        let added = events.of_holder(|entry, _, event| {
            let CustomerEvent::NoteAdded { content } = event else {
                return None;
            };
            Some((*content, entry.stamp.clone()))
        });
        reader.want(added.iter().map(|(id, _)| *id));
        let mut notes = Vec::new();
        for (id, stamp) in added {
            if let Some(content) = reader.get(id)? {
                notes.push(Note {
                    id,
                    at: stamp.at,
                    by: stamp.by,
                    content,
                });
            }
        }
        Ok(Notes {
            notes,
            next: events.next,
        })
    }
}

/// Journal entries about the records of a family.
struct Happened {
    entries: Vec<(CustomerId, Arc<Entry>)>,
    next: Option<Place>,
}

fn happened(
    reader: &mut Reader<'_>,
    customer: &Customer,
    after: Option<Place>,
    limit: u32,
) -> Result<Happened, Halt> {
    let walk = walk(reader, customer, &[Index::JournalBySubject], after, limit)?;
    let entries = walk
        .records
        .into_iter()
        .filter_map(|((holder, _), record)| match record {
            Some(Record::Entry(entry)) => Some((holder, entry)),
            _ => None,
        });
    Ok(Happened {
        entries: entries.collect(),
        next: walk.next,
    })
}

impl Happened {
    /// What `pick` makes of the events that happened to the record under which an entry was found.
    fn of_holder<T>(
        &self,
        pick: impl Fn(&Entry, CustomerId, &CustomerEvent) -> Option<T>,
    ) -> Vec<T> {
        let mut picked = Vec::new();
        for (holder, entry) in &self.entries {
            for event in &entry.events {
                if let Event::Customer(id, event) = event
                    && id == holder
                {
                    picked.extend(pick(entry, *holder, event));
                }
            }
        }
        picked
    }
}
