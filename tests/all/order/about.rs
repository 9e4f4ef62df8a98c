//! A case about an order: whoever serves it sees the order, and the customer is not asked for it again.

use aftercare::case::{AskForFact, CaseView, MergeCases, OpenCase, ReferCase, SplitCase, ViewCase};
use aftercare::code;
use aftercare::interaction::Channel;
use aftercare::kernel::{Actor, CaseId, CustomerId, OrderId, StaffId};
use aftercare::order::*;
use aftercare::prelude::{Reaction, RulebookSpec, Trigger};
use aftercare::record::{Index, Query};
use aftercare::store::Store;

use super::{confirmed, item, ordered};
use crate::product::world::{World, refused};

fn agent() -> Actor {
    Actor::staff(StaffId::from_u128(7), code!("agent"))
}

fn view(world: &World, actor: &Actor, case: CaseId) -> CaseView {
    let view = ViewCase::new(case, world.now());
    world.desk.ask(actor, &view).unwrap()
}

fn cup(world: &World, customer: CustomerId) -> OrderId {
    let place = PlaceOrder::new(customer, [item("cup", 1, "10.00 TRY")]);
    confirmed(world, place.with_reference(code!("W-1001")))
}

#[test]
fn who_serves_a_case_sees_the_order_and_does_not_ask_for_it() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = cup(&world, ayse);
    let open = OpenCase::new(ayse, Channel::Phone, "Kırık geldi").about(order);
    let case = world.run_as(Actor::Customer(ayse), open).unwrap();
    let seen = view(&world, &agent(), case);
    assert_eq!(seen.order.unwrap().id, order);
    let known = &seen.dossier.unwrap().facts[&code!("order")];
    assert_eq!(known.value.expose(), "W-1001");
    assert!(
        world.run(AskForFact::new(case, code!("order"))),
        "it is on file"
    );
    // Her own order is hers to see; the file is not.
    let own = view(&world, &Actor::Customer(ayse), case);
    assert_eq!(
        (own.order.map(|it| it.id), own.dossier),
        (Some(order), None)
    );
    world.assert_told();
}

#[test]
fn a_case_is_about_an_order_of_its_own_customer() {
    let world = World::new();
    let (ayse, can) = (world.register("Ayşe"), world.register("Can"));
    let order = cup(&world, can);
    let open = OpenCase::bare(ayse).about(order);
    assert_eq!(world.refuse(open.clone()).code(), "case.order_of_another");
    // To a customer another's order is not there.
    let refusal = refused(world.run_as(Actor::Customer(ayse), open));
    assert_eq!(refusal.code(), "record.not_found");
    let nothing = OpenCase::bare(ayse).about(OrderId::from_u128(5));
    assert_eq!(world.refuse(nothing).code(), "record.not_found");
    let case = world.run(OpenCase::bare(ayse));
    let about = Some(order);
    assert_eq!(
        world.refuse(ReferCase { case, about }).code(),
        "case.order_of_another"
    );
}

#[test]
fn which_order_it_is_may_turn_out_later_and_goes_on_with_the_case() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    let order = cup(&world, ayse);
    let case = world.run(OpenCase::bare(ayse));
    assert!(!world.run(AskForFact::new(case, code!("order"))));
    for _ in 0..2 {
        let about = Some(order);
        world.run_as(agent(), ReferCase { case, about }).unwrap();
    }
    assert_eq!(world.get(case).about, Some(order));
    let part = world.run(SplitCase {
        case,
        subject: None,
        topic: None,
        team: None,
    });
    assert_eq!(world.get(part).about, Some(order));
    let other = world.run(OpenCase::bare(ayse));
    world.run(MergeCases {
        survivor: other,
        merged: part,
    });
    assert_eq!(view(&world, &agent(), other).order.unwrap().id, order);
    assert!(world.run(AskForFact::new(other, code!("order"))));
    world.run(ReferCase {
        case: other,
        about: None,
    });
    assert_eq!(world.get(other).about, None);
    assert!(!world.run(AskForFact::new(other, code!("order"))));
    world.assert_told();
}

#[test]
fn a_case_that_follows_from_a_delivery_is_about_the_order() {
    let on = Trigger::OrderDelivered;
    let call = Reaction::open_case(code!("welcome"), on, code!("courtesy_call"));
    let world = World::with(RulebookSpec::new().with_reaction(call));
    let ayse = world.register("Ayşe");
    let order = ordered(&world, ayse, [item("cup", 1, "10.00 TRY")]);
    world.run(PrepareShipment::of_all(order));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    let query = Query::new(Index::CasesByCustomer, ayse.uuid());
    let found = world.desk.store().find(&query).unwrap().found;
    let case = CaseId::from_uuid(found[0].key.id);
    let seen = view(&world, &agent(), case);
    assert_eq!(seen.order.unwrap().id, order);
    let known = &seen.dossier.unwrap().facts[&code!("order")];
    assert_eq!(known.value.expose(), &order.to_string());
    world.assert_told();
}
