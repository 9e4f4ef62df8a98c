//! Customers, through the desk.

mod consent;
mod contact;
mod duplicate;
mod erasure;
mod history;
mod merge;
mod own;
mod profile;
mod world;
