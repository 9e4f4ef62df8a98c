//! Cases, rule by rule, through the desk.

mod clocks;
mod combine;
mod complaint;
mod customers;
mod handover;
pub mod laws;
mod speech;
mod status;
pub mod world;
