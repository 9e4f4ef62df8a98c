//! Where a unit stands and who put it there.

use super::{happened, in_use, not_before};
use crate::flows::customer::{has_address, survivor};
use crate::kernel::Permission;
use crate::product::{InstallUnit, Installation, PlaceUnit, Refusal, Site, Unit, UnitEvent};
use crate::record::{Entry, Key};
use crate::work::{Command, Halt, Work};

/// A place is an address of the owner's, if it names one.
fn check_site(work: &mut Work<'_>, unit: &Unit, site: &Site) -> Result<(), Halt> {
    let owner = unit.owned_by().ok_or(Refusal::NoOwner)?;
    let Some(address) = site.address else {
        return Ok(());
    };
    let owner = survivor(work, owner)?;
    if !has_address(&owner, address) {
        return Err(Refusal::NotAnAddress.into());
    }
    Ok(())
}

impl Command for PlaceUnit {
    type Output = ();
    const NAME: &'static str = "unit.site";
    const PERMISSION: Permission = Permission::UNIT_OWN;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.unit));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let unit = in_use(work, self.unit)?;
        check_site(work, &unit, &self.site)?;
        if unit.site == self.site {
            return Ok(());
        }
        work.emit(unit.id, UnitEvent::Placed(self.site.clone()))
    }

    fn output(&self, _: &Entry) {}
}

impl Command for InstallUnit {
    type Output = ();
    const NAME: &'static str = "unit.install";
    const PERMISSION: Permission = Permission::UNIT_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.unit));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let unit = in_use(work, self.unit)?;
        let at = happened(work, self.at)?;
        if let Some(delivered_at) = unit.delivered_at {
            not_before(at, delivered_at)?;
        }
        let site = self.site.as_ref().unwrap_or(&unit.site);
        check_site(work, &unit, site)?;
        let installation = Installation {
            at,
            by: self.by,
            installer: self.installer.clone(),
        };
        work.emit(unit.id, UnitEvent::Installed(installation))?;
        if *site == unit.site {
            return Ok(());
        }
        work.emit(unit.id, UnitEvent::Placed(site.clone()))
    }

    fn output(&self, _: &Entry) {}
}
