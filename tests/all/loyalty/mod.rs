//! Loyalty points through a desk.

mod cdnow;
pub mod club;
mod contest;
mod corners;
mod deeds;
mod later;
mod laws;
mod members;
mod orders;
mod overdraw;
mod points;
mod pools;
mod returns;
mod rewards;
mod tiers;
mod turned_back;
