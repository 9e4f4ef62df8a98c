//! Measures as a fold over the journal.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::assess::{Past, assess};
use super::contact::ContactTrack;
use super::figures::Figures;
use super::history::History;
use super::lens::{Lens, Place};
use super::map::{self, IdMap};
use super::orders;
use super::refusal::Refusal;
use super::track::{Mark, Rank, Track, What};
use super::{surveys, upkeep};
use crate::case::{CaseEvent, Opening};
use crate::customer::CustomerEvent;
use crate::kernel::{
    AccountId, CaseId, Code, CustomerId, Id, InteractionId, OccurrenceId, OrderId, SurveyId,
    VisitId, WarrantyClaimId,
};
use crate::loyalty::AccountEvent;
use crate::order::OrderEvent;
use crate::record::{Entry, Event, Evolving};
use crate::service::{OccurrenceEvent, VisitEvent};
use crate::sla::{ClockEvent, ClocksEvent};
use crate::survey::SurveyEvent;
use crate::warranty::WarrantyClaimEvent;

/// The figures of cells, by period and place.
pub(super) type Cells = BTreeMap<(NaiveDate, Place), Figures>;

/// Measures of service: a fold over the journal's entries.
///
/// Entries may come one by one as they happen, in pieces that are folded side by side and [merged](Self::merge), or all at once: the result is the
/// same, whatever the pieces and in whatever order they are merged. An entry is to be taken once: what is taken twice is counted twice, or put
/// down twice to the record it is about. Page through the journal by its ranks and keep where you are beside the measures, in one transaction.
///
/// What is under way is remembered case by case; [`settle`](Self::settle) lets go of what is over, so that memory follows the number of cases under way
/// and not the number of entries.
///
/// ```
/// use aftercare::measures::{Lens, Measures};
/// # use aftercare::prelude::*;
/// # let desk = Desk::new(MemoryStore::new(), Rulebook::standard(SecretKey::new([7; 16])));
/// # let now = "2026-03-02T10:15:00+03:00".parse()?;
/// # let mut ayse = Requests::of(Actor::System, 1);
/// # let id = desk.run(&ayse.at(now), RegisterCustomer::named("Ayşe"))?;
/// # desk.run(&ayse.at(now), OpenCase::new(id, Channel::Phone, "?"))?;
/// let mut measures = Measures::new(Lens::default());
/// let mut journal = aftercare::desk::Journal::all();
/// loop {
///     let page = desk.ask(&Actor::System, &journal)?;
///     page.entries.iter().for_each(|entry| measures.take(entry));
///     if page.next.is_none() {
///         break;
///     }
///     journal = journal.after(page.next);
/// }
/// let figures = measures.figures(now)?;
/// assert_eq!(figures.values().map(|figures| figures.opened).sum::<u64>(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    lens: Lens,
    #[serde(with = "map::ordered")]
    cases: IdMap<CaseId, Track>,
    #[serde(with = "map::ordered")]
    contacts: IdMap<InteractionId, ContactTrack>,
    #[serde(with = "map::ordered")]
    orders: IdMap<OrderId, History<OrderEvent>>,
    #[serde(default, with = "map::ordered")]
    surveys: IdMap<SurveyId, History<SurveyEvent>>,
    #[serde(default, with = "map::ordered")]
    visits: IdMap<VisitId, History<VisitEvent>>,
    #[serde(default, with = "map::ordered")]
    services: IdMap<OccurrenceId, History<OccurrenceEvent>>,
    #[serde(default, with = "map::ordered")]
    claims: IdMap<WarrantyClaimId, History<WarrantyClaimEvent>>,
    /// In which periods an account earned or spent.
    #[serde(default, with = "map::ordered")]
    members: IdMap<AccountId, BTreeSet<NaiveDate>>,
    /// Who took whose place.
    merged: BTreeMap<CustomerId, CustomerId>,
    #[serde(with = "map::listed")]
    settled: Cells,
}

impl Measures {
    /// Measures of nothing yet.
    #[must_use]
    pub fn new(lens: Lens) -> Self {
        Self {
            lens,
            cases: IdMap::default(),
            contacts: IdMap::default(),
            orders: IdMap::default(),
            surveys: IdMap::default(),
            visits: IdMap::default(),
            services: IdMap::default(),
            claims: IdMap::default(),
            members: IdMap::default(),
            merged: BTreeMap::new(),
            settled: Cells::new(),
        }
    }

    /// How they are taken.
    #[must_use]
    pub const fn lens(&self) -> &Lens {
        &self.lens
    }

    /// Takes an entry in.
    pub fn take(&mut self, entry: &Entry) {
        for (n, event) in (0..).zip(&entry.events) {
            let rank = (entry.rank, n);
            match event {
                Event::Case(id, event) => self.of_case(rank, *id, event),
                Event::Interaction(id, event) => {
                    let at = entry.stamp.at.timestamp_millis();
                    self.of_contact(rank, at, *id, event);
                }
                Event::Customer(id, CustomerEvent::MergedInto { survivor }) => {
                    self.merged.insert(*id, *survivor);
                }
                Event::Order(id, event) => {
                    let track = self.orders.entry(*id).or_default();
                    track.take(rank, &entry.stamp, event);
                }
                Event::Survey(id, event) => {
                    if let SurveyEvent::FollowUpOpened { case, .. } = event {
                        // The library's own work about an answer, which is counted with the answer: nobody made contact.
                        let track = self.cases.entry(*case).or_default();
                        let reason = crate::code!("survey_follow_up");
                        track.excluded.set(rank, Some(reason));
                    }
                    let track = self.surveys.entry(*id).or_default();
                    track.take(rank, &entry.stamp, event);
                }
                Event::Visit(id, event) => {
                    let track = self.visits.entry(*id).or_default();
                    track.take(rank, &entry.stamp, event);
                }
                Event::Occurrence(id, event) => {
                    let track = self.services.entry(*id).or_default();
                    track.take(rank, &entry.stamp, event);
                }
                Event::WarrantyClaim(id, event) => {
                    let track = self.claims.entry(*id).or_default();
                    track.take(rank, &entry.stamp, event);
                }
                Event::Account(id, AccountEvent::Posted(posted)) => {
                    let slot = self.lens.slot_of(entry.stamp.at.timestamp_millis());
                    let cell = self.settled.entry((slot, Place::default())).or_default();
                    if cell.points.take(posted) {
                        self.members.entry(*id).or_default().insert(slot);
                    }
                }
                Event::Customer(..)
                | Event::Message(..)
                | Event::Product(..)
                | Event::Unit(..)
                | Event::Account(..)
                | Event::Return(..)
                | Event::Plan(..)
                | Event::Technician(..)
                | Event::Agenda(..)
                | Event::Warranty(..) => {}
            }
        }
    }

    fn of_case(&mut self, rank: Rank, id: CaseId, event: &CaseEvent) {
        match event {
            CaseEvent::Clocks(event) => self.of_clocks(rank, id, event),
            CaseEvent::Opened(opening) => open(self.cases.entry(id).or_default(), rank, opening),
            CaseEvent::Routed { to } => self.cases.entry(id).or_default().reached(rank, to),
            CaseEvent::Transferred { to, bounce, .. } => {
                let track = self.cases.entry(id).or_default();
                track.reached(rank, to);
                track.transfers = track.transfers.saturating_add(1);
                track.bounces = track.bounces.saturating_add(u32::from(*bounce));
            }
            CaseEvent::Classified { topic, product, .. } => {
                let track = self.cases.entry(id).or_default();
                track.topic.set(rank, topic.clone());
                track.product.set(rank, product.clone());
            }
            CaseEvent::FactAsked { repeat: true, .. } => {
                let track = self.cases.entry(id).or_default();
                track.repeat_asks = track.repeat_asks.saturating_add(1);
            }
            CaseEvent::CalledOff { reason } => {
                let track = self.cases.entry(id).or_default();
                track.excluded.set(rank, Some(reason.clone()));
            }
            CaseEvent::MergedInto { .. } => {
                let track = self.cases.entry(id).or_default();
                track.excluded.set(rank, Some(crate::code!("merged")));
            }
            CaseEvent::Spoke { .. }
            | CaseEvent::Moved { .. }
            | CaseEvent::Reopened(_)
            | CaseEvent::Assigned { .. }
            | CaseEvent::OwnerPinned
            | CaseEvent::OwnerUnpinned
            | CaseEvent::Prioritised { .. }
            | CaseEvent::Referred { .. }
            | CaseEvent::FactAsked { .. }
            | CaseEvent::FactRecorded { .. }
            | CaseEvent::CustomerNotTold { .. }
            | CaseEvent::Linked { .. }
            | CaseEvent::Unlinked { .. }
            | CaseEvent::Absorbed { .. }
            | CaseEvent::BecameComplaint { .. }
            | CaseEvent::ComplaintAcknowledged
            | CaseEvent::ComplaintDecided { .. }
            | CaseEvent::ComplaintAppealed { .. }
            | CaseEvent::ComplaintTaken(_)
            | CaseEvent::Reacted { .. } => {}
        }
    }

    /// The facts that clocks go by are those that measures go by, with the same instants.
    fn of_clocks(&mut self, rank: Rank, id: CaseId, event: &ClocksEvent) {
        match event {
            ClocksEvent::Noted(noted) => {
                let Some(what) = What::of(noted.fact) else {
                    return;
                };
                let at = noted.at.timestamp_millis();
                let track = self.cases.entry(id).or_default();
                track.marks.push(Mark { rank, at, what });
            }
            ClocksEvent::Clock { clock, event, .. } => {
                let (kept, broken) = match event {
                    ClockEvent::Met {
                        breached: false, ..
                    } => (1, 0),
                    ClockEvent::Breached { .. } => (0, 1),
                    ClockEvent::Started { .. }
                    | ClockEvent::Paused { .. }
                    | ClockEvent::Resumed { .. }
                    | ClockEvent::Met { .. }
                    | ClockEvent::Lapsed { .. }
                    | ClockEvent::StepFired { .. }
                    | ClockEvent::Ended { .. } => return,
                };
                let track = self.cases.entry(id).or_default();
                let known = track.sla.entry(clock.metric).or_default();
                *known = (known.0.saturating_add(kept), known.1.saturating_add(broken));
            }
            ClocksEvent::Targeted { .. } => {}
        }
    }

    fn of_contact(
        &mut self,
        rank: Rank,
        at: i64,
        id: InteractionId,
        event: &crate::interaction::InteractionEvent,
    ) {
        if let Some(track) = self.contacts.get_mut(&id) {
            track.take(rank, at, event);
            return;
        }
        let mut track = ContactTrack::default();
        if track.take(rank, at, event) {
            self.contacts.insert(id, track);
        }
    }

    /// Both together: the measures of all entries that either took.
    ///
    /// # Errors
    /// [`Refusal::OtherLens`] when they were taken in different ways; nothing is changed then.
    pub fn merge(&mut self, other: Self) -> Result<(), Refusal> {
        if self.lens != other.lens {
            return Err(Refusal::OtherLens);
        }
        for (id, track) in other.cases {
            self.cases.entry(id).or_default().merge(track);
        }
        for (id, track) in other.contacts {
            self.contacts.entry(id).or_default().merge(track);
        }
        join(&mut self.orders, other.orders);
        join(&mut self.surveys, other.surveys);
        join(&mut self.visits, other.visits);
        join(&mut self.services, other.services);
        join(&mut self.claims, other.claims);
        for (id, slots) in other.members {
            self.members.entry(id).or_default().extend(slots);
        }
        self.merged.extend(other.merged);
        for (cell, figures) in &other.settled {
            match self.settled.get_mut(cell) {
                Some(known) => known.merge(figures),
                None => {
                    self.settled.insert(cell.clone(), figures.clone());
                }
            }
        }
        Ok(())
    }

    /// The figures as they stand at `until`, by first day of the period and place.
    ///
    /// `until` is the instant up to which what is not over is measured: ages, open windows, promises whose time is over. It cuts nothing off: every
    /// entry that was taken counts, also a later one. Give an instant that is not before the last entry taken; for figures as they stood earlier, take
    /// the entries up to then into measures of their own.
    ///
    /// A case costs one cell for each period in which it was open.
    ///
    /// # Errors
    /// [`Refusal::Calendar`] when the business hours do not reach that far.
    pub fn figures(
        &self,
        until: DateTime<Utc>,
    ) -> Result<BTreeMap<(NaiveDate, Place), Figures>, Refusal> {
        let until = until.timestamp_millis();
        let mut cells = self.settled.clone();
        let past = self.past();
        for (id, track) in &self.cases {
            assess(&self.lens, &past, *id, track, until, &mut cells)?;
        }
        for track in self.contacts.values() {
            count_contact(&self.lens, track, &mut cells);
        }
        let (lens, cells_ref) = (&self.lens, &mut cells);
        each(&self.orders, |order| {
            orders::count(lens, order, until, cells_ref)
        });
        each(&self.surveys, |survey| {
            surveys::count(lens, survey, until, cells_ref)
        });
        let followed = self.followed();
        each(&self.visits, |visit| {
            upkeep::count_visit(lens, visit, &followed, cells_ref)
        });
        each(&self.services, |service| {
            upkeep::count_service(lens, service, until, cells_ref)
        });
        each(&self.claims, |claim| {
            upkeep::count_claim(lens, claim, cells_ref)
        });
        for slots in self.members.values() {
            slots.iter().for_each(|slot| count_member(*slot, cells_ref));
        }
        Ok(cells)
    }

    /// Visits that were not enough.
    fn followed(&self) -> BTreeSet<VisitId> {
        let mut followed = BTreeSet::new();
        each(&self.visits, |visit| followed.extend(visit.plan.follows));
        followed
    }

    /// Lets go of what is over: customers all of whose cases were closed or called off, and live contacts that ended, so long before `until` that the
    /// windows of the lens are over. Every entry up to `until` must have been taken; pieces that are still to be merged must hold later ones only.
    /// A case that is opened again after this counts as incomplete, and customers that are merged after this stay two.
    ///
    /// # Errors
    /// [`Refusal::Calendar`]; nothing is changed then.
    pub fn settle(&mut self, until: DateTime<Utc>) -> Result<(), Refusal> {
        let until = until.timestamp_millis();
        let horizon = until.saturating_sub(self.lens.memory());
        let past = self.past();
        let mut cells = Cells::new();
        let over = past.settled_before(horizon);
        for id in &over {
            if let Some(track) = self.cases.get(id) {
                assess(&self.lens, &past, *id, track, until, &mut cells)?;
            }
        }
        drop(past);
        for id in over {
            self.cases.remove(&id);
        }
        self.contacts.retain(|_, track| {
            let is_over = track.ended_at().is_some_and(|at| at < horizon);
            if is_over {
                count_contact(&self.lens, track, &mut cells);
            }
            !is_over
        });
        let followed = self.followed();
        let (lens, cells_ref) = (&self.lens, &mut cells);
        let_go(&mut self.orders, horizon, orders::is_over, |order| {
            orders::count(lens, order, until, cells_ref);
        });
        let is_over = |survey: &_| surveys::is_over(survey, horizon);
        let_go(&mut self.surveys, horizon, is_over, |survey| {
            surveys::count(lens, survey, until, cells_ref);
        });
        let_go(&mut self.visits, horizon, upkeep::is_visit_over, |visit| {
            upkeep::count_visit(lens, visit, &followed, cells_ref);
        });
        let is_over = |service: &crate::service::Occurrence| !service.status.is_open();
        let_go(&mut self.services, horizon, is_over, |service| {
            upkeep::count_service(lens, service, until, cells_ref);
        });
        let is_over = |claim: &crate::warranty::WarrantyClaim| claim.status.is_over();
        let_go(&mut self.claims, horizon, is_over, |claim| {
            upkeep::count_claim(lens, claim, cells_ref);
        });
        let present = lens.slot_of(horizon);
        self.members.retain(|_, slots| {
            let later = slots.split_off(&present);
            slots.iter().for_each(|slot| count_member(*slot, cells_ref));
            *slots = later;
            !slots.is_empty()
        });
        for (cell, figures) in cells {
            self.settled.entry(cell).or_default().merge(&figures);
        }
        Ok(())
    }

    fn past(&self) -> Past<'_> {
        Past::new(&self.cases, &self.merged)
    }
}

fn open(track: &mut Track, rank: Rank, opening: &Opening) {
    track.customer = Some(opening.customer);
    track.channel = opening.channel.map(|channel| Code::checked(channel.name()));
    track.topic.set(rank, opening.topic.clone());
    track.product.set(rank, opening.product.clone());
    if let Some(team) = &opening.team {
        track.reached(rank, team);
    }
}

fn count_contact(lens: &Lens, track: &ContactTrack, cells: &mut Cells) {
    let Some(started) = track.started_at() else {
        return;
    };
    let cell = (lens.slot_of(started), lens.seen(track.place().clone()));
    track.clone().count(lens, cells.entry(cell).or_default());
}

/// Does something with every record whose beginning was seen.
fn each<N: Evolving>(histories: &IdMap<Id<N>, History<N::Event>>, mut count: impl FnMut(&N::State))
where
    N::Event: Clone,
{
    for (id, history) in histories {
        if let Some(state) = history.state::<N>(*id) {
            count(&state);
        }
    }
}

/// Both together.
fn join<N: Evolving>(
    one: &mut IdMap<Id<N>, History<N::Event>>,
    other: IdMap<Id<N>, History<N::Event>>,
) where
    N::Event: Clone,
{
    for (id, history) in other {
        one.entry(id).or_default().merge(history);
    }
}

/// Lets go of records that are over and to which nothing happened since `horizon`, after counting them.
fn let_go<N: Evolving>(
    histories: &mut IdMap<Id<N>, History<N::Event>>,
    horizon: i64,
    is_over: impl Fn(&N::State) -> bool,
    mut count: impl FnMut(&N::State),
) where
    N::Event: Clone,
{
    histories.retain(|id, history| {
        if !history.is_old(horizon) {
            return true;
        }
        let Some(state) = history.state::<N>(*id).filter(&is_over) else {
            return true;
        };
        count(&state);
        false
    });
}

fn count_member(slot: NaiveDate, cells: &mut Cells) {
    let points = &mut cells.entry((slot, Place::default())).or_default().points;
    points.active_members = points.active_members.saturating_add(1);
}
