//! Closed unions: every stored record, every event, every index, and what passes between the library and a
//! store.
//!
//! | | |
//! |---|---|
//! | what is stored | [`Record`] under a [`Key`], as a [`Row`] with its version |
//! | how it is found | [`Index`], [`Term`], [`Query`], [`Page`] |
//! | how it is written | [`Batch`] of [`Put`]s with what they [`Expect`]; answered with [`Commit`] |
//! | what happened | [`Event`], in the journal [`Entry`] of its request |
//!
//! A store needs to know none of the records; one that wants columns matches on [`Record`].

mod access;
mod batch;
mod entry;
mod event;
mod export;
mod index;
mod kind;
#[expect(
    clippy::module_inception,
    reason = "the union of all records is what the room is named after"
)]
mod record;
mod terms;

pub use batch::{AllTerms, Batch, Commit, Expect, Put, Row, Terms};
pub use entry::Entry;
pub use event::Event;
pub use export::Export;
pub use index::{
    BUCKETS, Cursor, Index, Order, Page, Query, Share, Term, bucket_of, instant_of, rank_of,
};
pub use kind::{Key, Kind};
pub use record::{Claim, Evolving, Lease, Record, Stored};
pub(crate) use terms::{rank_of_date, serial_scope, tag_scope};
