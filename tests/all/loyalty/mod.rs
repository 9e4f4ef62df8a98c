//! Loyalty points through a desk.

mod cdnow;
pub mod club;
mod contest;
mod deeds;
mod laws;
mod members;
mod orders;
mod overdraw;
mod points;
mod returns;
mod rewards;
mod tiers;
mod turned_back;
