//! How records are found other than by their key.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Stored;
use super::kind::{Key, coded};
use crate::kernel::Id;

coded! {
    /// The orders in which records can be found. Each is cut into *scopes* (one customer's, one
    /// team's, one share of the work), and within a scope records stand by *rank*.
    Index {
        /// All journal entries. Scope: 0. Rank: the entry's rank.
        Journal = 1 "journal",
        /// Journal entries about one record. Scope: the record's id. Rank: the entry's rank.
        JournalBySubject = 2 "journal_by_subject",
        /// Journal entries that touch one customer. Scope: the customer's id. Rank: the entry's rank.
        JournalByCustomer = 3 "journal_by_customer",
        /// Journal entries that no follower has had yet. Scope: 0. Rank: the entry's rank.
        Feed = 4 "feed",
        /// Records that have something to do. Scope: the bucket. Rank: the instant.
        Due = 5 "due",
        /// Messages to be handed over. Scope: the bucket of the recipient. Rank: the instant of the next try.
        Outbox = 6 "outbox",
        /// Messages waiting for one recipient. Scope: the recipient. Rank: the instant from which they may go.
        OutboxByRecipient = 7 "outbox_by_recipient",
        /// What happened with one customer. Scope: the customer's id. Rank: the instant.
        Timeline = 8 "timeline",
        /// Everything personal about one customer. Scope: the customer's id. Rank: 0.
        Personal = 9 "personal",
        /// Profiles by name. Scope: a keyed hash of the name's match key. Rank: 0.
        Name = 10 "name",
        /// Profiles by a loose form of a contact point. Scope: a keyed hash of it. Rank: 0.
        Contact = 11 "contact",
        /// Interactions of one case. Scope: the case's id. Rank: the instant.
        Conversation = 12 "conversation",
        /// Cases of one customer. Scope: the customer's id. Rank: the instant it was opened.
        CasesByCustomer = 13 "cases_by_customer",
        /// Open cases of one team. Scope: a keyed hash of the team. Rank: the instant it was opened.
        CasesByTeam = 14 "cases_by_team",
        /// Open cases of one member of staff. Scope: the member's id. Rank: the instant it was opened.
        CasesByAssignee = 15 "cases_by_assignee",
        /// Customers with one tag. Scope: a keyed hash of the tag. Rank: the instant the customer came.
        CustomersByTag = 16 "customers_by_tag",
        /// Cases of the business's own reference, such as another system's number. Scope: a keyed hash of it. Rank: 0.
        CasesByReference = 17 "cases_by_reference",
        /// Messages to one customer. Scope: the customer's id. Rank: the instant they were queued.
        MessagesByCustomer = 18 "messages_by_customer",
        /// What the customer may see of the timeline. Scope: the customer's id. Rank: the instant.
        PublicTimeline = 19 "public_timeline",
        /// What the customer may see of a conversation. Scope: the case's id. Rank: the instant.
        PublicConversation = 20 "public_conversation",
        /// Models of one category. Scope: a keyed hash of it. Rank: 0.
        ProductsByCategory = 40 "products_by_category",
        /// Units that one customer owns. Scope: the customer's id. Rank: the instant they were put on record.
        UnitsByCustomer = 41 "units_by_customer",
        /// Units of one model. Scope: a keyed hash of it. Rank: the instant they were put on record.
        UnitsByProduct = 42 "units_by_product",
        /// Readings of one meter. Scope: a hash of unit and meter. Rank: the instant they were taken.
        ReadingsByMeter = 43 "readings_by_meter",
        /// Orders of one customer. Scope: the customer's id. Rank: the instant they were placed.
        OrdersByCustomer = 44 "orders_by_customer",
        /// Orders with a shipment that a carrier calls so. Scope: a keyed hash of that. Rank: 0.
        OrdersByTracking = 45 "orders_by_tracking",
        /// Accounts of one loyalty programme. Scope: a hash of its name. Rank: 0.
        AccountsByProgramme = 80 "accounts_by_programme",
        /// Loyalty accounts of one customer. Scope: the customer's id. Rank: 0.
        AccountsByCustomer = 81 "accounts_by_customer",
        /// Returns of one order. Scope: the order's id. Rank: the instant they were announced.
        ReturnsByOrder = 46 "returns_by_order",
        /// Returns of one customer. Scope: the customer's id. Rank: the instant they were announced.
        ReturnsByCustomer = 47 "returns_by_customer",
        /// Orders that are overdue. Scope: 0. Rank: the instant since which they are.
        OverdueOrders = 48 "overdue_orders",
        /// Plans of one customer. Scope: the customer's id. Rank: the instant they began.
        PlansByCustomer = 90 "plans_by_customer",
        /// Plans for one unit. Scope: the unit's id. Rank: the instant they began.
        PlansByUnit = 91 "plans_by_unit",
        /// Services of one plan. Scope: the plan's id. Rank: midnight UTC of the date that the plan says.
        OccurrencesByPlan = 92 "occurrences_by_plan",
        /// Services of one plan that are still to be done. Scope: the plan's id. Rank: midnight UTC of the date on which they are due.
        OpenOccurrences = 93 "open_occurrences",
        /// Services of one customer. Scope: the customer's id. Rank: midnight UTC of the date on which they are due.
        OccurrencesByCustomer = 94 "occurrences_by_customer",
        /// Visits to one customer. Scope: the customer's id. Rank: the instant they were planned.
        VisitsByCustomer = 95 "visits_by_customer",
        /// Visits of one technician. Scope: the technician's id. Rank: the instant they begin.
        VisitsByTechnician = 96 "visits_by_technician",
        /// Technicians who can be booked. Scope: 0. Rank: 0.
        Technicians = 97 "technicians",
        /// Visits for one unit. Scope: the unit's id. Rank: the instant they were planned.
        VisitsByUnit = 98 "visits_by_unit",
        /// Services that are still to be done. Scope: 0. Rank: the instant from which they are overdue.
        OverdueOccurrences = 99 "overdue_occurrences",
        /// Visits that wait to be booked. Scope: 0. Rank: the instant they were planned.
        VisitsToBook = 111 "visits_to_book",
        /// Visits that are booked or under way. Scope: 0. Rank: the instant at which their windows end.
        OpenVisits = 112 "open_visits",
        /// Warranty claims for one unit. Scope: the unit's id. Rank: the instant they came in.
        ClaimsByUnit = 60 "claims_by_unit",
        /// Warranty claims of one customer. Scope: the customer's id. Rank: the instant they came in.
        ClaimsByCustomer = 61 "claims_by_customer",
        /// Warranty claims with something that a person should look at. Scope: 0. Rank: the instant they came in.
        ClaimsToReview = 62 "claims_to_review",
        /// Warranty claims for one serial number of which no unit is on record. Scope: a keyed hash of its letters and
        /// digits. Rank: the instant they came in.
        ClaimsBySerial = 63 "claims_by_serial",
        /// Warranty claims about which staff has something to do or to wait for. Scope: 0. Rank: the instant at which
        /// something of it is overdue; the highest there is without one.
        OpenClaims = 64 "open_claims",
        /// Surveys of one customer. Scope: the customer's id. Rank: the instant they were planned.
        SurveysByCustomer = 100 "surveys_by_customer",
        /// Surveys about one thing. Scope: its id, of a relationship the customer's. Rank: the instant they were planned.
        SurveysBySubject = 101 "surveys_by_subject",
        /// Surveys with a follow-up that is open, of one team. Scope: a hash of the team. Rank: the instant it is due.
        FollowUpsByTeam = 102 "follow_ups_by_team",
    }
}

/// An instant as a rank: microseconds since 1970, UTC.
#[must_use]
pub fn rank_of(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// The instant of a rank; the first or last instant there is when the rank lies beyond it.
#[must_use]
pub fn instant_of(rank: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(rank).unwrap_or(if rank < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    })
}

/// Under which index, scope and rank a record is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Term {
    /// Which index.
    pub index: Index,
    /// Which part of it: an id, a bucket or a keyed hash; never a text.
    pub scope: Uuid,
    /// Where in the scope.
    pub rank: i64,
}

impl Term {
    /// A term.
    #[must_use]
    pub const fn new(index: Index, scope: Uuid, rank: i64) -> Self {
        Self { index, scope, rank }
    }
}

/// How many buckets the work that is due is dealt into.
pub const BUCKETS: u8 = 64;

/// The bucket of something with this id: the same everywhere and for ever.
#[must_use]
pub fn bucket_of(id: Uuid) -> Uuid {
    let (high, low) = id.as_u64_pair();
    // The last bits of every id made here are hashed; a multiplication mixes those that are not.
    let mixed = (high ^ low).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Uuid::from_u128(u128::from((mixed >> 56) % u64::from(BUCKETS)))
}

/// One worker's share of the work: the `index`th of `of` equal parts.
///
/// Workers with the same `of` and different `index` never meet.
///
/// ```
/// use aftercare::record::Share;
/// assert_eq!(Share::ALL.buckets().count(), 64);
/// assert_eq!(Share::new(1, 3).unwrap().buckets().count(), 21);
/// assert!(Share::new(3, 3).is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    index: u8,
    of: u8,
}

impl Share {
    /// Everything.
    pub const ALL: Self = Self { index: 0, of: 1 };

    /// The `index`th of `of` parts, counted from 0; `None` when there is no such part.
    #[must_use]
    pub const fn new(index: u8, of: u8) -> Option<Self> {
        if index < of && of <= BUCKETS {
            Some(Self { index, of })
        } else {
            None
        }
    }

    /// The scopes of this share's buckets.
    pub fn buckets(self) -> impl Iterator<Item = Uuid> {
        (self.index..BUCKETS)
            .step_by(usize::from(self.of))
            .map(|bucket| Uuid::from_u128(bucket.into()))
    }
}

/// From which end a scope is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Lowest rank first.
    #[default]
    Ascending,
    /// Highest rank first.
    Descending,
}

/// Where a page ended: the next one begins behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cursor {
    /// The rank of the last one found.
    pub rank: i64,
    /// Its key.
    pub key: Key,
}

impl Cursor {
    /// The place of a record, as pages of answers name it.
    pub(crate) fn of<N: Stored>((rank, id): (i64, Id<N>)) -> Self {
        let key = Key::of(id);
        Self { rank, key }
    }

    /// The place as pages of answers name it.
    pub(crate) const fn place<N>(self) -> (i64, Id<N>) {
        (self.rank, Id::from_uuid(self.key.id))
    }

    /// The place before every key of this rank.
    #[must_use]
    pub const fn first_of(rank: i64) -> Self {
        Self {
            rank,
            key: Key::new(super::Kind::Customer, Uuid::nil()),
        }
    }
}

/// One scope of an index, from `from` to `to` (both included), in order, a page at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub struct Query {
    /// Which index.
    pub index: Index,
    /// Which scope of it.
    pub scope: Uuid,
    /// The lowest rank.
    pub from: i64,
    /// The highest rank.
    pub to: i64,
    /// From which end.
    pub order: Order,
    /// Behind which one to begin: the `next` of the page before.
    pub after: Option<Cursor>,
    /// How many at most.
    pub limit: u32,
}

impl Query {
    /// The first 100 of a scope, lowest rank first.
    pub const fn new(index: Index, scope: Uuid) -> Self {
        Self {
            index,
            scope,
            from: i64::MIN,
            to: i64::MAX,
            order: Order::Ascending,
            after: None,
            limit: 100,
        }
    }

    /// Only ranks up to `to`, itself included.
    pub const fn up_to(mut self, to: i64) -> Self {
        self.to = to;
        self
    }

    /// Only ranks from `from` on, itself included.
    pub const fn starting(mut self, from: i64) -> Self {
        self.from = from;
        self
    }

    /// Highest rank first.
    pub const fn descending(mut self) -> Self {
        self.order = Order::Descending;
        self
    }

    /// At most `limit`; 0 finds nothing.
    pub const fn limit(mut self, limit: u32) -> Self {
        self.limit = limit;
        self
    }

    /// Behind the end of the page before, or behind any other place: a cursor is a rank and a key, and need
    /// not have been found in this scope.
    pub const fn after(mut self, cursor: Option<Cursor>) -> Self {
        self.after = cursor;
        self
    }
}

/// What a query found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Ranks and keys, in the order asked for.
    pub found: Vec<Cursor>,
    /// There may be more behind this; `None` at the end.
    pub next: Option<Cursor>,
}

impl Page {
    /// The page of these, when `limit` was asked for: there may be more when all of it was used.
    #[must_use]
    pub fn of(found: Vec<Cursor>, limit: u32) -> Self {
        let full = u32::try_from(found.len()).is_ok_and(|len| len >= limit && len > 0);
        Self {
            next: if full { found.last().copied() } else { None },
            found,
        }
    }
}
