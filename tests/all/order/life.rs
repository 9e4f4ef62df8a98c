//! From placing to cancelling.

use aftercare::code;
use aftercare::customer::{AddContactPoint, ContactKind, EraseCustomer};
use aftercare::kernel::{Actor, BasisPoints, ContactPointId};
use aftercare::order::*;
use aftercare::prelude::{RegisterCustomer, RulebookSpec, VerifyContactPoint};
use aftercare::questions::{Timeline, TimelineItem};
use aftercare::record::{Index, Query, Record, Share};
use aftercare::store::Store;
use chrono::TimeDelta;

use super::{confirmed, folds, happened, item, money, ordered};
use crate::product::world::{World, refused};

#[test]
fn an_order_is_placed_confirmed_changed_and_paid() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let place =
        PlaceOrder::new(ayse, [item("kettle", 1, "1299.90 TRY")]).with_reference(code!("W-1001"));
    let order = world.run(place.clone());
    assert_eq!(world.get(order).status(), OrderStatus::Placed);
    assert_eq!(world.refuse(place).code(), "order.reference_taken");
    let found = world.ask(&FindOrder {
        reference: code!("W-1001"),
    });
    assert_eq!(found.unwrap().id, order);
    world.run(ChangeOrder::new(order, [item("kettle", 2, "1299.90 TRY")]));
    world.run(ConfirmOrder { order });
    assert_eq!(
        world.refuse(ConfirmOrder { order }).code(),
        "order.already_confirmed"
    );
    let euro = ChangeOrder::new(order, [item("kettle", 2, "10.00 EUR")]);
    assert_eq!(world.refuse(euro).code(), "money.currency_mismatch");
    let pay = |reference: &str, amount| {
        RecordPayment::new(
            order,
            reference.parse().unwrap(),
            code!("card"),
            money(amount),
        )
    };
    world.run(pay("p-1", "1000.00 TRY"));
    world.run(pay("p-1", "1000.00 TRY"));
    assert_eq!(
        world.refuse(pay("p-1", "999.00 TRY")).code(),
        "order.payment_known"
    );
    assert_eq!(
        world.refuse(pay("p-2", "0.00 TRY")).code(),
        "order.negative_amount"
    );
    assert_eq!(
        world.refuse(pay("p-2", "1.00 EUR")).code(),
        "money.currency_mismatch"
    );
    let late = pay("p-2", "1.00 TRY").at(world.now() + TimeDelta::hours(1));
    assert_eq!(world.refuse(late).code(), "order.in_future");
    let early = |minutes| pay("p-2", "1599.80 TRY").at(world.now() - TimeDelta::minutes(minutes));
    assert_eq!(world.refuse(early(16)).code(), "order.paid_before_placed");
    world.run(early(15));
    let stored = folds(&world, order);
    assert_eq!(stored.payments.len(), 2);
    assert!(stored.balance().is_zero());
}

#[test]
fn an_order_goes_to_an_address_of_its_customer() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let place = || PlaceOrder::new(ayse, [item("kettle", 1, "10.00 TRY")]);
    let nowhere = place().to_address(ContactPointId::from_u128(5));
    assert_eq!(world.refuse(nowhere).code(), "order.not_an_address");
    let address = AddContactPoint::new(ayse, ContactKind::Address, "Moda Cad. 3");
    let address = world.run(address);
    let order = world.run(place().to_address(address));
    assert_eq!(world.get(order).address, Some(address));
}

#[test]
fn a_customer_sees_and_cancels_their_own_order_only() {
    let world = World::new();
    let (ayse, can) = (world.register("Ayşe"), world.register("Can"));
    let order = ordered(&world, ayse, [item("kettle", 1, "100.00 TRY")]);
    let track = TrackOrder::new(order, world.now());
    assert!(world.desk.ask(&Actor::Customer(ayse), &track).is_ok());
    assert!(world.desk.ask(&Actor::Customer(can), &track).is_err());
    let cancel = CancelOrder::for_business(order, code!("changed_mind"));
    let refusal = refused(world.run_as(Actor::Customer(can), cancel.clone()));
    assert_eq!(refusal.code(), "record.not_found");
    world.run_as(Actor::Customer(ayse), cancel).unwrap();
    let cancelled = folds(&world, order).cancelled.clone().unwrap();
    assert_eq!(cancelled.by, CancelledBy::Customer, "it is their doing");
    let again = CancelOrder::for_business(order, code!("again"));
    assert_eq!(world.refuse(again).code(), "order.cancelled");
}

#[test]
fn cancelling_is_free_as_long_as_the_policy_says() {
    let mut spec = RulebookSpec::new();
    spec.orders.cancel = CancelPolicy {
        free_until: FreeUntil::Confirmed,
        free_for_ms: 3_600_000,
        fee: BasisPoints::from_percent(10),
    };
    let world = World::with(spec);
    let ayse = world.register("Ayşe");
    let paid = |world: &World| {
        let order = ordered(world, ayse, [item("kettle", 1, "100.05 TRY")]);
        for (n, amount) in [("a", "60.00 TRY"), ("b", "40.05 TRY")] {
            let method = code!("card");
            world.run(RecordPayment::new(
                order,
                n.parse().unwrap(),
                method,
                money(amount),
            ));
            world.wait(TimeDelta::minutes(1));
        }
        order
    };
    let cancel = |order| CancelOrder::for_customer(order, code!("late"));
    let fee = |order: aftercare::kernel::OrderId| world.get(order).cancelled.clone().unwrap().fee;

    let soon = paid(&world);
    world.run(cancel(soon));
    assert!(fee(soon).is_zero());
    assert!(folds(&world, soon).paid().is_zero());

    let late = paid(&world);
    world.wait(TimeDelta::hours(2));
    world.run(cancel(late));
    assert_eq!(fee(late), money("10.00 TRY"));
    let stored = folds(&world, late);
    // The newest payment goes back first, the fee stays of the oldest.
    let back: Vec<_> = stored.payments.iter().map(|p| p.refunded.minor()).collect();
    assert_eq!(back, [50_00, 40_05]);
    assert!(stored.balance().is_zero());

    let ours = paid(&world);
    world.wait(TimeDelta::hours(2));
    world.run(CancelOrder::for_business(ours, code!("out_of_stock")));
    assert!(fee(ours).is_zero());
}

#[test]
fn what_is_prepared_is_neither_changed_nor_cancelled() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = world.run(PlaceOrder::new(ayse, [item("kettle", 1, "10.00 TRY")]));
    let prepare = PrepareShipment::of_all(order);
    assert_eq!(world.refuse(prepare.clone()).code(), "order.not_confirmed");
    world.run(ConfirmOrder { order });
    world.run(prepare);
    let change = ChangeOrder::new(order, [item("cup", 1, "1.00 TRY")]);
    let cancel = CancelOrder::for_customer(order, code!("late"));
    let personal = PersonaliseOrder::thanking(order);
    for code in [
        world.refuse(change).code(),
        world.refuse(cancel).code(),
        world.refuse(personal).code(),
    ] {
        assert_eq!(code, "order.already_prepared");
    }
}

#[test]
fn a_note_goes_with_the_order_and_with_the_customer() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("kettle", 1, "10.00 TRY")]);
    let first = PersonaliseOrder::thanking(order).with_note("İyi ki doğdun");
    world.run(first);
    let before = world.get(order).touches.note.unwrap();
    let second = PersonaliseOrder::thanking(order).packed(code!("gift_wrap"));
    world.run(second.with_note("İyi ki varsın"));
    let touches = world.get(order).touches.clone();
    assert_eq!(touches.packaging, Some(code!("gift_wrap")));
    let note = |id| world.desk.get(&Actor::System, id).unwrap();
    assert_eq!(note(before), None, "the first one is gone");
    let text = note(touches.note.unwrap()).unwrap();
    assert_eq!(text.body.expose(), "İyi ki varsın");
    let reason = code!("request");
    world.run(EraseCustomer {
        customer: ayse,
        reason,
    });
    for _ in 0..3 {
        let context = world.context(Actor::System);
        world.desk.wake(&context, Share::ALL, 100).unwrap();
    }
    assert_eq!(note(touches.note.unwrap()), None);
    assert!(world.desk.get(&Actor::System, order).unwrap().is_some());
}

/// A customer who can be told by e-mail.
pub(super) fn reachable(world: &World) -> aftercare::kernel::CustomerId {
    let customer = world.run(RegisterCustomer::named("Ayşe").with_email("ayse@example.com"));
    let contact = world.get(customer).contacts[0].id;
    world.run(VerifyContactPoint { customer, contact });
    customer
}

/// The templates of the messages to a customer, the earliest first.
pub(super) fn templates(world: &World, customer: aftercare::kernel::CustomerId) -> Vec<String> {
    let told = told(world, customer).into_iter();
    told.map(|(template, _)| template).collect()
}

/// The messages to a customer: template and facts, the earliest first.
pub(super) fn told(
    world: &World,
    customer: aftercare::kernel::CustomerId,
) -> Vec<(String, std::collections::BTreeMap<String, String>)> {
    let query = Query::new(Index::MessagesByCustomer, customer.uuid()).limit(1_000);
    let found = world.desk.store().find(&query).unwrap().found;
    let keys: Vec<_> = found.iter().map(|found| found.key).collect();
    let rows = world.desk.store().load(&keys).unwrap();
    let messages = rows.into_iter().flatten().map(|row| match row.record {
        Some(Record::Message(message)) => message,
        other => panic!("{other:?}"),
    });
    messages
        .map(|message| {
            let facts = message.draft.facts.iter();
            let facts = facts.map(|(name, value)| (name.to_string(), value.clone()));
            (message.draft.template.to_string(), facts.collect())
        })
        .collect()
}

#[test]
fn a_customer_is_told_each_thing_once_and_thanked_without_promotion() {
    let world = World::new();
    let ayse = reachable(&world);
    let order = confirmed(
        &world,
        PlaceOrder::new(ayse, [item("kettle", 1, "10.00 TRY")]).with_reference(code!("W-7")),
    );
    world.run(PersonaliseOrder::thanking(order));
    let shipment =
        world.run(PrepareShipment::of_all(order).carried_by(code!("kargo"), code!("K1")));
    world.wait(TimeDelta::hours(1));
    let mark = |milestone| TrackShipment::new(order, shipment, milestone);
    for milestone in [
        Milestone::HandedOver,
        Milestone::InTransit,
        Milestone::Delivered,
        Milestone::Delivered,
        Milestone::InTransit,
    ] {
        world.wait(TimeDelta::minutes(1));
        world.run(mark(milestone).at(world.now()));
    }
    let told = told(&world, ayse);
    let templates: Vec<_> = told.iter().map(|(template, _)| template.as_str()).collect();
    assert_eq!(
        templates,
        ["order.confirmed", "order.shipped", "order.delivered"]
    );
    let delivered = &told[2].1;
    assert_eq!(delivered["thank_you"], "true");
    assert_eq!(delivered["order"], "W-7");
    assert_eq!(delivered.keys().len(), 5, "{delivered:?}");
}

#[test]
fn who_cannot_be_told_is_noted() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("kettle", 1, "10.00 TRY")]);
    let untold = happened(&world, order, |event| match event {
        OrderEvent::CustomerNotTold { notice, why } => Some((*notice, why.to_string())),
        _ => None,
    });
    assert_eq!(
        untold,
        [(Notice::Confirmed, "customer.no_contact".to_owned())]
    );
}

#[test]
fn orders_stand_on_the_timeline_and_in_the_customers_list() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let mut all = Vec::new();
    for _ in 0..5 {
        world.wait(TimeDelta::minutes(1));
        all.push(ordered(&world, ayse, [item("kettle", 1, "10.00 TRY")]));
    }
    all.reverse();
    let first = world.ask(&OrdersOf {
        limit: 3,
        ..OrdersOf::new(ayse)
    });
    let rest = world.ask(&OrdersOf {
        after: first.next,
        ..OrdersOf::new(ayse)
    });
    let orders = first.orders.iter().chain(&rest.orders);
    assert!(orders.map(|order| order.id).eq(all.iter().copied()));
    let told = world.ask(&Timeline::of(ayse)).items;
    let orders = told.iter().map(|item| match item {
        TimelineItem::Order { order, .. } => order.id,
        other => panic!("{other:?}"),
    });
    assert!(orders.eq(all));
    assert!(told.iter().all(|item| item.at().is_some()));
}
