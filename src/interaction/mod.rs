//! One contact with a customer: channel, direction, phase, and what was said.
//!
//! A contact is either a *message* ([`RecordMessage`]: an e-mail, a post, a line of a chat, a note), over as
//! soon as it is recorded, or *live* ([`StartContact`]: a call, a chat, a visit, a session), with a course:
//!
//! ```text
//!   start -> waiting -- answer --> active <-- hold, resume --> held
//!               |  ^                 |  |                       |
//!            abandon  +-- transfer --+  +--------- end ---------+
//! ```
//!
//! It needs no case: inquiries and advice before a sale stand for themselves on the customer's timeline.
//! What was said is personal, and kept apart as [`Content`].
//!
//! ```
//! use aftercare::interaction::{Channel, Phase, RecordMessage};
//! use aftercare::kernel::CustomerId;
//! let ayse = CustomerId::from_u128(1);
//! let inquiry = RecordMessage::from_customer(ayse, Channel::Email, "Does it fit a 60 cm niche?")
//!     .with_phase(Phase::PreSale);
//! let reply = RecordMessage::reply(ayse, Channel::Email, "It does.").with_phase(Phase::PreSale);
//! let note = RecordMessage::note(ayse, "Wants to see it in the store first.");
//! ```

mod channel;
mod command;
mod content;
mod event;
mod facts;
mod refusal;
mod rules;
mod state;
mod status;
mod times;

pub use channel::Channel;
pub use command::{
    AbandonContact, AnswerContact, ClassifyInteraction, CorrectContent, EndContact, HoldContact,
    JoinCase, MarkInteraction, RecordMessage, RedactContent, ResumeContact, StartContact,
    TransferContact,
};
pub use content::Content;
pub use event::{InteractionEvent, Opening};
pub use facts::{About, Attendant, Direction, Mark, Phase, Visibility};
pub use refusal::Refusal;
pub(crate) use rules::{Said, attendant, said_at_start, said_by_answering, said_since, speaker};
pub use state::{Interaction, Route};
pub use status::{Move, Status};
pub use times::Times;
