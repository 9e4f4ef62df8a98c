//! Sending orders, and what is told of their way.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::promise::{look_again, review, still_overdue};
use super::{SKEW, happened, open, tell};
use crate::calendar::civil;
use crate::flows::customer::survivor;
use crate::flows::product::{product_of, sell, take_back};
use crate::flows::reactions::of_delivery;
use crate::kernel::{Code, Permission, UnitId};
use crate::order::{
    Estimate, Milestone, Notice, Order, OrderEvent, Pack, PrepareShipment, Refusal, Shipment,
    TrackShipment,
};
use crate::product::{Origin, Product, Serials, Unit, UnitEvent, serial_claim};
use crate::record::{Entry, Event, Key};
use crate::work::{Command, Halt, Work};

/// What goes into a shipment: each line once, and no more than is left of it.
fn packed(order: &Order, packs: &[Pack]) -> Result<Vec<(u32, u32)>, Refusal> {
    let mut left = order.left();
    if packs.is_empty() {
        left.retain(|_, quantity| *quantity > 0);
        let all: Vec<_> = left.into_iter().collect();
        return match all.is_empty() {
            true => Err(Refusal::NoLines),
            false => Ok(all),
        };
    }
    let mut items: BTreeMap<u32, u32> = BTreeMap::new();
    for pack in packs {
        let Pack { line, quantity, .. } = *pack;
        let left = left.get_mut(&line).ok_or(Refusal::UnknownLine { line })?;
        if quantity == 0 {
            return Err(Refusal::NoQuantity { line });
        }
        if quantity > *left {
            let left = *left;
            return Err(Refusal::MoreThanLeft {
                line,
                quantity,
                left,
            });
        }
        *left = left.saturating_sub(quantity);
        let serials = pack.serials.len();
        if usize::try_from(quantity).is_ok_and(|quantity| serials > quantity) {
            return Err(Refusal::TooManySerials {
                line,
                serials,
                quantity,
            });
        }
        let item = items.entry(line).or_default();
        *item = item.saturating_add(quantity);
    }
    Ok(items.into_iter().collect())
}

/// The pieces with serial numbers become the customer's units.
fn sold(work: &mut Work<'_>, order: &Order, packs: &[Pack]) -> Result<Vec<(u32, UnitId)>, Halt> {
    let mut units = Vec::new();
    if packs.iter().all(|pack| pack.serials.is_empty()) {
        return Ok(units);
    }
    let customer = survivor(work, order.customer)?.id;
    let on = civil::date_in(&order.zone, order.placed_at);
    let mut named = BTreeSet::new();
    for pack in packs {
        if pack.serials.is_empty() {
            continue;
        }
        let model = &order.line(pack.line)?.item.product;
        let product = product_of(work, model)?;
        let origin = Origin {
            order: order.id,
            line: pack.line,
        };
        for serial in &pack.serials {
            let maker = product.spec.maker.as_ref();
            if !named.insert(serial_claim(work.rulebook().secret(), maker, serial)) {
                return Err(Refusal::SerialTwice { line: pack.line }.into());
            }
            let unit = sell(work, &product, serial, customer, origin, on)?;
            let unit = unit.ok_or(Refusal::UnitSold { line: pack.line })?;
            units.push((pack.line, unit));
        }
    }
    Ok(units)
}

/// Every piece of a model whose units have a serial number goes out with one. Models that nobody defined ask for none.
fn check_serials(
    work: &mut Work<'_>,
    order: &Order,
    items: &[(u32, u32)],
    packs: &[Pack],
) -> Result<(), Halt> {
    let mut named: BTreeMap<u32, usize> = BTreeMap::new();
    for pack in packs {
        let count = named.entry(pack.line).or_default();
        *count = count.saturating_add(pack.serials.len());
    }
    let short = items.iter().filter(|(line, quantity)| {
        let count = named.get(line).copied().unwrap_or(0);
        usize::try_from(*quantity).is_ok_and(|quantity| count < quantity)
    });
    let mut models = Vec::new();
    for (line, _) in short {
        models.push(&order.line(*line)?.item.product);
    }
    work.want(models.iter().map(|model| Product::id_of(model)));
    for model in models {
        let product = work.peek(Product::id_of(model))?;
        if product.is_some_and(|product| product.spec.serials != Serials::Optional) {
            let model = model.clone();
            return Err(crate::product::Refusal::SerialNeeded { model }.into());
        }
    }
    Ok(())
}

impl Command for PrepareShipment {
    type Output = u32;
    const NAME: &'static str = "order.prepare_shipment";
    const PERMISSION: Permission = Permission::ORDER_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.order));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let order = open(work, self.order)?;
        if order.confirmed_at.is_none() {
            return Err(Refusal::NotConfirmed.into());
        }
        let items = packed(&order, &self.items)?;
        check_serials(work, &order, &items, &self.items)?;
        let units = sold(work, &order, &self.items)?;
        let before = order.shipments.last().map_or(0, |last| last.number);
        let shipment = Shipment {
            number: before.saturating_add(1),
            items,
            units,
            carrier: self.carrier.clone(),
            tracking: self.tracking.clone(),
            prepared_at: work.now(),
            marks: BTreeMap::new(),
            said_delivered: BTreeSet::new(),
            estimate: None,
        };
        work.emit(order.id, OrderEvent::Prepared(Box::new(shipment)))
    }

    fn output(&self, entry: &Entry) -> u32 {
        let number = entry.events.iter().find_map(|event| {
            let Event::Order(_, OrderEvent::Prepared(shipment)) = event else {
                return None;
            };
            Some(shipment.number)
        });
        number.unwrap_or(0)
    }
}

/// Refused when the way would begin before it was prepared; clocks of others may run behind by some minutes. Reports are not held against each other: which of them was
/// told first must not decide which is believed.
fn check_way(shipment: &Shipment, at: DateTime<Utc>) -> Result<(), Refusal> {
    let prepared_at = shipment.prepared_at;
    if prepared_at - at > SKEW {
        return Err(Refusal::BeforeShipment { at, prepared_at });
    }
    Ok(())
}

impl Command for TrackShipment {
    type Output = ();
    const NAME: &'static str = "order.track_shipment";
    const PERMISSION: Permission = Permission::ORDER_HANDLE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.order));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let order = work.need(self.order)?;
        let shipment = order.shipment(self.shipment)?;
        let at = happened(work, self.at)?;
        check_way(shipment, at)?;
        let estimate = self.expected_at.map(|expected| Estimate {
            said_at: at,
            at: expected,
        });
        let mut after = shipment.clone();
        if after.mark(self.milestone, at) {
            work.emit(
                order.id,
                OrderEvent::Tracked {
                    shipment: shipment.number,
                    milestone: self.milestone,
                    at,
                },
            )?;
            tell_of(work, &order, shipment, &after)?;
            follow(work, &order, shipment, &after)?;
        }
        if let Some(estimate) = estimate
            && after.expect(estimate)
        {
            let shipment = shipment.number;
            work.emit(order.id, OrderEvent::Estimated { shipment, estimate })?;
            review(work, order.id)?;
        }
        still_overdue(work, order.id)
    }

    fn output(&self, _: &Entry) {}
}

/// Whether nothing in the shipment is wanted any more.
fn is_off(order: &Order, shipment: &Shipment) -> bool {
    let mut lines = shipment.items.iter().map(|(line, _)| order.line(*line));
    order.cancelled.is_some() || lines.all(|line| line.is_ok_and(|line| line.quantity() == 0))
}

/// What the customer is told when it sets out, when it has come, when it has not come after all, and when it will not come. Of
/// what was called off they hear only that it came all the same, and that it did not.
fn news(
    order: &Order,
    before: &Shipment,
    after: &Shipment,
    brings_unwanted: bool,
) -> Option<Notice> {
    let ended = |shipment: &Shipment| match shipment.position() {
        Some((Milestone::Lost, _)) => Some(Notice::Lost),
        Some((Milestone::ReturnedToSender, _)) => Some(Notice::ReturnedToSender),
        _ => None,
    };
    let is_off = is_off(order, after);
    match (before.delivered_at(), after.delivered_at()) {
        (None, Some(_)) if is_off || brings_unwanted => return Some(Notice::CameAfterCancelling),
        (None, Some(_)) => return Some(Notice::Delivered),
        (Some(_), None) if is_off => return Some(Notice::NotDelivered),
        (None | Some(_), None | Some(_)) if is_off => return None,
        (None | Some(_), None | Some(_)) => {}
    }
    let is_wrong = before.delivered_at().is_some() && after.delivered_at().is_none();
    let sets_out = before.marks.is_empty() && after.delivered_at().is_none();
    let end = ended(after).filter(|end| ended(before) != Some(*end));
    end.or(is_wrong.then_some(Notice::NotDelivered))
        .or(sets_out.then_some(Notice::Shipped))
}

fn tell_of(
    work: &mut Work<'_>,
    order: &Order,
    before: &Shipment,
    after: &Shipment,
) -> Result<(), Halt> {
    let now = work.need(order.id)?;
    let unwanted = |order: &Order| {
        let came = order.came_all_the_same().into_values().map(u64::from);
        came.fold(0, u64::saturating_add)
    };
    let brings_unwanted = unwanted(&now) > unwanted(order);
    let Some(notice) = news(order, before, after, brings_unwanted) else {
        return Ok(());
    };
    let balance = now.balance();
    tell(work, order, notice, |mut draft| {
        draft = draft.with_fact(Code::known("shipment"), after.number);
        if let Some(carrier) = &after.carrier {
            draft = draft.with_fact(Code::known("carrier"), carrier);
        }
        if let Some(tracking) = &after.tracking {
            draft = draft.with_fact(Code::known("tracking"), tracking);
        }
        if notice == Notice::CameAfterCancelling {
            draft = draft.with_fact(Code::known("balance"), balance);
        }
        if notice == Notice::Delivered && order.touches.thank_you {
            draft = draft.with_fact(Code::known("thank_you"), true);
        }
        draft
    })
}

/// What a report brings with it: for the units in the shipment, for the order, and for what follows from a delivery.
fn follow(
    work: &mut Work<'_>,
    order: &Order,
    before: &Shipment,
    after: &Shipment,
) -> Result<(), Halt> {
    let (was, now) = (before.delivered_at(), after.delivered_at());
    if before.is_void() && now.is_some() {
        turned_up(work, order, after)?;
    }
    if was != now {
        date_units(work, order, after, was)?;
    }
    match (was, now) {
        (None, Some(_)) => {
            let again = order.not_delivered.contains(&after.number);
            of_delivery(work, order.id, Some(after.number), again)?;
            complete(work, order)?;
        }
        (Some(_), None) => not_delivered(work, order)?,
        _ => {}
    }
    if after.is_void() && !before.is_void() {
        gone(work, order, after)?;
    }
    Ok(())
}

/// Whether a unit is still the one that was sold with the order: what went elsewhere since has its own story.
fn is_of(order: &Order, unit: &Unit) -> bool {
    unit.origin.is_some_and(|origin| origin.order == order.id)
}

/// The units of a shipment were delivered at another time than was known, or not at all.
fn date_units(
    work: &mut Work<'_>,
    order: &Order,
    shipment: &Shipment,
    was: Option<DateTime<Utc>>,
) -> Result<(), Halt> {
    let now = shipment.delivered_at();
    work.want(shipment.units.iter().map(|(_, unit)| *unit));
    for (_, id) in &shipment.units {
        let unit = work.need(*id)?;
        if !is_of(order, &unit) {
            continue;
        }
        let event = match now {
            Some(at) => UnitEvent::Delivered { at },
            None => UnitEvent::NotDelivered,
        };
        work.emit(*id, event)?;
        crate::flows::warranty::delivery_changed(work, &unit, was, now)?;
        if now.is_none() {
            crate::flows::service::out_of_use(work, *id, &Code::known("not_delivered"))?;
        }
    }
    Ok(())
}

/// What was lost or went back has come after all: its units are the customer's again, unless they went elsewhere.
fn turned_up(work: &mut Work<'_>, order: &Order, shipment: &Shipment) -> Result<(), Halt> {
    let to = survivor(work, order.customer)?.id;
    let on = civil::date_in(&order.zone, order.placed_at);
    for (line, id) in &shipment.units {
        let unit = work.need(*id)?;
        if unit.owner.is_none() && unit.retired.is_none() {
            let (order, line) = (order.id, *line);
            let origin = Origin { order, line };
            work.emit(*id, UnitEvent::Sold { to, origin, on })?;
        }
    }
    Ok(())
}

/// A shipment will not come: its units are the business's, and what was promised is looked at.
fn gone(work: &mut Work<'_>, order: &Order, shipment: &Shipment) -> Result<(), Halt> {
    let reason = shipment.position().map(|(milestone, _)| milestone.name());
    let reason = Code::known(reason.unwrap_or("lost"));
    for (_, id) in &shipment.units {
        let unit = work.need(*id)?;
        if is_of(order, &unit) && unit.owner.is_some() && unit.retired.is_none() {
            take_back(work, *id, reason.clone())?;
        }
    }
    review(work, order.id)
}

/// What was said of a delivery was wrong: pieces that are to come back were there, or else the order waits again.
fn not_delivered(work: &mut Work<'_>, before: &Order) -> Result<(), Halt> {
    let order = work.need(before.id)?;
    let came = order.all_delivered();
    for (number, line) in (1..).zip(&order.lines) {
        let back = line
            .returns
            .announced
            .saturating_add(line.returns.settled_pieces);
        if back > came.get(&number).copied().unwrap_or(0) {
            return Err(Refusal::ComesBack { line: number }.into());
        }
    }
    review(work, order.id)?;
    look_again(work, order.id)
}

/// The order has come when the last of it has, or what had not was called off.
pub(super) fn complete(work: &mut Work<'_>, before: &Order) -> Result<(), Halt> {
    let order = work.need(before.id)?;
    match (before.delivered_at(), order.delivered_at()) {
        (None, Some(at)) => {
            work.emit(order.id, OrderEvent::Delivered { at })?;
            of_delivery(work, order.id, None, before.has_come)
        }
        _ => Ok(()),
    }
}
