//! Reading single records and index pages: checked like commands.

use std::sync::Arc;

use super::{Desk, Error};
use crate::kernel::{Actor, CustomerId, Id, Permission};
use crate::record::{Page, Query, Stored};
use crate::store::{AsyncStore, Store};
use crate::work::{Halt, Question, Reader, Refusal};

/// One record.
struct Get<N: Stored>(Id<N>);

impl<N: Stored> Question for Get<N> {
    type Output = Option<Arc<N::State>>;
    const PERMISSION: Permission = N::KIND.read_permission();

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Self::Output, Halt> {
        reader.get(self.0)
    }
}

/// One page of an index.
struct Find<'a>(&'a Query);

impl Question for Find<'_> {
    type Output = Page;
    const PERMISSION: Permission = Permission::SYSTEM_WORK;

    fn permission(&self) -> Permission {
        self.0.index.read_permission()
    }

    fn ask(&self, reader: &mut Reader<'_>) -> Result<Page, Halt> {
        if matches!(reader.actor(), Actor::Customer(_)) {
            let owner = CustomerId::from_uuid(self.0.scope);
            if !self.0.index.is_of_customer() || !reader.sees(owner)? {
                let permission = self.permission();
                return Err(Refusal::Denied { permission }.into());
            }
        }
        let page = reader.find(self.0)?;
        reader.visible(page)
    }
}

impl<S: Store> Desk<S> {
    /// The record that `id` names; `None` when there is none or it was erased.
    ///
    /// The actor needs the leave of the kind of record
    /// ([`Kind::read_permission`](crate::record::Kind::read_permission)). A customer gets only their own
    /// records, and of these only what is not internal; any other is as if it were not there.
    ///
    /// # Errors
    /// [`Error::Refused`] with [`Refusal::Denied`]; [`Error::Store`].
    pub fn get<N: Stored>(
        &self,
        actor: &Actor,
        id: Id<N>,
    ) -> Result<Option<Arc<N::State>>, Error<S::Error>> {
        self.ask(actor, &Get(id))
    }

    /// The keys and ranks that `query` finds, one page.
    ///
    /// The actor needs the leave of the index
    /// ([`Index::read_permission`](crate::record::Index::read_permission)). A customer reads only indexes
    /// that are cut by customer, there only their own scope and those of customers merged with
    /// them, and is not shown what is internal: such a page may be shorter than asked for and still not be
    /// the last.
    ///
    /// # Errors
    /// [`Error::Refused`] with [`Refusal::Denied`]; [`Error::Store`].
    pub fn find(&self, actor: &Actor, query: &Query) -> Result<Page, Error<S::Error>> {
        self.ask(actor, &Find(query))
    }
}

impl<S: AsyncStore> Desk<S> {
    /// [`get`](Self::get) for an [`AsyncStore`].
    ///
    /// # Errors
    /// [`Error::Refused`] with [`Refusal::Denied`]; [`Error::Store`].
    pub async fn get_async<N: Stored>(
        &self,
        actor: &Actor,
        id: Id<N>,
    ) -> Result<Option<Arc<N::State>>, Error<S::Error>> {
        self.ask_async(actor, &Get(id)).await
    }

    /// [`find`](Self::find) for an [`AsyncStore`].
    ///
    /// # Errors
    /// [`Error::Refused`] with [`Refusal::Denied`]; [`Error::Store`].
    pub async fn find_async(&self, actor: &Actor, query: &Query) -> Result<Page, Error<S::Error>> {
        self.ask_async(actor, &Find(query)).await
    }
}
