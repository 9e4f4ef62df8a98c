//! The journal: what each request changed.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::Event;
use super::record::Evolving;
use crate::kernel::{Code, CustomerId, Few, Id, RequestId, Stamp};

/// A journal entry: the events of one request, with who and when. It is stored under the request's id and
/// so is also the receipt by which a repeated request is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When, for which request, by whom.
    pub stamp: Stamp,
    /// Its place in the journal, in microseconds since 1970: the time of the request, but later than
    /// everything that happened to the same records before, whatever the clocks said. Also the version
    /// of every record it wrote.
    pub rank: i64,
    /// Which command, by its name.
    pub command: Cow<'static, str>,
    /// A keyed hash of the command: the same request must come with the same command.
    pub fingerprint: Uuid,
    /// What happened, in order.
    pub events: Few<Event>,
    /// The customers whose records it wrote, each once.
    #[serde(default, skip_serializing_if = "Few::is_empty")]
    pub customers: Few<CustomerId>,
    /// Why, when the command gave a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Code>,
    /// Whether a follower of the journal still has to be told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
}

impl Entry {
    /// The request.
    #[must_use]
    pub const fn request(&self) -> RequestId {
        self.stamp.request
    }

    /// The `n`th id that the request made.
    #[must_use]
    pub fn made<N: Evolving>(&self, n: u32) -> Id<N> {
        Id::derived(self.stamp.request, self.stamp.at, n)
    }
}
