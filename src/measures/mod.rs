//! What the desk did: measures of service as folds over the journal.
//!
//! | to | use |
//! |---|---|
//! | say how to measure | [`Lens`] |
//! | measure a journal, in pieces or as it grows | [`Measures`] |
//! | read off figures | [`Figures`] |
//! | contacts for a hundred units sold, claims by months in service | [`Figures::contact_rate`], [`Figures::claim_rates`] |
//! | report a period beside the one before | [`Report`] |
//! | see what drives a score, and what a change is made of | [`drivers()`], [`shifts()`] |
//! | keep what to fix first, and ask whether it helped | [`Report::problem_areas`], [`ProblemArea::since`] |
//! | the service level of a queue | [`ServiceLevel`] by a named [`ServiceLevelFormula`] |
//!
//! Measures go by the same facts, with the same instants, as the [clocks](crate::sla) of promises.

mod assess;
mod contact;
mod drivers;
mod figures;
mod fold;
mod history;
mod lens;
mod map;
mod orders;
mod points;
mod problem_area;
mod rate;
mod refusal;
mod report;
mod service_level;
mod surveys;
mod track;
mod upkeep;

pub use drivers::{Driver, Shift, drivers, shifts};
pub use figures::{Duration, Figures, Response};
pub use fold::Measures;
pub use lens::{Dimension, Lens, Place, Slot};
pub use points::PointsMoved;
pub use problem_area::{Aftermath, ProblemArea};
pub use rate::Rate;
pub use refusal::Refusal;
pub use report::{Days, Report, Voice};
pub use service_level::{ServiceLevel, ServiceLevelFormula};
pub use surveys::Asking;
pub use upkeep::{Claims, Upkeep};
