//! What is due: a record that waits for time is woken when its instant has come.

use serde::Serialize;

use crate::kernel::{Id, Permission};
use crate::record::{Entry, Key, Kind};
use crate::work::{Command, Halt, Refusal, Work};

/// Has one record do what is due of it, and gives it a new version. Refused with [`Refusal::NothingDue`] when that is nothing, so that
/// no journal entry says that nothing happened.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Wake {
    pub(crate) key: Key,
}

impl Command for Wake {
    type Output = ();
    const NAME: &'static str = "work.wake";
    const PERMISSION: Permission = Permission::SYSTEM_WORK;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        wake(work, self.key)?;
        if !work.has_changes() {
            return Err(Refusal::NothingDue { key: self.key }.into());
        }
        // What was done may lie in other records only, such as one page of an erasure.
        work.touch(self.key)
    }

    fn output(&self, _: &Entry) {}

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(self.key);
    }
}

/// Whoever gives a kind of record a term of `Index::Due` adds its line here.
fn wake(work: &mut Work<'_>, key: Key) -> Result<(), Halt> {
    match key.kind {
        Kind::Customer => super::customer::wake(work, Id::from_uuid(key.id)),
        Kind::Order => super::order::wake(work, Id::from_uuid(key.id)),
        Kind::Return => super::order::wake_return(work, Id::from_uuid(key.id)),
        Kind::Plan => super::service::wake_plan(work, Id::from_uuid(key.id)),
        Kind::Occurrence => super::service::wake_occurrence(work, Id::from_uuid(key.id)),
        Kind::Visit => super::service::wake_visit(work, Id::from_uuid(key.id)),
        Kind::Case => super::case::wake(work, Id::from_uuid(key.id)),
        Kind::Account => super::loyalty::wake(work, Id::from_uuid(key.id)),
        Kind::Warranty => super::warranty::wake(work, Id::from_uuid(key.id)),
        Kind::WarrantyClaim => super::warranty::wake_claim(work, Id::from_uuid(key.id)),
        Kind::Survey => super::survey::wake(work, Id::from_uuid(key.id)),
        Kind::Profile
        | Kind::Content
        | Kind::Interaction
        | Kind::Entry
        | Kind::Claim
        | Kind::Message
        | Kind::Lease
        | Kind::Dossier
        | Kind::Product
        | Kind::Unit
        | Kind::Reading
        | Kind::Movement
        | Kind::Tally
        | Kind::Technician
        | Kind::Agenda
        | Kind::Respondent => Ok(()),
    }
}
