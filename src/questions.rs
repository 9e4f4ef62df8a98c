//! What can be asked across nouns, beside single records: plain values for
//! [`Desk::ask`](crate::desk::Desk::ask).

pub use crate::flows::timeline::{Contact, Conversation, Listing, Timeline, TimelineItem};
