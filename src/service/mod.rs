//! Service that recurs, and the visits on which it is done.
//!
//! A *plan* says what makes a service due: dates, use, whichever comes first, both, or a reading beyond its limit
//! ([`DueWhen`]). Its [terms](PlanTerms) stand in the rulebook and are pinned into the plan when it starts. An *occurrence* is
//! one service of a plan, scheduled by arithmetic from the plan's anchor, so that it neither drifts nor comes twice:
//!
//! ```text
//!   planned -- remind --> reminded -- book --> booked -- complete --> done
//!      |  \                  |   ^               |
//!      |   +----- expire ----+-> overdue <- unbook, when its time is over
//!      +--------- drop ------+-> skipped, missed when it is overdue
//! ```
//!
//! A *visit* is an appointment, for a service or for a case; a *technician* has hours, skills, areas and room for so many visits
//! a day. Whoever books reads and writes the technician's [`Agenda`] of that day, so that no window is given twice.
//!
//! | to | use |
//! |---|---|
//! | start, rest, go on, hand over and end a plan | [`StartPlan`], [`PausePlan`], [`ResumePlan`], [`TransferPlan`], [`EndPlan`] |
//! | enter what was done, put off or left out | [`RecordService`], [`PostponeService`], [`DropService`], [`RequestService`] |
//! | see what a customer or a unit has | [`PlansOf`], [`PlansOfUnit`], [`ServicesOf`], [`OpenServices`], [`VisitsOf`], [`VisitsOfUnit`] |
//! | see what a desk has to do | [`OverdueServices`], [`VisitsToBook`], [`OpenVisits`], [`VisitsOfTechnician`], [`ReadAgenda`] |
//! | make an appointment | [`PlanVisit`], [`ProposeSlots`], [`BookVisit`], [`CancelVisit`] |
//! | enter how it went | [`BeginVisit`], [`CompleteVisit`], [`MissVisit`] |
//! | know when service is due, without any store | [`next_due`], [`place`] |
//! | show that service was kept | [`WasKept`], [`was_kept`] |
//! | measure | [`first_time_fix`], [`punctuality`], [`turnaround`], [`plan_compliance`] |
//!
//! Planning, reminders and overdue notices come with [`Desk::wake`](crate::desk::Desk::wake). Customers are told under the purposes
//! `service.reminder`, `service.overdue`, `service.postponed`, `service.visit.booked`, `service.visit.changed`, `service.visit.cancelled`, `service.visit.missed` and
//! `service.visit.failed`; teams under `service.overdue`, `service.switched_off` and `service.visit.unreported`. The facts of those about services
//! are `plan` (its name), `due_on` (a date) and `service`; of those about visits `visit`, and `from` and `to` (instants in UTC) of the appointment that is
//! told, or no longer holds; of `service.switched_off` `plan` is the plan's number.

mod appointment;
mod command;
mod counting;
mod due;
mod kept;
mod lists;
mod measure;
mod notice;
mod occurrence;
mod placement;
mod plan;
mod policy;
mod proposal;
mod refusal;
mod status;
mod technician;
mod terms;
mod trigger;
mod turn;
mod visit;

pub use appointment::{
    BeginVisit, BookVisit, CancelVisit, CompleteVisit, MissVisit, PlanVisit, ProposeSlots,
    ReadAgenda, RetireTechnician, SetTechnician,
};
pub use command::{
    DropService, EndPlan, PausePlan, PostponeService, RecordService, RequestService, ResumePlan,
    StartPlan, TransferPlan, WasKept,
};
pub use due::{Basis, NextDue, Position, Projection, UsageAt, next_due};
pub(crate) use kept::not_planned_yet;
pub use kept::{Evidence, Kept, was_kept};
pub use lists::{
    OpenServices, OpenVisits, OverdueServices, PlanPage, PlansOf, PlansOfUnit, ServicePage,
    ServicesOf, VisitPage, VisitsOf, VisitsOfTechnician, VisitsOfUnit, VisitsToBook,
};
pub use measure::{
    Excluded, Rate, Turnaround, first_time_fix, plan_compliance, punctuality, turnaround,
};
pub(crate) use notice::{Remind, after_quiet, dates_of};
pub use occurrence::{Completion, DueDates, Occurrence, OccurrenceEvent, Planning, Reminded};
pub use placement::{Moved, Placement, place};
pub use plan::{Plan, PlanEvent, PlanStatus, Starting};
pub use policy::ServicePolicy;
pub use proposal::{Candidate, PassedOver, Proposal, Slot, SlotReason, propose};
pub use refusal::Refusal;
pub use status::{OccurrenceStatus, Step};
pub use technician::{
    Agenda, AgendaEvent, Booking, Technician, TechnicianEvent, TechnicianSpec, check_booking,
};
pub use terms::{Anchor, Blackout, Grace, HolidayShift, PlanTerms, QuietHours, Season};
pub use trigger::{Condition, DueWhen, MeterInterval, Threshold};
pub use visit::{
    Absent, Act, Appointment, Findings, Place, Visit, VisitEvent, VisitPlan, VisitStatus,
};
