//! What happened with a customer, and what was said about a case.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::customer::survivor_read;
use crate::case::{Case, Dossier};
use crate::interaction::{Content, Interaction};
use crate::kernel::{Actor, CaseId, CustomerId, DossierId, Id, Permission};
use crate::loyalty::Movement;
use crate::order::{Moment, Order, Return};
use crate::record::{
    Cursor, Index, Kind, Order as Direction, Page, Query, Record, instant_of, rank_of,
};
use crate::service::{Plan, Visit};
use crate::warranty::WarrantyClaim;
use crate::work::{Halt, Question, Reader};

/// Everything that happened with a customer, before, during and after a sale, newest first: what somebody
/// who serves them needs to know so that nobody has to repeat themselves. Contacts, cases, orders with their shipments
/// and deliveries, returns, claims under a warranty, plans of service and visits, points; each as it stands now, for who
/// may read it. What happened in detail is in the [journal](crate::desk::Journal).
///
/// Customers that were merged are one: whichever of them is asked for, all that happened with any of them
/// is told. A customer is told the public part of their own. A page may hold less than was asked for where something is
/// not for who asks. One page costs one look-up for each merged
/// customer and one more round trip for the records, however long the history is.
///
/// ```
/// use aftercare::{kernel::CustomerId, questions::Timeline};
/// let newest = Timeline::of(CustomerId::from_u128(1));
/// let rest = |next| Timeline { after: Some(next), ..newest.clone() };
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// Whose.
    pub customer: CustomerId,
    /// Behind which place to begin: the `next` of the page before.
    pub after: Option<Cursor>,
    /// How many at most; from 1 to [`MOST`](Self::MOST).
    pub limit: u32,
    /// Whether what is internal is told as well; never to a customer.
    pub internal: bool,
}

/// The most that a page holds.
const MOST: u32 = 200;

impl Timeline {
    /// The most that a page holds.
    pub const MOST: u32 = MOST;

    /// The newest 50, with what is internal.
    #[must_use]
    pub const fn of(customer: CustomerId) -> Self {
        Self {
            customer,
            after: None,
            limit: 50,
            internal: true,
        }
    }
}

/// What was said about a case, newest first; cases that were merged are one. A customer is told the public
/// part of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// About which case.
    pub case: CaseId,
    /// Behind which place to begin: the `next` of the page before.
    pub after: Option<Cursor>,
    /// How many at most; from 1 to [`MOST`](Self::MOST).
    pub limit: u32,
}

impl Conversation {
    /// The most that a page holds.
    pub const MOST: u32 = MOST;

    /// The newest 50.
    #[must_use]
    pub const fn of(case: CaseId) -> Self {
        Self {
            case,
            after: None,
            limit: 50,
        }
    }
}

/// One page of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing<T> {
    /// What was found, newest first.
    pub items: Vec<T>,
    /// Where the next page begins; `None` when there is nothing more.
    pub next: Option<Cursor>,
}

/// An interaction and what was said in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    /// The interaction.
    pub interaction: Arc<Interaction>,
    /// What was said; `None` when it was never written down, or was erased.
    pub content: Option<Arc<Content>>,
}

impl Contact {
    /// What was said, for the one who serves the customer; `None` when it was never written down, or was
    /// erased.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        Some(self.content.as_ref()?.body.expose())
    }
}

/// Something on a customer's timeline.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TimelineItem {
    /// A contact.
    Contact(Contact),
    /// A case was opened.
    Case {
        /// The case as it stands.
        case: Arc<Case>,
        /// Its file: subject, facts, steps tried; never told to a customer.
        dossier: Option<Arc<Dossier>>,
    },
    /// Something happened to an order: it was placed, a shipment of it was sent out or delivered, it was called off. Each
    /// of these stands in its own place, with the order as it is now.
    Order {
        /// The order.
        order: Arc<Order>,
        /// When, UTC.
        at: DateTime<Utc>,
        /// What happened then.
        moments: Vec<Moment>,
    },
    /// A return was announced.
    Return(Arc<Return>),
    /// A claim under a warranty was filed.
    Claim(Arc<WarrantyClaim>),
    /// A plan of service began.
    Plan(Arc<Plan>),
    /// A visit took place, or is to.
    Visit(Arc<Visit>),
    /// Points were earned, spent or turned back.
    Points(Arc<Movement>),
    /// Anything else that stands on the timeline.
    Other(Record),
}

impl TimelineItem {
    /// When it began, UTC; `None` for a kind of record that this type does not know by itself.
    #[must_use]
    pub fn at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Contact(contact) => Some(contact.interaction.started_at),
            Self::Case { case, .. } => Some(case.opened_at),
            Self::Order { at, .. } => Some(*at),
            Self::Return(rma) => Some(rma.announced_at),
            Self::Claim(claim) => Some(claim.filed_at),
            Self::Plan(plan) => Some(plan.started_at),
            Self::Visit(visit) => Some(visit.on_timeline_at()),
            Self::Points(movement) => Some(movement.at),
            Self::Other(_) => None,
        }
    }

    /// What was said, or what the case is about, for the one who serves the customer; `None` when it was
    /// never written down, was erased, or is not theirs to read.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Contact(contact) => contact.text(),
            Self::Case { dossier, .. } => Some(dossier.as_ref()?.subject.as_ref()?.expose()),
            Self::Order { .. }
            | Self::Return(_)
            | Self::Claim(_)
            | Self::Plan(_)
            | Self::Visit(_)
            | Self::Points(_)
            | Self::Other(_) => None,
        }
    }
}

impl Question for Timeline {
    type Output = Listing<TimelineItem>;
    const PERMISSION: Permission = Permission::INTERACTION_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Self::Output, Halt> {
        let customer = survivor_read(reader, self.customer)?;
        let index = if self.internal && !matches!(reader.actor(), Actor::Customer(_)) {
            Index::Timeline
        } else {
            Index::PublicTimeline
        };
        let scopes = [customer.id].into_iter();
        let scopes = scopes.chain(customer.absorbed.iter().copied());
        let scopes = scopes.map(Id::uuid);
        let page = newest(reader, index, scopes, self.after, self.limit)?;
        let access = reader.rulebook().access();
        let mut items = Vec::with_capacity(page.found.len());
        for (cursor, record) in records(reader, &page)? {
            if !access.allows(reader.actor(), cursor.key.kind.read_permission()) {
                continue;
            }
            match record {
                Record::Interaction(interaction) => {
                    let content = words(reader, &interaction)?;
                    items.push(TimelineItem::Contact(Contact {
                        interaction,
                        content,
                    }));
                }
                Record::Case(case) => {
                    let dossier = reader.get(file_of(case.id))?;
                    items.push(TimelineItem::Case { case, dossier });
                }
                Record::Order(order) => items.push(moment(order, cursor.rank)),
                Record::Return(rma) => items.push(TimelineItem::Return(rma)),
                Record::WarrantyClaim(claim) => items.push(TimelineItem::Claim(claim)),
                Record::Plan(plan) => items.push(TimelineItem::Plan(plan)),
                Record::Visit(visit) => items.push(TimelineItem::Visit(visit)),
                Record::Movement(movement) => items.push(TimelineItem::Points(movement)),
                // Whatever else comes to stand on the timeline is told as it is.
                other @ (Record::Customer(_)
                | Record::Profile(_)
                | Record::Content(_)
                | Record::Dossier(_)
                | Record::Entry(_)
                | Record::Claim(_)
                | Record::Message(_)
                | Record::Lease(_)
                | Record::Product(_)
                | Record::Unit(_)
                | Record::Reading(_)
                | Record::Account(_)
                | Record::Tally(_)
                | Record::Occurrence(_)
                | Record::Technician(_)
                | Record::Agenda(_)
                | Record::Warranty(_)
                | Record::Survey(_)
                | Record::Respondent(_)) => items.push(TimelineItem::Other(other)),
            }
        }
        Ok(Listing {
            items,
            next: page.next,
        })
    }
}

impl Question for Conversation {
    type Output = Listing<Contact>;
    const PERMISSION: Permission = Permission::INTERACTION_READ;

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Self::Output, Halt> {
        let index = match reader.actor() {
            Actor::Customer(_) => Index::PublicConversation,
            Actor::System | Actor::Staff { .. } | Actor::Bot(_) => Index::Conversation,
        };
        let scopes = family(reader, self.case)?.into_iter().map(Id::uuid);
        let page = newest(reader, index, scopes, self.after, self.limit)?;
        let mut items = Vec::with_capacity(page.found.len());
        for (_, record) in records(reader, &page)? {
            if let Record::Interaction(interaction) = record {
                let content = words(reader, &interaction)?;
                items.push(Contact {
                    interaction,
                    content,
                });
            }
        }
        Ok(Listing {
            items,
            next: page.next,
        })
    }
}

/// The case that goes on for this one, and every case that it goes on for.
fn family(reader: &mut Reader<'_>, id: CaseId) -> Result<Vec<CaseId>, Halt> {
    let mut case = reader.need(id)?;
    while let Some(into) = case.merged_into {
        case = reader.need(into)?;
    }
    let mut family = vec![case.id];
    let mut absorbed = case.absorbed.clone();
    while let Some(id) = absorbed.pop() {
        reader.want(absorbed.iter().copied());
        if let Some(case) = reader.get(id)? {
            family.push(id);
            absorbed.extend(&case.absorbed);
        }
    }
    Ok(family)
}

/// The newest of several scopes behind `after`.
pub(super) fn newest(
    reader: &mut Reader<'_>,
    index: Index,
    scopes: impl Iterator<Item = Uuid>,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Page, Halt> {
    let query = Query::new(index, Uuid::nil()).descending().after(after);
    merged(reader, &query, scopes, limit)
}

/// What a query finds in several scopes. Each key stands in one scope only and all are read in one order, so one cursor is
/// the place in all of them.
pub(super) fn merged(
    reader: &mut Reader<'_>,
    query: &Query,
    scopes: impl Iterator<Item = Uuid>,
    limit: u32,
) -> Result<Page, Halt> {
    let limit = limit.clamp(1, MOST);
    // One more than asked for says whether there is a next page.
    let one_more = limit.saturating_add(1);
    let mut found = Vec::new();
    for scope in scopes {
        let query = Query {
            scope,
            ..query.clone()
        };
        found.extend(reader.find(&query.limit(one_more))?.found);
    }
    found.sort_unstable();
    if query.order == Direction::Descending {
        found.reverse();
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > limit;
    found.truncate(limit);
    Ok(Page {
        next: found.last().copied().filter(|_| has_more),
        found,
    })
}

/// What happened to an order at the instant of this rank.
fn moment(order: Arc<Order>, rank: i64) -> TimelineItem {
    let then = order.moments().filter(|(at, _)| rank_of(*at) == rank);
    let moments = then.map(|(_, moment)| moment).collect();
    let at = instant_of(rank);
    TimelineItem::Order { order, at, moments }
}

/// The records of a page, each with its place, read together with the words of its interactions and the files of its
/// cases; those the actor may not see are left out.
fn records(reader: &mut Reader<'_>, page: &Page) -> Result<Vec<(Cursor, Record)>, Halt> {
    for Cursor { key, .. } in &page.found {
        if key.kind == Kind::Interaction {
            reader.want([Content::id_of(Id::from_uuid(key.id))]);
        } else if key.kind == Kind::Case {
            reader.want([file_of(Id::from_uuid(key.id))]);
        }
    }
    reader.all(page)?;
    let mut records = Vec::with_capacity(page.found.len());
    for cursor in &page.found {
        let place = Page {
            found: vec![*cursor],
            next: None,
        };
        let record = reader.all(&place)?.into_iter().next();
        records.extend(record.map(|record| (*cursor, record)));
    }
    Ok(records)
}

/// The file of a case has the case's own number.
const fn file_of(case: CaseId) -> DossierId {
    DossierId::from_uuid(case.uuid())
}

/// What was said in an interaction.
fn words(reader: &mut Reader<'_>, contact: &Interaction) -> Result<Option<Arc<Content>>, Halt> {
    match contact.content {
        Some(content) => reader.get(content),
        None => Ok(None),
    }
}
