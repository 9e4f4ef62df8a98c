//! Members of pools: who turn out to be one customer, and who act as the customer.

use aftercare::code;
use aftercare::customer::MergeCustomers;
use aftercare::kernel::{Actor, Code, CustomerId};
use aftercare::loyalty::*;
use aftercare::order::{CancelOrder, PlaceOrder, RecordPayment};

use super::club::*;
use super::turned_back::{done, item, last_effect, placed_and_called_off};
use crate::product::world::World;

fn join(world: &World, member: CustomerId, head: CustomerId) {
    world.run(JoinPool {
        member,
        head,
        programme: club(),
    });
}

fn merge(survivor: CustomerId, merged: CustomerId) -> MergeCustomers {
    MergeCustomers { survivor, merged }
}

/// So many customers with 150 points each.
fn customers<const N: usize>(world: &World) -> [CustomerId; N] {
    let mut number = 0;
    [(); N].map(|()| {
        let customer = world.register("Ayşe");
        number += 1;
        world.run(purchase(customer, number, 150_00));
        customer
    })
}

/// All points that any account has.
fn in_all(world: &World) -> i64 {
    let read = ReadLiability::of(club(), world.now());
    let owed = world.ask(&read).liability;
    let debts: i64 = owed.owed.values().map(|points| points.get()).sum();
    owed.points(&points()).get() - debts
}

#[test]
fn who_is_merged_into_a_member_of_a_pool_brings_points_holds_and_debts_into_the_pool() {
    let world = world(programme());
    let [x, y, z] = customers(&world);
    join(&world, x, y);
    let hold = world.run(HoldPoints {
        customer: z,
        programme: club(),
        points: points(),
        amount: p(20),
        until: world.now() + days(2),
        due: None,
    });
    world.run(merge(x, z));
    for customer in [x, y, z] {
        assert_eq!(balance(&world, customer), 450);
    }
    assert_eq!(in_all(&world), 450);
    // Whatever was earned, held or is taken back under the merged name is the pool's.
    world.run(CaptureHold {
        customer: z,
        programme: club(),
        hold,
        amount: None,
        source: None,
    });
    world.run(redeem(x, 430));
    assert_eq!((balance(&world, y), in_all(&world)), (0, 0));
    world.run(reverse(order(3).earning(&club()), 150_00));
    assert_eq!((balance(&world, x), in_all(&world)), (-150, -150));
    world.run(purchase(z, 9, 200_00));
    assert_eq!(balance(&world, y), 50);
    world.assert_told();
}

#[test]
fn the_head_of_a_pool_who_is_merged_into_a_member_leaves_them_as_its_head() {
    let world = world(programme());
    let [x, head, other, third] = customers(&world);
    join(&world, x, head);
    join(&world, other, head);
    world.run(merge(x, head));
    let survivor = account(&world, x);
    let others = Account::id_of(other, &club());
    assert_eq!((survivor.pool, &survivor.pooled[..]), (None, &[others][..]));
    for customer in [x, head, other] {
        assert_eq!(balance(&world, customer), 450);
    }
    join(&world, third, x);
    assert_eq!(balance(&world, third), 600);
    assert_eq!(in_all(&world), 600);
    world.assert_told();
}

#[test]
fn a_member_who_is_merged_into_an_outsider_leaves_their_place_in_the_pool_to_them() {
    let world = world(programme());
    let [outsider, member, head] = customers(&world);
    join(&world, member, head);
    world.run(merge(outsider, member));
    for customer in [outsider, member, head] {
        assert_eq!(balance(&world, customer), 450);
    }
    let of = Account::id_of(outsider, &club());
    assert_eq!(account(&world, head).pooled, [of]);
    world.run(LeavePool {
        member: outsider,
        programme: club(),
    });
    assert!(account(&world, head).pooled.is_empty());
    assert_eq!((balance(&world, outsider), balance(&world, head)), (0, 450));
    world.assert_told();
}

#[test]
fn a_member_who_is_merged_into_the_head_is_no_member_any_more() {
    let world = world(programme());
    let [head, member, fellow] = customers(&world);
    join(&world, member, head);
    join(&world, fellow, head);
    // The head was itself merged into another before.
    let heir = world.register("Deniz");
    world.run(merge(heir, head));
    world.run(merge(heir, member));
    let left = Account::id_of(fellow, &club());
    assert_eq!(account(&world, heir).pooled, [left]);
    assert_eq!((balance(&world, heir), in_all(&world)), (450, 450));
    world.run(merge(fellow, heir));
    let survivor = account(&world, fellow);
    assert_eq!((survivor.pool, survivor.pooled.len()), (None, 0));
    assert_eq!((balance(&world, fellow), in_all(&world)), (450, 450));
    world.assert_told();
}

#[test]
fn who_would_be_in_two_pools_is_not_merged_before_one_of_them_is_left() {
    let world = world(programme());
    let [a, b, first, second] = customers(&world);
    join(&world, a, first);
    join(&world, b, second);
    for (survivor, merged) in [(a, b), (b, a), (a, second), (second, a)] {
        let before = account(&world, survivor);
        let refusal = world.refuse(merge(survivor, merged));
        assert_eq!(refusal.code(), "loyalty.in_pool");
        assert_eq!(account(&world, survivor), before);
    }
    world.run(LeavePool {
        member: b,
        programme: club(),
    });
    world.run(merge(a, b));
    assert_eq!((balance(&world, b), balance(&world, second)), (300, 300));
    assert_eq!(in_all(&world), 600);
    world.assert_told();
}

#[test]
fn two_members_of_one_pool_who_are_one_stay_in_it() {
    let world = world(programme());
    let [x, z, head] = customers(&world);
    join(&world, x, head);
    join(&world, z, head);
    world.run(merge(x, z));
    let of = Account::id_of(x, &club());
    assert_eq!(account(&world, head).pooled, [of]);
    assert_eq!((balance(&world, z), in_all(&world)), (450, 450));
    world.assert_told();
}

#[test]
fn what_a_member_of_a_pool_does_as_the_customer_counts_for_the_pool() {
    let world = placed_and_called_off();
    let (ayse, can, deniz) = (
        world.register("Ayşe"),
        world.register("Can"),
        world.register("Deniz"),
    );
    world.run(adjust(ayse, 100));
    for customer in [can, deniz] {
        let programme = club();
        world.run(JoinProgramme {
            customer,
            programme,
        });
    }
    world.run(JoinPool {
        member: ayse,
        head: can,
        programme: club(),
    });
    // Staff spends what is in the pool for her; she calls the order off by herself.
    let spent = world.run(redeem(ayse, 100));
    let me = || Actor::Customer(ayse);
    let place = || PlaceOrder::new(ayse, [item("cup", 1, 50_00)]);
    let off = |placed| CancelOrder::for_customer(placed, code!("changed_mind"));
    let placed = world.run(place());
    assert_eq!(balance(&world, can), 50);
    let reference = Code::try_new(&spent.movement.to_string()).unwrap();
    let paid = RecordPayment::new(placed, reference, code!("points"), spent.worth.unwrap());
    world.run(paid);
    world.run_as(me(), off(placed)).unwrap();
    assert_eq!(balance(&world, can), 100);
    assert_eq!(
        last_effect(&world, placed),
        done(code!("points_turned_back"))
    );
    // Also when its head has become somebody else's record.
    world.run(MergeCustomers {
        survivor: deniz,
        merged: can,
    });
    let placed = world.run(place());
    assert_eq!(balance(&world, deniz), 150);
    world.run_as(me(), off(placed)).unwrap();
    assert_eq!(balance(&world, deniz), 100);
    // They see what is in it, and of what happened with it their own part.
    let read = ReadPoints {
        customer: ayse,
        programme: club(),
        at: world.now(),
    };
    let seen = world.desk.ask(&me(), &read).unwrap();
    assert_eq!(seen, world.ask(&read));
    assert_eq!(seen.balances[0].available, p(100));
    world.run(purchase(deniz, 77, 30_00));
    let history = PointsHistory::of(ayse, club());
    let lines = |actor| world.desk.ask(&actor, &history).unwrap().lines;
    let sources = |actor| -> Vec<_> {
        lines(actor)
            .into_iter()
            .map(|it| it.posted.source)
            .collect()
    };
    let (hers, all) = (sources(me()), sources(Actor::System));
    assert!(all.contains(&Some(order(77))));
    assert!(!hers.contains(&Some(order(77))));
    assert!(
        hers.len() >= 3 && hers.len() < all.len(),
        "{hers:?} of {all:?}"
    );
    // What is common is spent by its head, or by staff.
    let refused = world.run_as(me(), redeem(ayse, 10)).unwrap_err();
    assert_eq!(refused.code(), "loyalty.not_head");
    let head = Actor::Customer(deniz);
    world.run_as(head, redeem(deniz, 10)).unwrap();
    // Who is in no pool reaches nobody's points.
    let stranger = Actor::Customer(world.register("Efe"));
    assert!(world.desk.ask(&stranger, &read).is_err());
    assert!(world.run_as(stranger, redeem(deniz, 10)).is_err());
    world.assert_told();
}
