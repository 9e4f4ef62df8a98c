//! What recurs.

mod generate;
mod laws;
mod peer;
mod reference;
mod rules;
