//! Measures, rule by rule, over the journal of a desk.
#![allow(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "statistics"
)]

mod incidents;
mod laws;
mod nouns;
mod orders;
mod problem_area;
mod reviews;
mod rules;
