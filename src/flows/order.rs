//! What happens to orders.

mod cancel;
mod handle;
mod look;
mod place;
mod promise;
mod returns;
mod ship;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

pub(crate) use self::promise::wake;
pub(crate) use self::returns::wake as wake_return;
use crate::flows::customer::Told;
use crate::kernel::{Code, OrderId};
use crate::message::{Draft, Recipient};
use crate::order::{Notice, Order, OrderEvent, Refusal};
use crate::work::{Halt, Work};

/// An order that was not called off.
pub(crate) fn open(work: &mut Work<'_>, id: OrderId) -> Result<Arc<Order>, Halt> {
    let order = work.need(id)?;
    order.check_open()?;
    Ok(order)
}

/// An order of which nothing is prepared or on its way.
fn unprepared(work: &mut Work<'_>, id: OrderId) -> Result<Arc<Order>, Halt> {
    let order = open(work, id)?;
    if order.shipments.iter().any(|shipment| !shipment.is_void()) {
        return Err(Refusal::AlreadyPrepared.into());
    }
    Ok(order)
}

/// By how much the clocks of others may differ from ours.
const SKEW: TimeDelta = TimeDelta::minutes(15);

/// When something happened: now, when nothing else was said. Clocks of others may run ahead by some minutes.
pub(crate) fn happened(
    work: &Work<'_>,
    at: Option<DateTime<Utc>>,
) -> Result<DateTime<Utc>, Refusal> {
    let at = at.unwrap_or(work.now());
    if at - work.now() > SKEW {
        return Err(Refusal::InFuture { at });
    }
    Ok(at)
}

/// What a message about an order says in any case.
fn draft(order: &Order, notice: Notice) -> Draft {
    let number = order.reference.as_ref().map(ToString::to_string);
    let to = Recipient::Customer(order.customer);
    Draft::new(to, Code::known("order.update"))
        .with_template(notice.template())
        .with_fact(
            Code::known("order"),
            number.unwrap_or_else(|| order.id.to_string()),
        )
}

/// Tells the customer, in the way they prefer, if they are told such things; one who cannot be told is noted.
pub(crate) fn tell(
    work: &mut Work<'_>,
    order: &Order,
    notice: Notice,
    facts: impl FnOnce(Draft) -> Draft,
) -> Result<(), Halt> {
    if !work.rulebook().orders().notices.contains(&notice) {
        return Ok(());
    }
    let draft = facts(draft(order, notice));
    let event = match crate::flows::customer::tell(work, order.customer, draft)? {
        Told::Queued(message) => OrderEvent::CustomerTold { notice, message },
        Told::Not(why) => {
            let why = Code::known(why.code());
            OrderEvent::CustomerNotTold { notice, why }
        }
    };
    work.emit(order.id, event)
}
