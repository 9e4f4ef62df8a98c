//! Forgetting a person.

use super::{active, profile_id, survivor};
use crate::customer::{Customer, CustomerEvent, EraseCustomer, Refusal};
use crate::flows::loyalty::leave_pools;
use crate::kernel::{Code, ContentId, CustomerId, DossierId, Id, MessageId, Permission};
use crate::message::MessageEvent;
use crate::record::{Cursor, Entry, Index, Key, Kind, Query};
use crate::work::{Command, Document, Halt, Work};

impl Command for EraseCustomer {
    type Output = ();
    const NAME: &'static str = "customer.erase";
    const PERMISSION: Permission = Permission::CUSTOMER_ERASE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let customer = active(work, self.customer)?;
        erase_page(work, &customer)?;
        work.because(self.reason.clone());
        work.emit(customer.id, CustomerEvent::ErasureBegun {})
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.customer));
    }
}

/// Does what is due for a customer: goes on with their erasure.
///
/// The erasure ends only when a look finds nothing left. So the first look never ends it, and what somebody
/// wrote while it began is found by the next one.
pub(crate) fn wake(work: &mut Work<'_>, id: CustomerId) -> Result<(), Halt> {
    let customer = survivor(work, id)?;
    if customer.erasing_since.is_none() || customer.erased_at.is_some() {
        return Ok(());
    }
    if erase_page(work, &customer)? {
        return Ok(());
    }
    leave_pools(work, &customer)?;
    work.want(customer.family());
    for id in customer.family() {
        work.emit(id, CustomerEvent::Erased {})?;
    }
    Ok(())
}

/// Erases one page of what is personal, and says whether there was any.
fn erase_page(work: &mut Work<'_>, customer: &Customer) -> Result<bool, Halt> {
    let most = work.rulebook().customer().erasure_page;
    let mut page = Page::new(most);
    for id in customer.family() {
        page.look(work, Index::OutboxByRecipient, id)?;
    }
    for id in customer.family() {
        page.look(work, Index::Personal, id)?;
    }
    page.want(work);
    let mut erased_any = false;
    for Cursor { key, .. } in page.found {
        erased_any |= match key.kind {
            Kind::Message => withdraw(work, MessageId::from_uuid(key.id))?,
            Kind::Profile => erase_profile(work, CustomerId::from_uuid(key.id))?,
            Kind::Content => erase_document(work, ContentId::from_uuid(key.id))?,
            Kind::Dossier => erase_document(work, DossierId::from_uuid(key.id))?,
            // Nothing personal is kept in these; a new kind of record has to be thought of here.
            Kind::Customer
            | Kind::Interaction
            | Kind::Case
            | Kind::Entry
            | Kind::Claim
            | Kind::Lease
            | Kind::Product
            | Kind::Unit
            | Kind::Order
            | Kind::Reading
            | Kind::Account
            | Kind::Movement
            | Kind::Tally
            | Kind::Return
            | Kind::Plan
            | Kind::Occurrence
            | Kind::Visit
            | Kind::Technician
            | Kind::Agenda
            | Kind::Warranty
            | Kind::WarrantyClaim
            | Kind::Survey
            | Kind::Respondent => false,
        };
    }
    Ok(erased_any)
}

/// What one commit erases.
struct Page {
    found: Vec<Cursor>,
    room: u32,
}

impl Page {
    const fn new(room: u32) -> Self {
        Self {
            found: Vec::new(),
            room,
        }
    }

    fn look(&mut self, work: &mut Work<'_>, index: Index, id: CustomerId) -> Result<(), Halt> {
        if self.room > 0 {
            let page = work.find(&Query::new(index, id.uuid()).limit(self.room))?;
            let count = u32::try_from(page.found.len()).unwrap_or(u32::MAX);
            self.room = self.room.saturating_sub(count);
            self.found.extend(page.found);
        }
        Ok(())
    }

    /// Has everything read in one round trip.
    fn want(&self, work: &mut Work<'_>) {
        let of = |kind| {
            let keys = self.found.iter().map(|found| found.key);
            keys.filter(move |key| key.kind == kind).map(|key| key.id)
        };
        work.want(of(Kind::Message).map(MessageId::from_uuid));
        work.want(of(Kind::Content).map(ContentId::from_uuid));
        work.want(of(Kind::Dossier).map(DossierId::from_uuid));
        work.want(of(Kind::Profile).map(|id| profile_id(CustomerId::from_uuid(id))));
    }
}

/// Withdraws a message that still waits.
fn withdraw(work: &mut Work<'_>, id: MessageId) -> Result<bool, Halt> {
    let waits = work
        .get(id)?
        .is_some_and(|message| message.next_at().is_some());
    if waits {
        let reason = Code::known(Refusal::Erased.code());
        work.emit(id, MessageEvent::Withdrawn { reason })?;
    }
    Ok(waits)
}

fn erase_document<N: Document>(work: &mut Work<'_>, id: Id<N>) -> Result<bool, Halt> {
    let is_there = work.document(id)?.is_some();
    if is_there {
        work.erase(id)?;
    }
    Ok(is_there)
}

/// Erases a profile and gives back the claims on its contact points.
fn erase_profile(work: &mut Work<'_>, customer: CustomerId) -> Result<bool, Halt> {
    let id = profile_id(customer);
    let Some(profile) = work.get(id)? else {
        return Ok(false);
    };
    let secret = work.rulebook().secret();
    let claims = profile
        .contacts
        .iter()
        .filter_map(|contact| contact.claim(secret));
    work.want(claims.clone());
    for claim in claims {
        work.release(claim, Key::of(customer))?;
    }
    work.erase(id)?;
    Ok(true)
}
