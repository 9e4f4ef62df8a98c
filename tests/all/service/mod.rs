//! Plans of service, and the visits on which it is done.

mod booking;
mod calling_off;
mod contest;
mod decade;
mod false_alarm;
mod laws;
mod lists;
mod meter;
mod notices;
mod plan;
mod proposal;
mod truth;
mod unreported;
mod visit;
mod world;
