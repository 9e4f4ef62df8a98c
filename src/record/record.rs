//! Everything that a store holds.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::event::Event;
use super::kind::{Key, Kind};
use crate::case::{Case, CaseEvent, Dossier};
use crate::customer::{Customer, CustomerEvent, Profile};
use crate::interaction::{Content, Interaction, InteractionEvent};
use crate::kernel::{CustomerId, Id, RequestId, Stamp, names};
use crate::loyalty::{Account, AccountEvent, Movement, Tally};
use crate::message::{Message, MessageEvent, Recipient};
use crate::order::{Order, OrderEvent, Return, ReturnEvent};
use crate::product::{Product, ProductEvent, Reading, Unit, UnitEvent};
use crate::service::{
    Agenda, AgendaEvent, Occurrence, OccurrenceEvent, Plan, PlanEvent, Technician, TechnicianEvent,
    Visit, VisitEvent,
};
use crate::survey::{Respondent, Survey, SurveyEvent};
use crate::warranty::{Warranty, WarrantyClaim, WarrantyClaimEvent, WarrantyEvent};

/// Something that only one may hold, and who holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Who holds it.
    pub holder: Key,
}

/// A worker's hold on one bucket of the outbox, or on the feed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lease {
    /// Until when others keep away, UTC; in the past once it is given back.
    pub until: chrono::DateTime<chrono::Utc>,
    /// The request of the worker that holds it.
    pub holder: RequestId,
}

/// What an id names, as it is stored.
pub trait Stored: Sized + 'static {
    /// The stored state.
    type State: Clone;
    /// The kind of record.
    const KIND: Kind;
    /// The state in a record of this kind.
    fn state(record: &Record) -> Option<&Arc<Self::State>>;
    /// The state out of a record of this kind.
    fn into_state(record: Record) -> Option<Arc<Self::State>>;
    /// The record of a state.
    fn record(state: Arc<Self::State>) -> Record;
}

/// Something stored whose every change is an event.
pub trait Evolving: Stored {
    /// What can happen to it.
    type Event;
    /// What happened, as the journal keeps it.
    fn event(id: Id<Self>, event: Self::Event) -> Event;
    /// The state that an event begins; `None` when it does not begin one.
    fn begin(id: Id<Self>, event: &Self::Event, stamp: &Stamp) -> Option<Self::State>;
    /// The state after an event.
    fn apply(state: &mut Self::State, event: &Self::Event, stamp: &Stamp);
}

macro_rules! records {
    ($($(#[$doc:meta])* $variant:ident($state:ty) of $name:ident,)*) => {
        /// Everything that a store holds. Cloning is cheap.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Record { $($(#[$doc])* $variant(Arc<$state>),)* }

        impl Record {
            /// What kind of record.
            #[must_use]
            pub const fn kind(&self) -> Kind {
                match self { $(Self::$variant(_) => Kind::$variant,)* }
            }
        }

        $(impl Stored for names::$name {
            type State = $state;
            const KIND: Kind = Kind::$variant;
            fn state(record: &Record) -> Option<&Arc<$state>> {
                if let Record::$variant(state) = record { Some(state) } else { None }
            }
            fn into_state(record: Record) -> Option<Arc<$state>> {
                if let Record::$variant(state) = record { Some(state) } else { None }
            }
            fn record(state: Arc<$state>) -> Record {
                Record::$variant(state)
            }
        })*
    };
}

records! {
    /// A customer, without anything personal.
    Customer(Customer) of Customer,
    /// What is personal about a customer.
    Profile(Profile) of Profile,
    /// What was said or written.
    Content(Content) of Content,
    /// One contact with a customer.
    Interaction(Interaction) of Interaction,
    /// A matter to resolve.
    Case(Case) of Case,
    /// A journal entry.
    Entry(Entry) of Request,
    /// Something that only one may hold.
    Claim(Claim) of Claim,
    /// A message on its way out.
    Message(Message) of Message,
    /// A worker's hold on a share of the work.
    Lease(Lease) of Lease,
    /// What is personal about a case.
    Dossier(Dossier) of Dossier,
    /// A model of what is sold.
    Product(Product) of Product,
    /// One piece of what is sold.
    Unit(Unit) of Unit,
    /// One reading of a meter.
    Reading(Reading) of Reading,
    /// A purchase.
    Order(Order) of Order,
    /// The points of one customer in one loyalty programme.
    Account(Account) of Account,
    /// Points that were earned or spent, and can be turned back.
    Movement(Movement) of Movement,
    /// How much of something limited was given out.
    Tally(Tally) of Tally,
    /// Pieces of an order that come back together.
    Return(Return) of Return,
    /// A plan of service.
    Plan(Plan) of Plan,
    /// One service of a plan.
    Occurrence(Occurrence) of Occurrence,
    /// An appointment.
    Visit(Visit) of Visit,
    /// Somebody who makes visits.
    Technician(Technician) of Technician,
    /// One technician's one day.
    Agenda(Agenda) of Agenda,
    /// What a unit is covered by.
    Warranty(Warranty) of Warranty,
    /// A claim under a warranty.
    WarrantyClaim(WarrantyClaim) of WarrantyClaim,
    /// One customer who is asked how something was.
    Survey(Survey) of Survey,
    /// When a customer was asked last.
    Respondent(Respondent) of Respondent,
}

macro_rules! evolving {
    ($($state:ident: $event:ty,)*) => {
        $(impl Evolving for names::$state {
            type Event = $event;
            fn event(id: Id<Self>, event: $event) -> Event {
                Event::$state(id, event)
            }
            fn begin(id: Id<Self>, event: &$event, stamp: &Stamp) -> Option<$state> {
                $state::begin(id, event, stamp)
            }
            fn apply(state: &mut $state, event: &$event, stamp: &Stamp) {
                state.apply(event, stamp);
            }
        })*

        impl Record {
            /// The record after one more event; `None` when the event begins nothing and there was nothing.
            ///
            /// Over the events of a record from the journal or the feed, the earliest first, this gives the
            /// record as it is stored: for copies, audits, and looking at a record as it once was. What is
            /// personal is not in events and not in what they give.
            #[must_use]
            pub fn after(before: Option<Self>, event: &Event, stamp: &Stamp) -> Option<Self> {
                match event {
                    $(Event::$state(id, event) => {
                        let state = before.and_then(<names::$state as Stored>::into_state);
                        let state = match state {
                            Some(mut state) => {
                                Arc::make_mut(&mut state).apply(event, stamp);
                                state
                            }
                            None => Arc::new($state::begin(*id, event, stamp)?),
                        };
                        Some(Self::$state(state))
                    })*
                }
            }
        }
    };
}

evolving! {
    Customer: CustomerEvent,
    Interaction: InteractionEvent,
    Case: CaseEvent,
    Message: MessageEvent,
    Product: ProductEvent,
    Unit: UnitEvent,
    Order: OrderEvent,
    Account: AccountEvent,
    Return: ReturnEvent,
    Plan: PlanEvent,
    Occurrence: OccurrenceEvent,
    Visit: VisitEvent,
    Technician: TechnicianEvent,
    Agenda: AgendaEvent,
    Warranty: WarrantyEvent,
    WarrantyClaim: WarrantyClaimEvent,
    Survey: SurveyEvent,
}

impl Record {
    /// The customer whose record this is; `None` when it belongs to no single customer.
    #[must_use]
    pub fn owner(&self) -> Option<CustomerId> {
        match self {
            Self::Customer(customer) => Some(customer.id),
            Self::Profile(profile) => Some(profile.customer),
            Self::Content(content) => Some(content.customer),
            Self::Interaction(interaction) => Some(interaction.customer),
            Self::Case(case) => Some(case.customer),
            Self::Dossier(dossier) => Some(dossier.customer),
            Self::Message(message) => match &message.draft.to {
                Recipient::Customer(id) => Some(*id),
                Recipient::Staff(_) | Recipient::Team(_) | Recipient::Role(_) => None,
            },
            Self::Unit(unit) => unit.owned_by(),
            Self::Reading(reading) => reading.owner,
            Self::Order(order) => Some(order.customer),
            Self::Account(account) => Some(account.customer),
            Self::Movement(movement) => Some(movement.customer),
            Self::Return(rma) => Some(rma.customer),
            Self::Plan(plan) => Some(plan.customer),
            Self::Occurrence(occurrence) => Some(occurrence.customer),
            Self::Visit(visit) => Some(visit.plan.customer),
            Self::WarrantyClaim(claim) => Some(claim.filing.customer),
            Self::Survey(survey) => Some(survey.plan.customer),
            Self::Respondent(respondent) => Some(respondent.customer),
            // The unit's owners change; who may see the unit may ask what covers it.
            Self::Warranty(_)
            | Self::Entry(_)
            | Self::Claim(_)
            | Self::Lease(_)
            | Self::Product(_)
            | Self::Tally(_)
            | Self::Technician(_)
            | Self::Agenda(_) => None,
        }
    }

    /// Whether the customer whose record this is may see it: internal notes and what was said in them
    /// are for staff only.
    #[must_use]
    pub fn is_public(&self) -> bool {
        match self {
            Self::Customer(_)
            | Self::Profile(_)
            | Self::Case(_)
            | Self::Message(_)
            | Self::Product(_)
            | Self::Unit(_)
            | Self::Reading(_)
            | Self::Order(_)
            | Self::Account(_)
            | Self::Movement(_)
            | Self::Return(_)
            | Self::Plan(_)
            | Self::Occurrence(_)
            | Self::Visit(_)
            | Self::Survey(_) => true,
            Self::Interaction(interaction) => interaction.is_public(),
            Self::Content(content) => content.visibility == crate::interaction::Visibility::Public,
            // The file of a case holds what the desks tell each other.
            Self::Dossier(_)
            | Self::Entry(_)
            | Self::Claim(_)
            | Self::Lease(_)
            | Self::Tally(_)
            | Self::Technician(_)
            | Self::Agenda(_)
            | Self::Warranty(_)
            | Self::Respondent(_)
            // What seemed odd and what suppliers owe is not for the customer, who is shown the rest by `ViewClaim`.
            | Self::WarrantyClaim(_) => false,
        }
    }

    /// Whether every customer may see it: it is about what is sold, and about nobody.
    #[must_use]
    pub const fn is_common(&self) -> bool {
        matches!(self, Self::Product(_))
    }
}
