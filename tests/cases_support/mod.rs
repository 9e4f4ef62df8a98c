//! One module for each file of cases.

pub(crate) mod case;
pub(crate) mod loyalty;
pub(crate) mod plans;
mod returns;
pub(crate) mod satisfaction;
pub(crate) mod schedule;
pub(crate) mod sla;
mod statistics;
pub(crate) mod warranty;
