//! What the desk did: measures of service as folds over the journal.
//!
//! | to | use |
//! |---|---|
//! | say how to measure | [`Lens`] |
//! | measure a journal, in pieces or as it grows | [`Measures`] |
//! | read off figures | [`Figures`] |
//! | the service level of a queue | [`ServiceLevel`] by a named [`ServiceLevelFormula`] |
//!
//! Measures go by the same facts, with the same instants, as the [clocks](crate::sla) of promises.

mod assess;
mod contact;
mod figures;
mod fold;
mod lens;
mod map;
mod refusal;
mod service_level;
#[cfg(test)]
mod tests;
mod track;

pub use figures::{Duration, Figures, Response};
pub use fold::Measures;
pub use lens::{Dimension, Lens, Place, Slot};
pub use refusal::Refusal;
pub use service_level::{ServiceLevel, ServiceLevelFormula};
