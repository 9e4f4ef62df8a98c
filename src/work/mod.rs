//! The unit of work and the operation that carries it: a state machine that asks and is answered.
//!
//! [`Desk`](crate::desk::Desk) drives it. Drive it yourself where the desk does not fit: in an actor, in
//! WebAssembly, inside a database transaction that you hold.
//!
//! | Kind of method | Which | When |
//! |---|---|---|
//! | begin | [`Operation::new`], [`Inquiry::new`] | once for each request |
//! | go on | [`step`](Operation::step) | until it is done |
//! | answer | [`answer`](Operation::answer) | after each [`Step::Ask`], before the next `step` |
//!
//! ```
//! use aftercare::prelude::*;
//! use aftercare::work::{Answer, Ask, Operation, Step};
//!
//! let (store, rulebook) = (MemoryStore::new(), Rulebook::standard(SecretKey::new([7; 16])));
//! let context = Requests::of(Actor::System, 1).at("2026-03-02T09:00:00Z".parse()?);
//! let command = RegisterCustomer::named("Ayşe Yılmaz");
//! let mut operation = Operation::new(&command, &context, &rulebook);
//! let ayse = loop {
//!     match operation.step()? {
//!         Step::Done(id) => break id,
//!         Step::Ask(ask) => operation.answer(match ask {
//!             Ask::Load(keys) => Answer::Rows(store.load(&keys)?),
//!             Ask::Find(query) => Answer::Page(store.find(&query)?),
//!             Ask::Commit(batch) => Answer::Commit(store.commit(batch)?),
//!         })?,
//!     }
//! };
//! # let _ = ayse;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod operation;
mod owned;
mod reading;
mod refusal;
mod sheet;
mod slots;
#[expect(
    clippy::module_inception,
    reason = "the unit of work is what the room is named after"
)]
mod work;

/// Adds to a list that has `usual` items in the end, as a rule: it then finds its room only once.
fn push<T>(list: &mut Vec<T>, item: T, usual: usize) {
    make_room(list, usual);
    list.push(item);
}

/// Room for `usual` items, in a list that never had any.
fn make_room<T>(list: &mut Vec<T>, usual: usize) {
    if list.capacity() == 0 {
        *list = Vec::with_capacity(usual);
    }
}

pub(crate) use operation::Run;
pub use operation::{Answer, AnyCommand, Ask, Command, Operation, Step, Transaction};
pub(crate) use owned::Owned;
pub use reading::{Inquiry, Question, Reader};
pub use refusal::{Halt, Refusal};
pub(crate) use sheet::rewrite;
pub use work::{Claimed, Document, Work};
