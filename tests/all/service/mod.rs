//! Plans of service, and the visits on which it is done.

mod booking;
mod calling_off;
mod contest;
mod decade;
mod laws;
mod meter;
mod notices;
mod plan;
mod truth;
mod visit;
mod world;
