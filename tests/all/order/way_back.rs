//! What goes wrong on the way back: lost pieces, wrong ones, and more than was announced.

use aftercare::code;
use aftercare::kernel::{OrderId, ReturnId};
use aftercare::order::*;
use aftercare::prelude::RulebookSpec;
use aftercare::product::DefineProduct;

use super::refund::{delivered, lenient};
use super::{folds, item, money, ordered};
use crate::product::world::World;

/// A paid order of so many cups for 10.00 each, which came.
fn cups(world: &World, quantity: u32) -> OrderId {
    let ayse = world.register("Ayşe");
    let place = PlaceOrder::new(ayse, [item("cup", quantity, "10.00 TRY")]);
    let total = money("10.00 TRY").checked_mul(quantity.into()).unwrap();
    delivered(world, place, &[total])
}

fn announced(world: &World, order: OrderId, quantity: u32) -> ReturnId {
    world.run(RequestReturn::new(order, code!("unwanted")).with(1, quantity))
}

fn strict() -> RulebookSpec {
    let mut spec = RulebookSpec::new();
    spec.orders.returns.refunds_lost = false;
    spec
}

fn lost(world: &World, rma: ReturnId) {
    world.run(MoveReturn::all(rma, Reception::InTransit));
    world.run(MoveReturn::all(rma, Reception::Lost));
}

#[test]
fn what_is_lost_on_its_way_back_is_paid_back_and_is_the_businesses_loss() {
    let world = World::new();
    let order = cups(&world, 2);
    let rma = announced(&world, order, 1);
    lost(&world, rma);
    assert_eq!(world.run(RefundReturn::new(rma)), Some(money("10.00 TRY")));
    // Found after all it is received, and paid back once.
    world.run(MoveReturn::all(rma, Reception::Received));
    let again = world.refuse(RefundReturn::new(rma));
    assert_eq!(again.code(), "return.nothing_to_do");
    assert_eq!(folds(&world, order).lines[0].returns.settled_pieces, 1);
}

#[test]
fn where_the_policy_says_so_somebody_decides_about_what_is_lost() {
    // Where nothing that comes is inspected, it was accepted from the start: that is no decision.
    let mut unseen = strict();
    unseen.orders.returns.checks = Vec::new();
    for spec in [strict(), unseen] {
        let world = World::with(spec);
        let order = cups(&world, 1);
        let rma = announced(&world, order, 1);
        lost(&world, rma);
        let refund = RefundReturn::new(rma);
        assert_eq!(world.refuse(refund.clone()).code(), "return.nothing_to_do");
        world.run(DecideReturn::accept_all(rma, code!("loyal_customer")));
        assert_eq!(world.run(refund), Some(money("10.00 TRY")));
        folds(&world, order);
    }
}

#[test]
fn who_withdraws_is_paid_back_what_was_lost_whatever_the_policy_says() {
    let world = World::with(strict());
    let order = cups(&world, 1);
    let withdraw = RequestReturn::new(order, code!("unwanted")).with(1, 1);
    let rma = world.run(withdraw.withdrawing(code!("EU")));
    lost(&world, rma);
    assert_eq!(world.run(RefundReturn::new(rma)), Some(money("10.00 TRY")));
}

#[test]
fn what_was_paid_back_before_it_came_is_waited_for_whatever_comes_in_its_place() {
    let world = World::with(lenient());
    let order = cups(&world, 1);
    let rma = announced(&world, order, 1);
    world.run(RefundReturn::new(rma));
    for to in [
        Reception::WrongItem,
        Reception::Short,
        Reception::Expired,
        Reception::Cancelled,
    ] {
        let refusal = world.refuse(MoveReturn::all(rma, to));
        assert_eq!(refusal.code(), "return.already_settled", "{to}");
    }
    world.run(MoveReturn::all(rma, Reception::InTransit));
    world.run(MoveReturn::all(rma, Reception::Received));
    let stored = folds(&world, order);
    assert_eq!(stored.lines[0].returns.settled_pieces, 1);
    assert_eq!(stored.lines[0].returns.announced, 0);
}

#[test]
fn what_comes_in_surplus_is_taken_in_and_decided_about() {
    let world = World::new();
    let order = cups(&world, 3);
    let rma = announced(&world, order, 1);
    world.run(MoveReturn::all(rma, Reception::Received));
    let surplus = |quantity| ReceiveSurplus::new(rma).with(1, quantity);
    assert_eq!(
        world.refuse(surplus(3)).code(),
        "return.more_than_returnable"
    );
    let nothing = world.refuse(ReceiveSurplus::new(rma));
    assert_eq!(nothing.code(), "order.no_lines");
    assert_eq!(world.run(surplus(1)), [2]);
    assert_eq!(folds(&world, order).lines[0].returns.announced, 2);
    // It is looked at like the other one, and nobody takes it back by that alone.
    world.run(InspectReturn::all(rma, code!("as_new")));
    assert_eq!(world.run(RefundReturn::new(rma)), Some(money("10.00 TRY")));
    world.run(DecideReturn::accept(rma, [2], code!("goodwill")));
    assert_eq!(world.run(RefundReturn::new(rma)), Some(money("10.00 TRY")));
    // Or it goes back to the customer, who may announce it.
    assert_eq!(world.run(surplus(1)), [3]);
    world.run(DecideReturn::reject(rma, [3], code!("not_announced")));
    assert_eq!(folds(&world, order).lines[0].returns.announced, 0);
    announced(&world, order, 1);
    world.assert_told();
}

#[test]
fn a_piece_with_a_number_that_comes_in_surplus_is_named() {
    let world = World::new();
    let ayse = world.register("Ayşe");
    world.run(DefineProduct::new(code!("KB-24")));
    let order = ordered(&world, ayse, [item("KB-24", 3, "9000.00 TRY")]);
    let pack = Pack::new(1, 3).with_serial(code!("S-1"));
    let pack = pack.with_serial(code!("S-2")).with_serial(code!("S-3"));
    world.run(PrepareShipment::of(order, [pack]));
    world.run(TrackShipment::new(order, 1, Milestone::Delivered));
    let stored = world.get(order);
    let [one, other, _] = [0, 1, 2].map(|n: usize| stored.shipments[0].units[n].1);
    let rma = world.run(RequestReturn::new(order, code!("unwanted")).with_unit(one));
    let bare = world.refuse(ReceiveSurplus::new(rma).with(1, 1));
    assert_eq!(bare.code(), "return.unit_needed");
    let surplus = |unit| ReceiveSurplus::new(rma).with_unit(unit);
    assert_eq!(world.refuse(surplus(one)).code(), "return.unit_returned");
    assert_eq!(world.run(surplus(other)), [2]);
    world.run(DecideReturn::accept(rma, [2], code!("goodwill")));
    world.run(RefundReturn::new(rma));
    assert_eq!(world.get(other).owner, None);
    assert_eq!(world.get(one).owned_by(), Some(ayse));
    folds(&world, order);
}
