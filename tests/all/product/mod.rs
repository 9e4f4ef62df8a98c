//! Products, units, serial numbers, owners and meters.

mod meter;
mod own;
pub mod world;
