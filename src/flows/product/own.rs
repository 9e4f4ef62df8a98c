//! Whose a unit is.

use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};

use super::{happened, in_use, not_before, product_of};
use crate::customer::Customer;
use crate::flows::customer::active;
use crate::flows::reactions::{Matter, follow};
use crate::kernel::{ClaimId, Code, CustomerId, Id, Permission, UnitId};
use crate::product::{
    Acquired, Origin, Product, RecordUnit, Recording, Refusal, RegisterUnit, RetireUnit, Serials,
    TakeBackUnit, TransferUnit, Unit, UnitEvent, serial_claim,
};
use crate::record::{Entry, Event, Key, Kind};
use crate::rulebook::Trigger;
use crate::work::{Claimed, Command, Halt, Work};

/// The claim on the serial number, when there is one.
fn claim_of(
    work: &Work<'_>,
    product: &Product,
    serial: Option<&Code>,
) -> Result<Option<ClaimId>, Refusal> {
    let Some(serial) = serial else {
        return match product.spec.serials {
            Serials::Optional => Ok(None),
            Serials::Required | Serials::Listed => Err(Refusal::SerialNeeded {
                model: product.model.clone(),
            }),
        };
    };
    let claim = serial_claim(
        work.rulebook().secret(),
        product.spec.maker.as_ref(),
        serial,
    );
    claim.map(Some).ok_or(Refusal::NotASerial)
}

/// The unit that holds a serial number, whoever's it is.
fn holder(work: &mut Work<'_>, claim: ClaimId) -> Result<Option<Arc<Unit>>, Halt> {
    match work.holder(claim)? {
        Some(key) if key.kind == Kind::Unit => work.document(UnitId::from_uuid(key.id)),
        _ => Ok(None),
    }
}

/// A unit was bought today at the latest: by the calendar of the zone that is furthest ahead.
fn check_bought(work: &Work<'_>, on: Option<NaiveDate>) -> Result<(), Refusal> {
    let today = work.now().checked_add_signed(TimeDelta::hours(14));
    match (on, today) {
        (Some(on), Some(today)) if on > today.date_naive() => Err(Refusal::BoughtInFuture { on }),
        _ => Ok(()),
    }
}

/// Puts a new unit on record.
pub(crate) fn record(
    work: &mut Work<'_>,
    id: UnitId,
    product: &Product,
    recording: Recording,
) -> Result<(), Halt> {
    let claim = claim_of(work, product, recording.serial.as_ref())?;
    if let Some(claim) = claim
        && let Claimed::ByAnother(unit) = work.claim(claim, Key::of(id))?
    {
        let unit = Id::from_uuid(unit.id);
        return Err(Refusal::SerialOnRecord { unit }.into());
    }
    work.emit(id, UnitEvent::Recorded(Box::new(recording)))
}

/// Sells the unit with this serial number to a customer: one in stock, or one that comes on record now. `None`
/// when it is somebody's already.
pub(crate) fn sell(
    work: &mut Work<'_>,
    product: &Product,
    serial: &Code,
    to: CustomerId,
    origin: Origin,
    on: NaiveDate,
) -> Result<Option<UnitId>, Halt> {
    let new = work.new_id();
    let claim = claim_of(work, product, Some(serial))?.ok_or(Refusal::NotASerial)?;
    let Some(unit) = holder(work, claim)? else {
        if product.spec.serials == Serials::Listed {
            let model = product.model.clone();
            return Err(Refusal::UnknownSerial { model }.into());
        }
        let recording = Recording {
            product: product.model.clone(),
            serial: Some(serial.clone()),
            maker: product.spec.maker.clone(),
            owner: Some((to, Acquired::Bought)),
            origin: Some(origin),
            bought_on: Some(on),
        };
        record(work, new, product, recording)?;
        return Ok(Some(new));
    };
    if unit.product != product.model {
        let model = unit.product.clone();
        return Err(Refusal::SerialOfOtherProduct { model }.into());
    }
    if unit.retired.is_some() {
        return Err(Refusal::Retired.into());
    }
    if unit.owner.is_some() {
        return Ok(None);
    }
    work.emit(unit.id, UnitEvent::Sold { to, origin, on })?;
    Ok(Some(unit.id))
}

/// Whether the unit is the customer's, or that of one who was merged with them.
fn is_of(unit: &Unit, customer: &Customer) -> bool {
    let owner = unit.owned_by();
    owner.is_some_and(|owner| owner == customer.id || customer.absorbed.contains(&owner))
}

impl Command for RecordUnit {
    type Output = UnitId;
    const NAME: &'static str = "unit.record";
    const PERMISSION: Permission = Permission::UNIT_TRANSFER;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(Product::id_of(&self.product)));
        keys.extend(self.owner.map(Key::of));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let id = work.new_id();
        check_bought(work, self.bought_on)?;
        let product = product_of(work, &self.product)?;
        let owner = match self.owner {
            Some(owner) => Some((active(work, owner)?.id, Acquired::Bought)),
            None => None,
        };
        let recording = Recording {
            product: product.model.clone(),
            serial: self.serial.clone(),
            maker: product.spec.maker.clone(),
            owner,
            origin: self.origin,
            bought_on: self.bought_on,
        };
        record(work, id, &product, recording)
    }

    fn output(&self, entry: &Entry) -> UnitId {
        entry.made(0)
    }
}

/// A customer registered a unit of theirs, and what follows from that.
fn registered(
    work: &mut Work<'_>,
    id: UnitId,
    customer: &Customer,
    bought_on: Option<NaiveDate>,
    model: &Code,
) -> Result<(), Halt> {
    work.emit(id, UnitEvent::Registered { bought_on })?;
    let trigger = Trigger::UnitRegistered;
    follow(
        work,
        trigger,
        |_| Ok(Matter::deed(trigger, customer.id, id).with_product(model)),
        |work, reaction, effect| work.emit(id, UnitEvent::Reacted { reaction, effect }),
    )
}

impl Command for RegisterUnit {
    type Output = UnitId;
    const NAME: &'static str = "unit.register";
    const PERMISSION: Permission = Permission::UNIT_REGISTER;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.customer));
        keys.push(Key::of(Product::id_of(&self.product)));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let id = work.new_id();
        check_bought(work, self.bought_on)?;
        let customer = active(work, self.customer)?;
        let product = product_of(work, &self.product)?;
        let claim = claim_of(work, &product, self.serial.as_ref())?;
        let known = match claim {
            Some(claim) => holder(work, claim)?,
            None => None,
        };
        let bought_on = self.bought_on;
        let Some(unit) = known else {
            if product.spec.serials == Serials::Listed {
                let model = product.model.clone();
                return Err(Refusal::UnknownSerial { model }.into());
            }
            let recording = Recording {
                product: product.model.clone(),
                serial: self.serial.clone(),
                maker: product.spec.maker.clone(),
                owner: Some((customer.id, Acquired::Registered)),
                origin: None,
                bought_on,
            };
            record(work, id, &product, recording)?;
            return registered(work, id, &customer, bought_on, &product.model);
        };
        if unit.product != product.model {
            let model = unit.product.clone();
            return Err(Refusal::SerialOfOtherProduct { model }.into());
        }
        if unit.retired.is_some() {
            return Err(Refusal::Retired.into());
        }
        if unit.owner.is_none() {
            let passed = UnitEvent::Passed {
                to: customer.id,
                how: Acquired::Registered,
                at: work.now(),
            };
            work.emit(unit.id, passed)?;
        } else if !is_of(&unit, &customer) {
            return Err(Refusal::SerialReused.into());
        } else if unit.registered_at.is_some() {
            return Err(Refusal::AlreadyRegistered.into());
        }
        registered(work, unit.id, &customer, bought_on, &product.model)
    }

    fn output(&self, entry: &Entry) -> UnitId {
        let registered = entry.events.iter().find_map(|event| {
            let Event::Unit(id, UnitEvent::Registered { .. }) = event else {
                return None;
            };
            Some(*id)
        });
        registered.unwrap_or_else(|| entry.made(0))
    }
}

impl Command for TransferUnit {
    type Output = ();
    const NAME: &'static str = "unit.transfer";
    const PERMISSION: Permission = Permission::UNIT_TRANSFER;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.extend([Key::of(self.unit), Key::of(self.to)]);
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let unit = in_use(work, self.unit)?;
        let to = active(work, self.to)?;
        let Some(owner) = &unit.owner else {
            return Err(Refusal::NoOwner.into());
        };
        if is_of(&unit, &to) {
            return Err(Refusal::SameOwner.into());
        }
        let at = happened(work, self.at)?;
        not_before(at, owner.since)?;
        let (to, how) = (to.id, self.how);
        work.emit(unit.id, UnitEvent::Passed { to, how, at })?;
        crate::flows::service::pass_on(work, unit.id, to)
    }

    fn output(&self, _: &Entry) {}
}

/// Takes a unit back into stock.
pub(crate) fn take_back(work: &mut Work<'_>, id: UnitId, reason: Code) -> Result<(), Halt> {
    let unit = in_use(work, id)?;
    if unit.owner.is_none() {
        return Err(Refusal::NoOwner.into());
    }
    crate::flows::service::out_of_use(work, id, &reason)?;
    work.emit(id, UnitEvent::TakenBack { reason })?;
    crate::flows::warranty::taken_back(work, id)
}

impl Command for TakeBackUnit {
    type Output = ();
    const NAME: &'static str = "unit.take_back";
    const PERMISSION: Permission = Permission::UNIT_TRANSFER;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        work.because(self.reason.clone());
        take_back(work, self.unit, self.reason.clone())
    }

    fn output(&self, _: &Entry) {}
}

impl Command for RetireUnit {
    type Output = ();
    const NAME: &'static str = "unit.retire";
    const PERMISSION: Permission = Permission::UNIT_TRANSFER;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let unit = in_use(work, self.unit)?;
        let reason = self.reason.clone();
        work.because(reason.clone());
        crate::flows::service::out_of_use(work, unit.id, &reason)?;
        work.emit(unit.id, UnitEvent::Retired { reason })
    }

    fn output(&self, _: &Entry) {}
}
