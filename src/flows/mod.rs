//! Which records a command touches, and in which order: one file for each noun.

pub(crate) mod case;
pub(crate) mod customer;
pub(crate) mod interaction;
pub(crate) mod loyalty;
pub(crate) mod message;
pub(crate) mod order;
pub(crate) mod product;
pub(crate) mod reactions;
pub(crate) mod service;
pub(crate) mod survey;
pub(crate) mod timeline;
pub(crate) mod wake;
pub(crate) mod warranty;
