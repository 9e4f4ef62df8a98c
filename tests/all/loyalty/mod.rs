//! Loyalty points through a desk.

mod club;
mod laws;
mod members;
mod points;
mod returns;
mod tiers;
