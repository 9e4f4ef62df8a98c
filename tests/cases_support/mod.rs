//! One module for each file of cases.

pub(crate) mod case;
pub(crate) mod satisfaction;
pub(crate) mod schedule;
pub(crate) mod sla;
pub(crate) mod warranty;
