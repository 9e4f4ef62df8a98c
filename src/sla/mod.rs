//! Promises about time, and the clocks that watch them.
//!
//! A [`Policy`] promises [`Target`]s for the cases it applies to; [`Policies::choose`] says which apply and
//! why. For each target a case has a [`Clock`]; the clocks of a case are [`Clocks`], a fold over the
//! [`Fact`]s of the case. Nothing here asks for the time or keeps a timer: every instant comes in, and
//! [`Clocks::next_at`] says when to look again.
//!
//! | To | ask | which answers events to |
//! |---|---|---|
//! | open a case | [`Clocks::open`] | [`Clocks::apply`] |
//! | tell what happened | [`Clocks::advance`] | [`Clocks::apply`] |
//! | let time pass | [`Clocks::settle`] | [`Clocks::apply`] |
//! | change the policies that apply | [`Clocks::retarget`] | [`Clocks::apply`] |
//! | show the clocks | [`Clocks::view`] | |
//!
//! ```
//! use std::collections::BTreeMap;
//! use aftercare::calendar::BusinessHours;
//! use aftercare::code;
//! use aftercare::sla::{
//!     Clocks, Fact, Ledger, Metric, Policies, Policy, Speaker, StatusCategory, Subject, Target, TimeBase,
//! };
//! use chrono::{DateTime, TimeDelta, Utc};
//!
//! let support = BusinessHours::weekdays("UTC", "09:00", "17:00")?;
//! let calendars = BTreeMap::from([(code!("support"), BTreeMap::from([(1, support)]))]);
//! let time = TimeBase::Business(code!("support"));
//! let reply = Target::new(code!("reply"), Metric::FirstResponse, TimeDelta::hours(4), time);
//! let policies = Policies::try_new(vec![Policy::new(code!("standard"), 1).promising(reply)])?;
//!
//! // A customer writes on Friday at three: two hours are left that day, and two come on Monday.
//! let friday: DateTime<Utc> = "2026-01-09T15:00:00Z".parse()?;
//! let chosen = policies.choose(&Subject::default()).chosen;
//! let opened = Fact::Opened { by: Speaker::Customer, public: true, category: StatusCategory::New };
//! let mut clocks = Clocks::default();
//! for event in Clocks::open(friday, opened, &chosen, &calendars)? {
//!     clocks.apply(&event);
//! }
//! let clock = clocks.iter().next().ok_or("one clock")?;
//! assert_eq!(clock.due_at(), Some("2026-01-12T11:00:00Z".parse()?));
//!
//! // Nobody looks until somebody answers on Monday at noon. It was late at eleven all the same.
//! let noon: DateTime<Utc> = "2026-01-12T12:00:00Z".parse()?;
//! let answered = Fact::Spoke { by: Speaker::Human, public: true, asking: false };
//! let mut ledger = Ledger::default();
//! for event in clocks.advance(noon, answered, &calendars)? {
//!     clocks.apply(&event);
//!     if let Some(breach) = event.breach() {
//!         ledger.enter(breach);
//!     }
//! }
//! assert_eq!(ledger.iter().next().map(|breach| breach.due_at), Some("2026-01-12T11:00:00Z".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Late is late, whoever looks
//!
//! A target is *due* at the instant it is used up in the clock's own time; what is done at exactly that
//! instant is in time. A running clock that is past its due instant is *breached at* that instant, which is
//! worked out from the calendar: looking late, or not at all until the case is solved, changes nothing.
//! A target that is used up exactly at closing time is due at closing time
//! ([`Boundary::Close`](crate::calendar::Boundary::Close)), so that an answer in the evening is late, or at the
//! next opening ([`Boundary::NextOpen`](crate::calendar::Boundary::NextOpen)), so that it is not.
//!
//! # Pauses
//!
//! A pause is measured in the clock's own time: one that lies outside the hours costs nothing, and
//! pauses add up. While a clock is paused it has no due instant, only time that remains. What is done during a pause
//! counts.

mod event;
mod fact;
mod meter;
mod policy;
mod refusal;
mod retarget;
mod rules;
mod state;
mod target;
mod view;

#[cfg(test)]
mod tests;

pub use event::{Basis, Breach, ClockEvent, ClockKey, ClocksEvent, EndReason, Ledger, Schedule};
pub use fact::{Fact, Noted, Speaker, Standing, StatusCategory};
pub use meter::{Calendars, Pause, consumed, due, due_in_business_days};
pub use policy::{
    Aspect, Choice, Condition, Considered, Mismatch, Policies, Policy, Subject, Verdict,
};
pub use refusal::Refusal;
pub use state::{CalendarPin, Clock, ClockState, Clocks, PolicyPin};
pub use target::{Action, Metric, Origin, Recipient, ReopenMode, Step, Target, TimeBase};
pub use view::{ClockView, NextStep, Phase, Reason};
