//! A message on its way out: to a customer, a member of staff, a team.
//!
//! A command puts it into the outbox with the commit that caused it; [`Desk::relay`](crate::desk::Desk::relay) hands
//! it to the caller's [`Courier`](crate::courier::Courier) afterwards. It is a template and facts, never words.
//!
//! ```text
//!   queued -> waiting -- taken --------------------> sent
//!               |  ^  \
//!               |  |   +-- refused, or tried enough -> dead
//!               |  +---------------- revived ----------+
//!               +------ withdrawn
//! ```
//!
//! | to | use |
//! |---|---|
//! | send one from a command of your own | [`Work::send`](crate::work::Work::send) with a [`Draft`] |
//! | take one back | [`WithdrawMessage`] |
//! | take in that one came back | [`BounceMessage`] |
//! | have a dead one tried again | [`ReviveMessage`] |

mod command;
mod event;
mod refusal;
mod state;

pub use command::{BounceMessage, ReviveMessage, WithdrawMessage};
pub use event::MessageEvent;
pub use refusal::Refusal;
pub use state::{Draft, Message, MessageState, Recipient};
