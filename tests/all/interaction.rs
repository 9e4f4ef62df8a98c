//! Contacts with customers.

mod case;
mod contact;
mod laws;
mod message;
mod timeline;
mod world;
