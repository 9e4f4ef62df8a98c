//! Civil time and business time.

mod generate;
mod laws;
mod peer;
mod recurrence;
mod reference;
mod rules;
mod world;
