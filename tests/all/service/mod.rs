//! Plans of service, and the visits on which it is done.

mod booking;
mod contest;
mod decade;
mod laws;
mod meter;
mod notices;
mod plan;
mod visit;
mod world;
